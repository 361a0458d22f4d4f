/*
 * GET, POST /v1/staff, GET, PATCH /v1/staff/{id}: who works where, with which certificate.
 *
 * Who leaves or is suspended loses sessions, tokens and claims in the transaction of the row
 * (person/staff_file.h).
 */
#include "http/api_pools.h"
#include "http/etag.h"
#include "http/staff_view.h"
#include "person/staff_file.h"
#include "registry/training.h"

enum { PAGE = 50, REACH_MS = 5000, NAME = 120, LOGIN = ACCOUNT_LOGIN - 1 };

/* -- Showing ------------------------------------------------------------------------------ */

static enum err staff_json(const struct request *r, const struct hands *h, const struct value *v,
                           json_t **out, struct problem *problem)
{
    const when at = request_now(r);
    const struct str id = fact_text(&v[STAFF_ID]);
    const bool login = (r->subject.role & STAFF_WATCHERS) == 0 ||
                       str_eq(fact_text(&v[STAFF_ORGANISATION]), str_of(r->subject.organisation));
    char whose[FRESH_ID];
    json_t *certificate = NULL;
    int64_t hours = 0;
    bool account = false;
    enum err e = practitioner_of(h->store, id, whose, problem);
    if (e == OK || e == ERR_NOT_FOUND)
        e = staff_certificate(h, v, at, &certificate, problem);
    if (!e)
        e = training_hours(h->store, id, certificate_training_from(gate_rules(h->gate), at), at,
                           &hours, problem);
    if (!e && login)
        e = account_exists(h->store, id, &account, problem);
    *out = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s?, s:o, s:I}", "id", fact_json_text(&v[STAFF_ID]),
        "name", fact_json_text(&v[STAFF_NAME]), "role", fact_json_text(&v[STAFF_ROLE]),
        "organisation", fact_json_text(&v[STAFF_ORGANISATION]), "status",
        fact_json_text(&v[STAFF_STATUS]), "login",
        login ? fact_json_text(&v[STAFF_LOGIN]) : json_null(), "account",
        login ? json_boolean(account) : json_null(), "practitioner",
        whose[0] != '\0' ? whose : NULL, "certificate",
        certificate != NULL ? certificate : json_null(), "training_hours", (json_int_t)hours);
    return e;
}

struct page {
    size_t count;
    char id[PAGE + 1][ID_BYTES + 1];
};

static bool take_id(void *to, const struct value *v, size_t count)
{
    struct page *p = to;
    p->count += str_copy(v->s, p->id[p->count], sizeof p->id[0]);
    return p->count <= PAGE;
}

static enum err read_page(const struct request *r, const struct hands *h, struct page *p,
                          struct problem *problem)
{
    const bool all = (r->subject.role & STAFF_WATCHERS) != 0;
    const struct value v[] = {value_text(query_text(&r->query, "cursor")),
                              value_text(query_text(&r->query, "organisation")),
                              value_text(all ? STR("") : str_of(r->subject.organisation)),
                              value_int(PAGE + 1)};
    return store_run(h->store,
                     "SELECT s.\"id\" FROM staff s JOIN organisations o ON o.\"id\" = "
                     "s.\"organisation\" WHERE s.\"id\" > $1 AND ($2 = '' OR s.\"organisation\" = "
                     "$2) AND ($3 = '' OR COALESCE(o.\"legal_entity\", o.\"id\") = (SELECT "
                     "COALESCE(x.\"legal_entity\", x.\"id\") FROM organisations x WHERE x.\"id\" = "
                     "$3)) ORDER BY s.\"id\" LIMIT $4",
                     v, 4, take_id, p, problem);
}

