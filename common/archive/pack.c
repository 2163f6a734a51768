/* pack: the formats by name, and the steps that are common to all. */
#include "archive/pack.h"

#include <stdlib.h>
#include <string.h>

#include "archive/pack_format.h"

static const struct pack_format formats[] = {
	{ "zip", &pack_zip_ops, false, true, COMPRESS_NONE, NULL },
	{ "gzip", &pack_stream_ops, false, false, COMPRESS_GZIP, NULL },
	{ "bzip2", &pack_lib_ops, false, false, COMPRESS_NONE, "bzip2" },
	{ "lz4", &pack_lib_ops, false, false, COMPRESS_NONE, "lz4" },
	{ "xz", &pack_stream_ops, false, false, COMPRESS_XZ, NULL },
	{ "zstd", &pack_stream_ops, false, false, COMPRESS_ZSTD, NULL },
	{ "tar", &pack_lib_ops, true, true, COMPRESS_NONE, NULL },
	{ "tar.bz2", &pack_lib_ops, true, true, COMPRESS_NONE, "bzip2" },
	{ "tar.gz", &pack_lib_ops, true, true, COMPRESS_GZIP, NULL },
	{ "tar.lz4", &pack_lib_ops, true, true, COMPRESS_NONE, "lz4" },
	{ "tar.xz", &pack_lib_ops, true, true, COMPRESS_XZ, NULL },
	{ "tar.zst", &pack_lib_ops, true, true, COMPRESS_ZSTD, NULL },
};

const char pack_format_names[] = "zip gzip bzip2 lz4 xz zstd tar tar.bz2 "
    "tar.gz tar.lz4 tar.xz tar.zst";

const struct pack_format *
pack_format(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

bool
pack_format_many(const struct pack_format *f)
{
	return f->many;
}

bool
pack_format_zip(const struct pack_format *f)
{
	return f->ops == &pack_zip_ops;
}

bool
pack_format_deflates(const struct pack_format *f)
{
	return f->ops == &pack_zip_ops || f->compress == COMPRESS_GZIP;
}

struct pack *
pack_open(const struct pack_options *o, struct output *out, struct err *e)
{
	struct pack *p = calloc(1, sizeof *p);

	if (p == NULL) {
		err_memory(e);
		return NULL;
	}
	p->o = o;
	p->ops = o->format->ops;
	p->verifier.fd = -1;
	p->state = p->ops->open(p, e);
	if (p->state == NULL || verifier_open(&p->verifier, out, o->verify,
	    o->format->many ? UNARCHIVE_ARCHIVE : UNARCHIVE_DATA,
	    o->passphrase, e) != 0) {
		pack_free(p);
		return NULL;
	}
	return p;
}

int
pack_add(struct pack *p, const struct pack_entry *en, struct err *e)
{
	if (p->contents.entries > 0 && !p->o->format->many)
		return err_set(e, EXIT_DATA, "%s holds no second entry: '%s'",
		    p->o->format->name, en->name);
	return p->ops->add(p, en, e);
}

int
pack_finish(struct pack *p, struct err *e)
{
	if (p->ops->finish(p, e) != 0)
		return -1;
	return verifier_finish(&p->verifier, &p->contents, e);
}

void
pack_free(struct pack *p)
{
	if (p == NULL)
		return;
	verifier_close(&p->verifier);
	if (p->state != NULL)
		p->ops->close(p->state);
	free(p);
}
