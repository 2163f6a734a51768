/* dedupe: a table of small sets, in each of which the oldest key gives way. */
#include "fetch/dedupe.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { SETS = 4096, WAYS = 20,	/* keys in each set */
	KEY = 16 };		/* bytes kept of a key's SHA-256 */

struct set {
	uint8_t keys[WAYS][KEY];
	uint8_t held, oldest;
};

struct dedupe {
	struct set sets[SETS];
};

struct dedupe *
dedupe_new(struct err *e)
{
	struct dedupe *r = calloc(1, sizeof *r);

	if (r == NULL)
		err_memory(e);
	return r;
}

void
dedupe_free(struct dedupe *r)
{
	free(r);
}

int
dedupe_add(struct dedupe *r, const void *key, size_t len, struct err *e)
{
	uint8_t digest[SHA256_SIZE];
	struct set *s;

	if (sha256_of(key, len, digest, e) == -1)
		return -1;
	s = &r->sets[(digest[KEY] | digest[KEY + 1] << 8) % SETS];
	for (unsigned i = 0; i < s->held; i++)
		if (memcmp(s->keys[i], digest, KEY) == 0)
			return 0;
	if (s->held < WAYS) {
		memcpy(s->keys[s->held++], digest, KEY);
	} else {
		memcpy(s->keys[s->oldest], digest, KEY);
		s->oldest = (uint8_t)((s->oldest + 1) % WAYS);
	}
	return 1;
}
