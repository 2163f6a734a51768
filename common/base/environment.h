/*
 * environment: variables, of which one that is empty counts as not set.
 */
#ifndef BASE_ENVIRONMENT_H
#define BASE_ENVIRONMENT_H

/* The value, which is the environment's; NULL: not set, or empty. */
const char *environment(const char *name);

#endif
