#include "gate/attempted.h"

#include "core/log.h"
#include "gate/node.h"
#include "gate/rounds.h"
#include "person/relay_call.h"

#include <stdlib.h>

enum { WAITING = 4096, PAUSE_MS = 20, RETRY_MS = 1000, FORGET_MS = 3600000 };

struct attempt {
    uint64_t record;
    when at;
    char binding[ID_MAX];
};

struct attempted {
    struct rounds rounds; /* only while it runs */
    int64_t forget_at;
    pthread_mutex_t lock;
    bool running, failing, full;
    unsigned count;
    struct attempt waiting[WAITING]; /* the oldest first */
};

enum err attempted_new(struct attempted **out)
{
    struct attempted *a = *out = calloc(1, sizeof *a);
    if (!a)
        return ERR_MEMORY;
    pthread_mutex_init(&a->lock, NULL);
    return OK;
}

void attempted_free(struct attempted *a)
{
    if (!a)
        return;
    pthread_mutex_destroy(&a->lock);
    free(a);
}

void attempted_add(struct attempted *a, const struct call_record *r, uint64_t index)
{
    if (!r->verdict.relayed || !r->window_seq[1])
        return;
    struct attempt x = {.record = index, .at = r->asked};
    memcpy(x.binding, r->verdict.binding, sizeof x.binding);
    pthread_mutex_lock(&a->lock);
    const bool full = a->count == WAITING, first = full && !a->full;
    a->full = full;
    if (!full)
        a->waiting[a->count++] = x;
    if (a->running)
        store_wake(a->rounds.store);
    pthread_mutex_unlock(&a->lock);
    if (first)
        log_warning("more calls by relay than the store takes: other nodes count less of them");
}

void attempted_drop(struct attempted *a, uint64_t index)
{
    pthread_mutex_lock(&a->lock);
    for (unsigned i = 0; i < a->count; i++) {
        if (a->waiting[i].record != index)
            continue;
        memmove(&a->waiting[i], &a->waiting[i + 1], (a->count - i - 1) * sizeof *a->waiting);
        a->count--;
        break;
    }
    pthread_mutex_unlock(&a->lock);
}

static bool next(struct attempted *a, struct attempt *out)
{
    pthread_mutex_lock(&a->lock);
    const bool any = a->count > 0;
    if (any)
        *out = a->waiting[0];
    pthread_mutex_unlock(&a->lock);
    return any;
}

static enum err tell(struct attempted *a, const struct attempt *x, struct problem *problem)
{
    struct gate *g = a->rounds.gate;
    char record[RECORD_ID];
    const struct fact_origin origin = {
        .node = str_of(g->node), .actor = STR("menshen"), .at = x->at};
    ledger_record_id(g->ledger, x->record, record);
    return relay_call_write(a->rounds.store, str_of(record), str_of(x->binding), &origin, problem);
}

static enum err forget(struct attempted *a, struct problem *problem)
{
    struct gate *g = a->rounds.gate;
    if (clock_monotonic() < a->forget_at)
        return OK;
    a->forget_at = clock_monotonic() + FORGET_MS * WHEN_MS;
    return relay_call_forget(a->rounds.store,
                             clock_now(g->clock) - windows_horizon(g->windows) - WHEN_DAY, problem);
}

static void work(struct rounds *r)
{
    struct attempted *a = (struct attempted *)r;
    struct problem problem = {.text = ""};
    struct attempt x;
    enum err e = OK;
    while (!e && next(a, &x)) {
        e = tell(a, &x, &problem);
        if (!e || e == ERR_NOT_FOUND) /* a binding that is not there: the store is an older copy */
            attempted_drop(a, x.record);
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    if (!e)
        e = forget(a, &problem);
    pthread_mutex_lock(&a->lock);
    const bool first = e && !a->failing;
    a->failing = e != OK;
    pthread_mutex_unlock(&a->lock);
    if (first)
        log_warning("other nodes do not learn of calls by relay: %s; it is tried again",
                    problem.text);
    r->pause_ms = PAUSE_MS;
    r->round_ms = e ? RETRY_MS : ROUNDS_MS;
}

static void set_running(struct attempted *a, bool running)
{
    pthread_mutex_lock(&a->lock);
    a->running = running;
    pthread_mutex_unlock(&a->lock);
}

enum err attempted_start(struct attempted *a, struct gate *g, struct problem *problem)
{
    enum err e = rounds_start(&a->rounds, g, work, problem);
    if (!e)
        set_running(a, true);
    return e;
}

void attempted_stop(struct attempted *a)
{
    if (!a || !a->running)
        return;
    set_running(a, false); /* from here on nobody else has its store */
    rounds_stop(&a->rounds);
}

bool attempted_busy(struct attempted *a)
{
    pthread_mutex_lock(&a->lock);
    const bool busy = a->running && !a->failing && a->count > 0;
    pthread_mutex_unlock(&a->lock);
    return busy;
}
