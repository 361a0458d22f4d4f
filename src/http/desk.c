#include "http/desk.h"
#include "core/log.h"
#include "registry/session.h"

#include <pthread.h>
#include <stdlib.h>

struct desk {
    struct store *store;
    struct account_key *key;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct desk_task *first, **last; /* under lock, as the rest */
    size_t count;
    bool stop, runs;
};

struct desk_task *desk_task_new(enum desk_kind kind, when at)
{
    struct desk_task *t = calloc(1, sizeof *t);
    if (t != NULL) {
        t->kind = kind;
        t->at = at;
    }
    return t;
}

void desk_task_free(struct desk_task *t)
{
    if (t == NULL)
        return;
    explicit_bzero(t, sizeof *t);
    free(t);
}

static enum err sign_in(struct desk *d, struct desk_task *t, struct problem *problem)
{
    char staff[SUBJECT_ID];
    struct account_attempt attempt = {.login = str_of(t->login),
                                      .password = str_of(t->password),
                                      .code = str_of(t->code),
                                      .at = t->at};
    enum err e = account_check(d->store, d->key, &attempt, staff, problem);
    return e == OK ? session_new(d->store, str_of(staff), t->at, t->session, problem) : e;
}

static enum err work(struct desk *d, struct desk_task *t, struct problem *problem)
{
    switch (t->kind) {
    case DESK_SIGN_IN:
        return sign_in(d, t, problem);
    case DESK_USED:
        return session_use(d->store, str_of(t->session), t->at, problem);
    case DESK_SIGN_OUT:
        return session_end(d->store, str_of(t->session), problem);
    }
    return ERR_INVALID;
}

static struct desk_task *take(struct desk *d)
{
    pthread_mutex_lock(&d->lock);
    while (d->first == NULL && !d->stop)
        pthread_cond_wait(&d->more, &d->lock);
    struct desk_task *t = d->first;
    if (t != NULL) {
        d->first = t->next;
        if (d->first == NULL)
            d->last = &d->first;
        d->count--;
    }
    pthread_mutex_unlock(&d->lock);
    return t;
}

static void *run(void *to)
{
    struct desk *d = to;
    struct desk_task *t;
    while ((t = take(d)) != NULL) {
        struct problem problem = {.text = ""};
        t->result = work(d, t, &problem);
        if (t->result != OK && t->result != ERR_REFUSED)
            log_warning("http: a session could not be written: %s", problem.text);
        if (t->done != NULL)
            t->done(t->to);
        else
            desk_task_free(t);
    }
    return NULL;
}

enum err desk_open(const char *store, const char *keys, struct desk **out, struct problem *problem)
{
    *out = NULL;
    struct desk *d = calloc(1, sizeof *d);
    if (d == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->more, NULL);
    d->last = &d->first;
    enum err e = store_open(store, &d->store, problem);
    if (e == OK)
        e = account_key_open(&disk_real, keys, &d->key, problem);
    if (e == OK && pthread_create(&d->thread, NULL, run, d) != 0)
        e = problem_set(problem, ERR_MEMORY, "HTTP: no thread for sessions");
    d->runs = e == OK;
    if (e != OK) {
        desk_close(d);
        return e;
    }
    *out = d;
    return OK;
}

void desk_close(struct desk *d)
{
    if (d == NULL)
        return;
    if (d->runs) {
        pthread_mutex_lock(&d->lock);
        d->stop = true;
        pthread_cond_signal(&d->more);
        pthread_mutex_unlock(&d->lock);
        pthread_join(d->thread, NULL);
    }
    account_key_close(d->key);
    if (d->store != NULL)
        store_close(d->store);
    pthread_cond_destroy(&d->more);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

enum err desk_give(struct desk *d, struct desk_task *t)
{
    pthread_mutex_lock(&d->lock);
    bool room = d->count < DESK_TASKS;
    if (room) {
        t->next = NULL;
        *d->last = t;
        d->last = &t->next;
        d->count++;
        pthread_cond_signal(&d->more);
    }
    pthread_mutex_unlock(&d->lock);
    return room ? OK : ERR_FULL;
}
