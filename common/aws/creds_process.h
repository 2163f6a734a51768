/*
 * creds_process: a command that prints credentials as JSON (the setting
 * credential_process), run by /bin/sh.
 */
#ifndef AWS_CREDS_PROCESS_H
#define AWS_CREDS_PROCESS_H

#include "base/diag.h"
#include "aws/creds_secret.h"

/* -1 with e: 77 when it fails, prints no credentials or more than 64 KiB; 75
 * when the stop descriptor (-1: none) ended the wait, and the command with it. */
int creds_process(const char *command, int stop, struct creds_secret *s,
    struct err *e);

#endif
