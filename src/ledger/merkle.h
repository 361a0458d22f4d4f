/*
 * merkle: the hash tree of RFC 6962 §2.1.
 *
 * A leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right); the root
 * of nothing is SHA-256 of the empty string. Inclusion and consistency proofs as
 * in RFC 9162 §2.1.3 and §2.1.4. Pure; any thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

struct hash {
    uint8_t b[32];
};

void merkle_leaf(const void *entry, size_t n, struct hash *out);
void merkle_node(const struct hash *left, const struct hash *right, struct hash *out);
void merkle_empty(struct hash *out);

/* SHA-256 of the bytes as they are: for key ids and file names, never for the tree. */
void merkle_sha256(const void *bytes, size_t n, struct hash *out);

static inline bool hash_eq(const struct hash *a, const struct hash *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/*
 * The root over `n` ≥ 1 neighbours that are all of one size, but for the last,
 * which may be smaller. Overwrites `hashes`; the root is hashes[0].
 */
void merkle_fold(struct hash *hashes, size_t n);

enum { MERKLE_PROOF_MAX = 64 };

/* Does the path lead from leaf `index` of a tree of `size` to `root`? */
bool merkle_check_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
                            const struct hash *path, size_t count, const struct hash *root);

/*
 * Is the tree of `old_size` with `old_root` the beginning of the tree of `size`
 * with `root`? The empty tree is the beginning of every tree, with an empty path.
 */
bool merkle_check_consistency(uint64_t old_size, const struct hash *old_root, uint64_t size,
                              const struct hash *root, const struct hash *path, size_t count);
