/* csv: quoting. */
#include <stdint.h>

#include "csv/csv.h"

/* Sixteen bytes at once, as gcc and clang write it for any processor. */
typedef uint8_t block __attribute__((vector_size(16)));

_Static_assert(CSV_PAD >= sizeof(block), "a block is read past the text");
_Static_assert(BUFFER_SLACK >= sizeof(block), "and written past the row");

void
csv_init(struct csv *c, char delimiter, bool crlf)
{
	*c = (struct csv){ .delimiter = delimiter, .crlf = crlf };
	c->special['"'] = true;
	c->special['\r'] = true;
	c->special['\n'] = true;
	c->special[(unsigned char)delimiter] = true;
}

/* Up to each quote in one piece, and the quote once more.  There is always room
 * for the rest of the text and two quotes. */
int
csv_quoted(struct buffer *row, const char *text, size_t len)
{
	const char *end = text + len, *quote;
	size_t before = row->size, n;

	if (buffer_reserve(row, len) != 0 || buffer_reserve(row, len + 2) != 0)
		return -1;
	row->bytes[row->size++] = '"';
	while ((quote = memchr(text, '"', (size_t)(end - text))) != NULL) {
		n = (size_t)(quote - text) + 1;
		memcpy(row->bytes + row->size, text, n);
		row->size += n;
		text += n;
		if (buffer_reserve(row, (size_t)(end - text) + 2) != 0) {
			row->size = before;
			return -1;
		}
		row->bytes[row->size++] = '"';
	}
	n = (size_t)(end - text);
	memcpy(row->bytes + row->size, text, n);
	row->size += n;
	row->bytes[row->size++] = '"';
	return 0;
}

int
csv_cell(const struct csv *c, struct buffer *row, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (c->special[(unsigned char)text[i]])
			return csv_quoted(row, text, len);
	}
	return buffer_add(row, text, len);
}

static inline block
all(char c)
{
	return (block){ 0 } + (uint8_t)c;
}

/* Copies and looks in one go; what was copied in vain is written over. */
int
csv_cell_padded(const struct csv *c, struct buffer *row, const char *text,
    size_t len)
{
	static const block lanes = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
		13, 14, 15 };
	const block delimiter = all(c->delimiter), quote = all('"'),
	    cr = all('\r'), lf = all('\n');
	uint64_t half[2];
	block b, found;
	size_t i;
	char *to;

	if (buffer_reserve(row, len) != 0)
		return -1;
	to = row->bytes + row->size;
	for (i = 0; i < len; i += sizeof(b)) {
		memcpy(&b, text + i, sizeof(b));
		memcpy(to + i, &b, sizeof(b));
		found = (block)(b == delimiter) | (block)(b == quote) |
		    (block)(b == cr) | (block)(b == lf);
		if (len - i < sizeof(b))
			found &= (block)(lanes < all((char)(len - i)));
		memcpy(half, &found, sizeof(half));
		if ((half[0] | half[1]) != 0)
			return csv_quoted(row, text, len);
	}
	row->size += len;
	return 0;
}

static bool
is_formula(const char *text, size_t len)
{
	return len > 0 && *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

/* The guard goes in front as text, and within the quotes if there are any. */
static int
guarded(const struct csv *c, struct buffer *row, const char *text, size_t len)
{
	size_t before = row->size;
	bool bare = c->quote == CSV_MINIMAL;

	if (bare) {
		if (buffer_add(row, "'", 1) != 0 ||
		    csv_cell(c, row, text, len) != 0)
			return -1;
		if (row->bytes[before + 1] != '"')
			return 0;
	} else if (buffer_add(row, "'", 1) != 0 ||
	    csv_quoted(row, text, len) != 0) {
		return -1;
	}
	row->bytes[before] = '"';
	row->bytes[before + 1] = '\'';
	return 0;
}

int
csv_string(const struct csv *c, struct buffer *row, const char *text,
    size_t len)
{
	if (c->guard && is_formula(text, len))
		return guarded(c, row, text, len);
	return c->quote == CSV_MINIMAL ? csv_cell(c, row, text, len) :
	    csv_quoted(row, text, len);
}
