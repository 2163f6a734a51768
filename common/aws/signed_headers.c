/* Headers put together, then signed. */
#define _GNU_SOURCE	/* asprintf, explicit_bzero */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/signed_headers.h"

enum { OWN = 5 };	/* lines that are not the caller's */

static int
add(struct signed_headers *h, const char *name, const char *value)
{
	if (asprintf(&h->lines[h->n], "%s%s%s", name,
	    value == NULL ? "" : ": ", value == NULL ? "" : value) < 0)
		return -1;
	h->n++;
	return 0;
}

static int
authorize(struct signed_headers *h, const struct sigv4_request *q,
    const char *stamp, const struct sigv4_key *key, struct err *e)
{
	struct sigv4_request whole = *q;
	char *value;
	int rc;

	whole.stamp = stamp;
	whole.headers = (const char *const *)h->lines;
	whole.n_headers = h->n;
	if ((value = sigv4_sign(&whole, key, e)) == NULL)
		return -1;
	rc = add(h, "Authorization", value);
	free(value);
	return rc == 0 ? 0 : err_memory(e);
}

int
signed_headers_make(struct signed_headers *h, const struct sigv4_request *q,
    const char *host, const char *const *more, size_t n,
    const struct sigv4_key *key, int64_t now, struct err *e)
{
	char stamp[SIGV4_STAMP];
	int failed;

	if (n > SIGNED_HEADERS - OWN || sigv4_stamp(stamp, (time_t)now) != 0)
		return err_set(e, EXIT_INTERNAL, "cannot sign a request");
	failed = add(h, "Host", host) || (key != NULL &&
	    (add(h, "x-amz-date", stamp) ||
	    add(h, "x-amz-content-sha256", q->payload) ||
	    (key->token != NULL &&
	    add(h, "x-amz-security-token", key->token))));
	for (size_t i = 0; i < n && !failed; i++)
		failed = add(h, more[i], NULL);
	if (failed)
		return err_memory(e);
	return key == NULL ? 0 : authorize(h, q, stamp, key, e);
}

void
signed_headers_free(struct signed_headers *h)
{
	for (size_t i = 0; i < h->n; i++) {
		explicit_bzero(h->lines[i], strlen(h->lines[i]));
		free(h->lines[i]);
	}
	h->n = 0;
}
