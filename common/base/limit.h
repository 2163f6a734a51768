/* limit: bounds that the kernel sets to this process, so that they hold for its
 * libraries, too. */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * From now on the process may have at most `bytes` of private writable memory,
 * and on top of that the stacks of `threads` threads that are still to be
 * started.  An allocation that would exceed this fails with ENOMEM
 * (setrlimit(2), RLIMIT_DATA).  Memory counts when it is allocated, touched or
 * not.  A limit that is lower already stays.  Processes that are started later
 * inherit the limit.  In a program built with a sanitizer this does nothing,
 * because the sanitizer's shadow memory would count as well.
 */
void limit_memory(uint64_t bytes, unsigned threads);

/* From now on a crash writes no image of the memory, which may hold keys, to a
 * disk.  Processes that are started later inherit this, and may undo it. */
void limit_core(void);

/* Can `bytes` of memory be allocated at this moment?  For a look before calling
 * a library that crashes when a small allocation fails. */
bool limit_leaves(size_t bytes);

#endif
