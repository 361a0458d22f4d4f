#include "http/figures.h"

#include "gate/called.h"
#include "gate/gate.h"

struct counting {
    struct figures *f;
    int offset_minutes;
};

static struct figure *figure_of(struct figures *f, const struct call_record *c)
{
    const char *id = f->campaigns ? c->verdict.campaign : c->verdict.line;
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->of[i].id, id) == 0)
            return &f->of[i];
    return NULL;
}

static void count_hour(struct figures *f, const struct call_record *c, int offset_minutes)
{
    const int64_t local = c->asked / WHEN_SECOND + (int64_t)offset_minutes * 60;
    const int64_t day = local / 86400;
    const size_t weekday = (size_t)((day + 3) % 7), hour = (size_t)(local % 86400 / 3600);
    f->calls[weekday][hour]++; /* 1970-01-01 was a Thursday */
    f->blocked[weekday][hour] += c->verdict.kind == VERDICT_BLOCK;
}

static bool count(void *to, const char *record, const struct call_record *c)
{
    const struct counting *x = to;
    struct figure *one = figure_of(x->f, c);
    (void)record;
    if (one == NULL)
        return true;
    one->verdicts[c->verdict.kind]++;
    one->unproven += !c->verdict.proven_caller;
    one->declined += c->verdict.kind == VERDICT_BLOCK && check_side(c->verdict.check) == SIDE_WISH;
    count_hour(x->f, c, x->offset_minutes);
    return true;
}

enum err figures_count(struct gate *gate, struct figures *f, struct problem *problem)
{
    const struct called_question q = {.since = f->since, .most = FIGURES_CALLS};
    struct counting x = {f, rules_offset_minutes(gate_rules(gate))};
    return gate_called(gate, &q, count, &x, &f->complete, problem);
}

json_t *figure_json(const struct figure *f, int64_t reports)
{
    const int64_t calls = f->verdicts[VERDICT_ALLOW] + f->verdicts[VERDICT_REMIND] +
                          f->verdicts[VERDICT_WARN] + f->verdicts[VERDICT_BLOCK];
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "calls", (json_int_t)calls,
                     "allowed", (json_int_t)f->verdicts[VERDICT_ALLOW], "reminded",
                     (json_int_t)f->verdicts[VERDICT_REMIND], "warned",
                     (json_int_t)f->verdicts[VERDICT_WARN], "blocked",
                     (json_int_t)f->verdicts[VERDICT_BLOCK], "declined", (json_int_t)f->declined,
                     "unproven", (json_int_t)f->unproven, "reports", (json_int_t)reports);
}
