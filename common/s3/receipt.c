/* One line of JSON, for scripts and for --commit. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memstream.h"
#include "json/json.h"
#include "json/json_writer.h"
#include "s3/part_plan.h"
#include "s3/receipt.h"

/* The parts' ETags, a word for each; NULL: no memory. */
static char *
join_etags(const struct multipart *m)
{
	char *all = NULL;
	size_t len;
	FILE *words = memstream_open(&all, &len);

	if (words == NULL)
		return NULL;
	for (unsigned i = 0; i < m->count; i++)
		fprintf(words, "%s%s", i == 0 ? "" : " ", m->parts[i].etag);
	if (fclose(words) == 0)
		return all;
	free(all);
	return NULL;
}

/* stored NULL: prepared.  index NULL: none. */
static char *
write_line(const struct s3_name *name, const struct multipart *m,
    const struct stored *stored, const uint64_t *index, size_t *len)
{
	bool prepared = stored == NULL;
	struct json_writer j;
	char *etags = NULL;

	if (prepared && (etags = join_etags(m)) == NULL)
		return NULL;
	json_writer_begin(&j);
	json_writer_text(&j, "state", prepared ? "prepared" : "stored");
	if (index != NULL)
		json_writer_number(&j, "index", *index);
	json_writer_text(&j, "bucket", name->bucket);
	json_writer_text(&j, "key", name->key);
	json_writer_number(&j, "size", m->size);
	json_writer_text(&j, "etag", prepared ? NULL : stored->etag);
	json_writer_text(&j, "version_id", prepared ? NULL : stored->version);
	json_writer_text(&j, "checksum_algorithm", *m->checksum == '\0' ? NULL :
	    checksum_name(m->kind));
	json_writer_text(&j, "checksum", *m->checksum == '\0' ? NULL :
	    m->checksum);
	json_writer_number(&j, "parts", m->id == NULL ? 0 : m->count);
	if (prepared) {
		json_writer_text(&j, "token", m->token);
		json_writer_text(&j, "etags", etags);
	}
	json_writer_text(&j, "upload_id", m->id);
	if (!prepared) {
		json_writer_number(&j, "attempts", stored->attempts);
		json_writer_text(&j, "request_id", stored->request_id);
		json_writer_text(&j, "host_id", stored->host_id);
	}
	free(etags);
	return json_writer_end(&j, len);
}

char *
receipt_stored(const struct s3_name *name, const struct multipart *m,
    const struct stored *stored, size_t *len)
{
	return write_line(name, m, stored, NULL, len);
}

char *
receipt_prepared(const struct s3_name *name, const struct multipart *m,
    const struct complete_input *complete, const uint64_t *index, size_t *len,
    struct err *e)
{
	char *text;

	if (complete == NULL || complete_input_bytes(complete) != m->size) {
		err_set(e, EXIT_INTERNAL, "the input is not complete: nothing "
		    "is prepared");
		return NULL;
	}
	if ((text = write_line(name, m, NULL, index, len)) == NULL)
		err_memory(e);
	return text;
}

char *
receipt_nothing(const struct complete_input *complete, uint64_t index,
    size_t *len, struct err *e)
{
	struct json_writer j;
	char *text;

	if (complete == NULL || complete_input_bytes(complete) != 0) {
		err_set(e, EXIT_INTERNAL, "the input is not complete and "
		    "empty");
		return NULL;
	}
	json_writer_begin(&j);
	json_writer_text(&j, "state", "nothing");
	json_writer_number(&j, "index", index);
	if ((text = json_writer_end(&j, len)) == NULL)
		err_memory(e);
	return text;
}

char *
receipt_begun(const struct s3_name *name, const struct multipart *m,
    uint64_t index, size_t *len, struct err *e)
{
	struct json_writer j;
	char *text;

	json_writer_begin(&j);
	json_writer_text(&j, "state", "begun");
	json_writer_number(&j, "index", index);
	json_writer_text(&j, "bucket", name->bucket);
	json_writer_text(&j, "key", name->key);
	json_writer_text(&j, "token", m->token);
	json_writer_text(&j, "upload_id", m->id);
	if ((text = json_writer_end(&j, len)) == NULL)
		err_memory(e);
	return text;
}

/* Reading. */

enum { STATE, BUCKET, KEY, SIZE, ALGORITHM, CHECKSUM, PARTS, TOKEN, ETAGS,
	UPLOAD_ID, INDEX, MEMBERS };

static int
refuse(struct err *e, const char *why)
{
	return err_set(e, EXIT_DATA, "not a receipt of --prepare: %s", why);
}

static int
read_name(const struct json_want *w, struct s3_name *name, struct err *e)
{
	char *url;
	int rc;

	if (asprintf(&url, "s3://%s/%s", w[BUCKET].text, w[KEY].text) < 0)
		return err_memory(e);
	rc = s3_name_parse(name, url, e);
	free(url);
	if (rc != 0)
		err_class(e, EXIT_DATA);
	else if (strcmp(name->key, w[KEY].text) != 0)
		return refuse(e, "the bucket holds a slash");
	return rc;
}

