/* projection: the tree of wanted names. */
#include <stdlib.h>
#include <string.h>

#include "json/projection.h"

/* Digits of an index: with 18 it fits 64 bits, and no array has more elements. */
enum { INDEX_DIGITS = 18 };

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

struct node *
projection_element(struct node *parent, uint64_t index)
{
	char digits[INDEX_DIGITS + 3], *p = digits + sizeof(digits);

	if (index > parent->last_index || parent->n_children == 0)
		return NULL;
	do {
		*--p = (char)('0' + index % 10);
		index /= 10;
	} while (index > 0);
	return projection_find(parent, p,
	    (size_t)(digits + sizeof(digits) - p));
}

/* The index a name stands for: digits, which may begin with 0 since no element
 * is looked for by such a name; 0 for all other names. */
static uint64_t
index_of(const char *name, size_t len)
{
	uint64_t v = 0;
	size_t i;

	if (len > INDEX_DIGITS)
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
	n->leaf = NO_LEAF;
	n->role = role;
	s->memory += node_price(len);
	return n;
}

static void
free_node(struct node *n)
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
	n = new_node(s, name, len,
	    parent->role >= ROLE_ELEMENT ? ROLE_PART : ROLE_MEMBER);
	if (n == NULL)
		return NULL;
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
projection_leaf(struct projection *s, struct node *n)
{
	struct node **grown;

	if (n->leaf != NO_LEAF)
		return 0;
	grown = extend(s->leaves, s->n_leaves);
	if (grown == NULL)
		return -1;
	s->leaves = grown;
	s->leaves[s->n_leaves] = n;
	n->leaf = s->n_leaves++;
	s->memory += leaf_price(s, n);
	return 0;
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

/* What a path goes on from: for what is unwound, its elements. */
static struct node *
within(struct node *n)
{
	return n->role == ROLE_UNWOUND ? n->order[0] : n;
}

/* The node at the end of a path below n, made where it is missing. */
static struct node *
descend(struct projection *s, struct node *n, const struct path *p)
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
		n = within(child);
	}
	return n;
}

static int
unwind(struct projection *s, const struct path *p)
{
	struct node *element;

	s->unwound = descend(s, s->record, p);
	if (s->unwound == NULL)
		return -1;
	element = projection_add(s, s->unwound, "", 0);
	if (element == NULL)
		return -1;
	s->unwound->role = ROLE_UNWOUND;
	element->role = ROLE_ELEMENT;
	return 0;
}

int
projection_init(struct projection *s, const struct path *root,
    const struct path *unwound, const struct fields *fields, uint32_t *leaf,
    struct err *e)
{
	struct node *n;
	size_t i;

	*s = (struct projection){ .all = fields == NULL, .n_leaves = 1,
		.limit = SIZE_MAX / 2,
		.leaves = calloc(1, sizeof(*s->leaves)) };
	s->document = new_node(s, "", 0, ROLE_ABOVE);
	s->record = new_node(s, "", 0, ROLE_RECORD);
	if (s->leaves == NULL || s->document == NULL || s->record == NULL)
		goto fail;
	n = descend(s, s->document, root);
	if (n == NULL)
		goto fail;
	n->role = ROLE_ROOT;
	while (n != s->document) {
		n = n->parent;
		n->role = ROLE_ABOVE;
	}
	if (unwound != NULL && unwind(s, unwound) != 0)
		goto fail;
	for (i = 0; fields != NULL && i < fields->n; i++) {
		n = descend(s, s->record, &fields->list[i].path);
		if (n == NULL || projection_leaf(s, n) != 0)
			goto fail;
		leaf[i] = n->leaf;
	}
	s->document->guess = s->record->guess = 0;
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
		free_node(n);
		n = up;
	}
}

void
projection_free(struct projection *s)
{
	free_tree(s->document);
	free_tree(s->record);
	free(s->leaves);
	*s = (struct projection){ 0 };
}

/* A copy of a node with room for as many children, but without them. */
static struct node *
copy_node(const struct node *from)
{
	size_t n = from->n_children;
	struct node *to = calloc(1, sizeof(*to));

	if (to == NULL)
		return NULL;
	*to = *from;
	to->n_children = 0;
	to->name = malloc(from->len + 1);
	to->children = calloc(n + 1, sizeof(*to->children));
	to->order = calloc(n + 1, sizeof(*to->order));
	if (to->name == NULL || to->children == NULL || to->order == NULL) {
		free_node(to);
		return NULL;
	}
	memcpy(to->name, from->name, from->len + 1);
	return to;
}

