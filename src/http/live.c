#include "http/live.h"
#include "http/route.h"
#include "store/journal.h"

#include <pthread.h>
#include <stdlib.h>

struct live {
    struct gate *gate;
    void (*wake)(void *to);
    void *to;
    pthread_mutex_t lock; /* of what follows */
    int64_t since;        /* what came after it is here */
    int64_t taken, newest;
    size_t count, next; /* of `kept`, a ring */
    unsigned moved;
    when now;
    struct live_change kept[LIVE_KEPT];
};

/* What a row names ----------------------------------------------------------------------------- */

static const struct live_kind *kind_of(struct str journal)
{
    for (const struct live_kind *k = live_kinds; k->journal != NULL; k++)
        if (str_eq(journal, str_of(k->journal)))
            return k;
    return NULL;
}

static const struct value *column(const struct fact_kind *kind, const struct value *row,
                                  struct str name)
{
    for (size_t i = 0; i < kind->count; i++)
        if (str_eq(name, str_of(kind->columns[i].name)))
            return &row[i];
    return NULL;
}

/* Its ids, of a list each. Those that find no room are told nothing. */
static void add_named(struct live_change *c, const struct value *v)
{
    struct str list = fact_text(v), id;
    size_t n = 0;
    while (n < LIVE_NAMED && c->named[n][0] != '\0')
        n++;
    while (n < LIVE_NAMED && list.n > 0 && str_split(&list, ';', &id))
        if (str_copy(id, c->named[n], SUBJECT_ID))
            n++;
}

static void add_columns(struct live_change *c, const char *names, const struct fact_kind *kind,
                        const struct value *row)
{
    struct str rest = str_of(names != NULL ? names : ""), name;
    while (rest.n > 0 && str_split(&rest, ' ', &name)) {
        const struct value *v = column(kind, row, name);
        if (v != NULL && v->type == VALUE_INT && str_eq(name, STR("number")))
            c->number = (number)v->i;
        else if (v != NULL)
            add_named(c, v);
    }
}

