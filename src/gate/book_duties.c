/* What persons' own requests oblige their organisations to, by person. */
#include "gate/book_inner.h"
#include "person/duty.h"

#include <stdlib.h>

static int by_person(const void *a, const void *b)
{
    const struct duty_row *x = a, *y = b;
    return x->person < y->person ? -1 : x->person > y->person;
}

void book_add_duties(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_DUTIES];
    struct duty_row *all = b->book->duties = build_take(b, s->count, sizeof *all);
    size_t n = 0;
    if (b->failed)
        return;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);)
        all[n++] = (struct duty_row){
            .person = key_of(fact_text(&r.v[DUTY_PERSON])),
            .task = key_of(fact_text(&r.v[DUTY_ID])),
            .what = categories_of(fact_text(&r.v[DUTY_CATEGORIES]), ';'),
            .from = value_from(&r.v[DUTY_FROM]),
            .until = value_until(&r.v[DUTY_UNTIL]),
        };
    b->book->duty_count = n;
    if (n)
        qsort(all, n, sizeof *all, by_person);
}

const struct duty_row *book_duties(const struct book *b, uint64_t person, size_t *count)
{
    return &b->duties[rows_of(b->duties, b->duty_count, sizeof *b->duties, person, count)];
}
