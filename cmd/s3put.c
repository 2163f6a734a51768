/* s3put: any bytes in, an object on S3 out, or nothing at all. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/stop.h"
#include "network/creds.h"
#include "network/object.h"
#include "network/part_plan.h"
#include "network/parts.h"
#include "network/receipt.h"
#include "network/s3.h"
#include "network/second_phase.h"
#include "network/settings.h"
#include "network/upload.h"

static const char usage[] =
    "usage: s3put [-hpqVv] [-j n] [-m size] [--acl name] [--allow-empty]\n"
    "             [--cache-control value] [--checksum name]\n"
    "             [--content-disposition value] [--content-encoding value]\n"
    "             [--content-language value] [--content-type type]\n"
    "             [--deadline time] [--dualstack] [--endpoint-url url]\n"
    "             [--expected-bucket-owner id] [--expected-size size] [--fips]\n"
    "             [--fixed-part-size] [--if-match etag] [--metadata name=value]\n"
    "             [--min-size size] [--no-clobber] [--part-size size]\n"
    "             [--path-style] [--prepare] [--profile name] [--region name]\n"
    "             [--request-payer requester] [--require-seal] [--sse name]\n"
    "             [--sse-kms-key-id id] [--stats] [--storage-class name]\n"
    "             [--tag name=value] s3://bucket/key [file | -]\n"
    "             [--from command ...]\n"
    "       s3put --commit [options] [receipts | -]\n"
    "       s3put --abort [options] [receipts | -]\n";

enum { OPT_ABORT = ARGS_LONG, OPT_CHECKSUM, OPT_COMMIT, OPT_DEADLINE,
	OPT_DUALSTACK, OPT_ENDPOINT, OPT_EXPECTED_SIZE, OPT_FIPS, OPT_FIXED,
	OPT_METADATA, OPT_MIN_SIZE, OPT_NO_CLOBBER, OPT_PART_SIZE,
	OPT_PATH_STYLE, OPT_PREPARE, OPT_PROFILE, OPT_REGION,
	OPT_REQUIRE_SEAL, OPT_TAG,
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
	{ "part-size", required_argument, NULL, OPT_PART_SIZE },
	{ "path-style", no_argument, NULL, OPT_PATH_STYLE },
	{ "prepare", no_argument, NULL, OPT_PREPARE },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "region", required_argument, NULL, OPT_REGION },
	{ "request-payer", required_argument, NULL, OPT_REQUEST_PAYER },
	{ "require-seal", no_argument, NULL, OPT_REQUIRE_SEAL },
	{ "sse", required_argument, NULL, OPT_SSE },
	{ "sse-kms-key-id", required_argument, NULL, OPT_SSE_KMS_KEY_ID },
	{ "storage-class", required_argument, NULL, OPT_STORAGE_CLASS },
	{ "tag", required_argument, NULL, OPT_TAG },
	{ 0 }
};

enum { PARALLEL = 4, PARALLEL_MAX = 64, SIGNAL_EXIT = 128 };
enum mode { MODE_PUT, MODE_PREPARE, MODE_COMMIT, MODE_ABORT };

#define BUDGET ((uint64_t)40 << 20)
#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)

struct options {
	enum mode mode;
	struct s3_name name;
	struct object object;
	struct settings settings;
	struct s3_config s3;
	struct upload_config upload;
	uint64_t memory, part_size;
	const char *profile;
	bool fixed, require_seal, condition, checksum;
};

/* What one run works with. */
struct job {
	const struct options *o;
	struct output out;
	struct input in;
	struct stop stop;
	struct creds *creds;
	struct s3 *s3;
	struct parts *parts;
	struct upload *upload;
	struct meter meter;
};

/* Options. */

static void
set_mode(struct options *o, struct args *a, enum mode mode)
{
	if (o->mode != MODE_PUT)
		args_wrong("--prepare, --commit and --abort exclude "
		    "each other");
	o->mode = mode;
	if (mode == MODE_COMMIT || mode == MODE_ABORT)
		a->min_operands = 0;
}

static void
must(int rc, const struct err *e)
{
	if (rc != 0)
		args_wrong("%s", e->text);
}

