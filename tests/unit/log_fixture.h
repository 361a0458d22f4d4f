/*
 * log_fixture: a published log in a folder of its own, for the tests of the ledger.
 */
#pragma once
#include "ledger/note.h"
#include "ledger/pack.h"
#include "ledger/publish.h"
#include "ledger/tile.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIXTURE_ORIGIN "example.com/log/202611"

struct fixture {
    char base[64], folder[80]; /* the shard is base/log */
    struct note_signer *signer;
    struct publisher *publisher;
};

static inline int fixture_unlink(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

static inline void fixture_remove(const char *folder)
{
    nftw(folder, fixture_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* Entry `i`: of several lengths, the empty one among them, and unlike any other. */
static inline struct str fixture_entry(uint64_t i, char out[static 64])
{
    if (i == 3)
        return (struct str){.p = out, .n = 0};
    int n = snprintf(out, 64, "entry %llu %.*s", (unsigned long long)i, (int)(i % 23),
                     "abcdefghijklmnopqrstuvwxyz");
    return (struct str){.p = out, .n = (size_t)n};
}

static inline struct note_signer *fixture_signer(const char *name, uint8_t type, uint8_t seed_byte)
{
    uint8_t seed[32];
    memset(seed, seed_byte, sizeof seed);
    struct note_signer *s;
    assert_int_equal(note_signer_new(name, type, seed, &s), OK);
    return s;
}

static inline void fixture_reopen(struct fixture *f, const struct disk *d)
{
    uint64_t size;
    struct problem problem = {0};
    publish_close(f->publisher);
    f->publisher = NULL;
    if (publish_open(d, f->folder, f->signer, &f->publisher, &size, &problem) != OK)
        fail_msg("%s", problem.text);
}

static inline void fixture_new(struct fixture *f)
{
    *f = (struct fixture){0};
    snprintf(f->base, sizeof f->base, "/tmp/menshen-unit-XXXXXX");
    assert_non_null(mkdtemp(f->base));
    snprintf(f->folder, sizeof f->folder, "%s/log", f->base);
    f->signer = fixture_signer(FIXTURE_ORIGIN, NOTE_ED25519, 7);
    fixture_reopen(f, &disk_real);
}

static inline void fixture_free(struct fixture *f)
{
    publish_close(f->publisher);
    note_signer_free(f->signer);
    fixture_remove(f->base);
}

static inline void fixture_commit(struct fixture *f)
{
    struct problem problem = {0};
    if (publish_commit(f->publisher, &problem) != OK)
        fail_msg("%s", problem.text);
}

/* Add entries until there are `size`, and commit. */
static inline void fixture_grow(struct fixture *f, uint64_t size)
{
    char text[64];
    while (publish_size(f->publisher) < size)
        assert_int_equal(publish_add(f->publisher, fixture_entry(publish_size(f->publisher), text)),
                         OK);
    fixture_commit(f);
}

/* What the archive does with a closed shard (but for reading it back). */
static inline void fixture_pack(struct fixture *f, uint64_t size)
{
    char from[200], to[200];
    struct problem problem = {0};
    if (pack_make(&disk_real, f->folder, size, NULL, &problem) != OK)
        fail_msg("%s", problem.text);
    snprintf(from, sizeof from, "%s/" PACK_FRESH, f->folder);
    snprintf(to, sizeof to, "%s/" PACK_FOLDER, f->folder);
    assert_int_equal(rename(from, to), 0);
    snprintf(to, sizeof to, "%s/tile", f->folder);
    fixture_remove(to);
}

static inline struct tile_reader fixture_reader(const struct fixture *f, uint64_t size)
{
    return (struct tile_reader){.disk = &disk_real, .folder = f->folder, .size = size};
}

static inline bool fixture_has(const struct fixture *f, const char *name)
{
    char path[200];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    return stat(path, &st) == 0;
}

/* Change one byte of a file of the shard. */
static inline void fixture_flip(const struct fixture *f, const char *name, long at)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
    int c = fgetc(file);
    assert_true(c != EOF);
    fseek(file, -1, SEEK_CUR);
    fputc(c ^ 0x10, file);
    assert_int_equal(fclose(file), 0);
}
