#include "person/consent_request.h"
#include "person/refusal.h"
#include "pool_fixture.h"

#define INTRODUCE "matchmaking.introduce"

static struct pools x;
static enum grant_no why;
static enum request_no no;
static char id[GRANT_ID];
static struct consent_asked asked;

static int start(void **state)
{
    memset(&x, 0, sizeof x);
    pools_open(&x);
    return 0;
}

static int stop(void **state)
{
    pools_close(&x);
    return 0;
}

static number lin(int add)
{
    return UINT64_C(8613800138000) + (number)add;
}

static struct grant_act act_of(number n)
{
    return (struct grant_act){
        .store = x.p.x.f.s,
        .rules = x.p.x.rules,
        .number = n,
        .since = INT64_MIN,
        .origin = {.node = STR("n1"), .actor = STR("num_x"), .at = ++x.at},
    };
}

static struct consent_terms terms(categories what)
{
    return (struct consent_terms){.organisation = STR("org_house"),
                                  .purpose = STR(INTRODUCE),
                                  .what = what,
                                  .channels = STR("call;file"),
                                  .until = x.at + 300 * WHEN_DAY,
                                  .wording = STR("我同意")};
}

/* In a transaction, as all of them. */
#define done(call)                                                                                 \
    do {                                                                                           \
        must(store_begin(x.p.x.f.s, &problem));                                                    \
        must(call);                                                                                \
        must(store_commit(x.p.x.f.s, &problem));                                                   \
    } while (0)

#define C(name) (1U << CATEGORY_##name)

/* Give; the word of the outcome. `id` gets the consent's. */
static const char *give_terms(const struct consent_terms *t)
{
    struct grant_act a = act_of(lin(0));
    done(grant_give(&a, t, id, &why, &problem));
    return a.changed ? grant_word(why) : why == GRANT_YES ? "as it was" : grant_word(why);
}

static const char *give(categories what)
{
    struct consent_terms t = terms(what);
    return give_terms(&t);
}

static const char *narrow(const char *which, categories what, const char *channels, when until)
{
    struct grant_act a = act_of(lin(0));
    const struct grant_less less = {what, str_of(channels), until};
    done(grant_narrow(&a, str_of(which), &less, &why, &problem));
    return a.changed ? "changed" : why == GRANT_YES ? "as it was" : grant_word(why);
}

static const char *withdraw_as(number n, const char *which)
{
    struct grant_act a = act_of(n);
    done(grant_withdraw(&a, str_of(which), &why, &problem));
    return a.changed ? "changed" : why == GRANT_YES ? "as it was" : grant_word(why);
}

static const char *disown_as(number n, const char *which)
{
    struct grant_act a = act_of(n);
    done(grant_disown(&a, str_of(which), &why, &problem));
    return a.changed ? "changed" : why == GRANT_YES ? "as it was" : grant_word(why);
}

/* "3 basic active, 2 basic;contact replaced": her consents, the newest first. */
static const char *hers_of(number n)
{
    static char out[4000];
    struct grant_list *list = malloc(sizeof *list);
    size_t k = 0;
    out[0] = '\0';
    must(grant_read(x.p.x.f.s, n, INT64_MIN, list, &problem));
    for (size_t i = 0; i < list->count; i++)
        k += (size_t)snprintf(out + k, sizeof out - k, "%s%d %.*s %s", k > 0 ? ", " : "",
                              (int)grant_version(list->row[i]->v),
                              STR_ARG(fact_text(&list->row[i]->v[CONSENT_CATEGORIES])),
                              grant_status(list->row[i]->v, x.at));
    grant_forget(list);
    free(list);
    return out;
}
#define assert_hers(text) assert_string_equal(hers_of(lin(0)), text)

static void assert_said_by(const char *organisation, int add, const char *what, int evidence)
{
    char file[400];
    x.p.x.options.extra = NULL;
    snprintf(file, sizeof file,
             "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
             "1380013800%d,%s," INTRODUCE ",%s,call,2026-01-01,,paper,sha256:%064d\n",
             add, organisation, what, evidence);
    facts_must(&x.p.x, &consent_kind, file);
}

