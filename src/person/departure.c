#include "person/departure.h"

#include "person/binding.h"
#include "registry/paper.h"
#include "registry/session.h"
#include "registry/token.h"

enum { BATCH = 100 };

/* Neither of these two is a fact: nobody's view waits for it. */
static enum err end_sessions(const struct pool_work *w, struct str staff, int64_t *seq,
                             struct problem *problem)
{
    return session_end_all(w->store, staff, problem);
}

static enum err end_tokens(const struct pool_work *w, struct str staff, int64_t *seq,
                           struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    unsigned ended;
    return token_end_all(w->store, staff, &origin, &ended, problem);
}

/* -- Claims ------------------------------------------------------------------------------- */

struct batch {
    size_t count;
    char id[BATCH][ID_BYTES + 1];
};

static bool keep(void *to, const struct value *v, size_t count)
{
    struct batch *b = to;
    if (str_copy(v->s, b->id[b->count], sizeof b->id[0])) /* no id is longer (registry/fact.h) */
        b->count++;
    return b->count < BATCH;
}

static enum err end_claim(const struct pool_work *w, struct str person, int64_t *seq,
                          struct problem *problem)
{
    struct fact_row row;
    struct pool_answer answer;
    bool ended = false;
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(person)};
    enum err e = fact_find(w->store, &member_kind, key, &row, problem);
    if (!e)
        e = pool_end(w, row.v, STR(""), STR("staff-left"), &ended, problem);
    if (!e && ended && (e = pool_note(w, person, &row, &answer, problem)) == OK)
        *seq = answer.seq;
    return e;
}

static enum err end_claims(const struct pool_work *w, struct str staff, int64_t *seq,
                           struct problem *problem)
{
    struct batch b = {.id = {""}};
    char after[ID_BYTES + 1] = "";
    enum err e;
    do {
        const struct value of[] = {value_text(staff), value_text(str_of(after)), value_int(BATCH)};
        b.count = 0;
        e = store_run(w->store,
                      "SELECT \"id\" FROM members WHERE \"owner\" = $1 AND \"id\" > $2 "
                      "ORDER BY \"id\" LIMIT $3",
                      of, 3, keep, &b, problem);
        for (size_t i = 0; i < b.count && !e; i++)
            e = end_claim(w, str_of(b.id[i]), seq, problem);
        if (b.count > 0)
            memcpy(after, b.id[b.count - 1], sizeof after);
    } while (!e && b.count == BATCH);
    return e;
}

static enum err end_papers(const struct pool_work *w, struct str staff, int64_t *seq,
                           struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    return paper_void_of(w->store, staff, &origin, seq, problem);
}

static enum err end_bindings(const struct pool_work *w, struct str staff, int64_t *seq,
                             struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    unsigned ended;
    return binding_end(w->store, &(struct binding_which){.staff = staff}, "left", &origin, &ended,
                       seq, problem);
}

enum err departure_run(const struct pool_work *w, struct str staff, int64_t *seq,
                       struct problem *problem)
{
    static departure_end *const ends[] = {end_sessions, end_tokens, end_claims, end_papers,
                                          end_bindings};
    enum err e = OK;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && !e; i++)
        e = ends[i](w, staff, seq, problem);
    return e;
}
