/* Introductions: who changes what, and when not. */
#include "person/introduction_inner.h"

#include "registry/order.h"

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

enum err introduction_take(const struct act *a, struct str id)
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
enum err introduction_change(const struct pool_work *w, introduction_step *step, const void *what,
                             struct introduction_done *out, struct problem *problem)
{
    struct act a = {.w = w, .out = out, .problem = problem};
    out->no = INTRODUCTION_ABSENT;
    out->seq = 0;
    enum err e = store_begin(w->store, problem);
    if (e == OK)
        e = step(&a, what);
    return store_end_if(w->store, e, out->no == INTRODUCTION_YES && out->seq != 0, problem);
}

/* Whose it is ------------------------------------------------------------------------------- */

bool introduction_holds(const struct pool_staff *who)
{
    return who->active && (who->position == POSITION_SALES || who->position == POSITION_MANAGER);
}

enum err introduction_staff(struct act *a)
{
    enum err e = pool_staff_read(a->w, a->w->staff, &a->who, a->problem);
    return e == ERR_NOT_FOUND ? OK : e;
}

/*
 * It is there, of her legal entity, and hers to work with; else it is not there. With the
 * status as staff read it, so that nothing that they do tells more.
 */
static enum err find_hers(struct act *a, struct str id)
{
    bool same = false, owner = false;
    enum err e = introduction_staff(a);
    if (e == OK)
        e = introduction_take(a, id);
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
    if (!introduction_holds(&a->who) || !same || !hers)
        a->out->no = INTRODUCTION_ABSENT;
    row_of(a)[INTRODUCTION_STATUS] = value_text(introduction_staff_status(row_of(a), a->w->at));
    return e;
}

/* Staff's and two members' organisations, and her certificate. */
enum err introduction_may_work(struct act *a, struct value one, struct value other)
{
    const struct value of[] = {value_text(str_of(a->who.organisation)), one, other};
    bool suspended = true;
    enum err e = order_stops(a->w->store, of, a->w->at, &suspended, a->problem);
    a->out->no = suspended                              ? INTRODUCTION_SUSPENDED
                 : a->w->at >= a->who.certificate_until ? INTRODUCTION_UNCERTIFIED
                                                        : INTRODUCTION_YES;
    return e;
}

bool introduction_frozen(const struct act *a, const struct fact_row *member)
{
    const struct value *until = &member->v[MEMBER_FROZEN_UNTIL];
    return until->type == VALUE_INT && a->w->at < until->i;
}

/* Meeting ----------------------------------------------------------------------------------- */

static enum err call_off(const struct act *a)
{
    return store_run(a->w->store, "DELETE FROM meetings WHERE \"introduction\" = $1",
                     &row_of(a)[INTRODUCTION_ID], 1, NULL, NULL, a->problem);
}

static enum err take_day(const struct act *a, const struct introduction_meeting *m)
{
    const int offset = rules_offset_minutes(a->w->rules);
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
    e = introduction_may_work(a, member[0].v[MEMBER_ORGANISATION],
                              member[1].v[MEMBER_ORGANISATION]);
    if (e != OK || a->out->no != INTRODUCTION_YES)
        return e;
    if (!is(a, INTRODUCTION_STATUS, "accepted"))
        a->out->no =
            is(a, INTRODUCTION_STATUS, "met") ? INTRODUCTION_OVER : INTRODUCTION_UNANSWERED;
    else if (introduction_frozen(a, &member[0]) || introduction_frozen(a, &member[1]))
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
    return introduction_change(w, meet, m, out, problem);
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
    return introduction_change(w, outcome_by_staff, &s, out, problem);
}

static enum err outcome_by_her(struct act *a, const void *what)
{
    const struct said *s = what;
    enum err e = introduction_take(a, s->id);
    return e == OK && a->out->no == INTRODUCTION_YES ? note_outcome(a, s, true) : e;
}

enum err introduction_tell(const struct pool_work *w, struct str id, struct str person,
                           struct str outcome, struct introduction_done *out,
                           struct problem *problem)
{
    const struct said s = {.id = id, .person = person, .outcome = outcome};
    return introduction_change(w, outcome_by_her, &s, out, problem);
}

/* Answers ----------------------------------------------------------------------------------- */

/* As `early`, unless both had accepted. A meeting that was is kept, one to come is not. */
static enum err end_as(struct act *a, const char *early)
{
    const bool proposed = is(a, INTRODUCTION_STATUS, "proposed");
    enum err e = will_meet(a) ? call_off(a) : OK;
    if (will_meet(a))
        row_of(a)[INTRODUCTION_MEETING_AT] = value_null();
    row_of(a)[INTRODUCTION_STATUS] = value_text(str_of(proposed ? early : "ended"));
    row_of(a)[INTRODUCTION_ENDED_AT] = value_int(a->w->at);
    return e == OK ? write(a) : e;
}

