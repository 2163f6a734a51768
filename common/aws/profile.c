/* The two files, and the sections in them that are one profile. */
#define _GNU_SOURCE	/* asprintf */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/io.h"
#include "aws/profile.h"

enum { FILE_MAX = 1 << 20 };	/* bytes; thousands of profiles */

/*
 * Is header "KIND name", divided into words as a shell does it?  That is what
 * aws configure writes for a name with a blank, and what botocore reads by
 * shlex.split(): quotes of both kinds, and backslashes.
 */
static bool
is_header(const char *header, const char *kind, const char *name)
{
	const char *p = header, *want = "";
	unsigned words = 0;
	bool word = false, same = true;
	char quote = '\0';

	if (strncmp(header, kind, strlen(kind)) != 0)
		return false;
	for (; *p != '\0'; p++) {
		if (quote == '\0' && strchr(" \t\r\n", *p) != NULL) {
			word = false;
			continue;
		}
		if (!word) {
			word = true;
			if (++words == 2)
				want = name;
			else if (words > 2)
				return false;
		}
		if (quote != '\0' ? *p == quote : *p == '"' || *p == '\'') {
			quote = quote != '\0' ? '\0' : *p;
			continue;
		}
		if (*p == '\\' && (quote == '\0' || (quote == '"' &&
		    (p[1] == '"' || p[1] == '\\'))) && *++p == '\0')
			return false;
		if (words == 2)
			same = same && *p == *want && *want++ != '\0';
	}
	return quote == '\0' && words == 2 && same && *want == '\0';
}

/* The last section of a file that is of that kind and name; kind "": just of
 * that name. */
static const struct ini_section *
section_of(const struct ini *i, const char *kind, const char *name)
{
	const struct ini_section *found = NULL;

	for (size_t k = 0; k < i->n_sections; k++) {
		const struct ini_section *s = &i->sections[k];

		if (*kind == '\0' ? strcmp(s->name, name) == 0 :
		    is_header(s->name, kind, name))
			found = s;
	}
	return found;
}

/* [default] is a profile's header, too. */
static const struct ini_section *
config_section(const struct ini *i, const char *name)
{
	const struct ini_section *s = section_of(i, "profile", name);
	const struct ini_section *plain = strcmp(name, "default") == 0 ?
	    section_of(i, "", name) : NULL;

	return s == NULL || (plain != NULL && plain->line > s->line) ? plain :
	    s;
}

/* The path in $variable, or name in ~/.aws; a tilde is not left to the shell,
 * as there may have been none.  NULL with e. */
static char *
path_of(const char *variable, const char *name, struct err *e)
{
	const char *path = environment(variable), *home = getenv("HOME");
	char *made;
	int n;

	home = home == NULL ? "" : home;
	if (path == NULL)
		n = asprintf(&made, "%s/.aws/%s", home, name);
	else if (strncmp(path, "~/", 2) == 0)
		n = asprintf(&made, "%s%s", home, path + 1);
	else
		n = asprintf(&made, "%s", path);
	if (n >= 0)
		return made;
	err_memory(e);
	return NULL;
}

static int
read_file(const char *variable, const char *name, struct ini *i,
    struct err *e)
{
	char *path = path_of(variable, name, e), *text;
	size_t len;
	int rc = -1;

	if (path == NULL)
		return -1;
	if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		rc = 0;
	else if ((text = io_slurp(path, FILE_MAX, &len, e)) != NULL &&
	    (rc = ini_parse(i, text, len, e)) != 0)
		err_prefix(e, "cannot read '%.200s'", path);
	if (rc != 0)
		err_class(e, EXIT_AUTH);
	free(path);
	return rc;
}

int
profile_files_read(struct profile_files *f, struct err *e)
{
	*f = (struct profile_files){ { 0 }, { 0 } };
	if (read_file("AWS_SHARED_CREDENTIALS_FILE", "credentials",
	    &f->credentials, e) == 0 &&
	    read_file("AWS_CONFIG_FILE", "config", &f->config, e) == 0)
		return 0;
	profile_files_free(f);
	return -1;
}

void
profile_files_free(struct profile_files *f)
{
	ini_free(&f->credentials);
	ini_free(&f->config);
}

void
profile_select(struct profile *p, const struct profile_files *f,
    const char *name)
{
	*p = (struct profile){ .files = f, .name = name,
		.named = name != NULL };
	if (p->name == NULL)
		p->name = environment("AWS_PROFILE");
	if (p->name == NULL)
		p->name = environment("AWS_DEFAULT_PROFILE");
	p->asked = p->name != NULL;
	if (p->name == NULL)
		p->name = "default";
	p->in_credentials = section_of(&f->credentials, "", p->name);
	p->in_config = config_section(&f->config, p->name);
}

bool
profile_found(const struct profile *p)
{
	return p->in_credentials != NULL || p->in_config != NULL;
}

/* Empty is as good as not set. */
static const char *
value_of(const struct ini_setting *s)
{
	return s == NULL || *s->value == '\0' ? NULL : s->value;
}

const char *
profile_get_credentials(const struct profile *p, const char *name)
{
	return value_of(ini_find(&p->files->credentials, p->in_credentials, name));
}

const char *
profile_get_config(const struct profile *p, const char *name)
{
	return value_of(ini_find(&p->files->config, p->in_config, name));
}

const char *
profile_get(const struct profile *p, const char *name)
{
	const char *value = profile_get_credentials(p, name);

	return value != NULL ? value : profile_get_config(p, name);
}

static const char *
below(const struct ini *i, const struct ini_section *section,
    const char *outer, const char *name)
{
	const struct ini_setting *s = ini_find(i, section, outer);
	const char *value = s == NULL ? NULL : ini_below(i, s, name);

	return value == NULL || *value == '\0' ? NULL : value;
}

const char *
profile_get_below(const struct profile *p, const char *outer,
    const char *name)
{
	const char *value = below(&p->files->credentials, p->in_credentials, outer,
	    name);

	return value != NULL ? value : below(&p->files->config, p->in_config, outer,
	    name);
}

int
profile_get_service(const struct profile *p, const char *service,
    const char *name, const char **value, struct err *e)
{
	const char *services = profile_get(p, "services");
	const struct ini_section *section;

	*value = NULL;
	if (services == NULL)
		return 0;
	section = section_of(&p->files->config, "services", services);
	if (section == NULL)
		return err_set(e, EXIT_AUTH, "profile '%s' has services = "
		    "%.100s, but there is no section [services %.100s]",
		    p->name, services, services);
	*value = below(&p->files->config, section, service, name);
	return 0;
}
