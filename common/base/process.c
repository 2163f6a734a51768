/* process: what /proc and a pidfd tell of another process. */
#define _GNU_SOURCE	/* O_PATH, getdents64, syscall */
#include "base/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PATH = 64,		/* bytes of "/proc/PID/fd/N" */
	STAT = 1024,		/* bytes of /proc/PID/stat */
	LIST = 4096,		/* bytes of a directory or a list, at a time */
	DESCRIPTORS = 1024,	/* a process may have more: it is no filter */
	STAT_PARENT = 2,	/* fields of proc(5)'s stat, from the state on */
	STAT_STATUS = 50
};

/* linux/pidfd.h from 6.15 on, in its first and smallest version; what Debian 12
 * has is older. */
struct exit_info {
	uint64_t mask;
	uint64_t cgroup;
	uint32_t ids[11];
	int32_t status;
};
#define GET_INFO _IOWR(0xff, 11, struct exit_info)
enum { INFO_EXIT = 1 << 3 };

_Static_assert(sizeof(struct exit_info) == 64, "the kernel's first version");

/* Life. */

bool
process_numbers_agree(void)
{
	char text[PATH];
	ssize_t n = readlink("/proc/self", text, sizeof text - 1);

	if (n < 0)
		return false;
	text[n] = '\0';
	return strtol(text, NULL, 10) == getpid();
}

bool
process_open(struct process *p, pid_t pid)
{
	char path[PATH];

	*p = (struct process){ .pid = pid, .dir = -1, .pidfd = -1 };
	if (getsid(pid) != getsid(0))
		return false;
	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	p->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return p->dir >= 0;
}

void
process_close(struct process *p)
{
	if (p->dir > 0)
		close(p->dir);
	if (p->pidfd > 0)
		close(p->pidfd);
	p->dir = p->pidfd = -1;
}

/* Files. */

/* The whole of a small file, with a NUL; its length, or -1. */
static ssize_t
read_file(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, size - 1);
	close(fd);
	if (n >= 0)
		text[n] = '\0';
	return n;
}

void
process_rename(struct process *p)
{
	char name[PROCESS_NAME];

	if (read_file(p->dir, "comm", name, sizeof name) <= 0)
		return;
	name[strcspn(name, "\n")] = '\0';
	memcpy(p->name, name, sizeof name);
}

bool
process_hold(struct process *p)
{
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	/* Both after that: the number might have gone to another before. */
	p->child = process_parent(p) == getpid();
	process_rename(p);
	return p->name[0] != '\0';
}

/* Field n of /proc/PID/stat, 1 being the state, after the name, in which
 * anything may stand.  False: the process has gone. */
static bool
read_stat(const struct process *p, char *state, unsigned n, long *value)
{
	char text[STAT], *at;

	if (read_file(p->dir, "stat", text, sizeof text) <= 0 ||
	    (at = strrchr(text, ')')) == NULL || at[1] != ' ')
		return false;
	*state = *(at += 2);
	for (; n > 1 && at != NULL; n--)
		at = strchr(at + 1, ' ');
	if (at == NULL)
		return false;
	*value = strtol(at, NULL, 10);
	return true;
}

pid_t
process_parent(const struct process *p)
{
	char state;
	long parent;

	return read_stat(p, &state, STAT_PARENT, &parent) ? (pid_t)parent : 0;
}

/* /proc has a directory for each thread, too, though it does not list it. */
pid_t
process_of_thread(pid_t number)
{
	char path[PATH], text[STAT];
	const char *at;

	snprintf(path, sizeof path, "/proc/%d/status", (int)number);
	if (read_file(AT_FDCWD, path, text, sizeof text) <= 0 ||
	    (at = strstr(text, "\nTgid:")) == NULL)
		return 0;
	return (pid_t)strtol(at + strlen("\nTgid:"), NULL, 10);
}

/* Pipes. */

/* "pipe:[4711]"; 0: something else. */
static ino_t
read_inode(int dir, const char *name)
{
	char text[PATH];
	ssize_t n = readlinkat(dir, name, text, sizeof text - 1);

	if (n < 0 || strncmp(text, "pipe:[", 6) != 0)
		return 0;
	text[n] = '\0';
	return (ino_t)strtoul(text + 6, NULL, 10);
}

