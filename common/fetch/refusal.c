/* refusal: the one sentence in an error's body. */
#include "fetch/refusal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "http/http_policy.h"
#include "json/json.h"
#include "json/json_array.h"

/* Puts it on one line, each run of white space a blank; cut between two
 * characters. */
static void
put_line(char *to, const char *text, size_t len)
{
	size_t n = 0, whole;

	for (size_t i = 0; i < len && n < REFUSAL_TEXT - 1; i++) {
		bool blank = (unsigned char)text[i] <= ' ';

		if (!blank)
			to[n++] = text[i];
		else if (n > 0 && to[n - 1] != ' ')
			to[n++] = ' ';
	}
	whole = utf8_check(to, n);
	if (n - whole < 4)
		n = whole;
	while (n > 0 && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
}

/* The first of the wants that has a text. */
static bool
put_want(char *to, const struct json_want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (wants[i].type == JSON_STRING && wants[i].len > 0) {
			put_line(to, wants[i].text, wants[i].len);
			return true;
		}
	return false;
}

/* errors: [{"message": "…"}], ["…"] */
static bool
put_first_error(char *to, const char *body, size_t len)
{
	struct json_want message = { .path = "message" };
	struct json_array it;
	struct err e = ERR_NONE;
	const char *text;
	bool found = false;

	if (json_array_open(&it, body, len, "errors") != JSON_ARRAY ||
	    !json_array_next(&it, &text, &len))
		return false;
	if (*text == '"') {
		put_line(to, text + 1, len - 2);
		return true;
	}
	if (json_pick(text, len, &message, 1, &e) == 0)
		found = put_want(to, &message, 1);
	json_want_free(&message, 1);
	return found;
}

static bool
put_json(char *to, const char *body, size_t len)
{
	struct json_want w[] = { { .path = "error.message" },
		{ .path = "error_description" }, { .path = "error" },
		{ .path = "message" }, { .path = "detail" },
		{ .path = "title" } };
	const size_t first = 4, n = sizeof w / sizeof *w;
	struct err e = ERR_NONE;
	bool found = false;

	if (json_pick(body, len, w, n, &e) == 0)
		found = put_want(to, w, first) ||
		    put_first_error(to, body, len) ||
		    put_want(to, w + first, n - first);
	json_want_free(w, n);
	return found;
}

/* Of a page for browsers all but its title would be of no use. */
static void
put_title(char *to, const char *body, size_t len)
{
	static const char open[] = "<title>";
	const size_t n = sizeof open - 1;

	for (size_t i = 0; i + n < len; i++)
		if (strncasecmp(body + i, open, n) == 0) {
			const char *from = body + i + n;
			const char *end = memchr(from, '<', len - i - n);

			if (end != NULL)
				put_line(to, from, (size_t)(end - from));
			return;
		}
}

/* The text alone, "" if there is none; to has REFUSAL_TEXT bytes. */
static void
put_text(const char *body, size_t len, char *to)
{
	*to = '\0';
	while (len > 0 && strchr(" \t\r\n", *body) != NULL && *body != '\0') {
		body++;
		len--;
	}
	if (len > 0 && *body == '<')
		put_title(to, body, len);
	else if (len > 0 && !put_json(to, body, len))
		put_line(to, body, len);
}

int
refusal(const struct http_call *call, const char *what, struct err *e)
{
	char text[REFUSAL_TEXT];
	size_t len, at;
	const char *said = http_said(call, &len);
	int failed = http_policy_failure(call, what, e);

	if ((call->end != HTTP_COMPLETE && call->end != HTTP_STOPPED) ||
	    http_header(call, "Content-Encoding") != NULL)
		return failed;
	put_text(said, len, text);
	at = strlen(e->text);
	if (*text != '\0')
		snprintf(e->text + at, sizeof e->text - at, ": %s", text);
	return failed;
}
