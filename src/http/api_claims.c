/* POST /v1/persons/{id}/claim, release, transfer, overrides, and POST /v1/pools/claims */
#include "gate/agreed.h"
#include "http/api_pools.h"
#include "person/claim.h"
#include "person/followup.h"
#include "person/override.h"

/* False after having answered. */
static bool good_body(struct request *r, const char *code, const struct ask_errors *errors)
{
    if (errors->count == 0)
        return true;
    respond_problem(r, 400, code, "the body is not one of this route; /openapi.json has its fields",
                    errors);
    return false;
}

static void check_object(const struct request *r, const char *fields, struct ask_errors *errors)
{
    if (json_is_object(r->json))
        ask_fields(r->json, fields, errors);
    else
        ask_error(errors, "", "wrong-type", "the body must be an object");
}

static struct str field(const struct request *r, const char *name)
{
    struct ask_errors ignored = {.count = 0}; /* the handler has seen them */
    return ask_text(r->json, name, FOLLOWUP_NOTE, false, &ignored);
}

/* Claiming ---------------------------------------------------------------------------------- */

static enum err take(const struct hands *h, const struct pool_work *w, struct str person,
                     struct pool_answer *out, struct problem *problem)
{
    const bool agreed = gate_agreed(h->gate, w->staff, person, STR("matchmaking."), w->at);
    return claim_take(w, person, agreed, out, problem);
}

static json_t *claimed(const struct pool_work *w, const struct pool_answer *a)
{
    json_t *json = pools_answer(w, a);
    if (json_object_set_new(json, "claims_left", json_integer(a->claims_left)) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

void api_claim(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    struct pool_answer a;
    struct problem problem;
    enum err e = take(h, &w, r->param, &a, &problem);
    pools_done(r, h, &w, e, &problem, &a, 200, claimed(&w, &a));
}

/* Each by itself, and each told: what failed does not hide what was done. */
static void claim_all(struct request *r, const struct hands *h)
{
    const json_t *persons = json_object_get(r->json, "persons");
    struct pool_answer last = {.no = POOL_YES};
    struct problem problem;
    json_t *results = json_array();
    const struct pool_work w = pools_hands(r, h);
    for (size_t i = 0; i < json_array_size(persons); i++) {
        const char *id = json_string_value(json_array_get(persons, i));
        struct pool_answer a;
        enum err e = take(h, &w, str_of(id), &a, &problem);
        const bool done = e == OK && a.no == POOL_YES;
        json_t *one =
            done ? claimed(&w, &a)
                 : json_pack("{s:s}", "code", e == OK ? pool_word(a.no) : "store-unavailable");
        json_object_set_new(one, "person", json_string(id));
        json_object_set_new(one, "status", json_integer(e == OK ? pools_status(a.no) : 503));
        json_array_append_new(results, one);
        if (done)
            last.seq = a.seq;
    }
    pools_done(r, h, &w, OK, &problem, &last, 200, json_pack("{s:o}", "results", results));
}

void api_claim_many(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    const json_t *persons = json_object_get(r->json, "persons");
    const size_t count = json_array_size(persons);
    check_object(r, "persons", &errors);
    if (count == 0 || count > CLAIM_BATCH)
        ask_error(&errors, "persons", "wrong-size", "\"persons\" is a list of 1 to %d ids",
                  CLAIM_BATCH);
    for (size_t i = 0; i < count && i < CLAIM_BATCH; i++)
        if (!json_is_string(json_array_get(persons, i)))
            ask_error(&errors, "persons", "wrong-type", "\"persons\" is a list of texts");
    if (good_body(r, "invalid-claims", &errors))
        request_work(r, claim_all);
}

/* Giving back and handing on ---------------------------------------------------------------- */

static void release(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    struct pool_answer a;
    struct problem problem;
    enum err e = claim_release(&w, r->param, field(r, "pool"), field(r, "reason"), &a, &problem);
    pools_done(r, h, &w, e, &problem, &a, 200, pools_answer(&w, &a));
}

void api_release(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    check_object(r, "reason pool", &errors);
    ask_text(r->json, "reason", FOLLOWUP_NOTE, false, &errors);
    ask_word(r->json, "pool", "store city", false, &errors);
    if (good_body(r, "invalid-release", &errors))
        request_work(r, release);
}

static void transfer(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    struct pool_answer a;
    struct problem problem;
    enum err e = claim_transfer(&w, r->param, field(r, "staff"), &a, &problem);
    pools_done(r, h, &w, e, &problem, &a, 200, pools_answer(&w, &a));
}

void api_transfer(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    check_object(r, "staff", &errors);
    ask_text(r->json, "staff", ID_BYTES, true, &errors);
    if (good_body(r, "invalid-transfer", &errors))
        request_work(r, transfer);
}

/* Overrides --------------------------------------------------------------------------------- */

static void lift(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    const struct override o = {.person = r->param,
                               .staff = field(r, "staff"),
                               .lifts = field(r, "lifts"),
                               .reason = field(r, "reason")};
    struct pool_answer a;
    struct problem problem;
    bool agreed;
    enum err e = override_say(&w, &o, &agreed, &a, &problem);
    pools_done(r, h, &w, e, &problem, &a, 200, json_pack("{s:b}", "agreed", (int)agreed));
}

void api_override(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    check_object(r, "staff lifts reason", &errors);
    ask_text(r->json, "staff", ID_BYTES, true, &errors);
    ask_word(r->json, "lifts", OVERRIDE_LIFTS, true, &errors);
    ask_word(r->json, "reason", OVERRIDE_REASONS, true, &errors);
    if (good_body(r, "invalid-override", &errors))
        request_work(r, lift);
}
