/* projection_private: what the files of projection share. */
#ifndef JSON_PROJECTION_PRIVATE_H
#define JSON_PROJECTION_PRIVATE_H

#include "json/projection.h"

/* Frees a node alone, without those below it; NULL is fine. */
void projection_free_node(struct node *n);

#endif
