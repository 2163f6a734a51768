/* show: URLs and headers taken apart only as far as showing them needs. */
#include "http/show.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	VALUE_MAX = 24,		/* "2026-08-20T12:00:00.000Z" */
	DIGITS_MAX = 10,	/* in a row: seconds since 1970; more may be a
				 * secret number */
	WORD_MAX = 12		/* a parameter without a value: "list" */
};

/* Where what is shown goes, piece by piece. */
struct writer {
	void (*put)(struct writer *w, const char *text, size_t len, bool secret);
	char *to;
	size_t left;		/* without the NUL */
	bool cut;
	bool whole;		/* show_url_whole */
};

/* Does the name hold one of these parts, whatever its case? */
static bool
has_part(const char *const *parts, const char *name, size_t len)
{
	for (; *parts != NULL; parts++) {
		size_t n = strlen(*parts);

		for (size_t at = 0; at + n <= len; at++)
			if (strncasecmp(name + at, *parts, n) == 0)
				return true;
	}
	return false;
}

bool
show_is_secret(const char *name, size_t len)
{
	static const char *const parts[] = { "auth", "key", "token", "secret",
	    "passw", "pwd", "cookie", "sig", "credential", "session", "code",
	    "otp", "pin", NULL };

	return has_part(parts, name, len);
}

/* Is a parameter of that name a place in a list? */
static bool
is_place(const char *name, size_t len)
{
	static const char *const parts[] = { "page", "next", "skip", "cursor",
	    "after", "before", "continu", "marker", NULL };

	return has_part(parts, name, len);
}

/* Numbers, dates, versions. */
static bool
is_plain_value(const char *value, size_t len)
{
	size_t digits = 0;

	if (len > VALUE_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool digit = value[i] >= '0' && value[i] <= '9';

		digits = digit ? digits + 1 : 0;
		if (digits > DIGITS_MAX || (!digit &&
		    strchr("-:.,TZ", value[i]) == NULL))
			return false;
	}
	return true;
}

static bool
is_plain_word(const char *word, size_t len)
{
	return len <= WORD_MAX &&
	    strspn(word, "abcdefghijklmnopqrstuvwxyz-") >= len;
}

/* The last of these bytes before end, or NULL. */
static const char *
find_last(const char *from, const char *end, char c)
{
	while (end > from)
		if (*--end == c)
			return end;
	return NULL;
}

/* Is what follows the host's last colon no port, so that the URL is malformed
 * and an unescaped password the likely reason? */
static bool
is_odd(const char *host, const char *end)
{
	const char *colon = find_last(host, end, ':');

	if (colon == NULL || memchr(colon, ']', (size_t)(end - colon)) != NULL)
		return false;
	return strspn(colon + 1, "0123456789") < (size_t)(end - colon - 1);
}

