/* GET /v1/verdicts/stats, /v1/observe: verdicts, counted (gate/verdict_index.h). */
#include "gate/verdict_index.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "http/verdicts.h"
#include "registry/campaign.h"

#include <stdlib.h>

enum { STEPS = 1500, KINDS = VERDICT_ALLOW + 1, DAYS = 7, HOURS = 24, GROUPS = 500 };

#define WEEKS (28 * WHEN_DAY)

static const enum verdict_kind kinds[] = {VERDICT_ALLOW, VERDICT_REMIND, VERDICT_WARN,
                                          VERDICT_BLOCK};

/* Sums ---------------------------------------------------------------------------------------- */

struct sums {
    int64_t calls[KINDS];
};

static json_t *sums_json(const struct sums *s)
{
    json_t *j = json_object();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        json_object_set_new(j, verdict_word(kinds[i]), json_integer(s->calls[kinds[i]]));
    return j;
}

static bool add_sum(void *to, const struct verdict_count *c)
{
    ((struct sums *)to)->calls[c->kind] += c->calls;
    return true;
}

static void increase(json_t *object, const char *key, int64_t by)
{
    json_t *sum = json_object_get(object, key);
    if (sum != NULL)
        json_integer_set(sum, json_integer_value(sum) + by);
    else
        json_object_set_new(object, key, json_integer(by));
}

/* By time ------------------------------------------------------------------------------------- */

struct chart {
    const struct rules *rules;
    enum ask_view view;
    when from, step;
    size_t count;
    struct sums sums[STEPS];
    json_t *reasons[STEPS]; /* {reason: calls}; NULL: none */
    json_t *all;            /* {"verdict reason": {…}} */
};

static void add_reason(struct chart *x, const struct verdict_count *c, size_t step)
{
    enum check check;
    char key[80];
    const char *reason = verdict_reason(c->check, x->view, &check);
    const struct rule *rule = ask_rule(x->rules, check, x->view);
    if (c->kind != VERDICT_ALLOW && x->reasons[step] == NULL)
        x->reasons[step] = json_object();
    if (c->kind != VERDICT_ALLOW)
        increase(x->reasons[step], reason, c->calls);
    snprintf(key, sizeof key, "%s %s", verdict_word(c->kind), reason);
    json_t *one = json_object_get(x->all, key);
    if (one == NULL) {
        one = json_pack("{s:s, s:s, s:s?, s:i}", "verdict", verdict_word(c->kind), "reason", reason,
                        "rule", rule != NULL ? rule->id : NULL, "calls", 0);
        if (json_object_set_new(x->all, key, one) != 0)
            return;
    }
    increase(one, "calls", c->calls);
}

static bool add_step(void *to, const struct verdict_count *c)
{
    struct chart *x = to;
    const size_t step = (size_t)((c->at - x->from) / x->step);
    if (c->at < x->from || step >= x->count)
        return true;
    x->sums[step].calls[c->kind] += c->calls;
    add_reason(x, c, step);
    return true;
}

static json_t *steps_json(struct chart *x)
{
    json_t *list = json_array();
    for (size_t i = 0; i < x->count; i++) {
        json_t *one = sums_json(&x->sums[i]);
        json_object_set_new(one, "at", fact_json_when(x->rules, x->from + (when)i * x->step));
        json_object_set_new(one, "reasons",
                            x->reasons[i] != NULL ? json_incref(x->reasons[i]) : json_object());
        json_array_append_new(list, one);
    }
    return list;
}

static int by_calls(const void *a, const void *b)
{
    const json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "calls"));
    const json_int_t y = json_integer_value(json_object_get(*(json_t *const *)b, "calls"));
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The values of an object, those with most calls first, at most GROUPS. */
static json_t *most_first(json_t *groups, bool *more)
{
    size_t n = json_object_size(groups), i = 0;
    json_t **sorted = calloc(n + 1, sizeof *sorted), *list = json_array(), *one;
    const char *key;
    *more = n > GROUPS;
    if (sorted == NULL) {
        json_decref(list);
        return NULL;
    }
    json_object_foreach(groups, key, one)
    {
        sorted[i++] = one;
    }
    qsort(sorted, n, sizeof *sorted, by_calls);
    for (i = 0; i < n && i < GROUPS; i++)
        json_array_append(list, sorted[i]);
    free(sorted);
    return list;
}

