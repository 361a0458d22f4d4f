/* Introductions: who changes what, and when not. */
#include "person/contract.h"
#include "person/introduction.h"

#include "person/wording.h"

/* A change under way, inside its transaction. */
struct act {
    const struct pool_work *w;
    struct introduction_done *out;
    struct problem *problem;
    struct pool_staff who; /* of staff's */
};

static struct value *row_of(const struct act *a)
{
    return a->out->row.v;
}

static bool is(const struct act *a, size_t column, const char *word)
{
    return str_eq(fact_text(&row_of(a)[column]), str_of(word));
}

/* Over for good; or by its time, which nothing has noticed yet. */
static bool over(const struct act *a)
{
    return !(is(a, INTRODUCTION_STATUS, "proposed") || is(a, INTRODUCTION_STATUS, "accepted") ||
             is(a, INTRODUCTION_STATUS, "met")) ||
           a->w->at >= introduction_shown_until(row_of(a));
}

static bool will_meet(const struct act *a)
{
    const struct value *meeting = &row_of(a)[INTRODUCTION_MEETING_AT];
    return meeting->type == VALUE_INT && meeting->i > a->w->at;
}

static enum err find(const struct act *a, struct str id)
{
    enum err e = introduction_find(a->w->store, id, &a->out->row, a->problem);
    a->out->no = e == OK ? INTRODUCTION_YES : INTRODUCTION_ABSENT;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err write(const struct act *a)
{
    return fact_write(a->w->store, &introduction_kind, row_of(a), a->w->node, a->w->staff, a->w->at,
                      &a->out->seq, a->problem);
}

/* Read, do, and commit what was written. */
typedef enum err act_step(struct act *, const void *what);
static enum err transaction(const struct pool_work *w, act_step *step, const void *what,
                            struct introduction_done *out, struct problem *problem)
{
    struct act a = {.w = w, .out = out, .problem = problem};
    out->no = INTRODUCTION_ABSENT;
    out->seq = 0;
    enum err e = store_begin(w->store, problem);
    if (e != OK)
        return e;
    e = step(&a, what);
    if (e == OK && out->no == INTRODUCTION_YES && out->seq != 0)
        e = store_commit(w->store, problem);
    if (e != OK || out->no != INTRODUCTION_YES || out->seq == 0)
        store_rollback(w->store);
    return e;
}

/* Whose it is ------------------------------------------------------------------------------- */

static bool holds_members(const struct pool_staff *who)
{
    return who->active && (who->position == POSITION_SALES || who->position == POSITION_MANAGER);
}

static enum err read_staff(struct act *a)
{
    enum err e = pool_staff_read(a->w, a->w->staff, &a->who, a->problem);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* It is there, of her legal entity, and hers to work with; else it is not there. */
static enum err find_hers(struct act *a, struct str id)
{
    bool same = false, owner = false;
    enum err e = read_staff(a);
    if (e == OK)
        e = find(a, id);
    if (e != OK || a->out->no != INTRODUCTION_YES)
        return e;
    const struct value v[] = {row_of(a)[INTRODUCTION_FIRST], row_of(a)[INTRODUCTION_SECOND],
                              value_text(a->w->staff)};
    e = pool_same_entity(a->w, str_of(a->who.organisation),
                         fact_text(&row_of(a)[INTRODUCTION_ORGANISATION]), &same, a->problem);
    if (e == OK)
        e = store_any(a->w->store,
                      "SELECT 1 FROM members WHERE \"id\" IN ($1, $2) AND \"owner\" = $3", v, 3,
                      &owner, a->problem);
    const bool hers = owner || a->who.position == POSITION_MANAGER ||
                      str_eq(fact_text(&row_of(a)[INTRODUCTION_STAFF]), a->w->staff);
    if (!holds_members(&a->who) || !same || !hers)
        a->out->no = INTRODUCTION_ABSENT;
    return e;
}

/* Staff's and two members' organisations, and her certificate. */
static enum err may_work(struct act *a, struct value one, struct value other)
{
    const struct value of[] = {value_text(str_of(a->who.organisation)), one, other};
    bool suspended = true;
    enum err e = pool_suspended(a->w, of, &suspended, a->problem);
    a->out->no = suspended                              ? INTRODUCTION_SUSPENDED
                 : a->w->at >= a->who.certificate_until ? INTRODUCTION_UNCERTIFIED
                                                        : INTRODUCTION_YES;
    return e;
}

static bool frozen(const struct act *a, const struct fact_row *member)
{
    const struct value *until = &member->v[MEMBER_FROZEN_UNTIL];
    return until->type == VALUE_INT && a->w->at < until->i;
}

/* Proposing --------------------------------------------------------------------------------- */

struct pair {
    const struct introduced_one *one, *other; /* in the order of their ids */
    categories one_shows, other_shows;
    struct fact_row member[2];
    when until;
};

static enum err read_members(struct act *a, struct pair *p, bool *both)
{
    bool there = false;
    *both = false;
    enum err e = pool_member_read(a->w, p->one->person, a->who.organisation, &p->member[0], &there,
                                  a->problem);
    if (e == OK && there)
        e = pool_member_read(a->w, p->other->person, a->who.organisation, &p->member[1], both,
                             a->problem);
    return e;
}

static bool owns(const struct act *a, const struct pair *p)
{
    return a->who.position == POSITION_MANAGER ||
           str_eq(fact_text(&p->member[0].v[MEMBER_OWNER]), a->w->staff) ||
           str_eq(fact_text(&p->member[1].v[MEMBER_OWNER]), a->w->staff);
}

static enum err same_human(const struct act *a, const struct pair *p, bool *same)
{
    const struct value v[] = {value_text(p->one->person), value_text(p->other->person)};
    *same = str_eq(p->one->person, p->other->person);
    return *same ? OK
                 : store_any(a->w->store,
                             "SELECT 1 FROM member_links x, member_links y WHERE x.\"person\" = $1 "
                             "AND y.\"person\" = $2 AND x.\"link\" = y.\"link\"",
                             v, 2, same, a->problem);
}

static enum err under_way(const struct act *a, const struct pair *p, bool *is)
{
    const struct value v[] = {value_text(p->one->person), value_text(p->other->person)};
    return store_any(a->w->store,
                     "SELECT 1 FROM introductions WHERE \"first\" = $1 AND \"second\" = $2 AND "
                     "\"status\" IN ('proposed', 'accepted')",
                     v, 2, is, a->problem);
}

static enum err cools_off(const struct act *a, const struct pair *p, bool *one)
{
    enum contract_state state = CONTRACT_NONE;
    char id[CONTRACT_ID];
    enum err e = OK;
    *one = false;
    for (int i = 0; i < 2 && e == OK && !*one; i++) {
        e = contract_covers(a->w->store, fact_text(&p->member[i].v[MEMBER_ID]),
                            fact_text(&p->member[i].v[MEMBER_ORGANISATION]), a->w->at, &state, id,
                            a->problem);
        *one = state == CONTRACT_COOLING;
    }
    return e;
}

/* The most that one shows; 0: not what was named, or not enough to be introduced by. */
static categories shown_of(const struct rules *rules, const struct introduced_one *x)
{
    const struct purpose_rule *purpose = rules_purpose(rules, STR(INTRODUCTION_PURPOSE));
    const categories wanted = x->shows != 0 ? x->shows : x->shared;
    categories most = purpose != NULL ? x->shared & purpose->what : 0;
    for (int c = 0; c < CATEGORIES; c++)
        if (rules_category(rules, (enum category)c)->sealed)
            most &= (categories) ~(1 << c);
    const categories shown = wanted & most;
    const bool named = x->shows == 0 || shown == x->shows;
    return named && (shown >> CATEGORY_BASIC & 1) != 0 ? shown : 0;
}

static enum err judge(struct act *a, struct pair *p)
{
    const struct rules *rules = a->w->rules;
    bool same = false, another = false, cooling = false;
    enum err e =
        may_work(a, p->member[0].v[MEMBER_ORGANISATION], p->member[1].v[MEMBER_ORGANISATION]);
    if (e != OK || a->out->no != INTRODUCTION_YES)
        return e;
    p->one_shows = shown_of(rules, p->one);
    p->other_shows = shown_of(rules, p->other);
    e = same_human(a, p, &same);
    if (e == OK)
        e = under_way(a, p, &another);
    if (e == OK)
        e = cools_off(a, p, &cooling);
    if (same)
        a->out->no = INTRODUCTION_SAME_PERSON;
    else if (frozen(a, &p->member[0]) || frozen(a, &p->member[1]))
        a->out->no = INTRODUCTION_FROZEN;
    else if (p->one_shows == 0 || p->other_shows == 0)
        a->out->no = INTRODUCTION_NOT_SHARED;
    else if (cooling)
        a->out->no = INTRODUCTION_COOLING;
    else if (another)
        a->out->no = INTRODUCTION_UNDER_WAY;
    else if (p->until <= a->w->at || p->until > a->w->at + INTRODUCTION_AFTER)
        a->out->no = INTRODUCTION_TIMES;
    return e;
}

static enum err enter(struct act *a, const struct pair *p)
{
    char id[FRESH_ID], first[CATEGORIES_TEXT], second[CATEGORIES_TEXT];
    fresh_id("int", id);
    categories_list(p->one_shows, first);
    categories_list(p->other_shows, second);
    const struct value row[INTRODUCTION_COLUMNS] = {
        [INTRODUCTION_ID] = value_text(str_of(id)),
        [INTRODUCTION_ORGANISATION] = value_text(str_of(a->who.organisation)),
        [INTRODUCTION_FIRST] = value_text(p->one->person),
        [INTRODUCTION_SECOND] = value_text(p->other->person),
        [INTRODUCTION_STAFF] = value_text(a->w->staff),
        [INTRODUCTION_FIRST_SHOWS] = value_text(str_of(first)),
        [INTRODUCTION_SECOND_SHOWS] = value_text(str_of(second)),
        [INTRODUCTION_PROPOSED_AT] = value_int(a->w->at),
        [INTRODUCTION_UNTIL] = value_int(p->until),
        [INTRODUCTION_STATUS] = value_text(STR("proposed")),
    };
    enum err e = fact_write(a->w->store, &introduction_kind, row, a->w->node, a->w->staff, a->w->at,
                            &a->out->seq, a->problem);
    return e == OK ? find(a, str_of(id)) : e;
}

static bool before(struct str a, struct str b)
{
    const int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return c < 0 || (c == 0 && a.n < b.n);
}

static enum err propose(struct act *a, const void *what)
{
    const struct introduction_terms *t = what;
    const bool turned = before(t->other.person, t->one.person);
    const int64_t life = rules_limit(a->w->rules, LIMIT_INTRODUCTION_LIFE)->time_s;
    struct pair p = {.one = turned ? &t->other : &t->one,
                     .other = turned ? &t->one : &t->other,
                     .until = t->until != 0 ? t->until : a->w->at + life * WHEN_SECOND};
    bool both = false;
    enum err e = read_staff(a);
    if (e == OK && holds_members(&a->who))
        e = read_members(a, &p, &both);
    if (e != OK || !both || !owns(a, &p))
        return e;
    e = judge(a, &p);
    return e == OK && a->out->no == INTRODUCTION_YES ? enter(a, &p) : e;
}

enum err introduction_propose(const struct pool_work *w, const struct introduction_terms *t,
                              struct introduction_done *out, struct problem *problem)
{
    return transaction(w, propose, t, out, problem);
}

/* Meeting ----------------------------------------------------------------------------------- */

static enum err call_off(const struct act *a)
{
    return store_run(a->w->store, "DELETE FROM meetings WHERE \"introduction\" = $1",
                     &row_of(a)[INTRODUCTION_ID], 1, NULL, NULL, a->problem);
}

static enum err take_day(const struct act *a, const struct introduction_meeting *m)
{
    const int offset = rules_plan(a->w->rules)->utc_offset_minutes;
    const struct value *row = row_of(a);
    const struct value v[] = {row[INTRODUCTION_FIRST], row[INTRODUCTION_SECOND],
                              value_int(when_day(m->at, offset)), row[INTRODUCTION_ID]};
    bool taken = true;
    enum err e = call_off(a);
    if (e == OK)
        e = store_any(a->w->store,
                      "SELECT 1 FROM meetings WHERE \"person\" IN ($1, $2) AND \"day\" = $3", v, 3,
                      &taken, a->problem);
    if (e == OK && !taken)
        e = store_run(a->w->store,
                      "INSERT INTO meetings (\"person\", \"day\", \"introduction\") VALUES "
                      "($1, $3, $4), ($2, $3, $4)",
                      v, 4, NULL, NULL, a->problem);
    if (e == OK && taken)
        a->out->no = INTRODUCTION_SAME_DAY;
    return e;
}

static enum err judge_meeting(struct act *a, const struct introduction_meeting *m)
{
    struct fact_row member[2];
    const categories basic = 1 << CATEGORY_BASIC;
    bool there[2] = {false, false};
    enum err e = OK;
    for (int i = 0; i < 2 && e == OK; i++)
        e = pool_member_read(a->w, fact_text(&row_of(a)[INTRODUCTION_FIRST + i]),
                             a->who.organisation, &member[i], &there[i], a->problem);
    if (e != OK)
        return e;
    if (over(a) || !there[0] || !there[1]) {
        a->out->no = INTRODUCTION_OVER;
        return OK;
    }
    e = may_work(a, member[0].v[MEMBER_ORGANISATION], member[1].v[MEMBER_ORGANISATION]);
    if (e != OK || a->out->no != INTRODUCTION_YES)
        return e;
    if (!is(a, INTRODUCTION_STATUS, "accepted"))
        a->out->no =
            is(a, INTRODUCTION_STATUS, "met") ? INTRODUCTION_OVER : INTRODUCTION_UNANSWERED;
    else if (frozen(a, &member[0]) || frozen(a, &member[1]))
        a->out->no = INTRODUCTION_FROZEN;
    else if ((m->first & m->second & basic) == 0)
        a->out->no = INTRODUCTION_NOT_SHARED;
    else if (m->at < row_of(a)[INTRODUCTION_PROPOSED_AT].i || m->at > a->w->at + INTRODUCTION_AHEAD)
        a->out->no = INTRODUCTION_TIMES;
    return OK;
}

static enum err meet(struct act *a, const void *what)
{
    const struct introduction_meeting *m = what;
    enum err e = find_hers(a, m->id);
    if (e == OK && a->out->no == INTRODUCTION_YES)
        e = judge_meeting(a, m);
    if (e == OK && a->out->no == INTRODUCTION_YES)
        e = take_day(a, m);
    if (e != OK || a->out->no != INTRODUCTION_YES)
        return e;
    row_of(a)[INTRODUCTION_MEETING_AT] = value_int(m->at);
    return write(a);
}

enum err introduction_meet(const struct pool_work *w, const struct introduction_meeting *m,
                           struct introduction_done *out, struct problem *problem)
{
    return transaction(w, meet, m, out, problem);
}

/* Outcomes ---------------------------------------------------------------------------------- */

struct said {
    struct str id, person, outcome;
    bool accept;
};

/* Which of the two; 0: the first; -1: none. */
static int side_of(const struct act *a, struct str person)
{
    for (int i = 0; i < 2; i++)
        if (str_eq(fact_text(&row_of(a)[INTRODUCTION_FIRST + i]), person))
            return i;
    return -1;
}

/* `again`: what stands may be changed. */
static enum err note_outcome(struct act *a, const struct said *s, bool again)
{
    const int side = side_of(a, s->person);
    if (side < 0) {
        a->out->no = INTRODUCTION_ABSENT;
        return OK;
    }
    struct value *outcome = &row_of(a)[INTRODUCTION_FIRST_OUTCOME + side];
    const struct value *meeting = &row_of(a)[INTRODUCTION_MEETING_AT];
    const struct str before = fact_text(outcome);
    if (meeting->type != VALUE_INT || meeting->i > a->w->at)
        a->out->no = over(a) ? INTRODUCTION_OVER : INTRODUCTION_NOT_MET;
    else if (before.n > 0 && !again && !str_eq(before, s->outcome))
        a->out->no = INTRODUCTION_TOLD;
    if (a->out->no != INTRODUCTION_YES || str_eq(before, s->outcome))
        return OK;
    *outcome = value_text(s->outcome);
    if (is(a, INTRODUCTION_STATUS, "accepted"))
        row_of(a)[INTRODUCTION_STATUS] = value_text(STR("met"));
    return write(a);
}

static enum err outcome_by_staff(struct act *a, const void *what)
{
    const struct said *s = what;
    enum err e = find_hers(a, s->id);
    return e == OK && a->out->no == INTRODUCTION_YES ? note_outcome(a, s, false) : e;
}

enum err introduction_outcome(const struct pool_work *w, struct str id, struct str person,
                              struct str outcome, struct introduction_done *out,
                              struct problem *problem)
{
    const struct said s = {.id = id, .person = person, .outcome = outcome};
    return transaction(w, outcome_by_staff, &s, out, problem);
}

static enum err outcome_by_her(struct act *a, const void *what)
{
    const struct said *s = what;
    enum err e = find(a, s->id);
    return e == OK && a->out->no == INTRODUCTION_YES ? note_outcome(a, s, true) : e;
}

enum err introduction_tell(const struct pool_work *w, struct str id, struct str person,
                           struct str outcome, struct introduction_done *out,
                           struct problem *problem)
{
    const struct said s = {.id = id, .person = person, .outcome = outcome};
    return transaction(w, outcome_by_her, &s, out, problem);
}

/* Answers ----------------------------------------------------------------------------------- */

/* A meeting that was is kept, one to come is not. */
static enum err end_as(struct act *a, const char *status)
{
    enum err e = will_meet(a) ? call_off(a) : OK;
    if (will_meet(a))
        row_of(a)[INTRODUCTION_MEETING_AT] = value_null();
    row_of(a)[INTRODUCTION_STATUS] = value_text(str_of(status));
    row_of(a)[INTRODUCTION_ENDED_AT] = value_int(a->w->at);
    return e == OK ? write(a) : e;
}

static bool both_accepted(const struct act *a)
{
    return is(a, INTRODUCTION_FIRST_ANSWER, "accepted") &&
           is(a, INTRODUCTION_SECOND_ANSWER, "accepted");
}

/*
 * Who has not answered answers as if it were open, whatever the other did: so nobody learns by
 * answering, but what both have agreed to.
 */
static enum err answer(struct act *a, const void *what)
{
    const struct said *s = what;
    enum err e = find(a, s->id);
    if (e != OK || a->out->no != INTRODUCTION_YES)
        return e;
    const int side = side_of(a, s->person);
    if (side < 0) {
        a->out->no = INTRODUCTION_ABSENT;
        return OK;
    }
    struct value *mine =
        &row_of(a)[side == 0 ? INTRODUCTION_FIRST_ANSWER : INTRODUCTION_SECOND_ANSWER];
    struct value *when_said =
        &row_of(a)[side == 0 ? INTRODUCTION_FIRST_AT : INTRODUCTION_SECOND_AT];
    const bool accepted = str_eq(fact_text(mine), STR("accepted")),
               first_time = mine->type == VALUE_NULL;
    const bool late = a->w->at >= row_of(a)[INTRODUCTION_UNTIL].i;
    const struct str word = s->accept ? STR("accepted") : STR("declined");
    if (str_eq(fact_text(mine), word))
        return OK;
    if ((first_time && late) || (!first_time && (!accepted || over(a)))) {
        a->out->no = INTRODUCTION_OVER;
        return OK;
    }
    *mine = value_text(word);
    *when_said = value_int(a->w->at);
    if (over(a))
        return write(a);
    if (!s->accept)
        return end_as(a, is(a, INTRODUCTION_STATUS, "met") ? "ended" : "declined");
    if (both_accepted(a))
        row_of(a)[INTRODUCTION_STATUS] = value_text(STR("accepted"));
    return write(a);
}

enum err introduction_answer(const struct pool_work *w, struct str id, struct str person,
                             bool accept, struct introduction_done *out, struct problem *problem)
{
    const struct said s = {.id = id, .person = person, .accept = accept};
    return transaction(w, answer, &s, out, problem);
}

/* Ends -------------------------------------------------------------------------------------- */

static enum err end(struct act *a, const void *what)
{
    const struct str *id = what;
    enum err e = find_hers(a, *id);
    return e == OK && a->out->no == INTRODUCTION_YES && !over(a) ? end_as(a, "ended") : e;
}

enum err introduction_end(const struct pool_work *w, struct str id, struct introduction_done *out,
                          struct problem *problem)
{
    return transaction(w, end, &id, out, problem);
}

enum err introduction_read(const struct pool_work *w, struct str id, struct introduction_done *out,
                           struct problem *problem)
{
    struct act a = {.w = w, .out = out, .problem = problem};
    out->no = INTRODUCTION_ABSENT;
    out->seq = 0;
    return find_hers(&a, id);
}

enum { BATCH = 100 };

struct batch {
    size_t count;
    char id[BATCH][FRESH_ID];
};

static bool take_id(void *to, const struct value *v, size_t count)
{
    struct batch *b = to;
    (void)count;
    b->count += str_copy(v[0].s, b->id[b->count], sizeof b->id[0]);
    return b->count < BATCH;
}

/* Those that `sql` finds, as long as it finds any. */
static enum err end_all(struct act *a, const char *sql, const struct value *params, size_t count,
                        unsigned *ended)
{
    enum err e;
    struct batch b;
    do {
        b.count = 0;
        e = store_run(a->w->store, sql, params, count, take_id, &b, a->problem);
        for (size_t i = 0; i < b.count && e == OK; i++) {
            e = find(a, str_of(b.id[i]));
            if (e == OK)
                e = end_as(a,
                           is(a, INTRODUCTION_STATUS, "proposed") && over(a) ? "lapsed" : "ended");
            ++*ended;
        }
    } while (e == OK && b.count == BATCH);
    return e;
}

static struct pool_work work_of(struct store *s, const struct fact_origin *o)
{
    return (struct pool_work){.store = s, .node = o->node, .staff = o->actor, .at = o->at};
}

enum err introduction_end_of(struct store *s, struct str person, const struct fact_origin *o,
                             int64_t *seq, struct problem *problem)
{
    struct introduction_done done = {.seq = 0};
    const struct pool_work w = work_of(s, o);
    struct act a = {.w = &w, .out = &done, .problem = problem};
    const struct value v = value_text(person);
    unsigned ended = 0;
    enum err e = end_all(&a,
                         "SELECT \"id\" FROM introductions WHERE (\"first\" = $1 OR \"second\" = "
                         "$1) AND \"status\" IN ('proposed', 'accepted', 'met') ORDER BY \"id\"",
                         &v, 1, &ended);
    *seq = done.seq != 0 ? done.seq : *seq;
    return e;
}

enum err introduction_lapse(struct store *s, const struct fact_origin *o, unsigned *ended,
                            int64_t *seq, struct problem *problem)
{
    struct introduction_done done = {.seq = 0};
    const struct pool_work w = work_of(s, o);
    struct act a = {.w = &w, .out = &done, .problem = problem};
    const struct value v[] = {value_int(o->at), value_int(o->at - INTRODUCTION_AFTER)};
    enum err e = store_begin(s, problem);
    if (e != OK)
        return e;
    e = end_all(&a,
                "SELECT \"id\" FROM introductions WHERE (\"status\" = 'proposed' AND \"until\" <= "
                "$1) OR (\"status\" = 'accepted' AND COALESCE(\"meeting_at\", \"until\") <= $2) "
                "ORDER BY \"id\"",
                v, 2, ended);
    if (e == OK && *ended > 0)
        e = store_commit(s, problem);
    if (e != OK || *ended == 0)
        store_rollback(s);
    *seq = done.seq != 0 ? done.seq : *seq;
    return e;
}
