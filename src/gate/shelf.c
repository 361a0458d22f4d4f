#include "gate/shelf.h"

#include "gate/key.h"

#include <stdlib.h>

void shelf_init(struct shelf *s, const struct fact_kind *kind)
{
    *s = (struct shelf){.kind = kind};
}

void shelf_fini(struct shelf *s)
{
    for (size_t i = 0; i < s->bucket_count; i++) {
        for (struct shelf_row *r = s->buckets[i], *next; r; r = next) {
            next = r->next;
            free(r);
        }
    }
    free(s->buckets);
    *s = (struct shelf){.kind = s->kind};
}

static bool has_text(const struct value *v)
{
    return v->type == VALUE_TEXT || v->type == VALUE_BYTES;
}

uint64_t fact_row_key(const struct fact_kind *kind, const struct value *row)
{
    uint64_t h = 0;
    for (size_t i = 0; i < kind->count; i++) {
        if (!kind->columns[i].key)
            continue;
        uint64_t part = has_text(&row[i]) ? key_of(row[i].s) : key_mix((uint64_t)row[i].i + 1);
        h = key_mix(h * 31 + part);
    }
    return h ? h : 1;
}

static bool same_value(const struct value *a, const struct value *b)
{
    if (a->type != b->type)
        return false;
    return has_text(a) ? str_eq(a->s, b->s) : a->type == VALUE_NULL || a->i == b->i;
}

static bool same_key(const struct fact_kind *kind, const struct value *a, const struct value *b)
{
    for (size_t i = 0; i < kind->count; i++)
        if (kind->columns[i].key && !same_value(&a[i], &b[i]))
            return false;
    return true;
}

static struct shelf_row *copy_row(const struct fact_kind *kind, const struct value *row)
{
    size_t text = 0;
    for (size_t i = 0; i < kind->count; i++)
        text += has_text(&row[i]) ? row[i].s.n : 0;
    struct shelf_row *r = malloc(sizeof *r + kind->count * sizeof *r->v + text);
    if (!r)
        return NULL;
    char *at = (char *)(r->v + kind->count);
    for (size_t i = 0; i < kind->count; i++) {
        r->v[i] = row[i];
        if (!has_text(&row[i]))
            continue;
        if (row[i].s.n)
            memcpy(at, row[i].s.p, row[i].s.n);
        r->v[i].s.p = at;
        at += row[i].s.n;
    }
    return r;
}

static enum err grow(struct shelf *s)
{
    if (s->count < s->bucket_count)
        return OK;
    size_t count = s->bucket_count ? s->bucket_count * 2 : 64;
    struct shelf_row **buckets = calloc(count, sizeof *buckets);
    if (!buckets)
        return s->bucket_count ? OK : ERR_MEMORY; /* long chains are slow, not wrong */
    for (size_t i = 0; i < s->bucket_count; i++) {
        for (struct shelf_row *r = s->buckets[i], *next; r; r = next) {
            next = r->next;
            r->next = buckets[r->hash & (count - 1)];
            buckets[r->hash & (count - 1)] = r;
        }
    }
    free(s->buckets);
    s->buckets = buckets;
    s->bucket_count = count;
    return OK;
}

enum err shelf_put(struct shelf *s, const struct value *row)
{
    enum err e = grow(s);
    if (e)
        return e;
    struct shelf_row *fresh = copy_row(s->kind, row);
    if (!fresh)
        return ERR_MEMORY;
    fresh->hash = fact_row_key(s->kind, row);
    struct shelf_row **at = &s->buckets[fresh->hash & (s->bucket_count - 1)];
    for (; *at; at = &(*at)->next) {
        if ((*at)->hash != fresh->hash || !same_key(s->kind, (*at)->v, row))
            continue;
        struct shelf_row *old = *at;
        fresh->next = old->next;
        *at = fresh;
        free(old);
        return OK;
    }
    fresh->next = NULL;
    *at = fresh;
    s->count++;
    return OK;
}

const struct shelf_row *shelf_next(const struct shelf *s, const struct shelf_row *row)
{
    if (row && row->next)
        return row->next;
    size_t i = row ? (row->hash & (s->bucket_count - 1)) + 1 : 0;
    for (; i < s->bucket_count; i++)
        if (s->buckets[i])
            return s->buckets[i];
    return NULL;
}
