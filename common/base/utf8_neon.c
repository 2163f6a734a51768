/* utf8_neon: the check in blocks of 16 bytes. */
#include "base/utf8.h"

#ifdef __aarch64__
#include <arm_neon.h>
#include <stdbool.h>

#define TARGET
#define WIDTH 16
#define vector uint8x16_t
#define load(p) vld1q_u8(p)
#define zero() vdupq_n_u8(0)
#define or(a, b) vorrq_u8(a, b)
#define and(a, b) vandq_u8(a, b)
#define xor(a, b) veorq_u8(a, b)
#define any(v) (vmaxvq_u8(v) != 0)
#define before(v, last, n) vextq_u8(last, v, 16 - n)
#define above(v, b) vqsubq_u8(v, byte(b))
#define byte(b) vdupq_n_u8(b)
#define low(v) vandq_u8(v, byte(0x0f))
#define high(v) vshrq_n_u8(v, 4)
#define look(table, v) vqtbl1q_u8(vld1q_u8(table), v)

#include "base/utf8_block.h"

size_t
utf8_blocks_neon(const void *text, size_t len)
{
	return check_blocks(text, len);
}
#endif
