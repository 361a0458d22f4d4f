#include "http/me.h"
#include "http/wishes.h"
/*
 * GET /v1/me/export: everything that is kept of her, at every organisation, in one JSON
 * document (schema MyExport).
 *
 * After a further code at once; else 24 hours after she first asked, with notice, and for
 * a week. Photographs and evidence are in it as base64. Chats and histories lie sealed to officers,
 * and are named, not opened. Whom she looked at and who looked at her appear by id only.
 */
#include "http/api_pools.h"
#include "http/contract_json.h"
#include "http/desk_hers.h"
#include "http/introductions.h"
#include "http/look.h"
#include "http/me_json.h"
#include "http/route.h"
#include "ledger/base64.h"
#include "person/duty.h"
#include "person/followup.h"
#include "registry/fresh_id.h"
#include "registry/session.h"

#include <stdlib.h>

enum { LABELS = 256, REACH_MS = 2000 };

struct exporting {
    struct request *r;
    const struct hands *h;
    struct vault vault;
    const char *person;
    json_t *profile, *files, *sealed, *followups;
    char label[LABELS][32];
    size_t labels;
    enum err e;
};

static bool take_label(void *to, struct str label, when changed)
{
    struct exporting *x = to;
    (void)changed;
    x->labels += str_copy(label, x->label[x->labels], sizeof x->label[0]);
    return x->labels < LABELS;
}

static enum err add_fields(struct exporting *x, enum category c, struct problem *problem)
{
    struct vault_object o;
    enum err e = vault_get(&x->vault, str_of(x->person), c, &o, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    json_t *fields = json_object();
    for (size_t i = 0; i < o.count; i++)
        json_object_setn_new(fields, o.field[i].name.p, o.field[i].name.n,
                             json_stringn(o.field[i].value.p, o.field[i].value.n));
    vault_forget(&o);
    return json_object_set_new(x->profile, category_word(c), fields) == 0 ? OK : ERR_MEMORY;
}

static enum err add_file(struct exporting *x, enum category c, const char *label,
                         struct problem *problem)
{
    struct buf bytes, text;
    const unsigned index = (unsigned)strtoul(strchr(label, '/') + 1, NULL, 10);
    buf_init(&bytes, VAULT_FILE);
    buf_init(&text, 2 * (size_t)VAULT_FILE);
    enum err e = vault_get_file(&x->vault, str_of(x->person), c, index, &bytes, problem);
    if (e == OK) {
        base64_put(&text, bytes.p, bytes.n);
        const struct str s = buf_view(&text);
        if (text.failed || json_object_set_new(x->files, label, json_stringn(s.p, s.n)) != 0)
            e = problem_set(problem, ERR_MEMORY, "out of memory");
    }
    vault_wipe(&bytes);
    vault_wipe(&text);
    return e;
}

static enum err add_label(struct exporting *x, const char *label, struct problem *problem)
{
    struct str rest = str_of(label), word;
    enum category c;
    if (!str_split(&rest, '/', &word) || !category_find(word, &c))
        return OK;
    if (rules_category(x->vault.rules, c)->sealed)
        return json_array_append_new(x->sealed, json_string(category_word(c))) == 0 ? OK
                                                                                    : ERR_MEMORY;
    return strchr(label, '/') != NULL ? add_file(x, c, label, problem) : add_fields(x, c, problem);
}

static bool add_followup(void *to, const struct followup *f)
{
    struct exporting *x = to;
    json_t *j = json_pack("{s:s%, s:s%, s:s%, s:s%, s:o}", "kind", f->kind.p, f->kind.n, "outcome",
                          f->outcome.p, f->outcome.n, "note", f->note.p ? f->note.p : "", f->note.n,
                          "staff", f->staff.p, f->staff.n, "at", me_time(x->r, f->at));
    return json_array_append_new(x->followups, j) == 0;
}

/* One membership. */
static json_t *member(struct exporting *x, const char *id, struct problem *problem)
{
    static const char *const claim_names[] = {"staff", "at", "how", "ended_at", "why", NULL};
    static const char *const asked_names[] = {"id",       "organisation", "purpose", "categories",
                                              "asked_at", "status",       NULL};
    const struct value key = value_text(str_of(id));
    const struct pool_work w = pools_hands(x->r, x->h);
    json_t *claims = json_array(), *requests = json_array();
    x->person = id;
    x->labels = 0;
    x->profile = json_object();
    x->files = json_object();
    x->sealed = json_array();
    x->followups = json_array();
    x->e = vault_labels(&x->vault, key.s, take_label, x, problem);
    for (size_t i = 0; i < x->labels && x->e == OK; i++)
        x->e = add_label(x, x->label[i], problem);
    if (x->e == OK)
        x->e = followup_read(&w, key.s, add_followup, x, problem);
    if (x->e == OK)
        x->e = me_rows(x->r, x->h->store,
                       "SELECT staff, \"at\", how, ended_at, why FROM claims WHERE person = $1 "
                       "ORDER BY \"at\"",
                       &key, 1, claim_names, claims, problem);
    if (x->e == OK)
        x->e = me_rows(x->r, x->h->store,
                       "SELECT id, organisation, purpose, categories, asked_at, status FROM "
                       "consent_requests WHERE person = $1 ORDER BY asked_at",
                       &key, 1, asked_names, requests, problem);
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id", id, "profile", x->profile,
                     "files", x->files, "sealed", x->sealed, "followups", x->followups, "claims",
                     claims, "consent_requests", requests);
}

