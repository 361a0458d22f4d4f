/*
 * people_inner: what the files that keep people share: people.c, the facts of each, and
 * people_roll.c, the file in which most of them lie.
 */
#pragma once
#include "gate/people.h"
#include "gate/roll_map.h"
#include "gate/sieve.h"

#include <stdatomic.h>

/* Of nodes. */
struct wishers {
    struct rcu_head head;
    struct sieve sieve; /* those whose person_wishes_or_assigned holds */
    uint64_t put;       /* how often somebody was put in */
};

struct people {
    struct rcu_table table;
    const struct rules *rules;
    const struct link *link;
    _Atomic(struct wishers *) wishers;
    atomic_bool suppressed; /* there is a suppression */
    _Atomic(struct base_map *) base;
    const char *roll_path; /* NULL: none is kept */
    _Atomic(struct roll *) roll;
    _Atomic(struct roll *) offered; /* written, and not taken over yet */
    atomic_bool doubtful;           /* the roll is damaged */
    atomic_uint erasures;           /* of somebody in the roll, so far; … */
    atomic_uint erasures_settled;   /* … and when the present one was begun */
};

/* Each person follows her entry. */
static inline struct person *person_of(struct rcu_entry *x)
{
    return (struct person *)(x + 1);
}

static inline struct rcu_entry *entry_of(struct person *p)
{
    return (struct rcu_entry *)p - 1;
}

/* Her node, which stands before a record of the roll; NULL: she has none. */
struct person *people_node(const struct people *, number);

/* Does it say nothing? Such a node stands before a record that no longer holds. */
static inline bool person_says_nothing(const struct person *p)
{
    return !p->wish_count && !p->refusal_count && !p->grant_count && !p->assignment_count;
}

/* NULL before there is one. */
static inline const struct roll *people_roll(const struct people *p)
{
    return atomic_load_explicit(&p->roll, memory_order_acquire);
}

/* Make the sieve anew, as large as its nodes need. The writer, outside. */
void people_sift(struct people *);

/* An erasure: the file must not outlive what it says of somebody. The writer. */
void people_roll_spoilt(struct people *);
