#include "registry/session.h"
#include "core/buf.h"
#include "registry/token.h"

#include <sodium.h>

enum {
    VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
    NUMBER = 8, /* bytes */
    SEALED = NUMBER + ACCOUNT_SEALED,
};

/* What a session opens as far as its holder's role may: not other times and dry runs, which
 * are granted by name. */
static const unsigned session_scopes = SCOPE_CALL | SCOPE_EXPLAIN | SCOPE_METRICS | SCOPE_AUDIT |
                                       SCOPE_LOOK | SCOPE_MEMBERS | SCOPE_ME | SCOPE_REGISTRY |
                                       SCOPE_DESK | SCOPE_REPORTS;

/* `sealed`: SEALED bytes, or NULL. */
static enum err insert(struct store *store, const uint8_t hash[static SECRET_HASH],
                       struct str subject, const uint8_t *sealed, when now, struct problem *problem)
{
    struct value old[] = {value_int(now), value_int(now - SESSION_IDLE)};
    enum err e = store_run(store, "DELETE FROM sessions WHERE expires <= $1 OR used <= $2", old, 2,
                           NULL, NULL, problem);
    if (e != OK)
        return e;
    struct value params[] = {value_bytes(hash, SECRET_HASH), value_text(subject), value_int(now),
                             value_int(now + SESSION_LIFE),
                             sealed != NULL ? value_bytes(sealed, SEALED) : value_null()};
    return store_run(store,
                     "INSERT INTO sessions (hash, subject, created, expires, used, number) "
                     "VALUES ($1, $2, $3, $4, $3, $5)",
                     params, 5, NULL, NULL, problem);
}

static enum err make_text(char text[static SECRET_TEXT], uint8_t hash[static SECRET_HASH],
                          struct problem *problem)
{
    enum err e = secret_make(text);
    if (e == OK)
        e = secret_hash(str_of(text), hash);
    return e == OK ? OK : problem_set(problem, e, "libsodium does not start");
}

enum err session_new(struct store *store, struct str subject, when now,
                     char text[static SECRET_TEXT], struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    enum err e = make_text(text, hash, problem);
    return e == OK ? insert(store, hash, subject, NULL, now, problem) : e;
}

enum err session_new_person(struct store *store, const struct account_key *key,
                            const struct session_person *p, when now, char text[static SECRET_TEXT],
                            struct problem *problem)
{
    uint8_t hash[SECRET_HASH], plain[NUMBER], sealed[SEALED];
    char subject[SUBJECT_ID];
    struct buf b;
    enum err e = make_text(text, hash, problem);
    if (e != OK)
        return e;
    subject_of_link(p->link, subject);
    buf_fixed(&b, plain, sizeof plain);
    buf_u64le(&b, p->number);
    account_seal(key, str_bytes(hash, sizeof hash), buf_view(&b), sealed);
    sodium_memzero(plain, sizeof plain);
    return insert(store, hash, str_of(subject), sealed, now, problem);
}

struct reading {
    const struct account_key *key;
    const uint8_t *hash;
    struct subject *out;
    int64_t used;
    bool found;
};

/* Columns of session_find's row. */
enum { ROW_SUBJECT, ROW_USED, ROW_CREATED, ROW_NUMBER, ROW_CONFIRMED, ROW_REST };

/* A session of a person is one with her number: nothing else says who she is. */
static bool read_number(const struct reading *r, const struct value *sealed)
{
    uint8_t plain[NUMBER];
    if (sealed->type != VALUE_BYTES || r->key == NULL ||
        !account_unseal(r->key, str_bytes(r->hash, SECRET_HASH), sealed->s, plain, sizeof plain))
        return false;
    struct cursor c = cursor_of(plain, sizeof plain);
    r->out->number = cursor_u64le(&c);
    sodium_memzero(plain, sizeof plain);
    return r->out->number != 0;
}

static bool read_row(void *to, const struct value *c, size_t count)
{
    struct reading *r = to;
    (void)count;
    r->used = c[ROW_USED].i;
    r->found = subject_read(c[ROW_SUBJECT].s, c + ROW_REST, r->out) &&
               (r->out->role != ROLE_PERSON || read_number(r, &c[ROW_NUMBER]));
    r->out->begun = c[ROW_CREATED].i;
    if (c[ROW_CONFIRMED].type == VALUE_INT)
        r->out->confirmed = c[ROW_CONFIRMED].i;
    return false;
}

