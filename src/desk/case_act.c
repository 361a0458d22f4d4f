/* Acts put on cases, and the act that opens one. */
#include "desk/case_check.h"
#include "desk/case_paper.h"
#include "desk/case_register.h"
#include "desk/case_terms.h"
#include "desk/complaint_act.h"
#include "desk/dispatch.h"
#include "desk/text.h"
#include "registry/json_text.h"
#include "registry/organisation.h"

#include <stdlib.h>

/* Writing ---------------------------------------------------------------------------------------
 */

static enum err write_text(const struct desk_work *w, const struct putting *p,
                           struct problem *problem)
{
    if (json_object_size(p->said) == 0)
        return OK;
    char *text = json_dumps(p->said, JSON_COMPACT | JSON_SORT_KEYS);
    if (text == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = desk_text_put(w, str_of(p->id), "said", str_of(text), problem);
    explicit_bzero(text, strlen(text));
    free(text);
    return e;
}

/* The act, and the case with it. */
static enum err write(const struct desk_work *w, struct putting *p, struct desk_no *no,
                      int64_t *seq, struct problem *problem)
{
    const struct fact_origin origin = desk_origin(w);
    struct value *c = p->file.row.v;
    char *terms = json_dumps(p->terms, JSON_COMPACT | JSON_SORT_KEYS);
    if (terms == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    if (strlen(terms) > CASE_TERMS) {
        free(terms);
        desk_refuse(no, DESK_WRONG, "too-long",
                    "the words and numbers of an act have at most %d "
                    "bytes",
                    CASE_TERMS);
        return OK;
    }
    fresh_id("act", p->id);
    c[CASE_VERSION].i++;
    if (p->act.kind == ACT_ACCEPT && p->act.side == SIDE_AUTHORITY) {
        c[CASE_FILED_BY] = value_text(p->file.own.id);
        c[CASE_FILED_AT] = value_int(w->at);
    }
    if (p->act.kind == ACT_CLOSE)
        c[CASE_STATUS] = value_text(STR("closed"));
    const struct value row[CASE_ACT_COLUMNS] = {
        [CASE_ACT_ID] = value_text(str_of(p->id)),
        [CASE_ACT_CASE] = c[CASE_ID],
        [CASE_ACT_SEQ] = c[CASE_VERSION],
        [CASE_ACT_KIND] = value_text(str_of(act_word(p->act.kind))),
        [CASE_ACT_SIDE] = value_text(str_of(side_word(p->act.side))),
        [CASE_ACT_BY] = value_text(origin.actor),
        [CASE_ACT_ORGANISATION] = p->file.own.id.n > 0 ? value_text(p->file.own.id) : value_null(),
        [CASE_ACT_AT] = value_int(w->at),
        [CASE_ACT_DUE] = p->act.due != 0 ? value_int(p->act.due) : value_null(),
        [CASE_ACT_TERMS] = value_text(str_of(terms))};
    enum err e = desk_write(w, &case_kind, c, seq, problem);
    if (e == OK)
        e = desk_write(w, &case_act_kind, row, seq, problem);
    if (e == OK)
        e = write_text(w, p, problem);
    if (e == OK)
        e = case_clocks(w, &p->file, &p->act, seq, problem);
    if (e == OK)
        e = case_paper(w, &p->file, str_of(p->id), &p->act, p->terms, p->said, no, seq, problem);
    if (e == ERR_CONFLICT) { /* UNIQUE ("case", "seq"): somebody was first */
        desk_refuse(no, DESK_CONFLICT, "changed-meanwhile", "the case has changed; read it again");
        e = OK;
    }
    free(terms);
    return e;
}

/* Doing ------------------------------------------------------------------------------------------
 */

static void refuse(const struct putting *p, enum act_no why, struct desk_no *no)
{
    switch (act_no_about(why)) {
    case ACT_ABOUT_NOTHING:
        return;
    case ACT_ABOUT_ROLE:
        desk_refuse(no, DESK_DENIED, act_no_word(why), "%s", act_no_text(why));
        return;
    case ACT_ABOUT_BODY:
        desk_refuse(no, DESK_WRONG, act_no_word(why), "%s", act_no_text(why));
        return;
    case ACT_ABOUT_STATE:
        desk_refuse(no, DESK_CONFLICT, "unlawful-act", "%s", act_no_text(why));
        no->reason = act_no_word(why);
        no->lawful = ladder_next(&p->file.ladder, &p->file.power, p->act.at);
        return;
    }
}

/* Some acts happen now unless they say when. */
static void default_time(struct putting *p)
{
    const uint64_t now = ACT_BIT(ACT_VISIT) | ACT_BIT(ACT_INSPECTION) |
                         ACT_BIT(ACT_NOTICE_OF_PENALTY) | ACT_BIT(ACT_SERVICE) |
                         ACT_BIT(ACT_PAYMENT);
    if ((ACT_BIT(p->act.kind) & now) && p->act.set == 0)
        p->act.set = p->act.at;
    if (p->act.kind == ACT_WITHDRAW && p->act.of == ACT_UNKNOWN)
        p->act.of = p->file.ladder.listed & 1U << p->act.side ? ACT_LISTING : ACT_PUBLISH;
}

/* A decision says what it decides, so that the respondent, who sees no draft, reads it there. */
static void take_draft(struct putting *p)
{
    static const char *const names[] = {"violation", "ended_at", "count", "amount_fen",
                                        "benchmark"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        json_object_set(p->terms, names[i], json_object_get(p->file.draft, names[i]));
}

/* The act `p->act`, on the case that it has read: role, body, state, and then it is written. */
static enum err put(const struct desk_work *w, struct putting *p, struct desk_no *no, int64_t *seq,
                    struct problem *problem)
{
    enum act_no why = power_may(&p->file.power, p->act.kind);
    if (why != ACT_YES) {
        refuse(p, why, no);
        return OK;
    }
    p->act.side = p->file.power.side;
    p->act.by = p->file.power.who;
    p->act.at = w->at;
    default_time(p);
    enum err e = case_check(w, p, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    why = ladder_may(&p->file.ladder, &p->file.power, &p->act);
    if (why != ACT_YES) {
        refuse(p, why, no);
        return OK;
    }
    e = case_check_fined(w, p, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (p->act.kind == ACT_DECISION && p->act.approves)
        take_draft(p);
    if (p->act.kind == ACT_HEARING && p->act.record)
        json_object_set_new(p->terms, "held", json_true());
    if (p->registers)
        e = case_register(w, &p->file, &p->act, p->terms, p->said, no, seq, problem);
    if (e == OK && no->why == DESK_YES)
        e = write(w, p, no, seq, problem);
    return e == OK && no->why == DESK_YES && p->act.kind == ACT_CLOSE
               ? dispatch_recall(w, p->file.row.v[CASE_ID].s, seq, problem)
               : e;
}

/* The case, locked until the transaction ends. */
static enum err hold(const struct desk_work *w, struct str id, const struct power *as,
                     struct case_file *file, struct desk_no *no, struct problem *problem)
{
    const struct value v = value_text(id);
    file->draft = NULL;
    enum err e = store_run(w->store, "UPDATE cases SET \"version\" = \"version\" WHERE \"id\" = $1",
                           &v, 1, NULL, NULL, problem);
    return e == OK ? case_read_as(w, id, as, file, no, problem) : e;
}

struct doing {
    struct case_act *what;
    struct putting *p;
};

static enum err do_step(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    const struct doing *d = what;
    struct putting *p = d->p;
    enum err e = hold(w, d->what->of, NULL, &p->file, no, problem);
    if (e == OK && no->why == DESK_YES) {
        const enum act_no why = power_may(&p->file.power, d->what->kind);
        if (why != ACT_YES)
            refuse(p, why, no);
        else if (d->what->version >= 0 && d->what->version != p->file.shown)
            desk_refuse(no, DESK_CONFLICT, "changed-meanwhile",
                        "the case has changed; read it again");
        else if (d->what->kind == ACT_DISPATCH)
            e = dispatch_of_case(w, d->what->of, p->terms, p->said, no, seq, problem);
        else
            e = put(w, p, no, seq, problem);
    }
    case_file_fini(&p->file);
    return e;
}

enum err case_do(const struct desk_work *w, struct case_act *what, struct desk_no *no, int64_t *seq,
                 struct problem *problem)
{
    struct putting *p = calloc(1, sizeof *p);
    struct doing d = {what, p};
    if (p == NULL ||
        (p->terms = what->terms != NULL ? json_deep_copy(what->terms) : json_object()) == NULL) {
        free(p);
        return problem_set(problem, ERR_MEMORY, "out of memory");
    }
    p->said = what->said;
    p->id = what->id;
    what->id[0] = '\0';
    p->registers = true;
    case_terms_read(what->kind, p->terms, p->said, &p->act);
    enum err e = desk_do(w, do_step, &d, no, seq, problem);
    json_decref(p->terms);
    free(p);
    return e;
}

enum err act_record(const struct desk_work *w, struct str of, const struct act *act,
                    const json_t *terms, struct desk_no *no, int64_t *seq, struct problem *problem)
{
    char id[FRESH_ID];
    const struct power as = {
        .side = act->side, .seat = SEAT_RECORD, .who = power_who(desk_origin(w).actor)};
    struct putting *p = calloc(1, sizeof *p);
    if (p == NULL || (p->terms = json_deep_copy(terms)) == NULL) {
        free(p);
        return problem_set(problem, ERR_MEMORY, "out of memory");
    }
    p->act = *act;
    p->id = id;
    enum err e = hold(w, of, act->side != SIDE_NOBODY ? &as : NULL, &p->file, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = put(w, p, no, seq, problem);
    case_file_fini(&p->file);
    json_decref(p->terms);
    free(p);
    return e;
}

/* Opening ----------------------------------------------------------------------------------------
 */

struct beginning {
    struct case_opening *what;
    struct putting *p;
    struct fact_row respondent;
};

static enum err find_respondent(const struct desk_work *w, struct beginning *b, struct desk_no *no,
                                struct problem *problem)
{
    const struct value key[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] =
                                                        value_text(b->what->respondent)};
    enum err e = fact_find(w->store, &organisation_kind, key, &b->respondent, problem);
    if (e == ERR_NOT_FOUND) {
        desk_refuse(no, DESK_WRONG, "unknown-respondent", "there is no such organisation");
        return OK;
    }
    const struct power_body *own = &b->p->file.own;
    if (e == OK && str_eq(own->id, b->what->respondent))
        desk_refuse(no, DESK_WRONG, "own-organisation", "nobody opens a case against itself");
    else if (e == OK && !power_competent(own, fact_text(&b->respondent.v[ORGANISATION_SECTOR]),
                                         fact_text(&b->respondent.v[ORGANISATION_REGION])))
        desk_refuse(no, DESK_DENIED, "not-competent",
                    "it is of another sector or region than your organisation");
    return e;
}

static enum err take_complaints(const struct desk_work *w, const struct case_opening *o,
                                struct desk_no *no, int64_t *seq, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && no->why == DESK_YES && i < json_array_size(o->complaints); i++) {
        const json_t *id = json_array_get(o->complaints, i);
        struct complaint_taking t = {
            .id = json_text(id), .respondent = o->respondent, .into = str_of(o->id)};
        e = complaint_into_case(w, &t, no, seq, problem);
        if (e == OK && no->why == DESK_ABSENT)
            desk_refuse(no, DESK_WRONG, "unknown-complaint",
                        "a complaint of the list is not one of yours");
    }
    return e;
}

static enum err begin(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    struct beginning *b = what;
    struct putting *p = b->p;
    struct case_file *file = &p->file;
    enum err e = case_own(w, &file->own_row, &file->own, problem);
    if (e != OK)
        return e;
    const struct power_case c = {.opener = file->own};
    file->power = power_of(w->who, &file->own, &c);
    const enum act_no why = power_may(&file->power, ACT_ACCEPT);
    if (why != ACT_YES) {
        refuse(p, why, no);
        return OK;
    }
    e = find_respondent(w, b, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    fresh_id("cas", b->what->id);
    struct value *row = file->row.v;
    row[CASE_ID] = value_text(str_of(b->what->id));
    row[CASE_RESPONDENT] = b->respondent.v[ORGANISATION_ID];
    row[CASE_OPENED_BY] = value_text(file->own.id);
    row[CASE_OPENED_AS] = value_text(file->own.kind);
    row[CASE_SECTOR] = b->respondent.v[ORGANISATION_SECTOR];
    row[CASE_REGION] = b->respondent.v[ORGANISATION_REGION];
    row[CASE_OPENED_AT] = value_int(w->at);
    row[CASE_FILED_BY] = row[CASE_FILED_AT] = value_null();
    row[CASE_STATUS] = value_text(STR("open"));
    row[CASE_VERSION] = value_int(0);
    e = put(w, p, no, seq, problem);
    return e == OK && no->why == DESK_YES ? take_complaints(w, b->what, no, seq, problem) : e;
}

enum err case_open(const struct desk_work *w, struct case_opening *what, struct desk_no *no,
                   int64_t *seq, struct problem *problem)
{
    char act[FRESH_ID];
    struct putting *p = calloc(1, sizeof *p);
    struct beginning b = {.what = what, .p = p};
    if (p == NULL || (p->terms = json_object()) == NULL) {
        free(p);
        return problem_set(problem, ERR_MEMORY, "out of memory");
    }
    p->said = what->said;
    p->id = act;
    case_terms_read(ACT_ACCEPT, p->terms, p->said, &p->act);
    enum err e = desk_do(w, begin, &b, no, seq, problem);
    json_decref(p->terms);
    free(p);
    return e;
}
