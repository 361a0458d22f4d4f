/*
 * person: what is known of the holder of a number, in one piece of memory.
 *
 * It holds no pointers, so that it can lie in a table (people.h) as well as in a file
 * that is mapped (base_file.h). Its lists stand one behind the other, in the order of their
 * counts. Immutable once others can see it.
 */
#pragma once
#include "gate/facts.h"

#include <stdalign.h>

struct person {
    number number; /* 0: a pattern that many share */
    uint32_t refusal_count, grant_count;
    uint16_t wish_count; /* 0: she entered none; 1 */
    uint16_t block_count, allow_count, assignment_count;
    alignas(8) unsigned char room[];
};

/* NULL: she entered none. `p` may be NULL. */
static inline const struct wishes *person_wishes(const struct person *p)
{
    return p && p->wish_count ? (const struct wishes *)p->room : NULL;
}

static inline const struct listed_party *person_blocks(const struct person *p)
{
    return (const struct listed_party *)(p->room + p->wish_count * sizeof(struct wishes));
}

static inline const struct listed_party *person_allows(const struct person *p)
{
    return person_blocks(p) + p->block_count;
}

static inline const struct refusal *person_refusals(const struct person *p)
{
    return (const struct refusal *)(person_allows(p) + p->allow_count);
}

static inline const struct grant *person_grants(const struct person *p)
{
    return (const struct grant *)(person_refusals(p) + p->refusal_count);
}

/* Is there anything of hers that a call between persons may depend on? */
static inline bool person_wishes_or_assigned(const struct person *p)
{
    return p->wish_count || p->assignment_count;
}

/* When the number came to a new holder, each time. */
static inline const when *person_assignments(const struct person *p)
{
    return (const when *)(person_grants(p) + p->grant_count);
}

/* How much of each there is room for. */
struct person_sizes {
    size_t wishes, blocks, allows, refusals, grants, assignments;
};

static inline struct person_sizes person_sizes(const struct person *p)
{
    if (!p)
        return (struct person_sizes){0};
    return (struct person_sizes){p->wish_count,    p->block_count, p->allow_count,
                                 p->refusal_count, p->grant_count, p->assignment_count};
}

/* Bytes of a person who has so much. */
static inline size_t person_bytes(const struct person_sizes *s)
{
    return sizeof(struct person) + s->wishes * sizeof(struct wishes) +
           (s->blocks + s->allows) * sizeof(struct listed_party) +
           s->refusals * sizeof(struct refusal) + s->grants * sizeof(struct grant) +
           s->assignments * sizeof(when);
}

/* Since when the number has had the holder that it has at `at`; INT64_MIN: for ever. */
when person_held_since(const struct person *, when at);
