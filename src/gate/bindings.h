/*
 * bindings: the relay numbers that are bound, by number.
 *
 * As members.h: immutable nodes in a lock-free hash table, replaced one by one; one
 * writer, readers only between view_enter and view_leave. Only open ones are here, and
 * each says itself until when it lives: a sweep that comes late lets nothing ring. Since
 * when is not asked: an open one has been opened, whatever this node's clock says.
 */
#pragma once
#include "gate/facts.h"
#include "gate/rcu_table.h"
#include "registry/fact.h"

struct binding {
    struct rcu_entry entry;
    number relay, answers;
    uint64_t entity, purpose; /* keys */
    when until;               /* it no longer lives at this instant */
    uint32_t max_call_s;      /* 0: as long as they like */
    char id[ID_MAX], person[ID_MAX], staff[ID_MAX];
};

struct bindings;

MUST_USE enum err bindings_new(struct bindings **out);

/* In two steps, as people_empty and people_free. */
void bindings_empty(struct bindings *);
void bindings_free(struct bindings *);

/* ERR_MEMORY: nothing changed. ERR_INVALID: the row is not in normal form. */
MUST_USE enum err bindings_apply(struct bindings *, const struct value *row);

/* Give the table room, if it lacks it. The writer, outside view_enter and view_leave. */
void bindings_grow(struct bindings *);

/* NULL: the number is not bound. Whether it still lives is the caller's to ask. */
const struct binding *bindings_find(const struct bindings *, number relay);
