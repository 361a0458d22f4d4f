#include "gate/packet_making.h"

#include "core/tar.h"
#include "desk/disclosure.h"
#include "desk/document.h"
#include "desk/evidence.h"
#include "desk/media.h"
#include "desk/trace.h"
#include "gate/fact_record.h"
#include "person/vault.h"

#include <stdio.h>
#include <stdlib.h>

/* Small helpers ----------------------------------------------------------------------------------
 */

json_t *packet_text_json(const struct value *v)
{
    return v->type == VALUE_TEXT ? json_stringn(v->s.p, v->s.n) : json_null();
}

json_t *packet_when_json(const struct making *m, const struct value *v)
{
    char text[WHEN_TEXT];
    if (v->type != VALUE_INT)
        return json_null();
    when_format(v->i, rules_offset_minutes(m->w->rules), text);
    return json_string(text);
}

json_t *packet_list(const struct making *m, const char *name)
{
    return json_object_get(m->index, name);
}

/* A file of the packet, named in the index. */
enum err packet_file(struct making *m, const char *name, struct str bytes)
{
    char hash[PACKET_HEX];
    packet_hash(bytes, hash);
    tar_put(m->parts, str_of(name), bytes);
    json_array_append_new(
        packet_list(m, "files"),
        json_pack("{s:s, s:I, s:s}", "name", name, "size", (json_int_t)bytes.n, "sha256", hash));
    return m->parts->failed ? problem_set(m->problem, ERR_LIMIT,
                                          "a packet holds at most %d bytes; hand the evidence over "
                                          "by itself",
                                          PACKET_MAX)
                            : OK;
}

static bool add_id(void *to, const struct value *v, size_t n)
{
    struct ids *ids = to;
    (void)n;
    ids->more = ids->count == PACKET_IDS;
    if (!ids->more)
        str_copy(fact_text(&v[0]), ids->id[ids->count++], sizeof *ids->id);
    return !ids->more;
}

static enum err ids_of(struct making *m, struct ids *out, const char *sql, struct str of)
{
    const struct value v = value_text(of);
    out->count = 0;
    out->more = false;
    enum err e = store_run(m->w->store, sql, &v, 1, add_id, out, m->problem);
    return e == OK && out->more
               ? problem_set(m->problem, ERR_LIMIT,
                             "more of a case than the %d that a packet holds", PACKET_IDS)
               : e;
}

/* The journal's rows of what a statement names. */
static enum err add_of(struct making *m, const char *kind, const char *sql, struct str of)
{
    enum err e = ids_of(m, &m->ids, sql, of);
    for (size_t i = 0; e == OK && i < m->ids.count; i++)
        e = packet_rows_add(m->w, kind, str_of(m->ids.id[i]), &m->rows, m->problem);
    return e;
}

/* Evidence ---------------------------------------------------------------------------------------
 */

/* Of one complaint. What ended meanwhile (desk/forget.h) is not there to be opened. */
static enum err disclose(struct making *m, size_t nth, struct desk_no *no, int64_t *seq)
{
    const struct str complaint = str_of(m->complaints.id[nth]);
    enum err e =
        ids_of(m, &m->ids, "SELECT \"id\" FROM evidence WHERE \"complaint\" = $1", complaint);
    for (size_t i = 0; e == OK && no->why == DESK_YES && i < m->ids.count; i++) {
        struct disclosure d = {
            .complaint = complaint, .what = "evidence", .evidence = str_of(m->ids.id[i])};
        e = disclosure_make(m->w, &d, no, seq, m->problem);
        m->gone[nth] = no->why == DESK_CONFLICT && strcmp(no->code, "forgotten") == 0;
    }
    if (e == OK && m->gone[nth])
        *no = (struct desk_no){.why = DESK_YES, .code = ""};
    return e;
}

/* All or nothing: a step of desk_do. */
static enum err disclose_all(const struct desk_work *w, void *what, struct desk_no *no,
                             int64_t *seq, struct problem *problem)
{
    struct making *m = what;
    enum err e = OK;
    (void)w;
    (void)problem;
    for (size_t i = 0; e == OK && no->why == DESK_YES && i < m->complaints.count; i++)
        e = disclose(m, i, no, seq);
    return e;
}

/* On record before a byte is opened. */
static enum err open_evidence(struct making *m)
{
    int64_t seq = 0;
    uint64_t index;
    enum err e = desk_do(m->w, disclose_all, m, m->no, &seq, m->problem);
    if (e == OK && seq != 0 &&
        fact_record_await(m->gate, seq, m->w->at, PACKET_AWAIT_MS, &index) != OK)
        e = problem_set(m->problem, ERR_TIMEOUT,
                        "this cannot be recorded at the moment, so nothing is shown");
    return e;
}

