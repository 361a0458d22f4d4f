#include "gate/follow.h"

#include "core/log.h"
#include "gate/known.h"
#include "gate/node.h"
#include "ledger/merkle.h"
#include "store/journal.h"

#include <stdlib.h>
#include <time.h>

enum { BATCH = 1000, WAIT_MS = 1000, PAUSE_MS = 200, SEALED_MAX = 2048, SUBJECT_MAX = 1000 };

struct fact_item {
    struct ledger_item item;
    struct follower *follower;
    enum err outcome;
    int64_t seq;
    uint8_t body[128];
    uint8_t opening[SEALED_MAX];
};

struct follower {
    struct gate *gate;
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* the view, or an item */
    bool stop;
    bool failing; /* the store: said once */
    bool filling; /* memory: said once */
    unsigned waiting;
    _Atomic int64_t caught_up; /* monotonic */
    struct known known;
    struct gate_listener listener; /* under `hearing`; of zeros: nobody */
    pthread_mutex_t hearing;
    struct fact_row row;
    struct fact_item items[BATCH];
    size_t item_count;
    int64_t applied;    /* the view has these rows, perhaps not published yet */
    int64_t published;  /* when, and */
    int64_t publishing; /* how long it took; both monotonic */
    int64_t seen;       /* in the pass under way */
    enum err failed;
};

bool fact_record_seq(struct str body, int64_t *seq)
{
    struct cursor c = cursor_of(body.p, body.n);
    uint8_t version = cursor_u8(&c);
    *seq = (int64_t)cursor_u64be(&c);
    return version == 1 && !c.failed;
}

bool fact_record_read(struct str body, int64_t *seq, when *entered, struct str *kind)
{
    struct cursor c = cursor_of(body.p, body.n);
    uint8_t version = cursor_u8(&c);
    *seq = (int64_t)cursor_u64be(&c);
    *entered = (when)cursor_u64be(&c);
    *kind = cursor_word(&c);
    return version == 1 && !c.failed;
}

static bool stopping(struct follower *f)
{
    pthread_mutex_lock(&f->lock);
    bool stop = f->stop;
    pthread_mutex_unlock(&f->lock);
    return stop;
}

static void tell_row(struct follower *f, const struct journal_row *row,
                     const struct fact_kind *kind)
{
    pthread_mutex_lock(&f->hearing);
    if (f->listener.row)
        f->listener.row(f->listener.to, row, kind, kind ? f->row.v : NULL);
    pthread_mutex_unlock(&f->hearing);
}

static void tell_acts(struct follower *f)
{
    pthread_mutex_lock(&f->hearing);
    if (f->listener.acts)
        f->listener.acts(f->listener.to, f->applied);
    pthread_mutex_unlock(&f->hearing);
}

static bool apply_row(void *to, const struct journal_row *row)
{
    struct follower *f = to;
    const struct fact_kind *kind = fact_kind_find(row->kind);
    bool decoded = false;
    if (kind && row->payload.n) {
        enum err e = fact_decode(kind, row->payload, &f->row);
        decoded = !e;
        if (!e)
            e = view_apply(f->gate->view, kind, f->row.v, row->at);
        if (e == ERR_MEMORY) {
            f->failed = e;
            return false;
        }
        if (e)
            log_error("journal row %lld cannot be read as a fact of kind %.*s; the view keeps "
                      "what it had",
                      (long long)row->seq, STR_ARG(row->kind));
    }
    tell_row(f, row, decoded ? kind : NULL);
    f->seen = row->seq;
    return true;
}

static void announce(struct follower *f)
{
    pthread_mutex_lock(&f->lock);
    pthread_cond_broadcast(&f->moved);
    pthread_mutex_unlock(&f->lock);
}

static void store_trouble(struct follower *f, enum err e, const struct problem *problem)
{
    if (e && !f->failing)
        log_error("the facts cannot be followed: %s; judging by what is known", problem->text);
    if (!e && f->failing)
        log_info("the facts are followed again");
    f->failing = e != OK;
}

/*
 * Of many rows at once not each batch is published: a registry of a million lines is built anew
 * each time. No more than half of the time goes into that.
 */
static bool due(const struct follower *f, bool more)
{
    return !more || clock_monotonic() - f->published >= f->publishing;
}

static enum err publish(struct follower *f)
{
    const int64_t begun = clock_monotonic();
    const bool news = f->applied > view_journal(f->gate->view);
    enum err e = news ? view_publish(f->gate->view, f->applied) : OK;
    f->published = clock_monotonic();
    f->publishing = f->published - begun;
    if (news && !e) {
        announce(f);
        tell_acts(f);
    }
    return e;
}

