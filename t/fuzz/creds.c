/* Credentials in JSON and in profiles, fed with anything. */
#include <stdlib.h>
#include <string.h>

#include "network/creds_secret.h"
#include "network/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct creds_secret s;
	struct err e;
	bool found = false;
	char *text;

	if (creds_parse(&s, (const char *)data, size, &e) == 0)
		creds_wipe(&s);
	if ((text = strndup((const char *)data, size)) == NULL)
		return 0;
	free(profile_find(text, "profile x", "key", &found));
	(void)creds_time(text);
	(void)creds_url_allowed(text);
	free(text);
	return 0;
}
