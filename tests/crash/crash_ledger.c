/*
 * crash_ledger: cut the power at every moment, and see what is left.
 *
 * A workload runs on a disk in memory that remembers every change: appends of
 * many sizes in groups, publishing, freeing of segments, failed writes and syncs,
 * closing and opening again; a second, smaller run begins with a flood. Then the states that a
 * crash could have left behind are built one after the other, recovered from, and judged:
 *
 *   - the folder opens;
 *   - every record that had been answered before the crash is there, at its
 *     index, byte for byte;
 *   - every record there is one that had been submitted, once;
 *   - no shard's checkpoint is smaller than any that had been visible, and none of
 *     those is forked: its root is the root of as many of its shard's entries now
 *     (months pass in the workload, so that there are several shards);
 *   - closed shards are packed and, at the end of their retention, emptied, but no
 *     entry is missing before that; what was left half done verifies, and is done;
 *   - the ledger goes on: a new record is appended and published;
 *   - `verify` finds every published file in order.
 *
 * Every fifth state crashes a second time, while it recovers or goes on.
 *
 *     crash_ledger [states [seed]]
 */
#include "recording_disk.h"
#include "core/log.h"
#include "ledger/checkpoint.h"
#include "ledger/ledger.h"
#include "ledger/merkle.h"
#include "ledger/pack.h"
#include "ledger/retention.h"
#include "ledger/tile.h"
#include "ledger/verify.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    LIVES = 4,
    BURSTS = 30,
    BURST_MAX = 9,
    FLOOD = 4500, /* records of which one commit makes more files than are synced one by one */
    SENT_MAX = 8192,
    BODY_MAX = 3000,
    HEADS = 4096,
    RETENTION_DAYS = 40,
};

static uint64_t random_state;

static uint64_t random_below(uint64_t n)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % n;
}

/* What was submitted, and what became of it. */
struct sent {
    struct ledger_item item;
    struct recording_disk *disk;
    struct ledger *ledger;
    char name[RECORD_ID]; /* its id as answered */
    size_t answered;      /* changes of the disk by then, or SIZE_MAX */
    size_t size, beside;  /* bytes of the body, and beside the entry */
    uint32_t id;
    uint8_t body[BODY_MAX];
};

static struct sent *sent;
static uint32_t sent_count;
static _Atomic uint32_t finished;

/* A checkpoint that others could have seen. */
struct seen {
    size_t at;
    uint64_t size;
    struct hash root;
    char origin[NOTE_NAME];
};

struct seen_list {
    struct seen seen[HEADS];
    size_t count;
};

static void note_checkpoint(void *to, size_t at, const void *bytes, size_t n)
{
    struct seen_list *list = to;
    struct str text, lines;
    struct checkpoint c;
    if (list->count == HEADS || note_split((struct str){bytes, n}, &text, &lines) != OK ||
        checkpoint_parse(text, &c) != OK)
        abort();
    struct seen *s = &list->seen[list->count++];
    *s = (struct seen){.at = at, .size = c.size, .root = c.root};
    if (!str_copy(c.origin, s->origin, sizeof s->origin))
        abort();
}

static void fill_body(uint8_t *body, size_t size, uint32_t id)
{
    struct buf b;
    buf_fixed(&b, body, BODY_MAX);
    buf_u32le(&b, id);
    for (size_t i = 4; i < size; i++)
        buf_u8(&b, (uint8_t)(id * 31 + i));
}

/* What lies beside an entry: of some, looks at many persons, more than half of these segments. */
static uint8_t beside[BESIDE_MAX];

static size_t some_beside(void)
{
    return random_below(40) ? 6 : 20000 + (size_t)random_below(20000);
}

static void answered(struct ledger_item *item, enum err e)
{
    struct sent *s = item->context;
    if (e == OK) {
        s->answered = recording_disk_count(s->disk);
        ledger_record_id(s->ledger, item->index, s->name);
    }
    atomic_fetch_add(&finished, 1);
}