/* Apply what is new. False: it was less than a batch, or there is trouble. */
static bool apply_batch(struct follower *f)
{
    struct problem problem;
    int64_t now = clock_monotonic();
    f->seen = f->applied;
    f->failed = OK;
    enum err e = view_mend(f->gate->view, f->store, &problem);
    e = e ? e : journal_read(f->store, f->applied, BATCH, apply_row, f, &problem);
    const enum err aged = e ? OK : view_ages(f->gate->view, f->store, &problem);
    store_trouble(f, e ? e : aged, &problem);
    const bool more = !e && f->seen - f->applied >= BATCH;
    f->applied = f->seen;
    enum err full = due(f, more && !f->failed) ? publish(f) : OK;
    full = full ? full : view_again(f->gate->view);
    full = full ? full : f->failed;
    if (full && !f->filling)
        log_error("not enough memory for new facts; judging by the former ones");
    f->filling = full != OK;
    if (!e && !full && !more)
        atomic_store(&f->caught_up, now);
    return more && !full;
}

static void recorded(struct ledger_item *item, enum err e)
{
    struct fact_item *x = item->context;
    struct follower *f = x->follower;
    pthread_mutex_lock(&f->lock);
    x->outcome = e;
    if (--f->waiting == 0)
        pthread_cond_broadcast(&f->moved);
    pthread_mutex_unlock(&f->lock);
}

static enum err encode(struct follower *f, const struct journal_row *row, struct fact_item *x)
{
    uint8_t plaintext[2048], commitment[COMMITMENT];
    struct buf plain, body, sealed;
    struct hash hash;
    size_t subject = row->subject.n < SUBJECT_MAX ? row->subject.n : SUBJECT_MAX;
    size_t actor = row->actor.n < 255 ? row->actor.n : 255;
    size_t kind = row->kind.n < 64 ? row->kind.n : 64;
    buf_fixed(&plain, plaintext, sizeof plaintext);
    buf_fixed(&body, x->body, sizeof x->body);
    buf_fixed(&sealed, x->opening, sizeof x->opening);
    merkle_sha256(row->payload.p, row->payload.n, &hash);
    buf_u8(&plain, 1);
    buf_u8(&plain, (uint8_t)actor);
    buf_bytes(&plain, row->actor.p, actor);
    buf_u16be(&plain, (uint16_t)subject);
    buf_bytes(&plain, row->subject.p, subject);
    buf_bytes(&plain, &hash, sizeof hash);
    enum err e = opening_seal(f->gate->keys, OPENING_FACT, clock_now(f->gate->clock),
                              buf_view(&plain), commitment, &sealed);
    if (e)
        return e;
    buf_u8(&body, 1);
    buf_u64be(&body, (uint64_t)row->seq);
    buf_u64be(&body, (uint64_t)row->at);
    buf_u8(&body, (uint8_t)kind);
    buf_bytes(&body, row->kind.p, kind);
    buf_bytes(&body, commitment, sizeof commitment);
    x->item = (struct ledger_item){.kind = ENTRY_FACT,
                                   .body = buf_view(&body),
                                   .opening = buf_view(&sealed),
                                   .done = recorded,
                                   .context = x};
    x->follower = f;
    x->seq = row->seq;
    return plain.failed || body.failed || sealed.failed ? ERR_LIMIT : OK;
}

static bool encode_row(void *to, const struct journal_row *row)
{
    struct follower *f = to;
    if (row->seq > view_journal(f->gate->view))
        return false;
    if (str_eq(row->node, str_of(f->gate->node))) {
        f->failed = encode(f, row, &f->items[f->item_count]);
        if (f->failed)
            return false;
        f->item_count++;
    }
    f->seen = row->seq;
    return true;
}

/* Submit all, in order, and wait. The journal number up to which all are durable. */
static int64_t record_items(struct follower *f, int64_t before)
{
    pthread_mutex_lock(&f->lock);
    f->waiting = (unsigned)f->item_count;
    pthread_mutex_unlock(&f->lock);
    for (size_t i = 0; i < f->item_count; i++)
        ledger_submit(f->gate->ledger, &f->items[i].item);
    pthread_mutex_lock(&f->lock);
    while (f->waiting)
        pthread_cond_wait(&f->moved, &f->lock);
    pthread_mutex_unlock(&f->lock);
    int64_t upto = f->seen;
    for (size_t i = f->item_count; i-- > 0;)
        if (f->items[i].outcome)
            upto = i ? f->items[i - 1].seq : before;
    return upto;
}

