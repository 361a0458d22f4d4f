#include "desk/contract_costs.h"

#include "desk/contract_refund.h"
#include "person/vault.h"

enum { SEALED = 16 << 10 }; /* as many as there may be, each of its longest */

/* Sealed ------------------------------------------------------------------------------------ */

static int append(const char *bytes, size_t n, void *to)
{
    buf_bytes(to, bytes, n);
    return 0;
}

enum err contract_costs_seal(const struct pool_work *w, const struct value *row,
                             const struct contract_costs *costs, struct problem *problem)
{
    char label[CONTRACT_LABEL];
    struct buf text, sealed;
    buf_init(&text, SEALED);
    buf_init(&sealed, SEALED + UNWRAP_OVERHEAD);
    const struct str bound = contract_label(row[CONTRACT_KEY].s, CONTRACT_COSTS_LABEL, label);
    enum err e = json_dump_callback(costs->list, append, &text, JSON_COMPACT) == 0 && !text.failed
                     ? OK
                     : ERR_MEMORY;
    if (e == OK)
        e = unwrap_seal(w->keys, row[CONTRACT_PERSON].s, KEY_CONTRACT, bound, buf_view(&text),
                        &sealed);
    if (e != OK)
        problem_set(problem, e, "costs cannot be sealed (%s)", err_name(e));
    const struct value values[] = {row[CONTRACT_KEY], value_bytes(sealed.p, sealed.n)};
    if (e == OK)
        e = store_run(w->store, "UPDATE contracts SET \"costs\" = $2 WHERE \"id\" = $1", values, 2,
                      NULL, NULL, problem);
    vault_wipe(&text);
    buf_fini(&sealed);
    return e;
}

enum err contract_costs_open(struct store *s, struct unwrap *keys, const struct value *row,
                             json_t **list, struct problem *problem)
{
    struct buf text;
    *list = NULL;
    if (row[CONTRACT_COSTS_FEN].type != VALUE_INT)
        return OK;
    buf_init(&text, SEALED);
    enum err e = contract_open_costs(s, keys, row, &text, problem);
    if (e == OK) {
        *list = json_loadb((const char *)text.p, text.n, 0, NULL);
        e = *list != NULL ? OK
                          : problem_set(problem, ERR_CORRUPT, "%.*s: its costs are no list",
                                        STR_ARG(row[CONTRACT_KEY].s));
    }
    vault_wipe(&text);
    return e;
}

/* Stated ------------------------------------------------------------------------------------ */

struct costing {
    struct str id;
    const struct contract_costs *costs;
};

static enum contract_no may_cost(const struct value *row, const struct contract_refund *now,
                                 when at)
{
    if (row[CONTRACT_COSTS_FEN].type == VALUE_INT)
        return CONTRACT_COSTS_STATED;
    if (now->returned_fen > 0 || at >= row[CONTRACT_REFUND_DUE_AT].i)
        return CONTRACT_COSTS_LATE;
    return CONTRACT_YES;
}

static enum err cost(const struct pool_work *w, void *what, struct contract_result *out,
                     struct problem *problem)
{
    const struct costing *x = what;
    struct contract_refund refund;
    enum err e = contract_hold(w, x->id, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    struct value *row = out->row.v;
    if (!str_eq(row[CONTRACT_STATUS].s, STR("terminated")) ||
        row[CONTRACT_ENDED_AT].i >= row[CONTRACT_COOLING_UNTIL].i) {
        out->no = CONTRACT_NO_COSTS;
        return OK;
    }
    e = contract_refund(w, row, row[CONTRACT_ENDED_AT].i, FAULT_NONE, &refund, problem);
    if (e != OK)
        return e;
    out->no = may_cost(row, &refund, w->at);
    if (out->no == CONTRACT_YES && x->costs->fen > refund.paid_fen)
        out->no = CONTRACT_COSTS_OVER;
    if (out->no != CONTRACT_YES)
        return OK;
    row[CONTRACT_COSTS_FEN] = value_int(x->costs->fen);
    row[CONTRACT_REFUND_FEN] = value_int(refund.paid_fen - x->costs->fen);
    e = contract_write(w, out, problem);
    return e == OK ? contract_costs_seal(w, row, x->costs, problem) : e;
}

enum err contract_cost(const struct pool_work *w, struct str id, const struct contract_costs *costs,
                       struct contract_result *out, struct problem *problem)
{
    struct costing x = {id, costs};
    return contract_transaction(w, cost, &x, out, problem);
}
