/* A contract from its draft to its end, and each thing that is refused on the way. */
#include "desk/contract_refund.h"
#include "desk/contract_service.h"
#include "desk/contract_sign.h"
#include "person/contract_term.h"
#include "pool_fixture.h"

#include <pthread.h>

static struct pools x;
static struct contract_result result;
static char id[CONTRACT_ID], hash[CONTRACT_HASH_TEXT], service[FRESH_ID];

#define HER STR("per_lin")

/* Days of a draft's term; both belong to it. */
static const char *first_day, *last_day;
static const char *unsaid; /* of its item; NULL: nothing */

static int start(void **state)
{
    (void)state;
    pools_open(&x);
    unsaid = NULL;
    first_day = "2026-11-18";
    last_day = "2027-11-17";
    return 0;
}

static int stop(void **state)
{
    (void)state;
    pools_close(&x);
    return 0;
}

/* The worked example: six dates at 3,000 yuan, 4,000 before the discount. */
static json_t *example(const char *person, const char *organisation, const char *text)
{
    json_t *j =
        json_pack("{s:s, s:{s:s}, s:{s:s, s:s}, s:[{s:s, s:s, s:i, s:i, s:i}], s:{s:s, s:s}, "
                  "s:{s:i, s:i, s:i}, s:i, s:{s:[s, s, s]}, s:[{s:s, s:s}]}",
                  "edition", "sh-2024-store", "agency", "organisation", organisation, "client",
                  "person", person, "name", "Lin Daiyu", "items", "name", "dates", "unit", "date",
                  "count", 6, "list_fen", 2400000, "price_fen", 1800000, "term", "from", first_day,
                  "until", last_day, "fees", "list_fen", 2400000, "discount_fen", 600000,
                  "total_fen", 1800000, "cooling_off_days", 7, "privacy", "categories", "basic",
                  "contact", "chat", "clauses", "title", "Dates", "text", text);
    assert_non_null(j);
    if (unsaid != NULL)
        json_object_del(json_array_get(json_object_get(j, "items"), 0), unsaid);
    return j;
}

static struct terms_errors errors;

static enum err read_document(json_t *j, struct contract_document *out)
{
    return contract_document_read(x.p.x.rules, j, out, &errors);
}

/* As staff; `which` NULL: a new one, whose id and hash are kept. */
static const char *put_as(const char *staff, const char *which, int64_t version, const char *person,
                          const char *organisation, const char *text)
{
    struct contract_document d;
    const struct pool_work w = pools_work(&x, staff);
    if (read_document(example(person, organisation, text), &d) != OK)
        fail_msg("%s: %s", errors.at[0].pointer, errors.at[0].code);
    const struct contract_draft draft = {.id = str_of(which != NULL ? which : ""),
                                         .version = version,
                                         .document = &d,
                                         .score = STR("conforms")};
    must(contract_put(&w, &draft, &result, &problem));
    contract_document_fini(&d);
    if (result.no == CONTRACT_YES) {
        assert_true(str_copy(result.row.v[CONTRACT_KEY].s, id, sizeof id));
        assert_true(str_copy(result.row.v[CONTRACT_HASH].s, hash, sizeof hash));
    }
    return contract_word(result.no);
}

static void draft(void)
{
    assert_string_equal(put_as("stf_mia", NULL, 0, "per_lin", "org_house", "weekly"), "done");
}

static const char *offer(const char *staff, const char *what)
{
    const struct pool_work w = pools_work(&x, staff);
    must(contract_offer(&w, str_of(id), str_of(what), &result, &problem));
    return contract_word(result.no);
}

static const char *sign(const char *person, const char *what)
{
    const struct pool_work w = pools_work(&x, "person");
    must(contract_sign(&w, str_of(id), str_of(person), str_of(what), &result, &problem));
    return contract_word(result.no);
}

static void signed_by_both(void)
{
    draft();
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(sign("per_lin", hash), "done");
}

static void in_force(void)
{
    signed_by_both();
    x.at += 10 * WHEN_DAY;
}

static const char *pay_as(const char *staff, int64_t fen, when at, const char *route,
                          const char *payee)
{
    const struct pool_work w = pools_work(&x, staff);
    const struct contract_payment p = {.id = str_of(id),
                                       .amount_fen = fen,
                                       .at = at,
                                       .route = str_of(route),
                                       .payee = str_of(payee)};
    must(contract_pay(&w, &p, &result, &problem));
    return contract_word(result.no);
}

static const char *pay(int64_t fen, when at)
{
    return pay_as("stf_mia", fen, at, "bank", "org_house");
}

static const char *serve(int64_t item, int64_t count, when at)
{
    const struct pool_work w = pools_work(&x, "stf_mia");
    const struct contract_service s = {.id = str_of(id), .item = item, .count = count, .at = at};
    must(contract_serve(&w, &s, service, &result, &problem));
    return contract_word(result.no);
}

static const char *answer(const char *person, bool agree)
{
    const struct pool_work w = pools_work(&x, "person");
    must(
        contract_answer(&w, str_of(id), str_of(person), str_of(service), agree, &result, &problem));
    return contract_word(result.no);
}

/* Of `fen`, or none. */
static struct contract_costs costs_of(int64_t fen)
{
    return (struct contract_costs){.list = fen > 0 ? json_pack("[{s:s, s:I}]", "what",
                                                               "proof of marriage", "amount_fen",
                                                               (json_int_t)fen)
                                                   : NULL,
                                   .fen = fen};
}

