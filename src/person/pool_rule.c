#include "person/pool_rule.h"

#include "core/buf.h"

enum { LEVELS = 8 }; /* of organisations above one; a ring of parents ends there too */

const struct pool_rule_about pool_rules[POOL_RULE_COUNT] = {
#define ABOUT(name, ...) [POOL_##name] = {__VA_ARGS__},
    POOL_RULES(ABOUT)
#undef ABOUT
};

static const struct column columns[] = {[POOL_RULE_ORGANISATION] = {.name = "organisation",
                                                                    .type = COLUMN_ID,
                                                                    .required = true,
                                                                    .key = true,
                                                                    .refers = "organisations"},
#define COLUMN(setting, key, ...)                                                                  \
    [POOL_RULE_FIRST + POOL_##setting] = {.name = (key), .type = COLUMN_COUNT},
                                        POOL_RULES(COLUMN)
#undef COLUMN
};
_Static_assert(sizeof columns / sizeof *columns == POOL_RULE_COLUMNS, "one entry a column");
_Static_assert((int)POOL_RULE_COLUMNS <= (int)COLUMNS_MAX, "settings fit a row");

const struct fact_kind pool_rule_kind = {
    .name = "pool-settings",
    .table = "pool_settings",
    .columns = columns,
    .count = POOL_RULE_COLUMNS,
};

/* What is in force ------------------------------------------------------------------------- */

struct above {
    char id[ID_BYTES + 1];
};

static bool take_parent(void *to, const struct value *v, size_t count)
{
    struct above *a = to;
    (void)count;
    if (v->type == VALUE_TEXT)
        str_copy(v->s, a->id, sizeof a->id);
    return false;
}

static enum err read_parent(struct store *s, const char *id, struct above *out,
                            struct problem *problem)
{
    const struct value key = value_text(str_of(id));
    *out = (struct above){.id = ""};
    return store_run(s, "SELECT \"parent\" FROM organisations WHERE \"id\" = $1", &key, 1,
                     take_parent, out, problem);
}

/* Take over what is still open from this organisation's own settings. */
static enum err read_own(struct store *s, struct str id, struct pool_settings *out, bool *open,
                         struct problem *problem)
{
    struct fact_row row;
    const struct value key[POOL_RULE_COLUMNS] = {value_text(id)};
    enum err e = fact_find(s, &pool_rule_kind, key, &row, problem);
    if (e == ERR_NOT_FOUND)
        return OK;
    for (int i = 0; e == OK && i < POOL_RULE_COUNT; i++) {
        const struct value *v = &row.v[POOL_RULE_FIRST + i];
        if (!open[i] || v->type != VALUE_INT)
            continue;
        out->value[i] = v->i;
        open[i] = false;
    }
    return e;
}

static enum err read_from(struct store *s, const char *first, bool *open, struct pool_settings *out,
                          struct problem *problem)
{
    struct above at;
    enum err e = str_copy(str_of(first), at.id, sizeof at.id) ? OK : ERR_INVALID;
    for (int i = 0; e == OK && i < LEVELS && at.id[0] != '\0'; i++) {
        struct above next;
        e = read_own(s, str_of(at.id), out, open, problem);
        if (e == OK)
            e = read_parent(s, at.id, &next, problem);
        at = next;
    }
    return e;
}

static void standards(struct pool_settings *out)
{
    for (int i = 0; i < POOL_RULE_COUNT; i++)
        out->value[i] = pool_rules[i].standard;
}

enum err pool_rule_read(struct store *s, struct str organisation, struct pool_settings *out,
                        struct problem *problem)
{
    bool open[POOL_RULE_COUNT];
    char id[ID_BYTES + 1];
    standards(out);
    memset(open, true, sizeof open);
    if (!str_copy(organisation, id, sizeof id))
        return problem_set(problem, ERR_INVALID, "no id of an organisation");
    return read_from(s, id, open, out, problem);
}

/* Changing it ------------------------------------------------------------------------------ */

/* Each not above the next. */
static const enum pool_rule order[][2] = {
    {POOL_FIRST_REMIND_DAYS, POOL_FIRST_COPY_DAYS},
    {POOL_FIRST_COPY_DAYS, POOL_FIRST_RELEASE_DAYS},
    {POOL_RED_DAYS, POOL_AMBER_DAYS},
    {POOL_COOL_DOWN_DAYS, POOL_COOL_DOWN_OWNER_DAYS},
};

enum err pool_rule_check(const struct pool_settings *s, enum pool_rule *wrong,
                         struct problem *problem)
{
    for (int i = 0; i < POOL_RULE_COUNT; i++) {
        const struct pool_rule_about *a = &pool_rules[i];
        *wrong = (enum pool_rule)i;
        if (s->value[i] < a->min || s->value[i] > a->max)
            return problem_set(problem, ERR_INVALID, "%s is %lld to %lld %s", a->key,
                               (long long)a->min, (long long)a->max, a->unit);
    }
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        *wrong = order[i][1];
        if (s->value[order[i][0]] > s->value[order[i][1]])
            return problem_set(problem, ERR_INVALID, "%s may not be less than %s, which is %lld",
                               pool_rules[order[i][1]].key, pool_rules[order[i][0]].key,
                               (long long)s->value[order[i][0]]);
    }
    return OK;
}

/* What would be in force with these. */
static enum err with_own(struct store *s, const char *organisation, const struct value *own,
                         struct pool_settings *out, struct problem *problem)
{
    bool open[POOL_RULE_COUNT];
    struct above parent;
    standards(out);
    for (int i = 0; i < POOL_RULE_COUNT; i++) {
        open[i] = own[i].type != VALUE_INT;
        if (!open[i])
            out->value[i] = own[i].i;
    }
    enum err e = read_parent(s, organisation, &parent, problem);
    return e == OK ? read_from(s, parent.id, open, out, problem) : e;
}

static enum err write_row(struct store *s, const char *organisation, const struct value *own,
                          const struct fact_origin *origin, enum pool_rule *wrong, int64_t *seq,
                          struct problem *problem)
{
    struct pool_settings all;
    struct value row[POOL_RULE_COLUMNS] = {value_text(str_of(organisation))};
    memcpy(row + POOL_RULE_FIRST, own, POOL_RULE_COUNT * sizeof *own);
    enum err e = with_own(s, organisation, own, &all, problem);
    if (e == OK)
        e = pool_rule_check(&all, wrong, problem);
    return e == OK ? fact_write(s, &pool_rule_kind, row, origin->node, origin->actor, origin->at,
                                seq, problem)
                   : e;
}

enum err pool_rule_write(struct store *s, struct str organisation, const struct value *own,
                         const struct fact_origin *origin, enum pool_rule *wrong, int64_t *seq,
                         struct problem *problem)
{
    char id[ID_BYTES + 1];
    if (!str_copy(organisation, id, sizeof id))
        return problem_set(problem, ERR_INVALID, "no id of an organisation");
    enum err e = store_begin(s, problem);
    if (e == OK)
        e = write_row(s, id, own, origin, wrong, seq, problem);
    return store_end(s, e, problem);
}

void pool_rule_markdown(struct buf *out)
{
    buf_str(out, STR("| setting | default | bounds | unit | what it sets |\n"
                     "|---|---|---|---|---|\n"));
    for (int i = 0; i < POOL_RULE_COUNT; i++) {
        const struct pool_rule_about *a = &pool_rules[i];
        buf_printf(out, "| `%s` | %lld | %lld to %lld | %s | %s |\n", a->key,
                   (long long)a->standard, (long long)a->min, (long long)a->max, a->unit, a->text);
    }
}
