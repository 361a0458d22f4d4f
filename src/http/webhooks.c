#include "http/webhooks.h"

#include "core/log.h"
#include "http/scopes.h"
#include "http/stream.h"
#include "http/webhook_next.h"
#include "http/webhook_post.h"
#include "http/webhook_retry.h"
#include "http/work.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LOAD_S = 5,     /* other nodes' webhooks change, too */
    READER_S = 30,  /* who it is, and whether it may act */
    IDLE_MS = 1000, /* time passes */
    TAKEN_S = 120,  /* longer than an attempt lasts */
    PASSED = 256,   /* rows that are not told, before that is written */
};

struct webhook_row {
    char id[FRESH_ID], organisation[SUBJECT_ID], topics[WEBHOOK_TOPICS + 1];
    char ping[WEBHOOK_MESSAGE];
    bool posts; /* and not only a ping */
    int64_t seq;
    when next_at;
};

/* What the one thread knows of a webhook. */
struct hook {
    struct webhook_row row;
    struct live_reader *reader; /* NULL: it may not act at the moment */
    int64_t read_s;             /* monotonic; 0: not yet */
    int64_t at;                 /* looked up to */
    bool busy;                  /* it is being posted to */
    bool kept;                  /* found again in the store */
    bool closed;                /* its secret cannot be opened: said once */
};

struct poster {
    struct webhooks *of;
    pthread_t thread;
    bool runs;
    enum { FREE, GIVEN, DONE } state; /* under lock */
    struct webhook_job job;           /* its own while GIVEN */
};

struct webhooks {
    struct webhooks_options options;
    struct live *live;
    const struct account_key *key;
    struct store *store;
    pthread_t thread;
    bool runs;
    atomic_bool stop;
    pthread_mutex_t lock;
    pthread_cond_t more;  /* something to look at */
    pthread_cond_t given; /* something to post */
    bool woken, changed;  /* under lock */
    struct poster poster[WEBHOOK_POSTERS];
    struct hook *hooks;
    size_t count, room;
    size_t turn; /* where the next look begins, so that all have theirs */
    int64_t loaded_s;
    bool failing; /* the store: said once */
};

static int64_t now_s(void)
{
    return clock_monotonic() / WHEN_SECOND;
}

static when now_of(const struct webhooks *w)
{
    return clock_now(gate_clock(w->options.gate));
}

/* Posting ------------------------------------------------------------------------------------- */

static void *post(void *to)
{
    struct poster *p = to;
    struct webhooks *w = p->of;
    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        if (p->state != GIVEN) {
            pthread_cond_wait(&w->given, &w->lock);
            continue;
        }
        pthread_mutex_unlock(&w->lock);
        webhook_post(&p->job);
        pthread_mutex_lock(&w->lock);
        p->state = DONE;
        w->woken = true;
        pthread_cond_signal(&w->more);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static struct poster *poster_in(struct webhooks *w, int state)
{
    struct poster *found = NULL;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; found == NULL && i < WEBHOOK_POSTERS; i++)
        if ((int)w->poster[i].state == state)
            found = &w->poster[i];
    pthread_mutex_unlock(&w->lock);
    return found;
}

static void set_state(struct webhooks *w, struct poster *p, int state)
{
    pthread_mutex_lock(&w->lock);
    p->state = state;
    pthread_cond_broadcast(&w->given);
    pthread_mutex_unlock(&w->lock);
}

/* The webhooks themselves --------------------------------------------------------------------- */

static void trouble(struct webhooks *w, enum err e, const struct problem *problem)
{
    if (e != OK && !w->failing)
        log_error("webhooks wait: %s; tried again", problem->text);
    w->failing = e != OK;
}

static struct hook *hook_of(struct webhooks *w, struct str id)
{
    for (size_t i = 0; i < w->count; i++)
        if (str_eq(id, str_of(w->hooks[i].row.id)))
            return &w->hooks[i];
    return NULL;
}

