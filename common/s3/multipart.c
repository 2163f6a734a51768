/* The verbs of a multipart upload. */
#define _GNU_SOURCE	/* asprintf */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "s3/multipart.h"
#include "http/retry.h"

enum { LINE = 160, MORE = 8, PROOF_MS = 10 * 1000 };

void
multipart_token(char token[TOKEN_TEXT])
{
	snprintf(token, TOKEN_TEXT, "%016" PRIx64 "%016" PRIx64,
	    retry_random(), retry_random());
}

bool
multipart_etag_fit(const char *etag)
{
	if (*etag == '\0')
		return false;
	for (; *etag != '\0'; etag++)
		if (*etag <= ' ' || *etag > '~')
			return false;
	return true;
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

void
stored_free(struct stored *stored)
{
	free(stored->etag);
	free(stored->version);
	free(stored->checksum);
	free(stored->request_id);
	free(stored->host_id);
	*stored = (struct stored){ 0 };
}

/* Create. */

int
multipart_create(struct s3 *s3, const struct object *object,
    struct multipart *m, struct err *e)
{
	const char *headers[OBJECT_HEADERS + MORE];
	char token[LINE], algorithm[LINE];
	struct s3_request r = {
		.what = "begin the upload of", .method = "POST",
		.query = { { "uploads", "" } }, .n_query = 1,
		.headers = headers,
		.root = "InitiateMultipartUploadResult",
	};
	int rc;

	r.n_headers = object_headers(object, OBJECT_FIRST | OBJECT_ALL,
	    headers);
	multipart_token(m->token);
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
	rc = s3_run(s3, &r, e);
	if (rc == 0 && (r.answer.upload_id == NULL ||
	    *r.answer.upload_id == '\0'))
		rc = err_set(e, EXIT_REMOTE, "cannot begin the upload of '%s': "
		    "the answer has no upload id", s3_shown(s3));
	if (rc == 0) {
		m->id = r.answer.upload_id;
		r.answer.upload_id = NULL;
	}
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
	char *kept = strdup(etag);

	if (kept == NULL)
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
multipart_review(const struct s3 *s3, struct multipart *m, struct err *e)
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

/* Complete. */

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

static char *
list_parts(const struct multipart *m, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	int bad;

	if (out == NULL)
		return NULL;
	fputs("<CompleteMultipartUpload xmlns="
	    "\"http://s3.amazonaws.com/doc/2006-03-01/\">", out);
	for (unsigned i = 0; i < m->count; i++)
		list_part(out, m, i);
	fputs("</CompleteMultipartUpload>", out);
	bad = ferror(out);
	if (fclose(out) == 0 && !bad)
		return text;
	free(text);
	return NULL;
}

/* NULL stays NULL; -1 without memory. */
static int
copy(char **to, const char *from)
{
	*to = from == NULL ? NULL : strdup(from);
	return from != NULL && *to == NULL ? -1 : 0;
}

int
stored_keep(struct stored *stored, const struct s3 *s3,
    const struct s3_request *r, const char *etag, const char *checksum,
    struct err *e)
{
	stored_free(stored);
	stored->attempts = s3_attempts(s3);
	if (copy(&stored->etag, etag) != 0 ||
	    copy(&stored->version, s3_header(r, "x-amz-version-id")) != 0 ||
	    copy(&stored->checksum, checksum) != 0 ||
	    copy(&stored->request_id, s3_header(r, "x-amz-request-id")) != 0 ||
	    copy(&stored->host_id, s3_header(r, "x-amz-id-2")) != 0)
		return err_memory(e);
	return 0;
}

int
multipart_prove(struct s3 *s3, const struct object *object,
    const char *token, uint64_t size, struct stored *stored, struct err *e)
{
	const char *headers[OBJECT_HEADERS], *theirs, *length;
	struct s3_request r = { .what = "look at", .method = "HEAD",
		.headers = headers };
	char want[24];
	int rc;

	r.n_headers = object_headers(object, OBJECT_ALL | OBJECT_BYTES,
	    headers);
	snprintf(want, sizeof want, "%" PRIu64, size);
	rc = s3_run(s3, &r, e);
	if (rc == 0) {
		theirs = s3_header(&r, OBJECT_TOKEN);
		length = s3_header(&r, "Content-Length");
		rc = theirs != NULL && strcmp(theirs, token) == 0 &&
		    length != NULL && strcmp(length, want) == 0;
		if (rc == 1 && stored_keep(stored, s3, &r,
		    s3_header(&r, "ETag"), NULL, e) != 0)
			rc = -1;
	} else if (r.status == 404) {
		rc = 0;
	}
	s3_clear(s3, &r);
	return rc;
}

/*
 * It failed, but may have been carried out.  If an answer was lost, and the
 * object is not there, and the upload is not known either, then somebody else
 * ended one or the other; that, and an object that may not be looked at, is
 * what nobody knows.
 */
static int
find_out(struct s3 *s3, const struct object *object,
    const struct multipart *m, const struct s3_request *r,
    struct stored *stored, bool *left, struct err *e)
{
	struct err why = *e;
	bool sure;
	int proof;

	s3_last_words(s3, PROOF_MS);
	proof = multipart_prove(s3, object, m->token, m->size, stored, e);
	if (proof == 1) {
		*left = false;
		return 0;
	}
	*left = r->fault != S3_NO_UPLOAD;
	sure = proof == 0 ? *left || !r->lost : *left && !r->lost;
	if (sure) {
		*e = why;
		return -1;
	}
	return err_set(e, EXIT_TEMP, "it is not known whether '%s' was stored "
	    "(upload id '%.128s'): %.300s", s3_shown(s3), m->id,
	    proof == 0 ? why.text : e->text);
}

static int
check_stored(const struct s3 *s3, const struct stored *stored,
    const char *checksum, struct err *e)
{
	if (stored->checksum != NULL && *checksum != '\0' &&
	    strcmp(stored->checksum, checksum) != 0)
		return err_set(e, EXIT_REMOTE, "'%s' was stored, but its "
		    "checksum is %.64s, not %s", s3_shown(s3),
		    stored->checksum, checksum);
	return 0;
}

/* Ceph's first answer has an empty ETag.  HEAD tells it; if not, the object is
 * stored all the same. */
static void
look_up_etag(struct s3 *s3, const struct object *object,
    const struct multipart *m, struct stored *stored)
{
	struct stored seen = { 0 };
	struct err e = ERR_NONE;

	if (multipart_prove(s3, object, m->token, m->size, &seen, &e) == 1 &&
	    seen.etag != NULL) {
		free(stored->etag);
		stored->etag = seen.etag;
		seen.etag = NULL;
	}
	stored_free(&seen);
}

/* The headers by which S3 checks the whole. */
static void
add_whole(struct s3_request *r, const char **headers, char (*lines)[LINE],
    const struct multipart *m)
{
	if (m->kind == CHECKSUM_NONE)
		return;
	snprintf(lines[0], LINE, "x-amz-mp-object-size: %" PRIu64, m->size);
	headers[r->n_headers++] = lines[0];
	if (m->kind == CHECKSUM_SHA256)
		return;		/* composite: by the parts in the list */
	snprintf(lines[1], LINE, "%s: %s", checksum_header(m->kind),
	    m->checksum);
	headers[r->n_headers++] = lines[1];
	headers[r->n_headers++] = "x-amz-checksum-type: FULL_OBJECT";
}

int
multipart_complete(struct s3 *s3, const struct object *object,
    const struct multipart *m, struct stored *stored, bool *left,
    struct err *e)
{
	const char *headers[OBJECT_HEADERS + MORE];
	char lines[2][LINE];
	struct s3_request r = {
		.what = "complete the upload of", .method = "POST",
		.query = { { "uploadId", m->id } }, .n_query = 1,
		.headers = headers, .root = "CompleteMultipartUploadResult",
	};
	char *list;
	int rc;

	r.n_headers = object_headers(object, OBJECT_LAST | OBJECT_ALL,
	    headers);
	headers[r.n_headers++] = "Content-Type: application/xml";
	add_whole(&r, headers, lines, m);
	if ((list = list_parts(m, &r.len)) == NULL)
		return err_memory(e);
	r.body = list;
	rc = s3_run(s3, &r, e);
	if (rc == 0 && r.answer.etag == NULL)
		rc = find_out(s3, object, m, &r, stored, left, e);
	else if (rc == 0) {
		*left = false;
		rc = stored_keep(stored, s3, &r, r.answer.etag,
		    r.answer.checksum[m->kind], e);
		if (rc == 0 && *stored->etag == '\0')
			look_up_etag(s3, object, m, stored);
		if (rc == 0)
			rc = check_stored(s3, stored, m->checksum, e);
	} else if (s3_maybe_done(&r)) {
		rc = find_out(s3, object, m, &r, stored, left, e);
	}
	s3_clear(s3, &r);
	free(list);
	return rc;
}

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

int
multipart_abort(struct s3 *s3, const struct object *object, const char *id,
    struct err *e)
{
	const char *headers[OBJECT_HEADERS];
	struct s3_request r;
	int rc;

	multipart_abort_request(&r, object, NULL, id, headers);
	rc = s3_run(s3, &r, e);
	if (rc != 0 && r.fault == S3_NO_UPLOAD)
		rc = 0;
	s3_clear(s3, &r);
	return rc;
}
