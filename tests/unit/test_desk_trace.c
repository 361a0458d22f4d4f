#include "desk/clock.h"
#include "desk/notice.h"
#include "desk/text.h"
#include "desk/trace.h"
#include "desk/trace_answered.h"
#include "store_fixture.h"

#include <sodium.h>
#include <sys/stat.h>

static struct fixture f;
static struct account_key *key;
static struct rules *rules;
static char keys[80];
static struct desk_work w;
static struct subject officer, rival, machine;

#define NOW (20000 * WHEN_DAY)

static int start(void **state)
{
    fixture_open(&f);
    assert_true(sodium_init() >= 0);
    snprintf(keys, sizeof keys, "%s/keys", f.folder);
    assert_int_equal(mkdir(keys, 0700), 0);
    must(account_key_open(&disk_real, keys, &key, &problem));
    const char *packs[] = {SOURCE_ROOT "/rules/cn.yaml"};
    must(rules_load(packs, 1, &rules, &problem));
    officer = (struct subject){
        .id = "stf_a", .organisation = "org_a", .role = ROLE_CARRIER, .carrier = 1};
    rival = (struct subject){.id = "stf_z", .organisation = "org_z", .role = ROLE_CARRIER};
    machine = (struct subject){.id = "host:0", .role = ROLE_MACHINE};
    w = (struct desk_work){
        .store = f.s, .key = key, .rules = rules, .who = &officer, .node = STR("n1"), .at = NOW};
    return 0;
}

static int stop(void **state)
{
    char path[160];
    account_key_close(key);
    rules_free(rules);
    snprintf(path, sizeof path, "%s/accounts", keys);
    unlink(path);
    rmdir(keys);
    fixture_close(&f);
    return 0;
}

static bool knows(const void *to, struct str carrier)
{
    return !str_eq(carrier, STR("org_nobody"));
}
static const struct trace_reach reach = {knows, NULL};

static struct hop_answer from(const char *previous)
{
    struct hop_answer a = {.status = HOP_ANSWERED,
                           .at = NOW - WHEN_HOUR,
                           .line = "lin_x",
                           .purpose = "interconnect",
                           .holder = "org_h",
                           .holder_name = "持有者",
                           .record = "rec_1_1"};
    snprintf(a.previous, sizeof a.previous, "%s", previous);
    return a;
}

static struct hop_answer source(void)
{
    struct hop_answer a = from("");
    snprintf(a.purpose, sizeof a.purpose, "marketing");
    snprintf(a.principal, sizeof a.principal, "org_rogue");
    snprintf(a.campaign, sizeof a.campaign, "cmp_1");
    return a;
}

static char id[FRESH_ID];
static struct desk_no no;
static int64_t seq;
static struct trace t;

static void open_with(const struct hop_answer *own, const char *carrier)
{
    const struct trace_opening o = {.caller = 8657982100001,
                                    .callee = 8613800000001,
                                    .at = NOW - WHEN_HOUR,
                                    .carrier = str_of(carrier),
                                    .own = own,
                                    .own_carrier = STR("org_a"),
                                    .reach = reach};
    must(trace_open(&w, &o, id, &no, &seq, &problem));
}

static void said(int n, struct hop_answer a)
{
    const struct trace_said s = {str_of(id), n, &a, reach};
    must(trace_answer(&w, &s, &no, &seq, &problem));
}

static void look_again(void)
{
    struct desk_no none;
    must(trace_read(&w, str_of(id), &t, &none, &problem));
    assert_int_equal(none.why, DESK_YES);
}

static void ends(const char *status, const char *why, int hops)
{
    look_again();
    assert_string_equal(t.status, status);
    assert_string_equal(t.why, why);
    assert_int_equal(t.hops, hops);
    assert_true((t.closed_at != 0) == (strcmp(status, "open") != 0));
}

