/*
 * Official papers: GET /v1/documents of a case or an organisation, GET /v1/me/documents of a
 * person; GET /v1/documents/{id} for whose it is, whom it is
 * addressed to and who oversees them, GET /v1/me/documents/{id} for a person to whom one is
 * addressed, as a page that prints, or as the bytes whose hash is on it; GET
 * /v1/public/documents/{hash} for whoever holds one: is it genuine, whose, since when, and nothing
 * of what it says.
 */
#include "desk/document.h"
#include "desk/document_page.h"
#include "desk/document_words.h"
#include "http/complaints.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "person/vault.h"
#include "registry/organisation.h"

#include <stdio.h>
#include <stdlib.h>

enum { ADDRESS = 400 };

/* Where its code leads; NULL without http.public_url. */
static const char *address_of(const struct request *r, const char *hash, char out[static ADDRESS])
{
    const char *at = request_public_url(r);
    const int n = at == NULL ? -1 : snprintf(out, ADDRESS, "%s/v1/public/documents/%s", at, hash);
    return n > 0 && n < ADDRESS ? out : NULL;
}

static void give_html(struct request *r, const char *policy, struct buf *page)
{
    outcome_header(r, "Content-Security-Policy", "%s", policy);
    outcome_text(r, 200, "text/html; charset=utf-8", page);
}

static void give_page(struct request *r, const struct value *row, struct str paper)
{
    char hash[DOCUMENT_HASH_TEXT] = "", address[ADDRESS], policy[PAGE_POLICY];
    struct problem problem = {.text = ""};
    struct buf out;
    str_copy(fact_text(&row[DOCUMENT_HASH]), hash, sizeof hash);
    const struct document_page p = {.paper = paper,
                                    .hash = hash,
                                    .address = address_of(r, hash, address),
                                    .zh = !str_eq(query_text(&r->query, "language"), STR("en")),
                                    .annulled = row[DOCUMENT_ANNULLED_AT].type == VALUE_INT,
                                    .sample = request_demo(r)};
    buf_init(&out, PAGE_MAX);
    enum err e = document_page(&p, &out, policy, &problem);
    if (e == OK) {
        give_html(r, policy, &out);
        return;
    }
    buf_fini(&out);
    outcome_failed(r, e, &problem);
}

static void give(struct request *r, const struct desk_work *w, const struct value *row)
{
    struct problem problem = {.text = ""};
    struct buf paper;
    buf_init(&paper, DESK_TEXT);
    enum err e = document_read(w, row, &paper, &problem);
    if (e == ERR_NOT_FOUND) {
        outcome_problem(r, 404, "forgotten", "what this document said is kept no longer");
    } else if (e != OK) {
        outcome_failed(r, e, &problem);
    } else if (str_eq(query_text(&r->query, "format"), STR("json"))) {
        outcome_text(r, 200, "application/json", &paper);
        return;
    } else {
        give_page(r, row, buf_view(&paper));
    }
    vault_wipe(&paper);
}

static void answer(struct request *r, const struct desk_work *w, enum err e, bool there,
                   const struct value *row, const struct problem *problem)
{
    if (e != OK)
        outcome_failed(r, e, problem);
    else if (!there)
        outcome_problem(r, 404, "not-found", "no such document");
    else
        give(r, w, row);
}

/*
 * What is said to a person of her complaint opens to an officer as the complaint does: on record,
 * and shown to her. What is said to her of an appeal is hers alone; officers read the appeal.
 */
static bool may_open(struct request *r, const struct hands *h, const struct value *row)
{
    char record[RECORD_ID];
    struct disclosure d = {.complaint = fact_text(&row[DOCUMENT_SUBJECT]), .what = "text"};
    switch (document_person(row)) {
    case DOCUMENT_NO_PERSON:
        return true;
    case DOCUMENT_COMPLAINT:
        return complaint_disclose(r, h, &d, record);
    case DOCUMENT_APPEAL:
        outcome_problem(r, 403, "hers", "this paper is the person's; read the appeal itself");
        return false;
    }
    return false;
}

void api_document(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct fact_row row;
    bool there = false;
    enum err e = document_find(&w, r->param, &row, &there, &problem);
    if (e != OK || !there || may_open(r, h, row.v))
        answer(r, &w, e, there, row.v, &problem);
}

static json_t *row_json(const struct desk_work *w, const struct value *v)
{
    const struct rules *rules = w->rules;
    enum form paper;
    const struct rule_paper *p =
        form_find(fact_text(&v[DOCUMENT_PAPER]), &paper) ? rules_paper(rules, paper) : NULL;
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
        fact_json_text(&v[DOCUMENT_ID]), "number", fact_json_text(&v[DOCUMENT_NUMBER]), "paper",
        fact_json_text(&v[DOCUMENT_PAPER]), "title",
        p != NULL ? json_pack("{s:s, s:s}", "zh", p->about.title_zh, "en", p->about.title_en)
                  : json_null(),
        "organisation", fact_json_text(&v[DOCUMENT_ORGANISATION]), "addressee",
        fact_json_text(&v[DOCUMENT_ADDRESSEE]), "subject", fact_json_text(&v[DOCUMENT_SUBJECT]),
        "issued_at", fact_json_time(rules, &v[DOCUMENT_AT]), "read_at",
        desk_read_json(w, fact_text(&v[DOCUMENT_ADDRESSEE]), v[DOCUMENT_ID].s), "hash",
        fact_json_text(&v[DOCUMENT_HASH]), "status", fact_json_text(&v[DOCUMENT_STATUS]));
}