static struct hook *add_hook(struct webhooks *w)
{
    if (w->count == w->room) {
        const size_t room = w->room == 0 ? 16 : 2 * w->room;
        struct hook *more = realloc(w->hooks, room * sizeof *more);
        if (more == NULL)
            return NULL;
        w->hooks = more;
        w->room = room;
    }
    struct hook *h = &w->hooks[w->count++];
    *h = (struct hook){.kept = true};
    return h;
}

static bool read_row(const struct webhook *from, struct webhook_row *out)
{
    *out = (struct webhook_row){
        .posts = str_eq(from->status, STR("active")) && from->ended.n == 0,
        .seq = from->seq,
        .next_at = from->next_at,
    };
    return str_copy(from->id, out->id, sizeof out->id) &&
           str_copy(from->organisation, out->organisation, sizeof out->organisation) &&
           str_copy(from->topics, out->topics, sizeof out->topics) &&
           str_copy(from->ping, out->ping, sizeof out->ping);
}

static bool take_hook(void *to, const struct webhook *from)
{
    struct webhooks *w = to;
    struct webhook_row row;
    struct hook *h = hook_of(w, from->id);
    if (!read_row(from, &row) || (h == NULL && (h = add_hook(w)) == NULL))
        return true;
    h->kept = true;
    h->row = row;
    /* Its keepers pass over things, and other nodes post. */
    if (h->at < row.seq)
        h->at = row.seq;
    return true;
}

/* One that is busy stays until its poster is done. */
static void drop_hooks(struct webhooks *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (w->hooks[i].kept || w->hooks[i].busy)
            w->hooks[n++] = w->hooks[i];
        else
            free(w->hooks[i].reader);
    }
    w->count = n;
}

static enum err load(struct webhooks *w, struct problem *problem)
{
    for (size_t i = 0; i < w->count; i++) {
        w->hooks[i].kept = false;
        w->hooks[i].row.posts = false;
        w->hooks[i].row.ping[0] = '\0';
    }
    enum err e = webhook_all(w->store, take_hook, w, problem);
    if (e == OK)
        drop_hooks(w);
    w->loaded_s = now_s();
    return e;
}

