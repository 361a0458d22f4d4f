#include "gate/look_ask.h"

#include "gate/awaited.h"
#include "gate/book.h"
#include "gate/look_index.h"
#include "gate/look_stand.h"
#include "gate/node.h"
#include "ledger/nonce.h"

#include <limits.h>
#include <stdlib.h>

/* Asking -------------------------------------------------------------------------------------- */

/* One person of a look. */
struct looked {
    char id[ID_MAX];
    enum err key; /* OK: she has one */
    uint8_t handle[LOOK_HANDLE];
    uint32_t number; /* running */
};

/* A look under way. */
struct asked {
    struct pending_look pending;
    struct gate *gate;
    look_done *done;
    void *to;
    bool dry;
    struct look_asker asker;
    struct look_record record;
    uint8_t body[LOOK_BODY_MAX];
    struct buf beside;
    struct look_result result;
    struct looked person[];
};

static struct asked *of(struct pending_look *p)
{
    return (struct asked *)p; /* its first member */
}

static void end(struct pending_look *p)
{
    struct asked *a = of(p);
    buf_fini(&a->beside);
    free(a);
}

static void undo(struct pending_look *p)
{
    struct asked *a = of(p);
    for (size_t i = a->result.count; i-- > 0;)
        if (a->person[i].number != 0)
            window_return_number(a->gate->windows, look_number_key(a->person[i].handle),
                                 a->person[i].number);
}

static void deny(struct look_verdict *v)
{
    memset(v->answer, 0, sizeof v->answer);
}

static void answer(struct pending_look *p, enum err error, uint64_t record)
{
    struct asked *a = of(p);
    struct look_result *r = &a->result;
    r->record_error = error;
    r->record = record;
    for (size_t i = 0; error && i < r->count; i++)
        deny(&r->verdict[i]);
    a->done(a->to, r);
}

/* What cannot even be asked. */
static void refuse(const struct look_question *q, enum err error, look_done *done, void *to)
{
    static const struct look_result refused = {.record_error = ERR_LIMIT};
    struct look_result r = refused;
    r.record_error = error;
    r.at = q->at;
    r.count = q->count <= LOOK_PERSONS ? q->count : 0;
    done(to, &r);
}

static bool fits(const struct look_question *q)
{
    bool good = q->count > 0 && q->count <= LOOK_PERSONS && q->actor.n < ID_MAX &&
                q->staff.n < ID_MAX && q->purpose.n < PURPOSE_MAX && q->task.n < ID_MAX &&
                (q->staff.n == 0 || q->actor.n < LOOK_HOST);
    for (size_t i = 0; good && i < q->count; i++)
        good = q->persons[i].n < ID_MAX;
    return good;
}

/* Budgets are not kept yet: nobody's is used up. */
static void set_budget(struct look *l)
{
    l->used = 0;
    l->budget = UINT_MAX;
}

static void judge(struct asked *a, const struct look_question *q)
{
    struct gate *g = a->gate;
    struct str looker = q->staff.n > 0 ? q->staff : q->actor;
    view_enter(g->view);
    a->record.journal = view_journal(g->view);
    for (size_t i = 0; i < q->count; i++) {
        struct look_facts facts;
        struct look l = {.at = q->at,
                         .purpose = q->purpose,
                         .what = q->what,
                         .surface = q->surface,
                         .third_party = q->third_party};
        set_budget(&l);
        look_stand(g->view, looker, q->persons[i], &l, &facts);
        if (a->person[i].key)
            l.member = NULL;
        if (l.looker.organisation)
            memcpy(a->asker.organisation, l.looker.organisation->id, ID_MAX);
        gate_look(g->rules, &l, &a->result.verdict[i]);
    }
    view_leave(g->view);
}

static void describe(struct asked *a, const struct look_question *q)
{
    struct look_record *r = &a->record;
    bool host = str_starts(q->actor, STR("host:"));
    r->dry = q->dry;
    r->host = host;
    r->surface = q->surface;
    r->asked = q->at;
    r->persons = q->count;
    memcpy(r->pack, rules_hash(a->gate->rules), sizeof r->pack);
    str_copy(q->purpose, r->purpose, sizeof r->purpose);
    str_copy(q->staff.n > 0 ? q->staff : q->actor, a->asker.looker, sizeof a->asker.looker);
    str_copy(q->task, a->asker.task, sizeof a->asker.task);
    if (q->staff.n > 0)
        str_copy(q->actor, a->asker.host, sizeof a->asker.host);
}

