/* Receipts as objects, and their names. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args_value.h"
#include "s3/receipt.h"
#include "s3/receipt_object.h"
#include "s3/small_object.h"

#define BEGUN ".begun"
#define PLAN ".plan."
#define JSON "Content-Type: application/json"

static char *
begun_key(const struct receipt_object *at, const struct multipart *m,
    struct err *e)
{
	char *key;

	if (asprintf(&key, "%s.%s" BEGUN, at->key, m->token) >= 0)
		return key;
	err_memory(e);
	return NULL;
}

int
receipt_object_begin(struct s3_client *s3, const struct object *object,
    const struct receipt_object *at, const struct multipart *m, struct err *e)
{
	struct small_object o = { .type = JSON };
	char *key = begun_key(at, m, e);
	char *text = key == NULL ? NULL :
	    receipt_begun(s3_name(s3), m, at->index, &o.len, e);
	int rc = -1;

	if (text != NULL) {
		o.key = key;
		o.text = text;
		rc = small_object_put(s3, object, &o, NULL, e);
	}
	free(text);
	free(key);
	return rc;
}

int
receipt_object_forget(struct s3_client *s3, const struct object *object,
    const struct receipt_object *at, const struct multipart *m, struct err *e)
{
	char *key = begun_key(at, m, e);
	int rc = key == NULL ? -1 : small_object_delete(s3, object, key, e);

	free(key);
	return rc;
}

/* A receipt that may have been written: is it there? */
static bool
is_there(struct s3_client *s3, const struct object *object,
    const struct small_object *o, bool *maybe)
{
	struct err unseen = ERR_NONE;
	char *text = NULL;
	size_t len;
	int found;
	bool same;

	s3_last_words(s3);
	found = small_object_get(s3, object, o->key, RECEIPT_MAX, &text, &len,
	    &unseen);
	same = found == 1 && len == o->len && memcmp(text, o->text, len) == 0;
	/* That it is not there yet does not say that it will not be. */
	*maybe = !same;
	free(text);
	return same;
}

int
receipt_object_give(struct s3_client *s3, const struct object *object,
    const struct receipt_object *at, const struct multipart *m,
    const struct complete_input *complete, bool *maybe, struct err *e)
{
	struct small_object o = { .key = at->key, .type = JSON };
	char *text = m->id == NULL ?
	    receipt_nothing(complete, at->index, &o.len, e) :
	    receipt_prepared(s3_name(s3), m, complete, &at->index, &o.len, e);
	int rc = -1;

	*maybe = false;
	if (text != NULL) {
		o.text = text;
		rc = small_object_put(s3, object, &o, maybe, e);
		if (rc != 0 && *maybe && is_there(s3, object, &o, maybe))
			rc = 0;
	}
	free(text);
	return rc;
}

/* Does key end with a token between dots and ".begun"? */
static bool
is_begun(const char *key, char token[TOKEN_TEXT])
{
	const size_t tail = 1 + TOKEN_TEXT - 1 + sizeof BEGUN - 1;
	size_t len = strlen(key);
	const char *at;

	if (len < tail)
		return false;
	at = key + (len - tail);
	if (*at != '.' || strcmp(at + TOKEN_TEXT, BEGUN) != 0 ||
	    strspn(at + 1, "0123456789abcdef") != TOKEN_TEXT - 1)
		return false;
	memcpy(token, at + 1, TOKEN_TEXT - 1);
	token[TOKEN_TEXT - 1] = '\0';
	return true;
}

enum receipt_kind
receipt_object_kind(const char *key, const char *prefix,
    char token[TOKEN_TEXT], unsigned *number)
{
	const char *rest = key + strlen(prefix);
	uint64_t n;

	if (*rest == '\0')
		return RECEIPT_FOLDER;
	if (strncmp(rest, PLAN, sizeof PLAN - 1) == 0 &&
	    args_parse_number(rest + sizeof PLAN - 1, &n) && n > 0 &&
	    n < UINT32_MAX) {
		*number = (unsigned)n;
		return RECEIPT_PLAN_KEY;
	}
	return is_begun(key, token) ? RECEIPT_BEGUN_KEY : RECEIPT_KEY;
}

char *
receipt_object_plan(const char *prefix, unsigned number)
{
	char *key;

	return asprintf(&key, "%s" PLAN "%u", prefix, number) < 0 ? NULL : key;
}
