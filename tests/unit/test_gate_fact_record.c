/* From a change of facts back to its record, however many others lie between. */
#include "gate_fixture.h"
#include "gate/fact_record.h"
#include "gate/follow.h"
#include "gate/look_index.h"
#include "gate/node.h"

#include <unistd.h>

enum { CROWD = 110000, BATCH = 10000 };

static struct town town; /* rules and configuration only */
static char folder[64];
static when now;
static struct gate *gate;
static struct store *store;

static void open_all(void)
{
    char path[128];
    struct problem p = {.text = ""};
    struct gate_options o = {.folder = folder,
                             .config = town.config,
                             .rules = town.rules,
                             .clock = clock_fixed(&now),
                             .disk = &disk_real,
                             .lock_wait_ms = 10000};
    snprintf(path, sizeof path, "%s/menshen.db", folder);
    if (gate_open(&o, &gate, &p) != OK || store_open(path, &store, &p) != OK)
        fail_msg("%s", p.text);
}

static void close_all(void)
{
    store_close(store);
    gate_close(gate);
}

static int set_up(void **state)
{
    if (!town_rules)
        town_rules = load_rules();
    town.rules = town_rules;
    town.config = config_of("{}");
    now = at_time("2026-11-21T10:00:00+08:00");
    snprintf(folder, sizeof folder, "/tmp/menshen-fact-XXXXXX");
    assert_non_null(mkdtemp(folder));
    open_all();
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    close_all();
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    config_free(town.config);
    return system(command);
}

/* `count` facts in one transaction; the last one's number. Waits until they are on record. */
static int64_t facts(int count)
{
    static int made;
    struct problem p = {.text = ""};
    int64_t seq = 0;
    const uint64_t end = ledger_size(gate->ledger) + (uint64_t)count;
    assert_int_equal(store_begin(store, &p), OK);
    for (int i = 0; i < count; i++) {
        struct value row[COLUMNS_MAX];
        char text[100];
        snprintf(text, sizeof text, "org_%d|Match|agency|matchmaking|||active", made++);
        read_row(&town, &organisation_kind, text, row);
        if (fact_write(store, &organisation_kind, row, str_of(gate_node(gate)), STR("test"), now,
                       &seq, &p) != OK)
            fail_msg("%s", p.text);
    }
    assert_int_equal(store_commit(store, &p), OK);
    assert_int_equal(gate_reach(gate, seq, 5000, NULL), OK);
    while (ledger_size(gate->ledger) < end)
        usleep(1000);
    return seq;
}

/* Records of something else. */
static void others(int count)
{
    static struct ledger_item item[BATCH];
    while (count > 0) {
        const size_t n = count < BATCH ? (size_t)count : BATCH;
        for (size_t i = 0; i < n; i++)
            item[i] = (struct ledger_item){.kind = ENTRY_NOT_ANSWERED, .body = STR("something")};
        assert_int_equal(ledger_append_all(gate->ledger, item, n, NULL), OK);
        count -= (int)n;
    }
}

static int64_t seq_at(uint64_t index)
{
    struct buf entry;
    int64_t seq = 0;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    assert_int_equal(ledger_read(gate->ledger, index, &entry), OK);
    assert_int_equal(entry.p[1], ENTRY_FACT);
    assert_true(fact_record_seq(str_skip(buf_view(&entry), ENTRY_HEADER), &seq));
    buf_fini(&entry);
    return seq;
}

static uint64_t found(int64_t seq)
{
    uint64_t index = 0;
    assert_int_equal(fact_record_find(gate, seq, now, &index), OK);
    assert_int_equal(seq_at(index), seq);
    return index;
}

static void every_fact_is_found_among_many_others(void **state)
{
    int64_t last = 0;
    uint64_t before = 0;
    for (int i = 0; i < 8; i++) {
        others(i * LOOK_INDEX_STRIDE / 3 + i);
        last = facts(i * 40 + 1);
    }
    for (int64_t seq = 1; seq <= last; seq++) {
        const uint64_t at = found(seq);
        assert_true(seq == 1 || at > before);
        before = at;
    }
    assert_int_equal(fact_record_find(gate, last + 1, now, &before), ERR_NOT_FOUND);
}

static void however_many_lie_between(void **state)
{
    const int64_t first = facts(3);
    others(CROWD);
    const int64_t second = facts(2);
    others(CROWD);
    for (int64_t seq = 1; seq <= second; seq++)
        found(seq);
    assert_true(found(second) - found(first) > CROWD);
    /* Also after a start. */
    close_all();
    open_all();
    found(first);
    found(second);
    found(facts(1));
}

static void without_the_index_by_the_time_of_its_entry(void **state)
{
    char command[100];
    const int64_t first = facts(3);
    others(500);
    const int64_t second = facts(2);
    assert_int_equal(ledger_publish(gate->ledger, NULL), OK);
    close_all();
    snprintf(command, sizeof command, "rm -rf '%s/index'", folder);
    assert_int_equal(system(command), 0);
    open_all();
    found(first);
    found(second);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_fact_is_found_among_many_others),
        T(however_many_lie_between),
        T(without_the_index_by_the_time_of_its_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
