/* waits: for what a tool waits, and for how long. */
#include "base/waits.h"

#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

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

void
waits_take(struct waits *w, int fd)
{
	struct stat st;

	if (w == NULL)
		return;
	w->input_fd = fd + 1;
	if (fd < 0)
		return;
	w->taken++;
	w->size = w->taken == 1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ?
	    (uint64_t)st.st_size : 0;
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
