#include "registry/account.h"
#include "core/buf.h"
#include "core/log.h"
#include "core/utf8.h"
#include "ledger/key_file.h"
#include "registry/session.h"
#include "store/journal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEALED = TOTP_SECRET + ACCOUNT_SEALED,
    PATH_BYTES = 4096,
};
_Static_assert(ACCOUNT_SEALED == NONCE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "nonce, ciphertext, tag");

struct account_key {
    uint8_t *bytes;                     /* sodium_malloc, read-only */
    char dummy[crypto_pwhash_STRBYTES]; /* the hash of no password: what unknown logins cost */
};

/* -- The key ----------------------------------------------------------------------- */

static enum err hash_password(struct str password, char out[static crypto_pwhash_STRBYTES])
{
    return crypto_pwhash_str(out, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0
               ? OK
               : ERR_MEMORY;
}

static enum err load_key(const struct disk *d, const char *path, uint8_t *out,
                         struct problem *problem)
{
    enum err e = key_file_load(d, path, out, problem);
    return e == ERR_NOT_FOUND ? key_file_make(d, path, out, problem) : e;
}

enum err account_key_open(const struct disk *d, const char *folder, struct account_key **out,
                          struct problem *problem)
{
    char path[PATH_BYTES];
    *out = NULL;
    if (snprintf(path, sizeof path, "%s/accounts", folder) >= PATH_BYTES)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    struct account_key *k = calloc(1, sizeof *k);
    if (k == NULL || sodium_init() < 0 || (k->bytes = sodium_malloc(KEY)) == NULL) {
        account_key_close(k);
        return problem_set(problem, ERR_MEMORY, "no locked memory for the key of accounts");
    }
    enum err e = load_key(d, path, k->bytes, problem);
    if (e == OK) {
        sodium_mprotect_readonly(k->bytes);
        e = hash_password(STR("nobody"), k->dummy);
        if (e != OK)
            problem_set(problem, e, "no memory to check passwords: 64 MiB are needed");
    }
    if (e != OK) {
        account_key_close(k);
        return e;
    }
    *out = k;
    return OK;
}

void account_key_close(struct account_key *k)
{
    if (k == NULL)
        return;
    sodium_free(k->bytes);
    free(k);
}

void account_seal(const struct account_key *k, struct str label, struct str plain, uint8_t *sealed)
{
    randombytes_buf(sealed, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, (const uint8_t *)plain.p,
                                               plain.n, (const uint8_t *)label.p, label.n, NULL,
                                               sealed, k->bytes);
}

bool account_unseal(const struct account_key *k, struct str label, struct str sealed, void *plain,
                    size_t n)
{
    const uint8_t *bytes = (const uint8_t *)sealed.p;
    return sealed.n == n + ACCOUNT_SEALED &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, bytes + NONCE,
                                                      sealed.n - NONCE, (const uint8_t *)label.p,
                                                      label.n, bytes, k->bytes) == 0;
}

void account_hash(const struct account_key *k, struct str text, uint8_t out[static ACCOUNT_HASH])
{
    uint8_t sub[KEY];
    crypto_kdf_derive_from_key(sub, sizeof sub, 1, "men hash", k->bytes);
    crypto_generichash(out, ACCOUNT_HASH, (const uint8_t *)text.p, text.n, sub, sizeof sub);
    sodium_memzero(sub, sizeof sub);
}

/* -- Resetting --------------------------------------------------------------------- */

static enum err check_password(struct str password, struct str staff, const char *login,
                               struct problem *problem)
{
    if (password.n < ACCOUNT_PASSWORD_MIN || password.n > ACCOUNT_PASSWORD_MAX)
        return problem_set(problem, ERR_INVALID, "a password has %d to %d bytes; this one has %zu",
                           ACCOUNT_PASSWORD_MIN, ACCOUNT_PASSWORD_MAX, password.n);
    if (utf8_valid(password) != password.n || memchr(password.p, '\0', password.n) != NULL)
        return problem_set(problem, ERR_INVALID, "a password is text in UTF-8");
    if (str_ieq(password, str_of(login)) || str_ieq(password, staff))
        return problem_set(problem, ERR_INVALID, "the password is the login; choose another");
    return OK;
}

struct login {
    struct account_secret *out;
    bool found, has;
};

static bool read_login(void *to, const struct value *c, size_t count)
{
    struct login *l = to;
    (void)count;
    l->found = true;
    l->has = c[0].type == VALUE_TEXT && str_copy(c[0].s, l->out->login, ACCOUNT_LOGIN);
    return false;
}

