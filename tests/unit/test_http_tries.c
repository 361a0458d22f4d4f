#include "core/address.h"
#include "http/tries.h"

#include "unit.h"

static struct tries tries;

static bool count(const char *from, when now)
{
    struct in6_addr a;
    assert_true(address_parse(str_of(from), &a));
    return tries_count(&tries, &a, now, 3);
}

static void an_address_has_so_many_a_minute(void **state)
{
    memset(&tries, 0, sizeof tries);
    for (int i = 0; i < 3; i++)
        assert_true(count("192.0.2.1", WHEN_MINUTE + i));
    assert_false(count("192.0.2.1", WHEN_MINUTE + 3));
    assert_true(count("192.0.2.2", WHEN_MINUTE + 3));
    assert_false(count("192.0.2.1", 2 * WHEN_MINUTE - 1));
    assert_true(count("192.0.2.1", 2 * WHEN_MINUTE));
}

static void an_ipv6_customer_is_one_address(void **state)
{
    memset(&tries, 0, sizeof tries);
    assert_true(count("2001:db8::1", 0) && count("2001:db8::2", 0) && count("2001:db8::3", 0));
    assert_false(count("2001:db8::4", 0));
    assert_true(count("2001:db8:0:1::1", 0));
}

static void the_oldest_is_forgotten_when_there_are_too_many(void **state)
{
    char text[32];
    memset(&tries, 0, sizeof tries);
    for (int i = 0; i < 3; i++)
        assert_true(count("192.0.2.1", 0));
    for (int i = 1; i < TRIES_ADDRESSES; i++) {
        snprintf(text, sizeof text, "10.0.%d.%d", i / 256, i % 256);
        assert_true(count(text, i));
    }
    assert_false(count("192.0.2.1", TRIES_ADDRESSES));
    assert_true(count("198.51.100.1", TRIES_ADDRESSES));
    assert_true(count("192.0.2.1", TRIES_ADDRESSES));
}

UNIT_MAIN(TEST(an_address_has_so_many_a_minute), TEST(an_ipv6_customer_is_one_address),
          TEST(the_oldest_is_forgotten_when_there_are_too_many))
