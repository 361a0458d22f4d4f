#include "facts_fixture.h"
#include "desk/clock.h"
#include "desk/listing.h"
#include "registry/organisation.h"

#include <sodium.h>

#define ORGANISATIONS                                                                              \
    "id,name,kind,sector,licence,region,status\n"                                                  \
    "org_a,红线婚介,agency,matchmaking,,310104,active\n"                                       \
    "org_far,远方婚介,agency,matchmaking,,330100,active\n"                                     \
    "org_sell,卖房,enterprise,real-estate,,310104,active\n"                                      \
    "org_union,协会,association,matchmaking,,310000,active\n"                                    \
    "org_city,民政局,authority,matchmaking,,310000,active\n"                                    \
    "org_market,市场局,authority,,,310000,active\n"

#define REASON STR("two of three promises were not kept by their day")

static struct facts x;
static struct account_key *key;
static struct subject respondent, officer, bureau, market;
static when now;
static struct desk_no no;
static struct problem problem_;
static int64_t seq;

static struct subject of(const char *id, const char *organisation, const char *kind, enum role role)
{
    struct subject s = {.role = role};
    snprintf(s.id, sizeof s.id, "%s", id);
    snprintf(s.organisation, sizeof s.organisation, "%s", organisation);
    snprintf(s.kind, sizeof s.kind, "%s", kind);
    return s;
}

static int start(void **state)
{
    assert_true(sodium_init() >= 0);
    facts_open(&x);
    facts_must(&x, &organisation_kind, ORGANISATIONS);
    must(account_key_open(&disk_real, x.f.folder, &key, &problem));
    respondent = of("stf_a", "org_a", "agency", ROLE_COMPLIANCE);
    officer = of("stf_u", "org_union", "association", ROLE_ASSOCIATION);
    bureau = of("stf_c", "org_city", "authority", ROLE_AUTHORITY);
    market = of("stf_m", "org_market", "authority", ROLE_AUTHORITY);
    assert_int_equal(when_parse(STR("2026-09-21T09:00:00"), 480, &now, NULL), OK); /* a Monday */
    return 0;
}

static int stop(void **state)
{
    account_key_close(key);
    facts_close(&x);
    return 0;
}

static struct desk_work as(const struct subject *who)
{
    return (struct desk_work){
        .store = x.f.s, .key = key, .rules = x.rules, .who = who, .node = STR("n1"), .at = now};
}

static const char *run(const struct subject *who, desk_step *step, void *what)
{
    const struct desk_work w = as(who);
    problem_.text[0] = '\0';
    if (desk_do(&w, step, what, &no, &seq, &problem_) != OK)
        fail_msg("%s", problem_.text);
    assert_int_equal(seq > 0, no.why == DESK_YES);
    return no.code;
}

static struct listing_entry entry(enum listing_register reg)
{
    return (struct listing_entry){
        .reg = reg,
        .organisation = STR("org_a"),
        .ground = reg == LISTING_MARKET ? STR("address-unreachable") : STR("rectification-overdue"),
        .exit = reg == LISTING_MARKET ? STR("address-reachable") : STR("rectified"),
        .reason = REASON};
}

static const char *act(const struct subject *who, desk_step *step, const char *id, const char *word)
{
    static struct listing_act a;
    a = (struct listing_act){.id = str_of(id), .text = REASON, .word = str_of(word)};
    return run(who, step, &a);
}

static void sweep(unsigned expected)
{
    const struct desk_work w = as(NULL);
    unsigned ended = 99;
    int64_t last = 0;
    must(listing_sweep(&w, &ended, &last, &problem));
    assert_int_equal(ended, expected);
    assert_int_equal(last > 0, expected > 0);
}

static struct fact_row row;

static const struct value *reread(const char *id)
{
    const struct value k[LISTING_COLUMNS] = {[LISTING_ID] = value_text(str_of(id))};
    must(fact_find(x.f.s, &listing_kind, k, &row, &problem));
    return row.v;
}

#define STATUS(id, literal) assert_str(fact_text(&reread(id)[LISTING_STATUS]), literal)

static void to(const char *time)
{
    assert_int_equal(when_parse(str_of(time), 480, &now, NULL), OK);
}

