/*
 * /v1/listings, /v1/penalties: the registers, for those who keep them and those who stand in them
 * (desk/listing.h).
 */
#include "desk/fine.h"
#include "desk/listing.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/route.h"
#include "person/vault.h"
#include "rules/rules.h"

enum { PAGE = 100 };

/* JSON ------------------------------------------------------------------------------------- */

static json_t *count_json(const struct value *v)
{
    return v->type == VALUE_INT ? json_integer(v->i) : json_null();
}

static json_t *objection_json(const struct rules *rules, const struct value *row)
{
    return row[LISTING_OBJECTION].type != VALUE_TEXT
               ? json_null()
               : json_pack("{s:o, s:o}", "status", fact_json_text(&row[LISTING_OBJECTION]), "at",
                           fact_json_time(rules, &row[LISTING_OBJECTED_AT]));
}

static json_t *listing_json(const struct rules *rules, const struct value *row)
{
    static const struct {
        const char *name;
        int column;
    } texts[] = {{"id", LISTING_ID},         {"register", LISTING_REGISTER},
                 {"status", LISTING_STATUS}, {"organisation", LISTING_ORGANISATION},
                 {"case", LISTING_CASE},     {"by", LISTING_BY},
                 {"source", LISTING_SOURCE}, {"ground", LISTING_GROUND},
                 {"basis", LISTING_BASIS},   {"exit", LISTING_EXIT},
                 {"end", LISTING_END},       {"document", LISTING_DOCUMENT}},
      times[] = {{"at", LISTING_AT},
                 {"decided_at", LISTING_DECIDED_AT},
                 {"due", LISTING_DUE},
                 {"from", LISTING_FROM},
                 {"review", LISTING_REVIEW},
                 {"until", LISTING_UNTIL},
                 {"proven_at", LISTING_PROVEN_AT},
                 {"ended_at", LISTING_ENDED_AT}};
    json_t *j = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_object_set_new(j, texts[i].name, fact_json_text(&row[texts[i].column]));
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        json_object_set_new(j, times[i].name, fact_json_time(rules, &row[times[i].column]));
    json_object_set_new(j, "amount_fen", count_json(&row[LISTING_AMOUNT]));
    json_object_set_new(j, "late", json_boolean(listing_late(row)));
    json_object_set_new(j, "objection", objection_json(rules, row));
    return j;
}

/* What was written of it: for its body, its source, the organisation, an authority. */
static enum err put_texts(const struct desk_work *w, struct str id, json_t *j,
                          struct problem *problem)
{
    static const char *const names[] = {"reason", "objection", "proof", "answer"};
    json_t *texts = json_object();
    enum err e = OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && e == OK; i++) {
        struct buf text;
        buf_init(&text, DESK_TEXT);
        e = desk_text_get(w, id, names[i], &text, problem);
        json_object_set_new(texts, names[i],
                            e == OK ? json_stringn((const char *)text.p, text.n) : json_null());
        e = e == ERR_NOT_FOUND ? OK : e;
        vault_wipe(&text);
        buf_fini(&text);
    }
    json_object_set_new(j, "texts", texts);
    return e;
}

static enum err read_row(const struct desk_work *w, struct str id, struct fact_row *row,
                         struct desk_no *no, struct problem *problem)
{
    const struct value key[LISTING_COLUMNS] = {[LISTING_ID] = value_text(id)};
    enum err e = fact_find(w->store, &listing_kind, key, row, problem);
    if (e == ERR_NOT_FOUND || (e == OK && !listing_visible(w, row->v))) {
        desk_absent(no);
        return OK;
    }
    return e;
}

/* Lists ------------------------------------------------------------------------------------ */

struct listing_page {
    const struct rules *rules;
    struct fact_page page;
};

static bool add(void *to, const struct value *row)
{
    struct listing_page *l = to;
    return fact_page_add(&l->page, row[LISTING_ID].s, listing_json(l->rules, row));
}

