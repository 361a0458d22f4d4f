/* A case from its opening to a fine that is paid, and who sees what of it. */
#include "desk/case.h"
#include "desk/clock.h"
#include "desk/complaint_act.h"
#include "desk/listing.h"
#include "practitioner_fixture.h"

#define ORGANISATIONS                                                                              \
    "id,name,kind,sector,licence,region,status\n"                                                  \
    "org_q,Q,agency,matchmaking,,310104,active\n"                                                  \
    "org_r,R,agency,matchmaking,,320000,active\n"                                                  \
    "org_u,U,association,matchmaking,,310000,active\n"                                             \
    "org_s,S,authority,matchmaking,,310000,active\n"                                               \
    "org_t,T,authority,real-estate,,310000,active\n"
#define STAFF                                                                                      \
    "id,organisation,name,role,login,certificate,status\n"                                         \
    "stf_q,org_q,Q,manager,q,,active\n"                                                            \
    "stf_sales,org_q,Sales,sales,sales,,active\n"                                                  \
    "stf_u,org_u,U,officer,u,,active\n"                                                            \
    "stf_s1,org_s,S1,officer,s1,,active\n"                                                         \
    "stf_s2,org_s,S2,officer,s2,,active\n"                                                         \
    "stf_s3,org_s,S3,approver,s3,,active\n"                                                        \
    "stf_s4,org_s,S4,approver,s4,,active\n"                                                        \
    "stf_t,org_t,T,officer,t,,active\n"

static struct facts x;
static struct account_key *key;
static when now;
static struct subject who;
static struct desk_no no;
static int64_t seq;
static char id[FRESH_ID], act[FRESH_ID];

static int start(void **state)
{
    (void)state;
    facts_open(&x);
    facts_must(&x, &organisation_kind, ORGANISATIONS);
    facts_must(&x, &staff_kind, STAFF);
    must(account_key_open(&disk_real, x.f.folder, &key, &problem));
    now = NOW;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    account_key_close(key);
    facts_close(&x);
    return 0;
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
    who.role = strcmp(who.kind, "association") == 0 ? ROLE_ASSOCIATION
               : strcmp(who.kind, "authority") == 0 ? ROLE_AUTHORITY
                                                    : ROLE_MANAGER;
    return (struct desk_work){
        .store = x.f.s, .key = key, .rules = x.rules, .who = &who, .node = STR("n1"), .at = now};
}

static const char *opens(const char *staff, const char *respondent)
{
    const struct desk_work w = as(staff);
    struct case_opening o = {.respondent = str_of(respondent)};
    must(case_open(&w, &o, &no, &seq, &problem));
    if (no.why == DESK_YES)
        memcpy(id, o.id, sizeof id);
    return no.why == DESK_YES ? "" : no.code;
}