static bool holds(const char *words, struct str word)
{
    struct str rest = str_of(words), one;
    while (rest.n > 0 && str_split(&rest, ' ', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

/* Do its parties read it, as it stands? */
static bool in_state(const struct live_kind *k, const struct fact_kind *kind,
                     const struct value *row)
{
    const struct value *status = column(kind, row, STR("status"));
    return k->states == NULL || (status != NULL && holds(k->states, fact_text(status)));
}

bool live_change_of(const struct journal_row *row, const struct fact_kind *kind,
                    const struct value *columns, struct live_change *out)
{
    *out = (struct live_change){.seq = row->seq, .at = row->at, .kind = kind_of(row->kind)};
    if (out->kind == NULL)
        return false;
    if (kind == NULL)
        return true;
    const char *subject = out->kind->subject;
    const struct value *v = subject != NULL ? column(kind, columns, str_of(subject)) : NULL;
    if (v != NULL && !str_copy(fact_text(v), out->subject, sizeof out->subject))
        out->subject[0] = '\0';
    add_columns(out, out->kind->persons, kind, columns);
    if (in_state(out->kind, kind, columns))
        add_columns(out, out->kind->parties, kind, columns);
    return true;
}

/* Who is told ---------------------------------------------------------------------------------- */

static bool opens(const struct live_reader *r, const char *path)
{
    if (path == NULL)
        return false;
    EACH_ROUTE (route) {
        if (strcmp(route->path, path) == 0 && strcmp(route->method, "GET") == 0)
            return (route->roles & r->role) != 0 && (r->scopes & route->scope) == route->scope;
    }
    return false;
}

bool live_opens(const struct live_reader *r, const struct live_kind *kind)
{
    return opens(r, r->role == ROLE_PERSON ? kind->mine : kind->route);
}

static bool owns(const struct live_reader *r, const char *id)
{
    for (size_t i = 0; *id != '\0' && i < r->count; i++)
        if (strcmp(r->own[i], id) == 0)
            return true;
    return false;
}

static bool is_named(const struct live_reader *r, const struct live_change *c)
{
    for (size_t i = 0; i < LIVE_NAMED; i++)
        if (owns(r, c->named[i]))
            return true;
    return false;
}

/* Of what falls to whom by sector, region or node, the row does not tell. */
enum {
    OVERSEERS = ROLE_CARRIER | ROLE_ASSOCIATION | ROLE_AUDITOR | ROLE_AUTHORITY | ROLE_EXAMINER
};

enum live_told live_told(const struct live_reader *r, const struct live_change *c)
{
    if (!live_opens(r, c->kind))
        return LIVE_NOTHING;
    if (r->role == ROLE_PERSON)
        return ((c->number != 0 && c->number == r->number) || is_named(r, c) || owns(r, c->subject))
                   ? LIVE_SUBJECT
                   : LIVE_NOTHING;
    if (r->role == ROLE_MACHINE || is_named(r, c))
        return LIVE_SUBJECT;
    return (r->role & OVERSEERS) != 0 ? LIVE_KIND : LIVE_NOTHING;
}

bool live_event_of(const struct live_reader *r, const struct live_change *c, struct live_event *out)
{
    const enum live_told told = live_told(r, c);
    *out = (struct live_event){.seq = c->seq, .at = c->at, .kind = c->kind->kind};
    if (told == LIVE_SUBJECT)
        memcpy(out->subject, c->subject, sizeof out->subject);
    return told != LIVE_NOTHING;
}

/* The ring ------------------------------------------------------------------------------------- */

static void take(void *to, const struct journal_row *row, const struct fact_kind *kind,
                 const struct value *columns)
{
    struct live *l = to;
    struct live_change c;
    const bool told = live_change_of(row, kind, columns, &c);
    pthread_mutex_lock(&l->lock);
    if (row->seq > l->taken) {
        l->taken = row->seq;
        if (told && l->count == LIVE_KEPT)
            l->since = l->kept[l->next].seq;
        else if (told)
            l->count++;
        if (told) {
            l->kept[l->next] = c;
            l->next = (l->next + 1) % LIVE_KEPT;
        }
    }
    pthread_mutex_unlock(&l->lock);
}

static void acts(void *to, int64_t seq)
{
    struct live *l = to;
    pthread_mutex_lock(&l->lock);
    l->newest = seq;
    pthread_mutex_unlock(&l->lock);
    l->wake(l->to);
}

enum err live_open(struct gate *gate, void (*wake)(void *to), void *to, struct live **out)
{
    struct live *l = *out = calloc(1, sizeof *l);
    if (l == NULL)
        return ERR_MEMORY;
    l->gate = gate;
    l->wake = wake;
    l->to = to;
    pthread_mutex_init(&l->lock, NULL);
    l->since = l->taken = l->newest = gate_journal(gate);
    gate_listen(gate, &(struct gate_listener){.row = take, .acts = acts, .to = l});
    return OK;
}

void live_close(struct live *l)
{
    if (l == NULL)
        return;
    gate_listen(l->gate, NULL);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

int64_t live_newest(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    const int64_t newest = l->newest;
    pthread_mutex_unlock(&l->lock);
    return newest;
}

/* The oldest that is kept behind `at`, up to the newest that the gate acts on. */
static const struct live_change *behind(const struct live *l, int64_t at)
{
    size_t low = 0, high = l->count;
    const size_t first = (l->next + LIVE_KEPT - l->count) % LIVE_KEPT;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (l->kept[(first + middle) % LIVE_KEPT].seq > at)
            high = middle;
        else
            low = middle + 1;
    }
    const struct live_change *c = low < l->count ? &l->kept[(first + low) % LIVE_KEPT] : NULL;
    return c != NULL && c->seq <= l->newest ? c : NULL;
}

enum live_next live_next(struct live *l, const struct live_reader *r, int64_t *at,
                         struct live_event *out)
{
    enum live_next next = LIVE_NONE;
    const struct live_change *c;
    pthread_mutex_lock(&l->lock);
    if (*at < l->since || *at > l->newest) {
        *at = l->newest;
        next = LIVE_LOST;
    }
    while (next == LIVE_NONE && (c = behind(l, *at)) != NULL) {
        *at = c->seq;
        if (live_event_of(r, c, out))
            next = LIVE_CHANGE;
    }
    if (next == LIVE_NONE)
        *at = l->newest;
    pthread_mutex_unlock(&l->lock);
    return next;
}

void live_clock(struct live *l, when now)
{
    pthread_mutex_lock(&l->lock);
    l->moved++;
    l->now = now;
    pthread_mutex_unlock(&l->lock);
    l->wake(l->to);
}

unsigned live_moved(struct live *l, when *now)
{
    pthread_mutex_lock(&l->lock);
    const unsigned moved = l->moved;
    *now = l->now;
    pthread_mutex_unlock(&l->lock);
    return moved;
}
