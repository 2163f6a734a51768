/* All but sending. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_writer.h"
#include "s3/dry_run.h"
#include "http/show.h"

/* Characters of a key id: those at its end that are shown, as AWS's own tools do,
 * and how long it must be for that: the ids of AWS have 20. */
enum { ID_SHOWN = 4, ID_LEN = 16 };

/* Reads to the complete end; *size is what came, *count in how many parts. */
static int
read_all(struct s3_client *s3, struct parts *parts, uint64_t *size,
    unsigned *count, struct err *e)
{
	struct part *part;

	for (;;) {
		switch (parts_next(parts, &part, e)) {
		case PARTS_NONE:
			if (s3_await(s3, parts_fd(parts), e) != 0)
				return -1;
			break;
		case PARTS_PART:
			*size += window_size(&part->window);
			*count = part->number;
			parts_return(parts, part);
			break;
		case PARTS_END:
			return 0;
		case PARTS_FAILED:
			return -1;
		}
	}
}

/* The id's end only, if it is long enough to hide the rest. */
static void
mask_id(const char *id, char out[ID_SHOWN + 5])
{
	size_t len = strlen(id);

	snprintf(out, ID_SHOWN + 5, "****%s",
	    len < ID_LEN ? "" : id + len - ID_SHOWN);
}

static void
write_headers(struct json_writer *j, const struct object *object)
{
	const char *headers[OBJECT_HEADERS];
	char *masked[OBJECT_HEADERS];
	size_t n = object_headers(object, OBJECT_FIRST | OBJECT_LAST |
	    OBJECT_ALL, headers);

	for (size_t i = 0; i < n; i++) {
		size_t name = strcspn(headers[i], ":");

		masked[i] = NULL;
		if (show_is_secret(headers[i], name) &&
		    asprintf(&masked[i], "%.*s: ***", (int)name,
		    headers[i]) < 0)
			masked[i] = NULL;
		if (show_is_secret(headers[i], name))
			headers[i] = masked[i];
	}
	json_writer_texts(j, "headers", headers, n);
	for (size_t i = 0; i < n; i++)
		free(masked[i]);
}

static char *
write_plan(const struct dry_run *d, const struct s3_client *s3, uint64_t size,
    unsigned parts, size_t *len)
{
	const char *id = d->creds == NULL ? NULL : creds_id(d->creds);
	char shown[ID_SHOWN + 5], *url = s3_url(s3);
	struct json_writer j;

	if (id != NULL)
		mask_id(id, shown);
	json_writer_begin(&j);
	json_writer_text(&j, "state", "dry-run");
	json_writer_text(&j, "bucket", d->s3->name->bucket);
	json_writer_text(&j, "key", d->s3->name->key);
	json_writer_number(&j, "size", size);
	json_writer_number(&j, "parts", parts);
	json_writer_number(&j, "part_size", part_plan_size(d->plan, 1));
	json_writer_text(&j, "url", url);
	json_writer_text(&j, "region", s3_region(s3));
	json_writer_text(&j, "credentials", d->creds == NULL ? NULL :
	    creds_source(d->creds));
	json_writer_text(&j, "access_key_id", id == NULL ? NULL : shown);
	json_writer_text(&j, "checksum_algorithm",
	    checksum_name(d->upload->kind));
	write_headers(&j, d->upload->object);
	free(url);
	return json_writer_end(&j, len);
}

char *
dry_run(const struct dry_run *d, struct s3_client *s3, struct parts *parts,
    size_t *len, struct err *e)
{
	uint64_t size = 0;
	unsigned count = 0;
	char *text;

	if (read_all(s3, parts, &size, &count, e) != 0)
		return NULL;
	if (size == 0 && (!d->upload->allow_empty ||
	    (d->upload->prepare && d->upload->receipt == NULL))) {
		err_set(e, EXIT_DATA, "the input is empty: nothing would be "
		    "stored");
		return NULL;
	}
	if (size < part_plan_size(d->plan, 1) && !d->upload->prepare)
		count = 0;
	if ((text = write_plan(d, s3, size, count, len)) == NULL)
		err_memory(e);
	return text;
}
