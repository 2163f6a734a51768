/*
 * request_data: what is sent with requests, in the body or in the query of the
 * URL, gathered from options that are curl's: --data, --data-urlencode, --json
 * and --url-query.
 */
#ifndef FETCH_REQUEST_DATA_H
#define FETCH_REQUEST_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* Bytes, which stay in memory.  A search is a few KiB, and what is larger is an
 * upload, which this is not made for. */
enum { REQUEST_DATA_MAX = 16 << 20 };

struct request_data {		/* zeroed: nothing */
	char *text;		/* len bytes and a NUL; owned */
	size_t len;
	bool json;		/* some of it came by request_data_json */
	bool form;		/* by request_data_encode */
};

/* Each adds value, or what is in a file, and overwrites value unless it names a
 * file.  -1 with 65 for what is too large, 74, 70. */

/* "text" or "@file", as it is, after a "&" if there is something already. */
int request_data_add(struct request_data *d, char *value, struct err *e);
/* "content", "=content", "name=content", "@file" or "name@file": the content,
 * percent-encoded (a blank is a plus), after the name; after a "&" likewise. */
int request_data_encode(struct request_data *d, char *value, struct err *e);
/* "text" or "@file", as it is, directly after what is there. */
int request_data_json(struct request_data *d, char *value, struct err *e);

/* The media type of all that, if nobody says another: JSON where that was said,
 * or where it looks so, else a form, as curl has it. */
const char *request_data_type(const struct request_data *d);

/* The URL with the data at the end of its query, for the caller to free; NULL:
 * 70. */
char *request_data_query(const struct request_data *d, const char *url,
    struct err *e);

void request_data_free(struct request_data *d);	/* wiped, too */

#endif
