#include "unit.h"
#include "ledger/merkle.h"

#include <pthread.h>

/* The vectors of the Certificate Transparency test suites. */
static const char *const leaves[] = {"",
                                     "00",
                                     "10",
                                     "2021",
                                     "3031",
                                     "40414243",
                                     "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

#define H96 "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define H5F "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define H6B "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define HBC "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define HCA "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define HD3 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define HFA "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
#define H6E "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
#define H0E "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

struct vector {
    uint64_t first, size; /* index and size, or old size and size */
    const char *path[4];
};

static const struct vector inclusion[] = {
    {0, 1, {NULL}}, {0, 8, {H96, H5F, H6B}}, {5, 8, {HBC, HCA, HD3}},
    {2, 3, {HFA}},  {1, 5, {H6E, H5F, HBC}},
};
static const struct vector consistency[] = {
    {1, 1, {NULL}}, {1, 8, {H96, H5F, H6B}}, {6, 8, {H0E, HCA, HD3}}, {2, 5, {H5F, HBC}}};

static size_t unhex(const char *hex, uint8_t *out)
{
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned v;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &v), 1);
        out[i] = (uint8_t)v;
    }
    return n;
}

static struct hash hash_of(const char *hex)
{
    struct hash h;
    assert_int_equal(unhex(hex, h.b), 32);
    return h;
}

static struct hash leaf_of(uint64_t i)
{
    uint8_t entry[16];
    struct hash h;
    size_t n = unhex(leaves[i], entry);
    merkle_leaf(entry, n, &h);
    return h;
}

static size_t path_of(const struct vector *v, struct hash *path)
{
    size_t n = 0;
    for (; n < 4 && v->path[n] != NULL; n++)
        path[n] = hash_of(v->path[n]);
    return n;
}

static void roots_are_those_of_the_vectors(void **state)
{
    struct hash empty, want = hash_of(roots[0]);
    merkle_empty(&empty);
    assert_true(hash_eq(&empty, &want));
    for (size_t n = 1; n <= 8; n++) {
        struct hash h[8];
        for (size_t i = 0; i < n; i++)
            h[i] = leaf_of(i);
        merkle_fold(h, n);
        want = hash_of(roots[n]);
        assert_true(hash_eq(&h[0], &want));
    }
}

static void inclusion_vectors_hold(void **state)
{
    for (size_t i = 0; i < sizeof inclusion / sizeof *inclusion; i++) {
        const struct vector *v = &inclusion[i];
        struct hash path[4], leaf = leaf_of(v->first), root = hash_of(roots[v->size]);
        size_t n = path_of(v, path);
        assert_true(merkle_check_inclusion(&leaf, v->first, v->size, path, n, &root));
        assert_false(merkle_check_inclusion(&leaf, v->first + 1, v->size, path, n, &root));
        assert_false(merkle_check_inclusion(&leaf, v->size, v->size, path, n, &root));
        if (n > 0)
            assert_false(merkle_check_inclusion(&leaf, v->first, v->size, path, n - 1, &root));
        path[n] = root;
        assert_false(merkle_check_inclusion(&leaf, v->first, v->size, path, n + 1, &root));
    }
}

static void consistency_vectors_hold(void **state)
{
    for (size_t i = 0; i < sizeof consistency / sizeof *consistency; i++) {
        const struct vector *v = &consistency[i];
        struct hash path[5], old = hash_of(roots[v->first]), root = hash_of(roots[v->size]);
        size_t n = path_of(v, path);
        assert_true(merkle_check_consistency(v->first, &old, v->size, &root, path, n));
        path[n] = root;
        assert_false(merkle_check_consistency(v->first, &old, v->size, &root, path, n + 1));
        if (n > 0)
            assert_false(merkle_check_consistency(v->first, &old, v->size, &root, path, n - 1));
        struct hash other = hash_of(roots[v->first + 1]);
        assert_false(merkle_check_consistency(v->first, &other, v->size, &root, path, n));
    }
}

static void a_root_is_not_its_own_leaf(void **state)
{
    struct hash root = hash_of(roots[8]);
    assert_false(merkle_check_inclusion(&root, 0, 8, NULL, 0, &root));
    assert_false(merkle_check_consistency(4, &root, 8, &root, NULL, 0));
    assert_true(merkle_check_inclusion(&root, 0, 1, NULL, 0, &root));
}

