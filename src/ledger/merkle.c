/*
 * A log is a promise: what was written stays written, in this order. The tree
 * makes one number out of the whole log, so that the promise can be checked by
 * people who hold nothing but that number.
 *
 *                         root of 7
 *                        /         \
 *                  abcd               efg          a … g   leaves, one an entry
 *                 /    \             /   \         ab      node over a and b
 *               ab      cd         ef     g        abcd    node over ab and cd
 *              /  \    /  \       /  \
 *             a    b  c    d     e    f
 *
 * The left part of every node is the largest full tree that fits, so a growing
 * log only ever adds at the right edge; ab, cd and abcd above are final.
 *
 * Inclusion: "c is the third of 7". Whoever holds c and the root needs d, ab and
 * efg, the sisters on the way up, and nothing else: 30 hashes for 10⁹ entries.
 * To forge one he would have to find another text with the same SHA-256.
 *
 * Consistency: "the tree of 7 begins with the tree of 3 that you saw". The old
 * root is node(ab, c); the path gives c, d, ab, efg. From ab and c the old root
 * is rebuilt, from ab, c, d and efg the new one; both from the same hashes, so
 * the first three entries cannot have changed in between. A log that rewrites
 * its past cannot give such a path, and that is all a witness has to check.
 *
 * The leading 0x00 of a leaf and 0x01 of a node keep one from being passed off
 * as the other: without it, the 64 bytes "ab ‖ cd" would also be an entry whose
 * tree has the same root.
 *
 * The checks below walk from the leaf to the root by the bits of two positions,
 * as RFC 9162 §2.1.3.2 and §2.1.4.2 spell out: `at` is where we are on the
 * level, `last` is the last node of the level. An odd `at` has its sister on
 * the left. An even `at` has it on the right, unless it is the last: then it has
 * none and rises as it is, until it is odd.
 */
#include "ledger/merkle.h"

#include "core/log.h"

#include <openssl/evp.h>

#include <pthread.h>
#include <stdlib.h>

/*
 * EVP looks an algorithm up by name unless it was fetched, which costs more than
 * hashing a leaf; so it is fetched once, and each thread keeps a context.
 */
static EVP_MD *sha256;
static pthread_key_t at_thread_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local EVP_MD_CTX *own;

/* A tree without its hash function has nothing true to say, so there is no way on. */
static void give_up(void)
{
    log_error("SHA-256 is not available (out of memory, or OpenSSL without its default provider)");
    abort();
}

static void free_context(void *context)
{
    EVP_MD_CTX_free(context);
}

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    if (sha256 == NULL || pthread_key_create(&at_thread_end, free_context) != 0)
        give_up();
}

static EVP_MD_CTX *begin(void)
{
    if (own == NULL) {
        pthread_once(&once, fetch);
        own = EVP_MD_CTX_new();
        if (own == NULL || pthread_setspecific(at_thread_end, own) != 0 ||
            !EVP_DigestInit_ex2(own, sha256, NULL))
            give_up();
    } else if (!EVP_DigestInit_ex2(own, NULL, NULL)) {
        give_up();
    }
    return own;
}

static void finish(EVP_MD_CTX *c, struct hash *out)
{
    if (!EVP_DigestFinal_ex(c, out->b, NULL))
        give_up();
}

static void add(EVP_MD_CTX *c, const void *bytes, size_t n)
{
    if (!EVP_DigestUpdate(c, bytes, n))
        give_up();
}

void merkle_leaf(const void *entry, size_t n, struct hash *out)
{
    EVP_MD_CTX *c = begin();
    add(c, "\x00", 1);
    add(c, entry, n);
    finish(c, out);
}

void merkle_node(const struct hash *left, const struct hash *right, struct hash *out)
{
    uint8_t both[1 + 2 * sizeof(struct hash)];
    both[0] = 0x01;
    memcpy(both + 1, left, sizeof *left);
    memcpy(both + 1 + sizeof *left, right, sizeof *right);
    merkle_sha256(both, sizeof both, out);
}

void merkle_empty(struct hash *out)
{
    merkle_sha256("", 0, out);
}

void merkle_sha256(const void *bytes, size_t n, struct hash *out)
{
    EVP_MD_CTX *c = begin();
    add(c, bytes, n);
    finish(c, out);
}

void merkle_fold(struct hash *hashes, size_t n)
{
    while (n > 1) {
        size_t pairs = n / 2;
        for (size_t i = 0; i < pairs; i++)
            merkle_node(&hashes[2 * i], &hashes[2 * i + 1], &hashes[i]);
        if (n % 2 == 1)
            hashes[pairs] = hashes[n - 1];
        n = pairs + n % 2;
    }
}

bool merkle_check_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
                            const struct hash *path, size_t count, const struct hash *root)
{
    if (index >= size)
        return false;
    uint64_t at = index, last = size - 1;
    struct hash here = *leaf;
    for (size_t i = 0; i < count; i++) {
        if (last == 0)
            return false;
        if (at % 2 == 1 || at == last) {
            merkle_node(&path[i], &here, &here);
            while (at % 2 == 0 && at != 0) {
                at /= 2;
                last /= 2;
            }
        } else {
            merkle_node(&here, &path[i], &here);
        }
        at /= 2;
        last /= 2;
    }
    return last == 0 && hash_eq(&here, root);
}

static bool is_empty_root(const struct hash *root)
{
    struct hash empty;
    merkle_empty(&empty);
    return hash_eq(root, &empty);
}

/* 0 < old_size < size. */
static bool check_growth(uint64_t old_size, const struct hash *old_root, uint64_t size,
                         const struct hash *root, const struct hash *path, size_t count)
{
    uint64_t at = old_size - 1, last = size - 1;
    while (at % 2 == 1) {
        at /= 2;
        last /= 2;
    }
    /* An old tree that is full is itself the first node of the path, and is left out of it. */
    bool full = at == 0;
    if (!full && count == 0)
        return false;
    struct hash before = full ? *old_root : path[0], after = before;
    for (size_t i = full ? 0 : 1; i < count; i++) {
        if (last == 0)
            return false;
        if (at % 2 == 1 || at == last) {
            merkle_node(&path[i], &before, &before);
            merkle_node(&path[i], &after, &after);
            while (at % 2 == 0 && at != 0) {
                at /= 2;
                last /= 2;
            }
        } else {
            merkle_node(&after, &path[i], &after);
        }
        at /= 2;
        last /= 2;
    }
    return last == 0 && hash_eq(&before, old_root) && hash_eq(&after, root);
}

bool merkle_check_consistency(uint64_t old_size, const struct hash *old_root, uint64_t size,
                              const struct hash *root, const struct hash *path, size_t count)
{
    if (old_size > size)
        return false;
    if (old_size == size)
        return count == 0 && hash_eq(old_root, root) && (size > 0 || is_empty_root(root));
    if (old_size == 0)
        return count == 0 && is_empty_root(old_root);
    return check_growth(old_size, old_root, size, root, path, count);
}
