#include "counts_fixture.h"
#include "house_fixture.h"
#include "gate/start.h"
#include "gate/window.h"
#include "ledger/note.h"

#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* A node in a folder of its own: what it answers is on the record, and outlives it. */

/* A disk whose syncs are slow, or fail, when told so. */
static _Atomic int sync_ms;
static atomic_bool sync_fails;

static enum err moody_sync(void *context, int fd)
{
    int ms = atomic_load(&sync_ms);
    if (ms)
        usleep((useconds_t)ms * 1000);
    return atomic_load(&sync_fails) ? ERR_IO : disk_real.sync(disk_real.context, fd);
}

static struct disk moody;

static void build(const char *config)
{
    moody = disk_real;
    moody.sync = moody_sync;
    atomic_store(&sync_ms, 0);
    atomic_store(&sync_fails, false);
    house_build(config, &moody);
}

static int set_up(void **state)
{
    build("{}");
    return 0;
}

static struct answer put(const struct town_call *a, bool dry)
{
    struct question q = {.call = to_call(&house->town, a), .dry = dry};
    struct answer answer;
    gate_ask_wait(house->gate, &q, &answer);
    return answer;
}

#define PUT(...) put(&(struct town_call){.none = 0, ##__VA_ARGS__}, false)

static enum entry_kind kind_at(uint64_t index)
{
    struct buf entry;
    buf_init(&entry, 8192);
    assert_int_equal(ledger_read(gate_ledger(house->gate), index, &entry), OK);
    enum entry_kind kind = (enum entry_kind)entry.p[1];
    buf_fini(&entry);
    return kind;
}

static unsigned entries_of(enum entry_kind kind)
{
    unsigned n = 0;
    uint64_t size = ledger_size(gate_ledger(house->gate));
    for (uint64_t i = 0; i < size; i++)
        n += kind_at(i) == kind;
    return n;
}

static struct call_record explain(uint64_t record)
{
    struct call_record r;
    bool opened;
    assert_int_equal(gate_explain(house->gate, record, &r, &opened), OK);
    assert_true(opened);
    return r;
}

static void an_answer_has_a_record_that_explains_it(void **state)
{
    struct answer a = PUT(.callee = "13800138001");
    assert_int_equal(a.record_error, OK);
    assert_int_equal(a.verdict.kind, VERDICT_BLOCK);
    struct call_record r = explain(a.record);
    assert_int_equal(r.caller, 862160001000);
    assert_int_equal(r.callee, 8613800138001);
    assert_int_equal(r.asked, house->now);
    assert_int_equal(r.person_seq, 1);
    assert_int_equal(r.verdict.check, CHECK_NO_CONSENT);
    assert_string_equal(r.reason, "no-consent");
    assert_string_equal(r.verdict.line, "lin_sales");
    assert_string_equal(r.verdict.campaign, "cam_spring");
    assert_memory_equal(r.pack, rules_hash(town_rules), sizeof r.pack);
    assert_true(r.verdict.journal > 0);
    assert_int_equal(explain(PUT(.callee = "13800138001").record).person_seq, 2);
    struct gate_stats s;
    gate_stats(house->gate, &s);
    assert_int_equal(s.asked, 2);
    assert_int_equal(s.by_kind[VERDICT_BLOCK], 2);
    assert_int_equal(s.by_check[CHECK_NO_CONSENT], 2);
    assert_true(s.healthy);
}

static void caps_hold_across_a_restart(void **state)
{
    static const char *const times[] = {"2026-11-21T10:00:00+08:00", "2026-11-21T11:00:00+08:00",
                                        "2026-11-21T12:00:00+08:00"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(PUT(.at = times[i]).verdict.kind, VERDICT_ALLOW);
        close_gate();
        open_gate();
    }
    struct answer a = PUT(.at = "2026-11-21T13:00:00+08:00");
    assert_int_equal(a.verdict.check, CHECK_FREQUENCY_CAP);
    assert_int_equal(a.verdict.count_principal, 3);
    assert_int_equal(explain(a.record).person_seq, 4);
    /* What was blocked does not use up her day. */
    assert_int_equal(PUT(.at = "2026-11-22T10:00:00+08:00").verdict.kind, VERDICT_ALLOW);
}

