/* splitter: whole lines from a buffer, until the next one does not fit. */
#include "archive/splitter.h"

#include <stdlib.h>
#include <string.h>

int
splitter_init(struct splitter *s, struct input *in, uint64_t limit, bool csv,
    struct err *e)
{
	*s = (struct splitter){ .in = in, .limit = limit, .csv = csv,
		.longest = SPLITTER_LINE };
	s->buf = malloc(SPLITTER_LINE);
	if (s->buf == NULL)
		return err_memory(e);
	return 0;
}

void
splitter_free(struct splitter *s)
{
	free(s->buf);
	free(s->header);
	s->buf = NULL;
	s->header = NULL;
}

/* Moves ready to just after the last line break; stops at the first if once. */
static void
scan(struct splitter *s, bool once)
{
	while (s->scanned < s->len) {
		char c = s->buf[s->scanned++];

		if (c == '"' && s->csv)
			s->quoted = !s->quoted;
		if (c == '\n' && !s->quoted) {
			s->ready = s->scanned;
			if (once)
				return;
		}
	}
}

/* Sees to it that whole lines are at hand, if there are any more. */
static int
fill(struct splitter *s, struct err *e)
{
	bool once = s->csv && s->header == NULL;
	ssize_t n;

	scan(s, once);
	if (s->ready > s->at)
		return 0;
	memmove(s->buf, s->buf + s->at, s->len - s->at);
	s->offset += s->at;
	s->len -= s->at;
	s->scanned -= s->at;
	s->at = s->ready = 0;
	while (s->ready == 0 && !s->ended) {
		if (s->len == s->longest)
			return err_set(e, EXIT_DATA, "a line is longer than "
			    "%zu bytes at byte %llu", s->longest,
			    (unsigned long long)s->offset);
		n = input_read(s->in, s->buf + s->len, s->longest - s->len,
		    e);
		if (n < 0)
			return -1;
		s->ended = n == 0;
		s->len += (size_t)n;
		scan(s, once);
	}
	if (s->ready == 0)
		s->ready = s->len;	/* the last line has no break */
	return 0;
}

/* Keeps the first record, which goes out like any other this time. */
static int
keep_header(struct splitter *s, struct err *e)
{
	if (s->header != NULL || !s->csv)
		return 0;
	s->header = malloc(s->ready + 1);
	if (s->header == NULL)
		return err_memory(e);
	s->header_len = s->header_at = s->ready;
	memcpy(s->header, s->buf, s->ready);
	return 0;
}

int
splitter_next(struct splitter *s, struct err *e)
{
	if (fill(s, e) != 0)
		return -1;
	if (s->pieces > 0 && s->ready == s->at)
		return 0;
	if (s->pieces > 0)
		s->header_at = 0;
	else if (keep_header(s, e) != 0)
		return -1;
	s->used = 0;
	s->empty = true;
	s->pieces++;
	return 1;
}

/* How much of the lines at hand fits into room: all, or up to a break. */
static size_t
fitting(const struct splitter *s, uint64_t room)
{
	bool quoted = s->given_quoted;
	size_t fits = 0;

	if (s->ready - s->at <= room)
		return s->ready - s->at;
	for (size_t i = 0; i < room; i++) {
		char c = s->buf[s->at + i];

		if (c == '"' && s->csv)
			quoted = !quoted;
		if (c == '\n' && !quoted)
			fits = i + 1;
	}
	return fits;
}

static ssize_t
give(struct splitter *s, void *to, const char *from, size_t len)
{
	memcpy(to, from, len);
	s->used += len;
	return (ssize_t)len;
}

/* Goes on by n bytes of the whole lines at hand, of which the caller's buffer
 * took no more. */
static void
advance(struct splitter *s, size_t n)
{
	for (size_t i = 0; s->csv && i < n; i++)
		s->given_quoted ^= s->buf[s->at + i] == '"';
	s->at += n;
	s->empty = false;
}

/*
 * A piece must end at a line break, although it is read in parts of any size.
 * What holds between two calls: the rest of the line in which the last part
 * ended fits into the piece.  For fitting() gives whole lines that fit, and a
 * shorter part is given only where the caller's buffer is smaller; what is left
 * of these lines then fits into the room that is left.
 *
 * With a limit of 10 and "aaa\nbbb\nccc\n": 8 bytes fit.  A buffer of 5 gets
 * "aaa\nb"; the room is 5 then, in which "bb\n" fits, and "ccc\n" does not.
 */
ssize_t
splitter_read(void *arg, void *buf, size_t len, struct err *e)
{
	struct splitter *s = arg;
	size_t n;

	if (s->header_at < s->header_len) {
		n = s->header_len - s->header_at;
		n = n < len ? n : len;
		s->header_at += n;
		return give(s, buf, s->header + s->header_at - n, n);
	}
	if (fill(s, e) != 0)
		return -1;
	if (s->ready == s->at)
		return 0;
	n = s->used < s->limit ? fitting(s, s->limit - s->used) : 0;
	if (n == 0 && s->empty)
		return err_set(e, EXIT_DATA, "a line does not fit into "
		    "--split-entry %llu at byte %llu",
		    (unsigned long long)s->limit,
		    (unsigned long long)(s->offset + s->at));
	if (n == 0)
		return 0;
	n = n < len ? n : len;
	advance(s, n);
	return give(s, buf, s->buf + s->at - n, n);
}
