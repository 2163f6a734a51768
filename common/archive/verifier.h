/*
 * verifier: the output of an archive, with a reader that checks it on the way.
 *
 * Every byte goes to the output and, if verifying, also through a pipe to a
 * thread of its own, which unpacks the archive while it is being written
 * (unarchive.h).  At the end the names, sizes and checksums that came out there
 * must be those that went in.  Memory: 64 KiB for the pipe and one reader.
 */
#ifndef ARCHIVE_VERIFIER_H
#define ARCHIVE_VERIFIER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/io.h"
#include "archive/unarchive.h"

/* What is in an archive, in constant memory, to compare two views of it.  A
 * zeroed one is an empty archive's. */
struct contents {
	uint64_t entries;
	uint64_t bytes;		/* of data */
	uint32_t fold;		/* CRC-32 over each name, size and CRC-32 */
};

/* Adds an entry; the order counts, and the name as it is composed
 * (charset.h). */
void contents_add(struct contents *c, const char *name, size_t name_len,
    uint64_t size, uint32_t crc);

bool contents_same(const struct contents *a, const struct contents *b);

/* Reads an archive and adds every plain member.  -1 with unarchive's errors. */
int contents_read(struct contents *c, struct unarchive *u, struct err *e);

/* Reads the directory and the local headers of a zip archive in memory, and
 * checks that they agree and tell of just the entries of want, with these sizes
 * and checksums.  Data are read only if they are encrypted: with passphrase, else
 * NULL.  0, or -1 with code 70 and what differs. */
int contents_verify(const void *bytes, size_t len, const char *passphrase,
    const struct contents *want, struct err *e);

struct verifier {
	struct output *out;
	bool verify;
	int fd;			/* the pipe's writing end; -1: none */
	/* the thread's own until it is joined */
	int from_fd;
	enum unarchive_kind kind;
	const char *passphrase;
	pthread_t thread;
	struct contents found;
	int rc;
	struct err failed;
};

/* Without verify it is just the output.  kind is what is written.  out and
 * passphrase, which may be NULL, must outlive it.  -1 with 70. */
int verifier_open(struct verifier *v, struct output *out, bool verify,
    enum unarchive_kind kind, const char *passphrase, struct err *e);

/* Usable as a deflate_ends.write.  -1 with the errors of output_write, or 70. */
int verifier_write(void *v, const void *buf, size_t len, struct err *e);

/* Call it after the last byte: -1 with 70 if the contents that were read back
 * are not those of want. */
int verifier_finish(struct verifier *v, const struct contents *want,
    struct err *e);

/* Stops the thread after a failure; harmless otherwise. */
void verifier_close(struct verifier *v);

#endif
