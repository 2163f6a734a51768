/* Files of sections and settings, fed with anything: strings lie in the text,
 * and a file that is written anew from what was read says the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
parse(struct ini *i, const void *text, size_t len)
{
	struct err e = ERR_NONE;
	char *copy = malloc(len + 1);

	if (copy == NULL)
		abort();
	if (len > 0)
		memcpy(copy, text, len);
	if (ini_parse(i, copy, len, &e) == 0)
		return true;
	if (e.code != EXIT_AUTH || i->text != NULL)
		abort();
	return false;
}

static void
check_text(const struct ini *i, const char *text)
{
	if (text < i->text || text > i->text + i->len ||
	    (size_t)(text - i->text) + strlen(text) > i->len)
		abort();
}

/* Lines of a value are indented. */
static void
write_value(FILE *out, const char *value)
{
	for (; *value != '\0'; value++) {
		putc(*value, out);
		if (*value == '\n')
			fputs("  ", out);
	}
	putc('\n', out);
}

static char *
write_file(const struct ini *i, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	size_t k = 0;

	if (out == NULL)
		abort();
	for (size_t n = 0; n < i->n_sections; n++) {
		fprintf(out, "[%s]\n", i->sections[n].name);
		for (k = 0; k < i->n_settings; k++) {
			const struct ini_setting *s = &i->settings[k];

			if (s->section != n)
				continue;
			fprintf(out, "%s%s = ", s->nested ? "  " : "",
			    s->name);
			write_value(out, s->value);
		}
	}
	if (fclose(out) != 0)
		abort();
	return text;
}

/* A name or line that would be something else where it is written now. */
static bool
is_plain(const struct ini *i)
{
	for (size_t k = 0; k < i->n_settings; k++)
		if (strpbrk(i->settings[k].name, "=:#;[") != NULL ||
		    strpbrk(i->settings[k].value, "#;") != NULL ||
		    *i->settings[k].name == '\0')
			return false;
	for (size_t k = 0; k < i->n_sections; k++)
		if (strchr(i->sections[k].name, ']') != NULL ||
		    *i->sections[k].name == '\0')
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ini one, two;
	char *text;
	size_t len;

	if (!parse(&one, data, size))
		return 0;
	for (size_t k = 0; k < one.n_sections; k++)
		check_text(&one, one.sections[k].name);
	for (size_t k = 0; k < one.n_settings; k++) {
		check_text(&one, one.settings[k].name);
		check_text(&one, one.settings[k].value);
		if (one.settings[k].section >= one.n_sections ||
		    (one.settings[k].nested && k == 0))
			abort();
	}
	if (is_plain(&one)) {
		text = write_file(&one, &len);
		if (!parse(&two, text, len) ||
		    two.n_settings != one.n_settings)
			abort();
		for (size_t k = 0; k < one.n_settings; k++) {
			const struct ini_setting *s = ini_find(&two,
			    &two.sections[one.settings[k].section],
			    one.settings[k].name);

			if (!one.settings[k].nested && (s == NULL ||
			    strcmp(s->value, one.settings[k].value) != 0))
				abort();
		}
		free(text);
		ini_free(&two);
	}
	ini_free(&one);
	return 0;
}
