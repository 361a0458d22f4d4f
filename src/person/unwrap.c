#include "person/unwrap.h"

#include "ledger/key_file.h"

#include "person/keyfile.h"
#include "person/keylock.h"
#include "person/keytable.h"
#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PATH = 4096,
    KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    VERSION = 1,
    HEAD = 2,
    LABEL_MAX = 256,
    BATCH = 1024, /* keys made at once */
    RETRIES = 10,
};
_Static_assert(NONCE + KEY + TAG == KEY_WRAPPED, "a wrapped key");
_Static_assert(HEAD + NONCE + TAG == UNWRAP_OVERHEAD, "as the header says");
_Static_assert(crypto_kdf_KEYBYTES == KEY, "one key for both");
_Static_assert(sizeof((struct unwrap_key *)0)->bytes == KEY, "of a person");

struct unwrap {
    const struct disk *disk;
    struct keystore *keys;
    pthread_rwlock_t lock; /* of `master`, against rotation */
    uint8_t *master;       /* sodium_malloc */
    char folder[PATH], path[PATH], next[PATH];
    bool ours;                                 /* the master key lies in our folder */
    uint8_t nobody[KEY], nobodys[KEY_WRAPPED]; /* a key of nobody, wrapped by a master of its own */
};

/* Wrapping ------------------------------------------------------------------------------------ */

static uint64_t id_of(const uint8_t master[static KEY])
{
    uint8_t h[16];
    crypto_generichash(h, sizeof h, (const unsigned char *)"menshen master key", 18, master, KEY);
    struct cursor c = cursor_of(h, sizeof h);
    return cursor_u64le(&c);
}

/* A wrapped key belongs to its slot's name. */
static void wrap(const uint8_t *master, const uint8_t name[static KEY_NAME], const uint8_t *key,
                 uint8_t out[static KEY_WRAPPED])
{
    randombytes_buf(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, key, KEY, name, KEY_NAME, NULL,
                                               out, master);
}

static enum err unwrap_key(const uint8_t *master, const uint8_t name[static KEY_NAME],
                           const uint8_t wrapped[static KEY_WRAPPED], uint8_t *key)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, wrapped + NONCE, KEY + TAG,
                                                      name, KEY_NAME, wrapped, master) == 0
               ? OK
               : ERR_CORRUPT;
}

/* Hold the keys against other writers, and know what they wrote. */
static enum err hold(struct unwrap *u, int *lock, struct problem *problem)
{
    enum err e = keylock_take(u->disk, u->folder, lock, problem);
    if (e == OK && (e = keystore_follow(u->keys, problem)) != OK) {
        keylock_release(u->disk, *lock);
        *lock = -1;
    }
    return e;
}

static const uint8_t no_name[KEY_NAME];

/* Where there is none, the same work gives one of nobody's. */
static enum err key_at_hand(struct unwrap *u, const uint8_t name[static KEY_NAME],
                            uint8_t key[static KEY])
{
    uint8_t wrapped[KEY_WRAPPED];
    pthread_rwlock_rdlock(&u->lock);
    enum err e = keystore_get(u->keys, name, wrapped);
    if (e == OK)
        e = unwrap_key(u->master, name, wrapped, key);
    else if (unwrap_key(u->nobody, no_name, u->nobodys, key) != OK)
        e = ERR_CORRUPT;
    pthread_rwlock_unlock(&u->lock);
    return e;
}

enum err unwrap_take_known(struct unwrap *u, struct str person, enum key_class class,
                           struct unwrap_key *out)
{
    uint8_t name[KEY_NAME];
    out->person = person;
    out->class = class;
    keystore_name(u->keys, person, (uint8_t) class, name);
    return key_at_hand(u, name, out->bytes);
}

enum err unwrap_take(struct unwrap *u, struct str person, enum key_class class,
                     struct unwrap_key *out)
{
    int lock;
    enum err e = unwrap_take_known(u, person, class, out);
    if (e != ERR_NOT_FOUND && e != ERR_CORRUPT)
        return e;
    /* Another process may have made it, or wrapped it anew. */
    e = hold(u, &lock, NULL);
    if (e != OK)
        return e;
    e = unwrap_take_known(u, person, class, out);
    keylock_release(u->disk, lock);
    return e;
}

void unwrap_drop(struct unwrap_key *k)
{
    sodium_memzero(k->bytes, sizeof k->bytes);
}

/* Sealing ------------------------------------------------------------------------------------- */

