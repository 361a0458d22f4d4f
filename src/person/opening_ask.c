/* How an opening comes about: proposed, confirmed, approved, and begun when it has waited. */
#include "person/opening_inner.h"

#include "person/member.h"
#include "person/wording.h"

/* What is asked for ---------------------------------------------------------------------------- */

static enum err check_terms(const struct vault *v, const struct opening_terms *t, bool order,
                            when now, struct problem *problem)
{
    const struct rule_limit *limit = rules_limit(v->rules, order ? LIMIT_ORDER : LIMIT_APPROVAL);
    const int64_t longest = limit != NULL ? limit->time_s : 0;
    if (t->what == 0 || (t->what & ~CATEGORIES_ALL) != 0)
        return problem_set(problem, ERR_INVALID, "name at least one category of data");
    if (!order && (t->what & ~opening_sealed_ones(v->rules)) != 0)
        return problem_set(problem, ERR_INVALID,
                           "an approval opens what is sealed; other categories have consents");
    if (t->until <= now || t->until - now > longest * WHEN_SECOND)
        return problem_set(problem, ERR_INVALID, "it must end, at most %lld hours from now",
                           (long long)(longest / 3600));
    if (t->from != 0 && (t->from <= now || t->from >= t->until))
        return problem_set(problem, ERR_INVALID,
                           "without a further code it waits, and must end after that");
    if (order && (str_trim(t->document).n == 0 || t->document.n > TEXT_MAX))
        return problem_set(problem, ERR_INVALID, "an order names its document");
    if (t->task.n > ID_BYTES || t->holder.n > ID_BYTES)
        return problem_set(problem, ERR_INVALID, "an id has at most %d bytes", ID_BYTES);
    if (t->secret_until != 0 &&
        (!order || t->secret_until <= now || t->secret_until - now > longest * WHEN_SECOND))
        return problem_set(problem, ERR_INVALID,
                           "secrecy is an order's, and ends, at most %lld hours from now",
                           (long long)(longest / 3600));
    return OK;
}

static enum err check_person(struct store *s, struct str person, struct problem *problem)
{
    const struct value key = value_text(person);
    bool any;
    enum err e = store_any(s, "SELECT 1 FROM members WHERE id = $1 AND status = 'active'", &key, 1,
                           &any, problem);
    return e != OK || any ? e : problem_set(problem, ERR_NOT_FOUND, "no such person");
}

/* What was sealed before she had this number is a former holder's to approve, if anybody's. */
static enum err check_hers(const struct vault *v, const struct opening_terms *t,
                           struct problem *problem)
{
    for (int c = 0; c < CATEGORIES; c++) {
        const struct value key[] = {value_text(t->person),
                                    value_text(str_of(category_word((enum category)c)))};
        bool former = false;
        if ((t->what >> c & 1) == 0)
            continue;
        enum err e = store_any(v->store,
                               "SELECT 1 FROM member_links l JOIN vault v ON v.\"person\" = "
                               "l.\"person\" WHERE l.\"person\" = $1 AND v.\"label\" = $2 AND "
                               "v.\"changed\" < l.\"since\"",
                               key, 2, &former, problem);
        if (e != OK)
            return e;
        if (former)
            return problem_set(problem, ERR_DENIED,
                               "what is sealed is older than your number in this file");
    }
    return OK;
}

static enum err check_holder(struct store *s, struct str holder, struct problem *problem)
{
    const struct value key = value_text(holder);
    bool any;
    enum err e = store_any(s,
                           "SELECT 1 FROM organisations WHERE id = $1 AND status = 'active' "
                           "UNION ALL SELECT 1 FROM staff WHERE id = $1 AND status = 'active'",
                           &key, 1, &any, problem);
    return e != OK || any ? e
                          : problem_set(problem, ERR_NOT_FOUND,
                                        "nobody of that id may look: name staff, or an "
                                        "organisation");
}

struct authority {
    char id[ID_BYTES + 1];
};

static bool take_authority(void *to, const struct value *v, size_t n)
{
    struct authority *a = to;
    return n == 1 && str_copy(v[0].s, a->id, sizeof a->id) && false;
}

