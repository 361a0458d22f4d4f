#include "sip/identity.h"

#include "core/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    DATE_MAX = 64,
    REST_MS = 5000, /* between two readings of the folder */
    RENEW_S = 60,   /* renewed certificates are seen by then */
};

struct job {
    struct passport_request request; /* its texts are in `text` */
    uint8_t url[URL_HASH];
    int64_t since_ms;
    identity_done *done;
    void *to;
    char text[PASSPORT_MAX + DATE_MAX];
};

struct identity {
    struct identity_options options;
    pthread_t verifier, reader;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work, missing;
    bool stopping, missed;
    struct certificates *table; /* NULL: off */
    size_t first, waiting;
    struct job *queue; /* a ring; the verifier works on the first in its place */
    _Atomic uint64_t count[PASSPORT_RESULTS];
};

static int64_t now_ms(void)
{
    return clock_monotonic() / WHEN_MS;
}

static void count(struct identity *i, enum passport_result r)
{
    atomic_fetch_add_explicit(&i->count[r], 1, memory_order_relaxed);
}

void identity_count(struct identity *i, uint64_t out[static PASSPORT_RESULTS])
{
    for (size_t k = 0; k < PASSPORT_RESULTS; k++)
        out[k] = atomic_load_explicit(&i->count[k], memory_order_relaxed);
}

/* -- The verifier --------------------------------------------------------------- */

/* What is cheap comes first; the signature, which costs most, last. */
static enum passport_result verify(const struct identity *i, const struct certificates *table,
                                   const struct job *j, struct passport *p)
{
    if (now_ms() - j->since_ms > i->options.late_ms)
        return PASSPORT_LATE;
    const struct certificate *c = table == NULL ? NULL : certificates_find(table, j->url);
    if (c == NULL)
        return PASSPORT_NO_CERTIFICATE;
    enum passport_result r = passport_read(i->options.plan, &j->request, p);
    if (r != PASSPORT_VERIFIED)
        return r;
    if (!certificate_speaks_for(c, str_of(p->tn), j->request.now))
        return PASSPORT_CERTIFICATE;
    if (!jws_verify(&p->jws, certificate_key(c)))
        return PASSPORT_SIGNATURE;
    return p->full ? PASSPORT_VERIFIED : PASSPORT_PARTIAL;
}

static void *verify_all(void *to)
{
    struct identity *i = to;
    pthread_mutex_lock(&i->lock);
    for (;;) {
        while (i->waiting == 0 && !i->stopping)
            pthread_cond_wait(&i->work, &i->lock);
        if (i->waiting == 0)
            break;
        struct job *j = &i->queue[i->first];
        struct certificates *table = certificates_keep(i->table);
        pthread_mutex_unlock(&i->lock);
        struct passport p = {.caller = 0};
        enum passport_result r = verify(i, table, j, &p);
        certificates_drop(table);
        count(i, r);
        if (r == PASSPORT_VERIFIED)
            j->done(j->to, p.caller, p.caller_class);
        else
            j->done(j->to, 0, NUMBER_MALFORMED);
        pthread_mutex_lock(&i->lock);
        i->first = (i->first + 1) % IDENTITY_QUEUE;
        i->waiting--;
    }
    pthread_mutex_unlock(&i->lock);
    return NULL;
}

/* -- The reader ------------------------------------------------------------------ */

/* Called and returns with the lock held. */
static void read_again(struct identity *i)
{
    struct certificates *before = certificates_keep(i->table), *fresh;
    struct problem problem;
    pthread_mutex_unlock(&i->lock);
    enum err e = certificates_read_again(before, &fresh, &problem);
    if (e != OK)
        log_warning("%s; the certificates read before stay in force", problem.text);
    pthread_mutex_lock(&i->lock);
    /* Unless identity_use has been quicker. */
    if (e == OK && i->table == before) {
        i->table = fresh;
        fresh = before;
    }
    certificates_drop(fresh);
    certificates_drop(before);
}

static void wait_for(struct identity *i, int seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_cond_timedwait(&i->missing, &i->lock, &until);
}

