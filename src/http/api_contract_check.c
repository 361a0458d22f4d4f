/*
 * POST /v1/contracts/check: what is wrong with a contract that is about to be used. Nothing is
 * kept, and nobody's file is read.
 */
#include "desk/clause.h"
#include "http/route.h"

#include <stdlib.h>

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
        outcome_problem(r, 400, "invalid-contract", "/contract%s: %s", errors.at[0].pointer,
                        errors.at[0].detail);
    }
    free(terms);
}
