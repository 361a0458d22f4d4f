#include "gate/members.h"

#include "person/member.h"

#include <stdlib.h>

enum { TABLE_FIRST = 1024 };

struct members {
    struct cds_lfht *table;
    size_t buckets, count;
    member_number *open;
    void *to;
};

enum err members_new(struct members **out)
{
    struct members *m = *out = calloc(1, sizeof *m);
    if (!m)
        return ERR_MEMORY;
    m->buckets = TABLE_FIRST;
    m->table = cds_lfht_new_flavor(TABLE_FIRST, TABLE_FIRST, 0, 0, &urcu_qsbr_flavor, NULL);
    if (!m->table) {
        free(m);
        *out = NULL;
        return ERR_MEMORY;
    }
    return OK;
}

void members_opener(struct members *m, member_number *open, void *to)
{
    m->open = open;
    m->to = to;
}

void members_empty(struct members *m)
{
    struct cds_lfht_iter i;
    cds_lfht_first(m->table, &i);
    for (struct cds_lfht_node *n; (n = cds_lfht_iter_get_node(&i));) {
        cds_lfht_next(m->table, &i);
        cds_lfht_del(m->table, n);
        free(caa_container_of(n, struct membership, node));
    }
}

void members_free(struct members *m)
{
    if (!m)
        return;
    cds_lfht_destroy(m->table, NULL);
    free(m);
}

static int is_id(struct cds_lfht_node *n, const void *id)
{
    const struct membership *m = caa_container_of(n, struct membership, node);
    rcu_seen(&rcu_nodes);
    return str_eq(str_of(m->id), *(const struct str *)id);
}

const struct membership *members_find(const struct members *m, struct str id)
{
    struct cds_lfht_iter i;
    cds_lfht_lookup(m->table, key_of(id), is_id, &id, &i);
    struct cds_lfht_node *node = cds_lfht_iter_get_node(&i);
    return node ? caa_container_of(node, struct membership, node) : NULL;
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

static void free_membership(struct rcu_head *head)
{
    struct membership *m = caa_container_of(head, struct membership, head);
    rcu_seen(&rcu_readers);
    free(m);
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
    rcu_published(&rcu_nodes);
    struct cds_lfht_node *replaced =
        cds_lfht_add_replace(m->table, fresh->key, is_id, &id, &fresh->node);
    if (replaced)
        urcu_qsbr_call_rcu(&caa_container_of(replaced, struct membership, node)->head,
                           free_membership);
    else
        m->count++;
    return OK;
}

void members_grow(struct members *m)
{
    if (m->count <= m->buckets)
        return;
    m->buckets *= 4;
    cds_lfht_resize(m->table, m->buckets);
}
