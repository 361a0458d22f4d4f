#include "desk/paper.h"

enum err paper_issue(const struct desk_work *w, const struct document *d, struct desk_no *no,
                     int64_t *seq, struct problem *problem)
{
    char id[FRESH_ID];
    struct desk_no why = {.why = DESK_YES};
    if (d->issuer.n == 0 && (w->who == NULL || *w->who->organisation == '\0'))
        return OK;
    if (w->key == NULL || w->rules == NULL || rules_paper(w->rules, d->paper) == NULL)
        return OK;
    enum err e = document_make(w, d, id, &why, seq, problem);
    if (e == OK && why.why != DESK_YES)
        *no = why;
    return e;
}

void paper_title(struct document *d, enum form_field f, const struct rule *about)
{
    if (about != NULL)
        document_both(d, f, str_of(about->title_zh), str_of(about->title_en));
}

void paper_basis(struct document *d, const struct rule *about)
{
    if (about != NULL)
        document_both(d, FORM_FIELD_BASIS, str_of(about->citation), str_of(about->citation_en));
}
