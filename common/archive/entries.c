/* entries: operands, a tar stream's members, or pieces of one input. */
#include "archive/entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limit.h"
#include "archive/zip.h"
#include "archive/zipname.h"

enum { PERMISSIONS = 07777, NUMBER = 16 };

static ssize_t
read_input(void *in, void *buf, size_t len, struct err *e)
{
	return input_read(in, buf, len, e);
}

/* The file of an operand.  name=file, unless a file has just that name. */
static const char *
operand_file(const char *operand, size_t *name_len)
{
	const char *mark = strchr(operand, '=');

	*name_len = 0;
	if (mark == NULL || access(operand, F_OK) == 0)
		return operand;
	*name_len = (size_t)(mark - operand);
	return mark + 1;
}

static bool
is_nameless(const char *file)
{
	return strcmp(file, "-") == 0 || strncmp(file, "/dev/", 5) == 0 ||
	    strncmp(file, "/proc/", 6) == 0;
}

/* A clean name for an operand, to be freed, or NULL. */
static char *
operand_name(const struct entries_options *o, const char *operand,
    struct err *e)
{
	const char *file, *why;
	size_t len;
	char *raw, *clean;

	file = operand_file(operand, &len);
	if (o->name != NULL)
		raw = strdup(o->name);
	else if (file != operand)
		raw = strndup(operand, len);
	else
		raw = strdup(is_nameless(file) ? "data" : file);
	clean = raw != NULL ? malloc(strlen(raw) + 1) : NULL;
	if (clean == NULL) {
		err_memory(e);
	} else if ((why = zipname_clean(raw, clean)) != NULL) {
		err_set(e, EXIT_USAGE, "'%s' cannot be an entry's name: %s",
		    raw, why);
		free(clean);
		clean = NULL;
	}
	free(raw);
	return clean;
}

static unsigned
count(const struct entries_options *o)
{
	return o->n_operands > 0 ? o->n_operands : 1;
}

static int
name_operands(struct entries *s, struct err *e)
{
	const struct entries_options *o = s->o;

	s->names = calloc(count(o), sizeof *s->names);
	if (s->names == NULL)
		return err_memory(e);
	for (unsigned i = 0; i < count(o); i++) {
		s->names[i] = operand_name(o, o->n_operands > 0 ?
		    o->operands[i] : "-", e);
		if (s->names[i] == NULL)
			return -1;
		for (unsigned k = 0; k < i; k++)
			if (strcmp(s->names[k], s->names[i]) == 0)
				return err_set(e, EXIT_USAGE, "two entries "
				    "would be named '%s'", s->names[i]);
	}
	return 0;
}

static int
open_next(struct entries *s, struct err *e)
{
	const struct entries_options *o = s->o;
	struct input_how how = o->input;
	size_t len;

	if (o->n_operands > 0)
		how.operand = operand_file(o->operands[s->next], &len);
	if (input_open(&s->in, &how, e) != 0)
		return -1;
	s->is_open = true;
	s->next++;
	return 0;
}

static int
open_tar(struct entries *s, struct err *e)
{
	limit_memory(s->o->tar_memory, s->o->threads);
	s->select = s->o->select;
	if (selection_init(&s->select, e) != 0)
		return -1;
	s->tar_options = s->o->unarchive;
	s->tar_options.read = read_input;
	s->tar_options.from = &s->in;
	s->tar = unarchive_open(&s->tar_options, e);
	return s->tar != NULL ? 0 : -1;
}

int
entries_open(struct entries *s, const struct entries_options *o, struct err *e)
{
	*s = (struct entries){ .o = o };
	if (name_operands(s, e) != 0 || open_next(s, e) != 0)
		return -1;
	if (o->tar)
		return open_tar(s, e);
	if (o->split != 0)
		return splitter_init(&s->splitter, &s->in, o->split,
		    o->repeat_header, e);
	return 0;
}

void
entries_close(struct entries *s)
{
	unarchive_close(s->tar);
	s->tar = NULL;
	selection_free(&s->select);
	seen_free(&s->names_seen);
	seen_free(&s->waiting);
	splitter_free(&s->splitter);
	if (s->is_open)
		input_close(&s->in);
	s->is_open = false;
	for (unsigned i = 0; s->names != NULL && i < count(s->o); i++)
		free(s->names[i]);
	free(s->names);
	free(s->name);
	s->names = NULL;
	s->name = NULL;
}

/* A regular file's size, as far as it is known. */
static int64_t
file_size(const struct input *in)
{
	struct stat st;

	return fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode) ?
	    (int64_t)st.st_size : -1;
}

