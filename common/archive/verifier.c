/*
 * verifier: the writer's thread writes to the output and to a pipe, the checking
 * thread reads the pipe to its end, whatever it finds: so the writer is never
 * stuck, and it learns the verdict when it joins.
 */
#define _GNU_SOURCE	/* pipe2 */
#include "archive/verifier.h"

#include <errno.h>
#include <fcntl.h>
#include <isa-l/crc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/charset.h"
#include "archive/unzip.h"

static void
add_name(struct contents *t, const char *name, size_t len)
{
	char *composed = charset_nfc(name, len);

	if (composed != NULL) {
		name = composed;
		len = strlen(composed);
	}
	t->fold = crc32_gzip_refl(t->fold, (const unsigned char *)name, len);
	free(composed);
}

void
contents_add(struct contents *t, const char *name, size_t name_len,
    uint64_t size, uint32_t crc)
{
	unsigned char sums[12];

	for (int i = 0; i < 8; i++)
		sums[i] = (unsigned char)(size >> 8 * i);
	for (int i = 0; i < 4; i++)
		sums[8 + i] = (unsigned char)(crc >> 8 * i);
	t->entries++;
	t->bytes += size;
	add_name(t, name, name_len);
	t->fold = crc32_gzip_refl(t->fold, sums, sizeof sums);
}

bool
contents_same(const struct contents *a, const struct contents *b)
{
	return a->entries == b->entries && a->bytes == b->bytes &&
	    a->fold == b->fold;
}

static int
check(const struct contents *found, const struct contents *want,
    struct err *e)
{
	if (contents_same(found, want))
		return 0;
	return err_set(e, EXIT_INTERNAL, "cannot verify the archive: %llu "
	    "entries of %llu bytes come out, not %llu of %llu, or with other "
	    "checksums", (unsigned long long)found->entries,
	    (unsigned long long)found->bytes,
	    (unsigned long long)want->entries,
	    (unsigned long long)want->bytes);
}

/* The CRC-32 of a hole: the zeros are made for it. */
static uint32_t
add_zeros(uint32_t crc, size_t len)
{
	static const unsigned char zeros[4096];

	for (size_t n; len > 0; len -= n) {
		n = len < sizeof zeros ? len : sizeof zeros;
		crc = crc32_gzip_refl(crc, zeros, n);
	}
	return crc;
}

int
contents_read(struct contents *t, struct unarchive *u, struct err *e)
{
	const void *block;
	struct member m;
	uint64_t size;
	uint32_t crc;
	ssize_t n;
	int rc;

	while ((rc = unarchive_next(u, &m, e)) > 0) {
		size = crc = 0;
		while ((n = unarchive_block(u, &block, e)) > 0) {
			size += (uint64_t)n;
			crc = block == NULL ? add_zeros(crc, (size_t)n) :
			    crc32_gzip_refl(crc, block, (uint64_t)n);
		}
		if (n < 0)
			return -1;
		if (m.plain)
			contents_add(t, m.name, strlen(m.name), size, crc);
	}
	return rc;
}

struct memory {
	const unsigned char *bytes;
	size_t len;
};

static ssize_t
read_memory(void *arg, uint64_t at, void *buf, size_t len, struct err *e)
{
	const struct memory *m = arg;
	size_t left = at < m->len ? m->len - (size_t)at : 0;

	(void)e;
	len = len < left ? len : left;
	memcpy(buf, m->bytes + at, len);
	return (ssize_t)len;
}

/* The sum of a member that is not told, as AE-2 does not. */
static int
encrypted_sum(struct unzip *u, struct unzip_member *m, struct err *e)
{
	const void *block;
	ssize_t n;

	m->crc = 0;
	m->size = 0;
	while ((n = unzip_block(u, &block, e)) > 0) {
		m->size += n;
		m->crc = crc32_gzip_refl(m->crc, block, (uint64_t)n);
	}
	return (int)n;
}

int
contents_verify(const void *bytes, size_t len, const char *passphrase,
    const struct contents *want, struct err *e)
{
	struct memory m = { bytes, len };
	const struct unzip_options o = { .read = read_memory, .from = &m,
	    .seekable = true, .headers = true, .size = len,
	    .passphrase = passphrase };
	struct unzip *u = unzip_open(&o, e);
	struct contents found = { 0 };
	struct unzip_member member;
	int rc = -1;

	while (u != NULL && (rc = unzip_next(u, &member, e)) > 0) {
		if (member.encrypted && (rc = encrypted_sum(u, &member, e)) < 0)
			break;
		contents_add(&found, member.name, strlen(member.name),
		    (uint64_t)member.size, member.crc);
	}
	unzip_close(u);
	if (rc == 0)
		return check(&found, want, e);
	e->code = EXIT_INTERNAL;
	return err_prefix(e, "cannot verify the archive");
}

static ssize_t
read_pipe(void *arg, void *buf, size_t len, struct err *e)
{
	struct verifier *t = arg;
	ssize_t n;

	do
		n = read(t->from_fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? err_sys(e, EXIT_INTERNAL, errno, "cannot read back") : n;
}

static void *
check_main(void *arg)
{
	struct verifier *t = arg;
	const struct unarchive_options o = { .read = read_pipe, .from = t,
	    .seek_fd = -1, .passphrase = t->passphrase,
	    .kind = t->kind };
	struct unarchive *u = unarchive_open(&o, &t->failed);
	char rest[4096];

	t->rc = u != NULL ? contents_read(&t->found, u, &t->failed) : -1;
	unarchive_close(u);
	while (read(t->from_fd, rest, sizeof rest) > 0)
		;
	return NULL;
}

/* Signals are the writer's: the thread inherits a mask that blocks all. */
static int
start_thread(struct verifier *t)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&t->thread, NULL, check_main, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int
verifier_open(struct verifier *t, struct output *out, bool verify,
    enum unarchive_kind kind, const char *passphrase, struct err *e)
{
	int fds[2], rc;

	*t = (struct verifier){ .out = out, .verify = verify, .fd = -1,
	    .kind = kind, .passphrase = passphrase };
	if (!verify)
		return 0;
	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_sys(e, EXIT_INTERNAL, errno, "cannot make a pipe");
	t->from_fd = fds[0];
	t->fd = fds[1];
	if ((rc = start_thread(t)) == 0)
		return 0;
	close(fds[0]);
	close(fds[1]);
	t->fd = -1;
	return err_sys(e, EXIT_INTERNAL, rc, "cannot start a thread");
}

int
verifier_write(void *arg, const void *buf, size_t len, struct err *e)
{
	struct verifier *t = arg;
	const char *at = buf;
	size_t left = t->fd >= 0 ? len : 0;
	ssize_t n;

	while (left > 0) {
		n = write(t->fd, at, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, EXIT_INTERNAL, errno,
			    "cannot write to the verifier");
		at += n;
		left -= (size_t)n;
	}
	return output_write(t->out, buf, len, e);
}

void
verifier_close(struct verifier *t)
{
	if (t->fd < 0)
		return;
	close(t->fd);
	t->fd = -1;
	pthread_join(t->thread, NULL);
	close(t->from_fd);
}

int
verifier_finish(struct verifier *t, const struct contents *want, struct err *e)
{
	verifier_close(t);
	if (!t->verify)
		return 0;
	if (t->rc != 0) {
		*e = t->failed;
		e->code = EXIT_INTERNAL;
		return err_prefix(e, "cannot verify the archive");
	}
	return check(&t->found, want, e);
}
