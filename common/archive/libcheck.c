/* libcheck: positions from libarchive, and bytes that archive_input kept. */
#include "archive/libcheck.h"

#include <string.h>

#include "archive/libreader.h"

enum {
	BLOCK = LIBCHECK_BLOCK,
	/* in a header: */
	SUM = 148, SUM_SIZE = 8, TYPE = 156, MAGIC = 257, REAL_SIZE = 483
};

static int
base_format(struct archive *a)
{
	return archive_format(a) & ARCHIVE_FORMAT_BASE_MASK;
}

int
libcheck_warning(struct archive *a, bool converts, struct err *e)
{
	/* Names of tar that are not in the character set that the archive
	 * promises come as they are. */
	static const char *const harmless[] = { "Uname", "Gname", "Linkname",
	    "Pathname", "ACL", "SCHILY.acl" };
	const char *text = archive_error_string(a);
	size_t n = sizeof harmless / sizeof *harmless;

	for (size_t i = 0; text != NULL && i < n; i++)
		if (strstr(text, harmless[i]) != NULL &&
		    (strncmp(text, "Pathname", 8) != 0 || (!converts &&
		    base_format(a) == ARCHIVE_FORMAT_TAR)))
			return 0;
	return libreader_error(a, "cannot read the archive", e);
}

static bool
all_zeros(const unsigned char *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 &&
	    memcmp(bytes, bytes + 1, len - 1) == 0);
}

/* The sum of all bytes, with spaces in its own place; some have added them up
 * as signed ones. */
bool
libcheck_is_tar(const unsigned char block[LIBCHECK_BLOCK])
{
	const unsigned char *digits = block + SUM, *end = digits + SUM_SIZE;
	int want = 0, sum = 0, signed_sum = 0;

	if (all_zeros(block, BLOCK))
		return true;
	for (int i = 0; i < BLOCK; i++) {
		int c = i >= SUM && i < SUM + SUM_SIZE ? ' ' : block[i];

		sum += c;
		signed_sum += c < 128 ? c : c - 256;
	}
	while (digits < end && *digits == ' ')
		digits++;
	for (; digits < end && *digits >= '0' && *digits <= '7'; digits++)
		want = want * 8 + (*digits - '0');
	return want == sum || want == signed_sum;
}

/* The block of tar that was read last. */
static const unsigned char *
last_block(struct archive *a, const struct archive_input *in)
{
	uint64_t here = (uint64_t)archive_filter_bytes(a, 0);

	return here < BLOCK ? NULL :
	    archive_input_kept(in, here - BLOCK, BLOCK);
}

bool
libcheck_stray_size(struct archive *a, const struct archive_input *in)
{
	const unsigned char *h = archive_format(a) == ARCHIVE_FORMAT_TAR_GNUTAR ?
	    last_block(a, in) : NULL;

	return h != NULL && memcmp(h + MAGIC, "ustar  ", 8) == 0 &&
	    h[TYPE] != 'S' && h[REAL_SIZE] != 0;
}

/* At least one block of zeros was read since the last member's data.  A volume
 * label alone is read as part of the end, and has no format. */
static int
check_tar(struct archive *a, const struct archive_input *in, struct err *e)
{
	uint64_t here = (uint64_t)archive_filter_bytes(a, 0);
	uint64_t end = (uint64_t)archive_read_header_position(a);
	const unsigned char *last = last_block(a, in);

	if (here >= end + BLOCK && (last == NULL || all_zeros(last, BLOCK)))
		return 0;
	return err_set(e, EXIT_DATA, "the tar archive is cut off: it has no "
	    "end at byte %llu", (unsigned long long)here);
}

static int
check_cpio(struct archive *a, struct archive_input *in, struct err *e)
{
	uint64_t here = (uint64_t)archive_filter_bytes(a, 0), at;
	int rc = archive_input_zeros(in, here, &at, e);

	if (rc != 0)
		return rc < 0 ? -1 : err_set(e, EXIT_DATA, "the cpio archive "
		    "is followed by something else at byte %llu",
		    (unsigned long long)at);
	return 0;
}

int
libcheck_end(struct archive *a, struct archive_input *in, struct err *e)
{
	if (base_format(a) == ARCHIVE_FORMAT_TAR || archive_format(a) == 0)
		return check_tar(a, in, e);
	if (base_format(a) == ARCHIVE_FORMAT_CPIO)
		return check_cpio(a, in, e);
	return 0;
}
