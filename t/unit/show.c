/* show: what may be read of URLs and headers. */
#include "http/show.h"

#include <string.h>

#include "tap.h"

static void
url(const char *given, const char *want)
{
	char shown[256], wiped[256];
	size_t len = strlen(given);

	show_url(given, shown, sizeof shown);
	ok(strcmp(shown, want) == 0, "%s", want);
	if (strcmp(shown, want) != 0)
		printf("#  got %s\n", shown);
	memcpy(wiped, given, len + 1);
	show_wipe_url(wiped);
	ok(strlen(wiped) == len, "... and as long, wiped");
	for (size_t i = 0; i < len; i++)
		if (wiped[i] != '*' && wiped[i] != given[i])
			ok(false, "byte %zu was changed", i);
}

static void
test_urls(void)
{
	url("https://u:p@w@h/x?api_key=S&n=1&X-Amz-Signature=abc#f",
	    "https://***@h/x?api_key=***&n=1&X-Amz-Signature=***#***");
	url("http://h/b?sv=2022-11-02&sig=SAS%3D&se=2026-08-20T00:00:00Z",
	    "http://h/b?sv=2022-11-02&sig=***&se=2026-08-20T00:00:00Z");
	url("http://h/?q=words&page=3&t=1787184000&n=12345678901",
	    "http://h/?q=***&page=3&t=1787184000&n=***");
	url("http://h/?pin=1234&otp=123456&e=", "http://h/?pin=***&otp=***&e=");
	url("http://h/?uploads&list&SECRET&a1", "http://h/?uploads&list&***&***");
	url("http://h/?abcdefghijklmnop", "http://h/?***");
	url("http://h/@user/x?y=@z", "http://h/@user/x?y=***");
	url("http://h:80/@user", "http://h:80/@user");
	url("http://[::1]:80/a", "http://[::1]:80/a");
	url("http://user:pa/ss@h/x?y=z", "http://***@h/x?y=***");
	url("http://user:pa?ss@h/x", "http://***@h/x");
	url("http://user:pass", "http://***");
	url("http:/u:p@h/x", "***@h/x");
	url("http:\\\\u:p@h\\x", "***@h\\x");
	url("u:p@h/x", "***@h/x");
	url("/a/b?c=d#e", "/a/b?c=***#***");
	url("?token=x", "?token=***");
	url("#access_token=x", "#***");
	url("a?b=http://c?d=e", "a?b=***");
	url("http://h/?a=1&&b=2&", "http://h/?a=1&&b=2&");
	url("", "");
}

static void
test_cut(void)
{
	char shown[12];

	show_url("http://h/long/path", shown, sizeof shown);
	ok(strcmp(shown, "http://h...") == 0, "cut: %s", shown);
	show_url("http://h/12", shown, sizeof shown);
	ok(strcmp(shown, "http://h/12") == 0, "just fits");
	show_url("http://h/", shown, 2);
	ok(strcmp(shown, "h") == 0, "hardly any room");
	show_url("http://h/", shown, 1);
	ok(*shown == '\0', "none");
}

static void
header(const char *given, const char *want)
{
	char shown[256];

	show_header(given, shown, sizeof shown);
	ok(strcmp(shown, want) == 0, "%s", want);
	if (strcmp(shown, want) != 0)
		printf("#  got %s\n", shown);
}

static void
test_headers(void)
{
	header("X-Session: abc", "X-Session: ***");
	header("Authorization:abc", "Authorization:***");
	header("Content-Type: a/b", "Content-Type: a/b");
	header("CONTENT-TYPE:  a/b", "CONTENT-TYPE:  a/b");
	header("Content-Typex: a", "Content-Typex: ***");
	header("Content-Typ: a", "Content-Typ: ***");
	header("X-Amz-Server-Side-Encryption: AES256",
	    "X-Amz-Server-Side-Encryption: AES256");
	header("x-amz-server-side-encryption-customer-key: k",
	    "x-amz-server-side-encryption-customer-key: ***");
	header("x-amz-security-token: t", "x-amz-security-token: ***");
	header("X-RateLimit-Remaining: 4", "X-RateLimit-Remaining: 4");
	header("Location: /b?X-Amz-Credential=A&n=1",
	    "Location: /b?X-Amz-Credential=***&n=1");
	header("Link: <http://u@h/?page=2&k=s>; rel=\"next\", </x?a=b>; rel=x",
	    "Link: <http://***@h/?page=2&k=***>; rel=\"next\", "
	    "</x?a=***>; rel=x");
	header("Link: <unended?a=b", "Link: <unended?a=***");
	header("Link: <>", "Link: <>");
	header("Empty:", "Empty:");
	header("none", "none");
}

int
main(void)
{
	test_urls();
	test_cut();
	test_headers();
	return tap_done();
}
