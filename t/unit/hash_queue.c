/* part_buffers and hash_queue, where reader, hashers and sender meet: bounds,
 * order, digests, what overtakes, an early end, a stress. */
#include "s3/hash_queue.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "tap.h"

enum { MIB = 1 << 20, PATIENCE_MS = 60 * 1000, ROUNDS = 600, HELD = 3 };

static const struct part_plan plan = { .budget = 40 * MIB, .first = 5 * MIB };

/* The proof of an empty input that has ended. */
static const struct complete_input *
complete(void)
{
	static const struct input ended = { .ended = true };

	return input_complete(&ended);
}

static struct part *
get(struct part_buffers *pool, unsigned number)
{
	struct err e = ERR_NONE;

	return part_buffers_get(pool, number, false, &e);
}

/* Buffers. */

static void
bounds(void)
{
	const struct part_plan narrow = { .budget = 12 * MIB,
		.first = 5 * MIB };
	struct err e = ERR_NONE;
	struct part_buffers *pool = part_buffers_new(&plan, 3, &e);
	struct part *a = get(pool, 1), *b = get(pool, 2), *c = get(pool, 3), *again;

	ok(a != NULL && b != NULL && c != NULL && a->number == 1 &&
	    c->number == 3, "three parts, numbered");
	ok(window_limit(&a->window) == 5 * MIB && window_size(&a->window) == 0,
	    "empty, and of the plan's size");
	ok(get(pool, 4) == NULL, "no fourth");
	ok(window_write(&b->window, "x", 1) == 0, "one is used");
	part_buffers_return(pool, b);
	again = get(pool, 7);
	ok(again == b && again->number == 7 && window_size(&b->window) == 0,
	    "and again, emptied, with its new number");
	part_buffers_return(pool, a);
	part_buffers_return(pool, again);
	a = get(pool, 1001);
	ok(a != NULL && window_limit(&a->window) ==
	    part_plan_size(&plan, 1001) && window_limit(&a->window) > 5 * MIB,
	    "where the plan has moved on, a larger one");
	part_buffers_return(pool, a);
	part_buffers_return(pool, c);
	part_buffers_free(pool);

	pool = part_buffers_new(&narrow, 9, &e);
	a = get(pool, 1);
	b = get(pool, 2);
	ok(a != NULL && b != NULL && get(pool, 3) == NULL,
	    "no more bytes than the budget");
	part_buffers_return(pool, a);
	part_buffers_return(pool, b);
	part_buffers_free(pool);
}

struct waiting {
	struct part_buffers *buffers;
	struct part *part;
	struct err e;
};

static void *
wait_for_part(void *ctx)
{
	struct waiting *w = ctx;

	w->part = part_buffers_get(w->buffers, 9, true, &w->e);
	return NULL;
}

static void
waiting(void)
{
	struct err e = ERR_NONE;
	struct waiting w = { .buffers = part_buffers_new(&plan, 1, &e),
		.e = { EXIT_DONE, "untouched" } };
	struct part *a = get(w.buffers, 1);
	pthread_t thread;

	pthread_create(&thread, NULL, wait_for_part, &w);
	part_buffers_return(w.buffers, a);
	pthread_join(thread, NULL);
	ok(w.part == a && a->number == 9, "a part that is waited for comes");

	pthread_create(&thread, NULL, wait_for_part, &w);
	part_buffers_stop(w.buffers);
	pthread_join(thread, NULL);
	ok(w.part == NULL && strcmp(w.e.text, "untouched") == 0,
	    "stopping ends the waiting, and says nothing");
	part_buffers_return(w.buffers, a);
	ok(get(w.buffers, 1) == NULL, "for good");
	part_buffers_free(w.buffers);
}

/* Queue. */

static bool
readable(const struct hash_queue *q, int ms)
{
	struct pollfd fd = { hash_queue_fd(q), POLLIN, 0 };

	return poll(&fd, 1, ms) == 1;
}

