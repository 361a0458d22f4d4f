#include "gate/bindings.h"

#include "person/binding.h"

#include <stdlib.h>

enum { TABLE_FIRST = 1024 };

struct bindings {
    struct rcu_table table;
};

enum err bindings_new(struct bindings **out)
{
    struct bindings *b = *out = calloc(1, sizeof *b);
    if (!b)
        return ERR_MEMORY;
    enum err e = rcu_table_open(&b->table, TABLE_FIRST);
    if (e) {
        free(b);
        *out = NULL;
    }
    return e;
}

void bindings_empty(struct bindings *b)
{
    rcu_table_empty(&b->table);
}

void bindings_free(struct bindings *b)
{
    if (!b)
        return;
    rcu_table_close(&b->table);
    free(b);
}

static int is_number(struct cds_lfht_node *n, const void *relay)
{
    rcu_seen(&rcu_nodes);
    return caa_container_of(n, struct binding, entry.node)->relay == *(const number *)relay;
}

static struct binding *find(const struct bindings *b, number relay)
{
    struct rcu_entry *x = rcu_table_find(&b->table, key_mix(relay), is_number, &relay);
    return x ? caa_container_of(x, struct binding, entry) : NULL;
}

const struct binding *bindings_find(const struct bindings *b, number relay)
{
    return find(b, relay);
}

static bool fill(const struct value *row, struct binding *out)
{
    out->relay = (number)row[BINDING_RELAY].i;
    out->answers = (number)row[BINDING_ANSWERS].i;
    out->entity = key_of(fact_text(&row[BINDING_ORGANISATION]));
    out->purpose = key_of(fact_text(&row[BINDING_PURPOSE]));
    out->until = row[BINDING_EXPIRES_AT].i;
    if (row[BINDING_MAX_CALL_S].type == VALUE_INT)
        out->max_call_s = (uint32_t)row[BINDING_MAX_CALL_S].i;
    return out->relay && str_copy(fact_text(&row[BINDING_ID]), out->id, sizeof out->id) &&
           str_copy(fact_text(&row[BINDING_PERSON]), out->person, sizeof out->person) &&
           str_copy(fact_text(&row[BINDING_STAFF]), out->staff, sizeof out->staff);
}

/* The end of one binding is not that of the next, to which the number may have come since. */
static void end(struct bindings *b, const struct value *row)
{
    struct binding *x = find(b, (number)row[BINDING_RELAY].i);
    if (x && str_eq(str_of(x->id), fact_text(&row[BINDING_ID])))
        rcu_table_remove(&b->table, &x->entry);
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
    rcu_table_put(&b->table, key_mix(fresh->relay), is_number, &fresh->relay, &fresh->entry);
    return OK;
}

void bindings_grow(struct bindings *b)
{
    rcu_table_grow(&b->table);
}
