/* selection: patterns, and the two ways of hard links. */
#include "archive/selection.h"

#include <stdlib.h>
#include <string.h>

#include "archive/pattern.h"

int
selection_init(struct selection *s, struct err *e)
{
	s->found = calloc((size_t)s->n_members + 1, sizeof *s->found);
	return s->found != NULL ? 0 : err_memory(e);
}

void
selection_free(struct selection *s)
{
	free(s->found);
	s->found = NULL;
	seen_free(&s->waiting);
}

/* found: where to mark which of members it was; NULL: nowhere. */
static bool
is_meant(const struct selection *s, const char *name, bool *found)
{
	bool meant = s->n_members == 0;

	for (unsigned i = 0; i < s->n_exclude; i++)
		if (pattern_matches(s->exclude[i], name))
			return false;
	for (unsigned i = 0; i < s->n_members; i++) {
		if (strcmp(s->members[i], name) != 0 &&
		    !pattern_matches(s->members[i], name))
			continue;
		if (found != NULL)
			found[i] = true;
		meant = true;
	}
	return meant;
}

/* A file of cpio that has other names, too. */
static int
check_shared(struct selection *s, const struct member *m, bool meant,
    struct err *e)
{
	const uint64_t file[] = { m->device, m->inode };

	if (m->size == 0)
		return meant && seen_add(&s->waiting, file, sizeof file, e) <
		    0 ? -1 : 0;
	if (meant || !seen_has(&s->waiting, file, sizeof file))
		return 0;
	return err_set(e, EXIT_DATA, "'%s', which is left out, has the data of "
	    "a hard link that is not", m->name);
}

bool
selection_means(const struct selection *s, const char *name)
{
	return is_meant(s, name, NULL);
}

int
selection_takes(struct selection *s, const struct member *m, struct err *e)
{
	bool meant = is_meant(s, m->name, s->found);

	if (!s->data || (s->n_members == 0 && s->n_exclude == 0))
		return meant;
	if (m->shared && check_shared(s, m, meant, e) != 0)
		return -1;
	if (meant && m->link != NULL && !is_meant(s, m->link, NULL))
		return err_set(e, EXIT_DATA, "'%s' is a hard link to '%s', "
		    "which has its data and is left out", m->name, m->link);
	return meant;
}

int
selection_check(const struct selection *s, struct err *e)
{
	for (unsigned i = 0; i < s->n_members; i++)
		if (!s->found[i])
			return err_set(e, EXIT_DATA,
			    "no member of the archive is '%s'", s->members[i]);
	return 0;
}