static const char *end_with(const char *person, enum fault fault, int64_t costs_fen)
{
    const struct pool_work w = pools_work(&x, person[0] == '\0' ? "stf_mia" : "person");
    const struct contract_ending ending = {.id = str_of(id),
                                           .person = str_of(person),
                                           .reason = STR("moved to Suzhou"),
                                           .fault = fault,
                                           .costs = costs_of(costs_fen)};
    must(contract_end(&w, &ending, &result, &problem));
    json_decref(ending.costs.list);
    return contract_word(result.no);
}

static const char *end(const char *person, enum fault fault)
{
    return end_with(person, fault, 0);
}

static const char *cost_as(const char *staff, int64_t fen)
{
    const struct pool_work w = pools_work(&x, staff);
    const struct contract_costs costs = costs_of(fen);
    must(contract_cost(&w, str_of(id), &costs, &result, &problem));
    json_decref(costs.list);
    return contract_word(result.no);
}

static int64_t refund(when at, enum fault fault)
{
    struct contract_refund out;
    struct fact_row row;
    const struct pool_work w = pools_work(&x, "stf_mia");
    must(contract_find(x.p.x.f.s, str_of(id), &row, &problem));
    must(contract_refund(&w, row.v, at, fault, &out, &problem));
    return out.refund.amount_fen;
}

static void expect(const char *sql, const char *value)
{
    facts_expect(&x.p.x, sql, value);
}

/* The text ---------------------------------------------------------------------------------- */

static const char *refused(json_t *j)
{
    static char said[200];
    struct contract_document d;
    const enum err e = read_document(j, &d);
    contract_document_fini(&d);
    assert_int_equal(e, e == OK ? OK : ERR_INVALID);
    snprintf(said, sizeof said, "%s %s", e == OK ? "-" : errors.at[0].pointer,
             e == OK ? "-" : errors.at[0].code);
    return said;
}

static void a_text_holds_no_telephone_number(void **state)
{
    static const char *const numbers[] = {
        "13800138000",
        "+86 138 0013 8000",
        "8613800138000",
        "138-0013-8000",
        "021-62345678",
        "１３８００１３８０００",
        "call 138.0013.8000, ask",
        "(021) 6234 5678",
        "x13800138000x",
        "138001380001",
        /* As the eye reads it, or the ear. */
        "一三八零零一三八零零零",
        "电话：幺三八〇〇幺三八〇〇〇",
        "壹叁捌零零壹叁捌零零零",
        "138\xe2\x80\x8b"
        "0013\xe2\x80\x8b"
        "8000",
        "138\xc2\xa0"
        "0013\xc2\xa0"
        "8000",
        "138—0013—8000",
        "1_3_8_0_0_1_3_8_0_0_0",
        "1*380013*8000",
        "138·0013·8000",
        "零二一六二三四五六七八",
        "+8六 一3八00一38000",
    };
    static const char *const others[] = {"2026-11-22 to 2027-11-21",
                                         "12315",
                                         "6 x 3000 yuan",
                                         "1800000 fen",
                                         "310101",
                                         "",
                                         "138 dates, 0 extra, 20 %",
                                         "16 Nov 2026",
                                         "二〇二六年十一月二十二日",
                                         "18000.00、24000.00元",
                                         "18000.00, 24000.00",
                                         "一、三次；二、五次"};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_string_equal(refused(example("per_lin", "org_house", numbers[i])),
                            "/clauses/0/text number-in-text");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_string_equal(refused(example("per_lin", "org_house", others[i])), "- -");
    json_t *j = example("per_lin", "org_house", "weekly");
    json_object_set_new(j, "complaint", json_pack("{s:s}", "contact", "021-62345678"));
    assert_string_equal(refused(j), "- -");
}

static void a_draft_says_who_how_long_and_how_much(void **state)
{
    static const struct {
        const char *key, *said;
    } parts[] = {{"edition", "/edition missing"},
                 {"client", "/client/person missing"},
                 {"term", "/term/from missing"},
                 {"fees", "/fees/total_fen missing"},
                 {"cooling_off_days", "/cooling_off_days missing"}};
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        json_t *j = example("per_lin", "org_house", "weekly");
        json_object_del(j, parts[i].key);
        assert_string_equal(refused(j), parts[i].said);
    }
    json_t *j = example("per_lin", "org_house", "weekly");
    json_object_set_new(j, "edition", json_string("sh-1999"));
    assert_string_equal(refused(j), "/edition unknown-edition");
}

static void the_hash_is_of_the_text_whatever_the_order_of_its_keys(void **state)
{
    struct contract_document a, b;
    (void)state;
    json_t *one = example("per_lin", "org_house", "weekly"), *other = json_object();
    json_object_set(other, "clauses", json_object_get(one, "clauses"));
    json_object_update(other, one);
    assert_int_equal(read_document(one, &a), OK);
    assert_int_equal(read_document(other, &b), OK);
    assert_string_equal(a.hash, b.hash);
    contract_document_fini(&b);
    assert_int_equal(read_document(example("per_lin", "org_house", "Weekly"), &b), OK);
    assert_string_not_equal(a.hash, b.hash);
    contract_document_fini(&a);
    contract_document_fini(&b);
}

/* Drafts ------------------------------------------------------------------------------------ */

