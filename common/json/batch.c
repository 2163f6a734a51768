/* batch: its life. */
#include <stdlib.h>

#include "json/batch.h"

int
batch_init(struct batch *b, const struct batch_size *size, size_t limit)
{
	*b = (struct batch){ .size = *size, .max_records = size->records };
	buffer_init(&b->text, limit);
	buffer_init(&b->leaves, limit);
	b->records = malloc(size->records * sizeof(*b->records));
	if (b->records == NULL || buffer_reserve(&b->text, 1) != 0 ||
	    buffer_reserve(&b->leaves, sizeof(uint32_t)) != 0) {
		batch_free(b);
		return -1;
	}
	return 0;
}

void
batch_free(struct batch *b)
{
	buffer_free(&b->text);
	buffer_free(&b->leaves);
	free(b->records);
	*b = (struct batch){ 0 };
}

void
batch_trim(struct batch *b)
{
	buffer_trim(&b->text, b->size.kept);
	buffer_trim(&b->leaves, b->size.kept);
	b->n_records = 0;
	b->unwound = false;
}

int
batch_rewind(struct batch *b)
{
	batch_trim(b);
	if (buffer_reserve(&b->text, 1) != 0)
		return -1;
	return buffer_reserve(&b->leaves, sizeof(uint32_t));
}
