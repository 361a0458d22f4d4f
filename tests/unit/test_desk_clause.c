/* The 27 checks: a contract that passes each, and one that fails it and no other. */
#include "unit.h"
#include "desk/clause.h"

#define CONTRACTS SOURCE_ROOT "/tests/unit/data/contracts/"

static struct rules *rules;
static json_t *base, *list;
static struct terms t;
static struct clause_result results[CLAUSES];

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *value = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return value;
}

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    assert_int_equal(rules_load(pack, 1, &rules, NULL), OK);
    base = load(CONTRACTS "base.json");
    list = load(CONTRACTS "changes.json");
    return 0;
}

static int stop(void **state)
{
    rules_free(rules);
    json_decref(base);
    json_decref(list);
    return 0;
}

/* RFC 7396. */
static void merge(json_t *into, const json_t *patch)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)patch, key, value)
    {
        json_t *old = json_object_get(into, key);
        if (json_is_null(value))
            json_object_del(into, key);
        else if (json_is_object(value) && json_is_object(old))
            merge(old, value);
        else
            json_object_set_new(into, key, json_deep_copy(value));
    }
}

/* The base contract with a change, read and checked; the document is the caller's. */
static json_t *checked(const json_t *patch)
{
    struct terms_errors errors;
    json_t *document = json_deep_copy(base);
    if (patch != NULL)
        merge(document, patch);
    if (!terms_read(document, &t, &errors))
        fail_msg("%s: %s", errors.at[0].pointer, errors.at[0].detail);
    clause_check(rules, &t, results);
    return document;
}

/* Those and no others fail; 0: none. */
static void only(const char *what, unsigned failing)
{
    for (unsigned i = 0; i < CLAUSES; i++)
        if (results[i].pass == (results[i].check == failing))
            fail_msg("%s: check %u %s, at \"%s\"", what, results[i].check,
                     results[i].pass ? "passes" : "fails", results[i].pointer);
}

static void the_base_contract_conforms(void **state)
{
    json_decref(checked(NULL));
    only("base", 0);
    assert_int_equal(clause_score(results), CLAUSE_CONFORMS);
    for (unsigned i = 0; i < CLAUSES; i++) {
        assert_int_equal(results[i].check, i + 1);
        assert_non_null(results[i].rule);
        assert_int_equal(results[i].rule->clause, i + 1);
    }
}

static void each_check_passes_and_fails_alone(void **state)
{
    size_t i;
    const json_t *change;
    bool seen[CLAUSES] = {false};
    json_array_foreach(list, i, change)
    {
        const unsigned check = (unsigned)json_integer_value(json_object_get(change, "check"));
        const char *word = json_string_value(json_object_get(change, "word"));
        assert_true(check == i + 1 && !seen[check - 1]);
        seen[check - 1] = true;
        json_decref(checked(json_object_get(change, "pass")));
        only(word, (unsigned)json_integer_value(json_object_get(change, "also")));

        json_t *document = checked(json_object_get(change, "fail"));
        const struct clause_result *r = &results[check - 1];
        only(word, check);
        assert_string_equal(r->word, word);
        assert_string_equal(r->pointer, json_string_value(json_object_get(change, "pointer")));
        assert_int_equal(clause_score(results),
                         r->weight == CLAUSE_WEIGHS_FAILURE ? CLAUSE_FAILS : CLAUSE_DEVIATES);
        json_t *answer = clause_json(rules, document, &t, results);
        const json_t *shown = json_array_get(json_object_get(answer, "checks"), check - 1);
        const json_t *quote = json_object_get(change, "quote");
        if (quote != NULL && !json_equal(json_object_get(shown, "quote"), quote))
            fail_msg("%s quotes %s", word, json_string_value(json_object_get(shown, "quote")));
        json_decref(answer);
        json_decref(document);
    }
    assert_int_equal(i, CLAUSES);
}

static void eight_are_failures(void **state)
{
    json_decref(checked(NULL));
    unsigned failures = 0;
    for (unsigned i = 0; i < CLAUSES; i++)
        if (results[i].weight == CLAUSE_WEIGHS_FAILURE)
            failures |= 1U << results[i].check;
    assert_int_equal(failures,
                     1 << 1 | 1 << 6 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 14 | 1 << 15 | 1 << 24);
}

