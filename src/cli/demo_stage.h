/*
 * demo_stage: what the sample city is played on: its clock, its disk, and where it may listen.
 *
 * The clock is the machine's and so much more as visitors have moved it (POST /v1/demo/clock),
 * kept in DATA/demo/clock: a ledger that has seen a day does not go back before it. Whoever opens
 * the folder has that clock, also a command, and a server without --demo; only with --demo it can
 * be moved.
 */
#pragma once
#include "core/clock.h"
#include "core/config.h"
#include "core/disk_full.h"
#include "http/demo.h"

enum { DEMO_FOLDER = 4096 };

struct demo_stage {
    char folder[DEMO_FOLDER];
    struct clock_ahead clock;
    struct disk_full disk;
    struct http_demo http;
};

/* Of this data folder, which need not be there. It must not be moved afterwards. */
void demo_stage_init(struct demo_stage *, const char *folder);

/* The clock of a data folder, for commands; of any but a sample city's, the machine's. One in a
 * process. */
struct clock demo_clock(const char *folder);

/*
 * A sample city is for who sits at this machine: everybody in it may be anybody with one click.
 * ERR_INVALID: it would listen elsewhere than on the loopback.
 */
MUST_USE enum err demo_stays_here(const struct config *, struct problem *);

/* Its sample traffic rings people by chance, most of whom never consented: campaigns are observed,
 * not paused for it, unless the configuration says which rules do what. */
void demo_observes(struct config *);
