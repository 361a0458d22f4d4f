/*
 * POST /v1/rules/rehearsals: what other rules would have said to the calls that were recorded.
 *
 * For machines of the host, auditors and authorities, and carriers about their own lines. What is
 * laid over the packs in force is a pack's text. It tells numbers, verdicts and record ids, which
 * explain themselves to whoever may read them, and no telephone number. One at a time.
 */
#include "gate/rehearse.h"
#include "http/fact_json.h"
#include "http/route.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 8000, TIME_MS = 2000, GROUPS = 64, EXAMPLES = 5, PACK = 48 << 10, HOURS = 24 * 31 };

struct group {
    enum verdict_kind now, then;
    enum check now_check, then_check;
    uint64_t calls, example[EXAMPLES];
};

struct groups {
    size_t count;
    bool more;
    struct group at[GROUPS];
};

static void note(void *to, uint64_t index, const struct verdict *now, const struct verdict *then)
{
    struct groups *all = to;
    size_t i = 0;
    while (i < all->count &&
           (all->at[i].now != now->would || all->at[i].then != then->would ||
            all->at[i].now_check != now->would_check || all->at[i].then_check != then->would_check))
        i++;
    if (i == GROUPS) {
        all->more = true;
        return;
    }
    struct group *g = &all->at[i];
    if (i == all->count) {
        all->count++;
        *g = (struct group){.now = now->would,
                            .then = then->would,
                            .now_check = now->would_check,
                            .then_check = then->would_check};
    }
    g->example[g->calls % EXAMPLES] = index;
    g->calls++;
}

static int by_calls(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    return x->calls < y->calls ? 1 : x->calls > y->calls ? -1 : 0;
}

static json_t *verdict_json(const struct rules *rules, enum verdict_kind kind, enum check check)
{
    return json_pack("{s:s, s:s, s:s}", "verdict", verdict_word(kind), "reason",
                     check_reason(check), "rule", rules_of_check(rules, check)->id);
}

static json_t *group_json(const struct gate *gate, const struct rules *tried, const struct group *g)
{
    json_t *examples = json_array();
    char id[RECORD_ID];
    for (uint64_t i = 0; i < g->calls && i < EXAMPLES; i++) {
        ledger_record_id(gate_ledger(gate), g->example[i], id);
        json_array_append_new(examples, json_string(id));
    }
    return json_pack("{s:o, s:o, s:I, s:o}", "now",
                     verdict_json(gate_rules(gate), g->now, g->now_check), "then",
                     verdict_json(tried, g->then, g->then_check), "calls", (json_int_t)g->calls,
                     "examples", examples);
}

static json_t *answer_json(const struct gate *gate, const struct rules *tried, struct groups *all,
                           const struct rehearsed *done)
{
    const struct rules *rules = gate_rules(gate);
    json_t *list = json_array();
    qsort(all->at, all->count, sizeof *all->at, by_calls);
    for (size_t i = 0; i < all->count; i++)
        json_array_append_new(list, group_json(gate, tried, &all->at[i]));
    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:b, s:o}", "calls", (json_int_t)done->calls,
                     "differ", (json_int_t)done->differ, "skipped", (json_int_t)done->skipped,
                     "from", done->from != 0 ? fact_json_when(rules, done->from) : json_null(),
                     "until", done->until != 0 ? fact_json_when(rules, done->until) : json_null(),
                     "more", (int)(done->more || all->more), "groups", list);
}

struct body {
    struct str pack;
    int64_t hours;
};

/* False after having answered. */
static bool read_body(struct request *r, struct body *b)
{
    struct ask_errors errors = {.count = 0};
    *b = (struct body){.hours = 24};
    if (ask_object(r->json, "pack hours", &errors)) {
        b->pack = ask_some(r->json, "pack", PACK, &errors);
        if (json_object_get(r->json, "hours") != NULL)
            b->hours = ask_count(r->json, "hours", 1, HOURS, &errors);
    }
    if (errors.count > 0)
        outcome_errors(r, 400, "invalid-rehearsal", &errors);
    return errors.count == 0;
}

static void rehearse(struct request *r, const struct hands *h, const struct body *b,
                     const struct rules *tried)
{
    struct problem problem = {.text = ""};
    struct rehearsed done;
    struct groups *all = calloc(1, sizeof *all);
    if (all == NULL) {
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
        return;
    }
    const struct rehearsal what = {.rules = tried,
                                   .since = request_now(r) - b->hours * WHEN_HOUR,
                                   .carrier = r->subject.carrier ? str_of(r->subject.organisation)
                                                                 : STR(""),
                                   .most = CALLS,
                                   .ms = TIME_MS};
    enum err e = gate_rehearse(h->gate, &what, note, all, &done, &problem);
    if (e == OK)
        outcome_json(r, 200, answer_json(h->gate, tried, all, &done));
    else if (e == ERR_INVALID)
        outcome_problem(r, 422, "pack-not-good", "%.190s", problem.text);
    else
        outcome_failed(r, e, &problem);
    free(all);
}

void api_rehearse(struct request *r, const struct hands *h)
{
    static atomic_flag busy = ATOMIC_FLAG_INIT;
    const struct config *c = gate_config(h->gate);
    struct problem problem = {.text = ""};
    struct rules *tried = NULL;
    struct body b;
    if (!read_body(r, &b))
        return;
    if (atomic_flag_test_and_set(&busy)) {
        outcome_problem(r, 503, "busy", "another rehearsal is under way; try again in a moment");
        return;
    }
    const struct rules_text text = {.name = "pack", .bytes = b.pack.p, .n = b.pack.n};
    enum err e = rules_load_over(c->rules, c->rule_count, &text, &tried, &problem);
    if (e == OK)
        rehearse(r, h, &b, tried);
    else if (e == ERR_INVALID)
        outcome_problem(r, 422, "pack-not-good", "%.190s", problem.text);
    else
        outcome_failed(r, e, &problem);
    rules_free(tried);
    atomic_flag_clear(&busy);
}
