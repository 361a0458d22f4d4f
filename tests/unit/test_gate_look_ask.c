#include "counts_fixture.h"
#include "gate_fixture.h"
#include "failing_disk.h"
#include "gate/look_ask.h"
#include "gate/look_seal.h"
#include "person/intake.h"
#include "person/member.h"
#include "registry/staff.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* Looks at a node in a folder of its own: no answer without its record, and hers to read. */

static _Atomic int sync_ms;

static enum err slow_sync(void *context, int fd)
{
    int ms = atomic_load(&sync_ms);
    if (ms)
        usleep((useconds_t)ms * 1000);
    return disk_real.sync(disk_real.context, fd);
}

static _Atomic int locks;

static enum err counted_lock(void *context, int fd)
{
    atomic_fetch_add(&locks, 1);
    return disk_real.lock(disk_real.context, fd);
}

static struct house {
    struct town town; /* rules and configuration only */
    char folder[64];
    struct disk slow;
    struct failing_disk disk;
    _Atomic when now;
    struct gate *gate;
} house;

static when house_now(void *context)
{
    return atomic_load((_Atomic when *)context);
}

static void open_gate(void)
{
    struct problem p = {.text = ""};
    struct gate_options o = {.folder = house.folder,
                             .config = house.town.config,
                             .rules = house.town.rules,
                             .clock = {house_now, &house.now},
                             .disk = &house.disk.disk,
                             .lock_wait_ms = 10000};
    if (gate_open(&o, &house.gate, &p) != OK)
        fail_msg("gate_open: %s", p.text);
}

static void close_gate(void)
{
    gate_close(house.gate);
    house.gate = NULL;
}

static const struct fact_origin origin = {.node = {"n1", 2}, .actor = {"test", 4}, .at = 1};

static int64_t put_fact(struct store *store, const struct fact_kind *kind, const char *text)
{
    struct value row[COLUMNS_MAX];
    struct problem p = {.text = ""};
    int64_t seq = 0;
    read_row(&house.town, kind, text, row);
    if (fact_write(store, kind, row, origin.node, origin.actor, house.now, &seq, &p) != OK)
        fail_msg("%s: %s", text, p.text);
    return seq;
}

static int64_t put_member(struct store *store, const char *id, number telephone)
{
    struct problem p = {.text = ""};
    struct str person = str_of(id);
    int64_t seq = 0;
    bool changed;
    const struct vault_field name[] = {{STR("name"), STR("Lin Daiyu")}};
    const struct intake intake = {
        .vault = {.store = store, .keys = gate_unwrap(house.gate), .rules = house.town.rules},
        .link = gate_link(house.gate)};
    const struct intake_member m = {.id = person,
                                    .organisation = STR("org_match"),
                                    .pool = STR("city"),
                                    .number = telephone,
                                    .field = name,
                                    .count = 1};
    if (intake_prepare(&intake, &person, 1, house.now, &p) != OK ||
        intake_put(&intake, &m, &origin, &changed, &seq, &p) != OK)
        fail_msg("%s: %s", id, p.text);
    return seq;
}

