/*
 * Unit test of the conversion in slices: generated input, made to fool the
 * cuts, gives the same rows, messages and counts for any size of the blocks
 * and any number of threads as one thread gives that walks it in one go.
 */
#define _GNU_SOURCE	/* memfd_create */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "csv/convert.h"
#include "csv/block_reader.h"
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { INPUT_MAX = 1 << 20, SAID_MAX = 4096 };

struct outcome {
	int rc;
	struct err e;
	struct omission left;
	uint64_t records, slices;
	char *rows;
	size_t len;
	char said[SAID_MAX];
};

static char said[SAID_MAX];	/* of the lines skipped in this run */

static void
note(const struct err *e)
{
	size_t n = strlen(said);

	snprintf(said + n, sizeof(said) - n, "%s\n", e->text);
}

static void
convert_text(const struct conversion *o, const char *text, size_t len,
    struct outcome *r)
{
	struct input in = { .fd = memfd_create("in", 0), .name = "in",
		.stop = -1 };
	struct output out = { .fd = memfd_create("out", 0), .name = "out",
		.stop = -1 };
	struct face face = { .quiet = true };
	struct waits waits = { 0 };
	struct meter m;

	if (in.fd < 0 || out.fd < 0 || write(in.fd, text, len) !=
	    (ssize_t)len || lseek(in.fd, 0, SEEK_SET) != 0)
		abort();
	memset(r, 0, sizeof(*r));
	said[0] = '\0';
	meter_begin(&m, &face, &waits, "records", 0);
	r->rc = convert(o, &in, &out, &m, &r->left, &r->e);
	r->records = m.records;
	r->slices = m.n_extras > 0 ? m.extras[0].value : 0;
	memcpy(r->said, said, sizeof(said));
	r->len = out.bytes;
	r->rows = malloc(r->len + 1);
	if (r->rows == NULL ||
	    pread(out.fd, r->rows, r->len, 0) != (ssize_t)r->len)
		abort();
	close(in.fd);
	close(out.fd);
}

/* After a record that could not become rows it depends on how far the walk was
 * ahead which lines were skipped, and values left out, that come after it. */
static bool
same(const struct outcome *a, const struct outcome *b)
{
	if (a->rc != b->rc || a->records != b->records || a->len != b->len ||
	    memcmp(a->rows, b->rows, a->len) != 0 ||
	    (a->rc != 0 && (a->e.code != b->e.code ||
	    strcmp(a->e.text, b->e.text) != 0)))
		return false;
	return (a->rc != 0 && strstr(a->e.text, ", from byte ") != NULL) ||
	    (strcmp(a->said, b->said) == 0 &&
	    a->left.late == b->left.late && a->left.lines == b->left.lines &&
	    memcmp(a->left.first, b->left.first, sizeof(a->left.first)) == 0);
}

/* Input that grows. */
struct text {
	char *bytes;
	size_t len;
	uint64_t rng;
};

static unsigned
below(struct text *t, unsigned n)
{
	t->rng ^= t->rng << 13;
	t->rng ^= t->rng >> 7;
	t->rng ^= t->rng << 17;
	return (unsigned)(t->rng >> 32) % n;
}

static void
add(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (n > INPUT_MAX - t->len)
		abort();
	memcpy(t->bytes + t->len, s, n);
	t->len += n;
}

static const char *
pick(struct text *t, const char *const list[], size_t n)
{
	return list[below(t, (unsigned)n)];
}

/* Values of "a", of which some look like what stands between records. */
static void
add_value(struct text *t)
{
	static const char *const values[] = {
		"1", "-2.5e3", "null", "true", "\"\"", "\"x\"", "[]", "{}",
		"\"},{\\\"id\\\":\"", "\"}\\n{\"", "\"\\\\\"", "\"\\\"},{\"",
		"[{\"id\":1},{\"id\":2},{\"id\":3}]", "\"},{\"",
		"[{\"id\":1,\"a\":2},\n{\"id\":2}]", "\"\xe3\x81\x82\\u3042\"",
		"{\"id\":[{\"id\":7},{\"id\":8}]}", "\"]}\"", "[[],[{}],[1]]",
		"\"a long text, longer than some of the blocks are\"",
		"[{\"id\":1},{\"id\":[{\"id\":4},\n{\"id\":5}]}]",
		"[\"p\",null,\"q\\u0000\"]", "\"x\\u0000y\"",
		"[1,2,[{\"id\":1},{\"id\":2}]]", "{\"a\":{\"b\":[{\"id\":1}]}}",
	};

	add(t, pick(t, values, COUNT(values)));
}

