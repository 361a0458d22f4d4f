/*
 * limiter: how often an unknown address is answered.
 *
 * A bucket of tokens for each address (of a few thousand, by hash) and one for all
 * of them. UDP sources can be forged: without a limit, menshen would send answers
 * to whoever an attacker names. Any thread.
 */
#pragma once
#include "core/error.h"

#include <netinet/in.h>
#include <stdint.h>

struct limiter;

MUST_USE enum err limiter_new(struct limiter **out);
void limiter_free(struct limiter *);

/* May this address be answered now? */
bool limiter_take(struct limiter *, const struct in6_addr *, int64_t now_ms);
