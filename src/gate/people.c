#include "gate/people.h"

#include "core/buf.h"
#include "gate/base_map.h"
#include "gate/people_inner.h"
#include "gate/person_draft.h"
#include "gate/shelf.h"
#include "gate/view.h"
#include "person/assignment.h"
#include "person/consent.h"
#include "person/preference.h"
#include "person/refusal.h"
#include "person/suppression.h"

#include <stdlib.h>

enum { TABLE_FIRST = 1024 };

static struct wishers *wishers_new(uint64_t keys)
{
    struct wishers *w = calloc(1, sizeof *w);
    if (!w || sieve_new(sieve_bits(keys), &w->sieve) == OK)
        return w;
    free(w);
    return NULL;
}

static void wishers_free(struct wishers *w)
{
    if (w)
        sieve_free(&w->sieve);
    free(w);
}

static void wishers_end(struct rcu_head *head)
{
    rcu_seen(&rcu_readers);
    wishers_free(caa_container_of(head, struct wishers, head));
}

enum err people_new(const struct rules *rules, struct people **out)
{
    struct people *p = *out = calloc(1, sizeof *p);
    if (!p)
        return ERR_MEMORY;
    p->rules = rules;
    struct wishers *w = wishers_new(0);
    atomic_store(&p->wishers, w);
    enum err e = w ? rcu_table_open(&p->table, TABLE_FIRST) : ERR_MEMORY;
    if (e) {
        wishers_free(w);
        free(p);
        *out = NULL;
    }
    return e;
}

static int is_number(struct cds_lfht_node *n, const void *key)
{
    rcu_seen(&rcu_nodes);
    return person_of(caa_container_of(n, struct rcu_entry, node))->number == *(const number *)key;
}

struct person *people_node(const struct people *p, number n)
{
    struct rcu_entry *x = rcu_table_find(&p->table, key_mix(n), is_number, &n);
    return x ? person_of(x) : NULL;
}

/* Her node, or her record in the roll; that says something. */
static const struct person *find_own(const struct people *p, number n)
{
    const struct person *found = people_node(p, n);
    const struct roll *roll = found ? NULL : people_roll(p);
    if (roll)
        found = roll_find(roll, n);
    return found && !person_says_nothing(found) ? found : NULL;
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
    wishers_free(atomic_load(&p->wishers));
    base_map_close(atomic_load(&p->base));
    roll_close(atomic_load(&p->roll));
    roll_close(atomic_load(&p->offered));
    free(p);
}

bool people_keep(const struct fact_kind *kind)
{
    return kind == &preference_kind || kind == &refusal_kind || kind == &consent_kind ||
           kind == &assignment_kind || kind == &suppression_kind;
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
    return find_own(p, place_of(link));
}

const struct base_map *people_based(const struct people *p)
{
    return atomic_load_explicit(&p->base, memory_order_acquire);
}

void people_ahead(const struct people *p, number n)
{
    const struct base_map *base = people_based(p);
    const struct roll *roll = people_roll(p);
    if (base)
        base_map_ahead(base, n);
    if (roll)
        roll_ahead(roll, n);
}

void people_ahead_record(const struct people *p, number n)
{
    const struct roll *roll = people_roll(p);
    if (roll)
        roll_ahead_record(roll, n);
}

const struct person *people_find(const struct people *p, number n)
{
    const struct person *found = find_own(p, n);
    return found ? found : find_suppressed(p, n);
}

const struct person *people_wisher(const struct people *p, number n)
{
    const struct wishers *w = atomic_load_explicit(&p->wishers, memory_order_acquire);
    const struct roll *roll = people_roll(p);
    const bool passes = sieve_passes(&w->sieve, key_mix(n)) || (roll && roll_passes(roll, n));
    const struct person *found = passes ? find_own(p, n) : NULL;
    return found ? found : find_suppressed(p, n);
}

const struct person *people_wishing(const struct people *p, number n, const struct person *own,
                                    when since)
{
    const struct wishes *w = person_wishes(own);
    if (w && w->since >= since)
        return own;
    const struct base_map *base = people_based(p);
    const struct person *based = base ? base_map_person(base, n) : NULL;
    w = person_wishes(based);
    return w && w->since >= since ? based : NULL;
}

static enum err draft_new(number n, const struct person_sizes *s, struct draft *d)
{
    if (s->blocks > UINT16_MAX || s->allows > UINT16_MAX || s->assignments > UINT16_MAX)
        return ERR_INVALID;
    struct rcu_entry *x = calloc(1, sizeof *x + person_bytes(s));
    if (!x)
        return ERR_MEMORY;
    *d = draft_begin(person_of(x), n);
    return OK;
}

static void draft_free(struct draft *d)
{
    free(entry_of(d->p));
}

static enum err with_preference(struct people *people, const struct person *old,
                                const struct value *row, when at, struct draft *d)
{
    const struct person_sizes listed = draft_preference_sizes(row);
    struct person_sizes s = person_sizes(old);
    s.wishes = listed.wishes;
    s.blocks = listed.blocks;
    s.allows = listed.allows;
    enum err e = draft_new((number)row[PREFERENCE_NUMBER].i, &s, d);
    if (e)
        return e;
    e = draft_preference(d, people->rules, row, at);
    if (e) {
        draft_free(d);
        return e;
    }
    draft_copy_refusals(d, old, 0);
    draft_copy_grants(d, old, 0);
    draft_copy_assignments(d, old, WHEN_NEVER);
    return OK;
}

