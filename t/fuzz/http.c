/*
 * http: real transfers from a server, a thread of this process, that answers as
 * the input says.
 *
 * The first byte says what is fetched: a body, in one stream or in ranges, or
 * pages of some kind.  What follows is one of two things:
 *
 *  - texts with a byte 0xfe between them, each sent as it is in answer to one
 *    request, before the connection closes.  Nothing must go wrong;
 *  - if the first byte's highest bit is set, descriptions of answers, DESCRIBED
 *    bytes each.  They are about a body that is known here, and every byte of it
 *    that is sent is the one that belongs there; but what is said of it may be
 *    wrong, and what is said may not come.  Then a transfer that succeeds has
 *    brought just that body.
 */
#define _GNU_SOURCE		/* memfd_create */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fetch/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { BODY = 1500, CONNECTIONS = 16, REQUEST = 16 * 1024, DESCRIBED = 4,
	ANSWERS = 24, WINDOW = 300, CHUNK = 400 };

enum { FETCH_BODY, FETCH_RANGES, FETCH_LINK, FETCH_NEXT, FETCH_CURSOR,
	FETCH_OFFSET, FETCH_PAGE, FETCH_KINDS };

struct server {
	int listening, stop;
	const uint8_t *script;
	size_t left;
	bool described;
	unsigned answered;
};

static uint8_t body[BODY];
static int output_fd = -1;

/* Answers. */

static void
send_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

/* The next text of the script. */
static void
answer_free(struct server *s, int fd)
{
	const uint8_t *end = memchr(s->script, 0xfe, s->left);
	size_t len = end != NULL ? (size_t)(end - s->script) : s->left;

	send_all(fd, s->script, len);
	len += end != NULL;
	s->script += len;
	s->left -= len;
}

/* "Range: bytes=FIRST-LAST", LAST perhaps left out; false without one. */
static bool
asked_range(const char *request, size_t *first, size_t *last)
{
	const char *range = strstr(request, "\r\nRange: bytes=");
	char *end;

	*first = 0;
	*last = BODY - 1;
	if (range == NULL)
		return false;
	*first = strtoul(range + strlen("\r\nRange: bytes="), &end, 10);
	if (end[1] >= '0' && end[1] <= '9')
		*last = strtoul(end + 1, NULL, 10);
	if (*last > BODY - 1)
		*last = BODY - 1;
	return true;
}

/* What an answer says and brings. */
struct answer {
	int status;
	size_t first, last;	/* of the body, as it says */
	size_t brings;		/* bytes from first on */
	long total;		/* -1: "*" */
	enum { LENGTH, CHUNKS, ENDED_CHUNKS, CLOSED } frame;
	long longer;		/* than it is, Content-Length says */
	size_t garbage;		/* bytes after it */
	bool etag, other;
};

static void
send_answer(int fd, const struct answer *a)
{
	char head[512];
	size_t len = 0;
	size_t says = a->last + 1 - a->first;

	len += (size_t)snprintf(head + len, sizeof head - len,
	    "HTTP/1.1 %d X\r\n%s", a->status, !a->etag ? "" : a->other ?
	    "ETag: \"y\"\r\n" : "ETag: \"x\"\r\n");
	if (a->status == 206 && a->total >= 0)
		len += (size_t)snprintf(head + len, sizeof head - len,
		    "Content-Range: bytes %zu-%zu/%ld\r\n", a->first, a->last,
		    a->total);
	else if (a->status == 206)
		len += (size_t)snprintf(head + len, sizeof head - len,
		    "Content-Range: bytes %zu-%zu/*\r\n", a->first, a->last);
	if (a->status == 416 && a->total >= 0)
		len += (size_t)snprintf(head + len, sizeof head - len,
		    "Content-Range: bytes */%ld\r\n", a->total);
	if (a->frame == LENGTH)
		len += (size_t)snprintf(head + len, sizeof head - len,
		    "Content-Length: %ld\r\n\r\n", (long)says + a->longer);
	else if (a->frame == CLOSED)
		len += (size_t)snprintf(head + len, sizeof head - len, "\r\n");
	else
		len += (size_t)snprintf(head + len, sizeof head - len,
		    "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
		    a->brings + a->garbage);
	send_all(fd, head, len);
	send_all(fd, body + a->first, a->brings);
	for (size_t i = 0; i < a->garbage; i++)
		send_all(fd, "!", 1);
	if (a->frame == ENDED_CHUNKS)
		send_all(fd, "\r\n0\r\n\r\n", 7);
}

