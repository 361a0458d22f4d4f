#include "sip/refill.h"

#include "gate/verdict.h"

#include <stdlib.h>

/*
 * A record that landed too late is followed by one that says what was answered
 * instead (gate: not-answered), soon enough to find its transaction among the last.
 */
enum { RECENT = 65536 };

struct refill {
    struct transactions *transactions;
    struct opening_keys *keys;
    when now;
    int64_t now_ms;
    struct recent {
        uint64_t record, key;
    } * recent; /* RECENT, at record % RECENT; key 0 is none */
};

/* The party of a relayed call, which only the opening names. */
static enum err open_target(struct refill *f, const struct ledger_record *r,
                            struct call_record *call)
{
    struct buf plain;
    buf_init(&plain, OPENING_MAX);
    enum err e = opening_open(f->keys, r->opening, call->commitment, &plain);
    if (e == OK)
        e = call_opening_decode(buf_view(&plain), call);
    buf_fini(&plain);
    return e;
}

static void refill_call(struct refill *f, const struct ledger_record *r, int64_t expires_ms)
{
    struct call_record call;
    if (r->transaction == 0 || call_record_decode(str_skip(r->entry, ENTRY_HEADER), &call) != OK)
        return;
    bool rings = call.verdict.relayed && call.verdict.kind != VERDICT_BLOCK;
    /* One that cannot be opened any more is a question of its own. */
    if (rings && open_target(f, r, &call) != OK)
        return;
    struct outcome outcome = {.cause = OUTCOME_VERDICT,
                              .kind = (uint8_t)call.verdict.kind,
                              .check = (uint8_t)call.verdict.check,
                              .record = r->index,
                              .target = rings ? call.callee : 0,
                              .max_call_s = rings ? call.max_call_s : 0};
    transaction_refill(f->transactions, r->transaction, expires_ms, &outcome);
    f->recent[r->index % RECENT] = (struct recent){.record = r->index, .key = r->transaction};
}

static void refill_not_answered(struct refill *f, const struct ledger_record *r, int64_t expires_ms)
{
    struct str body = str_skip(r->entry, ENTRY_HEADER);
    struct cursor c = cursor_of(body.p, body.n);
    uint8_t version = cursor_u8(&c);
    uint64_t record = cursor_u64be(&c);
    struct outcome outcome = {.cause = OUTCOME_UNRECORDED, .kind = cursor_u8(&c)};
    const struct recent *recent = &f->recent[record % RECENT];
    if (!c.failed && version == 1 && outcome.kind <= VERDICT_ALLOW && recent->key != 0 &&
        recent->record == record)
        transaction_refill(f->transactions, recent->key, expires_ms, &outcome);
}

static bool refill_one(void *to, const struct ledger_record *r)
{
    struct refill *f = to;
    int64_t age_ms = (f->now - r->recorded) / WHEN_MS;
    int64_t expires_ms = f->now_ms + TRANSACTION_MS - (age_ms < 0 ? 0 : age_ms);
    if (r->entry.n < ENTRY_HEADER || age_ms >= TRANSACTION_MS)
        return true;
    if (r->entry.p[1] == ENTRY_CALL)
        refill_call(f, r, expires_ms);
    else if (r->entry.p[1] == ENTRY_NOT_ANSWERED)
        refill_not_answered(f, r, expires_ms);
    return true;
}

/* When the entry was recorded; 0 if it cannot be read. */
static when recorded_at(const struct ledger *l, uint64_t index)
{
    struct buf b;
    when at = 0;
    buf_init(&b, ENTRY_HEADER + ENTRY_BODY_MAX);
    if (ledger_read(l, index, &b) == OK && b.n >= ENTRY_HEADER) {
        struct cursor c = cursor_of(b.p, b.n);
        cursor_take(&c, 2);
        at = (when)cursor_u64be(&c);
    }
    buf_fini(&b);
    return at;
}

enum err refill_transactions(const struct ledger *l, struct opening_keys *keys,
                             struct transactions *t, when now, int64_t now_ms,
                             struct problem *problem)
{
    struct refill f = {.transactions = t, .keys = keys, .now = now, .now_ms = now_ms};
    uint64_t low = 0, high = ledger_size(l);
    /* Entries are in the order of their times: find the first that is young enough. */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (recorded_at(l, middle) < now - TRANSACTION_MS * WHEN_MS)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == ledger_size(l))
        return OK;
    f.recent = calloc(RECENT, sizeof *f.recent);
    if (f.recent == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    enum err e = ledger_follow(l, low, refill_one, &f, problem);
    free(f.recent);
    return e;
}
