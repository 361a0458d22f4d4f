/*
 * /v1/restraints, /v1/me/restraints: what reports of calls have led to by itself, for whoever it
 * is about and for officers, and what an officer makes of it (docs/desk.md).
 *
 * Officers read the numbers behind a restraint. Its holder reads the ground, until when, a band,
 * the remedy and how to appeal; nothing of who reported.
 */
#include "desk/restrain.h"
#include "http/courier.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/me.h"
#include "http/route.h"

#include <stdlib.h>

enum { PAGE = 100 };

static const struct {
    const char *kind, *remedy;
} remedies[] = {
    {"review",
     "请核查呼叫是否取得同意，等候复核。 See that every call rests on a consent, and wait."},
    {"cap", "停止被举报的呼叫，核对同意记录；认为有误的，可以申诉。 Stop such calls and check the "
            "consents behind them; if this is wrong, appeal."},
    {"commercial", "营销呼叫改用营销线路并登记活动；认为有误的，可以申诉。 Make such calls on a "
                   "marketing line under a campaign; if this is wrong, appeal."},
};

/* Why, as the pack says it; one from before grounds were named has none. */
static void add_ground(json_t *j, const struct rules *rules, const struct value *row)
{
    const struct rule_ground *g = rules_ground(
        rules, GROUND_RESTRAINT, fact_text(&row[RESTRAINT_GROUND]), row[RESTRAINT_AT].i);
    json_object_set_new(j, "ground", fact_json_text(&row[RESTRAINT_GROUND]));
    json_object_set_new(j, "reason",
                        g != NULL ? json_sprintf("%s %s", g->about.text_zh, g->about.text_en)
                                  : json_null());
    json_object_set_new(j, "basis", g != NULL ? json_string(g->about.citation) : json_null());
}

static json_t *restraint_json(const struct rules *rules, const struct value *row,
                              bool officer_reads)
{
    size_t i = 0;
    while (i + 1 < sizeof remedies / sizeof *remedies &&
           !str_eq(row[RESTRAINT_KIND].s, str_of(remedies[i].kind)))
        i++;
    const bool review = i == 0;
    json_t *j = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s?}", "id",
        fact_json_text(&row[RESTRAINT_ID]), "kind", fact_json_text(&row[RESTRAINT_KIND]), "line",
        fact_json_text(&row[RESTRAINT_LINE]), "at", fact_json_time(rules, &row[RESTRAINT_AT]),
        "until", fact_json_time(rules, &row[RESTRAINT_UNTIL]), "status",
        fact_json_text(&row[RESTRAINT_STATUS]), "lifted_at",
        fact_json_time(rules, &row[RESTRAINT_LIFTED]), "why", fact_json_text(&row[RESTRAINT_WHY]),
        "decided_at", fact_json_time(rules, &row[RESTRAINT_DECIDED_AT]), "rule",
        "cn.watch.behaviour", "remedy", remedies[i].remedy, "reports",
        restraint_band(row[RESTRAINT_REPORTS].i), "appeal", review ? NULL : "/v1/appeals");
    if (j == NULL)
        return NULL;
    add_ground(j, rules, row);
    if (!officer_reads)
        return j;
    json_object_set_new(j, "sender", fact_json_text(&row[RESTRAINT_SENDER]));
    json_object_set_new(j, "holder", fact_json_text(&row[RESTRAINT_HOLDER]));
    json_object_set_new(j, "protected", json_boolean(row[RESTRAINT_PROTECTED].type == VALUE_TEXT));
    json_object_set_new(j, "decided_by", fact_json_text(&row[RESTRAINT_DECIDED_BY]));
    json_object_set_new(j, "weight", json_integer(row[RESTRAINT_REPORTS].i));
    json_object_set_new(j, "calls",
                        row[RESTRAINT_CALLS].type == VALUE_INT
                            ? json_integer(row[RESTRAINT_CALLS].i)
                            : json_null());
    return j;
}

struct listing {
    const struct rules *rules;
    struct fact_page page;
    bool officer;
};

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[RESTRAINT_ID].s, restraint_json(l->rules, row, l->officer));
}

/* The words of a decision lie in the same store, which a list that is being read keeps busy. */
static void add_decisions(const struct desk_work *w, json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        const struct str id = str_of(json_string_value(json_object_get(one, "id")));
        json_object_set_new(one, "decision",
                            json_is_null(json_object_get(one, "decided_at"))
                                ? json_null()
                                : desk_text_json(w, id, "decision"));
    }
}

static void list_restraints(struct request *r, const struct hands *h, const char *holder,
                            const uint8_t *link, when since)
{
    const struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    struct listing list = {
        .rules = w.rules, .page = fact_page_of(PAGE), .officer = desk_officer(r)};
    const bool carrier = r->subject.role == ROLE_CARRIER;
    const struct restrain_list l = {.holder = holder,
                                    .carrier = carrier ? r->subject.organisation : NULL,
                                    .link = link,
                                    .since = since,
                                    .now = w.at,
                                    .cursor = query_text(&r->query, "cursor"),
                                    .most = PAGE + 1};
    enum err e = restrain_list(h->store, &l, add, &list, &problem);
    if (e == OK)
        add_decisions(&w, list.page.list);
    desk_answer(r, h, e, &problem, &no, 0, 200, fact_page_json(&list.page, "restraints"));
}

void api_restraints(struct request *r, const struct hands *h)
{
    list_restraints(r, h, desk_officer(r) ? NULL : r->subject.organisation, NULL, 0);
}

void api_my_restraints(struct request *r, const struct hands *h)
{
    uint8_t link[LINK_BYTES];
    when since;
    if (me_link(r, h, link, &since))
        list_restraints(r, h, NULL, link, since);
}

void api_restraint_decide(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = "out of memory"};
    int64_t seq = 0;
    json_t *j = NULL;
    const struct desk_work w = desk_work_of(r, h);
    struct restrain_decision *d = calloc(1, sizeof *d);
    enum err e = d != NULL ? OK : ERR_MEMORY;
    if (e == OK && ask_object(r->json, "decision reason", &errors)) {
        d->id = r->param;
        d->confirm = str_eq(ask_word(r->json, "decision", RESTRAINT_DECISIONS, true, &errors),
                            STR("confirm"));
        d->reason = ask_some(r->json, "reason", RESTRAINT_REASON, &errors);
    }
    if (errors.count > 0) {
        outcome_errors(r, 422, "invalid-decision", &errors);
        free(d);
        return;
    }
    if (e == OK)
        e = restrain_decide(&w, d, &no, &seq, &problem);
    if (e == OK && no.why == DESK_YES) {
        j = restraint_json(w.rules, d->row.v, true);
        json_object_set_new(j, "decision", desk_text_json(&w, r->param, "decision"));
        if (d->tells != 0)
            courier_send(request_courier(r), d->tells, ME_AWAITED, when_plus(w.at, WHEN_DAY));
    }
    desk_answer(r, h, e, &problem, &no, seq, 200, j);
    free(d);
}
