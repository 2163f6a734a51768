/* columns: from fields, or from what the records had. */
#include <stdlib.h>
#include <string.h>

#include "csv/columns.h"

int
columns_of_fields(struct table *t, const struct fields *f,
    const uint32_t *leaf, struct err *e)
{
	size_t i;

	t->columns = calloc(f->n, sizeof(*t->columns));
	if (t->columns == NULL)
		return err_memory(e);
	for (i = 0; i < f->n; i++)
		t->columns[i] = (struct column){
			.header = f->list[i].header,
			.header_len = strlen(f->list[i].header),
			.leaf = leaf[i] };
	t->n_columns = f->n;
	return 0;
}

int
columns_of_tree(struct table *t, struct projection *projection, struct err *e)
{
	const struct node *n;
	size_t len;
	char *header;
	uint32_t i;

	projection->frozen = true;
	t->columns = calloc((size_t)projection->n_leaves + 1,
	    sizeof(*t->columns));
	if (t->columns == NULL)
		return err_memory(e);
	for (i = 1; i < projection->n_leaves; i++) {
		n = projection->leaves[i];
		if (!n->valued && n->n_children > 0) {
			projection_drop_leaf(projection, i);
			continue;
		}
		header = projection_path(projection, n, &len);
		if (header == NULL)
			return err_memory(e);
		t->columns[t->n_columns++] = (struct column){
			.header = header, .header_len = len, .leaf = i };
	}
	return 0;
}

void
columns_free(struct table *t, bool learnt)
{
	size_t i;

	for (i = 0; learnt && i < t->n_columns; i++)
		free((char *)(uintptr_t)t->columns[i].header);
	free(t->columns);
	t->columns = NULL;
	t->n_columns = 0;
}
