/*
 * GET /v1/me/introductions; GET and POST /v1/me/introductions/{id}; its photos: to whom she
 * is introduced, and what the other shows her.
 *
 * The look is a look like any other: judged, on the other's record, refused alike whatever
 * the reason. The other appears by alias, never by id.
 */
#include "gate/look_ask.h"
#include "http/fact_json.h"
#include "http/introductions.h"
#include "http/look.h"
#include "http/person_view.h"
#include "http/picture.h"
#include "http/route.h"

#include <stdlib.h>

/* As she reads it -------------------------------------------------------------------------- */

static void set_time(json_t *j, const char *name, const struct rules *rules, when at)
{
    if (at != 0 && json_object_set_new(j, name, fact_json_when(rules, at)) != 0)
        return; /* out of memory leaves a key out */
}

static void set_text(json_t *j, const char *name, struct str text)
{
    if (text.n > 0 && json_object_set_new(j, name, json_stringn(text.p, text.n)) != 0)
        return;
}

static json_t *for_her(const struct rules *rules, const struct introduction_side *s)
{
    json_t *j =
        json_pack("{s:s%, s:s%, s:s, s:o, s:o}", "id", s->id.p, s->id.n, "organisation",
                  s->organisation.p, s->organisation.n, "status", s->status, "shows",
                  fact_json_list(s->shows), "proposed_at", fact_json_when(rules, s->proposed_at));
    if (j == NULL)
        return NULL;
    set_time(j, "until", rules, s->until);
    set_text(j, "answer", s->answer);
    set_time(j, "answered_at", rules, s->answered_at);
    set_time(j, "meeting_at", rules, s->meeting_at);
    set_text(j, "outcome", s->outcome);
    return j;
}

struct rows {
    const struct rules *rules;
    json_t *list;
};

static bool add(void *to, const struct introduction_side *s, struct str alias)
{
    const struct rows *x = to;
    json_t *j = for_her(x->rules, s);
    set_text(j, "alias", alias);
    return json_array_append_new(x->list, j) == 0;
}

json_t *introductions_hers(struct request *r, const struct hands *h, const struct self *self,
                           struct problem *problem)
{
    struct rows x = {gate_rules(h->gate), json_array()};
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK; i++)
        e = introduction_of(h->store, str_of(self->id[i]), request_now(r), add, &x, problem);
    if (e == OK)
        return x.list;
    json_decref(x.list);
    return NULL;
}

void api_my_introductions(struct request *r, const struct hands *h)
{
    struct self self;
    struct problem problem = {.code = ERR_MEMORY, .text = "out of memory"};
    if (!me_read(r, h, &self))
        return;
    json_t *list = introductions_hers(r, h, &self, &problem);
    if (list != NULL)
        outcome_json(r, 200, json_pack("{s:o}", "introductions", list));
    else
        outcome_failed(r, problem.code, &problem);
}

/* Which is meant ----------------------------------------------------------------------------- */

static void nobody(struct request *r)
{
    outcome_problem(r, 404, "not-found", "there is nothing of that here");
}

/* One of hers, and which of the two she is. False after an outcome. */
static bool find(struct request *r, const struct hands *h, struct str id, struct fact_row *row,
                 struct self *self, struct introduction_side *side, struct str *person)
{
    struct problem problem = {.text = ""};
    if (!me_read(r, h, self))
        return false;
    enum err e = introduction_find(h->store, id, row, &problem);
    for (size_t i = 0; e == OK && i < self->count; i++) {
        *person = str_of(self->id[i]);
        if (introduction_side_of(row->v, *person, request_now(r), side))
            return true;
    }
    if (e == OK || e == ERR_NOT_FOUND)
        nobody(r);
    else
        outcome_failed(r, e, &problem);
    return false;
}

/* Answering ---------------------------------------------------------------------------------- */

void api_my_introduction_answer(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct introduction_done d = {.no = INTRODUCTION_ABSENT};
    struct introduction_side side;
    struct problem problem = {.text = ""};
    struct self self;
    struct str person;
    const struct fact_origin origin = work_origin(r, h);
    const struct pool_work w = {.store = h->store,
                                .rules = gate_rules(h->gate),
                                .node = origin.node,
                                .staff = origin.actor,
                                .at = origin.at};
    const bool tells = json_object_get(r->json, "outcome") != NULL;
    bool accept = false;
    struct str outcome = STR("");
    if (ask_object(r->json, tells ? "outcome" : "accept", &errors)) {
        if (tells)
            outcome = ask_word(r->json, "outcome", INTRODUCTION_OUTCOMES, true, &errors);
        else
            accept = ask_flag(r->json, "accept", &errors);
    }
    if (!introductions_asked(r, &errors) || !find(r, h, r->param, &d.row, &self, &side, &person))
        return;
    enum err e = tells ? introduction_tell(&w, r->param, person, outcome, &d, &problem)
                       : introduction_answer(&w, r->param, person, accept, &d, &problem);
    const bool yes =
        e == OK && d.no == INTRODUCTION_YES && introduction_side_of(d.row.v, person, w.at, &side);
    introductions_done(r, h, e, &problem, &d, yes ? for_her(w.rules, &side) : NULL);
}

