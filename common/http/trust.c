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
	const char *path;
	char *text;		/* of the file; NULL once it is in the store */
	size_t len;
	X509_STORE *store;	/* NULL: not needed so far */
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
fill(struct trust *t, struct err *e)
{
	int n = parse(t->store, t->text, t->len);
	void *room;

	if (n < 0)
		n = parse(t->store, t->text, t->len);
	if (n > 0)
		return 0;
	room = malloc(ROOM);
	if (room == NULL)
		return err_memory(e);
	free(room);
	return n < 0 ? err_set(e, EXIT_AUTH, "the certificates in '%s' are "
	    "malformed", t->path) : err_set(e, EXIT_AUTH, "there is no "
	    "certificate in '%s'", t->path);
}

struct trust *
trust_read(const char *path, struct err *e)
{
	struct trust *t = calloc(1, sizeof *t);

	if (t == NULL) {
		err_memory(e);
		return NULL;
	}
	t->path = path;
	t->text = io_slurp(path, FILE_MAX, &t->len, e);
	if (t->text != NULL)
		return t;
	err_class(e, EXIT_AUTH);
	free(t);
	return NULL;
}

void
trust_free(struct trust *t)
{
	if (t == NULL)
		return;
	X509_STORE_free(t->store);
	free(t->text);
	free(t);
}

int
trust_load(struct trust *t, struct err *e)
{
	if (t->store != NULL)
		return 0;
	/* What OpenSSL cannot set up at its first use it never sets up again,
	 * and only here it is told from a malformed text. */
	if (OPENSSL_init_ssl(0, NULL) != 1 ||
	    OSSL_LIB_CTX_get0_global_default() == NULL ||
	    (t->store = X509_STORE_new()) == NULL)
		return err_memory(e);
	/* As libcurl has it: any certificate of them may end a chain. */
	X509_STORE_set_flags(t->store, X509_V_FLAG_PARTIAL_CHAIN);
	if (fill(t, e) == 0) {
		free(t->text);
		t->text = NULL;
		return 0;
	}
	X509_STORE_free(t->store);
	t->store = NULL;
	return -1;
}

void
trust_use(struct trust *t, void *ssl_ctx)
{
	SSL_CTX_set1_cert_store(ssl_ctx, t->store);
}
