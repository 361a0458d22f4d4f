/*
 * base_build: a file of a nation's preferences (base_file.h), made row by row.
 *
 * Memory does not grow with the rows: codes, and the few rows that need a record, gather in
 * files of FOLDER/building, which are gone when it is done. A pattern gets a code
 * once it was seen often; before, and if it is rare, its rows get records. Of several
 * rows of a number the last holds.
 *
 * Interrupted, it goes on where base_build_keep was last called, in this or another
 * process, if the same is built. One at a time in a folder; one thread.
 */
#pragma once
#include "registry/fact.h"

struct base_build;

/*
 * `what` tells one input from another ("FILE 1234 bytes of TIME"), below 256 bytes: what was
 * kept of another is thrown away. `from` gets what the last base_build_keep was told, or 0.
 * ERR_CONFLICT: somebody builds in this folder.
 */
MUST_USE enum err base_build_open(const char *folder, const struct rules *, const char *what,
                                  uint64_t *from, struct base_build **out, struct problem *);

/* A row of preference_kind in normal form. */
MUST_USE enum err base_build_put(struct base_build *, const struct value *row, struct problem *);

/* Everything up to here is on the disk: `at` is where the input goes on. */
MUST_USE enum err base_build_keep(struct base_build *, uint64_t at, struct problem *);

/*
 * Write FOLDER/preferences-HASH, synced, of what was true at `copied_at`, and how many numbers it
 * has. `hash` is by what base_map_open knows it; base_path its name.
 */
MUST_USE enum err base_build_end(struct base_build *, when copied_at, uint8_t hash[static 32],
                                 uint64_t *numbers, struct problem *);

/* Free. What was kept stays for the next one, unless base_build_end was OK. */
void base_build_close(struct base_build *);
