/* archive_run: the steps of both directions. */
#define _GNU_SOURCE	/* explicit_bzero */
#include "archive/archive_run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/extract.h"
#include "base/diag.h"
#include "base/limit.h"

enum { PASSPHRASE_MAX = 1024 };	/* bytes of the file, whose first line counts */

/* The first line of a file; the caller wipes and frees it. */
static char *
read_passphrase(const char *path, struct err *e)
{
	size_t len, line;
	char *s = io_slurp(path, PASSPHRASE_MAX, &len, e);

	if (s == NULL)
		return NULL;
	line = strcspn(s, "\r\n");
	if (line > 0 && strlen(s) == len) {
		explicit_bzero(s + line, len - line);
		return s;
	}
	explicit_bzero(s, len);
	free(s);
	err_set(e, EXIT_USAGE, line > 0 ? "'%s' holds a NUL" :
	    "no passphrase in '%s'", path);
	return NULL;
}

static ssize_t
read_entry(void *arg, void *buf, size_t len, struct err *e)
{
	struct archive_run *r = arg;
	ssize_t n = r->entry.read(r->entry.from, buf, len, e);

	if (n > 0)
		r->meter->in += (uint64_t)n;
	r->meter->out = r->out.bytes;
	return n;
}

static int
add_entry(struct archive_run *r, struct err *e)
{
	struct pack_entry counted = r->entry;

	counted.read = read_entry;
	counted.from = r;
	if (r->o->face.verbose)
		diag_say("adding '%s'", r->entry.name);
	r->meter->records++;
	return pack_add(r->pack, &counted, e);
}

static int
write_archive(struct archive_run *r, struct err *e)
{
	int rc;

	if (entries_open(&r->entries, &r->o->entries, e) != 0)
		return -1;
	r->pack = pack_open(&r->o->pack, &r->out, e);
	if (r->pack == NULL)
		return -1;
	while ((rc = entries_next(&r->entries, &r->entry, e)) > 0)
		if (add_entry(r, e) != 0)
			return -1;
	if (rc != 0 || pack_finish(r->pack, e) != 0)
		return -1;
	if (r->entries.skipped > 0 && !r->o->face.quiet)
		diag_say("skipped %llu members that are not plain files",
		    (unsigned long long)r->entries.skipped);
	return 0;
}

static ssize_t
read_archive_input(void *arg, void *buf, size_t len, struct err *e)
{
	struct archive_run *r = arg;

	if (r->archive != NULL)
		r->meter->in = unarchive_taken(r->archive);
	r->meter->out = r->out.bytes;
	return input_read(&r->in, buf, len, e);
}

static enum extract_what
what_of(const struct archive_run_config *o)
{
	return o->mode == ARCHIVE_RUN_EXTRACT ? EXTRACT_DATA :
	    o->mode == ARCHIVE_RUN_TEST ? EXTRACT_TEST :
	    o->json ? EXTRACT_JSON : EXTRACT_LIST;
}

static int
read_archive(struct archive_run *r, struct err *e)
{
	struct unarchive_options u = r->o->unarchive;
	struct extract x = { .select = &r->select, .what = what_of(r->o) };
	struct stat st;
	int rc;

	if (input_open(&r->in, &r->o->entries.input, e) != 0)
		return -1;
	limit_memory(r->o->face.memory != 0 ? r->o->face.memory :
	    ARCHIVE_RUN_READ, 0);
	u.read = read_archive_input;
	u.from = r;
	u.passphrase = r->o->pack.passphrase;
	u.kind = UNARCHIVE_ANY;
	u.type_matters = extract_type_matters;
	u.matters_to = &x;
	r->select = r->o->select;
	r->select.members = r->o->entries.operands;
	r->select.n_members = r->o->entries.n_operands;
	if (selection_init(&r->select, e) != 0)
		return -1;
	if (fstat(r->in.fd, &st) == 0 && S_ISREG(st.st_mode))
		u.seek_fd = r->in.fd;
	r->archive = unarchive_open(&u, e);
	rc = r->archive != NULL ? extract_run(&x, r->archive, &r->out, e) : -1;
	if (r->archive != NULL)
		r->meter->in = unarchive_taken(r->archive);
	unarchive_close(r->archive);
	r->meter->records = x.found;
	if (rc == 0 && r->o->face.verbose)
		diag_say("%llu members, %llu bytes",
		    (unsigned long long)x.found, (unsigned long long)x.bytes);
	return rc;
}

int
archive_run_all(struct archive_run *r, struct err *e)
{
	int rc;

	/* First: whatever ends the process from here on leaves a mark. */
	if (output_open(&r->out, -1, e) != 0)
		return -1;
	r->out.waits = r->o->entries.input.waits;
	if (r->o->passphrase_file != NULL) {
		r->secret = read_passphrase(r->o->passphrase_file, e);
		if (r->secret == NULL)
			return -1;
		r->o->pack.passphrase = r->secret;
	}
	rc = r->o->mode == ARCHIVE_RUN_WRITE ? write_archive(r, e) :
	    read_archive(r, e);
	r->meter->out = r->out.bytes;
	return rc == 0 ? output_finish(&r->out, e) : -1;
}

void
archive_run_end(struct archive_run *r, bool good, const struct err *e)
{
	if (!good)
		output_fail(&r->out, e->code);
	pack_free(r->pack);
	selection_free(&r->select);
	entries_close(&r->entries);
	input_close(&r->in);
	if (r->secret != NULL)
		explicit_bzero(r->secret, strlen(r->secret));
	free(r->secret);
}
