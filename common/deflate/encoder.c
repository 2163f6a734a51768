/* encoder: blocks deflated by ISA-L or zlib, stored when that is shorter. */
#include "deflate/encoder.h"

#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "deflate/entropy.h"
#include "deflate/literals.h"

enum { STORED_MAX = 65535, STORED_HEAD = 5, SLACK = 64 };

enum { ISAL_FIRST = 1, ZLIB_FIRST = 4 };	/* levels */

/* What a block is judged by; none below PROBED is. */
enum {
	PROBED = 256 * 1024,
	PROBE = 32 * 1024,		/* bytes that are tried, in its middle */
	FLAT = ENTROPY_BIT * 79 / 10,	/* bits a byte: noise, or compressed */
	FEW = ENTROPY_BIT * 46 / 10	/* mostly digits */
};

/* How a block is encoded. */
struct way {
	int level;		/* 0: stored */
	int strategy;		/* zlib's; of ISA-L's levels only LITERALS */
};
enum { LITERALS = Z_HUFFMAN_ONLY };

struct encoder {
	z_stream zlib;
	struct way zlib_way;	/* as set up; level 0: not */
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

	for (int level = low; level <= high && level < ZLIB_FIRST; level++)
		if (isal_buffer_size(level) > size)
			size = isal_buffer_size(level);
	/* Level 3 looks at what it has not written yet, without effect. */
	c->level_buf = calloc(1, size);
	isal_deflate_init(&c->isal);
	return c->level_buf != NULL;
}

