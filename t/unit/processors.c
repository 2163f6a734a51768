/*
 * processors: affinity, and the quotas of control groups, here made of plain
 * files below the folder that is given.
 */
#define _GNU_SOURCE	/* sched_setaffinity */
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/processors.h"
#include "tap.h"

static const char *root;

static void
group(const char *name, const char *quota)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", root, name);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s%s/cpu.max", root, name);
	f = fopen(path, "w");
	if (f == NULL) {
		ok(false, "cannot open %s", path);
		return;
	}
	fputs(quota, f);
	if (fclose(f) != 0)
		ok(false, "cannot write %s", path);
}

static void
quota(unsigned expected, const char *self, const char *title)
{
	unsigned n = processors_quota(root, self);

	ok(n == expected, "%s: %u", title, n);
}

static void
test_quotas(void)
{
	quota(0, "0::/\n", "no file, no quota");
	group("", "max 100000\n");
	quota(0, "0::/\n", "a group without a quota");
	group("", "25000 100000\n");
	quota(1, "0::/\n", "a quarter is one");
	group("", "100000 100000\n");
	quota(1, "0::/\n", "a whole one");
	group("", "100001 100000\n");
	quota(2, "0::/\n", "a little more is two");
	group("", "800000 100000\n");
	group("/a", "max 100000\n");
	group("/a/b", "300000 100000\n");
	quota(3, "0::/a/b\n", "the smallest counts: the group's own");
	group("/a", "150000 100000\n");
	quota(2, "0::/a/b\n", "or one in the middle");
	quota(8, "0::/elsewhere/c\n", "a group that is not mounted here");
	quota(2, "12:cpu:/x\n1:name=systemd:/\n0::/a/b\n", "after other lines");
	quota(0, "12:cpu:/a\n", "no group of version 2");
	quota(0, "", "nothing");
	group("", "0 0\n");
	quota(0, "0::/\n", "no period");
	group("", "99999999999999999999 1\n");
	quota(0, "0::/\n", "a number beyond all");
	group("", "rubbish");
	quota(0, "0::/\n", "no number");
}

static void
test_affinity(void)
{
	unsigned n = processors(64);
	cpu_set_t all, one;
	size_t cpu = 0;

	ok(n >= 1 && n <= 64 && processors(1) == 1, "from one to most: %u", n);
	if (!ok(sched_getaffinity(0, sizeof(all), &all) == 0, "affinity"))
		return;
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ok(sched_setaffinity(0, sizeof(one), &one) == 0 &&
	    processors(64) == 1, "one processor is left");
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: processors folder\n", stderr);
		return 64;
	}
	root = argv[1];
	test_quotas();
	test_affinity();
	return tap_done();
}
