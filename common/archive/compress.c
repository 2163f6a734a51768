/* compress: the three libraries behind one face. */
#include "archive/compress.h"

#include <isa-l/crc.h>
#include <lzma.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/limit.h"
#include "deflate/gzip.h"

enum {
	CHUNK = 256 * 1024,	/* bytes read and written at once, see
				 * archive_input.c */
	XZ_LEVEL = 6, ZSTD_LEVEL = 3,	/* xz(1)'s and zstd(1)'s defaults */
	ZSTD_JOB = 1 << 20,	/* bytes for a thread at a time: twice as many
				 * take 2 MiB more a thread for 0.1 % */
	ZSTD_HEADROOM = 1 << 20		/* bytes: many times what it takes, see
				 * zstd_start */
};

struct compress_ops {
	int (*open)(struct compress *c, const struct zipbudget *b,
	    struct err *e);
	/* takes all of buf; at the end with len 0 */
	int (*run)(struct compress *c, const void *buf, size_t len, bool end,
	    struct err *e);
	void (*close)(struct compress *c);
};

struct compress {
	const struct compress_ops *ops;
	int level;
	int (*write)(void *to, const void *buf, size_t len, struct err *e);
	void *to;
	struct deflate *deflate;	/* gzip's */
	struct deflate_sum sum;
	bool begun;
	lzma_stream xz;
	ZSTD_CCtx *zstd;
	unsigned char in[CHUNK], out[CHUNK];
};

static int
end_member(void *arg, const struct deflate_sum *sum, struct err *e)
{
	struct compress *c = arg;
	unsigned char trailer[GZIP_TRAILER];

	c->sum = *sum;
	gzip_trailer(trailer, sum->crc, sum->in);
	return c->write(c->to, trailer, sizeof trailer, e);
}

static int
write_piece(void *arg, const void *buf, size_t len, struct err *e)
{
	struct compress *c = arg;

	if (!c->begun && c->write(c->to, gzip_header, sizeof gzip_header,
	    e) != 0)
		return -1;
	c->begun = true;
	return c->write(c->to, buf, len, e);
}

static int
gzip_open(struct compress *c, const struct zipbudget *b, struct err *e)
{
	const struct deflate_ends ends = { .write = write_piece,
	    .end = end_member, .to = c };

	c->deflate = deflate_new(c->level, b->threads, b->depth, e);
	if (c->deflate == NULL)
		return -1;
	deflate_begin(c->deflate, &ends);
	return 0;
}

static int
gzip_run(struct compress *c, const void *buf, size_t len, bool end,
    struct err *e)
{
	if (!end)
		return deflate_push(c->deflate, buf, len, e);
	return deflate_end(c->deflate, e) != 0 ? -1 :
	    deflate_drain(c->deflate, e);
}

static void
gzip_close(struct compress *c)
{
	deflate_free(c->deflate);
}

static int
xz_fail(lzma_ret rc, struct err *e)
{
	return rc == LZMA_MEM_ERROR ? err_memory(e) :
	    err_set(e, EXIT_INTERNAL, "liblzma cannot compress: error %d",
	    (int)rc);
}

static int
xz_open(struct compress *c, const struct zipbudget *b, struct err *e)
{
	lzma_ret rc = lzma_easy_encoder(&c->xz, (uint32_t)(c->level < 0 ?
	    XZ_LEVEL : c->level), LZMA_CHECK_CRC64);

	(void)b;
	return rc == LZMA_OK ? 0 : xz_fail(rc, e);
}

static int
xz_run(struct compress *c, const void *buf, size_t len, bool end, struct err *e)
{
	lzma_stream *s = &c->xz;
	lzma_ret rc = LZMA_OK;

	s->next_in = buf;
	s->avail_in = len;
	while (end ? rc != LZMA_STREAM_END : s->avail_in > 0) {
		s->next_out = c->out;
		s->avail_out = CHUNK;
		rc = lzma_code(s, end ? LZMA_FINISH : LZMA_RUN);
		if (rc != LZMA_OK && rc != LZMA_STREAM_END)
			return xz_fail(rc, e);
		if (s->avail_out < CHUNK && c->write(c->to, c->out,
		    CHUNK - s->avail_out, e) != 0)
			return -1;
	}
	return 0;
}

static void
xz_close(struct compress *c)
{
	lzma_end(&c->xz);
}

static int
zstd_fail(size_t code, struct err *e)
{
	return ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation ?
	    err_memory(e) : err_set(e, EXIT_INTERNAL,
	    "libzstd cannot compress: %s", ZSTD_getErrorName(code));
}

