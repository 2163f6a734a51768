/*
 * json-limits: what no converter can beat on a file of JSON: how fast its
 * bytes are copied, and how fast yajl alone parses them, with nothing done
 * about what it finds.
 *
 *	json-limits FILE
 *
 * Prints a line for each with MB/s, the best of five runs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <yajl/yajl_parse.h>

enum { RUNS = 5, PIECE = 64 * 1024 };

static void
die(const char *what)
{
	perror(what);
	exit(74);
}

static char *
read_file(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	char *bytes = size <= 0 ? NULL : malloc((size_t)size);
	ssize_t n;

	if (bytes == NULL)
		die(path);
	for (*len = 0; *len < (size_t)size; *len += (size_t)n) {
		n = pread(fd, bytes + *len, (size_t)size - *len, (off_t)*len);
		if (n <= 0)
			die(path);
	}
	close(fd);
	return bytes;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Into a block that stays in the cache, as a reader's does. */
static void
copy(const char *bytes, size_t len)
{
	static char block[PIECE];
	size_t at, n;

	for (at = 0; at < len; at += n) {
		n = len - at < PIECE ? len - at : PIECE;
		memcpy(block, bytes + at, n);
		__asm__ volatile("" : : "r"(block) : "memory");
	}
}

static void
parse(const char *bytes, size_t len)
{
	static const yajl_callbacks none = { 0 };
	yajl_handle y = yajl_alloc(&none, NULL, NULL);
	size_t at, n;

	if (y == NULL)
		die("yajl");
	yajl_config(y, yajl_allow_multiple_values, 1);
	for (at = 0; at < len; at += n) {
		n = len - at < PIECE ? len - at : PIECE;
		if (yajl_parse(y, (const unsigned char *)bytes + at, n) !=
		    yajl_status_ok) {
			fputs("json-limits: yajl refuses the file\n", stderr);
			exit(65);
		}
	}
	yajl_free(y);
}

static void
measure(const char *name, void (*run)(const char *, size_t),
    const char *bytes, size_t len)
{
	double best = 0, began, seconds;
	int i;

	for (i = 0; i < RUNS; i++) {
		began = now();
		run(bytes, len);
		seconds = now() - began;
		if (i == 0 || seconds < best)
			best = seconds;
	}
	printf("%s %.0f\n", name, (double)len / best / 1e6);
}

int
main(int argc, char **argv)
{
	char *bytes;
	size_t len;

	if (argc != 2) {
		fputs("usage: json-limits FILE\n", stderr);
		return 64;
	}
	bytes = read_file(argv[1], &len);
	measure("memcpy", copy, bytes, len);
	measure("yajl", parse, bytes, len);
	free(bytes);
	return 0;
}
