/* A part's checksum as a header. */
#include <stdio.h>
#include <string.h>

#include "s3/part_header.h"

bool
part_header_write(enum checksum kind, const struct part *part,
    char line[PART_HEADER])
{
	char text[CHECKSUM_TEXT];

	*line = '\0';
	if (kind == CHECKSUM_NONE)
		return false;
	if (kind == CHECKSUM_SHA256)
		checksum_write_sha256(part->sha256, text);
	else
		checksum_write_crc(kind, part->crc, text);
	snprintf(line, PART_HEADER, "%s: %s", checksum_header(kind), text);
	return true;
}

const char *
part_header_value(const char *line)
{
	return *line == '\0' ? line : strchr(line, ':') + 2;
}

int
part_header_echoed(const struct s3_request *r, enum checksum kind,
    const char *line, struct err *e)
{
	const char *header = checksum_header(kind), *theirs;

	if (header == NULL || (theirs = s3_header(r, header)) == NULL ||
	    strcmp(theirs, part_header_value(line)) == 0)
		return 0;
	return err_set(e, EXIT_REMOTE, "the checksum that came back is %.64s, "
	    "not %s", theirs, part_header_value(line));
}