static void a_draft_is_kept_sealed_and_whose_it_is(void **state)
{
    bool there;
    static struct fact_row row;
    (void)state;
    draft();
    expect("SELECT status || score || total_fen || categories FROM contracts",
           "draftconforms1800000basic;contact;chat");
    expect("SELECT actor FROM journal WHERE kind = 'contracts'", "stf_mia");
    if (!fixture_is_postgres())
        assert_false(persons_on_disk(&x.p, "Daiyu"));
    static const struct {
        const char *staff;
        bool there;
    } who[] = {{"stf_mia", true}, {"stf_kay", true}, {"stf_ann", false}, {"stf_far", false}};
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        const struct pool_work w = pools_work(&x, who[i].staff);
        must(contract_read(&w, str_of(id), &row, &there, &problem));
        assert_int_equal(there, who[i].there);
    }
    pools_claim(&x, "stf_ann", "per_lin");
    const struct pool_work w = pools_work(&x, "stf_ann");
    must(contract_read(&w, str_of(id), &row, &there, &problem));
    assert_true(there);
    pools_do(&x, "UPDATE members SET status = 'erased' WHERE id = 'per_lin'");
    must(contract_read(&w, str_of(id), &row, &there, &problem));
    assert_false(there);
}

static void nobody_drafts_for_anothers_member(void **state)
{
    (void)state;
    assert_string_equal(put_as("stf_mia", NULL, 0, "per_far", "org_house", "a"), "not-found");
    assert_string_equal(put_as("stf_mia", NULL, 0, "per_none", "org_house", "a"), "not-found");
    assert_string_equal(put_as("stf_ann", NULL, 0, "per_lin", "org_house", "a"), "not-found");
    assert_string_equal(put_as("stf_mia", NULL, 0, "per_lin", "org_other", "a"), "other-parties");
    assert_string_equal(put_as("stf_mia", NULL, 0, "per_lin", "org_south", "a"), "done");
    assert_string_equal(put_as("stf_mia", id, 1, "per_xue", "org_house", "a"), "other-parties");
}

static void a_change_is_a_version_without_signature(void **state)
{
    char before[CONTRACT_HASH_TEXT];
    (void)state;
    draft();
    memcpy(before, hash, sizeof before);
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(put_as("stf_mia", id, 2, "per_lin", "org_house", "daily"),
                        "changed-meanwhile");
    assert_string_equal(put_as("stf_mia", id, 1, "per_lin", "org_house", "daily"), "done");
    expect("SELECT status || version || COALESCE(agency_signed_by, '-') FROM contracts", "draft2-");
    expect("SELECT COUNT(*) FROM contract_texts", "1");
    assert_string_equal(sign("per_lin", before), "not-found");
    assert_string_equal(offer("stf_mia", before), "other-text");
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(sign("per_lin", before), "other-text");
    assert_string_equal(sign("per_lin", hash), "done");
    assert_string_equal(put_as("stf_mia", id, 2, "per_lin", "org_house", "daily"), "not-draft");
}

/* Signing ----------------------------------------------------------------------------------- */

static void what_does_not_conform_is_not_offered(void **state)
{
    (void)state;
    draft();
    pools_do(&x, "UPDATE contracts SET score = 'fails'");
    assert_string_equal(offer("stf_mia", hash), "non-conforming");
    pools_do(&x, "UPDATE contracts SET score = 'deviates'");
    pools_do(&x, "UPDATE organisations SET status = 'suspended' WHERE id = 'org_house'");
    assert_string_equal(offer("stf_mia", hash), "organisation-suspended");
    pools_do(&x, "UPDATE organisations SET status = 'active' WHERE id = 'org_house'");
    x.at += 365 * WHEN_DAY;
    assert_string_equal(offer("stf_mia", hash), "term-over");
    x.at = NOW;
    assert_string_equal(offer("stf_far", hash), "not-found");
    assert_string_equal(offer("stf_kay", hash), "done");
}

static void her_signature_changes_contract_and_member_together(void **state)
{
    (void)state;
    draft();
    assert_string_equal(sign("per_lin", hash), "not-found");
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(sign("per_xue", hash), "not-found");
    assert_string_equal(sign("per_lin", "00"), "other-text");
    pools_do(&x, "INSERT INTO orders (id, subject, act, \"from\", by, reason) VALUES ('ord_1', "
                 "'org_house', 'suspend', 1, 'stf_one', 'why')");
    assert_string_equal(sign("per_lin", hash), "organisation-suspended");
    pools_do(&x, "INSERT INTO orders (id, subject, act, \"from\", by, reason) VALUES ('ord_2', "
                 "'org_house', 'restore', 2, 'stf_one', 'why')");
    assert_string_equal(pools_member(&x, "per_lin", "contract_until"), "NULL");
    assert_string_equal(sign("per_lin", hash), "done");
    char until[32];
    when after;
    /* Both days belong to the term; the eighth midnight after the signature ends cooling off. */
    must(when_parse(STR("2027-11-18T00:00:00+08:00"), 0, &after, NULL));
    assert_int_equal(result.row.v[CONTRACT_UNTIL].i, after);
    snprintf(until, sizeof until, "%lld", (long long)result.row.v[CONTRACT_UNTIL].i);
    assert_string_equal(pools_member(&x, "per_lin", "contract_until"), until);
    assert_string_equal(pools_member(&x, "per_lin", "contract"), "basic;contact");
    assert_int_equal(result.row.v[CONTRACT_COOLING_UNTIL].i,
                     pool_midnight(x.p.x.rules, NOW) + 7 * WHEN_DAY);
    expect("SELECT a.kind || b.kind FROM journal a, journal b WHERE b.seq = a.seq + 1 AND b.seq = "
           "(SELECT MAX(seq) FROM journal)",
           "contractspersons");
    expect("SELECT actor FROM journal ORDER BY seq DESC LIMIT 1", "person");
    assert_string_equal(sign("per_lin", hash), "not-offered");
}

