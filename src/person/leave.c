#include "person/leave.h"

#include "person/binding.h"
#include "person/consent.h"
#include "person/contract.h"
#include "person/intake.h"
#include "person/introduction.h"
#include "person/member.h"
#include "person/preference.h"
#include "person/refusal.h"
#include "person/suppression.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEPT = ERASE_KEPT - 1 /* beside a contract */ };

/* One member on her way out, inside a transaction. */
struct leaving {
    const struct erase *with;
    struct str person;
    bool whole;
    when now;
    struct fact_origin origin;
    struct fact_row row; /* of `members` */
    bool there;          /* the row; and not erased yet */
    uint8_t link[LINK_BYTES];
    bool linked;
    number number; /* 0: not known any more */
    char instead[LINK_TEXT];
    int proofs;
    int64_t seq;
};

static struct store *store_of(const struct leaving *l)
{
    return l->with->vault.store;
}

/* Who she is ------------------------------------------------------------------------------- */

static bool take_link(void *to, const struct value *c, size_t count)
{
    struct leaving *l = to;
    (void)count;
    l->linked = c[0].s.n == LINK_BYTES;
    if (l->linked)
        memcpy(l->link, c[0].s.p, LINK_BYTES);
    return false;
}

static bool take_number(void *to, const struct value *c, size_t count)
{
    struct leaving *l = to;
    uint8_t link[LINK_BYTES];
    (void)count;
    link_of(l->with->link, (number)c[0].i, link);
    if (memcmp(link, l->link, LINK_BYTES) == 0)
        l->number = (number)c[0].i;
    return l->number == 0;
}

/* Her key is gone, and an older copy of the tables is back: by trying the numbers in it. */
static enum err find_number(struct leaving *l, struct problem *problem)
{
    return store_run(store_of(l),
                     "SELECT number FROM consents UNION SELECT number FROM refusals "
                     "UNION SELECT number FROM preferences",
                     NULL, 0, take_number, l, problem);
}

static enum err read_member(struct leaving *l, struct problem *problem)
{
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(l->person)};
    enum err e = fact_find(store_of(l), &member_kind, key, &l->row, problem);
    if (e == ERR_NOT_FOUND)
        return OK;
    l->there = e == OK && !str_eq(fact_text(&l->row.v[MEMBER_STATUS]), STR("erased"));
    if (e != OK || !l->there)
        return e;
    const struct value person = value_text(l->person);
    e = store_run(store_of(l), "SELECT link FROM member_links WHERE person = $1", &person, 1,
                  take_link, l, problem);
    const struct str sealed = fact_text(&l->row.v[MEMBER_NUMBER]);
    if (e == OK && sealed.n > 0) {
        e = intake_number(l->with->vault.keys, l->person, sealed, &l->number);
        if (e == ERR_CLOSED)
            e = l->linked ? find_number(l, problem) : OK;
        else if (e != OK)
            problem_set(problem, e, "%.*s: her number does not open (%s)", STR_ARG(l->person),
                        err_name(e));
    }
    if (e == OK && !l->linked && l->number != 0) {
        link_of(l->with->link, l->number, l->link);
        l->linked = true;
    }
    if (l->linked)
        link_text(l->link, l->instead);
    return e;
}

static enum err write(struct leaving *l, const struct fact_kind *kind, const struct value *row,
                      struct problem *problem)
{
    return fact_write(store_of(l), kind, row, l->origin.node, l->origin.actor, l->origin.at,
                      &l->seq, problem);
}

/* What must stay ---------------------------------------------------------------------------- */

struct str leave_kept_label(struct str label, char out[static LEAVE_BOUND])
{
    snprintf(out, LEAVE_BOUND, "kept/%.*s", STR_ARG(label));
    return str_of(out);
}

