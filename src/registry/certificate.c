#include "registry/certificate.h"

#include "registry/paper.h"
#include "registry/training.h"

#include <sodium.h>
#include <stdio.h>

static const struct column columns[] = {
    [CERTIFICATE_ID] = {.name = "number", .type = COLUMN_ID, .required = true, .key = true},
    [CERTIFICATE_PRACTITIONER] = {.name = "practitioner", .type = COLUMN_ID, .required = true},
    [CERTIFICATE_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [CERTIFICATE_COURSE] = {.name = "course", .type = COLUMN_TEXT, .required = true},
    [CERTIFICATE_EXAM] = {.name = "exam", .type = COLUMN_ID, .required = true},
    [CERTIFICATE_SCORE] = {.name = "score", .type = COLUMN_COUNT, .required = true},
    [CERTIFICATE_ISSUED_AT] = {.name = "issued_at", .type = COLUMN_TIME, .required = true},
    [CERTIFICATE_ISSUED_BY] = {.name = "issued_by", .type = COLUMN_ID, .required = true},
    [CERTIFICATE_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .required = true},
    [CERTIFICATE_RENEWS] = {.name = "renews", .type = COLUMN_ID},
    [CERTIFICATE_STATUS] = {.name = "status",
                            .type = COLUMN_WORD,
                            .required = true,
                            .words = "valid suspended revoked"},
    [CERTIFICATE_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [CERTIFICATE_GROUND] = {.name = "ground", .type = COLUMN_TEXT},
    [CERTIFICATE_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT},
    [CERTIFICATE_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == CERTIFICATE_COLUMNS, "one entry a column");

const struct fact_kind certificate_kind = {.name = "certificates",
                                           .table = "certificates",
                                           .columns = columns,
                                           .count = CERTIFICATE_COLUMNS};

static const struct {
    const char *word, *text;
} nos[CERTIFICATE_NOS] = {
    [CERTIFICATE_YES] = {"done", "done"},
    [CERTIFICATE_TOO_YOUNG] = {"too-young", "she is younger than a practitioner may be"},
    [CERTIFICATE_NO_CAPACITY] = {"no-capacity", "she has no full capacity for civil conduct"},
    [CERTIFICATE_NO_COLLEGE] = {"education", "a practitioner has finished college (大专) or more"},
    [CERTIFICATE_BARRED] = {"barred", "a bar holds; GET /v1/bars says which and why"},
    [CERTIFICATE_NO_PRACTITIONER] = {"unknown-practitioner",
                                     "nobody's documents were seen for this account, or another "
                                     "human's; POST /v1/practitioners notes whose it is"},
    [CERTIFICATE_NO_EXAM] =
        {"exam-not-passed",
         "the exam named is not the newest of this course that she has passed in time"},
    [CERTIFICATE_NO_TRAINING] =
        {"training-missing", "too few hours of training are entered; GET /v1/staff/{id}/trainings "
                             "has them, the rule pack how many it takes"},
    [CERTIFICATE_HAS] = {"has-certificate", "this account has a certificate; renew that one"},
    [CERTIFICATE_TAKEN] = {"number-taken", "another certificate has this number"},
    [CERTIFICATE_NOT_YET] =
        {"not-yet-renewable",
         "too early; cn.limit.certificate-renewal of the rule pack says how long before its end"},
    [CERTIFICATE_OVER] = {"expired", "it has ended; a new one is issued after an exam"},
    [CERTIFICATE_SUSPENDED] = {"suspended", "it is suspended; restore it first"},
    [CERTIFICATE_NOT_SUSPENDED] = {"not-suspended", "it is not suspended"},
    [CERTIFICATE_REVOKED] = {"revoked",
                             "it is revoked for ever; a new one is issued after an exam"},
    [CERTIFICATE_OWN] = {"own-human", "nobody certifies herself; a colleague does"},
};
_Static_assert((int)CERTIFICATE_BARRED == (int)PRACTITIONER_BARRED &&
                   (int)CERTIFICATE_NO_PRACTITIONER == (int)PRACTITIONER_UNKNOWN,
               "the first are those of practitioner_may");

const char *certificate_word(enum certificate_no no)
{
    return nos[no].word;
}

const char *certificate_text(enum certificate_no no)
{
    return nos[no].text;
}

/* -- Until when --------------------------------------------------------------------------- */

struct newest {
    bool any;
    when until;
};

static bool take_newest(void *to, const struct value *v, size_t count)
{
    struct newest *n = to;
    n->any = v[0].i > 0;
    n->until = v[1].type == VALUE_INT ? v[1].i : 0;
    return false;
}

enum err certificate_until(struct store *s, const struct rules *rules, struct str staff,
                           struct str stated, when *until, struct problem *problem)
{
    const struct value key = value_text(staff);
    struct newest n = {.any = true};
    struct str id;
    bool taken;
    *until = 0;
    enum err e = store_run(s,
                           "SELECT COUNT(*), MAX(CASE WHEN \"status\" = 'valid' THEN \"until\" "
                           "END) FROM certificates WHERE \"staff\" = $1",
                           &key, 1, take_newest, &n, problem);
    if (e || n.any) {
        *until = n.until;
        return e;
    }
    if (!fact_certificate(rules, stated, &id, until))
        return OK;
    const struct value v[] = {value_text(id), key};
    e = store_any(s,
                  "SELECT 1 FROM certificates WHERE \"number\" = $1 UNION ALL SELECT 1 FROM "
                  "practitioner_staff p JOIN bars b ON b.\"practitioner\" = p.\"practitioner\" "
                  "WHERE p.\"staff\" = $2 AND b.\"status\" = 'active' LIMIT 1",
                  v, 2, &taken, problem);
    *until = e || taken ? 0 : *until;
    return e;
}

/* The midnight that begins the day so many months after that of `at`; of a shorter month its last.
 */
static when months_after(const struct rules *rules, when at, int64_t months)
{
    const int offset = rules_offset_minutes(rules);
    const struct date day = date_of_day(when_day(at, offset));
    const int64_t month = day.month - 1 + months;
    struct date d = {day.year + (int)(month / 12), (int)(month % 12) + 1, 1};
    const struct date after = {d.month == 12 ? d.year + 1 : d.year, d.month % 12 + 1, 1};
    const int length = (int)(day_of_date(after) - day_of_date(d));
    d.day = day.day < length ? day.day : length;
    return day_of_date(d) * WHEN_DAY - offset * WHEN_MINUTE;
}

enum { MONTHS = 36 }; /* unless the pack says */

static when end_from(const struct rules *rules, when at)
{
    return months_after(rules, at, rules_limit_count(rules, LIMIT_CERTIFICATE_MONTHS, MONTHS));
}

when certificate_training_from(const struct rules *rules, when at)
{
    return months_after(rules, at, -rules_limit_count(rules, LIMIT_CERTIFICATE_MONTHS, MONTHS));
}

/* -- Issuing ------------------------------------------------------------------------------ */

static bool good_number(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char c = s.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '-'))
            return false;
    }
    return s.n >= 4 && s.n < CERTIFICATE_NUMBER;
}

