/* s3_list: pages asked for one after the other, each checked before it counts. */
#include "fetch/s3_list.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "base/date.h"
#include "base/encoding.h"

/* Objects on a page: what S3 gives at most. */
enum { PAGE_OBJECTS = 1000 };

/* Bytes of a page at most: 1,000 keys of 1,024 bytes, each of which may become
 * three, would be more; but no page with such keys has been seen, and what hostile
 * answers take stays small. */
enum { PAGE_BYTES = 4 << 20 };

struct s3_list {
	struct s3_object *bucket;	/* its key is "" */
	char *prefix;
	const struct s3_filter *filter;
	struct http_policy *policy;
	struct http *http;
	struct s3_attempt attempt;
	/* the page */
	struct s3_listed objects[PAGE_OBJECTS];
	struct s3_listed one;	/* that is being read */
	size_t n, at;
	uint64_t said;		/* KeyCount; UINT64_MAX: not told */
	char *truncated, *token; /* as the page has them */
	/* the list */
	char *last;		/* key of all pages before this one */
	char *next;		/* token of the next page; NULL: the first */
	bool begun, ended;
};

/* Pages. */

static void
forget(struct s3_listed *o)
{
	free(o->key);
	free(o->etag);
	free(o->modified);
	free(o->storage_class);
	*o = (struct s3_listed){ 0 };
}

static void
forget_page(struct s3_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		forget(&l->objects[i]);
	forget(&l->one);
	free(l->truncated);
	free(l->token);
	l->truncated = l->token = NULL;
	l->n = l->at = 0;
	l->said = UINT64_MAX;
}

static int
copy(char **to, const char *text, struct err *e)
{
	char *fresh = strdup(text);

	free(*to);
	*to = fresh;
	return fresh != NULL ? 0 : err_memory(e);
}

/* Undoes encoding-type=url, in place: XML has no way to write control bytes.
 * False for what it is not, or a NUL. */
static bool
decode(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '+') {
			*to++ = ' ';
		} else if (*text != '%') {
			*to++ = *text;
		} else {
			int high = hex_digit(text[1]);
			int low = high < 0 ? -1 : hex_digit(text[2]);

			if (low < 0 || high + low == 0)
				return false;
			*to++ = (char)(high << 4 | low);
			text += 2;
		}
	}
	*to = '\0';
	return true;
}

static bool
number(const char *text, uint64_t *value)
{
	if (*text == '\0' || strlen(text) > 18 ||
	    strspn(text, "0123456789") != strlen(text))
		return false;
	*value = strtoull(text, NULL, 10);
	return true;
}

/* One object has come to its end. */
static int
end_object(struct s3_list *l, struct err *e)
{
	struct s3_listed *o = &l->one;
	const char *before = l->n > 0 ? l->objects[l->n - 1].key : l->last;

	if (o->key == NULL || o->etag == NULL || o->modified == NULL)
		return err_set(e, EXIT_REMOTE, "an object without key, ETag or "
		    "date");
	if (strncmp(o->key, l->prefix, strlen(l->prefix)) != 0)
		return err_set(e, EXIT_REMOTE, "an object that is not below "
		    "the prefix");
	if (before != NULL && strcmp(o->key, before) <= 0)
		return err_set(e, EXIT_REMOTE, "the list repeats itself, or is "
		    "not in order");
	l->objects[l->n++] = *o;
	*o = (struct s3_listed){ 0 };
	return 0;
}

static int
take_member(struct s3_list *l, const char *name, const char *text,
    struct err *e)
{
	struct s3_listed *o = &l->one;

	if (strcmp(name, "Key") == 0) {
		if (copy(&o->key, text, e) == -1)
			return -1;
		return decode(o->key) ? 0 : err_set(e, EXIT_REMOTE,
		    "a key that is not encoded");
	}
	if (strcmp(name, "ETag") == 0)
		return copy(&o->etag, text, e);
	if (strcmp(name, "LastModified") == 0)
		return copy(&o->modified, text, e);
	if (strcmp(name, "StorageClass") == 0)
		return copy(&o->storage_class, text, e);
	if (strcmp(name, "Size") == 0)
		return number(text, &o->size) ? 0 : err_set(e, EXIT_REMOTE,
		    "a size that is no number");
	return 0;
}

