#include "core/log.h"
#include "gate/attempted.h"
#include "gate/budget.h"
#include "gate/follow.h"
#include "gate/known.h"
#include "gate/look_index.h"
#include "gate/node.h"
#include "gate/eraser.h"
#include "gate/recycler.h"
#include "gate/stopper.h"
#include "gate/ungranted.h"
#include "gate/start.h"
#include "gate/sweep.h"
#include "gate/verdict_index.h"
#include "ledger/note.h"
#include "person/intake.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

/*
 * Opening and closing a node: its parts in the order in which they need each
 * other, and its two housekeeping threads.
 */
enum {
    SAVE_MS = 10000,
    PURGE_MS = 3600000,
    LATENCY_MS = 300000,
    NODE_BYTES = 8,
    RESERVE = 1024,
    ROLL_AGAIN_MS = 600000,
    ROLL_LEAST = 100000, /* persons, before most of them go into a file */
    LAG_MS = 10000
};

bool node_path(const struct gate *g, const char *name, char out[static PATH_BYTES])
{
    int n = snprintf(out, PATH_BYTES, "%s/%s", g->folder, name);
    return n > 0 && n < PATH_BYTES;
}

int64_t node_day(const struct gate *g, when at)
{
    const when local = at + rules_offset_minutes(g->rules) * WHEN_MINUTE;
    return local / WHEN_DAY - (local % WHEN_DAY < 0);
}

bool node_pause(struct gate *g, int ms)
{
    int64_t until = clock_monotonic() + ms * WHEN_MS;
    struct timespec due = {.tv_sec = until / WHEN_SECOND, .tv_nsec = until % WHEN_SECOND};
    pthread_mutex_lock(&g->lock_stop);
    while (!g->stop && pthread_cond_timedwait(&g->stopped, &g->lock_stop, &due) == 0)
        continue;
    bool stop = g->stop;
    pthread_mutex_unlock(&g->lock_stop);
    return stop;
}

/* Make the keys that calls will need, ahead of them, so that none waits for the disk. */
static void make_keys(struct gate *g, when at)
{
    uint8_t commitment[COMMITMENT], memory[OPENING_OVERHEAD + 1];
    for (int class = 0; class < OPENING_CLASSES; class ++) {
        struct buf sealed;
        buf_fixed(&sealed, memory, sizeof memory);
        if (opening_seal(g->keys, (enum opening_class) class, at, STR("-"), commitment, &sealed) !=
            OK)
            log_warning("a key for records cannot be made ahead; it is tried again when needed");
    }
}

/* The file in which most persons lie. */
struct keep_roll {
    bool verified, failing;
    int64_t again; /* monotonic: what failed is not begun again before */
};

/* It is read once from end to end, and written anew when it is due. */
static void keep_roll(struct keep_roll *k, struct gate *g, struct store *store)
{
    struct problem problem;
    enum err e = k->verified ? OK : view_verify(g->view, &g->closing, &problem);
    if (e == ERR_CORRUPT)
        log_error("%s", problem.text);
    k->verified |= e == OK || e == ERR_CORRUPT;
    if (e || !store || clock_monotonic() < k->again)
        return;
    e = view_settle(g->view, store, &g->closing, &problem);
    if (e && e != ERR_CLOSED && !k->failing)
        log_warning("persons stay in memory: %s", problem.text);
    if (e)
        k->again = clock_monotonic() + ROLL_AGAIN_MS * WHEN_MS;
    k->failing = e != OK;
}

static void *keep(void *argument)
{
    struct gate *g = argument;
    struct problem problem;
    int64_t purged = INT64_MIN, turned = clock_monotonic();
    bool failing = false;
    struct keep_roll roll = {.again = 0};
    struct sweep sweep = {.store = NULL};
    make_keys(g, clock_now(g->clock) + WHEN_DAY);
    while (!node_pause(g, SAVE_MS)) {
        sweep_all(&sweep, g);
        keep_roll(&roll, g, sweep.store);
        enum err e = replay_save(g, false, &problem);
        if (e && !failing)
            log_warning("%s; after a restart counts come from the ledger", problem.text);
        failing = e != OK;
        if (clock_monotonic() - turned >= LATENCY_MS * WHEN_MS) {
            turned = clock_monotonic();
            latency_turn(&g->latency);
        }
        if (purged != INT64_MIN && clock_monotonic() - purged < PURGE_MS * WHEN_MS)
            continue;
        purged = clock_monotonic();
        make_keys(g, clock_now(g->clock) + WHEN_DAY);
        if (opening_keys_purge(g->keys, clock_now(g->clock), &problem) != OK)
            log_error("keys whose retention ended cannot be destroyed: %s", problem.text);
    }
    sweep_close(&sweep);
    return NULL;
}

