/*
 * house_fixture: a gate over a folder of its own, where the small town's facts are.
 */
#pragma once
#include "gate_fixture.h"
#include "gate/gate.h"
#include "store/journal.h"

struct house {
    struct town town; /* rules and configuration only */
    char folder[64];
    const struct disk *disk;
    const char *serving;
    _Atomic when now;
    struct gate *gate;
};

static struct house *house;

static inline when house_now(void *context)
{
    return atomic_load((_Atomic when *)context);
}

static inline void open_gate(void)
{
    struct problem p = {.text = ""};
    struct gate_options o = {.folder = house->folder,
                             .config = house->town.config,
                             .rules = house->town.rules,
                             .clock = {house_now, &house->now},
                             .disk = house->disk,
                             .lock_wait_ms = 10000,
                             .serving = house->serving};
    if (gate_open(&o, &house->gate, &p) != OK)
        fail_msg("gate_open: %s", p.text);
}

static inline void close_gate(void)
{
    gate_close(house->gate);
    house->gate = NULL;
}

static inline int64_t write_facts(const struct town_fact *facts, size_t count, const char *node)
{
    struct store *store;
    struct problem p = {.text = ""};
    char path[128];
    int64_t seq = 0;
    snprintf(path, sizeof path, "%s/menshen.db", house->folder);
    if (store_open(path, &store, &p) != OK || store_begin(store, &p) != OK)
        fail_msg("store: %s", p.text);
    for (size_t i = 0; i < count; i++) {
        struct value row[COLUMNS_MAX];
        read_row(&house->town, facts[i].kind, facts[i].row, row);
        if (fact_write(store, facts[i].kind, row, str_of(node), STR("test"), house->now, &seq,
                       &p) != OK)
            fail_msg("%s: %s", facts[i].row, p.text);
    }
    if (store_commit(store, &p) != OK)
        fail_msg("store: %s", p.text);
    store_close(store);
    return seq;
}

static inline void house_build(const char *config, const struct disk *disk)
{
    size_t count;
    house = calloc(1, sizeof *house);
    assert_non_null(house);
    house->disk = disk;
    if (!town_rules)
        town_rules = load_rules();
    house->town.rules = town_rules;
    house->town.config = config_of(config);
    house->now = at_time("2026-11-21T10:00:00+08:00");
    snprintf(house->folder, sizeof house->folder, "/tmp/menshen-gate-XXXXXX");
    assert_non_null(mkdtemp(house->folder));
    open_gate();
    const struct town_fact *facts = town_facts(&count);
    int64_t seq = write_facts(facts, count, "elsewhere");
    assert_int_equal(gate_reach(house->gate, seq, 5000, NULL), OK);
}

static inline int house_tear_down(void **state)
{
    char command[100];
    if (house->gate)
        close_gate();
    snprintf(command, sizeof command, "rm -rf '%s'", house->folder);
    config_free(house->town.config);
    free(house);
    return system(command);
}
