/*
 * GET /v1/lines/{id}, /v1/campaigns/{id}: one of the registry, with whose it is and how it
 * behaves; GET /v1/lines/figures, /v1/campaigns/figures: the same figures of a page of them.
 *
 * What a stop of a line would touch is read here before it is ordered: whom it concerns, which
 * campaigns, and which of these have another line.
 */
#include "desk/register.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/figures.h"
#include "http/route.h"
#include "http/row_json.h"
#include "registry/campaign.h"
#include "registry/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAMPAIGNS = 200 };

static unsigned days(const struct request *r)
{
    return query_count(&r->query, "days", 1);
}

static struct figures *begin(const struct desk_work *w, const struct fact_kind *k, unsigned over)
{
    struct figures *f = calloc(1, sizeof *f);
    if (f != NULL) {
        f->campaigns = k == &campaign_kind;
        f->since = when_plus(w->at, -(when)over * WHEN_DAY);
    }
    return f;
}

/* Around the figures ------------------------------------------------------------------------- */

struct about {
    const struct rules *rules;
    json_t *json;
    int64_t reports;
};

static bool take_line(void *to, const struct value *c, size_t count)
{
    struct about *a = to;
    (void)count;
    a->reports = c[5].i;
    a->json = json_pack("{s:o, s:o, s:o, s:o, s:o}", "name", fact_json_text(&c[0]), "carrier_name",
                        fact_json_text(&c[1]), "papers_until", fact_json_time(a->rules, &c[2]),
                        "calls_a_day", c[3].type == VALUE_INT ? json_integer(c[3].i) : json_null(),
                        "order", fact_json_text(&c[4]));
    return false;
}

static bool take_campaign(void *to, const struct value *c, size_t count)
{
    struct about *a = to;
    (void)count;
    a->reports = c[2].i;
    a->json =
        json_pack("{s:o, s:o}", "name", fact_json_text(&c[0]), "order", fact_json_text(&c[1]));
    return false;
}

/* The newest order that no restore followed. */
#define ORDER_NOW                                                                                  \
    "(SELECT y.\"act\" FROM orders y WHERE y.\"subject\" = x.\"id\" AND y.\"act\" IN "             \
    "('restrict', "                                                                                \
    "'suspend', 'close') AND y.\"from\" <= $3 AND (y.\"until\" IS NULL OR y.\"until\" > $3) AND "  \
    "NOT "                                                                                         \
    "EXISTS (SELECT 1 FROM orders z WHERE z.\"subject\" = x.\"id\" AND z.\"act\" = 'restore' AND " \
    "z.\"from\" >= y.\"from\" AND z.\"from\" <= $3) ORDER BY y.\"from\" DESC, y.\"id\" LIMIT 1)"

/* $1: its id, $2: since when reports count, $3: now. */
static const char about_line[] =
    "SELECT o.\"name\", c.\"name\", (SELECT MIN(d.\"until\") FROM line_documents d WHERE "
    "d.\"line\" = x.\"id\"), (SELECT k.\"calls_a_day\" FROM line_contracts k WHERE k.\"line\" = "
    "x.\"id\" ORDER BY k.\"version\" DESC LIMIT 1), " ORDER_NOW
    ", (SELECT COUNT(*) FROM reports r WHERE r.\"line\" = x.\"id\" AND r.\"status\" = 'counted' "
    "AND "
    "r.\"received_at\" > $2) FROM lines x LEFT JOIN organisations o ON o.\"id\" = "
    "x.\"organisation\" LEFT JOIN organisations c ON c.\"id\" = x.\"carrier\" WHERE x.\"id\" = $1";
