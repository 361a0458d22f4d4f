/*
 * Recovery of the ledger's log from two segments that hold what the input says.
 *
 * Byte 0: bit 0 makes every chain right, the rest are the published entries. Byte
 * 1: how many sectors the first segment has. Checksums are made right, as anyone
 * who can write the file could. What opens is read from the first entry to the last;
 * the disk has no way to write, since opening changes nothing.
 */
#include "ledger/log.h"
#include "ledger/segment.h"

#include <sodium.h>
#include <stdlib.h>

enum { FILES = 2, SHARD = 202611, HEADER = 56, ROOM = 2 * (LOG_PAGE + 80000) };

static uint8_t file[FILES][ROOM];
static size_t size_of[FILES];
static const uint8_t salt[FRAME_SALT] = {1, 2, 3};

static enum err held_open(void *c, const char *path, int flags, mode_t mode, int *fd)
{
    for (int i = 0; i < FILES; i++) {
        char name[SEGMENT_NAME];
        segment_name((uint64_t)i + 1, name);
        if (strstr(path, name) != NULL) {
            *fd = i;
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

static enum err held_close(void *c, int fd)
{
    return OK;
}

static enum err held_read(void *c, int fd, uint64_t at, void *bytes, size_t n, size_t *got)
{
    *got = at >= size_of[fd] ? 0 : size_of[fd] - at < n ? size_of[fd] - at : n;
    memcpy(bytes, file[fd] + (*got > 0 ? at : 0), *got);
    return OK;
}

static enum err held_size(void *c, int fd, uint64_t *size)
{
    *size = size_of[fd];
    return OK;
}

static enum err held_list(void *c, const char *path, void (*each)(void *to, const char *name),
                          void *to)
{
    for (uint64_t i = FILES; i > 0; i--) {
        char name[SEGMENT_NAME];
        segment_name(i, name);
        each(to, name);
    }
    return OK;
}

static const struct disk held = {.open = held_open,
                                 .close = held_close,
                                 .read = held_read,
                                 .size = held_size,
                                 .list = held_list};

static void put_header(int i)
{
    struct buf b;
    buf_fixed(&b, file[i], HEADER);
    buf_bytes(&b, "MENSHLOG", 8);
    buf_u32le(&b, 1);
    buf_u32le(&b, SHARD);
    buf_u64le(&b, (uint64_t)i + 1);
    buf_u64le(&b, size_of[i]);
    buf_bytes(&b, salt, sizeof salt);
    uint8_t sum[8];
    crypto_shorthash(sum, file[i], 48, salt);
    buf_bytes(&b, sum, sizeof sum);
}

/* The frames' checksums, and with `chained` what each says of the one before. */
static void put_sums(int i, bool chained, uint8_t chain[static 8])
{
    for (size_t at = LOG_PAGE; at < size_of[i]; at += LOG_ALIGN) {
        uint32_t length = frame_length(file[i] + at, size_of[i] - at);
        if (length == 0 || length > size_of[i] - at)
            continue;
        if (chained)
            memcpy(file[i] + at + 24, chain, 8);
        crypto_shorthash(file[i] + at + length - 8, file[i] + at, length - 8, salt);
        memcpy(chain, file[i] + at + length - 8, 8);
        at += segment_room(length) - LOG_ALIGN;
    }
}

static void fill(int i, struct str bytes)
{
    memset(file[i], 0, sizeof file[i]);
    if (bytes.n > 0)
        memcpy(file[i] + LOG_PAGE, bytes.p, bytes.n);
    size_of[i] = LOG_PAGE + (bytes.n / LOG_PAGE + 1) * LOG_PAGE;
    put_header(i);
}

/* Only published entries may be missing, and only if the log says so. */
struct reading {
    uint64_t next, published;
    bool damaged;
};

static bool read_entry(void *to, const struct ledger_record *record)
{
    struct reading *r = to;
    bool hole = r->damaged && record->index <= r->published;
    if (record->index < r->next || (record->index > r->next && !hole) ||
        record->entry.n < ENTRY_HEADER)
        abort();
    r->next = record->index + 1;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct cursor c = cursor_of(data, n);
    uint8_t flags = cursor_u8(&c), chain[8] = {0};
    size_t sectors = cursor_u8(&c);
    if (c.failed || c.n > 80000)
        return 0;
    fill(0, cursor_take(&c, sectors * LOG_ALIGN < c.n ? sectors * LOG_ALIGN : c.n));
    fill(1, cursor_take(&c, c.n));
    for (int i = 0; i < FILES; i++)
        put_sums(i, (flags & 1) != 0, chain);

    struct log_options options = {
        .disk = &held, .folder = "/nowhere", .shard = SHARD, .published = flags >> 1};
    struct log *log;
    struct log_found found;
    struct problem problem;
    if (log_open(&options, &log, &found, &problem) != OK)
        return 0;
    if (found.first > found.next || log_next(log) != found.next || found.next < options.published)
        abort();
    struct reading r = {
        .next = found.first, .published = options.published, .damaged = found.damaged};
    if (log_follow(log, found.first, UINT64_MAX, read_entry, &r, &problem) != OK ||
        (r.next < options.published ? options.published : r.next) != found.next)
        abort();
    log_close(log);
    return 0;
}