/* Flags, texts and sizes have a place; false: it is none of them. */
static bool
take_plain(struct options *o, int opt)
{
	const struct { int opt; bool *at; } flags[] = {
		{ OPT_DUALSTACK, &o->s3.endpoint.dualstack },
		{ OPT_FIPS, &o->s3.endpoint.fips },
		{ OPT_FIXED, &o->fixed },
		{ OPT_PATH_STYLE, &o->s3.endpoint.path_style },
		{ OPT_REQUIRE_SEAL, &o->require_seal },
	};
	const struct { int opt; const char **at; } texts[] = {
		{ OPT_ENDPOINT, &o->s3.endpoint.url },
		{ OPT_PROFILE, &o->profile },
		{ OPT_REGION, &o->s3.endpoint.region },
	};
	const struct { int opt; const char *name; uint64_t *at, min, max; }
	    sizes[] = {
		{ OPT_EXPECTED_SIZE, "--expected-size", &o->upload.expected,
		    1, UINT64_MAX },
		{ OPT_MIN_SIZE, "--min-size", &o->upload.minimum, 1,
		    UINT64_MAX },
		{ OPT_PART_SIZE, "--part-size", &o->part_size, PART_MIN,
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
	struct err e;
	unsigned i;

	if (opt == OPT_METADATA) {
		must(object_add_metadata(&o->object, optarg, &e), &e);
	} else if (opt == OPT_TAG) {
		must(object_add_tag(&o->object, optarg, &e), &e);
	} else if (opt == OPT_NO_CLOBBER) {
		must(object_set(&o->object, "no-clobber", "*", &e), &e);
	} else if (opt >= OPT_OBJECT) {
		for (i = 0; longs[i].val != opt; i++)
			continue;
		must(object_set(&o->object, longs[i].name, optarg, &e), &e);
	} else {
		return false;
	}
	o->condition |= opt == OPT_NO_CLOBBER || opt == OPT_IF_MATCH;
	return true;
}

static void
take_option(struct options *o, struct args *a, int opt)
{
	if (take_plain(o, opt) || take_object(o, opt))
		return;
	switch (opt) {
	case OPT_ABORT:
		set_mode(o, a, MODE_ABORT);
		break;
	case OPT_CHECKSUM:
		if (!checksum_parse(optarg, &o->upload.kind))
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
		o->upload.parallel = (unsigned)args_number("-j", optarg, 1,
		    PARALLEL_MAX);
		break;
	case OPT_PREPARE:
		set_mode(o, a, MODE_PREPARE);
		break;
	}
}

/* What the options leave open, the environment and the profile say. */
static void
finish_settings(struct options *o)
{
	struct settings *set = &o->settings;
	struct endpoint_config *to = &o->s3.endpoint;
	struct err e;

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
		o->upload.kind = set->checksums ? CHECKSUM_CRC64NVME :
		    CHECKSUM_NONE;
}

/* What the options mean together. */
static void
finish_options(struct options *o, const struct args *a)
{
	struct err e;

	if (o->mode == MODE_PUT || o->mode == MODE_PREPARE) {
		must(s3_name_parse(&o->name, a->operands[0], &e), &e);
		must(object_finish(&o->object, o->name.key, &e), &e);
	} else if (a->from != NULL || a->n_operands > 1) {
		args_wrong("--commit and --abort take one file of receipts");
	}
	if (o->mode == MODE_PREPARE && o->condition)
		args_wrong("--no-clobber and --if-match go with --commit");
	if (o->mode == MODE_PREPARE && o->upload.kind == CHECKSUM_SHA256)
		args_wrong("--prepare takes a CRC as --checksum");
	o->upload.allow_empty = a->face.allow_empty;
	o->upload.prepare = o->mode == MODE_PREPARE;
	o->memory = a->face.memory != 0 ? a->face.memory : BUDGET;
	o->s3.connections = o->upload.parallel;
	o->s3.verbose = a->face.verbose;
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	int opt;

	*a = (struct args){ .usage = usage, .shorts = "j:", .longs = longs,
	    .without = "T", .min_operands = 1, .max_operands = 2 };
	*o = (struct options){ .upload.parallel = PARALLEL };
	args_begin(a, argc, argv);
	while ((opt = args_next(a)) != -1)
		take_option(o, a, opt);
	finish_settings(o);
	finish_options(o, a);
}

/* Storing. */

/* The size that is known: said, or a regular file's; 0: unknown. */
static uint64_t
expected_size(const struct options *o, int fd)
{
	struct stat st;

	if (o->upload.expected != 0)
		return o->upload.expected;
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 ?
	    (uint64_t)st.st_size : 0;
}

static int
start(struct job *j, struct err *e)
{
	struct endpoint_config sts = j->o->s3.endpoint;
	const struct creds_config config = { .profile = j->o->profile,
		.sts = &sts };

	sts.url = j->o->settings.sts_url;
	if (output_open(&j->out, e) != 0 || stop_open(&j->stop, e) != 0)
		return -1;
	return (j->creds = creds_open(&config, e)) == NULL ? -1 : 0;
}

/* Whatever can be wrong with the command is found before input is read. */
static int
start_upload(struct job *j, const struct args *a, struct err *e)
{
	const struct options *o = j->o;
	struct s3_config config = o->s3;
	struct upload_config upload = o->upload;
	struct part_plan plan;

	config.name = &o->name;
	config.stop = &j->stop;
	upload.object = &o->object;
	if (part_plan_make(&plan, o->memory, o->part_size, o->fixed,
	    o->upload.expected, e) != 0 ||
	    (j->s3 = s3_open(&config, j->creds, e)) == NULL)
		return -1;
	if (input_open(&j->in, a->n_operands > 1 ? a->operands[1] : NULL,
	    a->from, e) != 0)
		return -1;
	j->in.require_seal = o->require_seal;
	j->in.allow_empty = o->upload.allow_empty;
	if (part_plan_make(&plan, o->memory, o->part_size, o->fixed,
	    expected_size(o, j->in.fd), e) != 0)
		return -1;
	j->parts = parts_start(&j->in, &plan, upload.parallel + 2,
	    upload.kind, &j->meter, e);
	if (j->parts == NULL)
		return -1;
	j->upload = upload_new(j->s3, j->parts, &upload, &j->meter, e);
	return j->upload == NULL ? -1 : 0;
}

/* What was uploaded is there already: a receipt that cannot be written is the
 * only thing that can still go wrong.  Without one, nothing stays prepared. */
static int
give_receipt(struct job *j, const struct args *a, struct err *e)
{
	bool prepared = j->o->mode == MODE_PREPARE;
	struct upload_result result = upload_result(j->upload);
	size_t len;
	char *text = receipt_write(&j->o->name, result.multipart,
	    prepared ? NULL : result.stored, &len);
	int rc = text == NULL ? err_set(e, EXIT_INTERNAL, "no memory") : 0;

	if (rc == 0 && (prepared || !a->face.quiet))
		rc = output_write(&j->out, text, len, e);
	if (rc == 0)
		rc = output_finish(&j->out, e);
	free(text);
	if (rc == 0 && prepared)
		upload_keep(j->upload);
	if (rc != 0 && !prepared)
		err_prefix(e, "'%s' was stored, but there is no receipt",
		    s3_shown(j->s3));
	return rc;
}

static int
store(struct job *j, const struct args *a, struct err *e)
{
	if (start_upload(j, a, e) != 0 || upload_send(j->upload, e) != 0)
		return -1;
	if (j->o->mode == MODE_PREPARE ? upload_prepare(j->upload, e) :
	    upload_publish(j->upload, e))
		return -1;
	return give_receipt(j, a, e);
}

/* The second phase. */

static int
settle(struct job *j, const struct args *a, struct err *e)
{
	struct second_phase phase = { .s3 = j->o->s3, .creds = j->creds,
		.object = &j->o->object, .commit = j->o->mode == MODE_COMMIT,
		.receipts = a->face.quiet ? NULL : &j->out };

	phase.s3.stop = &j->stop;
	if (input_open(&j->in, a->n_operands > 0 ? a->operands[0] : NULL, NULL,
	    e) != 0 || second_phase_run(&phase, &j->in, e) != 0)
		return -1;
	return output_finish(&j->out, e);
}

/* Undoes what was begun, and says what could not be undone. */
static void
undo(struct job *j)
{
	struct upload_result result;
	struct err e;

	if (j->upload == NULL)
		return;
	if (upload_abort(j->upload, &e) != 0) {
		result = upload_result(j->upload);
		diag_say("%s", e.text);
		diag_say("an unfinished upload is left behind, upload id '%s'",
		    result.multipart->id);
	}
}

static int
stop(struct job *j, bool good, const struct err *e)
{
	int code = good ? EXIT_DONE : (int)diag_report(e);

	if (!good) {
		undo(j);
		output_fail(&j->out);
		if (j->stop.signal != 0)
			code = SIGNAL_EXIT + j->stop.signal;
	}
	upload_free(j->upload);
	if (!parts_stop(j->parts)) {
		meter_end(&j->meter, good);
		exit(code);
	}
	input_close(&j->in);
	s3_close(j->s3);
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
	struct err e;
	bool good;
	int code;

	diag_name("s3put");
	parse_args(&o, &a, argc, argv);
	struct job j = { .o = &o, .in.fd = -1, .out.fd = 1, .stop.fd = -1 };
	meter_begin(&j.meter, &a.face, "parts");
	good = start(&j, &e) == 0 && (o.mode == MODE_PUT ||
	    o.mode == MODE_PREPARE ? store(&j, &a, &e) :
	    settle(&j, &a, &e)) == 0;
	code = stop(&j, good, &e);
	object_free(&o.object);
	s3_name_free(&o.name);
	settings_free(&o.settings);
	args_free(&a);
	return code;
}
