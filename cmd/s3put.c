/* s3put: any bytes in, an object on S3 out, or nothing at all. */
#include <stdlib.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/meter.h"
#include "s3/part_plan.h"
#include "s3/run.h"
#include "s3/run_config.h"

enum {
	PARALLEL = 4,		/* requests side by side, without -j: more brings
				 * nothing on one machine's line to S3 */
	PARALLEL_MAX = 64
};

#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)

/* An option's value that run_config understands, or not. */
static void
take_word(void *to, const struct args_option *option, char *value)
{
	struct err e = ERR_NONE;

	if (run_config_set(to, option->name, value, &e) != 0)
		args_fail(&e);
}

/* Modes: what is sent when an upload begins goes with both ways to begin one,
 * what makes it appear with those that publish. */
#define UPLOAD (ARGS_IN(RUN_PUT) | ARGS_IN(RUN_PREPARE))
#define PUBLISH (ARGS_IN(RUN_PUT) | ARGS_IN(RUN_COMMIT))
#define SWEEP ARGS_IN(RUN_SWEEP)
#define TO_FLAG(field) ARGS_TO_FLAG(struct run_config, field)
#define TO_TEXT(field) ARGS_TO_TEXT(struct run_config, field)
#define TO_SIZE(field, low, high) \
	ARGS_TO_SIZE(struct run_config, field, low, high)
#define TO_TIME(field, low, high) \
	ARGS_TO_TIME(struct run_config, field, low, high)
#define TO_WORD ARGS_TO_CALL(take_word)

static const struct args_option options[] = {
	ARGS_COMMON,
	ARGS_DEADLINE(ARGS_ALL),
	ARGS_EMPTY(UPLOAD),
	ARGS_MEMORY(ARGS_ALL),
	ARGS_ACCEPT(UPLOAD),
	ARGS_UPSTREAM(UPLOAD),
	{ "abort", 0, NULL, "drop prepared uploads", ARGS_ALL,
	    ARGS_TO_MODE(RUN_ABORT) },
	{ "acl", 0, "name", "a canned access control list", UPLOAD, TO_WORD,
	    .offers = OBJECT_ACLS },
	{ "cache-control", 0, "value", "the object's Cache-Control", UPLOAD,
	    TO_WORD },
	{ "checksum", 0, "name", "crc64nvme, crc32, crc32c, sha256 or none",
	    UPLOAD, TO_WORD, .offers = CHECKSUM_NAMES },
	{ "checksum-algorithm", 0, "name", "the same as --checksum", UPLOAD,
	    TO_WORD, .offers = CHECKSUM_NAMES },
	{ "commit", 0, NULL, "publish prepared uploads", ARGS_ALL,
	    ARGS_TO_MODE(RUN_COMMIT) },
	{ "content-disposition", 0, "value", "the object's Content-Disposition",
	    UPLOAD, TO_WORD },
	{ "content-encoding", 0, "value", "the object's Content-Encoding",
	    UPLOAD, TO_WORD },
	{ "content-language", 0, "value", "the object's Content-Language",
	    UPLOAD, TO_WORD },
	{ "content-type", 0, "type", "the object's Content-Type", UPLOAD,
	    TO_WORD },
	{ "dry-run", 0, NULL, "change nothing, tell what would be done",
	    UPLOAD | SWEEP, TO_FLAG(dry_run) },
	{ "dualstack", 0, NULL, "take the endpoint for IPv6 and IPv4", ARGS_ALL,
	    TO_FLAG(s3.endpoint.dualstack) },
	{ "endpoint-url", 0, "url", "where the service is", ARGS_ALL,
	    TO_TEXT(s3.endpoint.url) },
	{ "expect", 0, "n", "how many tasks --commit publishes together",
	    ARGS_IN(RUN_COMMIT), ARGS_TO_NUMBER(struct run_config, expect, 1,
	    ARRAY_MAX) },
	{ "expected-bucket-owner", 0, "id", "whose account the bucket must be",
	    ARGS_ALL, TO_WORD },
	{ "expected-size", 0, "size", "fail unless the input has this size",
	    UPLOAD, TO_SIZE(put.verify.expected, 1, UINT64_MAX) },
	{ "fips", 0, NULL, "take the endpoint with FIPS cryptography", ARGS_ALL,
	    TO_FLAG(s3.endpoint.fips) },
	{ "fixed-part-size", 0, NULL, "never let parts grow", UPLOAD,
	    TO_FLAG(put.fixed) },
	{ "if-match", 0, "etag", "only replace the object that has this",
	    PUBLISH, TO_WORD },
	{ "jobs", 'j', "n", "how many requests go side by side", ARGS_ALL,
	    ARGS_TO_NUMBER(struct run_config, put.upload.parallel, 1,
	    PARALLEL_MAX) },
	{ "metadata", 0, "name=value", "store this with the object", UPLOAD,
	    TO_WORD },
	{ "min-size", 0, "size", "fail if the input is smaller", UPLOAD,
	    TO_SIZE(put.verify.minimum, 1, UINT64_MAX) },
	{ "no-clobber", 0, NULL, "never replace an object", PUBLISH, TO_WORD },
	{ "no-overwrite", 0, NULL, "the same as --no-clobber", PUBLISH,
	    TO_WORD },
	{ "no-require-trailer", 0, NULL, "take an archive without its end",
	    UPLOAD, TO_WORD },
	{ "no-sign-request", 0, NULL, "send no signature", ARGS_ALL,
	    TO_FLAG(no_sign) },
	{ "older-than", 0, "time", "what --sweep aborts", SWEEP,
	    TO_TIME(older_than, 0, 3650 * DAY_MS) },
	{ "part-size", 0, "size", "how large the first parts are", UPLOAD,
	    TO_SIZE(put.part_size, PART_MIN, PART_MAX) },
	{ "path-style", 0, NULL, "put the bucket into the path", ARGS_ALL,
	    TO_FLAG(path_style) },
	{ "prepare", 0, NULL, "upload, and leave a receipt", ARGS_ALL,
	    ARGS_TO_MODE(RUN_PREPARE) },
	{ "profile", 0, "name", "the profile in AWS's files", ARGS_ALL,
	    TO_TEXT(profile) },
	{ "receipt", 0, "url", "where on S3 --prepare leaves its receipt",
	    ARGS_IN(RUN_PREPARE), TO_TEXT(receipt) },
	{ "receipts", 0, "url", "leave uploads of the jobs below this prefix",
	    SWEEP, TO_TEXT(spare) },
	{ "region", 0, "name", "where the bucket is", ARGS_ALL,
	    TO_TEXT(s3.endpoint.region) },
	{ "request-payer", 0, "requester", "take the costs", ARGS_ALL,
	    TO_WORD, .offers = "requester" },
	{ "require-seal", 0, NULL, "refuse input of unknown completeness",
	    UPLOAD, TO_FLAG(require_seal) },
	{ "require-trailer", 0, "[=format]", "refuse what has no archive's end",
	    UPLOAD, TO_WORD },
	{ "sha256", 0, "digest", "fail unless the input has this SHA-256",
	    UPLOAD, TO_WORD },
	{ "shard", 0, "i/n", "which task of an array this is", UPLOAD,
	    TO_WORD },
	{ "sign-payload", 0, NULL, "sign the SHA-256 of the data over TLS, too",
	    UPLOAD, TO_FLAG(s3.sign_payload) },
	{ "sse", 0, "name", "have S3 encrypt the object", UPLOAD, TO_WORD,
	    .offers = OBJECT_SSE },
	{ "sse-c-key-file", 0, "file", "encrypt with the key in this file",
	    UPLOAD | PUBLISH, TO_TEXT(sse_c_file) },
	{ "sse-kms-key-id", 0, "id", "encrypt with this key of KMS", UPLOAD,
	    TO_WORD },
	{ "storage-class", 0, "name", "the object's storage class", UPLOAD,
	    TO_WORD, .offers = OBJECT_CLASSES },
	{ "success", 0, "url", "the manifest that --commit writes last",
	    ARGS_IN(RUN_COMMIT), TO_TEXT(success) },
	{ "sweep", 0, NULL, "abort old uploads below a prefix", ARGS_ALL,
	    ARGS_TO_MODE(RUN_SWEEP) },
	{ "tag", 0, "name=value", "tag the object", UPLOAD,
	    TO_WORD },
	{ "virtual-hosted", 0, NULL, "put the bucket into the host", ARGS_ALL,
	    TO_FLAG(virtual_hosted) },
	{ 0 }
};

