/*
 * GET /v1/intake: the numbers at the head of a desk (desk/workload.h). GET /v1/grounds: the grounds
 * that officers choose from, with the law that each rests on.
 */
#include "desk/complaint.h"
#include "desk/workload.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"

/* Intake -------------------------------------------------------------------------------------- */

static json_t *week_json(const struct rules *rules, const struct workload_week *week)
{
    struct str rest = STR(COMPLAINT_ISSUES), issue;
    json_t *of = json_object();
    for (unsigned i = 0; i < WORKLOAD_ISSUES && str_split(&rest, ' ', &issue); i++)
        json_object_setn_new(of, issue.p, issue.n, json_integer(week->of[i]));
    return json_pack("{s:o, s:o}", "from", fact_json_when(rules, week->from), "issues", of);
}

void api_intake(struct request *r, const struct hands *h)
{
    struct workload in;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    enum err e = workload_read(&w, &in, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return;
    }
    json_t *weeks = json_array();
    for (unsigned i = 0; i < WORKLOAD_WEEKS; i++)
        json_array_append_new(weeks, week_json(w.rules, &in.week[i]));
    outcome_json(r, 200,
                 json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "today", (json_int_t)in.today,
                           "waiting", (json_int_t)in.waiting, "waiting_long",
                           (json_int_t)in.waiting_long, "mediation_due",
                           (json_int_t)in.mediation_due, "verify", (json_int_t)in.verify, "overdue",
                           (json_int_t)in.overdue, "weeks", weeks));
}

/* Grounds ------------------------------------------------------------------------------------- */

static json_t *both(const char *zh, const char *en)
{
    return json_pack("{s:s?, s:s?}", "zh", zh, "en", en);
}

static json_t *ground_json(const struct rule_ground *g)
{
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o, s:s}", "of", ground_of_name(g->of), "code", g->code, "rule",
        g->about.id, "title", both(g->about.title_zh, g->about.title_en), "text",
        both(g->about.text_zh, g->about.text_en), "basis",
        both(g->about.citation, g->about.citation_en), "label", rule_label_name(g->about.label));
}

void api_grounds(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct str of = query_text(&r->query, "of");
    json_t *list = json_array();
    for (size_t i = 0; i < rules_entries(w.rules, RULES_GROUND); i++) {
        const struct rule_ground *g = rules_entry(w.rules, RULES_GROUND, i);
        if (g->about.from <= w.at && w.at < g->about.until &&
            (of.n == 0 || str_eq(of, str_of(ground_of_name(g->of)))))
            json_array_append_new(list, ground_json(g));
    }
    outcome_json(r, 200, json_pack("{s:o}", "grounds", list));
}
