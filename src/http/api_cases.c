/*
 * /v1/cases: cases and their acts (docs/desk.md).
 *
 * The ETag is that of what the caller sees: the respondent's does not move when a penalty is
 * drafted.
 */
#include "desk/case.h"
#include "http/case_body.h"
#include "http/desk.h"
#include "http/etag.h"
#include "http/fact_json.h"
#include "http/route.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 200, REACH_MS = 5000 };

/* Answers ----------------------------------------------------------------------------------------
 */

static void tag_of(const struct case_file *file, int64_t shown, char out[static ETAG_TEXT])
{
    char text[ID_BYTES + 64];
    snprintf(text, sizeof text, "%.*s %s %" PRId64, STR_ARG(file->row.v[CASE_ID].s),
             side_word(file->power.side), shown);
    etag_of(str_of(text), out);
}

static json_t *case_json(const struct rules *rules, const struct value *row)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[CASE_ID]),
        "respondent", fact_json_text(&row[CASE_RESPONDENT]), "opened_by",
        fact_json_text(&row[CASE_OPENED_BY]), "opened_as", fact_json_text(&row[CASE_OPENED_AS]),
        "sector", fact_json_text(&row[CASE_SECTOR]), "region", fact_json_text(&row[CASE_REGION]),
        "opened_at", fact_json_time(rules, &row[CASE_OPENED_AT]), "filed_by",
        fact_json_text(&row[CASE_FILED_BY]), "filed_at", fact_json_time(rules, &row[CASE_FILED_AT]),
        "status", fact_json_text(&row[CASE_STATUS]));
}

static json_t *title_json(enum act_kind kind, enum side side)
{
    return json_pack("{s:s, s:s}", "zh", act_title(kind, side, true), "en",
                     act_title(kind, side, false));
}

struct acts {
    const struct desk_work *w;
    const struct case_file *file;
    json_t *list;
};

/* Who of a body acted is told within the body; why it closed a case, too. */
static bool add_act(void *to, const struct value *row)
{
    const struct acts *a = to;
    const struct rules *rules = a->w->rules;
    const enum act_kind kind = act_of(fact_text(&row[CASE_ACT_KIND]));
    const enum side side = side_of(fact_text(&row[CASE_ACT_SIDE]));
    const struct str terms = fact_text(&row[CASE_ACT_TERMS]);
    json_t *j = json_pack(
        "{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[CASE_ACT_ID]), "kind",
        fact_json_text(&row[CASE_ACT_KIND]), "side", side_word(side), "title",
        title_json(kind, side), "organisation", fact_json_text(&row[CASE_ACT_ORGANISATION]), "at",
        fact_json_time(rules, &row[CASE_ACT_AT]), "due", fact_json_time(rules, &row[CASE_ACT_DUE]),
        "body", json_loadb(terms.p, terms.n, 0, NULL));
    if (a->file->power.side == side)
        json_object_set_new(j, "by", fact_json_text(&row[CASE_ACT_BY]));
    return json_array_append_new(a->list, j) == 0;
}

/* Texts are opened once the rows are read: a statement runs at a time. */
static enum err add_texts(const struct acts *a, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < json_array_size(a->list); i++) {
        json_t *act = json_array_get(a->list, i), *said = NULL;
        const char *kind = json_string_value(json_object_get(act, "kind"));
        const bool hidden =
            a->file->power.side == SIDE_RESPONDENT && act_of(str_of(kind)) == ACT_CLOSE;
        if (!hidden)
            e = case_said(a->w, str_of(json_string_value(json_object_get(act, "id"))), &said,
                          problem);
        json_object_set_new(act, "body", case_body_json(json_object_get(act, "body"), said));
        json_decref(said);
    }
    return e;
}

static json_t *items_json(const struct desk_work *w, const struct ladder *l)
{
    static const char *const states[] = {"open", "proven", "accepted"};
    json_t *list = json_array();
    for (unsigned i = 0; i < l->items; i++)
        json_array_append_new(list,
                              json_pack("{s:i, s:o, s:s}", "item", (int)i + 1, "until",
                                        fact_json_when(w->rules, l->item[i].due), "state",
                                        l->item[i].state == ITEM_OPEN && l->item[i].due <= w->at
                                            ? "late"
                                            : states[l->item[i].state]));
    return list;
}

static json_t *fine_json(const struct desk_work *w, const struct ladder *l)
{
    return !l->decided
               ? json_null()
               : json_pack("{s:I, s:I, s:b, s:o}", "amount_fen", (json_int_t)l->fine_fen,
                           "paid_fen", (json_int_t)l->paid_fen, "settled", l->settled, "pay_until",
                           l->served ? fact_json_when(w->rules, l->pay_until) : json_null());
}