/* Record our own rows that the view has applied. False: nothing more to do now. */
static bool record_batch(struct follower *f)
{
    struct gate *g = f->gate;
    struct problem problem;
    int64_t from = g->recorded.seq;
    if (from >= view_journal(g->view))
        return false;
    f->seen = from;
    f->failed = OK;
    f->item_count = 0;
    enum err e = journal_read(f->store, from, BATCH, encode_row, f, &problem);
    store_trouble(f, e, &problem);
    int64_t upto = record_items(f, from);
    if (upto > from) {
        pthread_mutex_lock(&g->recorded.lock);
        g->recorded.seq = upto;
        g->recorded.scan_from = ledger_size(g->ledger);
        pthread_mutex_unlock(&g->recorded.lock);
    }
    return upto > from && !e && !f->failed;
}

static void *follow(void *argument)
{
    struct follower *f = argument;
    while (!stopping(f)) {
        struct problem problem;
        bool more = apply_batch(f);
        more |= record_batch(f);
        if (more)
            continue;
        if (known_leave(&f->known, f->gate, f->store, &problem) != OK)
            log_debug("the newest checkpoint cannot be left in the store: %s", problem.text);
        bool owing = f->gate->recorded.seq < view_journal(f->gate->view);
        enum err e = store_wait(f->store, owing || f->filling ? PAUSE_MS : WAIT_MS, &problem);
        if (e && e != ERR_TIMEOUT) {
            store_trouble(f, e, &problem);
            node_pause(f->gate, PAUSE_MS);
        }
    }
    return NULL;
}

/* A database that lost rows which this ledger has recorded would give their numbers out again. */
static enum err refuse_lost_rows(const struct gate *g, struct problem *problem)
{
    int64_t has = view_journal(g->view), recorded = g->recorded.seq;
    if (has >= recorded)
        return OK;
    return problem_set(problem, ERR_CORRUPT,
                       "%s: its ledger has recorded changes up to journal number %lld, but the "
                       "database ends at %lld: it is an older copy, or another one. Put the newer "
                       "one back, or begin a new data folder with this one",
                       g->folder, (long long)recorded, (long long)has);
}

enum err follower_start(struct gate *g, struct store *store, struct follower **out,
                        struct problem *problem)
{
    struct follower *f = *out = calloc(1, sizeof *f);
    if (!f)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    f->gate = g;
    f->store = store;
    f->known.left_at = clock_monotonic();
    pthread_mutex_init(&f->lock, NULL);
    pthread_mutex_init(&f->hearing, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&f->moved, &monotonic);
    pthread_condattr_destroy(&monotonic);
    atomic_store(&f->caught_up, clock_monotonic());
    enum err e = view_load(g->view, f->store, problem);
    if (!e)
        e = refuse_lost_rows(g, problem);
    f->applied = view_journal(g->view);
    if (!e && pthread_create(&f->thread, NULL, follow, f) != 0) {
        e = problem_set(problem, ERR_MEMORY, "a thread to follow the facts cannot be started");
    }
    if (!e)
        return OK;
    pthread_cond_destroy(&f->moved);
    pthread_mutex_destroy(&f->hearing);
    pthread_mutex_destroy(&f->lock);
    free(f);
    *out = NULL;
    return e;
}

void follower_stop(struct follower *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_mutex_unlock(&f->lock);
    store_wake(f->store);
    pthread_join(f->thread, NULL);
    pthread_cond_destroy(&f->moved);
    pthread_mutex_destroy(&f->hearing);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

enum err follower_reach(struct follower *f, int64_t seq, int timeout_ms, struct problem *problem)
{
    int64_t until = clock_monotonic() + timeout_ms * WHEN_MS;
    struct timespec due = {.tv_sec = until / WHEN_SECOND, .tv_nsec = until % WHEN_SECOND};
    enum err e = OK;
    store_wake(f->store);
    pthread_mutex_lock(&f->lock);
    while (view_journal(f->gate->view) < seq && !e)
        if (pthread_cond_timedwait(&f->moved, &f->lock, &due) != 0)
            e = ERR_TIMEOUT;
    if (view_journal(f->gate->view) >= seq)
        e = OK;
    pthread_mutex_unlock(&f->lock);
    return e ? problem_set(problem, e,
                           "the gate has reached journal number %lld of %lld after %d ms; it goes "
                           "on by itself",
                           (long long)view_journal(f->gate->view), (long long)seq, timeout_ms)
             : OK;
}

void follower_listen(struct follower *f, const struct gate_listener *listener)
{
    pthread_mutex_lock(&f->hearing);
    f->listener = listener ? *listener : (struct gate_listener){.row = NULL};
    pthread_mutex_unlock(&f->hearing);
}

int64_t follower_lag_ms(const struct follower *f)
{
    return (clock_monotonic() - atomic_load(&f->caught_up)) / WHEN_MS;
}
