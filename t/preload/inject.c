/*
 * inject: makes the n-th call of one kind fail, in a program that runs with
 * this library in LD_PRELOAD.  t/helper/inject is its driver.
 *
 *	INJECT_PROGRAM	the program's name; in others nothing is done
 *	INJECT_REPORT	a file of sizeof(struct report), which the first process
 *			of that name takes as its own
 *	INJECT		"KIND HOW N": the N-th call of KIND fails; "KIND HOW N+":
 *			all from there on.  Without it calls are counted only,
 *			with the place that each comes from.
 *
 * HOW is "fail", "short" (a read or write of at most seven bytes), "eintr" or
 * "zero" (end of file).  Calls count from main() on; what the loader does is
 * left alone, and so is what the C library calls within itself.  A child
 * between fork and exec counts as the kind "child", whatever it calls.
 */
#define _GNU_SOURCE		/* RTLD_NEXT, dladdr, pipe2, and what is wrapped */
#undef _FILE_OFFSET_BITS	/* open and open64 are two functions here */
#undef _FORTIFY_SOURCE		/* no inline functions in front of them */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <iconv.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define KINDS(K) K(malloc) K(read) K(pread) K(write) K(stderr_write) K(open) K(close) \
	K(fstat) K(fstatfs) K(fchmod) K(fcntl) K(ioctl) K(dup) K(lseek) K(pipe) \
	K(fork) K(waitpid) K(poll) K(eventfd) K(signalfd) K(timerfd) K(sigmask) \
	K(sigaction) K(prctl) K(getrandom) K(mmap) K(madvise) K(setlocale) \
	K(affinity) K(rlimit) K(thread) K(mutex_init) K(cond_init) \
	K(socket) K(connect) K(send) K(recv) K(sockopt) K(sockname) K(getaddrinfo) \
	K(stdio) K(syscall) K(iconv) K(child)
enum kind {
#define K(name) KIND_##name,
	KINDS(K)
#undef K
	KINDS_N
};
static const char *const kind_names[] = {
#define K(name) #name,
	KINDS(K)
#undef K
};

/* t/helper/inject reads this. */
enum { CALLS = 1 << 17, DEPTH = 40 };
struct report {
	atomic_uint claimed;	/* a process has it */
	uint32_t kinds;
	char names[64][16];
	atomic_uint count[64];	/* calls of each kind */
	atomic_uint hits;	/* calls that failed */
	atomic_uint calls;	/* entries below */
	char place[2048];	/* the first that failed: "object+offset …" */
	struct {
		uint32_t kind;
		uint32_t place;	/* a hash of its stack */
	} call[CALLS];
};

enum how { HOW_FAIL, HOW_SHORT, HOW_EINTR, HOW_ZERO };

static struct report *report;
static bool child;
static enum kind victim = KINDS_N;
static enum how how;
static unsigned from, upto;
static struct module {
	const char *name;
	uintptr_t low, high;
} modules[64];
static size_t modules_n;
static _Thread_local bool busy;	/* in here: what we call does not count */

static const struct module *
module_of(uintptr_t at)
{
	for (size_t i = 0; i < modules_n; i++)
		if (at >= modules[i].low && at < modules[i].high)
			return &modules[i];
	return NULL;
}

/* What is loaded when main begins, from /proc: a line for each mapping. */
static void
find_modules(void)
{
	static char text[65536];
	size_t have = 0;
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return;
	while (have < sizeof text - 1 &&
	    (n = read(fd, text + have, sizeof text - 1 - have)) > 0)
		have += (size_t)n;
	close(fd);
	text[have] = '\0';
	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		char *name = strrchr(line, '/'), *end;
		struct module *last = modules_n > 0 ? &modules[modules_n - 1] : NULL;
		uintptr_t low = strtoull(line, &end, 16);
		uintptr_t high = *end == '-' ? strtoull(end + 1, NULL, 16) : low;

		if (name == NULL)
			continue;
		if (last != NULL && strcmp(last->name, name + 1) == 0)
			last->high = high;
		else if (modules_n < sizeof modules / sizeof *modules)
			modules[modules_n++] = (struct module){ name + 1, low, high };
	}
}