static void settle_in(void)
{
    struct store *store;
    struct problem p = {.text = ""};
    char path[128];
    snprintf(path, sizeof path, "%s/menshen.db", house.folder);
    if (store_open(path, &store, &p) != OK || store_begin(store, &p) != OK)
        fail_msg("store: %s", p.text);
    put_fact(store, &organisation_kind, "org_match|Match|agency|matchmaking|||active");
    put_fact(store, &organisation_kind, "org_far|Far|agency|matchmaking|||active");
    put_fact(store, &staff_kind, "stf_far|org_far|F|sales||SH3:2026-12-31|active");
    put_fact(store, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-12-31|active");
    put_fact(store, &staff_kind, "stf_x|org_match|X|sales||SH2:2025-12-31|active");
    put_fact(store, &consent_kind,
             "13800138000|org_match|matchmaking.introduce|basic|file|2026-01-01|2026-12-31|"
             "yes|" EVIDENCE);
    put_fact(store, &consent_kind,
             "13800138000|org_match|matchmaking.introduce|photo|file|2026-01-01|2026-12-31|yes|"
             "sha256:2222222222222222222222222222222222222222222222222222222222222222");
    put_member(store, "per_lin", 8613800138000);
    int64_t seq = put_member(store, "per_xue", 8613800138001);
    if (store_commit(store, &p) != OK)
        fail_msg("store: %s", p.text);
    store_close(store);
    assert_int_equal(gate_reach(house.gate, seq, 5000, NULL), OK);
}

static int set_up(void **state)
{
    memset(&house, 0, sizeof house);
    house.slow = disk_real;
    house.slow.sync = slow_sync;
    house.slow.lock = counted_lock;
    atomic_store(&sync_ms, 0);
    failing_disk_init(&house.disk, &house.slow);
    if (!town_rules)
        town_rules = load_rules();
    house.town.rules = town_rules;
    house.town.config = config_of("{}");
    house.now = at_time("2026-11-21T10:00:00+08:00");
    snprintf(house.folder, sizeof house.folder, "/tmp/menshen-look-XXXXXX");
    assert_non_null(mkdtemp(house.folder));
    open_gate();
    settle_in();
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    if (house.gate)
        close_gate();
    snprintf(command, sizeof command, "rm -rf '%s'", house.folder);
    config_free(house.town.config);
    return system(command);
}

static struct look_question question(const char *actor, const struct str *persons, size_t count)
{
    return (struct look_question){.actor = str_of(actor),
                                  .persons = persons,
                                  .count = count,
                                  .purpose = STR("matchmaking.introduce"),
                                  .what = CATEGORIES_ALL,
                                  .task = STR("cas_7"),
                                  .at = house.now};
}

static struct look_result look(const char *actor, const char *person)
{
    static struct look_result r;
    struct str persons[] = {str_of(person)};
    struct look_question q = question(actor, persons, 1);
    gate_look_wait(house.gate, &q, &r);
    return r;
}

static enum entry_kind kind_at(uint64_t index)
{
    struct buf entry;
    buf_init(&entry, 8192);
    assert_int_equal(ledger_read(gate_ledger(house.gate), index, &entry), OK);
    enum entry_kind kind = (enum entry_kind)entry.p[1];
    buf_fini(&entry);
    return kind;
}

static unsigned entries_of(enum entry_kind kind)
{
    unsigned n = 0;
    uint64_t size = ledger_size(gate_ledger(house.gate));
    for (uint64_t i = 0; i < size; i++)
        n += kind_at(i) == kind;
    return n;
}

struct seen {
    size_t count;
    struct look_seen at[400];
};

static bool keep_seen(void *to, const struct look_seen *x)
{
    struct seen *s = to;
    s->at[s->count++] = *x;
    return s->count < sizeof s->at / sizeof *s->at;
}

static const struct seen *looks_before(const char *person, uint64_t before)
{
    static struct seen s;
    struct problem p = {.text = ""};
    s.count = 0;
    if (gate_looks(house.gate, str_of(person), before, keep_seen, &s, &p) != OK)
        fail_msg("gate_looks: %s", p.text);
    return &s;
}

static const struct seen *looks_at(const char *person)
{
    return looks_before(person, UINT64_MAX);
}

static void a_look_is_judged_and_on_the_record_before_its_answer(void **state)
{
    struct look_result r = look("stf_w", "per_lin");
    assert_int_equal(r.record_error, OK);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.verdict[0].answer[CATEGORY_BASIC], LOOK_SHOW);
    assert_int_equal(r.verdict[0].answer[CATEGORY_CONTACT], LOOK_DENY);
    assert_int_equal(r.verdict[0].check[CATEGORY_CHAT], CHECK_SEALED);
    assert_true(ledger_size(gate_ledger(house.gate)) > r.record);
    assert_int_equal(kind_at(r.record), ENTRY_LOOK);

    struct look_record record;
    struct look_asker asker;
    struct look_verdict verdict;
    bool opened;
    assert_int_equal(gate_explain_look(house.gate, r.record, &record, &asker, &verdict, &opened),
                     OK);
    assert_true(opened);
    assert_string_equal(asker.looker, "stf_w");
    assert_string_equal(asker.organisation, "org_match");
    assert_string_equal(asker.task, "cas_7");
    assert_string_equal(asker.host, "");
    assert_string_equal(record.purpose, "matchmaking.introduce");
    assert_int_equal(record.persons, 1);
    assert_int_equal(record.asked, house.now);
    assert_true(record.journal > 0);
    assert_memory_equal(record.pack, rules_hash(town_rules), sizeof record.pack);
    assert_int_equal(verdict.answer[CATEGORY_BASIC], LOOK_SHOW);
    assert_int_equal(
        gate_explain_look(house.gate, r.record - 1, &record, &asker, &verdict, &opened),
        ERR_NOT_FOUND);

    const struct seen *s = looks_at("per_lin");
    assert_int_equal(s->count, 1);
    assert_int_equal(s->at[0].record, r.record);
    assert_int_equal(s->at[0].opening.person_seq, 1);
    assert_string_equal(s->at[0].opening.person, "per_lin");
    assert_string_equal(s->at[0].opening.asker.looker, "stf_w");
    assert_int_equal(s->at[0].opening.verdict.check[CATEGORY_CHAT], CHECK_SEALED);
    assert_string_equal(s->at[0].purpose, "matchmaking.introduce");
    assert_int_equal(looks_at("per_xue")->count, 0);
    assert_int_equal(looks_at("per_nobody")->count, 0);
}

