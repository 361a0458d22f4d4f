#include "desk/dispatch_paper.h"

#include "desk/paper.h"

#include <stdio.h>

enum { MATTERS_TEXT = 400 };

static const struct {
    const char *zh, *en;
} matters[MATTERS] = {[MATTER_CRIME] = {"涉嫌犯罪", "what may be a crime"},
                      [MATTER_PERSONAL_INFORMATION] = {"个人信息保护", "personal information"},
                      [MATTER_TELECOM] = {"电信资源管理", "telecom resources"},
                      [MATTER_SECTOR] = {"行业经营行为", "conduct in the sector"},
                      [MATTER_CONSUMER] = {"消费者权益保护", "consumers' rights"}};

static void name_matters(unsigned bits, bool zh, struct buf *out)
{
    for (int m = 0; m < MATTERS; m++)
        if ((bits >> m & 1) != 0)
            buf_printf(out, "%s%s",
                       out->n == 0 ? ""
                       : zh        ? "、"
                                   : ", ",
                       zh ? matters[m].zh : matters[m].en);
}

/* The department that the routes know by this word. */
static const struct rule_route *route_of(const struct rules *rules, struct str to)
{
    for (size_t i = 0; rules != NULL && i < rules_entries(rules, RULES_ROUTE); i++) {
        const struct rule_route *r = rules_entry(rules, RULES_ROUTE, i);
        if (str_eq(to, str_of(r->to)))
            return r;
    }
    return NULL;
}

enum err dispatch_paper(const struct desk_work *w, const struct value *row, struct str note,
                        when due, struct desk_no *no, int64_t *seq, struct problem *problem)
{
    char zh[MATTERS_TEXT], en[MATTERS_TEXT];
    struct buf out_zh, out_en;
    const unsigned bits = matters_of(fact_text(&row[DISPATCH_MATTERS]));
    const struct rule_route *to = route_of(w->rules, fact_text(&row[DISPATCH_DEPARTMENT]));
    struct document d = {.paper = FORM_REFERRAL,
                         .case_id = fact_text(&row[DISPATCH_CASE]),
                         .subject = fact_text(&row[DISPATCH_ID]),
                         .addressee = fact_text(&row[DISPATCH_ORGANISATION])};
    if (to == NULL) /* no route of the pack leads there any more */
        return OK;
    buf_fixed(&out_zh, zh, sizeof zh);
    buf_fixed(&out_en, en, sizeof en);
    name_matters(bits, true, &out_zh);
    name_matters(bits, false, &out_en);
    d.name = str_of(to->department_zh);
    d.name_en = str_of(to->department_en);
    document_both(&d, FORM_FIELD_RECIPIENT, d.name, d.name_en);
    document_both(&d, FORM_FIELD_MATTER, buf_view(&out_zh), buf_view(&out_en));
    document_text(&d, FORM_FIELD_FACTS, str_trim(note));
    if ((bits >> MATTER_CRIME & 1) != 0)
        document_both(&d, FORM_FIELD_BASIS,
                      STR("《中华人民共和国行政处罚法》第二十七条、《行政执法机关移送涉嫌犯罪案件的"
                          "规定》"),
                      STR("the Administrative Penalty Law, Art. 27, and the Provisions on "
                          "Transferring Suspected Criminal Cases"));
    else
        document_both(&d, FORM_FIELD_BASIS, STR("各部门法定职责分工"),
                      STR("the duties of departments as the law divides them"));
    document_both(&d, FORM_FIELD_ATTACHMENTS, STR("案件材料，凭本函调取"),
                  STR("the file of the case, to be had on this letter"));
    document_number(&d, FORM_FIELD_UNTIL, due);
    return paper_issue(w, &d, no, seq, problem);
}
