/* Stages of s3put, by mode. */
#include "s3/abort_stale.h"
#include "s3/commit.h"
#include "s3/job.h"
#include "s3/run.h"

enum { SIGNAL_EXIT = 128 };	/* and the signal: as shells report it */

static int
start(struct run *r, struct err *e)
{
	const struct run_config *c = r->config;
	struct endpoint_config sts = c->s3.endpoint;
	const struct creds_config config = { .profile = &c->aws.profile,
		.sts = &sts, .trust = c->s3.trust, .stop = &r->stop };

	sts.url = c->aws.sts_url;
	r->s3 = c->s3;
	r->s3.name = &c->name;
	r->s3.stop = &r->stop;
	r->s3.meter = r->meter;
	if (stop_open(&r->stop, e) != 0 || stop_alarm(0, e) != 0)
		return -1;
	stop_at(&r->stop, c->s3.deadline);
	if (output_open(&r->out, r->stop.fd, e) != 0)
		return -1;
	if (c->no_sign)
		return 0;
	return (r->creds = creds_open(&config, e)) == NULL ? -1 : 0;
}

static int
store(struct run *r, struct err *e)
{
	struct put_config config = r->config->put;

	config.s3 = r->s3;
	config.creds = r->creds;
	if (put_open(&r->put, &config, r->meter, e) != 0)
		return -1;
	return r->config->dry_run ? put_rehearse(&r->put, &r->out, e) :
	    put_run(&r->put, &r->out, e);
}

/* --commit and --abort. */
static int
commit(struct run *r, struct err *e)
{
	const struct run_config *c = r->config;
	const struct commit config = { .s3 = r->s3, .creds = r->creds,
		.object = &c->object, .commit = c->mode == RUN_COMMIT,
		.receipts = c->quiet ? NULL : &r->out };
	struct input in = { .fd = -1 };
	struct input_how how = c->receipts;
	int rc;

	how.stop = r->stop.fd;
	rc = input_open(&in, &how, e);
	if (rc != 0)
		stop_check(&r->stop, e);
	else
		rc = commit_run(&config, &in, &r->unknown, e);
	input_close(&in);
	if (rc == 0 && (rc = output_finish(&r->out, e)) != 0 && config.commit)
		err_prefix(e, "everything was stored, but there is no receipt");
	return rc;
}

/* The same for all that the tasks of an array have left on S3. */
static int
finish_job(struct run *r, struct err *e)
{
	const struct run_config *c = r->config;
	const struct job_config config = { .s3 = r->s3, .creds = r->creds,
		.object = &c->object, .expect = c->expect,
		.success = c->manifest.key, .memory = c->put.memory,
		.parallel = c->put.upload.parallel,
		.out = c->quiet ? NULL : &r->out, .meter = r->meter };
	int rc = c->mode == RUN_COMMIT ? job_commit(&config, e) :
	    job_abort(&config, e);

	return rc != 0 ? -1 : output_finish(&r->out, e);
}

static int
sweep(struct run *r, struct err *e)
{
	const struct run_config *c = r->config;
	const struct abort_stale config = { .s3 = r->s3, .creds = r->creds,
		.object = &c->object, .dry_run = c->dry_run,
		.older_than = (int64_t)(c->older_than / 1000),
		.receipts = c->spared.key,
		.parallel = c->put.upload.parallel,
		.out = c->quiet ? NULL : &r->out, .meter = r->meter };

	return abort_stale_run(&config, e) != 0 ? -1 :
	    output_finish(&r->out, e);
}

int
run_all(struct run *r, struct err *e)
{
	if (start(r, e) != 0)
		return -1;
	switch (r->config->mode) {
	case RUN_PUT:
	case RUN_PREPARE:
		return store(r, e);
	case RUN_COMMIT:
	case RUN_ABORT:
		return r->config->job ? finish_job(r, e) : commit(r, e);
	case RUN_SWEEP:
		break;
	}
	return sweep(r, e);
}

int
run_end(struct run *r, bool good, const struct err *e, bool *hangs)
{
	int code = good ? EXIT_DONE : (int)diag_report(e);

	if (!good) {
		put_undo(&r->put);
		output_fail(&r->out, e->code);
		r->unknown |= put_unknown(&r->put);
		if (stop_poll(&r->stop) > 0 && !r->unknown)
			code = SIGNAL_EXIT + r->stop.signal;
	}
	*hangs = !put_close(&r->put);
	if (!*hangs) {
		creds_close(r->creds);
		stop_close(&r->stop);
	}
	return code;
}
