/* json: one small document through yajl, with the checks that yajl lacks. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "json/json.h"
#include "json/path.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "json/yajl_memory.h"

/* What yajl may take: bytes for any text, as its buffers begin with 2 KiB each;
 * and so many times the text's length, as it doubles two buffers up to the
 * longest string.  A lower limit would refuse documents that are right. */
enum { PARSER_OWN = 64 * 1024, PARSER_FACTOR = 8 };

struct pick {
	struct json_want *wants;
	size_t *matched;	/* for each want: names of its path that the
				 * open objects have matched */
	size_t n;
	size_t depth;		/* open objects and arrays */
	bool no_memory, too_deep;	/* why a callback stopped the parser */
	const struct json_want *too_long;
};

static void
want_reset(struct json_want *w)
{
	free(w->text);
	w->text = NULL;
	w->len = 0;
	w->count = 0;
	w->type = JSON_ABSENT;
}

/* A value begins: it is a wanted one, an element of one, or neither. */
static int
value(struct pick *p, enum json_type type, const void *text, size_t len)
{
	struct json_want *w;
	size_t i, size;

	for (i = 0; i < p->n; i++) {
		w = &p->wants[i];
		size = path_count(w->path);
		if (p->matched[i] != size)
			continue;
		if (p->depth == size + 1 && w->type == JSON_ARRAY)
			w->count++;
		if (p->depth != size)
			continue;
		w->type = type;
		if (text == NULL)
			continue;
		if (w->longest != 0 && len > w->longest) {
			p->too_long = w;
			return 0;
		}
		w->text = malloc(len + 1);
		if (w->text == NULL) {
			p->no_memory = true;
			return 0;
		}
		memcpy(w->text, text, len);
		w->text[len] = '\0';
		w->len = len;
	}
	return 1;
}

static int
open_container(struct pick *p, enum json_type type)
{
	if (p->depth == JSON_DEPTH) {
		p->too_deep = true;
		return 0;
	}
	if (!value(p, type, NULL, 0))
		return 0;
	p->depth++;
	return 1;
}

static int
on_null(void *ctx)
{
	return value(ctx, JSON_NULL, NULL, 0);
}

static int
on_bool(void *ctx, int yes)
{
	return value(ctx, JSON_BOOL, yes ? "true" : "false", yes ? 4 : 5);
}

static int
on_number(void *ctx, const char *s, size_t len)
{
	return value(ctx, JSON_NUMBER, s, len);
}

static int
on_string(void *ctx, const unsigned char *s, size_t len)
{
	return value(ctx, JSON_STRING, s, len);
}

static int
on_map(void *ctx)
{
	return open_container(ctx, JSON_OBJECT);
}

static int
on_array(void *ctx)
{
	return open_container(ctx, JSON_ARRAY);
}

static int
on_end(void *ctx)
{
	struct pick *p = ctx;

	p->depth--;
	return 1;
}

/* A name at depth d can be the d-th of a path whose first d-1 have matched. */
static int
on_key(void *ctx, const unsigned char *key, size_t len)
{
	struct pick *p = ctx;
	size_t i, before = p->depth - 1;

	for (i = 0; i < p->n; i++) {
		if (p->matched[i] < before)
			continue;
		p->matched[i] = before;
		if (before >= path_count(p->wants[i].path) ||
		    !path_name_is(p->wants[i].path, before, key, len)) {
			continue;
		}
		p->matched[i] = before + 1;
		want_reset(&p->wants[i]);
	}
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_end,
};

