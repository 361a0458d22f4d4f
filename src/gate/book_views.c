/* How many files a day staff may open, by organisation: its own setting, or of those above. */
#include "gate/book_inner.h"
#include "person/pool_rule.h"

enum { LEVELS = 16 };

void book_add_views(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_POOL_RULES];
    const size_t views = POOL_RULE_FIRST + POOL_VIEWS_PER_DAY;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        size_t at, i = key_of(fact_text(&r.v[POOL_RULE_ORGANISATION]));
        const uint64_t key = i;
        i &= b->book->organisation_table.mask;
        if (r.v[views].type == VALUE_INT && table_get(&b->book->organisation_table, key, &i, &at))
            b->book->organisations[at].own_views = (unsigned)r.v[views].i;
    }
}

unsigned book_views_per_day(const struct book *b, const struct organisation *o)
{
    for (int level = 0; o && level < LEVELS; level++) {
        if (o->own_views)
            return o->own_views;
        o = o->parent ? book_organisation(b, o->parent) : NULL;
    }
    return (unsigned)pool_rules[POOL_VIEWS_PER_DAY].standard;
}
