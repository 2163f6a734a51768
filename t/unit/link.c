/* link: Link headers, well-formed, odd and malformed. */
#include "http/link.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static void
is(const char *value, const char *want)
{
	size_t len = 0;
	const char *got = link_find(value, "next", &len);
	bool same = want == NULL ? got == NULL : got != NULL &&
	    strlen(want) == len && memcmp(got, want, len) == 0;

	if (!ok(same, "%s", value))
		printf("#  got %.*s\n", (int)len, got != NULL ? got : "");
}

int
main(void)
{
	is("</a>; rel=\"next\"", "/a");
	is("</a>; rel=next", "/a");
	is("</a>;REL=NEXT", "/a");
	is("</a> ; rel = \"prev next\"", "/a");
	is("</a>; rel=\"prev\", </b>; rel=\"next\"", "/b");
	is("</a,b;c>; title=\"x, </c>; rel=next\"; rel=\"next\"", "/a,b;c");
	is("</a>; title=\"say \\\"rel=next\\\"\"; rel=prev", NULL);
	is("</a>; rel=prev; rel=next", NULL);
	is("</a>; rel=next; anchor=\"#x\"", NULL);
	is("</a>; rel=nextpage, </b>; rel=\"nextpage pnext\"", NULL);
	is(", ,</a>; rel=next", "/a");
	is("</a>;;; crossorigin; rel=next", "/a");
	is("</a>", NULL);
	is("<>; rel=next", "");
	is("</a; rel=next", NULL);
	is("/a; rel=next", NULL);
	is("</a>; rel=\"next", "/a");
	is("</a>; rel=\"prev\" rubbish, </b>; rel=next", NULL);
	is("", NULL);
	return tap_done();
}
