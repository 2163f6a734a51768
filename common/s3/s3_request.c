/* s3: a request's URL and headers, signed, and its answer. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "s3/s3_client.h"

enum { ANSWER_MAX = 1 << 20 };

static const char *
key_of(const struct s3 *s, const struct s3_request *r)
{
	return r == NULL || r->key == NULL ? s->config.name->key : r->key;
}

const char *
s3_show(const struct s3 *s, const struct s3_request *r, char shown[S3_SHOWN])
{
	snprintf(shown, S3_SHOWN, "s3://%s/%s", s->config.name->bucket,
	    key_of(s, r));
	return shown;
}

int
s3_cannot(const struct s3 *s, const struct s3_request *r, struct err *e)
{
	char shown[S3_SHOWN];

	return err_prefix(e, "cannot %s '%s'", r->what, s3_show(s, r, shown));
}

/* What the last attempt left; the window for the answer is kept. */
static void
free_attempt(struct s3 *s, struct s3_request *r)
{
	struct s3_sending *g = r->sending;

	if (g->running)
		http_cancel(s->http, &g->call);
	http_done(&g->call);
	g->running = false;
	signed_headers_free(&g->headers);
	free(g->url);
	g->url = NULL;
	s3_answer_free(&r->answer);
}

void
s3_clear(struct s3 *s, struct s3_request *r)
{
	if (r->sending == NULL)
		return;
	free_attempt(s, r);
	window_free(&r->sending->answer);
	free(r->sending);
	r->sending = NULL;
}

static int
prepare_sending(struct s3 *s, struct s3_request *r, struct err *e)
{
	if (r->sending != NULL) {
		free_attempt(s, r);
		window_rewind(&r->sending->answer);
		return 0;
	}
	r->sending = calloc(1, sizeof *r->sending);
	if (r->sending == NULL)
		return err_memory(e);
	r->sending->request = r;
	if (window_init(&r->sending->answer, ANSWER_MAX) != 0) {
		free(r->sending);
		r->sending = NULL;
		return err_memory(e);
	}
	return 0;
}

/* What it is about, as the path of a URL; r NULL: the client's object. */
static char *
path_of(const struct s3 *s, const struct s3_request *r)
{
	return sigv4_path(s->endpoint.prefix, s->endpoint.bucket_in_path ?
	    s->config.name->bucket : NULL, key_of(s, r));
}

/* URL and headers of an attempt. */
static int
build(struct s3 *s, struct s3_request *r, struct err *e)
{
	struct s3_sending *g = r->sending;
	int64_t now = (int64_t)time(NULL) + s->skew;
	struct sigv4_key key;
	uint8_t digest[SHA256_SIZE];
	char payload[SHA256_HEX], *path, *query;
	int rc;

	if (s->creds != NULL && creds_get(s->creds, now, &key, e) != 0) {
		s3_check(s, e);		/* a signal meanwhile says more */
		return -1;
	}
	if (r->sha256 == NULL && sha256_of(r->body, r->len, digest, e) != 0)
		return -1;
	hex_write(payload, r->sha256 == NULL ? digest : r->sha256,
	    SHA256_SIZE);
	path = path_of(s, r);
	query = sigv4_query(r->query, r->n_query);
	if (path == NULL || query == NULL || asprintf(&g->url, "%s%s%s%s",
	    s->endpoint.origin, path, *query == '\0' ? "" : "?", query) < 0) {
		g->url = NULL;
		rc = err_memory(e);
	} else {
		const struct sigv4_request q = { .method = r->method,
			.path = path, .query = query, .payload = payload,
			.region = s->region, .service = "s3" };

		rc = signed_headers_make(&g->headers, &q, s->endpoint.host,
		    r->headers, r->n_headers, s->creds == NULL ? NULL : &key,
		    now, e);
	}
	free(path);
	free(query);
	return rc;
}

static int
collect(struct http_call *call, const void *data, size_t len)
{
	struct s3_sending *g = call->ctx;

	return window_write(&g->answer, data, len);
}

int
s3_start(struct s3 *s, struct s3_request *r, struct err *e)
{
	struct s3_sending *g;

	if (prepare_sending(s, r, e) != 0 || build(s, r, e) != 0)
		return s3_cannot(s, r, e);
	g = r->sending;
	g->call = (struct http_call){
		.method = r->method, .url = g->url,
		.headers = (const char *const *)g->headers.lines,
		.n_headers = g->headers.n, .body = r->body,
		.body_len = r->len, .on_body = collect, .ctx = g,
	};
	r->fault = S3_NONE;
	r->attempts++;
	s->attempts++;
	if (http_start(s->http, &g->call, e) != 0)
		return s3_cannot(s, r, e);
	g->running = true;
	return 0;
}

char *
s3_url(const struct s3 *s)
{
	char *path = path_of(s, NULL), *url;

	if (path == NULL || asprintf(&url, "%s%s", s->endpoint.origin,
	    path) < 0)
		url = NULL;
	free(path);
	return url;
}

const char *
s3_header(const struct s3_request *r, const char *name)
{
	return http_header(&r->sending->call, name);
}

const char *
s3_body(const struct s3_request *r, size_t *len)
{
	*len = window_size(&r->sending->answer);
	return window_bytes(&r->sending->answer);
}
