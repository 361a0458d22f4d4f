#include "http/idempotency.h"
#include "core/log.h"
#include "http/route.h"

#include <sodium.h>
#include <stdlib.h>

enum {
    QUESTION = 1024, /* subject, key, method and path together, beside the body */
    UNDER_WAY = 30,  /* seconds in which an answer may still come */
    KEPT_HOURS = 24,
};

struct attempt {
    struct request *request;
    const struct hands *hands;
    const struct account_key *key;
    when now;
    uint8_t id[ACCOUNT_HASH], question[ACCOUNT_HASH];
    bool noted, taken; /* the row was written; another request had it */
};

/* A row as it was found. */
struct kept {
    bool found, same;
    when created;
    struct buf sealed;
    const struct attempt *attempt;
};

bool idempotency_key(struct str header, struct str *key)
{
    *key = str_trim(header);
    if (key->n >= 2 && key->p[0] == '"' && key->p[key->n - 1] == '"')
        *key = (struct str){key->p + 1, key->n - 2};
    for (size_t i = 0; i < key->n; i++)
        if (key->p[i] <= ' ' || key->p[i] > '~' || key->p[i] == '"' || key->p[i] == '\\')
            return false;
    return key->n >= IDEMPOTENCY_KEY_MIN && key->n <= IDEMPOTENCY_KEY_MAX;
}

/* Each part with its length before it, so that none can be taken for its neighbour's end. */
static bool hash_parts(const struct account_key *key, const struct str *parts, size_t count,
                       uint8_t out[static ACCOUNT_HASH])
{
    size_t all = 0;
    struct buf b;
    for (size_t i = 0; i < count; i++)
        all += parts[i].n + sizeof(uint64_t);
    buf_init(&b, all);
    for (size_t i = 0; i < count; i++) {
        buf_u64le(&b, parts[i].n);
        buf_str(&b, parts[i]);
    }
    const bool good = !b.failed;
    if (good) {
        account_hash(key, buf_view(&b), out);
        sodium_memzero(b.p, b.n);
    }
    buf_fini(&b);
    return good;
}

static bool name(struct attempt *a)
{
    const struct request *r = a->request;
    const struct str id[] = {STR("idempotency"), str_of(r->subject.id), r->once};
    const struct str question[] = {str_of(r->route->method), r->path, r->purpose, r->body};
    return hash_parts(a->key, id, sizeof id / sizeof *id, a->id) &&
           hash_parts(a->key, question, sizeof question / sizeof *question, a->question);
}

/* -- What was answered --------------------------------------------------------------- */

static bool read_kept(void *to, const struct value *c, size_t count)
{
    struct kept *k = to;
    (void)count;
    k->found = true;
    k->same = str_eq(c[0].s, str_bytes(k->attempt->question, ACCOUNT_HASH));
    if (c[1].type == VALUE_BYTES)
        buf_str(&k->sealed, c[1].s);
    k->created = c[2].i;
    return false;
}

static enum err find(const struct attempt *a, struct kept *k, struct problem *problem)
{
    const struct value v[] = {value_bytes(a->id, sizeof a->id),
                              value_int(a->now - KEPT_HOURS * WHEN_HOUR)};
    *k = (struct kept){.attempt = a};
    buf_init(&k->sealed, IDEMPOTENCY_ANSWER + QUESTION);
    enum err e = store_run(a->hands->store,
                           "SELECT question, answer, created FROM idempotency WHERE \"key\" = $1 "
                           "AND created > $2",
                           v, 2, read_kept, k, problem);
    return e == OK && k->sealed.failed ? ERR_MEMORY : e;
}

/* Status, entity tag, and the JSON. */
static bool unseal_answer(const struct attempt *a, const struct kept *k)
{
    struct outcome *o = &a->request->outcome;
    const size_t n = k->sealed.n > ACCOUNT_SEALED ? k->sealed.n - ACCOUNT_SEALED : 0;
    uint8_t *plain = malloc(n + 1);
    json_error_t error;
    bool good =
        plain != NULL && n > 0 &&
        account_unseal(a->key, str_bytes(a->id, sizeof a->id), buf_view(&k->sealed), plain, n);
    if (good) {
        struct cursor c = cursor_of(plain, n);
        const int status = cursor_u16le(&c);
        good = cursor_word_copy(&c, o->etag, sizeof o->etag);
        struct str text = cursor_take(&c, c.n);
        json_t *json = good ? json_loadb(text.p, text.n, 0, &error) : NULL;
        good = json != NULL;
        if (good)
            outcome_json(a->request, status, json);
        sodium_memzero(plain, n);
    }
    free(plain);
    return good;
}

static void answer_again(const struct attempt *a, const struct kept *k)
{
    struct request *r = a->request;
    json_decref(r->outcome.json);
    r->outcome = (struct outcome){.status = 0};
    if (!k->same) {
        outcome_problem(r, 422, "idempotency-key-reused",
                        "this Idempotency-Key was sent with another request; a new request has a "
                        "new key");
    } else if (k->sealed.n == 0 && a->now - k->created < UNDER_WAY * WHEN_SECOND) {
        outcome_problem(r, 409, "request-in-progress",
                        "the same request is under way; send it again for its answer");
        r->outcome.retry_after_s = 1;
    } else if (!unseal_answer(a, k)) {
        outcome_problem(r, 409, "answer-lost",
                        "the request was carried out, but its answer was not kept; look at what "
                        "it changed");
    }
}