/* An erasure came before her signature; staff were suspended while they had the page open. */
static void who_is_gone_signs_and_drafts_nothing(void **state)
{
    (void)state;
    draft();
    assert_string_equal(offer("stf_mia", hash), "done");
    pools_do(&x, "UPDATE members SET status = 'erased' WHERE id = 'per_lin'");
    assert_string_equal(sign("per_lin", hash), "not-found");
    expect("SELECT status FROM contracts", "offered");
    pools_do(&x, "UPDATE members SET status = 'active' WHERE id = 'per_lin'");
    pools_do(&x, "UPDATE staff SET status = 'suspended' WHERE id = 'stf_mia'");
    assert_string_equal(offer("stf_mia", hash), "not-found");
    assert_string_equal(put_as("stf_mia", NULL, 0, "per_lin", "org_house", "weekly"), "not-found");
    assert_string_equal(sign("per_lin", hash), "done");
}

static void nothing_is_signed_when_its_term_is_over(void **state)
{
    when over;
    (void)state;
    must(when_parse(STR("2027-11-18T00:00:00+08:00"), 0, &over, NULL));
    draft();
    x.at = over;
    assert_string_equal(offer("stf_mia", hash), "term-over");
    x.at = over - 1;
    assert_string_equal(offer("stf_mia", hash), "done");
    x.at = over;
    assert_string_equal(sign("per_lin", hash), "term-over");
    x.at = over - 1;
    assert_string_equal(sign("per_lin", hash), "done");
}

/* The refund was computed from what stood then; and a service is its own contract's. */
static void nothing_is_entered_after_the_end(void **state)
{
    (void)state;
    in_force();
    const when before = x.at;
    assert_string_equal(serve(1, 1, before), "done");
    x.at += WHEN_HOUR;
    assert_string_equal(end("", FAULT_NONE), "done");
    assert_string_equal(serve(1, 1, before), "ended");
    assert_string_equal(pay(1, before), "ended");
    signed_by_both();
    assert_string_equal(answer("per_lin", false), "not-found");
    expect("SELECT COUNT(*) FROM contract_services WHERE answer IS NOT NULL", "0");
}

static void one_contract_is_in_force_at_a_time(void **state)
{
    (void)state;
    signed_by_both();
    draft();
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(sign("per_lin", hash), "already-in-force");
}

/* Hers, offered, for these days. */
static void renewed(const char *first, const char *last)
{
    first_day = first;
    last_day = last;
    draft();
    assert_string_equal(offer("stf_mia", hash), "done");
}

/* As a node's round does it. */
static unsigned begin(void)
{
    unsigned begun;
    int64_t seq;
    const struct fact_origin origin = {.node = STR("n1"), .actor = STR("menshen"), .at = x.at};
    must(contract_term_begin(x.p.x.f.s, x.p.x.rules, &origin, &begun, &seq, &problem));
    return begun;
}

static when day_of(const char *text)
{
    when at;
    assert_int_equal(when_parse_exact(str_of(text), &at), OK);
    return at;
}

static void expect_member_until(when at)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)at);
    assert_string_equal(pools_member(&x, "per_lin", "contract_until"), text);
}

static void a_renewal_begins_where_the_one_in_force_ends(void **state)
{
    (void)state;
    const when turn = day_of("2027-11-18T00:00:00+08:00");
    signed_by_both();
    renewed("2027-11-17", "2028-11-16"); /* a day too early */
    assert_string_equal(sign("per_lin", hash), "already-in-force");
    renewed("2027-11-18", "2028-11-17");
    x.at += 20 * WHEN_DAY;
    assert_string_equal(sign("per_lin", hash), "done");
    expect_member_until(turn);
    const when cooling = result.row.v[CONTRACT_COOLING_UNTIL].i;
    assert_string_equal(pay(1800000, x.at), "done");
    x.at = cooling;
    assert_string_equal(serve(1, 1, cooling - 1), "cooling-off");
    assert_string_equal(serve(1, 1, cooling), "not-begun");
    x.at = turn - 1;
    assert_string_equal(serve(1, 1, x.at), "not-begun");
    assert_int_equal(begin(), 0);
    /* A third one waits until one of the two has ended, wherever it begins. */
    char second[CONTRACT_ID];
    memcpy(second, id, sizeof second);
    renewed("2028-11-18", "2029-11-17");
    assert_string_equal(sign("per_lin", hash), "already-in-force");
    memcpy(id, second, sizeof id);
    x.at = turn;
    expect("SELECT COUNT(*) FROM contracts WHERE status = 'signed'", "2");
    assert_int_equal(begin(), 1);
    assert_int_equal(begin(), 0);
    expect_member_until(day_of("2028-11-18T00:00:00+08:00"));
    expect("SELECT actor || kind FROM journal ORDER BY seq DESC LIMIT 1", "menshenpersons");
    assert_string_equal(serve(1, 1, x.at), "done");
}

