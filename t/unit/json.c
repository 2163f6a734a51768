/* Unit test of json_pick: what it finds, and what it refuses where. */
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "grammar.h"
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Picks one path and compares; want NULL: no text. */
static void
finds(const char *doc, const char *path, enum json_type type, const char *want)
{
	struct json_want w = { .path = path };
	struct err e = ERR_NONE;
	bool right;

	right = json_pick(doc, strlen(doc), &w, 1, &e) == 0 &&
	    w.type == type && (want == NULL ? w.text == NULL :
	    w.text != NULL && strcmp(w.text, want) == 0);
	ok(right, "%.60s: %s", doc, path);
	if (!right)
		printf("# type %d text %s error %s\n", (int)w.type,
		    w.text != NULL ? w.text : "-", e.text);
	json_want_free(&w, 1);
}

static void
test_finds(void)
{
	finds("{\"a\":1}", "a", JSON_NUMBER, "1");
	finds("\xef\xbb\xbf {\"a\":1.10} ", "a", JSON_NUMBER, "1.10");
	finds("{\"a\":-0.0e+10}", "a", JSON_NUMBER, "-0.0e+10");
	finds("{\"a\":true}", "a", JSON_BOOL, "true");
	finds("{\"a\":false}", "a", JSON_BOOL, "false");
	finds("{\"a\":null}", "a", JSON_NULL, NULL);
	finds("{\"a\":{}}", "a", JSON_OBJECT, NULL);
	finds("{\"a\":\"x\\n\\u3042\\ud83d\\ude00\"}", "a", JSON_STRING,
	    "x\n\xe3\x81\x82\xf0\x9f\x98\x80");
	finds("{\"b\":1}", "a", JSON_ABSENT, NULL);
	finds("{\"meta\":{\"next\":\"u\"}}", "meta.next", JSON_STRING, "u");
	finds("{\"meta\":{\"x\":{\"next\":1},\"next\":2}}", "meta.next",
	    JSON_NUMBER, "2");
	finds("{\"meta\":[{\"next\":1}]}", "meta.next", JSON_ABSENT, NULL);
	finds("{\"x\":{\"meta\":{\"next\":1}}}", "meta.next", JSON_ABSENT,
	    NULL);
	finds("[{\"a\":1}]", "a", JSON_ABSENT, NULL);
	finds("{\"a\":1,\"a\":\"2\"}", "a", JSON_STRING, "2");
	finds("{\"m\":{\"n\":1},\"m\":{}}", "m.n", JSON_ABSENT, NULL);
	finds("{\"m\":{\"n\":1},\"o\":{\"n\":3}}", "m.n", JSON_NUMBER, "1");
	finds("17", "a", JSON_ABSENT, NULL);
	finds("{\"@a.b\":1,\"@a\":{\"b\":2}}", "\"@a.b\"", JSON_NUMBER, "1");
	finds("{\"@a.b\":1,\"@a\":{\"b\":2}}", "@a.b", JSON_NUMBER, "2");
	finds("{\"x.y\":{\"z\":3}}", "\"x.y\".z", JSON_NUMBER, "3");
	finds("{\"x\\\"y\":4}", "\"x\"\"y\"", JSON_NUMBER, "4");
}

static void
test_several(void)
{
	static const char doc[] = "{\"total\":12,\"events\":[{\"id\":[1,2]},"
	    "[9],3,\"x\"],\"nul\":\"a\\u0000b\",\"big\":9223372036854775808,"
	    "\"max\":9223372036854775807,\"neg\":-1}";
	struct json_want w[] = { { .path = "total" }, { .path = "events" },
		{ .path = "nul" }, { .path = "big" }, { .path = "max" },
		{ .path = "neg" } };
	struct err e = ERR_NONE;
	uint64_t n = 0;

	if (!ok(json_pick(doc, strlen(doc), w, COUNT(w), &e) == 0,
	    "several wants"))
		return;
	ok(json_want_number(&w[0], &n) && n == 12, "a number");
	ok(w[1].type == JSON_ARRAY && w[1].count == 4, "an array's elements");
	ok(w[2].len == 3 && memcmp(w[2].text, "a\0b", 4) == 0, "a NUL");
	ok(!json_want_number(&w[3], &n), "2^63 is too large");
	ok(json_want_number(&w[4], &n) && n == INT64_MAX, "2^63 - 1 is not");
	ok(!json_want_number(&w[5], &n), "a negative number");
	ok(!json_want_number(&w[2], &n), "a string is no number");
	json_want_free(w, COUNT(w));
}

static void
refuses(const char *doc, size_t len, const char *where)
{
	struct json_want w = { .path = "a" };
	struct err e = ERR_NONE;
	bool right;

	right = json_pick(doc, len, &w, 1, &e) == -1 && e.code == EXIT_DATA &&
	    strstr(e.text, where) != NULL && w.text == NULL;
	ok(right, "refused: %.40s", doc);
	if (!right)
		printf("# %s\n", e.text);
}

