/*
 * erase: a member goes, and stays gone, whichever copy of the database comes back.
 *
 * By class of data (unwrap.h):
 *
 *     profile   vault, files, number, follow-ups: the key is overwritten at once
 *     contract  a contract, proofs of consent: sealed anew under KEY_CONTRACT, locked
 *               until their term ends, then that key too
 *     record    who looked at her: hers to read until the log's retention ends, and as
 *               long as something is kept, since that can be looked at
 *     refusals  and wishes about calls stay under the keyed hash of her number
 *               (suppression.h); erasing is a refusal of that organisation too
 *
 * Her id is never given again, her row says `erased`, and the journal's rows that named
 * her number name its hash. The log keeps its entries: commitments, whose openings end
 * with their keys.
 *
 * An authority's order in force (opening.h) holds the member that it names until it ends:
 * her consents to that organisation end, the rest waits.
 *
 *     waiting ──due──► running ── tables emptied ── keys overwritten ── files scoured ──► done
 *        └─► cancelled
 *
 * A crash leaves it running, and erase_run carries on. The tables go first, since what
 * is kept must be opened once more; a copy of them from before opens nothing after.
 *
 * Any thread with a store of its own. Not inside a transaction.
 */
#pragma once
#include "person/link.h"
#include "person/vault.h"
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Contracts and proofs of consent: limitation of actions, Civil Code Art. 188. */
#define ERASE_TERM (3 * 366 * WHEN_DAY)

enum { ERASE_PERSONS = 200, ERASE_LABEL = 32 };

struct erase {
    struct vault vault;
    const struct link *link;
    struct str node;
    int record_days; /* how long the log keeps who looked; 0: for ever */
};

/*
 * Ask that these members, all of one human, be erased once `due` has come. `whole`: no
 * member of hers is left, so that her number goes too. ERR_CONFLICT: one of them waits
 * already, or is gone. ERR_NOT_FOUND: no such member. ERR_LIMIT: one that waits was asked
 * for ERASE_A_DAY times within a day. While it waits it is a duty (duty.h). `seq` gets the last
 * journal number, or stays.
 */
enum { ERASE_A_DAY = 3 };
struct erase_request {
    const struct str *person;
    size_t count;
    bool whole;
    when due;
};
MUST_USE enum err erase_ask(struct store *, const struct erase_request *,
                            const struct fact_origin *, char id[static FRESH_ID], int64_t *seq,
                            struct problem *);

/* Think better of it, as long as it waits. ERR_NOT_FOUND: none of `person` does. */
MUST_USE enum err erase_cancel(struct store *, struct str person, const struct fact_origin *,
                               int64_t *seq, struct problem *);

/*
 * Carry out what is due or was cut short, and end what was kept until now. `seq` gets the
 * last journal number, or stays. An error leaves the rest for the next time.
 */
MUST_USE enum err erase_run(const struct erase *, when now, int64_t *seq, struct problem *);

/*
 * After the database was put back from an older copy: members whose key is overwritten
 * are erased again. Reads all members.
 */
MUST_USE enum err erase_again(const struct erase *, when now, struct problem *);

/* Erasures of a member, newest first; false stops. Views. */
struct erasure {
    struct str id, person, status; /* waiting held running done cancelled */
    when asked_at, due_at, done_at;
};
typedef bool erase_each(void *to, const struct erasure *);
MUST_USE enum err erase_list(struct store *, struct str person, erase_each *, void *to,
                             struct problem *);

/* How long after an erasure its record ends, if the log keeps records for `days`. */
#define ERASE_RECORDS(days) (((when)(days) + 31) * WHEN_DAY)

/* What a look at it is for (gate/look_stand.h). */
#define ERASE_KEPT_PURPOSE "retention.claim"

/*
 * What is kept of her at `now`, until when: "contract" (as her row named it), "contract/ctr_…",
 * whose text stays too (contract.h), "consent/1".
 */
enum { ERASE_KEPT = 1000 };
struct erase_kept {
    char label[ERASE_LABEL];
    when until;
};
MUST_USE enum err erase_kept(struct store *, struct str person, when now,
                             struct erase_kept out[static ERASE_KEPT], size_t *count,
                             struct problem *);

/* One of these, opened: her membership, a contract or a consent. */
struct erase_proof {
    const struct fact_kind *kind;
    struct str organisation; /* a view into the row */
    struct fact_row row;
};

/*
 * ERR_NOT_FOUND: not kept, or its term has ended. ERR_CLOSED. The caller overwrites what it got
 * (sodium_memzero).
 */
MUST_USE enum err erase_open_kept(const struct vault *, struct str person, struct str label,
                                  when now, struct erase_proof *out, struct problem *);
