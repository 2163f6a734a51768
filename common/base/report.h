/*
 * report: what a stage of ours shows of itself to the stages after it.
 *
 * A shell gives the stages of a pipeline nothing in common but the pipes.  So a
 * stage keeps its figures in memory without a name in any file system
 * (memfd_create(2)), and a later stage finds that among the descriptors of the
 * process (base/process.h) and reads it, even after the process has ended.  That
 * it does so is told by a record lock on a byte of the memory, which goes with
 * the reader at the latest; so the stage knows whether another one shows its
 * figures.  Where there is no such memory, every stage is alone.
 *
 * What is read comes from another process: numbers are to be taken as they are,
 * names have been masked (base/printable.h).  One thread uses a report at a
 * time.
 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/process.h"

enum { REPORT_NAME = 16 };	/* bytes of a name, with its NUL */

/* What the reader shows, each with a lock of its own. */
enum report_claim { REPORT_PROGRESS, REPORT_STATS };

struct report {
	uint64_t version;	/* REPORT_VERSION: of another one nothing is read */
	int64_t pid;
	char tool[REPORT_NAME];
	char unit[REPORT_NAME];	/* of records; "": it counts none */
	uint64_t in, out;	/* bytes */
	uint64_t records;
	uint64_t total;		/* bytes in that are expected; 0: unknown */
	uint64_t retries;
	uint64_t peak;		/* of memory, in bytes */
	int64_t ms, cpu_ms;	/* since it began */
	int64_t wait_in, wait_out;	/* ms of these */
	int32_t network;	/* it waits for the network where for neither */
	int32_t code;		/* its exit status; -1: it has not ended */
};

enum { REPORT_VERSION = 1 };

/* The memory for one's own report; -1: there is none to be had. */
int report_open(void);

/* Shows the figures.  fd may be -1, here and below. */
void report_write(int fd, const struct report *r);

/* Whether a later stage shows these figures. */
bool report_claimed(int fd, enum report_claim what);

/* The report of a stage that is held; -1: it has none, or has ended.  The
 * caller closes it. */
int report_find(const struct process *p);

/* Tells that one shows it, for as long as fd is open. */
void report_claim(int fd, enum report_claim what);

/* False: it is none. */
bool report_read(int fd, struct report *r);

#endif
