#include "http/demo_traffic.h"
#include "http/ask.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 200, DAY_CALLS = 10000, KINDS = 4 };

/* Calls from `from` and the numbers after it to `to` and the numbers after it. */
struct strand {
    const char *line, *campaign;
    const char *from;
    unsigned from_count;
    const char *to;
    unsigned to_count;
    unsigned share; /* of all calls of the plan */
};

#define JIANGNAN "13800000000"
#define HAICHAO  "13900000000"

static const struct strand day[] = {
    {"lin_jiangnan", "", JIANGNAN, 1000, HAICHAO, 1000, 3600},     /* people among themselves */
    {"lin_haichao", "", HAICHAO, 1000, JIANGNAN, 1000, 3200},      /* … and back */
    {"lin_kuaidi", "", "057982800050", 50, JIANGNAN, 1000, 900},   /* a courier */
    {"lin_hospital", "", "057982500000", 40, JIANGNAN, 1000, 300}, /* a hospital */
    {"lin_insurance_service", "", "057982300000", 100, HAICHAO, 1000, 400}, /* about contracts */
    {"lin_matchmaking_service", "", "057982400050", 50, JIANGNAN, 400, 200},
    {"lin_estate", "cmp_estate", "057982100000", 100, JIANGNAN, 1000, 600},
    {"lin_insurance", "cmp_insurance", "951888", 1, HAICHAO, 1000, 300},
    {"lin_matchmaking", "cmp_matchmaking", "057982400000", 50, JIANGNAN, 1000, 200},
    {"lin_gateway", "", HAICHAO, 1000, JIANGNAN, 1000, 150}, /* roaming, or not */
    {"lin_gateway", "", "057982500000", 40, JIANGNAN, 1000,
     50}, /* a hospital's number from abroad */
    {"lin_estate", "cmp_spring", "057982100000", 100, HAICHAO, 1000,
     60}, /* a campaign that ended */
    {"lin_insurance", "cmp_insurance", "057982100000", 100, HAICHAO, 1000,
     40}, /* another's number */
    {NULL, NULL, NULL, 0, NULL, 0, 0},
};
static const struct strand rogue[] = {
    {"lin_rogue", "", "057982800033", 1, "13800000700", 30, 30},
    {NULL, NULL, NULL, 0, NULL, 0, 0},
};
static const struct strand hospital[] = {
    {"lin_gateway", "", "057982500008", 1, "13800000500", 300, 200},
    {"lin_hospital", "", "057982500008", 1, "13800000500", 300, 20},
    {NULL, NULL, NULL, 0, NULL, 0, 0},
};

static const struct plan {
    const char *kind;
    const struct strand *strands;
    int calls;
    when span;    /* the time that they are spread over, up to now */
    bool in_turn; /* callers and callees one after another, not by chance */
} plans[] = {
    {"day", day, DAY_CALLS, 12 * WHEN_HOUR, false},
    {"rogue", rogue, 30, 5 * WHEN_MINUTE, true},
    {"hospital", hospital, 220, WHEN_HOUR, true},
};

/* What the city has seen before anybody looks: between people whom no example and no story
 * names, so that nobody's caps are used up. */
#define JIANGNAN_REST "13800000800"
#define HAICHAO_REST  "13900000500"
static const struct strand since_yesterday[] = {
    {"lin_jiangnan", "", JIANGNAN_REST, 200, HAICHAO_REST, 500, 500},
    {"lin_haichao", "", HAICHAO_REST, 500, JIANGNAN_REST, 200, 350},
    {"lin_kuaidi", "", "057982800050", 50, JIANGNAN_REST, 200, 40},
    {"lin_hospital", "", "057982500000", 40, JIANGNAN_REST, 200, 60},
    {"lin_insurance_service", "", "057982300000", 100, HAICHAO_REST, 500, 60},
    {"lin_matchmaking_service", "", "057982400050", 50, JIANGNAN_REST, 200, 40},
    {"lin_estate", "cmp_estate", "057982100000", 100, JIANGNAN_REST, 200, 80},
    {"lin_insurance", "cmp_insurance", "951888", 1, HAICHAO_REST, 500, 40},
    {"lin_matchmaking", "cmp_matchmaking", "057982400000", 50, JIANGNAN_REST, 200, 30},
    {"lin_gateway", "", HAICHAO_REST, 500, JIANGNAN_REST, 200, 20},
    {"lin_gateway", "", "057982500000", 40, JIANGNAN_REST, 200, 8},
    {"lin_estate", "cmp_spring", "057982100000", 100, HAICHAO_REST, 500, 8},
    {NULL, NULL, NULL, 0, NULL, 0, 0},
};
static const struct plan past = {"past", since_yesterday, 2340, 26 * WHEN_HOUR, false};

