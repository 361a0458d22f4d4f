/* Deadlines that acts set, meet and drop; the respondent's window among them (CLOCK_WINDOW). */
#include "desk/case.h"
#include "desk/clock.h"

#include <stdio.h>

/* What the respondent was asked for has no deadline of the law's: its end is set by the act. */
#define LADDER  "cn.desk.ladder"
#define DECIDE  "cn.clock.penalty.decide"
#define SERVE   "cn.clock.penalty.service"
#define PAY     "cn.clock.penalty.payment"
#define PUBLISH "cn.clock.publish.penalty"

struct setting {
    const struct desk_work *w;
    const struct case_file *file;
    const struct act *act;
    int64_t *seq;
    struct problem *problem;
    enum err e;
};

enum { SUBJECT = ID_BYTES + 16 };

static struct str case_of(const struct setting *s)
{
    return fact_text(&s->file->row.v[CASE_ID]);
}

/* "cas_….3": an item of the case. 0: what it was asked to inspect itself. */
static struct str item_of(const struct setting *s, unsigned item, char out[static SUBJECT])
{
    snprintf(out, SUBJECT, "%.*s.%u", STR_ARG(case_of(s)), item);
    return str_of(out);
}

static void begin(struct setting *s, struct str subject, const char *rule, when until, bool theirs)
{
    const struct clock_terms terms = {
        .subject = subject,
        .organisation = theirs ? fact_text(&s->file->row.v[CASE_RESPONDENT]) : STR(""),
        .rule = rule,
        .from = s->act->at,
        .until = until};
    when due;
    if (s->e == OK)
        s->e = clock_begin(s->w, &terms, &due, s->seq, s->problem);
}

static void meet(struct setting *s, struct str subject, const char *rule)
{
    if (s->e == OK)
        s->e = clock_meet(s->w, subject, rule, NULL, s->seq, s->problem);
}

/* The days of a notice; those of the one before it are over. */
static void open_window(struct setting *s)
{
    if (s->e == OK)
        s->e = clock_drop(s->w, case_of(s), CLOCK_WINDOW, s->seq, s->problem);
    begin(s, case_of(s), CLOCK_WINDOW, s->act->due, true);
}

static void drop(struct setting *s, struct str subject)
{
    if (s->e == OK)
        s->e = clock_drop(s->w, subject, NULL, s->seq, s->problem);
}

static void begin_items(struct setting *s)
{
    char of[SUBJECT];
    for (unsigned i = 0; i < s->act->items; i++)
        begin(s, item_of(s, s->file->ladder.items + i + 1, of), LADDER, s->act->item_due[i], true);
}

static void meet_items(struct setting *s)
{
    char of[SUBJECT];
    for (unsigned i = 0; i < s->file->ladder.items; i++)
        if (s->act->accepted >> i & 1)
            meet(s, item_of(s, i + 1, of), LADDER);
}

static void decided(struct setting *s)
{
    if (!s->act->approves)
        return;
    meet(s, case_of(s), DECIDE);
    begin(s, case_of(s), SERVE, s->act->due, false);
    begin(s, case_of(s), PUBLISH, 0, false);
}

static void close(struct setting *s)
{
    char of[SUBJECT];
    drop(s, case_of(s));
    for (unsigned i = 0; i <= s->file->ladder.items; i++)
        drop(s, item_of(s, i, of));
}

enum err case_clocks(const struct desk_work *w, const struct case_file *file, const struct act *a,
                     int64_t *seq, struct problem *problem)
{
    struct setting s = {.w = w, .file = file, .act = a, .problem = problem, .e = OK};
    s.seq = seq;
    char of[SUBJECT];
    if (a->kind == ACT_ACCEPT && a->side == SIDE_AUTHORITY)
        begin(&s, case_of(&s), DECIDE, a->due, false);
    else if (a->kind == ACT_SELF_INSPECTION)
        begin(&s, item_of(&s, 0, of), LADDER, a->set, true);
    else if (a->kind == ACT_REPLY)
        meet(&s, item_of(&s, 0, of), LADDER);
    else if (a->kind == ACT_RECOMMEND || a->kind == ACT_RECTIFICATION)
        begin_items(&s);
    else if (a->kind == ACT_PROOF)
        meet(&s, item_of(&s, a->item + 1, of), LADDER);
    else if (a->kind == ACT_VISIT || a->kind == ACT_INSPECTION)
        meet_items(&s);
    else if (a->kind == ACT_NOTICE_OF_PENALTY)
        open_window(&s);
    else if (a->kind == ACT_DEFENCE || a->kind == ACT_HEARING_REQUEST)
        meet(&s, case_of(&s), CLOCK_WINDOW);
    else if (a->kind == ACT_DECISION)
        decided(&s);
    else if (a->kind == ACT_SERVICE) {
        meet(&s, case_of(&s), SERVE);
        begin(&s, case_of(&s), PAY, a->due, true);
    } else if (a->kind == ACT_PAYMENT && a->settles)
        meet(&s, case_of(&s), PAY);
    else if (a->kind == ACT_PUBLISH)
        meet(&s, case_of(&s), PUBLISH);
    else if (a->kind == ACT_CLOSE)
        close(&s);
    return s.e;
}