/* All children are there, as they were added: sorts them as in from. */
static void
copy_sorting(struct node *to, const struct node *from)
{
	size_t i;

	for (i = 0; i < from->n_children; i++)
		to->children[i] = to->order[from->children[i]->place];
}

/* A child's copy, in its place in the order. */
static struct node *
copy_child(struct node *parent, const struct node *from)
{
	struct node *n = copy_node(from);

	if (n == NULL)
		return NULL;
	n->parent = parent;
	parent->children[parent->n_children] = n;	/* for free_tree */
	parent->order[parent->n_children++] = n;
	return n;
}

/* What is below from, to below its copy top, without recursion; each node is
 * copied before those that are below it, and sorts its children when all of
 * them are complete.  -1 when memory runs out. */
static int
copy_tree(struct projection *s, struct node *top, const struct node *from)
{
	struct node *to = top;

	while (to != NULL) {
		if (to->leaf != NO_LEAF)
			s->leaves[to->leaf] = to;
		if (to->role == ROLE_UNWOUND)
			s->unwound = to;
		while (to != top && to->n_children == from->n_children) {
			copy_sorting(to, from);
			to = to->parent;
			from = from->parent;
		}
		if (to->n_children == from->n_children)
			break;
		from = from->order[to->n_children];
		to = copy_child(to, from);
	}
	if (to == NULL)
		return -1;
	copy_sorting(top, from);
	return 0;
}

int
projection_copy(struct projection *to, const struct projection *from,
    struct err *e)
{
	*to = *from;
	to->document = to->record = NULL;
	to->leaves = calloc((size_t)from->n_leaves + 1, sizeof(*to->leaves));
	to->document = copy_node(from->document);
	to->record = copy_node(from->record);
	if (to->leaves != NULL &&
	    copy_tree(to, to->document, from->document) == 0 &&
	    copy_tree(to, to->record, from->record) == 0)
		return 0;
	projection_free(to);
	return err_memory(e);
}

/* An element goes by the name of what it is an element of. */
static const struct node *
named(const struct node *n)
{
	return n->role == ROLE_ELEMENT ? n->parent : n;
}

char *
projection_path(const struct projection *s, const struct node *n, size_t *size)
{
	const struct node *up;
	size_t len = 0;
	char *text, *at;

	for (up = named(n); up != s->record; up = named(up->parent))
		len += up->len + 1;
	text = malloc(len + 1);
	if (text == NULL)
		return NULL;
	at = text + len;
	for (up = named(n); up != s->record; up = named(up->parent)) {
		*--at = '.';
		at -= up->len;
		memcpy(at, up->name, up->len);
	}
	*size = len > 0 ? len - 1 : 0;
	text[*size] = '\0';
	return text;
}

/* Bytes of one name in a message: two or three fit the least text that
 * projection_text is given, so the place can be told. */
enum { NAME_SHOWN = 48 };

/* Puts a name, and a dot if others follow, in front of what stands from *at
 * on; false when there is no room, with dots instead. */
static bool
prepend(char *text, size_t *at, const char *name, size_t len)
{
	static const char more[] = "...";
	size_t n, dot = text[*at] != '\0';

	len = len < NAME_SHOWN ? len : NAME_SHOWN;
	n = path_write(NULL, 0, name, len);
	if (n + dot + sizeof(more) > *at) {
		*at -= sizeof(more) - 1;
		memcpy(text + *at, more, sizeof(more) - 1);
		return false;
	}
	*at -= dot;
	if (dot != 0)
		text[*at] = '.';
	*at -= n;
	path_write(text + *at, n, name, len);
	return true;
}

void
projection_text(const struct projection *s, const struct node *parent,
    const char *name, size_t len, char *text, size_t size)
{
	const struct node *up = named(parent);
	size_t at = size - 1;

	text[at] = '\0';
	while (prepend(text, &at, name, len) && up != s->record) {
		name = up->name;
		len = up->len;
		up = named(up->parent);
	}
	memmove(text, text + at, size - at);
}
