/* url: libcurl's URL parser behind an interface of strings. */
#include "http/url.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
url_name_is_secret(const char *name, size_t len)
{
	static const char *const parts[] = { "auth", "key", "token", "secret",
	    "passw", "cookie", "signature", "credential" };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t n = strlen(parts[i]);

		for (size_t at = 0; at + n <= len; at++)
			if (strncasecmp(name + at, parts[i], n) == 0)
				return true;
	}
	return false;
}

bool
url_is_secure(const char *url)
{
	return strncasecmp(url, "https://", 8) == 0;
}

/* A parsed absolute http(s) URL for curl_url_cleanup, or NULL and why. */
static CURLU *
parse(const char *url, const char **why)
{
	CURLU *u = curl_url();
	CURLUcode code = CURLUE_OUT_OF_MEMORY;

	if (u != NULL)
		code = curl_url_set(u, CURLUPART_URL, url, CURLU_PATH_AS_IS);
	if (code == CURLUE_OK && strncasecmp(url, "http://", 7) != 0 &&
	    !url_is_secure(url))
		code = CURLUE_UNSUPPORTED_SCHEME;
	if (code == CURLUE_OK)
		return u;
	*why = code == CURLUE_UNSUPPORTED_SCHEME ||
	    code == CURLUE_BAD_SCHEME ? "only http and https are spoken" :
	    curl_url_strerror(code);
	curl_url_cleanup(u);
	return NULL;
}

int
url_check(const char *url, enum exit_code code, struct err *e)
{
	const char *why = NULL;
	CURLU *u = parse(url, &why);
	char shown[256];

	if (u != NULL) {
		curl_url_cleanup(u);
		return 0;
	}
	url_mask(url, shown, sizeof shown);
	return err_set(e, code, "malformed URL '%s': %s", shown, why);
}

char *
url_join(const char *base, const char *reference, struct err *e)
{
	CURLU *u = curl_url();
	CURLUcode code = CURLUE_OUT_OF_MEMORY;
	char *joined = NULL, *copy = NULL;
	char shown[256];

	if (u != NULL)
		code = curl_url_set(u, CURLUPART_URL, base, 0);
	if (code == CURLUE_OK && *reference != '\0')
		code = curl_url_set(u, CURLUPART_URL, reference,
		    CURLU_URLENCODE);
	if (code == CURLUE_OK)
		code = curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	if (code == CURLUE_OK)
		code = curl_url_get(u, CURLUPART_URL, &joined, 0);
	curl_url_cleanup(u);
	if (code != CURLUE_OK) {
		url_mask(reference, shown, sizeof shown);
		err_set(e, EXIT_DATA, "malformed URL '%s': %s", shown,
		    curl_url_strerror(code));
		return NULL;
	}
	if (url_check(joined, EXIT_DATA, e) == 0 &&
	    (copy = strdup(joined)) == NULL)
		err_memory(e);
	curl_free(joined);
	return copy;
}

static bool
same_part(CURLU *a, CURLU *b, CURLUPart part, unsigned flags)
{
	char *x = NULL, *y = NULL;
	bool same = curl_url_get(a, part, &x, flags) == CURLUE_OK &&
	    curl_url_get(b, part, &y, flags) == CURLUE_OK &&
	    strcasecmp(x, y) == 0;

	curl_free(x);
	curl_free(y);
	return same;
}

bool
url_same_origin(const char *a, const char *b)
{
	const char *why;
	CURLU *x = parse(a, &why), *y = parse(b, &why);
	bool same = x != NULL && y != NULL &&
	    same_part(x, y, CURLUPART_SCHEME, 0) &&
	    same_part(x, y, CURLUPART_HOST, 0) &&
	    same_part(x, y, CURLUPART_PORT, CURLU_DEFAULT_PORT);

	curl_url_cleanup(x);
	curl_url_cleanup(y);
	return same;
}

char *
url_host(const char *url, struct err *e)
{
	const char *why = NULL;
	CURLU *u = parse(url, &why);
	char *host = NULL, *copy = NULL, shown[256];

	if (u != NULL && curl_url_get(u, CURLUPART_HOST, &host, 0) ==
	    CURLUE_OK)
		copy = strdup(host);
	if (copy == NULL && u == NULL) {
		url_mask(url, shown, sizeof shown);
		err_set(e, EXIT_USAGE, "malformed URL '%s': %s", shown, why);
	} else if (copy == NULL) {
		err_memory(e);
	}
	curl_free(host);
	curl_url_cleanup(u);
	return copy;
}