static struct chart *chart_new(const struct request *r, const struct hands *h, when from,
                               when until, when step)
{
    struct chart *x = calloc(1, sizeof *x);
    if (x == NULL)
        return NULL;
    x->rules = gate_rules(h->gate);
    x->view = request_view(r);
    x->step = step;
    x->from = from;
    x->count = (size_t)((until - from + step - 1) / step);
    x->all = json_object();
    return x;
}

static void chart_free(struct chart *x)
{
    for (size_t i = 0; x != NULL && i < STEPS; i++)
        json_decref(x->reasons[i]);
    if (x != NULL)
        json_decref(x->all);
    free(x);
}

/* A campaign's week --------------------------------------------------------------------------- */

struct week {
    int64_t calls[DAYS][HOURS], blocked[DAYS][HOURS];
    when offset;
};

static bool add_hour(void *to, const struct verdict_count *c)
{
    struct week *w = to;
    const when local = c->at + w->offset;
    const int64_t day = local / WHEN_DAY - (local % WHEN_DAY < 0);
    const size_t weekday = (size_t)(((day + 3) % DAYS + DAYS) % DAYS); /* 1970 began on Thursday */
    const size_t hour = (size_t)((local - day * WHEN_DAY) / WHEN_HOUR);
    w->calls[weekday][hour] += c->calls;
    if (c->kind == VERDICT_BLOCK)
        w->blocked[weekday][hour] += c->calls;
    return true;
}

static json_t *matrix_json(int64_t calls[DAYS][HOURS])
{
    json_t *days = json_array();
    for (size_t d = 0; d < DAYS; d++) {
        json_t *hours = json_array();
        for (size_t i = 0; i < HOURS; i++)
            json_array_append_new(hours, json_integer(calls[d][i]));
        json_array_append_new(days, hours);
    }
    return days;
}

/* How many minutes of each hour of a day one may call in; the same on every day. */
static json_t *permitted_json(const struct hours *hours)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < HOURS; i++) {
        int32_t seconds = 0;
        for (unsigned k = 0; k < hours->count; k++) {
            const int32_t from =
                hours->window[k].from_s > i * 3600 ? hours->window[k].from_s : i * 3600;
            const int32_t until = hours->window[k].until_s < (i + 1) * 3600
                                      ? hours->window[k].until_s
                                      : (i + 1) * 3600;
            seconds += until > from ? until - from : 0;
        }
        json_array_append_new(list, json_integer(seconds / 60));
    }
    return list;
}

static json_t *week_json(const struct rules *rules, struct week *w, struct str code)
{
    const int sector = rules_sector(rules, code);
    const struct call_profile *p =
        sector >= 0 ? rules_sector_at(rules, sector)->profile : rules_default_profile(rules);
    if (p == NULL)
        p = rules_default_profile(rules);
    return json_pack("{s:o, s:o, s:o, s:s?, s:o}", "calls", matrix_json(w->calls), "blocked",
                     matrix_json(w->blocked), "permitted", permitted_json(&p->hours), "rule",
                     p->about.id, "sector",
                     code.n > 0 ? json_stringn(code.p, code.n) : json_null());
}

/* Is there such a campaign, and is it for the asker's legal entity? */
static enum err find_campaign(const struct request *r, const struct hands *h, struct str id,
                              struct fact_row *row, bool *there, bool *own, struct problem *problem)
{
    const struct value key[CAMPAIGN_COLUMNS] = {[CAMPAIGN_ID] = value_text(id)};
    const struct value v[] = {value_text(id), value_text(str_of(r->subject.organisation))};
    enum err e = fact_find(h->store, &campaign_kind, key, row, problem);
    *there = e == OK;
    *own = false;
    if (e == ERR_NOT_FOUND)
        return OK;
    return e != OK ? e
                   : store_any(h->store,
                               "SELECT 1 FROM campaigns c JOIN organisations o ON o.\"id\" = "
                               "c.\"principal\" JOIN organisations mine ON mine.\"id\" = $2 WHERE "
                               "c.\"id\" = $1 AND COALESCE(o.\"legal_entity\", o.\"id\") = "
                               "COALESCE(mine.\"legal_entity\", mine.\"id\")",
                               v, 2, own, problem);
}