static enum err put_bytes(struct making *m, const struct value *row, json_t *said)
{
    char name[TAR_NAME + 1];
    struct buf bytes;
    buf_init(&bytes, EVIDENCE_MAX);
    snprintf(name, sizeof name, "evidence/%.*s.%s", STR_ARG(row[EVIDENCE_KEY].s),
             media_ending(fact_text(&row[EVIDENCE_MEDIA])));
    enum err e = evidence_open(m->w, row, &bytes, m->problem);
    if (e == OK)
        e = packet_file(m, name, buf_view(&bytes));
    if (e == OK)
        json_object_set_new(said, "file", json_string(name));
    m->evidence += e == OK;
    vault_wipe(&bytes);
    return e;
}

static enum err put_evidence(struct making *m, struct str id, bool gone)
{
    struct fact_row row;
    enum err e = evidence_find(m->w->store, id, &row, m->problem);
    if (e != OK)
        return e;
    const struct str hash = fact_text(&row.v[EVIDENCE_HASH]);
    const size_t prefix = sizeof "sha256:" - 1;
    json_t *said = json_pack(
        "{s:o, s:o, s:o, s:I, s:o, s:s%}", "id", packet_text_json(&row.v[EVIDENCE_KEY]),
        "complaint", packet_text_json(&row.v[EVIDENCE_COMPLAINT]), "media",
        packet_text_json(&row.v[EVIDENCE_MEDIA]), "size", (json_int_t)row.v[EVIDENCE_SIZE].i, "at",
        packet_when_json(m, &row.v[EVIDENCE_AT]), "sha256", str_skip(hash, prefix).p,
        str_skip(hash, prefix).n);
    if (m->asked->evidence && !gone)
        e = put_bytes(m, row.v, said);
    json_array_append_new(packet_list(m, "evidence"), said);
    return e;
}

static enum err put_all_evidence(struct making *m)
{
    enum err e = OK;
    for (size_t c = 0; e == OK && c < m->complaints.count; c++) {
        e = ids_of(m, &m->ids,
                   "SELECT \"id\" FROM evidence WHERE \"complaint\" = $1 ORDER BY \"at\", \"id\"",
                   str_of(m->complaints.id[c]));
        for (size_t i = 0; e == OK && i < m->ids.count; i++)
            e = put_evidence(m, str_of(m->ids.id[i]), m->gone[c]);
    }
    return e;
}

/* Papers -----------------------------------------------------------------------------------------
 */

static enum err put_paper(struct making *m, struct str id)
{
    struct fact_row row;
    struct buf text;
    char name[TAR_NAME + 1];
    bool there;
    buf_init(&text, PACKET_INDEX_MAX);
    enum err e = document_find(m->w, id, &row, &there, m->problem);
    if (e == OK && there)
        e = document_read(m->w, row.v, &text, m->problem);
    snprintf(name, sizeof name, "papers/%.*s.json", STR_ARG(id));
    if (e == OK && there)
        e = packet_file(m, name, buf_view(&text));
    if (e == OK && there)
        e = packet_rows_add(m->w, "documents", id, &m->rows, m->problem);
    if (e == OK && there)
        json_array_append_new(packet_list(m, "papers"),
                              json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "id",
                                        packet_text_json(&row.v[DOCUMENT_ID]), "number",
                                        packet_text_json(&row.v[DOCUMENT_NUMBER]), "paper",
                                        packet_text_json(&row.v[DOCUMENT_PAPER]), "at",
                                        packet_when_json(m, &row.v[DOCUMENT_AT]), "status",
                                        packet_text_json(&row.v[DOCUMENT_STATUS]), "sha256",
                                        packet_text_json(&row.v[DOCUMENT_HASH]), "file", name));
    vault_wipe(&text);
    return e;
}

static enum err put_papers(struct making *m)
{
    struct document_list *papers = malloc(sizeof *papers);
    if (papers == NULL)
        return problem_set(m->problem, ERR_MEMORY, "out of memory");
    enum err e = document_list(m->w->store, m->asked->of, STR(""), papers, m->problem);
    for (size_t i = 0; e == OK && i < papers->count; i++)
        e = put_paper(m, str_of(papers->id[i]));
    free(papers);
    return e;
}

/* What the case is made of ------------------------------------------------------------------------
 */

