/*
 * code: one-time codes to a person's number, by which she signs in.
 *
 * Guarantees
 *   - A code is six digits, good for CODE_LIFE, once, and for CODE_TRIES attempts, each
 *     counted before it is looked at; a new one ends the one before.
 *   - At most CODE_HOUR in an hour and CODE_DAY in a day are made for a number, also by
 *     many at once and at several nodes.
 *   - The store holds the number's blind link and a hash under DATA/keys/accounts: who has
 *     a copy of it alone learns neither numbers nor codes.
 * Caveats
 *   - Whoever asks three times for a number has used up its hour: nobody then gets a code.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "core/clock.h"
#include "registry/account.h"

enum { CODE_DIGITS = 6, CODE_TEXT = CODE_DIGITS + 1, CODE_TRIES = 5, CODE_HOUR = 3, CODE_DAY = 5 };
#define CODE_LIFE (5 * WHEN_MINUTE)

/* Make one for the number with this link. ERR_REFUSED: enough have been made; `text` is empty. */
MUST_USE enum err code_make(struct store *, const struct account_key *,
                            const uint8_t link[static SUBJECT_LINK], when now,
                            char text[static CODE_TEXT], struct problem *);

/* Use it up. ERR_REFUSED: whatever is wrong with it; other errors: it could not be told. */
MUST_USE enum err code_check(struct store *, const struct account_key *,
                             const uint8_t link[static SUBJECT_LINK], struct str text, when now,
                             struct problem *);
