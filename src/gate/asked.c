#include "gate/asked.h"

#include "gate/look_index.h"
#include "gate/node.h"

#include <stdlib.h>

/* Looks of one kind, by record. */
struct pile {
    struct asked_look *look;
    size_t count, room;
    uint64_t next; /* records below were gone through */
    bool cut;      /* there were more */
};

struct asked {
    pthread_mutex_t lock;
    struct pile here, imported;
};

enum err asked_new(struct asked **out)
{
    struct asked *a = *out = calloc(1, sizeof *a);
    if (!a)
        return ERR_MEMORY;
    pthread_mutex_init(&a->lock, NULL);
    return OK;
}

void asked_free(struct asked *a)
{
    if (!a)
        return;
    free(a->here.look);
    free(a->imported.look);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

/* What is new ---------------------------------------------------------------------------------- */

/* Rows of the index, copied: who asked is read by the same reader. */
struct rows {
    when from;
    size_t count, room;
    struct {
        uint64_t record, person;
    } * row;
    bool cut, failed;
};

static bool take_row(void *to, const struct look_asked *r)
{
    struct rows *rows = to;
    if (r->handle && r->at < rows->from)
        return false;
    if (rows->count == ASKED_MAX) {
        rows->cut = true;
        return false;
    }
    if (rows->count == rows->room) {
        const size_t room = rows->room ? 2 * rows->room : 256;
        void *more = realloc(rows->row, room * sizeof *rows->row);
        rows->failed = !more;
        if (!more)
            return false;
        rows->row = more;
        rows->room = room;
    }
    rows->row[rows->count].record = r->record;
    rows->row[rows->count++].person = r->handle ? look_number_key(r->handle) : 0;
    return true;
}

/* False: it says nothing of staff. */
static bool open_look(struct gate *g, uint64_t record, uint64_t person, struct asked_look *out)
{
    struct look_record r;
    struct look_asker asker;
    struct look_verdict v;
    bool opened;
    if (gate_explain_look(g, record, &r, &asker, &v, &opened) != OK || !opened || r.dry || r.host)
        return false;
    *out = (struct asked_look){.record = record,
                               .person = person,
                               .staff = key_of(str_of(asker.looker)),
                               .at = r.asked,
                               .surface = r.surface,
                               .one = r.persons == 1,
                               .task = asker.task[0] != '\0'};
    if (!out->one || v.asked == 0)
        return true;
    out->nobody = v.whole == CHECK_NO_RELATION;
    out->opens = look_opens(&v);
    for (int c = 0; c < CATEGORIES; c++)
        if (v.answer[c] != LOOK_DENY)
            out->shown |= (categories)(1 << c);
    memcpy(out->items, v.items, sizeof out->items);
    return true;
}

/* Room for `n` more, of which the oldest may have to go. */
static bool make_room(struct pile *p, size_t n)
{
    const size_t over = p->count + n > ASKED_MAX ? p->count + n - ASKED_MAX : 0;
    if (over > 0) {
        p->cut = true;
        p->count -= over;
        memmove(p->look, p->look + over, p->count * sizeof *p->look);
    }
    if (p->count + n <= p->room)
        return true;
    size_t room = p->room ? p->room : 256;
    while (room < p->count + n)
        room *= 2;
    struct asked_look *more = realloc(p->look, room * sizeof *more);
    if (!more)
        return false;
    p->look = more;
    p->room = room;
    return true;
}

/* What is older than anybody asks for, or not in the ledger any more. */
static void drop(struct pile *p, when from, uint64_t first)
{
    size_t gone = 0;
    while (gone < p->count && (p->look[gone].at < from || p->look[gone].record < first))
        gone++;
    p->count -= gone;
    if (gone > 0)
        memmove(p->look, p->look + gone, p->count * sizeof *p->look);
}

static enum err catch_up(struct gate *g, struct pile *p, bool imported, when from,
                         struct problem *problem)
{
    struct rows rows = {.from = imported ? INT64_MIN : from};
    const uint64_t end = look_index_covers(g->looks);
    drop(p, rows.from, ledger_first(g->ledger));
    enum err e = p->next < end
                     ? look_index_asked(g->looks, imported, p->next, take_row, &rows, problem)
                     : OK;
    if (!e && (rows.failed || !make_room(p, rows.count)))
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    for (size_t i = rows.count; !e && i-- > 0;)
        p->count += open_look(g, rows.row[i].record, rows.row[i].person, &p->look[p->count]);
    if (!e) {
        p->cut |= rows.cut;
        p->next = end;
    }
    free(rows.row);
    return e;
}

enum err asked_read(struct gate *g, bool imported, when from, asked_each *each, void *to,
                    bool *partial, struct problem *problem)
{
    struct asked *a = g->asked;
    struct pile *p = imported ? &a->imported : &a->here;
    enum err e = look_index_covers(g->looks) < ledger_size(g->ledger)
                     ? index_catch_up(g->index, problem)
                     : OK;
    if (e)
        return e;
    pthread_mutex_lock(&a->lock);
    e = catch_up(g, p, imported, from, problem);
    *partial |= p->cut;
    for (size_t i = 0; !e && i < p->count; i++)
        if ((imported || p->look[i].at >= from) && !each(to, &p->look[i]))
            break;
    pthread_mutex_unlock(&a->lock);
    return e;
}
