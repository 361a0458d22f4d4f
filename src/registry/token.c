#include "registry/token.h"
#include "core/buf.h"
#include "store/journal.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

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
    {"look", SCOPE_LOOK},
    {"members", SCOPE_MEMBERS},
    {"me", SCOPE_ME},
    {"registry", SCOPE_REGISTRY},
    {"desk", SCOPE_DESK},
    {"reports", SCOPE_REPORTS},
    {"all", SCOPE_CALL | SCOPE_REPLAY | SCOPE_EXPLAIN | SCOPE_METRICS | SCOPE_AUDIT | SCOPE_LOOK |
                SCOPE_MEMBERS | SCOPE_ME | SCOPE_REGISTRY | SCOPE_DESK | SCOPE_REPORTS},
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
                        "unknown scope \"%.*s\"; there are call replay explain metrics audit look "
                        "members me registry desk reports all",
                        (int)(word.n < 40 ? word.n : 40), word.p);
            return 0;
        }
        scopes |= scope;
    }
    if (scopes == 0)
        problem_set(problem, ERR_INVALID,
                    "a token needs a scope: call replay explain metrics audit look members me "
                    "registry desk reports all");
    return scopes;
}

static bool good_subject(struct str s)
{
    if (s.n == 0 || s.n >= SUBJECT_ID)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '/' ||
            s.p[i] == 0x7f)
            return false;
    return true;
}

static enum err check_registered(struct store *store, struct str subject, struct problem *problem)
{
    bool found = false;
    struct value params[] = {value_text(subject)};
    if (!subject_is_account(subject))
        return OK;
    enum err e = store_any(store,
                           "SELECT id FROM organisations WHERE id = $1 "
                           "UNION ALL SELECT id FROM staff WHERE id = $1 "
                           "UNION ALL SELECT id FROM members WHERE id = $1 AND status = 'active'",
                           params, 1, &found, problem);
    if (e != OK || found)
        return e;
    return problem_set(problem, ERR_INVALID,
                       "\"%.*s\" is not registered; import it first, or name a machine without "
                       "org_, stf_, per_ or num_ in front",
                       STR_ARG(subject));
}

/* What was done to the tokens of a subject: `scopes` 0, ended. */
static enum err note(struct store *store, struct str subject, unsigned scopes, when until,
                     const struct fact_origin *origin, struct problem *problem)
{
    char payload[160];
    int n = snprintf(payload, sizeof payload, "{\"scopes\":%u,\"until\":%lld}", scopes,
                     (long long)until);
    struct journal_row row = {.at = origin->at,
                              .node = origin->node,
                              .actor = origin->actor,
                              .kind = STR("token"),
                              .subject = subject,
                              .payload = {.p = payload, .n = (size_t)n}};
    int64_t seq;
    return journal_append(store, &row, &seq, problem);
}

static enum err insert(struct store *store, const struct token_request *r, unsigned scopes,
                       const uint8_t hash[SECRET_HASH], struct problem *problem)
{
    const struct fact_origin origin = {.node = r->node, .actor = r->actor, .at = r->at};
    struct value params[] = {value_bytes(hash, SECRET_HASH),
                             value_text(r->subject),
                             value_int(scopes),
                             value_int(r->at),
                             value_int(r->until),
                             r->name.n > 0 ? value_text(r->name) : value_null(),
                             value_text(r->actor)};
    enum err e = store_run(store,
                           "INSERT INTO tokens (hash, subject, scopes, created, expires, \"name\", "
                           "\"by\") VALUES ($1, $2, $3, $4, $5, $6, $7)",
                           params, 7, NULL, NULL, problem);
    return e ? e : note(store, r->subject, scopes, r->until, &origin, problem);
}

static bool count_row(void *to, const struct value *v, size_t count)
{
    ++*(unsigned *)to;
    return true;
}

enum err token_end_all(struct store *store, struct str subject, const struct fact_origin *origin,
                       unsigned *ended, struct problem *problem)
{
    const struct value param = value_text(subject);
    *ended = 0;
    enum err e = store_run(store, "DELETE FROM tokens WHERE subject = $1 RETURNING scopes", &param,
                           1, count_row, ended, problem);
    return e || *ended == 0 ? e : note(store, subject, 0, 0, origin, problem);
}

/* -- Those of a legal entity --------------------------------------------------- */

enum { NAMED = 16 }; /* bytes of the hash that an id shows: 128 bits are nobody's else */
static const char id_prefix[] = "tok_";

/* $1 is an organisation of the entity. */
#define SAME_ENTITY                                                                                \
    "COALESCE(o.legal_entity, o.id) = (SELECT COALESCE(x.legal_entity, x.id) FROM organisations "  \
    "x WHERE x.id = $1)"
#define OF_ENTITY                                                                                  \
    "t.subject IN (SELECT o.id FROM organisations o WHERE " SAME_ENTITY                            \
    " UNION ALL SELECT s.id FROM staff s JOIN organisations o ON o.id = s.organisation "           \
    "WHERE " SAME_ENTITY ") "

static void write_id(struct str hash, char out[static FRESH_ID])
{
    struct buf b;
    buf_fixed(&b, out, FRESH_ID);
    buf_str(&b, str_of(id_prefix));
    for (size_t i = 0; i < NAMED && i < hash.n; i++)
        buf_printf(&b, "%02x", (unsigned char)hash.p[i]);
    out[b.n] = '\0';
}

