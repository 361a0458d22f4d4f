/* Campaigns, by id, by line and by who takes part, and the contracts that let one call for another.
 */
#include "gate/book.h"

#include "gate/book_inner.h"
#include "registry/campaign.h"
#include "registry/entrustment.h"

#include <stdlib.h>

struct link {
    uint64_t key;
    const struct campaign *campaign;
};

void book_add_campaigns(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_CAMPAIGNS];
    b->book->campaigns = build_take(b, s->count, sizeof *b->book->campaigns);
    build_table(b, s->count, &b->book->campaign_table);
    if (b->failed)
        return;
    size_t n = 0;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct campaign *c = &b->book->campaigns[n];
        struct str purpose = fact_text(&r.v[CAMPAIGN_PURPOSE]);
        struct str sector = fact_text(&r.v[CAMPAIGN_SECTOR]);
        if (!str_copy(fact_text(&r.v[CAMPAIGN_ID]), c->id, sizeof c->id))
            continue;
        c->key = key_of(str_of(c->id));
        c->purpose = key_of(purpose);
        c->marketing = !purpose.n || purpose_is_marketing(purpose);
        c->principal = book_organisation_named(b->book, &r.v[CAMPAIGN_PRINCIPAL]);
        c->sector = sector.n ? rules_sector(b->rules, sector) : -1;
        c->active = value_is(&r.v[CAMPAIGN_STATUS], "active");
        c->from = value_from(&r.v[CAMPAIGN_FROM]);
        c->until = value_until(&r.v[CAMPAIGN_UNTIL]);
        c->callers = build_keys(b, &r.v[CAMPAIGN_CALLERS], &c->caller_count);
        c->lines = build_keys(b, &r.v[CAMPAIGN_LINES], &c->line_count);
        if (b->failed)
            return;
        table_put(&b->book->campaign_table, c->key, n++);
    }
}

const struct campaign *book_campaign(const struct book *b, struct str id)
{
    uint64_t key = key_of(id);
    size_t at, i = key & b->campaign_table.mask;
    while (table_get(&b->campaign_table, key, &i, &at))
        if (str_eq(str_of(b->campaigns[at].id), id))
            return &b->campaigns[at];
    return NULL;
}

static int by_link(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return strcmp(x->campaign->id, y->campaign->id);
}

static void sort_links(struct links *l)
{
    if (!l->count)
        return;
    qsort(l->link, l->count, sizeof *l->link, by_link);
    size_t n = 1;
    for (size_t i = 1; i < l->count; i++)
        if (by_link(&l->link[i], &l->link[n - 1]) != 0)
            l->link[n++] = l->link[i];
    l->count = n;
}

void book_add_links(struct build *b)
{
    struct book *book = b->book;
    size_t count = b->shelves[SHELF_CAMPAIGNS].count, lines = 0, organisations = 0;
    for (size_t i = 0; i < count; i++) {
        lines += book->campaigns[i].line_count;
        organisations += book->campaigns[i].caller_count + 1;
    }
    book->by_line.link = build_take(b, lines, sizeof(struct link));
    book->by_organisation.link = build_take(b, organisations, sizeof(struct link));
    book->by_line.count = book->by_organisation.count = 0;
    if (b->failed)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct campaign *c = &book->campaigns[i];
        struct links *l = &book->by_line, *o = &book->by_organisation;
        for (size_t j = 0; j < c->line_count; j++)
            l->link[l->count++] = (struct link){c->lines[j], c};
        for (size_t j = 0; j < c->caller_count; j++)
            o->link[o->count++] = (struct link){c->callers[j], c};
        if (c->principal)
            o->link[o->count++] = (struct link){c->principal->key, c};
    }
    sort_links(&book->by_line);
    sort_links(&book->by_organisation);
}

static const struct campaign *linked(const struct links *l, uint64_t key, size_t i)
{
    const size_t first = rows_first(l->link, l->count, sizeof *l->link, key);
    return i < l->count - first && l->link[first + i].key == key ? l->link[first + i].campaign
                                                                 : NULL;
}

const struct campaign *book_campaign_on_line(const struct book *b, const struct line *l, size_t i)
{
    return linked(&b->by_line, l->key, i);
}

const struct campaign *book_campaign_by(const struct book *b, uint64_t organisation, size_t i)
{
    return linked(&b->by_organisation, organisation, i);
}

static int by_parties(const void *a, const void *b)
{
    const struct entrustment *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    return x->caller == y->caller ? 0 : x->caller < y->caller ? -1 : 1;
}

void book_add_entrustments(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_ENTRUSTMENTS];
    struct entrustment *all = b->book->entrustments = build_take(b, s->count, sizeof *all);
    if (b->failed)
        return;
    size_t n = 0;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        if (!fact_text(&r.v[ENTRUSTMENT_DOCUMENT]).n)
            continue;
        all[n++] = (struct entrustment){
            .principal = key_of(fact_text(&r.v[ENTRUSTMENT_PRINCIPAL])),
            .caller = key_of(fact_text(&r.v[ENTRUSTMENT_CALLER])),
            .purpose = key_of(fact_text(&r.v[ENTRUSTMENT_PURPOSE])),
            .from = value_from(&r.v[ENTRUSTMENT_FROM]),
            .until = value_until(&r.v[ENTRUSTMENT_UNTIL]),
        };
    }
    b->book->entrustment_count = n;
    if (n)
        qsort(all, n, sizeof *all, by_parties);
}

bool book_entrusted(const struct book *b, uint64_t principal, uint64_t caller, uint64_t purpose,
                    when at)
{
    const struct entrustment wanted = {.principal = principal, .caller = caller};
    size_t low = 0, high = b->entrustment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_parties(&b->entrustments[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < b->entrustment_count; i++) {
        const struct entrustment *e = &b->entrustments[i];
        if (by_parties(e, &wanted) != 0)
            return false;
        if ((!purpose || e->purpose == purpose) && at >= e->from && at < e->until)
            return true;
    }
    return false;
}
