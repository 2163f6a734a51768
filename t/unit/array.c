/* Shares, indices of schedulers, and words in keys. */
#include "base/array.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct err e = ERR_NONE;

static void
forget(void)
{
	static const char *const names[] = { "AWS_BATCH_JOB_ARRAY_INDEX",
		"AWS_BATCH_JOB_ARRAY_SIZE", "AWS_BATCH_JOB_ID",
		"AWS_BATCH_JOB_ATTEMPT", "SLURM_ARRAY_TASK_ID",
		"SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_JOB_ID",
		"SLURM_RESTART_COUNT", "JOB_COMPLETION_INDEX", "SGE_TASK_ID",
		"JOB_ID", "LSB_JOBINDEX", "LSB_JOBID", "MINE" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static bool
is(const char *text, uint64_t index, uint64_t count)
{
	struct array a;

	return array_parse(&a, "shard", text, &e) == 0 && a.index == index &&
	    a.count == count;
}

static bool
refused(const char *text, const char *why)
{
	struct array a;

	e.code = EXIT_DONE;
	return array_parse(&a, "shard", text, &e) != 0 &&
	    e.code == EXIT_USAGE && strstr(e.text, why) != NULL;
}

static bool
expands(const char *text, const struct array *a, const char *want)
{
	char *whole = array_expand(text, a, &e);
	bool same = whole != NULL && want != NULL && strcmp(whole, want) == 0;

	same |= whole == NULL && want == NULL && e.code == EXIT_USAGE;
	free(whole);
	return same;
}

static void
test_parse(void)
{
	ok(is("0/1", 0, 1) && is("3/4", 3, 4), "numbers");
	ok(refused("4/4", "not below 4") && refused("0/0", "number of tasks") &&
	    refused("/4", "share") && refused("4", "share") &&
	    refused("x/4", "'x'") && refused("0/x", "'x'") &&
	    refused("-1/4", "'-1'") && refused("0/1000001", "number"),
	    "what is none");
	ok(refused("auto/4", "no scheduler"), "auto without a scheduler");
	setenv("SLURM_ARRAY_TASK_ID", "2", 1);
	setenv("SLURM_ARRAY_TASK_COUNT", "2", 1);
	ok(is("auto/4", 2, 4), "Slurm");
	ok(refused("auto/auto", "write the number"),
	    "its count, that of a part of the array, is not taken");
	ok(refused("auto/2", "not below 2"), "an index that is too large");
	setenv("SGE_TASK_ID", "undefined", 1);
	setenv("LSB_JOBINDEX", "0", 1);
	ok(is("auto/4", 2, 4), "others that have no array do not count");
	setenv("SGE_TASK_ID", "1", 1);
	ok(refused("auto/4", "SLURM_ARRAY_TASK_ID and SGE_TASK_ID"),
	    "two are named");
	forget();
	setenv("SGE_TASK_ID", "1", 1);
	ok(is("auto/4", 0, 4), "Grid Engine counts from 1");
	forget();
	setenv("LSB_JOBINDEX", "4", 1);
	ok(is("auto/4", 3, 4), "so does LSF");
	forget();
	setenv("JOB_COMPLETION_INDEX", "0", 1);
	ok(is("auto/4", 0, 4), "Kubernetes from 0");
	forget();
	setenv("AWS_BATCH_JOB_ARRAY_INDEX", "7", 1);
	setenv("AWS_BATCH_JOB_ARRAY_SIZE", "9", 1);
	ok(is("auto/auto", 7, 9) && refused("1/auto", "write the number"),
	    "AWS Batch, with the size of the array");
	setenv("AWS_BATCH_JOB_ARRAY_INDEX", "seven", 1);
	ok(refused("auto/9", "AWS_BATCH_JOB_ARRAY_INDEX is no index"),
	    "no number");
	forget();
	setenv("MINE", "5", 1);
	ok(is("env:MINE/6", 5, 6) && refused("env:OTHER/6", "OTHER is not set"),
	    "any variable");
	forget();
}

static void
test_expand(void)
{
	const struct array seven = { .index = 7, .count = 8 };

	ok(expands("a/{b}/{index}-{index}.csv", &seven, "a/{b}/7-7.csv"),
	    "the index of --shard, twice; other braces stay");
	ok(expands("a", NULL, "a") && expands("{index}", NULL, NULL) &&
	    expands("{job}", &seven, NULL), "nobody says it");
	setenv("SLURM_ARRAY_TASK_ID", "2", 1);
	setenv("SLURM_ARRAY_JOB_ID", "77", 1);
	ok(expands("{job}/{attempt}/{index}", NULL, "77/0/2"), "Slurm");
	setenv("SLURM_ARRAY_JOB_ID", "{job}{index}", 1);
	ok(expands("{job}", NULL, "{job}{index}"), "once, whatever they say");
	setenv("SLURM_ARRAY_JOB_ID", "77", 1);
	setenv("SLURM_RESTART_COUNT", "3", 1);
	ok(expands("{job}/{attempt}", NULL, "77/3"), "restarted");
	forget();
	setenv("AWS_BATCH_JOB_ARRAY_INDEX", "2", 1);
	setenv("AWS_BATCH_JOB_ID", "abc-def:2", 1);
	setenv("AWS_BATCH_JOB_ATTEMPT", "1", 1);
	ok(expands("{job}/{attempt}/{index}", NULL, "abc-def/1/2"),
	    "AWS Batch, whose job is that of the array");
	forget();
	setenv("JOB_COMPLETION_INDEX", "1", 1);
	ok(expands("{index}", NULL, "1") && expands("{job}", NULL, NULL),
	    "Kubernetes says no job");
	forget();
}

int
main(void)
{
	forget();
	test_parse();
	test_expand();
	return tap_done();
}
