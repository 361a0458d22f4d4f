/* Verbs of the histories: complaints, cases, draws, registers, dispatches (cli/demo_desk.h). */
#include "cli/demo_desk.h"

#include "desk/clock.h"
#include "desk/complaint_act.h"
#include "desk/dispatch.h"
#include "desk/draw_kept.h"
#include "desk/listing.h"
#include "http/case_body.h"

#include <string.h>

enum { LISTS = 1000 };

/* -- Complaints ------------------------------------------------------------------------- */

static enum err complaint(struct demo_telling *t, struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    struct complaint_new c = {
        .respondent = ask_some(t->body, "respondent", ID_BYTES, &t->errors),
        .issue = ask_word(t->body, "issue", COMPLAINT_ISSUES, true, &t->errors),
        .facts = ask_some(t->body, "facts", COMPLAINT_FACTS, &t->errors),
        .request = ask_some(t->body, "request", COMPLAINT_REQUEST, &t->errors),
        .name = ask_text(t->body, "name", COMPLAINT_NAME, false, &t->errors),
        .number = ask_number(t->w.rules, t->body, "number", true, &t->errors),
        .anonymous = json_object_get(t->body, "name") == NULL,
        .link = link,
        .channel = "api",
        .happened_at = ask_when(t->body, "happened_at", false, &t->errors),
        .received_at = t->w.at};
    link_of(gate_link(t->gate), c.number, link);
    enum err e = demo_step(t, complaint_enter, &c, problem);
    memcpy(t->id, c.out, sizeof t->id < sizeof c.out ? sizeof t->id : sizeof c.out);
    return e;
}

static enum err admit(struct demo_telling *t, struct problem *problem)
{
    struct complaint_accepting a = {t->of,
                                    ask_some(t->body, "summary", COMPLAINT_TEXT, &t->errors)};
    return demo_step(t, complaint_accept, &a, problem);
}

static enum err refuse(struct demo_telling *t, struct problem *problem)
{
    struct complaint_refusing r = {t->of, ask_some(t->body, "ground", ID_BYTES, &t->errors),
                                   ask_some(t->body, "reason", COMPLAINT_REASON, &t->errors)};
    return demo_step(t, complaint_refuse, &r, problem);
}

static enum err join(struct demo_telling *t, struct problem *problem)
{
    struct complaint_joining j = {.id = t->of, .to = ask_some(t->body, "to", ID_BYTES, &t->errors)};
    return demo_step(t, complaint_join, &j, problem);
}

static enum err answer_complaint(struct demo_telling *t, struct problem *problem)
{
    struct complaint_replying r = {t->of, ask_some(t->body, "text", COMPLAINT_TEXT, &t->errors)};
    return demo_step(t, complaint_reply, &r, problem);
}

static enum err settle(struct demo_telling *t, struct problem *problem)
{
    struct complaint_closing c = {t->of, ask_some(t->body, "answer", COMPLAINT_TEXT, &t->errors),
                                  ask_flag(t->body, "upheld", &t->errors)};
    return demo_step(t, complaint_close, &c, problem);
}

/* -- Cases ------------------------------------------------------------------------------ */

static enum err open_case(struct demo_telling *t, struct problem *problem)
{
    struct case_opening o;
    json_t *said;
    enum err e = OK;
    case_opening_read(t->body, &o, &said, &t->errors);
    if (t->errors.count == 0)
        e = case_open(&t->w, &o, &t->no, &t->seq, problem);
    memcpy(t->id, o.id, sizeof t->id);
    json_decref(said);
    return e;
}

static enum err act(struct demo_telling *t, struct problem *problem)
{
    json_t *terms, *said;
    struct case_act a = {.of = t->of,
                         .kind = act_of(ask_some(t->body, "kind", ID_BYTES, &t->errors)),
                         .version = -1};
    enum err e = OK;
    if (!case_body_read(t->body, a.kind, &terms, &said, &t->errors))
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    a.terms = terms;
    a.said = said;
    if (e == OK && t->errors.count == 0)
        e = case_do(&t->w, &a, &t->no, &t->seq, problem);
    memcpy(t->id, a.id, sizeof t->id);
    json_decref(terms);
    json_decref(said);
    return e;
}

static enum err draw(struct demo_telling *t, struct problem *problem)
{
    char text[3][LISTS];
    struct buf out[3];
    for (size_t i = 0; i < 3; i++)
        buf_fixed(&out[i], text[i], sizeof text[i]);
    struct draw_announcing a = {.organisations = demo_list(t, "organisations", &out[0]),
                                .inspectors = demo_list(t, "inspectors", &out[1]),
                                .recusals = demo_list(t, "recusals", &out[2]),
                                .wanted = ask_count(t->body, "wanted", 1, DRAW_MAX, &t->errors),
                                .team = DRAW_TEAM};
    enum err e = demo_step(t, draw_announce, &a, problem);
    memcpy(t->id, a.id, sizeof t->id);
    return e;
}

