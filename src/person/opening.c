#include "person/opening.h"

#include "person/member.h"
#include "person/wording.h"

#include <sodium.h>
#include <stdio.h>

static const struct column columns[] = {
    [OPENING_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [OPENING_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true, .refers = "persons"},
    [OPENING_CATEGORIES] = {.name = "categories",
                            .type = COLUMN_LIST,
                            .items = ITEM_WORD,
                            .words = CATEGORY_WORDS,
                            .required = true},
    [OPENING_BASIS] = {.name = "basis",
                       .type = COLUMN_WORD,
                       .required = true,
                       .words = "approval order"},
    [OPENING_HOLDER] = {.name = "holder", .type = COLUMN_ID, .required = true},
    [OPENING_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [OPENING_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .required = true},
    [OPENING_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT},
    [OPENING_TASK] = {.name = "task", .type = COLUMN_ID},
    [OPENING_ASKED_BY] = {.name = "asked_by", .type = COLUMN_ID, .required = true},
    [OPENING_ASKED_AT] = {.name = "asked_at", .type = COLUMN_TIME, .required = true},
    [OPENING_CONFIRMED_BY] = {.name = "confirmed_by", .type = COLUMN_ID},
    [OPENING_CONFIRMED_AT] = {.name = "confirmed_at", .type = COLUMN_TIME},
    [OPENING_SECRET_UNTIL] = {.name = "secret_until", .type = COLUMN_UNTIL},
    [OPENING_STATUS] = {.name = "status",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = "proposed confirmed open ended void"},
    [OPENING_WHY] = {.name = "why", .type = COLUMN_TEXT},
};
_Static_assert(sizeof columns / sizeof *columns == OPENING_COLUMNS, "one entry a column");

const struct fact_kind opening_kind = {
    .name = "openings",
    .table = "openings",
    .columns = columns,
    .count = OPENING_COLUMNS,
};

static bool is(const struct value *row, int column, const char *word)
{
    return str_eq(fact_text(&row[column]), str_of(word));
}

/* What is asked for ---------------------------------------------------------------------------- */

static categories sealed_ones(const struct rules *rules)
{
    categories all = 0;
    for (int c = 0; c < CATEGORIES; c++)
        if (rules_category(rules, (enum category)c)->sealed)
            all |= (categories)(1 << c);
    return all;
}

static enum err check_terms(const struct vault *v, const struct opening_terms *t, bool order,
                            when now, struct problem *problem)
{
    const struct rule_limit *limit = rules_limit(v->rules, order ? LIMIT_ORDER : LIMIT_APPROVAL);
    const int64_t longest = limit != NULL ? limit->time_s : 0;
    if (t->what == 0 || (t->what & ~CATEGORIES_ALL) != 0)
        return problem_set(problem, ERR_INVALID, "name at least one category of data");
    if (!order && (t->what & ~sealed_ones(v->rules)) != 0)
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

/* Rows ----------------------------------------------------------------------------------------- */

static enum err write(const struct vault *v, const struct value *row,
                      const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    return fact_write(v->store, &opening_kind, row, origin->node, origin->actor, origin->at, seq,
                      problem);
}

static enum err finish(const struct vault *v, enum err e, struct problem *problem)
{
    if (e == OK)
        return store_commit(v->store, problem);
    store_rollback(v->store);
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

enum err opening_find(struct store *s, struct str id, struct fact_row *out, struct problem *problem)
{
    const struct value key[OPENING_COLUMNS] = {[OPENING_ID] = value_text(id)};
    enum err e = fact_find(s, &opening_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such opening") : e;
}

/* Confirmed by whoever may: open at once if there is nothing to be unsealed. ------------------- */

static bool count_one(void *to, const uint8_t name[static SEAL_NAME],
                      const uint8_t envelope[static SEAL_ENVELOPE])
{
    (void)name;
    (void)envelope;
    *(bool *)to = true;
    return false;
}

/* Is something sealed kept of these categories? */
static enum err any_sealed(const struct vault *v, struct str person, categories what, bool *any,
                           struct problem *problem)
{
    *any = false;
    what &= sealed_ones(v->rules);
    for (int c = 0; c < CATEGORIES && !*any; c++) {
        struct buf sealed;
        if ((what >> c & 1) == 0)
            continue;
        buf_init(&sealed, UNWRAP_MAX);
        enum err e = vault_sealed(v, person, (enum category)c, &sealed, problem);
        if (e == OK)
            e = seal_envelopes(buf_view(&sealed), count_one, any);
        buf_fini(&sealed);
        if (e != OK && e != ERR_NOT_FOUND)
            return e;
    }
    return OK;
}

static enum err set_confirmed(const struct vault *v, struct value *row, struct str by, when at,
                              struct problem *problem)
{
    bool any;
    const categories what = categories_of(fact_text(&row[OPENING_CATEGORIES]), ';');
    enum err e = any_sealed(v, fact_text(&row[OPENING_PERSON]), what, &any, problem);
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
        e = write(v, row, origin, seq, problem);
    }
    return finish(v, e, problem);
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
    if (!is(row, OPENING_STATUS, "proposed") || row[OPENING_UNTIL].i <= origin->at)
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
        e = write(v, row.v, origin, seq, problem);
    return finish(v, e, problem);
}

static bool take_count(void *to, const struct value *v, size_t n)
{
    if (n == 1)
        *(int64_t *)to = v[0].i;
    return false;
}

/* Each that waits is told to her number. */
static enum err has_room(struct store *s, const struct opening_terms *t, when now,
                         struct problem *problem)
{
    const struct value params[] = {value_text(t->person), value_int(now - WHEN_DAY)};
    int64_t asked = 0;
    if (t->from == 0)
        return OK;
    enum err e = store_run(s,
                           "SELECT COUNT(*) FROM openings WHERE \"person\" = $1 AND \"basis\" = "
                           "'approval' AND \"from\" > \"asked_at\" AND \"asked_at\" > $2",
                           params, 2, take_count, &asked, problem);
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
        e = write(v, row, origin, seq, problem);
    return finish(v, e, problem);
}

/* The officer's part --------------------------------------------------------------------------- */

static enum err waits(const struct value *row, when now, struct problem *problem)
{
    if ((is(row, OPENING_STATUS, "confirmed") || is(row, OPENING_STATUS, "open")) &&
        row[OPENING_UNTIL].i > now)
        return OK;
    return problem_set(problem, ERR_CONFLICT, "this opening is not approved, or has ended");
}

struct gathering {
    struct opening_request *out;
    enum category category;
};

static bool gather(void *to, const uint8_t name[static SEAL_NAME],
                   const uint8_t envelope[static SEAL_ENVELOPE])
{
    const struct gathering *g = to;
    struct opening_envelope *x = &g->out->envelope[g->out->count++];
    x->category = g->category;
    memcpy(x->officer, name, SEAL_NAME);
    memcpy(x->sealed, envelope, SEAL_ENVELOPE);
    return g->out->count < OPENING_ENVELOPES;
}

enum err opening_request(const struct vault *v, struct str id, when now,
                         struct opening_request *out, struct problem *problem)
{
    struct fact_row row;
    out->count = 0;
    enum err e = opening_find(v->store, id, &row, problem);
    if (e == OK)
        e = waits(row.v, now, problem);
    if (e == OK && (e = opening_key_public(v->keys, id, out->seal_to)) != OK)
        e = problem_set(problem, e, "the opening's key cannot be read (%s)", err_name(e));
    const categories what =
        sealed_ones(v->rules) &
        (e == OK ? categories_of(fact_text(&row.v[OPENING_CATEGORIES]), ';') : 0);
    for (int c = 0; c < CATEGORIES && e == OK; c++) {
        struct gathering g = {out, (enum category)c};
        struct buf sealed;
        if ((what >> c & 1) == 0)
            continue;
        buf_init(&sealed, UNWRAP_MAX);
        e = vault_sealed(v, fact_text(&row.v[OPENING_PERSON]), g.category, &sealed, problem);
        if (e == OK)
            e = seal_envelopes(buf_view(&sealed), gather, &g);
        else if (e == ERR_NOT_FOUND)
            e = OK;
        buf_fini(&sealed);
    }
    return e;
}

static enum err take_one(const struct vault *v, const struct value *row,
                         const struct opening_envelope *x, struct problem *problem)
{
    uint8_t key[SEAL_KEY];
    const struct str id = fact_text(&row[OPENING_ID]);
    if ((categories_of(fact_text(&row[OPENING_CATEGORIES]), ';') >> x->category & 1) == 0)
        return problem_set(problem, ERR_INVALID, "%s is not what was approved",
                           category_word(x->category));
    enum err e = opening_key_unpack(v->keys, id, x->sealed, key);
    if (e == OK)
        e = vault_try(v, fact_text(&row[OPENING_PERSON]), x->category, key, NULL);
    sodium_memzero(key, sizeof key);
    if (e == ERR_CORRUPT || e == ERR_NOT_FOUND || e == ERR_DENIED)
        return problem_set(problem, ERR_INVALID,
                           "what was handed in for %s opens nothing; use the request of this "
                           "opening, and an officer's key that it is sealed to",
                           category_word(x->category));
    if (e != OK)
        return problem_set(problem, e, "what was handed in cannot be tried (%s)", err_name(e));
    return opening_key_keep(v->store, id, str_of(category_word(x->category)), x->sealed, problem);
}

/* Is there a key for all that is kept? */
static enum err check_complete(const struct vault *v, const struct value *row,
                               const struct opening_envelope *x, size_t count,
                               struct problem *problem)
{
    categories missing = categories_of(fact_text(&row[OPENING_CATEGORIES]), ';');
    for (size_t i = 0; i < count; i++)
        missing &= (categories) ~(1 << x[i].category);
    bool any;
    enum err e = any_sealed(v, fact_text(&row[OPENING_PERSON]), missing, &any, problem);
    if (e == OK && any)
        e = problem_set(problem, ERR_INVALID, "a category's key is missing; hand in all at once");
    return e;
}

enum err opening_hand_in(const struct vault *v, struct str id, const struct opening_envelope *x,
                         size_t count, const struct fact_origin *origin, int64_t *seq,
                         struct problem *problem)
{
    struct fact_row row;
    enum err e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = opening_find(v->store, id, &row, problem);
    if (e == OK)
        e = waits(row.v, origin->at, problem);
    if (e == OK)
        e = check_complete(v, row.v, x, count, problem);
    for (size_t i = 0; i < count && e == OK; i++)
        e = take_one(v, row.v, &x[i], problem);
    if (e == OK) {
        row.v[OPENING_STATUS] = value_text(STR("open"));
        e = write(v, row.v, origin, seq, problem);
    }
    return finish(v, e, problem);
}

/* Ends ----------------------------------------------------------------------------------------- */

/* `why`: it was unlawful; NULL: it is only over. */
static enum err end(const struct vault *v, struct str id, const struct str *why,
                    const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum err e = opening_find(v->store, id, &row, problem);
    if (e != OK)
        return e;
    e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = opening_find(v->store, id, &row, problem);
    if (e == OK)
        e = opening_key_end(v->store, v->keys, id, origin->at, problem);
    if (e == OK && !is(row.v, OPENING_STATUS, "void") &&
        (why != NULL || !is(row.v, OPENING_STATUS, "ended"))) {
        row.v[OPENING_STATUS] = value_text(why != NULL ? STR("void") : STR("ended"));
        if (why != NULL)
            row.v[OPENING_WHY] = value_text(*why);
        if (row.v[OPENING_UNTIL].i > origin->at)
            row.v[OPENING_UNTIL] = value_int(origin->at);
        e = write(v, row.v, origin, seq, problem);
    }
    return finish(v, e, problem);
}

enum err opening_end(const struct vault *v, struct str id, const struct fact_origin *origin,
                     int64_t *seq, struct problem *problem)
{
    return end(v, id, NULL, origin, seq, problem);
}

enum err opening_void(const struct vault *v, struct str id, struct str why,
                      const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    why = str_trim(why);
    if (why.n == 0 || why.n > TEXT_MAX)
        return problem_set(problem, ERR_INVALID, "say why it is unlawful");
    return end(v, id, &why, origin, seq, problem);
}

enum { AT_ONCE = 64 };

struct due {
    char id[AT_ONCE][FRESH_ID];
    size_t count;
};

static bool take_due(void *to, const struct value *v, size_t n)
{
    struct due *d = to;
    if (n == 1 && str_copy(v[0].s, d->id[d->count], FRESH_ID))
        d->count++;
    return d->count < AT_ONCE;
}

/* `step` takes each that `sql` selects at $1 out of what it selects. */
typedef enum err opening_step(const struct vault *, struct str id, const struct fact_origin *,
                              int64_t *seq, struct problem *);
static enum err step_all(const struct vault *v, const char *sql, opening_step *step,
                         const struct fact_origin *origin, unsigned *done, int64_t *seq,
                         struct problem *problem)
{
    const struct value key = value_int(origin->at);
    struct due due;
    *done = 0;
    do {
        due.count = 0;
        enum err e = store_run(v->store, sql, &key, 1, take_due, &due, problem);
        for (size_t i = 0; i < due.count && e == OK; i++)
            e = step(v, str_of(due.id[i]), origin, seq, problem);
        if (e != OK)
            return e;
        *done += (unsigned)due.count;
    } while (due.count == AT_ONCE);
    return OK;
}

enum err opening_expire(const struct vault *v, const struct fact_origin *origin, unsigned *ended,
                        int64_t *seq, struct problem *problem)
{
    return step_all(v,
                    "SELECT \"id\" FROM openings WHERE \"status\" NOT IN ('ended', 'void') AND "
                    "\"until\" <= $1 ORDER BY \"until\"",
                    opening_end, origin, ended, seq, problem);
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
    if (e == OK && !is(row.v, OPENING_STATUS, "proposed"))
        return finish(v, OK, problem);
    const struct opening_terms t = {
        .person = e == OK ? fact_text(&row.v[OPENING_PERSON]) : STR(""),
        .what = e == OK ? categories_of(fact_text(&row.v[OPENING_CATEGORIES]), ';') : 0};
    if (e == OK)
        e = check_hers(v, &t, problem);
    if (e == OK)
        e = confirm_hers(v, row.v, origin->at, problem);
    if (e == OK)
        e = write(v, row.v, origin, seq, problem);
    const bool foreign = e == ERR_DENIED;
    e = finish(v, e, problem);
    return foreign ? opening_end(v, id, origin, seq, problem) : e;
}

enum err opening_begin(const struct vault *v, const struct fact_origin *origin, unsigned *begun,
                       int64_t *seq, struct problem *problem)
{
    return step_all(v,
                    "SELECT \"id\" FROM openings WHERE \"status\" = 'proposed' AND \"basis\" = "
                    "'approval' AND \"from\" <= $1 ORDER BY \"from\"",
                    begin, origin, begun, seq, problem);
}

/* Reading -------------------------------------------------------------------------------------- */

struct listing {
    opening_each *each;
    void *to;
};

static bool hand_on(void *to, const struct value *v, size_t n)
{
    const struct listing *l = to;
    return n == OPENING_COLUMNS && l->each(l->to, v);
}

#define ROW                                                                                        \
    "\"id\", \"person\", \"categories\", \"basis\", \"holder\", \"from\", \"until\", "             \
    "\"document\", \"task\", \"asked_by\", \"asked_at\", \"confirmed_by\", \"confirmed_at\", "     \
    "\"secret_until\", \"status\", \"why\" "

enum err opening_waiting(struct store *s, when now, opening_each *each, void *to,
                         struct problem *problem)
{
    struct listing l = {each, to};
    const struct value key = value_int(now);
    return store_run(s,
                     "SELECT " ROW
                     "FROM openings WHERE \"status\" NOT IN ('ended', 'void') AND \"until\" > $1 "
                     "ORDER BY \"until\", \"id\"",
                     &key, 1, hand_on, &l, problem);
}

enum err opening_list(struct store *s, struct str person, opening_each *each, void *to,
                      struct problem *problem)
{
    struct listing l = {each, to};
    const struct value key = value_text(person);
    return store_run(
        s, "SELECT " ROW "FROM openings WHERE \"person\" = $1 ORDER BY \"asked_at\" DESC, \"id\"",
        &key, 1, hand_on, &l, problem);
}

bool opening_told(const struct value *row, when now)
{
    return row[OPENING_SECRET_UNTIL].type != VALUE_INT || row[OPENING_SECRET_UNTIL].i <= now;
}