static enum err with_refusal(const struct person *old, const struct value *row, struct draft *d)
{
    struct person_sizes s = person_sizes(old);
    s.refusals++;
    enum err e = draft_new((number)row[REFUSAL_NUMBER].i, &s, d);
    if (e)
        return e;
    struct refusal fresh = {key_of(fact_text(&row[REFUSAL_ORGANISATION])), row[REFUSAL_AT].i};
    draft_copy_wishes(d, old);
    draft_copy_refusals(d, old, fresh.organisation);
    draft_refusal(d, &fresh);
    draft_copy_grants(d, old, 0);
    draft_copy_assignments(d, old, WHEN_NEVER);
    return OK;
}

static enum err with_consent(const struct person *old, const struct value *row, struct draft *d)
{
    struct str purposes = fact_text(&row[CONSENT_PURPOSES]), purpose;
    struct person_sizes s = person_sizes(old);
    s.grants += fact_items(purposes);
    enum err e = draft_new((number)row[CONSENT_NUMBER].i, &s, d);
    if (e)
        return e;
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
    draft_copy_wishes(d, old);
    draft_copy_refusals(d, old, 0);
    draft_copy_grants(d, old, g.row);
    while (complete && purposes.n && str_split(&purposes, ';', &purpose)) {
        g.purpose = key_of(purpose);
        draft_grant(d, &g);
    }
    draft_copy_assignments(d, old, WHEN_NEVER);
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
    const struct person *old = find_own(people, place_of(link));
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
    struct person_sizes s = person_sizes(old);
    s.assignments++;
    enum err e = draft_new((number)row[ASSIGNMENT_NUMBER].i, &s, d);
    if (e)
        return e;
    draft_copy_wishes(d, old);
    draft_copy_refusals(d, old, 0);
    draft_copy_grants(d, old, 0);
    draft_copy_assignments(d, old, row[ASSIGNMENT_ASSIGNED_AT].i);
    draft_assignment(d, row[ASSIGNMENT_ASSIGNED_AT].i);
    return OK;
}

static void put(struct people *people, struct person *fresh)
{
    struct wishers *w = atomic_load_explicit(&people->wishers, memory_order_relaxed);
    if (person_wishes_or_assigned(fresh)) {
        sieve_put(&w->sieve, key_mix(fresh->number));
        w->put++;
    }
    rcu_table_put(&people->table, key_mix(fresh->number), is_number, &fresh->number,
                  entry_of(fresh));
}

void people_grow(struct people *people)
{
    const struct wishers *w = atomic_load_explicit(&people->wishers, memory_order_relaxed);
    rcu_table_grow(&people->table);
    if (sieve_bits(w->put) > w->sieve.mask + 1)
        people_sift(people);
}

/* With room for as many again. Without memory the present one lets more pass. */
void people_sift(struct people *people)
{
    struct wishers *former = atomic_load_explicit(&people->wishers, memory_order_relaxed);
    struct cds_lfht_iter i;
    uint64_t count = 0;
    view_enter(NULL);
    cds_lfht_first(people->table.lfht, &i);
    for (struct cds_lfht_node *n; (n = cds_lfht_iter_get_node(&i));
         cds_lfht_next(people->table.lfht, &i))
        count += person_wishes_or_assigned(person_of(caa_container_of(n, struct rcu_entry, node)));
    struct wishers *fresh = wishers_new(2 * count);
    cds_lfht_first(people->table.lfht, &i);
    for (struct cds_lfht_node *n; fresh && (n = cds_lfht_iter_get_node(&i));
         cds_lfht_next(people->table.lfht, &i)) {
        const struct person *p = person_of(caa_container_of(n, struct rcu_entry, node));
        if (!person_wishes_or_assigned(p))
            continue;
        sieve_put(&fresh->sieve, key_mix(p->number));
        fresh->put++;
    }
    if (fresh) {
        atomic_store_explicit(&people->wishers, fresh, memory_order_release);
        urcu_qsbr_call_rcu(&former->head, wishers_end);
    }
    view_leave(NULL);
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
    const struct person *old = find_own(people, n);
    if (!person_wishes(old))
        return OK;
    const struct person_sizes s = person_sizes(old);
    struct draft d;
    enum err e = draft_new(n, &s, &d);
    if (e)
        return e;
    memcpy(d.p, old, person_bytes(&s));
    ((struct wishes *)d.p->room)->since = at;
    put(people, d.p);
    return OK;
}

enum err people_forget(struct people *people, number n)
{
    const struct person *old = find_own(people, n);
    const struct person *stays = find_suppressed(people, n);
    const struct roll *roll = people_roll(people);
    const bool rolled = roll && roll_find(roll, n);
    if (!old || !stays)
        return OK;
    if (!rolled && old->assignment_count == 0) {
        rcu_table_remove(&people->table, entry_of(people_node(people, n)));
        return OK;
    }
    /* What is known of the number itself; or nothing, before what the roll says. */
    const bool assigned = old->assignment_count > 0;
    struct person_sizes s = person_sizes(assigned ? stays : NULL);
    struct draft d;
    s.assignments = old->assignment_count;
    enum err e = draft_new(n, &s, &d);
    if (e)
        return e;
    draft_copy_wishes(&d, assigned ? stays : NULL);
    draft_copy_refusals(&d, assigned ? stays : NULL, 0);
    draft_copy_assignments(&d, old, WHEN_NEVER);
    put(people, d.p);
    if (rolled)
        people_roll_spoilt(people);
    return OK;
}

void people_base(struct people *people, struct base_map *base)
{
    struct base_map *former = atomic_exchange(&people->base, base);
    if (!former)
        return;
    urcu_qsbr_synchronize_rcu();
    rcu_seen(&rcu_readers);
    base_map_close(former);
}
