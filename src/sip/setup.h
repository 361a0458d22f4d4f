/*
 * setup: the configuration as the workers read it.
 *
 * Built once from a configuration, then immutable: any thread. It points into
 * the configuration and the rules, which must outlive it.
 */
#pragma once
#include "core/config.h"
#include "rules/rules.h"
#include "sip/address.h"

/* What a Reason of 128 characters has left for a contact. */
enum {
    APPEAL_MAX = 128 - (int)sizeof "Reason: SIP;cause=603;text=\"v=analytics1;\";location=RLN" + 1
};

struct setup {
    const struct config *config;
    const struct rules *rules; /* NULL: labels are general ones */
    const struct number_plan *plan;
    struct str area;     /* area code of local forms; may be empty */
    struct str next_hop; /* empty: answer 404 */
    struct str next_host;
    uint16_t next_port;            /* 5060 if it names none */
    struct str announcement;       /* empty: warn as remind */
    struct str relay_announcement; /* of a closed relay number; empty: it is refused */
    char base_url[256];            /* of Call-Info, without a closing slash */
    char appeal[APPEAL_MAX +
                1]; /* whom a blocked caller turns to, "url=…" (ATIS-1000099); or empty */
    bool card;      /* 608 points at a jCard (RFC 8688) */
};

/* ERR_INVALID: the next hop or an announcement cannot be read; `problem` says which. */
MUST_USE enum err setup_new(const struct config *, const struct rules *, struct setup **out,
                            struct problem *);
void setup_free(struct setup *);
