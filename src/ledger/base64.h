/*
 * base64: RFC 4648 §4, one text for each value and one value for each text.
 *
 * Padding must be there, the bits behind the end must be zero, and nothing but
 * the 64 characters is accepted. Pure; any thread.
 */
#pragma once
#include "core/buf.h"

/* Decode into `out`. False for any other text, or if it does not fit. */
bool base64_decode(struct str text, void *out, size_t size, size_t *n);

/* Append the text of `n` bytes. */
void base64_put(struct buf *out, const void *bytes, size_t n);

/* The same in the alphabet for URLs, without padding (RFC 4648 §5, as JWS writes it). */
bool base64_url_decode(struct str text, void *out, size_t size, size_t *n);
void base64_url_put(struct buf *out, const void *bytes, size_t n);
