/*
 * gunzip: members one after the other.
 *
 *	FIRST	nothing has come; a header must begin
 *	HEADER	within one
 *	INSIDE	within deflated data or the checksum after them
 *	AFTER	a member has ended; another one, zeros, or the end
 *	PADDING	zeros up to the end
 */
#include "deflate/gunzip.h"

#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	STEP = 1 << 30,		/* bytes for ISA-L at once, which counts in 32
				 * bits */
	GZIP = 0x1f,		/* the first byte of a member */
	ZLIB_METHOD = 8		/* in the first byte of zlib's, its low half */
};

enum place { FIRST, HEADER, INSIDE, AFTER, PADDING };

struct gunzip {
	bool may_be_zlib, zlib;
	enum place place;
	uint64_t taken;			/* bytes of input */
	struct inflate_state inflate;
	struct isal_gzip_header gzip_header;
	struct isal_zlib_header zlib_header;
};

struct gunzip *
gunzip_new(bool zlib, struct err *e)
{
	struct gunzip *g = calloc(1, sizeof *g);

	if (g == NULL) {
		err_memory(e);
		return NULL;
	}
	g->may_be_zlib = zlib;
	isal_inflate_init(&g->inflate);
	return g;
}

void
gunzip_free(struct gunzip *g)
{
	free(g);
}

static bool
is_open(const struct gunzip *g)
{
	return g->place == HEADER || g->place == INSIDE;
}

static int
bad(const struct gunzip *g, const char *why, struct err *e)
{
	return err_set(e, EXIT_DATA, "the %s data is %s at byte %llu",
	    g->zlib ? "zlib" : "gzip", why, (unsigned long long)g->taken);
}

/* isal_inflate would read a header, too, but forgets what it says about itself
 * when it comes in pieces. */
static int
read_header(struct gunzip *g)
{
	int rc = g->zlib ?
	    isal_read_zlib_header(&g->inflate, &g->zlib_header) :
	    isal_read_gzip_header(&g->inflate, &g->gzip_header);

	if (rc == ISAL_DECOMP_OK && g->zlib && g->zlib_header.dict_flag != 0)
		return ISAL_NEED_DICT;
	if (rc == ISAL_DECOMP_OK)
		g->place = INSIDE;
	return rc == ISAL_END_INPUT ? ISAL_DECOMP_OK : rc;
}

/* Where no member is open: what begins with the next byte? */
static int
begin_member(struct gunzip *g, struct gunzip_step *s, struct err *e)
{
	unsigned byte = *s->in;

	if (byte == 0 && (g->place == AFTER || g->place == PADDING)) {
		g->place = PADDING;
		s->in++;
		s->in_len--;
		g->taken++;
		return 0;
	}
	if (g->place == FIRST)
		g->zlib = g->may_be_zlib && (byte & 0xf) == ZLIB_METHOD;
	if (g->place == PADDING || (g->zlib ? g->place != FIRST :
	    byte != GZIP))
		return bad(g, g->place == FIRST ? "none" :
		    "followed by something else", e);
	isal_inflate_reset(&g->inflate);
	g->inflate.crc_flag = g->zlib ? ISAL_ZLIB : ISAL_GZIP;
	g->gzip_header = (struct isal_gzip_header){ 0 };
	g->place = HEADER;
	return 0;
}

/* One call of ISA-L. */
static int
inflate(struct gunzip *g, struct gunzip_step *s, struct err *e)
{
	struct inflate_state *state = &g->inflate;
	uint32_t given = s->in_len < STEP ? (uint32_t)s->in_len : STEP;
	uint32_t room = s->out_len < STEP ? (uint32_t)s->out_len : STEP;
	int rc;

	state->next_in = (uint8_t *)(uintptr_t)s->in;
	state->avail_in = given;
	state->next_out = s->out;
	state->avail_out = room;
	rc = g->place == HEADER ? read_header(g) : isal_inflate(state);
	s->in += given - state->avail_in;
	s->in_len -= given - state->avail_in;
	s->out += room - state->avail_out;
	s->out_len -= room - state->avail_out;
	g->taken += given - state->avail_in;
	if (rc != ISAL_DECOMP_OK)
		return bad(g, "damaged", e);
	if (g->place == INSIDE && state->block_state == ISAL_BLOCK_FINISH)
		g->place = AFTER;
	return 0;
}

int
gunzip_run(struct gunzip *g, struct gunzip_step *s, struct err *e)
{
	do {
		if (is_open(g) ? inflate(g, s, e) != 0 :
		    s->in_len > 0 && begin_member(g, s, e) != 0)
			return -1;
	} while (s->in_len > 0 && s->out_len > 0);
	return 0;
}

int
gunzip_end(const struct gunzip *g, struct err *e)
{
	return is_open(g) ? bad(g, "cut off", e) : 0;
}
