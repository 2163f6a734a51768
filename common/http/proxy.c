/* proxy: the variables, and the list of exceptions. */
#include "http/proxy.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/environment.h"
#include "http/show.h"

/* An address in numbers; bits is 32 or 128, or 0 for a name. */
struct number {
	uint8_t bytes[16];
	unsigned bits;
};

static struct number
number_of(const char *text, size_t len)
{
	struct number n = { .bits = 0 };
	char bare[INET6_ADDRSTRLEN];

	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len >= sizeof bare)
		return n;
	memcpy(bare, text, len);
	bare[len] = '\0';
	if (inet_pton(AF_INET, bare, n.bytes) == 1)
		n.bits = 32;
	else if (inet_pton(AF_INET6, bare, n.bytes) == 1)
		n.bits = 128;
	return n;
}

static bool
in_network(const struct number *address, const struct number *network,
    unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (address->bits != network->bits || bits > network->bits ||
	    memcmp(address->bytes, network->bytes, whole) != 0)
		return false;
	return rest == 0 || ((address->bytes[whole] ^ network->bytes[whole]) >>
	    (8 - rest)) == 0;
}

/* A name, of which those below it are meant, too. */
static bool
in_domain(const char *host, size_t len, const char *domain, size_t n)
{
	if (n > 0 && domain[n - 1] == '.')
		n--;
	if (n > 0 && *domain == '.') {
		domain++;
		n--;
	}
	if (len > 0 && host[len - 1] == '.')
		len--;
	return n > 0 && len >= n &&
	    strncasecmp(host + len - n, domain, n) == 0 &&
	    (len == n || host[len - n - 1] == '.');
}

static bool
is_meant(const char *host, const char *entry, size_t n)
{
	struct number address = number_of(host, strlen(host)), network;
	const char *slash = memchr(entry, '/', n);
	char *end = NULL;
	unsigned long bits;

	if (address.bits == 0)
		return in_domain(host, strlen(host), entry, n);
	network = number_of(entry, slash == NULL ? n : (size_t)(slash - entry));
	bits = network.bits;
	if (slash != NULL) {
		bits = strtoul(slash + 1, &end, 10);
		if (end != entry + n || end == slash + 1)
			return false;
	}
	return network.bits > 0 && bits <= network.bits &&
	    in_network(&address, &network, (unsigned)bits);
}

bool
proxy_is_exempt(const char *list, const char *host)
{
	if (strcmp(list, "*") == 0)
		return true;
	while (*(list += strspn(list, ", \t")) != '\0') {
		size_t n = strcspn(list, ", \t");

		if (is_meant(host, list, n))
			return true;
		list += n;
	}
	return false;
}

/* The first of some variables that is set, in this order. */
static const char *
first_of(const char *const names[], size_t n)
{
	const char *value = NULL;

	for (size_t i = 0; i < n && value == NULL; i++)
		value = environment(names[i]);
	return value;
}

const char *
proxy_for(const char *given, bool secure, const char *host)
{
	static const char *const plain[] = { "http_proxy", "all_proxy",
	    "ALL_PROXY" };
	static const char *const tls[] = { "https_proxy", "HTTPS_PROXY",
	    "all_proxy", "ALL_PROXY" };
	static const char *const none[] = { "no_proxy", "NO_PROXY" };
	const char *exempt = first_of(none, 2);

	if (exempt != NULL && proxy_is_exempt(exempt, host))
		return NULL;
	if (given != NULL)
		return *given == '\0' ? NULL : given;
	return secure ? first_of(tls, 4) : first_of(plain, 3);
}

static bool
is_spoken(const char *scheme)
{
	static const char *const spoken[] = { "http", "https", "socks4",
	    "socks4a", "socks5", "socks5h" };
	bool found = false;

	for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
		found |= strcasecmp(scheme, spoken[i]) == 0;
	return found;
}

int
proxy_check(const char *proxy, struct err *e)
{
	CURLU *u = curl_url();
	CURLUcode why = CURLUE_OUT_OF_MEMORY;
	char *scheme = NULL, shown[256];

	if (u != NULL)
		why = curl_url_set(u, CURLUPART_URL, proxy,
		    CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
	if (why == CURLUE_OK)
		why = curl_url_get(u, CURLUPART_SCHEME, &scheme, 0);
	if (why == CURLUE_OK && !is_spoken(scheme))
		why = CURLUE_UNSUPPORTED_SCHEME;
	curl_free(scheme);
	curl_url_cleanup(u);
	if (why == CURLUE_OK)
		return 0;
	if (why == CURLUE_OUT_OF_MEMORY)
		return err_memory(e);
	show_url(proxy, shown, sizeof shown);
	return err_set(e, EXIT_USAGE, "malformed proxy '%s': %s", shown,
	    curl_url_strerror(why));
}
