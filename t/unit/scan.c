/*
 * Unit test of the scanner: what it takes and refuses, whole and cut
 * everywhere, with each body.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/sizes.h"
#include "json/scan.h"
#include "base/utf8.h"
#include "grammar.h"
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { PROJECTION_MAX = 64 * 1024 };

/* What a scan gave, in a form that can be compared. */
struct outcome {
	bool taken;
	struct err e;
	uint64_t records;
	size_t len;
	char projection[PROJECTION_MAX];
};

static struct scan_policy policy = { .max_depth = 64,
	.max_record = SIZE_MAX };
static const char *fields_of_test;	/* NULL: all */

/* Gives out what is in the batch and empties it. */
static void
drain(struct batch *b, struct outcome *o)
{
	size_t len = b->text.size;

	if (len > sizeof(o->projection) - o->len)
		len = sizeof(o->projection) - o->len;
	memcpy(o->projection + o->len, b->text.bytes, len);
	o->len += len;
	batch_rewind(b);
}

/* Feeds text in pieces of at most step bytes after what was left over. */
static int
feed(struct scan *s, struct batch *b, const struct text *t, size_t step,
    struct outcome *o)
{
	size_t from = 0, to = 0, used;
	enum scan_status status;
	char *piece;

	do {
		to = t->len - to > step ? to + step : t->len;
		piece = calloc(1, to - from + SCAN_SLACK);
		if (piece == NULL)
			return -1;
		memcpy(piece, t->bytes + from, to - from);
		do {
			status = scan_feed(s, piece, to - from, &used, &o->e);
			if (status == SCAN_FULL) {
				memmove(piece, piece + used, to - from - used +
				    SCAN_SLACK);
				drain(b, o);
			}
			from += used;
		} while (status == SCAN_FULL);
		free(piece);
		if (status == SCAN_ERROR)
			return -1;
		if (to - from > SCAN_TAIL)
			return err_set(&o->e, EXIT_INTERNAL,
			    "%zu bytes were left over", to - from);
	} while (to < t->len);
	return scan_end(s, to - from, &o->e);
}

static void
scan(const struct text *t, size_t step, bool plain, struct outcome *o)
{
	struct path root = { 0 };
	struct fields fields = { 0 };
	const struct selection how = { .root = &root,
	    .fields = fields_of_test != NULL ? &fields : NULL };
	struct projection projection;
	uint32_t leaf[8];
	struct scan s;
	struct batch b;

	o->taken = false;
	o->len = 0;
	memset(&o->e, 0, sizeof(o->e));
	if (fields_of_test != NULL &&
	    fields_parse(&fields, fields_of_test, &o->e) != 0)
		return;
	if (projection_init(&projection, &how, leaf, &o->e) != 0 ||
	    scan_init(&s, &projection, &policy, &o->e) != 0 ||
	    batch_init(&b, &sizes_default.batch,
	    PROJECTION_MAX) != 0)
		abort();
	if (plain)
		scan_use_plain(&s);
	s.batch = &b;
	if (utf8_check(t->bytes, t->len) == t->len)
		o->taken = feed(&s, &b, t, step, o) == 0;
	drain(&b, o);
	o->records = s.records;
	batch_free(&b);
	scan_free(&s);
	projection_free(&projection);
	fields_free(&fields);
}

static bool
same(const struct outcome *a, const struct outcome *b)
{
	return a->taken == b->taken && a->records == b->records &&
	    a->len == b->len && strcmp(a->e.text, b->e.text) == 0 &&
	    memcmp(a->projection, b->projection, a->len) == 0;
}

/* Whole and in all step sizes, with both bodies: as expected and alike.  A
 * message may know less of a name that was cut, so names are short here. */