/* How long an attempt can still matter to a cap. */
static int64_t horizon(const struct rules *rules)
{
    int64_t longest = 86400;
    for (size_t i = 0; i <= rules_sectors(rules); i++) {
        const struct call_profile *p = i < rules_sectors(rules)
                                           ? rules_sector_at(rules, (int)i)->profile
                                           : rules_default_profile(rules);
        for (unsigned j = 0; p && j < p->cap_count; j++)
            if (p->caps[j].window_s > longest)
                longest = p->caps[j].window_s;
        if (p && p->ceiling.window_s > longest)
            longest = p->ceiling.window_s;
    }
    return longest;
}

/* DATA/node: a name of the folder's own, made once. */
static enum err name_node(struct gate *g, struct problem *problem)
{
    char path[PATH_BYTES];
    uint8_t random[NODE_BYTES];
    void *bytes;
    size_t n;
    if (!node_path(g, "node", path))
        return problem_set(problem, ERR_LIMIT, "%s: the path is too long", g->folder);
    enum err e = disk_load(g->disk, path, NODE_NAME, &bytes, &n);
    if (!e) {
        bool good = str_copy(str_trim((struct str){bytes, n}), g->node, sizeof g->node) &&
                    g->node[0] != '\0';
        free(bytes);
        if (good)
            return OK;
        return problem_set(problem, ERR_CORRUPT,
                           "%s: not the name of a node; it was \"node_\" and 16 hex digits", path);
    }
    if (e != ERR_NOT_FOUND)
        return problem_set(problem, e, "%s: cannot be read (%s)", path, err_name(e));
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return problem_errno(problem, errno, "no random bytes");
    snprintf(g->node, sizeof g->node, "node_%02x%02x%02x%02x%02x%02x%02x%02x", random[0], random[1],
             random[2], random[3], random[4], random[5], random[6], random[7]);
    e = disk_replace(g->disk, path, 0600, g->node, strlen(g->node));
    return e ? problem_set(problem, e, "%s: cannot be written (%s)", path, err_name(e)) : OK;
}

static enum err place(struct gate *g, const struct gate_options *o, struct problem *problem)
{
    char path[PATH_BYTES];
    if (!str_copy(str_of(o->folder), g->folder, sizeof g->folder) ||
        !node_path(g, "menshen.db", g->store_at) || !node_path(g, "lock", path) ||
        (o->store && !str_copy(str_of(o->store), g->store_at, sizeof g->store_at)))
        return problem_set(problem, ERR_LIMIT, "the path of the data folder is too long");
    enum err e = g->disk->make_folder(g->disk->context, g->folder, 0700);
    if (e)
        return problem_set(problem, e, "%s: the data folder cannot be made (%s)", g->folder,
                           err_name(e));
    e = lock_open(path, o->lock_wait_ms, &g->lock, problem);
    if (e)
        return e;
    if (!node_path(g, "keys", path))
        return problem_set(problem, ERR_LIMIT, "%s: the path is too long", g->folder);
    e = g->disk->make_folder(g->disk->context, path, 0700);
    return e ? problem_set(problem, e, "%s: cannot be made (%s)", path, err_name(e)) : OK;
}

static size_t index_rows(const struct ledger_record *r, struct str plaintext,
                         struct index_row out[static INDEX_ROWS])
{
    if (r->entry.p[1] == ENTRY_SCRUB_PART)
        return scrub_part_index_rows(r->recorded, plaintext, out);
    return call_index_row(plaintext, &out[0]) ? 1 : 0;
}

/* The indexes beside the one of calls; frames wait for both. */
static enum err follow_beside(void *to, uint64_t target, bool closing, uint64_t *below,
                              struct problem *problem)
{
    struct gate *g = to;
    struct problem other = {.text = ""};
    uint64_t counted = 0;
    enum err e = look_index_follow(g->looks, target, closing, below, problem);
    enum err of_verdicts = verdict_index_follow(g->verdicts, target, closing, &counted, &other);
    if (counted < *below)
        *below = counted;
    if (!e && of_verdicts)
        e = problem_set(problem, of_verdicts, "%s", other.text);
    return e;
}

static number open_number(void *to, struct str person, struct str sealed)
{
    number n;
    return intake_number(to, person, sealed, &n) == OK ? n : 0;
}

static void count_attempt(void *to, uint64_t principal, number callee, when at)
{
    window_note(to, principal, callee, at);
    window_note(to, 0, callee, at);
}