static enum err number_of(const struct certificate_work *w, struct str wanted,
                          char out[static CERTIFICATE_NUMBER], struct problem *problem)
{
    const struct date d = date_of_day(when_day(w->origin.at, rules_offset_minutes(w->rules)));
    if (wanted.n == 0)
        snprintf(out, CERTIFICATE_NUMBER, "%04d-%05u%05u", d.year, randombytes_uniform(100000),
                 randombytes_uniform(100000));
    else if (!good_number(wanted) || !str_copy(wanted, out, CERTIFICATE_NUMBER))
        return problem_set(problem, ERR_INVALID,
                           "a certificate's number has 4 to 40 letters, digits and hyphens");
    return OK;
}

static enum err write(const struct certificate_work *w, const struct value *row, int64_t *seq,
                      struct problem *problem)
{
    return fact_write(w->store, &certificate_kind, row, w->origin.node, w->origin.actor,
                      w->origin.at, seq, problem);
}

/* Does a statement answer? Then this is why not. */
static enum err refuse_if_any(const struct certificate_work *w, const char *sql, struct str id,
                              enum certificate_no why, enum certificate_no *no,
                              struct problem *problem)
{
    const struct value v[] = {value_text(id), value_int(w->origin.at)};
    bool any;
    enum err e = store_any(w->store, sql, v, strstr(sql, "$2") ? 2 : 1, &any, problem);
    if (!e && any)
        *no = why;
    return e;
}

