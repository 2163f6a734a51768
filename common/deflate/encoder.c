/* encoder: blocks deflated by ISA-L or libdeflate, stored when that is shorter. */
#include "deflate/encoder.h"

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "deflate/entropy.h"
#include "deflate/join.h"

enum {
	STORED_MAX = 65535,	/* bytes of a stored block (RFC 1951, 3.2.4) */
	STORED_HEAD = 5,	/* bytes before them */
	SLACK = 64,		/* bytes that ISA-L wants beyond its output, more
				 * than JOIN_SLACK */
	ISAL_FIRST = 1, DENSE_FIRST = 4	/* levels */
};

/* What a block is judged by; none below PROBED is. */
enum {
	PROBED = 256 * 1024,	/* bytes: shorter ones cost little anyway */
	PROBE = 32 * 1024,	/* bytes that are tried, in the block's middle: a
				 * thirtieth of its time */
	FLAT = ENTROPY_BIT * 79 / 10	/* 7.9 bits a byte: noise has 8 less what
				 * a sample misses; base64 has 6, and is packed */
};

struct encoder {
	struct libdeflate_compressor *dense[ENCODER_LEVELS];
	z_stream zlib;
	bool zlib_ready;
	struct isal_zstream isal;
	unsigned char *level_buf;
};

/* ISA-L checks neither level nor buffer before it uses them: both are fixed
 * here, from its own table. */
static uint32_t
isal_buffer_size(int level)
{
	switch (level) {
	case 1: return ISAL_DEF_LVL1_DEFAULT;
	case 2: return ISAL_DEF_LVL2_DEFAULT;
	default: return ISAL_DEF_LVL3_DEFAULT;
	}
}

static bool
isal_begin(struct encoder *c, int low, int high)
{
	uint32_t size = 0;

	for (int level = low; level <= high && level < DENSE_FIRST; level++)
		if (isal_buffer_size(level) > size)
			size = isal_buffer_size(level);
	/* Level 3 looks at what it has not written yet, without effect. */
	c->level_buf = calloc(1, size);
	isal_deflate_init(&c->isal);
	return c->level_buf != NULL;
}

/* zlib takes less memory than it could (its fifth level of that), since few
 * blocks need it. */
static bool
dense_begin(struct encoder *c, int level)
{
	c->dense[level] = libdeflate_alloc_compressor(level);
	if (c->dense[level] == NULL)
		return false;
	if (!c->zlib_ready)
		c->zlib_ready = deflateInit2(&c->zlib, Z_DEFAULT_COMPRESSION,
		    Z_DEFLATED, -MAX_WBITS, 5, Z_DEFAULT_STRATEGY) == Z_OK;
	return c->zlib_ready;
}

struct encoder *
encoder_new(const int *levels, size_t n)
{
	struct encoder *c = calloc(1, sizeof *c);
	int low = DENSE_FIRST, high = 0;
	bool good = c != NULL;

	for (size_t i = 0; i < n && good; i++) {
		good = levels[i] >= 0 && levels[i] < ENCODER_LEVELS;
		if (good && levels[i] >= DENSE_FIRST) {
			good = dense_begin(c, levels[i]);
		} else if (levels[i] >= ISAL_FIRST) {
			low = levels[i] < low ? levels[i] : low;
			high = levels[i] > high ? levels[i] : high;
		}
	}
	if (good && high > 0)
		good = isal_begin(c, low, high);
	if (good)
		return c;
	encoder_free(c);
	return NULL;
}

size_t
encoder_memory(const int *levels, size_t n)
{
	/* Of libdeflate 1.14 for each of its levels, as its allocator was asked
	 * for; of zlib at the fifth of its levels of memory (zconf.h). */
	const size_t dense = 668295, zlib = 152 * 1024;
	size_t isal = 0, others = 0;

	for (size_t i = 0; i < n; i++) {
		if (levels[i] >= DENSE_FIRST)
			others += dense + (others == 0 ? zlib : 0);
		else if (levels[i] >= ISAL_FIRST)
			isal = ISAL_DEF_LVL3_DEFAULT;
	}
	return sizeof(struct encoder) + isal + others;
}

void
encoder_free(struct encoder *c)
{
	if (c == NULL)
		return;
	for (int level = DENSE_FIRST; level < ENCODER_LEVELS; level++)
		libdeflate_free_compressor(c->dense[level]);
	if (c->zlib_ready)
		deflateEnd(&c->zlib);
	free(c->level_buf);
	free(c);
}

static size_t
stored_size(size_t len)
{
	return len + STORED_HEAD * ((len + STORED_MAX - 1) / STORED_MAX);
}

size_t
encoder_bound(size_t len)
{
	return stored_size(len) + SLACK;
}

/* RFC 1951, 3.2.4: stored blocks end on a byte boundary by themselves. */
static size_t
stored_piece(const struct encoder_block *b, unsigned char *out)
{
	const unsigned char *data = b->data;
	unsigned char *at = out;

	for (size_t left = b->len; left > 0;) {
		size_t n = left < STORED_MAX ? left : STORED_MAX;

		*at++ = b->last && n == left;
		*at++ = (unsigned char)(n & 0xff);
		*at++ = (unsigned char)(n >> 8);
		*at++ = (unsigned char)(~n & 0xff);
		*at++ = (unsigned char)(~n >> 8 & 0xff);
		memcpy(at, data, n);
		at += n;
		data += n;
		left -= n;
	}
	return (size_t)(at - out);
}

