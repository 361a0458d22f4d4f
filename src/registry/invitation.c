#include "registry/invitation.h"
#include "store/journal.h"

static enum err check_invited(struct store *store, struct str staff, struct problem *problem)
{
    const struct value id = value_text(staff);
    bool login = false, account = false;
    enum err e = store_any(store, "SELECT 1 FROM staff WHERE \"id\" = $1 AND \"login\" IS NOT NULL",
                           &id, 1, &login, problem);
    if (e == OK && !login)
        return problem_set(problem, ERR_INVALID, "she has no login to sign in with");
    if (e == OK)
        e = account_exists(store, staff, &account, problem);
    return e == OK && account ? problem_set(problem, ERR_CONFLICT, "she has an account") : e;
}

enum err invitation_make(struct store *store, struct str staff, const struct fact_origin *origin,
                         char secret[static SECRET_TEXT], struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    enum err e = check_invited(store, staff, problem);
    if (e != OK)
        return e;
    if (secret_make(secret) != OK || secret_hash(str_of(secret), hash) != OK)
        return problem_set(problem, ERR_IO, "libsodium does not start");
    const struct value v[] = {value_text(staff), value_bytes(hash, sizeof hash),
                              value_text(origin->actor), value_int(origin->at + INVITATION_LIFE)};
    e = store_run(store,
                  "INSERT INTO invitations (\"staff\", \"hash\", \"by\", \"expires\") VALUES ($1, "
                  "$2, $3, $4) ON CONFLICT (\"staff\") DO UPDATE SET \"hash\" = excluded.\"hash\", "
                  "\"by\" = excluded.\"by\", \"expires\" = excluded.\"expires\"",
                  v, 4, NULL, NULL, problem);
    const struct journal_row row = {.at = origin->at,
                                    .node = origin->node,
                                    .actor = origin->actor,
                                    .kind = STR("account"),
                                    .subject = staff,
                                    .payload = STR("{\"invited\":true}")};
    int64_t seq;
    return e == OK ? journal_append(store, &row, &seq, problem) : e;
}

static enum err refuse(struct problem *problem)
{
    return problem_set(problem, ERR_REFUSED, "no such invitation is in force");
}

static bool take_staff(void *to, const struct value *v, size_t count)
{
    str_copy(v->s, to, SUBJECT_ID);
    return false;
}

/* Whom it invites, if she may act. */
static enum err find(struct store *store, const uint8_t hash[static SECRET_HASH], when at,
                     struct subject *who, struct problem *problem)
{
    const struct value v[] = {value_bytes(hash, SECRET_HASH), value_int(at)};
    char staff[SUBJECT_ID] = "";
    enum err e = store_run(
        store, "SELECT \"staff\" FROM invitations WHERE \"hash\" = $1 AND \"expires\" > $2", v, 2,
        take_staff, staff, problem);
    if (e == OK && *staff == '\0')
        return refuse(problem);
    if (e == OK)
        e = subject_find(store, str_of(staff), who, problem);
    return e == ERR_NOT_FOUND ? refuse(problem) : e;
}

enum err invitation_take(struct store *store, const struct account_key *key,
                         const struct invitation_answer *a, struct invitation_taken *out,
                         struct problem *problem)
{
    uint8_t hash[SECRET_HASH];
    *out = (struct invitation_taken){.who = {.role = ROLE_NONE}};
    if (secret_hash(a->secret, hash) != OK)
        return problem_set(problem, ERR_IO, "libsodium does not start");
    enum err e = find(store, hash, a->at, &out->who, problem);
    if (e != OK)
        return e;
    const struct account_reset reset = {.staff = str_of(out->who.id),
                                        .password = a->password,
                                        .invitation = str_bytes(hash, sizeof hash),
                                        .at = a->at,
                                        .actor = str_of(out->who.id),
                                        .node = a->node};
    return account_reset(store, key, &reset, &out->secret, problem);
}