static enum err add_wishes(struct exporting *x, const struct self *self, json_t *list,
                           struct problem *problem)
{
    struct fact_row *row = malloc(sizeof *row);
    enum err e = row != NULL ? wishes_find(x->h, self, row, problem) : ERR_MEMORY;
    json_t *out = e == OK && row->v[PREFERENCE_NUMBER].type == VALUE_INT ? json_object() : NULL;
    for (size_t i = PREFERENCE_SECTORS; out != NULL && i < PREFERENCE_COLUMNS; i++)
        if (row->v[i].type == VALUE_TEXT)
            json_object_set_new(out, preference_kind.columns[i].name,
                                json_stringn(row->v[i].s.p, row->v[i].s.n));
    if (out != NULL)
        json_array_append_new(list, out);
    free(row);
    return e;
}

/* What stands under her number, since it is hers. */
static enum err add_number(struct exporting *x, const struct self *self, json_t *all,
                           struct problem *problem)
{
    static const char *const consent_names[] = {
        "organisation", "purposes", "categories", "channels", "from", "until",
        "wording",      "status",   "ended_at",   "ended",    NULL};
    static const char *const refusal_names[] = {"organisation", "at", NULL};
    const struct value params[] = {value_int((int64_t)self->number), value_int(self->since)};
    json_t *consents = json_array(), *refusals = json_array(), *wishes = json_array();
    enum err e = OK;
    if (self->number != 0)
        e = me_rows(x->r, x->h->store,
                    "SELECT organisation, purposes, categories, channels, \"from\", \"until\", "
                    "wording, status, ended_at, ended FROM consents WHERE number = $1 AND "
                    "\"from\" >= $2 ORDER BY \"from\"",
                    params, 2, consent_names, consents, problem);
    if (e == OK && self->number != 0)
        e = me_rows(x->r, x->h->store,
                    "SELECT organisation, \"at\" FROM refusals WHERE number = $1 AND \"at\" >= $2 "
                    "ORDER BY \"at\"",
                    params, 2, refusal_names, refusals, problem);
    if (e == OK && self->number != 0)
        e = add_wishes(x, self, wishes, problem);
    json_object_set_new(all, "consents", consents);
    json_object_set_new(all, "refusals", refusals);
    json_object_set_new(all, "preferences", wishes);
    return e;
}

/* Take a list that was made, or say why it was not. */
static enum err put(json_t *all, const char *name, json_t *list, const struct problem *problem)
{
    if (list == NULL)
        return problem->code != OK ? problem->code : ERR_MEMORY;
    return json_object_set_new(all, name, list) == 0 ? OK : ERR_MEMORY;
}

