/* s3put: any bytes in, an object on S3 out, or nothing at all. */
#include <stdlib.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/stop.h"
#include "aws/creds.h"
#include "s3/sse_c.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "s3/object.h"
#include "s3/part_plan.h"
#include "s3/put.h"
#include "s3/s3_client.h"
#include "s3/commit.h"
#include "aws/config.h"
#include "s3/abort_stale.h"
#include "s3/target.h"

enum {
	PARALLEL = 4,		/* requests side by side, without -j: more brings
				 * nothing on one machine's line to S3 */
	PARALLEL_MAX = 64,
	SIGNAL_EXIT = 128	/* and the signal: as shells report it */
};

enum mode { MODE_PUT, MODE_PREPARE, MODE_COMMIT, MODE_ABORT, MODE_SWEEP };

#define BUDGET ((uint64_t)40 << 20)	/* bytes, without -m */
#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)

struct options {
	enum mode mode;
	struct s3_name name;
	struct object object;
	struct aws_config aws;
	struct s3_config s3;		/* all but name and stop */
	struct put_config put;		/* what is not said elsewhere here */
	uint64_t deadline, older_than;	/* ms */
	const char *profile;
	bool checksum, dry_run, no_sign, require_seal;
	bool path_style, virtual_hosted;
	bool trailer;			/* what is required of it was said */
};

/* What one run works with. */
struct job {
	const struct options *o;
	struct output out;
	struct stop stop;
	struct creds *creds;
	struct s3_config s3;
	struct put put;
	struct meter meter;
	bool unknown;			/* an object may be stored, or not */
};

/* Options. */

static void
must(int rc, const struct err *e)
{
	if (rc != 0)
		args_fail(e);
}

/* What is stored with the object, by the option's name. */
static void
take_header(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	must(object_set(&o->object, option->name, value != NULL ? value : "*",
	    &e), &e);
}

static void
take_metadata(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	must(object_add_metadata(&o->object, value, &e), &e);
}

static void
take_tag(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	must(object_add_tag(&o->object, value, &e), &e);
}

static void
take_sse_c(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	if (sse_c_read(&o->object, value, &e) != 0)
		args_fail(&e);
	o->s3.secret = true;
}

static void
take_checksum(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	if (!checksum_parse(value, &o->put.upload.kind))
		args_wrong("--checksum is crc64nvme, crc32, crc32c, sha256 or "
		    "none, not '%s'", value);
	o->checksum = true;
}

static void
take_no_trailer(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	(void)value;
	o->put.verify.trailer = TRAILER_NONE;
	o->trailer = true;
}

static void
take_trailer(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	o->put.verify.trailer = TRAILER_ANY;
	if (value != NULL && !trailer_parse(value, &o->put.verify.trailer))
		args_wrong("--require-trailer is zip, gzip or zstd, not '%s'",
		    value);
	o->trailer = true;
}

static void
take_sha256(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	if (hex_read(value, o->put.verify.sha256, SHA256_SIZE) != 0)
		args_wrong("--sha256: '%s' is not 64 hexadecimal digits",
		    value);
	o->put.verify.hashed = true;
}

/* Modes: what is sent when an upload begins goes with both ways to begin one,
 * what makes it appear with those that publish. */
#define UPLOAD (ARGS_IN(MODE_PUT) | ARGS_IN(MODE_PREPARE))
#define PUBLISH (ARGS_IN(MODE_PUT) | ARGS_IN(MODE_COMMIT))
#define SWEEP ARGS_IN(MODE_SWEEP)
#define TO_FLAG(field) ARGS_TO_FLAG(struct options, field)
#define TO_TEXT(field) ARGS_TO_TEXT(struct options, field)
#define TO_SIZE(field, low, high) \
	ARGS_TO_SIZE(struct options, field, low, high)
#define TO_TIME(field, low, high) \
	ARGS_TO_TIME(struct options, field, low, high)
#define TO_HEADER ARGS_TO_CALL(take_header)

