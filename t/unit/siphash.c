/* siphash: the vectors of its authors, and libcrypto's own. */
#include "archive/siphash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "deflate/little_endian.h"
#include "tap.h"

enum { MOST = 300 };

static bool
as_libcrypto(const uint8_t *key, const uint8_t *data, size_t len)
{
	size_t size = 16, got;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
		OSSL_PARAM_construct_end() };
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	EVP_MAC_CTX *ctx = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
	uint8_t digest[16];
	uint64_t out[2];
	bool same;

	siphash(key, data, len, out);
	same = ctx != NULL && EVP_MAC_init(ctx, key, SIPHASH_KEY, params) == 1 &&
	    EVP_MAC_update(ctx, data, len) == 1 &&
	    EVP_MAC_final(ctx, digest, &got, sizeof digest) == 1 &&
	    le64(digest) == out[0] && le64(digest + 8) == out[1];
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
	return same;
}

int
main(void)
{
	static const uint8_t want[2][16] = {
	    { 0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72,
	    0x14, 0xc7, 0x55, 0x02, 0x93 },
	    { 0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59,
	    0x11, 0x9b, 0x22, 0xfc, 0x45 } };
	uint8_t data[MOST];
	uint64_t out[2];
	bool good = true;

	for (int i = 0; i < MOST; i++)
		data[i] = (uint8_t)i;
	for (size_t len = 0; len < 2; len++) {
		siphash(data, data, len, out);
		ok(out[0] == le64(want[len]) && out[1] == le64(want[len] + 8),
		    "its authors' vector %zu", len);
	}
	for (size_t len = 0; len < MOST; len++)
		good &= as_libcrypto(data, data, len) &&
		    as_libcrypto(data + 7, data + 1, len / 2);
	ok(good, "as libcrypto, for every length");
	return tap_done();
}
