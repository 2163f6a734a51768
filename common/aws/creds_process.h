/*
 * creds_process: a command that prints credentials as JSON (the setting
 * credential_process), run by /bin/sh.
 */
#ifndef AWS_CREDS_PROCESS_H
#define AWS_CREDS_PROCESS_H

#include "base/diag.h"
#include "aws/creds_secret.h"

/* As the AWS SDKs have it: a minute, in which somebody may be asked. */
enum { CREDS_PROCESS_MS = 60 * 1000 };

/* -1 with e: 77 when it fails, prints no credentials or more than 64 KiB; 75
 * when it has not ended after ms, or the stop descriptor (-1: none) ended the
 * wait.  In any case it is ended. */
int creds_process(const char *command, int64_t ms, int stop,
    struct creds_secret *s, struct err *e);

#endif
