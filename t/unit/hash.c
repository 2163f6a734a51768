/* The vectors of FIPS 180-4, RFC 4231, RFC 1321 and RFC 4648. */
#include <string.h>

#include "base/encoding.h"
#include "base/hash.h"
#include "tap.h"

static struct err e = ERR_NONE;

static bool
sha256_is(const char *text, const char *want)
{
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX];

	if (sha256_of(text, strlen(text), digest, &e) != 0)
		return false;
	hex_write(hex, digest, sizeof digest);
	return strcmp(hex, want) == 0;
}

static void
test_stream(void)
{
	struct sha256 h = { NULL };
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX];

	for (int round = 0; round < 2; round++) {
		int bad = sha256_start(&h, &e);

		for (int i = 0; i < 1000000; i += 1000) {
			char a[1000];

			memset(a, 'a', sizeof a);
			bad |= sha256_add(&h, a, sizeof a, &e);
		}
		bad |= sha256_end(&h, digest, &e);
		hex_write(hex, digest, sizeof digest);
		ok(bad == 0 && strcmp(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
		    "f1809a48a497200e046d39ccc7112cd0") == 0,
		    "a million letters, round %d", round);
	}
	sha256_free(&h);
	sha256_free(&h);
}

static void
test_hmac(void)
{
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX];

	hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, digest, &e);
	hex_write(hex, digest, sizeof digest);
	ok(strcmp(hex, "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843") == 0, "HMAC, RFC 4231 case 2");
}

static void
test_base64(void)
{
	static const char *const pairs[][2] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xef\xbe", "/+++" },
	};
	static const char *const wrong[] = { "", "Zg", "Zg=", "Z===", "Z=g=",
		"Zm8=", " Zg=", "Zg= ", "Z*==", "Zg==Zg==" };
	uint8_t one[1];

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		size_t n = strlen(pairs[i][0]), len = strlen(pairs[i][1]);
		uint8_t back[16];
		char text[16];

		base64_write(text, pairs[i][0], n);
		ok(strcmp(text, pairs[i][1]) == 0, "base64 %s", pairs[i][1]);
		ok(base64_read(text, len, back, n) == 0 &&
		    memcmp(back, pairs[i][0], n) == 0, "is read, too");
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(base64_read(wrong[i], strlen(wrong[i]), one, 1) != 0,
		    "no base64 of a byte: '%s'", wrong[i]);
	ok(base64_read("Zg==\n", 4, one, 1) == 0 && one[0] == 'f',
	    "what follows is not looked at");
}

int
main(void)
{
	uint8_t bytes[4], md5[MD5_SIZE];
	char hex[2 * MD5_SIZE + 1];

	ok(sha256_is("", "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855"), "SHA-256 of nothing");
	ok(sha256_is("abc", "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad"), "SHA-256 of abc");
	test_stream();
	test_hmac();
	md5_of("message digest", 14, md5, &e);
	hex_write(hex, md5, sizeof md5);
	ok(strcmp(hex, "f96b697d7cb7938d525a2f31aaf161d0") == 0, "MD5");
	test_base64();
	ok(hex_read("00fFa9C1", bytes, 4) == 0 &&
	    memcmp(bytes, "\0\xff\xa9\xc1", 4) == 0, "hexadecimal is read");
	ok(hex_read("00ffa9c", bytes, 4) != 0, "short hexadecimal");
	ok(hex_read("00ffa9c1a", bytes, 4) != 0, "long hexadecimal");
	ok(hex_read("00ffg9c1", bytes, 4) != 0, "wrong hexadecimal");
	return tap_done();
}