static int
hex4(const unsigned char *s, size_t len)
{
	int v = 0;

	if (len < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int d = hex_digit((char)s[i]);

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/*
 * What yajl lets through or gets wrong: ill-formed UTF-8, lone surrogates in
 * \u escapes, vertical tab and form feed as white space, a string after the
 * document that does not end.  Where the grammar
 * itself is broken this walk may be anywhere; yajl refuses the text later.
 */
static int
check_text(const unsigned char *s, size_t len, struct err *e)
{
	size_t i = utf8_check(s, len);
	bool string = false;
	int unit;

	if (i < len)
		return err_set(e, EXIT_DATA,
		    "invalid UTF-8 at byte %zu of the JSON text", i);
	for (i = 0; i < len; i++) {
		if (!string && (s[i] == '\v' || s[i] == '\f'))
			return err_set(e, EXIT_DATA,
			    "invalid JSON at byte %zu: unexpected character",
			    i);
		if (s[i] == '"')
			string = !string;
		if (!string || s[i] != '\\' || ++i == len || s[i] != 'u')
			continue;
		unit = hex4(s + i + 1, len - i - 1);
		if (unit < 0xd800 || unit > 0xdfff)
			continue;
		if (unit < 0xdc00 && len - i > 10 && s[i + 5] == '\\' &&
		    s[i + 6] == 'u') {
			unit = hex4(s + i + 7, len - i - 7);
			if (unit >= 0xdc00 && unit <= 0xdfff) {
				i += 10;
				continue;
			}
		}
		return err_set(e, EXIT_DATA,
		    "invalid JSON at byte %zu: lone surrogate", i - 1);
	}
	if (string)
		return err_set(e, EXIT_DATA,
		    "invalid JSON at byte %zu: a string does not end", len);
	return 0;
}

/* yajl's reason without its "parse error: " and its newline. */
static int
refuse(yajl_handle h, const struct pick *p, size_t at, struct err *e)
{
	char reason[128];
	unsigned char *text;
	const char *from;

	if (p->no_memory)
		return err_memory(e);
	if (p->too_deep)
		return err_set(e, EXIT_DATA,
		    "invalid JSON at byte %zu: nested too deeply", at);
	if (p->too_long != NULL)
		return err_set(e, EXIT_DATA, "the member '%s' at byte %zu is "
		    "longer than %zu bytes", p->too_long->path, at,
		    p->too_long->longest);
	text = yajl_get_error(h, 0, NULL, 0);
	from = strstr((char *)text, "error: ");
	from = from != NULL ? from + strlen("error: ") : (char *)text;
	snprintf(reason, sizeof(reason), "%.*s",
	    (int)strcspn(from, "\n"), from);
	yajl_free_error(h, text);
	return err_set(e, EXIT_DATA, "invalid JSON at byte %zu: %s", at,
	    reason);
}

/* heap outlives the jump: the caller owns it and frees it. */
static int
parse(struct yajl_memory *heap, struct pick *p, const unsigned char *s,
    size_t len, size_t skipped, struct err *e)
{
	yajl_handle h;

	if (setjmp(heap->out) != 0)
		return err_memory(e);
	h = yajl_alloc(&callbacks, &heap->funcs, p);
	yajl_config(h, yajl_dont_validate_strings, 1);
	if (yajl_parse(h, s, len) != yajl_status_ok)
		return refuse(h, p, skipped + yajl_get_bytes_consumed(h), e);
	if (yajl_complete_parse(h) != yajl_status_ok)
		return refuse(h, p, skipped + len, e);
	return 0;
}

int
json_pick(const void *text, size_t len, struct json_want *wants, size_t n,
    struct err *e)
{
	static const char bom[] = { '\xef', '\xbb', '\xbf' };
	const unsigned char *s = text;
	struct pick p = { .wants = wants, .n = n };
	struct yajl_memory heap;
	size_t i, skipped = 0;
	int rc = -1;

	for (i = 0; i < n; i++) {
		wants[i].text = NULL;
		want_reset(&wants[i]);
	}
	if (len >= sizeof(bom) && memcmp(s, bom, sizeof(bom)) == 0)
		skipped = sizeof(bom);
	p.matched = calloc(n + 1, sizeof(*p.matched));
	if (p.matched == NULL)
		return err_memory(e);
	yajl_memory_init(&heap, PARSER_OWN + (len < SIZE_MAX / 16 ?
	    PARSER_FACTOR * len : len));
	if (check_text(s, len, e) == 0)
		rc = parse(&heap, &p, s + skipped, len - skipped, skipped, e);
	yajl_memory_free(&heap);
	free(p.matched);
	if (rc != 0)
		json_want_free(wants, n);
	return rc;
}

void
json_want_free(struct json_want *wants, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		want_reset(&wants[i]);
}

bool
json_want_number(const struct json_want *w, uint64_t *number)
{
	uint64_t v = 0, d;
	size_t i;

	if (w->type != JSON_NUMBER)
		return false;
	for (i = 0; i < w->len; i++) {
		if (w->text[i] < '0' || w->text[i] > '9')
			return false;
		d = (uint64_t)(w->text[i] - '0');
		if (v > (INT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*number = v;
	return true;
}
