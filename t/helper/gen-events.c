/*
 * gen-events: invented events of any size, fast enough to feed a benchmark.
 *
 * A block of some MB is made once, record by record, from a seed.  The stream
 * is that block again and again, and only the ids change: each stands in a
 * fixed number of digits, so the block is patched where they are.  The same
 * options give the same bytes on every machine.
 *
 *	gen-events [-an] [-f events|array|ndjson|flat] [-s SIZE] [-S SEED]
 *	gen-events -p [-c] [-x BYTES] [-f …] [-s SIZE] [-S SEED]
 *
 *	-f SHAPE  {"events":[…]} (the default), […], a record a line, or a flat
 *	          record of small numbers a line
 *	-s SIZE   at least so many bytes, up to the end of a record (K, M, G)
 *	-a        ASCII: all else is written as \uXXXX
 *	-n        only print the numbers: records and bytes
 *	-p        be an HTTP server on loopback, one connection at a time; its
 *	          port is written as a line to the path in $READY
 *	-c        with -p: chunked, not Content-Length
 *	-x BYTES  with -p: the body is cut there, always
 */
/* memmem, F_SETPIPE_SZ */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 4 * 1024 * 1024, ID_DIGITS = 10 };
static const uint64_t FIRST_ID = 1000000001;
static const char ID[] = "@@@@@@@@@@";	/* stands for an id; in no text below */

enum shape { EVENTS, ARRAY, NDJSON, FLAT };

struct stream {
	enum shape shape;
	bool ascii;
	uint64_t seed;
	uint64_t size;		/* asked for */
	const char *head, *tail;
	/* the block */
	char *block;
	size_t len, skip;	/* skip: the separator before the first record */
	size_t *ends, records;	/* where each record ends */
	size_t *ids, *owners, n_ids; /* where ids stand, and of which record */
	/* the plan */
	uint64_t blocks;	/* whole ones */
	size_t rest, rest_records; /* bytes of one more */
	uint64_t total;
};

struct sink {
	int fd;
	bool chunked;
	uint64_t left;		/* until the cut */
};

_Noreturn static void
die(const char *what)
{
	fprintf(stderr, "gen-events: %s: %s\n", what, strerror(errno));
	exit(74);
}

static uint64_t
next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *state = x;
}

static unsigned
below(uint64_t *state, unsigned n)
{
	return (unsigned)((next(state) >> 32) % n);
}

/* Fragments are JSON text already. */
static const char *const titles[] = {
	"もくもくCLI会 #%u \\\"パイプ,と,引用符\\\"", "【告知】Example Conf %u 🎉",
	"-%uからはじめるC言語", "=SUM(1,%u)で学ぶ表計算", "Unix, pipes & memory vol.%u",
	"改行の\\nある題 %u", "Plain title %u", "𠮷田さんと𩸽を焼く会 %u",
};
static const char *const sentences[] = {
	"Unix フィルタを作ります。", "持ち物: PC, 電源, \\\"やる気\\\"", "途中参加・途中退出 OK です。",
	"We stream, we do not store.", "参加費: 1,000円 (学生 0円)", "懇親会あり 🍻",
	"バックスラッシュ \\\\0 も怖くない", "詳細は <a href=\\\"https:\\/\\/example.invalid\\/\\\">こちら</a>。",
	"The quick brown fox jumps over the lazy dog while the pipe stays full.",
	"発表者を募集しています。初めての方も歓迎します。", "会場は駅から歩いて5分、受付は3階です。",
};
static const char *const owners[] = {
	"例野 太郎", "次郎, 例", "=HYPERLINK(\\\"http://example.invalid\\\")", "-花子", "🦊きつね🦊",
};
static const char *const states[] = { "preopen", "open", "close", "cancelled" };
#define PICK(state, table) table[below(state, sizeof table / sizeof *table)]

