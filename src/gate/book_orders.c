/* Orders and releases, by subject and time. */
#include "gate/book.h"

#include "gate/book_inner.h"
#include "gate/ladder.h"
#include "registry/order.h"

#include <stdlib.h>

static bool act_of(const struct value *v, enum order_act *out)
{
    static const struct {
        const char *word;
        enum order_act act;
    } words[] = {{"restrict", ACT_RESTRICT}, {"suspend", ACT_SUSPEND},
                 {"close", ACT_CLOSE},       {"restore", ACT_RESTORE},
                 {"release", ACT_RELEASE},   {"distrust", ACT_DISTRUST},
                 {"trust", ACT_TRUST},       {"commercial", ACT_COMMERCIAL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (value_is(v, words[i].word)) {
            *out = words[i].act;
            return true;
        }
    }
    return false;
}

static int by_subject(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (int)x->act - (int)y->act; /* a restore of the same instant comes last */
}

void book_add_orders(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_ORDERS];
    struct orders *numbers = &b->book->on_numbers, *keys = &b->book->on_keys;
    numbers->order = build_take(b, s->count, sizeof *numbers->order);
    keys->order = build_take(b, s->count, sizeof *keys->order);
    numbers->count = keys->count = 0;
    if (b->failed)
        return;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct str subject = fact_text(&r.v[ORDER_SUBJECT]);
        unsigned long long digits;
        struct order o = {.own = r.v[ORDER_ORGANISATION].type == VALUE_NULL,
                          .from = value_from(&r.v[ORDER_FROM]),
                          .until = value_until(&r.v[ORDER_UNTIL])};
        if (!act_of(&r.v[ORDER_ACT], &o.act))
            o.act = ACT_SUSPEND; /* an act of a newer program: closed on doubt */
        o.subject = key_of(subject);
        keys->order[keys->count++] = o;
        if (!str_to_u64(subject, UINT64_C(999999999999999), &digits))
            continue;
        o.subject = digits;
        numbers->order[numbers->count++] = o;
    }
    if (s->count) {
        qsort(numbers->order, numbers->count, sizeof *numbers->order, by_subject);
        qsort(keys->order, keys->count, sizeof *keys->order, by_subject);
    }
    ladder_build(b, &numbers->subjects, numbers->order, sizeof *numbers->order, numbers->count);
    ladder_build(b, &keys->subjects, keys->order, sizeof *keys->order, keys->count);
}

/* An order holds from its beginning to its end, or until a restore at or after its beginning. */
static bool in_force(const struct orders *o, uint64_t subject, when at, enum order_act *out)
{
    bool found = false;
    for (size_t i = ladder_below(&o->subjects, subject); i < o->count; i++) {
        const struct order *x = &o->order[i];
        if (x->subject != subject || x->from > at)
            break;
        switch (x->act) {
        case ACT_RELEASE:
        case ACT_DISTRUST:
        case ACT_TRUST:
        case ACT_COMMERCIAL:
            break;
        case ACT_RESTORE:
            found = false;
            break;
        case ACT_RESTRICT:
        case ACT_SUSPEND:
        case ACT_CLOSE:
            if (at < x->until && (!found || x->act > *out)) {
                *out = x->act;
                found = true;
            }
            break;
        }
    }
    return found;
}

bool book_order_on_number(const struct book *b, number n, when at, enum order_act *act)
{
    return in_force(&b->on_numbers, n, at, act);
}

bool book_order_on(const struct book *b, uint64_t key, when at, enum order_act *act)
{
    return in_force(&b->on_keys, key, at, act);
}

enum { LEVELS = 8 }; /* of branches */

bool book_order_on_organisation(const struct book *b, const struct organisation *o, when at,
                                enum order_act *act)
{
    const struct organisation *x = b->on_keys.count ? o : NULL;
    bool found = false;
    for (int i = 0; i < LEVELS && x && x->entity == o->entity; i++) {
        enum order_act here;
        if (book_order_on(b, x->key, at, &here) && (!found || here > *act)) {
            *act = here;
            found = true;
        }
        x = x->parent ? book_organisation(b, x->parent) : NULL;
    }
    return found;
}

bool book_organisation_stopped(const struct book *b, const struct organisation *o, when at)
{
    enum order_act act;
    return book_order_on_organisation(b, o, at, &act) && act != ACT_RESTRICT;
}

bool book_distrusted(const struct book *b, uint64_t organisation, when at)
{
    const struct orders *o = &b->on_keys;
    bool found = false;
    for (size_t i = ladder_below(&o->subjects, organisation); i < o->count; i++) {
        const struct order *x = &o->order[i];
        if (x->subject != organisation || x->from > at)
            break;
        if (x->act == ACT_DISTRUST && at < x->until)
            found = true;
        if (x->act == ACT_TRUST)
            found = false;
    }
    return found;
}

bool book_taken_commercial(const struct book *b, uint64_t line, when at, bool *own)
{
    const struct orders *o = &b->on_keys;
    bool found = false;
    for (size_t i = ladder_below(&o->subjects, line); i < o->count; i++) {
        const struct order *x = &o->order[i];
        if (x->subject != line || x->from > at)
            break;
        if (x->act == ACT_COMMERCIAL && at < x->until) {
            *own = x->own && (!found || *own);
            found = true;
        }
        if (x->act == ACT_RESTORE)
            found = false;
    }
    return found;
}

bool book_released(const struct book *b, number n, when at)
{
    const struct orders *o = &b->on_numbers;
    for (size_t i = ladder_below(&o->subjects, n); i < o->count && o->order[i].subject == n; i++) {
        const struct order *x = &o->order[i];
        if (x->act == ACT_RELEASE && at >= x->from && at < x->until)
            return true;
    }
    return false;
}