static void one_who_may_not_look_is_recorded_too(void **state)
{
    struct look_result r = look("stf_x", "per_lin");
    assert_int_equal(r.record_error, OK);
    assert_int_equal(r.verdict[0].whole, CHECK_LOOKER_UNCERTIFIED);
    assert_false(look_opens(&r.verdict[0]));
    assert_int_equal(looks_at("per_lin")->at[0].opening.verdict.whole, CHECK_LOOKER_UNCERTIFIED);
    assert_int_equal(look("stf_nobody", "per_lin").verdict[0].whole, CHECK_SESSION_INVALID);
}

static void the_host_is_named_and_acts_for_staff_only(void **state)
{
    static struct look_result r;
    struct str persons[] = {STR("per_lin")};
    struct look_question q = question("host:1000", persons, 1);
    gate_look_wait(house.gate, &q, &r);
    assert_false(look_opens(&r.verdict[0])); /* no consent names the host */
    q.staff = STR("stf_w");
    gate_look_wait(house.gate, &q, &r);
    assert_true(look_opens(&r.verdict[0]));
    const struct seen *s = looks_at("per_lin");
    assert_int_equal(s->count, 2);
    assert_true(s->at[0].host && s->at[1].host);
    assert_string_equal(s->at[0].opening.asker.looker, "stf_w");
    assert_string_equal(s->at[0].opening.asker.host, "host:1000");
    assert_string_equal(s->at[1].opening.asker.looker, "host:1000");
    assert_string_equal(s->at[1].opening.asker.host, "");
}

static void a_person_sees_her_own_file_only(void **state)
{
    struct look_result own = look("per_lin", "per_lin"), other = look("per_lin", "per_xue");
    assert_int_equal(own.verdict[0].answer[CATEGORY_CHAT], LOOK_SHOW);
    assert_int_equal(other.verdict[0].whole, CHECK_NO_RELATION);
    assert_int_equal(looks_at("per_xue")->count, 1);
}

