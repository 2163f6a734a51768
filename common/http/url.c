/* url: libcurl's URL parser, with strings in and out. */
#include "http/url.h"

#include <curl/curl.h>
#include <idn2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/encoding.h"
#include "http/show.h"

bool
url_is_secure(const char *url)
{
	return strncasecmp(url, "https://", 8) == 0;
}

/* What is wrong with a URL, for e; -1. */
static int
refuse(const char *url, CURLUcode why, enum exit_code code, struct err *e)
{
	char shown[256];

	if (why == CURLUE_OUT_OF_MEMORY)
		return err_memory(e);
	show_url(url, shown, sizeof shown);
	if (strlen(url) > URL_MAX)
		return err_set(e, code, "the URL '%s' is longer than %d bytes",
		    shown, (int)URL_MAX);
	if (strstr(url, "://") == NULL && code == EXIT_USAGE)
		return err_set(e, code, "malformed URL '%s': its scheme is "
		    "missing, such as https://", shown);
	if (strpbrk(url, " \t") != NULL)
		return err_set(e, code, "malformed URL '%s': a blank is written "
		    "as %%20", shown);
	return err_set(e, code, "malformed URL '%s': %s", shown,
	    why == CURLUE_UNSUPPORTED_SCHEME || why == CURLUE_BAD_SCHEME ?
	    "only http and https are spoken" : curl_url_strerror(why));
}

/* A parsed absolute http(s) URL for curl_url_cleanup, or NULL with e. */
static CURLU *
parse(const char *url, enum exit_code code, struct err *e)
{
	CURLU *u = curl_url();
	CURLUcode why = CURLUE_OUT_OF_MEMORY;

	if (strlen(url) > URL_MAX)
		why = CURLUE_MALFORMED_INPUT;
	else if (u != NULL)
		why = curl_url_set(u, CURLUPART_URL, url, CURLU_PATH_AS_IS);
	if (why == CURLUE_OK && strncasecmp(url, "http://", 7) != 0 &&
	    !url_is_secure(url))
		why = CURLUE_UNSUPPORTED_SCHEME;
	if (why == CURLUE_OK)
		return u;
	refuse(url, why, code, e);
	curl_url_cleanup(u);
	return NULL;
}

int
url_check(const char *url, enum exit_code code, struct err *e)
{
	CURLU *u = parse(url, code, e);

	curl_url_cleanup(u);
	return u != NULL ? 0 : -1;
}

/* The name in ASCII; NULL with e. */
static char *
to_ascii(const char *host, enum exit_code code, struct err *e)
{
	uint8_t *ascii = NULL;
	char *copy = NULL;
	int r = idn2_lookup_u8((const uint8_t *)host, &ascii,
	    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

	/* A character may stand for several, of which one ends a host. */
	if (r == IDN2_OK && ((const char *)ascii)[strspn((const char *)ascii,
	    "abcdefghijklmnopqrstuvwxyz0123456789-._")] != '\0')
		r = IDN2_DISALLOWED;
	if (r == IDN2_OK)
		copy = strdup((const char *)ascii);
	if (r == IDN2_MALLOC || (r == IDN2_OK && copy == NULL))
		err_memory(e);
	else if (r != IDN2_OK)
		err_set(e, code, "'%s' cannot be the name of a host: %s", host,
		    idn2_strerror(r));
	idn2_free(ascii);
	return copy;
}

static bool
is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

char *
url_ascii(const char *url, enum exit_code code, struct err *e)
{
	CURLU *u = parse(url, code, e);
	char *host = NULL, *ascii = NULL, *made = NULL, *copy = NULL;

	if (u == NULL)
		return NULL;
	if (curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
		err_memory(e);
	} else if (is_ascii(host)) {
		if ((copy = strdup(url)) == NULL)
			err_memory(e);
	} else if ((ascii = to_ascii(host, code, e)) != NULL) {
		if (curl_url_set(u, CURLUPART_HOST, ascii, 0) != CURLUE_OK ||
		    curl_url_get(u, CURLUPART_URL, &made, 0) != CURLUE_OK ||
		    (copy = strdup(made)) == NULL)
			err_memory(e);
	}
	curl_free(host);
	curl_free(made);
	free(ascii);
	curl_url_cleanup(u);
	return copy;
}

char *
url_join(const char *base, const char *reference, struct err *e)
{
	CURLU *u = curl_url();
	CURLUcode why = CURLUE_OUT_OF_MEMORY;
	char *joined = NULL, *ascii = NULL;

	if (strlen(reference) > URL_MAX)
		why = CURLUE_MALFORMED_INPUT;
	else if (u != NULL)
		why = curl_url_set(u, CURLUPART_URL, base, 0);
	/* libcurl would look for slashes in a fragment, and take one that stands
	 * alone for a path. */
	if (why == CURLUE_OK)
		why = curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	if (why == CURLUE_OK && *reference != '\0' && *reference != '#')
		why = curl_url_set(u, CURLUPART_URL, reference,
		    CURLU_URLENCODE);
	/* Without memory for the base it takes a reference as it stands. */
	if (why == CURLUE_BAD_SCHEME &&
	    reference[strcspn(reference, ":/?#")] != ':')
		why = CURLUE_OUT_OF_MEMORY;
	if (why == CURLUE_OK)
		why = curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	if (why == CURLUE_OK)
		why = curl_url_get(u, CURLUPART_URL, &joined, 0);
	curl_url_cleanup(u);
	if (why != CURLUE_OK) {
		refuse(reference, why, EXIT_DATA, e);
		return NULL;
	}
	ascii = url_ascii(joined, EXIT_DATA, e);
	curl_free(joined);
	return ascii;
}

/* As url_same_origin, of one part that each such URL has. */
static int
same_part(CURLU *a, CURLU *b, CURLUPart part, struct err *e)
{
	char *x = NULL, *y = NULL;
	int same = -1;

	if (curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) == CURLUE_OK)
		same = strcasecmp(x, y) == 0;
	else
		err_memory(e);
	curl_free(x);
	curl_free(y);
	return same;
}

