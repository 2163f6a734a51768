/* memzip: any bytes in, an archive out, deflated by several threads; and back. */
#define _GNU_SOURCE	/* on_exit */
#include <stdlib.h>
#include <unistd.h>

#include "archive/archive_run.h"
#include "archive/charset.h"
#include "archive/zip.h"
#include "archive/zipname.h"
#include "base/args.h"
#include "base/date.h"
#include "base/diag.h"
#include "base/meter.h"
#include "base/processors.h"
#include "base/seal.h"

enum {
	OPERANDS_MAX = 4096,		/* inputs, or members: what a shell's
					 * pattern gives, not a list from a file */
	THREADS_MAX = 16,		/* without -T: more take more memory than
					 * a stage of a pipeline should */
	READ_LEAST = 8 << 20		/* bytes that reading takes */
};

/* Without --max-size: bytes that holes of sparse members may become, 1 TiB.
 * More than disk images have; a tar archive of 2 KiB can ask for 8 million of
 * these. */
static const uint64_t MAX_HOLES = UINT64_C(1) << 40;

static int64_t
read_time(const char *what, const char *s)
{
	int64_t t;

	if (!date_parse_option(s, &t))
		args_wrong("%s is not a time: '%s'", what, s);
	return t;
}

/* SOURCE_DATE_EPOCH: reproducible-builds.org's convention. */
static int64_t
default_mtime(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	return epoch != NULL && *epoch != '\0' ?
	    read_time("SOURCE_DATE_EPOCH", epoch) : ZIP_EPOCH;
}

static void
take_mtime(void *to, const struct args_option *option, char *value)
{
	struct archive_run_config *o = to;

	(void)option;
	o->entries.mtime = read_time("--mtime", value);
	o->entries.own_mtime = false;
}

static void
take_format(void *to, const struct args_option *option, char *value)
{
	struct archive_run_config *o = to;

	(void)option;
	o->pack.format = pack_format(value);
	if (o->pack.format == NULL)
		args_wrong("-F: '%s' is none of: %s", value, pack_format_names);
}

static void
take_adapt(void *to, const struct args_option *option, char *value)
{
	struct archive_run_config *o = to;

	(void)option;
	(void)value;
	o->pack.level = DEFLATE_ADAPT;
}

static void
take_exclude(void *to, const struct args_option *option, char *value)
{
	struct archive_run_config *o = to;

	(void)option;
	if (o->select.n_exclude == ARCHIVE_RUN_EXCLUDE)
		args_wrong("--exclude: more than %d patterns", ARCHIVE_RUN_EXCLUDE);
	o->exclude[o->select.n_exclude++] = value;
}

static void
take_names(void *to, const struct args_option *option, char *value)
{
	struct archive_run_config *o = to;
	struct err e = ERR_NONE;
	struct charset *set;

	(void)option;
	set = charset_open(value, &e);
	if (set == NULL)
		args_fail(&e);
	charset_close(set);
	o->unarchive.names = value;
}

#define WRITING ARGS_IN(ARCHIVE_RUN_WRITE)
#define TO_FLAG(field) ARGS_TO_FLAG(struct archive_run_config, field)
#define TO_TEXT(field) ARGS_TO_TEXT(struct archive_run_config, field)
#define TO_SIZE(field, low) ARGS_TO_SIZE(struct archive_run_config, field, low, INT64_MAX)

