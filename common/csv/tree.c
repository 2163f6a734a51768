/*
 * tree: elements and values in two lists, linked by their places in them.
 *
 * An element's children of one kind are a list; so are its values.  Values of
 * one leaf that are joined are a chain, from the last back to the first, and
 * only the first is in the list.  Numbers of places are one above them, so that
 * 0 is none.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "csv/cell.h"
#include "csv/tree.h"

struct value {
	struct cell cell;	/* row: not used */
	uint32_t leaf;
	uint32_t element;	/* it is one of this one's */
	uint32_t next;		/* of that element */
	uint32_t before;	/* of its chain; 0: the chain's first */
	uint32_t tail;		/* of a first one: the last of its chain */
	uint32_t head;		/* of others: the first */
	bool clear;		/* what was there before counts no longer */
};

struct element {
	uint32_t parent, kind;
	uint32_t next;		/* of the same kind and parent */
	uint32_t values, last_value;
	uint32_t children[];	/* the first of each kind */
};

static struct value *
value_at(const struct tree *t, uint32_t place)
{
	return (struct value *)(void *)t->values.bytes + (place - 1);
}

static size_t
stride(const struct tree *t)
{
	return sizeof(struct element) +
	    (t->shape->n_kinds + 1) * sizeof(uint32_t);
}

static struct element *
element_at(const struct tree *t, uint32_t place)
{
	return (struct element *)(void *)(t->elements.bytes +
	    (place - 1) * stride(t));
}

int
tree_init(struct tree *t, const struct tree_shape *shape,
    const struct array_style *arrays, struct cell *cells, uint32_t leaves)
{
	*t = (struct tree){ .shape = shape, .arrays = arrays, .cells = cells };
	buffer_init(&t->values, shape->values_max);
	buffer_init(&t->elements, shape->values_max / 2);
	buffer_init(&t->joined, shape->joined_max);
	t->last = calloc((size_t)leaves + 1, sizeof(*t->last));
	return t->last != NULL ? 0 : -1;
}

void
tree_free(struct tree *t)
{
	buffer_free(&t->values);
	buffer_free(&t->elements);
	buffer_free(&t->joined);
	free(t->last);
	t->last = NULL;
}

void
tree_trim(struct tree *t, size_t most)
{
	buffer_trim(&t->values, most);
	buffer_trim(&t->elements, most);
	buffer_trim(&t->joined, most);
}

static int
full(struct err *e)
{
	if (errno != ENOSPC)
		return err_memory(e);
	return err_set(e, EXIT_DATA, "the values of its elements exceed the "
	    "memory budget; see -m");
}

/* Room for one more of len bytes in a list; its place, or 0 with e. */
static uint32_t
add(struct buffer *b, size_t len, struct err *e)
{
	if (b->size / len >= UINT32_MAX - 1)
		errno = ENOSPC;
	else if (buffer_reserve(b, len) == 0) {
		memset(b->bytes + b->size, 0, len);
		b->size += len;
		return (uint32_t)(b->size / len);
	}
	full(e);
	return 0;
}

static uint32_t
add_element(struct tree *t, uint32_t kind, uint32_t parent, struct err *e)
{
	uint32_t place = add(&t->elements, stride(t), e);

	if (place != 0) {
		element_at(t, place)->kind = kind;
		element_at(t, place)->parent = parent;
	}
	return place;
}

int
tree_begin(struct tree *t, struct err *e)
{
	t->values.size = t->elements.size = t->joined.size = 0;
	memset(t->current, 0, sizeof(t->current));
	t->current[0] = add_element(t, 0, 0, e);
	return t->current[0] != 0 ? 0 : -1;
}

/* An element of that kind begins, within the last one of its parent's kind. */
static int
begin_element(struct tree *t, uint32_t kind, struct err *e)
{
	uint32_t parent = t->current[t->shape->parent[kind]], place, k;
	uint32_t before = t->current[kind];

	if (parent == 0)
		return 0;	/* which counts no longer */
	place = add_element(t, kind, parent, e);
	if (place == 0)
		return -1;
	if (before != 0 && element_at(t, before)->parent == parent)
		element_at(t, before)->next = place;
	else
		element_at(t, parent)->children[kind] = place;
	t->current[kind] = place;
	for (k = kind + 1; k <= t->shape->n_kinds; k++) {
		if (t->shape->parent[k] == kind)
			t->current[k] = 0;
	}
	return 0;
}