enum err session_find(struct store *store, const struct account_key *key, struct str text, when now,
                      struct subject *out, bool *stale, struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    *out = (struct subject){.role = ROLE_NONE};
    *stale = false;
    if (text.n != SECRET_TEXT - 1)
        return problem_set(problem, ERR_NOT_FOUND, "no such session");
    enum err e = secret_hash(text, hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    struct reading r = {.key = key, .hash = hash, .out = out};
    struct value params[] = {value_bytes(hash, SECRET_HASH), value_int(now),
                             value_int(now - SESSION_IDLE)};
    e = store_run(
        store,
        "SELECT t.subject, t.used, t.created, t.number, t.confirmed, " SUBJECT_COLUMNS
        " FROM sessions t" SUBJECT_JOIN("t.subject") "WHERE t.hash = $1 AND t.expires > $2 AND "
                                                     "t.used > $3",
        params, 3, read_row, &r, problem);
    if (e == OK && r.found) {
        out->scopes = session_scopes;
        *stale = now - r.used >= SESSION_NOTE;
        return OK;
    }
    *out = (struct subject){.role = ROLE_NONE};
    return e != OK ? e : problem_set(problem, ERR_NOT_FOUND, "no such session");
}

/* What a statement does to the session: $1 is its hash, $2 `now`, $3 `before`. */
static enum err change(struct store *store, const char *sql, struct str text, when now, when before,
                       size_t count, struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    enum err e = secret_hash(text, hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    struct value params[] = {value_bytes(hash, SECRET_HASH), value_int(now), value_int(before)};
    return store_run(store, sql, params, count, NULL, NULL, problem);
}

enum err session_confirm(struct store *store, struct str text, when now, struct problem *problem)
{
    return change(store, "UPDATE sessions SET confirmed = $2 WHERE hash = $1", text, now, 0, 2,
                  problem);
}

bool session_confirmed_within(const struct subject *s, when now, when within)
{
    return s->confirmed > 0 && now >= s->confirmed && now - s->confirmed < within;
}

bool session_confirmed(const struct subject *s, when now)
{
    return session_confirmed_within(s, now, SESSION_CONFIRMED);
}

enum err session_use(struct store *store, struct str text, when now, struct problem *problem)
{
    return change(store, "UPDATE sessions SET used = $2 WHERE hash = $1 AND used <= $3", text, now,
                  now - SESSION_NOTE, 3, problem);
}

enum err session_end(struct store *store, struct str text, struct problem *problem)
{
    return change(store, "DELETE FROM sessions WHERE hash = $1", text, 0, 0, 1, problem);
}

enum err session_end_all(struct store *store, struct str subject, struct problem *problem)
{
    struct value param = value_text(subject);
    return store_run(store, "DELETE FROM sessions WHERE subject = $1", &param, 1, NULL, NULL,
                     problem);
}

enum err session_end_others(struct store *store, struct str subject, struct str text,
                            struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    if (secret_hash(text, hash) != OK)
        return problem_set(problem, ERR_IO, "libsodium does not start");
    const struct value params[] = {value_text(subject), value_bytes(hash, SECRET_HASH)};
    return store_run(store, "DELETE FROM sessions WHERE subject = $1 AND hash <> $2", params, 2,
                     NULL, NULL, problem);
}

enum err session_shift(struct store *store, int64_t by, struct problem *problem)
{
    struct value param = value_int(by);
    return store_run(store,
                     "UPDATE sessions SET created = created + $1, expires = expires + $1, "
                     "used = used + $1, confirmed = confirmed + $1",
                     &param, 1, NULL, NULL, problem);
}

enum err session_csrf(struct str text, char out[static SECRET_TEXT])
{
    static const char context[] = "menshen csrf 1";
    uint8_t hash[SECRET_HASH];
    if (sodium_init() < 0)
        return ERR_IO;
    crypto_generichash(hash, sizeof hash, (const uint8_t *)context, sizeof context - 1,
                       (const uint8_t *)text.p, text.n);
    sodium_bin2base64(out, SECRET_TEXT, hash, sizeof hash, VARIANT);
    return OK;
}
