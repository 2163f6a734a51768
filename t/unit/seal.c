/*
 * seal: the marks of writers that start and end at the same moment.  Two
 * processes meet at a pipe again and again; one finishes, the other never does.
 */
#define _DEFAULT_SOURCE	/* MAP_ANONYMOUS */
#include "base/seal.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

enum { ROUNDS = 1000 };

static atomic_int *here;	/* shared: how many have come to the meeting */

static void
meet(int n)
{
	atomic_fetch_add(here, 1);
	while (atomic_load(here) < n)
		sched_yield();
}

/* Both start at once, or one starts as the other finishes. */
static pid_t
writer(int fd, bool finishes, bool early)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (early)
		seal_open(fd);
	meet(2);
	if (!early)
		seal_open(fd);
	if (finishes)
		seal_finish(fd);
	_exit(0);
}

static void
races(bool early, const char *title)
{
	unsigned sealed = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int p[2];
		pid_t a, b;

		if (pipe(p) != 0)
			abort();
		atomic_store(here, 0);
		a = writer(p[1], true, early);
		b = writer(p[1], false, false);
		if (a < 0 || b < 0)
			abort();
		waitpid(a, NULL, 0);
		waitpid(b, NULL, 0);
		sealed += seal_read(p[0]) == SEAL_SEALED;
		close(p[0]);
		close(p[1]);
	}
	ok(sealed == 0, "%s (%u of %d are sealed)", title, sealed, ROUNDS);
}

/* One pipe, one mark after another. */
static void
states(void)
{
	static const struct { const char *marks; enum seal want; } list[] = {
		{ "", SEAL_UNKNOWN }, { "o", SEAL_OPEN }, { "of", SEAL_SEALED },
		{ "ofof", SEAL_SEALED }, { "oo", SEAL_BROKEN },
		{ "oof", SEAL_BROKEN }, { "f", SEAL_UNKNOWN },
		{ "ol", SEAL_LEFT }, { "olf", SEAL_LEFT }, { "olo", SEAL_LEFT },
		{ "olt", SEAL_TEMPORARY }, { "otl", SEAL_TEMPORARY },
		{ "otof", SEAL_TEMPORARY }, { "otb", SEAL_BROKEN },
		{ "obt", SEAL_BROKEN }, { "obl", SEAL_BROKEN },
		{ "b", SEAL_BROKEN }, { "ofb", SEAL_BROKEN },
		{ "l", SEAL_LEFT }, { "oflof", SEAL_LEFT } };

	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		int p[2];

		if (pipe(p) != 0)
			abort();
		for (const char *m = list[i].marks; *m != '\0'; m++) {
			if (*m == 'o')
				seal_open(p[1]);
			else if (*m == 'f')
				seal_finish(p[1]);
			else
				seal_break(p[1], *m == 'l' ? SEAL_LEFT :
				    *m == 't' ? SEAL_TEMPORARY : SEAL_BROKEN);
		}
		close(p[1]);
		ok(seal_read(p[0]) == list[i].want, "'%s' is %d", list[i].marks,
		    (int)list[i].want);
		close(p[0]);
	}
}

int
main(void)
{
	states();
	here = mmap(NULL, sizeof *here, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (here == MAP_FAILED)
		return 1;
	races(false, "one that started with another does not seal for both");
	races(true, "nor one that finishes as another starts");
	return tap_done();
}