static uint32_t
hash_of_stack(void *const *frames, int n)
{
	uint32_t hash = 2166136261u;

	for (int i = 2; i < n; i++) {	/* without count and its caller */
		const struct module *m = module_of((uintptr_t)frames[i]);
		uintptr_t at = m != NULL ? (uintptr_t)frames[i] - m->low : 0;

		hash = (hash ^ (uint32_t)at) * 16777619u;
	}
	return hash;
}

static void
tell_stack(char *to, size_t size, void *const *frames, int n)
{
	size_t at = 0;

	for (int i = 2; i < n && at < size; i++) {
		const struct module *m = module_of((uintptr_t)frames[i]);
		int w = snprintf(to + at, size - at, "%s+0x%llx ", m != NULL ? m->name : "?",
		    (unsigned long long)((uintptr_t)frames[i] - (m != NULL ? m->low : 0)));

		if (w < 0)
			return;
		at += (size_t)w;
	}
}

/* Counts a call; whether it is one that fails. */
static bool
count(enum kind kind)
{
	void *frames[DEPTH];
	unsigned n;
	bool hit;

	if (report == NULL || busy)
		return false;
	busy = true;
	if (child)
		kind = KIND_child;
	n = atomic_fetch_add(&report->count[kind], 1) + 1;
	hit = kind == victim && n >= from && n <= upto;
	if (victim == KINDS_N) {
		unsigned i = atomic_fetch_add(&report->calls, 1);

		if (i < CALLS) {
			report->call[i].kind = kind;
			report->call[i].place = hash_of_stack(frames, backtrace(frames, DEPTH));
		}
	}
	if (hit && atomic_fetch_add(&report->hits, 1) == 0)
		tell_stack(report->place, sizeof report->place, frames, backtrace(frames, DEPTH));
	busy = false;
	return hit;
}

static void
in_child(void)
{
	child = true;
}

static void
begin(void)
{
	const char *program = getenv("INJECT_PROGRAM"), *path = getenv("INJECT_REPORT"), *what = getenv("INJECT");
	char kind[32], way[16], plus = 0;
	struct report *r;
	void *frame;
	int fd;

	if (program == NULL || path == NULL || strcmp(program, program_invocation_short_name) != 0)
		return;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (r == MAP_FAILED || atomic_exchange(&r->claimed, 1) != 0)
		return;
	r->kinds = KINDS_N;
	for (int i = 0; i < KINDS_N; i++)
		snprintf(r->names[i], sizeof r->names[i], "%s", kind_names[i]);
	if (what != NULL) {
		if (sscanf(what, "%31s %15s %u%c", kind, way, &from, &plus) < 3)
			return;
		for (victim = 0; victim < KINDS_N && strcmp(kind_names[victim], kind) != 0; )
			victim++;
		how = strcmp(way, "short") == 0 ? HOW_SHORT : strcmp(way, "eintr") == 0 ? HOW_EINTR :
		    strcmp(way, "zero") == 0 ? HOW_ZERO : HOW_FAIL;
		upto = plus == '+' ? UINT32_MAX : from;
	}
	backtrace(&frame, 1);	/* loads what it needs */
	find_modules();
	pthread_atfork(NULL, NULL, in_child);
	report = r;
}

/* The function that this one stands in front of. */
static void *
next(const char *name, _Atomic(void *) *known)
{
	void *f = atomic_load_explicit(known, memory_order_relaxed);

	if (f == NULL) {
		f = dlsym(RTLD_NEXT, name);
		atomic_store_explicit(known, f, memory_order_relaxed);
	}
	return f;
}

static int
fail(int errnum)
{
	errno = how == HOW_EINTR ? EINTR : errnum;
	return -1;
}

