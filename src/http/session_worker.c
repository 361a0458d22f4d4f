#include "http/session_worker.h"
#include "core/log.h"
#include "registry/code.h"
#include "registry/session.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct session_worker {
    const struct link *link;
    struct courier *courier;
    const char *node;
    atomic_uint_least64_t limited;
    struct store *store;
    struct account_key *key;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct session_task *first, **last; /* under lock, as the rest */
    size_t waited, unwaited;            /* tasks with and without `done` */
    bool stop, runs;
};

struct session_task *session_task_new(enum session_task_kind kind, when at)
{
    struct session_task *t = calloc(1, sizeof *t);
    if (t != NULL) {
        t->kind = kind;
        t->at = at;
    }
    return t;
}

void session_task_free(struct session_task *t)
{
    if (t == NULL)
        return;
    explicit_bzero(t, sizeof *t);
    free(t);
}

/* The same whoever has the number, or nobody: who asked has been answered already. */
static enum err send_code(struct session_worker *d, const struct session_task *t,
                          struct problem *problem)
{
    static const char zh[] = "验证码 %s，5 分钟内有效，仅用于登录或确认。请勿告诉任何人；如非本人"
                             "操作，请忽略。",
                      en[] = "Your code is %s, good for 5 minutes, to sign in or to confirm. Give "
                             "it to nobody; if you did not ask for it, ignore it.";
    uint8_t link[LINK_BYTES];
    char code[CODE_TEXT], text[COURIER_TEXT];
    link_of(d->link, t->number, link);
    enum err e = code_make(d->store, d->key, link, t->at, code, problem);
    if (e == ERR_REFUSED)
        d->limited++;
    if (e != OK)
        return e;
    snprintf(text, sizeof text, t->english ? en : zh, code);
    courier_send(d->courier, t->number, text, t->at + CODE_LIFE);
    explicit_bzero(text, sizeof text);
    explicit_bzero(code, sizeof code);
    return OK;
}

static enum err use_code(struct session_worker *d, const struct session_task *t,
                         uint8_t link[static LINK_BYTES], struct problem *problem)
{
    link_of(d->link, t->number, link);
    return code_check(d->store, d->key, link, str_of(t->code), t->at, problem);
}

static enum err person_signs_in(struct session_worker *d, struct session_task *t,
                                struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    const struct session_person she = {.link = link, .number = t->number};
    enum err e = use_code(d, t, link, problem);
    return e == OK ? session_new_person(d->store, d->key, &she, t->at, t->session, problem) : e;
}

static enum err confirm(struct session_worker *d, const struct session_task *t,
                        struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    enum err e = t->number != 0 ? use_code(d, t, link, problem)
                                : account_confirm(d->store, d->key, str_of(t->staff),
                                                  str_of(t->code), t->at, problem);
    return e == OK ? session_confirm(d->store, str_of(t->session), t->at, problem) : e;
}

static enum err sign_in(struct session_worker *d, struct session_task *t, struct problem *problem)
{
    char staff[SUBJECT_ID];
    struct account_attempt attempt = {.login = str_of(t->login),
                                      .password = str_of(t->password),
                                      .code = str_of(t->code),
                                      .at = t->at};
    enum err e = account_check(d->store, d->key, &attempt, staff, problem);
    return e == OK ? session_new(d->store, str_of(staff), t->at, t->session, problem) : e;
}

static enum err change_password(struct session_worker *d, struct session_task *t,
                                struct problem *problem)
{
    const struct account_change change = {.staff = str_of(t->staff),
                                          .old = str_of(t->password),
                                          .password = str_of(t->fresh),
                                          .code = str_of(t->code),
                                          .session = str_of(t->session),
                                          .at = t->at,
                                          .node = str_of(d->node)};
    enum err e = account_change(d->store, d->key, &change, problem);
    if (e == ERR_INVALID)
        snprintf(t->detail, sizeof t->detail, "%.199s", problem->text);
    return e;
}

static enum err work(struct session_worker *d, struct session_task *t, struct problem *problem)
{
    switch (t->kind) {
    case SESSION_SIGN_IN:
        return t->number != 0 ? person_signs_in(d, t, problem) : sign_in(d, t, problem);
    case SESSION_CODE:
        return send_code(d, t, problem);
    case SESSION_CONFIRM:
        return confirm(d, t, problem);
    case SESSION_PASSWORD:
        return change_password(d, t, problem);
    case SESSION_USED:
        return session_use(d->store, str_of(t->session), t->at, problem);
    case SESSION_SIGN_OUT:
        return session_end(d->store, str_of(t->session), problem);
    }
    return ERR_INVALID;
}

static struct session_task *take(struct session_worker *d)
{
    pthread_mutex_lock(&d->lock);
    while (d->first == NULL && !d->stop)
        pthread_cond_wait(&d->more, &d->lock);
    struct session_task *t = d->first;
    if (t != NULL) {
        d->first = t->next;
        if (d->first == NULL)
            d->last = &d->first;
        --*(t->done != NULL ? &d->waited : &d->unwaited);
    }
    pthread_mutex_unlock(&d->lock);
    return t;
}

static void *run(void *to)
{
    struct session_worker *d = to;
    struct session_task *t;
    while ((t = take(d)) != NULL) {
        struct problem problem = {.text = ""};
        t->result = work(d, t, &problem);
        if (t->result != OK && t->result != ERR_REFUSED && t->result != ERR_INVALID)
            log_warning("http: a session could not be written: %s", problem.text);
        if (t->done != NULL)
            t->done(t->to);
        else
            session_task_free(t);
    }
    return NULL;
}

enum err session_worker_open(const struct session_worker_options *o, struct session_worker **out,
                             struct problem *problem)
{
    *out = NULL;
    struct session_worker *d = calloc(1, sizeof *d);
    if (d == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->more, NULL);
    d->last = &d->first;
    d->link = o->link;
    d->courier = o->courier;
    d->node = o->node;
    enum err e = store_open(o->store, &d->store, problem);
    if (e == OK)
        e = account_key_open(&disk_real, o->keys, &d->key, problem);
    if (e == OK && pthread_create(&d->thread, NULL, run, d) != 0)
        e = problem_set(problem, ERR_MEMORY, "HTTP: no thread for sessions");
    d->runs = e == OK;
    if (e != OK) {
        session_worker_close(d);
        return e;
    }
    *out = d;
    return OK;
}

uint64_t session_worker_limited(const struct session_worker *d)
{
    return d->limited;
}

const struct account_key *session_worker_key(const struct session_worker *d)
{
    return d->key;
}

void session_worker_close(struct session_worker *d)
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

enum err session_worker_give(struct session_worker *d, struct session_task *t)
{
    pthread_mutex_lock(&d->lock);
    size_t *count = t->done != NULL ? &d->waited : &d->unwaited;
    bool room = *count < (t->done != NULL ? SESSION_TASKS : SESSION_UNWAITED);
    if (room) {
        t->next = NULL;
        *d->last = t;
        d->last = &t->next;
        ++*count;
        pthread_cond_signal(&d->more);
    }
    pthread_mutex_unlock(&d->lock);
    return room ? OK : ERR_FULL;
}
