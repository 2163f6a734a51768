/*
 * commit-model: the protocol of s3/job.h as a model, in all orders.
 *
 *	commit-model [-a] [-l] [-p]
 *
 * Two tasks run twice each, at any time, and two commits beside them.  Each step
 * is one request to a store that reads what was written last.  Any of the six
 * may be killed between two steps; with -a somebody else may abort one upload at
 * any time.  All states that can be reached are visited, and in each must hold:
 *
 *	1. What the manifest names is there, and is what it names.
 *	2. Each task's object is one of its own attempts.
 *
 * and from each state in which nobody moves any more, one commit alone leads to a
 * manifest, or finds that receipts or an upload are missing; when there is a
 * manifest, it leaves nothing over but an upload that was killed before it could
 * say that it had begun.
 *
 * Faults that must be found, so that the model can fail:
 *
 *	-p	commits make no plan, but publish what receipts say
 *	-l	commits do not look for a manifest after they made a plan
 *
 * Exit status 0: all states are good; 1: one is not, and it is printed.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TASKS = 2, ATTEMPTS = 2, COMMITS = 2, PLANS = 3 };

enum upload { NONE, OPEN, DONE, ABORTED };

/* Where an attempt is. */
enum { A_CREATE, A_MARK, A_RECEIPT, A_END };

/* Where a commit is. */
enum { C_LOOK, C_LIST, C_LOAD, C_READ, C_CHECK, C_SEE, C_PLAN, C_LOOK_AGAIN,
	C_PUBLISH, C_HEAD, C_DEAD, C_MANIFEST, C_CLEAN, C_MARKS, C_RECEIPTS,
	C_PLANS, C_FAILED, C_END };

/* What has become of a commit's item. */
enum { I_OPEN, I_STORED, I_GONE };

struct commit {
	uint8_t pc;
	uint8_t plan;			/* its number; 0: none */
	uint8_t again;			/* an earlier plan was dead */
	uint8_t choice[TASKS];		/* attempt + 1; 0: none */
	uint8_t dead[TASKS];		/* of the plan before: attempt + 1 */
	uint8_t item[TASKS];
	uint8_t at;			/* the item a step is about */
	uint8_t marks, receipts, plans;	/* what a list has shown */
	uint8_t read;			/* the receipt read last: attempt + 1 */
	uint8_t deleting;		/* the second step of an object */
};

struct state {
	uint8_t upload[TASKS][ATTEMPTS];
	uint8_t mark[TASKS][ATTEMPTS];
	uint8_t receipt[TASKS];		/* attempt + 1 */
	uint8_t object[TASKS];
	uint8_t plan[PLANS + 1][TASKS];	/* all 0: none */
	uint8_t manifest[TASKS];
	uint8_t stranger;		/* has aborted an upload */
	uint8_t attempt[TASKS][ATTEMPTS];
	struct commit commit[COMMITS];
};

static bool stranger, no_plan, no_look;

/* The set of states, and the queue of those whose successors are not known. */

static struct state *states;
static size_t n_states, room, *table, table_size;