/* The end is an empty block with the fixed codes, else there is nothing. */
static size_t
empty_piece(bool last, unsigned char *out)
{
	if (!last)
		return 0;
	memcpy(out, "\x03\x00", 2);
	return 2;
}

/* Does the piece stand for the block, and go on or end as it should? */
static bool
stands_for(const struct encoder_block *b, const unsigned char *piece,
    size_t size)
{
	const struct join_data data = { b->data, b->len, b->dict };
	struct join j;

	return join_walk(&j, piece, size, &data) == 0 && j.final == b->last;
}

/* 0 when the piece does not fit the room. */
static size_t
isal_piece(struct encoder *c, int level, const struct encoder_block *b,
    unsigned char *out, size_t room)
{
	struct isal_zstream *s = &c->isal;

	isal_deflate_reset(s);
	s->level = (uint32_t)level;
	s->level_buf = c->level_buf;
	s->level_buf_size = isal_buffer_size(level);
	s->gzip_flag = IGZIP_DEFLATE;
	s->flush = b->last ? NO_FLUSH : SYNC_FLUSH;
	s->end_of_stream = b->last;
	if (b->dict > 0 && isal_deflate_set_dict(s, (uint8_t *)b->data - b->dict,
	    (uint32_t)b->dict) != COMP_OK)
		return 0;
	s->next_in = (uint8_t *)b->data;
	s->avail_in = (uint32_t)b->len;
	s->next_out = out;
	s->avail_out = (uint32_t)room;
	if (isal_deflate(s) != COMP_OK || s->avail_in != 0 ||
	    s->avail_out == 0 ||
	    s->internal_state.state != (b->last ? ZSTATE_END : ZSTATE_NEW_HDR))
		return 0;
	return room - s->avail_out;
}

/* What libdeflate 1.14 should not have written, without a dictionary as it. */
static size_t
zlib_piece(struct encoder *c, const struct encoder_block *b, unsigned char *out,
    size_t room)
{
	z_stream *s = &c->zlib;
	int rc;

	if (deflateReset(s) != Z_OK)
		return 0;
	s->next_in = (Bytef *)b->data;
	s->avail_in = (uInt)b->len;
	s->next_out = out;
	s->avail_out = (uInt)room;
	rc = deflate(s, b->last ? Z_FINISH : Z_SYNC_FLUSH);
	if (rc != (b->last ? Z_STREAM_END : Z_OK) || s->avail_in != 0 ||
	    s->avail_out == 0)
		return 0;
	return room - s->avail_out;
}

/* Every piece is walked, the last one too; *checked: it stands for the data. */
static size_t
dense_piece(struct encoder *c, int level, const struct encoder_block *b,
    unsigned char *out, size_t room, bool *checked)
{
	const struct join_data data = { b->data, b->len, 0 };
	struct join j;
	size_t size = libdeflate_deflate_compress(c->dense[level], b->data,
	    b->len, out, room - JOIN_ROOM);

	if (size == 0)
		return 0;
	if (join_walk(&j, out, size, &data) != 0 || !j.final || j.incomplete)
		return zlib_piece(c, b, out, room);
	*checked = true;
	return b->last ? size : join_open(&j, out);
}

/* 0 when the piece does not fit, is to be stored, or is not what it should be.
 * JOIN_SLACK stays free for a walk. */
static size_t
packed_piece(struct encoder *c, int level, const struct encoder_block *b,
    unsigned char *out)
{
	size_t room = encoder_bound(b->len) - JOIN_SLACK, size = 0;
	bool checked = !b->check;

	if (level >= DENSE_FIRST)
		size = dense_piece(c, level, b, out, room, &checked);
	else if (level >= ISAL_FIRST)
		size = isal_piece(c, level, b, out, room);
	return size > 0 && (checked || stands_for(b, out, size)) ? size : 0;
}

/* Noise and compressed data do not get smaller: where the counts of its bytes
 * look like that, a piece from the block's middle is tried, since matches do not
 * show in counts. */
static bool
is_noise(struct encoder *c, int level, const struct encoder_block *b,
    unsigned char *out)
{
	const struct encoder_block probe = { .data = b->data + b->len / 2,
		.len = PROBE, .dict = ENCODER_DICT };
	size_t size;

	if (b->len < PROBED || entropy_bits(b->data, b->len) < FLAT)
		return false;
	size = packed_piece(c, level, &probe, out);
	return size == 0 || size > PROBE - PROBE / 64;
}

size_t
encoder_piece(struct encoder *c, int level, const struct encoder_block *b,
    unsigned char *out)
{
	/* A piece must be shorter than this to be worth it. */
	size_t stored = stored_size(b->len), size = 0;

	if (b->len == 0)
		return empty_piece(b->last, out);
	if (!is_noise(c, level, b, out))
		size = packed_piece(c, level, b, out);
	if (size == 0 || size > stored)
		size = stored_piece(b, out);
	return size;
}
