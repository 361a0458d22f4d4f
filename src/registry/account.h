/*
 * account: how a member of staff proves who she is: a password and a one-time code.
 *
 * Guarantees
 *   - The store holds the password's Argon2id hash and the code's secret sealed under
 *     DATA/keys/accounts; neither is in the journal, which says that both were reset.
 *   - A code is good once (totp.h).
 *   - Five failures in a row lock the account for a minute, the next for 4, 9, 16 … up
 *     to 60; an attempt is counted before it is looked at, so that many at once, also at
 *     several nodes, are no way around.
 *   - An unknown login, a wrong password, a wrong code, a locked account, and one whose
 *     holder may not act are one answer, and cost one Argon2id each.
 * Caveats
 *   - Argon2id takes about 0.1 s and 64 MiB: off the threads that answer others.
 *   - Nodes that share a store need the same DATA/keys/accounts.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "core/clock.h"
#include "core/disk.h"
#include "registry/subject.h"
#include "registry/totp.h"

enum {
    ACCOUNT_PASSWORD_MIN = 10, /* bytes of UTF-8 */
    ACCOUNT_PASSWORD_MAX = 128,
    ACCOUNT_LOGIN = 256, /* with its NUL: the longest login that can sign in */
    ACCOUNT_URI = 3 * ACCOUNT_LOGIN + 128,
    ACCOUNT_FAILURES = 5,
};

struct account_key;

/*
 * The key in the file `accounts` of `folder` (DATA/keys); made if there is none.
 * ERR_CORRUPT: the file has another length. ERR_MEMORY: no locked memory.
 */
MUST_USE enum err account_key_open(const struct disk *, const char *folder, struct account_key **,
                                   struct problem *);
void account_key_close(struct account_key *);

/*
 * For what else is kept of those who sign in: sealed under the key, opening only with the
 * same `label`; and a hash that without the key tells nothing of a short text.
 */
enum { ACCOUNT_SEALED = 40, ACCOUNT_HASH = 32 };
void account_seal(const struct account_key *, struct str label, struct str plain,
                  uint8_t *sealed /* plain.n + ACCOUNT_SEALED */);
bool account_unseal(const struct account_key *, struct str label, struct str sealed, void *plain,
                    size_t n);
void account_hash(const struct account_key *, struct str text, uint8_t out[static ACCOUNT_HASH]);

/*
 * Set a password, make a new secret for codes, unlock, and end every session and invitation: one
 * transaction with its journal row. ERR_NOT_FOUND: no such staff. ERR_INVALID: she has no
 * login, or the password will not do. ERR_REFUSED: `invitation` is not hers any more. The caller
 * overwrites `out`.
 */
struct account_reset {
    struct str staff, password;
    struct str invitation; /* the hash of the one that she answers (registry/invitation.h); or "" */
    when at;
    struct str actor, node;
};
struct account_secret {
    char login[ACCOUNT_LOGIN];
    char text[TOTP_BASE32]; /* to type into an authenticator */
    char uri[ACCOUNT_URI];  /* "otpauth://totp/…", to scan */
};
MUST_USE enum err account_reset(struct store *, const struct account_key *,
                                const struct account_reset *, struct account_secret *out,
                                struct problem *);

/* The same inside the caller's transaction, which it holds for as long as Argon2id takes: for the
 * first account of a store, where nobody else writes yet. */
MUST_USE enum err account_reset_within(struct store *, const struct account_key *,
                                       const struct account_reset *, struct account_secret *out,
                                       struct problem *);

/* Has she a password? */
MUST_USE enum err account_exists(struct store *, struct str staff, bool *yes, struct problem *);

/*
 * Her own new password, by the old one and a further code: one transaction with its journal
 * row, which ends her sessions but `session` (its text). ERR_REFUSED: password or code is wrong,
 * or the account is locked; attempts count as those to sign in do. ERR_INVALID: the new password
 * will not do.
 */
struct account_change {
    struct str staff, old, password, code, session;
    when at;
    struct str node;
};
MUST_USE enum err account_change(struct store *, const struct account_key *,
                                 const struct account_change *, struct problem *);

/* ERR_REFUSED for whatever is wrong with the attempt; other errors: it could not be told. */
struct account_attempt {
    struct str login, password, code;
    when at;
};
MUST_USE enum err account_check(struct store *, const struct account_key *,
                                const struct account_attempt *, char staff[static SUBJECT_ID],
                                struct problem *);

/*
 * A further code of somebody who is signed in. ERR_REFUSED: it is wrong or used, or the
 * account is locked; attempts count as those to sign in do.
 */
MUST_USE enum err account_confirm(struct store *, const struct account_key *, struct str staff,
                                  struct str code, when at, struct problem *);