static int
next_operand(struct entries *s, struct pack_entry *en, struct err *e)
{
	if (s->given) {			/* and read to its end */
		input_close(&s->in);
		s->is_open = s->given = false;
	}
	if (!s->is_open) {
		if (s->next == count(s->o))
			return 0;
		if (open_next(s, e) != 0)
			return -1;
	}
	s->given = true;
	en->name = s->names[s->next - 1];
	en->size = file_size(&s->in);
	en->read = read_input;
	en->from = &s->in;
	return 1;
}

/*
 * A hard link without data of its own.  The data went by with another name, or
 * (newc and crc of cpio) may still come: 1 if the member is to be an entry, 0
 * if not, or -1 with 65 if its data are elsewhere.
 */
static int
check_link(struct entries *s, const struct member *m, struct err *e)
{
	const uint64_t file[] = { m->device, m->inode };

	if (m->link != NULL && !s->o->skip_links)
		return err_set(e, EXIT_DATA, "'%s' is a hard link to '%s', "
		    "which has its data: --skip-links leaves such members out",
		    m->name, m->link);
	if (!m->plain)
		return 0;
	if (!m->shared || (m->size == 0 && s->o->skip_links))
		return !m->shared;
	if (m->size == 0)
		return seen_add(&s->waiting, file, sizeof file, e) < 0 ? -1 : 1;
	if (!seen_has(&s->waiting, file, sizeof file))
		return 1;
	return err_set(e, EXIT_DATA, "'%s' has the data of a hard link before "
	    "it: --skip-links leaves such members out", m->name);
}

/* The next member that is to be an entry: 1, 0 at the end, or -1. */
static int
find_member(struct entries *s, struct member *m, struct err *e)
{
	int rc;

	while ((rc = unarchive_next(s->tar, m, e)) > 0) {
		if ((rc = selection_takes(&s->select, m, e)) < 0)
			return -1;
		if (rc == 0)
			continue;
		if ((rc = check_link(s, m, e)) != 0)
			return rc;
		s->skipped++;
	}
	return rc;
}

static int
name_member(struct entries *s, const struct member *m, struct err *e)
{
	const char *why;
	int rc;

	free(s->name);
	s->name = malloc(strlen(m->name) + 1);
	if (s->name == NULL)
		return err_memory(e);
	if ((why = zipname_clean(m->name, s->name)) != NULL)
		return err_set(e, EXIT_DATA, "member '%s' cannot be an "
		    "entry's name: %s", m->name, why);
	rc = seen_add(&s->names_seen, s->name, strlen(s->name), e);
	if (rc == 0)
		return err_set(e, EXIT_DATA, "two entries would be named '%s'",
		    s->name);
	return rc < 0 ? -1 : 0;
}

static int
next_member(struct entries *s, struct pack_entry *en, struct err *e)
{
	struct member m;
	int rc = find_member(s, &m, e);

	if (rc <= 0)
		return rc;
	if (name_member(s, &m, e) != 0)
		return -1;
	en->name = s->name;
	en->mode = ZIP_MODE_FILE;
	if ((m.mode & 0111) != 0)
		en->mode |= 0111;
	if (s->o->own_mtime && m.mtime != MEMBER_NO_TIME)
		en->mtime = m.mtime;
	en->size = m.size;
	en->read = unarchive_read;
	en->from = s->tar;
	return 1;
}

/* dir/events.csv becomes dir/events-0001.csv. */
static int
number_name(struct entries *s, struct err *e)
{
	const char *name = s->names[0], *slash = strrchr(name, '/');
	const char *base = slash != NULL ? slash + 1 : name;
	const char *dot = strrchr(base, '.');
	size_t size = strlen(name) + NUMBER;

	if (dot == NULL || dot == base)
		dot = base + strlen(base);
	if (s->name == NULL && (s->name = malloc(size)) == NULL)
		return err_memory(e);
	snprintf(s->name, size, "%.*s-%04u%s", (int)(dot - name), name,
	    s->splitter.pieces, dot);
	if (strlen(s->name) > ZIP_NAME_MAX)
		return err_set(e, EXIT_DATA, "the name of entry %u is too long",
		    s->splitter.pieces);
	return 0;
}

static int
next_piece(struct entries *s, struct pack_entry *en, struct err *e)
{
	int rc = splitter_next(&s->splitter, e);

	if (rc <= 0)
		return rc;
	if (number_name(s, e) != 0)
		return -1;
	en->name = s->name;
	en->size = -1;
	en->read = splitter_read;
	en->from = &s->splitter;
	return 1;
}

int
entries_next(struct entries *s, struct pack_entry *en, struct err *e)
{
	*en = (struct pack_entry){ .mtime = s->o->mtime,
	    .mode = ZIP_MODE_FILE, .size = -1 };
	if (s->o->tar)
		return next_member(s, en, e);
	if (s->o->split != 0)
		return next_piece(s, en, e);
	return next_operand(s, en, e);
}
