#include "person_fixture.h"

#include "person/assignment.h"
#include "person/consent.h"
#include "person/contract.h"
#include "person/erase.h"
#include "person/preference.h"
#include "person/refusal.h"
#include "person/suppression.h"

#define DAY0 (NOW + WHEN_DAY)

static struct persons p;
static struct erase with;
static int64_t seq;

static void import(const struct fact_kind *kind, const char *content)
{
    p.x.options.extra = kind == &member_kind ? &p.file.extra : NULL;
    facts_must(&p.x, kind, content);
}

#define HEAD     "id,organisation,number,name,pool,district,school,chat\n"
#define EVIDENCE "sha256:00000000000000000000000000000000000000000000000000000000000000a1"

static void bring_her_in(void)
{
    import(&member_kind,
           HEAD "per_lin,org_agency,13800138000,Lin Daiyu,store,Xuhui,Fudan,at eight\n"
                "per_lin2,org_homes,13800138000,Lin D.,city,Changning,Fudan,\n"
                "per_xue,org_agency,13800138001,Xue Baochai,city,Jingan,Tongji,\n");
    import(
        &consent_kind,
        "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
        "13800138000,org_agency,matchmaking.introduce,basic;education,call,2026-01-01,,"
        "yes," EVIDENCE "\n13800138000,org_homes,marketing,contact,call,2026-01-01,,yes," EVIDENCE
        "\n13800138001,org_agency,matchmaking.introduce,basic,call,2026-01-01,,yes," EVIDENCE "\n");
    import(&refusal_kind, "number,organisation,at\n13800138000,org_centre,2026-02-01\n"
                          "13800138001,org_centre,2026-02-01\n");
    import(&preference_kind, "number,sectors,classes,hours,block,allow\n"
                             "13800138000,real-estate,400,09:00-12:00,13900139000,org_homes\n");
}

static int start(void **state)
{
    (void)state;
    persons_open(&p);
    bring_her_in();
    with = (struct erase){
        .vault = p.intake.vault, .link = p.link, .node = STR("n1"), .record_days = 100};
    seq = 0;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    persons_close(&p);
    return 0;
}

/* Who asks, and thinks better of it. */
static const struct fact_origin she = {.node = STR("n1"), .actor = STR("person"), .at = NOW};

static void ask(const char *first, const char *second, bool whole, when due)
{
    char id[FRESH_ID];
    const struct str persons[] = {str_of(first), str_of(second)};
    const struct erase_request r = {persons, second ? 2 : 1, whole, due};
    must(erase_ask(p.x.f.s, &r, &she, id, &seq, &problem));
    assert_true(strncmp(id, "era_", 4) == 0);
}

static void run(when now)
{
    must(erase_run(&with, now, &seq, &problem));
}

static void expect(const char *sql, const char *value)
{
    facts_expect(&p.x, sql, value);
}

#define COUNT(from, n) expect("SELECT CAST(COUNT(*) AS TEXT) FROM " from, n)

/* Her number as SQLite stores it, an integer of six bytes, and as text. */
static bool number_on_disk(number n)
{
    char text[24], bytes[7] = "";
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    for (int i = 0; i < 6; i++)
        bytes[i] = (char)(n >> (8 * (5 - i)));
    return persons_on_disk(&p, text) || persons_on_disk(&p, bytes);
}

static void a_whole_erasure_leaves_nothing_but_her_refusals(void **state)
{
    (void)state;
    if (!fixture_is_postgres())
        assert_true(number_on_disk(8613800138000));
    ask("per_lin", "per_lin2", true, NOW);
    run(DAY0);
    COUNT("vault WHERE person IN ('per_lin', 'per_lin2')", "0");
    COUNT("consents WHERE number = 8613800138000", "0");
    COUNT("refusals WHERE number = 8613800138000", "0");
    COUNT("preferences WHERE number = 8613800138000", "0");
    COUNT("members WHERE status = 'erased' AND number IS NULL AND pool IS NULL", "2");
    COUNT("suppressions", "4"); /* wishes, the centre, and the two whose member she was */
    expect("SELECT sectors || ' ' || classes || ' ' || hours || ' ' || block FROM suppressions "
           "WHERE organisation = '*'",
           "real-estate 400 09:00-12:00 8613900139000");
    COUNT("erasures WHERE status = 'done' AND done_at IS NOT NULL", "2");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "district"), "-");
    assert_string_equal(persons_field(&p, "per_xue", CATEGORY_BASIC, "district"), "Jingan");
    COUNT("consents WHERE number = 8613800138001", "1");
    COUNT("journal WHERE payload LIKE '%8613800138000%' OR subject LIKE '8613800138000%'", "0");
    assert_true(seq > 0);
    if (!fixture_is_postgres()) {
        assert_false(number_on_disk(8613800138000));
        assert_true(number_on_disk(8613800138001));
    }
}

