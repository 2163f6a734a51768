/*
 * s3: requests to one bucket: signed, sent, judged, and repeated when it helps.
 *
 * A request goes s3_start, s3_wait until it is given back, s3_finish; that
 * says whether it is done, failed, or to be started again at a later time.
 * Any number may be under way; one thread does all of it.  s3_run does the
 * whole for one request.
 *
 * Repeated are: connections that break, 5xx and throttling (full jitter,
 * Retry-After), answers that are cut or lack what they must have, errors
 * inside a 200.  Corrected once each: a clock that S3 finds skewed, credentials
 * that expired, the wrong region.  All else is final.
 */
#ifndef S3_S3_H
#define S3_S3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/stop.h"
#include "aws/creds.h"
#include "aws/endpoint.h"
#include "base/hash.h"
#include "http/http.h"
#include "s3/s3_answer.h"
#include "aws/sigv4.h"

struct s3_config {		/* the strings must outlive the client */
	const struct s3_name *name; /* the object that requests are about */
	struct endpoint_config endpoint;
	const char *ca_file;	/* NULL: the system's */
	unsigned connections;
	unsigned attempts;	/* for each request */
	int64_t deadline;	/* monotonic ms; 0: none */
	struct stop *stop;	/* signals that end everything; NULL: none */
	bool verbose;
	bool secret;		/* what is sent must not be read on its way:
				 * TLS, or the loopback without a proxy */
};

struct s3;

/* creds NULL: requests are not signed. */
struct s3 *s3_open(const struct s3_config *config, struct creds *creds,
    struct err *e);
void s3_close(struct s3 *s);

enum { S3_QUERY = 6 };

struct s3_request {
	/* set by the caller, valid until s3_clear */
	const char *what;	/* for messages: "upload part 7 of" */
	const char *method;
	const char *key;	/* NULL: the client's; "": the bucket itself */
	struct sigv4_pair query[S3_QUERY];
	size_t n_query;
	const char *const *headers; /* "name: value", all signed */
	size_t n_headers;
	const void *body;
	size_t len;
	const uint8_t *sha256;	/* of the body; NULL: it is computed */
	const char *root;	/* XML element the answer must be; NULL: none */
	bool etag;		/* the answer must have a header ETag */
	bool bare;		/* a success has no body: one is unfit */
	/* filled */
	struct s3_answer answer;
	unsigned attempts;	/* made so far */
	int64_t again_at;	/* S3_AGAIN: monotonic ms */
	enum s3_fault fault;	/* why it failed, or S3_NONE */
	int status;		/* HTTP's; 0: no answer */
	bool lost;		/* an attempt failed such that it may have been
				 * carried out all the same */
	/* private */
	struct s3_sending *sending;
	bool renewed;
};

enum s3_turn { S3_DONE, S3_AGAIN, S3_FAILED };

/* -1 with e when it cannot even be sent (credentials, memory). */
int s3_start(struct s3 *s, struct s3_request *r, struct err *e);

/*
 * Moves all requests on until one has ended (returned), the time until
 * (monotonic ms; -1: none) has come, extra (NULL: none) is ready, a signal came
 * or the deadline ran out (NULL).
 */
struct s3_request *s3_wait(struct s3 *s, int64_t until, struct pollfd *extra);

/* While no request is under way: sleeps until fd is readable; -1 with e as
 * s3_check. */
int s3_await(struct s3 *s, int fd, struct err *e);

/* 0, or -1 with e: 75 when a signal came or the deadline has run out. */
int s3_check(struct s3 *s, struct err *e);

/* Judges an ended request.  S3_FAILED fills e; after S3_DONE answer, and
 * s3_header, can be read until s3_clear. */
enum s3_turn s3_finish(struct s3 *s, struct s3_request *r, struct err *e);

/* It failed: may it have been carried out all the same?  Yes where an answer
 * was lost; libcurl may have lost one, too, for it repeats by itself what an
 * old connection took and did not answer. */
bool s3_maybe_done(const struct s3_request *r);

/* The answer's body, *len bytes. */
const char *s3_body(const struct s3_request *r, size_t *len);

/* A header of the answer, or NULL. */
const char *s3_header(const struct s3_request *r, const char *name);

/* Frees what a request holds, dropping it if it is under way.  A zeroed one is
 * fine. */
void s3_clear(struct s3 *s, struct s3_request *r);

/* Start, wait, finish, again: until done, failed or s3_check says no. */
int s3_run(struct s3 *s, struct s3_request *r, struct err *e);

/* For undoing what was begun: a new deadline, in ms from now, and signals that
 * have come are forgiven; the next one ends it. */
void s3_last_words(struct s3 *s, int64_t ms);

/* The URL of the client's object, without a query; the caller frees.  NULL: no
 * memory. */
char *s3_url(const struct s3 *s);

/* Attempts of all requests so far. */
uint64_t s3_attempts(const struct s3 *s);

/* The client's "s3://bucket/key", cut where it is very long; for messages. */
const char *s3_shown(const struct s3 *s);

#endif
