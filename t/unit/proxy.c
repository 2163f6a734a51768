/* proxy: the list of exceptions, and which variable counts. */
#define _GNU_SOURCE		/* setenv, unsetenv */
#include "http/proxy.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static void
test_exempt(void)
{
	static const struct { const char *list, *host; bool exempt; } cases[] = {
		{ "*", "example.com", true },
		{ "example.com", "example.com", true },
		{ "example.com", "www.EXAMPLE.com.", true },
		{ "example.com.", "example.com", true },
		{ ".example.com", "example.com", true },
		{ "example.com", "notexample.com", false },
		{ "www.example.com", "example.com", false },
		{ "a, b\texample.com", "example.com", true },
		{ ",,", "example.com", false }, { ".", "example.com", false },
		{ "", "example.com", false }, { "com", "example.com", true },
		{ "127.0.0.1", "127.0.0.1", true },
		{ "127.0.0.1", "127.0.0.2", false },
		{ "0.1", "127.0.0.1", false },
		{ "127.0.0.0/8", "127.9.9.9", true },
		{ "192.0.2.128/25", "192.0.2.129", true },
		{ "192.0.2.128/25", "192.0.2.1", false },
		{ "192.0.2.0/0", "127.0.0.1", true },
		{ "192.0.2.0/33", "192.0.2.0", false },
		{ "192.0.2.0/", "192.0.2.0", false },
		{ "192.0.2.0/x", "192.0.2.0", false },
		{ "::1", "[::1]", true }, { "[::1]", "[0:0::1]", true },
		{ "fe80::/10", "[febf::1]", true },
		{ "fe80::/10", "127.0.0.1", false },
		{ "::/0", "127.0.0.1", false },
		{ "example.com/8", "127.0.0.1", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ok(proxy_is_exempt(cases[i].list, cases[i].host) ==
		    cases[i].exempt, "'%s' is %son '%s'", cases[i].host,
		    cases[i].exempt ? "" : "not ", cases[i].list);
}

static bool
goes(bool secure, const char *host, const char *want)
{
	const char *proxy = proxy_for(NULL, secure, host);

	return want == NULL ? proxy == NULL :
	    proxy != NULL && strcmp(proxy, want) == 0;
}

static void
test_variables(void)
{
	static const char *const all[] = { "http_proxy", "https_proxy",
	    "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
	    "HTTP_PROXY" };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		unsetenv(all[i]);
	ok(goes(false, "h", NULL), "none is set");
	setenv("HTTP_PROXY", "cgi", 1);
	ok(goes(false, "h", NULL), "HTTP_PROXY is a header of CGI");
	setenv("https_proxy", "tls", 1);
	ok(goes(false, "h", NULL) && goes(true, "h", "tls"), "https only");
	setenv("ALL_PROXY", "all", 1);
	ok(goes(false, "h", "all") && goes(true, "h", "tls"), "all others");
	setenv("http_proxy", "", 1);
	ok(goes(false, "h", "all"), "empty is not set");
	setenv("http_proxy", "plain", 1);
	ok(goes(false, "h", "plain"), "http");
	setenv("no_proxy", "h,127.0.0.1", 1);
	ok(goes(false, "h", NULL) && goes(true, "127.0.0.1", NULL) &&
	    goes(true, "i", "tls"), "no_proxy");
}

static void
test_check(void)
{
	static const struct { const char *proxy, *says; } cases[] = {
		{ "h", NULL }, { "h:1", NULL }, { "u:hidden@h:1", NULL },
		{ "HTTP://h/", NULL }, { "https://u:hidden@[::1]:1", NULL },
		{ "socks5h://h", NULL }, { "socks4a://h:1", NULL },
		{ "ftp://u:hidden@h:1", "'ftp://***@h:1'" },
		{ "http://u:hid den@h:1", "'http://***@h:1'" },
		{ "http://u:hidden@[h", "'http://***@[h'" },
		{ "http://u:hidden@h:65536", "'http://***@h:65536'" },
		{ "u:hidden@", "'***@'" }, { "http://", "'http://'" },
		{ "http://u:hid/den@h:1", "'http://***@h:1'" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = ERR_NONE;
		int r = proxy_check(cases[i].proxy, &e);

		ok(cases[i].says == NULL ? r == 0 : r == -1 &&
		    e.code == EXIT_USAGE &&
		    strstr(e.text, cases[i].says) != NULL &&
		    strstr(e.text, "hid") == NULL, "'%s' is %s: %s",
		    cases[i].proxy, cases[i].says == NULL ? "a proxy" :
		    "none", e.text);
	}
}

int
main(void)
{
	test_check();
	test_exempt();
	test_variables();
	return tap_done();
}
