/* Parts noted, acknowledged, reviewed, listed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "s3/multipart.h"

/* Bytes of one part in the list: its number and digest, without its ETag. */
enum { PART_ROOM = 160 };

bool
multipart_word_fit(const char *word, size_t most)
{
	size_t len = 0;

	for (; *word != '\0'; word++, len++)
		if (*word <= ' ' || *word > '~' || len == most)
			return false;
	return len > 0;
}

void
multipart_free(struct multipart *m)
{
	for (unsigned i = 0; i < m->count; i++)
		free(m->parts[i].etag);
	free(m->parts);
	free(m->id);
	*m = (struct multipart){ 0 };
}

int
multipart_reserve(struct multipart *m, unsigned number, struct err *e)
{
	struct multipart_part *more;
	unsigned room = m->room == 0 ? 64 : m->room * 2;

	if (number > m->room) {
		if ((more = realloc(m->parts, room * sizeof *more)) == NULL)
			return err_memory(e);
		m->parts = more;
		m->room = room;
	}
	for (; m->count < number; m->count++)
		m->parts[m->count] = (struct multipart_part){ 0 };
	return 0;
}

int
multipart_note(struct multipart *m, struct part *part, struct err *e)
{
	struct multipart_part *noted;

	if (multipart_reserve(m, part->number, e) != 0)
		return -1;
	noted = &m->parts[part->number - 1];
	noted->size = window_size(&part->window);
	noted->crc = part->crc;
	memcpy(noted->sha256, part->sha256, sizeof noted->sha256);
	m->size += noted->size;
	return 0;
}

int
multipart_acknowledge(struct multipart *m, unsigned number, const char *etag,
    struct err *e)
{
	char *kept;

	if (!multipart_word_fit(etag, MULTIPART_ETAG))
		return err_set(e, EXIT_REMOTE, "the answer's ETag cannot be "
		    "one: '%.40s'", etag);
	if ((kept = strdup(etag)) == NULL)
		return err_memory(e);
	m->parts[number - 1].etag = kept;
	return 0;
}

/* Review: what S3 has acknowledged must be the input. */

static int
checksum_of(const struct multipart *m, char out[CHECKSUM_TEXT], struct err *e)
{
	uint8_t *digests;
	int rc;

	*out = '\0';
	if (m->kind == CHECKSUM_NONE)
		return 0;
	if (m->kind != CHECKSUM_SHA256) {
		checksum_write_crc(m->kind, m->crc, out);
		return 0;
	}
	if ((digests = malloc((size_t)m->count * SHA256_SIZE + 1)) == NULL)
		return err_memory(e);
	for (unsigned i = 0; i < m->count; i++)
		memcpy(digests + (size_t)i * SHA256_SIZE, m->parts[i].sha256,
		    SHA256_SIZE);
	rc = checksum_composite(digests, m->count, out, e);
	free(digests);
	return rc;
}

int
multipart_review(struct multipart *m, const char *shown, struct err *e)
{
	bool crc = m->kind != CHECKSUM_NONE && m->kind != CHECKSUM_SHA256;
	uint64_t size = 0, all = 0;
	bool missing = m->count == 0;

	for (unsigned i = 0; i < m->count; i++) {
		const struct multipart_part *p = &m->parts[i];

		missing |= p->etag == NULL;
		size += p->size;
		if (crc)
			all = checksum_combine(m->kind, all, p->crc, p->size);
	}
	if (missing || size != m->size || (crc && all != m->crc))
		return err_set(e, EXIT_INTERNAL, "the parts of '%s' are not "
		    "the input: it is not published", shown);
	return checksum_of(m, m->checksum, e);
}

/* What completes it. */

static void
list_part(FILE *out, const struct multipart *m, unsigned i)
{
	char digest[CHECKSUM_TEXT];

	fprintf(out, "<Part>");
	if (m->kind == CHECKSUM_SHA256) {
		checksum_write_sha256(m->parts[i].sha256, digest);
		fprintf(out, "<ChecksumSHA256>%s</ChecksumSHA256>", digest);
	}
	fprintf(out, "<PartNumber>%u</PartNumber><ETag>", i + 1);
	xml_escape(out, m->parts[i].etag);
	fputs("</ETag></Part>", out);
}

#define LIST_BEGIN "<CompleteMultipartUpload xmlns=" \
	"\"http://s3.amazonaws.com/doc/2006-03-01/\">"
#define LIST_END "</CompleteMultipartUpload>"

/* Room for all of it, where each character of an ETag may need six: what is not
 * written to takes no memory, while a stream that grows has it twice. */
static size_t
list_room(const struct multipart *m)
{
	size_t room = sizeof LIST_BEGIN LIST_END;

	for (unsigned i = 0; i < m->count; i++)
		room += PART_ROOM + 6 * strlen(m->parts[i].etag);
	return room;
}

char *
multipart_list(const struct multipart *m, size_t *len)
{
	size_t room = list_room(m);
	char *text = malloc(room);
	FILE *out = text == NULL ? NULL : fmemopen(text, room, "w");
	int bad;

	if (out == NULL) {
		free(text);
		return NULL;
	}
	fputs(LIST_BEGIN, out);
	for (unsigned i = 0; i < m->count; i++)
		list_part(out, m, i);
	fputs(LIST_END, out);
	bad = ferror(out);
	bad |= fclose(out) != 0;
	*len = bad ? 0 : strlen(text);
	if (!bad)
		return text;
	free(text);
	return NULL;
}
