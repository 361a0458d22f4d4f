#include "gate/packet_make.h"

#include "core/tar.h"
#include "desk/case.h"
#include "desk/disclosure.h"
#include "desk/dispatch.h"
#include "desk/document.h"
#include "desk/evidence.h"
#include "desk/media.h"
#include "desk/trace.h"
#include "gate/fact_record.h"
#include "gate/node.h"
#include "gate/packet_rows.h"
#include "gate/receipt.h"
#include "ledger/head.h"
#include "ledger/prove.h"
#include "person/vault.h"

#include <stdio.h>
#include <stdlib.h>

enum { AWAIT_MS = 5000, IDS = 1000 };

/* Ids of one kind, gathered before they are asked about: a statement runs at a time. */
struct ids {
    char id[IDS][ID_BYTES + 1];
    size_t count;
    bool more;
};

struct making {
    struct gate *gate;
    const struct desk_work *w;
    struct packet_asked *asked;
    struct desk_no *no;
    struct problem *problem;
    struct case_file file;
    struct packet_rows rows;
    struct ids complaints, ids;
    struct buf *parts;    /* files, as they stand in the tar */
    json_t *index, *acts; /* index.json */
    size_t evidence;      /* files inside */
};

/* Small helpers ----------------------------------------------------------------------------------
 */

static json_t *text_json(const struct value *v)
{
    return v->type == VALUE_TEXT ? json_stringn(v->s.p, v->s.n) : json_null();
}

static json_t *when_json(const struct making *m, const struct value *v)
{
    char text[WHEN_TEXT];
    if (v->type != VALUE_INT)
        return json_null();
    when_format(v->i, rules_offset_minutes(m->w->rules), text);
    return json_string(text);
}

static json_t *list(const struct making *m, const char *name)
{
    return json_object_get(m->index, name);
}

/* A file of the packet, named in the index. */
static enum err put_file(struct making *m, const char *name, struct str bytes)
{
    char hash[PACKET_HEX];
    packet_hash(bytes, hash);
    tar_put(m->parts, str_of(name), bytes);
    json_array_append_new(list(m, "files"), json_pack("{s:s, s:I, s:s}", "name", name, "size",
                                                      (json_int_t)bytes.n, "sha256", hash));
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
    ids->more = ids->count == IDS;
    if (!ids->more)
        str_copy(fact_text(&v[0]), ids->id[ids->count++], sizeof *ids->id);
    return !ids->more;
}

static enum err ids_of(struct making *m, struct ids *out, const char *sql, struct str of)
{
    const struct value v = value_text(of);
    out->count = 0;
    enum err e = store_run(m->w->store, sql, &v, 1, add_id, out, m->problem);
    return e == OK && out->more ? problem_set(m->problem, ERR_LIMIT,
                                              "more of a case than the %d that a packet holds", IDS)
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

static enum err disclose(struct making *m, struct str complaint)
{
    enum err e =
        ids_of(m, &m->ids, "SELECT \"id\" FROM evidence WHERE \"complaint\" = $1", complaint);
    for (size_t i = 0; e == OK && m->no->why == DESK_YES && i < m->ids.count; i++) {
        struct disclosure d = {
            .complaint = complaint, .what = "evidence", .evidence = str_of(m->ids.id[i])};
        int64_t seq = 0;
        uint64_t index;
        e = desk_do(m->w, disclosure_make, &d, m->no, &seq, m->problem);
        if (e == OK && m->no->why == DESK_YES &&
            fact_record_await(m->gate, seq, m->w->at, AWAIT_MS, &index) != OK)
            e = problem_set(m->problem, ERR_TIMEOUT,
                            "this cannot be recorded at the moment, so nothing is shown");
    }
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
        e = put_file(m, name, buf_view(&bytes));
    if (e == OK)
        json_object_set_new(said, "file", json_string(name));
    m->evidence += e == OK;
    vault_wipe(&bytes);
    return e;
}

static enum err put_evidence(struct making *m, struct str id)
{
    struct fact_row row;
    enum err e = evidence_find(m->w->store, id, &row, m->problem);
    if (e != OK)
        return e;
    const struct str hash = fact_text(&row.v[EVIDENCE_HASH]);
    const size_t prefix = sizeof "sha256:" - 1;
    json_t *said = json_pack(
        "{s:o, s:o, s:o, s:I, s:o, s:s%}", "id", text_json(&row.v[EVIDENCE_KEY]), "complaint",
        text_json(&row.v[EVIDENCE_COMPLAINT]), "media", text_json(&row.v[EVIDENCE_MEDIA]), "size",
        (json_int_t)row.v[EVIDENCE_SIZE].i, "at", when_json(m, &row.v[EVIDENCE_AT]), "sha256",
        str_skip(hash, prefix).p, str_skip(hash, prefix).n);
    if (m->asked->evidence)
        e = put_bytes(m, row.v, said);
    json_array_append_new(list(m, "evidence"), said);
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
            e = put_evidence(m, str_of(m->ids.id[i]));
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
        e = put_file(m, name, buf_view(&text));
    if (e == OK && there)
        e = packet_rows_add(m->w, "documents", id, &m->rows, m->problem);
    if (e == OK && there)
        json_array_append_new(
            list(m, "papers"),
            json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "id", text_json(&row.v[DOCUMENT_ID]),
                      "number", text_json(&row.v[DOCUMENT_NUMBER]), "paper",
                      text_json(&row.v[DOCUMENT_PAPER]), "at", when_json(m, &row.v[DOCUMENT_AT]),
                      "status", text_json(&row.v[DOCUMENT_STATUS]), "sha256",
                      text_json(&row.v[DOCUMENT_HASH]), "file", name));
    vault_wipe(&text);
    return e;
}

