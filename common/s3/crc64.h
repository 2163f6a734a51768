/*
 * crc64: the CRC-64/NVME, the checksum S3 keeps for whole objects.
 *
 * Polynomial 0xad93d23594c93659, reflected, start and final xor of all ones
 * (NVM Express command set specification, 64b guard).  The check value of
 * "123456789" is 0xae8b14860a799888.  No library in Debian 12 has it.
 */
#ifndef S3_CRC64_H
#define S3_CRC64_H

#include <stddef.h>
#include <stdint.h>

/*
 * The checksum of the bytes that gave crc, then of these; begin with 0.
 * Any thread may call it.  Carry-less multiplication where the machine has it.
 */
uint64_t crc64nvme(uint64_t crc, const void *data, size_t len);

/* The plain body, which the other one has to equal. */
uint64_t crc64nvme_plain(uint64_t crc, const void *data, size_t len);

#endif
