/* args_value: numbers, sizes and times. */
#include "base/args_value.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A run of decimal digits; *rest points to what follows it. */
static bool
read_digits(const char *s, uint64_t *value, const char **rest)
{
	uint64_t v = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*value = v;
	*rest = s;
	return true;
}

/* A number and one of n units, each of which is a factor.  They are shown by the
 * last that fits. */
struct unit { const char *name; uint64_t factor; };

static const struct unit numbers[] = { { "", 1 } };
static const struct unit sizes[] = {
	{ "", 1 }, { "k", 1024 }, { "K", 1024 },
	{ "M", (uint64_t)1 << 20 }, { "G", (uint64_t)1 << 30 },
	{ "T", (uint64_t)1 << 40 },
};
static const struct unit times[] = {
	{ "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
	{ "h", 3600000 }, { "d", 86400000 },
};
#define ALL(units) units, sizeof units / sizeof units[0]

static bool
read_with_unit(const char *s, const struct unit *units, size_t n,
    uint64_t *value)
{
	const char *rest;
	uint64_t v;

	if (!read_digits(s, &v, &rest))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rest, units[i].name) != 0)
			continue;
		if (v > UINT64_MAX / units[i].factor)
			return false;
		*value = v * units[i].factor;
		return true;
	}
	return false;
}

bool
args_parse_number(const char *s, uint64_t *value)
{
	return read_with_unit(s, ALL(numbers), value);
}

bool
args_parse_size(const char *s, uint64_t *bytes)
{
	return read_with_unit(s, ALL(sizes), bytes);
}

bool
args_parse_duration(const char *s, uint64_t *ms)
{
	return read_with_unit(s, ALL(times), ms);
}

static void
show_with_unit(char text[ARGS_VALUE], const struct unit *units, size_t n,
    uint64_t value)
{
	while (n > 1 && (value == 0 || value % units[n - 1].factor != 0))
		n--;
	snprintf(text, ARGS_VALUE, "%llu%s",
	    (unsigned long long)(value / units[n - 1].factor),
	    units[n - 1].name);
}

void
args_show_number(char text[ARGS_VALUE], uint64_t value)
{
	show_with_unit(text, ALL(numbers), value);
}

void
args_show_size(char text[ARGS_VALUE], uint64_t bytes)
{
	show_with_unit(text, ALL(sizes), bytes);
}

void
args_show_duration(char text[ARGS_VALUE], uint64_t ms)
{
	show_with_unit(text, ALL(times), ms);
}
