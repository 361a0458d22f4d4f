#include "registry/totp.h"
#include "core/buf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { STEP_S = 30, DRIFT = 1, COUNTER = 8, SHA1 = 20, MODULUS = 1000000 };

int64_t totp_step(when at)
{
    return at / (STEP_S * WHEN_SECOND);
}

/* RFC 4226 §5.3. A hash that cannot be made gives a code that nobody has. */
uint32_t totp_code(const uint8_t secret[static TOTP_SECRET], int64_t step)
{
    uint8_t counter[COUNTER], hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    struct buf b;
    buf_fixed(&b, counter, sizeof counter);
    buf_u64be(&b, (uint64_t)step);
    if (HMAC(EVP_sha1(), secret, TOTP_SECRET, counter, sizeof counter, hash, &n) == NULL ||
        n != SHA1)
        return MODULUS;
    struct cursor c = cursor_of(hash + (hash[SHA1 - 1] & 0x0f), 4);
    return (cursor_u32be(&c) & 0x7fffffff) % MODULUS;
}

bool totp_check(const uint8_t secret[static TOTP_SECRET], struct str code, when now, int64_t used,
                int64_t *step)
{
    unsigned long long number;
    bool found = false;
    if (code.n != TOTP_DIGITS || !str_to_u64(code, MODULUS - 1, &number))
        return false;
    for (int64_t s = totp_step(now) - DRIFT; s <= totp_step(now) + DRIFT; s++)
        if (totp_code(secret, s) == number && s > used && !found) {
            *step = s;
            found = true;
        }
    return found;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void totp_base32(const uint8_t secret[static TOTP_SECRET], char out[static TOTP_BASE32])
{
    unsigned bits = 0, held = 0;
    size_t n = 0;
    for (size_t i = 0; i < TOTP_SECRET; i++) {
        bits = (bits << 8 | secret[i]) & 0xfff;
        for (held += 8; held >= 5; held -= 5)
            out[n++] = digits[bits >> (held - 5) & 31];
    }
    out[n] = '\0';
}

bool totp_unbase32(struct str text, uint8_t secret[static TOTP_SECRET])
{
    unsigned bits = 0, held = 0;
    size_t n = 0;
    if (text.n != TOTP_BASE32 - 1)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] != '\0' ? strchr(digits, text.p[i]) : NULL;
        if (at == NULL)
            return false;
        bits = (bits << 5 | (unsigned)(at - digits)) & 0xfff;
        held += 5;
        if (held >= 8)
            secret[n++] = (uint8_t)(bits >> (held -= 8));
    }
    return true;
}
