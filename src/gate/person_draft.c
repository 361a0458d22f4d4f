#include "gate/person_draft.h"

#include "person/preference.h"

when person_held_since(const struct person *p, when at)
{
    when since = INT64_MIN;
    const when *assignments = person_assignments(p);
    for (uint32_t i = 0; i < p->assignment_count; i++)
        if (assignments[i] <= at && assignments[i] > since)
            since = assignments[i];
    return since;
}

struct draft draft_begin(struct person *p, number n)
{
    p->number = n;
    return (struct draft){.p = p, .end = p->room};
}

/* Behind what is there already. */
static void put(struct draft *d, const void *items, size_t n, size_t size)
{
    if (n > 0)
        memcpy(d->end, items, n * size);
    d->end += n * size;
}

static bool put_parties(struct draft *d, struct str list, uint16_t *count)
{
    struct str part;
    while (list.n && str_split(&list, ';', &part)) {
        struct pattern p;
        if (!pattern_read(part, &p))
            return false;
        struct listed_party party;
        memset(&party, 0, sizeof party); /* between its members, too: files hold it */
        party.kind = p.kind;
        party.first = p.first;
        party.last = p.last;
        party.organisation = p.kind == PATTERN_ORGANISATION ? key_of(p.organisation) : 0;
        put(d, &party, 1, sizeof party);
        ++*count;
    }
    return true;
}

static void read_sectors(const struct rules *rules, struct str list, struct wishes *w)
{
    struct str part;
    while (list.n && str_split(&list, ';', &part)) {
        int sector = rules_sector(rules, part);
        if (sector >= 0)
            w->sectors |= UINT64_C(1) << sector;
        else
            w->every_sector = true; /* "*"; or one that this pack does not know: closed on doubt */
    }
}

static bool read_classes(struct str list, struct wishes *w)
{
    struct str part;
    while (list.n && str_split(&list, ';', &part)) {
        enum number_class class;
        if (!number_class_of(part, &class))
            return false;
        w->classes |= (uint16_t)(1u << class);
    }
    return true;
}

struct person_sizes draft_preference_sizes(const struct value *row)
{
    return (struct person_sizes){
        .wishes = 1,
        .blocks = fact_items(fact_text(&row[PREFERENCE_BLOCK])),
        .allows = fact_items(fact_text(&row[PREFERENCE_ALLOW])),
    };
}

enum err draft_preference(struct draft *d, const struct rules *rules, const struct value *row,
                          when at)
{
    struct wishes *w = (struct wishes *)d->end;
    const struct str hours = fact_text(&row[PREFERENCE_HOURS]);
    d->p->wish_count = 1;
    d->end += sizeof *w;
    w->since = at;
    read_sectors(rules, fact_text(&row[PREFERENCE_SECTORS]), w);
    w->has_hours = hours.n > 0;
    if ((w->has_hours && !preference_hours(hours, &w->hours)) ||
        !read_classes(fact_text(&row[PREFERENCE_CLASSES]), w) ||
        !put_parties(d, fact_text(&row[PREFERENCE_BLOCK]), &d->p->block_count) ||
        !put_parties(d, fact_text(&row[PREFERENCE_ALLOW]), &d->p->allow_count))
        return ERR_INVALID;
    return OK;
}

void draft_copy_wishes(struct draft *d, const struct person *from)
{
    if (!from)
        return;
    put(d, from->room, from->wish_count, sizeof(struct wishes));
    put(d, person_blocks(from), from->block_count, sizeof(struct listed_party));
    put(d, person_allows(from), from->allow_count, sizeof(struct listed_party));
    d->p->wish_count = from->wish_count;
    d->p->block_count = from->block_count;
    d->p->allow_count = from->allow_count;
}

void draft_copy_refusals(struct draft *d, const struct person *from, uint64_t but)
{
    for (uint32_t i = 0; from && i < from->refusal_count; i++)
        if (person_refusals(from)[i].organisation != but)
            draft_refusal(d, &person_refusals(from)[i]);
}

void draft_copy_grants(struct draft *d, const struct person *from, uint64_t but)
{
    for (uint32_t i = 0; from && i < from->grant_count; i++)
        if (person_grants(from)[i].row != but)
            draft_grant(d, &person_grants(from)[i]);
}

void draft_copy_assignments(struct draft *d, const struct person *from, when but)
{
    for (uint32_t i = 0; from && i < from->assignment_count; i++)
        if (person_assignments(from)[i] != but)
            draft_assignment(d, person_assignments(from)[i]);
}

void draft_refusal(struct draft *d, const struct refusal *r)
{
    put(d, r, 1, sizeof *r);
    d->p->refusal_count++;
}

void draft_grant(struct draft *d, const struct grant *g)
{
    put(d, g, 1, sizeof *g);
    d->p->grant_count++;
}

void draft_assignment(struct draft *d, when at)
{
    put(d, &at, 1, sizeof at);
    d->p->assignment_count++;
}
