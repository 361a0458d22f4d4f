/*
 * Tile paths, and the tile readers on a disk whose files say what the input says.
 *
 * The first two bytes are the tree's size and an index; a path is what comes next
 * up to a newline; then every file that a reader opens holds the rest.
 */
#include "ledger/tile.h"

#include <stdlib.h>
#include <string.h>

static struct str contents;

static enum err hostile_open(void *c, const char *path, int flags, mode_t mode, int *fd)
{
    *fd = 7;
    return strstr(path, ".p/") != NULL && contents.n % 2 == 1 ? ERR_NOT_FOUND : OK;
}

static enum err hostile_close(void *c, int fd)
{
    return OK;
}

static enum err hostile_read(void *c, int fd, uint64_t at, void *bytes, size_t n, size_t *got)
{
    *got = n < contents.n ? n : contents.n;
    if (*got > 0)
        memcpy(bytes, contents.p, *got);
    return OK;
}

static enum err hostile_size(void *c, int fd, uint64_t *size)
{
    *size = contents.n;
    return OK;
}

static const struct disk hostile = {
    .open = hostile_open, .close = hostile_close, .read = hostile_read, .size = hostile_size};

static void path(struct str text)
{
    int level;
    uint64_t n;
    unsigned width;
    char again[TILE_PATH];
    if (!tile_path_parse(text, &level, &n, &width))
        return;
    if (level < TILE_LEVEL_ENTRIES || level > 63 || width < 1 || width > TILE_WIDTH)
        abort();
    tile_path(level, n, width, again);
    if (!str_eq(text, str_of(again)))
        abort();
}

static void readers(uint64_t size, uint64_t index)
{
    struct tile_reader r = {.disk = &hostile, .folder = "/nowhere", .size = size};
    struct hash out[MERKLE_PROOF_MAX], tile[TILE_WIDTH];
    size_t count;
    struct buf entry;
    void *bytes;
    buf_init(&entry, 70000);
    if (tile_root(&r, &out[0]) != OK || tile_inclusion(&r, index, out, &count) != OK ||
        tile_consistency(&r, index, out, &count) != OK || tile_hashes(&r, 0, 0, tile) != OK ||
        tile_hash(&r, (unsigned)(index % 70), index, &out[0]) != OK)
        count = 0;
    if (count > MERKLE_PROOF_MAX)
        abort();
    if (tile_entry(&r, index, &entry) == OK && index >= size)
        abort();
    if (tile_bundle(&r, index / TILE_WIDTH, &bytes, &count) == OK) {
        if (count > contents.n)
            abort();
        free(bytes);
    }
    buf_fini(&entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct cursor c = cursor_of(data, n);
    static const uint64_t sizes[] = {0,        1,          2,         255,       256,   257,
                                     511,      512,        65535,     65536,     65537, 70000,
                                     16777217, 1000000000, INT64_MAX, UINT64_MAX};
    uint64_t size = sizes[cursor_u8(&c) % 16], index = cursor_u8(&c);
    index = size > 0 ? size - 1 - index % size : index;
    struct str line = cursor_line(&c);
    if (c.failed)
        return 0;
    path(line);
    contents = cursor_take(&c, c.n);
    readers(size, index);
    return 0;
}
