/* Credentials in JSON and in profiles, fed with anything. */
#include <stdlib.h>
#include <string.h>

#include "aws/creds_secret.h"
#include "base/date.h"
#include "aws/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is found lies in the text. */
static void
look_for(const char *text, const char *outer)
{
	bool found = false;
	size_t len = 0, all = strlen(text);
	const char *value = profile_find(text, "profile x", outer, "key", &len,
	    &found);

	if (value != NULL && (!found || value < text || len == 0 ||
	    len > all - (size_t)(value - text)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct creds_secret s;
	struct err e = ERR_NONE;
	char *text;
	int64_t time;

	if (creds_parse(&s, (const char *)data, size, &e) == 0)
		creds_wipe(&s);
	if ((text = strndup((const char *)data, size)) == NULL)
		return 0;
	look_for(text, NULL);
	look_for(text, "s3");
	(void)date_parse_iso(text, &time);
	(void)creds_url_allowed(text);
	free(text);
	return 0;
}
