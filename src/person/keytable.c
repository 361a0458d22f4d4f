#include "person/keytable.h"

#include "store/store.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_LIVE = 1, STATE_ERASED = 2, BATCH = 1000 };

static const char NEW_MASTER[] = "the keys were wrapped by a new master key meanwhile; give this "
                                 "node the same one and start again";

struct keytable {
    struct keystore store; /* first: keystore.h */
    pthread_mutex_t lock;  /* of what follows */
    struct store *sql;
    uint64_t master;
};

static struct keytable *of(struct keystore *k)
{
    return (struct keytable *)(void *)k;
}

static const char *const make[] = {
    "CREATE SCHEMA IF NOT EXISTS menshen_keys",
    "CREATE TABLE IF NOT EXISTS menshen_keys.head (\"one\" BIGINT NOT NULL PRIMARY KEY, "
    "\"salt\" BYTEA NOT NULL, \"master\" BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS menshen_keys.slots (\"name\" BYTEA NOT NULL PRIMARY KEY, "
    "\"class\" BIGINT NOT NULL, \"state\" BIGINT NOT NULL, \"wrapped\" BYTEA NOT NULL, "
    "\"at\" BIGINT NOT NULL)",
};

static bool read_head(void *to, const struct value *v, size_t count)
{
    struct keytable *t = to;
    (void)count;
    if (v[0].s.n == KEY_SALT)
        memcpy(t->store.salt, v[0].s.p, KEY_SALT);
    if (v[1].type == VALUE_INT)
        t->master = (uint64_t)v[1].i;
    return false;
}

/* Salt and master key; whose it is stays open as long as there are no keys. */
static enum err load_head(struct keytable *t, struct problem *problem)
{
    return store_run(t->sql,
                     "SELECT \"salt\", CASE WHEN EXISTS (SELECT 1 FROM menshen_keys.slots) THEN "
                     "\"master\" END FROM menshen_keys.head",
                     NULL, 0, read_head, t, problem);
}

/* The first keys decide it. Part of the transaction that adds them. */
static enum err claim_head(struct keytable *t, struct problem *problem)
{
    bool ours;
    const struct value id = value_int((int64_t)t->master);
    enum err e = store_any(t->sql, "SELECT 1 FROM menshen_keys.head WHERE \"master\" = $1", &id, 1,
                           &ours, problem);
    if (e != OK || ours)
        return e;
    e = store_run(t->sql, "LOCK TABLE menshen_keys.slots IN EXCLUSIVE MODE", NULL, 0, NULL, NULL,
                  problem);
    return e == OK ? store_run(t->sql,
                               "UPDATE menshen_keys.head SET \"master\" = $1 WHERE NOT EXISTS "
                               "(SELECT 1 FROM menshen_keys.slots)",
                               &id, 1, NULL, NULL, problem)
                   : e;
}

static enum err find_table(struct store *sql, bool *there, struct problem *problem)
{
    return store_any(sql,
                     "SELECT 1 FROM information_schema.tables WHERE table_schema = 'menshen_keys' "
                     "AND table_name = 'slots'",
                     NULL, 0, there, problem);
}

enum err keytable_exists(const char *url, bool *there, struct problem *problem)
{
    struct store *sql;
    enum err e = store_open(url, &sql, problem);
    if (e != OK)
        return e;
    e = find_table(sql, there, problem);
    if (e == OK && *there)
        e = store_any(sql, "SELECT 1 FROM menshen_keys.slots LIMIT 1", NULL, 0, there, problem);
    store_close(sql);
    return e;
}

/* Of nodes that begin at the same time one makes it: under a lock that ends with the transaction.
 */
static enum err set_up(struct keytable *t, uint64_t master, struct problem *problem)
{
    uint8_t salt[KEY_SALT];
    bool locked, there;
    randombytes_buf(salt, sizeof salt);
    const struct value row[] = {value_bytes(salt, sizeof salt), value_int((int64_t)master)};
    enum err e = find_table(t->sql, &there, problem);
    if (e != OK || there)
        return e;
    e = store_begin(t->sql, problem);
    if (e == OK)
        e = store_any(t->sql, "SELECT pg_advisory_xact_lock(7305804402566981)", NULL, 0, &locked,
                      problem);
    for (size_t i = 0; e == OK && i < sizeof make / sizeof *make; i++)
        e = store_run(t->sql, make[i], NULL, 0, NULL, NULL, problem);
    if (e == OK)
        e = store_run(t->sql,
                      "INSERT INTO menshen_keys.head (\"one\", \"salt\", \"master\") "
                      "VALUES (1, $1, $2) ON CONFLICT DO NOTHING",
                      row, 2, NULL, NULL, problem);
    return store_end(t->sql, e, problem);
}

