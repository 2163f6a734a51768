/*
 * UploadPart, side by side: each place of the request queue holds a part and its
 * request.  The threads of parts.c fill and hash other windows meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3/part_upload.h"
#include "s3/request_queue.h"

enum {
	WORDS = 40,		/* bytes of "upload part 10000 of" */
	DIGITS = 8		/* of a part's number, and a NUL */
};

/* What a place of the queue holds besides its request. */
struct sending {
	struct part *part;
	char what[WORDS];
	char number[DIGITS];
	char checksum[PART_CHECKSUM];
};

struct part_upload {
	struct part_upload_config config;
	struct request_queue *queue;
	const struct complete_input *complete; /* NULL: more parts may come */
};

/* The checksum. */

bool
part_checksum_write(enum checksum kind, const struct part *part,
    char line[PART_CHECKSUM])
{
	char text[CHECKSUM_TEXT];

	*line = '\0';
	if (kind == CHECKSUM_NONE)
		return false;
	if (kind == CHECKSUM_SHA256)
		checksum_write_sha256(part->sha256, text);
	else
		checksum_write_crc(kind, part->crc, text);
	snprintf(line, PART_CHECKSUM, "%s: %s", checksum_header(kind), text);
	return true;
}

const char *
part_checksum_value(const char *line)
{
	return *line == '\0' ? line : strchr(line, ':') + 2;
}

int
part_checksum_echoed(const struct s3_request *r, enum checksum kind,
    const char *line, struct err *e)
{
	const char *header = checksum_header(kind), *theirs;

	if (header == NULL || (theirs = s3_header(r, header)) == NULL ||
	    strcmp(theirs, part_checksum_value(line)) == 0)
		return 0;
	return err_set(e, EXIT_REMOTE, "the checksum that came back is %.64s, "
	    "not %s", theirs, part_checksum_value(line));
}

/* Life. */

struct part_upload *
part_upload_new(const struct part_upload_config *config, struct err *e)
{
	struct part_upload *u = calloc(1, sizeof *u);

	if (u == NULL) {
		err_memory(e);
		return NULL;
	}
	u->config = *config;
	u->queue = request_queue_new(config->s3, config->parallel,
	    sizeof(struct sending), e);
	if (u->queue != NULL)
		return u;
	free(u);
	return NULL;
}

void
part_upload_free(struct part_upload *u)
{
	struct request_place *p;

	if (u == NULL)
		return;
	while ((p = request_queue_taken(u->queue)) != NULL) {
		struct part *part = ((struct sending *)p->own)->part;

		request_queue_release(u->queue, p);
		parts_return(u->config.parts, part);
	}
	request_queue_free(u->queue);
	free(u);
}

/* Sending. */

/* Puts a part into a free place, of which there is one, and its request on the
 * way. */
static int
send_part(struct part_upload *u, struct part *part, struct err *e)
{
	const struct multipart *m = u->config.multipart;
	struct request_place *p = request_queue_place(u->queue);
	struct sending *s = p->own;

	s->part = part;
	snprintf(s->number, sizeof s->number, "%u", part->number);
	snprintf(s->what, sizeof s->what, "upload part %u of", part->number);
	p->request = (struct s3_request){
		.what = s->what, .method = "PUT",
		.query = { { "partNumber", s->number }, { "uploadId", m->id } },
		.n_query = 2, .headers = p->headers,
		.body = window_bytes(&part->window),
		.len = window_size(&part->window),
		.sha256 = part->hashed ? part->sha256 : NULL,
		.checked = part_checksum_write(m->kind, part, s->checksum),
		.want.etag = true,
	};
	p->request.n_headers = object_headers(u->config.object,
	    OBJECT_ALL | OBJECT_BYTES, p->headers);
	if (p->request.checked)
		p->headers[p->request.n_headers++] = s->checksum;
	return request_queue_start(u->queue, p, e);
}

/* Fills free places with the parts that are ready. */
static int
take_parts(struct part_upload *u, struct err *e)
{
	const struct part_upload_config *c = &u->config;
	struct part *part;

	while (u->complete == NULL && request_queue_has_place(u->queue)) {
		switch (parts_next(c->parts, &part, e)) {
		case PARTS_NONE:
			return 0;
		case PARTS_FAILED:
			return -1;
		case PARTS_END:
			u->complete = parts_complete(c->parts);
			break;
		case PARTS_PART:
			if (multipart_note(c->multipart, part, e) != 0) {
				parts_return(c->parts, part);
				return -1;
			}
			if (send_part(u, part, e) != 0)
				return -1;
		}
	}
	return 0;
}

/* Responses. */

static int
part_done(struct part_upload *u, struct request_place *p, struct err *e)
{
	const struct part_upload_config *c = &u->config;
	struct sending *s = p->own;
	struct part *part = s->part;
	const char *etag = s3_header(&p->request, "ETag");

	if (part_checksum_echoed(&p->request, c->multipart->kind, s->checksum,
	    e) != 0 ||
	    multipart_acknowledge(c->multipart, part->number, etag, e) != 0)
		return err_prefix(e, "cannot %s '%s'", s->what,
		    s3_shown(c->s3));
	atomic_fetch_add(&c->meter->out, p->request.len);
	atomic_fetch_add(&c->meter->records, 1);
	request_queue_release(u->queue, p);
	parts_return(c->parts, part);
	return 0;
}

/* Whatever can go on goes on; then the next event is waited for. */
static int
turn(struct part_upload *u, struct err *e)
{
	const struct part_upload_config *c = &u->config;
	struct pollfd ready = { parts_fd(c->parts), POLLIN, 0 };
	bool listen = u->complete == NULL && request_queue_has_place(u->queue);
	struct request_place *p;
	enum queue_event event;

	event = request_queue_wait(u->queue, listen ? &ready : NULL, &p, e);
	switch (event) {
	case QUEUE_NONE:
		return 0;
	case QUEUE_DONE:
		return part_done(u, p, e);
	case QUEUE_FAILED:
	case QUEUE_OVER:
		break;
	}
	return -1;
}

const struct complete_input *
part_upload_run(struct part_upload *u, struct part *first, struct err *e)
{
	if (send_part(u, first, e) != 0)
		return NULL;
	while (take_parts(u, e) == 0) {
		if (u->complete != NULL &&
		    request_queue_taken(u->queue) == NULL)
			return u->complete;
		if (turn(u, e) != 0)
			break;
	}
	return NULL;
}
