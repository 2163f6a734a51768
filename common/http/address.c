/* address: kinds of IPv4 and IPv6 addresses. */
#include "http/address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

static unsigned
kind4(const uint8_t a[4])
{
	static const uint8_t alibaba[4] = { 100, 100, 100, 200 };

	if (a[0] == 127 || a[0] == 0)
		return ADDRESS_LOOPBACK;
	if ((a[0] == 169 && a[1] == 254) || memcmp(a, alibaba, 4) == 0)
		return ADDRESS_LINK;
	return 0;
}

static unsigned
kind6(const uint8_t a[16])
{
	static const uint8_t zero[15];
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	static const uint8_t ec2[4] = { 0xfd, 0x00, 0x0e, 0xc2 };

	if (memcmp(a, zero, 15) == 0 && a[15] <= 1)
		return ADDRESS_LOOPBACK;
	if ((a[0] == 0xfe && (a[1] & 0xc0) == 0x80) ||
	    memcmp(a, ec2, sizeof ec2) == 0)
		return ADDRESS_LINK;
	if (memcmp(a, zero, 12) == 0 || memcmp(a, mapped, 12) == 0 ||
	    memcmp(a, nat64, 12) == 0)
		return kind4(a + 12);
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
