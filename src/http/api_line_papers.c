/*
 * POST /v1/lines/{id}/documents, …/contracts: what a carrier has seen of a line's user and agreed
 * with him; GET of the first: both; GET /v1/lines/patrol: what of it lapses or is missing.
 */
#include "desk/supply.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"

#include <stdio.h>

enum { PATROL_CURSOR = 24 + ID_BYTES + ID_BYTES };
enum { LISTED = 200, CLAUSES_MOST = 3, CALLS_MOST = 1000000, EVIDENCE = 7 + 64 };

static json_t *document_json(const struct rules *rules, const struct value *row)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "kind", fact_json_text(&row[LINE_DOCUMENT_KIND]),
                     "number", fact_json_text(&row[LINE_DOCUMENT_NUMBER]), "until",
                     fact_json_time(rules, &row[LINE_DOCUMENT_UNTIL]), "evidence",
                     fact_json_text(&row[LINE_DOCUMENT_EVIDENCE]), "entered_at",
                     fact_json_time(rules, &row[LINE_DOCUMENT_AT]));
}

static json_t *contract_json(const struct rules *rules, const struct value *row)
{
    const struct value *calls = &row[LINE_CONTRACT_CALLS];
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "version",
                     (json_int_t)row[LINE_CONTRACT_VERSION].i, "clauses",
                     fact_json_list(fact_text(&row[LINE_CONTRACT_CLAUSES])), "calls_a_day",
                     calls->type == VALUE_INT ? json_integer(calls->i) : json_null(), "signed_at",
                     fact_json_time(rules, &row[LINE_CONTRACT_SIGNED]), "evidence",
                     fact_json_text(&row[LINE_CONTRACT_EVIDENCE]), "entered_at",
                     fact_json_time(rules, &row[LINE_CONTRACT_AT]));
}

struct papers {
    const struct rules *rules;
    json_t *documents, *contracts;
};

static bool add_document(void *to, const struct value *row)
{
    const struct papers *p = to;
    return json_array_append_new(p->documents, document_json(p->rules, row)) == 0;
}

static bool add_contract(void *to, const struct value *row)
{
    const struct papers *p = to;
    return json_array_append_new(p->contracts, contract_json(p->rules, row)) == 0;
}

/* All papers of a line, as they are now. */
static void answer(struct request *r, const struct hands *h, const struct desk_work *w, enum err e,
                   struct desk_no *no, int64_t seq, int status, struct problem *problem)
{
    struct papers p = {w->rules, json_array(), json_array()};
    if (e == OK && no->why == DESK_YES)
        e = supply_papers(w, r->param, add_document, add_contract, &p, no, problem);
    desk_answer(r, h, e, problem, no, seq, status,
                json_pack("{s:o, s:o}", "documents", p.documents, "contracts", p.contracts));
}

void api_line_papers(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    answer(r, h, &w, OK, &no, 0, 200, &problem);
}

/* As the store keeps it; an error leaves it empty. */
static struct str read_evidence(const struct request *r, const struct rules *rules,
                                struct fact_scratch *scratch, struct ask_errors *errors)
{
    static const struct column evidence = {.name = "evidence", .type = COLUMN_EVIDENCE};
    const struct str text = ask_some(r->json, "evidence", EVIDENCE, errors);
    struct problem problem = {.text = ""};
    struct value v = value_null();
    if (text.n > 0 && fact_parse(rules, &evidence, text, scratch, &v, &problem) != OK)
        ask_error(errors, "evidence", "wrong-type", "%s", problem.text);
    return fact_text(&v);
}

static bool good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        outcome_problem(r, 400, "invalid-paper", "%s", errors->at[0].detail);
    return errors->count == 0;
}

void api_line_document(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct supply_document d = {.line = r->param};
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct fact_scratch scratch;
    struct desk_no no;
    int64_t seq = 0;
    if (ask_object(r->json, "kind number until evidence", &errors)) {
        d.kind = ask_word(r->json, "kind", LINE_DOCUMENTS_WORDS, true, &errors);
        d.number = ask_some(r->json, "number", SUPPLY_NUMBER, &errors);
        d.until = ask_when(r->json, "until", false, &errors);
        d.evidence = read_evidence(r, w.rules, &scratch, &errors);
    }
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, supply_document, &d, &no, &seq, &problem);
    answer(r, h, &w, e, &no, seq, 201, &problem);
}