static enum err find_login(struct store *store, struct str staff, struct account_secret *out,
                           struct problem *problem)
{
    struct login login = {.out = out};
    struct value id = value_text(staff);
    enum err e = store_run(store, "SELECT login FROM staff WHERE id = $1", &id, 1, read_login,
                           &login, problem);
    if (e != OK)
        return e;
    if (!login.found)
        return problem_set(problem, ERR_NOT_FOUND,
                           "no member of staff has the id \"%.*s\"; `menshen import staff` first",
                           (int)(staff.n < SUBJECT_ID ? staff.n : SUBJECT_ID), staff.p);
    if (!login.has)
        return problem_set(problem, ERR_INVALID,
                           "this member of staff has no login of 1 to %d bytes; import one",
                           ACCOUNT_LOGIN - 1);
    return OK;
}

static void write_uri(struct account_secret *s)
{
    struct buf b;
    buf_fixed(&b, s->uri, sizeof s->uri - 1);
    buf_str(&b, STR("otpauth://totp/menshen:"));
    for (const char *p = s->login; *p != '\0'; p++) {
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", *p))
            buf_u8(&b, (uint8_t)*p);
        else
            buf_printf(&b, "%%%02X", (unsigned char)*p);
    }
    buf_printf(&b, "?secret=%s&issuer=menshen", s->text);
    s->uri[b.n] = '\0';
}

struct invited {
    struct str answered;
    bool held;
};

static bool read_invited(void *to, const struct value *c, size_t count)
{
    struct invited *i = to;
    i->held = str_eq(c[0].s, i->answered);
    return true;
}

/* None outlives it; of any number that answer one, one does. */
static enum err end_invitation(struct store *store, const struct account_reset *r,
                               struct problem *problem)
{
    const struct value staff = value_text(r->staff);
    struct invited i = {.answered = r->invitation};
    enum err e = store_run(store, "DELETE FROM invitations WHERE \"staff\" = $1 RETURNING \"hash\"",
                           &staff, 1, read_invited, &i, problem);
    return e == OK && r->invitation.n > 0 && !i.held
               ? problem_set(problem, ERR_REFUSED, "the invitation was used")
               : e;
}

static enum err store_reset(struct store *store, const struct account_reset *r, const char *hash,
                            const uint8_t sealed[static SEALED], struct problem *problem)
{
    struct value params[] = {value_text(r->staff), value_text(str_of(hash)),
                             value_bytes(sealed, SEALED), value_int(r->at)};
    enum err e = end_invitation(store, r, problem);
    if (e != OK)
        return e;
    e = store_run(store,
                  "INSERT INTO accounts (staff, password, totp, totp_step, failures, "
                  "locked_until, reset_at) VALUES ($1, $2, $3, 0, 0, 0, $4) "
                  "ON CONFLICT (staff) DO UPDATE SET password = excluded.password, "
                  "totp = excluded.totp, totp_step = 0, failures = 0, locked_until = 0, "
                  "reset_at = excluded.reset_at",
                  params, 4, NULL, NULL, problem);
    if (e == OK)
        e = session_end_all(store, r->staff, problem);
    const struct journal_row row = {.at = r->at,
                                    .node = r->node,
                                    .actor = r->actor,
                                    .kind = STR("account"),
                                    .subject = r->staff,
                                    .payload = STR("{\"reset\":\"password totp\"}")};
    int64_t seq;
    return e == OK ? journal_append(store, &row, &seq, problem) : e;
}

/* What a reset writes. */
struct made {
    char hash[crypto_pwhash_STRBYTES];
    uint8_t sealed[SEALED];
};

static enum err make(struct store *store, const struct account_key *k,
                     const struct account_reset *r, struct made *m, struct account_secret *out,
                     struct problem *problem)
{
    uint8_t secret[TOTP_SECRET];
    *out = (struct account_secret){.login = ""};
    enum err e = find_login(store, r->staff, out, problem);
    if (e == OK)
        e = check_password(r->password, r->staff, out->login, problem);
    if (e != OK)
        return e;
    if (hash_password(r->password, m->hash) != OK)
        return problem_set(problem, ERR_MEMORY, "no memory to hash a password: 64 MiB are needed");
    randombytes_buf(secret, sizeof secret);
    account_seal(k, r->staff, str_bytes(secret, sizeof secret), m->sealed);
    totp_base32(secret, out->text);
    sodium_memzero(secret, sizeof secret);
    write_uri(out);
    return OK;
}

enum err account_reset_within(struct store *store, const struct account_key *k,
                              const struct account_reset *r, struct account_secret *out,
                              struct problem *problem)
{
    struct made m;
    enum err e = make(store, k, r, &m, out, problem);
    return e == OK ? store_reset(store, r, m.hash, m.sealed, problem) : e;
}

