/* s3put: any bytes in, an object on S3 out, or nothing at all. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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
#include "network/upload.h"

static const char usage[] =
    "usage: s3put [-hpqVv] [-j n] [-m size] [--acl name] [--allow-empty]\n"
    "             [--cache-control value] [--checksum name]\n"
    "             [--content-disposition value] [--content-encoding value]\n"
    "             [--content-language value] [--content-type type]\n"
    "             [--deadline time] [--endpoint-url url]\n"
    "             [--expected-bucket-owner id] [--expected-size size]\n"
    "             [--fixed-part-size] [--if-match etag] [--metadata name=value]\n"
    "             [--min-size size] [--no-clobber] [--part-size size]\n"
    "             [--path-style] [--prepare] [--profile name] [--region name]\n"
    "             [--request-payer requester] [--require-seal] [--sse name]\n"
    "             [--sse-kms-key-id id] [--stats] [--storage-class name]\n"
    "             [--tag name=value] s3://bucket/key [file | -]\n"
    "             [--from command ...]\n"
    "       s3put --commit [options] [receipts | -]\n"
    "       s3put --abort [options] [receipts | -]\n";

enum { OPT_ABORT = ARGS_LONG, OPT_CHECKSUM, OPT_COMMIT,
	OPT_DEADLINE, OPT_ENDPOINT, OPT_EXPECTED_SIZE, OPT_FIXED, OPT_METADATA,
	OPT_MIN_SIZE, OPT_NO_CLOBBER, OPT_PART_SIZE, OPT_PATH_STYLE,
	OPT_PREPARE, OPT_PROFILE, OPT_REGION, OPT_REQUIRE_SEAL, OPT_TAG, OPT_OBJECT };

/* Options that become a header of the object: OPT_OBJECT and the index. */
static const char *const about_object[] = { "acl", "cache-control",
	"content-disposition", "content-encoding", "content-language",
	"content-type", "expected-bucket-owner", "if-match", "request-payer",
	"sse", "sse-kms-key-id", "storage-class" };

#define OBJECT(i, name) { name, required_argument, NULL, OPT_OBJECT + i }

static const struct option longs[] = {
	{ "abort", no_argument, NULL, OPT_ABORT },
	{ "checksum", required_argument, NULL, OPT_CHECKSUM },
	{ "commit", no_argument, NULL, OPT_COMMIT },
	{ "deadline", required_argument, NULL, OPT_DEADLINE },
	{ "endpoint-url", required_argument, NULL, OPT_ENDPOINT },
	{ "expected-size", required_argument, NULL, OPT_EXPECTED_SIZE },
	{ "fixed-part-size", no_argument, NULL, OPT_FIXED },
	{ "jobs", required_argument, NULL, 'j' },
	{ "metadata", required_argument, NULL, OPT_METADATA },
	{ "min-size", required_argument, NULL, OPT_MIN_SIZE },
	{ "no-clobber", no_argument, NULL, OPT_NO_CLOBBER },
	{ "part-size", required_argument, NULL, OPT_PART_SIZE },
	{ "path-style", no_argument, NULL, OPT_PATH_STYLE },
	{ "prepare", no_argument, NULL, OPT_PREPARE },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "region", required_argument, NULL, OPT_REGION },
	{ "require-seal", no_argument, NULL, OPT_REQUIRE_SEAL },
	{ "tag", required_argument, NULL, OPT_TAG },
	OBJECT(0, "acl"), OBJECT(1, "cache-control"),
	OBJECT(2, "content-disposition"), OBJECT(3, "content-encoding"),
	OBJECT(4, "content-language"), OBJECT(5, "content-type"),
	OBJECT(6, "expected-bucket-owner"), OBJECT(7, "if-match"),
	OBJECT(8, "request-payer"), OBJECT(9, "sse"),
	OBJECT(10, "sse-kms-key-id"), OBJECT(11, "storage-class"),
	{ 0 }
};

enum { PARALLEL = 4, PARALLEL_MAX = 64, ATTEMPTS = 10, SIGNAL_EXIT = 128 };
enum mode { MODE_PUT, MODE_PREPARE, MODE_COMMIT, MODE_ABORT };

#define BUDGET ((uint64_t)48 << 20)
#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)