static void submit(struct ledger *l, struct recording_disk *disk, size_t size, size_t more)
{
    struct sent *s = &sent[sent_count];
    s->id = sent_count++;
    s->disk = disk;
    s->ledger = l;
    s->answered = SIZE_MAX;
    s->size = size;
    s->beside = more;
    fill_body(s->body, s->size, s->id);
    s->item = (struct ledger_item){.kind = ENTRY_FACT,
                                   .body = {(const char *)s->body, s->size},
                                   .opening = {(const char *)beside, s->beside},
                                   .done = answered,
                                   .context = s};
    ledger_submit(l, &s->item);
}

static size_t some_size(void)
{
    return 4 + (size_t)(random_below(4) ? random_below(200) : random_below(BODY_MAX - 4));
}

static void wait_for_answers(void)
{
    while (atomic_load(&finished) < sent_count)
        nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
}

static _Atomic when now;

static when tell_time(void *context)
{
    (void)context;
    return now;
}

static enum err open_on(struct recording_disk *disk, struct ledger **l, struct problem *problem)
{
    struct ledger_options o = {.folder = "data",
                               .disk = recording_disk_use(disk),
                               .clock = {.now = tell_time},
                               .origin = "example.org/crash",
                               .checkpoint_ms = 3600000,
                               .retention_days = RETENTION_DAYS,
                               .segment_first = 64 * 1024,
                               .segment_max = 64 * 1024};
    return ledger_open(&o, l, problem);
}

/* One life of the ledger; what it publishes may fail, as disks do. */
static void live(struct recording_disk *disk, unsigned flood)
{
    struct ledger *l;
    struct problem problem = {0};
    if (open_on(disk, &l, &problem) != OK) {
        fprintf(stderr, "the workload does not open: %s\n", problem.text);
        exit(1);
    }
    for (unsigned i = 0; i < flood; i++)
        submit(l, disk, 4 + i % 7, 6);
    wait_for_answers();
    for (int burst = 0; burst < BURSTS; burst++) {
        uint64_t dice = random_below(100);
        if (dice < 8)
            recording_disk_fail(disk, ".log", dice % 2 ? 1 : 0, dice % 2 ? 0 : 1);
        else if (dice < 12)
            recording_disk_fail(disk, "", 1 + (unsigned)random_below(5), 0);
        now += random_below(12) == 0 ? 31 * WHEN_DAY : WHEN_SECOND;
        for (uint64_t n = 1 + random_below(BURST_MAX); n > 0; n--)
            submit(l, disk, some_size(), some_beside());
        if (random_below(3) != 0)
            wait_for_answers();
        if (random_below(4) == 0 && ledger_publish(l, NULL) != OK)
            continue;
        if (random_below(4) == 0)
            ledger_release(l, ledger_published(l));
        if (random_below(4) == 0 && ledger_archive(l, NULL) != OK)
            continue;
    }
    wait_for_answers();
    recording_disk_fail(disk, "", 0, 0);
    ledger_close(l);
}

/* Judging ------------------------------------------------------------------------------------- */

struct verdict {
    char text[700];
};

static bool say(struct verdict *v, const char *format, ...) PRINTF(2, 3);
static bool say(struct verdict *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(v->text, sizeof v->text, format, args);
    va_end(args);
    return false;
}

/* What a recovered ledger holds. */
struct held {
    uint64_t size;
    struct hash *leaves;
    bool *read;     /* by index */
    bool *turn;     /* an ENTRY_SHARD */
    uint64_t *at;   /* index of each record, or UINT64_MAX */
    when *recorded; /* of each record */
    struct recording_disk *disk;
    struct verdict *verdict;
    bool good;
};

/* An entry must be a submitted record, at most once, or the ledger's own. */
static void hold(struct held *h, uint64_t index, struct str entry)
{
    struct cursor c = cursor_of(entry.p, entry.n);
    cursor_u8(&c);
    uint8_t kind = cursor_u8(&c);
    when recorded = (when)cursor_u64be(&c);
    struct str body = {(const char *)c.p, c.n};
    merkle_leaf(entry.p, entry.n, &h->leaves[index]);
    h->read[index] = true;
    h->turn[index] = kind == ENTRY_SHARD;
    if (kind == ENTRY_OUTAGE || kind == ENTRY_SHARD)
        return;
    uint32_t id = cursor_u32le(&c);
    if (c.failed || id >= sent_count ||
        !str_eq(body, (struct str){(const char *)sent[id].body, sent[id].size})) {
        h->good = say(h->verdict, "entry %llu was never submitted", (unsigned long long)index);
        return;
    }
    if (h->at[id] != UINT64_MAX)
        h->good = say(h->verdict, "record %u is there twice", id);
    h->at[id] = index;
    h->recorded[id] = recorded;
}

