#include "person/officer.h"

#include "ledger/base64.h"

#include <sodium.h>
#include <stdio.h>

static const struct column columns[] = {
    [OFFICER_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [OFFICER_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true, .refers = "staff"},
    [OFFICER_PUBLIC] = {.name = "public", .type = COLUMN_TEXT, .required = true},
    [OFFICER_SINCE] = {.name = "since", .type = COLUMN_TIME, .required = true},
    [OFFICER_STATUS] = {.name = "status",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = "active retired"},
};
_Static_assert(sizeof columns / sizeof *columns == OFFICER_COLUMNS, "one entry a column");

const struct fact_kind officer_kind = {
    .name = "officers",
    .table = "officers",
    .columns = columns,
    .count = OFFICER_COLUMNS,
};

/* Whoever may hold such a key, and acts. */
#define ACTING                                                                                     \
    "s.status = 'active' AND o.status = 'active' AND o.kind IN ('authority', 'association')"
#define KEYS                                                                                       \
    "FROM officers k JOIN staff s ON s.id = k.staff JOIN organisations o ON o.id = "               \
    "s.organisation WHERE k.status = 'active' AND " ACTING

void officer_id(const uint8_t name[static SEAL_NAME], char out[static OFFICER_ID_TEXT])
{
    char hex[2 * SEAL_NAME + 1];
    snprintf(out, OFFICER_ID_TEXT, "off_%s", sodium_bin2hex(hex, sizeof hex, name, SEAL_NAME));
}

static enum err may_hold(struct store *s, struct str staff, struct problem *problem)
{
    const struct value key = value_text(staff);
    bool any;
    enum err e = store_any(s, "SELECT 1 FROM staff WHERE id = $1", &key, 1, &any, problem);
    if (e != OK || !any)
        return e != OK ? e
                       : problem_set(problem, ERR_NOT_FOUND,
                                     "no member of staff is called \"%.*s\"; import them first",
                                     STR_ARG(staff));
    e = store_any(s,
                  "SELECT 1 FROM staff s JOIN organisations o ON o.id = s.organisation "
                  "WHERE s.id = $1 AND " ACTING,
                  &key, 1, &any, problem);
    if (e != OK || any)
        return e;
    return problem_set(problem, ERR_DENIED,
                       "%.*s holds no such key: officers are active staff of an active authority "
                       "or association, never of an agency",
                       STR_ARG(staff));
}

static enum err is_known(struct store *s, struct str id, struct str staff, struct problem *problem)
{
    const struct value key[] = {value_text(id), value_text(staff)};
    bool any;
    enum err e =
        store_any(s, "SELECT 1 FROM officers WHERE id = $1 AND staff = $2", key, 2, &any, problem);
    return e != OK || any
               ? e
               : problem_set(problem, ERR_NOT_FOUND, "%.*s is no key of %.*s; nothing was retired",
                             STR_ARG(id), STR_ARG(staff));
}

static bool count_row(void *to, const struct value *v, size_t n)
{
    (void)v;
    (void)n;
    ++*(size_t *)to;
    return true;
}

static enum err has_room(struct store *s, const struct officer_entry *r, struct str id,
                         struct problem *problem)
{
    size_t others = 0;
    const struct value key = value_text(id);
    if (r->retire)
        return OK;
    enum err e =
        store_run(s, "SELECT 1 " KEYS " AND k.id <> $1", &key, 1, count_row, &others, problem);
    if (e == OK && others >= SEAL_OFFICERS)
        e = problem_set(problem, ERR_FULL, "%d officers' keys are active; retire one first",
                        SEAL_OFFICERS);
    return e;
}

static enum err write(struct store *s, const struct officer_entry *r, struct str id, int64_t *seq,
                      struct problem *problem)
{
    char text[64];
    struct buf public;
    buf_fixed(&public, text, sizeof text);
    base64_put(&public, r->public, SEAL_KEY);
    const struct value row[OFFICER_COLUMNS] = {
        [OFFICER_ID] = value_text(id),
        [OFFICER_STAFF] = value_text(r->staff),
        [OFFICER_PUBLIC] = value_text(buf_view(&public)),
        [OFFICER_SINCE] = value_int(r->at),
        [OFFICER_STATUS] = value_text(r->retire ? STR("retired") : STR("active")),
    };
    return fact_write(s, &officer_kind, row, r->node, r->actor, r->at, seq, problem);
}

enum err officer_enter(struct store *s, const struct officer_entry *r,
                       char id[static OFFICER_ID_TEXT], int64_t *seq, struct problem *problem)
{
    uint8_t name[SEAL_NAME], probe[crypto_box_SEALBYTES];
    if (crypto_box_seal(probe, NULL, 0, r->public) != 0)
        return problem_set(problem, ERR_INVALID, "that is no public key");
    seal_name(r->public, name);
    officer_id(name, id);
    enum err e = store_begin(s, problem);
    if (e != OK)
        return e;
    e = r->retire ? is_known(s, str_of(id), r->staff, problem) : may_hold(s, r->staff, problem);
    if (e == OK)
        e = has_room(s, r, str_of(id), problem);
    if (e == OK)
        e = write(s, r, str_of(id), seq, problem);
    return store_end(s, e, problem);
}

struct taking {
    uint8_t (*out)[SEAL_KEY];
    size_t count;
};

static bool take_key(void *to, const struct value *v, size_t n)
{
    struct taking *t = to;
    size_t size;
    if (n == 1 && base64_decode(v[0].s, t->out[t->count], SEAL_KEY, &size) && size == SEAL_KEY)
        t->count++;
    return t->count < SEAL_OFFICERS;
}

enum err officer_keys(struct store *s, uint8_t out[static SEAL_OFFICERS][SEAL_KEY], size_t *count,
                      struct problem *problem)
{
    struct taking t = {.out = out};
    enum err e = store_run(s, "SELECT k.public " KEYS " ORDER BY k.since, k.id", NULL, 0, take_key,
                           &t, problem);
    *count = e == OK ? t.count : 0;
    return e;
}

enum err officer_is(struct store *s, struct str staff, bool *is, struct problem *problem)
{
    const struct value key = value_text(staff);
    return store_any(s, "SELECT 1 FROM officers WHERE staff = $1", &key, 1, is, problem);
}

enum err officer_any(struct store *s, bool *any, struct problem *problem)
{
    return store_any(s, "SELECT 1 " KEYS, NULL, 0, any, problem);
}
