#include "http/case_json.h"

#include "http/case_body.h"
#include "http/fact_json.h"
#include "http/fact_page.h"

enum { PAGE = 200 };

static json_t *case_json(const struct rules *rules, const struct value *row)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[CASE_ID]),
        "respondent", fact_json_text(&row[CASE_RESPONDENT]), "opened_by",
        fact_json_text(&row[CASE_OPENED_BY]), "opened_as", fact_json_text(&row[CASE_OPENED_AS]),
        "sector", fact_json_text(&row[CASE_SECTOR]), "region", fact_json_text(&row[CASE_REGION]),
        "opened_at", fact_json_time(rules, &row[CASE_OPENED_AT]), "filed_by",
        fact_json_text(&row[CASE_FILED_BY]), "filed_at", fact_json_time(rules, &row[CASE_FILED_AT]),
        "status", fact_json_text(&row[CASE_STATUS]));
}

static json_t *title_json(enum act_kind kind, enum side side)
{
    return json_pack("{s:s, s:s}", "zh", act_title(kind, side, true), "en",
                     act_title(kind, side, false));
}

struct acts {
    const struct desk_work *w;
    const struct case_file *file;
    json_t *list;
};

/* Who of a body acted is told within the body; why it closed a case, too. */
static bool add_act(void *to, const struct value *row)
{
    const struct acts *a = to;
    const struct rules *rules = a->w->rules;
    const enum act_kind kind = act_of(fact_text(&row[CASE_ACT_KIND]));
    const enum side side = side_of(fact_text(&row[CASE_ACT_SIDE]));
    const struct str terms = fact_text(&row[CASE_ACT_TERMS]);
    json_t *j = json_pack(
        "{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[CASE_ACT_ID]), "kind",
        fact_json_text(&row[CASE_ACT_KIND]), "side", side_word(side), "title",
        title_json(kind, side), "organisation", fact_json_text(&row[CASE_ACT_ORGANISATION]), "at",
        fact_json_time(rules, &row[CASE_ACT_AT]), "due", fact_json_time(rules, &row[CASE_ACT_DUE]),
        "body", json_loadb(terms.p, terms.n, 0, NULL));
    if (a->file->power.side == side && kind != ACT_HANDLING)
        json_object_set_new(j, "by", fact_json_text(&row[CASE_ACT_BY]));
    return json_array_append_new(a->list, j) == 0;
}

/* Texts are opened once the rows are read: a statement runs at a time. */
static enum err add_texts(const struct acts *a, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < json_array_size(a->list); i++) {
        json_t *act = json_array_get(a->list, i), *said = NULL;
        const char *kind = json_string_value(json_object_get(act, "kind"));
        const bool hidden =
            a->file->power.side == SIDE_RESPONDENT && act_of(str_of(kind)) == ACT_CLOSE;
        if (!hidden)
            e = case_said(a->w, str_of(json_string_value(json_object_get(act, "id"))), &said,
                          problem);
        json_object_set_new(act, "body", case_body_json(json_object_get(act, "body"), said));
        json_decref(said);
    }
    return e;
}

/* The steps of a case as people follow them: what does each, and as what it is skipped. */
static const struct {
    const char *word;
    uint64_t acts;
} stages[] = {
    {"intake", ACT_BIT(ACT_ACCEPT)},
    {"summons", ACT_BIT(ACT_SUMMONS)},
    {"self_inspection", ACT_BIT(ACT_SELF_INSPECTION)},
    {"rectification", ACT_BIT(ACT_RECTIFICATION) | ACT_BIT(ACT_RECOMMEND)},
    {"inspection", ACT_BIT(ACT_INSPECTION) | ACT_BIT(ACT_VISIT)},
    {"outcome", ACT_BIT(ACT_WARNING) | ACT_BIT(ACT_INDUSTRY_NOTICE) | ACT_BIT(ACT_CRITICISM) |
                    ACT_BIT(ACT_DECISION) | ACT_BIT(ACT_LISTING)},
    {"closed", ACT_BIT(ACT_CLOSE)},
};

static bool stage_has(uint64_t acts, const json_t *word)
{
    const enum act_kind kind = act_of(str_of(json_string_value(word)));
    return kind < ACT_UNKNOWN && (acts & ACT_BIT(kind));
}

/* The first act of it, or that skips it; a decision that rejected is none. */
static const json_t *stage_act(uint64_t acts, const json_t *list, bool skips)
{
    const json_t *act;
    size_t i;
    json_array_foreach(list, i, act)
    {
        const json_t *kind = json_object_get(act, "kind"), *body = json_object_get(act, "body");
        const json_t *outcome = json_object_get(body, "outcome");
        const bool rejected =
            json_is_string(outcome) && str_eq(str_of(json_string_value(outcome)), STR("rejected"));
        if (skips ? stage_has(ACT_BIT(ACT_SKIP), kind) &&
                        stage_has(acts, json_object_get(body, "step"))
                  : stage_has(acts, kind) && !rejected)
            return act;
    }
    return NULL;
}

/* Out of the acts that who asks sees: to the respondent a skipped step is one not done. */
static json_t *stages_json(const json_t *acts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        const json_t *done = stage_act(stages[i].acts, acts, false);
        const json_t *skipped = done == NULL ? stage_act(stages[i].acts, acts, true) : NULL;
        const json_t *act = done != NULL ? done : skipped;
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:O}", "stage", stages[i].word, "state",
                            done != NULL      ? "done"
                            : skipped != NULL ? "skipped"
                                              : "open",
                            "at", act != NULL ? json_object_get(act, "at") : json_null()));
    }
    return list;
}

