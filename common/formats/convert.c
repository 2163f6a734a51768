/*
 * convert: input -> blocks -> scan -> batches -> rows -> output.
 *
 * One thread, the driver, reads and writes.  With one thread it also walks:
 * its scan goes through block after block and fills the batch of the job at
 * work; a full batch becomes rows in the job's window, which is written.  This
 * is the specification of all that follows.
 *
 * With more threads the input is converted in slices.  A block that begins and
 * ends where records seem to (cut.h) goes to a worker of the pool, which checks
 * it, walks it with a scan and a selection of its own, and makes rows of it,
 * all on the guess that it begins between two records.  Jobs are collected in
 * the order in which they were handed over.  Only then is it known where the
 * driver's scan stands; if that is where the slice begins, and nothing out of
 * the ordinary happened in it, the scan takes over what it found (scan_part.h)
 * and the rows are written.  Else they are thrown away and the driver walks the
 * block itself, so rows, messages and counts never depend on a guess.  Each
 * wrong one makes the driver walk more of the blocks that follow before it
 * guesses again.
 *
 * A block that is no slice is walked by the driver when all jobs before it are
 * collected; then its batches become rows in the pool, too.  While slices are
 * there, a batch of the driver's comes before all of them and is dealt with on
 * the spot.
 *
 * Without a list of fields the columns are learnt first: jobs are held back
 * until they take half of the memory or the input ends; then the columns are
 * fixed, the header is written and the held jobs go their way.
 *
 * Rows that outgrow a batch's window, as those of a record that is unwound
 * may, are written by the worker itself, when all jobs before are collected:
 * the driver writes none until it has taken that job back.
 *
 * A batch that a large record has made large is in work alone, and gives its
 * memory back.
 *
 * An error stops the scan.  What it had found before becomes rows and is
 * written, slices behind it are dropped; a job that fails does so earlier in
 * the input, and wins.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/window.h"
#include "formats/convert.h"
#include "formats/cut.h"
#include "formats/feed.h"
#include "formats/rows.h"
#include "formats/scan.h"
#include "formats/scan_part.h"
#include "formats/slice.h"
#include "formats/utf8.h"

/* The share of the memory that one record's projection may take, and what of
 * a table's width is allowed for in a batch. */
enum { RECORD_SHARE = 8, SELECT_SHARE = 4, BATCH_CELLS = 256 * 1024 };

/* After a wrong guess so many blocks are not guessed at, at most. */
enum { DOUBT_MAX = 512 };

/* What a column takes besides its node, and a cell for each thread. */
enum { COLUMN_PRICE = sizeof(struct column) + 64 };

struct job {
	struct job *next;	/* in a list */
	struct converter *converter;
	struct window rows;
	/* a batch: */
	uint64_t number;	/* in the order of submission, from 0 */
	size_t size;		/* of its batch, if that is large */
	struct batch batch;
	int rc;
	struct err e;
	/* or a slice: */
	bool slice, good;
	struct block block;
	struct scan_part part;
};

struct queue {
	struct job *first, **last;
};

struct converter {
	const struct conversion *o;
	struct output *out;
	struct meter *meter;
	struct feed feed;
	struct select select;
	struct scan scan;
	uint32_t *field_leaf;	/* for each field */
	struct table table;
	struct rows **writers;	/* one for each thread, and the driver's */
	struct slicer **slicers; /* one for each worker; NULL: no slices */
	struct pool *pool;
	struct job *job;	/* the scanner's */
	struct queue idle, idle_slices, held;
	unsigned n_idle;
	bool skipping;		/* within a line that is skipped */
	char left[SCAN_TAIL];	/* what the scanner has still to walk */
	size_t n_left;
	bool lost;		/* rows could not be made or written */
	/* slices */
	struct cut cut;
	bool aligned;		/* the last block ended at a cut */
	unsigned slices;	/* in the pool */
	uint64_t joined;	/* that were right */
	unsigned doubt, doubts;	/* blocks not to be guessed at: left, last */
	uint64_t submitted;	/* jobs */
	size_t large;		/* bytes of large batches that are in work */
	pthread_mutex_t lock;	/* of what follows */
	pthread_cond_t turn;	/* it has changed */
	uint64_t collected;	/* jobs */
	bool stopped;		/* no more will be */
	/* the driver's alone again */
	uint64_t skipped;	/* lines */
	size_t held_bytes;
};

