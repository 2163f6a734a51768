/* s3put: any bytes in, an object on S3 out, or nothing at all. */
#include <stdlib.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/stop.h"
#include "aws/creds.h"
#include "s3/customer_key.h"
#include "base/hash.h"
#include "s3/object.h"
#include "s3/part_plan.h"
#include "s3/put.h"
#include "s3/s3.h"
#include "s3/second_phase.h"
#include "aws/settings.h"
#include "s3/sweep.h"

static const char usage[] =
    "usage: s3put [-hpqVv] [-j n] [-m size] [--acl name] [--allow-empty]\n"
    "             [--cache-control value] [--checksum name]\n"
    "             [--content-disposition value] [--content-encoding value]\n"
    "             [--content-language value] [--content-type type]\n"
    "             [--deadline time] [--dry-run] [--dualstack]\n"
    "             [--endpoint-url url] [--expected-bucket-owner id]\n"
    "             [--expected-size size] [--fips] [--fixed-part-size]\n"
    "             [--if-match etag] [--metadata name=value] [--min-size size]\n"
    "             [--no-clobber] [--no-require-trailer] [--no-sign-request]\n"
    "             [--part-size size] [--path-style] [--prepare] [--profile name]\n"
    "             [--region name] [--request-payer requester] [--require-seal]\n"
    "             [--require-trailer[=format]] [--sha256 digest] [--sse name]\n"
    "             [--sse-c-key-file file] [--sse-kms-key-id id] [--stats]\n"
    "             [--storage-class name] [--tag name=value] s3://bucket/key\n"
    "             [file | -] [--from command ...]\n"
    "       s3put --commit [options] [receipts | -]\n"
    "       s3put --abort [options] [receipts | -]\n"
    "       s3put --sweep --older-than time [options] s3://bucket[/prefix]\n";

enum { OPT_ABORT = ARGS_LONG, OPT_CHECKSUM, OPT_COMMIT, OPT_DEADLINE,
	OPT_DRY_RUN, OPT_DUALSTACK, OPT_ENDPOINT, OPT_EXPECTED_SIZE, OPT_FIPS,
	OPT_FIXED, OPT_METADATA, OPT_MIN_SIZE, OPT_NO_CLOBBER,
	OPT_NO_REQUIRE_TRAILER, OPT_NO_SIGN, OPT_OLDER_THAN, OPT_PART_SIZE,
	OPT_PATH_STYLE, OPT_PREPARE, OPT_PROFILE, OPT_REGION,
	OPT_REQUIRE_SEAL, OPT_REQUIRE_TRAILER, OPT_SHA256, OPT_SSE_C,
	OPT_SWEEP, OPT_TAG,
	/* from here on: headers of the object, by the option's name */
	OPT_OBJECT, OPT_ACL = OPT_OBJECT, OPT_CACHE_CONTROL,
	OPT_CONTENT_DISPOSITION, OPT_CONTENT_ENCODING, OPT_CONTENT_LANGUAGE,
	OPT_CONTENT_TYPE, OPT_EXPECTED_BUCKET_OWNER, OPT_IF_MATCH,
	OPT_REQUEST_PAYER, OPT_SSE, OPT_SSE_KMS_KEY_ID, OPT_STORAGE_CLASS };

