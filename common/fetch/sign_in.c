/* sign_in: secrets into one header, and out of memory. */
#define _GNU_SOURCE	/* explicit_bzero */
#include "fetch/sign_in.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/environment.h"
#include "base/io.h"

/* Bytes of a file with a secret: tokens have up to 4 KiB. */
enum { SECRET_MAX = 16 * 1024 };

void
sign_in_wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

char *
sign_in_secret(const char *option, const char *env, const char *file,
    size_t *len, struct err *e)
{
	const char *value = env == NULL ? NULL : environment(env);
	char *text = NULL;
	size_t size = 0;

	if (env != NULL && value == NULL)
		err_set(e, EXIT_AUTH, "%s: the variable '%s' is not set, or "
		    "empty", option, env);
	else if (env != NULL && (text = strdup(value)) == NULL)
		err_memory(e);
	else if (env == NULL &&
	    (text = io_slurp(file, SECRET_MAX, &size, e)) == NULL)
		err_class(e, EXIT_AUTH);
	if (text == NULL)
		return NULL;
	size = env != NULL ? strlen(text) : size;
	*len = strcspn(text, "\r\n");
	if (*len > 0 && strlen(text) == size) {
		explicit_bzero(text + *len, size - *len);
		return text;
	}
	explicit_bzero(text, size);
	free(text);
	err_set(e, EXIT_AUTH, *len > 0 ? "%s: '%s' holds a NUL" :
	    "%s: there is nothing in the first line of '%s'", option,
	    env != NULL ? env : file);
	return NULL;
}

char *
sign_in_basic(const char *user, const char *password)
{
	static const char basic[] = "Basic ";
	size_t size = strlen(user) + strlen(password) + 2;
	char *pair = malloc(size);
	char *text = malloc(sizeof basic + BASE64_SIZE(size));

	if (pair != NULL && text != NULL) {
		snprintf(pair, size, "%s:%s", user, password);
		memcpy(text, basic, sizeof basic);
		base64_write(text + sizeof basic - 1, pair, size - 1);
	} else {
		free(text);
		text = NULL;
	}
	sign_in_wipe(pair);
	return text;
}

static int
add(struct headers *h, const char *scheme, const char *value, struct err *e)
{
	static const char name[] = "Authorization: ";
	size_t size = sizeof name + strlen(scheme) + strlen(value);
	char *header = malloc(size);
	int r;

	if (header == NULL)
		return err_memory(e);
	snprintf(header, size, "%s%s%s", name, scheme, value);
	r = headers_add(h, header, e);
	sign_in_wipe(header);
	return r;
}

static int
add_basic(const struct sign_in *s, struct headers *h, struct err *e)
{
	size_t len;
	char *password = sign_in_secret("-u", s->password_env,
	    s->password_file, &len, e), *value;
	int r;

	if (password == NULL)
		return -1;
	value = sign_in_basic(s->user, password);
	r = value == NULL ? err_memory(e) : add(h, "", value, e);
	sign_in_wipe(value);
	sign_in_wipe(password);
	return r;
}

static int
add_bearer(const struct sign_in *s, struct headers *h, struct err *e)
{
	size_t len;
	char *token = sign_in_secret("--bearer", s->bearer_env, s->bearer_file,
	    &len, e);
	int r = 0;

	if (token == NULL)
		return -1;
	for (size_t i = 0; i < len; i++)
		if (token[i] <= ' ' || token[i] > '~')
			r = err_set(e, EXIT_AUTH, "the token of --bearer-env or "
			    "--bearer-file holds a blank, or what is not "
			    "ASCII");
	if (r == 0)
		r = add(h, "Bearer ", token, e);
	sign_in_wipe(token);
	return r;
}

/* One way, and only one secret for it. */
static int
check(const struct sign_in *s, const struct headers *h, struct err *e)
{
	bool password = s->password_env != NULL || s->password_file != NULL;
	bool bearer = s->bearer_env != NULL || s->bearer_file != NULL;

	if ((s->user != NULL) != password)
		return err_set(e, EXIT_USAGE, "%s", password ? "a password "
		    "goes with -u" : "-u needs --password-env or "
		    "--password-file");
	if ((s->password_env != NULL && s->password_file != NULL) ||
	    (s->bearer_env != NULL && s->bearer_file != NULL))
		return err_set(e, EXIT_USAGE, "a secret comes from a variable "
		    "or a file, not from both");
	if ((password && bearer) || ((password || bearer) &&
	    headers_have(h, "Authorization")))
		return err_set(e, EXIT_USAGE, "-u, --bearer-env, --bearer-file "
		    "and a header Authorization exclude each other");
	return 0;
}

int
sign_in_add(const struct sign_in *s, struct headers *h, struct err *e)
{
	if (check(s, h, e) == -1)
		return -1;
	if (s->user != NULL)
		return add_basic(s, h, e);
	return s->bearer_env == NULL && s->bearer_file == NULL ? 0 :
	    add_bearer(s, h, e);
}
