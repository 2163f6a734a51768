/* no-answer: a name server that never answers, in front of a program's own
 * resolver (LD_PRELOAD). */
#include <netdb.h>
#include <unistd.h>

int
getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **found)
{
	(void)host;
	(void)service;
	(void)hints;
	(void)found;
	for (;;)
		pause();
}
