/*
 *     num_ ‖ hex( tag ‖ number XOR stream )
 *             16    8
 *
 * tag = H("number/" number), stream = H("number-stream/" tag), H keyed. The tag stands for nonce
 * and checksum at once (synthetic initialisation vector, RFC 5297's idea): equal numbers look
 * equal, nothing else shows, and what was changed opens to another tag.
 */
#include "desk/number_id.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { TAG = 16, SEALED = TAG + 8 };

static void make_tag(const struct account_key *key, number n, uint8_t out[static TAG])
{
    char text[32];
    uint8_t hash[ACCOUNT_HASH];
    snprintf(text, sizeof text, "number/%" PRIu64, n);
    account_hash(key, str_of(text), hash);
    memcpy(out, hash, TAG);
}

/* Its own inverse. */
static uint64_t cover(const struct account_key *key, const uint8_t tag[static TAG], uint64_t n)
{
    char text[64] = "number-stream/";
    uint8_t hash[ACCOUNT_HASH];
    const size_t label = strlen(text);
    sodium_bin2hex(text + label, sizeof text - label, tag, TAG);
    account_hash(key, str_of(text), hash);
    for (int i = 0; i < 8; i++)
        n ^= (uint64_t)hash[i] << (8 * i);
    return n;
}

void number_id(const struct account_key *key, number n, char out[static NUMBER_ID])
{
    uint8_t sealed[SEALED];
    make_tag(key, n, sealed);
    const uint64_t covered = cover(key, sealed, n);
    for (int i = 0; i < 8; i++)
        sealed[TAG + i] = (uint8_t)(covered >> (8 * i));
    sodium_bin2hex(out + 4, NUMBER_ID - 4, sealed, sizeof sealed);
    for (int i = 0; i < 4; i++)
        out[i] = "num_"[i];
}

bool number_id_open(const struct account_key *key, struct str id, number *out)
{
    uint8_t sealed[SEALED], tag[TAG];
    size_t n = 0;
    uint64_t covered = 0;
    if (id.n != NUMBER_ID - 1 || !str_starts(id, STR("num_")) ||
        sodium_hex2bin(sealed, sizeof sealed, id.p + 4, id.n - 4, NULL, &n, NULL) != 0 ||
        n != sizeof sealed)
        return false;
    for (int i = 0; i < 8; i++)
        covered |= (uint64_t)sealed[TAG + i] << (8 * i);
    *out = cover(key, sealed, covered);
    make_tag(key, *out, tag);
    return sodium_memcmp(tag, sealed, TAG) == 0;
}
