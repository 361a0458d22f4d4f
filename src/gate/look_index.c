#include "gate/look_index.h"

#include "gate/follow.h"
#include "store/schema.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PATH = 4096,
    TAKEN_MAX = 8 << 20,    /* bytes of looks in memory … */
    TAKEN_ENOUGH = 4 << 20, /* … and how many make a transaction */
    LAG_S = 10,             /* a position without rows is written down after that long, … */
    LAG_RECORDS = 100000,   /* … or so many */
};

static const struct schema_step steps[] = {
    {1, "looks",
     "CREATE TABLE place (log TEXT NOT NULL PRIMARY KEY, next BIGINT NOT NULL);"
     "CREATE TABLE askers (record BIGINT NOT NULL PRIMARY KEY, sealed BYTEA NOT NULL);"
     "CREATE TABLE looks (handle BYTEA NOT NULL, record BIGINT NOT NULL, nth BIGINT NOT NULL,"
     " person_seq BIGINT NOT NULL, at BIGINT NOT NULL, sealed BYTEA NOT NULL,"
     " PRIMARY KEY (handle, record, nth));"
     "CREATE INDEX looks_record ON looks (record);"
     "CREATE TABLE marks (mark BIGINT NOT NULL PRIMARY KEY, record BIGINT NOT NULL)"},
    {2, "facts",
     "CREATE TABLE facts (seq BIGINT NOT NULL PRIMARY KEY, record BIGINT NOT NULL);"
     "CREATE INDEX facts_record ON facts (record)"},
};

struct look_index {
    char path[PATH];
    struct ledger *ledger;
    struct store *store; /* the index thread's */
    _Atomic uint64_t position;
    uint64_t written, first; /* what is on disk: position, and what retention has left */
    uint64_t fact_from;      /* the first fact from here on is noted */
    int64_t written_at;
    struct buf taken;

    pthread_mutex_t lock; /* of `reader` */
    struct store *reader;
};

/* Opening ------------------------------------------------------------------------------------- */

struct place {
    char log[16];
    uint64_t next;
    bool there;
};

static bool take_place(void *to, const struct value *c, size_t n)
{
    struct place *p = to;
    p->there = true;
    str_copy(c[0].s, p->log, sizeof p->log);
    p->next = (uint64_t)c[1].i;
    return false;
}

static enum err run(struct look_index *x, const char *sql, const struct value *v, size_t n,
                    struct problem *problem)
{
    return store_run(x->store, sql, v, n, NULL, NULL, problem);
}

/* Rows of another ledger, which lay in this folder before, are of no use. */
static enum err forget_all(struct look_index *x, struct problem *problem)
{
    static const char *const all[] = {"DELETE FROM place", "DELETE FROM askers",
                                      "DELETE FROM looks", "DELETE FROM marks",
                                      "DELETE FROM facts"};
    enum err e = store_begin(x->store, problem);
    for (size_t i = 0; !e && i < sizeof all / sizeof *all; i++)
        e = run(x, all[i], NULL, 0, problem);
    return store_end(x->store, e, problem);
}

static bool take_noted(void *to, const struct value *c, size_t n)
{
    if (c[0].type == VALUE_INT)
        *(uint64_t *)to = (uint64_t)c[0].i + LOOK_INDEX_STRIDE;
    return false;
}

static enum err read_place(struct look_index *x, struct problem *problem)
{
    struct place p = {.there = false};
    enum err e =
        store_run(x->store, "SELECT log, next FROM place", NULL, 0, take_place, &p, problem);
    if (!e && p.there && strcmp(p.log, ledger_first_id(x->ledger)) != 0) {
        e = forget_all(x, problem);
        p.next = 0;
    }
    if (!e && p.next > ledger_size(x->ledger))
        return problem_set(problem, ERR_CORRUPT,
                           "%s: it knows record %llu, the ledger ends at %llu: they are not of the "
                           "same time; restore both together, or move the file away to make it "
                           "again",
                           x->path, (unsigned long long)p.next - 1,
                           (unsigned long long)ledger_size(x->ledger));
    x->position = x->written = p.next;
    return e ? e
             : store_run(x->store, "SELECT MAX(record) FROM facts", NULL, 0, take_noted,
                         &x->fact_from, problem);
}