static const struct args_option options[] = {
	ARGS_COMMON,
	ARGS_EMPTY(WRITING),
	ARGS_MEMORY(ARGS_ALL),
	ARGS_THREADS(WRITING, 256),
	ARGS_ACCEPT(ARGS_ALL),
	ARGS_UPSTREAM(ARGS_ALL),
	{ NULL, '0', NULL, "how densely; 0 only stores", WRITING,
	    ARGS_TO_DIGIT(struct archive_run_config, pack.level) },
	{ "adapt", 0, NULL, "compress as densely as keeps pace with the input",
	    WRITING, ARGS_TO_CALL(take_adapt) },
	{ "comment", 0, "text", "the archive's comment", WRITING,
	    TO_TEXT(pack.comment) },
	{ "encrypt", 'e', NULL, "encrypt entries with AES-256", WRITING,
	    TO_FLAG(encrypt) },
	{ "exclude", 0, "pattern", "leave out such members", ARGS_ALL,
	    ARGS_TO_CALL(take_exclude) },
	{ "extract", 'x', NULL, "write the members' data", ARGS_ALL,
	    ARGS_TO_MODE(ARCHIVE_RUN_EXTRACT) },
	{ "format", 'F', "format", "what is written, zip without", WRITING,
	    ARGS_TO_CALL(take_format), .offers = pack_format_names },
	{ "json", 0, NULL, "list in JSON, a line for each member",
	    ARGS_IN(ARCHIVE_RUN_LIST), TO_FLAG(json) },
	{ "list", 'l', NULL, "list the members", ARGS_ALL,
	    ARGS_TO_MODE(ARCHIVE_RUN_LIST) },
	{ "max-ratio", 0, "n", "fail where data are larger than n times the "
	    "archive", ARGS_ALL,
	    ARGS_TO_NUMBER(struct archive_run_config, unarchive.max_ratio, 1, UINT32_MAX) },
	{ "max-size", 0, "size", "fail where data are larger in all", ARGS_ALL,
	    TO_SIZE(unarchive.max_size, 1) },
	{ "mtime", 0, "time", "the entries' time", WRITING,
	    ARGS_TO_CALL(take_mtime) },
	{ "name", 'n', "name", "the entry's name", WRITING,
	    TO_TEXT(entries.name) },
	{ "names", 0, "charset", "of names that do not say which they have",
	    ARGS_ALL, ARGS_TO_CALL(take_names) },
	{ "passphrase-file", 0, "file", "its first line is the passphrase",
	    ARGS_ALL, TO_TEXT(passphrase_file) },
	{ "repeat-header", 0, NULL, "begin each entry with the first line",
	    WRITING, TO_FLAG(entries.repeat_header) },
	{ "skip-links", 0, NULL, "leave out hard links", WRITING,
	    TO_FLAG(entries.skip_links) },
	{ "split-entry", 0, "size", "begin a new entry after so many bytes",
	    WRITING, TO_SIZE(entries.split, 1024) },
	{ "tar", 0, NULL, "take the entries from an archive", WRITING,
	    TO_FLAG(entries.tar) },
	{ "test", 't', NULL, "check the archive", ARGS_ALL,
	    ARGS_TO_MODE(ARCHIVE_RUN_TEST) },
	{ "verify", 0, NULL, "read back what is written", WRITING,
	    TO_FLAG(pack.verify) },
	{ 0 }
};

static const struct args_mode modes[] = {
	[ARCHIVE_RUN_WRITE] = { NULL, "[file | name=file | - ...]", 0, OPERANDS_MAX,
	    false },
	[ARCHIVE_RUN_LIST] = { "list", "[member ...]", 0, OPERANDS_MAX, false },
	[ARCHIVE_RUN_TEST] = { "test", "[member ...]", 0, OPERANDS_MAX, false },
	[ARCHIVE_RUN_EXTRACT] = { "extract", "[member ...]", 0, OPERANDS_MAX, false },
};

/* The first option that is about members that are read, or NULL. */
static const char *
reading_option(const struct archive_run_config *o)
{
	const struct unarchive_options *u = &o->unarchive;

	return o->select.n_exclude > 0 ? "--exclude" : u->max_ratio != 0 ?
	    "--max-ratio" : u->max_size != 0 ? "--max-size" :
	    u->names != NULL ? "--names" : NULL;
}

