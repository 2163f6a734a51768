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
	same(url_join("http://h/a#x/y", "d", &e), "http://h/d");
	same(url_join("http://h/a/b?x=/y/z", "d", &e), "http://h/a/d");
	same(url_join("http://h?x=/y/z", "/d", &e), "http://h/d");
	same(url_join("http://u:p@h/a", "//o/d", &e), "http://o/d");
	same(url_join("http://u:p@h/a", "/d", &e), "http://u:p@h/d");
	same(url_join("http://[::1]:8/a", "d", &e), "http://[::1]:8/d");
	same(url_join(base, "#g", &e), "http://h:8080/a/b/c?x=1");
	same(url_join(base, "?a=b?#g", &e), "http://h:8080/a/b/c?a=b?");
	same(url_join(base, "?", &e), "http://h:8080/a/b/c");
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
	struct err e = ERR_NONE;

	ok(url_same_origin("http://H/a", "http://h:80/b", &e) == 1, "default port");
	ok(url_same_origin("https://h:443/", "HTTPS://h/", &e) == 1, "https");
	ok(url_same_origin("http://h/", "https://h/", &e) == 0, "other scheme");
	ok(url_same_origin("http://h/", "http://h:81/", &e) == 0, "other port");
	ok(url_same_origin("http://h/", "http://h.example/", &e) == 0, "other host");
	ok(url_same_origin("http://h/", "http://h@evil/", &e) == 0, "user, not host");
	ok(url_same_origin("http://h/", "rubbish", &e) == 0, "malformed");
	ok(url_is_secure("HTTPS://h/") && !url_is_secure("http://h/"),
	    "secure or not");
}

static void
test_target(void)
{
	struct err e = ERR_NONE;

	same(url_target("http://h", &e), "/");
	same(url_target("http://h?a=1#f", &e), "/?a=1");
	same(url_target("HTTPS://u:p@h:1/a/../b?c?d/#f?x", &e), "/a/../b?c?d/");
	same(url_target("http://h#f/x?y", &e), "/");
	same(url_target("http://[::1]/?", &e), "/?");
}

static char *
query_get(const char *url, const char *name)
{
	struct err e = ERR_NONE;
	char *value;

	return url_query_get(url, name, &value, &e) == 0 ? value : NULL;
}

static void
test_query(void)
{
	const char *u = "http://h/p?a=1&b=x%2Fy+z&a=2#f";
	struct err e = ERR_NONE;

	same(query_get(u, "b"), "x/y z");
	same(query_get(u, "a"), "1");
	ok(query_get(u, "c") == NULL, "absent");
	ok(query_get("http://h/p#?a=1", "a") == NULL, "in the fragment");
	same(query_get("http://h/?a=%zz%4", "a"), "%zz%4");
	same(url_query_set(u, "a", "&", &e), "http://h/p?a=%26&b=x%2Fy+z#f");
	same(url_query_set(u, "c", "3", &e),
	    "http://h/p?a=1&b=x%2Fy+z&a=2&c=3#f");
	same(url_query_set("http://h/p", "c", "3", &e), "http://h/p?c=3");
	same(url_query_set("http://h/p?", "c", "", &e), "http://h/p?c=");
	same(url_query_set("http://h/p#f", "c", "3", &e), "http://h/p?c=3#f");
	same(url_query_set("http://h/?x[]=1&&y", "c", "3", &e),
	    "http://h/?x[]=1&&y&c=3");
	same(url_query_set("http://h/p?a=b?", "c", "3", &e),
	    "http://h/p?a=b?&c=3");
	same(url_query_set("http://h/p??", "c", "3", &e), "http://h/p??&c=3");
	same(url_query_set("http://h/p?a&", "c", "3", &e),
	    "http://h/p?a&c=3");
	same(url_query_set("http://h/p?&", "c", "3", &e), "http://h/p?&c=3");
	same(url_query_set("http://h/p?#f?x", "c", "3", &e),
	    "http://h/p?c=3#f?x");
	same(url_query_set("http://h", "c", "3", &e), "http://h?c=3");
	same(url_query_set("http://h#?c=1", "c", "3", &e), "http://h?c=3#?c=1");
	same(url_query_set("http://u:p?@[::1]:8/", "c", "?&=#+ %\xff", &e),
	    "http://u:p?@[::1]:8/&c=%3F%26%3D%23%2B%20%25%FF");
	same(url_query_set("http://h/?p%61ge=1&page=2&PAGE=3", "page", "9", &e),
	    "http://h/?p%61ge=9&PAGE=3");
	same(url_query_set("http://h/?page%5bnumber%5D=1", "page[number]", "2",
	    &e), "http://h/?page%5bnumber%5D=2");
	same(url_query_set("http://h/", "page[number]", "2", &e),
	    "http://h/?page%5Bnumber%5D=2");
	same(url_query_set("http://h/?page[number]=1", "page%5Bnumber%5D", "2",
	    &e), "http://h/?page[number]=2");
	same(url_query_set("http://h/", "$skip", "2", &e), "http://h/?$skip=2");
	same(url_query_set("http://h/", "a&b=c#d e", "2", &e),
	    "http://h/?a%26b%3Dc%23d%20e=2");
	same(query_get("http://h/?a=b?&c=d?", "c"), "d?");
	same(query_get("http://h/?a+b=1", "a b"), "1");
	same(query_get("http://h/?a", "a"), "");
}

