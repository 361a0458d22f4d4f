/*
 * The header, 64 bytes, little-endian:
 *
 *      0  8  "MENSHIDX"
 *      8  4  version, 1
 *     12  4  stream: 0 calls, 1 facts
 *     16  4  day, YYYYMMDD
 *     20  4  0
 *     24 16  salt
 *     40  8  SipHash-2-4 of these 40 bytes, keyed with the salt
 *     48 16  zeroes
 *
 * A batch is synced before the next is begun, so only the last can be unfinished.
 */
#include "ledger/dayfile.h"
#include "ledger/nonce.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const char magic[8] = {'M', 'E', 'N', 'S', 'H', 'I', 'D', 'X'};
static const char *const stream_names[STREAMS] = {"calls", "facts"};

enum { HEADER = DAYFILE_HEADER, SIGNED = 40, VERSION = 1 };

uint32_t day_number(when at)
{
    struct date d = date_of_day(when_day(at, 0));
    return (uint32_t)(d.year * 10000 + d.month * 100 + d.day);
}

void dayfile_name(const char *ledger_id, enum stream stream, uint32_t day,
                  char out[static DAYFILE_NAME])
{
    snprintf(out, DAYFILE_NAME, "%.8s.%s.%08u", ledger_id, stream_names[stream], day);
}

bool dayfile_name_parse(const char *name, char ledger_id[static 9], enum stream *stream,
                        uint32_t *day)
{
    struct str rest = str_of(name), id, word;
    unsigned long long date;
    if (!str_split(&rest, '.', &id) || !str_split(&rest, '.', &word) || rest.n != 8 ||
        !str_to_u64(rest, 99991231, &date) || date < 19700101 || !str_copy(id, ledger_id, 9))
        return false;
    *day = (uint32_t)date;
    for (int i = 0; i < STREAMS; i++)
        if (str_eq(word, str_of(stream_names[i]))) {
            *stream = (enum stream)i;
            return true;
        }
    return false;
}

enum err dayfile_create(const struct disk *disk, const char *path, enum stream stream, uint32_t day,
                        struct dayfile *out)
{
    uint8_t header[HEADER] = {0}, sum[8];
    struct buf b;
    *out = (struct dayfile){.day = day, .fd = -1, .end = HEADER};
    nonce_bytes(out->salt, sizeof out->salt);
    buf_fixed(&b, header, sizeof header);
    buf_bytes(&b, magic, sizeof magic);
    buf_u32le(&b, VERSION);
    buf_u32le(&b, (uint32_t)stream);
    buf_u32le(&b, day);
    buf_u32le(&b, 0);
    buf_bytes(&b, out->salt, sizeof out->salt);
    crypto_shorthash(sum, header, SIGNED, out->salt);
    buf_bytes(&b, sum, sizeof sum);
    enum err e = disk->open(disk->context, path, O_RDWR | O_CREAT | O_TRUNC, 0600, &out->fd);
    if (e == OK)
        e = disk->write(disk->context, out->fd, 0, header, sizeof header);
    if (e != OK)
        dayfile_close(disk, out);
    return e;
}

void dayfile_close(const struct disk *disk, struct dayfile *f)
{
    if (f->fd >= 0)
        disk->close(disk->context, f->fd);
    free(f->extent);
    *f = (struct dayfile){.fd = -1};
}

static enum err read_header(const struct disk *disk, struct dayfile *f)
{
    uint8_t header[HEADER], sum[8];
    size_t got;
    enum err e = disk->read(disk->context, f->fd, 0, header, sizeof header, &got);
    if (e != OK)
        return e;
    struct cursor c = cursor_of(header, got);
    struct str start = cursor_take(&c, sizeof magic);
    uint32_t version = cursor_u32le(&c);
    cursor_u32le(&c);
    f->day = cursor_u32le(&c);
    cursor_u32le(&c);
    struct str salt = cursor_take(&c, sizeof f->salt), its_sum = cursor_take(&c, sizeof sum);
    if (c.failed || memcmp(start.p, magic, sizeof magic) != 0 || version != VERSION)
        return ERR_CORRUPT;
    memcpy(f->salt, salt.p, salt.n);
    crypto_shorthash(sum, header, SIGNED, f->salt);
    return memcmp(sum, its_sum.p, sizeof sum) == 0 ? OK : ERR_CORRUPT;
}

