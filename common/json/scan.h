/*
 * scan: walks a stream of JSON documents, checks every byte of it against the
 * grammar (RFC 8259), finds the records and copies their selected members
 * into a batch.  It never looks at a byte twice and never waits for the end
 * of a value, so its memory does not depend on the input.
 *
 * Beyond the grammar: nesting up to a limit; no lone surrogate in a \u escape;
 * white space between top-level numbers, literals and strings, or one comma;
 * byte order marks in front of documents (scan_lenient.h).  That the text
 * is well-formed UTF-8 is for the caller to check (utf8.h).
 *
 * The stream comes in feeds, which may end anywhere.  What a feed's end cuts -
 * a literal, an escape - is left over, at most SCAN_TAIL bytes, and begins the
 * next feed; everything else goes on where it was, by the state:
 *
 *	TOP ----------- a value begins ---> VALUE	(document)
 *			a mark, one comma ---> TOP
 *	TOP_SCALAR ---- white space, a mark, a comma ---> TOP
 *	VALUE --------- {  ---> FIRST_NAME	[  ---> FIRST_ELEMENT
 *	  |		"  ---> TEXT		a digit, - ---> NUMBER
 *	  |		true, false, null ---> AFTER
 *	FIRST_NAME ---- "  ---> NAME_TEXT	}  ---> AFTER
 *	NAME ---------- "  ---> NAME_TEXT
 *	NAME_TEXT ----- "  ---> COLON
 *	COLON --------- :  ---> VALUE
 *	FIRST_ELEMENT - ]  ---> AFTER	what begins a value ---> VALUE
 *	TEXT ---------- "  ---> AFTER
 *	NUMBER -------- its end ---> AFTER
 *	AFTER --------- ,  ---> NAME, or in an array VALUE
 *			}  or ]  ---> AFTER
 *
 * AFTER the outermost value is TOP, or TOP_SCALAR if that was no object or
 * array.  All but TEXT, NAME_TEXT and NUMBER pass white space.
 *
 * The state machine (scan_machine.c) comes in several bodies, which differ in
 * their inner loops: find the end of a string, of a number.  The plain one is
 * the specification, the others must give the same.  What it does less often is
 * in modules of its own, which share the scan: scan_name, scan_projection,
 * scan_capture, scan_escape and scan_error.
 *
 * One thread uses a scan at a time.  Source: RFC 8259; the loops follow simdjson
 * (Langdale and Lemire, 2019), but in one pass and over feeds.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "json/batch.h"
#include "json/scan_recall.h"
#include "json/projection.h"

enum {
	/* Bytes that must be zero after the fed ones, so that no loop needs to
	 * look for an end.  The widest body reads 32 at once; the first
	 * SCAN_HEAD of a record are copied wherever it begins. */
	SCAN_SLACK = 64,

	/* Bytes that can be left over: a pair of \u escapes has 12. */
	SCAN_TAIL = 16,

	/* Bytes of a name, as it is written.  One that is cut by feeds is put
	 * together, so there is a limit; six times PATH_NAME_MAX, as each byte
	 * may be an escape, is below it.  It is always allocated when needed,
	 * so more would be the input's to take. */
	SCAN_NAME_MAX = 32 * 1024,

	/* Levels of nesting without an option.  Documents of people have tens;
	 * a level takes 48 bytes. */
	SCAN_DEPTH = 1024,

	/* For messages: the names of so many outer levels are saved from feed
	 * to feed, so many bytes of each. */
	SCAN_SAVED_LEVELS = 16, SCAN_SAVED = 48,

	/* Bytes of the last record's start, for boundary.h: two names and the
	 * value between them, as a rule. */
	SCAN_HEAD = 64
};

enum scan_status { SCAN_MORE, SCAN_FULL, SCAN_ERROR };

/* What a selected member means that its object had before. */
enum scan_repeat { SCAN_LAST, SCAN_FIRST, SCAN_REPEAT_ERROR };

/* What becomes of NaN, Infinity and -Infinity, which Python's json writes. */
enum scan_nan { SCAN_NAN_ERROR,
	SCAN_NAN_NULL,		/* null stands for them */
	SCAN_NAN_TEXT };	/* strings of their names do */

struct scan_policy {
	enum scan_repeat repeat;
	bool drop_late;		/* a column that comes late is left out */
	bool extra_error;	/* a record's member that is not selected */
	bool replace;		/* lone surrogates become U+FFFD */
	bool refuse_nul;	/* \u0000 in what is selected */
	bool lines;		/* a document ends at its line feed */
	enum scan_nan nan;
	size_t max_depth;
	size_t max_record;	/* bytes of its projection, and of its leaves */
};

/* What each state waits for; white space may come first where that is said. */
enum scan_state {
	SCAN_TOP,		/* space, a document, or the input's end; and
				 * a comma, a byte order mark */
	SCAN_TOP_SCALAR,	/* white space, one of these, or the end */
	SCAN_VALUE,		/* space, a value */
	SCAN_FIRST_ELEMENT,	/* space, an array's first value, or ']' */
	SCAN_FIRST_NAME,	/* space, an object's first name, or '}' */
	SCAN_NAME,		/* space, a name */
	SCAN_NAME_TEXT,		/* more of a name, or its closing quote */
	SCAN_COLON,		/* space, ':' */
	SCAN_TEXT,		/* more of a string, or its closing quote */
	SCAN_NUMBER,		/* more of a number, or what ends it */
	SCAN_AFTER		/* space, ',' or the end of what encloses it */
};

