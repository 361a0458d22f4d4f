/* What ends by its time ends in a sweep, and in none while the gate is held. */
#include "gate_fixture.h"
#include "gate/node.h"
#include "gate/sweep.h"

#include <unistd.h>

static struct town town; /* rules and configuration only */
static char folder[64];
static when now;
static struct gate *gate;

static int set_up(void **state)
{
    struct problem p = {.text = ""};
    if (!town_rules)
        town_rules = load_rules();
    town.rules = town_rules;
    town.config = config_of("{}");
    now = at_time("2026-11-21T10:00:00+08:00");
    snprintf(folder, sizeof folder, "/tmp/menshen-sweep-XXXXXX");
    assert_non_null(mkdtemp(folder));
    struct gate_options o = {.folder = folder,
                             .config = town.config,
                             .rules = town.rules,
                             .clock = clock_fixed(&now),
                             .disk = &disk_real,
                             .lock_wait_ms = 10000};
    if (gate_open(&o, &gate, &p) != OK)
        fail_msg("%s", p.text);
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    gate_close(gate);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    config_free(town.config);
    return system(command);
}

static bool any(struct store *s, const char *sql)
{
    bool out = false;
    assert_int_equal(store_any(s, sql, NULL, 0, &out, NULL), OK);
    return out;
}

static void held_it_ends_nothing(void **state)
{
    char path[128];
    struct store *s;
    struct sweep sweep = {.store = NULL};
    snprintf(path, sizeof path, "%s/menshen.db", folder);
    assert_int_equal(store_open(path, &s, NULL), OK);
    const struct value until = value_int(now - 1);
    assert_int_equal(
        store_run(s,
                  "INSERT INTO bindings (\"id\", \"relay\", \"person\", \"staff\", "
                  "\"organisation\", \"purpose\", \"answers\", \"record\", \"opened_at\", "
                  "\"expires_at\", \"status\") VALUES ('bnd_1', 862160008000, 'per_1', 'stf_1', "
                  "'House', 'matchmaking.followup', 862160007000, 'rec_1', 1, $1, 'open')",
                  &until, 1, NULL, NULL, NULL),
        OK);
    gate_hold(gate, true);
    sweep_all(&sweep, gate);
    assert_true(any(s, "SELECT 1 FROM bindings WHERE \"status\" = 'open'"));
    gate_hold(gate, false);
    sweep_all(&sweep, gate);
    assert_false(any(s, "SELECT 1 FROM bindings WHERE \"status\" = 'open'"));
    assert_true(any(s, "SELECT 1 FROM journal WHERE \"kind\" = 'bindings'"));
    sweep_close(&sweep);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(held_it_ends_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
