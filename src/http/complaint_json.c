#include "http/complaint_json.h"

#include "desk/clock.h"
#include "desk/evidence.h"
#include "http/fact_json.h"
#include "person/vault.h"

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        return; /* out of memory leaves a key out */
}

enum err complaint_put_text(const struct desk_work *w, json_t *into, const char *member,
                            struct str owner, const char *name, struct problem *problem)
{
    struct buf text;
    buf_init(&text, DESK_TEXT);
    enum err e = desk_text_get(w, owner, name, &text, problem);
    set(into, member, e == OK ? json_stringn((const char *)text.p, text.n) : json_null());
    vault_wipe(&text);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Clocks -------------------------------------------------------------------------------------- */

static enum err add_clock(const struct desk_work *w, struct str id, const char *rule, json_t *list,
                          struct problem *problem)
{
    struct fact_row row;
    enum err e = clock_find(w->store, id, rule, &row, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    json_t *j =
        json_pack("{s:s, s:o, s:o, s:s, s:o, s:o}", "rule", rule, "started_at",
                  fact_json_time(w->rules, &row.v[CLOCK_STARTED]), "due",
                  fact_json_time(w->rules, &row.v[CLOCK_DUE]), "state", clock_state(row.v, w->at),
                  "paused_at", fact_json_time(w->rules, &row.v[CLOCK_PAUSED]), "done_at",
                  fact_json_time(w->rules, &row.v[CLOCK_DONE]));
    return json_array_append_new(list, j) == 0 ? OK : ERR_MEMORY;
}

static enum err put_clocks(const struct desk_work *w, json_t *into, struct str id,
                           struct problem *problem)
{
    static const char *const rules[] = {COMPLAINT_CLOCK_ACCEPT, COMPLAINT_CLOCK_MEDIATE,
                                        COMPLAINT_CLOCK_REPLY};
    enum err e = OK;
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof rules / sizeof *rules && e == OK; i++)
        e = add_clock(w, id, rules[i], list, problem);
    set(into, "clocks", list);
    return e;
}

/* Rows ---------------------------------------------------------------------------------------- */

static json_t *yes(const struct value *v)
{
    return v->type == VALUE_TEXT ? json_boolean(str_eq(v->s, STR("yes"))) : json_null();
}

static json_t *ground(const struct desk_work *w, const struct value *v, when at)
{
    const struct rule_ground *g =
        v->type == VALUE_TEXT ? rules_ground(w->rules, GROUND_COMPLAINT_REFUSAL, v->s, at) : NULL;
    if (v->type != VALUE_TEXT)
        return json_null();
    return json_pack("{s:s%, s:s?, s:s?, s:s?}", "code", v->s.p, v->s.n, "zh",
                     g != NULL ? g->about.title_zh : NULL, "en",
                     g != NULL ? g->about.title_en : NULL, "basis",
                     g != NULL ? g->about.citation : NULL);
}

enum err complaint_json(const struct desk_work *w, const struct value *row, bool officer,
                        json_t **out, struct problem *problem)
{
    const struct rules *r = w->rules;
    json_t *j = *out = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
        fact_json_text(&row[COMPLAINT_KEY]), "respondent",
        fact_json_text(&row[COMPLAINT_RESPONDENT]), "issue", fact_json_text(&row[COMPLAINT_ISSUE]),
        "body", fact_json_text(&row[COMPLAINT_BODY]), "channel",
        fact_json_text(&row[COMPLAINT_CHANNEL]), "anonymous", yes(&row[COMPLAINT_ANONYMOUS]),
        "status", fact_json_text(&row[COMPLAINT_STATUS]), "happened_at",
        fact_json_time(r, &row[COMPLAINT_HAPPENED_AT]), "received_at",
        fact_json_time(r, &row[COMPLAINT_RECEIVED_AT]), "decided_at",
        fact_json_time(r, &row[COMPLAINT_DECIDED_AT]), "ground",
        ground(w, &row[COMPLAINT_GROUND], row[COMPLAINT_DECIDED_AT].i), "replied_at",
        fact_json_time(r, &row[COMPLAINT_REPLIED_AT]), "upheld", yes(&row[COMPLAINT_UPHELD]),
        "closed_at", fact_json_time(r, &row[COMPLAINT_CLOSED_AT]));
    if (j == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    set(j, "representative",
        json_boolean(str_eq(fact_text(&row[COMPLAINT_REPRESENTATIVE]), STR("yes"))));
    set(j, "restricted_at", fact_json_time(r, &row[COMPLAINT_RESTRICTED_AT]));
    if (officer) {
        set(j, "forgotten_at", fact_json_time(r, &row[COMPLAINT_FORGOTTEN_AT]));
        set(j, "decided_by", fact_json_text(&row[COMPLAINT_DECIDED_BY]));
        set(j, "joined_to", fact_json_text(&row[COMPLAINT_JOINED_TO]));
        set(j, "case", fact_json_text(&row[COMPLAINT_CASE]));
    }
    return put_clocks(w, j, row[COMPLAINT_KEY].s, problem);
}

/* The day, so that nobody is known by the minute at which she wrote. */
static json_t *day(const struct rules *r, const struct value *v)
{
    return v->type == VALUE_INT ? fact_json_day(when_day(v->i, rules_offset_minutes(r)))
                                : json_null();
}

enum err complaint_json_about(const struct desk_work *w, const struct value *row, json_t **out,
                              struct problem *problem)
{
    const struct str id = row[COMPLAINT_KEY].s;
    struct fact_row clock;
    json_t *j = *out = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[COMPLAINT_KEY]),
        "respondent", fact_json_text(&row[COMPLAINT_RESPONDENT]), "issue",
        fact_json_text(&row[COMPLAINT_ISSUE]), "status", fact_json_text(&row[COMPLAINT_STATUS]),
        "accepted_on", day(w->rules, &row[COMPLAINT_DECIDED_AT]), "replied_at",
        fact_json_time(w->rules, &row[COMPLAINT_REPLIED_AT]), "upheld", yes(&row[COMPLAINT_UPHELD]),
        "closed_on", day(w->rules, &row[COMPLAINT_CLOSED_AT]));
    if (j == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = clock_find(w->store, id, COMPLAINT_CLOCK_REPLY, &clock, problem);
    set(j, "reply_due", e == OK ? fact_json_time(w->rules, &clock.v[CLOCK_DUE]) : json_null());
    if (e == OK || e == ERR_NOT_FOUND)
        e = complaint_put_text(w, j, "summary", id, COMPLAINT_TEXT_SUMMARY, problem);
    if (e == OK)
        e = complaint_put_text(w, j, "reply", id, COMPLAINT_TEXT_REPLY, problem);
    return e == OK ? complaint_put_text(w, j, "answer", id, COMPLAINT_TEXT_ANSWER, problem) : e;
}

/* Evidence ------------------------------------------------------------------------------------ */

struct files {
    const struct rules *rules;
    json_t *list;
};

static bool add_file(void *to, const struct value *row)
{
    const struct files *f = to;
    return json_array_append_new(f->list, json_pack("{s:o, s:o, s:I, s:o, s:o}", "id",
                                                    fact_json_text(&row[EVIDENCE_KEY]), "media",
                                                    fact_json_text(&row[EVIDENCE_MEDIA]), "size",
                                                    (json_int_t)row[EVIDENCE_SIZE].i, "hash",
                                                    fact_json_text(&row[EVIDENCE_HASH]), "at",
                                                    fact_json_time(f->rules, &row[EVIDENCE_AT]))) ==
           0;
}

enum err complaint_put_evidence(const struct desk_work *w, json_t *into, struct str id,
                                struct problem *problem)
{
    struct files f = {w->rules, json_array()};
    enum err e = evidence_list(w->store, id, add_file, &f, problem);
    set(into, "evidence", f.list);
    return e;
}
