/*
 * flight: the parts on their way to S3, several requests side by side.
 *
 * A part stays here until S3 has acknowledged it, so that a request that failed
 * is repeated from the same memory (volley).  One thread does all of it.
 */
#ifndef S3_FLIGHT_H
#define S3_FLIGHT_H

#include "base/diag.h"
#include "base/meter.h"
#include "s3/multipart.h"
#include "s3/object.h"
#include "s3/parts.h"
#include "s3/s3.h"

struct flight_config {		/* what it points to must outlive the flight */
	struct s3 *s3;
	struct parts *parts;
	struct multipart *multipart; /* begun before the first part is sent;
				 * acknowledged parts are noted in it */
	const struct object *object;
	struct meter *meter;	/* acknowledged bytes "out", parts as records */
	unsigned parallel;	/* requests at once, >= 1 */
};

struct flight;

/* NULL with e (70) without memory. */
struct flight *flight_new(const struct flight_config *config, struct err *e);

/* Sends the part first, which multipart_note has noted, and all parts that come
 * after it.  0 when the complete end of the input has come and every part is
 * acknowledged. */
int flight_run(struct flight *f, struct part *first, struct err *e);

/* Drops the requests under way, returns their parts (parts_return), and frees
 * all. */
void flight_free(struct flight *f);

#endif