/* A request that staff sent of late may have been answered with something of hers. */
static void kept_answers_end_with_her(void **state)
{
    (void)state;
    must(store_run(p.x.f.s,
                   "INSERT INTO idempotency (\"key\", question, answer, created) "
                   "VALUES ('a', 'b', 'sealed: alias of per_lin', 1), ('c', 'd', NULL, 1)",
                   NULL, 0, NULL, NULL, &problem));
    ask("per_lin", NULL, false, NOW);
    run(NOW - 1);
    COUNT("idempotency WHERE LENGTH(answer) > 1", "1");
    run(NOW);
    COUNT("erasures WHERE status = 'done'", "1");
    COUNT("idempotency WHERE LENGTH(answer) = 1", "2");
    assert_false(persons_on_disk(&p, "alias of per_lin"));
}

static void nobody_gets_her_id_again(void **state)
{
    (void)state;
    ask("per_lin", "per_lin2", true, NOW);
    run(DAY0);
    p.x.options.extra = &p.file.extra;
    must(facts_import(&p.x, &member_kind,
                      HEAD "per_lin,org_agency,13800138000,Lin,store,Xuhui,,\n"));
    assert_int_equal(p.x.result.skipped, 1);
    assert_said(&p.x, "erased");
}

struct kept {
    char labels[100];
    when until;
};

static struct kept kept_of(const char *person, when at)
{
    static struct erase_kept kept[ERASE_KEPT];
    struct kept k = {.until = 0};
    size_t count, n = 0;
    must(erase_kept(p.x.f.s, str_of(person), at, kept, &count, &problem));
    for (size_t i = 0; i < count; i++) {
        n += (size_t)snprintf(k.labels + n, sizeof k.labels - n, "%s ", kept[i].label);
        k.until = kept[i].until;
    }
    return k;
}

static void proofs_stay_locked_until_their_term_ends(void **state)
{
    (void)state;
    static struct erase_proof proof;
    struct buf out;
    ask("per_lin", "per_lin2", true, NOW);
    run(DAY0);
    struct kept k = kept_of("per_lin", DAY0);
    assert_string_equal(k.labels, "consent/1 consent/2 ");
    assert_int_equal(k.until, DAY0 + ERASE_TERM);
    must(erase_open_kept(&with.vault, STR("per_lin"), STR("consent/1"), k.until - 1, &proof,
                         &problem));
    assert_ptr_equal(proof.kind, &consent_kind);
    assert_true(proof.organisation.n > 0);
    assert_true(str_eq(fact_text(&proof.row.v[CONSENT_EVIDENCE]), STR(EVIDENCE)));
    run(k.until - 1);
    assert_string_equal(kept_of("per_lin", k.until - 1).labels, "consent/1 consent/2 ");
    /* Not a moment longer, though nobody has carried it out yet. */
    assert_string_equal(kept_of("per_lin", k.until).labels, "");
    must_fail(ERR_NOT_FOUND, erase_open_kept(&with.vault, STR("per_lin"), STR("consent/1"), k.until,
                                             &proof, &problem));
    run(k.until);
    COUNT("kept", "0");
    buf_init(&out, ROW_MAX);
    assert_int_equal(unwrap_seal(p.keys, STR("per_lin"), KEY_CONTRACT, STR("x"), STR("x"), &out),
                     ERR_CLOSED);
    vault_wipe(&out);
}