static const char *only_id(number n)
{
    static char out[GRANT_ID];
    struct grant_list *list = malloc(sizeof *list);
    must(grant_read(x.p.x.f.s, n, INT64_MIN, list, &problem));
    assert_true(list->count > 0);
    grant_id(list->row[0]->v, out);
    grant_forget(list);
    free(list);
    return out;
}

static void a_change_is_a_new_version_and_the_old_one_ends(void **state)
{
    char first[GRANT_ID];
    assert_string_equal(give(C(BASIC)), "done");
    memcpy(first, id, sizeof id);
    assert_hers("1 basic active");
    assert_string_equal(give(C(BASIC) | C(EDUCATION)), "done");
    assert_hers("2 basic;education active, 1 basic replaced");
    assert_string_equal(withdraw_as(lin(0), first), "consent-ended");
    assert_string_equal(withdraw_as(lin(0), id), "changed");
    assert_string_equal(withdraw_as(lin(0), id), "as it was");
    assert_hers("2 basic;education withdrawn, 1 basic replaced");
    assert_string_equal(give(C(BASIC)), "done");
    assert_hers("3 basic active, 2 basic;education withdrawn, 1 basic replaced");
    x.at += 301 * WHEN_DAY;
    assert_hers("3 basic expired, 2 basic;education withdrawn, 1 basic replaced");
}

static void the_same_grant_again_changes_nothing(void **state)
{
    char first[GRANT_ID];
    struct consent_terms t = terms(C(BASIC));
    assert_string_equal(give_terms(&t), "done");
    memcpy(first, id, sizeof id);
    assert_string_equal(give_terms(&t), "as it was");
    assert_string_equal(id, first);
    t.until -= WHEN_DAY;
    assert_string_equal(give_terms(&t), "done");
}

