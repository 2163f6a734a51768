/*
 * convert: input -> blocks -> scan -> batches -> rows -> output.
 *
 * One thread, the driver, reads and writes.  With one thread it does all: its
 * scan walks block after block and fills the batch of the job at work; a full
 * batch becomes rows in the job's window, and the window is written.  That is
 * the specification of everything else.
 *
 * With more threads the driver speculates.  A block that begins and ends where
 * records seem to (boundary.h) is a slice: a worker of the pool checks it, walks
 * it with a scan and a projection of its own, and makes rows of it, all on the
 * guess that it begins between two records.  The driver collects jobs in the
 * order of the input, and only when a slice's turn comes does it know where its
 * own scan stands.  If that is where the slice begins, and nothing out of the
 * ordinary happened in the slice, the scan takes over what was found in it
 * (scan_part.h) and the rows are written.  If not, the rows are thrown away and
 * the driver walks the block itself.  So rows, messages and counts never depend
 * on a guess.  After each wrong guess the driver walks more of the next blocks
 * before it guesses again.
 *
 * A block that is no slice is walked by the driver once all jobs before it are
 * collected, and the batches become rows in the pool.  But a slice's block that
 * the driver walks comes before the slices that are still in work; its batches
 * are dealt with at once, by the driver.
 *
 * Without a list of fields the columns are learnt first: jobs are held back
 * until the records in them, and the columns, take their share of the memory
 * (budget.h), or the input ends.  Then the columns are fixed, the header is
 * written and the held jobs go their way.  Which record is the last does not
 * depend on the threads, or on the sizes of batches and blocks.
 *
 * An error stops the scan.  What was found before it becomes rows and is
 * written; slices after it are dropped.  A job that fails while they are
 * written does so earlier in the input, so its error is the one reported.
 */
#include <malloc.h>	/* mallopt, which is glibc's */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/budget.h"
#include "csv/convert.h"
#include "csv/convert_private.h"
#include "csv/boundary.h"
#include "csv/block_reader.h"
#include "csv/jobs.h"
#include "csv/presence.h"
#include "json/scan.h"
#include "json/scan_part.h"
#include "json/scan_rows.h"

/* Blocks, 128 MiB: so many are walked by the driver after wrong guesses, at
 * most.  Each wrong guess doubles the number, so input that is never sliced
 * costs few vain tries; more would miss the part that can be sliced. */
enum { DOUBT_MAX = 512 };

/* Bytes: allocations from here on malloc maps on their own, and gives back when
 * they are freed.  It is above the buffers that are used again and again. */
enum { MAPPED = 256 * 1024 };

static int
take_job(struct converter *c, struct err *e)
{
	c->job = jobs_get(&c->jobs, e);
	if (c->job == NULL)
		return -1;
	c->scan.batch = &c->job->batch;
	return 0;
}

static int
write_header(struct converter *c, struct err *e)
{
	if (c->table.n_columns == 0)
		return 0;
	if (c->o->bom && output_write(c->jobs.out, "\xef\xbb\xbf", 3, e) != 0)
		return -1;
	return c->o->header ? jobs_write_header(&c->jobs, c->o->memory, e) : 0;
}

/* The projection to be copied for each worker that makes slices.  NULL, so none
 * are made, where the copies would take too much, or not know the header row, or
 * the input is not walked as it stands because bytes are replaced in it. */
static const struct projection *
projection_of_slices(const struct converter *c)
{
	size_t share = c->budget.copies / c->jobs.threads;

	return c->o->replace || c->projection.memory > share ||
	    scan_header_comes(&c->scan) ? NULL : &c->projection;
}

/* Without a list of fields: whether all of the input so far is one record. */
static bool
is_lone(const struct converter *c)
{
	const struct conversion *o = c->o;

	return o->fields == NULL && o->unwind == NULL && c->scan.records == 1 &&
	    c->scan.documents == 1 && !o->whole;
}