static enum err open_store(struct gate *g, struct problem *problem)
{
    char keys[PATH_BYTES];
    const struct unwrap_from from = {.master = g->config->keys.master, .store = g->store_at};
    enum err e = store_open(g->store_at, &g->store, problem);
    if (!e && (!node_path(g, "keys", keys) || !node_path(g, "base", g->base_folder) ||
               !node_path(g, "roll", g->roll)))
        e = problem_set(problem, ERR_LIMIT, "%s: the path is too long", g->folder);
    if (!e)
        e = unwrap_open(g->disk, keys, &from, &g->unwrap, problem);
    if (!e)
        e = link_open(g->disk, keys, g->store, &g->link, problem);
    if (!e) {
        view_opener(g->view, open_number, g->unwrap);
        view_link(g->view, g->link);
        view_base_folder(g->view, g->base_folder);
        view_roll(g->view, g->roll, ROLL_LEAST);
        view_counter(g->view, count_attempt, g->windows);
    }
    return e;
}

static enum err open_records(struct gate *g, struct problem *problem)
{
    char keys[PATH_BYTES];
    struct buf known;
    buf_init(&known, NOTE_MAX);
    enum err e = known_load(g, g->store, &known, problem);
    const struct ledger_options o = {.folder = g->folder,
                                     .disk = g->disk,
                                     .clock = g->clock,
                                     .origin = g->config->ledger.origin,
                                     .known = buf_view(&known),
                                     .checkpoint_ms = g->config->ledger.checkpoint_ms,
                                     .retention_days = g->config->ledger.retention_days};
    if (!e && !node_path(g, "keys", keys))
        e = problem_set(problem, ERR_LIMIT, "%s: the path is too long", g->folder);
    if (!e)
        e = ledger_open(&o, &g->ledger, problem);
    buf_fini(&known);
    if (!e)
        e = opening_keys_open(g->disk, keys, &g->keys, problem);
    if (!e)
        make_keys(g, clock_now(g->clock));
    if (!e)
        e = look_index_open(g->disk, g->folder, g->ledger, &g->looks, problem);
    if (!e)
        e = verdict_index_open(g->disk, g->folder, g->ledger, g->keys, g->clock, &g->verdicts,
                               problem);
    if (e)
        return e;
    const struct index_options index = {.disk = g->disk,
                                        .folder = g->folder,
                                        .ledger = g->ledger,
                                        .keys = g->keys,
                                        .decode = index_rows,
                                        .beside = follow_beside,
                                        .beside_to = g};
    return index_open(&index, &g->index, problem);
}

static enum err open_memory(struct gate *g, struct problem *problem)
{
    size_t slots = (size_t)g->config->sip.max_pending + RESERVE;
    enum err e = windows_new((size_t)g->config->limits.windows, horizon(g->rules), &g->windows);
    if (!e)
        e = pool_new(slots, &g->pool);
    if (!e)
        e = budget_new(BUDGET_ROOM, &g->budget);
    if (!e)
        e = attempted_new(&g->attempted);
    if (!e)
        e = asked_new(&g->asked);
    if (!e)
        e = ungranted_new(&g->ungranted);
    if (!e)
        e = view_new(g->rules, g->config, &g->view);
    return e ? problem_set(problem, e, "not enough memory for the gate") : OK;
}

static enum err start_threads(struct gate *g, struct problem *problem)
{
    g->watching = pthread_create(&g->watcher, NULL, pending_watch, g) == 0;
    g->keeping = pthread_create(&g->keeper, NULL, keep, g) == 0;
    return g->watching && g->keeping
               ? OK
               : problem_set(problem, ERR_MEMORY, "threads of the gate cannot be started");
}

static void init_locks(struct gate *g)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&g->stopped, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&g->lock_stop, NULL);
    pthread_mutex_init(&g->recorded.lock, NULL);
    pthread_mutex_init(&g->numbering, NULL);
}

static void release(struct gate *g)
{
    pthread_mutex_lock(&g->lock_stop);
    g->stop = true;
    atomic_store(&g->closing, true);
    pthread_cond_broadcast(&g->stopped);
    pthread_mutex_unlock(&g->lock_stop);
    attempted_stop(g->attempted);
    stopper_stop(g->stopper);
    eraser_stop(g->eraser);
    recycler_stop(g->recycler);
    follower_stop(g->follower);
    if (g->keeping)
        pthread_join(g->keeper, NULL);
    if (g->watching)
        pthread_join(g->watcher, NULL);
}

static void dismantle(struct gate *g)
{
    if (g->index)
        index_close(g->index);
    look_index_close(g->looks);
    verdict_index_close(g->verdicts);
    if (g->ledger)
        ledger_close(g->ledger);
    if (g->keys)
        opening_keys_close(g->keys);
    view_free(g->view);
    link_close(g->link);
    unwrap_close(g->unwrap);
    store_close(g->store);
    windows_free(g->windows);
    budget_free(g->budget);
    attempted_free(g->attempted);
    asked_free(g->asked);
    ungranted_free(g->ungranted);
    pool_free(g->pool);
    lock_close(g->lock);
    pthread_cond_destroy(&g->stopped);
    pthread_mutex_destroy(&g->lock_stop);
    pthread_mutex_destroy(&g->recorded.lock);
    pthread_mutex_destroy(&g->numbering);
    free(g);
}

