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
#include "network/part_plan.h"
#include "network/parts.h"
#include "network/receipt.h"
#include "network/s3.h"
#include "network/upload.h"

static const char usage[] =
    "usage: s3put [-hpqVv] [-j n] [-m size] [--allow-empty] [--deadline time]\n"
    "             [--endpoint-url url] [--part-size size] [--region name]\n"
    "             [--require-seal] [--stats] s3://bucket/key [file | -]\n"
    "             [--from command ...]\n";

enum { OPT_DEADLINE = ARGS_LONG, OPT_ENDPOINT, OPT_PART_SIZE,
	OPT_REGION, OPT_REQUIRE_SEAL };

static const struct option longs[] = {
	{ "deadline", required_argument, NULL, OPT_DEADLINE },
	{ "endpoint-url", required_argument, NULL, OPT_ENDPOINT },
	{ "jobs", required_argument, NULL, 'j' },
	{ "part-size", required_argument, NULL, OPT_PART_SIZE },
	{ "region", required_argument, NULL, OPT_REGION },
	{ "require-seal", no_argument, NULL, OPT_REQUIRE_SEAL },
	{ 0 }
};

enum { PARALLEL = 4, PARALLEL_MAX = 64, ATTEMPTS = 10, SIGNAL_EXIT = 128 };

#define BUDGET ((uint64_t)48 << 20)
#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)

struct options {
	struct s3_name name;
	struct s3_config s3;
	struct upload_config upload;
	uint64_t memory, part_size;
	bool require_seal;
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

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* The settings that the AWS SDKs share. */
static void
read_environment(struct s3_config *s3)
{
	const char *attempts = environment("AWS_MAX_ATTEMPTS");

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
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	struct err e;
	int opt;

	*a = (struct args){ .usage = usage, .shorts = "j:", .longs = longs,
	    .without = "T", .min_operands = 1, .max_operands = 2 };
	*o = (struct options){ .upload.parallel = PARALLEL };
	args_begin(a, argc, argv);
	read_environment(&o->s3);
	while ((opt = args_next(a)) != -1) {
		switch (opt) {
		case OPT_DEADLINE:
			o->s3.deadline = meter_now() +
			    (int64_t)args_duration("--deadline", optarg, 1,
			    365 * DAY_MS);
			break;
		case OPT_ENDPOINT:
			o->s3.endpoint_url = optarg;
			break;
		case 'j':
			o->upload.parallel = (unsigned)args_number("-j",
			    optarg, 1, PARALLEL_MAX);
			break;
		case OPT_PART_SIZE:
			o->part_size = args_size("--part-size", optarg,
			    PART_MIN, PART_MAX);
			break;
		case OPT_REGION:
			o->s3.region = optarg;
			break;
		case OPT_REQUIRE_SEAL:
			o->require_seal = true;
			break;
		}
	}
	if (s3_name_parse(&o->name, a->operands[0], &e) != 0)
		args_wrong("%s", e.text);
	o->upload.allow_empty = a->face.allow_empty;
	o->memory = a->face.memory != 0 ? a->face.memory : BUDGET;
	o->s3.connections = o->upload.parallel;
	o->s3.verbose = a->face.verbose;
}

/* The size of a regular file, from where it will be read; 0: unknown. */
static uint64_t
expected_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 ?
	    (uint64_t)st.st_size : 0;
}

/* Whatever can be wrong with the command is found before input is read. */
static int
start(struct job *j, const struct args *a, struct err *e)
{
	const struct options *o = j->o;
	struct s3_config config = o->s3;
	struct part_plan plan;

	config.name = &o->name;
	config.stop = &j->stop;
	if (output_open(&j->out, e) != 0 || stop_open(&j->stop, e) != 0 ||
	    part_plan_make(&plan, o->memory, o->part_size, false, 0, e) != 0)
		return -1;
	if ((j->creds = creds_open(e)) == NULL ||
	    (j->s3 = s3_open(&config, j->creds, e)) == NULL)
		return -1;
	if (input_open(&j->in, a->n_operands > 1 ? a->operands[1] : NULL,
	    a->from, e) != 0)
		return -1;
	j->in.require_seal = o->require_seal;
	j->in.allow_empty = o->upload.allow_empty;
	if (part_plan_make(&plan, o->memory, o->part_size, false,
	    expected_size(j->in.fd), e) != 0)
		return -1;
	j->parts = parts_start(&j->in, &plan, o->upload.parallel + 2,
	    &j->meter, e);
	if (j->parts == NULL)
		return -1;
	j->upload = upload_new(j->s3, j->parts, &o->upload, &j->meter, e);
	return j->upload == NULL ? -1 : 0;
}

/* The object is there already: a receipt that cannot be written is the only
 * thing that can still go wrong. */
static int
give_receipt(struct job *j, const struct args *a, struct err *e)
{
	struct upload_result result = upload_result(j->upload);
	size_t len;
	char *text = receipt_write(&j->o->name, &result, &len);
	int rc = text == NULL ? err_set(e, EXIT_INTERNAL, "no memory") : 0;

	if (rc == 0 && !a->face.quiet)
		rc = output_write(&j->out, text, len, e);
	if (rc == 0)
		rc = output_finish(&j->out, e);
	free(text);
	return rc == 0 ? 0 : err_prefix(e, "'%s' was stored, but there is no "
	    "receipt", s3_shown(j->s3));
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
		    result.upload_id);
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
	good = start(&j, &a, &e) == 0 && upload_send(j.upload, &e) == 0 &&
	    upload_publish(j.upload, &e) == 0 && give_receipt(&j, &a, &e) == 0;
	code = stop(&j, good, &e);
	s3_name_free(&o.name);
	args_free(&a);
	return code;
}
