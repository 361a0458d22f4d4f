/*
 * look_seal: what a look's record hides, sealed for each person apart.
 *
 * A person's opening is nonce (32 random bytes) ‖ plaintext; the record commits to its
 * SHA-256. It is sealed under her key of records (person/unwrap.h, label "look") and
 * lies in the frame, later in the index, behind a handle: 16 bytes derived from that
 * key. Once the key is destroyed neither tells whose it was, nor which of them belong
 * together with her id.
 *
 * Any thread.
 */
#pragma once
#include "gate/look_record.h"
#include "person/unwrap.h"

enum { LOOK_HANDLE = 16, LOOK_SEALED_MAX = UNWRAP_OVERHEAD + 32 + LOOK_OPENING_MAX };

/* Of her key of records. */
void look_handle_of(const struct unwrap_key *, uint8_t out[static LOOK_HANDLE]);

/* ERR_NOT_FOUND: she has no key, or never was. ERR_CLOSED: it was destroyed. */
MUST_USE enum err look_handle(struct unwrap *, struct str person, uint8_t out[static LOOK_HANDLE]);

/* A person's running number is kept under this key in the windows, which numbers never reach. */
static inline uint64_t look_number_key(const uint8_t handle[static LOOK_HANDLE])
{
    struct cursor c = cursor_of(handle, LOOK_HANDLE);
    return cursor_u64be(&c) | UINT64_C(1) << 63;
}

/* Commit to a person's opening and seal it with her key of records. */
MUST_USE enum err look_seal(const struct unwrap_key *, const struct look_opening *,
                            uint8_t commitment[static COMMITMENT], struct buf *sealed);

/*
 * The mark of an imported look: a keyed hash, under a key of hers, of everything that the
 * other system told of it. Never 0. Errors as above.
 */
MUST_USE enum err look_mark(struct unwrap *, const struct look_opening *,
                            const struct look_record *, uint64_t *mark);

/*
 * Append nonce and plaintext: what the commitment is the hash of, for whom it concerns. Also
 * ERR_CORRUPT: not hers, or not what the commitment says.
 */
MUST_USE enum err look_disclose(struct unwrap *, struct str person, struct str sealed,
                                const uint8_t commitment[static COMMITMENT], struct buf *opening);

/* Open. The same errors. */
MUST_USE enum err look_unseal(struct unwrap *, struct str person, struct str sealed,
                              const uint8_t commitment[static COMMITMENT],
                              struct look_opening *out);

/*
 * All of a record's, beside its entry (ledger_item.opening), big-endian:
 *
 *      1  version, 2: no opening of a period's key (ledger/opening.h) begins so
 *    2+n  who asked, sealed with the key of its period, class OPENING_FACT
 *         for each person that has a key:
 *      1  place of her commitment in the record, from 0
 *     16  handle
 *      4  her running number; 0 in a dry run
 *      8  mark of a look that was imported, by which the same one is known again; else 0
 *    2+n  her sealed opening
 */
struct look_part {
    uint8_t place;
    const uint8_t *handle;
    uint32_t person_seq;
    uint64_t mark;
    struct str sealed;
};
void look_parts_begin(struct buf *out, struct str asker);
void look_parts_add(struct buf *out, const struct look_part *);

/* False: not such bytes. `parts` is for look_parts_next, which ends with false. */
bool look_parts_open(struct str beside, struct str *asker, struct cursor *parts);
bool look_parts_next(struct cursor *parts, struct look_part *out);
