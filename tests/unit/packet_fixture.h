/*
 * packet_fixture: packets out of a log of three records that exists nowhere else.
 *
 *     0 case_acts   1 documents   2 evidence   3 packets: the packet's own
 *
 * The receipts of the first three are of a tree of three, that of the packet of the tree of four.
 * For tests and for fuzzing: whatever stands in the index is signed for.
 */
#pragma once
#include "core/tar.h"
#include "desk/packet.h"
#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/ledger.h"
#include "ledger/opened.h"
#include "ledger/opening.h"

#include <jansson.h>
#include <stdlib.h>

#define PACKET_LOG "example.org/menshen/2026-11"

enum { PACKET_TREE = 4 };

struct packet_log {
    struct note_signer *signer, *witness; /* witness NULL: nobody cosigns */
    char content[PACKET_TREE][400];
    uint8_t opening[PACKET_TREE][200], entry[PACKET_TREE][200];
    size_t opening_n[PACKET_TREE], entry_n[PACKET_TREE];
    struct hash leaf[PACKET_TREE];
};

static inline void packet_log_must(bool good)
{
    if (!good)
        abort();
}

/* Record `i` of the log: a fact with this content. */
static inline void packet_log_put(struct packet_log *l, unsigned i, const char *kind,
                                  const char *content)
{
    struct buf b;
    struct hash hash;
    packet_log_must(snprintf(l->content[i], sizeof *l->content, "%s", content) <
                    (int)sizeof *l->content);
    merkle_sha256(content, strlen(content), &hash);
    buf_fixed(&b, l->opening[i], sizeof *l->opening);
    for (unsigned k = 0; k < COMMITMENT; k++)
        buf_u8(&b, (uint8_t)(i + k));
    buf_u8(&b, 1);
    buf_word(&b, "stf_1");
    buf_word(&b, "subject");
    buf_bytes(&b, hash.b, sizeof hash.b);
    l->opening_n[i] = b.n;
    merkle_sha256(b.p, b.n, &hash);
    buf_fixed(&b, l->entry[i], sizeof *l->entry);
    buf_u8(&b, 1);
    buf_u8(&b, ENTRY_FACT);
    buf_u64be(&b, 1700000000);
    buf_u8(&b, 1);
    buf_u64be(&b, 100 + i); /* of the journal */
    buf_u64be(&b, 1700000000);
    buf_word(&b, kind);
    buf_bytes(&b, hash.b, sizeof hash.b);
    l->entry_n[i] = b.n;
    packet_log_must(!b.failed);
    merkle_leaf(b.p, b.n, &l->leaf[i]);
}

static inline struct packet_log *packet_log_new(bool witnessed)
{
    static const uint8_t seed[2][32] = {{1}, {2}};
    struct packet_log *l = calloc(1, sizeof *l);
    packet_log_must(l != NULL &&
                    note_signer_new(PACKET_LOG, NOTE_ED25519, seed[0], &l->signer) == OK);
    if (witnessed)
        packet_log_must(
            note_signer_new("example.net/witness", NOTE_COSIGNATURE, seed[1], &l->witness) == OK);
    return l;
}

static inline void packet_log_free(struct packet_log *l)
{
    note_signer_free(l->signer);
    if (l->witness != NULL)
        note_signer_free(l->witness);
    free(l);
}

static inline void packet_log_hash(struct buf *out, const struct hash *h)
{
    char text[HASH_TEXT];
    hash_format(h, text);
    buf_printf(out, "%s\n", text);
}

/* The receipt of record `i`, opened if `open`. */
static inline void packet_log_receipt(const struct packet_log *l, unsigned i, bool open,
                                      struct buf *out)
{
    struct hash left, right;
    struct checkpoint c = {.origin = STR(PACKET_LOG), .size = i < 3 ? 3 : 4};
    struct buf plain, text;
    buf_init(&plain, PROOF_MAX);
    buf_init(&text, NOTE_MAX);
    merkle_node(&l->leaf[0], &l->leaf[1], &left);
    merkle_node(&l->leaf[2], &l->leaf[3], &right);
    merkle_node(&left, i < 3 ? &l->leaf[2] : &right, &c.root);
    buf_str(&plain, STR("c2sp.org/tlog-proof@v1\nextra "));
    base64_put(&plain, l->entry[i], l->entry_n[i]);
    buf_printf(&plain, "\nindex %u\n", i);
    if (i < 2)
        packet_log_hash(&plain, &l->leaf[1 - i]);
    if (i < 2 || i == 3)
        packet_log_hash(&plain, &l->leaf[2]);
    if (i >= 2)
        packet_log_hash(&plain, &left);
    buf_str(&plain, STR("\n"));
    checkpoint_put(&c, &text);
    packet_log_must(note_sign(l->signer, buf_view(&text), &plain) == OK);
    if (l->witness != NULL)
        packet_log_must(
            note_cosign(l->witness, buf_view(&text), 1700000000 * WHEN_SECOND, &plain) == OK);
    if (open)
        packet_log_must(opened_put(buf_view(&plain), str_bytes(l->opening[i], l->opening_n[i]),
                                   str_of(l->content[i]), out) == OK);
    else
        buf_str(out, buf_view(&plain));
    packet_log_must(!out->failed);
    buf_fini(&plain);
    buf_fini(&text);
}

/* The packet of this index with these files behind it: signed for as it is. */
static inline void packet_log_issue(struct packet_log *l, struct str index, struct str files,
                                    struct buf *out)
{
    char hash[PACKET_HEX], content[200];
    struct buf proof;
    buf_init(&proof, PROOF_MAX);
    packet_hash(index, hash);
    snprintf(content, sizeof content, "{\"id\":\"pck_1\",\"case\":\"cas_1\",\"index\":\"%s\"}",
             hash);
    packet_log_put(l, 3, "packets", content);
    packet_log_receipt(l, 3, true, &proof);
    tar_put(out, STR(PACKET_JSON), index);
    tar_put(out, STR(PACKET_PROOF), buf_view(&proof));
    buf_str(out, files);
    buf_fini(&proof);
}
