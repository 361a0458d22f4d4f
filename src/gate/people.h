/*
 * people: each person's wishes, refusals, consents and assignments, by number.
 *
 * A number that nobody said anything about has no node. Nodes are immutable: a
 * change makes a new one, which takes the old one's place in a lock-free hash
 * table (liburcu's), and the old one is freed when no reader can see it.
 *
 * Beneath them lies a base, if there is one: a nation's preferences in a file (base_map.h), for
 * whoever has entered none here.
 *
 * Most of them lie in a file, the roll (roll_map.h), which is written anew when many nodes have
 * come: a node stands before a record, and goes when a roll says the same.
 *
 * What an erased number still refuses (person/suppression.h) has nodes too, under the
 * number's keyed hash: people_find comes to them from the number.
 *
 * One writer; readers only between view_enter and view_leave.
 */
#pragma once
#include "gate/person.h"
#include "gate/rcu_table.h"
#include "person/link.h"
#include "registry/fact.h"

#include <stdatomic.h>

struct people;
struct base_map;
struct view;

MUST_USE enum err people_new(const struct rules *, struct people **out);

/*
 * The roll's file; before the first row. Without it everybody has a node.
 *
 * people_roll_open takes it over, if there is one that holds rows of this journal, which ends at
 * `head`, and nobody was erased since: `from` gets up to which one, all after it are to be
 * applied; or 0: every fact of theirs is. It is removed where it does not hold. Nobody reads yet.
 */
void people_roll_at(struct people *, const char *path);
MUST_USE enum err people_roll_open(struct people *, struct store *, int64_t head, int64_t *from,
                                   struct problem *);

/*
 * Write the roll anew, if there are `least` nodes, and an eighth of those in the roll, or somebody
 * in it was erased; every row up to `journal` has been applied. One thread of the caller's choice
 * beside the writer's, not between view_enter and view_leave; people_adopt then takes it over: the
 * writer's, too. ERR_CLOSED: stopped.
 */
struct settling {
    const struct view *view;
    struct store *store;
    int64_t journal;
    size_t least;
    const atomic_bool *stop; /* NULL: never */
};
MUST_USE enum err people_settle(struct people *, const struct settling *, struct problem *);
void people_adopt(struct people *);

/*
 * Read the roll from end to end, in the thread of people_settle. ERR_CORRUPT: it is damaged and its
 * file removed; people_doubtful holds until the writer has given it up (people_unroll), applied
 * every fact of persons anew, and said so (people_mended).
 */
MUST_USE enum err people_verify(struct people *, const atomic_bool *stop, struct problem *);
bool people_doubtful(const struct people *);
void people_unroll(struct people *);
void people_mended(struct people *);

/* How numbers are hashed; before the first row. Without it suppressions are not kept. */
void people_link(struct people *, const struct link *);

/*
 * Put a base beneath, which people owns then, in place of the former one, which ends when no reader
 * is left in it. The writer, outside of view_enter and view_leave.
 */
void people_base(struct people *, struct base_map *);

/* The base, or NULL. Readers. */
const struct base_map *people_based(const struct people *);

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

/*
 * Numbers are asked for soon, one after the other: let what is known of them come to the cache,
 * first of each people_ahead, then of each people_ahead_record. Readers.
 */
void people_ahead(const struct people *, number);
void people_ahead_record(const struct people *, number);

/* NULL: nobody said anything about this number here. */
const struct person *people_find(const struct people *, number);

/*
 * The same, but NULL also where she has entered no wishes and her number came to nobody else: all
 * that a call between persons depends on. It looks at less memory.
 */
const struct person *people_wisher(const struct people *, number);

/*
 * Whose wishes hold for a number: hers as people_find found her, or those of the base; what was
 * entered before `since` was a former holder's. NULL: nobody's.
 */
const struct person *people_wishing(const struct people *, number, const struct person *own,
                                    when since);