static void hold_beside(struct held *h, const struct ledger_record *r)
{
    struct str body = str_skip(r->entry, ENTRY_HEADER);
    struct cursor c = cursor_of(body.p, body.n);
    uint32_t id = cursor_u32le(&c);
    if (r->opening.n != sent[id].beside || memcmp(r->opening.p, beside, r->opening.n) != 0)
        h->good = say(h->verdict, "what lies beside record %u has changed", id);
}

static bool hold_followed(void *to, const struct ledger_record *r)
{
    struct held *h = to;
    if (r->index >= h->size || h->read[r->index])
        h->good = say(h->verdict, "following gives entry %llu out of order",
                      (unsigned long long)r->index);
    else
        hold(h, r->index, r->entry);
    if (h->good && r->entry.p[1] == ENTRY_FACT)
        hold_beside(h, r);
    return h->good;
}

static void held_fini(struct held *h)
{
    free(h->leaves);
    free(h->read);
    free(h->turn);
    free(h->at);
    free(h->recorded);
}

/* An entry that retention has deleted, not before its time: its leaf is in the tiles. */
static void hold_deleted(const struct ledger *l, struct held *h, uint64_t index)
{
    struct ledger_shard s;
    struct hash tile[TILE_WIDTH];
    size_t k = 0;
    while (ledger_shard_of(l, k, &s) && index >= s.base + s.size)
        k++;
    uint64_t in_shard = index - s.base;
    struct tile_reader tiles = {
        .disk = recording_disk_use(h->disk), .folder = s.folder, .size = s.size};
    enum err e = tile_hashes(&tiles, 0, in_shard / TILE_WIDTH, tile);
    if (e != OK)
        h->good = say(h->verdict, "the hash of entry %llu can not be read (%s)",
                      (unsigned long long)index, err_name(e));
    if (when_day(now, 0) < retention_end(s.month, RETENTION_DAYS))
        h->good = say(h->verdict, "entry %llu was deleted too early", (unsigned long long)index);
    h->leaves[index] = tile[in_shard % TILE_WIDTH];
    h->turn[index] = in_shard == 0 && k > 0;
}

/* Every entry, from frames where there are some, else and in samples one by one. */
static bool read_all(struct ledger *l, struct recording_disk *disk, struct held *h,
                     struct verdict *v)
{
    struct problem problem = {0};
    struct buf b;
    h->disk = disk;
    h->size = ledger_size(l);
    h->verdict = v;
    h->good = true;
    h->leaves = calloc(h->size + 1, sizeof *h->leaves);
    h->read = calloc(h->size + 1, sizeof *h->read);
    h->turn = calloc(h->size + 1, sizeof *h->turn);
    h->at = malloc((sent_count + 1) * sizeof *h->at);
    h->recorded = calloc(sent_count + 1, sizeof *h->recorded);
    if (h->leaves == NULL || h->read == NULL || h->turn == NULL || h->at == NULL ||
        h->recorded == NULL)
        abort();
    memset(h->at, 0xff, (sent_count + 1) * sizeof *h->at);
    if (ledger_follow(l, 0, hold_followed, h, &problem) != OK)
        return say(v, "the log can not be followed: %s", problem.text);
    buf_init(&b, ENTRY_HEADER + ENTRY_BODY_MAX);
    for (uint64_t i = 0; h->good && i < h->size; i++) {
        if (h->read[i] && random_below(50) != 0)
            continue;
        buf_reset(&b);
        enum err e = ledger_read(l, i, &b);
        struct hash leaf;
        merkle_leaf(b.p, b.n, &leaf);
        if (e == ERR_NOT_FOUND && i < ledger_first(l)) {
            if (!h->read[i])
                hold_deleted(l, h, i);
        } else if (e != OK)
            h->good = say(v, "entry %llu of %llu can not be read (%s)", (unsigned long long)i,
                          (unsigned long long)h->size, err_name(e));
        else if (!h->read[i])
            hold(h, i, buf_view(&b));
        else if (!hash_eq(&leaf, &h->leaves[i]))
            h->good = say(v, "entry %llu is read otherwise than followed", (unsigned long long)i);
    }
    buf_fini(&b);
    return h->good;
}

