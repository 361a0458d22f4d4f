#include "desk/ranked.h"

#include "desk/complaint.h"
#include "desk/power.h"

#include <stdlib.h>

enum { PLACES_MAX = 20000, COMPLAINTS_MAX = 1000000 };

/* Who is watched ------------------------------------------------------------------------------ */

struct reading {
    struct ranked *out;
    struct power_body body;
    char sector[ID_BYTES + 1], region[ID_BYTES + 1];
    bool authority, full;
    struct ranking_complaint *complaints;
    size_t count, room;
};

static bool take_body(void *to, const struct value *c, size_t n)
{
    struct reading *r = to;
    (void)n;
    r->full = !str_copy(fact_text(&c[0]), r->sector, sizeof r->sector) ||
              !str_copy(fact_text(&c[1]), r->region, sizeof r->region);
    return false;
}

/* Complaints about an association are the authority's alone. */
static bool take_place(void *to, const struct value *c, size_t n)
{
    struct reading *r = to;
    struct ranked *s = r->out;
    (void)n;
    if (!power_competent(&r->body, fact_text(&c[2]), fact_text(&c[3])) ||
        (!r->authority && str_eq(fact_text(&c[4]), STR("association"))))
        return true;
    struct ranked_place *p = &s->places[s->count];
    if (s->count == PLACES_MAX || !str_copy(fact_text(&c[0]), p->id, sizeof p->id)) {
        r->full = true;
        return false;
    }
    const struct str name = fact_text(&c[1]);
    p->cases = c[6].i;
    str_copy((struct str){name.p, name.n < RANKED_NAME ? name.n : RANKED_NAME - 1}, p->name,
             sizeof p->name);
    s->rows[s->count++] =
        (struct ranking_row){.id = p->id, .members = c[5].i > 0 ? (unsigned)c[5].i : 0};
    s->members += c[5].i;
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct ranking_row *x = a, *y = b;
    return strcmp(x->id, y->id);
}

static enum err read_places(const struct desk_work *w, struct reading *r, struct problem *problem)
{
    const struct value mine = value_text(str_of(w->who->organisation));
    enum err e =
        store_run(w->store, "SELECT \"sector\", \"region\" FROM organisations WHERE \"id\" = $1",
                  &mine, 1, take_body, r, problem);
    r->body = (struct power_body){.id = mine.s,
                                  .kind = str_of(w->who->kind),
                                  .sector = str_of(r->sector),
                                  .region = str_of(r->region)};
    if (e == OK)
        e = store_run(
            w->store,
            "SELECT o.\"id\", o.\"name\", o.\"sector\", o.\"region\", o.\"kind\", "
            "COALESCE(m.\"n\", 0), (SELECT COUNT(*) FROM cases k WHERE "
            "k.\"respondent\" = o.\"id\" AND k.\"status\" = 'open' AND "
            "(k.\"opened_by\" = $1 OR k.\"filed_by\" = $1)) FROM organisations o LEFT JOIN (SELECT "
            "\"organisation\", COUNT(*) AS \"n\" FROM members WHERE \"status\" = "
            "'active' GROUP BY \"organisation\") m ON m.\"organisation\" = o.\"id\" "
            "WHERE o.\"kind\" <> 'authority' AND o.\"status\" <> 'closed'",
            &mine, 1, take_place, r, problem);
    if (e == OK && r->out->count > 0)
        qsort(r->out->rows, r->out->count, sizeof *r->out->rows, by_id);
    return e;
}

/* What is complained of ------------------------------------------------------------------------ */

static unsigned issue_of(struct str word)
{
    struct str rest = STR(COMPLAINT_ISSUES), one;
    unsigned i = 0;
    while (str_split(&rest, ' ', &one)) {
        if (str_eq(one, word))
            return i;
        i++;
    }
    return i;
}

