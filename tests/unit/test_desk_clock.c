#include "store_fixture.h"
#include "desk/clock.h"

#include <sodium.h>

#define CHINA   480
#define ACCEPT  "cn.clock.samr.accept"  /* 7 working days */
#define MEDIATE "cn.clock.samr.mediate" /* 45 working days */
#define PAY     "cn.clock.penalty.payment"
#define DECIDE  "cn.clock.penalty.decide"
#define HEAD                                                                                       \
    "citation: {zh: 甲, en: a}, label: design, evidence: U, title: {zh: 甲, en: a}, text: {zh: " \
    "甲, en: a}"

static struct fixture f;
static struct rules *rules, *changed;
static struct subject officer = {.id = "stf_1", .organisation = "org_desk", .role = ROLE_AUTHORITY};
static struct desk_work w;
static int64_t seq;

static when at(const char *text)
{
    when t;
    assert_int_equal(when_parse(str_of(text), CHINA, &t, NULL), OK);
    return t;
}

static void now(const char *text)
{
    w.at = at(text);
}

static int load(void **state)
{
    /* The law changes: ten days to accept, and National Day of 2026 a day longer. */
    static const char more[] =
        "calendars:\n  - {id: cn.calendar.2026, year: 2026, off: [2026-10-01/2026-10-08], work: "
        "[], " HEAD "}\n"
        "clocks:\n  - {id: " ACCEPT
        ", amount: 10, unit: working-days, starts: {zh: 甲, en: a}, " HEAD
        "}\n  - {id: t.day, amount: 24, unit: hours, starts: {zh: 甲, en: a}, " HEAD "}\n";
    char name[] = "/tmp/menshen-clock-XXXXXX";
    const char *packs[] = {SOURCE_ROOT "/rules/cn.yaml", name};
    const int fd = mkstemp(name);
    assert_int_equal(write(fd, more, sizeof more - 1), sizeof more - 1);
    close(fd);
    assert_true(sodium_init() >= 0);
    must(rules_load(packs, 1, &rules, &problem));
    must(rules_load(packs, 2, &changed, &problem));
    unlink(name);
    return 0;
}

static int unload(void **state)
{
    rules_free(rules);
    rules_free(changed);
    return 0;
}

static int start(void **state)
{
    fixture_open(&f);
    seq = 0;
    w = (struct desk_work){
        .store = f.s, .rules = rules, .who = &officer, .node = STR("n1"), .at = 0};
    return 0;
}

static int stop(void **state)
{
    fixture_close(&f);
    return 0;
}

/* In a transaction, as callers have one. */
#define did(call)                                                                                  \
    do {                                                                                           \
        must(store_begin(f.s, &problem));                                                          \
        must(call);                                                                                \
        must(store_end(f.s, OK, &problem));                                                        \
    } while (0)

static when begin(const char *subject, const char *rule)
{
    when due = 0;
    did(clock_start(&w, str_of(subject), rule, w.at, &due, &seq, &problem));
    return due;
}

static bool meet(const char *subject, const char *rule)
{
    bool late = false;
    did(clock_meet(&w, str_of(subject), rule, &late, &seq, &problem));
    return late;
}

static void halt(const char *subject, const char *rule)
{
    did(clock_pause(&w, str_of(subject), rule, STR("expert opinion"), &seq, &problem));
}

static void go_on(const char *subject, const char *rule)
{
    did(clock_resume(&w, str_of(subject), rule, &seq, &problem));
}

static const struct value *row(const char *subject, const char *rule)
{
    static struct fact_row r;
    must(clock_find(f.s, str_of(subject), rule, &r, &problem));
    return r.v;
}

static when due_of(const char *subject, const char *rule)
{
    return row(subject, rule)[CLOCK_DUE].i;
}

static const char *state_of(const char *subject, const char *rule)
{
    return clock_state(row(subject, rule), w.at);
}

/* What the sweeper does now: how many breaches, how many reminders. */
static void sweep(unsigned breaches, unsigned reminders)
{
    unsigned breached, reminded;
    must(clock_due(&w, &breached, &reminded, &seq, &problem));
    assert_int_equal(breached, breaches);
    assert_int_equal(reminded, reminders);
}

