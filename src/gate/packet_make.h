/*
 * packet_make: issue a packet of a case (desk/packet.h).
 *
 *     what the case is made of ─► the journal's rows ─► their records, found and proven
 *              │                                              │
 *              └─ papers, evidence ──────────────┬────────────┘
 *                                                ▼
 *                                           index.json ─ SHA-256 ─► a fact of its own,
 *                                                                   its record, proven: the packet
 *
 * Whoever may dispatch the case may issue its packet: officers of the association while no
 * authority leads, of the authority that has filed it; of a closed case, too. Nobody else, and
 * never the respondent. Files of evidence are inside only where they are asked for, and each is a
 * disclosure (desk/disclosure.h) of the officer by name, which counts and which she who complained
 * sees.
 *
 * Waits for the ledger, some seconds at most. Any thread with a store of its own.
 */
#pragma once
#include "desk/packet.h"
#include "gate/gate.h"

struct packet_asked {
    struct str of;     /* the case */
    bool evidence;     /* the bytes of evidence, too */
    char id[FRESH_ID]; /* out: of the packet */
};

/*
 * Issue it at the end of `out`, which the caller overwrites if there is evidence in it
 * (vault_wipe). No: absent, a role's word, `authority-leads`, those of disclosures. ERR_LIMIT: it
 * would be larger than PACKET_MAX or hold more than it may; ERR_NOT_FOUND: the ledger has not
 * followed yet.
 */
MUST_USE enum err packet_make(struct gate *, const struct desk_work *, struct packet_asked *,
                              struct buf *out, struct desk_no *, struct problem *);