/* Scheme, user, host and path, up to the query or the fragment. */
static const char *
walk_path(struct writer *w, const char *url)
{
	size_t scheme = strspn(url, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
	bool absolute = scheme > 0 && strncmp(url + scheme, "://", 3) == 0;
	const char *host = absolute ? url + scheme + 3 : url;
	const char *end = host + strcspn(host, "?#");
	const char *at = find_last(host, absolute ?
	    host + strcspn(host, "/?#\\") : end, '@');

	if (absolute && at == NULL && is_odd(host, host +
	    strcspn(host, "/?#\\"))) {
		end = host + strlen(host);
		at = find_last(host, end, '@');
		at = at != NULL ? at : end;
		end = at + strcspn(at, "?#");
	}
	w->put(w, url, (size_t)(host - url), false);
	if (at != NULL) {
		w->put(w, host, (size_t)(at - host), true);
		host = at;
	}
	w->put(w, host, (size_t)(end - host), false);
	return end;
}

static void
walk_query(struct writer *w, const char *at, const char *end)
{
	while (at < end) {
		const char *stop = memchr(at, '&', (size_t)(end - at));
		const char *value;
		size_t name;

		stop = stop != NULL ? stop : end;
		value = memchr(at, '=', (size_t)(stop - at));
		if (value == NULL) {
			w->put(w, at, (size_t)(stop - at),
			    !is_plain_word(at, (size_t)(stop - at)));
		} else {
			name = (size_t)(value++ - at);
			w->put(w, at, name + 1, false);
			w->put(w, value, (size_t)(stop - value),
			    w->whole ? show_is_secret(at, name) &&
			    !is_place(at, name) : show_is_secret(at, name) ||
			    !is_plain_value(value, (size_t)(stop - value)));
		}
		at = stop + (stop < end);
		w->put(w, stop, (size_t)(at - stop), false);
	}
}

static void
walk_url(struct writer *w, const char *url)
{
	const char *at = walk_path(w, url);
	const char *end = at + strcspn(at, "#");

	if (at < end) {
		w->put(w, at, 1, false);
		walk_query(w, at + 1, end);
	}
	if (*end != '\0') {
		w->put(w, end, 1, false);
		w->put(w, end + 1, strlen(end + 1), true);
	}
}

static void
put_shown(struct writer *w, const char *text, size_t len, bool secret)
{
	if (secret && len > 0) {
		text = "***";
		len = 3;
	}
	if (len > w->left) {
		w->cut = true;
		len = w->left;
	}
	memcpy(w->to, text, len);
	w->to += len;
	w->left -= len;
}

/* Ends what was put into shown. */
static void
end_shown(struct writer *w, char *shown)
{
	size_t len = (size_t)(w->to - shown);

	*w->to = '\0';
	if (w->cut && len >= 3)
		memcpy(w->to - 3, "...", 3);
}

void
show_url(const char *url, char *shown, size_t size)
{
	struct writer w = { .put = put_shown, .to = shown, .left = size - 1 };

	walk_url(&w, url);
	end_shown(&w, shown);
}

void
show_url_whole(const char *url, char *shown, size_t size)
{
	struct writer w = { .put = put_shown, .to = shown, .left = size - 1,
		.whole = true };

	walk_url(&w, url);
	end_shown(&w, shown);
}

static void
put_wiped(struct writer *w, const char *text, size_t len, bool secret)
{
	if (secret)
		memset(w->to, '*', len);
	w->to += len;
	(void)text;
}

void
show_wipe_url(char *url)
{
	struct writer w = { .put = put_wiped, .to = url };

	walk_url(&w, url);
}

/* Headers. */

/* Is the name on a list of such, of which one that ends in '-' is a prefix? */
static bool
is_listed(const char *const *list, const char *name, size_t len)
{
	for (; *list != NULL; list++) {
		size_t n = strlen(*list);

		if ((len == n || (len > n && (*list)[n - 1] == '-')) &&
		    strncasecmp(name, *list, n) == 0)
			return true;
	}
	return false;
}

static bool
is_plain_header(const char *name, size_t len)
{
	static const char *const plain[] = { "accept", "accept-", "age",
	    "allow", "cache-control", "connection", "content-encoding",
	    "content-language", "content-length", "content-md5",
	    "content-range", "content-type", "date", "etag", "expect",
	    "expires", "host", "if-", "keep-alive", "last-modified", "pragma",
	    "range", "ratelimit-", "retry-after", "server", "trailer",
	    "transfer-encoding", "upgrade", "user-agent", "vary", "via",
	    "x-amz-acl", "x-amz-bucket-region", "x-amz-checksum-",
	    "x-amz-content-sha256", "x-amz-date", "x-amz-id-2",
	    "x-amz-mp-object-size", "x-amz-object-lock-", "x-amz-request-id",
	    "x-amz-sdk-checksum-algorithm", "x-amz-server-side-encryption",
	    "x-amz-storage-class", "x-amz-trailer", "x-amz-version-id",
	    "x-page", "x-per-page", "x-next-page", "x-ratelimit-",
	    "x-request-id", "x-total-", NULL };

	return is_listed(plain, name, len);
}

/* Values that are URLs, or have some in angle brackets (Link, RFC 8288). */
static void
walk_urls(struct writer *w, const char *value)
{
	size_t before = strcspn(value, "<");
	char one[1024];

	if (value[before] == '\0') {
		walk_url(w, value);
		return;
	}
	while (value[before] == '<') {
		const char *target = value + before + 1;
		size_t len = strcspn(target, ">");

		w->put(w, value, before + 1, false);
		snprintf(one, sizeof one, "%.*s", (int)(len < sizeof one ?
		    len : sizeof one - 1), target);
		walk_url(w, one);
		value = target + len;
		before = strcspn(value, "<");
	}
	w->put(w, value, strlen(value), false);
}

void
show_header(const char *header, char *shown, size_t size)
{
	static const char *const urls[] = { "content-location", "link",
	    "location", "referer", NULL };
	struct writer w = { .put = put_shown, .to = shown, .left = size - 1 };
	size_t name = strcspn(header, ":");
	const char *value = header + name;

	value += *value == ':';
	value += strspn(value, " \t");
	put_shown(&w, header, (size_t)(value - header), false);
	if (is_listed(urls, header, name))
		walk_urls(&w, value);
	else
		put_shown(&w, value, strlen(value),
		    !is_plain_header(header, name));
	end_shown(&w, shown);
}
