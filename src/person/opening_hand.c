/* How an officer hands the content keys on to an opening. */
#include "person/opening_inner.h"

#include <sodium.h>

static enum err waits(const struct value *row, when now, struct problem *problem)
{
    if ((opening_is(row, OPENING_STATUS, "confirmed") || opening_is(row, OPENING_STATUS, "open")) &&
        row[OPENING_UNTIL].i > now)
        return OK;
    return problem_set(problem, ERR_CONFLICT, "this opening is not approved, or has ended");
}

struct gathering {
    struct opening_request *out;
    enum category category;
};

static bool gather(void *to, const uint8_t name[static SEAL_NAME],
                   const uint8_t envelope[static SEAL_ENVELOPE])
{
    const struct gathering *g = to;
    struct opening_envelope *x = &g->out->envelope[g->out->count++];
    x->category = g->category;
    memcpy(x->officer, name, SEAL_NAME);
    memcpy(x->sealed, envelope, SEAL_ENVELOPE);
    return g->out->count < OPENING_ENVELOPES;
}

enum err opening_request(const struct vault *v, struct str id, when now,
                         struct opening_request *out, struct problem *problem)
{
    struct fact_row row;
    out->count = 0;
    enum err e = opening_find(v->store, id, &row, problem);
    if (e == OK)
        e = waits(row.v, now, problem);
    if (e == OK && (e = opening_key_public(v->keys, id, out->seal_to)) != OK)
        e = problem_set(problem, e, "the opening's key cannot be read (%s)", err_name(e));
    const categories what =
        opening_sealed_ones(v->rules) &
        (e == OK ? categories_of(fact_text(&row.v[OPENING_CATEGORIES]), ';') : 0);
    for (int c = 0; c < CATEGORIES && e == OK; c++) {
        struct gathering g = {out, (enum category)c};
        struct buf sealed;
        if ((what >> c & 1) == 0)
            continue;
        buf_init(&sealed, UNWRAP_MAX);
        e = vault_sealed(v, fact_text(&row.v[OPENING_PERSON]), g.category, &sealed, problem);
        if (e == OK)
            e = seal_envelopes(buf_view(&sealed), gather, &g);
        else if (e == ERR_NOT_FOUND)
            e = OK;
        buf_fini(&sealed);
    }
    return e;
}

static enum err take_one(const struct vault *v, const struct value *row,
                         const struct opening_envelope *x, struct problem *problem)
{
    uint8_t key[SEAL_KEY];
    const struct str id = fact_text(&row[OPENING_ID]);
    if ((categories_of(fact_text(&row[OPENING_CATEGORIES]), ';') >> x->category & 1) == 0)
        return problem_set(problem, ERR_INVALID, "%s is not what was approved",
                           category_word(x->category));
    enum err e = opening_key_unpack(v->keys, id, x->sealed, key);
    if (e == OK)
        e = vault_try(v, fact_text(&row[OPENING_PERSON]), x->category, key, NULL);
    sodium_memzero(key, sizeof key);
    if (e == ERR_CORRUPT || e == ERR_NOT_FOUND || e == ERR_DENIED)
        return problem_set(problem, ERR_INVALID,
                           "what was handed in for %s opens nothing; use the request of this "
                           "opening, and an officer's key that it is sealed to",
                           category_word(x->category));
    if (e != OK)
        return problem_set(problem, e, "what was handed in cannot be tried (%s)", err_name(e));
    return opening_key_keep(v->store, id, str_of(category_word(x->category)), x->sealed, problem);
}

/* Is there a key for all that is kept? */
static enum err check_complete(const struct vault *v, const struct value *row,
                               const struct opening_envelope *x, size_t count,
                               struct problem *problem)
{
    categories missing = categories_of(fact_text(&row[OPENING_CATEGORIES]), ';');
    for (size_t i = 0; i < count; i++)
        missing &= (categories) ~(1 << x[i].category);
    bool any;
    enum err e = opening_any_sealed(v, fact_text(&row[OPENING_PERSON]), missing, &any, problem);
    if (e == OK && any)
        e = problem_set(problem, ERR_INVALID, "a category's key is missing; hand in all at once");
    return e;
}

enum err opening_hand_in(const struct vault *v, struct str id, const struct opening_envelope *x,
                         size_t count, const struct fact_origin *origin, int64_t *seq,
                         struct problem *problem)
{
    struct fact_row row;
    enum err e = store_begin(v->store, problem);
    if (e != OK)
        return e;
    e = opening_find(v->store, id, &row, problem);
    if (e == OK)
        e = waits(row.v, origin->at, problem);
    if (e == OK)
        e = check_complete(v, row.v, x, count, problem);
    for (size_t i = 0; i < count && e == OK; i++)
        e = take_one(v, row.v, &x[i], problem);
    if (e == OK) {
        row.v[OPENING_STATUS] = value_text(STR("open"));
        e = opening_write(v, row.v, origin, seq, problem);
    }
    return store_end(v->store, e, problem);
}
