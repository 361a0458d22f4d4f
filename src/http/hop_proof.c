#include "http/hop_proof.h"

#include "ledger/opened.h"
#include "ledger/witness.h"
#include "person/vault.h"

#include <stdlib.h>

enum { NONCE = 32 };

/* A record of this second is durable and not published yet. */
static enum err prove(struct ledger *ledger, uint64_t index, struct buf *out,
                      struct problem *problem)
{
    enum err e = ledger_prove(ledger, index, out, problem);
    if (e != ERR_NOT_FOUND)
        return e;
    e = ledger_publish(ledger, problem);
    return e == OK ? ledger_prove(ledger, index, out, problem) : e;
}

enum err hop_proof_make(struct gate *gate, uint64_t index,
                        const uint8_t commitment[static COMMITMENT], struct buf *out,
                        struct problem *problem)
{
    struct buf receipt, opening;
    buf_init(&receipt, PROOF_MAX);
    buf_init(&opening, 2 * OPENING_MAX);
    enum err e = prove(gate_ledger(gate), index, &receipt, problem);
    if (e == OK)
        e = gate_disclose(gate, index, commitment, &opening);
    if (e == OK)
        e = opened_put(buf_view(&receipt), buf_view(&opening), STR(""), out);
    vault_wipe(&opening);
    buf_fini(&receipt);
    return e == OK ? OK
                   : problem_set(problem, e, "a call's record is not proven (%s)", err_name(e));
}

/* The key under the name of the log that signed: it changes with the month, as the origin does. */
static bool key_of(struct str vkey, struct str note, struct note_key *out)
{
    struct note_key key;
    struct str text, lines;
    struct checkpoint c;
    if (note_key_parse(vkey, &key) != OK || note_split(note, &text, &lines) != OK ||
        checkpoint_parse(text, &c) != OK)
        return false;
    return witness_same_log(str_of(key.name), c.origin) &&
           note_key_rename(&key, c.origin, out) == OK;
}

static bool receipt_holds(struct str proof, struct str vkey, struct str entry)
{
    struct receipt *r = malloc(sizeof *r);
    struct note_key key;
    bool good = r != NULL && receipt_parse(proof, r) == OK && key_of(vkey, r->note, &key) &&
                receipt_check(proof, &key, entry, NULL, NULL, NULL, NULL) == OK;
    free(r);
    return good;
}

static bool says_the_same(const struct opened *o, const struct hop_question *q,
                          const struct hop_answer *a)
{
    struct call_record c = {.dry = true};
    if (call_record_decode(str_skip(o->entry, ENTRY_HEADER), &c) != OK ||
        call_opening_decode(str_skip(o->opening, NONCE), &c) != OK)
        return false;
    return !c.dry && c.caller == q->caller && (q->callee == 0 || c.callee == q->callee) &&
           c.asked == a->at && strcmp(c.verdict.line, a->line) == 0 &&
           strcmp(c.verdict.principal, a->principal) == 0 &&
           strcmp(c.verdict.campaign, a->campaign) == 0;
}

bool hop_proof_check(struct str proof, struct str vkey, const struct hop_question *q,
                     const struct hop_answer *a)
{
    struct buf memory;
    struct opened o;
    buf_init(&memory, PROOF_MAX);
    bool good = opened_of(proof, &memory, &o) == OK && o.entry.n > ENTRY_HEADER &&
                o.entry.p[1] == ENTRY_CALL && opened_agrees(&o) &&
                receipt_holds(proof, vkey, o.entry) && says_the_same(&o, q, a);
    vault_wipe(&memory);
    return good;
}