static bool check_answered(const struct ledger *l, const struct held *h, size_t at,
                           struct verdict *v)
{
    for (uint32_t i = 0; i < sent_count; i++) {
        const struct sent *s = &sent[i];
        char name[RECORD_ID];
        ledger_record_id(l, s->item.index, name);
        if (s->answered <= at && strcmp(name, s->name) != 0)
            return say(v, "record %u, answered as %s, is %s now", i, s->name, name);
        if (h->at[i] == UINT64_MAX && s->item.index < ledger_first(l))
            continue;
        if (s->answered <= at && (h->at[i] != s->item.index || h->recorded[i] != s->item.recorded))
            return say(v, "record %u, answered at change %zu as entry %llu, is lost (%llu entries)",
                       i, s->answered, (unsigned long long)s->item.index,
                       (unsigned long long)h->size);
    }
    return true;
}

/* Shards begin where their first entries lie, and nowhere else. */
static bool check_turns(const struct ledger *l, const struct held *h, struct verdict *v)
{
    struct ledger_shard s;
    size_t k = 1;
    for (uint64_t i = 0; i < h->size; i++)
        if (h->turn[i] && !(ledger_shard_of(l, k++, &s) && s.base == i))
            return say(v, "entry %llu begins no shard", (unsigned long long)i);
    return !ledger_shard_of(l, k, &s) || say(v, "a shard begins without an entry");
}

/* The entries of the shard `origin`: from `*base`, `*size` of them. */
static bool find_shard(const struct ledger *l, const char *origin, uint64_t *base, uint64_t *size)
{
    struct ledger_shard s, next;
    for (size_t k = 0; ledger_shard_of(l, k, &s); k++) {
        if (strcmp(s.origin, origin) != 0)
            continue;
        *base = s.base;
        *size = (ledger_shard_of(l, k + 1, &next) ? next.base : ledger_published(l)) - s.base;
        return true;
    }
    return false;
}

static bool check_fork(const struct seen_list *list, size_t at, const struct ledger *l,
                       const struct hash *leaves, struct verdict *v)
{
    uint64_t base, published;
    /* Those of one run are consistent among each other, checked once: the last two say enough. */
    size_t last = list->count;
    while (last > 0 && list->seen[last - 1].at > at)
        last--;
    for (size_t i = last > 2 ? last - 2 : 0; i < last; i++) {
        const struct seen *s = &list->seen[i];
        bool there = find_shard(l, s->origin, &base, &published);
        if (!there && i == 0 && s->size == 0) /* nothing was durable: a new log, of a later month */
            continue;
        if (!there)
            return say(v, "a checkpoint of %s was visible, there is no such shard", s->origin);
        if (s->size > published)
            return say(v, "a checkpoint of %llu was visible, the recovered one has %llu",
                       (unsigned long long)s->size, (unsigned long long)published);
        struct hash *copy = malloc((s->size + 1) * sizeof *copy), root;
        if (copy == NULL)
            abort();
        memcpy(copy, leaves + base, s->size * sizeof *copy);
        if (s->size > 0)
            merkle_fold(copy, s->size);
        else
            merkle_empty(copy);
        root = copy[0];
        free(copy);
        if (!hash_eq(&root, &s->root))
            return say(v, "the visible checkpoint of %llu is forked", (unsigned long long)s->size);
    }
    return true;
}