static void
add_record(struct text *t, unsigned number, bool pretty, bool mixed)
{
	static const char *const firsts[] = { "id", "name", "i\\u0064" };
	static const char *const names[] = { "a", "b", "a", "c", "e" };
	const char *gap = pretty ? "\n  " : "";
	char head[64];
	unsigned i, n = below(t, 4);

	snprintf(head, sizeof(head), "{%s\"%s\":%u", gap,
	    mixed ? pick(t, firsts, COUNT(firsts)) : "id", number);
	add(t, head);
	for (i = 0; i < n; i++) {
		add(t, ",");
		add(t, gap);
		add(t, "\"");
		add(t, pick(t, names, COUNT(names)));
		add(t, pretty ? "\": " : "\":");
		add_value(t);
	}
	add(t, pretty ? "\n}" : "}");
}

/* Some documents; damaged below 100 of one byte, or cut. */
static void
generate(struct text *t, bool rooted, unsigned records)
{
	static const char *const between[] = { ",", ",\n", " , ", ",\n  " };
	bool pretty = below(t, 5) == 0, lines = below(t, 2) == 0;
	bool mixed = below(t, 5) == 0;
	const char *comma = pick(t, between, COUNT(between));
	unsigned i = 0, n, k;

	t->len = 0;
	while (i < records) {
		n = lines ? 1 + (below(t, 9) == 0) : 1 + below(t, records);
		if (rooted)
			add(t, below(t, 9) == 0 ? "{\"e\":[]}" : "");
		add(t, rooted ? "{\"z\":1,\"e\":" : "");
		add(t, lines && n == 1 ? "" : "[");
		for (k = 0; k < n && i < records; k++, i++) {
			add(t, k > 0 ? comma : "");
			add_record(t, i, pretty, mixed);
		}
		add(t, lines && n == 1 ? "" : "]");
		add(t, rooted ? "}" : "");
		add(t, below(t, 8) == 0 ? "" : "\n");
	}
}

static void
damage(struct text *t)
{
	static const char bytes[] = "{}[],:\"\\\n x1\x01\xff\xe3";

	t->bytes[below(t, (unsigned)t->len)] = bytes[below(t, sizeof(bytes))];
	if (below(t, 4) == 0)
		t->len = below(t, (unsigned)t->len);
}

/* Sizes at random: some tiny, some so large that they do not matter. */
static void
choose_sizes(struct text *t, struct sizes *s)
{
	static const size_t blocks[] = { BLOCK_MIN, 31, 64, 100, 256,
		1000, 1 << 18 };

	*s = sizes_default;
	s->block = blocks[below(t, COUNT(blocks))];
	if (below(t, 2) == 0)
		s->batch.text = 1 + below(t, 200);
	if (below(t, 2) == 0)
		s->batch.leaves = 1 + below(t, 20);
	if (below(t, 2) == 0)
		s->batch.records = 1 + below(t, 9);
	if (below(t, 2) == 0)
		s->batch.kept = 16 + below(t, 400);
	if (below(t, 2) == 0)
		s->window = 1 + below(t, 300);
	if (below(t, 2) == 0)
		s->kept = 1 + below(t, 8000);
}

/* One input in many sizes, with 1 to 4 threads; how many slices there were. */
static bool
agree(struct conversion *o, struct text *t, uint64_t *slices)
{
	struct outcome want, got;
	struct sizes s;
	bool right = true;
	unsigned i;

	o->sizes = NULL;
	o->threads = 1;
	convert_text(o, t->bytes, t->len, &want);
	o->sizes = &s;
	for (i = 0; i < 16 && right; i++) {
		choose_sizes(t, &s);
		o->threads = 1 + i % 4;
		convert_text(o, t->bytes, t->len, &got);
		right = same(&want, &got);
		*slices += got.slices;
		if (!right)
			printf("# -m %zu, block %zu, batch %zu %zu %zu, window %zu, "
			    "kept %zu %zu, %u threads: %d %s | %d %s\n# %.*s\n",
			    o->memory, s.block, s.batch.text, s.batch.leaves,
			    s.batch.records, s.window, s.batch.kept, s.kept,
			    o->threads, want.rc,
			    want.rc != 0 ? want.e.text : "", got.rc,
			    got.rc != 0 ? got.e.text : "",
			    t->len < 3000 ? (int)t->len : 3000, t->bytes);
		if (!right && strcmp(want.said, got.said) != 0)
			printf("# said: %s| %s", want.said, got.said);
		free(got.rows);
	}
	free(want.rows);
	return right;
}

