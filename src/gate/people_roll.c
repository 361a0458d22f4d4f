/* Most of the people, in a file: written, taken over, and removed when it no longer holds. */
#include "core/disk.h"
#include "core/log.h"
#include "gate/people_inner.h"
#include "gate/roll_make.h"
#include "gate/view.h"
#include "person/suppression.h"

#include <stdio.h>
#include <stdlib.h>

enum { EIGHTH = 8, PATH_BYTES = 4096 };

/* What is not done yet has another name. */
static bool fresh_path(const struct people *p, char out[static PATH_BYTES])
{
    return (size_t)snprintf(out, PATH_BYTES, "%s.new", p->roll_path) < PATH_BYTES;
}

void people_roll_at(struct people *p, const char *path)
{
    p->roll_path = path;
}

void people_roll_spoilt(struct people *p)
{
    atomic_fetch_add(&p->erasures, 1);
    if (p->roll_path)
        (void)disk_real.remove(NULL, p->roll_path);
}

/* Is it of this journal, and does nothing after it take away what it says? */
static enum err holds(const struct roll *r, struct store *store, int64_t head, bool *out,
                      struct problem *problem)
{
    const struct roll_header *h = roll_head(r);
    const struct value seq = value_int(h->journal);
    const struct value since[] = {seq, value_text(str_of(suppression_kind.name))};
    int64_t at = INT64_MIN, erased = 0;
    *out = false;
    if (h->journal <= 0 || h->journal > head)
        return OK;
    enum err e =
        store_integer(store, "SELECT \"at\" FROM journal WHERE seq = $1", &seq, 1, &at, problem);
    if (!e && at == h->journal_at)
        e = store_integer(store, "SELECT COUNT(*) FROM journal WHERE seq > $1 AND kind = $2", since,
                          2, &erased, problem);
    *out = at == h->journal_at && erased == 0;
    return e;
}

enum err people_roll_open(struct people *p, struct store *store, int64_t head, int64_t *from,
                          struct problem *problem)
{
    struct roll *r = NULL;
    struct problem found = {.text = ""};
    bool good = false;
    char fresh[PATH_BYTES];
    *from = 0;
    if (!p->roll_path)
        return OK;
    if (fresh_path(p, fresh))
        (void)disk_real.remove(NULL, fresh); /* what was being written when somebody died */
    enum err e = roll_open(p->roll_path, p->rules, &r, &found);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (!e) {
        e = holds(r, store, head, &good, problem);
        if (e) {
            roll_close(r);
            return e;
        }
    }
    if (!good) {
        log_info("%s; persons are read from the store",
                 e ? found.text
                   : "the roll of persons is older than what was erased, or another's");
        roll_close(r);
        (void)disk_real.remove(NULL, p->roll_path);
        return OK;
    }
    *from = roll_head(r)->journal;
    atomic_store(&p->suppressed, roll_head(r)->suppressed > 0);
    atomic_store(&p->roll, r);
    return OK;
}

/* Who has a node, as a set; 0 is nobody's number. */
struct numbers {
    number *slot;
    size_t mask, count;
};

/* Where it is, or would be. */
static number *slot_of(const struct numbers *s, number n)
{
    size_t i = key_mix(n) & s->mask;
    while (s->slot[i] && s->slot[i] != n)
        i = (i + 1) & s->mask;
    return &s->slot[i];
}

/* False: it is half full. */
static bool add(struct numbers *s, number n)
{
    number *slot = slot_of(s, n);
    s->count += !*slot;
    *slot = n;
    return s->count <= s->mask / 2;
}

/* False: there are more than there is room for. */
static bool gather(const struct people *p, const struct view *v, struct numbers *s)
{
    struct cds_lfht_iter i;
    bool room = true;
    view_enter(v);
    cds_lfht_first(p->table.lfht, &i);
    for (struct cds_lfht_node *n; room && (n = cds_lfht_iter_get_node(&i));
         cds_lfht_next(p->table.lfht, &i)) {
        rcu_seen(&rcu_nodes);
        room = add(s, person_of(caa_container_of(n, struct rcu_entry, node))->number);
    }
    view_leave(v);
    return room;
}