static json_t *words_json(uint64_t acts)
{
    json_t *list = json_array();
    for (enum act_kind k = ACT_ACCEPT; k < ACT_UNKNOWN; k++)
        if (acts & ACT_BIT(k))
            json_array_append_new(list, json_string(act_word(k)));
    return list;
}

/* The whole of what who asks may see. */
static enum err whole_json(const struct desk_work *w, const struct case_file *file, json_t **out,
                           struct problem *problem)
{
    struct acts a = {w, file, json_array()};
    json_t *complaints = NULL;
    enum err e = case_acts(w, file, add_act, &a, problem);
    if (e == OK)
        e = add_texts(&a, problem);
    if (e == OK)
        e = case_complaints(w, file, &complaints, problem);
    *out = case_json(w->rules, file->row.v);
    json_object_set_new(*out, "side", json_string(side_word(file->power.side)));
    if (file->power.side != SIDE_RESPONDENT)
        json_object_set(*out, "complaints", complaints);
    json_decref(complaints);
    json_object_set_new(*out, "items", items_json(w, &file->ladder));
    json_object_set_new(*out, "fine", fine_json(w, &file->ladder));
    json_object_set_new(*out, "acts", a.list);
    json_object_set_new(*out, "next", words_json(ladder_next(&file->ladder, &file->power, w->at)));
    if (e != OK) {
        json_decref(*out);
        *out = NULL;
    }
    return e;
}

