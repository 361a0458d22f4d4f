/*
 * bench_ledger: durable records, proofs and verification, with what limits them.
 *
 *     bench_ledger askers FOLDER SECONDS       64 records under way: each answered one is
 *                  replaced by its asker's next. In turn the same askers, whose records are
 *                  copied one after the other into a file of written blocks (write, fdatasync,
 *                  answer), and rows of SQLite, each a transaction of its own.
 *     bench_ledger saturated FOLDER RECORDS    as many as come, until all are under a signed
 *                  checkpoint. In turn leaf hashes, 1 MiB writes, fdatasync.
 *     bench_ledger tree FOLDER RECORDS         ns a record added to the tree, without files, and
 *                  to hash as many
 *     bench_ledger grow FOLDER RECORDS         add so many and publish them
 *     bench_ledger check FOLDER                ns a record to verify all, by a thread a core and by
 *                  one thread, and to hash as many by one; µs a receipt of records at random,
 *                  and of one record again and again
 *
 * One round each; FOLDER stays as it is left, for the next. Prints lines of a name, a
 * tab, and a number: records a second, unless said. What `tree` and `check` read the kernel
 * has in memory: they measure computing.
 */
#include "core/log.h"
#include "ledger/ledger.h"
#include "ledger/merkle.h"
#include "ledger/prove.h"
#include "ledger/publish.h"
#include "ledger/verify.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BODY = 118,
    ASKERS = 64,
    PROOFS = 1000,
    RAW_SIZE = 64 << 20,
    MANY = 1 << 16,
    RELEASE_EVERY = 4096
};

static double seconds(void)
{
    return (double)clock_monotonic() / 1e9;
}

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "bench_ledger: %s\n", what);
    exit(1);
}

/* What records are made durable by: the ledger, or the raw log. */
struct sink {
    void (*submit)(struct sink *, struct ledger_item *);
    struct ledger *ledger;
    /* The raw log's. */
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct ledger_item *first, **last;
    bool stop;
    int fd;
    uint64_t at;
    uint8_t *memory;
};

static void ledger_sink(struct sink *s, struct ledger_item *item)
{
    ledger_submit(s->ledger, item);
}

static void raw_sink(struct sink *s, struct ledger_item *item)
{
    item->next = NULL;
    pthread_mutex_lock(&s->lock);
    bool empty = s->first == NULL;
    *s->last = item;
    s->last = &item->next;
    if (empty)
        pthread_cond_signal(&s->arrived);
    pthread_mutex_unlock(&s->lock);
}

static void raw_write(struct sink *s, size_t n)
{
    if (s->at + n > RAW_SIZE)
        s->at = 0;
    if (pwrite(s->fd, s->memory, n, (off_t)s->at) != (ssize_t)n || fdatasync(s->fd) != 0)
        die("the raw log can not be written");
    s->at += n;
}

static void *raw_main(void *context)
{
    struct sink *s = context;
    for (;;) {
        pthread_mutex_lock(&s->lock);
        while (s->first == NULL && !s->stop)
            pthread_cond_wait(&s->arrived, &s->lock);
        struct ledger_item *first = s->first;
        s->first = NULL;
        s->last = &s->first;
        pthread_mutex_unlock(&s->lock);
        if (first == NULL)
            return NULL;
        size_t n = 0;
        for (struct ledger_item *i = first; i != NULL; i = i->next, n += ENTRY_HEADER + BODY)
            memcpy(s->memory + n, i->body.p, i->body.n);
        raw_write(s, n);
        for (struct ledger_item *i = first, *next; i != NULL; i = next) {
            next = i->next;
            i->done(i, OK);
        }
    }
}

/* Askers: one thread that sleeps until answers come, and asks again for each. */
struct askers {
    struct sink *sink;
    _Atomic(struct ledger_item *) answered;
    pthread_mutex_t lock;
    pthread_cond_t some;
    uint64_t count;
};

static void on_done(struct ledger_item *item, enum err e)
{
    struct askers *a = item->context;
    if (e != OK)
        die("a record failed");
    struct ledger_item *top = atomic_load(&a->answered);
    do
        item->next = top;
    while (!atomic_compare_exchange_weak(&a->answered, &top, item));
    if (top == NULL) {
        pthread_mutex_lock(&a->lock);
        pthread_cond_signal(&a->some);
        pthread_mutex_unlock(&a->lock);
    }
}

static struct ledger_item *wait_answers(struct askers *a)
{
    pthread_mutex_lock(&a->lock);
    while (atomic_load(&a->answered) == NULL)
        pthread_cond_wait(&a->some, &a->lock);
    pthread_mutex_unlock(&a->lock);
    return atomic_exchange(&a->answered, NULL);
}

