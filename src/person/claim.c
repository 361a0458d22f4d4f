#include "person/claim.h"

#include "person/followup.h"
#include "person/override.h"
#include "registry/order.h"

/* Somebody is about to hold a member. */
struct attempt {
    struct str person, staff;
    bool consented;
    struct pool_staff who;
    struct pool_settings own, house; /* of the staff's organisation; of the member's */
    struct fact_row member;
    when until; /* set by a check that holds */
};

/* Does this speak against it? */
typedef enum err check(const struct pool_work *, struct attempt *, bool *against, struct problem *);

static when when_of(const struct attempt *a, int column)
{
    return a->member.v[column].type == VALUE_INT ? a->member.v[column].i : 0;
}

/* Checks ------------------------------------------------------------------------------------ */

static enum err suspended(const struct pool_work *w, struct attempt *a, bool *against,
                          struct problem *problem)
{
    const struct value of[] = {value_text(str_of(a->who.organisation)),
                               a->member.v[MEMBER_ORGANISATION], a->member.v[MEMBER_STORE]};
    return order_stops(w->store, of, w->at, against, problem);
}

static enum err uncertified(const struct pool_work *w, struct attempt *a, bool *against,
                            struct problem *problem)
{
    *against = w->at >= a->who.certificate_until;
    return OK;
}

static enum err frozen(const struct pool_work *w, struct attempt *a, bool *against,
                       struct problem *problem)
{
    a->until = when_of(a, MEMBER_FROZEN_UNTIL);
    *against = w->at < a->until;
    return OK;
}

static enum err claimed(const struct pool_work *w, struct attempt *a, bool *against,
                        struct problem *problem)
{
    *against = a->member.v[MEMBER_OWNER].type == VALUE_TEXT;
    return OK;
}

static enum err in_no_pool(const struct pool_work *w, struct attempt *a, bool *against,
                           struct problem *problem)
{
    *against = a->member.v[MEMBER_POOL].type != VALUE_TEXT;
    return OK;
}

/* A store's pool is for its own staff and for those above it; the city's for all. */
static enum err in_other_store(const struct pool_work *w, struct attempt *a, bool *against,
                               struct problem *problem)
{
    const struct value *m = a->member.v;
    const struct str mine = str_of(a->who.organisation);
    *against = str_eq(fact_text(&m[MEMBER_POOL]), STR("store")) &&
               !str_eq(mine, fact_text(&m[MEMBER_STORE])) &&
               !str_eq(mine, fact_text(&m[MEMBER_ORGANISATION]));
    return OK;
}

static enum err not_shared(const struct pool_work *w, struct attempt *a, bool *against,
                           struct problem *problem)
{
    /* Whoever came from another system is claimed first and asked then: what may be seen of
     * her stays nothing. Those who came in here were protected at first. */
    const bool came_in_here = a->member.v[MEMBER_PROTECTED_UNTIL].type == VALUE_INT;
    const int64_t of_whom = a->house.value[POOL_CLAIM_NEEDS_CONSENT];
    *against = !a->consented && (of_whom == 2 || (of_whom == 1 && came_in_here));
    return OK;
}

static enum err protected(const struct pool_work *w, struct attempt *a, bool *against,
                          struct problem *problem) {
    (void)problem; a->until = when_of(a, MEMBER_PROTECTED_UNTIL); *against = w->at < a->until;
    return OK;
}

/* Counted from when she last came free, whoever held her: so that two cannot take turns. */
static enum err cooling(const struct pool_work *w, struct attempt *a, bool *against,
                        struct problem *problem)
{
    const int64_t *days = a->house.value;
    const struct value v[] = {value_text(a->person), value_text(a->staff),
                              value_int(w->at - days[POOL_COOL_DOWN_OWNER_DAYS] * WHEN_DAY)};
    when ended = 0;
    enum err e = store_integer(
        w->store,
        "SELECT MAX(c.\"ended_at\") FROM claims c WHERE c.\"person\" = $1 AND EXISTS (SELECT 1 "
        "FROM claims h WHERE h.\"person\" = $1 AND h.\"staff\" = $2 AND h.\"ended_at\" > $3)",
        v, 3, &ended, problem);
    a->until = when_plus(ended, days[POOL_COOL_DOWN_DAYS] * WHEN_DAY);
    *against = ended != 0 && w->at < a->until;
    return e;
}

static enum err day_is_full(const struct pool_work *w, struct attempt *a, bool *against,
                            struct problem *problem)
{
    int64_t left = 0;
    enum err e = pool_claims_left(w, a->staff, &a->own, &left, problem);
    a->until = pool_midnight(w->rules, w->at);
    *against = left == 0;
    return e;
}

static enum err hands_are_full(const struct pool_work *w, struct attempt *a, bool *against,
                               struct problem *problem)
{
    int64_t held = 0;
    enum err e = pool_held(w, a->staff, &held, problem);
    *against = held >= a->own.value[POOL_CAPACITY];
    return e;
}

