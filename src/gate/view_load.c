/* The view at its beginning: out of the roll and the journal behind it, or the store's tables. */
#include "core/log.h"
#include "gate/view_inner.h"
#include "store/journal.h"

#include <stdio.h>
#include <stdlib.h>

enum { LOAD_BATCH = 10000 };

struct load {
    struct view *view;
    int64_t seen, until; /* journal numbers */
    enum err failed;
    struct fact_row row;
};

/* As many as come at once go into the roll meanwhile; it holds no rows of the journal yet. */
static bool load_row(void *to, const struct fact_kind *kind, const struct value *row)
{
    struct load *l = to;
    struct problem problem;
    const struct settling now = {.view = l->view, .least = l->view->roll_least};
    /* Tables do not say when a preference was entered; load_ages tells where it matters. */
    l->failed = view_apply(l->view, kind, row, WHEN_NEVER);
    if (l->failed || !people_keep(kind))
        return !l->failed;
    if (people_settle(l->view->people, &now, &problem) != OK) {
        log_warning("persons stay in memory: %s", problem.text);
        people_roll_at(l->view->people, NULL);
    }
    people_adopt(l->view->people);
    return true;
}

/* What the journal says of persons since the roll was written. */
static bool load_since(void *to, const struct journal_row *row)
{
    struct load *l = to;
    const struct fact_kind *kind = fact_kind_find(row->kind);
    l->seen = row->seq;
    if (kind && people_keep(kind) && row->payload.n &&
        fact_decode(kind, row->payload, &l->row) == OK) {
        const enum err e = view_apply(l->view, kind, l->row.v, row->at);
        l->failed = e == ERR_MEMORY ? e : OK;
    }
    return !l->failed && l->seen < l->until;
}

static bool load_age(void *to, const struct value *columns, size_t count)
{
    struct load *l = to;
    unsigned long long n;
    if (count == 2 && str_to_u64(columns[0].s, UINT64_C(999999999999999), &n)) {
        view_enter(l->view);
        l->failed = people_entered(l->view->people, n, columns[1].i);
        view_leave(l->view);
    }
    return !l->failed;
}

/* When the preferences of reassigned numbers were entered: the last time the journal saw them. */
static const char preference_ages[] =
    "SELECT \"subject\", MAX(\"at\") FROM journal WHERE \"kind\" = 'preferences' AND \"subject\" "
    "IN "
    "(SELECT CAST(\"number\" AS TEXT) FROM assignments) GROUP BY \"subject\"";

enum err view_ages(struct view *v, struct store *store, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; !e && i < v->ageless.n; i += sizeof(number)) {
        number n;
        char subject[24];
        int64_t at = WHEN_NEVER;
        memcpy(&n, v->ageless.p + i, sizeof n);
        snprintf(subject, sizeof subject, "%llu", (unsigned long long)n);
        const struct value of = value_text(str_of(subject));
        e = store_integer(store,
                          "SELECT MAX(\"at\") FROM journal WHERE \"kind\" = 'preferences' AND "
                          "\"subject\" = $1",
                          &of, 1, &at, problem);
        view_enter(v);
        if (!e && at != WHEN_NEVER)
            e = people_entered(v->people, n, at);
        view_leave(v);
    }
    if (!e)
        buf_reset(&v->ageless);
    return e;
}

static enum err load_kind(struct load *l, struct store *store, const struct fact_kind *kind,
                          struct problem *problem)
{
    enum err e = fact_read_all(store, kind, load_row, l, problem);
    return e || !l->failed ? e
                           : problem_set(problem, l->failed,
                                         "%s: a stored row cannot be taken into memory (%s)",
                                         kind->name, err_name(l->failed));
}

static enum err load_persons(struct load *l, struct store *store, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; !e && fact_kinds[i]; i++)
        if (people_keep(fact_kinds[i]))
            e = load_kind(l, store, fact_kinds[i], problem);
    if (!e)
        e = store_run(store, preference_ages, NULL, 0, load_age, l, problem);
    buf_reset(&l->view->ageless); /* it has said so of them all */
    return e;
}

static enum err load_others(struct load *l, struct store *store, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; !e && fact_kinds[i]; i++)
        if (!people_keep(fact_kinds[i]))
            e = load_kind(l, store, fact_kinds[i], problem);
    return e;
}

enum err view_mend(struct view *v, struct store *store, struct problem *problem)
{
    if (!people_doubtful(v->people))
        return OK;
    struct load *l = calloc(1, sizeof *l);
    if (!l)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    *l = (struct load){.view = v};
    people_unroll(v->people);
    enum err e = load_persons(l, store, problem);
    if (!e)
        people_mended(v->people);
    free(l);
    return e;
}

static enum err load_journal(struct load *l, struct store *store, struct problem *problem)
{
    enum err e = OK;
    for (int64_t before = -1; !e && !l->failed && l->seen < l->until && l->seen > before;) {
        before = l->seen;
        e = journal_read(store, before, LOAD_BATCH, load_since, l, problem);
    }
    return e ? e : view_ages(l->view, store, problem);
}

enum err view_load(struct view *v, struct store *store, struct problem *problem)
{
    struct load *l = calloc(1, sizeof *l);
    if (!l)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    *l = (struct load){.view = v};
    /* The number first: what is committed meanwhile is applied twice, which changes nothing. */
    enum err e = journal_head(store, &l->until, problem);
    if (!e)
        e = people_roll_open(v->people, store, l->until, &l->seen, problem);
    const bool rolled = !e && l->seen > 0;
    if (!e)
        e = load_others(l, store, problem);
    if (!e)
        e = rolled ? load_journal(l, store, problem) : load_persons(l, store, problem);
    if (!e && !l->failed)
        l->failed = view_publish(v, l->until);
    if (!e && l->failed)
        e = problem_set(problem, l->failed, "not enough memory for the registry");
    free(l);
    return e;
}