void api_staff(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct page p = {.count = 0};
    if ((r->subject.role & STAFF_WATCHERS) == 0 && !staff_keeps(r))
        return;
    json_t *list = json_array();
    enum err e = read_page(r, h, &p, &problem);
    for (size_t i = 0; i < p.count && i < PAGE && !e; i++) {
        struct fact_row row;
        json_t *one = NULL;
        e = staff_read(r, h, str_of(p.id[i]), &row, &problem);
        if (!e)
            e = staff_json(r, h, row.v, &one, &problem);
        if (json_array_append_new(list, one) != 0 && !e)
            e = problem_set(&problem, ERR_MEMORY, "out of memory");
    }
    if (!e) {
        outcome_json(r, 200,
                     json_pack("{s:o, s:s?}", "staff", list, "next",
                               p.count > PAGE ? p.id[PAGE - 1] : NULL));
        return;
    }
    json_decref(list);
    staff_refuse(r, e, &problem);
}

/* The account as it is now, with its tag. */
static void answer(struct request *r, const struct hands *h, int status, struct str id)
{
    struct problem problem = {.text = ""};
    struct fact_row row;
    json_t *one = NULL;
    enum err e = staff_read(r, h, id, &row, &problem);
    if (!e)
        e = staff_json(r, h, row.v, &one, &problem);
    if (!e && !etag_of_json(one, r->outcome.etag))
        e = problem_set(&problem, ERR_MEMORY, "out of memory");
    if (!e) {
        outcome_json(r, status, one);
        return;
    }
    json_decref(one);
    staff_refuse(r, e, &problem);
}

void api_staff_one(struct request *r, const struct hands *h)
{
    answer(r, h, 200, r->param);
}

/* -- Writing ------------------------------------------------------------------------------ */

/* What a body says of her; texts are views of it, empty: not said. */
struct body {
    struct str id, organisation, name, role, login, status;
    bool has_login;
};

static bool good_id(struct str id)
{
    for (size_t i = 0; i < id.n; i++) {
        const char c = id.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-'))
            return false;
    }
    return id.n > 4 && str_starts(id, STR("stf_"));
}

/* False after having answered. */
static bool read_body(struct request *r, bool new, struct body *b)
{
    struct ask_errors errors = {.count = 0};
    const json_t *j = r->json;
    *b = (struct body){.has_login = json_object_get(j, "login") != NULL};
    if (ask_object(j, new ? "id organisation name role login" : "status name role login",
                   &errors)) {
        b->role = ask_word(j, "role", POSITION_WORDS, new, &errors);
        b->login = str_trim(ask_text(j, "login", LOGIN, false, &errors));
        if (new || json_object_get(j, "name") != NULL)
            b->name = ask_some(j, "name", NAME, &errors);
        if (new) {
            b->id = ask_text(j, "id", ID_BYTES, false, &errors);
            b->organisation = ask_some(j, "organisation", ID_BYTES, &errors);
        } else {
            b->status = ask_word(j, "status", "active suspended left closed", false, &errors);
        }
        if (b->id.n > 0 && !good_id(b->id))
            ask_error(&errors, "id", "not-an-id",
                      "an id of staff is stf_ and letters, digits, hyphens, underscores");
    }
    if (errors.count > 0)
        outcome_problem(r, 400, "invalid-staff", "%s", errors.at[0].detail);
    return errors.count == 0;
}

/* What came of it; `code` of a refusal. */
struct writing {
    struct fact_row row;
    struct value v[STAFF_COLUMNS];
    const char *code, *text;
    int status;
    int64_t seq;
};

static enum err refuse(struct writing *w, int status, const char *code, const char *text)
{
    w->status = status;
    w->code = code;
    w->text = text;
    return ERR_REFUSED;
}

static enum err check_login(const struct hands *h, struct writing *w, struct problem *problem)
{
    size_t column;
    enum err e = staff_kind.against(h->store, w->v, &column, problem);
    return e == ERR_INVALID
               ? refuse(w, 409, "login-taken",
                        "another member of staff has this login; a login names one person in all "
                        "organisations")
               : e;
}

