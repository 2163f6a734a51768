/*
 * zipcipher: a zip archive's members encrypted and decrypted.
 *
 * ZipCrypto (APPNOTE 6.1) is weak and checks a passphrase by one byte; AES is
 * WinZip's, of 128 to 256 bits in counter mode, and authenticates the data
 * (HMAC-SHA-1, cut to 10 bytes).  Both keep the length, so bytes can be
 * decrypted ahead of what turns out to be the end.  What is encrypted here is
 * AES of 256 bits.
 *
 * Keys are wiped by zipcipher_free.
 */
#ifndef ARCHIVE_ZIPCIPHER_H
#define ARCHIVE_ZIPCIPHER_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "archive/ziprecord.h"

enum { ZIPCIPHER_HEAD = 16 + 2, ZIPCIPHER_TAIL = 10 };	/* the largest */

struct zipcipher;

/* How many bytes stand before and after the data of that member. */
size_t zipcipher_head(const struct zip_record *r);
size_t zipcipher_tail(const struct zip_record *r);

/* Begins with the bytes before the data: NULL with 77 if the passphrase is not
 * the one, or with 70. */
struct zipcipher *zipcipher_new(const struct zip_record *r,
    const unsigned char *head, const char *passphrase, struct err *e);
void zipcipher_free(struct zipcipher *c);	/* NULL is fine */

/* Decrypts the next len bytes. */
int zipcipher_decrypt(struct zipcipher *c, const unsigned char *in,
    unsigned char *out, size_t len, struct err *e);

/* Notes that these encrypted bytes, which come in order, belong to the member.
 */
int zipcipher_took(struct zipcipher *c, const unsigned char *in, size_t len,
    struct err *e);

/* Compares the bytes after the data: 65 if they do not fit. */
int zipcipher_end(struct zipcipher *c, const unsigned char *tail,
    struct err *e);

/* Begins to encrypt a member, and gives the bytes before its data; then encrypts
 * the next len bytes, and gives those after them.  NULL or -1 with 70. */
struct zipcipher *zipcipher_make(unsigned char head[ZIPCIPHER_HEAD],
    const char *passphrase, struct err *e);
int zipcipher_encrypt(struct zipcipher *c, const unsigned char *in,
    unsigned char *out, size_t len, struct err *e);
int zipcipher_seal(struct zipcipher *c, unsigned char tail[ZIPCIPHER_TAIL],
    struct err *e);

#endif
