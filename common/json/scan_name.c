/* scan_name: put a name together, decode it, look it up, keep it. */
#include <string.h>

#include "json/scan_error.h"
#include "json/scan_escape.h"
#include "json/scan_name.h"
#include "json/scan_projection.h"

/* Keeps a name for the messages, beyond the bytes it stands in. */
static void
save_name(struct scan *s, size_t depth)
{
	struct level *l = &s->levels[depth];

	if (l->name == NULL)
		return;
	if (depth >= SCAN_SAVED_LEVELS) {
		l->name = NULL;
		return;
	}
	if (l->name == s->saved[depth])
		return;
	if (l->name_len > SCAN_SAVED)
		l->name_len = SCAN_SAVED;
	memcpy(s->saved[depth], l->name, l->name_len);
	l->name = s->saved[depth];
}

void
scan_save_names(struct scan *s)
{
	size_t d;

	for (d = 1; d <= s->depth && d <= SCAN_SAVED_LEVELS; d++)
		save_name(s, d);
	for (; d <= s->depth; d++)
		s->levels[d].name = NULL;
}

/* Where the name at work begins. */
static uint64_t
name_offset(const struct scan *s)
{
	return scan_offset(s, s->name) - s->name_fed;
}

/* A name longer than any field's: no column can have it. */
static int
long_name(struct scan *s, struct level *l)
{
	const struct node *parent = l->node;
	uint64_t offset = name_offset(s);

	s->split.size = 0;
	s->name_fed = 0;
	s->name_over = false;
	l->name = NULL;
	if (parent == NULL || (parent->role == ROLE_ABOVE && !parent->any) ||
	    parent->role == ROLE_ROOT || (!s->projection->all &&
	    !parent->any && !(s->policy.extra_error && parent->role == ROLE_RECORD)))
		return 0;
	return scan_error(s, offset, s->e,
	    "a member's name is longer than %d bytes", SCAN_NAME_MAX);
}

int
scan_member(struct scan *s, struct level *l, const char *p)
{
	size_t len = (size_t)(p - s->name);
	int rc = 0;

	s->next = NULL;
	l->name = s->name;
	l->name_len = (uint32_t)len;
	if (s->name_over || s->split.size + len > SCAN_NAME_MAX)
		return long_name(s, l);
	if (s->split.size == 0 && !s->escaped)
		return scan_project(s, l->node, s->name, len, name_offset(s));
	if (buffer_add(&s->split, s->name, len) != 0)
		return err_memory(s->e);
	if (s->escaped)
		s->split.size = scan_decode(s->split.bytes, s->split.size);
	l->name = s->split.bytes;
	l->name_len = (uint32_t)s->split.size;
	save_name(s, s->depth);
	if (s->policy.refuse_nul && s->projection->all && l->node != NULL &&
	    memchr(s->split.bytes, '\0', s->split.size) != NULL)
		return scan_error(s, scan_offset(s, p), s->e, "expected no "
		    "NUL in a member's name, found '\\u0000'");
	if (l->node != NULL)
		rc = scan_project(s, l->node, s->split.bytes, s->split.size,
		    name_offset(s));
	s->split.size = 0;
	s->name_fed = 0;
	return rc;
}

void
scan_cut_name(struct scan *s, const char *p)
{
	size_t len = (size_t)(p - s->name);

	s->name_fed += len;
	if (buffer_add(&s->split, s->name, len) != 0)
		s->name_over = true;
}
