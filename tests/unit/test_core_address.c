#include "core/address.h"
#include "unit.h"

static void shows(const char *text, const char *again)
{
    struct in6_addr a;
    char out[ADDRESS_TEXT];
    assert_true(address_parse(str_of(text), &a));
    address_print(&a, out);
    assert_string_equal(out, again);
}

static void reads_what_it_prints(void **state)
{
    shows("192.0.2.7", "192.0.2.7");
    shows("::ffff:192.0.2.7", "192.0.2.7");
    shows("::", "::");
    shows("2001:DB8:0:0:0:0:0:1", "2001:db8::1");
    shows("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void refuses_what_is_no_address(void **state)
{
    static const char *const bad[] = {
        "",           "localhost",  "192.0.2",     "192.0.2.256", "192.0.2.07",
        " 192.0.2.7", "192.0.2.7 ", "192.0.2.7:1", "192.0.2.7/8", "[::1]",
        "::1%lo",     "1::2::3",    "0x7f.1",      "2130706433"};
    struct in6_addr a;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (address_parse(str_of(bad[i]), &a))
            fail_msg("\"%s\" is no address", bad[i]);
    assert_false(address_parse((struct str){"::1\0x", 5}, &a));
    char large[300];
    memset(large, '1', sizeof large);
    assert_false(address_parse((struct str){large, sizeof large}, &a));
}

static void a_host_has_brackets_around_ipv6_only(void **state)
{
    struct in6_addr a;
    assert_true(address_parse_host(STR("[::1]"), &a));
    assert_true(IN6_IS_ADDR_LOOPBACK(&a));
    assert_true(address_parse_host(STR("127.0.0.1"), &a));
    assert_false(address_parse_host(STR("::1"), &a));
    assert_false(address_parse_host(STR("[127.0.0.1]"), &a));
    assert_false(address_parse_host(STR("[]"), &a));
    assert_false(address_parse_host(STR("["), &a));
    assert_false(address_parse_host(STR("[::1"), &a));
}

static void holds(const char *network, const char *address, bool expected)
{
    struct network n;
    struct in6_addr a;
    assert_true(network_parse(str_of(network), &n));
    assert_true(address_parse(str_of(address), &a));
    if (network_holds(&n, &a) != expected)
        fail_msg("%s in %s", address, network);
}

static void networks_hold_their_addresses(void **state)
{
    holds("10.1.0.0/16", "10.1.255.255", true);
    holds("10.1.0.0/16", "10.2.0.0", false);
    holds("10.1.2.128/25", "10.1.2.129", true);
    holds("10.1.2.128/25", "10.1.2.127", false);
    holds("10.1.2.3", "10.1.2.3", true);
    holds("10.1.2.3", "10.1.2.2", false);
    holds("0.0.0.0/0", "203.0.113.1", true);
    holds("0.0.0.0/0", "2001:db8::1", false);
    holds("::/0", "203.0.113.1", true);
    holds("2001:db8::/33", "2001:db8:7fff::1", true);
    holds("2001:db8::/33", "2001:db8:8000::1", false);
    holds("::ffff:10.0.0.0/104", "10.9.9.9", true);
}

static void refuses_what_is_no_network(void **state)
{
    static const char *const bad[] = {
        "",       "/8",           "10.0.0.0/",   "10.0.0.0/33", "10.0.0.0/-1",
        "::/129", "10.0.0.0/8/8", "10.0.0.0/8 ", "10/8",        "[::1]/128"};
    struct network n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (network_parse(str_of(bad[i]), &n))
            fail_msg("\"%s\" is no network", bad[i]);
}

static void networks_lie_within_wider_ones(void **state)
{
    struct network wide, narrow;
    assert_true(network_parse(STR("10.0.0.0/8"), &wide));
    assert_true(network_parse(STR("10.1.0.0/16"), &narrow));
    assert_true(network_within(&narrow, &wide));
    assert_true(network_within(&wide, &wide));
    assert_false(network_within(&wide, &narrow));
    assert_true(network_is_first(&narrow));
    assert_true(network_parse(STR("10.1.0.1/16"), &narrow));
    assert_false(network_is_first(&narrow));
}

static void tells_what_is_public(void **state)
{
    static const char *const public[] = {"1.1.1.1",     "100.128.0.1",     "172.32.0.1",
                                         "192.169.0.1", "223.255.255.254", "2606:4700::1111",
                                         "240e::1"};
    static const char *const not [] = {
        "0.0.0.0",        "10.0.0.1",        "100.64.0.1", "127.0.0.1",   "169.254.169.254",
        "172.16.0.1",     "172.31.255.1",    "192.0.0.8",  "192.168.1.1", "198.18.0.1",
        "224.0.0.1",      "255.255.255.255", "::",         "::1",         "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::",    "2001::1",    "2001:db8::1", "fe80::1",
        "fd00::1",        "ff02::1",
    };
    struct in6_addr a;
    for (size_t i = 0; i < sizeof public / sizeof *public; i++)
        if (!address_parse(str_of(public[i]), &a) || !address_is_public(&a))
            fail_msg("%s is public", public[i]);
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        if (!address_parse(str_of(not [i]), &a) || address_is_public(&a))
            fail_msg("%s is not public", not [i]);
}

static void endpoints_survive_a_socket_address(void **state)
{
    static const char *const texts[] = {"127.0.0.1:5060", "[::1]:5060", "[::]:0", "0.0.0.0:65535"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct endpoint e, again;
        struct sockaddr_storage at;
        char text[ENDPOINT_TEXT];
        assert_int_equal(endpoint_parse(texts[i], "k", &e, NULL), OK);
        endpoint_print(&e, text);
        assert_string_equal(text, texts[i]);
        /* As an IPv4 socket or an IPv6 one sees it. */
        assert_true(endpoint_to(&e, endpoint_family(&e), &at) > 0);
        endpoint_of((struct sockaddr *)&at, &again);
        endpoint_print(&again, text);
        assert_string_equal(text, texts[i]);
        assert_int_equal(endpoint_to(&e, AF_INET6, &at), sizeof(struct sockaddr_in6));
        endpoint_of((struct sockaddr *)&at, &again);
        endpoint_print(&again, text);
        assert_string_equal(text, texts[i]);
    }
    struct endpoint none;
    endpoint_of(&(struct sockaddr){.sa_family = AF_UNIX}, &none);
    assert_true(IN6_IS_ADDR_UNSPECIFIED(&none.address) && none.port == 0);
}

static void refuses_what_is_no_endpoint(void **state)
{
    static const char *const bad[] = {"",           ":",          ":5060",         "127.0.0.1",
                                      "127.0.0.1:", "::1:5060",   "[::1]",         "[::1]5060",
                                      "h:5060",     "1.2.3.4:-1", "1.2.3.4:65536", "1.2.3.4: 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct endpoint e;
        struct problem p = {.text = ""};
        if (endpoint_parse(bad[i], "sip.listen", &e, &p) != ERR_INVALID)
            fail_msg("\"%s\" is no endpoint", bad[i]);
        assert_non_null(strstr(p.text, "sip.listen: \""));
    }
}

UNIT_MAIN(TEST(reads_what_it_prints), TEST(refuses_what_is_no_address),
          TEST(a_host_has_brackets_around_ipv6_only), TEST(networks_hold_their_addresses),
          TEST(refuses_what_is_no_network), TEST(networks_lie_within_wider_ones),
          TEST(tells_what_is_public), TEST(endpoints_survive_a_socket_address),
          TEST(refuses_what_is_no_endpoint))
