/*
 * POST /v1/numbers/lookup, GET /v1/numbers/{id}: what the registry, the desk and this node's
 * records know of a number, for whoever may order about it (desk/ordering.h);
 * POST /v1/numbers/releases: lift a missing right of it for a while.
 *
 * The number comes in once, in a body, and is not given back: an id stands for it from then on
 * (desk/number_id.h). Of a number of persons no calls are told: whom a person rang when is hers.
 */
#include "desk/case.h"
#include "desk/number_id.h"
#include "desk/ordering.h"
#include "desk/report.h"
#include "gate/called.h"
#include "gate/gate.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/figures.h"
#include "http/order_json.h"
#include "http/route.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ORDERS = 50,
    LINES = 50,
    ROWS = 50,
    CASES = 50,
    NEWEST = 50,
    CALLS = 20000,
    HOURS_MOST = 24 * 7
};

struct looking {
    const struct desk_work *w;
    number n;
    json_t *json;
    /* found on the way: */
    char holder[ID_BYTES + 1];
    bool persons;
    json_t *firms; /* who holds it, or a line that names it: {id: true} */
};

static bool add_order(void *to, const struct value *row, bool in_force)
{
    const struct looking *x = to;
    return json_array_append_new(json_object_get(x->json, "orders"),
                                 order_json(x->w->rules, row, in_force)) == 0;
}

/* Whose it is ---------------------------------------------------------------------------------- */

static bool take_range(void *to, const struct value *c, size_t count)
{
    struct looking *x = to;
    (void)count;
    str_copy(fact_text(&c[0]), x->holder, sizeof x->holder);
    x->persons = str_eq(fact_text(&c[2]), STR("person"));
    json_object_set_new(x->json, "range",
                        json_pack("{s:o, s:o, s:o, s:o, s:o, s:I}", "organisation",
                                  fact_json_text(&c[0]), "name", fact_json_text(&c[1]), "use",
                                  fact_json_text(&c[2]), "direction", fact_json_text(&c[3]),
                                  "status", fact_json_text(&c[4]), "size", (json_int_t)c[5].i + 1));
    return false;
}

static enum err add_range(struct looking *x, struct problem *problem)
{
    const struct value v = value_int((int64_t)x->n);
    return store_run(x->w->store,
                     "SELECT r.\"organisation\", o.\"name\", r.\"use\", r.\"direction\", "
                     "r.\"status\", r.\"last\" - r.\"first\" FROM ranges r LEFT JOIN organisations "
                     "o ON o.\"id\" = r.\"organisation\" WHERE r.\"first\" <= $1 AND r.\"last\" >= "
                     "$1 ORDER BY r.\"last\" - r.\"first\" LIMIT 1",
                     &v, 1, take_range, x, problem);
}

static bool take_assignment(void *to, const struct value *c, size_t count)
{
    const struct looking *x = to;
    (void)count;
    return json_array_append_new(json_object_get(x->json, "assignments"),
                                 json_pack("{s:o, s:o}", "assigned_at",
                                           fact_json_time(x->w->rules, &c[0]), "released_at",
                                           fact_json_time(x->w->rules, &c[1]))) == 0;
}

static enum err add_assignments(struct looking *x, struct problem *problem)
{
    const struct value v[] = {value_int((int64_t)x->n), value_int(ROWS)};
    return store_run(
        x->w->store,
        "SELECT \"assigned_at\", \"released_at\" FROM assignments WHERE \"number\" = $1 "
        "ORDER BY \"assigned_at\" DESC LIMIT $2",
        v, 2, take_assignment, x, problem);
}

/* The same holder's other numbers, as numbers of things. */
static enum err add_holder(struct looking *x, struct problem *problem)
{
    static const struct {
        const char *name, *sql;
    } counts[] = {
        {"ranges", "SELECT COUNT(*) FROM ranges WHERE \"organisation\" = $1"},
        {"numbers",
         "SELECT CAST(COALESCE(SUM(\"last\" - \"first\" + 1), 0) AS BIGINT) FROM ranges WHERE "
         "\"organisation\" = $1"},
        {"lines", "SELECT COUNT(*) FROM lines WHERE \"organisation\" = $1"},
        {"campaigns", "SELECT COUNT(*) FROM campaigns WHERE \"principal\" = $1"},
        {"restraints", "SELECT COUNT(*) FROM restraints WHERE \"holder\" = $1"},
    };
    const struct value v = value_text(str_of(x->holder));
    json_t *holder = json_object();
    enum err e = OK;
    for (size_t i = 0; e == OK && i < sizeof counts / sizeof *counts; i++) {
        int64_t n = 0;
        e = store_integer(x->w->store, counts[i].sql, &v, 1, &n, problem);
        json_object_set_new(holder, counts[i].name, json_integer(n));
    }
    json_object_set_new(x->json, "holder", holder);
    return e;
}

