/*
 * older: runs a command as on an older kernel, by a filter of system calls that
 * all its children inherit.
 *
 *	older 6.14 COMMAND…	a pidfd does not tell how a process ended
 *	older 5.2 COMMAND…	there are no pidfds, and no close_range
 *
 * Exits with 77 where filters are not to be had (under qemu).
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NO_FILTER = 77, GET_INFO = 11 };	/* of linux/pidfd.h */

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
	offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(value, n) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, n)
#define ANSWER(errnum) \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (errnum))

int
main(int argc, char **argv)
{
	/* The low half of the request; both machines are little-endian.  The
	 * size in it may differ. */
	struct sock_filter no_info[] = {
		LOAD(nr), SKIP_UNLESS(SYS_ioctl, 4), LOAD(args[1]),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffff),
		SKIP_UNLESS(0xff << 8 | GET_INFO, 1), ANSWER(ENOTTY),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_filter no_pidfd[] = {
		LOAD(nr), SKIP_UNLESS(SYS_pidfd_open, 1), ANSWER(ENOSYS),
		SKIP_UNLESS(SYS_close_range, 1), ANSWER(ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog program = { .len = sizeof no_info / sizeof *no_info,
		.filter = no_info };

	if (argc < 3)
		return 2;
	if (strcmp(argv[1], "5.2") == 0)
		program = (struct sock_fprog){ .filter = no_pidfd,
			.len = sizeof no_pidfd / sizeof *no_pidfd };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return NO_FILTER;
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
