/* ListPartsResult, element by element. */
#include <string.h>

#include "aws/xml.h"
#include "base/args_value.h"
#include "s3/part_list.h"

#define ROOT "ListPartsResult"

struct reading {
	const struct multipart *m;
	unsigned checked;
	uint64_t number;		/* of the part being read; 0: none yet */
	char etag[MULTIPART_ETAG + 3];	/* "": none yet */
	bool root, truncated, more;
};

/* Some services write quotes around an ETag, some do not. */
static bool
same_etag(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (n >= 2 && *a == '"' && a[n - 1] == '"') {
		a++;
		n -= 2;
	}
	if (m >= 2 && *b == '"' && b[m - 1] == '"') {
		b++;
		m -= 2;
	}
	return n == m && memcmp(a, b, n) == 0;
}

/* Parts come in the order of their numbers. */
static int
check_part(struct reading *r, struct err *e)
{
	uint64_t number = r->number;
	const struct multipart *m = r->m;

	r->number = 0;
	if (number > m->count)
		return 0;
	if (number != r->checked + 1)
		return err_set(e, EXIT_REMOTE, "part %u is not there",
		    r->checked + 1);
	if (!same_etag(r->etag, m->parts[r->checked].etag))
		return err_set(e, EXIT_REMOTE, "part %u has the ETag %s, not "
		    "%s", r->checked + 1, r->etag, m->parts[r->checked].etag);
	r->checked++;
	*r->etag = '\0';
	return 0;
}

static int
element(void *ctx, const char *path, const char *content, struct err *e)
{
	struct reading *r = ctx;

	if (strcmp(path, ROOT ".Part.PartNumber") == 0)
		return args_parse_number(content, &r->number) ? 0 :
		    err_set(e, EXIT_REMOTE, "no part's number: '%.64s'",
		    content);
	if (strcmp(path, ROOT ".Part.ETag") == 0 &&
	    strlen(content) < sizeof r->etag)
		strcpy(r->etag, content);
	if (strcmp(path, ROOT ".Part") == 0)
		return check_part(r, e);
	if (strcmp(path, ROOT) == 0)
		r->root = true;
	if (strcmp(path, ROOT ".IsTruncated") != 0)
		return 0;
	r->truncated = true;
	r->more = strcmp(content, "true") == 0;
	return r->more || strcmp(content, "false") == 0 ? 0 :
	    err_set(e, EXIT_REMOTE, "IsTruncated is true or false, not "
	    "'%.64s'", content);
}

int
part_list_check(const struct multipart *m, unsigned *checked, const void *xml,
    size_t len, bool *more, struct err *e)
{
	struct reading r = { .m = m, .checked = *checked };

	if (xml_walk(xml, len, element, &r, e) != 0)
		return err_class(e, EXIT_REMOTE);
	if (!r.root || !r.truncated)
		return err_set(e, EXIT_REMOTE, "the answer is no " ROOT);
	*more = r.more && r.checked < m->count;
	if (*more && r.checked == *checked)
		return err_set(e, EXIT_REMOTE, "the list of parts goes on "
		    "without a part");
	if (!*more && r.checked < m->count)
		return err_set(e, EXIT_REMOTE, "part %u is not there",
		    r.checked + 1);
	*checked = r.checked;
	return 0;
}
