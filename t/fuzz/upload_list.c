/* Lists of unfinished uploads, fed with anything: what is read has all members,
 * and a page that is written anew from it says the same. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "base/utf8.h"
#include "s3/upload_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An element; its content as keys are encoded, if asked to. */
static void
write_element(FILE *out, const char *name, const char *content, bool encoded)
{
	if (content == NULL)
		return;
	fprintf(out, "<%s>", name);
	for (; *content != '\0'; content++) {
		if (encoded && !isalnum((unsigned char)*content))
			fprintf(out, "%%%02X", (unsigned char)*content);
		else if (strchr("<>&\r", *content) != NULL)
			fprintf(out, "&#%d;", *content);
		else
			putc(*content, out);
	}
	fprintf(out, "</%s>", name);
}

static char *
write_page(const struct upload_list *l, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (out == NULL)
		abort();
	fprintf(out, "<ListMultipartUploadsResult><IsTruncated>%s"
	    "</IsTruncated>", l->more ? "true" : "false");
	write_element(out, "NextKeyMarker", l->key_marker, true);
	write_element(out, "NextUploadIdMarker", l->id_marker, false);
	for (size_t i = 0; i < l->n; i++) {
		fputs("<Upload>", out);
		write_element(out, "Key", l->uploads[i].key, true);
		write_element(out, "UploadId", l->uploads[i].id, false);
		write_element(out, "Initiated", l->uploads[i].initiated, false);
		fputs("</Upload>", out);
	}
	fputs("<EncodingType>url</EncodingType></ListMultipartUploadsResult>",
	    out);
	if (fclose(out) != 0)
		abort();
	return text;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL ? b == NULL : b != NULL && strcmp(a, b) == 0;
}

static void
check_same(const struct upload_list *a, const struct upload_list *b)
{
	if (a->n != b->n || a->more != b->more || !b->encoded ||
	    !same_text(a->key_marker, b->key_marker) ||
	    !same_text(a->id_marker, b->id_marker))
		abort();
	for (size_t i = 0; i < a->n; i++) {
		const struct pending_upload *u = &a->uploads[i];

		if (!same_text(u->key, b->uploads[i].key) ||
		    !same_text(u->id, b->uploads[i].id) ||
		    u->began != b->uploads[i].began || u->id[0] == '\0' ||
		    utf8_check(u->key, strlen(u->key)) != strlen(u->key))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct upload_list l, again;
	struct err e = ERR_NONE;
	size_t len;
	char *page;

	if (upload_list_read(&l, data, size, &e) != 0) {
		if (e.code != EXIT_REMOTE || l.n != 0 || l.uploads != NULL)
			abort();
		return 0;
	}
	page = write_page(&l, &len);
	/* What is encoded may be longer than texts may be. */
	if (upload_list_read(&again, page, len, &e) == 0)
		check_same(&l, &again);
	else if (size < XML_TEXT / 3)
		abort();
	free(page);
	upload_list_free(&again);
	upload_list_free(&l);
	return 0;
}
