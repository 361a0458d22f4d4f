/*
 * A pack whose two files say what the input says, and a declaration of retention.
 *
 * The first byte chooses the shard's size, the second an index; with the third's
 * lowest bit the head is made right, so that what lies behind it is reached.
 */
#include "ledger/pack.h"
#include "ledger/retention.h"
#include "ledger/tile.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static uint8_t file[70000];
static size_t length;

static enum err hostile_open(void *c, const char *path, int flags, mode_t mode, int *fd)
{
    *fd = 7;
    return strstr(path, "/tile/") != NULL ? ERR_NOT_FOUND : OK;
}

static enum err hostile_close(void *c, int fd)
{
    return OK;
}

static enum err hostile_read(void *c, int fd, uint64_t at, void *bytes, size_t n, size_t *got)
{
    *got = at >= length ? 0 : n < length - at ? n : length - at;
    if (*got > 0)
        memcpy(bytes, file + at, *got);
    return OK;
}

static enum err hostile_size(void *c, int fd, uint64_t *size)
{
    *size = length;
    return OK;
}

static const struct disk hostile = {
    .open = hostile_open, .close = hostile_close, .read = hostile_read, .size = hostile_size};

static void make_head(enum pack_file f, uint64_t size)
{
    static const uint8_t key[crypto_shorthash_KEYBYTES];
    struct buf b;
    if (length < 32)
        return;
    buf_fixed(&b, file, 24);
    buf_str(&b, f == PACK_HASHES ? STR("MENSHASH") : STR("MENSENTR"));
    buf_u32le(&b, 1);
    buf_u32le(&b, 0);
    buf_u64le(&b, size);
    crypto_shorthash(file + 24, file, 24, key);
}

static void read_all(uint64_t size, uint64_t index)
{
    struct tile_reader r = {.disk = &hostile, .folder = "/nowhere", .size = size};
    struct hash path[MERKLE_PROOF_MAX], root;
    size_t count = 0, n;
    unsigned width;
    void *bytes;
    struct buf entry;
    buf_init(&entry, 70000);
    if (tile_root(&r, &root) == OK && tile_inclusion(&r, index, path, &count) == OK &&
        count > MERKLE_PROOF_MAX)
        abort();
    if (tile_entry(&r, index, &entry) == OK && index >= size)
        abort();
    for (int level = TILE_LEVEL_ENTRIES; level < TILE_LEVELS; level++)
        if (pack_load(&hostile, "/nowhere", PACK_FOLDER, level, index / TILE_WIDTH, &bytes, &n,
                      &width) == OK) {
            if (n > length || width == 0 || width > TILE_WIDTH)
                abort();
            free(bytes);
        }
    for (enum pack_file f = PACK_HASHES; f <= PACK_ENTRIES; f++)
        if (pack_check(&hostile, "/nowhere", PACK_FOLDER, f, size) == OK && length < 32)
            abort();
    buf_fini(&entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint64_t sizes[] = {0,        1,          2,         255,       256, 257,
                                     511,      512,        600,       610,       700, 65536,
                                     16777217, 1000000000, INT64_MAX, UINT64_MAX};
    static struct retention retention;
    static struct note_key key = {.name = "example.org/log", .type = NOTE_ED25519};
    struct cursor c = cursor_of(data, n);
    uint64_t size = sizes[cursor_u8(&c) % 16], index = cursor_u8(&c);
    uint8_t way = cursor_u8(&c);
    index = size > 0 ? size - 1 - index % size : index;
    if (c.failed || c.n > sizeof file)
        return 0;
    length = c.n;
    if (length > 0)
        memcpy(file, c.p, length);
    if (retention_load(&hostile, "/nowhere", &key, &retention, NULL) == OK)
        abort(); /* nobody knows the key */
    if (way & 1)
        make_head(way & 2 ? PACK_HASHES : PACK_ENTRIES, size);
    read_all(size, index);
    return 0;
}
