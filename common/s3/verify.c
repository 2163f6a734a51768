/* Size, hash and trailer of an input, while it is read. */
#include <inttypes.h>

#include "s3/verify.h"

static int
check_size(const struct verify *v, bool ended, struct err *e)
{
	const struct verify_config *c = &v->config;

	if (c->expected != 0 && (v->size > c->expected ||
	    (ended && v->size != c->expected)))
		return err_set(e, EXIT_DATA, "the input has %s%" PRIu64
		    " bytes, not %" PRIu64, ended ? "" : "at least ", v->size,
		    c->expected);
	if (ended && v->size < c->minimum)
		return err_set(e, EXIT_DATA, "the input has only %" PRIu64
		    " bytes, not %" PRIu64, v->size, c->minimum);
	return 0;
}

static int
check_end(struct verify *v, struct err *e)
{
	if (check_size(v, true, e) != 0 ||
	    (v->trailer != NULL && trailer_end(v->trailer, e) != 0))
		return -1;
	return v->config.hashed ? sha256_expect(&v->hash, v->config.sha256,
	    "the input", e) : 0;
}

static int
look(void *ctx, const void *data, size_t len, struct err *e)
{
	struct verify *v = ctx;

	if (len == 0)
		return check_end(v, e);
	v->size += len;
	if (check_size(v, false, e) != 0 || (v->trailer != NULL &&
	    trailer_add(v->trailer, data, len, e) != 0))
		return -1;
	return v->config.hashed ? sha256_add(&v->hash, data, len, e) : 0;
}

int
verify_open(struct verify *v, const struct verify_config *config,
    struct input *in, struct err *e)
{
	*v = (struct verify){ .config = *config };
	if (config->hashed && sha256_start(&v->hash, e) != 0)
		return -1;
	if (config->trailer != TRAILER_NONE &&
	    (v->trailer = trailer_new(config->trailer, e)) == NULL)
		return -1;
	if (config->expected != 0 || config->minimum != 0 || config->hashed ||
	    v->trailer != NULL) {
		in->tap = look;
		in->tap_ctx = v;
	}
	return 0;
}

void
verify_close(struct verify *v)
{
	sha256_free(&v->hash);
	trailer_free(v->trailer);
	v->trailer = NULL;
}