static enum err follow(struct keystore *k, struct problem *problem)
{
    struct keytable *t = of(k);
    pthread_mutex_lock(&t->lock);
    uint64_t before = t->master;
    enum err e = load_head(t, problem);
    uint64_t now = t->master;
    t->master = before;
    pthread_mutex_unlock(&t->lock);
    if (e == OK && now != before)
        e = problem_set(problem, ERR_CONFLICT, NEW_MASTER);
    return e;
}

static uint64_t master_of(struct keystore *k)
{
    struct keytable *t = of(k);
    pthread_mutex_lock(&t->lock);
    uint64_t master = t->master;
    pthread_mutex_unlock(&t->lock);
    return master;
}

struct found {
    enum err result;
    uint8_t wrapped[KEY_WRAPPED];
};

static bool take_slot(void *to, const struct value *v, size_t count)
{
    struct found *f = to;
    (void)count;
    f->result = v[0].i != STATE_LIVE ? ERR_CLOSED : v[1].s.n == KEY_WRAPPED ? OK : ERR_CORRUPT;
    if (f->result == OK)
        memcpy(f->wrapped, v[1].s.p, KEY_WRAPPED);
    return false;
}

static enum err get(struct keystore *k, const uint8_t name[static KEY_NAME],
                    uint8_t wrapped[static KEY_WRAPPED])
{
    struct keytable *t = of(k);
    struct found f = {.result = ERR_NOT_FOUND};
    const struct value key = value_bytes(name, KEY_NAME);
    pthread_mutex_lock(&t->lock);
    enum err e = store_run(
        t->sql, "SELECT \"state\", \"wrapped\" FROM menshen_keys.slots WHERE \"name\" = $1", &key,
        1, take_slot, &f, NULL);
    pthread_mutex_unlock(&t->lock);
    if (e == OK && f.result == OK)
        memcpy(wrapped, f.wrapped, KEY_WRAPPED);
    return e == OK ? f.result : e;
}

static enum err put_all(struct keytable *t, const struct key_slot *slots, size_t count,
                        struct problem *problem)
{
    enum err e = store_begin_apart(t->sql, problem);
    if (e == OK)
        e = claim_head(t, problem);
    for (size_t i = 0; e == OK && i < count; i++) {
        const struct key_slot *s = &slots[i];
        bool added;
        const struct value row[] = {value_bytes(s->name, KEY_NAME), value_int(s->class),
                                    value_bytes(s->wrapped, KEY_WRAPPED), value_int(s->at),
                                    value_int((int64_t)t->master)};
        e = store_any(t->sql,
                      "INSERT INTO menshen_keys.slots (\"name\", \"class\", \"state\", "
                      "\"wrapped\", \"at\") SELECT $1, $2, 1, $3, $4 FROM menshen_keys.head "
                      "WHERE \"master\" = $5 RETURNING \"name\"",
                      row, 5, &added, problem);
        if (e == OK && !added)
            e = problem_set(problem, ERR_CONFLICT, NEW_MASTER);
    }
    return store_end(t->sql, e, problem);
}

static enum err put(struct keystore *k, const struct key_slot *slots, size_t count,
                    struct problem *problem)
{
    struct keytable *t = of(k);
    pthread_mutex_lock(&t->lock);
    enum err e = put_all(t, slots, count, problem);
    pthread_mutex_unlock(&t->lock);
    return e;
}

static enum err erase(struct keystore *k, const uint8_t name[static KEY_NAME], when at,
                      struct problem *problem)
{
    static const uint8_t zeroes[KEY_WRAPPED];
    struct keytable *t = of(k);
    bool live, known;
    const struct value row[] = {value_bytes(name, KEY_NAME), value_bytes(zeroes, KEY_WRAPPED),
                                value_int(at)};
    pthread_mutex_lock(&t->lock);
    enum err e = store_any(t->sql,
                           "UPDATE menshen_keys.slots SET \"state\" = 2, \"wrapped\" = $2, "
                           "\"at\" = $3 WHERE \"name\" = $1 AND \"state\" = 1 RETURNING \"name\"",
                           row, 3, &live, problem);
    if (e == OK && live)
        e = store_run(t->sql, "VACUUM menshen_keys.slots", NULL, 0, NULL, NULL, problem);
    else if (e == OK)
        e = store_any(t->sql, "SELECT 1 FROM menshen_keys.slots WHERE \"name\" = $1", row, 1,
                      &known, problem);
    pthread_mutex_unlock(&t->lock);
    return e == OK && !live && !known ? ERR_NOT_FOUND : e;
}

/* Some live slots after a name, in order. */
struct page {
    struct key_slot slot[BATCH];
    size_t count;
};

