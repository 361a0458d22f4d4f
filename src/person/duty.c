#include "person/duty.h"

#include "person/wording.h"

static const struct column columns[] = {
    [DUTY_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [DUTY_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true, .key = true},
    [DUTY_KIND] = {.name = "kind",
                   .type = COLUMN_WORD,
                   .required = true,
                   .words = "correction export erasure"},
    [DUTY_CATEGORIES] = {.name = "categories",
                         .type = COLUMN_LIST,
                         .items = ITEM_WORD,
                         .words = CATEGORY_WORDS,
                         .required = true},
    [DUTY_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [DUTY_UNTIL] = {.name = "until", .type = COLUMN_UNTIL},
};
_Static_assert(sizeof columns / sizeof *columns == DUTY_COLUMNS, "one entry a column");

const struct fact_kind duty_kind = {
    .name = "duties",
    .table = "duties",
    .columns = columns,
    .count = DUTY_COLUMNS,
};

static enum err write(struct store *s, const struct value *row, const struct fact_origin *o,
                      int64_t *seq, struct problem *problem)
{
    return fact_write(s, &duty_kind, row, o->node, o->actor, o->at, seq, problem);
}

enum err duty_begin(struct store *s, const struct duty *d, const struct fact_origin *origin,
                    int64_t *seq, struct problem *problem)
{
    char words[CATEGORIES_TEXT];
    categories_list(d->what, words);
    const struct value row[DUTY_COLUMNS] = {
        [DUTY_ID] = value_text(d->id),
        [DUTY_PERSON] = value_text(d->person),
        [DUTY_KIND] = value_text(str_of(d->kind)),
        [DUTY_CATEGORIES] = value_text(str_of(words)),
        [DUTY_FROM] = value_int(origin->at),
        [DUTY_UNTIL] = d->until != WHEN_NEVER ? value_int(d->until) : value_null(),
    };
    return write(s, row, origin, seq, problem);
}

enum err duty_end(struct store *s, struct str id, struct str person,
                  const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    const struct value key[DUTY_COLUMNS] = {
        [DUTY_ID] = value_text(id), [DUTY_PERSON] = value_text(person)};
    enum err e = fact_find(s, &duty_kind, key, &row, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (row.v[DUTY_UNTIL].type == VALUE_INT && row.v[DUTY_UNTIL].i <= origin->at)
        return OK;
    row.v[DUTY_UNTIL] = value_int(origin->at);
    return write(s, row.v, origin, seq, problem);
}

struct listing {
    duty_each *each;
    void *to;
};

static bool hand_on(void *to, const struct value *c, size_t count)
{
    const struct listing *l = to;
    (void)count;
    const struct duty_open x = {
        .id = c[0].s,
        .person = c[1].s,
        .alias = fact_text(&c[2]),
        .organisation = c[3].s,
        .kind = c[4].s,
        .categories = c[5].s,
        .from = c[6].i,
        .until = c[7].type == VALUE_INT ? c[7].i : WHEN_NEVER,
    };
    return l->each(l->to, &x);
}

enum err duty_list(struct store *s, struct str organisation, when now, duty_each *each, void *to,
                   struct problem *problem)
{
    struct listing l = {each, to};
    const struct value params[] = {value_text(organisation), value_int(now),
                                   value_int(DUTIES_LISTED)};
    return store_run(s,
                     "SELECT d.id, d.person, m.alias, m.organisation, d.kind, d.categories, "
                     "d.\"from\", d.\"until\" FROM duties d JOIN members m ON m.id = d.person AND "
                     "m.status = 'active' WHERE d.\"from\" <= $2 AND (d.\"until\" IS NULL OR "
                     "d.\"until\" > $2) AND m.organisation IN (SELECT b.id FROM organisations a, "
                     "organisations b WHERE a.id = $1 AND COALESCE(b.legal_entity, b.id) = "
                     "COALESCE(a.legal_entity, a.id)) ORDER BY d.\"from\", d.id, d.person LIMIT $3",
                     params, 3, hand_on, &l, problem);
}
