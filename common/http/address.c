/* address: kinds of IPv4 and IPv6 addresses. */
#include "http/address.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The first len bytes of addresses of one kind. */
struct prefix {
	uint8_t bytes[16];
	uint8_t len;
};

static const struct prefix links4[] = {
	{ { 169, 254 }, 2 },
	{ { 100, 100, 100, 200 }, 4 },	/* Alibaba's metadata */
	{ { 168, 63, 129, 16 }, 4 },	/* Azure's agent */
	{ { 192, 0, 0, 192 }, 4 },	/* Oracle's metadata */
};

static const struct prefix links6[] = {
	{ { 0xfd, 0x00, 0x0e, 0xc2 }, 4 },	/* EC2's metadata, EKS' agent */
	{ { 0xfd, 0x20, 0x00, 0xce }, 4 },	/* Google's */
	{ { 0xfd, 0x00, 0x00, 0xc1 }, 4 },	/* Oracle's */
	{ { 0xfd, 0x00, 0x00, 0x42 }, 4 },	/* Scaleway's */
};

/* Where IPv6 addresses carry one of IPv4, after a prefix. */
static const struct { struct prefix prefix; uint8_t at; } carriers[] = {
	{ { { 0 }, 12 }, 12 },				/* compatible */
	{ { { [10] = 0xff, 0xff }, 12 }, 12 },		/* mapped */
	{ { { [8] = 0xff, 0xff }, 12 }, 12 },		/* translated, RFC 7915 */
	{ { { 0x00, 0x64, 0xff, 0x9b }, 12 }, 12 },	/* NAT64, RFC 6052 */
	{ { { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 6 }, 12 }, /* and RFC 8215 */
	{ { { 0x20, 0x02 }, 2 }, 2 },			/* 6to4, RFC 3056 */
};

#define COUNT(table) (sizeof (table) / sizeof *(table))

static bool
begins(const uint8_t *address, const struct prefix *p)
{
	return memcmp(address, p->bytes, p->len) == 0;
}

static unsigned
kind4(const uint8_t *a)
{
	if (a[0] == 127 || a[0] == 0)
		return ADDRESS_LOOPBACK;
	for (size_t i = 0; i < COUNT(links4); i++)
		if (begins(a, &links4[i]))
			return ADDRESS_LINK;
	return 0;
}

static unsigned
kind6(const uint8_t *a)
{
	static const uint8_t zero[15];

	if (memcmp(a, zero, 15) == 0 && a[15] <= 1)
		return ADDRESS_LOOPBACK;
	if (a[0] == 0xfe && (a[1] & 0xc0) == 0x80)
		return ADDRESS_LINK;
	for (size_t i = 0; i < COUNT(links6); i++)
		if (begins(a, &links6[i]))
			return ADDRESS_LINK;
	for (size_t i = 0; i < COUNT(carriers); i++)
		if (begins(a, &carriers[i].prefix))
			return kind4(a + carriers[i].at);
	return 0;
}

unsigned
address_kind(const char *text)
{
	uint8_t address[16];
	char bare[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "%");

	if (len >= sizeof bare)
		return 0;
	memcpy(bare, text, len);
	bare[len] = '\0';
	if (inet_pton(AF_INET, bare, address) == 1)
		return kind4(address);
	if (inet_pton(AF_INET6, bare, address) == 1)
		return kind6(address);
	return 0;
}

/* Is host that name, or one below it? */
static bool
is_below(const char *host, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len >= n && strncasecmp(host + len - n, name, n) == 0 &&
	    (len == n || host[len - n - 1] == '.');
}

unsigned
address_host_kind(const char *host)
{
	static const struct { const char *name; unsigned kind; } names[] = {
		{ "localhost", ADDRESS_LOOPBACK },
		{ "localhost.localdomain", ADDRESS_LOOPBACK },
		{ "ip6-localhost", ADDRESS_LOOPBACK },
		{ "ip6-loopback", ADDRESS_LOOPBACK },
		{ "metadata", ADDRESS_LINK },
		{ "metadata.google.internal", ADDRESS_LINK },
		{ "metadata.goog", ADDRESS_LINK },
		{ "metadata.tencentyun.com", ADDRESS_LINK },
		{ "instance-data", ADDRESS_LINK },
		{ "instance-data.ec2.internal", ADDRESS_LINK },
	};
	size_t len = strlen(host);
	char bare[256];

	if (*host == '[' && len >= 2 && host[len - 1] == ']') {
		snprintf(bare, sizeof bare, "%.*s", (int)(len - 2), host + 1);
		return address_kind(bare);
	}
	if (len > 0 && host[len - 1] == '.')
		len--;
	for (size_t i = 0; i < COUNT(names); i++)
		if (is_below(host, len, names[i].name))
			return names[i].kind;
	return address_kind(host);
}