static void three_carriers_lead_to_the_line(void **state)
{
    struct hop_question q;
    char carrier[HOP_ID];
    const struct hop_answer own = from("org_b");
    open_with(&own, "");
    assert_int_equal(no.why, DESK_YES);
    assert_true(seq > 0);
    ends("open", "", 2);
    assert_string_equal(t.hop[0].carrier, "org_a");
    assert_string_equal(t.hop[1].carrier, "org_b");
    assert_int_equal(t.hop[1].due, NOW + WHEN_DAY);
    must(trace_take(&w, str_of(id), false, &q, carrier, &problem));
    assert_string_equal(carrier, "org_b");
    assert_int_equal(q.n, 1);
    assert_int_equal(q.caller, 8657982100001);
    assert_int_equal(q.callee, 8613800000001);
    assert_int_equal(q.at, own.at);
    assert_int_equal(q.within, HOP_APART);
    said(1, from("org_c"));
    ends("open", "", 3);
    w.at += WHEN_HOUR;
    said(2, source());
    ends("found", "", 3);
    assert_string_equal(t.hop[2].answer.line, "lin_x");
    assert_string_equal(t.hop[2].answer.holder_name, "持有者");
    assert_string_equal(t.hop[2].answer.principal, "org_rogue");
    assert_string_equal(t.hop[2].answer.campaign, "cmp_1");
    assert_int_equal(t.hop[2].answered_at, NOW + WHEN_HOUR);
    said(2, from("org_d"));
    assert_int_equal(no.why, DESK_CONFLICT);
    ends("found", "", 3);
}

static void its_own_line_is_the_end_at_once(void **state)
{
    const struct hop_answer own = source();
    open_with(&own, "");
    ends("found", "", 1);
}

static void what_leads_nowhere_is_lost_and_says_why(void **state)
{
    struct hop_answer a = {.status = HOP_UNKNOWN, .why = "no-record"};
    open_with(&a, "");
    ends("lost", "no-record", 1);
    a = from("org_nobody");
    open_with(&a, "");
    ends("lost", "no-address", 2);
    assert_int_equal(t.hop[1].answer.status, HOP_UNKNOWN);
    a = from("");
    open_with(&a, "");
    ends("lost", "previous-not-named", 1);
    open_with(NULL, "org_b");
    said(0, (struct hop_answer){.status = HOP_REFUSED, .why = "denied"});
    ends("lost", "denied", 1);
    assert_int_equal(t.hop[0].answer.status, HOP_REFUSED);
}

static void a_lie_is_a_refusal(void **state)
{
    const struct hop_answer own = from("org_b");
    struct hop_answer lie = from("org_a");
    open_with(&own, "");
    said(1, lie);
    ends("lost", "loop", 2);
    assert_int_equal(t.hop[1].answer.status, HOP_REFUSED);
    assert_string_equal(t.hop[1].answer.line, ""); /* nothing of it is kept */
    open_with(&own, "");
    lie = source();
    lie.at += HOP_APART + 1;
    said(1, lie);
    ends("lost", "another-time", 2);
}

static void a_trace_has_so_many_hops(void **state)
{
    char carrier[16];
    const struct hop_answer own = from("org_0");
    open_with(&own, "");
    for (int n = 1; n < HOPS - 1; n++) {
        snprintf(carrier, sizeof carrier, "org_%d", n);
        said(n, from(carrier));
        assert_int_equal(no.why, DESK_YES);
    }
    ends("open", "", HOPS);
    said(HOPS - 1, from("org_last"));
    ends("lost", "too-many-hops", HOPS);
}

static void an_answer_of_another_hop_is_none(void **state)
{
    const struct hop_answer own = from("org_b");
    open_with(&own, "");
    said(0, source());
    assert_int_equal(no.why, DESK_CONFLICT);
    said(2, source());
    assert_int_equal(no.why, DESK_CONFLICT);
    snprintf(id, sizeof id, "trc_none");
    said(0, source());
    assert_int_equal(no.why, DESK_ABSENT);
}

