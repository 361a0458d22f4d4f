#include "desk/disclosure.h"

#include "desk/text.h"

static const struct column columns[] = {
    [DISCLOSURE_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [DISCLOSURE_COMPLAINT] = {.name = "complaint", .type = COLUMN_ID, .required = true},
    [DISCLOSURE_WHAT] = {.name = "what",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = "text evidence reporter"},
    [DISCLOSURE_EVIDENCE] = {.name = "evidence", .type = COLUMN_ID},
    [DISCLOSURE_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [DISCLOSURE_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [DISCLOSURE_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [DISCLOSURE_NUMBER] = {.name = "number", .type = COLUMN_COUNT},
};
_Static_assert(sizeof columns / sizeof *columns == DISCLOSURE_COLUMNS, "one entry a column");

const struct fact_kind disclosure_kind = {
    .name = "disclosures", .table = "disclosures", .columns = columns, .count = DISCLOSURE_COLUMNS};

/* May this officer open one more today? */
static enum err budget(const struct desk_work *w, struct desk_no *no, struct problem *problem)
{
    const int64_t most = rules_limit_count(w->rules, LIMIT_COMPLAINTS_OPENED, 0);
    const struct value v[] = {value_text(str_of(w->who->id)), value_int(w->at - WHEN_DAY)};
    int64_t opened = 0;
    enum err e = store_integer(w->store,
                               "SELECT COUNT(*) FROM disclosures WHERE \"staff\" = $1 AND \"at\" > "
                               "$2",
                               v, 2, &opened, problem);
    if (e == OK && opened >= most)
        desk_refuse(no, DESK_LIMIT, "budget-exceeded",
                    "you have opened %lld complaints within a day, which is as many as may be",
                    (long long)opened);
    return e;
}

/* The complaint's row is locked (complaint_take), so that no two have one number. */
static enum err note(const struct desk_work *w, const struct disclosure *d, int64_t *seq,
                     struct problem *problem)
{
    char id[FRESH_ID];
    int64_t last = 0;
    const struct value complaint = value_text(d->complaint);
    enum err e =
        store_integer(w->store, "SELECT MAX(\"number\") FROM disclosures WHERE \"complaint\" = $1",
                      &complaint, 1, &last, problem);
    fresh_id("dis", id);
    const struct value row[DISCLOSURE_COLUMNS] = {
        [DISCLOSURE_ID] = value_text(str_of(id)),
        [DISCLOSURE_COMPLAINT] = value_text(d->complaint),
        [DISCLOSURE_WHAT] = value_text(str_of(d->what)),
        [DISCLOSURE_EVIDENCE] = d->evidence.n > 0 ? value_text(d->evidence) : value_null(),
        [DISCLOSURE_STAFF] = value_text(str_of(w->who->id)),
        [DISCLOSURE_ORGANISATION] = value_text(str_of(w->who->organisation)),
        [DISCLOSURE_AT] = value_int(w->at),
        [DISCLOSURE_NUMBER] = value_int(last + 1)};
    if (e == OK)
        e = desk_write(w, &disclosure_kind, row, seq, problem);
    return e == OK && d->reason.n > 0
               ? desk_text_put(w, str_of(id), DISCLOSURE_TEXT_REASON, d->reason, problem)
               : e;
}

static enum err has_evidence(const struct desk_work *w, const struct disclosure *d,
                             struct desk_no *no, struct problem *problem)
{
    bool there = true;
    const struct value v[] = {value_text(d->evidence), value_text(d->complaint)};
    enum err e = OK;
    if (d->evidence.n > 0)
        e = store_any(w->store, "SELECT 1 FROM evidence WHERE \"id\" = $1 AND \"complaint\" = $2",
                      v, 2, &there, problem);
    if (e == OK && !there)
        desk_absent(no);
    return e;
}

/* Is there something left to open, and is it for who acts (desk/forget.h)? */
static enum err is_open(const struct desk_work *w, const struct disclosure *d, struct desk_no *no,
                        struct problem *problem)
{
    const struct value v[] = {d->row.v[COMPLAINT_KEY], value_text(str_of(w->who->organisation))};
    bool theirs = true;
    enum err e = OK;
    if (d->row.v[COMPLAINT_FORGOTTEN_AT].type == VALUE_INT) {
        desk_refuse(no, DESK_CONFLICT, "forgotten",
                    "what was written in this complaint is kept no longer");
        return OK;
    }
    if (d->row.v[COMPLAINT_RESTRICTED_AT].type != VALUE_INT)
        return OK;
    e = store_any(
        w->store,
        "SELECT 1 FROM complaints c LEFT JOIN complaints l ON l.\"id\" = "
        "c.\"joined_to\" JOIN cases k ON k.\"id\" = COALESCE(c.\"case\", l.\"case\") WHERE "
        "c.\"id\" = $1 AND COALESCE(k.\"filed_by\", k.\"opened_by\") = $2",
        v, 2, &theirs, problem);
    if (e == OK && (!theirs || strcmp(d->what, "reporter") == 0))
        desk_refuse(no, DESK_CONFLICT, "restricted",
                    "she has had it erased: it is kept for the case alone, for the authority in "
                    "charge, without who she is");
    return e;
}

enum err disclosure_make(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    struct disclosure *d = what;
    if (!str_starts(str_of(w->who->id), STR("stf_"))) {
        desk_refuse(no, DESK_DENIED, "named-officer-only",
                    "a complaint opens to a member of staff under her own name, not to a token of "
                    "the organisation");
        return OK;
    }
    enum err e = complaint_take(w, d->complaint, &d->row, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = is_open(w, d, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = has_evidence(w, d, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = budget(w, no, problem);
    return e == OK && no->why == DESK_YES ? note(w, d, seq, problem) : e;
}

enum err disclosure_list(struct store *s, struct str complaint, fact_pick *each, void *to,
                         struct problem *problem)
{
    const struct value v[] = {value_text(complaint), value_int(DISCLOSURES_LISTED)};
    return fact_list(s, &disclosure_kind,
                     "WHERE x.\"complaint\" = $1 ORDER BY x.\"at\" DESC, x.\"id\" LIMIT $2", v, 2,
                     each, to, problem);
}

/* Its record ----------------------------------------------------------------------------------- */

struct journaled {
    bool there;
    int64_t seq;
    when at;
};

static bool take_journaled(void *to, const struct value *c, size_t count)
{
    struct journaled *j = to;
    (void)count;
    *j = (struct journaled){true, c[0].i, c[1].i};
    return false;
}

enum err disclosure_journal(const struct desk_work *w, struct str id, int64_t *seq, when *at,
                            struct problem *problem)
{
    struct journaled j = {.there = false};
    const struct value v[] = {value_text(id), value_text(w->node)};
    enum err e = store_run(w->store,
                           "SELECT \"seq\", \"at\" FROM journal WHERE \"kind\" = 'disclosures' AND "
                           "\"subject\" = $1 AND \"node\" = $2",
                           v, 2, take_journaled, &j, problem);
    *seq = j.seq;
    *at = j.at;
    if (e == OK && !j.there)
        e = problem_set(problem, ERR_NOT_FOUND, "another node's ledger has the record");
    return e;
}

enum err disclosure_of_hers(struct store *s, int64_t seq, const uint8_t link[static COMPLAINT_LINK],
                            when since, fact_pick *each, void *to, struct problem *problem)
{
    const struct value v[] = {value_int(seq), value_bytes(link, COMPLAINT_LINK), value_int(since)};
    return fact_list(
        s, &disclosure_kind,
        "JOIN journal j ON j.\"subject\" = x.\"id\" AND j.\"kind\" = 'disclosures' JOIN "
        "complaints c ON c.\"id\" = x.\"complaint\" WHERE j.\"seq\" = $1 AND "
        "c.\"link\" = $2 AND c.\"received_at\" >= $3",
        v, 3, each, to, problem);
}
