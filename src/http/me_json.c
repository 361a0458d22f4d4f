#include "http/me_json.h"

#include "gate/look_ask.h"
#include "http/fact_json.h"
#include "http/look_json.h"

#include <stdio.h>
#include <stdlib.h>

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        return; /* out of memory leaves a key out */
}

static void set_text(json_t *object, const char *key, const char *text)
{
    if (*text != '\0')
        set(object, key, json_string(text));
}

json_t *me_time(const struct request *r, when at)
{
    return fact_json_when(gate_rules(request_gate(r)), at);
}

/* Rows ---------------------------------------------------------------------------------------- */

struct rows {
    struct request *r;
    const char *const *names;
    json_t *list;
};

static bool is_time(const char *name)
{
    const size_t n = strlen(name);
    return (n > 3 && strcmp(name + n - 3, "_at") == 0) || strcmp(name, "from") == 0 ||
           strcmp(name, "until") == 0 || strcmp(name, "created") == 0 ||
           strcmp(name, "expires") == 0 || strcmp(name, "at") == 0;
}

static bool add_row(void *to, const struct value *c, size_t count)
{
    struct rows *x = to;
    json_t *row = json_object();
    for (size_t i = 0; i < count && x->names[i] != NULL; i++) {
        if (c[i].type == VALUE_TEXT)
            set(row, x->names[i], json_stringn(c[i].s.p, c[i].s.n));
        else if (c[i].type == VALUE_INT && is_time(x->names[i]))
            set(row, x->names[i], me_time(x->r, c[i].i));
        else if (c[i].type == VALUE_INT)
            set(row, x->names[i], json_integer(c[i].i));
    }
    return json_array_append_new(x->list, row) == 0;
}

enum err me_rows(struct request *r, struct store *s, const char *sql, const struct value *params,
                 size_t count, const char *const *names, json_t *list, struct problem *problem)
{
    struct rows x = {r, names, list};
    return store_run(s, sql, params, count, add_row, &x, problem);
}

