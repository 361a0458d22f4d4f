/*
 * clause: the 27 checks of a contract.
 *
 * What each wants stands in the rule pack (rules/cn-contracts.yaml, key `clause`), by what
 * bounds in the edition that the contract names. Eight of them make a contract that fails
 * them non-conforming, and the agency cannot sign it; what the others find is a deviation,
 * which the contract lists with a reason (check 27).
 *
 * A contract whose edition nobody knows cannot be measured: the checks that need a bound of
 * it fail.
 *
 * Pure; any thread. Free text is searched literally (desk/phrase.h): slow enough that it
 * belongs on no HTTP loop.
 */
#pragma once
#include "desk/terms.h"
#include "rules/rules.h"

enum clause_weight { CLAUSE_WEIGHS_DEVIATION, CLAUSE_WEIGHS_FAILURE };

/* "deviation" "failure" */
const char *clause_weight_name(enum clause_weight);

struct clause_result {
    unsigned check;   /* 1 … CLAUSES */
    const char *word; /* "parties" */
    bool pass;
    enum clause_weight weight;
    char pointer[48];        /* where it fails: "/items/0/count"; "" if it passes */
    struct str quote;        /* the sentence that fails, a view into the document; or empty */
    const struct rule *rule; /* behind it, or NULL: the pack has none */
};

void clause_check(const struct rules *, const struct terms *,
                  struct clause_result out[static CLAUSES]);

enum clause_score { CLAUSE_CONFORMS, CLAUSE_DEVIATES, CLAUSE_FAILS };

/* "conforms" "deviates" "fails" */
const char *clause_score_name(enum clause_score);

enum clause_score clause_score(const struct clause_result results[static CLAUSES]);

/*
 * {"score", "edition": {"code", "wording", "hash"} or null, "checks": [{"check", "word",
 * "pass", "weight", "pointer", "quote", "rule", "basis"}]}; a new reference, NULL when out of
 * memory. A failed check quotes its sentence or, without one, what the document says at its
 * pointer.
 */
json_t *clause_json(const struct rules *, const json_t *document, const struct terms *,
                    const struct clause_result results[static CLAUSES]);