static json_t *items_json(const struct desk_work *w, const struct ladder *l)
{
    static const char *const states[] = {"open", "proven", "accepted"};
    json_t *list = json_array();
    for (unsigned i = 0; i < l->items; i++)
        json_array_append_new(list,
                              json_pack("{s:i, s:o, s:s}", "item", (int)i + 1, "until",
                                        fact_json_when(w->rules, l->item[i].due), "state",
                                        l->item[i].state == ITEM_OPEN && l->item[i].due <= w->at
                                            ? "late"
                                            : states[l->item[i].state]));
    return list;
}

static json_t *fine_json(const struct desk_work *w, const struct ladder *l)
{
    return !l->decided
               ? json_null()
               : json_pack("{s:I, s:I, s:b, s:o}", "amount_fen", (json_int_t)l->fine_fen,
                           "paid_fen", (json_int_t)l->paid_fen, "settled", l->settled, "pay_until",
                           l->served ? fact_json_when(w->rules, l->pay_until) : json_null());
}

static json_t *words_json(uint64_t acts)
{
    json_t *list = json_array();
    for (enum act_kind k = ACT_ACCEPT; k < ACT_UNKNOWN; k++)
        if (acts & ACT_BIT(k))
            json_array_append_new(list, json_string(act_word(k)));
    return list;
}

enum err case_whole_json(const struct desk_work *w, const struct case_file *file, json_t **out,
                         struct problem *problem)
{
    struct acts a = {w, file, json_array()};
    json_t *complaints = NULL;
    enum err e = case_acts(w, file, add_act, &a, problem);
    if (e == OK)
        e = add_texts(&a, problem);
    if (e == OK)
        e = case_complaints(w, file, &complaints, problem);
    *out = case_json(w->rules, file->row.v);
    json_object_set_new(*out, "side", json_string(side_word(file->power.side)));
    if (file->power.side != SIDE_RESPONDENT)
        json_object_set(*out, "complaints", complaints);
    json_decref(complaints);
    json_object_set_new(*out, "items", items_json(w, &file->ladder));
    json_object_set_new(*out, "fine", fine_json(w, &file->ladder));
    json_object_set_new(*out, "stages", stages_json(a.list));
    json_object_set_new(*out, "acts", a.list);
    json_object_set_new(*out, "next", words_json(ladder_next(&file->ladder, &file->power, w->at)));
    if (e != OK) {
        json_decref(*out);
        *out = NULL;
    }
    return e;
}

struct listing {
    const struct rules *rules;
    struct fact_page page;
};

static bool add_case(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[CASE_ID].s, case_json(l->rules, row));
}

enum err case_page_json(const struct desk_work *w, struct str after, struct str status,
                        json_t **out, struct problem *problem)
{
    struct listing l = {.rules = w->rules, .page = fact_page_of(PAGE)};
    enum err e = case_list(w, after, status, add_case, &l, problem);
    *out = fact_page_json(&l.page, "cases");
    if (e == OK && *out == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e != OK) {
        json_decref(*out);
        *out = NULL;
    }
    return e;
}

static json_t *bands_json(const struct rule_fine *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->band_count; i++) {
        const struct fine_band *b = &f->bands[i];
        json_array_append_new(list, json_pack("{s:I, s:o, s:I, s:I, s:b}", "from",
                                              (json_int_t)b->from, "until",
                                              b->until > 0 ? json_integer(b->until) : json_null(),
                                              "min_fen", (json_int_t)b->min_fen, "max_fen",
                                              (json_int_t)b->max_fen, "each", b->each));
    }
    return list;
}

/* The benchmarks in force, for who may draft a fine now. */
static json_t *fines_json(const struct rules *rules, uint64_t lawful, when at)
{
    json_t *list = json_array();
    const bool fines = lawful & (ACT_BIT(ACT_NOTICE_OF_PENALTY) | ACT_BIT(ACT_PENALTY));
    for (size_t i = 0; fines && i < rules_entries(rules, RULES_FINE); i++) {
        const struct rule_fine *f = rules_entry(rules, RULES_FINE, i);
        if (f->about.from <= at && at < f->about.until)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:o, s:I}", "rule",
                                f->about.id, "violation", f->violation, "party", f->party, "title",
                                "zh", f->about.title_zh, "en", f->about.title_en, "basis", "zh",
                                f->about.citation, "en", f->about.citation_en, "bands",
                                bands_json(f), "cap_fen", (json_int_t)f->cap_fen));
    }
    return list;
}

json_t *case_next_json(const struct rules *rules, const struct case_file *file, when at)
{
    const uint64_t lawful = ladder_next(&file->ladder, &file->power, at);
    json_t *acts = json_array(), *others = json_array();
    for (enum act_kind k = ACT_ACCEPT; k < ACT_UNKNOWN; k++) {
        const enum act_no no = ladder_now(&file->ladder, &file->power, k, at);
        if (act_no_about(no) == ACT_ABOUT_ROLE)
            continue;
        json_t *j =
            json_pack("{s:s, s:o}", "kind", act_word(k), "title", title_json(k, file->power.side));
        if (no != ACT_YES) {
            json_object_set_new(j, "reason", json_string(act_no_word(no)));
            json_object_set_new(j, "detail", json_string(act_no_text(no)));
        } else {
            json_object_set_new(j, "fields", case_body_fields(k, file->ladder.defended));
        }
        json_array_append_new(no == ACT_YES ? acts : others, j);
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "next", words_json(lawful), "acts", acts, "not_yet",
                     others, "fines", fines_json(rules, lawful, at));
}
