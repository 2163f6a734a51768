/* What --prepare left is published or dropped, receipt by receipt. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/window.h"
#include "s3/multipart_request.h"
#include "s3/publish.h"
#include "s3/receipt.h"
#include "s3/commit.h"

static int
read_all(struct window *text, struct input *in, struct stop *stop,
    struct err *e)
{
	char *buf = malloc(IO_CHUNK);
	ssize_t n;

	if (buf == NULL)
		return err_memory(e);
	while ((n = input_read(in, buf, IO_CHUNK, e)) > 0 &&
	    window_write(text, buf, (size_t)n) == 0)
		continue;
	if (n > 0 && errno == ENOMEM)
		err_memory(e);
	else if (n > 0)
		err_set(e, EXIT_DATA, "the receipts have more than %d bytes",
		    RECEIPT_MAX);
	else if (n < 0 && stop != NULL)
		stop_check(stop, e);
	free(buf);
	return n == 0 ? 0 : -1;
}

/*
 * Reads the next receipt from *at on, and moves it on: 1; 0 at the end; -1 with
 * e.  Receipts are read twice, once to check them all, so that no more than one
 * is in memory at a time: the parts of four MiB of them would be far more.
 * Empty lines do not count.
 */
static int
next_receipt(struct window *text, size_t *at, struct receipt *one,
    struct err *e)
{
	const char *bytes = window_bytes(text), *line, *feed;
	size_t size = window_size(text), len;

	while (*at < size && bytes[*at] == '\n')
		++*at;
	if (*at == size)
		return 0;
	line = bytes + *at;
	feed = memchr(line, '\n', size - *at);
	len = feed == NULL ? size - *at : (size_t)(feed - line);
	*at += len;
	if (receipt_read(one, line, len, e) != 0)
		return -1;
	if (one->state == RECEIPT_PREPARED)
		return 1;
	receipt_free(one);
	return err_set(e, EXIT_DATA, "not a receipt of --prepare: its state is "
	    "not prepared");
}

/* Are all of them receipts?  Their number in *n. */
static int
check_all(struct window *text, size_t *n, struct err *e)
{
	struct receipt one;
	size_t at = 0;
	int more;

	for (*n = 0; (more = next_receipt(text, &at, &one, e)) > 0; ++*n)
		receipt_free(&one);
	if (more < 0)
		return err_prefix(e, "receipt %zu", *n + 1);
	return *n > 0 ? 0 : err_set(e, EXIT_DATA, "there is no receipt");
}

static int
give(const struct commit *p, const struct receipt *one,
    const struct stored *stored, struct err *e)
{
	size_t len;
	char *text = receipt_stored(&one->name, &one->multipart, stored, &len);
	int rc = text == NULL ? err_memory(e) : 0;

	if (rc == 0 && p->receipts != NULL)
		rc = output_write(p->receipts, text, len, e);
	free(text);
	return rc == 0 ? 0 : err_prefix(e, "'s3://%s/%.200s' was stored, but "
	    "there is no receipt", one->name.bucket, one->name.key);
}

/* One that is not there any more is fine, unless it was published. */
static int
drop(struct s3_client *s3, const struct object *object, const struct multipart *m,
    struct err *e)
{
	struct stored stored = { 0 };
	struct err unseen = ERR_NONE;
	int rc = 0;

	switch (multipart_abort(s3, object, m->id, e)) {
	case MULTIPART_ABORTED:
		return 0;
	case MULTIPART_LEFT:
		return -1;
	case MULTIPART_GONE:
		break;
	}
	if (stored_look(&stored, s3, object, m->token, m->size, &unseen) ==
	    STORED_OURS)
		rc = err_set(e, EXIT_REMOTE, "cannot abort the upload of '%s': "
		    "it was published", s3_shown(s3));
	stored_free(&stored);
	return rc;
}

static int
finish_one(const struct commit *p, const struct receipt *one, bool *unknown,
    struct err *e)
{
	struct s3_config config = p->s3;
	struct stored stored = { 0 };
	struct s3_client *s3;
	int rc;

	config.name = &one->name;
	if ((s3 = s3_open(&config, p->creds, e)) == NULL)
		return -1;
	if (!p->commit)
		rc = drop(s3, p->object, &one->multipart, e);
	else if ((rc = publish_prepared(s3, p->object, one, &stored, e)) == 0)
		rc = give(p, one, &stored, e);
	*unknown |= stored.unknown;
	stored_free(&stored);
	s3_close(s3);
	return rc;
}

static int
finish_all(const struct commit *p, struct window *text, bool *unknown,
    struct err *e)
{
	struct err first = ERR_NONE;
	struct receipt one;
	size_t at = 0, n, failed = 0;
	int rc;

	if (check_all(text, &n, e) != 0)
		return -1;
	while ((rc = next_receipt(text, &at, &one, e)) != 0) {
		if (rc > 0) {
			rc = finish_one(p, &one, unknown, e);
			receipt_free(&one);
		}
		if (rc < 0 && failed++ == 0)
			first = *e;
	}
	if (failed == 0)
		return 0;
	*e = first;
	return failed == 1 ? -1 :
	    err_prefix(e, "%zu of %zu failed, the first", failed, n);
}

int
commit_run(const struct commit *p, struct input *in,
    bool *unknown, struct err *e)
{
	struct window text;
	int rc;

	if (window_init(&text, RECEIPT_MAX) != 0)
		return err_memory(e);
	rc = read_all(&text, in, p->s3.stop, e);
	if (rc == 0)
		rc = finish_all(p, &text, unknown, e);
	window_free(&text);
	return rc;
}