static enum err may_have_one(const struct certificate_work *w, struct str practitioner,
                             enum certificate_no *no, struct problem *problem)
{
    enum practitioner_no may;
    bool own = false;
    enum err e =
        practitioner_may(w->store, w->key, w->rules, practitioner, w->origin.at, &may, problem);
    *no = e ? CERTIFICATE_NO_PRACTITIONER : (enum certificate_no)may;
    if (!e && !*no)
        e = practitioner_has(w->store, practitioner, w->origin.actor, &own, problem);
    if (own)
        *no = CERTIFICATE_OWN;
    return e;
}

static enum err trained(const struct certificate_work *w, struct str staff, when since,
                        enum limit_kind limit, enum certificate_no *no, struct problem *problem)
{
    int64_t hours = 0;
    enum err e = training_hours(w->store, staff, since, w->origin.at, &hours, problem);
    if (!e && hours < rules_limit_count(w->rules, limit, 0))
        *no = CERTIFICATE_NO_TRAINING;
    return e;
}

static enum err issue(const struct certificate_work *w, const struct certificate_terms *t,
                      const char *id, enum certificate_no *no, int64_t *seq,
                      struct problem *problem)
{
    char whose[FRESH_ID], passed[FRESH_ID] = "";
    int64_t score = 0;
    const when since = certificate_training_from(w->rules, w->origin.at);
    *no = CERTIFICATE_NO_PRACTITIONER;
    enum err e = practitioner_of(w->store, t->staff, whose, problem);
    if (e == ERR_NOT_FOUND || (!e && !str_eq(str_of(whose), t->practitioner)))
        return OK;
    if (!e)
        e = may_have_one(w, t->practitioner, no, problem);
    if (!e && !*no)
        e = paper_passed(w->store, t->practitioner, t->course, since, passed, &score, problem);
    if (!e && !*no && (passed[0] == '\0' || !str_eq(str_of(passed), t->exam)))
        *no = CERTIFICATE_NO_EXAM;
    if (!e && !*no)
        e = trained(w, t->staff, since, LIMIT_TRAINING_HOURS, no, problem);
    if (!e && !*no)
        e = refuse_if_any(w,
                          "SELECT 1 FROM certificates WHERE \"staff\" = $1 AND \"status\" <> "
                          "'revoked' AND \"until\" > $2",
                          t->staff, CERTIFICATE_HAS, no, problem);
    if (!e && !*no)
        e = refuse_if_any(w, "SELECT 1 FROM certificates WHERE \"number\" = $1", str_of(id),
                          CERTIFICATE_TAKEN, no, problem);
    if (e || *no)
        return e;
    const when at = w->origin.at;
    const struct value row[CERTIFICATE_COLUMNS] = {
        [CERTIFICATE_ID] = value_text(str_of(id)),
        [CERTIFICATE_PRACTITIONER] = value_text(t->practitioner),
        [CERTIFICATE_STAFF] = value_text(t->staff),
        [CERTIFICATE_COURSE] = value_text(t->course),
        [CERTIFICATE_EXAM] = value_text(t->exam),
        [CERTIFICATE_SCORE] = value_int(score),
        [CERTIFICATE_ISSUED_AT] = value_int(at),
        [CERTIFICATE_ISSUED_BY] = value_text(w->origin.actor),
        [CERTIFICATE_UNTIL] = value_int(end_from(w->rules, at)),
        [CERTIFICATE_STATUS] = value_text(STR("valid")),
        [CERTIFICATE_FROM] = value_int(at),
        [CERTIFICATE_BY] = value_text(w->origin.actor),
    };
    return write(w, row, seq, problem);
}

enum err certificate_issue(const struct certificate_work *w, const struct certificate_terms *t,
                           char id[static CERTIFICATE_NUMBER], enum certificate_no *no,
                           int64_t *seq, struct problem *problem)
{
    *no = CERTIFICATE_NO_PRACTITIONER;
    enum err e = number_of(w, t->number, id, problem);
    if (!e)
        e = store_begin(w->store, problem);
    return e ? e : store_end(w->store, issue(w, t, id, no, seq, problem), problem);
}

/* -- Renewing ----------------------------------------------------------------------------- */

/* Why one with this row can be neither renewed nor suspended. */
static enum certificate_no standing(const struct value *row, when at)
{
    if (str_eq(fact_text(&row[CERTIFICATE_STATUS]), STR("revoked")))
        return CERTIFICATE_REVOKED;
    if (at >= row[CERTIFICATE_UNTIL].i)
        return CERTIFICATE_OVER;
    return str_eq(fact_text(&row[CERTIFICATE_STATUS]), STR("suspended")) ? CERTIFICATE_SUSPENDED
                                                                         : CERTIFICATE_YES;
}

