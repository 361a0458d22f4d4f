/*
 * GET /v1/campaigns/{id}/pauses: when and why a campaign was paused by itself, and at what share
 * that happens, for whoever reads the campaign.
 *
 * How many reported is told in a band to who is not an officer, as of restraints.
 */
#include "desk/register.h"
#include "desk/restraint.h"
#include "gate/paused.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/route.h"
#include "registry/campaign.h"

#include <stdlib.h>

enum { LISTED = 100 };

static const char *rule_of(const struct rules *rules, bool refusals)
{
    const struct rule_limit *l =
        rules_limit(rules, refusals ? LIMIT_CAMPAIGN_REFUSALS : LIMIT_CAMPAIGN_REPORTS);
    return l != NULL ? l->about.id : NULL;
}

static json_t *limits_json(const struct rules *rules, const struct campaign_limits *acting)
{
    const struct campaign_limits l = campaign_limits_of(rules);
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:{s:s?, s:s?}, s:{s:b, s:b}}", "calls",
                     (json_int_t)l.calls, "days", (json_int_t)(l.within_s / 86400), "refusals",
                     (json_int_t)l.refusals, "reports", (json_int_t)l.reports, "reporters",
                     (json_int_t)l.reporters, "rules", "refusals", rule_of(rules, true), "reports",
                     rule_of(rules, false), "acts", "refusals", (int)(acting->refusals > 0),
                     "reports", (int)(acting->reports > 0));
}

struct listing {
    const struct rules *rules;
    struct fact_page page;
    bool officer;
};

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    const int64_t reports = row[CAMPAIGN_PAUSE_REPORTS].i;
    const bool refusals = str_eq(row[CAMPAIGN_PAUSE_GROUND].s, STR("refusals"));
    json_t *j =
        json_pack("{s:o, s:o, s:o, s:s?, s:o, s:I, s:I, s:s?, s:I, s:o}", "id",
                  fact_json_text(&row[CAMPAIGN_PAUSE_ID]), "at",
                  fact_json_time(l->rules, &row[CAMPAIGN_PAUSE_AT]), "ground",
                  fact_json_text(&row[CAMPAIGN_PAUSE_GROUND]), "rule", rule_of(l->rules, refusals),
                  "since", fact_json_time(l->rules, &row[CAMPAIGN_PAUSE_SINCE]), "calls",
                  (json_int_t)row[CAMPAIGN_PAUSE_CALLS].i, "declined",
                  (json_int_t)row[CAMPAIGN_PAUSE_DECLINED].i, "reports",
                  reports > 0 ? restraint_band(reports) : NULL, "threshold",
                  (json_int_t)row[CAMPAIGN_PAUSE_THRESHOLD].i, "ended_at",
                  fact_json_time(l->rules, &row[CAMPAIGN_PAUSE_ENDED]));
    if (j != NULL && l->officer) {
        json_object_set_new(j, "ended_by", fact_json_text(&row[CAMPAIGN_PAUSE_ENDED_BY]));
        json_object_set_new(j, "weight", json_integer(reports));
    }
    return fact_page_add(&l->page, row[CAMPAIGN_PAUSE_ID].s, j);
}

static json_t *now_json(const struct rules *rules, const struct campaign_run *run, bool officer)
{
    const struct campaign_counts *c = &run->counts;
    json_t *j = json_pack("{s:o, s:I, s:I, s:s?}", "since", fact_json_when(rules, run->since),
                          "calls", (json_int_t)c->calls, "declined", (json_int_t)c->declined,
                          "reports", c->reports > 0 ? restraint_band(c->reports) : NULL);
    if (j != NULL && officer)
        json_object_set_new(j, "weight", json_integer(c->reports));
    return j;
}

static enum err read(const struct desk_work *w, const struct hands *h, const struct value *campaign,
                     bool officer, json_t **out, struct problem *problem)
{
    struct listing l = {w->rules, fact_page_of(LISTED), officer};
    struct campaign_run run;
    enum err e = gate_campaign_run(h->gate, w, campaign, &run, problem);
    if (e == OK)
        e = campaign_pause_list(w->store, campaign[CAMPAIGN_ID].s, LISTED, add, &l, problem);
    *out = fact_page_json(&l.page, "pauses");
    if (e == OK && *out != NULL) {
        json_object_set_new(*out, "limits", limits_json(w->rules, &run.limits));
        json_object_set_new(*out, "now", now_json(w->rules, &run, officer));
    }
    return e;
}

void api_campaign_pauses(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = "out of memory"};
    struct fact_row *row = malloc(sizeof *row);
    json_t *json = NULL;
    enum err e =
        row == NULL ? ERR_MEMORY : register_find(&w, &campaign_kind, r->param, row, &problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(&no);
        e = OK;
    } else if (e == OK) {
        e = read(&w, h, row->v, desk_officer(r), &json, &problem);
    }
    desk_answer(r, h, e, &problem, &no, 0, 200, json);
    free(row);
}
