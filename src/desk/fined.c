#include "desk/fined.h"

#include "desk/case.h"
#include "desk/case_terms.h"
#include "registry/json_text.h"

struct fined {
    struct str violation;
    when ended;
    bool before, unreadable;
};

static bool take(void *to, const struct value *row)
{
    struct fined *f = to;
    const struct str text = fact_text(&row[CASE_ACT_TERMS]);
    json_t *terms = json_loadb(text.p, text.n, 0, NULL);
    const when said = case_terms_when(terms, "ended_at");
    const when ended = said != 0 ? said : row[CASE_ACT_AT].i;
    f->unreadable = terms == NULL;
    f->before = str_eq(json_text_of(terms, "outcome"), STR("approved")) &&
                str_eq(json_text_of(terms, "violation"), f->violation) &&
                (f->ended == 0 || f->ended <= ended);
    json_decref(terms);
    return !f->before && !f->unreadable;
}

enum err fined_before(struct store *s, struct str respondent, struct str of, struct str violation,
                      when ended, bool *yes, struct problem *problem)
{
    const struct value v[] = {value_text(respondent), value_text(of)};
    struct fined f = {.violation = violation, .ended = ended};
    enum err e = fact_list(s, &case_act_kind,
                           "JOIN cases c ON c.\"id\" = x.\"case\" WHERE c.\"respondent\" = $1 AND "
                           "c.\"id\" <> $2 AND x.\"kind\" = 'decision'",
                           v, 2, take, &f, problem);
    *yes = f.before;
    return e == OK && f.unreadable
               ? problem_set(problem, ERR_CORRUPT, "a decision of another case cannot be read")
               : e;
}