enum err dayfile_remember(struct dayfile *f, const struct extent *x)
{
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 256;
        struct extent *more = realloc(f->extent, room * sizeof *more);
        if (more == NULL)
            return ERR_MEMORY;
        f->extent = more;
        f->room = room;
    }
    f->extent[f->count++] = *x;
    f->end = x->at + x->bytes;
    return OK;
}

/*
 * Is the last batch whole? For writing it is written once more: after a kill it
 * may be in the page cache only, and stay so after a sync that failed before.
 */
static enum err check_last(const struct disk *disk, const struct dayfile *f, bool write,
                           bool *whole)
{
    const struct extent *x = &f->extent[f->count - 1];
    uint8_t *bytes = malloc(x->bytes);
    size_t got = 0;
    if (bytes == NULL)
        return ERR_MEMORY;
    enum err e = disk->read(disk->context, f->fd, x->at, bytes, x->bytes, &got);
    *whole = e == OK && batch_whole(bytes, got, f->salt);
    if (*whole && write)
        e = disk->write(disk->context, f->fd, x->at, bytes, x->bytes);
    free(bytes);
    return e;
}

static enum err find_batches(const struct disk *disk, struct dayfile *f, bool write, uint64_t size)
{
    enum err e = OK;
    f->end = HEADER;
    while (e == OK && f->end + BATCH_HEAD <= size) {
        uint8_t head[BATCH_HEAD];
        struct batch_head h;
        size_t got;
        e = disk->read(disk->context, f->fd, f->end, head, sizeof head, &got);
        if (e != OK || got < sizeof head || !batch_head_read(head, &h) || h.bytes > size - f->end ||
            (f->count > 0 && h.from < f->extent[f->count - 1].to))
            break;
        e = dayfile_remember(
            f, &(struct extent){.from = h.from, .to = h.to, .at = f->end, .bytes = h.bytes});
    }
    bool whole = false;
    while (e == OK && f->count > 0 && !whole) {
        e = check_last(disk, f, write, &whole);
        if (e == OK && !whole)
            f->end = f->extent[--f->count].at;
    }
    return e;
}

enum err dayfile_open(const struct disk *disk, const char *path, bool write, struct dayfile *out)
{
    uint64_t size = 0;
    *out = (struct dayfile){.fd = -1};
    enum err e = disk->open(disk->context, path, write ? O_RDWR : O_RDONLY, 0, &out->fd);
    if (e == OK)
        e = disk->size(disk->context, out->fd, &size);
    if (e == OK)
        e = read_header(disk, out);
    if (e == OK)
        e = find_batches(disk, out, write, size);
    if (e == OK && write && out->end < size)
        e = disk->truncate(disk->context, out->fd, out->end);
    if (e == OK && write)
        e = disk->sync(disk->context, out->fd);
    if (e != OK)
        dayfile_close(disk, out);
    return e;
}

enum err dayfile_append(const struct disk *disk, const struct dayfile *f, struct str sealed)
{
    enum err e = disk->write(disk->context, f->fd, f->end, sealed.p, sealed.n);
    return e == OK ? disk->sync(disk->context, f->fd) : e;
}

const struct extent *dayfile_find(const struct dayfile *f, uint64_t record)
{
    size_t low = 0, high = f->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->extent[middle].to > record)
            high = middle;
        else
            low = middle + 1;
    }
    return low < f->count && f->extent[low].from <= record ? &f->extent[low] : NULL;
}
