/*
 * people: each person's wishes, refusals, consents and assignments, by number.
 *
 * A number that nobody said anything about has no node. Nodes are immutable: a
 * change makes a new one, which takes the old one's place in a lock-free hash
 * table (liburcu's), and the old one is freed when no reader can see it.
 *
 * What an erased number still refuses (person/suppression.h) has nodes too, under the
 * number's keyed hash: people_find comes to them from the number.
 *
 * One writer; readers only between view_enter and view_leave.
 */
#pragma once
#include "gate/facts.h"
#include "gate/rcu_table.h"
#include "person/link.h"
#include "registry/fact.h"

struct person {
    struct rcu_entry entry;
    number number;
    struct wishes wishes;
    uint32_t block_count, allow_count, refusal_count, grant_count, assignment_count;
    /* Into `room`: */
    const struct listed_party *blocks, *allows;
    const struct refusal *refusals;
    const struct grant *grants;
    const when *assignments; /* when the number came to a new holder */
    max_align_t room[];
};

struct people;

MUST_USE enum err people_new(const struct rules *, struct people **out);

/* How numbers are hashed; before the first row. Without it suppressions are not kept. */
void people_link(struct people *, const struct link *);

/*
 * The end takes two steps when no reader is left: forget everybody, between
 * view_enter and view_leave; then free, outside, as the table's own thread may wait
 * for this one to have left.
 */
void people_empty(struct people *);
void people_free(struct people *);

/* Is this a kind of facts about persons? */
bool people_keep(const struct fact_kind *);

/*
 * Apply a row of such a kind, entered at `at`. ERR_MEMORY: nothing changed.
 * ERR_INVALID: the row is not in normal form.
 */
MUST_USE enum err people_apply(struct people *, const struct fact_kind *, const struct value *row,
                               when at);

/* Give the table room, if it lacks it. The writer, outside view_enter and view_leave. */
void people_grow(struct people *);

/* Correct when a person's preferences were entered. ERR_MEMORY. */
MUST_USE enum err people_entered(struct people *, number, when at);

/*
 * Nobody who has this number is known any more: what it still refuses stays, under its
 * hash. ERR_MEMORY: nothing changed.
 */
MUST_USE enum err people_forget(struct people *, number);

/* NULL: nobody said anything about this number. */
const struct person *people_find(const struct people *, number);

/* Since when the number has had the holder that it has at `at`; INT64_MIN: for ever. */
when person_held_since(const struct person *, when at);