static void
test_refuses(void)
{
	static const struct { const char *doc, *where; } bad[] = {
		{ "", "byte 0" },
		{ " ", "byte" },
		{ "{", "byte" },
		{ "{\"a\":1", "byte" },
		{ "{\"a\":1}x", "byte" },
		{ "{\"a\":1}{}", "byte" },
		{ "{\"a\":1}\"", "byte 8: a string does not end" },
		{ "{\"a\":1}\"b\\\"", "byte" },
		{ "{\"a\":1}tru", "byte" },
		{ "{\"a\":1}1", "byte" },
		{ "{\"a\":1},", "byte" },
		{ "{\"a\":1,}", "byte" },
		{ "[1,]", "byte" },
		{ "{\"a\":01}", "byte" },
		{ "{\"a\":1.}", "byte" },
		{ "{\"a\":'x'}", "byte" },
		{ "{\"a\":tru}", "byte" },
		{ "{\"a\":\"\n\"}", "byte" },
		{ "{\"a\":\"\\x\"}", "byte" },
		{ "{\"a\":\"\\ud83d\"}", "byte 6: lone surrogate" },
		{ "{\"a\":\"\\ud83dx\"}", "byte 6: lone surrogate" },
		{ "{\"a\":\"\\ud83d\\u0041\"}", "byte 6: lone surrogate" },
		{ "{\"a\":\"\\udc00\"}", "byte 6: lone surrogate" },
		{ "{\"a\":\"\\ud83d\\ud83d\\ude00\"}", "byte 6: lone" },
		{ "{\"\\udc00\":1}", "byte 2: lone surrogate" },
		{ "{\"a\":\"\xc0\xaf\"}", "UTF-8 at byte 6" },
		{ "{\"a\":\"\xed\xa0\x80\"}", "UTF-8 at byte 6" },
		{ "{\"a\":\"\xf4\x90\x80\x80\"}", "UTF-8 at byte 6" },
		{ "{\"a\":\"\xe3\x81\"}", "UTF-8 at byte 6" },
		{ "{\v\"a\":1}", "byte 1" },
		{ "{\"a\":1}\f", "byte 7" },
		{ "\xef\xbb\xbf\xef\xbb\xbf{}", "byte" },
	};
	static const char nul[] = "{\"a\":\"x\0y\"}";
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		refuses(bad[i].doc, strlen(bad[i].doc), bad[i].where);
	refuses(nul, sizeof(nul) - 1, "byte");
}

static void
test_depth(void)
{
	char *doc = malloc(4 * JSON_DEPTH);
	struct err e = ERR_NONE;
	size_t n;

	if (!ok(doc != NULL, "memory"))
		return;
	for (n = JSON_DEPTH; n <= JSON_DEPTH + 1; n++) {
		memset(doc, '[', n);
		memset(doc + n, ']', n);
		ok((json_pick(doc, 2 * n, NULL, 0, &e) == 0) ==
		    (n == JSON_DEPTH), "%zu arrays deep", n);
	}
	free(doc);
}

static void
test_prefixes(void)
{
	static const char doc[] = "{\"a\":[1,{\"b\":\"\\u3042\xe3\x81\x82\"}],"
	    "\"c\":{\"d\":null,\"e\":-1.5e3},\"f\":true}";
	struct json_want w = { .path = "f" };
	struct err e = ERR_NONE;
	size_t n, wrong = 0;
	char *copy;

	for (n = 0; n < sizeof(doc) - 1; n++) {
		copy = malloc(n + 1);	/* so that ASan sees an overrun */
		if (copy == NULL)
			break;
		memcpy(copy, doc, n);
		wrong += json_pick(copy, n, &w, 1, &e) == 0;
		free(copy);
	}
	ok(n == sizeof(doc) - 1 && wrong == 0, "every prefix is refused");
	ok(json_pick(doc, n, &w, 1, &e) == 0 && w.type == JSON_BOOL,
	    "the whole is not");
	json_want_free(&w, 1);
}

static void
test_grammar(void)
{
	const size_t n = COUNT(grammar_good) + COUNT(grammar_bad);
	const struct text *t;
	size_t i, len, wrong = 0;
	struct err e = ERR_NONE;
	char *doc;
	bool good;

	for (i = 0; i < n; i++) {
		good = i < COUNT(grammar_good);
		t = good ? &grammar_good[i] :
		    &grammar_bad[i - COUNT(grammar_good)];
		len = t->len + 8;
		doc = malloc(len);
		if (doc == NULL)
			break;
		memcpy(doc, "[{\"a\":", 6);
		memcpy(doc + 6, t->bytes, t->len);
		memcpy(doc + 6 + t->len, "}]", 2);
		if ((json_pick(doc, len, NULL, 0, &e) == 0) != good) {
			printf("# %zu\n", i);
			wrong++;
		}
		free(doc);
	}
	ok(i == n && wrong == 0, "the grammar's %zu values", n);
}

int
main(void)
{
	test_grammar();
	test_finds();
	test_several();
	test_refuses();
	test_depth();
	test_prefixes();
	return tap_done();
}
