/*
 * receipt: what was uploaded, as one line of JSON.
 */
#ifndef NETWORK_RECEIPT_H
#define NETWORK_RECEIPT_H

#include <stddef.h>

#include "network/endpoint.h"
#include "network/upload.h"

/*
 * {"bucket":…,"key":…,"size":…,"etag":…,"version_id":…,"parts":…,
 * "upload_id":…} and a line feed; what there is none of is null.  The caller
 * frees; NULL: no memory.
 */
char *receipt_write(const struct s3_name *name,
    const struct upload_result *result, size_t *len);

#endif