/* An authority sees all; others what concerns them, and what is public. */
#define SEEN                                                                                       \
    "WHERE x.\"register\" IN ($1, $2) AND x.\"id\" > $3 AND ($4 = '' OR x.\"organisation\" = $4) " \
    "AND ($5 = '' OR x.\"status\" = $5) AND ($6 = '' OR $6 IN (x.\"by\", x.\"source\", "           \
    "x.\"organisation\") OR (x.\"status\" = 'listed' AND x.\"from\" <= $7 AND "                    \
    "(x.\"until\" IS NULL OR x.\"until\" > $7))) ORDER BY x.\"id\" LIMIT $8"

static void list(struct request *r, const struct hands *h, const char *first, const char *second,
                 const char *name)
{
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    const struct str only = query_text(&r->query, "register");
    struct listing_page l = {.rules = w.rules, .page = fact_page_of(PAGE)};
    const struct value v[] = {
        value_text(only.n > 0 ? only : str_of(first)),
        value_text(only.n > 0 ? only : str_of(second)),
        value_text(query_text(&r->query, "cursor")),
        value_text(query_text(&r->query, "organisation")),
        value_text(query_text(&r->query, "status")),
        value_text(w.who->role == ROLE_AUTHORITY ? STR("") : str_of(w.who->organisation)),
        value_int(w.at),
        value_int(PAGE + 1)};
    enum err e = fact_list(h->store, &listing_kind, SEEN, v, 8, add, &l, &problem);
    json_t *j = fact_page_json(&l.page, name);
    if (e == OK) {
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
}

void api_listings(struct request *r, const struct hands *h)
{
    list(r, h, "abnormal", "market", "listings");
}

void api_penalties(struct request *r, const struct hands *h)
{
    list(r, h, "penalty", "criticism", "penalties");
}

void api_listing(struct request *r, const struct hands *h)
{
    struct fact_row row;
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    enum err e = read_row(&w, r->param, &row, &no, &problem);
    json_t *j = NULL;
    if (e == OK && no.why == DESK_YES) {
        j = listing_json(w.rules, row.v);
        if (listing_party(&w, row.v))
            e = put_texts(&w, r->param, j, &problem);
    }
    desk_answer(r, h, e, &problem, &no, 0, 200, j);
}

/* Entering, publishing --------------------------------------------------------------------- */

static bool good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        outcome_errors(r, 400, "invalid-listing", errors);
    return errors->count == 0;
}

/* The entry as it is now, or why not. */
static void answer(struct request *r, const struct hands *h, const struct desk_work *w, enum err e,
                   const struct desk_no *no, int64_t seq, int status, const char *id, bool late,
                   struct problem *problem)
{
    struct fact_row row;
    struct desk_no absent = {.why = DESK_YES};
    json_t *j = NULL;
    if (e == OK && no->why == DESK_YES) {
        e = read_row(w, str_of(id), &row, &absent, problem);
        j = e == OK && absent.why == DESK_YES ? listing_json(w->rules, row.v) : NULL;
        if (late)
            json_object_set_new(j, "late", json_true());
    }
    desk_answer(r, h, e, problem, no, seq, status, j);
}

void api_listing_enter(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct desk_no no;
    struct problem problem = {.text = ""};
    int64_t seq = 0;
    const struct desk_work w = desk_work_of(r, h);
    ask_object(r->json, "register organisation ground exit reason source document", &errors);
    struct listing_entry x = {
        .organisation = ask_text(r->json, "organisation", ID_BYTES, true, &errors),
        .ground = ask_text(r->json, "ground", ID_BYTES, true, &errors),
        .exit = ask_text(r->json, "exit", ID_BYTES, true, &errors),
        .reason = ask_text(r->json, "reason", LISTING_TEXT, true, &errors),
        .source = ask_text(r->json, "source", ID_BYTES, false, &errors),
        .document = ask_text(r->json, "document", LISTING_MARK, false, &errors)};
    listing_register_of(ask_word(r->json, "register", "abnormal market", true, &errors), &x.reg);
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, listing_enter, &x, &no, &seq, &problem);
    answer(r, h, &w, e, &no, seq, 201, x.id, false, &problem);
}