static uint64_t
hash(const struct state *s)
{
	const uint8_t *p = (const uint8_t *)s;
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < sizeof *s; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

static void
out_of_memory(void)
{
	fprintf(stderr, "commit-model: no memory\n");
	exit(70);
}

static void
enlarge(void)
{
	size_t size = table_size == 0 ? 1 << 20 : table_size * 2;

	free(table);
	if ((table = calloc(size, sizeof *table)) == NULL)
		out_of_memory();
	table_size = size;
	for (size_t i = 0; i < n_states; i++) {
		size_t at = hash(&states[i]) & (size - 1);

		while (table[at] != 0)
			at = (at + 1) & (size - 1);
		table[at] = i + 1;
	}
}

/* Two commits that have changed their names are the same two. */
static void
add(struct state *s)
{
	struct commit *c = s->commit, other;
	size_t at;

	if (memcmp(&c[0], &c[1], sizeof other) > 0) {
		other = c[0];
		c[0] = c[1];
		c[1] = other;
	}

	if (n_states * 2 >= table_size)
		enlarge();
	for (at = hash(s) & (table_size - 1); table[at] != 0;
	    at = (at + 1) & (table_size - 1))
		if (memcmp(&states[table[at] - 1], s, sizeof *s) == 0)
			return;
	if (n_states == room) {
		room = room == 0 ? 1 << 16 : room * 2;
		if ((states = realloc(states, room * sizeof *states)) == NULL)
			out_of_memory();
	}
	states[n_states++] = *s;
	table[at] = n_states;
}

/* Steps. */

static bool
has(const uint8_t choice[TASKS])
{
	return choice[0] != 0 || choice[1] != 0;
}

static void
abort_upload(struct state *s, unsigned task, unsigned attempt)
{
	if (s->upload[task][attempt] == OPEN)
		s->upload[task][attempt] = ABORTED;
}

static void
step_attempt(struct state *s, unsigned t, unsigned a)
{
	switch (s->attempt[t][a]++) {
	case A_CREATE:
		s->upload[t][a] = OPEN;
		break;
	case A_MARK:
		s->mark[t][a] = 1;
		break;
	case A_RECEIPT:
		s->receipt[t] = (uint8_t)(a + 1);
		break;
	}
}

/* The next item from c->at on that is still open goes on by itself; the commit
 * goes to `then` when there is none. */
static bool
next_item(struct commit *c, uint8_t then)
{
	while (c->at < TASKS && c->item[c->at] != I_OPEN)
		c->at++;
	if (c->at < TASKS)
		return true;
	c->at = 0;
	c->pc = then;
	return false;
}

static void
begin_items(struct commit *c, uint8_t pc)
{
	c->pc = pc;
	c->at = 0;
	memset(c->item, I_OPEN, sizeof c->item);
}

static void
forget(struct commit *c)
{
	memset(c->choice, 0, sizeof c->choice);
}

/* What the plan names, once all of it has an end. */
static void
judge_plan(struct commit *c)
{
	bool gone = false;

	for (unsigned t = 0; t < TASKS; t++)
		gone |= c->item[t] == I_GONE;
	c->pc = !gone ? C_MANIFEST : c->again || no_plan ? C_FAILED : C_DEAD;
	if (c->pc == C_DEAD) {
		for (unsigned t = 0; t < TASKS; t++)
			c->dead[t] = c->item[t] == I_GONE ? c->choice[t] : 0;
		c->again = 1;
		c->pc = C_LIST;
	}
	memset(c->item, I_OPEN, sizeof c->item);
}

static void
list(const struct state *s, struct commit *c)
{
	unsigned latest = 0;

	for (unsigned k = 1; k <= PLANS; k++)
		if (has(s->plan[k]))
			latest = k;
	if (!no_plan && latest > c->plan) {
		c->plan = (uint8_t)latest;
		c->pc = C_LOAD;
		return;
	}
	c->at = 0;
	c->pc = C_READ;
}

static void
load(const struct state *s, struct commit *c)
{
	if (!has(s->plan[c->plan])) {
		c->pc = C_FAILED;
		return;
	}
	memcpy(c->choice, s->plan[c->plan], sizeof c->choice);
	begin_items(c, C_PUBLISH);
}

static void
read_receipt(const struct state *s, struct commit *c)
{
	uint8_t found = s->receipt[c->at];

	if (found == 0 || found == c->dead[c->at]) {
		c->pc = C_FAILED;
		return;
	}
	c->choice[c->at] = found;
	if (++c->at == TASKS)
		begin_items(c, C_CHECK);
}

static void
check_upload(const struct state *s, struct commit *c)
{
	if (!next_item(c, C_PLAN))
		return;
	if (s->upload[c->at][c->choice[c->at] - 1] == OPEN)
		c->item[c->at] = I_STORED;	/* in order, here */
	else
		c->pc = C_SEE;
}

static void
see_object(const struct state *s, struct commit *c)
{
	if (s->object[c->at] != c->choice[c->at]) {
		c->pc = C_FAILED;
		return;
	}
	c->item[c->at] = I_STORED;
	c->pc = C_CHECK;
}

static void
write_plan(struct state *s, struct commit *c)
{
	unsigned number = c->plan + 1u;

	if (no_plan) {
		begin_items(c, C_PUBLISH);
		return;
	}
	if (number > PLANS) {
		c->pc = C_FAILED;
		return;
	}
	c->plan = (uint8_t)number;
	if (has(s->plan[number])) {
		c->pc = C_LOAD;		/* and look again after it */
		return;
	}
	memcpy(s->plan[number], c->choice, sizeof c->choice);
	begin_items(c, no_look ? C_PUBLISH : C_LOOK_AGAIN);
}

static void
publish(struct state *s, struct commit *c)
{
	uint8_t chosen, *upload;

	if (!next_item(c, C_PUBLISH)) {
		judge_plan(c);
		return;
	}
	chosen = c->choice[c->at];
	upload = &s->upload[c->at][chosen - 1];
	if (*upload != OPEN) {
		c->pc = C_HEAD;
		return;
	}
	*upload = DONE;
	s->object[c->at] = chosen;
	c->item[c->at] = I_STORED;
}

static void
head(const struct state *s, struct commit *c)
{
	c->item[c->at] = s->object[c->at] == c->choice[c->at] ? I_STORED :
	    I_GONE;
	c->pc = C_PUBLISH;
}

static void
clean_list(const struct state *s, struct commit *c)
{
	c->marks = c->receipts = c->plans = 0;
	for (unsigned i = 0; i < TASKS * ATTEMPTS; i++)
		if (s->mark[i / ATTEMPTS][i % ATTEMPTS])
			c->marks |= (uint8_t)(1 << i);
	for (unsigned t = 0; t < TASKS; t++)
		if (s->receipt[t] != 0)
			c->receipts |= (uint8_t)(1 << t);
	for (unsigned k = 1; k <= PLANS; k++)
		if (has(s->plan[k]))
			c->plans |= (uint8_t)(1 << k);
	c->pc = C_MARKS;
}

static unsigned
lowest(unsigned bits)
{
	unsigned i = 0;

	while (!(bits >> i & 1))
		i++;
	return i;
}

static void
clean_mark(struct state *s, struct commit *c)
{
	unsigned i, t, a;

	if (c->marks == 0) {
		c->pc = C_RECEIPTS;
		return;
	}
	i = lowest(c->marks);
	t = i / ATTEMPTS;
	a = i % ATTEMPTS;
	if (!c->deleting && c->choice[t] != a + 1) {
		abort_upload(s, t, a);
		c->deleting = 1;
		return;
	}
	s->mark[t][a] = 0;
	c->deleting = 0;
	c->marks &= (uint8_t)~(1u << i);
}

static void
clean_receipt(struct state *s, struct commit *c)
{
	unsigned t;

	if (c->receipts == 0) {
		c->pc = C_PLANS;
		return;
	}
	t = lowest(c->receipts);
	switch (c->deleting) {
	case 0:
		c->read = s->receipt[t];
		c->deleting = c->read == 0 || c->read == c->choice[t] ? 2 : 1;
		return;
	case 1:
		abort_upload(s, t, c->read - 1u);
		c->deleting = 2;
		return;
	}
	s->receipt[t] = 0;
	c->deleting = c->read = 0;
	c->receipts &= (uint8_t)~(1u << t);
}

static void
clean_plan(struct state *s, struct commit *c)
{
	unsigned k;

	if (c->plans == 0) {
		c->pc = C_END;
		return;
	}
	k = lowest(c->plans);
	memset(s->plan[k], 0, sizeof s->plan[k]);
	c->plans &= (uint8_t)~(1u << k);
}

static void
step_commit(struct state *s, struct commit *c)
{
	switch (c->pc) {
	case C_LOOK:
		c->pc = has(s->manifest) ? C_CLEAN : C_LIST;
		break;
	case C_LIST:
		list(s, c);
		break;
	case C_LOAD:
		load(s, c);
		break;
	case C_READ:
		read_receipt(s, c);
		break;
	case C_CHECK:
		check_upload(s, c);
		break;
	case C_SEE:
		see_object(s, c);
		break;
	case C_PLAN:
		write_plan(s, c);
		break;
	case C_LOOK_AGAIN:
		c->pc = C_PUBLISH;
		if (has(s->manifest)) {
			forget(c);
			c->pc = C_CLEAN;
		}
		break;
	case C_PUBLISH:
		publish(s, c);
		break;
	case C_HEAD:
		head(s, c);
		break;
	case C_MANIFEST:
		if (!has(s->manifest))
			memcpy(s->manifest, c->choice, sizeof c->choice);
		c->pc = C_CLEAN;
		break;
	case C_CLEAN:
		clean_list(s, c);
		break;
	case C_MARKS:
		clean_mark(s, c);
		break;
	case C_RECEIPTS:
		clean_receipt(s, c);
		break;
	case C_PLANS:
		clean_plan(s, c);
		break;
	case C_FAILED:
		if (has(s->manifest)) {
			forget(c);
			c->pc = C_CLEAN;
		} else {
			c->pc = C_END;
		}
		break;
	}
	if (c->pc == C_END)
		*c = (struct commit){ .pc = C_END };
}

/* What must hold. */

static void
print(const struct state *s, const char *what)
{
	printf("%s\n", what);
	for (unsigned t = 0; t < TASKS; t++)
		printf("task %u: uploads %u %u, marks %u %u, receipt %u, "
		    "object %u, manifest %u, plans %u %u %u\n", t,
		    s->upload[t][0], s->upload[t][1], s->mark[t][0],
		    s->mark[t][1], s->receipt[t], s->object[t],
		    s->manifest[t], s->plan[1][t], s->plan[2][t],
		    s->plan[3][t]);
	for (unsigned i = 0; i < COMMITS; i++)
		printf("commit %u: at %u, plan %u, choice %u %u\n", i,
		    s->commit[i].pc, s->commit[i].plan, s->commit[i].choice[0],
		    s->commit[i].choice[1]);
}

static const char *
wrong(const struct state *s)
{
	for (unsigned t = 0; t < TASKS; t++) {
		if (has(s->manifest) && s->object[t] != s->manifest[t])
			return "the manifest names an object that is not there";
		if (s->object[t] != 0 &&
		    s->upload[t][s->object[t] - 1] != DONE)
			return "an object without its upload";
	}
	return NULL;
}

static bool
rests(const struct state *s)
{
	for (unsigned i = 0; i < TASKS * ATTEMPTS; i++)
		if (s->attempt[i / ATTEMPTS][i % ATTEMPTS] != A_END)
			return false;
	for (unsigned i = 0; i < COMMITS; i++)
		if (s->commit[i].pc != C_END)
			return false;
	return true;
}

/* One commit alone, to its end. */
static const char *
wrong_at_rest(const struct state *from)
{
	struct state s = *from;
	struct commit *c = &s.commit[0];
	bool failed = false;

	*c = (struct commit){ .pc = C_LOOK };
	while (c->pc != C_END) {
		failed |= c->pc == C_FAILED;
		step_commit(&s, c);
	}
	if (wrong(&s) != NULL)
		return wrong(&s);
	if (!has(s.manifest)) {
		for (unsigned t = 0; t < TASKS; t++)
			if (s.receipt[t] == 0)
				return NULL;	/* that is said */
		return failed && s.stranger ? NULL :
		    "all receipts are there, and no manifest can be";
	}
	for (unsigned t = 0; t < TASKS; t++) {
		for (unsigned a = 0; a < ATTEMPTS; a++)
			if (s.mark[t][a] || (s.upload[t][a] == OPEN &&
			    from->mark[t][a]))
				return "an upload is left over";
		if (s.receipt[t] != 0)
			return "a receipt is left over";
	}
	for (unsigned k = 1; k <= PLANS; k++)
		if (has(s.plan[k]))
			return "a plan is left over";
	return NULL;
}

/* All states that one step leads to. */
static void
expand(const struct state *from)
{
	struct state s;

	for (unsigned i = 0; i < TASKS * ATTEMPTS; i++) {
		unsigned t = i / ATTEMPTS, a = i % ATTEMPTS;

		if (from->attempt[t][a] != A_END) {
			s = *from;
			step_attempt(&s, t, a);
			add(&s);
			s = *from;
			s.attempt[t][a] = A_END;	/* killed */
			add(&s);
		}
		if (stranger && !from->stranger && from->upload[t][a] == OPEN) {
			s = *from;
			s.upload[t][a] = ABORTED;
			s.stranger = 1;
			add(&s);
		}
	}
	for (unsigned i = 0; i < COMMITS; i++) {
		if (from->commit[i].pc == C_END)
			continue;
		s = *from;
		step_commit(&s, &s.commit[i]);
		add(&s);
		s = *from;
		s.commit[i] = (struct commit){ .pc = C_END };
		add(&s);
	}
}

int
main(int argc, char **argv)
{
	struct state s = { 0 };
	const char *bad = NULL;
	int option;

	while ((option = getopt(argc, argv, "alp")) != -1) {
		stranger |= option == 'a';
		no_plan |= option == 'p';
		no_look |= option == 'l';
		if (option == '?')
			return 64;
	}
	add(&s);
	for (size_t i = 0; i < n_states && bad == NULL; i++) {
		s = states[i];
		if ((bad = wrong(&s)) == NULL && rests(&s))
			bad = wrong_at_rest(&s);
		if (bad != NULL)
			print(&s, bad);
		else
			expand(&s);
	}
	printf("%zu states\n", n_states);
	free(states);
	free(table);
	return bad != NULL;
}
