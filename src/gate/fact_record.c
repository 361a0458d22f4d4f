#include "gate/fact_record.h"

#include "gate/follow.h"
#include "gate/look_index.h"
#include "gate/node.h"
#include "registry/fact.h"

#include <time.h>

enum { WALK_MAX = 100000, CLOCKS_S = 5, PAUSE_MS = 20 };

struct seen {
    enum entry_kind kind;
    when recorded;
    int64_t seq; /* of a fact */
};

static enum err see(struct gate *g, uint64_t index, struct seen *out)
{
    struct buf entry;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(g->ledger, index, &entry);
    struct cursor c = cursor_of(entry.p, entry.n);
    cursor_u8(&c);
    out->kind = (enum entry_kind)cursor_u8(&c);
    out->recorded = (when)cursor_u64be(&c);
    if (e == OK && out->kind == ENTRY_FACT && !fact_record_seq(cursor_take(&c, c.n), &out->seq))
        e = ERR_CORRUPT;
    buf_fini(&entry);
    return e;
}

/* The first entry that was recorded at `at` or later. */
static enum err first_since(struct gate *g, when at, uint64_t *index)
{
    uint64_t low = ledger_first(g->ledger), high = ledger_size(g->ledger);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct seen s;
        enum err e = see(g, middle, &s);
        if (e != OK)
            return e;
        if (s.recorded < at)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return OK;
}

/*
 * Among the records from `from` to `end`. ERR_NOT_FOUND: in none of them. Facts stand in
 * the order of their numbers, so a later one ends it.
 */
static enum err walk(struct gate *g, int64_t seq, uint64_t from, uint64_t end, uint64_t *index)
{
    for (uint64_t i = from; i < end; i++) {
        struct seen s;
        enum err e = see(g, i, &s);
        *index = i;
        if (e != OK || (s.kind == ENTRY_FACT && s.seq >= seq))
            return e != OK || s.seq == seq ? e : ERR_NOT_FOUND;
    }
    return ERR_NOT_FOUND;
}

/* By what the index has noted of facts. ERR_CLOSED: it knows none so old. */
static enum err find_near(struct gate *g, int64_t seq, uint64_t *index)
{
    uint64_t from, covered = look_index_covers(g->looks);
    enum err e = look_index_fact(g->looks, seq, &from, NULL);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CLOSED : e;
    const uint64_t end = from + LOOK_INDEX_STRIDE;
    return walk(g, seq, from, end < covered ? end : covered, index);
}

/* The index was lost: from the time when it was entered. */
static enum err find_old(struct gate *g, int64_t seq, when at, uint64_t *index)
{
    uint64_t from, size = ledger_size(g->ledger);
    enum err e = first_since(g, at - CLOCKS_S * WHEN_SECOND, &from);
    if (e != OK)
        return e;
    const bool all = size - from <= WALK_MAX;
    e = walk(g, seq, from, all ? size : from + WALK_MAX, index);
    return e == ERR_NOT_FOUND && !all ? ERR_LIMIT : e;
}

enum err fact_record_find(struct gate *g, int64_t seq, when at, uint64_t *index)
{
    const bool behind = look_index_covers(g->looks) < ledger_size(g->ledger);
    enum err e = find_near(g, seq, index);
    if ((e == ERR_NOT_FOUND || e == ERR_CLOSED) && behind) {
        e = index_catch_up(g->index, NULL);
        e = e == OK ? find_near(g, seq, index) : e;
    }
    return e == ERR_CLOSED ? find_old(g, seq, at, index) : e;
}

enum err fact_record_await(struct gate *g, int64_t seq, when at, int ms, uint64_t *index)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    enum err e = fact_record_find(g, seq, at, index);
    for (; e == ERR_NOT_FOUND && ms > 0; ms -= PAUSE_MS) {
        nanosleep(&pause, NULL);
        e = fact_record_find(g, seq, at, index);
    }
    return e;
}

struct row {
    struct gate *gate;
    int64_t seq;
    when at;
    bool found, elsewhere;
    struct buf *payload;
};

static bool take_row(void *to, const struct value *v, size_t count)
{
    struct row *r = to;
    (void)count;
    r->found = true;
    r->seq = v[0].i;
    r->at = v[1].i;
    r->elsewhere = !str_eq(v[2].s, str_of(r->gate->node));
    buf_str(r->payload, v[3].s);
    return false;
}

enum err consent_record_find(struct gate *g, struct store *s, struct str subject,
                             struct consent_record *out, struct problem *problem)
{
    struct row r = {.gate = g, .payload = &out->payload};
    const struct value v = value_text(subject);
    buf_init(&out->payload, ROW_MAX + 512);
    /* By journal_consents, whatever the planner thinks of the order. */
    enum err e = store_run(s,
                           "SELECT seq, at, node, payload FROM journal WHERE kind = 'consents' "
                           "AND subject = $1 ORDER BY seq + 0 DESC LIMIT 1",
                           &v, 1, take_row, &r, problem);
    if (e != OK)
        return e;
    if (!r.found)
        return problem_set(problem, ERR_NOT_FOUND, "the journal does not know this consent");
    if (r.elsewhere)
        return problem_set(problem, ERR_CONFLICT, "another node's ledger has the record");
    if (out->payload.failed)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    e = fact_record_find(g, r.seq, r.at, &out->index);
    return e == OK
               ? OK
               : problem_set(problem, e, "the record of a consent is not found: %s", err_name(e));
}