static enum err keep(struct leaving *l, const char *label, struct str plain, when until,
                     struct problem *problem)
{
    char bound[LEAVE_BOUND];
    struct buf sealed;
    if (until <= l->now)
        return OK;
    buf_init(&sealed, ROW_MAX + UNWRAP_OVERHEAD);
    enum err e = unwrap_seal(l->with->vault.keys, l->person, KEY_CONTRACT,
                             leave_kept_label(str_of(label), bound), plain, &sealed);
    /* She left before, and what was kept of her then has ended too. */
    if (e == ERR_CLOSED || e == ERR_NOT_FOUND) {
        buf_fini(&sealed);
        return OK;
    }
    const struct value row[] = {value_text(l->person), value_text(str_of(label)),
                                value_bytes(sealed.p, sealed.n), value_int(until)};
    if (e == OK)
        e = store_run(store_of(l),
                      "INSERT INTO kept (person, label, sealed, until) VALUES ($1, $2, $3, $4) "
                      "ON CONFLICT (person, label) DO UPDATE SET sealed = excluded.sealed, "
                      "until = excluded.until",
                      row, 4, NULL, NULL, problem);
    else
        problem_set(problem, e, "%.*s: %s cannot be sealed (%s)", STR_ARG(l->person), label,
                    err_name(e));
    buf_fini(&sealed);
    return e;
}

static enum err keep_fact(struct leaving *l, const char *label, const struct fact_kind *kind,
                          const struct value *row, when until, struct problem *problem)
{
    struct buf plain;
    buf_init(&plain, ROW_MAX + 1);
    enum err e = fact_encode(kind, row, &plain);
    e = e == OK ? keep(l, label, buf_view(&plain), until, problem)
                : problem_set(problem, e, "%s: a fact cannot be kept", label);
    vault_wipe(&plain);
    return e;
}

static enum err keep_contract(struct leaving *l, struct problem *problem)
{
    const struct value *v = l->row.v;
    struct value row[MEMBER_COLUMNS];
    static const int stays[] = {MEMBER_ID, MEMBER_ORGANISATION, MEMBER_ALIAS, MEMBER_CONTRACT_UNTIL,
                                MEMBER_CONTRACT};
    if (v[MEMBER_CONTRACT_UNTIL].type != VALUE_INT)
        return OK;
    for (size_t i = 0; i < MEMBER_COLUMNS; i++)
        row[i] = value_null();
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++)
        row[stays[i]] = v[stays[i]];
    return keep_fact(l, "contract", &member_kind, row,
                     when_plus(v[MEMBER_CONTRACT_UNTIL].i, ERASE_TERM), problem);
}

/* Their texts lie under KEY_CONTRACT already. */
static enum err drop_text(struct leaving *l, const struct value *row, struct problem *problem)
{
    return store_run(store_of(l), "DELETE FROM contract_texts WHERE \"contract\" = $1",
                     &row[CONTRACT_KEY], 1, NULL, NULL, problem);
}

/* What both signed stays until claims from it have lapsed; what one side signed never was one. */
static enum err leave_one(struct leaving *l, struct value *row, struct problem *problem)
{
    char label[ERASE_LABEL];
    const bool hers = row[CONTRACT_PERSON_SIGNED_AT].type == VALUE_INT;
    const when end =
        row[CONTRACT_ENDED_AT].type == VALUE_INT ? row[CONTRACT_ENDED_AT].i : row[CONTRACT_UNTIL].i;
    const when until = when_plus(end, ERASE_TERM);
    snprintf(label, sizeof label, "contract/%.*s", STR_ARG(row[CONTRACT_KEY].s));
    if (hers && until > l->now)
        return keep_fact(l, label, &contract_kind, row, until, problem);
    enum err e = drop_text(l, row, problem);
    if (e != OK || hers || row[CONTRACT_ENDED_AT].type == VALUE_INT)
        return e;
    row[CONTRACT_STATUS] = value_text(STR("void"));
    row[CONTRACT_ENDED_AT] = value_int(l->now);
    return write(l, &contract_kind, row, problem);
}

static bool take_contract(void *to, const struct value *c, size_t count)
{
    (void)count;
    return !str_copy(c[0].s, to, CONTRACT_ID);
}

