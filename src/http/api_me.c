/* GET /v1/me, GET /v1/me/looks, POST, GET and DELETE /v1/me/erasure */
#include "core/log.h"
#include "http/desk.h"
#include "http/looks_csv.h"
#include "http/me_json.h"
#include "http/route.h"
#include "registry/session.h"

#include <stdlib.h>

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

/* What is asked to be erased. */
struct erasing {
    struct self self;
    struct str person[SELF_IDS];
    size_t count; /* members */
    bool whole;   /* no member of hers is left */
    when due;
    int64_t desk; /* complaints, reports, appeals; of all that she asks for only */
    struct forget_hers hers;
    uint8_t link[SUBJECT_LINK];
    char id[FRESH_ID];
    int64_t seq;
};

static enum err choose(struct erasing *x, const struct hands *h, struct str organisation,
                       struct problem *problem)
{
    size_t active = 0;
    enum err e = OK;
    for (size_t i = 0; i < x->self.count && e == OK; i++) {
        bool is, chosen;
        e = is_active(h, x->self.id[i], organisation, &is, &chosen, problem);
        active += is;
        if (!chosen)
            continue;
        x->person[x->count++] = str_of(x->self.id[i]);
        x->due = x->self.settled[i] > x->due ? x->self.settled[i] : x->due;
    }
    x->whole = x->count == active && !x->self.more;
    if (e == OK && organisation.n == 0 && me_desk(h, &x->self, &x->hers, x->link))
        e = forget_count(h->store, &x->hers, &x->desk, problem);
    return e;
}

/* At the desk first: what the rest refuses is taken back. */
static enum err ask(struct erasing *x, struct request *r, const struct hands *h,
                    struct problem *problem)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct fact_origin origin = work_origin(r, h);
    const struct erase_request request = {
        .person = x->person, .count = x->count, .whole = x->whole, .due = x->due};
    enum err e = x->desk > 0 ? forget_ask(&w, &x->hers, x->due, x->id, problem) : OK;
    if (e == ERR_CONFLICT && x->count > 0) { /* that is under way, the members are not */
        x->desk = 0;
        e = OK;
    }
    if (e != OK || x->count == 0)
        return e;
    e = erase_ask(h->store, &request, &origin, x->id, &x->seq, problem);
    struct problem ignored;
    if (e != OK && x->desk > 0 && forget_cancel(&w, &x->hers, &ignored) != OK)
        log_warning("http: an erasure at the desk goes on though that of the members cannot");
    return e;
}

static void answer_erasing(struct request *r, const struct hands *h, struct erasing *x)
{
    const bool waits = x->due > request_now(r);
    work_reach(r, h, x->seq, REACH_MS);
    if (waits)
        tell(r, &x->self, x->due);
    json_t *answer =
        json_pack("{s:s, s:s, s:i, s:I}", "id", x->id, "status", waits ? "waiting" : "running",
                  "members", (int)x->count, "desk", (json_int_t)x->desk);
    if (answer != NULL)
        json_object_set_new(answer, "due_at", me_time(r, x->due));
    outcome_json(r, 202, answer);
}

static void run_erase(struct request *r, const struct hands *h, struct erasing *x)
{
    struct ask_errors ignored = {.count = 0};
    struct problem problem = {.text = ""};
    const when now = request_now(r);
    x->due = session_confirmed(&r->subject, now) ? now : now + WAIT;
    const struct str organisation = ask_text(r->json, "organisation", ID_BYTES, false, &ignored);
    enum err e = choose(x, h, organisation, &problem);
    if (e == OK && x->count == 0 && x->desk == 0) {
        outcome_problem(r, 404, "not-found",
                        organisation.n > 0 ? "you are no member there"
                                           : "nothing of yours is kept here");
        return;
    }
    if (e == OK)
        e = ask(x, r, h, &problem);
    if (e == OK) {
        answer_erasing(r, h, x);
    } else if (e == ERR_CONFLICT) {
        outcome_problem(r, 409, "erasure-under-way",
                        "GET /v1/me/erasure says how far it is; DELETE cancels one that waits");
    } else if (e == ERR_LIMIT) {
        outcome_problem(r, 429, "too-many-erasures",
                        "an erasure without a further code is asked for three times a day");
        r->outcome.retry_after_s = (int)(WAIT / WHEN_SECOND);
    } else {
        outcome_failed(r, e, &problem);
    }
}

static void erase(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = "out of memory"};
    struct erasing *x = calloc(1, sizeof *x);
    if (x == NULL)
        outcome_failed(r, ERR_MEMORY, &problem);
    else if (me_read(r, h, &x->self))
        run_erase(r, h, x);
    free(x);
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

/* What she has at the desk stays. False after an outcome. */
static bool keep_desk(struct request *r, const struct hands *h, const struct self *self, bool *any)
{
    uint8_t link[SUBJECT_LINK];
    struct forget_hers hers;
    struct problem problem;
    const struct desk_work w = desk_work_of(r, h);
    if (!me_desk(h, self, &hers, link))
        return true;
    enum err e = forget_cancel(&w, &hers, &problem);
    *any |= e == OK;
    if (e == OK || e == ERR_NOT_FOUND)
        return true;
    outcome_failed(r, e, &problem);
    return false;
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
    if (!keep_desk(r, h, &self, &any))
        return;
    work_reach(r, h, seq, REACH_MS);
    if (any)
        outcome_json(r, 200, json_pack("{s:b}", "cancelled", 1));
    else
        outcome_problem(r, 404, "not-found", "no erasure waits");
}