static int
read_etags(const struct json_want *w, struct multipart *m, struct err *e)
{
	uint64_t parts;
	char *words = w[ETAGS].text, *at = NULL, *word;

	if (!json_want_number(&w[PARTS], &parts) || parts < 1 ||
	    parts > PART_NUMBERS)
		return refuse(e, "parts is out of bounds");
	for (word = strtok_r(words, " ", &at); word != NULL;
	    word = strtok_r(NULL, " ", &at)) {
		if (m->count == parts || !multipart_word_fit(word, MULTIPART_ETAG))
			return refuse(e, "etags and parts disagree");
		if (multipart_reserve(m, m->count + 1, e) != 0)
			return -1;
		if (asprintf(&m->parts[m->count - 1].etag, "%s", word) < 0) {
			m->parts[m->count - 1].etag = NULL;
			return err_memory(e);
		}
	}
	return m->count == parts ? 0 : refuse(e, "etags and parts disagree");
}

static int
read_checksum(const struct json_want *w, struct multipart *m, struct err *e)
{
	if (w[ALGORITHM].type != JSON_STRING ||
	    w[CHECKSUM].type != JSON_STRING) {
		m->kind = CHECKSUM_NONE;
		return 0;
	}
	if (!checksum_parse(w[ALGORITHM].text, &m->kind) ||
	    m->kind == CHECKSUM_NONE || m->kind == CHECKSUM_SHA256)
		return refuse(e, "unknown checksum");
	if (w[CHECKSUM].len >= sizeof m->checksum ||
	    !multipart_word_fit(w[CHECKSUM].text, CHECKSUM_TEXT))
		return refuse(e, "checksum");
	memcpy(m->checksum, w[CHECKSUM].text, w[CHECKSUM].len + 1);
	return 0;
}

/* All of these must be texts without a NUL. */
static int
check_texts(const struct json_want *w, const int *texts, size_t n,
    struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (w[texts[i]].type != JSON_STRING ||
		    strlen(w[texts[i]].text) != w[texts[i]].len)
			return refuse(e, "a member is missing");
	return 0;
}

/* By what an upload is known. */
static int
read_upload(const struct json_want *w, struct receipt *r, struct err *e)
{
	static const int texts[] = { BUCKET, KEY, TOKEN, UPLOAD_ID };

	if (check_texts(w, texts, 4, e) != 0)
		return -1;
	if (w[TOKEN].len != TOKEN_TEXT - 1 ||
	    !multipart_word_fit(w[TOKEN].text, TOKEN_TEXT) ||
	    !multipart_word_fit(w[UPLOAD_ID].text, MULTIPART_ID))
		return refuse(e, "a member is malformed");
	memcpy(r->multipart.token, w[TOKEN].text, TOKEN_TEXT);
	if ((r->multipart.id = strdup(w[UPLOAD_ID].text)) == NULL)
		return err_memory(e);
	return read_name(w, &r->name, e);
}

static int
read_prepared(const struct json_want *w, struct receipt *r, struct err *e)
{
	static const int texts[] = { ETAGS };

	if (check_texts(w, texts, 1, e) != 0)
		return -1;
	if (!json_want_number(&w[SIZE], &r->multipart.size))
		return refuse(e, "a member is malformed");
	if (read_upload(w, r, e) != 0 ||
	    read_checksum(w, &r->multipart, e) != 0)
		return -1;
	return read_etags(w, &r->multipart, e);
}

static int
read_members(const struct json_want *w, struct receipt *r, struct err *e)
{
	static const int texts[] = { STATE };

	if (check_texts(w, texts, 1, e) != 0)
		return -1;
	r->indexed = w[INDEX].type != JSON_ABSENT;
	if (r->indexed && !json_want_number(&w[INDEX], &r->index))
		return refuse(e, "its index is no number");
	if (strcmp(w[STATE].text, "prepared") == 0)
		return read_prepared(w, r, e);
	if (strcmp(w[STATE].text, "begun") == 0) {
		r->state = RECEIPT_BEGUN;
		return read_upload(w, r, e);
	}
	r->state = RECEIPT_NOTHING;
	return strcmp(w[STATE].text, "nothing") == 0 && r->indexed ? 0 :
	    refuse(e, "its state is not prepared");
}

void
receipt_free(struct receipt *r)
{
	s3_name_free(&r->name);
	multipart_free(&r->multipart);
}

int
receipt_read(struct receipt *r, const char *line, size_t len, struct err *e)
{
	struct json_want w[MEMBERS] = {
		[STATE] = { .path = "state" },
		[BUCKET] = { .path = "bucket" },
		[KEY] = { .path = "key" },
		[SIZE] = { .path = "size" },
		[ALGORITHM] = { .path = "checksum_algorithm" },
		[CHECKSUM] = { .path = "checksum" },
		[PARTS] = { .path = "parts" },
		[TOKEN] = { .path = "token" },
		[ETAGS] = { .path = "etags" },
		[UPLOAD_ID] = { .path = "upload_id" },
		[INDEX] = { .path = "index" },
	};
	int rc;

	*r = (struct receipt){ 0 };
	if (json_pick(line, len, w, MEMBERS, e) != 0)
		return err_prefix(e, "not a receipt of --prepare");
	rc = read_members(w, r, e);
	json_want_free(w, MEMBERS);
	if (rc != 0)
		receipt_free(r);
	return rc;
}