static enum err renew(const struct certificate_work *w, struct str old, const char *id,
                      enum certificate_no *no, int64_t *seq, struct problem *problem)
{
    const struct rule_limit *window = rules_limit(w->rules, LIMIT_CERTIFICATE_RENEWAL);
    const when at = w->origin.at;
    struct fact_row row;
    enum err e = certificate_find(w->store, old, &row, problem);
    if (e)
        return e;
    struct value *v = row.v;
    *no = standing(v, at);
    if (!*no && window != NULL && at < v[CERTIFICATE_UNTIL].i - window->time_s * WHEN_SECOND)
        *no = CERTIFICATE_NOT_YET;
    if (!*no)
        e = may_have_one(w, v[CERTIFICATE_PRACTITIONER].s, no, problem);
    if (!e && !*no)
        e = trained(w, v[CERTIFICATE_STAFF].s, v[CERTIFICATE_ISSUED_AT].i, LIMIT_RENEWAL_HOURS, no,
                    problem);
    if (!e && !*no)
        e = refuse_if_any(w, "SELECT 1 FROM certificates WHERE \"renews\" = $1", old,
                          CERTIFICATE_HAS, no, problem);
    if (!e && !*no)
        e = refuse_if_any(w, "SELECT 1 FROM certificates WHERE \"number\" = $1", str_of(id),
                          CERTIFICATE_TAKEN, no, problem);
    if (e || *no)
        return e;
    v[CERTIFICATE_ID] = value_text(str_of(id));
    v[CERTIFICATE_RENEWS] = value_text(old);
    v[CERTIFICATE_UNTIL] = value_int(end_from(w->rules, v[CERTIFICATE_UNTIL].i));
    v[CERTIFICATE_ISSUED_AT] = v[CERTIFICATE_FROM] = value_int(at);
    v[CERTIFICATE_ISSUED_BY] = v[CERTIFICATE_BY] = value_text(w->origin.actor);
    v[CERTIFICATE_GROUND] = v[CERTIFICATE_DOCUMENT] = value_null();
    return write(w, v, seq, problem);
}

enum err certificate_renew(const struct certificate_work *w, struct str old, struct str id,
                           char out[static CERTIFICATE_NUMBER], enum certificate_no *no,
                           int64_t *seq, struct problem *problem)
{
    *no = CERTIFICATE_NO_PRACTITIONER;
    enum err e = number_of(w, id, out, problem);
    if (!e)
        e = store_begin(w->store, problem);
    return e ? e : store_end(w->store, renew(w, old, out, no, seq, problem), problem);
}

/* -- Suspending, restoring, revoking -------------------------------------------------------- */

enum { AT_ONCE = 64 };

struct numbers {
    size_t count;
    char at[AT_ONCE][CERTIFICATE_NUMBER];
};

static bool take_number(void *to, const struct value *v, size_t count)
{
    struct numbers *n = to;
    n->count += str_copy(v->s, n->at[n->count], CERTIFICATE_NUMBER);
    return n->count < AT_ONCE;
}

static enum err move_one(struct store *s, const struct certificate_which *c, struct str id,
                         const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum err e = certificate_find(s, id, &row, problem);
    if (e)
        return e;
    row.v[CERTIFICATE_STATUS] = value_text(c->to);
    row.v[CERTIFICATE_FROM] = value_int(origin->at);
    row.v[CERTIFICATE_GROUND] = value_text(c->ground);
    row.v[CERTIFICATE_DOCUMENT] = value_text(c->document);
    row.v[CERTIFICATE_BY] = value_text(origin->actor);
    return fact_write(s, &certificate_kind, row.v, origin->node, origin->actor, origin->at, seq,
                      problem);
}

enum err certificate_move(struct store *s, const struct certificate_which *c,
                          const struct fact_origin *origin, unsigned *moved, int64_t *seq,
                          struct problem *problem)
{
    const struct value v[] = {value_text(c->practitioner), value_text(c->staff),
                              value_text(c->from), value_text(c->was)};
    struct numbers n;
    enum err e;
    *moved = 0;
    do {
        n.count = 0;
        e = store_run(s,
                      "SELECT \"number\" FROM certificates WHERE (\"practitioner\" = $1 OR "
                      "\"staff\" = $2) AND \"status\" = $3 AND ($4 = '' OR \"document\" = $4) "
                      "ORDER BY \"number\"",
                      v, 4, take_number, &n, problem);
        for (size_t i = 0; i < n.count && !e; i++, ++*moved)
            e = move_one(s, c, str_of(n.at[i]), origin, seq, problem);
    } while (!e && n.count == AT_ONCE);
    return e;
}

