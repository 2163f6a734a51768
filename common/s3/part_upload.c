/*
 * Parts in flight: each of a fixed number of slots is free, or holds a part and
 * its request, which volley sends and repeats.  The threads of parts.c fill
 * and hash other windows meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3/part_upload.h"
#include "s3/part_header.h"
#include "s3/request_queue.h"

enum { WORDS = 40, DIGITS = 8 };

struct slot {
	struct part *part;		/* NULL: free */
	struct s3_request request;
	char what[WORDS];
	char number[DIGITS];
	char checksum[PART_HEADER];
	const char *headers[OBJECT_HEADERS + 1];
};

struct part_upload {
	struct part_upload_config config;
	struct request_queue *volley;
	bool ended;			/* the complete end was seen */
	struct slot slots[];		/* config.parallel */
};

struct part_upload *
part_upload_new(const struct part_upload_config *config, struct err *e)
{
	struct part_upload *f = calloc(1, sizeof *f +
	    config->parallel * sizeof *f->slots);

	if (f == NULL) {
		err_memory(e);
		return NULL;
	}
	f->config = *config;
	f->volley = request_queue_new(config->s3, config->parallel, e);
	if (f->volley != NULL)
		return f;
	free(f);
	return NULL;
}

/* Sending. */

/* Puts a part into a free slot and its request on the way. */
static int
send_part(struct part_upload *f, struct slot *slot, struct part *part,
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
	return request_queue_start(f->volley, &slot->request, e);
}

/* Fills free slots with the parts that are ready. */
static int
take_parts(struct part_upload *f, struct err *e)
{
	for (unsigned i = 0; i < f->config.parallel && !f->ended &&
	    request_queue_free_place(f->volley); i++) {
		struct part *part;

		if (f->slots[i].part != NULL)
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

/* Answers. */

static int
part_done(struct part_upload *f, struct slot *slot, struct err *e)
{
	const struct part_upload_config *c = &f->config;
	const char *etag = s3_header(&slot->request, "ETag");

	if (part_header_echoed(&slot->request, c->multipart->kind,
	    slot->checksum, e) != 0 ||
	    multipart_acknowledge(c->multipart, slot->part->number, etag,
	    e) != 0)
		return err_prefix(e, "cannot %s '%s'", slot->what,
		    s3_shown(c->s3));
	atomic_fetch_add(&c->meter->out, slot->request.len);
	atomic_fetch_add(&c->meter->records, 1);
	s3_clear(c->s3, &slot->request);
	parts_return(c->parts, slot->part);
	slot->part = NULL;
	return 0;
}

static struct slot *
slot_of(struct part_upload *f, const struct s3_request *r)
{
	struct slot *slot = f->slots;

	while (&slot->request != r)
		slot++;
	return slot;
}

/* One turn: whatever can go on goes on, then wait for the next event. */
static int
turn(struct part_upload *f, struct err *e)
{
	const struct part_upload_config *c = &f->config;
	struct pollfd ready = { parts_fd(c->parts), POLLIN, 0 };
	bool listen = !f->ended && request_queue_free_place(f->volley);
	enum queue_event event;
	struct s3_request *r;

	event = request_queue_wait(f->volley, listen ? &ready : NULL, &r, e);
	meter_tick(c->meter);
	switch (event) {
	case QUEUE_NONE:
		return 0;
	case QUEUE_DONE:
		return part_done(f, slot_of(f, r), e);
	case QUEUE_FAILED:
	case QUEUE_OVER:
		break;
	}
	return -1;
}

int
part_upload_run(struct part_upload *f, struct part *first, struct err *e)
{
	if (send_part(f, &f->slots[0], first, e) != 0)
		return -1;
	while (take_parts(f, e) == 0) {
		if (f->ended && request_queue_count(f->volley) == 0)
			return 0;
		if (turn(f, e) != 0)
			break;
	}
	return -1;
}

void
part_upload_free(struct part_upload *f)
{
	if (f == NULL)
		return;
	for (unsigned i = 0; i < f->config.parallel; i++) {
		s3_clear(f->config.s3, &f->slots[i].request);
		if (f->slots[i].part != NULL)
			parts_return(f->config.parts, f->slots[i].part);
	}
	request_queue_free(f->volley);
	free(f);
}
