/* The four steps of Signature Version 4: canonical request, text to sign,
 * signing key, signature. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/encoding.h"
#include "base/hash.h"
#include "aws/sigv4.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

int
sigv4_stamp(char out[SIGV4_STAMP], time_t t)
{
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year > 9999 - 1900 ||
	    strftime(out, SIGV4_STAMP, "%Y%m%dT%H%M%SZ", &tm) !=
	    SIGV4_STAMP - 1)
		return -1;
	return 0;
}

/* Encoding. */

static int
unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
	    c == '~';
}

static void
encode(FILE *out, const char *text, int slash_too)
{
	for (; *text != '\0'; text++)
		if (unreserved(*text) || (*text == '/' && !slash_too))
			putc_unlocked(*text, out);
		else
			fprintf(out, "%%%02X", (unsigned)(unsigned char)*text);
}

/* Closes a memory stream; its text, or NULL when something did not fit. */
static char *
finish(FILE *out, char **text)
{
	int bad = ferror(out);

	if (fclose(out) != 0 || bad) {
		free(*text);
		*text = NULL;
	}
	return *text;
}

char *
sigv4_encode(const char *text, int slash_too)
{
	char *encoded = NULL;
	size_t len;
	FILE *out = open_memstream(&encoded, &len);

	if (out == NULL)
		return NULL;
	encode(out, text, slash_too);
	return finish(out, &encoded);
}

char *
sigv4_path(const char *prefix, const char *bucket, const char *key)
{
	char *path = NULL;
	size_t len;
	FILE *out = open_memstream(&path, &len);

	if (out == NULL)
		return NULL;
	fputs(prefix, out);
	putc_unlocked('/', out);
	if (bucket != NULL) {
		encode(out, bucket, 1);
		putc_unlocked('/', out);
	}
	encode(out, key, 0);
	return finish(out, &path);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "name=value", encoded.  The order of such texts is not yet that of their
 * names: '=' sorts above '-', '.' and digits.  While sorting it is a 1. */
static char *
parameter(const struct sigv4_pair *pair)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return NULL;
	encode(out, pair->name, 1);
	putc_unlocked(1, out);
	encode(out, pair->value, 1);
	return finish(out, &text);
}

static char *
join_sorted(char **parameters, size_t n)
{
	char *query = NULL;
	size_t len;
	FILE *out = open_memstream(&query, &len);

	if (out == NULL)
		return NULL;
	qsort(parameters, n, sizeof *parameters, by_text);
	for (size_t i = 0; i < n; i++) {
		*strchr(parameters[i], 1) = '=';
		fprintf(out, "%s%s", i == 0 ? "" : "&", parameters[i]);
	}
	return finish(out, &query);
}

char *
sigv4_query(const struct sigv4_pair *pairs, size_t n)
{
	char **parameters = calloc(n + 1, sizeof *parameters);
	char *query = NULL;
	size_t i;

	if (parameters == NULL)
		return NULL;
	for (i = 0; i < n; i++)
		if ((parameters[i] = parameter(&pairs[i])) == NULL)
			break;
	if (i == n)
		query = join_sorted(parameters, n);
	for (i = 0; i < n; i++)
		free(parameters[i]);
	free(parameters);
	return query;
}

/* Headers: "Name: value" becomes "name:value", trimmed, runs of blanks one. */

static char *
canonical_header(const char *header, struct err *e)
{
	const char *colon = strchr(header, ':');
	char *text, *p;

	if (colon == NULL || colon == header ||
	    strpbrk(header, "\r\n") != NULL) {
		err_set(e, EXIT_USAGE, "cannot sign a request: "
		    "a header is not 'name: value'");
		return NULL;
	}
	if ((text = malloc(strlen(header) + 1)) == NULL) {
		err_memory(e);
		return NULL;
	}
	p = text;
	for (; header < colon; header++)
		*p++ = *header >= 'A' && *header <= 'Z' ?
		    (char)(*header - 'A' + 'a') : *header;
	*p++ = ':';
	for (header++; *header != '\0'; header++)
		if ((*header != ' ' && *header != '\t') ||
		    (p[-1] != ' ' && p[-1] != ':'))
			*p++ = *header == '\t' ? ' ' : *header;
	if (p[-1] == ' ')
		p--;
	*p = '\0';
	return text;
}

/* By name alone: ':' sorts above '-', so the whole lines sort differently. */
static int
by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	for (; *x == *y && *x != ':'; x++, y++)
		continue;
	return (*x == ':' ? 0 : (unsigned char)*x) -
	    (*y == ':' ? 0 : (unsigned char)*y);
}

static void
free_headers(char **headers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (headers[i] != NULL) {
			explicit_bzero(headers[i], strlen(headers[i]));
			free(headers[i]);
		}
	free(headers);
}

