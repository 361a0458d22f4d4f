/*
 * A batch, little-endian:
 *
 *      0  4  "BAT1"
 *      4  4  bytes of the batch up to and with the checksum
 *      8  8  from: the first record covered
 *     16  8  to: the first record not covered
 *     24  4  rows of class call
 *     28  4  rows of class plain
 *     32  4  openings
 *     36  4  0
 *     40     for each of the two classes, if it has rows:
 *             24  nonce
 *              n  ciphertext of rows of 32 bytes: caller, callee, time, record
 *             16  tag, which covers the head too
 *            openings in the order of their records:
 *              8  record
 *              2  bytes
 *              n  sealed opening
 *      n  8  checksum: SipHash-2-4 keyed with the file's salt
 *
 * The rows' key derives from the key of the class and the month, with the day as
 * number: it is gone when that key is destroyed.
 */
#include "ledger/batch.h"
#include "ledger/nonce.h"

#include <sodium.h>
#include <stdlib.h>

static const char magic[4] = {'B', 'A', 'T', '1'};

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SUM = crypto_shorthash_BYTES,
    OPENINGS_MAX =
        BATCH_MAX - BATCH_HEAD - SUM - BATCH_CLASSES * (NONCE + TAG) - BATCH_ROWS_MAX * BATCH_ROW,
};

_Static_assert(BATCH_SALT == crypto_shorthash_KEYBYTES, "the salt is the key");
_Static_assert((int)INDEX_ROWS <= (int)BATCH_ROWS_MAX, "every record fits an empty batch");

void batch_init(struct batch *b)
{
    *b = (struct batch){0};
    for (int i = 0; i < BATCH_CLASSES; i++)
        buf_init(&b->row[i], BATCH_ROWS_MAX * BATCH_ROW);
    buf_init(&b->openings, OPENINGS_MAX);
}

void batch_fini(struct batch *b)
{
    for (int i = 0; i < BATCH_CLASSES; i++) {
        if (b->row[i].p != NULL)
            sodium_memzero(b->row[i].p, b->row[i].cap);
        buf_fini(&b->row[i]);
    }
    buf_fini(&b->openings);
}

void batch_reset(struct batch *b, uint64_t from)
{
    b->from = b->to = from;
    b->opening_count = 0;
    for (int i = 0; i < BATCH_CLASSES; i++) {
        b->rows[i] = 0;
        buf_reset(&b->row[i]);
    }
    buf_reset(&b->openings);
}

static size_t rows_in(const struct batch *b)
{
    size_t n = 0;
    for (int i = 0; i < BATCH_CLASSES; i++)
        n += b->rows[i];
    return n;
}

bool batch_add(struct batch *b, enum opening_class class, const struct index_row *row, size_t rows,
               uint64_t record, struct str opening)
{
    if ((int)class >= BATCH_CLASSES)
        rows = 0;
    if (b->opening_count == BATCH_ROWS_MAX || rows > BATCH_ROWS_MAX - rows_in(b) ||
        OPENINGS_MAX - b->openings.n < 10 + opening.n)
        return false;
    for (size_t i = 0; i < rows; i++) {
        struct buf *r = &b->row[class];
        buf_u64le(r, row[i].caller);
        buf_u64le(r, row[i].callee);
        buf_u64le(r, (uint64_t)row[i].at);
        buf_u64le(r, record);
        b->rows[class]++;
    }
    buf_u64le(&b->openings, record);
    buf_u16le(&b->openings, (uint16_t)opening.n);
    buf_str(&b->openings, opening);
    b->opening_count++;
    return true;
}

static enum err row_key(struct opening_keys *keys, int class, uint32_t day, bool create,
                        uint8_t key[static 32])
{
    return opening_derive(keys, (enum opening_class) class, day / 100, create, day, "menindex",
                          key);
}

static size_t section(uint32_t rows)
{
    return rows == 0 ? 0 : NONCE + TAG + (size_t)rows * BATCH_ROW;
}

static enum err seal_rows(const struct batch *b, int class, struct opening_keys *keys, uint32_t day,
                          size_t head, struct buf *out)
{
    uint8_t key[32], nonce[NONCE];
    enum err e = row_key(keys, class, day, true, key);
    if (e != OK)
        return e;
    nonce_bytes(nonce, sizeof nonce);
    buf_bytes(out, nonce, sizeof nonce);
    const struct buf *rows = &b->row[class];
    uint8_t *cipher = buf_reserve(out, rows->n + TAG);
    if (cipher != NULL)
        crypto_aead_xchacha20poly1305_ietf_encrypt(cipher, NULL, rows->p, rows->n, out->p + head,
                                                   BATCH_HEAD, NULL, nonce, key);
    sodium_memzero(key, sizeof key);
    return OK;
}