/* `limit` 0: for `time` seconds; else that many records. Returns records answered a second. */
static double ask(struct sink *sink, unsigned under_way, double time, uint64_t limit)
{
    static char body[BODY];
    struct askers a = {
        .sink = sink, .lock = PTHREAD_MUTEX_INITIALIZER, .some = PTHREAD_COND_INITIALIZER};
    struct ledger_item *item = calloc(under_way, sizeof *item);
    if (item == NULL)
        die("out of memory");
    double start = seconds(), now = start;
    uint64_t asked = 0, released = 0;
    unsigned out = under_way;
    for (unsigned i = 0; i < under_way; i++, asked++) {
        item[i] = (struct ledger_item){
            .kind = ENTRY_CALL, .body = {body, BODY}, .done = on_done, .context = &a};
        sink->submit(sink, &item[i]);
    }
    while (out > 0) {
        struct ledger_item *next;
        now = seconds();
        for (struct ledger_item *i = wait_answers(&a); i != NULL; i = next) {
            next = i->next;
            a.count++;
            if (limit ? asked < limit : now - start < time) {
                asked++;
                sink->submit(sink, i);
            } else {
                out--;
            }
        }
        if (sink->ledger != NULL && a.count - released > RELEASE_EVERY) {
            released = a.count;
            ledger_release(sink->ledger, ledger_size(sink->ledger)); /* no follower here */
        }
    }
    now = seconds();
    free(item);
    return (double)a.count / (now - start);
}

static struct ledger *open_ledger(const char *folder, bool long_lived)
{
    struct ledger *l;
    struct problem problem = {0};
    struct ledger_options o = {.folder = folder,
                               .disk = &disk_real,
                               .clock = clock_real(),
                               .origin = "example.org/bench",
                               .checkpoint_ms = long_lived ? 1000 : 200};
    if (ledger_open(&o, &l, &problem) != OK)
        die(problem.text);
    return l;
}

static void open_raw(struct sink *raw, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/raw", folder);
    *raw = (struct sink){.submit = raw_sink, .memory = malloc(RAW_SIZE)};
    raw->last = &raw->first;
    pthread_mutex_init(&raw->lock, NULL);
    pthread_cond_init(&raw->arrived, NULL);
    raw->fd = open(path, O_RDWR | O_CREAT, 0600);
    if (raw->memory == NULL || raw->fd < 0)
        die("no raw log");
    memset(raw->memory, 0, RAW_SIZE);
    if (lseek(raw->fd, 0, SEEK_END) == RAW_SIZE)
        return;
    if (pwrite(raw->fd, raw->memory, RAW_SIZE, 0) != RAW_SIZE || fdatasync(raw->fd) != 0)
        die("no room for the raw log");
}

static void close_raw(struct sink *raw)
{
    close(raw->fd);
    free(raw->memory);
}

/* Rows of SQLite, as durable as it makes them, one a transaction. */
static double sqlite_rows(const char *folder, double time)
{
    static const char body[BODY];
    char path[4096];
    sqlite3 *db;
    sqlite3_stmt *insert;
    uint64_t n = 0;
    snprintf(path, sizeof path, "%s/rows.db", folder);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     "CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, body BLOB)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO records (body) VALUES (?)", -1, &insert, NULL) !=
            SQLITE_OK)
        die(sqlite3_errmsg(db));
    sqlite3_bind_blob(insert, 1, body, BODY, SQLITE_STATIC);
    double start = seconds();
    for (; seconds() - start < time; n++) {
        if (sqlite3_step(insert) != SQLITE_DONE)
            die(sqlite3_errmsg(db));
        sqlite3_reset(insert);
    }
    double took = seconds() - start;
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return (double)n / took;
}

static void put(const char *name, double value)
{
    printf("%s\t%.6g\n", name, value);
}

static void bench_askers(const char *folder, unsigned long long time)
{
    struct sink raw, own = {.submit = ledger_sink};
    pthread_t thread;
    open_raw(&raw, folder);
    if (pthread_create(&thread, NULL, raw_main, &raw) != 0)
        die("no thread");
    own.ledger = open_ledger(folder, true);
    ask(&own, ASKERS, 0.2, 0); /* warm */
    put("raw", ask(&raw, ASKERS, (double)time, 0));
    put("menshen", ask(&own, ASKERS, (double)time, 0));
    put("sqlite", sqlite_rows(folder, (double)time));
    pthread_mutex_lock(&raw.lock);
    raw.stop = true;
    pthread_cond_signal(&raw.arrived);
    pthread_mutex_unlock(&raw.lock);
    pthread_join(thread, NULL);
    close_raw(&raw);
    ledger_close(own.ledger);
}

/* 128-byte records hashed as leaves and written in MiBs: what no tree can beat. */
static double raw_saturated(const char *folder, uint64_t n)
{
    struct sink raw;
    struct hash hash;
    open_raw(&raw, folder);
    enum { CHUNK = 1 << 20, RECORD = ENTRY_HEADER + BODY };
    double start = seconds();
    for (uint64_t i = 0; i < n;) {
        size_t used = 0;
        for (; used + RECORD <= CHUNK && i < n; i++, used += RECORD) {
            memset(raw.memory + used, (int)i, RECORD);
            merkle_leaf(raw.memory + used, RECORD, &hash);
        }
        raw_write(&raw, used);
    }
    double took = seconds() - start;
    close_raw(&raw);
    return (double)n / took;
}

