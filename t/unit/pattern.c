/* pattern: as fnmatch(3), which is the oracle in ASCII; UTF-8 in any locale. */
#include "archive/pattern.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static void
is(const char *pattern, const char *name, bool want)
{
	ok(pattern_matches(pattern, name) == want, "'%s' %s '%s'", pattern,
	    want ? "takes" : "does not take", name);
}

/* Random patterns and names of few letters; the same as fnmatch says. */
static void
fnmatch_agrees(void)
{
	static const char letters[] = "aab*?[]!-\\/.";
	unsigned seed = 1, wrong = 0;

	for (int i = 0; i < 300000; i++) {
		char pattern[9], name[7];
		int n = rand_r(&seed) % 8, m = rand_r(&seed) % 6;

		for (int k = 0; k < n; k++)
			pattern[k] = letters[(size_t)rand_r(&seed) %
			    strlen(letters)];
		for (int k = 0; k < m; k++)
			name[k] = "ab/.-]"[rand_r(&seed) % 6];
		pattern[n] = name[m] = '\0';
		/* undefined: a backslash with nothing after it, and [a-\ */
		if (strchr(pattern, '\\') != NULL)
			continue;
		if (pattern_matches(pattern, name) ==
		    (fnmatch(pattern, name, 0) == 0))
			continue;
		if (wrong++ < 5)
			printf("# '%s' '%s'\n", pattern, name);
	}
	ok(wrong == 0, "as fnmatch says, 300,000 times");
}

/* Where each star tried all places, this would take the age of the universe. */
static void
many_stars(void)
{
	char name[4096], pattern[201];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	for (int i = 0; i < 200; i++)
		pattern[i] = i % 2 == 0 ? '*' : 'a';
	pattern[199] = 'b';
	pattern[200] = '\0';
	ok(!pattern_matches(pattern, name), "a hundred stars against a's");
}

int
main(void)
{
	is("", "", true);
	is("", "a", false);
	is("*", "", true);
	is("*.csv", "a/b.csv", true);
	is("*.csv", ".csv", true);
	is("*.csv", "a.csv.gz", false);
	is("__MACOSX/*", "__MACOSX/a/._b.csv", true);
	is("a?c", "a\xe8\xa1\xa8" "c", true);
	is("a??c", "a\xe8\xa1\xa8" "c", false);
	is("[\xe3\x81\x82-\xe3\x82\x93]", "\xe3\x81\x8b", true);
	is("[!\xe3\x81\x82-\xe3\x82\x93]", "\xe3\x81\x8b", false);
	is("?", "\xff", true);
	is("?", "\xe3\x81", false);
	is("\\*", "*", true);
	is("\\*", "a", false);
	is("[\\]]", "]", true);
	is("[]a]", "]", true);
	is("[a", "[a", true);
	is("[a-]", "-", true);
	is("[z-a]", "m", false);
	is("a\\", "a\\", true);
	is("*a*b*c*", "xxaxxbxxcxx", true);
	is("*a*b*c", "abcabd", false);
	fnmatch_agrees();
	many_stars();
	return tap_done();
}
