#include "store/journal.h"

#include "store/engine.h"

static bool take_int(void *to, const struct value *columns, size_t count)
{
    if (count == 1 && columns[0].type == VALUE_INT)
        *(int64_t *)to = columns[0].i;
    return false;
}

enum err journal_append(struct store *s, const struct journal_row *row, int64_t *seq,
                        struct problem *problem)
{
    *seq = 0;
    enum err e = store_run(s, "UPDATE journal_head SET seq = seq + 1 WHERE id = 1 RETURNING seq",
                           NULL, 0, take_int, seq, problem);
    if (e != OK)
        return e;
    if (*seq <= 0)
        return problem_set(problem, ERR_CORRUPT, "the journal has no head; restore a backup");
    const struct value v[] = {
        value_int(*seq),          value_int(row->at),    value_text(row->node),
        value_text(row->actor),   value_text(row->kind), value_text(row->subject),
        value_text(row->payload),
    };
    e = store_run(s,
                  "INSERT INTO journal (seq, at, node, actor, kind, subject, payload) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  v, 7, NULL, NULL, problem);
    if (e == OK)
        store_notify(s);
    return e;
}

enum err journal_head(struct store *s, int64_t *seq, struct problem *problem)
{
    *seq = -1;
    enum err e =
        store_run(s, "SELECT seq FROM journal_head WHERE id = 1", NULL, 0, take_int, seq, problem);
    if (e == OK && *seq < 0)
        return problem_set(problem, ERR_CORRUPT, "the journal has no head; restore a backup");
    return e;
}

struct reading {
    journal_each *each;
    void *to;
};

static bool read_row(void *to, const struct value *v, size_t count)
{
    const struct reading *r = to;
    (void)count;
    const struct journal_row row = {
        .seq = v[0].i,
        .at = v[1].i,
        .node = v[2].s,
        .actor = v[3].s,
        .kind = v[4].s,
        .subject = v[5].s,
        .payload = v[6].s,
    };
    return r->each(r->to, &row);
}

enum err journal_read(struct store *s, int64_t after, int limit, journal_each *each, void *to,
                      struct problem *problem)
{
    struct reading r = {.each = each, .to = to};
    const struct value v[] = {value_int(after), value_int(limit)};
    return store_run(s,
                     "SELECT seq, at, node, actor, kind, subject, payload FROM journal "
                     "WHERE seq > $1 ORDER BY seq LIMIT $2",
                     v, 2, read_row, &r, problem);
}
