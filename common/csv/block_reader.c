/* block_reader: read, drop the mark, replace, end the block at a good place. */
#include <stdlib.h>
#include <string.h>

#include "csv/block_reader.h"
#include "json/scan.h"
#include "base/utf8.h"

/* Bytes of one read at most, so that the pipe's pages are still in the cache
 * when they are checked. */
enum { READ_SIZE = 64 * 1024 };

/* Bytes in UTF-8 of U+FEFF and of U+FFFD. */
enum { MARK = 3, REPLACEMENT = 3 };
static const char mark[MARK] = "\xef\xbb\xbf";
static const char replacement[REPLACEMENT] = "\xef\xbf\xbd";

int
block_reserve(struct block *b, size_t size, struct err *e)
{
	if (b->room != NULL)
		return 0;
	b->room = malloc(SCAN_TAIL + size + SCAN_SLACK);
	if (b->room == NULL)
		return err_memory(e);
	b->bytes = b->room + SCAN_TAIL;
	return 0;
}

void
block_free(struct block *b)
{
	free(b->room);
	*b = (struct block){ 0 };
}

int
block_reader_init(struct block_reader *f, struct input *in, size_t size,
    bool replace, struct err *e)
{
	*f = (struct block_reader){ .in = in, .size = size };
	f->rest = malloc(size);
	f->raw = replace ? malloc(size / REPLACEMENT) : NULL;
	if (f->rest != NULL && (f->raw != NULL || !replace))
		return 0;
	block_reader_free(f);
	return err_memory(e);
}

void
block_reader_free(struct block_reader *f)
{
	free(f->rest);
	free(f->raw);
	*f = (struct block_reader){ 0 };
}

bool
block_reader_done(const struct block_reader *f)
{
	return f->ended && !f->failed && f->n_rest == 0;
}

/* Reads on after the have bytes that are there.  An error comes later. */
static size_t
read_more(struct block_reader *f, char *to, size_t room)
{
	ssize_t n = input_read(f->in, to, room < READ_SIZE ? room : READ_SIZE,
	    &f->e);

	f->failed = n < 0;
	f->ended = n <= 0;
	return n > 0 ? (size_t)n : 0;
}

/* Fills what can be filled; the first three bytes decide about a mark. */
static size_t
fill(struct block_reader *f, char *to, size_t have, size_t room)
{
	size_t before = have;

	while (!f->ended && have < room && (have == before ||
	    (!f->begun && have < sizeof(mark)) || input_pending(f->in)))
		have += read_more(f, to + have, room - have);
	if (!f->begun && have >= sizeof(mark) &&
	    memcmp(to, mark, sizeof(mark)) == 0) {
		f->marked = true;
		have -= sizeof(mark);
		memmove(to, to + sizeof(mark), have);
	}
	f->begun = true;
	return have;
}

/* How many bytes at the end of a text belong to the next: they are a character
 * that is right so far. */
static size_t
cut_character(const struct block_reader *f, const char *text, size_t len)
{
	size_t n;

	if (f->ended && !f->failed)
		return 0;
	for (n = 1; n <= 3 && n <= len; n++) {
		if ((text[len - n] & 0xc0) != 0x80)
			return utf8_length(text + len - n, n) == -1 ? n : 0;
	}
	return 0;
}

/* The longest beginning of a character, or a byte that begins none. */
static size_t
subpart(const char *text, size_t len)
{
	size_t n = 1;

	while (n < len && n < 3 && utf8_length(text, n) == -1 &&
	    utf8_length(text, n + 1) == -1)
		n++;
	return n;
}

/* Gives the raw bytes with what is bad replaced; how many were taken. */
static size_t
replace(struct block_reader *f, struct block *b, size_t have)
{
	size_t end = have - cut_character(f, f->raw, have);
	size_t at = 0, n;

	b->len = 0;
	for (;;) {
		n = utf8_check(f->raw + at, end - at);
		memcpy(b->bytes + b->len, f->raw + at, n);
		b->len += n;
		at += n;
		if (at == end)
			return end;
		memcpy(b->bytes + b->len, replacement, REPLACEMENT);
		b->len += REPLACEMENT;
		at += subpart(f->raw + at, end - at);
	}
}

int
block_read(struct block_reader *f, struct block *b,
    const struct boundary *boundary, struct err *e)
{
	char *to = f->raw != NULL ? f->raw : b->bytes;
	size_t have = f->n_rest, used;

	memcpy(to, f->rest, have);
	have = fill(f, to, have, f->raw != NULL ?
	    f->size / REPLACEMENT : f->size);
	used = boundary != NULL && f->raw == NULL ?
	    boundary_find(boundary, to, have) : 0;
	b->cut = used > 0;
	if (f->raw != NULL)
		used = replace(f, b, have);
	else if (!b->cut)
		used = have - cut_character(f, to, have);
	if (f->failed && used == 0) {
		*e = f->e;
		return -1;
	}
	f->n_rest = have - used;
	memcpy(f->rest, to + used, f->n_rest);
	if (f->raw == NULL)
		b->len = used;
	memset(b->bytes + b->len, 0, SCAN_SLACK);
	return 0;
}