static void the_same_question_is_the_same_trace(void **state)
{
    char first[FRESH_ID];
    struct hop_answer own = from("org_b");
    open_with(&own, "");
    memcpy(first, id, sizeof first);
    open_with(&own, "");
    assert_string_equal(id, first);
    assert_int_equal(seq, 0);
    said(1, (struct hop_answer){.status = HOP_REFUSED, .why = "denied"});
    open_with(&own, ""); /* a lost one may be tried anew */
    assert_string_not_equal(id, first);
    memcpy(first, id, sizeof first);
    w.who = &rival; /* and is nobody else's */
    open_with(&own, "");
    assert_string_not_equal(id, first);
}

static void one_asks_at_a_time(void **state)
{
    struct hop_question q;
    char carrier[HOP_ID];
    const struct hop_answer own = from("org_b");
    open_with(&own, "");
    must(trace_take(&w, str_of(id), false, &q, carrier, &problem));
    assert_string_equal(carrier, "org_b");
    must(trace_take(&w, str_of(id), false, &q, carrier, &problem));
    assert_string_equal(carrier, "");
    must(trace_take(&w, str_of(id), true, &q, carrier, &problem));
    assert_string_equal(carrier, "org_b");
    w.at += 10 * WHEN_SECOND - 1;
    must(trace_take(&w, str_of(id), false, &q, carrier, &problem));
    assert_string_equal(carrier, "");
    w.at++;
    must(trace_take(&w, str_of(id), false, &q, carrier, &problem));
    assert_string_equal(carrier, "org_b");
}

static void who_does_not_answer_in_a_day_is_overdue(void **state)
{
    unsigned ended;
    const struct hop_answer own = from("org_b");
    open_with(&own, "");
    w.at = NOW + WHEN_DAY - 1;
    must(trace_overdue(&w, &ended, &seq, &problem));
    assert_int_equal(ended, 0);
    w.at++;
    must(trace_overdue(&w, &ended, &seq, &problem));
    assert_int_equal(ended, 1);
    must(trace_overdue(&w, &ended, &seq, &problem));
    assert_int_equal(ended, 0);
    ends("open", "", 2);
    assert_int_equal(t.hop[1].answer.status, HOP_OVERDUE);
    struct fact_row clock;
    char subject[HOP_ID];
    snprintf(subject, sizeof subject, "%s/1", id);
    must(clock_find(f.s, str_of(subject), TRACE_CLOCK, &clock, &problem));
    assert_true(str_eq(clock.v[CLOCK_ORGANISATION].s, STR("org_b")));
    assert_string_equal(clock_state(clock.v, w.at), "overdue");
    said(1, source()); /* late, and still an answer */
    must(clock_find(f.s, str_of(subject), TRACE_CLOCK, &clock, &problem));
    assert_string_equal(clock_state(clock.v, w.at), "late");
    ends("found", "", 2);
    assert_true(t.hop[1].answered_at >= t.hop[1].due);
}

static void who_never_answers_is_given_up(void **state)
{
    unsigned ended;
    const struct hop_answer own = from("org_b");
    open_with(&own, "");
    w.at = NOW + WHEN_DAY;
    must(trace_overdue(&w, &ended, &seq, &problem));
    w.at = NOW + TRACE_GIVES_UP - 1;
    must(trace_overdue(&w, &ended, &seq, &problem));
    ends("open", "", 2);
    w.at++;
    must(trace_overdue(&w, &ended, &seq, &problem));
    ends("lost", "no-answer", 2);
    assert_int_equal(t.hop[1].answer.status, HOP_OVERDUE);
}