static const struct args_option options[] = {
	ARGS_COMMON,
	ARGS_EMPTY(UPLOAD),
	ARGS_MEMORY(ARGS_ALL),
	ARGS_ACCEPT(UPLOAD),
	ARGS_UPSTREAM(UPLOAD),
	{ "abort", 0, NULL, "drop prepared uploads", ARGS_ALL,
	    ARGS_TO_MODE(MODE_ABORT) },
	{ "acl", 0, "name", "a canned access control list", UPLOAD, TO_HEADER },
	{ "cache-control", 0, "value", "the object's Cache-Control", UPLOAD,
	    TO_HEADER },
	{ "checksum", 0, "name", "crc64nvme, crc32, crc32c, sha256 or none",
	    UPLOAD, ARGS_TO_CALL(take_checksum) },
	{ "commit", 0, NULL, "publish prepared uploads", ARGS_ALL,
	    ARGS_TO_MODE(MODE_COMMIT) },
	{ "content-disposition", 0, "value", "the object's Content-Disposition",
	    UPLOAD, TO_HEADER },
	{ "content-encoding", 0, "value", "the object's Content-Encoding",
	    UPLOAD, TO_HEADER },
	{ "content-language", 0, "value", "the object's Content-Language",
	    UPLOAD, TO_HEADER },
	{ "content-type", 0, "type", "the object's Content-Type", UPLOAD,
	    TO_HEADER },
	{ "deadline", 0, "time", "give up after this time", ARGS_ALL,
	    TO_TIME(deadline, 1, 365 * DAY_MS) },
	{ "dry-run", 0, NULL, "change nothing, tell what would be done",
	    UPLOAD | SWEEP, TO_FLAG(dry_run) },
	{ "dualstack", 0, NULL, "take the endpoint for IPv6 and IPv4", ARGS_ALL,
	    TO_FLAG(s3.endpoint.dualstack) },
	{ "endpoint-url", 0, "url", "where the service is", ARGS_ALL,
	    TO_TEXT(s3.endpoint.url) },
	{ "expected-bucket-owner", 0, "id", "whose account the bucket must be",
	    ARGS_ALL, TO_HEADER },
	{ "expected-size", 0, "size", "fail unless the input has this size",
	    UPLOAD, TO_SIZE(put.verify.expected, 1, UINT64_MAX) },
	{ "fips", 0, NULL, "take the endpoint with FIPS cryptography", ARGS_ALL,
	    TO_FLAG(s3.endpoint.fips) },
	{ "fixed-part-size", 0, NULL, "never let parts grow", UPLOAD,
	    TO_FLAG(put.fixed) },
	{ "if-match", 0, "etag", "only replace the object that has this",
	    PUBLISH, TO_HEADER },
	{ "jobs", 'j', "n", "how many requests go side by side", ARGS_ALL,
	    ARGS_TO_NUMBER(struct options, put.upload.parallel, 1,
	    PARALLEL_MAX) },
	{ "metadata", 0, "name=value", "store this with the object", UPLOAD,
	    ARGS_TO_CALL(take_metadata) },
	{ "min-size", 0, "size", "fail if the input is smaller", UPLOAD,
	    TO_SIZE(put.verify.minimum, 1, UINT64_MAX) },
	{ "no-clobber", 0, NULL, "never replace an object", PUBLISH, TO_HEADER },
	{ "no-require-trailer", 0, NULL, "take an archive without its end",
	    UPLOAD, ARGS_TO_CALL(take_no_trailer) },
	{ "no-sign-request", 0, NULL, "send no signature", ARGS_ALL,
	    TO_FLAG(no_sign) },
	{ "older-than", 0, "time", "what --sweep aborts", SWEEP,
	    TO_TIME(older_than, 0, 3650 * DAY_MS) },
	{ "part-size", 0, "size", "how large the first parts are", UPLOAD,
	    TO_SIZE(put.part_size, PART_MIN, PART_MAX) },
	{ "path-style", 0, NULL, "put the bucket into the path", ARGS_ALL,
	    TO_FLAG(path_style) },
	{ "prepare", 0, NULL, "upload, and leave a receipt", ARGS_ALL,
	    ARGS_TO_MODE(MODE_PREPARE) },
	{ "profile", 0, "name", "the profile in AWS's files", ARGS_ALL,
	    TO_TEXT(profile) },
	{ "region", 0, "name", "where the bucket is", ARGS_ALL,
	    TO_TEXT(s3.endpoint.region) },
	{ "request-payer", 0, "requester", "take the costs", ARGS_ALL,
	    TO_HEADER },
	{ "require-seal", 0, NULL, "refuse input of unknown completeness",
	    UPLOAD, TO_FLAG(require_seal) },
	{ "require-trailer", 0, "[=format]", "refuse what has no archive's end",
	    UPLOAD, ARGS_TO_CALL(take_trailer) },
	{ "sha256", 0, "digest", "fail unless the input has this SHA-256",
	    UPLOAD, ARGS_TO_CALL(take_sha256) },
	{ "sse", 0, "name", "have S3 encrypt the object", UPLOAD, TO_HEADER },
	{ "sse-c-key-file", 0, "file", "encrypt with the key in this file",
	    UPLOAD | PUBLISH, ARGS_TO_CALL(take_sse_c) },
	{ "sse-kms-key-id", 0, "id", "encrypt with this key of KMS", UPLOAD,
	    TO_HEADER },
	{ "storage-class", 0, "name", "the object's storage class", UPLOAD,
	    TO_HEADER },
	{ "sweep", 0, NULL, "abort old uploads below a prefix", ARGS_ALL,
	    ARGS_TO_MODE(MODE_SWEEP) },
	{ "tag", 0, "name=value", "tag the object", UPLOAD,
	    ARGS_TO_CALL(take_tag) },
	{ "virtual-hosted", 0, NULL, "put the bucket into the host", ARGS_ALL,
	    TO_FLAG(virtual_hosted) },
	{ 0 }
};

