/*
 * yajl_memory: the memory of one yajl parser, with a limit.
 *
 * yajl 2.1 does not look at what its allocation functions return, so a failed
 * allocation must not return at all: it jumps back to where the parser was
 * entered, and the parser is then dead.  All it held is on a list and goes
 * with yajl_memory_free.
 *
 *	if (setjmp(heap.out) != 0)
 *		… malloc failed (heap.refused), or heap.used would have
 *		passed heap.limit …
 *	h = yajl_alloc(&callbacks, &heap.funcs, ctx);
 *
 * Set the jump anew before each entry into yajl.
 */
#ifndef JSON_YAJL_MEMORY_H
#define JSON_YAJL_MEMORY_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <yajl/yajl_common.h>

struct yajl_memory {
	yajl_alloc_funcs funcs;	/* for yajl_alloc */
	jmp_buf out;		/* where a failed allocation goes */
	struct yajl_memory_block *blocks;
	size_t used, limit;	/* bytes */
	bool refused;		/* by malloc */
};

/* The heap must not move afterwards: yajl keeps a pointer to it. */
void yajl_memory_init(struct yajl_memory *h, size_t limit);

/* Frees whatever the parser still holds; do not call yajl_free after it. */
void yajl_memory_free(struct yajl_memory *h);

#endif
