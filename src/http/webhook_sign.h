/*
 * webhook_sign: secrets and signatures of Standard Webhooks 1.0 (www.standardwebhooks.com).
 *
 * A secret has 24 to 64 bytes, and is told as "whsec_" and their base64. What is posted bears its
 * id and the time in seconds, and is signed with both, so that neither can be put on another one.
 */
#pragma once
#include "core/buf.h"

enum {
    WEBHOOK_SECRET_MIN = 24,
    WEBHOOK_SECRET_MAX = 64,
    WEBHOOK_SECRET_TEXT = 6 + 88 + 1,
    WEBHOOK_SIGNATURE = 3 + 44 + 1,
};

/* False: it is none. */
bool webhook_secret_read(struct str text, uint8_t out[static WEBHOOK_SECRET_MAX], size_t *n);
void webhook_secret_write(const void *secret, size_t n, char out[static WEBHOOK_SECRET_TEXT]);

/* "v1," and the HMAC-SHA-256 of "ID.TIMESTAMP.BODY" in base64. */
void webhook_sign(struct str secret, const char *id, const char *timestamp, struct str body,
                  char out[static WEBHOOK_SIGNATURE]);