static const struct args_mode modes[] = {
	[RUN_PUT] = { NULL, "s3://bucket/key [file | -]", 1, 2, false },
	[RUN_PREPARE] = { "prepare", "s3://bucket/key [file | -]", 1, 2,
	    true },
	[RUN_COMMIT] = { "commit", "[receipts | - | s3://bucket/prefix/]", 0, 1, true },
	[RUN_ABORT] = { "abort", "[receipts | - | s3://bucket/prefix/]", 0, 1, true },
	[RUN_SWEEP] = { "sweep", "--older-than time s3://bucket[/prefix]",
	    1, 1, true },
};

static void
parse_args(struct run_config *c, struct args *a, int argc, char **argv)
{
	struct err e = ERR_NONE;

	*a = (struct args){ .summary = "store a stream on S3, or nothing at "
	    "all", .options = options, .modes = modes,
	    .n_modes = sizeof modes / sizeof *modes, .to = c };
	*c = (struct run_config){ .put.upload.parallel = PARALLEL };
	args_parse(a, argc, argv);
	if (run_config_finish(c, a, &e) != 0)
		args_fail(&e);
}

int
main(int argc, char **argv)
{
	struct run_config config;
	struct args a;
	struct meter meter;
	struct err e = ERR_NONE;
	bool good, hangs;
	int code;

	diag_name("s3put");
	parse_args(&config, &a, argc, argv);
	struct run r = RUN_BEGIN(&config, &meter);
	meter_begin(&meter, &a.face, &a.waits, config.mode == RUN_SWEEP ? "uploads" :
	    "parts", METER_NETWORK | (config.mode == RUN_PUT ||
	    config.mode == RUN_PREPARE ? METER_SILENT : 0));
	good = run_all(&r, &e) == 0;
	meter_rest(&meter);
	code = run_end(&r, good, &e, &hangs);
	meter_end(&meter, code);
	if (hangs)
		exit(code);
	run_config_free(&config);
	args_free(&a);
	return code;
}
