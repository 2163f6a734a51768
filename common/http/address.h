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
 * The kind of a numeric address, as inet_pton(3) reads it, perhaps with a zone
 * after %; 0 for an address of no kind, and for any other text.  An IPv4
 * address within an IPv6 one (mapped, compatible, translated, NAT64, 6to4) has
 * the kind of the IPv4 address.
 */
unsigned address_kind(const char *text);

/* The kind of a URL's host, with or without brackets, as it is judged before a
 * proxy is asked for it.  Names that by custom or standard (RFC 6761) mean such
 * an address have its kind; all other names have none (0). */
unsigned address_host_kind(const char *host);

#endif