/* Where it is presented ------------------------------------------------------------------------ */

static bool names(struct str callers, number n, enum number_class class)
{
    struct str item;
    while (callers.n > 0 && str_split(&callers, ';', &item)) {
        struct pattern p;
        if (pattern_read(item, &p) && (p.kind == PATTERN_RANGE || p.kind == PATTERN_PREFIX) &&
            pattern_match(&p, n, class))
            return true;
    }
    return false;
}

static bool take_line(void *to, const struct value *c, size_t count)
{
    const struct looking *x = to;
    json_t *list = json_object_get(x->json, "lines");
    (void)count;
    if (!names(fact_text(&c[5]), x->n, number_classify(rules_plan(x->w->rules), x->n)))
        return true;
    json_object_setn_new(x->firms, c[6].s.p, c[6].s.n, json_true());
    json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&c[0]),
                                          "name", fact_json_text(&c[1]), "carrier",
                                          fact_json_text(&c[2]), "purpose", fact_json_text(&c[3]),
                                          "status", fact_json_text(&c[4])));
    return json_array_size(list) < LINES;
}

/* Lines that name it; a carrier's own only. */
static enum err add_lines(struct looking *x, struct problem *problem)
{
    const bool carrier = x->w->who->role == ROLE_CARRIER;
    const struct value v = value_text(str_of(carrier ? x->w->who->organisation : ""));
    return store_run(
        x->w->store,
        "SELECT x.\"id\", o.\"name\", x.\"carrier\", x.\"purpose\", x.\"status\", "
        "x.\"callers\", x.\"organisation\" FROM lines x LEFT JOIN organisations o ON o.\"id\" = "
        "x.\"organisation\" WHERE $1 = '' OR x.\"carrier\" = $1 ORDER BY x.\"id\"",
        &v, 1, take_line, x, problem);
}

/* What was said of it ---------------------------------------------------------------------------
 */

static bool take_reports(void *to, const struct value *c, size_t count)
{
    static const char *const names_of[] = {"counted", "waiting", "lead", "untrue"};
    json_t *reports = json_object();
    (void)count;
    for (size_t i = 0; i < 4; i++)
        json_object_set_new(reports, names_of[i],
                            json_integer(c[i].type == VALUE_INT ? c[i].i : 0));
    json_object_set_new(((struct looking *)to)->json, "reports", reports);
    return false;
}

static bool take_restraint(void *to, const struct value *c, size_t count)
{
    const struct looking *x = to;
    (void)count;
    return json_array_append_new(json_object_get(x->json, "restraints"),
                                 json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&c[0]),
                                           "kind", fact_json_text(&c[1]), "status",
                                           fact_json_text(&c[2]), "at",
                                           fact_json_time(x->w->rules, &c[3]), "until",
                                           fact_json_time(x->w->rules, &c[4]))) == 0;
}

#define HOW_MANY(state) "SUM(CASE WHEN \"status\" = '" state "' THEN 1 ELSE 0 END)"

static enum err add_said(struct looking *x, struct problem *problem)
{
    char cluster[REPORT_CLUSTER_TEXT];
    report_cluster(x->w->key, x->n, cluster);
    const struct value v[] = {value_text(str_of(cluster)), value_int(ROWS)};
    json_object_set_new(x->json, "cluster", json_string(cluster));
    enum err e =
        store_run(x->w->store,
                  "SELECT " HOW_MANY("counted") ", " HOW_MANY("waiting") ", " HOW_MANY(
                      "lead") ", " HOW_MANY("untrue") " FROM reports WHERE \"cluster\" = $1",
                  v, 1, take_reports, x, problem);
    return e == OK ? store_run(x->w->store,
                               "SELECT \"id\", \"kind\", \"status\", \"at\", \"until\" FROM "
                               "restraints WHERE \"sender\" = $1 ORDER BY \"at\" DESC LIMIT $2",
                               v, 2, take_restraint, x, problem)
                   : e;
}

