#include "gate/alerts_inner.h"
#include "gate/key.h"
#include "registry/staff.h"

#include <stdlib.h>

static void fail(struct watching *w, enum err e)
{
    if (!w->failed)
        w->failed = e;
}

/* Staff --------------------------------------------------------------------------------------- */

static bool take_staff(void *to, const struct value *v, size_t n)
{
    struct watching *w = to;
    if (w->staff_count == PEEP_STAFF) {
        w->span.partial = true;
        return false;
    }
    struct watched *s = &w->staff[w->staff_count];
    *s = (struct watched){.store = (uint32_t)key_of(fact_text(&v[1]))};
    s->key = key_of(fact_text(&v[0]));
    if (str_copy(fact_text(&v[0]), s->id, sizeof s->id))
        w->staff_count++;
    return true;
}

static int by_staff(const void *a, const void *b)
{
    const uint64_t x = ((const struct watched *)a)->key, y = ((const struct watched *)b)->key;
    return (x > y) - (x < y);
}

static enum err read_staff(struct watching *w, struct problem *problem)
{
    const struct value v[] = {value_text(w->organisation)};
    w->staff = calloc(PEEP_STAFF, sizeof *w->staff);
    if (!w->staff)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = store_run(w->store,
                           "SELECT s.\"id\", s.\"organisation\" FROM staff s JOIN organisations o "
                           "ON o.\"id\" = s.\"organisation\" WHERE " THEIRS,
                           v, 1, take_staff, w, problem);
    qsort(w->staff, w->staff_count, sizeof *w->staff, by_staff);
    return e;
}

struct watched *watching_staff(const struct watching *w, uint64_t key)
{
    const struct watched wanted = {.key = key};
    return bsearch(&wanted, w->staff, w->staff_count, sizeof *w->staff, by_staff);
}

/* Members ------------------------------------------------------------------------------------- */

/* 0: she has no key any more, so that no look at her can be told either. */
static uint64_t person_key(struct watching *w, struct str id)
{
    uint8_t handle[LOOK_HANDLE];
    enum err e = look_handle(w->gate->unwrap, id, handle);
    if (e && e != ERR_NOT_FOUND && e != ERR_CLOSED)
        fail(w, e);
    return e ? 0 : look_number_key(handle);
}

static bool take_member(void *to, const struct value *v, size_t n)
{
    struct watching *w = to;
    if (w->person_count == w->person_room) {
        const size_t room = w->person_room ? 2 * w->person_room : 256;
        struct handled *more = room <= ALERT_ROWS ? realloc(w->persons, room * sizeof *more) : NULL;
        if (!more) {
            w->span.partial = true;
            return false;
        }
        w->persons = more;
        w->person_room = room;
    }
    struct handled *p = &w->persons[w->person_count];
    *p = (struct handled){.contract_until = v[1].type == VALUE_INT ? v[1].i : 0};
    p->key = str_copy(fact_text(&v[0]), p->id, sizeof p->id) ? person_key(w, fact_text(&v[0])) : 0;
    w->person_count += p->key != 0;
    return !w->failed;
}

static int by_key(const void *a, const void *b)
{
    const uint64_t x = ((const struct handled *)a)->key, y = ((const struct handled *)b)->key;
    return (x > y) - (x < y);
}

static enum err read_members(struct watching *w, struct problem *problem)
{
    const struct value v[] = {value_text(w->organisation)};
    enum err e = store_run(w->store,
                           "SELECT m.\"id\", m.\"contract_until\" FROM members m "
                           "JOIN organisations o ON o.\"id\" = m.\"organisation\" "
                           "WHERE m.\"status\" = 'active' AND " THEIRS,
                           v, 1, take_member, w, problem);
    if (w->person_count > 0)
        qsort(w->persons, w->person_count, sizeof *w->persons, by_key);
    return e;
}

const struct handled *watching_person(const struct watching *w, uint64_t key)
{
    const struct handled wanted = {.key = key};
    return w->person_count > 0
               ? bsearch(&wanted, w->persons, w->person_count, sizeof *w->persons, by_key)
               : NULL;
}

/* What happened ------------------------------------------------------------------------------- */