static int
no_memory(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "out of memory");
}

static void
enqueue(struct queue *q, struct job *j)
{
	j->next = NULL;
	*q->last = j;
	q->last = &j->next;
}

static struct job *
dequeue(struct queue *q)
{
	struct job *j = q->first;

	if (j != NULL && (q->first = j->next) == NULL)
		q->last = &q->first;
	return j;
}

static void
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
job_new(struct converter *c, struct err *e)
{
	size_t share = c->o->memory / RECORD_SHARE;
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL || batch_init(&j->batch, share + BATCH_TEXT) != 0 ||
	    window_init(&j->rows, ROWS_WINDOW + 3 * share) != 0) {
		job_free(j);
		no_memory(e);
		return NULL;
	}
	j->converter = c;
	return j;
}

/* Wide tables get fewer records at a time. */
static size_t
max_records(const struct converter *c)
{
	if (c->table.n_columns <= BATCH_CELLS / BATCH_RECORDS)
		return BATCH_RECORDS;
	return BATCH_CELLS / c->table.n_columns + 1;
}

/* Gives the scanner an empty job. */
static int
take_job(struct converter *c, struct err *e)
{
	c->job = dequeue(&c->idle);
	c->n_idle -= c->job != NULL;
	if (c->job == NULL)
		c->job = job_new(c, e);
	if (c->job == NULL)
		return -1;
	if (batch_rewind(&c->job->batch) != 0)
		return no_memory(e);
	window_rewind(&c->job->rows);
	c->job->batch.max_records = max_records(c);
	c->scan.batch = &c->job->batch;
	return 0;
}

/* A job that is done with: kept for later, or one too many. */
static void
retire(struct converter *c, struct job *j)
{
	c->large -= j->size;
	if (c->n_idle > c->o->threads + 2) {
		job_free(j);
		return;
	}
	c->n_idle++;
	enqueue(&c->idle, j);
}

/* A job with an empty block. */
static struct job *
take_slice(struct converter *c, struct err *e)
{
	struct job *j = dequeue(&c->idle_slices);

	if (j != NULL) {
		window_rewind(&j->rows);
		return j;
	}
	j = calloc(1, sizeof(*j));
	if (j == NULL || window_init(&j->rows, ROWS_WINDOW) != 0 ||
	    block_init(&j->block, c->feed.size, e) != 0) {
		job_free(j);
		no_memory(e);
		return NULL;
	}
	j->slice = true;
	j->converter = c;
	return j;
}

/* Writes a job's first rows from where they are made, when it is the oldest. */
static int
outgrow(void *ctx, const char *rows, size_t len, struct err *e)
{
	struct job *j = ctx;
	struct converter *c = j->converter;
	bool stopped;

	pthread_mutex_lock(&c->lock);
	while (c->collected != j->number && !c->stopped)
		pthread_cond_wait(&c->turn, &c->lock);
	stopped = c->stopped;
	pthread_mutex_unlock(&c->lock);
	if (stopped)
		return err_set(e, EXIT_INTERNAL, "the conversion was stopped");
	return output_write(c->out, rows, len, e);
}

static void
work(void *arg, unsigned self)
{
	struct job *j = arg;
	struct converter *c = j->converter;
	const struct rows_outlet outlet = { .write = outgrow, .ctx = j };

	if (j->slice)
		j->good = slice_convert(c->slicers[self], &j->block, &j->part,
		    &j->rows);
	else
		j->rc = rows_write(c->writers[self], &j->batch, &j->rows,
		    &outlet, &j->e);
}

/* Lets the worker go on that waits for this: see outgrow. */
static void
pass_turn(struct converter *c, bool stopped)
{
	pthread_mutex_lock(&c->lock);
	c->collected++;
	c->stopped |= stopped;
	pthread_cond_broadcast(&c->turn);
	pthread_mutex_unlock(&c->lock);
}

static int
put_rows(struct converter *c, struct window *rows, uint64_t records,
    struct err *e)
{
	int rc = output_write(c->out, window_bytes(rows), window_size(rows),
	    e);

	c->lost |= rc != 0;
	c->meter->records += records;
	c->meter->out = c->out->bytes;
	return rc;
}

