/*
 * /v1/me/reports and /v1/reports: what people say of calls (docs/desk.md).
 *
 * Nothing here tells who reported, nor gives a number that called: reports of one number share a
 * cluster. What follows by itself, follows before the answer.
 */
#include "desk/clock.h"
#include "gate/reported.h"
#include "http/courier.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/me.h"
#include "http/route.h"

#include <stdlib.h>

enum { PAGE = 100 };

/* In words ------------------------------------------------------------------------------------- */

/* Why no call was found, and until when it is looked for (gate/reported.h); null: it was. */
static json_t *unmatched_json(const struct rules *rules, const struct value *row)
{
    const bool waits = str_eq(row[REPORT_STATUS].s, STR("waiting"));
    const when window = rules_limit_time(rules, LIMIT_REPORT_WINDOW, 0) * WHEN_SECOND;
    if (!report_unmatched(row))
        return json_null();
    return json_pack(
        "{s:s, s:o}", "reason",
        waits ? "其他节点可能存有该来电的记录，正在查找。 Another node may have the record of this "
                "call; it is looked for."
              : "共用同一数据库的各节点均无该来电的记录；记录出现后重新核对。 No node that shares "
                "this store has a record of such a call; if one appears, the report is held "
                "against it again.",
        "until",
        fact_json_when(rules, when_plus(row[REPORT_RECEIVED].i, waits ? REPORTED_WAITS : window)));
}

/* What she reads of her own. */
static json_t *mine_json(const struct rules *rules, const struct value *row)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[REPORT_ID]),
        "kind", fact_json_text(&row[REPORT_KIND]), "triaged", fact_json_text(&row[REPORT_TRIAGED]),
        "at", fact_json_time(rules, &row[REPORT_AT]), "received_at",
        fact_json_time(rules, &row[REPORT_RECEIVED]), "status", fact_json_text(&row[REPORT_STATUS]),
        "ground", fact_json_text(&row[REPORT_GROUND]), "unmatched", unmatched_json(rules, row),
        "stage", fact_json_text(&row[REPORT_STAGE]));
}

/* … and what an officer does. */
static json_t *report_json(const struct rules *rules, const struct value *row)
{
    json_t *j = mine_json(rules, row);
    json_t *more = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "channel", fact_json_text(&row[REPORT_CHANNEL]),
        "entered_by", fact_json_text(&row[REPORT_ENTERED]), "cluster",
        fact_json_text(&row[REPORT_CLUSTER]), "sender", fact_json_text(&row[REPORT_SENDER]), "line",
        fact_json_text(&row[REPORT_LINE]), "organisation",
        fact_json_text(&row[REPORT_ORGANISATION]), "record", fact_json_text(&row[REPORT_RECORD]),
        "weight", (json_int_t)row[REPORT_WEIGHT].i);
    if (more != NULL && json_object_update(j, more) != 0) {
        json_decref(j);
        j = NULL;
    }
    json_decref(more);
    return j;
}

/* Entering ------------------------------------------------------------------------------------- */

/* The person's number is restrained: that there is something to see, not what. */
static void tell_restrained(struct request *r, const struct reported *x, when at)
{
    if (x->restrained != 0)
        courier_send(request_courier(r), x->restrained, ME_AWAITED, when_plus(at, WHEN_DAY));
}

static void enter(struct request *r, const struct hands *h, const struct report_entry *said)
{
    char id[FRESH_ID];
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    int64_t seq = 0, later = 0;
    const struct desk_work w = desk_work_of(r, h);
    struct reported *x = malloc(sizeof *x);
    json_t *j = NULL;
    enum err e = x != NULL ? report_enter(&w, said, id, &no, &seq, &problem)
                           : problem_set(&problem, ERR_MEMORY, "out of memory");
    if (e == OK && no.why == DESK_YES) {
        e = gate_reported(h->gate, &w, str_of(id), x, &later, &problem);
        if (e == OK && x != NULL) {
            tell_restrained(r, x, w.at);
            j = r->subject.role == ROLE_PERSON ? mine_json(w.rules, x->row.v)
                                               : report_json(w.rules, x->row.v);
        }
    }
    desk_answer(r, h, e, &problem, &no, later != 0 ? later : seq, 201, j);
    free(x);
}