/*
 * One description.  What must never be said, because nobody could see through
 * it: a whole that is shorter than the body, by its length, its chunks or a
 * total, from the first answer on.
 */
static void
answer_described(struct server *s, int fd, const char *request)
{
	struct answer a = { .status = 200, .total = BODY, .etag = true };
	uint8_t kind, cut, last, more;
	bool ranged = asked_range(request, &a.first, &a.last);
	size_t end;

	if (s->left < DESCRIBED)
		return;
	kind = s->script[0];
	cut = s->script[1];
	last = s->script[2];
	more = s->script[3];
	s->script += DESCRIBED;
	s->left -= DESCRIBED;
	a.etag = (more & 0x80) == 0;
	a.other = (more & 0x40) != 0;
	if (kind % 16 < 8 && ranged) {
		if (a.first > BODY - 1) {
			a = (struct answer){ .status = 416, .total = BODY,
			    .etag = a.etag, .frame = CLOSED };
			send_answer(fd, &a);
			return;
		}
		a.status = 206;
		end = a.first + 1 + last * 8u;
		if (last != 0 && end - 1 < a.last)
			a.last = end - 1;
		if (kind % 16 == 1 && a.first >= (more & 15u))
			a.first -= more & 15u;
		a.total = kind % 16 == 2 ? -1 : kind % 16 == 3 ? BODY + 1 :
		    BODY;
	} else {
		a.first = 0;
		a.last = BODY - 1;
	}
	if (kind % 16 == 14)
		a = (struct answer){ .status = 416, .total = more & 1 ? BODY :
		    -1, .etag = a.etag, .frame = CLOSED };
	if (kind % 16 == 15)
		a = (struct answer){ .status = 503, .frame = CLOSED };
	if (a.status == 200 || a.status == 206) {
		a.brings = a.last + 1 - a.first;
		if (cut != 255 && cut * 8u < a.brings)
			a.brings = cut * 8u;
		a.frame = (kind >> 4) % 4;
		if (a.status == 200 && a.frame == ENDED_CHUNKS &&
		    a.brings < BODY)
			a.frame = CHUNKS;
		if (a.status == 206 && a.frame != CLOSED)
			a.longer = kind % 16 == 4 ? 5 : 0;
		/* Where it is seen: after the last byte of the range. */
		if (a.status == 206 && kind % 16 == 5 &&
		    a.brings == a.last + 1 - a.first)
			a.garbage = more & 15u;
	}
	send_answer(fd, &a);
}

/* The server. */

static bool
serve_request(struct server *s, int fd, char *request, size_t *have)
{
	ssize_t n = recv(fd, request + *have, REQUEST - 1 - *have, 0);

	if (n <= 0)
		return false;
	*have += (size_t)n;
	request[*have] = '\0';
	if (strstr(request, "\r\n\r\n") == NULL)
		return *have < REQUEST - 1;
	if (s->left == 0 || s->answered++ == ANSWERS)
		return false;
	if (s->described)
		answer_described(s, fd, request);
	else
		answer_free(s, fd);
	return false;
}

static void *
serve(void *ctx)
{
	static char requests[CONNECTIONS][REQUEST];
	struct server *s = ctx;
	struct pollfd fds[2 + CONNECTIONS] = { { s->stop, POLLIN, 0 },
		{ s->listening, POLLIN, 0 } };
	size_t have[CONNECTIONS] = { 0 };
	nfds_t n = 2;

	while (poll(fds, n, -1) > 0 && fds[0].revents == 0) {
		for (nfds_t i = n; i-- > 2; )
			if (fds[i].revents != 0 && !serve_request(s, fds[i].fd,
			    requests[i - 2], &have[i - 2])) {
				shutdown(fds[i].fd, SHUT_WR);
				close(fds[i].fd);
				n--;
				fds[i] = fds[n];
				memcpy(requests[i - 2], requests[n - 2],
				    have[n - 2] + 1);
				have[i - 2] = have[n - 2];
			}
		if (fds[1].revents != 0 && n < 2 + CONNECTIONS) {
			fds[n] = (struct pollfd){ accept(s->listening, NULL,
			    NULL), POLLIN, 0 };
			have[n - 2] = 0;
			requests[n - 2][0] = '\0';
			n++;
		}
	}
	while (n-- > 2)
		close(fds[n].fd);
	return NULL;
}