/* Answering ----------------------------------------------------------------------------------- */

static json_t *latency_json(const struct request *r, const struct hands *h)
{
    struct gate_latency l;
    if (request_view(r) == ASK_ORGANISATION)
        return json_null();
    gate_latency(h->gate, &l);
    return json_pack("{s:I, s:I, s:I}", "calls", (json_int_t)l.count, "p50_us",
                     (json_int_t)l.p50_us, "p95_us", (json_int_t)l.p95_us);
}

struct stats {
    struct verdict_asked asked;
    struct verdict_sight sight;
    struct chart *chart;
    struct sums hour, yesterday;
    struct week week;
    struct fact_row campaign;
    bool there, own;
};

static enum err read_stats(const struct request *r, const struct hands *h, struct stats *s,
                           struct problem *problem)
{
    const when now = request_now(r), begin = now - now % WHEN_MINUTE + WHEN_MINUTE - WHEN_HOUR;
    struct verdict_asked a = s->asked;
    enum err e = verdict_sight_counts(&s->sight, h, &a, add_step, s->chart, problem);
    a.step = VERDICT_MINUTE;
    a.from = begin;
    a.until = begin + WHEN_HOUR;
    if (e == OK)
        e = verdict_sight_counts(&s->sight, h, &a, add_sum, &s->hour, problem);
    a.from -= WHEN_DAY;
    a.until = now - WHEN_DAY + 1; /* as far as today's hour has come */
    if (e == OK)
        e = verdict_sight_counts(&s->sight, h, &a, add_sum, &s->yesterday, problem);
    a.step = VERDICT_HOUR;
    a.from = when_plus(now, -WEEKS);
    a.until = now + WHEN_HOUR;
    s->week.offset = rules_offset_minutes(gate_rules(h->gate)) * WHEN_MINUTE;
    if (e == OK && s->there)
        e = verdict_sight_counts(&s->sight, h, &a, add_hour, &s->week, problem);
    return e;
}

static json_t *stats_json(const struct request *r, const struct hands *h, struct stats *s)
{
    bool more;
    const struct rules *rules = gate_rules(h->gate);
    json_t *week = s->there ? week_json(rules, &s->week, fact_text(&s->campaign.v[CAMPAIGN_SECTOR]))
                            : json_null();
    return json_pack(
        "{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "from",
        fact_json_when(rules, s->asked.from), "until", fact_json_when(rules, s->asked.until),
        "step", s->asked.step == VERDICT_MINUTE ? "minute" : "hour", "steps", steps_json(s->chart),
        "reasons", most_first(s->chart->all, &more), "last_hour", sums_json(&s->hour),
        "hour_yesterday", sums_json(&s->yesterday), "latency", latency_json(r, h), "week", week);
}

/* The time that is asked for, in whole steps. False after an outcome. */
static bool read_time(struct request *r, const struct hands *h, struct verdict_asked *a)
{
    const bool hours = str_eq(query_text(&r->query, "step"), STR("hour"));
    const when step = hours ? WHEN_HOUR : WHEN_MINUTE, now = request_now(r);
    a->step = hours ? VERDICT_HOUR : VERDICT_MINUTE;
    if (!verdict_when(r, h, "until", now, &a->until) ||
        !verdict_when(r, h, "from", when_plus(a->until, hours ? -WHEN_DAY : -WHEN_HOUR), &a->from))
        return false;
    a->until += step - 1 - (a->until - 1) % step;
    a->from -= a->from % step;
    if (a->from < a->until && (a->until - a->from) / step <= STEPS)
        return true;
    outcome_problem(r, 422, "too-much",
                    "`from` lies before `until`, at most %d minutes or hours (step=hour) before",
                    STEPS);
    return false;
}

