#include "gate/rcu_table.h"

#include <stdlib.h>

enum err rcu_table_open(struct rcu_table *t, size_t first)
{
    t->buckets = first;
    t->count = 0;
    t->lfht = cds_lfht_new_flavor(first, first, 0, 0, &urcu_qsbr_flavor, NULL);
    return t->lfht ? OK : ERR_MEMORY;
}

void rcu_table_empty(struct rcu_table *t)
{
    struct cds_lfht_iter i;
    cds_lfht_first(t->lfht, &i);
    for (struct cds_lfht_node *n; (n = cds_lfht_iter_get_node(&i));) {
        cds_lfht_next(t->lfht, &i);
        cds_lfht_del(t->lfht, n);
        free(caa_container_of(n, struct rcu_entry, node));
    }
}

void rcu_table_close(struct rcu_table *t)
{
    cds_lfht_destroy(t->lfht, NULL);
}

static void free_entry(struct rcu_head *head)
{
    struct rcu_entry *x = caa_container_of(head, struct rcu_entry, head);
    rcu_seen(&rcu_readers);
    free(x);
}

static void leave_to_readers(struct cds_lfht_node *n)
{
    urcu_qsbr_call_rcu(&caa_container_of(n, struct rcu_entry, node)->head, free_entry);
}

void rcu_table_put(struct rcu_table *t, uint64_t hash, rcu_table_match *match, const void *key,
                   struct rcu_entry *fresh)
{
    cds_lfht_node_init(&fresh->node);
    rcu_published(&rcu_nodes);
    struct cds_lfht_node *replaced = cds_lfht_add_replace(t->lfht, hash, match, key, &fresh->node);
    if (replaced)
        leave_to_readers(replaced);
    else
        t->count++;
}

void rcu_table_remove(struct rcu_table *t, struct rcu_entry *x)
{
    if (cds_lfht_del(t->lfht, &x->node) != 0)
        return;
    t->count--;
    leave_to_readers(&x->node);
}

void rcu_table_grow(struct rcu_table *t)
{
    if (t->count <= t->buckets)
        return;
    t->buckets *= 4;
    cds_lfht_resize(t->lfht, t->buckets);
}
