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

/* A key goes into a header: no control bytes. */
bool
creds_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

int
creds_keep(struct creds_secret *s, const char *id, const char *secret,
    const char *token, struct err *e)
{
	if (!creds_printable(id) || (token != NULL && !creds_printable(token)))
		return err_set(e, EXIT_AUTH,
		    "the credentials contain control characters");
	s->id = strdup(id);
	s->secret = strdup(secret);
	s->token = token == NULL ? NULL : strdup(token);
	if (s->id == NULL || s->secret == NULL ||
	    (token != NULL && s->token == NULL)) {
		creds_wipe(s);
		return err_memory(e);
	}
	return 0;
}

static bool
read_expiry(struct creds_secret *s, const char *text)
{
	return date_parse_iso(text, &s->expires) && s->expires > 0;
}

int
creds_parse(struct creds_secret *s, const char *json, size_t len,
    struct err *e)
{
	enum { ID, SECRET, TOKEN, SESSION, EXPIRES, CODE, MESSAGE, COUNT };
	struct json_want w[COUNT] = {
		[ID] = { .path = "AccessKeyId" },
		[SECRET] = { .path = "SecretAccessKey" },
		[TOKEN] = { .path = "Token" },
		[SESSION] = { .path = "SessionToken" },
		[EXPIRES] = { .path = "Expiration" },
		[CODE] = { .path = "code" },
		[MESSAGE] = { .path = "message" },
	};
	const char *token;
	int rc = -1;

	*s = (struct creds_secret){ 0 };
	if (json_pick(json, len, w, COUNT, e) != 0) {
		e->code = EXIT_AUTH;
		return err_prefix(e, "unreadable credentials");
	}
	for (int i = ID; i <= SESSION; i++)
		if (w[i].text != NULL && strlen(w[i].text) != w[i].len)
			w[i].type = JSON_ABSENT;	/* it holds a NUL */
	token = w[TOKEN].type == JSON_STRING ? w[TOKEN].text :
	    w[SESSION].type == JSON_STRING ? w[SESSION].text : NULL;
	if (w[ID].type != JSON_STRING || w[SECRET].type != JSON_STRING)
		err_set(e, EXIT_AUTH, "no credentials in the answer: %.200s "
		    "%.400s", w[CODE].type == JSON_STRING ? w[CODE].text :
		    "AccessKeyId or SecretAccessKey is missing",
		    w[MESSAGE].type == JSON_STRING ? w[MESSAGE].text : "");
	else
		rc = creds_keep(s, w[ID].text, w[SECRET].text, token, e);
	if (rc == 0 && w[EXPIRES].type == JSON_STRING &&
	    !read_expiry(s, w[EXPIRES].text)) {
		creds_wipe(s);
		rc = err_set(e, EXIT_AUTH, "unreadable credentials: "
		    "Expiration is not a time");
	}
	for (int i = ID; i < COUNT; i++)
		if (w[i].text != NULL)
			explicit_bzero(w[i].text, w[i].len);
	json_want_free(w, COUNT);
	return rc;
}

/* The members of Credentials in the answer to an action. */
#define ANSWER(action, member) \
	{ .path = action "Response." action "Result.Credentials." member }

int
creds_parse_sts(struct creds_secret *s, const char *xml, size_t len,
    struct err *e)
{
	enum { ID, SECRET, TOKEN, EXPIRES, COUNT };
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
	int rc;

	*s = (struct creds_secret){ 0 };
	if (xml_pick(xml, len, all, 2 * COUNT, e) != 0) {
		e->code = EXIT_AUTH;
		return err_prefix(e, "unreadable credentials");
	}
	if (w[ID].text == NULL)
		w += COUNT;
	if (w[ID].text == NULL || w[SECRET].text == NULL ||
	    w[TOKEN].text == NULL || w[EXPIRES].text == NULL)
		rc = err_set(e, EXIT_AUTH, "no credentials in STS's answer");
	else
		rc = creds_keep(s, w[ID].text, w[SECRET].text, w[TOKEN].text,
		    e);
	if (rc == 0 && !read_expiry(s, w[EXPIRES].text)) {
		creds_wipe(s);
		rc = err_set(e, EXIT_AUTH, "unreadable credentials: "
		    "Expiration is not a time");
	}
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

bool
creds_url_allowed(const char *url)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL;
	bool allowed = false;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		allowed = strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && local_address(host));
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return allowed;
}
