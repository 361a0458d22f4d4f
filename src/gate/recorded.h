/*
 * recorded: when an entry of the ledger was recorded, and the first one since an instant.
 *
 * Entries are in the order of their recording, so that one is found by halving. Any thread.
 */
#pragma once
#include "ledger/ledger.h"

MUST_USE enum err recorded_at(const struct ledger *, uint64_t index, when *at);

/* The index of the first entry recorded at `since` or later; ledger_size: there is none. */
MUST_USE enum err recorded_since(const struct ledger *, when since, uint64_t *out);
