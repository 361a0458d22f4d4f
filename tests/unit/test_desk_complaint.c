/* A complaint from its coming in to its end, and each thing that is refused on the way. */
#include "desk/clock.h"
#include "desk/complaint_act.h"
#include "desk/disclosure.h"
#include "desk_fixture.h"

static struct desk_fixture d;
static const uint8_t hers[COMPLAINT_LINK] = {1}, others[COMPLAINT_LINK] = {2};

static int start(void **state)
{
    desk_open(&d);
    return 0;
}

static int stop(void **state)
{
    desk_close(&d);
    return 0;
}

static struct complaint_new her_complaint(void)
{
    return (struct complaint_new){.respondent = STR("org_red"),
                                  .issue = STR("refund"),
                                  .facts = STR("They keep 18,000 yuan."),
                                  .request = STR("All of it back."),
                                  .name = STR("Lin Daiyu"),
                                  .number = 8613911110001,
                                  .address = STR("Daguan Road 5"),
                                  .link = hers,
                                  .channel = "portal",
                                  .received_at = d.w.at};
}

/* Entered by her; its id. */
static const char *enter(const uint8_t *link)
{
    static char ids[8][COMPLAINT_ID];
    static size_t next;
    struct complaint_new c = her_complaint();
    desk_as_her(&d);
    c.link = link;
    desk_must(&d, complaint_enter, &c);
    return strcpy(ids[next++ % 8], c.out);
}

static const char *accept(const char *id)
{
    struct complaint_accepting a = {str_of(id), STR("A client asks for her money.")};
    desk_as_union(&d);
    return desk_try(&d, complaint_accept, &a);
}

static const char *status(const char *id)
{
    static struct fact_row row;
    must(complaint_find(d.x.f.s, str_of(id), &row, &problem));
    static char out[32];
    assert_true(str_copy(fact_text(&row.v[COMPLAINT_STATUS]), out, sizeof out));
    return out;
}

static void what_she_wrote_is_sealed(void **state)
{
    const char *id = enter(hers);
    assert_int_equal(strncmp(id, "cpl_", 4), 0);
    assert_string_equal(desk_kept(&d, id, COMPLAINT_TEXT_FACTS), "They keep 18,000 yuan.");
    assert_string_equal(desk_kept(&d, id, COMPLAINT_TEXT_NUMBER), "+8613911110001");
    facts_expect(&d.x, "SELECT \"body\" FROM complaints", "org_union");
    facts_expect(&d.x,
                 "SELECT COUNT(*) FROM journal WHERE \"payload\" LIKE '%18,000%' OR \"payload\" "
                 "LIKE '%Daiyu%' OR \"payload\" LIKE '%1391111%' OR \"payload\" LIKE '%Daguan%' OR "
                 "\"payload\" LIKE '%link%' OR \"actor\" <> 'person' AND \"kind\" = 'complaints'",
                 "0");
}

static void an_anonymous_one_names_nobody(void **state)
{
    struct complaint_new c = her_complaint();
    desk_as_her(&d);
    c.anonymous = true;
    desk_must(&d, complaint_enter, &c);
    assert_string_equal(desk_kept(&d, c.out, COMPLAINT_TEXT_NAME), "-");
    assert_string_equal(desk_kept(&d, c.out, COMPLAINT_TEXT_NUMBER), "-");
    assert_string_equal(desk_kept(&d, c.out, COMPLAINT_TEXT_ADDRESS), "-");
    struct fact_row row; /* she still finds it */
    must(complaint_find_hers(d.x.f.s, hers, 0, str_of(c.out), &row, &problem));
}

static void it_goes_to_who_is_competent(void **state)
{
    struct complaint_new c = her_complaint();
    desk_as_her(&d);
    c.respondent = STR("org_none");
    assert_string_equal(desk_try(&d, complaint_enter, &c), "unknown-respondent");
    c.respondent = STR("org_bureau");
    assert_string_equal(desk_try(&d, complaint_enter, &c), "nobody-competent");
    c.respondent = STR("org_union");
    desk_must(&d, complaint_enter, &c);
    facts_expect(&d.x, "SELECT \"body\" FROM complaints", "org_bureau");
    /* of which the association learns nothing */
    struct complaint_accepting a = {str_of(c.out), STR("")};
    desk_as_union(&d);
    assert_string_equal(desk_try(&d, complaint_accept, &a), "not-found");
    desk_as_bureau(&d);
    desk_must(&d, complaint_accept, &a);
}

