/* request_data: pieces of a form, or of JSON, put together. */
#define _GNU_SOURCE	/* explicit_bzero */
#include "fetch/request_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

/* Out of the list of processes; early, but some time after the start. */
static void
hide(char *text)
{
	memset(text, '*', strlen(text));
}

static void
wipe(char *text, size_t len)
{
	if (text != NULL)
		explicit_bzero(text, len);
	free(text);
}

/* Adds len bytes after before; takes no part of them over. */
static int
append(struct request_data *d, const char *before, const char *text,
    size_t len, struct err *e)
{
	size_t more = strlen(before), size = d->len + more + len;
	char *longer;

	if (size > REQUEST_DATA_MAX)
		return err_set(e, EXIT_DATA, "more than %d bytes are to be "
		    "sent", (int)REQUEST_DATA_MAX);
	longer = malloc(size + 1);
	if (longer == NULL)
		return err_memory(e);
	if (d->len > 0)
		memcpy(longer, d->text, d->len);
	memcpy(longer + d->len, before, more);
	memcpy(longer + d->len + more, text, len);
	longer[size] = '\0';
	wipe(d->text, d->len);
	d->text = longer;
	d->len = size;
	return 0;
}

static const char *
separator(const struct request_data *d)
{
	return d->text != NULL ? "&" : "";
}

/* What value is, or what is in its file. */
static int
add_as_it_is(struct request_data *d, const char *before, char *value,
    struct err *e)
{
	size_t len;
	char *text;
	int r;

	if (*value != '@') {
		r = append(d, before, value, strlen(value), e);
		hide(value);
		return r;
	}
	text = io_slurp(value + 1, REQUEST_DATA_MAX, &len, e);
	if (text == NULL)
		return -1;
	r = append(d, before, text, len, e);
	wipe(text, len);
	return r;
}

int
request_data_add(struct request_data *d, char *value, struct err *e)
{
	return add_as_it_is(d, separator(d), value, e);
}

int
request_data_json(struct request_data *d, char *value, struct err *e)
{
	d->json = true;
	return add_as_it_is(d, "", value, e);
}

/* Percent-encoded, all but what needs it nowhere (RFC 3986, 2.3), and a blank as
 * forms have it. */
static int
append_encoded(struct request_data *d, const char *text, size_t len,
    struct err *e)
{
	static const char stays[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	char *to, *all;
	int r;

	if (len > REQUEST_DATA_MAX / 3)
		return err_set(e, EXIT_DATA, "more than %d bytes are to be "
		    "sent", (int)REQUEST_DATA_MAX);
	to = all = malloc(3 * len + 1);
	if (all == NULL)
		return err_memory(e);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c != '\0' && strchr(stays, c) != NULL) {
			*to++ = text[i];
			continue;
		}
		if (c == ' ') {
			*to++ = '+';
			continue;
		}
		*to++ = '%';
		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	r = append(d, "", all, (size_t)(to - all), e);
	wipe(all, (size_t)(to - all));
	return r;
}

int
request_data_encode(struct request_data *d, char *value, struct err *e)
{
	size_t name = strcspn(value, "=@"), len;
	bool file = value[name] == '@';
	char *content = value + name + (value[name] != '\0'), *text = NULL;
	int r;

	if (value[name] == '\0') {	/* no name, all of it is content */
		content = value;
		name = 0;
	}
	d->form = true;
	if (file && (text = io_slurp(content, REQUEST_DATA_MAX, &len, e)) ==
	    NULL)
		return -1;
	if (!file)
		len = strlen(content);
	r = append(d, separator(d), value, name, e);
	if (r == 0 && name > 0)
		r = append(d, "=", "", 0, e);
	if (r == 0)
		r = append_encoded(d, file ? text : content, len, e);
	if (file)
		wipe(text, len);
	else
		hide(value);
	return r;
}

const char *
request_data_type(const struct request_data *d)
{
	size_t blanks = strspn(d->text, " \t\r\n");

	return d->json || (!d->form && d->text[blanks] != '\0' &&
	    strchr("{[", d->text[blanks]) != NULL) ? "application/json" :
	    "application/x-www-form-urlencoded";
}

char *
request_data_query(const struct request_data *d, const char *url,
    struct err *e)
{
	size_t before = strcspn(url, "#"), size = strlen(url) + d->len + 2;
	const char *query = memchr(url, '?', before);
	const char *mark = query == NULL ? "?" :
	    query + 1 == url + before ? "" : "&";
	char *all = malloc(size);

	if (all == NULL) {
		err_memory(e);
		return NULL;
	}
	snprintf(all, size, "%.*s%s%s%s", (int)before, url, mark, d->text,
	    url + before);
	return all;
}

void
request_data_free(struct request_data *d)
{
	wipe(d->text, d->len);
	*d = (struct request_data){ 0 };
}
