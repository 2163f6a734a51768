/* zipcipher: ZipCrypto's three keys; AES and HMAC by libcrypto. */
#define _GNU_SOURCE	/* explicit_bzero, getrandom */
#include "archive/zipcipher.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
	CRYPTO_HEAD = 12,		/* bytes before ZipCrypto's data */
	BLOCK = 16, KEY_MAX = 32,	/* bytes, of AES */
	ROUNDS = 1000, VERIFIER = 2,	/* WinZip's: of PBKDF2, and bytes that
					 * tell a wrong passphrase */
	STRENGTH = 3,			/* of what is encrypted: 256 bits */
	BATCH = 64			/* blocks of key stream made at once: 1
					 * KiB makes libcrypto's call cheap */
};

struct zipcipher {
	bool aes;
	uint32_t keys[3];		/* ZipCrypto's */
	uint32_t crc_table[256];
	EVP_CIPHER_CTX *ecb;
	EVP_MD_CTX *mac;
	EVP_PKEY *mac_key;
	uint64_t counter;		/* of the blocks used so far */
	unsigned char stream[BATCH * BLOCK];
	size_t used;			/* of stream */
};

static int
broken(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "libcrypto cannot do it: no memory, "
	    "or it lacks AES or SHA-1");
}

static int
wrong(struct err *e)
{
	return err_set(e, EXIT_AUTH, "the passphrase is not the one that it "
	    "was encrypted with");
}

/* 8 bytes of salt for 128 bits of key, and 4 more for each step. */
static size_t
salt_size(unsigned strength)
{
	return 4 + 4 * (size_t)strength;
}

size_t
zipcipher_head(const struct zip_record *r)
{
	if ((r->flags & ZIP_ENCRYPTED) == 0)
		return 0;
	return r->aes.version != 0 ? salt_size(r->aes.strength) + VERIFIER : CRYPTO_HEAD;
}

size_t
zipcipher_tail(const struct zip_record *r)
{
	return r->aes.version != 0 ? ZIPCIPHER_TAIL : 0;
}

static void
make_crc_table(uint32_t table[256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = (c & 1) != 0 ? c >> 1 ^ 0xedb88320U : c >> 1;
		table[i] = c;
	}
}

/* 6.1.5: goes on by one byte of plain text. */
static void
update_keys(struct zipcipher *c, unsigned char byte)
{
	uint32_t *k = c->keys;

	k[0] = c->crc_table[(k[0] ^ byte) & 0xff] ^ k[0] >> 8;
	k[1] = (k[1] + (k[0] & 0xff)) * 134775813U + 1;
	k[2] = c->crc_table[(k[2] ^ k[1] >> 24) & 0xff] ^ k[2] >> 8;
}

static unsigned char
decrypt_byte(struct zipcipher *c, unsigned char byte)
{
	uint32_t t = (c->keys[2] | 2) & 0xffff;

	byte ^= (unsigned char)(t * (t ^ 1) >> 8);
	update_keys(c, byte);
	return byte;
}

/* 6.1.6: the last byte of the head is known. */
static int
begin_crypto(struct zipcipher *c, const struct zip_record *r,
    const unsigned char *head, const char *passphrase, struct err *e)
{
	unsigned known = (r->flags & ZIP_DESCRIPTOR) != 0 ?
	    r->dos_time >> 8 : r->crc >> 24;
	unsigned char last = 0;

	make_crc_table(c->crc_table);
	c->keys[0] = 0x12345678;
	c->keys[1] = 0x23456789;
	c->keys[2] = 0x34567890;
	for (; *passphrase != '\0'; passphrase++)
		update_keys(c, (unsigned char)*passphrase);
	for (int i = 0; i < CRYPTO_HEAD; i++)
		last = decrypt_byte(c, head[i]);
	return last == known ? 0 : wrong(e);
}

static int
begin_mac(struct zipcipher *c, const unsigned char *key, size_t len)
{
	c->mac = EVP_MD_CTX_new();
	c->mac_key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, key,
	    len);
	return c->mac != NULL && c->mac_key != NULL &&
	    EVP_DigestSignInit(c->mac, NULL, EVP_sha1(), NULL,
	    c->mac_key) == 1 ? 0 : -1;
}

/* One key for AES, one for HMAC, and two bytes that verify the passphrase. */
static int
set_keys(struct zipcipher *c, unsigned strength, const unsigned char *salt,
    const char *passphrase, unsigned char verifier[VERIFIER], struct err *e)
{
	const EVP_CIPHER *const ciphers[] = { EVP_aes_128_ecb(),
	    EVP_aes_192_ecb(), EVP_aes_256_ecb() };
	size_t len = 8 + 8 * (size_t)strength;
	unsigned char keys[2 * KEY_MAX + VERIFIER];
	bool good;

	/* Without its default context OpenSSL 3.0 crashes when it is used. */
	if (OSSL_LIB_CTX_get0_global_default() == NULL)
		return broken(e);
	c->aes = true;
	c->used = sizeof c->stream;
	c->ecb = EVP_CIPHER_CTX_new();
	good = c->ecb != NULL && PKCS5_PBKDF2_HMAC_SHA1(passphrase,
	    (int)strlen(passphrase), salt, (int)salt_size(strength), ROUNDS,
	    (int)(2 * len + VERIFIER), keys) == 1 &&
	    EVP_EncryptInit_ex(c->ecb, ciphers[strength - 1], NULL, keys,
	    NULL) == 1 && begin_mac(c, keys + len, len) == 0;
	if (good)
		memcpy(verifier, keys + 2 * len, VERIFIER);
	explicit_bzero(keys, sizeof keys);
	return good ? 0 : broken(e);
}

