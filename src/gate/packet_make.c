#include "gate/packet_making.h"

#include "core/tar.h"
#include "gate/node.h"
#include "ledger/head.h"
#include "ledger/prove.h"
#include "person/vault.h"

#include <stdio.h>
#include <stdlib.h>

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
                            packet_when_json(m, &(struct value){.type = VALUE_INT, .i = row->at}));
    }
    json_array_append(packet_list(m, "records"), said);
    if (row->node[0] != '\0') {
        json_object_set_new(said, "node", json_string(row->node));
        json_decref(said);
        return OK;
    }
    buf_init(&receipt, PROOF_MAX);
    snprintf(name, sizeof name, "records/%04u" PACKET_ENDING, nth);
    enum err e = packet_row_prove(m->gate, row, &receipt, m->problem);
    if (e == OK)
        e = packet_file(m, name, buf_view(&receipt));
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
    json_array_foreach(packet_list(m, names), i, said)
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
            if (!has(packet_list(m, "witnesses"), text))
                json_array_append_new(packet_list(m, "witnesses"), json_string(text));
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
        "organisation", m->w->who->organisation, "at", packet_when_json(m, &at), "node",
        m->w->node.p, m->w->node.n, "case", "id", packet_text_json(&row[CASE_ID]), "respondent",
        packet_text_json(&row[CASE_RESPONDENT]), "opened_by",
        packet_text_json(&row[CASE_OPENED_BY]), "opened_at",
        packet_when_json(m, &row[CASE_OPENED_AT]), "filed_by",
        packet_text_json(&row[CASE_FILED_BY]), "status", packet_text_json(&row[CASE_STATUS]),
        "acts", "complaints", "papers", "evidence", "records", "files", "witnesses");
    m->acts = packet_list(m, "acts");
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
        e = packet_complaints(m);
    if (e != OK || m->no->why != DESK_YES)
        return e;
    fresh_id("pck", m->asked->id);
    e = begin(m);
    if (e == OK)
        e = packet_file(m, PACKET_README, packet_readme());
    if (e == OK)
        e = packet_gather(m);
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