static enum err add_calls(struct exporting *x, const struct self *self, json_t *all,
                          struct problem *problem)
{
    uint64_t more;
    enum err e =
        put(all, "calls", me_calls(x->h, self, ME_ALL_CALLS, UINT64_MAX, &more, problem), problem);
    return e == OK ? put(all, "corrections", me_corrections(x->r, x->h, self, problem), problem)
                   : e;
}

static json_t *document(struct exporting *x, const struct self *self, struct problem *problem)
{
    json_t *members = json_array();
    json_t *all = json_pack("{s:s, s:o, s:o}", "format", "menshen-export-1", "made_at",
                            me_time(x->r, request_now(x->r)), "members", members);
    x->e = all != NULL ? OK : ERR_MEMORY;
    for (size_t i = 0; i < self->count && x->e == OK; i++)
        json_array_append_new(members, member(x, self->id[i], problem));
    if (x->e == OK)
        x->e = add_number(x, self, all, problem);
    if (x->e == OK)
        x->e = put(all, "looks", me_all_looks(x->r, x->h, self, UINT64_MAX, problem), problem);
    if (x->e == OK)
        x->e = add_calls(x, self, all, problem);
    if (x->e == OK)
        x->e = put(all, "introductions", introductions_hers(x->r, x->h, self, problem), problem);
    if (x->e == OK)
        x->e = put(all, "contracts", contracts_hers(x->r, x->h, self, problem), problem);
    if (x->e == OK)
        x->e =
            put(all, "bindings", me_bindings(x->r, x->h, self, ME_ALL_BINDINGS, problem), problem);
    if (x->e == OK)
        x->e = put(all, "desk", desk_hers(x->r, x->h, self, problem), problem);
    json_t *organisations = x->e == OK ? me_members(x->r, x->h, self, problem) : NULL;
    json_t *tokens = organisations != NULL ? me_tokens(x->r, x->h, self, problem) : NULL;
    json_t *erasures = tokens != NULL ? me_erasures(x->r, x->h, self, problem) : NULL;
    if (erasures != NULL && json_object_update(all, erasures) == 0 &&
        json_object_set(all, "memberships", organisations) == 0 &&
        json_object_set(all, "tokens", tokens) == 0) {
        json_decref(erasures);
        json_decref(organisations);
        json_decref(tokens);
        return all;
    }
    if (x->e == OK)
        x->e = ERR_MEMORY;
    json_decref(erasures);
    json_decref(organisations);
    json_decref(tokens);
    json_decref(all);
    return NULL;
}

/* Waiting ------------------------------------------------------------------------------------- */

/* Her wait, if she has asked. */
struct wait {
    when asked; /* 0: she has not */
    char id[FRESH_ID];
};

static bool take_wait(void *to, const struct value *c, size_t count)
{
    struct wait *w = to;
    (void)count;
    w->asked = c[0].i;
    str_copy(fact_text(&c[1]), w->id, sizeof w->id);
    return false;
}

static void tell(struct request *r, const struct self *self, when due)
{
    char at[WHEN_TEXT];
    when_format(due, rules_offset_minutes(gate_rules(request_gate(r))), at);
    me_tell_self(
        r, self, due,
        "您的资料可于 %.16s 起导出。若非本人申请，请勿泄露验证码。 A copy of your data can be "
        "fetched from %.16s. If you did not ask for it, sign in and sign out everywhere.",
        at, at);
}

/* Each membership knows that she waits (person/duty.h). */
static enum err begin(struct request *r, const struct hands *h, const struct self *self, when ready,
                      int64_t *seq, struct problem *problem)
{
    char id[FRESH_ID];
    const struct fact_origin origin = work_origin(r, h);
    fresh_id("exp", id);
    const struct value params[] = {value_text(str_of(r->subject.id)), value_int(origin.at),
                                   value_text(str_of(id))};
    enum err e = store_run(h->store,
                           "INSERT INTO exports (subject, asked_at, id) VALUES ($1, $2, $3) ON "
                           "CONFLICT (subject) DO UPDATE SET asked_at = excluded.asked_at, id = "
                           "excluded.id",
                           params, 3, NULL, NULL, problem);
    for (size_t i = 0; i < self->count && e == OK; i++) {
        const struct duty duty = {str_of(id), str_of(self->id[i]), "export", DUTY_ASKER, ready};
        e = duty_begin(h->store, &duty, &origin, seq, problem);
    }
    return e;
}

