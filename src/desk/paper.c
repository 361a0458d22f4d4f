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

struct word {
    const char *word, *zh, *en;
};

static void say_word(struct document *d, enum form_field f, const struct word *words, size_t count,
                     struct str word)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(word, str_of(words[i].word)))
            document_both(d, f, str_of(words[i].zh), str_of(words[i].en));
}

void paper_measure(struct document *d, struct str act)
{
    static const struct word measures[] = {
        {"restrict", "限制使用，停止商业呼叫", "restricted: no commercial calls"},
        {"suspend", "暂停使用，停止全部呼出", "suspended: no calls"},
        {"close", "关闭，停止全部呼出", "closed: no calls"},
        {"commercial", "按商业呼叫线路管理", "taken for a line of commercial calls"},
    };
    say_word(d, FORM_FIELD_MEASURE, measures, sizeof measures / sizeof *measures, act);
}

void paper_issue_of(struct document *d, struct str issue)
{
    static const struct word issues[] = {
        {"privacy", "泄露或者滥用个人信息", "personal data passed on or misused"},
        {"deceptive_sale", "欺骗性销售", "deceptive selling"},
        {"malicious_marketing", "恶意营销、骚扰", "malicious marketing or harassment"},
        {"vague_terms", "合同条款不明确", "vague terms of a contract"},
        {"refund", "退费争议", "a refund"},
        {"other", "其他服务问题", "another matter of the service"},
    };
    say_word(d, FORM_FIELD_MATTER, issues, sizeof issues / sizeof *issues, issue);
}

static bool take_number(void *to, const struct value *v, size_t count)
{
    (void)count;
    return !str_copy(v->s, to, PAPER_NUMBER);
}

enum err paper_number(struct store *s, const char *sql, const struct value *v, size_t count,
                      char out[static PAPER_NUMBER], struct problem *problem)
{
    *out = '\0';
    return store_run(s, sql, v, count, take_number, out, problem);
}