static int
take_element(void *ctx, const char *path, const char *text, struct err *e)
{
	static const char root[] = "ListBucketResult.", member[] = "Contents.";
	struct s3_list *l = ctx;

	if (strncmp(path, root, sizeof root - 1) != 0)
		return 0;
	path += sizeof root - 1;
	if (strncmp(path, "Contents", sizeof member - 2) == 0 &&
	    l->n == PAGE_OBJECTS)
		return err_set(e, EXIT_REMOTE, "more objects than a page has");
	if (strncmp(path, member, sizeof member - 1) == 0)
		return take_member(l, path + sizeof member - 1, text, e);
	if (strcmp(path, "Contents") == 0)
		return end_object(l, e);
	if (strcmp(path, "IsTruncated") == 0)
		return copy(&l->truncated, text, e);
	if (strcmp(path, "NextContinuationToken") == 0)
		return copy(&l->token, text, e);
	if (strcmp(path, "KeyCount") == 0 && !number(text, &l->said))
		return err_set(e, EXIT_REMOTE, "a count that is no number");
	return 0;
}

/* Is it a page, and does it say what comes after it? */
static int
read_page(struct s3_list *l, struct err *e)
{
	bool more;

	forget_page(l);
	if (xml_walk(l->attempt.answer.bytes, l->attempt.answer.size,
	    take_element, l, e) == -1)
		return -1;
	if (l->truncated == NULL)
		return err_set(e, EXIT_REMOTE, "it does not say whether the "
		    "list goes on");
	more = strcmp(l->truncated, "true") == 0;
	if (!more && strcmp(l->truncated, "false") != 0)
		return err_set(e, EXIT_REMOTE, "IsTruncated is neither true "
		    "nor false");
	if (l->said != UINT64_MAX && l->said != l->n)
		return err_set(e, EXIT_REMOTE, "it has %zu objects, and says "
		    "that there are %llu", l->n, (unsigned long long)l->said);
	if (more && (l->token == NULL || *l->token == '\0' || l->n == 0))
		return err_set(e, EXIT_REMOTE, "it goes on, but not where");
	l->ended = !more;
	return 0;
}

/* Requests. */

static int
collect(struct http_call *call, const void *data, size_t len)
{
	struct s3_list *l = call->ctx;

	return buffer_add(&l->attempt.answer, data, len);
}

static int
sign(struct s3_list *l, struct http_call *call, struct err *e)
{
	const struct s3_site *site = l->bucket->site;
	const struct sigv4_pair query[] = { { "list-type", "2" },
	    { "encoding-type", "url" }, { "prefix", l->prefix },
	    { "continuation-token", l->next } };
	const struct s3_remote *r = l->bucket->remote;
	struct s3_ask ask = { .method = "GET", .key = "", .query = query,
	    .n_query = l->next != NULL ? 4 : 3,
	    .headers = (const char *const *)r->headers,
	    .n_headers = r->n_headers };

	s3_attempt_free(&l->attempt);
	buffer_init(&l->attempt.answer, PAGE_BYTES);
	l->attempt.corrections = site->corrections;
	if (s3_site_sign(site, &ask, &l->attempt.url, &l->attempt.headers,
	    e) == -1)
		return -1;
	*call = (struct http_call){ .method = "GET", .url = l->attempt.url,
	    .headers = (const char *const *)l->attempt.headers.lines,
	    .n_headers = l->attempt.headers.n, .anonymous = true,
	    .on_body = collect, .ctx = l };
	return 0;
}

enum verdict { DONE, AT_ONCE, AGAIN, FAILED };

