/* Create, parts, review, abort. */
#define _GNU_SOURCE	/* asprintf */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "base/meter.h"
#include "s3/multipart.h"
#include "s3/upload_pages.h"

enum {
	LINE = 160, MORE = 8,
	PART_ROOM = 160,	/* bytes of one part in the list, its number and
				 * digest in, its ETag out */
	STRAYS = 20,		/* named at most */
	STRAY_PAGES = 5,	/* of uploads of one key */
	SLACK = 5		/* seconds between a server's clock and the Date
				 * of its answers */
};

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

/* Create. */

/* Uploads of this very key, but m's own, that have begun since that time
 * (monotonic ms; a page tells the server's clock) are named.  Their number, -1
 * with e. */
static int
name_strays(struct upload_pages *p, const struct multipart *m, int64_t began,
    struct err *e)
{
	struct upload_list l = { 0 };
	int named = 0, more = 0;

	for (unsigned pages = 0; pages < STRAY_PAGES && named < STRAYS &&
	    (more = upload_pages_next(p, &l, e)) > 0; pages++) {
		for (size_t i = 0; i < l.n && named < STRAYS; i++) {
			const struct pending_upload *u = &l.uploads[i];
			int64_t age = p->now - u->began;

			if (strcmp(u->key, p->prefix) != 0 ||
			    age > (meter_now() - began) / 1000 + SLACK ||
			    (m->id != NULL && strcmp(u->id, m->id) == 0))
				continue;
			diag_say("an answer was lost: an upload of '%s' may "
			    "be left behind, upload id '%.*s'",
			    s3_shown(p->s3), MULTIPART_ID, u->id);
			named++;
		}
		upload_list_free(&l);
	}
	return more < 0 ? -1 : named;
}

/* Create was asked for since began (monotonic ms) and may have begun uploads
 * whose ids nobody was told. */
static void
look_for_strays(struct s3_client *s3, const struct object *object,
    const struct multipart *m, int64_t began)
{
	struct upload_pages p = { .s3 = s3, .object = object,
		.prefix = s3_name(s3)->key };
	struct err e = ERR_NONE;
	int named = name_strays(&p, m, began, &e);

	if (named < 0)
		diag_say("an answer was lost: an upload of '%s' may be left "
		    "behind, whose id is not known: %s", s3_shown(s3), e.text);
	else if (named == 0 && m->id == NULL)
		diag_say("an answer was lost: an upload of '%s' may be left "
		    "behind, whose id is not known", s3_shown(s3));
	upload_pages_end(&p);
}

/* An upload has begun: can it be named? */
static int
take_id(struct s3_client *s3, const struct object *object, struct multipart *m,
    char **id, struct err *e)
{
	struct err left = ERR_NONE;

	if (multipart_word_fit(*id, MULTIPART_ID)) {
		m->id = *id;
		*id = NULL;
		return 0;
	}
	err_set(e, EXIT_REMOTE, "cannot begin the upload of '%s': the answer's "
	    "upload id cannot be one: '%.40s'", s3_shown(s3), *id);
	s3_last_words(s3);
	if (multipart_abort(s3, object, *id, &left) == MULTIPART_LEFT)
		diag_say("%s: it is left behind", left.text);
	return -1;
}

int
multipart_create(struct s3_client *s3, const struct object *object,
    struct multipart *m, struct err *e)
{
	const char *headers[OBJECT_HEADERS + MORE];
	char token[LINE], algorithm[LINE];
	struct s3_request r = {
		.what = "begin the upload of", .method = "POST",
		.query = { { "uploads", "" } }, .n_query = 1,
		.headers = headers,
		.root = "InitiateMultipartUploadResult", .decides = true,
	};
	int64_t began = meter_now();
	int rc;

	r.n_headers = object_headers(object, OBJECT_FIRST | OBJECT_ALL,
	    headers);
	stored_token(m->token);
	snprintf(token, sizeof token, OBJECT_TOKEN ": %s", m->token);
	headers[r.n_headers++] = token;
	if (m->kind != CHECKSUM_NONE) {
		snprintf(algorithm, sizeof algorithm,
		    "x-amz-checksum-algorithm: %s", checksum_name(m->kind));
		headers[r.n_headers++] = algorithm;
		headers[r.n_headers++] = m->kind == CHECKSUM_SHA256 ?
		    "x-amz-checksum-type: COMPOSITE" :
		    "x-amz-checksum-type: FULL_OBJECT";
	}
	if ((rc = s3_run(s3, &r, e)) == 0)
		rc = take_id(s3, object, m, &r.answer.upload_id, e);
	if (rc != 0)
		s3_last_words(s3);
	if (r.fate != S3_UNDONE)
		look_for_strays(s3, object, m, began);
	s3_clear(s3, &r);
	return rc;
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
multipart_review(const struct s3_client *s3, struct multipart *m, struct err *e)
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
		    "the input: it is not published", s3_shown(s3));
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

/* Abort. */

void
multipart_abort_request(struct s3_request *r, const struct object *object,
    const char *key, const char *id, const char **headers)
{
	*r = (struct s3_request){
		.what = "abort the upload of", .method = "DELETE", .key = key,
		.query = { { "uploadId", id } }, .n_query = 1,
		.headers = headers, .bare = true,
	};
	r->n_headers = object_headers(object, OBJECT_ALL, headers);
}

enum multipart_end
multipart_abort(struct s3_client *s3, const struct object *object, const char *id,
    struct err *e)
{
	const char *headers[OBJECT_HEADERS];
	struct s3_request r;
	enum multipart_end end = MULTIPART_ABORTED;

	multipart_abort_request(&r, object, NULL, id, headers);
	r.decides = true;
	if (s3_run(s3, &r, e) != 0)
		end = r.fault == S3_NO_UPLOAD ? MULTIPART_GONE :
		    MULTIPART_LEFT;
	s3_clear(s3, &r);
	return end;
}