/* One that who asks may see; false after an outcome. */
static bool find(struct request *r, const struct desk_work *w, struct case_file *file)
{
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    enum err e = case_read(w, r->param, file, &no, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (no.why != DESK_YES)
        desk_answer_no(r, &no);
    if (e == OK && no.why == DESK_YES)
        return true;
    case_file_fini(file);
    return false;
}

/* How it stands after a change, or to who reads it. */
static void answer(struct request *r, const struct desk_work *w, struct str id, int status)
{
    struct case_file *file = malloc(sizeof *file);
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    json_t *j = NULL;
    if (file == NULL) {
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
        return;
    }
    enum err e = case_read(w, id, file, &no, &problem);
    if (e == OK && no.why == DESK_YES)
        e = whole_json(w, file, &j, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
    } else if (no.why != DESK_YES) {
        desk_answer_no(r, &no);
    } else {
        tag_of(file, file->shown, r->outcome.etag);
        outcome_json(r, status, j);
    }
    case_file_fini(file);
    free(file);
}

/* Reading ----------------------------------------------------------------------------------------
 */

void api_case(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    answer(r, &w, r->param, 200);
}

struct page {
    const struct rules *rules;
    json_t *list;
    char last[ID_BYTES + 1];
    bool more;
};

static bool add_case(void *to, const struct value *row)
{
    struct page *p = to;
    p->more = json_array_size(p->list) == PAGE;
    if (p->more)
        return false;
    str_copy(row[CASE_ID].s, p->last, sizeof p->last);
    return json_array_append_new(p->list, case_json(p->rules, row)) == 0;
}

void api_cases(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    struct page p = {.rules = w.rules, .list = json_array()};
    enum err e = case_list(&w, query_text(&r->query, "cursor"), query_text(&r->query, "status"),
                           add_case, &p, &problem);
    json_t *j = json_pack("{s:o}", "cases", p.list);
    if (p.more)
        json_object_set_new(j, "next", json_string(p.last));
    if (e == OK) {
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
}

/* What is lawful for who asks, by name; and of what is its to do and not lawful now, why not. */
static json_t *next_json(const struct case_file *file, when at)
{
    const uint64_t lawful = ladder_next(&file->ladder, &file->power, at);
    json_t *acts = json_array(), *others = json_array();
    for (enum act_kind k = ACT_ACCEPT; k < ACT_UNKNOWN; k++) {
        const enum act_no no = ladder_now(&file->ladder, &file->power, k, at);
        if (act_no_about(no) == ACT_ABOUT_ROLE)
            continue;
        json_t *j =
            json_pack("{s:s, s:o}", "kind", act_word(k), "title", title_json(k, file->power.side));
        if (no != ACT_YES) {
            json_object_set_new(j, "reason", json_string(act_no_word(no)));
            json_object_set_new(j, "detail", json_string(act_no_text(no)));
        }
        json_array_append_new(no == ACT_YES ? acts : others, j);
    }
    return json_pack("{s:o, s:o, s:o}", "next", words_json(lawful), "acts", acts, "not_yet",
                     others);
}

void api_case_next(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct case_file *file = malloc(sizeof *file);
    if (file == NULL) {
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
        return;
    }
    if (find(r, &w, file)) {
        tag_of(file, file->shown, r->outcome.etag);
        outcome_json(r, 200, next_json(file, w.at));
        case_file_fini(file);
    }
    free(file);
}

/* Changing ---------------------------------------------------------------------------------------
 */

/* The case as it stands after a change, or why there was none. */
static void settle(struct request *r, const struct hands *h, const struct desk_work *w,
                   struct str id, enum err e, const struct problem *problem,
                   const struct desk_no *no, int64_t seq)
{
    if (e == OK && no->why == DESK_YES) {
        work_reach(r, h, seq, REACH_MS);
        answer(r, w, id, 201);
    } else {
        desk_answer(r, h, e, problem, no, seq, 201, NULL);
    }
}

/* A list of ids, or NULL: none was given. */
static const json_t *ask_ids(const json_t *body, const char *name, struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, name);
    bool good = list == NULL || (json_is_array(list) && json_array_size(list) <= CASE_COMPLAINTS);
    for (size_t i = 0; good && i < json_array_size(list); i++)
        good = json_string_length(json_array_get(list, i)) - 1 < ID_BYTES;
    if (!good)
        ask_error(errors, name, "wrong-type", "\"%s\" is a list of at most %d ids", name,
                  CASE_COMPLAINTS);
    return good ? list : NULL;
}

void api_case_open(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no;
    int64_t seq = 0;
    const struct desk_work w = desk_work_of(r, h);
    struct case_opening opening = {.respondent = STR("")};
    json_t *said = json_object();
    if (ask_object(r->json, "respondent complaints text", &errors)) {
        opening.respondent = ask_text(r->json, "respondent", ID_BYTES, true, &errors);
        const struct str text = ask_text(r->json, "text", CASE_TEXT, false, &errors);
        if (text.n > 0)
            json_object_set_new(said, "text", json_stringn(text.p, text.n));
        opening.complaints = ask_ids(r->json, "complaints", &errors);
    }
    opening.said = said;
    if (errors.count > 0) {
        outcome_errors(r, 400, "invalid-case", &errors);
    } else {
        enum err e = case_open(&w, &opening, &no, &seq, &problem);
        settle(r, h, &w, str_of(opening.id), e, &problem, &no, seq);
    }
    json_decref(said);
}

/* The body, then the state. `read`: who asks has read the case as it stands, or does not say. */
static void act_on(struct request *r, const struct hands *h, const struct desk_work *w,
                   struct case_act *what, bool read)
{
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no;
    int64_t seq = 0;
    json_t *terms, *said;
    if (!case_body_read(r->json, what->kind, &terms, &said, &errors)) {
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
    } else if (errors.count > 0) {
        outcome_errors(r, 400, "invalid-act", &errors);
    } else if (!read) {
        outcome_problem(r, 412, "changed-meanwhile", "the case has changed; read it again");
    } else {
        what->terms = terms;
        what->said = said;
        enum err e = case_do(w, what, &no, &seq, &problem);
        settle(r, h, w, r->param, e, &problem, &no, seq);
    }
    json_decref(terms);
    json_decref(said);
}

/* Role, then body, then state: whoever may not act learns nothing of the rest. */
static void judge(struct request *r, const struct hands *h, const struct desk_work *w,
                  const struct case_file *file, struct case_act *what)
{
    char tag[ETAG_TEXT];
    const enum act_no no = power_may(&file->power, what->kind);
    tag_of(file, file->shown, tag);
    what->version = file->shown;
    if (no == ACT_YES)
        act_on(r, h, w, what, r->if_match.n == 0 || etag_holds(r->if_match, tag));
    else
        outcome_problem(r, 403, act_no_word(no), "%s", act_no_text(no));
}

void api_case_act(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const json_t *word = json_object_get(r->json, "kind");
    struct case_act what = {
        .of = r->param,
        .kind = act_of(str_bytes(json_string_value(word), json_string_length(word)))};
    struct case_file *file = malloc(sizeof *file);
    if (file == NULL) {
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
        return;
    }
    if (find(r, &w, file)) {
        if (what.kind == ACT_UNKNOWN)
            outcome_problem(r, 400, "invalid-act",
                            "\"kind\" names no act; GET …/next shows which "
                            "there are for you");
        else
            judge(r, h, &w, file, &what);
        case_file_fini(file);
    }
    free(file);
}
