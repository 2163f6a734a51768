/*
 * aws-profile NAME…: prints as JSON what AWS's files say of the profile that
 * the environment chooses: each setting of that name ("s3.addressing_style" is
 * one below another), and the credentials; or nothing and 77.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/creds.h"
#include "aws/profile.h"
#include "json/json_writer.h"

static void
print_setting(struct json_writer *j, const struct profile *p, char *name)
{
	char *dot = strchr(name, '.');

	if (dot == NULL) {
		json_writer_text(j, name, profile_get(p, name));
		return;
	}
	*dot = '\0';
	json_writer_text(j, dot + 1, profile_get_below(p, name, dot + 1));
}

static int
print_creds(struct json_writer *j, const struct profile *p, struct err *e)
{
	const struct endpoint_config sts = { .region = "us-east-1" };
	const struct creds_config config = { .profile = p, .sts = &sts };
	struct creds *c = creds_open(&config, e);
	struct sigv4_key key;
	int rc = -1;

	if (c != NULL && creds_get(c, (int64_t)time(NULL), &key, e) == 0) {
		json_writer_text(j, "access_key", key.id);
		json_writer_text(j, "secret_key", key.secret);
		json_writer_text(j, "token", key.token);
		rc = 0;
	}
	creds_close(c);
	return rc;
}

static int
print(int argc, char **argv, struct err *e)
{
	struct profile_files files;
	struct profile p;
	struct json_writer j;
	char *text;
	size_t len;
	int rc;

	if (profile_files_read(&files, e) != 0)
		return -1;
	profile_select(&p, &files, NULL);
	json_writer_begin(&j);
	for (int i = 1; i < argc; i++)
		print_setting(&j, &p, argv[i]);
	rc = print_creds(&j, &p, e);
	text = json_writer_end(&j, &len);
	if (rc == 0 && text != NULL)
		fputs(text, stdout);
	free(text);
	profile_files_free(&files);
	return rc;
}

int
main(int argc, char **argv)
{
	struct err e = ERR_NONE;

	diag_name("aws-profile");
	return print(argc, argv, &e) == 0 ? 0 : diag_report(&e);
}
