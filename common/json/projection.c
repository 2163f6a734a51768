/* projection: the tree of wanted names. */
#include <stdlib.h>
#include <string.h>

#include "json/projection.h"
#include "json/projection_private.h"



static int
compare(const struct node *n, const char *name, size_t len)
{
	if (n->len != len)
		return n->len < len ? -1 : 1;
	return memcmp(n->name, name, len);
}

/* Where a child of that name is, or would be. */
static size_t
position(const struct node *parent, const char *name, size_t len)
{
	size_t low = 0, high = parent->n_children, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (compare(parent->children[mid], name, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct node *
projection_find(struct node *parent, const char *name, size_t len)
{
	struct node *n = projection_guess(parent, name, len);
	size_t at;

	if (n != NULL)
		return n;
	if (!projection_possible(parent, name, len))
		return NULL;
	at = position(parent, name, len);
	if (at == parent->n_children)
		return NULL;
	n = parent->children[at];
	if (compare(n, name, len) != 0)
		return NULL;
	parent->guess = n->place + 1 < parent->n_children ? n->place + 1 : 0;
	return n;
}

static struct node *
find_index(struct node *parent, uint64_t index, bool shadow)
{
	char digits[PROJECTION_DIGITS + 4], *p = digits + sizeof(digits);

	if (index > parent->last_index || parent->n_children == 0)
		return NULL;
	do {
		*--p = (char)('0' + index % 10);
		index /= 10;
	} while (index > 0);
	if (shadow)
		*--p = PROJECTION_SHADOW;
	return projection_find(parent, p,
	    (size_t)(digits + sizeof(digits) - p));
}

struct node *
projection_element(struct node *parent, uint64_t index)
{
	return find_index(parent, index, false);
}

struct node *
projection_shadow(struct node *parent, uint64_t index)
{
	return find_index(parent, index, true);
}

bool
projection_branched(const struct node *n)
{
	size_t i;

	for (i = 0; i < n->n_children; i++) {
		if (n->children[i]->met)
			return true;
	}
	return false;
}

bool
projection_is_index(const char *name, size_t len)
{
	return len <= PROJECTION_DIGITS && len > 0 && strspn(name, "0123456789") >= len;
}

/* The index a name stands for: digits, which may begin with 0 since no element
 * is looked for by such a name; 0 for all other names. */
static uint64_t
index_of(const char *name, size_t len)
{
	uint64_t v = 0;
	size_t i;

	if (len > 0 && *name == PROJECTION_SHADOW) {
		name++;
		len--;
	}
	if (len > PROJECTION_DIGITS)
		return 0;
	for (i = 0; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return 0;
		v = v * 10 + (uint64_t)(name[i] - '0');
	}
	return v;
}

static size_t
node_price(size_t len)
{
	return sizeof(struct node) + len + 64;
}

static size_t
leaf_price(const struct projection *s, const struct node *n)
{
	size_t price = 2 * sizeof(struct node *) + s->price;

	for (; s->price != 0 && n != s->record; n = n->parent)
		price += 2 * (n->len + 1);	/* in a header, and its row */
	return price;
}

static struct node *
new_node(struct projection *s, const char *name, size_t len, enum role role)
{
	struct node *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->name = malloc(len + 1);
	if (n->name == NULL) {
		free(n);
		return NULL;
	}
	memcpy(n->name, name, len);
	n->name[len] = '\0';
	n->len = len;
	n->leaf = n->watch = NO_LEAF;
	n->role = role;
	s->memory += node_price(len);
	return n;
}

void
projection_free_node(struct node *n)
{
	if (n == NULL)
		return;
	free(n->name);
	free(n->children);
	free(n->order);
	free(n);
}

/* Room for one more pointer in a list whose size is n: at powers of two.  The
 * list, or NULL. */
static struct node **
extend(struct node **list, size_t n)
{
	if (n != 0 && (n & (n - 1)) != 0)
		return list;
	return realloc(list, (n == 0 ? 1 : 2 * n) * sizeof(*list));
}

/* Room for one more child. */
static int
extend_node(struct node *parent)
{
	struct node **list = extend(parent->children, parent->n_children);

	if (list == NULL)
		return -1;
	parent->children = list;
	list = extend(parent->order, parent->n_children);
	if (list == NULL)
		return -1;
	parent->order = list;
	return 0;
}

struct node *
projection_add(struct projection *s, struct node *parent, const char *name,
    size_t len)
{
	size_t at = position(parent, name, len);
	struct node *n;

	if (extend_node(parent) != 0)
		return NULL;
	n = new_node(s, name, len, parent->role == ROLE_SHADOW ? ROLE_SHADOW :
	    parent->role >= ROLE_ELEMENT ? ROLE_PART : ROLE_MEMBER);
	if (n == NULL)
		return NULL;
	n->scope = n->kind = parent->kind;
	memmove(parent->children + at + 1, parent->children + at,
	    (parent->n_children - at) * sizeof(struct node *));
	parent->children[at] = n;
	parent->order[parent->n_children] = n;
	n->place = parent->n_children++;
	n->parent = parent;
	parent->signs |= (uint64_t)1 << projection_sign(name, len);
	if (index_of(name, len) > parent->last_index)
		parent->last_index = index_of(name, len);
	parent->guess = 0;
	return n;
}

int
projection_add_leaf(struct projection *s, struct node *n, uint32_t *leaf)
{
	struct node **grown;

	if (*leaf != NO_LEAF)
		return 0;
	grown = extend(s->leaves, s->n_leaves);
	if (grown == NULL)
		return -1;
	s->leaves = grown;
	s->leaves[s->n_leaves] = n;
	*leaf = s->n_leaves++;
	s->memory += leaf_price(s, n);
	return 0;
}

int
projection_leaf(struct projection *s, struct node *n)
{
	return projection_add_leaf(s, n, &n->leaf);
}

static bool
fits(struct projection *s, size_t price)
{
	if (!s->frozen && s->memory + price > s->limit)
		s->frozen = s->over = true;
	return !s->frozen;
}

bool
projection_grows(struct projection *s, size_t len)
{
	return fits(s, node_price(len));
}

bool
projection_branches(struct projection *s, const struct node *n)
{
	return fits(s, leaf_price(s, n));
}

void
projection_drop_leaf(struct projection *s, uint32_t leaf)
{
	s->leaves[leaf]->leaf = NO_LEAF;
	s->leaves[leaf] = NULL;
}

struct node *
projection_within(struct node *n)
{
	return n->role == ROLE_UNWOUND ? n->order[0] : n;
}

struct node *
projection_descend(struct projection *s, struct node *n, const struct path *p)
{
	struct node *child;
	size_t i, len;

	for (i = 0; i < p->n; i++) {
		len = strlen(p->names[i]);
		child = projection_find(n, p->names[i], len);
		if (child == NULL)
			child = projection_add(s, n, p->names[i], len);
		if (child == NULL)
			return NULL;
		n = projection_within(child);
	}
	return n;
}

static int
unwind(struct projection *s, const struct path *p)
{
	struct node *element, *n, *unwound = projection_descend(s, s->record, p);

	if (unwound == NULL)
		return -1;
	element = projection_add(s, unwound, "", 0);
	if (element == NULL)
		return -1;
	unwound->role = ROLE_UNWOUND;
	s->unwound[s->n_unwound++] = unwound;
	for (n = unwound; n != s->record; n = n->parent)
		n->met = true;	/* as if it had been */
	element->role = ROLE_ELEMENT;
	element->kind = s->n_unwound;
	return 0;
}

/* The nodes from the document down to the root. */
static int
add_root(struct projection *s, const struct path *root)
{
	struct node *n = s->document, *child;
	uint32_t keys = 0;
	size_t i;

	for (i = 0; i < root->n; i++) {
		n->any = i < 64 && (root->any >> i & 1) != 0;
		child = projection_add(s, n, n->any ? "" : root->names[i],
		    n->any ? 0 : strlen(root->names[i]));
		if (child == NULL)
			return -1;
		if (n->any) {
			n->key = keys++;
			n->signs = UINT64_MAX;	/* any name is possible, */
			n->guess = SIZE_MAX;	/* and none expected */
		}
		n->role = ROLE_ABOVE;
		n = child;
	}
	n->role = ROLE_ROOT;
	return 0;
}

/* Nodes for the keys, members of the record that no name leads to. */
static int
add_keys(struct projection *s, uint32_t n_keys)
{
	char name[] = { PROJECTION_SHADOW, 0 };
	struct node *n;

	s->key_leaf = s->n_leaves;
	for (; s->n_keys < n_keys; s->n_keys++) {
		name[1] = (char)(1 + s->n_keys);
		n = projection_add(s, s->record, name, sizeof(name));
		if (n == NULL || projection_leaf(s, n) != 0)
			return -1;
		n->role = ROLE_SHADOW;
	}
	return 0;
}

int
projection_init(struct projection *s, const struct selection *how,
    uint32_t *leaf, struct err *e)
{
	const struct fields *fields = how->fields;
	struct node *n;
	size_t i;

	*s = (struct projection){ .all = fields == NULL, .n_leaves = 1,
		.whole = how->whole, .header_row = how->header_row,
		.limit = SIZE_MAX / 2,
		.leaves = calloc(1, sizeof(*s->leaves)) };
	s->document = new_node(s, "", 0, ROLE_ABOVE);
	s->record = new_node(s, "", 0, ROLE_RECORD);
	if (s->leaves == NULL || s->document == NULL || s->record == NULL ||
	    add_root(s, how->root) != 0 || add_keys(s, how->n_keys) != 0)
		goto fail;
	for (i = 0; how->unwind != NULL && i < how->unwind->n; i++) {
		if (unwind(s, &how->unwind->list[i].path) != 0)
			goto fail;
	}
	for (i = 0; fields != NULL && i < fields->n; i++) {
		n = projection_descend(s, s->record, &fields->list[i].path);
		if (n == NULL || projection_leaf(s, n) != 0)
			goto fail;
		leaf[i] = n->leaf;
	}
	for (i = 0; fields != NULL && how->each && i < fields->n; i++)
		projection_mark_each(s, &fields->list[i].path);
	s->record->guess = 0;
	return 0;
fail:
	projection_free(s);
	return err_memory(e);
}

/* Frees the tree without recursion: from the last leaf up. */
static void
free_tree(struct node *top)
{
	struct node *n = top, *up;

	while (n != NULL) {
		if (n->n_children > 0) {
			n = n->children[--n->n_children];
			continue;
		}
		up = n == top ? NULL : n->parent;
		projection_free_node(n);
		n = up;
	}
}

int
projection_header(struct projection *s, uint64_t n)
{
	s->header = calloc(n + 1, sizeof(*s->header));
	s->n_header = n;
	return s->header != NULL ? 0 : -1;
}

void
projection_free(struct projection *s)
{
	free_tree(s->document);
	free_tree(s->record);
	free(s->header);
	free(s->leaves);
	*s = (struct projection){ 0 };
}
