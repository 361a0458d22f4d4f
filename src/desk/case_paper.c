#include "desk/case_paper.h"

#include "desk/case_terms.h"
#include "desk/paper.h"
#include "registry/staff.h"
#include "registry/json_text.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAMES = 1000 };

struct writing {
    const struct desk_work *w;
    const struct case_file *file;
    const struct act *act;
    const json_t *terms, *said;
    struct document d;
    char facts[TEXT_MAX + 1], facts_en[TEXT_MAX + 1];
    char names[NAMES], host[NAMES], notice[TEXT_MAX + 1], decision[TEXT_MAX + 1];
    json_t *draft; /* what was said in the penalty's draft */
    struct str items[ACT_ITEMS_MAX];
    struct str one; /* a list of one */
};

/* Officers are accounts in an act, and names on paper. */
static enum err add_name(const struct desk_work *w, struct str id, struct buf *out,
                         struct problem *problem)
{
    struct fact_row row;
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(id)};
    enum err e = fact_find(w->store, &staff_kind, key, &row, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (out->n > 0)
        buf_printf(out, "、");
    buf_str(out, fact_text(&row.v[STAFF_NAME]));
    return OK;
}

static enum err read_names(struct writing *x, struct problem *problem)
{
    const json_t *officers = json_object_get(x->terms, "officers");
    const struct str host = json_text_of(x->terms, "host");
    struct buf names, host_name;
    enum err e = OK;
    buf_fixed(&names, x->names, sizeof x->names - 1);
    buf_fixed(&host_name, x->host, sizeof x->host - 1);
    for (size_t i = 0; e == OK && i < json_array_size(officers); i++) {
        const json_t *id = json_array_get(officers, i);
        e = add_name(x->w, json_text(id), &names, problem);
    }
    if (e == OK && names.n == 0 && x->w->who != NULL)
        e = add_name(x->w, desk_origin(x->w).actor, &names, problem);
    if (e == OK && host.n > 0)
        e = add_name(x->w, host, &host_name, problem);
    return e;
}

/* The number of the case's newest paper of this kind, or "". */
static enum err read_number(const struct writing *x, enum form paper, char out[static PAPER_NUMBER],
                            struct problem *problem)
{
    const struct value v[] = {x->file->row.v[CASE_ID], value_text(str_of(form_word(paper)))};
    return paper_number(x->w->store,
                        "SELECT \"number\" FROM documents WHERE \"case\" = $1 AND \"paper\" = $2 "
                        "ORDER BY \"at\" DESC, \"ordinal\" DESC LIMIT 1",
                        v, 2, out, problem);
}

static bool take_id(void *to, const struct value *v, size_t count)
{
    (void)count;
    return !str_copy(v->s, to, ID_BYTES + 1);
}

static enum err read_draft(struct writing *x, struct problem *problem)
{
    char id[ID_BYTES + 1] = "";
    enum err e = store_run(x->w->store,
                           "SELECT \"id\" FROM case_acts WHERE \"case\" = $1 AND \"kind\" = "
                           "'penalty' ORDER BY \"seq\" DESC LIMIT 1",
                           &x->file->row.v[CASE_ID], 1, take_id, id, problem);
    return e == OK && id[0] != '\0' ? case_said(x->w, str_of(id), &x->draft, problem) : e;
}

/* Saying it ------------------------------------------------------------------------------------ */

static void say(struct writing *x, enum form_field f, const char *name)
{
    document_text(&x->d, f, str_trim(json_text_of(x->said, name)));
}

static void say_names(struct writing *x)
{
    document_text(&x->d, FORM_FIELD_OFFICERS, str_of(x->names));
}

static void say_meeting(struct writing *x)
{
    document_number(&x->d, FORM_FIELD_TIME, x->act->set);
    say(x, FORM_FIELD_PLACE, "place");
}

static void say_document(struct writing *x, const char *known, struct str zh, struct str en)
{
    if (*known != '\0')
        document_text(&x->d, FORM_FIELD_DOCUMENT, str_of(known));
    else
        document_both(&x->d, FORM_FIELD_DOCUMENT, zh, en);
}

static void say_items(struct writing *x)
{
    const json_t *items = json_object_get(x->said, "items");
    size_t n = 0;
    when until = 0;
    for (size_t i = 0; i < json_array_size(items) && n < ACT_ITEMS_MAX; i++) {
        const json_t *item = json_array_get(items, i);
        const struct str text = json_is_object(item) ? json_text_of(item, "text") : json_text(item);
        if (text.n > 0)
            x->items[n++] = text;
    }
    for (unsigned i = 0; i < x->act->items && i < ACT_ITEMS_MAX; i++)
        until = x->act->item_due[i] > until ? x->act->item_due[i] : until;
    document_items(&x->d, FORM_FIELD_ITEMS, x->items, n);
    if (until > 0)
        document_number(&x->d, FORM_FIELD_UNTIL, until);
}