static int
begin_aes(struct zipcipher *c, const struct zip_record *r,
    const unsigned char *head, const char *passphrase, struct err *e)
{
	unsigned char verifier[VERIFIER];

	if (set_keys(c, r->aes.strength, head, passphrase, verifier, e) != 0)
		return -1;
	return memcmp(verifier, head + salt_size(r->aes.strength),
	    VERIFIER) == 0 ? 0 : wrong(e);
}

struct zipcipher *
zipcipher_new(const struct zip_record *r, const unsigned char *head,
    const char *passphrase, struct err *e)
{
	struct zipcipher *c = calloc(1, sizeof *c);
	int rc;

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	rc = r->aes.version != 0 ? begin_aes(c, r, head, passphrase, e) :
	    begin_crypto(c, r, head, passphrase, e);
	if (rc != 0) {
		zipcipher_free(c);
		return NULL;
	}
	return c;
}

void
zipcipher_free(struct zipcipher *c)
{
	if (c == NULL)
		return;
	EVP_CIPHER_CTX_free(c->ecb);
	EVP_MD_CTX_free(c->mac);
	EVP_PKEY_free(c->mac_key);
	explicit_bzero(c, sizeof *c);
	free(c);
}

/* The counter is little-endian, where libcrypto's own mode has it the other
 * way round; the first is 1. */
static int
next_stream(struct zipcipher *c, struct err *e)
{
	int len;

	memset(c->stream, 0, sizeof c->stream);
	for (int block = 0; block < BATCH; block++) {
		c->counter++;
		for (int i = 0; i < 8; i++)
			c->stream[block * BLOCK + i] =
			    (unsigned char)(c->counter >> 8 * i);
	}
	c->used = 0;
	return EVP_EncryptUpdate(c->ecb, c->stream, &len, c->stream,
	    (int)sizeof c->stream) == 1 ? 0 : broken(e);
}

int
zipcipher_decrypt(struct zipcipher *c, const unsigned char *in,
    unsigned char *out, size_t len, struct err *e)
{
	for (size_t i = 0; i < len; i++) {
		if (!c->aes) {
			out[i] = decrypt_byte(c, in[i]);
			continue;
		}
		if (c->used == sizeof c->stream && next_stream(c, e) != 0)
			return -1;
		out[i] = in[i] ^ c->stream[c->used++];
	}
	return 0;
}

int
zipcipher_took(struct zipcipher *c, const unsigned char *in, size_t len,
    struct err *e)
{
	if (!c->aes || EVP_DigestSignUpdate(c->mac, in, len) == 1)
		return 0;
	return broken(e);
}

int
zipcipher_end(struct zipcipher *c, const unsigned char *tail, struct err *e)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	size_t len = sizeof mac;

	if (!c->aes)
		return 0;
	if (EVP_DigestSignFinal(c->mac, mac, &len) != 1)
		return broken(e);
	if (CRYPTO_memcmp(mac, tail, ZIPCIPHER_TAIL) != 0)
		return err_set(e, EXIT_DATA, "its authentication code is "
		    "wrong: the encrypted data are damaged");
	return 0;
}

struct zipcipher *
zipcipher_make(unsigned char head[ZIPCIPHER_HEAD], const char *passphrase,
    struct err *e)
{
	struct zipcipher *c = calloc(1, sizeof *c);
	size_t salt = salt_size(STRENGTH);

	if (c == NULL)
		err_memory(e);
	else if (getrandom(head, salt, 0) != (ssize_t)salt)
		err_sys(e, EXIT_INTERNAL, errno, "no random numbers");
	else if (set_keys(c, STRENGTH, head, passphrase, head + salt, e) == 0)
		return c;
	zipcipher_free(c);
	return NULL;
}

int
zipcipher_encrypt(struct zipcipher *c, const unsigned char *in,
    unsigned char *out, size_t len, struct err *e)
{
	return zipcipher_decrypt(c, in, out, len, e) != 0 ? -1 :
	    zipcipher_took(c, out, len, e);
}

int
zipcipher_seal(struct zipcipher *c, unsigned char tail[ZIPCIPHER_TAIL],
    struct err *e)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	size_t len = sizeof mac;

	if (EVP_DigestSignFinal(c->mac, mac, &len) != 1)
		return broken(e);
	memcpy(tail, mac, ZIPCIPHER_TAIL);
	return 0;
}