struct options {
	enum mode mode;
	struct s3_name name;
	struct object object;
	struct s3_config s3;
	struct upload_config upload;
	uint64_t memory, part_size;
	const char *profile;
	bool fixed, require_seal, condition;
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

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* The settings that the AWS SDKs share. */
static void
read_environment(struct options *o)
{
	const char *attempts = environment("AWS_MAX_ATTEMPTS");
	const char *checksums =
	    environment("AWS_REQUEST_CHECKSUM_CALCULATION");
	struct s3_config *s3 = &o->s3;

	s3->endpoint_url = environment("AWS_ENDPOINT_URL_S3");
	if (s3->endpoint_url == NULL)
		s3->endpoint_url = environment("AWS_ENDPOINT_URL");
	s3->region = environment("AWS_REGION");
	if (s3->region == NULL)
		s3->region = environment("AWS_DEFAULT_REGION");
	if (s3->region == NULL)
		s3->region = "us-east-1";
	s3->ca_file = environment("AWS_CA_BUNDLE");
	s3->attempts = attempts == NULL ? ATTEMPTS :
	    (unsigned)args_number("AWS_MAX_ATTEMPTS", attempts, 1, 1000);
	o->upload.kind = checksums != NULL &&
	    strcasecmp(checksums, "when_required") == 0 ? CHECKSUM_NONE :
	    CHECKSUM_CRC64NVME;
}

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

static void
take_option(struct options *o, struct args *a, int opt)
{
	struct err e;

	switch (opt) {
	case OPT_ABORT:
		set_mode(o, a, MODE_ABORT);
		break;
	case OPT_CHECKSUM:
		if (!checksum_parse(optarg, &o->upload.kind))
			args_wrong("--checksum is crc64nvme, crc32, crc32c, "
			    "sha256 or none, not '%s'", optarg);
		break;
	case OPT_COMMIT:
		set_mode(o, a, MODE_COMMIT);
		break;
	case OPT_DEADLINE:
		o->s3.deadline = meter_now() + (int64_t)args_duration(
		    "--deadline", optarg, 1, 365 * DAY_MS);
		break;
	case OPT_ENDPOINT:
		o->s3.endpoint_url = optarg;
		break;
	case OPT_EXPECTED_SIZE:
		o->upload.expected = args_size("--expected-size", optarg, 1,
		    UINT64_MAX);
		break;
	case OPT_FIXED:
		o->fixed = true;
		break;
	case 'j':
		o->upload.parallel = (unsigned)args_number("-j", optarg, 1,
		    PARALLEL_MAX);
		break;
	case OPT_METADATA:
		must(object_add_metadata(&o->object, optarg, &e), &e);
		break;
	case OPT_MIN_SIZE:
		o->upload.minimum = args_size("--min-size", optarg, 1,
		    UINT64_MAX);
		break;
	case OPT_NO_CLOBBER:
		must(object_set(&o->object, "no-clobber", "*", &e), &e);
		o->condition = true;
		break;
	case OPT_PART_SIZE:
		o->part_size = args_size("--part-size", optarg, PART_MIN,
		    PART_MAX);
		break;
	case OPT_PATH_STYLE:
		o->s3.path_style = true;
		break;
	case OPT_PREPARE:
		set_mode(o, a, MODE_PREPARE);
		break;
	case OPT_PROFILE:
		o->profile = optarg;
		break;
	case OPT_REGION:
		o->s3.region = optarg;
		break;
	case OPT_REQUIRE_SEAL:
		o->require_seal = true;
		break;
	case OPT_TAG:
		must(object_add_tag(&o->object, optarg, &e), &e);
		break;
	default:
		must(object_set(&o->object, about_object[opt - OPT_OBJECT],
		    optarg, &e), &e);
		o->condition |= strcmp(about_object[opt - OPT_OBJECT],
		    "if-match") == 0;
	}
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
	read_environment(o);
	while ((opt = args_next(a)) != -1)
		take_option(o, a, opt);
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
	if (output_open(&j->out, e) != 0 || stop_open(&j->stop, e) != 0)
		return -1;
	return (j->creds = creds_open(j->o->profile, j->o->s3.region, e)) == NULL ? -1 : 0;
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
	args_free(&a);
	return code;
}