static enum err reveal(struct demo_telling *t, struct problem *problem)
{
    return demo_step(t, draw_open, &t->of, problem);
}

/* -- Registers ------------------------------------------------------------------------- */

/* The entry that a case has made, so that it can be named. */
static bool take_id(void *to, const struct value *row)
{
    char *id = to;
    if (!str_copy(row[LISTING_ID].s, id, FRESH_ID))
        *id = '\0';
    return false;
}

static enum err entry(struct demo_telling *t, struct problem *problem)
{
    const struct value v = value_text(t->of);
    return fact_list(t->w.store, &listing_kind, "WHERE x.\"case\" = $1 ORDER BY x.\"at\" DESC", &v,
                     1, take_id, t->id, problem);
}

static enum err enter(struct demo_telling *t, struct problem *problem)
{
    struct listing_entry x = {.reg = LISTING_MARKET,
                              .organisation =
                                  ask_some(t->body, "organisation", ID_BYTES, &t->errors),
                              .ground = ask_some(t->body, "ground", ID_BYTES, &t->errors),
                              .exit = ask_some(t->body, "exit", ID_BYTES, &t->errors),
                              .reason = ask_some(t->body, "reason", LISTING_TEXT, &t->errors)};
    enum err e = demo_step(t, listing_enter, &x, problem);
    memcpy(t->id, x.id, sizeof t->id);
    return e;
}

/* Of an entry; `word`: the outcome, of what has one. */
static enum err of_entry(struct demo_telling *t, desk_step *step, struct problem *problem)
{
    struct listing_act a = {.id = t->of,
                            .text = ask_some(t->body, "text", LISTING_TEXT, &t->errors),
                            .word = ask_text(t->body, "outcome", ID_BYTES, false, &t->errors)};
    return demo_step(t, step, &a, problem);
}

static enum err object(struct demo_telling *t, struct problem *problem)
{
    return of_entry(t, listing_object, problem);
}

static enum err repair(struct demo_telling *t, struct problem *problem)
{
    return of_entry(t, listing_prove, problem);
}

static enum err review(struct demo_telling *t, struct problem *problem)
{
    return of_entry(t, listing_review, problem);
}

/* What comes by its time, as of then. */
static enum err pass(struct demo_telling *t, struct problem *problem)
{
    struct desk_work itself = t->w;
    unsigned ended = 0, reminded = 0;
    itself.who = NULL;
    enum err e = listing_sweep(&itself, &ended, &t->seq, problem);
    return e == OK ? clock_due(&itself, &ended, &reminded, &t->seq, problem) : e;
}

/* -- Dispatches ------------------------------------------------------------------------ */

static enum err dispatch(struct demo_telling *t, struct problem *problem)
{
    struct dispatch_sending s = {.of = t->of,
                                 .note = ask_some(t->body, "note", DISPATCH_NOTE, &t->errors),
                                 .matters =
                                     matters_of(ask_some(t->body, "matter", ID_BYTES, &t->errors)),
                                 .to = {{ask_some(t->body, "department", ID_BYTES, &t->errors),
                                         ask_some(t->body, "organisation", ID_BYTES, &t->errors)}},
                                 .to_count = 1};
    enum err e = demo_step(t, dispatch_send, &s, problem);
    memcpy(t->id, s.id[0], sizeof t->id);
    return e;
}

static enum err of_dispatch(struct demo_telling *t, desk_step *step, struct problem *problem)
{
    struct dispatch_doing d = {.id = t->of,
                               .ground = ask_text(t->body, "ground", ID_BYTES, false, &t->errors),
                               .text = ask_text(t->body, "text", DISPATCH_NOTE, false, &t->errors)};
    return demo_step(t, step, &d, problem);
}

static enum err take_over(struct demo_telling *t, struct problem *problem)
{
    return of_dispatch(t, dispatch_accept, problem);
}

static enum err give_back(struct demo_telling *t, struct problem *problem)
{
    return of_dispatch(t, dispatch_return, problem);
}

const struct demo_verb_name demo_verbs_cases[] = {
    {"complaint", complaint},
    {"accept", admit},
    {"refuse", refuse},
    {"join", join},
    {"answer-complaint", answer_complaint},
    {"settle", settle},
    {"open", open_case},
    {"act", act},
    {"draw", draw},
    {"reveal", reveal},
    {"entry-of-case", entry},
    {"enter", enter},
    {"object", object},
    {"repair", repair},
    {"review", review},
    {"time-passes", pass},
    {"dispatch", dispatch},
    {"take-over", take_over},
    {"give-back", give_back},
    {0},
};