static const struct args_mode modes[] = {
	[MODE_PUT] = { NULL, "s3://bucket/key [file | -]", 1, 2, false },
	[MODE_PREPARE] = { "prepare", "s3://bucket/key [file | -]", 1, 2,
	    true },
	[MODE_COMMIT] = { "commit", "[receipts | -]", 0, 1, true },
	[MODE_ABORT] = { "abort", "[receipts | -]", 0, 1, true },
	[MODE_SWEEP] = { "sweep", "--older-than time s3://bucket[/prefix]",
	    1, 1, true },
};

/* What the options leave open, the environment and the profile say. */
static void
finish_config(struct options *o)
{
	struct aws_config *set = &o->aws;
	struct endpoint_config *to = &o->s3.endpoint;
	struct err e = ERR_NONE;

	if (aws_config_read(set, o->profile, &e) != 0)
		args_fail(&e);
	if (to->url == NULL)
		to->url = set->endpoint_url;
	if (to->region == NULL)
		to->region = set->region;
	if (o->path_style && o->virtual_hosted)
		args_wrong("--path-style and --virtual-hosted exclude each "
		    "other");
	to->style = o->path_style ? ENDPOINT_PATH : o->virtual_hosted ?
	    ENDPOINT_VIRTUAL : set->style;
	to->dualstack |= set->dualstack;
	to->fips |= set->fips;
	o->s3.ca_file = set->ca_file;
	o->s3.attempts = set->attempts;
	if (!o->checksum)
		o->put.upload.kind = set->checksums ? CHECKSUM_CRC64NVME :
		    CHECKSUM_NONE;
}

/* An upload's options together. */
static void
finish_upload(struct options *o, const struct args *a)
{
	struct put_config *c = &o->put;
	struct err e = ERR_NONE;

	c->input = a->input;
	c->input.operand = a->n_operands > 1 ? a->operands[1] : NULL;
	c->input.require_seal = o->require_seal;
	must(target_parse(&o->name, a->operands[0], c->input.operand,
	    a->face.allow_empty, &e), &e);
	must(object_finish(&o->object, o->name.key, &e), &e);
	c->memory = a->face.memory != 0 ? a->face.memory : BUDGET;
	c->quiet = a->face.quiet;
	c->upload.allow_empty = a->face.allow_empty;
	c->upload.prepare = o->mode == MODE_PREPARE;
	c->upload.object = &o->object;
	if (c->upload.prepare && c->upload.kind == CHECKSUM_SHA256)
		args_wrong("--prepare takes a CRC as --checksum");
	if (!o->trailer)
		c->verify.trailer = trailer_of_name(o->name.key);
}

/* What the options mean together. */
static void
finish_options(struct options *o, const struct args *a)
{
	struct err e = ERR_NONE;

	if (o->mode == MODE_PUT || o->mode == MODE_PREPARE)
		finish_upload(o, a);
	else
		must(object_finish(&o->object, NULL, &e), &e);
	if (o->mode == MODE_SWEEP) {
		if (!args_given(a, "older-than"))
			args_wrong("--sweep needs --older-than");
		must(s3_name_parse_prefix(&o->name, a->operands[0], &e), &e);
	}
	if (o->deadline != 0)
		o->s3.deadline = meter_now() + (int64_t)o->deadline;
	o->s3.connections = o->put.upload.parallel;
	o->s3.verbose = a->face.verbose;
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	*a = (struct args){ .summary = "store a stream on S3, or nothing at "
	    "all", .options = options, .modes = modes,
	    .n_modes = sizeof modes / sizeof *modes, .to = o };
	*o = (struct options){ .put.upload.parallel = PARALLEL };
	args_parse(a, argc, argv);
	o->mode = a->mode;
	finish_config(o);
	finish_options(o, a);
}

