/* projection_text: where a node is, in words. */
#include <stdlib.h>
#include <string.h>

#include "json/projection.h"

/* An element goes by the name of what it is an element of. */
static const struct node *
named(const struct node *n)
{
	return n->role == ROLE_ELEMENT ? n->parent : n;
}

char *
projection_path(const struct projection *s, const struct node *n, size_t *size)
{
	const struct node *up;
	size_t len = 0;
	char *text, *at;

	for (up = named(n); up != s->record; up = named(up->parent))
		len += up->len + 1;
	text = malloc(len + 1);
	if (text == NULL)
		return NULL;
	at = text + len;
	for (up = named(n); up != s->record; up = named(up->parent)) {
		*--at = '.';
		at -= up->len;
		memcpy(at, up->name, up->len);
	}
	*size = len > 0 ? len - 1 : 0;
	text[*size] = '\0';
	return text;
}

/* Bytes of one name in a message: two or three fit the least text that
 * projection_text is given, so the place can be told. */
enum { NAME_SHOWN = 48 };

/* Puts a name, and a dot if others follow, in front of what stands from *at
 * on; false when there is no room, with dots instead. */
static bool
prepend(char *text, size_t *at, const char *name, size_t len)
{
	static const char more[] = "...";
	size_t n, dot = text[*at] != '\0';

	len = len < NAME_SHOWN ? len : NAME_SHOWN;
	n = path_write(NULL, 0, name, len);
	if (n + dot + sizeof(more) > *at) {
		*at -= sizeof(more) - 1;
		memcpy(text + *at, more, sizeof(more) - 1);
		return false;
	}
	*at -= dot;
	if (dot != 0)
		text[*at] = '.';
	*at -= n;
	path_write(text + *at, n, name, len);
	return true;
}

void
projection_text(const struct projection *s, const struct node *parent,
    const char *name, size_t len, char *text, size_t size)
{
	const struct node *up = named(parent);
	size_t at = size - 1;

	text[at] = '\0';
	while (prepend(text, &at, name, len) && up != s->record) {
		name = up->name;
		len = up->len;
		up = named(up->parent);
	}
	memmove(text, text + at, size - at);
}
