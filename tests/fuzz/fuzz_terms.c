/*
 * Any bytes as a contract, and as an advertisement. What is read has everything within its
 * bounds and is checked and computed with; what is not names a place, in valid UTF-8.
 */
#include "core/utf8.h"
#include "desk/ad_compare.h"
#include "desk/clause.h"
#include "desk/refund.h"
#include "tree_pack.h"

#include <stdlib.h>

static struct terms t;

static void must_name(const struct terms_errors *errors)
{
    must(errors->count > 0 && errors->count <= TERMS_ERRORS);
    for (size_t i = 0; i < errors->count; i++) {
        const struct str pointer = str_of(errors->at[i].pointer);
        must(pointer.n < sizeof errors->at[i].pointer && utf8_valid(pointer) == pointer.n);
        must(errors->at[i].detail[0] != '\0');
    }
}

static void refunds(void)
{
    unsigned served[TERMS_ITEMS] = {1, 0, 10000, 4000000000};
    for (int fault = FAULT_AGENCY; fault <= FAULT_NONE; fault++) {
        struct refund r;
        struct refund_case c = {.rules = tree_pack(),
                                .terms = &t,
                                .paid_fen = TERMS_FEN_MAX,
                                .served = served,
                                .at = 2000000000 * WHEN_SECOND,
                                .fault = (enum fault)fault};
        if (refund_compute(&c, &r) == OK)
            must(r.amount_fen >= 0 && r.amount_fen <= c.paid_fen && r.served_fen >= 0);
    }
}

static void contract(const json_t *document)
{
    struct terms_errors errors;
    struct clause_result results[CLAUSES];
    if (!terms_read(document, &t, &errors)) {
        must_name(&errors);
        return;
    }
    must(errors.count == 0 && t.item_count <= TERMS_ITEMS && t.clause_count <= TERMS_CLAUSES);
    clause_check(tree_pack(), &t, results);
    for (unsigned i = 0; i < CLAUSES; i++) {
        must(results[i].check == i + 1 && results[i].pass == (results[i].pointer[0] == '\0'));
        must(utf8_valid(results[i].quote) == results[i].quote.n);
    }
    json_t *answer = clause_json(tree_pack(), document, &t, results);
    must(answer != NULL);
    json_decref(answer);
    refunds();
}

/* A file that says what the advertisement says differs in nothing; of none that is shown, nothing
 * is said. */
static void compare(const struct ad *ad, struct ad_problem problems[static AD_PROBLEMS],
                    size_t count)
{
    static struct vault_object kept[CATEGORIES];
    kept[CATEGORY_EDUCATION].field[0] = (struct vault_field){STR("education"), ad->education};
    kept[CATEGORY_EDUCATION].field[1] = (struct vault_field){STR("occupation"), ad->occupation};
    kept[CATEGORY_EDUCATION].count = 2;
    struct ad_file file = {.alias = ad->code, .shown = 1 << CATEGORY_EDUCATION, .kept = kept};
    size_t all = ad_compare(tree_pack(), ad, &file, problems, count);
    for (size_t i = count; i < all; i++)
        must(strcmp(problems[i].code, "not-comparable") == 0 &&
             strcmp(problems[i].pointer, "/education") != 0 &&
             strcmp(problems[i].pointer, "/occupation") != 0);
    file.shown = 0;
    all = ad_compare(tree_pack(), ad, &file, problems, count);
    for (size_t i = count; i < all; i++)
        must(strcmp(problems[i].code, "not-comparable") == 0);
}

static void advertisement(const json_t *document)
{
    struct terms_errors errors;
    struct ad_problem problems[AD_PROBLEMS];
    struct ad ad;
    if (!ad_read(document, &ad, &errors)) {
        must_name(&errors);
        return;
    }
    const size_t count = ad_check(tree_pack(), &ad, problems);
    compare(&ad, problems, count);
    json_t *answer = ad_json(problems, count, NULL);
    must(answer != NULL);
    json_decref(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *document =
        json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (document == NULL)
        return 0;
    contract(document);
    advertisement(document);
    json_decref(document);
    return 0;
}