#pragma GCC visibility push(default)
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
/* What headers do not declare, or differently under other macros. */
int __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
int __open64_2(const char *, int);
int __open_2(const char *, int);

/* WRAP(type, name, (parameters), (arguments), kind, code): name counts, and a
 * call that shall fail does the code instead of it. */
#define WRAP(type, name, parameters, arguments, kind, code) \
type name parameters \
{ \
	static _Atomic(void *) known; \
\
	if (count(KIND_##kind)) \
		code; \
	return ((type (*) parameters)next(#name, &known)) arguments; \
}

/* What moves bytes may move fewer. */
#define MOVE(errnum) do { \
	if (how == HOW_ZERO) \
		return 0; \
	if (how != HOW_SHORT) \
		return fail(errnum); \
	n = n > 7 ? 7 : n; \
} while (0)
#define MOVE_VECTOR(errnum) do { \
	if (how == HOW_ZERO) \
		return 0; \
	if (how != HOW_SHORT) \
		return fail(errnum); \
	n = 1; \
} while (0)

static int (*real_main)(int, char **, char **);

static int
first(int argc, char **argv, char **envp)
{
	begin();
	return real_main(argc, argv, envp);
}

int
__libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	static _Atomic(void *) known;

	real_main = main;
	return ((__typeof__(&__libc_start_main))next("__libc_start_main", &known))(first, argc, argv, init, fini,
	    rtld_fini, stack_end);
}

static void *
none(void)
{
	errno = ENOMEM;
	return NULL;
}

WRAP(void *, malloc, (size_t n), (n), malloc, return none())
WRAP(void *, calloc, (size_t n, size_t size), (n, size), malloc, return none())
WRAP(void *, realloc, (void *p, size_t n), (p, n), malloc, return none())
WRAP(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size), malloc, return none())
WRAP(void *, aligned_alloc, (size_t a, size_t n), (a, n), malloc, return none())
WRAP(void *, memalign, (size_t a, size_t n), (a, n), malloc, return none())
WRAP(int, posix_memalign, (void **p, size_t a, size_t n), (p, a, n), malloc, return ENOMEM)
WRAP(void *, mmap, (void *a, size_t n, int p, int fl, int fd, off_t at), (a, n, p, fl, fd, at), mmap,
    do { none(); return MAP_FAILED; } while (0))
WRAP(void *, mmap64, (void *a, size_t n, int p, int fl, int fd, off64_t at), (a, n, p, fl, fd, at), mmap,
    do { none(); return MAP_FAILED; } while (0))
WRAP(int, madvise, (void *a, size_t n, int what), (a, n, what), madvise, return fail(EINVAL))

WRAP(ssize_t, read, (int fd, void *b, size_t n), (fd, b, n), read, MOVE(EIO))
WRAP(ssize_t, readv, (int fd, const struct iovec *v, int n), (fd, v, n), read, MOVE_VECTOR(EIO))
WRAP(ssize_t, pread, (int fd, void *b, size_t n, off_t at), (fd, b, n, at), pread, MOVE(EIO))
WRAP(ssize_t, pread64, (int fd, void *b, size_t n, off64_t at), (fd, b, n, at), pread, MOVE(EIO))
WRAP(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), write, MOVE_VECTOR(ENOSPC))

ssize_t
write(int fd, const void *b, size_t n)
{
	static _Atomic(void *) known;

	/* Eight bytes go into an eventfd, which always takes them. */
	if (n != sizeof(uint64_t) &&
	    count(fd == STDERR_FILENO ? KIND_stderr_write : KIND_write))
		MOVE(ENOSPC);
	return ((ssize_t (*)(int, const void *, size_t))next("write", &known))(fd, b, n);
}