bool watching_add(struct watching *w, const struct peep_event *e)
{
    if (w->events == w->event_room) {
        const size_t room = w->event_room ? 2 * w->event_room : 1024;
        struct peep_event *more = realloc(w->event, room * sizeof *more);
        if (!more) {
            fail(w, ERR_MEMORY);
            return false;
        }
        w->event = more;
        w->event_room = room;
    }
    w->event[w->events++] = *e;
    return true;
}

static bool add(struct watching *w, enum peep_act act, when at, struct str staff, struct str person)
{
    const struct watched *s = watching_staff(w, key_of(staff));
    struct peep_event e = {.act = act, .at = at};
    if (!s || at > w->span.until)
        return true;
    e.staff = (uint32_t)(s - w->staff);
    e.person = person.n > 0 ? person_key(w, person) : 0;
    if (person.n > 0 && e.person == 0)
        return !w->failed;
    return watching_add(w, &e);
}

static bool take_claim(void *to, const struct value *v, size_t n)
{
    return (v[2].type != VALUE_INT ||
            add(to, PEEP_CLAIM, v[2].i, fact_text(&v[1]), fact_text(&v[0]))) &&
           (v[3].type != VALUE_INT ||
            add(to, PEEP_END, v[3].i, fact_text(&v[1]), fact_text(&v[0])));
}

static bool take_contact(void *to, const struct value *v, size_t n)
{
    return add(to, PEEP_CONTACT, v[2].i, fact_text(&v[1]), fact_text(&v[0]));
}

/* A row of the journal: who is staff no longer. */
static bool take_status(void *to, const struct value *v, size_t n)
{
    struct watching *w = to;
    struct watched *s = watching_staff(w, key_of(fact_text(&v[0])));
    struct fact_row row;
    if (!s || fact_decode(&staff_kind, fact_text(&v[2]), &row) != OK)
        return true;
    const bool was = s->left;
    s->left = !str_eq(fact_text(&row.v[STAFF_STATUS]), STR("active"));
    return was || !s->left || add(w, PEEP_LEAVE, v[1].i, fact_text(&v[0]), STR(""));
}

static enum err read_events(struct watching *w, struct problem *problem)
{
    const struct value from[] = {value_int(w->span.from)};
    enum err e = store_run(w->store,
                           "SELECT \"person\", \"staff\", \"at\", \"ended_at\" FROM claims "
                           "WHERE \"ended_at\" IS NULL OR \"ended_at\" >= $1",
                           from, 1, take_claim, w, problem);
    if (!e) /* those who came with an owner */
        e = store_run(w->store,
                      "SELECT m.\"id\", m.\"owner\", COALESCE(m.\"claimed_at\", 0), NULL "
                      "FROM members m WHERE m.\"owner\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
                      "claims c WHERE c.\"person\" = m.\"id\" AND c.\"staff\" = m.\"owner\" AND "
                      "c.\"ended_at\" IS NULL)",
                      NULL, 0, take_claim, w, problem);
    if (!e)
        e = store_run(w->store,
                      "SELECT \"person\", \"staff\", \"at\" FROM followups WHERE \"at\" >= $1 AND "
                      "\"kind\" IN ('call', 'meeting', 'message', 'visit')",
                      from, 1, take_contact, w, problem);
    if (!e)
        e = store_run(w->store,
                      "SELECT \"subject\", \"at\", \"payload\" FROM journal WHERE \"kind\" = "
                      "'staff' AND \"at\" >= $1 ORDER BY \"seq\"",
                      from, 1, take_status, w, problem);
    return e;
}

static enum err finish(const struct watching *w, enum err e, struct problem *problem)
{
    return e           ? e
           : w->failed ? problem_set(problem, w->failed, "what staff did cannot be read (%s)",
                                     err_name(w->failed))
                       : OK;
}

enum err watching_read_people(struct watching *w, struct problem *problem)
{
    enum err e = read_staff(w, problem);
    return finish(w, e ? e : read_members(w, problem), problem);
}

enum err watching_read_events(struct watching *w, struct problem *problem)
{
    return finish(w, read_events(w, problem), problem);
}

void watching_free(struct watching *w)
{
    free(w->staff);
    free(w->persons);
    free(w->event);
}
