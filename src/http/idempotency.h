/*
 * idempotency: a request that is sent again has one effect
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * A client that does not know whether its POST arrived sends it again with the same
 * Idempotency-Key, and gets the same answer. Routes say that they take the key (`once`
 * in the route table); request_work does the rest.
 *
 * Promises
 *   - The key's row commits in the same transaction as the first effect of the work: of
 *     any number of requests with one key, at once or after a crash, at one node or
 *     several, exactly one has an effect.
 *   - A key belongs to who sent it. With another method, path, purpose or body it is
 *     refused, 422 idempotency-key-reused. While the first is under way, 409
 *     request-in-progress.
 *   - A refusal that changed nothing is not kept: the request is judged again.
 *   - What is kept tells nothing: hashes under a key, and the answer sealed, for 24 hours.
 *   - An answer does not outlive a person of whom it tells: an erasure empties all of them,
 *     in its transaction, since no table says whose they are.
 * Caveat
 *   - If the process dies between effect and answer, the answer is larger than
 *     IDEMPOTENCY_ANSWER, or somebody was erased since, the request is not carried out
 *     again, but the answer is gone: 409 answer-lost.
 *
 * Threads as of http/work.h.
 */
#pragma once
#include "http/work.h"
#include "registry/account.h"

enum { IDEMPOTENCY_KEY_MIN = 16, IDEMPOTENCY_KEY_MAX = 128, IDEMPOTENCY_ANSWER = 65536 };

/*
 * The key in the header's value, with the quotes of RFC 8941 or without. False: not of 16 to 128
 * printable ASCII characters.
 */
bool idempotency_key(struct str header, struct str *key);

/*
 * For work whose effect is not in the store, such as a look: note the key before the effect, so
 * that no other request with this key has one. Without a key nothing happens. ERR_CONFLICT:
 * another had it meanwhile; then there is to be no effect, and its answer is given. If there is
 * none after all, outcome.undone gives the key back.
 */
MUST_USE enum err idempotency_take(const struct request *, const struct hands *, struct problem *);

/* Call `run`, or answer as it was answered before. `r->once` is the key. */
void idempotency_run(struct request *r, const struct hands *, const struct account_key *, when now,
                     work_run *run);
