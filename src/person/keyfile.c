#include "person/keyfile.h"

#include "core/buf.h"
#include "core/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATH = 4096,
    HEADER = 512,
    SLOT = 128,
    SALT = KEY_SALT,
    SUM = 8,
    HEADER_SUMMED = 40,
    STATE_FREE = 0,
    STATE_LIVE = 1,
    STATE_ERASED = 2,
    VERSION = 1,
    READ = 1 << 20, /* bytes read at once */
    SLOTS_MAX = 1 << 30,
    ROOM = 64,
};
_Static_assert(HEADER % SLOT == 0 && HEADER % 512 == 0 && 512 % SLOT == 0, "slots cross no sector");
_Static_assert(SALT == crypto_shorthash_KEYBYTES && SUM == crypto_shorthash_BYTES, "SipHash-2-4");
static const char MAGIC[8] = {'M', 'E', 'N', 'S', 'H', 'P', 'K', 'Y'};

/* Where a name lies. */
struct place {
    uint64_t name; /* its first eight bytes; names are hashes */
    uint32_t slot; /* and 1; 0: nothing is here */
};

struct keyfile {
    struct keystore store; /* first: keystore.h */
    const struct disk *disk;
    char path[PATH];
    pthread_rwlock_t lock;
    int fd;
    uint64_t master;
    uint32_t used;     /* slots up to the last that is not free */
    bool unsynced;     /* of these, some that another process wrote */
    struct place *map; /* open addressing */
    size_t room;       /* a power of two, at least twice `count` */
    size_t count;
    struct keystore_stats stats;
};

static struct keyfile *of(struct keystore *k)
{
    return (struct keyfile *)(void *)k;
}

/* A slot as bytes ---------------------------------------------------------------------------- */

static uint64_t sum(const uint8_t salt[static SALT], const uint8_t *p, size_t n)
{
    uint8_t h[SUM];
    crypto_shorthash(h, p, n, salt);
    struct cursor c = cursor_of(h, SUM);
    return cursor_u64le(&c);
}

static void slot_write(const struct keyfile *f, uint8_t state, const struct key_slot *s,
                       uint8_t out[static SLOT])
{
    struct buf b;
    buf_fixed(&b, out, SLOT);
    buf_u8(&b, state);
    buf_u8(&b, s->class);
    buf_u16le(&b, 0);
    buf_u32le(&b, 0);
    buf_bytes(&b, s->name, KEY_NAME);
    buf_bytes(&b, s->wrapped, KEY_WRAPPED);
    buf_u64le(&b, (uint64_t)s->at);
    buf_u64le(&b, sum(f->store.salt, out, SLOT - SUM));
}

/* False if the checksum is wrong; then state and name may still be what they look like. */
static bool slot_read(const struct keyfile *f, const uint8_t *in, uint8_t *state,
                      struct key_slot *out)
{
    struct cursor c = cursor_of(in, SLOT);
    *state = cursor_u8(&c);
    out->class = cursor_u8(&c);
    cursor_take(&c, 6);
    memcpy(out->name, cursor_take(&c, KEY_NAME).p, KEY_NAME);
    memcpy(out->wrapped, cursor_take(&c, KEY_WRAPPED).p, KEY_WRAPPED);
    out->at = (when)cursor_u64le(&c);
    return cursor_u64le(&c) == sum(f->store.salt, in, SLOT - SUM);
}

static uint64_t offset_of(uint32_t slot)
{
    return HEADER + (uint64_t)slot * SLOT;
}

/* The map ------------------------------------------------------------------------------------- */

static uint64_t start_of(const uint8_t name[static KEY_NAME])
{
    struct cursor c = cursor_of(name, KEY_NAME);
    return cursor_u64le(&c);
}

static void map_add(struct keyfile *f, uint64_t name, uint32_t slot)
{
    size_t i = name & (f->room - 1);
    while (f->map[i].slot != 0)
        i = (i + 1) & (f->room - 1);
    f->map[i] = (struct place){.name = name, .slot = slot + 1};
    f->count++;
}

static enum err map_grow(struct keyfile *f, size_t more)
{
    size_t want = ROOM;
    while (want < 2 * (f->count + more))
        want *= 2;
    if (want <= f->room)
        return OK;
    struct place *old = f->map, *map = calloc(want, sizeof *map);
    size_t old_room = f->room;
    if (map == NULL)
        return ERR_MEMORY;
    f->map = map;
    f->room = want;
    f->count = 0;
    for (size_t i = 0; i < old_room; i++)
        if (old[i].slot != 0)
            map_add(f, old[i].name, old[i].slot - 1);
    free(old);
    return OK;
}