/* Writes a batch's rows, those before its failure too. */
static int
collect_batch(struct converter *c, struct job *j, struct err *e)
{
	int rc = put_rows(c, &j->rows, j->batch.n_records, e);

	if (rc == 0 && j->rc != 0)
		*e = j->e;
	if (j->rc != 0)
		rc = -1;
	c->lost |= rc != 0;
	retire(c, j);
	pass_turn(c, rc != 0);
	return rc;
}

static int walk_block(struct converter *c, struct block *b, struct err *e);
static int hand_over(struct converter *c, struct err *e);

/* Writes a slice's rows if they are right; else the driver's scan goes through
 * it, as through a block that nobody guessed at. */
static int
collect_slice(struct converter *c, struct job *j, struct err *e)
{
	int rc = 0;

	if (j->good && !c->skipping && scan_join(&c->scan, &j->part)) {
		if (c->job->batch.n_records > 0)
			rc = hand_over(c, e);
		if (rc == 0)
			rc = put_rows(c, &j->rows, j->part.records, e);
		c->doubts /= 2;
		c->joined++;
	} else {
		rc = walk_block(c, &j->block, e);
		c->doubts = c->doubts < DOUBT_MAX ? 2 * c->doubts + 1 :
		    DOUBT_MAX;
		c->doubt = c->doubts;
	}
	c->slices--;
	enqueue(&c->idle_slices, j);
	return rc;
}

static int
collect(struct converter *c, struct job *j, struct err *e)
{
	return j->slice ? collect_slice(c, j, e) : collect_batch(c, j, e);
}

/* To the pool, when there is room: what was done before is collected. */
static int
submit(struct converter *c, struct job *j, struct err *e)
{
	struct job *done;

	while ((done = pool_full(c->pool) || c->large > c->o->memory /
	    RECORD_SHARE ? pool_take(c->pool) : pool_poll(c->pool)) != NULL) {
		if (collect(c, done, e) != 0) {
			job_free(j);
			return -1;
		}
	}
	c->slices += j->slice;
	pool_put(c->pool, j);
	return 0;
}

/* While slices are in the pool, batches are those of a slice that was
 * collected, and come before all others. */
static int
submit_batch(struct converter *c, struct job *j, struct err *e)
{
	j->number = c->submitted++;
	j->size = batch_large(&j->batch) ? batch_room(&j->batch) : 0;
	c->large += j->size;
	if (c->pool != NULL && c->slices == 0)
		return submit(c, j, e);
	work(j, c->pool != NULL ? c->o->threads : 0);
	return collect_batch(c, j, e);
}

/* The next block begins where the cut is, as it seems. */
static int
submit_slice(struct converter *c, struct job *j, struct err *e)
{
	if (j->part.seen == NULL)
		j->part.seen = calloc((size_t)c->select.n_leaves + 1,
		    sizeof(*j->part.seen));
	if (j->part.seen == NULL) {
		job_free(j);
		return no_memory(e);
	}
	j->part.in_array = c->cut.in_array;
	return submit(c, j, e);
}

static int
drain(struct converter *c, struct err *e)
{
	struct job *j;

	while (c->pool != NULL && (j = pool_take(c->pool)) != NULL) {
		if (collect(c, j, e) != 0)
			return -1;
	}
	return 0;
}

/* After an error: what comes behind it. */
static void
drop_slices(struct converter *c)
{
	for (; c->slices > 0; c->slices--)
		enqueue(&c->idle_slices, pool_take(c->pool));
}

/* The columns of the fields, in their order. */
static int
columns_of_fields(struct converter *c, struct err *e)
{
	const struct fields *f = c->o->fields;
	size_t i;

	c->table.columns = calloc(f->n, sizeof(*c->table.columns));
	if (c->table.columns == NULL)
		return no_memory(e);
	for (i = 0; i < f->n; i++)
		c->table.columns[i] = (struct column){
			.header = f->list[i].header,
			.header_len = strlen(f->list[i].header),
			.leaf = c->field_leaf[i] };
	c->table.n_columns = f->n;
	return 0;
}

/* The columns that were learnt.  A member that was an object in one record
 * and null in another has its members' columns only. */
