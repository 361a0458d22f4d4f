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
    enum check would_check;  /* … and why; equals check in enforce mode */
    bool observed;           /* kind differs from would because of observe mode */
    bool commercial;
    bool proven_caller; /* a PASSporT or a line of the caller's own says who calls */
    bool protected_caller;
    bool counts;  /* adds to the windows: allow, remind and warn of a commercial call */
    bool relayed; /* by a binding (gate/relay.h): its parties are told to nobody else */
    int sector;   /* index in the rule pack; -1: none, and always after decoding a record */
    char line[ID_MAX], campaign[ID_MAX], principal[ID_MAX];
    char binding[ID_MAX];               /* of a relayed call; "" while one is asked for */
    uint64_t principal_key;             /* of its legal entity, for the windows; 0: none */
    int64_t journal;                    /* the view's last journal number */
    uint8_t count_principal, count_all; /* attempts found in the windows */
};

/* "block" "warn" "remind" "allow" */
const char *verdict_word(enum verdict_kind);

/* What the gate was asked, as far as records need it. */
struct call_record {
    number caller, callee; /* the parties; of a relayed call, whoever they are at that moment */
    number dialled;        /* … and the relay number that each sees of the other; else 0 */
    uint32_t max_call_s;   /* of a relayed call, how long it may last; 0: no limit */
    when asked;
    bool dry;
    uint32_t person_seq; /* the callee's running number, 1 for her first record; 0 in a dry run */
    uint64_t window_seq[2]; /* of the attempts added (window.h): principal's, all; 0: none */
    struct verdict verdict;
    char rule[64], reason[40];
    uint8_t pack[8]; /* first bytes of rules_hash */
    uint8_t commitment[COMMITMENT];
};

/*
 * Body of an ENTRY_CALL; what the opening hides is not in it. Integers big-endian,
 * words as one length byte and so many bytes, so that an entry explains itself.
 *
 *      1  version, 1
 *      1  flags: 1 dry run · 2 observed · 4 commercial · 8 protected caller · 16 counts ·
 *         32 proven · 64 relayed
 *      2  verdict, would: 0 block · 1 warn · 2 remind · 3 allow
 *      8  asked, ns since 1970
 *      8  journal number judged under
 *      8  first bytes of the rule pack's hash
 *      2  attempts found: of the principal, of all
 *    1+n  check      "frequency-cap"
 *    1+n  would be   "frequency-cap"
 *    1+n  rule id    "cn.call.frequency"
 *    1+n  reason     "frequency-cap"
 *     32  commitment to the opening
 */
enum { CALL_BODY_MAX = 30 + 4 * 80 + COMMITMENT };
void call_record_encode(const struct call_record *, struct buf *out);

/* ERR_CORRUPT: not such a body, or of a newer version. Leaves what the opening holds zero. */
MUST_USE enum err call_record_decode(struct str body, struct call_record *out);

/*
 * Plaintext of the opening: who rang whom, for whom.
 *
 *      1  version: 1, of a relayed call 2, or 3 if it may not last for ever
 *      8  caller, 8 callee, 8 asked
 *      4  running number of the callee
 *      8  key of the principal, 8 + 8 window sequences (gate/window.h)
 *    1+n  line, 1+n campaign, 1+n principal
 *      8  dialled, 1+n binding: of versions 2 and 3
 *      4  seconds that it may last: of version 3
 */
enum { CALL_OPENING_MAX = 65 + 4 * ID_MAX };
void call_opening_encode(const struct call_record *, struct buf *out);

/* Fills in what call_record_decode left. ERR_CORRUPT. */
MUST_USE enum err call_opening_decode(struct str plaintext, struct call_record *out);

/* For the ledger's index; `record` is the index's to set. */
bool call_index_row(struct str plaintext, struct index_row *out);