static enum err leave_contracts(struct leaving *l, struct problem *problem)
{
    char id[CONTRACT_ID] = "", before[CONTRACT_ID];
    struct fact_row row;
    for (;;) {
        const struct value after[] = {value_text(l->person), value_text(str_of(id))};
        memcpy(before, id, sizeof id);
        enum err e = store_run(store_of(l),
                               "SELECT \"id\" FROM contracts WHERE \"person\" = $1 AND "
                               "\"id\" COLLATE \"C\" > $2 ORDER BY \"id\" COLLATE \"C\" "
                               "LIMIT 1",
                               after, 2, take_contract, id, problem);
        if (e != OK || strcmp(id, before) == 0)
            return e;
        const struct value key[CONTRACT_COLUMNS] = {[CONTRACT_KEY] = value_text(str_of(id))};
        e = fact_find(store_of(l), &contract_kind, key, &row, problem);
        if (e == OK)
            e = leave_one(l, row.v, problem);
        if (e != OK)
            return e;
    }
}

static enum err keep_proof(struct leaving *l, const struct value *row, struct problem *problem)
{
    char label[ERASE_LABEL];
    when end = l->now;
    if (row[CONSENT_ENDED_AT].type == VALUE_INT && row[CONSENT_ENDED_AT].i < end)
        end = row[CONSENT_ENDED_AT].i;
    if (row[CONSENT_UNTIL].type == VALUE_INT && row[CONSENT_UNTIL].i < end)
        end = row[CONSENT_UNTIL].i;
    if (++l->proofs > KEPT)
        return problem_set(problem, ERR_LIMIT, "%.*s: more than %d consents", STR_ARG(l->person),
                           KEPT);
    snprintf(label, sizeof label, "consent/%d", l->proofs);
    return keep_fact(l, label, &consent_kind, row, end + ERASE_TERM, problem);
}

/* What she refused -------------------------------------------------------------------------- */

static enum err suppress(struct leaving *l, struct str organisation, when at,
                         const struct value *wishes, struct problem *problem)
{
    struct value row[SUPPRESSION_COLUMNS] = {
        [SUPPRESSION_LINK] = value_text(str_of(l->instead)),
        [SUPPRESSION_ORGANISATION] = value_text(organisation),
        [SUPPRESSION_AT] = value_int(at),
        [SUPPRESSION_SECTORS] = wishes ? wishes[PREFERENCE_SECTORS] : value_null(),
        [SUPPRESSION_CLASSES] = wishes ? wishes[PREFERENCE_CLASSES] : value_null(),
        [SUPPRESSION_HOURS] = wishes ? wishes[PREFERENCE_HOURS] : value_null(),
        [SUPPRESSION_BLOCK] = wishes ? wishes[PREFERENCE_BLOCK] : value_null(),
    };
    return write(l, &suppression_kind, row, problem);
}

/* When preferences were entered: the table does not say. */
static enum err entered(struct leaving *l, when *at, struct problem *problem)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)l->number);
    const struct value subject = value_text(str_of(digits));
    *at = l->now;
    return store_integer(store_of(l),
                         "SELECT MAX(\"at\") FROM journal WHERE \"kind\" = 'preferences' AND "
                         "\"subject\" = $1",
                         &subject, 1, at, problem);
}

static enum err move_refusal(struct leaving *l, const struct value *row, struct problem *problem)
{
    return suppress(l, row[REFUSAL_ORGANISATION].s, row[REFUSAL_AT].i, NULL, problem);
}

static enum err move_preference(struct leaving *l, const struct value *row, struct problem *problem)
{
    when at;
    enum err e = entered(l, &at, problem);
    return e == OK ? suppress(l, STR(SUPPRESSION_WISHES), at, row, problem) : e;
}

/* Every fact of her number of a kind: kept elsewhere, then forgotten. */
static enum err drain(struct leaving *l, const struct fact_kind *kind,
                      enum err (*move)(struct leaving *, const struct value *, struct problem *),
                      struct problem *problem)
{
    struct fact_row row;
    for (;;) {
        enum err e = fact_first(store_of(l), kind, value_int((int64_t)l->number), &row, problem);
        if (e == ERR_NOT_FOUND)
            return OK;
        if (e == OK)
            e = move(l, row.v, problem);
        if (e == OK)
            e = fact_forget(store_of(l), kind, row.v, str_of(l->instead), problem);
        if (e != OK)
            return e;
    }
}

