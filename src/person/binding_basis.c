#include "person/binding_basis.h"

#include <stdlib.h>

enum { OPEN_MAX = 32 }; /* at most one a legal entity is open for a member */

struct open_one {
    char id[FRESH_ID];
    char entity[TEXT_MAX + 1];
    char purpose[ID_BYTES + 1];
};

struct open_ones {
    size_t count;
    struct open_one one[OPEN_MAX];
};

static bool take(void *to, const struct value *c, size_t count)
{
    struct open_ones *o = to;
    struct open_one *x = &o->one[o->count];
    (void)count;
    if (str_copy(c[0].s, x->id, sizeof x->id) && str_copy(c[1].s, x->entity, sizeof x->entity) &&
        str_copy(c[2].s, x->purpose, sizeof x->purpose))
        o->count++;
    return o->count < OPEN_MAX;
}

/* Those without a contract behind them. */
static enum err read_open(const struct grant_act *a, const struct self *self, struct open_ones *out,
                          struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < self->count && out->count < OPEN_MAX; i++) {
        const struct value v[] = {value_text(str_of(self->id[i])), value_int(a->origin.at)};
        e = store_run(a->store,
                      "SELECT b.\"id\", b.\"organisation\", b.\"purpose\" FROM bindings b JOIN "
                      "members m ON m.\"id\" = b.\"person\" WHERE b.\"person\" = $1 AND "
                      "b.\"status\" = 'open' AND (m.\"contract_until\" IS NULL OR "
                      "m.\"contract_until\" <= $2)",
                      v, 2, take, out, problem);
    }
    return e;
}

static bool has(struct str list, struct str word)
{
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part))
        if (str_eq(part, word))
            return true;
    return false;
}

static enum err carried(const struct grant_act *a, const struct grant_list *list,
                        const struct open_one *x, bool *out, struct problem *problem)
{
    char entity[TEXT_MAX + 1];
    enum err e = OK;
    *out = false;
    for (size_t i = 0; e == OK && !*out && i < list->count; i++) {
        const struct value *row = list->row[i]->v;
        if (strcmp(grant_status(row, a->origin.at), "active") != 0 ||
            !consent_for_calls(fact_text(&row[CONSENT_CHANNELS])) ||
            !has(fact_text(&row[CONSENT_PURPOSES]), str_of(x->purpose)))
            continue;
        e = binding_entity(a->store, fact_text(&row[CONSENT_ORGANISATION]), entity, problem);
        *out = strcmp(entity, x->entity) == 0;
    }
    return e;
}

static enum err end_some(struct grant_act *a, const struct open_ones *open,
                         const struct grant_list *list, struct problem *problem)
{
    enum err e = OK;
    bool stays;
    unsigned ended;
    for (size_t i = 0; e == OK && i < open->count; i++) {
        const struct binding_which which = {.id = str_of(open->one[i].id)};
        e = carried(a, list, &open->one[i], &stays, problem);
        if (e == OK && !stays)
            e = binding_end(a->store, &which, "refused", &a->origin, &ended, &a->seq, problem);
    }
    return e;
}

enum err binding_basis_end(struct grant_act *a, const struct self *self, struct problem *problem)
{
    struct open_ones *open = calloc(1, sizeof *open);
    struct grant_list *list = calloc(1, sizeof *list);
    enum err e = ERR_MEMORY;
    if (open == NULL || list == NULL)
        problem_set(problem, e, "out of memory");
    else
        e = read_open(a, self, open, problem);
    if (e == OK && open->count > 0) {
        e = grant_read(a->store, a->number, a->since, list, problem);
        if (e == OK || e == ERR_LIMIT)
            e = end_some(a, open, list, problem);
        grant_forget(list);
    }
    free(list);
    free(open);
    return e;
}