/* A server that cannot record its start says so and serves: calls have their own rules for that. */
static void record_start(struct gate *g, const char *program)
{
    struct ledger_recovery found = ledger_recovered(g->ledger);
    struct start_record r = {
        .recovered = found.entries, .cut = found.cut, .damaged = found.damaged};
    uint8_t memory[sizeof r + 64];
    struct buf body;
    struct problem problem;
    snprintf(r.program, sizeof r.program, "%s", program);
    snprintf(r.node, sizeof r.node, "%s", g->node);
    memcpy(r.pack, rules_hash(g->rules), sizeof r.pack);
    buf_fixed(&body, memory, sizeof memory);
    start_record_put(&body, &r);
    if (ledger_append(g->ledger, ENTRY_START, buf_view(&body), (struct str){0}, NULL, &problem) !=
        OK)
        log_warning("the start has no record: %s", problem.text);
}

enum err gate_open(const struct gate_options *o, struct gate **out, struct problem *problem)
{
    struct gate *g = *out = calloc(1, sizeof *g);
    if (!g)
        return problem_set(problem, ERR_MEMORY, "not enough memory for the gate");
    g->config = o->config;
    g->rules = o->rules;
    g->clock = o->clock;
    g->disk = o->disk;
    init_locks(g);
    static enum err (*const steps[])(struct gate *, struct problem *) = {
        name_node, open_memory, open_store, open_records, replay_start, budget_restore};
    enum err e = place(g, o, problem);
    for (size_t i = 0; !e && i < sizeof steps / sizeof *steps; i++)
        e = steps[i](g, problem);
    if (!e)
        e = follower_start(g, g->store, &g->follower, problem);
    if (!e)
        e = start_threads(g, problem);
    if (!e && o->serving)
        e = recycler_start(g, &g->recycler, problem);
    if (!e && o->serving)
        e = eraser_start(g, &g->eraser, problem);
    if (!e && o->serving)
        e = attempted_start(g->attempted, g, problem);
    if (!e && o->serving)
        e = stopper_start(g, &g->stopper, problem);
    if (!e && o->serving)
        record_start(g, o->serving);
    if (!e)
        return OK;
    release(g);
    dismantle(g);
    *out = NULL;
    return e;
}

void gate_hold(struct gate *g, bool held)
{
    g->held = held;
}

void gate_close(struct gate *g)
{
    if (!g)
        return;
    struct problem problem;
    int64_t patience = clock_monotonic() + (2 * g->config->ledger.deadline_ms + 2000) * WHEN_MS;
    while ((pool_busy(g->pool) || attempted_busy(g->attempted)) && clock_monotonic() < patience &&
           !node_pause(g, 2))
        continue;
    release(g);
    if (replay_save(g, true, &problem) != OK)
        log_warning("%s; after a restart counts come from the ledger", problem.text);
    dismantle(g);
}

enum err gate_reach(struct gate *g, int64_t seq, int timeout_ms, struct problem *problem)
{
    return follower_reach(g->follower, seq, timeout_ms, problem);
}

void gate_listen(struct gate *g, const struct gate_listener *listener)
{
    follower_listen(g->follower, listener);
}

int64_t gate_journal(const struct gate *g)
{
    return view_journal(g->view);
}

void gate_stats(const struct gate *g, struct gate_stats *out)
{
    const struct counters *c = &g->counters;
    const struct recycler_stats claims = recycler_count(g->recycler);
    *out = (struct gate_stats){
        .claims_ended = claims.ended,
        .claims_failed = claims.failed,
        .looks_over_budget = atomic_load(&c->looks_over_budget),
        .asked = atomic_load(&c->asked),
        .observed = atomic_load(&c->observed),
        .record_failures = atomic_load(&c->record_failures),
        .late = atomic_load(&c->late),
        .overload = atomic_load(&c->overload),
        .clock_back = atomic_load(&c->clock_back),
        .journal = view_journal(g->view),
        .journal_lag_ms = follower_lag_ms(g->follower),
    };
    for (int i = 0; i < 4; i++)
        out->by_kind[i] = atomic_load(&c->by_kind[i]);
    for (int i = 0; i < CHECKS_CALL; i++)
        out->by_check[i] = atomic_load(&c->by_check[i]);
    for (int a = 0; a < LOOK_ANSWERS; a++)
        for (int s = 0; s < LOOK_SURFACES; s++)
            for (int k = 0; k < CLASS_COUNT; k++)
                out->looks[a][s][k] = atomic_load(&c->looks[a][s][k]);
    out->healthy = ledger_healthy(g->ledger) && out->journal_lag_ms < LAG_MS;
}
