/*
 * rcu_table: what the view holds by key and readers find without a lock.
 *
 * Immutable entries in a lock-free hash table, replaced one by one. One writer; readers
 * only between view_enter and view_leave, which may go on reading an entry that was
 * replaced or taken out meanwhile. The writer grows the table itself, before it gets
 * crowded: left to liburcu, that is the work of a thread which starves on a busy machine,
 * while chains grow and the load of a million persons takes minutes instead of seconds.
 */
#pragma once
#include "core/error.h"
#include "gate/rcu.h"

#include <stdatomic.h>
#include <stddef.h>

/* The first member of what the table holds, which comes from calloc and goes with free. */
struct rcu_entry {
    struct cds_lfht_node node;
    struct rcu_head head;
};

struct rcu_table {
    struct cds_lfht *lfht;
    size_t buckets;
    _Atomic size_t count;
};

/* Does the entry of this node have this key? It begins with rcu_seen(&rcu_nodes). */
typedef int rcu_table_match(struct cds_lfht_node *, const void *key);

/* `first` buckets, a power of two. ERR_MEMORY. */
MUST_USE enum err rcu_table_open(struct rcu_table *, size_t first);

/* In two steps, as people_empty and people_free: without readers. */
void rcu_table_empty(struct rcu_table *);
void rcu_table_close(struct rcu_table *);

/* Put one in, in place of the one with its key. The table owns it. */
void rcu_table_put(struct rcu_table *, uint64_t hash, rcu_table_match *, const void *key,
                   struct rcu_entry *);

/* Take one out. */
void rcu_table_remove(struct rcu_table *, struct rcu_entry *);

/* Give it room, if it lacks it. The writer, outside view_enter and view_leave. */
void rcu_table_grow(struct rcu_table *);

/* How many entries. Any thread. */
static inline size_t rcu_table_count(const struct rcu_table *t)
{
    return atomic_load_explicit(&t->count, memory_order_relaxed);
}

/* NULL: there is none. */
static inline struct rcu_entry *rcu_table_find(const struct rcu_table *t, uint64_t hash,
                                               rcu_table_match *match, const void *key)
{
    struct cds_lfht_iter i;
    cds_lfht_lookup(t->lfht, hash, match, key, &i);
    struct cds_lfht_node *n = cds_lfht_iter_get_node(&i);
    return n ? caa_container_of(n, struct rcu_entry, node) : NULL;
}
