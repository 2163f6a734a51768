/* tap: the least that a C unit test needs to speak TAP. */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

/* One test; gives pass back, so that a test can stop early. */
__attribute__((format(printf, 2, 3), unused))
static bool
ok(bool pass, const char *fmt, ...)
{
	__builtin_va_list ap;

	printf("%sok %d - ", pass ? "" : "not ", ++tap_count);
	__builtin_va_start(ap, fmt);
	vprintf(fmt, ap);
	__builtin_va_end(ap);
	putchar('\n');
	fflush(stdout);
	tap_failed += !pass;
	return pass;
}

/* The plan, last; main() returns its value. */
__attribute__((unused))
static int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
