/* What acts of a case do in the registers: publish, list, withdraw (desk/listing.h). */
#include "desk/case_register.h"

#include "desk/listing_inner.h"
#include "registry/json_text.h"

#include <string.h>

static enum err publish_fine(const struct desk_work *w, const struct case_file *file,
                             char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                             struct problem *problem)
{
    enum rules_kind kind;
    struct listing_decision x = {
        .measure = STR("fine"),
        .organisation = fact_text(&file->row.v[CASE_RESPONDENT]),
        .case_id = fact_text(&file->row.v[CASE_ID]),
        .amount_fen = json_integer_value(json_object_get(file->draft, "amount_fen"))};
    const struct rule_fine *benchmark =
        rules_find_entry(w->rules, json_text_of(file->draft, "benchmark"), &kind);
    if (benchmark == NULL || kind != RULES_FINE)
        return problem_set(problem, ERR_NOT_FOUND,
                           "the rule pack no longer has the benchmark of this penalty");
    x.decided = file->decided_at;
    enum err e = listing_decided(w, &x, benchmark->violation, &benchmark->about, seq, no, problem);
    memcpy(id, x.id, FRESH_ID);
    return e;
}

/* What was criticised is the case's. */
static enum err publish_criticism(const struct desk_work *w, const struct case_file *file,
                                  char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                                  struct problem *problem)
{
    struct listing_decision x = {.measure = STR("criticism"),
                                 .organisation = fact_text(&file->row.v[CASE_RESPONDENT]),
                                 .case_id = fact_text(&file->row.v[CASE_ID])};
    const struct rule *rule = rules_find(w->rules, STR("cn.desk.criticism"));
    if (rule == NULL)
        return problem_set(problem, ERR_NOT_FOUND, "the rule pack has no rule cn.desk.criticism");
    x.decided = file->criticised_at;
    enum err e = listing_decided(w, &x, "conduct", rule, seq, no, problem);
    memcpy(id, x.id, FRESH_ID);
    return e;
}

static enum err publish(const struct desk_work *w, const struct case_file *file, json_t *terms,
                        struct desk_no *no, int64_t *seq, struct problem *problem)
{
    const struct ladder *l = &file->ladder;
    char id[FRESH_ID] = "";
    enum err e = OK;
    if (l->criticised && (l->published & PUBLISHED_CRITICISM) == 0)
        e = publish_criticism(w, file, id, no, seq, problem);
    if (e == OK && no->why == DESK_YES && l->served && (l->published & PUBLISHED_PENALTY) == 0)
        e = publish_fine(w, file, id, no, seq, problem);
    if (*id != '\0')
        json_object_set_new(terms, "about", json_string(id));
    return e;
}

static enum err list(const struct desk_work *w, const struct case_file *file, const struct act *act,
                     json_t *terms, const json_t *said, struct desk_no *no, int64_t *seq,
                     struct problem *problem)
{
    struct listing_entry x = {.reg =
                                  act->side == SIDE_ASSOCIATION ? LISTING_ABNORMAL : LISTING_MARKET,
                              .organisation = fact_text(&file->row.v[CASE_RESPONDENT]),
                              .case_id = fact_text(&file->row.v[CASE_ID]),
                              .ground = json_text_of(said, "ground"),
                              .exit = json_text_of(said, "exit"),
                              .reason = json_text_of(said, "text")};
    enum err e = listing_enter(w, &x, no, seq, problem);
    if (e == OK && no->why == DESK_YES)
        json_object_set_new(terms, "about", json_string(x.id));
    return e;
}

/* Entries of the case that stand, of a body. */
struct standing_entries {
    size_t count;
    char id[8][FRESH_ID];
};

static bool take_id(void *to, const struct value *row)
{
    struct standing_entries *s = to;
    s->count += str_copy(row[LISTING_ID].s, s->id[s->count], sizeof *s->id);
    return s->count < sizeof s->id / sizeof *s->id;
}

static enum err withdraw(const struct desk_work *w, const struct case_file *file,
                         const struct act *act, const json_t *said, struct desk_no *no,
                         int64_t *seq, struct problem *problem)
{
    struct standing_entries all = {.count = 0};
    const bool lists = act->of == ACT_LISTING;
    const struct value v[] = {file->row.v[CASE_ID], value_text(file->own.id),
                              value_text(lists ? STR("abnormal") : STR("penalty")),
                              value_text(lists ? STR("market") : STR("criticism"))};
    enum err e = fact_list(w->store, &listing_kind,
                           "WHERE x.\"case\" = $1 AND x.\"by\" = $2 AND x.\"register\" IN ($3, "
                           "$4) AND x.\"ended_at\" IS NULL",
                           v, 4, take_id, &all, problem);
    for (size_t i = 0; e == OK && i < all.count; i++)
        e = listing_end_by(w, str_of(all.id[i]), json_text_of(said, "ground"), no, seq, problem);
    return e;
}

enum err case_register(const struct desk_work *w, const struct case_file *file,
                       const struct act *act, json_t *terms, const json_t *said, struct desk_no *no,
                       int64_t *seq, struct problem *problem)
{
    if (act->kind == ACT_PUBLISH)
        return publish(w, file, terms, no, seq, problem);
    if (act->kind == ACT_LISTING)
        return list(w, file, act, terms, said, no, seq, problem);
    if (act->kind == ACT_WITHDRAW)
        return withdraw(w, file, act, said, no, seq, problem);
    return OK;
}