static void
put_description(FILE *f, uint64_t *rng)
{
	unsigned kind = below(rng, 100);
	unsigned lines = kind < 10 ? 0 : kind > 97 ? 60 + below(rng, 300)
	    : 2 + below(rng, 40);
	const char *eol = below(rng, 2) ? "\\r\\n" : "\\n";

	fputs("\"<h2>概要</h2>", f);
	for (unsigned i = 0; i < lines; i++)
		fprintf(f, "%s<p>%s</p>", eol, PICK(rng, sentences));
	putc('"', f);
}

static void
put_event(FILE *f, uint64_t *rng)
{
	unsigned month = 1 + below(rng, 12), day = 1 + below(rng, 28);
	unsigned hour = 8 + below(rng, 12), group = below(rng, 6);

	fprintf(f, "{\"id\":%s,\"title\":\"", ID);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	fprintf(f, PICK(rng, titles), below(rng, 1000));
#pragma GCC diagnostic pop
	fprintf(f, "\",\"catch\":%s,\"description\":",
	    below(rng, 4) ? "\"標準入力と標準出力だけで生きる夜\"" : "null");
	put_description(f, rng);
	fprintf(f, ",\"url\":\"https://connpass.com/event/%s/\",\"image_url\":%s,"
	    "\"hash_tag\":%s", ID,
	    below(rng, 2) ? "null" : "\"https://media.connpass.com/thumbs/example.png\"",
	    below(rng, 3) ? "\"mokucli\"" : "\"\"");
	fprintf(f, ",\"started_at\":\"2026-%02u-%02uT%02u:00:00+09:00\","
	    "\"ended_at\":\"2026-%02u-%02uT%02u:30:00+09:00\",\"limit\":%u,"
	    "\"event_type\":\"participation\",\"open_status\":\"%s\"",
	    month, day, hour, month, day, hour + 2, below(rng, 200),
	    PICK(rng, states));
	if (group == 0)
		fputs(",\"group\":null", f);
	else
		fprintf(f, ",\"group\":{\"id\":%u,\"subdomain\":\"g%u\",\"title\":"
		    "\"グループ %u\",\"url\":\"https://g%u.connpass.com/\"}",
		    77000 + group, group, group, group);
	fprintf(f, ",\"address\":\"東京都架空区例町1-2-%u\",\"place\":%s,"
	    "\"lat\":\"%u.%06u000000\",\"lon\":\"%u.%06u000000\"",
	    below(rng, 30), below(rng, 3) ? "\"例ホール, 4F\"" : "null",
	    26 + below(rng, 19), below(rng, 1000000), 128 + below(rng, 17),
	    below(rng, 1000000));
	fprintf(f, ",\"owner_id\":%u,\"owner_nickname\":\"user%u\","
	    "\"owner_display_name\":\"%s\",\"accepted\":%u,\"waiting\":%u,"
	    "\"updated_at\":\"2026-%02u-%02uT09:15:42+09:00\"}",
	    555000 + below(rng, 1000), below(rng, 1000), PICK(rng, owners),
	    below(rng, 200), below(rng, 20), month, day);
}

static void
put_flat(FILE *f, uint64_t *rng)
{
	fprintf(f, "{\"id\":%s,\"a\":%u,\"b\":%u.%02u,\"c\":-%u,\"d\":%u,"
	    "\"e\":%s,\"f\":%ue-%u}", ID, below(rng, 10), below(rng, 1000),
	    below(rng, 100), below(rng, 100000), below(rng, 2),
	    below(rng, 2) ? "true" : "null", 1 + below(rng, 9),
	    below(rng, 9));
}

/* All but ASCII as \uXXXX, surrogate pairs for what lies beyond the BMP. */
static void
put_escaped(FILE *f, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned c = (unsigned char)s[i];
		unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

		if (more == 0) {
			putc((int)c, f);
			continue;
		}
		c &= 0x3fu >> more;
		while (more-- > 0)
			c = c << 6 | ((unsigned char)s[++i] & 0x3fu);
		if (c >= 0x10000) {
			c -= 0x10000;
			fprintf(f, "\\u%04x\\u%04x", 0xd800 + (c >> 10),
			    0xdc00 + (c & 0x3ff));
		} else {
			fprintf(f, "\\u%04x", c);
		}
	}
}