static int
columns_of_tree(struct converter *c, struct err *e)
{
	const struct node *n;
	size_t len;
	char *header;
	uint32_t i;

	c->select.frozen = true;
	c->table.columns = calloc((size_t)c->select.n_leaves + 1,
	    sizeof(*c->table.columns));
	if (c->table.columns == NULL)
		return no_memory(e);
	for (i = 0; i < c->select.n_leaves; i++) {
		n = c->select.leaves[i];
		if (!n->valued && n->n_children > 0)
			continue;
		header = select_path(&c->select, n, &len);
		if (header == NULL)
			return no_memory(e);
		c->table.columns[c->table.n_columns++] = (struct column){
			.header = header, .header_len = len, .leaf = i };
	}
	return 0;
}

static int
write_header(struct converter *c, struct err *e)
{
	struct window w;
	int rc = -1;

	if (c->table.n_columns == 0)
		return 0;
	if (c->o->bom && output_write(c->out, "\xef\xbb\xbf", 3, e) != 0)
		return -1;
	if (!c->o->header)
		return 0;
	if (window_init(&w, c->o->memory) != 0)
		return no_memory(e);
	if (rows_header(c->writers[0], &w, e) == 0)
		rc = output_write(c->out, window_bytes(&w), window_size(&w),
		    e);
	window_free(&w);
	return rc;
}

/* No slices where a copy of the selection for each worker takes too much, and
 * where the input is not walked as it is. */
static int
start_workers(struct converter *c, struct err *e)
{
	unsigned i, n = c->o->threads;

	c->pool = pool_new(n, n + 2, work, e);
	if (c->pool == NULL)
		return -1;
	if (c->o->replace || c->select.memory > c->o->memory / SELECT_SHARE / n)
		return 0;
	c->slicers = calloc(n, sizeof(struct slicer *));
	if (c->slicers == NULL)
		return no_memory(e);
	for (i = 0; i < n; i++) {
		c->slicers[i] = slicer_new(&c->select, &c->o->policy,
		    c->writers[i], max_records(c), e);
		if (c->slicers[i] == NULL)
			return -1;
	}
	return 0;
}

/* The columns are known: the header, the workers, then what was held. */
static int
set_table(struct converter *c, struct err *e)
{
	const struct conversion *o = c->o;
	struct job *j;
	unsigned i;

	c->table.csv = o->csv;
	c->table.null_text = o->null_text;
	c->table.arrays = o->arrays;
	c->table.memory = o->memory / RECORD_SHARE;
	c->table.leaves = c->select.n_leaves;
	if ((o->fields != NULL ? columns_of_fields(c, e) :
	    columns_of_tree(c, e)) != 0)
		return -1;
	c->writers = calloc(o->threads + 1, sizeof(*c->writers));
	if (c->writers == NULL)
		return no_memory(e);
	for (i = 0; i <= o->threads; i++) {
		c->writers[i] = rows_new(&c->table, e);
		if (c->writers[i] == NULL)
			return -1;
	}
	if (o->threads > 1 && start_workers(c, e) != 0)
		return -1;
	if (write_header(c, e) != 0)
		return -1;
	while ((j = dequeue(&c->held)) != NULL) {
		if (submit_batch(c, j, e) != 0)
			return -1;
	}
	return 0;
}

/* The scanner's job is full, or the last: on with it. */
static int
hand_over(struct converter *c, struct err *e)
{
	struct job *j = c->job;

	c->job = NULL;
	if (c->writers != NULL) {
		if (submit_batch(c, j, e) != 0)
			return -1;
	} else {
		c->held_bytes += batch_room(&j->batch);
		enqueue(&c->held, j);
		if (c->held_bytes + c->select.memory >= c->o->memory / 2 &&
		    set_table(c, e) != 0)
			return -1;
	}
	return take_job(c, e);
}

/* May the line with this error be skipped? */
static bool
pardon(struct converter *c, const struct err *e)
{
	if (e->code != EXIT_DATA || c->skipped >= c->o->max_errors)
		return false;
	c->skipped++;
	c->o->skipped(e);
	return true;
}

/* Scans len bytes; *at is how many of them are walked. */
static int
scan_text(struct converter *c, const char *text, size_t len, size_t *at,
    struct err *e)
{
	enum scan_status status = SCAN_MORE;
	size_t used;

	*at = 0;
	do {
		if (c->skipping) {
			c->skipping = !scan_skip_line(&c->scan, text + *at,
			    len - *at, &used);
			*at += used;
			status = c->skipping ? SCAN_MORE : SCAN_FULL;
			continue;
		}
		status = scan_feed(&c->scan, text + *at, len - *at, &used, e);
		*at += used;
		if (status == SCAN_ERROR && !pardon(c, e))
			return -1;
		c->skipping = status == SCAN_ERROR;
		if (status == SCAN_FULL && batch_full(&c->job->batch) &&
		    hand_over(c, e) != 0)
			return -1;
	} while (status != SCAN_MORE);
	return 0;
}

