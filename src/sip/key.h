/*
 * key: this node's secret for SIP, and what it makes of a request.
 *
 * Two SipHash keys in DATA/keys/sip-tag, 0600, made at the first start and kept,
 * so that a restarted node knows a retransmission and gives it the same To-tag.
 * Nobody else can aim at a transaction key or guess a tag.
 *
 * Immutable after loading: any thread.
 */
#pragma once
#include "core/disk.h"
#include "sip/message.h"

#include <netinet/in.h>

struct sip_key {
    uint8_t transaction[16], tag[16];
};

/* Load, or create. `folder` is DATA. */
MUST_USE enum err sip_key_load(const struct disk *, const char *folder, struct sip_key *out,
                               struct problem *);

/* What an INVITE and its CANCEL have in common: source, sender in the topmost Via, branch,
 * Call-ID, CSeq number. */
uint64_t sip_key_branch(const struct sip_key *, const struct message *,
                        const struct in6_addr *source);

/*
 * Names the transaction of an INVITE: the upper half of its branch's key, and in
 * the lower half all its bytes, so that no other callee, caller or line gets the
 * answer that was meant for the first. Never 0.
 */
uint64_t sip_key_transaction(const struct sip_key *, uint64_t branch, struct str packet);

/* The To-tag of our answers to it. */
uint64_t sip_key_tag(const struct sip_key *, uint64_t branch);
