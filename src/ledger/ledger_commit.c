/*
 * The queue is a stack that submitters push to without a lock and the commit
 * thread takes as a whole and turns round: nobody waits for a submitter that is
 * stopped in the middle, and the order of pushes is the order of indexes. A round is
 * pushed as a whole.
 *
 * When a commit fails, everything that was waiting fails with it, at once: its
 * askers have deadlines. The next attempt follows RETRY_MS later with whatever
 * has come meanwhile, or with the outage record alone, so that the ledger finds
 * out by itself that there is room again.
 */
#include "core/log.h"
#include "ledger/ledger_inner.h"

enum {
    RETRY_MS = 100,
    BACKWARD_S = 5, /* a clock that far behind the last record is an alarm */
};

/* Marks a queue that takes nothing more. */
static struct ledger_item closed;

static struct ledger_item *oldest_first(struct ledger_item *newest)
{
    struct ledger_item *list = NULL;
    while (newest != NULL) {
        struct ledger_item *next = newest->next;
        newest->next = list;
        list = newest;
        newest = next;
    }
    return list;
}

void ledger_gather(struct ledger_round *r, struct ledger_item *item)
{
    if (item->body.n > ENTRY_BODY_MAX || item->opening.n > BESIDE_MAX) {
        item->done(item, ERR_LIMIT);
        return;
    }
    item->next = r->newest;
    if (r->newest == NULL)
        r->oldest = item;
    r->newest = item;
}

static void refuse(struct ledger_item *newest)
{
    for (struct ledger_item *i = oldest_first(newest), *next; i != NULL; i = next) {
        next = i->next;
        i->done(i, ERR_CLOSED);
    }
}

void ledger_submit_round(struct ledger *l, struct ledger_round *r)
{
    const struct ledger_round round = *r;
    *r = (struct ledger_round){0};
    if (round.newest == NULL)
        return;
    struct ledger_item *before = atomic_load_explicit(&l->queue, memory_order_relaxed);
    do {
        if (before == &closed) {
            round.oldest->next = NULL;
            refuse(round.newest);
            return;
        }
        round.oldest->next = before;
    } while (!atomic_compare_exchange_weak_explicit(&l->queue, &before, round.newest,
                                                    memory_order_release, memory_order_relaxed));
    if (before == NULL)
        ledger_wake(l, &l->arrived);
}

void ledger_submit(struct ledger *l, struct ledger_item *item)
{
    struct ledger_round alone = {0};
    ledger_gather(&alone, item);
    ledger_submit_round(l, &alone);
}

/*
 * Everything submitted, in order; waits for it. Closing takes what is there, and
 * what its `done` submits in turn; `*last`: nothing was left, and the queue takes
 * nothing more.
 */
static struct ledger_item *take(struct ledger *l, bool *last)
{
    pthread_mutex_lock(&l->lock);
    if (l->failed > 0 && !l->closing)
        ledger_wait(l, &l->arrived, RETRY_MS);
    while (l->failed == 0 && !l->closing && atomic_load(&l->queue) == NULL)
        pthread_cond_wait(&l->arrived, &l->lock);
    bool closing = l->closing;
    pthread_mutex_unlock(&l->lock);
    struct ledger_item *none = NULL;
    *last = closing && atomic_compare_exchange_strong(&l->queue, &none, &closed);
    return *last ? NULL : oldest_first(atomic_exchange(&l->queue, NULL));
}

static void outage_recorded(struct ledger_item *item, enum err e)
{
    (void)item;
    (void)e;
}

/* Body of an ENTRY_OUTAGE: first failure (8), now (8), records failed (8), big-endian. */
static struct ledger_item *with_outage(struct ledger *l, struct ledger_item *first, when now)
{
    struct buf b;
    buf_fixed(&b, l->outage_body, sizeof l->outage_body);
    buf_u64be(&b, (uint64_t)l->failing_since);
    buf_u64be(&b, (uint64_t)now);
    buf_u64be(&b, l->failed);
    l->outage = (struct ledger_item){
        .kind = ENTRY_OUTAGE, .body = buf_view(&b), .done = outage_recorded, .next = first};
    return &l->outage;
}