static bool read_entry(struct request *r, const struct rules *rules, const char *fields,
                       struct report_entry *out)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, fields, &errors)) {
        out->caller = ask_number(rules, r->json, "caller", true, &errors);
        if (out->reporter == 0)
            out->reporter = ask_number(rules, r->json, "number", true, &errors);
        out->at = ask_when(r->json, "at", true, &errors);
        out->kind = ask_word(r->json, "kind", REPORT_KINDS, true, &errors);
        out->note = ask_text(r->json, "note", REPORT_NOTE, false, &errors);
    }
    if (errors.count > 0)
        outcome_errors(r, 422, "invalid-report", &errors);
    return errors.count == 0;
}

void api_my_report(struct request *r, const struct hands *h)
{
    uint8_t link[LINK_BYTES];
    struct self *self = malloc(sizeof *self);
    struct problem problem = {.text = "out of memory"};
    if (self == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
    } else if (me_read(r, h, self)) {
        struct report_entry said = {
            .reporter = self->number, .link = link, .channel = STR("portal")};
        if (self->number == 0) {
            outcome_problem(r, 409, "no-number", "there is no number of yours that was called");
        } else if (read_entry(r, gate_rules(h->gate), "caller at kind note", &said)) {
            link_of(gate_link(h->gate), self->number, link);
            enter(r, h, &said);
        }
    }
    free(self);
}

void api_report(struct request *r, const struct hands *h)
{
    uint8_t link[LINK_BYTES];
    struct report_entry said = {.link = link, .channel = STR("api")};
    if (!read_entry(r, gate_rules(h->gate), "number caller at kind note", &said))
        return;
    link_of(gate_link(h->gate), said.reporter, link);
    enter(r, h, &said);
}

/* Lists ---------------------------------------------------------------------------------------- */

struct listing {
    const struct rules *rules;
    struct fact_page page;
    json_t *(*show)(const struct rules *, const struct value *);
};

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[0].s, l->show(l->rules, row));
}

/* Why it is taken for another kind. The words lie in the same store, which a list that is being
 * read keeps busy. */
static void add_reason(const struct desk_work *w, json_t *one)
{
    const struct str id = str_of(json_string_value(json_object_get(one, "id")));
    if (!json_is_null(json_object_get(one, "triaged")))
        json_object_set_new(one, "triage_reason", desk_text_json(w, id, "triage"));
}

static void add_reasons(const struct desk_work *w, json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        add_reason(w, one);
    }
}

static void answer(struct request *r, enum err e, const struct problem *problem, struct listing *l)
{
    json_t *j = fact_page_json(&l->page, "reports");
    if (e == OK) {
        outcome_json(r, 200, j);
        return;
    }
    json_decref(j);
    outcome_failed(r, e, problem);
}

/* $1: the cursor, or empty. */
#define NEWEST                                                                                     \
    "($1 = '' OR (x.\"received_at\", x.\"id\") < (SELECT c.\"received_at\", c.\"id\" FROM "        \
    "reports c WHERE c.\"id\" = $1)) "
#define IN_ORDER "ORDER BY x.\"received_at\" DESC, x.\"id\" DESC LIMIT $2"

/* Of the number that she has, since it is hers. */
static void list_mine(struct request *r, const struct hands *h, const struct self *self)
{
    uint8_t link[LINK_BYTES];
    struct problem problem = {.text = ""};
    struct listing l = {
        .rules = gate_rules(h->gate), .page = fact_page_of(PAGE), .show = mine_json};
    enum err e = OK;
    if (self->number != 0) {
        link_of(gate_link(h->gate), self->number, link);
        const struct value v[] = {value_text(query_text(&r->query, "cursor")), value_int(PAGE + 1),
                                  value_bytes(link, sizeof link), value_int(self->since)};
        e = fact_list(h->store, &report_kind,
                      "WHERE " NEWEST "AND x.\"link\" = $3 AND x.\"received_at\" >= $4 " IN_ORDER,
                      v, 4, add, &l, &problem);
    }
    answer(r, e, &problem, &l);
}

