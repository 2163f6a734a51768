/* scan_recall: find a name's place, and link it after another. */
#include <string.h>

#include "json/scan_recall.h"

/* Places that a name can have.  With 256 places and the fifty names of a usual
 * record nearly all are found at the first; with more, a full table would cost
 * more than it saves. */
enum { PROBES = 4 };

/* Of the first and the last eight bytes: names differ there. */
static uint32_t
hash(const char *text, size_t len, size_t depth)
{
	size_t n = len < 8 ? len : 8;
	uint64_t first = 0, last = 0;

	memcpy(&first, text, n);
	memcpy(&last, text + len - n, n);
	first = (first + depth) * 0x9e3779b97f4a7c15u;
	last = (last ^ len) * 0xc2b2ae3d27d4eb4fu;
	return (uint32_t)((first ^ last) >> 40);
}

uint32_t
recall_note(struct recall *r, uint32_t last, size_t depth, const char *name,
    size_t len, const struct node *parent, struct node *node)
{
	struct recalled new = { .parent = parent, .node = node,
		.len = (uint32_t)len + 3 }, *n;
	uint32_t h, place, i;

	new.text[0] = '"';
	memcpy(new.text + 1, name, len);
	new.text[len + 1] = '"';
	new.text[len + 2] = ':';
	new.mask = UINT32_MAX >> (RECALL_TEXT - new.len);
	h = hash(new.text, new.len, depth);
	for (i = 0; i < PROBES; i++) {
		n = &r->list[RECALL_HEADS + (h + i) % RECALL_NAMES];
		if (n->len == 0 || (n->parent == parent && n->len == new.len &&
		    memcmp(n->text, new.text, sizeof(n->text)) == 0))
			break;
	}
	if (i == PROBES)
		n = &r->list[RECALL_HEADS + h % RECALL_NAMES];
	new.next = n->next;
	*n = new;
	place = recall_place(r, n);
	r->list[last].next = place;
	return place;
}
