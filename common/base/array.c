/* The variables of schedulers. */
#define _GNU_SOURCE	/* asprintf */
#include "base/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args_value.h"
#include "base/environment.h"
#include "base/memstream.h"

#define BATCH "AWS_BATCH_JOB_ARRAY_INDEX"
#define BATCH_SIZE "AWS_BATCH_JOB_ARRAY_SIZE"
#define SLURM "SLURM_ARRAY_TASK_ID"

static const struct scheduler {
	const char *index, *job, *attempt;	/* NULL: it has none */
	const char *unset;	/* a value that means: there is no array */
	unsigned from;
	bool restarts;		/* attempt is not set for the first one */
} schedulers[] = {
	{ BATCH, "AWS_BATCH_JOB_ID", "AWS_BATCH_JOB_ATTEMPT", NULL, 0, false },
	{ SLURM, "SLURM_ARRAY_JOB_ID", "SLURM_RESTART_COUNT", NULL, 0, true },
	{ "JOB_COMPLETION_INDEX", NULL, NULL, NULL, 0, false },
	{ "SGE_TASK_ID", "JOB_ID", NULL, "undefined", 1, false },
	{ "LSB_JOBINDEX", "LSB_JOBID", NULL, "0", 1, false },
};

enum { SCHEDULERS = sizeof schedulers / sizeof *schedulers };

static const char *
index_of(const struct scheduler *s)
{
	const char *value = environment(s->index);

	return value != NULL && s->unset != NULL &&
	    strcmp(value, s->unset) == 0 ? NULL : value;
}

/* The one scheduler that says an index; NULL with e. */
static const struct scheduler *
find(struct err *e)
{
	const struct scheduler *found = NULL;

	for (size_t i = 0; i < SCHEDULERS; i++) {
		if (index_of(&schedulers[i]) == NULL)
			continue;
		if (found != NULL) {
			err_set(e, EXIT_USAGE, "%s and %s are both set: which "
			    "is the task's index?", found->index,
			    schedulers[i].index);
			return NULL;
		}
		found = &schedulers[i];
	}
	if (found == NULL)
		err_set(e, EXIT_USAGE, "no scheduler says the task's index: "
		    "none of " BATCH ", " SLURM ", JOB_COMPLETION_INDEX, "
		    "SGE_TASK_ID and LSB_JOBINDEX is set");
	return found;
}

static int
read_index(uint64_t *index, const char *name, const char *value, unsigned from,
    struct err *e)
{
	if (value == NULL)
		return err_set(e, EXIT_USAGE, "%.64s is not set", name);
	if (!args_parse_number(value, index) || *index < from ||
	    *index - from >= ARRAY_MAX)
		return err_set(e, EXIT_USAGE, "%.64s is no index of a task: "
		    "'%.64s'", name, value);
	*index -= from;
	return 0;
}

int
array_find(struct array *a, struct err *e)
{
	const struct scheduler *s = find(e);

	*a = (struct array){ .automatic = true };
	return s == NULL ? -1 : read_index(&a->index, s->index, index_of(s),
	    s->from, e);
}

/* What stands before the slash, first bytes of text. */
static int
parse_index(struct array *a, const char *text, size_t first, struct err *e)
{
	char name[128];

	if (first == 4 && strncmp(text, "auto", first) == 0)
		return array_find(a, e);
	snprintf(name, sizeof name, "%.*s", (int)first, text);
	if (strncmp(name, "env:", 4) == 0) {
		a->automatic = true;
		return read_index(&a->index, name + 4, environment(name + 4),
		    0, e);
	}
	return args_parse_number(name, &a->index) ? 0 :
	    err_set(e, EXIT_USAGE, "'%.64s' is no index of a task", name);
}

static int
parse_count(struct array *a, const char *text, bool automatic, struct err *e)
{
	const char *size = environment(BATCH_SIZE);

	if (strcmp(text, "auto") == 0) {
		if (!automatic || environment(BATCH) == NULL || size == NULL)
			return err_set(e, EXIT_USAGE, "only AWS Batch says how "
			    "many tasks there are: write the number");
		text = size;
	}
	if (!args_parse_number(text, &a->count) || a->count == 0 ||
	    a->count > ARRAY_MAX)
		return err_set(e, EXIT_USAGE, "'%.64s' is no number of tasks",
		    text);
	return 0;
}

int
array_parse(struct array *a, const char *option, const char *text,
    struct err *e)
{
	const char *slash = strrchr(text, '/');

	*a = (struct array){ 0 };
	if (slash == NULL || slash == text)
		return err_set(e, EXIT_USAGE, "--%s: '%.200s' is not a share "
		    "such as 0/4 or auto/4", option, text);
	if (parse_index(a, text, (size_t)(slash - text), e) != 0 ||
	    parse_count(a, slash + 1, strncmp(text, "auto/", 5) == 0, e) != 0)
		return err_prefix(e, "--%s '%.200s'", option, text);
	if (a->index >= a->count)
		return err_set(e, EXIT_USAGE, "--%s: '%.200s' is not a share "
		    "such as 0/4: %llu is not below %llu", option, text,
		    (unsigned long long)a->index,
		    (unsigned long long)a->count);
	return 0;
}

/* Words. */

static char *
expand_index(const struct array *a, struct err *e)
{
	struct array found;
	char *text;

	if (a == NULL) {
		if (array_find(&found, e) != 0)
			return NULL;
		a = &found;
	}
	if (asprintf(&text, "%llu", (unsigned long long)a->index) >= 0)
		return text;
	err_memory(e);
	return NULL;
}

/* Of AWS Batch's "job:index" the job alone. */
static char *
copy_job(const char *value, struct err *e)
{
	char *text = strndup(value, strcspn(value, ":"));

	if (text == NULL)
		err_memory(e);
	return text;
}

static char *
expand_word(const char *word, const struct array *a, struct err *e)
{
	bool job = strcmp(word, "{job}") == 0;
	const struct scheduler *s;
	const char *name, *value;

	if (strcmp(word, "{index}") == 0)
		return expand_index(a, e);
	if ((s = find(e)) == NULL)
		return NULL;
	name = job ? s->job : s->attempt;
	value = name == NULL ? NULL : environment(name);
	if (value == NULL && name != NULL && !job && s->restarts)
		value = "0";
	if (value != NULL)
		return copy_job(value, e);
	err_set(e, EXIT_USAGE, "%s: the scheduler that sets %s does not say "
	    "it", word, s->index);
	return NULL;
}

/* Which word stands there; NULL: none. */
static const char *
word_at(const char *text)
{
	static const char *const words[] = { "{index}", "{job}", "{attempt}" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return words[i];
	return NULL;
}

char *
array_expand(const char *text, const struct array *a, struct err *e)
{
	char *whole = NULL, *by = NULL;
	size_t len;
	FILE *out = memstream_open(&whole, &len);
	bool good = out != NULL;

	while (good && *text != '\0') {
		const char *word = word_at(text);

		if (word == NULL) {
			fputc(*text++, out);
			continue;
		}
		if ((good = (by = expand_word(word, a, e)) != NULL))
			fputs(by, out);
		free(by);
		text += strlen(word);
	}
	if (out == NULL || fclose(out) != 0) {
		good = false;
		err_memory(e);
	}
	if (good)
		return whole;
	free(whole);
	return NULL;
}
