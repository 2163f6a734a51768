/* presence: look at the stamps that the scan has left. */
#include <stdio.h>
#include <stdlib.h>

#include "csv/presence.h"

static int
missing(const char *what, const struct path *p, const char *from,
    struct err *e)
{
	char *path = path_text(p);

	if (path == NULL)
		return err_memory(e);
	err_set(e, EXIT_DATA, "%s '%s' occurs %s", what, path, from);
	free(path);
	return -1;
}

static int
fields_check(const struct projection *p, const char *what,
    const struct fields *f, const uint32_t *leaf, const char *none,
    struct err *e)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (!f->list[i].optional && p->leaves[leaf[i]]->stamp == 0)
			return missing(what, &f->list[i].path, none, e);
	}
	return 0;
}

int
presence_check(const struct scan *s, const struct path *root,
    const struct fields *unwind, const struct fields *f, const uint32_t *leaf,
    const struct where *where, const uint32_t *where_leaf, struct err *e)
{
	const struct projection *p = s->projection;
	char none[64];
	size_t i;

	snprintf(none, sizeof(none), "in none of %llu records",
	    (unsigned long long)s->records);
	if (s->documents > 0 && root->n > 0 && !s->root_seen)
		return missing("the root", root, "nowhere in the input", e);
	if (s->records == 0)
		return 0;
	for (i = 0; unwind != NULL && i < unwind->n; i++) {
		if (!unwind->list[i].optional && p->unwound[i]->stamp == 0)
			return missing("the array to unwind",
			    &unwind->list[i].path, "nowhere in the records", e);
	}
	if (f != NULL && fields_check(p, "the field", f, leaf, none, e) != 0)
		return -1;
	return where != NULL ? fields_check(p, "the condition's member",
	    &where->paths, where_leaf, none, e) : 0;
}
