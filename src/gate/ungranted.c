#include "gate/ungranted.h"

#include "gate/book.h"
#include "gate/look_stand.h"
#include "person/link.h"
#include "person/opening.h"
#include "store/journal.h"

#include <stdlib.h>

/* Counting ------------------------------------------------------------------------------------- */

static void add(struct watched *s, const struct asked_look *l, categories what)
{
    struct gate_alert *a = &s->lines;
    struct tally t = {.items = {0}};
    if (what == 0)
        return;
    const uint64_t items = tally_add(&t, what, l->items);
    s->points += tally_points(&t);
    a->since = a->count == 0 || l->at < a->since ? l->at : a->since;
    a->last = a->count == 0 || l->at > a->last ? l->at : a->last;
    a->count += items;
    if (a->evidence == PEEP_EVIDENCE)
        memmove(a->record, a->record + 1, --a->evidence * sizeof *a->record);
    a->record[a->evidence++] = l->record;
}

/* Looks of another system ---------------------------------------------------------------------- */

static bool holds(const struct look_grant *g, uint64_t entity, when at)
{
    return g->entity == entity && at >= g->from && at < g->until &&
           (g->withdrawn == 0 || at < g->withdrawn);
}

/* What a basis covered when she was looked at. */
static categories covered(struct watching *w, const struct watched *s, const struct asked_look *k)
{
    const struct handled *p = watching_person(w, k->person);
    struct look l = {.at = k->at};
    struct look_facts f;
    categories what = 0;
    if (!p)
        return 0;
    look_stand(w->gate->view, str_of(s->id), str_of(p->id), &l, &f);
    const uint64_t entity = l.looker.organisation ? l.looker.organisation->entity : 0;
    for (size_t i = 0; l.member && i < l.member->grant_count; i++)
        if (holds(&l.member->grants[i], entity, l.at) && !l.member->grants[i].disowned)
            what |= l.member->grants[i].what;
    for (size_t i = 0; l.member && i < l.member->basis_count; i++) {
        const struct look_basis *b = &l.member->bases[i];
        if (l.at >= b->from && l.at < b->until &&
            (b->holder == l.looker.key || b->holder == entity))
            what |= b->what;
    }
    return what;
}

static bool count_import(void *to, const struct asked_look *l)
{
    struct watching *w = to;
    struct watched *s = watching_staff(w, l->staff);
    if (!s || l->shown == 0)
        return true;
    view_enter(w->gate->view); /* each time: who publishes a view waits for who is in one */
    const categories what = l->shown & (categories)~covered(w, s, l);
    view_leave(w->gate->view);
    add(s, l, what);
    return true;
}

/* Looks of this gate ----------------------------------------------------------------------------
 */

/*
 * The looks whose basis fell. They are found by the persons who have such a basis, each
 * with a read of all looks at her; so they are kept, and found again only once a consent
 * is disowned, or an opening ends or becomes void.
 */
struct ungranted {
    pthread_mutex_t lock;
    int64_t known[3]; /* what would change if there were more */
    struct asked_look *look;
    size_t count, room;
};

enum { OPENINGS_MAX = 64, PERSONS_MAX = 10000, REACH_MS = 5000 };

struct term {
    categories what;
    uint64_t holder;
    when from, until;
};

struct falling {
    struct watching *watching;
    struct ungranted *ungranted;
    char person[ID_MAX];
    struct term term[OPENINGS_MAX]; /* openings that hold within their time */
    size_t terms;
    enum err failed;
};

enum err ungranted_new(struct ungranted **out)
{
    struct ungranted *u = *out = calloc(1, sizeof *u);
    if (!u)
        return ERR_MEMORY;
    pthread_mutex_init(&u->lock, NULL);
    return OK;
}

void ungranted_free(struct ungranted *u)
{
    if (!u)
        return;
    free(u->look);
    pthread_mutex_destroy(&u->lock);
    free(u);
}

