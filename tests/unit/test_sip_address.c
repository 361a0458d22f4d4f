#include "unit.h"
#include "sip/address.h"

static void values_are_split_at_commas_outside_quotes_and_brackets(void **state)
{
    struct str rest = STR("\"a,b\" <sip:1@h,x>;q=1 , <sip:2@h>,sip:3@h"), value;
    assert_true(value_next(&rest, &value));
    assert_str(value, "\"a,b\" <sip:1@h,x>;q=1");
    assert_true(value_next(&rest, &value));
    assert_str(value, "<sip:2@h>");
    assert_true(value_next(&rest, &value));
    assert_str(value, "sip:3@h");
    assert_false(value_next(&rest, &value));
}

static void an_open_quote_swallows_the_rest(void **state)
{
    struct str rest = STR("\"a, <sip:1@h>, b"), value;
    assert_true(value_next(&rest, &value));
    assert_false(value_next(&rest, &value));
}

static void parameters_are_found_without_regard_to_case_and_quotes(void **state)
{
    struct str params = STR(" ; Tag = abc;x=\"1;2\\\";y=no\";flag ; +sip.608"), value;
    assert_true(param_find(params, STR("tag"), &value));
    assert_str(value, "abc");
    assert_true(param_find(params, STR("x"), &value));
    assert_str(value, "1;2\\\";y=no");
    assert_true(param_find(params, STR("flag"), &value));
    assert_str(value, "");
    assert_true(param_find(params, STR("+sip.608"), NULL));
    assert_false(param_find(params, STR("y"), NULL));
    assert_false(param_find(params, STR("ta"), NULL));
}

static void addresses_are_read_in_both_forms(void **state)
{
    struct name_addr a;
    assert_true(
        name_addr_parse(STR("\"Li \\\"<x>\\\" Lei\" <sip:+8613800138000@h;user=phone>;tag=1"), &a));
    assert_str(a.display, "\"Li \\\"<x>\\\" Lei\"");
    assert_str(a.uri, "sip:+8613800138000@h;user=phone");
    assert_str(a.params, ";tag=1");
    assert_true(name_addr_parse(STR("sip:100@h;tag=1"), &a));
    assert_str(a.uri, "sip:100@h");
    assert_str(a.params, ";tag=1");
    assert_true(name_addr_parse(STR("<sip:100@h>\r\n ;tag=1"), &a));
    assert_str(a.params, ";tag=1");
}

static void addresses_that_two_readers_could_read_differently_are_refused(void **state)
{
    static const char *const wrong[] = {
        "<sip:100@h",         "", "<>", "\"x\" sip:100@h", "<sip:100@h> x", "sip:1 00@h",
        "\"open <sip:100@h>",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct name_addr a;
        if (name_addr_parse(str_of(wrong[i]), &a))
            fail_msg("read: %s", wrong[i]);
    }
}

static void uris_are_taken_apart(void **state)
{
    struct uri u;
    assert_true(uri_parse(STR("sip:+8610;rn=1;npdi:secret@[2001:db8::1]:5070;user=phone?a=b"), &u));
    assert_str(u.scheme, "sip");
    assert_str(u.user, "+8610;rn=1;npdi");
    assert_str(u.host, "[2001:db8::1]");
    assert_str(u.params, ";user=phone");
    assert_int_equal(u.port, 5070);
    assert_true(uri_parse(STR("SIPS:h"), &u));
    assert_str(u.user, "");
    assert_str(u.host, "h");
    assert_int_equal(u.port, 0);
    assert_true(uri_parse(STR("tel:+86-10-1234;phone-context=x"), &u));
    assert_str(u.user, "+86-10-1234;phone-context=x");
    assert_str(u.host, "");
}

static void uris_without_sense_are_refused(void **state)
{
    static const char *const wrong[] = {
        "",         "sip:",       "sip:@h",    ":x",           "sip:a@h:0",     "sip:a@h:65536",
        "sip:a@h:", "sip:a@[::1", "sip:a b@h", "sip:a@h\r\nX", "sip:a@h:1x",    "nocolon",
        "sip:a@",   "sip:a@h i",  "tel:",      "sip:a@\"h\"",  "sip:a@[::g:/]",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct uri u;
        if (uri_parse(str_of(wrong[i]), &u))
            fail_msg("read: %s", wrong[i]);
    }
}

static void vias_are_read_as_rfc_3261_lets_them_be_written(void **state)
{
    struct via v;
    assert_true(via_parse(STR("SIP / 2.0 / UDP  first.example.com : 4000 ;ttl=16 ;branch = "
                              "z9hG4bKa7c6a8dlze.1;rport"),
                          &v));
    assert_str(v.transport, "UDP");
    assert_str(v.host, "first.example.com");
    assert_int_equal(v.port, 4000);
    assert_str(v.branch, "z9hG4bKa7c6a8dlze.1");
    assert_true(v.rport);
    assert_true(via_parse(STR("SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bKas3-111"), &v));
    assert_str(v.host, "[2001:db8::9:255]");
    assert_int_equal(v.port, 0);
    assert_false(v.rport);
    assert_false(via_parse(STR("SIP/3.0/UDP h"), &v));
    assert_false(via_parse(STR("SIP/2.0/UDP"), &v));
    assert_false(via_parse(STR("SIP/2.0/UDP ;branch=x"), &v));
    assert_false(via_parse(STR("h:5060"), &v));
}

static void folds_become_blanks(void **state)
{
    char text[64];
    struct buf b;
    buf_fixed(&b, text, sizeof text);
    value_put(&b, STR("a\r\n  b\n\tc"));
    assert_str(buf_view(&b), "a b c");
}

UNIT_MAIN(TEST(values_are_split_at_commas_outside_quotes_and_brackets),
          TEST(an_open_quote_swallows_the_rest),
          TEST(parameters_are_found_without_regard_to_case_and_quotes),
          TEST(addresses_are_read_in_both_forms),
          TEST(addresses_that_two_readers_could_read_differently_are_refused),
          TEST(uris_are_taken_apart), TEST(uris_without_sense_are_refused),
          TEST(vias_are_read_as_rfc_3261_lets_them_be_written), TEST(folds_become_blanks))
