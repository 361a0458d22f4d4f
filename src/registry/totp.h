/*
 * totp: one-time codes by time (RFC 6238 over RFC 4226): SHA-1, six digits, 30 s,
 * what every authenticator app does. Pure; any thread.
 */
#pragma once
#include "core/clock.h"

enum {
    TOTP_SECRET = 20, /* bytes, the length of the hash (RFC 4226 §4, R6) */
    TOTP_BASE32 = 33, /* the secret as text, with its NUL */
    TOTP_DIGITS = 6,
};

/* The step that an instant is in. */
int64_t totp_step(when);

/* The code of a step, as a number of six digits. */
uint32_t totp_code(const uint8_t secret[static TOTP_SECRET], int64_t step);

/*
 * Is `code` that of the step at `now`, the one before or the one after, and later than the
 * step `used`? `step` gets which. A code is good once: the caller keeps it as `used`.
 */
bool totp_check(const uint8_t secret[static TOTP_SECRET], struct str code, when now, int64_t used,
                int64_t *step);

/* RFC 4648 §6, without padding. */
void totp_base32(const uint8_t secret[static TOTP_SECRET], char out[static TOTP_BASE32]);

/* And back. False: not TOTP_BASE32 - 1 characters of that alphabet. */
bool totp_unbase32(struct str, uint8_t secret[static TOTP_SECRET]);
