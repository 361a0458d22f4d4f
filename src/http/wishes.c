#include "http/wishes.h"

#include "http/fact_json.h"
#include "http/route.h"
#include "person/binding_basis.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { REACH_MS = 5000 };

enum err wishes_find(const struct hands *h, const struct self *self, struct fact_row *out,
                     struct problem *problem)
{
    char digits[24];
    when entered = WHEN_NEVER;
    const struct value key[PREFERENCE_COLUMNS] = {value_int((int64_t)self->number)};
    enum err e = fact_find(h->store, &preference_kind, key, out, problem);
    if (e == ERR_NOT_FOUND) {
        e = gate_base_row(h->gate, self->number, out, &entered);
    } else if (e == OK && self->since > INT64_MIN) {
        snprintf(digits, sizeof digits, "%" PRIu64, (uint64_t)self->number);
        struct value subject = value_text(str_of(digits));
        e = store_integer(h->store,
                          "SELECT MAX(\"at\") FROM journal WHERE \"kind\" = 'preferences' AND "
                          "\"subject\" = $1",
                          &subject, 1, &entered, problem);
    }
    if (e == OK && entered < self->since)
        e = ERR_NOT_FOUND;
    if (e == ERR_NOT_FOUND)
        memset(out->v, 0, sizeof out->v);
    return e == ERR_NOT_FOUND ? OK : e;
}

struct her_wishes *wishes_begin(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = "out of memory"};
    struct her_wishes *w = calloc(1, sizeof *w);
    if (w == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return NULL;
    }
    if (me_read(r, h, &w->self)) {
        enum err e = w->self.number != 0 ? wishes_find(h, &w->self, &w->stored, &problem) : OK;
        if (w->self.number != 0 && e == OK)
            return w;
        if (e != OK)
            outcome_failed(r, e, &problem);
        else
            outcome_problem(r, 404, "not-found", "no number of yours is known here");
    }
    free(w);
    return NULL;
}

json_t *wishes_json(const struct value *row)
{
    json_t *out = json_object();
    for (size_t i = PREFERENCE_SECTORS; out != NULL && i < PREFERENCE_COLUMNS; i++)
        if (json_object_set_new(out, preference_kind.columns[i].name,
                                fact_json_list(fact_text(&row[i]))) != 0)
            break;
    return out;
}

enum err wishes_write(struct grant_act *a, const struct self *self, const struct value *row,
                      struct problem *problem)
{
    const struct fact_origin *o = &a->origin;
    enum err e =
        fact_write(a->store, &preference_kind, row, o->node, o->actor, o->at, &a->seq, problem);
    a->changed |= e == OK;
    return e == OK ? binding_unwished_end(a, self, row, problem) : e;
}

bool wishes_set(struct request *r, const struct hands *h, const struct self *self,
                const struct value *row)
{
    struct problem problem = {.text = ""};
    struct grant_act a = me_grant_act(r, h, self);
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = store_end(h->store, wishes_write(&a, self, row, &problem), &problem);
    if (e == OK)
        e = gate_reach(h->gate, a.seq, REACH_MS, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    return e == OK;
}