static void *read_on(void *to)
{
    struct identity *i = to;
    int64_t read_ms = now_ms();
    pthread_mutex_lock(&i->lock);
    while (!i->stopping) {
        int64_t age = now_ms() - read_ms;
        if (i->table != NULL && age >= (i->missed ? REST_MS : RENEW_S * 1000)) {
            i->missed = false;
            read_again(i);
            read_ms = now_ms();
        } else {
            wait_for(i, i->missed ? 1 : RENEW_S);
        }
    }
    pthread_mutex_unlock(&i->lock);
    return NULL;
}

/* -- Its use ---------------------------------------------------------------------- */

static void stop(struct identity *i)
{
    pthread_mutex_lock(&i->lock);
    i->stopping = true;
    pthread_cond_broadcast(&i->work);
    pthread_cond_broadcast(&i->missing);
    pthread_mutex_unlock(&i->lock);
}

static void release(struct identity *i)
{
    certificates_drop(i->table);
    free(i->queue);
    pthread_cond_destroy(&i->work);
    pthread_cond_destroy(&i->missing);
    pthread_mutex_destroy(&i->lock);
    free(i);
}

static bool start(struct identity *i)
{
    if (pthread_create(&i->verifier, NULL, verify_all, i) != 0)
        return false;
    if (pthread_create(&i->reader, NULL, read_on, i) == 0)
        return true;
    stop(i);
    pthread_join(i->verifier, NULL);
    return false;
}

enum err identity_new(const struct identity_options *o, struct identity **out,
                      struct problem *problem)
{
    pthread_condattr_t monotonic;
    struct identity *i = calloc(1, sizeof *i);
    *out = NULL;
    if (i == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    i->options = *o;
    i->queue = calloc(IDENTITY_QUEUE, sizeof *i->queue);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&i->lock, NULL);
    pthread_cond_init(&i->work, NULL);
    pthread_cond_init(&i->missing, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (i->queue == NULL || !start(i)) {
        release(i);
        return problem_set(problem, ERR_MEMORY, "sip: out of memory or threads");
    }
    *out = i;
    return OK;
}

void identity_free(struct identity *i)
{
    if (i == NULL)
        return;
    stop(i);
    pthread_join(i->verifier, NULL);
    pthread_join(i->reader, NULL);
    release(i);
}

void identity_use(struct identity *i, struct certificates *table)
{
    pthread_mutex_lock(&i->lock);
    struct certificates *old = i->table;
    i->table = table;
    pthread_mutex_unlock(&i->lock);
    certificates_drop(old);
}

static struct str copy(char **at, struct str s)
{
    struct str own = {.p = *at, .n = s.n};
    if (s.n > 0)
        memcpy(*at, s.p, s.n);
    *at += s.n;
    return own;
}

/* With the lock held. */
static enum passport_result put(struct identity *i, const struct passport_request *r,
                                identity_done *done, void *to)
{
    uint8_t url[URL_HASH];
    certificates_hash(r->url, url);
    if (certificates_find(i->table, url) == NULL) {
        if (!i->missed)
            pthread_cond_signal(&i->missing);
        i->missed = true;
        return PASSPORT_NO_CERTIFICATE;
    }
    if (i->waiting == IDENTITY_QUEUE || i->stopping)
        return PASSPORT_BUSY;
    struct job *j = &i->queue[(i->first + i->waiting) % IDENTITY_QUEUE];
    char *at = j->text;
    j->request = *r;
    j->request.token = copy(&at, r->token);
    j->request.url = copy(&at, r->url);
    j->request.date = copy(&at, r->date);
    memcpy(j->url, url, URL_HASH);
    j->since_ms = now_ms();
    j->done = done;
    j->to = to;
    i->waiting++;
    pthread_cond_signal(&i->work);
    return PASSPORT_VERIFIED;
}

bool identity_ask(struct identity *i, enum passport_result header, const struct passport_request *r,
                  identity_done *done, void *to)
{
    if (header == PASSPORT_VERIFIED &&
        (r->token.n + r->url.n > PASSPORT_MAX || r->date.n > DATE_MAX))
        header = PASSPORT_MALFORMED;
    pthread_mutex_lock(&i->lock);
    bool on = i->table != NULL;
    if (on && header == PASSPORT_VERIFIED)
        header = put(i, r, done, to);
    pthread_mutex_unlock(&i->lock);
    if (on && header != PASSPORT_VERIFIED)
        count(i, header);
    return on && header == PASSPORT_VERIFIED;
}
