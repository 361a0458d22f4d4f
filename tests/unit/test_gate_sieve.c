#include "gate/key.h"
#include "gate/sieve.h"
#include "unit.h"

enum { KEYS = 50000 };

static unsigned passing(const struct sieve *s, uint64_t from, uint64_t to)
{
    unsigned n = 0;
    for (uint64_t i = from; i < to; i++)
        n += sieve_passes(s, key_mix(i));
    return n;
}

static void what_was_put_in_passes_and_little_else(void **state)
{
    struct sieve s;
    assert_int_equal(sieve_new(sieve_bits(KEYS), &s), OK);
    assert_int_equal(passing(&s, 1, KEYS), 0);
    for (uint64_t i = 1; i <= KEYS; i++)
        sieve_put(&s, key_mix(i));
    assert_int_equal(passing(&s, 1, KEYS + 1), KEYS);
    assert_in_range(passing(&s, KEYS + 1, 2 * KEYS + 1), 1, KEYS / SIEVE_BITS * 11 / 10);
    sieve_free(&s);
}

static void folded_it_holds_the_same(void **state)
{
    struct sieve s;
    const uint64_t fits = sieve_bits(KEYS);
    assert_int_equal(sieve_new(64 * fits, &s), OK);
    for (uint64_t i = 1; i <= KEYS; i++)
        sieve_put(&s, key_mix(i));
    sieve_fold(&s, KEYS);
    assert_int_equal(s.mask + 1, fits);
    assert_int_equal(passing(&s, 1, KEYS + 1), KEYS);
    assert_in_range(passing(&s, KEYS + 1, 2 * KEYS + 1), 1, KEYS / SIEVE_BITS * 11 / 10);
    sieve_free(&s);
}

static void it_has_bits_for_each_key(void **state)
{
    assert_int_equal(sieve_bits(0), 65536);
    assert_int_equal(sieve_bits(4096), 65536);
    assert_int_equal(sieve_bits(4097), 131072);
}

UNIT_MAIN(TEST(what_was_put_in_passes_and_little_else), TEST(folded_it_holds_the_same),
          TEST(it_has_bits_for_each_key))
