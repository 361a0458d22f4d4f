#include "registry/setup.h"
#include "registry/entry.h"

#include <stdlib.h>

enum err setup_wanted(struct store *s, when now, bool *wanted, struct problem *problem)
{
    const struct value at = value_int(now);
    bool any = true;
    enum err e = store_any(s,
                           "SELECT 1 FROM accounts UNION ALL SELECT 1 FROM tokens WHERE expires > "
                           "$1 LIMIT 1",
                           &at, 1, &any, problem);
    *wanted = e == OK && !any;
    return e;
}

/* Read and write one fact; `scratch` is overwritten. */
static enum err enter(struct store *store, const struct rules *rules, const struct fact_kind *kind,
                      const struct str *fields, const struct setup *s, struct entry *scratch,
                      struct setup_made *out, struct problem *problem)
{
    const struct fact_origin origin = {.node = s->node, .actor = s->actor, .at = s->at};
    *scratch = (struct entry){.column = 0};
    enum err e = entry_read(rules, kind, fields, scratch, problem);
    if (e == OK)
        e = entry_write(store, scratch, &origin, &out->seq, problem);
    out->field = e == ERR_INVALID ? kind->columns[scratch->column].name : NULL;
    return e;
}

static enum err make_both(struct store *store, const struct rules *rules, const struct setup *s,
                          struct entry *scratch, struct setup_made *out, struct problem *problem)
{
    struct str organisation[ORGANISATION_COLUMNS];
    const struct str staff[STAFF_COLUMNS] = {
        [STAFF_ID] = str_of(out->staff), [STAFF_ORGANISATION] = str_of(out->organisation),
        [STAFF_NAME] = s->name,          [STAFF_ROLE] = STR("manager"),
        [STAFF_LOGIN] = s->login,        [STAFF_STATUS] = STR("active")};
    memcpy(organisation, s->organisation, sizeof organisation);
    organisation[ORGANISATION_ID] = str_of(out->organisation);
    organisation[ORGANISATION_STATUS] = STR("active");
    enum err e = enter(store, rules, &organisation_kind, organisation, s, scratch, out, problem);
    if (e != OK)
        return e;
    out->person = true;
    return enter(store, rules, &staff_kind, staff, s, scratch, out, problem);
}

static enum err do_all(struct store *store, const struct rules *rules,
                       const struct account_key *key, const struct setup *s, struct entry *scratch,
                       struct setup_made *out, struct problem *problem)
{
    const struct account_reset reset = {.staff = str_of(out->staff),
                                        .password = s->password,
                                        .at = s->at,
                                        .actor = s->actor,
                                        .node = s->node};
    bool wanted;
    enum err e = setup_wanted(store, s->at, &wanted, problem);
    if (e == OK && !wanted)
        return problem_set(problem, ERR_CONFLICT, "somebody can sign in here already");
    if (e == OK)
        e = make_both(store, rules, s, scratch, out, problem);
    if (e == OK) {
        e = account_reset_within(store, key, &reset, &out->secret, problem);
        out->field = e == ERR_INVALID ? out->secret.login[0] != '\0' ? "password" : "login" : NULL;
    }
    return e;
}

enum err setup_do(struct store *store, const struct rules *rules, const struct account_key *key,
                  const struct setup *s, struct setup_made *out, struct problem *problem)
{
    *out = (struct setup_made){.field = NULL};
    struct entry *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    fresh_id("org", out->organisation);
    fresh_id("stf", out->staff);
    enum err e = store_begin(store, problem);
    if (e == OK)
        e = store_end(store, do_all(store, rules, key, s, scratch, out, problem), problem);
    free(scratch);
    return e;
}