static enum err slot_load(const struct keyfile *f, uint32_t slot, uint8_t *state,
                          struct key_slot *out)
{
    uint8_t bytes[SLOT];
    size_t got;
    enum err e = f->disk->read(f->disk->context, f->fd, offset_of(slot), bytes, SLOT, &got);
    if (e == OK)
        e = got == SLOT && slot_read(f, bytes, state, out) ? OK : ERR_CORRUPT;
    sodium_memzero(bytes, sizeof bytes);
    return e;
}

/* ERR_NOT_FOUND: no slot has this name. */
static enum err find(const struct keyfile *f, const uint8_t name[static KEY_NAME], uint32_t *slot,
                     uint8_t *state, struct key_slot *out)
{
    uint64_t start = start_of(name);
    for (size_t i = start & (f->room - 1); f->map[i].slot != 0; i = (i + 1) & (f->room - 1)) {
        if (f->map[i].name != start)
            continue;
        *slot = f->map[i].slot - 1;
        enum err e = slot_load(f, *slot, state, out);
        if (e != OK || memcmp(out->name, name, KEY_NAME) == 0)
            return e;
    }
    return ERR_NOT_FOUND;
}

/* Open ---------------------------------------------------------------------------------------- */

static void header_write(const struct keyfile *f, uint64_t master, uint8_t out[static HEADER])
{
    struct buf b;
    memset(out, 0, HEADER);
    buf_fixed(&b, out, HEADER);
    buf_bytes(&b, MAGIC, sizeof MAGIC);
    buf_u32le(&b, VERSION);
    buf_u32le(&b, SLOT);
    buf_bytes(&b, f->store.salt, SALT);
    buf_u64le(&b, master);
    buf_u64le(&b, sum(f->store.salt, out, HEADER_SUMMED));
}

static enum err header_read(struct keyfile *f, int fd, struct problem *problem)
{
    uint8_t bytes[HEADER];
    size_t got;
    enum err e = f->disk->read(f->disk->context, fd, 0, bytes, HEADER, &got);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot be read (%s)", f->path, err_name(e));
    struct cursor c = cursor_of(bytes, got);
    struct str magic = cursor_take(&c, sizeof MAGIC);
    uint32_t version = cursor_u32le(&c), slot = cursor_u32le(&c);
    struct str salt = cursor_take(&c, SALT);
    f->master = cursor_u64le(&c);
    uint64_t check = cursor_u64le(&c);
    if (c.failed || memcmp(magic.p, MAGIC, sizeof MAGIC) != 0)
        return problem_set(problem, ERR_CORRUPT, "%s: is no file of persons' keys", f->path);
    if (version != VERSION || slot != SLOT)
        return problem_set(problem, ERR_CORRUPT,
                           "%s: is of a newer version (%u); use the menshen that wrote it", f->path,
                           version);
    memcpy(f->store.salt, salt.p, SALT);
    if (check != sum(f->store.salt, bytes, HEADER_SUMMED))
        return problem_set(problem, ERR_CORRUPT,
                           "%s: the header does not check out; restore the file from its copy",
                           f->path);
    return OK;
}

/*
 * Slots that do not check out. An erasure that a crash cut short is carried out. At
 * the end of the file they are keys that were never handed out: free. Elsewhere the
 * disk has damaged them; their names stay taken, and their bytes are left for who
 * may save them.
 */
static enum err finish_erasure(struct keyfile *f, uint32_t slot, struct key_slot *s)
{
    uint8_t bytes[SLOT];
    memset(s->wrapped, 0, KEY_WRAPPED);
    slot_write(f, STATE_ERASED, s, bytes);
    enum err e = f->disk->write(f->disk->context, f->fd, offset_of(slot), bytes, SLOT);
    return e == OK ? f->disk->sync(f->disk->context, f->fd) : e;
}

static enum err take_damaged(struct keyfile *f, uint32_t slot)
{
    uint8_t state;
    struct key_slot s = {0};
    if (slot_load(f, slot, &state, &s) != ERR_CORRUPT || start_of(s.name) == 0)
        return OK;
    enum err e = map_grow(f, 1);
    if (e == OK) {
        map_add(f, start_of(s.name), slot);
        f->stats.damaged++;
    }
    return e;
}

