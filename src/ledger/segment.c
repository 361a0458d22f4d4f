/*
 * The first page of a segment, little-endian:
 *
 *      0  8  "MENSHLOG"
 *      8  4  version, 1
 *     12  4  shard, YYYYMM
 *     16  8  number, the one in the file's name
 *     24  8  size of the file
 *     32 16  salt
 *     48  8  SipHash-2-4 of these 48 bytes, keyed with the salt
 *     56     zeroes
 *
 * The header is smaller than a sector: after a crash it is the old or the new
 * one. A header of another number means that the file was about to be used
 * again and its frames are dead.
 */
#include "ledger/segment.h"
#include "ledger/log.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const char magic[8] = {'M', 'E', 'N', 'S', 'H', 'L', 'O', 'G'};

enum { VERSION = 1, SIGNED = 48, PATH = 4096 };

void segment_name(uint64_t number, char out[static SEGMENT_NAME])
{
    snprintf(out, SEGMENT_NAME, "%016llx.log", (unsigned long long)number);
}

bool segment_name_parse(const char *name, uint64_t *number)
{
    uint64_t v = 0;
    for (int i = 0; i < 16; i++) {
        const char *digits = "0123456789abcdef", *at = name[i] ? strchr(digits, name[i]) : NULL;
        if (at == NULL)
            return false;
        v = v << 4 | (uint64_t)(at - digits);
    }
    *number = v;
    return strcmp(name + 16, ".log") == 0;
}

static enum err path_of(const char *folder, uint64_t number, char out[static PATH])
{
    char name[SEGMENT_NAME];
    segment_name(number, name);
    return snprintf(out, PATH, "%s/%s", folder, name) < PATH ? OK : ERR_LIMIT;
}

uint64_t segment_room(uint64_t frame_bytes)
{
    return (frame_bytes + LOG_ALIGN - 1) / LOG_ALIGN * LOG_ALIGN;
}

void segment_free(const struct disk *disk, struct segment *s)
{
    if (s == NULL)
        return;
    if (s->fd >= 0)
        disk->close(disk->context, s->fd);
    free(s->places);
    free(s);
}

static struct segment *segment_new(uint64_t number)
{
    struct segment *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->number = number;
    s->fd = -1;
    s->at = LOG_PAGE;
    s->answered = INT64_MIN;
    return s;
}

static enum err make_places(struct segment *s)
{
    s->places = calloc(s->size / LOG_ALIGN, sizeof *s->places);
    return s->places != NULL ? OK : ERR_MEMORY;
}

static void header_sum(const uint8_t *header, const uint8_t salt[static FRAME_SALT],
                       uint8_t sum[static 8])
{
    crypto_shorthash(sum, header, SIGNED, salt);
}

/* Write and sync a header with a fresh salt. */
static enum err write_header(const struct disk *disk, struct segment *s, uint32_t shard,
                             uint64_t number)
{
    uint8_t page[LOG_PAGE] = {0}, sum[8];
    struct buf b;
    randombytes_buf(s->salt, sizeof s->salt);
    buf_fixed(&b, page, sizeof page);
    buf_bytes(&b, magic, sizeof magic);
    buf_u32le(&b, VERSION);
    buf_u32le(&b, shard);
    buf_u64le(&b, number);
    buf_u64le(&b, s->size);
    buf_bytes(&b, s->salt, sizeof s->salt);
    header_sum(page, s->salt, sum);
    buf_bytes(&b, sum, sizeof sum);
    enum err e = disk->write(disk->context, s->fd, 0, page, sizeof page);
    return e == OK ? disk->sync(disk->context, s->fd) : e;
}

static enum err fill(const struct disk *disk, int fd, uint64_t size)
{
    enum { CHUNK = 256 * 1024 };
    enum err e = disk->allocate(disk->context, fd, size);
    uint8_t *zeroes = e == OK ? calloc(1, CHUNK) : NULL;
    if (e == OK && zeroes == NULL)
        e = ERR_MEMORY;
    for (uint64_t at = 0; e == OK && at < size; at += CHUNK)
        e = disk->write(disk->context, fd, at, zeroes, size - at < CHUNK ? size - at : CHUNK);
    free(zeroes);
    return e;
}

enum err segment_create(const struct disk *disk, const char *folder, uint32_t shard,
                        uint64_t number, uint64_t size, struct segment **out)
{
    char fresh[PATH], path[PATH];
    enum err e = path_of(folder, number, path);
    if (e != OK || snprintf(fresh, sizeof fresh, "%s/next.new", folder) >= PATH)
        return ERR_LIMIT;
    struct segment *s = segment_new(number);
    if (s == NULL)
        return ERR_MEMORY;
    s->size = size / LOG_PAGE * LOG_PAGE;
    e = make_places(s);
    if (e == OK)
        e = disk->open(disk->context, fresh, O_RDWR | O_CREAT | O_TRUNC, 0600, &s->fd);
    if (e == OK)
        e = fill(disk, s->fd, s->size);
    if (e == OK)
        e = write_header(disk, s, shard, number);
    if (e == OK)
        e = disk->rename(disk->context, fresh, path);
    else if (s->fd >= 0 && disk->remove(disk->context, fresh) != OK)
        s->broken = true; /* it will be written over by the next attempt */
    if (e == OK)
        e = disk->sync_folder(disk->context, folder);
    if (e != OK) {
        segment_free(disk, s);
        return e;
    }
    *out = s;
    return OK;
}

