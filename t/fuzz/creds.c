/* Credentials in JSON, times and URLs, fed with anything. */
#include <stdlib.h>
#include <string.h>

#include "aws/creds_secret.h"
#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	(void)date_parse_iso(text, &time);
	(void)creds_url_allowed(text);
	free(text);
	return 0;
}