/* The next event: asked for several times, as a sender may at any time, then
 * waited for. */
static enum parts_event
next(struct hash_queue *q, struct part **part, struct err *e)
{
	enum parts_event event;
	unsigned asked = 0;

	while ((event = hash_queue_next(q, part, e)) == PARTS_NONE)
		if (++asked % 100 == 0 && !readable(q, PATIENCE_MS))
			break;
	return event;
}

static void
fill(struct part *part, size_t len)
{
	uint32_t x = part->number * 2654435761u;
	uint8_t block[4096];

	for (size_t n; len > 0; len -= n) {
		n = len < sizeof block ? len : sizeof block;
		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			block[i] = (uint8_t)(x >> 24);
		}
		window_write(&part->window, block, n);
	}
}

/* A filled part, on its way. */
static struct part *
put(struct hash_queue *q, struct part_buffers *pool, unsigned number)
{
	struct part *part = get(pool, number);

	fill(part, 100000);
	hash_queue_put(q, part);
	return part;
}

static void
overtaking(void)
{
	const struct err why = { EXIT_DATA, "why" };
	struct err e = ERR_NONE;
	struct part_buffers *pool = part_buffers_new(&plan, 9, &e);
	struct hash_queue *q = hash_queue_start(CHECKSUM_CRC64NVME, true, &e);
	struct part *part = NULL;

	ok(!readable(q, 0) && hash_queue_next(q, &part, &e) == PARTS_NONE,
	    "nothing yet");
	put(q, pool, 1);
	ok(readable(q, PATIENCE_MS), "a part is announced");
	put(q, pool, 2);
	hash_queue_end(q, NULL, &why);
	ok(hash_queue_next(q, &part, &e) == PARTS_FAILED &&
	    e.code == EXIT_DATA && strcmp(e.text, "why") == 0,
	    "a failure overtakes it");
	ok(readable(q, 0) && hash_queue_next(q, &part, &e) == PARTS_FAILED,
	    "and is told again");
	hash_queue_end(q, complete(), NULL);
	ok(hash_queue_next(q, &part, &e) == PARTS_FAILED &&
	    hash_queue_complete(q) == NULL, "no end follows it");
	hash_queue_free(q, pool);
	part_buffers_free(pool);

	pool = part_buffers_new(&plan, 9, &e);
	q = hash_queue_start(CHECKSUM_NONE, true, &e);
	hash_queue_end(q, complete(), NULL);
	ok(next(q, &part, &e) == PARTS_END && next(q, &part, &e) == PARTS_END,
	    "an empty input: the end, again and again");
	hash_queue_free(q, pool);
	part_buffers_free(pool);
}

/* Where no digest is wanted, a part comes out at once; the end comes last. */
static void
passing(void)
{
	struct err e = ERR_NONE;
	struct part_buffers *pool = part_buffers_new(&plan, 9, &e);
	struct hash_queue *q = hash_queue_start(CHECKSUM_CRC32C, false, &e);
	struct part *part, *out[2] = { NULL };

	part = put(q, pool, 1);
	ok(readable(q, 0) && hash_queue_next(q, &out[0], &e) == PARTS_PART &&
	    out[0] == part && !part->hashed, "not hashed: out at once");
	ok(!readable(q, 0) && hash_queue_next(q, &part, &e) == PARTS_NONE,
	    "and no more");
	put(q, pool, 2);
	hash_queue_end(q, complete(), NULL);
	ok(hash_queue_complete(q) == NULL, "not complete before all is taken");
	ok(hash_queue_next(q, &out[1], &e) == PARTS_PART &&
	    out[1]->number == 2, "the last part");
	ok(hash_queue_next(q, &part, &e) == PARTS_END &&
	    hash_queue_complete(q) == complete(), "then the end");
	part_buffers_return(pool, out[0]);
	part_buffers_return(pool, out[1]);
	hash_queue_free(q, pool);
	part_buffers_free(pool);
}

