/*
 * Parts in flight.
 *
 * Each of a fixed number of slots is free, or holds a part whose request runs,
 * or one whose request waits to be repeated.  As many may run as the pace
 * allows; those that have waited long enough go first.  The threads behind
 * parts fill and hash other windows meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/flight.h"
#include "network/pace.h"
#include "network/part_header.h"

enum { WORDS = 40, DIGITS = 8 };

enum slot_state { SLOT_FREE, SLOT_RUNNING, SLOT_WAITING };

struct slot {
	enum slot_state state;
	struct s3_request request;
	int64_t began;			/* the running attempt */
	struct part *part;
	char what[WORDS];
	char number[DIGITS];
	char checksum[PART_HEADER];
	const char *headers[OBJECT_HEADERS + 1];
};

struct flight {
	struct flight_config config;
	struct pace pace;
	bool ended;			/* the complete end was seen */
	struct slot slots[];		/* config.parallel */
};

struct flight *
flight_new(const struct flight_config *config, struct err *e)
{
	struct flight *f = calloc(1, sizeof *f +
	    config->parallel * sizeof *f->slots);

	if (f == NULL) {
		err_set(e, EXIT_INTERNAL, "cannot upload: no memory");
		return NULL;
	}
	f->config = *config;
	pace_begin(&f->pace, config->parallel);
	return f;
}

static unsigned
count(const struct flight *f, enum slot_state state)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->config.parallel; i++)
		n += f->slots[i].state == state;
	return n;
}

/* May one more request run? */
static bool
may_run(const struct flight *f)
{
	return count(f, SLOT_RUNNING) < pace_allows(&f->pace);
}

/* Sending. */

static int
start_slot(struct flight *f, struct slot *slot, struct err *e)
{
	slot->state = SLOT_RUNNING;
	slot->began = meter_now();
	return s3_start(f->config.s3, &slot->request, e);
}

/* Puts a part into a free slot and its request on the way. */
static int
send_part(struct flight *f, struct slot *slot, struct part *part,
    struct err *e)
{
	const struct multipart *m = f->config.multipart;

	slot->part = part;
	snprintf(slot->number, sizeof slot->number, "%u", part->number);
	snprintf(slot->what, sizeof slot->what, "upload part %u of",
	    part->number);
	slot->request = (struct s3_request){
		.what = slot->what, .method = "PUT",
		.query = { { "partNumber", slot->number },
		    { "uploadId", m->id } },
		.n_query = 2, .headers = slot->headers,
		.body = window_bytes(&part->window),
		.len = window_size(&part->window), .sha256 = part->sha256,
		.etag = true,
	};
	slot->request.n_headers = object_headers(f->config.object,
	    OBJECT_ALL | OBJECT_BYTES, slot->headers);
	if (part_header_write(m->kind, part, slot->checksum))
		slot->headers[slot->request.n_headers++] = slot->checksum;
	return start_slot(f, slot, e);
}

/* Fills free slots with the parts that are ready. */
static int
take_parts(struct flight *f, struct err *e)
{
	for (unsigned i = 0; i < f->config.parallel && !f->ended &&
	    may_run(f); i++) {
		struct part *part;

		if (f->slots[i].state != SLOT_FREE)
			continue;
		switch (parts_next(f->config.parts, &part, e)) {
		case PARTS_NONE:
			return 0;
		case PARTS_FAILED:
			return -1;
		case PARTS_END:
			f->ended = true;
			break;
		case PARTS_PART:
			if (multipart_note(f->config.multipart, part, e) != 0) {
				parts_return(f->config.parts, part);
				return -1;
			}
			if (send_part(f, &f->slots[i], part, e) != 0)
				return -1;
		}
	}
	return 0;
}

/* Starts again what has waited long enough; *until becomes the time of the
 * next one, -1 without any. */
static int
start_waiting(struct flight *f, int64_t *until, struct err *e)
{
	int64_t now = meter_now();

	*until = -1;
	for (unsigned i = 0; i < f->config.parallel && may_run(f); i++) {
		struct slot *slot = &f->slots[i];

		if (slot->state != SLOT_WAITING)
			continue;
		if (slot->request.again_at <= now) {
			if (start_slot(f, slot, e) != 0)
				return -1;
		} else if (*until < 0 || slot->request.again_at < *until) {
			*until = slot->request.again_at;
		}
	}
	return 0;
}

/* Answers. */

static int
part_done(struct flight *f, struct slot *slot, struct err *e)
{
	const struct flight_config *c = &f->config;
	const char *etag = s3_header(&slot->request, "ETag");

	if (!multipart_etag_fit(etag))
		return err_set(e, EXIT_REMOTE, "cannot %s '%s': the answer's "
		    "ETag is none", slot->what, s3_shown(c->s3));
	if (part_header_echoed(c->s3, &slot->request, c->multipart->kind,
	    slot->checksum, e) != 0 ||
	    multipart_acknowledge(c->multipart, slot->part->number, etag,
	    e) != 0)
		return -1;
	atomic_fetch_add(&c->meter->out, slot->request.len);
	atomic_fetch_add(&c->meter->records, 1);
	pace_good(&f->pace);
	s3_clear(c->s3, &slot->request);
	parts_return(c->parts, slot->part);
	slot->part = NULL;
	slot->state = SLOT_FREE;
	return 0;
}

static int
slot_ended(struct flight *f, struct slot *slot, struct err *e)
{
	switch (s3_finish(f->config.s3, &slot->request, e)) {
	case S3_DONE:
		return part_done(f, slot, e);
	case S3_AGAIN:
		if (slot->request.fault == S3_BUSY)
			pace_busy(&f->pace, slot->began, meter_now());
		slot->state = SLOT_WAITING;
		return 0;
	case S3_FAILED:
		break;
	}
	return -1;
}

/* One turn: whatever can go on goes on, then wait for the next event. */
static int
turn(struct flight *f, struct err *e)
{
	const struct flight_config *c = &f->config;
	struct pollfd ready = { parts_fd(c->parts), POLLIN, 0 };
	struct s3_request *r;
	int64_t until;
	bool listen;

	if (s3_check(c->s3, e) != 0 || start_waiting(f, &until, e) != 0)
		return -1;
	listen = !f->ended && count(f, SLOT_FREE) > 0 && may_run(f);
	r = s3_wait(c->s3, until, listen ? &ready : NULL);
	meter_tick(c->meter);
	for (unsigned i = 0; i < c->parallel && r != NULL; i++)
		if (r == &f->slots[i].request)
			return slot_ended(f, &f->slots[i], e);
	return 0;
}

int
flight_run(struct flight *f, struct part *first, struct err *e)
{
	if (send_part(f, &f->slots[0], first, e) != 0)
		return -1;
	while (take_parts(f, e) == 0) {
		if (f->ended && count(f, SLOT_FREE) == f->config.parallel)
			return 0;
		if (turn(f, e) != 0)
			break;
	}
	return -1;
}

/* The end. */

void
flight_drop(struct flight *f)
{
	for (unsigned i = 0; i < f->config.parallel; i++) {
		struct slot *slot = &f->slots[i];

		s3_clear(f->config.s3, &slot->request);
		if (slot->part != NULL)
			parts_return(f->config.parts, slot->part);
		slot->part = NULL;
		slot->state = SLOT_FREE;
	}
}

void
flight_free(struct flight *f)
{
	if (f == NULL)
		return;
	flight_drop(f);
	free(f);
}