static enum err scan_slot(struct keyfile *f, uint32_t slot, const uint8_t *bytes)
{
    uint8_t state;
    struct key_slot s;
    bool good = slot_read(f, bytes, &state, &s);
    enum err e = OK;
    if (!good && state == STATE_ERASED)
        e = finish_erasure(f, slot, &s);
    else if (!good)
        return OK;
    for (uint32_t i = f->used; e == OK && i < slot; i++)
        e = take_damaged(f, i);
    if (e == OK)
        e = map_grow(f, 1);
    if (e != OK)
        return e;
    map_add(f, start_of(s.name), slot);
    f->used = slot + 1;
    *(state == STATE_LIVE ? &f->stats.live : &f->stats.erased) += 1;
    return OK;
}

static enum err scan(struct keyfile *f)
{
    uint8_t *bytes = malloc(READ);
    if (bytes == NULL)
        return ERR_MEMORY;
    enum err e = OK;
    size_t got = READ;
    for (uint32_t slot = f->used; e == OK && got == READ && slot < SLOTS_MAX;) {
        e = f->disk->read(f->disk->context, f->fd, offset_of(slot), bytes, READ, &got);
        for (size_t at = 0; e == OK && at + SLOT <= got; at += SLOT)
            e = scan_slot(f, slot++, bytes + at);
    }
    sodium_memzero(bytes, READ);
    free(bytes);
    return e;
}

static enum err create(struct keyfile *f)
{
    uint8_t header[HEADER];
    randombytes_buf(f->store.salt, SALT);
    header_write(f, f->master, header);
    enum err e = disk_replace(f->disk, f->path, 0600, header, HEADER);
    return e == OK ? f->disk->open(f->disk->context, f->path, O_RDWR, 0600, &f->fd) : e;
}

/* A rename is the only way to another file, and it comes with another master key. */
static enum err still_ours(struct keyfile *f, struct problem *problem)
{
    struct keyfile named = {.disk = f->disk};
    int fd;
    memcpy(named.path, f->path, sizeof named.path);
    enum err e = f->disk->open(f->disk->context, f->path, O_RDONLY, 0600, &fd);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot be opened (%s)", f->path, err_name(e));
    e = header_read(&named, fd, problem);
    f->disk->close(f->disk->context, fd);
    if (e == OK && named.master != f->master)
        e = problem_set(problem, ERR_CONFLICT,
                        "%s: the keys were wrapped by a new master key meanwhile; start again",
                        f->path);
    return e;
}

static enum err follow(struct keystore *k, struct problem *problem)
{
    struct keyfile *f = of(k);
    uint64_t size;
    pthread_rwlock_wrlock(&f->lock);
    enum err e = still_ours(f, problem);
    if (e != OK) {
        pthread_rwlock_unlock(&f->lock);
        return e;
    }
    const uint32_t before = f->used;
    e = f->disk->size(f->disk->context, f->fd, &size);
    if (e == OK && size > offset_of(f->used))
        e = scan(f);
    f->unsynced |= f->used > before;
    if (e == OK && f->unsynced)
        e = f->disk->sync(f->disk->context, f->fd);
    if (e == OK)
        f->unsynced = false;
    pthread_rwlock_unlock(&f->lock);
    return e == OK ? OK : problem_set(problem, e, "%s: cannot be read (%s)", f->path, err_name(e));
}

/* Use ----------------------------------------------------------------------------------------- */

static enum err get(struct keystore *k, const uint8_t name[static KEY_NAME],
                    uint8_t wrapped[static KEY_WRAPPED])
{
    struct keyfile *f = of(k);
    struct key_slot s;
    uint8_t state;
    uint32_t slot;
    pthread_rwlock_rdlock(&f->lock);
    enum err e = find(f, name, &slot, &state, &s);
    if (e == ERR_NOT_FOUND && f->count > 0)
        /* Read one in vain, so that nobody's takes as long as somebody's. */
        state = slot_load(f, 0, &state, &s) == OK ? state : STATE_ERASED;
    pthread_rwlock_unlock(&f->lock);
    if (e == OK && state != STATE_LIVE)
        e = ERR_CLOSED;
    if (e == OK)
        memcpy(wrapped, s.wrapped, KEY_WRAPPED);
    sodium_memzero(&s, sizeof s);
    return e;
}

