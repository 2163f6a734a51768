/* From an input to an object: in one request, or in parts. */
#include <stdlib.h>

#include "s3/multipart_request.h"
#include "s3/part_upload.h"
#include "s3/publish.h"
#include "s3/upload.h"

struct upload {
	struct s3_client *s3;
	struct parts *parts;
	struct upload_config config;
	struct meter *meter;
	struct part_upload *sending;	/* of a multipart upload */
	struct part *only;		/* the single part of a small object */
	const struct complete_input *complete; /* NULL: more may come */
	struct multipart multipart;	/* size: of the parts taken so far */
	struct stored stored;
	bool left;			/* as in struct upload_result */
};

struct upload *
upload_new(struct s3_client *s3, struct parts *parts,
    const struct upload_config *config, struct meter *meter, struct err *e)
{
	struct upload *u = calloc(1, sizeof *u);

	if (u == NULL) {
		err_memory(e);
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
return_parts(struct upload *u)
{
	part_upload_free(u->sending);
	u->sending = NULL;
	if (u->only != NULL)
		parts_return(u->parts, u->only);
	u->only = NULL;
}

void
upload_free(struct upload *u)
{
	if (u == NULL)
		return;
	return_parts(u);
	multipart_free(&u->multipart);
	stored_free(&u->stored);
	free(u);
}

/* Taking parts. */

/* The next event, waiting for it; no request is under way. */
static int
next_event(struct upload *u, struct part **part, enum parts_event *event,
    struct err *e)
{
	while ((*event = parts_next(u->parts, part, e)) == PARTS_NONE) {
		if (s3_await(u->s3, parts_fd(u->parts), e) != 0)
			return -1;
	}
	return *event == PARTS_FAILED ? -1 : 0;
}

/* Begins a multipart upload and sends all parts, of which first is one. */
static int
send_all(struct upload *u, struct part *first, struct err *e)
{
	const struct part_upload_config config = { u->s3, u->parts, &u->multipart,
		u->config.object, u->meter, u->config.parallel };

	if ((u->sending = part_upload_new(&config, e)) == NULL ||
	    multipart_create(u->s3, u->config.object, &u->multipart, e) != 0) {
		parts_return(u->parts, first);
		return -1;
	}
	u->left = true;
	if (u->config.receipt != NULL && receipt_object_begin(u->s3,
	    u->config.object, u->config.receipt, &u->multipart, e) != 0) {
		parts_return(u->parts, first);
		return -1;
	}
	u->complete = part_upload_run(u->sending, first, e);
	return u->complete != NULL ? 0 : -1;
}

static int
refuse_empty(const struct upload *u, struct err *e)
{
	if (u->config.prepare)
		return err_set(e, EXIT_DATA, "the input is empty: nothing was "
		    "prepared%s", u->config.receipt == NULL ? "" :
		    " (--allow-empty leaves a receipt of nothing)");
	return err_set(e, EXIT_DATA, "the input is empty: nothing was stored "
	    "(--allow-empty stores an empty object)");
}

/* The first part decides: a small object, or a multipart upload. */
int
upload_send(struct upload *u, struct err *e)
{
	enum parts_event event;
	struct part *part, *none;

	if (next_event(u, &part, &event, e) != 0)
		return -1;
	if (event == PARTS_END) {
		u->complete = parts_complete(u->parts);
		return u->config.allow_empty && (!u->config.prepare ||
		    u->config.receipt != NULL) ? 0 : refuse_empty(u, e);
	}
	if (multipart_note(&u->multipart, part, e) != 0) {
		parts_return(u->parts, part);
		return -1;
	}
	if (u->config.prepare ||
	    window_size(&part->window) == window_limit(&part->window))
		return send_all(u, part, e);
	u->only = part;
	if (next_event(u, &none, &event, e) != 0)
		return -1;
	u->complete = parts_complete(u->parts);
	return u->complete != NULL ? 0 : err_set(e, EXIT_INTERNAL,
	    "a short part was not the last");
}

/* Publishing. */

static int
put_object(struct upload *u, struct err *e)
{
	if (publish_part(u->s3, u->config.object, &u->multipart, u->only,
	    u->complete, &u->stored, e) != 0)
		return -1;
	atomic_fetch_add(&u->meter->out, u->multipart.size);
	return 0;
}

int
upload_publish(struct upload *u, struct err *e)
{
	if (u->multipart.id == NULL)
		return put_object(u, e);
	if (upload_prepare(u, e) != 0)
		return -1;
	return publish_upload(u->s3, u->config.object, &u->multipart,
	    u->complete, &u->stored, &u->left, e);
}

int
upload_prepare(struct upload *u, struct err *e)
{
	if (u->multipart.id == NULL)
		return 0;	/* nothing, which --allow-empty allows */
	u->multipart.crc = parts_crc(u->parts);
	return multipart_review(&u->multipart, s3_shown(u->s3), e);
}

void
upload_keep(struct upload *u)
{
	u->left = false;
}

int
upload_give_receipt(struct upload *u, struct err *e)
{
	bool maybe;
	int rc = receipt_object_give(u->s3, u->config.object,
	    u->config.receipt, &u->multipart, u->complete, &maybe, e);

	if (rc == 0 || maybe)
		upload_keep(u);
	return rc == 0 || !maybe ? rc : err_prefix(e, "it is not known "
	    "whether the receipt was written: the upload is left for --commit "
	    "or --abort");
}

int
upload_abort(struct upload *u, struct err *e)
{
	struct err none = ERR_NONE;

	return_parts(u);
	if (!u->left)
		return 0;
	s3_last_words(u->s3);
	if (multipart_abort(u->s3, u->config.object, u->multipart.id, e) ==
	    MULTIPART_LEFT)
		return -1;
	u->left = false;
	/* What says that it began does no harm: --commit and --abort look. */
	if (u->config.receipt != NULL)
		(void)receipt_object_forget(u->s3, u->config.object,
		    u->config.receipt, &u->multipart, &none);
	return 0;
}

struct upload_result
upload_result(const struct upload *u)
{
	return (struct upload_result){ .multipart = &u->multipart,
		.complete = u->complete, .stored = &u->stored,
		.left = u->left };
}
