/*
 * card: whom a blocked caller turns to, as a signed jCard.
 *
 * RFC 8688 §3.2: the 608 answers of the SIP front point at a JWS whose payload is a
 * jCard (RFC 7095) of `redress:` in the configuration, signed when it is fetched
 * with `redress.key`; the certificate lies beside it, where "x5u" says.
 *
 * Any thread.
 */
#pragma once
#include "core/buf.h"
#include "core/clock.h"
#include "core/config.h"

struct card;

/* Without `redress.certificate` *out is NULL. ERR_INVALID: certificate or key. */
MUST_USE enum err card_open(const struct config *, struct card **out, struct problem *);
void card_close(struct card *);

/* Read certificate and key again. On an error the old ones stay. NULL is fine. */
MUST_USE enum err card_reload(struct card *, struct problem *);

/* Append the token, issued at `now`. */
MUST_USE enum err card_sign(struct card *, when now, struct buf *out);

/* Append the certificate and those above it, in PEM. */
MUST_USE enum err card_certificate(struct card *, struct buf *out);