enum err account_reset(struct store *store, const struct account_key *k,
                       const struct account_reset *r, struct account_secret *out,
                       struct problem *problem)
{
    struct made m;
    enum err e = make(store, k, r, &m, out, problem);
    if (e == OK)
        e = store_begin(store, problem);
    if (e != OK)
        return e;
    return store_end(store, store_reset(store, r, m.hash, m.sealed, problem), problem);
}

enum err account_exists(struct store *store, struct str staff, bool *yes, struct problem *problem)
{
    const struct value id = value_text(staff);
    return store_any(store, "SELECT 1 FROM accounts WHERE staff = $1", &id, 1, yes, problem);
}

/* -- Checking ---------------------------------------------------------------------- */

struct holder {
    struct subject subject;
    unsigned found;
    bool may_act;
};

static bool read_holder(void *to, const struct value *c, size_t count)
{
    struct holder *h = to;
    (void)count;
    h->may_act = subject_read(c[0].s, c + 1, &h->subject);
    return ++h->found < 2;
}

/* Who has the login, if she has an account and may act. Of a login with two holders, neither. */
static enum err find_holder(struct store *store, struct str login, struct holder *h,
                            struct problem *problem)
{
    struct value v = value_text(login);
    *h = (struct holder){.found = 0};
    enum err e = store_run(store,
                           "SELECT a.staff, " SUBJECT_COLUMNS
                           " FROM accounts a" SUBJECT_JOIN("a.staff") "WHERE s.login = $1 LIMIT 2",
                           &v, 1, read_holder, h, problem);
    h->may_act = h->may_act && h->found == 1;
    return e;
}

struct kept {
    char password[crypto_pwhash_STRBYTES];
    uint8_t totp[SEALED];
    size_t totp_n;
    int64_t step;
    bool open;
};

static bool read_kept(void *to, const struct value *c, size_t count)
{
    struct kept *k = to;
    (void)count;
    k->totp_n = c[1].s.n;
    k->step = c[2].i;
    if (k->totp_n != SEALED || !str_copy(c[0].s, k->password, sizeof k->password))
        return false;
    memcpy(k->totp, c[1].s.p, SEALED);
    k->open = true;
    return false;
}

/* What is kept of an account that is not locked, the attempt being counted. */
static enum err count_attempt(struct store *store, const char *staff, when at, struct kept *k,
                              struct problem *problem)
{
    struct value params[] = {value_text(str_of(staff)), value_int(at), value_int(WHEN_MINUTE)};
    *k = (struct kept){.open = false};
    /* The fifth failure locks for a minute, the next for 4, 9 … (failures counts those before). */
    return store_run(store,
                     "UPDATE accounts SET failures = failures + 1, locked_until = CASE "
                     "WHEN failures < 4 THEN 0 "
                     "WHEN failures < 11 THEN $2 + $3 * (failures - 3) * (failures - 3) "
                     "ELSE $2 + $3 * 60 END "
                     "WHERE staff = $1 AND locked_until <= $2 "
                     "RETURNING password, totp, totp_step",
                     params, 3, read_kept, k, problem);
}

/* Take the code's step, unless another attempt has meanwhile, and forget the failures. */
static enum err admit(struct store *store, const char *staff, int64_t step, bool *admitted,
                      struct problem *problem)
{
    struct value params[] = {value_text(str_of(staff)), value_int(step)};
    return store_any(store,
                     "UPDATE accounts SET failures = 0, locked_until = 0, totp_step = $2 "
                     "WHERE staff = $1 AND totp_step < $2 RETURNING staff",
                     params, 2, admitted, problem);
}

static bool code_is_right(const struct account_key *key, const struct kept *k, const char *staff,
                          struct str code, when at, int64_t *step)
{
    uint8_t secret[TOTP_SECRET];
    if (!account_unseal(key, str_of(staff), str_bytes(k->totp, k->totp_n), secret, sizeof secret)) {
        log_error("accounts: the secret of %s does not open under DATA/keys/accounts; restore "
                  "that file, or `menshen user passwd`",
                  staff);
        return false;
    }
    bool right = totp_check(secret, code, at, k->step, step);
    sodium_memzero(secret, sizeof secret);
    return right;
}

