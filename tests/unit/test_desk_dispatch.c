/* A matter that is handed on: to whom, by when, given back once, and whose it is in the end. */
#include "desk/case.h"
#include "desk/clock.h"
#include "desk/dispatch.h"
#include "desk/text.h"
#include "practitioner_fixture.h"

#define CHINA 480
#define ORGANISATIONS                                                                              \
    "id,name,kind,sector,licence,region,status,parent\n"                                           \
    "org_q,Q,agency,matchmaking,,310104,active,\n"                                                 \
    "org_u,U,association,matchmaking,,310000,active,\n"                                            \
    "org_top,Top,authority,,,CN,active,\n"                                                         \
    "org_other,Other,authority,,,CN,active,\n"                                                     \
    "org_civil,Civil,authority,matchmaking,,310000,active,\n"                                      \
    "org_market,Market,authority,,,310000,active,\n"                                               \
    "org_police,Police,authority,,,310000,active,\n"                                               \
    "org_gone,Gone,authority,,,310000,closed,\n"
#define STAFF                                                                                      \
    "id,organisation,name,role,login,certificate,status\n"                                         \
    "stf_q,org_q,Q,manager,q,,active\n"                                                            \
    "stf_u,org_u,U,officer,u,,active\n"                                                            \
    "stf_ua,org_u,UA,auditor,ua,,active\n"                                                         \
    "stf_top,org_top,Top,officer,top,,active\n"                                                    \
    "stf_other,org_other,O,officer,o,,active\n"                                                    \
    "stf_civil,org_civil,C,officer,c,,active\n"                                                    \
    "stf_market,org_market,M,officer,m,,active\n"                                                  \
    "stf_audit,org_market,A,auditor,a,,active\n"                                                   \
    "stf_police,org_police,P,officer,p,,active\n"

static struct facts x;
static struct account_key *key;
static when now;
static struct subject who;
static struct desk_no no;
static int64_t seq;
static char of[FRESH_ID];
static struct dispatch_sending sent;
static struct dispatch_doing doing;

static when at(const char *text)
{
    when t;
    assert_int_equal(when_parse(str_of(text), CHINA, &t, NULL), OK);
    return t;
}

static bool take_subject(void *to, const struct value *v, size_t n)
{
    struct subject *s = to;
    (void)n;
    assert_true(str_copy(v[0].s, s->organisation, sizeof s->organisation));
    assert_true(str_copy(v[1].s, s->position, sizeof s->position));
    assert_true(str_copy(v[2].s, s->kind, sizeof s->kind));
    return false;
}

static struct desk_work as(const char *staff)
{
    const struct value v = value_text(str_of(staff));
    who = (struct subject){.role = ROLE_STAFF};
    assert_true(str_copy(str_of(staff), who.id, sizeof who.id));
    must(store_run(x.f.s,
                   "SELECT s.\"organisation\", s.\"role\", o.\"kind\" FROM staff s JOIN "
                   "organisations o ON o.\"id\" = s.\"organisation\" WHERE s.\"id\" = $1",
                   &v, 1, take_subject, &who, &problem));
    return (struct desk_work){
        .store = x.f.s, .key = key, .rules = x.rules, .who = &who, .node = STR("n1"), .at = now};
}

