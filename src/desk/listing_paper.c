/* Papers of entries in a register: told, entered, published, ended, and the answer to an objection.
 */
#include "desk/listing_inner.h"
#include "desk/paper.h"

#include <stdio.h>

/* Why an entry ended that no ground of the pack says. */
static const struct {
    const char *code, *zh, *en;
} ends[] = {{"objection-upheld", "异议成立", "the objection was upheld"},
            {"time-over", "期限届满", "its time is over"}};

#define CREDIT_ZH  "《上海市社会信用条例》第三十六条至第三十八条"
#define CREDIT_EN  "the Shanghai Social Credit Regulation, Arts. 36 to 38"
#define PUBLISH_ZH "《市场监督管理行政处罚信息公示规定》"
#define PUBLISH_EN "the Provisions on Publishing Penalties by Market Regulators"

static enum listing_register register_of(const struct value *row)
{
    enum listing_register reg = LISTING_ABNORMAL;
    listing_register_of(fact_text(&row[LISTING_REGISTER]), &reg);
    return reg;
}

static bool is_decision(enum listing_register reg)
{
    return reg == LISTING_PENALTY || reg == LISTING_CRITICISM;
}

static struct document begin(const struct value *row, enum form paper)
{
    return (struct document){.paper = paper,
                             .issuer = fact_text(&row[LISTING_BY]),
                             .case_id = fact_text(&row[LISTING_CASE]),
                             .subject = fact_text(&row[LISTING_ID]),
                             .addressee = fact_text(&row[LISTING_ORGANISATION])};
}

static void say_register(struct document *d, enum listing_register reg)
{
    document_both(d, FORM_FIELD_REGISTER, str_of(listing_label(reg, true)),
                  str_of(listing_label(reg, false)));
}

/* The decision that is public: as it was told, else the case's own. */
static enum err say_decision(const struct desk_work *w, const struct value *row, struct document *d,
                             char known[static PAPER_NUMBER], struct problem *problem)
{
    const bool fine = register_of(row) == LISTING_PENALTY;
    const struct str told = fact_text(&row[LISTING_DOCUMENT]);
    const struct value v[] = {
        row[LISTING_CASE],
        value_text(str_of(form_word(fine ? FORM_PENALTY_DECISION : FORM_CRITICISM)))};
    enum err e = OK;
    *known = '\0';
    if (told.n > 0 && !str_starts(told, STR("doc_")))
        str_copy(told, known, TEXT_MAX + 1);
    else if (row[LISTING_CASE].type == VALUE_TEXT)
        e = paper_number(w->store,
                         "SELECT \"number\" FROM documents WHERE \"case\" = $1 AND \"paper\" = $2 "
                         "ORDER BY \"at\" DESC, \"ordinal\" DESC LIMIT 1",
                         v, 2, known, problem);
    if (*known != '\0')
        document_text(d, FORM_FIELD_DOCUMENT, str_of(known));
    else if (fine)
        document_both(d, FORM_FIELD_DOCUMENT, STR("本机关对你单位作出的行政处罚决定"),
                      STR("this authority's decision on a penalty"));
    else
        document_both(d, FORM_FIELD_DOCUMENT, STR("本机关对你单位作出的通报批评决定"),
                      STR("this authority's public criticism"));
    return e;
}

static void say_ground(const struct rules *rules, struct document *d, struct str id)
{
    enum rules_kind kind;
    const struct rule *about = id.n > 0 ? rules_find_entry(rules, id, &kind) : NULL;
    paper_title(d, FORM_FIELD_GROUND, about);
    paper_basis(d, about);
}

static void say_exit(const struct desk_work *w, const struct value *row, struct document *d)
{
    const struct rule_ground *exit =
        listing_end_ground(w->rules, register_of(row), fact_text(&row[LISTING_EXIT]), w->at);
    paper_title(d, FORM_FIELD_EXIT, exit != NULL ? &exit->about : NULL);
}

