/* projection_watch: paths that are no columns, and those through arrays. */
#include <stdlib.h>
#include <string.h>

#include "json/projection.h"
#include "json/projection_private.h"

/* Marks where the path of a field may go on in each element: at a name after
 * which no index comes, and below which nothing is unwound. */
void
projection_mark_each(struct projection *s, const struct path *p)
{
	struct node *n = s->record, *up;
	uint32_t k;
	size_t i;

	for (i = 0; i < p->n; i++) {
		n = projection_within(projection_find(n, p->names[i],
		    strlen(p->names[i])));
		if (n->role == ROLE_MEMBER && p->n > 1)
			n->role = ROLE_WATCHED;
		if (i + 1 < p->n && n->role != ROLE_ELEMENT &&
		    !projection_is_index(p->names[i + 1], strlen(p->names[i + 1])))
			n->each = true;
	}
	for (k = 0; k < s->n_unwound; k++) {
		for (up = s->unwound[k]; up != s->record; up = up->parent)
			up->each = false;
	}
}

int
projection_shape(const struct projection *s, struct tree_shape *shape)
{
	uint32_t i;

	shape->n_kinds = s->n_unwound;
	shape->leaf_kind = calloc(s->n_leaves, sizeof(*shape->leaf_kind));
	if (shape->leaf_kind == NULL)
		return -1;
	for (i = 0; i < s->n_unwound; i++)
		shape->parent[i + 1] = s->unwound[i]->scope;
	for (i = 1; i < s->n_leaves; i++) {
		if (s->leaves[i] != NULL)
			shape->leaf_kind[i] = s->leaves[i]->kind;
	}
	return 0;
}

/* As descend, with all: an index leads into a shadow, unless a member of that
 * name leads to what is unwound. */
static struct node *
descend_watching(struct projection *s, const struct path *p)
{
	char name[PROJECTION_DIGITS + 2] = { PROJECTION_SHADOW };
	struct node *n = s->record;
	const struct path one = { .names = &(char *){ name }, .n = 1 };
	struct path next = { .n = 1 };
	size_t i, len;

	for (i = 0; i < p->n && n != NULL; i++) {
		next.names = &p->names[i];
		len = strlen(p->names[i]);
		if (i > 0 && projection_is_index(p->names[i], len) &&
		    projection_find(n, p->names[i], len) == NULL) {
			strcpy(name + 1, p->names[i]);
			n = projection_descend(s, n, &one);
			if (n != NULL)
				n->role = ROLE_SHADOW;
		} else {
			n = projection_descend(s, n, &next);
		}
		if (n != NULL && n->role == ROLE_MEMBER)
			n->role = ROLE_WATCHED;
		if (n != NULL)
			n->watches = true;
	}
	return n;
}

int
projection_watch(struct projection *s, const struct fields *paths,
    uint32_t *leaf, struct err *e)
{
	struct node *n;
	size_t i;

	for (i = 0; i < paths->n; i++) {
		n = s->all ? descend_watching(s, &paths->list[i].path) :
		    projection_descend(s, s->record, &paths->list[i].path);
		if (n == NULL || (s->all ? projection_add_leaf(s, n, &n->watch) :
		    projection_leaf(s, n)) != 0)
			return err_memory(e);
		leaf[i] = s->all ? n->watch : n->leaf;
	}
	s->record->guess = 0;
	return 0;
}
