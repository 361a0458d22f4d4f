/*
 * The association's exams: one of last month with its results, one that is being written. All of
 * it goes through the functions that HTTP calls, each act at its own time.
 */
#include "cli/demo_inner.h"
#include "registry/paper.h"

#include <stdlib.h>
#include <string.h>

#define COURSE STR("practitioner")

/* A candidate, and how many of what she answered she knew. */
struct sitting {
    const char *staff, *name, *passport, *born, *education;
    unsigned answered, right;
};

static const struct sitting past[] = {
    {"stf_x01", "沈若溪", "E10000001", "1991-04-12", "bachelor", 40, 36},
    {"stf_x06", "韩冬青", "E10000006", "1988-09-30", "college", 40, 31},
    {"stf_x13", "季明珠", "E10000013", "1983-01-25", "master", 40, 38},
    {"stf_x12", "任思齐", "E10000012", "1997-11-03", "college", 33, 21},
};
static const struct sitting now[] = {
    {"stf_x12", "任思齐", "E10000012", "1997-11-03", "college", 17, 15},
    {"stf_x10", "庄慧敏", "E10000010", "1990-06-18", "bachelor", 0, 0},
};

struct writer {
    struct exam_work work;
    char exam[FRESH_ID];
    int64_t seq;
};

static enum err refused(enum err e, enum paper_no no, struct problem *problem)
{
    return e == OK && no != PAPER_YES
               ? problem_set(problem, ERR_REFUSED, "the sample exam: %s", paper_reason(no))
               : e;
}

static enum err enrol(struct writer *w, const struct sitting *s, struct problem *problem)
{
    const struct practitioner_entry p = {.staff = str_of(s->staff),
                                         .name = str_of(s->name),
                                         .id_number = str_of(s->passport),
                                         .born = str_of(s->born),
                                         .education = str_of(s->education),
                                         .full_capacity = true};
    char paper[FRESH_ID];
    enum paper_no no = PAPER_YES;
    w->work.origin.actor = STR("stf_h02");
    enum err e = paper_register(&w->work, str_of(w->exam), &p, paper, &no, &w->seq, problem);
    return refused(e, no, problem);
}

/* What the pack calls right of the question that an item asks. */
static const char *right_of(const struct exam_rule *rule, const json_t *item)
{
    const char *asks = json_string_value(json_object_get(json_object_get(item, "text"), "zh"));
    for (size_t i = 0; asks != NULL && i < rule->question_count; i++)
        if (strcmp(rule->questions[i].asks.zh, asks) == 0)
            return rule->questions[i].right.zh;
    return "";
}

static struct paper_choice choose(const struct exam_rule *rule, const json_t *item, bool knows)
{
    const char *right = right_of(rule, item);
    const json_t *option, *chosen = NULL;
    size_t i;
    json_array_foreach(json_object_get(item, "options"), i, option)
    {
        const char *zh = json_string_value(json_object_get(json_object_get(option, "text"), "zh"));
        if (zh != NULL && (strcmp(zh, right) == 0) == knows)
            chosen = option;
    }
    return (struct paper_choice){str_of(json_string_value(json_object_get(item, "item"))),
                                 str_of(json_string_value(json_object_get(chosen, "option")))};
}

/* Begin, and answer. */
static enum err sit(struct writer *w, const struct sitting *s, struct problem *problem)
{
    const struct exam_rule *rule = rules_exam(w->work.rules, COURSE);
    struct paper_choice choices[SHEET_QUESTIONS];
    struct paper_sheet sheet;
    enum paper_no no = PAPER_YES;
    when end;
    w->work.origin.actor = str_of(s->staff);
    enum err e =
        paper_begin(&w->work, str_of(w->exam), str_of(s->staff), &sheet, &no, &w->seq, problem);
    e = refused(e, no, problem);
    if (e != OK)
        return e;
    for (unsigned i = 0; i < s->answered; i++)
        choices[i] = choose(rule, json_array_get(sheet.items, i), i < s->right);
    e = paper_answer(&w->work, str_of(w->exam), str_of(s->staff), choices, s->answered, &end, &no,
                     problem);
    json_decref(sheet.items);
    return refused(e, no, problem);
}

static enum err hand_in(struct writer *w, const struct sitting *s, struct problem *problem)
{
    struct fact_row *paper = malloc(sizeof *paper);
    enum paper_no no = PAPER_YES;
    if (paper == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e =
        paper_hand_in(&w->work, str_of(w->exam), str_of(s->staff), paper, &no, &w->seq, problem);
    free(paper);
    return refused(e, no, problem);
}

/* Set a day before it begins; its candidates begin with it. */
static enum err hold(struct writer *w, when from, const struct sitting *list, size_t count,
                     struct problem *problem)
{
    const struct exam_terms terms = {.organisation = STR("org_hunxie"),
                                     .course = COURSE,
                                     .from = from,
                                     .until = from + 2 * WHEN_HOUR,
                                     .seats = 30};
    w->work.origin.actor = STR("stf_h02");
    w->work.origin.at = from - WHEN_DAY;
    enum err e = exam_set(&w->work, &terms, w->exam, &w->seq, problem);
    for (size_t i = 0; e == OK && i < count; i++)
        e = enrol(w, &list[i], problem);
    w->work.origin.at = from;
    for (size_t i = 0; e == OK && i < count; i++)
        e = sit(w, &list[i], problem);
    return e;
}

enum err demo_exams(const struct exam_work *work, int64_t *seq, struct problem *problem)
{
    const when today = work->origin.at;
    struct writer w = {.work = *work, .seq = *seq};
    unsigned added;
    if (rules_exam(work->rules, COURSE) == NULL)
        return OK; /* a pack without exams */
    w.work.origin.actor = STR("stf_h02");
    w.work.origin.at = today - 40 * WHEN_DAY;
    enum err e = question_take(&w.work, COURSE, &added, &w.seq, problem);
    if (e == OK)
        e = hold(&w, today - 30 * WHEN_DAY, past, sizeof past / sizeof *past, problem);
    w.work.origin.at = today - 30 * WHEN_DAY + 45 * WHEN_MINUTE;
    for (size_t i = 0; e == OK && i < sizeof past / sizeof *past; i++)
        e = hand_in(&w, &past[i], problem);
    if (e == OK)
        e = hold(&w, today - 20 * WHEN_MINUTE, now, sizeof now / sizeof *now, problem);
    *seq = w.seq;
    return e;
}
