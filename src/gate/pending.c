#include "gate/pending.h"

#include "core/log.h"
#include "gate/attempted.h"
#include "gate/node.h"

#include <stdlib.h>

enum {
    WATCH_MS = 10,
    RETRY_MS = 1000,
    SEALED_MAX = CALL_OPENING_MAX + 160,
    LOOKS_MAX = 512, /* calls keep the rest */
};

enum state { STATE_FREE, STATE_WAITING, STATE_ANSWERING, STATE_LATE, STATE_AHEAD, STATE_RETRY };
enum { LANDED = 100 }; /* put in place of a state by the commit thread */

struct pending {
    struct ledger_item item;
    _Atomic int state;
    _Atomic int64_t due; /* monotonic: when it is late, or is tried again */
    struct pending *next_free;
    struct gate *gate;
    gate_done *done;
    void *to;
    enum err outcome;          /* of an item that landed while it was being answered as late */
    struct pending_look *look; /* NULL: it is a call */
    struct pending_call call;
    uint8_t body[CALL_BODY_MAX];
    uint8_t opening[SEALED_MAX];
};

struct pool {
    pthread_mutex_t lock;
    struct pending *free;
    size_t size;
    _Atomic size_t touched; /* slots ever used: the watcher looks at these only */
    _Atomic size_t busy, looks;
    struct pending slots[];
};

enum err pool_new(size_t count, struct pool **out)
{
    struct pool *p = *out = calloc(1, sizeof *p + count * sizeof *p->slots);
    if (!p)
        return ERR_MEMORY;
    pthread_mutex_init(&p->lock, NULL);
    p->size = count;
    return OK;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_destroy(&p->lock);
    free(p);
}

size_t pool_busy(const struct pool *p)
{
    return atomic_load(&p->busy);
}

static struct pending *take(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    struct pending *x = p->free;
    size_t touched = atomic_load_explicit(&p->touched, memory_order_relaxed);
    if (x) {
        p->free = x->next_free;
    } else if (touched < p->size) {
        x = &p->slots[touched];
        atomic_store(&p->touched, touched + 1);
    }
    if (x)
        atomic_fetch_add(&p->busy, 1);
    pthread_mutex_unlock(&p->lock);
    return x;
}

static void give_back(struct pool *p, struct pending *x)
{
    if (x->look) {
        x->look->end(x->look);
        atomic_fetch_sub(&p->looks, 1);
    }
    atomic_store(&x->state, STATE_FREE);
    pthread_mutex_lock(&p->lock);
    x->next_free = p->free;
    p->free = x;
    atomic_fetch_sub(&p->busy, 1);
    pthread_mutex_unlock(&p->lock);
}

void pending_fail(const struct gate *g, struct verdict *v)
{
    bool rings = v->commercial ? g->config->call.commercial_rings : g->config->call.other_rings;
    if (v->relayed || (v->check != CHECK_CALLEE_EMERGENCY && !rings))
        v->kind = VERDICT_BLOCK; /* who was rung by relay must be on the record */
}

void pending_undo(struct gate *g, const struct pending_call *c)
{
    const struct call_record *r = &c->record;
    if (c->counted) {
        window_withdraw(g->windows, r->verdict.principal_key, r->callee, r->asked);
        window_withdraw(g->windows, 0, r->callee, r->asked);
    }
    if (c->numbered)
        window_return_number(g->windows, r->callee, r->person_seq);
}

static void undo(struct pending *x)
{
    if (x->look)
        x->look->undo(x->look);
    else
        pending_undo(x->gate, &x->call);
}

/* Must be recorded some time, since it has been answered. */
static bool owed(const struct pending *x)
{
    return !x->look && x->call.record.verdict.check == CHECK_CALLEE_EMERGENCY;
}

static void answer(struct pending *x, enum err error)
{
    struct gate *g = x->gate;
    if (x->look) {
        x->look->answer(x->look, error, error ? 0 : x->item.index);
        return;
    }
    struct answer a = {.verdict = x->call.record.verdict,
                       .record_error = error,
                       .record = error ? 0 : x->item.index, /* its writer may be at work else */
                       .at = x->call.record.asked};
    if (error)
        pending_fail(g, &a.verdict);
    if (a.verdict.relayed && a.verdict.kind != VERDICT_BLOCK) {
        a.target = x->call.record.callee;
        a.shown = x->call.record.dialled;
        a.max_call_s = x->call.record.max_call_s;
    }
    latency_note(&g->latency, clock_monotonic() - x->call.begun);
    x->done(x->to, &a);
}

