/* crc64_pmull: the CRC in vectors of 16 bytes. */
#include "aws/crc64.h"

#ifdef __aarch64__
#include <arm_neon.h>

#define TARGET __attribute__((target("+crypto")))
#define WIDTH 16
#define FOUR FACTORS_512
#define ONE FACTORS_128
#define vector uint64x2_t
#define load(p) vreinterpretq_u64_u8(vld1q_u8(p))
#define store(p, v) vst1q_u8(p, vreinterpretq_u8_u64(v))
#define all(...) words(__VA_ARGS__)
#define words(low, high) vcombine_u64(vcreate_u64(low), vcreate_u64(high))
#define first(r) words(r, 0)
#define xor(a, b) veorq_u64(a, b)
#define poly(v) vreinterpretq_p64_u64(v)
#define fold(a, by, next) xor(xor(vreinterpretq_u64_p128(vmull_p64( \
	vgetq_lane_p64(poly(a), 0), vgetq_lane_p64(poly(by), 0))), \
	vreinterpretq_u64_p128(vmull_high_p64(poly(a), poly(by)))), next)

#include "aws/crc64_fold.h"

uint64_t
crc64nvme_pmull(uint64_t crc, const void *data, size_t len)
{
	return len < 4 * WIDTH ? crc64nvme_plain(crc, data, len) :
	    ~fold_all(~crc, data, len);
}
#endif
