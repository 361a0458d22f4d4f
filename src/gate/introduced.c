#include "gate/introduced.h"

#include "person/introduction.h"

#include <stdlib.h>

enum { TABLE_FIRST = 64 };

struct introductions {
    struct rcu_table table;
};

enum err introductions_new(struct introductions **out)
{
    struct introductions *t = *out = calloc(1, sizeof *t);
    if (!t)
        return ERR_MEMORY;
    enum err e = rcu_table_open(&t->table, TABLE_FIRST);
    if (e) {
        free(t);
        *out = NULL;
    }
    return e;
}

void introductions_empty(struct introductions *t)
{
    rcu_table_empty(&t->table);
}

void introductions_free(struct introductions *t)
{
    if (!t)
        return;
    rcu_table_close(&t->table);
    free(t);
}

static int is_id(struct cds_lfht_node *n, const void *id)
{
    const struct introduced *x = caa_container_of(n, struct introduced, entry.node);
    rcu_seen(&rcu_nodes);
    return x->id == *(const uint64_t *)id;
}

const struct introduced *introductions_find(const struct introductions *t, struct str id)
{
    const uint64_t key = key_of(id);
    struct rcu_entry *x = rcu_table_find(&t->table, key, is_id, &key);
    return x ? caa_container_of(x, struct introduced, entry) : NULL;
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
        struct rcu_entry *x = rcu_table_find(&t->table, key, is_id, &key);
        if (x)
            rcu_table_remove(&t->table, x);
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
    rcu_table_put(&t->table, key, is_id, &key, &fresh->entry);
    return OK;
}

void introductions_grow(struct introductions *t)
{
    rcu_table_grow(&t->table);
}