static bool both_accepted(const struct act *a)
{
    return is(a, INTRODUCTION_FIRST_ANSWER, "accepted") &&
           is(a, INTRODUCTION_SECOND_ANSWER, "accepted");
}

/* Both have accepted it, or had. */
static bool was_accepted(const struct act *a)
{
    return is(a, INTRODUCTION_STATUS, "accepted") || is(a, INTRODUCTION_STATUS, "met") ||
           is(a, INTRODUCTION_STATUS, "ended");
}

/*
 * Until both have accepted, each answers as if it were open, whatever the other did: so nobody
 * learns by answering, but what both have agreed to.
 */
static enum err answer(struct act *a, const void *what)
{
    const struct said *s = what;
    enum err e = introduction_take(a, s->id);
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
    const bool declined = str_eq(fact_text(mine), STR("declined"));
    const bool late = was_accepted(a) ? over(a) : a->w->at >= row_of(a)[INTRODUCTION_UNTIL].i;
    const struct str word = s->accept ? STR("accepted") : STR("declined");
    if (str_eq(fact_text(mine), word))
        return OK;
    if (declined || late) {
        a->out->no = INTRODUCTION_OVER;
        return OK;
    }
    *mine = value_text(word);
    *when_said = value_int(a->w->at);
    if (over(a))
        return write(a);
    if (!s->accept)
        return end_as(a, "declined");
    if (both_accepted(a))
        row_of(a)[INTRODUCTION_STATUS] = value_text(STR("accepted"));
    return write(a);
}

enum err introduction_answer(const struct pool_work *w, struct str id, struct str person,
                             bool accept, struct introduction_done *out, struct problem *problem)
{
    const struct said s = {.id = id, .person = person, .accept = accept};
    return introduction_change(w, answer, &s, out, problem);
}

/* Ends -------------------------------------------------------------------------------------- */

static enum err end(struct act *a, const void *what)
{
    const struct str *id = what;
    enum err e = find_hers(a, *id);
    return e == OK && a->out->no == INTRODUCTION_YES && !over(a) ? end_as(a, "lapsed") : e;
}

enum err introduction_end(const struct pool_work *w, struct str id, struct introduction_done *out,
                          struct problem *problem)
{
    return introduction_change(w, end, &id, out, problem);
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
            e = introduction_take(a, str_of(b.id[i]));
            if (e == OK)
                e = end_as(a, "lapsed");
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

enum err introduction_charge(struct store *s, struct str id, struct str person, struct str contract,
                             const struct fact_origin *o, bool *charged, int64_t *seq,
                             struct problem *problem)
{
    struct introduction_done done = {.seq = 0};
    const struct pool_work w = work_of(s, o);
    const struct act a = {.w = &w, .out = &done, .problem = problem};
    enum err e = introduction_take(&a, id);
    *charged = e == OK && done.no == INTRODUCTION_YES && side_of(&a, person) >= 0 &&
               (is(&a, INTRODUCTION_STATUS, "accepted") || is(&a, INTRODUCTION_STATUS, "met"));
    struct value *of = &done.row.v[INTRODUCTION_CONTRACT];
    if (!*charged || of->type != VALUE_NULL)
        return e;
    *of = value_text(contract);
    e = write(&a);
    *seq = e == OK ? done.seq : *seq;
    return e;
}

#define DUE                                                                                        \
    "SELECT \"id\" FROM introductions WHERE (\"status\" = 'proposed' AND \"until\" <= $1) OR "     \
    "(\"status\" = 'accepted' AND COALESCE(\"meeting_at\", \"until\") <= $2) ORDER BY \"id\""

enum err introduction_lapse(struct store *s, const struct fact_origin *o, unsigned *ended,
                            int64_t *seq, struct problem *problem)
{
    struct introduction_done done = {.seq = 0};
    const struct pool_work w = work_of(s, o);
    struct act a = {.w = &w, .out = &done, .problem = problem};
    const struct value v[] = {value_int(o->at), value_int(o->at - INTRODUCTION_AFTER)};
    bool due = false;
    enum err e = store_any(s, DUE, v, 2, &due, problem);
    if (e != OK || !due)
        return e;
    e = store_begin(s, problem);
    if (e == OK)
        e = end_all(&a, DUE, v, 2, ended);
    e = store_end(s, e, problem);
    *seq = done.seq != 0 ? done.seq : *seq;
    return e;
}
