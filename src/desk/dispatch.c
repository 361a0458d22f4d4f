/* Sending: to whom, and what a dispatch is. */
#include "desk/dispatch.h"

#include "desk/case.h"
#include "desk/clock.h"
#include "desk/competent.h"
#include "desk/dispatch_paper.h"
#include "desk/inbox.h"
#include "desk/text.h"
#include "registry/json_text.h"
#include "registry/organisation.h"

#include <stdio.h>

static const struct column columns[] = {
    [DISPATCH_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [DISPATCH_CASE] = {.name = "case", .type = COLUMN_ID, .required = true, .refers = "cases"},
    [DISPATCH_MATTERS] = {.name = "matters", .type = COLUMN_LIST, .required = true},
    [DISPATCH_DEPARTMENT] = {.name = "department", .type = COLUMN_ID, .required = true},
    [DISPATCH_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID},
    [DISPATCH_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [DISPATCH_SENT_AT] = {.name = "sent_at", .type = COLUMN_TIME, .required = true},
    [DISPATCH_FOLLOWS] = {.name = "follows", .type = COLUMN_ID},
    [DISPATCH_BOUND] = {.name = "bound", .type = COLUMN_WORD, .required = true, .words = "yes no"},
    [DISPATCH_STATUS] = {.name = "status",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = DISPATCH_STATES},
    [DISPATCH_STATUS_AT] = {.name = "status_at", .type = COLUMN_TIME, .required = true},
    [DISPATCH_GROUND] = {.name = "ground", .type = COLUMN_ID},
    [DISPATCH_DESIGNATED] = {.name = "designated", .type = COLUMN_ID},
};
_Static_assert(sizeof columns / sizeof *columns == DISPATCH_COLUMNS, "one entry a column");

const struct fact_kind dispatch_kind = {
    .name = "dispatches", .table = "dispatches", .columns = columns, .count = DISPATCH_COLUMNS};

/* Whose it is ---------------------------------------------------------------------------------- */

static enum err organisation(const struct desk_work *w, struct str id, struct fact_row *row,
                             bool *there, struct problem *problem)
{
    enum err e = fact_first(w->store, &organisation_kind, value_text(id), row, problem);
    *there = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Is `own` above this organisation? */
static enum err above(const struct desk_work *w, const struct power_body *own, struct str other,
                      bool *parent, bool *wider, struct problem *problem)
{
    struct fact_row row;
    bool there;
    *parent = *wider = false;
    enum err e = organisation(w, other, &row, &there, problem);
    if (e != OK || !there)
        return e;
    const struct str region = fact_text(&row.v[ORGANISATION_REGION]);
    *parent = str_eq(fact_text(&row.v[ORGANISATION_PARENT]), own->id);
    *wider = competent_region(own->region, region) && !competent_region(region, own->region);
    return OK;
}

static enum err is_superior(const struct desk_work *w, const struct value *row, bool *superior,
                            struct problem *problem)
{
    struct fact_row own_row;
    struct power_body own;
    bool parent[2], wider[2];
    *superior = false;
    enum err e = case_own(w, &own_row, &own, problem);
    if (e != OK || !str_eq(own.kind, STR("authority")))
        return e;
    e = above(w, &own, row[DISPATCH_BY].s, &parent[0], &wider[0], problem);
    if (e == OK)
        e = above(w, &own, fact_text(&row[DISPATCH_ORGANISATION]), &parent[1], &wider[1], problem);
    *superior = e == OK && (parent[0] || parent[1] || (wider[0] && wider[1]));
    return e;
}

enum err dispatch_party(const struct desk_work *w, const struct value *row, unsigned *party,
                        struct problem *problem)
{
    const struct str own = str_of(w->who->organisation);
    const bool paper = row[DISPATCH_ORGANISATION].type == VALUE_NULL;
    bool superior = false;
    *party = 0;
    if (own.n == 0)
        return OK;
    if (str_eq(own, row[DISPATCH_BY].s))
        *party |= DISPATCH_SENDER | (paper ? DISPATCH_RECIPIENT : 0U);
    if (!paper && str_eq(own, row[DISPATCH_ORGANISATION].s))
        *party |= DISPATCH_RECIPIENT;
    if (*party != 0 || !str_eq(row[DISPATCH_STATUS].s, STR("disputed")))
        return OK;
    enum err e = is_superior(w, row, &superior, problem);
    *party |= superior ? DISPATCH_SUPERIOR : 0U;
    return e;
}

enum err dispatch_read(const struct desk_work *w, struct str id, struct fact_row *row,
                       struct desk_no *no, struct problem *problem)
{
    unsigned party = 0;
    enum err e = fact_first(w->store, &dispatch_kind, value_text(id), row, problem);
    if (e == OK)
        e = dispatch_party(w, row->v, &party, problem);
    if ((e == OK && party == 0) || e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    return e;
}

struct listing {
    dispatch_each *each;
    void *to;
};

static bool give(void *to, const struct value *v, size_t n)
{
    const struct listing *l = to;
    (void)n;
    return l->each(l->to, v[0].s);
}

enum err dispatch_list(const struct desk_work *w, const struct dispatch_query *q,
                       dispatch_each *each, void *to, struct problem *problem)
{
    struct listing l = {each, to};
    const bool authority = str_eq(str_of(w->who->kind), STR("authority"));
    const struct value v[] = {value_text(str_of(w->who->organisation)),
                              value_int(authority),
                              value_text(q->of),
                              value_text(q->status),
                              value_text(q->after),
                              value_int(q->limit)};
    return store_run(w->store,
                     "SELECT \"id\" FROM dispatches WHERE (\"by\" = $1 OR \"organisation\" = $1 OR "
                     "($2 = 1 AND \"status\" = 'disputed')) AND ($3 = '' OR \"case\" = $3) AND ($4 "
                     "= '' OR \"status\" = $4) AND \"id\" > $5 ORDER BY \"id\" LIMIT $6",
                     v, 6, give, &l, problem);
}

/* Sending -------------------------------------------------------------------------------------- */

enum err dispatch_takes(const struct desk_work *w, struct str id, struct str but,
                        struct desk_no *no, struct problem *problem)
{
    struct fact_row row;
    bool there = false;
    enum err e = organisation(w, id, &row, &there, problem);
    if (e == OK && (!there || str_eq(id, but) ||
                    !str_eq(fact_text(&row.v[ORGANISATION_KIND]), STR("authority")) ||
                    !str_eq(fact_text(&row.v[ORGANISATION_STATUS]), STR("active"))))
        desk_refuse(no, DESK_WRONG, "unknown-recipient",
                    "a matter is handed to an active authority, and not to oneself");
    return e;
}

enum err dispatch_put(const struct desk_work *w, struct value *row, struct str note,
                      char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    const struct value open[] = {row[DISPATCH_CASE], row[DISPATCH_DEPARTMENT]};
    bool there = false;
    when due;
    enum err e =
        store_any(w->store,
                  "SELECT 1 FROM dispatches WHERE \"case\" = $1 AND \"department\" = $2 AND "
                  "\"status\" IN ('sent', 'accepted', 'disputed')",
                  open, 2, &there, problem);
    if (e != OK || there) {
        if (e == OK)
            desk_refuse(no, DESK_CONFLICT, "already-dispatched",
                        "the case is with this department already");
        return e;
    }
    fresh_id("dsp", id);
    row[DISPATCH_ID] = value_text(str_of(id));
    row[DISPATCH_SENT_AT] = row[DISPATCH_STATUS_AT] = value_int(w->at);
    row[DISPATCH_STATUS] = value_text(STR("sent"));
    e = desk_write(w, &dispatch_kind, row, seq, problem);
    if (e == ERR_CONFLICT) { /* another was first */
        desk_refuse(no, DESK_CONFLICT, "changed-meanwhile", "it was sent meanwhile; read it again");
        return OK;
    }
    if (e == OK && note.n > 0)
        e = desk_text_put(w, str_of(id), "note", note, problem);
    const struct clock_terms clock = {.subject = str_of(id),
                                      .organisation = fact_text(&row[DISPATCH_ORGANISATION]),
                                      .rule = DISPATCH_CLOCK,
                                      .from = w->at};
    if (e == OK)
        e = clock_begin(w, &clock, &due, seq, problem);
    if (e == OK)
        e = inbox_put(w, clock.organisation, "dispatch", clock.subject, seq, problem);
    return e == OK ? dispatch_paper(w, row, note, due, no, seq, problem) : e;
}

/* The routes that are sent to, with the organisation of each; refused: one is not routed. */
static size_t choose(const struct desk_work *w, const struct dispatch_sending *s, struct str sector,
                     const struct rule_route **route, struct str *organisation_of,
                     struct desk_no *no)
{
    const struct rule_route *all[RECIPIENTS];
    const size_t n = recipients(w->rules, s->matters, sector, w->at, all);
    size_t count = 0;
    if (s->to_count == 0)
        for (; count < n; count++) {
            route[count] = all[count];
            organisation_of[count] = STR("");
        }
    for (size_t i = 0; i < s->to_count; i++) {
        size_t k = 0;
        while (k < n && !str_eq(s->to[i].department, str_of(all[k]->to)))
            k++;
        if (k == n) {
            desk_refuse(no, DESK_WRONG, "not-routed", "%.*s is none of the departments of this",
                        STR_ARG(s->to[i].department));
            return 0;
        }
        route[count] = all[k];
        organisation_of[count++] = s->to[i].organisation;
    }
    if (count == 0)
        desk_refuse(no, DESK_WRONG, "unknown-matter", "no department is named for this");
    return count;
}

/* What it is sent in place of: one's own, of this case, returned and not yet replaced. */
static enum err check_follows(const struct desk_work *w, const struct dispatch_sending *s,
                              struct desk_no *no, struct problem *problem)
{
    struct fact_row row;
    bool replaced = false;
    const struct value key = value_text(s->follows);
    enum err e = dispatch_read(w, s->follows, &row, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    e = store_any(w->store, "SELECT 1 FROM dispatches WHERE \"follows\" = $1", &key, 1, &replaced,
                  problem);
    if (e == OK && (replaced || s->to_count != 1 || !str_eq(row.v[DISPATCH_CASE].s, s->of) ||
                    !str_eq(row.v[DISPATCH_BY].s, str_of(w->who->organisation)) ||
                    !str_eq(row.v[DISPATCH_STATUS].s, STR("returned"))))
        desk_refuse(no, DESK_CONFLICT, "not-returned",
                    "in place of one that was returned, one other is sent, once");
    return e;
}

static void write_matters(unsigned matters, char *out, size_t size)
{
    size_t n = 0;
    for (enum matter m = MATTER_CRIME; m <= MATTER_CONSUMER; m++)
        if ((matters >> m & 1) != 0)
            n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? ";" : "", matter_name(m));
}

static enum err send_one(const struct desk_work *w, struct dispatch_sending *s,
                         const struct rule_route *route, struct str organisation_of,
                         struct desk_no *no, int64_t *seq, struct problem *problem)
{
    char matters[128];
    char *id = s->id[s->count];
    write_matters(s->matters, matters, sizeof matters);
    struct value row[DISPATCH_COLUMNS] = {
        [DISPATCH_CASE] = value_text(s->of),
        [DISPATCH_MATTERS] = value_text(str_of(matters)),
        [DISPATCH_DEPARTMENT] = value_text(str_of(route->to)),
        [DISPATCH_ORGANISATION] =
            organisation_of.n > 0 ? value_text(organisation_of) : value_null(),
        [DISPATCH_BY] = value_text(str_of(w->who->organisation)),
        [DISPATCH_FOLLOWS] = s->follows.n > 0 ? value_text(s->follows) : value_null(),
        [DISPATCH_BOUND] = value_text(STR("no")),
        [DISPATCH_GROUND] = value_null(),
        [DISPATCH_DESIGNATED] = value_null(),
    };
    const struct act act = {.kind = ACT_DISPATCH};
    enum err e = dispatch_put(w, row, s->note, id, no, seq, problem);
    json_t *terms = json_pack("{s:s, s:s}", "about", id, "department", route->to);
    if (e == OK && terms == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK && no->why == DESK_YES)
        e = act_record(w, s->of, &act, terms, no, seq, problem);
    json_decref(terms);
    s->count++;
    return e;
}

enum err dispatch_send(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct dispatch_sending *s = what;
    struct case_file file = {.draft = NULL};
    const struct rule_route *route[RECIPIENTS];
    struct str organisation_of[RECIPIENTS];
    size_t n = 0;

    s->count = 0;
    enum err e = case_read(w, s->of, &file, no, problem);
    if (e == OK && no->why == DESK_YES) {
        const enum act_no role = power_may(&file.power, ACT_DISPATCH);
        if (role != ACT_YES)
            desk_refuse(no, DESK_DENIED, act_no_word(role), "%s", act_no_text(role));
    }
    if (e == OK && no->why == DESK_YES)
        n = choose(w, s, fact_text(&file.row.v[CASE_SECTOR]), route, organisation_of, no);
    for (size_t i = 0; i < n && e == OK && no->why == DESK_YES; i++)
        if (organisation_of[i].n > 0)
            e = dispatch_takes(w, organisation_of[i], str_of(w->who->organisation), no, problem);
    case_file_fini(&file);
    if (e == OK && no->why == DESK_YES && s->follows.n > 0)
        e = check_follows(w, s, no, problem);
    for (size_t i = 0; i < n && e == OK && no->why == DESK_YES; i++)
        e = send_one(w, s, route[i], organisation_of[i], no, seq, problem);
    return e;
}

enum err dispatch_of_case(const struct desk_work *w, struct str of, const json_t *terms,
                          const json_t *said, struct desk_no *no, int64_t *seq,
                          struct problem *problem)
{
    const json_t *matters = json_object_get(terms, "matters"), *to = json_object_get(terms, "to");
    struct dispatch_sending s = {
        .of = of, .note = json_text_of(said, "text"), .follows = json_text_of(terms, "follows")};
    for (size_t i = 0; i < json_array_size(matters); i++) {
        const json_t *word = json_array_get(matters, i);
        s.matters |= matters_of(json_text(word));
    }
    for (; s.to_count < json_array_size(to) && s.to_count < RECIPIENTS; s.to_count++) {
        const json_t *one = json_array_get(to, s.to_count);
        s.to[s.to_count] = (struct dispatch_to){.department = json_text_of(one, "department"),
                                                .organisation = json_text_of(one, "organisation")};
    }
    return dispatch_send(w, &s, no, seq, problem);
}
