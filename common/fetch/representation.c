/* representation: one body seen through several answers. */
#include "fetch/representation.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/range.h"

void
representation_free(struct representation *r)
{
	free(r->validator);
	free(r->encoding);
	*r = (struct representation){ .length = -1 };
}

int
representation_begin(struct representation *r, const struct http_call *call,
    int64_t length, struct err *e)
{
	const char *encoding = http_header(call, "Content-Encoding");

	representation_free(r);
	r->length = length;
	/* Ranges are of what GET gives (RFC 9110, 14.2). */
	if (strcmp(call->method, "GET") == 0)
		r->validator = range_validator(http_header(call, "ETag"),
		    http_header(call, "Last-Modified"),
		    http_header(call, "Date"));
	if (encoding != NULL && (r->encoding = strdup(encoding)) == NULL)
		return err_memory(e);
	return 0;
}

char *
representation_if_range(const struct representation *r, struct err *e)
{
	size_t size = strlen(r->validator) + sizeof "If-Range: ";
	char *header = malloc(size);

	if (header == NULL) {
		err_memory(e);
		return NULL;
	}
	snprintf(header, size, "If-Range: %s", r->validator);
	return header;
}

static int
changed(const char *what, struct err *e)
{
	return err_set(e, EXIT_TEMP, "%s has changed", what);
}

/* Headers that are there must be those of the body: a 206 may leave out all
 * but ETag, if the whole would have one (RFC 9110, 15.3.7). */
static int
check_headers(const struct representation *r, const struct http_call *call,
    bool whole, struct err *e)
{
	const char *etag = http_header(call, "ETag");
	const char *modified = http_header(call, "Last-Modified");
	const char *encoding = http_header(call, "Content-Encoding");

	if ((whole || etag != NULL || modified != NULL) &&
	    (r->validator == NULL || !range_same(r->validator, etag, modified)))
		return changed("the body", e);
	if (encoding == NULL ? whole && r->encoding != NULL :
	    r->encoding == NULL || strcasecmp(encoding, r->encoding) != 0)
		return changed("the encoding of the body", e);
	return 0;
}

/* An answer tells the length of the whole, or does not (-1). */
static int
note_length(struct representation *r, int64_t length, struct err *e)
{
	if (length < 0)
		return 0;
	if (r->length >= 0 && length != r->length)
		return changed("the length", e);
	r->length = length;
	return 0;
}

int
representation_part(struct representation *r, const struct http_call *call,
    uint64_t from, int64_t until, uint64_t *first, uint64_t *end,
    struct err *e)
{
	struct content_range part;

	if (!content_range_parse(http_header(call, "Content-Range"), &part) ||
	    !part.satisfied)
		return err_set(e, EXIT_REMOTE, "a part without its range");
	if (check_headers(r, call, false, e) == -1 ||
	    note_length(r, part.total, e) == -1)
		return -1;
	if (r->length >= 0 && part.last >= r->length)
		return changed("the length", e);
	if ((uint64_t)part.first > from || (uint64_t)part.last < from ||
	    (until >= 0 && part.last >= until))
		return err_set(e, EXIT_REMOTE, "another range was sent, bytes "
		    "%" PRId64 "-%" PRId64 ", than asked for, bytes %" PRIu64
		    " and on", part.first, part.last, from);
	if (call->length >= 0 && call->length != part.last - part.first + 1)
		return err_set(e, EXIT_REMOTE, "a part of %" PRId64 " bytes "
		    "says that it is bytes %" PRId64 "-%" PRId64, call->length,
		    part.first, part.last);
	*first = (uint64_t)part.first;
	*end = (uint64_t)part.last + 1;
	return 0;
}

int
representation_whole(struct representation *r, const struct http_call *call,
    uint64_t from, struct err *e)
{
	if (check_headers(r, call, true, e) == -1 ||
	    note_length(r, call->length, e) == -1)
		return -1;
	return r->length >= 0 && (uint64_t)r->length < from ?
	    changed("the length", e) : 0;
}

int
representation_none(struct representation *r, const struct http_call *call,
    uint64_t from, struct err *e)
{
	const char *etag = http_header(call, "ETag");
	struct content_range none;

	if (!content_range_parse(http_header(call, "Content-Range"), &none) ||
	    none.satisfied)
		return err_set(e, EXIT_REMOTE, "nothing comes after %" PRIu64
		    " bytes, and the length of the body is not told", from);
	if (etag != NULL && !range_same(r->validator, etag, NULL))
		return changed("the body", e);
	if ((uint64_t)none.total != from)
		return changed("the length", e);
	return note_length(r, none.total, e);
}