int
url_same_origin(const char *a, const char *b, struct err *e)
{
	static const CURLUPart parts[] = { CURLUPART_SCHEME, CURLUPART_HOST,
	    CURLUPART_PORT };
	struct err why = ERR_NONE;
	CURLU *x = parse(a, EXIT_DATA, &why);
	CURLU *y = x != NULL ? parse(b, EXIT_DATA, &why) : NULL;
	int same = y != NULL;

	if (!same && why.code == EXIT_INTERNAL)
		same = err_memory(e);
	for (size_t i = 0; same == 1 && i < sizeof parts / sizeof *parts; i++)
		same = same_part(x, y, parts[i], e);
	curl_url_cleanup(x);
	curl_url_cleanup(y);
	return same;
}

char *
url_host(const char *url, struct err *e)
{
	CURLU *u = parse(url, EXIT_USAGE, e);
	char *host = NULL, *copy = NULL;

	if (u != NULL && (curl_url_get(u, CURLUPART_HOST, &host, 0) !=
	    CURLUE_OK || (copy = strdup(host)) == NULL))
		err_memory(e);
	curl_free(host);
	curl_url_cleanup(u);
	return copy;
}

char *
url_target(const char *url, struct err *e)
{
	CURLU *u = parse(url, EXIT_USAGE, e);
	char *path = NULL, *query = NULL, *target = NULL;
	CURLUcode why = CURLUE_OUT_OF_MEMORY;
	size_t size;

	if (u == NULL)
		return NULL;
	if (curl_url_get(u, CURLUPART_PATH, &path,
	    CURLU_URLENCODE) == CURLUE_OK)
		why = curl_url_get(u, CURLUPART_QUERY, &query, 0);
	if (why == CURLUE_OK || why == CURLUE_NO_QUERY) {
		size = strlen(path) + (query != NULL ? strlen(query) : 0) + 2;
		target = malloc(size);
		if (target != NULL)
			snprintf(target, size, "%s%s%s", path,
			    query != NULL ? "?" : "", query != NULL ? query : "");
	}
	if (target == NULL)
		err_memory(e);
	curl_free(path);
	curl_free(query);
	curl_url_cleanup(u);
	return target;
}

char *
url_move(const char *url, const char *origin, struct err *e)
{
	const char *host = strstr(origin, "://");
	size_t kept = host == NULL ? 0 : (size_t)(host - origin) + 3;
	char *target = url_target(url, e), *moved;

	if (target == NULL)
		return NULL;
	kept += strcspn(origin + kept, "/?#");
	moved = malloc(kept + strlen(target) + 1);
	if (moved == NULL) {
		err_memory(e);
	} else {
		memcpy(moved, origin, kept);
		strcpy(moved + kept, target);
	}
	free(target);
	return moved;
}

/*
 * Queries.  They are handled as text, so that what is not touched stays as it
 * was: the bytes after the first '?' and before the first '#', parameters with
 * '&' between them.  A further '?' is a byte like others.
 */

