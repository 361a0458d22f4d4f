/*
 * import_base: a nation's preferences from a file, as the base beneath what people say here.
 *
 * The rows become a file in DATA/base (gate/base_build.h), which takes the place of the former
 * one by one row of the journal; the store does not see them. What was read is kept
 * now and then: the same command goes on there after an interruption, however it ended.
 */
#pragma once
#include "cli/cli.h"
#include "gate/base_build.h"
#include "registry/import.h"

struct base_import {
    const struct cli *cli;
    char folder[4096];
    struct base_build *build;
    int64_t kept_at; /* monotonic */
    uint64_t from;   /* what was read before */
    char file[4096]; /* that was made */
    struct import_extra extra;
};

/*
 * Begin, or go on: sets in the options where, and who takes the rows. The import is closed by
 * base_import_close. CLI_OK, or what to exit with.
 */
MUST_USE int base_import_open(struct base_import *, const struct cli *, struct import_options *);

/* Stopped at this line, by a signal or an error: the same command goes on there. */
void base_import_stopped(struct base_import *, uint64_t line);

/*
 * All was read: make the file, and the row that names it, in one transaction with the copy's, if
 * it is one. `seq` gets its journal number. base_import_tidy, once that has been reached, removes
 * former files; until base_import_close nobody else makes one.
 */
MUST_USE enum err base_import_end(struct base_import *, struct store *,
                                  const struct import_options *, const char *copy_of, int64_t *seq,
                                  uint64_t *numbers, struct problem *);
void base_import_tidy(const struct base_import *);

void base_import_close(struct base_import *);