/* Says what -r would have done, where that was meant: for the array of an input
 * that is one record, or for an object of objects. */
static void
give_hint(const struct converter *c, struct omission *left)
{
	const struct node *record = c->projection.record, *n;
	char *root = path_text(&c->o->root), name[128] = "*";
	uint64_t elements = c->hint.elements;
	size_t i;

	for (i = 0; i < record->n_children; i++) {
		n = record->children[i];
		if (n->n_children == 0 || (n->leaf != NO_LEAF && n->valued))
			break;
	}
	if (elements > 1)
		projection_text(&c->projection, c->projection.leaves[
		    c->hint.leaf]->parent, c->projection.leaves[
		    c->hint.leaf]->name, c->projection.leaves[
		    c->hint.leaf]->len, name, sizeof(name));
	else if (i < record->n_children || i < 2)
		name[0] = '\0';
	if (root != NULL && name[0] != '\0')
		snprintf(left->hint, sizeof(left->hint), "the input is one "
		    "record, with %s; for a row of each: -r '%s%s%s'",
		    elements > 1 ? "an array of others" :
		    "objects for members", strcmp(root, ".") == 0 ? "" : root,
		    strcmp(root, ".") == 0 ? "" : ".", name);
	free(root);
}

/* Whether the members of elements that are fields may be joined. */
static bool
joins_members(const struct conversion *o)
{
	return o->fields != NULL && o->arrays.form == ARRAYS_JOINED;
}

static bool
needs_tree(const struct conversion *o)
{
	size_t i;

	if (o->unwind != NULL && o->unwind->n > 1)
		return true;
	for (i = 0; joins_members(o) && i < o->fields->n; i++) {
		if (o->fields->list[i].path.n > 1)
			return true;
	}
	return false;
}

