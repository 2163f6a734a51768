/* Small hostile XML documents through expat: paths and texts, no more. */
#define _GNU_SOURCE	/* asprintf, explicit_bzero */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "aws/xml.h"

/* The elements that are open, from the root to the one being read.  content
 * holds the texts of all of them, one after the other. */
struct walk {
	XML_Parser parser;
	char path[XML_PATH];		/* their names, separated by dots */
	size_t path_len;
	unsigned depth;			/* how many are open */
	size_t path_end[XML_DEPTH + 1];	/* path_len before each was opened */
	char *content;			/* XML_TEXT bytes, and a NUL */
	size_t begin[XML_DEPTH + 1];	/* where the text of each begins */
	size_t content_len;
	int (*element)(void *, const char *, const char *, struct err *);
	void *ctx;
	bool failed;
	struct err *e;
};

static void
stop(struct walk *w)
{
	w->failed = true;
	XML_StopParser(w->parser, XML_FALSE);
}

static void
refuse(struct walk *w, const char *why)
{
	err_set(w->e, EXIT_DATA, "bad XML at byte %lld: %s",
	    (long long)XML_GetCurrentByteIndex(w->parser), why);
	stop(w);
}

static void XMLCALL
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system_id,
    const XML_Char *public_id, int internal)
{
	(void)name, (void)system_id, (void)public_id, (void)internal;
	refuse(ctx, "a document type declaration is not allowed");
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct walk *w = ctx;
	size_t len = strlen(name), dot = w->path_len > 0 ? 1 : 0;

	(void)attributes;
	if (w->failed)
		return;
	/* Sums, as the room left may be less than a dot and a NUL. */
	if (w->depth == XML_DEPTH || w->path_len + dot + len + 1 > XML_PATH) {
		refuse(w, "nested too deeply");
		return;
	}
	w->path_end[w->depth] = w->path_len;
	w->begin[w->depth++] = w->content_len;
	if (dot == 1)
		w->path[w->path_len++] = '.';
	memcpy(w->path + w->path_len, name, len + 1);
	w->path_len += len;
}

static void XMLCALL
on_text(void *ctx, const XML_Char *text, int len)
{
	struct walk *w = ctx;

	if (w->failed)
		return;
	if (w->content_len + (size_t)len > XML_TEXT) {
		refuse(w, "too much text in one element");
		return;
	}
	memcpy(w->content + w->content_len, text, (size_t)len);
	w->content_len += (size_t)len;
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct walk *w = ctx;

	(void)name;
	if (w->failed)
		return;
	w->depth--;
	w->content[w->content_len] = '\0';
	if (w->element(w->ctx, w->path, w->content + w->begin[w->depth],
	    w->e) != 0) {
		stop(w);
		return;
	}
	w->content_len = w->begin[w->depth];
	w->path_len = w->path_end[w->depth];
	w->path[w->path_len] = '\0';
}

int
xml_walk(const void *text, size_t len,
    int (*element)(void *ctx, const char *path, const char *content,
    struct err *e), void *ctx, struct err *e)
{
	struct walk w = { .element = element, .ctx = ctx, .e = e };
	int rc = -1;

	if (len > INT_MAX)
		return err_set(e, EXIT_DATA, "bad XML: %zu bytes", len);
	w.content = malloc(XML_TEXT + 1);
	w.parser = XML_ParserCreate(NULL);
	if (w.content == NULL || w.parser == NULL) {
		err_memory(e);
		goto out;
	}
	XML_SetUserData(w.parser, &w);
	XML_SetStartDoctypeDeclHandler(w.parser, on_doctype);
	XML_SetElementHandler(w.parser, on_start, on_end);
	XML_SetCharacterDataHandler(w.parser, on_text);
	if (XML_Parse(w.parser, text, (int)len, XML_TRUE) == XML_STATUS_OK)
		rc = 0;
	else if (XML_GetErrorCode(w.parser) == XML_ERROR_NO_MEMORY)
		err_memory(e);
	else if (!w.failed)
		err_set(e, EXIT_DATA, "bad XML at byte %lld: %s",
		    (long long)XML_GetCurrentByteIndex(w.parser),
		    XML_ErrorString(XML_GetErrorCode(w.parser)));
out:
	if (w.parser != NULL)
		XML_ParserFree(w.parser);
	if (w.content != NULL)
		explicit_bzero(w.content, XML_TEXT + 1);
	free(w.content);
	return rc;
}

struct pick {
	struct xml_want *wants;
	size_t n;
};

static int
pick_element(void *ctx, const char *path, const char *content, struct err *e)
{
	struct pick *p = ctx;

	for (size_t i = 0; i < p->n; i++) {
		struct xml_want *want = &p->wants[i];

		if (want->text != NULL || strcmp(want->path, path) != 0)
			continue;
		if (asprintf(&want->text, "%s", content) < 0) {
			want->text = NULL;
			return err_memory(e);
		}
	}
	return 0;
}

int
xml_pick(const void *text, size_t len, struct xml_want *wants, size_t n,
    struct err *e)
{
	struct pick p = { wants, n };

	for (size_t i = 0; i < n; i++)
		wants[i].text = NULL;
	if (xml_walk(text, len, pick_element, &p, e) != 0) {
		xml_want_free(wants, n);
		return -1;
	}
	return 0;
}

void
xml_want_free(struct xml_want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (wants[i].text != NULL)
			explicit_bzero(wants[i].text, strlen(wants[i].text));
		free(wants[i].text);
		wants[i].text = NULL;
	}
}

void
xml_escape(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&apos;", out);
			break;
		default:
			putc_unlocked(*text, out);
		}
}
