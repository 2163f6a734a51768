/*
 * body_queue_private: what the two parts of body_queue share: the order of the
 * output (body_queue_order.c), and those who take from it and add to it
 * (body_queue.c).  Nobody else includes it.
 */
#ifndef FETCH_BODY_QUEUE_PRIVATE_H
#define FETCH_BODY_QUEUE_PRIVATE_H

#include "fetch/body_queue.h"

struct piece {			/* of one body, for one lane */
	struct entry *entry;
	struct piece *next;
	struct lane *lane;	/* NULL: its bytes are in aside */
	char *aside;
	size_t size;		/* of aside */
	bool complete;
};

struct entry {			/* a URL in the queue */
	struct body body;
	struct entry *next;
	struct piece *pieces, *last;
	size_t weight;		/* bytes of its URL, counted in put */
	bool failed;
};

struct lane {
	struct transfer transfer;
	struct piece *piece;	/* NULL: free */
	bool busy;		/* a request is under way */
	bool has_turn;		/* by the policy's rate, at not_before */
	int64_t not_before;	/* monotonic ms: the next start */
};

struct run {			/* of body_queue_run */
	struct body_queue *q;
	struct entry *first, *last;
	unsigned places;
	size_t put;		/* bytes of pieces put aside and of URLs */
	bool ended;		/* the source has */
	int fd;			/* to wait for the source; -1: not needed */
	unsigned n_lanes;
	struct lane lanes[];
};

/* Each drops what is under way and frees: a piece, which gives its lane back, all
 * pieces of an entry, the first entry. */
void queue_free_piece(struct run *r, struct piece *p);
void queue_free_pieces(struct run *r, struct entry *en);
void queue_pop(struct run *r);

/* A new piece, the last of its entry, for a free lane; and a new entry, with its
 * first piece, for a body, which it takes over.  -1: 70. */
int queue_add_piece(struct run *r, struct entry *en, struct lane *l,
    enum transfer_kind kind, uint64_t size, struct err *e);
int queue_add(struct run *r, const struct body *b, struct lane *l,
    struct err *e);

/* Copies a small piece that is complete out of its window, if there is room, and
 * frees its lane; without memory it stays where it is. */
void queue_put_aside(struct run *r, struct piece *p);

#endif
