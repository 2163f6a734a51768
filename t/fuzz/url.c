/*
 * url: the words of HTTP that are read without a connection: URLs, links,
 * ranges, dates, headers to be shown, lists of hosts.
 *
 * The input is two texts with a line feed between them.  What comes of it is
 * held against what the headers of the modules say.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "http/address.h"
#include "http/link.h"
#include "http/proxy.h"
#include "http/range.h"
#include "http/retry.h"
#include "http/show.h"
#include "http/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fine)
{
	if (!fine)
		abort();
}

static void
check_shown(const char *s)
{
	char shown[64], tiny[1], *wiped = strdup(s);

	must(wiped != NULL);
	show_url(s, shown, sizeof shown);
	must(strlen(shown) < sizeof shown);
	show_url(s, tiny, sizeof tiny);
	must(*tiny == '\0');
	show_header(s, shown, sizeof shown);
	must(strlen(shown) < sizeof shown);
	show_wipe_url(wiped);
	must(strlen(wiped) == strlen(s));
	free(wiped);
}

/* What joining gives is a URL that can be asked for as it is. */
static void
check_joined(const char *s)
{
	const char *base = "https://u:p@ex.org:8443/a/b?c#d";
	struct err e = ERR_NONE;
	char *joined = url_join(base, s, &e), *host, *again;

	must(joined != NULL || e.code != EXIT_DONE);
	if (joined == NULL)
		return;
	must(url_check(joined, EXIT_DATA, &e) == 0);
	for (const char *p = joined; *p != '\0'; p++)
		must((unsigned char)*p > ' ' && *p != 0x7f && *p != '#');
	must(url_same_origin(joined, joined, &e) == 1);
	host = url_host(joined, &e);
	must(host != NULL);
	for (const char *p = host; *p != '\0'; p++)
		must((unsigned char)*p < 0x80 && strchr("/?#@", *p) == NULL);
	(void)address_host_kind(host);
	(void)proxy_is_exempt(s, host);
	again = url_target(joined, &e);
	must(again != NULL && *again == '/');
	free(again);
	again = url_ascii(joined, EXIT_DATA, &e);
	must(again != NULL && strcmp(again, joined) == 0);
	free(again);
	free(host);
	free(joined);
}

/* A parameter that was set is there, once, and all others stay. */
static void
check_query(const char *query, const char *value)
{
	size_t size = strlen(query) + sizeof "http://h/p?&other=1";
	char *url = malloc(size), *set, *got;
	struct err e = ERR_NONE;

	must(url != NULL);
	snprintf(url, size, "http://h/p?%s", query);
	url[10 + strcspn(url + 10, "#")] = '\0';
	strcat(url, "&other=1");
	set = url_query_set(url, "par", value, &e);
	must(set != NULL && strncmp(set, "http://h/p?", 11) == 0);
	must(url_query_get(set, "par", &got, &e) == 0 && got != NULL &&
	    strcmp(got, value) == 0);
	free(got);
	must(url_query_get(set, "other", &got, &e) == 0 && got != NULL);
	free(got);
	free(url);
	url = url_query_set(set, "par", value, &e);
	must(url != NULL && strcmp(url, set) == 0);
	free(url);
	free(set);
}

static void
check_words(const char *s, const char *second)
{
	struct content_range r;
	const char *target;
	size_t len;
	char *v;
	int64_t t;

	target = link_find(s, "next", &len);
	must(target == NULL || (target > s && len < strlen(s) &&
	    target[len] == '>'));
	if (content_range_parse(s, &r))
		must((!r.satisfied || (r.first >= 0 && r.last >= r.first)) &&
		    (!r.satisfied || r.total < 0 || r.last < r.total) &&
		    (r.satisfied || r.total >= 0));
	(void)date_parse(s, &t);
	(void)date_parse_iso(s, &t);
	(void)date_parse_option(s, &t);
	t = retry_after(s, 1700000000);
	must(t >= -1 && t <= 86400000);
	v = range_validator(s, NULL, NULL);
	must(v == NULL || range_same(v, s, NULL));
	free(v);
	free(range_validator(NULL, s, second));
	(void)address_kind(s);
	(void)proxy_is_exempt(s, "h.example");
	(void)proxy_is_exempt(s, "[::1]");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *second;

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	second = text + strcspn(text, "\n");
	if (*second != '\0')
		*second++ = '\0';
	check_shown(text);
	check_joined(text);
	if (strlen(text) + strlen(second) < URL_MAX / 2)
		check_query(text, second);
	check_words(text, second);
	free(text);
	return 0;
}