static int start(void **state)
{
    facts_open(&x);
    facts_must(&x, &organisation_kind, ORGANISATIONS);
    facts_must(&x, &staff_kind, STAFF);
    must(account_key_open(&disk_real, x.f.folder, &key, &problem));
    now = at("2026-11-02T10:00"); /* a Monday */
    const struct desk_work w = as("stf_u");
    struct case_opening o = {.respondent = STR("org_q")};
    must(case_open(&w, &o, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_YES);
    memcpy(of, o.id, sizeof of);
    sent = (struct dispatch_sending){.of = str_of(of), .note = STR("as her complaint says")};
    doing = (struct dispatch_doing){.text = STR("")};
    return 0;
}

static int stop(void **state)
{
    account_key_close(key);
    facts_close(&x);
    return 0;
}

/* Why not, or "". */
static const char *sends(const char *staff, const char *matters)
{
    const struct desk_work w = as(staff);
    sent.matters = matters_of(str_of(matters));
    must(desk_do(&w, dispatch_send, &sent, &no, &seq, &problem));
    return no.why == DESK_YES ? "" : no.code;
}

static void to(const char *department, const char *organisation)
{
    sent.to[sent.to_count++] = (struct dispatch_to){str_of(department), str_of(organisation)};
}

static const char *does(const char *staff, desk_step *step, const char *id, const char *ground,
                        const char *text)
{
    const struct desk_work w = as(staff);
    doing.id = str_of(id);
    doing.ground = str_of(ground);
    doing.text = str_of(text);
    must(desk_do(&w, step, &doing, &no, &seq, &problem));
    return no.why == DESK_YES ? "" : no.code;
}

static bool has(const char *id, size_t column, const char *value)
{
    struct fact_row row;
    must(fact_first(x.f.s, &dispatch_kind, value_text(str_of(id)), &row, &problem));
    return str_eq(fact_text(&row.v[column]), str_of(value));
}

static const char *clock_of(const char *id, const char *rule, when *due)
{
    static struct fact_row row;
    must(clock_find(x.f.s, str_of(id), rule, &row, &problem));
    *due = row.v[CLOCK_DUE].i;
    return clock_state(row.v, now);
}

static const char *sees(const char *staff, const char *id)
{
    const struct desk_work w = as(staff);
    struct fact_row row;
    no = (struct desk_no){.why = DESK_YES};
    must(dispatch_read(&w, str_of(id), &row, &no, &problem));
    return no.why == DESK_YES ? "" : no.code;
}

static void several_departments_each_with_its_clock(void **state)
{
    static const char *const departments[] = {"police", "civil-affairs", "market"};
    when due;
    assert_string_equal(sends("stf_u", "consumer;sector;crime"), "");
    assert_int_equal(sent.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(has(sent.id[i], DISPATCH_DEPARTMENT, departments[i]));
        assert_string_equal(clock_of(sent.id[i], DISPATCH_CLOCK, &due), "running");
        assert_int_equal(due, at("2026-11-24"));
    }
    assert_true(has(sent.id[0], DISPATCH_MATTERS, "crime;sector;consumer"));
    /* one answers, the others' clocks run on */
    assert_string_equal(does("stf_u", dispatch_answer, sent.id[1], "", "they have filed it"), "");
    assert_string_equal(clock_of(sent.id[1], DISPATCH_CLOCK, &due), "met");
    assert_string_equal(clock_of(sent.id[0], DISPATCH_CLOCK, &due), "running");
    /* each is an act of the case */
    assert_int_equal(
        fixture_int(x.f.s, "SELECT count(*) FROM case_acts WHERE \"kind\" = 'dispatch'"), 3);
}

static void only_who_supervises_sends_and_only_where_it_belongs(void **state)
{
    assert_string_equal(sends("stf_q", "crime"), "not-supervisor");
    assert_string_equal(sends("stf_ua", "crime"), "not-officer");
    assert_string_equal(sends("stf_u", "weather"), "unknown-matter");
    to("health", "");
    assert_string_equal(sends("stf_u", "crime"), "not-routed");
    sent.to_count = 0;
    static const char *const wrong[] = {"org_gone", "org_q", "org_none", "org_u"};
    for (size_t i = 0; i < 4; i++) {
        sent.to_count = 0;
        to("police", wrong[i]);
        assert_string_equal(sends("stf_u", "crime"), "unknown-recipient");
    }
    assert_int_equal(fixture_int(x.f.s, "SELECT count(*) FROM dispatches"), 0);
    assert_int_equal(fixture_int(x.f.s, "SELECT count(*) FROM clocks WHERE \"rule\" = "
                                        "'cn.clock.dispatch.answer'"),
                     0);
    sent.of = STR("cas_none");
    assert_string_equal(sends("stf_u", "crime"), "not-found");
}

static void the_recipient_sees_it_and_nobody_else(void **state)
{
    char text[64];
    struct buf b;
    to("police", "org_police");
    assert_string_equal(sends("stf_u", "crime"), "");
    assert_string_equal(sends("stf_u", "crime"), "already-dispatched");
    assert_string_equal(sees("stf_police", sent.id[0]), "");
    assert_string_equal(sees("stf_u", sent.id[0]), "");
    assert_string_equal(sees("stf_q", sent.id[0]), "not-found"); /* whom it is about */
    assert_string_equal(sees("stf_market", sent.id[0]), "not-found");
    assert_string_equal(sees("stf_top", sent.id[0]), "not-found"); /* nothing is disputed */
    assert_string_equal(does("stf_u", dispatch_accept, sent.id[0], "", ""), "not-recipient");
    assert_string_equal(does("stf_market", dispatch_accept, sent.id[0], "", ""), "not-found");
    assert_string_equal(does("stf_police", dispatch_accept, sent.id[0], "", ""), "");
    assert_string_equal(does("stf_police", dispatch_accept, sent.id[0], "", ""), "not-open");
    const struct desk_work w = as("stf_police");
    buf_fixed(&b, text, sizeof text);
    must(desk_text_get(&w, str_of(sent.id[0]), "note", &b, &problem));
    assert_int_equal(b.n, strlen("as her complaint says"));
    assert_int_equal(fixture_int(x.f.s, "SELECT count(*) FROM journal WHERE \"payload\" LIKE "
                                        "'%complaint says%'"),
                     0);
}

static void it_is_returned_once_and_on_a_ground(void **state)
{
    when due;
    to("police", "org_police");
    to("market", "org_market");
    assert_string_equal(sends("stf_u", "crime;consumer"), "");
    char *police = sent.id[0];
    assert_string_equal(does("stf_police", dispatch_return, police, "busy", "no"),
                        "unknown-ground");
    assert_string_equal(does("stf_police", dispatch_return, police, "not-competent", " "),
                        "text-missing");
    assert_string_equal(does("stf_police", dispatch_return, police, "not-competent", "civil"), "");
    assert_true(has(police, DISPATCH_STATUS, "returned"));
    assert_true(has(police, DISPATCH_GROUND, "not-competent"));
    assert_string_equal(clock_of(police, DISPATCH_CLOCK, &due), "dropped");
    assert_string_equal(does("stf_police", dispatch_answer, police, "", "no"), "not-open");
    /* in its place another, from now on */
    now = at("2026-11-06T10:00");
    char first[FRESH_ID], market[FRESH_ID];
    memcpy(first, police, sizeof first);
    memcpy(market, sent.id[1], sizeof market);
    sent.to_count = 0;
    to("civil-affairs", "org_civil");
    sent.follows = str_of(market);
    assert_string_equal(sends("stf_u", "sector"), "not-returned");
    sent.follows = str_of(first);
    assert_string_equal(sends("stf_u", "sector"), "");
    assert_string_equal(clock_of(sent.id[0], DISPATCH_CLOCK, &due), "running");
    assert_int_equal(due, at("2026-11-28"));
    assert_string_equal(does("stf_civil", dispatch_return, sent.id[0], "not-competent", "police"),
                        "returned-once");
    /* the other one, which nobody has returned, may be */
    assert_string_equal(does("stf_market", dispatch_return, market, "region", "Suzhou"), "");
}

static void a_dispute_goes_to_the_superior_after_seven_working_days(void **state)
{
    when due;
    to("police", "org_police");
    assert_string_equal(sends("stf_u", "crime"), "");
    char id[FRESH_ID];
    memcpy(id, sent.id[0], sizeof id);
    assert_string_equal(does("stf_police", dispatch_dispute, id, "", ""), "text-missing");
    assert_string_equal(does("stf_police", dispatch_dispute, id, "", "not a crime"), "");
    assert_string_equal(clock_of(id, DISPUTE_CLOCK, &due), "running");
    assert_int_equal(due, at("2026-11-12"));
    assert_string_equal(clock_of(id, DISPATCH_CLOCK, &due),
                        "running"); /* it does not stand still */
    assert_string_equal(sees("stf_top", id), "");
    assert_string_equal(sees("stf_market", id), "not-found"); /* not above anybody */
    doing.organisation = STR("org_civil");
    now = at("2026-11-11T23:59:59");
    assert_string_equal(does("stf_police", dispatch_designate, id, "", ""), "not-superior");
    assert_string_equal(does("stf_top", dispatch_designate, id, "", ""), "dispute-running");
    assert_non_null(strstr(no.detail, "2026-11-12T00:00:00+08:00"));
    now = at("2026-11-12");
    doing.organisation = STR("org_gone");
    assert_string_equal(does("stf_top", dispatch_designate, id, "", ""), "unknown-recipient");
    doing.organisation = STR("org_civil");
    assert_string_equal(does("stf_top", dispatch_designate, id, "", "it is civil affairs'"), "");
    assert_true(has(id, DISPATCH_STATUS, "designated"));
    assert_true(has(doing.next, DISPATCH_ORGANISATION, "org_civil"));
    assert_true(has(doing.next, DISPATCH_BY, "org_u"));
    assert_string_equal(clock_of(doing.next, DISPATCH_CLOCK, &due), "running");
    assert_int_equal(due, at("2026-12-04"));
    /* and there it stays */
    char next[FRESH_ID];
    memcpy(next, doing.next, sizeof next);
    assert_string_equal(does("stf_civil", dispatch_return, next, "not-competent", "no"),
                        "designated");
    assert_string_equal(does("stf_civil", dispatch_dispute, next, "", "no"), "designated");
    assert_string_equal(does("stf_civil", dispatch_answer, next, "", "done"), "");
}

static void who_disputes_may_still_accept(void **state)
{
    when due;
    to("police", "org_police");
    assert_string_equal(sends("stf_u", "crime"), "");
    assert_string_equal(does("stf_police", dispatch_dispute, sent.id[0], "", "not a crime"), "");
    assert_string_equal(does("stf_police", dispatch_accept, sent.id[0], "", ""), "");
    assert_string_equal(clock_of(sent.id[0], DISPUTE_CLOCK, &due), "met");
    assert_string_equal(sees("stf_top", sent.id[0]), "not-found");
}

static void the_superior_is_above_both(void **state)
{
    to("police", "org_top");
    assert_string_equal(sends("stf_u", "crime"), "");
    assert_string_equal(does("stf_top", dispatch_dispute, sent.id[0], "", "not a crime"), "");
    assert_string_equal(sees("stf_other", sent.id[0]), "not-found"); /* above the sender only */
}

static void an_answer_after_its_day_is_late_for_good(void **state)
{
    when due;
    to("police", "org_police");
    assert_string_equal(sends("stf_u", "crime"), "");
    now = at("2026-11-24T00:00");
    assert_string_equal(clock_of(sent.id[0], DISPATCH_CLOCK, &due), "overdue");
    assert_string_equal(does("stf_police", dispatch_answer, sent.id[0], "", "done"), "");
    assert_string_equal(clock_of(sent.id[0], DISPATCH_CLOCK, &due), "late");
    assert_int_equal(due, now);
}

static void an_auditor_only_reads(void **state)
{
    to("market", "org_market");
    assert_string_equal(sends("stf_u", "consumer"), "");
    assert_string_equal(sees("stf_audit", sent.id[0]), "");
    assert_string_equal(does("stf_audit", dispatch_accept, sent.id[0], "", ""), "not-recipient");
}

/* The case ------------------------------------------------------------------------------------ */

static const char *acts(const char *staff, enum act_kind kind, const char *terms, const char *said)
{
    const struct desk_work w = as(staff);
    struct case_act a = {.of = str_of(of),
                         .kind = kind,
                         .terms = json_loads(terms, 0, NULL),
                         .said = json_loads(said, 0, NULL),
                         .version = -1};
    assert_true(a.terms != NULL && a.said != NULL);
    must(case_do(&w, &a, &no, &seq, &problem));
    json_decref((json_t *)a.terms);
    json_decref((json_t *)a.said);
    return no.why == DESK_YES ? "" : no.reason != NULL ? no.reason : no.code;
}

static bool add_outcome(void *to, const struct value *act)
{
    const enum act_kind kind = act_of(fact_text(&act[CASE_ACT_KIND]));
    const struct str terms = fact_text(&act[CASE_ACT_TERMS]);
    json_t *j = json_loadb(terms.p, terms.n, 0, NULL);
    const char *outcome = json_string_value(json_object_get(j, "outcome"));
    buf_printf(to, "%s%s ", act_word(kind),
               kind == ACT_HANDLING   ? outcome
               : kind == ACT_DISPATCH ? "!"
                                      : "");
    json_decref(j);
    return true;
}

/* The acts that she sees, and how many dispatches wait. */
static const char *case_to(const char *staff, unsigned *waiting)
{
    static char words[400];
    static struct case_file file;
    struct buf b;
    const struct desk_work w = as(staff);
    no = (struct desk_no){.why = DESK_YES};
    must(case_read(&w, str_of(of), &file, &no, &problem));
    assert_int_equal(no.why, DESK_YES);
    buf_fixed(&b, words, sizeof words - 1);
    must(case_acts(&w, &file, add_outcome, &b, &problem));
    words[b.n] = '\0';
    *waiting = file.ladder.waiting;
    case_file_fini(&file);
    return words;
}

static void the_act_of_a_case_sends_it(void **state)
{
    unsigned waiting;
    assert_string_equal(acts("stf_u", ACT_DISPATCH, "{}", "{\"text\":\"all of it\"}"),
                        "unknown-matter");
    assert_string_equal(acts("stf_u", ACT_DISPATCH,
                             "{\"matters\":[\"crime\"],\"to\":[{\"department\":\"police\","
                             "\"organisation\":\"org_police\"}]}",
                             "{\"text\":\"all of it\"}"),
                        "");
    assert_string_equal(case_to("stf_u", &waiting), "accept dispatch! ");
    assert_int_equal(waiting, 1);
    assert_int_equal(fixture_int(x.f.s, "SELECT count(*) FROM dispatches WHERE \"organisation\" = "
                                        "'org_police' AND \"status\" = 'sent'"),
                     1);
    assert_int_equal(fixture_int(x.f.s, "SELECT count(*) FROM case_acts a JOIN dispatches d ON "
                                        "a.\"terms\" = '{\"about\":\"' || d.\"id\" || "
                                        "'\",\"department\":\"police\"}'"),
                     1);
    assert_string_equal(acts("stf_u", ACT_DISPATCH, "{\"matters\":[\"crime\"]}", "{}"),
                        "already-dispatched");
}

static void what_becomes_of_it_is_seen_at_its_case(void **state)
{
    unsigned waiting;
    to("police", "org_police");
    to("market", "org_market");
    assert_string_equal(sends("stf_u", "crime;consumer"), "");
    char market[FRESH_ID], police[FRESH_ID];
    memcpy(police, sent.id[0], sizeof police);
    memcpy(market, sent.id[1], sizeof market);
    assert_string_equal(does("stf_police", dispatch_accept, police, "", ""), "");
    assert_string_equal(does("stf_market", dispatch_dispute, market, "", "not ours"), "");
    assert_string_equal(case_to("stf_u", &waiting),
                        "accept dispatch! dispatch! handlingaccepted handlingdisputed ");
    assert_int_equal(waiting, 1);
    assert_string_equal(does("stf_market", dispatch_accept, market, "", ""), "");
    assert_string_equal(does("stf_police", dispatch_answer, police, "", "filed"), "");
    assert_non_null(strstr(case_to("stf_u", &waiting), "handlingaccepted handlinganswered "));
    assert_int_equal(waiting, 0);
    /* Nobody does it by hand, and the respondent sees nothing of it. */
    assert_string_equal(acts("stf_u", ACT_HANDLING, "{}", "{}"), "recorded-elsewhere");
    assert_string_equal(case_to("stf_q", &waiting), "");
}

static void what_is_returned_or_designated_is_seen(void **state)
{
    unsigned waiting;
    to("police", "org_police");
    assert_string_equal(sends("stf_u", "crime"), "");
    char first[FRESH_ID];
    memcpy(first, sent.id[0], sizeof first);
    assert_string_equal(does("stf_police", dispatch_return, first, "region", "Suzhou"), "");
    assert_string_equal(case_to("stf_u", &waiting), "accept dispatch! handlingreturned ");
    assert_int_equal(waiting, 0);
    assert_int_equal(fixture_int(x.f.s, "SELECT count(*) FROM case_acts WHERE \"kind\" = "
                                        "'handling' AND \"terms\" LIKE '%\"ground\":\"region\"%' "
                                        "AND \"organisation\" = 'org_police'"),
                     1);
    sent.to_count = 0;
    to("civil-affairs", "org_civil");
    sent.follows = str_of(first);
    assert_string_equal(sends("stf_u", "sector"), "");
    assert_string_equal(does("stf_civil", dispatch_dispute, sent.id[0], "", "no"), "");
    now = at("2026-11-20T10:00");
    doing.organisation = STR("org_police");
    assert_string_equal(does("stf_top", dispatch_designate, sent.id[0], "", "yours"), "");
    assert_non_null(strstr(case_to("stf_u", &waiting), "handlingdisputed handlingdesignated "));
    assert_int_equal(waiting, 1); /* for whom it was designated */
    assert_string_equal(does("stf_police", dispatch_answer, doing.next, "", "filed"), "");
    case_to("stf_u", &waiting);
    assert_int_equal(waiting, 0);
}

static void closing_recalls_what_nobody_has_taken_on(void **state)
{
    unsigned waiting;
    when due;
    to("police", "org_police");
    to("market", "org_market");
    to("civil-affairs", "org_civil");
    assert_string_equal(sends("stf_u", "crime;consumer;sector"), "");
    assert_string_equal(does("stf_police", dispatch_accept, sent.id[0], "", ""), "");
    assert_string_equal(does("stf_market", dispatch_dispute, sent.id[1], "", "no"), "");
    assert_string_equal(acts("stf_u", ACT_CLOSE, "{}", "{}"), "still-open");
    assert_string_equal(
        acts("stf_u", ACT_CLOSE, "{}", "{\"reason\":\"the agency has closed down\"}"), "");
    for (int i = 1; i < 3; i++) {
        assert_true(has(sent.id[i], DISPATCH_STATUS, "recalled"));
        assert_string_equal(clock_of(sent.id[i], DISPATCH_CLOCK, &due), "dropped");
    }
    assert_string_equal(clock_of(sent.id[1], DISPUTE_CLOCK, &due), "dropped");
    assert_string_equal(does("stf_civil", dispatch_accept, sent.id[2], "", ""), "not-open");
    /* The police's own it is, and what they answer is still told. */
    assert_true(has(sent.id[0], DISPATCH_STATUS, "accepted"));
    assert_string_equal(clock_of(sent.id[0], DISPATCH_CLOCK, &due), "running");
    assert_string_equal(does("stf_police", dispatch_answer, sent.id[0], "", "filed"), "");
    assert_non_null(strstr(case_to("stf_u", &waiting), "close handlinganswered "));
}

#define HERE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest all[] = {
        HERE(several_departments_each_with_its_clock),
        HERE(only_who_supervises_sends_and_only_where_it_belongs),
        HERE(the_recipient_sees_it_and_nobody_else),
        HERE(it_is_returned_once_and_on_a_ground),
        HERE(a_dispute_goes_to_the_superior_after_seven_working_days),
        HERE(who_disputes_may_still_accept),
        HERE(the_superior_is_above_both),
        HERE(an_answer_after_its_day_is_late_for_good),
        HERE(an_auditor_only_reads),
        HERE(the_act_of_a_case_sends_it),
        HERE(what_becomes_of_it_is_seen_at_its_case),
        HERE(what_is_returned_or_designated_is_seen),
        HERE(closing_recalls_what_nobody_has_taken_on),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
