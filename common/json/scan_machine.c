/*
 * scan_machine: the scanner's state machine, written once and compiled for each
 * body.
 *
 * Compiled by itself it is the plain body, with loops in plain C: what the
 * other bodies must give as well.  Those are files that include this one, and
 * before that define SCAN_TARGET, the processor it is compiled for, and the
 * inner loops:
 *
 *	name_stop(p)	the first quote, backslash or control byte from p on
 *	text_stop(p)	the same, but it may pass escapes of one letter
 *	digits_stop(p)	the first byte from p on that is no digit
 *	name_same(p, r)	whether r->text stands at p (scan_recall.h)
 *
 * After the text stand zero bytes, which stop every loop; only then is p
 * compared with the end.  The machine is one switch over the states of scan.h.
 * A case goes on to the next in the order of JSON's grammar, and a feed that
 * ends anywhere comes back in at the same case.  What happens less often is in
 * the other files of the scanner.
 */
#include "json/scan_body.h"
#include "json/scan_capture.h"
#include "json/scan_error.h"
#include "json/scan_escape.h"
#include "json/scan_lenient.h"
#include "json/scan_name.h"
#include "json/scan_projection.h"
#include "json/scan_rows.h"

#ifndef SCAN_TARGET
#define SCAN_TARGET

static inline bool
name_same(const char *p, const struct recalled *r)
{
	return projection_same(p, r->text, r->len);
}