static bool check_going_on(struct ledger *l, struct recording_disk *disk, struct verdict *v)
{
    struct problem problem = {0};
    uint64_t size = ledger_size(l);
    submit(l, disk, some_size(), 6);
    wait_for_answers();
    struct sent *s = &sent[sent_count - 1];
    if (s->answered == SIZE_MAX || s->item.index != size)
        return say(v, "no record can be appended");
    if (ledger_publish(l, &problem) != OK)
        return say(v, "publishing fails: %s", problem.text);
    /* An empty shard takes its first entry in a later month, and ends at once. */
    return (ledger_published(l) > size && ledger_published(l) == ledger_size(l)) ||
           say(v, "publishing does not reach the end");
}

static bool check_files(const struct ledger *l, struct recording_disk *disk, struct verdict *v)
{
    struct problem problem = {0};
    struct verify_report report;
    struct ledger_shard s;
    uint64_t base, size;
    for (size_t k = 0; ledger_shard_of(l, k, &s); k++) {
        struct verify_options o = {
            .disk = recording_disk_use(disk), .folder = s.folder, .log = s.key};
        if (verify_log(&o, &report, &problem) != OK)
            return say(v, "verify: %s", problem.text);
        if (!find_shard(l, s.origin, &base, &size) || report.size != size)
            return say(v, "verify: %s has another size than the published one", s.folder);
    }
    return true;
}

/* Every closed shard is packed, and nothing lies loose. */
static bool check_archive(struct ledger *l, struct recording_disk *disk, struct verdict *v)
{
    struct problem problem = {0};
    struct ledger_shard s;
    if (ledger_archive(l, &problem) != OK)
        return say(v, "closed shards can not be packed: %s", problem.text);
    for (size_t k = 0; ledger_shard_of(l, k, &s) && !s.open; k++) {
        struct tile_reader packed = {.disk = recording_disk_use(disk),
                                     .folder = s.folder,
                                     .size = s.size,
                                     .pack = PACK_FOLDER};
        struct hash root;
        if (tile_root(&packed, &root) != OK)
            return say(v, "%s is not packed", s.folder);
    }
    return true;
}

/* Recover from `disk` and judge. `lists` are what was visible before, each up to its moment. */
static bool judge(struct recording_disk *disk, const struct seen_list *const *lists,
                  const size_t *until, size_t list_count, size_t at, bool go_on, struct verdict *v)
{
    struct ledger *l;
    struct problem problem = {0};
    struct held held = {0};
    if (open_on(disk, &l, &problem) != OK)
        return say(v, "does not open: %s", problem.text);
    uint64_t published = ledger_published(l);
    bool good = published == ledger_size(l) || say(v, "not everything recovered is published");
    good = good && read_all(l, disk, &held, v) && check_answered(l, &held, at, v) &&
           check_turns(l, &held, v) && check_files(l, disk, v);
    for (size_t i = 0; good && i < list_count; i++)
        good = check_fork(lists[i], until[i], l, held.leaves, v);
    if (good && go_on)
        good = check_going_on(l, disk, v) && check_archive(l, disk, v) && check_files(l, disk, v);
    ledger_close(l);
    held_fini(&held);
    return good;
}

/* Crash again while the recovered ledger opens, goes on or closes. */
static bool judge_again(struct recording_disk *once, const struct seen_list *first, size_t at,
                        uint32_t before, struct verdict *v)
{
    static struct seen_list second;
    second.count = 0;
    recording_disk_renames(once, "/current/checkpoint", note_checkpoint, &second);
    size_t again = (size_t)random_below(recording_disk_count(once) + 1);
    enum crash_way way = (enum crash_way)random_below(CRASH_WAYS);
    struct recording_disk *twice = recording_disk_crash(once, again, way, random_below(1u << 30));
    /* What was appended on the recovered disk counts changes of that disk. */
    size_t kept[1] = {SIZE_MAX};
    if (sent_count > before) {
        kept[0] = sent[before].answered;
        sent[before].answered = kept[0] <= again ? 0 : SIZE_MAX;
    }
    const struct seen_list *lists[] = {first, &second};
    bool good = judge(twice, lists, (size_t[]){at, again}, 2, at, false, v);
    if (!good) {
        struct verdict inner = *v;
        char what[200];
        recording_disk_describe(once, again, what, sizeof what);
        say(v, "second crash before change %zu (%s), way %d: %s", again, what, (int)way,
            inner.text);
    }
    recording_disk_free(twice);
    return good;
}

