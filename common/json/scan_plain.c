/* scan_plain: the walk with plain C loops; the specification of the others. */
#define WALK
#include "json/scan.h"

static inline bool
name_same(const char *p, const struct recalled *r)
{
	return projection_same(p, r->text, r->len);
}

static inline const char *
name_stop(const char *p)
{
	while (*p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

static inline const char *
digits_stop(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

#define text_stop name_stop

#include "json/scan_walk.h"

const struct scan_body scan_plain = { "plain", walk };
