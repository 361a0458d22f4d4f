#include "gate/look_import.h"

#include "gate/book.h"
#include "gate/look_index.h"
#include "gate/look_make.h"
#include "gate/stopper.h"

#include <stdlib.h>

struct told {
    struct look_making making;
    struct looked person;
    struct look_verdict verdict;
};

struct import {
    struct gate *gate;
    const struct look_told *look;
    bool *written;
    size_t count, made;
    struct told *told; /* of those that are written */
    struct ledger_item *items;
    uint64_t *marks; /* of all so far */
};

/* Shown, since nothing else is known of it; on which basis neither. */
static void tell_verdict(categories what, uint32_t items, struct look_verdict *v)
{
    *v = (struct look_verdict){.asked = what, .whole = CHECK_SHOWN};
    for (int c = 0; c < CATEGORIES; c++)
        if ((what >> c & 1) != 0) {
            v->answer[c] = LOOK_SHOW;
            v->check[c] = CHECK_SHOWN;
            v->items[c] = items;
        }
}

static void tell_asker(struct gate *g, struct str id, struct look_making *m)
{
    str_copy(id, m->asker.looker, sizeof m->asker.looker);
    view_enter(g->view);
    m->record.journal = view_journal(g->view);
    const struct book *b = view_book(g->view);
    const struct staff *s = b ? book_staff(b, id) : NULL;
    if (s && s->organisation)
        memcpy(m->asker.organisation, s->organisation->id, sizeof m->asker.organisation);
    view_leave(g->view);
}

/* Is it on the record, or among those before it? */
static enum err is_there(const struct import *m, uint64_t mark, size_t before, bool *there,
                         struct problem *problem)
{
    *there = false;
    for (size_t i = 0; i < before && !*there; i++)
        *there = m->marks[i] == mark;
    return *there ? OK : look_index_marked(m->gate->looks, mark, there, problem);
}

static enum err make(struct import *m, size_t i, struct problem *problem)
{
    const struct look_told *l = &m->look[i];
    struct told *t = &m->told[m->made];
    struct look_making *making = &t->making;
    *t = (struct told){.making = {.person = &t->person, .verdict = &t->verdict}};
    making->record =
        (struct look_record){.imported = true, .surface = l->surface, .asked = l->at, .persons = 1};
    str_copy(l->purpose, making->record.purpose, sizeof making->record.purpose);
    tell_asker(m->gate, l->staff, making);
    tell_verdict(l->what, l->items, &t->verdict);

    struct look_opening o = {.asked = l->at, .asker = making->asker, .verdict = t->verdict};
    str_copy(l->person, o.person, sizeof o.person);
    bool there = false;
    m->marks[i] = 0;
    enum err e = look_mark(m->gate->unwrap, &o, &making->record, &m->marks[i]);
    if (e == ERR_CLOSED) { /* erased: nothing more is kept of her */
        m->written[i] = false;
        return OK;
    }
    if (!e)
        e = is_there(m, m->marks[i], i, &there, problem);
    m->written[i] = !e && !there;
    if (e || there)
        return e;
    look_make_begin(m->gate, making);
    m->made++;
    return look_make_person(making, 0, l->person, true);
}

/* All of them durable, or their numbers given back. */
static enum err append(struct import *m, struct problem *problem)
{
    enum err e = OK;
    pthread_mutex_lock(&m->gate->numbering);
    for (size_t i = 0; !e && i < m->made; i++) {
        struct look_making *making = &m->told[i].making;
        e = look_make_encode(making);
        m->items[i] = (struct ledger_item){
            .kind = ENTRY_LOOK, .body = making->body, .opening = buf_view(&making->beside)};
    }
    if (e)
        problem_set(problem, e, "a look cannot be sealed (%s)", err_name(e));
    else
        e = ledger_append_all(m->gate->ledger, m->items, m->made, problem);
    for (size_t i = m->made; e && i-- > 0;)
        look_make_undo(&m->told[i].making);
    pthread_mutex_unlock(&m->gate->numbering);
    return e;
}

static enum err make_keys(const struct import *m, struct problem *problem)
{
    struct str *ids = calloc(m->count, sizeof *ids);
    if (!ids)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < m->count; i++)
        ids[i] = m->look[i].person;
    enum err e = unwrap_make(m->gate->unwrap, ids, m->count, clock_now(m->gate->clock), problem);
    free(ids);
    return e;
}

static enum err record(struct import *m, struct problem *problem)
{
    enum err e = make_keys(m, problem);
    for (size_t i = 0; !e && i < m->count; i++) {
        e = make(m, i, problem);
        if (e)
            problem_set(problem, e, "a look cannot be sealed or found again (%s)", err_name(e));
    }
    if (!e && m->made > 0)
        e = append(m, problem);
    for (size_t i = m->made; i-- > 0;)
        look_make_end(&m->told[i].making);
    /* The next call must find these. */
    if (!e && m->made > 0)
        e = index_catch_up(m->gate->index, problem);
    if (!e && m->made > 0)
        stopper_wake(m->gate->stopper);
    return e;
}

enum err gate_look_import(struct gate *g, const struct look_told *looks, size_t count,
                          bool *written, struct problem *problem)
{
    if (count > LOOK_IMPORT_MAX)
        return problem_set(problem, ERR_LIMIT, "at most %d looks at once", LOOK_IMPORT_MAX);
    struct import m = {.gate = g, .look = looks, .count = count};
    m.written = written;
    m.told = calloc(count + 1, sizeof *m.told);
    m.items = calloc(count + 1, sizeof *m.items);
    m.marks = calloc(count + 1, sizeof *m.marks);
    enum err e = m.told && m.items && m.marks ? record(&m, problem)
                                              : problem_set(problem, ERR_MEMORY, "out of memory");
    free(m.told);
    free(m.items);
    free(m.marks);
    return e;
}