/* What the tag covers beside the text. */
static bool bind(const struct unwrap_key *k, struct str label, struct buf *out)
{
    buf_u8(out, VERSION);
    buf_u8(out, (uint8_t)k->class);
    buf_u16be(out, (uint16_t)k->person.n);
    buf_str(out, k->person);
    buf_str(out, label);
    return !out->failed;
}

enum err unwrap_seal_with(const struct unwrap_key *k, struct str label, struct str plain,
                          struct buf *sealed)
{
    uint8_t memory[HEAD + 2 + LABEL_MAX];
    struct buf bound;
    buf_fixed(&bound, memory, sizeof memory);
    if (!bind(k, label, &bound) || plain.n > UNWRAP_MAX)
        return ERR_LIMIT;
    buf_bytes(sealed, memory, HEAD);
    uint8_t *nonce = buf_reserve(sealed, NONCE + plain.n + TAG);
    if (nonce == NULL)
        return ERR_MEMORY;
    randombytes_buf(nonce, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE, NULL, (const unsigned char *)plain.p,
                                               plain.n, memory, bound.n, NULL, nonce, k->bytes);
    return OK;
}

enum err unwrap_text_with(const struct unwrap_key *k, struct str label, struct str sealed,
                          struct buf *plain)
{
    uint8_t memory[HEAD + 2 + LABEL_MAX];
    struct buf bound;
    buf_fixed(&bound, memory, sizeof memory);
    if (!bind(k, label, &bound))
        return ERR_LIMIT;
    struct cursor c = cursor_of(sealed.p, sealed.n);
    struct str head = cursor_take(&c, HEAD), nonce = cursor_take(&c, NONCE);
    if (c.failed || c.n < TAG || c.n > UNWRAP_MAX + TAG || memcmp(head.p, memory, HEAD) != 0)
        return ERR_CORRUPT;
    const size_t n = c.n - TAG, before = plain->n;
    uint8_t *out = buf_reserve(plain, n);
    if (out == NULL && n > 0)
        return ERR_MEMORY;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, c.p, c.n, memory, bound.n,
                                                   (const unsigned char *)nonce.p, k->bytes) == 0)
        return OK;
    plain->n = before;
    return ERR_CORRUPT;
}

void unwrap_derive_with(const struct unwrap_key *k, uint64_t id, const char context[static 9],
                        uint8_t out[static 32])
{
    crypto_kdf_derive_from_key(out, 32, id, context, k->bytes);
}

enum err unwrap_seal(struct unwrap *u, struct str person, enum key_class class, struct str label,
                     struct str plain, struct buf *sealed)
{
    struct unwrap_key key;
    enum err e = unwrap_take(u, person, class, &key);
    if (e == OK)
        e = unwrap_seal_with(&key, label, plain, sealed);
    unwrap_drop(&key);
    return e;
}

enum err unwrap_text(struct unwrap *u, struct str person, enum key_class class, struct str label,
                     struct str sealed, struct buf *plain)
{
    struct unwrap_key key;
    enum err e = unwrap_take(u, person, class, &key);
    if (e == OK)
        e = unwrap_text_with(&key, label, sealed, plain);
    unwrap_drop(&key);
    return e;
}

enum err unwrap_derive(struct unwrap *u, struct str person, enum key_class class, uint64_t id,
                       const char context[static 9], uint8_t out[static 32])
{
    struct unwrap_key key;
    enum err e = unwrap_take(u, person, class, &key);
    if (e == OK)
        unwrap_derive_with(&key, id, context, out);
    unwrap_drop(&key);
    return e;
}

/* Making and ending --------------------------------------------------------------------------- */

struct making {
    struct key_slot slot[BATCH];
    size_t count;
};

static enum err flush(struct unwrap *u, struct making *m, struct problem *problem)
{
    enum err e = m->count > 0 ? keystore_put(u->keys, m->slot, m->count, problem) : OK;
    sodium_memzero(m, sizeof *m);
    return e;
}

static void add_missing(struct unwrap *u, struct str person, when now, struct making *m)
{
    for (int class = 0; class < KEY_CLASSES; class ++) {
        uint8_t key[KEY], wrapped[KEY_WRAPPED];
        struct key_slot *s = &m->slot[m->count];
        keystore_name(u->keys, person, (uint8_t) class, s->name);
        if (keystore_get(u->keys, s->name, wrapped) != ERR_NOT_FOUND)
            continue;
        s->class = (uint8_t) class;
        s->at = now;
        randombytes_buf(key, sizeof key);
        wrap(u->master, s->name, key, s->wrapped);
        sodium_memzero(key, sizeof key);
        m->count++;
    }
}

