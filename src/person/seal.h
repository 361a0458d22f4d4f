/*
 * seal: a text that only officers can open, and only through an opening.
 *
 * Chats and browsing histories are sealed with a random key that is not kept: it is
 * sealed in turn (X25519, libsodium's crypto_box_seal) to the public key of each
 * officer (officer.h). This program holds no private half of those. All of it lies
 * under the person's own key too (vault.h), so that erasing her ends it.
 *
 *     officer's private key ─opens─► envelope ─► content key ─opens─► text
 *              (elsewhere)                            │
 *                                  sealed anew, to one opening's key (opening_key.h)
 *
 * A sealed text:
 *
 *      1  version, 2
 *      1  envelopes, n
 *      4  how many messages or entries the text has, big-endian; version 1 has no such field
 *    n ×  8  which officer's key: the first bytes of its BLAKE2b
 *        80  content key, sealed to it
 *     24  nonce
 *      m  ciphertext
 *     16  tag, which covers all before, person and label
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

enum {
    SEAL_KEY = 32, /* public, private, content: all alike */
    SEAL_NAME = 8,
    SEAL_ENVELOPE = 80,
    SEAL_OFFICERS = 16,
    SEAL_OVERHEAD = 46 + SEAL_OFFICERS * (SEAL_NAME + SEAL_ENVELOPE),
};

/* The name of a public key. */
void seal_name(const uint8_t public[static SEAL_KEY], uint8_t name[static SEAL_NAME]);

/* The public half of a private key. False: it is none. */
bool seal_public(const uint8_t private[static SEAL_KEY], uint8_t public[static SEAL_KEY]);

/* What is sealed, and where it belongs. */
struct seal_text {
    struct str person, label, plain;
    uint32_t items;
};

/* Seal to 1 … SEAL_OFFICERS public keys. ERR_INVALID: none, too many, or one is no key. */
MUST_USE enum err seal_close(const uint8_t (*officers)[SEAL_KEY], size_t count,
                             const struct seal_text *, struct buf *sealed);

/* How many items a sealed text has; 0: it does not say. */
uint32_t seal_items(struct str sealed);

/* Open with the content key. ERR_CORRUPT: another key, text, person or label. */
MUST_USE enum err seal_open(const uint8_t key[static SEAL_KEY], struct str person, struct str label,
                            struct str sealed, struct buf *plain);

/* Each envelope; false stops. ERR_CORRUPT: no sealed text. */
typedef bool seal_each(void *to, const uint8_t name[static SEAL_NAME],
                       const uint8_t envelope[static SEAL_ENVELOPE]);
MUST_USE enum err seal_envelopes(struct str sealed, seal_each *each, void *to);

/* What an envelope holds. ERR_CORRUPT: it is for another key. */
MUST_USE enum err seal_unpack(const uint8_t private[static SEAL_KEY],
                              const uint8_t envelope[static SEAL_ENVELOPE],
                              uint8_t key[static SEAL_KEY]);

/* The officer's step: out of her envelope, into one for `to`. Errors of seal_unpack; ERR_INVALID.
 */
MUST_USE enum err seal_hand_on(const uint8_t private[static SEAL_KEY],
                               const uint8_t envelope[static SEAL_ENVELOPE],
                               const uint8_t to[static SEAL_KEY],
                               uint8_t out[static SEAL_ENVELOPE]);