static enum err numbers_of(const struct people *p, const struct view *v, struct numbers *s)
{
    for (size_t room = 1024;; room *= 2) {
        if (room < 2 * rcu_table_count(&p->table))
            continue;
        *s = (struct numbers){.slot = calloc(room, sizeof *s->slot), .mask = room - 1};
        if (!s->slot)
            return ERR_MEMORY;
        if (gather(p, v, s))
            return OK;
        free(s->slot);
    }
}

static bool stopped(const struct settling *s)
{
    return s->stop && atomic_load_explicit(s->stop, memory_order_relaxed);
}

/* Those of the present roll who have no node. */
static enum err put_rolled(const struct roll *r, const struct numbers *nodes,
                           const struct settling *s, struct roll_make *m, struct problem *problem)
{
    uint64_t place = 0;
    enum err e = OK;
    for (const struct person *p; !e && r && (p = roll_walk(r, &place));)
        if (*slot_of(nodes, p->number) != p->number)
            e = stopped(s) ? ERR_CLOSED : roll_make_put(m, p, problem);
    return e;
}

/* A copy of her node; NULL in `out`: it is gone, or says nothing. */
static enum err copy_node(const struct people *p, const struct view *v, number n, void **room,
                          size_t *size, const struct person **out)
{
    *out = NULL;
    for (;;) {
        view_enter(v);
        const struct person *node = people_node(p, n);
        const struct person_sizes s = person_sizes(node);
        const size_t bytes = person_bytes(&s);
        const bool nothing = !node || person_says_nothing(node);
        if (!nothing && bytes <= *size)
            *out = memcpy(*room, node, bytes);
        view_leave(v);
        if (nothing || *out)
            return OK;
        free(*room);
        *size = 2 * bytes;
        *room = malloc(*size);
        if (!*room) {
            *size = 0;
            return ERR_MEMORY;
        }
    }
}

static enum err put_nodes(const struct people *p, const struct numbers *nodes,
                          const struct settling *s, struct roll_make *m, struct problem *problem)
{
    void *room = NULL;
    size_t size = 0;
    enum err e = OK;
    for (size_t i = 0; !e && i <= nodes->mask; i++) {
        const struct person *copy;
        if (!nodes->slot[i])
            continue;
        e = stopped(s) ? ERR_CLOSED : copy_node(p, s->view, nodes->slot[i], &room, &size, &copy);
        if (!e && copy)
            e = roll_make_put(m, copy, problem);
    }
    free(room);
    return e;
}

static enum err write_roll(const struct people *p, const struct settling *s, when at,
                           struct problem *problem)
{
    const struct roll *roll = people_roll(p);
    struct numbers nodes;
    struct roll_make *m;
    enum err e = numbers_of(p, s->view, &nodes);
    if (e)
        return problem_set(problem, e, "not enough memory");
    const uint64_t most = (roll ? roll_head(roll)->persons : 0) + nodes.count;
    e = roll_make_begin(p->roll_path, p->rules, most, &m, problem);
    if (!e) {
        e = put_rolled(roll, &nodes, s, m, problem);
        if (!e)
            e = put_nodes(p, &nodes, s, m, problem);
        if (!e)
            e = roll_make_end(m, s->journal, at, s->stop, problem);
        roll_make_close(m);
    }
    free(nodes.slot);
    return e;
}

static bool due(const struct people *p, const struct settling *s)
{
    const struct roll *roll = people_roll(p);
    const size_t nodes = rcu_table_count(&p->table);
    /* Whoever mends writes it meanwhile, of no journal number. */
    if (!p->roll_path || atomic_load(&p->offered) || (s->journal > 0 && people_doubtful(p)))
        return false;
    if (roll && (atomic_load(&p->erasures) != atomic_load(&p->erasures_settled) ||
                 (s->journal > 0 && roll_head(roll)->journal == 0)))
        return true;
    return nodes >= s->least && (!roll || nodes >= roll_head(roll)->persons / EIGHTH);
}