static char **
sorted_headers(const struct sigv4_request *r, struct err *e)
{
	char **headers = calloc(r->n_headers + 1, sizeof *headers);

	if (headers == NULL) {
		err_memory(e);
		return NULL;
	}
	for (size_t i = 0; i < r->n_headers; i++)
		if ((headers[i] = canonical_header(r->headers[i], e)) == NULL) {
			free_headers(headers, r->n_headers);
			return NULL;
		}
	qsort(headers, r->n_headers, sizeof *headers, by_name);
	return headers;
}

static void
signed_names(FILE *out, char **headers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%.*s", i == 0 ? "" : ";",
		    (int)strcspn(headers[i], ":"), headers[i]);
}

/* Canonical request, text to sign, signature. */

static char *
canonical(const struct sigv4_request *r, char **headers, struct err *e)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL) {
		err_memory(e);
		return NULL;
	}
	fprintf(out, "%s\n%s\n%s\n", r->method, r->path, r->query);
	for (size_t i = 0; i < r->n_headers; i++)
		fprintf(out, "%s\n", headers[i]);
	putc_unlocked('\n', out);
	signed_names(out, headers, r->n_headers);
	fprintf(out, "\n%s", r->payload);
	if (finish(out, &text) == NULL)
		err_memory(e);
	return text;
}

char *
sigv4_canonical(const struct sigv4_request *r, struct err *e)
{
	char **headers = sorted_headers(r, e);
	char *text;

	if (headers == NULL)
		return NULL;
	text = canonical(r, headers, e);
	free_headers(headers, r->n_headers);
	return text;
}

/* "AWS4" + secret, then HMAC over date, region, service, a constant. */
static int
signing_key(const struct sigv4_request *r, const char *secret,
    uint8_t out[SHA256_SIZE], struct err *e)
{
	size_t len = strlen(secret) + 4;
	char *first = malloc(len + 1);
	int failed;

	if (first == NULL)
		return err_memory(e);
	memcpy(first, "AWS4", 4);
	memcpy(first + 4, secret, len - 3);
	failed = hmac_sha256(first, len, r->stamp, 8, out, e) ||
	    hmac_sha256(out, SHA256_SIZE, r->region, strlen(r->region), out,
	    e) ||
	    hmac_sha256(out, SHA256_SIZE, r->service, strlen(r->service), out,
	    e) ||
	    hmac_sha256(out, SHA256_SIZE, "aws4_request", 12, out, e);
	explicit_bzero(first, len);
	free(first);
	return failed ? -1 : 0;
}

static int
signature(const struct sigv4_request *r, const char *secret,
    const char *request, char hex[SHA256_HEX], struct err *e)
{
	uint8_t digest[SHA256_SIZE], key[SHA256_SIZE];
	char *text = NULL;
	size_t len;
	FILE *out;
	int rc = -1;

	if (sha256_of(request, strlen(request), digest, e) != 0)
		return -1;
	hex_write(hex, digest, sizeof digest);
	if ((out = open_memstream(&text, &len)) == NULL)
		return err_memory(e);
	fprintf(out, ALGORITHM "\n%s\n%.8s/%s/%s/aws4_request\n%s", r->stamp,
	    r->stamp, r->region, r->service, hex);
	if (finish(out, &text) == NULL)
		return err_memory(e);
	if (signing_key(r, secret, key, e) == 0 &&
	    hmac_sha256(key, sizeof key, text, len, digest, e) == 0) {
		hex_write(hex, digest, sizeof digest);
		rc = 0;
	}
	explicit_bzero(key, sizeof key);
	free(text);
	return rc;
}

static char *
authorization(const struct sigv4_request *r, const char *id, char **headers,
    const char *hex, struct err *e)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL) {
		err_memory(e);
		return NULL;
	}
	fprintf(out, ALGORITHM " Credential=%s/%.8s/%s/%s/aws4_request, "
	    "SignedHeaders=", id, r->stamp, r->region, r->service);
	signed_names(out, headers, r->n_headers);
	fprintf(out, ", Signature=%s", hex);
	if (finish(out, &text) == NULL)
		err_memory(e);
	return text;
}

char *
sigv4_sign(const struct sigv4_request *r, const struct sigv4_key *key,
    struct err *e)
{
	char **headers = sorted_headers(r, e);
	char *request = NULL, *text = NULL;
	char hex[SHA256_HEX];

	if (headers == NULL)
		return NULL;
	request = canonical(r, headers, e);
	if (request != NULL &&
	    signature(r, key->secret, request, hex, e) == 0)
		text = authorization(r, key->id, headers, hex, e);
	if (request != NULL)
		explicit_bzero(request, strlen(request));
	free(request);
	free_headers(headers, r->n_headers);
	return text;
}
