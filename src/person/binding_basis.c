#include "person/binding_basis.h"

#include "person/preference.h"
#include "registry/pattern.h"

#include <stdlib.h>

enum { OPEN_MAX = SELF_IDS }; /* at most one a legal entity is open for a member */

struct open_one {
    char id[FRESH_ID];
    char entity[TEXT_MAX + 1];
    char purpose[ID_BYTES + 1];
    char sector[ID_BYTES + 1]; /* of the organisation whose member she is */
    number relay;
    bool contract; /* one in force */
    bool refused;  /* she does not want to hear from the legal entity at all */
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
        str_copy(c[2].s, x->purpose, sizeof x->purpose) &&
        str_copy(fact_text(&c[3]), x->sector, sizeof x->sector)) {
        x->relay = (number)c[4].i;
        x->contract = c[5].i > 0;
        x->refused = c[6].i > 0;
        o->count++;
    }
    return o->count < OPEN_MAX;
}

static enum err read_open(const struct grant_act *a, const struct self *self, struct open_ones *out,
                          struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < self->count && out->count < OPEN_MAX; i++) {
        const struct value v[] = {value_text(str_of(self->id[i])), value_int(a->origin.at),
                                  value_int((int64_t)a->number), value_int(a->since)};
        e = store_run(
            a->store,
            "SELECT b.\"id\", b.\"organisation\", b.\"purpose\", o.\"sector\", b.\"relay\", "
            "CASE WHEN m.\"contract_until\" > $2 THEN 1 ELSE 0 END, "
            "(SELECT COUNT(*) FROM refusals r JOIN organisations w ON w.\"id\" = "
            "r.\"organisation\" WHERE r.\"number\" = $3 AND r.\"at\" >= $4 AND "
            "COALESCE(w.\"legal_entity\", w.\"id\") = b.\"organisation\") FROM bindings b JOIN "
            "members m ON m.\"id\" = b.\"person\" LEFT JOIN organisations o ON o.\"id\" = "
            "m.\"organisation\" WHERE b.\"person\" = $1 AND b.\"status\" = 'open'",
            v, 4, take, out, problem);
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

/* Wishes ----------------------------------------------------------------------------------- */

/* A sector that nobody knows is taken to be one that she refused, on either side. */
static bool refuses_sector(const struct rules *rules, struct str list, struct str sector)
{
    const int of = rules_sector(rules, sector);
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part)) {
        const int refused = rules_sector(rules, part);
        if (of < 0 || refused < 0 || refused == of)
            return true;
    }
    return false;
}

static enum err means(const struct grant_act *a, const struct open_one *x, const struct pattern *p,
                      bool *out, struct problem *problem)
{
    char entity[TEXT_MAX + 1];
    if (p->kind != PATTERN_ORGANISATION) {
        *out = pattern_match(p, x->relay, number_classify(rules_plan(a->rules), x->relay));
        return OK;
    }
    enum err e = binding_entity(a->store, p->organisation, entity, problem);
    if (entity[0] == '\0') /* not registered: it may be the name of the legal entity */
        str_copy(p->organisation, entity, sizeof entity);
    *out = strcmp(entity, x->entity) == 0;
    return e;
}

static enum err listed(const struct grant_act *a, const struct open_one *x, struct str list,
                       bool *out, struct problem *problem)
{
    struct pattern p;
    struct str part;
    enum err e = OK;
    *out = false;
    while (e == OK && !*out && list.n > 0 && str_split(&list, ';', &part))
        if (pattern_read(part, &p))
            e = means(a, x, &p, out, problem);
    return e;
}

/* As the gate judges a ring by it (gate/call.c), hours aside. */
static enum err unwished(const struct grant_act *a, const struct open_one *x,
                         const struct value *wishes, bool *out, struct problem *problem)
{
    bool welcome;
    const enum number_class class = number_classify(rules_plan(a->rules), x->relay);
    enum err e = listed(a, x, fact_text(&wishes[PREFERENCE_BLOCK]), out, problem);
    if (e != OK || *out)
        return e;
    e = listed(a, x, fact_text(&wishes[PREFERENCE_ALLOW]), &welcome, problem);
    *out = !welcome &&
           (refuses_sector(a->rules, fact_text(&wishes[PREFERENCE_SECTORS]), str_of(x->sector)) ||
            has(fact_text(&wishes[PREFERENCE_CLASSES]), str_of(number_class_name(class))));
    return e;
}

/* Ending ----------------------------------------------------------------------------------- */

/* `wishes` NULL: what she consents to and refuses has changed. */
static enum err stands(const struct grant_act *a, const struct grant_list *list,
                       const struct value *wishes, const struct open_one *x, bool *out,
                       struct problem *problem)
{
    bool against = false;
    enum err e;
    if (wishes != NULL) {
        e = unwished(a, x, wishes, &against, problem);
        *out = !against;
        return e;
    }
    *out = !x->refused;
    return x->refused || x->contract ? OK : carried(a, list, x, out, problem);
}

static enum err end_some(struct grant_act *a, const struct open_ones *open,
                         const struct grant_list *list, const struct value *wishes,
                         struct problem *problem)
{
    enum err e = OK;
    bool stays;
    unsigned ended;
    for (size_t i = 0; e == OK && i < open->count; i++) {
        const struct binding_which which = {.id = str_of(open->one[i].id)};
        e = stands(a, list, wishes, &open->one[i], &stays, problem);
        if (e == OK && !stays)
            e = binding_end(a->store, &which, "refused", &a->origin, &ended, &a->seq, problem);
    }
    return e;
}

/* Few have a binding open, and only then is there more to read. */
static enum err end_what_falls(struct grant_act *a, const struct self *self,
                               const struct value *wishes, struct problem *problem)
{
    struct open_ones *open = calloc(1, sizeof *open);
    struct grant_list *list = calloc(1, sizeof *list);
    enum err e = ERR_MEMORY;
    if (open == NULL || list == NULL)
        problem_set(problem, e, "out of memory");
    else
        e = read_open(a, self, open, problem);
    if (e == OK && open->count > 0) {
        e = wishes == NULL ? grant_read(a->store, a->number, a->since, list, problem) : OK;
        if (e == OK || e == ERR_LIMIT)
            e = end_some(a, open, list, wishes, problem);
        grant_forget(list);
    }
    free(list);
    free(open);
    return e;
}

enum err binding_basis_end(struct grant_act *a, const struct self *self, struct problem *problem)
{
    return end_what_falls(a, self, NULL, problem);
}

enum err binding_unwished_end(struct grant_act *a, const struct self *self,
                              const struct value *wishes, struct problem *problem)
{
    return end_what_falls(a, self, wishes, problem);
}
