#include "person/opening_key.h"

#include <sodium.h>

_Static_assert(crypto_box_SEEDBYTES == 32, "as unwrap_derive gives");

enum err opening_key_make(struct unwrap *keys, struct str opening, when now,
                          struct problem *problem)
{
    return unwrap_make(keys, &opening, 1, now, problem);
}

static enum err pair(struct unwrap *keys, struct str opening, uint8_t public[static SEAL_KEY],
                     uint8_t private[static SEAL_KEY])
{
    uint8_t seed[crypto_box_SEEDBYTES];
    enum err e = unwrap_derive(keys, opening, KEY_PROFILE, 1, "opening ", seed);
    if (e == OK)
        crypto_box_seed_keypair(public, private, seed);
    sodium_memzero(seed, sizeof seed);
    return e;
}

enum err opening_key_public(struct unwrap *keys, struct str opening,
                            uint8_t public[static SEAL_KEY])
{
    uint8_t private[SEAL_KEY];
    enum err e = pair(keys, opening, public, private);
    sodium_memzero(private, sizeof private);
    return e;
}

enum err opening_key_unpack(struct unwrap *keys, struct str opening,
                            const uint8_t envelope[static SEAL_ENVELOPE],
                            uint8_t key[static SEAL_KEY])
{
    uint8_t public[SEAL_KEY], private[SEAL_KEY];
    enum err e = pair(keys, opening, public, private);
    if (e == OK)
        e = seal_unpack(private, envelope, key);
    sodium_memzero(private, sizeof private);
    return e;
}

enum err opening_key_keep(struct store *s, struct str opening, struct str label,
                          const uint8_t envelope[static SEAL_ENVELOPE], struct problem *problem)
{
    const struct value row[] = {value_text(opening), value_text(label),
                                value_bytes(envelope, SEAL_ENVELOPE)};
    return store_run(s,
                     "INSERT INTO opening_keys (\"opening\", \"label\", \"sealed\") VALUES ($1, "
                     "$2, $3) ON CONFLICT (\"opening\", \"label\") DO UPDATE SET \"sealed\" = "
                     "excluded.\"sealed\"",
                     row, 3, NULL, NULL, problem);
}

struct finding {
    struct unwrap *keys;
    opening_key_each *each;
    void *to;
    enum err e;
};

static bool find(void *to, const struct value *v, size_t count)
{
    struct finding *f = to;
    uint8_t key[SEAL_KEY];
    if (count != 2 || v[1].s.n != SEAL_ENVELOPE)
        return true;
    enum err e = opening_key_unpack(f->keys, v[0].s, (const uint8_t *)v[1].s.p, key);
    bool more = true;
    if (e == OK)
        more = f->each(f->to, key);
    else if (e != ERR_CLOSED && e != ERR_NOT_FOUND && e != ERR_CORRUPT)
        f->e = e;
    sodium_memzero(key, sizeof key);
    return more && f->e == OK;
}

enum err opening_key_find(struct store *s, struct unwrap *keys, struct str person, struct str label,
                          when now, opening_key_each *each, void *to, struct problem *problem)
{
    struct finding f = {.keys = keys, .each = each, .to = to};
    const struct value key[] = {value_text(person), value_text(label), value_int(now)};
    enum err e = store_run(s,
                           "SELECT k.\"opening\", k.\"sealed\" FROM opening_keys k JOIN openings o "
                           "ON o.\"id\" = k.\"opening\" WHERE o.\"person\" = $1 AND k.\"label\" = "
                           "$2 AND o.\"status\" = 'open' AND o.\"from\" <= $3 AND o.\"until\" > $3 "
                           "ORDER BY o.\"id\"",
                           key, 3, find, &f, problem);
    if (e == OK && f.e != OK)
        e = problem_set(problem, f.e, "an opening's key cannot be read (%s)", err_name(f.e));
    return e;
}

enum err opening_key_end(struct store *s, struct unwrap *keys, struct str opening, when now,
                         struct problem *problem)
{
    enum err e = OK;
    for (int class = 0; class < KEY_CLASSES; class ++) {
        e = unwrap_erase(keys, opening, (enum key_class) class, now, problem);
        if (e != OK && e != ERR_NOT_FOUND)
            return e;
    }
    const struct value key = value_text(opening);
    return store_run(s, "DELETE FROM opening_keys WHERE \"opening\" = $1", &key, 1, NULL, NULL,
                     problem);
}
