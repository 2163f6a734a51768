/*
 * replay TARGET's main where no fuzzer is linked: runs the target over each
 * file of the directories it is given.
 *
 * An input stands at the end of a page that none follows, so that one byte read
 * too many ends the program without a sanitizer, too.
 */
#define _GNU_SOURCE	/* MAP_ANONYMOUS */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { INPUT_MAX = 1 << 20, PAGE = 64 * 1024 };	/* bytes; no page is larger */

/* The inputs' place, and what must not be touched after it. */
static uint8_t *
make_room(void)
{
	uint8_t *room = mmap(NULL, INPUT_MAX + PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED ||
	    mprotect(room + INPUT_MAX, PAGE, PROT_NONE) != 0)
		return NULL;
	return room;
}

static int
run_file(const char *path, uint8_t *room)
{
	struct err e = ERR_NONE;
	size_t len;
	char *text = io_slurp(path, INPUT_MAX, &len, &e);

	if (text == NULL)
		return diag_report(&e);
	memcpy(room + INPUT_MAX - len, text, len);
	free(text);
	/* Seen last by whoever looks at a crash. */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(room + INPUT_MAX - len, len);
	return 0;
}

static int
run_directory(const char *name, uint8_t *room, unsigned *n)
{
	DIR *dir = opendir(name);
	struct dirent *entry;
	char path[4096];
	int rc = 0;

	if (dir == NULL) {
		perror(name);
		return 1;
	}
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
		rc = run_file(path, room);
		++*n;
	}
	closedir(dir);
	return rc;
}

int
main(int argc, char **argv)
{
	uint8_t *room = make_room();
	unsigned n = 0;

	if (room == NULL) {
		perror("replay");
		return 1;
	}
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		if (run_directory(argv[i], room, &n) != 0)
			return 1;
	printf("%u inputs\n", n);
	return n == 0;
}
