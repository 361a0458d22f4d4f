/*
 * check: the steps of the gate's judgement, and the word each gives as reason.
 *
 * The order here is the order of judgement (docs/rules.md). Several checks may
 * share a reason word; each is backed by one rule of the pack, which says why in
 * law and words (rules_of_check). Words are a contract: never renamed.
 */
#pragma once
#include "core/str.h"

/* X(NAME, "check-word", "reason-word", side) */
#define CALL_CHECKS(X)                                                                             \
    X(CALLEE_EMERGENCY, "callee-emergency", "callee-emergency", NONE)                              \
    X(CALLER_MALFORMED, "caller-malformed", "caller-malformed", RIGHT)                             \
    X(LINE_UNKNOWN, "line-unknown", "line-unknown", RIGHT)                                         \
    X(LINE_INACTIVE, "line-inactive", "line-inactive", RIGHT)                                      \
    X(CALLER_NOT_ON_LINE, "caller-not-on-line", "caller-not-authorised", RIGHT)                    \
    X(CALLER_UNASSIGNED, "caller-unassigned", "caller-not-authorised", RIGHT)                      \
    X(CALLER_OTHER_OWNER, "caller-other-owner", "caller-not-authorised", RIGHT)                    \
    X(CALLER_WRONG_USE, "caller-wrong-use", "caller-not-authorised", RIGHT)                        \
    X(CALLER_ORDINARY, "caller-ordinary", "caller-not-authorised", RIGHT)                          \
    X(TOO_MANY_DIVERSIONS, "too-many-diversions", "caller-not-authorised", RIGHT)                  \
    X(FOREIGN_TRUNK, "foreign-trunk", "foreign-trunk-domestic-caller", RIGHT)                      \
    X(ORDER_IN_FORCE, "order-in-force", "order-in-force", RIGHT)                                   \
    X(ORGANISATION_SUSPENDED, "organisation-suspended", "organisation-suspended", RIGHT)           \
    X(EMERGENCY_CALLER, "emergency-caller", "emergency-caller", NONE)                              \
    X(EMERGENCY_CALLBACK, "emergency-callback", "emergency-callback", NONE)                        \
    X(NUMBER_SUSPENDED, "number-suspended", "number-suspended", RIGHT)                             \
    X(NUMBER_INBOUND_ONLY, "number-inbound-only", "number-inbound-only", RIGHT)                    \
    X(RELAY_CLOSED, "relay-closed", "relay-closed", RIGHT)                                         \
    X(CALLEE_BLOCKS, "callee-blocks", "callee-blocks-caller", WISH)                                \
    X(LICENCE_MARKETING, "licence-forbids-marketing", "licence-forbids-marketing", RIGHT)          \
    X(CAMPAIGN_UNKNOWN, "campaign-unknown", "campaign-unknown", RIGHT)                             \
    X(CAMPAIGN_INACTIVE, "campaign-inactive", "campaign-inactive", RIGHT)                          \
    X(CALLER_NOT_ENTRUSTED, "caller-not-entrusted", "caller-not-entrusted", RIGHT)                 \
    X(FILING_MISSING, "filing-missing", "filing-missing", RIGHT)                                   \
    X(CERTIFICATE_INVALID, "certificate-invalid", "certificate-invalid", RIGHT)                    \
    X(REFUSED, "refused", "refused", WISH)                                                         \
    X(NO_CONSENT, "no-consent", "no-consent", WISH)                                                \
    X(SECTOR_REFUSED, "sector-refused", "sector-refused", WISH)                                    \
    X(NUMBER_CLASS_REFUSED, "number-class-refused", "number-class-refused", WISH)                  \
    X(OUTSIDE_HOURS, "outside-hours", "outside-hours", WISH)                                       \
    X(OUTSIDE_WELCOME, "outside-welcome-hours", "outside-hours", WISH)                             \
    X(FREQUENCY_CAP, "frequency-cap", "frequency-cap", WISH)                                       \
    X(FREQUENCY_CEILING, "frequency-ceiling", "frequency-cap", WISH)                               \
    X(BEHAVIOUR_REMIND, "behaviour-remind", "behaviour-remind", BEHAVIOUR)                         \
    X(BEHAVIOUR_WARN, "behaviour-warn", "behaviour-warn", BEHAVIOUR)                               \
    X(BEHAVIOUR_BLOCK, "behaviour-block", "behaviour-block", BEHAVIOUR)                            \
    X(STRANGER_RESTRICTED, "stranger-restricted", "stranger-restricted", WISH)                     \
    X(PERSON_SHIELD, "person-shield", "person-shield", WISH)                                       \
    X(REGISTRY_STALE, "registry-stale", "registry-stale", RIGHT)                                   \
    X(ALLOWED, "allowed", "allowed", NONE)

/*
 * For a look: what holds for the whole of it, then what is asked of each category. The
 * word says more than the reason where staff may not tell one from the other.
 */
#define LOOK_CHECKS(X)                                                                             \
    X(SESSION_INVALID, "session-invalid", "session-invalid", RIGHT)                                \
    X(LOOKER_UNCERTIFIED, "looker-uncertified", "certificate-invalid", RIGHT)                      \
    X(LOOKER_SUSPENDED, "looker-suspended", "organisation-suspended", RIGHT)                       \
    X(NO_RELATION, "no-relation", "no-relation", RIGHT)                                            \
    X(PURPOSE_MISSING, "purpose-missing", "purpose-missing", RIGHT)                                \
    X(PURPOSE_UNKNOWN, "purpose-unknown", "purpose-unknown", RIGHT)                                \
    X(SEALED, "sealed", "sealed", WISH)                                                            \
    X(THIRD_PARTY, "third-party-consent", "third-party-consent", WISH)                             \
    X(NOT_CONSENTED, "not-consented", "no-consent", WISH)                                          \
    X(CONSENT_WITHDRAWN, "consent-withdrawn", "consent-withdrawn", WISH)                           \
    X(CONSENT_EXPIRED, "consent-expired", "consent-expired", WISH)                                 \
    X(BUDGET_EXCEEDED, "budget-exceeded", "budget-exceeded", RIGHT)                                \
    X(MASKED, "masked-by-default", "masked-by-default", NONE)                                      \
    X(SHOWN, "shown", "shown", NONE)

/* Whose matter a reason is; decides the SIP answer and what an organisation may read. */
enum check_side {
    SIDE_NONE,
    SIDE_RIGHT,     /* the caller, line or organisation has no right */
    SIDE_WISH,      /* the person's wish, or the law that protects her rest */
    SIDE_BEHAVIOUR, /* what the caller did */
};

#define X(name, word, reason, side) CHECK_##name,
enum check { CALL_CHECKS(X) LOOK_CHECKS(X) };
#undef X
enum { CHECKS_CALL = CHECK_ALLOWED + 1, CHECKS = CHECK_SHOWN + 1 };

const char *check_word(enum check);
const char *check_reason(enum check);

/* The reason of a look as staff read it: why there is no consent is the person's business. */
const char *check_reason_for_staff(enum check);
enum check_side check_side(enum check);

/* The check with this word. False if there is none. */
bool check_find(struct str word, enum check *out);
