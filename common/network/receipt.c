/* One line of JSON for the caller's script. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "network/receipt.h"

/* RFC 8259 7; text is UTF-8. */
static void
write_string(FILE *out, const char *text)
{
	if (text == NULL) {
		fputs("null", out);
		return;
	}
	putc_unlocked('"', out);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			putc_unlocked(c, out);
	}
	putc_unlocked('"', out);
}

static void
member(FILE *out, const char *name, const char *value)
{
	fprintf(out, "\"%s\":", name);
	write_string(out, value);
	putc_unlocked(',', out);
}

char *
receipt_write(const struct s3_name *name, const struct upload_result *result,
    size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	int bad;

	if (out == NULL)
		return NULL;
	putc_unlocked('{', out);
	member(out, "bucket", name->bucket);
	member(out, "key", name->key);
	fprintf(out, "\"size\":%" PRIu64 ",", result->size);
	member(out, "etag", result->etag);
	member(out, "version_id", result->version);
	fprintf(out, "\"parts\":%u,\"upload_id\":", result->parts);
	write_string(out, result->upload_id);
	fputs("}\n", out);
	bad = ferror(out);
	if (fclose(out) == 0 && !bad)
		return text;
	free(text);
	return NULL;
}