static enum err forget_number(struct leaving *l, struct problem *problem)
{
    enum err e = drain(l, &consent_kind, keep_proof, problem);
    if (e == OK)
        e = drain(l, &refusal_kind, move_refusal, problem);
    return e == OK ? drain(l, &preference_kind, move_preference, problem) : e;
}

/* Only one organisation of several --------------------------------------------------------- */

struct consent_key {
    char purposes[LIST_MAX + 1], evidence[TEXT_MAX + 1];
    bool there;
};

static bool take_consent(void *to, const struct value *c, size_t count)
{
    struct consent_key *k = to;
    (void)count;
    k->there = str_copy(c[0].s, k->purposes, sizeof k->purposes) &&
               str_copy(c[1].s, k->evidence, sizeof k->evidence);
    return false;
}

static enum err withdraw_next(struct leaving *l, bool *more, struct problem *problem)
{
    struct consent_key key = {.there = false};
    struct fact_row row;
    const struct value whose[] = {value_int((int64_t)l->number), l->row.v[MEMBER_ORGANISATION]};
    enum err e = store_run(store_of(l),
                           "SELECT purposes, evidence FROM consents WHERE number = $1 "
                           "AND organisation = $2 AND ended_at IS NULL LIMIT 1",
                           whose, 2, take_consent, &key, problem);
    *more = key.there;
    if (e != OK || !key.there)
        return e;
    const struct value find[CONSENT_COLUMNS] = {
        [CONSENT_NUMBER] = whose[0],
        [CONSENT_ORGANISATION] = whose[1],
        [CONSENT_PURPOSES] = value_text(str_of(key.purposes)),
        [CONSENT_EVIDENCE] = value_text(str_of(key.evidence)),
    };
    e = fact_find(store_of(l), &consent_kind, find, &row, problem);
    row.v[CONSENT_ENDED_AT] = value_int(l->now);
    row.v[CONSENT_ENDED] = value_text(STR("withdrawn"));
    return e == OK ? write(l, &consent_kind, row.v, problem) : e;
}

static enum err withdraw(struct leaving *l, struct problem *problem)
{
    struct value row[REFUSAL_COLUMNS] = {
        [REFUSAL_NUMBER] = value_int((int64_t)l->number),
        [REFUSAL_ORGANISATION] = l->row.v[MEMBER_ORGANISATION],
        [REFUSAL_AT] = value_int(l->now),
    };
    struct value *const rows[] = {row};
    bool changed, more = true;
    enum err e =
        fact_import(store_of(l), &refusal_kind, rows, 1, &l->origin, &changed, &l->seq, problem);
    while (e == OK && more)
        e = withdraw_next(l, &more, problem);
    return e;
}

/* Tables, then keys ------------------------------------------------------------------------- */

/*
 * What requests were answered of late (http/idempotency.h), to her or about her: whose
 * answers they are is in no table, so all of them go. A byte that opens as nothing takes
 * their place, also of those under way, whose answer is then not kept.
 */
static enum err forget_answers(struct leaving *l, struct problem *problem)
{
    const struct value nothing = value_bytes("", 1);
    return store_run(store_of(l), "UPDATE idempotency SET answer = $1", &nothing, 1, NULL, NULL,
                     problem);
}

static enum err remove_rows(struct leaving *l, struct problem *problem)
{
    static const char *const statements[] = {
        "DELETE FROM vault WHERE person = $1",
        "DELETE FROM followups WHERE person = $1",
        "DELETE FROM overrides WHERE person = $1",
        "DELETE FROM consent_requests WHERE person = $1",
        "DELETE FROM corrections WHERE person = $1",
        "DELETE FROM duties WHERE person = $1",
    };
    const struct value ended[] = {value_text(l->person), value_int(l->now)};
    enum err e = forget_answers(l, problem);
    for (size_t i = 0; i < sizeof statements / sizeof *statements && e == OK; i++)
        e = store_run(store_of(l), statements[i], ended, 1, NULL, NULL, problem);
    return e == OK ? store_run(store_of(l),
                               "UPDATE claims SET ended_at = $2, why = 'erased' WHERE person = $1 "
                               "AND ended_at IS NULL",
                               ended, 2, NULL, NULL, problem)
                   : e;
}

