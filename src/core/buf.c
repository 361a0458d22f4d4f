#include "core/buf.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

void buf_fixed(struct buf *b, void *memory, size_t size)
{
    *b = (struct buf){.p = memory, .cap = size, .limit = size};
}

void buf_init(struct buf *b, size_t limit)
{
    *b = (struct buf){.limit = limit, .grows = true};
}

void buf_fini(struct buf *b)
{
    if (b->grows)
        free(b->p);
    *b = (struct buf){0};
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->failed = false;
}

static bool make_room(struct buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (more <= b->cap - b->n)
        return true;
    b->failed = true;
    if (!b->grows || more > b->limit - b->n)
        return false;
    size_t want = b->cap < 256 ? 256 : b->cap * 2;
    if (want < b->n + more)
        want = b->n + more;
    if (want > b->limit)
        want = b->limit;
    uint8_t *p = realloc(b->p, want);
    if (p == NULL)
        return false;
    b->p = p;
    b->cap = want;
    b->failed = false;
    return true;
}

uint8_t *buf_reserve(struct buf *b, size_t n)
{
    if (!make_room(b, n))
        return NULL;
    uint8_t *at = b->p + b->n;
    b->n += n;
    return at;
}

void buf_bytes(struct buf *b, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    uint8_t *at = buf_reserve(b, n);
    if (at != NULL)
        memcpy(at, bytes, n);
}

void buf_str(struct buf *b, struct str s)
{
    buf_bytes(b, s.p, s.n);
}

void buf_u8(struct buf *b, uint8_t v)
{
    uint8_t *at = buf_reserve(b, 1);
    if (at != NULL)
        *at = v;
}

void buf_u16le(struct buf *b, uint16_t v)
{
    v = htole16(v);
    buf_bytes(b, &v, sizeof v);
}

void buf_u32le(struct buf *b, uint32_t v)
{
    v = htole32(v);
    buf_bytes(b, &v, sizeof v);
}

void buf_u64le(struct buf *b, uint64_t v)
{
    v = htole64(v);
    buf_bytes(b, &v, sizeof v);
}

void buf_u16be(struct buf *b, uint16_t v)
{
    v = htobe16(v);
    buf_bytes(b, &v, sizeof v);
}

void buf_u32be(struct buf *b, uint32_t v)
{
    v = htobe32(v);
    buf_bytes(b, &v, sizeof v);
}

void buf_u64be(struct buf *b, uint64_t v)
{
    v = htobe64(v);
    buf_bytes(b, &v, sizeof v);
}

void buf_word(struct buf *b, const char *word)
{
    struct str s = str_of(word);
    if (s.n > UINT8_MAX) {
        b->failed = true;
        return;
    }
    buf_u8(b, (uint8_t)s.n);
    buf_str(b, s);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0) {
        b->failed = true;
        return;
    }
    /* vsnprintf writes a NUL, for which there must be room, but which is not counted. */
    if (!make_room(b, (size_t)need + 1))
        return;
    va_start(args, format);
    vsnprintf((char *)b->p + b->n, (size_t)need + 1, format, args);
    va_end(args);
    b->n += (size_t)need;
}

struct str cursor_take(struct cursor *c, size_t n)
{
    if (c->failed || n > c->n) {
        c->failed = true;
        return (struct str){0};
    }
    struct str taken = {.p = (const char *)c->p, .n = n};
    c->p += n;
    c->n -= n;
    return taken;
}

struct str cursor_word(struct cursor *c)
{
    return cursor_take(c, cursor_u8(c));
}

bool cursor_word_copy(struct cursor *c, char *out, size_t size)
{
    return str_copy(cursor_word(c), out, size);
}

struct str cursor_line(struct cursor *c)
{
    const uint8_t *end = c->failed || c->n == 0 ? NULL : memchr(c->p, '\n', c->n);
    if (end == NULL) {
        c->failed = true;
        return (struct str){0};
    }
    struct str line = cursor_take(c, (size_t)(end - c->p));
    cursor_take(c, 1);
    return line;
}

/* The next `n` bytes; zeroes and the error if there are not so many. */
static void get(struct cursor *c, void *out, size_t n)
{
    struct str s = cursor_take(c, n);
    if (s.n > 0)
        memcpy(out, s.p, n);
    else
        memset(out, 0, n);
}

uint8_t cursor_u8(struct cursor *c)
{
    uint8_t v;
    get(c, &v, sizeof v);
    return v;
}

uint16_t cursor_u16le(struct cursor *c)
{
    uint16_t v;
    get(c, &v, sizeof v);
    return le16toh(v);
}

uint32_t cursor_u32le(struct cursor *c)
{
    uint32_t v;
    get(c, &v, sizeof v);
    return le32toh(v);
}

uint64_t cursor_u64le(struct cursor *c)
{
    uint64_t v;
    get(c, &v, sizeof v);
    return le64toh(v);
}

uint16_t cursor_u16be(struct cursor *c)
{
    uint16_t v;
    get(c, &v, sizeof v);
    return be16toh(v);
}

uint32_t cursor_u32be(struct cursor *c)
{
    uint32_t v;
    get(c, &v, sizeof v);
    return be32toh(v);
}

uint64_t cursor_u64be(struct cursor *c)
{
    uint64_t v;
    get(c, &v, sizeof v);
    return be64toh(v);
}
