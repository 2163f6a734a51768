/* Credentials in JSON and in the XML of STS, times and URLs, fed with anything:
 * what is taken can go into a header. */
#include <stdlib.h>
#include <string.h>

#include "aws/creds_secret.h"
#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct creds_secret *s, bool taken)
{
	if (!taken && (s->id != NULL || s->secret != NULL || s->token != NULL))
		abort();
	if (taken && (*s->id == '\0' || strchr(s->id, ' ') != NULL ||
	    !creds_printable(s->id) || *s->secret == '\0' ||
	    !creds_printable(s->secret) || (s->token != NULL &&
	    (*s->token == '\0' || !creds_printable(s->token))) ||
	    s->expires < 0))
		abort();
	creds_wipe(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct creds_secret s;
	struct err e = ERR_NONE;
	char *text;
	int64_t time;

	check(&s, creds_parse(&s, (const char *)data, size, &e) == 0);
	check(&s, creds_parse_sts(&s, (const char *)data, size, &e) == 0);
	if ((text = strndup((const char *)data, size)) == NULL)
		return 0;
	(void)date_parse_iso(text, &time);
	(void)creds_url_allowed(text, &e);
	free(text);
	return 0;
}
