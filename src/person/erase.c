#include "person/erase.h"

#include "person/consent.h"
#include "person/contract.h"
#include "person/duty.h"
#include "person/leave.h"
#include "person/member.h"
#include "person/opening.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 100 };

static enum err end_key(const struct erase *with, struct str person, enum key_class class, when now,
                        struct problem *problem)
{
    enum err e = unwrap_erase(with->vault.keys, person, class, now, problem);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err end_unless_kept(const struct erase *with, struct str person, when now,
                                struct problem *problem)
{
    bool kept = true;
    const struct value key = value_text(person);
    enum err e = store_any(with->vault.store, "SELECT 1 FROM kept WHERE person = $1 LIMIT 1", &key,
                           1, &kept, problem);
    return e == OK && !kept ? end_key(with, person, KEY_CONTRACT, now, problem) : e;
}

enum { OPENINGS = 64 };
struct opening_ids {
    char id[OPENINGS][FRESH_ID];
    size_t count;
};

static bool take_opening(void *to, const struct value *c, size_t count)
{
    struct opening_ids *o = to;
    (void)count;
    o->count += str_copy(c[0].s, o->id[o->count], sizeof o->id[0]);
    return o->count < OPENINGS;
}

static enum err end_openings(const struct erase *with, struct str person, when now, int64_t *seq,
                             struct problem *problem)
{
    const struct fact_origin origin = {.node = with->node, .actor = person, .at = now};
    struct opening_ids o;
    enum err e;
    do {
        o.count = 0;
        const struct value key = value_text(person);
        e = store_run(with->vault.store,
                      "SELECT id FROM openings WHERE person = $1 AND status NOT IN ('ended', "
                      "'void') LIMIT 64",
                      &key, 1, take_opening, &o, problem);
        for (size_t i = 0; i < o.count && e == OK; i++)
            e = opening_end(&with->vault, str_of(o.id[i]), &origin, seq, problem);
    } while (e == OK && o.count == OPENINGS);
    return e;
}

static enum err erase_one(const struct erase *with, struct str person, bool whole, when now,
                          int64_t *seq, struct problem *problem)
{
    enum err e = end_openings(with, person, now, seq, problem);
    if (e == OK)
        e = leave_empty(with, person, whole, now, seq, problem);
    if (e == OK)
        e = end_key(with, person, KEY_PROFILE, now, problem);
    return e == OK ? end_unless_kept(with, person, now, problem) : e;
}

struct person_list {
    char id[BATCH][ID_BYTES + 1];
    bool whole[BATCH];
    size_t count;
};

static bool take_person(void *to, const struct value *c, size_t count)
{
    struct person_list *list = to;
    if (!str_copy(c[0].s, list->id[list->count], sizeof list->id[0]))
        return true;
    list->whole[list->count] = count > 1 && c[1].type == VALUE_INT && c[1].i != 0;
    return ++list->count < BATCH;
}

/* The job ----------------------------------------------------------------------------------- */

#define ORDERED                                                                                    \
    "EXISTS (SELECT 1 FROM openings o WHERE o.person = erasures.person AND o.basis = 'order' "     \
    "AND o.status IN ('confirmed', 'open') AND o.until > $1)"

static enum err hold_ordered(const struct erase *with, when now, int64_t *seq,
                             struct problem *problem)
{
    struct person_list list = {.count = 0};
    const struct value at = value_int(now);
    enum err e = store_run(with->vault.store,
                           "SELECT person FROM erasures WHERE status = 'waiting' AND due_at <= $1 "
                           "AND " ORDERED " LIMIT 100",
                           &at, 1, take_person, &list, problem);
    for (size_t i = 0; i < list.count && e == OK; i++)
        e = leave_lock(with, str_of(list.id[i]), now, seq, problem);
    return e;
}

/* Done together: none before the files are scoured of all. */
static enum err run_erasures(const struct erase *with, when now, int64_t *seq,
                             struct problem *problem)
{
    struct store *s = with->vault.store;
    struct person_list list = {.count = 0};
    const struct value at = value_int(now);
    bool any = false;
    enum err e = store_any(s,
                           "SELECT 1 FROM erasures WHERE status = 'running' OR (status IN "
                           "('waiting', 'held') AND due_at <= $1) LIMIT 1",
                           &at, 1, &any, problem);
    if (e != OK || !any)
        return e;
    e = hold_ordered(with, now, seq, problem);
    if (e == OK)
        e = store_run(s,
                      "UPDATE erasures SET status = 'running' WHERE status IN ('waiting', 'held') "
                      "AND due_at <= $1 AND NOT " ORDERED,
                      &at, 1, NULL, NULL, problem);
    if (e == OK)
        e = store_run(s,
                      "SELECT person, whole FROM erasures WHERE status = 'running' "
                      "ORDER BY due_at, person LIMIT 100",
                      NULL, 0, take_person, &list, problem);
    for (size_t i = 0; i < list.count && e == OK; i++)
        e = erase_one(with, str_of(list.id[i]), list.whole[i], now, seq, problem);
    if (e == OK && list.count > 0)
        e = store_scour(s, problem);
    for (size_t i = 0; i < list.count && e == OK; i++) {
        const struct value done[] = {value_text(str_of(list.id[i])), at};
        e = store_run(s,
                      "UPDATE erasures SET status = 'done', done_at = $2 WHERE person = $1 AND "
                      "status = 'running'",
                      done, 2, NULL, NULL, problem);
    }
    return e;
}

/* With a contract that was kept until now its text ends, and what was said of its end. */
static enum err end_contracts(const struct erase *with, when now, struct problem *problem)
{
#define ENDS(id) "(SELECT 1 FROM kept k WHERE k.until <= $1 AND k.label = 'contract/' || " id ")"
    const struct value at = value_int(now);
    enum err e =
        store_run(with->vault.store, "DELETE FROM contract_texts WHERE EXISTS " ENDS("contract"),
                  &at, 1, NULL, NULL, problem);
    return e == OK
               ? store_run(
                     with->vault.store,
                     "UPDATE contracts SET \"reason\" = NULL, \"costs\" = NULL WHERE EXISTS " ENDS(
                         "id"),
                     &at, 1, NULL, NULL, problem)
               : e;
}

/* What was kept until now. */
static enum err end_terms(const struct erase *with, when now, struct problem *problem)
{
    struct store *s = with->vault.store;
    struct person_list list = {.count = 0};
    const struct value at = value_int(now);
    enum err e = store_run(s, "SELECT DISTINCT person FROM kept WHERE until <= $1 LIMIT 100", &at,
                           1, take_person, &list, problem);
    if (e == OK && list.count > 0)
        e = end_contracts(with, now, problem);
    if (e == OK && list.count > 0)
        e = store_run(s, "DELETE FROM kept WHERE until <= $1", &at, 1, NULL, NULL, problem);
    for (size_t i = 0; i < list.count && e == OK; i++)
        e = end_unless_kept(with, str_of(list.id[i]), now, problem);
    return e;
}

/* What is still kept may be looked at, and no look is allowed that could not be shown to her. */
static enum err end_records(const struct erase *with, when now, struct problem *problem)
{
    struct store *s = with->vault.store;
    struct person_list list = {.count = 0};
    if (with->record_days == 0)
        return OK;
    const struct value before = value_int(now - ERASE_RECORDS(with->record_days));
    enum err e = store_run(s,
                           "SELECT person FROM erasures WHERE status = 'done' AND done_at <= $1 "
                           "AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.person = "
                           "erasures.person) LIMIT 100",
                           &before, 1, take_person, &list, problem);
    for (size_t i = 0; i < list.count && e == OK; i++) {
        const struct value key = value_text(str_of(list.id[i]));
        e = end_key(with, str_of(list.id[i]), KEY_RECORD, now, problem);
        if (e == OK)
            e = link_remove(s, str_of(list.id[i]), problem);
        if (e == OK)
            e = store_run(s, "DELETE FROM erasures WHERE person = $1", &key, 1, NULL, NULL,
                          problem);
    }
    return e;
}

enum err erase_run(const struct erase *with, when now, int64_t *seq, struct problem *problem)
{
    enum err e = run_erasures(with, now, seq, problem);
    if (e == OK)
        e = end_terms(with, now, problem);
    return e == OK ? end_records(with, now, problem) : e;
}

/* Requests ---------------------------------------------------------------------------------- */

struct asking {
    const struct erase_request *request;
    const struct fact_origin *origin;
    const char *id, *status;
    int64_t *seq;
};

static enum err note_duty(struct store *s, const struct asking *a, struct str person,
                          struct problem *problem)
{
    const struct duty duty = {str_of(a->id), person, "erasure", DUTY_ASKER, a->request->due};
    return a->request->due > a->origin->at ? duty_begin(s, &duty, a->origin, a->seq, problem) : OK;
}

static enum err ask_one(struct store *s, const struct asking *a, struct str person,
                        struct problem *problem)
{
    bool there = false, waits = false;
    const struct value key = value_text(person);
    enum err e = store_any(s, "SELECT 1 FROM members WHERE id = $1 AND status = 'active'", &key, 1,
                           &there, problem);
    if (e == OK && !there)
        return problem_set(problem, ERR_NOT_FOUND, "%.*s: is no member any more", STR_ARG(person));
    if (e == OK)
        e = store_any(s,
                      "SELECT 1 FROM erasures WHERE person = $1 AND status IN ('waiting', "
                      "'held', 'running')",
                      &key, 1, &waits, problem);
    if (e == OK && waits)
        return problem_set(problem, ERR_CONFLICT, "%.*s: an erasure is under way already",
                           STR_ARG(person));
    const struct value row[] = {value_text(str_of(a->id)),    key,
                                value_int(a->origin->at),     value_int(a->request->due),
                                value_int(a->request->whole), value_text(str_of(a->status))};
    if (e == OK)
        e = store_run(s,
                      "INSERT INTO erasures (id, person, asked_at, due_at, whole, status) "
                      "VALUES ($1, $2, $3, $4, $5, $6)",
                      row, 6, NULL, NULL, problem);
    return e == OK ? note_duty(s, a, person, problem) : e;
}

static enum err ask(struct store *s, const struct erase_request *r,
                    const struct fact_origin *origin, const char *status, char id[static FRESH_ID],
                    int64_t *seq, struct problem *problem)
{
    struct asking a = {.request = r, .origin = origin, .id = id, .status = status};
    a.seq = seq;
    fresh_id("era", id);
    enum err e = store_begin(s, problem);
    for (size_t i = 0; i < r->count && e == OK; i++)
        e = ask_one(s, &a, r->person[i], problem);
    if (e == OK)
        store_notify(s); /* whoever carries it out */
    return store_end(s, e, problem);
}

/* Each that waits is told to her number, and may be cancelled and asked for again. */
static enum err has_room(struct store *s, const struct erase_request *r, when now,
                         struct problem *problem)
{
    int64_t asked = 0;
    const struct value params[] = {value_text(r->count > 0 ? r->person[0] : STR("")),
                                   value_int(now - WHEN_DAY)};
    if (r->due <= now)
        return OK;
    enum err e =
        store_integer(s, "SELECT COUNT(*) FROM erasures WHERE person = $1 AND asked_at > $2",
                      params, 2, &asked, problem);
    return e != OK || asked < ERASE_A_DAY
               ? e
               : problem_set(problem, ERR_LIMIT, "an erasure was asked for too often");
}

enum err erase_ask(struct store *s, const struct erase_request *r, const struct fact_origin *origin,
                   char id[static FRESH_ID], int64_t *seq, struct problem *problem)
{
    enum err e = has_room(s, r, origin->at, problem);
    return e == OK ? ask(s, r, origin, "waiting", id, seq, problem) : e;
}

struct cancelled {
    char id[FRESH_ID];
    struct person_list list;
};

static bool take_cancelled(void *to, const struct value *c, size_t count)
{
    struct cancelled *x = to;
    (void)count;
    str_copy(c[1].s, x->id, sizeof x->id);
    return take_person(&x->list, c, 1);
}

/* Who was not taken, of more than a list holds, keeps a duty until its own end. */
static enum err cancel(struct store *s, struct str person, const struct fact_origin *origin,
                       int64_t *seq, struct problem *problem)
{
    struct cancelled x = {.list = {.count = 0}};
    const struct value params[] = {value_text(person), value_int(origin->at)};
    enum err e = store_run(s,
                           "UPDATE erasures SET status = 'cancelled', done_at = $2 WHERE "
                           "status = 'waiting' AND id IN (SELECT id FROM erasures WHERE "
                           "person = $1 AND status = 'waiting') RETURNING person, id",
                           params, 2, take_cancelled, &x, problem);
    if (e == OK && x.list.count == 0)
        return problem_set(problem, ERR_NOT_FOUND, "no erasure waits");
    for (size_t i = 0; i < x.list.count && e == OK; i++)
        e = duty_end(s, str_of(x.id), str_of(x.list.id[i]), origin, seq, problem);
    return e;
}

enum err erase_cancel(struct store *s, struct str person, const struct fact_origin *origin,
                      int64_t *seq, struct problem *problem)
{
    enum err e = store_begin(s, problem);
    if (e == OK)
        e = cancel(s, person, origin, seq, problem);
    return store_end(s, e, problem);
}

static bool take_erasure(void *to, const struct value *c, size_t count)
{
    struct {
        erase_each *each;
        void *to;
    } *l = to;
    (void)count;
    const struct erasure x = {.id = c[0].s,
                              .person = c[1].s,
                              .status = c[2].s,
                              .asked_at = c[3].i,
                              .due_at = c[4].i,
                              .done_at = c[5].type == VALUE_INT ? c[5].i : 0};
    return l->each(l->to, &x);
}

enum err erase_list(struct store *s, struct str person, erase_each *each, void *to,
                    struct problem *problem)
{
    struct {
        erase_each *each;
        void *to;
    } l = {each, to};
    const struct value key = value_text(person);
    return store_run(s,
                     "SELECT id, person, status, asked_at, due_at, done_at FROM erasures WHERE "
                     "person = $1 ORDER BY asked_at DESC",
                     &key, 1, take_erasure, &l, problem);
}

struct keeping {
    struct erase_kept *out;
    size_t *count;
};

static bool take_kept(void *to, const struct value *c, size_t count)
{
    const struct keeping *k = to;
    struct erase_kept *x = &k->out[*k->count];
    (void)count;
    x->until = c[1].i;
    *k->count += str_copy(c[0].s, x->label, sizeof x->label);
    return *k->count < ERASE_KEPT;
}

enum err erase_kept(struct store *s, struct str person, when now,
                    struct erase_kept out[static ERASE_KEPT], size_t *count,
                    struct problem *problem)
{
    struct keeping k = {out, count};
    const struct value key[] = {value_text(person), value_int(now)};
    *count = 0;
    return store_run(s,
                     "SELECT label, until FROM kept WHERE person = $1 AND until > $2 "
                     "ORDER BY label",
                     key, 2, take_kept, &k, problem);
}

static const struct fact_kind *kind_of(struct str label)
{
    if (str_starts(label, STR("contract/")))
        return &contract_kind;
    return str_eq(label, STR("contract")) ? &member_kind : &consent_kind;
}

struct opening {
    const struct vault *vault;
    struct str person, label;
    struct buf *out;
    enum err e;
};

static bool open_kept(void *to, const struct value *c, size_t count)
{
    struct opening *o = to;
    char bound[LEAVE_BOUND];
    (void)count;
    o->e = unwrap_text(o->vault->keys, o->person, KEY_CONTRACT, leave_kept_label(o->label, bound),
                       c[0].s, o->out);
    return false;
}

static enum err open_sealed(const struct vault *v, struct str person, struct str label, when now,
                            struct buf *out, struct problem *problem)
{
    struct opening o = {v, person, label, out, ERR_NOT_FOUND};
    const struct value key[] = {value_text(person), value_text(label), value_int(now)};
    enum err e = store_run(v->store,
                           "SELECT sealed FROM kept WHERE person = $1 AND label = $2 AND "
                           "until > $3",
                           key, 3, open_kept, &o, problem);
    if (e == OK && o.e != OK)
        return problem_set(problem, o.e, "%.*s: nothing is kept as %.*s (%s)", STR_ARG(person),
                           STR_ARG(label), err_name(o.e));
    return e;
}

enum err erase_open_kept(const struct vault *v, struct str person, struct str label, when now,
                         struct erase_proof *out, struct problem *problem)
{
    struct buf plain;
    buf_init(&plain, ROW_MAX + 1);
    out->kind = kind_of(label);
    enum err e = open_sealed(v, person, label, now, &plain, problem);
    if (e == OK && (e = fact_decode(out->kind, buf_view(&plain), &out->row)) != OK)
        problem_set(problem, e, "%.*s: what is kept as %.*s cannot be read", STR_ARG(person),
                    STR_ARG(label));
    vault_wipe(&plain);
    if (e == OK)
        out->organisation = fact_text(&out->row.v[fact_column(out->kind, "organisation")]);
    return e;
}

/* An older copy of the tables --------------------------------------------------------------- */

static bool is_gone(const struct erase *with, struct str person)
{
    uint8_t unused[32];
    enum err e = unwrap_derive(with->vault.keys, person, KEY_PROFILE, 1, "erased? ", unused);
    sodium_memzero(unused, sizeof unused);
    return e == ERR_CLOSED;
}

static enum err erase_restored(const struct erase *with, struct str person, when now,
                               struct problem *problem)
{
    bool others = true;
    char id[FRESH_ID];
    const struct value key[] = {value_text(person)};
    enum err e = store_any(with->vault.store,
                           "SELECT 1 FROM member_links l JOIN members m ON m.id = l.person WHERE "
                           "m.status = 'active' AND l.person <> $1 AND l.link IN (SELECT link "
                           "FROM member_links WHERE person = $1)",
                           key, 1, &others, problem);
    const struct erase_request r = {&person, 1, !others, now};
    const struct fact_origin origin = {.node = with->node, .actor = STR("person"), .at = now};
    int64_t seq = 0;
    if (e == OK)
        e = ask(with->vault.store, &r, &origin, "running", id, &seq, problem);
    if (e == OK || e == ERR_CONFLICT)
        e = run_erasures(with, now, &seq, problem);
    return e;
}

enum err erase_again(const struct erase *with, when now, struct problem *problem)
{
    struct person_list list = {.count = 0};
    char after[ID_BYTES + 1] = "";
    do {
        list.count = 0;
        const struct value from = value_text(str_of(after));
        enum err e = store_run(with->vault.store,
                               "SELECT id FROM members WHERE status = 'active' AND "
                               "id COLLATE \"C\" > $1 ORDER BY id COLLATE \"C\" LIMIT 100",
                               &from, 1, take_person, &list, problem);
        if (e != OK)
            return e;
        for (size_t i = 0; i < list.count; i++) {
            const struct str person = str_of(list.id[i]);
            if (is_gone(with, person) && (e = erase_restored(with, person, now, problem)) != OK)
                return e;
        }
        if (list.count > 0)
            memcpy(after, list.id[list.count - 1], sizeof after);
    } while (list.count == BATCH);
    return OK;
}
