#include "person/contract_term.h"

#include "person/wording.h"

/* What a contract may open: never what is sealed. */
static struct value opens(const struct rules *rules, const struct value *row,
                          char words[static CATEGORIES_TEXT])
{
    categories set = categories_of(fact_text(&row[CONTRACT_CATEGORIES]), ';');
    for (int c = 0; c < CATEGORIES; c++)
        if (rules_category(rules, (enum category)c)->sealed)
            set &= (categories) ~(1U << c);
    categories_list(set, words);
    return set != 0 ? value_text(str_of(words)) : value_null();
}

enum err contract_term_note(const struct pool_work *w, const struct value *row, when until,
                            bool *there, int64_t *seq, struct problem *problem)
{
    char words[CATEGORIES_TEXT];
    struct pool_answer answer;
    const struct value values[] = {row[CONTRACT_PERSON], value_int(until),
                                   opens(w->rules, row, words)};
    enum err e = store_any(w->store,
                           "UPDATE members SET \"contract_until\" = $2, \"contract\" = $3, "
                           "\"version\" = \"version\" + 1 WHERE \"id\" = $1 AND "
                           "\"status\" = 'active' RETURNING 1",
                           values, 3, there, problem);
    if (e != OK || !*there)
        return e;
    e = pool_note(w, row[CONTRACT_PERSON].s, NULL, &answer, problem);
    *seq = e == OK ? answer.seq : *seq;
    return e;
}

/* The one at hand that her row does not show yet. */
#define BEGUN                                                                                      \
    "SELECT c.\"id\" FROM contracts c JOIN members m ON m.\"id\" = c.\"person\" WHERE "            \
    "c.\"status\" = 'signed' AND c.\"from\" > c.\"person_signed_at\" AND c.\"from\" <= $1 AND "    \
    "c.\"until\" > $1 AND m.\"status\" = 'active' AND (m.\"contract_until\" IS NULL OR "           \
    "m.\"contract_until\" <> c.\"until\") LIMIT 1"

static bool take_id(void *to, const struct value *c, size_t count)
{
    (void)count;
    return !str_copy(c[0].s, to, CONTRACT_ID);
}

/* Ask again within the transaction: two nodes may be at it. `*done` false: none is left. */
static enum err begin_one(const struct pool_work *w, bool *done, int64_t *seq,
                          struct problem *problem)
{
    char id[CONTRACT_ID] = "";
    struct fact_row row;
    const struct value now = value_int(w->at);
    enum err e = store_run(w->store, BEGUN, &now, 1, take_id, id, problem);
    const struct value key[CONTRACT_COLUMNS] = {[CONTRACT_KEY] = value_text(str_of(id))};
    *done = false;
    if (e != OK || id[0] == '\0')
        return e;
    e = fact_find(w->store, &contract_kind, key, &row, problem);
    return e == OK ? contract_term_note(w, row.v, row.v[CONTRACT_UNTIL].i, done, seq, problem) : e;
}

enum err contract_term_begin(struct store *s, const struct rules *rules,
                             const struct fact_origin *o, unsigned *begun, int64_t *seq,
                             struct problem *problem)
{
    const struct pool_work w = {
        .store = s, .rules = rules, .node = o->node, .staff = o->actor, .at = o->at};
    const struct value now = value_int(o->at);
    bool due = false;
    *begun = 0;
    enum err e = store_any(s, BEGUN, &now, 1, &due, problem);
    while (e == OK && due) {
        e = store_begin(s, problem);
        if (e == OK)
            e = begin_one(&w, &due, seq, problem);
        e = store_end(s, e, problem);
        *begun += e == OK && due;
    }
    return e;
}
