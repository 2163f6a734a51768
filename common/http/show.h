/*
 * show: what messages and logs may say of URLs and headers.  Pure.
 *
 * Whatever is not known to be harmless is shown as ***: a secret can stand in a
 * parameter or header of any name (sig=, X-Session:), in a URL that a server
 * sends (a presigned Location), and in front of the host.  What is known to be
 * harmless are numbers and dates as the values of parameters, and the values of
 * headers that describe a message or its connection.  Names are shown, and so
 * is the path, without which a message would be of no use.
 */
#ifndef HTTP_SHOW_H
#define HTTP_SHOW_H

#include <stdbool.h>
#include <stddef.h>

/* A URL, or a reference to one, well-formed or not, cut to size ("..."). */
void show_url(const char *url, char *shown, size_t size);

/* The same for a URL that somebody is to go on with: of the parameters only those
 * are hidden whose name suggests a secret.  A place in a list is none, even if
 * it is called a token (pageToken, $skiptoken, next_token). */
void show_url_whole(const char *url, char *shown, size_t size);

/* Overwrites in a URL with asterisks what show_url does not show: for a command
 * line, which other users can see. */
void show_wipe_url(char *url);

/* "Name: value", cut to size. */
void show_header(const char *header, char *shown, size_t size);

/* Does the name of a header or parameter suggest that its value is a secret?
 * For texts that are shown on purpose, such as what an upload would send. */
bool show_is_secret(const char *name, size_t len);

#endif