/* The hashes that an id may name begin with what it shows; `rest` follows. */
static bool read_id(struct str id, uint8_t rest, uint8_t out[static SECRET_HASH])
{
    const size_t prefix_n = sizeof id_prefix - 1;
    size_t got = 0;
    memset(out, rest, SECRET_HASH);
    return id.n == FRESH_ID - 1 && str_starts(id, str_of(id_prefix)) &&
           sodium_hex2bin(out, NAMED, id.p + prefix_n, id.n - prefix_n, NULL, &got, NULL) == 0 &&
           got == NAMED;
}

struct listing {
    token_each *each;
    void *to;
};

static bool take_listed(void *to, const struct value *v, size_t count)
{
    const struct listing *l = to;
    struct token_row row = {.subject = v[1].s,
                            .name = fact_text(&v[5]),
                            .by = fact_text(&v[6]),
                            .scopes = (unsigned)v[2].i,
                            .created = v[3].i,
                            .until = v[4].i};
    (void)count;
    write_id(v[0].s, row.id);
    return l->each(l->to, &row);
}

enum err token_list(struct store *store, struct str organisation, struct str after, when now,
                    size_t limit, token_each *each, void *to, struct problem *problem)
{
    uint8_t behind[SECRET_HASH] = {0};
    struct listing l = {.each = each, .to = to};
    if (after.n > 0 && !read_id(after, 0xff, behind))
        return problem_set(problem, ERR_INVALID, "this is no id of a token");
    const struct value params[] = {value_text(organisation), value_int(now),
                                   value_bytes(behind, SECRET_HASH), value_int((int64_t)limit)};
    return store_run(store,
                     "SELECT t.hash, t.subject, t.scopes, t.created, t.expires, t.\"name\", "
                     "t.\"by\" FROM tokens t WHERE " OF_ENTITY
                     "AND t.expires > $2 AND t.hash > $3 ORDER BY t.hash LIMIT $4",
                     params, 4, take_listed, &l, problem);
}

struct ended {
    char subject[SUBJECT_ID];
    unsigned count;
};

static bool take_ended(void *to, const struct value *v, size_t count)
{
    struct ended *x = to;
    (void)count;
    x->count += str_copy(v[0].s, x->subject, sizeof x->subject);
    return true;
}

enum err token_end(struct store *store, struct str organisation, struct str id,
                   const struct fact_origin *origin, struct problem *problem)
{
    uint8_t first[SECRET_HASH], last[SECRET_HASH];
    struct ended ended = {.count = 0};
    if (!read_id(id, 0, first) || !read_id(id, 0xff, last))
        return problem_set(problem, ERR_NOT_FOUND, "no such token");
    const struct value params[] = {value_text(organisation), value_bytes(first, SECRET_HASH),
                                   value_bytes(last, SECRET_HASH)};
    enum err e = store_run(store,
                           "DELETE FROM tokens WHERE hash IN (SELECT t.hash FROM tokens t WHERE "
                           "t.hash >= $2 AND t.hash <= $3 AND " OF_ENTITY ") RETURNING subject",
                           params, 3, take_ended, &ended, problem);
    if (e == OK && ended.count == 0)
        e = problem_set(problem, ERR_NOT_FOUND, "no such token");
    return e == OK ? note(store, str_of(ended.subject), 0, 0, origin, problem) : e;
}

/* -- Minting and finding -------------------------------------------------------- */

enum err token_mint(struct store *store, const struct token_request *r,
                    char secret[static TOKEN_TEXT], struct problem *problem)
{
    if (!good_subject(r->subject))
        return problem_set(problem, ERR_INVALID,
                           "a token's subject is 1 to %d bytes without blanks, quotes and slashes",
                           SUBJECT_ID - 1);
    unsigned scopes = read_scopes(r->scopes, problem);
    if (scopes == 0)
        return ERR_INVALID;
    enum err e = check_registered(store, r->subject, problem);
    if (e != OK)
        return e;
    char text[SECRET_TEXT];
    uint8_t hash[SECRET_HASH];
    e = secret_make(text);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    snprintf(secret, TOKEN_TEXT, "%s%s", prefix, text);
    explicit_bzero(text, sizeof text);
    e = secret_hash(str_of(secret), hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    e = store_begin(store, problem);
    if (e == OK)
        e = insert(store, r, scopes, hash, problem);
    return store_end(store, e, problem);
}

struct reading {
    struct subject *out;
    bool found;
};

/* Columns of token_find's row. */
enum { ROW_SUBJECT, ROW_SCOPES, ROW_REST };

/* A token lives no longer than its holder may act. */
static bool read_row(void *to, const struct value *c, size_t count)
{
    struct reading *r = to;
    (void)count;
    r->found = subject_read(c[ROW_SUBJECT].s, c + ROW_REST, r->out);
    if (r->found)
        r->out->scopes = (unsigned)c[ROW_SCOPES].i;
    return false;
}

enum err token_find(struct store *store, struct str secret, when now, struct subject *out,
                    struct problem *problem)
{
    *out = (struct subject){.role = ROLE_NONE};
    if (secret.n >= TOKEN_TEXT || !str_starts(secret, str_of(prefix)))
        return problem_set(problem, ERR_NOT_FOUND, "no such token");
    uint8_t hash[SECRET_HASH];
    enum err e = secret_hash(secret, hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    struct reading r = {.out = out};
    struct value params[] = {value_bytes(hash, SECRET_HASH), value_int(now)};
    e = store_run(store,
                  "SELECT t.subject, t.scopes, " SUBJECT_COLUMNS
                  " FROM tokens t" SUBJECT_JOIN("t.subject") "WHERE t.hash = $1 AND t.expires > $2",
                  params, 2, read_row, &r, problem);
    if (e != OK)
        return e;
    return r.found ? OK : problem_set(problem, ERR_NOT_FOUND, "no such token");
}
