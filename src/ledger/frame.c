/*
 * One frame, little-endian, from a sector boundary on:
 *
 *      0  4  "FRM1"
 *      4  4  bytes of the frame up to and with the checksum
 *      8  8  index of the first entry
 *     16  8  recorded, ns since 1970
 *     24  8  chain: checksum of the frame before, 0 for the first of all
 *     32  4  count of entries
 *     36     the items:
 *              2  bytes of the entry
 *              2  bytes of what is sealed beside it
 *              4  answer, as the SIP front codes it
 *              8  transaction
 *              n  entry
 *              m  sealed
 *      n  8  checksum: SipHash-2-4 of all bytes before, keyed with the salt of
 *            the segment
 *            zeroes up to the next sector
 *
 * The key makes stale bytes of a segment that is used again, and bytes that
 * somebody smuggled into an entry, no frames. It does not authenticate: whoever
 * can write the file can read the salt.
 */
#include "ledger/frame.h"
#include "ledger/log.h"

#include <sodium.h>

static const char magic[4] = {'F', 'R', 'M', '1'};

enum { HEADER = 36, ITEM_HEADER = 16, SUM = 8 };
_Static_assert(BESIDE_MAX == UINT16_MAX, "its length has two bytes");

void frame_begin(struct buf *out, uint64_t first, uint64_t chain, when recorded)
{
    buf_bytes(out, magic, sizeof magic);
    buf_u32le(out, 0);
    buf_u64le(out, first);
    buf_u64le(out, (uint64_t)recorded);
    buf_u64le(out, chain);
    buf_u32le(out, 0);
}

bool frame_add(struct buf *out, const struct ledger_item *item, when recorded)
{
    size_t entry = ENTRY_HEADER + item->body.n;
    uint8_t *at = out->limit - out->n < SUM + ITEM_HEADER + entry + item->opening.n
                      ? NULL
                      : buf_reserve(out, ITEM_HEADER + entry + item->opening.n);
    if (at == NULL)
        return false;
    struct buf b;
    buf_fixed(&b, at, ITEM_HEADER + entry + item->opening.n);
    buf_u16le(&b, (uint16_t)entry);
    buf_u16le(&b, (uint16_t)item->opening.n);
    buf_u32le(&b, item->answer);
    buf_u64le(&b, item->transaction);
    buf_u8(&b, 1);
    buf_u8(&b, (uint8_t)item->kind);
    buf_u64be(&b, (uint64_t)recorded);
    buf_str(&b, item->body);
    buf_str(&b, item->opening);
    return true;
}

static uint64_t checksum(const void *bytes, size_t n, const uint8_t salt[static FRAME_SALT])
{
    _Static_assert(FRAME_SALT == crypto_shorthash_KEYBYTES, "the salt is the key");
    uint8_t sum[crypto_shorthash_BYTES];
    crypto_shorthash(sum, bytes, n, salt);
    struct cursor c = cursor_of(sum, sizeof sum);
    return cursor_u64le(&c);
}

uint64_t frame_end(struct buf *out, uint32_t count, const uint8_t salt[static FRAME_SALT])
{
    struct buf patch;
    buf_fixed(&patch, out->p, HEADER);
    patch.n = sizeof magic;
    buf_u32le(&patch, (uint32_t)(out->n + SUM));
    patch.n = HEADER - 4;
    buf_u32le(&patch, count);

    uint64_t sum = checksum(out->p, out->n, salt);
    buf_u64le(out, sum);
    size_t padding = (LOG_ALIGN - out->n % LOG_ALIGN) % LOG_ALIGN;
    uint8_t *zeroes = buf_reserve(out, padding);
    if (zeroes != NULL)
        memset(zeroes, 0, padding);
    return sum;
}

uint32_t frame_length(const void *bytes, size_t n)
{
    struct cursor c = cursor_of(bytes, n);
    struct str start = cursor_take(&c, sizeof magic);
    uint32_t length = cursor_u32le(&c);
    if (c.failed || memcmp(start.p, magic, sizeof magic) != 0)
        return 0;
    return length < HEADER + SUM || length > LOG_FRAME_MAX ? 0 : length;
}

static bool item_next(struct cursor *c, struct ledger_record *out)
{
    uint16_t entry = cursor_u16le(c), opening = cursor_u16le(c);
    out->answer = cursor_u32le(c);
    out->transaction = cursor_u64le(c);
    out->entry = cursor_take(c, entry);
    out->opening = cursor_take(c, opening);
    return !c->failed && entry >= ENTRY_HEADER && entry <= ENTRY_HEADER + ENTRY_BODY_MAX;
}

static bool items_fit(struct frame *f)
{
    struct cursor c = f->items;
    for (uint32_t i = 0; i < f->count; i++) {
        struct ledger_record r;
        if (!item_next(&c, &r))
            return false;
        f->answers |= r.transaction != 0;
    }
    return c.n == 0;
}

bool frame_open(const void *bytes, size_t n, const uint8_t salt[static FRAME_SALT],
                struct frame *out)
{
    uint32_t length = frame_length(bytes, n);
    if (length == 0 || length > n)
        return false;
    struct cursor c = cursor_of(bytes, length - SUM), sum = cursor_of(bytes, length);
    cursor_take(&sum, length - SUM);
    *out = (struct frame){.bytes = length, .sum = cursor_u64le(&sum)};
    if (out->sum != checksum(bytes, length - SUM, salt))
        return false;
    cursor_take(&c, 8);
    out->first = cursor_u64le(&c);
    out->recorded = (when)cursor_u64le(&c);
    out->chain = cursor_u64le(&c);
    out->count = cursor_u32le(&c);
    out->items = c;
    return out->count > 0 && out->first <= UINT64_MAX - out->count && items_fit(out);
}

bool frame_next(struct frame *f, struct ledger_record *out)
{
    if (f->count == 0 || !item_next(&f->items, out))
        return false;
    out->index = f->first++;
    out->recorded = f->recorded;
    f->count--;
    return true;
}
