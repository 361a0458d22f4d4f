#include "desk/contract_sign.h"

#include "desk/contract_refund.h"
#include "person/contract_term.h"
#include "registry/order.h"

/* The agency ------------------------------------------------------------------------------- */

struct signing {
    struct str id, person, hash;
};

static bool is(const struct value *row, const char *status)
{
    return str_eq(row[CONTRACT_STATUS].s, str_of(status));
}

static enum err is_stopped(const struct pool_work *w, const struct value *row, bool *stopped,
                           struct problem *problem)
{
    const struct value of[3] = {row[CONTRACT_ORGANISATION]};
    return order_stops(w->store, of, w->at, stopped, problem);
}

static enum err offer(const struct pool_work *w, void *what, struct contract_result *out,
                      struct problem *problem)
{
    const struct signing *s = what;
    bool stopped = true;
    enum err e = contract_hold(w, s->id, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    struct value *row = out->row.v;
    e = is_stopped(w, row, &stopped, problem);
    if (!is(row, "draft"))
        out->no = CONTRACT_NOT_DRAFT;
    else if (!str_eq(s->hash, row[CONTRACT_HASH].s))
        out->no = CONTRACT_OTHER_TEXT;
    else if (str_eq(row[CONTRACT_SCORE].s, STR("fails")))
        out->no = CONTRACT_NON_CONFORMING;
    else if (stopped)
        out->no = CONTRACT_SUSPENDED;
    else if (w->at >= row[CONTRACT_UNTIL].i)
        out->no = CONTRACT_TERM_OVER;
    row[CONTRACT_STATUS] = value_text(STR("offered"));
    row[CONTRACT_AGENCY_SIGNED_AT] = value_int(w->at);
    row[CONTRACT_AGENCY_SIGNED_BY] = value_text(w->staff);
    return e == OK && out->no == CONTRACT_YES ? contract_write(w, out, problem) : e;
}

enum err contract_offer(const struct pool_work *w, struct str id, struct str hash,
                        struct contract_result *out, struct problem *problem)
{
    struct signing s = {.id = id, .hash = hash};
    return contract_transaction(w, offer, &s, out, problem);
}

/* She ---------------------------------------------------------------------------------------- */

/* Her contract; not what was never offered to her. */
static enum err hold_hers(const struct pool_work *w, struct str id, struct str person,
                          struct contract_result *out, struct problem *problem)
{
    enum err e = contract_find(w->store, id, &out->row, problem);
    const bool hers = e == OK && str_eq(out->row.v[CONTRACT_PERSON].s, person) &&
                      out->row.v[CONTRACT_AGENCY_SIGNED_AT].type == VALUE_INT;
    out->no = hers ? CONTRACT_YES : CONTRACT_ABSENT;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err may_sign(const struct pool_work *w, const struct signing *s,
                         struct contract_result *out, struct problem *problem)
{
    bool stopped = true, collides = false;
    enum err e = hold_hers(w, s->id, s->person, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    const struct value *row = out->row.v;
    e = is_stopped(w, row, &stopped, problem);
    if (e != OK)
        return e;
    if (!str_eq(s->hash, row[CONTRACT_HASH].s)) {
        out->no = CONTRACT_OTHER_TEXT;
    } else if (!is(row, "offered")) {
        out->no = CONTRACT_NOT_OFFERED;
    } else if (stopped) {
        out->no = CONTRACT_SUSPENDED;
    } else if (w->at >= row[CONTRACT_UNTIL].i) {
        out->no = CONTRACT_TERM_OVER;
    } else {
        e = contract_collides(w->store, row, w->at, &collides, problem);
        if (collides)
            out->no = CONTRACT_ALREADY_IN_FORCE;
    }
    return e;
}

/* Her row, as the contract stands now. */
static enum err note_member(const struct pool_work *w, when until, struct contract_result *out,
                            struct problem *problem)
{
    bool there = false;
    enum err e = contract_term_note(w, out->row.v, until, &there, &out->seq, problem);
    if (e == OK && !there)
        out->no = CONTRACT_ABSENT;
    return e;
}

static enum err sign(const struct pool_work *w, void *what, struct contract_result *out,
                     struct problem *problem)
{
    const struct signing *s = what;
    enum err e = may_sign(w, s, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    struct value *row = out->row.v;
    row[CONTRACT_STATUS] = value_text(STR("signed"));
    row[CONTRACT_PERSON_SIGNED_AT] = value_int(w->at);
    row[CONTRACT_COOLING_UNTIL] = value_int(
        when_plus(pool_midnight(w->rules, w->at), row[CONTRACT_COOLING_DAYS].i * WHEN_DAY));
    e = contract_write(w, out, problem);
    if (e == OK && row[CONTRACT_FROM].i <= w->at)
        e = note_member(w, row[CONTRACT_UNTIL].i, out, problem);
    return e;
}

enum err contract_sign(const struct pool_work *w, struct str id, struct str person, struct str hash,
                       struct contract_result *out, struct problem *problem)
{
    struct signing s = {.id = id, .person = person, .hash = hash};
    return contract_transaction(w, sign, &s, out, problem);
}

enum err contract_may_sign(const struct pool_work *w, struct str id, struct str person,
                           struct str hash, enum contract_no *no, struct problem *problem)
{
    struct contract_result result;
    const struct signing s = {.id = id, .person = person, .hash = hash};
    enum err e = may_sign(w, &s, &result, problem);
    *no = result.no;
    return e;
}

/* The end ----------------------------------------------------------------------------------- */

static enum err keep_reason(const struct pool_work *w, const struct value *row, struct str reason,
                            struct problem *problem)
{
    char label[CONTRACT_LABEL];
    uint8_t bytes[CONTRACT_REASON + UNWRAP_OVERHEAD];
    struct buf sealed;
    if (reason.n == 0)
        return OK;
    buf_fixed(&sealed, bytes, sizeof bytes);
    enum err e = unwrap_seal(w->keys, row[CONTRACT_PERSON].s, KEY_CONTRACT,
                             contract_label(row[CONTRACT_KEY].s, CONTRACT_REASON_LABEL, label),
                             reason, &sealed);
    const struct value values[] = {row[CONTRACT_KEY], value_bytes(sealed.p, sealed.n)};
    return e == OK ? store_run(w->store, "UPDATE contracts SET \"reason\" = $2 WHERE \"id\" = $1",
                               values, 2, NULL, NULL, problem)
                   : problem_set(problem, e, "a reason cannot be sealed (%s)", err_name(e));
}

/* What was signed: the money, and what it opened. */
static enum err end_signed(const struct pool_work *w, const struct contract_ending *x,
                           struct contract_result *out, struct problem *problem)
{
    struct contract_refund refund;
    struct value *row = out->row.v;
    const bool cooling = contract_stands(row, w->at) == CONTRACT_COOLING;
    const bool opened = w->at >= row[CONTRACT_FROM].i && w->at < row[CONTRACT_UNTIL].i;
    const bool costs = x->costs.list != NULL;
    if (costs)
        row[CONTRACT_COSTS_FEN] = value_int(x->costs.fen);
    enum err e = contract_refund(w, row, w->at, x->fault, &refund, problem);
    if (costs && !cooling)
        out->no = CONTRACT_NO_COSTS;
    else if (costs && e == OK && x->costs.fen > refund.paid_fen)
        out->no = CONTRACT_COSTS_OVER;
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    row[CONTRACT_STATUS] = value_text(STR("terminated"));
    row[CONTRACT_ENDED_AT] = value_int(w->at);
    row[CONTRACT_FAULT] = cooling ? value_null() : value_text(str_of(fault_name(x->fault)));
    row[CONTRACT_REFUND_FEN] = value_int(refund.refund.amount_fen);
    row[CONTRACT_REFUND_DUE_AT] = value_int(refund.refund.due);
    e = contract_write(w, out, problem);
    if (e == OK && costs)
        e = contract_costs_seal(w, row, &x->costs, problem);
    return e == OK && opened ? note_member(w, w->at, out, problem) : e;
}

static enum err end(const struct pool_work *w, void *what, struct contract_result *out,
                    struct problem *problem)
{
    const struct contract_ending *x = what;
    struct value *row = out->row.v;
    enum err e = x->person.n > 0 ? hold_hers(w, x->id, x->person, out, problem)
                                 : contract_hold(w, x->id, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    if (row[CONTRACT_ENDED_AT].type == VALUE_INT) {
        out->no = CONTRACT_OVER;
        return OK;
    }
    if (is(row, "signed")) {
        e = end_signed(w, x, out, problem);
    } else if (x->costs.list != NULL) {
        out->no = CONTRACT_NO_COSTS;
    } else {
        row[CONTRACT_STATUS] = value_text(STR("void"));
        row[CONTRACT_ENDED_AT] = value_int(w->at);
        e = contract_write(w, out, problem);
    }
    return e == OK && out->no == CONTRACT_YES ? keep_reason(w, row, x->reason, problem) : e;
}

enum err contract_end(const struct pool_work *w, const struct contract_ending *x,
                      struct contract_result *out, struct problem *problem)
{
    struct contract_ending ending = *x;
    return contract_transaction(w, end, &ending, out, problem);
}