static bool try_state(struct recording_disk *disk, const struct seen_list *seen, size_t at,
                      enum crash_way way, bool twice, struct verdict *v)
{
    struct recording_disk *state = recording_disk_crash(disk, at, way, random_below(1u << 30));
    uint32_t before = sent_count;
    bool good = judge(state, &seen, &at, 1, at, true, v);
    if (good && twice)
        good = judge_again(state, seen, at, before, v);
    recording_disk_free(state);
    sent_count = before; /* the record appended there belongs to that state only */
    atomic_store(&finished, sent_count);
    return good;
}

struct count {
    unsigned long long passed, failed;
};

/* A workload of some lives, of which the middle one begins with a flood, and its states. */
static void scenario(int lives, unsigned flood, unsigned long long states, struct count *count)
{
    static struct seen_list seen;
    struct recording_disk *disk = recording_disk_new();
    sent_count = 0;
    atomic_store(&finished, 0);
    seen.count = 0;
    now = day_of_date((struct date){.year = 2026, .month = 11, .day = 21}) * WHEN_DAY;
    log_threshold(LOG_ERROR);
    fprintf(stderr, "crash_ledger: the errors below are injected by the workload\n");
    for (int i = 0; i < lives; i++)
        live(disk, i == lives / 2 ? flood : 0);
    log_threshold((enum log_level)(LOG_ERROR + 1)); /* from here on, failures are counted */

    recording_disk_renames(disk, "/current/checkpoint", note_checkpoint, &seen);
    size_t changes = recording_disk_count(disk);
    uint32_t answers = 0;
    for (uint32_t i = 0; i < sent_count; i++)
        answers += sent[i].answered != SIZE_MAX;
    printf(
        "crash_ledger: %zu changes of the disk, %u records of which %u answered, %zu checkpoints\n",
        changes, sent_count, answers, seen.count);
    for (unsigned long long i = 0; i < states; i++) {
        /* First evenly over the whole history, all ways in turn; then wherever chance leads. */
        bool even = i < states / 2;
        size_t at =
            even ? (size_t)((changes + 1) * i / (states / 2)) : (size_t)random_below(changes + 1);
        enum crash_way way = (enum crash_way)(i % CRASH_WAYS);
        struct verdict v;
        if (try_state(disk, &seen, at, way, i % 5 == 0, &v)) {
            count->passed++;
        } else if (count->failed++ < 10) {
            char what[300];
            recording_disk_describe(disk, at, what, sizeof what);
            printf("crash_ledger: state %llu: before change %zu (%s), way %d: %s\n", i, at, what,
                   (int)way, v.text);
        }
        if ((i + 1) % 200 == 0 || i + 1 == states)
            printf("crash_ledger: %llu of %llu states\n", i + 1, states);
        fflush(stdout);
    }
    recording_disk_free(disk);
}

int main(int argc, char **argv)
{
    unsigned long long states = 1200, seed = 1;
    if ((argc > 1 && !str_to_u64(str_of(argv[1]), 100000000, &states)) ||
        (argc > 2 && !str_to_u64(str_of(argv[2]), UINT64_MAX, &seed)) || states < 10) {
        fprintf(stderr, "usage: crash_ledger [states [seed]]\n");
        return 2;
    }
    random_state = seed;
    for (size_t i = 0; i < sizeof beside; i++)
        beside[i] = (uint8_t)(i * 7);
    sent = calloc(SENT_MAX, sizeof *sent);
    if (sent == NULL)
        return 1;
    struct count count = {0};
    printf("crash_ledger: seed %llu\n", seed);
    scenario(LIVES, 0, states - states / 8, &count);
    scenario(2, FLOOD, states / 8, &count);
    free(sent);
    printf("%llu passed, %llu failed\n", count.passed, count.failed);
    return count.failed > 0;
}
