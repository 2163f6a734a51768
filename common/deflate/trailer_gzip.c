/* gzip members, unpacked by ISA-L and thrown away: that checks them all. */
#include <stdlib.h>

#include <isa-l/igzip_lib.h>

#include "deflate/trailer_format.h"

enum { OUT = 256 * 1024, STEP = 1 << 30 };

/* After a member: another one, zeros up to the end, or the end. */
enum place { FIRST, HEADER, INSIDE, BEHIND, PADDING };

struct members {
	enum place place;
	uint64_t at;			/* bytes so far */
	struct inflate_state inflate;
	struct isal_gzip_header header;
	uint8_t out[OUT];
};

static bool
matches(const uint8_t begin[4])
{
	return begin[0] == 0x1f && begin[1] == 0x8b;
}

static void *
new(struct err *e)
{
	struct members *m = malloc(sizeof *m);

	if (m == NULL) {
		err_memory(e);
		return NULL;
	}
	m->place = FIRST;
	m->at = 0;
	isal_inflate_init(&m->inflate);
	return m;
}

static bool
is_open(const struct members *m)
{
	return m->place == HEADER || m->place == INSIDE;
}

static int
bad(const struct members *m, const char *why, struct err *e)
{
	return err_set(e, EXIT_DATA, "the gzip data is %s at byte %llu", why,
	    (unsigned long long)m->at);
}

/* isal_inflate would read a header, too, but forgets what it says about itself
 * when it comes in pieces. */
static int
read_header(struct members *m)
{
	int rc = isal_read_gzip_header(&m->inflate, &m->header);

	if (rc == ISAL_DECOMP_OK)
		m->place = INSIDE;
	return rc == ISAL_END_INPUT ? ISAL_DECOMP_OK : rc;
}

static int
inflate(struct members *m)
{
	m->inflate.next_out = m->out;
	m->inflate.avail_out = OUT;
	return m->place == HEADER ? read_header(m) : isal_inflate(&m->inflate);
}

/* Bytes taken of len, or -1. */
static int64_t
unpack(struct members *m, const uint8_t *data, size_t len, struct err *e)
{
	struct inflate_state *s = &m->inflate;
	uint32_t given = len < STEP ? (uint32_t)len : STEP;

	s->next_in = (uint8_t *)(uintptr_t)data;
	s->avail_in = given;
	do {
		if (inflate(m) != ISAL_DECOMP_OK) {
			m->at += given - s->avail_in;
			return bad(m, "damaged", e);
		}
	} while (s->block_state != ISAL_BLOCK_FINISH &&
	    (s->avail_in > 0 || s->avail_out == 0));
	if (s->block_state == ISAL_BLOCK_FINISH)
		m->place = BEHIND;
	return given - s->avail_in;
}

/* Where no member is open: what begins with that byte? */
static int
begin_member(struct members *m, uint8_t byte, struct err *e)
{
	if (m->place != FIRST && byte == 0) {
		m->place = PADDING;
		return 0;
	}
	if (m->place == PADDING || byte != 0x1f)
		return bad(m, m->place == FIRST ? "none" :
		    "followed by something else", e);
	isal_inflate_reset(&m->inflate);
	m->inflate.crc_flag = ISAL_GZIP;
	m->header = (struct isal_gzip_header){ 0 };
	m->place = HEADER;
	return 0;
}

static int
add(void *state, const uint8_t *data, size_t len, struct err *e)
{
	struct members *m = state;

	for (int64_t n; len > 0; data += n, len -= (size_t)n,
	    m->at += (uint64_t)n) {
		if (!is_open(m) && begin_member(m, *data, e) != 0)
			return -1;
		n = m->place == PADDING ? 1 : unpack(m, data, len, e);
		if (n < 0)
			return -1;
	}
	return 0;
}

static int
end(void *state, struct err *e)
{
	const struct members *m = state;

	return is_open(m) ? bad(m, "cut off", e) : 0;
}

const struct trailer_format trailer_gzip = { "gzip", matches, new, add, end,
	free };