static bool
agree(const struct text *t, bool taken)
{
	static struct outcome whole, cut;
	size_t step;
	int plain;

	scan(t, t->len + 1, true, &whole);
	if (whole.taken != taken) {
		printf("# %s\n", whole.taken ? "taken" : whole.e.text);
		return false;
	}
	for (step = 1; step <= t->len + 1; step += 1 + step / 64) {
		for (plain = 0; plain < 2; plain++) {
			scan(t, step, plain != 0, &cut);
			if (same(&whole, &cut))
				continue;
			printf("# step %zu plain %d: %s | %s | %.*s | %.*s\n",
			    step, plain, whole.e.text, cut.e.text,
			    (int)whole.len, whole.projection, (int)cut.len,
			    cut.projection);
			return false;
		}
	}
	return true;
}

/* A value as a member of a record, selected or not. */
static void
judge(const struct text *value, bool taken)
{
	char *doc = malloc(value->len + 16);
	struct text t = { doc, value->len + 8 };
	bool right;

	if (doc == NULL)
		abort();
	memcpy(doc, "[{\"a\":", 6);
	memcpy(doc + 6, value->bytes, value->len);
	memcpy(doc + 6 + value->len, "}]", 2);
	fields_of_test = "z?";
	right = agree(&t, taken);
	fields_of_test = "a?";
	right = agree(&t, taken) && right;
	fields_of_test = NULL;
	right = agree(&t, taken) && right;
	ok(right, "%s %.*s", taken ? "takes" : "refuses",
	    value->len > 40 ? 40 : (int)value->len,
	    memchr(value->bytes, '\n', value->len) != NULL ? "(lines)" :
	    value->bytes);
	free(doc);
}

static void
test_values(void)
{
	size_t i;

	for (i = 0; i < COUNT(grammar_good); i++)
		judge(&grammar_good[i], true);
	for (i = 0; i < COUNT(grammar_bad); i++)
		judge(&grammar_bad[i], false);
}

static void
test_documents(void)
{
	static const struct text good[] = {
		TEXT(""), TEXT(" \n"), TEXT("{}"), TEXT("{}{}"),
		TEXT("{} {}\n{}\n"), TEXT("[]"), TEXT("[][{}]{}"),
		TEXT("[\n{\"a\":1}\n]\n{\"a\":2}"), TEXT("{\"a\":1}[]"),
		TEXT("{},{}"), TEXT("{}\n,{} ,\n{},"), TEXT(",{\"a\":1}\n"),
		TEXT("\xef\xbb\xbf{}\xef\xbb\xbf[{\"a\":1}] \xef\xbb\xbf"),
		TEXT("{},\xef\xbb\xbf\n{}"), TEXT("[null]"),
		TEXT("[null,{\"a\":1}, null ]"), TEXT("[[]]"), TEXT("[[1,{}]]"),
	};
	static const struct text bad[] = {
		TEXT("{},,{}"), TEXT("{}]"), TEXT("[{}"), TEXT("[{},]"),
		TEXT(","), TEXT(",,{}"), TEXT("[,{}]"), TEXT("[{},,{}]"),
		TEXT("{}\xef\xbb"), TEXT("{}\xef\xbb\xc0{}"), TEXT("null,"),
		TEXT("[\xef\xbb\xbf{}]"),
		TEXT("1"), TEXT("\"a\""), TEXT("null"), TEXT("[1]"),
		TEXT("{}x"), TEXT("{}\0"),
		TEXT("\x1e{}"), TEXT("{}\x1e"), TEXT("["), TEXT("{"),
		TEXT("nul"), TEXT("\""),
	};
	size_t i;

	fields_of_test = "a?";
	for (i = 0; i < COUNT(good); i++)
		ok(agree(&good[i], true), "documents %zu are taken", i);
	for (i = 0; i < COUNT(bad); i++)
		ok(agree(&bad[i], false), "documents %zu are refused", i);
}