enum err account_check(struct store *store, const struct account_key *key,
                       const struct account_attempt *a, char staff[static SUBJECT_ID],
                       struct problem *problem)
{
    struct holder h;
    struct kept k = {.open = false};
    int64_t step = 0;
    bool admitted = false;
    *staff = '\0';
    enum err e = find_holder(store, a->login, &h, problem);
    if (e == OK && h.may_act)
        e = count_attempt(store, h.subject.id, a->at, &k, problem);
    if (e != OK)
        return e;
    size_t n = a->password.n <= ACCOUNT_PASSWORD_MAX ? a->password.n : 0;
    bool right = crypto_pwhash_str_verify(k.open ? k.password : key->dummy, a->password.p, n) == 0;
    if (right && k.open && code_is_right(key, &k, h.subject.id, a->code, a->at, &step))
        e = admit(store, h.subject.id, step, &admitted, problem);
    sodium_memzero(&k, sizeof k);
    if (e != OK)
        return e;
    if (!admitted)
        return problem_set(problem, ERR_REFUSED,
                           "login, password or code is wrong, or the account is locked");
    memcpy(staff, h.subject.id, SUBJECT_ID);
    return OK;
}

enum err account_confirm(struct store *store, const struct account_key *key, struct str staff,
                         struct str code, when at, struct problem *problem)
{
    char id[SUBJECT_ID];
    struct kept k = {.open = false};
    int64_t step = 0;
    bool admitted = false;
    enum err e = str_copy(staff, id, sizeof id) ? count_attempt(store, id, at, &k, problem) : OK;
    if (e == OK && k.open && code_is_right(key, &k, id, code, at, &step))
        e = admit(store, id, step, &admitted, problem);
    sodium_memzero(&k, sizeof k);
    if (e != OK || admitted)
        return e;
    return problem_set(problem, ERR_REFUSED, "the code is wrong, or the account is locked");
}

/* -- Changing ---------------------------------------------------------------------- */

static enum err store_change(struct store *store, const struct account_change *c,
                             const char *before, const char *hash, struct problem *problem)
{
    const struct value params[] = {value_text(c->staff), value_text(str_of(hash)),
                                   value_text(str_of(before))};
    bool changed = false;
    const struct journal_row row = {.at = c->at,
                                    .node = c->node,
                                    .actor = c->staff,
                                    .kind = STR("account"),
                                    .subject = c->staff,
                                    .payload = STR("{\"reset\":\"password\"}")};
    int64_t seq;
    enum err e = store_any(store,
                           "UPDATE accounts SET password = $2 WHERE staff = $1 AND password = $3 "
                           "RETURNING staff",
                           params, 3, &changed, problem);
    if (e == OK && !changed)
        e = problem_set(problem, ERR_REFUSED, "the account was reset meanwhile");
    if (e == OK)
        e = session_end_others(store, c->staff, c->session, problem);
    return e == OK ? journal_append(store, &row, &seq, problem) : e;
}

/* The old password, whose hash it gets, and the code: OK, or ERR_REFUSED. */
static enum err prove(struct store *store, const struct account_key *key, const char *staff,
                      const struct account_change *c, char hash[static crypto_pwhash_STRBYTES],
                      struct problem *problem)
{
    struct kept k;
    int64_t step = 0;
    bool admitted = false;
    enum err e = count_attempt(store, staff, c->at, &k, problem);
    if (e == OK && k.open && c->old.n <= ACCOUNT_PASSWORD_MAX &&
        crypto_pwhash_str_verify(k.password, c->old.p, c->old.n) == 0 &&
        code_is_right(key, &k, staff, c->code, c->at, &step))
        e = admit(store, staff, step, &admitted, problem);
    memcpy(hash, k.password, sizeof k.password);
    sodium_memzero(&k, sizeof k);
    if (e != OK || admitted)
        return e;
    return problem_set(problem, ERR_REFUSED, "password or code is wrong, or the account is locked");
}

enum err account_change(struct store *store, const struct account_key *key,
                        const struct account_change *c, struct problem *problem)
{
    char id[SUBJECT_ID], before[crypto_pwhash_STRBYTES], hash[crypto_pwhash_STRBYTES];
    struct account_secret found = {.login = ""};
    enum err e = find_login(store, c->staff, &found, problem);
    /* Before the code is used up: a password that will not do is tried again with the same one. */
    if (e == OK)
        e = check_password(c->password, c->staff, found.login, problem);
    if (e == OK && !str_copy(c->staff, id, sizeof id))
        e = problem_set(problem, ERR_REFUSED, "no such account");
    if (e == OK)
        e = prove(store, key, id, c, before, problem);
    if (e != OK)
        return e;
    if (hash_password(c->password, hash) != OK)
        return problem_set(problem, ERR_MEMORY, "no memory to hash a password: 64 MiB are needed");
    e = store_begin(store, problem);
    return e == OK ? store_end(store, store_change(store, c, before, hash, problem), problem) : e;
}
