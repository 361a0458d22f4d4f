/*
 * GET /v1/reports/clusters: reports of calls by the number that called, the latest first: what an
 * officer looks through, one row a matter.
 *
 * No number, nobody who reported: how many did. `number` is the id by which whoever may order
 * about that number opens its page (desk/number_id.h); `latest` the report that a trace begins
 * from (POST /v1/traces).
 */
#include "desk/number_id.h"
#include "desk/report.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/route.h"

#include <stdlib.h>

enum { PAGE = 100, DAYS = 180 };

struct listing {
    const struct desk_work *w;
    struct fact_page page;
};

/* In the order of the columns behind the first six. */
static const char *const states[] = {"counted", "waiting", "lead", "untrue"};
static const char *const kinds[] = {"marketing", "malicious", "fraud", "bombing", "spoof"};
enum { STATES = 4, KINDS = 5, COUNTS = 8 };

static json_t *counts_json(const char *const *names, size_t n, const struct value *c)
{
    json_t *j = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(j, names[i], json_integer(c[i].i));
    return j;
}

static bool add(void *to, const struct value *c, size_t count)
{
    struct listing *l = to;
    const struct rules *rules = l->w->rules;
    (void)count;
    return fact_page_add(&l->page, c[0].s,
                         json_pack("{s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "cluster",
                                   fact_json_text(&c[0]), "latest_at", fact_json_time(rules, &c[1]),
                                   "first_at", fact_json_time(rules, &c[2]), "reports",
                                   (json_int_t)c[3].i, "reporters", (json_int_t)c[4].i, "line",
                                   fact_json_text(&c[5]), "organisation", fact_json_text(&c[6]),
                                   "latest", fact_json_text(&c[7]), "states",
                                   counts_json(states, STATES, c + COUNTS), "kinds",
                                   counts_json(kinds, KINDS, c + COUNTS + STATES)));
}

/* A list that is being read keeps the store busy, so the numbers are opened afterwards. */
static void add_numbers(const struct desk_work *w, json_t *list)
{
    size_t i;
    json_t *one;
    char id[NUMBER_ID];
    struct problem problem = {.text = ""};
    struct report_said *said = malloc(sizeof *said);
    json_array_foreach(list, i, one)
    {
        const struct str latest = str_of(json_string_value(json_object_get(one, "latest")));
        const bool opened = said != NULL && report_open(w, latest, said, &problem) == OK;
        if (opened)
            number_id(w->key, said->caller, id);
        json_object_set_new(one, "number", opened ? json_string(id) : json_null());
    }
    if (said != NULL)
        explicit_bzero(said, sizeof *said);
    free(said);
}

#define HOW_MANY(what, word) ", SUM(CASE " what " WHEN '" word "' THEN 1 ELSE 0 END)"
#define STATE(word)          HOW_MANY("x.\"status\"", word)
#define KIND(word)           HOW_MANY(REPORT_TAKEN_FOR("x"), word)

/* $1: the cursor's cluster, or empty; $3: since when; $4: a carrier, or empty. */
static const char clusters[] =
    "SELECT x.\"cluster\", MAX(x.\"received_at\"), MIN(x.\"at\"), COUNT(*), COUNT(DISTINCT "
    "x.\"link\"), MAX(x.\"line\"), MAX(x.\"organisation\"), (SELECT n.\"id\" FROM reports n WHERE "
    "n.\"cluster\" = x.\"cluster\" AND ($4 = '' OR " REPORT_OF_CARRIER(
        "n", "$4") ") ORDER BY CASE WHEN n.\"record\" IS NULL THEN 1 ELSE 0 END, "
                   "n.\"received_at\" DESC, n.\"id\" LIMIT 1)" STATE("counted") STATE(
                       "waiting") STATE("lead") STATE("untrue") KIND("marketing") KIND("malicious")
                       KIND("fraud") KIND("bombing") KIND(
                           "spoof") " FROM reports x WHERE x.\"received_at\" > $3 AND ($4 = '' "
                                    "OR " REPORT_OF_CARRIER(
                                        "x",
                                        "$4") ") GROUP BY x.\"cluster\" HAVING $1 = '' OR "
                                              "(MAX(x.\"received_at\"), "
                                              "x.\"cluster\") < (SELECT MAX(c.\"received_at\"), "
                                              "c.\"cluster\" FROM reports c WHERE "
                                              "c.\"cluster\" = $1 GROUP BY c.\"cluster\") ORDER BY "
                                              "2 DESC, 1 DESC LIMIT $2";

void api_report_clusters(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    struct listing l = {.w = &w, .page = fact_page_of(PAGE)};
    const when since = when_plus(w.at, -(when)query_count(&r->query, "days", DAYS) * WHEN_DAY);
    const struct value v[] = {
        value_text(query_text(&r->query, "cursor")), value_int(PAGE + 1), value_int(since),
        value_text(str_of(r->subject.role == ROLE_CARRIER ? r->subject.organisation : ""))};
    enum err e = store_run(w.store, clusters, v, 4, add, &l, &problem);
    if (e == OK)
        add_numbers(&w, l.page.list);
    desk_answer(r, h, e, &problem, &no, 0, 200, fact_page_json(&l.page, "clusters"));
}