static void an_end_before_the_renewal_begins_opens_nothing_until_then(void **state)
{
    char first[CONTRACT_ID], second[CONTRACT_ID];
    (void)state;
    signed_by_both();
    memcpy(first, id, sizeof first);
    renewed("2027-11-18", "2028-11-17");
    memcpy(second, id, sizeof second);
    assert_string_equal(sign("per_lin", hash), "done");
    x.at += 100 * WHEN_DAY;
    memcpy(id, first, sizeof id);
    assert_string_equal(end("per_lin", FAULT_NONE), "done");
    expect_member_until(x.at);
    assert_int_equal(begin(), 0);
    memcpy(id, second, sizeof id);
    assert_string_equal(serve(1, 1, x.at), "not-begun");
    /* What lies before it is free for another. */
    renewed("2026-11-18", "2027-11-18");
    assert_string_equal(sign("per_lin", hash), "already-in-force");
    renewed("2026-11-18", "2027-11-17");
    assert_string_equal(sign("per_lin", hash), "done");
    assert_string_equal(end("", FAULT_NONE), "done");
    expect_member_until(x.at);
    x.at = day_of("2027-11-18T00:00:00+08:00");
    assert_int_equal(begin(), 1);
    memcpy(id, second, sizeof id);
    assert_string_equal(serve(1, 1, x.at), "done");
}

static void a_renewal_that_ends_before_it_begins_leaves_the_other_alone(void **state)
{
    (void)state;
    signed_by_both();
    renewed("2027-11-18", "2028-11-17");
    assert_string_equal(sign("per_lin", hash), "done");
    assert_string_equal(pay(1800000, x.at), "done");
    x.at += 100 * WHEN_DAY;
    assert_int_equal(refund(x.at, FAULT_CLIENT), 1800000);
    assert_string_equal(end("per_lin", FAULT_CLIENT), "done");
    expect("SELECT MAX(refund_fen) FROM contracts", "1800000");
    expect_member_until(day_of("2027-11-18T00:00:00+08:00"));
    x.at = day_of("2027-11-18T00:00:00+08:00");
    assert_int_equal(begin(), 0);
}

struct thread {
    pthread_t thread;
    int number;
    enum contract_no no;
    void (*run)(struct thread *, const struct pool_work *);
};
static struct contract_result results[8];

static void *in_thread(void *to)
{
    struct thread *t = to;
    struct store *s = fixture_connect(&x.p.x.f);
    struct pool_work w = pools_work(&x, "stf_mia");
    w.store = s;
    t->run(t, &w);
    t->no = results[t->number].no;
    store_close(s);
    return NULL;
}

