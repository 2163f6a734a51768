/*
 * From parts to an object.
 *
 * One thread: it owns the connections.  Each of a fixed number of slots is
 * free, or holds a part whose request runs, or one whose request waits to be
 * repeated.  A part stays in its slot until S3 has acknowledged it, so a
 * repetition is sent from the same window.  The reader thread (parts) fills
 * the other windows meanwhile.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/upload.h"

enum { WORDS = 40, DIGITS = 8, ABORT_MS = 10 * 1000 };

enum slot_state { SLOT_FREE, SLOT_RUNNING, SLOT_WAITING };

struct slot {
	enum slot_state state;
	struct s3_request request;
	struct part *part;
	char what[WORDS];
	char number[DIGITS];
	char checksum[CHECKSUM_TEXT + WORDS];	/* a header */
	const char *headers[OBJECT_HEADERS + 1];
};

struct upload {
	struct s3 *s3;
	struct parts *parts;
	struct upload_config config;
	struct meter *meter;
	struct slot *slots;		/* config.parallel */
	struct part *only;		/* the single part of a small object */
	bool ended;			/* the complete end was seen */
	struct multipart multipart;	/* size: of the parts taken so far */
	struct stored stored;
	bool left;
};

static int
no_memory(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "cannot upload: no memory");
}

struct upload *
upload_new(struct s3 *s3, struct parts *parts,
    const struct upload_config *config, struct meter *meter, struct err *e)
{
	struct upload *u = calloc(1, sizeof *u);

	if (u == NULL || (u->slots = calloc(config->parallel,
	    sizeof *u->slots)) == NULL) {
		free(u);
		no_memory(e);
		return NULL;
	}
	u->s3 = s3;
	u->parts = parts;
	u->config = *config;
	u->meter = meter;
	u->multipart.kind = config->kind;
	return u;
}

/* Gives back every part that is held. */
static void
let_go(struct upload *u)
{
	for (unsigned i = 0; i < u->config.parallel; i++) {
		struct slot *slot = &u->slots[i];

		s3_clear(u->s3, &slot->request);
		if (slot->part != NULL)
			parts_return(u->parts, slot->part);
		slot->part = NULL;
		slot->state = SLOT_FREE;
	}
	if (u->only != NULL)
		parts_return(u->parts, u->only);
	u->only = NULL;
}

void
upload_free(struct upload *u)
{
	if (u == NULL)
		return;
	let_go(u);
	multipart_free(&u->multipart);
	stored_free(&u->stored);
	free(u->slots);
	free(u);
}

/* Taking parts. */

/* Sleeps until the reader has something, without any request under way. */
static int
await_event(struct upload *u, struct err *e)
{
	struct pollfd ready = { parts_fd(u->parts), POLLIN, 0 };

	while ((ready.revents & POLLIN) == 0) {
		if (s3_check(u->s3, e) != 0)
			return -1;
		meter_tick(u->meter);
		s3_wait(u->s3, -1, &ready, 1);
	}
	return 0;
}

/* The next event, waiting for it. */
static int
next_event(struct upload *u, struct part **part, enum parts_event *event,
    struct err *e)
{
	while ((*event = parts_next(u->parts, part, e)) == PARTS_NONE)
		if (await_event(u, e) != 0)
			return -1;
	return *event == PARTS_FAILED ? -1 : 0;
}

static int
note_part(struct upload *u, const struct part *part, struct err *e)
{
	struct multipart_part *noted;

	if (multipart_reserve(&u->multipart, part->number, e) != 0)
		return -1;
	noted = &u->multipart.parts[part->number - 1];
	noted->size = window_size(&part->window);
	noted->crc = part->crc;
	memcpy(noted->sha256, part->sha256, sizeof noted->sha256);
	u->multipart.size += noted->size;
	return 0;
}

