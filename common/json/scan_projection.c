/* scan_project: find what is selected, and say so to the captures. */
#include <stdio.h>

#include "json/scan_capture.h"
#include "json/scan_error.h"
#include "json/scan_projection.h"
#include "json/scan_rows.h"

/* Bytes of a column's name in a message, so that with a record's number it fits
 * scan.late. */
enum { COLUMN_SHOWN = 128 };

/* A column that is not in the header, parent's member of that name; it or its
 * name begins at offset. */
static int
late(struct scan *s, uint64_t offset, const struct node *parent,
    const char *name, size_t len)
{
	char column[COLUMN_SHOWN];

	if (s->policy.drop_late && s->n_late++ > 0)
		return 0;
	projection_text(s->projection, parent, name, len, column,
	    sizeof(column));
	if (!s->policy.drop_late)
		return scan_error(s, offset, s->e,
		    "column '%s' first appears %s; see -f and -m", column,
		    s->projection->over ?
		    "when the columns before exceed the memory budget" :
		    "after the header was written");
	snprintf(s->late, sizeof(s->late), "'%s' in record %llu", column,
	    (unsigned long long)s->records);
	return 0;
}

int
scan_project(struct scan *s, struct node *parent, const char *name,
    size_t len, uint64_t offset)
{
	if (parent->any)
		return scan_any(s, parent, name, len);
	s->next = projection_find(parent, name, len);
	if (s->next != NULL || parent->role == ROLE_ABOVE ||
	    parent->role == ROLE_ROOT)
		return 0;
	if (!s->projection->all || parent->role == ROLE_SHADOW) {
		if (s->policy.extra_error && parent->role == ROLE_RECORD)
			return scan_error(s, offset, s->e,
			    "a member that is not among the fields");
		return 0;
	}
	if (!projection_grows(s->projection, len))
		return late(s, offset, parent, name, len);
	s->next = projection_add(s->projection, parent, name, len);
	return s->next != NULL ? 0 : err_memory(s->e);
}

/* With all members selected: a leaf of its own, as long as that is allowed;
 * null and {} are no column where members are, so they come late nowhere.  An
 * element goes by the name of its array. */
static int
new_leaf(struct scan *s, const char *p, bool valued)
{
	const struct node *n = s->next;

	if (projection_branches(s->projection, n))
		return projection_leaf(s->projection, s->next) == 0 ? 0 :
		    err_memory(s->e);
	if (!valued && projection_branched(n))
		return 0;
	if (n->role == ROLE_ELEMENT)
		n = n->parent;
	return late(s, scan_offset(s, p), n->parent, n->name, n->len);
}

/* What a member occurs in: its record, or its element. */
static uint64_t
occasion(const struct scan *s, const struct node *n)
{
	return n->scope != 0 ? s->elements[n->scope] : s->records;
}

/* The same, or the element that an array has led on in. */
static uint64_t
inner_occasion(const struct scan *s, const struct node *n)
{
	uint64_t each = s->levels[s->depth].each;

	return each != 0 ? each : occasion(s, n);
}

/* Stamps a member as met in its record, or in its element; if it was met there
 * before, what counts now is a matter of policy: then s->next may become NULL,
 * or what came before no longer counts. */
static int
meet(struct scan *s, const char *p)
{
	struct node *n = s->next;
	uint64_t now = inner_occasion(s, n);

	if (n->stamp == now) {
		if (s->policy.repeat == SCAN_REPEAT_ERROR)
			return scan_error(s, scan_offset(s, p), s->e,
			    "a member with this name was there before");
		if (s->policy.repeat == SCAN_FIRST) {
			s->next = NULL;
			return 0;
		}
		if ((n->n_children > 0 || s->projection->all ||
		    s->levels[s->depth].each != 0) && scan_clear(s, p, n) != 0)
			return -1;
	}
	n->stamp = now;
	n->met |= !s->projection->frozen;
	return 0;
}

static bool
is_null(const struct scan *s, const char *p)
{
	return *p == 'n' || s->as_null;
}

static int
watch(struct scan *s, const char *p)
{
	struct node *n = s->next;

	return n->watch == NO_LEAF ? 0 : scan_capture(s, p, n, n->watch);
}

/* Whether a value is to be joined to others of its leaf: an array led on to it, as
 * it did to them. */
static uint32_t
more(const struct scan *s, struct node *n)
{
	uint64_t now = occasion(s, n);

	if (s->levels[s->depth].each != 0 && n->given == now)
		return BATCH_MORE;
	n->given = now;
	return 0;
}

/* A value that can be a leaf. */
static int
begin_value(struct scan *s, const char *p)
{
	struct node *n = s->next;

	if (s->projection->all) {
		if (*p == '{' || n->role == ROLE_SHADOW)
			return watch(s, p);
		if (n->leaf == NO_LEAF && new_leaf(s, p, !is_null(s, p)) != 0)
			return -1;
	}
	if (n->leaf != NO_LEAF) {
		if (!is_null(s, p))
			n->valued = true;
		if (scan_capture(s, p, n, n->leaf | more(s, n)) != 0)
			return -1;
	}
	return watch(s, p);
}

