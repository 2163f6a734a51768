/* zipmethod: one table of what begins, steps and ends. */
#include "archive/zipmethod.h"

#include <bzlib.h>
#include <limits.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "archive/ziprecord.h"

/* What the libraries take in one step, some of them as an unsigned int. */
enum {
	STEP = 1 << 30,		/* bytes for a library at once: some count in 32
				 * bits */
	LZMA_HEADER = 4 + 5	/* bytes: version and size, properties (5.8.8) */
};

struct ops;

struct zipmethod {
	const struct ops *ops;
	union {
		z_stream z;
		bz_stream bz;
		lzma_stream lzma;
		ZSTD_DStream *zstd;
	} u;
	unsigned char header[LZMA_HEADER];	/* lzma's in zip */
	size_t have;
	uint64_t lzma_size;			/* UINT64_MAX: up to a mark */
};

enum outcome { GOING, ENDED, DAMAGED, NO_MEMORY, WINDOW_TOO_LARGE };

struct ops {
	unsigned method;
	const char *name;
	bool (*begin)(struct zipmethod *m);
	enum outcome (*step)(struct zipmethod *m, struct zipmethod_step *s);
	void (*end)(struct zipmethod *m);
};

static unsigned
at_most_step(size_t len)
{
	return len < STEP ? (unsigned)len : STEP;
}

static bool
begin_deflate(struct zipmethod *m)
{
	return inflateInit2(&m->u.z, -MAX_WBITS) == Z_OK;
}

static enum outcome
step_deflate(struct zipmethod *m, struct zipmethod_step *s)
{
	z_stream *z = &m->u.z;
	unsigned in = at_most_step(s->in_len), out = at_most_step(s->out_len);
	int rc;

	z->next_in = (unsigned char *)(uintptr_t)s->in;
	z->avail_in = in;
	z->next_out = s->out;
	z->avail_out = out;
	rc = inflate(z, Z_NO_FLUSH);
	s->in += in - z->avail_in;
	s->in_len -= in - z->avail_in;
	s->out += out - z->avail_out;
	s->out_len -= out - z->avail_out;
	return rc == Z_STREAM_END ? ENDED : rc == Z_MEM_ERROR ? NO_MEMORY :
	    rc == Z_OK || rc == Z_BUF_ERROR ? GOING : DAMAGED;
}

static void
end_deflate(struct zipmethod *m)
{
	inflateEnd(&m->u.z);
}

static bool
begin_bzip2(struct zipmethod *m)
{
	return BZ2_bzDecompressInit(&m->u.bz, 0, 0) == BZ_OK;
}

static enum outcome
step_bzip2(struct zipmethod *m, struct zipmethod_step *s)
{
	bz_stream *z = &m->u.bz;
	unsigned in = at_most_step(s->in_len), out = at_most_step(s->out_len);
	int rc;

	z->next_in = (char *)(uintptr_t)s->in;
	z->avail_in = in;
	z->next_out = (char *)s->out;
	z->avail_out = out;
	rc = BZ2_bzDecompress(z);
	s->in += in - z->avail_in;
	s->in_len -= in - z->avail_in;
	s->out += out - z->avail_out;
	s->out_len -= out - z->avail_out;
	return rc == BZ_STREAM_END ? ENDED : rc == BZ_MEM_ERROR ? NO_MEMORY :
	    rc == BZ_OK ? GOING : DAMAGED;
}

static void
end_bzip2(struct zipmethod *m)
{
	BZ2_bzDecompressEnd(&m->u.bz);
}

static bool
begin_xz(struct zipmethod *m)
{
	m->u.lzma = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&m->u.lzma, UINT64_MAX, 0) == LZMA_OK;
}

static enum outcome
lzma_outcome(lzma_ret rc)
{
	return rc == LZMA_STREAM_END ? ENDED :
	    rc == LZMA_MEM_ERROR || rc == LZMA_MEMLIMIT_ERROR ? NO_MEMORY :
	    rc == LZMA_OK || rc == LZMA_BUF_ERROR ? GOING : DAMAGED;
}

static enum outcome
step_xz(struct zipmethod *m, struct zipmethod_step *s)
{
	lzma_stream *z = &m->u.lzma;
	lzma_ret rc;

	z->next_in = s->in;
	z->avail_in = s->in_len;
	z->next_out = s->out;
	z->avail_out = s->out_len;
	rc = lzma_code(z, LZMA_RUN);
	s->in = z->next_in;
	s->in_len = z->avail_in;
	s->out = z->next_out;
	s->out_len = z->avail_out;
	return lzma_outcome(rc);
}

static bool
begin_lzma(struct zipmethod *m)
{
	m->u.lzma = (lzma_stream)LZMA_STREAM_INIT;
	return true;
}

/* 5.8.8: a version, the size of the properties, which is 5, and these. */
static enum outcome
read_lzma_header(struct zipmethod *m)
{
	lzma_filter filters[] = { { .id = LZMA_FILTER_LZMA1 },
	    { .id = LZMA_VLI_UNKNOWN } };
	lzma_options_lzma *options;
	lzma_ret rc;

	if (m->header[2] != 5 || m->header[3] != 0)
		return DAMAGED;
	rc = lzma_properties_decode(&filters[0], NULL, m->header + 4, 5);
	if (rc != LZMA_OK)
		return lzma_outcome(rc);
	options = filters[0].options;
	filters[0].id = LZMA_FILTER_LZMA1EXT;
	options->ext_flags = m->lzma_size == UINT64_MAX ?
	    LZMA_LZMA1EXT_ALLOW_EOPM : 0;
	options->ext_size_low = (uint32_t)m->lzma_size;
	options->ext_size_high = (uint32_t)(m->lzma_size >> 32);
	rc = lzma_raw_decoder(&m->u.lzma, filters);
	free(options);
	return lzma_outcome(rc);
}