/*
 * This program again, as a process of its own that opens the folder, asks, and
 * ends without a word: "FOLDER COUNT SNAPSHOT" in the environment says what.
 */
static const char child_of[] = "MENSHEN_TEST_GATE_CHILD";

__attribute__((constructor)) static void be_the_child(void)
{
    const char *what = getenv(child_of);
    struct str rest = str_of(what), folder, field;
    unsigned long long count, snapshot;
    if (!what)
        return;
    house = calloc(1, sizeof *house);
    house->town.rules = town_rules = load_rules();
    house->town.config = config_of("{}");
    house->now = at_time("2026-11-21T10:00:00+08:00");
    moody = disk_real;
    house->disk = &moody;
    if (!str_split(&rest, ' ', &folder) || !str_copy(folder, house->folder, sizeof house->folder) ||
        !str_split(&rest, ' ', &field) || !str_to_u64(field, 9, &count) ||
        !str_to_u64(rest, 1, &snapshot))
        _exit(2); /* not as ask_and_die writes it */
    open_gate();
    for (unsigned long long i = 0; i < count; i++) {
        char at[60];
        snprintf(at, sizeof at, "2026-11-21T1%llu:00:00+08:00", i);
        struct answer a = PUT(.at = at);
        if (a.record_error || a.verdict.kind != VERDICT_ALLOW)
            _exit(1);
        if (snapshot && i == 0) {
            close_gate();
            open_gate();
        }
    }
    _exit(0);
}

