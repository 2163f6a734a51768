/*
 * environment: variables of the environment.  One whose value is empty counts
 * as not set.
 */
#ifndef BASE_ENVIRONMENT_H
#define BASE_ENVIRONMENT_H

/* The variable's value; NULL: it is not set, or empty.  The string belongs to
 * the environment: do not change or free it. */
const char *environment(const char *name);

#endif