struct demo_traffic {
    struct gate *gate;
    pthread_t thread;
    bool started; /* there is a thread to be joined */
    pthread_mutex_t lock;
    pthread_cond_t less;
    /* under lock: */
    const struct plan *plan; /* NULL: nothing was sent yet */
    bool runs, stop, enforce;
    when begun;
    int done, waiting, unrecorded;
    uint32_t answered[KINDS], would[KINDS][CHECKS_CALL][2];
};

/* -- Sending --------------------------------------------------------------------------- */

static uint64_t chance(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static const struct strand *choose(const struct plan *p, int i, uint64_t *state)
{
    unsigned total = 0, at;
    for (const struct strand *s = p->strands; s->line != NULL; s++)
        total += s->share;
    if (total == 0)
        return p->strands;
    at = (p->in_turn ? (unsigned)i : (unsigned)chance(state)) % total;
    const struct strand *s = p->strands;
    for (; at >= s->share; s++)
        at -= s->share;
    return s;
}

/* The number `on` places after `first`, which is written as it is dialled. */
static enum number_class number_of(const struct number_plan *plan, const char *first, uint64_t on,
                                   number *out)
{
    char text[32];
    const int digits = (int)strlen(first);
    snprintf(text, sizeof text, "%0*llu", digits, strtoull(first, NULL, 10) + on);
    return number_parse(plan, str_of(text), STR(""), out);
}

static void answered(void *to, const struct answer *a)
{
    struct demo_traffic *t = to;
    const struct verdict *v = &a->verdict;
    pthread_mutex_lock(&t->lock);
    t->done++;
    t->answered[v->kind]++;
    t->would[v->would][v->would_check][v->protected_caller]++;
    t->unrecorded += a->record_error != OK;
    if (--t->waiting == 0)
        pthread_cond_signal(&t->less);
    pthread_mutex_unlock(&t->lock);
}

static void ask(struct demo_traffic *t, const struct plan *p, int i, when at, uint64_t *state)
{
    const struct number_plan *numbers = rules_plan(gate_rules(t->gate));
    const struct strand *s = choose(p, i, state);
    const uint64_t from = p->in_turn ? (unsigned)i : chance(state);
    const uint64_t to = p->in_turn ? (unsigned)i : chance(state);
    struct question q = {.call = {.at = at,
                                  .line = str_of(s->line),
                                  .campaign = str_of(s->campaign),
                                  .peer_trusted = true,
                                  .peer_mode = t->enforce ? MODE_ENFORCE : MODE_OBSERVE}};
    q.call.caller_class = number_of(numbers, s->from, from % s->from_count, &q.call.caller);
    q.call.callee_class = number_of(numbers, s->to, to % s->to_count, &q.call.callee);
    gate_ask(t->gate, &q, answered, t);
}

/* Until the last batch is answered. False: it is to stop. */
static bool wait_for(struct demo_traffic *t, int more)
{
    pthread_mutex_lock(&t->lock);
    while (t->waiting > 0)
        pthread_cond_wait(&t->less, &t->lock);
    const bool goes_on = !t->stop;
    t->waiting = goes_on ? more : 0;
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

static void *run(void *to)
{
    struct demo_traffic *t = to;
    const struct plan *p = t->plan;
    const when end = t->begun, begin = end - p->span;
    uint64_t state = 0x9e3779b97f4a7c15u;
    for (int i = 0; i < p->calls;) {
        const int n = p->calls - i < BATCH ? p->calls - i : BATCH;
        if (!wait_for(t, n))
            break;
        for (int k = 0; k < n; k++, i++)
            ask(t, p, i, begin + p->span / p->calls * i, &state);
    }
    wait_for(t, 0);
    pthread_mutex_lock(&t->lock);
    t->runs = false;
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

static const struct plan *find(struct str kind)
{
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (str_eq(kind, str_of(plans[i].kind)))
            return &plans[i];
    return NULL;
}

enum err demo_traffic_send(struct demo_traffic *t, struct str kind, bool enforce,
                           struct problem *problem)
{
    const struct plan *p = find(kind);
    if (p == NULL)
        return problem_set(problem, ERR_INVALID, "no such traffic");
    pthread_mutex_lock(&t->lock);
    const bool busy = t->runs;
    if (!busy) {
        if (t->started)
            pthread_join(t->thread, NULL); /* it has said that it is done */
        t->plan = p;
        t->enforce = enforce;
        t->begun = clock_now(gate_clock(t->gate));
        t->done = t->waiting = t->unrecorded = 0;
        memset(t->answered, 0, sizeof t->answered);
        memset(t->would, 0, sizeof t->would);
        t->runs = t->started = pthread_create(&t->thread, NULL, run, t) == 0;
    }
    const bool begun = !busy && t->runs;
    pthread_mutex_unlock(&t->lock);
    if (busy)
        return problem_set(problem, ERR_CONFLICT, "calls are being sent already");
    return begun ? OK : problem_set(problem, ERR_MEMORY, "no thread to send calls");
}

/* -- Telling --------------------------------------------------------------------------- */

/* What enforcing would have answered, class by class. */
static json_t *classes_json(const struct demo_traffic *t)
{
    const struct rules *rules = gate_rules(t->gate);
    json_t *list = json_array();
    for (int k = 0; k < KINDS; k++)
        for (int c = 0; c < CHECKS_CALL; c++)
            for (int p = 0; p < 2; p++) {
                const struct rule *rule = ask_rule(rules, (enum check)c, ASK_FULL);
                if (t->would[k][c][p] == 0)
                    continue;
                json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:b, s:I}", "verdict",
                                                      verdict_word((enum verdict_kind)k), "reason",
                                                      ask_reason((enum check)c, ASK_FULL), "rule",
                                                      rule != NULL ? rule->id : NULL, "protected",
                                                      p, "calls", (json_int_t)t->would[k][c][p]));
            }
    return list;
}