/* open's third argument is there with O_CREAT only. */
#define OPEN(name, before, pass) \
int name(before const char *path, int flags, ...) \
{ \
	static _Atomic(void *) known; \
	mode_t mode = 0; \
	va_list ap; \
\
	va_start(ap, flags); \
	if (flags & O_CREAT) \
		mode = va_arg(ap, mode_t); \
	va_end(ap); \
	if (count(KIND_open)) \
		return fail(EMFILE); \
	return ((int (*)(before const char *, int, ...))next(#name, &known))(pass path, flags, mode); \
}
#define COMMA ,
#define NOTHING
OPEN(open, NOTHING, NOTHING)
OPEN(open64, NOTHING, NOTHING)
OPEN(openat, int fd COMMA, fd COMMA)
OPEN(openat64, int fd COMMA, fd COMMA)
WRAP(int, __open_2, (const char *path, int flags), (path, flags), open, return fail(EMFILE))
WRAP(int, __open64_2, (const char *path, int flags), (path, flags), open, return fail(EMFILE))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode), open, do { fail(EMFILE); return NULL; } while (0))
WRAP(FILE *, fopen64, (const char *path, const char *mode), (path, mode), open, do { fail(EMFILE); return NULL; } while (0))

/* A close that fails has closed. */
int
close(int fd)
{
	static _Atomic(void *) known;
	bool hit = count(KIND_close);
	int rc = ((int (*)(int))next("close", &known))(fd);

	return hit ? fail(EIO) : rc;
}

WRAP(int, fstat, (int fd, struct stat *st), (fd, st), fstat, return fail(EIO))
WRAP(int, fstat64, (int fd, struct stat64 *st), (fd, st), fstat, return fail(EIO))
WRAP(int, stat, (const char *p, struct stat *st), (p, st), fstat, return fail(EIO))
WRAP(int, stat64, (const char *p, struct stat64 *st), (p, st), fstat, return fail(EIO))
WRAP(int, access, (const char *p, int mode), (p, mode), fstat, return fail(EIO))
WRAP(int, fstatfs, (int fd, struct statfs *st), (fd, st), fstatfs, return fail(EPERM))
WRAP(int, fstatfs64, (int fd, struct statfs64 *st), (fd, st), fstatfs, return fail(EPERM))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), fchmod, return fail(EPERM))
WRAP(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence), lseek, return fail(ESPIPE))
WRAP(off64_t, lseek64, (int fd, off64_t at, int whence), (fd, at, whence), lseek, return fail(ESPIPE))
WRAP(DIR *, opendir, (const char *path), (path), open, do { fail(EMFILE); return NULL; } while (0))
WRAP(ssize_t, readlink, (const char *p, char *b, size_t n), (p, b, n), fstat, return fail(EACCES))
WRAP(ssize_t, readlinkat, (int fd, const char *p, char *b, size_t n), (fd, p, b, n), fstat, return fail(EACCES))
WRAP(int, fstatat, (int fd, const char *p, struct stat *st, int flags), (fd, p, st, flags), fstat, return fail(EACCES))
WRAP(int, fstatat64, (int fd, const char *p, struct stat64 *st, int flags), (fd, p, st, flags), fstat,
    return fail(EACCES))
WRAP(ssize_t, getdents64, (int fd, void *b, size_t n), (fd, b, n), fstat, return fail(EIO))

