#include "person/pool.h"

#include "registry/certificate.h"

static const struct {
    const char *word, *text;
} nos[POOL_NOS] = {
    [POOL_YES] = {"done", "done"},
    [POOL_ABSENT] = {"not-found", "there is no such person here"},
    [POOL_SUSPENDED] = {"organisation-suspended",
                        "the store or its organisation is suspended; nobody there takes members"},
    [POOL_UNCERTIFIED] = {"certificate-invalid",
                          "holding members needs a practitioner certificate that is valid today"},
    [POOL_FROZEN] = {"frozen", "she wants no contact; only she lifts that"},
    [POOL_CLAIMED] = {"already-claimed", "she is held already, by you or by a colleague"},
    [POOL_UNCLAIMED] = {"not-claimed", "nobody holds this member"},
    [POOL_NOT_OWNER] = {"not-owner", "another colleague holds this member"},
    [POOL_NO_POOL] = {"not-in-pool", "this member is in no pool"},
    [POOL_OTHER_STORE] = {"other-store", "this member waits in another store's pool"},
    [POOL_NOT_SHARED] = {"not-shared",
                         "there is no consent to matchmaking in force; she can be asked for it"},
    [POOL_PROTECTED] = {"protected", "a new member cannot be claimed at once"},
    [POOL_COOL_DOWN] = {"cool-down", "who held a member lately waits before claiming her again"},
    [POOL_LIMIT] = {"claim-limit", "the claims of this day are used up, released ones included"},
    [POOL_HANDS_FULL] = {"capacity", "as many members are held as one may hold; release some"},
    [POOL_NO_STAFF] = {"no-such-staff",
                       "no active sales or manager of this legal entity has that id"},
    [POOL_SAME_PERSON] = {"second-person", "an override needs two persons, neither of them the one "
                                           "who would claim"},
};

const char *pool_word(enum pool_no no)
{
    return nos[no].word;
}

const char *pool_text(enum pool_no no)
{
    return nos[no].text;
}

/* How somebody stands ----------------------------------------------------------------------- */

static when later(when a, when b)
{
    return a > b ? a : b;
}

when pool_returns_at(const struct value *row, const struct pool_settings *s)
{
    if (row[MEMBER_OWNER].type != VALUE_TEXT || row[MEMBER_CLAIMED_AT].type != VALUE_INT)
        return 0;
    const when claimed = row[MEMBER_CLAIMED_AT].i;
    const int64_t *days = s->value;
    int64_t rest = days[POOL_RECYCLE_DAYS];
    when from = claimed;
    if (row[MEMBER_FOLLOWED_AT].type == VALUE_INT)
        from = later(claimed, row[MEMBER_FOLLOWED_AT].i);
    else if (days[POOL_FIRST_RELEASE_DAYS] < rest)
        rest = days[POOL_FIRST_RELEASE_DAYS];
    when at = when_plus(from, rest * WHEN_DAY);
    if (row[MEMBER_CONTRACT_UNTIL].type == VALUE_INT)
        at = later(
            at, when_plus(row[MEMBER_CONTRACT_UNTIL].i, days[POOL_CONTRACT_REST_DAYS] * WHEN_DAY));
    return at;
}

enum pool_due pool_due(const struct value *row, const struct pool_settings *s, when at)
{
    if (row[MEMBER_OWNER].type != VALUE_TEXT || row[MEMBER_CLAIMED_AT].type != VALUE_INT ||
        row[MEMBER_FOLLOWED_AT].type == VALUE_INT)
        return POOL_NOTHING_DUE;
    const when claimed = row[MEMBER_CLAIMED_AT].i;
    if (at >= when_plus(claimed, s->value[POOL_FIRST_COPY_DAYS] * WHEN_DAY))
        return POOL_COPY;
    return at >= when_plus(claimed, s->value[POOL_FIRST_REMIND_DAYS] * WHEN_DAY) ? POOL_REMIND
                                                                                 : POOL_NOTHING_DUE;
}

when pool_midnight(const struct rules *rules, when at)
{
    const int offset = rules_offset_minutes(rules);
    return (when_day(at, offset) + 1) * WHEN_DAY - offset * WHEN_MINUTE;
}

enum err pool_staff_read(const struct pool_work *w, struct str id, struct pool_staff *out,
                         struct problem *problem)
{
    struct fact_row row;
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(id)};
    *out = (struct pool_staff){.position = POSITION_UNKNOWN};
    enum err e = fact_find(w->store, &staff_kind, key, &row, problem);
    if (e != OK)
        return e;
    out->position = position_of(fact_text(&row.v[STAFF_ROLE]));
    out->active = str_eq(fact_text(&row.v[STAFF_STATUS]), STR("active"));
    e = certificate_until(w->store, w->rules, id, fact_text(&row.v[STAFF_CERTIFICATE]),
                          &out->certificate_until, problem);
    if (e != OK)
        return e;
    return str_copy(fact_text(&row.v[STAFF_ORGANISATION]), out->organisation,
                    sizeof out->organisation)
               ? OK
               : problem_set(problem, ERR_CORRUPT, "a member of staff of no organisation");
}

enum err pool_same_entity(const struct pool_work *w, struct str a, struct str b, bool *same,
                          struct problem *problem)
{
    const struct value ids[] = {value_text(a), value_text(b)};
    return store_any(w->store,
                     "SELECT 1 FROM organisations a, organisations b WHERE a.\"id\" = $1 AND "
                     "b.\"id\" = $2 AND COALESCE(a.\"legal_entity\", a.\"id\") = "
                     "COALESCE(b.\"legal_entity\", b.\"id\")",
                     ids, 2, same, problem);
}