/* The deadline that runs of an entry: how many days at work, and whose. */
static void runs(const char *id, const char *rule, int days, const char *whose)
{
    static struct fact_row clock;
    when due;
    must(clock_find(x.f.s, str_of(id), rule, &clock, &problem));
    must(calendar_end(x.rules, now, days, CLOCK_WORKING_DAYS, &due, &problem));
    assert_int_equal(clock.v[CLOCK_DUE].i, due);
    assert_true(str_eq(fact_text(&clock.v[CLOCK_ORGANISATION]), str_of(whose)));
    assert_str(fact_text(&clock.v[CLOCK_STATUS]), "running");
}

static void none_runs(const char *id)
{
    static struct fact_row clock;
    must_fail(ERR_NOT_FOUND, clock_find(x.f.s, str_of(id), NULL, &clock, &problem));
}

/* Registers -------------------------------------------------------------------------------- */

static void registers_share_nothing(void **state)
{
    static const struct {
        const char *code;
        enum listing_register entry;
    } codes[] = {{"rectification-overdue", LISTING_ABNORMAL},
                 {"complaints-upheld", LISTING_ABNORMAL},
                 {"address-unreachable", LISTING_MARKET},
                 {"annual-report-missing", LISTING_MARKET}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        for (int r = 0; r < LISTINGS; r++)
            assert_int_equal(listing_entry_ground(x.rules, (enum listing_register)r,
                                                  str_of(codes[i].code), now) != NULL,
                             r == (int)codes[i].entry);
    for (int a = 0; a < LISTINGS; a++)
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(listing_label((enum listing_register)a, true),
                                    listing_label((enum listing_register)b, true));
            assert_string_not_equal(listing_label((enum listing_register)a, false),
                                    listing_label((enum listing_register)b, false));
        }
    /* No ground of the pack is in both lists, whatever is added to it. */
    for (size_t i = 0; i < rules_entries(x.rules, RULES_GROUND); i++) {
        const struct rule_ground *g = rules_entry(x.rules, RULES_GROUND, i);
        assert_true(listing_entry_ground(x.rules, LISTING_ABNORMAL, str_of(g->code), now) == NULL ||
                    listing_entry_ground(x.rules, LISTING_MARKET, str_of(g->code), now) == NULL);
    }
    enum listing_register reg;
    assert_false(listing_register_of(STR("abnormal market"), &reg));
}

static void each_register_has_its_own_body(void **state)
{
    struct listing_entry own = entry(LISTING_ABNORMAL), other = entry(LISTING_MARKET);
    assert_string_equal(run(&bureau, listing_enter, &own), "not-association");
    assert_int_equal(no.why, DESK_DENIED);
    assert_string_equal(run(&officer, listing_enter, &other), "not-authority");
    assert_string_equal(run(&respondent, listing_enter, &own), "not-association");
    assert_string_equal(run(&bureau, listing_enter, &other), "not-market-regulator");
    assert_string_equal(run(&officer, listing_enter, &own), "");
    assert_string_equal(run(&market, listing_enter, &other), "");
    STATUS(own.id, "noticed");
    STATUS(other.id, "listed");
}

static void no_entry_without_ground_and_exit(void **state)
{
    struct listing_entry e = entry(LISTING_ABNORMAL);
    e.ground = STR("address-unreachable"); /* the regulator's */
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-ground");
    e = entry(LISTING_ABNORMAL);
    e.ground = STR("");
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-ground");
    e = entry(LISTING_ABNORMAL);
    e.exit = STR("");
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-exit");
    e.exit = STR("address-reachable");
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-exit");
    e = entry(LISTING_ABNORMAL);
    e.reason = STR("  too short  ");
    assert_string_equal(run(&officer, listing_enter, &e), "reason-missing");
    e = entry(LISTING_ABNORMAL);
    e.organisation = STR("org_nobody");
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-organisation");
    e.organisation = STR("org_far");
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-organisation");
    e.organisation = STR("org_sell");
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-organisation");
    e = entry(LISTING_ABNORMAL);
    static const char *const wrong[] = {"请看王红〔2026〕3号的电话",
                                        "王红13800000001〔2026〕3号",
                                        "\u202e婚沪〔2026〕3号",
                                        "doc_=HYPERLINK(\"//x.example\")+++++",
                                        "doc_WangHongWangHongWangHongWangHong",
                                        "doc_0123456789abcdef0123456789abcde"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        e.document = str_of(wrong[i]);
        assert_string_equal(run(&officer, listing_enter, &e), "invalid-document");
    }
    e.document = STR("沪民婚协列〔2026〕3号");
    assert_string_equal(run(&officer, listing_enter, &e), "");
    assert_string_equal(run(&officer, listing_enter, &e), "listed-already");
    assert_int_equal(fixture_int(x.f.s, "SELECT COUNT(*) FROM listings"), 1);
    /* What was written is in no row and no journal. */
    assert_int_equal(fixture_int(x.f.s, "SELECT COUNT(*) FROM journal WHERE payload LIKE "
                                        "'%promises%'"),
                     0);
}

