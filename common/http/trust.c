/*
 * trust: certificates that wait in a file until one is asked for.
 *
 * A certificate is indexed by its subject, which is one walk through its first
 * bytes.  When a server has sent its chain, OpenSSL gets those of ours whose
 * subject is that of a certificate of the chain or of its issuer, then those
 * whose subject is the issuer of one that it got, and so on; no chain can be
 * built of others.  What OpenSSL then makes of them is its own affair.
 */
#include "http/trust.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/io.h"

enum {
	FILE_MAX = 4 << 20,	/* bytes; all that browsers trust is 0.2 MiB */
	ROOM = 256 * 1024	/* bytes; certificates have one or two thousand */
};

struct certificate {
	unsigned char *der;		/* OpenSSL's memory */
	long len;
	X509_NAME *subject;
	enum { UNASKED, WANTED, ADDED } state;
};

struct trust {
	const char *path;
	char *text;			/* of the file; NULL once it is taken up */
	size_t len;
	X509_STORE *store;		/* NULL: not needed so far */
	struct certificate *all;
	size_t n, room;
	size_t parsed;			/* certificates in the store at once */
};

/* Is there memory for more than one certificate takes? */
static bool
has_memory(void)
{
	void *room = malloc(ROOM);

	free(room);
	return room != NULL;
}

/* The index. */

/* What a walk through DER has before it. */
struct der {
	const unsigned char *at;
	long left;
};

/* Goes to the contents of the value that is next, which must have this tag. */
static bool
enter(struct der *d, int tag)
{
	struct der in = *d;
	int is, class, r = ASN1_get_object(&in.at, &in.left, &is, &class,
	    d->left);

	/* 0x80: malformed; 1: without a length, which DER has not */
	if ((r & 0x81) != 0 || is != tag)
		return false;
	*d = in;
	return true;
}

/* Goes past it. */
static bool
skip(struct der *d, int tag)
{
	struct der in = *d;

	if (!enter(&in, tag))
		return false;
	d->left -= (in.at - d->at) + in.left;
	d->at = in.at + in.left;
	return true;
}

/* RFC 5280, 4.1: version (if any), serialNumber, signature, issuer, validity,
 * subject.  NULL: that is no certificate, or there is no memory. */
static X509_NAME *
read_subject(const unsigned char *der, long len)
{
	struct der d = { der, len };

	if (!enter(&d, V_ASN1_SEQUENCE) || !enter(&d, V_ASN1_SEQUENCE))
		return NULL;
	(void)skip(&d, 0);
	if (!skip(&d, V_ASN1_INTEGER) || !skip(&d, V_ASN1_SEQUENCE) ||
	    !skip(&d, V_ASN1_SEQUENCE) || !skip(&d, V_ASN1_SEQUENCE))
		return NULL;
	return d2i_X509_NAME(NULL, &d.at, d.left);
}

/* Takes *der over. */
static bool
index_one(struct trust *t, unsigned char **der, long len)
{
	struct certificate *more;
	size_t room = t->room == 0 ? 64 : 2 * t->room;

	if (t->n == t->room) {
		more = realloc(t->all, room * sizeof *more);
		if (more == NULL)
			return false;
		t->all = more;
		t->room = room;
	}
	t->all[t->n] = (struct certificate){ .len = len,
		.subject = read_subject(*der, len) };
	if (t->all[t->n].subject == NULL)
		return false;
	t->all[t->n++].der = *der;
	*der = NULL;
	return true;
}

/* Takes one block of PEM: what is rare goes to the store at once. */
static bool
take(struct trust *t, const char *label, unsigned char **der, long len)
{
	const unsigned char *at = *der;
	X509_CRL *crl = NULL;
	X509 *x = NULL;
	bool good = true;

	if (strcmp(label, PEM_STRING_X509) == 0 ||
	    strcmp(label, PEM_STRING_X509_OLD) == 0)
		return index_one(t, der, len);
	if (strcmp(label, PEM_STRING_X509_TRUSTED) == 0)
		good = (x = d2i_X509_AUX(NULL, &at, len)) != NULL &&
		    X509_STORE_add_cert(t->store, x) == 1;
	else if (strcmp(label, PEM_STRING_X509_CRL) == 0)
		good = (crl = d2i_X509_CRL(NULL, &at, len)) != NULL &&
		    X509_STORE_add_crl(t->store, crl) == 1;
	t->parsed += x != NULL;
	X509_free(x);
	X509_CRL_free(crl);
	return good;
}

