#include "gate/fact_record.h"

#include "gate/follow.h"
#include "gate/node.h"
#include "ledger/opened.h"
#include "registry/fact.h"

enum { WALK_MAX = 100000, CLOCKS_S = 5 };

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

/* The first fact from `index` on, below `end`. ERR_NOT_FOUND: there is none. */
static enum err next_fact(struct gate *g, uint64_t *index, uint64_t end, int64_t *seq,
                          unsigned *walked)
{
    struct seen s = {.seq = 0};
    for (; *index < end; ++*index) {
        if (++*walked > WALK_MAX)
            return ERR_LIMIT;
        enum err e = see(g, *index, &s);
        *seq = s.seq;
        if (e != OK || s.kind == ENTRY_FACT)
            return e;
    }
    return ERR_NOT_FOUND;
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
 * Facts stand in the order of their numbers, soon after they were entered, and calls
 * between them: stride on until one is too far, then halve the rest.
 */
enum err fact_record_find(struct gate *g, int64_t seq, when at, uint64_t *index)
{
    uint64_t low = 0, high = ledger_size(g->ledger), step = 1;
    unsigned walked = 0;
    enum err e = first_since(g, at - CLOCKS_S * WHEN_SECOND, &low);
    for (uint64_t probe = low; e == OK && probe < high; step *= 2) {
        int64_t found;
        e = next_fact(g, &probe, high, &found, &walked);
        if (e == OK && found >= seq) {
            high = probe + 1;
            break;
        }
        if (e == OK)
            low = probe + 1;
        probe += step;
        if (probe >= high || e == ERR_NOT_FOUND) {
            e = e == ERR_NOT_FOUND ? OK : e;
            break;
        }
    }
    while (e == OK && low < high) {
        uint64_t middle = low + (high - low) / 2, probe = middle;
        int64_t found;
        e = next_fact(g, &probe, high, &found, &walked);
        if (e == OK && found == seq) {
            *index = probe;
            return OK;
        }
        if (e == OK && found < seq) {
            low = probe + 1;
        } else if (e == OK || e == ERR_NOT_FOUND) {
            high = middle;
            e = OK;
        }
    }
    return e == OK ? ERR_NOT_FOUND : e;
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

/* A checkpoint with more signatures than the log's own. */
static bool is_witnessed(struct str receipt)
{
    const struct str dash = STR("\n— ");
    const char *at = receipt.p;
    size_t n = receipt.n;
    unsigned lines = 0;
    for (const char *p; n > 0 && (p = memmem(at, n, dash.p, dash.n)) != NULL; lines++) {
        n -= (size_t)(p - at) + dash.n;
        at = p + dash.n;
    }
    return lines > 1;
}

static enum err open_record(struct gate *g, uint64_t index, struct buf *opening)
{
    struct buf entry;
    uint8_t commitment[COMMITMENT];
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(g->ledger, index, &entry);
    if (e == OK && entry.n < ENTRY_HEADER + COMMITMENT)
        e = ERR_CORRUPT;
    if (e == OK) {
        memcpy(commitment, entry.p + entry.n - COMMITMENT, COMMITMENT);
        e = gate_disclose(g, index, commitment, opening);
    }
    buf_fini(&entry);
    return e == ERR_NOT_FOUND ? ERR_CLOSED : e;
}

enum err consent_receipt(struct gate *g, const struct consent_record *record, struct buf *out,
                         bool *witnessed, struct problem *problem)
{
    struct buf opening, receipt;
    buf_init(&opening, 2 * OPENING_MAX);
    buf_init(&receipt, PROOF_MAX);
    enum err e = open_record(g, record->index, &opening);
    if (e != OK)
        problem_set(problem, e, "the record cannot be opened: %s", err_name(e));
    if (e == OK)
        e = ledger_prove(g->ledger, record->index, &receipt, problem);
    if (e == ERR_NOT_FOUND && ledger_deleted(g->ledger, record->index, &(when){0}))
        e = ERR_CLOSED;
    if (e == OK)
        e = opened_put(buf_view(&receipt), buf_view(&opening), buf_view(&record->payload), out);
    *witnessed = e == OK && is_witnessed(buf_view(&receipt));
    buf_fini(&opening);
    buf_fini(&receipt);
    return e;
}