static double publish(const char *folder, uint64_t n)
{
    struct sink own = {.submit = ledger_sink, .ledger = open_ledger(folder, false)};
    struct problem problem = {0};
    double start = seconds();
    ask(&own, MANY, 0, n);
    if (ledger_publish(own.ledger, &problem) != OK)
        die(problem.text);
    double took = seconds() - start;
    ledger_close(own.ledger);
    return (double)n / took;
}

static void bench_saturated(const char *folder, unsigned long long n)
{
    put("raw", raw_saturated(folder, n));
    put("menshen", publish(folder, n));
}

static void bench_grow(const char *folder, unsigned long long n)
{
    put("menshen", publish(folder, n));
}

/* Nanoseconds a leaf. */
static double hash_leaves(uint64_t n)
{
    uint8_t record[ENTRY_HEADER + BODY] = {0};
    struct hash hash;
    double start = seconds();
    for (uint64_t i = 0; i < n; i++) {
        merkle_leaf(record, sizeof record, &hash);
        record[0] = hash.b[0];
    }
    return (seconds() - start) * 1e9 / (double)n;
}

static void bench_tree(const char *folder, unsigned long long n)
{
    const uint8_t seed[32] = {1};
    char record[ENTRY_HEADER + BODY] = {0}, path[4096];
    struct note_signer *signer;
    struct publisher *publisher;
    struct problem problem = {0};
    uint64_t size;
    snprintf(path, sizeof path, "%s/tree", folder);
    if (note_signer_new("example.org/tree", NOTE_ED25519, seed, &signer) != OK)
        die("no signer");
    if (publish_open(&disk_real, path, signer, &publisher, &size, &problem) != OK)
        die(problem.text);
    put("hash", hash_leaves(n));
    double start = seconds();
    for (uint64_t i = 0; i < n; i++)
        if (publish_add(publisher, (struct str){record, sizeof record}) != OK)
            die("out of memory");
    put("menshen", (seconds() - start) * 1e9 / (double)n);
    publish_close(publisher);
    note_signer_free(signer);
}

/* Nanoseconds a record. */
static double verify(const struct ledger_shard *shard, unsigned threads)
{
    struct verify_report report;
    struct problem problem = {0};
    const struct verify_options o = {
        .disk = &disk_real, .folder = shard->folder, .log = shard->key, .threads = threads};
    double start = seconds();
    if (verify_log(&o, &report, &problem) != OK)
        die(problem.text);
    return (seconds() - start) * 1e9 / (double)shard->size;
}

/* Microseconds a receipt of records at random, or of record 0. */
static double prove(const struct ledger *l, uint64_t size, bool random)
{
    struct problem problem = {0};
    uint64_t state = 1;
    struct buf out;
    buf_init(&out, PROOF_MAX);
    double start = seconds();
    for (int i = 0; i < PROOFS; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        buf_reset(&out);
        if (ledger_prove(l, random ? (state >> 33) % size : 0, &out, &problem) != OK)
            die(problem.text);
    }
    double took = seconds() - start;
    buf_fini(&out);
    return took * 1e6 / PROOFS;
}

static void bench_check(const char *folder, unsigned long long none)
{
    struct ledger *l = open_ledger(folder, false);
    struct ledger_shard shard;
    if (!ledger_shard_of(l, 0, &shard) || shard.size == 0)
        die("nothing is published");
    put("hash", hash_leaves(shard.size));
    put("verify", verify(&shard, (unsigned)sysconf(_SC_NPROCESSORS_ONLN)));
    put("verify one", verify(&shard, 0));
    prove(l, shard.size, true); /* warm */
    put("proof", prove(l, shard.size, true));
    put("proof again", prove(l, shard.size, false));
    ledger_close(l);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *word;
        int arguments;
        void (*run)(const char *folder, unsigned long long n);
    } benches[] = {{"askers", 4, bench_askers},
                   {"saturated", 4, bench_saturated},
                   {"tree", 4, bench_tree},
                   {"grow", 4, bench_grow},
                   {"check", 3, bench_check}};
    unsigned long long n = 0;
    log_threshold(LOG_ERROR);
    if (sodium_init() < 0)
        die("no random bytes");
    for (size_t i = 0; argc > 2 && i < sizeof benches / sizeof *benches; i++)
        if (strcmp(argv[1], benches[i].word) == 0 && argc == benches[i].arguments &&
            (argc == 3 || (str_to_u64(str_of(argv[3]), 1000000000, &n) && n > 0))) {
            benches[i].run(argv[2], n);
            return 0;
        }
    fprintf(stderr, "usage: bench_ledger askers|saturated|tree|grow|check FOLDER [N]\n");
    return 2;
}