static void of_nothing_all_but_words_fails(void **state)
{
    struct terms_errors errors;
    json_t *nothing = json_object();
    assert_true(terms_read(nothing, &t, &errors));
    clause_check(rules, &t, results);
    for (unsigned i = 0; i < CLAUSES; i++) {
        const bool words =
            strcmp(results[i].word, "promise") == 0 || strcmp(results[i].word, "void") == 0;
        if (results[i].pass != words)
            fail_msg("%s", results[i].word);
    }
    assert_int_equal(clause_score(results), CLAUSE_FAILS);
    json_decref(nothing);
}

static void hash_text(const char *code, char hex[static 65])
{
    const struct rule_edition *e = rules_edition(rules, str_of(code));
    assert_non_null(e);
    for (size_t i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", e->hash[i]);
}

static void every_edition_has_its_bounds(void **state)
{
    static const char *const editions[] = {"sh-2021-agency", "sh-2024-store", "gbt-23861-2009",
                                           "sz-2024"};
    char hex[65];
    for (size_t i = 0; i < 4; i++) {
        hash_text(editions[i], hex);
        json_t *patch = json_pack("{s:s, s:s}", "edition", editions[i], "edition_hash", hex);
        json_decref(checked(patch));
        only(editions[i], 0);
        for (int days = 0; days <= 31; days++) {
            json_object_set_new(patch, "cooling_off_days", json_integer(days));
            json_decref(checked(patch));
            const bool good =
                strcmp(editions[i], "sz-2024") == 0 ? days >= 7 : days >= 3 && days <= 7;
            only(editions[i], good ? 0 : 10);
        }
        json_decref(patch);
    }
}

static void an_unknown_edition_measures_nothing(void **state)
{
    json_t *patch = json_pack("{s:s}", "edition", "sh-2030");
    json_decref(checked(patch));
    assert_int_equal(clause_score(results), CLAUSE_FAILS);
    static const unsigned bounded[] = {7, 10, 12, 13, 20, 26, 27};
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
        assert_false(results[bounded[i] - 1].pass);
        assert_string_equal(results[bounded[i] - 1].pointer, "/edition");
    }
    json_decref(patch);
}

static void a_deviation_wants_a_reason(void **state)
{
    json_t *patch =
        json_pack("{s:{s:i, s:i}}", "penalty", "client_percent", 40, "agency_percent", 40);
    json_decref(checked(patch));
    assert_false(results[13 - 1].pass);
    assert_false(results[27 - 1].pass);
    assert_string_equal(results[27 - 1].pointer, "/deviations");
    json_object_set_new(patch, "deviations", json_pack("[{s:i, s:s}]", "check", 13, "why", ""));
    json_decref(checked(patch));
    assert_false(results[27 - 1].pass);
    json_object_set_new(patch, "deviations", json_pack("[{s:i, s:s}]", "check", 13, "why", "y"));
    json_decref(checked(patch));
    only("a reason", 13);
    json_decref(patch);
}

