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
		{ "168.63.129.16", ADDRESS_LINK },
		{ "::ffff:168.63.129.16", ADDRESS_LINK },
		{ "192.0.0.192", ADDRESS_LINK },
		{ "fd20:ce::254", ADDRESS_LINK },
		{ "fd00:c1::a9fe:a9fe", ADDRESS_LINK },
		{ "fd00:42::42", ADDRESS_LINK },
		{ "::ffff:0:127.0.0.1", ADDRESS_LOOPBACK },
		{ "64:ff9b:1::127.0.0.1", ADDRESS_LOOPBACK },
		{ "64:ff9b:1:ffff::169.254.169.254", ADDRESS_LINK },
		{ "2002:7f00:1::1", ADDRESS_LOOPBACK },
		{ "2002:a9fe:a9fe::", ADDRESS_LINK },
		{ "168.63.129.17", 0 }, { "192.0.0.1", 0 },
		{ "fd00:ec3::254", 0 }, { "2002:5db8:d822::1", 0 },
		{ "64:ff9b::93.184.216.34", 0 }, { "localhost", 0 },
		{ "100.100.100.201", 0 }, { "10.0.0.1", 0 },
		{ "93.184.216.34", 0 }, { "2001:db8::1", 0 },
		{ "fec0::1", 0 }, { "::2:0:0:1", 0 }, { "", 0 },
		{ "rubbish", 0 },
	};

	static const struct { const char *host; unsigned kind; } hosts[] = {
		{ "localhost", ADDRESS_LOOPBACK }, { "LOCALHOST.", ADDRESS_LOOPBACK },
		{ "a.localhost", ADDRESS_LOOPBACK }, { "[::1]", ADDRESS_LOOPBACK },
		{ "127.0.0.1", ADDRESS_LOOPBACK }, { "[fe80::1%25eth0]", ADDRESS_LINK },
		{ "metadata.google.internal", ADDRESS_LINK },
		{ "[::ffff:a9fe:a9fe]", ADDRESS_LINK },
		{ "notlocalhost", 0 }, { "example.com", 0 }, { "", 0 },
		{ ".", 0 }, { "[", 0 }, { "[]", 0 }, { "metadata.example.com", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ok(address_kind(cases[i].text) == cases[i].kind, "'%s' is %u",
		    cases[i].text, cases[i].kind);
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		ok(address_host_kind(hosts[i].host) == hosts[i].kind,
		    "the host '%s' is %u", hosts[i].host, hosts[i].kind);
	return tap_done();
}