/* The same with zeros behind them, which are something else now. */
static int
scan_up_to(struct converter *c, char *text, char *stop, size_t *at,
    struct err *e)
{
	char behind[SCAN_SLACK];
	int rc;

	memcpy(behind, stop, sizeof(behind));
	memset(stop, 0, sizeof(behind));
	rc = scan_text(c, text, (size_t)(stop - text), at, e);
	memcpy(stop, behind, sizeof(behind));
	return rc;
}

/* The byte at bad is not UTF-8: to the end of its line, if that can be skipped.
 * *text is what is not walked yet, up to end. */
static int
skip_bad(struct converter *c, char **text, const char *bad, const char *end,
    struct err *e)
{
	size_t used;

	if (!c->skipping) {
		scan_error(&c->scan, c->scan.base + (uint64_t)(bad - *text), e,
		    "expected UTF-8, found byte 0x%02x", (unsigned char)*bad);
		if (!pardon(c, e))
			return -1;
		scan_drop_cut(&c->scan);
	}
	c->skipping = !scan_skip_line(&c->scan, *text, (size_t)(end - *text),
	    &used);
	*text += used;
	return 0;
}

/* Walks a block with the driver's scan, behind what was left over. */
static int
walk_block(struct converter *c, struct block *b, struct err *e)
{
	char *text = b->bytes - c->n_left, *end = b->bytes + b->len, *stop;
	char *from = b->bytes;	/* what is to be checked */
	size_t at;

	memcpy(text, c->left, c->n_left);
	for (;;) {
		stop = from + utf8_check(from, (size_t)(end - from));
		if (scan_up_to(c, text, stop, &at, e) != 0)
			return -1;
		text += at;
		if (stop == end)
			break;
		if (skip_bad(c, &text, stop, end, e) != 0)
			return -1;
		from = text;
	}
	c->n_left = (size_t)(end - text);
	memcpy(c->left, text, c->n_left);
	return 0;
}

/* Walks a block that is no slice, when all before it is collected. */
static int
take_block(struct converter *c, struct job *j, struct err *e)
{
	int rc = 0;

	if (c->slices > 0)
		rc = drain(c, e);
	if (rc == 0)
		rc = walk_block(c, &j->block, e);
	enqueue(&c->idle_slices, j);
	if (rc != 0 || c->slicers == NULL)
		return rc;
	if (c->doubt > 0)
		c->doubt--;
	cut_learn(&c->cut, &c->scan);
	c->aligned = !c->skipping && scan_stands_at(&c->scan,
	    c->cut.in_array);
	return 0;
}

static int
next_block(struct converter *c, struct err *e)
{
	bool guess = c->slicers != NULL && c->doubt == 0;
	struct job *j = take_slice(c, e);
	struct err earlier;

	if (j == NULL)
		return -1;
	if (feed_next(&c->feed, &j->block, guess ? &c->cut : NULL, e) != 0) {
		enqueue(&c->idle_slices, j);
		if (drain(c, &earlier) != 0)
			*e = earlier;
		return -1;
	}
	c->meter->in = c->feed.in->bytes;
	meter_tick(c->meter);
	if (c->feed.marked && c->scan.base == 0)
		c->scan.base = 3;	/* the mark is not scanned */
	if (!c->aligned || !j->block.cut)
		return take_block(c, j, e);
	return submit_slice(c, j, e);
}

/* Scans to the end of the input, or to an error. */
static int
scan_all(struct converter *c, struct err *e)
{
	do {
		if (next_block(c, e) != 0)
			return -1;
	} while (!feed_done(&c->feed));
	if (drain(c, e) != 0)
		return -1;
	if (c->skipping || scan_end(&c->scan, c->n_left, e) == 0)
		return 0;
	return pardon(c, e) ? 0 : -1;
}

static int
nowhere(const char *what, const struct path *p, const char *in, struct err *e)
{
	char *path = path_text(p);

	if (path == NULL)
		return no_memory(e);
	err_set(e, EXIT_DATA, "%s '%s' occurs nowhere in %s", what, path, in);
	free(path);
	return -1;
}

