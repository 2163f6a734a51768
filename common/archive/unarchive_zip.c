/* What is needed to read zip archives, which libarchive does not do here. */
#include <archive.h>

#include "archive/unarchive_state.h"

static ssize_t
read_stream(void *arg, uint64_t at, void *buf, size_t len, struct err *e)
{
	struct unarchive *u = arg;

	(void)at;
	return archive_input_read(&u->input, buf, len, e);
}

/* What libarchive hands on as it is. */
static ssize_t
read_raw(void *arg, uint64_t at, void *buf, size_t len, struct err *e)
{
	struct unarchive *u = arg;
	la_ssize_t n = archive_read_data(u->a, buf, len);

	(void)at;
	return n >= 0 ? n : unarchive_fail(u, "cannot read the archive", e);
}

static int
open_zip(struct unarchive *u, supply_read *read, struct err *e)
{
	u->zip_options = (struct unzip_options){ .read = read, .from = u,
	    .seekable = !u->stream, .size = u->file_size,
	    .passphrase = u->o->passphrase, .names = u->o->names,
	    .type_matters = u->o->type_matters, .arg = u->o->matters_to };
	u->zip = unzip_open(&u->zip_options, e);
	return u->zip != NULL ? 0 : -1;
}

int
unarchive_open_zip(struct unarchive *u, struct err *e)
{
	return open_zip(u, u->stream ? read_stream : unarchive_read_file, e);
}

int
unarchive_next_zip(struct unarchive *u, struct member *m, struct err *e)
{
	struct unzip_member z;
	int rc = unzip_next(u->zip, &z, e);

	if (rc > 0)
		*m = (struct member){ .name = z.name, .size = z.size,
		    .mtime = z.has_time ? z.mtime : MEMBER_NO_TIME,
		    .mode = z.mode, .plain = z.plain,
		    .encrypted = z.encrypted };
	return rc;
}

int
unarchive_next_unknown(struct unarchive *u, struct member *m, struct err *e)
{
	int rc = open_zip(u, u->stream ? read_raw : unarchive_read_file, e);

	if (rc == 0)
		rc = unarchive_next_zip(u, m, e);
	if (rc < 0 && e->code == EXIT_DATA && u->zip != NULL &&
	    !unzip_found(u->zip))
		return err_set(e, EXIT_DATA, "the input is not an archive: "
		    "no format that is known");
	return rc;
}
