/*
 * zip-ways: reads archives as a file, as a pipe, and as a pipe that brings few
 * bytes at a time.  Standard input has them one after the other, each after
 * its size in decimal digits and a line break.  A line for each on standard
 * output:
 *
 *	code as a file <tab> code as a pipe <tab> bytes, CRC-32 and members as a
 *	file <tab> why not as a file <tab> why not as a pipe
 *
 * and a <tab> "DIFFERS" if two ways give two things: what a pipe gives without
 * an error a file must give, too, and how the bytes come makes no difference.
 */
#include <isa-l/crc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/verifier.h"
#include "archive/unarchive.h"

enum { MOST = 64 << 20 };	/* bytes of an archive, and of its data */

struct feed {
	const unsigned char *bytes;
	size_t len, piece;
};

struct outcome {
	int code;
	uint64_t bytes, members;
	uint32_t crc;			/* of all data */
	struct contents contents;		/* of names, sizes and CRCs */
	struct err e;
};

static ssize_t
feed_some(void *arg, void *buf, size_t len, struct err *e)
{
	struct feed *f = arg;

	(void)e;
	len = len < f->len ? len : f->len;
	len = len < f->piece ? len : f->piece;
	memcpy(buf, f->bytes, len);
	f->bytes += len;
	f->len -= len;
	return (ssize_t)len;
}

static int
read_members(struct unarchive *u, struct outcome *o)
{
	const void *block = NULL;
	struct member m;
	ssize_t n;
	int rc;

	while ((rc = unarchive_next(u, &m, &o->e)) > 0) {
		uint64_t size = 0;
		uint32_t crc = 0;

		while ((n = unarchive_block(u, &block, &o->e)) > 0) {
			crc = crc32_gzip_refl(crc, block, (uint64_t)n);
			size += (uint64_t)n;
			if (m.plain)
				o->crc = crc32_gzip_refl(o->crc, block,
				    (uint64_t)n);
		}
		if (n < 0)
			return -1;
		if (!m.plain)
			continue;
		contents_add(&o->contents, m.name, strlen(m.name), size, crc);
		o->bytes += size;
		o->members++;
	}
	return rc;
}

static struct outcome
read_way(const unsigned char *bytes, size_t len, size_t piece, int fd)
{
	struct feed f = { bytes, len, piece };
	const struct unarchive_options o = { .read = feed_some, .from = &f,
	    .seek_fd = fd, .kind = UNARCHIVE_ANY, .passphrase = "secret",
	    .max_size = MOST };
	struct outcome out = { .e = ERR_NONE };
	struct unarchive *u = unarchive_open(&o, &out.e);

	if (u == NULL || read_members(u, &out) != 0)
		out.code = out.e.code != 0 ? (int)out.e.code : -1;
	unarchive_close(u);
	return out;
}

/* As a file, which takes the place of the one before. */
static struct outcome
read_file(const unsigned char *bytes, size_t len)
{
	static FILE *file;

	if (file == NULL && (file = tmpfile()) == NULL)
		exit(2);
	rewind(file);
	if (ftruncate(fileno(file), 0) != 0 ||
	    fwrite(bytes, 1, len, file) != len || fflush(file) != 0)
		exit(2);
	rewind(file);
	return read_way(bytes, len, len + 1, fileno(file));
}

static bool
same(const struct outcome *a, const struct outcome *b)
{
	return a->code == b->code && (a->code != 0 ||
	    (a->bytes == b->bytes && a->crc == b->crc &&
	    contents_same(&a->contents, &b->contents)));
}

/* Names in messages may hold anything. */
static const char *
masked(struct err *e)
{
	for (char *s = e->text; *s != '\0'; s++)
		if ((unsigned char)*s < ' ')
			*s = '?';
	return e->text;
}

static void
report(const unsigned char *bytes, size_t len)
{
	struct outcome file = read_file(bytes, len);
	struct outcome pipe = read_way(bytes, len, len + 1, -1);
	struct outcome bits = read_way(bytes, len, 1 + len % 13, -1);
	bool good = same(&pipe, &bits) &&
	    (pipe.code != 0 || same(&file, &pipe));

	printf("%d\t%d\t%llu %08x %llu\t%s\t%s%s\n", file.code, pipe.code,
	    (unsigned long long)file.bytes, (unsigned)file.crc,
	    (unsigned long long)file.members, masked(&file.e), masked(&pipe.e),
	    good ? "" : "\tDIFFERS");
}

int
main(void)
{
	unsigned long len;

	while (scanf("%lu%*1[\n]", &len) == 1) {
		/* Its own size, so that a read past it is seen. */
		unsigned char *bytes = len <= MOST ? malloc(len + 1) : NULL;

		bool all = bytes != NULL &&
		    fread(bytes, 1, len, stdin) == len;

		if (all)
			report(bytes, len);
		free(bytes);
		if (!all)
			return 2;
	}
	return feof(stdin) && fflush(stdout) == 0 ? 0 : 2;
}