/* Within a number: what has been read of it, and so what may follow. */

enum scan_number { NUMBER_MINUS, NUMBER_ZERO, NUMBER_WHOLE, NUMBER_POINT,
	NUMBER_FRACTION, NUMBER_E, NUMBER_SIGN, NUMBER_EXPONENT };

struct level {			/* an open object or array */
	struct node *node;	/* what is selected of it, or NULL */
	uint64_t index;		/* the element that stands or comes next */
	const char *name;	/* the member's, decoded */
	uint32_t name_len;
	bool object, record;
	uint32_t last;		/* the last name, as scan_recall has it */
	uint64_t each;		/* the number of the element that an array led on
				 * in, with the highest bit; 0: of none */
};

struct capture {		/* a value that is being copied */
	size_t start, end;	/* in the batch's text */
	size_t depth;		/* open containers around it */
	uint32_t leaf;
};

struct captures {
	struct capture *list;
	size_t n, room;
};

struct scan {
	/* set by the caller before the first feed, or between two */
	struct batch *batch;
	/* read by the caller */
	uint64_t records;	/* begun so far */
	uint64_t documents;
	uint64_t elements[UNWIND_MAX + 1]; /* of each kind, from 1 on */
	uint64_t nulls;		/* that stood where a record may */
	bool root_seen;
	uint64_t n_late;	/* values that were left out: see drop_late */
	char late[160];		/* the first one's column and record */
	char head[SCAN_HEAD];	/* the last record's first bytes, NUL after
				 * what was fed of them */
	/* private */
	struct projection *projection;
	const struct scan_body *body;
	enum scan_state state;
	enum scan_number number;
	struct level *levels;	/* the innermost is levels[depth] */
	size_t depth;
	struct scan_policy policy;
	uint64_t failed;	/* offset of the last error */
	struct node *next;	/* what the coming value is selected as */
	uint64_t base;		/* offset of the fed bytes in the input */
	uint64_t line;
	const char *start;	/* the fed bytes */
	/* The captured value, and captured members of it: those that are open,
	 * from the outermost in, and those that are done. */
	const char *uncopied;	/* the rest of it in the fed bytes; NULL: no
				 * value is captured */
	bool over;		/* the record is more than it may be: */
	bool no_memory;		/*   because memory ran out */
	uint64_t over_at, over_line; /* where that was seen */
	size_t over_depth;	/* open containers around what was copied */
	uint32_t leaf;
	size_t leaf_depth;
	struct captures open, done;
	size_t capture_depth;	/* of the innermost; or SIZE_MAX */
	bool in_record;
	bool in_header;		/* the record at work is the header row */
	bool comma;		/* one came after the last document */
	bool as_null;		/* the value at work counts as null */
	bool leads_on;		/* it is an element of an array that leads on */
	uint64_t n_each;	/* such elements so far */
	size_t record_text, record_leaves; /* the batch's sizes at its start */
	size_t text_max, leaves_max; /* and what they may become */
	size_t text_quick, leaves_quick; /* up to here without a second look */
	const char *name;	/* where a name begins */
	struct buffer split;	/* what came of it in earlier feeds */
	uint64_t name_fed;	/* how many of its bytes they had */
	bool name_over;		/* split had no room for it */
	bool escaped;		/* the name has a backslash */
	char (*saved)[SCAN_SAVED]; /* names of outer levels, over feeds */
	struct buffer *keys;	/* the last name of each, as a line of JSON */
	struct recall recall;
	struct err *e;
};

/* 0, or -1 with code 70.  projection must outlive the scan,
 * and scan_free. */
int scan_init(struct scan *s, struct projection *projection,
    const struct scan_policy *policy, struct err *e);
void scan_free(struct scan *s);	/* a zeroed or freed one is fine */

/*
 * Walks len bytes, after which stand SCAN_SLACK zeros.  *used says how many
 * were walked; the others must begin the next feed.  SCAN_MORE: at most
 * SCAN_TAIL are left.  SCAN_FULL: a record has ended and the batch is full;
 * empty it or give another.  SCAN_ERROR: code 65, with the place; the batch
 * holds the whole records before it, and *used is 0, for scan_skip_line.
 */
enum scan_status scan_feed(struct scan *s, const char *bytes, size_t len,
    size_t *used, struct err *e);

/* Takes what there is of a record that is not whole out of the batch. */
void scan_drop_cut(struct scan *s);

/* The input has ended, and left bytes of it were not walked.  0, or -1 with
 * code 65 when a document is not complete. */
int scan_end(struct scan *s, size_t left, struct err *e);

/*
 * After SCAN_ERROR, and with the same bytes: drops the document at work up to
 * the end of the line of the error, or of the bytes when that is not there
 * (then call it again with the next).  *used as in scan_feed.  True when the
 * line has ended, and the scan goes on with a new document.
 */
bool scan_skip_line(struct scan *s, const char *bytes, size_t len,
    size_t *used);

/* Drops what the scan is at: it begins with a new document. */
void scan_reset(struct scan *s);

/* The bodies, for tests: walks with the plain one from now on. */
void scan_use_plain(struct scan *s);

#endif