/* The header with a part's checksum; NULL for none. */
static const char *
checksum_line(const struct upload *u, const struct part *part, char *line,
    size_t size)
{
	const char *header = checksum_header(u->config.kind);
	char text[CHECKSUM_TEXT];

	if (header == NULL)
		return NULL;
	if (u->config.kind == CHECKSUM_SHA256)
		checksum_write_sha256(part->sha256, text);
	else
		checksum_write_crc(u->config.kind, part->crc, text);
	snprintf(line, size, "%s: %s", header, text);
	return line;
}

/* Did the server note the same checksum, if it says one? */
static int
same_checksum(const struct upload *u, const struct s3_request *r,
    const char *line, struct err *e)
{
	const char *header = checksum_header(u->config.kind), *theirs;

	if (header == NULL || (theirs = s3_header(r, header)) == NULL ||
	    strcmp(theirs, line + strlen(header) + 2) == 0)
		return 0;
	return err_set(e, EXIT_REMOTE, "cannot %s '%s': the checksum that "
	    "came back is %.64s, not %s", r->what, s3_shown(u->s3), theirs,
	    line + strlen(header) + 2);
}

/* Multipart. */

static int
start_slot(struct upload *u, struct slot *slot, struct err *e)
{
	slot->state = SLOT_RUNNING;
	return s3_start(u->s3, &slot->request, e);
}

/* Puts a part into a free slot and its request on the way. */
static int
send_part(struct upload *u, struct slot *slot, struct part *part,
    struct err *e)
{
	slot->part = part;
	snprintf(slot->number, sizeof slot->number, "%u", part->number);
	snprintf(slot->what, sizeof slot->what, "upload part %u of",
	    part->number);
	slot->request = (struct s3_request){
		.what = slot->what, .method = "PUT",
		.query = { { "partNumber", slot->number },
		    { "uploadId", u->multipart.id } },
		.n_query = 2, .headers = slot->headers, .body = window_bytes(&part->window),
		.len = window_size(&part->window), .sha256 = part->sha256,
		.etag = true,
	};
	slot->request.n_headers = object_headers(u->config.object, OBJECT_ALL,
	    slot->headers);
	if (checksum_line(u, part, slot->checksum, sizeof slot->checksum) !=
	    NULL)
		slot->headers[slot->request.n_headers++] = slot->checksum;
	return start_slot(u, slot, e);
}

/* Fills free slots with the parts that are ready. */
static int
take_parts(struct upload *u, struct err *e)
{
	for (unsigned i = 0; i < u->config.parallel && !u->ended; i++) {
		struct part *part;

		if (u->slots[i].state != SLOT_FREE)
			continue;
		switch (parts_next(u->parts, &part, e)) {
		case PARTS_NONE:
			return 0;
		case PARTS_FAILED:
			return -1;
		case PARTS_END:
			u->ended = true;
			break;
		case PARTS_PART:
			if (note_part(u, part, e) != 0) {
				parts_return(u->parts, part);
				return -1;
			}
			if (send_part(u, &u->slots[i], part, e) != 0)
				return -1;
		}
	}
	return 0;
}

static int
part_done(struct upload *u, struct slot *slot, struct err *e)
{
	const char *etag = s3_header(&slot->request, "ETag");
	char **kept = &u->multipart.parts[slot->part->number - 1].etag;

	if (!multipart_etag_fit(etag))
		return err_set(e, EXIT_REMOTE, "cannot %s '%s': the answer's "
		    "ETag is none", slot->what, s3_shown(u->s3));
	if (same_checksum(u, &slot->request, slot->checksum, e) != 0)
		return -1;
	if ((*kept = strdup(etag)) == NULL)
		return no_memory(e);
	atomic_fetch_add(&u->meter->out, slot->request.len);
	atomic_fetch_add(&u->meter->records, 1);
	s3_clear(u->s3, &slot->request);
	parts_return(u->parts, slot->part);
	slot->part = NULL;
	slot->state = SLOT_FREE;
	return 0;
}

static int
slot_ended(struct upload *u, struct slot *slot, struct err *e)
{
	switch (s3_finish(u->s3, &slot->request, e)) {
	case S3_DONE:
		return part_done(u, slot, e);
	case S3_AGAIN:
		slot->state = SLOT_WAITING;
		return 0;
	case S3_FAILED:
		break;
	}
	return -1;
}

