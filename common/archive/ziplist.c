/* ziplist: a keyed hash a member, added half by half. */
#define _GNU_SOURCE	/* getrandom */
#include "archive/ziplist.h"

#include <errno.h>
#include <sys/random.h>

int
ziplist_init(struct ziplist *l, struct err *e)
{
	unsigned char *to = (unsigned char *)l;
	size_t left = sizeof *l;
	ssize_t n;

	while (left > 0) {
		n = getrandom(to, left, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, EXIT_INTERNAL, errno,
			    "cannot get random numbers");
		to += n;
		left -= (size_t)n;
	}
	return 0;
}

void
ziplist_add(const struct ziplist *l, struct ziplist_sum *to,
    const struct zip_record *r, const struct zipdata_sum *sum, uint64_t place)
{
	uint64_t numbers[] = { place, sum->csize, sum->usize, sum->crc,
	    r->method, r->flags & ZIP_ENCRYPTED, r->name_len, 0, 0 };
	uint64_t out[2];

	siphash(l->of_names, r->name, r->name_len, out);
	numbers[7] = out[0];
	numbers[8] = out[1];
	siphash(l->of_members, numbers, sizeof numbers, out);
	to->members++;
	to->hash[0] += out[0];
	to->hash[1] += out[1];
}

bool
ziplist_same(const struct ziplist_sum *a, const struct ziplist_sum *b)
{
	return a->members == b->members && a->hash[0] == b->hash[0] &&
	    a->hash[1] == b->hash[1];
}
