/* zipdata: decrypt, undo the compression, count, compare. */
#include "archive/zipdata.h"

#include <isa-l/crc.h>
#include <stdlib.h>
#include <string.h>

#include "deflate/little_endian.h"

enum {
	OUT = 256 * 1024,	/* bytes given out at once, see archive_input.c */
	PLAIN = 64 * 1024,	/* bytes decrypted at once */
	DESCRIPTOR_MAX = 24, DESCRIPTOR_MIN = 12,	/* bytes, in all its shapes */
	UNSUPPORTED = ZIP_PATCH | ZIP_STRONG | ZIP_MASKED
};

int
zipdata_init(struct zipdata *d, struct supply *in, struct err *e)
{
	*d = (struct zipdata){ .in = in, .ended = true, .out = malloc(OUT),
	    .plain = malloc(PLAIN) };
	return d->out != NULL && d->plain != NULL ? 0 : err_memory(e);
}

static void
end_member(struct zipdata *d)
{
	zipcipher_free(d->cipher);
	zipmethod_free(d->undo);
	d->cipher = NULL;
	d->undo = NULL;
	d->ended = true;
}

void
zipdata_free(struct zipdata *d)
{
	end_member(d);
	free(d->out);
	free(d->plain);
	d->out = d->plain = NULL;
}

void
zipdata_begin(struct zipdata *d, const struct zip_record *r,
    const struct zipdata_sum *want, const char *passphrase)
{
	end_member(d);
	*d = (struct zipdata){ .in = d->in, .out = d->out, .plain = d->plain,
	    .r = *r, .passphrase = passphrase };
	d->method = zip_data_method(r);
	d->sum_known = want != NULL || (r->flags & ZIP_DESCRIPTOR) == 0;
	d->csize_known = want != NULL || zip_tells_csize(r);
	d->want = want != NULL ? *want :
	    (struct zipdata_sum){ r->crc, r->csize, r->usize };
}

static int
cut_off(const struct zipdata *d, struct err *e)
{
	return err_set(e, EXIT_DATA, "the archive is cut off at byte %llu",
	    (unsigned long long)(d->in->at + (d->in->end - d->in->begin)));
}

/* len bytes that stand before or after the data. */
static const unsigned char *
want_bytes(struct zipdata *d, size_t len, struct err *e)
{
	ssize_t n = supply_want(d->in, len, e);

	if (n < 0)
		return NULL;
	if ((size_t)n < len) {
		cut_off(d, e);
		return NULL;
	}
	return supply_bytes(d->in);
}

static int
start_cipher(struct zipdata *d, struct err *e)
{
	size_t head = zipcipher_head(&d->r), tail = zipcipher_tail(&d->r);
	const unsigned char *bytes;

	if (d->csize_known && d->want.csize < head + tail)
		return err_set(e, EXIT_DATA, "its encrypted data are shorter "
		    "than what begins them");
	if (d->csize_known)
		d->left = d->want.csize - head - tail;
	d->sum.csize = head + tail;
	if (head == 0)
		return 0;
	bytes = want_bytes(d, head, e);
	if (bytes == NULL)
		return -1;
	d->cipher = zipcipher_new(&d->r, bytes, d->passphrase, e);
	supply_pass(d->in, head);
	return d->cipher != NULL ? 0 : -1;
}

/* What can be read from a file only, because nothing says where it ends. */
static int
check_end_known(const struct zipdata *d, struct err *e)
{
	bool encrypted = (d->r.flags & ZIP_ENCRYPTED) != 0;

	if (d->method == ZIP_METHOD_STORED && encrypted && !d->csize_known)
		return err_set(e, EXIT_DATA, "stored and encrypted, it has no "
		    "end that could be seen in a pipe: read the archive from "
		    "a file");
	if (d->method == ZIP_METHOD_LZMA && !d->sum_known &&
	    (d->r.flags & ZIP_LZMA_ENDS) == 0)
		return err_set(e, EXIT_DATA, "its lzma data have no end mark: "
		    "read the archive from a file");
	return 0;
}

static int
start(struct zipdata *d, struct err *e)
{
	d->started = true;
	if ((d->r.flags & UNSUPPORTED) != 0)
		return err_set(e, EXIT_DATA, "strong encryption and patches "
		    "are not supported");
	if (zipmethod_known(d->method, e) != 0 || check_end_known(d, e) != 0 ||
	    start_cipher(d, e) != 0)
		return -1;
	if (d->method == ZIP_METHOD_STORED)
		return 0;
	d->undo = zipmethod_new(d->method, (d->r.flags & ZIP_LZMA_ENDS) != 0,
	    d->want.usize, e);
	return d->undo != NULL ? 0 : -1;
}

