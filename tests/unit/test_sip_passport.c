/* Tokens held against requests. The signature is test_ledger_jws's and test_sip_identity's. */
#include "unit.h"
#include "identity_fixture.h"

static EVP_PKEY *key;

static int make_key(void **state)
{
    key = EVP_EC_gen("P-256");
    return key == NULL;
}

static int free_key(void **state)
{
    EVP_PKEY_free(key);
    return 0;
}

static void expect(enum passport_result want, const char *header, const char *payload)
{
    struct passport p;
    struct passport_request r = make_request(make_token(header, payload, key));
    enum passport_result got = passport_read(&identity_plan, &r, &p);
    if (got != want)
        fail_msg("%s, not %s: %s %s", passport_word(got), passport_word(want), header, payload);
}

static void a_good_token_names_its_caller(void **state)
{
    struct passport p;
    struct passport_request r = make_request(make_token(SHAKEN, GOOD, key));
    assert_int_equal(passport_read(&identity_plan, &r, &p), PASSPORT_VERIFIED);
    assert_int_equal(p.caller, 8613800138000);
    assert_int_equal(p.caller_class, NUMBER_MOBILE);
    assert_string_equal(p.tn, "8613800138000");
    assert_true(p.full);
    assert_true(jws_verify(&p.jws, key));
}

static void attestation_a_alone_is_full(void **state)
{
    static const struct {
        const char *header, *payload;
        bool full;
    } table[] = {
        {SHAKEN, GOOD, true},
        {SHAKEN, PAYLOAD("B", "8613800138000", "8613900139000", "1763740800"), false},
        {SHAKEN, PAYLOAD("C", "8613800138000", "8613900139000", "1763740800"), false},
        {PLAIN, PAYLOAD("C", "8613800138000", "8613900139000", "1763740800"), true},
        {PLAIN,
         "{\"dest\":{\"tn\":[\"1\",\"8613900139000\"]},\"iat\":1763740800,\"orig\":{\"tn\":"
         "\"8613800138000\"}}",
         true},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct passport p;
        struct passport_request r =
            make_request(make_token(table[i].header, table[i].payload, key));
        assert_int_equal(passport_read(&identity_plan, &r, &p), PASSPORT_VERIFIED);
        assert_int_equal(p.full, table[i].full);
    }
    expect(PASSPORT_MALFORMED, SHAKEN,
           PAYLOAD("D", "8613800138000", "8613900139000", "1763740800"));
    expect(PASSPORT_MALFORMED, SHAKEN,
           PAYLOAD("AA", "8613800138000", "8613900139000", "1763740800"));
}

