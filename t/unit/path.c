/* path: names, quotes, lists, and what cannot be read. */
#include <stdlib.h>
#include <string.h>

#include "json/path.h"
#include "tap.h"

/* The header of a field is its names with dots; path_text gives the path. */
static void
names(const char *text, const char *expected)
{
	struct fields f = { 0 };
	struct err e = ERR_NONE;
	char *path = NULL;

	if (fields_parse(&f, text, &e) == 0)
		path = path_text(&f.list[0].path);
	ok(f.n == 1 && strcmp(f.list[0].header, expected) == 0,
	    "'%s' is %zu names: '%s'", text, f.n > 0 ? f.list[0].path.n : 0,
	    f.n > 0 ? f.list[0].header : e.text);
	ok(path != NULL && strcmp(path, text) == 0, "  and written so: '%s'",
	    path != NULL ? path : "");
	free(path);
	fields_free(&f);
}

/* The document itself, which is no field. */
static void
test_document(void)
{
	struct path p;
	struct err e = ERR_NONE;
	char *path = NULL;

	if (path_parse(&p, ".", NULL, &e) == 0)
		path = path_text(&p);
	ok(path != NULL && p.n == 0 && strcmp(path, ".") == 0,
	    "the document: '%s'", path != NULL ? path : e.text);
	free(path);
	path_free(&p);
}

static void
test_write(void)
{
	char to[8] = "-------";

	ok(path_write(to, 4, "a.b\"", 4) == 7 &&
	    memcmp(to, "\"a.b---", 7) == 0, "as much of a name as fits");
	ok(path_write(to, 7, "a.b\"", 4) == 7 &&
	    memcmp(to, "\"a.b\"\"\"", 7) == 0 &&
	    path_write(NULL, 0, "", 0) == 2, "all of it; an empty one");
}

static void
refused(const char *text, const char *why)
{
	struct path p;
	struct err e = ERR_NONE;
	int rc = path_parse(&p, text, NULL, &e);

	ok(rc == -1 && e.code == EXIT_USAGE && strstr(e.text, why) != NULL,
	    "'%.20s' is refused: %s", text, e.text);
	path_free(&p);
}

static void
test_fields(void)
{
	struct fields f = { 0 };
	struct err e = ERR_NONE;

	ok(fields_parse(&f, "a,b.\"c,\"\"d\"=\"H, \"\"x\"\"\",e?=,f?", &e) ==
	    0 && f.n == 4, "a list of four");
	ok(strcmp(f.list[1].header, "H, \"x\"") == 0 &&
	    strcmp(f.list[1].path.names[1], "c,\"d") == 0,
	    "quoted names and headers");
	ok(f.list[2].optional && *f.list[2].header == '\0' &&
	    f.list[3].optional && !f.list[0].optional &&
	    strcmp(f.list[3].header, "f") == 0, "optional ones");
	fields_free(&f);
	f = (struct fields){ 0 };
	ok(fields_parse(&f, "a,,b", &e) == -1 && e.code == EXIT_USAGE &&
	    strstr(e.text, "character 3") != NULL, "an empty field: %s",
	    e.text);
	fields_free(&f);
}

/* Once each word was allocated with room for the rest of the list. */
static void
test_many(void)
{
	enum { MANY = 100 * 1000 };
	char *list = malloc(MANY * 8), *at = list;
	struct fields f = { 0 };
	struct err e = ERR_NONE;

	for (int i = 0; list != NULL && i < MANY; i++)
		at += sprintf(at, "%sm%d", i > 0 ? "," : "", i);
	ok(list != NULL && fields_parse(&f, list, &e) == 0 && f.n == MANY &&
	    strcmp(f.list[MANY - 1].header, "m99999") == 0,
	    "a list of %d fields", MANY);
	fields_free(&f);
	free(list);
}

int
main(void)
{
	char name[PATH_NAME_MAX + 2];

	test_document();
	test_write();
	names("a", "a");
	names("a.b.0", "a.b.0");
	names("\"\"", "");
	names("\"\".a", ".a");
	names("\"a.b\".c", "a.b.c");
	names("\"\"\"\"", "\"");
	names("a.\"x\"\"y\"", "a.x\"y");
	names("\xe3\x81\x82", "\xe3\x81\x82");
	refused("", "a name is missing at character 1");
	refused("a..b", "a name is missing at character 3");
	refused("a.", "a name is missing at character 3");
	refused("\"a", "a quote is not closed at character 1");
	refused("\"a\"b", "unexpected text at character 4");
	refused("a,b", "unexpected text at character 2");
	memset(name, 'n', sizeof(name));
	name[PATH_NAME_MAX] = '\0';
	names(name, name);
	name[PATH_NAME_MAX] = 'n';
	name[PATH_NAME_MAX + 1] = '\0';
	refused(name, "a name is too long");
	test_fields();
	test_many();
	return tap_done();
}