/* The way of an entry ---------------------------------------------------------------------- */

/* Told on Monday 21 September: the fifth day at work is Tuesday 29, after Mid-Autumn on Friday
 * 25 and with Sunday 27 off. */
static void listed_when_the_window_has_passed(void **state)
{
    struct listing_entry e = entry(LISTING_ABNORMAL);
    assert_string_equal(run(&officer, listing_enter, &e), "");
    assert_false(listing_public(reread(e.id), now));
    when due;
    must(calendar_end(x.rules, now, 5, CLOCK_WORKING_DAYS, &due, &problem));
    assert_int_equal(row.v[LISTING_DUE].i, due);
    now = due - 1;
    sweep(0);
    now = due;
    sweep(1);
    sweep(0);
    assert_true(listing_public(reread(e.id), now));
    const when listed = now, until = row.v[LISTING_UNTIL].i;
    assert_true(until > listed + 364 * WHEN_DAY && until < listed + 367 * WHEN_DAY);
    assert_true(row.v[LISTING_REVIEW].i < until);
    assert_false(listing_public(row.v, until)); /* whether or not it was swept */
    now = until;
    sweep(1);
    STATUS(e.id, "expired");
    assert_str(fact_text(&row.v[LISTING_END]), "time-over");
}

static void an_objection_stops_the_entry(void **state)
{
    struct listing_entry e = entry(LISTING_ABNORMAL);
    assert_string_equal(run(&officer, listing_enter, &e), "");
    assert_string_equal(act(&officer, listing_object, e.id, ""), "not-respondent");
    assert_string_equal(act(&respondent, listing_object, e.id, ""), "");
    runs(e.id, "cn.clock.credit.correct", 5, "org_union");
    assert_string_equal(act(&respondent, listing_object, e.id, ""), "objection-open");
    /* Answered at once it is not entered before its window is over. */
    assert_string_equal(act(&officer, listing_answer, e.id, "rejected"), "");
    STATUS(e.id, "noticed");
    assert_string_equal(act(&respondent, listing_object, e.id, ""), "");
    now += 30 * WHEN_DAY;
    sweep(0);
    STATUS(e.id, "noticed");
    assert_string_equal(act(&respondent, listing_answer, e.id, "rejected"), "not-its-body");
    assert_string_equal(act(&officer, listing_pass, e.id, ""), "nothing-to-pass");
    assert_string_equal(act(&officer, listing_answer, e.id, "rejected"), "");
    none_runs(e.id);
    STATUS(e.id, "listed");
    assert_string_equal(act(&officer, listing_answer, e.id, "rejected"), "no-objection");
    assert_string_equal(act(&respondent, listing_object, e.id, ""), "");
    assert_str(fact_text(&reread(e.id)[LISTING_OBJECTION]), "open");
    assert_true(listing_public(row.v, now)); /* it stays, with the mark */
    assert_string_equal(act(&officer, listing_answer, e.id, "upheld"), "");
    STATUS(e.id, "withdrawn");
    assert_false(listing_public(row.v, now));
    assert_string_equal(act(&respondent, listing_object, e.id, ""), "entry-over");
}

