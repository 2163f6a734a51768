/*
 * crc64: the CRC-64/NVME, the checksum S3 keeps for whole objects.
 *
 * Polynomial 0xad93d23594c93659, reflected, start and final xor of all ones
 * (NVM Express command set specification, 64b guard).  The check value of
 * "123456789" is 0xae8b14860a799888.  ISA-L has it from 2.31 on; Debian 12 has
 * 2.30, so it is computed here, by carry-less multiplication where the machine
 * has it.  Any thread may call these functions; none of them fails.
 */
#ifndef AWS_CRC64_H
#define AWS_CRC64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The checksum of the bytes that gave crc, and of these len after them; begin
 * with 0.  The fastest body that this machine runs. */
uint64_t crc64nvme(uint64_t crc, const void *data, size_t len);

/* The bodies, the fastest first, up to one without a name.  Each gives what the
 * plain one gives; it may be called where runs() is true. */
struct crc64_body {
	const char *name;		/* for messages */
	bool (*runs)(void);
	uint64_t (*add)(uint64_t crc, const void *data, size_t len);
};
extern const struct crc64_body crc64nvme_bodies[];

uint64_t crc64nvme_plain(uint64_t crc, const void *data, size_t len);
uint64_t crc64nvme_pclmul(uint64_t crc, const void *data, size_t len);
uint64_t crc64nvme_vpclmul(uint64_t crc, const void *data, size_t len);
uint64_t crc64nvme_pmull(uint64_t crc, const void *data, size_t len);

/* For the bodies: the remainder of a text that has r as the remainder of what
 * stands before these len bytes, without the inversions at both ends. */
uint64_t crc64nvme_remainder(uint64_t r, const uint8_t *p, size_t len);

#endif
