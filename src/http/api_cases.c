/*
 * /v1/cases: cases and their acts (docs/desk.md).
 *
 * The ETag is that of what the caller sees: the respondent's does not move when a penalty is
 * drafted.
 */
#include "http/case_body.h"
#include "http/case_json.h"
#include "http/desk.h"
#include "http/etag.h"
#include "http/route.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { REACH_MS = 5000 };

/* Answers ----------------------------------------------------------------------------------------
 */

static void tag_of(const struct case_file *file, int64_t shown, char out[static ETAG_TEXT])
{
    char text[ID_BYTES + 64];
    snprintf(text, sizeof text, "%.*s %s %" PRId64, STR_ARG(file->row.v[CASE_ID].s),
             side_word(file->power.side), shown);
    etag_of(str_of(text), out);
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
        e = case_whole_json(w, file, &j, &problem);
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

void api_case(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    answer(r, &w, r->param, 200);
}

void api_cases(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    json_t *page;
    enum err e = case_page_json(&w, query_text(&r->query, "cursor"),
                                query_text(&r->query, "status"), &page, &problem);
    if (e == OK)
        outcome_json(r, 200, page);
    else
        outcome_failed(r, e, &problem);
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
        outcome_json(r, 200, case_next_json(w.rules, file, w.at));
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

void api_case_open(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no;
    int64_t seq = 0;
    const struct desk_work w = desk_work_of(r, h);
    struct case_opening opening;
    json_t *said;
    case_opening_read(r->json, &opening, &said, &errors);
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
