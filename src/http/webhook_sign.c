#include "http/webhook_sign.h"

#include "ledger/base64.h"

#include <sodium.h>

static const char prefix[] = "whsec_";

bool webhook_secret_read(struct str text, uint8_t out[static WEBHOOK_SECRET_MAX], size_t *n)
{
    text = str_trim(text);
    return str_starts(text, STR(prefix)) &&
           base64_decode(str_skip(text, sizeof prefix - 1), out, WEBHOOK_SECRET_MAX, n) &&
           *n >= WEBHOOK_SECRET_MIN;
}

void webhook_secret_write(const void *secret, size_t n, char out[static WEBHOOK_SECRET_TEXT])
{
    struct buf b;
    buf_fixed(&b, out, WEBHOOK_SECRET_TEXT);
    buf_str(&b, STR(prefix));
    base64_put(&b, secret, n);
    out[b.n] = '\0';
}

void webhook_sign(struct str secret, const char *id, const char *timestamp, struct str body,
                  char out[static WEBHOOK_SIGNATURE])
{
    crypto_auth_hmacsha256_state state;
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    struct buf b;
    const struct str parts[] = {str_of(id), STR("."), str_of(timestamp), STR("."), body};
    crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret.p, secret.n);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        crypto_auth_hmacsha256_update(&state, (const uint8_t *)parts[i].p, parts[i].n);
    crypto_auth_hmacsha256_final(&state, mac);
    buf_fixed(&b, out, WEBHOOK_SIGNATURE);
    buf_str(&b, STR("v1,"));
    base64_put(&b, mac, sizeof mac);
    out[b.n] = '\0';
    sodium_memzero(&state, sizeof state);
}
