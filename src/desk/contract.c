#include "desk/contract.h"

#include "person/wording.h"
#include "registry/fresh_id.h"

static const struct {
    const char *word, *text;
} nos[CONTRACT_NOS] = {
    [CONTRACT_YES] = {"done", "done"},
    [CONTRACT_ABSENT] = {"not-found", "there is no such contract, or no such member, here"},
    [CONTRACT_CHANGED] = {"changed-meanwhile", "the contract has changed; read it again"},
    [CONTRACT_OTHER_PARTIES] = {"other-parties",
                                "client.person and agency.organisation must be the member and her "
                                "organisation, or one of its legal entity"},
    [CONTRACT_NOT_DRAFT] = {"not-draft", "it is signed or over; a change is a contract of its own"},
    [CONTRACT_NOT_OFFERED] = {"not-offered", "the agency has not signed this version"},
    [CONTRACT_OTHER_TEXT] = {"other-text",
                             "the hash is not that of the version that stands; read it again"},
    [CONTRACT_NON_CONFORMING] = {"non-conforming",
                                 "the checks say that it must not be signed so; GET its check"},
    [CONTRACT_SUSPENDED] = {"organisation-suspended",
                            "the organisation is suspended; nobody signs with it meanwhile"},
    [CONTRACT_TERM_OVER] = {"term-over", "the term in the text has ended"},
    [CONTRACT_ALREADY_IN_FORCE] =
        {"already-in-force", "another contract with this agency is in force then, or waits to "
                             "begin; this one may begin where the one in force ends"},
    [CONTRACT_NOT_SIGNED] =
        {"not-signed",
         "she has not signed, or had not at that time; money and services come after"},
    [CONTRACT_COOLING_OFF] =
        {"cooling-off",
         "nothing is delivered while the contract cools off, until its cooling_until"},
    [CONTRACT_TOO_EARLY] = {"not-begun", "the term in the text had not begun then"},
    [CONTRACT_OVER] = {"ended", "the contract has ended"},
    [CONTRACT_AHEAD] = {"not-yet", "only what has happened is entered"},
    [CONTRACT_PAYEE_DIFFERS] = {"payee-differs", "who signed and serves is paid, and nobody else"},
    [CONTRACT_OVER_TOTAL] = {"over-total", "more than the contract's total"},
    [CONTRACT_NOT_ENDED] = {"not-ended", "money goes back when the contract has ended"},
    [CONTRACT_REFUND_DIFFERS] = {"refund-differs",
                                 "the refund is paid once, as it was computed when it ended"},
    [CONTRACT_ROUTE_DIFFERS] = {"route-differs", "money goes back by the route that it came"},
    [CONTRACT_NO_ITEM] = {"no-such-item", "the contract has no item of this number"},
    [CONTRACT_NO_INTRODUCTION] = {"no-such-introduction",
                                  "no introduction of hers that both have accepted, or it is "
                                  "entered already"},
    [CONTRACT_USED_UP] = {"count-used-up", "as many as the contract says have been delivered"},
    [CONTRACT_NO_SERVICE] = {"not-found", "there is no such service of this contract"},
    [CONTRACT_ANSWERED] = {"already-answered", "this service has another answer"},
    [CONTRACT_NO_COSTS] = {"no-costs", "costs are kept of a contract that ends while it cools off, "
                                       "and of no other"},
    [CONTRACT_COSTS_STATED] = {"costs-stated", "its costs have been stated, which is done once"},
    [CONTRACT_COSTS_LATE] = {"costs-late", "the refund is due or has gone back; what was not "
                                           "stated before is not owed"},
    [CONTRACT_COSTS_OVER] = {"costs-over-paid", "the costs are more than was paid"},
};

const char *contract_word(enum contract_no no)
{
    return nos[no].word;
}

const char *contract_no_text(enum contract_no no)
{
    return nos[no].text;
}

/* Reading ----------------------------------------------------------------------------------- */

enum err contract_find(struct store *s, struct str id, struct fact_row *out,
                       struct problem *problem)
{
    const struct value key[CONTRACT_COLUMNS] = {[CONTRACT_KEY] = value_text(id)};
    return fact_find(s, &contract_kind, key, out, problem);
}

/* Of $1, staff, in her legal entity: members of whom `which` holds. */
#define OF_ENTITY(which)                                                                           \
    "EXISTS (SELECT 1 FROM staff s, organisations a, organisations b, members m WHERE "            \
    "s.\"id\" = $1 AND s.\"status\" = 'active' AND m.\"id\" = x.\"person\" AND "                   \
    "a.\"id\" = s.\"organisation\" AND b.\"id\" = x.\"organisation\" "                             \
    "AND COALESCE(a.\"legal_entity\", a.\"id\") = COALESCE(b.\"legal_entity\", b.\"id\") AND "     \
    "(" which "))"