static void numbers_go_when_their_records_have(void **state)
{
    unsigned ended;
    const struct hop_answer own = source(), waits = from("org_b");
    open_with(&own, "");
    must(desk_text_put(&w, STR("cpl_1"), "facts", STR("another's"), &problem));
    w.at = NOW + TRACE_AGE - 1;
    must(trace_overdue(&w, &ended, &seq, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM desk_texts"), 3);
    w.at++;
    must(trace_overdue(&w, &ended, &seq, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM desk_texts"), 1);
    ends("found", "", 1);
    w.at = NOW;
    w.who = &rival;
    open_with(&waits, ""); /* an open one keeps them */
    must(trace_overdue(&w, &ended, &seq, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM desk_texts"), 3);
}

static bool count(void *to, struct str one)
{
    ++*(int *)to;
    return true;
}

static int listed(void)
{
    int n = 0;
    must(trace_list(&w, STR(""), 100, count, &n, &problem));
    return n;
}

static void a_carrier_sees_its_own(void **state)
{
    struct subject authority = {.organisation = "org_g", .role = ROLE_AUTHORITY};
    struct subject agency = {.organisation = "org_x", .role = ROLE_BUSINESS};
    const struct hop_answer own = source();
    open_with(&own, "");
    assert_int_equal(listed(), 1);
    w.who = &authority;
    assert_int_equal(listed(), 1);
    w.who = &rival;
    assert_int_equal(listed(), 0);
    must(trace_read(&w, str_of(id), &t, &no, &problem));
    assert_int_equal(no.why, DESK_ABSENT);
    w.who = &agency;
    open_with(&own, "");
    assert_int_equal(no.why, DESK_DENIED);
}

static void only_times_that_have_records_are_traced(void **state)
{
    const struct hop_answer own = source();
    struct trace_opening o = {.caller = 1, .own = &own, .reach = reach};
    const when wrong[] = {NOW + 1, NOW - TRACE_AGE - 1};
    for (int i = 0; i < 2; i++) {
        o.at = wrong[i];
        must(trace_open(&w, &o, id, &no, &seq, &problem));
        assert_int_equal(no.why, DESK_WRONG);
        assert_string_equal(no.code, "time-out-of-range");
    }
    o.at = NOW;
    o.carrier = STR("org_nobody");
    must(trace_open(&w, &o, id, &no, &seq, &problem));
    assert_string_equal(no.code, "carrier-unknown");
}

static bool holds_number(void *to, const struct value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].s.n > 0 && (memmem(v[i].s.p, v[i].s.n, "57982100001", 11) != NULL ||
                             memmem(v[i].s.p, v[i].s.n, "13800000001", 11) != NULL))
            *(bool *)to = true;
    return true;
}

static void no_number_stands_anywhere_in_clear(void **state)
{
    bool found = false;
    const struct hop_answer own = from("org_b"), yes = source();
    const struct hop_question q = {
        .trace = "trc_1", .n = 1, .caller = 8657982100001, .callee = 8613800000001, .at = NOW};
    const struct trace_telling told = {&q, &yes};
    open_with(&own, "");
    must(trace_answered(&w, &told, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_YES);
    static const char *const all[] = {
        "SELECT \"subject\", \"payload\" FROM journal",
        "SELECT \"id\", \"caller\", \"callee\" FROM traces",
        "SELECT \"owner\", \"name\", \"sealed\" FROM desk_texts",
        "SELECT \"asker\", \"trace\", \"question\" FROM trace_answers",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        must(store_run(f.s, all[i], NULL, 0, holds_number, &found, &problem));
    assert_false(found);
}

static void what_others_are_told_is_noted_once(void **state)
{
    struct hop_answer a = {.status = HOP_UNKNOWN, .why = "no-record"};
    struct hop_question q = {.trace = "trc_1", .n = 1, .caller = 5, .callee = 6, .at = NOW};
    const struct trace_telling told = {&q, &a};
    must(trace_answered(&w, &told, &no, &seq, &problem));
    assert_true(no.why == DESK_YES && seq > 0);
    must(trace_answered(&w, &told, &no, &seq, &problem));
    assert_true(no.why == DESK_YES && seq == 0);
    a = source(); /* its record has come meanwhile */
    must(trace_answered(&w, &told, &no, &seq, &problem));
    assert_true(no.why == DESK_YES && seq > 0);
    q.caller = 7;
    must(trace_answered(&w, &told, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_CONFLICT);
    q.n = 2;
    must(trace_answered(&w, &told, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_YES);
    w.who = &machine; /* of this host: it has `menshen ledger find` */
    must(trace_answered(&w, &told, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_DENIED);
}

static void register_carriers(void)
{
    must(store_run(f.s,
                   "INSERT INTO organisations (\"id\", \"name\", \"kind\", \"region\", "
                   "\"status\") VALUES ('org_a', 'A', 'carrier', '31', 'active'), ('org_b', 'B', "
                   "'carrier', '31', 'active'), ('org_h', 'H', 'enterprise', '31', 'active')",
                   NULL, 0, NULL, NULL, &problem));
}

static void a_call_after_a_notice_is_known(void **state)
{
    char served[FRESH_ID];
    const when rang = source().at; /* an hour before NOW */
    const struct hop_answer own = from("org_b");
    struct notice n = {.to = STR("org_b"),
                       .line = STR("lin_x"),
                       .ground = STR("cn.x"),
                       .text = STR("words"),
                       .served_at = rang};
    register_carriers();
    must(notice_serve(&w, &n, served, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_YES);
    open_with(&own, "");
    said(1, source());
    ends("found", "", 2);
    assert_string_equal(t.hop[1].known, ""); /* it rang no later than that */
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM notices WHERE \"known_at\" > 0"), 0);
    n.served_at = rang - 1;
    must(notice_serve(&w, &n, served, &no, &seq, &problem));
    w.who = &rival;
    open_with(&own, "");
    said(1, source());
    ends("found", "", 2);
    assert_string_equal(t.hop[1].known, served);
    assert_string_equal(t.hop[0].known, ""); /* a line of that name of another carrier */
    struct fact_row row;
    char memory[64];
    struct buf text;
    buf_fixed(&text, memory, sizeof memory);
    w.who = &officer;
    must(notice_read(&w, str_of(served), &row, &text, &no, &problem));
    assert_int_equal(row.v[NOTICE_KNOWN_AT].i, rang);
    assert_true(str_eq(row.v[NOTICE_KNOWN_TRACE].s, str_of(id)));
    assert_true(str_eq(buf_view(&text), STR("words")));
    w.who = &rival;
    must(notice_read(&w, str_of(served), &row, &text, &no, &problem));
    assert_int_equal(no.why, DESK_ABSENT);
}

static void a_notice_is_served_on_who_provides(void **state)
{
    struct subject agency = {.organisation = "org_h", .role = ROLE_BUSINESS};
    char served[FRESH_ID];
    struct notice n = {.to = STR("org_b"), .line = STR("lin_x"), .ground = STR("cn.x")};
    register_carriers();
    const struct {
        struct str to;
        when at;
        const char *code;
    } wrong[] = {{STR("org_a"), 0, "not-a-provider"}, /* oneself */
                 {STR("org_h"), 0, "not-a-provider"},
                 {STR("org_none"), 0, "not-a-provider"},
                 {STR("org_b"), NOW + 1, "time-out-of-range"},
                 {STR("org_b"), NOW - 7 * WHEN_DAY - 1, "time-out-of-range"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        n.to = wrong[i].to;
        n.served_at = wrong[i].at;
        must(notice_serve(&w, &n, served, &no, &seq, &problem));
        assert_int_equal(no.why, DESK_WRONG);
        assert_string_equal(no.code, wrong[i].code);
    }
    n = (struct notice){.to = STR("org_b"), .line = STR("lin_x"), .ground = STR("cn.x")};
    w.who = &agency;
    must(notice_serve(&w, &n, served, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_DENIED);
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM notices"), 0);
}

#define T(t) cmocka_unit_test_setup_teardown(t, start, stop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(three_carriers_lead_to_the_line),
        T(its_own_line_is_the_end_at_once),
        T(what_leads_nowhere_is_lost_and_says_why),
        T(a_lie_is_a_refusal),
        T(a_trace_has_so_many_hops),
        T(an_answer_of_another_hop_is_none),
        T(the_same_question_is_the_same_trace),
        T(one_asks_at_a_time),
        T(who_does_not_answer_in_a_day_is_overdue),
        T(who_never_answers_is_given_up),
        T(numbers_go_when_their_records_have),
        T(a_carrier_sees_its_own),
        T(only_times_that_have_records_are_traced),
        T(no_number_stands_anywhere_in_clear),
        T(what_others_are_told_is_noted_once),
        T(a_call_after_a_notice_is_known),
        T(a_notice_is_served_on_who_provides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
