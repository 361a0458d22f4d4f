/* Openings in force or to come, by person. */
#include "gate/book_inner.h"
#include "person/opening.h"

#include <stdlib.h>

static int by_person(const void *a, const void *b)
{
    const struct unsealed *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return x->until < y->until ? -1 : x->until > y->until;
}

/* An organisation's opening is its legal entity's. */
static uint64_t holder_of(const struct book *b, struct str id)
{
    const struct organisation *o = book_organisation(b, key_of(id));
    return o ? o->entity : key_of(id);
}

void book_add_openings(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_OPENINGS];
    struct unsealed *all = b->book->opened = build_take(b, s->count, sizeof *all);
    size_t n = 0;
    if (b->failed)
        return;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        if (!value_is(&r.v[OPENING_STATUS], "open"))
            continue;
        const bool order = value_is(&r.v[OPENING_BASIS], "order");
        all[n++] = (struct unsealed){
            .person = key_of(fact_text(&r.v[OPENING_PERSON])),
            .holder = holder_of(b->book, fact_text(&r.v[OPENING_HOLDER])),
            .purpose =
                order ? key_of(STR(OPENING_PURPOSE_ORDER)) : key_of(STR(OPENING_PURPOSE_APPROVAL)),
            .what = categories_of(fact_text(&r.v[OPENING_CATEGORIES]), ';'),
            .from = value_from(&r.v[OPENING_FROM]),
            .until = r.v[OPENING_UNTIL].type == VALUE_INT ? r.v[OPENING_UNTIL].i : INT64_MIN,
        };
    }
    b->book->opened_count = n;
    if (n)
        qsort(all, n, sizeof *all, by_person);
}

const struct unsealed *book_opened(const struct book *b, uint64_t person, size_t *count)
{
    return &b->opened[rows_of(b->opened, b->opened_count, sizeof *b->opened, person, count)];
}