static inline const char *
name_stop(const char *p)
{
	while (*p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

static inline const char *
digits_stop(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

#define text_stop name_stop
#define SCAN_BODY scan_plain
#define SCAN_BODY_NAME "plain"
#endif

SCAN_TARGET static inline const char *
blank(struct scan *s, const char *p)
{
	if ((unsigned char)*p > ' ')
		return p;
	if (s->uncopied != NULL)
		scan_flush(s, p);
	for (;; p++) {
		if (*p == '\n') {
			if (s->policy.lines && s->depth > 0)
				break;	/* the line ends within its document */
			s->line++;
		} else if (*p != ' ' && *p != '\r' && *p != '\t') {
			break;
		}
	}
	if (s->uncopied != NULL)
		s->uncopied = p;
	return p;
}

/* A number's text, as far as it goes; false where a digit is missing. */
SCAN_TARGET static inline bool
number(const char **at, enum scan_number *state)
{
	const char *p = *at;
	bool right = true;

	switch (*state) {
	case NUMBER_MINUS:
		if (*p == '0') {
			p++;
			*state = NUMBER_ZERO;
			goto zero;
		}
		if (*p < '1' || *p > '9') {
			right = false;
			break;
		}
		*state = NUMBER_WHOLE;
		/* fall through */
	case NUMBER_WHOLE:
		p = digits_stop(p);
		/* fall through */
	case NUMBER_ZERO:
	zero:
		if ((*p | 0x20) == 'e')
			goto exponent;
		if (*p != '.')
			break;
		p++;
		*state = NUMBER_POINT;
		/* fall through */
	case NUMBER_POINT:
		if (*p < '0' || *p > '9') {
			right = false;
			break;
		}
		*state = NUMBER_FRACTION;
		/* fall through */
	case NUMBER_FRACTION:
		p = digits_stop(p);
		if ((*p | 0x20) != 'e')
			break;
	exponent:
		p++;
		*state = NUMBER_E;
		/* fall through */
	case NUMBER_E:
		if (*p == '+' || *p == '-') {
			p++;
			*state = NUMBER_SIGN;
		}
		/* fall through */
	case NUMBER_SIGN:
		if (*p < '0' || *p > '9') {
			right = false;
			break;
		}
		*state = NUMBER_EXPONENT;
		/* fall through */
	case NUMBER_EXPONENT:
		p = digits_stop(p);
		break;
	}
	*at = p;
	return right;
}

/* The length of true, false or null at p; 0: it is cut; -1: it is not one. */
SCAN_TARGET static inline int
literal(const char *p, const char *end)
{
	const char *word = *p == 't' ? "true" : *p == 'f' ? "false" : "null";
	int len = *p == 'f' ? 5 : 4;

	if (end - p >= len)
		return memcmp(p, word, (size_t)len) == 0 ? len : -1;
	return memcmp(p, word, (size_t)(end - p)) == 0 ? 0 : -1;
}

/* Over escapes, as far as they are whole and need no second look. */
SCAN_TARGET static inline const char *
escapes(const char *p)
{
	unsigned char a, b, c, d;

	while (*p == '\\') {
		if (scan_simple[(unsigned char)p[1]]) {
			p += 2;
			continue;
		}
		if (p[1] != 'u')
			break;
		a = scan_hex[(unsigned char)p[2]];
		b = scan_hex[(unsigned char)p[3]];
		c = scan_hex[(unsigned char)p[4]];
		d = scan_hex[(unsigned char)p[5]];
		if ((a & b & c & d & 16) == 0 || ((a & 32) != 0 &&
		    ((b & 8) != 0 || a + b + c + d == 4 * 48)))
			break;
		p += 6;
	}
	return p;
}

#include "json/scan_quick.h"

SCAN_TARGET static enum scan_status
walk(struct scan *s, const char *p, const char *end, const char **stop)
{
	enum scan_state state = s->state;
	struct level *l = &s->levels[s->depth];
	const char *from;
	int n;		/* bytes; 0 or less where there are none */

	switch (state) {
	case SCAN_TOP_SCALAR:
	top_scalar:
		if (p == end)
			goto more;
		if (*p != ' ' && *p != '\n' && *p != '\r' && *p != '\t' &&
		    *p != ',' && *p != SCAN_MARK[0])
			return (void)scan_expected(s, p, "white space"),
			    SCAN_ERROR;
		state = SCAN_TOP;
		/* fall through */
	case SCAN_TOP:
	top:
		p = blank(s, p);
		if (p == end)
			goto more;
		if (*p != '{' && (n = scan_between(s, p, end)) != 0) {
			if (n < 0)
				goto more;
			p += n;
			goto top;
		}
		s->comma = false;
		s->documents++;
		s->next = s->projection->document;
		goto value;

	case SCAN_FIRST_ELEMENT:
	first_element:
		p = blank(s, p);
		if (p == end)
			goto more;
		if (*p == ']')
			goto close;
	element:
		s->next = NULL;
		if (l->node != NULL && scan_element(s, l, p) != 0)
			return SCAN_ERROR;
		goto value;

	case SCAN_FIRST_NAME:
	first_name:
		p = blank(s, p);
		if (*p == '}') {
			if (l->node != NULL && scan_empty(s, p) != 0)
				return SCAN_ERROR;
			goto close;
		}
		goto name;
	case SCAN_NAME:
	next_name:
		state = SCAN_NAME;
		p = blank(s, p);
	name:
		from = p;
		p = known_name(s, l, p);
		if (p != from)
			goto value;
		if (*p != '"') {
			if (p == end)
				goto more;
			return (void)scan_expected(s, p, state == SCAN_NAME ?
			    "a member's name" : "a member's name or '}'"),
			    SCAN_ERROR;
		}
		s->name = ++p;
		s->escaped = false;
		state = SCAN_NAME_TEXT;
		/* fall through */
	case SCAN_NAME_TEXT:
		for (;;) {
			p = name_stop(p);
			if (*p == '"')
				break;
			if (*p != '\\')
				goto string_cut;
			s->escaped = true;
			p = escapes(p);
			if (*p != '\\')
				continue;
			n = scan_escape(s, p, end);
			if (n <= 0)
				goto escape_cut;
			p += n;
		}
		if (member(s, l, p) != 0)
			return SCAN_ERROR;
		p++;
		state = SCAN_COLON;
		/* fall through */
	case SCAN_COLON:
		p = blank(s, p);
		if (*p != ':') {
			if (p == end)
				goto more;
			return (void)scan_expected(s, p, "':'"), SCAN_ERROR;
		}
		p++;
		new_name(s, l, p);
		/* fall through */
	case SCAN_VALUE:
	value:
		state = SCAN_VALUE;
		p = blank(s, p);
		switch (*p) {
		case '"':
			if (s->next != NULL && begin(s, p) != 0)
				return SCAN_ERROR;
			p++;
			goto text;
		case '{':
			if (scan_open(s, p, true) != 0)
				return SCAN_ERROR;
			l = &s->levels[s->depth];
			p++;
			state = SCAN_FIRST_NAME;
			goto first_name;
		case '[':
			if (scan_open(s, p, false) != 0)
				return SCAN_ERROR;
			l = &s->levels[s->depth];
			p++;
			state = SCAN_FIRST_ELEMENT;
			goto first_element;
		case '-':
			if (s->policy.nan != SCAN_NAN_ERROR && (p[1] == 'I' ||
			    p + 1 == end))
				goto not_a_number;
			if (s->next != NULL && begin(s, p) != 0)
				return SCAN_ERROR;
			p++;
			s->number = NUMBER_MINUS;
			goto number;
		case '0': case '1': case '2': case '3': case '4':
		case '5': case '6': case '7': case '8': case '9':
			if (s->next != NULL && begin(s, p) != 0)
				return SCAN_ERROR;
			s->number = *p == '0' ? NUMBER_ZERO : NUMBER_WHOLE;
			p++;
			goto number;
		case 't': case 'f': case 'n':
			n = literal(p, end);
			if (n == 0)
				goto more;
			if (n < 0)
				return (void)scan_expected(s, p, "a value"),
				    SCAN_ERROR;
			if (s->next != NULL && begin(s, p) != 0)
				return SCAN_ERROR;
			p += n;
			goto scalar_done;
		default:
			if (p == end)
				goto more;
			if (*p != 'N' && *p != 'I')
				return (void)scan_expected(s, p, s->depth > 0 &&
				    !l->object && l->index == 0 ?
				    "a value or ']'" : "a value"), SCAN_ERROR;
		not_a_number:
			n = scan_nan(s, p, end);
			if (n == 0)
				goto more;
			if (n < 0)
				return SCAN_ERROR;
			p += n;
			goto scalar_done;
		}

	case SCAN_TEXT:
	text:
		state = SCAN_TEXT;
		for (;;) {
			p = text_stop(p);
			if (*p == '"')
				break;
			if (*p != '\\')
				goto string_cut;
			p = escapes(p);
			if (*p != '\\')
				continue;
			n = scan_escape(s, p, end);
			if (n <= 0)
				goto escape_cut;
			p += n;
		}
		p++;
		goto scalar_done;

	case SCAN_NUMBER:
	number:
		state = SCAN_NUMBER;
		if (!number(&p, &s->number)) {
			if (p == end)
				goto more;
			return (void)scan_expected(s, p, "a digit"),
			    SCAN_ERROR;
		}
		if (p == end)
			goto more;
		/* fall through */
	scalar_done:
		if (s->depth == s->capture_depth && captured(s, p) != 0)
			return SCAN_ERROR;
		if (s->depth == 0) {
			state = SCAN_TOP_SCALAR;
			goto top_scalar;
		}
		/* fall through */
	case SCAN_AFTER:
	after:
		state = SCAN_AFTER;
		p = blank(s, p);
		if (*p == ',') {
			p++;
			if (l->object)
				goto next_name;
			l->index++;
			goto element;
		}
		if (*p != (l->object ? '}' : ']')) {
			if (p == end)
				goto more;
			return (void)scan_expected(s, p, l->object ?
			    "',' or '}'" : "',' or ']'"), SCAN_ERROR;
		}
	close:
		p++;
		s->depth--;
		if (s->depth == s->capture_depth && captured(s, p) != 0)
			return SCAN_ERROR;
		if (l->node != NULL)
			l->node->to = scan_position(s);
		if (l->record) {
			if (s->in_header && scan_header(s, p) != 0)
				return SCAN_ERROR;
			else if (s->in_record)
				scan_record_end(s);
			if (batch_full(s->batch)) {
				s->state = s->depth == 0 ? SCAN_TOP :
				    SCAN_AFTER;
				*stop = p;
				return SCAN_FULL;
			}
		}
		l--;
		if (s->depth > 0)
			goto after;
		state = SCAN_TOP;
		goto top;
	}

string_cut:
	if (p != end)
		return (void)scan_expected(s, p, "no control character in a "
		    "string"), SCAN_ERROR;
	goto more;
escape_cut:
	if (n < 0)
		return SCAN_ERROR;
more:
	s->state = state;
	*stop = p;
	return SCAN_MORE;
}

const struct scan_body SCAN_BODY = { SCAN_BODY_NAME, walk };