/* The authority that a member of its staff acts for. */
static enum err authority_of(struct store *s, struct str staff, struct authority *out,
                             struct problem *problem)
{
    const struct value key = value_text(staff);
    *out = (struct authority){.id = ""};
    enum err e = store_run(s,
                           "SELECT o.id FROM staff s JOIN organisations o ON o.id = "
                           "s.organisation WHERE s.id = $1 AND s.status = 'active' AND o.status = "
                           "'active' AND o.kind = 'authority'",
                           &key, 1, take_authority, out, problem);
    if (e == OK && out->id[0] == '\0')
        e = problem_set(problem, ERR_DENIED, "only an authority's officers order an opening");
    return e;
}

static void begin_row(struct value row[static OPENING_COLUMNS], const struct opening_terms *t,
                      bool order, struct str holder, const struct fact_origin *origin,
                      struct str asked_by, struct str id, struct str what)
{
    for (size_t i = 0; i < OPENING_COLUMNS; i++)
        row[i] = value_null();
    row[OPENING_ID] = value_text(id);
    row[OPENING_PERSON] = value_text(t->person);
    row[OPENING_CATEGORIES] = value_text(what);
    row[OPENING_BASIS] = value_text(order ? STR("order") : STR("approval"));
    row[OPENING_HOLDER] = value_text(holder);
    row[OPENING_FROM] = value_int(t->from != 0 ? t->from : origin->at);
    row[OPENING_ASKED_AT] = value_int(origin->at);
    row[OPENING_UNTIL] = value_int(t->until);
    row[OPENING_ASKED_BY] = value_text(asked_by);
    if (order)
        row[OPENING_DOCUMENT] = value_text(str_trim(t->document));
    if (t->task.n > 0)
        row[OPENING_TASK] = value_text(t->task);
    if (t->secret_until != 0)
        row[OPENING_SECRET_UNTIL] = value_int(t->secret_until);
    row[OPENING_STATUS] = value_text(STR("proposed"));
}

/* Confirmed by whoever may: open at once if there is nothing to be unsealed. ------------------- */

static enum err set_confirmed(const struct vault *v, struct value *row, struct str by, when at,
                              struct problem *problem)
{
    bool any;
    const categories what = categories_of(fact_text(&row[OPENING_CATEGORIES]), ';');
    enum err e = opening_any_sealed(v, fact_text(&row[OPENING_PERSON]), what, &any, problem);
    row[OPENING_CONFIRMED_BY] = value_text(by);
    row[OPENING_CONFIRMED_AT] = value_int(at);
    row[OPENING_STATUS] = value_text(any ? STR("confirmed") : STR("open"));
    return e;
}

/* Steps ---------------------------------------------------------------------------------------- */

enum err opening_propose(const struct vault *v, const struct opening_terms *t,
                         const struct fact_origin *origin, char id[static FRESH_ID], int64_t *seq,
                         struct problem *problem)
{
    struct authority authority;
    struct value row[OPENING_COLUMNS];
    char words[CATEGORIES_TEXT];
    fresh_id("opn", id);
    enum err e = check_terms(v, t, true, origin->at, problem);
    if (e == OK)
        e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = authority_of(v->store, origin->actor, &authority, problem);
    if (e == OK)
        e = check_person(v->store, t->person, problem);
    if (e == OK) {
        categories_list(t->what, words);
        begin_row(row, t, true, str_of(authority.id), origin, origin->actor, str_of(id),
                  str_of(words));
        e = opening_write(v, row, origin, seq, problem);
    }
    return store_end(v->store, e, problem);
}

static enum err may_confirm(const struct vault *v, const struct value *row,
                            const struct fact_origin *origin, struct problem *problem)
{
    struct authority authority;
    enum err e = authority_of(v->store, origin->actor, &authority, problem);
    if (e != OK)
        return e;
    if (!str_eq(fact_text(&row[OPENING_HOLDER]), str_of(authority.id)))
        return problem_set(problem, ERR_NOT_FOUND, "no such opening");
    if (str_eq(fact_text(&row[OPENING_ASKED_BY]), origin->actor))
        return problem_set(problem, ERR_DENIED,
                           "an order takes two persons; somebody else must confirm it");
    if (!opening_is(row, OPENING_STATUS, "proposed") || row[OPENING_UNTIL].i <= origin->at)
        return problem_set(problem, ERR_CONFLICT, "this order does not wait for a confirmation");
    return OK;
}

