/*
 * where: conditions that a row must fulfil, on values that stand in the cells.
 *
 *	condition = path ["?"] ( op value / "exists" / "missing" )
 *	op	  = "=" / "!=" / "<" / "<=" / ">" / ">=" / "~"
 *	value	  = '"' text '"'	; a quote in the text is doubled
 *		  / bare text up to the end
 *
 * Numbers are compared as numbers, exactly (json/decimal.h): a number with a
 * bare value that is one, and a string that is a number with such a value, too.
 * All other strings, and values in quotes, are compared byte for byte, which for
 * UTF-8 is the order of the characters' numbers.  true, false and null are
 * equal to the same word without quotes.  What is not there counts as null.
 * Null, and values of two kinds, are neither less nor more than each other.
 * "~" is a POSIX extended regular expression, found anywhere in the text.
 */
#ifndef CSV_WHERE_H
#define CSV_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "csv/cell.h"
#include "json/path.h"

enum where_op { WHERE_EXISTS, WHERE_MISSING, WHERE_EQUAL, WHERE_UNEQUAL,
	WHERE_LESS, WHERE_AT_MOST, WHERE_MORE, WHERE_AT_LEAST, WHERE_MATCH };

struct condition {
	enum where_op op;
	char *value;		/* NULL: the operator has none */
	size_t len;
	bool quoted;		/* it is a string, whatever it looks like */
	bool number;		/* it is a bare number */
};

/* All of them must hold.  Begin with a zeroed one. */
struct where {
	struct fields paths;	/* of each condition; optional: it need not
				 * occur, as a test for that need not */
	struct condition *list;
};

/* Appends a condition; 0, or -1 with code 64 and a text that quotes it. */
int where_parse(struct where *w, const char *text, struct err *e);
void where_free(struct where *w);

/* Conditions that one thread tests: expressions are compiled for it.  leaf[i] is
 * where the value of condition i is found.  w and leaf outlive it.  NULL with
 * code 70; that an expression is right was seen by where_parse. */
struct matcher;
struct matcher *matcher_new(const struct where *w, const uint32_t *leaf,
    struct err *e);
void matcher_free(struct matcher *m);	/* NULL is fine */

/* 1 if all hold for the row, 0 if not; -1 with code 70 where memory runs out:
 * for "~" it takes some ten times the text's length. */
int matcher_test(const struct matcher *m, const struct cell *cells,
    uint32_t row, struct err *e);

#endif