static void ask_and_die(int count, bool snapshot_first)
{
    char what[120], name[] = "test_gate_gate";
    char *const argv[] = {name, NULL};
    pid_t child;
    int status;
    snprintf(what, sizeof what, "%s %d %d", house->folder, count, snapshot_first);
    assert_int_equal(setenv(child_of, what, 1), 0);
    assert_int_equal(posix_spawn(&child, "/proc/self/exe", NULL, NULL, argv, environ), 0);
    unsetenv(child_of);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void every_answered_call_counts_after_a_kill(void **state)
{
    close_gate();
    ask_and_die(3, false);
    open_gate();
    struct answer a = PUT(.at = "2026-11-21T13:00:00+08:00");
    assert_int_equal(a.verdict.check, CHECK_FREQUENCY_CAP);
    assert_int_equal(a.verdict.count_principal, 3);
}

static void snapshot_and_log_are_not_counted_twice(void **state)
{
    close_gate();
    ask_and_die(3, true);
    open_gate();
    assert_int_equal(PUT(.at = "2026-11-21T13:00:00+08:00").verdict.count_principal, 3);
}

static void lost_or_damaged_counts_come_back_from_the_log(void **state)
{
    char path[128];
    for (int i = 0; i < 3; i++) {
        char at[40];
        snprintf(at, sizeof at, "2026-11-21T1%d:00:00+08:00", i);
        assert_int_equal(PUT(.at = at).verdict.kind, VERDICT_ALLOW);
    }
    for (int damage = 0; damage < 2; damage++) {
        close_gate();
        counts_each(house->folder, damage);
        snprintf(path, sizeof path, "%s/journal", house->folder);
        assert_int_equal(unlink(path), 0);
        open_gate();
        struct answer a = PUT(.at = "2026-11-21T13:00:00+08:00");
        assert_int_equal(a.verdict.count_principal, 3);
        assert_int_equal(explain(a.record).person_seq, 4 + (uint32_t)damage);
    }
}

static void a_dry_run_is_recorded_as_such_and_counts_nothing(void **state)
{
    for (int i = 0; i < 5; i++) {
        struct answer a = put(&(struct town_call){.at = NULL}, true);
        assert_int_equal(a.verdict.kind, VERDICT_ALLOW);
        assert_int_equal(a.record_error, OK);
        struct call_record r = explain(a.record);
        assert_true(r.dry);
        assert_int_equal(r.person_seq, 0);
        struct verdict v;
        struct call c = to_call(&house->town, &(struct town_call){.at = NULL});
        gate_peek(house->gate, &c, 1, &v);
        assert_int_equal(v.kind, VERDICT_ALLOW);
    }
    close_gate();
    open_gate();
    assert_int_equal(PUT(.at = NULL).verdict.count_principal, 0);
}

static void facts_of_another_process_act_on_the_next_call_and_are_recorded_once(void **state)
{
    static const struct town_fact refusal = {&refusal_kind, "13800138000|org_builder|2026-11-01"};
    assert_int_equal(entries_of(ENTRY_FACT), 0); /* the town's are another node's to record */
    assert_int_equal(PUT(.at = NULL).verdict.kind, VERDICT_ALLOW);
    int64_t seq = write_facts(&refusal, 1, gate_node(house->gate));
    assert_int_equal(gate_reach(house->gate, seq, 5000, NULL), OK);
    struct answer a = PUT(.at = "2026-11-21T12:00:00+08:00");
    assert_int_equal(a.verdict.check, CHECK_REFUSED);
    assert_int_equal(a.verdict.journal, seq);
    for (int i = 0; i < 200 && entries_of(ENTRY_FACT) == 0; i++)
        usleep(10000);
    assert_int_equal(entries_of(ENTRY_FACT), 1);
    for (int i = 0; i < 2; i++) {
        close_gate();
        open_gate();
    }
    assert_int_equal(PUT(.at = "2026-11-21T13:00:00+08:00").verdict.check, CHECK_REFUSED);
    assert_int_equal(entries_of(ENTRY_FACT), 1);
    assert_int_equal(gate_reach(house->gate, seq + 1, 50, NULL), ERR_TIMEOUT);
}

static void a_reassignment_is_remembered_with_the_age_of_preferences(void **state)
{
    static const struct town_fact before[] = {
        {&preference_kind, "13800138000|real-estate||||"},
        {&assignment_kind, "13800138000|2026-11-20|"},
        {&consent_kind, "13800138000|org_builder|marketing|contact|call|2026-11-21T00:00:00+08:00||"
                        "yes|" EVIDENCE}};
    house->now = at_time("2026-11-01T00:00:00+08:00");
    assert_int_equal(gate_reach(house->gate, write_facts(before, 3, "elsewhere"), 5000, NULL), OK);
    house->now = at_time("2026-11-21T10:00:00+08:00");
    assert_int_equal(PUT(.at = NULL).verdict.kind, VERDICT_ALLOW);
    close_gate();
    open_gate();
    assert_int_equal(PUT(.at = "2026-11-21T11:00:00+08:00").verdict.kind, VERDICT_ALLOW);
    assert_int_equal(gate_reach(house->gate, write_facts(before, 1, "elsewhere"), 5000, NULL), OK);
    assert_int_equal(PUT(.at = "2026-11-21T12:00:00+08:00").verdict.check, CHECK_SECTOR_REFUSED);
    close_gate();
    open_gate();
    assert_int_equal(PUT(.at = "2026-11-21T12:00:00+08:00").verdict.check, CHECK_SECTOR_REFUSED);
}

static void without_a_record_in_time_the_configuration_answers(void **state)
{
    atomic_store(&sync_ms, 600);
    int64_t start = clock_monotonic();
    struct answer sale = PUT(.at = NULL);
    int64_t took = (clock_monotonic() - start) / WHEN_MS;
    assert_int_equal(sale.record_error, ERR_TIMEOUT);
    assert_int_equal(sale.verdict.kind, VERDICT_BLOCK);
    assert_in_range(took, 190, 450);
    struct answer private = PUT(.caller = "13800000001", .line = "lin_mobile");
    assert_int_equal(private.record_error, ERR_TIMEOUT);
    assert_int_equal(private.verdict.kind, VERDICT_ALLOW);
    struct answer refused = PUT(.caller = "13800000001", .line = "lin_nowhere");
    assert_int_equal(refused.record_error, ERR_TIMEOUT);
    assert_int_equal(refused.verdict.kind, VERDICT_BLOCK);
    atomic_store(&sync_ms, 0);
    for (int i = 0; i < 400 && entries_of(ENTRY_NOT_ANSWERED) < 3; i++)
        usleep(10000);
    assert_int_equal(entries_of(ENTRY_NOT_ANSWERED), 3);
    /* The sale was blocked after all, so it is not counted, now or after a restart. */
    assert_int_equal(PUT(.at = "2026-11-21T10:00:10+08:00").verdict.count_principal, 0);
    close_gate();
    counts_each(house->folder, false);
    open_gate();
    struct answer again = PUT(.at = "2026-11-21T12:00:10+08:00");
    assert_int_equal(again.verdict.count_principal, 1);
    struct gate_stats s;
    gate_stats(house->gate, &s);
    assert_int_equal(s.late, 0);
}

static void a_failed_record_takes_everything_back(void **state)
{
    assert_int_equal(PUT(.at = NULL).verdict.kind, VERDICT_ALLOW);
    atomic_store(&sync_fails, true);
    struct answer a = PUT(.at = "2026-11-21T11:00:00+08:00");
    assert_int_not_equal(a.record_error, OK);
    assert_int_equal(a.verdict.kind, VERDICT_BLOCK);
    atomic_store(&sync_fails, false);
    for (int i = 0; i < 300 && !ledger_healthy(gate_ledger(house->gate)); i++) {
        PUT(.caller = "13800000001", .line = "lin_mobile", .callee = "13800000009");
        usleep(20000);
    }
    a = PUT(.at = "2026-11-21T12:00:00+08:00");
    assert_int_equal(a.record_error, OK);
    assert_int_equal(a.verdict.kind, VERDICT_ALLOW);
    assert_int_equal(a.verdict.count_principal, 1);
    assert_int_equal(explain(a.record).person_seq, 2);
}

static void keep(void *to, const struct answer *a)
{
    *(struct answer *)to = *a;
}

static void a_call_for_help_does_not_wait_for_the_disk_and_is_recorded_later(void **state)
{
    atomic_store(&sync_fails, true);
    struct question q = {.call = to_call(&house->town, &(struct town_call){.caller = "13800000001",
                                                                           .line = "lin_mobile",
                                                                           .callee = "110"})};
    struct answer a = {.verdict = {.kind = VERDICT_BLOCK}};
    unsigned before = entries_of(ENTRY_CALL);
    gate_ask(house->gate, &q, keep, &a);
    assert_int_equal(a.verdict.kind, VERDICT_ALLOW);
    assert_int_equal(a.verdict.check, CHECK_CALLEE_EMERGENCY);
    usleep(100000);
    assert_int_equal(entries_of(ENTRY_CALL), before);
    atomic_store(&sync_fails, false);
    for (int i = 0; i < 500 && entries_of(ENTRY_CALL) == before; i++)
        usleep(10000);
    assert_int_equal(entries_of(ENTRY_CALL), before + 1);
}

static void being_called_back_outlives_a_restart(void **state)
{
    static const struct town_fact wish = {&preference_kind, "13800000001||mobile|||"};
    assert_int_equal(gate_reach(house->gate, write_facts(&wish, 1, "elsewhere"), 5000, NULL), OK);
    assert_int_equal(
        PUT(.caller = "13800000001", .line = "lin_mobile", .callee = "110").record_error, OK);
    for (int i = 0; i < 2; i++) {
        struct answer a = PUT(.caller = "13800000002", .line = "lin_mobile",
                              .callee = "13800000001", .at = "2026-11-21T11:00:00+08:00");
        assert_int_equal(a.verdict.check, CHECK_EMERGENCY_CALLBACK);
        close_gate();
        open_gate();
    }
}

struct crowd {
    pthread_mutex_t lock;
    unsigned answered, overload, rang;
};

static void count_answer(void *to, const struct answer *a)
{
    struct crowd *c = to;
    pthread_mutex_lock(&c->lock);
    c->answered++;
    c->overload += a->record_error == ERR_FULL;
    c->rang += a->verdict.kind != VERDICT_BLOCK;
    pthread_mutex_unlock(&c->lock);
}

static unsigned answered(struct crowd *c)
{
    pthread_mutex_lock(&c->lock);
    unsigned n = c->answered;
    pthread_mutex_unlock(&c->lock);
    return n;
}

static void more_than_can_be_remembered_is_answered_at_once(void **state)
{
    house_tear_down(NULL);
    build("sip: {max_pending: 1}\nledger: {deadline_ms: 5000}\n");
    enum { ASKED = 1200 };
    struct crowd crowd = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct question q = {.call = to_call(&house->town, &(struct town_call){.caller = "13800000001",
                                                                           .line = "lin_mobile"})};
    atomic_store(&sync_ms, 300);
    for (int i = 0; i < ASKED; i++)
        gate_ask(house->gate, &q, count_answer, &crowd);
    atomic_store(&sync_ms, 0);
    for (int i = 0; i < 500 && answered(&crowd) < ASKED; i++)
        usleep(10000);
    assert_int_equal(crowd.answered, ASKED);
    assert_in_range(crowd.overload, 1, ASKED - 1025);
    assert_int_equal(crowd.rang, ASKED);
    struct gate_stats s;
    gate_stats(house->gate, &s);
    assert_int_equal(s.overload, crowd.overload);
}

static void *ask_alone(void *to)
{
    for (int i = 0; i < 20; i++) {
        struct question q = {.call = to_call(&house->town, &(struct town_call){.at = NULL})};
        q.call.at += i * WHEN_MS;
        struct answer a;
        gate_ask_wait(house->gate, &q, &a);
        count_answer(to, &a);
    }
    return NULL;
}

static void callers_who_race_ring_once_a_minute(void **state)
{
    struct crowd crowd = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_alone, &crowd), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.answered, 80);
    assert_int_equal(crowd.rang, 1);
}

