/*
 * A day of the index: which batches are found in the input, their rows and openings.
 *
 * Checksums are made right and rows are encrypted in place, as anyone who holds the
 * folder could. The disk has no way to write, since the file is opened for reading.
 */
#include "ledger/dayfile.h"

#include <sodium.h>
#include <stdlib.h>

enum { DAY = 20261121, KEY_FD = 9, FILE_FD = 3, ROOM = 80000 };
enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SUM = crypto_shorthash_BYTES,
};

static uint8_t file[DAYFILE_HEADER + ROOM];
static size_t size_of;
static const uint8_t salt[BATCH_SALT] = {4, 5, 6};
static const uint8_t key[32] = {7};

static enum err held_open(void *c, const char *path, int flags, mode_t mode, int *fd)
{
    *fd = strstr(path, "/periods/") != NULL ? KEY_FD : FILE_FD;
    return OK;
}

static enum err held_close(void *c, int fd)
{
    return OK;
}

static enum err held_read(void *c, int fd, uint64_t at, void *bytes, size_t n, size_t *got)
{
    const uint8_t *from = fd == KEY_FD ? key : file;
    size_t there = fd == KEY_FD ? sizeof key : size_of;
    *got = at >= there ? 0 : there - at < n ? there - at : n;
    memcpy(bytes, from + (*got > 0 ? at : 0), *got);
    return OK;
}

static enum err held_size(void *c, int fd, uint64_t *size)
{
    *size = fd == KEY_FD ? sizeof key : size_of;
    return OK;
}

static enum err held_folder(void *c, const char *path)
{
    return OK;
}

static enum err held_make(void *c, const char *path, mode_t mode)
{
    return OK;
}

static const struct disk held = {.open = held_open,
                                 .close = held_close,
                                 .read = held_read,
                                 .size = held_size,
                                 .sync_folder = held_folder,
                                 .make_folder = held_make};

static void put_header(void)
{
    struct buf b;
    buf_fixed(&b, file, DAYFILE_HEADER);
    buf_bytes(&b, "MENSHIDX", 8);
    buf_u32le(&b, 1);
    buf_u32le(&b, STREAM_CALLS);
    buf_u32le(&b, DAY);
    buf_u32le(&b, 0);
    buf_bytes(&b, salt, sizeof salt);
    uint8_t sum[SUM];
    crypto_shorthash(sum, file, 40, salt);
    buf_bytes(&b, sum, sizeof sum);
}

/* Encrypt what stands where the rows of a batch are expected. */
static void put_rows(uint8_t *batch, const struct batch_head *h, struct opening_keys *keys)
{
    uint8_t *at = batch + BATCH_HEAD;
    for (int i = 0; i < BATCH_CLASSES; i++) {
        uint8_t k[32];
        size_t n = (size_t)h->rows[i] * BATCH_ROW;
        if (n == 0)
            continue;
        if (opening_derive(keys, (enum opening_class)i, DAY / 100, false, DAY, "menindex", k) != OK)
            abort();
        crypto_aead_xchacha20poly1305_ietf_encrypt(at + NONCE, NULL, at + NONCE, n, batch,
                                                   BATCH_HEAD, NULL, at, k);
        at += NONCE + n + TAG;
    }
}

static void put_batches(struct opening_keys *keys)
{
    struct batch_head h;
    for (size_t at = DAYFILE_HEADER;
         at + BATCH_HEAD <= size_of && batch_head_read(file + at, &h) && h.bytes <= size_of - at;
         at += h.bytes) {
        put_rows(file + at, &h, keys);
        crypto_shorthash(file + at + h.bytes - SUM, file + at, h.bytes - SUM, salt);
    }
}

static void read_batch(const struct extent *x, struct opening_keys *keys)
{
    static struct batch_slot slot[BATCH_ROWS_MAX];
    static struct index_row row[BATCH_ROWS_MAX];
    const uint8_t *bytes = file + x->at;
    struct batch_head h;
    size_t count;
    if (!batch_whole(bytes, x->bytes, salt) || !batch_head_read(bytes, &h))
        abort();
    count = batch_openings(bytes, x->bytes, slot);
    if (count > h.opening_count)
        abort();
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = (const uint8_t *)slot[i].opening.p;
        if (p < bytes || slot[i].opening.n > x->bytes || p + slot[i].opening.n > bytes + x->bytes)
            abort();
    }
    struct str rows = {.p = (const char *)bytes + BATCH_HEAD, .n = batch_rows_size(&h)};
    if (batch_rows(bytes, rows, keys, DAY, row, &count) != OK || count != h.rows[0] + h.rows[1])
        abort();
    for (size_t i = 1; i < count; i++)
        if (row[i - 1].record > row[i].record)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct opening_keys *keys;
    struct dayfile f;
    if (n > ROOM || opening_keys_open(&held, "/nowhere", &keys, NULL) != OK)
        return 0;
    if (n > 0)
        memcpy(file + DAYFILE_HEADER, data, n);
    size_of = DAYFILE_HEADER + n;
    put_header();
    put_batches(keys);
    if (dayfile_open(&held, "/nowhere/day", false, &f) != OK || f.day != DAY)
        abort();
    for (size_t i = 0; i < f.count; i++) {
        const struct extent *x = &f.extent[i];
        if (x->at + x->bytes > f.end || x->from > x->to || (i > 0 && x[-1].to > x->from))
            abort();
        read_batch(x, keys);
        if (x->from < x->to && dayfile_find(&f, x->from) != x)
            abort();
    }
    dayfile_close(&held, &f);
    opening_keys_close(keys);
    return 0;
}
