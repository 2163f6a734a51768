/* Options of s3put that need more than a place to be stored in. */
#include <stdlib.h>
#include <string.h>

#include "aws/sse_c.h"
#include "base/encoding.h"
#include "base/meter.h"
#include "s3/run_config.h"
#include "s3/target.h"

/* Bytes for parts, without -m: five of 8 MiB, so that four are sent while one is
 * read; with what libcurl and OpenSSL take it keeps s3put within 64 MiB. */
#define BUDGET ((uint64_t)40 << 20)

/* Requests side by side for a job's small requests, without -j: each takes little
 * memory and mostly waits, so 16 at 50 ms are 320 a second. */
enum { JOB_PARALLEL = 16 };

static int
set_checksum(struct run_config *c, char *value, struct err *e)
{
	c->checksum = true;
	for (char *at = value; *at != '\0'; at++)	/* as the API has them */
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	return checksum_parse(value, &c->put.upload.kind) ? 0 :
	    err_set(e, EXIT_USAGE, "--checksum is crc64nvme, crc32, crc32c, "
	    "sha256 or none, not '%s'", value);
}

static int
set_trailer(struct run_config *c, const char *value, struct err *e)
{
	c->trailer = true;
	c->put.verify.trailer = TRAILER_ANY;
	return value == NULL || trailer_parse(value, &c->put.verify.trailer) ?
	    0 : err_set(e, EXIT_USAGE, "--require-trailer is zip, gzip or "
	    "zstd, not '%s'", value);
}

static int
set_sha256(struct run_config *c, const char *value, struct err *e)
{
	c->put.verify.hashed = true;
	return hex_read(value, c->put.verify.sha256, SHA256_SIZE) == 0 ? 0 :
	    err_set(e, EXIT_USAGE, "--sha256: '%s' is not 64 hexadecimal "
	    "digits", value);
}

int
run_config_set(struct run_config *c, const char *option, char *value,
    struct err *e)
{
	if (strcmp(option, "no-overwrite") == 0)
		option = "no-clobber";
	if (strcmp(option, "checksum") == 0 ||
	    strcmp(option, "checksum-algorithm") == 0)
		return set_checksum(c, value, e);
	if (strcmp(option, "require-trailer") == 0)
		return set_trailer(c, value, e);
	if (strcmp(option, "sha256") == 0)
		return set_sha256(c, value, e);
	if (strcmp(option, "no-require-trailer") == 0) {
		c->put.verify.trailer = TRAILER_NONE;
		c->trailer = true;
		return 0;
	}
	if (strcmp(option, "shard") == 0) {
		c->sharded = true;
		return array_parse(&c->array, option, value, e);
	}
	if (strcmp(option, "metadata") == 0)
		return object_add_metadata(&c->object, value, e);
	if (strcmp(option, "tag") == 0)
		return object_add_tag(&c->object, value, e);
	return object_set(&c->object, option, value != NULL ? value : "*", e);
}

/* What the options leave open, the environment and the profile say. */
static int
finish_endpoint(struct run_config *c, struct err *e)
{
	struct aws_config *aws = &c->aws;
	struct endpoint_config *to = &c->s3.endpoint;

	if (aws_config_read(aws, c->profile, e) != 0)
		return -1;
	if (to->url == NULL)
		to->url = aws->endpoint_url;
	if (to->region == NULL)
		to->region = aws->region;
	if (c->path_style && c->virtual_hosted)
		return err_set(e, EXIT_USAGE, "--path-style and "
		    "--virtual-hosted exclude each other");
	to->style = c->path_style ? ENDPOINT_PATH : c->virtual_hosted ?
	    ENDPOINT_VIRTUAL : aws->style;
	to->dualstack |= aws->dualstack;
	to->fips |= aws->fips;
	c->s3.sign_payload |= aws->sign_payload;
	if (aws->ca_file != NULL &&
	    (c->s3.trust = trust_read(aws->ca_file, e)) == NULL)
		return -1;
	c->s3.attempts = aws->attempts;
	if (!c->checksum)
		c->put.upload.kind = aws->checksums ? CHECKSUM_CRC64NVME :
		    CHECKSUM_NONE;
	return 0;
}

/* The receipt's name, and the index that it says. */
static int
finish_receipt(struct run_config *c, struct err *e)
{
	struct s3_name name;
	char *url;
	int rc;

	if (!c->sharded && array_find(&c->array, e) != 0)
		return err_prefix(e, "--receipt");
	if ((url = array_expand(c->receipt, &c->array, e)) == NULL)
		return -1;
	if ((rc = s3_name_parse(&name, url, e)) == 0) {
		if (strcmp(name.bucket, c->name.bucket) != 0)
			rc = err_set(e, EXIT_USAGE, "--receipt: the receipt "
			    "stands in the bucket of the object");
		c->receipt_key = name.key;
		name.key = NULL;
		s3_name_free(&name);
	}
	free(url);
	c->put.receipt = c->receipt_key;
	c->put.index = c->array.index;
	return rc;
}

/* The URL comes first, and may come last, as aws s3 cp has it. */
static const char *
take_operands(const struct args *a, const char **file)
{
	char *const *o = a->operands;
	bool last = a->n_operands == 2 && strncmp(o[0], "s3://", 5) != 0 &&
	    strncmp(o[1], "s3://", 5) == 0;

	*file = a->n_operands < 2 ? NULL : last ? o[0] : o[1];
	return last ? o[1] : o[0];
}

