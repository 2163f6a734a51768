/* limit: what the process may still do, whatever a library wants. */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * From now on the process may have at most `bytes` of writable memory of its
 * own, and the stacks of so many threads that are still to be started: what is
 * beyond fails with ENOMEM (setrlimit(2), RLIMIT_DATA).  A lower limit stays.
 * Memory counts from its allocation on, touched or not.  Processes started
 * later inherit it.  Does nothing in a program built with a sanitizer, whose
 * shadow is such memory, too.
 */
void limit_memory(uint64_t bytes, unsigned threads);

/* A crash leaves no image of the memory, which may hold keys, on a disk.  It is
 * inherited, too, and a command may raise it again. */
void limit_core(void);

/* Can so much be had at this moment?  Before a library is called that crashes
 * when a little of it cannot. */
bool limit_leaves(size_t bytes);

#endif
