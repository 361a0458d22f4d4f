#include "desk/complaint.h"

#include "desk/competent.h"
#include "desk/joint.h"

#include <stdlib.h>
#include <string.h>

static const struct column columns[] = {
    [COMPLAINT_KEY] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [COMPLAINT_RESPONDENT] = {.name = "respondent",
                              .type = COLUMN_ID,
                              .required = true,
                              .refers = "organisations"},
    [COMPLAINT_ISSUE] = {.name = "issue",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = COMPLAINT_ISSUES},
    [COMPLAINT_HAPPENED_AT] = {.name = "happened_at", .type = COLUMN_TIME},
    [COMPLAINT_RECEIVED_AT] = {.name = "received_at", .type = COLUMN_TIME, .required = true},
    [COMPLAINT_ANONYMOUS] = {.name = "anonymous",
                             .type = COLUMN_WORD,
                             .required = true,
                             .words = "yes no"},
    [COMPLAINT_CHANNEL] = {.name = "channel",
                           .type = COLUMN_WORD,
                           .words = COMPLAINT_CHANNELS,
                           .internal = true},
    [COMPLAINT_BODY] = {.name = "body", .type = COLUMN_ID, .internal = true},
    [COMPLAINT_STATUS] = {.name = "status",
                          .type = COLUMN_WORD,
                          .words = COMPLAINT_STATUSES,
                          .internal = true},
    [COMPLAINT_GROUND] = {.name = "ground", .type = COLUMN_ID, .internal = true},
    [COMPLAINT_DECIDED_BY] = {.name = "decided_by", .type = COLUMN_ID, .internal = true},
    [COMPLAINT_DECIDED_AT] = {.name = "decided_at", .type = COLUMN_TIME, .internal = true},
    [COMPLAINT_JOINED_TO] = {.name = "joined_to", .type = COLUMN_ID, .internal = true},
    [COMPLAINT_REPRESENTATIVE] = {.name = "representative",
                                  .type = COLUMN_WORD,
                                  .words = "yes",
                                  .internal = true},
    [COMPLAINT_CASE] = {.name = "case", .type = COLUMN_ID, .internal = true},
    [COMPLAINT_REPLIED_AT] = {.name = "replied_at", .type = COLUMN_TIME, .internal = true},
    [COMPLAINT_UPHELD] = {.name = "upheld",
                          .type = COLUMN_WORD,
                          .words = "yes no",
                          .internal = true},
    [COMPLAINT_CLOSED_AT] = {.name = "closed_at", .type = COLUMN_TIME, .internal = true},
    [COMPLAINT_RESTRICTED_AT] = {.name = "restricted_at", .type = COLUMN_TIME, .internal = true},
    [COMPLAINT_FORGOTTEN_AT] = {.name = "forgotten_at", .type = COLUMN_TIME, .internal = true},
};
_Static_assert(sizeof columns / sizeof *columns == COMPLAINT_COLUMNS, "one entry a column");

const struct fact_kind complaint_kind = {
    .name = "complaints",
    .table = "complaints",
    .columns = columns,
    .count = COMPLAINT_COLUMNS,
    .importable = true,
};

bool complaint_is(const struct value *row, const char *status)
{
    return str_eq(fact_text(&row[COMPLAINT_STATUS]), str_of(status));
}

/* One ----------------------------------------------------------------------------------------- */

