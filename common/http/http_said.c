/* http: the beginning of a body that came with an error, without the secrets of
 * the request: a server may send back what it was sent. */
#define _GNU_SOURCE	/* explicit_bzero */
#include "http/http_slot.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "http/show.h"

enum {
	SECRET_MIN = 4,		/* bytes; shorter ones are in any text */
	DECODED = 512,		/* bytes of "user:password" */
	FORM_MAX = 8192		/* bytes; what is longer is no form */
};

void
http_say(struct http_slot *s, const char *data, size_t len)
{
	size_t room = sizeof s->said - s->said_len;

	if (s->call->status < 400)
		return;
	if (len > room)
		len = room;
	memcpy(s->said + s->said_len, data, len);
	s->said_len += len;
}

const char *
http_said(const struct http_call *call, size_t *len)
{
	*len = call->slot == NULL ? 0 : call->slot->said_len;
	return *len == 0 ? "" : call->slot->said;
}

static void
mask(struct http_slot *s, const char *secret, size_t len)
{
	char *at = s->said, *end = s->said + s->said_len;

	if (len < SECRET_MIN)
		return;
	while ((size_t)(end - at) >= len) {
		if (memcmp(at, secret, len) == 0)
			memset(at, '*', len);
		at++;
	}
	/* One that was cut at the end of what is kept. */
	for (size_t n = len - 1; n >= SECRET_MIN; n--)
		if (n <= s->said_len && memcmp(end - n, secret, n) == 0)
			memset(end - n, '*', n);
}

/* What "Basic …" stands for. */
static void
mask_basic(struct http_slot *s, const char *text)
{
	char plain[DECODED] = "", *colon;
	size_t len = strlen(text);

	if (len / 4 * 3 >= sizeof plain ||
	    EVP_DecodeBlock((unsigned char *)plain,
	    (const unsigned char *)text, (int)len) < 0)
		return;
	colon = strchr(plain, ':');
	if (colon != NULL)
		mask(s, colon + 1, strlen(colon + 1));
	explicit_bzero(plain, sizeof plain);
}

/* The words of a header that show.h hides. */
static void
mask_header(struct http_slot *s, const char *header)
{
	size_t name = strcspn(header, ":"), len;
	const char *value = header + name + (header[name] == ':');
	char *shown = malloc(strlen(header) + 8);

	if (shown != NULL)
		show_header(header, shown, strlen(header) + 8);
	if (shown == NULL || strcmp(shown, header) != 0)
		for (; *value != '\0'; value += len) {
			value += strspn(value, " \t;,");
			len = strcspn(value, " \t;,");
			if (len == 5 && strncasecmp(value, "Basic", len) == 0)
				mask_basic(s, value + len +
				    strspn(value + len, " "));
			mask(s, value, len);
			name = strcspn(value, "=") + 1;	/* of a cookie */
			if (name < len)
				mask(s, value + name, len - name);
		}
	free(shown);
}

/* What show.h would wipe in the URL, encoded as it is and decoded. */
static void
mask_url(struct http_slot *s, const char *url)
{
	char *wiped = strdup(url);
	size_t n;

	if (wiped == NULL) {
		s->said_len = 0;
		return;
	}
	show_wipe_url(wiped);
	for (size_t i = 0; url[i] != '\0'; i += n) {
		n = 1;
		if (wiped[i] != '*')
			continue;
		n = strspn(wiped + i, "*");
		mask(s, url + i, n);
		for (size_t k = 0; k < n; k++)	/* user:password */
			if (url[i + k] == ':')
				mask(s, url + i + k + 1, n - k - 1);
	}
	explicit_bzero(wiped, strlen(wiped));
	free(wiped);
}

/* The values of a form that was sent. */
static void
mask_form(struct http_slot *s, const char *at, size_t left)
{
	while (left > 0) {
		const char *stop = memchr(at, '&', left);
		size_t n = stop != NULL ? (size_t)(stop - at) : left;
		const char *value = memchr(at, '=', n);

		if (value != NULL)
			mask(s, value + 1, (size_t)(at + n - value - 1));
		n += stop != NULL;
		at += n;
		left -= n;
	}
}

void
http_mask_said(struct http_slot *s)
{
	if (s->said_len == 0)
		return;
	for (const struct curl_slist *l = s->sending; l != NULL; l = l->next)
		mask_header(s, l->data);
	mask_url(s, s->call->url);
	if (s->call->body != NULL && s->call->body_len <= FORM_MAX)
		mask_form(s, s->call->body, s->call->body_len);
}