static bool header_fits(struct segment *s, const uint8_t *page, uint32_t shard)
{
    uint8_t sum[8];
    struct cursor c = cursor_of(page, LOG_PAGE);
    struct str start = cursor_take(&c, sizeof magic);
    uint32_t version = cursor_u32le(&c), its_shard = cursor_u32le(&c);
    uint64_t number = cursor_u64le(&c), size = cursor_u64le(&c);
    struct str salt = cursor_take(&c, sizeof s->salt), its_sum = cursor_take(&c, sizeof sum);
    memcpy(s->salt, salt.p, salt.n);
    header_sum(page, s->salt, sum);
    return memcmp(start.p, magic, sizeof magic) == 0 && version == VERSION && its_shard == shard &&
           number == s->number && size <= s->size && size > LOG_PAGE && size % LOG_PAGE == 0 &&
           (s->size = size) > 0 && memcmp(sum, its_sum.p, sizeof sum) == 0;
}

enum err segment_open(const struct disk *disk, const char *folder, uint32_t shard, uint64_t number,
                      struct segment **out)
{
    char path[PATH];
    uint8_t page[LOG_PAGE] = {0};
    size_t got = 0;
    enum err e = path_of(folder, number, path);
    struct segment *s = e == OK ? segment_new(number) : NULL;
    if (s == NULL)
        return e == OK ? ERR_MEMORY : e;
    e = disk->open(disk->context, path, O_RDWR, 0, &s->fd);
    if (e == OK)
        e = disk->size(disk->context, s->fd, &s->size);
    if (e == OK)
        e = disk->read(disk->context, s->fd, 0, page, sizeof page, &got);
    if (e == OK && !(got == sizeof page && header_fits(s, page, shard)))
        s->broken = true;
    if (e == OK && !s->broken)
        e = make_places(s);
    if (e != OK) {
        segment_free(disk, s);
        return e;
    }
    *out = s;
    return OK;
}

enum err segment_renew(const struct disk *disk, const char *folder, uint32_t shard,
                       struct segment *s, uint64_t number)
{
    char from[PATH], to[PATH];
    enum err e = path_of(folder, s->number, from);
    if (e == OK)
        e = path_of(folder, number, to);
    s->broken = true;
    if (e == OK)
        e = write_header(disk, s, shard, number);
    if (e == OK && number != s->number) {
        e = disk->rename(disk->context, from, to);
        if (e == OK)
            s->number = number;
        if (e == OK)
            e = disk->sync_folder(disk->context, folder);
    }
    if (e != OK)
        return e;
    s->broken = false;
    s->at = LOG_PAGE;
    s->answered = INT64_MIN;
    return OK;
}

enum err segment_remove(const struct disk *disk, const char *folder, const struct segment *s)
{
    char path[PATH];
    enum err e = path_of(folder, s->number, path);
    if (e == OK)
        e = disk->remove(disk->context, path);
    if (e == OK || e == ERR_NOT_FOUND)
        e = disk->sync_folder(disk->context, folder);
    return e;
}

enum err segment_scan(const struct disk *disk, struct segment *s, uint8_t *memory,
                      segment_each *each, void *to)
{
    uint64_t window = 0, at = LOG_PAGE;
    size_t there = 0;
    while (at < s->size) {
        uint64_t need = s->size - at < LOG_FRAME_MAX ? s->size - at : LOG_FRAME_MAX;
        if (at - window + need > there) {
            window = at;
            enum err e = disk->read(disk->context, s->fd, window, memory, LOG_SCAN, &there);
            if (e != OK)
                return e;
            if (there < need) /* cut short by somebody: what is there is searched */
                s->size = at + there / LOG_ALIGN * LOG_ALIGN;
            if (at >= s->size)
                return OK;
        }
        struct frame f;
        size_t left = there - (size_t)(at - window);
        if (!frame_open(memory + (at - window), left, s->salt, &f)) {
            at += LOG_ALIGN;
            continue;
        }
        struct place p = {
            .first = f.first, .end = f.first + f.count, .sum = f.sum, .at = at, .bytes = f.bytes};
        enum err e = each(to, s, &f, &p);
        if (e != OK)
            return e;
        at += segment_room(f.bytes);
    }
    return OK;
}