struct parameter {
	const char *name, *value, *end;	/* name up to '=' or end */
	size_t name_len;
};

/* The query; empty, at the end of the URL proper, when there is none. */
static const char *
query_of(const char *url, const char **end)
{
	const char *mark;

	*end = url + strcspn(url, "#");
	mark = memchr(url, '?', (size_t)(*end - url));
	return mark != NULL ? mark + 1 : *end;
}

static struct parameter
parameter_at(const char *at, const char *end)
{
	struct parameter p = { .name = at };
	const char *equals;

	p.end = memchr(at, '&', (size_t)(end - at));
	if (p.end == NULL)
		p.end = end;
	equals = memchr(at, '=', (size_t)(p.end - at));
	p.name_len = (size_t)((equals != NULL ? equals : p.end) - at);
	p.value = equals != NULL ? equals + 1 : p.end;
	return p;
}

/* The next byte of a parameter's name or value, decoded; moves on. */
static char
next_byte(const char **s, const char *end)
{
	const char *at = *s;

	if (*at == '%' && end - at > 2 && hex_digit(at[1]) >= 0 &&
	    hex_digit(at[2]) >= 0) {
		*s += 3;
		return (char)(hex_digit(at[1]) * 16 + hex_digit(at[2]));
	}
	++*s;
	return *at == '+' ? ' ' : *at;
}

/* Is that its name, however each of them is encoded? */
static bool
is_named(const struct parameter *p, const char *name)
{
	const char *a = p->name, *a_end = p->name + p->name_len;
	const char *b = name, *b_end = name + strlen(name);

	while (a < a_end && b < b_end)
		if (next_byte(&a, a_end) != next_byte(&b, b_end))
			return false;
	return a == a_end && b == b_end;
}

int
url_query_get(const char *url, const char *name, char **value, struct err *e)
{
	const char *end, *at = query_of(url, &end);

	*value = NULL;
	while (at < end) {
		struct parameter p = parameter_at(at, end);
		char *to;

		if (!is_named(&p, name)) {
			at = p.end + (p.end < end);
			continue;
		}
		*value = to = malloc((size_t)(p.end - p.value) + 1);
		if (to == NULL)
			return err_memory(e);
		while (p.value < p.end)
			*to++ = next_byte(&p.value, p.end);
		*to = '\0';
		break;
	}
	return 0;
}

static char *
append(char *to, const char *from, size_t len)
{
	memcpy(to, from, len);
	return to + len;
}

/* Appends text, encoded but for letters, digits and what stays. */
static char *
append_encoded(char *to, const char *text, const char *stays)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || strchr(stays, c) != NULL) {
			*to++ = *text;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	return to;
}

/* Before each parameter but the first, which has the question mark. */
static char *
separate(char *to, bool *begun)
{
	*to++ = *begun ? '&' : '?';
	*begun = true;
	return to;
}

/* Where it is there, its name stays as it is spelt; where it is new, it is
 * spelt as the caller does, made fit for a query (RFC 3986, 3.4). */
static char *
append_pair(char *to, const struct parameter *there, const char *name,
    const char *value)
{
	if (there != NULL)
		to = append(to, there->name, there->name_len);
	else
		to = append_encoded(to, name, "-._~!$'()*,:@/%");
	*to++ = '=';
	return append_encoded(to, value, "-._~");
}

char *
url_query_set(const char *url, const char *name, const char *value,
    struct err *e)
{
	const char *end, *at = query_of(url, &end);
	size_t size = strlen(url) + strlen(name) + strlen(value);
	bool begun = false, set = false;
	char *made, *to;

	if (size > URL_MAX) {
		err_set(e, EXIT_DATA, "with '%s' the URL is longer than %d "
		    "bytes", name, (int)URL_MAX);
		return NULL;
	}
	to = made = malloc(3 * size + sizeof "&=");
	if (made == NULL) {
		err_memory(e);
		return NULL;
	}
	to = append(to, url, (size_t)(at - url));
	if (to > made && to[-1] == '?')
		to--;
	while (at < end) {
		struct parameter p = parameter_at(at, end);

		if (!is_named(&p, name)) {
			to = append(separate(to, &begun), p.name,
			    (size_t)(p.end - p.name));
		} else if (!set) {
			to = append_pair(separate(to, &begun), &p, name, value);
			set = true;
		}
		at = p.end + (p.end < end);
	}
	if (!set)
		to = append_pair(separate(to, &begun), NULL, name, value);
	append(to, end, strlen(end) + 1);
	return made;
}
