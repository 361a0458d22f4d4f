#include "gate/members.h"

#include "person/member.h"

#include <stdlib.h>

enum { TABLE_FIRST = 1024 };

struct members {
    struct rcu_table table;
    member_number *open;
    void *to;
};

enum err members_new(struct members **out)
{
    struct members *m = *out = calloc(1, sizeof *m);
    if (!m)
        return ERR_MEMORY;
    enum err e = rcu_table_open(&m->table, TABLE_FIRST);
    if (e) {
        free(m);
        *out = NULL;
    }
    return e;
}

void members_opener(struct members *m, member_number *open, void *to)
{
    m->open = open;
    m->to = to;
}

void members_empty(struct members *m)
{
    rcu_table_empty(&m->table);
}

void members_free(struct members *m)
{
    if (!m)
        return;
    rcu_table_close(&m->table);
    free(m);
}

static int is_id(struct cds_lfht_node *n, const void *id)
{
    const struct membership *m = caa_container_of(n, struct membership, entry.node);
    rcu_seen(&rcu_nodes);
    return str_eq(str_of(m->id), *(const struct str *)id);
}

const struct membership *members_find(const struct members *m, struct str id)
{
    struct rcu_entry *x = rcu_table_find(&m->table, key_of(id), is_id, &id);
    return x ? caa_container_of(x, struct membership, entry) : NULL;
}

static uint64_t key_in(const struct value *v)
{
    return v->type == VALUE_TEXT ? key_of(v->s) : 0;
}

static int64_t int_in(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : 0;
}

static enum pool_kind pool_in(const struct value *v)
{
    struct str word = fact_text(v);
    return str_eq(word, STR("store"))  ? POOL_STORE
           : str_eq(word, STR("city")) ? POOL_CITY
                                       : POOL_NONE;
}

static void fill(const struct members *m, const struct value *row, struct membership *out)
{
    struct str sealed = fact_text(&row[MEMBER_NUMBER]);
    out->key = key_of(str_of(out->id));
    out->organisation = key_in(&row[MEMBER_ORGANISATION]);
    out->store = key_in(&row[MEMBER_STORE]);
    out->owner = key_in(&row[MEMBER_OWNER]);
    out->pool = pool_in(&row[MEMBER_POOL]);
    out->erased = str_eq(fact_text(&row[MEMBER_STATUS]), STR("erased"));
    out->frozen_until = int_in(&row[MEMBER_FROZEN_UNTIL]);
    out->contract_until = int_in(&row[MEMBER_CONTRACT_UNTIL]);
    out->contract = categories_of(fact_text(&row[MEMBER_CONTRACT]), ';');
    out->version = int_in(&row[MEMBER_VERSION]);
    out->number_since = int_in(&row[MEMBER_NUMBER_SINCE]);
    if (!out->erased && sealed.n > 0 && m->open)
        out->number = m->open(m->to, str_of(out->id), sealed);
}

enum err members_apply(struct members *m, const struct value *row)
{
    struct str id = fact_text(&row[MEMBER_ID]);
    struct membership *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return ERR_MEMORY;
    if (id.n == 0 || !str_copy(id, fresh->id, sizeof fresh->id)) {
        free(fresh);
        return ERR_INVALID;
    }
    fill(m, row, fresh);
    rcu_table_put(&m->table, fresh->key, is_id, &id, &fresh->entry);
    return OK;
}

void members_grow(struct members *m)
{
    rcu_table_grow(&m->table);
}