static void say_one(struct writing *x, enum form_field f, struct str text)
{
    x->one = text;
    document_items(&x->d, f, &x->one, text.n > 0);
}

static const struct rule *benchmark(const struct writing *x)
{
    enum rules_kind kind;
    const struct rule *about = NULL;
    const struct str id = json_text_of(x->terms, "benchmark");
    if (id.n > 0)
        about = rules_find_entry(x->w->rules, id, &kind);
    const struct str violation = json_text_of(x->terms, "violation");
    for (size_t i = 0; about == NULL && i < rules_entries(x->w->rules, RULES_FINE); i++) {
        const struct rule_fine *fine = rules_entry(x->w->rules, RULES_FINE, i);
        if (str_eq(violation, str_of(fine->violation)))
            about = &fine->about;
    }
    return about;
}

/* What was done: in the officer's words, else the violation by its name, and how often. */
static void say_facts(struct writing *x, struct str words)
{
    const struct rule *about = benchmark(x);
    if (str_trim(words).n == 0 && about != NULL) {
        const long long count = json_integer_value(json_object_get(x->terms, "count"));
        snprintf(x->facts, sizeof x->facts, "%s，共%lld件。", about->title_zh, count);
        snprintf(x->facts_en, sizeof x->facts_en, "%s, %lld in all.", about->title_en, count);
        document_both(&x->d, FORM_FIELD_FACTS, str_of(x->facts), str_of(x->facts_en));
    } else {
        document_text(&x->d, FORM_FIELD_FACTS, words);
    }
}

static void say_decision(struct writing *x)
{
    struct str facts = json_text_of(x->said, "text"),
               reasons = json_text_of(x->draft, "mitigating");
    say_facts(x, facts.n > 0 ? facts : json_text_of(x->draft, "text"));
    if (reasons.n == 0)
        reasons = json_text_of(x->draft, "aggravating");
    if (reasons.n > 0)
        document_text(&x->d, FORM_FIELD_REASONS, reasons);
    else
        document_both(&x->d, FORM_FIELD_REASONS, STR("依照裁量基准确定，没有从轻、从重的情形。"),
                      STR("The benchmark sets it; nothing mitigates or aggravates."));
    paper_basis(&x->d, benchmark(x));
    document_text(&x->d, FORM_FIELD_DOCUMENT, str_of(x->notice));
    document_number(&x->d, FORM_FIELD_AMOUNT,
                    json_integer_value(json_object_get(x->terms, "amount_fen")));
}

static void say_notice(struct writing *x)
{
    say_facts(x, json_text_of(x->said, "text"));
    paper_basis(&x->d, benchmark(x));
    if (x->act->criticises)
        x->d.paper = FORM_CRITICISM_NOTICE;
    else
        document_number(&x->d, FORM_FIELD_AMOUNT, x->act->fen);
    document_number(&x->d, FORM_FIELD_DEFENCE_UNTIL, x->act->due);
    document_number(&x->d, FORM_FIELD_HEARING_UNTIL, x->act->due);
}

static void say_service(struct writing *x)
{
    static const struct {
        const char *word, *zh, *en;
    } manners[] = {{"in-person", "直接送达", "in person"},
                   {"post", "邮寄送达", "by post"},
                   {"electronic", "电子送达", "by electronic means"},
                   {"deposit", "留置送达", "left where it could be taken up"},
                   {"announcement", "公告送达", "by public announcement"}};
    const struct str method = json_text_of(x->terms, "method");
    say_one(x, FORM_FIELD_DOCUMENTS,
            *x->decision != '\0' ? str_of(x->decision) : STR("行政处罚决定书"));
    say_names(x);
    say_meeting(x);
    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
        if (str_eq(method, str_of(manners[i].word)))
            document_both(&x->d, FORM_FIELD_MANNER, str_of(manners[i].zh), str_of(manners[i].en));
}

static void say_closing(struct writing *x)
{
    document_both(&x->d, FORM_FIELD_MATTER, STR("对你单位有关情况的处理"),
                  STR("what your organisation was looked into for"));
    if (str_trim(json_text_of(x->said, "text")).n > 0)
        say(x, FORM_FIELD_RESULT, "text");
    else
        document_both(&x->d, FORM_FIELD_RESULT, STR("应当办理的事项均已办理完毕"),
                      STR("all that was to be done is done"));
    say(x, FORM_FIELD_REASONS, "reason");
}

