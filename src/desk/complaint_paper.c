#include "desk/complaint_paper.h"

#include "desk/paper.h"
#include "registry/order.h"

/* Whoever it is for, if her number is known. */
struct hers {
    uint8_t link[SUBJECT_LINK];
    bool known;
};

static bool take_link(void *to, const struct value *v, size_t count)
{
    struct hers *h = to;
    (void)count;
    h->known = v->type == VALUE_BYTES && v->s.n == SUBJECT_LINK;
    if (h->known)
        memcpy(h->link, v->s.p, SUBJECT_LINK);
    return false;
}

static enum err read_link(const struct desk_work *w, const char *sql, struct value id,
                          struct hers *out, struct problem *problem)
{
    out->known = false;
    return store_run(w->store, sql, &id, 1, take_link, out, problem);
}

static struct document begin(const struct value *row, enum form paper)
{
    struct document d = {.paper = paper,
                         .subject = fact_text(&row[COMPLAINT_KEY]),
                         .name = STR("投诉人"),
                         .name_en = STR("To whom it concerns")};
    paper_issue_of(&d, fact_text(&row[COMPLAINT_ISSUE]));
    if (paper != FORM_CLOSING)
        document_number(&d, FORM_FIELD_RECEIVED, row[COMPLAINT_RECEIVED_AT].i);
    return d;
}

static enum err issue(const struct desk_work *w, struct document *d, struct desk_no *no,
                      int64_t *seq, struct problem *problem)
{
    struct hers hers;
    enum err e = read_link(w, "SELECT \"link\" FROM complaints WHERE \"id\" = $1",
                           value_text(d->subject), &hers, problem);
    d->link = hers.known ? hers.link : NULL;
    if (e == OK)
        e = paper_issue(w, d, no, seq, problem);
    d->link = NULL;
    return e;
}

enum err complaint_paper_accepted(const struct desk_work *w, const struct value *row, when due,
                                  struct desk_no *no, int64_t *seq, struct problem *problem)
{
    struct document d = begin(row, FORM_ACCEPTANCE);
    document_number(&d, FORM_FIELD_UNTIL, due);
    return issue(w, &d, no, seq, problem);
}

enum err complaint_paper_refused(const struct desk_work *w, const struct value *row,
                                 struct str reason, struct desk_no *no, int64_t *seq,
                                 struct problem *problem)
{
    struct document d = begin(row, FORM_REFUSAL);
    const struct rule_ground *ground =
        rules_ground(w->rules, GROUND_COMPLAINT_REFUSAL, fact_text(&row[COMPLAINT_GROUND]), w->at);
    paper_title(&d, FORM_FIELD_GROUND, ground != NULL ? &ground->about : NULL);
    paper_basis(&d, ground != NULL ? &ground->about : NULL);
    document_text(&d, FORM_FIELD_REASONS, str_trim(reason));
    return issue(w, &d, no, seq, problem);
}

enum err complaint_paper_closed(const struct desk_work *w, const struct value *row,
                                struct str answer, struct desk_no *no, int64_t *seq,
                                struct problem *problem)
{
    struct document d = begin(row, FORM_CLOSING);
    if (str_eq(fact_text(&row[COMPLAINT_UPHELD]), STR("yes")))
        document_both(&d, FORM_FIELD_RESULT, STR("投诉成立"), STR("the complaint is upheld"));
    else
        document_both(&d, FORM_FIELD_RESULT, STR("投诉不成立"), STR("the complaint is not upheld"));
    document_text(&d, FORM_FIELD_REASONS, str_trim(answer));
    return issue(w, &d, no, seq, problem);
}

/* Appeals -------------------------------------------------------------------------------------- */

enum err complaint_paper_appeal(const struct desk_work *w, const struct value *row,
                                const struct value *order, struct str answer, struct desk_no *no,
                                int64_t *seq, struct problem *problem)
{
    struct hers hers;
    char known[PAPER_NUMBER] = "";
    struct document d = {.paper = FORM_APPEAL,
                         .subject = row[APPEAL_ID].s,
                         .addressee = fact_text(&row[APPEAL_ORGANISATION])};
    enum err e = read_link(w, "SELECT \"link\" FROM appeals WHERE \"id\" = $1", row[APPEAL_ID],
                           &hers, problem);
    if (e == OK)
        e = paper_number(w->store,
                         "SELECT \"number\" FROM documents WHERE \"paper\" = 'line-order' AND "
                         "\"subject\" = $1",
                         &order[ORDER_ID], 1, known, problem);
    if (d.addressee.n == 0) {
        d.name = STR("申诉人");
        d.name_en = STR("To whom it concerns");
        d.link = hers.known ? hers.link : NULL;
    }
    document_number(&d, FORM_FIELD_RECEIVED, row[APPEAL_AT].i);
    paper_measure(&d, fact_text(&order[ORDER_ACT]));
    document_text(&d, FORM_FIELD_DOCUMENT, str_of(known));
    if (str_eq(fact_text(&row[APPEAL_STATUS]), STR("upheld")))
        document_both(&d, FORM_FIELD_RESULT, STR("申诉成立，立即解除上述措施"),
                      STR("upheld; the measure ends at once"));
    else
        document_both(&d, FORM_FIELD_RESULT, STR("申诉不成立，维持上述措施"),
                      STR("not upheld; the measure stands"));
    document_text(&d, FORM_FIELD_REASONS, str_trim(answer));
    return e == OK ? paper_issue(w, &d, no, seq, problem) : e;
}
