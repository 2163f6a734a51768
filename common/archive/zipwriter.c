/* zipwriter: window first, then the stream. */
#include "archive/zipwriter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	RECORD_MAX = ZIP_END_MAX > ZIP_CENTRAL_MAX ? ZIP_END_MAX :
	    ZIP_CENTRAL_MAX,
	SEALED = 64 * 1024	/* bytes encrypted at once, which are still in the
				 * cache when they are copied */
};

int
zipwriter_init(struct zipwriter *w, struct verifier *out, size_t window,
    size_t directory, const char *passphrase, struct err *e)
{
	*w = (struct zipwriter){ .out = out, .whole = true,
	    .passphrase = passphrase };
	w->name = malloc(ZIP_NAME_MAX + 1);
	w->record = malloc(RECORD_MAX);
	if (passphrase != NULL)
		w->sealed = malloc(SEALED);
	buffer_init(&w->head, window);
	zipdirectory_init(&w->directory, directory);
	if (w->name != NULL && w->record != NULL &&
	    (passphrase == NULL || w->sealed != NULL))
		return 0;
	zipwriter_free(w);
	return err_memory(e);
}

void
zipwriter_free(struct zipwriter *w)
{
	buffer_free(&w->head);
	zipdirectory_free(&w->directory);
	zipcipher_free(w->cipher);
	free(w->sealed);
	free(w->name);
	free(w->record);
	w->cipher = NULL;
	w->name = NULL;
	w->record = w->sealed = NULL;
}

/*
 * Writes what the window holds to the output.  The local header of an open entry
 * leaves with it, so the sizes cannot go back into it any more: they follow the
 * data in a descriptor.  The header need not be changed for that, because each
 * begins as that of a streamed entry, and only zipwriter_end makes it another.
 */
int
zipwriter_flush(struct zipwriter *w, struct err *e)
{
	if (w->head.size > 0 && verifier_write(w->out, w->head.bytes,
	    w->head.size, e) != 0)
		return -1;
	w->head.size = 0;
	w->whole = false;
	w->direct = true;
	return 0;
}

/* Appends to the archive. */
static int
emit(struct zipwriter *w, const void *buf, size_t len, struct err *e)
{
	w->offset += len;
	if (!w->direct) {
		if (buffer_add(&w->head, buf, len) == 0)
			return 0;
		if (errno != ENOSPC)
			return err_sys(e, EXIT_INTERNAL, errno,
			    "cannot keep the archive in memory");
		if (zipwriter_flush(w, e) != 0)
			return -1;
	}
	return verifier_write(w->out, buf, len, e);
}

/* What stands before the data of an encrypted entry. */
static int
begin_cipher(struct zipwriter *w, struct err *e)
{
	unsigned char head[ZIPCIPHER_HEAD];

	if (w->passphrase == NULL)
		return 0;
	zipcipher_free(w->cipher);
	w->cipher = zipcipher_make(head, w->passphrase, e);
	return w->cipher != NULL ? emit(w, head, sizeof head, e) : -1;
}

/* What stands after them. */
static int
end_cipher(struct zipwriter *w, struct err *e)
{
	unsigned char tail[ZIPCIPHER_TAIL];

	if (w->passphrase == NULL)
		return 0;
	w->entry.csize += ZIPCIPHER_HEAD + ZIPCIPHER_TAIL;
	return zipcipher_seal(w->cipher, tail, e) == 0 ?
	    emit(w, tail, sizeof tail, e) : -1;
}

int
zipwriter_begin(struct zipwriter *w, const char *name, int64_t mtime,
    uint32_t mode, struct err *e)
{
	size_t len = strlen(name);

	if (len > ZIP_NAME_MAX)
		return err_set(e, EXIT_DATA, "name of an entry is too long");
	memcpy(w->name, name, len + 1);
	w->entry = (struct zip_entry){ .name = w->name, .name_len = len,
	    .mtime = mtime, .mode = mode, .streamed = true,
	    .encrypted = w->passphrase != NULL, .offset = w->offset };
	w->direct = false;
	w->entry_at = w->head.size;
	if (emit(w, w->record, zip_local(w->record, &w->entry), e) != 0)
		return -1;
	return begin_cipher(w, e);
}

int
zipwriter_data(void *arg, const void *buf, size_t len, struct err *e)
{
	struct zipwriter *w = arg;
	const unsigned char *at = buf;

	if (w->passphrase == NULL)
		return emit(w, buf, len, e);
	for (size_t n; len > 0; at += n, len -= n) {
		n = len < SEALED ? len : SEALED;
		if (zipcipher_encrypt(w->cipher, at, w->sealed, n, e) != 0 ||
		    emit(w, w->sealed, n, e) != 0)
			return -1;
	}
	return 0;
}

int
zipwriter_end(struct zipwriter *w, uint64_t usize, uint64_t csize,
    uint32_t crc, struct err *e)
{
	struct zip_entry *en = &w->entry;

	en->usize = usize;
	en->csize = csize;
	en->crc = crc;
	if (end_cipher(w, e) != 0)
		return -1;
	if (!w->direct && zip_fits_local(en->csize, usize)) {
		/* The header again, in its place: it has the same length. */
		en->streamed = false;
		zip_local((unsigned char *)w->head.bytes + w->entry_at, en);
	} else if (emit(w, w->record, zip_descriptor(w->record, en), e) != 0) {
		return -1;
	}
	if (zipdirectory_add(&w->directory, w->record,
	    zip_central(w->record, en)) != 0) {
		if (errno == ENOSPC)
			return err_set(e, EXIT_DATA, "cannot add entry %llu: "
			    "the directory is full, raise -m",
			    (unsigned long long)w->entries + 1);
		return err_sys(e, EXIT_INTERNAL, errno,
		    "cannot keep the directory in memory");
	}
	w->entries++;
	contents_add(&w->contents, en->name, en->name_len, usize, crc);
	return 0;
}

int
zipwriter_finish(struct zipwriter *w, const char *comment, struct err *e)
{
	struct zip_end end = { .entries = w->entries, .offset = w->offset,
	    .size = w->directory.size, .comment = comment,
	    .comment_len = comment != NULL ? strlen(comment) : 0 };
	const char *bytes;
	size_t len;

	w->direct = false;
	for (unsigned i = 0; (bytes = zipdirectory_bytes(&w->directory, i,
	    &len)) != NULL; i++)
		if (emit(w, bytes, len, e) != 0)
			return -1;
	return emit(w, w->record, zip_end(w->record, &end), e);
}
