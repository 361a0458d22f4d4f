/*
 * Requests that are answered later: they wait for the gate, a worker, a session or the
 * time without holding their loop, which all of them come back to.
 */
#include "core/log.h"
#include "http/look.h"
#include "http/server_inner.h"
#include "http/session_worker.h"
#include "http/stream.h"
#include "http/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Any thread: hand the request back to its loop. */
static void hand_back(struct request *r)
{
    struct loop *l = r->loop;
    uint64_t one = 1;
    pthread_mutex_lock(&l->lock);
    const bool woken = l->finished != NULL;
    r->next = l->finished;
    l->finished = r;
    /* Under the lock: once the request is taken the loop may be gone. The counter cannot
     * overflow, so the write cannot fail. */
    if (!woken && write(l->wake, &one, sizeof one) != sizeof one)
        log_error("http: cannot wake its thread");
    pthread_mutex_unlock(&l->lock);
}

static void on_answer(void *to, const struct answer *answer)
{
    struct request *r = to;
    r->answer = *answer;
    hand_back(r);
}

static void on_look(void *to, const struct look_result *result)
{
    struct request *r = to;
    *r->look = *result;
    hand_back(r);
}

void request_look(struct request *r, const struct look_question *question,
                  void (*then)(struct request *))
{
    if (r->look == NULL)
        r->look = malloc(sizeof *r->look); /* on_look fills it */
    if (r->look == NULL) {
        respond_problem(r, 503, "busy", "out of memory; try again", NULL);
        return;
    }
    r->then = then;
    r->loop->pending++;
    gate_look_ask(request_gate(r), question, on_look, r);
}

static void answer_outcome(struct request *r)
{
    struct outcome *o = &r->outcome;
    char seconds[16];
    if (o->etag[0] != '\0')
        respond_header(r, "ETag", o->etag);
    if (o->retry_after_s > 0) {
        snprintf(seconds, sizeof seconds, "%d", o->retry_after_s);
        respond_header(r, "Retry-After", seconds);
    }
    if (o->status != 0 && o->code != NULL) {
        json_t *more = o->json;
        o->json = NULL;
        if (more != NULL)
            respond_problem_with(r, o->status, o->code, o->detail, more);
        else
            respond_problem(r, o->status, o->code, o->detail, NULL);
        return;
    }
    for (size_t i = 0; i < 2 && o->code == NULL && o->header[i].name != NULL; i++)
        respond_header(r, o->header[i].name, o->header[i].value);
    if (o->status != 0 && o->type != NULL) {
        respond(r, o->status, o->type, o->text.p, o->text.n);
        return;
    }
    json_t *json = o->json;
    o->json = NULL;
    respond_json(r, o->status, json);
}

void request_work(struct request *r, work_run *run)
{
    request_work_then(r, run, answer_outcome);
}

void request_work_then(struct request *r, work_run *run, void (*then)(struct request *))
{
    r->then = then;
    r->loop->pending++;
    if (workers_give(r->loop->server->workers, r, run, hand_back) == OK)
        return;
    r->loop->pending--;
    respond_header(r, "Retry-After", "5");
    respond_problem(r, 503, "busy", "too many requests wait for the store; try again", NULL);
}

static void on_task(void *to)
{
    hand_back(to);
}

void request_ask(struct request *r, const struct question *question, void (*then)(struct request *))
{
    r->then = then;
    r->loop->pending++;
    gate_ask(request_gate(r), question, on_answer, r);
}

bool request_session(struct request *r, struct session_task *task, void (*then)(struct request *))
{
    task->done = on_task;
    task->to = r;
    r->then = then;
    r->task = task;
    if (session_worker_give(request_sessions(r), task) == OK) {
        r->loop->pending++;
        return true;
    }
    r->task = NULL;
    return false;
}

void request_used(struct request *r)
{
    struct session_task *t = session_task_new(SESSION_USED, request_now(r));
    if (t == NULL || !str_copy(str_of(r->session), t->session, sizeof t->session) ||
        session_worker_give(request_sessions(r), t) != OK)
        session_task_free(t); /* its next use will be noted */
}

static void end_if_idle(struct loop *l)
{
    if (l->server->stopping && l->pending == 0)
        event_base_loopexit(l->base, &(struct timeval){.tv_usec = 100000});
}

static void on_later(evutil_socket_t none, short what, void *to)
{
    struct request *r = to;
    struct loop *l = r->loop;
    (void)none;
    (void)what;
    l->pending--;
    r->then(r);
    end_if_idle(l);
}

void request_later(struct request *r, int ms, void (*then)(struct request *))
{
    int64_t left = r->begun_ms + ms - clock_monotonic() / WHEN_MS;
    struct timeval wait = {.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};
    r->then = then;
    if (left > 0 && event_base_once(r->loop->base, -1, EV_TIMEOUT, on_later, r, &wait) == 0)
        r->loop->pending++;
    else
        then(r);
}

void loop_on_wake(evutil_socket_t fd, short what, void *to)
{
    struct loop *l = to;
    uint64_t n;
    if (read(l->wake, &n, sizeof n) != sizeof n)
        return;
    pthread_mutex_lock(&l->lock);
    struct request *r = l->finished;
    l->finished = NULL;
    pthread_mutex_unlock(&l->lock);
    while (r != NULL) {
        struct request *next = r->next;
        l->pending--;
        r->then(r);
        r = next;
    }
    if (l->server->stopping)
        streams_end(l->streams);
    else
        streams_wake(l->streams);
    end_if_idle(l);
}