static bool keep(struct falling *f, const struct asked_look *l)
{
    struct ungranted *u = f->ungranted;
    if (u->count == u->room) {
        const size_t room = u->room ? 2 * u->room : 64;
        struct asked_look *more = realloc(u->look, room * sizeof *more);
        if (!more) {
            f->failed = ERR_MEMORY;
            return false;
        }
        u->look = more;
        u->room = room;
    }
    u->look[u->count++] = *l;
    return true;
}

static bool take_term(void *to, const struct value *row)
{
    struct falling *f = to;
    if (str_eq(fact_text(&row[OPENING_STATUS]), STR("void")))
        return true;
    f->term[f->terms++] =
        (struct term){.what = categories_of(fact_text(&row[OPENING_CATEGORIES]), ';'),
                      .holder = key_of(fact_text(&row[OPENING_HOLDER])),
                      .from = row[OPENING_FROM].i,
                      .until = row[OPENING_UNTIL].i};
    return f->terms < OPENINGS_MAX;
}

/* Did an opening that was not declared unlawful cover it? */
static bool opened(const struct falling *f, const struct book *b, const struct looker *looker,
                   enum category c, when at)
{
    for (size_t i = 0; i < f->terms; i++) {
        const struct term *t = &f->term[i];
        const struct organisation *o = book_organisation(b, t->holder);
        if ((t->what >> c & 1) != 0 && at >= t->from && at < t->until &&
            (t->holder == looker->key ||
             (o && looker->organisation && o->entity == looker->organisation->entity)))
            return true;
    }
    return false;
}

/* Was it shown by consents of which she says that she never gave any? */
static bool disowned(const struct look *l, uint64_t purpose, enum category c)
{
    const uint64_t entity = l->looker.organisation ? l->looker.organisation->entity : 0;
    bool fell = false;
    for (size_t i = 0; l->member && i < l->member->grant_count; i++) {
        const struct look_grant *g = &l->member->grants[i];
        if (!holds(g, entity, l->at) || g->purpose != purpose || (g->what >> c & 1) == 0)
            continue;
        if (!g->disowned)
            return false;
        fell = true;
    }
    return fell;
}

static categories fallen(const struct falling *f, const struct look_seen *seen)
{
    const struct gate *g = f->watching->gate;
    const struct look_verdict *v = &seen->opening.verdict;
    struct look l = {.at = seen->opening.asked};
    struct look_facts facts;
    categories what = 0;
    view_enter(g->view);
    look_stand(g->view, str_of(seen->opening.asker.looker), str_of(f->person), &l, &facts);
    const struct book *b = view_book(g->view);
    for (int c = 0; c < CATEGORIES; c++) {
        const enum category one = (enum category)c;
        if (v->answer[c] == LOOK_DENY)
            continue;
        if ((v->basis[c] == BASIS_ORDER && !opened(f, b, &l.looker, one, l.at)) ||
            (v->basis[c] == BASIS_CONSENT && disowned(&l, key_of(str_of(seen->purpose)), one)))
            what |= (categories)(1 << c);
    }
    view_leave(g->view);
    return what;
}

static bool take_look(void *to, const struct look_seen *seen)
{
    struct falling *f = to;
    if (seen->dry || seen->host || seen->imported)
        return true;
    struct asked_look l = {.record = seen->record,
                           .staff = key_of(str_of(seen->opening.asker.looker)),
                           .at = seen->opening.asked,
                           .shown = fallen(f, seen)};
    memcpy(l.items, seen->opening.verdict.items, sizeof l.items);
    return l.shown == 0 || keep(f, &l);
}

static enum err follow_person(struct falling *f, struct str person, struct problem *problem)
{
    f->terms = 0;
    if (!str_copy(person, f->person, sizeof f->person))
        return OK;
    enum err e = opening_list(f->watching->store, person, take_term, f, problem);
    if (!e)
        e = gate_looks(f->watching->gate, person, UINT64_MAX, take_look, f, problem);
    return e || !f->failed ? e : problem_set(problem, f->failed, "out of memory");
}

/* Each once: `slot` finds an id's place in the list, counted from 1, by its key. */
enum { SLOTS = 1 << 15 };
_Static_assert(SLOTS > 2 * PERSONS_MAX, "at most half full");

struct persons {
    struct watching *watching;
    size_t count;
    char id[PERSONS_MAX][ID_MAX];
    uint16_t slot[SLOTS];
};