/* PATH.new to PATH, unless somebody whom it names was erased meanwhile. */
static enum err name_roll(struct people *p, unsigned erasures, struct roll **out,
                          struct problem *problem)
{
    char fresh[PATH_BYTES];
    if (!fresh_path(p, fresh))
        return problem_set(problem, ERR_LIMIT, "%s: the path is too long", p->roll_path);
    enum err e = disk_real.rename(NULL, fresh, p->roll_path);
    if (!e)
        e = disk_sync_name(&disk_real, p->roll_path);
    if (e)
        return problem_set(problem, e, "%s: it cannot be named (%s)", fresh, err_name(e));
    if (atomic_load(&p->erasures) != erasures) {
        (void)disk_real.remove(NULL, p->roll_path);
        return OK;
    }
    return roll_open(p->roll_path, p->rules, out, problem);
}

enum err people_settle(struct people *p, const struct settling *s, struct problem *problem)
{
    const unsigned erasures = atomic_load(&p->erasures);
    const struct value seq = value_int(s->journal);
    struct roll *fresh = NULL;
    int64_t at = 0;
    enum err e = OK;
    if (!due(p, s))
        return OK;
    if (s->journal > 0)
        e = store_integer(s->store, "SELECT \"at\" FROM journal WHERE seq = $1", &seq, 1, &at,
                          problem);
    if (!e)
        e = write_roll(p, s, at, problem);
    if (!e)
        e = name_roll(p, erasures, &fresh, problem);
    if (!e && fresh) {
        atomic_store(&p->erasures_settled, erasures);
        atomic_store(&p->offered, fresh);
    }
    return e;
}

enum err people_verify(struct people *p, const atomic_bool *stop, struct problem *problem)
{
    const struct roll *r = people_roll(p);
    struct problem found;
    const enum err e = r ? roll_verify(r, stop, &found) : OK;
    if (e == ERR_CORRUPT) {
        (void)disk_real.remove(NULL, p->roll_path);
        atomic_store(&p->doubtful, true);
        return problem_set(problem, e, "%s: %s; persons are read from the store", p->roll_path,
                           found.text);
    }
    return e ? problem_set(problem, e, "%s: %s", p->roll_path, found.text) : OK;
}

bool people_doubtful(const struct people *p)
{
    return atomic_load_explicit(&p->doubtful, memory_order_relaxed);
}

void people_mended(struct people *p)
{
    atomic_store(&p->doubtful, false);
}

/* In place of the present roll. Who finds no node from now on sees it. */
static void replace(struct people *p, struct roll *fresh)
{
    struct roll *former = atomic_exchange(&p->roll, fresh);
    urcu_qsbr_synchronize_rcu();
    rcu_seen(&rcu_readers);
    roll_close(former);
}

void people_unroll(struct people *p)
{
    roll_close(atomic_exchange(&p->offered, NULL));
    replace(p, NULL);
}

static bool same(const struct person *a, const struct person *b)
{
    const struct person_sizes s = person_sizes(a), t = person_sizes(b);
    return person_bytes(&s) == person_bytes(&t) && memcmp(a, b, person_bytes(&s)) == 0;
}

void people_adopt(struct people *p)
{
    struct roll *fresh = atomic_load(&p->offered);
    struct cds_lfht_iter i;
    if (!fresh)
        return;
    replace(p, fresh);
    view_enter(NULL);
    cds_lfht_first(p->table.lfht, &i);
    for (struct cds_lfht_node *n; (n = cds_lfht_iter_get_node(&i));) {
        struct person *node = person_of(caa_container_of(n, struct rcu_entry, node));
        const struct person *rolled = roll_find(fresh, node->number);
        cds_lfht_next(p->table.lfht, &i);
        if (rolled ? same(rolled, node) : person_says_nothing(node))
            rcu_table_remove(&p->table, entry_of(node));
    }
    view_leave(NULL);
    people_sift(p);
    atomic_store(&p->offered, NULL); /* from here on the next may be begun */
}
