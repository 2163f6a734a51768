/* projection_copy: the same tree once more, without recursion. */
#include <stdlib.h>
#include <string.h>

#include "json/projection.h"
#include "json/projection_private.h"

/* A copy of a node with room for as many children, but without them. */
static struct node *
copy_node(const struct node *from)
{
	size_t n = from->n_children;
	struct node *to = calloc(1, sizeof(*to));

	if (to == NULL)
		return NULL;
	*to = *from;
	to->n_children = 0;
	to->name = malloc(from->len + 1);
	to->children = calloc(n + 1, sizeof(*to->children));
	to->order = calloc(n + 1, sizeof(*to->order));
	if (to->name == NULL || to->children == NULL || to->order == NULL) {
		projection_free_node(to);
		return NULL;
	}
	memcpy(to->name, from->name, from->len + 1);
	return to;
}

/* All children are there, as they were added: sorts them as in from. */
static void
copy_sorting(struct node *to, const struct node *from)
{
	size_t i;

	for (i = 0; i < from->n_children; i++)
		to->children[i] = to->order[from->children[i]->place];
}

/* A child's copy, in its place in the order. */
static struct node *
copy_child(struct node *parent, const struct node *from)
{
	struct node *n = copy_node(from);

	if (n == NULL)
		return NULL;
	n->parent = parent;
	parent->children[parent->n_children] = n;	/* for free_tree */
	parent->order[parent->n_children++] = n;
	return n;
}

/* What is below from, to below its copy top, without recursion; each node is
 * copied before those that are below it, and sorts its children when all of
 * them are complete.  -1 when memory runs out. */
static int
copy_tree(struct projection *s, struct node *top, const struct node *from)
{
	struct node *to = top;

	while (to != NULL) {
		if (to->leaf != NO_LEAF)
			s->leaves[to->leaf] = to;
		if (to->watch != NO_LEAF)
			s->leaves[to->watch] = to;
		if (to->role == ROLE_ELEMENT)
			s->unwound[to->kind - 1] = to->parent;
		while (to != top && to->n_children == from->n_children) {
			copy_sorting(to, from);
			to = to->parent;
			from = from->parent;
		}
		if (to->n_children == from->n_children)
			break;
		from = from->order[to->n_children];
		to = copy_child(to, from);
	}
	if (to == NULL)
		return -1;
	copy_sorting(top, from);
	return 0;
}

/* Where the names of the header row lead, once the rest is there. */
static int
copy_rows(struct projection *to, const struct projection *from)
{
	uint64_t i;

	if (from->header == NULL)
		return 0;
	if (projection_header(to, from->n_header) != 0)
		return -1;
	for (i = 0; i < from->n_header; i++) {
		if (from->header[i] != NULL)
			to->header[i] = to->record->order[
			    from->header[i]->place];
	}
	return 0;
}

int
projection_copy(struct projection *to, const struct projection *from,
    struct err *e)
{
	*to = *from;
	to->document = to->record = NULL;
	to->header = NULL;
	to->leaves = calloc((size_t)from->n_leaves + 1, sizeof(*to->leaves));
	to->document = copy_node(from->document);
	to->record = copy_node(from->record);
	if (to->leaves != NULL && to->document != NULL && to->record != NULL &&
	    copy_tree(to, to->document, from->document) == 0 &&
	    copy_tree(to, to->record, from->record) == 0 &&
	    copy_rows(to, from) == 0)
		return 0;
	projection_free(to);
	return err_memory(e);
}
