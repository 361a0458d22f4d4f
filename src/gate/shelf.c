#include "gate/shelf.h"

#include "core/buf.h"
#include "gate/key.h"

#include <stdlib.h>

/* A row is its length, and of each column the type, and what it holds: an integer, or a length
 * and so many bytes. */
enum { BLOCK_LEAST = 4096, BLOCK_MOST = 1 << 20, ROOM_LEAST = 64, LENGTH = sizeof(uint32_t) };

struct shelf_block {
    struct shelf_block *former;
    size_t size, used;
    uint8_t bytes[];
};

/* Open addressing, at most half full. */
struct shelf_slot {
    uint32_t hash;
    uint32_t row; /* its place in `rows` and one more; 0: free */
};

void shelf_init(struct shelf *s, const struct fact_kind *kind)
{
    *s = (struct shelf){.kind = kind};
}

static void free_blocks(struct shelf_block *b)
{
    for (struct shelf_block *former; b; b = former) {
        former = b->former;
        free(b);
    }
}

void shelf_fini(struct shelf *s)
{
    free_blocks(s->blocks);
    free(s->rows);
    free(s->index);
    shelf_init(s, s->kind);
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

static struct str row_bytes(const uint8_t *row)
{
    struct cursor c = cursor_of(row, LENGTH);
    const uint32_t n = cursor_u32le(&c);
    return (struct str){(const char *)row, n};
}

static void unpack(const struct fact_kind *kind, const uint8_t *row, struct value *out)
{
    const struct str bytes = row_bytes(row);
    struct cursor c = cursor_of(bytes.p, bytes.n);
    (void)cursor_u32le(&c);
    for (size_t i = 0; i < kind->count; i++) {
        out[i] = (struct value){.type = (enum value_type)cursor_u8(&c)};
        if (has_text(&out[i]))
            out[i].s = cursor_take(&c, cursor_u32le(&c));
        else if (out[i].type != VALUE_NULL)
            out[i].i = (int64_t)cursor_u64le(&c);
    }
}

static size_t packed_size(const struct fact_kind *kind, const struct value *row)
{
    size_t n = LENGTH;
    for (size_t i = 0; i < kind->count; i++)
        n += 1 + (has_text(&row[i])           ? LENGTH + row[i].s.n
                  : row[i].type != VALUE_NULL ? sizeof(int64_t)
                                              : 0);
    return n;
}

static void pack(const struct fact_kind *kind, const struct value *row, uint8_t *to, size_t size)
{
    struct buf b;
    buf_fixed(&b, to, size);
    buf_u32le(&b, (uint32_t)size);
    for (size_t i = 0; i < kind->count; i++) {
        buf_u8(&b, (uint8_t)row[i].type);
        if (has_text(&row[i])) {
            buf_u32le(&b, (uint32_t)row[i].s.n);
            buf_str(&b, row[i].s);
        } else if (row[i].type != VALUE_NULL)
            buf_u64le(&b, (uint64_t)row[i].i);
    }
}

/* Room for so many bytes, behind the last. NULL: no memory. */
static uint8_t *take(struct shelf *s, size_t bytes)
{
    struct shelf_block *b = s->blocks;
    if (!b || b->size - b->used < bytes) {
        size_t size = s->bytes < BLOCK_LEAST ? BLOCK_LEAST : s->bytes;
        if (size > BLOCK_MOST)
            size = BLOCK_MOST;
        if (size < bytes)
            size = bytes;
        b = malloc(sizeof *b + size);
        if (!b)
            return NULL;
        *b = (struct shelf_block){.former = s->blocks, .size = size};
        s->blocks = b;
    }
    uint8_t *at = b->bytes + b->used;
    b->used += bytes;
    s->bytes += bytes;
    return at;
}

/* Where it is, or would be. */
static struct shelf_slot *slot_of(const struct shelf *s, uint32_t hash, const struct value *row)
{
    const size_t mask = 2 * s->room - 1;
    struct value found[COLUMNS_MAX];
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct shelf_slot *slot = &s->index[i];
        if (!slot->row)
            return slot;
        if (slot->hash != hash)
            continue;
        unpack(s->kind, s->rows[slot->row - 1], found);
        if (same_key(s->kind, found, row))
            return slot;
    }
}

static enum err grow(struct shelf *s)
{
    if (s->count < s->room)
        return OK;
    const size_t room = s->room ? 2 * s->room : ROOM_LEAST, mask = 2 * room - 1;
    struct shelf_slot *index = calloc(2 * room, sizeof *index);
    const uint8_t **rows = index ? realloc(s->rows, room * sizeof *rows) : NULL;
    if (!rows) {
        free(index);
        return ERR_MEMORY;
    }
    for (size_t i = 0; i < 2 * s->room; i++) {
        if (!s->index[i].row)
            continue;
        size_t at = s->index[i].hash & mask;
        while (index[at].row)
            at = (at + 1) & mask;
        index[at] = s->index[i];
    }
    free(s->index);
    s->index = index;
    s->rows = rows;
    s->room = room;
    return OK;
}

/* Without what has been replaced, once that is most of it. Without memory it stays. */
static void tidy(struct shelf *s)
{
    struct shelf fresh = {.kind = s->kind};
    if (s->former <= s->bytes / 2 || s->bytes <= BLOCK_MOST)
        return;
    const uint8_t **rows = malloc(s->room * sizeof *rows);
    for (size_t i = 0; rows && i < s->count; i++) {
        const struct str bytes = row_bytes(s->rows[i]);
        uint8_t *at = take(&fresh, bytes.n);
        if (at)
            rows[i] = memcpy(at, bytes.p, bytes.n);
        else {
            free(rows);
            rows = NULL;
        }
    }
    if (!rows) {
        free_blocks(fresh.blocks);
        return;
    }
    free_blocks(s->blocks);
    free(s->rows);
    s->rows = rows;
    s->blocks = fresh.blocks;
    s->bytes = fresh.bytes;
    s->former = 0;
}

enum err shelf_put(struct shelf *s, const struct value *row)
{
    const size_t size = packed_size(s->kind, row);
    if (size > UINT32_MAX)
        return ERR_LIMIT;
    const enum err e = grow(s);
    uint8_t *at = e ? NULL : take(s, size);
    if (!at)
        return ERR_MEMORY;
    pack(s->kind, row, at, size);
    const uint32_t hash = (uint32_t)fact_row_key(s->kind, row);
    struct shelf_slot *slot = slot_of(s, hash, row);
    if (slot->row) {
        const uint8_t **place = &s->rows[slot->row - 1];
        s->former += row_bytes(*place).n;
        *place = at;
        tidy(s);
        return OK;
    }
    s->rows[s->count] = at;
    *slot = (struct shelf_slot){hash, (uint32_t)++s->count};
    return OK;
}

bool shelf_next(struct shelf_row *r)
{
    if (r->next == r->shelf->count)
        return false;
    unpack(r->shelf->kind, r->shelf->rows[r->next++], r->v);
    return true;
}