/* A list of words, joined by ";", each once. */
static struct str read_clauses(const struct request *r, struct buf *out, struct ask_errors *errors)
{
    const json_t *list = json_object_get(r->json, "clauses"), *item;
    size_t i;
    if (!json_is_array(list) || json_array_size(list) > CLAUSES_MOST) {
        ask_error(errors, "clauses", "wrong-type", "clauses is a list of %s", LINE_CLAUSES);
        return STR("");
    }
    json_array_foreach(list, i, item)
    {
        const struct str word = str_of(json_is_string(item) ? json_string_value(item) : "");
        struct str rest = str_of(LINE_CLAUSES), one;
        bool known = false;
        while (!known && str_split(&rest, ' ', &one))
            known = str_eq(one, word);
        if (!known)
            ask_error(errors, "clauses", "unknown-word", "a clause is one of %s", LINE_CLAUSES);
        else
            buf_printf(out, "%s%.*s", out->n > 0 ? ";" : "", STR_ARG(word));
    }
    return buf_view(out);
}

void api_line_contract(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct supply_contract c = {.line = r->param};
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct fact_scratch scratch;
    struct desk_no no;
    char text[64];
    struct buf clauses;
    int64_t seq = 0;
    buf_fixed(&clauses, text, sizeof text);
    if (ask_object(r->json, "clauses calls_a_day signed_at evidence", &errors)) {
        const json_t *calls = json_object_get(r->json, "calls_a_day");
        c.clauses = read_clauses(r, &clauses, &errors);
        if (calls != NULL && !json_is_null(calls))
            c.calls_a_day = ask_count(r->json, "calls_a_day", 1, CALLS_MOST, &errors);
        c.signed_at = ask_when(r->json, "signed_at", true, &errors);
        c.evidence = read_evidence(r, w.rules, &scratch, &errors);
    }
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, supply_contract, &c, &no, &seq, &problem);
    answer(r, h, &w, e, &no, seq, 201, &problem);
}

/* The patrol --------------------------------------------------------------------------------- */

struct patrolled {
    const struct desk_work *w;
    json_t *list;
    char next[PATROL_CURSOR]; /* of the last one that is shown */
    bool more;
};

static bool holds(struct str list, struct str word)
{
    struct str item;
    while (list.n > 0 && str_split(&list, ';', &item))
        if (str_eq(item, word))
            return true;
    return false;
}

/* The clauses that are not among those of the contract. */
static json_t *missing(struct str has)
{
    json_t *out = json_array();
    struct str rest = str_of(LINE_CLAUSES), word;
    while (str_split(&rest, ' ', &word))
        if (!holds(has, word))
            json_array_append_new(out, json_stringn(word.p, word.n));
    return out;
}

static bool add_patrolled(void *to, const struct patrol *p)
{
    struct patrolled *x = to;
    if (json_array_size(x->list) == LISTED) {
        x->more = true;
        return false;
    }
    const bool document = p->kind.n > 0;
    snprintf(x->next, sizeof x->next, "%lld:%.*s:%.*s", (long long)p->until, STR_ARG(p->kind),
             STR_ARG(p->line));
    const struct value until = document ? value_int(p->until) : value_null();
    const struct value organisation =
        p->organisation.n > 0 ? value_text(p->organisation) : value_null();
    const char *state = !document ? "missing" : p->until <= x->w->at ? "lapsed" : "lapsing";
    return json_array_append_new(
               x->list, json_pack("{s:s%, s:o, s:s, s:o, s:s, s:o, s:o}", "line", p->line.p,
                                  p->line.n, "organisation", fact_json_text(&organisation), "what",
                                  document ? "document" : "contract", "kind",
                                  document ? json_stringn(p->kind.p, p->kind.n) : json_null(),
                                  "state", state, "until", fact_json_time(x->w->rules, &until),
                                  "clauses", document ? json_null() : missing(p->clauses))) == 0;
}

/* As add_patrolled wrote it. */
static bool read_patrolled(struct str cursor, struct patrol *out)
{
    struct str until;
    unsigned long long ns;
    if (!str_split(&cursor, ':', &until) || !str_to_u64(until, INT64_MAX, &ns) ||
        !str_split(&cursor, ':', &out->kind) || cursor.n == 0)
        return false;
    out->until = (when)ns;
    out->line = cursor;
    return true;
}

void api_patrol(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct str cursor = query_text(&r->query, "cursor");
    struct patrol after = {.until = 0};
    if (cursor.n > 0 && !read_patrolled(cursor, &after)) {
        outcome_problem(r, 400, "invalid-cursor", "a cursor is \"next\" of the page before");
        return;
    }
    struct patrolled x = {.w = &w, .list = json_array()};
    struct problem problem = {.text = ""};
    const struct desk_no no = {.why = DESK_YES};
    enum err e = supply_patrol(&w, cursor.n > 0 ? &after : NULL, add_patrolled, &x, &problem);
    json_t *json = json_pack("{s:o}", "lines", x.list);
    if (x.more)
        json_object_set_new(json, "next", json_string(x.next));
    desk_answer(r, h, e, &problem, &no, 0, 200, json);
}
