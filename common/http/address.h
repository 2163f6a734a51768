/*
 * address: which addresses belong to this machine, its link or its cloud,
 * where services trust whoever can reach them (metadata endpoints give
 * credentials away).  Pure.
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

/* Kinds, as bits of a set. */
enum {
	ADDRESS_LOOPBACK = 1,	/* 127/8, ::1; 0/8 and :: mean the same host */
	ADDRESS_LINK = 2,	/* 169.254/16, fe80::/10; and what clouds have
				 * elsewhere for their metadata and agents */
	ADDRESS_KINDS = 3
};

/*
 * The kind of an address in numbers (inet_pton(3); a zone after % is taken),
 * 0 for all others.  IPv4 inside of IPv6 (mapped, compatible, translated, NAT64,
 * 6to4) counts as what it is.
 */
unsigned address_kind(const char *text);

/* The same for the host of a URL, with or without brackets, by which a proxy
 * is asked for it: names that by custom or standard (RFC 6761) mean such an
 * address count, too; all others are 0. */
unsigned address_host_kind(const char *host);

#endif
