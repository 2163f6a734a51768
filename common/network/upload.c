/*
 * From parts to an object.
 *
 * One thread: it owns the connections.  Each of a fixed number of slots is
 * free, or holds a part whose request runs, or one whose request waits to be
 * repeated.  A part stays in its slot until S3 has acknowledged it, so a
 * repetition is sent from the same window.  The reader thread (parts) fills
 * the other windows meanwhile.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/xml.h"
#include "network/upload.h"

enum { WORDS = 40, DIGITS = 8, ABORT_MS = 10 * 1000 };

enum slot_state { SLOT_FREE, SLOT_RUNNING, SLOT_WAITING };

struct slot {
	enum slot_state state;
	struct s3_request request;
	struct part *part;
	char what[WORDS];
	char number[DIGITS];
};

struct upload {
	struct s3 *s3;
	struct parts *parts;
	struct upload_config config;
	struct meter *meter;
	struct slot *slots;		/* config.parallel */
	struct part *only;		/* the single part of a small object */
	bool ended;			/* the complete end was seen */
	uint64_t size;			/* of the parts taken so far */
	unsigned count;			/* of the parts taken so far */
	char **etags;			/* by part number - 1 */
	unsigned room;
	char *id;			/* upload id */
	bool left;
	char *etag, *version;		/* of the object */
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
	for (unsigned i = 0; i < u->room; i++)
		free(u->etags[i]);
	free(u->etags);
	free(u->slots);
	free(u->id);
	free(u->etag);
	free(u->version);
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
	if (part->number > u->room) {
		unsigned room = u->room == 0 ? 64 : u->room * 2;
		char **more = realloc(u->etags, room * sizeof *more);

		if (more == NULL)
			return no_memory(e);
		memset(more + u->room, 0, (room - u->room) * sizeof *more);
		u->etags = more;
		u->room = room;
	}
	u->count = part->number;
	u->size += window_size(&part->window);
	return 0;
}

/* Multipart. */

static int
create(struct upload *u, struct err *e)
{
	struct s3_request r = {
		.what = "begin the upload of", .method = "POST",
		.query = { { "uploads", "" } }, .n_query = 1,
		.root = "InitiateMultipartUploadResult",
	};
	int rc;

	rc = s3_run(u->s3, &r, e);
	if (rc == 0 && (r.answer.upload_id == NULL ||
	    *r.answer.upload_id == '\0'))
		rc = err_set(e, EXIT_REMOTE, "cannot begin the upload of '%s': "
		    "the answer has no upload id", s3_shown(u->s3));
	if (rc == 0) {
		u->id = r.answer.upload_id;
		r.answer.upload_id = NULL;
		u->left = true;
	}
	s3_clear(u->s3, &r);
	return rc;
}

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
		    { "uploadId", u->id } },
		.n_query = 2, .body = window_bytes(&part->window),
		.len = window_size(&part->window), .sha256 = part->sha256,
		.etag = true,
	};
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
	char **etag = &u->etags[slot->part->number - 1];

	if ((*etag = strdup(s3_header(&slot->request, "ETag"))) == NULL)
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
	if (create(u, e) != 0) {
		parts_return(u->parts, first);
		return -1;
	}
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

int
upload_send(struct upload *u, struct err *e)
{
	enum parts_event event;
	struct part *part, *none;

	if (next_event(u, &part, &event, e) != 0)
		return -1;
	if (event == PARTS_END) {
		u->ended = true;
		return u->config.allow_empty ? 0 : err_set(e, EXIT_DATA,
		    "the input is empty: nothing was stored "
		    "(--allow-empty stores an empty object)");
	}
	if (note_part(u, part, e) != 0) {
		parts_return(u->parts, part);
		return -1;
	}
	if (window_size(&part->window) == window_limit(&part->window))
		return send_all(u, part, e);
	u->only = part;
	if (next_event(u, &none, &event, e) != 0)
		return -1;
	u->ended = event == PARTS_END;
	return u->ended ? 0 : err_set(e, EXIT_INTERNAL,
	    "a short part was not the last");
}

