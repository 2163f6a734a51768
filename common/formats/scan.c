/* scan: the parts of the walk that are not its inner loops. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/scan.h"
#include "formats/walk.h"

enum { SAVED_LEVELS = 16, PLACE_MAX = 256 };

/* A hexadecimal digit's value, plus 16, and 32 if an escape that begins with
 * it may need a second look; 0 for all else. */
const unsigned char scan_hex[256] = {
	['0'] = 48, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20,
	['5'] = 21, ['6'] = 22, ['7'] = 23, ['8'] = 24, ['9'] = 25,
	['a'] = 26, ['b'] = 27, ['c'] = 28, ['d'] = 61, ['e'] = 30, ['f'] = 31,
	['A'] = 26, ['B'] = 27, ['C'] = 28, ['D'] = 61, ['E'] = 30, ['F'] = 31,
};

/* What may stand behind a backslash, but for the u. */
const bool scan_simple[256] = {
	['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true, ['f'] = true,
	['n'] = true, ['r'] = true, ['t'] = true,
};

static uint64_t
offset_of(const struct scan *s, const char *p)
{
	return s->base + (uint64_t)(p - s->start);
}

/* "events[11].group.title", as far as it is kept from feed to feed and fits. */
static void
place(const struct scan *s, char *text, size_t size)
{
	const struct level *l;
	size_t d, n = 0;
	int add;

	text[0] = '\0';
	for (d = 1; d <= s->depth && d < SAVED_LEVELS && n + 1 < size; d++) {
		l = &s->levels[d];
		if (!l->object)
			add = snprintf(text + n, size - n, "[%llu]",
			    (unsigned long long)l->index);
		else if (l->name != NULL)
			add = snprintf(text + n, size - n, "%s%.*s",
			    n > 0 ? "." : "",
			    (int)(l->name_len < SCAN_SAVED ? l->name_len :
			    SCAN_SAVED), l->name);
		else
			break;
		if (add < 0)
			break;
		n += (size_t)add;
	}
}

int
scan_error(struct scan *s, uint64_t offset, struct err *e, const char *fmt,
    ...)
{
	char what[160], where[PLACE_MAX], record[64] = "";
	va_list ap;

	s->failed = offset;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	place(s, where, sizeof(where));
	if (s->records > 0)
		snprintf(record, sizeof(record), "%s record %llu, ",
		    s->in_record ? "in" : "after",
		    (unsigned long long)s->records);
	return err_set(e, EXIT_DATA, "%sline %llu, byte %llu%s%s: %s",
	    record, (unsigned long long)s->line, (unsigned long long)offset,
	    where[0] != '\0' ? ", " : "", where, what);
}

int
scan_expected(struct scan *s, const char *p, const char *what)
{
	unsigned char c = (unsigned char)*p;

	if (c > 0x20 && c < 0x7f)
		return scan_error(s, offset_of(s, p), s->e,
		    "expected %s, found '%c'", what, c);
	return scan_error(s, offset_of(s, p), s->e,
	    "expected %s, found byte 0x%02x", what, c);
}

static int
no_memory(struct scan *s)
{
	return err_set(s->e, EXIT_INTERNAL, "out of memory");
}

/* What of a record did not fit into the batch. */
static int
too_large(struct scan *s)
{
	const struct record *r = &s->batch->records[s->batch->n_records];

	s->line = r->line;
	return scan_error(s, r->offset, s->e, "the selected members of the "
	    "record that begins here exceed the memory budget; see -m");
}

/* A leaf as the batch has it. */
static uint32_t
mark(const struct node *n)
{
	return n->role > ROLE_MEMBER ? n->leaf | BATCH_PART : n->leaf;
}

static int
add_leaf(struct scan *s, uint32_t leaf)
{
	return buffer_add(&s->batch->leaves, &leaf, sizeof(leaf));
}

void
scan_flush(struct scan *s, const char *p)
{
	if (!s->over && buffer_add(&s->batch->text, s->keep,
	    (size_t)(p - s->keep)) != 0)
		s->over = true;
	s->keep = p;
}

static int
push(struct captures *c, struct capture item)
{
	struct capture *grown;
	size_t room = c->room == 0 ? 8 : 2 * c->room;

	if (c->n == c->room) {
		grown = realloc(c->list, room * sizeof(*grown));
		if (grown == NULL)
			return -1;
		c->list = grown;
		c->room = room;
	}
	c->list[c->n++] = item;
	return 0;
}

/* A value that is a member of a captured one is copied again, behind it. */
static int
push_done(struct scan *s, struct capture item)
{
	if (s->done.n >= s->batch->text.limit / sizeof(item)) {
		s->over = true;
		return 0;
	}
	return push(&s->done, item) == 0 ? 0 : no_memory(s);
}

static int
begin_capture(struct scan *s, const char *p, uint32_t leaf)
{
	struct capture c = { .depth = s->depth, .leaf = leaf };

	s->capture_depth = s->depth;
	if (s->keep == NULL) {
		s->keep = p;
		s->leaf = leaf;
		s->leaf_depth = s->depth;
		return 0;
	}
	scan_flush(s, p);
	c.start = s->batch->text.size;
	return push(&s->open, c) == 0 ? 0 : no_memory(s);
}

/* Ends the outermost capture: its text, then those of its members. */
static int
end_captures(struct scan *s)
{
	struct buffer *text = &s->batch->text;
	size_t i, len;
	struct capture *c;

	if (buffer_add(text, "\n", 1) != 0 || add_leaf(s, s->leaf) != 0)
		return -1;
	for (i = 0; i < s->done.n; i++) {
		c = &s->done.list[i];
		len = c->end - c->start;
		if (add_leaf(s, c->leaf) != 0 ||
		    buffer_reserve(text, len + 1) != 0)
			return -1;
		if ((c->leaf & BATCH_CLEAR) != 0)
			continue;
		memcpy(text->bytes + text->size, text->bytes + c->start, len);
		text->size += len;
		text->bytes[text->size++] = '\n';
	}
	s->done.n = 0;
	return 0;
}

int
scan_captured(struct scan *s, const char *p)
{
	struct capture c;

	scan_flush(s, p);
	if (s->open.n > 0) {
		c = s->open.list[--s->open.n];
		c.end = s->batch->text.size;
		s->capture_depth = s->open.n > 0 ?
		    s->open.list[s->open.n - 1].depth : s->leaf_depth;
		return push_done(s, c);
	}
	s->capture_depth = SCAN_NO_DEPTH;
	s->keep = NULL;
	if (s->over || end_captures(s) != 0)
		return too_large(s);
	return 0;
}

/* Puts a leaf without a text behind what is there. */
static int
note(struct scan *s, uint32_t leaf)
{
	struct capture c = { .leaf = leaf };

	if (s->keep != NULL)
		return push_done(s, c);
	return add_leaf(s, leaf) == 0 ? 0 : too_large(s);
}

/* What came before, in this record, for all leaves at and below top counts no
 * longer.  Walks the tree in its order. */
static int
clear(struct scan *s, const struct node *top)
{
	const struct node *n = top;

	for (;;) {
		if (n->leaf != NO_LEAF && note(s, mark(n) | BATCH_CLEAR) != 0)
			return -1;
		if (n->role == ROLE_UNWOUND) {
			s->batch->unwound = true;
			if (note(s, BATCH_NONE) != 0)
				return -1;
		} else if (n->n_children > 0) {
			n = n->order[0];
			continue;
		}
		while (n != top && n->place + 1 == n->parent->n_children)
			n = n->parent;
		if (n == top)
			return 0;
		n = n->parent->order[n->place + 1];
	}
}

static int
begin_record(struct scan *s, const char *p)
{
	struct batch *b = s->batch;
	struct record *r = &b->records[b->n_records];

	s->records++;
	r->number = s->records;
	r->offset = offset_of(s, p);
	r->line = s->line;
	s->in_record = true;
	s->record_text = b->text.size;
	s->record_leaves = b->leaves.size;
	s->over = false;
	memcpy(s->head, p, sizeof(s->head));
	return 0;
}

int
scan_record_end(struct scan *s)
{
	struct batch *b = s->batch;

	/* Whether there was room must not depend on the records before. */
	if (b->text.size - s->record_text > s->policy.max_record ||
	    b->leaves.size - s->record_leaves > s->policy.max_record)
		return too_large(s);
	b->records[b->n_records].end = batch_leaves(b);
	b->n_records++;
	s->in_record = false;
	return 0;
}

/* A column that is not in the header; it or its name begins at offset. */
static int
late(struct scan *s, uint64_t offset, const char *name, size_t len)
{
	if (!s->policy.drop_late)
		return scan_error(s, offset, s->e,
		    "column '%.*s' first appears %s; see -f and -m",
		    (int)(len < 100 ? len : 100), name, s->select->over ?
		    "when the columns before exceed the memory budget" :
		    "after the header was written");
	if (s->n_late++ == 0)
		snprintf(s->late, sizeof(s->late), "'%.*s' in record %llu",
		    (int)(len < 40 ? len : 40), name,
		    (unsigned long long)s->records);
	return 0;
}

/* With all members selected: a leaf of its own, as long as that is allowed. */
static int
new_leaf(struct scan *s, const char *p)
{
	size_t len;
	char *path;
	int rc;

	if (!s->select->frozen)
		return select_leaf(s->select, s->next) == 0 ? 0 : no_memory(s);
	path = select_path(s->select, s->next, &len);
	if (path == NULL)
		return no_memory(s);
	rc = late(s, offset_of(s, p), path, len);
	free(path);
	return rc;
}

/* Stamps a member as met in its record, or in its element; if it was met there
 * before, what counts now is a matter of policy: then s->next may become NULL,
 * or what came before no longer counts. */
static int
meet(struct scan *s, const char *p)
{
	struct node *n = s->next;
	uint64_t now = n->role == ROLE_PART ? s->elements : s->records;

	if (n->stamp == now) {
		if (s->policy.repeat == SCAN_REPEAT_ERROR)
			return scan_error(s, offset_of(s, p), s->e,
			    "a member with this name was there before");
		if (s->policy.repeat == SCAN_FIRST) {
			s->next = NULL;
			return 0;
		}
		if ((n->n_children > 0 || s->select->all) &&
		    clear(s, n) != 0)
			return -1;
	}
	n->stamp = now;
	return 0;
}

/* A value that can be a leaf. */
static int
begin_value(struct scan *s, const char *p)
{
	struct node *n = s->next;

	if (s->select->all) {
		if (*p == '{')
			return 0;
		if (n->leaf == NO_LEAF &&
		    !(*p == 'n' && n->n_children > 0) && new_leaf(s, p) != 0)
			return -1;
	}
	if (n->leaf == NO_LEAF)
		return 0;
	if (*p != 'n')
		n->valued = true;
	return begin_capture(s, p, mark(n));
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
	s->elements++;
	s->batch->unwound = true;
	return note(s, BATCH_ELEMENT) == 0 ? begin_value(s, p) : -1;
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

int
scan_begin(struct scan *s, const char *p)
{
	switch (s->next->role) {
	case ROLE_ABOVE:
		return 0;
	case ROLE_MEMBER:
	case ROLE_PART:
		return begin_member(s, p);
	case ROLE_UNWOUND:
		return begin_unwound(s, p);
	case ROLE_ELEMENT:
		return begin_element(s, p);
	case ROLE_ROOT:
		s->root_seen = true;
		if (*p == '[')
			return 0;
		if (*p != '{')
			return scan_expected(s, p,
			    "an array of records, or a record");
		s->next = s->select->record;
		break;
	case ROLE_RECORD:
		if (*p != '{')
			return scan_expected(s, p, "an object, the record");
		break;
	}
	return begin_record(s, p);
}

int
scan_open(struct scan *s, const char *p, bool object)
{
	struct level *l;
	struct node *n;

	if (s->next != NULL && scan_begin(s, p) != 0)
		return -1;
	if (s->depth == s->policy.max_depth)
		return scan_error(s, offset_of(s, p), s->e,
		    "nested deeper than %zu levels",
		    s->policy.max_depth);
	n = s->next;
	if (n != NULL && n->n_children == 0 && n->role >= ROLE_MEMBER &&
	    (!s->select->all || !object))
		n = NULL;
	l = &s->levels[++s->depth];
	l->node = n;
	l->index = 0;
	l->name = NULL;
	l->object = object;
	l->record = n != NULL && n->role == ROLE_RECORD;
	return 0;
}

/* With all members selected, a member {} is a column too: nothing is below it
 * that could be one. */
int
scan_empty(struct scan *s, const char *p)
{
	struct node *n = s->levels[s->depth].node;

	if (!s->select->all || n->role < ROLE_MEMBER || n->n_children > 0)
		return 0;
	s->next = n;
	if (n->leaf == NO_LEAF && new_leaf(s, p) != 0)
		return -1;
	if (n->leaf != NO_LEAF &&
	    (buffer_add(&s->batch->text, "{}\n", 3) != 0 ||
	    add_leaf(s, mark(n)) != 0))
		return too_large(s);
	return 0;
}

struct node *
scan_element(const struct scan *s, const struct level *l)
{
	if (l->node->role == ROLE_ROOT)
		return s->select->record;
	if (l->node->role == ROLE_UNWOUND)
		return l->node->order[0];
	if (s->select->all && l->node->role >= ROLE_MEMBER)
		return NULL;
	return select_element(l->node, l->index);
}

static unsigned
hex4(const char *p)
{
	unsigned v = 0;
	int i;

	for (i = 0; i < 4; i++)
		v = v << 4 | (scan_hex[(unsigned char)p[i]] & 15);
	return v;
}

static char *
put_utf8(char *to, unsigned c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* Decodes a checked name in place; it gets no longer. */
static size_t
decode(char *text, size_t len)
{
	static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *p = text, *end = text + len;
	char *to = text;
	unsigned c, low;

	while (p < end) {
		if (*p != '\\') {
			*to++ = *p++;
		} else if (p[1] != 'u') {
			*to++ = meant[strchr(plain, p[1]) - plain];
			p += 2;
		} else {
			c = hex4(p + 2);
			p += 6;
			low = end - p >= 6 && p[0] == '\\' && p[1] == 'u' ?
			    hex4(p + 2) : 0;
			if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 &&
			    low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (low - 0xdc00);
				p += 6;
			}
			to = put_utf8(to, c >= 0xd800 && c < 0xe000 ? 0xfffd :
			    c);
		}
	}
	return (size_t)(to - text);
}

/* Keeps a name for the messages, beyond the bytes it stands in. */
static void
save_name(struct scan *s, size_t depth)
{
	struct level *l = &s->levels[depth];

	if (l->name == NULL)
		return;
	if (depth >= SAVED_LEVELS) {
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

/* Where the name at work begins. */
static uint64_t
name_offset(const struct scan *s)
{
	return offset_of(s, s->name) - s->name_fed;
}

static int
select_member(struct scan *s, struct node *parent, const char *name,
    size_t len)
{
	s->next = select_find(parent, name, len);
	if (s->next != NULL || parent->role == ROLE_ABOVE ||
	    parent->role == ROLE_ROOT)
		return 0;
	if (!s->select->all) {
		if (s->policy.extra_error && parent->role == ROLE_RECORD)
			return scan_error(s, name_offset(s), s->e,
			    "a member that is not among the fields");
		return 0;
	}
	if (!s->select->frozen && s->select->limit != 0 &&
	    s->select->memory >= s->select->limit)
		s->select->frozen = s->select->over = true;
	if (s->select->frozen)
		return late(s, name_offset(s), name, len);
	s->next = select_add(s->select, parent, name, len);
	return s->next != NULL ? 0 : no_memory(s);
}

int
scan_member(struct scan *s, struct level *l, const char *p)
{
	size_t len = (size_t)(p - s->name);
	int rc = 0;

	s->next = NULL;
	l->name = s->name;
	l->name_len = (uint32_t)len;
	if (s->split.size == 0 && !s->escaped)
		return select_member(s, l->node, s->name, len);
	if (s->name_over || buffer_add(&s->split, s->name, len) != 0) {
		s->split.size = 0;
		s->name_fed = 0;
		s->name_over = false;
		l->name = NULL;
		return !s->select->all || l->node == NULL ? 0 :
		    scan_error(s, offset_of(s, p), s->e,
		    "a member's name is longer than %d bytes", SCAN_NAME_MAX);
	}
	l->name = s->split.bytes;
	l->name_len = (uint32_t)s->split.size;
	save_name(s, s->depth);
	if (s->escaped)
		s->split.size = decode(s->split.bytes, s->split.size);
	if (s->policy.refuse_nul && s->select->all && l->node != NULL &&
	    memchr(s->split.bytes, '\0', s->split.size) != NULL)
		return scan_error(s, offset_of(s, p), s->e, "expected no NUL "
		    "in a member's name, found '\\u0000'");
	if (l->node != NULL)
		rc = select_member(s, l->node, s->split.bytes, s->split.size);
	s->split.size = 0;
	s->name_fed = 0;
	return rc;
}

static int
lone(struct scan *s, const char *p)
{
	if (s->policy.replace) {
		if (s->keep != NULL) {
			scan_flush(s, p);
			s->keep = "\\ufffd";
			scan_flush(s, s->keep + 6);
			s->keep = p + 6;
		}
		return 6;
	}
	return scan_error(s, offset_of(s, p), s->e,
	    "a lone surrogate, '%.6s', is no character", p);
}

/* Walks "\uXXXX" from its second byte on; as scan_escape. */
static int
hex_escape(struct scan *s, const char *p, const char *end)
{
	int i;

	for (i = 2; i < 6; i++) {
		if (p + i == end)
			return 0;
		if (scan_hex[(unsigned char)p[i]] == 0)
			return scan_expected(s, p + i,
			    "four hexadecimal digits behind '\\u'");
	}
	return 6;
}

int
scan_escape(struct scan *s, const char *p, const char *end)
{
	unsigned unit;
	int n;

	if (p + 1 == end)
		return 0;
	if (p[1] != 'u') {
		if (scan_simple[(unsigned char)p[1]])
			return 2;
		return scan_expected(s, p + 1,
		    "one of \"\\/bfnrtu behind '\\'");
	}
	n = hex_escape(s, p, end);
	if (n <= 0)
		return n;
	unit = hex4(p + 2);
	if (unit == 0 && s->policy.refuse_nul && s->keep != NULL)
		return scan_error(s, offset_of(s, p), s->e,
		    "expected no NUL in a string, found '\\u0000'");
	if (unit < 0xd800 || unit > 0xdfff)
		return 6;
	if (unit >= 0xdc00)
		return lone(s, p);
	if (p + 6 == end)
		return 0;
	if (p[6] != '\\')
		return lone(s, p);
	if (p + 7 == end)
		return 0;
	if (p[7] != 'u')
		return lone(s, p);
	n = hex_escape(s, p + 6, end);
	if (n <= 0)
		return n;
	unit = hex4(p + 8);
	return unit >= 0xdc00 && unit <= 0xdfff ? 12 : lone(s, p);
}

static void
save_names(struct scan *s)
{
	size_t d;

	for (d = 1; d <= s->depth && d <= SAVED_LEVELS; d++)
		save_name(s, d);
	for (; d <= s->depth; d++)
		s->levels[d].name = NULL;
}

/* The fed bytes go away: what points into them must not. */
static int
leave_bytes(struct scan *s, const char *p)
{
	if (s->keep != NULL)
		scan_flush(s, p);
	if (s->over)
		return too_large(s);
	save_names(s);
	if (s->state == SCAN_NAME_TEXT) {
		s->name_fed += (uint64_t)(p - s->name);
		if (buffer_add(&s->split, s->name, (size_t)(p - s->name)) != 0)
			s->name_over = true;
	}
	return 0;
}

void
scan_drop_cut(struct scan *s)
{
	if (!s->in_record)
		return;
	s->batch->text.size = s->record_text;
	s->batch->leaves.size = s->record_leaves;
}

enum scan_status
scan_feed(struct scan *s, const char *bytes, size_t len, size_t *used,
    struct err *e)
{
	enum scan_status status;
	const char *stop = bytes;

	s->e = e;
	s->start = bytes;
	if (s->keep != NULL)
		s->keep = bytes;
	s->name = bytes;
	status = s->body->walk(s, bytes, bytes + len, &stop);
	if (status != SCAN_ERROR && leave_bytes(s, stop) != 0)
		status = SCAN_ERROR;
	if (status == SCAN_ERROR) {
		scan_drop_cut(s);
		save_names(s);
	}
	*used = (size_t)(stop - bytes);
	s->base += *used;
	return status;
}

void
scan_reset(struct scan *s)
{
	s->state = SCAN_TOP;
	s->depth = 0;
	s->capture_depth = SCAN_NO_DEPTH;
	s->keep = NULL;
	s->open.n = s->done.n = s->split.size = 0;
	s->name_fed = 0;
	s->name_over = s->over = s->in_record = false;
}

bool
scan_skip_line(struct scan *s, const char *bytes, size_t len, size_t *used)
{
	const char *from = bytes, *end = bytes + len, *lf;

	if (s->failed > s->base)
		from += s->failed - s->base;
	lf = from < end ? memchr(from, '\n', (size_t)(end - from)) : NULL;
	*used = lf != NULL ? (size_t)(lf - bytes) + 1 : len;
	s->base += *used;
	if (lf == NULL)
		return false;
	s->line++;
	scan_reset(s);
	return true;
}

int
scan_end(struct scan *s, size_t left, struct err *e)
{
	uint64_t at = s->base + left;

	if (left == 0 && (s->state == SCAN_TOP || s->state == SCAN_TOP_SCALAR))
		return 0;
	if (s->state == SCAN_NUMBER && s->depth == 0 &&
	    (s->number == NUMBER_ZERO || s->number == NUMBER_WHOLE ||
	    s->number == NUMBER_FRACTION || s->number == NUMBER_EXPONENT))
		return 0;
	return scan_error(s, at, e, "the input ends within a JSON document");
}

static const struct scan_body *
best_body(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		return &scan_avx2;
#elif defined(__aarch64__)
	return &scan_neon;
#endif
	return &scan_plain;
}

int
scan_init(struct scan *s, struct select *select,
    const struct scan_policy *policy, struct err *e)
{
	*s = (struct scan){ .select = select, .policy = *policy,
		.body = best_body(), .line = 1, .capture_depth = SCAN_NO_DEPTH };
	buffer_init(&s->split, SCAN_NAME_MAX);
	s->levels = calloc(policy->max_depth + 1, sizeof(*s->levels));
	s->saved = calloc(SAVED_LEVELS, sizeof(*s->saved));
	if (s->levels == NULL || s->saved == NULL ||
	    buffer_reserve(&s->split, 1) != 0) {
		scan_free(s);
		return err_set(e, EXIT_INTERNAL, "out of memory");
	}
	return 0;
}

void
scan_free(struct scan *s)
{
	free(s->levels);
	free(s->saved);
	free(s->open.list);
	free(s->done.list);
	buffer_free(&s->split);
	*s = (struct scan){ 0 };
}

void
scan_use_plain(struct scan *s)
{
	s->body = &scan_plain;
}