static void a_clock_that_goes_back_raises_an_alarm(void **state)
{
    struct gate_stats s;
    assert_int_equal(PUT(.at = NULL).record_error, OK);
    house->now -= 5 * WHEN_SECOND;
    assert_int_equal(PUT(.caller = "13800000001", .line = "lin_mobile").record_error, OK);
    gate_stats(house->gate, &s);
    assert_int_equal(s.clock_back, 0);
    house->now -= WHEN_MS;
    assert_int_equal(PUT(.caller = "13800000001", .line = "lin_mobile").record_error, OK);
    gate_stats(house->gate, &s);
    assert_int_equal(s.clock_back, 1);
}

/* The ledger begins a new shard (in UTC) between the two; counts and the index go on. */
static void a_new_month_forgets_no_call(void **state)
{
    char first[RECORD_ID], second[RECORD_ID];
    when asked = at_time("2026-11-30T20:00:00+08:00");
    close_gate();
    house->now = asked;
    open_gate();
    struct answer before = PUT(.at = "2026-11-30T20:00:00+08:00");
    assert_int_equal(before.verdict.kind, VERDICT_ALLOW);
    close_gate();
    house->now = at_time("2026-12-01T10:00:00+08:00");
    open_gate();
    assert_int_equal(entries_of(ENTRY_SHARD), 1);
    assert_int_equal(explain(before.record).asked, asked);
    struct answer after = PUT(.at = "2026-12-01T10:00:00+08:00");
    assert_int_equal(after.verdict.kind, VERDICT_ALLOW);
    assert_int_equal(explain(after.record).person_seq, 2);
    ledger_record_id(gate_ledger(house->gate), before.record, first);
    ledger_record_id(gate_ledger(house->gate), after.record, second);
    assert_memory_not_equal(first, second, 12);
    assert_int_equal(PUT(.at = "2026-12-01T11:00:00+08:00").verdict.kind, VERDICT_ALLOW);
    struct answer last = PUT(.at = "2026-12-01T12:00:00+08:00");
    assert_int_equal(last.verdict.count_principal, 3);
    assert_int_equal(last.verdict.check, CHECK_FREQUENCY_CAP);
    /* Without a snapshot all is counted again, through both shards. */
    close_gate();
    char path[100];
    counts_each(house->folder, false);
    snprintf(path, sizeof path, "%s/journal", house->folder);
    assert_int_equal(unlink(path), 0);
    open_gate();
    assert_int_equal(PUT(.at = "2026-12-01T13:00:00+08:00").verdict.count_principal, 3);
}