/* The third argument of these is a number or an address. */
#define CONTROL(name, request_type, kind, errnum) \
int name(int fd, request_type request, ...) \
{ \
	static _Atomic(void *) known; \
	va_list ap; \
	void *third; \
\
	va_start(ap, request); \
	third = va_arg(ap, void *); \
	va_end(ap); \
	if (count(KIND_##kind)) \
		return fail(errnum); \
	return ((int (*)(int, request_type, ...))next(#name, &known))(fd, request, third); \
}
CONTROL(fcntl, int, fcntl, EPERM)
CONTROL(fcntl64, int, fcntl, EPERM)
CONTROL(ioctl, unsigned long, ioctl, ENOTTY)

WRAP(int, dup, (int fd), (fd), dup, return fail(EMFILE))
WRAP(int, dup2, (int fd, int to), (fd, to), dup, return fail(EMFILE))
WRAP(int, dup3, (int fd, int to, int flags), (fd, to, flags), dup, return fail(EMFILE))
WRAP(int, pipe, (int p[2]), (p), pipe, return fail(EMFILE))
WRAP(int, pipe2, (int p[2], int flags), (p, flags), pipe, return fail(EMFILE))
WRAP(pid_t, fork, (void), (), fork, return fail(EAGAIN))
WRAP(int, execvp, (const char *path, char *const argv[]), (path, argv), fork, return fail(EACCES))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options), waitpid,
    if (how == HOW_FAIL || !(options & WNOHANG)) return fail(ECHILD))
WRAP(int, waitid, (idtype_t t, id_t id, siginfo_t *i, int options), (t, id, i, options), waitpid,
    if (how == HOW_FAIL || !(options & WNOHANG)) return fail(ECHILD))
WRAP(int, poll, (struct pollfd *p, nfds_t n, int timeout), (p, n, timeout), poll, return fail(ENOMEM))
WRAP(int, ppoll, (struct pollfd *p, nfds_t n, const struct timespec *t, const sigset_t *s), (p, n, t, s), poll,
    return fail(ENOMEM))
WRAP(int, epoll_create1, (int flags), (flags), eventfd, return fail(EMFILE))
WRAP(int, epoll_ctl, (int fd, int op, int to, struct epoll_event *e), (fd, op, to, e), eventfd, return fail(ENOSPC))
WRAP(int, epoll_wait, (int fd, struct epoll_event *e, int n, int t), (fd, e, n, t), poll, return fail(EINTR))
WRAP(int, eventfd, (unsigned start, int flags), (start, flags), eventfd, return fail(EMFILE))
WRAP(int, signalfd, (int fd, const sigset_t *s, int flags), (fd, s, flags), signalfd, return fail(EMFILE))
WRAP(int, timerfd_create, (int c, int flags), (c, flags), timerfd, return fail(EMFILE))
WRAP(int, timerfd_settime, (int fd, int flags, const struct itimerspec *t, struct itimerspec *old), (fd, flags, t, old),
    timerfd, return fail(EINVAL))
WRAP(iconv_t, iconv_open, (const char *to, const char *code), (to, code), iconv, do { fail(EINVAL); return (iconv_t)-1; } while (0))
WRAP(int, sigprocmask, (int what, const sigset_t *s, sigset_t *old), (what, s, old), sigmask, return fail(EINVAL))
WRAP(int, pthread_sigmask, (int what, const sigset_t *s, sigset_t *old), (what, s, old), sigmask, return EINVAL)
WRAP(int, sigaction, (int s, const struct sigaction *a, struct sigaction *old), (s, a, old), sigaction, return fail(EINVAL))
WRAP(ssize_t, getrandom, (void *b, size_t n, unsigned flags), (b, n, flags), getrandom, MOVE(ENOSYS))
WRAP(char *, setlocale, (int category, const char *name), (category, name), setlocale, return NULL)
WRAP(int, sched_getaffinity, (pid_t pid, size_t n, cpu_set_t *set), (pid, n, set), affinity, return fail(EINVAL))
WRAP(int, getrlimit, (__rlimit_resource_t r, struct rlimit *l), (r, l), rlimit, return fail(EPERM))
WRAP(int, getrlimit64, (__rlimit_resource_t r, struct rlimit64 *l), (r, l), rlimit, return fail(EPERM))
WRAP(int, setrlimit, (__rlimit_resource_t r, const struct rlimit *l), (r, l), rlimit, return fail(EPERM))
WRAP(int, setrlimit64, (__rlimit_resource_t r, const struct rlimit64 *l), (r, l), rlimit, return fail(EPERM))

/* Six arguments at most; what is not there is not looked at. */
long
syscall(long number, ...)
{
	static _Atomic(void *) known;
	long a[6];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (count(KIND_syscall))
		return fail(ENOSYS);
	return ((long (*)(long, ...))next("syscall", &known))(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int
prctl(int option, ...)
{
	static _Atomic(void *) known;
	unsigned long a[4];
	va_list ap;

	va_start(ap, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(ap, unsigned long);
	va_end(ap);
	if (count(KIND_prctl))
		return fail(EINVAL);
	return ((int (*)(int, ...))next("prctl", &known))(option, a[0], a[1], a[2], a[3]);
}

WRAP(int, pthread_create, (pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x), (t, a, f, x), thread,
    return EAGAIN)
WRAP(int, pthread_mutex_init, (pthread_mutex_t *m, const pthread_mutexattr_t *a), (m, a), mutex_init, return ENOMEM)
WRAP(int, pthread_cond_init, (pthread_cond_t *c, const pthread_condattr_t *a), (c, a), cond_init, return ENOMEM)

WRAP(int, socket, (int a, int b, int c), (a, b, c), socket, return fail(EMFILE))
WRAP(int, socketpair, (int a, int b, int c, int p[2]), (a, b, c, p), socket, return fail(EMFILE))
WRAP(int, connect, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n), connect, return fail(ECONNREFUSED))
WRAP(ssize_t, send, (int fd, const void *b, size_t n, int flags), (fd, b, n, flags), send, MOVE(ECONNRESET))
WRAP(ssize_t, sendto, (int fd, const void *b, size_t n, int flags, const struct sockaddr *a, socklen_t al),
    (fd, b, n, flags, a, al), send, MOVE(ECONNRESET))
WRAP(ssize_t, recv, (int fd, void *b, size_t n, int flags), (fd, b, n, flags), recv, MOVE(ECONNRESET))
WRAP(ssize_t, recvfrom, (int fd, void *b, size_t n, int flags, struct sockaddr *a, socklen_t *al),
    (fd, b, n, flags, a, al), recv, MOVE(ECONNRESET))
WRAP(int, setsockopt, (int fd, int l, int o, const void *v, socklen_t n), (fd, l, o, v, n), sockopt, return fail(ENOBUFS))
WRAP(int, getsockopt, (int fd, int l, int o, void *v, socklen_t *n), (fd, l, o, v, n), sockopt, return fail(ENOBUFS))
WRAP(int, getsockname, (int fd, struct sockaddr *a, socklen_t *n), (fd, a, n), sockname, return fail(ENOBUFS))
WRAP(int, getpeername, (int fd, struct sockaddr *a, socklen_t *n), (fd, a, n), sockname, return fail(ENOBUFS))
WRAP(int, getaddrinfo, (const char *n, const char *s, const struct addrinfo *h, struct addrinfo **r), (n, s, h, r),
    getaddrinfo, return EAI_MEMORY)

/* Not fflush_unlocked, which only windows use: their room is reserved, so that
 * it cannot fail. */
WRAP(FILE *, fmemopen, (void *b, size_t n, const char *mode), (b, n, mode), stdio, return none())
WRAP(FILE *, open_memstream, (char **b, size_t *n), (b, n), stdio, return none())
WRAP(int, fflush, (FILE *f), (f), stdio, do { errno = ENOSPC; return EOF; } while (0))
WRAP(int, fseeko, (FILE *f, off_t at, int whence), (f, at, whence), stdio, return fail(EIO))
WRAP(int, fseeko64, (FILE *f, off64_t at, int whence), (f, at, whence), stdio, return fail(EIO))

int
fclose(FILE *f)
{
	static _Atomic(void *) known;
	bool hit = count(KIND_stdio);
	int rc = ((int (*)(FILE *))next("fclose", &known))(f);

	if (!hit)
		return rc;
	errno = ENOSPC;
	return EOF;
}
#pragma GCC visibility pop
