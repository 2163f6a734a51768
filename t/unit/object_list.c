/* Pages of ListObjectsV2 and ListParts, and the names of receipts. */
#include "s3/object_list.h"

#include <stdlib.h>
#include <string.h>

#include "s3/part_list.h"
#include "s3/receipt_object.h"
#include "tap.h"

#define LIST(more, keys) "<?xml version=\"1.0\"?><ListBucketResult>" \
	"<IsTruncated>" more "</IsTruncated>" keys "</ListBucketResult>"
#define KEY(key) "<Contents><Key>" key "</Key><Size>1</Size></Contents>"
#define PARTS(more, parts) "<ListPartsResult>" parts "<IsTruncated>" more \
	"</IsTruncated></ListPartsResult>"
#define PART(number, etag) "<Part><PartNumber>" number "</PartNumber><ETag>" \
	etag "</ETag><Size>5</Size></Part>"

static struct err e = ERR_NONE;

static bool
page(struct object_list *l, const char *xml, bool *more)
{
	return object_list_page(l, "p/", xml, strlen(xml), more, &e) == 0;
}

static bool
refused(const char *xml)
{
	struct object_list l = { 0 };
	bool more, bad = !page(&l, xml, &more) && e.code == EXIT_REMOTE;

	object_list_free(&l);
	return bad;
}

static void
test_objects(void)
{
	struct object_list l = { 0 };
	bool more = false;

	ok(page(&l, LIST("true", KEY("p/a") KEY("p/b&amp;")), &more) && more &&
	    l.n == 2 && strcmp(l.keys[1], "p/b&") == 0, "a page");
	ok(page(&l, LIST("false", KEY("p/c")), &more) && !more && l.n == 3,
	    "and the last");
	ok(!page(&l, LIST("false", KEY("p/c")), &more), "a key once more");
	ok(!page(&l, LIST("false", KEY("p/b")), &more), "a key out of order");
	object_list_free(&l);
	ok(page(&l, LIST("false", ""), &more) && !more && l.n == 0, "nothing");
	ok(refused(LIST("true", "")), "more of nothing");
	ok(refused(LIST("TRUE", KEY("p/a"))), "more, in other letters");
	ok(refused("<ListBucketResult>" KEY("p/a") "</ListBucketResult>"),
	    "no word about more");
	ok(refused(LIST("false", KEY("q/a"))), "a key of others");
	ok(refused("<Error><Code>x</Code></Error>") && refused("") &&
	    refused("<ListBucketResult><IsTruncated>false"), "no list");
	object_list_free(&l);
}

/* The parts of an upload with the ETags "a", "b" and "c". */
static bool
parts(unsigned from, const char *xml, bool want_more, unsigned want)
{
	struct multipart_part list[] = { { .etag = (char[]){ "\"a\"" } },
		{ .etag = (char[]){ "\"b\"" } }, { .etag = (char[]){ "c" } } };
	const struct multipart m = { .parts = list, .count = 3 };
	unsigned checked = from;
	bool more = false;

	return part_list_check(&m, &checked, xml, strlen(xml), &more,
	    &e) == 0 && more == want_more && checked == want;
}

static void
test_parts(void)
{
	ok(parts(0, PARTS("false", PART("1", "a") PART("2", "&quot;b&quot;")
	    PART("3", "\"c\"")), false, 3), "all parts, quoted or not");
	ok(parts(0, PARTS("true", PART("1", "a")), true, 1) &&
	    parts(1, PARTS("false", PART("2", "b") PART("3", "c")), false, 3),
	    "in two pages");
	ok(parts(0, PARTS("true", PART("1", "a") PART("2", "b") PART("3", "c")
	    PART("4", "d")), false, 3), "more than were prepared do not count");
	ok(!parts(0, PARTS("false", PART("1", "a") PART("3", "c")), false, 3),
	    "one is missing");
	ok(!parts(0, PARTS("false", PART("1", "a") PART("2", "b")), false, 2),
	    "the last is missing");
	ok(!parts(0, PARTS("false", PART("1", "a") PART("2", "x")
	    PART("3", "c")), false, 3), "another one");
	ok(!parts(0, PARTS("false", PART("1", "a") PART("1", "a")
	    PART("3", "c")), false, 3), "one twice");
	ok(!parts(0, PARTS("true", ""), true, 0), "more of nothing");
	ok(!parts(0, PARTS("false", PART("0", "a") PART("x", "b")), false, 3) &&
	    !parts(0, "<x/>", false, 0) && !parts(0, "", false, 0), "no list");
}

static void
test_names(void)
{
	char token[TOKEN_TEXT] = "", *plan = receipt_object_plan("p/", 7);
	unsigned number = 0;

	ok(receipt_object_kind("p/3", "p/", token, &number) == RECEIPT_KEY &&
	    receipt_object_kind("p/3.begun", "p/", token, &number) ==
	    RECEIPT_KEY && receipt_object_kind("p/x.plan.1", "p/", token,
	    &number) == RECEIPT_KEY, "receipts");
	ok(receipt_object_kind("p/3.0123456789abcdef0123456789abcdef.begun",
	    "p/", token, &number) == RECEIPT_BEGUN_KEY &&
	    strcmp(token, "0123456789abcdef0123456789abcdef") == 0,
	    "what has begun");
	ok(plan != NULL && receipt_object_kind(plan, "p/", token, &number) ==
	    RECEIPT_PLAN_KEY && number == 7, "a plan");
	ok(receipt_object_kind("p/.plan.0", "p/", token, &number) ==
	    RECEIPT_KEY && receipt_object_kind("p/.plan.x", "p/", token,
	    &number) == RECEIPT_KEY, "and none");
	free(plan);
}

int
main(void)
{
	test_objects();
	test_parts();
	test_names();
	return tap_done();
}