static void ten_a_day(void **state)
{
    struct complaint_new c = her_complaint();
    for (int i = 0; i < 10; i++)
        enter(hers);
    assert_string_equal(desk_try(&d, complaint_enter, &c), "complaint-limit");
    assert_int_equal(d.no.why, DESK_LIMIT);
    enter(others);
    c.channel = "paper"; /* an officer brings as many as there are */
    desk_must(&d, complaint_enter, &c);
    d.w.at += WHEN_DAY;
    c.channel = "portal";
    desk_must(&d, complaint_enter, &c);
}

static void a_centres_own_id_is_one_complaint(void **state)
{
    struct complaint_new c = her_complaint();
    desk_as(&d, "host:0", "", "", ROLE_MACHINE);
    c.id = STR("cpl_12345-1");
    c.channel = "csv";
    desk_must(&d, complaint_enter, &c);
    assert_false(c.known);
    assert_true(d.seq > 0);
    c.facts = STR("Something else.");
    desk_must(&d, complaint_enter, &c);
    assert_true(c.known);
    assert_int_equal(d.seq, 0);
    assert_string_equal(desk_kept(&d, "cpl_12345-1", COMPLAINT_TEXT_FACTS),
                        "They keep 18,000 yuan.");
    c.issue = STR("privacy");
    assert_string_equal(desk_try(&d, complaint_enter, &c), "id-taken");
}

static void it_is_accepted_once(void **state)
{
    const char *id = enter(hers);
    struct complaint_accepting a = {str_of(id), STR("")};
    desk_as(&d, "stf_x", "org_other", "authority", ROLE_AUTHORITY);
    assert_string_equal(desk_try(&d, complaint_accept, &a), "not-found");
    desk_as_union(&d);
    static const char *const telling[] = {"Lin Daiyu wants her money", "call +86 139-1111-0001",
                                          "1 3 9 1 1 1 1 0 0 0 1", "she lives at Daguan Road 5"};
    for (size_t i = 0; i < 4; i++) {
        a.summary = str_of(telling[i]);
        assert_string_equal(desk_try(&d, complaint_accept, &a), "names-reporter");
        assert_null(strstr(d.no.detail, "Daiyu"));
    }
    assert_string_equal(status(id), "received");
    a.summary = STR("Invoice 20261118-0001 of 18,000 yuan.");
    desk_must(&d, complaint_accept, &a);
    assert_string_equal(status(id), "accepted");
    assert_string_equal(desk_try(&d, complaint_accept, &a), "complaint-status");
    facts_expect(&d.x, "SELECT \"decided_by\" FROM complaints", "stf_union");
}

static void it_is_refused_on_a_ground(void **state)
{
    const char *id = enter(hers);
    struct complaint_refusing r = {str_of(id), STR("tiresome"), STR("No.")};
    desk_as_union(&d);
    assert_string_equal(desk_try(&d, complaint_refuse, &r), "unknown-ground");
    r.ground = STR("time-barred");
    desk_must(&d, complaint_refuse, &r);
    assert_string_equal(status(id), "refused");
    assert_string_equal(desk_kept(&d, id, COMPLAINT_TEXT_REASON), "No.");
    assert_string_equal(accept(id), "complaint-status");
}

static void the_respondent_replies_to_what_was_accepted(void **state)
{
    const char *id = enter(hers);
    struct complaint_replying r = {str_of(id), STR("We pay.")};
    desk_as_red(&d);
    assert_string_equal(desk_try(&d, complaint_reply, &r), "not-found");
    assert_string_equal(accept(id), "");
    desk_as(&d, "stf_m", "org_moon", "agency", ROLE_COMPLIANCE);
    assert_string_equal(desk_try(&d, complaint_reply, &r), "not-found");
    desk_as(&d, "stf_s", "org_silk", "agency", ROLE_MANAGER); /* of the same legal entity */
    desk_must(&d, complaint_reply, &r);
    facts_expect(&d.x, "SELECT \"replied_at\" FROM complaints", "1795000000000000000");
    d.w.at += WHEN_DAY;
    r.text = STR("We paid.");
    desk_must(&d, complaint_reply, &r);
    facts_expect(&d.x, "SELECT \"replied_at\" FROM complaints", "1795000000000000000");
    assert_string_equal(desk_kept(&d, id, COMPLAINT_TEXT_REPLY), "We paid.");

    struct complaint_closing c = {str_of(id), STR("Paid."), true};
    desk_as_union(&d);
    desk_must(&d, complaint_close, &c);
    assert_string_equal(status(id), "closed");
    desk_as_red(&d);
    assert_string_equal(desk_try(&d, complaint_reply, &r), "complaint-status");
}

