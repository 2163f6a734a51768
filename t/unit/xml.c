/* XML answers as S3 gives them, and as an enemy would. */
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "tap.h"

static struct err e = ERR_NONE;

static bool
refused(const char *text)
{
	struct xml_want want = { "a", NULL };

	e.text[0] = '\0';
	return xml_pick(text, strlen(text), &want, 1, &e) == -1 &&
	    e.code == EXIT_DATA && want.text == NULL;
}

static void
test_pick(void)
{
	static const char text[] =
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n \n"
	    "<Error xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
	    "<Code>No&amp;Such</Code><Code>second</Code>"
	    "<In>a<Deep>b</Deep>c</In><Empty/></Error>  ";
	struct xml_want w[] = { { "Error", NULL }, { "Error.Code", NULL },
		{ "Error.In", NULL }, { "Error.In.Deep", NULL },
		{ "Error.Empty", NULL }, { "Code", NULL } };

	ok(xml_pick(text, sizeof text - 1, w, 6, &e) == 0, "an S3 error");
	ok(w[0].text != NULL, "root");
	ok(strcmp(w[1].text, "No&Such") == 0, "first of two, entity decoded");
	ok(strcmp(w[2].text, "ac") == 0, "text around a child");
	ok(strcmp(w[3].text, "b") == 0, "text of the child");
	ok(w[4].text != NULL && w[4].text[0] == '\0', "empty element");
	ok(w[5].text == NULL, "absent element");
	xml_want_free(w, 6);
}

static void
test_limits(void)
{
	enum { BIG = XML_TEXT + 100 };
	static char big[BIG + 64];
	size_t n;

	ok(refused("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"), "DTD");
	ok(strstr(e.text, "document type") != NULL, "says so: %s", e.text);
	ok(refused("<a>&x;</a>"), "unknown entity");
	ok(refused("<a><b></a>"), "not well-formed");
	ok(refused("<a>"), "cut");
	ok(refused(""), "empty");
	ok(refused("<a/><b/>"), "two documents");
	ok(refused("<a>\xff</a>"), "not UTF-8");
	n = (size_t)sprintf(big, "<a>");
	memset(big + n, 'x', BIG - n);
	strcpy(big + BIG, "</a>");
	ok(refused(big), "too much text");
	big[0] = '\0';
	for (int i = 0; i < 17; i++)
		strcat(big, "<a>");
	for (int i = 0; i < 17; i++)
		strcat(big, "</a>");
	ok(refused(big), "too deep");
	memset(big, 'n', 300);
	big[0] = '<';
	strcpy(big + 300, "/>");
	ok(refused(big), "a name too long");
}

/* Elements in each other, whose names have these lengths (0: none). */
static size_t
nest(char *text, const int *lengths, size_t n)
{
	char *p = text;

	for (size_t i = 0; i < n; i++)
		if (lengths[i] > 0)
			p += sprintf(p, "<%0*d>", lengths[i], 0);
	for (size_t i = n; i-- > 0;)
		if (lengths[i] > 0)
			p += sprintf(p, "</%0*d>", lengths[i], 0);
	for (char *c = text; c < p; c++)
		*c = *c == '0' ? 'x' : *c;
	return (size_t)(p - text);
}

/* Paths are taken up to XML_PATH - 1 bytes and refused above, at whatever
 * lengths their names begin and end. */
static void
test_path_limit(void)
{
	static char text[8 * XML_PATH];
	struct xml_want want = { "a", NULL };
	unsigned wrong = 0;

	for (int a = XML_PATH - 8; a < XML_PATH; a++)
		for (int b = 0; b < 8; b++)
			for (int c = 1; c < 3 * XML_PATH; c += c < 8 ? 1 : 61) {
				int lengths[] = { a, b, c };
				size_t n = nest(text, lengths, 3);
				bool fits = a + b + c + (b == 0 ? 1 : 2) <
				    XML_PATH;

				wrong += (xml_pick(text, n, &want, 1, &e) ==
				    0) != fits;
			}
	ok(wrong == 0, "paths around the longest: %u wrong", wrong);
}

static int
stop_at_b(void *ctx, const char *path, const char *content, struct err *err)
{
	++*(int *)ctx;
	(void)content;
	return strcmp(path, "a.b") == 0 ?
	    err_set(err, EXIT_INTERNAL, "mine") : 0;
}

int
main(void)
{
	char *escaped = NULL;
	size_t len;
	FILE *f = open_memstream(&escaped, &len);
	int n = 0;

	test_pick();
	test_limits();
	test_path_limit();
	ok(xml_walk("<a><b/><c/><c/></a>", 19, stop_at_b, &n, &e) == -1 &&
	    n == 1 && strcmp(e.text, "mine") == 0, "a walk is stopped");
	xml_escape(f, "a<b>&\"c'");
	fclose(f);
	ok(strcmp(escaped, "a&lt;b&gt;&amp;&quot;c&apos;") == 0, "escaped");
	free(escaped);
	return tap_done();
}
