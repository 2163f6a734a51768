/*
 * A response of S3: its body's members, its error codes, and what they mean for
 * the request.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "http/retry.h"
#include "s3/s3_response.h"

/* Reading: the members of a body. */

#define INITIATE "InitiateMultipartUploadResult"
#define COMPLETE "CompleteMultipartUploadResult"

enum { ROOT, ERROR, CODE, MESSAGE, REGION, UPLOAD_ID, ETAG, CRC64, CRC32,
	CRC32C, SHA256, COUNT };

/* Takes a want's text over. */
static char *
take(struct xml_want *want)
{
	char *text = want->text;

	want->text = NULL;
	return text;
}

/* Is it what it has to be? */
static int
check(const struct xml_want *w, const char *root, struct err *e)
{
	const char *without = NULL;

	if (w[ERROR].text != NULL)
		return w[CODE].text != NULL ? 0 :
		    err_set(e, EXIT_REMOTE, "an error without a code");
	if (w[ROOT].text == NULL)
		return err_set(e, EXIT_REMOTE, "the answer is no %s", root);
	if (strcmp(root, INITIATE) == 0 && (w[UPLOAD_ID].text == NULL ||
	    *w[UPLOAD_ID].text == '\0'))
		without = "upload id";
	else if (strcmp(root, COMPLETE) == 0 && w[ETAG].text == NULL)
		without = "ETag";
	return without == NULL ? 0 :
	    err_set(e, EXIT_REMOTE, "%s without an %s", root, without);
}

int
s3_response_read(struct s3_response *r, const char *root, const void *body,
    size_t len, struct err *e)
{
	struct xml_want w[COUNT] = {
		[ROOT] = { .path = root },
		[ERROR] = { .path = "Error" },
		[CODE] = { .path = "Error.Code" },
		[MESSAGE] = { .path = "Error.Message" },
		[REGION] = { .path = "Error.Region" },
		[UPLOAD_ID] = { .path = INITIATE ".UploadId" },
		[ETAG] = { .path = COMPLETE ".ETag" },
		[CRC64] = { .path = COMPLETE ".ChecksumCRC64NVME" },
		[CRC32] = { .path = COMPLETE ".ChecksumCRC32" },
		[CRC32C] = { .path = COMPLETE ".ChecksumCRC32C" },
		[SHA256] = { .path = COMPLETE ".ChecksumSHA256" },
	};
	const char *text = body;
	int rc;

	s3_response_free(r);
	/* Keep-alives that some servers send before the XML declaration. */
	for (; len > 0 && strchr(" \t\r\n", *text) != NULL && *text != '\0';
	    len--)
		text++;
	if (xml_pick(text, len, w, COUNT, e) != 0)
		return -1;
	if ((rc = check(w, root, e)) == 0) {
		r->code = take(&w[CODE]);
		r->message = take(&w[MESSAGE]);
		r->region = take(&w[REGION]);
		r->upload_id = take(&w[UPLOAD_ID]);
		r->etag = take(&w[ETAG]);
		r->checksum[CHECKSUM_CRC64NVME] = take(&w[CRC64]);
		r->checksum[CHECKSUM_CRC32] = take(&w[CRC32]);
		r->checksum[CHECKSUM_CRC32C] = take(&w[CRC32C]);
		r->checksum[CHECKSUM_SHA256] = take(&w[SHA256]);
	}
	xml_want_free(w, COUNT);
	return rc;
}

void
s3_response_free(struct s3_response *r)
{
	free(r->code);
	free(r->message);
	free(r->region);
	free(r->upload_id);
	free(r->etag);
	for (int i = 0; i <= CHECKSUM_SHA256; i++)
		free(r->checksum[i]);
	*r = (struct s3_response){ .status = r->status, .fault = r->fault,
		.fate = r->fate };
}

/* Judging: status, headers and body together. */

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
read_end(const struct s3_received *g, char *why, size_t size)
{
	struct err none = ERR_NONE;

	if (g->call->end == HTTP_NO_MEMORY || g->error == ENOMEM) {
		err_memory(&none);
		return words(NO_MEMORY, why, size, none.text);
	}
	if (g->error != 0) {
		snprintf(why, size, "%d with more than %zu bytes",
		    g->call->status, window_limit(g->body));
		return CUT;
	}
	return g->call->end == HTTP_COMPLETE ? READ :
	    words(CUT, why, size, g->call->why);
}

