/*
 * GET /v1/rankings: how organisations stand in complaints, and who might be summoned, with
 * reasons (desk/ranking.h). An officer decides.
 */
#include "desk/complaint.h"
#include "desk/ranked.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"

#include <math.h>

#define USUAL (90 * WHEN_DAY)

/* What is told with every ranking, so that nobody takes it for more than it is. */
static const char method_zh[] =
    "每千名在册会员的投诉数，附泊松分布的精确百分之九十五区间（Garwood）；按区间下限排序，使先后不"
    "由偶然决定。"
    "不计不予受理和撤回的投诉。投诉少于五件的只列件数，不显示比率、趋势和中位数。趋势比较前后两半，"
    "差异超过两个标准差才称升降。约谈由经办人决定。";
static const char method_en[] =
    "Complaints per 1,000 active members with the exact 95 % interval of a Poisson count "
    "(Garwood), in order of its lower end, so that chance does not decide who comes first. "
    "Refused and withdrawn complaints do not count. Of fewer than five only the count is shown, no "
    "rate, trend or median. A trend is a difference of the two halves of more than two standard "
    "deviations. An officer decides on a summons.";

/* Three decimals are more than these numbers can bear. */
static json_t *rounded(double x)
{
    return json_real(round(x * 1000) / 1000);
}

static json_t *share(const struct ranking_row *row, unsigned part, unsigned whole)
{
    return row->told && whole > 0 ? rounded((double)part / whole) : json_null();
}

static json_t *reasons_json(const struct ranking_row *row)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < RANKING_REASONS; i++)
        if ((row->reasons >> i & 1) != 0)
            json_array_append_new(list, json_string(ranking_reason_name(i)));
    return list;
}

/* As many as the trend is told of; null: too few. */
static json_t *parts_json(const struct ranking_row *row)
{
    json_t *list = row->told ? json_array() : json_null();
    for (unsigned i = 0; i < RANKING_PARTS && row->told; i++)
        json_array_append_new(list, json_integer(row->part[i]));
    return list;
}

static json_t *row_json(const struct ranking_row *row)
{
    json_t *rate = row->rated ? json_pack("{s:o, s:o, s:o}", "rate", rounded(row->rate), "low",
                                          rounded(row->low), "high", rounded(row->high))
                              : json_null();
    json_t *trend = row->told ? json_pack("{s:s, s:i, s:i}", "word", ranking_trend_name(row->trend),
                                          "earlier", (int)row->earlier, "later", (int)row->later)
                              : json_null();
    json_t *reply = row->median_reply >= 0 ? rounded((double)row->median_reply / (double)WHEN_DAY)
                                           : json_null();
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:I, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "organisation", row->id, "name", ranked_name(row), "members",
                     (int)row->members, "complaints", (int)row->complaints, "decided",
                     (int)row->decided, "upheld", (int)row->upheld, "open_cases",
                     (json_int_t)ranked_cases(row), "suppressed", !row->told, "per_1000", rate,
                     "upheld_rate", share(row, row->upheld, row->decided), "trend", trend, "parts",
                     parts_json(row), "median_reply_days", reply, "repeat_rate",
                     share(row, row->repeated, row->complaints), "reasons", reasons_json(row));
}

static json_t *ranking_json(const struct rules *rules, const struct ranked *s, when from,
                            when until, struct str issue)
{
    json_t *rows = json_array(), *candidates = json_array();
    for (size_t i = 0; i < s->count; i++) {
        const struct ranking_row *row = &s->rows[i];
        if (row->complaints == 0)
            continue;
        json_array_append_new(rows, row_json(row));
        if (row->reasons != 0)
            json_array_append_new(candidates, json_pack("{s:s, s:o}", "organisation", row->id,
                                                        "reasons", reasons_json(row)));
    }
    return json_pack("{s:o, s:o, s:o, s:{s:s, s:s}, s:I, s:I, s:o, s:o}", "from",
                     fact_json_when(rules, from), "until", fact_json_when(rules, until), "issue",
                     issue.n > 0 ? json_stringn(issue.p, issue.n) : json_null(), "method", "zh",
                     method_zh, "en", method_en, "complaints", (json_int_t)s->complaints, "members",
                     (json_int_t)s->members, "rows", rows, "candidates", candidates);
}

/* An instant or a date of the pack's place; absent: `otherwise`. False: it is neither. */
static bool instant(const struct request *r, const struct rules *rules, const char *name,
                    when otherwise, when *out)
{
    const struct str text = query_text(&r->query, name);
    *out = otherwise;
    return text.n == 0 || when_parse(text, rules_offset_minutes(rules), out, NULL) == OK;
}

void api_rankings(struct request *r, const struct hands *h)
{
    struct ranked s;
    struct problem problem = {.text = ""};
    when from, until;
    const struct desk_work w = desk_work_of(r, h);
    const struct str issue = query_text(&r->query, "issue");
    if (!instant(r, w.rules, "until", w.at, &until) ||
        !instant(r, w.rules, "from", when_plus(until, -USUAL), &from) || from >= until) {
        outcome_problem(r, 400, "invalid-query", "`from` and `until` are a time each, in order");
        return;
    }
    enum err e = ranked_read(&w, from, until, issue, &s, &problem);
    if (e == OK)
        outcome_json(r, 200, ranking_json(w.rules, &s, from, until, issue));
    else if (e == ERR_LIMIT)
        outcome_problem(r, 422, "too-much", "%.190s", problem.text);
    else
        outcome_failed(r, e, &problem);
    ranked_free(&s);
}