static void a_contract_stays_for_its_term_and_its_class_alone(void **state)
{
    (void)state;
    static struct erase_proof proof;
    struct buf out;
    const struct value until = value_int(NOW + 40 * WHEN_DAY);
    must(store_run(p.x.f.s,
                   "UPDATE members SET contract_until = $1, contract = 'basic' WHERE id = "
                   "'per_xue'",
                   &until, 1, NULL, NULL, &problem));
    ask("per_xue", NULL, true, NOW);
    run(DAY0);
    assert_string_equal(kept_of("per_xue", DAY0).labels, "consent/1 contract ");
    assert_int_equal(kept_of("per_xue", DAY0).until, until.i + ERASE_TERM);
    buf_init(&out, ROW_MAX);
    assert_int_equal(unwrap_seal(p.keys, STR("per_xue"), KEY_PROFILE, STR("x"), STR("x"), &out),
                     ERR_CLOSED);
    must(erase_open_kept(&with.vault, STR("per_xue"), STR("contract"), DAY0, &proof, &problem));
    assert_ptr_equal(proof.kind, &member_kind);
    assert_int_equal(proof.row.v[MEMBER_NUMBER].type, VALUE_NULL);
}

static enum err who_looked(const char *person)
{
    uint8_t key[32];
    return unwrap_derive(p.keys, str_of(person), KEY_RECORD, 1, "wholookd", key);
}

static void who_looked_stays_hers_until_the_log_s_retention_ends(void **state)
{
    (void)state;
    ask("per_lin", NULL, false, NOW);
    run(DAY0);
    must(who_looked("per_lin"));
    COUNT("member_links WHERE person = 'per_lin'", "1");
    run(DAY0 + 131 * WHEN_DAY - 1);
    must(who_looked("per_lin"));
    run(DAY0 + 131 * WHEN_DAY);
    assert_int_equal(who_looked("per_lin"), ERR_CLOSED);
    COUNT("member_links WHERE person = 'per_lin'", "0");
    COUNT("erasures", "0");
}

static void put_contract(const char *id, bool signs, when until)
{
    int64_t journal;
    const struct value row[CONTRACT_COLUMNS] = {
        [CONTRACT_KEY] = value_text(str_of(id)),
        [CONTRACT_PERSON] = value_text(STR("per_xue")),
        [CONTRACT_ORGANISATION] = value_text(STR("org_agency")),
        [CONTRACT_EDITION] = value_text(STR("sh-2024-store")),
        [CONTRACT_VERSION] = value_int(1),
        [CONTRACT_HASH] = value_text(STR("00")),
        [CONTRACT_SCORE] = value_text(STR("conforms")),
        [CONTRACT_TOTAL_FEN] = value_int(1800000),
        [CONTRACT_FROM] = value_int(NOW),
        [CONTRACT_UNTIL] = value_int(until),
        [CONTRACT_COOLING_DAYS] = value_int(7),
        [CONTRACT_PERSON_SIGNED_AT] = signs ? value_int(NOW) : value_null(),
        [CONTRACT_STATUS] = value_text(signs ? STR("signed") : STR("offered")),
    };
    must(store_begin(p.x.f.s, &problem));
    must(
        fact_write(p.x.f.s, &contract_kind, row, STR("n1"), STR("stf_a"), NOW, &journal, &problem));
    must(contract_seal(p.x.f.s, p.keys, row, STR("six dates"), &problem));
    must(store_commit(p.x.f.s, &problem));
}

/* What both have signed can be claimed from until that has lapsed; an offer ends with her. */
static void her_contracts_stay_until_their_term_has_ended(void **state)
{
    struct buf out;
    static struct erase_proof proof;
    const when until = NOW + 30 * WHEN_DAY;
    (void)state;
    put_contract("ctr_aaaaaaaaaaaaaaaa", true, until);
    put_contract("ctr_bbbbbbbbbbbbbbbb", false, until);
    put_contract("ctr_cccccccccccccccc", true, NOW - ERASE_TERM);
    ask("per_xue", NULL, true, DAY0);
    run(DAY0);
    assert_string_equal(kept_of("per_xue", DAY0).labels,
                        "consent/1 contract/ctr_aaaaaaaaaaaaaaaa ");
    expect("SELECT status FROM contracts WHERE id = 'ctr_bbbbbbbbbbbbbbbb'", "void");
    expect("SELECT contract FROM contract_texts", "ctr_aaaaaaaaaaaaaaaa");
    buf_init(&out, ROW_MAX);
    must(erase_open_kept(&with.vault, STR("per_xue"), STR("contract/ctr_aaaaaaaaaaaaaaaa"), DAY0,
                         &proof, &problem));
    assert_ptr_equal(proof.kind, &contract_kind);
    must(contract_open(p.x.f.s, p.keys, proof.row.v, &out, &problem));
    assert_true(str_eq(buf_view(&out), STR("six dates")));
    run(until + ERASE_TERM - 1);
    COUNT("contract_texts", "1");
    run(until + ERASE_TERM);
    COUNT("contract_texts", "0");
    COUNT("kept", "0");
    buf_fini(&out);
}