static enum err put_papers(struct making *m)
{
    struct document_list *papers = malloc(sizeof *papers);
    if (papers == NULL)
        return problem_set(m->problem, ERR_MEMORY, "out of memory");
    enum err e = document_list(m->w->store, m->asked->of, papers, m->problem);
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
               m->acts,
               json_pack(
                   "{s:o, s:I, s:o, s:{s:s, s:s}, s:o, s:o, s:o, s:o}", "id",
                   text_json(&act[CASE_ACT_ID]), "seq", (json_int_t)act[CASE_ACT_SEQ].i, "kind",
                   text_json(&act[CASE_ACT_KIND]), "title", "zh", act_title(kind, side, true), "en",
                   act_title(kind, side, false), "side", text_json(&act[CASE_ACT_SIDE]),
                   "organisation", text_json(&act[CASE_ACT_ORGANISATION]), "at",
                   when_json(m, &act[CASE_ACT_AT]), "due", when_json(m, &act[CASE_ACT_DUE]))) == 0;
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
        json_array_append_new(list(m, "complaints"), json_string(m->complaints.id[i]));
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

static enum err gather(struct making *m)
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

/* Receipts ---------------------------------------------------------------------------------------
 */

static enum err put_row(struct making *m, struct packet_row *row, unsigned nth)
{
    char name[TAR_NAME + 1];
    struct buf receipt;
    json_t *said = json_pack("{s:s}", "of", row->kind);
    if (row->seq != 0) {
        json_object_set_new(said, "subject", json_string(row->subject));
        json_object_set_new(said, "journal", json_integer(row->seq));
        json_object_set_new(said, "at",
                            when_json(m, &(struct value){.type = VALUE_INT, .i = row->at}));
    }
    json_array_append(list(m, "records"), said);
    if (row->node[0] != '\0') {
        json_object_set_new(said, "node", json_string(row->node));
        json_decref(said);
        return OK;
    }
    buf_init(&receipt, PROOF_MAX);
    snprintf(name, sizeof name, "records/%04u" PACKET_ENDING, nth);
    enum err e = packet_row_prove(m->gate, row, &receipt, m->problem);
    if (e == OK)
        e = put_file(m, name, buf_view(&receipt));
    json_object_set_new(said, "file", json_string(name));
    json_object_set_new(said, "record", json_string(row->record));
    json_object_set_new(said, "open", json_boolean(row->open));
    buf_fini(&receipt);
    json_decref(said);
    return e;
}

/* Is there a record here that shows the hash of this paper or file? */
static bool is_shown(const struct making *m, const char *kind, const char *id)
{
    for (size_t i = 0; i < m->rows.count; i++) {
        const struct packet_row *row = &m->rows.row[i];
        if (row->open && strcmp(row->kind, kind) == 0 && strcmp(row->subject, id) == 0)
            return true;
    }
    return false;
}

