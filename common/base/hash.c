/* hash: a thin face before libcrypto. */
#include <limits.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/encoding.h"
#include "base/hash.h"

static int
failed(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "cannot compute a digest: "
	    "libcrypto refused");
}

int
sha256_start(struct sha256 *h, struct err *e)
{
	if (h->ctx == NULL && (h->ctx = EVP_MD_CTX_new()) == NULL)
		return failed(e);
	if (EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL) != 1)
		return failed(e);
	return 0;
}

int
sha256_add(struct sha256 *h, const void *data, size_t len, struct err *e)
{
	return EVP_DigestUpdate(h->ctx, data, len) == 1 ? 0 : failed(e);
}

int
sha256_end(struct sha256 *h, uint8_t out[SHA256_SIZE], struct err *e)
{
	return EVP_DigestFinal_ex(h->ctx, out, NULL) == 1 ? 0 : failed(e);
}

void
sha256_free(struct sha256 *h)
{
	EVP_MD_CTX_free(h->ctx);
	h->ctx = NULL;
}

int
sha256_expect(struct sha256 *h, const uint8_t want[SHA256_SIZE],
    const char *what, struct err *e)
{
	uint8_t digest[SHA256_SIZE];
	char theirs[SHA256_HEX], ours[SHA256_HEX];

	if (sha256_end(h, digest, e) != 0)
		return -1;
	if (memcmp(digest, want, sizeof digest) == 0)
		return 0;
	hex_write(theirs, digest, sizeof digest);
	hex_write(ours, want, sizeof digest);
	return err_set(e, EXIT_DATA, "the SHA-256 of %s is %s, not %s", what,
	    theirs, ours);
}

int
sha256_of(const void *data, size_t len, uint8_t out[SHA256_SIZE],
    struct err *e)
{
	if (EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) != 1)
		return failed(e);
	return 0;
}

int
md5_of(const void *data, size_t len, uint8_t out[MD5_SIZE], struct err *e)
{
	if (EVP_Digest(data, len, out, NULL, EVP_md5(), NULL) != 1)
		return failed(e);
	return 0;
}

int
hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
    uint8_t out[SHA256_SIZE], struct err *e)
{
	unsigned n = 0;

	if (key_len > INT_MAX || HMAC(EVP_sha256(), key, (int)key_len, data,
	    len, out, &n) == NULL || n != SHA256_SIZE)
		return failed(e);
	return 0;
}
