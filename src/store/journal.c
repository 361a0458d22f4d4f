#include "store/journal.h"

#include "store/engine.h"

/* Take `count` numbers; the transaction holds the head until it ends. */
static enum err take_numbers(struct store *s, size_t count, int64_t *last, struct problem *problem)
{
    *last = 0;
    const struct value n = value_int((int64_t)count);
    enum err e =
        store_integer(s, "UPDATE journal_head SET seq = seq + $1 WHERE id = 1 RETURNING seq", &n, 1,
                      last, problem);
    if (e == OK && *last <= 0)
        return problem_set(problem, ERR_CORRUPT, "the journal has no head; restore a backup");
    return e;
}

enum { ROW_VALUES = 7, AT_ONCE = 256 };

static void values_of(const struct journal_row *row, struct value out[static ROW_VALUES])
{
    out[0] = value_int(row->seq);
    out[1] = value_int(row->at);
    out[2] = value_text(row->node);
    out[3] = value_text(row->actor);
    out[4] = value_text(row->kind);
    out[5] = value_text(row->subject);
    out[6] = value_text(row->payload);
}

static const char insert[] = "INSERT INTO journal (seq, at, node, actor, kind, subject, payload) "
                             "VALUES ($1, $2, $3, $4, $5, $6, $7)";

enum err journal_append(struct store *s, const struct journal_row *row, int64_t *seq,
                        struct problem *problem)
{
    struct journal_row one = *row;
    return journal_append_all(s, &one, 1, seq, problem);
}

enum err journal_append_all(struct store *s, struct journal_row *rows, size_t count, int64_t *seq,
                            struct problem *problem)
{
    enum err e = take_numbers(s, count, seq, problem);
    for (size_t done = 0; done < count && e == OK;) {
        struct value values[AT_ONCE][ROW_VALUES];
        const struct value *params[AT_ONCE];
        size_t n = 0;
        for (; n < AT_ONCE && done < count; n++, done++) {
            rows[done].seq = *seq - (int64_t)(count - 1 - done);
            values_of(&rows[done], values[n]);
            params[n] = values[n];
        }
        e = store_run_many(s, insert, params, ROW_VALUES, n, NULL, problem);
    }
    if (e == OK)
        store_notify(s);
    return e;
}

enum err journal_head(struct store *s, int64_t *seq, struct problem *problem)
{
    *seq = -1;
    enum err e =
        store_integer(s, "SELECT seq FROM journal_head WHERE id = 1", NULL, 0, seq, problem);
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
