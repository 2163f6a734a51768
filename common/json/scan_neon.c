/* scan_neon: the state machine with loops in steps of 16 bytes. */
#include "json/scan.h"

#ifdef __aarch64__
#include <arm_neon.h>

#define SCAN_TARGET

static inline bool
name_same(const char *p, const struct recalled *r)
{
	return projection_same(p, r->text, r->len);
}

static inline const char *
name_stop(const char *p)
{
	const uint8x16_t quote = vdupq_n_u8('"'), backslash = vdupq_n_u8('\\'),
	    space = vdupq_n_u8(0x20);
	uint8x16_t v, stop;
	uint64_t stops;

	for (;; p += 16) {
		v = vld1q_u8((const uint8_t *)p);
		stop = vorrq_u8(vorrq_u8(vceqq_u8(v, quote),
		    vceqq_u8(v, backslash)), vcltq_u8(v, space));
		/* four bits of the result for each byte */
		stops = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(
		    vreinterpretq_u16_u8(stop), 4)), 0);
		if (stops != 0)
			return p + (__builtin_ctzll(stops) >> 2);
	}
}

static inline const char *
digits_stop(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

#define text_stop name_stop

#define SCAN_BODY scan_neon
#define SCAN_BODY_NAME "neon"
#include "json/scan_machine.c"
#endif