static unsigned
open_server(struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof at;

	s->listening = socket(AF_INET, SOCK_STREAM, 0);
	s->stop = eventfd(0, 0);
	if (s->listening < 0 || s->stop < 0 ||
	    bind(s->listening, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(s->listening, CONNECTIONS) != 0 ||
	    getsockname(s->listening, (struct sockaddr *)&at, &len) != 0)
		abort();
	return ntohs(at.sin_port);
}

/* Fetching. */

static int
run(struct fetch_config *c)
{
	struct output out = { .fd = output_fd, .stop = -1, .name = "memory" };
	struct meter meter = { .draw = false };
	struct fetch f = { 0 };
	struct err e = ERR_NONE;
	int r = fetch_open(&f, c, &out, &meter, &e);

	if (r == 0)
		r = fetch_run(&f, &e);
	fetch_close(&f);
	if (r != 0 && e.code == EXIT_DONE)
		abort();	/* it does not say why */
	return r;
}

static int
fetch(uint8_t how, unsigned port)
{
	static const char *const pagers[FETCH_KINDS] = { NULL, NULL, "link",
	    "next,next=n", "cursor,next=n", "offset,items=i,total=t,at=a",
	    "page,items=i,pages=p" };
	struct fetch_config c = {
		.policy = { .retry = { .attempts = 4 }, .max_redirects = 3 },
		.http = { .stall_ms = 200 }, .connpass_base = "http://c.invalid",
		.shards = 1, .jobs = 1, .chunk = CHUNK, .start_page = 1,
		.memory = WINDOW, .quiet = true, .max_pages = 10,
	};
	unsigned kind = (how & 0x80) != 0 ? how % 2 : how % 8 % FETCH_KINDS;
	const char *spec = pagers[kind];
	char url[64], text[64];
	struct err e = ERR_NONE;

	c.compressed = (how & 0x90) == 0x10;
	c.require_length = (how & 0xa0) != 0;
	if (spec != NULL) {
		snprintf(text, sizeof text, "%s", spec);
		if (pager_parse(&c.pager, text, &e) != 0 ||
		    pager_check(&c.pager, NULL, &e) != 0)
			abort();
		c.paged = true;
		c.memory = 64 * 1024;
		c.items = (how & 0x40) != 0 ? "i" : NULL;
		c.dedupe = c.items != NULL ? "id" : NULL;
	} else if (kind == FETCH_RANGES) {
		c.jobs = 3;
		c.compressed = false;
	}
	snprintf(url, sizeof url, "http://127.0.0.1:%u/x?y=1", port);
	c.urls = url;
	c.n_urls = 1;
	return run(&c);
}

static void
check_body(void)
{
	static uint8_t got[BODY + 1];

	if (pread(output_fd, got, sizeof got, 0) != BODY ||
	    memcmp(got, body, BODY) != 0)
		abort();	/* a success that is none */
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < BODY; i++)
		body[i] = (uint8_t)(i * 7 + i / 251);
	output_fd = memfd_create("output", 0);
	if (output_fd < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		abort();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server s = { .script = data + 1 };
	uint64_t one = 1;
	pthread_t thread;
	unsigned port;
	uint8_t how;
	int r;

	if (size < 2)
		return 0;
	how = data[0];
	s.left = size - 1;
	s.described = (how & 0x80) != 0;
	if (ftruncate(output_fd, 0) != 0 || lseek(output_fd, 0, SEEK_SET) != 0)
		abort();
	port = open_server(&s);
	if (pthread_create(&thread, NULL, serve, &s) != 0)
		abort();
	r = fetch(how, port);
	if (write(s.stop, &one, sizeof one) != sizeof one)
		abort();
	pthread_join(thread, NULL);
	close(s.listening);
	close(s.stop);
	if (s.described && r == 0)
		check_body();
	return 0;
}
