/*
 * jobs: threads make rows, the driver writes them.
 *
 * The pool gives jobs back in the order they were put, so what is collected
 * first is what comes first.  Batches are put when no slice is in work, or by
 * settle; then all that is in work comes after them, and they are dealt with
 * by the driver on the spot.  So a batch in the pool never comes after a
 * slice.
 *
 * Rows that outgrow a batch's window, as those of a record that is unwound
 * may, are written by the worker itself, when all batches before are
 * collected: the driver writes none until it has taken that job back.
 *
 * A batch that a large record has made large is in work alone, and gives its
 * memory back.
 */
#include <stdlib.h>

#include "csv/jobs.h"

/* Columns times records in a batch at most.  A cell takes at least a comma, so
 * with more the rows would outgrow the 256 KiB of a window even where records
 * are empty; with fewer, batches of wide tables would be needlessly small. */
enum { BATCH_CELLS = 256 * 1024 };

void
queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

void
enqueue(struct queue *q, struct job *j)
{
	j->next = NULL;
	*q->last = j;
	q->last = &j->next;
}

struct job *
dequeue(struct queue *q)
{
	struct job *j = q->first;

	if (j != NULL && (q->first = j->next) == NULL)
		q->last = &q->first;
	return j;
}

void
job_free(struct job *j)
{
	if (j == NULL)
		return;
	batch_free(&j->batch);
	block_free(&j->block);
	free(j->part.seen);
	window_free(&j->rows);
	free(j);
}

static struct job *
job_new(struct jobs *s, struct err *e)
{
	const struct batch_size *size = &s->sizes->batch;
	size_t leaves = size->leaves * sizeof(uint32_t);
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL || batch_init(&j->batch, size, s->record +
	    (size->text > leaves ? size->text : leaves)) != 0 ||
	    window_init(&j->rows, s->sizes->window) != 0) {
		job_free(j);
		err_memory(e);
		return NULL;
	}
	j->jobs = s;
	return j;
}

/* Wide tables get fewer records at a time. */
static size_t
max_records(const struct table *t)
{
	size_t most = t->sizes->batch.records;

	if (t->n_columns <= BATCH_CELLS / most)
		return most;
	return BATCH_CELLS / t->n_columns + 1;
}

struct job *
jobs_get(struct jobs *s, struct err *e)
{
	struct job *j = s->idle;

	if (j == NULL) {
		j = job_new(s, e);
	} else {
		s->idle = j->next;
		s->n_idle--;
	}
	if (j == NULL)
		return NULL;
	if (batch_rewind(&j->batch) != 0) {
		job_free(j);
		err_memory(e);
		return NULL;
	}
	window_rewind(&j->rows);
	j->batch.max_records = s->table != NULL ? max_records(s->table) : 1;
	/* enough records for the limit need not wait for others */
	if (s->limited && s->exact && s->rows_left > 0 &&
	    s->rows_left < j->batch.max_records)
		j->batch.max_records = (size_t)s->rows_left;
	j->slice = false;
	j->size = 0;
	return j;
}

/* The one used last comes first again: its memory is in the cache. */
void
jobs_retire(struct jobs *s, struct job *j)
{
	s->large -= j->size;
	if (s->n_idle > s->threads + 2) {
		job_free(j);
		return;
	}
	batch_trim(&j->batch);
	s->n_idle++;
	j->next = s->idle;
	s->idle = j;
}

/* Writes n rows, or as many as the limit lets through. */
static int
write_rows(struct jobs *s, const char *rows, size_t len, uint64_t n,
    struct err *e)
{
	if (s->limited && n > s->rows_left) {
		n = s->rows_left;
		len = rows_length(rows, len, n);
	}
	if (s->limited)
		s->rows_left -= n;
	return output_write(s->out, rows, len, e);
}

/* Writes a job's first rows from where they are made, when it is the oldest. */
static int
outgrow(void *ctx, const char *rows, size_t len, uint64_t n, struct err *e)
{
	struct job *j = ctx;
	struct jobs *s = j->jobs;
	bool stopped;

	pthread_mutex_lock(&s->lock);
	while (s->collected != j->number && !s->stopped)
		pthread_cond_wait(&s->turn, &s->lock);
	stopped = s->stopped;
	pthread_mutex_unlock(&s->lock);
	if (stopped || jobs_done(s))
		return err_set(e, EXIT_INTERNAL, "the conversion was stopped");
	return write_rows(s, rows, len, n, e);
}

static void
work(void *arg, unsigned self)
{
	struct job *j = arg;
	struct jobs *s = j->jobs;
	const struct rows_outlet outlet = { .write = outgrow, .ctx = j };

	if (j->slice)
		j->good = speculate(s->speculators[self], &j->block, &j->part,
		    &j->batch, &j->rows, &j->n_rows);
	else
		j->rc = rows_write(s->writers[self], &j->batch, &j->rows,
		    &outlet, &j->n_rows, &j->e);
}

/* Lets the worker go on that waits for this: see outgrow. */
static void
pass_turn(struct jobs *s, bool stopped)
{
	pthread_mutex_lock(&s->lock);
	s->collected++;
	s->stopped |= stopped;
	pthread_cond_broadcast(&s->turn);
	pthread_mutex_unlock(&s->lock);
}

static int
put_rows(struct jobs *s, struct window *rows, uint64_t n, uint64_t records,
    struct err *e)
{
	int rc = write_rows(s, window_bytes(rows), window_size(rows), n, e);