static void only_she_takes_it_back(void **state)
{
    const char *id = enter(hers);
    struct complaint_withdrawing x = {str_of(id), others, 0};
    assert_string_equal(desk_try(&d, complaint_withdraw, &x), "not-found");
    x.link = hers;
    x.since = d.w.at + 1; /* the number was another's until then */
    assert_string_equal(desk_try(&d, complaint_withdraw, &x), "not-found");
    x.since = 0;
    desk_must(&d, complaint_withdraw, &x);
    assert_string_equal(status(id), "withdrawn");
    assert_string_equal(desk_try(&d, complaint_withdraw, &x), "complaint-status");
    assert_string_equal(accept(id), "complaint-status");
}

static void some_are_handled_as_one(void **state)
{
    static const uint8_t third[COMPLAINT_LINK] = {3};
    const char *lead = enter(hers), *second = enter(others), *last = enter(third);
    struct complaint_new c = her_complaint();
    c.respondent = STR("org_moon");
    desk_must(&d, complaint_enter, &c);
    assert_string_equal(accept(lead), "");
    struct complaint_joining j = {.id = str_of(c.out), .to = str_of(lead)};
    assert_string_equal(desk_try(&d, complaint_join, &j), "other-respondent");
    j.id = str_of(lead);
    assert_string_equal(desk_try(&d, complaint_join, &j), "other-respondent");
    j = (struct complaint_joining){.id = str_of(second),
                                   .to = str_of(lead),
                                   .representative = {str_of(lead), str_of(last)},
                                   .representatives = 2};
    assert_string_equal(desk_try(&d, complaint_join, &j), "not-joined");
    assert_string_equal(status(second), "received");
    j.representative[1] = str_of(second);
    desk_must(&d, complaint_join, &j);
    assert_string_equal(status(second), "joined");
    assert_string_equal(accept(second), "complaint-status");
    /* no chain, no third representative */
    j = (struct complaint_joining){.id = str_of(lead), .to = str_of(last)};
    assert_string_equal(desk_try(&d, complaint_join, &j), "leads-others");
    j = (struct complaint_joining){.id = str_of(last), .to = str_of(second)};
    assert_string_equal(desk_try(&d, complaint_join, &j), "complaint-status");
    j = (struct complaint_joining){.id = str_of(last),
                                   .to = str_of(lead),
                                   .representative = {str_of(last)},
                                   .representatives = 1};
    assert_string_equal(desk_try(&d, complaint_join, &j), "representatives-limit");
    j.representatives = 0;
    desk_must(&d, complaint_join, &j);

    struct complaint_closing x = {str_of(lead), STR("Upheld."), true};
    desk_must(&d, complaint_close, &x);
    facts_expect(&d.x,
                 "SELECT COUNT(*) FROM complaints WHERE \"status\" = 'closed' AND \"upheld\" = "
                 "'yes'",
                 "3");
}

static void likely_duplicates_and_others_are_shown(void **state)
{
    struct complaint_suggested s;
    struct fact_row row;
    static const uint8_t third[COMPLAINT_LINK] = {3};
    const char *first = enter(hers);
    enter(others);
    const char *again = enter(hers);
    must(complaint_find(d.x.f.s, str_of(again), &row, &problem));
    must(complaint_suggest(&d.w, row.v, &s, &problem));
    assert_int_equal(s.duplicates, 1);
    assert_string_equal(s.duplicate[0], first);
    assert_int_equal(s.others, 1);
    assert_false(s.proposed);
    enter(third);
    struct complaint_new c = her_complaint();
    c.link = third;
    c.issue = STR("privacy"); /* something else */
    desk_must(&d, complaint_enter, &c);
    must(complaint_suggest(&d.w, row.v, &s, &problem));
    assert_int_equal(s.others, 2);
    assert_true(s.proposed);
    struct complaint_withdrawing x = {str_of(first), hers, 0};
    desk_must(&d, complaint_withdraw, &x);
    must(complaint_suggest(&d.w, row.v, &s, &problem));
    assert_int_equal(s.duplicates, 0);
}