static void mark_unproven(struct making *m, const char *names, const char *kind)
{
    size_t i;
    json_t *said;
    json_array_foreach(list(m, names), i, said)
    {
        if (!is_shown(m, kind, json_string_value(json_object_get(said, "id"))))
            json_object_set_new(said, "unproven", json_true());
    }
}

static enum err put_rows(struct making *m)
{
    unsigned nth = 0;
    packet_rows_sort(&m->rows);
    enum err e = packet_rows_find(m->gate, &m->rows, m->problem);
    for (size_t i = 0; e == OK && i < m->rows.count; i++)
        e = put_row(m, &m->rows.row[i], ++nth);
    mark_unproven(m, "papers", "documents");
    mark_unproven(m, "evidence", "evidence");
    return e;
}

/* Keys -------------------------------------------------------------------------------------------
 */

static bool has(const json_t *texts, const char *text)
{
    size_t i;
    const json_t *t;
    json_array_foreach(texts, i, t)
    {
        if (strcmp(json_string_value(t), text) == 0)
            return true;
    }
    return false;
}

/* The witnesses of every shard. */
static enum err put_keys(struct making *m)
{
    struct note_key *keys = calloc(HEAD_COSIGNERS, sizeof *keys);
    struct ledger_shard *shard = malloc(sizeof *shard);
    char text[VKEY_TEXT];
    size_t count;
    enum err e =
        keys == NULL || shard == NULL ? problem_set(m->problem, ERR_MEMORY, "out of memory") : OK;
    for (size_t k = 0; e == OK && ledger_shard_of(m->gate->ledger, k, shard); k++) {
        e = head_cosigners(&disk_real, shard->folder, keys, &count, m->problem);
        for (size_t i = 0; e == OK && i < count; i++) {
            note_key_format(&keys[i], text);
            if (!has(list(m, "witnesses"), text))
                json_array_append_new(list(m, "witnesses"), json_string(text));
        }
    }
    note_key_format(ledger_key(m->gate->ledger), text);
    json_object_set_new(m->index, "log", json_string(text));
    free(keys);
    free(shard);
    return e;
}

/* Issuing ----------------------------------------------------------------------------------------
 */

static enum err begin(struct making *m)
{
    const struct value *row = m->file.row.v;
    const struct value at = value_int(m->w->at);
    m->index = json_pack(
        "{s:s, s:s, s:{s:s, s:s, s:o}, s:s%, s:{s:o, s:o, s:o, s:o, s:o, s:o}, s:[], s:[], s:[], "
        "s:[], s:[], s:[], s:[]}",
        "format", PACKET_FORMAT, "packet", m->asked->id, "issued", "by", m->w->who->id,
        "organisation", m->w->who->organisation, "at", when_json(m, &at), "node", m->w->node.p,
        m->w->node.n, "case", "id", text_json(&row[CASE_ID]), "respondent",
        text_json(&row[CASE_RESPONDENT]), "opened_by", text_json(&row[CASE_OPENED_BY]), "opened_at",
        when_json(m, &row[CASE_OPENED_AT]), "filed_by", text_json(&row[CASE_FILED_BY]), "status",
        text_json(&row[CASE_STATUS]), "acts", "complaints", "papers", "evidence", "records",
        "files", "witnesses");
    m->acts = list(m, "acts");
    return m->index != NULL ? OK : problem_set(m->problem, ERR_MEMORY, "out of memory");
}

/* Its row, as a step of desk_do. */
struct issuing {
    const struct making *m;
    const char *hash;
};

static enum err write_row(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                          struct problem *problem)
{
    const struct issuing *i = what;
    const struct value row[PACKET_COLUMNS] = {
        [PACKET_ID] = value_text(str_of(i->m->asked->id)),
        [PACKET_CASE] = value_text(i->m->asked->of),
        [PACKET_BY] = value_text(str_of(w->who->id)),
        [PACKET_ORGANISATION] = value_text(str_of(w->who->organisation)),
        [PACKET_AT] = value_int(w->at),
        [PACKET_RECORDS] = value_int((int64_t)i->m->rows.count),
        [PACKET_EVIDENCE] = value_int((int64_t)i->m->evidence),
        [PACKET_INDEX] = value_text(str_of(i->hash))};
    (void)no;
    return desk_write(w, &packet_kind, row, seq, problem);
}

