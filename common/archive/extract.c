/* extract: the loop over members, and the lines of a list. */
#include "archive/extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/pattern.h"
#include "base/printable.h"

/* The members that were asked for and have been seen: one flag for each. */
static bool
is_wanted(const struct extract *x, bool *seen, const char *name)
{
	bool wanted = x->n_members == 0;

	for (unsigned i = 0; i < x->n_members; i++) {
		if (strcmp(x->members[i], name) != 0 &&
		    !pattern_matches(x->members[i], name))
			continue;
		seen[i] = true;
		wanted = true;
	}
	return wanted;
}

/* Reads the member's data, and writes it if out is not NULL. */
static int
pass_data(struct unarchive *u, struct output *out, uint64_t *size,
    struct err *e)
{
	const void *block;
	ssize_t n;

	*size = 0;
	while ((n = unarchive_block(u, &block, e)) > 0) {
		*size += (uint64_t)n;
		if (out != NULL && output_write(out, block, (size_t)n, e) != 0)
			return -1;
	}
	return n < 0 ? -1 : 0;
}

static void
put_time(FILE *f, int64_t mtime)
{
	time_t t = (time_t)mtime;
	char text[40] = "-";
	struct tm tm;

	if (mtime >= 0 && gmtime_r(&t, &tm) != NULL)
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	fputs(text, f);
}

static int
write_line(enum extract_what what, const struct member *m, uint64_t size,
    struct output *out, struct err *e)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&line, &len);
	int rc;

	if (f == NULL)
		return err_memory(e);
	if (what == EXTRACT_JSON) {
		fputs("{\"name\":", f);
		printable_json(f, m->name);
		fprintf(f, ",\"size\":%llu,\"mtime\":",
		    (unsigned long long)size);
		if (m->mtime >= 0)
			fputc('"', f);
		if (m->mtime >= 0)
			put_time(f, m->mtime);
		fputs(m->mtime >= 0 ? "\"" : "null", f);
		fprintf(f, ",\"file\":%s}\n", m->plain ? "true" : "false");
	} else {
		fprintf(f, "%12llu  ", (unsigned long long)size);
		put_time(f, m->mtime);
		fputs("  ", f);
		fputs(m->name, f);
		fputc('\n', f);
	}
	rc = fclose(f) != 0 ? err_memory(e) : 0;
	if (rc == 0 && what != EXTRACT_JSON)	/* all but the line feed */
		printable_mask(line, len - 1);
	if (rc == 0)
		rc = output_write(out, line, len, e);
	free(line);
	return rc;
}

static int
one_member(struct extract *x, struct unarchive *u, const struct member *m,
    struct output *out, struct err *e)
{
	bool data = x->what == EXTRACT_DATA && m->plain;
	uint64_t size;

	if (pass_data(u, data ? out : NULL, &size, e) != 0)
		return err_prefix(e, "member '%s'", m->name);
	x->found++;
	x->bytes += size;
	if (x->what == EXTRACT_LIST || x->what == EXTRACT_JSON)
		return write_line(x->what, m, size, out, e);
	return 0;
}

static int
all_members(struct extract *x, struct unarchive *u, bool *seen,
    struct output *out, struct err *e)
{
	struct member m;
	uint64_t size;
	int rc;

	while ((rc = unarchive_next(u, &m, e)) > 0) {
		if (!is_wanted(x, seen, m.name))
			rc = pass_data(u, NULL, &size, e);
		else
			rc = one_member(x, u, &m, out, e);
		if (rc != 0)
			return -1;
	}
	if (rc == 0 && unarchive_doubtful(u))
		return err_set(e, EXIT_DATA, "the input is an empty tar "
		    "archive, or data that begins with zeros: decompress it "
		    "with its own tool");
	for (unsigned i = 0; rc == 0 && i < x->n_members; i++)
		if (!seen[i])
			return err_set(e, EXIT_DATA,
			    "no member of the archive is '%s'", x->members[i]);
	return rc;
}

int
extract_run(struct extract *x, struct unarchive *u, struct output *out,
    struct err *e)
{
	bool *seen = calloc(x->n_members + 1, sizeof *seen);
	int rc;

	if (seen == NULL)
		return err_memory(e);
	rc = all_members(x, u, seen, out, e);
	free(seen);
	return rc;
}
