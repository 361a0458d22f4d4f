#include "gate/sweep.h"

#include "core/log.h"
#include "desk/clock.h"
#include "desk/forget.h"
#include "desk/listing.h"
#include "desk/trace.h"
#include "gate/paused.h"
#include "gate/reported.h"
#include "person/binding.h"
#include "person/contract_term.h"
#include "person/introduction.h"
#include "person/opening.h"
#include "registry/paper.h"

/* Those that are over first, so that none begins after its end. */
static enum err openings(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                         struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = STR("menshen"), .at = w->now};
    const struct vault vault = {.store = w->store, .keys = w->unwrap, .rules = w->rules};
    unsigned begun;
    enum err e = opening_expire(&vault, &origin, ended, seq, problem);
    return e ? e : opening_begin(&vault, &origin, &begun, seq, problem);
}

static enum err introductions(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                              struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = STR("menshen"), .at = w->now};
    return introduction_lapse(w->store, &origin, ended, seq, problem);
}

/* The key that papers lie under is opened only for one whose time is over: that is seldom. */
static enum err papers(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                       struct problem *problem)
{
    struct exam_work x = {
        .store = w->store,
        .rules = w->rules,
        .origin = {.node = w->node, .actor = STR("menshen"), .at = w->now},
    };
    struct account_key *key = NULL;
    bool due = false;
    enum err e = papers_due(w->store, w->now, &due, problem);
    if (e || !due)
        return e;
    e = account_key_open(w->disk, w->keys, &key, problem);
    x.key = key;
    if (!e)
        e = papers_expire(&x, ended, seq, problem);
    account_key_close(key);
    return e;
}

static enum err bindings(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                         struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = STR("menshen"), .at = w->now};
    return binding_expire(w->store, &origin, ended, seq, problem);
}

static enum err contracts(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                          struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = STR("menshen"), .at = w->now};
    unsigned begun;
    *ended = 0;
    return contract_term_begin(w->store, w->rules, &origin, &begun, seq, problem);
}

static enum err deadlines(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                          struct problem *problem)
{
    const struct desk_work x = {
        .store = w->store, .rules = w->rules, .node = w->node, .at = w->now};
    unsigned reminded;
    return clock_due(&x, ended, &reminded, seq, problem);
}

static enum err traces(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                       struct problem *problem)
{
    const struct desk_work work = {
        .store = w->store, .rules = w->rules, .node = w->node, .at = w->now};
    return trace_overdue(&work, ended, seq, problem);
}

static enum err listings(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                         struct problem *problem)
{
    struct desk_work x = {.store = w->store, .rules = w->rules, .node = w->node, .at = w->now};
    struct account_key *key = NULL;
    enum err e = account_key_open(w->disk, w->keys, &key, problem);
    x.key = key;
    if (e == OK)
        e = listing_sweep(&x, ended, seq, problem);
    account_key_close(key);
    return e;
}

/* Those of calls that another node had, or that an import has entered. */
static enum err reports(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                        struct problem *problem)
{
    struct desk_work work = {.store = w->store, .rules = w->rules, .node = w->node, .at = w->now};
    struct account_key *key = NULL;
    bool waiting = false;
    enum err e = gate_reported_due(w->gate, w->store, w->now, &waiting, problem);
    if (e || !waiting)
        return e;
    e = account_key_open(w->disk, w->keys, &key, problem);
    work.key = key;
    if (!e)
        e = gate_reported_all(w->gate, &work, ended, seq, problem);
    account_key_close(key);
    return e;
}

static enum err campaigns(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                          struct problem *problem)
{
    return gate_paused_all(w->gate, w->store, w->now, ended, seq, problem);
}

static enum err forgotten(const struct sweep_with *w, unsigned *ended, int64_t *seq,
                          struct problem *problem)
{
    const struct desk_work x = {
        .store = w->store, .rules = w->rules, .node = w->node, .at = w->now};
    return forget_due(&x, ended, seq, problem);
}

static const struct sweeper {
    const char *what, *done; /* "WHAT cannot …", "3 WHAT have ended; DONE" */
    sweep_run *run;
} sweepers[] = {
    {"openings", "their keys are destroyed", openings},
    {"introductions", "they were not answered in time, or are long past", introductions},
    {"papers", "what was saved is marked", papers},
    {"bindings", "their numbers rest", bindings},
    {"contracts", "", contracts},
    {"deadlines", "what is late stays so", deadlines},
    {"traces", "carriers that were asked did not answer in time", traces},
    {"listings", "their window or their time is over", listings},
    {"reports", "they were held against the calls on record", reports},
    {"runs of campaigns", "too many whom they called refused or reported them", campaigns},
    {"complaints and reports", "what was written in them is deleted", forgotten},
};
_Static_assert(sizeof sweepers / sizeof *sweepers <= SWEEPERS, "struct sweep has room for all");

static void run(struct sweep *s, size_t i, const struct sweep_with *with)
{
    struct problem problem = {.text = ""};
    unsigned ended = 0;
    int64_t seq = 0;
    enum err e = sweepers[i].run(with, &ended, &seq, &problem);
    if (ended)
        log_info("%u %s have ended; %s", ended, sweepers[i].what, sweepers[i].done);
    if (e && !(s->failing >> i & 1))
        log_error("%s do not begin and end when they should: %s; tried again", sweepers[i].what,
                  problem.text);
    s->failing = (s->failing & ~(1u << i)) | (unsigned)(e != OK) << i;
}

void sweep_all(struct sweep *s, struct gate *g)
{
    struct problem problem;
    char keys[PATH_BYTES];
    if (g->held || !node_path(g, "keys", keys))
        return; /* without a path the gate would not have opened */
    if (!s->store && store_open(g->store_at, &s->store, &problem) != OK) {
        if (!s->failing)
            log_error("nothing begins and ends when it should: %s; tried again", problem.text);
        s->failing = ~0u;
        return;
    }
    const struct sweep_with with = {.gate = g,
                                    .store = s->store,
                                    .unwrap = g->unwrap,
                                    .link = g->link,
                                    .rules = g->rules,
                                    .disk = g->disk,
                                    .keys = keys,
                                    .node = str_of(g->node),
                                    .now = clock_now(g->clock)};
    for (size_t i = 0; i < sizeof sweepers / sizeof *sweepers; i++)
        run(s, i, &with);
}

void sweep_close(struct sweep *s)
{
    store_close(s->store);
}
