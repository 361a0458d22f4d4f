/*
 * verdict: the answer of the gate, and its form in the ledger.
 *
 * A zeroed verdict is a block. No error can become an allow.
 */
#pragma once
#include "core/buf.h"
#include "core/number.h"
#include "ledger/index.h"
#include "rules/rules.h"

enum verdict_kind { VERDICT_BLOCK = 0, VERDICT_WARN, VERDICT_REMIND, VERDICT_ALLOW };

enum { ID_MAX = 65 }; /* an id with its NUL */

struct verdict {
    enum verdict_kind kind;  /* what is answered */
    enum check check;        /* why; its reason word and rule are the pack's */
    enum verdict_kind would; /* what enforcing would have answered; equals kind in enforce mode */
    bool observed;           /* kind differs from would because of observe mode */
    bool commercial;
    bool protected_caller;
    bool counts;             /* adds to the windows: allow, remind and warn of a commercial call */
    int sector;              /* -1: none */
    char line[ID_MAX], campaign[ID_MAX], principal[ID_MAX];
    int64_t journal;         /* the view's last journal number */
    uint8_t count_principal, count_all; /* attempts found in the windows */
};

/* "block" "warn" "remind" "allow" */
const char *verdict_word(enum verdict_kind);

/* What the gate was asked, as far as records need it. */
struct call_record {
    number caller, callee;
    when asked;
    bool dry;
    uint32_t person_seq; /* the callee's running number, 1 for her first record; 0 in a dry run */
    struct verdict verdict;
    char rule[64], reason[40];
    uint8_t pack[8];     /* first bytes of rules_hash */
    uint8_t commitment[COMMITMENT];
};

/* Body of an ENTRY_CALL; what the opening hides is not in it. */
void call_record_encode(const struct call_record *, struct buf *out);
MUST_USE enum err call_record_decode(struct str body, struct call_record *out);

/* Plaintext of the opening: numbers, line, campaign, running number. */
void call_opening_encode(const struct call_record *, struct buf *out);
MUST_USE enum err call_opening_decode(struct str plaintext, struct call_record *out);
bool call_index_row(struct str plaintext, struct index_row *out);