static void what_another_told_the_other_answers(void **state)
{
    struct listing_entry e = entry(LISTING_ABNORMAL);
    e.source = STR("org_nobody");
    assert_string_equal(run(&officer, listing_enter, &e), "unknown-source");
    e.source = STR("org_city");
    assert_string_equal(run(&officer, listing_enter, &e), "");
    assert_string_equal(act(&respondent, listing_object, e.id, ""), "");
    runs(e.id, "cn.clock.credit.pass", 2, "org_union");
    assert_string_equal(act(&officer, listing_answer, e.id, "rejected"), "pass-first");
    assert_string_equal(act(&bureau, listing_answer, e.id, "rejected"), "not-its-body");
    assert_string_equal(act(&officer, listing_pass, e.id, ""), "");
    runs(e.id, "cn.clock.credit.answer", 5, "org_city");
    assert_string_equal(act(&officer, listing_answer, e.id, "rejected"), "not-its-body");
    now += 30 * WHEN_DAY; /* it waits for the answer, however long that takes */
    sweep(0);
    assert_string_equal(act(&bureau, listing_answer, e.id, "upheld"), "");
    none_runs(e.id);
    STATUS(e.id, "withdrawn");
}

static void repaired_and_removed(void **state)
{
    struct listing_entry e = entry(LISTING_ABNORMAL);
    assert_string_equal(run(&officer, listing_enter, &e), "");
    to("2026-10-20T10:00:00");
    sweep(1);
    assert_string_equal(act(&officer, listing_review, e.id, "accepted"), "no-proof");
    assert_string_equal(act(&respondent, listing_prove, e.id, ""), "");
    runs(e.id, "cn.clock.credit.remove", 3, "org_union");
    assert_string_equal(act(&respondent, listing_prove, e.id, ""), "proof-waits");
    assert_string_equal(act(&respondent, listing_review, e.id, "accepted"), "not-its-body");
    assert_string_equal(act(&officer, listing_review, e.id, "refused"), "");
    STATUS(e.id, "listed");
    assert_string_equal(act(&respondent, listing_prove, e.id, ""), "");
    assert_string_equal(act(&officer, listing_review, e.id, "accepted"), "");
    STATUS(e.id, "removed");
    none_runs(e.id);
    assert_str(fact_text(&row.v[LISTING_END]), "rectified");
    assert_string_equal(act(&respondent, listing_prove, e.id, ""), "entry-over");
}

static void nobody_else_learns_of_it(void **state)
{
    struct listing_entry e = entry(LISTING_ABNORMAL);
    const struct subject far = of("stf_f", "org_far", "agency", ROLE_COMPLIANCE);
    assert_string_equal(run(&officer, listing_enter, &e), "");
    assert_string_equal(act(&far, listing_object, e.id, ""), "not-found");
    assert_string_equal(act(&far, listing_object, "lst_nothing", ""), "not-found");
    const struct desk_work w = as(&far);
    assert_false(listing_visible(&w, reread(e.id)));
    now += 30 * WHEN_DAY;
    sweep(1);
    const struct desk_work later = as(&far);
    assert_true(listing_visible(&later, reread(e.id)));
    assert_false(listing_party(&later, row.v));
}

/* Decisions -------------------------------------------------------------------------------- */

static struct listing_decision decision(const char *measure, int64_t count, int64_t yuan)
{
    return (struct listing_decision){.measure = str_of(measure),
                                     .organisation = STR("org_a"),
                                     .violation = STR("data_misuse"),
                                     .document = STR("沪民罚〔2026〕7号"),
                                     .count = count,
                                     .amount_fen = yuan * 100,
                                     .committed = now - 60 * WHEN_DAY,
                                     .decided = now - WHEN_DAY};
}

static int64_t shown_days(const char *id)
{
    reread(id);
    return (row.v[LISTING_UNTIL].i - row.v[LISTING_FROM].i) / WHEN_DAY;
}

static void a_fine_is_shown_for_three_years(void **state)
{
    struct listing_decision d = decision("fine", 2, 10000);
    assert_string_equal(run(&officer, listing_publish, &d), "not-authority");
    d.amount_fen = 50000;
    assert_string_equal(run(&bureau, listing_publish, &d), "fine-out-of-range");
    d.amount_fen = 4500000;
    assert_string_equal(run(&bureau, listing_publish, &d), "fine-out-of-range");
    d.amount_fen = 1000000;
    assert_string_equal(run(&bureau, listing_publish, &d), "");
    assert_false(d.late);
    assert_true(shown_days(d.id) >= 1094 && shown_days(d.id) <= 1096);
    assert_true(listing_public(row.v, now));
    struct listing_decision again = d;
    assert_string_equal(run(&bureau, listing_publish, &again), "published-already");
    now = row.v[LISTING_UNTIL].i;
    assert_false(listing_public(row.v, now));
    sweep(1);
    STATUS(d.id, "expired");
}

