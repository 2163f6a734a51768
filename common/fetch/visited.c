/* visited: an open hash table that is half full at most. */
#include "fetch/visited.h"

#include <stdbool.h>
#include <stdlib.h>

enum { ROOM_FIRST = 256 };	/* places; a power of 2, as all sizes are */

/* FNV-1a with 64 bits; 0 stands for a free place. */
static uint64_t
hash_of(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

static bool
insert(uint64_t *table, size_t room, uint64_t h)
{
	size_t i = (size_t)h & (room - 1);

	for (; table[i] != 0; i = (i + 1) & (room - 1))
		if (table[i] == h)
			return false;
	table[i] = h;
	return true;
}

static int
grow(struct visited *v, struct err *e)
{
	size_t room = v->room == 0 ? ROOM_FIRST : v->room * 2;
	uint64_t *table = calloc(room, sizeof *table);

	if (table == NULL)
		return err_memory(e);
	for (size_t i = 0; i < v->room; i++)
		if (v->table[i] != 0)
			insert(table, room, v->table[i]);
	free(v->table);
	v->table = table;
	v->room = room;
	return 0;
}

int
visited_add(struct visited *v, const char *url, struct err *e)
{
	if (v->held * 2 >= v->room && grow(v, e) == -1)
		return -1;
	if (!insert(v->table, v->room, hash_of(url)))
		return err_set(e, EXIT_DATA, "the pages lead in a circle");
	v->held++;
	return 0;
}

void
visited_free(struct visited *v)
{
	free(v->table);
	*v = (struct visited){ 0 };
}
