/* Lists of unfinished uploads: members, encodings, nonsense. */
#include <string.h>

#include "s3/upload_list.h"
#include "tap.h"

static struct err e = ERR_NONE;

#define BARE(inner) "<?xml version=\"1.0\"?>\n<ListMultipartUploadsResult>" \
	inner "</ListMultipartUploadsResult>"
#define TRUNCATED(word) "<IsTruncated>" word "</IsTruncated>"
#define LIST(inner) BARE(inner TRUNCATED("false"))
#define UPLOAD(key, id) "<Upload><Key>" key "</Key><UploadId>" id \
	"</UploadId><Initiator><ID>x</ID></Initiator>" \
	"<Initiated>2010-11-10T20:48:33.000Z</Initiated></Upload>"
#define URL "<EncodingType>url</EncodingType>"

static bool
reads(const char *xml, const char *first_key, size_t n)
{
	struct upload_list l;
	bool good = upload_list_read(&l, xml, strlen(xml), &e) == 0 &&
	    l.n == n && (n == 0 || (strcmp(l.uploads[0].key, first_key) == 0 &&
	    strcmp(l.uploads[0].id, "id") == 0 &&
	    l.uploads[0].began == 1289422113));

	upload_list_free(&l);
	return good;
}

static bool
refuses(const char *xml)
{
	struct upload_list l;
	bool good = upload_list_read(&l, xml, strlen(xml), &e) == -1 &&
	    e.code == EXIT_REMOTE && l.n == 0 && l.uploads == NULL;

	upload_list_free(&l);
	return good;
}

static void
test_markers(void)
{
	static const char page[] = BARE("<KeyMarker>a</KeyMarker>"
	    "<NextKeyMarker>k%2B+1</NextKeyMarker>"
	    "<NextUploadIdMarker>+%20</NextUploadIdMarker>"
	    "<IsTruncated>true</IsTruncated>" URL);
	struct upload_list l;

	ok(upload_list_read(&l, page, sizeof page - 1, &e) == 0 && l.more &&
	    strcmp(l.key_marker, "k+ 1") == 0 &&
	    strcmp(l.id_marker, "+%20") == 0, "another page");
	upload_list_free(&l);
	ok(upload_list_read(&l, LIST(""), strlen(LIST("")), &e) == 0 &&
	    !l.more && l.key_marker == NULL && l.id_marker == NULL,
	    "no other page");
	upload_list_free(&l);
}

int
main(void)
{
	ok(reads(LIST(""), NULL, 0), "nothing");
	ok(reads(LIST(UPLOAD("a", "id") UPLOAD("b", "2")), "a", 2), "two");
	ok(reads(LIST(UPLOAD("a%2F+b", "id")), "a%2F+b", 1), "not encoded");
	ok(reads(LIST(URL UPLOAD("a%2F+b", "id")), "a/ b", 1), "encoded");
	ok(reads(LIST(UPLOAD("a%2F+b%2b", "id") URL), "a/ b+", 1),
	    "encoded, as is said later");
	ok(reads(LIST(URL UPLOAD("%01%7F%E3%81%82", "id")), "\x01\x7f\u3042",
	    1), "bytes that XML has not");
	ok(refuses(LIST(URL UPLOAD("a%0", "id"))), "half a byte");
	ok(refuses(LIST(URL UPLOAD("a%xy", "id"))), "no digits");
	ok(refuses(LIST(URL UPLOAD("a%00b", "id"))), "a NUL");
	ok(refuses(LIST(URL UPLOAD("a%ff", "id"))), "no UTF-8");
	ok(refuses(LIST(URL "<NextKeyMarker>%</NextKeyMarker>")),
	    "a marker that is not encoded");
	ok(refuses(LIST(UPLOAD("a", ""))), "no id");
	ok(refuses(LIST("<Upload><UploadId>x</UploadId></Upload>")), "no key");
	ok(refuses(LIST("<Upload><Key>k</Key><UploadId>x</UploadId>"
	    "<Initiated>yesterday</Initiated></Upload>")), "no time");
	ok(refuses(LIST(UPLOAD("a", "id") "<Upload><Key>k</Key></Upload>")),
	    "one of two");
	ok(refuses(BARE(UPLOAD("a", "id"))), "no word on whether it goes on");
	ok(refuses(BARE(TRUNCATED(""))), "an empty one");
	ok(refuses(BARE(TRUNCATED("TRUE"))), "another spelling of true");
	ok(refuses(BARE(TRUNCATED("1"))), "a number for true");
	ok(refuses(BARE(TRUNCATED(" true"))), "a space before true");
	ok(refuses(BARE(TRUNCATED("no"))), "another word for false");
	ok(refuses(LIST("<EncodingType>base64</EncodingType>")),
	    "an encoding that S3 has not");
	ok(refuses("<Error><Code>AccessDenied</Code></Error>"), "an error");
	ok(refuses("<html>"), "no XML");
	ok(refuses(""), "nothing at all");
	test_markers();
	return tap_done();
}
