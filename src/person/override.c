#include "person/override.h"

#define GOOD_FOR WHEN_DAY

static const struct column columns[] = {
    [OVERRIDE_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true, .key = true},
    [OVERRIDE_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true, .key = true},
    [OVERRIDE_LIFT] = {.name = "lifts",
                       .type = COLUMN_WORD,
                       .required = true,
                       .key = true,
                       .words = OVERRIDE_LIFTS},
    [OVERRIDE_REASON] = {.name = "reason",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = OVERRIDE_REASONS},
    [OVERRIDE_FIRST] = {.name = "first", .type = COLUMN_ID, .required = true},
    [OVERRIDE_FIRST_AT] = {.name = "first_at", .type = COLUMN_TIME, .required = true},
    [OVERRIDE_SECOND] = {.name = "second", .type = COLUMN_ID},
    [OVERRIDE_SECOND_AT] = {.name = "second_at", .type = COLUMN_TIME},
    [OVERRIDE_USED_AT] = {.name = "used_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == OVERRIDE_COLUMNS, "one entry a column");

const struct fact_kind override_kind = {
    .name = "overrides",
    .table = "overrides",
    .columns = columns,
    .count = OVERRIDE_COLUMNS,
};

static enum err find(const struct pool_work *w, const struct value *key, struct fact_row *out,
                     bool *there, struct problem *problem)
{
    enum err e = fact_find(w->store, &override_kind, key, out, problem);
    *there = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err write(const struct pool_work *w, const struct value *row, struct pool_answer *out,
                      struct problem *problem)
{
    return fact_write(w->store, &override_kind, row, w->node, w->staff, w->at, &out->seq, problem);
}

static bool holds(const struct pool_work *w, const struct value *row)
{
    return row[OVERRIDE_SECOND].type == VALUE_TEXT && row[OVERRIDE_USED_AT].type == VALUE_NULL &&
           w->at < row[OVERRIDE_SECOND_AT].i + GOOD_FOR;
}

/* One has said so, and it is not too late for another. */
static bool waits(const struct pool_work *w, const struct value *row, struct str reason)
{
    return row[OVERRIDE_SECOND].type == VALUE_NULL && w->at < row[OVERRIDE_FIRST_AT].i + GOOD_FOR &&
           str_eq(fact_text(&row[OVERRIDE_REASON]), reason);
}

/* May these two speak of this claim? */
static enum err check(const struct pool_work *w, const struct override *o, enum pool_no *no,
                      struct problem *problem)
{
    struct pool_staff speaker, other;
    struct fact_row member;
    bool there, same = false;
    enum err e = pool_staff_read(w, w->staff, &speaker, problem);
    if (e == OK)
        e = pool_member_read(w, o->person, speaker.organisation, &member, &there, problem);
    *no = POOL_ABSENT;
    if (e != OK || !there)
        return e;
    e = pool_staff_read(w, o->staff, &other, problem);
    if (e == OK)
        e = pool_same_entity(w, str_of(speaker.organisation), str_of(other.organisation), &same,
                             problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (e != OK || !same || !other.active)
        *no = POOL_NO_STAFF;
    else if (speaker.position != POSITION_MANAGER && speaker.position != POSITION_COMPLIANCE)
        *no = POOL_NOT_OWNER;
    else
        *no = str_eq(w->staff, o->staff) ? POOL_SAME_PERSON : POOL_YES;
    return OK;
}

struct saying {
    const struct override *o;
    bool *agreed;
};

static enum err say(const struct pool_work *w, void *what, struct pool_answer *out,
                    struct problem *problem)
{
    const struct saying *s = what;
    const struct override *o = s->o;
    struct fact_row was;
    bool there;
    struct value row[OVERRIDE_COLUMNS] = {
        [OVERRIDE_PERSON] = value_text(o->person), [OVERRIDE_STAFF] = value_text(o->staff),
        [OVERRIDE_LIFT] = value_text(o->lifts),    [OVERRIDE_REASON] = value_text(o->reason),
        [OVERRIDE_FIRST] = value_text(w->staff),   [OVERRIDE_FIRST_AT] = value_int(w->at)};
    enum err e = check(w, o, &out->no, problem);
    if (e == OK && out->no == POOL_YES)
        e = find(w, row, &was, &there, problem);
    if (e != OK || out->no != POOL_YES)
        return e;
    *s->agreed = there && holds(w, was.v);
    if (*s->agreed)
        return OK;
    if (!there || !waits(w, was.v, o->reason))
        return write(w, row, out, problem);
    if (str_eq(fact_text(&was.v[OVERRIDE_FIRST]), w->staff))
        return OK;
    was.v[OVERRIDE_SECOND] = value_text(w->staff);
    was.v[OVERRIDE_SECOND_AT] = value_int(w->at);
    *s->agreed = true;
    return write(w, was.v, out, problem);
}

enum err override_say(const struct pool_work *w, const struct override *o, bool *agreed,
                      struct pool_answer *out, struct problem *problem)
{
    struct saying s = {.o = o, .agreed = agreed};
    *agreed = false;
    return pool_transaction(w, say, &s, out, problem);
}

enum err override_use(const struct pool_work *w, struct str person, struct str staff,
                      enum pool_no no, bool *lifted, struct problem *problem)
{
    struct fact_row row;
    struct pool_answer unused;
    const struct value key[OVERRIDE_COLUMNS] = {[OVERRIDE_PERSON] = value_text(person),
                                                [OVERRIDE_STAFF] = value_text(staff),
                                                [OVERRIDE_LIFT] =
                                                    value_text(str_of(pool_word(no)))};
    enum err e = find(w, key, &row, lifted, problem);
    if (e != OK || !*lifted)
        return e;
    *lifted = holds(w, row.v);
    if (!*lifted)
        return OK;
    row.v[OVERRIDE_USED_AT] = value_int(w->at);
    return write(w, row.v, &unused, problem);
}
