#include "desk/competent.h"

#include "desk/power.h"
#include "registry/organisation.h"

#include <string.h>

bool competent_region(struct str region, struct str other)
{
    return str_starts(other, power_place(region));
}

/* Which body --------------------------------------------------------------------------------- */

struct search {
    struct competent *out;
    char region[64];
    bool there, itself; /* the respondent; it is an association */
    bool found;
    bool association, same_sector; /* the best so far, … */
    size_t stem;                   /* … and how narrow its region is */
};

static bool take_respondent(void *to, const struct value *c, size_t count)
{
    struct search *s = to;
    (void)count;
    s->there = str_copy(fact_text(&c[0]), s->out->respondent_kind, sizeof s->out->respondent_kind);
    if (!str_copy(fact_text(&c[1]), s->out->respondent_sector, sizeof s->out->respondent_sector))
        s->out->respondent_sector[0] = '\0';
    if (!str_copy(fact_text(&c[2]), s->region, sizeof s->region))
        s->region[0] = '\0';
    return false;
}

/* Associations come before authorities, each in order of their ids. */
static bool take_body(void *to, const struct value *c, size_t count)
{
    struct search *s = to;
    (void)count;
    const bool association = str_eq(c[1].s, STR("association"));
    const struct str sector = fact_text(&c[2]), region = fact_text(&c[3]);
    const bool same = sector.n > 0;
    if ((association && s->itself) || !competent_region(region, str_of(s->region)) ||
        (same && !str_eq(sector, str_of(s->out->respondent_sector))))
        return true;
    if (!association && s->found && s->association)
        return false;
    const size_t narrow = power_place(region).n;
    if (s->found && (s->same_sector > same || (s->same_sector == same && s->stem >= narrow)))
        return true;
    s->found = str_copy(c[0].s, s->out->id, sizeof s->out->id);
    s->association = association;
    s->same_sector = same;
    s->stem = narrow;
    return true;
}

enum err competent_for(struct store *store, struct str respondent, struct competent *out,
                       enum competent_found *found, struct problem *problem)
{
    struct search s = {.out = out};
    const struct value key = value_text(respondent);
    *out = (struct competent){.id = ""};
    enum err e = store_run(store,
                           "SELECT \"kind\", \"sector\", \"region\" FROM organisations WHERE "
                           "\"id\" = $1",
                           &key, 1, take_respondent, &s, problem);
    *found = s.there ? COMPETENT_NOBODY : COMPETENT_NO_RESPONDENT;
    if (e != OK || !s.there || strcmp(out->respondent_kind, "authority") == 0)
        return e;
    s.itself = strcmp(out->respondent_kind, "association") == 0;
    e = store_run(store,
                  "SELECT \"id\", \"kind\", \"sector\", \"region\" FROM organisations WHERE "
                  "\"kind\" IN ('association', 'authority') AND \"status\" = 'active' AND \"id\" "
                  "<> $1 ORDER BY \"kind\", \"id\" COLLATE \"C\"",
                  &key, 1, take_body, &s, problem);
    if (e == OK && s.found)
        *found = COMPETENT_FOUND;
    return e;
}

/* Who sees ------------------------------------------------------------------------------------ */

static bool take_asker(void *to, const struct value *c, size_t count)
{
    struct competent_asker *a = to;
    const struct str region = fact_text(&c[1]);
    (void)count;
    if (!str_copy(fact_text(&c[0]), a->sector, sizeof a->sector) ||
        !str_copy(power_place(region), a->region, sizeof a->region))
        a->kind[0] = '\0'; /* it sees its own */
    return false;
}

enum err competent_ask(const struct desk_work *w, struct competent_asker *out,
                       struct problem *problem)
{
    *out = (struct competent_asker){.kind = ""};
    if (w->who == NULL || w->who->organisation[0] == '\0')
        return OK;
    memcpy(out->organisation, w->who->organisation, sizeof out->organisation);
    memcpy(out->kind, w->who->kind, sizeof out->kind);
    const struct value key = value_text(str_of(out->organisation));
    return store_run(w->store, "SELECT \"sector\", \"region\" FROM organisations WHERE \"id\" = $1",
                     &key, 1, take_asker, out, problem);
}

void competent_params(const struct competent_asker *a, struct value params[static COMPETENT_PARAMS])
{
    params[0] = value_text(str_of(a->organisation));
    params[1] = value_text(str_of(a->kind));
    params[2] = value_text(str_of(a->sector));
    params[3] = value_text(str_of(a->region));
}

enum err competent_sees(const struct desk_work *w, struct str body, bool *sees,
                        struct problem *problem)
{
    struct competent_asker a;
    struct value params[COMPETENT_PARAMS + 1];
    *sees = false;
    enum err e = competent_ask(w, &a, problem);
    competent_params(&a, params);
    params[COMPETENT_PARAMS] = value_text(body);
    return e == OK
               ? store_any(w->store,
                           "SELECT 1 FROM organisations o WHERE o.\"id\" = $5 AND " COMPETENT_SEES,
                           params, COMPETENT_PARAMS + 1, sees, problem)
               : e;
}
