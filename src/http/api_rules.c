/*
 * GET /v1/rules, GET /v1/rules/{id}: the law as data, for whoever asks why.
 *
 * Public as the law is. A rule that was given as the reason of a verdict is found by its id also
 * when it is not in force any more.
 */
#include "http/etag.h"
#include "http/route.h"
#include "http/rule_json.h"

static enum rules_kind kind_of(struct str word)
{
    int kind = 0;
    while (kind < RULES_KINDS && !str_eq(word, str_of(rules_kind_name((enum rules_kind)kind))))
        kind++;
    return kind < RULES_KINDS ? (enum rules_kind)kind : RULES_RULE;
}

/* With its tag: a pack changes seldom. */
static void answer(struct request *r, json_t *json)
{
    if (json != NULL && etag_of_json(json, r->outcome.etag)) {
        outcome_json(r, 200, json);
        return;
    }
    json_decref(json);
    outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
}

void api_rules(struct request *r, const struct hands *h)
{
    const struct rules *rules = gate_rules(h->gate);
    const enum rules_kind kind = kind_of(query_text(&r->query, "kind"));
    json_t *list = json_array();
    for (size_t i = 0; i < rules_entries(rules, kind); i++)
        if (json_array_append_new(list, rule_head_json(rules, kind, rules_entry(rules, kind, i))) !=
            0) {
            json_decref(list);
            list = NULL;
            break;
        }
    answer(r, list != NULL ? json_pack("{s:s, s:o}", "kind", rules_kind_name(kind), "rules", list)
                           : NULL);
}

void api_rule(struct request *r, const struct hands *h)
{
    const struct rules *rules = gate_rules(h->gate);
    enum rules_kind kind = RULES_RULE;
    const void *entry = rules_find_entry(rules, r->param, &kind);
    if (entry != NULL)
        answer(r, rule_json(rules, kind, entry));
    else
        outcome_problem(r, 404, "not-found", "the rule packs in force have no such rule");
}
