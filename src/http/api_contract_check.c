/*
 * POST /v1/contracts/check and POST /v1/ads/check: what is wrong with a text that is about
 * to be used. Nothing is kept, and nobody's file is read.
 */
#include "desk/ad.h"
#include "desk/clause.h"
#include "http/route.h"

#include <stdlib.h>

static void refuse(struct request *r, const char *code, const char *within,
                   const struct terms_error *e)
{
    outcome_problem(r, 400, code, "%s%s: %s", within, e->pointer, e->detail);
}

void api_contract_check(struct request *r, const struct hands *h)
{
    const struct rules *rules = gate_rules(h->gate);
    const json_t *contract = json_object_get(r->json, "contract");
    struct terms_errors errors;
    struct clause_result results[CLAUSES];
    const struct problem problem = {.text = "out of memory"};
    if (!json_is_object(contract) || json_object_size(r->json) != 1) {
        outcome_problem(r, 400, "invalid-contract", "the body is {\"contract\": {…}}");
        return;
    }
    struct terms *terms = malloc(sizeof *terms);
    if (terms == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    if (terms_read(contract, terms, &errors)) {
        clause_check(rules, terms, results);
        outcome_json(r, 200, clause_json(rules, contract, terms, results));
    } else {
        refuse(r, "invalid-contract", "/contract", &errors.at[0]);
    }
    free(terms);
}

void api_ad_check(struct request *r, const struct hands *h)
{
    struct terms_errors errors;
    struct ad_problem problems[AD_PROBLEMS];
    struct ad ad;
    if (ad_read(r->json, &ad, &errors))
        outcome_json(r, 200, ad_json(problems, ad_check(gate_rules(h->gate), &ad, problems)));
    else
        refuse(r, "invalid-ad", "", &errors.at[0]);
}