static enum err none_taken(const struct keyfile *f, const struct key_slot *slots, size_t count)
{
    struct key_slot s;
    uint8_t state;
    uint32_t slot;
    enum err e = ERR_NOT_FOUND;
    for (size_t i = 0; i < count && e == ERR_NOT_FOUND; i++)
        e = find(f, slots[i].name, &slot, &state, &s);
    sodium_memzero(&s, sizeof s);
    return e == ERR_NOT_FOUND ? OK : e == OK ? ERR_CONFLICT : e;
}

static enum err append(struct keyfile *f, int fd, uint32_t *at, uint8_t state,
                       const struct key_slot *slots, size_t count)
{
    uint8_t bytes[32 * SLOT];
    enum err e = OK;
    for (size_t i = 0; i < count && e == OK;) {
        uint32_t first = *at;
        size_t n = 0;
        for (; n < sizeof bytes / SLOT && i < count; n++, i++)
            slot_write(f, state, &slots[i], bytes + n * SLOT);
        e = f->disk->write(f->disk->context, fd, offset_of(first), bytes, n * SLOT);
        *at = first + (uint32_t)n;
    }
    sodium_memzero(bytes, sizeof bytes);
    return e;
}

static enum err put(struct keystore *k, const struct key_slot *slots, size_t count,
                    struct problem *problem)
{
    struct keyfile *f = of(k);
    pthread_rwlock_wrlock(&f->lock);
    uint32_t end = f->used;
    enum err e = count > SLOTS_MAX - end ? ERR_FULL : none_taken(f, slots, count);
    if (e == OK)
        e = map_grow(f, count);
    if (e == OK)
        e = append(f, f->fd, &end, STATE_LIVE, slots, count);
    if (e == OK)
        e = f->disk->sync(f->disk->context, f->fd);
    if (e == OK) {
        for (size_t i = 0; i < count; i++)
            map_add(f, start_of(slots[i].name), f->used + (uint32_t)i);
        f->used = end;
        f->stats.live += count;
    }
    pthread_rwlock_unlock(&f->lock);
    if (e != OK && e != ERR_CONFLICT)
        problem_set(problem, e, "%s: keys cannot be written (%s)", f->path, err_name(e));
    return e;
}

static enum err erase(struct keystore *k, const uint8_t name[static KEY_NAME], when at,
                      struct problem *problem)
{
    struct keyfile *f = of(k);
    struct key_slot s = {.class = 0};
    uint8_t state, bytes[SLOT];
    uint32_t slot;
    pthread_rwlock_wrlock(&f->lock);
    enum err e = find(f, name, &slot, &state, &s);
    bool damaged = e == ERR_CORRUPT;
    if (damaged) { /* what is left of it goes too */
        memcpy(s.name, name, KEY_NAME);
        e = OK;
    }
    if (e == OK && (damaged || state == STATE_LIVE)) {
        memset(s.wrapped, 0, KEY_WRAPPED);
        s.at = at;
        slot_write(f, STATE_ERASED, &s, bytes);
        e = f->disk->write(f->disk->context, f->fd, offset_of(slot), bytes, SLOT);
        if (e == OK)
            e = f->disk->sync(f->disk->context, f->fd);
        if (e == OK) {
            *(damaged ? &f->stats.damaged : &f->stats.live) -= 1;
            f->stats.erased++;
        }
    }
    pthread_rwlock_unlock(&f->lock);
    sodium_memzero(&s, sizeof s);
    if (e != OK && e != ERR_NOT_FOUND)
        problem_set(problem, e, "%s: a key cannot be overwritten (%s)", f->path, err_name(e));
    return e;
}

/* Another master ------------------------------------------------------------------------------ */

static enum err copy_slots(struct keyfile *f, int fd, keystore_change *rewrap, void *to)
{
    enum err e = OK;
    for (uint32_t i = 0; i < f->used && e == OK; i++) {
        struct key_slot s;
        uint8_t state;
        uint32_t at = i;
        e = slot_load(f, i, &state, &s);
        if (e == OK && state == STATE_LIVE)
            e = rewrap(to, &s);
        if (e == OK)
            e = append(f, fd, &at, state, &s, 1);
        sodium_memzero(&s, sizeof s);
    }
    return e;
}

