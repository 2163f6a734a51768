/* getenv(3), without empty values. */
#include "base/environment.h"

#include <stdlib.h>

const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}