/* The columns are known: the header, the workers, then what was held. */
static int
set_table(struct converter *c, struct err *e)
{
	const struct conversion *o = c->o;
	struct job *j;

	c->table.csv = o->csv;
	c->table.null_text = o->null_text;
	c->table.arrays = o->arrays;
	c->table.record_max = c->budget.record;
	c->table.row_max = c->budget.row;
	c->table.sizes = c->jobs.sizes;
	c->table.where = o->where;
	c->table.where_leaf = c->where_leaf;
	c->table.keys = o->keys;
	c->table.hint = is_lone(c) ? &c->hint : NULL;
	c->table.trees = needs_tree(o);
	c->table.shape.values_max = c->budget.values;
	c->table.shape.joined_max = c->budget.row;
	if (c->table.trees &&
	    projection_shape(&c->projection, &c->table.shape) != 0)
		return err_memory(e);
	c->table.leaves = c->projection.n_leaves;
	if ((o->fields != NULL ?
	    table_of_fields(&c->table, &c->projection, o->fields,
	    c->field_leaf, e) :
	    table_of_projection(&c->table, &c->projection, e)) != 0)
		return -1;
	if (o->fields == NULL)
		c->jobs.threads = budget_workers(c->jobs.threads,
		    c->projection.n_leaves);
	if (jobs_start(&c->jobs, &c->table, projection_of_slices(c), &c->policy,
	    e) != 0)
		return -1;
	c->started = true;
	if (write_header(c, e) != 0)
		return -1;
	while ((j = dequeue(&c->held)) != NULL) {
		if (jobs_put_batch(&c->jobs, j, e) != 0)
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
	if (c->started) {
		if (jobs_put_batch(&c->jobs, j, e) != 0)
			return -1;
	} else {
		c->held_bytes += batch_used(&j->batch);
		enqueue(&c->held, j);
	}
	return take_job(c, e);
}

/* While the columns are learnt: whether the records so far are enough, for the
 * limit or for the memory.  As what
 * holds them doubles when it grows, they count twice, and not by what happens
 * to be allocated, which depends on the sizes. */
static bool
learnt(const struct converter *c)
{
	size_t used = c->held_bytes + batch_used(&c->job->batch);

	if (c->o->fields != NULL)
		return true;	/* only the header row was waited for */
	if (c->jobs.limited && c->jobs.exact &&
	    c->scan.records >= c->jobs.rows_left)
		return true;
	return 2 * used + c->projection.memory >= c->budget.learning;
}

int
convert_fill(struct converter *c, struct err *e)
{
	struct batch *b = &c->job->batch;

	if (!c->started && learnt(c) && set_table(c, e) != 0)
		return -1;
	if (c->started || batch_loaded(b))
		return hand_over(c, e);
	b->max_records = b->n_records + 1;
	return 0;
}

/* What becomes of a slice: the scan takes over what it found, and its rows are
 * written; or the scan goes through it as through any block. */
static int
settle(void *ctx, struct job *j, struct err *e)
{
	struct converter *c = ctx;

	if (j->good && !c->skipping && scan_join(&c->scan, &j->part)) {
		c->joined++;
		c->doubts /= 2;
		if (c->job->batch.n_records > 0 && hand_over(c, e) != 0)
			return -1;
		return jobs_write(&c->jobs, j, e);
	}
	c->doubts = c->doubts < DOUBT_MAX ? 2 * c->doubts + 1 : DOUBT_MAX;
	c->doubt = c->doubts;
	return convert_walk(c, &j->block, e);
}

/* Walks a block that is no slice, when all before it is collected. */
static int
take_block(struct converter *c, struct job *j, struct err *e)
{
	int rc = 0;

	if (c->jobs.slices > 0)
		rc = jobs_drain(&c->jobs, e);
	if (rc == 0)
		rc = convert_walk(c, &j->block, e);
	jobs_retire(&c->jobs, j);
	if (rc != 0 || !jobs_slicing(&c->jobs))
		return rc;
	if (c->doubt > 0)
		c->doubt--;
	boundary_learn(&c->boundary, &c->scan);
	c->aligned = !c->skipping && scan_stands_at(&c->scan,
	    c->boundary.in_array);
	return 0;
}

static int
next_block(struct converter *c, struct err *e)
{
	bool guess = jobs_slicing(&c->jobs) && c->doubt == 0;
	struct job *j = jobs_get(&c->jobs, e);
	struct meter *m = c->jobs.meter;
	struct err earlier = ERR_NONE;

	if (j == NULL ||
	    block_reserve(&j->block, c->jobs.sizes->block, e) != 0 ||
	    block_read(&c->reader, &j->block, guess ? &c->boundary : NULL,
	    e) != 0) {
		if (j != NULL)
			jobs_retire(&c->jobs, j);
		if (jobs_drain(&c->jobs, &earlier) != 0)
			*e = earlier;
		return -1;
	}
	m->in = c->reader.in->bytes;
	if (c->reader.marked && c->scan.base == 0)
		c->scan.base = 3;	/* the mark is not scanned */
	if (!c->aligned || !j->block.cut)
		return take_block(c, j, e);
	return jobs_put_slice(&c->jobs, j, c->boundary.in_array, e);
}

/* Scans to the end of the input, or to an error. */
static int
scan_all(struct converter *c, struct err *e)
{
	do {
		if (next_block(c, e) != 0)
			return -1;
		/* the input may keep its reader waiting for more */
		if (c->jobs.exact && c->jobs.limited &&
		    c->scan.records >= c->o->limit &&
		    jobs_drain(&c->jobs, e) != 0)
			return -1;
	} while (!block_reader_done(&c->reader) && !jobs_done(&c->jobs));
	if (jobs_done(&c->jobs))
		return 0;
	if (jobs_drain(&c->jobs, e) != 0)
		return -1;
	if (c->skipping || scan_end(&c->scan, c->n_left, e) == 0)
		return 0;
	return convert_pardon(c, e) ? 0 : -1;
}

static int
run(struct converter *c, struct err *e)
{
	const struct conversion *o = c->o;
	struct err later = ERR_NONE;
	int rc;

	rc = scan_all(c, e);
	if (c->jobs.lost || c->job == NULL)
		return -1;	/* rows could not be made or written */
	scan_drop_cut(&c->scan);
	if (jobs_drop_slices(&c->jobs, &later) != 0 ||
	    (!c->started && set_table(c, &later) != 0) ||
	    hand_over(c, &later) != 0 || jobs_drain(&c->jobs, &later) != 0) {
		*e = later;
		return -1;
	}
	if (jobs_done(&c->jobs))
		return 0;	/* whatever came after the last row */
	if (rc != 0)
		return -1;
	return presence_check(&c->scan, &o->root, o->unwind, o->fields,
	    c->field_leaf, o->where, c->where_leaf, e);
}

static int
start(struct converter *c, struct input *in, struct err *e)
{
	const struct conversion *o = c->o;
	const struct selection how = { .root = &o->root, .unwind = o->unwind,
	    .each = joins_members(o), .fields = o->fields, .n_keys = o->n_keys, .whole = o->whole,
	    .header_row = o->header_row };

	if (o->fields != NULL) {
		c->field_leaf = calloc(o->fields->n, sizeof(*c->field_leaf));
		if (c->field_leaf == NULL)
			return err_memory(e);
	}
	if (o->where != NULL) {
		c->where_leaf = calloc(o->where->paths.n,
		    sizeof(*c->where_leaf));
		if (c->where_leaf == NULL)
			return err_memory(e);
	}
	if (block_reader_init(&c->reader, in, c->jobs.sizes->block, o->replace,
	    e) != 0 ||
	    projection_init(&c->projection, &how, c->field_leaf, e) != 0 || (o->where != NULL &&
	    projection_watch(&c->projection, &o->where->paths, c->where_leaf,
	    e) != 0) ||
	    scan_init(&c->scan, &c->projection, &c->policy, e) != 0)
		return -1;
	c->projection.price = budget_column();
	c->projection.limit = c->budget.learning;
	if (o->fields != NULL && !o->header_row && set_table(c, e) != 0)
		return -1;
	return take_job(c, e);
}

static void
stop(struct converter *c)
{
	struct job *j;

	jobs_free(&c->jobs);
	while ((j = dequeue(&c->held)) != NULL)
		job_free(j);
	job_free(c->job);
	table_free(&c->table);
	free(c->field_leaf);
	free(c->where_leaf);
	scan_free(&c->scan);
	projection_free(&c->projection);
	block_reader_free(&c->reader);
}

int
convert(const struct conversion *o, struct input *in, struct output *out,
    struct meter *m, struct omission *left, struct err *e)
{
	struct converter c = { .o = o, .policy = o->policy, .jobs = {
		.out = out, .meter = m, .threads = o->threads,
		.sizes = o->sizes != NULL ? o->sizes : &sizes_default,
		.limited = o->limit != 0, .rows_left = o->limit,
		.exact = o->where == NULL && o->unwind == NULL,
		.settle = settle, .ctx = &c } };
	int rc;

	budget_init(&c.budget, o->memory, o->fields == NULL, o->unwind != NULL,
	    o->arrays.form == ARRAYS_JOINED, needs_tree(o));
	c.policy.lines = o->max_errors > 0;
	c.policy.max_record = c.jobs.record = c.budget.record;
	jobs_init(&c.jobs);
	queue_init(&c.held);
	/* glibc raises this limit when a large block is freed, and from then
	 * on each thread's heap would keep what a large record took. */
	mallopt(M_MMAP_THRESHOLD, MAPPED);
	rc = start(&c, in, e);
	if (rc == 0)
		rc = run(&c, e);
	left->late = c.scan.n_late;
	memcpy(left->first, c.scan.late, sizeof(left->first));
	left->lines = c.skipped;
	left->hint[0] = '\0';
	if (rc == 0 && is_lone(&c))
		give_hint(&c, left);
	meter_extra(m, "slices", c.joined);
	stop(&c);
	return rc;
}