/* Where the ids stand in the block. */
static void
find_ids(struct stream *s)
{
	size_t room = 2 * s->records, record = 0;
	char *at = s->block;

	s->ids = calloc(room, sizeof *s->ids);
	s->owners = calloc(room, sizeof *s->owners);
	if (s->ids == NULL || s->owners == NULL)
		die("memory");
	while ((at = memmem(at, s->len - (size_t)(at - s->block), ID,
	    ID_DIGITS)) != NULL) {
		size_t offset = (size_t)(at - s->block);

		while (s->ends[record] <= offset)
			record++;
		s->ids[s->n_ids] = offset;
		s->owners[s->n_ids++] = record;
		at += ID_DIGITS;
	}
}

static void
make_block(struct stream *s)
{
	uint64_t rng = (s->seed + 1) * 0x9e3779b97f4a7c15u;
	bool lines = s->shape == NDJSON || s->shape == FLAT;
	size_t room = 1024;
	FILE *out = open_memstream(&s->block, &s->len);
	char *text = NULL;
	size_t n = 0;
	FILE *one = open_memstream(&text, &n);

	s->ends = calloc(room, sizeof *s->ends);
	if (out == NULL || one == NULL || s->ends == NULL)
		die("memory");
	while (s->len < BLOCK) {
		if (s->records == room) {
			size_t *ends = realloc(s->ends,
			    2 * room * sizeof *ends);

			if (ends == NULL)
				die("memory");
			s->ends = ends;
			room *= 2;
		}
		rewind(one);
		if (s->shape == FLAT)
			put_flat(one, &rng);
		else
			put_event(one, &rng);
		fflush(one);
		if (!lines)
			putc(',', out);
		if (s->ascii)
			put_escaped(out, text, n);
		else
			fwrite(text, 1, n, out);
		if (lines)
			putc('\n', out);
		if (fflush(out) != 0)
			die("memory");
		s->ends[s->records++] = s->len;
	}
	fclose(one);
	free(text);
	fclose(out);
	s->skip = lines ? 0 : 1;
	s->head = s->shape == EVENTS ? "{\"events\":[" : s->shape == ARRAY ? "[" : "";
	s->tail = s->shape == EVENTS ? "]}" : s->shape == ARRAY ? "]" : "";
	find_ids(s);
}

/* Whole blocks, then records of one more, until size is reached. */
static void
make_plan(struct stream *s)
{
	uint64_t frame = strlen(s->head) + strlen(s->tail);
	uint64_t body = s->size > frame ? s->size - frame + s->skip : 0;

	s->blocks = body / s->len;
	while (s->rest < body % s->len)
		s->rest = s->ends[s->rest_records++];
	s->total = frame + s->blocks * s->len + s->rest;
	if (s->total > frame)
		s->total -= s->skip;
}

static void
patch_ids(struct stream *s, uint64_t first)
{
	for (size_t i = 0; i < s->n_ids; i++) {
		char *at = s->block + s->ids[i];
		uint64_t id = first + s->owners[i];

		for (int d = ID_DIGITS - 1; d >= 0; d--) {
			at[d] = (char)('0' + id % 10);
			id /= 10;
		}
	}
}

static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* -1 when the other side went away, or at the cut. */
static int
sink_write(struct sink *k, const char *p, size_t n)
{
	char line[32];
	bool cut = n >= k->left;

	if (n == 0)
		return 0;
	/* the cut of a chunked body falls inside a chunk */
	if (k->chunked && write_all(k->fd, line,
	    (size_t)snprintf(line, sizeof line, "%zx\r\n", n)) != 0)
		return -1;
	if (cut)
		n = (size_t)k->left;
	k->left -= n;
	if (write_all(k->fd, p, n) != 0 || cut)
		return -1;
	return k->chunked ? write_all(k->fd, "\r\n", 2) : 0;
}

static int
generate(struct stream *s, struct sink *k)
{
	size_t skip = s->skip;

	if (sink_write(k, s->head, strlen(s->head)) != 0)
		return -1;
	for (uint64_t b = 0; b <= s->blocks; b++) {
		size_t n = b < s->blocks ? s->len : s->rest;

		if (n == 0)
			break;
		patch_ids(s, FIRST_ID + b * s->records);
		if (sink_write(k, s->block + skip, n - skip) != 0)
			return -1;
		skip = 0;
	}
	return sink_write(k, s->tail, strlen(s->tail));
}