json_t *demo_traffic_json(struct demo_traffic *t)
{
    char begun[WHEN_TEXT];
    json_t *j = json_null();
    pthread_mutex_lock(&t->lock);
    if (t->plan != NULL) {
        when_format(t->begun, rules_offset_minutes(gate_rules(t->gate)), begun);
        j = json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:{s:I, s:I, s:I, s:I}, s:o}", "kind",
                      t->plan->kind, "mode", t->enforce ? "enforce" : "observe", "state",
                      t->runs ? "running" : "done", "begun_at", begun, "calls", t->plan->calls,
                      "done", t->done, "unrecorded", t->unrecorded, "answered", "allow",
                      (json_int_t)t->answered[VERDICT_ALLOW], "remind",
                      (json_int_t)t->answered[VERDICT_REMIND], "warn",
                      (json_int_t)t->answered[VERDICT_WARN], "block",
                      (json_int_t)t->answered[VERDICT_BLOCK], "would", classes_json(t));
    }
    pthread_mutex_unlock(&t->lock);
    return j;
}

enum err demo_traffic_open(struct gate *gate, struct demo_traffic **out, struct problem *problem)
{
    struct demo_traffic *t = *out = calloc(1, sizeof *t);
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    t->gate = gate;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->less, NULL);
    return OK;
}

enum err demo_traffic_past(struct gate *gate, struct problem *problem)
{
    struct demo_traffic *t;
    enum err e = demo_traffic_open(gate, &t, problem);
    if (e != OK)
        return e;
    t->plan = &past;
    t->enforce = true;
    t->begun = clock_now(gate_clock(gate));
    run(t);
    if (t->unrecorded > 0)
        e = problem_set(problem, ERR_IO, "%d calls of the city have no record", t->unrecorded);
    demo_traffic_close(t);
    return e;
}

void demo_traffic_close(struct demo_traffic *t)
{
    if (t == NULL)
        return;
    pthread_mutex_lock(&t->lock);
    t->stop = true;
    pthread_mutex_unlock(&t->lock);
    if (t->started)
        pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->less);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
