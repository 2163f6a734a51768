/*
 * processors: how many threads are worth starting.
 *
 * That is one for each processor the process may run on, which taskset(1) and
 * cpusets make fewer than there are; and no more than it takes to use up what
 * its control groups let it have: a container with a quarter of a processor
 * sees all of its host's, and a second thread would only take memory.
 */
#ifndef BASE_PROCESSORS_H
#define BASE_PROCESSORS_H

/* From 1 to most. */
unsigned processors(unsigned most);

/*
 * The smallest quota (cpu.max, see cgroup-v2 in the kernel's admin guide) of a
 * process's control group and those above it, in whole processors, rounded up;
 * 0: there is none, or none can be read.  root is where the groups are mounted,
 * in a container often the container's own group only; self is a text as that
 * in /proc/self/cgroup.
 */
unsigned processors_quota(const char *root, const char *self);

#endif
