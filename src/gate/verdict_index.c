#include "gate/verdict_index.h"

#include "ledger/opening.h"
#include "store/schema.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PATH = 4096,
    GROUPS = 4096, /* in memory; when so many are there, they are written */
    SLOTS = 2 * GROUPS,
    LAG_RECORDS = 100000, /* a position without rows is written down after so many */
    PURGE_S = 3600,
};

#define COUNTS(name)                                                                               \
    "CREATE TABLE " name " (line TEXT NOT NULL, at BIGINT NOT NULL, campaign TEXT NOT NULL,"       \
    " kind BIGINT NOT NULL, why TEXT NOT NULL, would BIGINT NOT NULL, would_why TEXT NOT NULL,"    \
    " shielded BIGINT NOT NULL, calls BIGINT NOT NULL,"                                            \
    " PRIMARY KEY (line, at, campaign, kind, why, would, would_why, shielded));"                   \
    "CREATE INDEX " name "_at ON " name " (at);"                                                   \
    "CREATE INDEX " name "_campaign ON " name " (campaign, at);"

static const struct schema_step steps[] = {
    {1, "verdicts",
     "CREATE TABLE place (log TEXT NOT NULL PRIMARY KEY, next BIGINT NOT NULL);" COUNTS("minutes")
         COUNTS("hours")},
};

/* Calls that are alike. */
struct group {
    when minute;
    char line[ID_MAX], campaign[ID_MAX];
    uint8_t kind, would, check, would_check;
    bool observed, protected_caller;
    int64_t calls; /* 0: the slot is free */
};

struct verdict_index {
    char path[PATH];
    struct ledger *ledger;
    struct opening_keys *keys;
    struct clock clock;
    struct store *store; /* the index thread's, as what follows */
    uint64_t position, written;
    int64_t written_at, purged_at;
    struct buf clear;
    struct group group[SLOTS];
    size_t groups;
    struct call_record record;
    atomic_bool hurry;

    pthread_mutex_t lock; /* of `reader` */
    struct store *reader;
};

/* Opening ------------------------------------------------------------------------------------- */

struct place {
    char log[16];
    uint64_t next;
    bool there;
};

static bool take_place(void *to, const struct value *c, size_t n)
{
    struct place *p = to;
    (void)n;
    p->there = str_copy(c[0].s, p->log, sizeof p->log);
    p->next = (uint64_t)c[1].i;
    return false;
}

static enum err run(struct verdict_index *x, const char *sql, const struct value *v, size_t n,
                    struct problem *problem)
{
    return store_run(x->store, sql, v, n, NULL, NULL, problem);
}

/* Counts of another ledger, or of a later state of this one, are of no use. */
static enum err forget_all(struct verdict_index *x, struct problem *problem)
{
    static const char *const all[] = {"DELETE FROM place", "DELETE FROM minutes",
                                      "DELETE FROM hours"};
    enum err e = store_begin(x->store, problem);
    for (size_t i = 0; !e && i < sizeof all / sizeof *all; i++)
        e = run(x, all[i], NULL, 0, problem);
    return store_end(x->store, e, problem);
}

static enum err read_place(struct verdict_index *x, struct problem *problem)
{
    struct place p = {.there = false};
    enum err e =
        store_run(x->store, "SELECT log, next FROM place", NULL, 0, take_place, &p, problem);
    if (!e && p.there &&
        (strcmp(p.log, ledger_first_id(x->ledger)) != 0 || p.next > ledger_size(x->ledger))) {
        e = forget_all(x, problem);
        p.next = 0;
    }
    x->position = x->written = p.next;
    return e;
}

enum err verdict_index_open(const struct disk *disk, const char *folder, struct ledger *ledger,
                            struct opening_keys *keys, struct clock clock,
                            struct verdict_index **out, struct problem *problem)
{
    struct verdict_index *x = *out = calloc(1, sizeof *x);
    if (!x)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", folder);
    x->ledger = ledger;
    x->keys = keys;
    x->clock = clock;
    x->written_at = clock_monotonic();
    buf_init(&x->clear, OPENING_MAX);
    pthread_mutex_init(&x->lock, NULL);
    bool fits = snprintf(x->path, PATH, "%s/index", folder) < PATH - 16;
    enum err e = fits ? disk->make_folder(disk->context, x->path, 0700) : ERR_LIMIT;
    if (e)
        problem_set(problem, e, "%.200s/index: cannot make the folder (%s)", folder, err_name(e));
    else
        str_copy(STR("/verdicts.db"), x->path + strlen(x->path), 16);
    if (!e)
        e = store_open_other(x->path, steps, sizeof steps / sizeof *steps, &x->store, problem);
    if (!e)
        e = store_open_other(x->path, steps, sizeof steps / sizeof *steps, &x->reader, problem);
    if (!e)
        e = read_place(x, problem);
    if (e) {
        verdict_index_close(x);
        *out = NULL;
    }
    return e;
}