/* All of the account that are in status `from`. */
static enum err move_account(const struct certificate_work *w, const struct value *row,
                             const struct certificate_act *a, struct str from, struct str to,
                             int64_t *seq, struct problem *problem)
{
    const struct certificate_which c = {.staff = row[CERTIFICATE_STAFF].s,
                                        .from = from,
                                        .to = to,
                                        .ground = a->ground,
                                        .document = a->document};
    unsigned moved;
    return certificate_move(w->store, &c, &w->origin, &moved, seq, problem);
}

typedef enum err act(const struct certificate_work *, const struct certificate_act *,
                     const struct value *row, enum certificate_no *, int64_t *seq,
                     struct problem *);

static enum err suspend(const struct certificate_work *w, const struct certificate_act *a,
                        const struct value *row, enum certificate_no *no, int64_t *seq,
                        struct problem *problem)
{
    *no = standing(row, w->origin.at);
    return *no ? OK : move_account(w, row, a, STR("valid"), STR("suspended"), seq, problem);
}

static enum err restore(const struct certificate_work *w, const struct certificate_act *a,
                        const struct value *row, enum certificate_no *no, int64_t *seq,
                        struct problem *problem)
{
    *no = standing(row, w->origin.at);
    if (*no == CERTIFICATE_YES)
        *no = CERTIFICATE_NOT_SUSPENDED;
    if (*no != CERTIFICATE_SUSPENDED)
        return OK;
    enum err e = may_have_one(w, row[CERTIFICATE_PRACTITIONER].s, no, problem);
    return e || *no ? e : move_account(w, row, a, STR("suspended"), STR("valid"), seq, problem);
}

static enum err revoke(const struct certificate_work *w, const struct certificate_act *a,
                       const struct value *row, enum certificate_no *no, int64_t *seq,
                       struct problem *problem)
{
    *no =
        standing(row, w->origin.at) == CERTIFICATE_REVOKED ? CERTIFICATE_REVOKED : CERTIFICATE_YES;
    enum err e = *no ? OK : move_account(w, row, a, STR("valid"), STR("revoked"), seq, problem);
    return e || *no ? e : move_account(w, row, a, STR("suspended"), STR("revoked"), seq, problem);
}

static enum err do_act(const struct certificate_work *w, const struct certificate_act *a, act *run,
                       enum certificate_no *no, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    *no = CERTIFICATE_NO_PRACTITIONER;
    enum err e = store_begin(w->store, problem);
    if (e)
        return e;
    e = certificate_find(w->store, a->id, &row, problem);
    return store_end(w->store, e ? e : run(w, a, row.v, no, seq, problem), problem);
}

enum err certificate_suspend(const struct certificate_work *w, const struct certificate_act *a,
                             enum certificate_no *no, int64_t *seq, struct problem *problem)
{
    return do_act(w, a, suspend, no, seq, problem);
}

enum err certificate_restore(const struct certificate_work *w, const struct certificate_act *a,
                             enum certificate_no *no, int64_t *seq, struct problem *problem)
{
    return do_act(w, a, restore, no, seq, problem);
}

enum err certificate_revoke(const struct certificate_work *w, const struct certificate_act *a,
                            enum certificate_no *no, int64_t *seq, struct problem *problem)
{
    return do_act(w, a, revoke, no, seq, problem);
}

/* -- Reading -------------------------------------------------------------------------------- */

enum err certificate_find(struct store *s, struct str id, struct fact_row *out,
                          struct problem *problem)
{
    const struct value key[CERTIFICATE_COLUMNS] = {[CERTIFICATE_ID] = value_text(id)};
    return fact_find(s, &certificate_kind, key, out, problem);
}

enum err certificate_list(struct store *s, struct str staff, certificate_each *each, void *to,
                          struct problem *problem)
{
    const struct value key = value_text(staff);
    return fact_list(s, &certificate_kind,
                     "WHERE x.\"staff\" = $1 ORDER BY x.\"issued_at\" DESC, x.\"number\" LIMIT 64",
                     &key, 1, each, to, problem);
}
