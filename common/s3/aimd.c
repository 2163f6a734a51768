/* Additive increase, multiplicative decrease. */
#include "s3/aimd.h"

enum { ONE = 1000 };

void
aimd_begin(struct aimd *p, unsigned most)
{
	*p = (struct aimd){ .most = most, .thousandths = most * ONE };
}

unsigned
aimd_allows(const struct aimd *p)
{
	return p->thousandths / ONE;
}

/* As many good answers as requests are allowed make one more. */
void
aimd_good(struct aimd *p)
{
	p->thousandths += (ONE + aimd_allows(p) - 1) / aimd_allows(p);
	if (p->thousandths > p->most * ONE)
		p->thousandths = p->most * ONE;
}

void
aimd_busy(struct aimd *p, int64_t started, int64_t now)
{
	if (p->cut_at != 0 && started <= p->cut_at)
		return;
	p->cut_at = now;
	p->thousandths /= 2;
	if (p->thousandths < ONE)
		p->thousandths = ONE;
}