static void
test_host(void)
{
	struct err e = ERR_NONE;

	same(url_host("http://h:1/x", &e), "h");
	same(url_host("http://u:p@h/x@y", &e), "h");
	same(url_host("http://[::1]:80/", &e), "[::1]");
	same(url_host("http://0x7f.1/", &e), "127.0.0.1");
	same(url_host("http://2130706433/", &e), "127.0.0.1");
	ok(url_host("rubbish", &e) == NULL && e.code == EXIT_USAGE, "none");
}

static void
test_names(void)
{
	static const char *const wrong[] = { "http://\xff/",
	    "http://b\xfc.example/", "http://a\u2100b/", "http://\u2488com/",
	    "http://\uff0f/", "http://\u202e/" };
	struct err e = ERR_NONE;

	same(url_ascii("http://h/\u00fc?\u00fc#\u00fc", EXIT_DATA, &e),
	    "http://h/\u00fc?\u00fc#\u00fc");
	same(url_ascii("http://b\u00fccher.example:8/x", EXIT_DATA, &e),
	    "http://xn--bcher-kva.example:8/x");
	same(url_ascii("http://u:p@B\u00dcCHER/a/../b?c", EXIT_DATA, &e),
	    "http://u:p@xn--bcher-kva/a/../b?c");
	same(url_ascii("http://stra\u00dfe/", EXIT_DATA, &e),
	    "http://xn--strae-oqa/");
	same(url_ascii("http://\u65e5\u672c.jp/", EXIT_DATA, &e),
	    "http://xn--wgv71a.jp/");
	same(url_ascii("http://xn--bcher-kva/", EXIT_DATA, &e),
	    "http://xn--bcher-kva/");
	same(url_join("http://h/", "//b\u00fccher/\u00fc", &e),
	    "http://xn--bcher-kva/%c3%bc");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(url_ascii(wrong[i], EXIT_DATA, &e) == NULL &&
		    e.code == EXIT_DATA, "host %zu is refused", i);
}

static void
test_long(void)
{
	static char url[URL_MAX + 2];
	struct err e = ERR_NONE;

	memset(url, 'a', sizeof url - 1);
	memcpy(url, "http://h/", 9);
	ok(url_check(url, EXIT_USAGE, &e) == -1 && e.code == EXIT_USAGE &&
	    strstr(e.text, "longer") != NULL, "a URL that is too long");
	ok(url_join("http://h/", url, &e) == NULL && e.code == EXIT_DATA &&
	    strstr(e.text, "longer") != NULL, "a link that is too long");
	ok(url_query_set("http://h/", "n", url, &e) == NULL &&
	    e.code == EXIT_DATA && strstr(e.text, "longer") != NULL,
	    "a value that is too long");
	url[URL_MAX] = '\0';
	ok(url_check(url, EXIT_USAGE, &e) == 0, "the longest");
}

int
main(void)
{
	test_join();
	test_origin();
	test_target();
	test_query();
	test_host();
	test_long();
	test_names();
	return tap_done();
}
