/* waits: for what a tool waits, and for how long. */
#define _GNU_SOURCE	/* O_PATH */
#include "base/waits.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);	/* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
waits_count(struct waits *w)
{
	w->on = true;
}

void
waits_begin(struct waits *w, enum waits_for what)
{
	if (w == NULL || !w->on)
		return;
	w->since = now_ms();
	w->what = (int)what;
}

void
waits_end(struct waits *w)
{
	int64_t ms;
	int what;

	if (w == NULL || !w->on)
		return;
	ms = now_ms() - w->since;
	what = w->what;
	w->what = WAITS_FOR_NOTHING;
	if (what == WAITS_FOR_INPUT)
		w->input += ms;
	else if (what == WAITS_FOR_OUTPUT)
		w->output += ms;
}

/* Another thread looks at the pipe, whenever it likes: so it has a descriptor of
 * its own, which keeps no writer alive. */
static void
hold(struct waits *w, int fd)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	w->held = open(path, O_PATH | O_CLOEXEC) + 1;
}

void
waits_take(struct waits *w, int fd)
{
	struct stat st;

	if (w == NULL || !w->on)
		return;
	w->taken++;
	w->size = 0;
	if (w->taken > 1 || fstat(fd, &st) != 0)
		return;
	if (S_ISREG(st.st_mode))
		w->size = (uint64_t)st.st_size;
	else if (S_ISFIFO(st.st_mode))
		hold(w, fd);
}

void
waits_close(struct waits *w)
{
	if (w->held > 0)
		close(w->held - 1);
	w->held = 0;
}

static int64_t
under_way(const struct waits *w, enum waits_for what)
{
	int64_t since = w->since;

	return w->what == (int)what ? now_ms() - since : 0;
}

int64_t
waits_input(const struct waits *w)
{
	return w->input + under_way(w, WAITS_FOR_INPUT);
}

int64_t
waits_output(const struct waits *w)
{
	return w->output + under_way(w, WAITS_FOR_OUTPUT);
}
