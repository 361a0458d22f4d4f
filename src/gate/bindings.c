#include "gate/bindings.h"

#include "person/binding.h"

#include <stdlib.h>

enum { TABLE_FIRST = 1024 };

struct bindings {
    struct cds_lfht *table;
    size_t buckets, count;
};

enum err bindings_new(struct bindings **out)
{
    struct bindings *b = *out = calloc(1, sizeof *b);
    if (!b)
        return ERR_MEMORY;
    b->buckets = TABLE_FIRST;
    b->table = cds_lfht_new_flavor(TABLE_FIRST, TABLE_FIRST, 0, 0, &urcu_qsbr_flavor, NULL);
    if (!b->table) {
        free(b);
        *out = NULL;
        return ERR_MEMORY;
    }
    return OK;
}

void bindings_empty(struct bindings *b)
{
    struct cds_lfht_iter i;
    cds_lfht_first(b->table, &i);
    for (struct cds_lfht_node *n; (n = cds_lfht_iter_get_node(&i));) {
        cds_lfht_next(b->table, &i);
        cds_lfht_del(b->table, n);
        free(caa_container_of(n, struct binding, node));
    }
}

void bindings_free(struct bindings *b)
{
    if (!b)
        return;
    cds_lfht_destroy(b->table, NULL);
    free(b);
}

static int is_number(struct cds_lfht_node *n, const void *relay)
{
    rcu_seen(&rcu_nodes);
    return caa_container_of(n, struct binding, node)->relay == *(const number *)relay;
}

static struct cds_lfht_node *find(const struct bindings *b, number relay)
{
    struct cds_lfht_iter i;
    cds_lfht_lookup(b->table, key_mix(relay), is_number, &relay, &i);
    return cds_lfht_iter_get_node(&i);
}

const struct binding *bindings_find(const struct bindings *b, number relay)
{
    struct cds_lfht_node *n = find(b, relay);
    return n ? caa_container_of(n, struct binding, node) : NULL;
}

static bool fill(const struct value *row, struct binding *out)
{
    out->relay = (number)row[BINDING_RELAY].i;
    out->answers = (number)row[BINDING_ANSWERS].i;
    out->entity = key_of(fact_text(&row[BINDING_ORGANISATION]));
    out->purpose = key_of(fact_text(&row[BINDING_PURPOSE]));
    out->from = row[BINDING_OPENED_AT].i;
    out->until = row[BINDING_EXPIRES_AT].i;
    return out->relay && str_copy(fact_text(&row[BINDING_ID]), out->id, sizeof out->id) &&
           str_copy(fact_text(&row[BINDING_PERSON]), out->person, sizeof out->person) &&
           str_copy(fact_text(&row[BINDING_STAFF]), out->staff, sizeof out->staff);
}

static void free_binding(struct rcu_head *head)
{
    struct binding *b = caa_container_of(head, struct binding, head);
    rcu_seen(&rcu_readers);
    free(b);
}

static void leave_to_readers(struct cds_lfht_node *n)
{
    urcu_qsbr_call_rcu(&caa_container_of(n, struct binding, node)->head, free_binding);
}

/* The end of one binding is not that of the next, to which the number may have come since. */
static void end(struct bindings *b, const struct value *row)
{
    struct cds_lfht_node *n = find(b, (number)row[BINDING_RELAY].i);
    if (!n ||
        !str_eq(str_of(caa_container_of(n, struct binding, node)->id), fact_text(&row[BINDING_ID])))
        return;
    cds_lfht_del(b->table, n);
    b->count--;
    leave_to_readers(n);
}

enum err bindings_apply(struct bindings *b, const struct value *row)
{
    if (!str_eq(fact_text(&row[BINDING_STATUS]), STR("open"))) {
        end(b, row);
        return OK;
    }
    struct binding *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return ERR_MEMORY;
    if (!fill(row, fresh)) {
        free(fresh);
        return ERR_INVALID;
    }
    rcu_published(&rcu_nodes);
    struct cds_lfht_node *replaced = cds_lfht_add_replace(b->table, key_mix(fresh->relay),
                                                          is_number, &fresh->relay, &fresh->node);
    if (replaced)
        leave_to_readers(replaced);
    else
        b->count++;
    return OK;
}

void bindings_grow(struct bindings *b)
{
    if (b->count <= b->buckets)
        return;
    b->buckets *= 4;
    cds_lfht_resize(b->table, b->buckets);
}
