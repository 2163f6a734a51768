/* scan_rows: keys, elements by their places, and the names of these. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json/json_array.h"
#include "json/scan_capture.h"
#include "json/scan_error.h"
#include "json/scan_escape.h"
#include "json/scan_projection.h"
#include "json/scan_rows.h"

enum { DIGITS = 24 };		/* bytes of an index as text */

/* Appends a character of a decoded name as JSON has it. */
static int
add_escaped(struct buffer *b, char c)
{
	char escape[8];
	int n;

	if (c == '"' || c == '\\')
		n = snprintf(escape, sizeof(escape), "\\%c", c);
	else if ((unsigned char)c < 0x20)
		n = snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)c);
	else
		return buffer_add(b, &c, 1);
	return buffer_add(b, escape, (size_t)n);
}

int
scan_any(struct scan *s, const struct node *parent, const char *name,
    size_t len)
{
	struct buffer *key;
	size_t i;
	int rc;

	s->next = parent->order[0];
	if (parent->key >= s->projection->n_keys)
		return 0;
	key = &s->keys[parent->key];
	key->size = 0;
	rc = buffer_add(key, "\"", 1);
	for (i = 0; rc == 0 && i < len; i++)
		rc = add_escaped(key, name[i]);
	if (rc == 0)
		rc = buffer_add(key, "\"\n", 2);
	return rc == 0 ? 0 : err_memory(s->e);
}

int
scan_any_element(struct scan *s, const struct level *l)
{
	char digits[DIGITS];
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, l->index);

	return scan_any(s, l->node, digits, (size_t)n);
}

int
scan_keys(struct scan *s, const char *p)
{
	uint32_t i;

	for (i = 0; i < s->projection->n_keys; i++) {
		if (scan_add(s, p, s->keys[i].bytes, s->keys[i].size,
		    s->projection->key_leaf + i) != 0)
			return -1;
	}
	return 0;
}

int
scan_row_element(struct scan *s, const struct level *l, const char *p)
{
	struct projection *j = s->projection;
	char digits[DIGITS];
	int n;

	if (l->index < j->n_header && j->header[l->index] != NULL) {
		s->next = j->header[l->index];
		return 0;
	}
	s->next = projection_element(l->node, l->index);
	if (s->next != NULL || !j->all)
		return 0;
	n = snprintf(digits, sizeof(digits), "%" PRIu64, l->index);
	return scan_project(s, l->node, digits, (size_t)n, scan_offset(s, p));
}

bool
scan_header_comes(const struct scan *s)
{
	return s->projection->header_row && s->projection->header == NULL;
}

/* A name of the header row: a string, decoded in place, or what a number, true
 * or false looks like; null is none.  It leads to a field of that name; with
 * all, to a column.  Another one that has the name already goes by its place. */
static int
take_name(struct scan *s, uint64_t i, char *text, size_t len)
{
	struct projection *j = s->projection;
	struct node *n;

	if (*text == '"')
		len = scan_decode(++text, len - 2);
	else if (*text == 'n')
		len = 0;
	n = projection_find(j->record, text, len);
	if (n == NULL && j->all && projection_grows(j, len) &&
	    (n = projection_add(j, j->record, text, len)) == NULL)
		return err_memory(s->e);
	if (n != NULL && !n->placed) {
		n->placed = true;
		j->header[i] = n;
	}
	return 0;
}

int
scan_header(struct scan *s, const char *p)
{
	struct batch *b = s->batch;
	struct json_array it;
	const char *text;
	uint64_t n, i;
	size_t len;

	s->in_header = false;
	if (!json_array_open(&it, b->text.bytes + s->record_text,
	    b->text.size - s->record_text, "."))
		return scan_error(s, scan_offset(s, p), s->e,
		    "the header row is no array");
	n = json_array_count(&it);
	if (projection_header(s->projection, n) != 0)
		return err_memory(s->e);
	for (i = 0; i < n && json_array_next(&it, &text, &len); i++) {
		if (*text == '{' || *text == '[')
			return scan_error(s, scan_offset(s, p), s->e,
			    "the header row has more than names");
		if (take_name(s, i, b->text.bytes + (text - b->text.bytes),
		    len) != 0)
			return -1;
	}
	scan_drop_cut(s);	/* it is no record */
	s->records--;
	return 0;
}