enum err unwrap_make(struct unwrap *u, const struct str *persons, size_t count, when now,
                     struct problem *problem)
{
    struct making *m = calloc(1, sizeof *m);
    if (m == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory for keys");
    int lock;
    pthread_rwlock_wrlock(&u->lock); /* one maker at a time */
    enum err e = hold(u, &lock, problem);
    for (size_t i = 0, first = 0, again = 0; i < count && e == OK; i++) {
        add_missing(u, persons[i], now, m);
        if (m->count + KEY_CLASSES <= BATCH && i + 1 < count)
            continue;
        e = flush(u, m, problem);
        if (e == ERR_CONFLICT && again++ < RETRIES) { /* another node has made one of them */
            e = OK;
            i = first - 1;
        } else {
            first = i + 1;
            again = 0;
        }
    }
    keylock_release(u->disk, lock);
    pthread_rwlock_unlock(&u->lock);
    free(m);
    return e;
}

enum err unwrap_erase(struct unwrap *u, struct str person, enum key_class class, when now,
                      struct problem *problem)
{
    uint8_t name[KEY_NAME];
    int lock;
    keystore_name(u->keys, person, (uint8_t) class, name);
    enum err e = hold(u, &lock, problem);
    if (e == OK)
        e = keystore_erase(u->keys, name, now, problem);
    keylock_release(u->disk, lock);
    return e;
}

/* The master key ------------------------------------------------------------------------------ */

static enum err master_load(const struct disk *disk, const char *path, uint8_t out[static KEY],
                            struct problem *problem)
{
    enum err e = key_file_load(disk, path, out, problem);
    if (e == ERR_NOT_FOUND)
        problem_set(problem, e,
                    "%s: the master key is missing; restore it, or nothing that is kept about a "
                    "person can be read",
                    path);
    return e;
}

/* Where the wrapped keys lie. */
struct place {
    char file[PATH];
    const char *url; /* or NULL */
};

/* The key in `next` takes its place; the former one's bytes are overwritten. */
static enum err master_replace(struct unwrap *u, struct problem *problem)
{
    static const uint8_t zeroes[KEY];
    int old = -1;
    enum err e = u->disk->open(u->disk->context, u->path, O_RDWR, 0600, &old);
    if (e == OK)
        e = u->disk->rename(u->disk->context, u->next, u->path);
    if (e == OK)
        e = disk_sync_name(u->disk, u->path);
    if (e == OK)
        e = u->disk->write(u->disk->context, old, 0, zeroes, KEY);
    if (e == OK)
        e = u->disk->sync(u->disk->context, old);
    if (old >= 0)
        u->disk->close(u->disk->context, old);
    return e == OK ? OK
                   : problem_set(problem, e, "%s: the master key cannot be replaced (%s)", u->path,
                                 err_name(e));
}

/* A new one only where there is neither a master key nor a key that one has wrapped. */
static enum err master_open(struct unwrap *u, const struct place *at, struct problem *problem)
{
    bool keys = true;
    enum err e = OK;
    if (u->ours && disk_find(u->disk, u->path) == ERR_NOT_FOUND) {
        if (at->url != NULL)
            e = keytable_exists(at->url, &keys, problem);
        else
            keys = disk_find(u->disk, at->file) != ERR_NOT_FOUND;
    }
    if (e != OK)
        return e;
    return keys ? master_load(u->disk, u->path, u->master, problem)
                : key_file_make(u->disk, u->path, u->master, problem);
}

static enum err keys_open(struct unwrap *u, const struct place *at, struct problem *problem)
{
    uint64_t master = id_of(u->master);
    return at->url != NULL ? keytable_open(at->url, master, &u->keys, problem)
                           : keyfile_open(u->disk, at->file, master, &u->keys, problem);
}

/* A rotation that a crash cut short: carried on if the keys are wrapped anew, else forgotten. */
static enum err finish_rotation(struct unwrap *u, struct problem *problem)
{
    uint64_t wanted = keystore_master(u->keys);
    bool next = u->ours && disk_find(u->disk, u->next) != ERR_NOT_FOUND;
    if (id_of(u->master) == wanted)
        return next ? u->disk->remove(u->disk->context, u->next) : OK;
    enum err e = next ? master_load(u->disk, u->next, u->master, problem) : OK;
    if (e == OK && id_of(u->master) != wanted)
        e = problem_set(problem, ERR_CORRUPT,
                        "%s: is not the master key of these persons' keys; restore the one that "
                        "belongs to them",
                        u->path);
    return e == OK ? master_replace(u, problem) : e;
}

static enum err master_path(const char *folder, const char *master, char out[static PATH],
                            struct problem *problem)
{
    static const char credential[] = "credential:"; /* systemd.exec(5), Credentials */
    const char *folder_of = master == NULL ? folder : NULL,
               *name = master == NULL ? "master" : master;
    if (master != NULL && str_starts(str_of(master), str_of(credential))) {
        folder_of = getenv("CREDENTIALS_DIRECTORY");
        name = master + sizeof credential - 1;
        if (folder_of == NULL)
            return problem_set(problem, ERR_NOT_FOUND,
                               "keys.master: there are no credentials of systemd here; a command "
                               "needs the key as a file");
    }
    int n = snprintf(out, PATH, "%s%s%s", folder_of ? folder_of : "", folder_of ? "/" : "", name);
    return n > 0 && n < PATH ? OK
                             : problem_set(problem, ERR_LIMIT, "keys.master: the path is too long");
}

enum err unwrap_open(const struct disk *disk, const char *folder, const struct unwrap_from *from,
                     struct unwrap **out, struct problem *problem)
{
    const char *master = from != NULL ? from->master : NULL;
    struct place at = {.url = from != NULL && store_is_url(from->store) ? from->store : NULL};
    *out = NULL;
    int lock = -1;
    struct unwrap *u = calloc(1, sizeof *u);
    if (u == NULL || sodium_init() < 0 || (u->master = sodium_malloc(KEY)) == NULL) {
        free(u);
        return problem_set(problem, ERR_MEMORY, "%s: no locked memory for the master key", folder);
    }
    pthread_rwlock_init(&u->lock, NULL);
    u->disk = disk;
    u->ours = master == NULL;
    uint8_t key[KEY];
    randombytes_buf(key, sizeof key);
    randombytes_buf(u->nobody, sizeof u->nobody);
    wrap(u->nobody, no_name, key, u->nobodys);
    sodium_memzero(key, sizeof key);
    enum err e = OK;
    if (snprintf(at.file, sizeof at.file, "%s/persons", folder) >= PATH ||
        !str_copy(str_of(folder), u->folder, sizeof u->folder) ||
        snprintf(u->next, sizeof u->next, "%s/master-next", folder) >= PATH)
        e = problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", folder);
    if (e == OK)
        e = master_path(folder, master, u->path, problem);
    if (e == OK)
        e = keylock_take(disk, folder, &lock, problem);
    if (e == OK)
        e = master_open(u, &at, problem);
    if (e == OK)
        e = keys_open(u, &at, problem);
    if (e == OK)
        e = finish_rotation(u, problem);
    keylock_release(disk, lock);
    if (e != OK) {
        unwrap_close(u);
        return e;
    }
    sodium_mprotect_readonly(u->master);
    *out = u;
    return OK;
}

void unwrap_close(struct unwrap *u)
{
    if (u == NULL)
        return;
    keystore_close(u->keys);
    sodium_free(u->master);
    pthread_rwlock_destroy(&u->lock);
    free(u);
}

struct rotation {
    const uint8_t *from, *to;
};

static enum err wrap_anew(void *context, struct key_slot *s)
{
    const struct rotation *r = context;
    uint8_t key[KEY];
    enum err e = unwrap_key(r->from, s->name, s->wrapped, key);
    if (e == OK)
        wrap(r->to, s->name, key, s->wrapped);
    sodium_memzero(key, sizeof key);
    return e;
}

enum err unwrap_rotate(struct unwrap *u, struct problem *problem)
{
    if (!u->ours)
        return problem_set(problem, ERR_CONFLICT,
                           "%s: the master key is kept outside of the data folder, where menshen "
                           "does not write",
                           u->path);
    uint8_t fresh[KEY];
    int lock;
    pthread_rwlock_wrlock(&u->lock);
    enum err e = hold(u, &lock, problem);
    if (e == OK)
        e = key_file_make(u->disk, u->next, fresh, problem);
    if (e == OK) {
        struct rotation r = {.from = u->master, .to = fresh};
        e = keystore_rewrap(u->keys, id_of(fresh), wrap_anew, &r, problem);
        if (keystore_master(u->keys) == id_of(fresh)) {
            sodium_mprotect_readwrite(u->master);
            memcpy(u->master, fresh, KEY);
            sodium_mprotect_readonly(u->master);
            if (e == OK)
                e = master_replace(u, problem);
        }
    }
    keylock_release(u->disk, lock);
    pthread_rwlock_unlock(&u->lock);
    sodium_memzero(fresh, sizeof fresh);
    return e;
}

void unwrap_stats(struct unwrap *u, struct keystore_stats *out)
{
    keystore_stats(u->keys, out);
}