/* Else there would be looks at what is kept that she could not be shown. */
static void and_as_long_as_something_is_kept(void **state)
{
    (void)state;
    ask("per_xue", NULL, true, NOW);
    run(DAY0);
    const when until = kept_of("per_xue", DAY0).until;
    assert_true(until > DAY0 + 131 * WHEN_DAY);
    run(until - 1);
    must(who_looked("per_xue"));
    COUNT("member_links WHERE person = 'per_xue'", "1");
    run(until);
    assert_int_equal(who_looked("per_xue"), ERR_CLOSED);
    COUNT("member_links WHERE person = 'per_xue'", "0");
    COUNT("erasures", "0");
}

static void one_organisation_of_several_keeps_her_number_for_the_others(void **state)
{
    (void)state;
    ask("per_lin", NULL, false, NOW);
    run(DAY0);
    COUNT("members WHERE id = 'per_lin' AND status = 'erased'", "1");
    COUNT("members WHERE id = 'per_lin2' AND status = 'active'", "1");
    COUNT("consents WHERE organisation = 'org_agency' AND number = 8613800138000 AND "
          "ended = 'withdrawn'",
          "1");
    COUNT("consents WHERE organisation = 'org_homes' AND ended_at IS NULL", "1");
    COUNT("refusals WHERE organisation = 'org_agency' AND number = 8613800138000", "1");
    COUNT("suppressions", "0");
    assert_string_equal(persons_field(&p, "per_lin2", CATEGORY_BASIC, "district"), "Changning");
}

static void an_erasure_waits_and_may_be_cancelled(void **state)
{
    (void)state;
    char id[FRESH_ID];
    const struct str her = STR("per_lin"), nobody = STR("per_nobody");
    const struct erase_request again = {&her, 1, false, NOW};
    const struct erase_request none = {&nobody, 1, false, NOW};
    ask("per_lin", "per_lin2", true, DAY0);
    must_fail(ERR_CONFLICT, erase_ask(p.x.f.s, &again, &she, id, &seq, &problem));
    must_fail(ERR_NOT_FOUND, erase_ask(p.x.f.s, &none, &she, id, &seq, &problem));
    run(DAY0 - 1);
    COUNT("members WHERE status = 'active'", "3");
    must(erase_cancel(p.x.f.s, STR("per_lin2"), &she, &seq, &problem));
    must_fail(ERR_NOT_FOUND, erase_cancel(p.x.f.s, her, &she, &seq, &problem));
    run(DAY0);
    COUNT("members WHERE status = 'active'", "3");
    COUNT("erasures WHERE status = 'cancelled'", "2");
    ask("per_lin", "per_lin2", true, DAY0);
    run(DAY0);
    COUNT("members WHERE status = 'active'", "1");
    must_fail(ERR_NOT_FOUND, erase_cancel(p.x.f.s, her, &she, &seq, &problem));
}

static void three_a_day_are_asked_for(void **state)
{
    (void)state;
    char id[FRESH_ID];
    const struct str her = STR("per_lin");
    const struct erase_request r = {&her, 1, false, DAY0};
    for (int i = 0; i < ERASE_A_DAY; i++) {
        must(erase_ask(p.x.f.s, &r, &she, id, &seq, &problem));
        must(erase_cancel(p.x.f.s, her, &she, &seq, &problem));
    }
    must_fail(ERR_LIMIT, erase_ask(p.x.f.s, &r, &she, id, &seq, &problem));
}

static void a_failing_disk_leaves_it_running_and_the_next_run_ends_it(void **state)
{
    (void)state;
    uint8_t key[32];
    ask("per_lin", "per_lin2", true, NOW);
    for (unsigned n = 1; n <= 3; n++) {
        struct problem problem;
        failing_disk_arm(&p.disk, n, true, ERR_IO);
        if (erase_run(&with, DAY0, &seq, &problem) == OK)
            fail_msg("call %u did not fail", n);
        COUNT("erasures WHERE status = 'running'", "2");
    }
    failing_disk_arm(&p.disk, 0, false, OK);
    link_close(p.link);
    unwrap_close(p.keys);
    persons_keys(&p);
    with.vault = p.intake.vault;
    with.link = p.link;
    run(DAY0);
    COUNT("erasures WHERE status = 'done'", "2");
    assert_int_equal(unwrap_derive(p.keys, STR("per_lin"), KEY_PROFILE, 1, "erased? ", key),
                     ERR_CLOSED);
    assert_int_equal(unwrap_derive(p.keys, STR("per_lin2"), KEY_PROFILE, 1, "erased? ", key),
                     ERR_CLOSED);
}