static int
zstd_run(struct compress *c, const void *buf, size_t len, bool end,
    struct err *e)
{
	ZSTD_inBuffer in = { buf, len, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { c->out, CHUNK, 0 };

		left = ZSTD_compressStream2(c->zstd, &out, &in,
		    end ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return zstd_fail(left, e);
		if (out.pos > 0 && c->write(c->to, c->out, out.pos, e) != 0)
			return -1;
	} while (end ? left > 0 : in.pos < in.size);
	return 0;
}

/* The threads start at the first call, and inherit a mask that blocks all
 * signals, which are the caller's.  That call has no data: libzstd takes another
 * way if it sees the end of a short input with the first of it.  And libzstd 1.5
 * crashes if it cannot have the little memory that its threads' places take. */
static int
zstd_start(struct compress *c, struct err *e)
{
	ZSTD_outBuffer out = { c->out, CHUNK, 0 };
	ZSTD_inBuffer in = { NULL, 0, 0 };
	sigset_t all, before;
	size_t code;

	if (!limit_leaves(ZSTD_HEADROOM))
		return err_memory(e);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	code = ZSTD_compressStream2(c->zstd, &out, &in, ZSTD_e_continue);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ZSTD_isError(code) ? zstd_fail(code, e) : 0;
}

static int
zstd_open(struct compress *c, const struct zipbudget *b, struct err *e)
{
	const struct { ZSTD_cParameter name; int value; } parameters[] = {
		{ ZSTD_c_compressionLevel, c->level < 0 ? ZSTD_LEVEL :
		    c->level == 0 ? 1 : c->level },
		{ ZSTD_c_checksumFlag, 1 },
		{ ZSTD_c_nbWorkers, (int)b->threads },
		{ ZSTD_c_jobSize, ZSTD_JOB },
	};
	size_t code = 0;

	c->zstd = ZSTD_createCCtx();
	if (c->zstd == NULL)
		return err_memory(e);
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters &&
	    !ZSTD_isError(code); i++)
		code = ZSTD_CCtx_setParameter(c->zstd, parameters[i].name,
		    parameters[i].value);
	return ZSTD_isError(code) ? zstd_fail(code, e) : zstd_start(c, e);
}

static void
zstd_close(struct compress *c)
{
	ZSTD_freeCCtx(c->zstd);
}

static const struct compress_ops kinds[] = {
	[COMPRESS_GZIP] = { gzip_open, gzip_run, gzip_close },
	[COMPRESS_XZ] = { xz_open, xz_run, xz_close },
	[COMPRESS_ZSTD] = { zstd_open, zstd_run, zstd_close },
};

struct compress *
compress_new(enum compress_kind kind, int level, const struct zipbudget *budget,
    int (*write)(void *, const void *, size_t, struct err *), void *to,
    struct err *e)
{
	struct compress *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	c->ops = &kinds[kind];
	c->level = level;
	c->write = write;
	c->to = to;
	c->xz = (lzma_stream)LZMA_STREAM_INIT;
	if (c->ops->open(c, budget, e) == 0)
		return c;
	compress_free(c);
	return NULL;
}

void
compress_free(struct compress *c)
{
	if (c == NULL)
		return;
	c->ops->close(c);
	free(c);
}

int
compress_push(struct compress *c, const void *buf, size_t len, struct err *e)
{
	return len == 0 ? 0 : c->ops->run(c, buf, len, false, e);
}

int
compress_end(struct compress *c, struct err *e)
{
	return c->ops->run(c, NULL, 0, true, e);
}

int
compress_stream(struct compress *c, ssize_t (*read)(void *, void *, size_t,
    struct err *), void *from, struct deflate_sum *sum, struct err *e)
{
	const struct deflate_ends ends = { read, from, write_piece, end_member,
	    c };
	int rc = 0;
	ssize_t n;

	if (c->deflate != NULL) {	/* without a copy */
		if (deflate_stream(c->deflate, &ends, e) != 0)
			return -1;
		rc = deflate_drain(c->deflate, e);
		*sum = c->sum;
		return rc;
	}
	*sum = (struct deflate_sum){ 0 };
	while ((n = read(from, c->in, CHUNK, e)) > 0) {
		sum->in += (uint64_t)n;
		sum->crc = crc32_gzip_refl(sum->crc, c->in, (uint64_t)n);
		if (compress_push(c, c->in, (size_t)n, e) != 0)
			return -1;
	}
	return n < 0 ? -1 : compress_end(c, e);
}
