/*
 * tee: the output of an archive, with a reader that checks it on the way.
 *
 * Every byte goes to the output and, if verifying, also through a pipe to a
 * thread of its own, where libarchive unpacks the archive while it is being
 * written.  At the end the names, sizes and checksums that came out there must
 * be those that went in.  Memory: 64 KiB for the pipe and one reader.
 */
#ifndef ARCHIVE_TEE_H
#define ARCHIVE_TEE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/io.h"
#include "archive/tally.h"
#include "archive/unarchive.h"

struct tee {
	struct output *out;
	bool verify;
	int fd;			/* the pipe's writing end; -1: none */
	/* the thread's own until it is joined */
	int from_fd;
	enum unarchive_kind kind;
	const char *passphrase;
	pthread_t thread;
	struct tally found;
	int rc;
	struct err failed;
};

/* Without verify it is just the output.  kind is what is written.  passphrase may be NULL and must
 * outlive the tee. */
int tee_open(struct tee *t, struct output *out, bool verify,
    enum unarchive_kind kind, const char *passphrase, struct err *e);

/* Usable as a deflate_ends.write. */
int tee_write(void *t, const void *buf, size_t len, struct err *e);

/* Behind the last byte: -1 with 70 if what came out is not want. */
int tee_finish(struct tee *t, const struct tally *want, struct err *e);

/* Stops the thread after a failure; harmless otherwise. */
void tee_close(struct tee *t);

#endif
