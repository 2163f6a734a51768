/* Credentials in JSON and in profiles, fed with anything. */
#include <stdlib.h>
#include <string.h>

#include "network/creds_secret.h"
#include "network/date.h"
#include "network/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct creds_secret s;
	struct err e;
	bool found = false;
	char *text;
	int64_t time;

	if (creds_parse(&s, (const char *)data, size, &e) == 0)
		creds_wipe(&s);
	if ((text = strndup((const char *)data, size)) == NULL)
		return 0;
	free(profile_find(text, "profile x", NULL, "key", &found));
	free(profile_find(text, "profile x", "s3", "key", &found));
	(void)date_parse_iso(text, &time);
	(void)creds_url_allowed(text);
	free(text);
	return 0;
}
