#include "gate/consented.h"

static uint64_t entity_of(const struct book *b, uint64_t organisation)
{
    const struct organisation *o = book_organisation(b, organisation);
    return o ? o->entity : organisation;
}

/* Is it her own word, at `at`? */
static bool hers(const struct grant *g, when since, when at)
{
    bool ended = g->withdrawn != 0 && g->withdrawn <= at;
    return g->from >= since && g->from <= at && (!g->asserted || ended);
}

struct grant consented_part(const struct book *b, const struct person *p, const struct grant *g,
                            when since, when at)
{
    struct grant part = *g;
    if (!g->asserted || !grant_holds(g, at))
        return part;
    if (book_distrusted(b, g->organisation, at)) {
        part.what = 0;
        part.call = false;
    }
    uint64_t entity = entity_of(b, g->organisation);
    for (uint32_t i = 0; i < p->grant_count; i++) {
        const struct grant *other = &person_grants(p)[i];
        if (!hers(other, since, at) || other->purpose != g->purpose ||
            entity_of(b, other->organisation) != entity)
            continue;
        part.what &= (categories)~other->what;
        part.call = part.call && !other->call;
    }
    return part;
}

bool consented_claimed(const struct book *b, const struct person *p, uint64_t entity)
{
    for (uint32_t i = 0; i < p->grant_count; i++)
        if (entity_of(b, person_grants(p)[i].organisation) == entity)
            return true;
    return false;
}
