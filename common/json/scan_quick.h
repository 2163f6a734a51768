/*
 * scan_quick: the common cases of what the state machine calls, short enough to
 * be part of it.
 *
 * Included by scan_machine.c, and like it compiled for each body: SCAN_TARGET
 * and name_same() are what is said there.  Each does what the function does
 * that it calls in all other cases, and nothing else.
 */
#ifndef JSON_SCAN_QUICK_H
#define JSON_SCAN_QUICK_H

/* scan_begin, for the common case of a value that is copied as it is. */
SCAN_TARGET static inline int
begin(struct scan *s, const char *p)
{
	struct node *n = s->next;

	if (n->role != ROLE_MEMBER || n->leaf == NO_LEAF || s->uncopied != NULL ||
	    n->stamp == s->records)
		return scan_begin(s, p);
	n->stamp = s->records;
	n->valued |= *p != 'n';
	s->uncopied = p;
	s->leaf = n->leaf;
	s->leaf_depth = s->capture_depth = s->depth;
	return 0;
}

/* scan_captured, for the same case, when there is room. */
SCAN_TARGET static inline int
captured(struct scan *s, const char *p)
{
	struct buffer *text = &s->batch->text, *leaves = &s->batch->leaves;
	size_t len = (size_t)(p - s->uncopied), i;
	char *to;

	if (s->open.n > 0 || s->done.n > 0 || s->over || s->uncopied == NULL ||
	    len >= s->text_quick - text->size ||
	    s->leaves_quick - leaves->size < sizeof(s->leaf))
		return scan_captured(s, p);
	to = text->bytes + text->size;
	if (len > 256)
		memcpy(to, s->uncopied, len);
	else for (i = 0; i < len; i += 32)
		memcpy(to + i, s->uncopied + i, 32);	/* into the slack */
	to[len] = '\n';
	text->size += len + 1;
	memcpy(leaves->bytes + leaves->size, &s->leaf, sizeof(s->leaf));
	leaves->size += sizeof(s->leaf);
	s->capture_depth = SCAN_NO_DEPTH;
	s->uncopied = NULL;
	return 0;
}

/* scan_member, for a name that is whole, as it is, and expected or strange. */
SCAN_TARGET static inline int
member(struct scan *s, struct level *l, const char *p)
{
	size_t len = (size_t)(p - s->name);

	if (s->split.size > 0 || s->name_over || s->escaped)
		return scan_member(s, l, p);
	l->name = s->name;
	l->name_len = (uint32_t)len;
	s->next = NULL;
	if (l->node == NULL || (!s->projection->all && !s->policy.extra_error &&
	    !projection_possible(l->node, s->name, len)))
		return 0;
	s->next = projection_guess(l->node, s->name, len);
	return s->next != NULL ? 0 : scan_member(s, l, p);
}

/* Over the name that is known to come next, and its colon; else p. */
SCAN_TARGET static inline const char *
known_name(struct scan *s, struct level *l, const char *p)
{
	const struct recalled *r = recall_next(&s->recall, l->last);

	if (r->len == 0 || r->parent != l->node || !name_same(p, r))
		return p;
	l->last = recall_place(&s->recall, r);
	l->name = p + 1;
	l->name_len = r->len - 3;
	s->next = r->node;
	return p + r->len;
}

/* A name has been read, and the colon before p: it may come again.  Not noted
 * is one that did not stand in one piece, with its colon after it: then its
 * text is elsewhere, or gone.  Nor is one that is not selected where that is an
 * event, or may
 * change; nor where each name is a key. */
SCAN_TARGET static inline void
new_name(struct scan *s, struct level *l, const char *p)
{
	if (l->name == NULL || l->name + l->name_len + 2 != p ||
	    l->name_len > RECALL_NAME_MAX || (l->node != NULL &&
	    (l->node->any || (s->next == NULL && (s->projection->all ||
	    s->policy.extra_error)))))
		return;
	l->last = recall_note(&s->recall, l->last, s->depth, l->name,
	    l->name_len, l->node, s->next);
}

#endif