/* Stages. */

static int
start(struct job *j, struct err *e)
{
	const struct options *o = j->o;
	struct endpoint_config sts = o->s3.endpoint;
	const struct creds_config config = { .profile = &o->aws.profile,
		.sts = &sts, .ca_file = o->aws.ca_file, .stop = &j->stop };

	sts.url = o->aws.sts_url;
	j->s3 = o->s3;
	j->s3.name = &o->name;
	j->s3.stop = &j->stop;
	if (stop_open(&j->stop, e) != 0)
		return -1;
	stop_at(&j->stop, o->s3.deadline);
	if (output_open(&j->out, j->stop.fd, e) != 0)
		return -1;
	if (o->no_sign)
		return 0;
	return (j->creds = creds_open(&config, e)) == NULL ? -1 : 0;
}

static int
store(struct job *j, struct err *e)
{
	struct put_config config = j->o->put;

	config.s3 = j->s3;
	config.creds = j->creds;
	if (put_open(&j->put, &config, &j->meter, e) != 0)
		return -1;
	return j->o->dry_run ? put_rehearse(&j->put, &j->out, e) :
	    put_run(&j->put, &j->out, e);
}

static int
settle(struct job *j, const struct args *a, struct err *e)
{
	const struct commit phase = { .s3 = j->s3, .creds = j->creds,
		.object = &j->o->object, .commit = j->o->mode == MODE_COMMIT,
		.receipts = a->face.quiet ? NULL : &j->out };
	struct input in = { .fd = -1 };
	struct input_how how = a->input;
	int rc;

	how.operand = a->n_operands > 0 ? a->operands[0] : NULL;
	how.stop = j->stop.fd;
	rc = input_open(&in, &how, e);
	if (rc != 0)
		stop_check(&j->stop, e);
	else
		rc = commit_run(&phase, &in, &j->unknown, e);
	input_close(&in);
	if (rc == 0 && (rc = output_finish(&j->out, e)) != 0 && phase.commit)
		err_prefix(e, "everything was stored, but there is no receipt");
	return rc;
}

static int
sweep(struct job *j, const struct args *a, struct err *e)
{
	const struct abort_stale w = { .s3 = j->s3, .creds = j->creds,
		.object = &j->o->object, .dry_run = j->o->dry_run,
		.older_than = (int64_t)(j->o->older_than / 1000),
		.parallel = j->o->put.upload.parallel,
		.out = a->face.quiet ? NULL : &j->out, .meter = &j->meter };

	return abort_stale_run(&w, e) != 0 ? -1 : output_finish(&j->out, e);
}

static int
run(struct job *j, const struct args *a, struct err *e)
{
	if (start(j, e) != 0)
		return -1;
	switch (j->o->mode) {
	case MODE_PUT:
	case MODE_PREPARE:
		return store(j, e);
	case MODE_COMMIT:
	case MODE_ABORT:
		return settle(j, a, e);
	case MODE_SWEEP:
		break;
	}
	return sweep(j, a, e);
}

static int
stop(struct job *j, bool good, const struct err *e)
{
	int code = good ? EXIT_DONE : (int)diag_report(e);

	if (!good) {
		put_undo(&j->put);
		output_fail(&j->out, e->code);
		j->unknown |= put_unknown(&j->put);
		if (stop_poll(&j->stop) > 0 && !j->unknown)
			code = SIGNAL_EXIT + j->stop.signal;
	}
	if (!put_close(&j->put)) {
		meter_end(&j->meter, good);
		exit(code);
	}
	creds_close(j->creds);
	stop_close(&j->stop);
	meter_end(&j->meter, good);
	return code;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct args a;
	struct err e = ERR_NONE;
	bool good;
	int code;

	diag_name("s3put");
	parse_args(&o, &a, argc, argv);
	struct job j = { .o = &o, .out.fd = 1, .stop.fd = -1 };
	meter_begin(&j.meter, &a.face, o.mode == MODE_SWEEP ? "uploads" :
	    "parts");
	good = run(&j, &a, &e) == 0;
	code = stop(&j, good, &e);
	object_free(&o.object);
	s3_name_free(&o.name);
	aws_config_free(&o.aws);
	args_free(&a);
	return code;
}