static void an_order_in_force_holds_only_whom_it_names_and_until_it_ends(void **state)
{
    (void)state;
    const struct opening_terms terms = {.person = STR("per_lin"),
                                        .what = (categories)1 << CATEGORY_CHAT,
                                        .until = NOW + 20 * WHEN_DAY,
                                        .document = STR("SH-2026-9"),
                                        .task = STR("cas_1")};
    const struct fact_origin one = {STR("n1"), STR("stf_one"), NOW};
    const struct fact_origin two = {STR("n1"), STR("stf_two"), NOW};
    char id[FRESH_ID];
    must(opening_propose(&with.vault, &terms, &one, id, &seq, &problem));
    must(opening_confirm(&with.vault, str_of(id), &two, &seq, &problem));
    ask("per_lin", "per_lin2", true, NOW);
    run(DAY0);
    COUNT("members WHERE id = 'per_lin' AND status = 'active'", "1");
    COUNT("members WHERE id = 'per_lin2' AND status = 'erased'", "1");
    COUNT("erasures WHERE person = 'per_lin' AND status = 'held'", "1");
    COUNT("consents WHERE number = 8613800138000 AND ended_at IS NULL", "0");
    must_fail(ERR_NOT_FOUND, erase_cancel(p.x.f.s, STR("per_lin"), &she, &seq, &problem));
    run(terms.until);
    COUNT("members WHERE id = 'per_lin' AND status = 'erased'", "1");
    COUNT("openings WHERE status = 'ended'", "1");
    COUNT("erasures WHERE status = 'done'", "2");
}

/* The tables as they were, the keys as they are: as if restored from a backup. */
static void an_older_copy_of_the_database_yields_nothing_and_is_erased_again(void **state)
{
    (void)state;
    if (fixture_is_postgres())
        skip();
    char copy[120];
    void *bytes;
    size_t n;
    snprintf(copy, sizeof copy, "%s/copy", p.x.f.folder);
    const struct value to = value_text(str_of(copy));
    must(store_run(p.x.f.s, "VACUUM INTO $1", &to, 1, NULL, NULL, &problem));
    ask("per_lin", "per_lin2", true, NOW);
    run(DAY0);
    store_close(p.x.f.s);
    must(disk_load(&disk_real, copy, 64 << 20, &bytes, &n));
    FILE *file = fopen(p.x.f.where, "w");
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(unlink(copy), 0);
    free(bytes);
    p.x.f.s = fixture_connect(&p.x.f);
    p.intake.vault.store = with.vault.store = p.x.f.s;
    assert_true(number_on_disk(8613800138000));
    COUNT("members WHERE status = 'active'", "3");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "district"), "closed");
    must(erase_again(&with, DAY0, &problem));
    COUNT("members WHERE status = 'active'", "1");
    COUNT("suppressions", "4");
    COUNT("vault WHERE person IN ('per_lin', 'per_lin2')", "0");
    COUNT("erasures WHERE status = 'done'", "2");
    assert_false(number_on_disk(8613800138000));
    must(erase_again(&with, DAY0, &problem));
    COUNT("erasures", "2");
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_whole_erasure_leaves_nothing_but_her_refusals),
        T(kept_answers_end_with_her),
        T(her_contracts_stay_until_their_term_has_ended),
        T(nobody_gets_her_id_again),
        T(proofs_stay_locked_until_their_term_ends),
        T(a_contract_stays_for_its_term_and_its_class_alone),
        T(who_looked_stays_hers_until_the_log_s_retention_ends),
        T(and_as_long_as_something_is_kept),
        T(one_organisation_of_several_keeps_her_number_for_the_others),
        T(an_erasure_waits_and_may_be_cancelled),
        T(three_a_day_are_asked_for),
        T(a_failing_disk_leaves_it_running_and_the_next_run_ends_it),
        T(an_order_in_force_holds_only_whom_it_names_and_until_it_ends),
        T(an_older_copy_of_the_database_yields_nothing_and_is_erased_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