/* Below a root, top-level scalars are documents without it. */
static void
test_scalars(void)
{
	static const struct { const char *doc; bool taken; } docs[] = {
		{ "1", true }, { "1 2", true }, { "-1.5e3\n", true },
		{ "true false null \"a\" 1", true }, { "1{}", false },
		{ "truefalse", false }, { "\"a\"\"b\"", false },
		{ "01", false }, { "1,2", true }, { "{}1", true },
		{ "1,,2", false }, { "\"a\",", true }, { "1\xef\xbb\xbf" "2", true },
		{ "-", false }, { "1.", false }, { "1e", false },
		{ "tru", false }, { "1.5", true }, { "1e5", true },
	};
	struct path root = { 0 };
	struct projection projection;
	struct scan s;
	struct batch b;
	struct outcome o;
	struct text t;
	struct err e = ERR_NONE;
	size_t i, step;
	bool taken;

	if (path_parse(&root, "r", NULL, &e) != 0 || batch_init(&b,
	    &sizes_default.batch, 1000) != 0)
		abort();
	for (i = 0; i < COUNT(docs); i++) {
		t = (struct text){ docs[i].doc, strlen(docs[i].doc) };
		for (step = 1; step <= t.len; step++) {
			o.len = 0;
			if (projection_init(&projection, &(struct selection){
			    .root = &root }, NULL, &e) != 0 ||
			    scan_init(&s, &projection, &policy, &e) != 0)
				abort();
			s.batch = &b;
			taken = feed(&s, &b, &t, step, &o) == 0;
			if (taken != docs[i].taken)
				step = t.len + 1;
			scan_free(&s);
			projection_free(&projection);
		}
		ok(step == t.len + 1, "top level: %s", docs[i].doc);
	}
	batch_free(&b);
	path_free(&root);
}

static void
test_projection(void)
{
	static const struct { const char *doc, *fields, *want; } list[] = {
		{ "{\"a\": 1 ,\"b\":2}", "a", "1\n" },
		{ "{\"a\":[ 1 , {\"x\" : \" y \"} ]}", "a",
		    "[1,{\"x\":\" y \"}]\n" },
		{ "{\"g\":{\"t\":1,\"u\":2}}", "g.u", "2\n" },
		{ "{\"g\": {\"t\": [1, 2]}}", "g,g.t",
		    "{\"t\":[1,2]}\n[1,2]\n" },
		{ "{\"a\":1}{\"a\":2}", "a", "1\n2\n" },
		{ "{\"a\":\"\\u0041\\n\"}", "a", "\"\\u0041\\n\"\n" },
		{ "{\"\\u0061\":1,\"b\":[0,7]}", "a,b.1", "1\n7\n" },
		{ "{\"b\":1}", "a?", "" },
	};
	struct outcome o;
	struct text t;
	size_t i;

	for (i = 0; i < COUNT(list); i++) {
		t = (struct text){ list[i].doc, strlen(list[i].doc) };
		fields_of_test = list[i].fields;
		scan(&t, 1000, false, &o);
		ok(o.taken && o.len == strlen(list[i].want) &&
		    memcmp(o.projection, list[i].want, o.len) == 0 &&
		    agree(&t, true), "projects %s", list[i].doc);
	}
}