void api_my_reports(struct request *r, const struct hands *h)
{
    struct self *self = malloc(sizeof *self);
    struct problem problem = {.text = "out of memory"};
    if (self == NULL)
        outcome_failed(r, ERR_MEMORY, &problem);
    else if (me_read(r, h, self))
        list_mine(r, h, self);
    free(self);
}

void api_reports(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct listing l = {
        .rules = gate_rules(h->gate), .page = fact_page_of(PAGE), .show = report_json};
    const struct value v[] = {
        value_text(query_text(&r->query, "cursor")),
        value_int(PAGE + 1),
        value_text(query_text(&r->query, "cluster")),
        value_text(query_text(&r->query, "line")),
        value_text(query_text(&r->query, "kind")),
        value_text(query_text(&r->query, "status")),
        value_text(query_text(&r->query, "stage")),
        value_text(str_of(r->subject.role == ROLE_CARRIER ? r->subject.organisation : ""))};
    enum err e = fact_list(
        h->store, &report_kind,
        "WHERE " NEWEST "AND ($3 = '' OR x.\"cluster\" = $3) AND ($4 = '' OR x.\"line\" = $4) AND "
        "($5 = '' OR " REPORT_TAKEN_FOR(
            "x") " = $5) AND ($6 = '' OR x.\"status\" = $6) AND ($7 = '' OR "
                 "x.\"stage\" = $7) AND ($8 = '' OR " REPORT_OF_CARRIER("x", "$8") ") " IN_ORDER,
        v, 8, add, &l, &problem);
    add_reasons(&w, l.page.list);
    answer(r, e, &problem, &l);
}

/* Acts ----------------------------------------------------------------------------------------- */

/* That there is something to see: an answer, for who reported; for a person whose number was
 * restrained, that it is no more. */
static void tell(struct request *r, const struct desk_work *w, bool restrained)
{
    struct report_said *said = malloc(sizeof *said);
    struct problem problem = {.text = ""};
    if (said != NULL && report_open(w, r->param, said, &problem) == OK)
        courier_send(request_courier(r), restrained ? said->caller : said->reporter, ME_AWAITED,
                     when_plus(w->at, WHEN_DAY));
    if (said != NULL)
        explicit_bzero(said, sizeof *said);
    free(said);
}

void api_report_act(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = "out of memory"};
    int64_t seq = 0;
    const struct desk_work w = desk_work_of(r, h);
    struct report_act *a = calloc(1, sizeof *a);
    if (a == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    if (ask_object(r->json, "kind note as", &errors)) {
        a->id = r->param;
        a->act = ask_word(r->json, "kind", REPORT_ACTS, true, &errors);
        const bool triage = str_eq(a->act, STR("triage"));
        if (triage)
            a->as = ask_word(r->json, "as", REPORT_KINDS, true, &errors);
        a->note = triage || str_eq(a->act, STR("untrue")) || str_eq(a->act, STR("answer"))
                      ? ask_some(r->json, "note", REPORT_NOTE, &errors)
                      : ask_text(r->json, "note", REPORT_NOTE, false, &errors);
    }
    if (errors.count > 0) {
        outcome_errors(r, 422, "invalid-act", &errors);
        free(a);
        return;
    }
    enum err e = report_do(&w, a, &no, &seq, &problem);
    const bool done = e == OK && no.why == DESK_YES;
    if (done && (a->lifted || str_eq(a->act, STR("tell"))))
        tell(r, &w, a->lifted);
    json_t *json = done ? report_json(w.rules, a->row.v) : NULL;
    if (json != NULL)
        add_reason(&w, json);
    desk_answer(r, h, e, &problem, &no, seq, 200, json);
    free(a);
}