static int64_t count_if(const json_t *body, const char *name, int64_t most,
                        struct ask_errors *errors)
{
    return json_object_get(body, name) != NULL ? ask_count(body, name, 0, most, errors) : 0;
}

void api_penalty_publish(struct request *r, const struct hands *h)
{
    enum { FEN_MAX = 100000000 };
    struct ask_errors errors = {.count = 0};
    struct desk_no no;
    struct problem problem = {.text = ""};
    int64_t seq = 0;
    const struct desk_work w = desk_work_of(r, h);
    if (w.who->role != ROLE_AUTHORITY) {
        desk_refuse(&no, DESK_DENIED, "not-authority", "only an authority decides and publishes");
        desk_answer_no(r, &no);
        return;
    }
    ask_object(r->json,
               "measure organisation violation count amount_fen document party mitigating "
               "aggravating committed_at decided_at",
               &errors);
    struct listing_decision x = {
        .measure = ask_word(r->json, "measure", LISTING_MEASURES, true, &errors),
        .organisation = ask_text(r->json, "organisation", ID_BYTES, true, &errors),
        .violation = ask_text(r->json, "violation", ID_BYTES, true, &errors),
        .document = ask_some(r->json, "document", LISTING_MARK, &errors),
        .non_commercial =
            str_eq(ask_word(r->json, "party", "commercial non-commercial", false, &errors),
                   STR("non-commercial")),
        .count = count_if(r->json, "count", FINE_COUNT_MAX, &errors),
        .amount_fen = count_if(r->json, "amount_fen", FEN_MAX, &errors),
        .mitigating = ask_text(r->json, "mitigating", FINE_REASON_MAX, false, &errors),
        .aggravating = ask_text(r->json, "aggravating", FINE_REASON_MAX, false, &errors),
        .committed = ask_when(r->json, "committed_at", true, &errors),
        .decided = ask_when(r->json, "decided_at", true, &errors)};
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, listing_publish, &x, &no, &seq, &problem);
    answer(r, h, &w, e, &no, seq, 201, x.id, false, &problem);
}

/* What is said of one ---------------------------------------------------------------------- */

static void act(struct request *r, const struct hands *h, desk_step *step, const char *fields,
                const char *word, const char *words)
{
    struct ask_errors errors = {.count = 0};
    struct desk_no no;
    struct problem problem = {.text = ""};
    int64_t seq = 0;
    const struct desk_work w = desk_work_of(r, h);
    struct listing_act a = {.id = r->param};
    ask_object(r->json, fields, &errors);
    a.text = ask_text(r->json, "text", LISTING_TEXT, strstr(fields, "text") != NULL, &errors);
    if (words != NULL)
        a.word = ask_word(r->json, word, words, true, &errors);
    else if (word != NULL)
        a.word = ask_text(r->json, word, ID_BYTES, true, &errors);
    a.since = ask_when(r->json, "since", false, &errors);
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, step, &a, &no, &seq, &problem);
    char id[ID_BYTES + 1];
    str_copy(r->param, id, sizeof id);
    answer(r, h, &w, e, &no, seq, 200, id, a.late, &problem);
}

void api_listing_object(struct request *r, const struct hands *h)
{
    act(r, h, listing_object, "text", NULL, NULL);
}

void api_listing_pass(struct request *r, const struct hands *h)
{
    act(r, h, listing_pass, "", NULL, NULL);
}

void api_listing_answer(struct request *r, const struct hands *h)
{
    act(r, h, listing_answer, "outcome text", "outcome", "upheld rejected");
}

void api_listing_prove(struct request *r, const struct hands *h)
{
    act(r, h, listing_prove, "text", NULL, NULL);
}

void api_listing_review(struct request *r, const struct hands *h)
{
    act(r, h, listing_review, "outcome text", "outcome", "accepted refused");
}

void api_listing_withdraw(struct request *r, const struct hands *h)
{
    act(r, h, listing_withdraw, "ground text since", "ground", NULL);
}