/* Counts a piece that goes to the caller. */
static ssize_t
give(struct zipdata *d, const unsigned char *piece, size_t len,
    const void **block, struct err *e)
{
	d->crc = crc32_gzip_refl(d->crc, piece, len);
	d->sum.usize += len;
	if (d->sum_known && d->sum.usize > d->want.usize)
		return err_set(e, EXIT_DATA, "its data are longer than the "
		    "%llu bytes that the archive says",
		    (unsigned long long)d->want.usize);
	*block = piece;
	return (ssize_t)len;
}

/* Goes on by compressed bytes that have been used. */
static int
take(struct zipdata *d, size_t len, struct err *e)
{
	if (d->cipher != NULL &&
	    zipcipher_took(d->cipher, supply_bytes(d->in), len, e) != 0)
		return -1;
	supply_pass(d->in, len);
	d->sum.csize += len;
	if (d->csize_known)
		d->left -= len;
	return 0;
}

/* Version 2 of AES leaves the CRC out (it would tell of the data), but some
 * write it. */
static size_t
match_descriptor(struct zipdata *d, size_t len)
{
	const unsigned char *p = supply_bytes(d->in);
	size_t size = 0;

	d->sum.crc = 0;
	if (d->r.aes.version == 2)
		size = zip_match_descriptor(p, len, 0, d->sum.csize,
		    d->sum.usize);
	if (size == 0) {
		d->sum.crc = d->crc;
		size = zip_match_descriptor(p, len, d->crc, d->sum.csize,
		    d->sum.usize);
	}
	return size;
}

static int
pass_descriptor(struct zipdata *d, struct err *e)
{
	ssize_t n = supply_want(d->in, DESCRIPTOR_MAX, e);
	size_t size;

	if (n < 0)
		return -1;
	if ((size_t)n < DESCRIPTOR_MIN)
		return cut_off(d, e);
	size = match_descriptor(d, (size_t)n);
	if (size == 0)
		return err_set(e, EXIT_DATA, "what follows its data at byte "
		    "%llu does not describe them: %llu bytes make %llu with "
		    "the CRC-32 %08x", (unsigned long long)d->in->at,
		    (unsigned long long)d->sum.csize,
		    (unsigned long long)d->sum.usize, (unsigned)d->crc);
	supply_pass(d->in, size);
	return 0;
}

static int
compare(const struct zipdata *d, struct err *e)
{
	uint32_t crc = d->r.aes.version == 2 ? d->sum.crc : d->crc;

	if (!d->sum_known)
		return 0;
	if (d->sum.usize != d->want.usize)
		return err_set(e, EXIT_DATA, "its data are %llu bytes, where "
		    "the archive says %llu", (unsigned long long)d->sum.usize,
		    (unsigned long long)d->want.usize);
	if (crc != d->want.crc)
		return err_set(e, EXIT_DATA, "its CRC-32 is %08x, where the "
		    "archive says %08x: the data are damaged", (unsigned)crc,
		    (unsigned)d->want.crc);
	return 0;
}

/* After the last byte of the data. */
static int
finish(struct zipdata *d, struct err *e)
{
	const unsigned char *tail;

	if (d->csize_known && d->left > 0)
		return err_set(e, EXIT_DATA, "%llu bytes are left over after "
		    "its data", (unsigned long long)d->left);
	if (d->cipher != NULL) {
		tail = want_bytes(d, zipcipher_tail(&d->r), e);
		if (tail == NULL || zipcipher_end(d->cipher, tail, e) != 0)
			return -1;
		supply_pass(d->in, zipcipher_tail(&d->r));
	}
	d->sum.crc = d->r.crc;
	if ((d->r.flags & ZIP_DESCRIPTOR) != 0 && pass_descriptor(d, e) != 0)
		return -1;
	if (compare(d, e) != 0)
		return -1;
	end_member(d);
	return 0;
}

/* Compressed bytes that are ready, decrypted: at least one, unless none are
 * left of a known size.  -1 also where the archive ends. */
