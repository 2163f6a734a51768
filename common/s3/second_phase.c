/* What --prepare left is published or dropped, receipt by receipt. */
#include <stdlib.h>
#include <string.h>

#include "base/window.h"
#include "s3/publish.h"
#include "s3/receipt.h"
#include "s3/second_phase.h"

struct pending {
	struct s3_name name;
	struct multipart multipart;
};

struct list {
	struct pending *all;
	size_t n;
};

static void
free_list(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		s3_name_free(&l->all[i].name);
		multipart_free(&l->all[i].multipart);
	}
	free(l->all);
}

static int
add_line(struct list *l, const char *line, size_t len, struct err *e)
{
	struct pending *more = realloc(l->all, (l->n + 1) * sizeof *more);

	if (more == NULL)
		return err_memory(e);
	l->all = more;
	if (receipt_read(line, len, &more[l->n].name,
	    &more[l->n].multipart, e) != 0)
		return err_prefix(e, "receipt %zu", l->n + 1);
	l->n++;
	return 0;
}

/* The window holds all lines; empty ones do not count. */
static int
split_lines(struct list *l, struct window *w, struct err *e)
{
	const char *at = window_bytes(w), *end = at + window_size(w);

	while (at < end) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const char *stop = feed == NULL ? end : feed;

		if (stop > at && add_line(l, at, (size_t)(stop - at), e) != 0)
			return -1;
		at = stop + 1;
	}
	return l->n > 0 ? 0 : err_set(e, EXIT_DATA, "there is no receipt");
}

static int
read_receipts(struct list *l, struct input *in, struct stop *stop,
    struct err *e)
{
	static const size_t chunk = IO_CHUNK;
	struct window w;
	char *buf = malloc(chunk);
	ssize_t n = -1;
	int rc = -1;

	if (buf == NULL || window_init(&w, RECEIPT_MAX) != 0) {
		free(buf);
		return err_memory(e);
	}
	while ((n = input_read(in, buf, chunk, e)) > 0)
		if (window_write(&w, buf, (size_t)n) != 0) {
			err_set(e, EXIT_DATA, "the receipts have more than %d "
			    "bytes", RECEIPT_MAX);
			break;
		}
	if (n == 0)
		rc = split_lines(l, &w, e);
	else if (n < 0 && stop != NULL)
		stop_check(stop, e);
	window_free(&w);
	free(buf);
	return rc;
}

static int
give(const struct second_phase *p, const struct pending *one,
    const struct stored *stored, struct err *e)
{
	size_t len;
	char *text = receipt_write(&one->name, &one->multipart, stored, &len);
	int rc;

	if (text == NULL)
		return err_memory(e);
	rc = p->receipts == NULL ? 0 : output_write(p->receipts, text, len, e);
	free(text);
	return rc == 0 ? 0 : err_prefix(e, "'s3://%s/%.200s' was stored, but "
	    "there is no receipt", one->name.bucket, one->name.key);
}

/* One that is not there any more is fine, unless it was published. */
static int
drop(struct s3 *s3, const struct object *object, const struct multipart *m,
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
settle(const struct second_phase *p, const struct pending *one, bool *unknown,
    struct err *e)
{
	struct s3_config config = p->s3;
	struct stored stored = { 0 };
	struct s3 *s3;
	bool left = true;
	int rc;

	config.name = &one->name;
	if ((s3 = s3_open(&config, p->creds, e)) == NULL)
		return -1;
	if (!p->commit)
		rc = drop(s3, p->object, &one->multipart, e);
	else if ((rc = publish_upload(s3, p->object, &one->multipart, true,
	    &stored, &left, e)) == 0)
		rc = give(p, one, &stored, e);
	*unknown |= stored.unknown;
	stored_free(&stored);
	s3_close(s3);
	return rc;
}

int
second_phase_run(const struct second_phase *p, struct input *in,
    bool *unknown, struct err *e)
{
	struct list l = { 0 };
	struct err one = ERR_NONE;
	size_t failed = 0;

	if (read_receipts(&l, in, p->s3.stop, e) != 0) {
		free_list(&l);
		return -1;
	}
	for (size_t i = 0; i < l.n; i++)
		if (settle(p, &l.all[i], unknown, &one) != 0 && failed++ == 0)
			*e = one;
	if (failed > 1)
		err_prefix(e, "%zu of %zu failed, the first", failed, l.n);
	free_list(&l);
	return failed == 0 ? 0 : -1;
}
