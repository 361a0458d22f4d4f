/*
 * refill: a restarted node remembers the last 32 seconds of answers.
 *
 * Each call's frame in the ledger carries the key of its SIP transaction, and its
 * entry the verdict; together with the repeated request that is the answer. Who was
 * behind a relay number stands in the sealed opening alone, which is opened for it.
 */
#pragma once
#include "core/clock.h"
#include "ledger/ledger.h"
#include "ledger/opening.h"
#include "sip/transaction.h"

/* Read the ledger's last 32 seconds before `now`. `now_ms` is the cache's clock. */
MUST_USE enum err refill_transactions(const struct ledger *, struct opening_keys *,
                                      struct transactions *, when now, int64_t now_ms,
                                      struct problem *);