/* She does not wait any more. */
static enum err stop(struct request *r, const struct hands *h, const struct self *self,
                     const struct wait *w, int64_t *seq, struct problem *problem)
{
    const struct fact_origin origin = work_origin(r, h);
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK && w->id[0] != '\0'; i++)
        e = duty_end(h->store, str_of(w->id), str_of(self->id[i]), &origin, seq, problem);
    return e;
}

/* When she may have it: now, or after the wait that begins with the first time she asks. */
static enum err decide(struct request *r, const struct hands *h, const struct self *self,
                       struct wait *w, when *ready, int64_t *seq, struct problem *problem)
{
    const when now = request_now(r);
    const struct value subject = value_text(str_of(r->subject.id));
    enum err e = store_run(h->store, "SELECT asked_at, id FROM exports WHERE subject = $1",
                           &subject, 1, take_wait, w, problem);
    *ready = now;
    if (e == OK && session_confirmed(&r->subject, now))
        return stop(r, h, self, w, seq, problem);
    const bool waits = w->asked != 0 && now < w->asked + 8 * WHEN_DAY;
    *ready = (waits ? w->asked : now) + WHEN_DAY;
    return e != OK || waits ? e : begin(r, h, self, *ready, seq, problem);
}

static enum err ready_at(struct request *r, const struct hands *h, const struct self *self,
                         when *ready, struct problem *problem)
{
    struct wait w = {.asked = 0};
    int64_t seq = 0;
    enum err e = store_begin(h->store, problem);
    if (e == OK)
        e = decide(r, h, self, &w, ready, &seq, problem);
    e = store_end(h->store, e, problem);
    if (e != OK || seq == 0)
        return e;
    work_reach(r, h, seq, REACH_MS);
    if (*ready > request_now(r))
        tell(r, self, *ready);
    return e;
}

/* Each membership by itself: in none is she another than its member. */
static enum err put_on_record(const struct request *r, const struct hands *h,
                              const struct self *self)
{
    struct look_result *result = malloc(sizeof *result);
    enum err e = result != NULL ? OK : ERR_MEMORY;
    for (size_t i = 0; i < self->count && e == OK; i++) {
        const struct str she = str_of(self->id[i]);
        const struct look_question q = {.actor = she,
                                        .persons = &she,
                                        .count = 1,
                                        .what = look_categories(gate_rules(h->gate), STR("")),
                                        .surface = SURFACE_EXPORT,
                                        .at = request_now(r)};
        gate_look_wait(h->gate, &q, result);
        e = result->record_error;
    }
    free(result);
    return e;
}

static void export(struct request *r, const struct hands *h)
{
    struct self self;
    struct problem problem = {.code = OK, .text = "out of memory"};
    when ready = 0;
    if (!me_read(r, h, &self) || !me_settled(r, &self))
        return;
    enum err e = ready_at(r, h, &self, &ready, &problem);
    if (e == OK && ready > request_now(r)) {
        char at[WHEN_TEXT];
        when_format(ready, rules_offset_minutes(gate_rules(h->gate)), at);
        outcome_problem(r, 403, "confirmation-required",
                        "confirm with POST /v1/session/confirm, or come back after %s", at);
        return;
    }
    if (e == OK && put_on_record(r, h, &self) != OK) {
        outcome_problem(r, 503, "not-recorded",
                        "the look could not be put on the record, so nothing is shown; try again");
        return;
    }
    struct exporting x = {.r = r, .h = h, .vault = work_vault(h)};
    json_t *all = e == OK ? document(&x, &self, &problem) : NULL;
    if (all != NULL)
        outcome_json(r, 200, all);
    else
        outcome_failed(r, e != OK ? e : x.e, &problem);
}

void api_me_export(struct request *r)
{
    respond_header(r, "Content-Disposition", "attachment; filename=\"menshen-export.json\"");
    request_work(r, export);
}
