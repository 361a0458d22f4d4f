/*
 * old_ledger DATA ORIGIN MONTH…: a data folder whose ledger has lived before.
 *
 * Begins a shard in each month ("2026-09"), oldest first, with three hundred start
 * records, under a clock that stands in it; nothing is packed yet. For tests of what a server
 * does with closed shards.
 */
#include "core/log.h"
#include "gate/start.h"
#include "ledger/ledger.h"
#include "ledger/shard.h"

#include <stdio.h>

enum { RECORDS = 300 };

static when now;

static enum err live(const char *folder, const char *origin, struct problem *problem)
{
    struct ledger *l;
    struct ledger_options o = {.folder = folder,
                               .disk = &disk_real,
                               .clock = clock_fixed(&now),
                               .origin = origin,
                               .checkpoint_ms = 3600000,
                               .segment_first = 64 * 1024,
                               .segment_max = 64 * 1024};
    enum err e = ledger_open(&o, &l, problem);
    if (e != OK)
        return e;
    now += 2 * WHEN_DAY; /* a turn that skips months waits a day */
    e = ledger_publish(l, problem);
    for (int i = 0; e == OK && i < RECORDS; i++) {
        uint8_t memory[400];
        struct buf body;
        struct start_record r = {.program = "old", .node = "node_old", .recovered = (uint64_t)i};
        buf_fixed(&body, memory, sizeof memory);
        start_record_put(&body, &r);
        e = ledger_append(l, ENTRY_START, buf_view(&body), STR(""), NULL, problem);
    }
    if (e == OK)
        e = ledger_publish(l, problem);
    ledger_release(l, ledger_published(l));
    ledger_close(l);
    return e;
}

int main(int argc, char **argv)
{
    struct problem problem = {.code = OK};
    log_threshold((enum log_level)(LOG_ERROR + 1));
    for (int i = 3; i < argc; i++) {
        uint32_t month;
        if (!shard_folder_parse(argv[i], &month))
            return 2;
        struct date d = {.year = (int)(month / 100), .month = (int)(month % 100), .day = 2};
        now = day_of_date(d) * WHEN_DAY;
        if (live(argv[1], argv[2], &problem) != OK) {
            fprintf(stderr, "old_ledger: %s\n", problem.text);
            return 1;
        }
    }
    return argc > 3 ? 0 : 2;
}
