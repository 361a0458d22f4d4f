/* What contracts are measured by: editions of the model contract, phrases, and the 27 checks. */
#include "rules/pack.h"

#include <openssl/evp.h>

#define IN(type, member) YML_MEMBER(struct type, member)
#define DAYS(name, member)                                                                         \
    {                                                                                              \
        .key = (name), .type = YML_INTEGER, IN(rule_edition, member), .required = true, .max = 366 \
    }

static const struct yml_field cooling_fields[] = {
    DAYS("least", cooling_least),
    {.key = "most", .type = YML_INTEGER, IN(rule_edition, cooling_most), .min = 1, .max = 366},
    DAYS("usual", cooling_usual),
};
const struct yml_map cooling_map = {"cooling_off", YML_FIELDS(cooling_fields), 0};

static const struct yml_field edition_clause_fields[] = {
    {.key = "check",
     .type = YML_INTEGER,
     IN(edition_clause, check),
     .required = true,
     .min = 1,
     .max = CLAUSES},
    {.key = "zh", .type = YML_TEXT, IN(edition_clause, zh), .required = true, .max = 2000},
    {.key = "en", .type = YML_TEXT, IN(edition_clause, en), .required = true, .max = 2000},
};
const struct yml_map edition_clause_map = {"a clause", YML_FIELDS(edition_clause_fields),
                                           sizeof(struct edition_clause)};

enum err verify_edition(const struct rule_edition *e, const struct source *s,
                        struct problem *problem)
{
    if (e->cooling_usual < e->cooling_least ||
        (e->cooling_most != 0 && e->cooling_usual > e->cooling_most))
        return pack_refuse(s, "cooling_off", problem,
                           "the usual cooling-off is not between the least and the most");
    return verify_word(e->code, "code", s, problem);
}

enum err verify_phrase(const struct rule_phrase *p, const struct source *s, struct problem *problem)
{
    if (p->zh_count == 0)
        return pack_refuse(s, "zh", problem, "found no words, expected at least one");
    for (size_t i = 0; i < p->zh_count; i++)
        if (p->zh[i][0] == '\0')
            return pack_refuse(s, "zh", problem, "empty words stand in every text");
    return OK;
}

static enum err join_clauses(struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_RULE];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule *rule = table_at(t, RULES_RULE, i);
        if (rule->clause == 0)
            continue;
        const struct rule **of = &r->of_clause[rule->clause - 1];
        if (*of != NULL)
            return pack_refuse(&t->sources[i], "clause", problem,
                               "the check %d of contracts is already that of the rule %s",
                               rule->clause, (*of)->id);
        *of = rule;
    }
    return OK;
}

static bool hash_edition(struct rule_edition *e)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1 &&
              EVP_DigestUpdate(c, e->code, strlen(e->code)) == 1;
    for (size_t i = 0; ok && i < e->clause_count; i++)
        ok = EVP_DigestUpdate(c, "\n", 1) == 1 &&
             EVP_DigestUpdate(c, e->clauses[i].zh, strlen(e->clauses[i].zh)) == 1;
    ok = ok && EVP_DigestFinal_ex(c, e->hash, NULL) == 1;
    EVP_MD_CTX_free(c);
    return ok;
}

static enum err join_editions(struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_EDITION];
    for (size_t i = 0; i < t->count; i++)
        if (!hash_edition(table_at(t, RULES_EDITION, i)))
            return problem_set(problem, ERR_MEMORY, "out of memory while reading rule packs");
    return OK;
}

enum err join_contracts(struct rules *r, struct problem *problem)
{
    enum err e = join_clauses(r, problem);
    return e == OK ? join_editions(r, problem) : e;
}