static bool
zlib_begin(struct encoder *c, int level)
{
	if (deflateInit2(&c->zlib, level, Z_DEFLATED, -MAX_WBITS, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	c->zlib_way = (struct way){ level, Z_DEFAULT_STRATEGY };
	return true;
}

struct encoder *
encoder_new(int low, int high)
{
	struct encoder *c;

	if (low < 0 || low > high || high >= ENCODER_LEVELS)
		return NULL;
	if ((c = calloc(1, sizeof *c)) == NULL)
		return NULL;
	if ((high >= ISAL_FIRST && low < ZLIB_FIRST &&
	    !isal_begin(c, low < ISAL_FIRST ? ISAL_FIRST : low, high)) ||
	    (high >= ZLIB_FIRST && !zlib_begin(c, high))) {
		encoder_free(c);
		return NULL;
	}
	return c;
}

void
encoder_free(struct encoder *c)
{
	if (c == NULL)
		return;
	if (c->zlib_way.level != 0)
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
stored_piece(const unsigned char *data, size_t len, bool last,
    unsigned char *out)
{
	unsigned char *at = out;

	while (len > 0) {
		size_t n = len < STORED_MAX ? len : STORED_MAX;

		*at++ = last && n == len;
		*at++ = (unsigned char)(n & 0xff);
		*at++ = (unsigned char)(n >> 8);
		*at++ = (unsigned char)(~n & 0xff);
		*at++ = (unsigned char)(~n >> 8 & 0xff);
		memcpy(at, data, n);
		at += n;
		data += n;
		len -= n;
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

/* 0 when the piece does not fit the room. */
static size_t
isal_piece(struct encoder *c, int level, const unsigned char *data,
    size_t len, size_t dict, bool last, unsigned char *out, size_t room)
{
	struct isal_zstream *s = &c->isal;

	isal_deflate_reset(s);
	s->level = (uint32_t)level;
	s->level_buf = c->level_buf;
	s->level_buf_size = isal_buffer_size(level);
	s->gzip_flag = IGZIP_DEFLATE;
	s->flush = last ? NO_FLUSH : SYNC_FLUSH;
	s->end_of_stream = last;
	if (dict > 0 && isal_deflate_set_dict(s, (uint8_t *)data - dict,
	    (uint32_t)dict) != COMP_OK)
		return 0;
	s->next_in = (uint8_t *)data;
	s->avail_in = (uint32_t)len;
	s->next_out = out;
	s->avail_out = (uint32_t)room;
	if (isal_deflate(s) != COMP_OK || s->avail_in != 0 ||
	    s->avail_out == 0 ||
	    s->internal_state.state != (last ? ZSTATE_END : ZSTATE_NEW_HDR))
		return 0;
	return room - s->avail_out;
}

static size_t
zlib_piece(struct encoder *c, struct way way, const unsigned char *data,
    size_t len, size_t dict, bool last, unsigned char *out, size_t room)
{
	z_stream *s = &c->zlib;
	int rc;

	if (deflateReset(s) != Z_OK)
		return 0;
	if (way.level != c->zlib_way.level ||
	    way.strategy != c->zlib_way.strategy) {
		if (deflateParams(s, way.level, way.strategy) != Z_OK)
			return 0;
		c->zlib_way = way;
	}
	if (dict > 0 && deflateSetDictionary(s, data - dict, (uInt)dict) != Z_OK)
		return 0;
	s->next_in = (Bytef *)data;
	s->avail_in = (uInt)len;
	s->next_out = out;
	s->avail_out = (uInt)room;
	rc = deflate(s, last ? Z_FINISH : Z_SYNC_FLUSH);
	if (rc != (last ? Z_STREAM_END : Z_OK) || s->avail_in != 0 ||
	    s->avail_out == 0)
		return 0;
	return room - s->avail_out;
}

/* 0 when the piece does not fit, or is to be stored. */
static size_t
packed_piece(struct encoder *c, struct way way, const unsigned char *data,
    size_t len, size_t dict, bool last, unsigned char *out)
{
	size_t room = encoder_bound(len);

	if (way.level >= ZLIB_FIRST)
		return zlib_piece(c, way, data, len, dict, last, out, room);
	if (way.strategy == LITERALS)
		return literals_piece(data, len, last, out, room);
	if (way.level >= ISAL_FIRST)
		return isal_piece(c, way.level, data, len, dict, last, out,
		    room);
	return 0;
}

/*
 * Where the counts of its bytes say so, a block is tried in another way:
 *
 *  - Noise and compressed data do not get smaller, and are stored.  Matches
 *    would show in the piece that is tried.
 *  - In columns of digits matches of 3 to 5 bytes are everywhere, and most cost
 *    more than the digits would.  A level of zlib less with its filtered
 *    strategy, which leaves them out, is often faster and smaller at once.  For
 *    ISA-L's levels it is the digits alone, at several times the speed.
 */
static struct way
other_way(struct way plain, unsigned bits)
{
	if (bits >= FLAT)
		return (struct way){ 0, Z_DEFAULT_STRATEGY };
	if (bits <= FEW && plain.level < ZLIB_FIRST)
		return (struct way){ plain.level, LITERALS };
	if (bits <= FEW && plain.level > ZLIB_FIRST)
		return (struct way){ plain.level - 1, Z_FILTERED };
	return plain;
}

/* The better way, by a piece from the middle of the block: a 32nd of the time,
 * twice, where there is something to choose. */
static struct way
choose_way(struct encoder *c, int level, const unsigned char *data, size_t len,
    unsigned char *out)
{
	const struct way plain = { level, Z_DEFAULT_STRATEGY };
	const unsigned char *piece = data + len / 2;
	struct way other;
	size_t size, least;

	if (level == 0 || len < PROBED)
		return plain;
	other = other_way(plain, entropy_bits(data, len));
	if (other.level == plain.level && other.strategy == plain.strategy)
		return plain;
	size = packed_piece(c, plain, piece, PROBE, ENCODER_DICT, false, out);
	if (size == 0 || other.level == 0)
		return size == 0 || size > PROBE - PROBE / 64 ? other : plain;
	least = packed_piece(c, other, piece, PROBE, ENCODER_DICT, false, out);
	/* 1 in 100 is what so short a piece is wrong by. */
	if (other.strategy == LITERALS)
		least -= least / 100;
	return least <= size ? other : plain;
}

size_t
encoder_piece(struct encoder *c, int level, const unsigned char *data,
    size_t len, size_t dict, bool last, unsigned char *out)
{
	/* A piece must be shorter than this to be worth it. */
	size_t stored = stored_size(len), size = 0;

	if (len == 0)
		return empty_piece(last, out);
	size = packed_piece(c, choose_way(c, level, data, len, out), data, len,
	    dict, last, out);
	if (size == 0 || size > stored)
		size = stored_piece(data, len, last, out);
	return size;
}
