/* JSON objects for scripts, into memory. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/memstream.h"
#include "base/printable.h"
#include "json/json_writer.h"

void
json_writer_begin(struct json_writer *j)
{
	*j = (struct json_writer){ 0 };
	j->out = memstream_open(&j->text, &j->len);
	if (j->out != NULL)
		putc_unlocked('{', j->out);
}

static void
write_text(FILE *out, const char *text)
{
	if (text == NULL) {
		fputs("null", out);
		return;
	}
	printable_json(out, text);
}

/* The name and its colon; NULL without memory. */
static FILE *
begin_member(struct json_writer *j, const char *name)
{
	if (j->out != NULL)
		fprintf(j->out, "%s\"%s\":", j->members++ > 0 ? "," : "",
		    name);
	return j->out;
}

void
json_writer_text(struct json_writer *j, const char *name, const char *value)
{
	FILE *out = begin_member(j, name);

	if (out != NULL)
		write_text(out, value);
}

void
json_writer_number(struct json_writer *j, const char *name, uint64_t value)
{
	FILE *out = begin_member(j, name);

	if (out != NULL)
		fprintf(out, "%" PRIu64, value);
}

void
json_writer_texts(struct json_writer *j, const char *name,
    const char *const *values, size_t n)
{
	FILE *out = begin_member(j, name);

	if (out == NULL)
		return;
	putc_unlocked('[', out);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			putc_unlocked(',', out);
		write_text(out, values[i]);
	}
	putc_unlocked(']', out);
}

char *
json_writer_end(struct json_writer *j, size_t *len)
{
	int bad;

	if (j->out == NULL)
		return NULL;
	fputs("}\n", j->out);
	bad = ferror(j->out);
	if (fclose(j->out) == 0 && !bad) {
		*len = j->len;
		return j->text;
	}
	free(j->text);
	return NULL;
}