	s->lost |= rc != 0;
	s->meter->records += records;
	s->meter->out = s->out->bytes;
	return rc;
}

/* Writes a batch's rows, those before its failure too. */
static int
collect_batch(struct jobs *s, struct job *j, struct err *e)
{
	int rc = put_rows(s, &j->rows, j->n_rows, j->batch.n_records, e);

	if (jobs_done(s))
		j->rc = 0;
	if (rc == 0 && j->rc != 0)
		*e = j->e;
	if (j->rc != 0)
		rc = -1;
	s->lost |= rc != 0;
	jobs_retire(s, j);
	pass_turn(s, rc != 0);
	return rc;
}

int
jobs_write(struct jobs *s, struct job *j, struct err *e)
{
	return put_rows(s, &j->rows, j->n_rows, j->part.records, e);
}

static int
collect(struct jobs *s, struct job *j, struct err *e)
{
	int rc;

	if (!j->slice)
		return collect_batch(s, j, e);
	rc = s->settle(s->ctx, j, e);
	s->slices--;
	jobs_retire(s, j);
	return rc;
}

/* To the pool, when there is room: what was done before is collected. */
static int
submit(struct jobs *s, struct job *j, struct err *e)
{
	struct job *done;

	while ((done = pool_full(s->pool) || s->large > s->record ?
	    pool_take(s->pool) : pool_poll(s->pool)) != NULL) {
		if (collect(s, done, e) != 0) {
			job_free(j);
			return -1;
		}
	}
	s->slices += j->slice;
	pool_put(s->pool, j);
	return 0;
}

int
jobs_put_batch(struct jobs *s, struct job *j, struct err *e)
{
	j->number = s->submitted++;
	j->size = batch_large(&j->batch) ? batch_room(&j->batch) : 0;
	s->large += j->size;
	if (s->pool != NULL && s->slices == 0)
		return submit(s, j, e);
	work(j, s->threads);
	return collect_batch(s, j, e);
}

int
jobs_put_slice(struct jobs *s, struct job *j, bool in_array, struct err *e)
{
	j->slice = true;
	if (j->part.seen == NULL)
		j->part.seen = calloc(s->table->leaves,
		    sizeof(*j->part.seen));
	if (j->part.seen == NULL) {
		job_free(j);
		return err_memory(e);
	}
	j->part.in_array = in_array;
	return submit(s, j, e);
}

int
jobs_drain(struct jobs *s, struct err *e)
{
	struct job *j;

	while (s->pool != NULL && (j = pool_take(s->pool)) != NULL) {
		if (collect(s, j, e) != 0)
			return -1;
	}
	return 0;
}

int
jobs_drop_slices(struct jobs *s, struct err *e)
{
	struct job *j;

	while (s->pool != NULL && (j = pool_take(s->pool)) != NULL) {
		if (j->slice) {
			s->slices--;
			jobs_retire(s, j);
		} else if (collect_batch(s, j, e) != 0) {
			return -1;
		}
	}
	return 0;
}

int
jobs_write_header(struct jobs *s, size_t memory, struct err *e)
{
	struct window w;
	int rc = -1;

	if (window_init(&w, memory) != 0)
		return err_memory(e);
	if (rows_header(s->writers[0], &w, e) == 0)
		rc = put_rows(s, &w, 0, 0, e);
	window_free(&w);
	return rc;
}

static int
start_speculators(struct jobs *s, const struct projection *projection,
    const struct scan_policy *policy, struct err *e)
{
	unsigned i;

	s->speculators = calloc(s->threads, sizeof(struct speculator *));
	if (s->speculators == NULL)
		return err_memory(e);
	for (i = 0; i < s->threads; i++) {
		s->speculators[i] = speculator_new(projection, policy,
		    s->writers[i], s->sizes->block / 2, e);
		if (s->speculators[i] == NULL)
			return -1;
	}
	return 0;
}

int
jobs_start(struct jobs *s, const struct table *t,
    const struct projection *projection, const struct scan_policy *policy,
    struct err *e)
{
	unsigned i;

	s->table = t;
	s->writers = calloc(s->threads + 1, sizeof(struct rows *));
	if (s->writers == NULL)
		return err_memory(e);
	for (i = 0; i <= s->threads; i++) {
		s->writers[i] = rows_new(t, e);
		if (s->writers[i] == NULL)
			return -1;
	}
	if (s->threads == 1)
		return 0;
	s->pool = pool_new(s->threads, s->threads + 2, work, e);
	if (s->pool == NULL)
		return -1;
	return projection != NULL ?
	    start_speculators(s, projection, policy, e) : 0;
}

void
jobs_init(struct jobs *s)
{
	pthread_mutex_init(&s->lock, NULL);	/* these cannot fail with */
	pthread_cond_init(&s->turn, NULL);	/* default attributes on Linux */
}

void
jobs_free(struct jobs *s)
{
	struct job *j;
	unsigned i;

	pass_turn(s, true);
	while (s->pool != NULL && (j = pool_take(s->pool)) != NULL)
		job_free(j);
	pool_free(s->pool);
	while ((j = s->idle) != NULL) {
		s->idle = j->next;
		job_free(j);
	}
	for (i = 0; s->speculators != NULL && i < s->threads; i++)
		speculator_free(s->speculators[i]);
	free(s->speculators);
	for (i = 0; s->writers != NULL && i <= s->threads; i++)
		rows_free(s->writers[i]);
	free(s->writers);
	pthread_cond_destroy(&s->turn);
	pthread_mutex_destroy(&s->lock);
}