/* A clock that went back makes the order of records and the caps unreliable. */
static void watch_clock(struct gate *g, when recorded)
{
    when newest = atomic_load_explicit(&g->newest_record, memory_order_relaxed);
    if (recorded >= newest) {
        atomic_store_explicit(&g->newest_record, recorded, memory_order_relaxed);
        return;
    }
    if (newest - recorded <= 5 * WHEN_SECOND)
        return;
    atomic_store_explicit(&g->newest_record, recorded, memory_order_relaxed);
    atomic_fetch_add(&g->counters.clock_back, 1);
    log_error("the clock went back by %lld s; check time synchronisation, frequency caps depend "
              "on it",
              (long long)((newest - recorded) / WHEN_SECOND));
}

static void noted(struct ledger_item *item, enum err e)
{
    struct pending *x = item->context;
    if (e)
        log_error("record %llu was answered without it, and that could not be recorded (%s)",
                  (unsigned long long)x->item.index, err_name(e));
    give_back(x->gate->pool, x);
}

/*
 * A record that landed after its answer. Body of an ENTRY_NOT_ANSWERED:
 *
 *     1  version, 1      8  index of the record, big-endian
 *     1  answered: 0 block, or nothing shown · 1 warn · 2 remind · 3 allow
 */
static void note_not_answered(struct pending *x)
{
    uint64_t record = x->item.index;
    struct verdict v = x->call.record.verdict;
    struct buf body;
    if (!x->look)
        pending_fail(x->gate, &v);
    buf_fixed(&body, x->body, sizeof x->body);
    buf_u8(&body, 1);
    buf_u64be(&body, record);
    buf_u8(&body, x->look ? 0 : (uint8_t)v.kind);
    x->item = (struct ledger_item){
        .kind = ENTRY_NOT_ANSWERED, .body = buf_view(&body), .done = noted, .context = x};
    ledger_submit(x->gate->ledger, &x->item);
}

/* The item's fate is known, and so is that it was answered as late. */
static void settle_late(struct pending *x, enum err e)
{
    struct verdict v = x->call.record.verdict;
    if (!x->look)
        pending_fail(x->gate, &v);
    if (!x->look && v.kind == VERDICT_BLOCK)
        x->call.numbered = x->call.numbered && e; /* a record that landed keeps its number */
    if (e || (!x->look && v.kind == VERDICT_BLOCK))
        undo(x);
    if (e)
        give_back(x->gate->pool, x);
    else
        note_not_answered(x);
}

/* An emergency call has been answered; its record is owed. */
static void try_later(struct pending *x)
{
    atomic_store(&x->due, clock_monotonic() + RETRY_MS * WHEN_MS);
    atomic_store(&x->state, STATE_RETRY);
}

static void landed(struct ledger_item *item, enum err e)
{
    struct pending *x = item->context;
    struct gate *g = x->gate;
    if (e)
        atomic_fetch_add(&g->counters.record_failures, 1);
    else
        watch_clock(g, item->recorded);
    x->outcome = e;
    int state = atomic_exchange(&x->state, LANDED);
    bool must = owed(x);
    if (state == STATE_ANSWERING)
        return; /* the watcher sees LANDED and settles it */
    if (state == STATE_WAITING) {
        if (e && !must)
            undo(x);
        answer(x, e);
        if (!e && !x->look && x->call.counted)
            attempted_add(g->attempted, &x->call.record, item->index);
    }
    if (state == STATE_LATE && !(e && must))
        settle_late(x, e);
    else if (e && must)
        try_later(x);
    else
        give_back(g->pool, x);
}

