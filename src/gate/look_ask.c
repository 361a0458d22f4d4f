#include "gate/look_ask.h"

#include "gate/awaited.h"
#include "gate/book.h"
#include "gate/budget.h"
#include "gate/look_make.h"
#include "gate/look_stand.h"

#include <stdlib.h>

/* Asking -------------------------------------------------------------------------------------- */

/* A look under way. */
struct asked {
    struct pending_look pending;
    look_done *done;
    void *to;
    struct look_making making;
    struct look_result result;
    uint64_t looker; /* key, for the budget */
    struct looked person[];
};

static struct asked *of(struct pending_look *p)
{
    return (struct asked *)p; /* its first member */
}

static void end(struct pending_look *p)
{
    look_make_end(&of(p)->making);
    free(of(p));
}

static void give_back(struct asked *a, size_t i)
{
    struct gate *g = a->making.gate;
    if (a->person[i].spent)
        budget_return(g->budget, a->looker, look_number_key(a->person[i].handle),
                      node_day(g, a->result.at));
    a->person[i].spent = false;
}

static void undo(struct pending_look *p)
{
    struct asked *a = of(p);
    for (size_t i = 0; i < a->result.count; i++)
        give_back(a, i);
    look_make_undo(&a->making);
}

static void deny(struct look_verdict *v)
{
    memset(v->answer, 0, sizeof v->answer);
}

const char *purpose_class_word(enum purpose_class c)
{
    static const char *const words[CLASS_COUNT] = {
#define PURPOSE_WORD(name, word) [CLASS_##name] = (word),
        PURPOSE_CLASSES(PURPOSE_WORD)
#undef PURPOSE_WORD
            [CLASS_OTHER] = "other",
        [CLASS_NONE] = "none"};
    return words[c];
}

/* "matchmaking" of "matchmaking.introduce"; what the pack lacks is nobody's word to publish. */
static enum purpose_class class_of(const struct rules *rules, struct str purpose)
{
    struct str word;
    if (rules_purpose(rules, purpose) == NULL || !str_split(&purpose, '.', &word))
        return CLASS_NONE;
    for (int c = 0; c < CLASS_OTHER; c++)
        if (str_eq(word, str_of(purpose_class_word((enum purpose_class)c))))
            return (enum purpose_class)c;
    return CLASS_OTHER;
}

static void count_looks(struct gate *g, const struct look_record *record,
                        const struct look_result *r)
{
    const enum purpose_class class = class_of(g->rules, str_of(record->purpose));
    for (size_t i = 0; !record->dry && i < r->count; i++) {
        const struct look_verdict *v = &r->verdict[i];
        enum look_answer best = LOOK_DENY;
        bool over = false;
        for (int c = 0; c < CATEGORIES; c++) {
            best = v->answer[c] > best ? v->answer[c] : best;
            over |= (v->asked >> c & 1) != 0 && v->check[c] == CHECK_BUDGET_EXCEEDED;
        }
        atomic_fetch_add_explicit(&g->counters.looks[best][record->surface][class], 1,
                                  memory_order_relaxed);
        if (over)
            atomic_fetch_add_explicit(&g->counters.looks_over_budget, 1, memory_order_relaxed);
    }
}