/* Looking ------------------------------------------------------------------------------------ */

/* What is seen of the other, recorded. False after an outcome. */
static bool look(struct request *r, const struct hands *h, struct str id, categories what,
                 struct fact_row *row, struct str *other, const struct look_verdict **out)
{
    static _Thread_local struct look_result result;
    struct introduction_side side;
    struct self self;
    struct str person;
    if (!find(r, h, id, row, &self, &side, &person))
        return false;
    *other = side.other;
    const struct look_question q = {.actor = person,
                                    .persons = other,
                                    .count = 1,
                                    .purpose = STR(INTRODUCTION_PURPOSE),
                                    .what = what,
                                    .surface = SURFACE_DETAIL,
                                    .task = id,
                                    .at = request_now(r)};
    gate_look_wait(h->gate, &q, &result);
    *out = &result.verdict[0];
    if (result.record_error != OK) {
        outcome_problem(r, 503, "not-recorded",
                        "the look could not be put on the record, so nothing is shown; try again");
        r->outcome.retry_after_s = 5;
    } else if (!look_opens(*out)) {
        nobody(r);
    }
    return result.record_error == OK && look_opens(*out);
}

static enum err view(const struct hands *h, struct str id, struct str other, when at,
                     const struct look_verdict *v, json_t **out, struct problem *problem)
{
    struct person_viewer viewer;
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(other)};
    struct fact_row *member = malloc(sizeof *member);
    if (member == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = fact_find(h->store, &member_kind, key, member, problem);
    if (e == OK && !str_eq(fact_text(&member->v[MEMBER_STATUS]), STR("active")))
        e = ERR_NOT_FOUND;
    person_viewer_init(&viewer, h, at);
    if (e == OK)
        e = person_view_introduced(&viewer, id, member->v, v, out, problem);
    free(member);
    return e;
}

void api_my_introduction(struct request *r, const struct hands *h)
{
    const struct look_verdict *v;
    struct fact_row row;
    struct str other;
    struct problem problem = {.text = ""};
    json_t *json = NULL;
    const struct rules *rules = gate_rules(h->gate);
    if (!look(r, h, r->param, look_categories(rules, STR(INTRODUCTION_PURPOSE)), &row, &other, &v))
        return;
    enum err e = view(h, r->param, other, request_now(r), v, &json, &problem);
    if (e == OK)
        outcome_json(r, 200, json);
    else if (e == ERR_NOT_FOUND || e == ERR_CLOSED)
        nobody(r);
    else
        outcome_failed(r, e, &problem);
}

/* "/v1/me/introductions/{id}/photos/{n}". 0: not the number of a photo. */
static unsigned photo_of(const struct request *r, struct str *id)
{
    unsigned long long n;
    struct str rest = str_skip(r->path, sizeof "/v1/me/introductions/" - 1);
    str_split(&rest, '/', id);
    return str_to_u64(r->param, VAULT_FILES, &n) ? (unsigned)n : 0;
}

void api_my_introduction_photo(struct request *r, const struct hands *h)
{
    const struct look_verdict *v;
    struct fact_row row;
    struct str id, other;
    struct problem problem = {.text = ""};
    struct buf bytes;
    const unsigned n = photo_of(r, &id);
    if (n == 0) {
        nobody(r);
        return;
    }
    if (!look(r, h, id, 1 << CATEGORY_PHOTO, &row, &other, &v))
        return;
    const struct vault vault = work_vault(h);
    buf_init(&bytes, PHOTO_MAX + 64);
    enum err e = v->answer[CATEGORY_PHOTO] == LOOK_SHOW
                     ? vault_get_file(&vault, other, CATEGORY_PHOTO, n, &bytes, &problem)
                     : ERR_NOT_FOUND;
    const char *type = picture_type(picture_kind(buf_view(&bytes)));
    if (e == OK && type != NULL) {
        outcome_text(r, 200, type, &bytes);
        return;
    }
    vault_wipe(&bytes);
    if (e == ERR_NOT_FOUND || e == ERR_CLOSED)
        nobody(r);
    else
        outcome_failed(r, e != OK ? e : ERR_CORRUPT, &problem);
}
