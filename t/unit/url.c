/* url: joining, origins, queries, masks. */
#include "http/url.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static void
same(char *got, const char *want)
{
	ok(got != NULL && strcmp(got, want) == 0, "%s", want);
	if (got != NULL && strcmp(got, want) != 0)
		printf("#  got %s\n", got);
	free(got);
}

static void
test_join(void)
{
	const char *base = "http://h:8080/a/b/c?x=1#f";
	struct err e = ERR_NONE;

	same(url_join(base, "d?y=2", &e), "http://h:8080/a/b/d?y=2");
	same(url_join(base, "../d", &e), "http://h:8080/a/d");
	same(url_join(base, "/d", &e), "http://h:8080/d");
	same(url_join(base, "?page=2", &e), "http://h:8080/a/b/c?page=2");
	same(url_join(base, "//other/d", &e), "http://other/d");
	same(url_join(base, "https://o/#z", &e), "https://o/");
	same(url_join(base, "a b", &e), "http://h:8080/a/b/a%20b");
	same(url_join(base, "", &e), "http://h:8080/a/b/c?x=1");
	ok(url_join(base, "ftp://h/", &e) == NULL && e.code == EXIT_DATA,
	    "ftp is refused");
	ok(url_join(base, "file:///etc/passwd", &e) == NULL, "file, too");
	ok(url_join(base, "http://h:99999/", &e) == NULL, "a port too large");
	ok(url_check("example.com/x", EXIT_USAGE, &e) == -1 &&
	    e.code == EXIT_USAGE, "a scheme is needed");
	ok(url_check("http://h/a\nb", EXIT_USAGE, &e) == -1, "no line feed");
}

static void
test_origin(void)
{
	ok(url_same_origin("http://H/a", "http://h:80/b"), "default port");
	ok(url_same_origin("https://h:443/", "HTTPS://h/"), "https");
	ok(!url_same_origin("http://h/", "https://h/"), "other scheme");
	ok(!url_same_origin("http://h/", "http://h:81/"), "other port");
	ok(!url_same_origin("http://h/", "http://h.example/"), "other host");
	ok(!url_same_origin("http://h/", "http://h@evil/"), "user, not host");
	ok(!url_same_origin("http://h/", "rubbish"), "malformed");
	ok(url_is_secure("HTTPS://h/") && !url_is_secure("http://h/"),
	    "secure or not");
}

static void
test_query(void)
{
	const char *u = "http://h/p?a=1&b=x%2Fy+z&a=2#f";
	struct err e = ERR_NONE;

	same(url_query_get(u, "b"), "x/y z");
	same(url_query_get(u, "a"), "1");
	ok(url_query_get(u, "c") == NULL, "absent");
	ok(url_query_get("http://h/p#?a=1", "a") == NULL, "in the fragment");
	same(url_query_get("http://h/?a=%zz%4", "a"), "%zz%4");
	same(url_query_set(u, "a", "&", &e), "http://h/p?a=%26&b=x%2Fy+z#f");
	same(url_query_set(u, "c", "3", &e),
	    "http://h/p?a=1&b=x%2Fy+z&a=2&c=3#f");
	same(url_query_set("http://h/p", "c", "3", &e), "http://h/p?c=3");
	same(url_query_set("http://h/p?", "c", "", &e), "http://h/p?c=");
	same(url_query_set("http://h/p#f", "c", "3", &e), "http://h/p?c=3#f");
	same(url_query_set("http://h/?x[]=1&&y", "c", "3", &e),
	    "http://h/?x[]=1&&y&c=3");
}

static void
test_mask(void)
{
	char shown[128], small[12];

	url_mask("https://u:p@w@h/x?api_key=S&n=1&X-Amz-Signature=abc#f", shown,
	    sizeof shown);
	ok(strcmp(shown,
	    "https://***@h/x?api_key=***&n=1&X-Amz-Signature=***") == 0,
	    "%s", shown);
	url_mask("http://h/long/path", small, sizeof small);
	ok(strcmp(small, "http://h/lo") == 0, "cut");
	url_mask("", small, sizeof small);
	ok(*small == '\0', "empty");
}

int
main(void)
{
	test_join();
	test_origin();
	test_query();
	test_mask();
	return tap_done();
}
