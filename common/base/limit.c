/* limit: RLIMIT_DATA, which on Linux counts private writable mappings, and
 * RLIMIT_CORE. */
#include "base/limit.h"

#include <stdlib.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* Bytes of a thread's stack where the limit has no number: glibc then takes 2 MiB
 * on x86-64 and arm64; this is Linux's usual limit, so on the safe side. */
enum { STACK = 8 << 20 };

void
limit_memory(uint64_t bytes, unsigned threads)
{
	struct rlimit data, stack;

	if (sanitized || getrlimit(RLIMIT_DATA, &data) != 0)
		return;
	if (getrlimit(RLIMIT_STACK, &stack) != 0 ||
	    stack.rlim_cur == RLIM_INFINITY)
		stack.rlim_cur = STACK;
	bytes += threads * (uint64_t)stack.rlim_cur;
	if (data.rlim_cur != RLIM_INFINITY && data.rlim_cur < bytes)
		return;
	data.rlim_cur = (rlim_t)bytes;
	/* Where it is not allowed, all is as it was. */
	if (setrlimit(RLIMIT_DATA, &data) != 0)
		return;
}

/*
 * A limit of 1 is special (fs/coredump.c): nothing is written to a file, which
 * would be too short, and nothing to a program in core_pattern either, to which
 * 0 means nothing.  PR_SET_DUMPABLE would do as well, but it gives /proc/PID to
 * root, and then the next stage of a pipeline could not learn through it who
 * writes its input.
 */
void
limit_core(void)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core) != 0)
		return;
	core.rlim_cur = core.rlim_max < 1 ? core.rlim_max : 1;
	if (setrlimit(RLIMIT_CORE, &core) != 0)
		return;
}

bool
limit_leaves(size_t bytes)
{
	void *probe = malloc(bytes);

	free(probe);
	return probe != NULL;
}
