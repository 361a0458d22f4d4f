/* GET /v1/me, GET /v1/me/looks, POST, GET and DELETE /v1/me/erasure */
#include "http/looks_csv.h"
#include "http/me_json.h"
#include "http/route.h"
#include "registry/session.h"

#define WAIT WHEN_DAY

enum { TABLE_MAX = 64 << 20, REACH_MS = 2000 };

/* Takes the references; NULL: answered with `problem`. */
static bool have(struct request *r, json_t *json, const struct problem *problem)
{
    if (json == NULL)
        outcome_failed(r, problem->code, problem);
    return json != NULL;
}

void api_me(struct request *r, const struct hands *h)
{
    struct self self;
    struct problem problem = {.code = ERR_MEMORY, .text = "out of memory"};
    if (!me_read(r, h, &self))
        return;
    json_t *members = me_members(r, h, &self, &problem);
    json_t *tokens = members != NULL ? me_tokens(r, h, &self, &problem) : NULL;
    json_t *rest = tokens != NULL ? me_erasures(r, h, &self, &problem) : NULL;
    if (!have(r, rest, &problem)) {
        json_decref(members);
        json_decref(tokens);
        return;
    }
    json_object_set_new(rest, "members", members);
    json_object_set_new(rest, "tokens", tokens);
    if (self.since != INT64_MIN && self.since != WHEN_NEVER)
        json_object_set_new(rest, "since", me_time(r, self.since));
    outcome_json(r, 200, rest);
}

/* Who looked ------------------------------------------------------------------------------- */

static void table(struct request *r, const struct hands *h, const struct self *self,
                  uint64_t before)
{
    struct problem problem = {.code = ERR_MEMORY, .text = "out of memory"};
    struct buf text;
    json_t *all = me_all_looks(r, h, self, before, &problem);
    if (!have(r, all, &problem))
        return;
    buf_init(&text, TABLE_MAX);
    looks_csv(all, &text);
    json_decref(all);
    outcome_text(r, 200, "text/csv; charset=utf-8", &text);
}

void api_me_looks(struct request *r, const struct hands *h)
{
    struct self self;
    struct problem problem = {.code = ERR_MEMORY, .text = "out of memory"};
    uint64_t before, next;
    if (!me_page_from(r, &before) || !me_read(r, h, &self))
        return;
    if (str_eq(query_text(&r->query, "format"), STR("csv"))) {
        table(r, h, &self, before);
        return;
    }
    json_t *list = me_looks(r, h, &self, before, &next, &problem);
    if (!have(r, list, &problem))
        return;
    me_page(r, json_pack("{s:o}", "looks", list), next);
}

/* Erasure ---------------------------------------------------------------------------------- */

static enum err is_active(const struct hands *h, const char *id, struct str organisation,
                          bool *active, bool *chosen, struct problem *problem)
{
    const struct value params[] = {value_text(str_of(id)), value_text(organisation)};
    enum err e = store_any(h->store, "SELECT 1 FROM members WHERE id = $1 AND status = 'active'",
                           params, 1, active, problem);
    *chosen = *active;
    if (e == OK && *active && organisation.n > 0)
        e = store_any(h->store, "SELECT 1 FROM members WHERE id = $1 AND organisation = $2", params,
                      2, chosen, problem);
    return e;
}

static void tell(struct request *r, const struct self *self, when due)
{
    char at[WHEN_TEXT];
    when_format(due, rules_offset_minutes(gate_rules(request_gate(r))), at);
    me_tell_self(
        r, self, due,
        "您的资料将于 %.16s 删除。若非本人申请，请登录后取消。 Your data will be erased at "
        "%.16s. If you did not ask for this, sign in and cancel it.",
        at, at);
}

static void erase(struct request *r, const struct hands *h)
{
    struct self self;
    struct str person[SELF_IDS];
    struct ask_errors ignored = {.count = 0};
    struct problem problem = {.text = ""};
    char id[FRESH_ID];
    size_t count = 0, active = 0;
    enum err e = OK;
    const when now = request_now(r);
    const struct fact_origin origin = work_origin(r, h);
    int64_t seq = 0;
    when due = session_confirmed(&r->subject, now) ? now : now + WAIT;
    const struct str organisation = ask_text(r->json, "organisation", ID_BYTES, false, &ignored);
    if (!me_read(r, h, &self))
        return;
    for (size_t i = 0; i < self.count && e == OK; i++) {
        bool is, chosen;
        e = is_active(h, self.id[i], organisation, &is, &chosen, &problem);
        active += is;
        if (!chosen)
            continue;
        person[count++] = str_of(self.id[i]);
        due = self.settled[i] > due ? self.settled[i] : due;
    }
    if (e == OK && count == 0) {
        outcome_problem(r, 404, "not-found", "you are no member there");
        return;
    }
    const struct erase_request request = {
        .person = person,
        .count = count,
        .whole = count == active && !self.more,
        .due = due,
    };
    if (e == OK)
        e = erase_ask(h->store, &request, &origin, id, &seq, &problem);
    if (e == ERR_CONFLICT) {
        outcome_problem(r, 409, "erasure-under-way",
                        "GET /v1/me/erasure says how far it is; DELETE cancels one that waits");
        return;
    }
    if (e == ERR_LIMIT) {
        outcome_problem(r, 429, "too-many-erasures",
                        "an erasure without a further code is asked for three times a day");
        r->outcome.retry_after_s = (int)(WAIT / WHEN_SECOND);
        return;
    }
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return;
    }
    work_reach(r, h, seq, REACH_MS);
    if (request.due > now)
        tell(r, &self, request.due);
    json_t *answer = json_pack("{s:s, s:s, s:i}", "id", id, "status",
                               request.due > now ? "waiting" : "running", "members", (int)count);
    if (answer != NULL)
        json_object_set_new(answer, "due_at", me_time(r, request.due));
    outcome_json(r, 202, answer);
}

void api_me_erase(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (json_is_object(r->json)) {
        ask_fields(r->json, "organisation", &errors);
        ask_text(r->json, "organisation", ID_BYTES, false, &errors);
    } else {
        ask_error(&errors, "", "wrong-type", "the body must be an object");
    }
    if (errors.count > 0)
        respond_problem(r, 400, "invalid-erasure", "\"organisation\" names one; {} is all",
                        &errors);
    else
        request_work(r, erase);
}

void api_me_erasure(struct request *r, const struct hands *h)
{
    struct self self;
    struct problem problem = {.code = ERR_MEMORY, .text = "out of memory"};
    if (!me_read(r, h, &self))
        return;
    json_t *all = me_erasures(r, h, &self, &problem);
    if (have(r, all, &problem))
        outcome_json(r, 200, all);
}

void api_me_keep(struct request *r, const struct hands *h)
{
    struct self self;
    struct problem problem;
    bool any = false;
    int64_t seq = 0;
    const struct fact_origin origin = work_origin(r, h);
    if (!me_read(r, h, &self))
        return;
    for (size_t i = 0; i < self.count; i++) {
        enum err e = erase_cancel(h->store, str_of(self.id[i]), &origin, &seq, &problem);
        any |= e == OK;
        if (e != OK && e != ERR_NOT_FOUND) {
            outcome_failed(r, e, &problem);
            return;
        }
    }
    work_reach(r, h, seq, REACH_MS);
    if (any)
        outcome_json(r, 200, json_pack("{s:b}", "cancelled", 1));
    else
        outcome_problem(r, 404, "not-found", "no erasure waits");
}