/* The same for each of her ids. */
static json_t *rows_of(struct request *r, const struct hands *h, const struct self *self,
                       const char *sql, const char *const *names, struct problem *problem)
{
    json_t *list = json_array();
    for (size_t i = 0; i < self->count && list != NULL; i++) {
        const struct value id = value_text(str_of(self->id[i]));
        if (me_rows(r, h->store, sql, &id, 1, names, list, problem) != OK) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

json_t *me_members(struct request *r, const struct hands *h, const struct self *self,
                   struct problem *problem)
{
    static const char *const names[] = {"id", "organisation", "name", "status", "added_at", NULL};
    return rows_of(r, h, self,
                   "SELECT m.id, m.organisation, o.name, m.status, m.added_at FROM members m "
                   "LEFT JOIN organisations o ON o.id = m.organisation WHERE m.id = $1",
                   names, problem);
}

json_t *me_tokens(struct request *r, const struct hands *h, const struct self *self,
                  struct problem *problem)
{
    static const char *const names[] = {"member", "created", "expires", NULL};
    return rows_of(r, h, self,
                   "SELECT subject, created, expires FROM tokens WHERE subject = $1 "
                   "ORDER BY created",
                   names, problem);
}

/* Looks --------------------------------------------------------------------------------------- */

struct seen {
    uint64_t record;

    json_t *json;
};

enum { SECRETS = 16, LISTED = 2 * ME_LOOKS + 2 };

struct looks {
    struct request *r;
    const struct hands *h;
    const struct self *self;
    struct seen at[LISTED];
    size_t count, of_this; /* listed; of the person at hand */
    json_t *newer;         /* her listed look before this one in the list; borrowed */
    uint32_t expected;     /* running number of the next older look at her; 0: not known */
    char secret[SECRETS][SUBJECT_ID];
    size_t secrets;
};

static bool take_secret(void *to, const struct value *c, size_t count)
{
    struct looks *x = to;
    (void)count;
    x->secrets += str_copy(c[0].s, x->secret[x->secrets], sizeof x->secret[0]);
    return x->secrets < SECRETS;
}

/* Its refused looks too: they would tell that it asks. */
static bool is_secret(const struct looks *x, const struct look_opening *o)
{
    for (size_t i = 0; i < x->secrets; i++)
        if (strcmp(x->secret[i], o->asker.organisation) == 0)
            return true;
    return false;
}

static json_t *describe(struct looks *x, const struct look_seen *s)
{
    struct gate *gate = x->h->gate;
    const struct look_opening *o = &s->opening;
    char id[RECORD_ID], proof[RECORD_ID + 32];
    ledger_record_id(gate_ledger(gate), s->record, id);
    snprintf(proof, sizeof proof, "/v1/records/%s/proof", id);
    json_t *j = json_pack("{s:s, s:s, s:s, s:b, s:b, s:b}", "record", id, "person", o->person,
                          "surface", look_surface(s->surface), "dry_run", s->dry, "imported",
                          s->imported, "proven", !s->imported);
    if (j == NULL)
        return NULL;
    set(j, "at", me_time(x->r, o->asked));
    if (o->person_seq > 0)
        set(j, "number", json_integer(o->person_seq));
    set_text(j, "looker", o->asker.looker);
    set_text(j, "organisation", o->asker.organisation);
    set_text(j, "through", o->asker.host);
    set_text(j, "task", o->asker.task);
    set_text(j, "purpose", s->purpose);
    set(j, "proof", json_string(proof));
    set(j, "categories", look_verdicts(gate_rules(gate), &o->verdict, ASK_FULL));
    return j;
}

/* A running number that is missing shows at the look that came after it. */
static void mark_gap(struct looks *x)
{
    if (x->newer != NULL)
        set(x->newer, "gap", json_true());
}

static bool take_look(void *to, const struct look_seen *s)
{
    struct looks *x = to;
    const struct look_opening *o = &s->opening;
    const uint32_t running = o->person_seq;
    if (running > 0) {
        if (x->expected > 0 && running < x->expected)
            mark_gap(x);
        x->expected = running - 1;
    }
    if (x->of_this > ME_LOOKS)
        return false;
    if (self_is(x->self, str_of(o->asker.looker)) || is_secret(x, o))
        return true;
    json_t *j = describe(x, s);
    if (j == NULL)
        return false;
    x->newer = j;
    x->at[x->count++] = (struct seen){s->record, j};
    x->of_this++;
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    return x->record < y->record ? 1 : x->record > y->record ? -1 : 0;
}

/* Keep the newest of what is listed, and one more to know whether there is more. */
static void trim(struct looks *x)
{
    qsort(x->at, x->count, sizeof *x->at, newest_first);
    while (x->count > ME_LOOKS + 1)
        json_decref(x->at[--x->count].json);
}

struct member_looker {
    bool there;
    char alias[ID_BYTES + 1];
};

static bool take_alias(void *to, const struct value *c, size_t count)
{
    struct member_looker *m = to;
    (void)count;
    m->there = true;
    return str_copy(fact_text(&c[0]), m->alias, sizeof m->alias);
}

enum err me_hide_looker(struct store *s, json_t *look, struct problem *problem)
{
    struct member_looker m = {.there = false};
    const char *looker = json_string_value(json_object_get(look, "looker"));
    if (looker == NULL || !str_starts(str_of(looker), STR("per_")))
        return OK;
    const struct value id = value_text(str_of(looker));
    enum err e =
        store_run(s, "SELECT alias FROM members WHERE id = $1", &id, 1, take_alias, &m, problem);
    json_t *task = json_object_get(look, "task");
    if (e == OK && (json_object_set_new(look, "looker", json_string(m.alias)) != 0 ||
                    (task != NULL && json_object_set(look, "introduction", task) != 0)))
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    return e;
}

static enum err add_staff(struct looks *x, json_t *look, struct problem *problem)
{
    static const char *const names[] = {"role", "certificate", NULL};
    const char *looker = json_string_value(json_object_get(look, "looker"));
    const struct value id = value_text(str_of(looker));
    json_t *list = json_array();
    enum err e = me_rows(x->r, x->h->store, "SELECT role, certificate FROM staff WHERE id = $1",
                         &id, 1, names, list, problem);
    if (e == OK && json_array_size(list) == 1 &&
        json_object_update(look, json_array_get(list, 0)) != 0)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    json_decref(list);
    return e;
}

static enum err collect(struct looks *x, uint64_t before, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; i < x->self->count && e == OK; i++) {
        const struct value params[] = {value_text(str_of(x->self->id[i])),
                                       value_int(request_now(x->r))};
        x->of_this = x->secrets = 0;
        x->newer = NULL;
        x->expected = 0;
        e = store_run(x->h->store,
                      "SELECT holder FROM openings WHERE person = $1 AND basis = 'order' AND "
                      "secret_until > $2",
                      params, 2, take_secret, x, problem);
        if (e == OK)
            e = gate_looks(x->h->gate, params[0].s, before, take_look, x, problem);
        if (e == OK && x->of_this <= ME_LOOKS && x->expected > 0)
            mark_gap(x); /* the oldest is not her first */
        trim(x);
    }
    return e;
}

json_t *me_looks(struct request *r, const struct hands *h, const struct self *self, uint64_t before,
                 uint64_t *next, struct problem *problem)
{
    struct looks *x = calloc(1, sizeof *x);
    json_t *list = json_array();
    *next = 0;
    enum err e = x == NULL || list == NULL ? ERR_MEMORY : OK;
    if (e == OK) {
        *x = (struct looks){.r = r, .h = h, .self = self};
        e = collect(x, before, problem);
    } else {
        problem_set(problem, e, "out of memory");
    }
    for (size_t i = 0; x != NULL && i < x->count; i++) {
        if (e == OK)
            e = me_hide_looker(h->store, x->at[i].json, problem);
        if (e == OK && i < ME_LOOKS && (e = add_staff(x, x->at[i].json, problem)) == OK) {
            *next = i + 1 == ME_LOOKS && x->count > ME_LOOKS ? x->at[i].record : 0;
            json_array_append_new(list, x->at[i].json);
        } else {
            json_decref(x->at[i].json);
        }
    }
    free(x);
    if (e == OK)
        return list;
    json_decref(list);
    return NULL;
}

json_t *me_all_looks(struct request *r, const struct hands *h, const struct self *self,
                     uint64_t before, struct problem *problem)
{
    json_t *all = json_array();
    while (all != NULL && before != 0 && json_array_size(all) < ME_ALL_LOOKS) {
        json_t *page = me_looks(r, h, self, before, &before, problem);
        if (page == NULL || json_array_extend(all, page) != 0) {
            if (page != NULL)
                problem_set(problem, ERR_MEMORY, "out of memory");
            json_decref(all);
            all = NULL;
        }
        json_decref(page);
    }
    return all;
}

/* Erasures ------------------------------------------------------------------------------------ */

/* That of what she has at the desk. */
static bool add_desk(struct request *r, const struct hands *h, const struct self *self,
                     json_t *list, struct problem *problem)
{
    static const char *const names[] = {"id", "status", "asked_at", "due_at", NULL};
    uint8_t link[SUBJECT_LINK];
    struct forget_hers hers;
    if (!me_desk(h, self, &hers, link))
        return true;
    const struct value v = value_bytes(link, sizeof link);
    return me_rows(r, h->store,
                   "SELECT id, status, asked_at, due_at FROM desk_erasures WHERE link = $1 ORDER "
                   "BY asked_at DESC",
                   &v, 1, names, list, problem) == OK;
}

json_t *me_erasures(struct request *r, const struct hands *h, const struct self *self,
                    struct problem *problem)
{
    static const char *const names[] = {"id",     "person",  "status", "asked_at",
                                        "due_at", "done_at", NULL};
    /* What an order keeps secret is under way, no more. */
    json_t *list = rows_of(
        r, h, self,
        "SELECT e.id, e.person, CASE WHEN e.status = 'held' AND EXISTS (SELECT 1 FROM openings o "
        "WHERE o.person = e.person AND o.secret_until IS NOT NULL) THEN 'running' ELSE e.status "
        "END, e.asked_at, e.due_at, e.done_at FROM erasures e WHERE e.person = $1 "
        "ORDER BY e.asked_at DESC",
        names, problem);
    if (list != NULL && !add_desk(r, h, self, list, problem)) {
        json_decref(list);
        list = NULL;
    }
    json_t *kept = list != NULL ? me_kept(r, h, self, problem) : NULL;
    if (kept != NULL)
        return json_pack("{s:o, s:o}", "erasures", list, "kept", kept);
    json_decref(list);
    return NULL;
}
