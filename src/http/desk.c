#include "http/desk.h"

#include "desk/inbox.h"
#include "desk/power.h"
#include "http/fact_json.h"
#include "person/vault.h"

enum { REACH_MS = 5000 };

struct desk_work desk_work_of(const struct request *r, const struct hands *h)
{
    return (struct desk_work){.store = h->store,
                              .key = request_account_key(r),
                              .rules = gate_rules(h->gate),
                              .who = &r->subject,
                              .node = str_of(gate_node(h->gate)),
                              .at = clock_now(gate_clock(h->gate))};
}

/* Of an act that is not lawful now: why, and which are. */
static json_t *unlawful(const struct desk_no *no)
{
    json_t *next = json_array();
    for (enum act_kind k = ACT_ACCEPT; k < ACT_UNKNOWN; k++)
        if (no->lawful & ACT_BIT(k))
            json_array_append_new(next, json_string(act_word(k)));
    return json_pack("{s:s, s:o}", "reason", no->reason, "next", next);
}

bool desk_officer(const struct request *r)
{
    return (r->subject.role & (ROLE_CARRIER | ROLE_AUTHORITY | ROLE_MACHINE)) != 0;
}

void desk_answer_no(struct request *r, const struct desk_no *no)
{
    static const int status[] = {[DESK_YES] = 500,   [DESK_ABSENT] = 404,   [DESK_DENIED] = 403,
                                 [DESK_WRONG] = 422, [DESK_CONFLICT] = 409, [DESK_LIMIT] = 429};
    outcome_problem(r, status[no->why], no->code, "%s", no->detail);
    if (no->reason != NULL)
        outcome_more(r, unlawful(no));
}

void desk_answer(struct request *r, const struct hands *h, enum err e,
                 const struct problem *problem, const struct desk_no *no, int64_t seq, int status,
                 json_t *json)
{
    if (e == OK && no->why == DESK_YES) {
        work_reach(r, h, seq, REACH_MS);
        outcome_json(r, status, json);
        return;
    }
    json_decref(json);
    if (e == ERR_LIMIT)
        outcome_problem(r, 422, "beyond-bounds", "%s", problem->text);
    else if (e != OK)
        outcome_failed(r, e, problem);
    else
        desk_answer_no(r, no);
}

json_t *desk_text_json(const struct desk_work *w, struct str owner, const char *name)
{
    struct buf text;
    struct problem problem = {.text = ""};
    json_t *j = NULL;
    buf_init(&text, DESK_TEXT);
    if (desk_text_get(w, owner, name, &text, &problem) == OK)
        j = json_stringn((const char *)text.p, text.n);
    vault_wipe(&text);
    buf_fini(&text);
    return j != NULL ? j : json_null();
}

json_t *desk_read_json(const struct desk_work *w, struct str addressee, struct str subject)
{
    struct problem problem = {.text = ""};
    int64_t at;
    return inbox_read_at(w->store, addressee, subject, &at, &problem) == OK && at != INT64_MIN
               ? fact_json_when(w->rules, at)
               : json_null();
}