static void starts_and_is_met(void **state)
{
    now("2026-09-28T10:00");
    assert_int_equal(begin("cpl_1", ACCEPT), at("2026-10-14")); /* Saturday the 10th is worked */
    const struct value *v = row("cpl_1", ACCEPT);
    assert_true(str_eq(fact_text(&v[CLOCK_ORGANISATION]), STR("org_desk")));
    assert_true(str_eq(fact_text(&v[CLOCK_CALENDAR]), str_of(calendar_version(rules))));
    assert_true(str_eq(fact_text(&v[CLOCK_PROVISIONAL]), STR("no")));
    assert_string_equal(state_of("cpl_1", ACCEPT), "running");
    assert_true(seq > 0);
    now("2026-10-13T23:59:59");
    assert_false(meet("cpl_1", ACCEPT));
    assert_string_equal(state_of("cpl_1", ACCEPT), "met");
    assert_int_equal(row("cpl_1", ACCEPT)[CLOCK_BREACHED].type, VALUE_NULL);
    assert_false(meet("cpl_1", ACCEPT)); /* nothing runs: nothing to do */
    now("2027-01-04T10:00");
    begin("cpl_1", ACCEPT);
    assert_true(str_eq(fact_text(&row("cpl_1", ACCEPT)[CLOCK_PROVISIONAL]), STR("yes")));
}

static void a_breach_is_the_instant_due_and_never_moves(void **state)
{
    now("2026-11-16T10:00");
    const when due = begin("cpl_1", ACCEPT);
    assert_int_equal(due, at("2026-11-26"));
    w.at = due - 1;
    sweep(0, 0);
    w.at = due;
    assert_string_equal(state_of("cpl_1", ACCEPT), "overdue");
    sweep(1, 0);
    assert_int_equal(row("cpl_1", ACCEPT)[CLOCK_BREACHED].i, due);
    now("2026-11-30T10:00");
    sweep(0, 0);
    halt("cpl_1", ACCEPT);
    now("2026-12-10T10:00");
    go_on("cpl_1", ACCEPT);
    struct desk_no no = {.why = DESK_YES};
    when anew;
    w.rules = changed;
    did(clock_recount(&w, row("cpl_1", ACCEPT)[CLOCK_ID].s, &anew, &no, &seq, &problem));
    assert_string_equal(no.code, "deadline-over");
    assert_int_equal(row("cpl_1", ACCEPT)[CLOCK_DUE].i, due);
    assert_int_equal(row("cpl_1", ACCEPT)[CLOCK_BREACHED].i, due);
    assert_true(meet("cpl_1", ACCEPT));
    assert_string_equal(state_of("cpl_1", ACCEPT), "late");
    assert_int_equal(row("cpl_1", ACCEPT)[CLOCK_BREACHED].i, due);
}

static void who_meets_it_late_before_the_sweeper_writes_the_same_breach(void **state)
{
    now("2026-11-16T10:00");
    const when due = begin("cpl_1", ACCEPT);
    w.at = due;
    assert_true(meet("cpl_1", ACCEPT));
    assert_int_equal(row("cpl_1", ACCEPT)[CLOCK_BREACHED].i, due);
    sweep(0, 0);
}

static void a_pause_moves_the_end_in_its_own_unit(void **state)
{
    now("2025-09-22T10:00");
    assert_int_equal(begin("cas_1", ACCEPT), at("2025-10-01"));
    now("2025-09-25T10:00"); /* three days are used */
    halt("cas_1", ACCEPT);
    halt("cas_1", ACCEPT); /* once */
    assert_string_equal(state_of("cas_1", ACCEPT), "paused");
    now("2025-10-09T10:00"); /* four are left: 10, Saturday 11, 13, 14 */
    go_on("cas_1", ACCEPT);
    assert_int_equal(due_of("cas_1", ACCEPT), at("2025-10-15"));
    go_on("cas_1", ACCEPT);
    assert_int_equal(due_of("cas_1", ACCEPT), at("2025-10-15"));
    now("2025-09-22T10:00");
    assert_int_equal(begin("cas_2", PAY), at("2025-10-10"));
    now("2025-10-08T10:00");
    halt("cas_2", PAY);
    now("2025-10-10T10:00"); /* from the 9th two days on, to the Saturday at work */
    go_on("cas_2", PAY);
    assert_int_equal(due_of("cas_2", PAY), at("2025-10-12"));
}