/* The object's name, with the words of an array in it. */
static int
finish_target(struct run_config *c, const struct args *a, struct err *e)
{
	char *url = array_expand(take_operands(a, &c->put.input.operand),
	    c->sharded ? &c->array : NULL, e);
	int rc = url == NULL ? -1 : target_parse(&c->name, url,
	    c->put.input.operand, a->face.allow_empty && c->mode == RUN_PUT,
	    e);

	free(url);
	return rc;
}

static int
finish_upload(struct run_config *c, const struct args *a, struct err *e)
{
	struct put_config *p = &c->put;

	p->input = a->input;
	p->input.require_seal = c->require_seal;
	if (finish_target(c, a, e) != 0 ||
	    object_finish(&c->object, c->name.key, e) != 0 ||
	    (c->receipt != NULL && finish_receipt(c, e) != 0))
		return -1;
	p->memory = a->face.memory != 0 ? a->face.memory : BUDGET;
	p->quiet = a->face.quiet;
	p->upload.allow_empty = a->face.allow_empty;
	p->upload.prepare = c->mode == RUN_PREPARE;
	p->upload.object = &c->object;
	if (!c->trailer)
		p->verify.trailer = trailer_of_name(c->name.key);
	return p->upload.prepare && p->upload.kind == CHECKSUM_SHA256 ?
	    err_set(e, EXIT_USAGE, "--prepare takes a CRC as --checksum") : 0;
}

/* A job on S3 is committed or aborted. */
static int
finish_job(struct run_config *c, const struct args *a, struct err *e)
{
	const char *url = a->operands[0];
	size_t len = strlen(url);

	c->job = true;
	if (url[len - 1] != '/')
		return err_set(e, EXIT_USAGE, "'%.256s' is no prefix of "
		    "receipts: it must end in a slash", url);
	if (s3_name_parse_prefix(&c->name, url, e) != 0)
		return -1;
	if (*c->name.key == '\0')
		return err_set(e, EXIT_USAGE, "a whole bucket is no prefix of "
		    "receipts");
	if (c->mode == RUN_COMMIT && c->expect == 0)
		return err_set(e, EXIT_USAGE, "--commit of a prefix needs "
		    "--expect");
	c->put.memory = a->face.memory != 0 ? a->face.memory : BUDGET;
	if (!args_given(a, "jobs"))
		c->put.upload.parallel = JOB_PARALLEL;
	if (c->success == NULL)
		return 0;
	if (s3_name_parse(&c->manifest, c->success, e) != 0)
		return -1;
	if (strcmp(c->manifest.bucket, c->name.bucket) != 0)
		return err_set(e, EXIT_USAGE, "--success: the manifest stands "
		    "in the bucket of the receipts");
	return strncmp(c->manifest.key, c->name.key,
	    strlen(c->name.key)) == 0 ? err_set(e, EXIT_USAGE, "--success: "
	    "the manifest must not stand among the receipts, which are "
	    "deleted") : 0;
}

/* By mode: what there is of operands. */
static int
finish_mode(struct run_config *c, const struct args *a, struct err *e)
{
	if (c->mode == RUN_PUT || c->mode == RUN_PREPARE)
		return finish_upload(c, a, e);
	if (object_finish(&c->object, NULL, e) != 0)
		return -1;
	if (c->mode != RUN_SWEEP && a->n_operands > 0 &&
	    strncmp(a->operands[0], "s3://", 5) == 0)
		return finish_job(c, a, e);
	if (c->expect != 0 || c->success != NULL)
		return err_set(e, EXIT_USAGE, "--expect and --success go with "
		    "a prefix of receipts, s3://bucket/prefix/");
	c->receipts = a->input;
	c->receipts.operand = a->n_operands > 0 ? a->operands[0] : NULL;
	if (c->mode != RUN_SWEEP)
		return 0;
	if (!args_given(a, "older-than"))
		return err_set(e, EXIT_USAGE, "--sweep needs --older-than");
	if (s3_name_parse_prefix(&c->name, a->operands[0], e) != 0)
		return -1;
	if (c->spare == NULL)
		return 0;
	if (s3_name_parse_prefix(&c->spared, c->spare, e) != 0)
		return -1;
	return strcmp(c->spared.bucket, c->name.bucket) == 0 ? 0 :
	    err_set(e, EXIT_USAGE, "--receipts: the receipts stand in the "
	    "bucket that is swept");
}

static int
add_key(struct run_config *c, struct err *e)
{
	struct sse_c s;
	int rc = sse_c_read(&s, c->sse_c_file, e);

	if (rc == 0)
		rc = object_add_key(&c->object, s.key, s.md5, e);
	sse_c_wipe(&s);
	return rc;
}

int
run_config_finish(struct run_config *c, const struct args *a, struct err *e)
{
	c->mode = (enum run_mode)a->mode;
	c->quiet = a->face.quiet;
	if (a->face.deadline != 0)
		c->s3.deadline = meter_now() + (int64_t)a->face.deadline;
	c->s3.secret = c->sse_c_file != NULL;
	if ((c->s3.secret && add_key(c, e) != 0) ||
	    finish_endpoint(c, e) != 0 || finish_mode(c, a, e) != 0)
		return -1;
	c->s3.connections = c->put.upload.parallel;
	c->s3.verbose = a->face.verbose;
	return 0;
}

void
run_config_free(struct run_config *c)
{
	object_free(&c->object);
	s3_name_free(&c->name);
	s3_name_free(&c->manifest);
	s3_name_free(&c->spared);
	free(c->receipt_key);
	aws_config_free(&c->aws);
	trust_free(c->s3.trust);
}
