/*
 * args_completion: what shells offer after the tab key.
 *
 * Each script is complete in itself and asks the tool nothing when it runs.
 * Words after --from are another command's and are completed as such where the
 * shell can do it.  Sources: bash(1), "Programmable Completion"; zshcompsys(1),
 * "_arguments"; fish's complete(1).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args_private.h"

/* Whether the value is a word of its own, which shells have to know. */
static bool
takes_word(const struct args_option *o)
{
	return o->argument != NULL && *o->argument != '[' &&
	    o->kind != ARGS_FROM;
}

/* The tool's name as a part of a function's. */
static void
put_function(void)
{
	putchar('_');
	for (const char *s = diag_program(); *s != '\0'; s++)
		putchar(*s == '-' ? '_' : *s);
}

/* A text between single quotes; chars of more than special get a backslash. */
static void
put_quoted(const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (strchr(special, *text) != NULL)
			putchar('\\');
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	}
}

/* Whether the words that the value may be are known. */
static bool
has_words(const struct args_option *o)
{
	return takes_word(o) && (o->words != NULL || o->offers != NULL);
}

/* Chars of more than special get a backslash. */
static void
put_words(const struct args_option *o, const char *special)
{
	if (o->offers != NULL)
		put_quoted(o->offers, special);
	for (unsigned i = 0; o->words != NULL && o->words[i] != NULL; i++)
		printf("%s%s", i > 0 ? " " : "", o->words[i]);
}

/* "-m|--memory" for a pattern of the shell. */
static void
put_pattern(const struct args_option *o, const char *before)
{
	fputs(before, stdout);
	if (o->letter != 0)
		printf("-%c%s", o->letter, o->name != NULL ? "|" : "");
	if (o->name != NULL)
		printf("--%s", o->name);
}

static void
put_bash(const struct args_option *const *rows, size_t n)
{
	const char *before = "\t";

	put_function();
	printf("()\n{\n\tlocal word=${COMP_WORDS[COMP_CWORD]} i\n"
	    "\tCOMPREPLY=()\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\t[ \"${COMP_WORDS[i]}\" = --from ] || continue\n"
	    "\t\t[ $((i + 1)) -eq \"$COMP_CWORD\" ] &&\n"
	    "\t\t    COMPREPLY=($(compgen -c -- \"$word\"))\n"
	    "\t\treturn\n\tdone\n"
	    "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n");
	for (size_t i = 0; i < n; i++) {
		if (!has_words(rows[i]))
			continue;
		put_pattern(rows[i], "\t");
		printf(")\n\t\tCOMPREPLY=($(compgen -W '");
		put_words(rows[i], "");
		printf("' -- \"$word\"))\n\t\treturn ;;\n");
	}
	for (size_t i = 0; i < n; i++) {
		if (has_words(rows[i]) || !takes_word(rows[i]))
			continue;
		put_pattern(rows[i], before);
		before = "|";
	}
	if (*before == '|')
		printf(")\n\t\treturn ;;\n");
	printf("\tesac\n\tcase $word in\n\t-*)\n\t\tCOMPREPLY=($(compgen -W '");
	for (size_t i = 0; i < n; i++)
		if (rows[i]->name != NULL)
			printf("%s--%s", i > 0 ? " " : "", rows[i]->name);
	printf("' -- \"$word\")) ;;\n\tesac\n}\ncomplete -o bashdefault "
	    "-o default -F ");
	put_function();
	printf(" %s\n", diag_program());
}

/* One specification of _arguments, "(-m --memory)"{-m,--memory}"[help]:size:"
 * with all but the braces between single quotes. */
static void
put_zsh_option(const struct args_option *o)
{
	if (o->kind == ARGS_DIGIT)
		return;
	if (o->letter != 0)
		printf("    '(-%c --%s)'{-%c,--%s}'[", o->letter, o->name,
		    o->letter, o->name);
	else
		printf("    '--%s%s[", o->name, o->argument != NULL &&
		    *o->argument == '[' ? "=-" : "");
	put_quoted(o->help, "[]\\");
	putchar(']');
	if (o->kind == ARGS_FROM) {
		printf(":*:::command:_normal");
	} else if (o->argument != NULL) {
		printf("%s:", *o->argument == '[' ? ":" : "");
		put_quoted(o->argument, ":\\[]");
		putchar(':');
		if (o->words != NULL || o->offers != NULL) {
			putchar('(');
			put_words(o, ":\\");
			putchar(')');
		} else {
			fputs("_files", stdout);
		}
	}
	printf("' \\\n");
}

static void
put_zsh(const struct args_option *const *rows, size_t n)
{
	printf("#compdef %s\n_arguments -s -S \\\n", diag_program());
	for (size_t i = 0; i < n; i++)
		put_zsh_option(rows[i]);
	printf("    '*:operand:_files'\n");
}

static void
put_fish(const struct args_option *const *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct args_option *o = rows[i];

		if (o->kind == ARGS_DIGIT)
			continue;
		printf("complete -c %s", diag_program());
		if (o->letter != 0)
			printf(" -s %c", o->letter);
		printf(" -l %s", o->name);
		if (o->kind == ARGS_FROM)
			printf(" -x -a '(__fish_complete_subcommand)'");
		else if (has_words(o))
			printf(" -x -a '");
		else if (takes_word(o))
			printf(" -r");
		if (has_words(o)) {
			put_words(o, "");
			putchar('\'');
		}
		printf(" -d '");
		put_quoted(o->help, "\\");
		printf("'\n");
	}
}

_Noreturn void
args_print_completion(const struct args *a, const char *shell)
{
	size_t n;
	const struct args_option **rows = args_by_name(a, &n);

	if (strcmp(shell, "bash") == 0)
		put_bash(rows, n);
	else if (strcmp(shell, "zsh") == 0)
		put_zsh(rows, n);
	else if (strcmp(shell, "fish") == 0)
		put_fish(rows, n);
	else
		args_wrong("--completion: '%s' is none of: bash zsh fish", shell);
	free(rows);
	args_printed();
}