enum err opening_confirm(const struct vault *v, struct str id, const struct fact_origin *origin,
                         int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum err e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = opening_find(v->store, id, &row, problem);
    if (e == OK)
        e = may_confirm(v, row.v, origin, problem);
    if (e == OK)
        e = opening_key_make(v->keys, id, origin->at, problem);
    if (e == OK)
        e = set_confirmed(v, row.v, origin->actor, origin->at, problem);
    if (e == OK)
        e = opening_write(v, row.v, origin, seq, problem);
    return store_end(v->store, e, problem);
}

/* Each that waits is told to her number. */
static enum err has_room(struct store *s, const struct opening_terms *t, when now,
                         struct problem *problem)
{
    const struct value params[] = {value_text(t->person), value_int(now - WHEN_DAY)};
    int64_t asked = 0;
    if (t->from == 0)
        return OK;
    enum err e =
        store_integer(s,
                      "SELECT COUNT(*) FROM openings WHERE \"person\" = $1 AND \"basis\" = "
                      "'approval' AND \"from\" > \"asked_at\" AND \"asked_at\" > $2",
                      params, 2, &asked, problem);
    return e != OK || asked < OPENING_A_DAY
               ? e
               : problem_set(problem, ERR_LIMIT, "an approval was asked for too often");
}

static enum err confirm_hers(const struct vault *v, struct value *row, when at,
                             struct problem *problem)
{
    enum err e = opening_key_make(v->keys, fact_text(&row[OPENING_ID]), at, problem);
    return e == OK ? set_confirmed(v, row, fact_text(&row[OPENING_PERSON]), at, problem) : e;
}

enum err opening_approve(const struct vault *v, const struct opening_terms *t,
                         const struct fact_origin *origin, char id[static FRESH_ID], int64_t *seq,
                         struct problem *problem)
{
    struct value row[OPENING_COLUMNS];
    char words[CATEGORIES_TEXT];
    fresh_id("opn", id);
    enum err e = check_terms(v, t, false, origin->at, problem);
    if (e == OK)
        e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = check_person(v->store, t->person, problem);
    if (e == OK)
        e = check_hers(v, t, problem);
    if (e == OK)
        e = check_holder(v->store, t->holder, problem);
    if (e == OK)
        e = has_room(v->store, t, origin->at, problem);
    categories_list(t->what, words);
    begin_row(row, t, false, t->holder, origin, t->person, str_of(id), str_of(words));
    if (e == OK && t->from == 0)
        e = confirm_hers(v, row, origin->at, problem);
    if (e == OK)
        e = opening_write(v, row, origin, seq, problem);
    return store_end(v->store, e, problem);
}

/* One that has waited, unless she ended it meanwhile; until this is done she waits. */
static enum err begin(const struct vault *v, struct str id, const struct fact_origin *origin,
                      int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    const struct value key = value_text(id);
    enum err e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = store_run(v->store, "UPDATE openings SET \"status\" = \"status\" WHERE \"id\" = $1", &key,
                  1, NULL, NULL, problem);
    if (e == OK)
        e = opening_find(v->store, id, &row, problem);
    if (e == OK && !opening_is(row.v, OPENING_STATUS, "proposed"))
        return store_end(v->store, OK, problem);
    const struct opening_terms t = {
        .person = e == OK ? fact_text(&row.v[OPENING_PERSON]) : STR(""),
        .what = e == OK ? categories_of(fact_text(&row.v[OPENING_CATEGORIES]), ';') : 0};
    if (e == OK)
        e = check_hers(v, &t, problem);
    if (e == OK)
        e = confirm_hers(v, row.v, origin->at, problem);
    if (e == OK)
        e = opening_write(v, row.v, origin, seq, problem);
    const bool foreign = e == ERR_DENIED;
    e = store_end(v->store, e, problem);
    return foreign ? opening_end(v, id, origin, seq, problem) : e;
}

enum err opening_begin(const struct vault *v, const struct fact_origin *origin, unsigned *begun,
                       int64_t *seq, struct problem *problem)
{
    return opening_each_due(
        v,
        "SELECT \"id\" FROM openings WHERE \"status\" = 'proposed' AND \"basis\" = "
        "'approval' AND \"from\" <= $1 ORDER BY \"from\"",
        begin, origin, begun, seq, problem);
}
