/* The format by name, by ending or by its first bytes; then its own reader. */
#include "deflate/trailer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "deflate/trailer_format.h"

enum { BEGIN = 4 };	/* bytes by which a format is known */

static const struct trailer_format *const formats[] = {
	[TRAILER_ZIP] = &trailer_zip,
	[TRAILER_GZIP] = &trailer_gzip,
	[TRAILER_ZSTD] = &trailer_zstd,
};

struct trailer {
	const struct trailer_format *format;	/* NULL: not known yet */
	void *state;
	uint8_t begin[BEGIN];
	size_t have;				/* of begin */
};

bool
trailer_parse(const char *name, enum trailer_kind *kind)
{
	for (int k = TRAILER_ZIP; k <= TRAILER_ZSTD; k++)
		if (strcmp(name, formats[k]->name) == 0) {
			*kind = (enum trailer_kind)k;
			return true;
		}
	return false;
}

enum trailer_kind
trailer_of_name(const char *name)
{
	static const struct { const char *ending; enum trailer_kind kind; }
	    endings[] = {
		{ ".zip", TRAILER_ZIP }, { ".jar", TRAILER_ZIP },
		{ ".gz", TRAILER_GZIP }, { ".tgz", TRAILER_GZIP },
		{ ".zst", TRAILER_ZSTD }, { ".tzst", TRAILER_ZSTD },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof endings /
	    sizeof *endings; i++)
		if (strcasecmp(dot, endings[i].ending) == 0)
			return endings[i].kind;
	return TRAILER_NONE;
}

static int
open_format(struct trailer *t, const struct trailer_format *format,
    struct err *e)
{
	t->format = format;
	return (t->state = format->new(e)) == NULL ? -1 : 0;
}

struct trailer *
trailer_new(enum trailer_kind kind, struct err *e)
{
	struct trailer *t = calloc(1, sizeof *t);

	if (t == NULL) {
		err_memory(e);
		return NULL;
	}
	if (kind != TRAILER_ANY && open_format(t, formats[kind], e) != 0) {
		trailer_free(t);
		return NULL;
	}
	return t;
}

void
trailer_free(struct trailer *t)
{
	if (t == NULL)
		return;
	if (t->format != NULL)
		t->format->free(t->state);
	free(t);
}

/* With the first bytes in begin. */
static int
recognise(struct trailer *t, struct err *e)
{
	for (int k = TRAILER_ZIP; k <= TRAILER_ZSTD; k++) {
		if (t->have < BEGIN || !formats[k]->matches(t->begin))
			continue;
		if (open_format(t, formats[k], e) != 0)
			return -1;
		return t->format->add(t->state, t->begin, BEGIN, e);
	}
	return err_set(e, EXIT_DATA, "the input begins like neither zip, gzip "
	    "nor zstd: its end cannot be checked");
}

int
trailer_add(struct trailer *t, const void *data, size_t len, struct err *e)
{
	const uint8_t *p = data;

	while (t->format == NULL && len > 0) {
		t->begin[t->have++] = *p++;
		len--;
		if (t->have == BEGIN && recognise(t, e) != 0)
			return -1;
	}
	return len == 0 ? 0 : t->format->add(t->state, p, len, e);
}

int
trailer_end(struct trailer *t, struct err *e)
{
	if (t->format == NULL)
		return t->have == 0 ? 0 : recognise(t, e);
	return t->format->end(t->state, e);
}
