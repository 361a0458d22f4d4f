/*
 * look_ask: a look asked of the gate, judged and recorded before anything is shown.
 *
 *     question ─► stand ─► judge ─► seal, one opening a person ─► ledger ─► (durable) ─► answer
 *
 * No record, no data: a front opens the vault only once it has been answered with a
 * record_error of OK, and only the categories that are shown or masked. Without a
 * durable record within `ledger.deadline_ms` every answer is a denial, whatever the
 * configuration says of calls; a record that lands later is followed by one that says
 * that it was not answered.
 *
 * A person who is unknown, or whose key was destroyed, is denied like one with whom
 * there is no relation; the record then commits to randomness in her place.
 */
#pragma once
#include "gate/gate.h"
#include "gate/look_record.h"

struct look_question {
    struct str actor; /* "stf_…", "host:0", or "per_…": herself */
    struct str staff; /* of "host:…": the member of staff for whom its command line asks */
    const struct str *persons; /* ids, 1 … LOOK_PERSONS, also of nobody; until the call returns */
    size_t count;
    struct str purpose; /* empty: none was stated */
    categories what;
    enum surface surface;
    struct str task; /* or case; may be empty */
    when at;
    bool dry;         /* verdicts only: recorded as such, and not counted */
    bool third_party; /* they appear in another member's data */
    bool kept;        /* what their erasure left (person/erase.h) */
    /* Of one person: how many messages or entries would be shown; 0: not counted. */
    uint32_t items[CATEGORIES];
};

struct look_result {
    enum err record_error; /* OK: durable. Else every answer is LOOK_DENY */
    uint64_t record;       /* index, if record_error is OK */
    when at;
    size_t count;
    struct look_verdict verdict[LOOK_PERSONS];
};

/*
 * Ask. `done` is called exactly once, from this thread or another, and must not block.
 * record_error: ERR_TIMEOUT: late; ERR_FULL: overload; ERR_LIMIT: more persons than a
 * record holds, none, or a text that is too long; else why there is no record.
 */
typedef void look_done(void *to, const struct look_result *);
void gate_look_ask(struct gate *, const struct look_question *, look_done *done, void *to);

/* How many members' files a member of staff has opened today (gate/budget.h). */
unsigned gate_files_opened(struct gate *, struct str staff, when at);

/* Ask and wait: for commands and worker threads. */
void gate_look_wait(struct gate *, const struct look_question *, struct look_result *out);

/* A look at a person, as her opening and the record tell it. */
struct look_seen {
    uint64_t record;
    when at; /* recorded */
    bool dry, host, imported;
    enum surface surface;
    char purpose[PURPOSE_MAX];
    struct look_opening opening;
};

/*
 * Newest first: the looks at this person that this node has recorded, before record
 * `before` (UINT64_MAX: from the newest on); false stops. OK and none: nobody looked,
 * nobody is known by this id, or her key was destroyed.
 */
typedef bool look_each(void *to, const struct look_seen *);
MUST_USE enum err gate_looks(struct gate *, struct str person, uint64_t before, look_each *each,
                             void *to, struct problem *);

/* The look at this person under this record. ERR_NOT_FOUND: the record is not of one. */
MUST_USE enum err gate_look_seen(struct gate *, struct str person, uint64_t record,
                                 struct look_seen *out, struct problem *);

/* Her opening of it, nonce first: what the record commits to. ERR_NOT_FOUND as above. */
MUST_USE enum err gate_look_disclose(struct gate *, struct str person, uint64_t record,
                                     struct buf *opening, struct problem *);

/*
 * The look record at `index`, and who asked. `opened` false: the key of its period is
 * gone, and `asker` is empty. `verdict`: of a look at one person; of more it asks
 * nothing. ERR_NOT_FOUND: no such record, or not of a look. ERR_CORRUPT.
 */
MUST_USE enum err gate_explain_look(struct gate *, uint64_t index, struct look_record *out,
                                    struct look_asker *asker, struct look_verdict *verdict,
                                    bool *opened);