static bool add_act(void *to, const struct value *act)
{
    struct making *m = to;
    const enum act_kind kind = act_of(fact_text(&act[CASE_ACT_KIND]));
    const enum side side = side_of(fact_text(&act[CASE_ACT_SIDE]));
    return json_array_append_new(
               m->acts, json_pack("{s:o, s:I, s:o, s:{s:s, s:s}, s:o, s:o, s:o, s:o}", "id",
                                  packet_text_json(&act[CASE_ACT_ID]), "seq",
                                  (json_int_t)act[CASE_ACT_SEQ].i, "kind",
                                  packet_text_json(&act[CASE_ACT_KIND]), "title", "zh",
                                  act_title(kind, side, true), "en", act_title(kind, side, false),
                                  "side", packet_text_json(&act[CASE_ACT_SIDE]), "organisation",
                                  packet_text_json(&act[CASE_ACT_ORGANISATION]), "at",
                                  packet_when_json(m, &act[CASE_ACT_AT]), "due",
                                  packet_when_json(m, &act[CASE_ACT_DUE]))) == 0;
}

static enum err add_acts(struct making *m)
{
    size_t i;
    const json_t *act;
    enum err e = case_acts(m->w, &m->file, add_act, m, m->problem);
    json_array_foreach(m->acts, i, act)
    {
        if (e == OK)
            e = packet_rows_add(m->w, "case_acts",
                                str_of(json_string_value(json_object_get(act, "id"))), &m->rows,
                                m->problem);
    }
    return e;
}

static enum err add_complaints(struct making *m)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < m->complaints.count; i++) {
        const struct str id = str_of(m->complaints.id[i]);
        json_array_append_new(packet_list(m, "complaints"), json_string(m->complaints.id[i]));
        e = packet_rows_add(m->w, "complaints", id, &m->rows, m->problem);
        if (e == OK)
            e = add_of(m, "evidence", "SELECT \"id\" FROM evidence WHERE \"complaint\" = $1", id);
        if (e == OK)
            e = add_of(m, "disclosures", "SELECT \"id\" FROM disclosures WHERE \"complaint\" = $1",
                       id);
    }
    return e;
}

/* The hops of a trace that who asks may see, and the calls that this node's log has of it. */
static enum err add_trace(struct making *m, struct str id)
{
    struct trace *t = malloc(sizeof *t);
    struct desk_no no = {.why = DESK_YES};
    if (t == NULL)
        return problem_set(m->problem, ERR_MEMORY, "out of memory");
    enum err e = trace_read(m->w, id, t, &no, m->problem);
    if (e == OK && no.why == DESK_YES)
        e = packet_rows_add(m->w, "traces", id, &m->rows, m->problem);
    for (int i = 0; e == OK && no.why == DESK_YES && i < t->hops; i++) {
        char hop[ID_BYTES + 16];
        snprintf(hop, sizeof hop, "%.*s/%d", STR_ARG(id), i);
        e = packet_rows_add(m->w, "trace_hops", str_of(hop), &m->rows, m->problem);
        if (e == OK)
            e = packet_rows_add_call(m->gate, str_of(t->hop[i].answer.record), &m->rows,
                                     m->problem);
    }
    free(t);
    return e;
}

static enum err add_traces(struct making *m)
{
    struct ids *traces = malloc(sizeof *traces);
    if (traces == NULL)
        return problem_set(m->problem, ERR_MEMORY, "out of memory");
    enum err e = ids_of(m, traces, "SELECT \"id\" FROM traces WHERE \"case\" = $1", m->asked->of);
    for (size_t i = 0; e == OK && i < traces->count; i++)
        e = add_trace(m, str_of(traces->id[i]));
    free(traces);
    return e;
}

enum err packet_gather(struct making *m)
{
    const struct str of = m->asked->of;
    enum err e = packet_rows_add(m->w, "cases", of, &m->rows, m->problem);
    if (e == OK)
        e = add_acts(m);
    if (e == OK)
        e = add_complaints(m);
    if (e == OK)
        e = add_of(m, "dispatches", "SELECT \"id\" FROM dispatches WHERE \"case\" = $1", of);
    if (e == OK)
        e = add_of(m, "listings", "SELECT \"id\" FROM listings WHERE \"case\" = $1", of);
    if (e == OK && m->file.power.side == SIDE_AUTHORITY)
        e = add_of(m, "notices", "SELECT \"id\" FROM notices WHERE \"case\" = $1", of);
    if (e == OK)
        e = add_of(m, "packets", "SELECT \"id\" FROM packets WHERE \"case\" = $1", of);
    if (e == OK)
        e = add_traces(m);
    if (e == OK)
        e = put_papers(m);
    return e == OK ? put_all_evidence(m) : e;
}

enum err packet_complaints(struct making *m)
{
    enum err e =
        ids_of(m, &m->complaints,
               "SELECT \"id\" FROM complaints WHERE \"case\" = $1 ORDER BY \"id\"", m->asked->of);
    return e == OK && m->asked->evidence ? open_evidence(m) : e;
}