enum err complaint_find(struct store *s, struct str id, struct fact_row *out,
                        struct problem *problem)
{
    const struct value key[COMPLAINT_COLUMNS] = {[COMPLAINT_KEY] = value_text(id)};
    enum err e = fact_find(s, &complaint_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such complaint") : e;
}

/* SQLite has one writer; PostgreSQL locks the row. */
enum err complaint_lock(const struct desk_work *w, struct str id, struct fact_row *out,
                        struct problem *problem)
{
    const struct value key = value_text(id);
    enum err e =
        store_run(w->store, "UPDATE complaints SET \"status\" = \"status\" WHERE \"id\" = $1", &key,
                  1, NULL, NULL, problem);
    return e == OK ? complaint_find(w->store, id, out, problem) : e;
}

enum err complaint_take(const struct desk_work *w, struct str id, struct fact_row *out,
                        struct desk_no *no, struct problem *problem)
{
    bool sees = false;
    enum err e = complaint_lock(w, id, out, problem);
    if (e == OK)
        e = competent_sees(w, fact_text(&out->v[COMPLAINT_BODY]), &sees, problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (!sees)
        desk_absent(no);
    return OK;
}

/* Lists --------------------------------------------------------------------------------------- */

#define NEWEST " ORDER BY x.\"received_at\" DESC, x.\"id\" DESC LIMIT "

/* Those behind the one whose id is the parameter `n`, unless that is empty. */
#define BEHIND(n)                                                                                  \
    "(" n " = '' OR EXISTS (SELECT 1 FROM complaints a WHERE a.\"id\" = " n " AND "                \
    "(a.\"received_at\" > x.\"received_at\" OR (a.\"received_at\" = x.\"received_at\" AND "        \
    "a.\"id\" > x.\"id\"))))"

enum err complaint_list(const struct desk_work *w, const struct complaint_wanted *wanted,
                        fact_pick *each, void *to, struct problem *problem)
{
    struct competent_asker asker;
    struct value v[COMPETENT_PARAMS + 7];
    enum err e = competent_ask(w, &asker, problem);
    if (e != OK)
        return e;
    competent_params(&asker, v);
    v[COMPETENT_PARAMS] = value_text(wanted->after);
    v[COMPETENT_PARAMS + 1] = value_text(wanted->respondent);
    v[COMPETENT_PARAMS + 2] = value_text(wanted->status);
    v[COMPETENT_PARAMS + 3] = value_int((int64_t)wanted->limit);
    v[COMPETENT_PARAMS + 4] = value_text(wanted->issue);
    v[COMPETENT_PARAMS + 5] = value_text(wanted->channel);
    v[COMPETENT_PARAMS + 6] = value_text(wanted->id);
    return fact_list(w->store, &complaint_kind,
                     "JOIN organisations o ON o.\"id\" = x.\"body\" WHERE " COMPETENT_SEES
                     " AND " BEHIND("$5") " AND ($6 = '' OR x.\"respondent\" = $6) AND ($7 = '' "
                                          "OR x.\"status\" = $7) AND ($9 = '' OR x.\"issue\" = $9) "
                                          "AND ($10 = '' OR x.\"channel\" = $10) AND ($11 = '' OR "
                                          "x.\"id\" = $11)" NEWEST "$8",
                     v, COMPETENT_PARAMS + 7, each, to, problem);
}

/* Of the legal entity of organisation $1. */
#define ENTITY(o) "COALESCE(" o ".\"legal_entity\", " o ".\"id\")"

enum err complaint_about(const struct desk_work *w, struct str after, size_t limit, fact_pick *each,
                         void *to, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(w->who->organisation)), value_text(after),
                              value_int((int64_t)limit)};
    return fact_list(
        w->store, &complaint_kind,
        "JOIN organisations its ON its.\"id\" = x.\"respondent\" JOIN organisations mine ON "
        "mine.\"id\" = $1 WHERE " ENTITY("its") " = " ENTITY(
            "mine") " AND x.\"status\" IN ('accepted', 'closed') AND x.\"joined_to\" IS NULL "
                    "AND " BEHIND("$2") NEWEST "$3",
        v, 3, each, to, problem);
}

enum { HERS = 200 };

enum err complaint_hers(struct store *s, const uint8_t link[static COMPLAINT_LINK], when since,
                        fact_pick *each, void *to, struct problem *problem)
{
    const struct value v[] = {value_bytes(link, COMPLAINT_LINK), value_int(since), value_int(HERS)};
    return fact_list(s, &complaint_kind,
                     "WHERE x.\"link\" = $1 AND x.\"received_at\" >= $2" NEWEST "$3", v, 3, each,
                     to, problem);
}

