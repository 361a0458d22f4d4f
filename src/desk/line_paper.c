#include "desk/line_paper.h"

#include "desk/paper.h"
#include "registry/line.h"

#include <stdio.h>

enum { CALLERS = 400, NAME = CALLERS + 200 };

/* A line is known by the numbers that it shows; one without by its id. */
static void line_name(struct str id, struct str callers, bool zh, char out[static NAME])
{
    if (callers.n > 0 && callers.n <= CALLERS)
        snprintf(out, NAME,
                 zh ? "语音线路（主叫号码：%.*s）" : "voice line (calling numbers: %.*s)",
                 STR_ARG(callers));
    else
        snprintf(out, NAME, zh ? "语音线路（线路编号：%.*s）" : "voice line (its id: %.*s)",
                 STR_ARG(id));
}

struct naming {
    char zh[NAME], en[NAME];
};

static void name_it(const struct line_paper *p, struct naming *n)
{
    switch (p->order->on) {
    case ORDERED_LINE:
        line_name(p->subject, p->callers, true, n->zh);
        line_name(p->subject, p->callers, false, n->en);
        return;
    case ORDERED_ORGANISATION:
        snprintf(n->zh, NAME, "你单位的全部语音线路和号码");
        snprintf(n->en, NAME, "all lines and numbers of your organisation");
        return;
    case ORDERED_CAMPAIGN:
        snprintf(n->zh, NAME, "外呼活动（活动编号：%.*s）", STR_ARG(p->subject));
        snprintf(n->en, NAME, "calling campaign (its id: %.*s)", STR_ARG(p->subject));
        return;
    case ORDERED_NUMBER:
        snprintf(n->zh, NAME, "号码%.*s", STR_ARG(p->subject));
        snprintf(n->en, NAME, "the number %.*s", STR_ARG(p->subject));
        return;
    }
}

enum err line_paper_order(const struct desk_work *w, const struct line_paper *p, struct desk_no *no,
                          int64_t *seq, struct problem *problem)
{
    const bool restored = str_eq(p->order->act, STR("restore"));
    const struct value subject = value_text(p->subject);
    char known[PAPER_NUMBER] = "";
    struct naming n = {.zh = ""};
    struct document d = {.paper = restored ? FORM_LINE_RELEASE : FORM_LINE_ORDER,
                         .subject = str_of(p->order->order),
                         .addressee = p->user};
    enum err e = OK;
    if (p->user.n == 0)
        return OK;
    name_it(p, &n);
    document_both(&d, FORM_FIELD_LINE, str_of(n.zh), str_of(n.en));
    document_text(&d, FORM_FIELD_GROUND, p->order->reason);
    document_number(&d, FORM_FIELD_TIME, w->at);
    if (restored) {
        e = paper_number(w->store,
                         "SELECT d.\"number\" FROM documents d JOIN orders o ON o.\"id\" = "
                         "d.\"subject\" WHERE d.\"paper\" = 'line-order' AND o.\"subject\" = $1 "
                         "ORDER BY d.\"at\" DESC, d.\"id\" DESC LIMIT 1",
                         &subject, 1, known, problem);
        document_text(&d, FORM_FIELD_DOCUMENT, str_of(known));
    } else {
        paper_measure(&d, p->order->act);
        if (p->order->until != 0)
            document_number(&d, FORM_FIELD_UNTIL, p->order->until);
    }
    return e == OK ? paper_issue(w, &d, no, seq, problem) : e;
}

enum err line_paper_notice(const struct desk_work *w, const struct notice *notice, struct str id,
                           struct desk_no *no, int64_t *seq, struct problem *problem)
{
    enum rules_kind kind;
    struct fact_row line;
    struct naming n;
    struct document d = {.paper = FORM_LINE_NOTICE, .subject = id, .addressee = notice->to};
    const struct rule *about =
        w->rules != NULL ? rules_find_entry(w->rules, notice->ground, &kind) : NULL;
    enum err e = fact_first(w->store, &line_kind, value_text(notice->line), &line, problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    const struct str callers = e == OK ? fact_text(&line.v[LINE_CALLERS]) : STR("");
    line_name(notice->line, callers, true, n.zh);
    line_name(notice->line, callers, false, n.en);
    document_both(&d, FORM_FIELD_LINE, str_of(n.zh), str_of(n.en));
    if (about != NULL)
        paper_title(&d, FORM_FIELD_GROUND, about);
    else
        document_text(&d, FORM_FIELD_GROUND, notice->ground);
    document_text(&d, FORM_FIELD_FACTS, str_trim(notice->text));
    document_number(&d, FORM_FIELD_TIME, notice->served_at);
    return paper_issue(w, &d, no, seq, problem);
}

enum err line_paper_takedown(const struct desk_work *w, const struct value *row, struct desk_no *no,
                             int64_t *seq, struct problem *problem)
{
    const bool again = str_eq(fact_text(&row[TAKEDOWN_STATUS]), STR("reappeared"));
    const struct rule_ground *ground =
        rules_ground(w->rules, GROUND_TAKEDOWN, fact_text(&row[TAKEDOWN_GROUND]), w->at);
    const struct str hash = fact_text(&row[TAKEDOWN_ARTEFACT]);
    struct document d = {.paper = FORM_TAKEDOWN,
                         .issuer = fact_text(&row[TAKEDOWN_ORDERED_BY]),
                         .subject = fact_text(&row[TAKEDOWN_ID]),
                         .addressee = fact_text(&row[TAKEDOWN_PLATFORM])};
    if (ground == NULL) /* the pack has dropped it since */
        return OK;
    paper_title(&d, FORM_FIELD_GROUND, &ground->about);
    paper_basis(&d, &ground->about);
    document_text(&d, FORM_FIELD_URL, fact_text(&row[again ? TAKEDOWN_SEEN_URL : TAKEDOWN_URL]));
    document_text(&d, FORM_FIELD_ARTEFACT,
                  str_skip(hash, str_starts(hash, STR("sha256:")) ? 7 : 0));
    document_number(&d, FORM_FIELD_UNTIL, row[TAKEDOWN_DUE].i);
    return paper_issue(w, &d, no, seq, problem);
}
