/* address: kinds. */
#include "http/address.h"

#include "tap.h"

int
main(void)
{
	static const struct { const char *text; unsigned kind; } cases[] = {
		{ "127.0.0.1", ADDRESS_LOOPBACK },
		{ "127.255.0.9", ADDRESS_LOOPBACK },
		{ "0.0.0.0", ADDRESS_LOOPBACK }, { "::", ADDRESS_LOOPBACK },
		{ "::1", ADDRESS_LOOPBACK },
		{ "::ffff:127.0.0.1", ADDRESS_LOOPBACK },
		{ "169.254.169.254", ADDRESS_LINK },
		{ "169.254.170.2", ADDRESS_LINK },
		{ "::ffff:a9fe:a9fe", ADDRESS_LINK },
		{ "::169.254.169.254", ADDRESS_LINK },
		{ "64:ff9b::a9fe:a9fe", ADDRESS_LINK },
		{ "fe80::1", ADDRESS_LINK }, { "febf::1%eth0", ADDRESS_LINK },
		{ "fd00:ec2::254", ADDRESS_LINK },
		{ "100.100.100.200", ADDRESS_LINK },
		{ "100.100.100.201", 0 }, { "10.0.0.1", 0 },
		{ "93.184.216.34", 0 }, { "2001:db8::1", 0 },
		{ "fec0::1", 0 }, { "::2:0:0:1", 0 }, { "", 0 },
		{ "rubbish", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ok(address_kind(cases[i].text) == cases[i].kind, "'%s' is %u",
		    cases[i].text, cases[i].kind);
	return tap_done();
}