/* Which paper the act prints as, and what it says. False: none. */
static bool word(struct writing *x)
{
    static const struct {
        enum act_kind kind;
        enum form paper;
    } papers[] = {{ACT_SUMMONS, FORM_SUMMONS},
                  {ACT_SELF_INSPECTION, FORM_SELF_INSPECTION},
                  {ACT_RECOMMEND, FORM_RECOMMENDATION},
                  {ACT_RECTIFICATION, FORM_RECTIFICATION},
                  {ACT_VISIT, FORM_VISIT},
                  {ACT_INSPECTION, FORM_INSPECTION_RECORD},
                  {ACT_INDUSTRY_NOTICE, FORM_CAUTION},
                  {ACT_WARNING, FORM_WARNING},
                  {ACT_CRITICISM, FORM_CRITICISM},
                  {ACT_NOTICE_OF_PENALTY, FORM_PENALTY_NOTICE},
                  {ACT_HEARING, FORM_HEARING_NOTICE},
                  {ACT_DECISION, FORM_PENALTY_DECISION},
                  {ACT_SERVICE, FORM_SERVICE},
                  {ACT_PAYMENT, FORM_PAYMENT},
                  {ACT_CLOSE, FORM_CLOSING}};
    const enum act_kind kind = x->act->kind;
    size_t i = 0;
    while (i < sizeof papers / sizeof *papers && papers[i].kind != kind)
        i++;
    if (i == sizeof papers / sizeof *papers || (kind == ACT_DECISION && !x->act->approves) ||
        (kind == ACT_HEARING && x->act->record))
        return false;
    x->d.paper = papers[i].paper;
    if (kind == ACT_SUMMONS || kind == ACT_VISIT) {
        say_meeting(x);
        say_names(x);
        say(x, FORM_FIELD_CAUSE, "text");
    } else if (kind == ACT_HEARING) {
        say_meeting(x);
        document_text(&x->d, FORM_FIELD_HOST, str_of(x->host));
        document_text(&x->d, FORM_FIELD_DOCUMENT, str_of(x->notice));
        say(x, FORM_FIELD_CAUSE, "text");
    } else if (kind == ACT_SELF_INSPECTION) {
        say(x, FORM_FIELD_CAUSE, "text");
        document_number(&x->d, FORM_FIELD_UNTIL, x->act->set);
    } else if (kind == ACT_RECOMMEND || kind == ACT_RECTIFICATION) {
        say(x, kind == ACT_RECOMMEND ? FORM_FIELD_CAUSE : FORM_FIELD_FACTS, "text");
        say_items(x);
    } else if (kind == ACT_INSPECTION) {
        say_meeting(x);
        say_names(x);
        say_one(x, FORM_FIELD_FINDINGS, json_text_of(x->said, "text"));
    } else if (kind == ACT_NOTICE_OF_PENALTY) {
        say_notice(x);
    } else if (kind == ACT_DECISION) {
        say_decision(x);
    } else if (kind == ACT_SERVICE) {
        say_service(x);
    } else if (kind == ACT_CLOSE) {
        say_closing(x);
    } else if (kind == ACT_PAYMENT) {
        say_document(x, x->decision, STR("行政处罚决定书"), STR("the decision on the penalty"));
        document_number(&x->d, FORM_FIELD_AMOUNT, x->act->fen);
        document_number(&x->d, FORM_FIELD_TIME, x->act->set);
    } else {
        say(x, FORM_FIELD_FACTS, "text");
    }
    return true;
}

static enum err issue(struct writing *x, struct str act_id, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    enum err e = read_names(x, problem);
    if (e == OK)
        e = read_number(x, x->file->ladder.criticism ? FORM_CRITICISM_NOTICE : FORM_PENALTY_NOTICE,
                        x->notice, problem);
    if (e == OK)
        e = read_number(x, FORM_PENALTY_DECISION, x->decision, problem);
    if (e == OK && x->act->kind == ACT_DECISION)
        e = read_draft(x, problem);
    if (e != OK || !word(x))
        return e;
    x->d.case_id = fact_text(&x->file->row.v[CASE_ID]);
    x->d.subject = act_id;
    x->d.addressee = fact_text(&x->file->row.v[CASE_RESPONDENT]);
    return paper_issue(x->w, &x->d, no, seq, problem);
}

enum err case_paper(const struct desk_work *w, const struct case_file *file, struct str act_id,
                    const struct act *act, const json_t *terms, const json_t *said,
                    struct desk_no *no, int64_t *seq, struct problem *problem)
{
    struct writing *x = calloc(1, sizeof *x);
    if (x == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    x->w = w;
    x->file = file;
    x->act = act;
    x->terms = terms;
    x->said = said;
    enum err e = issue(x, act_id, no, seq, problem);
    json_decref(x->draft);
    free(x);
    return e;
}
