#include "registry/session.h"
#include "registry/token.h"

#include <sodium.h>

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

/* What a session opens as far as its holder's role may: not other times and dry runs, which
 * are granted by name. */
static const unsigned session_scopes = SCOPE_CALL | SCOPE_EXPLAIN | SCOPE_METRICS | SCOPE_AUDIT |
                                       SCOPE_LOOK | SCOPE_MEMBERS | SCOPE_ME;

enum err session_new(struct store *store, struct str subject, when now,
                     char text[static SECRET_TEXT], struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    enum err e = secret_make(text);
    if (e == OK)
        e = secret_hash(str_of(text), hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    struct value old[] = {value_int(now), value_int(now - SESSION_IDLE)};
    e = store_run(store, "DELETE FROM sessions WHERE expires <= $1 OR used <= $2", old, 2, NULL,
                  NULL, problem);
    if (e != OK)
        return e;
    struct value params[] = {value_bytes(hash, SECRET_HASH), value_text(subject), value_int(now),
                             value_int(now + SESSION_LIFE)};
    return store_run(store,
                     "INSERT INTO sessions (hash, subject, created, expires, used) "
                     "VALUES ($1, $2, $3, $4, $3)",
                     params, 4, NULL, NULL, problem);
}

struct reading {
    struct subject *out;
    int64_t used;
    bool found;
};

/* Columns of session_find's row. */
enum { ROW_SUBJECT, ROW_USED, ROW_REST };

static bool read_row(void *to, const struct value *c, size_t count)
{
    struct reading *r = to;
    (void)count;
    r->used = c[ROW_USED].i;
    r->found = subject_read(c[ROW_SUBJECT].s, c + ROW_REST, r->out);
    return false;
}

enum err session_find(struct store *store, struct str text, when now, struct subject *out,
                      bool *stale, struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    *out = (struct subject){.role = ROLE_NONE};
    *stale = false;
    if (text.n != SECRET_TEXT - 1)
        return problem_set(problem, ERR_NOT_FOUND, "no such session");
    enum err e = secret_hash(text, hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    struct reading r = {.out = out};
    struct value params[] = {value_bytes(hash, SECRET_HASH), value_int(now),
                             value_int(now - SESSION_IDLE)};
    e = store_run(store,
                  "SELECT t.subject, t.used, " SUBJECT_COLUMNS " FROM sessions t" SUBJECT_JOIN(
                      "t.subject") "WHERE t.hash = $1 AND t.expires > $2 AND t.used > $3",
                  params, 3, read_row, &r, problem);
    if (e != OK)
        return e;
    if (!r.found)
        return problem_set(problem, ERR_NOT_FOUND, "no such session");
    out->scopes = session_scopes;
    *stale = now - r.used >= SESSION_NOTE;
    return OK;
}

enum err session_use(struct store *store, struct str text, when now, struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    enum err e = secret_hash(text, hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    struct value params[] = {value_bytes(hash, SECRET_HASH), value_int(now),
                             value_int(now - SESSION_NOTE)};
    return store_run(store, "UPDATE sessions SET used = $2 WHERE hash = $1 AND used <= $3", params,
                     3, NULL, NULL, problem);
}

enum err session_end(struct store *store, struct str text, struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    enum err e = secret_hash(text, hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    struct value param = value_bytes(hash, SECRET_HASH);
    return store_run(store, "DELETE FROM sessions WHERE hash = $1", &param, 1, NULL, NULL, problem);
}

enum err session_end_all(struct store *store, struct str subject, struct problem *problem)
{
    struct value param = value_text(subject);
    return store_run(store, "DELETE FROM sessions WHERE subject = $1", &param, 1, NULL, NULL,
                     problem);
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