static enum verdict
judge(struct s3_list *l, const struct http_call *call, struct err *e)
{
	if (call->end == HTTP_COMPLETE && call->status == 200) {
		char shown[S3_SHOWN];

		if (read_page(l, e) == 0)
			return DONE;
		if (e->code == EXIT_INTERNAL)
			return FAILED;
		e->code = EXIT_REMOTE;
		err_prefix(e, "cannot list '%s'", s3_site_show(l->bucket->site,
		    l->prefix, shown));
		return AGAIN;
	}
	switch (s3_object_refused(l->bucket, &l->attempt, call, e)) {
	case S3_NONE:
		return AT_ONCE;
	case S3_BUSY:
		return AGAIN;
	default:
		return FAILED;
	}
}

static int
get_page(struct s3_list *l, struct err *e)
{
	enum verdict verdict = AGAIN;
	unsigned made = 0;

	l->attempt.renewed = false;
	while (verdict == AGAIN || verdict == AT_ONCE) {
		struct http_call call = { .slot = NULL };
		int64_t pause;

		verdict = sign(l, &call, e) == 0 &&
		    http_policy_run(l->policy, l->http, &call, e) == 0 ?
		    judge(l, &call, e) : FAILED;
		if (verdict == AGAIN) {
			pause = http_policy_pause(l->policy, ++made, &call, e);
			if (pause < 0)
				verdict = FAILED;
			else
				/* without a stop: 0 */
				(void)http_sleep(l->http, pause, -1, e);
		}
		http_done(&call);
	}
	return verdict == DONE ? 0 : -1;
}

/* The next page is there; what it says of the list is kept. */
static int
turn_page(struct s3_list *l, struct err *e)
{
	if (l->n > 0 && copy(&l->last, l->objects[l->n - 1].key, e) == -1)
		return -1;
	if (l->begun) {
		free(l->next);
		l->next = l->token;
		l->token = NULL;
	}
	l->begun = true;
	return get_page(l, e);
}

/* The interface. */

struct s3_list *
s3_list_open(struct s3_remote *r, const char *prefix,
    const struct s3_filter *filter, struct http_policy *policy,
    const struct http_config *http, struct err *e)
{
	struct s3_list *l = calloc(1, sizeof *l);
	struct s3_name name = { 0 };

	if (l == NULL) {
		err_memory(e);
		return NULL;
	}
	l->filter = filter;
	l->policy = policy;
	l->said = UINT64_MAX;
	if (s3_name_parse_prefix(&name, prefix, e) == 0 && (l->bucket =
	    s3_object_named(r, name.bucket, "", e)) != NULL) {
		l->prefix = name.key;
		name.key = NULL;
		l->http = http_new(http, e);
	}
	s3_name_free(&name);
	if (l->http != NULL)
		return l;
	s3_list_close(l);
	return NULL;
}

void
s3_list_close(struct s3_list *l)
{
	if (l == NULL)
		return;
	forget_page(l);
	s3_attempt_free(&l->attempt);
	http_free(l->http);
	s3_object_free(l->bucket);
	free(l->prefix);
	free(l->last);
	free(l->next);
	free(l);
}

static bool
matches(const char *const *patterns, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (fnmatch(patterns[i], key, 0) == 0)
			return true;
	return false;
}

static bool
is_meant(const struct s3_filter *f, const struct s3_listed *o)
{
	int64_t at = 0;

	if (f->n_include > 0 && !matches((const char *const *)f->include,
	    f->n_include, o->key))
		return false;
	if (matches((const char *const *)f->exclude, f->n_exclude, o->key))
		return false;
	if (f->since == 0 && f->until == 0)
		return true;
	return date_parse_iso(o->modified, &at) &&
	    (f->since == 0 || at >= f->since) &&
	    (f->until == 0 || at < f->until);
}

int
s3_list_next(struct s3_list *l, const struct s3_listed **object,
    struct err *e)
{
	for (;;) {
		while (l->at < l->n) {
			*object = &l->objects[l->at++];
			if (is_meant(l->filter, *object))
				return 1;
		}
		if (l->ended)
			return 0;
		if (turn_page(l, e) == -1)
			return -1;
	}
}

const char *
s3_list_bucket(const struct s3_list *l)
{
	return l->bucket->site->name->bucket;
}