/* Many small inputs, half of them damaged, with options chosen at random. */
static void
test_small(const char *list, const char *root, const char *unwind,
    unsigned rounds)
{
	struct conversion o = { .header = true, .null_text = "NULL",
		.memory = CONVERT_MEMORY_MIN, .policy.max_depth = 12,
		.skipped = note, .arrays.separator = ",",
		.arrays.null_text = "" };
	struct text t = { malloc(INPUT_MAX), 0, 88172645463325252u };
	struct fields fields = { 0 };
	struct fields arrays = { 0 };
	uint64_t slices = 0;
	unsigned i, wrong = 0;
	struct err e = ERR_NONE;

	if (t.bytes == NULL || (list != NULL && fields_parse(&fields, list,
	    &e) != 0) || path_parse(&o.root, root, NULL, &e) != 0 || (unwind != NULL &&
	    fields_parse(&arrays, unwind, &e) != 0))
		abort();
	o.fields = list != NULL ? &fields : NULL;
	o.unwind = unwind != NULL ? &arrays : NULL;
	csv_init(&o.csv, ',', false);
	for (i = 0; i < rounds; i++) {
		generate(&t, o.root.n > 0, 1 + below(&t, list != NULL ? 60 :
		    900));
		if (below(&t, 2) == 0)
			damage(&t);
		o.memory = list == NULL ? 300 + below(&t, 60000) :
		    below(&t, 2) == 0 ? CONVERT_MEMORY_MIN :
		    300 + below(&t, 2000);
		o.max_errors = below(&t, 3) == 0 ? 1 + below(&t, 3) : 0;
		o.policy.extra_error = below(&t, 20) == 0;
		o.policy.drop_late = below(&t, 4) > 0;
		o.policy.repeat = (enum scan_repeat)below(&t, 3);
		o.policy.refuse_nul = below(&t, 20) == 0;
		o.arrays.form = (enum array_form)below(&t, 3);
		wrong += !agree(&o, &t, &slices);
	}
	ok(wrong == 0, "the same in all sizes: -f %s, -r %s, --unwind %s",
	    list != NULL ? list : "all", root, unwind != NULL ? unwind : "-");
	ok(slices > rounds || list == NULL, "  with %llu slices",
	    (unsigned long long)slices);
	path_free(&o.root);
	fields_free(&arrays);
	fields_free(&fields);
	free(t.bytes);
}

/* All columns, learnt from the first part of an input; late ones may come. */
static void
test_columns(bool drop, bool damaged)
{
	struct sizes s = sizes_default;
	struct conversion o = { .header = true, .null_text = "",
		.memory = CONVERT_MEMORY_MIN, .policy.max_depth = 12,
		.policy.drop_late = drop, .skipped = note, .sizes = &s,
		.arrays.separator = ",", .arrays.null_text = "",
		.threads = 1 };
	struct text t = { malloc(INPUT_MAX), 0, 1 };
	struct outcome want, got;
	char line[64];
	unsigned i;

	if (t.bytes == NULL)
		abort();
	csv_init(&o.csv, ',', false);
	for (i = 0; i < 40000; i++) {
		snprintf(line, sizeof(line), "{\"id\":%u%s}\n", i,
		    i > 30000 && i % 1000 == 1 ? ",\"late\":1" : "");
		add(&t, line);
	}
	s.block = 4096;
	if (damaged)
		t.bytes[t.len - 1000] = '\x01';
	convert_text(&o, t.bytes, t.len, &want);
	o.threads = 2;
	convert_text(&o, t.bytes, t.len, &got);
	ok(same(&want, &got) && want.rc == (damaged || !drop ? -1 : 0) &&
	    want.left.late == (drop && !damaged ? 10 : want.left.late),
	    "late columns %s, %s: %s", drop ? "dropped" : "refused", damaged ?
	    "damaged" : "whole", want.rc != 0 ? want.e.text : want.left.first);
	ok(got.slices > 10, "  with %llu slices",
	    (unsigned long long)got.slices);
	free(want.rows);
	free(got.rows);
	free(t.bytes);
}

int
main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 100;

	test_small("id?,a?,c?", ".", NULL, rounds);
	test_small("a?,a.0?,a.id?,b?", "e", NULL, rounds);
	test_small("id,c", ".", NULL, rounds);
	test_small("id?,a.id?,b?", "e", "a", rounds);
	test_small("id?,a.id?,b?,a.id.id?", "e", "a,b,a.id", rounds);
	test_small("id?,a.b.id?,a.id?,a.a.b?", ".", NULL, rounds);
	test_small(NULL, ".", NULL, rounds / 3);
	test_small(NULL, ".", "a,a.id", rounds / 3);
	test_small(NULL, "e", "a.id", rounds / 3);
	test_columns(false, false);
	test_columns(true, false);
	test_columns(true, true);
	return tap_done();
}
