/* A complaint as she reads it who complained: nobody else gets what stands here together. */
#include "desk/disclosure.h"
#include "gate/fact_record.h"
#include "http/complaint_json.h"
#include "http/fact_json.h"

#include <stdlib.h>

json_t *complaint_json_disclosure(const struct rules *rules, const struct value *row)
{
    json_t *running = row[DISCLOSURE_NUMBER].type == VALUE_INT
                          ? json_integer(row[DISCLOSURE_NUMBER].i)
                          : json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "number", running, "at",
                     fact_json_time(rules, &row[DISCLOSURE_AT]), "what",
                     fact_json_text(&row[DISCLOSURE_WHAT]), "evidence",
                     fact_json_text(&row[DISCLOSURE_EVIDENCE]), "staff",
                     fact_json_text(&row[DISCLOSURE_STAFF]), "organisation",
                     fact_json_text(&row[DISCLOSURE_ORGANISATION]));
}

/* Who opened it ------------------------------------------------------------------------------- */

struct opened {
    const struct rules *rules;
    json_t *list;
    char id[DISCLOSURES_LISTED][FRESH_ID];
    int64_t number[DISCLOSURES_LISTED]; /* 0: not numbered */
    size_t count;
};

static bool add_opened(void *to, const struct value *row)
{
    struct opened *o = to;
    if (!str_copy(row[DISCLOSURE_ID].s, o->id[o->count], FRESH_ID) ||
        json_array_append_new(o->list, complaint_json_disclosure(o->rules, row)) != 0)
        return false;
    o->number[o->count] = row[DISCLOSURE_NUMBER].type == VALUE_INT ? row[DISCLOSURE_NUMBER].i : 0;
    return ++o->count < DISCLOSURES_LISTED;
}

/* Is the one before the i-th, which is the next in a list from the newest on, not in it? */
static bool has_gap(const struct opened *o, size_t i)
{
    const bool cut = o->count == DISCLOSURES_LISTED && i + 1 == o->count;
    const int64_t before = i + 1 < o->count ? o->number[i + 1] : 0;
    return o->number[i] != 0 && !cut && o->number[i] != before + 1;
}

static json_t *record_of(const struct desk_work *w, struct gate *gate, const char *id)
{
    char record[RECORD_ID];
    int64_t seq;
    when at;
    uint64_t index;
    if (disclosure_journal(w, str_of(id), &seq, &at, NULL) != OK ||
        fact_record_find(gate, seq, at, &index) != OK)
        return json_null();
    ledger_record_id(gate_ledger(gate), index, record);
    return json_string(record);
}

/* Why who she is was asked for, and where the proof is. */
static enum err put_each(const struct desk_work *w, struct gate *gate, const struct opened *o,
                         struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; i < o->count && e == OK; i++) {
        json_t *one = json_array_get(o->list, i);
        e = complaint_put_text(w, one, "reason", str_of(o->id[i]), DISCLOSURE_TEXT_REASON, problem);
        json_object_set_new(one, "gap", json_boolean(has_gap(o, i)));
        json_object_set_new(one, "record", record_of(w, gate, o->id[i]));
    }
    return e;
}

static enum err put_opened(const struct desk_work *w, struct gate *gate, json_t *into,
                           struct str id, struct problem *problem)
{
    struct opened *o = malloc(sizeof *o);
    if (o == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    o->rules = w->rules;
    o->list = json_array();
    o->count = 0;
    enum err e = disclosure_list(w->store, id, add_opened, o, problem);
    if (e == OK)
        e = put_each(w, gate, o, problem);
    json_object_set_new(into, "opened", o->list);
    free(o);
    return e;
}

/* All of it ----------------------------------------------------------------------------------- */

/* How the one stands that hers is handled with; of the other's words nothing. */
static enum err put_joint(const struct desk_work *w, json_t *into, const struct value *row,
                          struct problem *problem)
{
    struct fact_row lead;
    json_t *j = NULL;
    if (row[COMPLAINT_JOINED_TO].type != VALUE_TEXT)
        return json_object_set_new(into, "joint", json_null()) == 0 ? OK : ERR_MEMORY;
    enum err e = complaint_find(w->store, row[COMPLAINT_JOINED_TO].s, &lead, problem);
    if (e == OK)
        e = complaint_json_about(w, lead.v, &j, problem);
    json_object_del(j, "summary"); /* the other's complaint in an officer's words */
    json_object_del(j, "id");
    return json_object_set_new(into, "joint", j) == 0 || e != OK ? e : ERR_MEMORY;
}

static enum err put_texts(const struct desk_work *w, json_t *j, struct str id,
                          struct problem *problem)
{
    static const char *const names[] = {
        COMPLAINT_TEXT_FACTS,  COMPLAINT_TEXT_REQUEST, COMPLAINT_TEXT_NAME,  COMPLAINT_TEXT_ADDRESS,
        COMPLAINT_TEXT_REASON, COMPLAINT_TEXT_REPLY,   COMPLAINT_TEXT_ANSWER};
    enum err e = OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && e == OK; i++)
        e = complaint_put_text(w, j, names[i], id, names[i], problem);
    return e;
}

enum err complaint_json_hers(const struct desk_work *w, struct gate *gate, const struct value *row,
                             json_t **out, struct problem *problem)
{
    const struct str id = row[COMPLAINT_KEY].s;
    enum err e = complaint_json(w, row, false, out, problem);
    if (e == OK)
        e = put_texts(w, *out, id, problem);
    if (e == OK)
        e = complaint_put_evidence(w, *out, id, problem);
    if (e == OK)
        e = put_opened(w, gate, *out, id, problem);
    return e == OK ? put_joint(w, *out, row, problem) : e;
}