/* Eight at once; how many were done, and that the others were answered `no`. */
static int at_once(void (*run)(struct thread *, const struct pool_work *), enum contract_no no)
{
    struct thread t[8];
    int done = 0;
    for (int i = 0; i < 8; i++) {
        t[i] = (struct thread){.number = i, .run = run};
        assert_int_equal(pthread_create(&t[i].thread, NULL, in_thread, &t[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(t[i].thread, NULL);
        done += t[i].no == CONTRACT_YES;
        if (t[i].no != CONTRACT_YES)
            assert_int_equal(t[i].no, no);
    }
    return done;
}

static void sign_once(struct thread *t, const struct pool_work *w)
{
    must(contract_sign(w, str_of(id), HER, str_of(hash), &results[t->number], &problem));
}

static struct {
    char id[CONTRACT_ID], hash[CONTRACT_HASH_TEXT];
} offers[8];

static void sign_own(struct thread *t, const struct pool_work *w)
{
    must(contract_sign(w, str_of(offers[t->number].id), HER, str_of(offers[t->number].hash),
                       &results[t->number], &problem));
}

static void of_eight_renewals_at_once_one_is_signed(void **state)
{
    (void)state;
    signed_by_both();
    for (int i = 0; i < 8; i++) {
        renewed(i % 2 == 0 ? "2027-11-18" : "2027-12-01", "2028-11-17");
        memcpy(offers[i].id, id, sizeof id);
        memcpy(offers[i].hash, hash, sizeof hash);
    }
    assert_int_equal(at_once(sign_own, CONTRACT_ALREADY_IN_FORCE), 1);
    expect("SELECT COUNT(*) FROM contracts WHERE status = 'signed'", "2");
}

static void of_eight_signatures_at_once_one_counts(void **state)
{
    (void)state;
    draft();
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_int_equal(at_once(sign_once, CONTRACT_NOT_OFFERED), 1);
    expect("SELECT COUNT(*) FROM journal WHERE kind = 'contracts'", "3");
}

/* Money ------------------------------------------------------------------------------------- */

static void nothing_is_paid_before_she_signs_nor_to_others(void **state)
{
    (void)state;
    draft();
    assert_string_equal(pay(600000, NOW), "not-signed");
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(pay(600000, NOW), "not-signed");
    x.at += WHEN_HOUR;
    assert_string_equal(sign("per_lin", hash), "done");
    assert_string_equal(pay(600000, x.at - 1), "not-signed");
    assert_string_equal(pay(600000, x.at + 1), "not-yet");
    assert_string_equal(pay_as("stf_mia", 600000, x.at, "bank", "org_other"), "payee-differs");
    assert_string_equal(pay_as("stf_far", 600000, x.at, "bank", "org_house"), "not-found");
    assert_string_equal(pay(1800001, x.at), "over-total");
    assert_string_equal(pay_as("stf_mia", 600000, x.at, "bank", "org_south"), "done");
    assert_string_equal(pay(1200001, x.at), "over-total");
    assert_string_equal(pay(1200000, x.at), "done");
}

static void pay_two_thirds(struct thread *t, const struct pool_work *w)
{
    const struct contract_payment p = {.id = str_of(id),
                                       .amount_fen = 1200000,
                                       .at = w->at,
                                       .route = STR("bank"),
                                       .payee = STR("org_house")};
    must(contract_pay(w, &p, &results[t->number], &problem));
}

static void of_eight_payments_at_once_one_fits(void **state)
{
    (void)state;
    signed_by_both();
    assert_int_equal(at_once(pay_two_thirds, CONTRACT_OVER_TOTAL), 1);
}

/* Services ---------------------------------------------------------------------------------- */

static void nothing_is_delivered_while_it_cools_off(void **state)
{
    (void)state;
    signed_by_both();
    const when until = result.row.v[CONTRACT_COOLING_UNTIL].i;
    x.at = until;
    assert_string_equal(serve(1, 1, NOW - 1), "not-signed");
    assert_string_equal(serve(1, 1, until - 1), "cooling-off");
    assert_string_equal(serve(1, 1, until + 1), "not-yet");
    assert_string_equal(serve(1, 1, until), "done");
}

static void no_more_is_delivered_than_promised(void **state)
{
    (void)state;
    in_force();
    assert_string_equal(serve(0, 1, x.at), "no-such-item");
    assert_string_equal(serve(2, 1, x.at), "no-such-item");
    assert_string_equal(serve(1, 7, x.at), "count-used-up");
    assert_string_equal(serve(1, 5, x.at), "done");
    assert_string_equal(serve(1, 2, x.at), "count-used-up");
    assert_string_equal(serve(1, 1, x.at), "done");
    assert_string_equal(serve(1, 1, x.at), "count-used-up");
    /* What she disputes was not delivered. */
    assert_string_equal(answer("per_lin", false), "done");
    assert_string_equal(serve(1, 1, x.at), "done");
    x.at += 400 * WHEN_DAY;
    assert_string_equal(serve(1, 1, x.at), "ended");
}

static const char *serve_introduction(const char *introduction)
{
    const struct pool_work w = pools_work(&x, "stf_mia");
    const struct contract_service s = {
        .id = str_of(id), .item = 1, .count = 1, .at = x.at, .introduction = str_of(introduction)};
    must(contract_serve(&w, &s, service, &result, &problem));
    return contract_word(result.no);
}

static void an_introduction_is_delivered_once_and_only_a_real_one(void **state)
{
    (void)state;
    in_force();
    pools_do(&x, "INSERT INTO introductions (id, organisation, \"first\", \"second\", staff, "
                 "first_shows, second_shows, proposed_at, \"until\", status) VALUES ('int_1', "
                 "'org_house', 'per_lin', 'per_xue', 'stf_mia', 'basic', 'basic', 1, 2, "
                 "'proposed'), ('int_2', 'org_house', 'per_shi', 'per_xue', 'stf_mia', 'basic', "
                 "'basic', 1, 2, 'accepted')");
    assert_string_equal(serve_introduction("int_none"), "no-such-introduction");
    assert_string_equal(serve_introduction("int_1"), "no-such-introduction");
    assert_string_equal(serve_introduction("int_2"), "no-such-introduction");
    pools_do(&x, "UPDATE introductions SET status = 'met' WHERE id = 'int_1'");
    assert_string_equal(serve_introduction("int_1"), "done");
    facts_expect(&x.p.x, "SELECT contract FROM introductions WHERE id = 'int_1'", id);
    assert_string_equal(serve_introduction("int_1"), "no-such-introduction");
    assert_string_equal(answer("per_lin", false), "done");
    assert_string_equal(serve_introduction("int_1"), "done");
}

static void serve_four(struct thread *t, const struct pool_work *w)
{
    char one[FRESH_ID];
    const struct contract_service s = {.id = str_of(id), .item = 1, .count = 4, .at = w->at};
    must(contract_serve(w, &s, one, &results[t->number], &problem));
}

static void of_eight_services_at_once_one_fits(void **state)
{
    (void)state;
    in_force();
    assert_int_equal(at_once(serve_four, CONTRACT_USED_UP), 1);
}

static void she_agrees_or_disputes_once(void **state)
{
    (void)state;
    in_force();
    assert_string_equal(serve(1, 1, x.at), "done");
    assert_string_equal(answer("per_xue", true), "not-found");
    assert_string_equal(answer("per_lin", true), "done");
    assert_string_equal(answer("per_lin", true), "done");
    assert_string_equal(answer("per_lin", false), "already-answered");
    snprintf(service, sizeof service, "srv_none");
    assert_string_equal(answer("per_lin", true), "not-found");
}

/* The end ----------------------------------------------------------------------------------- */

static void a_refund_is_what_is_paid_less_what_she_has_had(void **state)
{
    (void)state;
    in_force();
    assert_string_equal(pay(1800000, NOW + WHEN_HOUR), "done");
    /* Nothing served, within seven days of the payment: all. */
    assert_int_equal(refund(NOW + WHEN_HOUR, FAULT_CLIENT), 1800000);
    assert_int_equal(refund(NOW + 6 * WHEN_DAY, FAULT_CLIENT), 1800000);
    assert_string_equal(serve(1, 2, x.at), "done");
    assert_int_equal(refund(x.at, FAULT_AGENCY), 1200000);
    assert_int_equal(refund(x.at, FAULT_NONE), 1200000);
    assert_int_equal(refund(x.at, FAULT_CLIENT), 1000000);
    assert_string_equal(serve(1, 1, x.at), "done");
    assert_int_equal(refund(x.at, FAULT_AGENCY), 900000);
    assert_string_equal(answer("per_lin", false), "done");
    assert_int_equal(refund(x.at, FAULT_AGENCY), 1200000);
}

/* Such a text deviates, and may be signed. */
static void what_a_text_does_not_price_counts_for_nothing(void **state)
{
    (void)state;
    unsaid = "price_fen";
    in_force();
    assert_string_equal(pay(1800000, x.at), "done");
    assert_string_equal(serve(1, 2, x.at), "done");
    x.at += 30 * WHEN_DAY;
    assert_int_equal(refund(x.at, FAULT_CLIENT), 1800000);
    assert_string_equal(end("per_lin", FAULT_CLIENT), "done");
    expect("SELECT status || fault || refund_fen FROM contracts", "terminatedclient1800000");
    assert_int_equal(result.row.v[CONTRACT_REFUND_DUE_AT].i, x.at + 15 * WHEN_DAY);
    unsaid = "count";
    signed_by_both();
    assert_string_equal(pay(1800000, x.at), "done");
    assert_string_equal(end_with("", FAULT_NONE, 20000), "done");
    assert_int_equal(result.row.v[CONTRACT_REFUND_FEN].i, 1780000);
}

static void an_end_fixes_the_refund_and_closes_what_it_opened(void **state)
{
    char at[32];
    (void)state;
    in_force();
    assert_string_equal(pay(1800000, NOW), "done");
    assert_string_equal(serve(1, 2, x.at), "done");
    assert_string_equal(pay(-1000000, x.at), "not-ended");
    assert_string_equal(end("per_xue", FAULT_CLIENT), "not-found");
    assert_string_equal(end("per_lin", FAULT_CLIENT), "done");
    expect("SELECT status || fault || refund_fen FROM contracts", "terminatedclient1000000");
    assert_int_equal(result.row.v[CONTRACT_REFUND_DUE_AT].i, x.at + 15 * WHEN_DAY);
    snprintf(at, sizeof at, "%lld", (long long)x.at);
    assert_string_equal(pools_member(&x, "per_lin", "contract_until"), at);
    if (!fixture_is_postgres())
        assert_false(persons_on_disk(&x.p, "Suzhou"));
    assert_string_equal(end("per_lin", FAULT_CLIENT), "ended");
    assert_string_equal(serve(1, 1, x.at - 1), "ended");
    assert_string_equal(pay(1, x.at), "ended");
    assert_string_equal(pay(-900000, x.at), "refund-differs");
    assert_string_equal(pay_as("stf_mia", -1000000, x.at, "cash", "org_house"), "route-differs");
    assert_string_equal(pay(-1000000, x.at), "done");
    assert_string_equal(pay(-1000000, x.at), "refund-differs");
    assert_string_equal(answer("per_lin", false), "done");
}

static void compliance_gives_back_to_whoever_was_erased(void **state)
{
    (void)state;
    in_force();
    assert_string_equal(pay(1800000, NOW), "done");
    assert_string_equal(serve(1, 2, x.at), "done");
    assert_string_equal(end("per_lin", FAULT_CLIENT), "done");
    pools_do(&x, "UPDATE members SET status = 'erased' WHERE id = 'per_lin'");
    assert_string_equal(pay(-1000000, x.at), "not-found");
    assert_string_equal(pay_as("stf_kay", 1000000, x.at, "bank", "org_house"), "not-found");
    pools_do(&x, "UPDATE staff SET organisation = 'org_other' WHERE id = 'stf_kay'");
    assert_string_equal(pay_as("stf_kay", -1000000, x.at, "bank", "org_house"), "not-found");
    pools_do(&x, "UPDATE staff SET organisation = 'org_house' WHERE id = 'stf_kay'");
    assert_string_equal(pay_as("stf_kay", -1000000, x.at, "bank", "org_house"), "done");
    expect("SELECT COUNT(*) FROM contract_payments WHERE refund = 1", "1");
}

static void while_it_cools_off_nobody_is_at_fault(void **state)
{
    (void)state;
    signed_by_both();
    assert_string_equal(pay(1800000, x.at), "done");
    x.at += 7 * WHEN_DAY;
    assert_string_equal(end("", FAULT_CLIENT), "done");
    expect("SELECT status || COALESCE(fault, '-') || refund_fen FROM contracts",
           "terminated-1800000");
}

static void costs_are_kept_only_of_what_ends_while_cooling_off(void **state)
{
    static json_t *list;
    static struct fact_row row;
    (void)state;
    draft();
    assert_string_equal(cost_as("stf_mia", 1), "no-costs");
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(end_with("", FAULT_NONE, 1), "no-costs");
    assert_string_equal(sign("per_lin", hash), "done");
    const when cooling = result.row.v[CONTRACT_COOLING_UNTIL].i;
    assert_string_equal(pay(1800000, x.at), "done");
    assert_string_equal(cost_as("stf_mia", 1), "no-costs");
    x.at = cooling;
    assert_string_equal(end_with("", FAULT_NONE, 1), "no-costs");
    x.at = cooling - 1;
    assert_string_equal(end_with("", FAULT_NONE, 1800001), "costs-over-paid");
    expect("SELECT status || COALESCE(costs_fen, -1) FROM contracts", "signed-1");
    assert_string_equal(end_with("", FAULT_CLIENT, 20000), "done");
    expect("SELECT status || costs_fen || '/' || refund_fen FROM contracts",
           "terminated20000/1780000");
    assert_int_equal(refund(x.at, FAULT_CLIENT), 1780000);
    assert_string_equal(cost_as("stf_mia", 1), "costs-stated");
    if (!fixture_is_postgres())
        assert_false(persons_on_disk(&x.p, "proof of marriage"));
    expect("SELECT COUNT(*) FROM journal WHERE payload LIKE '%marriage%'", "0");
    must(contract_find(x.p.x.f.s, str_of(id), &row, &problem));
    must(contract_costs_open(x.p.x.f.s, x.p.keys, row.v, &list, &problem));
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "what")),
                        "proof of marriage");
    json_decref(list);
    assert_string_equal(pay(-1800000, x.at), "refund-differs");
    assert_string_equal(pay(-1780000, x.at), "done");
}