static void a_server_records_its_start_and_a_command_does_not(void **state)
{
    assert_int_equal(entries_of(ENTRY_START), 0);
    close_gate();
    house->serving = "1.2.3";
    open_gate();
    house->serving = NULL;
    assert_int_equal(entries_of(ENTRY_START), 1);
    struct ledger *l = gate_ledger(house->gate);
    struct start_record r;
    struct buf entry;
    buf_init(&entry, 8192);
    assert_int_equal(ledger_read(l, ledger_size(l) - 1, &entry), OK);
    assert_int_equal(entry.p[1], ENTRY_START);
    assert_true(start_record_read(str_skip(buf_view(&entry), ENTRY_HEADER), &r));
    assert_string_equal(r.program, "1.2.3");
    assert_string_equal(r.node, gate_node(house->gate));
    assert_memory_equal(r.pack, rules_hash(town_rules), sizeof r.pack);
    assert_int_equal(r.recovered, 0);
    assert_false(start_record_read(str_skip(buf_view(&entry), ENTRY_HEADER + 1), &r));
    buf_fini(&entry);
}

static void a_folder_has_one_owner(void **state)
{
    struct gate *second;
    struct problem p = {.text = ""};
    struct gate_options o = {.folder = house->folder,
                             .config = house->town.config,
                             .rules = house->town.rules,
                             .clock = {house_now, &house->now},
                             .disk = &moody};
    assert_int_equal(gate_open(&o, &second, &p), ERR_CONFLICT);
    assert_null(second);
    char node[64];
    assert_true(str_copy(str_of(gate_node(house->gate)), node, sizeof node));
    close_gate();
    open_gate();
    assert_string_equal(gate_node(house->gate), node);
}