/* Cases about it ------------------------------------------------------------------------------- */

struct concerning {
    struct looking *x;
    json_t *traced; /* cases for which a call of it was traced: {id: true} */
};

static bool is_in(const json_t *set, const struct value *id)
{
    return json_object_getn(set, fact_text(id).p, fact_text(id).n) != NULL;
}

static bool take_traced(void *to, const struct value *c, size_t count)
{
    const struct concerning *x = to;
    (void)count;
    return json_object_setn_new(x->traced, c[0].s.p, c[0].s.n, json_true()) == 0;
}

static bool take_case(void *to, const struct value *c)
{
    const struct concerning *x = to;
    json_t *list = json_object_get(x->x->json, "cases");
    const bool traced = is_in(x->traced, &c[CASE_ID]);
    if (!traced && !is_in(x->x->firms, &c[CASE_RESPONDENT]))
        return true;
    json_array_append_new(
        list, json_pack("{s:o, s:o, s:o, s:o, s:b}", "id", fact_json_text(&c[CASE_ID]),
                        "respondent", fact_json_text(&c[CASE_RESPONDENT]), "status",
                        fact_json_text(&c[CASE_STATUS]), "opened_at",
                        fact_json_time(x->x->w->rules, &c[CASE_OPENED_AT]), "traced", (int)traced));
    return json_array_size(list) < CASES;
}

/* Those that who asks reads, of whoever holds the number or a line that names it, and those for
 * which a call of it was traced. */
static enum err add_cases(struct looking *x, struct problem *problem)
{
    const struct concerning about = {x, json_object()};
    const struct value v =
        value_text(str_of(json_string_value(json_object_get(x->json, "cluster"))));
    if (x->holder[0] != '\0' && !x->persons)
        json_object_set_new(x->firms, x->holder, json_true());
    enum err e = store_run(x->w->store,
                           "SELECT t.\"case\" FROM traces t JOIN reports r ON r.\"id\" = "
                           "t.\"report\" WHERE r.\"cluster\" = $1 AND t.\"case\" IS NOT NULL",
                           &v, 1, take_traced, (void *)&about, problem);
    if (e == OK)
        e = case_list(x->w, STR(""), STR(""), take_case, (void *)&about, problem);
    json_decref(about.traced);
    return e;
}

static bool take_until(void *to, const struct value *c, size_t count)
{
    const struct looking *x = to;
    (void)count;
    json_object_set_new(x->json, "released_until", fact_json_time(x->w->rules, &c[0]));
    return false;
}

static enum err add_release(struct looking *x, struct problem *problem)
{
    char subject[24];
    snprintf(subject, sizeof subject, "%" PRIu64, x->n);
    const struct value v[] = {value_text(str_of(subject)), value_int(x->w->at)};
    return store_run(
        x->w->store,
        "SELECT \"until\" FROM orders WHERE \"subject\" = $1 AND \"act\" = 'release' AND "
        "\"until\" > $2 ORDER BY \"until\" DESC LIMIT 1",
        v, 2, take_until, x, problem);
}

/* How it called ---------------------------------------------------------------------------------
 */

struct calling {
    const struct rules *rules;
    struct figure figure;
    json_t *newest;
};

static bool take_call(void *to, const char *record, const struct call_record *c)
{
    struct calling *x = to;
    x->figure.verdicts[c->verdict.kind]++;
    x->figure.unproven += !c->verdict.proven_caller;
    x->figure.declined +=
        c->verdict.kind == VERDICT_BLOCK && check_side(c->verdict.check) == SIDE_WISH;
    if (json_array_size(x->newest) < NEWEST)
        json_array_append_new(x->newest,
                              json_pack("{s:s, s:o, s:s, s:s, s:s, s:b}", "record", record, "at",
                                        fact_json_when(x->rules, c->asked), "verdict",
                                        verdict_word(c->verdict.kind), "reason", c->reason, "line",
                                        c->verdict.line, "proven", (int)c->verdict.proven_caller));
    return true;
}

