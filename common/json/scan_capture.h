/*
 * scan_capture: copies what is selected of a record into the scan's batch.
 *
 * A capture begins and ends where its value does.  While one is open, all bytes
 * belong to it: those from s->uncopied on are not in the batch yet.  A value
 * within a captured one is a capture, too; its text is in the batch as a piece
 * of the outer one's, and is copied once more, after it, when that ends.  White
 * space between tokens is not copied.
 *
 * A record that exceeds its limit is an error at the byte where it does so,
 * wherever the fed bytes end: s->over says that it has, and is looked at when
 * the outermost value or the fed bytes end, and before any other error is
 * reported.  All that return int give 0, or -1 with the error in s->e.
 */
#ifndef JSON_SCAN_CAPTURE_H
#define JSON_SCAN_CAPTURE_H

#include <stdint.h>

#include "json/scan.h"

/* s->capture_depth, when nothing is captured. */
#define SCAN_NO_DEPTH SIZE_MAX

/* A record begins at p; it has ended, and counts. */
void scan_record(struct scan *s, const char *p);
void scan_record_end(struct scan *s);

/* The value that begins at p is n's, and one of its leaves gets it. */
int scan_capture(struct scan *s, const char *p, const struct node *n,
    uint32_t leaf);
/* The captures of the innermost value that has any end before p. */
int scan_captured(struct scan *s, const char *p);
/* Copies what is captured up to p; the capture goes on from there. */
void scan_flush(struct scan *s, const char *p);

/* Copies the text in place of the len bytes at p, where something is captured. */
void scan_substitute(struct scan *s, const char *p, const char *text,
    size_t len);

/* Puts a leaf with a text, which ends in a line feed; nothing is captured. */
int scan_add(struct scan *s, const char *p, const char *text, size_t len,
    uint32_t leaf);

/* Puts a leaf that has no text after what is there (see batch.h); p is where
 * the walk stands. */
int scan_note(struct scan *s, const char *p, uint32_t leaf);
/* The value {} that ends with the byte at p is that of n, a leaf. */
int scan_note_empty(struct scan *s, const char *p, const struct node *n);
/* Where the next leaf will stand in the batch, once all captures have ended. */
static inline size_t
scan_position(const struct scan *s)
{
	return batch_leaves(s->batch) + (s->uncopied != NULL ? 1 + s->done.n : 0);
}

/* What this record, or element, gave for the leaves at and below n counts no
 * longer.  It takes time for those that were given, not for all there are. */
int scan_clear(struct scan *s, const char *p, const struct node *n);

#endif