/* Her alias stays, so that nobody else gets it. */
static enum err write_erased(struct leaving *l, struct problem *problem)
{
    static const int goes[] = {
        MEMBER_STORE,      MEMBER_POOL,           MEMBER_OWNER,           MEMBER_NUMBER,
        MEMBER_POOL_SINCE, MEMBER_CLAIMED_AT,     MEMBER_FOLLOWED_AT,     MEMBER_FROZEN_UNTIL,
        MEMBER_CONTRACT,   MEMBER_CONTRACT_UNTIL, MEMBER_PROTECTED_UNTIL, MEMBER_NUMBER_SINCE};
    struct value *v = l->row.v;
    for (size_t i = 0; i < sizeof goes / sizeof *goes; i++)
        v[goes[i]] = value_null();
    v[MEMBER_STATUS] = value_text(STR("erased"));
    v[MEMBER_VERSION].type = VALUE_INT;
    v[MEMBER_VERSION].i++;
    return write(l, &member_kind, v, problem);
}

static enum err end_bindings(struct leaving *l, struct problem *problem)
{
    unsigned ended;
    return binding_end(store_of(l), &(struct binding_which){.person = l->person}, "erased",
                       &l->origin, &ended, &l->seq, problem);
}

static enum err empty(struct leaving *l, struct problem *problem)
{
    enum err e = read_member(l, problem);
    if (e != OK || !l->there)
        return e;
    e = keep_contract(l, problem);
    if (e == OK)
        e = leave_contracts(l, problem);
    if (e == OK && l->whole && l->number != 0)
        e = forget_number(l, problem);
    if (e == OK && l->whole && l->linked)
        e = suppress(l, l->row.v[MEMBER_ORGANISATION].s, l->now, NULL, problem);
    if (e == OK && !l->whole && l->number != 0)
        e = withdraw(l, problem);
    if (e == OK)
        e = end_bindings(l, problem);
    if (e == OK)
        e = introduction_end_of(store_of(l), l->person, &l->origin, &l->seq, problem);
    if (e == OK)
        e = remove_rows(l, problem);
    return e == OK ? write_erased(l, problem) : e;
}

static enum err lock_up(struct leaving *l, struct problem *problem)
{
    enum err e = read_member(l, problem);
    if (e == OK && l->there && l->number != 0)
        e = withdraw(l, problem);
    const struct value key = value_text(l->person);
    return e == OK ? store_run(store_of(l),
                               "UPDATE erasures SET status = 'held' WHERE person = $1 AND "
                               "status = 'waiting'",
                               &key, 1, NULL, NULL, problem)
                   : e;
}

/* One transaction. */
typedef enum err leave_step(struct leaving *, struct problem *);
static enum err leave(const struct erase *with, struct str person, bool whole, when now,
                      leave_step *step, int64_t *seq, struct problem *problem)
{
    struct leaving *l = calloc(1, sizeof *l);
    if (l == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    *l = (struct leaving){.with = with,
                          .person = person,
                          .whole = whole,
                          .now = now,
                          .origin = {.node = with->node, .actor = STR("person"), .at = now},
                          .seq = *seq};
    enum err e = store_begin(with->vault.store, problem);
    if (e == OK)
        e = step(l, problem);
    e = store_end(with->vault.store, e, problem);
    if (e == OK)
        *seq = l->seq;
    sodium_memzero(l, sizeof *l);
    free(l);
    return e;
}

enum err leave_empty(const struct erase *with, struct str person, bool whole, when now,
                     int64_t *seq, struct problem *problem)
{
    return leave(with, person, whole, now, empty, seq, problem);
}

enum err leave_lock(const struct erase *with, struct str person, when now, int64_t *seq,
                    struct problem *problem)
{
    return leave(with, person, false, now, lock_up, seq, problem);
}
