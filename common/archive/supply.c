/* supply: one buffer; what is left in it goes to the front when it is full. */
#include "archive/supply.h"

#include <stdlib.h>
#include <string.h>

#include "deflate/zipend.h"

enum {
	CHUNK = 256 * 1024,	/* bytes read at once, see archive_input.c */
	ROOM = ZIPEND_TAIL + SUPPLY_AHEAD + CHUNK	/* bytes: what is kept, what
				 * may be wanted, and what a read may bring */
};

int
supply_init(struct supply *s, supply_read *read, void *from, struct err *e)
{
	*s = (struct supply){ .read = read, .from = from, .buf = malloc(ROOM) };
	return s->buf != NULL ? 0 : err_memory(e);
}

void
supply_free(struct supply *s)
{
	free(s->buf);
	s->buf = NULL;
}

static void
make_room(struct supply *s)
{
	size_t keep = s->passed < ZIPEND_TAIL ? s->passed : ZIPEND_TAIL;

	if (s->end + CHUNK <= ROOM)
		return;
	memmove(s->buf, s->buf + s->begin - keep, keep + s->end - s->begin);
	s->end = keep + s->end - s->begin;
	s->begin = keep;
	s->passed = keep;
}

ssize_t
supply_want(struct supply *s, size_t want, struct err *e)
{
	ssize_t n;

	while (s->end - s->begin < want && !s->ended) {
		make_room(s);
		n = s->read(s->from, s->at + (s->end - s->begin),
		    s->buf + s->end, CHUNK, e);
		if (n < 0)
			return -1;
		s->end += (size_t)n;
		s->ended = n == 0;
	}
	return (ssize_t)(s->end - s->begin);
}

void
supply_pass(struct supply *s, size_t len)
{
	s->begin += len;
	s->passed += len;
	s->at += len;
}

void
supply_seek(struct supply *s, uint64_t at)
{
	if (at >= s->at && at - s->at <= s->end - s->begin) {
		supply_pass(s, (size_t)(at - s->at));
		return;
	}
	s->begin = s->end = s->passed = 0;
	s->at = at;
	s->ended = false;
}

ssize_t
supply_drain(struct supply *s, const unsigned char **tail, struct err *e)
{
	ssize_t n;
	size_t len;

	while ((n = supply_want(s, 1, e)) > 0)
		supply_pass(s, (size_t)n);
	if (n < 0)
		return -1;
	len = s->passed < ZIPEND_TAIL ? s->passed : ZIPEND_TAIL;
	*tail = s->buf + s->begin - len;
	return (ssize_t)len;
}