static bool grow(struct reading *r)
{
    const size_t room = r->room > 0 ? r->room * 2 : 1024;
    struct ranking_complaint *more = realloc(r->complaints, room * sizeof *more);
    if (more == NULL)
        return false;
    r->complaints = more;
    r->room = room;
    return true;
}

static bool take_complaint(void *to, const struct value *c, size_t n)
{
    struct reading *r = to;
    char id[ID_BYTES + 1];
    (void)n;
    const struct ranking_row key = {.id = id};
    if (!str_copy(fact_text(&c[0]), id, sizeof id))
        return true;
    const struct ranking_row *row = bsearch(&key, r->out->rows, r->out->count, sizeof key, by_id);
    if (row == NULL)
        return true;
    r->full = r->count == COMPLAINTS_MAX || (r->count == r->room && !grow(r));
    if (r->full)
        return false;
    r->complaints[r->count++] =
        (struct ranking_complaint){.row = (size_t)(row - r->out->rows),
                                   .issue = issue_of(fact_text(&c[1])),
                                   .at = c[2].i,
                                   .replied = c[3].type == VALUE_INT ? c[3].i : 0,
                                   .decided = c[4].type == VALUE_TEXT,
                                   .upheld = str_eq(fact_text(&c[4]), STR("yes"))};
    return true;
}

static enum err read_complaints(const struct desk_work *w, when from, when until, struct str issue,
                                struct reading *r, struct problem *problem)
{
    const struct value v[] = {value_int(from), value_int(until), value_text(issue)};
    return store_run(w->store,
                     "SELECT \"respondent\", \"issue\", \"received_at\", \"replied_at\", "
                     "\"upheld\" FROM complaints WHERE \"received_at\" >= $1 AND \"received_at\" "
                     "< $2 AND ($3 = '' OR \"issue\" = $3) AND \"status\" NOT IN ('refused', "
                     "'withdrawn')",
                     v, 3, take_complaint, r, problem);
}

enum err ranked_read(const struct desk_work *w, when from, when until, struct str issue,
                     struct ranked *out, struct problem *problem)
{
    struct reading r = {.out = out, .authority = w->who->role == ROLE_AUTHORITY};
    const struct ranking_rule rule = {
        .small = (unsigned)rules_limit_count(w->rules, LIMIT_RANKING_SMALL, 5),
        .several = (unsigned)rules_limit_count(w->rules, LIMIT_SUMMONS_SEVERAL, 3),
        .slow = rules_limit_time(w->rules, LIMIT_REPLY_SLOW, 7 * 86400) * WHEN_SECOND,
        .from = from,
        .until = until};
    *out = (struct ranked){.places = calloc(PLACES_MAX + 1, sizeof *out->places),
                           .rows = calloc(PLACES_MAX + 1, sizeof *out->rows)};
    enum err e = out->places == NULL || out->rows == NULL
                     ? problem_set(problem, ERR_MEMORY, "out of memory")
                     : read_places(w, &r, problem);
    if (e == OK && !r.full)
        e = read_complaints(w, from, until, issue, &r, problem);
    if (e == OK && r.full)
        e = problem_set(problem, ERR_LIMIT, "too much to rank at once; ask for a shorter time");
    out->complaints = (int64_t)r.count;
    if (e == OK)
        e = ranking_make(&rule, r.complaints, r.count, out->rows, out->count);
    free(r.complaints);
    return e;
}

void ranked_free(struct ranked *s)
{
    free(s->places);
    free(s->rows);
    *s = (struct ranked){.places = NULL};
}

_Static_assert(offsetof(struct ranked_place, id) == 0, "a row's id is where its place begins");

static const struct ranked_place *place_of(const struct ranking_row *row)
{
    return (const struct ranked_place *)(const void *)row->id;
}

const char *ranked_name(const struct ranking_row *row)
{
    return place_of(row)->name;
}

int64_t ranked_cases(const struct ranking_row *row)
{
    return place_of(row)->cases;
}
