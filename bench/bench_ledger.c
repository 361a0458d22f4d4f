/*
 * bench_ledger: durable records a second, against a raw log on the same disk.
 *
 *     bench_ledger [FOLDER [SECONDS]]        in the current folder, 1 s a round
 *
 * Every measure runs in turns with its peer, round by round, since a disk that
 * others use varies by a factor of twenty; what counts are the ratios.
 *
 *   askers      64 records under way: each answered one is replaced by its asker's
 *               next. Peer: the same askers, whose records are copied one after
 *               the other into a file of written blocks: write, fdatasync, answer.
 *   saturated   as many as come, 128 bytes each, until all are under a signed
 *               checkpoint. Peer: leaf hashes, 1 MiB writes, fdatasync.
 */
#include "core/log.h"
#include "ledger/ledger.h"
#include "ledger/merkle.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BODY = 118,
    ASKERS = 64,
    ROUNDS = 5,
    RAW_SIZE = 64 << 20,
    MANY = 1 << 16,
    RELEASE_EVERY = 4096
};

static double seconds(void)
{
    return (double)clock_monotonic() / 1e9;
}

static void die(const char *what)
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

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
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

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
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
    if (pwrite(raw->fd, raw->memory, RAW_SIZE, 0) != RAW_SIZE || fdatasync(raw->fd) != 0)
        die("no room for the raw log");
}

static void bench_askers(const char *folder, double time)
{
    double ratio[ROUNDS], records[ROUNDS], raws[ROUNDS];
    struct sink raw, own = {.submit = ledger_sink};
    char data[4096];
    pthread_t thread;
    snprintf(data, sizeof data, "%s/data", folder);
    open_raw(&raw, folder);
    if (pthread_create(&thread, NULL, raw_main, &raw) != 0)
        die("no thread");
    own.ledger = open_ledger(data, true);
    for (int i = -1; i < ROUNDS; i++) { /* the first warms up */
        double r = ask(&raw, ASKERS, time, 0), o = ask(&own, ASKERS, time, 0);
        if (i < 0)
            continue;
        raws[i] = r;
        records[i] = o;
        ratio[i] = o / r;
    }
    printf("ledger askers %d: %.0f records/s, raw log %.0f/s, ratio %.2f (goal 0.8)\n", ASKERS,
           median(records, ROUNDS), median(raws, ROUNDS), median(ratio, ROUNDS));
    pthread_mutex_lock(&raw.lock);
    raw.stop = true;
    pthread_cond_signal(&raw.arrived);
    pthread_mutex_unlock(&raw.lock);
    pthread_join(thread, NULL);
    close(raw.fd);
    free(raw.memory);
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
    close(raw.fd);
    free(raw.memory);
    return (double)n / took;
}

static void bench_saturated(const char *folder, uint64_t n)
{
    double ratio[ROUNDS], published[ROUNDS], durable[ROUNDS], raws[ROUNDS];
    struct sink own = {.submit = ledger_sink};
    struct problem problem = {0};
    char data[4096];
    snprintf(data, sizeof data, "%s/data", folder);
    own.ledger = open_ledger(data, false);
    for (int i = 0; i < ROUNDS; i++) {
        raws[i] = raw_saturated(folder, n);
        double start = seconds();
        durable[i] = ask(&own, MANY, 0, n);
        if (ledger_publish(own.ledger, &problem) != OK)
            die(problem.text);
        published[i] = (double)n / (seconds() - start);
        ratio[i] = published[i] / raws[i];
    }
    printf("ledger saturated: %.0f records/s durable, %.0f/s under a checkpoint, hashed and "
           "written raw %.0f/s, "
           "ratio %.2f (goal 0.5)\n",
           median(durable, ROUNDS), median(published, ROUNDS), median(raws, ROUNDS),
           median(ratio, ROUNDS));
    ledger_close(own.ledger);
}

int main(int argc, char **argv)
{
    unsigned long long time = 1;
    if (argc > 3 || (argc == 3 && !str_to_u64(str_of(argv[2]), 600, &time)) || time == 0) {
        fprintf(stderr, "usage: bench_ledger [FOLDER [SECONDS a round]]\n");
        return 2;
    }
    char folder[4000];
    log_threshold(LOG_ERROR);
    snprintf(folder, sizeof folder, "%s/menshen-bench-XXXXXX", argc > 1 ? argv[1] : ".");
    if (sodium_init() < 0 || mkdtemp(folder) == NULL)
        die("no folder to measure in");
    bench_askers(folder, (double)time);
    fflush(stdout);
    bench_saturated(folder, time * 500000);
    nftw(folder, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