static const struct option longs[] = {
	{ "abort", no_argument, NULL, OPT_ABORT },
	{ "acl", required_argument, NULL, OPT_ACL },
	{ "cache-control", required_argument, NULL, OPT_CACHE_CONTROL },
	{ "checksum", required_argument, NULL, OPT_CHECKSUM },
	{ "commit", no_argument, NULL, OPT_COMMIT },
	{ "content-disposition", required_argument, NULL,
	    OPT_CONTENT_DISPOSITION },
	{ "content-encoding", required_argument, NULL, OPT_CONTENT_ENCODING },
	{ "content-language", required_argument, NULL, OPT_CONTENT_LANGUAGE },
	{ "content-type", required_argument, NULL, OPT_CONTENT_TYPE },
	{ "deadline", required_argument, NULL, OPT_DEADLINE },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "dualstack", no_argument, NULL, OPT_DUALSTACK },
	{ "endpoint-url", required_argument, NULL, OPT_ENDPOINT },
	{ "expected-bucket-owner", required_argument, NULL,
	    OPT_EXPECTED_BUCKET_OWNER },
	{ "expected-size", required_argument, NULL, OPT_EXPECTED_SIZE },
	{ "fips", no_argument, NULL, OPT_FIPS },
	{ "fixed-part-size", no_argument, NULL, OPT_FIXED },
	{ "if-match", required_argument, NULL, OPT_IF_MATCH },
	{ "jobs", required_argument, NULL, 'j' },
	{ "metadata", required_argument, NULL, OPT_METADATA },
	{ "min-size", required_argument, NULL, OPT_MIN_SIZE },
	{ "no-clobber", no_argument, NULL, OPT_NO_CLOBBER },
	{ "no-require-trailer", no_argument, NULL, OPT_NO_REQUIRE_TRAILER },
	{ "no-sign-request", no_argument, NULL, OPT_NO_SIGN },
	{ "older-than", required_argument, NULL, OPT_OLDER_THAN },
	{ "part-size", required_argument, NULL, OPT_PART_SIZE },
	{ "path-style", no_argument, NULL, OPT_PATH_STYLE },
	{ "prepare", no_argument, NULL, OPT_PREPARE },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "region", required_argument, NULL, OPT_REGION },
	{ "request-payer", required_argument, NULL, OPT_REQUEST_PAYER },
	{ "require-seal", no_argument, NULL, OPT_REQUIRE_SEAL },
	{ "require-trailer", optional_argument, NULL, OPT_REQUIRE_TRAILER },
	{ "sha256", required_argument, NULL, OPT_SHA256 },
	{ "sse", required_argument, NULL, OPT_SSE },
	{ "sse-c-key-file", required_argument, NULL, OPT_SSE_C },
	{ "sse-kms-key-id", required_argument, NULL, OPT_SSE_KMS_KEY_ID },
	{ "storage-class", required_argument, NULL, OPT_STORAGE_CLASS },
	{ "sweep", no_argument, NULL, OPT_SWEEP },
	{ "tag", required_argument, NULL, OPT_TAG },
	{ 0 }
};

enum { PARALLEL = 4, PARALLEL_MAX = 64, SIGNAL_EXIT = 128 };

enum mode { MODE_PUT, MODE_PREPARE, MODE_COMMIT, MODE_ABORT, MODE_SWEEP };

/* By its option, and which headers its requests carry. */
static const struct { const char *name; int use; } modes[] = {
	[MODE_PUT] = { NULL, OBJECT_FIRST | OBJECT_LAST | OBJECT_ALL |
	    OBJECT_BYTES },
	[MODE_PREPARE] = { "prepare", OBJECT_FIRST | OBJECT_ALL |
	    OBJECT_BYTES },
	[MODE_COMMIT] = { "commit", OBJECT_LAST | OBJECT_ALL },
	[MODE_ABORT] = { "abort", OBJECT_ALL },
	[MODE_SWEEP] = { "sweep", OBJECT_ALL },
};

#define BUDGET ((uint64_t)40 << 20)
#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)

struct options {
	enum mode mode;
	struct s3_name name;
	struct object object;
	struct settings settings;
	struct s3_config s3;		/* all but name and stop */
	struct put_config put;		/* what is not said elsewhere here */
	uint64_t older_than;		/* ms */
	const char *profile;
	bool checksum, dry_run, no_sign;
	bool aged;			/* --older-than was given */
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
};

/* Options. */

static void
set_mode(struct options *o, struct args *a, enum mode mode)
{
	if (o->mode != MODE_PUT)
		args_wrong("--prepare, --commit, --abort and --sweep exclude "
		    "each other");
	o->mode = mode;
	if (mode == MODE_COMMIT || mode == MODE_ABORT)
		a->min_operands = 0;
	if (mode != MODE_PREPARE)
		a->max_operands = 1;
}

static void
must(int rc, const struct err *e)
{
	if (rc != 0)
		args_fail(e);
}