/* The body: what a success must be, or the words of a refusal. */
static enum reading
read_body(struct s3_response *r, const struct s3_expected *want,
    const struct s3_received *g, bool fine, char *why, size_t size)
{
	struct err bad = ERR_NONE;
	size_t len = window_size(g->body);

	if (want->root == NULL && fine && len == 0)
		return READ;
	if (want->bare && fine) {
		snprintf(why, size, "unfit answer: %d with a body", r->status);
		return UNFIT;
	}
	if (s3_response_read(r, want->root != NULL ? want->root : "Error",
	    window_bytes(g->body), len, &bad) == 0)
		return READ;
	if (bad.code == EXIT_INTERNAL)
		return words(NO_MEMORY, why, size, bad.text);
	if (!fine || want->root == NULL)
		return READ;	/* the status says enough */
	snprintf(why, size, "unfit answer: %s", bad.text);
	return UNFIT;
}

static enum reading
read_all(struct s3_response *r, const struct s3_expected *want,
    const struct s3_received *g, bool fine, char *why, size_t size)
{
	enum reading reading = read_end(g, why, size);

	if (reading != READ)
		return reading;
	if (fine && !s3_response_sent(g->call))
		return words(UNFIT, why, size,
		    "a success before all was sent");
	if ((reading = read_body(r, want, g, fine, why, size)) == READ &&
	    fine && r->code == NULL && want->etag &&
	    http_header(g->call, "ETag") == NULL)
		return words(UNFIT, why, size, "a success without an ETag");
	return reading;
}

/* The fault of an answer that was not read. */
static enum s3_fault
unread_fault(const struct s3_received *g, enum reading reading)
{
	int status = g->call->status;

	if (reading == NO_MEMORY)
		return S3_NO_MEMORY;
	if (reading == UNFIT)
		return S3_UNFIT;
	/* Its head was well, and the rest too long. */
	if (g->error != 0)
		return status < 300 ? S3_UNFIT : s3_fault(status, NULL);
	if (g->call->end == HTTP_UNTRUSTED)
		return S3_DENIED;
	return retry_worth(g->call->end, 0) ? S3_BROKEN : S3_REFUSED;
}

/* What may have come of this attempt; see enum s3_fate. */
static enum s3_fate
fate_of(const struct s3_response *r, const struct s3_received *g,
    enum reading reading, enum s3_fault fault)
{
	bool refused = r->status >= 400 && r->status < 500;

	if (!s3_response_sent(g->call))
		return S3_UNDONE;
	switch (reading) {
	case UNFIT:
		return S3_DOUBTFUL;
	case CUT:
		/* A refusal that is too long is one. */
		return refused && g->error != 0 ? S3_UNDONE : S3_OPEN;
	case NO_MEMORY:
		return S3_OPEN;
	case READ:
		break;
	}
	if (r->status >= 500 && r->code == NULL)
		return S3_OPEN;
	return fault == S3_BROKEN && !refused ? S3_DOUBTFUL : S3_UNDONE;
}

static void
worsen(struct s3_response *r, enum s3_fate fate)
{
	if (fate > r->fate)
		r->fate = fate;
}

bool
s3_response_sent(const struct http_call *call)
{
	return call->reached && call->sent == call->body_len;
}

enum s3_fault
s3_response_judge(struct s3_response *r, const struct s3_expected *want,
    const struct s3_received *got, char *why, size_t size)
{
	bool fine;
	enum reading reading;

	s3_response_free(r);
	r->status = got->call->status;
	fine = r->status >= 200 && r->status < 300;
	reading = read_all(r, want, got, fine, why, size);
	r->fault = reading == READ ? s3_fault(r->status, r->code) :
	    unread_fault(got, reading);
	worsen(r, fate_of(r, got, reading, r->fault));
	if (reading == READ)
		snprintf(why, size, "%d%s%.64s%s%.300s", r->status,
		    r->code == NULL ? "" : " ",
		    r->code == NULL ? "" : r->code,
		    r->message == NULL ? "" : ": ",
		    r->message == NULL ? "" : r->message);
	return r->fault;
}

void
s3_response_drop(struct s3_response *r, const struct http_call *call)
{
	if (s3_response_sent(call))
		worsen(r, S3_OPEN);
}
