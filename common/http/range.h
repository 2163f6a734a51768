/*
 * range: what the headers say about a part of a body, and whether two answers
 * are about the same one (RFC 9110 8.8, 13.1.5, 14.4).  Pure.
 */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/* Content-Range in bytes. */
struct content_range {
	bool satisfied;		/* false: the form of a 416, total only */
	int64_t first, last;	/* inclusive; first <= last < total */
	int64_t total;		/* -1: not told */
};

/* Reads the value of a Content-Range header.  False for NULL, a unit other than
 * bytes, or numbers that contradict each other. */
bool content_range_parse(const char *value, struct content_range *range);

/*
 * The value for If-Range, a fresh string for the caller to free: the ETag, if
 * it is a strong one.  Without any ETag it is Last-Modified, if that is at
 * least a minute older than Date: of two changes within one second the header
 * would not show the second.  NULL when neither is strong, or without memory.
 * Each argument may be NULL.
 */
char *range_validator(const char *etag, const char *modified,
    const char *date);

/* Do these headers of another answer carry that validator? */
bool range_same(const char *validator, const char *etag,
    const char *modified);

#endif
