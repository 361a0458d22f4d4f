/*
 * identity_fixture: certificates and PASSporTs made on the spot.
 *
 * An anchor, leaves under it with any TNAuthList, a folder of them as an operator
 * keeps it, and tokens. All static; the time is NOW.
 */
#pragma once
#include "sip/certificates.h"
#include "sip/passport.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW (1763740800 * WHEN_SECOND) /* 2025-11-21T16:00:00Z */
#define URL "https://cr.example/p.pem"

/* 30 len A0 len 16 len "709J": a provider. */
#define PROVIDER                                                                                   \
    STR("\x30\x08\xa0\x06\x16\x04"                                                                 \
        "709J")

static const struct number_block identity_blocks[] = {
    {.prefix = "13", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "955", .min_len = 5, .max_len = 5, .class = NUMBER_95},
    {.prefix = "110", .min_len = 3, .max_len = 3, .class = NUMBER_EMERGENCY},
};
static const struct number_plan identity_plan = {.country = "86",
                                                 .trunk = "0",
                                                 .idd = "00",
                                                 .blocks = identity_blocks,
                                                 .block_count = 3,
                                                 .utc_offset_minutes = 480};

struct issuer {
    EVP_PKEY *key;
    X509 *certificate;
};

static inline void add_extension(X509 *x, const char *oid, bool critical, struct str der)
{
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    assert_int_equal(ASN1_OCTET_STRING_set(value, (const uint8_t *)der.p, (int)der.n), 1);
    X509_EXTENSION *e = X509_EXTENSION_create_by_OBJ(NULL, object, critical, value);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
    ASN1_OBJECT_free(object);
    ASN1_OCTET_STRING_free(value);
}

/* Valid from a day before NOW until a day after. */
static inline X509 *certify(const char *name, EVP_PKEY *key, const struct issuer *by, bool ca)
{
    static long serial;
    X509 *x = X509_new();
    X509_NAME *subject = X509_get_subject_name(x);
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const uint8_t *)name, -1, -1, 0);
    X509_set_issuer_name(x, by == NULL ? subject : X509_get_subject_name(by->certificate));
    ASN1_TIME_set(X509_getm_notBefore(x), NOW / WHEN_SECOND - 86400);
    ASN1_TIME_set(X509_getm_notAfter(x), NOW / WHEN_SECOND + 86400);
    X509_set_pubkey(x, key);
    if (ca)
        add_extension(x, "2.5.29.19", true, STR("\x30\x03\x01\x01\xff"));
    return x;
}

static inline struct issuer make_anchor(const char *name)
{
    struct issuer anchor = {.key = EVP_EC_gen("P-256")};
    anchor.certificate = certify(name, anchor.key, NULL, true);
    assert_true(X509_sign(anchor.certificate, anchor.key, EVP_sha256()) > 0);
    return anchor;
}

static inline void free_issuer(struct issuer *i)
{
    X509_free(i->certificate);
    EVP_PKEY_free(i->key);
}

static inline void write_pem(const char *path, X509 *const certificates[], size_t n)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(PEM_write_X509(f, certificates[i]), 1);
    fclose(f);
}

static inline void file_of(const char *folder, const char *url, char out[static 256])
{
    uint8_t hash[URL_HASH];
    int n = snprintf(out, 256, "%s/", folder);
    certificates_hash(str_of(url), hash);
    for (size_t i = 0; i < sizeof hash; i++)
        n += snprintf(out + n, 256 - (size_t)n, "%02x", hash[i]);
    snprintf(out + n, 256 - (size_t)n, ".pem");
}

/* A leaf of a P-256 key for `list`, signed by `by`, in its file. */
static inline EVP_PKEY *make_leaf(const char *folder, const char *url, const struct issuer *by,
                                  struct str list)
{
    char path[256];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = certify("SHAKEN 709J", key, by, false);
    if (list.n > 0)
        add_extension(x, TN_LIST_OID, false, list);
    assert_true(X509_sign(x, by->key, EVP_sha256()) > 0);
    file_of(folder, url, path);
    write_pem(path, &x, 1);
    X509_free(x);
    return key;
}

#define SHAKEN "{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\",\"x5u\":\"" URL "\"}"
#define PLAIN  "{\"alg\":\"ES256\",\"typ\":\"passport\",\"x5u\":\"" URL "\"}"
#define PAYLOAD(attest, caller, callee, iat)                                                       \
    "{\"attest\":\"" attest "\",\"dest\":{\"tn\":[\"" callee "\"]},\"iat\":" iat                   \
    ",\"orig\":{\"tn\":\"" caller "\"},\"origid\":\"1\"}"
#define GOOD PAYLOAD("A", "8613800138000", "8613900139000", "1763740800")

/* A signed token, in static memory. */
static inline struct str make_token(const char *header, const char *payload, EVP_PKEY *key)
{
    static char text[8][PASSPORT_MAX];
    static unsigned next;
    struct buf b;
    buf_fixed(&b, text[next++ % 8], PASSPORT_MAX);
    assert_int_equal(jws_sign(str_of(header), str_of(payload), key, &b), OK);
    return buf_view(&b);
}

static inline struct passport_request make_request(struct str token)
{
    return (struct passport_request){.token = token,
                                     .url = STR(URL),
                                     .callers = {8613800138000},
                                     .callee = 8613900139000,
                                     .now = NOW};
}