static void criticism_and_low_fines_for_three_months(void **state)
{
    struct listing_decision c = decision("criticism", 0, 0), low = decision("fine", 1, 5000);
    assert_string_equal(run(&bureau, listing_publish, &c), "");
    assert_true(shown_days(c.id) >= 89 && shown_days(c.id) <= 92);
    assert_str(fact_text(&row.v[LISTING_REGISTER]), "criticism");
    low.document = STR("沪民罚〔2026〕8号");
    low.aggravating = STR("it had been told twice before");
    assert_string_equal(run(&bureau, listing_publish, &low), "");
    assert_true(shown_days(low.id) >= 89 && shown_days(low.id) <= 92);
}

static void a_mere_warning_is_never_published(void **state)
{
    struct listing_decision d = decision("warning", 0, 0);
    assert_string_equal(run(&bureau, listing_publish, &d), "warning-not-published");
    assert_int_equal(no.why, DESK_CONFLICT);
    assert_int_equal(fixture_int(x.f.s, "SELECT COUNT(*) FROM listings"), 0);
}

/* Decided on 31 August: twenty days at work later is over on 29 September. */
static void late_is_said(void **state)
{
    struct listing_decision d = decision("fine", 2, 10000);
    when due;
    to("2026-08-31T15:00:00");
    d.decided = now;
    must(calendar_end(x.rules, now, 20, CLOCK_WORKING_DAYS, &due, &problem));
    now = due - 1;
    assert_string_equal(run(&bureau, listing_publish, &d), "");
    assert_false(d.late);
    d.document = STR("沪民罚〔2026〕8号");
    now = due;
    assert_string_equal(run(&bureau, listing_publish, &d), "");
    assert_true(d.late);
    assert_true(listing_late(reread(d.id)));
    d.document = STR("沪民罚〔2026〕9号");
    d.decided = now + WHEN_DAY;
    assert_string_equal(run(&bureau, listing_publish, &d), "not-yet");
    d.decided = now - WHEN_DAY;
    d.committed = now;
    assert_string_equal(run(&bureau, listing_publish, &d), "not-yet");
}

static void annulled_and_withdrawn(void **state)
{
    struct listing_decision d = decision("fine", 2, 10000);
    assert_string_equal(run(&bureau, listing_publish, &d), "");
    struct listing_act a = {
        .id = str_of(d.id), .text = REASON, .word = STR("rectified"), .since = now};
    assert_string_equal(run(&bureau, listing_withdraw, &a), "unknown-ground");
    a.word = STR("annulled");
    assert_string_equal(run(&market, listing_withdraw, &a), "not-its-body");
    const when annulled = now;
    a.since = now + 1;
    assert_string_equal(run(&bureau, listing_withdraw, &a), "not-yet");
    a.since = annulled;
    now = annulled + 9 * WHEN_DAY; /* more than three days at work */
    assert_string_equal(run(&bureau, listing_withdraw, &a), "");
    assert_true(a.late);
    STATUS(d.id, "withdrawn");
    assert_false(listing_public(row.v, now));
    assert_string_equal(run(&bureau, listing_withdraw, &a), "entry-over");
}

static void ended_early_on_proof(void **state)
{
    struct listing_decision d = decision("fine", 2, 10000);
    assert_string_equal(run(&bureau, listing_publish, &d), "");
    assert_string_equal(act(&respondent, listing_prove, d.id, ""), "");
    assert_string_equal(act(&bureau, listing_review, d.id, "accepted"), "");
    STATUS(d.id, "removed");
    assert_str(fact_text(&row.v[LISTING_END]), "early");
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest all[] = {T(registers_share_nothing),
                                     T(each_register_has_its_own_body),
                                     T(no_entry_without_ground_and_exit),
                                     T(listed_when_the_window_has_passed),
                                     T(an_objection_stops_the_entry),
                                     T(what_another_told_the_other_answers),
                                     T(repaired_and_removed),
                                     T(nobody_else_learns_of_it),
                                     T(a_fine_is_shown_for_three_years),
                                     T(criticism_and_low_fines_for_three_months),
                                     T(a_mere_warning_is_never_published),
                                     T(late_is_said),
                                     T(annulled_and_withdrawn),
                                     T(ended_early_on_proof)};
    return cmocka_run_group_tests(all, NULL, NULL);
}