/* As whom it reads. Of an organisation that may not act it waits. */
static enum err find_reader(struct webhooks *w, struct hook *h, struct problem *problem)
{
    const struct hands hands = {.store = w->store, .gate = w->options.gate};
    struct subject subject;
    if (h->read_s != 0 && now_s() - h->read_s < READER_S)
        return OK;
    free(h->reader);
    h->reader = NULL;
    h->read_s = now_s();
    enum err e = subject_find(w->store, str_of(h->row.organisation), &subject, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    subject.role = webhook_role(subject.role);
    subject.scopes = scopes_of_role(subject.role);
    h->reader = stream_reader(&hands, &subject, now_of(w), &e, problem);
    return e;
}

/* What is next -------------------------------------------------------------------------------- */

static enum err take(struct webhooks *w, struct hook *h, struct webhook_job *j,
                     struct problem *problem)
{
    const when now = now_of(w);
    *j = (struct webhook_job){
        .reach = {.config = gate_config(w->options.gate), .loopback = w->options.loopback},
        .stop = &w->stop,
    };
    memcpy(j->id, h->row.id, sizeof j->id);
    enum err e =
        webhook_take(w->store, w->key, str_of(h->row.id), str_of(gate_node(w->options.gate)), now,
                     now + TAKEN_S * WHEN_SECOND, &j->taken, problem);
    if (e == ERR_CORRUPT) {
        log_error("%s", problem->text);
        h->closed = true;
    }
    return e == ERR_CORRUPT ? ERR_NOT_FOUND : e;
}

static enum err give_ping(struct webhooks *w, struct hook *h, struct poster *p,
                          struct problem *problem)
{
    enum err e = take(w, h, &p->job, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    webhook_job_ping(&p->job, str_of(h->row.ping), now_of(w), gate_rules(w->options.gate));
    h->row.ping[0] = '\0';
    h->busy = true;
    set_state(w, p, GIVEN);
    return OK;
}

static enum err give_event(struct webhooks *w, struct hook *h, struct poster *p,
                           struct problem *problem)
{
    const struct webhook_search search = {.live = w->live,
                                          .gate = w->options.gate,
                                          .store = w->store,
                                          .reader = h->reader,
                                          .topics = str_of(h->row.topics)};
    struct live_event event;
    int64_t at = h->at;
    bool found;
    enum err e = webhook_next(&search, &at, &found, &event, problem);
    if (e != OK)
        return e;
    if (!found) {
        h->at = at;
        if (at < gate_journal(w->options.gate))
            webhooks_wake(w);
        if (at - h->row.seq < PASSED)
            return OK;
        h->row.seq = at;
        return webhook_pass(w->store, str_of(h->row.id), at, problem);
    }
    e = take(w, h, &p->job, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    /* Another node has posted it meanwhile. */
    if (p->job.taken.seq >= event.seq) {
        h->at = h->row.seq = p->job.taken.seq;
        sodium_memzero(p->job.taken.secret, sizeof p->job.taken.secret);
        return OK;
    }
    webhook_job_event(&p->job, &event, gate_rules(w->options.gate));
    h->busy = true;
    set_state(w, p, GIVEN);
    return OK;
}

static bool house_is_busy(const struct webhooks *w, const struct hook *h)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->hooks[i].busy && strcmp(w->hooks[i].row.organisation, h->row.organisation) == 0)
            return true;
    return false;
}

static enum err look_at(struct webhooks *w, struct hook *h, struct poster *p,
                        struct problem *problem)
{
    if (h->closed || house_is_busy(w, h))
        return OK;
    enum err e = find_reader(w, h, problem);
    if (e != OK || h->reader == NULL)
        return e;
    if (h->row.ping[0] != '\0')
        return give_ping(w, h, p, problem);
    return h->row.posts && now_of(w) >= h->row.next_at ? give_event(w, h, p, problem) : OK;
}

static enum err look_round(struct webhooks *w, struct problem *problem)
{
    enum err e = OK;
    struct poster *p;
    for (size_t i = 0; e == OK && i < w->count && (p = poster_in(w, FREE)) != NULL; i++) {
        e = look_at(w, &w->hooks[w->turn % w->count], p, problem);
        w->turn = (w->turn + 1) % w->count;
    }
    return e;
}

/* What came of it ----------------------------------------------------------------------------- */

/* When it is tried again, and whether at all. */
static void decide(const struct webhooks *w, const struct webhook_job *j, struct webhook_attempt *a)
{
    const int delay =
        webhook_delay_s((unsigned)j->taken.failures + 1, j->retry_after_s, randombytes_random());
    if (j->status == 410)
        a->ended = STR("gone");
    else if (delay < 0)
        a->ended = STR("given-up");
    else
        a->next_at = now_of(w) + delay * WHEN_SECOND;
}

static enum err note(struct webhooks *w, const struct webhook_job *j, struct problem *problem)
{
    struct hook *h = hook_of(w, str_of(j->id));
    struct webhook_attempt a = {.message = str_of(j->message),
                                .topic = str_of(j->topic),
                                .subject = str_of(j->subject),
                                .outcome = str_of(j->outcome),
                                .seq = j->seq,
                                .at = now_of(w),
                                .attempt = j->seq != 0 ? j->taken.failures + 1 : 1,
                                .ms = j->ms,
                                .status = j->status,
                                .done = strcmp(j->outcome, "delivered") == 0};
    if (j->seq == 0)
        a.next_at = a.done || h == NULL ? 0 : h->row.next_at;
    else if (!a.done)
        decide(w, j, &a);
    enum err e = webhook_note(w->store, str_of(j->id), &a, problem);
    if (h == NULL)
        return e;
    h->busy = false;
    if (j->seq == 0)
        h->row.ping[0] = '\0';
    /* What could not be written is posted again, with the same id. */
    if (e == OK && a.done && j->seq != 0)
        h->at = h->row.seq = j->seq;
    h->row.next_at = e == OK ? a.next_at : now_of(w) + WHEN_MINUTE;
    h->row.posts = h->row.posts && a.ended.n == 0;
    if (a.ended.n > 0)
        log_warning("webhook %s: nothing is posted to it any more (%.*s)", j->id, STR_ARG(a.ended));
    return e;
}

static enum err note_all(struct webhooks *w, struct problem *problem)
{
    enum err e = OK;
    struct poster *p;
    while ((p = poster_in(w, DONE)) != NULL) {
        const enum err one = p->job.outcome != NULL ? note(w, &p->job, problem) : OK;
        e = e == OK ? one : e;
        set_state(w, p, FREE);
    }
    return e;
}

/* The one thread ------------------------------------------------------------------------------ */

/* Until there is something to look at. True: the webhooks have changed. */
static bool rest(struct webhooks *w)
{
    struct timespec until;
    int over = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_MS / 1000;
    pthread_mutex_lock(&w->lock);
    while (!w->stop && !w->woken && over == 0)
        over = pthread_cond_timedwait(&w->more, &w->lock, &until);
    const bool changed = w->changed;
    w->woken = w->changed = false;
    pthread_mutex_unlock(&w->lock);
    return changed;
}

static void *work(void *to)
{
    struct webhooks *w = to;
    bool changed = true;
    while (!w->stop) {
        struct problem problem = {.text = ""};
        enum err e = note_all(w, &problem);
        if (e == OK && (changed || now_s() - w->loaded_s >= LOAD_S))
            e = load(w, &problem);
        if (e == OK)
            e = look_round(w, &problem);
        trouble(w, e, &problem);
        changed = rest(w);
    }
    return NULL;
}

enum err webhooks_open(const struct webhooks_options *o, struct webhooks **out,
                       struct problem *problem)
{
    pthread_condattr_t attributes;
    struct webhooks *w = *out = calloc(1, sizeof *w);
    if (w == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    w->options = *o;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, &attributes);
    pthread_cond_init(&w->given, &attributes);
    pthread_condattr_destroy(&attributes);
    return store_open(o->store, &w->store, problem);
}

enum err webhooks_start(struct webhooks *w, struct live *live, const struct account_key *key,
                        struct problem *problem)
{
    w->live = live;
    w->key = key;
    enum err e = OK;
    for (size_t i = 0; e == OK && i < WEBHOOK_POSTERS; i++) {
        w->poster[i].of = w;
        w->poster[i].runs = pthread_create(&w->poster[i].thread, NULL, post, &w->poster[i]) == 0;
        e = w->poster[i].runs ? OK : ERR_MEMORY;
    }
    w->runs = e == OK && pthread_create(&w->thread, NULL, work, w) == 0;
    return w->runs ? OK : problem_set(problem, ERR_MEMORY, "HTTP: no thread for webhooks");
}

void webhooks_stop(struct webhooks *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_broadcast(&w->more);
    pthread_cond_broadcast(&w->given);
    pthread_mutex_unlock(&w->lock);
    if (w->runs)
        pthread_join(w->thread, NULL);
    for (size_t i = 0; i < WEBHOOK_POSTERS; i++)
        if (w->poster[i].runs)
            pthread_join(w->poster[i].thread, NULL);
    /* What was taken just now is not to be posted again. */
    struct problem problem = {.text = ""};
    if (w->runs && note_all(w, &problem) != OK)
        log_warning("webhooks: what was posted last will be posted again: %s", problem.text);
    w->runs = false;
    for (size_t i = 0; i < WEBHOOK_POSTERS; i++)
        w->poster[i].runs = false;
}

void webhooks_close(struct webhooks *w)
{
    if (w == NULL)
        return;
    for (size_t i = 0; i < w->count; i++)
        free(w->hooks[i].reader);
    free(w->hooks);
    store_close(w->store);
    pthread_cond_destroy(&w->given);
    pthread_cond_destroy(&w->more);
    pthread_mutex_destroy(&w->lock);
    sodium_memzero(w->poster, sizeof w->poster);
    free(w);
}

static void tell(struct webhooks *w, bool changed)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->woken = true;
    w->changed |= changed;
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
}

void webhooks_wake(struct webhooks *w)
{
    tell(w, false);
}

void webhooks_changed(struct webhooks *w)
{
    tell(w, true);
}