static void watch_clock(struct ledger *l, when now)
{
    bool backward = now < l->last - BACKWARD_S * WHEN_SECOND;
    if (backward && !l->backward)
        log_error(
            "the clock is %lld s behind the last record: set it right, records carry its time",
            (long long)((l->last - now) / WHEN_SECOND));
    l->backward = backward;
    if (!backward)
        l->last = now;
}

/* Call `done` from `first` up to `rest`. An item is not touched once it is done. */
static uint64_t finish(struct ledger *l, struct ledger_item *first, struct ledger_item *rest,
                       enum err e)
{
    uint64_t n = 0;
    while (first != rest) {
        struct ledger_item *next = first->next;
        if (first != &l->outage)
            n++;
        first->done(first, e);
        first = next;
    }
    return n;
}

static void commit_failed(struct ledger *l, struct ledger_item *first, enum err e, when now)
{
    if (l->log_ok) {
        log_error("%s: cannot write (%s): records fail until there is %s", l->log_folder,
                  err_name(e), e == ERR_FULL ? "room on the disk" : "a working disk");
        l->failing_since = now;
    }
    l->log_ok = false;
    l->failed += finish(l, first, NULL, e);
    if (l->failed == 0)
        l->failed = 1;
}

static void commit_worked(struct ledger *l)
{
    if (!l->log_ok)
        log_warning("%s: records are durable again; %llu failed meanwhile", l->log_folder,
                    (unsigned long long)l->failed);
    l->log_ok = true;
    l->failed = 0;
}

static void commit_all(struct ledger *l, struct ledger_item *first)
{
    while (first != NULL || l->failed > 0) {
        struct ledger_item *rest;
        when now = clock_now(l->clock);
        watch_clock(l, now);
        if (l->failed > 0)
            first = with_outage(l, first, now);
        pthread_mutex_lock(&l->turnstile); /* a turn of the shard that waits goes first */
        pthread_mutex_unlock(&l->turnstile);
        pthread_mutex_lock(&l->committing);
        enum err e = log_commit(l->log, first, now, &rest);
        pthread_mutex_unlock(&l->committing);
        if (e != OK) {
            commit_failed(l, first, e, now);
            return;
        }
        commit_worked(l);
        if (log_wants_segment(l->log))
            ledger_wake(l, &l->keep);
        finish(l, first, rest, OK);
        first = rest;
    }
}

void *ledger_commit_main(void *context)
{
    struct ledger *l = context;
    for (bool last = false; !last;)
        commit_all(l, take(l, &last));
    return NULL;
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t done;
    size_t left;
    enum err result;
};

static void wake_waiter(struct ledger_item *item, enum err e)
{
    struct waiter *w = item->context;
    pthread_mutex_lock(&w->lock);
    if (e != OK)
        w->result = e;
    if (--w->left == 0)
        pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

enum err ledger_append_all(struct ledger *l, struct ledger_item *items, size_t count,
                           struct problem *problem)
{
    struct waiter w = {
        .lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER, .left = count};
    for (size_t i = 0; i < count; i++) {
        items[i].done = wake_waiter;
        items[i].context = &w;
        ledger_submit(l, &items[i]);
    }
    pthread_mutex_lock(&w.lock);
    while (w.left > 0)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
    for (size_t i = 0; i < count; i++)
        items[i].context = NULL;
    if (w.result != OK)
        return problem_set(problem, w.result, "%s: the record could not be made durable (%s)",
                           l->log_folder, err_name(w.result));
    return OK;
}

enum err ledger_append(struct ledger *l, enum entry_kind kind, struct str body, struct str opening,
                       uint64_t *index, struct problem *problem)
{
    struct ledger_item item = {.kind = kind, .body = body, .opening = opening};
    enum err e = ledger_append_all(l, &item, 1, problem);
    if (e == OK && index != NULL)
        *index = item.index;
    return e;
}