/* The elements of that kind so far count no longer. */
static void
forget_elements(struct tree *t, uint32_t kind)
{
	uint32_t parent = t->current[t->shape->parent[kind]], k;

	if (parent != 0)
		element_at(t, parent)->children[kind] = 0;
	t->current[kind] = 0;
	for (k = kind + 1; k <= t->shape->n_kinds; k++) {
		if (t->current[t->shape->parent[k]] == 0)
			t->current[k] = 0;
	}
}

static void
link_value(struct tree *t, uint32_t place)
{
	struct value *v = value_at(t, place);
	struct element *of = element_at(t, v->element);

	v->tail = place;
	if (of->last_value != 0)
		value_at(t, of->last_value)->next = place;
	else
		of->values = place;
	of->last_value = place;
}

/* The last value of that leaf in the element, or 0. */
static uint32_t
last_of(const struct tree *t, uint32_t leaf, uint32_t element)
{
	uint32_t place = t->last[leaf];

	if (place == 0 || place > t->values.size / sizeof(struct value) ||
	    value_at(t, place)->element != element ||
	    value_at(t, place)->leaf != leaf)
		return 0;
	return place;
}

static int
add_value(struct tree *t, uint32_t leaf, const struct cell *cell, bool more,
    struct err *e)
{
	uint32_t element = t->current[t->shape->leaf_kind[leaf]], place, last;
	struct value *v;

	if (element == 0 || leaf == BATCH_VOID)
		return 0;
	last = more ? last_of(t, leaf, element) : 0;
	place = add(&t->values, sizeof(*v), e);
	if (place == 0)
		return -1;
	v = value_at(t, place);
	v->leaf = leaf;
	v->element = element;
	v->clear = cell == NULL;
	if (cell != NULL)
		v->cell = *cell;
	t->last[leaf] = place;
	if (last == 0 || value_at(t, last)->clear) {
		link_value(t, place);
		return 0;
	}
	v->before = last;
	v->head = value_at(t, last)->before == 0 ? last :
	    value_at(t, last)->head;
	value_at(t, v->head)->tail = place;
	return 0;
}

int
tree_value(struct tree *t, uint32_t leaf, const struct cell *value,
    struct err *e)
{
	return add_value(t, leaf & ~(BATCH_PART | BATCH_MORE), value,
	    (leaf & BATCH_MORE) != 0, e);
}

/* Of joined values the last counts no longer, but those before it do. */
static int
take_back(struct tree *t, uint32_t leaf, struct err *e)
{
	uint32_t last = last_of(t, leaf,
	    t->current[t->shape->leaf_kind[leaf]]);
	struct value *v;

	if (last == 0 || value_at(t, last)->before == 0)
		return add_value(t, leaf, NULL, false, e);
	v = value_at(t, last);
	value_at(t, v->head)->tail = v->before;
	t->last[leaf] = v->before;
	return 0;
}

int
tree_mark(struct tree *t, uint32_t mark, struct err *e)
{
	uint32_t leaf = mark & ~(BATCH_CLEAR | BATCH_PART | BATCH_MORE);

	if (batch_is_element(mark))
		return begin_element(t, batch_kind(mark), e);
	if (batch_is_none(mark)) {
		forget_elements(t, batch_kind(mark));
		return 0;
	}
	if ((mark & BATCH_MORE) != 0)
		return take_back(t, leaf, e);
	return add_value(t, leaf, NULL, false, e);
}

void
tree_moved(struct tree *t, uintptr_t old, size_t size, const char *new)
{
	uint32_t i, n = (uint32_t)(t->values.size / sizeof(struct value));
	struct value *v;

	for (i = 1; i <= n; i++) {
		v = value_at(t, i);
		if ((uintptr_t)v->cell.text - old <= size)
			v->cell.text = new + ((uintptr_t)v->cell.text - old);
	}
}

/* What a value is where it is joined. */
static const char *
joined_text(const struct tree *t, const struct value *v, size_t *len)
{
	if (v->cell.type != CELL_NULL) {
		*len = v->cell.len;
		return v->cell.text;
	}
	*len = strlen(t->arrays->null_text);
	return t->arrays->null_text;
}

