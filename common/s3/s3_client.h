/*
 * s3_client: requests to one bucket: signed, sent, judged, and repeated when it
 * helps.
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
 *
 * A signal, or the deadline, ends every wait.  What is to be undone or found
 * out then has the last words: S3_LAST_MS in all, counted from the moment when
 * the end was seen first.
 */
#ifndef S3_S3_CLIENT_H
#define S3_S3_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/creds.h"
#include "aws/endpoint.h"
#include "base/diag.h"
#include "base/meter.h"
#include "base/stop.h"
#include "http/trust.h"
#include "s3/s3_request.h"

/* Milliseconds.  "docker stop" gives ten seconds, of which the rest is for the
 * threads to end and for a loaded machine. */
enum { S3_LAST_MS = 8000 };

struct s3_config {		/* the strings must outlive the client */
	const struct s3_name *name; /* the object that requests are about */
	struct endpoint_config endpoint;
	struct trust *trust;	/* NULL: the system's */
	unsigned connections;
	unsigned attempts;	/* for each request */
	int64_t deadline;	/* monotonic ms; 0: none */
	struct stop *stop;	/* signals that end everything; NULL: none */
	struct meter *meter;	/* counts retries; NULL: nobody does */
	bool verbose;
	bool sign_payload;	/* over TLS, too */
	bool secret;		/* what is sent must not be read on its way:
				 * TLS, or the loopback without a proxy */
};

struct s3_client;

/* creds NULL: requests are not signed. */
struct s3_client *s3_open(const struct s3_config *config, struct creds *creds,
    struct err *e);
void s3_close(struct s3_client *s);

enum s3_turn { S3_DONE, S3_AGAIN, S3_FAILED };

/* -1 with e when it cannot even be sent (credentials, memory), or when s3_check
 * says no: nothing is begun after that. */
int s3_start(struct s3_client *s, struct s3_request *r, struct err *e);

/*
 * Moves all requests on until one has ended (returned), the time until
 * (monotonic ms; -1: none) has come, extra (NULL: none) is ready, a signal came
 * or the deadline ran out (NULL).
 */
struct s3_request *s3_wait(struct s3_client *s, int64_t until, struct pollfd *extra);

/* While no request is under way: sleeps until fd is readable; -1 with e as
 * s3_check. */
int s3_await(struct s3_client *s, int fd, struct err *e);

/* 0, or -1 with e: 75 when a signal came or the deadline has run out. */
int s3_check(struct s3_client *s, struct err *e);

/* Judges an ended request.  S3_FAILED fills e; after S3_DONE answer, and
 * s3_header, can be read until s3_clear. */
enum s3_turn s3_finish(struct s3_client *s, struct s3_request *r, struct err *e);

/* Frees what a request holds, dropping it if it is under way.  A zeroed one is
 * fine. */
void s3_clear(struct s3_client *s, struct s3_request *r);

/* Starts a request, waits, judges and repeats it until it is done or has
 * failed, or s3_check says no.  If it decides something (r->decides) and was
 * sent whole, its answer is then still waited for, a few seconds; so it may be
 * done even after a signal. */
int s3_run(struct s3_client *s, struct s3_request *r, struct err *e);

/* Call it before requests that undo what was begun, or find out what was done:
 * signals that have come already no longer count, and those requests are ended
 * by the next signal or when S3_LAST_MS are over.  Calling it again gives no
 * more time. */
void s3_last_words(struct s3_client *s);

/* The URL of the client's object, without a query; the caller frees.  NULL: no
 * memory. */
char *s3_url(const struct s3_client *s);

/*
 * Is the SHA-256 of a large body to be signed?  Always over plain HTTP, where
 * nothing else keeps others from changing it; over TLS, which does that, only
 * where config.sign_payload says so or the body has no checksum among its signed
 * headers (checked).  Never where requests are not signed.
 */
bool s3_signs_payload(const struct s3_client *s, bool checked);

/* The region that signs: the configured one, that of the access point, or where
 * S3 has sent us. */
const char *s3_region(const struct s3_client *s);

/* Attempts of all requests so far. */
uint64_t s3_attempts(const struct s3_client *s);

/* The object that requests are about. */
const struct s3_name *s3_name(const struct s3_client *s);

/* The client's "s3://bucket/key", cut where it is very long; for messages. */
const char *s3_shown(const struct s3_client *s);

#endif