/* -- Noting an effect ---------------------------------------------------------------- */

/* In the transaction of the effect, just before it commits. */
static enum err note(void *to, struct store *store, struct problem *problem)
{
    struct attempt *a = to;
    const struct value old = value_int(a->now - KEPT_HOURS * WHEN_HOUR);
    const struct value row[] = {value_bytes(a->id, sizeof a->id),
                                value_bytes(a->question, sizeof a->question), value_int(a->now)};
    bool written = false;
    if (a->noted)
        return OK;
    enum err e = store_run(store, "DELETE FROM idempotency WHERE created <= $1", &old, 1, NULL,
                           NULL, problem);
    if (e == OK)
        e = store_any(store,
                      "INSERT INTO idempotency (\"key\", question, created) VALUES ($1, $2, $3) "
                      "ON CONFLICT DO NOTHING RETURNING created",
                      row, 3, &written, problem);
    if (e != OK)
        return e;
    a->noted = written;
    a->taken = !written;
    return written ? OK
                   : problem_set(problem, ERR_CONFLICT,
                                 "the same request was carried out "
                                 "meanwhile");
}

/* Unless somebody was erased meanwhile (person/leave.h). */
static void keep(const struct attempt *a, const char *text)
{
    const struct outcome *o = &a->request->outcome;
    struct problem problem = {.text = ""};
    struct buf plain, sealed;
    buf_init(&plain, IDEMPOTENCY_ANSWER + QUESTION - ACCOUNT_SEALED);
    buf_init(&sealed, IDEMPOTENCY_ANSWER + QUESTION);
    buf_u16le(&plain, (uint16_t)o->status);
    buf_word(&plain, o->etag);
    buf_str(&plain, str_of(text));
    uint8_t *out = plain.failed ? NULL : buf_reserve(&sealed, plain.n + ACCOUNT_SEALED);
    if (out != NULL) {
        account_seal(a->key, str_bytes(a->id, sizeof a->id), buf_view(&plain), out);
        const struct value v[] = {value_bytes(a->id, sizeof a->id), value_bytes(out, sealed.n)};
        if (store_run(a->hands->store,
                      "UPDATE idempotency SET answer = $2 WHERE \"key\" = $1 AND answer IS NULL", v,
                      2, NULL, NULL, &problem) != OK)
            log_warning("http: an answer could not be kept: %s", problem.text);
        sodium_memzero(plain.p, plain.n);
    }
    buf_fini(&plain);
    buf_fini(&sealed);
}

/* A success is kept; of another end of a request with an effect only that it had one. */
static void keep_success(const struct attempt *a)
{
    const struct outcome *o = &a->request->outcome;
    if (o->status < 200 || o->status > 299 || o->json == NULL)
        return;
    char *text = json_dumps(o->json, JSON_COMPACT);
    if (text == NULL)
        return;
    if (strlen(text) <= IDEMPOTENCY_ANSWER)
        keep(a, text);
    sodium_memzero(text, strlen(text));
    free(text);
}

static void forget(const struct attempt *a)
{
    struct problem problem = {.text = ""};
    const struct value id = value_bytes(a->id, sizeof a->id);
    if (store_run(a->hands->store, "DELETE FROM idempotency WHERE \"key\" = $1", &id, 1, NULL, NULL,
                  &problem) != OK)
        log_warning("http: an Idempotency-Key could not be given back: %s", problem.text);
}

static void run_noted(struct attempt *a, work_run *run)
{
    struct store *store = a->hands->store;
    struct problem problem = {.text = ""};
    struct kept k;
    store_before_commit(store, note, a);
    run(a->request, a->hands);
    store_before_commit(store, NULL, NULL);
    if (a->noted && a->request->outcome.undone) {
        forget(a);
        return;
    }
    if (a->noted) {
        keep_success(a);
        return;
    }
    /* Without an effect: perhaps because the same request had it first. */
    if (find(a, &k, &problem) == OK && k.found)
        answer_again(a, &k);
    buf_fini(&k.sealed);
}

enum err idempotency_take(const struct request *r, const struct hands *hands,
                          struct problem *problem)
{
    if (r->once.n == 0)
        return OK;
    /* Of nothing but the key, which each commit brings (note). */
    return store_end(hands->store, store_begin(hands->store, problem), problem);
}

void idempotency_run(struct request *r, const struct hands *hands, const struct account_key *key,
                     when now, work_run *run)
{
    struct attempt a = {.request = r, .hands = hands, .key = key, .now = now};
    struct problem problem = {.text = ""};
    struct kept k = {.found = false};
    if (!name(&a)) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    enum err e = find(&a, &k, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (k.found)
        answer_again(&a, &k);
    buf_fini(&k.sealed);
    if (e == OK && !k.found)
        run_noted(&a, run);
}