/* The bytes of a chain, up to and with the value at place. */
static size_t
chain_length(const struct tree *t, uint32_t place)
{
	size_t len, sum = 0;

	for (; place != 0; place = value_at(t, place)->before) {
		joined_text(t, value_at(t, place), &len);
		sum += len + strlen(t->arrays->separator);
	}
	return sum - strlen(t->arrays->separator);
}

/* Joins a chain; it is written from its end to its beginning. */
static void
join_chain(struct tree *t, struct value *head)
{
	size_t whole = chain_length(t, head->tail), len;
	const size_t separator = strlen(t->arrays->separator);
	char *to = t->joined.bytes + t->joined.size + whole;
	enum cell_type type = CELL_JSON;
	const struct value *v;
	const char *text;
	uint32_t place;

	t->joined.size += whole;
	for (place = head->tail; place != 0; place = v->before) {
		v = value_at(t, place);
		text = joined_text(t, v, &len);
		to -= len;
		memcpy(to, text, len);
		if (v->before != 0) {
			to -= separator;
			memcpy(to, t->arrays->separator, separator);
		}
		if (v->cell.type == CELL_STRING)
			type = CELL_STRING;
	}
	head->cell = (struct cell){ .text = to, .len = whole, .type = type };
}

/* Joins all chains of more than one value, in a buffer that does not move. */
static int
join_chains(struct tree *t, struct err *e)
{
	uint32_t i, n = (uint32_t)(t->values.size / sizeof(struct value));
	struct value *v;
	size_t sum = 0;

	for (i = 1; i <= n; i++) {
		v = value_at(t, i);
		if (v->before == 0 && v->tail != i)
			sum += chain_length(t, v->tail);
	}
	if (sum == 0)
		return 0;
	if (sum > t->joined.limit)
		return err_set(e, EXIT_DATA, "its joined members exceed the "
		    "memory budget; see -m");
	if (buffer_reserve(&t->joined, sum + CELL_PAD) != 0)
		return full(e);
	for (i = 1; i <= n; i++) {
		v = value_at(t, i);
		if (v->before == 0 && v->tail != i)
			join_chain(t, v);
	}
	return 0;
}

/* Puts the values of an element into the cells, or takes them out. */
static void
show(struct tree *t, uint32_t element, uint32_t row)
{
	uint32_t place = element != 0 ? element_at(t, element)->values : 0;
	const struct value *v;

	for (; place != 0; place = v->next) {
		v = value_at(t, place);
		t->cells[v->leaf] = v->cell;
		t->cells[v->leaf].row = v->clear ? 0 : row;
	}
}

static void
choose(struct tree *t, uint32_t kind, uint32_t element, uint32_t row)
{
	show(t, t->chosen[kind], 0);
	t->chosen[kind] = element;
	show(t, element, row);
}

/* Chooses the first elements of all kinds from that one on. */
static void
choose_first(struct tree *t, uint32_t kind, uint32_t row)
{
	uint32_t parent;

	for (; kind <= t->shape->n_kinds; kind++) {
		parent = t->chosen[t->shape->parent[kind]];
		choose(t, kind, parent != 0 ?
		    element_at(t, parent)->children[kind] : 0, row);
	}
}

static bool
choose_next(struct tree *t, uint32_t row)
{
	uint32_t kind, next;

	for (kind = t->shape->n_kinds; kind > 0; kind--) {
		if (t->chosen[kind] == 0)
			continue;
		next = element_at(t, t->chosen[kind])->next;
		if (next != 0) {
			choose(t, kind, next, row);
			choose_first(t, kind + 1, row);
			return true;
		}
	}
	return false;
}

int
tree_rows(struct tree *t, uint32_t row, int (*give)(void *ctx,
    struct err *e), void *ctx, struct err *e)
{
	if (join_chains(t, e) != 0)
		return -1;
	memset(t->chosen, 0, sizeof(t->chosen));
	choose(t, 0, t->current[0], row);
	choose_first(t, 1, row);
	do {
		if (give(ctx, e) != 0)
			return -1;
	} while (choose_next(t, row));
	return 0;
}
