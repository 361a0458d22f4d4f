/*
 * secret: random texts that open something, and what is kept of them.
 *
 * 256 random bits as base64url, shown once; a table holds their BLAKE2b-256 hash, so
 * that it opens nothing. Any thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

enum { SECRET_TEXT = 44, SECRET_HASH = 32 };

/* ERR_IO: libsodium does not start. */
MUST_USE enum err secret_make(char out[static SECRET_TEXT]);

MUST_USE enum err secret_hash(struct str secret, uint8_t out[static SECRET_HASH]);
