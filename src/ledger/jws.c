#include "ledger/jws.h"

#include "ledger/base64.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

enum { HALF = JWS_SIGNATURE / 2, DER_MAX = 80 };

bool jws_split(struct str token, struct jws *out)
{
    struct str rest = token, signature, more;
    size_t n = 0;
    *out = (struct jws){0};
    if (!str_split(&rest, '.', &out->header) || !str_split(&rest, '.', &out->payload) ||
        !str_split(&rest, '.', &signature) || str_split(&rest, '.', &more))
        return false;
    out->signing_input = (struct str){.p = token.p, .n = out->header.n + 1 + out->payload.n};
    return base64_url_decode(signature, out->signature, sizeof out->signature, &n) &&
           n == JWS_SIGNATURE;
}

bool jws_key_fits(const EVP_PKEY *key)
{
    char group[32];
    return key != NULL && EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

/* r and s as OpenSSL takes them; its length, or 0. */
static int to_der(const uint8_t signature[static JWS_SIGNATURE], uint8_t out[static DER_MAX])
{
    int n = 0;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, HALF, NULL), *s = BN_bin2bn(signature + HALF, HALF, NULL);
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        n = i2d_ECDSA_SIG(pair, &out);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(pair);
    return n < 0 ? 0 : n;
}

static bool from_der(const uint8_t *der, size_t n, uint8_t out[static JWS_SIGNATURE])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)n);
    bool fits = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, HALF) == HALF &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + HALF, HALF) == HALF;
    ECDSA_SIG_free(pair);
    return fits;
}

bool jws_verify(const struct jws *j, EVP_PKEY *key)
{
    uint8_t der[DER_MAX];
    int n = to_der(j->signature, der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = n > 0 && context != NULL && jws_key_fits(key) &&
                EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, der, (size_t)n, (const unsigned char *)j->signing_input.p,
                                 j->signing_input.n) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

static bool sign(struct str text, EVP_PKEY *key, uint8_t out[static JWS_SIGNATURE])
{
    uint8_t der[DER_MAX];
    size_t n = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL &&
                EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(context, der, &n, (const unsigned char *)text.p, text.n) == 1 &&
                from_der(der, n, out);
    EVP_MD_CTX_free(context);
    return good;
}

enum err jws_sign(struct str header, struct str payload, EVP_PKEY *key, struct buf *out)
{
    uint8_t signature[JWS_SIGNATURE];
    size_t from = out->n;
    if (!jws_key_fits(key))
        return ERR_INVALID;
    base64_url_put(out, header.p, header.n);
    buf_u8(out, '.');
    base64_url_put(out, payload.p, payload.n);
    if (out->failed)
        return ERR_LIMIT;
    struct str text = {.p = (const char *)out->p + from, .n = out->n - from};
    if (!sign(text, key, signature))
        return ERR_MEMORY;
    buf_u8(out, '.');
    base64_url_put(out, signature, sizeof signature);
    return out->failed ? ERR_LIMIT : OK;
}