/* Entered, or told that it will be. */
static enum err entered(const struct desk_work *w, const struct value *row, struct desk_no *no,
                        int64_t *seq, struct problem *problem)
{
    const bool listed = str_eq(fact_text(&row[LISTING_STATUS]), STR("listed"));
    struct document d = begin(row, listed ? FORM_LISTING_ENTRY : FORM_LISTING_NOTICE);
    struct buf reason;
    buf_init(&reason, LISTING_TEXT);
    enum err e = w->key != NULL
                     ? desk_text_get(w, fact_text(&row[LISTING_ID]), "reason", &reason, problem)
                     : OK;
    e = e == ERR_NOT_FOUND ? OK : e;
    say_register(&d, register_of(row));
    say_ground(w->rules, &d, fact_text(&row[LISTING_BASIS]));
    say_exit(w, row, &d);
    document_text(&d, FORM_FIELD_REASONS, buf_view(&reason));
    if (!listed)
        document_number(&d, FORM_FIELD_UNTIL, row[LISTING_DUE].i);
    if (listed)
        document_number(&d, FORM_FIELD_TIME, row[LISTING_FROM].i);
    if (listed && row[LISTING_UNTIL].type == VALUE_INT)
        document_number(&d, FORM_FIELD_PUBLIC_UNTIL, row[LISTING_UNTIL].i);
    if (e == OK)
        e = paper_issue(w, &d, no, seq, problem);
    buf_fini(&reason);
    return e;
}

static enum err published(const struct desk_work *w, const struct value *row, struct desk_no *no,
                          int64_t *seq, struct problem *problem)
{
    char known[PAPER_NUMBER];
    struct document d = begin(row, FORM_PUBLICATION);
    enum err e = say_decision(w, row, &d, known, problem);
    document_number(&d, FORM_FIELD_TIME, row[LISTING_FROM].i);
    document_number(&d, FORM_FIELD_PUBLIC_UNTIL, row[LISTING_UNTIL].i);
    document_both(&d, FORM_FIELD_BASIS, STR(PUBLISH_ZH), STR(PUBLISH_EN));
    return e == OK ? paper_issue(w, &d, no, seq, problem) : e;
}

enum err listing_paper_begun(const struct desk_work *w, const struct value *row, struct desk_no *no,
                             int64_t *seq, struct problem *problem)
{
    return is_decision(register_of(row)) ? published(w, row, no, seq, problem)
                                         : entered(w, row, no, seq, problem);
}

enum err listing_paper_ended(const struct desk_work *w, const struct value *row, struct desk_no *no,
                             int64_t *seq, struct problem *problem)
{
    char known[PAPER_NUMBER];
    const enum listing_register reg = register_of(row);
    const struct str code = fact_text(&row[LISTING_END]);
    const struct rule_ground *ground = listing_end_ground(w->rules, reg, code, w->at);
    struct document d = begin(row, is_decision(reg) ? FORM_WITHDRAWAL : FORM_LISTING_EXIT);
    enum err e = OK;
    if (is_decision(reg))
        e = say_decision(w, row, &d, known, problem);
    else
        say_register(&d, reg);
    document_number(&d, FORM_FIELD_TIME, row[LISTING_ENDED_AT].i);
    if (ground != NULL)
        say_ground(w->rules, &d, str_of(ground->about.id));
    for (size_t i = 0; ground == NULL && i < sizeof ends / sizeof *ends; i++)
        if (str_eq(code, str_of(ends[i].code))) {
            document_both(&d, FORM_FIELD_GROUND, str_of(ends[i].zh), str_of(ends[i].en));
            if (is_decision(reg))
                document_both(&d, FORM_FIELD_BASIS, STR(PUBLISH_ZH), STR(PUBLISH_EN));
            else
                document_both(&d, FORM_FIELD_BASIS, STR(CREDIT_ZH), STR(CREDIT_EN));
        }
    return e == OK ? paper_issue(w, &d, no, seq, problem) : e;
}

enum err listing_paper_answered(const struct desk_work *w, const struct value *row, struct str text,
                                bool upheld, struct desk_no *no, int64_t *seq,
                                struct problem *problem)
{
    struct document d = begin(row, FORM_OBJECTION);
    say_register(&d, register_of(row));
    document_number(&d, FORM_FIELD_RECEIVED, row[LISTING_OBJECTED_AT].i);
    if (upheld)
        document_both(&d, FORM_FIELD_RESULT, STR("异议成立，撤回有关信息"),
                      STR("upheld; the entry is withdrawn"));
    else
        document_both(&d, FORM_FIELD_RESULT, STR("异议不成立，维持有关信息"),
                      STR("not upheld; the entry stands"));
    document_text(&d, FORM_FIELD_REASONS, text);
    return paper_issue(w, &d, no, seq, problem);
}