enum err complaint_find_hers(struct store *s, const uint8_t link[static COMPLAINT_LINK], when since,
                             struct str id, struct fact_row *out, struct problem *problem)
{
    bool hers = false;
    const struct value v[] = {value_bytes(link, COMPLAINT_LINK), value_int(since), value_text(id)};
    enum err e = store_any(
        s, "SELECT 1 FROM complaints WHERE \"link\" = $1 AND \"received_at\" >= $2 AND \"id\" = $3",
        v, 3, &hers, problem);
    if (e != OK)
        return e;
    return hers ? complaint_find(s, id, out, problem)
                : problem_set(problem, ERR_NOT_FOUND, "no such complaint of hers");
}

/* Suggestions --------------------------------------------------------------------------------- */

enum { LIKE_MOST = 500 };

struct like {
    char id[COMPLAINT_ID];
    uint8_t link[COMPLAINT_LINK];
    struct joint_one one;
};

struct likes {
    struct str mine; /* its id */
    struct like own;
    size_t count;
    struct like like[LIKE_MOST];
    struct joint_one one[LIKE_MOST];
};

static bool take_like(void *to, const struct value *c, size_t count)
{
    struct likes *all = to;
    const bool mine = str_eq(c[0].s, all->mine);
    struct like *l = mine ? &all->own : &all->like[all->count];
    (void)count;
    if (!str_copy(c[0].s, l->id, sizeof l->id))
        return true;
    l->one = (struct joint_one){.at = c[1].i};
    if (c[2].type == VALUE_BYTES && c[2].s.n == COMPLAINT_LINK) {
        memcpy(l->link, c[2].s.p, COMPLAINT_LINK);
        l->one.who = str_bytes(l->link, COMPLAINT_LINK);
    }
    all->count += !mine;
    return all->count < LIKE_MOST;
}

static struct joint_bounds bounds_of(const struct rules *r)
{
    return (struct joint_bounds){
        .duplicate = rules_limit_time(r, LIMIT_COMPLAINT_DUPLICATE, 0) * WHEN_SECOND,
        .joint = rules_limit_time(r, LIMIT_COMPLAINT_JOINT, 0) * WHEN_SECOND,
        .least = (size_t)rules_limit_count(r, LIMIT_COMPLAINT_JOINT, 0)};
}

static void sort_out(const struct joint_bounds *b, struct likes *all,
                     struct complaint_suggested *out)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct like *l = &all->like[i];
        const enum joint is = joint_between(b, &all->own.one, &l->one);
        all->one[i] = l->one;
        if (is == JOINT_DUPLICATE && out->duplicates < COMPLAINT_SUGGESTED)
            memcpy(out->duplicate[out->duplicates++], l->id, COMPLAINT_ID);
        else if (is == JOINT_OTHER && out->others < COMPLAINT_SUGGESTED)
            memcpy(out->other[out->others++], l->id, COMPLAINT_ID);
    }
    out->proposed = joint_proposed(b, &all->own.one, all->one, all->count);
}

enum err complaint_suggest(const struct desk_work *w, const struct value *row,
                           struct complaint_suggested *out, struct problem *problem)
{
    const struct joint_bounds b = bounds_of(w->rules);
    const when around = b.duplicate > b.joint ? b.duplicate : b.joint;
    const struct value v[] = {row[COMPLAINT_RESPONDENT],  row[COMPLAINT_ISSUE],
                              row[COMPLAINT_RECEIVED_AT], value_int(around),
                              row[COMPLAINT_KEY],         row[COMPLAINT_BODY],
                              value_int(LIKE_MOST)};
    *out = (struct complaint_suggested){.duplicates = 0};
    struct likes *all = malloc(sizeof *all);
    if (all == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    all->mine = fact_text(&row[COMPLAINT_KEY]);
    all->count = 0;
    all->own.one = (struct joint_one){.at = row[COMPLAINT_RECEIVED_AT].i};
    enum err e = store_run(
        w->store,
        "SELECT \"id\", \"received_at\", \"link\" FROM complaints WHERE \"respondent\" = $1 AND "
        "\"issue\" = $2 AND ABS(\"received_at\" - $3) <= $4 AND \"body\" = $6 AND (\"id\" = $5 OR "
        "\"status\" IN ('received', 'accepted')) ORDER BY ABS(\"received_at\" - $3), \"id\" LIMIT "
        "$7",
        v, 7, take_like, all, problem);
    if (e == OK)
        sort_out(&b, all, out);
    free(all);
    return e;
}
