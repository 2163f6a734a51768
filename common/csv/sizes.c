/*
 * sizes: the default.
 *
 * A block fits a core's cache.  A batch has half of a block's text at most, so
 * that its rows fit the window unless they are quoted throughout, and no more
 * records and leaves than go with that.  A larger window or batch takes more
 * memory for each thread (see json2csv(1)), and gains nothing.
 */
#include "csv/sizes.h"

const struct sizes sizes_default = {
	.block = 256 * 1024,
	.batch = { .text = 128 * 1024, .leaves = 32 * 1024, .records = 4096,
	    .kept = 256 * 1024 },
	.window = 256 * 1024,
	.kept = 64 * 1024,
};
