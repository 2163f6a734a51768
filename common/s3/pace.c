/* Additive increase, multiplicative decrease. */
#include "s3/pace.h"

enum { ONE = 1000 };

void
pace_begin(struct pace *p, unsigned most)
{
	*p = (struct pace){ .most = most, .thousandths = most * ONE };
}

unsigned
pace_allows(const struct pace *p)
{
	return p->thousandths / ONE;
}

/* As many good answers as requests are allowed make one more. */
void
pace_good(struct pace *p)
{
	p->thousandths += (ONE + pace_allows(p) - 1) / pace_allows(p);
	if (p->thousandths > p->most * ONE)
		p->thousandths = p->most * ONE;
}

void
pace_busy(struct pace *p, int64_t started, int64_t now)
{
	if (p->cut_at != 0 && started <= p->cut_at)
		return;
	p->cut_at = now;
	p->thousandths /= 2;
	if (p->thousandths < ONE)
		p->thousandths = ONE;
}
