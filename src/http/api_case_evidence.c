/*
 * GET /v1/cases/{id}/evidence: which files came with the complaints of a case, and which officer
 * opened what of each. Of the files nothing is opened here.
 */
#include "desk/case.h"
#include "desk/disclosure.h"
#include "desk/evidence.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"

#include <stdlib.h>

struct files {
    const struct desk_work *w;
    json_t *list;
};

static bool add_file(void *to, const struct value *row)
{
    const struct files *f = to;
    return json_array_append_new(
               f->list, json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:[]}", "complaint",
                                  fact_json_text(&row[EVIDENCE_COMPLAINT]), "id",
                                  fact_json_text(&row[EVIDENCE_KEY]), "media",
                                  fact_json_text(&row[EVIDENCE_MEDIA]), "size",
                                  (json_int_t)row[EVIDENCE_SIZE].i, "hash",
                                  fact_json_text(&row[EVIDENCE_HASH]), "at",
                                  fact_json_time(f->w->rules, &row[EVIDENCE_AT]), "opened")) == 0;
}

static bool add_opening(void *to, const struct value *row)
{
    const struct files *f = to;
    const struct str which = fact_text(&row[DISCLOSURE_EVIDENCE]);
    json_t *file;
    size_t i;
    json_array_foreach(f->list, i, file)
    {
        if (which.n > 0 && str_eq(which, str_of(json_string_value(json_object_get(file, "id")))))
            json_array_append_new(
                json_object_get(file, "opened"),
                json_pack("{s:o, s:o, s:o}", "at", fact_json_time(f->w->rules, &row[DISCLOSURE_AT]),
                          "staff", fact_json_text(&row[DISCLOSURE_STAFF]), "organisation",
                          fact_json_text(&row[DISCLOSURE_ORGANISATION])));
    }
    return true;
}

static enum err read(const struct desk_work *w, const struct case_file *file, json_t *list,
                     struct problem *problem)
{
    struct files f = {w, list};
    json_t *complaints = NULL, *one;
    size_t i;
    enum err e = case_complaints(w, file, &complaints, problem);
    json_array_foreach(complaints, i, one)
    {
        const struct str id = str_of(json_string_value(one));
        if (e == OK)
            e = evidence_list(w->store, id, add_file, &f, problem);
        if (e == OK)
            e = disclosure_list(w->store, id, add_opening, &f, problem);
    }
    json_decref(complaints);
    return e;
}

void api_case_evidence(struct request *r, const struct hands *h)
{
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    struct case_file *file = malloc(sizeof *file);
    json_t *list = json_array();
    if (file == NULL) {
        json_decref(list);
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
        return;
    }
    enum err e = case_read(&w, r->param, file, &no, &problem);
    if (e == OK && no.why == DESK_YES)
        e = read(&w, file, list, &problem);
    case_file_fini(file);
    free(file);
    if (e == OK && no.why == DESK_YES) {
        outcome_json(r, 200, json_pack("{s:o}", "evidence", list));
        return;
    }
    json_decref(list);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else
        desk_answer_no(r, &no);
}
