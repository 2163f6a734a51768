/* refusal: what a server says when it gives no page and no body. */
#ifndef FETCH_REFUSAL_H
#define FETCH_REFUSAL_H

#include "base/diag.h"
#include "http/http.h"

/*
 * As http_policy_failure, and if the answer has a text, up to REFUSAL_TEXT - 1
 * bytes of it on one line: of JSON what its members error, message, errors,
 * detail, error_description or title say; of HTML the title; else its beginning.
 */
enum { REFUSAL_TEXT = 301 };
int refusal(const struct http_call *call, const char *what, struct err *e);

#endif
