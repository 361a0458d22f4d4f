#include "http/desk_hers.h"

#include "desk/appeal.h"
#include "desk/document.h"
#include "desk/evidence.h"
#include "desk/report.h"
#include "http/complaint_json.h"
#include "http/fact_json.h"
#include "ledger/base64.h"
#include "person/vault.h"
#include "registry/json_text.h"

#include <stdlib.h>

enum { LISTED = 1000 /* of a kind, the newest */ };

struct copying {
    const struct hands *h;
    struct desk_work w;
    struct value hers[3]; /* link, since, LISTED */
    json_t *complaints, *files, *left, *reports, *appeals, *papers;
    size_t bytes; /* of files */
    struct problem *problem;
};

/* Ids first, since a list that is being read keeps the store busy. */
static bool take_id(void *to, const struct value *row)
{
    const struct value *id = &row[0];
    return json_array_append_new(to, fact_json_text(id)) == 0;
}

static enum err ids_of(const struct copying *x, const struct fact_kind *kind, const char *rest,
                       json_t **out)
{
    *out = json_array();
    return fact_list(x->w.store, kind, rest, x->hers, 3, take_id, *out, x->problem);
}

static enum err row_of(const struct copying *x, const struct fact_kind *kind, const json_t *id,
                       struct fact_row *row)
{
    const struct value key[COLUMNS_MAX] = {value_text(json_text(id))};
    return fact_find(x->w.store, kind, key, row, x->problem);
}

/* Evidence ------------------------------------------------------------------------------------ */

static enum err put_file(struct copying *x, const struct value *row)
{
    struct buf bytes, text;
    const char *id = row[EVIDENCE_KEY].s.p;
    const size_t n = row[EVIDENCE_KEY].s.n;
    buf_init(&bytes, EVIDENCE_MAX);
    buf_init(&text, 2 * (size_t)EVIDENCE_MAX);
    enum err e = evidence_open(&x->w, row, &bytes, x->problem);
    if (e == OK) {
        base64_put(&text, bytes.p, bytes.n);
        const struct str s = buf_view(&text);
        if (text.failed || json_object_setn_new(x->files, id, n, json_stringn(s.p, s.n)) != 0)
            e = problem_set(x->problem, ERR_MEMORY, "out of memory");
        x->bytes += bytes.n;
    }
    vault_wipe(&bytes);
    vault_wipe(&text);
    return e;
}

static enum err put_evidence(struct copying *x, const char *complaint, const json_t *list)
{
    struct fact_row row;
    enum err e = OK;
    for (size_t i = 0; i < json_array_size(list) && e == OK; i++) {
        const json_t *one = json_array_get(list, i);
        const json_int_t size = json_integer_value(json_object_get(one, "size"));
        const struct str id = json_text_of(one, "id");
        e = row_of(x, &evidence_kind, json_object_get(one, "id"), &row);
        if (e == OK && x->bytes + (size_t)size <= DESK_HERS_FILES)
            e = put_file(x, row.v);
        else if (e == OK &&
                 json_array_append_new(x->left, json_sprintf("/v1/me/complaints/%s/evidence/%.*s",
                                                             complaint, STR_ARG(id))) != 0)
            e = problem_set(x->problem, ERR_MEMORY, "out of memory");
    }
    return e;
}

/* Each kind ----------------------------------------------------------------------------------- */

static enum err add_complaint(struct copying *x, const struct value *row)
{
    json_t *j = NULL;
    char id[COMPLAINT_ID] = "";
    enum err e = complaint_json_hers(&x->w, x->h->gate, row, &j, x->problem);
    if (e == OK && str_copy(row[COMPLAINT_KEY].s, id, sizeof id))
        e = put_evidence(x, id, json_object_get(j, "evidence"));
    return json_array_append_new(x->complaints, j) == 0 ? e : ERR_MEMORY;
}

static enum err add_report(struct copying *x, const struct value *row)
{
    const struct rules *rules = x->w.rules;
    const struct str id = row[REPORT_ID].s;
    json_t *j = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[REPORT_ID]), "kind",
        fact_json_text(&row[REPORT_KIND]), "triaged", fact_json_text(&row[REPORT_TRIAGED]), "at",
        fact_json_time(rules, &row[REPORT_AT]), "received_at",
        fact_json_time(rules, &row[REPORT_RECEIVED]), "status", fact_json_text(&row[REPORT_STATUS]),
        "ground", fact_json_text(&row[REPORT_GROUND]), "stage", fact_json_text(&row[REPORT_STAGE]));
    enum err e = j != NULL ? OK : ERR_MEMORY;
    if (e == OK)
        e = complaint_put_text(&x->w, j, "caller", id, "number", x->problem);
    if (e == OK)
        e = complaint_put_text(&x->w, j, "note", id, "note", x->problem);
    return json_array_append_new(x->reports, j) == 0 ? e : ERR_MEMORY;
}