static enum err put(struct request *r, const struct hands *h, struct writing *w,
                    struct problem *problem)
{
    const struct pool_work work = pools_hands(r, h);
    bool changed;
    enum err e = check_login(h, w, problem);
    return e ? e : staff_put(&work, w->v, &changed, &w->seq, problem);
}

static void finish(struct request *r, const struct hands *h, struct writing *w, enum err e,
                   const struct problem *problem, int status)
{
    if (e == ERR_REFUSED) {
        outcome_problem(r, w->status, w->code, "%s", w->text);
    } else if (e) {
        staff_refuse(r, e, problem);
    } else {
        work_reach(r, h, w->seq, REACH_MS);
        answer(r, h, status, w->v[STAFF_ID].s);
    }
}

static enum err create(struct request *r, const struct hands *h, struct writing *w,
                       struct problem *problem)
{
    bool any = false, own = false;
    enum err e = staff_own_entity(r, h, w->v[STAFF_ORGANISATION].s, &own, problem);
    if (!e && !own)
        return refuse(w, 422, "unknown-organisation", "your legal entity has no such organisation");
    if (!e)
        e = store_any(h->store, "SELECT 1 FROM staff WHERE \"id\" = $1", &w->v[STAFF_ID], 1, &any,
                      problem);
    if (!e && any)
        return refuse(w, 409, "staff-exists", "this id is somebody's already");
    return e ? e : put(r, h, w, problem);
}

void api_staff_new(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct writing w = {.seq = 0};
    struct body b;
    char id[FRESH_ID];
    if (!staff_keeps(r) || !read_body(r, true, &b))
        return;
    fresh_id("stf", id);
    w.v[STAFF_ID] = value_text(b.id.n > 0 ? b.id : str_of(id));
    w.v[STAFF_ORGANISATION] = value_text(b.organisation);
    w.v[STAFF_NAME] = value_text(b.name);
    w.v[STAFF_ROLE] = value_text(b.role);
    w.v[STAFF_LOGIN] = b.login.n > 0 ? value_text(b.login) : value_null();
    w.v[STAFF_STATUS] = value_text(STR("active"));
    enum err e = store_begin(h->store, &problem);
    if (!e)
        e = store_end(h->store, create(r, h, &w, &problem), &problem);
    finish(r, h, &w, e, &problem, 201);
}

static enum err change(struct request *r, const struct hands *h, const struct body *b,
                       struct writing *w, struct problem *problem)
{
    char tag[ETAG_TEXT];
    json_t *before = NULL;
    enum err e = staff_own(r, h, r->param, &w->row, problem);
    if (!e)
        e = staff_json(r, h, w->row.v, &before, problem);
    if (!e && !etag_of_json(before, tag))
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    json_decref(before);
    if (e)
        return e;
    if (!etag_holds(r->if_match, tag))
        return refuse(w, 412, "changed-meanwhile", "she has changed since; read her again");
    if (str_eq(r->param, str_of(r->subject.id)))
        return refuse(w, 422, "own-position", "nobody changes her own position; a colleague does");
    memcpy(w->v, w->row.v, sizeof w->v);
    if (b->name.n > 0)
        w->v[STAFF_NAME] = value_text(b->name);
    if (b->role.n > 0)
        w->v[STAFF_ROLE] = value_text(b->role);
    if (b->status.n > 0)
        w->v[STAFF_STATUS] = value_text(b->status);
    if (b->has_login)
        w->v[STAFF_LOGIN] = b->login.n > 0 ? value_text(b->login) : value_null();
    return put(r, h, w, problem);
}

void api_staff_change(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct writing w = {.seq = 0};
    struct body b;
    if (!staff_keeps(r) || !read_body(r, false, &b))
        return;
    enum err e = store_begin(h->store, &problem);
    if (!e)
        e = store_end(h->store, change(r, h, &b, &w, &problem), &problem);
    finish(r, h, &w, e, &problem, 200);
}