static enum outcome
step_lzma(struct zipmethod *m, struct zipmethod_step *s)
{
	if (m->have == LZMA_HEADER)
		return step_xz(m, s);
	while (m->have < LZMA_HEADER && s->in_len > 0) {
		m->header[m->have++] = *s->in++;
		s->in_len--;
	}
	return m->have < LZMA_HEADER ? GOING : read_lzma_header(m);
}

static void
end_lzma(struct zipmethod *m)
{
	lzma_end(&m->u.lzma);
}

static bool
begin_zstd(struct zipmethod *m)
{
	m->u.zstd = ZSTD_createDStream();
	return m->u.zstd != NULL;
}

static enum outcome
step_zstd(struct zipmethod *m, struct zipmethod_step *s)
{
	ZSTD_inBuffer in = { s->in, s->in_len, 0 };
	ZSTD_outBuffer out = { s->out, s->out_len, 0 };
	size_t rc = ZSTD_decompressStream(m->u.zstd, &out, &in);

	s->in += in.pos;
	s->in_len -= in.pos;
	s->out += out.pos;
	s->out_len -= out.pos;
	switch (ZSTD_getErrorCode(rc)) {
	case ZSTD_error_no_error:
		return rc == 0 ? ENDED : GOING;
	case ZSTD_error_memory_allocation:
		return NO_MEMORY;
	case ZSTD_error_frameParameter_windowTooLarge:
		return WINDOW_TOO_LARGE;
	default:
		return DAMAGED;
	}
}

static void
end_zstd(struct zipmethod *m)
{
	ZSTD_freeDStream(m->u.zstd);
}

/* 4.4.5; those without functions are known by name only. */
static const struct ops methods[] = {
	{ ZIP_METHOD_STORED, "stored", NULL, NULL, NULL },
	{ 1, "shrink", NULL, NULL, NULL },
	{ 6, "implode", NULL, NULL, NULL },
	{ 8, "deflate", begin_deflate, step_deflate, end_deflate },
	{ 9, "Deflate64", NULL, NULL, NULL },
	{ 12, "bzip2", begin_bzip2, step_bzip2, end_bzip2 },
	{ ZIP_METHOD_LZMA, "lzma", begin_lzma, step_lzma, end_lzma },
	{ 93, "zstd", begin_zstd, step_zstd, end_zstd },
	{ 94, "MP3", NULL, NULL, NULL },
	{ 95, "xz", begin_xz, step_xz, end_lzma },
	{ 96, "JPEG", NULL, NULL, NULL },
	{ 97, "WavPack", NULL, NULL, NULL },
	{ 98, "PPMd", NULL, NULL, NULL },
};

static const struct ops *
find(unsigned method)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (methods[i].method == method)
			return &methods[i];
	return NULL;
}

int
zipmethod_known(unsigned method, struct err *e)
{
	const struct ops *ops = find(method);

	if (method == ZIP_METHOD_STORED || (ops != NULL && ops->begin != NULL))
		return 0;
	return err_set(e, EXIT_DATA, "its compression, method %u%s%s%s, is not "
	    "supported", method, ops != NULL ? " (" : "",
	    ops != NULL ? ops->name : "", ops != NULL ? ")" : "");
}

struct zipmethod *
zipmethod_new(unsigned method, bool end_marked, uint64_t usize,
    struct err *e)
{
	const struct ops *ops = find(method);
	struct zipmethod *m;

	if (zipmethod_known(method, e) != 0 || ops == NULL)
		return NULL;
	m = calloc(1, sizeof *m);
	if (m == NULL) {
		err_memory(e);
		return NULL;
	}
	m->ops = ops;
	m->lzma_size = end_marked ? UINT64_MAX : usize;
	if (!ops->begin(m)) {
		free(m);
		err_memory(e);
		return NULL;
	}
	return m;
}

void
zipmethod_free(struct zipmethod *m)
{
	if (m == NULL)
		return;
	m->ops->end(m);
	free(m);
}

int
zipmethod_run(struct zipmethod *m, struct zipmethod_step *s, struct err *e)
{
	size_t in, out;

	/* A step may end early; one that gets nowhere waits for more. */
	do {
		in = s->in_len;
		out = s->out_len;
		switch (m->ops->step(m, s)) {
		case GOING:
			break;
		case ENDED:
			s->ended = true;
			return 0;
		case NO_MEMORY:
			return err_set(e, EXIT_INTERNAL, "%s takes more memory "
			    "than -m allows", m->ops->name);
		case WINDOW_TOO_LARGE:
			return err_set(e, EXIT_DATA, "%s wants a window of more "
			    "than 128 MiB", m->ops->name);
		case DAMAGED:
			return err_set(e, EXIT_DATA, "the %s data are damaged",
			    m->ops->name);
		}
	} while (s->out_len > 0 && (s->in_len < in || s->out_len < out));
	return 0;
}
