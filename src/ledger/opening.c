/*
 * A sealed opening, big-endian:
 *
 *      0  1  version, 1
 *      1  1  class
 *      2  4  month of the key, YYYYMM
 *      6 24  nonce of XChaCha20-Poly1305
 *     30  n  ciphertext of: nonce of the commitment (32), plaintext
 *     …  16  tag, which covers the first six bytes too
 *
 * A month's key is one file of 32 random bytes. Keys in use lie in guarded,
 * locked memory; a question copies the one that it needs to its stack and
 * overwrites it at once. Destroying a key overwrites and syncs the file before
 * its name goes. On flash and on copying file systems the old block may survive
 * until the device reuses it: disk encryption closes that gap, and
 * docs/threat-model.md says so.
 */
#include "ledger/opening.h"
#include "ledger/key_file.h"
#include "ledger/merkle.h"
#include "ledger/nonce.h"
#include "ledger/retention.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PATH = 4096,
    VERSION = 1,
    HEAD = 6,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SALT = 32, /* the commitment's nonce */
    KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    PLAINTEXT_MAX = 4096 - OPENING_OVERHEAD,
    KEYS_MAX = 4096,
};

_Static_assert(HEAD + NONCE + SALT + TAG == OPENING_OVERHEAD, "as the header says");
_Static_assert(KEY == 32, "keys are files of 32 bytes");
_Static_assert(crypto_kdf_KEYBYTES == 32, "the same key serves for sealing and deriving");

struct period_key {
    enum opening_class class;
    uint32_t month;
    uint8_t *secret; /* sodium_malloc */
};

struct opening_keys {
    const struct disk *disk;
    char folder[PATH];
    pthread_rwlock_t lock;
    struct period_key *key;
    size_t count;
};

const char *opening_class_name(enum opening_class class)
{
    switch (class) {
    case OPENING_CALL:
        return "call";
    case OPENING_PLAIN:
        return "plain";
    case OPENING_FACT:
        return "fact";
    }
    return "fact";
}

int opening_retention_days(enum opening_class class)
{
    switch (class) {
    case OPENING_CALL:
        return 180;
    case OPENING_PLAIN:
        return 30;
    case OPENING_FACT:
        return 5 * 366;
    }
    return 5 * 366;
}

bool opening_expired(enum opening_class class, uint32_t month, when now)
{
    return when_day(now, 0) >= retention_end(month, opening_retention_days(class));
}

static uint32_t month_of(when at)
{
    struct date d = date_of_day(when_day(at, 0));
    return (uint32_t)(d.year * 100 + d.month);
}

/* Keys ---------------------------------------------------------------------------------------- */

enum err opening_keys_open(const struct disk *disk, const char *keys_folder,
                           struct opening_keys **out, struct problem *problem)
{
    *out = NULL;
    struct opening_keys *k = calloc(1, sizeof *k);
    if (k == NULL || sodium_init() < 0) {
        free(k);
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", keys_folder);
    }
    k->disk = disk;
    if (snprintf(k->folder, sizeof k->folder, "%s/periods", keys_folder) >= PATH) {
        free(k);
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", keys_folder);
    }
    enum err e = disk->make_folder(disk->context, keys_folder, 0700);
    if (e == OK)
        e = disk->make_folder(disk->context, k->folder, 0700);
    if (e == OK)
        e = disk->sync_folder(disk->context, keys_folder);
    if (e != OK) {
        problem_set(problem, e, "%s: cannot make the folder (%s)", k->folder, err_name(e));
        free(k);
        return e;
    }
    pthread_rwlock_init(&k->lock, NULL);
    *out = k;
    return OK;
}

void opening_keys_close(struct opening_keys *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < k->count; i++)
        sodium_free(k->key[i].secret);
    free(k->key);
    pthread_rwlock_destroy(&k->lock);
    free(k);
}

static bool copy_known(const struct opening_keys *k, enum opening_class class, uint32_t month,
                       uint8_t out[static KEY])
{
    for (size_t i = k->count; i-- > 0;)
        if (k->key[i].month == month && k->key[i].class == class) {
            memcpy(out, k->key[i].secret, KEY);
            return true;
        }
    return false;
}

static enum err remember(struct opening_keys *k, enum opening_class class, uint32_t month,
                         const uint8_t secret[static KEY])
{
    if (k->count == KEYS_MAX)
        return ERR_LIMIT;
    struct period_key *more = realloc(k->key, (k->count + 1) * sizeof *more);
    if (more == NULL)
        return ERR_MEMORY;
    k->key = more;
    uint8_t *locked = sodium_malloc(KEY);
    if (locked == NULL)
        return ERR_MEMORY;
    memcpy(locked, secret, KEY);
    sodium_mprotect_readonly(locked);
    k->key[k->count++] = (struct period_key){.class = class, .month = month, .secret = locked};
    return OK;
}

