/*
 * exam_fixture: an association whose bank holds the rule pack's questions, and matchmakers who
 * may sit an exam (practitioner_fixture).
 */
#pragma once
#include "practitioner_fixture.h"
#include "registry/paper.h"

struct hall {
    struct office o;
    char exam[FRESH_ID], paper[FRESH_ID];
    enum paper_no no;
    int64_t seq;
};

static inline struct exam_work hall_work(const struct hall *h, const char *actor)
{
    return (struct exam_work){.store = h->o.x.f.s,
                              .key = h->o.key,
                              .rules = h->o.x.rules,
                              .origin = office_origin(&h->o, actor)};
}

static inline void hall_open(struct hall *h)
{
    unsigned added;
    memset(h, 0, sizeof *h);
    office_open(&h->o);
    const struct exam_work w = hall_work(h, "stf_exa");
    must(question_take(&w, STR("practitioner"), &added, &h->seq, &problem));
    assert_int_equal(added, 120);
}

static inline void hall_close(struct hall *h)
{
    office_close(&h->o);
}

/* From an hour from now on, so long. */
static inline void hall_set(struct hall *h, when length, int64_t seats)
{
    const struct exam_work w = hall_work(h, "stf_exa");
    const struct exam_terms t = {.organisation = STR("org_u"),
                                 .course = STR("practitioner"),
                                 .from = h->o.at + WHEN_HOUR,
                                 .until = h->o.at + WHEN_HOUR + length,
                                 .seats = seats};
    must(exam_set(&w, &t, h->exam, &h->seq, &problem));
}

/* Somebody of 30 years with a passport of this number. */
static inline struct practitioner_entry hall_candidate(const char *staff, const char *passport)
{
    return (struct practitioner_entry){.staff = str_of(staff),
                                       .name = STR("Candidate"),
                                       .id_number = str_of(passport),
                                       .born = STR("1996-05-17"),
                                       .education = STR("college"),
                                       .full_capacity = true};
}

static inline const char *hall_register(struct hall *h, const struct practitioner_entry *p)
{
    const struct exam_work w = hall_work(h, "stf_exa");
    must(paper_register(&w, str_of(h->exam), p, h->paper, &h->no, &h->seq, &problem));
    return paper_word(h->no);
}

static inline const char *hall_begin(struct hall *h, const char *staff, struct paper_sheet *out)
{
    const struct exam_work w = hall_work(h, staff);
    must(paper_begin(&w, str_of(h->exam), str_of(staff), out, &h->no, &h->seq, &problem));
    return paper_word(h->no);
}

static inline struct str hall_item(const struct paper_sheet *s, size_t i)
{
    return str_of(json_string_value(json_object_get(json_array_get(s->items, i), "item")));
}

/* The option of item `i` that the pack calls right, or (not `right`) one of the others. */
static inline struct str hall_option(const struct hall *h, const struct paper_sheet *s, size_t i,
                                     bool right)
{
    const json_t *item = json_array_get(s->items, i), *option;
    const char *asks = json_string_value(json_object_get(json_object_get(item, "text"), "zh"));
    const struct exam_rule *rule = rules_exam(h->o.x.rules, STR("practitioner"));
    size_t k = 0, at;
    while (strcmp(rule->questions[k].asks.zh, asks) != 0)
        assert_true(++k < rule->question_count);
    json_array_foreach(json_object_get(item, "options"), at, option)
    {
        const char *zh = json_string_value(json_object_get(json_object_get(option, "text"), "zh"));
        if ((strcmp(zh, rule->questions[k].right.zh) == 0) == right)
            return str_of(json_string_value(json_object_get(option, "option")));
    }
    fail_msg("%s has no such option", asks);
    return STR("");
}

static inline const char *hall_answer(struct hall *h, const char *staff,
                                      const struct paper_choice *c, size_t n)
{
    const struct exam_work w = hall_work(h, staff);
    when ends;
    must(paper_answer(&w, str_of(h->exam), str_of(staff), c, n, &ends, &h->no, &problem));
    return paper_word(h->no);
}

/* The first `right` items rightly, the rest wrongly. */
static inline void hall_fill(struct hall *h, const char *staff, const struct paper_sheet *s,
                             size_t right)
{
    struct paper_choice c[SHEET_QUESTIONS];
    const size_t n = json_array_size(s->items);
    for (size_t i = 0; i < n; i++)
        c[i] = (struct paper_choice){hall_item(s, i), hall_option(h, s, i, i < right)};
    assert_string_equal(hall_answer(h, staff, c, n), "done");
}

static inline const char *hall_hand_in(struct hall *h, const char *staff, struct fact_row *out)
{
    const struct exam_work w = hall_work(h, staff);
    must(paper_hand_in(&w, str_of(h->exam), str_of(staff), out, &h->no, &h->seq, &problem));
    return paper_word(h->no);
}

/* The bank's question that stands at this place. */
static inline void hall_question(const struct hall *h, const struct paper_sheet *s, size_t i,
                                 char id[static FRESH_ID])
{
    const json_t *text = json_object_get(json_array_get(s->items, i), "text");
    const struct exam_work w = hall_work(h, "stf_exa");
    struct bank *bank = test_malloc(sizeof *bank);
    must(question_bank(h->o.x.f.s, STR("practitioner"), 1, bank, &problem));
    id[0] = '\0';
    for (size_t k = 0; k < bank->count && id[0] == '\0'; k++) {
        json_t *asks;
        must(question_text(&w, bank->question[k].id, &asks, &problem));
        if (json_equal(json_object_get(asks, "zh"), json_object_get(text, "zh")))
            snprintf(id, FRESH_ID, "%s", bank->question[k].id);
        json_decref(asks);
    }
    assert_string_not_equal(id, "");
    test_free(bank);
}

static inline struct paper_annulled hall_annul(struct hall *h, const char *question)
{
    const struct exam_work w = hall_work(h, "stf_exa");
    struct paper_annulled done;
    must(paper_annul(&w, str_of(h->exam), str_of(question), STR("two options are right"), &done,
                     &h->seq, &problem));
    return done;
}
