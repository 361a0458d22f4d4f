#include "http/courier.h"
#include "core/buf.h"
#include "core/disk.h"
#include "core/log.h"
#include "http/command.h"
#include "http/post.h"
#include "http/webhook_sign.h"
#include "registry/fresh_id.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TOLD = 4096, SECRET_FILE = 256, TIMEOUT_S = 10, ANSWER_MAX = 65536 };

struct message {
    number to;
    when at, until;
    char text[COURIER_TEXT];
};

/* What was sent to whom, as a keyed hash of both, and when. */
struct told {
    uint64_t what;
    when at;
};

struct courier {
    struct courier_options options;
    uint8_t secret[WEBHOOK_SECRET_MAX];
    size_t secret_n;
    pthread_t thread[COURIERS];
    size_t threads;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct message waiting[COURIER_WAITING]; /* a ring, under lock, as the rest */
    size_t first, count;
    struct message *outbox; /* COURIER_OUTBOX of them, or NULL */
    uint64_t kept;          /* ever in the outbox */
    uint8_t told_key[crypto_shorthash_KEYBYTES];
    struct told told[TOLD]; /* each at `what` % TOLD, until another comes there */
    struct courier_stats stats;
    bool stop;
};

static bool has_hook(const struct config *c)
{
    return c->codes.command_count > 0 || c->codes.webhook != NULL;
}

/* -- The webhook's secret ------------------------------------------------------------ */

static enum err load_secret(const char *path, uint8_t out[static WEBHOOK_SECRET_MAX], size_t *n,
                            struct problem *problem)
{
    void *bytes;
    size_t size;
    enum err e = disk_load(&disk_real, path, SECRET_FILE, &bytes, &size);
    if (e != OK)
        return problem_set(problem, ERR_INVALID, "codes.webhook_secret: %s cannot be read (%s)",
                           path, err_name(e));
    bool good = webhook_secret_read(str_bytes(bytes, size), out, n);
    sodium_memzero(bytes, size);
    free(bytes);
    return good ? OK
                : problem_set(problem, ERR_INVALID,
                              "codes.webhook_secret: %s holds no secret; it is whsec_ and 24 to 64 "
                              "random bytes in base64",
                              path);
}

static enum err check_command(const char *path, struct problem *problem)
{
    return access(path, X_OK) == 0 ? OK
                                   : problem_set(problem, ERR_INVALID,
                                                 "codes.command: %s cannot be run; give its whole "
                                                 "path and make it executable",
                                                 path);
}

static enum err check_hook(const struct config *c, uint8_t secret[static WEBHOOK_SECRET_MAX],
                           size_t *n, struct problem *problem)
{
    *n = 0;
    if (c->codes.command_count > 0)
        return check_command(c->codes.command[0], problem);
    return c->codes.webhook != NULL ? load_secret(c->codes.webhook_secret, secret, n, problem) : OK;
}

enum err courier_check(const struct config *c, bool *reaches, struct problem *problem)
{
    uint8_t secret[WEBHOOK_SECRET_MAX];
    size_t n;
    enum err e = check_hook(c, secret, &n, problem);
    sodium_memzero(secret, sizeof secret);
    *reaches = e == OK && has_hook(c);
    return e;
}

/* -- Bringing ------------------------------------------------------------------------ */

static enum err by_command(const struct config *c, struct str body, struct problem *problem)
{
    const char *argv[CODES_COMMAND + 1] = {NULL};
    for (size_t i = 0; i < c->codes.command_count && i < CODES_COMMAND; i++)
        argv[i] = c->codes.command[i];
    return command_run(argv, body, TIMEOUT_S, problem);
}

static enum err by_webhook(const struct courier *k, struct str body, struct problem *problem)
{
    char id[FRESH_ID], timestamp[24], signature[WEBHOOK_SIGNATURE];
    struct posted posted;
    fresh_id("msg", id);
    snprintf(timestamp, sizeof timestamp, "%lld",
             (long long)(clock_now(k->options.clock) / WHEN_SECOND));
    webhook_sign(str_bytes(k->secret, k->secret_n), id, timestamp, body, signature);
    const struct post post = {.url = k->options.config->codes.webhook,
                              .path = "",
                              .type = "application/json",
                              .header = {{"webhook-id", id},
                                         {"webhook-timestamp", timestamp},
                                         {"webhook-signature", signature}},
                              .body = body,
                              .timeout_s = TIMEOUT_S,
                              .limit = ANSWER_MAX};
    enum err e = http_post(&post, &posted, problem);
    buf_fini(&posted.body);
    if (e == OK && (posted.status < 200 || posted.status > 299))
        e = problem_set(problem, ERR_IO, "codes.webhook answered %d", posted.status);
    return e;
}

static void keep(struct courier *k, const struct message *m)
{
    pthread_mutex_lock(&k->lock);
    k->outbox[k->kept++ % COURIER_OUTBOX] = *m;
    pthread_mutex_unlock(&k->lock);
}

