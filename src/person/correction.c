#include "person/correction.h"

#include "person/duty.h"
#include "person/member.h"

#include <sodium.h>
#include <stdio.h>

enum { LABEL = 64 };

static const struct column columns[] = {
    [CORRECTION_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [CORRECTION_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true},
    [CORRECTION_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [CORRECTION_CATEGORY] = {.name = "category",
                             .type = COLUMN_WORD,
                             .required = true,
                             .words = CATEGORY_WORDS},
    [CORRECTION_FIELD] = {.name = "field", .type = COLUMN_ID, .required = true},
    [CORRECTION_ASKED_AT] = {.name = "asked_at", .type = COLUMN_TIME, .required = true},
    [CORRECTION_DUE_AT] = {.name = "due_at", .type = COLUMN_TIME},
    [CORRECTION_STATUS] = {.name = "status",
                           .type = COLUMN_WORD,
                           .required = true,
                           .words = "applied open accepted refused"},
    [CORRECTION_STAFF] = {.name = "staff", .type = COLUMN_ID},
    [CORRECTION_ANSWERED_AT] = {.name = "answered_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == CORRECTION_COLUMNS, "one entry a column");

const struct fact_kind correction_kind = {
    .name = "corrections",
    .table = "corrections",
    .columns = columns,
    .count = CORRECTION_COLUMNS,
};

bool correction_checked(enum category c, struct str field)
{
    return c == CATEGORY_IDENTITY || str_eq(field, STR("marital_status"));
}

/* What is sealed beside the row ----------------------------------------------------------- */

static struct str label_of(struct str id, const char *what, char out[static LABEL])
{
    snprintf(out, LABEL, "correction/%s/%.*s", what, STR_ARG(id));
    return str_of(out);
}

/* `sql` sets a column to $2 where the id is $1. */
static enum err put_sealed(const struct vault *v, struct str person, struct str id,
                           const char *what, const char *sql, struct str plain,
                           struct problem *problem)
{
    char label[LABEL];
    uint8_t bytes[VAULT_VALUE + UNWRAP_OVERHEAD];
    struct buf sealed;
    buf_fixed(&sealed, bytes, sizeof bytes);
    enum err e =
        unwrap_seal(v->keys, person, KEY_PROFILE, label_of(id, what, label), plain, &sealed);
    if (e != OK)
        return problem_set(problem, e, "a correction cannot be sealed (%s)", err_name(e));
    const struct value row[] = {value_text(id), value_bytes(sealed.p, sealed.n)};
    return store_run(v->store, sql, row, 2, NULL, NULL, problem);
}

struct opening {
    const struct vault *vault;
    struct str id, person;
    struct buf *out;
    enum err e;
};

static bool open_value(void *to, const struct value *c, size_t count)
{
    struct opening *o = to;
    char label[LABEL];
    (void)count;
    o->e = unwrap_text(o->vault->keys, o->person, KEY_PROFILE, label_of(o->id, "value", label),
                       c[0].s, o->out);
    return false;
}

enum err correction_value(const struct vault *v, struct str id, struct str person,
                          struct buf *value, struct problem *problem)
{
    struct opening o = {v, id, person, value, ERR_NOT_FOUND};
    const struct value key[] = {value_text(id), value_text(person)};
    enum err e = store_run(v->store,
                           "SELECT value FROM corrections WHERE id = $1 AND person = $2 AND "
                           "value IS NOT NULL",
                           key, 2, open_value, &o, problem);
    if (e == OK && o.e != OK)
        return problem_set(problem, o.e, "%.*s: what was asked for does not open (%s)", STR_ARG(id),
                           err_name(o.e));
    return e;
}

/* Her side --------------------------------------------------------------------------------- */

/*
 * Her row, which nobody else changes until this is done: SQLite has one writer, PostgreSQL
 * locks. ERR_NOT_FOUND: none, or erased.
 */
static enum err hold_member(const struct vault *v, struct str person, struct fact_row *row,
                            struct problem *problem)
{
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(person)};
    enum err e =
        store_run(v->store, "UPDATE members SET \"version\" = \"version\" WHERE \"id\" = $1", key,
                  1, NULL, NULL, problem);
    if (e == OK)
        e = fact_find(v->store, &member_kind, key, row, problem);
    if (e == OK && !str_eq(fact_text(&row->v[MEMBER_STATUS]), STR("active")))
        e = problem_set(problem, ERR_NOT_FOUND, "%.*s: no member any more", STR_ARG(person));
    return e;
}

static enum err write_field(struct correction_act *a, const struct value *row,
                            const struct vault_field *field, struct problem *problem)
{
    bool changed;
    const struct intake_member m = {.id = fact_text(&row[MEMBER_ID]),
                                    .organisation = fact_text(&row[MEMBER_ORGANISATION]),
                                    .pool = fact_text(&row[MEMBER_POOL]),
                                    .field = field,
                                    .count = 1};
    return intake_put(a->intake, &m, &a->origin, &changed, &a->seq, problem);
}

static enum err may_ask(struct correction_act *a, struct str person, struct str field,
                        enum correction_no *no, struct problem *problem)
{
    bool any = false;
    struct store *s = a->intake->vault.store;
    const struct value key[] = {value_text(person), value_text(field)};
    const struct value day[] = {value_text(person), value_int(a->origin.at - WHEN_DAY),
                                value_int(CORRECTIONS_A_DAY - 1)};
    enum err e = store_any(s,
                           "SELECT 1 FROM corrections WHERE person = $1 AND field = $2 AND "
                           "status = 'open'",
                           key, 2, &any, problem);
    *no = any ? CORRECTION_UNDER_WAY : CORRECTION_YES;
    if (e != OK || any)
        return e;
    e = store_any(s,
                  "SELECT 1 FROM corrections WHERE person = $1 AND asked_at > $2 "
                  "LIMIT 1 OFFSET $3",
                  day, 3, &any, problem);
    *no = any ? CORRECTION_LIMIT : CORRECTION_YES;
    return e;
}

static enum err ask(struct correction_act *a, struct str person, const struct vault_field *field,
                    char id[static FRESH_ID], bool *open, enum correction_no *no,
                    struct problem *problem)
{
    struct fact_row member;
    enum category c;
    const struct vault *v = &a->intake->vault;
    enum err e = hold_member(v, person, &member, problem);
    if (e == OK && !rules_field(v->rules, field->name, &c))
        e = problem_set(problem, ERR_INVALID, "a field that no category has");
    if (e == OK)
        e = may_ask(a, person, field->name, no, problem);
    if (e != OK || *no != CORRECTION_YES)
        return e;
    *open = correction_checked(c, field->name);
    fresh_id("cor", id);
    const struct value row[CORRECTION_COLUMNS] = {
        [CORRECTION_ID] = value_text(str_of(id)),
        [CORRECTION_PERSON] = value_text(person),
        [CORRECTION_ORGANISATION] = member.v[MEMBER_ORGANISATION],
        [CORRECTION_CATEGORY] = value_text(str_of(category_word(c))),
        [CORRECTION_FIELD] = value_text(field->name),
        [CORRECTION_ASKED_AT] = value_int(a->origin.at),
        [CORRECTION_DUE_AT] =
            *open ? value_int(a->origin.at + CORRECTION_DAYS * WHEN_DAY) : value_null(),
        [CORRECTION_STATUS] = value_text(*open ? STR("open") : STR("applied")),
        [CORRECTION_STAFF] = value_null(),
        [CORRECTION_ANSWERED_AT] = value_null(),
    };
    if (!*open)
        e = write_field(a, member.v, field, problem);
    if (e == OK)
        e = fact_write(v->store, &correction_kind, row, a->origin.node, a->origin.actor,
                       a->origin.at, &a->seq, problem);
    if (e != OK || !*open)
        return e;
    const struct duty duty = {str_of(id), person, "correction", (categories)(1 << c), WHEN_NEVER};
    e = duty_begin(v->store, &duty, &a->origin, &a->seq, problem);
    return e == OK ? put_sealed(v, person, str_of(id), "value",
                                "UPDATE corrections SET value = $2 WHERE id = $1", field->value,
                                problem)
                   : e;
}

/* Nothing was done unless all of it was. */
static enum err end(struct store *s, enum err e, enum correction_no *no, struct problem *problem)
{
    if (e == ERR_NOT_FOUND || e == ERR_CLOSED)
        *no = CORRECTION_ABSENT;
    e = store_end_if(s, e, *no == CORRECTION_YES, problem);
    return *no == CORRECTION_ABSENT ? OK : e;
}

enum err correction_ask(struct correction_act *a, struct str person,
                        const struct vault_field *field, char id[static FRESH_ID], bool *open,
                        enum correction_no *no, struct problem *problem)
{
    struct store *s = a->intake->vault.store;
    *no = CORRECTION_YES;
    *open = false;
    enum err e = store_begin(s, problem);
    return e == OK ? end(s, ask(a, person, field, id, open, no, problem), no, problem) : e;
}

/* Compliance's side ------------------------------------------------------------------------ */

#define OF_ENTITY                                                                                  \
    "organisation IN (SELECT b.id FROM organisations a, organisations b WHERE a.id = $1 AND "      \
    "COALESCE(b.legal_entity, b.id) = COALESCE(a.legal_entity, a.id))"

static bool seen(void *to, const struct value *c, size_t count)
{
    (void)c;
    (void)count;
    *(bool *)to = true;
    return true;
}

/* The row, for this transaction alone. */
static enum err hold(struct correction_act *a, const struct correction_answer *q,
                     struct fact_row *row, enum correction_no *no, struct problem *problem)
{
    bool any = false;
    struct store *s = a->intake->vault.store;
    const struct value params[] = {value_text(q->organisation), value_text(q->id)};
    const struct value key[CORRECTION_COLUMNS] = {[CORRECTION_ID] = params[1]};
    enum err e = store_run(
        s, "UPDATE corrections SET status = status WHERE id = $2 AND " OF_ENTITY " RETURNING id",
        params, 2, seen, &any, problem);
    if (e == OK && !any)
        *no = CORRECTION_ABSENT;
    if (e != OK || !any)
        return e;
    e = fact_find(s, &correction_kind, key, row, problem);
    if (e == OK && !str_eq(fact_text(&row->v[CORRECTION_STATUS]), STR("open")))
        *no = str_eq(fact_text(&row->v[CORRECTION_STATUS]), STR("applied")) ? CORRECTION_ABSENT
                                                                            : CORRECTION_ANSWERED;
    return e;
}

static enum err accept(struct correction_act *a, const struct value *row, struct problem *problem)
{
    struct fact_row member;
    struct buf value;
    const struct vault *v = &a->intake->vault;
    const struct str person = fact_text(&row[CORRECTION_PERSON]);
    buf_init(&value, VAULT_VALUE);
    enum err e = correction_value(v, fact_text(&row[CORRECTION_ID]), person, &value, problem);
    if (e == OK)
        e = hold_member(v, person, &member, problem);
    const struct vault_field field = {fact_text(&row[CORRECTION_FIELD]), buf_view(&value)};
    if (e == OK)
        e = write_field(a, member.v, &field, problem);
    vault_wipe(&value);
    return e;
}

static enum err answer(struct correction_act *a, const struct correction_answer *q,
                       enum correction_no *no, struct problem *problem)
{
    struct fact_row row;
    const struct vault *v = &a->intake->vault;
    enum err e = hold(a, q, &row, no, problem);
    if (e != OK || *no != CORRECTION_YES)
        return e;
    if (q->accept)
        e = accept(a, row.v, problem);
    row.v[CORRECTION_STATUS] = value_text(q->accept ? STR("accepted") : STR("refused"));
    row.v[CORRECTION_STAFF] = value_text(a->origin.actor);
    row.v[CORRECTION_ANSWERED_AT] = value_int(a->origin.at);
    if (e == OK)
        e = fact_write(v->store, &correction_kind, row.v, a->origin.node, a->origin.actor,
                       a->origin.at, &a->seq, problem);
    if (e == OK)
        e = duty_end(v->store, q->id, fact_text(&row.v[CORRECTION_PERSON]), &a->origin, &a->seq,
                     problem);
    if (e == OK)
        e = store_run(v->store, "UPDATE corrections SET value = NULL WHERE id = $1",
                      &row.v[CORRECTION_ID], 1, NULL, NULL, problem);
    return e == OK && q->reason.n > 0
               ? put_sealed(v, fact_text(&row.v[CORRECTION_PERSON]), q->id, "reason",
                            "UPDATE corrections SET reason = $2 WHERE id = $1", q->reason, problem)
               : e;
}

enum err correction_answer(struct correction_act *a, const struct correction_answer *q,
                           enum correction_no *no, struct problem *problem)
{
    struct store *s = a->intake->vault.store;
    *no = CORRECTION_YES;
    enum err e = store_begin(s, problem);
    return e == OK ? end(s, answer(a, q, no, problem), no, problem) : e;
}

/* Reading ---------------------------------------------------------------------------------- */

#define LISTED                                                                                     \
    "SELECT c.id, c.person, m.alias, c.organisation, c.category, c.field, c.status, c.asked_at, "  \
    "c.due_at, c.answered_at, c.reason FROM corrections c JOIN members m ON m.id = c.person "

enum {
    ROW_ID,
    ROW_PERSON,
    ROW_ALIAS,
    ROW_ORGANISATION,
    ROW_CATEGORY,
    ROW_FIELD,
    ROW_STATUS,
    ROW_ASKED_AT,
    ROW_DUE_AT,
    ROW_ANSWERED_AT,
    ROW_REASON
};

struct listing {
    struct unwrap *keys; /* NULL: without reasons */
    correction_each *each;
    void *to;
};

static bool hand_on(void *to, const struct value *c, size_t count)
{
    const struct listing *l = to;
    char text[CORRECTION_REASON], label[LABEL];
    struct buf reason;
    (void)count;
    buf_fixed(&reason, text, sizeof text);
    if (l->keys != NULL && c[ROW_REASON].type == VALUE_BYTES &&
        unwrap_text(l->keys, c[ROW_PERSON].s, KEY_PROFILE, label_of(c[ROW_ID].s, "reason", label),
                    c[ROW_REASON].s, &reason) != OK)
        buf_reset(&reason);
    const struct correction x = {
        .id = c[ROW_ID].s,
        .person = c[ROW_PERSON].s,
        .alias = fact_text(&c[ROW_ALIAS]),
        .organisation = c[ROW_ORGANISATION].s,
        .category = c[ROW_CATEGORY].s,
        .field = c[ROW_FIELD].s,
        .status = c[ROW_STATUS].s,
        .reason = buf_view(&reason),
        .asked_at = c[ROW_ASKED_AT].i,
        .due_at = c[ROW_DUE_AT].type == VALUE_INT ? c[ROW_DUE_AT].i : 0,
        .answered_at = c[ROW_ANSWERED_AT].type == VALUE_INT ? c[ROW_ANSWERED_AT].i : 0,
    };
    const bool more = l->each(l->to, &x);
    sodium_memzero(text, sizeof text);
    return more;
}

enum err correction_hers(const struct vault *v, struct str person, correction_each *each, void *to,
                         struct problem *problem)
{
    struct listing l = {v->keys, each, to};
    const struct value params[] = {value_text(person), value_int(CORRECTIONS_LISTED)};
    return store_run(v->store, LISTED "WHERE c.person = $1 ORDER BY c.asked_at DESC, c.id LIMIT $2",
                     params, 2, hand_on, &l, problem);
}

enum err correction_waiting(struct store *s, struct str organisation, correction_each *each,
                            void *to, struct problem *problem)
{
    struct listing l = {NULL, each, to};
    const struct value params[] = {value_text(organisation), value_int(CORRECTIONS_LISTED)};
    return store_run(
        s, LISTED "WHERE c.status = 'open' AND c." OF_ENTITY " ORDER BY c.due_at, c.id LIMIT $2",
        params, 2, hand_on, &l, problem);
}

struct finding {
    struct correction_asked *out;
    bool found;
};

static bool take_asked(void *to, const struct value *c, size_t count)
{
    struct finding *f = to;
    (void)count;
    f->found = str_copy(c[0].s, f->out->person, sizeof f->out->person) &&
               category_find(c[1].s, &f->out->category) &&
               str_copy(c[2].s, f->out->field, sizeof f->out->field);
    return false;
}

enum err correction_find(struct store *s, struct str id, struct str organisation,
                         struct correction_asked *out, struct problem *problem)
{
    struct finding f = {out, false};
    const struct value params[] = {value_text(organisation), value_text(id)};
    enum err e = store_run(s,
                           "SELECT person, category, field FROM corrections WHERE id = $2 AND "
                           "status = 'open' AND " OF_ENTITY,
                           params, 2, take_asked, &f, problem);
    return e != OK || f.found ? e : problem_set(problem, ERR_NOT_FOUND, "no such correction");
}