/* NaN as the policy says, and documents that end with their lines. */
static void
test_policies(void)
{
	static const struct { const char *doc, *want; enum scan_nan nan;
		bool lines; } list[] = {
		{ "[{\"a\":NaN}]", NULL, SCAN_NAN_ERROR, false },
		{ "[{\"a\":-Infinity}]", NULL, SCAN_NAN_ERROR, false },
		{ "[{\"z\":Infinity}]", NULL, SCAN_NAN_ERROR, false },
		{ "{\"a\":NaN}{\"a\":[NaN,-Infinity, 1]}", "null\n[null,null,1]\n",
		    SCAN_NAN_NULL, false },
		{ "{\"a\":NaN}{\"a\":[NaN,-Infinity, 1]}",
		    "\"NaN\"\n[\"NaN\",\"-Infinity\",1]\n", SCAN_NAN_TEXT, false },
		{ "{\"a\":Infinity}{\"z\":-Infinity}{\"a\":-1}",
		    "\"Infinity\"\n-1\n", SCAN_NAN_TEXT, false },
		{ "[NaN,{\"a\":1}]", "1\n", SCAN_NAN_NULL, false },
		{ "[NaN,{\"a\":1}]", NULL, SCAN_NAN_TEXT, false },
		{ "{\"a\":nan}", NULL, SCAN_NAN_NULL, false },
		{ "{\"a\":NaNa}", NULL, SCAN_NAN_NULL, false },
		{ "{\"a\":--Infinity}", NULL, SCAN_NAN_NULL, false },
		{ "{\"a\":-Inf}", NULL, SCAN_NAN_NULL, false },
		{ "{\"a\":-", NULL, SCAN_NAN_NULL, false },
		{ "{\"a\":-}", NULL, SCAN_NAN_TEXT, false },
		{ "{\"a\":1}\r\n{ \"a\" : 2 }\n\n", "1\n2\n", SCAN_NAN_ERROR,
		    true },
		{ "{\"a\":1}\n{\"a\":\n2}\n", NULL, SCAN_NAN_ERROR, true },
		{ "{\"a\":1}\n[{\"a\":3}\n", NULL, SCAN_NAN_ERROR, true },
		{ "{\"a\":1\n}\n", NULL, SCAN_NAN_ERROR, true },
		{ "{\n}", NULL, SCAN_NAN_ERROR, true },
		{ "{\"a\"\n:1}", NULL, SCAN_NAN_ERROR, true },
	};
	static struct outcome o;
	struct text t;
	size_t i;

	for (i = 0; i < COUNT(list); i++) {
		t = (struct text){ list[i].doc, strlen(list[i].doc) };
		policy.nan = list[i].nan;
		policy.lines = list[i].lines;
		fields_of_test = "a?";
		scan(&t, 1000, false, &o);
		ok(agree(&t, list[i].want != NULL) && (list[i].want == NULL ||
		    (o.len == strlen(list[i].want) &&
		    memcmp(o.projection, list[i].want, o.len) == 0)),
		    "NaN %d, lines %d: %s", (int)list[i].nan, list[i].lines,
		    list[i].lines ? "(lines)" : list[i].doc);
	}
	policy.nan = SCAN_NAN_ERROR;
	policy.lines = false;
}

static void
test_prefixes(void)
{
	static const struct text doc = TEXT("[{\"a\":[1,{\"b\":\"\\u3042\\ud83d"
	    "\\ude00\"}],\"c\":-1.5e+3,\"d\":true,\"e\":false,\"f\":null}, {"
	    "\"a\":{},\"c\":\"\xe3\x81\x82\"}]");
	static struct outcome o;
	struct text t = doc;
	size_t step, wrong = 0;

	fields_of_test = "a,c";
	for (t.len = 1; t.len < doc.len; t.len++) {
		for (step = 1; step <= t.len; step = 2 * step + 1) {
			scan(&t, step, false, &o);
			wrong += o.taken;
		}
	}
	ok(wrong == 0, "no prefix of a document is complete");
	ok(agree(&doc, true), "the whole is");
}

/* Escapes and their like at every place of a long string, also two of them. */
static void
test_blocks(void)
{
	static const struct { const char *text; bool good; } list[] = {
		{ "\\n", true }, { "\\\"", true }, { "\\\\", true },
		{ "\\/", true }, { "\\b\\f\\r\\t", true },
		{ "\\u0041", true }, { "\\\\\\\"", true },
		{ "\\\\\\\\", true }, { "\\n\\\\", true },
		{ "\\ud83d\\ude00", true }, { "\\x", false },
		{ "\\\xc3\xa9", false }, { "\\\\\\x", false },
		{ "\\N", false }, { "\\2", false }, { "\\\x0f", false },
		{ "\x01", false }, { "\\n\x1f", false }, { "\\U", false },
		{ "\\\\u004", true }, { "\\u004", false },
		{ "\"", false }, { "\\\\\"", false },
	};
	static struct outcome plain, best;
	char doc[160];
	struct text t = { doc, 0 };
	size_t i, at, n, second, wrong = 0;

	fields_of_test = "a";
	for (i = 0; i < COUNT(list); i++) {
		n = strlen(list[i].text);
		for (at = 0; at < 100; at++) {
			t.len = 6 + 130 + 2;
			memset(doc, 'x', sizeof(doc));
			memcpy(doc, "{\"a\":\"", 6);
			memcpy(doc + 6 + 130, "\"}", 2);
			memcpy(doc + 6 + at, list[i].text, n);
			second = (at + n + i) % 110;
			if (at % 2 == 1 && (second + 1 < at ||
			    second >= at + n))
				memcpy(doc + 6 + second, "\\t", 2);
			scan(&t, t.len, true, &plain);
			scan(&t, t.len, false, &best);
			wrong += !same(&plain, &best) ||
			    plain.taken != list[i].good;
		}
	}
	ok(wrong == 0, "escapes at every place of a block");
}