static void a_list_is_one_record_and_an_entry_for_each(void **state)
{
    static struct look_result r;
    static char ids[LOOK_PERSONS][ID_MAX];
    struct str persons[LOOK_PERSONS + 1];
    for (size_t i = 0; i < LOOK_PERSONS; i++) {
        memset(ids[i], 'x', ID_MAX - 1);
        persons[i] = str_of(ids[i]);
    }
    persons[LOOK_PERSONS] = persons[0] = STR("per_lin");
    persons[LOOK_PERSONS - 1] = STR("per_xue");
    struct look_question q = question("stf_w", persons, LOOK_PERSONS);
    q.surface = SURFACE_LIST;
    gate_look_wait(house.gate, &q, &r);
    assert_int_equal(r.record_error, OK);
    assert_int_equal(entries_of(ENTRY_LOOK), 1);
    assert_true(look_opens(&r.verdict[0]));
    assert_int_equal(r.verdict[1].whole, CHECK_NO_RELATION);
    assert_int_equal(looks_at("per_lin")->count, 1);
    assert_int_equal(looks_at("per_xue")->count, 1);
    assert_int_equal(looks_at("per_lin")->at[0].surface, SURFACE_LIST);

    q.count = LOOK_PERSONS + 1;
    gate_look_wait(house.gate, &q, &r);
    assert_int_equal(r.record_error, ERR_LIMIT);
    q.count = 0;
    gate_look_wait(house.gate, &q, &r);
    assert_int_equal(r.record_error, ERR_LIMIT);
    assert_int_equal(entries_of(ENTRY_LOOK), 1);
}

/* A hundred persons, all with keys and the longest of everything. */
static void the_longest_list_fits(void **state)
{
    static struct look_result r;
    static char ids[LOOK_PERSONS][ID_MAX];
    struct str persons[LOOK_PERSONS];
    char task[ID_MAX], staff[ID_MAX];
    for (size_t i = 0; i < LOOK_PERSONS; i++) {
        snprintf(ids[i], ID_MAX, "per_%060zu", i);
        persons[i] = str_of(ids[i]);
    }
    memset(task, 't', sizeof task);
    memset(staff, 's', sizeof staff);
    assert_int_equal(unwrap_make(gate_unwrap(house.gate), persons, LOOK_PERSONS, house.now, NULL),
                     OK);
    struct look_question q = question("host:4294967295", persons, LOOK_PERSONS);
    q.staff = (struct str){staff, ID_MAX - 1};
    q.task = (struct str){task, ID_MAX - 1};
    gate_look_wait(house.gate, &q, &r);
    assert_int_equal(r.record_error, OK);
    for (size_t i = 0; i < LOOK_PERSONS; i++)
        assert_int_equal(looks_at(ids[i])->count, 1);
}

static void running_numbers_show_a_gap_and_outlive_restarts(void **state)
{
    static struct look_result r;
    struct str persons[] = {STR("per_lin")};
    look("stf_w", "per_lin");
    struct look_question q = question("stf_w", persons, 1);
    q.dry = true;
    gate_look_wait(house.gate, &q, &r);
    look("stf_w", "per_lin");
    close_gate();
    open_gate(); /* from the snapshot */
    look("stf_w", "per_lin");
    close_gate();
    counts_each(house.folder, false);
    open_gate(); /* from the ledger */
    look("stf_w", "per_lin");
    const struct seen *s = looks_at("per_lin");
    assert_int_equal(s->count, 5);
    static const uint32_t expected[] = {4, 3, 2, 0, 1};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(s->at[i].opening.person_seq, expected[i]);
    assert_true(s->at[3].dry);
    assert_false(s->at[2].dry);
    look("stf_w", "per_xue");
    assert_int_equal(looks_at("per_xue")->at[0].opening.person_seq, 1);
}