static void ended_by_her(int64_t paid)
{
    signed_by_both();
    assert_string_equal(pay(paid, x.at), "done");
    x.at += 2 * WHEN_DAY;
    assert_string_equal(end("per_lin", FAULT_NONE), "done");
    assert_int_equal(result.row.v[CONTRACT_REFUND_FEN].i, paid);
}

static void when_she_ends_it_costs_are_stated_until_the_refund_is_due(void **state)
{
    (void)state;
    ended_by_her(600000);
    const when due = result.row.v[CONTRACT_REFUND_DUE_AT].i;
    x.at = due;
    assert_string_equal(cost_as("stf_mia", 600000), "costs-late");
    x.at = due - 1;
    assert_string_equal(cost_as("stf_far", 600000), "not-found");
    assert_string_equal(cost_as("stf_mia", 600001), "costs-over-paid");
    assert_string_equal(cost_as("stf_kay", 600000), "done");
    expect("SELECT costs_fen || '/' || refund_fen FROM contracts", "600000/0");
    assert_int_equal(result.row.v[CONTRACT_REFUND_DUE_AT].i, due);
    assert_string_equal(cost_as("stf_mia", 1), "costs-stated");
}

static void no_costs_are_stated_once_it_has_gone_back(void **state)
{
    (void)state;
    ended_by_her(600000);
    assert_string_equal(pay(-600000, x.at), "done");
    assert_string_equal(cost_as("stf_mia", 1), "costs-late");
}