static void
test_depth(void)
{
	char doc[256];
	struct text t = { doc, 0 };
	size_t n;

	fields_of_test = "b?";
	for (n = 62; n <= 64; n++) {
		memcpy(doc, "[{\"a\":", 6);
		memset(doc + 6, '[', n);
		memset(doc + 6 + n, ']', n);
		memcpy(doc + 6 + 2 * n, "}]", 2);
		t.len = 2 * n + 8;
		ok(agree(&t, n == 62), "%zu levels", n + 2);
	}
}

/* Names for records that repeat: of all lengths about the longest that is
 * recalled, nine that share a hash, and some that are written otherwise. */
static size_t
put_name(char *to, unsigned n)
{
	static const char *const others[] = { "a", "b", "", "c", "a\\u0062",
	    "\xe3\x81\x82", "a ", "b.b" };

	if (n < COUNT(others))
		return (size_t)sprintf(to, "\"%s\"", others[n]);
	n -= (unsigned)COUNT(others);
	if (n < 9)
		return (size_t)sprintf(to, "\"the same%uthe same\"", n);
	return (size_t)sprintf(to, "\"%0*u\"", (int)(n % 36) + 1, n);
}

/* A record whose names come in the order of the one before, but that at times
 * one is left out, comes again, has space about it, or holds a record. */
static size_t
put_record(char *to, unsigned first, unsigned names, unsigned depth)
{
	static const char *const values[] = { "1", "\"x\"", "null", "[{}]",
	    "{}", "[{\"a\":2,\"b\":3}]" };
	unsigned n;
	char *at = to;

	*at++ = '{';
	for (n = first; n < first + names; n++) {
		if (rand() % 8 == 0)
			continue;
		if (at[-1] != '{')
			*at++ = ',';
		if (rand() % 64 == 0)
			*at++ = ' ';
		at += put_name(at, rand() % 32 == 0 ? first : n);
		at += sprintf(at, "%s", rand() % 64 == 0 ? " :\n" : ":");
		if (depth < 2 && rand() % 16 == 0)
			at += put_record(at, first, 3, depth + 1);
		else
			at += sprintf(at, "%s", values[rand() % 6]);
	}
	*at++ = '}';
	*at = '\0';
	return (size_t)(at - to);
}

/* Fed byte by byte, no name stands in one piece and none is recalled. */
static void
test_recall(void)
{
	static const char *const fields[] = { "a?,c?,b.a?,b.b?", NULL };
	static struct outcome recalled, found;
	static char doc[PROJECTION_MAX];
	struct text t = { doc, 0 };
	unsigned wrong = 0, taken = 0, i;

	srand(1);
	for (i = 0; i < 400; i++) {
		t.len = 0;
		while (t.len < 8000)
			t.len += put_record(doc + t.len, 0,
			    i % 4 == 0 ? 400 : 24, 0);
		if (i % 8 > 5)		/* somewhere something is amiss */
			doc[(size_t)rand() % t.len] = "\",:x}"[rand() % 5];
		fields_of_test = fields[i % 2];
		scan(&t, 1, true, &found);
		scan(&t, t.len, true, &recalled);
		wrong += !same(&found, &recalled);
		scan(&t, t.len, false, &recalled);
		wrong += !same(&found, &recalled);
		taken += found.taken;
	}
	ok(wrong == 0 && taken > 250 && taken < 400,
	    "names that are recalled: %u of 400 documents taken", taken);
}

int
main(void)
{
	test_values();
	test_documents();
	test_scalars();
	test_projection();
	test_policies();
	test_prefixes();
	test_blocks();
	test_depth();
	test_recall();
	return tap_done();
}
