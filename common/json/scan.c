/* scan: begin, feed, leave, end; the state machine is in scan_machine.c. */
#include <stdlib.h>
#include <string.h>

#include "json/scan_capture.h"
#include "json/scan_error.h"
#include "json/scan_name.h"
#include "json/scan_body.h"

/* The walk has met an error.  If the record became too large before that, it
 * is the error. */
static void
order_errors(struct scan *s)
{
	const char *at = s->start;

	if (s->e->code != EXIT_DATA || !s->in_record)
		return;
	if (s->failed > s->base)
		at += s->failed - s->base;
	if (s->uncopied != NULL && at > s->uncopied)
		scan_flush(s, at);
	if (s->over)
		scan_too_large(s);
}

/* The fed bytes go away: what points into them must not. */
static int
leave_bytes(struct scan *s, const char *p)
{
	if (s->uncopied != NULL)
		scan_flush(s, p);
	if (s->over)
		return scan_too_large(s);
	scan_save_names(s);
	if (s->state == SCAN_NAME_TEXT)
		scan_cut_name(s, p);
	return 0;
}

enum scan_status
scan_feed(struct scan *s, const char *bytes, size_t len, size_t *used,
    struct err *e)
{
	enum scan_status status;
	const char *stop = bytes;

	s->e = e;
	s->start = bytes;
	if (s->uncopied != NULL)
		s->uncopied = bytes;
	s->name = bytes;
	status = s->body->walk(s, bytes, bytes + len, &stop);
	if (status == SCAN_ERROR)
		order_errors(s);
	else if (leave_bytes(s, stop) != 0)
		status = SCAN_ERROR;
	if (status == SCAN_ERROR) {
		stop = bytes;	/* for scan_skip_line */
		scan_drop_cut(s);
		scan_save_names(s);
	}
	*used = (size_t)(stop - bytes);
	s->base += *used;
	return status;
}

void
scan_reset(struct scan *s)
{
	s->state = SCAN_TOP;
	s->depth = 0;
	s->capture_depth = SCAN_NO_DEPTH;
	s->uncopied = NULL;
	s->open.n = s->done.n = s->split.size = 0;
	s->name_fed = 0;
	s->name_over = s->over = s->in_record = s->comma = false;
	s->in_header = s->leads_on = false;
}

bool
scan_skip_line(struct scan *s, const char *bytes, size_t len, size_t *used)
{
	const char *from = bytes, *end = bytes + len, *lf;

	if (s->failed > s->base)
		from += s->failed - s->base;
	lf = from < end ? memchr(from, '\n', (size_t)(end - from)) : NULL;
	*used = lf != NULL ? (size_t)(lf - bytes) + 1 : len;
	s->base += *used;
	if (lf == NULL)
		return false;
	s->line++;
	scan_reset(s);
	return true;
}

int
scan_end(struct scan *s, size_t left, struct err *e)
{
	uint64_t at = s->base + left;

	if (left == 0 && s->comma && s->documents == 0)
		return scan_error(s, at, e, "a comma, and no document");
	if (left == 0 && (s->state == SCAN_TOP || s->state == SCAN_TOP_SCALAR))
		return 0;
	if (s->state == SCAN_NUMBER && s->depth == 0 &&
	    (s->number == NUMBER_ZERO || s->number == NUMBER_WHOLE ||
	    s->number == NUMBER_FRACTION || s->number == NUMBER_EXPONENT))
		return 0;
	return scan_error(s, at, e, "the input ends within a JSON document");
}

static const struct scan_body *
best_body(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		return &scan_avx2;
#elif defined(__aarch64__)
	return &scan_neon;
#endif
	return &scan_plain;
}

int
scan_init(struct scan *s, struct projection *projection,
    const struct scan_policy *policy, struct err *e)
{
	uint32_t i;

	*s = (struct scan){ .projection = projection, .policy = *policy,
		.body = best_body(), .line = 1,
		.capture_depth = SCAN_NO_DEPTH };
	buffer_init(&s->split, SCAN_NAME_MAX);
	s->keys = calloc((size_t)projection->n_keys + 1, sizeof(*s->keys));
	for (i = 0; s->keys != NULL && i < projection->n_keys; i++)
		buffer_init(&s->keys[i], SCAN_NAME_MAX + sizeof("\"\"\n"));
	s->levels = calloc(policy->max_depth + 1, sizeof(*s->levels));
	s->saved = calloc(SCAN_SAVED_LEVELS, sizeof(*s->saved));
	if (s->keys == NULL || s->levels == NULL || s->saved == NULL ||
	    buffer_reserve(&s->split, 1) != 0) {
		scan_free(s);
		return err_memory(e);
	}
	return 0;
}

void
scan_free(struct scan *s)
{
	uint32_t i;

	for (i = 0; s->keys != NULL && i < s->projection->n_keys; i++)
		buffer_free(&s->keys[i]);
	free(s->keys);
	free(s->levels);
	free(s->saved);
	free(s->open.list);
	free(s->done.list);
	buffer_free(&s->split);
	*s = (struct scan){ 0 };
}

void
scan_use_plain(struct scan *s)
{
	s->body = &scan_plain;
}
