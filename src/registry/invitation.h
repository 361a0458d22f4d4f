/*
 * invitation: the link by which a member of staff sets her first password herself.
 *
 *     made ─► taken: she has an account
 *       └───► replaced by a newer one, past its end, or an account was made otherwise
 *
 * Whoever keeps the staff of her house makes it and hands it on; neither she who made it nor the
 * host learns the password or the secret of the codes. Only who has no account yet is invited: a
 * password that was set is reset by the host alone (`menshen user passwd`), so that nobody takes
 * over a colleague's name. 256 random bits, of which the table keeps the hash.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "registry/account.h"
#include "registry/fact.h"
#include "registry/secret.h"

#define INVITATION_LIFE (3 * WHEN_DAY)

/*
 * Make hers, in place of an earlier one; `secret` gets the text to show once. Part of the caller's
 * transaction, with its journal row. ERR_CONFLICT: she has an account. ERR_INVALID: she has no
 * login to sign in with.
 */
MUST_USE enum err invitation_make(struct store *, struct str staff, const struct fact_origin *,
                                  char secret[static SECRET_TEXT], struct problem *);

/*
 * Take it: her password and a new secret for codes, in one transaction that ends it, with the
 * account's journal row, whose actor she is. Takes as long as Argon2id (registry/account.h).
 * ERR_REFUSED: there is none of this text in force at `at`, or she may not act. ERR_INVALID: the
 * password will not do; the invitation stays. The caller overwrites `out`.
 */
struct invitation_answer {
    struct str secret, password;
    when at;
    struct str node;
};
struct invitation_taken {
    struct subject who;
    struct account_secret secret;
};
MUST_USE enum err invitation_take(struct store *, const struct account_key *,
                                  const struct invitation_answer *, struct invitation_taken *out,
                                  struct problem *);