static void the_header_must_be_a_passport_s(void **state)
{
    static const struct {
        enum passport_result want;
        const char *header;
    } table[] = {
        {PASSPORT_MALFORMED, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":\"" URL "\"}"},
        {PASSPORT_MALFORMED, "{\"alg\":\"ES256\",\"x5u\":\"" URL "\"}"},
        {PASSPORT_MALFORMED, "{\"alg\":\"ES256\",\"typ\":\"passport\"}"},
        {PASSPORT_MALFORMED, "{\"alg\":\"ES256\",\"typ\":\"passport\",\"x5u\":\"https://x/\"}"},
        {PASSPORT_MALFORMED, "[\"ES256\"]"},
        {PASSPORT_MALFORMED, "{\"alg\":\"ES256\",\"typ\":\"passport\",\"typ\":\"passport\"}"},
        {PASSPORT_MALFORMED, "not JSON"},
        {PASSPORT_UNSUPPORTED, "{\"alg\":\"none\",\"typ\":\"passport\",\"x5u\":\"" URL "\"}"},
        {PASSPORT_UNSUPPORTED, "{\"alg\":\"HS256\",\"typ\":\"passport\",\"x5u\":\"" URL "\"}"},
        {PASSPORT_UNSUPPORTED,
         "{\"alg\":\"ES256\",\"ppt\":\"div\",\"typ\":\"passport\",\"x5u\":\"" URL "\"}"},
        {PASSPORT_UNSUPPORTED,
         "{\"alg\":\"ES256\",\"crit\":[\"x\"],\"typ\":\"passport\",\"x5u\":\"" URL "\"}"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(table[i].want, table[i].header, GOOD);
}

static void claims_must_be_there_and_of_their_types(void **state)
{
    static const char *const table[] = {
        "{}",
        "[]",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"orig\":{\"tn\":\"8613800138000\"}}",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"iat\":\"1763740800\",\"orig\":{\"tn\":"
        "\"8613800138000\"}}",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"iat\":1763740800.0,\"orig\":{\"tn\":"
        "\"8613800138000\"}}",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"iat\":-1,\"orig\":{\"tn\":\"8613800138000\"}}",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"iat\":9223372036854775807,\"orig\":{\"tn\":"
        "\"8613800138000\"}}",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"iat\":1763740800,\"orig\":\"8613800138000\"}",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"iat\":1763740800,\"orig\":{\"uri\":\"sip:a@b\"}}",
        "{\"dest\":{\"tn\":[\"8613900139000\"]},\"iat\":1763740800,\"orig\":{\"tn\":"
        "\"1234567890123456\"}}",
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(PASSPORT_MALFORMED, PLAIN, table[i]);
}

static void a_token_is_for_one_minute(void **state)
{
    static const struct {
        int64_t off_s;
        const char *date;
        enum passport_result want;
    } table[] = {
        {0, "", PASSPORT_VERIFIED},
        {60, "", PASSPORT_VERIFIED},
        {-60, "", PASSPORT_VERIFIED},
        {61, "", PASSPORT_STALE},
        {-61, "", PASSPORT_STALE},
        {0, "Fri, 21 Nov 2025 16:00:00 GMT", PASSPORT_VERIFIED},
        {0, "Fri, 21 Nov 2025 16:01:00 GMT", PASSPORT_VERIFIED},
        {0, "Fri, 21 Nov 2025 15:58:59 GMT", PASSPORT_STALE},
        {60, "Fri, 21 Nov 2025 15:59:59 GMT", PASSPORT_STALE},
        {0, "Fri, 21 Nov 2025 16:00:00 CST", PASSPORT_MALFORMED},
        {0, "Fri, 21 Foo 2025 16:00:00 GMT", PASSPORT_MALFORMED},
        {0, "Fri, 21 Nov 2025 24:00:00 GMT", PASSPORT_MALFORMED},
        {0, "1763740800", PASSPORT_MALFORMED},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct passport p;
        struct passport_request r = make_request(make_token(SHAKEN, GOOD, key));
        r.now += table[i].off_s * WHEN_SECOND;
        r.date = str_of(table[i].date);
        if (passport_read(&identity_plan, &r, &p) != table[i].want)
            fail_msg("row %zu", i);
    }
}

/* A recorded token is worth nothing to another caller, or towards another callee. */
static void a_token_is_for_this_caller_and_this_callee(void **state)
{
    static const struct {
        const char *payload;
        number asserted, from, callee;
        enum passport_result want;
    } table[] = {
        {GOOD, 8613800138000, 8613800138000, 8613900139000, PASSPORT_VERIFIED},
        {GOOD, 8613800138001, 8613800138000, 8613900139000, PASSPORT_VERIFIED},
        {GOOD, 8613800138001, 8613800138001, 8613900139000, PASSPORT_OTHER_NUMBER},
        {GOOD, 0, 0, 8613900139000, PASSPORT_OTHER_NUMBER},
        {GOOD, 8613800138000, 0, 8613900139001, PASSPORT_OTHER_NUMBER},
        {PAYLOAD("A", "110", "8613900139000", "1763740800"), 86110, 0, 8613900139000,
         PASSPORT_VERIFIED},
        {PAYLOAD("A", "86110", "8613900139000", "1763740800"), 86110, 0, 8613900139000,
         PASSPORT_VERIFIED},
        {PAYLOAD("A", "95588", "8613900139000", "1763740800"), 8695588, 0, 8613900139000,
         PASSPORT_VERIFIED},
        /* Not a national number without its country: that is another country's. */
        {PAYLOAD("A", "13800138000", "8613900139000", "1763740800"), 8613800138000, 0,
         8613900139000, PASSPORT_OTHER_NUMBER},
        {PAYLOAD("A", "+8613800138000", "8613900139000", "1763740800"), 8613800138000, 0,
         8613900139000, PASSPORT_OTHER_NUMBER},
        {PAYLOAD("A", "0", "8613900139000", "1763740800"), 0, 0, 8613900139000,
         PASSPORT_OTHER_NUMBER},
        {"{\"dest\":{\"tn\":\"8613900139000\"},\"iat\":1763740800,\"orig\":{\"tn\":"
         "\"8613800138000\"}}",
         8613800138000, 0, 8613900139000, PASSPORT_OTHER_NUMBER},
        {"{\"dest\":{\"tn\":[8613900139000]},\"iat\":1763740800,\"orig\":{\"tn\":"
         "\"8613800138000\"}}",
         8613800138000, 0, 8613900139000, PASSPORT_OTHER_NUMBER},
        {"{\"iat\":1763740800,\"orig\":{\"tn\":\"8613800138000\"}}", 8613800138000, 0,
         8613900139000, PASSPORT_OTHER_NUMBER},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct passport p;
        struct passport_request r = make_request(make_token(PLAIN, table[i].payload, key));
        r.callers[0] = table[i].asserted;
        r.callers[1] = table[i].from;
        r.callee = table[i].callee;
        enum passport_result got = passport_read(&identity_plan, &r, &p);
        if (got != table[i].want)
            fail_msg("row %zu: %s", i, passport_word(got));
    }
}

static void an_identity_header_has_a_token_and_a_url(void **state)
{
    static const struct {
        const char *value, *token, *url;
        enum passport_result want;
    } table[] = {
        {"a.b.c;info=<https://x/>", "a.b.c", "https://x/", PASSPORT_VERIFIED},
        {"a.b.c ; info = <https://x/> ; alg=ES256;ppt=\"shaken\"", "a.b.c", "https://x/",
         PASSPORT_VERIFIED},
        {"a.b.c;INFO=<https://x/>;ppt=shaken", "a.b.c", "https://x/", PASSPORT_VERIFIED},
        {"a.b.c;info=<https://x/>;ppt=div", "", "", PASSPORT_UNSUPPORTED},
        {"a.b.c;info=<https://x/>;alg=RS256", "", "", PASSPORT_UNSUPPORTED},
        {"..c;info=<https://x/>", "", "", PASSPORT_UNSUPPORTED},
        {"a.b.c", "", "", PASSPORT_MALFORMED},
        {"", "", "", PASSPORT_MALFORMED},
        {"a.b.c;info=https://x/", "", "", PASSPORT_MALFORMED},
        {"a.b.c;info=<>", "", "", PASSPORT_MALFORMED},
        {"a.b.c;alg=ES256", "", "", PASSPORT_MALFORMED},
    };
    static char long_one[PASSPORT_MAX + 20];
    struct str token, url;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (passport_header(str_of(table[i].value), &token, &url) != table[i].want)
            fail_msg("row %zu", i);
        if (table[i].want == PASSPORT_VERIFIED)
            assert_true(str_eq(token, str_of(table[i].token)) && str_eq(url, str_of(table[i].url)));
    }
    memset(long_one, 'a', sizeof long_one);
    memcpy(long_one + PASSPORT_MAX, ";info=<https://x/>", 19);
    assert_int_equal(passport_header(str_of(long_one), &token, &url), PASSPORT_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(a_good_token_names_its_caller),
        TEST(attestation_a_alone_is_full),
        TEST(the_header_must_be_a_passport_s),
        TEST(claims_must_be_there_and_of_their_types),
        TEST(a_token_is_for_one_minute),
        TEST(a_token_is_for_this_caller_and_this_callee),
        TEST(an_identity_header_has_a_token_and_a_url),
    };
    return cmocka_run_group_tests(all, make_key, free_key);
}
