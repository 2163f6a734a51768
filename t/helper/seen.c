/*
 * seen: waits until those further down have looked at who writes their input.
 *
 *	seen COUNT NAME		COUNT processes of this session that are named
 *				so hold directories of /proc, and sleep
 *
 * Then a command that follows it in the shell fails when it is watched, not
 * before.  Exits with 1 if that does not happen within a minute.
 */
#define _GNU_SOURCE	/* usleep */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 6000, STEP_US = 10000 };

/* The state and whether its name is this. */
static char
state_of(const char *pid, const char *name)
{
	char path[64], line[256] = "", *end;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fgets(line, sizeof line, f) == NULL)
		line[0] = '\0';
	fclose(f);
	end = strrchr(line, ')');
	if (end == NULL || strlen(end) < 3 || strchr(line, '(') == NULL)
		return 0;
	*end = '\0';
	return strcmp(strchr(line, '(') + 1, name) == 0 ? end[2] : 0;
}

static bool
holds_directories(const char *pid)
{
	char path[64], link[16];
	const struct dirent *d;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
	dir = opendir(path);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, link, sizeof link);

		found |= n > 6 && memcmp(link, "/proc/", 6) == 0;
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

static int
count(const char *name)
{
	DIR *dir = opendir("/proc");
	const struct dirent *d;
	int n = 0;

	while (dir != NULL && (d = readdir(dir)) != NULL)
		n += atoi(d->d_name) > 0 &&
		    getsid(atoi(d->d_name)) == getsid(0) &&
		    state_of(d->d_name, name) == 'S' &&
		    holds_directories(d->d_name);
	if (dir != NULL)
		closedir(dir);
	return n;
}

int
main(int argc, char **argv)
{
	int steady = 0;

	if (argc != 3)
		return 2;
	for (int i = 0; i < TRIES && steady < 2; i++) {
		steady = count(argv[2]) >= atoi(argv[1]) ? steady + 1 : 0;
		usleep(STEP_US);
	}
	return steady < 2;
}
