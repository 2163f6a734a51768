/* The manifest: what belongs together, written last. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memstream.h"
#include "json/json_writer.h"
#include "s3/job_private.h"
#include "s3/small_object.h"

int
job_manifest_look(struct job *j, struct err *e)
{
	const struct job_config *c = j->config;
	size_t name = strcspn(j->mark, ":");
	char header[sizeof j->mark], *value;
	bool same;
	int rc;

	if (c->success == NULL)
		return 0;
	snprintf(header, sizeof header, "%.*s", (int)name, j->mark);
	if ((rc = small_object_header(j->s3, c->object, c->success, header,
	    &value, e)) <= 0)
		return rc;
	same = value != NULL && strcmp(value, j->mark + name + 2) == 0;
	free(value);
	return same ? 1 : err_set(e, EXIT_EXISTS, "there is a manifest of "
	    "another job: 's3://%s/%.300s'", c->s3.name->bucket, c->success);
}

static int
write_item(FILE *out, const struct job_item *item, struct err *e)
{
	struct receipt r;
	struct json_writer w;
	size_t len;
	char *text;

	if (receipt_read(&r, item->line, item->len, e) != 0)
		return -1;
	json_writer_begin(&w);
	json_writer_text(&w, "key", item->key);
	json_writer_number(&w, "size", r.multipart.size);
	json_writer_text(&w, "etag", item->etag);
	json_writer_text(&w, "checksum_algorithm",
	    *r.multipart.checksum == '\0' ? NULL :
	    checksum_name(r.multipart.kind));
	json_writer_text(&w, "checksum", *r.multipart.checksum == '\0' ? NULL :
	    r.multipart.checksum);
	json_writer_text(&w, "version_id", item->version);
	text = json_writer_end(&w, &len);
	receipt_free(&r);
	if (text == NULL)
		return err_memory(e);
	fwrite(text, 1, len, out);
	free(text);
	return 0;
}

static char *
make_text(const struct job *j, size_t *len, struct err *e)
{
	char *text = NULL;
	FILE *out = memstream_open(&text, len);
	int rc = 0;

	if (out == NULL) {
		err_memory(e);
		return NULL;
	}
	for (size_t i = 0; rc == 0 && i < j->n; i++)
		if (j->items[i].state == JOB_STORED)
			rc = write_item(out, &j->items[i], e);
	if (fclose(out) != 0)
		rc = err_memory(e);
	if (rc == 0)
		return text;
	free(text);
	return NULL;
}

int
job_manifest_write(struct job *j, struct err *e)
{
	const struct job_config *c = j->config;
	struct small_object o = { .key = c->success,
		.type = "Content-Type: application/x-ndjson",
		.condition = "If-None-Match: *", .metadata = j->mark };
	char *text = make_text(j, &o.len, e);
	int rc = text == NULL ? -1 : 0;

	o.text = text;
	if (rc == 0 && c->success != NULL) {
		rc = small_object_put(j->s3, c->object, &o, NULL, e);
		/* Another commit of this job may have been faster; or this one
		 * was, and did not hear of it. */
		if (rc == 1 && (rc = job_manifest_look(j, e)) >= 0)
			rc = rc == 1 ? 0 : err_set(e, EXIT_TEMP, "the "
			    "manifest was there, and went away");
	}
	if (rc == 0 && c->out != NULL)
		rc = output_write(c->out, text, o.len, e);
	free(text);
	return rc;
}