/* Her key, if she has one. Whoever has none is nobody's member. */
static enum err find_key(struct gate *g, struct str id, struct looked *p)
{
    str_copy(id, p->id, sizeof p->id);
    p->key = look_handle(g->unwrap, id, p->handle);
    return p->key == ERR_NOT_FOUND || p->key == ERR_CLOSED ? OK : p->key;
}

static enum err seal_asker(struct asked *a)
{
    uint8_t memory[LOOK_OPENING_MAX], sealed_memory[LOOK_OPENING_MAX + OPENING_OVERHEAD];
    static const struct look_verdict several;
    struct gate *g = a->gate;
    struct buf plain, sealed;
    buf_fixed(&plain, memory, sizeof memory);
    buf_fixed(&sealed, sealed_memory, sizeof sealed_memory);
    look_asker_encode(&a->asker, a->result.count == 1 ? &a->result.verdict[0] : &several, &plain);
    if (plain.failed)
        return ERR_LIMIT;
    enum err e = opening_seal(g->keys, OPENING_FACT, clock_now(g->clock), buf_view(&plain),
                              a->record.asker, &sealed);
    if (!e)
        look_parts_begin(&a->beside, buf_view(&sealed));
    return e;
}

static enum err seal_person(struct asked *a, size_t i)
{
    struct looked *p = &a->person[i];
    uint8_t memory[LOOK_SEALED_MAX];
    struct buf sealed;
    if (p->key) {
        nonce_bytes(a->record.commitment[i], COMMITMENT);
        return OK;
    }
    if (!a->dry) {
        p->number = window_next_number(a->gate->windows, look_number_key(p->handle));
        if (p->number == 0)
            return ERR_FULL;
    }
    struct look_opening o = {.person_seq = p->number,
                             .asked = a->record.asked,
                             .asker = a->asker,
                             .verdict = a->result.verdict[i]};
    memcpy(o.person, p->id, ID_MAX);
    buf_fixed(&sealed, memory, sizeof memory);
    enum err e = look_seal(a->gate->unwrap, &o, a->record.commitment[i], &sealed);
    struct look_part part = {.place = (uint8_t)i,
                             .handle = p->handle,
                             .person_seq = p->number,
                             .sealed = buf_view(&sealed)};
    if (!e)
        look_parts_add(&a->beside, &part);
    return e;
}

static enum err encode(struct asked *a)
{
    struct buf body;
    enum err e = seal_asker(a);
    for (size_t i = 0; !e && i < a->result.count; i++)
        e = seal_person(a, i);
    buf_fixed(&body, a->body, sizeof a->body);
    look_record_encode(&a->record, &body);
    if (!e && (body.failed || a->beside.failed))
        e = ERR_MEMORY;
    a->pending.body = buf_view(&body);
    a->pending.beside = buf_view(&a->beside);
    return e;
}

void gate_look_ask(struct gate *g, const struct look_question *q, look_done *done, void *to)
{
    if (!fits(q)) {
        refuse(q, ERR_LIMIT, done, to);
        return;
    }
    struct asked *a = calloc(1, sizeof *a + q->count * sizeof *a->person);
    if (!a) {
        refuse(q, ERR_MEMORY, done, to);
        return;
    }
    a->pending = (struct pending_look){.answer = answer, .undo = undo, .end = end};
    a->gate = g;
    a->done = done;
    a->to = to;
    a->dry = q->dry;
    a->result.at = q->at;
    a->result.count = q->count;
    buf_init(&a->beside, BESIDE_MAX);
    describe(a, q);
    enum err e = OK;
    for (size_t i = 0; !e && i < q->count; i++)
        e = find_key(g, q->persons[i], &a->person[i]);
    judge(a, q);
    if (!e)
        e = encode(a);
    if (!e) {
        e = pending_submit_look(g, &a->pending);
        if (!e)
            return;
        atomic_fetch_add(&g->counters.overload, 1);
    } else {
        atomic_fetch_add(&g->counters.record_failures, 1);
    }
    undo(&a->pending);
    answer(&a->pending, e, 0);
    end(&a->pending);
}

struct waiting {
    struct awaited answer;
    struct look_result *out;
};

static void wake(void *to, const struct look_result *r)
{
    struct waiting *w = to;
    *w->out = *r;
    awaited_end(&w->answer);
}

void gate_look_wait(struct gate *g, const struct look_question *q, struct look_result *out)
{
    struct waiting w = {.answer = AWAITED, .out = out};
    gate_look_ask(g, q, wake, &w);
    awaited_wait(&w.answer);
}
