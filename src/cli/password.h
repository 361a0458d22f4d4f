/*
 * password: read one, never from an argument or the environment.
 */
#pragma once
#include "cli/cli.h"
#include "registry/account.h"

enum { PASSWORD_TEXT = ACCOUNT_PASSWORD_MAX + 2 }; /* one byte too long shows as such */

/*
 * The first line of the file `path`, or, if that is NULL, of standard input; from a terminal
 * asked for twice, without echo. CLI_OK, or an exit code after the message. The caller
 * overwrites `out`.
 */
int password_read(const struct cli *, const char *path, char out[static PASSWORD_TEXT]);

/* Print what is shown once of an account that was set ("uri", "secret"). Takes `answer`. CLI_OK. */
int password_told(const struct cli *, json_t *answer);
