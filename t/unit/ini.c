/* INI files as configparser reads them; t/4015-aws-files.t compares with it. */
#include <stdlib.h>
#include <string.h>

#include "aws/ini.h"
#include "tap.h"

static struct err e = ERR_NONE;

static bool
parse(struct ini *i, const char *text)
{
	size_t len = strlen(text);
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return false;
	memcpy(copy, text, len);
	return ini_parse(i, copy, len, &e) == 0;
}

static const struct ini_section *
section(const struct ini *i, const char *name)
{
	for (size_t k = 0; k < i->n_sections; k++)
		if (strcmp(i->sections[k].name, name) == 0)
			return &i->sections[k];
	return NULL;
}

static bool
has(const struct ini *i, const char *in, const char *name, const char *want)
{
	const struct ini_setting *s = ini_find(i, section(i, in), name);

	return s != NULL && strcmp(s->value, want) == 0;
}

static void
test_values(void)
{
	static const char text[] = "\xef\xbb\xbf# note\r\n[default]\r\nKEY=a\r\n"
	    "\r\n[ profile x ] # y\rAbc : b = c ; note \r"
	    "long = 1\n  2\n\n # no\n\t3\n\n\nkey\xe3\x80\x80=\xe3\x80\x80v\xc2\xa0\n"
	    "empty =\n[z]\n[DEFAULT]\nall = d\nkey = e";
	struct ini i;

	if (!ok(parse(&i, text), "a file: %s", e.text))
		return;
	ok(i.n_sections == 4, "sections");
	ok(has(&i, "default", "key", "a"), "a name in capitals");
	ok(has(&i, "profile x", "abc", "b = c ; note"), "a colon");
	ok(has(&i, "profile x", "long", "1\n2\n\n3"), "several lines");
	ok(has(&i, "profile x", "key", "v"), "wide white space");
	ok(has(&i, "z", "all", "d") && has(&i, "z", "key", "e"),
	    "settings for all");
	ok(ini_find(&i, NULL, "key") == NULL, "no section");
	ini_free(&i);
	ok(parse(&i, "") && i.n_sections == 0, "nothing");
	ini_free(&i);
	ok(parse(&i, "[default]\nkey=") && has(&i, "default", "key", ""),
	    "no value");
	ini_free(&i);
}

static void
test_nested(void)
{
	static const char text[] = "[a]\ns3 =\n  x = 1\n  # no\n\n  Y : z = 2\n"
	    "  x = 3\nb = c\n d = e\n[c]\n  s3:\n   x=4";
	const struct ini_setting *s3;
	struct ini i;

	if (!ok(parse(&i, text), "nested: %s", e.text))
		return;
	s3 = ini_find(&i, section(&i, "a"), "s3");
	ok(s3 != NULL && strcmp(ini_below(&i, s3, "x"), "3") == 0 &&
	    strcmp(ini_below(&i, s3, "Y : z"), "2") == 0 &&
	    ini_below(&i, s3, "b") == NULL, "settings below another");
	ok(ini_find(&i, section(&i, "a"), "x") == NULL, "are only there");
	ok(has(&i, "a", "b", "c\nd = e"), "a value goes on");
	s3 = ini_find(&i, section(&i, "c"), "s3");
	ok(s3 != NULL && strcmp(ini_below(&i, s3, "x"), "4") == 0,
	    "an indented section");
	ini_free(&i);
}

static void
test_refused(void)
{
	static const struct { const char *text, *why; } bad[] = {
		{ "key = a", "line 1" }, { "[a]\nkey", "line 2" },
		{ "[a]\n= v", "line 2" }, { "[a\nkey = v", "line 1" },
		{ "[]\n", "line 1" }, { "[a]\nk=1\nK: 2\n", "line 3" },
		{ "[a]\n[b]\n[a]\n", "line 3" },
		{ "[a]\ns3 =\n  x\n", "line 3" }, { "[a]\nk = \xff", "line 2" },
	};
	struct ini i;

	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
		ok(!parse(&i, bad[k].text) && e.code == EXIT_AUTH &&
		    strstr(e.text, bad[k].why) != NULL && i.text == NULL,
		    "refused: %s", e.text);
	ok(ini_parse(&i, calloc(1, 8), 4, &e) == -1 && i.text == NULL,
	    "refused: %s", e.text);
}

/* Where time would grow with the square of a file's size. */
static void
test_many(void)
{
	enum { N = 40000 };
	char *text = malloc(N * 16), *at = text;
	struct ini i;

	if (text == NULL)
		abort();
	at += sprintf(at, "[a]\n");
	for (int k = 0; k < N; k++)
		at += sprintf(at, "k%d=\n x=%d\n", k, k % 7);
	ok(ini_parse(&i, text, (size_t)(at - text), &e) == 0 &&
	    i.n_settings == 2 * N, "many settings");
	ini_free(&i);
}

int
main(void)
{
	test_values();
	test_nested();
	test_refused();
	test_many();
	return tap_done();
}
