/* Credentials in JSON, XML and memory. */
#define _GNU_SOURCE	/* explicit_bzero, timegm */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "json/json.h"
#include "aws/xml.h"
#include "aws/creds_secret.h"
#include "base/date.h"

void
creds_wipe_text(char **text)
{
	if (*text != NULL)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

void
creds_wipe(struct creds_secret *s)
{
	creds_wipe_text(&s->id);
	creds_wipe_text(&s->secret);
	creds_wipe_text(&s->token);
	s->expires = 0;
}

/* It goes into a header. */
bool
creds_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

/* A copy without the white space around it: a line end that came along from a
 * file or a secret store.  what: for messages, which never have the text. */
static int
keep(char **to, const char *what, const char *text, struct err *e)
{
	static const char space[] = " \t\n\v\f\r";
	size_t len;

	text += strspn(text, space);
	len = strlen(text);
	while (len > 0 && strchr(space, text[len - 1]) != NULL)
		len--;
	if ((*to = strndup(text, len)) == NULL)
		return err_memory(e);
	if (len == 0)
		return err_set(e, EXIT_AUTH, "the %s is empty", what);
	return creds_printable(*to) ? 0 : err_set(e, EXIT_AUTH,
	    "the %s contains control characters", what);
}

/* What follows a value in AWS's files is part of it, a comment, too. */
static int
check_id(const char *id, struct err *e)
{
	for (; *id != '\0'; id++)
		if (*id == ' ' || (unsigned char)*id >= 0x7f)
			return err_set(e, EXIT_AUTH, "the access key id has a "
			    "blank or a byte that is not ASCII in it");
	return 0;
}

int
creds_keep(struct creds_secret *s, const char *id, const char *secret,
    const char *token, struct err *e)
{
	*s = (struct creds_secret){ 0 };
	if (keep(&s->id, "access key id", id, e) == 0 &&
	    check_id(s->id, e) == 0 &&
	    keep(&s->secret, "secret access key", secret, e) == 0 &&
	    (token == NULL || *token == '\0' ||
	    keep(&s->token, "session token", token, e) == 0))
		return 0;
	creds_wipe(s);
	return -1;
}

static int
keep_expiry(struct creds_secret *s, const char *text, struct err *e)
{
	if (date_parse_iso(text, &s->expires) && s->expires > 0)
		return 0;
	creds_wipe(s);
	return err_set(e, EXIT_AUTH, "unreadable credentials: Expiration is "
	    "not a time");
}

/* JSON. */

enum { ID, SECRET, TOKEN, SESSION, EXPIRES, FORMAT, CODE, MESSAGE, CODE2,
	MESSAGE2, MEMBERS };

/* A text without a NUL; an empty one is none. */
static const char *
text_of(const struct json_want *w)
{
	return w->type == JSON_STRING && w->len > 0 &&
	    strlen(w->text) == w->len ? w->text : NULL;
}

/* The answer has no keys: what does it have? */
static int
explain(const struct json_want w[MEMBERS], struct err *e)
{
	const char *code = text_of(&w[CODE]), *message = text_of(&w[MESSAGE]);

	if (code == NULL && message == NULL) {
		code = text_of(&w[CODE2]);
		message = text_of(&w[MESSAGE2]);
	}
	if (code == NULL && message == NULL)
		return err_set(e, EXIT_AUTH, "no credentials in the answer: "
		    "AccessKeyId or SecretAccessKey is missing");
	return err_set(e, EXIT_AUTH, "no credentials in the answer: %.200s%s"
	    "%.400s", code == NULL ? "" : code,
	    code == NULL || message == NULL ? "" : " ",
	    message == NULL ? "" : message);
}

static int
take_members(struct creds_secret *s, const struct json_want w[MEMBERS],
    struct err *e)
{
	const char *id = text_of(&w[ID]), *secret = text_of(&w[SECRET]);
	const char *token = text_of(&w[TOKEN]);
	const struct json_want *until = &w[EXPIRES];
	uint64_t version = 1;

	if (id == NULL || secret == NULL)
		return explain(w, e);
	if (w[FORMAT].type != JSON_ABSENT &&
	    (!json_want_number(&w[FORMAT], &version) || version != 1))
		return err_set(e, EXIT_AUTH, "unreadable credentials: their "
		    "Version is not 1");
	if (token == NULL)
		token = text_of(&w[SESSION]);
	if (creds_keep(s, id, secret, token, e) != 0)
		return -1;
	if (until->type == JSON_ABSENT || until->type == JSON_NULL ||
	    (until->type == JSON_STRING && until->len == 0))
		return 0;
	return keep_expiry(s, until->type == JSON_STRING ? until->text : "",
	    e);
}

int
creds_parse(struct creds_secret *s, const char *json, size_t len,
    struct err *e)
{
	struct json_want w[MEMBERS] = {
		[ID] = { .path = "AccessKeyId" },
		[SECRET] = { .path = "SecretAccessKey" },
		[TOKEN] = { .path = "Token" },
		[SESSION] = { .path = "SessionToken" },
		[EXPIRES] = { .path = "Expiration" },
		[FORMAT] = { .path = "Version" },
		[CODE] = { .path = "code" },		/* ECS */
		[MESSAGE] = { .path = "message" },
		[CODE2] = { .path = "Code" },		/* EC2 */
		[MESSAGE2] = { .path = "Message" },
	};
	int rc;

	*s = (struct creds_secret){ 0 };
	if (json_pick(json, len, w, MEMBERS, e) != 0) {
		err_class(e, EXIT_AUTH);
		return err_prefix(e, "unreadable credentials");
	}
	rc = take_members(s, w, e);
	for (int i = 0; i < MEMBERS; i++)
		if (w[i].text != NULL)
			explicit_bzero(w[i].text, w[i].len);
	json_want_free(w, MEMBERS);
	return rc;
}

/* XML. */

/* The members of Credentials in the answer to an action. */
#define ANSWER(action, member) \
	{ .path = action "Response." action "Result.Credentials." member }

int
creds_parse_sts(struct creds_secret *s, const char *xml, size_t len,
    struct err *e)
{
	enum { STS_ID, STS_SECRET, STS_TOKEN, STS_EXPIRES, COUNT };
	struct xml_want all[] = {
		ANSWER("AssumeRoleWithWebIdentity", "AccessKeyId"),
		ANSWER("AssumeRoleWithWebIdentity", "SecretAccessKey"),
		ANSWER("AssumeRoleWithWebIdentity", "SessionToken"),
		ANSWER("AssumeRoleWithWebIdentity", "Expiration"),
		ANSWER("AssumeRole", "AccessKeyId"),
		ANSWER("AssumeRole", "SecretAccessKey"),
		ANSWER("AssumeRole", "SessionToken"),
		ANSWER("AssumeRole", "Expiration"),
	};
	const struct xml_want *w = all;
	bool whole = true;
	int rc;

	*s = (struct creds_secret){ 0 };
	if (xml_pick(xml, len, all, 2 * COUNT, e) != 0) {
		err_class(e, EXIT_AUTH);
		return err_prefix(e, "unreadable credentials");
	}
	if (w[STS_ID].text == NULL)
		w += COUNT;
	for (int i = 0; i < COUNT; i++)
		whole = whole && w[i].text != NULL && *w[i].text != '\0';
	if (!whole)
		rc = err_set(e, EXIT_AUTH, "no credentials in STS's answer");
	else
		rc = creds_keep(s, w[STS_ID].text, w[STS_SECRET].text,
		    w[STS_TOKEN].text, e);
	if (rc == 0)
		rc = keep_expiry(s, w[STS_EXPIRES].text, e);
	xml_want_free(all, 2 * COUNT);
	return rc;
}

static bool
local_address(const char *host)
{
	static const char *const known[] = { "localhost", "169.254.170.2",
		"169.254.170.23", "[::1]", "[fd00:ec2::23]" };
	struct in_addr v4;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasecmp(host, known[i]) == 0)
			return true;
	return inet_pton(AF_INET, host, &v4) == 1 &&
	    ntohl(v4.s_addr) >> 24 == 127;
}

int
creds_url_allowed(const char *url, struct err *e)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL;
	CURLUcode why = CURLUE_OUT_OF_MEMORY;
	int allowed = 0;

	if (u != NULL)
		why = curl_url_set(u, CURLUPART_URL, url, 0);
	if (why == CURLUE_OK)
		why = curl_url_get(u, CURLUPART_SCHEME, &scheme, 0);
	if (why == CURLUE_OK)
		why = curl_url_get(u, CURLUPART_HOST, &host, 0);
	if (why == CURLUE_OK)
		allowed = strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && local_address(host));
	else if (why == CURLUE_OUT_OF_MEMORY)
		allowed = err_memory(e);
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return allowed;
}