static enum err encode(struct pending *x)
{
    struct call_record *r = &x->call.record;
    const struct verdict *v = &r->verdict;
    bool plain = !v->commercial && v->kind == VERDICT_ALLOW && !v->observed;
    uint8_t plaintext[CALL_OPENING_MAX];
    struct buf opening, sealed, body;
    buf_fixed(&opening, plaintext, sizeof plaintext);
    buf_fixed(&sealed, x->opening, sizeof x->opening);
    buf_fixed(&body, x->body, sizeof x->body);
    call_opening_encode(r, &opening);
    enum err e =
        opening_seal(x->gate->keys, plain ? OPENING_PLAIN : OPENING_CALL, clock_now(x->gate->clock),
                     buf_view(&opening), r->commitment, &sealed);
    if (e)
        return e;
    call_record_encode(r, &body);
    if (opening.failed || sealed.failed || body.failed)
        return ERR_LIMIT;
    x->item = (struct ledger_item){.kind = ENTRY_CALL,
                                   .body = buf_view(&body),
                                   .opening = buf_view(&sealed),
                                   .transaction = x->call.transaction,
                                   .answer = x->call.answer_code,
                                   .done = landed,
                                   .context = x};
    return OK;
}

static void submit(struct pending *x, enum state state, struct ledger_round *round)
{
    struct gate *g = x->gate;
    atomic_store(&x->due, clock_monotonic() + g->config->ledger.deadline_ms * WHEN_MS);
    atomic_store(&x->state, state);
    if (round != NULL)
        ledger_gather(round, &x->item);
    else
        ledger_submit(g->ledger, &x->item);
}

enum err pending_submit_look(struct gate *g, struct pending_look *look)
{
    struct pending *x = NULL;
    if (atomic_fetch_add(&g->pool->looks, 1) < LOOKS_MAX)
        x = take(g->pool);
    if (!x) {
        atomic_fetch_sub(&g->pool->looks, 1);
        return ERR_FULL;
    }
    x->gate = g;
    x->look = look;
    x->item = (struct ledger_item){.kind = ENTRY_LOOK,
                                   .body = look->body,
                                   .opening = look->beside,
                                   .done = landed,
                                   .context = x};
    submit(x, STATE_WAITING, NULL);
    return OK;
}

enum err pending_submit(struct gate *g, const struct pending_call *call, bool ahead,
                        gate_done *done, void *to)
{
    struct pending *x = take(g->pool);
    if (!x)
        return ERR_FULL;
    x->gate = g;
    x->look = NULL;
    x->done = done;
    x->to = to;
    x->call = *call;
    enum err e = encode(x);
    if (e && ahead) {
        try_later(x);
        return OK;
    }
    if (e) {
        atomic_fetch_add(&g->counters.record_failures, 1);
        pending_undo(g, &x->call);
        answer(x, e);
        give_back(g->pool, x);
        return OK;
    }
    submit(x, ahead ? STATE_AHEAD : STATE_WAITING, call->round);
    return OK;
}

static void answer_late(struct pending *x)
{
    int expected = STATE_WAITING;
    if (!atomic_compare_exchange_strong(&x->state, &expected, STATE_ANSWERING))
        return;
    atomic_fetch_add(&x->gate->counters.late, 1);
    answer(x, ERR_TIMEOUT);
    expected = STATE_ANSWERING;
    if (!atomic_compare_exchange_strong(&x->state, &expected, STATE_LATE))
        settle_late(x, x->outcome);
}

/* Seal again, since the first attempt may have lacked a key, and submit. */
static void retry(struct pending *x)
{
    if (encode(x)) {
        try_later(x);
        return;
    }
    atomic_store(&x->state, STATE_AHEAD);
    ledger_submit(x->gate->ledger, &x->item);
}

void *pending_watch(void *argument)
{
    struct gate *g = argument;
    struct pool *p = g->pool;
    while (!node_pause(g, WATCH_MS)) {
        int64_t now = clock_monotonic();
        size_t touched = atomic_load(&p->touched);
        for (size_t i = 0; i < touched; i++) {
            struct pending *x = &p->slots[i];
            int state = atomic_load(&x->state);
            if ((state != STATE_WAITING && state != STATE_RETRY) || atomic_load(&x->due) > now)
                continue;
            if (state == STATE_WAITING)
                answer_late(x);
            else
                retry(x);
        }
    }
    return NULL;
}
