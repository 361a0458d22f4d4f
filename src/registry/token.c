#include "registry/token.h"
#include "store/journal.h"

#include <sodium.h>
#include <stdio.h>

enum { SECRET = 32, HASH = 32 };
static const char prefix[] = "mst_";

static const struct {
    const char *word;
    unsigned scopes;
} scope_words[] = {
    {"call", SCOPE_CALL},
    {"replay", SCOPE_REPLAY},
    {"explain", SCOPE_EXPLAIN},
    {"metrics", SCOPE_METRICS},
    {"audit", SCOPE_AUDIT},
    {"all", SCOPE_CALL | SCOPE_REPLAY | SCOPE_EXPLAIN | SCOPE_METRICS | SCOPE_AUDIT},
};

unsigned token_scope_of(struct str word)
{
    for (size_t i = 0; i < sizeof scope_words / sizeof *scope_words; i++)
        if (str_eq(word, str_of(scope_words[i].word)))
            return scope_words[i].scopes;
    return 0;
}

/* 0 and the problem for an unknown word or none. */
static unsigned read_scopes(struct str text, struct problem *problem)
{
    unsigned scopes = 0;
    struct str rest = text, word;
    while (str_split(&rest, ',', &word)) {
        unsigned scope = token_scope_of(str_trim(word));
        if (scope == 0) {
            problem_set(problem, ERR_INVALID,
                        "unknown scope \"%.*s\"; there are call replay explain metrics audit all",
                        (int)(word.n < 40 ? word.n : 40), word.p);
            return 0;
        }
        scopes |= scope;
    }
    if (scopes == 0)
        problem_set(problem, ERR_INVALID,
                    "a token needs a scope: call replay explain metrics audit all");
    return scopes;
}

static bool good_subject(struct str s)
{
    if (s.n == 0 || s.n >= TOKEN_SUBJECT)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '/' ||
            s.p[i] == 0x7f)
            return false;
    return true;
}

/* Accounts have these in front; every other name is a machine's, unless it is registered. */
static bool is_account(struct str subject)
{
    return str_starts(subject, STR("org_")) || str_starts(subject, STR("stf_")) ||
           str_starts(subject, STR("per_"));
}

static bool note_row(void *to, const struct value *c, size_t count)
{
    (void)c;
    (void)count;
    *(bool *)to = true;
    return false;
}

static enum err check_registered(struct store *store, struct str subject, struct problem *problem)
{
    bool found = false;
    struct value params[] = {value_text(subject)};
    if (!is_account(subject))
        return OK;
    enum err e = store_run(store,
                           "SELECT id FROM organisations WHERE id = $1 "
                           "UNION ALL SELECT id FROM staff WHERE id = $1",
                           params, 1, note_row, &found, problem);
    if (e != OK || found)
        return e;
    return problem_set(problem, ERR_INVALID,
                       "\"%.*s\" is not registered; import it first, or name a machine without "
                       "org_, stf_ or per_ in front",
                       STR_ARG(subject));
}

static void hash_of(struct str secret, uint8_t out[HASH])
{
    crypto_generichash(out, HASH, (const uint8_t *)secret.p, secret.n, NULL, 0);
}

static enum err insert(struct store *store, const struct token_request *r, unsigned scopes,
                       const uint8_t hash[HASH], struct problem *problem)
{
    struct value params[] = {value_bytes(hash, HASH), value_text(r->subject), value_int(scopes),
                             value_int(r->at), value_int(r->until)};
    enum err e = store_run(store,
                           "INSERT INTO tokens (hash, subject, scopes, created, expires) "
                           "VALUES ($1, $2, $3, $4, $5)",
                           params, 5, NULL, NULL, problem);
    if (e != OK)
        return e;
    char payload[160];
    int n = snprintf(payload, sizeof payload, "{\"scopes\":%u,\"until\":%lld}", scopes,
                     (long long)r->until);
    struct journal_row row = {.at = r->at,
                              .node = r->node,
                              .actor = r->actor,
                              .kind = STR("token"),
                              .subject = r->subject,
                              .payload = {.p = payload, .n = (size_t)n}};
    int64_t seq;
    return journal_append(store, &row, &seq, problem);
}

