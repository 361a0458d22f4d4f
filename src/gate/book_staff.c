/* Staff, who look. */
#include "gate/book.h"

#include "gate/book_inner.h"
#include "registry/staff.h"
#include "registry/stop.h"

static struct staff *find(const struct book *b, struct str id)
{
    uint64_t key = key_of(id);
    size_t at, i = key & b->staff_table.mask;
    while (table_get(&b->staff_table, key, &i, &at)) {
        if (str_eq(str_of(b->staff[at].id), id))
            return &b->staff[at];
    }
    return NULL;
}

const struct staff *book_staff(const struct book *b, struct str id)
{
    return find(b, id);
}

struct staff *build_staff(struct build *b, struct str id)
{
    return find(b->book, id);
}

static void add_stops(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_STOPS];
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct staff *x = build_staff(b, fact_text(&r.v[STOP_STAFF]));
        if (x && !value_is(&r.v[STOP_STATUS], "lifted"))
            x->active = false;
    }
}

void book_add_staff(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_STAFF];
    b->book->staff = build_take(b, s->count, sizeof *b->book->staff);
    build_table(b, s->count, &b->book->staff_table);
    if (b->failed)
        return;
    size_t n = 0;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct staff *x = &b->book->staff[n];
        if (!str_copy(fact_text(&r.v[STAFF_ID]), x->id, sizeof x->id))
            continue;
        x->key = key_of(str_of(x->id));
        x->organisation = book_organisation_named(b->book, &r.v[STAFF_ORGANISATION]);
        x->position = position_of(fact_text(&r.v[STAFF_ROLE]));
        x->active = value_is(&r.v[STAFF_STATUS], "active");
        table_put(&b->book->staff_table, x->key, n++);
    }
    add_stops(b);
}
