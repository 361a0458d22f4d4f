/*
 * packet_check: is a packet (desk/packet.h) what was issued?
 *
 * Offline, with nothing but the file and, if the reader has it from elsewhere, the log's key:
 *
 *     file ─ SHA-256 ─► index.json ─ SHA-256 ─► record of the packet ─► tree ─► signed checkpoint
 *     receipt ─► tree ─► signed checkpoint;  its content is what the record commits to
 *     paper, evidence ─ SHA-256 ─► the record in which its hash stands
 *
 * The file is hostile until that is done: every length is bounded, and no byte of it is free. What
 * is not right is named by the part that it is in.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/tar.h"
#include "desk/packet.h"
#include "ledger/note.h"

struct packet_witness {
    struct note_key key; /* as the packet names it */
    size_t receipts;     /* that bear its cosignature */
};

struct packet_report {
    char id[ID_BYTES + 1], of[ID_BYTES + 1], organisation[ID_BYTES + 1];
    when at;
    struct note_key log;     /* that has signed; the pinned one, if one was given */
    size_t records;          /* proven */
    size_t closed;           /* … whose content is not shown */
    size_t elsewhere;        /* named only: in the logs of other nodes */
    size_t papers, evidence; /* whose hash stands in a record */
    size_t files;            /* of evidence that are inside */
    size_t uncosigned;       /* receipts, the packet's own among them, that no witness has signed */
    struct packet_witness witness[PACKET_WITNESSES];
    size_t witnesses;
    char part[TAR_NAME + 1]; /* of a fault */
};

/*
 * `pinned`: the log's key, of any of its months; NULL: the packet names its own, and vouches for
 * itself only. ERR_INVALID: it is no packet. ERR_CORRUPT: it was changed, or another log's;
 * `out->part` and the problem say where.
 */
MUST_USE enum err packet_check(struct str file, const struct note_key *pinned,
                               struct packet_report *out, struct problem *);
