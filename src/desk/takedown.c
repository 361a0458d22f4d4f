#include "desk/takedown.h"

#include "desk/body.h"
#include "desk/clock.h"
#include "desk/inbox.h"
#include "desk/line_paper.h"

#include <stdlib.h>

static const struct column columns[] = {
    [TAKEDOWN_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [TAKEDOWN_KIND] = {.name = "kind",
                       .type = COLUMN_WORD,
                       .required = true,
                       .words = TAKEDOWN_KINDS},
    [TAKEDOWN_ARTEFACT] = {.name = "artefact", .type = COLUMN_EVIDENCE},
    [TAKEDOWN_URL] = {.name = "url", .type = COLUMN_TEXT, .required = true},
    [TAKEDOWN_PLATFORM] = {.name = "platform", .type = COLUMN_ID, .required = true},
    [TAKEDOWN_GROUND] = {.name = "ground", .type = COLUMN_ID, .required = true},
    [TAKEDOWN_ORDERED_BY] = {.name = "ordered_by", .type = COLUMN_ID, .required = true},
    [TAKEDOWN_ORDERED_AT] = {.name = "ordered_at", .type = COLUMN_TIME, .required = true},
    [TAKEDOWN_DUE] = {.name = "due", .type = COLUMN_TIME, .required = true},
    [TAKEDOWN_RECEIPT] = {.name = "receipt", .type = COLUMN_TEXT},
    [TAKEDOWN_PROOF] = {.name = "proof", .type = COLUMN_EVIDENCE},
    [TAKEDOWN_REASON] = {.name = "reason", .type = COLUMN_TEXT},
    [TAKEDOWN_CHANGED_AT] = {.name = "changed_at", .type = COLUMN_TIME, .required = true},
    [TAKEDOWN_SEEN_AT] = {.name = "seen_at", .type = COLUMN_TIME},
    [TAKEDOWN_SEEN_URL] = {.name = "seen_url", .type = COLUMN_TEXT},
    [TAKEDOWN_SIGHTINGS] = {.name = "sightings", .type = COLUMN_COUNT, .required = true},
    [TAKEDOWN_STATUS] = {.name = "status",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = TAKEDOWN_STATES},
};
_Static_assert(sizeof columns / sizeof *columns == TAKEDOWN_COLUMNS, "one entry a column");

const struct fact_kind takedown_kind = {
    .name = "takedowns", .table = "takedowns", .columns = columns, .count = TAKEDOWN_COLUMNS};

static bool is_status(const struct value *row, const char *word)
{
    return str_eq(fact_text(&row[TAKEDOWN_STATUS]), str_of(word));
}

/* The platform's deadline; `row` gets its end. */
static enum err start_clock(const struct desk_work *w, struct value *row, int64_t *seq,
                            struct problem *problem)
{
    const struct clock_terms t = {.subject = row[TAKEDOWN_ID].s,
                                  .organisation = row[TAKEDOWN_PLATFORM].s,
                                  .rule = TAKEDOWN_CLOCK,
                                  .from = w->at};
    when due = 0;
    enum err e = clock_begin(w, &t, &due, seq, problem);
    row[TAKEDOWN_DUE] = value_int(due);
    return e;
}

/* Ordering ----------------------------------------------------------------------------------- */

static bool check_terms(const struct desk_work *w, const struct takedown_terms *t,
                        const struct power_body *platform, struct desk_no *no)
{
    if (platform->id.n == 0)
        return desk_refuse(no, DESK_WRONG, "unknown-platform", "no such organisation");
    if (body_is(platform, "authority") || body_is(platform, "association"))
        return desk_refuse(no, DESK_WRONG, "no-platform", "who takes down carries something");
    if (rules_ground(w->rules, GROUND_TAKEDOWN, t->ground, w->at) == NULL)
        return desk_refuse(no, DESK_WRONG, "unknown-ground",
                           "no ground of the rule pack; `menshen rules list --kind ground`");
    if (t->artefact.n == 0 && str_eq(t->kind, STR("software")))
        return desk_refuse(no, DESK_WRONG, "artefact-missing",
                           "of software, give the SHA-256 of the file, by which it is watched");
    if (!str_starts(t->url, STR("https://")) && !str_starts(t->url, STR("http://")))
        return desk_refuse(no, DESK_WRONG, "url", "an address begins with https:// or http://");
    return true;
}

enum err takedown_order(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    struct takedown_terms *t = what;
    struct fact_row own_row, platform_row;
    struct power_body own, platform;
    enum err e = body_own(w, &own_row, &own, problem);
    if (e == OK && (!body_is(&own, "authority") || !body_acts(w->who)))
        desk_refuse(no, DESK_DENIED, "not-authority", "an officer of an authority orders this");
    if (e == OK && no->why == DESK_YES)
        e = body_find(w->store, t->platform, &platform_row, &platform, problem);
    if (e != OK || no->why != DESK_YES || !check_terms(w, t, &platform, no))
        return e;
    fresh_id("tkd", t->id);
    struct value row[TAKEDOWN_COLUMNS] = {
        [TAKEDOWN_ID] = value_text(str_of(t->id)),
        [TAKEDOWN_KIND] = value_text(t->kind),
        [TAKEDOWN_ARTEFACT] = t->artefact.n > 0 ? value_text(t->artefact) : value_null(),
        [TAKEDOWN_URL] = value_text(t->url),
        [TAKEDOWN_PLATFORM] = value_text(t->platform),
        [TAKEDOWN_GROUND] = value_text(t->ground),
        [TAKEDOWN_ORDERED_BY] = value_text(own.id),
        [TAKEDOWN_ORDERED_AT] = value_int(w->at),
        [TAKEDOWN_CHANGED_AT] = value_int(w->at),
        [TAKEDOWN_SIGHTINGS] = value_int(0),
        [TAKEDOWN_STATUS] = value_text(STR("ordered")),
        [TAKEDOWN_RECEIPT] = value_null(),
        [TAKEDOWN_PROOF] = value_null(),
        [TAKEDOWN_REASON] = value_null(),
        [TAKEDOWN_SEEN_AT] = value_null(),
        [TAKEDOWN_SEEN_URL] = value_null(),
    };
    e = start_clock(w, row, seq, problem);
    if (e == OK)
        e = inbox_put(w, t->platform, "takedown", str_of(t->id), seq, problem);
    if (e == OK)
        e = desk_write(w, &takedown_kind, row, seq, problem);
    return e == OK ? line_paper_takedown(w, row, no, seq, problem) : e;
}

/* The platform ------------------------------------------------------------------------------- */

static bool check_answer(const struct takedown_act *a, const struct value *row, struct desk_no *no)
{
    const bool received = str_eq(a->act, STR("received")), removed = str_eq(a->act, STR("removed"));
    if (removed && a->proof.n == 0)
        return desk_refuse(no, DESK_WRONG, "proof-missing", "give the SHA-256 of the proof");
    if (!removed && a->text.n == 0)
        return desk_refuse(no, DESK_WRONG, "text-missing",
                           "give the number of the receipt, or the reason of the refusal");
    if (is_status(row, "removed") || is_status(row, "refused") ||
        (received && is_status(row, "received")))
        return desk_refuse(no, DESK_CONFLICT, "answered-already", "it is %.*s already",
                           STR_ARG(fact_text(&row[TAKEDOWN_STATUS])));
    return true;
}

enum err takedown_answer(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    const struct takedown_act *a = what;
    struct fact_row row;
    const struct value id = value_text(a->id);
    enum err e =
        store_run(w->store, "UPDATE takedowns SET \"status\" = \"status\" WHERE \"id\" = $1", &id,
                  1, NULL, NULL, problem); /* locked until the end */
    if (e == OK)
        e = fact_first(w->store, &takedown_kind, id, &row, problem);
    if (e == ERR_NOT_FOUND ||
        (e == OK && !str_eq(fact_text(&row.v[TAKEDOWN_PLATFORM]), str_of(w->who->organisation)))) {
        desk_absent(no);
        return OK;
    }
    if (e == OK && !body_acts(w->who))
        desk_refuse(no, DESK_DENIED, "not-officer", "who speaks for the platform answers");
    if (e != OK || no->why != DESK_YES || !check_answer(a, row.v, no))
        return e;
    if (str_eq(a->act, STR("received"))) {
        row.v[TAKEDOWN_RECEIPT] = value_text(a->text);
    } else {
        e = clock_meet(w, a->id, TAKEDOWN_CLOCK, NULL, seq, problem);
        if (str_eq(a->act, STR("removed")))
            row.v[TAKEDOWN_PROOF] = value_text(a->proof);
        else
            row.v[TAKEDOWN_REASON] = value_text(a->text);
    }
    row.v[TAKEDOWN_STATUS] = value_text(a->act);
    row.v[TAKEDOWN_CHANGED_AT] = value_int(w->at);
    return e == OK ? desk_write(w, &takedown_kind, row.v, seq, problem) : e;
}

/* The watch ---------------------------------------------------------------------------------- */

enum { MATCHES = 32 };

struct matches {
    size_t count;
    char id[MATCHES][FRESH_ID];
};

static bool take_match(void *to, const struct value *row)
{
    struct matches *m = to;
    m->count += str_copy(fact_text(&row[TAKEDOWN_ID]), m->id[m->count], FRESH_ID);
    return m->count < MATCHES;
}

static enum err see(const struct desk_work *w, struct str id, struct takedown_sighting *s,
                    struct desk_no *no, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    bool again = false;
    enum err e = fact_first(w->store, &takedown_kind, value_text(id), &row, problem);
    if (e != OK)
        return e;
    row.v[TAKEDOWN_SEEN_AT] = value_int(w->at);
    row.v[TAKEDOWN_SEEN_URL] = value_text(s->url);
    row.v[TAKEDOWN_SIGHTINGS].i++;
    again = is_status(row.v, "removed");
    if (again) {
        row.v[TAKEDOWN_STATUS] = value_text(STR("reappeared"));
        row.v[TAKEDOWN_CHANGED_AT] = value_int(w->at);
        s->reappeared++;
        e = start_clock(w, row.v, seq, problem);
        if (e == OK)
            e = inbox_put(w, row.v[TAKEDOWN_PLATFORM].s, "takedown", id, seq, problem);
    }
    if (e == OK)
        e = desk_write(w, &takedown_kind, row.v, seq, problem);
    return e == OK && again ? line_paper_takedown(w, row.v, no, seq, problem) : e;
}

enum err takedown_seen(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct takedown_sighting *s = what;
    struct matches *m = calloc(1, sizeof *m);
    const struct value v[] = {value_text(s->artefact)};
    if (m == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e =
        store_run(w->store, "UPDATE takedowns SET \"status\" = \"status\" WHERE \"artefact\" = $1",
                  v, 1, NULL, NULL, problem); /* locked until the end */
    if (e == OK)
        e = fact_list(w->store, &takedown_kind,
                      "WHERE x.\"artefact\" = $1 ORDER BY x.\"ordered_at\" DESC, x.\"id\"", v, 1,
                      take_match, m, problem);
    s->matches = (int64_t)m->count;
    for (size_t i = 0; e == OK && i < m->count; i++)
        e = see(w, str_of(m->id[i]), s, no, seq, problem);
    free(m);
    return e;
}

enum err takedown_list(const struct desk_work *w, int64_t limit, fact_pick *each, void *to,
                       struct problem *problem)
{
    const struct value v[] = {value_text(str_of(w->who->organisation)), value_int(limit)};
    return fact_list(w->store, &takedown_kind,
                     "WHERE x.\"platform\" = $1 OR x.\"ordered_by\" = $1 ORDER BY x.\"ordered_at\" "
                     "DESC, x.\"id\" LIMIT $2",
                     v, 2, each, to, problem);
}