static ssize_t
ready(struct zipdata *d, const unsigned char **bytes, struct err *e)
{
	ssize_t n = 0;

	if (!d->csize_known || d->left > 0) {
		n = supply_want(d->in, 1, e);
		if (n < 0)
			return -1;
		if (n == 0)
			return cut_off(d, e);
		if (d->csize_known && (uint64_t)n > d->left)
			n = (ssize_t)d->left;
	}
	*bytes = supply_bytes(d->in);
	if (d->cipher == NULL)
		return n;
	if (d->ahead == 0) {
		d->ahead = n < PLAIN ? (size_t)n : PLAIN;
		d->ahead_at = 0;
		if (zipcipher_decrypt(d->cipher, *bytes, d->plain, d->ahead,
		    e) != 0)
			return -1;
	}
	*bytes = d->plain + d->ahead_at;
	return (ssize_t)d->ahead;
}

static void
use_ahead(struct zipdata *d, size_t len)
{
	if (d->cipher == NULL)
		return;
	d->ahead -= len;
	d->ahead_at += len;
}

static ssize_t
stored_block(struct zipdata *d, const void **block, struct err *e)
{
	const unsigned char *bytes = NULL;
	ssize_t n = ready(d, &bytes, e);

	if (n < 0)
		return -1;
	if (n == 0)
		return finish(d, e);
	use_ahead(d, (size_t)n);
	if (take(d, (size_t)n, e) != 0)
		return -1;
	return give(d, bytes, (size_t)n, block, e);
}

/* Can a descriptor of this many bytes of stored data begin here?  A cheap look
 * at where the size would be. */
static bool
may_describe(const unsigned char *p, uint64_t size)
{
	return le32(p + 4) == (uint32_t)size ||
	    (memcmp(p, "PK\7\10", 4) == 0 && le32(p + 8) == (uint32_t)size);
}

/* Stored data of unknown size: up to a descriptor that fits. */
static ssize_t
search_block(struct zipdata *d, const void **block, struct err *e)
{
	ssize_t n = supply_want(d->in, DESCRIPTOR_MAX, e);
	const unsigned char *p = supply_bytes(d->in);
	size_t len, here = 0, summed = 0;

	if (n < 0)
		return -1;
	len = (size_t)n;
	if (len < DESCRIPTOR_MIN)
		return cut_off(d, e);
	/* Where a longer descriptor may begin all of it is looked at. */
	size_t places = len - (d->in->ended ? DESCRIPTOR_MIN :
	    DESCRIPTOR_MAX) + 1;

	for (; here < places; here++) {
		uint64_t size = d->sum.csize + here;

		if (!may_describe(p + here, size))
			continue;
		d->crc = crc32_gzip_refl(d->crc, p + summed, here - summed);
		summed = here;
		if (zip_match_descriptor(p + here, len - here, d->crc, size,
		    size) == 0)
			continue;
		d->found = true;
		break;
	}
	if (!d->found && d->in->ended)
		return cut_off(d, e);
	d->crc = crc32_gzip_refl(d->crc, p + summed, here - summed);
	d->sum.usize += here;
	*block = p;
	if (take(d, here, e) != 0)
		return -1;
	return here > 0 ? (ssize_t)here : finish(d, e);
}

/* One step of a compression: > 0 bytes of data, 0 if none came yet. */
static ssize_t
undo_step(struct zipdata *d, const void **block, struct err *e)
{
	struct zipmethod_step s = { .out = d->out, .out_len = OUT };
	ssize_t n = ready(d, &s.in, e);
	size_t used;

	if (n < 0)
		return -1;
	s.in_len = (size_t)n;
	if (zipmethod_run(d->undo, &s, e) != 0)
		return -1;
	used = (size_t)n - s.in_len;
	use_ahead(d, used);
	if (take(d, used, e) != 0)
		return -1;
	d->found = s.ended;
	if (s.out_len < OUT)
		return give(d, d->out, OUT - s.out_len, block, e);
	if (!s.ended && n == 0)
		return err_set(e, EXIT_DATA, "its data are cut off: the "
		    "compression goes on after %llu bytes",
		    (unsigned long long)d->sum.csize);
	return 0;
}

ssize_t
zipdata_block(struct zipdata *d, const void **block, struct err *e)
{
	ssize_t n;

	if (!d->started && !d->ended && start(d, e) != 0)
		return -1;
	if (d->ended)
		return 0;
	if (d->found)
		return finish(d, e);
	if (d->method == ZIP_METHOD_STORED)
		return d->csize_known ? stored_block(d, block, e) :
		    search_block(d, block, e);
	do
		n = undo_step(d, block, e);
	while (n == 0 && !d->found);
	return n != 0 ? n : finish(d, e);
}
