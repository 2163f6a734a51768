/* Settings from ~/.aws: sections, keys, values. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/io.h"
#include "aws/creds_secret.h"
#include "aws/profile.h"

enum { FILE_MAX = 1 << 20 };

#define BLANK " \t\r"

/* Is text, of len bytes, without the blanks around it, just want? */
static bool
is(const char *text, size_t len, const char *want)
{
	while (len > 0 && strchr(BLANK, *text) != NULL) {
		text++;
		len--;
	}
	while (len > 0 && strchr(BLANK, text[len - 1]) != NULL)
		len--;
	return strlen(want) == len && memcmp(text, want, len) == 0;
}

/* "[section]" and what may stand behind it. */
static bool
is_section(const char *line, size_t len, const char *section)
{
	const char *end = memchr(line, ']', len);

	return end != NULL && is(line + 1, (size_t)(end - line - 1), section);
}

/* The value in text: without blanks around it, and without a comment.  NULL:
 * nothing is left. */
static const char *
value_of(const char *text, size_t len, size_t *value_len)
{
	size_t end = 0;

	while (len > 0 && strchr(BLANK, *text) != NULL) {
		text++;
		len--;
	}
	for (; end < len; end++)
		if (end > 0 && (text[end] == '#' || text[end] == ';') &&
		    strchr(BLANK, text[end - 1]) != NULL)
			break;
	while (end > 0 && strchr(BLANK, text[end - 1]) != NULL)
		end--;
	*value_len = end;
	return end == 0 ? NULL : text;
}

const char *
profile_find(const char *text, const char *section, const char *outer,
    const char *key, size_t *value_len, bool *has_section)
{
	bool inside = false, below = false;
	const char *value = NULL;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		const char *equals = memchr(text, '=', len);
		bool indented = strchr(BLANK, *text) != NULL;

		if (*text == '[') {
			inside = is_section(text, len, section);
			below = false;
			*has_section |= inside;
		} else if (inside && equals != NULL && *text != '#' &&
		    *text != ';') {
			size_t name = (size_t)(equals - text);

			if (!indented)
				below = outer != NULL && is(text, name, outer);
			if (value == NULL && indented == (outer != NULL) &&
			    indented == below && is(text, name, key))
				value = value_of(equals + 1, len - name - 1,
				    value_len);
		}
		text += len + (text[len] == '\n');
	}
	return value;
}

/* $variable, or that file in ~/.aws; *text becomes its contents. */
static int
read_file(const char *variable, const char *name, char **text, struct err *e)
{
	const char *path = environment(variable), *home = getenv("HOME");
	char *built = NULL;
	int rc = 0;

	*text = NULL;
	if (path == NULL) {
		if (asprintf(&built, "%s/.aws/%s", home == NULL ? "" : home,
		    name) < 0)
			return err_memory(e);
		path = built;
	}
	if (access(path, F_OK) != 0) {
		*text = strdup("");
		rc = *text == NULL ? err_memory(e) : 0;
	} else if ((*text = io_slurp(path, FILE_MAX, NULL, e)) == NULL) {
		e->code = EXIT_AUTH;
		rc = -1;
	}
	free(built);
	return rc;
}

/* The name of its section in the config file. */
static int
name_section(struct profile *p, struct err *e)
{
	if (asprintf(&p->section, "%s%s", strcmp(p->name, "default") == 0 ?
	    "" : "profile ", p->name) >= 0)
		return 0;
	p->section = NULL;
	return err_memory(e);
}

int
profile_open(struct profile *p, const char *name, struct err *e)
{
	size_t len;

	*p = (struct profile){ .name = name };
	if (p->name == NULL)
		p->name = environment("AWS_PROFILE");
	if (p->name == NULL)
		p->name = "default";
	if (read_file("AWS_SHARED_CREDENTIALS_FILE", "credentials",
	    &p->credentials, e) != 0 ||
	    read_file("AWS_CONFIG_FILE", "config", &p->config, e) != 0 ||
	    name_section(p, e) != 0) {
		profile_close(p);
		return -1;
	}
	profile_find(p->credentials, p->name, NULL, "", &len, &p->found);
	profile_find(p->config, p->section, NULL, "", &len, &p->found);
	return 0;
}

void
profile_close(struct profile *p)
{
	creds_wipe_text(&p->credentials);
	creds_wipe_text(&p->config);
	free(p->section);
	p->section = NULL;
}

static int
copy(char **to, const char *value, size_t len, struct err *e)
{
	*to = value == NULL ? NULL : strndup(value, len);
	return value == NULL || *to != NULL ? 0 : err_memory(e);
}

/* A setting of the profile in both files. */
static int
get(const struct profile *p, const char *outer, const char *key, char **value,
    struct err *e)
{
	bool found = false;
	size_t len = 0;
	const char *at = profile_find(p->credentials, p->name, outer, key,
	    &len, &found);

	if (at == NULL)
		at = profile_find(p->config, p->section, outer, key, &len,
		    &found);
	return copy(value, at, len, e);
}

int
profile_get(const struct profile *p, const char *key, char **value,
    struct err *e)
{
	return get(p, NULL, key, value, e);
}

int
profile_get_below(const struct profile *p, const char *outer, const char *key,
    char **value, struct err *e)
{
	return get(p, outer, key, value, e);
}

int
profile_service(const struct profile *p, const char *service, const char *key,
    char **value, struct err *e)
{
	char *services, *section = NULL;
	const char *at = NULL;
	bool found = false;
	size_t len = 0;
	int rc = 0;

	*value = NULL;
	if (profile_get(p, "services", &services, e) != 0)
		return -1;
	if (services != NULL && asprintf(&section, "services %s",
	    services) < 0) {
		section = NULL;
		rc = err_memory(e);
	}
	if (section != NULL)
		at = profile_find(p->config, section, service, key, &len,
		    &found);
	if (at != NULL)
		rc = copy(value, at, len, e);
	free(section);
	free(services);
	return rc;
}