static void
forget(struct trust *t)
{
	for (size_t i = 0; i < t->n; i++) {
		OPENSSL_free(t->all[i].der);
		X509_NAME_free(t->all[i].subject);
	}
	t->n = t->parsed = 0;
}

/* False: malformed, or no memory. */
static bool
parse(struct trust *t)
{
	BIO *bio = BIO_new_mem_buf(t->text, (int)t->len);
	bool good = bio != NULL;
	char *label, *header;
	unsigned char *der;
	long n;

	forget(t);
	ERR_clear_error();
	while (good && PEM_read_bio(bio, &label, &header, &der, &n) == 1) {
		good = take(t, label, &der, n);
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	good = good && ERR_GET_REASON(ERR_peek_last_error()) ==
	    PEM_R_NO_START_LINE;
	BIO_free(bio);
	ERR_clear_error();
	return good;
}

/* OpenSSL does not tell a lack of memory from a malformed text reliably.  So
 * what fails is tried once more, and it is malformed only if there is memory. */
static int
fill(struct trust *t, struct err *e)
{
	bool good = parse(t) || parse(t);

	if (good && t->n + t->parsed > 0)
		return 0;
	if (!has_memory())
		return err_memory(e);
	return !good ? err_set(e, EXIT_AUTH, "the certificates in '%s' are "
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
	forget(t);
	free(t->all);
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

/* When a server has sent its chain. */

/* False: no memory, without which OpenSSL cannot compare. */
static bool
want(struct trust *t, const X509_NAME *subject)
{
	for (size_t i = 0; i < t->n; i++) {
		int order = t->all[i].state != UNASKED ? 1 :
		    X509_NAME_cmp(t->all[i].subject, subject);

		if (order == -2)
			return false;
		if (order == 0)
			t->all[i].state = WANTED;
	}
	return true;
}

/* Gives a certificate to OpenSSL, and wants its issuer.  One that is malformed
 * after its subject is none.  False: no memory. */
static bool
add(struct trust *t, struct certificate *c)
{
	const unsigned char *at = c->der;
	X509 *x = d2i_X509(NULL, &at, c->len);
	bool good = x != NULL && X509_STORE_add_cert(t->store, x) == 1;
	bool compared = !good || want(t, X509_get_issuer_name(x));

	c->state = ADDED;
	X509_free(x);
	ERR_clear_error();
	return compared && (good || has_memory());
}

static bool
add_wanted(struct trust *t)
{
	for (size_t i = 0; i < t->n;) {
		if (t->all[i].state != WANTED) {
			i++;
		} else {
			if (!add(t, &t->all[i]))
				return false;
			i = 0;
		}
	}
	return true;
}

/* In place of X509_verify_cert. */
static int
verify(X509_STORE_CTX *ctx, void *trust)
{
	const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(ctx);
	const X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
	struct trust *t = trust;
	bool good = want(t, X509_get_subject_name(leaf)) &&
	    want(t, X509_get_issuer_name(leaf));

	for (int i = 0; good && i < sk_X509_num(sent); i++)
		good = want(t, X509_get_subject_name(sk_X509_value(sent, i))) &&
		    want(t, X509_get_issuer_name(sk_X509_value(sent, i)));
	if (good && add_wanted(t))
		return X509_verify_cert(ctx);
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_OUT_OF_MEM);
	return 0;
}

void
trust_use(struct trust *t, void *ssl_ctx)
{
	SSL_CTX_set1_cert_store(ssl_ctx, t->store);
	SSL_CTX_set_cert_verify_callback(ssl_ctx, verify, t);
}
