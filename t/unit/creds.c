/* Credentials: the pure parts, and the choice of a source. */
#include <stdlib.h>
#include <string.h>

#include "aws/creds.h"
#include "aws/creds_secret.h"
#include "base/date.h"
#include "aws/profile.h"
#include "tap.h"

static struct err e = ERR_NONE;
static const struct endpoint_config sts = { .region = "us-east-1" };
static const struct creds_config config = { .sts = &sts };

static bool
refused(const char *json)
{
	struct creds_secret s;

	e.text[0] = '\0';
	return creds_parse(&s, json, strlen(json), &e) == -1 &&
	    e.code == EXIT_AUTH && s.id == NULL && s.secret == NULL;
}

static void
test_parse(void)
{
	static const char json[] = "{\"RoleArn\":\"r\",\"AccessKeyId\":\"id\","
	    "\"SecretAccessKey\":\"s\\u00e9\\/\",\"Token\":\"t==\","
	    "\"Expiration\":\"2016-02-25T06:03:31Z\"}";
	static const char bare[] =
	    "{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\"}";
	struct creds_secret s;

	ok(creds_parse(&s, json, sizeof json - 1, &e) == 0 &&
	    strcmp(s.id, "id") == 0 && strcmp(s.secret, "s\xc3\xa9/") == 0 &&
	    strcmp(s.token, "t==") == 0 && s.expires == 1456380211,
	    "the container's answer");
	creds_wipe(&s);
	ok(s.id == NULL && s.secret == NULL && s.token == NULL, "wiped");
	ok(creds_parse(&s, bare, sizeof bare - 1, &e) == 0 && s.token == NULL && s.expires == 0,
	    "neither token nor end");
	creds_wipe(&s);
	ok(refused("{\"code\":\"NoRole\",\"message\":\"sorry\"}") &&
	    strstr(e.text, "NoRole sorry") != NULL, "an error: %s", e.text);
	ok(refused("{\"AccessKeyId\":\"i\"}"), "no secret");
	ok(refused("{\"AccessKeyId\":1,\"SecretAccessKey\":\"s\"}"),
	    "a number as id");
	ok(refused("{\"AccessKeyId\":\"i\\r\\n\",\"SecretAccessKey\":\"s\"}"),
	    "a line feed in the id");
	ok(refused("{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\\u0000x\"}"),
	    "a NUL in the secret");
	ok(refused("{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\","
	    "\"Expiration\":\"soon\"}"), "no time");
	ok(refused("<html>"), "no JSON");
	ok(refused(""), "nothing");
}

/* -1 when it is no time. */
static int64_t
iso(const char *text)
{
	int64_t t;

	return date_parse_iso(text, &t) ? t : -1;
}

static void
test_time(void)
{
	ok(iso("1970-01-02T00:00:00Z") == 86400, "Z");
	ok(iso("2016-02-25T06:03:31.123Z") == 1456380211, "a fraction");
	ok(iso("2016-02-25T07:03:31+01:00") == 1456380211, "east");
	ok(iso("2016-02-25T05:33:31-00:30") == 1456380211, "west");
	ok(iso("2016-02-25") == -1 && iso("") == -1 &&
	    iso("2016-02-25T06:03:31") == -1 &&
	    iso("2016-02-25T06:03:31+") == -1, "no times");
}

static void
test_urls(void)
{
	static const char *const allowed[] = { "https://example.com/x",
		"http://127.0.0.1:80/x", "http://127.9.9.9/",
		"http://localhost:1234/a", "http://[::1]/", "http://169.254.170.2/",
		"http://169.254.170.23/v1", "http://[fd00:ec2::23]/v1" };
	static const char *const not_allowed[] = { "http://example.com/",
		"http://169.254.169.254/", "http://128.0.0.1/", "ftp://127.0.0.1/",
		"http://127.0.0.1.example.com/", "http://localhost.evil/",
		"http://localhost@evil/", "file:///etc/passwd", "", "nonsense" };

	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		ok(creds_url_allowed(allowed[i]), "yes: %s", allowed[i]);
	for (size_t i = 0; i < sizeof not_allowed / sizeof *not_allowed; i++)
		ok(!creds_url_allowed(not_allowed[i]), "no: %s",
		    not_allowed[i]);
}

static bool
finds(const char *text, const char *section, const char *key,
    const char *want)
{
	bool found = false;
	size_t len = 0;
	const char *value = profile_find(text, section, NULL, key, &len,
	    &found);

	return value == NULL || want == NULL ? value == want :
	    len == strlen(want) && memcmp(value, want, len) == 0;
}

static void
test_profiles(void)
{
	static const char text[] = "# note\n[default]\nkey = a\n\n[ profile x ]"
	    " # y\nkey=b = c ; note\r\nnested =\n  key = d\n;key = e\n"
	    "k;ey#=f#g\n[z]\nkey\n[default]\nother= h";

	ok(finds(text, "default", "key", "a"), "a setting");
	ok(finds(text, "default", "other", "h"), "a section in two pieces");
	ok(finds(text, "profile x", "key", "b = c"), "blanks and a comment");
	ok(finds(text, "profile x", "nested", NULL), "nested settings");
	ok(finds(text, "profile x", "k;ey#", "f#g"), "no comments");
	ok(finds(text, "z", "key", NULL), "no equals sign");
	ok(finds(text, "none", "key", NULL), "no section");
	ok(finds("", "default", "key", NULL), "no text");
	ok(finds("[", "default", "key", NULL), "half a section");
	ok(finds("[default]\nkey=", "default", "key", NULL), "no value");
}

static bool
opens(const char *source)
{
	struct creds *c = creds_open(&config, &e);
	bool same = c != NULL && strcmp(creds_source(c), source) == 0;

	creds_close(c);
	return same;
}

static void
test_chain(void)
{
	struct sigv4_key key;
	struct creds *c;

	unsetenv("AWS_ACCESS_KEY_ID");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	unsetenv("AWS_SESSION_TOKEN");
	unsetenv("AWS_WEB_IDENTITY_TOKEN_FILE");
	unsetenv("AWS_PROFILE");
	setenv("AWS_CONFIG_FILE", "/dev/null", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	unsetenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	unsetenv("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH, "nothing is set");
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil/", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH, "a foreign host");
	setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil/", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH,
	    "a relative URI without its slash");
	setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x", 1);
	ok(opens("container"), "relative before full");
	setenv("AWS_ACCESS_KEY_ID", "id", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH, "half a pair");
	setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
	setenv("AWS_SESSION_TOKEN", "token", 1);
	ok(opens("environment"), "the environment goes first");
	c = creds_open(&config, &e);
	ok(c != NULL && creds_get(c, 0, &key, &e) == 0 &&
	    strcmp(key.id, "id") == 0 && strcmp(key.secret, "secret") == 0 &&
	    strcmp(key.token, "token") == 0, "its key");
	ok(c != NULL && !creds_expired(c), "has nothing newer");
	creds_close(c);
	setenv("AWS_ACCESS_KEY_ID", "id\nx", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH, "a line feed");
}

int
main(void)
{
	test_parse();
	test_time();
	test_urls();
	test_profiles();
	test_chain();
	return tap_done();
}