/* Starts again what has waited long enough; *until becomes the time of the
 * next one, -1 without any. */
static int
start_waiting(struct upload *u, int64_t *until, struct err *e)
{
	int64_t now = meter_now();

	*until = -1;
	for (unsigned i = 0; i < u->config.parallel; i++) {
		struct slot *slot = &u->slots[i];

		if (slot->state != SLOT_WAITING)
			continue;
		if (slot->request.again_at <= now) {
			if (start_slot(u, slot, e) != 0)
				return -1;
		} else if (*until < 0 || slot->request.again_at < *until) {
			*until = slot->request.again_at;
		}
	}
	return 0;
}

static unsigned
count_slots(const struct upload *u, enum slot_state state)
{
	unsigned n = 0;

	for (unsigned i = 0; i < u->config.parallel; i++)
		n += u->slots[i].state == state;
	return n;
}

/* One turn: whatever can go on goes on, then wait for the next event. */
static int
turn(struct upload *u, struct err *e)
{
	struct pollfd ready = { parts_fd(u->parts), POLLIN, 0 };
	struct s3_request *r;
	int64_t until;
	unsigned listen;

	if (s3_check(u->s3, e) != 0 || start_waiting(u, &until, e) != 0)
		return -1;
	listen = !u->ended && count_slots(u, SLOT_FREE) > 0;
	r = s3_wait(u->s3, until, &ready, listen);
	meter_tick(u->meter);
	for (unsigned i = 0; i < u->config.parallel && r != NULL; i++)
		if (r == &u->slots[i].request)
			return slot_ended(u, &u->slots[i], e);
	return 0;
}

static int
send_all(struct upload *u, struct part *first, struct err *e)
{
	if (multipart_create(u->s3, u->config.object, &u->multipart, e) != 0) {
		parts_return(u->parts, first);
		return -1;
	}
	u->left = true;
	if (send_part(u, &u->slots[0], first, e) != 0)
		return -1;
	while (take_parts(u, e) == 0) {
		if (u->ended &&
		    count_slots(u, SLOT_FREE) == u->config.parallel)
			return 0;
		if (turn(u, e) != 0)
			break;
	}
	return -1;
}

static int
refuse_empty(const struct upload *u, struct err *e)
{
	if (u->config.prepare)
		return err_set(e, EXIT_DATA, "the input is empty: nothing was "
		    "prepared");
	return err_set(e, EXIT_DATA, "the input is empty: nothing was stored "
	    "(--allow-empty stores an empty object)");
}

/* The first part decides: a small object, or a multipart upload. */
static int
send_input(struct upload *u, struct err *e)
{
	enum parts_event event;
	struct part *part, *none;

	if (next_event(u, &part, &event, e) != 0)
		return -1;
	if (event == PARTS_END) {
		u->ended = true;
		return u->config.allow_empty && !u->config.prepare ? 0 :
		    refuse_empty(u, e);
	}
	if (note_part(u, part, e) != 0) {
		parts_return(u->parts, part);
		return -1;
	}
	if (u->config.prepare ||
	    window_size(&part->window) == window_limit(&part->window))
		return send_all(u, part, e);
	u->only = part;
	if (next_event(u, &none, &event, e) != 0)
		return -1;
	u->ended = event == PARTS_END;
	return u->ended ? 0 : err_set(e, EXIT_INTERNAL,
	    "a short part was not the last");
}

int
upload_send(struct upload *u, struct err *e)
{
	const uint64_t expected = u->config.expected;
	const uint64_t *size = &u->multipart.size;

	if (send_input(u, e) != 0)
		return -1;
	if (expected != 0 && *size != expected)
		return err_set(e, EXIT_DATA, "the input has %" PRIu64
		    " bytes, not %" PRIu64, *size, expected);
	if (*size < u->config.minimum)
		return err_set(e, EXIT_DATA, "the input has only %" PRIu64
		    " bytes, not %" PRIu64, *size, u->config.minimum);
	return 0;
}