/* Reads a request's head; 0 when one came. */
static int
read_request(int fd)
{
	char head[16384];
	size_t n = 0;

	while (n < sizeof head) {
		ssize_t got = read(fd, head + n, sizeof head - n);

		if (got <= 0)
			return -1;
		n += (size_t)got;
		if (memmem(head, n, "\r\n\r\n", 4) != NULL)
			return 0;
	}
	return -1;
}

static void
answer(struct stream *s, int fd, bool chunked, uint64_t cut)
{
	struct sink k = { .fd = fd, .chunked = chunked, .left = cut };
	char head[256];
	int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\n"
	    "Content-Type: application/json\r\nConnection: close\r\n");

	if (chunked)
		n += snprintf(head + n, sizeof head - (size_t)n,
		    "Transfer-Encoding: chunked\r\n\r\n");
	else
		n += snprintf(head + n, sizeof head - (size_t)n,
		    "Content-Length: %llu\r\n\r\n", (unsigned long long)s->total);
	if (write_all(fd, head, (size_t)n) == 0 && generate(s, &k) == 0 && chunked)
		(void)write_all(fd, "0\r\n\r\n", 5);
	shutdown(fd, SHUT_WR);
	while (read(fd, head, sizeof head) > 0)
		;
}

static void
serve(struct stream *s, bool chunked, uint64_t cut)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	const char *path = getenv("READY");
	FILE *ready = path != NULL ? fopen(path, "w") : stdout;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0
	    || listen(fd, 16) != 0
	    || getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		die("cannot listen");
	if (ready == NULL || fprintf(ready, "%u\n", ntohs(a.sin_port)) < 0
	    || fflush(ready) != 0 || (path != NULL && fclose(ready) != 0))
		die("cannot say the port");
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c < 0)
			die("cannot accept");
		if (read_request(c) == 0)
			answer(s, c, chunked, cut);
		close(c);
	}
}

static uint64_t
size_of(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	switch (*end) {
	case 'G':
		n *= 1024;	/* fall through */
	case 'M':
		n *= 1024;	/* fall through */
	case 'K':
		n *= 1024;
	}
	return n;
}

static void
usage(void)
{
	fputs("usage: gen-events [-anpc] [-f events|array|ndjson|flat] [-s SIZE]"
	    " [-S SEED] [-x BYTES]\n", stderr);
	exit(64);
}

int
main(int argc, char **argv)
{
	static const char *const shapes[] = { "events", "array", "ndjson", "flat" };
	struct stream s = { .size = 1024 * 1024 };
	bool count = false, http = false, chunked = false;
	uint64_t cut = UINT64_MAX;
	int c;

	while ((c = getopt(argc, argv, "af:ns:S:pcx:")) != -1) {
		switch (c) {
		case 'a':
			s.ascii = true;
			break;
		case 'f':
			while (strcmp(optarg, shapes[s.shape]) != 0)
				if (++s.shape > FLAT)
					usage();
			break;
		case 'n':
			count = true;
			break;
		case 's':
			s.size = size_of(optarg);
			break;
		case 'S':
			s.seed = strtoull(optarg, NULL, 10);
			break;
		case 'p':
			http = true;
			break;
		case 'c':
			chunked = true;
			break;
		case 'x':
			cut = size_of(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
	make_block(&s);
	make_plan(&s);
	if (http)
		serve(&s, chunked, cut);
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1024 * 1024);
	if (count)
		printf("%llu %llu\n",
		    (unsigned long long)(s.blocks * s.records + s.rest_records),
		    (unsigned long long)s.total);
	else if (generate(&s, &(struct sink){ .fd = STDOUT_FILENO,
	    .left = UINT64_MAX }) != 0)
		die("cannot write");
	free(s.block);
	free(s.ends);
	free(s.ids);
	free(s.owners);
	return 0;
}
