#include "gate/people.h"

#include "core/buf.h"
#include "gate/shelf.h"
#include "person/assignment.h"
#include "person/consent.h"
#include "person/preference.h"
#include "person/refusal.h"
#include "person/suppression.h"

#include <stdatomic.h>
#include <stdlib.h>

struct people {
    struct rcu_table table;
    const struct rules *rules;
    const struct link *link;
    atomic_bool suppressed; /* there is a suppression */
};

enum { TABLE_FIRST = 1024 };

enum err people_new(const struct rules *rules, struct people **out)
{
    struct people *p = *out = calloc(1, sizeof *p);
    if (!p)
        return ERR_MEMORY;
    p->rules = rules;
    enum err e = rcu_table_open(&p->table, TABLE_FIRST);
    if (e) {
        free(p);
        *out = NULL;
    }
    return e;
}

void people_link(struct people *p, const struct link *link)
{
    p->link = link;
}

void people_empty(struct people *p)
{
    rcu_table_empty(&p->table);
}

void people_free(struct people *p)
{
    if (!p)
        return;
    rcu_table_close(&p->table);
    free(p);
}

bool people_keep(const struct fact_kind *kind)
{
    return kind == &preference_kind || kind == &refusal_kind || kind == &consent_kind ||
           kind == &assignment_kind || kind == &suppression_kind;
}

static int is_number(struct cds_lfht_node *n, const void *key)
{
    const struct person *p = caa_container_of(n, struct person, entry.node);
    rcu_seen(&rcu_nodes);
    return p->number == *(const number *)key;
}

static struct person *find_node(const struct people *p, number n)
{
    struct rcu_entry *x = rcu_table_find(&p->table, key_mix(n), is_number, &n);
    return x ? caa_container_of(x, struct person, entry) : NULL;
}

/* Where a hash lies in the table; no telephone number is as large. */
static number place_of(const uint8_t link[static LINK_BYTES])
{
    struct cursor c = cursor_of(link, LINK_BYTES);
    return cursor_u64le(&c) | UINT64_C(1) << 63;
}

static const struct person *find_suppressed(const struct people *p, number n)
{
    uint8_t link[LINK_BYTES];
    if (!atomic_load_explicit(&p->suppressed, memory_order_acquire))
        return NULL;
    link_of(p->link, n, link);
    return find_node(p, place_of(link));
}

const struct person *people_find(const struct people *p, number n)
{
    const struct person *found = find_node(p, n);
    return found ? found : find_suppressed(p, n);
}

when person_held_since(const struct person *p, when at)
{
    when since = INT64_MIN;
    for (uint32_t i = 0; i < p->assignment_count; i++)
        if (p->assignments[i] <= at && p->assignments[i] > since)
            since = p->assignments[i];
    return since;
}

/* How much a node holds of each; what is to be added is counted on top. */
struct sizes {
    size_t blocks, allows, refusals, grants, assignments;
};

/* A node under construction, which nobody else can see yet, with its parts to write to. */
struct draft {
    struct person *p;
    struct listed_party *blocks, *allows;
    struct refusal *refusals;
    struct grant *grants;
    when *assignments;
};

static enum err draft_new(number n, const struct sizes *s, struct draft *d)
{
    size_t bytes = (s->blocks + s->allows) * sizeof(struct listed_party) +
                   s->refusals * sizeof(struct refusal) + s->grants * sizeof(struct grant) +
                   s->assignments * sizeof(when);
    struct person *p = d->p = calloc(1, sizeof *p + bytes);
    if (!p)
        return ERR_MEMORY;
    p->number = n;
    p->wishes.since = INT64_MIN;
    p->blocks = d->blocks = (struct listed_party *)p->room;
    p->allows = d->allows = d->blocks + s->blocks;
    p->refusals = d->refusals = (struct refusal *)(d->allows + s->allows);
    p->grants = d->grants = (struct grant *)(d->refusals + s->refusals);
    p->assignments = d->assignments = (when *)(d->grants + s->grants);
    return OK;
}

static void copy_wishes(struct draft *d, const struct person *from)
{
    if (!from)
        return;
    d->p->wishes = from->wishes;
    memcpy(d->blocks, from->blocks, from->block_count * sizeof *from->blocks);
    memcpy(d->allows, from->allows, from->allow_count * sizeof *from->allows);
    d->p->block_count = from->block_count;
    d->p->allow_count = from->allow_count;
}

static void copy_refusals(struct draft *d, const struct person *from, uint64_t but)
{
    for (uint32_t i = 0; from && i < from->refusal_count; i++)
        if (from->refusals[i].organisation != but)
            d->refusals[d->p->refusal_count++] = from->refusals[i];
}