static enum err key_path(const struct opening_keys *k, const char *name, char out[static PATH])
{
    return snprintf(out, PATH, "%s/%s", k->folder, name) < PATH ? OK : ERR_LIMIT;
}

/* The key into `out`, which the caller overwrites. */
static enum err find_key(struct opening_keys *k, enum opening_class class, uint32_t month,
                         bool create, uint8_t out[static KEY])
{
    pthread_rwlock_rdlock(&k->lock);
    bool known = copy_known(k, class, month, out);
    pthread_rwlock_unlock(&k->lock);
    if (known)
        return OK;

    char name[40], path[PATH];
    snprintf(name, sizeof name, "%s-%06u", opening_class_name(class), month);
    enum err e = key_path(k, name, path);
    pthread_rwlock_wrlock(&k->lock);
    if (e == OK && !copy_known(k, class, month, out)) {
        e = key_file_load(k->disk, path, out, NULL);
        if (e == ERR_NOT_FOUND && create)
            e = key_file_make(k->disk, path, out, NULL);
        if (e == OK)
            e = remember(k, class, month, out);
    }
    pthread_rwlock_unlock(&k->lock);
    return e;
}

enum err opening_derive(struct opening_keys *k, enum opening_class class, uint32_t month,
                        bool create, uint64_t id, const char context[static 9],
                        uint8_t key[static 32])
{
    uint8_t secret[KEY];
    enum err e = find_key(k, class, month, create, secret);
    if (e == OK)
        crypto_kdf_derive_from_key(key, 32, id, context, secret);
    sodium_memzero(secret, sizeof secret);
    return e;
}

/* Sealing ------------------------------------------------------------------------------------- */

enum err opening_seal(struct opening_keys *k, enum opening_class class, when at,
                      struct str plaintext, uint8_t commitment[static COMMITMENT],
                      struct buf *sealed)
{
    uint8_t clear[SALT + PLAINTEXT_MAX], secret[KEY];
    if (plaintext.n > PLAINTEXT_MAX)
        return ERR_LIMIT;
    uint32_t month = month_of(at);
    enum err e = find_key(k, class, month, true, secret);
    if (e != OK)
        return e;
    size_t n = SALT + plaintext.n, before = sealed->n;
    nonce_bytes(clear, SALT);
    if (plaintext.n > 0)
        memcpy(clear + SALT, plaintext.p, plaintext.n);
    struct hash hash;
    merkle_sha256(clear, n, &hash);
    memcpy(commitment, hash.b, COMMITMENT);

    uint8_t nonce[NONCE];
    nonce_bytes(nonce, sizeof nonce);
    buf_u8(sealed, VERSION);
    buf_u8(sealed, (uint8_t) class);
    buf_u32be(sealed, month);
    buf_bytes(sealed, nonce, sizeof nonce);
    uint8_t *cipher = buf_reserve(sealed, n + TAG);
    if (cipher != NULL)
        crypto_aead_xchacha20poly1305_ietf_encrypt(cipher, NULL, clear, n, sealed->p + before, HEAD,
                                                   NULL, nonce, secret);
    sodium_memzero(clear, n);
    sodium_memzero(secret, sizeof secret);
    return cipher != NULL ? OK : ERR_MEMORY;
}

bool opening_key_of(struct str sealed, enum opening_class *class, uint32_t *month)
{
    struct cursor c = cursor_of(sealed.p, sealed.n);
    uint8_t version = cursor_u8(&c), number = cursor_u8(&c);
    *month = cursor_u32be(&c);
    if (sealed.n < OPENING_OVERHEAD || sealed.n > OPENING_OVERHEAD + PLAINTEXT_MAX ||
        version != VERSION || number >= OPENING_CLASSES || *month < 197001 || *month > 999912 ||
        *month % 100 - 1 > 11)
        return false;
    *class = (enum opening_class)number;
    return true;
}

/* `skip` bytes before what is given out. */
static enum err unseal(struct opening_keys *k, struct str sealed, size_t skip,
                       uint8_t commitment[static COMMITMENT], struct buf *out)
{
    uint8_t clear[SALT + PLAINTEXT_MAX], secret[KEY];
    enum opening_class class;
    uint32_t month;
    if (!opening_key_of(sealed, &class, &month))
        return ERR_CORRUPT;
    enum err e = find_key(k, class, month, false, secret);
    if (e != OK)
        return e;
    struct cursor c = cursor_of(sealed.p, sealed.n);
    struct str head = cursor_take(&c, HEAD), nonce = cursor_take(&c, NONCE),
               cipher = cursor_take(&c, c.n);
    unsigned long long n = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(clear, &n, NULL, (const uint8_t *)cipher.p,
                                                   cipher.n, (const uint8_t *)head.p, head.n,
                                                   (const uint8_t *)nonce.p, secret) != 0)
        e = ERR_CORRUPT;
    sodium_memzero(secret, sizeof secret);
    if (e == OK) {
        struct hash hash;
        merkle_sha256(clear, (size_t)n, &hash);
        memcpy(commitment, hash.b, COMMITMENT);
        if (out != NULL) {
            buf_bytes(out, clear + skip, (size_t)n - skip);
            e = out->failed ? ERR_MEMORY : OK;
        }
        sodium_memzero(clear, (size_t)n);
    }
    return e;
}