enum err pool_member_read(const struct pool_work *w, struct str person, const char *organisation,
                          struct fact_row *out, bool *there, struct problem *problem)
{
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(person)};
    const struct value ids[] = {value_text(person), value_text(str_of(organisation))};
    /* For nobody the asker's own organisation is compared, so that it takes as long as for a
     * foreigner's member. */
    enum err e = store_any(w->store,
                           "SELECT 1 FROM organisations a, organisations b WHERE b.\"id\" = $2 AND "
                           "a.\"id\" = COALESCE((SELECT \"organisation\" FROM members WHERE "
                           "\"id\" = $1 AND \"status\" = 'active'), $2) AND "
                           "COALESCE(a.\"legal_entity\", a.\"id\") = "
                           "COALESCE(b.\"legal_entity\", b.\"id\") AND EXISTS (SELECT 1 FROM "
                           "members WHERE \"id\" = $1 AND \"status\" = 'active')",
                           ids, 2, there, problem);
    if (e == OK && *there)
        e = fact_find(w->store, &member_kind, key, out, problem);
    /* Between the two she may have gone. */
    *there = *there && e == OK && str_eq(fact_text(&out->v[MEMBER_STATUS]), STR("active"));
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err pool_claims_left(const struct pool_work *w, struct str staff,
                          const struct pool_settings *s, int64_t *left, struct problem *problem)
{
    int64_t used = 0;
    const when midnight = pool_midnight(w->rules, w->at);
    const struct value day[] = {value_text(staff), value_int(midnight - WHEN_DAY),
                                value_int(midnight)};
    enum err e =
        store_integer(w->store,
                      "SELECT count(*) FROM claims WHERE \"staff\" = $1 AND \"at\" >= $2 AND "
                      "\"at\" < $3 AND \"how\" = 'claim'",
                      day, 3, &used, problem);
    const int64_t limit = s->value[POOL_CLAIMS_PER_DAY];
    *left = used < limit ? limit - used : 0;
    return e;
}

enum err pool_held(const struct pool_work *w, struct str staff, int64_t *held,
                   struct problem *problem)
{
    const struct value v[] = {value_text(staff), value_int(w->at)};
    *held = 0;
    return store_integer(
        w->store,
        "SELECT count(*) FROM members WHERE \"owner\" = $1 AND (\"contract_until\" IS "
        "NULL OR \"contract_until\" <= $2)",
        v, 2, held, problem);
}

/* Changes ----------------------------------------------------------------------------------- */

enum err pool_note(const struct pool_work *w, struct str person, struct fact_row *row,
                   struct pool_answer *out, struct problem *problem)
{
    struct fact_row own;
    struct pool_settings s;
    row = row != NULL ? row : &own;
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(person)};
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    enum err e = fact_find(w->store, &member_kind, key, row, problem);
    if (e == OK)
        e = fact_journal(w->store, &member_kind, row->v, &origin, &out->seq, problem);
    if (e == OK)
        e = pool_rule_read(w->store, fact_text(&row->v[MEMBER_ORGANISATION]), &s, problem);
    if (e != OK)
        return e;
    str_copy(fact_text(&row->v[MEMBER_OWNER]), out->owner, sizeof out->owner);
    out->version = row->v[MEMBER_VERSION].i;
    out->claimed_at = row->v[MEMBER_CLAIMED_AT].i;
    out->returns_at = pool_returns_at(row->v, &s);
    return OK;
}

enum err pool_end(const struct pool_work *w, const struct value *was, struct str pool,
                  struct str why, bool *ended, struct problem *problem)
{
    const struct value v[] = {was[MEMBER_ID],         was[MEMBER_OWNER],
                              was[MEMBER_CLAIMED_AT], was[MEMBER_FOLLOWED_AT],
                              value_int(w->at),       pool.n > 0 ? value_text(pool) : value_null(),
                              value_text(why)};
    enum err e = store_any(
        w->store,
        "UPDATE members SET \"owner\" = NULL, \"claimed_at\" = NULL, \"followed_at\" = NULL, "
        "\"pool_since\" = $5, \"pool\" = COALESCE($6, \"pool\", 'store'), "
        "\"version\" = \"version\" + 1 WHERE \"id\" = $1 AND \"owner\" = $2 AND "
        "\"claimed_at\" IS NOT DISTINCT FROM $3 AND \"followed_at\" IS NOT DISTINCT FROM $4 "
        "RETURNING 1",
        v, 6, ended, problem);
    if (e != OK || !*ended)
        return e;
    const struct value claim[] = {v[0], v[1], v[4], v[6]};
    e = store_run(w->store,
                  "UPDATE claims SET \"ended_at\" = $3, \"why\" = $4 WHERE \"person\" = $1 AND "
                  "\"staff\" = $2 AND \"ended_at\" IS NULL",
                  claim, 4, NULL, NULL, problem);
    if (e == OK)
        e = store_run(w->store,
                      "UPDATE followups SET \"next_at\" = NULL WHERE \"person\" = $1 AND "
                      "\"staff\" = $2 AND \"next_at\" IS NOT NULL",
                      claim, 2, NULL, NULL, problem);
    return e;
}

enum err pool_transaction(const struct pool_work *w, pool_step *step, void *what,
                          struct pool_answer *out, struct problem *problem)
{
    *out = (struct pool_answer){.no = POOL_ABSENT};
    enum err e = store_begin(w->store, problem);
    if (e == OK)
        e = step(w, what, out, problem);
    return store_end_if(w->store, e, out->no == POOL_YES, problem);
}
