#include "registry/code.h"

#include "core/buf.h"

#include <sodium.h>
#include <stdio.h>

enum { CODES = 1000000 };

/* Of link, end and text, so that equal codes have nothing in common. */
static void hash_of(const struct account_key *key, const uint8_t link[static SUBJECT_LINK],
                    when expires, struct str text, uint8_t out[static ACCOUNT_HASH])
{
    uint8_t bytes[SUBJECT_LINK + 8 + CODE_DIGITS];
    struct buf b;
    buf_fixed(&b, bytes, sizeof bytes);
    buf_bytes(&b, link, SUBJECT_LINK);
    buf_u64le(&b, (uint64_t)expires);
    buf_str(&b, text);
    account_hash(key, buf_view(&b), out);
    sodium_memzero(bytes, sizeof bytes);
}

/*
 * One statement says whether and does it: the third before now is an hour old, the fifth a
 * day. An instant ahead of the clock is as good as now.
 */
static const char make[] =
    "INSERT INTO codes (link, hash, expires, tries, sent_1, sent_2, sent_3, sent_4, sent_5) "
    "VALUES ($1, $2, $3, 0, $4, 0, 0, 0, 0) "
    "ON CONFLICT (link) DO UPDATE SET hash = excluded.hash, expires = excluded.expires, tries = 0, "
    "sent_1 = excluded.sent_1, sent_2 = codes.sent_1, sent_3 = codes.sent_2, "
    "sent_4 = codes.sent_3, sent_5 = codes.sent_4 "
    "WHERE codes.sent_3 <= $5 AND codes.sent_5 <= $6 RETURNING link";
_Static_assert(CODE_HOUR == 3 && CODE_DAY == 5, "sent_3, sent_5");

enum err code_make(struct store *store, const struct account_key *key,
                   const uint8_t link[static SUBJECT_LINK], when now, char text[static CODE_TEXT],
                   struct problem *problem)
{
    uint8_t hash[ACCOUNT_HASH];
    bool made;
    text[0] = '\0';
    struct value old = value_int(now - WHEN_DAY);
    enum err e =
        store_run(store, "DELETE FROM codes WHERE sent_1 <= $1", &old, 1, NULL, NULL, problem);
    if (e != OK)
        return e;
    if (sodium_init() < 0)
        return problem_set(problem, ERR_IO, "libsodium does not start");
    snprintf(text, CODE_TEXT, "%0*u", CODE_DIGITS, (unsigned)randombytes_uniform(CODES));
    hash_of(key, link, now + CODE_LIFE, str_of(text), hash);
    struct value params[] = {value_bytes(link, SUBJECT_LINK), value_bytes(hash, sizeof hash),
                             value_int(now + CODE_LIFE),      value_int(now),
                             value_int(now - WHEN_HOUR),      value_int(now - WHEN_DAY)};
    e = store_any(store, make, params, 6, &made, problem);
    if (e == OK && made)
        return OK;
    explicit_bzero(text, CODE_TEXT);
    return e != OK
               ? e
               : problem_set(problem, ERR_REFUSED, "enough codes have been sent to this number");
}

struct kept {
    uint8_t hash[ACCOUNT_HASH];
    when expires;
    bool open;
};

static bool read_kept(void *to, const struct value *c, size_t count)
{
    struct kept *k = to;
    (void)count;
    k->open = c[0].s.n == sizeof k->hash;
    if (k->open)
        memcpy(k->hash, c[0].s.p, sizeof k->hash);
    k->expires = c[1].i;
    return false;
}

enum err code_check(struct store *store, const struct account_key *key,
                    const uint8_t link[static SUBJECT_LINK], struct str text, when now,
                    struct problem *problem)
{
    uint8_t hash[ACCOUNT_HASH];
    struct kept k = {.open = false};
    bool used = false;
    struct value params[] = {value_bytes(link, SUBJECT_LINK), value_int(now),
                             value_int(CODE_TRIES)};
    enum err e =
        store_run(store,
                  "UPDATE codes SET tries = tries + 1 "
                  "WHERE link = $1 AND expires > $2 AND tries < $3 RETURNING hash, expires",
                  params, 3, read_kept, &k, problem);
    if (e != OK)
        return e;
    hash_of(key, link, k.expires, text.n == CODE_DIGITS ? text : STR(""), hash);
    /* Of several that have it right, one ends it. */
    struct value end[] = {value_bytes(link, SUBJECT_LINK), value_bytes(hash, sizeof hash),
                          value_int(now)};
    if (k.open && sodium_memcmp(hash, k.hash, sizeof hash) == 0)
        e = store_any(store,
                      "UPDATE codes SET expires = 0 WHERE link = $1 AND hash = $2 AND expires > $3 "
                      "RETURNING link",
                      end, 3, &used, problem);
    if (e != OK || used)
        return e;
    return problem_set(problem, ERR_REFUSED, "number or code is wrong, or the code has ended");
}
