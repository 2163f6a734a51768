/* Settings from ~/.aws: sections, keys, values. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/io.h"
#include "network/creds_secret.h"
#include "network/profile.h"

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

static char *
value_of(const char *text, size_t len)
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
	return end == 0 ? NULL : strndup(text, end);
}

char *
profile_find(const char *text, const char *section, const char *outer,
    const char *key, bool *has_section)
{
	bool inside = false, below = false;
	char *value = NULL;

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
				value = value_of(equals + 1, len - name - 1);
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
			return err_set(e, EXIT_INTERNAL, "no memory");
		path = built;
	}
	if (access(path, F_OK) != 0)
		*text = strdup("");
	else
		*text = io_slurp(path, FILE_MAX, NULL, e);
	if (*text == NULL) {
		e->code = EXIT_AUTH;
		rc = -1;
	}
	free(built);
	return rc;
}

/* The name of its section in the config file. */
static char *
config_section(const char *name)
{
	char *section;

	if (strcmp(name, "default") == 0)
		return strdup(name);
	return asprintf(&section, "profile %s", name) < 0 ? NULL : section;
}

int
profile_open(struct profile *p, const char *name, struct err *e)
{
	*p = (struct profile){ .name = name };
	if (p->name == NULL)
		p->name = environment("AWS_PROFILE");
	if (p->name == NULL)
		p->name = "default";
	if (read_file("AWS_SHARED_CREDENTIALS_FILE", "credentials",
	    &p->credentials, e) != 0 ||
	    read_file("AWS_CONFIG_FILE", "config", &p->config, e) != 0) {
		profile_close(p);
		return -1;
	}
	free(profile_find(p->credentials, p->name, NULL, "", &p->found));
	char *section = config_section(p->name);

	if (section != NULL)
		free(profile_find(p->config, section, NULL, "", &p->found));
	free(section);
	return 0;
}

void
profile_close(struct profile *p)
{
	creds_wipe_text(&p->credentials);
	creds_wipe_text(&p->config);
}

/* A setting of the profile in both files. */
static char *
get(const struct profile *p, const char *outer, const char *key)
{
	bool found = false;
	char *value = profile_find(p->credentials, p->name, outer, key,
	    &found);
	char *section;

	if (value != NULL)
		return value;
	if ((section = config_section(p->name)) == NULL)
		return NULL;
	value = profile_find(p->config, section, outer, key, &found);
	free(section);
	return value;
}

char *
profile_get(const struct profile *p, const char *key)
{
	return get(p, NULL, key);
}

char *
profile_get_below(const struct profile *p, const char *outer, const char *key)
{
	return get(p, outer, key);
}

char *
profile_service(const struct profile *p, const char *service, const char *key)
{
	char *services = profile_get(p, "services"), *section, *value = NULL;
	bool found = false;

	if (services != NULL && asprintf(&section, "services %s",
	    services) >= 0) {
		value = profile_find(p->config, section, service, key, &found);
		free(section);
	}
	free(services);
	return value;
}