static void a_pause_on_the_last_day_leaves_a_day(void **state)
{
    now("2026-11-12T10:00");
    assert_int_equal(begin("cas_1", "cn.clock.credit.mark"), at("2026-11-14"));
    now("2026-11-13T17:00");
    halt("cas_1", "cn.clock.credit.mark");
    now("2026-11-14T10:00"); /* a Saturday */
    go_on("cas_1", "cn.clock.credit.mark");
    assert_int_equal(due_of("cas_1", "cn.clock.credit.mark"), at("2026-11-17"));
}

/* Whatever the pauses: what ran when it began is not over when it ends, and has no less left. */
static void no_pause_makes_late(void **state)
{
    static const char *const kinds[] = {ACCEPT, PAY, "cn.clock.publish.small", "t.day"};
    uint32_t random = 7;
    char id[16];
    w.rules = changed;
    for (int i = 0; i < 120; i++) {
        const char *rule = kinds[i % 4];
        snprintf(id, sizeof id, "cas_%d", i);
        w.at = at("2025-01-02") + i * 37 * WHEN_HOUR;
        when due = begin(id, rule);
        for (int pauses = 0; pauses < 3; pauses++) {
            random = random * 1664525 + 1013904223;
            w.at += (random >> 16) % 30 * WHEN_HOUR;
            if (w.at >= due)
                break;
            halt(id, rule);
            w.at += (random >> 8) % 400 * WHEN_HOUR;
            go_on(id, rule);
            const when moved = due_of(id, rule);
            assert_true(moved > w.at);
            assert_true(moved >= due);
            due = moved;
        }
    }
}

/* ---- what other desks got wrong ---- */

/* zammad #4432 */
static void nobody_is_reminded_at_midnight_or_on_a_weekend(void **state)
{
    now("2026-11-12T10:00"); /* Thursday; due with the end of Monday the 23rd */
    assert_int_equal(begin("cpl_1", ACCEPT), at("2026-11-24"));
    now("2026-11-20T00:00");
    sweep(0, 0);
    now("2026-11-20T08:59:59");
    sweep(0, 0);
    now("2026-11-20T09:00"); /* the Friday before */
    sweep(0, 1);
    sweep(0, 0); /* once */
    assert_int_equal(row("cpl_1", ACCEPT)[CLOCK_REMINDED].i, w.at);
    begin("cpl_2", PAY); /* of a Friday, 15 days on: Monday the 7th of December */
    assert_int_equal(due_of("cpl_2", PAY), at("2026-12-08"));
    now("2026-12-04T18:00"); /* nobody swept all Friday */
    sweep(1, 0);
    now("2026-12-05T10:00");
    sweep(0, 0);
    now("2026-12-07T00:00");
    sweep(0, 0);
    now("2026-12-07T09:00");
    sweep(0, 1);
}

/* zammad #3140 */
static void what_was_answered_does_not_go_over(void **state)
{
    now("2026-11-12T10:00");
    const when due = begin("cpl_1", ACCEPT);
    now("2026-11-19T17:00");
    assert_false(meet("cpl_1", ACCEPT));
    now("2026-11-20T10:00");
    sweep(0, 0);
    w.at = due;
    sweep(0, 0);
    assert_string_equal(state_of("cpl_1", ACCEPT), "met");
}

/* zammad #5177 */
static void a_later_deadline_moves_no_other(void **state)
{
    now("2026-11-12T10:00");
    const when first = begin("cpl_1", ACCEPT);
    now("2026-11-13T10:00");
    const when update = begin("cpl_1", "cn.clock.credit.mark");
    assert_true(update < first);
    assert_int_equal(due_of("cpl_1", ACCEPT), first);
    now("2026-11-16T10:00");
    assert_false(meet("cpl_1", "cn.clock.credit.mark"));
    assert_string_equal(state_of("cpl_1", ACCEPT), "running");
    assert_int_equal(begin("cpl_1", ACCEPT), first); /* again: the first stays */
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM clocks"), 2);
}

/* zammad #2082 */
static void no_reminder_or_breach_is_left_of_a_former_end(void **state)
{
    now("2026-11-12T10:00");
    const when former = begin("cas_1", ACCEPT);
    now("2026-11-13T10:00");
    halt("cas_1", ACCEPT);
    w.at = former;
    sweep(0, 0);
    assert_string_equal(state_of("cas_1", ACCEPT), "paused");
    now("2026-11-27T10:00");
    go_on("cas_1", ACCEPT); /* ten days at work later */
    assert_int_equal(due_of("cas_1", ACCEPT), at("2026-12-08"));
    sweep(0, 0);
    now("2026-12-04T09:00");
    sweep(0, 1);
    assert_false(meet("cas_1", ACCEPT));
    now("2026-12-09T10:00");
    sweep(0, 0);
}