/* What the whole input must have held. */
static int
check_presence(const struct converter *c, struct err *e)
{
	const struct conversion *o = c->o;
	const struct fields *f = o->fields;
	size_t i;

	if (c->scan.documents > 0 && o->root.n > 0 && !c->scan.root_seen)
		return nowhere("the root", &o->root, "the input", e);
	if (c->select.unwound != NULL && c->select.unwound->stamp == 0 &&
	    c->scan.records > 0 && !o->unwind_optional)
		return nowhere("the array to unwind", o->unwind,
		    "the records", e);
	for (i = 0; f != NULL && c->scan.records > 0 && i < f->n; i++) {
		if (!f->list[i].optional && c->select.leaves[
		    c->field_leaf[i]]->stamp == 0)
			return err_set(e, EXIT_DATA, "the field '%s' occurs in "
			    "none of %llu records", f->list[i].header,
			    (unsigned long long)c->scan.records);
	}
	return 0;
}

static int
run(struct converter *c, struct err *e)
{
	struct err later;
	int rc;

	rc = scan_all(c, e);
	if (c->lost || c->job == NULL)
		return -1;	/* rows could not be made or written */
	drop_slices(c);
	scan_drop_cut(&c->scan);
	if ((c->writers == NULL && set_table(c, &later) != 0) ||
	    hand_over(c, &later) != 0 || drain(c, &later) != 0) {
		*e = later;
		return -1;
	}
	return rc == 0 ? check_presence(c, e) : -1;
}

static int
start(struct converter *c, struct input *in, struct err *e)
{
	const struct conversion *o = c->o;

	if (o->fields != NULL) {
		c->field_leaf = calloc(o->fields->n, sizeof(*c->field_leaf));
		if (c->field_leaf == NULL)
			return no_memory(e);
	}
	if (feed_init(&c->feed, in, o->block != 0 ? o->block : FEED_BLOCK,
	    o->replace, e) != 0 ||
	    select_init(&c->select, &o->root, o->unwind, o->fields,
	    c->field_leaf, e) != 0 || scan_init(&c->scan, &c->select, &o->policy, e) != 0)
		return -1;
	c->select.price = COLUMN_PRICE + o->threads * sizeof(struct cell);
	c->select.limit = o->memory / 2;
	if (o->fields != NULL && set_table(c, e) != 0)
		return -1;
	return take_job(c, e);
}

static void
stop(struct converter *c)
{
	struct job *j;
	size_t i;

	pass_turn(c, true);
	while (c->pool != NULL && (j = pool_take(c->pool)) != NULL)
		job_free(j);
	pool_free(c->pool);
	while ((j = dequeue(&c->idle)) != NULL ||
	    (j = dequeue(&c->idle_slices)) != NULL)
		job_free(j);
	while ((j = dequeue(&c->held)) != NULL)
		job_free(j);
	job_free(c->job);
	for (i = 0; c->slicers != NULL && i < c->o->threads; i++)
		slicer_free(c->slicers[i]);
	free(c->slicers);
	for (i = 0; c->writers != NULL && i <= c->o->threads; i++)
		rows_free(c->writers[i]);
	free(c->writers);
	for (i = 0; c->o->fields == NULL && i < c->table.n_columns; i++)
		free((char *)(uintptr_t)c->table.columns[i].header);
	free(c->table.columns);
	free(c->field_leaf);
	scan_free(&c->scan);
	select_free(&c->select);
	feed_free(&c->feed);
	pthread_cond_destroy(&c->turn);
	pthread_mutex_destroy(&c->lock);
}

int
convert(const struct conversion *o, struct input *in, struct output *out,
    struct meter *m, struct omission *left, struct err *e)
{
	struct converter c = { .o = o, .out = out, .meter = m };
	int rc;

	c.idle.last = &c.idle.first;
	c.idle_slices.last = &c.idle_slices.first;
	c.held.last = &c.held.first;
	pthread_mutex_init(&c.lock, NULL);	/* these cannot fail with */
	pthread_cond_init(&c.turn, NULL);	/* default attributes on Linux */
	rc = start(&c, in, e);
	if (rc == 0)
		rc = run(&c, e);
	left->late = c.scan.n_late;
	memcpy(left->first, c.scan.late, sizeof(left->first));
	left->lines = c.skipped;
	meter_extra(m, "slices", c.joined);
	stop(&c);
	return rc;
}
