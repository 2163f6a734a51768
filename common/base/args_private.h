/* args_private: what args.c has printed from the table of options. */
#ifndef BASE_ARGS_PRIVATE_H
#define BASE_ARGS_PRIVATE_H

#include "base/args.h"

/* False for the row of zeros that ends the table. */
static inline bool
args_is_row(const struct args_option *o)
{
	return o->name != NULL || o->letter != 0;
}

/* Each writes to standard output and exits: with 0, or with 74 if standard
 * output could not be written. */
_Noreturn void args_print_help(const struct args *a, bool whole);
_Noreturn void args_print_version(void);
_Noreturn void args_print_completion(const struct args *a, const char *shell);

/* Exits with 70 and says that there was no memory for the table of options. */
_Noreturn void args_no_memory(void);

/* Flushes standard output and exits; args_print_help, args_print_version and
 * args_print_completion end with it. */
_Noreturn void args_printed(void);

/* The table's rows by name, for the caller to free; exits where there is no
 * memory.  *n is their number. */
const struct args_option **args_by_name(const struct args *a, size_t *n);

#endif