/* Publishing. */

static int
keep_stored(struct upload *u, const struct s3_request *r, struct err *e)
{
	const char *version = s3_header(r, "x-amz-version-id");

	u->stored.etag = strdup(s3_header(r, "ETag"));
	u->stored.version = version == NULL ? NULL : strdup(version);
	if (u->stored.etag == NULL ||
	    (version != NULL && u->stored.version == NULL))
		return no_memory(e);
	return 0;
}

/* It failed, but an attempt may have been carried out. */
static int
find_out(struct upload *u, bool lost, struct err *e)
{
	struct err why = *e;
	int proof;

	s3_last_words(u->s3, ABORT_MS);
	proof = multipart_prove(u->s3, u->config.object, u->multipart.token,
	    u->multipart.size, &u->stored, e);
	if (proof == 1)
		return 0;
	if (proof == 0 || !lost) {
		*e = why;
		return -1;
	}
	return err_set(e, EXIT_TEMP, "it is not known whether '%s' was "
	    "stored: %.400s", s3_shown(u->s3), why.text);
}

static int
put_object(struct upload *u, struct err *e)
{
	const char *headers[OBJECT_HEADERS + 2];
	char token[2 * TOKEN_TEXT], checksum[CHECKSUM_TEXT + WORDS];
	struct s3_request r = {
		.what = "store", .method = "PUT", .etag = true,
		.headers = headers,
	};
	int rc;

	r.n_headers = object_headers(u->config.object, OBJECT_FIRST |
	    OBJECT_LAST | OBJECT_ALL, headers);
	multipart_token(u->multipart.token);
	snprintf(token, sizeof token, MULTIPART_TOKEN ": %s",
	    u->multipart.token);
	headers[r.n_headers++] = token;
	if (u->only != NULL) {
		r.body = window_bytes(&u->only->window);
		r.len = window_size(&u->only->window);
		r.sha256 = u->only->sha256;
		if (checksum_line(u, u->only, checksum, sizeof checksum) !=
		    NULL) {
			headers[r.n_headers++] = checksum;
			snprintf(u->multipart.checksum, CHECKSUM_TEXT, "%s",
			    checksum + strlen(checksum_header(u->config.kind))
			    + 2);
		}
	}
	rc = s3_run(u->s3, &r, e);
	if (rc == 0) {
		atomic_fetch_add(&u->meter->out, r.len);
		rc = keep_stored(u, &r, e);
		if (rc == 0 && u->only != NULL)
			rc = same_checksum(u, &r, checksum, e);
	} else if (s3_maybe_done(&r)) {
		rc = find_out(u, r.lost, e);
	}
	s3_clear(u->s3, &r);
	return rc;
}

int
upload_publish(struct upload *u, struct err *e)
{
	if (!u->ended)
		return err_set(e, EXIT_INTERNAL,
		    "the input has not ended: nothing is published");
	if (u->multipart.id == NULL)
		return put_object(u, e);
	if (upload_prepare(u, e) != 0)
		return -1;
	return multipart_complete(u->s3, u->config.object, &u->multipart,
	    &u->stored, &u->left, e);
}

int
upload_prepare(struct upload *u, struct err *e)
{
	u->multipart.crc = parts_crc(u->parts);
	return multipart_review(u->s3, &u->multipart, e);
}

void
upload_keep(struct upload *u)
{
	u->left = false;
}

int
upload_abort(struct upload *u, struct err *e)
{
	let_go(u);
	if (!u->left)
		return 0;
	s3_last_words(u->s3, ABORT_MS);
	if (multipart_abort(u->s3, u->config.object, u->multipart.id, e) != 0)
		return -1;
	u->left = false;
	return 0;
}

struct upload_result
upload_result(const struct upload *u)
{
	return (struct upload_result){ .multipart = &u->multipart,
		.stored = &u->stored, .left = u->left };
}
