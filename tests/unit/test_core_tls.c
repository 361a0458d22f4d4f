#include "core/tls.h"
#include "certificate.h"

#include <openssl/ssl.h>
#include <unistd.h>

static char folder[64], good[80], key[80], other[80], other_key[80], locked[80];

static int set_up(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/menshen-unit-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(good, sizeof good, "%s/c.pem", folder);
    snprintf(key, sizeof key, "%s/k.pem", folder);
    snprintf(other, sizeof other, "%s/c2.pem", folder);
    snprintf(other_key, sizeof other_key, "%s/k2.pem", folder);
    snprintf(locked, sizeof locked, "%s/locked.pem", folder);
    write_certificate(good, key);
    write_certificate(other, other_key);
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    FILE *f = fopen(locked, "w");
    assert_non_null(f);
    assert_int_equal(
        PEM_write_PrivateKey(f, pair, EVP_aes_128_cbc(), (unsigned char *)"x", 1, NULL, NULL), 1);
    fclose(f);
    EVP_PKEY_free(pair);
    return 0;
}

static int clean_up(void **state)
{
    const char *const files[] = {good, key, other, other_key, locked};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i]);
    return rmdir(folder);
}

static void what_cannot_be_used_is_named(void **state)
{
    const struct {
        const char *certificate, *key, *names;
    } bad[] = {{"/nowhere/c.pem", key, "sip.tls.certificate: /nowhere/c.pem"},
               {key, key, "sip.tls.certificate: "},
               {good, "/nowhere/k.pem", "sip.tls.key: /nowhere/k.pem"},
               {good, good, "sip.tls.key: "},
               {good, other_key, "sip.tls.key: "},
               {good, locked, "sip.tls.key: "}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct tls_config c = {.certificate = bad[i].certificate, .key = bad[i].key};
        struct problem p = {.text = ""};
        struct tls *t = NULL;
        assert_int_equal(tls_open("sip.tls", &c, &t, &p), ERR_INVALID);
        assert_null(t);
        if (strstr(p.text, bad[i].names) == NULL)
            fail_msg("%s", p.text);
    }
}

static void a_session_keeps_its_certificate(void **state)
{
    const struct tls_config first = {.certificate = good, .key = key},
                            second = {.certificate = other, .key = other_key},
                            wrong = {.certificate = other, .key = key};
    struct problem p = {.text = ""};
    struct tls *t;
    assert_int_equal(tls_open("http.tls", &first, &t, &p), OK);
    SSL *a = tls_session(t);
    assert_int_equal(tls_reload(t, &wrong, &p), ERR_INVALID);
    SSL *b = tls_session(t);
    assert_ptr_equal(SSL_get_SSL_CTX(a), SSL_get_SSL_CTX(b));
    assert_int_equal(tls_reload(t, &second, &p), OK);
    SSL *c = tls_session(t);
    assert_int_equal(X509_cmp(SSL_get_certificate(a), SSL_get_certificate(b)), 0);
    assert_int_not_equal(X509_cmp(SSL_get_certificate(a), SSL_get_certificate(c)), 0);
    assert_int_equal(SSL_get_min_proto_version(c), TLS1_2_VERSION);
    tls_close(t);
    SSL_free(a);
    SSL_free(b);
    SSL_free(c);
}

int main(void)
{
    const struct CMUnitTest all[] = {TEST(what_cannot_be_used_is_named),
                                     TEST(a_session_keeps_its_certificate)};
    return cmocka_run_group_tests(all, set_up, clean_up);
}