/* Before its blocks are given back. */
static enum err overwrite(const struct keyfile *f, int fd)
{
    static const uint8_t zeroes[32 * SLOT];
    uint64_t end = offset_of(f->used);
    enum err e = OK;
    for (uint64_t at = 0; at < end && e == OK; at += sizeof zeroes) {
        size_t n = end - at < sizeof zeroes ? (size_t)(end - at) : sizeof zeroes;
        e = f->disk->write(f->disk->context, fd, at, zeroes, n);
    }
    return e == OK ? f->disk->sync(f->disk->context, fd) : e;
}

static enum err rewrap_file(struct keystore *k, uint64_t master, keystore_change *rewrap, void *to,
                            struct problem *problem)
{
    struct keyfile *f = of(k);
    char fresh[PATH + 8];
    uint8_t header[HEADER];
    int fd = -1;
    snprintf(fresh, sizeof fresh, "%s.new", f->path);
    header_write(f, master, header);
    pthread_rwlock_wrlock(&f->lock);
    enum err e = f->disk->open(f->disk->context, fresh, O_RDWR | O_CREAT | O_TRUNC, 0600, &fd);
    if (e == OK)
        e = f->disk->write(f->disk->context, fd, 0, header, HEADER);
    if (e == OK)
        e = copy_slots(f, fd, rewrap, to);
    if (e == OK)
        e = f->disk->sync(f->disk->context, fd);
    if (e == OK)
        e = f->disk->rename(f->disk->context, fresh, f->path);
    if (e == OK) { /* the name is the new file's from here on, whatever follows */
        int old = f->fd;
        f->fd = fd;
        f->master = master;
        e = disk_sync_name(f->disk, f->path);
        if (e == OK) /* else a crash may bring it back */
            e = overwrite(f, old);
        f->disk->close(f->disk->context, old);
    } else if (fd >= 0) {
        f->disk->close(f->disk->context, fd);
    }
    pthread_rwlock_unlock(&f->lock);
    return e == OK ? OK
                   : problem_set(problem, e, "%s: cannot be rewritten (%s)", f->path, err_name(e));
}

static uint64_t master_of(struct keystore *k)
{
    struct keyfile *f = of(k);
    pthread_rwlock_rdlock(&f->lock);
    uint64_t master = f->master;
    pthread_rwlock_unlock(&f->lock);
    return master;
}

static void stats(struct keystore *k, struct keystore_stats *out)
{
    struct keyfile *f = of(k);
    pthread_rwlock_rdlock(&f->lock);
    *out = f->stats;
    pthread_rwlock_unlock(&f->lock);
}

static void close_file(struct keystore *k)
{
    struct keyfile *f = of(k);
    if (f->fd >= 0)
        f->disk->close(f->disk->context, f->fd);
    pthread_rwlock_destroy(&f->lock);
    free(f->map);
    free(f);
}

static const struct keystore_kind kind = {
    .close = close_file,
    .follow = follow,
    .master = master_of,
    .get = get,
    .put = put,
    .erase = erase,
    .rewrap = rewrap_file,
    .stats = stats,
};

enum err keyfile_open(const struct disk *disk, const char *path, uint64_t master,
                      struct keystore **out, struct problem *problem)
{
    *out = NULL;
    struct keyfile *f = calloc(1, sizeof *f);
    if (f == NULL || sodium_init() < 0 || map_grow(f, 1) != OK) {
        free(f);
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", path);
    }
    f->store.kind = &kind;
    f->disk = disk;
    f->fd = -1;
    pthread_rwlock_init(&f->lock, NULL);
    enum err e = str_copy(str_of(path), f->path, sizeof f->path) ? OK : ERR_LIMIT;
    if (e == OK)
        e = disk->open(disk->context, path, O_RDWR, 0600, &f->fd);
    if (e == ERR_NOT_FOUND) {
        f->master = master;
        e = create(f);
        if (e != OK)
            problem_set(problem, e, "%s: cannot be made (%s)", path, err_name(e));
    } else if (e != OK) {
        problem_set(problem, e, "%s: cannot be opened (%s)", path, err_name(e));
    } else {
        e = header_read(f, f->fd, problem);
        if (e == OK && (e = scan(f)) != OK)
            problem_set(problem, e, "%s: cannot be read (%s)", path, err_name(e));
    }
    if (e != OK) {
        close_file(&f->store);
        return e;
    }
    if (f->stats.damaged > 0)
        log_error("%s: %llu keys do not check out; what they open is lost unless the file is "
                  "restored from its copy",
                  path, (unsigned long long)f->stats.damaged);
    *out = &f->store;
    return OK;
}
