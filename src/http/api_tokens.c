/*
 * GET, POST /v1/tokens, DELETE /v1/tokens/{id}: bearer tokens of one's own house.
 *
 * For the organisation's machines, or for oneself: what a token does stands under its subject's
 * name, so nobody makes one in a colleague's. It opens no more than its subject's role does. What
 * it was made for is kept; its text is told once.
 */
#include "http/fact_json.h"
#include "http/route.h"
#include "http/scopes.h"
#include "http/staff_view.h"

#include <string.h>

enum { PAGE = 100, NAME = 120, LEAST_S = 3600, MOST_S = 366 * 86400, USUAL_S = 90 * 86400 };

/* -- Showing ------------------------------------------------------------------------------ */

static json_t *text_or_null(struct str s)
{
    return s.n > 0 ? json_stringn(s.p, s.n) : json_null();
}

static json_t *token_json(const struct rules *rules, const struct token_row *t)
{
    return json_pack("{s:s, s:s%, s:o, s:o, s:o, s:o, s:o}", "id", t->id, "subject", t->subject.p,
                     t->subject.n, "name", text_or_null(t->name), "by", text_or_null(t->by),
                     "scopes", scopes_json(t->scopes), "created_at",
                     fact_json_when(rules, t->created), "until",
                     t->until == WHEN_NEVER ? json_null() : fact_json_when(rules, t->until));
}

struct page {
    const struct rules *rules;
    json_t *list;
    char last[FRESH_ID];
    bool more;
};

static bool add(void *to, const struct token_row *t)
{
    struct page *p = to;
    if (json_array_size(p->list) == PAGE) {
        p->more = true;
        return false;
    }
    memcpy(p->last, t->id, sizeof p->last);
    return json_array_append_new(p->list, token_json(p->rules, t)) == 0;
}

/* What a token of the asker's organisation opens. */
static unsigned organisation_scopes(const struct subject *s)
{
    const unsigned alike = ROLE_CARRIER | ROLE_ASSOCIATION | ROLE_AUTHORITY;
    return scopes_of_role((s->role & alike) != 0 ? s->role : ROLE_BUSINESS);
}

void api_tokens(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct page p = {.rules = gate_rules(h->gate), .list = json_array()};
    enum err e =
        token_list(h->store, str_of(r->subject.organisation), query_text(&r->query, "cursor"),
                   request_now(r), PAGE + 1, add, &p, &problem);
    if (e == OK) {
        outcome_json(r, 200,
                     json_pack("{s:o, s:s?, s:{s:o, s:o}}", "tokens", p.list, "next",
                               p.more ? p.last : NULL, "scopes", "organisation",
                               scopes_json(organisation_scopes(&r->subject)), "own",
                               scopes_json(scopes_of_role(r->subject.role))));
        return;
    }
    json_decref(p.list);
    if (e == ERR_INVALID)
        outcome_problem(r, 400, "invalid-cursor", "%s", problem.text);
    else
        outcome_failed(r, e, &problem);
}

/* -- Making ------------------------------------------------------------------------------- */

/* What a body says; texts are views of it. */
struct body {
    struct str subject, name;
    unsigned scopes;
    int64_t seconds;
};

static unsigned read_scopes(const json_t *list, struct ask_errors *errors)
{
    unsigned scopes = 0;
    const json_t *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        const struct str word = str_of(json_string_value(one));
        const unsigned scope = str_eq(word, STR("all")) ? 0 : token_scope_of(word);
        if (scope == 0)
            ask_error(errors, "scopes", "unknown-scope", "\"%.*s\" is no scope",
                      (int)(word.n < 40 ? word.n : 40), word.p);
        scopes |= scope;
    }
    if (scopes == 0 && errors->count == 0)
        ask_error(errors, "scopes", "missing", "\"scopes\" is a list of at least one scope");
    return scopes;
}

/* False after having answered. */
static bool read_body(struct request *r, struct body *b)
{
    struct ask_errors errors = {.count = 0};
    *b = (struct body){.seconds = USUAL_S};
    if (ask_object(r->json, "subject name scopes expires_in", &errors)) {
        b->subject = ask_text(r->json, "subject", ID_BYTES, false, &errors);
        b->name = str_trim(ask_some(r->json, "name", NAME, &errors));
        b->scopes = read_scopes(json_object_get(r->json, "scopes"), &errors);
        if (json_object_get(r->json, "expires_in") != NULL)
            b->seconds = ask_count(r->json, "expires_in", LEAST_S, MOST_S, &errors);
    }
    if (b->subject.n == 0)
        b->subject = str_of(r->subject.organisation);
    if (errors.count > 0)
        outcome_errors(r, 400, "invalid-token", &errors);
    return errors.count == 0;
}

/* May it be made for this subject, with these scopes? False after having answered. */
static bool may_make(struct request *r, const struct hands *h, const struct body *b)
{
    struct problem problem = {.text = ""};
    struct subject whose;
    bool own = str_eq(b->subject, str_of(r->subject.id));
    enum err e = own ? OK : staff_own_entity(r, h, b->subject, &own, &problem);
    if (e == OK && own)
        e = subject_find(h->store, b->subject, &whose, &problem);
    if ((e == OK && !own) || e == ERR_NOT_FOUND) {
        outcome_problem(
            r, 422, "not-your-subject",
            "a token is made for an organisation of your legal entity, or for yourself");
        return false;
    }
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return false;
    }
    if ((b->scopes & ~scopes_of_role(whose.role)) == 0)
        return true;
    outcome_problem(r, 422, "scope-beyond-role", "a token opens no more than its subject may do");
    outcome_more(r, json_pack("{s:o}", "scopes", scopes_json(scopes_of_role(whose.role))));
    return false;
}

static void write_scopes(unsigned scopes, struct buf *out)
{
    for (unsigned bit = 1; bit <= scopes; bit <<= 1)
        if ((scopes & bit) != 0)
            buf_printf(out, "%s%s", out->n > 0 ? "," : "", scope_word(bit));
}

static json_t *made_json(const struct rules *rules, const struct token_request *t, unsigned scopes,
                         const char *text)
{
    return json_pack("{s:s, s:s%, s:s%, s:o, s:o}", "token", text, "subject", t->subject.p,
                     t->subject.n, "name", t->name.p, t->name.n, "scopes", scopes_json(scopes),
                     "until", fact_json_when(rules, t->until));
}

void api_token_new(struct request *r, const struct hands *h)
{
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    char words[160], text[TOKEN_TEXT];
    struct buf scopes;
    struct body b;
    if (!read_body(r, &b) || !may_make(r, h, &b))
        return;
    buf_fixed(&scopes, words, sizeof words);
    write_scopes(b.scopes, &scopes);
    const struct token_request t = {.subject = b.subject,
                                    .scopes = buf_view(&scopes),
                                    .name = b.name,
                                    .at = origin.at,
                                    .until = origin.at + b.seconds * WHEN_SECOND,
                                    .actor = origin.actor,
                                    .node = origin.node};
    enum err e = token_mint(h->store, &t, text, &problem);
    if (e == OK)
        outcome_json(r, 201, made_json(gate_rules(h->gate), &t, b.scopes, text));
    else
        outcome_failed(r, e, &problem);
    explicit_bzero(text, sizeof text);
}

void api_token_end(struct request *r, const struct hands *h)
{
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = store_end(
            h->store,
            token_end(h->store, str_of(r->subject.organisation), r->param, &origin, &problem),
            &problem);
    if (e == OK)
        outcome_json(r, 200, json_pack("{s:b}", "ended", 1));
    else
        staff_refuse(r, e, &problem);
}
