#include "cli/demo_logins.h"

#include "registry/account.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 4096, PASSWORD = 20, STAFF = 64, FILE_BYTES = 64 * 1024 };

struct worker {
    char staff[SUBJECT_ID], role[16], organisation[SUBJECT_ID];
};
struct workers {
    struct worker at[STAFF];
    size_t count;
};

static bool read_worker(void *to, const struct value *c, size_t count)
{
    struct workers *w = to;
    struct worker *one = &w->at[w->count];
    (void)count;
    if (str_copy(c[0].s, one->staff, sizeof one->staff) &&
        str_copy(c[1].s, one->role, sizeof one->role) &&
        str_copy(c[2].s, one->organisation, sizeof one->organisation))
        w->count++;
    return w->count < STAFF;
}

/* Sixteen letters and digits that are not taken for one another: 80 bits. */
static void make_password(char out[static PASSWORD])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789";
    size_t n = 0;
    for (int i = 0; i < 16; i++) {
        if (i > 0 && i % 4 == 0)
            out[n++] = '-';
        out[n++] = letters[randombytes_uniform(sizeof letters - 1)];
    }
    out[n] = '\0';
}

static enum err make_one(struct gate *gate, struct store *store, const struct account_key *key,
                         const struct worker *w, struct buf *list, struct problem *problem)
{
    char password[PASSWORD];
    struct account_secret secret;
    make_password(password);
    const struct account_reset reset = {.staff = str_of(w->staff),
                                        .password = str_of(password),
                                        .at = clock_now(gate_clock(gate)),
                                        .actor = STR("demo"),
                                        .node = str_of(gate_node(gate))};
    enum err e = account_reset(store, key, &reset, &secret, problem);
    if (e == OK)
        buf_printf(list, "%s %s %s %s %s %s\n", secret.login, password, secret.text, w->role,
                   w->organisation, w->staff);
    sodium_memzero(&secret, sizeof secret);
    sodium_memzero(password, sizeof password);
    return e;
}

/* Who has a login and no account yet. */
static enum err find_workers(struct store *store, struct workers *w, struct problem *problem)
{
    return store_run(store,
                     "SELECT s.id, s.role, s.organisation FROM staff s LEFT JOIN accounts a ON "
                     "a.staff = s.id WHERE s.login IS NOT NULL AND a.staff IS NULL ORDER BY s.id",
                     NULL, 0, read_worker, w, problem);
}

static enum err make_all(struct gate *gate, struct store *store, const struct account_key *key,
                         const char *path, struct problem *problem)
{
    struct workers *w = calloc(1, sizeof *w);
    struct buf list;
    if (w == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    buf_init(&list, FILE_BYTES);
    buf_printf(&list, "# login password secret role organisation staff\n");
    enum err e = find_workers(store, w, problem);
    for (size_t i = 0; e == OK && i < w->count; i++)
        e = make_one(gate, store, key, &w->at[i], &list, problem);
    if (e == OK && list.failed)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK && (e = disk_replace(&disk_real, path, 0600, list.p, list.n)) != OK)
        problem_set(problem, e, "%s: %s", path, err_name(e));
    buf_fini(&list);
    free(w);
    return e;
}

enum err demo_logins_make(struct gate *gate, const char *folder, const char *store,
                          struct problem *problem)
{
    char path[PATH_BYTES], keys[PATH_BYTES];
    struct account_key *key = NULL;
    struct store *s = NULL;
    if ((size_t)snprintf(path, sizeof path, "%s/" DEMO_LOGINS, folder) >= sizeof path ||
        (size_t)snprintf(keys, sizeof keys, "%s/keys", folder) >= sizeof keys)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    enum err e = store_open(store, &s, problem);
    if (e == OK)
        e = account_key_open(&disk_real, keys, &key, problem);
    if (e == OK)
        e = make_all(gate, s, key, path, problem);
    account_key_close(key);
    if (s != NULL)
        store_close(s);
    return e;
}

/* -- Reading the file -------------------------------------------------------------------- */

/* A line's words; false: none are left. */
struct entry {
    struct str login, password, secret, role, organisation, staff;
};
static bool next(struct str *text, struct entry *e)
{
    struct str line;
    while (str_split(text, '\n', &line))
        if (str_split(&line, ' ', &e->login) && !str_eq(e->login, STR("#")) &&
            str_split(&line, ' ', &e->password) && str_split(&line, ' ', &e->secret) &&
            str_split(&line, ' ', &e->role) && str_split(&line, ' ', &e->organisation) &&
            str_split(&line, ' ', &e->staff))
            return true;
    return false;
}

/* What it holds, to be given to `forget`. */
static enum err load(const char *folder, char path[static PATH_BYTES], void **bytes, size_t *n)
{
    *bytes = NULL;
    *n = 0;
    if (snprintf(path, PATH_BYTES, "%s/" DEMO_LOGINS, folder) >= PATH_BYTES)
        return ERR_LIMIT;
    return disk_load(&disk_real, path, FILE_BYTES, bytes, n);
}

static void forget(void *bytes, size_t n)
{
    if (n > 0)
        sodium_memzero(bytes, n);
    free(bytes);
}

enum err demo_logins_code(const char *folder, const char *whose, when now, uint32_t *code,
                          struct problem *problem)
{
    char path[PATH_BYTES];
    void *bytes;
    size_t n;
    uint8_t raw[TOTP_SECRET];
    struct entry entry = {.login = {.n = 0}};
    enum err e = load(folder, path, &bytes, &n);
    if (e != OK)
        return problem_set(problem, e, "%s: %s; `menshen serve --demo` makes it in an empty folder",
                           path, err_name(e));
    struct str rest = {bytes, n};
    bool found = false;
    while (!found && next(&rest, &entry))
        found = str_eq(entry.login, str_of(whose)) || str_eq(entry.staff, str_of(whose));
    if (!found)
        e = problem_set(problem, ERR_NOT_FOUND, "%s: no login \"%s\"", path, whose);
    else if (!totp_unbase32(entry.secret, raw))
        e = problem_set(problem, ERR_CORRUPT, "%s: the secret of %s is damaged", path, whose);
    else
        *code = totp_code(raw, totp_step(now));
    sodium_memzero(raw, sizeof raw);
    forget(bytes, n);
    return e;
}

enum err demo_logins_list(const char *folder, struct buf *out)
{
    static const char *const roles[] = {"sales",    "manager", "compliance", "auditor",
                                        "examiner", "officer", "approver",   "operator"};
    char path[PATH_BYTES];
    void *bytes;
    size_t n;
    struct entry entry;
    enum err e = load(folder, path, &bytes, &n);
    for (size_t i = 0; e == OK && i < sizeof roles / sizeof *roles; i++) {
        struct str rest = {bytes, n};
        buf_printf(out, "  %-10s", roles[i]);
        while (next(&rest, &entry))
            if (str_eq(entry.role, str_of(roles[i])))
                buf_printf(out, " %.*s", STR_ARG(entry.login));
        buf_u8(out, '\n');
    }
    forget(bytes, n);
    return out->failed ? ERR_MEMORY : e;
}
