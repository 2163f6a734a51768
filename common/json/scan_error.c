/* scan_error: put the place in front of what is wrong. */
#include <stdarg.h>
#include <stdio.h>

#include "json/path.h"
#include "json/scan_error.h"

/* Bytes of a place in a message: five names of SCAN_SAVED bytes; a deeper one
 * is cut at its end. */
enum { PLACE_MAX = 256 };

/* A name as it stands in a path, and a dot in front of it. */
static size_t
write_name(char *to, size_t room, const char *name, size_t len, bool first)
{
	size_t dot = first ? 0 : 1, i, n;

	if (dot != 0 && room > 0)
		*to++ = '.';
	room -= dot < room ? dot : room;
	n = path_write(to, room, name, len);
	for (i = 0; i < n && i < room; i++) {
		if (to[i] == '\0')
			to[i] = '?';
	}
	return dot + n;
}

/* "events[11].group.title", as far as it is kept from feed to feed and fits. */
static void
place(const struct scan *s, char *text, size_t size)
{
	const struct level *l;
	size_t d, n = 0;

	for (d = 1; d <= s->depth && d < SCAN_SAVED_LEVELS && n < size; d++) {
		l = &s->levels[d];
		if (l->object && l->name == NULL)
			break;
		if (l->object)
			n += write_name(text + n, size - n, l->name,
			    l->name_len < SCAN_SAVED ? l->name_len :
			    SCAN_SAVED, n == 0);
		else
			n += (size_t)snprintf(text + n, size - n, "[%llu]",
			    (unsigned long long)l->index);
	}
	text[n < size ? n : size - 1] = '\0';
}

int
scan_error(struct scan *s, uint64_t offset, struct err *e, const char *fmt,
    ...)
{
	char what[256], where[PLACE_MAX], record[64] = "";
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

const char *
scan_guess(uint64_t offset, unsigned char c)
{
	if (offset > 1 || (offset == 1 && c != 0))
		return "";
	switch (c) {
	case 0:
	case 0xfe:
	case 0xff:
		return " (UTF-16?)";
	case 0x1f:
		return " (gzip?)";
	case '<':
		return " (HTML?)";
	default:
		return "";
	}
}

int
scan_expected(struct scan *s, const char *p, const char *what)
{
	unsigned char c = (unsigned char)*p;
	uint64_t offset = scan_offset(s, p);
	const char *guess = scan_guess(offset, c);

	if (c == '\n' && s->policy.lines)
		return scan_error(s, offset, s->e, "the line ends within its "
		    "document; with --max-errors each document is one line");
	if (c > 0x20 && c < 0x7f)
		return scan_error(s, offset, s->e, "expected %s, found '%c'%s",
		    what, c, guess);
	return scan_error(s, offset, s->e, "expected %s, found byte 0x%02x%s",
	    what, c, c == 0xef ? " (a byte order mark?)" : guess);
}

int
scan_too_large(struct scan *s)
{
	const struct record *r = &s->batch->records[s->batch->n_records];

	if (s->no_memory)
		return err_memory(s->e);
	s->line = r->line;
	s->depth = s->over_depth;
	scan_error(s, r->offset, s->e, "the selected members of the record "
	    "that begins here exceed the memory budget; see -m%s",
	    s->documents == 1 && s->projection->document->role == ROLE_ROOT &&
	    s->projection->all && s->records == 1 ?
	    ", or -r if the records are within" : "");
	s->failed = s->over_at;
	s->line = s->over_line;
	return -1;
}
