/*
 * Introductions at the sample agency: one of each kind, and a member who has met nine
 * others within a month, which is an alert.
 */
#include "cli/demo_inner.h"
#include "gate/agreed.h"
#include "person/introduction.h"

#include <stdlib.h>

#define MATCHMAKER STR("stf_x13") /* a manager */
#define BASIC      ((categories)(1 << CATEGORY_BASIC))

enum { STORY_DAYS = 30, BUSY = 150, BUSY_MEETS = 9, WANTED = 8 + BUSY_MEETS };

struct story {
    const struct demo_introducing *with;
    struct introduction_done done;
    char busy[DEMO_ID];
    char member[WANTED][DEMO_ID]; /* who agree to be introduced, then and now */
    size_t members;
    int64_t seq;
};

static when days(const struct story *s, int n)
{
    return s->with->now + n * WHEN_DAY;
}

static bool agrees(const struct story *s, const char *id)
{
    const struct str person = str_of(id), purpose = STR(INTRODUCTION_PURPOSE);
    struct gate *gate = s->with->gate;
    return (gate_shared(gate, MATCHMAKER, person, purpose, days(s, -STORY_DAYS)) &
            gate_shared(gate, MATCHMAKER, person, purpose, s->with->now) & BASIC) != 0;
}

static void find_members(struct story *s)
{
    for (unsigned i = BUSY; i <= DEMO_MEMBERS && s->busy[0] == '\0'; i++) {
        char id[DEMO_ID];
        demo_member_id(i, id);
        if (agrees(s, id))
            memcpy(s->busy, id, sizeof id);
    }
    for (unsigned i = DEMO_MADE_MEMBERS + 1; i <= DEMO_MEMBERS && s->members < WANTED; i++) {
        char *id = s->member[s->members];
        demo_member_id(i, id);
        s->members += strcmp(id, s->busy) != 0 && agrees(s, id);
    }
}

static struct pool_work work_at(const struct story *s, struct str who, when at)
{
    return (struct pool_work){.store = s->with->store,
                              .rules = gate_rules(s->with->gate),
                              .node = str_of(gate_node(s->with->gate)),
                              .staff = who,
                              .at = at};
}

/* What was done, or why it could not be. */
static enum err noted(struct story *s, enum err e, struct problem *problem)
{
    if (e == OK && s->done.no != INTRODUCTION_YES)
        e = problem_set(problem, ERR_CONFLICT, "an introduction of the sample city: %s",
                        introduction_word(s->done.no));
    if (e == OK && s->done.seq != 0)
        s->seq = s->done.seq;
    return e;
}

static enum err propose(struct story *s, const char *one, const char *other, when at,
                        char id[static FRESH_ID], struct problem *problem)
{
    const struct pool_work w = work_at(s, MATCHMAKER, at);
    const struct introduction_terms t = {.one = {.person = str_of(one), .shared = BASIC},
                                         .other = {.person = str_of(other), .shared = BASIC}};
    enum err e = noted(s, introduction_propose(&w, &t, &s->done, problem), problem);
    if (e == OK)
        str_copy(fact_text(&s->done.row.v[INTRODUCTION_ID]), id, FRESH_ID);
    return e;
}

static enum err answer(struct story *s, const char *id, const char *person, bool accept, when at,
                       struct problem *problem)
{
    const struct pool_work w = work_at(s, STR("person"), at);
    return noted(s, introduction_answer(&w, str_of(id), str_of(person), accept, &s->done, problem),
                 problem);
}

static enum err accepted(struct story *s, const char *one, const char *other, when at,
                         char id[static FRESH_ID], struct problem *problem)
{
    enum err e = propose(s, one, other, at, id, problem);
    if (e == OK)
        e = answer(s, id, one, true, at + WHEN_HOUR, problem);
    return e == OK ? answer(s, id, other, true, at + 2 * WHEN_HOUR, problem) : e;
}

static enum err meet(struct story *s, const char *id, when said, when at, struct problem *problem)
{
    const struct pool_work w = work_at(s, MATCHMAKER, said);
    const struct introduction_meeting m = {
        .id = str_of(id), .at = at, .first = BASIC, .second = BASIC};
    return noted(s, introduction_meet(&w, &m, &s->done, problem), problem);
}

static enum err tell(struct story *s, const char *id, const char *person, const char *outcome,
                     when at, struct problem *problem)
{
    const struct pool_work w = work_at(s, STR("person"), at);
    return noted(
        s, introduction_tell(&w, str_of(id), str_of(person), str_of(outcome), &s->done, problem),
        problem);
}

/* Proposed; accepted, to meet tomorrow; met, with what came of it; declined. */
static enum err one_of_each(struct story *s, struct problem *problem)
{
    char id[FRESH_ID];
    const char(*m)[DEMO_ID] = (const char(*)[DEMO_ID])s->member;
    enum err e = propose(s, m[0], m[1], days(s, -1), id, problem);
    if (e == OK)
        e = accepted(s, m[2], m[3], days(s, -3), id, problem);
    if (e == OK)
        e = meet(s, id, days(s, -2), days(s, 1), problem);
    if (e == OK)
        e = accepted(s, m[4], m[5], days(s, -20), id, problem);
    if (e == OK)
        e = meet(s, id, days(s, -18), days(s, -10), problem);
    if (e == OK)
        e = tell(s, id, m[4], "again", days(s, -9), problem);
    if (e == OK)
        e = tell(s, id, m[5], "undecided", days(s, -8), problem);
    if (e == OK)
        e = propose(s, m[6], m[7], days(s, -5), id, problem);
    return e == OK ? answer(s, id, m[7], false, days(s, -4), problem) : e;
}

static enum err many_of_one(struct story *s, struct problem *problem)
{
    enum err e = OK;
    for (int i = 0; i < BUSY_MEETS && e == OK; i++) {
        char id[FRESH_ID];
        e = accepted(s, s->busy, s->member[8 + i], days(s, -28 + 2 * i), id, problem);
        if (e == OK)
            e = meet(s, id, days(s, -27 + 2 * i), days(s, -26 + 2 * i), problem);
        if (e == OK && i % 3 != 0)
            e = tell(s, id, s->busy, "no", days(s, -25 + 2 * i), problem);
    }
    return e;
}

enum err demo_introduce(const struct demo_introducing *with, int64_t *seq, struct problem *problem)
{
    struct story *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    s->with = with;
    find_members(s);
    enum err e =
        s->busy[0] != '\0' && s->members == WANTED
            ? one_of_each(s, problem)
            : problem_set(problem, ERR_NOT_FOUND, "too few members agree to be introduced");
    if (e == OK)
        e = many_of_one(s, problem);
    *seq = s->seq;
    free(s);
    return e;
}