/* What does not go together. */
static void
check_writing(const struct archive_run_config *o)
{
	const struct entries_options *s = &o->entries;
	const char *why;

	if (s->n_operands > 1 && (s->name != NULL || s->tar || s->split != 0))
		args_wrong("-n, --tar and --split-entry take one input");
	if (s->tar && (s->split != 0 || s->name != NULL))
		args_wrong("--tar goes without -n and --split-entry");
	if (!s->tar && s->skip_links)
		args_wrong("--skip-links goes with --tar");
	if (!s->tar && (why = reading_option(o)) != NULL)
		args_wrong("%s goes with --tar, -l, -t or -x", why);
	if (s->repeat_header && s->split == 0)
		args_wrong("--repeat-header goes with --split-entry");
	if ((s->n_operands > 1 || s->tar || s->split != 0) &&
	    !pack_format_many(o->pack.format))
		args_wrong("-F: this format holds one entry only");
	if ((o->encrypt || o->pack.comment != NULL) &&
	    !pack_format_zip(o->pack.format))
		args_wrong("-e and --comment go with -F zip");
	if (o->pack.level == DEFLATE_ADAPT &&
	    !pack_format_deflates(o->pack.format))
		args_wrong("--adapt goes with -F zip, gzip and tar.gz");
	if (o->encrypt != (o->passphrase_file != NULL))
		args_wrong("-e and --passphrase-file go together");
	if (o->pack.comment != NULL &&
	    (why = zipname_bad_comment(o->pack.comment)) != NULL)
		args_wrong("--comment cannot be taken: %s", why);
	if (isatty(STDOUT_FILENO))
		args_wrong("an archive is not written to a terminal");
}

static void
parse_args(struct archive_run_config *o, struct args *a, int argc, char **argv)
{
	struct err e = ERR_NONE;

	*a = (struct args){ .summary = "stream data into an archive, or out of "
	    "one", .options = options, .modes = modes,
	    .n_modes = sizeof modes / sizeof *modes, .to = o };
	*o = (struct archive_run_config){ .pack.format = pack_format("zip"),
	    .pack.level = PACK_DEFAULT, .entries.own_mtime = true,
	    .entries.mtime = -1, .unarchive.seek_fd = -1 };
	args_parse(a, argc, argv);
	if (o->entries.mtime == -1)
		o->entries.mtime = default_mtime();
	o->mode = a->mode;
	o->entries.operands = a->operands;
	o->entries.n_operands = a->n_operands;
	o->entries.input = a->input;
	o->face = a->face;
	o->select.exclude = o->exclude;
	o->select.data = o->mode == ARCHIVE_RUN_EXTRACT || o->entries.tar;
	if (o->select.data && o->unarchive.max_size == 0)
		o->unarchive.max_holes = MAX_HOLES;
	o->entries.select = o->select;
	o->entries.unarchive = o->unarchive;
	if (o->mode != ARCHIVE_RUN_WRITE) {
		if (o->face.memory != 0 && o->face.memory < READ_LEAST)
			args_wrong("-m is too small: reading takes 8M");
		return;
	}
	if (zipbudget_divide(&o->pack.budget, a->face.memory, o->pack.level,
	    a->face.threads != 0 ? a->face.threads :
	    processors(THREADS_MAX), &e) != 0)
		args_fail(&e);
	o->entries.threads = o->pack.budget.threads + 1;	/* the verifier */
	o->entries.tar_memory = ARCHIVE_RUN_READ + zipbudget_most(&o->pack.budget);
	check_writing(o);
}

/*
 * libarchive, which keeps names in memory, ends the process with 1 and a text
 * of its own when there is none.  So that is known by no memory's status, and
 * the pipe is marked.
 */
static void
at_exit(int status, void *unused)
{
	(void)unused;
	if (status != 1)
		return;
	seal_break(STDOUT_FILENO, seal_of_exit(EXIT_INTERNAL));
	diag_say("out of memory in a library; see -m");
	_exit(EXIT_INTERNAL);
}

int
main(int argc, char **argv)
{
	struct archive_run_config config;
	struct args a;
	struct meter meter;
	struct err e = ERR_NONE;
	bool good;
	int code;

	diag_name("memzip");
	on_exit(at_exit, NULL);		/* where it cannot be, all is as it was */
	parse_args(&config, &a, argc, argv);
	struct archive_run r = ARCHIVE_RUN_BEGIN(&config, &meter);
	meter_begin(&meter, &a.face, &a.waits, "entries", 0);
	good = archive_run_all(&r, &e) == 0;
	archive_run_end(&r, good, &e);
	meter_rest(&meter);
	code = good ? EXIT_DONE : diag_report(&e);
	meter_end(&meter, code);
	args_free(&a);
	return code;
}
