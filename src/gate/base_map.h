/*
 * base_map: a nation's preferences in memory, mapped from a file (base_file.h).
 *
 * A look-up reads a byte, and what it stands for is one of 253 persons that are in the
 * cache; for the few with lists or hours of their own it reads a slot and a record.
 */
#pragma once
#include "gate/base_file.h"
#include "registry/fact.h"

#include <stdatomic.h>

struct base_map;

/*
 * Map the file that has this hash. It is opened, not read: base_map_verify does that.
 * ERR_NOT_FOUND: no such file. ERR_CORRUPT: it is another, or cut short; `problem` says what
 * to do.
 */
MUST_USE enum err base_map_open(const char *path, const uint8_t hash[static 32],
                                const struct rules *, struct base_map **out, struct problem *);

/* No reader may be left. */
void base_map_close(struct base_map *);

/* A number is looked up soon: let its byte come to the cache meanwhile. Any thread. */
void base_map_ahead(const struct base_map *, number);

/* A code of base_file.h; BASE_LISTED also for every number that has none. Any thread. */
unsigned base_map_code(const struct base_map *, number);

/* What the file says of a number; NULL: nothing. Its `number` may be 0. Any thread. */
const struct person *base_map_person(const struct base_map *, number);

/*
 * The same as a row of preference_kind. ERR_NOT_FOUND: nothing. Any thread.
 */
MUST_USE enum err base_map_row(const struct base_map *, number, struct fact_row *out);

/* When it was true, of how many numbers, and how large the file is. */
when base_map_copied_at(const struct base_map *);
uint64_t base_map_numbers(const struct base_map *);
uint64_t base_map_bytes(const struct base_map *);

/*
 * Read the whole file, as it is on the disk, and compare its sums. ERR_CORRUPT says where.
 * ERR_CLOSED: stopped. `stop` may be NULL. Any thread.
 */
MUST_USE enum err base_map_verify(const struct base_map *, const atomic_bool *stop,
                                  struct problem *);