enum err batch_seal(const struct batch *b, struct opening_keys *keys, uint32_t day,
                    const uint8_t salt[static BATCH_SALT], struct buf *out)
{
    size_t start = out->n, size = BATCH_HEAD + b->openings.n + SUM;
    for (int i = 0; i < BATCH_CLASSES; i++) {
        size += section(b->rows[i]);
        if (b->row[i].failed)
            return ERR_MEMORY;
    }
    if (b->openings.failed)
        return ERR_MEMORY;
    buf_bytes(out, magic, sizeof magic);
    buf_u32le(out, (uint32_t)size);
    buf_u64le(out, b->from);
    buf_u64le(out, b->to);
    for (int i = 0; i < BATCH_CLASSES; i++)
        buf_u32le(out, b->rows[i]);
    buf_u32le(out, b->opening_count);
    buf_u32le(out, 0);
    for (int i = 0; i < BATCH_CLASSES; i++) {
        enum err e = b->rows[i] > 0 ? seal_rows(b, i, keys, day, start, out) : OK;
        if (e != OK)
            return e;
    }
    buf_str(out, buf_view(&b->openings));
    if (out->failed)
        return ERR_MEMORY;
    uint8_t sum[SUM];
    crypto_shorthash(sum, out->p + start, out->n - start, salt);
    buf_bytes(out, sum, sizeof sum);
    return out->failed ? ERR_MEMORY : OK;
}

size_t batch_rows_size(const struct batch_head *head)
{
    size_t n = 0;
    for (int i = 0; i < BATCH_CLASSES; i++)
        n += section(head->rows[i]);
    return n;
}

bool batch_head_read(const uint8_t head[static BATCH_HEAD], struct batch_head *out)
{
    struct cursor c = cursor_of(head, BATCH_HEAD);
    struct str start = cursor_take(&c, sizeof magic);
    out->bytes = cursor_u32le(&c);
    out->from = cursor_u64le(&c);
    out->to = cursor_u64le(&c);
    uint64_t rows = 0;
    for (int i = 0; i < BATCH_CLASSES; i++)
        rows += out->rows[i] = cursor_u32le(&c);
    out->opening_count = cursor_u32le(&c);
    return memcmp(start.p, magic, sizeof magic) == 0 && rows <= BATCH_ROWS_MAX &&
           out->opening_count <= BATCH_ROWS_MAX && out->bytes <= BATCH_MAX &&
           out->from <= out->to && out->bytes >= BATCH_HEAD + batch_rows_size(out) + SUM;
}

static int by_record(const void *a, const void *b)
{
    const struct index_row *x = a, *y = b;
    return (x->record > y->record) - (x->record < y->record);
}

enum err batch_rows(const uint8_t head[static BATCH_HEAD], struct str rows,
                    struct opening_keys *keys, uint32_t day, struct index_row *out, size_t *count)
{
    struct batch_head h;
    struct cursor c = cursor_of(rows.p, rows.n);
    *count = 0;
    if (!batch_head_read(head, &h))
        return ERR_CORRUPT;
    uint8_t *clear = malloc((size_t)BATCH_ROWS_MAX * BATCH_ROW);
    if (clear == NULL)
        return ERR_MEMORY;
    enum err e = OK;
    for (int i = 0; e == OK && i < BATCH_CLASSES; i++) {
        uint8_t key[32];
        if (h.rows[i] == 0)
            continue;
        struct str nonce = cursor_take(&c, NONCE),
                   cipher = cursor_take(&c, section(h.rows[i]) - NONCE);
        e = c.failed ? ERR_CORRUPT : row_key(keys, i, day, false, key);
        if (e == ERR_NOT_FOUND) {
            e = OK;
            continue;
        }
        if (e == OK && crypto_aead_xchacha20poly1305_ietf_decrypt(
                           clear, NULL, NULL, (const uint8_t *)cipher.p, cipher.n, head, BATCH_HEAD,
                           (const uint8_t *)nonce.p, key) != 0)
            e = ERR_CORRUPT;
        sodium_memzero(key, sizeof key);
        struct cursor r = cursor_of(clear, (size_t)h.rows[i] * BATCH_ROW);
        for (uint32_t k = 0; e == OK && k < h.rows[i]; k++) {
            struct index_row *row = &out[(*count)++];
            row->caller = cursor_u64le(&r);
            row->callee = cursor_u64le(&r);
            row->at = (when)cursor_u64le(&r);
            row->record = cursor_u64le(&r);
        }
    }
    sodium_memzero(clear, (size_t)BATCH_ROWS_MAX * BATCH_ROW);
    free(clear);
    if (*count > 0)
        qsort(out, *count, sizeof *out, by_record);
    return e;
}

bool batch_whole(const uint8_t *bytes, size_t n, const uint8_t salt[static BATCH_SALT])
{
    struct batch_head h;
    uint8_t sum[SUM];
    if (n < BATCH_HEAD + SUM || !batch_head_read(bytes, &h) || h.bytes != n)
        return false;
    struct cursor c = cursor_of(bytes, n);
    cursor_take(&c, n - SUM);
    crypto_shorthash(sum, bytes, n - SUM, salt);
    return memcmp(sum, cursor_take(&c, SUM).p, SUM) == 0;
}

size_t batch_openings(const uint8_t *bytes, size_t n, struct batch_slot *out)
{
    struct batch_head h;
    struct cursor c = cursor_of(bytes, n);
    size_t count = 0;
    if (n < BATCH_HEAD || !batch_head_read(bytes, &h))
        return 0;
    cursor_take(&c, BATCH_HEAD + batch_rows_size(&h));
    for (uint32_t i = 0; i < h.opening_count; i++) {
        struct batch_slot slot = {.record = cursor_u64le(&c)};
        slot.opening = cursor_take(&c, cursor_u16le(&c));
        if (c.failed)
            break;
        out[count++] = slot;
    }
    return count;
}
