/* items: elements of arrays, as slices. */
#include "json/json_array.h"

#include <string.h>

#include "tap.h"

/* Joins the slices with '|'. */
static const char *
all(const char *text, const char *path)
{
	static char joined[256];
	struct json_array it;
	const char *item;
	size_t len, at = 0;

	joined[0] = '\0';
	switch (json_array_open(&it, text, strlen(text), path)) {
	case JSON_ARRAY:
		break;
	case JSON_NULL:
		return json_array_next(&it, &item, &len) ? "wrong" : "null";
	case JSON_ABSENT:
		return json_array_next(&it, &item, &len) ? "wrong" : "absent";
	default:
		return "no array";
	}
	while (json_array_next(&it, &item, &len))
		at += (size_t)snprintf(joined + at, sizeof joined - at, "%.*s|",
		    (int)len, item);
	return joined;
}

static void
is(const char *text, const char *path, const char *want)
{
	const char *got = all(text, path);

	if (!ok(strcmp(got, want) == 0, "%s of %s", path, text))
		printf("#  got %s\n", got);
}

int
main(void)
{
	struct json_array it;
	const char *text = "{\"a\":[1,[2,3],{\"b\":\"],\\\"\"}]}";

	is(text, "a", "1|[2,3]|{\"b\":\"],\\\"\"}|");
	ok(json_array_open(&it, text, strlen(text), "a") == JSON_ARRAY && json_array_count(&it) == 3,
	    "three");
	is("[]", ".", "");
	is(" [ ] ", ".", "");
	is("\xef\xbb\xbf[true , null\n,-1.5e3]", ".", "true|null|-1.5e3|");
	is("{\"a\":{\"b\":[\"x\"]},\"b\":[1]}", "a.b", "\"x\"|");
	is("{\"b\":[1],\"a\":0}", "b", "1|");
	is("{\"a\":[1],\"a\":[2]}", "a", "2|");
	is("{\"a\":\"[1]\"}", "a", "no array");
	is("{\"a\":{}}", "a.b", "absent");
	is("{}", "a", "absent");
	is("", ".", "absent");
	is("null", ".", "null");
	is("{\"a\":{\"b\": null}}", "a.b", "null");
	is("{\"a\":null}", "a.b", "absent");
	is("3", ".", "no array");
	is("3", "a", "absent");
	is("{\"a.b\":[1],\"a\":{\"b\":[2]}}", "\"a.b\"", "1|");
	is("{\"a.b\":[1],\"a\":{\"b\":[2]}}", "a.\"b\"", "2|");
	is("{\"x\":{\"@a.b\":[1]}}", "x.\"@a.b\"", "1|");
	is("{\"a\":[1]}", "\"a\"\"\"", "absent");
	is("{\"aa\":[1],\"a\":[\"\\\\\"]}", "a", "\"\\\\\"|");
	is("{\"x\":{\"a\":[9]},\"a\":[ {} ,[] ,\"\"]}", "a", "{}|[]|\"\"|");
	return tap_done();
}