static void an_officer_opens_it_on_record(void **state)
{
    const char *id = enter(hers);
    struct disclosure open = {.complaint = str_of(id), .what = "text"};
    desk_as(&d, "org_union", "org_union", "association", ROLE_ASSOCIATION);
    assert_string_equal(desk_try(&d, disclosure_make, &open), "named-officer-only");
    desk_as(&d, "stf_x", "org_other", "authority", ROLE_AUTHORITY);
    assert_string_equal(desk_try(&d, disclosure_make, &open), "not-found");
    assert_int_equal(fixture_int(d.x.f.s, "SELECT COUNT(*) FROM disclosures"), 0);
    desk_as_bureau(&d);
    open.evidence = STR("evd_none");
    assert_string_equal(desk_try(&d, disclosure_make, &open), "not-found");
    open = (struct disclosure){
        .complaint = str_of(id), .what = "reporter", .reason = STR("To ask for the invoice.")};
    desk_must(&d, disclosure_make, &open);
    assert_true(d.seq > 0);
    facts_expect(&d.x, "SELECT \"staff\" FROM disclosures", "stf_bureau");
    facts_expect(&d.x, "SELECT COUNT(*) FROM journal WHERE \"payload\" LIKE '%invoice%'", "0");
    open = (struct disclosure){.complaint = str_of(id), .what = "text"};
    for (int i = 1; i < 100; i++)
        desk_must(&d, disclosure_make, &open);
    assert_string_equal(desk_try(&d, disclosure_make, &open), "budget-exceeded");
    desk_as_union(&d); /* another's budget */
    desk_must(&d, disclosure_make, &open);
    desk_as_bureau(&d);
    d.w.at += WHEN_DAY;
    desk_must(&d, disclosure_make, &open);
}

/* Whose clock of a complaint stands how: "org_union met"; "-": there is none. */
static const char *clock_of(const char *id, const char *rule)
{
    static char out[100];
    struct fact_row row;
    struct problem why;
    enum err e = clock_find(d.x.f.s, str_of(id), rule, &row, &why);
    if (e == ERR_NOT_FOUND)
        return "-";
    assert_int_equal(e, OK);
    const struct str whose = fact_text(&row.v[CLOCK_ORGANISATION]);
    snprintf(out, sizeof out, "%.*s %s", STR_ARG(whose), clock_state(row.v, d.w.at));
    return out;
}

static void its_deadlines_run_and_end(void **state)
{
    struct fact_row row;
    const char *first = enter(hers), *second = enter(others), *third = enter(hers);
    assert_string_equal(clock_of(first, COMPLAINT_CLOCK_ACCEPT), "org_union running");
    must(clock_find(d.x.f.s, str_of(first), COMPLAINT_CLOCK_ACCEPT, &row, &problem));
    /* seven days at work after Wednesday, 18 November 2026: the midnight after the 27th */
    assert_int_equal(row.v[CLOCK_DUE].i, 1795795200 * WHEN_SECOND);
    assert_string_equal(accept(first), "");
    assert_string_equal(clock_of(first, COMPLAINT_CLOCK_ACCEPT), "org_union met");
    assert_string_equal(clock_of(first, COMPLAINT_CLOCK_MEDIATE), "org_union running");
    assert_string_equal(clock_of(first, COMPLAINT_CLOCK_REPLY), "org_red running");
    struct complaint_replying reply = {str_of(first), STR("We pay.")};
    desk_as_red(&d);
    desk_must(&d, complaint_reply, &reply);
    assert_string_equal(clock_of(first, COMPLAINT_CLOCK_REPLY), "org_red met");
    /* joined, withdrawn: nothing of it runs any more */
    struct complaint_joining j = {.id = str_of(second), .to = str_of(first)};
    desk_as_union(&d);
    desk_must(&d, complaint_join, &j);
    assert_string_equal(clock_of(second, COMPLAINT_CLOCK_ACCEPT), "org_union dropped");
    struct complaint_withdrawing x = {str_of(third), hers, 0};
    desk_must(&d, complaint_withdraw, &x);
    assert_string_equal(clock_of(third, COMPLAINT_CLOCK_ACCEPT), "org_union dropped");
    /* late is late: refused after its end */
    third = enter(hers);
    d.w.at += 30 * WHEN_DAY;
    struct complaint_refusing r = {str_of(third), STR("other"), STR("Under rule 7.")};
    desk_as_union(&d);
    desk_must(&d, complaint_refuse, &r);
    assert_string_equal(clock_of(third, COMPLAINT_CLOCK_ACCEPT), "org_union late");
    struct complaint_closing c = {str_of(first), STR("Paid."), true};
    desk_must(&d, complaint_close, &c);
    assert_string_equal(clock_of(first, COMPLAINT_CLOCK_MEDIATE), "org_union met");
    /* who is no matchmaker has no such deadline */
    struct complaint_new new = her_complaint();
    new.respondent = STR("org_homes");
    desk_must(&d, complaint_enter, &new);
    struct complaint_accepting a = {str_of(new.out), STR("")};
    desk_as(&d, "stf_market", "org_market", "authority", ROLE_AUTHORITY);
    desk_must(&d, complaint_accept, &a);
    assert_string_equal(clock_of(new.out, COMPLAINT_CLOCK_REPLY), "-");
}