/* Reports name no campaign: those of calls for its principal over its lines. */
static const char about_campaign[] =
    "SELECT o.\"name\", " ORDER_NOW ", (SELECT COUNT(*) FROM reports r WHERE r.\"organisation\" = "
    "x.\"principal\" AND r.\"status\" = "
    "'counted' AND r.\"received_at\" > $2 AND replace(';' || x.\"lines\" || ';', ';' || r.\"line\" "
    "|| ';', '') <> ';' || x.\"lines\" || ';') FROM campaigns x LEFT JOIN organisations o ON "
    "o.\"id\" = x.\"principal\" WHERE x.\"id\" = $1";

static enum err add_about(const struct desk_work *w, const struct figures *f,
                          const struct figure *one, json_t **out, struct problem *problem)
{
    struct about a = {.rules = w->rules};
    const struct value v[] = {value_text(str_of(one->id)), value_int(f->since), value_int(w->at)};
    enum err e = f->campaigns
                     ? store_run(w->store, about_campaign, v, 3, take_campaign, &a, problem)
                     : store_run(w->store, about_line, v, 3, take_line, &a, problem);
    json_t *figure = e == OK && a.json != NULL ? figure_json(one, a.reports) : NULL;
    if (figure == NULL || json_object_set_new(a.json, "id", json_string(one->id)) != 0 ||
        json_object_set_new(a.json, "figures", figure) != 0) {
        json_decref(a.json);
        a.json = NULL;
        if (e == OK)
            e = problem_set(problem, ERR_MEMORY, "out of memory");
    }
    *out = a.json;
    return e;
}

/* A page ------------------------------------------------------------------------------------- */

struct page {
    struct figures *f;
    bool more;
};

static bool take_id(void *to, const struct value *row)
{
    struct page *p = to;
    p->more = p->f->count == FIGURES_IDS;
    if (!p->more && str_copy(fact_text(&row[0]), p->f->of[p->f->count].id, ID_MAX))
        p->f->count++;
    return !p->more;
}

static void page(struct request *r, const struct hands *h, const struct fact_kind *k)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = "out of memory"};
    struct page p = {.f = begin(&w, k, days(r))};
    json_t *list = json_array(), *one = NULL, *json = NULL;
    enum err e = p.f == NULL ? ERR_MEMORY
                             : register_list(&w, k, query_text(&r->query, "cursor"),
                                             FIGURES_IDS + 1, take_id, &p, &problem);
    if (e == OK)
        e = figures_count(h->gate, p.f, &problem);
    for (size_t i = 0; e == OK && i < p.f->count; i++) {
        e = add_about(&w, p.f, &p.f->of[i], &one, &problem);
        if (e == OK)
            json_array_append_new(list, one);
    }
    if (e == OK)
        json = json_pack("{s:o, s:b, s:O, s:s*}", "since", fact_json_when(w.rules, p.f->since),
                         "complete", (int)p.f->complete, k->name, list, "next",
                         p.more ? p.f->of[FIGURES_IDS - 1].id : NULL);
    json_decref(list);
    desk_answer(r, h, e, &problem, &no, 0, 200, json);
    free(p.f);
}

void api_line_figures(struct request *r, const struct hands *h)
{
    page(r, h, &line_kind);
}

void api_campaign_figures(struct request *r, const struct hands *h)
{
    page(r, h, &campaign_kind);
}

/* One ---------------------------------------------------------------------------------------- */

struct campaigns {
    struct str line;
    json_t *list;
};

static bool take_of_line(void *to, const struct value *c, size_t count)
{
    const struct campaigns *x = to;
    struct str lines = fact_text(&c[4]), id;
    int64_t others = 0;
    (void)count;
    while (lines.n > 0 && str_split(&lines, ';', &id))
        others += !str_eq(id, x->line);
    return json_array_append_new(
               x->list, json_pack("{s:o, s:o, s:o, s:o, s:I}", "id", fact_json_text(&c[0]), "name",
                                  fact_json_text(&c[1]), "sector", fact_json_text(&c[2]), "status",
                                  fact_json_text(&c[3]), "other_lines", (json_int_t)others)) == 0;
}

