/* trust: a store of certificates that OpenSSL shares among its contexts. */
#include "http/trust.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/io.h"

enum {
	FILE_MAX = 4 << 20,	/* bytes; all that browsers trust is 0.2 MiB */
	ROOM = 256 * 1024	/* bytes; certificates have one or two thousand */
};

struct trust {
	X509_STORE *store;
};

/* Adds what was read; the number of certificates, or -1 without memory. */
static int
add_all(X509_STORE *store, const STACK_OF(X509_INFO) *all)
{
	int n = 0;

	for (int i = 0; i < sk_X509_INFO_num(all); i++) {
		const X509_INFO *info = sk_X509_INFO_value(all, i);

		if ((info->x509 != NULL &&
		    X509_STORE_add_cert(store, info->x509) != 1) ||
		    (info->crl != NULL &&
		    X509_STORE_add_crl(store, info->crl) != 1))
			return -1;
		n += info->x509 != NULL;
	}
	return n;
}

/* The number of certificates in a text, or -1. */
static int
parse(X509_STORE *store, const char *text, size_t len)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);
	STACK_OF(X509_INFO) *all = bio == NULL ? NULL :
	    PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
	int n = all == NULL ? -1 : add_all(store, all);

	sk_X509_INFO_pop_free(all, X509_INFO_free);
	BIO_free(bio);
	ERR_clear_error();
	return n;
}

/* OpenSSL does not tell a lack of memory from a malformed text reliably.  So
 * what fails is tried once more, and it is malformed only if there is memory
 * for more than one certificate takes. */
static int
fill(X509_STORE *store, const char *text, size_t len, const char *path,
    struct err *e)
{
	int n = parse(store, text, len);
	void *room;

	if (n < 0)
		n = parse(store, text, len);
	if (n > 0)
		return 0;
	room = malloc(ROOM);
	if (room == NULL)
		return err_memory(e);
	free(room);
	return n < 0 ? err_set(e, EXIT_AUTH, "the certificates in '%s' are "
	    "malformed", path) : err_set(e, EXIT_AUTH, "there is no "
	    "certificate in '%s'", path);
}

struct trust *
trust_read(const char *path, struct err *e)
{
	struct trust *t = NULL;
	size_t len;
	char *text = io_slurp(path, FILE_MAX, &len, e);
	int rc = -1;

	if (text == NULL) {
		err_class(e, EXIT_AUTH);
		return NULL;
	}
	/* What OpenSSL cannot set up at its first use it never sets up again,
	 * and only here it is told from a malformed text. */
	if (OPENSSL_init_ssl(0, NULL) != 1 ||
	    OSSL_LIB_CTX_get0_global_default() == NULL ||
	    (t = calloc(1, sizeof *t)) == NULL ||
	    (t->store = X509_STORE_new()) == NULL)
		err_memory(e);
	/* As libcurl has it: any certificate of them may end a chain. */
	else if (X509_STORE_set_flags(t->store, X509_V_FLAG_PARTIAL_CHAIN) != 1)
		err_set(e, EXIT_INTERNAL, "cannot set up OpenSSL");
	else
		rc = fill(t->store, text, len, path, e);
	free(text);
	if (rc == 0)
		return t;
	trust_free(t);
	return NULL;
}

void
trust_free(struct trust *t)
{
	if (t != NULL)
		X509_STORE_free(t->store);
	free(t);
}

void
trust_use(struct trust *t, void *ssl_ctx)
{
	SSL_CTX_set1_cert_store(ssl_ctx, t->store);
}