/* Active ones whom she holds, or all for who keeps files; whoever left, for compliance too. */
#define HELD                                                                                       \
    "m.\"status\" = 'active' AND (s.\"role\" IN ('manager', 'compliance') OR m.\"owner\" = "       \
    "s.\"id\")"
#define SEEN_BY OF_ENTITY(HELD)
#define KEPT_BY OF_ENTITY(HELD " OR s.\"role\" = 'compliance'")

static enum err read_row(const struct pool_work *w, const char *sql, struct str id,
                         struct fact_row *out, bool *there, struct problem *problem)
{
    const struct value params[] = {value_text(w->staff), value_text(id)};
    enum err e = store_any(w->store, sql, params, 2, there, problem);
    if (e == OK && *there)
        e = contract_find(w->store, id, out, problem);
    *there = *there && e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err contract_read(const struct pool_work *w, struct str id, struct fact_row *out, bool *there,
                       struct problem *problem)
{
    return read_row(w, "SELECT 1 FROM contracts x WHERE x.\"id\" = $2 AND " SEEN_BY, id, out, there,
                    problem);
}

enum err contract_list(const struct pool_work *w, struct str person, struct str after, size_t limit,
                       fact_pick *each, void *to, struct problem *problem)
{
    const struct value params[] = {value_text(w->staff), value_text(person), value_text(after),
                                   value_int((int64_t)limit)};
    return fact_list(w->store, &contract_kind,
                     "WHERE " SEEN_BY " AND ($2 = '' OR x.\"person\" = $2) AND x.\"id\" > $3 "
                     "ORDER BY x.\"id\" LIMIT $4",
                     params, 4, each, to, problem);
}

enum err contract_hers(struct store *s, struct str person, fact_pick *each, void *to,
                       struct problem *problem)
{
    const struct value key = value_text(person);
    return fact_list(s, &contract_kind,
                     "WHERE x.\"person\" = $1 AND x.\"agency_signed_at\" IS NOT NULL "
                     "ORDER BY x.\"agency_signed_at\" DESC, x.\"id\" LIMIT 200",
                     &key, 1, each, to, problem);
}

/* Changes ----------------------------------------------------------------------------------- */

enum err contract_transaction(const struct pool_work *w, contract_step *step, void *what,
                              struct contract_result *out, struct problem *problem)
{
    out->no = CONTRACT_ABSENT;
    out->seq = 0;
    enum err e = store_begin(w->store, problem);
    if (e == OK)
        e = step(w, what, out, problem);
    return store_end_if(w->store, e, out->no == CONTRACT_YES, problem);
}

enum err contract_note(const struct pool_work *w, const struct fact_kind *kind,
                       const struct value *row, struct contract_result *out,
                       struct problem *problem)
{
    return fact_write(w->store, kind, row, w->node, w->staff, w->at, &out->seq, problem);
}

enum err contract_write(const struct pool_work *w, struct contract_result *out,
                        struct problem *problem)
{
    return contract_note(w, &contract_kind, out->row.v, out, problem);
}

enum err contract_hold(const struct pool_work *w, struct str id, struct contract_result *out,
                       struct problem *problem)
{
    bool there = false;
    enum err e = contract_read(w, id, &out->row, &there, problem);
    out->no = there ? CONTRACT_YES : CONTRACT_ABSENT;
    return e;
}

enum err contract_hold_kept(const struct pool_work *w, struct str id, struct contract_result *out,
                            struct problem *problem)
{
    bool there = false;
    enum err e = read_row(w, "SELECT 1 FROM contracts x WHERE x.\"id\" = $2 AND " KEPT_BY, id,
                          &out->row, &there, problem);
    out->no = there ? CONTRACT_YES : CONTRACT_ABSENT;
    return e;
}

/* Drafts ------------------------------------------------------------------------------------ */

/* A day as the instant at which it begins, where the rules are. */
static when midnight(const struct rules *rules, int64_t day)
{
    return day * WHEN_DAY - rules_offset_minutes(rules) * WHEN_MINUTE;
}

/* Which categories the text names; `out` holds the words. */
static struct value named(const struct terms *t, char out[static CATEGORIES_TEXT])
{
    categories set = 0;
    for (size_t i = 0; i < t->privacy.categories.count; i++)
        set |= categories_of(t->privacy.categories.at[i], ';');
    categories_list(set, out);
    return set != 0 ? value_text(str_of(out)) : value_null();
}

/* What the text says, into the row; views. */
static void take_terms(const struct pool_work *w, const struct contract_draft *d, struct value *row,
                       char words[static CATEGORIES_TEXT])
{
    const struct terms *t = d->document->terms;
    row[CONTRACT_EDITION] = value_text(t->edition);
    row[CONTRACT_HASH] = value_text(str_of(d->document->hash));
    row[CONTRACT_SCORE] = value_text(d->score);
    row[CONTRACT_TOTAL_FEN] = value_int(t->fees.total_fen);
    row[CONTRACT_FROM] = value_int(midnight(w->rules, t->term.from));
    row[CONTRACT_UNTIL] = value_int(midnight(w->rules, t->term.until + 1));
    row[CONTRACT_CATEGORIES] = named(t, words);
    row[CONTRACT_COOLING_DAYS] = value_int(t->cooling_off_days);
    row[CONTRACT_AGENCY_SIGNED_AT] = row[CONTRACT_AGENCY_SIGNED_BY] = value_null();
    row[CONTRACT_STATUS] = value_text(STR("draft"));
}

static enum err check_parties(const struct pool_work *w, const struct contract_draft *d,
                              struct contract_result *out, struct problem *problem)
{
    const struct terms *t = d->document->terms;
    const struct value *row = out->row.v;
    bool same = false;
    enum err e =
        pool_same_entity(w, t->agency.organisation, row[CONTRACT_ORGANISATION].s, &same, problem);
    if (!same || !str_eq(t->client.person, row[CONTRACT_PERSON].s))
        out->no = CONTRACT_OTHER_PARTIES;
    return e;
}

/* May this member of staff draft for her? She is somebody's who is there, or nobody. */
static enum err begin_new(const struct pool_work *w, struct str person, struct fact_row *member,
                          char id[static FRESH_ID], struct contract_result *out,
                          struct problem *problem)
{
    struct pool_staff who;
    bool there = false;
    enum err e = pool_staff_read(w, w->staff, &who, problem);
    if (e == OK)
        e = pool_member_read(w, person, who.organisation, member, &there, problem);
    const bool holds = who.position == POSITION_MANAGER || who.position == POSITION_COMPLIANCE ||
                       (there && str_eq(fact_text(&member->v[MEMBER_OWNER]), w->staff));
    if (e != OK || !there || !who.active || !holds)
        return e;
    fresh_id("ctr", id);
    id[CONTRACT_ID - 1] = '\0';
    for (size_t i = 0; i < CONTRACT_COLUMNS; i++)
        out->row.v[i] = value_null();
    out->row.v[CONTRACT_KEY] = value_text(str_of(id));
    out->row.v[CONTRACT_PERSON] = member->v[MEMBER_ID];
    out->row.v[CONTRACT_ORGANISATION] = member->v[MEMBER_ORGANISATION];
    out->row.v[CONTRACT_VERSION] = value_int(1);
    out->no = CONTRACT_YES;
    return OK;
}

static enum err begin_change(const struct pool_work *w, const struct contract_draft *d,
                             struct contract_result *out, struct problem *problem)
{
    enum err e = contract_hold(w, d->id, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    struct value *row = out->row.v;
    const struct str status = row[CONTRACT_STATUS].s;
    if (!str_eq(status, STR("draft")) && !str_eq(status, STR("offered")))
        out->no = CONTRACT_NOT_DRAFT;
    else if (row[CONTRACT_VERSION].i != d->version)
        out->no = CONTRACT_CHANGED;
    row[CONTRACT_VERSION].i++;
    return OK;
}

/* Nobody signs the versions before any more. */
static enum err drop_older(const struct pool_work *w, const struct value *row,
                           struct problem *problem)
{
    const struct value key[] = {row[CONTRACT_KEY], row[CONTRACT_VERSION]};
    return store_run(w->store,
                     "DELETE FROM contract_texts WHERE \"contract\" = $1 AND \"version\" < $2", key,
                     2, NULL, NULL, problem);
}

static enum err put(const struct pool_work *w, void *what, struct contract_result *out,
                    struct problem *problem)
{
    const struct contract_draft *d = what;
    struct fact_row member;
    char id[FRESH_ID], words[CATEGORIES_TEXT];
    enum err e = d->id.n > 0
                     ? begin_change(w, d, out, problem)
                     : begin_new(w, d->document->terms->client.person, &member, id, out, problem);
    if (e == OK && out->no == CONTRACT_YES)
        e = check_parties(w, d, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    take_terms(w, d, out->row.v, words);
    e = contract_write(w, out, problem);
    if (e == OK)
        e = contract_seal(w->store, w->keys, out->row.v, buf_view(&d->document->text), problem);
    if (e == OK)
        e = drop_older(w, out->row.v, problem);
    /* What the row points into ends here. */
    return e == OK ? contract_find(w->store, d->id.n > 0 ? d->id : str_of(id), &out->row, problem)
                   : e;
}

enum err contract_put(const struct pool_work *w, const struct contract_draft *d,
                      struct contract_result *out, struct problem *problem)
{
    struct contract_draft draft = *d;
    return contract_transaction(w, put, &draft, out, problem);
}