static void copy_grants(struct draft *d, const struct person *from, uint64_t but)
{
    for (uint32_t i = 0; from && i < from->grant_count; i++)
        if (from->grants[i].row != but)
            d->grants[d->p->grant_count++] = from->grants[i];
}

static void copy_assignments(struct draft *d, const struct person *from, when but)
{
    for (uint32_t i = 0; from && i < from->assignment_count; i++)
        if (from->assignments[i] != but)
            d->assignments[d->p->assignment_count++] = from->assignments[i];
}

static struct sizes sizes_of(const struct person *p)
{
    if (!p)
        return (struct sizes){0};
    return (struct sizes){p->block_count, p->allow_count, p->refusal_count, p->grant_count,
                          p->assignment_count};
}

static bool read_parties(struct str list, struct listed_party *out, uint32_t *count)
{
    struct str part;
    *count = 0;
    while (list.n && str_split(&list, ';', &part)) {
        struct pattern p;
        if (!pattern_read(part, &p))
            return false;
        out[(*count)++] = (struct listed_party){
            .kind = p.kind,
            .first = p.first,
            .last = p.last,
            .organisation = p.kind == PATTERN_ORGANISATION ? key_of(p.organisation) : 0,
        };
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

static enum err with_preference(struct people *people, const struct person *old,
                                const struct value *row, when at, struct draft *d)
{
    struct sizes s = sizes_of(old);
    s.blocks = fact_items(fact_text(&row[PREFERENCE_BLOCK]));
    s.allows = fact_items(fact_text(&row[PREFERENCE_ALLOW]));
    if (draft_new((number)row[PREFERENCE_NUMBER].i, &s, d))
        return ERR_MEMORY;
    struct wishes *w = &d->p->wishes;
    w->since = at;
    read_sectors(people->rules, fact_text(&row[PREFERENCE_SECTORS]), w);
    w->has_hours = fact_text(&row[PREFERENCE_HOURS]).n > 0;
    if ((w->has_hours && !preference_hours(fact_text(&row[PREFERENCE_HOURS]), &w->hours)) ||
        !read_classes(fact_text(&row[PREFERENCE_CLASSES]), w) ||
        !read_parties(fact_text(&row[PREFERENCE_BLOCK]), d->blocks, &d->p->block_count) ||
        !read_parties(fact_text(&row[PREFERENCE_ALLOW]), d->allows, &d->p->allow_count)) {
        free(d->p);
        return ERR_INVALID;
    }
    copy_refusals(d, old, 0);
    copy_grants(d, old, 0);
    copy_assignments(d, old, WHEN_NEVER);
    return OK;
}

static enum err with_refusal(const struct person *old, const struct value *row, struct draft *d)
{
    struct sizes s = sizes_of(old);
    s.refusals++;
    if (draft_new((number)row[REFUSAL_NUMBER].i, &s, d))
        return ERR_MEMORY;
    struct refusal fresh = {key_of(fact_text(&row[REFUSAL_ORGANISATION])), row[REFUSAL_AT].i};
    copy_wishes(d, old);
    copy_refusals(d, old, fresh.organisation);
    d->refusals[d->p->refusal_count++] = fresh;
    copy_grants(d, old, 0);
    copy_assignments(d, old, WHEN_NEVER);
    return OK;
}

static enum err with_consent(const struct person *old, const struct value *row, struct draft *d)
{
    struct str purposes = fact_text(&row[CONSENT_PURPOSES]), purpose;
    struct sizes s = sizes_of(old);
    s.grants += fact_items(purposes);
    if (draft_new((number)row[CONSENT_NUMBER].i, &s, d))
        return ERR_MEMORY;
    struct grant g = {
        .row = fact_row_key(&consent_kind, row),
        .organisation = key_of(fact_text(&row[CONSENT_ORGANISATION])),
        .from = row[CONSENT_FROM].i,
        .until = row[CONSENT_UNTIL].type == VALUE_INT ? row[CONSENT_UNTIL].i : WHEN_NEVER,
        .withdrawn = row[CONSENT_ENDED_AT].type == VALUE_INT ? row[CONSENT_ENDED_AT].i : 0,
        .what = categories_of(fact_text(&row[CONSENT_CATEGORIES]), ';'),
        .call = consent_for_calls(fact_text(&row[CONSENT_CHANNELS])),
        .asserted = !str_eq(fact_text(&row[CONSENT_STATUS]), STR("confirmed")),
        .disowned = str_eq(fact_text(&row[CONSENT_ENDED]), STR("disowned")),
    };
    bool complete = row[CONSENT_FROM].type == VALUE_INT && fact_text(&row[CONSENT_WORDING]).n &&
                    fact_text(&row[CONSENT_EVIDENCE]).n;
    copy_wishes(d, old);
    copy_refusals(d, old, 0);
    copy_grants(d, old, g.row);
    while (complete && purposes.n && str_split(&purposes, ';', &purpose)) {
        g.purpose = key_of(purpose);
        d->grants[d->p->grant_count++] = g;
    }
    copy_assignments(d, old, WHEN_NEVER);
    return OK;
}

/* As a preference or a refusal of whoever has that hash. */
static enum err with_suppression(struct people *people, const struct value *row, struct draft *d)
{
    uint8_t link[LINK_BYTES];
    if (!people->link || row[SUPPRESSION_AT].type != VALUE_INT ||
        !link_read(fact_text(&row[SUPPRESSION_LINK]), link))
        return ERR_INVALID;
    const struct value at_place = value_int((int64_t)place_of(link));
    const struct person *old = find_node(people, place_of(link));
    if (str_eq(fact_text(&row[SUPPRESSION_ORGANISATION]), STR(SUPPRESSION_WISHES))) {
        const struct value wishes[PREFERENCE_COLUMNS] = {
            [PREFERENCE_NUMBER] = at_place,
            [PREFERENCE_SECTORS] = row[SUPPRESSION_SECTORS],
            [PREFERENCE_CLASSES] = row[SUPPRESSION_CLASSES],
            [PREFERENCE_HOURS] = row[SUPPRESSION_HOURS],
            [PREFERENCE_BLOCK] = row[SUPPRESSION_BLOCK],
        };
        return with_preference(people, old, wishes, row[SUPPRESSION_AT].i, d);
    }
    const struct value refusal[REFUSAL_COLUMNS] = {
        [REFUSAL_NUMBER] = at_place,
        [REFUSAL_ORGANISATION] = row[SUPPRESSION_ORGANISATION],
        [REFUSAL_AT] = row[SUPPRESSION_AT],
    };
    return with_refusal(old, refusal, d);
}

static enum err with_assignment(const struct person *old, const struct value *row, struct draft *d)
{
    struct sizes s = sizes_of(old);
    s.assignments++;
    if (draft_new((number)row[ASSIGNMENT_NUMBER].i, &s, d))
        return ERR_MEMORY;
    copy_wishes(d, old);
    copy_refusals(d, old, 0);
    copy_grants(d, old, 0);
    copy_assignments(d, old, row[ASSIGNMENT_ASSIGNED_AT].i);
    d->assignments[d->p->assignment_count++] = row[ASSIGNMENT_ASSIGNED_AT].i;
    return OK;
}

static void put(struct people *people, struct person *fresh)
{
    rcu_table_put(&people->table, key_mix(fresh->number), is_number, &fresh->number, &fresh->entry);
}

void people_grow(struct people *people)
{
    rcu_table_grow(&people->table);
}

enum err people_apply(struct people *people, const struct fact_kind *kind, const struct value *row,
                      when at)
{
    struct draft d;
    if (kind == &suppression_kind) {
        enum err e = with_suppression(people, row, &d);
        if (!e) {
            put(people, d.p);
            atomic_store_explicit(&people->suppressed, true, memory_order_release);
        }
        return e;
    }
    if (row[0].type != VALUE_INT)
        return ERR_INVALID;
    const struct person *old = people_find(people, (number)row[0].i);
    enum err e = kind == &preference_kind ? with_preference(people, old, row, at, &d)
                 : kind == &refusal_kind  ? with_refusal(old, row, &d)
                 : kind == &consent_kind  ? with_consent(old, row, &d)
                                          : with_assignment(old, row, &d);
    if (e)
        return e;
    put(people, d.p);
    return OK;
}

enum err people_entered(struct people *people, number n, when at)
{
    const struct person *old = people_find(people, n);
    if (!old)
        return OK;
    struct sizes s = sizes_of(old);
    struct draft d;
    if (draft_new(n, &s, &d))
        return ERR_MEMORY;
    copy_wishes(&d, old);
    d.p->wishes.since = at;
    copy_refusals(&d, old, 0);
    copy_grants(&d, old, 0);
    copy_assignments(&d, old, WHEN_NEVER);
    put(people, d.p);
    return OK;
}

enum err people_forget(struct people *people, number n)
{
    struct person *old = find_node(people, n);
    const struct person *stays = find_suppressed(people, n);
    struct sizes s = sizes_of(stays);
    struct draft d;
    if (!old || !stays)
        return OK;
    if (old->assignment_count == 0) {
        rcu_table_remove(&people->table, &old->entry);
        return OK;
    }
    s.assignments = old->assignment_count;
    if (draft_new(n, &s, &d))
        return ERR_MEMORY;
    copy_wishes(&d, stays);
    copy_refusals(&d, stays, 0);
    copy_assignments(&d, old, WHEN_NEVER);
    put(people, d.p);
    return OK;
}
