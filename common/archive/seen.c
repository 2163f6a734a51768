/* seen: open addressing, at most three quarters full. */
#include "archive/seen.h"

#include <stdlib.h>

#include "archive/siphash.h"

enum { FIRST_ROOM = 64 };	/* places, which double: most archives fit */

/* Never 0.  The key is no secret: see seen.h on what foreseeing would gain. */
static uint64_t
hash(const void *key, size_t len)
{
	static const uint8_t open[SIPHASH_KEY];
	uint64_t h[2];

	siphash(open, key, len, h);
	return h[0] != 0 ? h[0] : 1;
}

/* The place of h, or the free one where it belongs. */
static size_t
place(const struct seen *s, uint64_t h)
{
	size_t i = (size_t)h & (s->room - 1);

	while (s->slots[i] != 0 && s->slots[i] != h)
		i = (i + 1) & (s->room - 1);
	return i;
}

static int
grow(struct seen *s, struct err *e)
{
	struct seen larger = { .used = s->used,
	    .room = s->room == 0 ? FIRST_ROOM : s->room * 2 };

	larger.slots = calloc(larger.room, sizeof *larger.slots);
	if (larger.slots == NULL)
		return err_memory(e);
	for (size_t i = 0; i < s->room; i++)
		if (s->slots[i] != 0)
			larger.slots[place(&larger, s->slots[i])] =
			    s->slots[i];
	free(s->slots);
	*s = larger;
	return 0;
}

int
seen_add(struct seen *s, const void *key, size_t len, struct err *e)
{
	uint64_t h = hash(key, len);
	size_t i;

	if (s->used >= s->room / 4 * 3 && grow(s, e) != 0)
		return -1;
	i = place(s, h);
	if (s->slots[i] != 0)
		return 0;
	s->slots[i] = h;
	s->used++;
	return 1;
}

bool
seen_has(const struct seen *s, const void *key, size_t len)
{
	return s->room > 0 && s->slots[place(s, hash(key, len))] != 0;
}

void
seen_free(struct seen *s)
{
	free(s->slots);
	*s = (struct seen){ 0 };
}
