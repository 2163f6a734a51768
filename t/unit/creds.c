/* Credentials: the pure parts, and the choice of a source. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/creds.h"
#include "aws/creds_process.h"
#include "aws/creds_secret.h"
#include "aws/profile.h"
#include "tap.h"

static struct err e = ERR_NONE;
static const struct endpoint_config sts = { .region = "us-east-1" };
static const struct profile_files no_files;
static struct profile profile;
static const struct creds_config config = { .profile = &profile, .sts = &sts };

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
	static const char blank[] = "{\"Version\":1,\"AccessKeyId\":\"i\\n\","
	    "\"SecretAccessKey\":\"\\ts\\r\\n\",\"SessionToken\":\"\","
	    "\"Token\":null,\"Expiration\":\"\"}";
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
	ok(creds_parse(&s, blank, sizeof blank - 1, &e) == 0 &&
	    strcmp(s.id, "i") == 0 && strcmp(s.secret, "s") == 0 &&
	    s.token == NULL && s.expires == 0,
	    "line ends are trimmed, empty members are missing");
	creds_wipe(&s);
	ok(refused("{\"code\":\"NoRole\",\"message\":\"sorry\"}") &&
	    strstr(e.text, "NoRole sorry") != NULL, "an error: %s", e.text);
	ok(refused("{\"AccessKeyId\":\"i\"}"), "no secret");
	ok(refused("{\"AccessKeyId\":1,\"SecretAccessKey\":\"s\"}"),
	    "a number as id");
	ok(refused("{\"AccessKeyId\":\"i\\r\\nx\",\"SecretAccessKey\":\"s\"}"),
	    "a line feed in the id");
	ok(refused("{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\\nt\"}"),
	    "a line feed in the secret");
	ok(refused("{\"AccessKeyId\":\"i # my key\",\"SecretAccessKey\":\"s\"}")
	    && strstr(e.text, "my key") == NULL, "blanks in the id");
	ok(refused("{\"AccessKeyId\":\" \",\"SecretAccessKey\":\"s\"}"),
	    "a blank id");
	ok(refused("{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"\"}"),
	    "an empty secret");
	ok(refused("{\"Version\":2,\"AccessKeyId\":\"i\","
	    "\"SecretAccessKey\":\"s\"}"), "another version");
	ok(refused("{\"Code\":\"Failed\",\"Message\":\"no role\"}") &&
	    strstr(e.text, "Failed no role") != NULL, "an error: %s", e.text);
	ok(refused("{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\","
	    "\"Expiration\":1456380211}"), "a number as time");
	ok(refused("{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\\u0000x\"}"),
	    "a NUL in the secret");
	ok(refused("{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\","
	    "\"Expiration\":\"soon\"}"), "no time");
	ok(refused("<html>"), "no JSON");
	ok(refused(""), "nothing");
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
		ok(creds_url_allowed(allowed[i], &e) == 1, "yes: %s", allowed[i]);
	for (size_t i = 0; i < sizeof not_allowed / sizeof *not_allowed; i++)
		ok(creds_url_allowed(not_allowed[i], &e) == 0, "no: %s",
		    not_allowed[i]);
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
	unsetenv("AWS_DEFAULT_PROFILE");
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	unsetenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	unsetenv("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	profile_select(&profile, &no_files, NULL);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH, "nothing is set");
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil/", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH, "a foreign host");
	setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil/", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH &&
	    strstr(e.text, "evil") == NULL,
	    "a relative URI without its slash: %s", e.text);
	setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x", 1);
	ok(opens("container"), "relative before full");
	setenv("AWS_ACCESS_KEY_ID", "id", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH, "half a pair");
	unsetenv("AWS_ACCESS_KEY_ID");
	setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
	ok(creds_open(&config, &e) == NULL && e.code == EXIT_AUTH &&
	    strstr(e.text, "AWS_ACCESS_KEY_ID is not") != NULL,
	    "the other half: %s", e.text);
	setenv("AWS_ACCESS_KEY_ID", "id", 1);
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

static bool
hangs(const char *command)
{
	struct creds_secret s;

	e.text[0] = '\0';
	return creds_process(command, 100, -1, &s, &e) == -1 &&
	    e.code == EXIT_TEMP && strstr(e.text, "not ended after") != NULL;
}

static void
test_process(void)
{
	int fds[2];
	struct creds_secret s;

	ok(creds_process("echo '{\"AccessKeyId\":\"i\","
	    "\"SecretAccessKey\":\"s\"}'", CREDS_PROCESS_MS, -1, &s, &e) == 0 &&
	    strcmp(s.id, "i") == 0 && strcmp(s.secret, "s") == 0,
	    "a command");
	creds_wipe(&s);
	ok(hangs("exec sleep 1000"), "one that says nothing: %s", e.text);
	ok(hangs("echo; exec sleep 1000"), "one that begins");
	ok(hangs("exec >&-; exec sleep 1000"), "one that does not end");
	ok(hangs("trap '' TERM; sleep 9 & wait; wait"), "one that is deaf");
	ok(pipe(fds) == 0 && write(fds[1], "x", 1) == 1 &&
	    creds_process("exec sleep 1000", CREDS_PROCESS_MS, fds[0], &s,
	    &e) == -1 && e.code == EXIT_TEMP &&
	    strstr(e.text, "stopped") != NULL, "the stop descriptor: %s",
	    e.text);
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	test_parse();
	test_urls();
	test_process();
	test_chain();
	return tap_done();
}
