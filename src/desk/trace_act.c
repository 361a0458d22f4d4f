/* What changes a trace: it begins, carriers answer or do not. */
#include "desk/clock.h"
#include "desk/notice.h"
#include "desk/text.h"
#include "desk/trace.h"
#include "person/vault.h"

#include <stdio.h>
#include <stdlib.h>

enum { OPEN_MAX = 100, DIGITS = 24, KEYED = 2 * ACCOUNT_HASH + 1 };

/* First pause between two questions; it doubles, up to 43 minutes. */
#define FIRST_PAUSE (5 * WHEN_SECOND)
enum { DOUBLINGS = 9 };

/* Numbers ----------------------------------------------------------------------------------- */

static struct value text_or_null(const char *text)
{
    return *text != '\0' ? value_text(str_of(text)) : value_null();
}

/* One number has one hash, so that its traces are found; without the key it says nothing. */
static struct value hash_of(const struct desk_work *w, number n, char out[static KEYED])
{
    char text[DIGITS + 8];
    uint8_t hash[ACCOUNT_HASH];
    if (n == 0)
        return value_null();
    snprintf(text, sizeof text, "trace/%llu", (unsigned long long)n);
    account_hash(w->key, str_of(text), hash);
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
    explicit_bzero(text, sizeof text);
    return value_text(str_of(out));
}

static enum err keep_number(const struct desk_work *w, struct str id, const char *name, number n,
                            struct problem *problem)
{
    char text[DIGITS];
    if (n == 0)
        return OK;
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    enum err e = desk_text_put(w, id, name, str_of(text), problem);
    explicit_bzero(text, sizeof text);
    return e;
}