/* Queries are handled as text: what is not touched stays as it was. */

struct parameter {
	const char *name, *value, *end;	/* name up to '=' or end */
	size_t name_len;
};

/* The bytes of the query, behind '?' and before '#'; both at the end of the
 * URL proper when there is none. */
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

static bool
is_named(const struct parameter *p, const char *name)
{
	return p->name_len == strlen(name) &&
	    memcmp(p->name, name, p->name_len) == 0;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | ' ');
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *
decode(const char *s, const char *end)
{
	char *text = malloc((size_t)(end - s) + 1), *to = text;

	if (text == NULL)
		return NULL;
	while (s < end) {
		if (*s == '%' && end - s > 2 && hex(s[1]) >= 0 &&
		    hex(s[2]) >= 0) {
			*to++ = (char)(hex(s[1]) * 16 + hex(s[2]));
			s += 3;
		} else {
			*to++ = *s == '+' ? ' ' : *s;
			s++;
		}
	}
	*to = '\0';
	return text;
}

char *
url_query_get(const char *url, const char *name)
{
	const char *end, *at = query_of(url, &end);

	while (at < end) {
		struct parameter p = parameter_at(at, end);

		if (is_named(&p, name))
			return decode(p.value, p.end);
		at = p.end + (p.end < end);
	}
	return NULL;
}

static char *
append(char *to, const char *from, size_t len)
{
	memcpy(to, from, len);
	return to + len;
}

static char *
append_parameter(char *to, const char *url, const char *text, size_t len)
{
	if (to[-1] != '?')
		to = append(to, memchr(url, '?', (size_t)(to - url)) == NULL ?
		    "?" : "&", 1);
	return append(to, text, len);
}

char *
url_query_set(const char *url, const char *name, const char *value,
    struct err *e)
{
	const char *end, *at = query_of(url, &end);
	char *encoded = curl_easy_escape(NULL, value, 0);
	char *pair = NULL, *made = NULL, *to;
	size_t name_len = strlen(name), pair_len;
	bool set = false;

	pair_len = encoded == NULL ? 0 : name_len + 1 + strlen(encoded);
	if (encoded != NULL)
		pair = malloc(pair_len + 1);
	if (pair != NULL)
		made = malloc(strlen(url) + pair_len + 3);
	if (made == NULL) {
		err_memory(e);
		goto out;
	}
	to = append(append(pair, name, name_len), "=", 1);
	append(to, encoded, strlen(encoded));
	to = append(made, url, (size_t)(at - url));
	while (at < end) {
		struct parameter p = parameter_at(at, end);

		if (!is_named(&p, name)) {
			to = append_parameter(to, made, p.name,
			    (size_t)(p.end - p.name));
		} else if (!set) {
			to = append_parameter(to, made, pair, pair_len);
			set = true;
		}
		at = p.end + (p.end < end);
	}
	if (!set)
		to = append_parameter(to, made, pair, pair_len);
	append(to, end, strlen(end) + 1);
out:
	free(pair);
	curl_free(encoded);
	return made;
}

/* Showing. */

struct shown {
	char *to;
	size_t left;		/* without the NUL */
};

static void
show(struct shown *s, const char *text, size_t len)
{
	if (len > s->left)
		len = s->left;
	memcpy(s->to, text, len);
	s->to += len;
	s->left -= len;
}

static const char *
show_authority(struct shown *s, const char *url)
{
	const char *host = strstr(url, "://");
	const char *end, *at = NULL;

	host = host != NULL ? host + 3 : url;
	end = host + strcspn(host, "/?#");
	for (const char *p = host; p < end; p++)
		if (*p == '@')
			at = p;
	show(s, url, (size_t)(host - url));
	if (at != NULL) {
		show(s, "***", 3);
		host = at;
	}
	show(s, host, (size_t)(end - host));
	return end;
}

void
url_mask(const char *url, char *shown, size_t size)
{
	struct shown s = { shown, size - 1 };
	const char *rest = show_authority(&s, url);
	const char *end, *at = query_of(rest, &end);

	show(&s, rest, (size_t)(at - rest));
	while (at < end) {
		struct parameter p = parameter_at(at, end);
		bool secret = p.value < p.end &&
		    url_name_is_secret(p.name, p.name_len);

		show(&s, p.name, (size_t)((secret ? p.value : p.end) - p.name));
		if (secret)
			show(&s, "***", 3);
		at = p.end + (p.end < end);
		show(&s, p.end, (size_t)(at - p.end));
	}
	*s.to = '\0';
}