static bool take_person(void *to, struct str id)
{
    struct persons *p = to;
    size_t at = key_of(id) % SLOTS;
    for (; p->slot[at] != 0; at = (at + 1) % SLOTS)
        if (str_eq(str_of(p->id[p->slot[at] - 1]), id))
            return true;
    if (p->count == PERSONS_MAX) {
        p->watching->span.partial = true;
        return false;
    }
    if (str_copy(id, p->id[p->count], ID_MAX))
        p->slot[at] = (uint16_t)++p->count;
    return true;
}

static bool take_opening_person(void *to, const struct value *v, size_t n)
{
    (void)n;
    return take_person(to, fact_text(&v[0]));
}

struct numbers {
    number *n;
    size_t count;
};

static bool take_number(void *to, const struct value *v, size_t n)
{
    struct numbers *all = to;
    (void)n;
    all->n[all->count++] = (number)v[0].i;
    return all->count < PERSONS_MAX;
}

static enum err find_persons(struct persons *p, struct problem *problem)
{
    struct store *s = p->watching->store;
    struct numbers numbers = {.n = calloc(PERSONS_MAX, sizeof *numbers.n)};
    if (!numbers.n)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = store_run(s,
                           "SELECT DISTINCT \"person\" FROM openings WHERE \"status\" IN "
                           "('ended', 'void')",
                           NULL, 0, take_opening_person, p, problem);
    if (!e)
        e = store_run(s, "SELECT DISTINCT \"number\" FROM consents WHERE \"ended\" = 'disowned'",
                      NULL, 0, take_number, &numbers, problem);
    for (size_t i = 0; !e && i < numbers.count; i++)
        e = link_find(p->watching->gate->link, s, numbers.n[i], take_person, p, problem);
    free(numbers.n);
    return e;
}

static bool take_three(void *to, const struct value *v, size_t n)
{
    for (size_t i = 0; i < n && i < 3; i++)
        ((int64_t *)to)[i] = v[i].type == VALUE_INT ? v[i].i : 0;
    return false;
}

static enum err find_looks(struct watching *w, struct ungranted *u, struct problem *problem)
{
    struct falling *f = calloc(1, sizeof *f);
    struct persons *p = calloc(1, sizeof *p);
    enum err e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (f && p) {
        f->watching = p->watching = w;
        f->ungranted = u;
        e = find_persons(p, problem);
        u->count = 0;
        for (size_t i = 0; !e && i < p->count; i++)
            e = follow_person(f, str_of(p->id[i]), problem);
    }
    free(p);
    free(f);
    return e;
}

static enum err count_fallen(struct watching *w, struct problem *problem)
{
    struct ungranted *u = w->gate->ungranted;
    int64_t now[3] = {0}, seq = 0;
    pthread_mutex_lock(&u->lock);
    enum err e =
        store_run(w->store,
                  "SELECT (SELECT COUNT(*) FROM consents WHERE \"ended\" = 'disowned'), (SELECT "
                  "COUNT(*) FROM openings WHERE \"status\" = 'ended'), (SELECT COUNT(*) FROM "
                  "openings WHERE \"status\" = 'void')",
                  NULL, 0, take_three, now, problem);
    if (!e && memcmp(now, u->known, sizeof now) != 0) {
        e = journal_head(w->store, &seq, problem);
        if (!e) /* the view must have what the store says */
            e = gate_reach(w->gate, seq, REACH_MS, problem);
        if (!e)
            e = find_looks(w, u, problem);
        if (!e)
            memcpy(u->known, now, sizeof now);
    }
    for (size_t i = 0; !e && i < u->count; i++) {
        struct watched *s = watching_staff(w, u->look[i].staff);
        if (s)
            add(s, &u->look[i], u->look[i].shown);
    }
    pthread_mutex_unlock(&u->lock);
    return e;
}

enum err ungranted_count(struct watching *w, struct problem *problem)
{
    enum err e = asked_read(w->gate, true, INT64_MIN, count_import, w, &w->span.partial, problem);
    return e ? e : count_fallen(w, problem);
}
