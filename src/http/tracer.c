#include "http/tracer.h"

#include "core/log.h"
#include "http/hop_ask.h"
#include "http/hop_find.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { ROUND_MS = 1000, AT_ONCE = 16 };

static bool knows(const void *to, struct str carrier)
{
    return config_carrier(to, carrier) != NULL;
}

static struct trace_reach reach_of(struct gate *gate)
{
    return (struct trace_reach){knows, gate_config(gate)};
}

static struct desk_work work_now(const struct tracing *t)
{
    return (struct desk_work){.store = t->store,
                              .key = t->key,
                              .rules = gate_rules(t->gate),
                              .node = str_of(gate_node(t->gate)),
                              .at = clock_now(gate_clock(t->gate))};
}

/* Begin ------------------------------------------------------------------------------------- */

enum err tracer_open(const struct tracing *t, const struct desk_work *w, struct trace_opening *o,
                     char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                     struct problem *problem)
{
    const struct hop_question own = {
        .caller = o->caller, .callee = o->callee, .at = o->at, .within = HOP_REPORTED};
    struct hop_found *found = calloc(1, sizeof *found);
    if (found == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = o->carrier.n == 0 ? hop_find(t->gate, t->store, &own, found, problem) : OK;
    o->own = &found->answer;
    o->own_carrier = str_of(found->carrier);
    o->reach = reach_of(t->gate);
    if (e == OK)
        e = trace_open(w, o, id, no, seq, problem);
    explicit_bzero(found, sizeof *found);
    free(found);
    return e;
}

/* Ask --------------------------------------------------------------------------------------- */

static enum err note(const struct tracing *t, struct str id, int n, const struct hop_answer *a,
                     int64_t *seq, struct problem *problem)
{
    const struct desk_work w = work_now(t);
    const struct trace_said said = {id, n, a, reach_of(t->gate)};
    struct desk_no no;
    int64_t last = 0;
    enum err e = trace_answer(&w, &said, &no, &last, problem); /* else another was first */
    if (last != 0)
        *seq = last;
    return e;
}

enum err tracer_run(const struct tracing *t, struct str id, bool again, int64_t *seq,
                    struct problem *problem)
{
    enum err e = OK;
    struct hop_answer *a = malloc(sizeof *a);
    if (a == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    for (int i = 0; e == OK && i < HOPS; i++) {
        const struct desk_work w = work_now(t);
        struct hop_question q = {.n = 0};
        char carrier[HOP_ID];
        struct problem unanswered = {.text = ""};
        e = trace_take(&w, id, again, &q, carrier, problem);
        if (e != OK || *carrier == '\0')
            break;
        enum err asked =
            hop_ask(gate_config(t->gate), w.rules, str_of(carrier), &q, a, &unanswered);
        explicit_bzero(&q.caller, sizeof q.caller);
        explicit_bzero(&q.callee, sizeof q.callee);
        if (asked != OK) {
            log_info("trace %.*s: %s has not answered: %s", STR_ARG(id), carrier, unanswered.text);
            break;
        }
        e = note(t, id, q.n, a, seq, problem);
    }
    free(a);
    return e;
}

/* The thread -------------------------------------------------------------------------------- */

struct tracer {
    struct tracing with;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stop, runs;
    bool failing; /* said once */
};

struct waiting {
    char id[AT_ONCE][HOP_ID];
    size_t count;
};

static bool take(void *to, struct str id)
{
    struct waiting *w = to;
    if (str_copy(id, w->id[w->count], HOP_ID))
        w->count++;
    return w->count < AT_ONCE;
}

static bool pause(struct tracer *t)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ROUND_MS / 1000;
    pthread_mutex_lock(&t->lock);
    int over = 0;
    while (!t->stop && over == 0)
        over = pthread_cond_timedwait(&t->stopped, &t->lock, &until);
    const bool stop = t->stop;
    pthread_mutex_unlock(&t->lock);
    return stop;
}

static bool stopping(struct tracer *t)
{
    pthread_mutex_lock(&t->lock);
    const bool stop = t->stop;
    pthread_mutex_unlock(&t->lock);
    return stop;
}

static void round_once(struct tracer *t)
{
    struct problem problem = {.text = ""};
    struct waiting all = {.count = 0};
    const struct desk_work w = work_now(&t->with);
    int64_t seq = 0;
    enum err e = trace_waiting(&w, take, &all, &problem);
    for (size_t i = 0; e == OK && i < all.count && !stopping(t); i++)
        e = tracer_run(&t->with, str_of(all.id[i]), false, &seq, &problem);
    if (e != OK && !t->failing)
        log_error("calls are not traced: %s; tried again", problem.text);
    t->failing = e != OK;
}

static void *trace(void *to)
{
    struct tracer *t = to;
    while (!pause(t))
        round_once(t);
    return NULL;
}

static enum err start(struct tracer *t, const char *store, struct problem *problem)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->stopped, &attributes);
    pthread_condattr_destroy(&attributes);
    enum err e = store_open(store, &t->with.store, problem);
    if (e == OK && pthread_create(&t->thread, NULL, trace, t) != 0)
        e = problem_set(problem, ERR_MEMORY, "HTTP: no thread to trace calls");
    t->runs = e == OK;
    return e;
}

enum err tracer_start(struct gate *gate, const char *store, const struct account_key *key,
                      struct tracer **out, struct problem *problem)
{
    *out = NULL;
    struct tracer *t = calloc(1, sizeof *t);
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    t->with = (struct tracing){.gate = gate, .key = key};
    enum err e = start(t, store, problem);
    if (e != OK) {
        tracer_stop(t);
        return e;
    }
    *out = t;
    return OK;
}

void tracer_stop(struct tracer *t)
{
    if (t == NULL)
        return;
    pthread_mutex_lock(&t->lock);
    t->stop = true;
    pthread_cond_broadcast(&t->stopped);
    pthread_mutex_unlock(&t->lock);
    if (t->runs)
        pthread_join(t->thread, NULL);
    store_close(t->with.store);
    pthread_cond_destroy(&t->stopped);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
