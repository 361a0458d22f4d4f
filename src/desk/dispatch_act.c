/* What becomes of a dispatch: accepted, returned, answered, disputed, designated, recalled. */
#include "desk/case.h"
#include "desk/clock.h"
#include "desk/dispatch.h"
#include "desk/text.h"

struct state {
    struct fact_row row;
    unsigned party;
};

static bool is(const struct state *s, const char *status)
{
    return str_eq(s->row.v[DISPATCH_STATUS].s, str_of(status));
}

static bool is_bound(const struct state *s)
{
    return str_eq(s->row.v[DISPATCH_BOUND].s, STR("yes"));
}

/* The dispatch and its case, as whoever closes that locks them, until the transaction ends;
 * refused: absent, or not theirs to act on. */
static enum err begin(const struct desk_work *w, struct str id, unsigned party, struct state *s,
                      struct desk_no *no, struct problem *problem)
{
    const struct value key = value_text(id);
    enum err e = store_run(w->store,
                           "UPDATE cases SET \"version\" = \"version\" WHERE \"id\" = (SELECT "
                           "d.\"case\" FROM dispatches d WHERE d.\"id\" = $1)",
                           &key, 1, NULL, NULL, problem);
    if (e == OK)
        e = store_run(w->store, "UPDATE dispatches SET \"status\" = \"status\" WHERE \"id\" = $1",
                      &key, 1, NULL, NULL, problem);
    if (e == OK)
        e = dispatch_read(w, id, &s->row, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = dispatch_party(w, s->row.v, &s->party, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (str_eq(str_of(w->who->position), STR("auditor")) || (s->party & party) == 0) {
        if (party == DISPATCH_SUPERIOR)
            desk_refuse(no, DESK_DENIED, "not-superior",
                        "only an authority above both, while it is disputed, says whose it is");
        else
            desk_refuse(no, DESK_DENIED, "not-recipient",
                        "only the department that it was sent to; of one on paper, who sent it");
    }
    return e;
}

static bool go_on(enum err e, const struct desk_no *no)
{
    return e == OK && no->why == DESK_YES;
}

static bool text_given(const struct dispatch_doing *d, struct desk_no *no)
{
    return str_trim(d->text).n > 0 ||
           desk_refuse(no, DESK_WRONG, "text-missing", "this needs a text that says why or what");
}

/* It is an act of the case, on the side that sent it. */
static enum err tell_case(const struct desk_work *w, const struct value *row, bool waited,
                          struct desk_no *no, int64_t *seq, struct problem *problem)
{
    struct fact_row of;
    const struct str status = row[DISPATCH_STATUS].s, ground = fact_text(&row[DISPATCH_GROUND]);
    enum err e = fact_first(w->store, &case_kind, row[DISPATCH_CASE], &of, problem);
    if (e != OK)
        return e;
    const bool filed = str_eq(row[DISPATCH_BY].s, fact_text(&of.v[CASE_FILED_BY]));
    const struct act act = {.kind = ACT_HANDLING,
                            .side = filed ? SIDE_AUTHORITY : SIDE_ASSOCIATION,
                            .settles = waited && !str_eq(status, STR("disputed")) &&
                                       !str_eq(status, STR("designated"))};
    json_t *terms =
        json_pack("{s:s%, s:s%, s:b}", "about", row[DISPATCH_ID].s.p, row[DISPATCH_ID].s.n,
                  "outcome", status.p, status.n, "settles", (int)act.settles);
    if (ground.n > 0)
        json_object_set_new(terms, "ground", json_stringn(ground.p, ground.n));
    if (terms == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    e = act_record(w, row[DISPATCH_CASE].s, &act, terms, no, seq, problem);
    json_decref(terms);
    return e;
}

/* The new state, with what was said; its case reads it. */
static enum err end(const struct desk_work *w, const struct dispatch_doing *d, struct state *s,
                    const char *status, struct desk_no *no, int64_t *seq, struct problem *problem)
{
    const bool waited = is(s, "sent") || is(s, "disputed");
    s->row.v[DISPATCH_STATUS] = value_text(str_of(status));
    s->row.v[DISPATCH_STATUS_AT] = value_int(w->at);
    enum err e = desk_write(w, &dispatch_kind, s->row.v, seq, problem);
    if (e == OK && d->text.n > 0)
        e = desk_text_put(w, d->id, "reply", d->text, problem);
    return e == OK ? tell_case(w, s->row.v, waited, no, seq, problem) : e;
}

enum err dispatch_accept(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    const struct dispatch_doing *d = what;
    struct state s;
    enum err e = begin(w, d->id, DISPATCH_RECIPIENT, &s, no, problem);
    if (go_on(e, no) && !is(&s, "sent") && !is(&s, "disputed"))
        desk_refuse(no, DESK_CONFLICT, "not-open", "it waits for nobody to accept it");
    if (go_on(e, no))
        e = clock_meet(w, d->id, DISPUTE_CLOCK, NULL, seq, problem);
    return go_on(e, no) ? end(w, d, &s, "accepted", no, seq, problem) : e;
}

enum err dispatch_answer(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    const struct dispatch_doing *d = what;
    struct state s;
    enum err e = begin(w, d->id, DISPATCH_RECIPIENT, &s, no, problem);
    if (go_on(e, no) && text_given(d, no) && !is(&s, "sent") && !is(&s, "accepted"))
        desk_refuse(no, DESK_CONFLICT, "not-open", "it is answered once, by who has it");
    if (go_on(e, no))
        e = clock_meet(w, d->id, DISPATCH_CLOCK, NULL, seq, problem);
    return go_on(e, no) ? end(w, d, &s, "answered", no, seq, problem) : e;
}

/* May it still be given back, in whatever way? */
static bool may_give_back(const struct state *s, struct desk_no *no)
{
    if (!is(s, "sent"))
        return desk_refuse(no, DESK_CONFLICT, "not-open",
                           "only what was not accepted is given back");
    return !is_bound(s) || desk_refuse(no, DESK_CONFLICT, "designated",
                                       "the superior has said whose it is: accept and answer it");
}

enum err dispatch_return(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    const struct dispatch_doing *d = what;
    struct state s;
    enum err e = begin(w, d->id, DISPATCH_RECIPIENT, &s, no, problem);
    if (!go_on(e, no))
        return e;
    if (rules_ground(w->rules, GROUND_DISPATCH_RETURN, d->ground, w->at) == NULL)
        desk_refuse(no, DESK_WRONG, "unknown-ground",
                    "a dispatch is returned on a ground of the rule pack (dispatch-return)");
    else if (text_given(d, no) && may_give_back(&s, no) &&
             s.row.v[DISPATCH_FOLLOWS].type != VALUE_NULL)
        desk_refuse(no, DESK_CONFLICT, "returned-once",
                    "this matter was returned once; dispute it, and the superior says whose it is");
    if (!go_on(e, no))
        return e;
    s.row.v[DISPATCH_GROUND] = value_text(d->ground);
    e = clock_drop(w, d->id, NULL, seq, problem);
    return e == OK ? end(w, d, &s, "returned", no, seq, problem) : e;
}

enum err dispatch_dispute(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                          struct problem *problem)
{
    const struct dispatch_doing *d = what;
    struct state s;
    when due;
    enum err e = begin(w, d->id, DISPATCH_RECIPIENT, &s, no, problem);
    if (go_on(e, no) && text_given(d, no))
        may_give_back(&s, no);
    if (!go_on(e, no))
        return e;
    const struct clock_terms clock = {.subject = d->id,
                                      .organisation = s.row.v[DISPATCH_BY].s,
                                      .rule = DISPUTE_CLOCK,
                                      .from = w->at};
    e = clock_begin(w, &clock, &due, seq, problem);
    return e == OK ? end(w, d, &s, "disputed", no, seq, problem) : e;
}

/* Have the seven working days passed in which they could agree? */
static enum err check_time(const struct desk_work *w, struct str id, struct desk_no *no,
                           struct problem *problem)
{
    struct fact_row clock;
    char until[WHEN_TEXT];
    enum err e = clock_find(w->store, id, DISPUTE_CLOCK, &clock, problem);
    if (e != OK || clock.v[CLOCK_DUE].i <= w->at)
        return e;
    when_format(clock.v[CLOCK_DUE].i, rules_offset_minutes(w->rules), until);
    desk_refuse(no, DESK_CONFLICT, "dispute-running", "the departments may agree until %s", until);
    return OK;
}

enum err dispatch_designate(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                            struct problem *problem)
{
    struct dispatch_doing *d = what;
    struct state s;
    enum err e = begin(w, d->id, DISPATCH_SUPERIOR, &s, no, problem);
    if (go_on(e, no))
        e = dispatch_takes(w, d->organisation, str_of(w->who->organisation), no, problem);
    if (go_on(e, no))
        e = check_time(w, d->id, no, problem);
    if (!go_on(e, no))
        return e;
    s.row.v[DISPATCH_DESIGNATED] = value_text(str_of(w->who->organisation));
    e = clock_drop(w, d->id, NULL, seq, problem);
    if (e == OK)
        e = end(w, d, &s, "designated", no, seq, problem);
    if (!go_on(e, no))
        return e;
    struct value next[DISPATCH_COLUMNS];
    memcpy(next, s.row.v, sizeof next);
    next[DISPATCH_ORGANISATION] = value_text(d->organisation);
    next[DISPATCH_FOLLOWS] = value_text(d->id);
    next[DISPATCH_BOUND] = value_text(STR("yes"));
    return dispatch_put(w, next, d->text, d->next, no, seq, problem);
}

/* Recalling -------------------------------------------------------------------------------------
 */

static bool take_id(void *to, const struct value *v, size_t n)
{
    char *id = to;
    (void)n;
    if (!str_copy(v[0].s, id, ID_BYTES + 1))
        *id = '\0';
    return false;
}

enum err dispatch_recall(const struct desk_work *w, struct str of, int64_t *seq,
                         struct problem *problem)
{
    const struct value v = value_text(of);
    for (;;) {
        char id[ID_BYTES + 1] = "";
        struct fact_row row;
        enum err e =
            store_run(w->store,
                      "UPDATE dispatches SET \"status\" = \"status\" WHERE \"id\" = (SELECT "
                      "d.\"id\" FROM dispatches d WHERE d.\"case\" = $1 AND d.\"status\" IN "
                      "('sent', 'disputed') ORDER BY d.\"id\" LIMIT 1) RETURNING \"id\"",
                      &v, 1, take_id, id, problem);
        if (e != OK || *id == '\0')
            return e;
        e = fact_first(w->store, &dispatch_kind, value_text(str_of(id)), &row, problem);
        row.v[DISPATCH_STATUS] = value_text(STR("recalled"));
        row.v[DISPATCH_STATUS_AT] = value_int(w->at);
        if (e == OK)
            e = desk_write(w, &dispatch_kind, row.v, seq, problem);
        if (e == OK)
            e = clock_drop(w, str_of(id), NULL, seq, problem);
        if (e != OK)
            return e;
    }
}
