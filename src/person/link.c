#include "person/link.h"

#include "core/buf.h"
#include "ledger/key_file.h"
#include "person/keylock.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH = 4096, KEY = KEY_FILE };

struct link {
    uint8_t *key; /* sodium_malloc */
};

static enum err make_key(const struct disk *disk, const char *path, struct store *s, struct link *l,
                         struct problem *problem)
{
    bool used = false;
    enum err e = store_any(s, "SELECT 1 FROM member_links LIMIT 1", NULL, 0, &used, problem);
    if (e != OK)
        return e;
    if (used)
        return problem_set(problem, ERR_NOT_FOUND,
                           "%s: is missing; restore it, or no person is found by her number", path);
    return key_file_make(disk, path, l->key, problem);
}

static enum err load_key(const struct disk *disk, const char *path, struct store *s, struct link *l,
                         struct problem *problem)
{
    enum err e = key_file_load(disk, path, l->key, problem);
    return e == ERR_NOT_FOUND ? make_key(disk, path, s, l, problem) : e;
}

enum err link_open(const struct disk *disk, const char *folder, struct store *s, struct link **out,
                   struct problem *problem)
{
    char path[PATH];
    int lock;
    *out = NULL;
    if ((size_t)snprintf(path, sizeof path, "%s/link", folder) >= sizeof path)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", folder);
    struct link *l = calloc(1, sizeof *l);
    if (l == NULL || sodium_init() < 0 || (l->key = sodium_malloc(KEY)) == NULL) {
        free(l);
        return problem_set(problem, ERR_MEMORY, "%s: no locked memory for the key", path);
    }
    enum err e = keylock_take(disk, folder, &lock, problem);
    if (e == OK)
        e = load_key(disk, path, s, l, problem);
    keylock_release(disk, lock);
    if (e != OK) {
        link_close(l);
        return e;
    }
    sodium_mprotect_readonly(l->key);
    *out = l;
    return OK;
}

void link_close(struct link *l)
{
    if (l == NULL)
        return;
    sodium_free(l->key);
    free(l);
}

void link_of(const struct link *l, number n, uint8_t out[static LINK_BYTES])
{
    uint8_t bytes[8];
    struct buf b;
    buf_fixed(&b, bytes, sizeof bytes);
    buf_u64le(&b, n);
    crypto_generichash(out, LINK_BYTES, bytes, sizeof bytes, l->key, KEY);
    sodium_memzero(bytes, sizeof bytes);
}

void link_text(const uint8_t link[static LINK_BYTES], char out[static LINK_TEXT])
{
    sodium_bin2hex(out, LINK_TEXT, link, LINK_BYTES);
}

bool link_read(struct str text, uint8_t link[static LINK_BYTES])
{
    size_t n = 0;
    return text.n == LINK_TEXT - 1 &&
           sodium_hex2bin(link, LINK_BYTES, text.p, text.n, NULL, &n, NULL) == 0 && n == LINK_BYTES;
}

enum err link_set(const struct link *l, struct store *s, struct str person, number n, when now,
                  struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    enum err e = link_remove(s, person, problem);
    if (e != OK)
        return e;
    link_of(l, n, link);
    const struct value row[] = {value_bytes(link, sizeof link), value_text(person), value_int(now)};
    return store_run(
        s, "INSERT INTO member_links (\"link\", \"person\", \"since\") VALUES ($1, $2, $3)", row, 3,
        NULL, NULL, problem);
}

enum err link_remove(struct store *s, struct str person, struct problem *problem)
{
    const struct value key = value_text(person);
    return store_run(s, "DELETE FROM member_links WHERE \"person\" = $1", &key, 1, NULL, NULL,
                     problem);
}

struct finding {
    link_each *each;
    void *to;
};

static bool hand_on(void *to, const struct value *v, size_t count)
{
    const struct finding *f = to;
    (void)count;
    return f->each(f->to, v[0].s);
}

enum err link_find(const struct link *l, struct store *s, number n, link_each *each, void *to,
                   struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    struct finding f = {each, to};
    link_of(l, n, link);
    const struct value key = value_bytes(link, sizeof link);
    return store_run(s,
                     "SELECT \"person\" FROM member_links WHERE \"link\" = $1 "
                     "ORDER BY COALESCE(\"since\", 0), \"person\" COLLATE \"C\"",
                     &key, 1, hand_on, &f, problem);
}
