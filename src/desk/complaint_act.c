#include "desk/complaint_act.h"

#include "desk/clock.h"
#include "desk/competent.h"
#include "desk/complaint_lead.h"
#include "desk/complaint_paper.h"
#include "desk/text.h"
#include "person/vault.h"

#include <stdio.h>
#include <string.h>

static enum err put(const struct desk_work *w, const struct value *row, int64_t *seq,
                    struct problem *problem)
{
    return desk_write(w, &complaint_kind, row, seq, problem);
}

static void conflict(struct desk_no *no, const struct value *row)
{
    const struct str status = fact_text(&row[COMPLAINT_STATUS]);
    desk_refuse(no, DESK_CONFLICT, "complaint-status", "this complaint is %.*s", STR_ARG(status));
}

/* The row, for an officer, if it has one of the two statuses. */
static enum err take(const struct desk_work *w, struct str id, const char *status,
                     const char *or_status, struct fact_row *row, struct desk_no *no,
                     struct problem *problem)
{
    enum err e = complaint_take(w, id, row, no, problem);
    if (e == OK && no->why == DESK_YES && !complaint_is(row->v, status) &&
        !complaint_is(row->v, or_status))
        conflict(no, row->v);
    return e;
}

static void decide(const struct desk_work *w, struct value *row, const char *status)
{
    row[COMPLAINT_STATUS] = value_text(str_of(status));
    row[COMPLAINT_DECIDED_BY] = value_text(str_of(w->who->id));
    row[COMPLAINT_DECIDED_AT] = value_int(w->at);
}

/* Words for the respondent -------------------------------------------------------------------- */

/* Do the digits of `text` hold the last eight of `hers`, however they are written? */
static bool tells_number(struct str text, struct str hers)
{
    enum { LAST = 8 };
    char window[LAST] = "";
    size_t seen = 0;
    if (hers.n < LAST)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            continue;
        memmove(window, window + 1, LAST - 1);
        window[LAST - 1] = text.p[i];
        if (++seen >= LAST && memcmp(window, hers.p + hers.n - LAST, LAST) == 0)
            return true;
    }
    return false;
}

static bool holds(struct str text, struct str part)
{
    enum { LEAST = 4 }; /* bytes: two characters of a Chinese name are six */
    return part.n >= LEAST && memmem(text.p, text.n, part.p, part.n) != NULL;
}

