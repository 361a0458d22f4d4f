/*
 * nonce: random bytes without a system call for each.
 *
 * Every thread has a ChaCha20 stream of its own, seeded from the kernel, whose
 * key is replaced by its own output at each refill (fast key erasure), so that
 * bytes handed out can not be computed from memory seen later. A child of fork
 * starts anew. Fresh kernel randomness is mixed in at least every megabyte.
 *
 * For nonces and salts; long-lived keys come from randombytes_buf. Any thread;
 * sodium_init must have been called.
 */
#pragma once
#include <stddef.h>

void nonce_bytes(void *out, size_t n);