#define HOUSE(name) cmocka_unit_test_setup_teardown(name, set_up, house_tear_down)

UNIT_MAIN(HOUSE(an_answer_has_a_record_that_explains_it), HOUSE(caps_hold_across_a_restart),
          HOUSE(every_answered_call_counts_after_a_kill),
          HOUSE(snapshot_and_log_are_not_counted_twice),
          HOUSE(lost_or_damaged_counts_come_back_from_the_log),
          HOUSE(a_dry_run_is_recorded_as_such_and_counts_nothing),
          HOUSE(facts_of_another_process_act_on_the_next_call_and_are_recorded_once),
          HOUSE(a_reassignment_is_remembered_with_the_age_of_preferences),
          HOUSE(without_a_record_in_time_the_configuration_answers),
          HOUSE(a_failed_record_takes_everything_back),
          HOUSE(a_call_for_help_does_not_wait_for_the_disk_and_is_recorded_later),
          HOUSE(being_called_back_outlives_a_restart),
          HOUSE(more_than_can_be_remembered_is_answered_at_once),
          HOUSE(callers_who_race_ring_once_a_minute), HOUSE(a_clock_that_goes_back_raises_an_alarm),
          HOUSE(a_new_month_forgets_no_call),
          HOUSE(a_server_records_its_start_and_a_command_does_not), HOUSE(a_folder_has_one_owner))
