/* Status, body and headers of an answer, together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/retry.h"
#include "s3/part_plan.h"
#include "s3/s3_judge.h"

/* How an answer was taken in. */
enum reading {
	READ,			/* all that it must have is there */
	UNFIT,			/* it came whole, but is not what it must be */
	CUT,			/* it did not come whole, or not at all */
	NO_MEMORY
};

static enum reading
words(enum reading reading, char *why, size_t size, const char *text)
{
	snprintf(why, size, "%s", text);
	return reading;
}

/* Below HTTP. */
static enum reading
read_end(const struct s3_sending *g, char *why, size_t size)
{
	struct err none = ERR_NONE;

	if (g->call.end == HTTP_NO_MEMORY || g->error == ENOMEM) {
		err_memory(&none);
		return words(NO_MEMORY, why, size, none.text);
	}
	if (g->error != 0) {
		snprintf(why, size, "%d with more than %zu bytes",
		    g->call.status, window_limit(&g->answer));
		return CUT;
	}
	return g->call.end == HTTP_COMPLETE ? READ :
	    words(CUT, why, size, g->call.why);
}

/* The body: what a success must be, or the words of a refusal. */
static enum reading
read_body(struct s3_request *r, bool fine, char *why, size_t size)
{
	struct err bad = ERR_NONE;
	size_t len;
	const char *body = s3_body(r, &len);

	if (r->root == NULL && fine && len == 0)
		return READ;
	if (r->bare && fine) {
		snprintf(why, size, "unfit answer: %d with a body", r->status);
		return UNFIT;
	}
	if (s3_response_read(&r->answer, r->root != NULL ? r->root : "Error",
	    body, len, &bad) == 0)
		return READ;
	if (bad.code == EXIT_INTERNAL)
		return words(NO_MEMORY, why, size, bad.text);
	if (!fine || r->root == NULL)
		return READ;	/* the status says enough */
	snprintf(why, size, "unfit answer: %s", bad.text);
	return UNFIT;
}

static enum reading
read_all(struct s3_request *r, bool fine, char *why, size_t size)
{
	enum reading reading = read_end(r->sending, why, size);

	if (reading != READ)
		return reading;
	if (fine && !s3_request_sent(r))
		return words(UNFIT, why, size,
		    "a success before all was sent");
	if ((reading = read_body(r, fine, why, size)) == READ && fine &&
	    r->answer.code == NULL && r->etag && s3_header(r, "ETag") == NULL)
		return words(UNFIT, why, size, "a success without an ETag");
	return reading;
}

/* The fault of an answer that was not read. */
static enum s3_fault
unread_fault(const struct s3_request *r, enum reading reading)
{
	const struct s3_sending *g = r->sending;

	if (reading == NO_MEMORY)
		return S3_NO_MEMORY;
	if (reading == UNFIT)
		return S3_UNFIT;
	/* Its head was well, and the rest too long. */
	if (g->error != 0)
		return r->status < 300 ? S3_UNFIT : s3_fault(r->status, NULL);
	if (g->call.end == HTTP_UNTRUSTED)
		return S3_DENIED;
	return retry_worth(g->call.end, 0) ? S3_BROKEN : S3_REFUSED;
}

/* What may have come of this attempt; see enum s3_fate. */
static enum s3_fate
fate_of(const struct s3_request *r, enum reading reading, enum s3_fault fault)
{
	bool refused = r->status >= 400 && r->status < 500;

	if (!s3_request_sent(r))
		return S3_UNDONE;
	switch (reading) {
	case UNFIT:
		return S3_DOUBTFUL;
	case CUT:
		/* A refusal that is too long is one. */
		return refused && r->sending->error != 0 ? S3_UNDONE : S3_OPEN;
	case NO_MEMORY:
		return S3_OPEN;
	case READ:
		break;
	}
	if (r->status >= 500 && r->answer.code == NULL)
		return S3_OPEN;
	return fault == S3_BROKEN && !refused ? S3_DOUBTFUL : S3_UNDONE;
}

static void
worsen(struct s3_request *r, enum s3_fate fate)
{
	if (fate > r->fate)
		r->fate = fate;
}

enum s3_fault
s3_judge(struct s3_request *r, char *why, size_t size)
{
	bool fine;
	enum reading reading;
	enum s3_fault fault;

	r->status = r->sending->call.status;
	fine = r->status >= 200 && r->status < 300;
	reading = read_all(r, fine, why, size);
	fault = reading == READ ? s3_fault(r->status, r->answer.code) :
	    unread_fault(r, reading);
	worsen(r, fate_of(r, reading, fault));
	if (reading == READ)
		snprintf(why, size, "%d%s%.64s%s%.300s", r->status,
		    r->answer.code == NULL ? "" : " ",
		    r->answer.code == NULL ? "" : r->answer.code,
		    r->answer.message == NULL ? "" : ": ",
		    r->answer.message == NULL ? "" : r->answer.message);
	return fault;
}

void
s3_judge_dropped(struct s3_request *r)
{
	if (s3_request_sent(r))
		worsen(r, S3_OPEN);
}

static bool
mentions(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; text != NULL && *text != '\0'; text++)
		if (strncasecmp(text, word, len) == 0)
			return true;
	return false;
}

/* Among others those that say which checksum will come. */
static bool
has_checksum(const struct s3_request *r)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (mentions(r->headers[i], "x-amz-checksum"))
			return true;
	return false;
}

const char *
s3_hint(const struct s3_request *r)
{
	const char *code = r->answer.code;
	bool unknown = r->status == 501 || mentions(code, "NotImplemented") ||
	    mentions(code, "checksum") ||
	    mentions(r->answer.message, "checksum");

	if (r->fault == S3_REFUSED && unknown && has_checksum(r))
		return " (--checksum none sends none, if that is what this "
		    "service does not know)";
	if ((r->status == 413 || mentions(code, "EntityTooLarge")) &&
	    r->len > PART_MIN)
		return " (a smaller --part-size may be taken)";
	return "";
}

int64_t
s3_asked_for(const struct http_call *call)
{
	const char *ms = http_header(call, "x-amz-retry-after");

	if (ms != NULL && *ms != '\0' && strlen(ms) < 8 &&
	    strspn(ms, "0123456789") == strlen(ms))
		return strtol(ms, NULL, 10);
	return retry_asked(call);
}