/* Flags, texts and sizes have a place; false: it is none of them. */
static bool
take_plain(struct options *o, int opt)
{
	const struct { int opt; bool *at; } flags[] = {
		{ OPT_DRY_RUN, &o->dry_run },
		{ OPT_DUALSTACK, &o->s3.endpoint.dualstack },
		{ OPT_FIPS, &o->s3.endpoint.fips },
		{ OPT_FIXED, &o->put.fixed },
		{ OPT_NO_SIGN, &o->no_sign },
		{ OPT_PATH_STYLE, &o->s3.endpoint.path_style },
		{ OPT_REQUIRE_SEAL, &o->put.require_seal },
	};
	const struct { int opt; const char **at; } texts[] = {
		{ OPT_ENDPOINT, &o->s3.endpoint.url },
		{ OPT_PROFILE, &o->profile },
		{ OPT_REGION, &o->s3.endpoint.region },
	};
	const struct { int opt; const char *name; uint64_t *at, min, max; }
	    sizes[] = {
		{ OPT_EXPECTED_SIZE, "--expected-size",
		    &o->put.verify.expected, 1, UINT64_MAX },
		{ OPT_MIN_SIZE, "--min-size", &o->put.verify.minimum, 1,
		    UINT64_MAX },
		{ OPT_PART_SIZE, "--part-size", &o->put.part_size, PART_MIN,
		    PART_MAX },
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].opt == opt)
			return *flags[i].at = true;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].opt == opt)
			return (*texts[i].at = optarg) != NULL;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (sizes[i].opt == opt)
			return (*sizes[i].at = args_size(sizes[i].name, optarg,
			    sizes[i].min, sizes[i].max)) != 0;
	return false;
}

/* What is stored with the object; false: it is not about that. */
static bool
take_object(struct options *o, int opt)
{
	struct err e = ERR_NONE;
	unsigned i;

	if (opt == OPT_METADATA) {
		must(object_add_metadata(&o->object, optarg, &e), &e);
	} else if (opt == OPT_TAG) {
		must(object_add_tag(&o->object, optarg, &e), &e);
	} else if (opt == OPT_NO_CLOBBER) {
		must(object_set(&o->object, "no-clobber", "*", &e), &e);
	} else if (opt == OPT_SSE_C) {
		if (customer_key_read(&o->object, optarg, &e) != 0)
			args_fail(&e);
		o->s3.secret = true;
	} else if (opt >= OPT_OBJECT) {
		for (i = 0; longs[i].val != opt; i++)
			continue;
		must(object_set(&o->object, longs[i].name, optarg, &e), &e);
	} else {
		return false;
	}
	return true;
}

/* What the input must be; false: it is not about that. */
static bool
take_check(struct options *o, int opt)
{
	struct verify_config *v = &o->put.verify;

	switch (opt) {
	case OPT_NO_REQUIRE_TRAILER:
		v->trailer = TRAILER_NONE;
		break;
	case OPT_REQUIRE_TRAILER:
		v->trailer = TRAILER_ANY;
		if (optarg != NULL && !trailer_parse(optarg, &v->trailer))
			args_wrong("--require-trailer is zip, gzip or zstd, "
			    "not '%s'", optarg);
		break;
	case OPT_SHA256:
		if (hex_read(optarg, v->sha256, SHA256_SIZE) != 0)
			args_wrong("--sha256: '%s' is not 64 hexadecimal "
			    "digits", optarg);
		v->hashed = true;
		return true;
	default:
		return false;
	}
	o->trailer = true;
	return true;
}

static void
take_option(struct options *o, struct args *a, int opt)
{
	if (take_plain(o, opt) || take_object(o, opt) || take_check(o, opt))
		return;
	switch (opt) {
	case OPT_ABORT:
		set_mode(o, a, MODE_ABORT);
		break;
	case OPT_CHECKSUM:
		if (!checksum_parse(optarg, &o->put.upload.kind))
			args_wrong("--checksum is crc64nvme, crc32, crc32c, "
			    "sha256 or none, not '%s'", optarg);
		o->checksum = true;
		break;
	case OPT_COMMIT:
		set_mode(o, a, MODE_COMMIT);
		break;
	case OPT_DEADLINE:
		o->s3.deadline = meter_now() + (int64_t)args_duration(
		    "--deadline", optarg, 1, 365 * DAY_MS);
		break;
	case 'j':
		o->put.upload.parallel = (unsigned)args_number("-j", optarg,
		    1, PARALLEL_MAX);
		break;
	case OPT_OLDER_THAN:
		o->older_than = args_duration("--older-than", optarg, 0,
		    3650 * DAY_MS);
		o->aged = true;
		break;
	case OPT_PREPARE:
		set_mode(o, a, MODE_PREPARE);
		break;
	case OPT_SWEEP:
		set_mode(o, a, MODE_SWEEP);
		break;
	}
}