/* 0: none is kept. */
static enum err open_number(const struct desk_work *w, struct str id, const char *name, number *out,
                            struct problem *problem)
{
    unsigned long long n = 0;
    struct buf text;
    buf_init(&text, DIGITS);
    enum err e = desk_text_get(w, id, name, &text, problem);
    if (e == OK && !str_to_u64(buf_view(&text), UINT64_MAX, &n))
        e = problem_set(problem, ERR_CORRUPT, "what is kept of a trace's call is no number");
    vault_wipe(&text);
    *out = n;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Hops -------------------------------------------------------------------------------------- */

static enum err write_hop(const struct desk_work *w, const char *id, int n,
                          const struct trace_hop *h, int64_t *seq, struct problem *problem)
{
    const struct hop_answer *a = &h->answer;
    const struct value row[TRACE_HOP_COLUMNS] = {
        [TRACE_HOP_TRACE] = value_text(str_of(id)),
        [TRACE_HOP_N] = value_int(n),
        [TRACE_HOP_CARRIER] = text_or_null(h->carrier),
        [TRACE_HOP_STATUS] = value_text(str_of(hop_word(a->status))),
        [TRACE_HOP_WHY] = text_or_null(a->why),
        [TRACE_HOP_ASKED_AT] = value_int(h->asked_at),
        [TRACE_HOP_DUE] = h->due != 0 ? value_int(h->due) : value_null(),
        [TRACE_HOP_ANSWERED_AT] = h->answered_at != 0 ? value_int(h->answered_at) : value_null(),
        [TRACE_HOP_AT] = a->status == HOP_ANSWERED ? value_int(a->at) : value_null(),
        [TRACE_HOP_LINE] = text_or_null(a->line),
        [TRACE_HOP_PURPOSE] = text_or_null(a->purpose),
        [TRACE_HOP_HOLDER] = text_or_null(a->holder),
        [TRACE_HOP_HOLDER_NAME] = text_or_null(a->holder_name),
        [TRACE_HOP_PRINCIPAL] = text_or_null(a->principal),
        [TRACE_HOP_CAMPAIGN] = text_or_null(a->campaign),
        [TRACE_HOP_RECORD] = text_or_null(a->record),
        [TRACE_HOP_PREVIOUS] = text_or_null(a->previous),
        [TRACE_HOP_PROVEN] = a->proven ? value_int(1) : value_null(),
        [TRACE_HOP_KNOWN] = text_or_null(h->known),
    };
    return desk_write(w, &trace_hop_kind, row, seq, problem);
}

/* What the clock of a hop is of. */
static struct str clock_of(const char *id, int n, char out[static HOP_ID])
{
    snprintf(out, HOP_ID, "%.*s/%d", FRESH_ID, id, n);
    return str_of(out);
}

static enum err begin_clock(const struct desk_work *w, struct str subject, struct str carrier,
                            when *due, int64_t *seq, struct problem *problem)
{
    const struct clock_terms terms = {
        .subject = subject, .organisation = carrier, .rule = TRACE_CLOCK, .from = w->at};
    return clock_begin(w, &terms, due, seq, problem);
}

/* The next carrier is asked, or, `why`, it is not. */
static enum err add_hop(const struct desk_work *w, struct trace *t, struct str carrier,
                        const char *why, int64_t *seq, struct problem *problem)
{
    char subject[HOP_ID];
    const int n = t->hops++;
    struct trace_hop *h = &t->hop[n];
    *h = (struct trace_hop){.asked_at = w->at, .answer = {.status = HOP_ASKED}};
    if (!str_copy(carrier, h->carrier, sizeof h->carrier))
        return problem_set(problem, ERR_LIMIT, "a carrier's id is too long");
    if (why != NULL) {
        h->answer.status = HOP_UNKNOWN;
        snprintf(h->answer.why, sizeof h->answer.why, "%s", why);
    }
    enum err e = why != NULL
                     ? OK
                     : begin_clock(w, clock_of(t->id, n, subject), carrier, &h->due, seq, problem);
    return e == OK ? write_hop(w, t->id, n, h, seq, problem) : e;
}

/* An answer is kept; a line that its carrier or user had been warned of is marked. */
static enum err keep_answer(const struct desk_work *w, const struct trace *t, int n,
                            struct trace_hop *h, int64_t *seq, struct problem *problem)
{
    const struct hop_answer *a = &h->answer;
    const struct notice_call call = {str_of(a->line), str_of(h->carrier), str_of(a->holder),
                                     str_of(t->id), a->at};
    enum err e = a->status == HOP_ANSWERED ? notice_known(w, &call, h->known, seq, problem) : OK;
    return e == OK ? write_hop(w, t->id, n, h, seq, problem) : e;
}

/* The end, or the next hop ------------------------------------------------------------------- */

static void end(const struct desk_work *w, struct trace *t, const char *why)
{
    snprintf(t->status, sizeof t->status, "%s", why == NULL ? "found" : "lost");
    snprintf(t->why, sizeof t->why, "%s", why == NULL ? "" : why);
    t->closed_at = w->at;
}

/* What follows from the last hop, which has been answered, refused or has no record. */
static enum err go_on(const struct desk_work *w, struct trace *t, const struct trace_reach *reach,
                      int64_t *seq, struct problem *problem)
{
    const struct hop_answer *a = &t->hop[t->hops - 1].answer;
    if (a->status != HOP_ANSWERED) {
        end(w, t, a->why);
        return OK;
    }
    if (!hop_passes(str_of(a->purpose))) {
        end(w, t, NULL);
        return OK;
    }
    if (*a->previous == '\0' || t->hops == HOPS) {
        end(w, t, *a->previous == '\0' ? "previous-not-named" : "too-many-hops");
        return OK;
    }
    if (reach->knows(reach->to, str_of(a->previous)))
        return add_hop(w, t, str_of(a->previous), NULL, seq, problem);
    end(w, t, "no-address");
    return add_hop(w, t, str_of(a->previous), t->why, seq, problem);
}

/* The trace's own row, as `t` says; caller and callee as they are stored. */
static enum err write_trace(const struct desk_work *w, const struct trace *t, struct value caller,
                            struct value callee, int64_t *seq, struct problem *problem)
{
    const struct value row[TRACE_COLUMNS] = {
        [TRACE_ID] = value_text(str_of(t->id)),
        [TRACE_KIND] = value_text(STR("call")),
        [TRACE_CALLER] = caller,
        [TRACE_CALLEE] = callee,
        [TRACE_AT] = value_int(t->at),
        [TRACE_ORGANISATION] = text_or_null(t->organisation),
        [TRACE_BY] = value_text(str_of(t->by)),
        [TRACE_REPORT] = text_or_null(t->report),
        [TRACE_CASE] = text_or_null(t->case_id),
        [TRACE_OPENED_AT] = value_int(t->opened_at),
        [TRACE_STATUS] = value_text(str_of(t->status)),
        [TRACE_WHY] = text_or_null(t->why),
        [TRACE_CLOSED_AT] = t->closed_at != 0 ? value_int(t->closed_at) : value_null(),
    };
    return desk_write(w, &trace_kind, row, seq, problem);
}

static enum err close_trace(const struct desk_work *w, const struct trace *t, int64_t *seq,
                            struct problem *problem)
{
    const struct value key[TRACE_COLUMNS] = {[TRACE_ID] = value_text(str_of(t->id))};
    struct fact_row *row = malloc(sizeof *row);
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = fact_find(w->store, &trace_kind, key, row, problem);
    if (e == OK)
        e = write_trace(w, t, row->v[TRACE_CALLER], row->v[TRACE_CALLEE], seq, problem);
    free(row);
    return e;
}

/* Begin ------------------------------------------------------------------------------------- */

struct beginning {
    const struct trace_opening *o;
    char *id;
};

static bool take_id(void *to, const struct value *v, size_t count)
{
    (void)count;
    return !str_copy(v[0].s, to, FRESH_ID);
}

/* The same question of the same organisation, that has not failed. */
static enum err find_same(const struct desk_work *w, const struct trace *t, struct value caller,
                          struct value callee, char *id, struct problem *problem)
{
    const struct value v[] = {caller, callee, value_int(t->at),
                              value_text(str_of(t->organisation))};
    *id = '\0';
    return store_run(w->store,
                     "SELECT \"id\" FROM traces WHERE \"caller\" = $1 AND COALESCE(\"callee\", "
                     "'') = COALESCE(CAST($2 AS TEXT), '') AND \"at\" = $3 AND "
                     "COALESCE(\"organisation\", '') = $4 AND \"status\" <> 'lost'",
                     v, 4, take_id, id, problem);
}

static enum err count_open(const struct desk_work *w, const struct trace *t, struct desk_no *no,
                           struct problem *problem)
{
    const struct value v = value_text(str_of(t->organisation));
    int64_t open = 0;
    enum err e = store_integer(w->store,
                               "SELECT COUNT(*) FROM traces WHERE \"status\" = 'open' AND "
                               "COALESCE(\"organisation\", '') = $1",
                               &v, 1, &open, problem);
    if (e == OK && open >= OPEN_MAX)
        desk_refuse(no, DESK_LIMIT, "too-many-traces", "%d traces of yours are open", OPEN_MAX);
    return e;
}

/* The first hop: what our own records say, or the carrier that is named. */
static enum err begin_hops(const struct desk_work *w, struct trace *t,
                           const struct trace_opening *o, int64_t *seq, struct problem *problem)
{
    if (o->carrier.n > 0)
        return add_hop(w, t, o->carrier, NULL, seq, problem);
    struct trace_hop *h = &t->hop[t->hops++];
    *h = (struct trace_hop){.asked_at = w->at, .answered_at = w->at, .answer = *o->own};
    if (!str_copy(o->own_carrier, h->carrier, sizeof h->carrier))
        *h->carrier = '\0'; /* a name, and no id */
    enum err e = keep_answer(w, t, 0, h, seq, problem);
    return e == OK ? go_on(w, t, &o->reach, seq, problem) : e;
}

static enum err write_new(const struct desk_work *w, struct trace *t, const struct trace_opening *o,
                          struct value caller, struct value callee, int64_t *seq,
                          struct problem *problem)
{
    enum err e = begin_hops(w, t, o, seq, problem);
    if (e == OK)
        e = write_trace(w, t, caller, callee, seq, problem);
    if (e == OK)
        e = keep_number(w, str_of(t->id), "caller", o->caller, problem);
    return e == OK ? keep_number(w, str_of(t->id), "callee", o->callee, problem) : e;
}

static bool may(const struct desk_work *w, const struct trace_opening *o, struct desk_no *no)
{
    const unsigned roles = ROLE_MACHINE | ROLE_CARRIER | ROLE_AUTHORITY;
    if (w->who != NULL && (w->who->role & roles) == 0)
        return desk_refuse(no, DESK_DENIED, "not-a-tracer",
                           "carriers and authorities trace calls; report it instead");
    if (o->at > w->at || o->at < when_plus(w->at, -TRACE_AGE))
        return desk_refuse(no, DESK_WRONG, "time-out-of-range",
                           "records of calls are kept for 180 days; give a time within them");
    if (o->carrier.n > 0 && !o->reach.knows(o->reach.to, o->carrier))
        return desk_refuse(no, DESK_WRONG, "carrier-unknown",
                           "the configuration names no such carrier (carriers)");
    return true;
}

static enum err begin(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    const struct beginning *b = what;
    const struct trace_opening *o = b->o;
    char caller[KEYED], callee[KEYED];
    struct trace *t = calloc(1, sizeof *t);
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    const struct value from = hash_of(w, o->caller, caller), to = hash_of(w, o->callee, callee);
    const struct fact_origin origin = desk_origin(w);
    t->at = o->at;
    t->opened_at = w->at;
    snprintf(t->status, sizeof t->status, "open");
    snprintf(t->organisation, sizeof t->organisation, "%s",
             w->who != NULL ? w->who->organisation : "");
    enum err e = may(w, o, no) ? find_same(w, t, from, to, b->id, problem) : OK;
    if (e == OK && no->why == DESK_YES && *b->id == '\0') {
        fresh_id("trc", b->id);
        snprintf(t->id, sizeof t->id, "%s", b->id);
        if (!str_copy(origin.actor, t->by, sizeof t->by) ||
            !str_copy(o->report, t->report, sizeof t->report) ||
            !str_copy(o->case_id, t->case_id, sizeof t->case_id))
            e = problem_set(problem, ERR_LIMIT, "an id is too long");
        if (e == OK)
            e = count_open(w, t, no, problem);
        if (e == OK && no->why == DESK_YES)
            e = write_new(w, t, o, from, to, seq, problem);
    }
    free(t);
    return e;
}

enum err trace_open(const struct desk_work *w, const struct trace_opening *o,
                    char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                    struct problem *problem)
{
    struct beginning b = {o, id};
    *id = '\0';
    return desk_do(w, begin, &b, no, seq, problem);
}

/* Answer ------------------------------------------------------------------------------------ */

/* The trace locked, if its last hop is `n` and waits. */
static enum err wait_for(const struct desk_work *w, struct str id, int n, struct trace *t,
                         struct desk_no *no, struct problem *problem)
{
    const struct value key = value_text(id);
    const struct desk_work own = {.store = w->store};
    enum err e = store_run(w->store, "UPDATE traces SET \"status\" = \"status\" WHERE \"id\" = $1",
                           &key, 1, NULL, NULL, problem);
    if (e == OK)
        e = trace_read(&own, id, t, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    const enum hop_status last = t->hops > 0 ? t->hop[t->hops - 1].answer.status : HOP_UNKNOWN;
    if (strcmp(t->status, "open") != 0 || n != t->hops - 1 ||
        (last != HOP_ASKED && last != HOP_OVERDUE))
        desk_refuse(no, DESK_CONFLICT, "not-waiting", "the trace does not wait for that answer");
    return OK;
}

/* The call, as its carrier is asked of it: by when it rang where it was recorded last. */
static void question_of(const struct trace *t, struct hop_question *out)
{
    const int n = t->hops - 1;
    *out = (struct hop_question){.n = n, .at = t->at, .within = HOP_REPORTED};
    snprintf(out->trace, sizeof out->trace, "%s", t->id);
    if (n > 0) {
        out->at = t->hop[n - 1].answer.at;
        out->within = HOP_APART;
    }
}

static void judge(const struct trace *t, struct hop_answer *a)
{
    const char *path[HOPS];
    struct hop_question asked;
    question_of(t, &asked);
    for (int i = 0; i < t->hops; i++)
        path[i] = t->hop[i].carrier;
    const char *fault = hop_fault(&asked, a, path, (size_t)t->hops);
    if (fault == NULL)
        return;
    *a = (struct hop_answer){.status = HOP_REFUSED};
    snprintf(a->why, sizeof a->why, "%s", fault);
}

static enum err answer(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    const struct trace_said *s = what;
    char subject[HOP_ID];
    struct trace *t = calloc(1, sizeof *t);
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = wait_for(w, s->id, s->n, t, no, problem);
    if (e == OK && no->why == DESK_YES) {
        struct trace_hop *h = &t->hop[s->n];
        h->answer = *s->answer;
        h->answered_at = w->at;
        judge(t, &h->answer);
        e = clock_meet(w, clock_of(t->id, s->n, subject), TRACE_CLOCK, NULL, seq, problem);
        if (e == OK)
            e = keep_answer(w, t, s->n, h, seq, problem);
        if (e == OK)
            e = go_on(w, t, &s->reach, seq, problem);
        if (e == OK && strcmp(t->status, "open") != 0)
            e = close_trace(w, t, seq, problem);
    }
    free(t);
    return e;
}

enum err trace_answer(const struct desk_work *w, const struct trace_said *s, struct desk_no *no,
                      int64_t *seq, struct problem *problem)
{
    return desk_do(w, answer, (void *)s, no, seq, problem);
}

/* Ask --------------------------------------------------------------------------------------- */

/* Whoever moves the next time asks. False: somebody else does, or it is too early. */
static enum err claim(const struct desk_work *w, const struct trace *t, bool again, bool *mine,
                      struct problem *problem)
{
    const struct value hop[] = {value_text(str_of(t->id)), value_int(t->hops - 1)};
    int64_t tries = 0;
    *mine = false;
    enum err e = store_integer(
        w->store, "SELECT \"tries\" FROM trace_hops WHERE \"trace\" = $1 AND \"n\" = $2", hop, 2,
        &tries, problem);
    const when pause = FIRST_PAUSE << (tries < DOUBLINGS ? tries : DOUBLINGS);
    const struct value v[] = {hop[0], hop[1], value_int(tries), value_int(when_plus(w->at, pause)),
                              value_int(again ? WHEN_NEVER : w->at)};
    return e == OK ? store_any(w->store,
                               "UPDATE trace_hops SET \"tries\" = $3 + 1, \"next_at\" = $4 WHERE "
                               "\"trace\" = $1 AND \"n\" = $2 AND COALESCE(\"tries\", 0) = $3 AND "
                               "COALESCE(\"next_at\", 0) <= $5 "
                               "AND \"status\" IN ('asked', 'overdue') RETURNING \"n\"",
                               v, 5, mine, problem)
                   : e;
}

enum err trace_take(const struct desk_work *w, struct str id, bool again, struct hop_question *out,
                    char carrier[static HOP_ID], struct problem *problem)
{
    const struct desk_work own = {.store = w->store, .key = w->key};
    struct desk_no no;
    bool mine = false;
    struct trace *t = calloc(1, sizeof *t);
    *carrier = '\0';
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = trace_read(&own, id, t, &no, problem);
    if (e == OK && no.why == DESK_YES && strcmp(t->status, "open") == 0 && t->hops > 0)
        e = claim(w, t, again, &mine, problem);
    if (e == OK && mine) {
        question_of(t, out);
        memcpy(carrier, t->hop[t->hops - 1].carrier, HOP_ID);
        e = open_number(&own, id, "caller", &out->caller, problem);
        if (e == OK)
            e = open_number(&own, id, "callee", &out->callee, problem);
    }
    free(t);
    return e;
}

/* Time -------------------------------------------------------------------------------------- */

struct late {
    char id[HOP_ID];
    int n;
};

static bool take_late(void *to, const struct value *v, size_t count)
{
    struct late *l = to;
    (void)count;
    l->n = (int)v[1].i;
    return !str_copy(v[0].s, l->id, sizeof l->id);
}

static enum err mark(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                     struct problem *problem)
{
    const struct late *l = what;
    char subject[HOP_ID];
    struct trace *t = calloc(1, sizeof *t);
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = wait_for(w, str_of(l->id), l->n, t, no, problem);
    if (e == OK && no->why == DESK_YES) {
        struct trace_hop *h = &t->hop[l->n];
        h->answer.status = HOP_OVERDUE;
        if (w->at >= when_plus(h->asked_at, TRACE_GIVES_UP)) {
            end(w, t, "no-answer");
            e = clock_drop(w, clock_of(t->id, l->n, subject), TRACE_CLOCK, seq, problem);
            if (e == OK)
                e = close_trace(w, t, seq, problem);
        }
        if (e == OK)
            e = write_hop(w, t->id, l->n, h, seq, problem);
    }
    free(t);
    return e;
}

/* Numbers of traces whose calls are on no record any more. */
static enum err forget(const struct desk_work *w, struct problem *problem)
{
    const struct value v = value_int(when_plus(w->at, -TRACE_AGE));
    return store_run(w->store,
                     "DELETE FROM desk_texts WHERE \"owner\" IN (SELECT \"id\" FROM traces WHERE "
                     "\"closed_at\" <= $1)",
                     &v, 1, NULL, NULL, problem);
}

enum err trace_overdue(const struct desk_work *w, unsigned *ended, int64_t *seq,
                       struct problem *problem)
{
    const struct value v[] = {value_int(w->at), value_int(when_plus(w->at, -TRACE_GIVES_UP))};
    struct desk_no no;
    enum err e;
    *ended = 0;
    for (;;) {
        struct late l = {.n = -1};
        e = store_run(w->store,
                      "SELECT h.\"trace\", h.\"n\" FROM trace_hops h JOIN traces x ON x.\"id\" = "
                      "h.\"trace\" WHERE x.\"status\" = 'open' AND ((h.\"status\" = 'asked' AND "
                      "h.\"due\" <= $1) OR (h.\"status\" = 'overdue' AND h.\"asked_at\" <= $2)) "
                      "ORDER BY h.\"due\" LIMIT 1",
                      v, 2, take_late, &l, problem);
        if (e != OK || l.n < 0)
            return e == OK ? forget(w, problem) : e;
        int64_t last = 0;
        e = desk_do(w, mark, &l, &no, &last, problem);
        if (e != OK || no.why != DESK_YES) /* another node was first: at the next sweep */
            return e;
        *seq = last;
        ++*ended;
    }
}
