/* report: the figures of a stage, in memory that later stages find. */
#define _GNU_SOURCE	/* memfd_create, F_OFD_SETLK */
#include "base/report.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/printable.h"

/* As /proc shows it; the first and second are what the call is given. */
#define NAME "mempipe"
#define LINK "/memfd:" NAME " "

int
report_open(void)
{
	return memfd_create(NAME, MFD_CLOEXEC);
}

void
report_write(int fd, const struct report *r)
{
	/* A failure costs others some figures, and the run nothing. */
	if (fd >= 0 && pwrite(fd, r, sizeof *r, 0) < 0)
		return;
}

/* The locks are the open description's, not the process's: a stage may meet
 * those of another one only. */
bool
report_claimed(int fd, enum report_claim what)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = (off_t)what, .l_len = 1 };

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 &&
	    lock.l_type != F_UNLCK;
}

int
report_find(const struct process *p)
{
	return process_open_link(p, LINK);
}

void
report_claim(int fd, enum report_claim what)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
		.l_start = (off_t)what, .l_len = 1 };

	if (fd >= 0)
		fcntl(fd, F_OFD_SETLK, &lock);
}

bool
report_read(int fd, struct report *r)
{
	if (fd < 0 || pread(fd, r, sizeof *r, 0) != (ssize_t)sizeof *r ||
	    r->version != REPORT_VERSION)
		return false;
	r->tool[REPORT_NAME - 1] = r->unit[REPORT_NAME - 1] = '\0';
	printable_mask(r->tool, strlen(r->tool));
	printable_mask(r->unit, strlen(r->unit));
	return true;
}
