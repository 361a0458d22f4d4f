/* Who is introduced to whom. */
#include "person/contract.h"
#include "person/introduction_inner.h"
#include "person/link.h"
#include "person/wording.h"

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

/* Introductions of the two humans, $1 and $2, within the legal entity of $3. */
#define HUMANS "WITH one AS (" LINK_HUMAN("$1") "), other AS (" LINK_HUMAN("$2") ") "
#define OF_THE_TWO                                                                                 \
    HUMANS                                                                                         \
    "SELECT 1 FROM introductions i JOIN organisations o ON o.\"id\" = i.\"organisation\" JOIN "    \
    "organisations a ON a.\"id\" = $3 WHERE COALESCE(o.\"legal_entity\", o.\"id\") = "             \
    "COALESCE(a.\"legal_entity\", a.\"id\") AND ((i.\"first\" IN (SELECT \"id\" FROM one) AND "    \
    "i.\"second\" IN (SELECT \"id\" FROM other)) OR (i.\"first\" IN (SELECT \"id\" FROM other) "   \
    "AND i.\"second\" IN (SELECT \"id\" FROM one))) AND "

/*
 * Is one of these two open, or do they rest? One that was declined is open until its answer was
 * due, as one that nobody has answered, and both rest from then.
 */
static enum err earlier(const struct act *a, const struct pair *p, bool *open, bool *rest)
{
    const int64_t rests = rules_limit_time(a->w->rules, LIMIT_INTRODUCTION_REST, 0);
    const struct value v[] = {value_text(p->one->person), value_text(p->other->person),
                              value_text(str_of(a->who.organisation)), value_int(a->w->at),
                              value_int(a->w->at - rests * WHEN_SECOND)};
    enum err e = store_any(a->w->store,
                           OF_THE_TWO "(i.\"status\" = 'accepted' OR (i.\"status\" IN ('proposed', "
                                      "'declined') AND i.\"until\" > $4))",
                           v, 4, open, a->problem);
    *rest = false;
    return e != OK ? e
                   : store_any(a->w->store,
                               OF_THE_TWO "(i.\"status\" IN ('proposed', 'declined', 'lapsed', "
                                          "'ended') AND CASE i.\"status\" WHEN 'ended' THEN "
                                          "i.\"ended_at\" ELSE i.\"until\" END > $4)",
                               (const struct value[]){v[0], v[1], v[2], v[4]}, 4, rest, a->problem);
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
    bool same = false, open = false, rest = false, cooling = false;
    enum err e = introduction_may_work(a, p->member[0].v[MEMBER_ORGANISATION],
                                       p->member[1].v[MEMBER_ORGANISATION]);
    if (e != OK || a->out->no != INTRODUCTION_YES)
        return e;
    p->one_shows = shown_of(rules, p->one);
    p->other_shows = shown_of(rules, p->other);
    e = same_human(a, p, &same);
    if (e == OK)
        e = earlier(a, p, &open, &rest);
    if (e == OK)
        e = cools_off(a, p, &cooling);
    /* What they agree to comes last: to learn that somebody does costs a proposal that she sees. */
    if (p->until <= a->w->at || p->until > a->w->at + INTRODUCTION_AFTER)
        a->out->no = INTRODUCTION_TIMES;
    else if (same)
        a->out->no = INTRODUCTION_SAME_PERSON;
    else if (open)
        a->out->no = INTRODUCTION_UNDER_WAY;
    else if (rest)
        a->out->no = INTRODUCTION_RESTING;
    else if (cooling)
        a->out->no = INTRODUCTION_COOLING;
    else if (introduction_frozen(a, &p->member[0]) || introduction_frozen(a, &p->member[1]))
        a->out->no = INTRODUCTION_FROZEN;
    else if (p->one_shows == 0 || p->other_shows == 0)
        a->out->no = INTRODUCTION_NOT_SHARED;
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
    return e == OK ? introduction_take(a, str_of(id)) : e;
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
    const when life =
        rules_limit_time(a->w->rules, LIMIT_INTRODUCTION_LIFE, INTRODUCTION_AFTER / WHEN_SECOND) *
        WHEN_SECOND;
    struct pair p = {.one = turned ? &t->other : &t->one,
                     .other = turned ? &t->one : &t->other,
                     .until = t->until != 0 ? t->until : a->w->at + life};
    bool both = false;
    enum err e = introduction_staff(a);
    if (e == OK && introduction_holds(&a->who))
        e = read_members(a, &p, &both);
    if (e != OK || !both || !owns(a, &p))
        return e;
    e = judge(a, &p);
    return e == OK && a->out->no == INTRODUCTION_YES ? enter(a, &p) : e;
}

enum err introduction_propose(const struct pool_work *w, const struct introduction_terms *t,
                              struct introduction_done *out, struct problem *problem)
{
    return introduction_change(w, propose, t, out, problem);
}
