/* ListMultipartUploadsResult, element by element. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/utf8.h"
#include "aws/xml.h"
#include "base/date.h"
#include "s3/upload_list.h"

#define ROOT "ListMultipartUploadsResult"

struct reading {
	struct upload_list *l;
	struct pending_upload now;	/* the one being read */
	bool root;
	bool truncated;			/* IsTruncated was there */
};

static void
free_upload(struct pending_upload *u)
{
	free(u->key);
	free(u->id);
	free(u->initiated);
	*u = (struct pending_upload){ 0 };
}

void
upload_list_free(struct upload_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free_upload(&l->uploads[i]);
	free(l->uploads);
	free(l->key_marker);
	free(l->id_marker);
	*l = (struct upload_list){ 0 };
}

/* In place; S3 writes a space as a plus sign.  False: it is no such text. */
static bool
decode(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '%') {
			int high = hex_digit(text[1]);
			int low = high < 0 ? -1 : hex_digit(text[2]);

			if (low < 0 || high + low == 0)
				return false;
			*to++ = (char)(high << 4 | low);
			text += 2;
		} else {
			*to++ = *text == '+' ? ' ' : *text;
		}
	}
	*to = '\0';
	return true;
}

/* A key: *to becomes the decoded text. */
static int
take_key(const struct reading *r, char **to, struct err *e)
{
	if (*to == NULL || !r->l->encoded)
		return 0;
	if (!decode(*to) || utf8_check(*to, strlen(*to)) < strlen(*to))
		return err_set(e, EXIT_REMOTE, "a key in the list of uploads "
		    "is not encoded as it should be");
	return 0;
}

static int
add_upload(struct reading *r, struct err *e)
{
	struct upload_list *l = r->l;
	struct pending_upload *more;

	if (r->now.key == NULL || r->now.id == NULL || *r->now.id == '\0' ||
	    r->now.initiated == NULL ||
	    !date_parse_iso(r->now.initiated, &r->now.began))
		return err_set(e, EXIT_REMOTE, "an upload in the list lacks "
		    "key, id or time");
	more = realloc(l->uploads, (l->n + 1) * sizeof *more);
	if (more == NULL)
		return err_memory(e);
	l->uploads = more;
	l->uploads[l->n++] = r->now;
	r->now = (struct pending_upload){ 0 };
	return 0;
}

static int
keep(char **to, const char *content, struct err *e)
{
	free(*to);
	if (asprintf(to, "%s", content) >= 0)
		return 0;
	*to = NULL;
	return err_memory(e);
}

/* An end of the list is taken only from what says so: any other spelling may
 * mean that it goes on. */
static int
take_truncated(struct reading *r, const char *content, struct err *e)
{
	r->truncated = true;
	r->l->more = strcmp(content, "true") == 0;
	if (r->l->more || strcmp(content, "false") == 0)
		return 0;
	return err_set(e, EXIT_REMOTE, "IsTruncated is true or false, not "
	    "'%.64s'", content);
}

static int
take_encoding(struct reading *r, const char *content, struct err *e)
{
	r->l->encoded = strcmp(content, "url") == 0;
	if (r->l->encoded || *content == '\0')
		return 0;
	return err_set(e, EXIT_REMOTE, "EncodingType is url, not '%.64s'",
	    content);
}

static int
element(void *ctx, const char *path, const char *content, struct err *e)
{
	struct reading *r = ctx;
	const struct { const char *path; char **to; } texts[] = {
		{ ROOT ".Upload.Key", &r->now.key },
		{ ROOT ".Upload.UploadId", &r->now.id },
		{ ROOT ".Upload.Initiated", &r->now.initiated },
		{ ROOT ".NextKeyMarker", &r->l->key_marker },
		{ ROOT ".NextUploadIdMarker", &r->l->id_marker },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(path, texts[i].path) == 0)
			return keep(texts[i].to, content, e);
	if (strcmp(path, ROOT ".Upload") == 0)
		return add_upload(r, e);
	if (strcmp(path, ROOT ".EncodingType") == 0)
		return take_encoding(r, content, e);
	if (strcmp(path, ROOT ".IsTruncated") == 0)
		return take_truncated(r, content, e);
	r->root |= strcmp(path, ROOT) == 0;
	return 0;
}

/* EncodingType may stand after the keys, so they are decoded at the end. */
static int
finish(struct reading *r, struct err *e)
{
	if (!r->root)
		return err_set(e, EXIT_REMOTE, "the answer is no " ROOT);
	if (!r->truncated)
		return err_set(e, EXIT_REMOTE, "the list does not say whether "
		    "it goes on (IsTruncated)");
	for (size_t i = 0; i < r->l->n; i++)
		if (take_key(r, &r->l->uploads[i].key, e) != 0)
			return -1;
	return take_key(r, &r->l->key_marker, e);
}

int
upload_list_read(struct upload_list *l, const void *xml, size_t len,
    struct err *e)
{
	struct reading r = { .l = l };
	int rc;

	*l = (struct upload_list){ 0 };
	rc = xml_walk(xml, len, element, &r, e);
	if (rc != 0)
		err_class(e, EXIT_REMOTE);
	if (rc == 0)
		rc = finish(&r, e);
	free_upload(&r.now);
	if (rc != 0)
		upload_list_free(l);
	return rc;
}
