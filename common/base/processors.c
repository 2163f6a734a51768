/* processors: the smaller of affinity and quota. */
#define _GNU_SOURCE	/* sched_getaffinity */
#include "base/processors.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

/* Bytes: of a file of the kernel's, of which the longest, a task's cgroups, has
 * a line of at most PATH_MAX for each hierarchy; and of a path, which PATH_MAX
 * bounds. */
enum { SMALL = 64 * 1024, PATH_ROOM = 4096 };

/* A group's own quota: "max 100000", or so many microseconds of a period. */
static unsigned
quota_of(const char *group)
{
	unsigned long long quota, period, n = 0;
	char path[PATH_ROOM + 16], *text;
	struct err e = ERR_NONE;

	snprintf(path, sizeof(path), "%s/cpu.max", group);
	text = io_slurp(path, SMALL, NULL, &e);
	if (text == NULL)
		return 0;
	if (sscanf(text, "%19llu %19llu", &quota, &period) == 2 && period > 0)
		n = quota / period + (quota % period != 0);
	free(text);
	return n > INT_MAX ? 0 : (unsigned)n;
}

/* The group in the line of version 2, "0::/group": its begin and length. */
static size_t
group_of(const char *self, const char **group)
{
	static const char v2[] = "0::/";
	const char *line = self;

	while (strncmp(line, v2, strlen(v2)) != 0) {
		line = strchr(line, '\n');
		if (line == NULL)
			return 0;
		line++;
	}
	*group = line + strlen(v2) - 1;
	return strcspn(*group, "\n");
}

unsigned
processors_quota(const char *root, const char *self)
{
	char path[PATH_ROOM], *end;
	const char *group = "";
	size_t len = group_of(self, &group);
	unsigned least = 0, n;
	int used;

	used = snprintf(path, sizeof(path), "%s%.*s", root, (int)len, group);
	if (len == 0 || used < 0 || (size_t)used >= sizeof(path))
		return 0;
	for (;;) {
		n = quota_of(path);
		if (n > 0 && (least == 0 || n < least))
			least = n;
		end = strrchr(path + strlen(root), '/');
		if (end == NULL)
			return least;
		*end = '\0';
	}
}

unsigned
processors(unsigned most)
{
	unsigned quota = 0, n = 1;
	cpu_set_t set;
	struct err e = ERR_NONE;
	char *self;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		n = (unsigned)CPU_COUNT(&set);
	self = io_slurp("/proc/self/cgroup", SMALL, NULL, &e);
	if (self != NULL)
		quota = processors_quota("/sys/fs/cgroup", self);
	free(self);
	if (quota > 0 && quota < n)
		n = quota;
	return n < most ? n : most;
}