static void what_is_incomplete_or_bundled_is_refused(void **state)
{
    struct consent_terms good = terms(C(BASIC)), t;
    static const struct {
        const char *purpose, *channels, *wording;
        categories what;
        when until; /* from now; 0: none */
        const char *word;
    } cases[] = {
        {"", "call", "yes", C(BASIC), WHEN_DAY, "consent-incomplete"},
        {INTRODUCE, "", "yes", C(BASIC), WHEN_DAY, "consent-incomplete"},
        {INTRODUCE, "smoke", "yes", C(BASIC), WHEN_DAY, "consent-incomplete"},
        {INTRODUCE, "call", "", C(BASIC), WHEN_DAY, "consent-incomplete"},
        {INTRODUCE, "call", "yes", 0, WHEN_DAY, "consent-incomplete"},
        {INTRODUCE, "call", "yes", C(BASIC), 0, "consent-incomplete"},
        {INTRODUCE, "call", "yes", C(BASIC), -WHEN_DAY, "until-past"},
        {INTRODUCE, "call", "yes", C(BASIC), 1200 * WHEN_DAY, "until-too-far"},
        {"fortune-telling", "call", "yes", C(BASIC), WHEN_DAY, "purpose-unknown"},
        {"supervision", "call", "yes", C(BASIC), WHEN_DAY, "purpose-unknown"},
        {"marketing", "call", "yes", C(PROPERTY), WHEN_DAY, "category-unserved"},
        {INTRODUCE, "call", "yes", C(CHAT), WHEN_DAY, "category-sealed"},
        {INTRODUCE, "call", "yes", C(BASIC) | C(PHOTO), WHEN_DAY, "consent-bundled"},
        {INTRODUCE, "call", "yes", C(PHOTO) | C(PROPERTY), WHEN_DAY, "consent-bundled"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        t = good;
        t.purpose = str_of(cases[i].purpose);
        t.channels = str_of(cases[i].channels);
        t.wording = str_of(cases[i].wording);
        t.what = cases[i].what;
        t.until = cases[i].until != 0 ? x.at + cases[i].until : 0;
        if (strcmp(give_terms(&t), cases[i].word) != 0)
            fail_msg("case %zu: %s, expected %s", i, grant_word(why), cases[i].word);
    }
    t = good;
    t.organisation = STR("org_nobody");
    assert_string_equal(give_terms(&t), "organisation-unknown");
    assert_hers("");
    t = good;
    t.what = C(PHOTO);
    assert_string_equal(give_terms(&t), "done"); /* sensitive data alone are one consent */
}

static void narrowing_never_widens(void **state)
{
    char first[GRANT_ID];
    assert_string_equal(give(C(BASIC) | C(CONTACT)), "done");
    memcpy(first, id, sizeof id);
    when until = x.at + 300 * WHEN_DAY;
    assert_string_equal(narrow(first, C(BASIC) | C(EDUCATION), "", 0), "not-narrower");
    assert_string_equal(narrow(first, 0, "call;message", 0), "not-narrower");
    assert_string_equal(narrow(first, 0, "", until + WHEN_DAY), "not-narrower");
    assert_string_equal(narrow(first, 0, "", x.at - WHEN_DAY), "until-past");
    assert_string_equal(narrow(first, 0, "", x.at), "until-past");
    assert_string_equal(narrow(first, C(BASIC) | C(CONTACT), "", 0), "as it was");
    assert_string_equal(narrow("con_nobody", C(BASIC), "", 0), "consent-unknown");
    assert_string_equal(narrow(first, C(BASIC), "file", 0), "changed");
    assert_hers("2 basic active, 1 basic;contact replaced");
    assert_string_equal(narrow(first, C(BASIC), "file", 0), "as it was"); /* sent again */
    assert_string_equal(narrow(first, C(CONTACT), "", 0), "consent-ended");
}

static void the_evidence_is_the_hash_of_what_was_shown_and_agreed_to(void **state)
{
    assert_string_equal(give(C(BASIC)), "done");
    struct grant_list *list = malloc(sizeof *list);
    char again[GRANT_EVIDENCE];
    must(grant_read(x.p.x.f.s, lin(0), INT64_MIN, list, &problem));
    struct value *row = list->row[0]->v;
    grant_evidence(row, again);
    assert_true(str_eq(str_of(again), fact_text(&row[CONSENT_EVIDENCE])));
    row[CONSENT_WORDING] = value_text(STR("我同意。"));
    grant_evidence(row, again);
    assert_false(str_eq(str_of(again), fact_text(&row[CONSENT_EVIDENCE])));
    grant_forget(list);
    free(list);
}

static void what_she_narrows_of_an_assertion_she_confirms(void **state)
{
    assert_said_by("org_house", 0, "basic;contact;education", 1);
    assert_string_equal(narrow(only_id(lin(0)), C(BASIC), "", 0), "changed");
    assert_hers("2 basic active, 1 basic;contact;education replaced");
    assert_said_by("org_house", 0, "basic;contact;education", 1); /* the file comes again */
    assert_hers("2 basic active, 1 basic;contact;education replaced");
    assert_string_equal(disown_as(lin(0), only_id(lin(0))), "consent-confirmed");
}

static int64_t count(const char *sql)
{
    return fixture_int(x.p.x.f.s, sql);
}

/* Such as a former version of this program let in. */
static void what_was_bundled_is_never_confirmed(void **state)
{
    static const char *const bundled =
        "UPDATE consents SET categories = 'basic;photo;property' WHERE status = 'asserted'";
    static const char *const several =
        "UPDATE consents SET purposes = 'matchmaking.introduce;matchmaking.verify', categories = "
        "'basic;photo' WHERE status = 'asserted' AND ended IS NULL";
    assert_said_by("org_house", 0, "basic", 1);
    must(store_run(x.p.x.f.s, bundled, NULL, 0, NULL, NULL, &problem));
    assert_string_equal(narrow(only_id(lin(0)), C(BASIC) | C(PROPERTY), "", 0), "consent-bundled");
    assert_string_equal(narrow(only_id(lin(0)), 0, "", x.at + WHEN_DAY), "consent-bundled");
    assert_hers("1 basic;photo;property active");
    assert_string_equal(narrow(only_id(lin(0)), C(PHOTO), "", 0), "changed");
    assert_hers("2 photo active, 1 basic;photo;property replaced");
    assert_said_by("org_house", 1, "basic", 2);
    must(store_run(x.p.x.f.s, several, NULL, 0, NULL, NULL, &problem));
    struct grant_act a = act_of(lin(1));
    const struct grant_less basic = {.what = C(BASIC)};
    done(grant_narrow(&a, str_of(only_id(lin(1))), &basic, &why, &problem));
    assert_string_equal(grant_word(why), "consent-bundled");
    assert_string_equal(withdraw_as(lin(1), only_id(lin(1))), "changed");
}

static void i_never_gave_this(void **state)
{
    assert_said_by("org_house", 0, "basic", 1);
    assert_string_equal(disown_as(lin(0), only_id(lin(0))), "changed");
    assert_hers("1 basic disowned");
    assert_int_equal(count("SELECT count(*) FROM refusals WHERE organisation = 'org_house'"), 1);
    assert_string_equal(disown_as(lin(0), only_id(lin(0))), "as it was");
    assert_int_equal(count("SELECT count(*) FROM orders"), 0);
    assert_string_equal(disown_as(lin(1), "con_of_somebody_else"), "consent-unknown");
}

static void an_organisation_disowned_too_often_is_distrusted(void **state)
{
    for (int i = 0; i < 3; i++)
        assert_said_by("org_house", i, "basic", 1);
    assert_string_equal(disown_as(lin(0), only_id(lin(0))), "changed");
    assert_string_equal(disown_as(lin(1), only_id(lin(1))), "changed");
    assert_int_equal(count("SELECT count(*) FROM orders"), 0);
    assert_string_equal(disown_as(lin(2), only_id(lin(2))), "changed");
    assert_int_equal(count("SELECT count(*) FROM orders WHERE act = 'distrust' AND "
                           "subject = 'org_house'"),
                     1);
    assert_said_by("org_house", 3, "basic", 1);
    assert_string_equal(disown_as(lin(3), only_id(lin(3))), "changed");
    assert_int_equal(count("SELECT count(*) FROM orders"), 1); /* once is enough */
}

static void three_in_three_hundred_are_one_percent_and_not_over(void **state)
{
    static char file[300 * 160];
    size_t n = (size_t)snprintf(
        file, sizeof file,
        "number,organisation,purposes,categories,channels,from,until,wording,evidence\n");
    for (int i = 0; i < 300; i++)
        n += (size_t)snprintf(file + n, sizeof file - n,
                              "1380013%04d,org_house,marketing,basic,call,2026-01-01,,p,"
                              "sha256:%064d\n",
                              8000 + i, i);
    x.p.x.options.extra = NULL;
    facts_must(&x.p.x, &consent_kind, file);
    for (int i = 0; i < 3; i++)
        assert_string_equal(disown_as(lin(i), only_id(lin(i))), "changed");
    assert_int_equal(count("SELECT count(*) FROM orders"), 0);
    assert_string_equal(disown_as(lin(3), only_id(lin(3))), "changed");
    assert_int_equal(count("SELECT count(*) FROM orders"), 1);
}

/* Requests ----------------------------------------------------------------------------------- */

static const char *ask_as(const char *staff, const char *person, const char *purpose,
                          categories what)
{
    ++x.at;
    const struct pool_work w = pools_work(&x, staff);
    const struct consent_ask q = {.person = str_of(person),
                                  .purpose = str_of(purpose),
                                  .channels = STR("file;call"),
                                  .what = what,
                                  .until = x.at + 365 * WHEN_DAY};
    done(consent_request_ask(&w, &q, &asked, &problem));
    return asked.no == REQUEST_TERMS ? grant_word(asked.why) : consent_request_word(asked.no);
}

static const char *ask(categories what)
{
    return ask_as("stf_ann", "per_lin", INTRODUCE, what);
}

static const char *answer(const char *request, bool grant, categories what)
{
    struct grant_act a = act_of(lin(0));
    const struct consent_answer q = {
        .person = STR("per_lin"), .id = str_of(request), .grant = grant, .what = what};
    done(consent_request_answer(&a, &q, id, &no, &why, &problem));
    return no == REQUEST_TERMS ? grant_word(why) : consent_request_word(no);
}

static bool seen(void *to, const struct fact_kind *kind, const struct value *row)
{
    char *out = to;
    size_t n = strlen(out);
    snprintf(out + n, 2000 - n, "%s%.*s %s/%s%s", n > 0 ? ", " : "",
             STR_ARG(fact_text(&row[REQUEST_CATEGORIES])), consent_request_status(row, x.at),
             consent_request_status_for_staff(row, x.at),
             row[REQUEST_QUIET].i != 0 ? " quiet" : "");
    return true;
}

static const char *requests(void)
{
    static char out[2000];
    out[0] = '\0';
    must(consent_request_each(x.p.x.f.s, STR("per_lin"), seen, out, &problem));
    return out;
}

static void a_request_is_answered_by_her(void **state)
{
    assert_string_equal(ask(C(BASIC) | C(CONTACT)), "done");
    assert_int_equal(asked.count, 1);
    char first[FRESH_ID];
    memcpy(first, asked.item[0].id, sizeof first);
    assert_string_equal(requests(), "basic;contact open/pending");
    assert_string_equal(ask(C(BASIC)), "already-asked");
    assert_string_equal(answer("crq_nobody", true, 0), "not-found");
    assert_hers("");
    assert_string_equal(answer(first, true, 0), "done");
    assert_hers("1 basic;contact active");
    assert_string_equal(ask(C(BASIC)), "already-answered");
}

static void she_may_agree_to_less(void **state)
{
    char request[FRESH_ID];
    assert_string_equal(ask(C(BASIC) | C(CONTACT)), "done");
    memcpy(request, asked.item[0].id, sizeof request);
    assert_string_equal(answer(request, true, C(EDUCATION)), "not-narrower");
    assert_string_equal(requests(), "basic;contact open/pending");
    assert_string_equal(answer(request, true, C(BASIC)), "done");
    assert_hers("1 basic active");
    assert_string_equal(requests(), "basic;contact granted/answered");
    assert_string_equal(answer(request, true, C(BASIC)), "done"); /* again */
    assert_hers("1 basic active");
    assert_string_equal(answer(request, false, 0), "already-answered");
}

static void sensitive_data_are_asked_for_one_by_one(void **state)
{
    assert_string_equal(ask(C(BASIC) | C(PHOTO) | C(PROPERTY)), "done");
    assert_int_equal(asked.count, 3);
    assert_int_equal(asked.item[0].what, C(BASIC));
    assert_int_equal(asked.item[1].what, C(PHOTO));
    assert_string_equal(answer(asked.item[1].id, false, 0), "done");
    assert_string_equal(answer(asked.item[2].id, true, 0), "done");
    assert_hers("1 property active");
}

static void the_wording_says_all_that_is_agreed_to(void **state)
{
    assert_string_equal(ask(C(PHOTO)), "done");
    assert_string_equal(answer(asked.item[0].id, true, 0), "done");
    struct grant_list *list = malloc(sizeof *list);
    must(grant_read(x.p.x.f.s, lin(0), INT64_MIN, list, &problem));
    struct str w = fact_text(&list->row[0]->v[CONSENT_WORDING]);
    static const char *const parts[] = {"House",  "介绍对象", "照片",     "电话", "查阅资料",
                                        "2027-1", "人脸",     "单独同意", "撤回"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (memmem(w.p, w.n, parts[i], strlen(parts[i])) == NULL)
            fail_msg("the wording lacks %s: %.*s", parts[i], STR_ARG(w));
    assert_null(memchr(w.p, '{', w.n));
    grant_forget(list);
    free(list);
}

static void handing_on_is_told_in_five_fields(void **state)
{
    const struct pool_work w = pools_work(&x, "stf_ann");
    struct consent_ask q = {.person = STR("per_lin"),
                            .purpose = STR(INTRODUCE),
                            .channels = STR("call"),
                            .what = C(BASIC),
                            .until = x.at + WHEN_DAY,
                            .recipient = STR("org_other")};
    done(consent_request_ask(&w, &q, &asked, &problem));
    assert_int_equal(asked.why, GRANT_INCOMPLETE); /* no contact */
    q.contact = STR("021-60000000");
    done(consent_request_ask(&w, &q, &asked, &problem));
    assert_int_equal(asked.no, REQUEST_YES);
    char text[TEXT_MAX + 1] = "";
    must(store_run(x.p.x.f.s, "SELECT wording_zh FROM consent_requests", NULL, 0, facts_take_text,
                   text, &problem));
    static const char *const parts[] = {"Other", "021-60000000", "介绍对象", "电话", "基本情况"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(strstr(text, parts[i]));
    assert_string_equal(answer(asked.item[0].id, true, 0), "done");
    assert_int_equal(count("SELECT count(*) FROM consents WHERE organisation = 'org_other'"), 1);
}

static void silence_is_no_consent(void **state)
{
    assert_string_equal(ask(C(BASIC)), "done");
    x.at += 30 * WHEN_DAY;
    assert_string_equal(requests(), "basic lapsed/lapsed");
    assert_string_equal(answer(asked.item[0].id, true, 0), "request-lapsed");
    assert_hers("");
    assert_string_equal(ask(C(BASIC)), "done");
}

static void nobody_is_nagged(void **state)
{
    assert_string_equal(ask(C(BASIC)), "done");
    assert_string_equal(ask_as("stf_bea", "per_lin", INTRODUCE, C(BASIC)), "already-asked");
    assert_string_equal(ask(C(EDUCATION)), "done");
    assert_string_equal(ask_as("stf_ann", "per_lin", "matchmaking.followup", C(BASIC)), "done");
    assert_string_equal(ask(C(PHOTO)), "request-limit");
    assert_true(asked.again > x.at);
    x.at = asked.again;
    assert_string_equal(ask(C(PHOTO)), "done");
}

static void after_a_refusal_she_is_asked_quietly_at_most(void **state)
{
    assert_string_equal(ask(C(BASIC)), "done");
    assert_string_equal(answer(asked.item[0].id, false, 0), "done");
    assert_string_equal(ask(C(BASIC)), "already-answered"); /* which staff can see anyway */
    assert_string_equal(ask(C(EDUCATION)), "done");
    x.at += 366 * WHEN_DAY;
    assert_string_equal(ask(C(BASIC)), "done");
    assert_non_null(strstr(requests(), "basic open/pending quiet"));
}

/* Whether she never consented, has withdrawn or let expire, who asks gets the same. */
static void asking_tells_nothing_about_her(void **state)
{
    assert_said_by("org_house", 0, "basic", 1);
    assert_string_equal(withdraw_as(lin(0), only_id(lin(0))), "changed");
    assert_string_equal(ask(C(BASIC)), "done");
    assert_int_equal(asked.count, 1);
    assert_string_equal(requests(), "basic open/pending quiet");
    assert_string_equal(answer(asked.item[0].id, true, 0), "done"); /* she may think again */
    assert_hers("2 basic active, 1 basic withdrawn");
}

static void only_who_may_work_with_her_asks(void **state)
{
    assert_string_equal(ask_as("stf_far", "per_lin", INTRODUCE, C(BASIC)), "not-found");
    assert_string_equal(ask_as("stf_ann", "per_nobody", INTRODUCE, C(BASIC)), "not-found");
    assert_string_equal(ask_as("stf_ann", "per_far", INTRODUCE, C(BASIC)), "not-found");
    assert_string_equal(ask_as("stf_old", "per_lin", INTRODUCE, C(BASIC)), "certificate-invalid");
    assert_string_equal(ask_as("stf_kay", "per_lin", INTRODUCE, C(BASIC)), "done");
    assert_string_equal(ask_as("stf_ann", "per_lin", INTRODUCE, C(CHAT)), "category-sealed");
    assert_string_equal(ask_as("stf_ann", "per_lin", "supervision", C(BASIC)), "purpose-unknown");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(a_change_is_a_new_version_and_the_old_one_ends),
          CASE(the_same_grant_again_changes_nothing),
          CASE(what_is_incomplete_or_bundled_is_refused), CASE(narrowing_never_widens),
          CASE(the_evidence_is_the_hash_of_what_was_shown_and_agreed_to),
          CASE(what_she_narrows_of_an_assertion_she_confirms),
          CASE(what_was_bundled_is_never_confirmed), CASE(i_never_gave_this),
          CASE(an_organisation_disowned_too_often_is_distrusted),
          CASE(three_in_three_hundred_are_one_percent_and_not_over),
          CASE(a_request_is_answered_by_her), CASE(she_may_agree_to_less),
          CASE(sensitive_data_are_asked_for_one_by_one),
          CASE(the_wording_says_all_that_is_agreed_to), CASE(handing_on_is_told_in_five_fields),
          CASE(silence_is_no_consent), CASE(nobody_is_nagged),
          CASE(after_a_refusal_she_is_asked_quietly_at_most), CASE(asking_tells_nothing_about_her),
          CASE(only_who_may_work_with_her_asks))
