#include "desk/draw_paper.h"

#include "desk/paper.h"
#include "registry/organisation.h"
#include "registry/staff.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = DOCUMENT_ITEMS - 1, TEAM = 4000, RISKS = 2000, RISKS_LEAST = 1800 };

struct writing {
    struct str items[DOCUMENT_ITEMS];
    char names[DOCUMENT_ITEMS][TEXT_MAX + 1];
    char team[TEAM], drawer[TEAM];
    char excluded[2][RISKS], weighed[RISKS]; /* in Chinese, in English */
    size_t count;
};

static size_t count_of(struct str list)
{
    struct str part;
    size_t n = 0;
    while (list.n > 0 && str_split(&list, ';', &part))
        n++;
    return n;
}

/* As many as a paper lists, and how many more. */
static enum err read_drawn(const struct desk_work *w, struct str list, struct writing *x,
                           struct problem *problem)
{
    struct fact_row row;
    struct str id;
    enum err e = OK;
    const size_t all = count_of(list);
    while (e == OK && x->count < SHOWN && list.n > 0 && str_split(&list, ';', &id)) {
        e = fact_first(w->store, &organisation_kind, value_text(id), &row, problem);
        if (e == OK)
            str_copy(fact_text(&row.v[ORGANISATION_NAME]), x->names[x->count], TEXT_MAX + 1);
        x->items[x->count] = str_of(x->names[x->count]);
        x->count += e == OK;
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    if (all > SHOWN) {
        snprintf(x->names[x->count], TEXT_MAX, "…（+%zu）", all - SHOWN);
        x->items[x->count] = str_of(x->names[x->count]);
        x->count++;
    }
    return e;
}

/* DRAW_REASONS, in words. */
static const struct {
    const char *word, *zh, *en;
} reasons[] = {{"inspected", "近期已检查", "inspected lately"},
               {"closed", "已停业或注销", "closed down"},
               {"investigated", "已立案调查", "under investigation"},
               {"joint", "纳入联合检查", "inspected jointly with others"},
               {"other-kind", "不属于本次计划", "not of this plan's kind"}};

static const char *reason_of(struct str word, bool zh)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (str_eq(word, str_of(reasons[i].word)))
            return zh ? reasons[i].zh : reasons[i].en;
    return "";
}

/* "org_a:word" as "name (word)"; a paper that would be too long says how many more there are. */
static enum err read_risks(const struct desk_work *w, struct str list, bool zh,
                           char out[static RISKS], struct problem *problem)
{
    struct fact_row row;
    struct str one, id;
    struct buf text;
    enum err e = OK;
    size_t more = 0;
    buf_fixed(&text, out, RISKS - 1);
    while (e == OK && list.n > 0 && str_split(&list, ';', &one)) {
        str_split(&one, ':', &id);
        e = fact_first(w->store, &organisation_kind, value_text(id), &row, problem);
        const struct str name = e == OK ? fact_text(&row.v[ORGANISATION_NAME]) : id;
        e = e == ERR_NOT_FOUND ? OK : e;
        if (text.n + name.n > RISKS_LEAST)
            more++;
        else if (one.n == 1)
            buf_printf(&text, "%s%.*s ×%.*s", text.n > 0 ? "、" : "", STR_ARG(name), STR_ARG(one));
        else
            buf_printf(&text, zh ? "%s%.*s（%s）" : "%s%.*s (%s)",
                       text.n == 0 ? ""
                       : zh        ? "、"
                                   : ", ",
                       STR_ARG(name), reason_of(one, zh));
    }
    if (more > 0)
        buf_printf(&text, "…（+%zu）", more);
    return e;
}

static enum err read_staff(const struct desk_work *w, struct str list, char out[static TEAM],
                           struct problem *problem)
{
    struct fact_row row;
    struct str id;
    struct buf names;
    enum err e = OK;
    buf_fixed(&names, out, TEAM - 1);
    while (e == OK && list.n > 0 && str_split(&list, ';', &id)) {
        e = fact_first(w->store, &staff_kind, value_text(id), &row, problem);
        if (e == OK && names.n + row.v[STAFF_NAME].s.n + 3 < TEAM - 1)
            buf_printf(&names, "%s%.*s", names.n > 0 ? "、" : "",
                       STR_ARG(fact_text(&row.v[STAFF_NAME])));
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

static enum err write(const struct desk_work *w, const struct value *row, struct writing *x,
                      struct desk_no *no, int64_t *seq, struct problem *problem)
{
    char zh[80], en[80];
    const size_t recused = count_of(fact_text(&row[DRAWS_RECUSALS]));
    struct document d = {.paper = FORM_DRAW, .subject = fact_text(&row[DRAWS_ID])};
    enum err e = read_drawn(w, fact_text(&row[DRAWS_DRAWN]), x, problem);
    if (e == OK)
        e = read_staff(w, fact_text(&row[DRAWS_TEAM_DRAWN]), x->team, problem);
    if (e == OK)
        e = read_staff(w, desk_origin(w).actor, x->drawer, problem);
    for (size_t i = 0; e == OK && i < 2; i++)
        e = read_risks(w, fact_text(&row[DRAWS_EXCLUSIONS]), i == 0, x->excluded[i], problem);
    if (e == OK)
        e = read_risks(w, fact_text(&row[DRAWS_WEIGHTS]), true, x->weighed, problem);
    snprintf(zh, sizeof zh, recused == 0 ? "无" : "%zu项", recused);
    snprintf(en, sizeof en, recused == 0 ? "none" : "%zu", recused);
    document_number(&d, FORM_FIELD_TIME, row[DRAWS_REVEALED_AT].i);
    document_number(&d, FORM_FIELD_POPULATION,
                    (int64_t)count_of(fact_text(&row[DRAWS_ORGANISATIONS])));
    document_text(&d, FORM_FIELD_COMMITMENT, fact_text(&row[DRAWS_COMMIT]));
    document_text(&d, FORM_FIELD_SEED, fact_text(&row[DRAWS_SEED]));
    document_items(&d, FORM_FIELD_DRAWN, x->items, x->count);
    document_text(&d, FORM_FIELD_INSPECTORS, str_of(x->team));
    document_both(&d, FORM_FIELD_REASONS, str_of(zh), str_of(en));
    if (*x->excluded[0] != '\0')
        document_both(&d, FORM_FIELD_EXCLUDED, str_of(x->excluded[0]), str_of(x->excluded[1]));
    if (*x->weighed != '\0')
        document_both(&d, FORM_FIELD_WEIGHED, str_of(x->weighed), str_of(x->weighed));
    document_text(&d, FORM_FIELD_OFFICERS, *x->drawer != '\0' ? str_of(x->drawer) : STR("—"));
    return e == OK ? paper_issue(w, &d, no, seq, problem) : e;
}

enum err draw_paper(const struct desk_work *w, const struct value *row, struct desk_no *no,
                    int64_t *seq, struct problem *problem)
{
    struct writing *x = calloc(1, sizeof *x);
    if (x == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = write(w, row, x, no, seq, problem);
    free(x);
    return e;
}