enum err token_mint(struct store *store, const struct token_request *r,
                    char secret[static TOKEN_TEXT], struct problem *problem)
{
    if (!good_subject(r->subject))
        return problem_set(problem, ERR_INVALID,
                           "a token's subject is 1 to %d bytes without blanks, quotes and slashes",
                           TOKEN_SUBJECT - 1);
    unsigned scopes = read_scopes(r->scopes, problem);
    if (scopes == 0)
        return ERR_INVALID;
    enum err e = check_registered(store, r->subject, problem);
    if (e != OK)
        return e;
    if (sodium_init() < 0)
        return problem_set(problem, ERR_IO, "libsodium does not start");
    uint8_t random[SECRET], hash[HASH];
    char text[sodium_base64_ENCODED_LEN(SECRET, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(text, sizeof text, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    snprintf(secret, TOKEN_TEXT, "%s%s", prefix, text);
    sodium_memzero(random, sizeof random);
    sodium_memzero(text, sizeof text);
    hash_of(str_of(secret), hash);
    e = store_begin(store, problem);
    if (e != OK)
        return e;
    e = insert(store, r, scopes, hash, problem);
    if (e != OK) {
        store_rollback(store);
        return e;
    }
    return store_commit(store, problem);
}

struct reading {
    struct token *out;
    bool found;
};

static enum token_party party_of(struct str kind, struct str role)
{
    if (kind.n == 0)
        return TOKEN_MACHINE;
    if (str_eq(kind, STR("carrier")) || str_eq(kind, STR("authority")) ||
        (str_eq(kind, STR("association")) && str_eq(role, STR("auditor"))))
        return TOKEN_OPERATOR;
    return TOKEN_ORGANISATION;
}

/* Columns of token_find's row. */
enum {
    ROW_SUBJECT,
    ROW_SCOPES,
    ROW_ORGANISATION,
    ROW_KIND,
    ROW_ORGANISATION_STATUS,
    ROW_STAFF,
    ROW_ROLE,
    ROW_STAFF_STATUS
};

static struct str text_of(const struct value *v)
{
    return v->type == VALUE_TEXT ? v->s : STR("");
}

/* A token lives no longer than its holder may act; an account that is not there may not. */
static bool may_act(const struct value *c)
{
    bool staff = c[ROW_STAFF].type == VALUE_TEXT;
    if (staff && !str_eq(text_of(&c[ROW_STAFF_STATUS]), STR("active")))
        return false;
    if (c[ROW_ORGANISATION].type == VALUE_TEXT)
        return str_eq(text_of(&c[ROW_ORGANISATION_STATUS]), STR("active"));
    return !staff && !is_account(c[ROW_SUBJECT].s);
}

static bool read_row(void *to, const struct value *c, size_t count)
{
    struct reading *r = to;
    (void)count;
    if (!may_act(c))
        return false;
    struct token *t = r->out;
    t->scopes = (unsigned)c[ROW_SCOPES].i;
    t->party = party_of(text_of(&c[ROW_KIND]), text_of(&c[ROW_ROLE]));
    t->carrier = str_eq(text_of(&c[ROW_KIND]), STR("carrier"));
    r->found = str_copy(c[ROW_SUBJECT].s, t->subject, sizeof t->subject) &&
               str_copy(text_of(&c[ROW_ORGANISATION]), t->organisation, sizeof t->organisation);
    return false;
}

enum err token_find(struct store *store, struct str secret, when now, struct token *out,
                    struct problem *problem)
{
    *out = (struct token){.scopes = 0};
    if (secret.n >= TOKEN_TEXT || !str_starts(secret, STR("mst_")))
        return problem_set(problem, ERR_NOT_FOUND, "no such token");
    if (sodium_init() < 0)
        return problem_set(problem, ERR_IO, "libsodium does not start");
    uint8_t hash[HASH];
    hash_of(secret, hash);
    struct reading r = {.out = out};
    struct value params[] = {value_bytes(hash, HASH), value_int(now)};
    enum err e =
        store_run(store,
                  "SELECT t.subject, t.scopes, o.id, o.kind, o.status, s.id, s.role, s.status "
                  "FROM tokens t "
                  "LEFT JOIN staff s ON s.id = t.subject "
                  "LEFT JOIN organisations o ON o.id = COALESCE(s.organisation, t.subject) "
                  "WHERE t.hash = $1 AND t.expires > $2",
                  params, 2, read_row, &r, problem);
    if (e != OK)
        return e;
    return r.found ? OK : problem_set(problem, ERR_NOT_FOUND, "no such token");
}