enum err look_index_open(const struct disk *disk, const char *folder, struct ledger *ledger,
                         struct look_index **out, struct problem *problem)
{
    struct look_index *x = *out = calloc(1, sizeof *x);
    if (!x)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", folder);
    x->ledger = ledger;
    x->written_at = clock_monotonic();
    buf_init(&x->taken, TAKEN_MAX);
    pthread_mutex_init(&x->lock, NULL);
    bool fits = snprintf(x->path, PATH, "%s/index", folder) < PATH - 16;
    enum err e = fits ? disk->make_folder(disk->context, x->path, 0700) : ERR_LIMIT;
    if (e)
        problem_set(problem, e, "%.200s/index: cannot make the folder (%s)", folder, err_name(e));
    else
        str_copy(STR("/looks.db"), x->path + strlen(x->path), 16);
    if (!e)
        e = store_open_other(x->path, steps, sizeof steps / sizeof *steps, &x->store, problem);
    if (!e)
        e = store_open_other(x->path, steps, sizeof steps / sizeof *steps, &x->reader, problem);
    if (!e)
        e = read_place(x, problem);
    if (e) {
        look_index_close(x);
        *out = NULL;
    }
    return e;
}

void look_index_close(struct look_index *x)
{
    if (!x)
        return;
    store_close(x->reader);
    store_close(x->store);
    buf_fini(&x->taken);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

uint64_t look_index_covers(const struct look_index *x)
{
    return atomic_load(&x->position);
}

/* Following ----------------------------------------------------------------------------------- */

struct round {
    struct look_index *index;
    uint64_t next, fact_from;
    bool full, failed;
};

/* What is to be written: a look's opening and when it was recorded, or a fact's number. */
static void put_taken_one(struct buf *taken, const struct ledger_record *r, uint64_t what,
                          struct str opening)
{
    buf_u64le(taken, r->index);
    buf_u64le(taken, what);
    buf_u32le(taken, (uint32_t)opening.n);
    buf_str(taken, opening);
}

/* Looks are copied first: the log does not wait for a transaction. */
static bool take(void *to, const struct ledger_record *r)
{
    struct round *round = to;
    struct buf *taken = &round->index->taken;
    const int kind = r->entry.n >= ENTRY_HEADER ? r->entry.p[1] : 0;
    int64_t seq;
    if (kind == ENTRY_LOOK && r->opening.n > 0) {
        put_taken_one(taken, r, (uint64_t)r->recorded, r->opening);
    } else if (kind == ENTRY_FACT && r->index >= round->fact_from &&
               fact_record_seq(str_skip(r->entry, ENTRY_HEADER), &seq)) {
        put_taken_one(taken, r, (uint64_t)seq, STR(""));
        round->fact_from = r->index + LOOK_INDEX_STRIDE;
    }
    round->failed = taken->failed;
    if (round->failed)
        return false;
    round->next = r->index + 1;
    round->full = taken->n >= TAKEN_ENOUGH;
    return !round->full;
}

static enum err put_mark(struct look_index *x, uint64_t record, uint64_t mark,
                         struct problem *problem)
{
    const struct value v[] = {value_int((int64_t)mark), value_int((int64_t)record)};
    return run(x, "INSERT INTO marks (mark, record) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING",
               v, 2, problem);
}

static enum err put_look(struct look_index *x, uint64_t record, when at, struct str beside,
                         struct problem *problem)
{
    struct str asker;
    struct cursor parts;
    struct look_part p;
    if (!look_parts_open(beside, &asker, &parts))
        return OK;
    const struct value who[] = {value_int((int64_t)record), value_bytes(asker.p, asker.n)};
    enum err e = run(x,
                     "INSERT INTO askers (record, sealed) VALUES ($1, $2) "
                     "ON CONFLICT (record) DO NOTHING",
                     who, 2, problem);
    while (!e && look_parts_next(&parts, &p)) {
        const struct value v[] = {value_bytes(p.handle, LOOK_HANDLE),
                                  value_int((int64_t)record),
                                  value_int(p.place),
                                  value_int(p.person_seq),
                                  value_int(at),
                                  value_bytes(p.sealed.p, p.sealed.n)};
        e = run(x,
                "INSERT INTO looks (handle, record, nth, person_seq, at, sealed) "
                "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (handle, record, nth) DO NOTHING",
                v, 6, problem);
        if (!e && p.mark != 0)
            e = put_mark(x, record, p.mark, problem);
    }
    return e;
}

static enum err put_fact(struct look_index *x, uint64_t record, int64_t seq,
                         struct problem *problem)
{
    const struct value v[] = {value_int(seq), value_int((int64_t)record)};
    return run(x, "INSERT INTO facts (seq, record) VALUES ($1, $2) ON CONFLICT (seq) DO NOTHING", v,
               2, problem);
}

static enum err put_taken(struct look_index *x, struct problem *problem)
{
    struct cursor c = cursor_of(x->taken.p, x->taken.n);
    enum err e = OK;
    while (!e && c.n > 0) {
        uint64_t record = cursor_u64le(&c);
        int64_t what = (int64_t)cursor_u64le(&c);
        struct str opening = cursor_take(&c, cursor_u32le(&c));
        e = opening.n > 0 ? put_look(x, record, what, opening, problem)
                          : put_fact(x, record, what, problem);
    }
    return e;
}

/* What retention has deleted from the ledger goes here too. */
static enum err purge(struct look_index *x, uint64_t first, struct problem *problem)
{
    const struct value v[] = {value_int((int64_t)first)};
    if (first == x->first)
        return OK;
    enum err e = run(x, "DELETE FROM askers WHERE record < $1", v, 1, problem);
    if (!e)
        e = run(x, "DELETE FROM marks WHERE record < $1", v, 1, problem);
    if (!e)
        e = run(x, "DELETE FROM facts WHERE record < $1", v, 1, problem);
    return e ? e : run(x, "DELETE FROM looks WHERE record < $1", v, 1, problem);
}

static enum err write_down(struct look_index *x, uint64_t next, struct problem *problem)
{
    uint64_t first = ledger_first(x->ledger);
    const struct value v[] = {value_text(str_of(ledger_first_id(x->ledger))),
                              value_int((int64_t)next)};
    enum err e = store_begin(x->store, problem);
    if (!e)
        e = put_taken(x, problem);
    if (!e)
        e = purge(x, first, problem);
    if (!e)
        e = run(x,
                "INSERT INTO place (log, next) VALUES ($1, $2) "
                "ON CONFLICT (log) DO UPDATE SET next = excluded.next",
                v, 2, problem);
    e = store_end(x->store, e, problem);
    if (e)
        return e;
    x->first = first;
    x->written = next;
    x->written_at = clock_monotonic();
    return OK;
}

static bool must_write(const struct look_index *x, uint64_t next, bool closing)
{
    if (x->taken.n > 0 || ledger_first(x->ledger) != x->first)
        return true;
    return next > x->written && (closing || next - x->written > LAG_RECORDS ||
                                 clock_monotonic() - x->written_at > LAG_S * WHEN_SECOND);
}

/* One transaction's worth. */
static enum err follow(struct look_index *x, uint64_t target, bool closing, bool *more,
                       struct problem *problem)
{
    struct round r = {.index = x, .next = x->position, .fact_from = x->fact_from};
    buf_reset(&x->taken);
    enum err e = r.next < target ? ledger_follow(x->ledger, r.next, take, &r, problem) : OK;
    if (!e && r.failed)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (!e && !r.full && r.next < target)
        r.next = target; /* frames gone: released by an index that was removed since */
    if (!e && must_write(x, r.next, closing))
        e = write_down(x, r.next, problem);
    if (!e) {
        x->fact_from = r.fact_from;
        atomic_store(&x->position, r.next);
    }
    *more = !e && r.full;
    return e;
}

enum err look_index_follow(void *to, uint64_t target, bool closing, uint64_t *below,
                           struct problem *problem)
{
    struct look_index *x = to;
    struct problem why = {.text = ""};
    enum err e = OK;
    for (bool more = true; more;)
        e = follow(x, target, closing, &more, &why);
    *below = x->written;
    return e ? problem_set(problem, e, "%s: cannot follow the ledger: %.400s", x->path, why.text)
             : OK;
}

/* Finding ------------------------------------------------------------------------------------- */

struct finding {
    look_row_each *each;
    void *to;
};

static bool found(void *to, const struct value *c, size_t n)
{
    const struct finding *f = to;
    if (c[0].s.n != LOOK_HANDLE)
        return true;
    const struct look_row row = {.record = (uint64_t)c[1].i,
                                 .at = c[4].i,
                                 .part = {.handle = (const uint8_t *)c[0].s.p,
                                          .place = (uint8_t)c[2].i,
                                          .person_seq = (uint32_t)c[3].i,
                                          .sealed = c[5].s}};
    return f->each(f->to, &row);
}

static enum err find(struct look_index *x, const char *sql, const struct value *v, size_t n,
                     look_row_each *each, void *to, struct problem *problem)
{
    struct finding f = {.each = each, .to = to};
    pthread_mutex_lock(&x->lock);
    enum err e = store_run(x->reader, sql, v, n, found, &f, problem);
    pthread_mutex_unlock(&x->lock);
    return e;
}

enum err look_index_find(struct look_index *x, const uint8_t handle[static LOOK_HANDLE],
                         uint64_t before, look_row_each *each, void *to, struct problem *problem)
{
    const struct value v[] = {value_bytes(handle, LOOK_HANDLE),
                              value_int(before > INT64_MAX ? INT64_MAX : (int64_t)before)};
    return find(x,
                "SELECT handle, record, nth, person_seq, at, sealed FROM looks "
                "WHERE handle = $1 AND record < $2 ORDER BY record DESC, nth DESC",
                v, 2, each, to, problem);
}

enum err look_index_recent(struct look_index *x, look_row_each *each, void *to,
                           struct problem *problem)
{
    return find(
        x, "SELECT handle, record, nth, person_seq, at, sealed FROM looks ORDER BY record DESC",
        NULL, 0, each, to, problem);
}

enum err look_index_newest(struct look_index *x, uint64_t from, look_row_each *each, void *to,
                           struct problem *problem)
{
    const struct value v[] = {value_int(from > INT64_MAX ? INT64_MAX : (int64_t)from)};
    return find(x,
                "SELECT handle, MAX(record), 0, MAX(person_seq), MAX(at), handle FROM looks "
                "WHERE record >= $1 AND person_seq > 0 GROUP BY handle",
                v, 1, each, to, problem);
}

struct asking {
    look_asked_each *each;
    void *to;
};

static bool asked(void *to, const struct value *c, size_t n)
{
    const struct asking *a = to;
    const bool known = c[1].type == VALUE_BYTES && c[1].s.n == LOOK_HANDLE;
    const struct look_asked one = {.record = (uint64_t)c[0].i,
                                   .handle = known ? (const uint8_t *)c[1].s.p : NULL,
                                   .at = known ? c[2].i : 0};
    return a->each(a->to, &one);
}

#define ASKED(table, those)                                                                        \
    "SELECT a.record, l.handle, l.at FROM " table " a LEFT JOIN looks l ON l.record = a.record "   \
    "AND l.nth = 0 WHERE a.record >= $1 " those " ORDER BY a.record DESC"

enum err look_index_asked(struct look_index *x, bool imported, uint64_t from, look_asked_each *each,
                          void *to, struct problem *problem)
{
    const struct value v[] = {value_int((int64_t)from)};
    struct asking a = {.each = each, .to = to};
    pthread_mutex_lock(&x->lock);
    enum err e =
        store_run(x->reader,
                  imported ? ASKED("marks", "")
                           : ASKED("askers", "AND a.record NOT IN (SELECT record FROM marks)"),
                  v, 1, asked, &a, problem);
    pthread_mutex_unlock(&x->lock);
    return e;
}

enum err look_index_marked(struct look_index *x, uint64_t mark, bool *there,
                           struct problem *problem)
{
    const struct value v[] = {value_int((int64_t)mark)};
    pthread_mutex_lock(&x->lock);
    enum err e = store_any(x->reader, "SELECT 1 FROM marks WHERE mark = $1", v, 1, there, problem);
    pthread_mutex_unlock(&x->lock);
    return e;
}

static bool take_fact(void *to, const struct value *c, size_t n)
{
    *(uint64_t *)to = (uint64_t)c[0].i;
    return false;
}

enum err look_index_fact(struct look_index *x, int64_t seq, uint64_t *from, struct problem *problem)
{
    const struct value v[] = {value_int(seq)};
    *from = UINT64_MAX;
    pthread_mutex_lock(&x->lock);
    enum err e =
        store_run(x->reader, "SELECT record FROM facts WHERE seq <= $1 ORDER BY seq DESC LIMIT 1",
                  v, 1, take_fact, from, problem);
    pthread_mutex_unlock(&x->lock);
    return e || *from != UINT64_MAX
               ? e
               : problem_set(problem, ERR_NOT_FOUND, "no fact so old is known");
}

static bool take_bytes(void *to, const struct value *c, size_t n)
{
    buf_str(to, c[0].s);
    return false;
}

enum err look_index_asker(struct look_index *x, uint64_t record, struct buf *out,
                          struct problem *problem)
{
    const struct value v[] = {value_int((int64_t)record)};
    size_t before = out->n;
    pthread_mutex_lock(&x->lock);
    enum err e = store_run(x->reader, "SELECT sealed FROM askers WHERE record = $1", v, 1,
                           take_bytes, out, problem);
    pthread_mutex_unlock(&x->lock);
    if (e || out->failed)
        return e ? e : problem_set(problem, ERR_MEMORY, "out of memory");
    return out->n > before ? OK : problem_set(problem, ERR_NOT_FOUND, "no such record");
}
