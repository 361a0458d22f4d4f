#include "gate/paused.h"

#include "desk/report.h"
#include "gate/node.h"
#include "gate/verdict_index.h"
#include "registry/campaign.h"

#include <stdlib.h>

enum { REPORTS_READ = 2000 };

/* What it did ---------------------------------------------------------------------------------- */

static bool add(void *to, const struct verdict_count *v)
{
    struct campaign_counts *c = to;
    enum check check;
    c->calls += v->calls;
    if (v->kind == VERDICT_BLOCK && check_find(v->check, &check) && check_side(check) == SIDE_WISH)
        c->declined += v->calls;
    return true;
}

struct reporting {
    struct gate *gate;
    struct str campaign;
    when since;
    struct campaign_counts *counts;
    bool counted; /* one of this reporter's */
    uint8_t link[REPORT_LINK];
    enum err e;
};

/* Is it a call of this campaign, since then, on this node's record? */
static bool is_own(struct reporting *x, struct str id)
{
    char log[9];
    struct call_record call;
    uint64_t index;
    bool opened = false;
    if (!record_id_parse(id, log, &index) || ledger_find(x->gate->ledger, log, index, &index) != OK)
        return false;
    const enum err e = gate_explain(x->gate, index, &call, &opened);
    if (e && e != ERR_NOT_FOUND)
        x->e = e;
    return !e && opened && call.asked >= x->since &&
           str_eq(str_of(call.verdict.campaign), x->campaign);
}

/* By reporter: her record, her link, what she weighs. */
static bool hear(void *to, const struct value *v, size_t columns)
{
    struct reporting *x = to;
    (void)columns;
    if (v[1].type != VALUE_BYTES || v[1].s.n != sizeof x->link)
        return true;
    if (memcmp(x->link, v[1].s.p, sizeof x->link) != 0)
        x->counted = false;
    memcpy(x->link, v[1].s.p, sizeof x->link);
    if (!x->counted && is_own(x, v[0].s)) {
        x->counted = true;
        x->counts->reports += v[2].i;
    }
    return !x->e;
}

static enum err count(struct gate *g, struct store *s, const struct value *campaign,
                      struct campaign_run *run, struct problem *problem)
{
    const when since = run->since;
    struct campaign_counts *out = &run->counts;
    const struct verdict_wanted wanted = {.step = run->step == WHEN_HOUR ? VERDICT_HOUR
                                                                         : VERDICT_MINUTE,
                                          .from = since,
                                          .until = INT64_MAX,
                                          .campaign = campaign[CAMPAIGN_ID].s};
    const struct value v[] = {campaign[CAMPAIGN_PRINCIPAL], value_int(since),
                              value_int(REPORTS_READ)};
    struct reporting x = {
        .gate = g, .campaign = campaign[CAMPAIGN_ID].s, .since = since, .counts = out};
    *out = (struct campaign_counts){.calls = 0};
    enum err e = verdict_index_read(g->verdicts, &wanted, add, out, problem);
    if (!e && out->calls > 0)
        e = store_run(s,
                      "SELECT \"record\", \"link\", \"weight\" FROM reports WHERE \"organisation\" "
                      "= $1 AND \"status\" = 'counted' AND \"record\" IS NOT NULL AND "
                      "\"received_at\" > $2 ORDER BY \"link\", \"weight\" DESC LIMIT $3",
                      v, 3, hear, &x, problem);
    return e ? e : x.e ? problem_set(problem, x.e, "a record of a call does not open") : OK;
}

static bool observes(const struct gate *g, enum limit_kind kind)
{
    const struct rule_limit *l = rules_limit(g->rules, kind);
    const enum mode mode = l ? config_rule_mode(g->config, str_of(l->about.id)) : MODE_UNSET;
    return (mode == MODE_UNSET ? g->config->mode : mode) == MODE_OBSERVE;
}

/* Minutes are kept for two days, hours for longer. */
static enum err since_when(const struct desk_work *w, struct str campaign, struct campaign_run *out,
                           struct problem *problem)
{
    out->step = WHEN_MINUTE;
    enum err e = campaign_pause_since(w, campaign, out->step, &out->since, problem);
    if (e || out->since > when_plus(w->at, -WHEN_DAY))
        return e;
    out->step = WHEN_HOUR;
    return campaign_pause_since(w, campaign, out->step, &out->since, problem);
}

enum err gate_campaign_run(struct gate *g, const struct desk_work *w, const struct value *campaign,
                           struct campaign_run *out, struct problem *problem)
{
    enum err e = since_when(w, campaign[CAMPAIGN_ID].s, out, problem);
    out->limits = campaign_limits_of(g->rules);
    if (observes(g, LIMIT_CAMPAIGN_REFUSALS))
        out->limits.refusals = 0;
    if (observes(g, LIMIT_CAMPAIGN_REPORTS))
        out->limits.reports = 0;
    return e ? e : count(g, w->store, campaign, out, problem);
}

/* All of them ---------------------------------------------------------------------------------- */

static enum err judge(struct gate *g, const struct desk_work *w, const struct value *campaign,
                      int64_t *seq, struct problem *problem)
{
    struct campaign_run run;
    *seq = 0;
    enum err e = gate_campaign_run(g, w, campaign, &run, problem);
    return e || !campaign_pause_ground(&run.limits, &run.counts)
               ? e
               : campaign_pause(w, campaign[CAMPAIGN_ID].s, &run, seq, problem);
}

static bool take(void *to, const struct value *row)
{
    return !str_copy(row[CAMPAIGN_ID].s, to, ID_BYTES + 1);
}

/* In order of their ids, one read at a time: each is judged with the same store. */
enum err gate_paused_all(struct gate *g, struct store *s, when now, unsigned *paused, int64_t *seq,
                         struct problem *problem)
{
    const struct desk_work w = {.store = s, .rules = g->rules, .node = str_of(g->node), .at = now};
    char id[ID_BYTES + 1] = "", after[ID_BYTES + 1];
    struct fact_row *row = malloc(sizeof *row);
    int64_t one = 0;
    if (!row)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = campaign_pause_catch_up(&w, &one, problem);
    *seq = one ? one : *seq;
    while (!e) {
        const struct value v = value_text(str_of(memcpy(after, id, sizeof after)));
        id[0] = '\0';
        e = fact_list(s, &campaign_kind,
                      "WHERE x.\"id\" > $1 AND x.\"status\" = 'active' ORDER BY x.\"id\" LIMIT 1",
                      &v, 1, take, id, problem);
        if (e || !id[0])
            break;
        e = fact_first(s, &campaign_kind, value_text(str_of(id)), row, problem);
        if (!e)
            e = judge(g, &w, row->v, &one, problem);
        if (!e && one) {
            ++*paused;
            *seq = one;
        }
    }
    free(row);
    return e;
}