/* zammad #904 */
static void what_is_joined_or_closed_drops_its_deadlines(void **state)
{
    now("2026-11-12T10:00");
    begin("cpl_1", ACCEPT);
    begin("cpl_1", MEDIATE);
    begin("cpl_2", ACCEPT);
    halt("cpl_1", MEDIATE);
    now("2026-11-13T10:00");
    did(clock_drop(&w, STR("cpl_1"), NULL, &seq, &problem));
    assert_string_equal(state_of("cpl_1", ACCEPT), "dropped");
    assert_string_equal(state_of("cpl_1", MEDIATE), "dropped");
    assert_string_equal(state_of("cpl_2", ACCEPT), "running");
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM clock_pauses WHERE \"until\" IS NULL"),
                     0);
    did(clock_drop(&w, STR("cpl_2"), ACCEPT, &seq, &problem));
    now("2027-03-01T10:00");
    sweep(0, 0);
}

/* zammad #1322 */
static void a_reply_through_the_portal_counts(void **state)
{
    struct subject respondent = {.id = "stf_9", .organisation = "org_agency", .role = ROLE_MANAGER};
    now("2026-11-12T10:00");
    begin("cpl_1", "cn.clock.matchmaker.reply");
    now("2026-11-13T10:00");
    w.who = &respondent;
    assert_false(meet("cpl_1", "cn.clock.matchmaker.reply"));
    assert_string_equal(state_of("cpl_1", "cn.clock.matchmaker.reply"), "met");
    w.who = NULL;
    now("2026-11-20T10:00");
    sweep(0, 0);
}

