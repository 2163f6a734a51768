/* scan_part: put a scan somewhere, and see what came of it. */
#include "json/scan_part.h"

/* The root's node; *depth is the level of an array that is the root. */
static struct node *
root_of(const struct scan *s, size_t *depth)
{
	struct node *n = s->projection->document;

	for (*depth = 1; n->role == ROLE_ABOVE; ++*depth)
		n = n->children[0];
	return n;
}

bool
scan_in_array(const struct scan *s)
{
	size_t depth;
	const struct node *root = root_of(s, &depth);

	/* A part within the array would not know the keys. */
	return s->projection->n_keys == 0 && s->depth >= depth && s->levels[depth].node == root;
}

bool
scan_stands_at(const struct scan *s, bool in_array)
{
	size_t depth;
	const struct node *root = root_of(s, &depth);

	if (!in_array)
		return s->state == SCAN_TOP && s->depth == 0;
	return s->state == SCAN_AFTER && s->depth == depth &&
	    s->levels[depth].node == root;
}

/* Stands in the array that is the root, after an element.  What encloses the
 * array is not known, which does not matter: a part that leaves the array is
 * refused at its end. */
static void
enter_array(struct scan *s)
{
	size_t depth, d;
	struct node *root = root_of(s, &depth);

	for (d = 1; d < depth; d++)
		s->levels[d] = (struct level){ .object = true };
	s->levels[depth] = (struct level){ .node = root };
	s->depth = depth;
	s->state = SCAN_AFTER;
}

/* The counts of records and elements are not reset: a node's stamp is the record
 * it occurred in last, and must not be the number of another record. */
void
scan_part_begin(struct scan *s, struct scan_part *p)
{
	uint32_t i;

	scan_reset(s);
	if (p->in_array)
		enter_array(s);
	for (i = 0; i < s->projection->n_leaves; i++) {
		if (s->projection->leaves[i] != NULL)
			s->projection->leaves[i]->stamp = 0;
	}
	for (i = 0; i < s->projection->n_unwound; i++)
		s->projection->unwound[i]->stamp = 0;
	s->root_seen = false;
	s->n_late = 0;
	p->records = s->records;
	p->nulls = s->nulls;
	p->documents = s->documents;
	p->lines = s->line;
}

bool
scan_part_end(const struct scan *s, struct scan_part *p, size_t len)
{
	uint32_t i;

	p->len = len;
	p->records = s->records - p->records;
	p->nulls = s->nulls - p->nulls;
	p->comma = s->comma;
	p->documents = s->documents - p->documents;
	p->lines = s->line - p->lines;
	p->n_late = s->n_late;
	p->root_seen = s->root_seen;
	for (i = 0; i < s->projection->n_leaves; i++)
		p->seen[i] = s->projection->leaves[i] != NULL &&
		    s->projection->leaves[i]->stamp != 0;
	for (i = 0; i < s->projection->n_unwound; i++)
		p->unwound_seen[i] = s->projection->unwound[i]->stamp != 0;
	/* each element follows a comma, but for an array's first */
	return scan_stands_at(s, p->in_array) && (!p->in_array ||
	    s->levels[s->depth].index == p->records + p->nulls);
}

bool
scan_join(struct scan *s, const struct scan_part *p)
{
	uint32_t i;

	if (!scan_stands_at(s, p->in_array) || (s->comma && p->comma_first) ||
	    (p->n_late > 0 && s->n_late == 0))
		return false;
	s->comma = p->comma || (s->comma && p->documents == 0);
	s->base += p->len;
	s->line += p->lines;
	s->records += p->records;
	s->nulls += p->nulls;
	s->documents += p->documents;
	s->n_late += p->n_late;
	s->root_seen |= p->root_seen;
	if (p->in_array)
		s->levels[s->depth].index += p->records + p->nulls;
	for (i = 0; i < s->projection->n_leaves; i++) {
		/* It occurred: but in no record that this scan will number. */
		if (p->seen[i])
			s->projection->leaves[i]->stamp = UINT64_MAX;
	}
	for (i = 0; i < s->projection->n_unwound; i++) {
		if (p->unwound_seen[i])
			s->projection->unwound[i]->stamp = UINT64_MAX;
	}
	return true;
}