static enum err one_tells(const struct desk_work *w, struct str id, struct str text,
                          const char *name, bool (*tells)(struct str, struct str), bool *out,
                          struct problem *problem)
{
    struct buf kept;
    buf_init(&kept, COMPLAINT_ADDRESS);
    enum err e = desk_text_get(w, id, name, &kept, problem);
    *out = *out || (e == OK && tells(text, buf_view(&kept)));
    vault_wipe(&kept);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* May the other side read this text? It names neither her nor her number or address. */
static enum err unnamed(const struct desk_work *w, struct str id, struct str text,
                        struct desk_no *no, struct problem *problem)
{
    bool tells = false;
    enum err e = one_tells(w, id, text, COMPLAINT_TEXT_NUMBER, tells_number, &tells, problem);
    if (e == OK)
        e = one_tells(w, id, text, COMPLAINT_TEXT_NAME, holds, &tells, problem);
    if (e == OK)
        e = one_tells(w, id, text, COMPLAINT_TEXT_ADDRESS, holds, &tells, problem);
    if (e == OK && tells)
        desk_refuse(no, DESK_WRONG, "names-reporter",
                    "this text tells the respondent who complains: leave out her name, number and "
                    "address");
    return e;
}

/* Accept, refuse ------------------------------------------------------------------------------ */

/* A matchmaker replies within days that its standard names. */
static enum err start_reply(const struct desk_work *w, const struct value *row, int64_t *seq,
                            struct problem *problem)
{
    bool matchmaker = false;
    when due;
    enum err e = store_any(w->store,
                           "SELECT 1 FROM organisations WHERE \"id\" = $1 AND \"sector\" = "
                           "'matchmaking' AND \"kind\" <> 'association'",
                           &row[COMPLAINT_RESPONDENT], 1, &matchmaker, problem);
    const struct clock_terms clock = {.subject = fact_text(&row[COMPLAINT_KEY]),
                                      .organisation = row[COMPLAINT_RESPONDENT].s,
                                      .rule = COMPLAINT_CLOCK_REPLY,
                                      .from = w->at};
    return e == OK && matchmaker ? clock_begin(w, &clock, &due, seq, problem) : e;
}

enum err complaint_accept(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                          struct problem *problem)
{
    const struct complaint_accepting *a = what;
    struct clock_terms mediation = {
        .subject = a->id, .rule = COMPLAINT_CLOCK_MEDIATE, .from = w->at};
    struct fact_row row;
    when due;
    enum err e = take(w, a->id, "received", "received", &row, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = unnamed(w, a->id, a->summary, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    mediation.organisation = row.v[COMPLAINT_BODY].s;
    decide(w, row.v, "accepted");
    e = put(w, row.v, seq, problem);
    if (e == OK && a->summary.n > 0)
        e = desk_text_put(w, a->id, COMPLAINT_TEXT_SUMMARY, a->summary, problem);
    if (e == OK)
        e = clock_meet(w, a->id, COMPLAINT_CLOCK_ACCEPT, NULL, seq, problem);
    if (e == OK)
        e = clock_begin(w, &mediation, &due, seq, problem);
    if (e == OK)
        e = start_reply(w, row.v, seq, problem);
    return e == OK ? complaint_paper_accepted(w, row.v, due, no, seq, problem) : e;
}

enum err complaint_refuse(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                          struct problem *problem)
{
    const struct complaint_refusing *r = what;
    struct fact_row row;
    enum err e = take(w, r->id, "received", "received", &row, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (rules_ground(w->rules, GROUND_COMPLAINT_REFUSAL, r->ground, w->at) == NULL) {
        desk_refuse(no, DESK_WRONG, "unknown-ground",
                    "no ground of complaint-refusal in the rule pack has this code; `menshen rules "
                    "list --kind ground` has all");
        return OK;
    }
    decide(w, row.v, "refused");
    row.v[COMPLAINT_GROUND] = value_text(r->ground);
    e = put(w, row.v, seq, problem);
    if (e == OK)
        e = desk_text_put(w, r->id, COMPLAINT_TEXT_REASON, r->reason, problem);
    if (e == OK)
        e = clock_meet(w, r->id, COMPLAINT_CLOCK_ACCEPT, NULL, seq, problem);
    return e == OK ? complaint_paper_refused(w, row.v, r->reason, no, seq, problem) : e;
}

/* Join ---------------------------------------------------------------------------------------- */

static enum err represent(const struct desk_work *w, const struct complaint_joining *j,
                          struct str id, struct desk_no *no, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum err e = complaint_take(w, id, &row, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (!str_eq(id, j->to) && !str_eq(fact_text(&row.v[COMPLAINT_JOINED_TO]), j->to)) {
        desk_refuse(no, DESK_WRONG, "not-joined",
                    "a representative's complaint is one of those that are joined");
        return OK;
    }
    row.v[COMPLAINT_REPRESENTATIVE] = value_text(STR("yes"));
    return put(w, row.v, seq, problem);
}

/* Those named now take the place of those named before. */
static enum err name_representatives(const struct desk_work *w, const struct complaint_joining *j,
                                     struct desk_no *no, int64_t *seq, struct problem *problem)
{
    int64_t named = 0;
    const struct value v[] = {value_text(j->to)};
    enum err e = OK;
    for (size_t i = 0; i < j->representatives && e == OK && no->why == DESK_YES; i++)
        e = represent(w, j, j->representative[i], no, seq, problem);
    if (e == OK && no->why == DESK_YES)
        e = store_integer(w->store,
                          "SELECT COUNT(*) FROM complaints WHERE \"representative\" = 'yes' AND "
                          "(\"id\" = $1 OR \"joined_to\" = $1)",
                          v, 1, &named, problem);
    if (e == OK && no->why == DESK_YES && named > COMPLAINT_REPRESENTATIVES)
        desk_refuse(no, DESK_CONFLICT, "representatives-limit",
                    "a joint complaint has two representatives at most");
    return e;
}

static enum err fits(const struct desk_work *w, const struct complaint_joining *j,
                     const struct value *row, struct desk_no *no, struct problem *problem)
{
    struct fact_row lead;
    bool leads = false;
    const struct value key = value_text(j->id);
    enum err e = take(w, j->to, "received", "accepted", &lead, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = store_any(w->store, "SELECT 1 FROM complaints WHERE \"joined_to\" = $1", &key, 1,
                      &leads, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (str_eq(j->id, j->to) ||
        !str_eq(fact_text(&lead.v[COMPLAINT_RESPONDENT]), fact_text(&row[COMPLAINT_RESPONDENT])))
        desk_refuse(no, DESK_WRONG, "other-respondent",
                    "only another complaint about the same respondent can be joined with");
    else if (leads)
        desk_refuse(no, DESK_CONFLICT, "leads-others",
                    "others are joined with this one; join with it instead");
    return OK;
}

enum err complaint_join(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    const struct complaint_joining *j = what;
    struct fact_row row;
    enum err e = take(w, j->id, "received", "accepted", &row, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = fits(w, j, row.v, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (complaint_is(row.v, "received"))
        decide(w, row.v, "joined");
    row.v[COMPLAINT_STATUS] = value_text(STR("joined"));
    row.v[COMPLAINT_JOINED_TO] = value_text(j->to);
    e = put(w, row.v, seq, problem);
    if (e == OK)
        e = clock_drop(w, j->id, NULL, seq, problem);
    return e == OK ? name_representatives(w, j, no, seq, problem) : e;
}

/* Close --------------------------------------------------------------------------------------- */

struct joined {
    char id[64][COMPLAINT_ID];
    size_t count;
};

static bool take_joined(void *to, const struct value *c, size_t count)
{
    struct joined *j = to;
    (void)count;
    j->count += str_copy(c[0].s, j->id[j->count], COMPLAINT_ID);
    return j->count < sizeof j->id / sizeof *j->id;
}

static void end(const struct desk_work *w, const struct complaint_closing *c, struct value *row)
{
    row[COMPLAINT_STATUS] = value_text(STR("closed"));
    row[COMPLAINT_UPHELD] = value_text(str_of(c->upheld ? "yes" : "no"));
    row[COMPLAINT_CLOSED_AT] = value_int(w->at);
}

/* Those that were joined, as many as there are. */
static enum err close_joined(const struct desk_work *w, const struct complaint_closing *c,
                             struct desk_no *no, int64_t *seq, struct problem *problem)
{
    struct joined j;
    struct fact_row row;
    const struct value key = value_text(c->id);
    enum err e;
    do {
        j.count = 0;
        e = store_run(w->store,
                      "SELECT \"id\" FROM complaints WHERE \"joined_to\" = $1 AND \"status\" = "
                      "'joined' ORDER BY \"id\" LIMIT 64",
                      &key, 1, take_joined, &j, problem);
        for (size_t i = 0; i < j.count && e == OK; i++) {
            e = complaint_lock(w, str_of(j.id[i]), &row, problem);
            end(w, c, row.v);
            if (e == OK)
                e = put(w, row.v, seq, problem);
            if (e == OK)
                e = complaint_paper_closed(w, row.v, c->answer, no, seq, problem);
        }
    } while (e == OK && j.count > 0);
    return e;
}

enum err complaint_close(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    const struct complaint_closing *c = what;
    struct fact_row row;
    enum err e = take(w, c->id, "accepted", "accepted", &row, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = unnamed(w, c->id, c->answer, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    end(w, c, row.v);
    e = put(w, row.v, seq, problem);
    if (e == OK)
        e = desk_text_put(w, c->id, COMPLAINT_TEXT_ANSWER, c->answer, problem);
    if (e == OK)
        e = clock_meet(w, c->id, COMPLAINT_CLOCK_MEDIATE, NULL, seq, problem);
    if (e == OK)
        e = clock_drop(w, c->id, NULL, seq, problem);
    if (e == OK)
        e = complaint_paper_closed(w, row.v, c->answer, no, seq, problem);
    return e == OK ? close_joined(w, c, no, seq, problem) : e;
}

/* The two sides ------------------------------------------------------------------------------- */

static enum err is_ours(const struct desk_work *w, const struct value *row, bool *ours,
                        struct problem *problem)
{
    const struct value v[] = {value_text(str_of(w->who->organisation)), row[COMPLAINT_RESPONDENT]};
    return store_any(w->store,
                     "SELECT 1 FROM organisations a JOIN organisations b ON "
                     "COALESCE(a.\"legal_entity\", a.\"id\") = COALESCE(b.\"legal_entity\", "
                     "b.\"id\") WHERE a.\"id\" = $1 AND b.\"id\" = $2",
                     v, 2, ours, problem);
}

enum err complaint_reply(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    const struct complaint_replying *r = what;
    struct fact_row row;
    bool ours = false;
    enum err e = complaint_lock(w, r->id, &row, problem);
    if (e == OK)
        e = is_ours(w, row.v, &ours, problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (!ours || row.v[COMPLAINT_JOINED_TO].type == VALUE_TEXT ||
        !(complaint_is(row.v, "accepted") || complaint_is(row.v, "closed"))) {
        desk_absent(no); /* what it does not see (complaint_about) is none of its business */
        return OK;
    }
    if (complaint_is(row.v, "closed")) {
        conflict(no, row.v);
        return OK;
    }
    if (row.v[COMPLAINT_REPLIED_AT].type != VALUE_INT)
        row.v[COMPLAINT_REPLIED_AT] = value_int(w->at);
    e = put(w, row.v, seq, problem);
    if (e == OK)
        e = desk_text_put(w, r->id, COMPLAINT_TEXT_REPLY, r->text, problem);
    return e == OK ? clock_meet(w, r->id, COMPLAINT_CLOCK_REPLY, NULL, seq, problem) : e;
}

enum err complaint_withdraw(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                            struct problem *problem)
{
    const struct complaint_withdrawing *x = what;
    struct fact_row row;
    enum err e = complaint_find_hers(w->store, x->link, x->since, x->id, &row, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    if (e == OK)
        e = complaint_lock(w, x->id, &row, problem);
    if (e != OK)
        return e;
    if (!complaint_is(row.v, "received") && !complaint_is(row.v, "accepted")) {
        conflict(no, row.v);
        return OK;
    }
    e = complaint_lead_pass(w, row.v, seq, problem);
    row.v[COMPLAINT_STATUS] = value_text(STR("withdrawn"));
    row.v[COMPLAINT_CLOSED_AT] = value_int(w->at);
    if (e == OK)
        e = put(w, row.v, seq, problem);
    return e == OK ? clock_drop(w, x->id, NULL, seq, problem) : e;
}

/* Cases --------------------------------------------------------------------------------------- */

enum err complaint_into_case(const struct desk_work *w, void *what, struct desk_no *no,
                             int64_t *seq, struct problem *problem)
{
    const struct complaint_taking *t = what;
    struct fact_row row;
    enum err e = take(w, t->id, "accepted", "accepted", &row, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (!str_eq(fact_text(&row.v[COMPLAINT_RESPONDENT]), t->respondent))
        desk_refuse(no, DESK_WRONG, "other-respondent",
                    "a complaint of the case is about another respondent");
    else if (row.v[COMPLAINT_CASE].type == VALUE_TEXT && !str_eq(row.v[COMPLAINT_CASE].s, t->into))
        desk_refuse(no, DESK_CONFLICT, "in-a-case", "a complaint is part of another case");
    if (no->why != DESK_YES)
        return OK;
    row.v[COMPLAINT_CASE] = value_text(t->into);
    return put(w, row.v, seq, problem);
}