static int
begin_member(struct scan *s, const char *p)
{
	if (meet(s, p) != 0)
		return -1;
	return s->next != NULL ? begin_value(s, p) : 0;
}

static int
begin_element(struct scan *s, const char *p)
{
	uint32_t kind = s->next->kind;

	s->elements[kind]++;
	s->batch->unwound = true;
	return scan_note(s, p, BATCH_ELEMENT(kind)) == 0 ?
	    begin_value(s, p) : -1;
}

/* An array's elements come by themselves; all else is an element itself. */
static int
begin_unwound(struct scan *s, const char *p)
{
	struct node *n = s->next;

	if (meet(s, p) != 0)
		return -1;
	n->order[0]->stamp = n->stamp;
	if (*p == '[' || s->next == NULL)
		return 0;
	s->next = n->order[0];
	return begin_element(s, p);
}

/* A null in the place of a record, or of all of them, is none. */
static int
pass_null(struct scan *s)
{
	s->nulls += s->next->role == ROLE_RECORD;
	s->next = NULL;
	return 0;
}

int
scan_begin(struct scan *s, const char *p)
{
	if (s->leads_on) {
		if (*p != '{' && *p != '[') {
			s->leads_on = false;
			s->next = NULL;
		}
		return 0;	/* scan_open does the rest */
	}
	switch (s->next->role) {
	case ROLE_ABOVE:
		return 0;
	case ROLE_MEMBER:
	case ROLE_WATCHED:
	case ROLE_SHADOW:
	case ROLE_PART:
		return begin_member(s, p);
	case ROLE_UNWOUND:
		return begin_unwound(s, p);
	case ROLE_ELEMENT:
		return begin_element(s, p);
	case ROLE_ROOT:
		s->root_seen = true;
		if (*p == '[' && !s->projection->whole)
			return 0;
		if (is_null(s, p) && s->next != s->projection->document)
			return pass_null(s);
		if (*p != '{' && *p != '[')
			return scan_expected(s, p,
			    "an array of records, or a record");
		s->next = s->projection->record;
		break;
	case ROLE_RECORD:
		if (is_null(s, p))
			return pass_null(s);
		if (*p != '{' && *p != '[')
			return scan_expected(s, p,
			    "a record, an object or array (see --array-records)");
		break;
	}
	scan_record(s, p);
	if (*p == '[' && scan_header_comes(s)) {
		s->in_header = true;
		s->next = NULL;
		return scan_capture(s, p, s->projection->record, BATCH_VOID);
	}
	return s->projection->n_keys > 0 ? scan_keys(s, p) : 0;
}

int
scan_open(struct scan *s, const char *p, bool object)
{
	struct level *l;
	struct node *n;

	if (s->next != NULL && scan_begin(s, p) != 0)
		return -1;
	if (s->depth == s->policy.max_depth)
		return scan_error(s, scan_offset(s, p), s->e,
		    "nested deeper than %zu levels",
		    s->policy.max_depth);
	n = s->next;
	if (n != NULL && n->n_children == 0 && n->role >= ROLE_MEMBER &&
	    (!s->projection->all || !object || n->role == ROLE_SHADOW))
		n = NULL;
	if (n != NULL && !s->leads_on) {
		n->opened = inner_occasion(s, n);
		n->from = n->to = scan_position(s);
	}
	l = &s->levels[++s->depth];
	l->each = n == NULL || n->role <= ROLE_RECORD ||
	    n->role == ROLE_ELEMENT ? 0 : s->leads_on && object ?
	    UINT64_C(1) << 63 | ++s->n_each : l[-1].each;
	s->leads_on = false;
	l->node = n;
	l->index = 0;
	l->name = NULL;
	l->object = object;
	l->last = recall_head(s->depth);
	l->record = n != NULL ? n->role == ROLE_RECORD :
	    s->in_header && s->capture_depth == s->depth - 1;
	return 0;
}

int
scan_empty(struct scan *s, const char *p)
{
	struct node *n = s->levels[s->depth].node;

	if (!s->projection->all || n->role < ROLE_MEMBER ||
	    n->role == ROLE_SHADOW)
		return 0;
	s->next = n;
	if (n->leaf == NO_LEAF && new_leaf(s, p, false) != 0)
		return -1;
	return n->leaf != NO_LEAF ? scan_note_empty(s, p, n) : 0;
}

int
scan_element(struct scan *s, const struct level *l, const char *p)
{
	struct node *n = l->node;

	switch (n->role) {
	case ROLE_ROOT:
		s->next = s->projection->record;
		return 0;
	case ROLE_RECORD:
		return scan_row_element(s, l, p);
	case ROLE_ABOVE:
		if (n->any)
			return scan_any_element(s, l);
		/* an array on the way: each element goes on in its place */
		s->next = n->last_index > 0 || projection_find(n, "0", 1) ?
		    projection_element(n, l->index) : n;
		return 0;
	case ROLE_UNWOUND:
		s->next = n->order[0];
		return 0;
	default:
		s->next = !s->projection->all ?
		    projection_element(n, l->index) : n->watches ?
		    projection_shadow(n, l->index) : NULL;
		if (s->next == NULL && n->each) {
			s->next = n;
			s->leads_on = true;
		}
		return 0;
	}
}
