/* extract: the loop over members, and the lines of a list. */
#include "archive/extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memstream.h"
#include "base/printable.h"

bool
extract_type_matters(void *arg, const char *name)
{
	const struct extract *x = arg;

	return (x->what == EXTRACT_DATA || x->what == EXTRACT_JSON) &&
	    selection_means(x->select, name);
}

static int
write_zeros(struct output *out, size_t len, struct err *e)
{
	static const char zeros[64 * 1024];

	for (size_t n; len > 0; len -= n) {
		n = len < sizeof zeros ? len : sizeof zeros;
		if (output_write(out, zeros, n, e) != 0)
			return -1;
	}
	return 0;
}

/* Reads the member's data, and writes it if out is not NULL. */
static int
pass_data(struct unarchive *u, struct output *out, uint64_t *size,
    struct err *e)
{
	const void *block;
	ssize_t n;
	int rc = 0;

	*size = 0;
	while (rc == 0 && (n = unarchive_block(u, &block, e)) != 0) {
		if (n < 0)
			return -1;
		*size += (uint64_t)n;
		if (out != NULL)
			rc = block == NULL ? write_zeros(out, (size_t)n, e) :
			    output_write(out, block, (size_t)n, e);
	}
	return rc;
}

/* RFC 3339, which has four digits for the year; false: it has no such form. */
static bool
format_time(int64_t mtime, char text[40])
{
	time_t t = (time_t)mtime;
	struct tm tm;

	return mtime != MEMBER_NO_TIME && gmtime_r(&t, &tm) != NULL &&
	    tm.tm_year >= -1900 && tm.tm_year < 10000 - 1900 &&
	    strftime(text, 40, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0;
}

static void
put_json_member(FILE *f, const struct member *m, uint64_t size)
{
	char time[40];

	fputs("{\"name\":", f);
	printable_json(f, m->name);
	fprintf(f, ",\"size\":%llu,\"mtime\":", (unsigned long long)size);
	if (format_time(m->mtime, time))
		fprintf(f, "\"%s\"", time);
	else
		fputs("null", f);
	fprintf(f, ",\"file\":%s", m->plain ? "true" : "false");
	if (m->link != NULL) {
		fputs(",\"link\":", f);
		printable_json(f, m->link);
	}
	fputs("}\n", f);
}

static void
put_member(FILE *f, const struct member *m, uint64_t size)
{
	char time[40];

	fprintf(f, "%12llu  %s  %s", (unsigned long long)size,
	    format_time(m->mtime, time) ? time : "-", m->name);
	if (m->link != NULL)
		fprintf(f, " link to %s", m->link);
	fputc('\n', f);
}

static int
write_line(enum extract_what what, const struct member *m, uint64_t size,
    struct output *out, struct err *e)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = memstream_open(&line, &len);
	bool bad;
	int rc;

	if (f == NULL)
		return err_memory(e);
	if (what == EXTRACT_JSON)
		put_json_member(f, m, size);
	else
		put_member(f, m, size);
	bad = ferror(f);
	bad |= fclose(f) != 0 || line == NULL;
	if (!bad && what != EXTRACT_JSON)	/* all but the line feed */
		printable_mask(line, len - 1);
	rc = bad ? err_memory(e) : output_write(out, line, len, e);
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

/* All that is not meant is read, too: it could be damaged. */
static int
all_members(struct extract *x, struct unarchive *u, struct output *out,
    struct err *e)
{
	struct member m;
	uint64_t size;
	int rc;

	while ((rc = unarchive_next(u, &m, e)) > 0) {
		if ((rc = selection_takes(x->select, &m, e)) < 0)
			return -1;
		if (rc == 0)
			rc = pass_data(u, NULL, &size, e);
		else
			rc = one_member(x, u, &m, out, e);
		if (rc != 0)
			return -1;
	}
	return rc;
}

int
extract_run(struct extract *x, struct unarchive *u, struct output *out,
    struct err *e)
{
	if (all_members(x, u, out, e) != 0)
		return -1;
	return selection_check(x->select, e);
}
