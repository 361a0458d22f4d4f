#include "gate/stopper.h"

#include "core/log.h"
#include "gate/look_index.h"
#include "gate/rounds.h"
#include "gate/ungranted.h"
#include "registry/stop.h"

#include <stdlib.h>

enum { PATIENCE = 10 };

struct stopper {
    struct rounds rounds;
    bool failing; /* said once */
    struct stop_tally *told;
    size_t told_count;
    bool has_told;
};

static bool seen_one(void *to, const struct look_asked *r)
{
    (void)r;
    *(bool *)to = true;
    return false;
}

/* Is there anything that could count? Most nodes never have it. */
static enum err anything(struct stopper *s, bool *any, struct problem *problem)
{
    *any = false;
    enum err e = look_index_asked(s->rounds.gate->looks, true, 0, seen_one, any, problem);
    if (e || *any)
        return e;
    return store_any(s->rounds.store,
                     "SELECT 1 FROM consents WHERE \"ended\" = 'disowned' UNION ALL SELECT 1 FROM "
                     "openings WHERE \"status\" IN ('ended', 'void') UNION ALL SELECT 1 FROM "
                     "tallies LIMIT 1",
                     NULL, 0, any, problem);
}

static size_t list(const struct watching *w, struct stop_tally *out)
{
    size_t n = 0;
    for (size_t i = 0; i < w->staff_count; i++) {
        const struct watched *x = &w->staff[i];
        if (x->points == 0)
            continue;
        out[n] = (struct stop_tally){.points = (int64_t)x->points,
                                     .items = (int64_t)x->lines.count,
                                     .since = x->lines.since,
                                     .last = x->lines.last};
        n += str_copy(str_of(x->id), out[n].staff, sizeof out[n].staff);
    }
    return n;
}

static bool same(const struct stop_tally *a, const struct stop_tally *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(a[i].staff, b[i].staff) != 0 || a[i].points != b[i].points ||
            a[i].items != b[i].items || a[i].since != b[i].since || a[i].last != b[i].last)
            return false;
    return true;
}

/* Only what changed is written: each write wakes everybody who follows the store. */
static enum err tell(struct stopper *s, const struct watching *w, struct problem *problem)
{
    struct stop_tally *now = calloc(w->staff_count + 1, sizeof *now);
    if (!now)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    const size_t n = list(w, now);
    const bool known = s->has_told && n == s->told_count && same(now, s->told, n);
    enum err e =
        known ? OK : stop_tell(s->rounds.store, str_of(s->rounds.gate->node), now, n, problem);
    if (e || known) {
        free(now);
        return e;
    }
    free(s->told);
    s->told = now;
    s->told_count = n;
    s->has_told = true;
    return OK;
}

static enum err count(struct stopper *s, struct problem *problem)
{
    struct gate *g = s->rounds.gate;
    const when now = clock_now(g->clock);
    const struct fact_origin origin = {.node = str_of(g->node), .actor = STR("menshen"), .at = now};
    struct watching w = {
        .gate = g, .store = s->rounds.store, .organisation = STR(""), .span = {.until = now}};
    int64_t seq = 0;
    bool any;
    enum err e = anything(s, &any, problem);
    if (e || !any)
        return e;
    e = watching_read_people(&w, problem);
    if (!e)
        e = ungranted_count(&w, problem);
    if (!e)
        e = tell(s, &w, problem);
    if (!e)
        e = stop_due(s->rounds.store, &origin, &seq, problem);
    if (!e && seq > 0)
        log_warning("an account is stopped, or a review is due; GET /v1/stops says whose");
    watching_free(&w);
    return e;
}

static void run(struct rounds *r)
{
    struct stopper *s = (struct stopper *)r;
    struct problem problem = {.text = ""};
    const int64_t begun = clock_monotonic();
    enum err e = count(s, &problem);
    if (e && !s->failing)
        log_warning("what staff obtained without a grant cannot be counted: %s; it is tried "
                    "again",
                    problem.text);
    s->failing = e != OK;
    const int64_t took = (clock_monotonic() - begun) / WHEN_MS * PATIENCE;
    r->pause_ms = (int)(took < STOPPER_PAUSE_MS ? STOPPER_PAUSE_MS
                        : took < ROUNDS_MS      ? took
                                                : ROUNDS_MS);
}

enum err stopper_start(struct gate *g, struct stopper **out, struct problem *problem)
{
    struct stopper *s = *out = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    enum err e = rounds_start(&s->rounds, g, run, problem);
    if (e != OK) {
        free(s);
        *out = NULL;
    }
    return e;
}

void stopper_stop(struct stopper *s)
{
    if (!s)
        return;
    rounds_stop(&s->rounds);
    free(s->told);
    free(s);
}

void stopper_wake(struct stopper *s)
{
    if (s)
        store_wake(s->rounds.store);
}
