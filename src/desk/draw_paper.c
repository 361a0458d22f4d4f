#include "desk/draw_paper.h"

#include "desk/paper.h"
#include "registry/organisation.h"
#include "registry/staff.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = DOCUMENT_ITEMS - 1, TEAM = 4000 };

struct writing {
    struct str items[DOCUMENT_ITEMS];
    char names[DOCUMENT_ITEMS][TEXT_MAX + 1];
    char team[TEAM], drawer[TEAM];
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
