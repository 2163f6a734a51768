/* ziplist: a keyed hash a member, added lane by lane. */
#define _GNU_SOURCE	/* getrandom */
#include "archive/ziplist.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "deflate/little_endian.h"

int
ziplist_init(struct ziplist *l, struct err *e)
{
	ssize_t n;

	*l = (struct ziplist){ 0 };
	do
		n = getrandom(l->key, sizeof l->key, 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof l->key)
		return err_sys(e, EXIT_INTERNAL, errno,
		    "cannot get random numbers");
	return 0;
}

void
ziplist_free(struct ziplist *l)
{
	sha256_free(&l->hash);
}

int
ziplist_add(struct ziplist *l, struct ziplist_sum *to,
    const struct zip_record *r, const struct zipdata_sum *sum, uint64_t place,
    struct err *e)
{
	const uint64_t numbers[] = { place, sum->csize, sum->usize, sum->crc,
	    r->method, r->flags & ZIP_ENCRYPTED, r->name_len };
	uint8_t digest[SHA256_SIZE];

	if (sha256_start(&l->hash, e) != 0 ||
	    sha256_add(&l->hash, l->key, sizeof l->key, e) != 0 ||
	    sha256_add(&l->hash, numbers, sizeof numbers, e) != 0 ||
	    sha256_add(&l->hash, r->name, r->name_len, e) != 0 ||
	    sha256_end(&l->hash, digest, e) != 0)
		return -1;
	to->members++;
	for (int i = 0; i < ZIPLIST_LANES; i++)
		to->lanes[i] += le64(digest + 8 * i);
	return 0;
}

bool
ziplist_same(const struct ziplist_sum *a, const struct ziplist_sum *b)
{
	return a->members == b->members &&
	    memcmp(a->lanes, b->lanes, sizeof a->lanes) == 0;
}
