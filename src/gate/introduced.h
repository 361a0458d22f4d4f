/*
 * introduced: introductions that are open, as looks need them.
 *
 * As members.h: immutable nodes in a lock-free hash table, by the introduction's id; one
 * writer, readers only between view_enter and view_leave. One that is over has no node;
 * one whose time is over may have one still, and is judged by its times.
 */
#pragma once
#include "gate/facts.h"
#include "gate/rcu_table.h"
#include "registry/fact.h"

struct introduced {
    struct rcu_entry entry;
    uint64_t id, organisation, first, second; /* keys */
    categories first_shows, second_shows;     /* to the other, at most */
    when from, until;
};

struct introductions;

MUST_USE enum err introductions_new(struct introductions **out);

/* In two steps, as people_empty and people_free. */
void introductions_empty(struct introductions *);
void introductions_free(struct introductions *);

/* ERR_MEMORY: nothing changed. */
MUST_USE enum err introductions_apply(struct introductions *, const struct value *row);

/* Give the table room, if it lacks it. The writer, outside view_enter and view_leave. */
void introductions_grow(struct introductions *);

/* NULL: none is open by this id. */
const struct introduced *introductions_find(const struct introductions *, struct str id);