static void cost_half(struct thread *t, const struct pool_work *w)
{
    const struct contract_costs costs = costs_of(300000);
    must(contract_cost(w, str_of(id), &costs, &results[t->number], &problem));
    json_decref(costs.list);
}

static void of_eight_statements_at_once_one_counts(void **state)
{
    (void)state;
    ended_by_her(600000);
    assert_int_equal(at_once(cost_half, CONTRACT_COSTS_STATED), 1);
    expect("SELECT costs_fen || '/' || refund_fen FROM contracts", "300000/300000");
}

static void what_nobody_signed_is_void(void **state)
{
    (void)state;
    draft();
    assert_string_equal(end("per_lin", FAULT_NONE), "not-found");
    assert_string_equal(offer("stf_mia", hash), "done");
    assert_string_equal(end("per_lin", FAULT_NONE), "done");
    expect("SELECT status || COALESCE(refund_fen, -1) FROM contracts", "void-1");
    assert_string_equal(sign("per_lin", hash), "not-offered");
    assert_string_equal(put_as("stf_mia", id, 1, "per_lin", "org_house", "a"), "not-draft");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        CASE(a_text_holds_no_telephone_number),
        CASE(a_draft_says_who_how_long_and_how_much),
        CASE(the_hash_is_of_the_text_whatever_the_order_of_its_keys),
        CASE(a_draft_is_kept_sealed_and_whose_it_is),
        CASE(nobody_drafts_for_anothers_member),
        CASE(a_change_is_a_version_without_signature),
        CASE(what_does_not_conform_is_not_offered),
        CASE(her_signature_changes_contract_and_member_together),
        CASE(who_is_gone_signs_and_drafts_nothing),
        CASE(nothing_is_signed_when_its_term_is_over),
        CASE(nothing_is_entered_after_the_end),
        CASE(one_contract_is_in_force_at_a_time),
        CASE(a_renewal_begins_where_the_one_in_force_ends),
        CASE(an_end_before_the_renewal_begins_opens_nothing_until_then),
        CASE(a_renewal_that_ends_before_it_begins_leaves_the_other_alone),
        CASE(of_eight_renewals_at_once_one_is_signed),
        CASE(of_eight_signatures_at_once_one_counts),
        CASE(nothing_is_paid_before_she_signs_nor_to_others),
        CASE(of_eight_payments_at_once_one_fits),
        CASE(nothing_is_delivered_while_it_cools_off),
        CASE(no_more_is_delivered_than_promised),
        CASE(an_introduction_is_delivered_once_and_only_a_real_one),
        CASE(of_eight_services_at_once_one_fits),
        CASE(she_agrees_or_disputes_once),
        CASE(a_refund_is_what_is_paid_less_what_she_has_had),
        CASE(what_a_text_does_not_price_counts_for_nothing),
        CASE(an_end_fixes_the_refund_and_closes_what_it_opened),
        CASE(compliance_gives_back_to_whoever_was_erased),
        CASE(while_it_cools_off_nobody_is_at_fault),
        CASE(costs_are_kept_only_of_what_ends_while_cooling_off),
        CASE(when_she_ends_it_costs_are_stated_until_the_refund_is_due),
        CASE(no_costs_are_stated_once_it_has_gone_back),
        CASE(of_eight_statements_at_once_one_counts),
        CASE(what_nobody_signed_is_void),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