static enum err add_appeal(struct copying *x, const struct value *row)
{
    const struct rules *rules = x->w.rules;
    const struct str id = row[APPEAL_ID].s;
    json_t *j = json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[APPEAL_ID]),
                          "against", fact_json_text(&row[APPEAL_AGAINST]), "at",
                          fact_json_time(rules, &row[APPEAL_AT]), "status",
                          fact_json_text(&row[APPEAL_STATUS]), "decided_at",
                          fact_json_time(rules, &row[APPEAL_DECIDED_AT]));
    enum err e = j != NULL ? OK : ERR_MEMORY;
    if (e == OK)
        e = complaint_put_text(&x->w, j, "text", id, "text", x->problem);
    if (e == OK)
        e = complaint_put_text(&x->w, j, "answer", id, "answer", x->problem);
    return json_array_append_new(x->appeals, j) == 0 ? e : ERR_MEMORY;
}

static enum err add_paper(struct copying *x, const struct value *row)
{
    struct buf text;
    buf_init(&text, DESK_TEXT);
    enum err e = document_read(&x->w, row, &text, x->problem);
    json_t *said = e == OK ? json_loadb((const char *)text.p, text.n, 0, NULL) : NULL;
    vault_wipe(&text);
    json_t *j = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[DOCUMENT_ID]), "number",
        fact_json_text(&row[DOCUMENT_NUMBER]), "organisation",
        fact_json_text(&row[DOCUMENT_ORGANISATION]), "at",
        fact_json_time(x->w.rules, &row[DOCUMENT_AT]), "hash", fact_json_text(&row[DOCUMENT_HASH]),
        "status", fact_json_text(&row[DOCUMENT_STATUS]), "said", said != NULL ? said : json_null());
    return json_array_append_new(x->papers, j) == 0 ? e : ERR_MEMORY;
}

/* All of it ----------------------------------------------------------------------------------- */

#define HERS(at) "WHERE x.\"link\" = $1 AND x.\"" at "\" >= $2 ORDER BY x.\"" at "\" DESC LIMIT $3"

static const struct kind {
    const struct fact_kind *kind;
    const char *rest;
    enum err (*add)(struct copying *, const struct value *row);
} kinds[] = {
    {&complaint_kind, HERS("received_at"), add_complaint},
    {&report_kind, HERS("received_at"), add_report},
    {&appeal_kind, HERS("at"), add_appeal},
    {&document_kind, HERS("at"), add_paper},
};

static enum err copy(struct copying *x)
{
    struct fact_row *row = malloc(sizeof *row);
    enum err e = row != NULL ? OK : problem_set(x->problem, ERR_MEMORY, "out of memory");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && e == OK; k++) {
        json_t *ids;
        e = ids_of(x, kinds[k].kind, kinds[k].rest, &ids);
        for (size_t i = 0; i < json_array_size(ids) && e == OK; i++) {
            e = row_of(x, kinds[k].kind, json_array_get(ids, i), row);
            if (e == OK)
                e = kinds[k].add(x, row->v);
        }
        json_decref(ids);
    }
    free(row);
    return e;
}

json_t *desk_hers(struct request *r, const struct hands *h, const struct self *self,
                  struct problem *problem)
{
    uint8_t link[SUBJECT_LINK];
    struct forget_hers hers;
    struct copying x = {.h = h,
                        .w = desk_work_of(r, h),
                        .complaints = json_array(),
                        .files = json_object(),
                        .left = json_array(),
                        .reports = json_array(),
                        .appeals = json_array(),
                        .papers = json_array(),
                        .problem = problem};
    enum err e = OK;
    if (me_desk(h, self, &hers, link)) {
        x.hers[0] = value_bytes(link, sizeof link);
        x.hers[1] = value_int(hers.since);
        x.hers[2] = value_int(LISTED);
        e = copy(&x);
    }
    json_t *all =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "complaints", x.complaints, "files", x.files,
                  "left", x.left, "reports", x.reports, "appeals", x.appeals, "papers", x.papers);
    if (e == OK)
        return all;
    problem->code = e;
    json_decref(all);
    return NULL;
}
