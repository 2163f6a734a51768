/* The name of the object, maybe with the file's name at its end. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "s3/target.h"

/* The last part of a path, if it is a regular file's, or that of one that
 * cannot be looked at: opening it will say why.  NULL: it has no name. */
static const char *
own_name(const char *file)
{
	const char *slash;
	struct stat st;

	if (file == NULL || strcmp(file, "-") == 0 ||
	    (stat(file, &st) == 0 && !S_ISREG(st.st_mode)))
		return NULL;
	slash = strrchr(file, '/');
	slash = slash == NULL ? file : slash + 1;
	return *slash == '\0' ? NULL : slash;
}

int
target_parse(struct s3_name *name, const char *url, const char *file,
    bool marker, struct err *e)
{
	size_t len = strlen(url);
	bool slash = len > 0 && url[len - 1] == '/';
	bool bucket = strncmp(url, "s3://", 5) == 0 &&
	    strchr(url + 5, '/') == NULL;
	const char *own = slash || bucket ? own_name(file) : NULL;
	char *whole;
	int rc;

	if (own != NULL) {
		if (asprintf(&whole, "%s%s%s", url, slash ? "" : "/", own) < 0)
			return err_memory(e);
		rc = s3_name_parse(name, whole, e);
		free(whole);
		return rc;
	}
	if (s3_name_parse(name, url, e) != 0)
		return -1;
	if (!slash || marker)
		return 0;
	s3_name_free(name);
	return err_set(e, EXIT_USAGE, "'%.256s' is a folder, and the input has "
	    "no name to be stored under: say the whole key", url);
}