static json_t *json(const char *text)
{
    char quoted[1000];
    snprintf(quoted, sizeof quoted, "%s", text);
    for (char *p = quoted; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    json_t *j = json_loads(quoted, 0, NULL);
    assert_non_null(j);
    return j;
}

static const char *acts_on(int64_t version, const char *staff, const char *kind, const char *terms,
                           const char *said)
{
    const struct desk_work w = as(staff);
    struct case_act a = {.of = str_of(id),
                         .kind = act_of(str_of(kind)),
                         .terms = json(terms),
                         .said = json(said),
                         .version = version};
    must(case_do(&w, &a, &no, &seq, &problem));
    json_decref((json_t *)a.terms);
    json_decref((json_t *)a.said);
    if (no.why == DESK_YES)
        memcpy(act, a.id, sizeof act);
    return no.why == DESK_YES ? "" : no.reason != NULL ? no.reason : no.code;
}

#define acts(...) acts_on(-1, __VA_ARGS__)
#define DO(...)   assert_string_equal(acts(__VA_ARGS__), "")
#define SKIP(staff, step)                                                                          \
    DO(staff, "skip", "{'step':'" step "'}", "{'reason':'it was done a month ago'}")

static struct case_file file;

static bool sees(const char *staff)
{
    const struct desk_work w = as(staff);
    no = (struct desk_no){.why = DESK_YES};
    must(case_read(&w, str_of(id), &file, &no, &problem));
    case_file_fini(&file);
    return no.why == DESK_YES;
}

static void who_may_opens_and_who_is_concerned_sees(void **state)
{
    (void)state;
    assert_string_equal(opens("stf_q", "org_q"), "not-supervisor");
    assert_string_equal(opens("stf_u", "org_nobody"), "unknown-respondent");
    assert_string_equal(opens("stf_u", "org_r"), "not-competent");
    assert_string_equal(opens("stf_t", "org_q"), "not-competent");
    assert_string_equal(opens("stf_u", "org_u"), "own-organisation");
    assert_string_equal(opens("stf_u", "org_q"), "");
    assert_true(sees("stf_u") && sees("stf_s1") && sees("stf_q"));
    assert_true(!sees("stf_t") && !sees("stf_sales"));
}

#define SUMMONS                                                                                    \
    "{'at':'2026-11-25T10:00:00+08:00','officers':['stf_s1','stf_s2']}",                           \
        "{'place':'Room 3','text':'three complaints'}"

#define FINE(fen) "{'violation':'data_misuse','count':2,'amount_fen':" fen "}", "{}"

static void an_association_does_what_it_may_and_an_authority_the_rest(void **state)
{
    (void)state;
    assert_string_equal(opens("stf_u", "org_q"), "");
    assert_string_equal(acts("stf_u", "penalty", FINE("1000000")), "not-authority");
    assert_int_equal(no.why, DESK_DENIED);
    assert_string_equal(acts("stf_u", "summons", SUMMONS), "unknown-officer");
    assert_string_equal(acts("stf_q", "summons", SUMMONS), "not-supervisor");
    assert_string_equal(acts("stf_sales", "reply", "{}", "{'text':'no'}"), "not-found");
    SKIP("stf_u", "summons");
    assert_string_equal(acts("stf_u", "skip", "{'step':'self_inspection'}", "{'reason':'no'}"),
                        "reason-missing");
    assert_string_equal(acts("stf_s1", "warning", "{}", "{'text':'do not'}"), "accept-first");
    assert_string_equal(no.code, "unlawful-act");
    assert_int_equal(no.lawful, ACT_BIT(ACT_ACCEPT));
    DO("stf_s1", "accept", "{}", "{}");
    assert_string_equal(acts("stf_u", "close", "{}", "{}"), "authority-leads");
    assert_string_equal(acts("stf_s3", "accept", "{}", "{}"), "accepted-already");
    /* Filed by one authority, it is no other's. */
    assert_true(sees("stf_s1") && !sees("stf_t"));
}

/* Filed, and everything before the notice skipped. */
static void filed(void)
{
    assert_string_equal(opens("stf_s1", "org_q"), "");
    SKIP("stf_s1", "summons");
    SKIP("stf_s1", "self_inspection");
    SKIP("stf_s1", "rectification");
    SKIP("stf_s1", "inspection");
}

static void a_fine_from_its_notice_to_its_payment(void **state)
{
    (void)state;
    filed();
    assert_string_equal(acts("stf_s1", "penalty", FINE("50000")), "fine-out-of-range");
    assert_int_equal(no.why, DESK_WRONG);
    assert_string_equal(acts("stf_s1", "penalty", FINE("4500000")), "fine-out-of-range");
    assert_string_equal(acts("stf_s1", "penalty", FINE("1000000")), "notice-first");
    DO("stf_s1", "notice_of_penalty", FINE("1000000"));
    /* Wednesday 18 November; five days at work end with Wednesday the 25th. */
    now += 7 * WHEN_DAY;
    assert_string_equal(acts("stf_s1", "penalty", FINE("1000000")), "window-open");
    DO("stf_q", "defence", "{}", "{'text':'it was one case'}");
    now += WHEN_DAY;
    assert_string_equal(acts("stf_s3", "penalty", FINE("1000000")), "defence-unanswered");
    DO("stf_s3", "penalty", "{'violation':'data_misuse','count':2,'amount_fen':1000000}",
       "{'defence_answer':'it was two'}");
    assert_true(sees("stf_q"));
    assert_int_equal(file.shown, 2); /* no draft, no skipped step */
    assert_string_equal(acts("stf_s1", "decision", "{'outcome':'approved'}", "{}"), "not-approver");
    assert_string_equal(acts("stf_s3", "decision", "{'outcome':'approved'}", "{}"),
                        "second-person");
    DO("stf_s4", "decision", "{'outcome':'approved'}", "{}");
    DO("stf_s1", "service", "{}", "{}");
    now += 16 * WHEN_DAY;
    DO("stf_s1", "payment", "{'amount_fen':1000000}", "{}");
    assert_true(sees("stf_s1") && !file.ladder.settled); /* late */
    assert_string_equal(acts("stf_s1", "close", "{}", "{}"), "still-open");
    DO("stf_s1", "payment", "{'amount_fen':90000}", "{}");
    assert_true(sees("stf_s1") && file.ladder.settled);
    DO("stf_s1", "publish", "{}", "{}");
    DO("stf_s1", "close", "{}", "{}");
    assert_string_equal(acts("stf_s1", "dispatch", "{'matters':['crime']}", "{}"), "case-closed");
}

/* A date in an act takes nothing from the respondent. */
static void nothing_is_dated_back(void **state)
{
    (void)state;
    assert_string_equal(opens("stf_s1", "org_q"), "");
    SKIP("stf_s1", "summons");
    SKIP("stf_s1", "self_inspection");
    now += WHEN_DAY;
    DO("stf_s1", "rectification", "{'items':[{'until':'2026-11-21T00:00:00+08:00'}]}",
       "{'items':['erase what was sold']}");
    now += 3 * WHEN_DAY;
#define INSPECTED(at) "{'at':'" at "','officers':['stf_s1','stf_s2']}", "{'text':'it was there'}"
    assert_string_equal(acts("stf_s1", "inspection", INSPECTED("2026-11-18T12:00:00+08:00")),
                        "date-back");
    assert_string_equal(acts("stf_s1", "inspection", INSPECTED("2026-11-20T12:00:00+08:00")),
                        "date-back");
    DO("stf_s1", "inspection", INSPECTED("2026-11-21T09:00:00+08:00"));
    /* Received a week ago, it says: its five days run from now on in any case. */
    DO("stf_s1", "notice_of_penalty",
       "{'violation':'data_misuse','count':2,'amount_fen':1000000,"
       "'at':'2026-11-14T00:00:00+08:00'}",
       "{}");
    now += 5 * WHEN_DAY;
    assert_string_equal(acts("stf_s3", "penalty", FINE("1000000")), "window-open");
    now += 5 * WHEN_DAY;
    DO("stf_s3", "penalty", FINE("1000000"));
    DO("stf_s4", "decision", "{'outcome':'approved'}", "{}");
    now += WHEN_DAY;
    assert_string_equal(acts("stf_s1", "service", "{'at':'2026-11-25T00:00:00+08:00'}", "{}"),
                        "date-back");
    DO("stf_s1", "service", "{}", "{}");
    assert_string_equal(
        acts("stf_s1", "payment", "{'at':'2026-11-25T00:00:00+08:00','amount_fen':1000000}", "{}"),
        "date-back");
    DO("stf_s1", "payment", "{'amount_fen':1000000}", "{}");
}

static void sweep_listings(unsigned expected)
{
    struct desk_work w = as("stf_s1");
    unsigned ended;
    w.who = NULL;
    must(listing_sweep(&w, &ended, &seq, &problem));
    assert_int_equal(ended, expected);
}

#define LISTING                                                                                    \
    "{}",                                                                                          \
        "{'ground':'summons-refused','exit':'cooperated','text':'two talks were missed without a " \
        "word'}"

static void a_criticism_goes_the_way_of_a_fine(void **state)
{
    (void)state;
    filed();
    assert_string_equal(acts("stf_s3", "criticism", "{}", "{'text':'so it was'}"), "notice-first");
    assert_string_equal(acts("stf_s1", "criticism", "{}", "{'text':'so it was'}"), "not-approver");
    assert_string_equal(acts("stf_s3", "notice_of_penalty", "{'measure':'criticism'}", "{}"),
                        "text-missing");
    assert_string_equal(acts("stf_s3", "notice_of_penalty",
                             "{'measure':'criticism','violation':'loitering'}", "{'text':'open'}"),
                        "unknown-violation");
    assert_string_equal(acts("stf_s3", "notice_of_penalty",
                             "{'measure':'criticism','ended_at':'2024-11-17T00:00:00+08:00'}",
                             "{'text':'open'}"),
                        "time-barred");
    DO("stf_s3", "notice_of_penalty", "{'measure':'criticism','violation':'data_misuse'}",
       "{'text':'the files lay open'}");
    assert_string_equal(acts("stf_s4", "criticism", "{}", "{'text':'so it was'}"), "window-open");
    DO("stf_q", "defence", "{}", "{'text':'one cupboard'}");
    DO("stf_q", "hearing_request", "{}", "{}");
    now += 8 * WHEN_DAY;
    assert_string_equal(acts("stf_s3", "penalty", FINE("1000000")), "notice-first");
    assert_string_equal(acts("stf_s4", "criticism", "{}", "{'text':'so it was'}"), "hearing-first");
    DO("stf_s1", "hearing", "{'at':'2026-12-08T09:00:00+08:00','host':'stf_s2'}",
       "{'place':'Room 1'}");
    now += 13 * WHEN_DAY;
    DO("stf_s2", "hearing", "{}", "{'record':'all was said'}");
    assert_string_equal(acts("stf_s3", "criticism", "{}", "{'text':'so it was'}"), "second-person");
    assert_string_equal(acts("stf_s4", "criticism", "{}", "{'text':'so it was'}"),
                        "defence-unanswered");
    assert_string_equal(acts("stf_s1", "publish", "{}", "{}"), "nothing-to-publish");
    DO("stf_s4", "criticism", "{}", "{'text':'so it was','defence_answer':'it was three'}");
    assert_string_equal(acts("stf_s4", "criticism", "{}", "{'text':'again'}"), "decided-already");
    assert_string_equal(
        acts("stf_s3", "notice_of_penalty", "{'measure':'criticism'}", "{'text':'again'}"),
        "decided-already");
    DO("stf_s1", "publish", "{}", "{}");
    assert_true(sees("stf_s1") && file.ladder.shown == PUBLISHED_CRITICISM);
    /* A fine has a notice of its own; what is over of the one leaves the other as it is. */
    assert_string_equal(acts("stf_s3", "penalty", FINE("1000000")), "notice-first");
    assert_string_equal(acts("stf_s3", "listing", LISTING), "not-market-regulator");
    assert_int_equal(no.why, DESK_DENIED);
    now += 100 * WHEN_DAY;
    sweep_listings(1);
    assert_true(sees("stf_s1") && file.ladder.shown == 0);
}

static void what_is_too_old_is_not_fined(void **state)
{
    (void)state;
    filed();
    assert_string_equal(acts("stf_s1", "notice_of_penalty",
                             "{'violation':'data_misuse','count':2,'amount_fen':1000000,"
                             "'ended_at':'2024-11-17T00:00:00+08:00'}",
                             "{}"),
                        "time-barred");
}

#define ENDED(at)                                                                                  \
    "{'violation':'data_misuse','count':2,'amount_fen':1000000,'ended_at':'" at "'}", "{}"

/* 处罚法 Art. 29. The second case was drafted before the first was decided. */
static void what_another_case_has_fined_is_not_fined_again(void **state)
{
    (void)state;
    char first[FRESH_ID], second[FRESH_ID];
    filed();
    memcpy(first, id, sizeof first);
    filed();
    memcpy(second, id, sizeof second);
    for (int i = 0; i < 2; i++) {
        memcpy(id, i == 0 ? first : second, sizeof id);
        DO("stf_s1", "notice_of_penalty", ENDED("2026-11-10T00:00:00+08:00"));
    }
    now += 9 * WHEN_DAY;
    for (int i = 0; i < 2; i++) {
        memcpy(id, i == 0 ? first : second, sizeof id);
        DO("stf_s1", "penalty", ENDED("2026-11-10T00:00:00+08:00"));
    }
    memcpy(id, first, sizeof id);
    DO("stf_s3", "decision", "{'outcome':'approved'}", "{}");
    memcpy(id, second, sizeof id);
    assert_string_equal(acts("stf_s3", "decision", "{'outcome':'approved'}", "{}"), "fined-before");
    assert_int_equal(no.why, DESK_CONFLICT);
    DO("stf_s3", "decision", "{'outcome':'rejected'}", "{}");
    filed();
    assert_string_equal(acts("stf_s1", "notice_of_penalty", FINE("1000000")), "fined-before");
    assert_string_equal(acts("stf_s1", "notice_of_penalty", ENDED("2026-11-10T00:00:00+08:00")),
                        "fined-before");
    assert_string_equal(acts("stf_s1", "notice_of_penalty", ENDED("2027-01-10T00:00:00+08:00")),
                        "ended-ahead");
    DO("stf_s1", "notice_of_penalty", ENDED("2026-11-10T00:00:01+08:00"));
}

static void a_hearing_is_announced_and_held(void **state)
{
    (void)state;
    filed();
    DO("stf_s1", "notice_of_penalty", FINE("1000000"));
    DO("stf_q", "hearing_request", "{}", "{}");
    now += 8 * WHEN_DAY; /* Thursday 26 November */
    assert_string_equal(acts("stf_s1", "penalty", FINE("1000000")), "hearing-first");
    assert_string_equal(acts("stf_s1", "hearing",
                             "{'at':'2026-12-07T09:00:00+08:00','host':'stf_s2'}",
                             "{'place':'Room 1'}"),
                        "hearing-too-soon");
    assert_string_equal(acts("stf_s1", "hearing",
                             "{'at':'2026-12-08T09:00:00+08:00','host':'stf_s1'}",
                             "{'place':'Room 1'}"),
                        "host-investigated");
    DO("stf_s1", "hearing", "{'at':'2026-12-08T09:00:00+08:00','host':'stf_s2'}",
       "{'place':'Room 1'}");
    assert_string_equal(acts("stf_s2", "hearing", "{}", "{'record':'all was said'}"),
                        "hearing-ahead");
    now += 13 * WHEN_DAY;
    DO("stf_s2", "hearing", "{}", "{'record':'all was said'}");
    DO("stf_s1", "penalty", FINE("1000000"));
    DO("stf_s3", "decision", "{'outcome':'rejected'}", "{}");
    assert_true(sees("stf_s1") && file.ladder.fine_fen == 0);
    /* The respondent reads of no draft, nor of one that was rejected. */
    assert_true(sees("stf_q"));
    assert_int_equal(file.shown, 4);
}

static void whoever_has_not_read_the_newest_does_not_act(void **state)
{
    (void)state;
    filed();
    assert_true(sees("stf_s1"));
    const int64_t version = file.shown;
    assert_string_equal(acts_on(version, "stf_s1", "warning", "{}", "{'text':'do not'}"), "");
    assert_string_equal(acts_on(version, "stf_s2", "close", "{}", "{}"), "changed-meanwhile");
    assert_int_equal(no.why, DESK_CONFLICT);
    char of[64];
    snprintf(of, sizeof of, "{'of':'%s'}", act);
    DO("stf_q", "acknowledge", of, "{}");
    assert_string_equal(acts("stf_q", "acknowledge", of, "{}"), "acknowledged");
    assert_string_equal(acts("stf_q", "acknowledge", "{'of':'act_1'}", "{}"), "unknown-act");
}

/* Nothing that was written stands in the journal, or beside it in the clear. */
static void texts_lie_sealed(void **state)
{
    json_t *said;
    bool there;
    (void)state;
    filed();
    DO("stf_s1", "warning", "{}", "{'text':'Lin Daiyu was rung'}");
    const struct desk_work w = as("stf_s1");
    must(case_said(&w, str_of(act), &said, &problem));
    assert_string_equal(json_string_value(json_object_get(said, "text")), "Lin Daiyu was rung");
    json_decref(said);
    const struct value v = value_text(str_of(act));
    must(store_any(x.f.s, "SELECT 1 FROM case_acts WHERE \"id\" = $1 AND \"terms\" = '{}'", &v, 1,
                   &there, &problem));
    assert_true(there);
}

/* What has a form of its own is put on the case in the transaction of that. */
static void another_part_records_its_act(void **state)
{
    (void)state;
    assert_string_equal(opens("stf_u", "org_q"), "");
    SKIP("stf_u", "summons");
    SKIP("stf_u", "self_inspection");
    SKIP("stf_u", "recommend");
    const struct desk_work w = as("stf_u");
    const struct act listing = {.kind = ACT_LISTING, .ground = true, .exit = true};
    no = (struct desk_no){.why = DESK_YES};
    must(store_begin(x.f.s, &problem));
    json_t *about = json("{'about':'lst_1'}");
    must(act_record(&w, str_of(id), &listing, about, &no, &seq, &problem));
    must(store_end(x.f.s, OK, &problem));
    assert_string_equal(no.reason, "finding-first");
    DO("stf_u", "visit", "{'agreed':true}", "{'text':'nobody was there'}");
    const struct desk_work again = as("stf_u");
    no = (struct desk_no){.why = DESK_YES};
    must(store_begin(x.f.s, &problem));
    must(act_record(&again, str_of(id), &listing, about, &no, &seq, &problem));
    must(store_end(x.f.s, OK, &problem));
    assert_int_equal(no.why, DESK_YES);
    assert_true(sees("stf_u") && file.ladder.listed != 0);
    /* Menshen itself withdraws it when its time is over. */
    struct desk_work menshen = again;
    menshen.who = NULL;
    const struct act end = {.kind = ACT_WITHDRAW, .of = ACT_LISTING, .side = SIDE_ASSOCIATION};
    must(store_begin(x.f.s, &problem));
    must(act_record(&menshen, str_of(id), &end, about, &no, &seq, &problem));
    must(store_end(x.f.s, OK, &problem));
    json_decref(about);
    assert_int_equal(no.why, DESK_YES);
    assert_true(sees("stf_u") && file.ladder.listed == 0);
}

static void must_act(const char *staff, desk_step *step, const char *entry, const char *word)
{
    const struct desk_work w = as(staff);
    struct listing_act a = {.id = str_of(entry),
                            .text = STR("it was another agency of that name"),
                            .word = str_of(word)};
    must(desk_do(&w, step, &a, &no, &seq, &problem));
    assert_string_equal(no.code, "");
}

static bool take_text(void *to, const struct value *v, size_t n)
{
    (void)n;
    assert_true(str_copy(v[0].s, to, FRESH_ID));
    return false;
}

/* The newest entry of a register. */
static const char *entry_of(const char *reg)
{
    static char entry[FRESH_ID];
    const struct value v = value_text(str_of(reg));
    entry[0] = '\0';
    must(store_run(x.f.s,
                   "SELECT \"id\" FROM listings WHERE \"register\" = $1 AND \"ended_at\" IS NULL",
                   &v, 1, take_text, entry, &problem));
    return entry;
}

/* Whatever ends an entry, its case knows, and may list anew. */
static void an_entry_that_ends_is_no_more_the_case_s(void **state)
{
    (void)state;
    assert_string_equal(opens("stf_u", "org_q"), "");
    SKIP("stf_u", "summons");
    SKIP("stf_u", "self_inspection");
    SKIP("stf_u", "recommend");
    DO("stf_u", "visit", "{'agreed':true}", "{'text':'nobody was there'}");
    for (int i = 0; i < 4; i++) {
        DO("stf_u", "listing", LISTING);
        assert_true(sees("stf_u") && file.ladder.listed == 1U << SIDE_ASSOCIATION);
        assert_string_equal(acts("stf_u", "listing", LISTING), "listed-already");
        const char *entry = entry_of("abnormal");
        if (i == 0) {
            must_act("stf_q", listing_object, entry, "");
            must_act("stf_u", listing_answer, entry, "upheld");
        } else if (i == 1) {
            must_act("stf_q", listing_prove, entry, "");
            must_act("stf_u", listing_review, entry, "refused");
            assert_true(sees("stf_u") && file.ladder.listed != 0);
            must_act("stf_q", listing_prove, entry, "");
            must_act("stf_u", listing_review, entry, "accepted");
        } else if (i == 2) {
            must_act("stf_u", listing_withdraw, entry, "mistaken");
        } else {
            now += 20 * WHEN_DAY;
            sweep_listings(1); /* it is listed … */
            assert_true(sees("stf_u") && file.ladder.listed != 0);
            now += 400 * WHEN_DAY;
            sweep_listings(1); /* … and over */
        }
        assert_true(sees("stf_u") && file.ladder.listed == 0);
        assert_string_equal(acts("stf_u", "withdraw", "{}", "{}"), "nothing-public");
    }
    /* It is an act of the case, addressed to the respondent, of whoever ended it. */
    const struct value v = value_text(str_of(id));
    bool there;
    must(store_any(x.f.s,
                   "SELECT 1 FROM case_acts WHERE \"case\" = $1 AND \"kind\" = 'withdraw' AND "
                   "\"side\" = 'association' AND \"by\" = 'menshen' AND \"organisation\" IS NULL "
                   "AND \"terms\" LIKE '%\"end\":\"time-over\"%'",
                   &v, 1, &there, &problem));
    assert_true(there);
    assert_true(sees("stf_q"));
    assert_int_equal(file.shown, 1 + 2 * 4); /* the visit, four listings, four ends */
}

static const char *state_of(const char *item, const char *rule)
{
    static struct fact_row row;
    struct problem problem = {.text = ""};
    char subject[FRESH_ID + 4];
    snprintf(subject, sizeof subject, "%s%s", id, item);
    if (clock_find(x.f.s, str_of(subject), rule, &row, &problem) != OK)
        return "none";
    return clock_state(row.v, now);
}

static void deadlines_follow_the_acts(void **state)
{
    (void)state;
    assert_string_equal(opens("stf_s1", "org_q"), "");
    assert_string_equal(state_of("", "cn.clock.penalty.decide"), "running");
    SKIP("stf_s1", "summons");
    SKIP("stf_s1", "self_inspection");
    DO("stf_s1", "rectification",
       "{'items':[{'until':'2026-11-20T00:00:00+08:00'},{'until':'2026-11-27T00:00:00+08:00'}]}",
       "{'items':['one','two']}");
    DO("stf_q", "proof", "{'item':1}", "{'text':'see'}");
    assert_string_equal(state_of(".1", "cn.desk.ladder"), "met");
    assert_string_equal(acts("stf_q", "proof", "{'item':1}", "{'text':'see'}"), "no-such-item");
    now += 20 * WHEN_DAY;
    assert_string_equal(state_of(".2", "cn.desk.ladder"), "overdue");
    DO("stf_s1", "close", "{}", "{'reason':'it has moved to another city'}");
    assert_string_equal(state_of("", "cn.clock.penalty.decide"), "dropped");
    assert_string_equal(state_of(".2", "cn.desk.ladder"), "dropped");
}

/* The respondent is reminded of its days, and not late if it lets them pass. */
static void the_days_of_a_notice_are_reminded_of(void **state)
{
    static const char window[] = "cn.clock.penalty.hearing-request";
    unsigned breached, reminded;
    struct fact_row row;
    (void)state;
    filed();
    DO("stf_s1", "notice_of_penalty", FINE("1000000"));
    assert_string_equal(state_of("", window), "running");
    struct desk_work w = as("stf_s1");
    w.who = NULL;
    /* Tuesday, the day at work before the last. */
    must(when_parse_exact(STR("2026-11-24T10:00:00+08:00"), &w.at));
    must(clock_due(&w, &breached, &reminded, &seq, &problem));
    assert_int_equal(reminded, 1);
    must(clock_find(x.f.s, str_of(id), window, &row, &problem));
    assert_str(fact_text(&row.v[CLOCK_ORGANISATION]), "org_q");
    now += 8 * WHEN_DAY;
    assert_string_equal(state_of("", window), "dropped");
    w.at = now;
    must(clock_due(&w, &breached, &reminded, &seq, &problem));
    must(clock_find(x.f.s, str_of(id), window, &row, &problem));
    assert_true(row.v[CLOCK_BREACHED].type == VALUE_NULL);
    assert_str(fact_text(&row.v[CLOCK_STATUS]), "dropped");
    /* A new notice has new days; who speaks is reminded no more. */
    DO("stf_s1", "notice_of_penalty", FINE("1000000"));
    assert_string_equal(state_of("", window), "running");
    now += WHEN_DAY;
    DO("stf_s1", "notice_of_penalty", FINE("1000000"));
    DO("stf_q", "defence", "{}", "{'text':'it was one case'}");
    assert_string_equal(state_of("", window), "met");
    w.at = now;
    must(clock_due(&w, &breached, &reminded, &seq, &problem));
    assert_int_equal(breached + reminded, 0);
}

/* One is brought to the association and accepted. */
static void complained(const char *respondent, char out[static COMPLAINT_ID])
{
    const struct desk_work w = as("stf_u");
    struct complaint_new c = {.respondent = str_of(respondent),
                              .issue = STR("privacy"),
                              .facts = STR("a stranger rang her and knew her age"),
                              .request = STR("an end of it"),
                              .name = STR("Lin Daiyu"),
                              .number = 8613800138000,
                              .address = STR("a house"),
                              .channel = "paper",
                              .received_at = now};
    must(desk_do(&w, complaint_enter, &c, &no, &seq, &problem));
    assert_string_equal(no.code, "");
    memcpy(out, c.out, COMPLAINT_ID);
    struct complaint_accepting a = {.id = str_of(out), .summary = STR("privacy")};
    must(desk_do(&w, complaint_accept, &a, &no, &seq, &problem));
    assert_string_equal(no.code, "");
}

static const char *opens_with(const char *respondent, const char *one, const char *two)
{
    const struct desk_work w = as("stf_u");
    json_t *list = json_pack("[s, s]", one, two);
    struct case_opening o = {.respondent = str_of(respondent), .complaints = list};
    must(case_open(&w, &o, &no, &seq, &problem));
    json_decref(list);
    if (no.why == DESK_YES)
        memcpy(id, o.id, sizeof id);
    return no.why == DESK_YES ? "" : no.code;
}

static size_t complaints_to(const char *staff)
{
    json_t *list;
    const struct desk_work w = as(staff);
    no = (struct desk_no){.why = DESK_YES};
    must(case_read(&w, str_of(id), &file, &no, &problem));
    must(case_complaints(&w, &file, &list, &problem));
    const size_t n = json_array_size(list);
    json_decref(list);
    case_file_fini(&file);
    return n;
}

static void complaints_become_part_of_one_case(void **state)
{
    char one[COMPLAINT_ID], two[COMPLAINT_ID];
    bool there;
    (void)state;
    complained("org_q", one);
    complained("org_q", two);
    assert_string_equal(opens_with("org_q", one, "cpl_nobody"), "unknown-complaint");
    must(store_any(x.f.s, "SELECT 1 FROM cases", NULL, 0, &there, &problem));
    assert_false(there);
    assert_string_equal(opens_with("org_q", one, two), "");
    assert_int_equal(complaints_to("stf_u"), 2);
    assert_int_equal(complaints_to("stf_s1"), 2);
    assert_int_equal(complaints_to("stf_q"), 0); /* never who complained, nor how many */
    assert_string_equal(opens_with("org_q", one, two), "in-a-case");
}

/* The cases of `ids` as they are listed: a letter each. */
struct listed {
    const char (*ids)[FRESH_ID];
    char order[8];
};

static bool take_listed(void *to, const struct value *row)
{
    struct listed *l = to;
    const size_t n = strlen(l->order);
    for (int i = 0; i < 4; i++)
        if (str_eq(row[CASE_ID].s, str_of(l->ids[i])))
            l->order[n] = (char)('a' + i);
    return n < 3;
}

static void the_newest_comes_first(void **state)
{
    char ids[4][FRESH_ID];
    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_string_equal(opens(i == 1 ? "stf_u" : "stf_s1", "org_q"), "");
        memcpy(ids[i], id, FRESH_ID);
        now += i != 2; /* the last two at one instant: by their ids */
    }
    const bool turned = strcmp(ids[2], ids[3]) > 0;
    const struct desk_work w = as("stf_s1");
    struct listed all = {.ids = ids}, behind = {.ids = ids}, twin = {.ids = ids};
    must(case_list(&w, STR(""), STR("open"), take_listed, &all, &problem));
    assert_string_equal(all.order, turned ? "cdba" : "dcba");
    must(case_list(&w, str_of(ids[1]), STR(""), take_listed, &behind, &problem));
    assert_string_equal(behind.order, "a");
    must(case_list(&w, str_of(ids[turned ? 2 : 3]), STR(""), take_listed, &twin, &problem));
    assert_string_equal(twin.order, turned ? "dba" : "cba");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

UNIT_MAIN(CASE(who_may_opens_and_who_is_concerned_sees),
          CASE(an_association_does_what_it_may_and_an_authority_the_rest),
          CASE(a_fine_from_its_notice_to_its_payment), CASE(nothing_is_dated_back),
          CASE(what_is_too_old_is_not_fined), CASE(a_criticism_goes_the_way_of_a_fine),
          CASE(what_another_case_has_fined_is_not_fined_again),
          CASE(a_hearing_is_announced_and_held), CASE(whoever_has_not_read_the_newest_does_not_act),
          CASE(an_entry_that_ends_is_no_more_the_case_s), CASE(texts_lie_sealed),
          CASE(another_part_records_its_act), CASE(deadlines_follow_the_acts),
          CASE(the_days_of_a_notice_are_reminded_of), CASE(complaints_become_part_of_one_case),
          CASE(the_newest_comes_first))
