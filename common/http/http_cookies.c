/* http: cookies, which libcurl keeps for all calls of a client. */
#define _GNU_SOURCE	/* explicit_bzero */
#include "http/http_slot.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Each answer may add some, and nothing is to grow with their number. */
void
http_check_cookies(struct http_slot *s)
{
	struct curl_slist *all = NULL;
	unsigned n = 0;

	if (s->http->jar == NULL || http_header(s->call, "Set-Cookie") == NULL ||
	    curl_easy_getinfo(s->easy, CURLINFO_COOKIELIST, &all) != CURLE_OK)
		return;
	for (struct curl_slist *l = all; l != NULL; l = l->next)
		n++;
	curl_slist_free_all(all);
	s->http->flooded = n > HTTP_COOKIES;
}

/* "Set-Cookie: …", or the seven fields of a line, separated by tabs. */
static bool
is_cookie(const char *line)
{
	unsigned tabs = 0;

	if (strncasecmp(line, "Set-Cookie:", 11) == 0)
		return true;
	for (; *line != '\0'; line++)
		tabs += *line == '\t';
	return tabs == 6 || tabs == 5;
}

static int
add_cookie(CURL *easy, const char *line, size_t len, unsigned number,
    struct err *e)
{
	char *copy = strndup(line, len);
	bool comment = *line == '#' && strncmp(line, "#HttpOnly_", 10) != 0;
	int r = 0;

	if (copy == NULL)
		return err_memory(e);
	if (len > 0 && !comment) {
		if (!is_cookie(copy))
			r = err_set(e, EXIT_DATA, "line %u is no cookie",
			    number);
		else if (curl_easy_setopt(easy, CURLOPT_COOKIELIST, copy) !=
		    CURLE_OK)
			r = err_memory(e);
	}
	explicit_bzero(copy, len);
	free(copy);
	return r;
}

int
http_cookies_load(struct http *h, const char *text, struct err *e)
{
	CURL *easy = curl_easy_init();
	unsigned number = 0;
	int r = 0;

	if (easy == NULL ||
	    curl_easy_setopt(easy, CURLOPT_SHARE, h->jar) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "") != CURLE_OK)
		r = err_memory(e);
	while (r == 0 && *text != '\0') {
		size_t n = strcspn(text, "\n");
		bool cr = n > 0 && text[n - 1] == '\r';

		r = add_cookie(easy, text, n - cr, ++number, e);
		text += n + (text[n] == '\n');
	}
	curl_easy_cleanup(easy);
	return r;
}
