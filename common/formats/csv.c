/* csv: quoting. */
#include "formats/csv.h"

void
csv_init(struct csv *c, char delimiter, bool crlf)
{
	*c = (struct csv){ .delimiter = delimiter, .crlf = crlf };
	c->special['"'] = true;
	c->special['\r'] = true;
	c->special['\n'] = true;
	c->special[(unsigned char)delimiter] = true;
}

static int
quoted(struct buffer *row, const char *text, size_t len)
{
	char *to;
	size_t i;

	if (buffer_reserve(row, len) != 0 ||
	    buffer_reserve(row, 2 * len + 2) != 0)
		return -1;
	to = row->bytes + row->size;
	*to++ = '"';
	for (i = 0; i < len; i++) {
		if (text[i] == '"')
			*to++ = '"';
		*to++ = text[i];
	}
	*to++ = '"';
	row->size = (size_t)(to - row->bytes);
	return 0;
}

int
csv_cell(const struct csv *c, struct buffer *row, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (c->special[(unsigned char)text[i]])
			return quoted(row, text, len);
	}
	return buffer_add(row, text, len);
}