/* What the options leave open, the environment and the profile say. */
static void
finish_settings(struct options *o)
{
	struct settings *set = &o->settings;
	struct endpoint_config *to = &o->s3.endpoint;
	struct err e = ERR_NONE;

	if (settings_read(set, o->profile, &e) != 0)
		args_fail(&e);
	if (to->url == NULL)
		to->url = set->endpoint_url;
	if (to->region == NULL)
		to->region = set->region;
	to->path_style |= set->path_style;
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

	must(s3_name_parse(&o->name, a->operands[0], &e), &e);
	must(object_finish(&o->object, o->name.key, &e), &e);
	c->operand = a->n_operands > 1 ? a->operands[1] : NULL;
	c->from = a->from;
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

/* Options that are about an input go with uploads only. */
static void
check_others(struct options *o, const struct args *a)
{
	const struct put_config *c = &o->put;
	struct err e = ERR_NONE;

	if (a->from != NULL)
		args_wrong("--from goes with uploads only");
	if (c->verify.expected != 0 || c->verify.minimum != 0 ||
	    c->verify.hashed || o->trailer || c->require_seal || c->fixed ||
	    c->part_size != 0 || o->checksum || a->face.allow_empty)
		args_wrong("--%s goes without options about the input",
		    modes[o->mode].name);
	must(object_finish(&o->object, NULL, &e), &e);
	if (o->mode == MODE_SWEEP)
		must(s3_name_parse_prefix(&o->name, a->operands[0], &e), &e);
	else if (o->dry_run)
		args_wrong("--dry-run goes with uploads and --sweep");
}

/* What the options mean together. */
static void
finish_options(struct options *o, const struct args *a)
{
	const char *unused = object_unused(&o->object, modes[o->mode].use);

	if (unused != NULL)
		args_wrong("--%s has no meaning for --%s", unused,
		    modes[o->mode].name);
	if (o->mode == MODE_PUT || o->mode == MODE_PREPARE)
		finish_upload(o, a);
	else
		check_others(o, a);
	if ((o->mode == MODE_SWEEP) != o->aged)
		args_wrong("--sweep and --older-than go together");
	o->s3.connections = o->put.upload.parallel;
	o->s3.verbose = a->face.verbose;
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	int opt;

	*a = (struct args){ .usage = usage, .shorts = "j:", .longs = longs,
	    .without = "T", .min_operands = 1, .max_operands = 2 };
	*o = (struct options){ .put.upload.parallel = PARALLEL };
	args_begin(a, argc, argv);
	while ((opt = args_next(a)) != -1)
		take_option(o, a, opt);
	finish_settings(o);
	finish_options(o, a);
}

/* Stages. */

static int
start(struct job *j, struct err *e)
{
	const struct options *o = j->o;
	struct endpoint_config sts = o->s3.endpoint;
	const struct creds_config config = { .profile = o->profile,
		.sts = &sts };

	sts.url = o->settings.sts_url;
	j->s3 = o->s3;
	j->s3.name = &o->name;
	j->s3.stop = &j->stop;
	if (stop_open(&j->stop, e) != 0 ||
	    output_open(&j->out, j->stop.fd, e) != 0)
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
	const struct second_phase phase = { .s3 = j->s3, .creds = j->creds,
		.object = &j->o->object, .commit = j->o->mode == MODE_COMMIT,
		.receipts = a->face.quiet ? NULL : &j->out };
	struct input in = { .fd = -1 };
	int rc = input_open(&in, a->n_operands > 0 ? a->operands[0] : NULL,
	    NULL, j->stop.fd, e);

	if (rc == 0)
		rc = second_phase_run(&phase, &in, e);
	input_close(&in);
	return rc == 0 ? output_finish(&j->out, e) : -1;
}

static int
sweep(struct job *j, const struct args *a, struct err *e)
{
	const struct sweep w = { .s3 = j->s3, .creds = j->creds,
		.object = &j->o->object, .dry_run = j->o->dry_run,
		.older_than = (int64_t)(j->o->older_than / 1000),
		.parallel = j->o->put.upload.parallel,
		.out = a->face.quiet ? NULL : &j->out, .meter = &j->meter };

	return sweep_run(&w, e) != 0 ? -1 : output_finish(&j->out, e);
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
		output_fail(&j->out);
		if (stop_poll(&j->stop) > 0)
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
	settings_free(&o.settings);
	args_free(&a);
	return code;
}
