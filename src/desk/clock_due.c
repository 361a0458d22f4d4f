/* Deadlines that are over, and reminders of those that soon will be. */
#include "desk/clock.h"

enum { AT_ONCE = 64 };

bool clock_remind_at(const struct rules *r, when from, when due, when *out)
{
    for (int before = 1; before >= 0; before--)
        if (calendar_opening(r, due - 1, before, out) && *out > from)
            return true;
    return false;
}

const char *clock_state(const struct value *row, when at)
{
    static const char *const words[] = {"running", "paused", "met", "late", "dropped"};
    size_t i = 0;
    while (i + 1 < sizeof words / sizeof *words &&
           !str_eq(fact_text(&row[CLOCK_STATUS]), str_of(words[i])))
        i++;
    if (i != 0 || row[CLOCK_DUE].i > at)
        return words[i];
    return clock_is_window(row) ? "dropped" : "overdue";
}

struct ids {
    size_t count;
    char id[AT_ONCE][ID_BYTES + 1];
};

static bool take(void *to, const struct value *v, size_t n)
{
    struct ids *ids = to;
    (void)n;
    ids->count += str_copy(v[0].s, ids->id[ids->count], ID_BYTES + 1);
    return ids->count < AT_ONCE;
}

/* What a step does to each row that `sql` still finds, at $1. */
struct passing {
    const char *due, *lock; /* SQL: those of an instant; one of them, if it still is */
    void (*mark)(struct value *row, when at);
};

static void mark_breached(struct value *row, when at)
{
    (void)at;
    if (clock_is_window(row)) {
        row[CLOCK_STATUS] = value_text(STR("dropped"));
        row[CLOCK_DONE] = row[CLOCK_DUE];
    } else {
        row[CLOCK_BREACHED] = row[CLOCK_DUE];
    }
}

static void mark_reminded(struct value *row, when at)
{
    row[CLOCK_REMINDED] = value_int(at);
}

#define OVER "\"status\" = 'running' AND \"breached_at\" IS NULL AND \"due\" <= $1"
#define SOON                                                                                       \
    "\"status\" = 'running' AND \"reminded_at\" IS NULL AND \"breached_at\" IS NULL AND "          \
    "\"remind_at\" <= $1"
#define STILL(which)                                                                               \
    "UPDATE clocks SET \"status\" = \"status\" WHERE " which " AND \"id\" = $2 RETURNING \"id\""

static const struct passing breaches = {"SELECT \"id\" FROM clocks WHERE " OVER
                                        " ORDER BY \"due\", \"id\" LIMIT 64",
                                        STILL(OVER), mark_breached};
static const struct passing reminders = {"SELECT \"id\" FROM clocks WHERE " SOON
                                         " ORDER BY \"due\", \"id\" LIMIT 64",
                                         STILL(SOON), mark_reminded};

static enum err change(const struct desk_work *w, const struct passing *p, struct str id,
                       int64_t *seq, struct problem *problem)
{
    const struct value key[CLOCK_COLUMNS] = {[CLOCK_ID] = value_text(id)};
    struct fact_row row;
    enum err e = fact_find(w->store, &clock_kind, key, &row, problem);
    if (e != OK)
        return e;
    p->mark(row.v, w->at);
    return desk_write(w, &clock_kind, row.v, seq, problem);
}

static enum err pass_one(const struct desk_work *w, const struct passing *p, struct str id,
                         unsigned *count, int64_t *seq, struct problem *problem)
{
    const struct value v[] = {value_int(w->at), value_text(id)};
    bool still = false;
    enum err e = store_begin(w->store, problem);
    if (e == OK)
        e = store_any(w->store, p->lock, v, 2, &still, problem);
    if (e == OK && still)
        e = change(w, p, id, seq, problem);
    e = store_end(w->store, e, problem);
    *count += e == OK && still;
    return e;
}

static enum err pass(const struct desk_work *w, const struct passing *p, unsigned *count,
                     int64_t *seq, struct problem *problem)
{
    const struct value now = value_int(w->at);
    struct ids ids = {.count = AT_ONCE};
    enum err e = OK;
    while (e == OK && ids.count == AT_ONCE) {
        ids.count = 0;
        e = store_run(w->store, p->due, &now, 1, take, &ids, problem);
        for (size_t i = 0; e == OK && i < ids.count; i++)
            e = pass_one(w, p, str_of(ids.id[i]), count, seq, problem);
    }
    return e;
}

enum err clock_due(const struct desk_work *w, unsigned *breached, unsigned *reminded, int64_t *seq,
                   struct problem *problem)
{
    *breached = *reminded = 0;
    enum err e = pass(w, &breaches, breached, seq, problem);
    if (e == OK && calendar_office(w->rules, w->at))
        e = pass(w, &reminders, reminded, seq, problem);
    return e;
}
