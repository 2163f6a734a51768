/*
 * processors: how many threads are worth starting.
 *
 * The number is the least of three: the processors that the process may run on,
 * which taskset(1) and cpusets can make fewer than there are; the quota of its
 * control groups in whole processors, rounded up; and the caller's maximum.  A
 * container with a quarter of a processor sees all processors of its host, but
 * a second thread would only take memory there.
 */
#ifndef BASE_PROCESSORS_H
#define BASE_PROCESSORS_H

/* How many threads to start: from 1 to most. */
unsigned processors(unsigned most);

/*
 * The smallest quota of a process's control group and of the groups above it
 * (cpu.max, see cgroup-v2 in the kernel's admin guide), in whole processors,
 * rounded up; 0 if there is none, or none can be read.  root is the directory
 * where the groups are mounted; in a container it often shows the container's
 * own group only.  self is the text of /proc/self/cgroup.
 */
unsigned processors_quota(const char *root, const char *self);

#endif