/* glpi #6902, #15605 */
static void a_changed_rule_keeps_its_pauses(void **state)
{
    struct desk_no no = {.why = DESK_YES};
    when anew;
    now("2026-09-21T10:00"); /* a Monday; the 20th was a Sunday at work */
    assert_int_equal(begin("cas_1", ACCEPT), at("2026-10-09"));
    now("2026-09-22T10:00");
    halt("cas_1", ACCEPT);
    now("2026-09-24T10:00");
    go_on("cas_1", ACCEPT);
    now("2026-09-28T10:00");
    halt("cas_1", ACCEPT);
    now("2026-09-29T10:00");
    go_on("cas_1", ACCEPT);
    const when before = due_of("cas_1", ACCEPT);
    assert_int_equal(before, at("2026-10-13"));
    w.rules = changed;
    assert_int_equal(begin("cas_1", ACCEPT), before); /* by itself nothing moves */
    did(clock_recount(&w, row("cas_1", ACCEPT)[CLOCK_ID].s, &anew, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_YES);
    const struct value *v = row("cas_1", ACCEPT);
    assert_int_equal(v[CLOCK_DUE].i, anew);
    assert_int_equal(v[CLOCK_DUE_BEFORE].i, before);
    assert_int_equal(v[CLOCK_AMOUNT].i, 10);
    assert_true(str_eq(fact_text(&v[CLOCK_CALENDAR]), str_of(calendar_version(changed))));
    when without;
    must(calendar_end(changed, at("2026-09-21T10:00"), 10, CLOCK_WORKING_DAYS, &without, &problem));
    must(calendar_end(changed, without - 1, 3, CLOCK_WORKING_DAYS, &without, &problem));
    assert_int_equal(anew, without);
}

/* ---- */

static void nothing_becomes_late_by_counting_anew(void **state)
{
    struct desk_no no = {.why = DESK_YES};
    when anew;
    w.rules = changed; /* ten days */
    now("2026-11-02T10:00");
    const when due = begin("cas_1", ACCEPT);
    now("2026-11-12T10:00"); /* past seven */
    w.rules = rules;
    did(clock_recount(&w, row("cas_1", ACCEPT)[CLOCK_ID].s, &anew, &no, &seq, &problem));
    assert_string_equal(no.code, "would-be-late");
    assert_int_equal(due_of("cas_1", ACCEPT), due);
}

static void an_end_can_be_set_by_an_act(void **state)
{
    when due;
    now("2026-11-12T10:00");
    const struct clock_terms t = {.subject = STR("itm_1"),
                                  .organisation = STR("org_agency"),
                                  .rule = "cn.desk.complaint-clocks",
                                  .from = w.at,
                                  .until = at("2026-11-30")};
    did(clock_begin(&w, &t, &due, &seq, &problem));
    assert_int_equal(due, at("2026-11-30"));
    assert_true(str_eq(fact_text(&row("itm_1", t.rule)[CLOCK_ORGANISATION]), STR("org_agency")));
    now("2026-11-13T10:00");
    halt("itm_1", t.rule);
    now("2026-11-14T12:00");
    go_on("itm_1", t.rule);
    assert_int_equal(due_of("itm_1", t.rule), at("2026-12-01T02:00"));
}

static void hours_pause_exactly(void **state)
{
    when due;
    now("2026-11-13T15:00");
    w.rules = changed;
    did(clock_start(&w, STR("trc_1"), "t.day", w.at, &due, &seq, &problem));
    assert_int_equal(due, at("2026-11-14T15:00"));
    now("2026-11-13T16:00");
    halt("trc_1", "t.day");
    now("2026-11-13T18:30");
    go_on("trc_1", "t.day");
    assert_int_equal(due_of("trc_1", "t.day"), at("2026-11-14T17:30"));
}

static void refuses_what_it_cannot_count(void **state)
{
    when due;
    now("2027-12-20T10:00");
    must(store_begin(f.s, &problem));
    must_fail(ERR_LIMIT, clock_start(&w, STR("cpl_1"), MEDIATE, w.at, &due, &seq, &problem));
    must_fail(ERR_INVALID,
              clock_start(&w, STR("cpl_1"), "cn.clock.no", w.at, &due, &seq, &problem));
    must_fail(ERR_NOT_FOUND,
              clock_find(f.s, STR("cpl_1"), MEDIATE, &(struct fact_row){0}, &problem));
    must(store_end(f.s, OK, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM clocks"), 0);
}

/* Two years, hour by hour, of a thousand deadlines: each breach once, each reminder in hours. */
static void years_pass_in_seconds(void **state)
{
    unsigned breached = 0, reminded = 0, b, r;
    char id[16];
    now("2025-01-02T10:00");
    must(store_begin(f.s, &problem));
    for (int i = 0; i < 300; i++) {
        when due;
        snprintf(id, sizeof id, "cpl_%d", i);
        must(clock_start(&w, str_of(id), i % 2 ? ACCEPT : DECIDE, w.at + i * WHEN_DAY, &due, &seq,
                         &problem));
    }
    must(store_end(f.s, OK, &problem));
    const when end = at("2026-06-01");
    for (; w.at < end; w.at += 3 * WHEN_HOUR) {
        must(clock_due(&w, &b, &r, &seq, &problem));
        assert_true(r == 0 || calendar_office(rules, w.at));
        breached += b;
        reminded += r;
    }
    assert_int_equal(breached, 300);
    assert_int_equal(reminded, 300);
    assert_int_equal(
        fixture_int(f.s, "SELECT count(*) FROM clocks WHERE \"breached_at\" <> \"due\""), 0);
}

#define HERE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest all[] = {
        HERE(starts_and_is_met),
        HERE(a_breach_is_the_instant_due_and_never_moves),
        HERE(who_meets_it_late_before_the_sweeper_writes_the_same_breach),
        HERE(a_pause_moves_the_end_in_its_own_unit),
        HERE(a_pause_on_the_last_day_leaves_a_day),
        HERE(no_pause_makes_late),
        HERE(nobody_is_reminded_at_midnight_or_on_a_weekend),
        HERE(what_was_answered_does_not_go_over),
        HERE(a_later_deadline_moves_no_other),
        HERE(no_reminder_or_breach_is_left_of_a_former_end),
        HERE(what_is_joined_or_closed_drops_its_deadlines),
        HERE(a_reply_through_the_portal_counts),
        HERE(a_changed_rule_keeps_its_pauses),
        HERE(nothing_becomes_late_by_counting_anew),
        HERE(an_end_can_be_set_by_an_act),
        HERE(hours_pause_exactly),
        HERE(refuses_what_it_cannot_count),
        HERE(years_pass_in_seconds),
    };
    return cmocka_run_group_tests(all, load, unload);
}