void verdict_index_close(struct verdict_index *x)
{
    if (!x)
        return;
    store_close(x->reader);
    store_close(x->store);
    buf_fini(&x->clear);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

/* Counting ------------------------------------------------------------------------------------ */

static uint32_t mix(uint32_t h, const void *p, size_t n)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ b[i]) * 16777619U; /* FNV-1a */
    return h;
}

static bool alike(const struct group *a, const struct group *b)
{
    return a->minute == b->minute && a->kind == b->kind && a->check == b->check &&
           a->observed == b->observed && a->would == b->would && a->would_check == b->would_check &&
           a->protected_caller == b->protected_caller && strcmp(a->line, b->line) == 0 &&
           strcmp(a->campaign, b->campaign) == 0;
}

static void count(struct verdict_index *x, const struct group *g)
{
    uint32_t h = mix(2166136261U, &g->minute, sizeof g->minute);
    h = mix(h, g->line, strlen(g->line));
    h = mix(h, g->campaign, strlen(g->campaign));
    h = mix(h, (uint8_t[]){g->kind, g->check, g->would_check}, 3);
    struct group *slot = &x->group[h % SLOTS];
    while (slot->calls && !alike(slot, g))
        slot = slot + 1 < x->group + SLOTS ? slot + 1 : x->group;
    if (!slot->calls) {
        *slot = *g;
        x->groups++;
    }
    slot->calls++;
}

static when begin_of(when at, when step)
{
    return at - (at % step + step) % step;
}

static void count_call(struct verdict_index *x, const struct ledger_record *r)
{
    uint8_t commitment[COMMITMENT];
    struct call_record *c = &x->record;
    if (call_record_decode(str_skip(r->entry, ENTRY_HEADER), c) != OK || c->dry)
        return;
    buf_reset(&x->clear);
    if (r->opening.n == 0 || opening_unseal(x->keys, r->opening, commitment, &x->clear) != OK ||
        call_opening_decode(buf_view(&x->clear), c) != OK)
        c->verdict.line[0] = c->verdict.campaign[0] = '\0';
    const struct verdict *v = &c->verdict;
    struct group g = {.minute = begin_of(c->asked, WHEN_MINUTE),
                      .kind = (uint8_t)v->kind,
                      .check = (uint8_t)v->check,
                      .observed = v->observed,
                      .would = v->observed ? (uint8_t)v->would : 0,
                      .would_check = v->observed ? (uint8_t)v->would_check : 0,
                      .protected_caller = v->protected_caller};
    memcpy(g.line, v->line, sizeof g.line);
    memcpy(g.campaign, v->campaign, sizeof g.campaign);
    count(x, &g);
}

struct round {
    struct verdict_index *index;
    uint64_t next;
    bool full;
};

static bool take(void *to, const struct ledger_record *r)
{
    struct round *round = to;
    if (r->entry.n >= ENTRY_HEADER && r->entry.p[1] == ENTRY_CALL)
        count_call(round->index, r);
    round->next = r->index + 1;
    round->full = round->index->groups >= GROUPS;
    return !round->full;
}

/* Writing ------------------------------------------------------------------------------------- */

#define ADD(table)                                                                                 \
    "INSERT INTO " table " (line, at, campaign, kind, why, would, would_why, shielded, calls) "    \
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (line, at, campaign, kind, why, "     \
    "would, would_why, shielded) DO UPDATE SET calls = " table ".calls + excluded.calls"

/* A line of its own; of none only the sums. */
static enum err add(struct verdict_index *x, const struct group *g, struct str line,
                    struct str campaign, struct problem *problem)
{
    struct value v[] = {
        value_text(line),
        value_int(g->minute),
        value_text(campaign),
        value_int(g->kind),
        value_text(str_of(check_word((enum check)g->check))),
        value_int(g->observed ? g->would : -1),
        value_text(g->observed ? str_of(check_word((enum check)g->would_check)) : STR("")),
        value_int(g->protected_caller),
        value_int(g->calls)};
    enum err e = run(x, ADD("minutes"), v, 9, problem);
    v[1] = value_int(begin_of(g->minute, WHEN_HOUR));
    return e ? e : run(x, ADD("hours"), v, 9, problem);
}

static enum err add_groups(struct verdict_index *x, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; !e && i < SLOTS; i++) {
        const struct group *g = &x->group[i];
        if (!g->calls)
            continue;
        e = add(x, g, STR(VERDICT_ALL), STR(""), problem);
        if (!e && *g->line)
            e = add(x, g, str_of(g->line), str_of(g->campaign), problem);
    }
    return e;
}

static enum err purge(struct verdict_index *x, struct problem *problem)
{
    const when now = clock_now(x->clock);
    const struct value minutes = value_int(when_plus(now, -VERDICT_MINUTES)),
                       hours = value_int(when_plus(now, -VERDICT_HOURS));
    if (x->purged_at && clock_monotonic() - x->purged_at < PURGE_S * WHEN_SECOND)
        return OK;
    enum err e = run(x, "DELETE FROM minutes WHERE at < $1", &minutes, 1, problem);
    if (!e)
        e = run(x, "DELETE FROM hours WHERE at < $1", &hours, 1, problem);
    return e;
}