void api_documents(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct document_list l;
    struct fact_row row;
    bool there;
    json_t *list = json_array();
    const struct str subject = query_text(&r->query, "subject");
    enum err e = subject.n > 0 ? document_list_of(w.store, subject, &l, &problem)
                               : document_list(w.store, query_text(&r->query, "case"),
                                               str_of(r->subject.organisation), &l, &problem);
    for (size_t i = 0; e == OK && i < l.count; i++) {
        e = document_find(&w, str_of(l.id[i]), &row, &there, &problem);
        if (e == OK && there)
            json_array_append_new(list, row_json(&w, row.v));
    }
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "documents", list));
        return;
    }
    json_decref(list);
    outcome_failed(r, e, &problem);
}

void api_my_document(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct complaint_her her;
    struct fact_row row;
    bool there = false;
    if (!complaint_her(r, h, &her))
        return;
    const struct document_her hers = {.link = her.link, .since = her.since};
    enum err e = document_hers(&w, r->param, &hers, &row, &there, &problem);
    answer(r, &w, e, there, row.v, &problem);
}

void api_my_documents(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct complaint_her her;
    struct document_list l;
    struct fact_row row;
    bool there;
    if (!complaint_her(r, h, &her))
        return;
    const struct document_her hers = {.link = her.link, .since = her.since};
    json_t *list = json_array();
    enum err e = document_list_hers(w.store, &hers, &l, &problem);
    for (size_t i = 0; e == OK && i < l.count; i++) {
        e = document_hers(&w, str_of(l.id[i]), &hers, &row, &there, &problem);
        if (e == OK && there)
            json_array_append_new(list, row_json(&w, row.v));
    }
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "documents", list));
        return;
    }
    json_decref(list);
    outcome_failed(r, e, &problem);
}

/* Verifying ------------------------------------------------------------------------------------ */

struct asked {
    bool html, zh;
};

static void say(struct request *r, const struct document_verdict *v, const struct value *row,
                const struct rules *rules)
{
    char policy[PAGE_POLICY];
    struct buf out;
    if (!((const struct asked *)r->kept)->html) {
        outcome_json(r, 200,
                     v->genuine
                         ? json_pack("{s:b, s:s, s:s, s:o, s:o, s:o}", "genuine", 1, "number",
                                     v->number, "issuer", v->issuer, "issued_at",
                                     fact_json_time(rules, &row[DOCUMENT_AT]), "status",
                                     fact_json_text(&row[DOCUMENT_STATUS]), "annulled_at",
                                     fact_json_time(rules, &row[DOCUMENT_ANNULLED_AT]))
                         : json_pack("{s:b, s:n, s:n, s:n, s:n, s:n}", "genuine", 0, "number",
                                     "issuer", "issued_at", "status", "annulled_at"));
        return;
    }
    buf_init(&out, PAGE_MAX);
    document_verdict_page(v, &out, policy);
    give_html(r, policy, &out);
}

static void verify(struct request *r, const struct hands *h)
{
    const struct rules *rules = gate_rules(h->gate);
    struct problem problem = {.text = ""};
    struct fact_row row, issuer;
    char hash[DOCUMENT_HASH_TEXT] = "", called[TEXT_MAX + 1] = "", name[TEXT_MAX + 1] = "",
         at[80] = "";
    struct document_verdict v = {
        .hash = hash, .zh = ((const struct asked *)r->kept)->zh, .sample = request_demo(r)};
    struct buf day;
    str_copy(r->param, hash, sizeof hash);
    enum err e = document_by_hash(h->store, str_of(hash), &row, &problem);
    if (e == OK) {
        const struct value key[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] =
                                                            row.v[DOCUMENT_ORGANISATION]};
        e = fact_find(h->store, &organisation_kind, key, &issuer, &problem);
        v.genuine = e == OK;
    }
    if (v.genuine) {
        buf_fixed(&day, at, sizeof at - 1);
        document_put_time(rules, row.v[DOCUMENT_AT].i, v.zh, &day);
        str_copy(fact_text(&row.v[DOCUMENT_NUMBER]), called, sizeof called);
        str_copy(fact_text(&issuer.v[ORGANISATION_NAME]), name, sizeof name);
        v.annulled = row.v[DOCUMENT_ANNULLED_AT].type == VALUE_INT;
        v.number = called;
        v.issuer = name;
        v.at = at;
    }
    if (e != OK && e != ERR_NOT_FOUND)
        outcome_failed(r, e, &problem);
    else
        say(r, &v, row.v, rules);
}

static bool holds(struct str text, struct str part)
{
    return text.n > 0 && memmem(text.p, text.n, part.p, part.n) != NULL;
}

void api_public_document(struct request *r)
{
    if (!request_attempt(r)) {
        respond_header(r, "Retry-After", "60");
        respond_problem(r, 429, "too-many-attempts",
                        "this address has asked too often; wait a minute", NULL);
        return;
    }
    struct asked *asked = request_keep(r, sizeof *asked);
    if (asked == NULL)
        return;
    asked->html = holds(request_header(r, "Accept"), STR("text/html"));
    asked->zh = !str_starts(request_header(r, "Accept-Language"), STR("en"));
    request_work(r, verify);
}