/* A few more ways to fail. */
static void other_ways(void **state)
{
    static const struct {
        const char *patch;
        unsigned check;
        const char *pointer;
    } ways[] = {
        {"{\"agency\":{\"provider\":null}}", 1, "/agency/provider"},
        {"{\"client\":{\"id_verified\":false}}", 1, "/client/id_verified"},
        {"{\"client\":{\"marital\":\"married\"}}", 2, "/client/marital"},
        {"{\"client\":{\"signs\":\"proxy\",\"proxy\":\"x\"}}", 2, "/client/signs"},
        {"{\"client\":{\"marital\":\"widowed\"}}", 3, "/verification"},
        {"{\"term\":{\"until\":\"2026-12-01\"}}", 6, "/term/until"},
        {"{\"term\":{\"until\":null}}", 6, "/term/until"},
        {"{\"dates\":{\"per_day\":2}}", 7, "/dates/per_day"},
        {"{\"dates\":{\"count\":0}}", 7, "/dates/count"},
        {"{\"fees\":{\"list_fen\":1800001}}", 8, "/fees/list_fen"},
        {"{\"instalments\":[{\"due\":\"2026-12-01\",\"amount_fen\":1}]}", 9, "/instalments"},
        {"{\"instalments\":[]}", 9, "/instalments"},
        {"{\"refund\":{\"client_fault\":null}}", 11, "/refund/client_fault"},
        {"{\"refund\":{\"days\":16}}", 12, "/refund/days"},
        {"{\"refund\":{\"route\":\"other\"}}", 12, "/refund/route"},
        {"{\"penalty\":{\"agency_percent\":10}}", 13, "/penalty/agency_percent"},
        {"{\"penalty\":{\"agency_percent\":25}}", 13, "/penalty/agency_percent"},
        {"{\"penalty\":null}", 13, "/penalty/client_percent"},
        {"{\"privacy\":{\"categories\":[\"basic\",\"mood\"]}}", 14, "/privacy/categories"},
        {"{\"privacy\":{\"chat\":null}}", 14, "/privacy/chat"},
        {"{\"beyond\":{\"marketing\":null}}", 15, "/beyond/marketing"},
        {"{\"complaint\":{\"hotline\":\"12345\"}}", 20, "/complaint/hotline"},
        {"{\"dispute\":{\"place\":\"崇远县\"}}", 21, "/dispute/place"},
        {"{\"items\":[{\"name\":\"终身服务\",\"unit\":\"次\",\"count\":6,\"list_fen\":2400000,"
         "\"price_fen\":1800000}]}",
         23, "/items/0/name"},
        {"{\"prominent\":[\"refund\",\"fees\",\"risk\"]}", 25, "/prominent"},
        {"{\"copies\":1}", 26, "/copies"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        json_t *patch = json_loads(ways[i].patch, 0, NULL);
        json_decref(checked(patch));
        for (unsigned k = 0; k < CLAUSES - 1; k++)
            if (results[k].pass == (k + 1 == ways[i].check) &&
                !(k + 1 == 11 && ways[i].check == 6)) /* without an end nothing is computed */
                fail_msg("%s: check %u", ways[i].patch, k + 1);
        assert_string_equal(results[ways[i].check - 1].pointer, ways[i].pointer);
        json_decref(patch);
    }
}

/* What she signs is searched wherever it stands. */
static void words_are_found_in_every_text(void **state)
{
    static const struct {
        const char *patch, *pointer;
    } places[] = {
        {"{\"items\":[{\"name\":\"x\",\"unit\":\"次，%s\",\"count\":1,\"list_fen\":1,\"price_fen\":"
         "1}]}",
         "/items/0/unit"},
        {"{\"privacy\":{\"withdrawal\":\"随时；撤回者%s\"}}", "/privacy/withdrawal"},
        {"{\"privacy\":{\"recipients\":[\"x\",\"%s\"]}}", "/privacy/recipients/1"},
        {"{\"deviations\":[{\"check\":13,\"why\":\"双方约定%s\"}]}", "/deviations/0/why"},
        {"{\"complaint\":{\"contact\":\"%s\"}}", "/complaint/contact"},
        {"{\"clauses\":[{\"title\":\"%s\",\"text\":\"x\",\"bold\":true}]}", "/clauses/0/title"},
    };
    static const struct {
        unsigned check;
        const char *words;
    } bad[] = {{6, "服务直到成功"}, {23, "包成功"}, {24, "概不退款"}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
            char text[300];
            snprintf(text, sizeof text, places[i].patch, bad[k].words);
            json_t *patch = json_loads(text, 0, NULL);
            json_t *document = checked(patch);
            const struct clause_result *r = &results[bad[k].check - 1];
            if (r->pass || strcmp(r->pointer, places[i].pointer) != 0)
                fail_msg("%s: check %u at \"%s\"", text, r->check, r->pointer);
            assert_true(r->quote.n >= strlen(bad[k].words));
            json_decref(document);
            json_decref(patch);
        }
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(the_base_contract_conforms),   TEST(each_check_passes_and_fails_alone),
        TEST(eight_are_failures),           TEST(of_nothing_all_but_words_fails),
        TEST(every_edition_has_its_bounds), TEST(an_unknown_edition_measures_nothing),
        TEST(a_deviation_wants_a_reason),   TEST(other_ways),
        TEST(words_are_found_in_every_text)};
    return cmocka_run_group_tests(all, start, stop);
}
