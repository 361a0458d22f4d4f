#include "gate/receipt.h"

#include "gate/look_ask.h"
#include "gate/node.h"
#include "ledger/opened.h"
#include "person/vault.h"

/* A checkpoint with more signatures than the log's own. */
static bool is_witnessed(struct str receipt)
{
    const struct str dash = STR("\n— ");
    const char *at = receipt.p;
    size_t n = receipt.n;
    unsigned lines = 0;
    for (const char *p; n > 0 && (p = memmem(at, n, dash.p, dash.n)) != NULL; lines++) {
        n -= (size_t)(p - at) + dash.n;
        at = p + dash.n;
    }
    return lines > 1;
}

static enum err open_record(struct gate *g, uint64_t index, struct buf *opening)
{
    struct buf entry;
    uint8_t commitment[COMMITMENT];
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(g->ledger, index, &entry);
    if (e == OK && entry.n < ENTRY_HEADER + COMMITMENT)
        e = ERR_CORRUPT;
    if (e == OK) {
        memcpy(commitment, entry.p + entry.n - COMMITMENT, COMMITMENT);
        e = gate_disclose(g, index, commitment, opening);
    }
    buf_fini(&entry);
    return e == ERR_NOT_FOUND ? ERR_CLOSED : e;
}

/* The receipt of record `index` with this opening, which is wiped. */
static enum err put_opened(struct gate *g, uint64_t index, enum err opened, struct buf *opening,
                           struct str content, struct buf *out, bool *witnessed,
                           struct problem *problem)
{
    struct buf receipt;
    buf_init(&receipt, PROOF_MAX);
    enum err e = opened;
    if (e != OK)
        problem_set(problem, e, "the record cannot be opened: %s", err_name(e));
    if (e == OK)
        e = ledger_prove(g->ledger, index, &receipt, problem);
    if (e == ERR_NOT_FOUND && ledger_deleted(g->ledger, index, &(when){0}))
        e = ERR_CLOSED;
    if (e == OK)
        e = opened_put(buf_view(&receipt), buf_view(opening), content, out);
    *witnessed = e == OK && is_witnessed(buf_view(&receipt));
    vault_wipe(opening);
    buf_fini(&receipt);
    return e;
}

enum err receipt_of_fact(struct gate *g, uint64_t index, struct str payload, struct buf *out,
                         bool *witnessed, struct problem *problem)
{
    struct buf opening;
    buf_init(&opening, 2 * OPENING_MAX);
    const enum err e = open_record(g, index, &opening);
    return put_opened(g, index, e, &opening, payload, out, witnessed, problem);
}

enum err receipt_of_call(struct gate *g, uint64_t index, struct buf *out, bool *witnessed,
                         struct problem *problem)
{
    return receipt_of_fact(g, index, STR(""), out, witnessed, problem);
}

enum err receipt_of_look(struct gate *g, struct str person, uint64_t index, struct buf *out,
                         bool *witnessed, struct problem *problem)
{
    struct buf opening;
    buf_init(&opening, 2 * OPENING_MAX);
    enum err e = gate_look_disclose(g, person, index, &opening, NULL);
    return put_opened(g, index, e == ERR_NOT_FOUND ? ERR_CLOSED : e, &opening, STR(""), out,
                      witnessed, problem);
}

enum err receipt_of_consent(struct gate *g, const struct consent_record *record, struct buf *out,
                            bool *witnessed, struct problem *problem)
{
    return receipt_of_fact(g, record->index, buf_view(&record->payload), out, witnessed, problem);
}
