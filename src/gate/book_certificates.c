/* Until when staff may work: what an association issued, else what their agency states. */
#include "gate/book_inner.h"
#include "registry/bar.h"
#include "registry/certificate.h"

/* Keys of the numbers that the association gave. Two of one key close, as one does. */
static void add_numbers(struct build *b, struct table *numbers)
{
    const struct shelf *s = &b->shelves[SHELF_CERTIFICATES];
    build_table(b, s->count, numbers);
    for (struct shelf_row r = shelf_walk(s); !b->failed && shelf_next(&r);)
        table_put(numbers, key_of(fact_text(&r.v[CERTIFICATE_ID])), 0);
}

static void add_stated(struct build *b, const struct table *numbers)
{
    const struct shelf *s = &b->shelves[SHELF_STAFF];
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct staff *x = build_staff(b, fact_text(&r.v[STAFF_ID]));
        struct str stated;
        when end;
        size_t i, at;
        if (!x || !fact_certificate(b->rules, fact_text(&r.v[STAFF_CERTIFICATE]), &stated, &end))
            continue;
        i = key_of(stated) & numbers->mask;
        x->certificate_until = table_get(numbers, key_of(stated), &i, &at) ? 0 : end;
    }
}

/* Nothing that is stated of a human who is barred counts, until the bar is lifted. */
static void add_barred(struct build *b)
{
    const struct shelf *bars = &b->shelves[SHELF_BARS];
    const struct shelf *accounts = &b->shelves[SHELF_PRACTITIONER_STAFF];
    struct table barred;
    build_table(b, bars->count, &barred);
    if (b->failed)
        return;
    for (struct shelf_row r = shelf_walk(bars); shelf_next(&r);)
        if (value_is(&r.v[BAR_STATUS], "active"))
            table_put(&barred, key_of(fact_text(&r.v[BAR_PRACTITIONER])), 0);
    for (struct shelf_row r = shelf_walk(accounts); shelf_next(&r);) {
        const uint64_t whose = key_of(fact_text(&r.v[PRACTITIONER_STAFF_OF]));
        struct staff *x = build_staff(b, fact_text(&r.v[PRACTITIONER_STAFF_ID]));
        size_t at, i = whose & barred.mask;
        if (x && table_get(&barred, whose, &i, &at))
            x->certificate_until = 0;
    }
}

/* Whom the association knows works by its certificates alone, the one that ends last. */
static void add_issued(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_CERTIFICATES];
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct staff *x = build_staff(b, fact_text(&r.v[CERTIFICATE_STAFF]));
        if (x)
            x->certificate_until = 0;
    }
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct staff *x = build_staff(b, fact_text(&r.v[CERTIFICATE_STAFF]));
        const when until = r.v[CERTIFICATE_UNTIL].i;
        if (x && value_is(&r.v[CERTIFICATE_STATUS], "valid") && until > x->certificate_until)
            x->certificate_until = until;
    }
}

/* Of a legal entity. */
struct workers {
    unsigned count;
    when until;
};

/* Where those of this entity are counted; a new place at `*used`. */
static size_t place_of(struct table *places, uint64_t entity, size_t *used)
{
    size_t at, i = entity & places->mask;
    if (table_get(places, entity, &i, &at))
        return at;
    table_put(places, entity, *used);
    return (*used)++;
}

/* All organisations of a legal entity have the same workers. */
static void add_workers(struct build *b)
{
    const size_t organisations = b->shelves[SHELF_ORGANISATIONS].count;
    const size_t staff = b->shelves[SHELF_STAFF].count;
    struct table places;
    struct workers *all = build_take(b, organisations, sizeof *all);
    size_t used = 0;
    build_table(b, organisations, &places);
    if (b->failed)
        return;
    for (size_t i = 0; i < staff; i++) {
        const struct staff *x = &b->book->staff[i];
        if (!x->organisation || !x->active || !position_needs_certificate(x->position))
            continue;
        struct workers *w = &all[place_of(&places, x->organisation->entity, &used)];
        w->count++;
        w->until = x->certificate_until > w->until ? x->certificate_until : w->until;
    }
    for (size_t i = 0; i < organisations; i++) {
        struct organisation *o = &b->book->organisations[i];
        size_t at, slot = o->entity & places.mask;
        if (o->entity == 0 || !table_get(&places, o->entity, &slot, &at))
            continue;
        o->practitioners = all[at].count;
        o->certified_until = all[at].until;
    }
}

void book_add_certificates(struct build *b)
{
    struct table numbers;
    add_numbers(b, &numbers);
    if (b->failed)
        return;
    add_stated(b, &numbers);
    add_barred(b);
    add_issued(b);
    add_workers(b);
}
