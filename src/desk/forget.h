/*
 * forget: what persons wrote at the desk ends, by its time, or because she asked.
 *
 * A complaint, a report, an appeal is a row of facts, and stays: about whom, when, how it ended,
 * the hashes of its evidence. What was written in it ends: its sealed texts, those of whoever
 * answered it too, the bytes of its evidence, why who she is was opened, and the link to her
 * number. The row says since when (`forgotten_at`), in journal and ledger.
 *
 *     by its time    a complaint `complaint-kept` after it ended, and after the case that it is
 *                    part of was closed; a report `report-kept` after it came, an appeal after it
 *                    was decided (limits of the pack; without one it is kept)
 *     when she asks  (PIPL Art. 47) at once, one that is still open being withdrawn
 *
 * What an authority's open case holds must be kept for it, so that it may be stored and no more
 * (PIPL Art. 47, para. 2): her name, number and address go at once, the rest is `restricted_at`,
 * opens to the authority in charge alone (desk/disclosure.h), and goes when the case is closed. An
 * appeal that is not decided, and the restraint of a number, end before they go.
 *
 *     waiting ──due──► held, while something must stay ──► gone, as its row
 *        └─► cancelled
 *
 * Any thread with a store of its own. Not inside a transaction.
 */
#pragma once
#include "desk/work.h"

/* Whose: of the number with this link, since it is hers. */
struct forget_hers {
    const uint8_t *link /* SUBJECT_LINK */;
    when since;
};

/* How many complaints, reports and appeals of hers are kept. */
MUST_USE enum err forget_count(struct store *, const struct forget_hers *, int64_t *out,
                               struct problem *);

/*
 * Ask that it be erased once `due` has come. ERR_NOT_FOUND: nothing is kept. ERR_CONFLICT: it is
 * under way. ERR_LIMIT: what waits was asked for three times within a day.
 */
MUST_USE enum err forget_ask(const struct desk_work *, const struct forget_hers *, when due,
                             char id[static FRESH_ID], struct problem *);

/* Think better of it, as long as it waits. ERR_NOT_FOUND: it does not. */
MUST_USE enum err forget_cancel(const struct desk_work *, const struct forget_hers *,
                                struct problem *);

/*
 * Carry out what was asked and is due, and what cannot be held any more. `seq` gets the last
 * journal number, or stays. An error leaves the rest for the next time.
 */
MUST_USE enum err forget_asked(const struct desk_work *, int64_t *seq, struct problem *);

/* End what is kept no longer. For gate/sweep.h. */
MUST_USE enum err forget_due(const struct desk_work *, unsigned *ended, int64_t *seq,
                             struct problem *);

/* What an erasure that is under way must leave for now: "complaint/cpl_…", "appeal/apl_…",
 * "restraint/rst_…"; false stops. Views. */
typedef bool forget_each(void *to, struct str what);
MUST_USE enum err forget_held(struct store *, const struct forget_hers *, forget_each *, void *to,
                              struct problem *);