static bool take_page(void *to, const struct value *v, size_t count)
{
    struct page *p = to;
    struct key_slot *s = &p->slot[p->count];
    (void)count;
    if (v[0].s.n != KEY_NAME || v[2].s.n != KEY_WRAPPED)
        return true;
    memcpy(s->name, v[0].s.p, KEY_NAME);
    s->class = (uint8_t)v[1].i;
    memcpy(s->wrapped, v[2].s.p, KEY_WRAPPED);
    return ++p->count < BATCH;
}

static enum err rewrap_page(struct keytable *t, struct page *p, keystore_change *change, void *to,
                            struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < p->count; i++) {
        struct key_slot *s = &p->slot[i];
        e = change(to, s);
        const struct value row[] = {value_bytes(s->name, KEY_NAME),
                                    value_bytes(s->wrapped, KEY_WRAPPED)};
        if (e == OK)
            e = store_run(t->sql,
                          "UPDATE menshen_keys.slots SET \"wrapped\" = $2 WHERE \"name\" = $1", row,
                          2, NULL, NULL, problem);
    }
    return e;
}

static enum err rewrap_slots(struct keytable *t, keystore_change *change, void *to,
                             struct problem *problem)
{
    struct page *p = malloc(sizeof *p);
    uint8_t after[KEY_NAME] = {0};
    enum err e = p == NULL ? ERR_MEMORY : OK;
    do {
        const struct value from = value_bytes(after, sizeof after);
        if (e != OK)
            break;
        p->count = 0;
        e = store_run(t->sql,
                      "SELECT \"name\", \"class\", \"wrapped\" FROM menshen_keys.slots WHERE "
                      "\"state\" = 1 AND \"name\" > $1 ORDER BY \"name\" LIMIT 1000",
                      &from, 1, take_page, p, problem);
        if (e == OK && p->count > 0)
            memcpy(after, p->slot[p->count - 1].name, KEY_NAME);
        if (e == OK)
            e = rewrap_page(t, p, change, to, problem);
    } while (e == OK && p->count == BATCH);
    if (p != NULL)
        sodium_memzero(p, sizeof *p);
    free(p);
    return e;
}

static enum err rewrap(struct keystore *k, uint64_t master, keystore_change *change, void *to,
                       struct problem *problem)
{
    struct keytable *t = of(k);
    const struct value id = value_int((int64_t)master);
    pthread_mutex_lock(&t->lock);
    enum err e = store_begin_apart(t->sql, problem);
    if (e == OK) /* nobody adds a key meanwhile that the former master wraps */
        e = store_run(t->sql, "LOCK TABLE menshen_keys.slots IN EXCLUSIVE MODE", NULL, 0, NULL,
                      NULL, problem);
    if (e == OK)
        e = rewrap_slots(t, change, to, problem);
    if (e == OK)
        e = store_run(t->sql, "UPDATE menshen_keys.head SET \"master\" = $1", &id, 1, NULL, NULL,
                      problem);
    e = store_end(t->sql, e, problem);
    if (e == OK) {
        t->master = master;
        e = store_run(t->sql, "VACUUM menshen_keys.slots", NULL, 0, NULL, NULL, problem);
    }
    pthread_mutex_unlock(&t->lock);
    return e;
}

static bool count_state(void *to, const struct value *v, size_t count)
{
    struct keystore_stats *s = to;
    (void)count;
    *(v[0].i == STATE_LIVE ? &s->live : &s->erased) += (uint64_t)v[1].i;
    return true;
}

static void stats(struct keystore *k, struct keystore_stats *out)
{
    struct keytable *t = of(k);
    *out = (struct keystore_stats){0};
    pthread_mutex_lock(&t->lock);
    if (store_run(t->sql, "SELECT \"state\", COUNT(*) FROM menshen_keys.slots GROUP BY \"state\"",
                  NULL, 0, count_state, out, NULL) != OK)
        *out = (struct keystore_stats){0};
    pthread_mutex_unlock(&t->lock);
}

static void close_table(struct keystore *k)
{
    struct keytable *t = of(k);
    store_close(t->sql);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static const struct keystore_kind kind = {
    .close = close_table,
    .follow = follow,
    .master = master_of,
    .get = get,
    .put = put,
    .erase = erase,
    .rewrap = rewrap,
    .stats = stats,
};

enum err keytable_open(const char *url, uint64_t master, struct keystore **out,
                       struct problem *problem)
{
    *out = NULL;
    struct keytable *t = calloc(1, sizeof *t);
    if (t == NULL || sodium_init() < 0) {
        free(t);
        return problem_set(problem, ERR_MEMORY, "out of memory for the table of keys");
    }
    t->store.kind = &kind;
    t->master = master;
    pthread_mutex_init(&t->lock, NULL);
    enum err e = store_open(url, &t->sql, problem);
    if (e == OK)
        e = set_up(t, master, problem);
    if (e == OK)
        e = load_head(t, problem);
    if (e != OK) {
        close_table(&t->store);
        return e;
    }
    *out = &t->store;
    return OK;
}
