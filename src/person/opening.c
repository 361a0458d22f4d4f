#include "person/opening_inner.h"

static const struct column columns[] = {
    [OPENING_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [OPENING_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true, .refers = "persons"},
    [OPENING_CATEGORIES] = {.name = "categories",
                            .type = COLUMN_LIST,
                            .items = ITEM_WORD,
                            .words = CATEGORY_WORDS,
                            .required = true},
    [OPENING_BASIS] = {.name = "basis",
                       .type = COLUMN_WORD,
                       .required = true,
                       .words = "approval order"},
    [OPENING_HOLDER] = {.name = "holder", .type = COLUMN_ID, .required = true},
    [OPENING_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [OPENING_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .required = true},
    [OPENING_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT},
    [OPENING_TASK] = {.name = "task", .type = COLUMN_ID},
    [OPENING_ASKED_BY] = {.name = "asked_by", .type = COLUMN_ID, .required = true},
    [OPENING_ASKED_AT] = {.name = "asked_at", .type = COLUMN_TIME, .required = true},
    [OPENING_CONFIRMED_BY] = {.name = "confirmed_by", .type = COLUMN_ID},
    [OPENING_CONFIRMED_AT] = {.name = "confirmed_at", .type = COLUMN_TIME},
    [OPENING_SECRET_UNTIL] = {.name = "secret_until", .type = COLUMN_UNTIL},
    [OPENING_STATUS] = {.name = "status",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = "proposed confirmed open ended void"},
    [OPENING_WHY] = {.name = "why", .type = COLUMN_TEXT},
};
_Static_assert(sizeof columns / sizeof *columns == OPENING_COLUMNS, "one entry a column");

const struct fact_kind opening_kind = {
    .name = "openings",
    .table = "openings",
    .columns = columns,
    .count = OPENING_COLUMNS,
};

/* Rows ----------------------------------------------------------------------------------------- */

enum err opening_write(const struct vault *v, const struct value *row,
                       const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    return fact_write(v->store, &opening_kind, row, origin->node, origin->actor, origin->at, seq,
                      problem);
}

enum err opening_find(struct store *s, struct str id, struct fact_row *out, struct problem *problem)
{
    const struct value key[OPENING_COLUMNS] = {[OPENING_ID] = value_text(id)};
    enum err e = fact_find(s, &opening_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such opening") : e;
}

/* What is sealed ------------------------------------------------------------------------------ */

categories opening_sealed_ones(const struct rules *rules)
{
    categories all = 0;
    for (int c = 0; c < CATEGORIES; c++)
        if (rules_category(rules, (enum category)c)->sealed)
            all |= (categories)(1 << c);
    return all;
}

static bool count_one(void *to, const uint8_t name[static SEAL_NAME],
                      const uint8_t envelope[static SEAL_ENVELOPE])
{
    (void)name;
    (void)envelope;
    *(bool *)to = true;
    return false;
}

enum err opening_any_sealed(const struct vault *v, struct str person, categories what, bool *any,
                            struct problem *problem)
{
    *any = false;
    what &= opening_sealed_ones(v->rules);
    for (int c = 0; c < CATEGORIES && !*any; c++) {
        struct buf sealed;
        if ((what >> c & 1) == 0)
            continue;
        buf_init(&sealed, UNWRAP_MAX);
        enum err e = vault_sealed(v, person, (enum category)c, &sealed, problem);
        if (e == OK)
            e = seal_envelopes(buf_view(&sealed), count_one, any);
        buf_fini(&sealed);
        if (e != OK && e != ERR_NOT_FOUND)
            return e;
    }
    return OK;
}

/* Ends ----------------------------------------------------------------------------------------- */

/* `why`: it was unlawful; NULL: it is only over. */
static enum err end(const struct vault *v, struct str id, const struct str *why,
                    const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum err e = opening_find(v->store, id, &row, problem);
    if (e != OK)
        return e;
    e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = opening_find(v->store, id, &row, problem);
    if (e == OK)
        e = opening_key_end(v->store, v->keys, id, origin->at, problem);
    if (e == OK && !opening_is(row.v, OPENING_STATUS, "void") &&
        (why != NULL || !opening_is(row.v, OPENING_STATUS, "ended"))) {
        row.v[OPENING_STATUS] = value_text(why != NULL ? STR("void") : STR("ended"));
        if (why != NULL)
            row.v[OPENING_WHY] = value_text(*why);
        if (row.v[OPENING_UNTIL].i > origin->at)
            row.v[OPENING_UNTIL] = value_int(origin->at);
        e = opening_write(v, row.v, origin, seq, problem);
    }
    return store_end(v->store, e, problem);
}

enum err opening_end(const struct vault *v, struct str id, const struct fact_origin *origin,
                     int64_t *seq, struct problem *problem)
{
    return end(v, id, NULL, origin, seq, problem);
}

enum err opening_void(const struct vault *v, struct str id, struct str why,
                      const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    why = str_trim(why);
    if (why.n == 0 || why.n > TEXT_MAX)
        return problem_set(problem, ERR_INVALID, "say why it is unlawful");
    return end(v, id, &why, origin, seq, problem);
}

enum { AT_ONCE = 64 };

struct due {
    char id[AT_ONCE][FRESH_ID];
    size_t count;
};

static bool take_due(void *to, const struct value *v, size_t n)
{
    struct due *d = to;
    if (n == 1 && str_copy(v[0].s, d->id[d->count], FRESH_ID))
        d->count++;
    return d->count < AT_ONCE;
}

enum err opening_each_due(const struct vault *v, const char *sql, opening_step *step,
                          const struct fact_origin *origin, unsigned *done, int64_t *seq,
                          struct problem *problem)
{
    const struct value key = value_int(origin->at);
    struct due due;
    *done = 0;
    do {
        due.count = 0;
        enum err e = store_run(v->store, sql, &key, 1, take_due, &due, problem);
        for (size_t i = 0; i < due.count && e == OK; i++)
            e = step(v, str_of(due.id[i]), origin, seq, problem);
        if (e != OK)
            return e;
        *done += (unsigned)due.count;
    } while (due.count == AT_ONCE);
    return OK;
}

enum err opening_expire(const struct vault *v, const struct fact_origin *origin, unsigned *ended,
                        int64_t *seq, struct problem *problem)
{
    return opening_each_due(
        v,
        "SELECT \"id\" FROM openings WHERE \"status\" NOT IN ('ended', 'void') AND "
        "\"until\" <= $1 ORDER BY \"until\"",
        opening_end, origin, ended, seq, problem);
}

/* Reading -------------------------------------------------------------------------------------- */

enum err opening_waiting(struct store *s, when now, opening_each *each, void *to,
                         struct problem *problem)
{
    const struct value key = value_int(now);
    return fact_list(s, &opening_kind,
                     "WHERE x.\"status\" NOT IN ('ended', 'void') AND x.\"until\" > $1 "
                     "ORDER BY x.\"until\", x.\"id\"",
                     &key, 1, each, to, problem);
}

enum err opening_list(struct store *s, struct str person, opening_each *each, void *to,
                      struct problem *problem)
{
    const struct value key = value_text(person);
    return fact_list(s, &opening_kind,
                     "WHERE x.\"person\" = $1 ORDER BY x.\"asked_at\" DESC, x.\"id\"", &key, 1,
                     each, to, problem);
}

bool opening_told(const struct value *row, when now)
{
    return row[OPENING_SECRET_UNTIL].type != VALUE_INT || row[OPENING_SECRET_UNTIL].i <= now;
}
