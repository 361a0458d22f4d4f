/*
 * identity: whose PASSporT is good, found out beside the call's path.
 *
 *     lane ──identity_ask──► queue ──► verifier ──done──► the gate
 *                │                        │
 *                └─ no certificate ─► reader: the folder again, 5 s apart
 *
 * A lane never waits and never reads a file: what cannot be looked at now (queue
 * full, certificate not in memory) is refused at once, and the call is judged
 * without a proof. The verifier is one thread that computes only; what has waited
 * longer than `late_ms` is answered unlooked at, so that a queue that is too long
 * empties at once. The reader is another, which alone touches the disk.
 *
 * identity_new, _use, _free: one thread. identity_ask: any thread.
 */
#pragma once
#include "sip/certificates.h"
#include "sip/passport.h"

enum { IDENTITY_QUEUE = 1024 };

struct identity;

struct identity_options {
    const struct number_plan *plan; /* outlives it */
    int late_ms;
};

/* Starts the two threads. It is off until identity_use. ERR_MEMORY. */
MUST_USE enum err identity_new(const struct identity_options *, struct identity **out,
                               struct problem *);
void identity_free(struct identity *);

/* From now on with these, which become its own; NULL: off. What waits is answered all the same. */
void identity_use(struct identity *, struct certificates *);

/* The caller that is proven, or 0. On the verifier's thread; must not block. */
typedef void identity_done(void *to, number caller, enum number_class);

/*
 * Look at a request's Identity header. True: `done` is called exactly once. False: never,
 * and the caller is not proven. Copies what it needs of `request`. `header`: what
 * passport_header said; anything but PASSPORT_VERIFIED is only counted.
 */
bool identity_ask(struct identity *, enum passport_result header, const struct passport_request *,
                  identity_done *done, void *to);

/* What became of Identity headers since the start, by result. */
void identity_count(struct identity *, uint64_t out[static PASSPORT_RESULTS]);
