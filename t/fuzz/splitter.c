/*
 * splitter, fed with anything, with tiny buffers, and read in parts of any size:
 * the pieces are those of a plain walk from line to line.
 *
 * Four bytes in front: flags (as CSV), the limit, the longest line, and the
 * length of a part.
 */
#define _GNU_SOURCE	/* memfd_create */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/splitter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CSV = 1, FIRST = 4, INPUT_MOST = 4000 };

struct text {
	char *data;
	size_t len;
};

/* What comes out. */
struct outcome {
	FILE *out;
	char *data;
	size_t len;
	size_t ends[INPUT_MOST + 2];	/* of pieces */
	size_t pieces;
	bool refused;
};

static void
add(struct outcome *o, const char *data, size_t len)
{
	if (fwrite(data, 1, len, o->out) != len)
		abort();
}

static void
end_piece(struct outcome *o)
{
	if (o->pieces == INPUT_MOST + 2 || fflush(o->out) != 0)
		abort();
	o->ends[o->pieces++] = o->len;
}

/* The length of the line at this place, with its break, if it has one. */
static size_t
line_at(const struct text *in, size_t at, bool csv, bool *ended)
{
	bool quoted = false;

	*ended = true;
	for (size_t i = at; i < in->len; i++) {
		if (in->data[i] == '"' && csv)
			quoted = !quoted;
		if (in->data[i] == '\n' && !quoted)
			return i + 1 - at;
	}
	*ended = false;
	return in->len - at;
}

/* The plain walk. */
static void
expect(struct outcome *o, const struct text *in, const struct splitter *how)
{
	bool ended;
	size_t header = how->csv ? line_at(in, 0, true, &ended) : 0, used = 0;
	size_t lines = 0;

	for (size_t at = 0, len; at < in->len; at += len) {
		len = line_at(in, at, how->csv, &ended);
		/* The last one may end where no more can be looked at. */
		if (len > how->longest || (len == how->longest && !ended)) {
			o->refused = true;
			return;
		}
		if (lines > 0 && used + len > how->limit) {
			end_piece(o);
			add(o, in->data, header);
			used = header;
			lines = 0;
		}
		if (used + len > how->limit) {
			o->refused = true;
			return;
		}
		add(o, in->data + at, len);
		used += len;
		lines++;
	}
	end_piece(o);
}

/* A file with just that in it. */
static int
file_of(const struct text *in)
{
	int fd = memfd_create("in", MFD_CLOEXEC);

	if (fd < 0 || write(fd, in->data, in->len) != (ssize_t)in->len ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

static void
split(struct outcome *o, int fd, const struct splitter *how, size_t part)
{
	struct input in = { .fd = fd, .name = "in", .stop = -1 };
	struct splitter s;
	struct err e = ERR_NONE;
	char *buf = malloc(part);
	int more;
	ssize_t n = 0;

	if (buf == NULL ||
	    splitter_init(&s, &in, how->limit, how->csv, &e) != 0)
		abort();
	s.longest = how->longest;
	while ((more = splitter_next(&s, &e)) > 0) {
		while ((n = splitter_read(&s, buf, part, &e)) > 0)
			add(o, buf, (size_t)n);
		if (n < 0)
			break;
		end_piece(o);
	}
	o->refused = more != 0;
	if (o->refused && e.code != EXIT_DATA)
		abort();
	splitter_free(&s);
	free(buf);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome want = { 0 }, got = { 0 };
	struct splitter how = { 0 };
	struct text in = { 0 };

	if (size < FIRST || size > FIRST + INPUT_MOST)
		return 0;
	how.csv = (data[0] & CSV) != 0;
	how.limit = data[1] + 1u;
	how.longest = data[2] + 1u;
	in.len = size - FIRST;
	in.data = malloc(in.len + 1);
	if (in.data == NULL)
		abort();
	memcpy(in.data, data + FIRST, in.len);
	want.out = open_memstream(&want.data, &want.len);
	got.out = open_memstream(&got.data, &got.len);
	if (want.out == NULL || got.out == NULL)
		abort();
	expect(&want, &in, &how);
	split(&got, file_of(&in), &how, data[3] + 1u);
	if (fclose(want.out) != 0 || fclose(got.out) != 0 ||
	    want.refused != got.refused || want.pieces != got.pieces ||
	    memcmp(want.ends, got.ends, want.pieces * sizeof *got.ends) != 0 ||
	    want.len != got.len ||
	    memcmp(want.data, got.data, want.len) != 0)
		abort();
	free(want.data);
	free(got.data);
	free(in.data);
	return 0;
}
