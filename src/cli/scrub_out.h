/*
 * scrub_out: where a judged list goes.
 *
 * Rows lie in a spool, an unlinked file, until the record's id is known. The output
 * appears complete or not at all; a device, a FIFO or a socket is written to, and
 * never replaced. One owner.
 */
#pragma once
#include "cli/cli.h"
#include "core/csv.h"

#include <stdio.h>

enum {
    SCRUB_PATH = 4096,
    SCRUB_LINE = 2 * CSV_RECORD + 1024, /* every byte a quote, doubled; and the answer */
};

struct scrub_out {
    struct cli *cli;
    const char *path;        /* "-": standard output */
    char target[SCRUB_PATH]; /* the regular file to replace; "": write to `path` itself */
    int direct;              /* open(2) flags for writing to `path` itself */
    FILE *spool;
};

/* Choose what to write to and open the spool; `cli` and `path` are set. An exit code, said. */
int scrub_out_open(struct scrub_out *);
void scrub_out_close(struct scrub_out *);

/* Keep a line of at most SCRUB_LINE bytes, without its end. The first is the header. */
bool scrub_out_spool(struct scrub_out *, struct str line);

/* Write everything, behind each row RECORD:number. An exit code, said. */
int scrub_out_write(struct scrub_out *, const char *record);

bool scrub_out_is_stdout(const struct scrub_out *);

/* Say that errno befell the output; the exit code. */
int scrub_out_failed(const struct scrub_out *);
