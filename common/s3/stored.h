/*
 * stored: a published object: what S3 says about it, and whether it is ours.
 *
 * Every upload carries a random token in the object's metadata (OBJECT_TOKEN).
 * An object with this token, and of this size, is the one that was sent; that
 * one of the name is there proves nothing.
 */
#ifndef S3_STORED_H
#define S3_STORED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/object.h"
#include "s3/s3_client.h"

enum { TOKEN_TEXT = 33 };	/* 128 bits in hexadecimal digits, and a NUL */

/* What S3 says about a published object; the strings are owned. */
struct stored {
	char *etag, *version, *checksum;
	char *request_id, *host_id;	/* for Amazon's support */
	uint64_t attempts;		/* of all requests */
	bool unknown;			/* it is not known whether it is there */
};

/* Notes what that response says; checksum NULL: it says nothing of it. */
int stored_note(struct stored *stored, const struct s3_client *s3,
    const struct s3_request *r, const char *etag, const char *checksum,
    struct err *e);
void stored_free(struct stored *stored);

/* Fills token from the kernel's randomness. */
void stored_token(char token[TOKEN_TEXT]);

/* What a look at the object shows. */
enum stored_view {
	STORED_OURS,		/* stored is filled */
	STORED_OTHER,		/* there is none, or another one */
	STORED_UNSEEN		/* it cannot be looked at: e */
};

/* The two halves of stored_look, for who has several under way: the request for
 * the client's bucket and that key (NULL: the client's), with room in headers
 * for OBJECT_HEADERS; and what its success shows. */
void stored_look_request(struct s3_request *r, const struct object *object,
    const char *key, const char **headers);
bool stored_is_ours(const struct s3_request *r, const char *token,
    uint64_t size);

enum stored_view stored_look(struct stored *stored, struct s3_client *s3,
    const struct object *object, const char *token, uint64_t size,
    struct err *e);

#endif