static enum err write_down(struct verdict_index *x, struct problem *problem)
{
    const struct value place[] = {value_text(str_of(ledger_first_id(x->ledger))),
                                  value_int((int64_t)x->position)};
    enum err e = store_begin(x->store, problem);
    if (!e)
        e = add_groups(x, problem);
    if (!e)
        e = purge(x, problem);
    if (!e)
        e = run(x,
                "INSERT INTO place (log, next) VALUES ($1, $2) "
                "ON CONFLICT (log) DO UPDATE SET next = excluded.next",
                place, 2, problem);
    e = store_end(x->store, e, problem);
    if (e)
        return e;
    memset(x->group, 0, sizeof x->group);
    x->groups = 0;
    x->written = x->position;
    x->written_at = clock_monotonic();
    if (!x->purged_at || x->written_at - x->purged_at >= PURGE_S * WHEN_SECOND)
        x->purged_at = x->written_at;
    return OK;
}

static bool must_write(struct verdict_index *x, bool closing)
{
    const bool hurry = atomic_exchange(&x->hurry, false);
    if (x->groups > 0)
        return closing || hurry || x->groups >= GROUPS ||
               clock_monotonic() - x->written_at >= WHEN_SECOND;
    return x->position > x->written && (closing || x->position - x->written > LAG_RECORDS);
}

/* As far as the groups hold. */
static enum err follow(struct verdict_index *x, uint64_t target, bool closing, bool *more,
                       struct problem *problem)
{
    struct round r = {.index = x, .next = x->position};
    enum err e = OK;
    /* Groups that could not be written are there still. */
    if (x->groups < GROUPS && r.next < target)
        e = ledger_follow(x->ledger, r.next, take, &r, problem);
    if (!e && x->groups < GROUPS && r.next < target)
        r.next = target; /* frames gone: released by an index that was removed since */
    x->position = r.next;
    if (must_write(x, closing)) {
        enum err written = write_down(x, problem);
        e = e ? e : written;
    }
    *more = !e && r.full;
    return e;
}

enum err verdict_index_follow(void *to, uint64_t target, bool closing, uint64_t *below,
                              struct problem *problem)
{
    struct verdict_index *x = to;
    struct problem why = {.text = ""};
    enum err e = OK;
    for (bool more = true; !e && more;)
        e = follow(x, target, closing, &more, &why);
    /* Nothing to write: nothing to keep frames for. */
    *below = x->groups > 0 ? x->written : x->position;
    return e ? problem_set(problem, e, "%s: %s", x->path, why.text) : OK;
}

void verdict_index_hurry(struct verdict_index *x)
{
    atomic_store(&x->hurry, true);
}

/* Reading ------------------------------------------------------------------------------------- */

struct reading {
    verdict_each *each;
    void *to;
};

static bool read_row(void *to, const struct value *c, size_t n)
{
    const struct reading *r = to;
    (void)n;
    const struct verdict_count v = {.line = c[0].s,
                                    .at = c[1].i,
                                    .campaign = c[2].s,
                                    .kind = (enum verdict_kind)c[3].i,
                                    .check = c[4].s,
                                    .observed = c[5].i >= 0,
                                    .would =
                                        c[5].i >= 0 ? (enum verdict_kind)c[5].i : VERDICT_BLOCK,
                                    .would_check = c[6].s,
                                    .protected_caller = c[7].i != 0,
                                    .calls = c[8].i};
    return r->each(r->to, &v);
}

#define COLUMNS "line, at, campaign, kind, why, would, would_why, shielded, calls FROM "
#define BY_LINE " WHERE line = $1 AND at >= $2 AND at < $3 ORDER BY at"
#define BY_CAMPAIGN                                                                                \
    " WHERE campaign = $1 AND at >= $2 AND at < $3 AND line <> '" VERDICT_ALL "' ORDER BY at"

#define BY_TIME " WHERE $1 = '' AND at >= $2 AND at < $3 ORDER BY at"

enum err verdict_index_read(struct verdict_index *x, const struct verdict_wanted *w,
                            verdict_each *each, void *to, struct problem *problem)
{
    static const char *const sql[2][3] = {
        [VERDICT_MINUTE] = {"SELECT " COLUMNS "minutes" BY_LINE,
                            "SELECT " COLUMNS "minutes" BY_CAMPAIGN,
                            "SELECT " COLUMNS "minutes" BY_TIME},
        [VERDICT_HOUR] = {"SELECT " COLUMNS "hours" BY_LINE, "SELECT " COLUMNS "hours" BY_CAMPAIGN,
                          "SELECT " COLUMNS "hours" BY_TIME},
    };
    struct reading r = {.each = each, .to = to};
    const bool by_campaign = w->campaign.n > 0;
    const size_t by = by_campaign ? 1 : w->line.n > 0 ? 0 : 2;
    const struct value v[] = {value_text(by_campaign ? w->campaign : w->line), value_int(w->from),
                              value_int(w->until)};
    pthread_mutex_lock(&x->lock);
    enum err e = store_run(x->reader, sql[w->step][by], v, 3, read_row, &r, problem);
    pthread_mutex_unlock(&x->lock);
    return e;
}
