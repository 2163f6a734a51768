/* args_value: numbers, sizes and times. */
#include "base/args_value.h"

#include <stddef.h>
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

/* A number and one of n units, each of which is a factor. */
struct unit { const char *name; uint64_t factor; };

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
	static const struct unit units[] = { { "", 1 } };

	return read_with_unit(s, units, 1, value);
}

bool
args_parse_size(const char *s, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "", 1 }, { "K", 1024 }, { "k", 1024 },
		{ "M", (uint64_t)1 << 20 }, { "G", (uint64_t)1 << 30 },
		{ "T", (uint64_t)1 << 40 },
	};

	return read_with_unit(s, units, sizeof units / sizeof units[0], bytes);
}

bool
args_parse_duration(const char *s, uint64_t *ms)
{
	static const struct unit units[] = {
		{ "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 },
	};

	return read_with_unit(s, units, sizeof units / sizeof units[0], ms);
}
