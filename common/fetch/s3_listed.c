/* s3_listed: a listed object as a line of JSON, and pinned for GetObject. */
#define _GNU_SOURCE	/* asprintf */
#include "fetch/s3_listed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "json/json_writer.h"

char *
s3_listed_line(const char *bucket, const struct s3_listed *o, size_t *len,
    struct err *e)
{
	struct json_writer j;
	char *line;

	json_writer_begin(&j);
	json_writer_text(&j, "bucket", bucket);
	json_writer_text(&j, "key", o->key);
	json_writer_number(&j, "size", o->size);
	json_writer_text(&j, "etag", o->etag);
	json_writer_text(&j, "last_modified", o->modified);
	json_writer_text(&j, "storage_class", o->storage_class);
	if ((line = json_writer_end(&j, len)) == NULL)
		err_memory(e);
	return line;
}

static struct s3_object *
pinned(struct s3_remote *r, const char *bucket, const char *key,
    const char *etag, uint64_t size, struct err *e)
{
	struct s3_object *o = s3_object_named(r, bucket, key, e);

	if (o == NULL)
		return NULL;
	o->sized = true;
	o->size = size;
	o->etag = strdup(etag);
	if (o->etag != NULL)
		return o;
	s3_object_free(o);
	err_memory(e);
	return NULL;
}

struct s3_object *
s3_listed_object(struct s3_remote *r, const char *bucket,
    const struct s3_listed *o, struct err *e)
{
	return pinned(r, bucket, o->key, o->etag, o->size, e);
}

struct s3_object *
s3_listed_read(struct s3_remote *r, const char *line, char **url,
    struct err *e)
{
	struct json_want w[] = { { .path = "bucket" }, { .path = "key" },
	    { .path = "size" }, { .path = "etag" } };
	enum { N = sizeof w / sizeof *w };
	struct s3_object *o = NULL;
	struct s3_name name = { 0 };
	uint64_t size;

	*url = NULL;
	if (json_pick(line, strlen(line), w, N, e) == -1)
		goto end;
	if (w[0].type != JSON_STRING || w[1].type != JSON_STRING ||
	    w[3].type != JSON_STRING || !json_want_number(&w[2], &size) ||
	    strlen(w[1].text) != w[1].len || strpbrk(w[3].text, "\r\n") ||
	    strchr(w[0].text, '/') != NULL) {
		err_set(e, EXIT_DATA, "a line that is no object with bucket, "
		    "key, size and etag, as --list writes it");
		goto end;
	}
	if (asprintf(url, "s3://%s/%s", w[0].text, w[1].text) < 0) {
		*url = NULL;
		err_memory(e);
	} else if (s3_name_parse(&name, *url, e) == 0) {
		o = pinned(r, name.bucket, name.key, w[3].text, size, e);
	}
	s3_name_free(&name);
end:
	json_want_free(w, N);
	if (o == NULL) {
		free(*url);
		*url = NULL;
	}
	return o;
}
