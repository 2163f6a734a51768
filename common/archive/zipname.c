/* zipname: entry names made relative and checked. */
#include "archive/zipname.h"

#include <stdbool.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf8.h"
#include "archive/zip.h"

static const char *
bad_text(const char *s, size_t len)
{
	if (utf8_check(s, len) != len)
		return "not UTF-8";
	if (printable_check(s, len) != len)
		return "a control character";
	return strchr(s, '\\') == NULL ? NULL :
	    "a backslash, which is a separator elsewhere";
}

static bool
has_drive(const char *s)
{
	return ((s[0] >= 'a' && s[0] <= 'z') || (s[0] >= 'A' && s[0] <= 'Z')) &&
	    s[1] == ':';
}

const char *
zipname_clean(const char *name, char *out)
{
	size_t len = strlen(name), n, size = 0;
	const char *why = bad_text(name, len), *part = name;

	if (why != NULL)
		return why;
	if (len > 0 && name[len - 1] == '/')
		return "a directory's name";
	for (; *part != '\0'; part += n) {
		part += strspn(part, "/");
		n = strcspn(part, "/");
		if (n == 2 && memcmp(part, "..", 2) == 0)
			return "a \"..\" in it";
		if (n == 1 && part[0] == '.')
			continue;
		if (size > 0)
			out[size++] = '/';
		memcpy(out + size, part, n);
		size += n;
	}
	out[size] = '\0';
	if (size == 0)
		return "empty";
	if (size > ZIP_NAME_MAX)
		return "longer than 65535 bytes";
	if (has_drive(out))
		return "a drive letter";
	return NULL;
}

const char *
zipname_bad_comment(const char *comment)
{
	size_t len = strlen(comment);

	if (len > ZIP_COMMENT_MAX)
		return "longer than 65535 bytes";
	if (utf8_check(comment, len) != len)
		return "not UTF-8";
	if (strstr(comment, "PK\005\006") != NULL)
		return "the mark of an archive's end in it";
	return NULL;
}