/* In this order; the first that holds is the answer. */
static const struct {
    enum pool_no no;
    check *holds;
    bool liftable;      /* by two persons */
    bool of_every_hold; /* else of claims only */
} checks[] = {
    {POOL_SUSPENDED, suspended, false, true},
    {POOL_UNCERTIFIED, uncertified, false, true},
    {POOL_FROZEN, frozen, false, true},
    {POOL_CLAIMED, claimed, false, false},
    {POOL_NO_POOL, in_no_pool, false, false},
    {POOL_OTHER_STORE, in_other_store, false, false},
    {POOL_NOT_SHARED, not_shared, false, false},
    {POOL_PROTECTED, protected, true, false},
    {POOL_COOL_DOWN, cooling, true, true},
    {POOL_LIMIT, day_is_full, true, false},
    {POOL_HANDS_FULL, hands_are_full, true, true},
};

static enum err run_checks(const struct pool_work *w, struct attempt *a, bool claim,
                           struct pool_answer *out, struct problem *problem)
{
    out->no = POOL_YES;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        bool against = false, lifted = false;
        if (!claim && !checks[i].of_every_hold)
            continue;
        a->until = 0;
        enum err e = checks[i].holds(w, a, &against, problem);
        if (e == OK && against && checks[i].liftable)
            e = override_use(w, a->person, a->staff, checks[i].no, &lifted, problem);
        if (e != OK)
            return e;
        if (!against || lifted)
            continue;
        out->no = checks[i].no;
        out->until = a->until;
        return OK;
    }
    return OK;
}

/* Taking ------------------------------------------------------------------------------------ */

static bool holds_members(const struct pool_staff *s)
{
    return s->active && (s->position == POSITION_SALES || s->position == POSITION_MANAGER);
}

static enum err read_settings(const struct pool_work *w, struct attempt *a, struct problem *problem)
{
    enum err e = pool_rule_read(w->store, str_of(a->who.organisation), &a->own, problem);
    return e == OK ? pool_rule_read(w->store, fact_text(&a->member.v[MEMBER_ORGANISATION]),
                                    &a->house, problem)
                   : e;
}

static enum err begin_hold(const struct pool_work *w, const struct attempt *a, struct str how,
                           struct problem *problem)
{
    const struct value v[] = {value_text(a->person), value_text(a->staff), value_int(w->at),
                              value_text(how)};
    return store_run(w->store,
                     "INSERT INTO claims (\"person\", \"staff\", \"at\", \"how\") "
                     "VALUES ($1, $2, $3, $4)",
                     v, 4, NULL, NULL, problem);
}

/* Of two at once the second finds an owner here, whatever it has read before. */
static enum err take_free(const struct pool_work *w, const struct attempt *a,
                          struct pool_answer *out, struct problem *problem)
{
    bool taken = false;
    const struct value v[] = {value_text(a->person), value_text(a->staff), value_int(w->at)};
    enum err e = store_any(
        w->store,
        "UPDATE members SET \"owner\" = $2, \"claimed_at\" = $3, \"followed_at\" = NULL, "
        "\"pool_since\" = NULL, \"version\" = \"version\" + 1 WHERE \"id\" = $1 AND \"owner\" IS "
        "NULL AND \"status\" = 'active' AND (\"frozen_until\" IS NULL OR \"frozen_until\" <= $3) "
        "RETURNING 1",
        v, 3, &taken, problem);
    if (!taken)
        out->no = POOL_CLAIMED;
    return e == OK && taken ? begin_hold(w, a, STR("claim"), problem) : e;
}

static enum err take(const struct pool_work *w, void *what, struct pool_answer *out,
                     struct problem *problem)
{
    struct attempt *a = what;
    bool there = false;
    enum err e = pool_staff_read(w, a->staff, &a->who, problem);
    if (e == OK)
        e = pool_member_read(w, a->person, a->who.organisation, &a->member, &there, problem);
    if (e != OK || !there)
        return e;
    if (!holds_members(&a->who)) {
        out->no = POOL_NO_STAFF;
        return OK;
    }
    e = read_settings(w, a, problem);
    if (e == OK)
        e = run_checks(w, a, true, out, problem);
    if (e == OK && out->no == POOL_YES)
        e = take_free(w, a, out, problem);
    if (e == OK && out->no == POOL_YES)
        e = pool_note(w, a->person, NULL, out, problem);
    return e == OK && out->no == POOL_YES
               ? pool_claims_left(w, a->staff, &a->own, &out->claims_left, problem)
               : e;
}

enum err claim_take(const struct pool_work *w, struct str person, bool consented,
                    struct pool_answer *out, struct problem *problem)
{
    struct attempt a = {.person = person, .staff = w->staff, .consented = consented};
    return pool_transaction(w, take, &a, out, problem);
}

/* Giving back ------------------------------------------------------------------------------- */

struct releasing {
    struct str person, pool, reason;
};