void api_verdict_stats(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = "out of memory"};
    struct stats *s = calloc(1, sizeof *s);
    if (s == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    s->asked.line = query_text(&r->query, "line");
    s->asked.campaign = query_text(&r->query, "campaign");
    if (!read_time(r, h, &s->asked)) {
        free(s);
        return;
    }
    enum err e = verdict_sight_read(&r->subject, h, &s->sight, &problem);
    if (e == OK && s->asked.campaign.n > 0)
        e = find_campaign(r, h, s->asked.campaign, &s->campaign, &s->there, &s->own, &problem);
    s->asked.whole_campaign = s->own;
    s->chart = chart_new(r, h, s->asked.from, s->asked.until,
                         s->asked.step == VERDICT_HOUR ? WHEN_HOUR : WHEN_MINUTE);
    if (e == OK && s->chart == NULL)
        e = ERR_MEMORY;
    if (e == OK)
        e = read_stats(r, h, s, &problem);
    if (e == OK)
        outcome_json(r, 200, stats_json(r, h, s));
    else
        outcome_failed(r, e, &problem);
    chart_free(s->chart);
    verdict_sight_free(&s->sight);
    free(s);
}

/* What enforcing would have done -------------------------------------------------------------- */

struct observed {
    const struct rules *rules;
    enum ask_view view;
    bool lines; /* each by itself */
    int64_t calls, observed;
    json_t *groups;
};

static bool add_observed(void *to, const struct verdict_count *c)
{
    struct observed *o = to;
    enum check check;
    char key[160], line[ID_MAX] = "";
    o->calls += c->calls;
    if (!c->observed)
        return true;
    o->observed += c->calls;
    if (o->lines && !str_copy(c->line, line, sizeof line))
        return true;
    const char *reason = verdict_reason(c->would_check, o->view, &check);
    const struct rule *rule = ask_rule(o->rules, check, o->view);
    snprintf(key, sizeof key, "%d/%s/%d/%s", (int)c->would, reason, (int)c->protected_caller, line);
    json_t *group = json_object_get(o->groups, key);
    if (group == NULL) {
        group =
            json_pack("{s:s, s:s, s:s?, s:b, s:s*, s:i}", "would", verdict_word(c->would), "reason",
                      reason, "rule", rule != NULL ? rule->id : NULL, "protected",
                      (int)c->protected_caller, "line", *line != '\0' ? line : NULL, "calls", 0);
        if (json_object_set_new(o->groups, key, group) != 0)
            return false;
    }
    increase(group, "calls", c->calls);
    return true;
}

void api_observe(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct verdict_sight sight;
    struct verdict_asked a = {.step = VERDICT_HOUR,
                              .until = request_now(r) + WHEN_HOUR,
                              .line = query_text(&r->query, "line")};
    struct observed o = {.rules = gate_rules(h->gate), .view = request_view(r)};
    bool more = false;
    if (!verdict_when(r, h, "since", when_plus(request_now(r), -7 * WHEN_DAY), &a.from))
        return;
    a.from -= a.from % WHEN_HOUR;
    enum err e = verdict_sight_read(&r->subject, h, &sight, &problem);
    o.lines = !sight.all;
    o.groups = json_object();
    if (e == OK)
        e = verdict_sight_counts(&sight, h, &a, add_observed, &o, &problem);
    if (e == OK) {
        json_t *groups = most_first(o.groups, &more);
        outcome_json(r, 200,
                     json_pack("{s:o, s:I, s:I, s:o, s:b}", "since",
                               fact_json_when(o.rules, a.from), "calls", (json_int_t)o.calls,
                               "observed", (json_int_t)o.observed, "groups", groups, "more",
                               (int)more));
    } else {
        outcome_failed(r, e, &problem);
    }
    json_decref(o.groups);
    verdict_sight_free(&sight);
}