static void
early_end(void)
{
	struct err e = ERR_NONE;
	struct part_buffers *pool = part_buffers_new(&plan, 6, &e);
	struct hash_queue *q = hash_queue_start(CHECKSUM_CRC64NVME, true, &e);
	struct part *part;

	for (unsigned i = 1; i <= 6; i++) {
		part = get(pool, i);
		fill(part, 3 * MIB);
		hash_queue_put(q, part);
	}
	hash_queue_free(q, pool);
	for (unsigned i = 1; i <= 6; i++)
		if ((part = get(pool, i)) != NULL)
			part_buffers_return(pool, part);
	ok(part != NULL, "freed in mid-work: all parts are back");
	part_buffers_free(pool);
}

/* All together: one thread reads, this one sends. */

struct work {
	struct part_buffers *buffers;
	struct hash_queue *queue;
	enum checksum kind;
};

/* Most parts are of one size; some are not. */
static size_t
length(unsigned number)
{
	return number % 7 == 0 ? number * 13 : 20000;
}

static void *
read_all(void *ctx)
{
	struct work *w = ctx;
	struct part *part;
	struct err e = ERR_NONE;

	for (unsigned i = 1; i <= ROUNDS; i++) {
		part = part_buffers_get(w->buffers, i, true, &e);
		fill(part, length(i));
		part->crc = checksum_crc(w->kind, 0, window_bytes(&part->window),
		    window_size(&part->window));
		hash_queue_put(w->queue, part);
	}
	hash_queue_end(w->queue, complete(), NULL);
	return NULL;
}

static bool
right(const struct work *w, bool hashed, struct part *part, uint64_t *crc)
{
	const void *bytes = window_bytes(&part->window);
	size_t len = window_size(&part->window);
	uint8_t digest[SHA256_SIZE];
	struct err e = ERR_NONE;

	*crc = checksum_crc(w->kind, *crc, bytes, len);
	if (len != length(part->number) || part->hashed != hashed)
		return false;
	return !hashed || (sha256_of(bytes, len, digest, &e) == 0 &&
	    memcmp(digest, part->sha256, sizeof digest) == 0);
}

static void
stress(enum checksum kind, bool hashed)
{
	const char *name = kind == CHECKSUM_NONE ? "no CRC" :
	    checksum_name(kind);
	const char *how = hashed ? "hashed" : "not hashed";
	struct err e = ERR_NONE;
	struct work w = { part_buffers_new(&plan, 5, &e),
		hash_queue_start(kind, hashed, &e), kind };
	struct part *part, *held[HELD] = { NULL };
	unsigned wrong = 0, came = 0;
	enum parts_event event;
	uint64_t crc = 0;
	pthread_t reader;

	pthread_create(&reader, NULL, read_all, &w);
	while ((event = next(w.queue, &part, &e)) == PARTS_PART) {
		struct part **place = &held[came % HELD];

		wrong += part->number != ++came ||
		    !right(&w, hashed, part, &crc);
		if (*place != NULL)
			part_buffers_return(w.buffers, *place);
		*place = part;
	}
	pthread_join(reader, NULL);
	ok(event == PARTS_END && came == ROUNDS && wrong == 0,
	    "%s, %s: %d parts, in order", name, how, ROUNDS);
	ok(hash_queue_crc(w.queue) == crc, "%s, %s: the whole's", name, how);
	for (unsigned i = 0; i < HELD; i++)
		part_buffers_return(w.buffers, held[i]);
	hash_queue_free(w.queue, w.buffers);
	part_buffers_free(w.buffers);
}

int
main(void)
{
	bounds();
	waiting();
	overtaking();
	passing();
	early_end();
	stress(CHECKSUM_CRC64NVME, false);
	stress(CHECKSUM_CRC64NVME, true);
	stress(CHECKSUM_CRC32, false);
	stress(CHECKSUM_SHA256, true);
	stress(CHECKSUM_NONE, true);
	return tap_done();
}
