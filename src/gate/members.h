/*
 * members: persons as organisations know them, by id.
 *
 * As people.h: immutable nodes in a lock-free hash table, replaced one by one; one
 * writer, readers only between view_enter and view_leave. Who is whose member and
 * who has claimed her stands here; what she consented to stands with her number
 * (people.h), which is opened when a row is taken in and is 0 once erased.
 */
#pragma once
#include "gate/facts.h"
#include "gate/rcu_table.h"
#include "registry/fact.h"

enum pool_kind { POOL_NONE, POOL_STORE, POOL_CITY };

struct membership {
    struct rcu_entry entry;
    uint64_t key;
    uint64_t organisation, store, owner; /* keys of ids; 0: none */
    number number;                       /* 0: not known, or erased */
    when number_since;                   /* 0: it is her first */
    enum pool_kind pool;
    bool erased;
    when frozen_until;   /* 0: not */
    when contract_until; /* 0: none */
    categories contract;
    int64_t version;
    char id[ID_MAX];
};

struct members;

/* Opens the sealed number of a person's row; 0: it cannot be opened, or not any more. */
typedef number member_number(void *to, struct str person, struct str sealed);

MUST_USE enum err members_new(struct members **out);

/* Who opens numbers; before the first row. Without, all are 0. */
void members_opener(struct members *, member_number *open, void *to);

/* In two steps, as people_empty and people_free. */
void members_empty(struct members *);
void members_free(struct members *);

/* ERR_MEMORY: nothing changed. ERR_INVALID: no id. */
MUST_USE enum err members_apply(struct members *, const struct value *row);

/* Give the table room, if it lacks it. The writer, outside view_enter and view_leave. */
void members_grow(struct members *);

/* NULL: nobody is known by this id. */
const struct membership *members_find(const struct members *, struct str id);
