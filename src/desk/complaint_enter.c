/* A complaint comes in. */
#include "desk/clock.h"
#include "desk/competent.h"
#include "desk/complaint.h"
#include "desk/text.h"

#include <inttypes.h>
#include <stdio.h>

/* A centre's own id that is there already must be of the same complaint. */
static enum err known(const struct desk_work *w, struct complaint_new *c, struct desk_no *no,
                      struct problem *problem)
{
    struct fact_row row;
    enum err e = c->id.n > 0 ? complaint_find(w->store, c->id, &row, problem) : ERR_NOT_FOUND;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    c->known = str_eq(fact_text(&row.v[COMPLAINT_RESPONDENT]), c->respondent) &&
               str_eq(fact_text(&row.v[COMPLAINT_ISSUE]), c->issue) &&
               row.v[COMPLAINT_RECEIVED_AT].i == c->received_at;
    if (!c->known)
        desk_refuse(no, DESK_CONFLICT, "id-taken", "another complaint has this id");
    return OK;
}

/* Those who send in by themselves, not those for whom a centre does. */
static enum err few_today(const struct desk_work *w, const struct complaint_new *c,
                          struct desk_no *no, struct problem *problem)
{
    const int64_t most = rules_limit_count(w->rules, LIMIT_COMPLAINTS_DAILY, 0);
    int64_t today = 0;
    if (c->link == NULL || !str_eq(str_of(c->channel), STR("portal")))
        return OK;
    const struct value v[] = {value_bytes(c->link, COMPLAINT_LINK), value_int(w->at - WHEN_DAY)};
    enum err e = store_integer(w->store,
                               "SELECT COUNT(*) FROM complaints WHERE \"link\" = $1 AND "
                               "\"received_at\" > $2",
                               v, 2, &today, problem);
    if (e == OK && today >= most)
        desk_refuse(no, DESK_LIMIT, "complaint-limit",
                    "%" PRId64 " complaints within a day; come back tomorrow", today);
    return e;
}

static enum err find_body(const struct desk_work *w, const struct complaint_new *c,
                          struct competent *body, struct desk_no *no, struct problem *problem)
{
    enum competent_found found;
    enum err e = competent_for(w->store, c->respondent, body, &found, problem);
    if (e == OK && found == COMPETENT_NO_RESPONDENT)
        desk_refuse(no, DESK_WRONG, "unknown-respondent",
                    "no organisation of this id is registered");
    else if (e == OK && found == COMPETENT_NOBODY)
        desk_refuse(no, DESK_WRONG, "nobody-competent",
                    "no association or authority of the respondent's sector and region is "
                    "registered that could handle this");
    return e;
}

static enum err put_texts(const struct desk_work *w, const struct complaint_new *c,
                          struct problem *problem)
{
    const struct str id = str_of(c->out);
    char text[NUMBER_TEXT];
    enum err e = desk_text_put(w, id, COMPLAINT_TEXT_FACTS, c->facts, problem);
    if (e == OK)
        e = desk_text_put(w, id, COMPLAINT_TEXT_REQUEST, c->request, problem);
    if (c->anonymous)
        return e;
    if (e == OK && c->name.n > 0)
        e = desk_text_put(w, id, COMPLAINT_TEXT_NAME, c->name, problem);
    if (e == OK && c->address.n > 0)
        e = desk_text_put(w, id, COMPLAINT_TEXT_ADDRESS, c->address, problem);
    if (e == OK && c->number != 0) {
        number_format(rules_plan(w->rules), c->number, text);
        e = desk_text_put(w, id, COMPLAINT_TEXT_NUMBER, str_of(text), problem);
        explicit_bzero(text, sizeof text);
    }
    return e;
}

static enum err put_row(const struct desk_work *w, const struct complaint_new *c,
                        const struct competent *body, int64_t *seq, struct problem *problem)
{
    const struct value row[COMPLAINT_COLUMNS] = {
        [COMPLAINT_KEY] = value_text(str_of(c->out)),
        [COMPLAINT_RESPONDENT] = value_text(c->respondent),
        [COMPLAINT_ISSUE] = value_text(c->issue),
        [COMPLAINT_HAPPENED_AT] = c->happened_at != 0 ? value_int(c->happened_at) : value_null(),
        [COMPLAINT_RECEIVED_AT] = value_int(c->received_at),
        [COMPLAINT_ANONYMOUS] = value_text(str_of(c->anonymous ? "yes" : "no")),
        [COMPLAINT_CHANNEL] = value_text(str_of(c->channel)),
        [COMPLAINT_BODY] = value_text(str_of(body->id)),
        [COMPLAINT_STATUS] = value_text(STR("received")),
    };
    enum err e = desk_write(w, &complaint_kind, row, seq, problem);
    if (e != OK || c->link == NULL)
        return e;
    const struct value link[] = {row[COMPLAINT_KEY], value_bytes(c->link, COMPLAINT_LINK)};
    return store_run(w->store, "UPDATE complaints SET \"link\" = $2 WHERE \"id\" = $1", link, 2,
                     NULL, NULL, problem);
}

enum err complaint_enter(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    struct complaint_new *c = what;
    struct competent body;
    when due;
    enum err e = known(w, c, no, problem);
    if (e == OK && no->why == DESK_YES && !c->known)
        e = few_today(w, c, no, problem);
    if (e == OK && no->why == DESK_YES && !c->known)
        e = find_body(w, c, &body, no, problem);
    if (e != OK || no->why != DESK_YES || c->known)
        return e;
    if (c->id.n == 0)
        fresh_id("cpl", c->out);
    else if (!str_copy(c->id, c->out, sizeof c->out))
        return problem_set(problem, ERR_LIMIT, "the id of a complaint is too long");
    e = put_row(w, c, &body, seq, problem);
    if (e == OK)
        e = put_texts(w, c, problem);
    const struct clock_terms clock = {.subject = str_of(c->out),
                                      .organisation = str_of(body.id),
                                      .rule = COMPLAINT_CLOCK_ACCEPT,
                                      .from = c->received_at};
    return e == OK ? clock_begin(w, &clock, &due, seq, problem) : e;
}