static enum err bring(struct courier *k, const struct message *m, struct problem *problem)
{
    char to[NUMBER_TEXT];
    if (k->outbox != NULL) {
        keep(k, m);
        return OK;
    }
    number_format(k->options.plan, m->to, to);
    json_t *body = json_pack("{s:s, s:s}", "number", to, "text", m->text);
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    if (text == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    size_t n = strlen(text);
    enum err e = k->options.config->codes.command_count > 0
                     ? by_command(k->options.config, str_bytes(text, n), problem)
                     : by_webhook(k, str_bytes(text, n), problem);
    explicit_bzero(text, n);
    free(text);
    return e;
}

static bool take(struct courier *k, struct message *out)
{
    pthread_mutex_lock(&k->lock);
    while (k->count == 0 && !k->stop)
        pthread_cond_wait(&k->more, &k->lock);
    bool have = !k->stop;
    if (have) {
        struct message *m = &k->waiting[k->first];
        *out = *m;
        explicit_bzero(m, sizeof *m);
        k->first = (k->first + 1) % COURIER_WAITING;
        k->count--;
    }
    pthread_mutex_unlock(&k->lock);
    return have;
}

static void count(struct courier *k, uint64_t *what)
{
    pthread_mutex_lock(&k->lock);
    ++*what;
    pthread_mutex_unlock(&k->lock);
}

static void *work(void *to)
{
    struct courier *k = to;
    struct message m;
    while (take(k, &m)) {
        struct problem problem = {.text = ""};
        if (clock_now(k->options.clock) >= m.until) {
            count(k, &k->stats.dropped);
        } else if (bring(k, &m, &problem) == OK) {
            count(k, &k->stats.sent);
        } else {
            count(k, &k->stats.failed);
            log_warning("codes: a text was not brought: %s", problem.text);
        }
        explicit_bzero(&m, sizeof m);
    }
    return NULL;
}

enum err courier_open(const struct courier_options *o, struct courier **out,
                      struct problem *problem)
{
    *out = NULL;
    struct courier *k = calloc(1, sizeof *k);
    if (k == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    k->options = *o;
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->more, NULL);
    enum err e = sodium_init() >= 0 ? OK : problem_set(problem, ERR_IO, "libsodium does not start");
    if (e == OK) {
        randombytes_buf(k->told_key, sizeof k->told_key);
        e = check_hook(o->config, k->secret, &k->secret_n, problem);
    }
    bool outbox = o->outbox && !has_hook(o->config);
    if (e == OK && outbox && (k->outbox = calloc(COURIER_OUTBOX, sizeof *k->outbox)) == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    /* One thread keeps the outbox in order. */
    size_t wanted = outbox ? 1 : has_hook(o->config) ? COURIERS : 0;
    for (; e == OK && k->threads < wanted; k->threads++)
        if (pthread_create(&k->thread[k->threads], NULL, work, k) != 0) {
            e = problem_set(problem, ERR_MEMORY, "no thread to bring codes");
            break;
        }
    if (e != OK) {
        courier_close(k);
        return e;
    }
    *out = k;
    return OK;
}

void courier_close(struct courier *k)
{
    if (k == NULL)
        return;
    pthread_mutex_lock(&k->lock);
    k->stop = true;
    pthread_cond_broadcast(&k->more);
    pthread_mutex_unlock(&k->lock);
    for (size_t i = 0; i < k->threads; i++)
        pthread_join(k->thread[i], NULL);
    pthread_cond_destroy(&k->more);
    pthread_mutex_destroy(&k->lock);
    if (k->outbox != NULL)
        explicit_bzero(k->outbox, COURIER_OUTBOX * sizeof *k->outbox);
    free(k->outbox);
    explicit_bzero(k, sizeof *k);
    free(k);
}

bool courier_reaches(const struct courier *k)
{
    return k->threads > 0;
}

/* Has he been told just this within the hour? Notes it, if not. */
static bool tells_again(struct courier *k, number to, const char *text, when now)
{
    uint8_t bytes[8 + COURIER_TEXT], hash[crypto_shorthash_BYTES];
    struct buf b;
    buf_fixed(&b, bytes, sizeof bytes);
    buf_u64le(&b, to);
    buf_str(&b, str_of(text));
    crypto_shorthash(hash, b.p, b.n, k->told_key);
    explicit_bzero(bytes, sizeof bytes);
    struct cursor c = cursor_of(hash, sizeof hash);
    const uint64_t what = cursor_u64le(&c);
    struct told *t = &k->told[what % TOLD];
    if (t->what == what && now >= t->at && now - t->at < WHEN_HOUR)
        return true;
    *t = (struct told){what, now};
    return false;
}

void courier_send(struct courier *k, number to, const char *text, when until)
{
    const when now = clock_now(k->options.clock);
    pthread_mutex_lock(&k->lock);
    struct message *m = &k->waiting[(k->first + k->count) % COURIER_WAITING];
    bool room = k->threads > 0 && k->count < COURIER_WAITING &&
                str_copy(str_of(text), m->text, sizeof m->text);
    if (room && tells_again(k, to, text, now)) {
        explicit_bzero(m->text, sizeof m->text);
    } else if (room) {
        m->to = to;
        m->at = now;
        m->until = until;
        k->count++;
        pthread_cond_signal(&k->more);
    } else {
        k->stats.dropped++;
    }
    pthread_mutex_unlock(&k->lock);
}

json_t *courier_outbox(struct courier *k)
{
    if (k->outbox == NULL)
        return NULL;
    json_t *list = json_array();
    pthread_mutex_lock(&k->lock);
    for (uint64_t i = 0; list != NULL && i < COURIER_OUTBOX && i < k->kept; i++) {
        const struct message *m = &k->outbox[(k->kept - 1 - i) % COURIER_OUTBOX];
        char to[NUMBER_TEXT], at[WHEN_TEXT];
        number_format(k->options.plan, m->to, to);
        when_format(m->at, k->options.plan->utc_offset_minutes, at);
        if (json_array_append_new(
                list, json_pack("{s:s, s:s, s:s}", "at", at, "number", to, "text", m->text)) != 0)
            break;
    }
    pthread_mutex_unlock(&k->lock);
    return json_pack("{s:o}", "messages", list);
}

void courier_stats(struct courier *k, struct courier_stats *out)
{
    pthread_mutex_lock(&k->lock);
    *out = k->stats;
    pthread_mutex_unlock(&k->lock);
}