static enum err add_calls(struct looking *x, struct gate *gate, struct problem *problem)
{
    const struct called_question q = {
        .caller = x->n, .since = when_plus(x->w->at, -7 * WHEN_DAY), .most = CALLS};
    struct calling c = {.rules = x->w->rules};
    bool all = true;
    if (x->persons)
        return OK;
    c.newest = json_array();
    enum err e = gate_called(gate, &q, take_call, &c, &all, problem);
    json_object_set_new(x->json, "calls",
                        json_pack("{s:o, s:b, s:o, s:o}", "since",
                                  fact_json_when(x->w->rules, q.since), "complete", (int)all,
                                  "figures", figure_json(&c.figure, 0), "newest", c.newest));
    return e;
}

/* The page ---------------------------------------------------------------------------------------
 */

static enum err fill(struct looking *x, struct gate *gate, struct problem *problem)
{
    enum err e = add_range(x, problem);
    if (e == OK)
        e = add_assignments(x, problem);
    if (e == OK && x->holder[0] != '\0' && !x->persons)
        e = add_holder(x, problem);
    if (e == OK)
        e = add_lines(x, problem);
    if (e == OK)
        e = add_said(x, problem);
    if (e == OK)
        e = add_cases(x, problem);
    if (e == OK)
        e = add_release(x, problem);
    return e == OK ? add_calls(x, gate, problem) : e;
}

static void show(struct request *r, const struct hands *h, number n)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct ordering_about about = {.on = ORDERED_NUMBER, .number = n};
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    char id[NUMBER_ID];
    number_id(w.key, n, id);
    struct looking x = {
        .w = &w,
        .n = n,
        .json = json_pack("{s:s, s:s, s:n, s:n, s:n, s:n, s:[], s:[], s:[], s:[], s:[]}", "id", id,
                          "class", number_class_name(number_classify(rules_plan(w.rules), n)),
                          "range", "holder", "released_until", "calls", "assignments", "lines",
                          "orders", "restraints", "cases"),
        .firms = json_object(),
    };
    enum err e = ordering_list(&w, &about, ORDERS, add_order, &x, &no, &problem);
    if (e == OK && no.why == DESK_YES)
        e = fill(&x, h->gate, &problem);
    explicit_bzero(&x.n, sizeof x.n);
    json_decref(x.firms);
    desk_answer(r, h, e, &problem, &no, 0, 200, x.json);
}

void api_number_lookup(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    number n = 0;
    if (ask_object(r->json, "number", &errors))
        n = ask_number(gate_rules(h->gate), r->json, "number", true, &errors);
    if (errors.count > 0)
        outcome_problem(r, 400, "invalid-number", "%s", errors.at[0].detail);
    else
        show(r, h, n);
}

void api_number(struct request *r, const struct hands *h)
{
    number n;
    if (number_id_open(request_account_key(r), r->param, &n))
        show(r, h, n);
    else
        outcome_problem(r, 404, "not-found", "no such number; look it up by POST");
}

/* Release ---------------------------------------------------------------------------------------
 */

void api_number_release(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct fact_origin origin = desk_origin(&w);
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    struct release release = {.at = w.at, .actor = origin.actor, .node = origin.node};
    char order[FRESH_ID] = "", subject[24];
    int64_t hours = 0, seq = 0;
    if (ask_object(r->json, "number id hours reason", &errors)) {
        const struct str id = ask_text(r->json, "id", NUMBER_ID, false, &errors);
        if (id.n == 0)
            release.number = ask_number(w.rules, r->json, "number", true, &errors);
        else if (!number_id_open(w.key, id, &release.number))
            ask_error(&errors, "id", "unknown", "\"id\" is no number's");
        hours = ask_count(r->json, "hours", 1, HOURS_MOST, &errors);
        release.reason = ask_some(r->json, "reason", ORDERING_REASON, &errors);
    }
    if (errors.count > 0) {
        outcome_errors(r, 422, "invalid-release", &errors);
        return;
    }
    release.until = when_plus(w.at, hours * WHEN_HOUR);
    snprintf(subject, sizeof subject, "%" PRIu64, release.number);
    enum err e = ordering_competent(&w, str_of(subject), &no, &problem);
    if (e == OK && no.why == DESK_YES)
        e = order_release(w.store, &release, order, &seq, &problem);
    explicit_bzero(subject, sizeof subject);
    desk_answer(
        r, h, e, &problem, &no, seq, 201,
        json_pack("{s:s, s:o}", "order", order, "until", fact_json_when(w.rules, release.until)));
}
