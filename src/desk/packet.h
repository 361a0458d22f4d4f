/*
 * packet: the evidence of a case in one file, as the police get it.
 *
 *     index.json           what the packet holds, and the hash of every file below
 *     index.tlog-proof     the receipt of the packet's own record, opened: it holds the SHA-256 of
 *                          index.json, so that the log has signed for all of it
 *     readme.txt           what this is, and how to check it
 *     records/0001.tlog-proof …   receipts of the case's records, in the order of the journal
 *     papers/DOC.json      its official papers, in the form that their hash is of
 *     evidence/EVD.pdf …   files of its complaints, where they were asked for
 *
 * A tar (core/tar.h) that is verified with nothing but itself and the log's key
 * (desk/packet_check.h). What it says rests on records: acts, complaints, hashes of papers and of
 * evidence are facts of the desk, whose receipts are opened; of calls the receipts stay closed, and
 * nothing that names a person is opened at all.
 *
 * That one was issued, by whom, when and of which case, is a fact with a record of its own.
 */
#pragma once
#include "desk/work.h"

/* Columns of the fact `packets`, in the order of a row. */
enum {
    PACKET_ID,
    PACKET_CASE,
    PACKET_BY,
    PACKET_ORGANISATION,
    PACKET_AT,
    PACKET_RECORDS,  /* how many it holds */
    PACKET_EVIDENCE, /* how many files of evidence */
    PACKET_INDEX,    /* SHA-256 of index.json, in hex */
    PACKET_COLUMNS
};
extern const struct fact_kind packet_kind;

#define PACKET_FORMAT "menshen-packet 1"
#define PACKET_JSON   "index.json"
#define PACKET_PROOF  "index.tlog-proof"
#define PACKET_README "readme.txt"
#define PACKET_ENDING ".tlog-proof"

enum {
    PACKET_MAX = 64 << 20, /* bytes of a whole one */
    PACKET_INDEX_MAX = 8 << 20,
    PACKET_RECORDS_MAX = 2000,
    PACKET_FILES_MAX = 4000,
    PACKET_WITNESSES = 64,
    PACKET_HEX = 64 + 1,
};

/* SHA-256 in hex. */
void packet_hash(struct str bytes, char out[static PACKET_HEX]);

/* The text of readme.txt, in both languages. Static. */
struct str packet_readme(void);
