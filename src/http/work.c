#include "http/work.h"
#include "core/log.h"
#include "http/idempotency.h"
#include "http/route.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct order {
    struct request *request;
    work_run *run;
    void (*done)(struct request *);
};

struct worker {
    struct workers *of;
    struct hands hands;
    pthread_t thread;
    bool runs;
};

struct workers {
    struct worker worker[WORKERS];
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct order waiting[WORK_WAITING]; /* a ring, under lock, as the rest */
    size_t first, count;
    bool stop;
};

static bool take(struct workers *w, struct order *out)
{
    pthread_mutex_lock(&w->lock);
    while (w->count == 0 && !w->stop)
        pthread_cond_wait(&w->more, &w->lock);
    bool have = w->count > 0;
    if (have) {
        *out = w->waiting[w->first];
        w->first = (w->first + 1) % WORK_WAITING;
        w->count--;
    }
    pthread_mutex_unlock(&w->lock);
    return have;
}

static void *work(void *to)
{
    struct worker *x = to;
    struct order o;
    while (take(x->of, &o)) {
        if (o.request->once.n > 0)
            idempotency_run(o.request, &x->hands, request_account_key(o.request),
                            clock_now(gate_clock(x->hands.gate)), o.run);
        else
            o.run(o.request, &x->hands);
        o.done(o.request);
    }
    return NULL;
}

static enum err start(struct workers *w, struct worker *x, const char *store, struct gate *gate,
                      struct problem *problem)
{
    x->of = w;
    x->hands.gate = gate;
    enum err e = store_open(store, &x->hands.store, problem);
    if (e == OK && pthread_create(&x->thread, NULL, work, x) != 0)
        e = problem_set(problem, ERR_MEMORY, "HTTP: no thread to work");
    x->runs = e == OK;
    return e;
}

enum err workers_open(const char *store, struct gate *gate, struct workers **out,
                      struct problem *problem)
{
    *out = NULL;
    struct workers *w = calloc(1, sizeof *w);
    if (w == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    enum err e = OK;
    for (size_t i = 0; e == OK && i < WORKERS; i++)
        e = start(w, &w->worker[i], store, gate, problem);
    if (e != OK) {
        workers_close(w);
        return e;
    }
    *out = w;
    return OK;
}

void workers_close(struct workers *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_broadcast(&w->more);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < WORKERS; i++) {
        if (w->worker[i].runs)
            pthread_join(w->worker[i].thread, NULL);
        store_close(w->worker[i].hands.store);
    }
    pthread_cond_destroy(&w->more);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

enum err workers_give(struct workers *w, struct request *r, work_run *run,
                      void (*done)(struct request *))
{
    pthread_mutex_lock(&w->lock);
    bool room = w->count < WORK_WAITING;
    if (room) {
        w->waiting[(w->first + w->count) % WORK_WAITING] = (struct order){r, run, done};
        w->count++;
        pthread_cond_signal(&w->more);
    }
    pthread_mutex_unlock(&w->lock);
    return room ? OK : ERR_FULL;
}

void outcome_json(struct request *r, int status, json_t *json)
{
    json_decref(r->outcome.json);
    r->outcome.status = json != NULL ? status : 0;
    r->outcome.json = json;
}

void outcome_text(struct request *r, int status, const char *type, struct buf *text)
{
    r->outcome.status = text->failed ? 0 : status;
    r->outcome.type = type;
    r->outcome.text = *text;
}

void outcome_problem(struct request *r, int status, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->outcome.detail, sizeof r->outcome.detail, format, args);
    va_end(args);
    r->outcome.status = status;
    r->outcome.code = code;
}

void outcome_header(struct request *r, const char *name, const char *format, ...)
{
    va_list args;
    const size_t i = r->outcome.header[0].name != NULL;
    r->outcome.header[i].name = name;
    va_start(args, format);
    vsnprintf(r->outcome.header[i].value, sizeof r->outcome.header[i].value, format, args);
    va_end(args);
}

void outcome_more(struct request *r, json_t *more)
{
    json_decref(r->outcome.json);
    r->outcome.json = more;
}

void outcome_errors(struct request *r, int status, const char *code,
                    const struct ask_errors *errors)
{
    outcome_problem(r, status, code, "the body is not as it should be; `errors` says where");
    outcome_more(r, json_pack("{s:o}", "errors", ask_errors_json(errors)));
}

void outcome_failed(struct request *r, enum err e, const struct problem *problem)
{
    log_warning("http: %s %s: %s (%s)", r->route->method, r->route->path, problem->text,
                err_name(e));
    outcome_problem(r, 503, "store-unavailable", "this cannot be done at the moment; try again");
}

void work_reach(struct request *r, const struct hands *h, int64_t seq, int ms)
{
    struct problem late;
    if (seq != 0 && gate_reach(h->gate, seq, ms, &late) != OK)
        log_warning("http: %s %s: %s", r->route->method, r->route->path, late.text);
}

struct hands request_hands(const struct request *r)
{
    return (struct hands){.store = request_store(r), .gate = request_gate(r)};
}

struct vault work_vault(const struct hands *h)
{
    return (struct vault){
        .store = h->store, .keys = gate_unwrap(h->gate), .rules = gate_rules(h->gate)};
}

struct intake work_intake(const struct hands *h)
{
    return (struct intake){.vault = work_vault(h), .link = gate_link(h->gate)};
}

struct fact_origin work_origin(const struct request *r, const struct hands *h)
{
    const bool herself = r->subject.role == ROLE_PERSON;
    return (struct fact_origin){.node = str_of(gate_node(h->gate)),
                                .actor = herself ? STR("person") : str_of(r->subject.id),
                                .at = clock_now(gate_clock(h->gate))};
}
