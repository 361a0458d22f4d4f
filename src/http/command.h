/*
 * command: one run of another program, which gets a text on its standard input.
 *
 * No shell. Its output goes nowhere, and it inherits no descriptor, blocked signal or
 * argument of ours beyond its own. Any thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

enum { COMMAND_INPUT = 4096 };

/*
 * Run `argv` (ends with NULL, argv[0] is a path) with `input`, of at most COMMAND_INPUT
 * bytes. ERR_NOT_FOUND, ERR_DENIED …: it cannot be run. ERR_IO: it ended with another
 * status than 0. ERR_TIMEOUT: it was killed, with what it had started in its group.
 */
MUST_USE enum err command_run(const char *const *argv, struct str input, int timeout_s,
                              struct problem *);
