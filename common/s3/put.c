/* From a command's words to an object and its receipt. */
#include <stdlib.h>
#include <sys/stat.h>

#include "s3/dry_run.h"
#include "s3/put.h"
#include "s3/receipt.h"

/* Parts besides those that are sent: one is read, one is hashed meanwhile. */
enum { SPARE = 2 };

/* The size that is known: said, or a regular file's; 0: unknown. */
static uint64_t
expected_size(const struct put *p)
{
	struct stat st;

	if (p->config.verify.expected != 0)
		return p->config.verify.expected;
	return fstat(p->in.fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size > 0 ? (uint64_t)st.st_size : 0;
}

static int
make_plan(struct put *p, uint64_t size, struct err *e)
{
	const struct put_config *c = &p->config;

	return part_plan_make(&p->plan, c->memory, c->part_size, c->fixed,
	    size, e);
}

static int
open_input(struct put *p, struct err *e)
{
	const struct put_config *c = &p->config;
	struct input_how how = c->input;
	struct stop *stop = c->s3.stop;

	if (stop != NULL)
		how.stop = stop->fd;
	how.loss = "nothing is stored";
	if (input_open(&p->in, &how, e) != 0) {
		if (stop != NULL)
			stop_check(stop, e);
		return -1;
	}
	return verify_open(&p->verify, &c->verify, &p->in, e);
}

/* The threads that read, and hash where a digest is signed or stored. */
static struct parts *
start_parts(struct put *p, struct err *e)
{
	const struct upload_config *c = &p->config.upload;
	const struct parts_config config = { .plan = p->plan,
		.windows = c->parallel + SPARE, .kind = c->kind,
		.hashed = c->kind == CHECKSUM_SHA256 ||
		    s3_signs_payload(p->s3, c->kind != CHECKSUM_NONE) };

	return parts_start(&p->in, &config, p->meter, e);
}

int
put_open(struct put *p, const struct put_config *config, struct meter *meter,
    struct err *e)
{
	*p = (struct put){ .config = *config, .meter = meter, .in.fd = -1,
		.open = true,
		.receipt = { config->receipt, config->index } };
	if (config->receipt != NULL)
		p->config.upload.receipt = &p->receipt;
	if (make_plan(p, config->verify.expected, e) != 0 ||
	    (p->s3 = s3_open(&config->s3, config->creds, e)) == NULL ||
	    open_input(p, e) != 0 || make_plan(p, expected_size(p), e) != 0)
		return -1;
	p->parts = start_parts(p, e);
	return p->parts == NULL ? -1 : 0;
}

/* Ends out with the receipt of what is stored now: that it cannot be written is
 * the only thing that can still go wrong. */
static int
give_receipt(struct put *p, struct output *out, struct err *e)
{
	struct upload_result result = upload_result(p->upload);
	size_t len;
	char *text = receipt_stored(p->config.s3.name, result.multipart,
	    result.stored, &len);
	int rc = text == NULL ? err_memory(e) : 0;

	if (rc == 0 && !p->config.quiet)
		rc = output_write(out, text, len, e);
	if (rc == 0)
		rc = output_finish(out, e);
	free(text);
	return rc == 0 ? 0 : err_prefix(e, "'%s' was stored, but there is no "
	    "receipt", s3_shown(p->s3));
}

/* The same for what is prepared, which stays only if its receipt is given. */
static int
give_prepared(struct put *p, struct output *out, struct err *e)
{
	struct upload_result result = upload_result(p->upload);
	size_t len;
	char *text;
	int rc;

	if (p->config.receipt != NULL)
		return upload_give_receipt(p->upload, e) != 0 ? -1 :
		    output_finish(out, e) != 0 ? err_prefix(e, "'%s' is "
		    "prepared, and its receipt left behind on S3",
		    s3_shown(p->s3)) : 0;
	text = receipt_prepared(p->config.s3.name, result.multipart,
	    result.complete, NULL, &len, e);
	rc = text == NULL ? -1 : output_write(out, text, len, e);

	if (rc == 0 && (rc = output_finish(out, e)) == 0)
		upload_keep(p->upload);
	free(text);
	return rc;
}

int
put_run(struct put *p, struct output *out, struct err *e)
{
	p->upload = upload_new(p->s3, p->parts, &p->config.upload, p->meter,
	    e);
	if (p->upload == NULL || upload_send(p->upload, e) != 0)
		return -1;
	if ((p->config.upload.prepare ? upload_prepare(p->upload, e) :
	    upload_publish(p->upload, e)) != 0)
		return -1;
	meter_rest(p->meter);
	return p->config.upload.prepare ? give_prepared(p, out, e) :
	    give_receipt(p, out, e);
}

int
put_rehearse(struct put *p, struct output *out, struct err *e)
{
	const struct dry_run d = { .s3 = &p->config.s3,
		.creds = p->config.creds, .upload = &p->config.upload,
		.plan = &p->plan };
	size_t len;
	char *text = dry_run(&d, p->s3, p->parts, &len, e);
	int rc;

	if (text == NULL)
		return -1;
	meter_rest(p->meter);
	rc = p->config.quiet ? 0 : output_write(out, text, len, e);
	free(text);
	return rc == 0 ? output_finish(out, e) : -1;
}

bool
put_unknown(const struct put *p)
{
	return p->upload != NULL && upload_result(p->upload).stored->unknown;
}

void
put_undo(struct put *p)
{
	struct err e = ERR_NONE;

	if (p->upload == NULL || upload_abort(p->upload, &e) == 0)
		return;
	diag_say("%s", e.text);
	diag_say("an unfinished upload is left behind, upload id '%s'",
	    upload_result(p->upload).multipart->id);
}

bool
put_close(struct put *p)
{
	if (!p->open)
		return true;
	upload_free(p->upload);
	if (!parts_stop(p->parts))
		return false;
	input_close(&p->in);
	verify_close(&p->verify);
	s3_close(p->s3);
	*p = (struct put){ 0 };
	return true;
}
