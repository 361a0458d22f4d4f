#include "person/freeze.h"

#include "person/binding.h"
#include "person/intake.h"
#include "person/refusal.h"

/* Her number refuses the organisation's calls. One that is erased needs no refusal of ours. */
static enum err refuse_calls(const struct pool_work *w, const struct value *row,
                             struct problem *problem)
{
    number n;
    bool changed;
    int64_t seq;
    if (fact_text(&row[MEMBER_NUMBER]).n == 0)
        return OK;
    enum err e = intake_number(w->keys, row[MEMBER_ID].s, row[MEMBER_NUMBER].s, &n);
    if (e == ERR_CLOSED)
        return OK;
    if (e != OK)
        return problem_set(problem, e,
                           "a member's number does not open; restore DATA/keys and "
                           "the database of the same day");
    struct value refusal[REFUSAL_COLUMNS] = {
        [REFUSAL_NUMBER] = value_int((int64_t)n),
        [REFUSAL_ORGANISATION] = row[MEMBER_ORGANISATION],
        [REFUSAL_AT] = value_int(w->at),
    };
    struct value *const rows[] = {refusal};
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    return fact_import(w->store, &refusal_kind, rows, 1, &origin, &changed, &seq, problem);
}

static enum err end_bindings(const struct pool_work *w, const struct value *row,
                             struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    const struct binding_which hers = {.person = row[MEMBER_ID].s};
    unsigned ended;
    int64_t seq; /* the caller journals the member's row after it */
    return binding_end(w->store, &hers, "frozen", &origin, &ended, &seq, problem);
}

enum err freeze_put(const struct pool_work *w, const struct value *row, struct problem *problem)
{
    struct pool_settings s;
    bool ended;
    enum err e = pool_rule_read(w->store, fact_text(&row[MEMBER_ORGANISATION]), &s, problem);
    const struct value v[] = {row[MEMBER_ID],
                              value_int(w->at + s.value[POOL_FREEZE_DAYS] * WHEN_DAY)};
    if (e == OK)
        e = store_run(w->store,
                      "UPDATE members SET \"frozen_until\" = CASE WHEN \"frozen_until\" > $2 THEN "
                      "\"frozen_until\" ELSE $2 END, \"version\" = \"version\" + 1 "
                      "WHERE \"id\" = $1",
                      v, 2, NULL, NULL, problem);
    if (e == OK && row[MEMBER_OWNER].type == VALUE_TEXT)
        e = pool_end(w, row, STR(""), STR("frozen"), &ended, problem);
    if (e == OK)
        e = end_bindings(w, row, problem);
    return e == OK ? refuse_calls(w, row, problem) : e;
}

static enum err lift(const struct pool_work *w, void *what, struct pool_answer *out,
                     struct problem *problem)
{
    const struct str *person = what;
    bool there = false;
    const struct value v[] = {value_text(*person)};
    enum err e = store_any(w->store,
                           "UPDATE members SET \"frozen_until\" = NULL, \"version\" = \"version\" "
                           "+ 1 WHERE \"id\" = $1 AND \"status\" = 'active' RETURNING 1",
                           v, 1, &there, problem);
    if (e != OK || !there)
        return e;
    out->no = POOL_YES;
    return pool_note(w, *person, NULL, out, problem);
}

enum err freeze_lift(const struct pool_work *w, struct str person, struct pool_answer *out,
                     struct problem *problem)
{
    return pool_transaction(w, lift, &person, out, problem);
}
