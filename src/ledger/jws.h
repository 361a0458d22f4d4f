/*
 * jws: JSON Web Signatures in the compact form, by ES256 alone.
 *
 * RFC 7515 §7.1 and RFC 7518 §3.4: `header.payload.signature` in base64url
 * without padding; the signature is r and s of ECDSA over P-256 with SHA-256, 32
 * bytes each. What header and payload mean is the caller's business, the header's
 * "alg" included. Pure; any thread.
 */
#pragma once
#include "core/buf.h"

#include <openssl/types.h>

enum { JWS_SIGNATURE = 64 };

struct jws {
    struct str header, payload; /* for base64_url_decode */
    struct str signing_input;   /* both, with the dot between them */
    uint8_t signature[JWS_SIGNATURE];
};

/* The three parts, views into `token`. False: not three, or the signature is not 64 bytes. */
bool jws_split(struct str token, struct jws *out);

/* Did the holder of this P-256 key sign it? */
bool jws_verify(const struct jws *, EVP_PKEY *key);

/* Is it a P-256 key, as ES256 wants? */
bool jws_key_fits(const EVP_PKEY *key);

/* Append the token that says `header` and `payload`, both JSON. ERR_INVALID: not such a key. */
MUST_USE enum err jws_sign(struct str header, struct str payload, EVP_PKEY *key, struct buf *out);
