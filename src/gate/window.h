/*
 * window: the last five attempts of a principal at a person, exactly.
 *
 * A slot is keyed by principal and callee and holds five instants, which decides
 * every cap of up to five in any window. Slots whose newest instant is older than
 * the longest window are reused. Snapshots carry the ledger index up to which
 * they count; start = snapshot + the log's records after it.
 *
 * Any thread. Readers and writers meet only in a shard's short lock.
 */
#pragma once
#include "core/disk.h"
#include "core/number.h"
#include "gate/call.h"

struct windows;

/* Room for `capacity` pairs; slots older than `horizon_s` are free. ERR_MEMORY. */
MUST_USE enum err windows_new(size_t capacity, int64_t horizon_s, struct windows **out);
void windows_free(struct windows *);

/* `principal` 0 is "all". Never fails: an unknown pair has no attempts. */
void window_read(struct windows *, uint64_t principal, number callee, when at, struct attempts *out);

/*
 * Add an attempt if nothing changed since `version` was read. ERR_CONFLICT: it
 * did; read and judge again. ERR_FULL: the table is full of live pairs; the caller
 * treats the cap as reached.
 */
MUST_USE enum err window_add(struct windows *, uint64_t principal, number callee, when at, uint64_t version);

/* Take one attempt at exactly `at` back (its record failed). */
void window_withdraw(struct windows *, uint64_t principal, number callee, when at);

/* The person's running number, one higher each time; and without counting. */
uint32_t window_next_number(struct windows *, number person);

/* One's own emergency calls, for call-backs. */
void window_note_emergency(struct windows *, number person, when at);
when window_last_emergency(struct windows *, number person);

/* Whole state to and from DATA/windows, with the ledger index it includes. */
MUST_USE enum err windows_save(struct windows *, const struct disk *, const char *path, uint64_t upto,
                               struct problem *);
MUST_USE enum err windows_load(struct windows *, const struct disk *, const char *path, uint64_t *upto,
                               struct problem *);