/* The definitions of RFC 6962 §2.1, word for word, to compare with. */
static uint64_t split(uint64_t n)
{
    uint64_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

static struct hash mth(const struct hash *d, uint64_t n)
{
    if (n == 1)
        return d[0];
    struct hash left = mth(d, split(n)), right = mth(d + split(n), n - split(n));
    merkle_node(&left, &right, &left);
    return left;
}

static size_t path(uint64_t m, const struct hash *d, uint64_t n, struct hash *out)
{
    if (n == 1)
        return 0;
    uint64_t k = split(n);
    size_t count = m < k ? path(m, d, k, out) : path(m - k, d + k, n - k, out);
    out[count] = m < k ? mth(d + k, n - k) : mth(d, k);
    return count + 1;
}

static size_t subproof(uint64_t m, const struct hash *d, uint64_t n, bool b, struct hash *out)
{
    if (m == n) {
        if (!b)
            out[0] = mth(d, n);
        return b ? 0 : 1;
    }
    uint64_t k = split(n);
    size_t count = m <= k ? subproof(m, d, k, b, out) : subproof(m - k, d + k, n - k, false, out);
    out[count] = m <= k ? mth(d + k, n - k) : mth(d, k);
    return count + 1;
}

enum { SMALL = 70 };

static void every_proof_of_small_trees_holds_and_no_other(void **state)
{
    struct hash d[SMALL], p[MERKLE_PROOF_MAX];
    for (uint64_t i = 0; i < SMALL; i++)
        merkle_leaf(&i, sizeof i, &d[i]);
    for (uint64_t n = 1; n <= SMALL; n++) {
        struct hash root = mth(d, n);
        for (uint64_t m = 0; m < n; m++) {
            size_t count = path(m, d, n, p);
            assert_true(merkle_check_inclusion(&d[m], m, n, p, count, &root));
            assert_false(merkle_check_inclusion(&d[(m + 1) % SMALL], m, n, p, count, &root));
            for (size_t i = 0; i < count; i++) {
                p[i].b[5] ^= 4;
                assert_false(merkle_check_inclusion(&d[m], m, n, p, count, &root));
                p[i].b[5] ^= 4;
            }
        }
        for (uint64_t m = 1; m <= n; m++) {
            struct hash old = mth(d, m);
            size_t count = subproof(m, d, n, true, p);
            assert_true(merkle_check_consistency(m, &old, n, &root, p, count));
            for (size_t i = 0; i < count; i++) {
                p[i].b[31] ^= 1;
                assert_false(merkle_check_consistency(m, &old, n, &root, p, count));
                p[i].b[31] ^= 1;
            }
            if (m > 1)
                assert_false(merkle_check_consistency(m - 1, &old, n, &root, p, count));
        }
    }
}

static void nothing_is_the_beginning_of_everything(void **state)
{
    struct hash empty, root = hash_of(roots[3]);
    merkle_empty(&empty);
    assert_true(merkle_check_consistency(0, &empty, 3, &root, NULL, 0));
    assert_true(merkle_check_consistency(0, &empty, 0, &empty, NULL, 0));
    assert_false(merkle_check_consistency(0, &root, 3, &root, NULL, 0));
    assert_false(merkle_check_consistency(0, &root, 0, &root, NULL, 0));
    assert_false(merkle_check_consistency(0, &empty, 3, &root, &root, 1));
    assert_false(merkle_check_consistency(4, &root, 3, &root, NULL, 0));
}

static void *hash_much(void *to)
{
    struct hash h[8];
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < 8; i++)
            h[i] = leaf_of(i);
        merkle_fold(h, 8);
    }
    *(struct hash *)to = h[0];
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
    pthread_t t[4];
    struct hash got[4], want = hash_of(roots[8]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, hash_much, &got[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
        assert_true(hash_eq(&got[i], &want));
    }
}

UNIT_MAIN(TEST(roots_are_those_of_the_vectors), TEST(inclusion_vectors_hold),
          TEST(consistency_vectors_hold), TEST(a_root_is_not_its_own_leaf),
          TEST(every_proof_of_small_trees_holds_and_no_other),
          TEST(nothing_is_the_beginning_of_everything), TEST(threads_do_not_disturb_each_other))