/* Note that it is issued, and prove it by the record of that. */
static enum err prove_index(struct making *m, struct str index, struct buf *out)
{
    char hash[PACKET_HEX];
    struct issuing i = {m, hash};
    struct packet_rows own = {.row = NULL};
    int64_t seq;
    packet_hash(index, hash);
    enum err e = desk_do(m->w, write_row, &i, m->no, &seq, m->problem);
    if (e == OK)
        e = packet_rows_add(m->w, "packets", str_of(m->asked->id), &own, m->problem);
    if (e == OK && own.count != 1)
        e = problem_set(m->problem, ERR_CORRUPT, "the journal does not know the packet");
    if (e == OK)
        e = packet_rows_find(m->gate, &own, m->problem);
    if (e == OK)
        e = packet_row_prove(m->gate, own.row, out, m->problem);
    packet_rows_free(&own);
    return e;
}

static enum err issue(struct making *m, struct buf *out)
{
    struct buf proof;
    buf_init(&proof, PROOF_MAX);
    enum err e = put_keys(m);
    char *text = e == OK ? json_dumps(m->index, JSON_INDENT(1) | JSON_SORT_KEYS) : NULL;
    if (e == OK && text == NULL)
        e = problem_set(m->problem, ERR_MEMORY, "out of memory");
    if (text != NULL && strlen(text) > PACKET_INDEX_MAX)
        e = problem_set(m->problem, ERR_LIMIT, "the index of the packet would be too long");
    if (e == OK)
        e = prove_index(m, str_of(text), &proof);
    if (e == OK && text != NULL) {
        tar_put(out, STR(PACKET_JSON), str_of(text));
        tar_put(out, STR(PACKET_PROOF), buf_view(&proof));
        buf_str(out, buf_view(m->parts));
        tar_end(out);
        e = out->failed
                ? problem_set(m->problem, ERR_LIMIT, "a packet holds at most %d bytes", PACKET_MAX)
                : OK;
    }
    free(text);
    buf_fini(&proof);
    return e;
}

/* As for a dispatch; of a closed case, too, and by nobody but who leads it and so sees all of it.
 */
static void judge(struct making *m)
{
    const struct power *p = &m->file.power;
    enum act_no why = ladder_now(&m->file.ladder, p, ACT_DISPATCH, m->w->at);
    if (why == ACT_YES || why == ACT_CLOSED)
        why = p->side == SIDE_ASSOCIATION && m->file.ladder.filed ? ACT_AUTHORITY_LEADS : ACT_YES;
    if (why != ACT_YES)
        desk_refuse(m->no, act_no_about(why) == ACT_ABOUT_ROLE ? DESK_DENIED : DESK_CONFLICT,
                    act_no_word(why), "%s", act_no_text(why));
}

static enum err make(struct making *m, struct buf *out)
{
    enum err e = case_read(m->w, m->asked->of, &m->file, m->no, m->problem);
    if (e == OK && m->no->why == DESK_YES)
        judge(m);
    if (e == OK && m->no->why == DESK_YES)
        e = ids_of(m, &m->complaints,
                   "SELECT \"id\" FROM complaints WHERE \"case\" = $1 ORDER BY \"id\"",
                   m->asked->of);
    for (size_t i = 0;
         e == OK && m->no->why == DESK_YES && m->asked->evidence && i < m->complaints.count; i++)
        e = disclose(m, str_of(m->complaints.id[i]));
    if (e != OK || m->no->why != DESK_YES)
        return e;
    fresh_id("pck", m->asked->id);
    e = begin(m);
    if (e == OK)
        e = put_file(m, PACKET_README, packet_readme());
    if (e == OK)
        e = gather(m);
    if (e == OK)
        e = put_rows(m);
    return e == OK ? issue(m, out) : e;
}

enum err packet_make(struct gate *g, const struct desk_work *w, struct packet_asked *asked,
                     struct buf *out, struct desk_no *no, struct problem *problem)
{
    struct buf parts;
    struct making *m = calloc(1, sizeof *m);
    *no = (struct desk_no){.why = DESK_YES, .code = ""};
    if (m == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    buf_init(&parts, PACKET_MAX);
    m->gate = g;
    m->w = w;
    m->asked = asked;
    m->no = no;
    m->problem = problem;
    m->parts = &parts;
    enum err e = make(m, out);
    case_file_fini(&m->file);
    packet_rows_free(&m->rows);
    json_decref(m->index);
    vault_wipe(&parts);
    free(m);
    return e;
}
