#include "gate/introduced.h"

#include "person/introduction.h"

#include <stdlib.h>

enum { TABLE_FIRST = 64 };

struct introductions {
    struct cds_lfht *table;
    size_t buckets, count;
};

enum err introductions_new(struct introductions **out)
{
    struct introductions *t = *out = calloc(1, sizeof *t);
    if (!t)
        return ERR_MEMORY;
    t->buckets = TABLE_FIRST;
    t->table = cds_lfht_new_flavor(TABLE_FIRST, TABLE_FIRST, 0, 0, &urcu_qsbr_flavor, NULL);
    if (!t->table) {
        free(t);
        *out = NULL;
        return ERR_MEMORY;
    }
    return OK;
}

void introductions_empty(struct introductions *t)
{
    struct cds_lfht_iter i;
    cds_lfht_first(t->table, &i);
    for (struct cds_lfht_node *n; (n = cds_lfht_iter_get_node(&i));) {
        cds_lfht_next(t->table, &i);
        cds_lfht_del(t->table, n);
        free(caa_container_of(n, struct introduced, node));
    }
}

void introductions_free(struct introductions *t)
{
    if (!t)
        return;
    cds_lfht_destroy(t->table, NULL);
    free(t);
}

static int is_id(struct cds_lfht_node *n, const void *id)
{
    const struct introduced *x = caa_container_of(n, struct introduced, node);
    rcu_seen(&rcu_nodes);
    return x->id == *(const uint64_t *)id;
}

const struct introduced *introductions_find(const struct introductions *t, struct str id)
{
    struct cds_lfht_iter i;
    const uint64_t key = key_of(id);
    cds_lfht_lookup(t->table, key, is_id, &key, &i);
    struct cds_lfht_node *node = cds_lfht_iter_get_node(&i);
    return node ? caa_container_of(node, struct introduced, node) : NULL;
}

static void free_introduced(struct rcu_head *head)
{
    struct introduced *x = caa_container_of(head, struct introduced, head);
    rcu_seen(&rcu_readers);
    free(x);
}

static void release(struct cds_lfht_node *node)
{
    urcu_qsbr_call_rcu(&caa_container_of(node, struct introduced, node)->head, free_introduced);
}

static void remove_one(struct introductions *t, uint64_t key)
{
    struct cds_lfht_iter i;
    cds_lfht_lookup(t->table, key, is_id, &key, &i);
    struct cds_lfht_node *node = cds_lfht_iter_get_node(&i);
    if (!node || cds_lfht_del(t->table, node) != 0)
        return;
    t->count--;
    release(node);
}

static bool is_open(const struct value *row)
{
    const struct str status = fact_text(&row[INTRODUCTION_STATUS]);
    return str_eq(status, STR("proposed")) || str_eq(status, STR("accepted")) ||
           str_eq(status, STR("met"));
}

enum err introductions_apply(struct introductions *t, const struct value *row)
{
    const uint64_t key = key_of(fact_text(&row[INTRODUCTION_ID]));
    if (!is_open(row)) {
        remove_one(t, key);
        return OK;
    }
    struct introduced *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return ERR_MEMORY;
    fresh->id = key;
    fresh->organisation = key_of(fact_text(&row[INTRODUCTION_ORGANISATION]));
    fresh->first = key_of(fact_text(&row[INTRODUCTION_FIRST]));
    fresh->second = key_of(fact_text(&row[INTRODUCTION_SECOND]));
    fresh->first_shows = categories_of(fact_text(&row[INTRODUCTION_FIRST_SHOWS]), ';');
    fresh->second_shows = categories_of(fact_text(&row[INTRODUCTION_SECOND_SHOWS]), ';');
    fresh->from = row[INTRODUCTION_PROPOSED_AT].i;
    fresh->until = introduction_shown_until(row);
    rcu_published(&rcu_nodes);
    struct cds_lfht_node *replaced = cds_lfht_add_replace(t->table, key, is_id, &key, &fresh->node);
    if (replaced)
        release(replaced);
    else
        t->count++;
    return OK;
}

void introductions_grow(struct introductions *t)
{
    if (t->count <= t->buckets)
        return;
    t->buckets *= 4;
    cds_lfht_resize(t->table, t->buckets);
}
