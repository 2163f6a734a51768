/* lines: a buffer that holds one line at least. */
#include "base/lines.h"

#include <string.h>

int
lines_open(struct lines *l, const char *path, struct err *e)
{
	l->number = 0;
	l->at = l->len = 0;
	return input_open(&l->in, &(struct input_how){ .operand = path,
	    .stop = -1 }, e);
}

void
lines_close(struct lines *l)
{
	input_close(&l->in);
}

int
lines_wait(const struct lines *l)
{
	return memchr(l->buffer + l->at, '\n', l->len - l->at) != NULL ||
	    input_pending(&l->in) ? -1 : l->in.fd;
}

/* Fills up after what is left; 0: nothing more comes. */
static ssize_t
refill(struct lines *l, struct err *e)
{
	ssize_t n;

	memmove(l->buffer, l->buffer + l->at, l->len - l->at);
	l->len -= l->at;
	l->at = 0;
	if (l->len == LINES_MAX)
		return err_set(e, EXIT_DATA, "'%s', line %llu: longer than %d "
		    "bytes", l->in.name, (unsigned long long)l->number + 1,
		    (int)LINES_MAX);
	n = input_read(&l->in, l->buffer + l->len, LINES_MAX - l->len, e);
	if (n > 0)
		l->len += (size_t)n;
	return n;
}

/* Any line, *len bytes of it. */
static char *
any_line(struct lines *l, size_t *len, bool *end, struct err *e)
{
	char *line, *feed;
	ssize_t n;

	*end = false;
	while ((feed = memchr(l->buffer + l->at, '\n', l->len - l->at)) ==
	    NULL) {
		n = refill(l, e);
		if (n < 0)
			return NULL;
		if (n == 0)
			break;
	}
	line = l->buffer + l->at;
	*len = feed != NULL ? (size_t)(feed - line) : l->len - l->at;
	if (feed == NULL && *len == 0) {
		*end = true;
		return NULL;
	}
	l->at += *len + (feed != NULL);
	l->number++;
	return line;
}

char *
lines_next(struct lines *l, bool *end, struct err *e)
{
	char *line;
	size_t len;

	while ((line = any_line(l, &len, end, e)) != NULL) {
		if (len > 0 && line[len - 1] == '\r')
			len--;
		line[len] = '\0';
		if (strlen(line) != len) {
			err_set(e, EXIT_DATA, "'%s', line %llu: it holds a NUL",
			    l->in.name, (unsigned long long)l->number);
			return NULL;
		}
		if (len > 0 && *line != '#')
			return line;
	}
	return NULL;
}