static void looks_are_paged_newest_first(void **state)
{
    enum { MANY = 80 };
    for (int i = 0; i < MANY; i++)
        look("stf_w", "per_lin");
    const struct seen *s = looks_at("per_lin");
    assert_int_equal(s->count, MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(s->at[i].opening.person_seq, MANY - i);
    uint64_t before = s->at[50].record;
    s = looks_before("per_lin", before);
    assert_int_equal(s->count, MANY - 51);
    assert_int_equal(s->at[0].opening.person_seq, MANY - 51);

    struct look_seen one;
    assert_int_equal(gate_look_seen(house.gate, STR("per_lin"), before, &one, NULL), OK);
    assert_int_equal(one.opening.person_seq, MANY - 50);
    assert_int_equal(gate_look_seen(house.gate, STR("per_xue"), before, &one, NULL), ERR_NOT_FOUND);
}

static void a_failing_disk_closes_every_look(void **state)
{
    failing_disk_arm(&house.disk, 1, true, ERR_IO);
    struct look_result r = look("stf_w", "per_lin");
    assert_int_equal(r.record_error, ERR_IO);
    assert_false(look_opens(&r.verdict[0]));
    failing_disk_arm(&house.disk, 0, false, OK);
    for (int i = 0; i < 500 && !ledger_healthy(gate_ledger(house.gate)); i++)
        usleep(10000);
    assert_int_equal(look("stf_w", "per_lin").record_error, OK);
    /* The number was given back: the failed one leaves no gap. */
    assert_int_equal(looks_at("per_lin")->at[0].opening.person_seq, 1);
}

static void a_late_record_shows_nothing_and_says_so(void **state)
{
    atomic_store(&sync_ms, 400);
    struct look_result r = look("stf_w", "per_lin");
    assert_int_equal(r.record_error, ERR_TIMEOUT);
    assert_false(look_opens(&r.verdict[0]));
    atomic_store(&sync_ms, 0);
    for (int i = 0; i < 500 && entries_of(ENTRY_NOT_ANSWERED) == 0; i++)
        usleep(10000);
    assert_int_equal(entries_of(ENTRY_LOOK), 1);
    assert_int_equal(entries_of(ENTRY_NOT_ANSWERED), 1);
    /* It is on the record, and keeps its number. */
    look("stf_w", "per_lin");
    assert_int_equal(looks_at("per_lin")->at[0].opening.person_seq, 2);
}

/* Whoever tries ids holds up nobody who makes keys, and learns nothing from the time it takes. */
static void an_id_of_nobody_takes_no_lock(void **state)
{
    const int before = atomic_load(&locks);
    assert_true(before > 0);
    struct look_result r = look("stf_w", "per_nobody");
    assert_int_equal(r.record_error, OK);
    assert_int_equal(r.verdict[0].whole, CHECK_NO_RELATION);
    assert_int_equal(atomic_load(&locks), before);
}

enum { TIMED = 1000 };

static void told(void *to, const struct look_result *r)
{
    assert_int_equal(r->verdict[0].whole, CHECK_NO_RELATION);
    atomic_store((_Atomic bool *)to, true);
}

/* What is done before the record is waited for. */
static int64_t work_ns(const char *person)
{
    _Atomic bool answered = false;
    const struct str persons[] = {str_of(person)};
    const struct look_question q = question("stf_far", persons, 1);
    struct timespec begun, ended;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
    gate_look_ask(house.gate, &q, told, &answered);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended);
    while (!atomic_load(&answered))
        usleep(50);
    return (ended.tv_sec - begun.tv_sec) * 1000000000 + ended.tv_nsec - begun.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double foreign_to_nobody(void)
{
    static int64_t nobody[TIMED], foreign[TIMED];
    for (size_t i = 0; i < TIMED; i++) {
        nobody[i] = work_ns("per_non");
        foreign[i] = work_ns("per_lin");
    }
    qsort(nobody, TIMED, sizeof *nobody, by_size);
    qsort(foreign, TIMED, sizeof *foreign, by_size);
    return (double)foreign[TIMED / 4] / (double)nobody[TIMED / 4];
}

/* Else who asks often enough learns whose member she is: somebody's, or nobody's. A difference
 * that is there shows in every round. */
static void nobody_and_a_foreigners_member_cost_the_same_work(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* they add work of their own */
#endif
    double ratio = 0;
    for (int round = 0; round < 4; round++) {
        ratio = foreign_to_nobody();
        if (ratio < 1.15 && ratio > 0.87)
            return;
    }
    fail_msg("%.2f times the work of nobody", ratio);
}

/* A handle of the frames and the index is nobody's once the key is gone. */
static void erasing_the_key_of_records_leaves_nothing_to_link(void **state)
{
    uint8_t handle[LOOK_HANDLE], again[LOOK_HANDLE];
    struct unwrap *keys = gate_unwrap(house.gate);
    struct look_result r = look("stf_w", "per_lin");
    assert_int_equal(look_handle(keys, STR("per_lin"), handle), OK);
    assert_int_equal(look_handle(keys, STR("per_xue"), again), OK);
    assert_memory_not_equal(handle, again, LOOK_HANDLE);
    assert_int_equal(looks_at("per_lin")->count, 1);

    assert_int_equal(unwrap_erase(keys, STR("per_lin"), KEY_RECORD, house.now, NULL), OK);
    assert_int_equal(look_handle(keys, STR("per_lin"), again), ERR_CLOSED);
    assert_int_equal(looks_at("per_lin")->count, 0);
    /* Nor can there be another look: it could not be shown to her. */
    struct look_result later = look("stf_w", "per_lin");
    assert_int_equal(later.record_error, OK);
    assert_int_equal(later.verdict[0].whole, CHECK_NO_RELATION);
    /* The record, its proof and who asked stay. */
    struct look_record record;
    struct look_asker asker;
    struct look_verdict verdict;
    bool opened;
    assert_int_equal(gate_explain_look(house.gate, r.record, &record, &asker, &verdict, &opened),
                     OK);
    assert_string_equal(asker.looker, "stf_w");
}

static void losing_the_index_loses_nothing_that_frames_hold(void **state)
{
    char command[128];
    for (int i = 0; i < 3; i++)
        look("stf_w", "per_lin");
    assert_int_equal(looks_at("per_lin")->count, 3);
    close_gate();
    snprintf(command, sizeof command, "rm -rf '%s/index'", house.folder);
    assert_int_equal(system(command), 0);
    open_gate();
    assert_int_equal(looks_at("per_lin")->count, 3);
    look("stf_w", "per_lin");
    assert_int_equal(looks_at("per_lin")->at[0].opening.person_seq, 4);
}

struct many {
    pthread_t thread;
    const char *person;
    unsigned good;
};

enum { THREADS = 4, EACH = 25 };

static void *look_often(void *to)
{
    struct many *m = to;
    struct str persons[] = {str_of(m->person), STR("per_nobody")};
    struct look_result *r = malloc(sizeof *r);
    for (int i = 0; i < EACH; i++) {
        struct look_question q = question("stf_w", persons, 2);
        gate_look_wait(house.gate, &q, r);
        m->good += r->record_error == OK;
    }
    free(r);
    return NULL;
}

static void many_look_at_once(void **state)
{
    struct many many[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        many[i] = (struct many){.person = i % 2 ? "per_lin" : "per_xue"};
        assert_int_equal(pthread_create(&many[i].thread, NULL, look_often, &many[i]), 0);
    }
    for (int i = 0; i < 20; i++)
        looks_at("per_lin");
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(many[i].thread, NULL);
        assert_int_equal(many[i].good, EACH);
    }
    const struct seen *s = looks_at("per_lin");
    assert_int_equal(s->count, THREADS / 2 * EACH);
    bool given[THREADS / 2 * EACH + 1] = {false};
    for (size_t i = 0; i < s->count; i++) {
        assert_in_range(s->at[i].opening.person_seq, 1, s->count);
        assert_false(given[s->at[i].opening.person_seq]);
        given[s->at[i].opening.person_seq] = true;
    }
}

#define LOOK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

UNIT_MAIN(LOOK(a_look_is_judged_and_on_the_record_before_its_answer),
          LOOK(one_who_may_not_look_is_recorded_too),
          LOOK(the_host_is_named_and_acts_for_staff_only), LOOK(a_person_sees_her_own_file_only),
          LOOK(a_list_is_one_record_and_an_entry_for_each), LOOK(the_longest_list_fits),
          LOOK(running_numbers_show_a_gap_and_outlive_restarts), LOOK(looks_are_paged_newest_first),
          LOOK(a_failing_disk_closes_every_look), LOOK(a_late_record_shows_nothing_and_says_so),
          LOOK(erasing_the_key_of_records_leaves_nothing_to_link),
          LOOK(an_id_of_nobody_takes_no_lock),
          LOOK(nobody_and_a_foreigners_member_cost_the_same_work),
          LOOK(losing_the_index_loses_nothing_that_frames_hold), LOOK(many_look_at_once))
