/*
 * address: which addresses belong to this machine or its link, where services
 * trust whoever can reach them (metadata endpoints among them).  Pure.
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

/* Kinds, as bits of a set. */
enum {
	ADDRESS_LOOPBACK = 1,	/* 127/8, ::1; 0/8 and :: mean the same host */
	ADDRESS_LINK = 2	/* 169.254/16, fe80::/10; fd00:ec2::/32, where
				 * EC2 has its metadata; 100.100.100.200 */
};

/*
 * The kind of an address in numbers (inet_pton(3); a zone behind % is taken),
 * 0 for all others.  IPv4 inside of IPv6 (mapped, compatible, NAT64) counts as
 * what it is.
 */
unsigned address_kind(const char *text);

#endif