static void it_becomes_part_of_one_case(void **state)
{
    const char *id = enter(hers);
    struct complaint_taking t = {str_of(id), STR("org_red"), STR("cas_1")};
    desk_as_union(&d);
    assert_string_equal(desk_try(&d, complaint_into_case, &t), "complaint-status");
    assert_string_equal(accept(id), "");
    t.respondent = STR("org_moon");
    assert_string_equal(desk_try(&d, complaint_into_case, &t), "other-respondent");
    t.respondent = STR("org_red");
    desk_must(&d, complaint_into_case, &t);
    desk_must(&d, complaint_into_case, &t);
    t.into = STR("cas_2");
    assert_string_equal(desk_try(&d, complaint_into_case, &t), "in-a-case");
}

struct seen {
    size_t count;
    char id[16][COMPLAINT_ID];
};

static bool see(void *to, const struct value *row)
{
    struct seen *s = to;
    assert_true(s->count < 16);
    return str_copy(row[COMPLAINT_KEY].s, s->id[s->count++], COMPLAINT_ID);
}

static void each_sees_what_is_its_own(void **state)
{
    struct seen s = {.count = 0};
    const char *first = enter(hers);
    d.w.at++;
    const char *second = enter(others);
    struct complaint_wanted any = {.limit = 10};
    desk_as_union(&d);
    must(complaint_list(&d.w, &any, see, &s, &problem));
    assert_int_equal(s.count, 2);
    assert_string_equal(s.id[0], second); /* the newest first */
    any.after = str_of(second);
    s.count = 0;
    must(complaint_list(&d.w, &any, see, &s, &problem));
    assert_int_equal(s.count, 1);
    assert_string_equal(s.id[0], first);
    any = (struct complaint_wanted){.limit = 10, .status = STR("accepted")};
    s.count = 0;
    must(complaint_list(&d.w, &any, see, &s, &problem));
    assert_int_equal(s.count, 0);
    any = (struct complaint_wanted){.limit = 10};
    desk_as_bureau(&d);
    must(complaint_list(&d.w, &any, see, &s, &problem));
    assert_int_equal(s.count, 2);
    s.count = 0;
    desk_as(&d, "stf_x", "org_other", "authority", ROLE_AUTHORITY);
    must(complaint_list(&d.w, &any, see, &s, &problem));
    assert_int_equal(s.count, 0);
    /* the respondent: nothing before it is accepted, and its legal entity alone */
    desk_as_red(&d);
    must(complaint_about(&d.w, STR(""), 10, see, &s, &problem));
    assert_int_equal(s.count, 0);
    assert_string_equal(accept(first), "");
    desk_as_red(&d);
    must(complaint_about(&d.w, STR(""), 10, see, &s, &problem));
    assert_int_equal(s.count, 1);
    s.count = 0;
    desk_as(&d, "stf_m", "org_moon", "agency", ROLE_COMPLIANCE);
    must(complaint_about(&d.w, STR(""), 10, see, &s, &problem));
    must(complaint_hers(d.x.f.s, hers, d.w.at, see, &s, &problem));
    assert_int_equal(s.count, 0);
    must(complaint_hers(d.x.f.s, hers, d.w.at - 1, see, &s, &problem));
    assert_int_equal(s.count, 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
UNIT_MAIN(CASE(what_she_wrote_is_sealed), CASE(an_anonymous_one_names_nobody),
          CASE(it_goes_to_who_is_competent), CASE(ten_a_day),
          CASE(a_centres_own_id_is_one_complaint), CASE(it_is_accepted_once),
          CASE(it_is_refused_on_a_ground), CASE(the_respondent_replies_to_what_was_accepted),
          CASE(only_she_takes_it_back), CASE(some_are_handled_as_one),
          CASE(likely_duplicates_and_others_are_shown), CASE(an_officer_opens_it_on_record),
          CASE(its_deadlines_run_and_end), CASE(it_becomes_part_of_one_case),
          CASE(each_sees_what_is_its_own))
