/*
 * member: a person as an organisation knows her, without what she told about herself.
 *
 * Whose member she is, in which pool, who has claimed her and until when. Profile,
 * name and number lie in the vault (person/vault.h), sealed under her own keys; here
 * and in the journal her number is sealed text, which dies with her key. A change of
 * her profile writes the row as it was: the journal says that something of hers
 * changed, and the version, which everybody sees, does not.
 *
 * One human may be a member of several organisations; each has a `per_` of its own.
 *
 * Consents stand under a number (person/consent.h). When a member gets another one, what
 * that number's holder agreed to before was about somebody else, so it opens nothing of
 * hers (gate/look_stand.h), and her rights wait (person/self.h).
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    MEMBER_ID,
    MEMBER_ORGANISATION, /* whose member she is; its legal entity may look, others not */
    MEMBER_STORE,        /* an organisation below it, or NULL: no store's */
    MEMBER_POOL,         /* store city; NULL: in none */
    MEMBER_ALIAS,        /* what lists show instead of her name: "竹-0417" */
    MEMBER_OWNER,        /* staff who has claimed her, or NULL */
    MEMBER_NUMBER,       /* sealed (KEY_PROFILE, label "number"), base64 */
    MEMBER_ADDED_AT,
    MEMBER_POOL_SINCE,      /* when she came into the pool; NULL while claimed */
    MEMBER_CLAIMED_AT,      /* by the owner */
    MEMBER_FOLLOWED_AT,     /* last substantive follow-up of the owner */
    MEMBER_FROZEN_UNTIL,    /* do not contact */
    MEMBER_CONTRACT_UNTIL,  /* a contract in force covers … until then */
    MEMBER_CONTRACT,        /* … these categories */
    MEMBER_VERSION,         /* one higher with each change of what staff see of the row */
    MEMBER_STATUS,          /* active erased */
    MEMBER_PROTECTED_UNTIL, /* new: not to be claimed before; NULL: at once */
    MEMBER_NUMBER_SINCE,    /* when the number changed; NULL: it is her first */
    MEMBER_COLUMNS
};

extern const struct fact_kind member_kind;