static void answer(struct pending_look *p, enum err error, uint64_t record)
{
    struct asked *a = of(p);
    struct look_result *r = &a->result;
    r->record_error = error;
    r->record = record;
    for (size_t i = 0; error && i < r->count; i++)
        deny(&r->verdict[i]);
    count_looks(a->making.gate, &a->making.record, r);
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

/* Staff who open a file, or export it, spend one; what is left decides. */
static void spend(struct asked *a, size_t i, const struct book *b, struct look *l)
{
    struct gate *g = a->making.gate;
    l->used = 0;
    l->budget = 1;
    if (!l->member || !look_in_full(l->surface) || l->looker.kind != LOOKER_STAFF)
        return;
    a->looker = l->looker.key;
    if (!budget_spend(g->budget, l->looker.key, look_number_key(a->person[i].handle),
                      node_day(g, l->at), book_views_per_day(b, l->looker.organisation),
                      &a->person[i].spent))
        l->used = 1;
}

unsigned gate_files_opened(struct gate *g, struct str staff, when at)
{
    return budget_used(g->budget, key_of(staff), node_day(g, at));
}

static void judge(struct asked *a, const struct look_question *q)
{
    struct gate *g = a->making.gate;
    struct str looker = q->staff.n > 0 ? q->staff : q->actor;
    view_enter(g->view);
    a->making.record.journal = view_journal(g->view);
    for (size_t i = 0; i < q->count; i++) {
        struct look_facts facts;
        struct look l = {.at = q->at,
                         .purpose = q->purpose,
                         .task = q->task,
                         .what = q->what,
                         .surface = q->surface,
                         .third_party = q->third_party,
                         .kept = q->kept};
        look_stand(g->view, looker, q->persons[i], &l, &facts);
        if (!a->person[i].known) /* nobody, or a look that could not be shown to her */
            l.member = NULL;
        if (l.looker.organisation)
            memcpy(a->making.asker.organisation, l.looker.organisation->id, ID_MAX);
        spend(a, i, view_book(g->view), &l);
        gate_look(g->rules, &l, &a->result.verdict[i]);
        for (int c = 0; c < CATEGORIES && q->count == 1; c++)
            if (a->result.verdict[i].answer[c] != LOOK_DENY)
                a->result.verdict[i].items[c] = q->items[c];
        if (q->dry || !look_opens(&a->result.verdict[i]))
            give_back(a, i);
    }
    view_leave(g->view);
}

static void describe(struct look_making *m, const struct look_question *q)
{
    m->record = (struct look_record){.dry = q->dry,
                                     .host = str_starts(q->actor, STR("host:")),
                                     .surface = q->surface,
                                     .asked = q->at,
                                     .persons = q->count};
    str_copy(q->purpose, m->record.purpose, sizeof m->record.purpose);
    str_copy(q->staff.n > 0 ? q->staff : q->actor, m->asker.looker, sizeof m->asker.looker);
    str_copy(q->task, m->asker.task, sizeof m->asker.task);
    if (q->staff.n > 0)
        str_copy(q->actor, m->asker.host, sizeof m->asker.host);
}

static bool is_member(const struct gate *g, struct str id)
{
    view_enter(g->view);
    const bool is = view_member(g->view, id) != NULL;
    view_leave(g->view);
    return is;
}

/* Numbered, and in the queue; or neither. */
static enum err submit(struct asked *a)
{
    struct gate *g = a->making.gate;
    pthread_mutex_lock(&g->numbering);
    enum err e = look_make_encode(&a->making);
    if (e) {
        atomic_fetch_add(&g->counters.record_failures, 1);
    } else {
        a->pending.body = a->making.body;
        a->pending.beside = buf_view(&a->making.beside);
        e = pending_submit_look(g, &a->pending);
        if (e)
            atomic_fetch_add(&g->counters.overload, 1);
    }
    if (e)
        undo(&a->pending);
    pthread_mutex_unlock(&g->numbering);
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
    a->done = done;
    a->to = to;
    a->result.at = q->at;
    a->result.count = q->count;
    a->making.person = a->person;
    a->making.verdict = a->result.verdict;
    describe(&a->making, q);
    look_make_begin(g, &a->making);
    enum err e = OK;
    for (size_t i = 0; !e && i < q->count; i++)
        e = look_make_person(&a->making, i, q->persons[i], is_member(g, q->persons[i]));
    judge(a, q);
    if (e) {
        atomic_fetch_add(&g->counters.record_failures, 1);
        undo(&a->pending);
    } else {
        e = submit(a);
    }
    if (!e)
        return; /* and `a` may be gone */
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
