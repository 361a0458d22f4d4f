/*
 * window: the last five attempts of a principal at a person, exactly.
 *
 * A slot is keyed by principal and callee, fills one cache line, and holds five
 * instants, which decides every cap of up to five in any window:
 *
 *     principal 8 · callee 8 · five instants 40 · version 4 · count 1
 *
 * Slots whose newest instant is older than the longest window are reused. Tables
 * grow up to the capacity, a leaf at a time (leaves.h), so that no call waits for it.
 *
 * Every change has the next sequence of its shard, which goes into the call's
 * record. A snapshot holds the shard's sequence at the moment each leaf was copied, so
 * that replaying the log after it adds exactly the attempts that it lacks: a
 * leaf takes only those with a higher sequence (window_replay).
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
void window_read(struct windows *, uint64_t principal, number callee, when at,
                 struct attempts *out);

/*
 * Add an attempt if nothing changed since `version` was read; `sequence` gets its
 * shard's. ERR_CONFLICT: something did; read and judge again. ERR_FULL: the table is
 * full of live pairs; the caller treats the cap as reached.
 */
MUST_USE enum err window_add(struct windows *, uint64_t principal, number callee, when at,
                             uint64_t version, uint64_t *sequence);

/* Take one attempt at exactly `at` back (its record failed). */
void window_withdraw(struct windows *, uint64_t principal, number callee, when at);

/* An attempt that another node has counted: add it, unless one of that instant is there. */
void window_note(struct windows *, uint64_t principal, number callee, when at);

/* How far back an attempt matters. */
when windows_horizon(const struct windows *);

/* An attempt found in the log: add it unless the loaded snapshot holds it. */
void window_replay(struct windows *, uint64_t principal, number callee, when at, uint64_t sequence);

/*
 * The person's running number, one higher each time. 0: the table of persons is
 * full. A number whose record failed is given back, unless later ones were given.
 */
uint32_t window_next_number(struct windows *, number person);
void window_return_number(struct windows *, number person, uint32_t n);
void window_replay_number(struct windows *, number person, uint32_t n);

/* One's own emergency calls, for call-backs; 0: none. */
void window_note_emergency(struct windows *, number person, when at);
when window_last_emergency(struct windows *, number person);

/*
 * The counts to files in DATA/counts, in parts, with the first ledger index to replay from: every
 * record below `upto` must have been counted when windows_save is called. Large tables are
 * written in turns, some parts at each call, unless `all` are asked for. One thread.
 *
 * Load only into new windows. Parts were saved at different times: `from` is the lowest `upto` of
 * them, from which on the log must be read (window_replay tells what a part holds already), and
 * `upto` the highest. ERR_NOT_FOUND: not all parts are there. ERR_CORRUPT: one does not check
 * out; others: it cannot be read. Then the parts that are right are loaded, and `from` is
 * 0. ERR_MEMORY.
 */
MUST_USE enum err windows_save(struct windows *, const struct disk *, const char *folder,
                               uint64_t upto, bool all, struct problem *);
MUST_USE enum err windows_load(struct windows *, const struct disk *, const char *folder,
                               uint64_t *from, uint64_t *upto, struct problem *);
