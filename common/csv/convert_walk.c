/* convert_walk: a block through the driver's scan, and lines that are skipped. */
#include <string.h>

#include "base/utf8.h"
#include "csv/convert_private.h"
#include "json/scan_error.h"

bool
convert_pardon(struct converter *c, const struct err *e)
{
	if (e->code != EXIT_DATA || c->skipped >= c->o->max_errors)
		return false;
	c->skipped++;
	c->o->skipped(e);
	return true;
}

/* Scans len bytes; *at is how many of them are walked. */
static int
scan_text(struct converter *c, const char *text, size_t len, size_t *at,
    struct err *e)
{
	enum scan_status status = SCAN_MORE;
	size_t used;

	*at = 0;
	do {
		if (c->skipping) {
			c->skipping = !scan_skip_line(&c->scan, text + *at,
			    len - *at, &used);
			*at += used;
			status = c->skipping ? SCAN_MORE : SCAN_FULL;
			continue;
		}
		status = scan_feed(&c->scan, text + *at, len - *at, &used, e);
		*at += used;
		if (status == SCAN_ERROR && !convert_pardon(c, e))
			return -1;
		c->skipping = status == SCAN_ERROR;
		if (status == SCAN_FULL && convert_fill(c, e) != 0)
			return -1;
	} while (status != SCAN_MORE);
	return 0;
}

/* The same, with zeros in place of the bytes from stop on during the walk. */
static int
scan_up_to(struct converter *c, char *text, char *stop, size_t *at,
    struct err *e)
{
	char after[SCAN_SLACK];
	int rc;

	memcpy(after, stop, sizeof(after));
	memset(stop, 0, sizeof(after));
	rc = scan_text(c, text, (size_t)(stop - text), at, e);
	memcpy(stop, after, sizeof(after));
	return rc;
}

/* The byte at bad is not UTF-8: to the end of its line, if that can be skipped.
 * *text is what is not walked yet, up to end. */
static int
skip_bad(struct converter *c, char **text, const char *bad, const char *end,
    struct err *e)
{
	uint64_t offset = c->scan.base + (uint64_t)(bad - *text);
	unsigned char byte = (unsigned char)*bad;
	size_t used;

	if (!c->skipping) {
		scan_error(&c->scan, offset, e,
		    "expected UTF-8, found byte 0x%02x%s", byte,
		    scan_guess(offset, byte));
		if (!convert_pardon(c, e))
			return -1;
		scan_drop_cut(&c->scan);
	}
	c->skipping = !scan_skip_line(&c->scan, *text, (size_t)(end - *text),
	    &used);
	*text += used;
	return 0;
}

int
convert_walk(struct converter *c, struct block *b, struct err *e)
{
	char *text = b->bytes - c->n_left, *end = b->bytes + b->len, *stop;
	char *from = b->bytes;	/* what is to be checked */
	size_t at;

	memcpy(text, c->left, c->n_left);
	for (;;) {
		stop = from + utf8_check(from, (size_t)(end - from));
		if (scan_up_to(c, text, stop, &at, e) != 0)
			return -1;
		text += at;
		if (stop == end)
			break;
		if (skip_bad(c, &text, stop, end, e) != 0)
			return -1;
		from = text;
	}
	c->n_left = (size_t)(end - text);
	memcpy(c->left, text, c->n_left);
	return 0;
}