enum err opening_unseal(struct opening_keys *k, struct str sealed,
                        uint8_t commitment[static COMMITMENT], struct buf *plaintext)
{
    return unseal(k, sealed, SALT, commitment, plaintext);
}

static enum err open_checked(struct opening_keys *k, struct str sealed, size_t skip,
                             const uint8_t commitment[static COMMITMENT], struct buf *out)
{
    uint8_t computed[COMMITMENT];
    size_t before = out->n;
    enum err e = unseal(k, sealed, skip, computed, out);
    if (e == OK && sodium_memcmp(computed, commitment, COMMITMENT) != 0) {
        out->n = before;
        e = ERR_CORRUPT;
    }
    return e;
}

enum err opening_open(struct opening_keys *k, struct str sealed,
                      const uint8_t commitment[static COMMITMENT], struct buf *plaintext)
{
    return open_checked(k, sealed, SALT, commitment, plaintext);
}

enum err opening_disclose(struct opening_keys *k, struct str sealed,
                          const uint8_t commitment[static COMMITMENT], struct buf *opening)
{
    return open_checked(k, sealed, 0, commitment, opening);
}

/* Purging ------------------------------------------------------------------------------------- */

/* "call-202611", or the file that becomes it, "call-202611.new". */
static bool parse_name(struct str name, enum opening_class *class, uint32_t *month)
{
    unsigned long long number;
    struct str word;
    if (name.n > 4 && str_eq(str_skip(name, name.n - 4), STR(".new")))
        name.n -= 4;
    if (!str_split(&name, '-', &word) || name.n != 6 || !str_to_u64(name, 999912, &number) ||
        number < 197001 || number % 100 - 1 > 11)
        return false;
    *month = (uint32_t)number;
    for (int i = 0; i < OPENING_CLASSES; i++)
        if (str_eq(word, str_of(opening_class_name((enum opening_class)i)))) {
            *class = (enum opening_class)i;
            return true;
        }
    return false;
}

struct purge {
    when now;
    struct buf names; /* NUL-terminated, one after the other */
};

static void note_expired(void *to, const char *name)
{
    struct purge *p = to;
    enum opening_class class;
    uint32_t month;
    if (parse_name(str_of(name), &class, &month) && opening_expired(class, month, p->now))
        buf_bytes(&p->names, name, strlen(name) + 1);
}

static void forget(struct opening_keys *k, enum opening_class class, uint32_t month)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->key[i].class == class && k->key[i].month == month) {
            sodium_free(k->key[i].secret);
            k->key[i--] = k->key[--k->count];
        }
}

static enum err destroy(const struct opening_keys *k, const char *path)
{
    static const uint8_t zeroes[KEY];
    const struct disk *d = k->disk;
    int fd;
    enum err e = d->open(d->context, path, O_RDWR, 0, &fd);
    if (e != OK)
        return e;
    e = d->write(d->context, fd, 0, zeroes, sizeof zeroes);
    if (e == OK)
        e = d->sync(d->context, fd);
    enum err closed = d->close(d->context, fd);
    if (e == OK)
        e = closed;
    return e == OK ? d->remove(d->context, path) : e;
}

enum err opening_keys_purge(struct opening_keys *k, when now, struct problem *problem)
{
    struct purge p = {.now = now};
    buf_init(&p.names, 1 << 20);
    pthread_rwlock_wrlock(&k->lock);
    enum err e = k->disk->list(k->disk->context, k->folder, note_expired, &p);
    if (e == OK && p.names.failed)
        e = ERR_MEMORY;
    if (e != OK)
        problem_set(problem, e, "%s: cannot list the keys (%s)", k->folder, err_name(e));
    struct str rest = buf_view(&p.names), name;
    bool any = false;
    while (e == OK && rest.n > 0 && str_split(&rest, '\0', &name)) {
        char path[PATH];
        enum opening_class class;
        uint32_t month;
        if (!parse_name(name, &class, &month))
            continue;
        forget(k, class, month);
        e = key_path(k, name.p, path);
        if (e == OK)
            e = destroy(k, path);
        if (e != OK)
            problem_set(problem, e, "%s/%s: cannot destroy the expired key (%s)", k->folder, name.p,
                        err_name(e));
        any = true;
    }
    if (e == OK && any && (e = k->disk->sync_folder(k->disk->context, k->folder)) != OK)
        problem_set(problem, e, "%s: cannot sync (%s)", k->folder, err_name(e));
    pthread_rwlock_unlock(&k->lock);
    buf_fini(&p.names);
    return e;
}