static enum err add_campaigns(const struct desk_work *w, struct str line, json_t *json,
                              struct problem *problem)
{
    const struct campaigns x = {line, json_array()};
    const struct value v[] = {value_text(line), value_int(CAMPAIGNS)};
    enum err e = store_run(
        w->store,
        "SELECT x.\"id\", o.\"name\", x.\"sector\", x.\"status\", x.\"lines\" FROM campaigns x "
        "LEFT "
        "JOIN organisations o ON o.\"id\" = x.\"principal\" WHERE replace(';' || x.\"lines\" || "
        "';', ';' || $1 || ';', '') <> ';' || x.\"lines\" || ';' ORDER BY x.\"id\" LIMIT $2",
        v, 2, take_of_line, (void *)&x, problem);
    json_object_set_new(json, "campaigns", x.list);
    return e;
}

static json_t *grid_json(const int64_t grid[7][24])
{
    json_t *rows = json_array();
    for (size_t day = 0; day < 7; day++) {
        json_t *row = json_array();
        for (size_t hour = 0; hour < 24; hour++)
            json_array_append_new(row, json_integer(grid[day][hour]));
        json_array_append_new(rows, row);
    }
    return rows;
}

/* When calls of its sector are lawful, and by which rule. */
static void add_hours(const struct desk_work *w, const struct figures *f, struct str sector,
                      json_t *json)
{
    const int i = rules_sector(w->rules, sector);
    const struct call_profile *p =
        i >= 0 ? rules_sector_at(w->rules, i)->profile : rules_default_profile(w->rules);
    json_t *hours = json_array();
    for (unsigned k = 0; k < p->hours.count; k++) {
        const int from = p->hours.window[k].from_s / 60, until = p->hours.window[k].until_s / 60;
        json_array_append_new(hours, json_sprintf("%02d:%02d-%02d:%02d", from / 60, from % 60,
                                                  until / 60, until % 60));
    }
    json_object_set_new(json, "permitted", hours);
    json_object_set_new(json, "rule", json_string(p->about.id));
    json_object_set_new(json, "calls", grid_json(f->calls));
    json_object_set_new(json, "blocked", grid_json(f->blocked));
}

static enum err make(const struct desk_work *w, struct gate *gate, const struct fact_kind *k,
                     const struct fact_row *row, struct figures *f, json_t **out,
                     struct problem *problem)
{
    enum err e = OK;
    f->count = str_copy(row->v[0].s, f->of[0].id, ID_MAX) ? 1 : 0;
    e = figures_count(gate, f, problem);
    if (e == OK)
        e = add_about(w, f, &f->of[0], out, problem);
    if (e != OK)
        return e;
    json_object_set_new(*out, "since", fact_json_when(w->rules, f->since));
    json_object_set_new(*out, "complete", json_boolean(f->complete));
    json_object_set_new(*out, f->campaigns ? "campaign" : "line", row_json(w->rules, k, row->v));
    if (f->campaigns)
        add_hours(w, f, fact_text(&row->v[CAMPAIGN_SECTOR]), *out);
    else
        e = add_campaigns(w, fact_text(&row->v[LINE_ID]), *out, problem);
    return e;
}

static void one(struct request *r, const struct hands *h, const struct fact_kind *k)
{
    const struct desk_work w = desk_work_of(r, h);
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = "out of memory"};
    struct fact_row *row = malloc(sizeof *row);
    struct figures *f = begin(&w, k, days(r));
    json_t *json = NULL;
    enum err e =
        row == NULL || f == NULL ? ERR_MEMORY : register_find(&w, k, r->param, row, &problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(&no);
        e = OK;
    } else if (e == OK) {
        e = make(&w, h->gate, k, row, f, &json, &problem);
    }
    desk_answer(r, h, e, &problem, &no, 0, 200, json);
    free(row);
    free(f);
}

void api_line(struct request *r, const struct hands *h)
{
    one(r, h, &line_kind);
}

void api_campaign(struct request *r, const struct hands *h)
{
    one(r, h, &campaign_kind);
}