/* The link's own mode says how the descriptor was opened. */
static bool
read_end(int dir, const char *name, struct pipe_end *end)
{
	struct stat st;

	end->inode = read_inode(dir, name);
	if (end->inode == 0 ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	end->fd = (int)strtol(name, NULL, 10);
	end->reads = (st.st_mode & S_IRUSR) != 0;
	end->writes = (st.st_mode & S_IWUSR) != 0;
	return true;
}

bool
process_has(const struct process *p, int fd, ino_t inode)
{
	char name[PATH];

	snprintf(name, sizeof name, "fd/%d", fd);
	return read_inode(p->dir, name) == inode;
}

bool
process_writes(pid_t pid, int fd, ino_t inode)
{
	struct pipe_end end;
	char path[PATH];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
	return read_end(AT_FDCWD, path, &end) && end.inode == inode &&
	    end.writes;
}

unsigned
process_pipes(const struct process *p, struct pipe_end *ends, unsigned most)
{
	_Alignas(struct dirent64) char list[LIST];
	int dir = openat(p->dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	unsigned n = 0, seen = 0;
	ssize_t len;

	while (dir >= 0 && (len = getdents64(dir, list, sizeof list)) > 0) {
		const struct dirent64 *d;

		for (ssize_t at = 0; at < len && n < most; at += d->d_reclen) {
			d = (const void *)(list + at);
			if (seen++ < DESCRIPTORS && *d->d_name != '.' &&
			    read_end(dir, d->d_name, &ends[n]))
				n++;
		}
		if (seen >= DESCRIPTORS)
			break;
	}
	if (dir >= 0)
		close(dir);
	return n;
}

/* One call each that says yes: between two the process may end, and what it had
 * would seem to be something else. */
bool
process_input_differs(const struct process *p, ino_t inode)
{
	struct stat st;

	return fstatat(p->dir, "fd/0", &st, 0) == 0 &&
	    !(S_ISFIFO(st.st_mode) && st.st_ino == inode);
}

bool
process_input_opaque(const struct process *p)
{
	struct stat st;

	return read_inode(p->dir, "fd/0") == 0 &&
	    fstatat(p->dir, "fd/0", &st, 0) == 0 &&
	    (S_ISSOCK(st.st_mode) || S_ISFIFO(st.st_mode));
}

int
process_hold_pipe(const struct process *p, int fd, ino_t inode)
{
	struct stat st;
	char name[PATH];
	int held;

	snprintf(name, sizeof name, "fd/%d", fd);
	held = openat(p->dir, name, O_PATH | O_CLOEXEC);
	if (held < 0 || (fstat(held, &st) == 0 && S_ISFIFO(st.st_mode) &&
	    st.st_ino == inode))
		return held;
	close(held);
	return -1;
}

int
process_open_link(const struct process *p, const char *begin)
{
	int dir = openat(p->dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t len = strlen(begin);
	char name[PATH], text[PATH];
	int fd = -1;

	for (int i = 0; dir >= 0 && fd < 0 && i < DESCRIPTORS; i++) {
		snprintf(name, sizeof name, "%d", i);
		if (readlinkat(dir, name, text, sizeof text) > (ssize_t)len &&
		    memcmp(text, begin, len) == 0)
			fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	}
	if (dir >= 0)
		close(dir);
	return fd;
}

/* Those of its first thread, which is the one that starts the stages of a
 * pipeline in all shells. */
unsigned
process_children(pid_t pid, pid_t *children, unsigned most)
{
	char path[PATH], list[4 * LIST], *at = list, *end;
	unsigned n = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid,
	    (int)pid);
	if (read_file(AT_FDCWD, path, list, sizeof list) <= 0)
		return 0;
	while (n < most) {
		children[n] = (pid_t)strtol(at, &end, 10);
		if (end == at)
			break;
		at = end;
		n++;
	}
	return n;
}

/* Ends. */

/* A child that we were given by exec: its end is left for whoever asks. */
static bool
child_status(const struct process *p, int *status)
{
	siginfo_t info = { 0 };

	if (!p->child || waitid(P_PID, (id_t)p->pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != p->pid)
		return false;
	*status = info.si_code == CLD_EXITED ? info.si_status << 8 :
	    info.si_status;
	return true;
}

static bool
pidfd_status(const struct process *p, int *status)
{
	struct exit_info info = { .mask = INFO_EXIT };

	if (p->pidfd < 0 || ioctl(p->pidfd, GET_INFO, &info) != 0 ||
	    (info.mask & INFO_EXIT) == 0)
		return false;
	*status = info.status;
	return true;
}

/*
 * While nobody has waited for it, it is a zombie, and its stat has the status;
 * or 0 for those who may not see it.  The link to what it runs is denied to
 * the same, before it turns out that a zombie has none.  Asked in between, so
 * that the answer is about the zombie.
 */
static bool
zombie_status(const struct process *p, int *status)
{
	char path[PATH], state;
	long code, same;

	if (!read_stat(p, &state, STAT_STATUS, &code) || state != 'Z' ||
	    readlinkat(p->dir, "exe", path, sizeof path) >= 0 ||
	    errno != ENOENT || !read_stat(p, &state, STAT_STATUS, &same))
		return false;
	*status = (int)code;
	return true;
}

enum process_life
process_life(const struct process *p, int *status)
{
	struct pollfd fd = { p->pidfd, POLLIN, 0 };

	if (p->pidfd >= 0 && poll(&fd, 1, 0) == 0)
		return PROCESS_RUNS;
	if (pidfd_status(p, status) || child_status(p, status) ||
	    zombie_status(p, status))
		return PROCESS_ENDED;
	if (process_parent(p) != 0)
		return PROCESS_RUNS;
	/* It may have been waited for just now. */
	return pidfd_status(p, status) ? PROCESS_ENDED : PROCESS_LOST;
}