static enum err release(const struct pool_work *w, void *what, struct pool_answer *out,
                        struct problem *problem)
{
    const struct releasing *r = what;
    struct pool_staff who;
    struct fact_row member;
    bool there = false, ended = false;
    enum err e = pool_staff_read(w, w->staff, &who, problem);
    if (e == OK)
        e = pool_member_read(w, r->person, who.organisation, &member, &there, problem);
    if (e != OK || !there)
        return e;
    if (member.v[MEMBER_OWNER].type != VALUE_TEXT)
        out->no = POOL_UNCLAIMED;
    else if (!str_eq(member.v[MEMBER_OWNER].s, w->staff) && who.position != POSITION_MANAGER)
        out->no = POOL_NOT_OWNER;
    else
        out->no = POOL_YES;
    if (out->no != POOL_YES)
        return OK;
    char id[FRESH_ID];
    const struct followup why = {
        .kind = STR("release"), .outcome = STR("released"), .note = r->reason};
    e = pool_end(w, member.v, r->pool, STR("released"), &ended, problem);
    if (e == OK)
        e = followup_put(w, r->person, &why, id, problem);
    return e == OK ? pool_note(w, r->person, NULL, out, problem) : e;
}

enum err claim_release(const struct pool_work *w, struct str person, struct str pool,
                       struct str reason, struct pool_answer *out, struct problem *problem)
{
    struct releasing r = {.person = person, .pool = pool, .reason = reason};
    return pool_transaction(w, release, &r, out, problem);
}

/* Handing on -------------------------------------------------------------------------------- */

/* Is this somebody who may hold the member? Fills `a->who`. */
static enum err find_receiver(const struct pool_work *w, const struct pool_staff *manager,
                              struct attempt *a, bool *good, struct problem *problem)
{
    bool same = false;
    enum err e = pool_staff_read(w, a->staff, &a->who, problem);
    if (e == OK)
        e = pool_same_entity(w, str_of(manager->organisation), str_of(a->who.organisation), &same,
                             problem);
    *good = e == OK && same && holds_members(&a->who);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* From the owner to the other in one step: she is in no pool between. */
static enum err give(const struct pool_work *w, const struct attempt *a, struct pool_answer *out,
                     struct problem *problem)
{
    bool ended = false;
    const struct value v[] = {value_text(a->person), value_text(a->staff), value_int(w->at)};
    enum err e = pool_end(w, a->member.v, STR(""), STR("transferred"), &ended, problem);
    if (e == OK)
        e = store_run(
            w->store,
            "UPDATE members SET \"owner\" = $2, \"claimed_at\" = $3, \"pool_since\" = NULL "
            "WHERE \"id\" = $1",
            v, 3, NULL, NULL, problem);
    if (e == OK)
        e = begin_hold(w, a, STR("transfer"), problem);
    return e == OK ? pool_note(w, a->person, NULL, out, problem) : e;
}

static enum err transfer(const struct pool_work *w, void *what, struct pool_answer *out,
                         struct problem *problem)
{
    struct attempt *a = what;
    struct pool_staff manager;
    bool there = false, good = false;
    enum err e = pool_staff_read(w, w->staff, &manager, problem);
    if (e == OK)
        e = pool_member_read(w, a->person, manager.organisation, &a->member, &there, problem);
    if (e != OK || !there)
        return e;
    e = find_receiver(w, &manager, a, &good, problem);
    if (manager.position != POSITION_MANAGER)
        out->no = POOL_NOT_OWNER;
    else if (a->member.v[MEMBER_OWNER].type != VALUE_TEXT)
        out->no = POOL_UNCLAIMED;
    else if (!good)
        out->no = POOL_NO_STAFF;
    else
        out->no = str_eq(a->member.v[MEMBER_OWNER].s, a->staff) ? POOL_CLAIMED : POOL_YES;
    if (e != OK || out->no != POOL_YES)
        return e;
    e = read_settings(w, a, problem);
    if (e == OK)
        e = run_checks(w, a, false, out, problem);
    return e == OK && out->no == POOL_YES ? give(w, a, out, problem) : e;
}

enum err claim_transfer(const struct pool_work *w, struct str person, struct str staff,
                        struct pool_answer *out, struct problem *problem)
{
    struct attempt a = {.person = person, .staff = staff};
    return pool_transaction(w, transfer, &a, out, problem);
}

/* Another place ----------------------------------------------------------------------------- */

enum err claim_may_place(const struct pool_work *w, const struct fact_row *member, struct str store,
                         enum pool_no *no, struct problem *problem)
{
    struct attempt a = {.staff = w->staff};
    struct value *m = a.member.v;
    bool against = false;
    memcpy(m, member->v, sizeof a.member.v);
    m[MEMBER_STORE] = store.n > 0 ? value_text(store) : m[MEMBER_STORE];
    enum err e = pool_staff_read(w, a.staff, &a.who, problem);
    if (e == OK)
        e = suspended(w, &a, &against, problem);
    *no = a.who.position != POSITION_MANAGER   ? POOL_NOT_OWNER
          : m[MEMBER_OWNER].type == VALUE_TEXT ? POOL_CLAIMED
          : against                            ? POOL_SUSPENDED
                                               : POOL_YES;
    return e;
}