/* Publishing. */

static int
keep_result(struct upload *u, const struct s3_request *r, const char *etag,
    struct err *e)
{
	const char *version = s3_header(r, "x-amz-version-id");

	u->etag = strdup(etag);
	u->version = version == NULL ? NULL : strdup(version);
	if (u->etag == NULL || (version != NULL && u->version == NULL))
		return no_memory(e);
	return 0;
}

static int
put_object(struct upload *u, struct err *e)
{
	struct s3_request r = {
		.what = "store", .method = "PUT", .etag = true,
	};
	int rc;

	if (u->only != NULL) {
		r.body = window_bytes(&u->only->window);
		r.len = window_size(&u->only->window);
		r.sha256 = u->only->sha256;
	}
	rc = s3_run(u->s3, &r, e);
	if (rc == 0) {
		atomic_fetch_add(&u->meter->out, r.len);
		rc = keep_result(u, &r, s3_header(&r, "ETag"), e);
	}
	s3_clear(u->s3, &r);
	return rc;
}

/* The list of parts, in their order. */
static char *
list_parts(const struct upload *u, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	int bad;

	if (out == NULL)
		return NULL;
	fputs("<CompleteMultipartUpload xmlns="
	    "\"http://s3.amazonaws.com/doc/2006-03-01/\">", out);
	for (unsigned i = 0; i < u->count; i++) {
		fprintf(out, "<Part><PartNumber>%u</PartNumber><ETag>", i + 1);
		xml_escape(out, u->etags[i]);
		fputs("</ETag></Part>", out);
	}
	fputs("</CompleteMultipartUpload>", out);
	bad = ferror(out);
	if (fclose(out) == 0 && !bad)
		return text;
	free(text);
	return NULL;
}

static int
complete(struct upload *u, struct err *e)
{
	static const char *const headers[] = { "Content-Type: application/xml" };
	struct s3_request r = {
		.what = "complete the upload of", .method = "POST",
		.query = { { "uploadId", u->id } }, .n_query = 1,
		.headers = headers, .n_headers = 1,
		.root = "CompleteMultipartUploadResult",
	};
	char *list = list_parts(u, &r.len);
	int rc;

	if (list == NULL)
		return no_memory(e);
	r.body = list;
	rc = s3_run(u->s3, &r, e);
	if (rc == 0 && r.answer.etag == NULL)
		rc = err_set(e, EXIT_REMOTE, "cannot complete the upload of "
		    "'%s': the answer has no ETag", s3_shown(u->s3));
	if (rc == 0) {
		u->left = false;
		rc = keep_result(u, &r, r.answer.etag, e);
	}
	s3_clear(u->s3, &r);
	free(list);
	return rc;
}

int
upload_publish(struct upload *u, struct err *e)
{
	if (!u->ended)
		return err_set(e, EXIT_INTERNAL,
		    "the input has not ended: nothing is published");
	return u->id == NULL ? put_object(u, e) : complete(u, e);
}

/* Undoing. */

int
upload_abort(struct upload *u, struct err *e)
{
	struct s3_request r = {
		.what = "abort the upload of", .method = "DELETE",
		.query = { { "uploadId", u->id } }, .n_query = 1,
	};
	int rc;

	let_go(u);
	if (!u->left)
		return 0;
	s3_last_words(u->s3, ABORT_MS);
	rc = s3_run(u->s3, &r, e);
	if (rc == 0 || r.fault == S3_NO_UPLOAD) {
		u->left = false;
		rc = 0;
	}
	s3_clear(u->s3, &r);
	return rc;
}

struct upload_result
upload_result(const struct upload *u)
{
	return (struct upload_result){
		.size = u->size, .parts = u->id == NULL ? 0 : u->count,
		.etag = u->etag, .version = u->version, .upload_id = u->id,
		.left = u->left,
	};
}
