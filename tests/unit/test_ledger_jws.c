/* ES256 in the compact form: our own, the one of a published draft, and what must not pass. */
#include "unit.h"
#include "ledger/base64.h"
#include "ledger/jws.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

/* draft-ietf-stir-passport-06, Appendix A. */
#define DRAFT                                                                                      \
    "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3"   \
    "Nwb3J0LmNlciJ9.eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6IjE0NDMyMDg"   \
    "zNDUiLCJvcmlnIjp7InRuIjoiMTIxNTU1NTEyMTIifX0.rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1VOgFWSjHBr8"   \
    "Qjpjlk-cpFYpFYsojNCpTzO3QfPOlckGaS6hEck7w"
static const char draft_key[] = "-----BEGIN PUBLIC KEY-----\n"
                                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8HNbQd/TmvCKwPKHkMF9fScavGeH\n"
                                "78YTU8qLS8I5HLHSSmlATLcslQMhNC/OhlWBYC626nIlo7XeebYS7Sb37g==\n"
                                "-----END PUBLIC KEY-----\n";

static EVP_PKEY *read_key(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    assert_non_null(key);
    BIO_free(bio);
    return key;
}

static void the_published_example_verifies(void **state)
{
    EVP_PKEY *key = read_key(draft_key);
    struct jws j;
    char text[256];
    size_t n;
    assert_true(jws_split(STR(DRAFT), &j));
    assert_true(jws_verify(&j, key));
    assert_true(base64_url_decode(j.header, text, sizeof text, &n));
    assert_str(((struct str){text, n}), "{\"alg\":\"ES256\",\"typ\":\"passport\",\"x5u\":"
                                        "\"https://cert.example.org/passport.cer\"}");
    EVP_PKEY_free(key);
}

static void every_changed_byte_is_noticed(void **state)
{
    EVP_PKEY *key = read_key(draft_key);
    char text[] = DRAFT;
    for (size_t i = 0; i < sizeof DRAFT - 1; i++) {
        struct jws j;
        text[i] = text[i] == 'A' ? 'B' : 'A';
        if (jws_split(str_of(text), &j) && jws_verify(&j, key))
            fail_msg("byte %zu", i);
        text[i] = DRAFT[i];
    }
    EVP_PKEY_free(key);
}

static void what_is_signed_verifies_with_this_key_only(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256"), *wide = EVP_EC_gen("P-384");
    for (int i = 0; i < 50; i++) { /* r and s with and without leading zeroes */
        char text[256];
        struct buf b;
        struct jws j;
        buf_fixed(&b, text, sizeof text);
        assert_int_equal(jws_sign(STR("{}"), STR("{\"a\":1}"), key, &b), OK);
        assert_true(jws_split(buf_view(&b), &j));
        assert_str(j.header, "e30");
        assert_str(j.payload, "eyJhIjoxfQ");
        assert_true(jws_verify(&j, key));
        assert_false(jws_verify(&j, other));
        assert_false(jws_verify(&j, wide));
        buf_fixed(&b, text, 100);
        assert_int_equal(jws_sign(STR("{}"), STR("{\"a\":1}"), key, &b), ERR_LIMIT);
        buf_fixed(&b, text, sizeof text);
        assert_int_equal(jws_sign(STR("{}"), STR("{}"), wide, &b), ERR_INVALID);
    }
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    EVP_PKEY_free(wide);
}

static void what_is_no_token_is_refused(void **state)
{
    static const char *const bad[] = {
        "",        ".",         "..",        "a.b",        "a.b.",       "a.b.c",
        "a.b.c.d", "a.b.AAAA=", (DRAFT "."), (DRAFT "AA"), (DRAFT "=="),
    };
    struct jws j;
    char text[8];
    size_t n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (jws_split(str_of(bad[i]), &j))
            fail_msg("%s", bad[i]);
    assert_false(base64_url_decode(STR("a+/b"), text, sizeof text, &n));
    assert_false(base64_url_decode(STR("e30="), text, sizeof text, &n));
    assert_false(base64_url_decode(STR("e3\xaf"), text, sizeof text, &n));
    assert_false(base64_url_decode(STR("AAAAAAAAAAAA"), text, sizeof text, &n));
}

UNIT_MAIN(TEST(the_published_example_verifies), TEST(every_changed_byte_is_noticed),
          TEST(what_is_signed_verifies_with_this_key_only), TEST(what_is_no_token_is_refused))
