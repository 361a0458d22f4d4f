#include "sip/front.h"

#include "core/address.h"
#include "core/log.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    ECHO_INLINE = 1400,
    RESERVE = 64, /* questions beyond max_pending for emergency numbers */
    WARN_EVERY_MS = 60000,
};

static const int codes[SIP_CODES] = {200, 302, 400, 403, 404, 405, 416, 420, 480, 481, 483,
                                     486, 487, 488, 500, 503, 505, 600, 603, 604, 607, 608};

int sip_stats_code(size_t i)
{
    return i + 1 < SIP_CODES ? codes[i] : 0;
}

/* A question with the gate. Belongs to its lane, but for `answer` and `next` until it is in the
 * lane's queue. */
struct ask {
    struct ask *next;
    struct lane *lane;
    struct origin origin;
    struct asked asked;
    struct outcome outcome;
    uint64_t key;
    bool remembered; /* in the transaction cache */
    struct {
        struct question question;
        char line[ID_MAX], campaign[ID_MAX];
    } waiting; /* for the caller's proof; else not touched */
    size_t echo_n;
    char *echo_more; /* heap, for an echo over ECHO_INLINE */
    char echo[ECHO_INLINE];
};

struct counters {
    _Atomic uint64_t method[METHOD_OTHER + 1], answers[SIP_CODES];
    _Atomic uint64_t repeats, malformed, dropped, rate_limited, unasked, overload, unsent;
};

struct lane {
    struct front *front;
    int fd;
    _Atomic(struct ask *) finished; /* newest first */
    _Atomic unsigned waking;        /* threads inside `done` */
    _Atomic(const struct setup *) setup;
    int64_t now_ms;
    struct ask *free;
    _Atomic size_t pending;
    size_t limit;
    struct ledger_round round; /* asked on this lane, and not handed over yet */
    uint8_t *room;             /* ANSWER_ROOM bytes */
    struct counters count;
};

struct front {
    struct asking gate;
    struct identity *identity;
    struct sip_key key;
    struct transactions *transactions;
    struct limiter *limiter;
    _Atomic(const struct setup *) setup;
    struct setup *owned;
    _Atomic bool draining;
    _Atomic int64_t warned_ms;
    size_t lanes;
    struct lane lane[];
};

/* The lane whose thread this is: it need not be woken by its own answers. */
static _Thread_local struct lane *own_lane;

/* A counter is written by its lane's thread only. */
static void add(_Atomic uint64_t *n)
{
    atomic_store_explicit(n, atomic_load_explicit(n, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

static void count_answer(struct lane *l, int status)
{
    size_t i = 0;
    while (i + 1 < SIP_CODES && codes[i] != status)
        i++;
    add(&l->count.answers[i]);
}

void lane_count(struct lane *l, enum counter c)
{
    switch (c) {
    case COUNT_UNSENT:
        add(&l->count.unsent);
        break;
    case COUNT_DROPPED:
        add(&l->count.dropped);
        break;
    }
}

static bool lane_init(struct lane *l, struct front *f, const struct setup *setup, size_t limit)
{
    l->front = f;
    l->setup = setup;
    l->limit = limit;
    l->room = malloc(ANSWER_ROOM);
    l->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return l->room != NULL && l->fd >= 0;
}

enum err front_new(const struct front_options *o, struct setup *setup, struct front **out,
                   struct problem *problem)
{
    *out = NULL;
    if (o->lanes == 0)
        return problem_set(problem, ERR_INVALID, "sip: a front needs a lane");
    struct front *f = calloc(1, sizeof *f + o->lanes * sizeof *f->lane);
    if (f == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    f->gate = o->gate;
    f->identity = o->identity;
    f->key = o->key;
    f->warned_ms = -WARN_EVERY_MS;
    f->setup = setup;
    f->lanes = o->lanes;
    for (size_t i = 0; i < o->lanes; i++)
        f->lane[i].fd = -1;
    size_t limit = o->max_pending > 0 ? (size_t)o->max_pending / o->lanes + 1 : 0;
    enum err e = transactions_new(o->transactions, &f->transactions);
    if (e == OK)
        e = limiter_new(&f->limiter);
    for (size_t i = 0; e == OK && i < o->lanes; i++)
        if (!lane_init(&f->lane[i], f, setup, limit))
            e = ERR_MEMORY;
    if (e != OK) {
        front_free(f);
        return problem_set(problem, e, "sip: out of memory or file descriptors");
    }
    f->owned = setup;
    *out = f;
    return OK;
}

void front_free(struct front *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->lanes; i++) {
        struct lane *l = &f->lane[i];
        for (struct ask *a = l->free, *next; a != NULL; a = next) {
            next = a->next;
            free(a);
        }
        free(l->room);
        if (l->fd >= 0)
            close(l->fd);
    }
    transactions_free(f->transactions);
    limiter_free(f->limiter);
    setup_free(f->owned);
    free(f);
}

struct transactions *front_transactions(struct front *f)
{
    return f->transactions;
}

struct lane *front_lane(struct front *f, size_t index)
{
    return &f->lane[index];
}

int lane_fd(const struct lane *l)
{
    return l->fd;
}

static void wake(struct lane *l)
{
    uint64_t one = 1;
    /* A full counter means that the lane has been woken already. */
    if (write(l->fd, &one, sizeof one) < 0)
        return;
}

void front_wake(struct front *f)
{
    for (size_t i = 0; i < f->lanes; i++)
        wake(&f->lane[i]);
}

void lane_round(struct lane *l)
{
    uint64_t woken;
    own_lane = l;
    if (read(l->fd, &woken, sizeof woken) < 0)
        woken = 0;
    atomic_store(&l->setup, atomic_load(&l->front->setup));
    l->now_ms = clock_monotonic() / WHEN_MS;
}

static void nap(void)
{
    poll(NULL, 0, 1);
}

void front_reload(struct front *f, struct setup *setup)
{
    atomic_store(&f->setup, setup);
    front_wake(f);
    for (size_t i = 0; i < f->lanes; i++)
        while (atomic_load(&f->lane[i].setup) != setup)
            nap();
    setup_free(f->owned);
    f->owned = setup;
}

void front_drain(struct front *f)
{
    atomic_store(&f->draining, true);
    front_wake(f);
    for (size_t i = 0; i < f->lanes; i++)
        while (atomic_load(&f->lane[i].pending) > 0 || atomic_load(&f->lane[i].waking) > 0)
            nap();
}

/*
 * From the gate, on any thread. Once pushed, the ask may be gone at any moment;
 * `waking` keeps the lane there until its descriptor has been written to.
 */
static void done(void *to, const struct answer *answer)
{
    struct ask *a = to;
    struct lane *l = a->lane;
    a->outcome = (struct outcome){
        .cause = answer->record_error == OK ? OUTCOME_VERDICT : OUTCOME_UNRECORDED,
        .kind = (uint8_t)answer->verdict.kind,
        .check = (uint8_t)answer->verdict.check,
        .record = answer->record_error == OK ? answer->record : 0,
        .target = answer->record_error == OK ? answer->target : 0,
        .max_call_s = answer->record_error == OK ? answer->max_call_s : 0,
    };
    atomic_fetch_add(&l->waking, 1);
    struct ask *head = atomic_load_explicit(&l->finished, memory_order_relaxed);
    do {
        a->next = head;
    } while (!atomic_compare_exchange_weak(&l->finished, &head, a));
    if (head == NULL && own_lane != l)
        wake(l);
    atomic_fetch_sub(&l->waking, 1);
}

static struct ask *take_ask(struct lane *l)
{
    struct ask *a = l->free;
    if (a != NULL)
        l->free = a->next;
    else
        a = malloc(sizeof *a);
    if (a != NULL) {
        a->lane = l;
        a->echo_more = NULL;
        atomic_fetch_add(&l->pending, 1);
    }
    return a;
}

static void give_back(struct lane *l, struct ask *a)
{
    free(a->echo_more);
    a->next = l->free;
    l->free = a;
    atomic_fetch_sub(&l->pending, 1);
}

/* A request being handled. */
struct handling {
    struct lane *lane;
    struct front *front;
    const struct setup *setup;
    struct origin *origin; /* the answer goes there */
    struct in6_addr source;
    uint16_t source_port;
    const struct message *m;
    const struct peer_config *peer; /* NULL: not in the configuration */
    bool known;                     /* in the configuration or in the registry */
    struct buf *out;
    uint64_t branch, key; /* `key` of an INVITE only */
};

static void echo(const struct handling *h, struct buf *b)
{
    redirect_echo(b, h->m, &h->source, h->source_port, sip_key_tag(&h->front->key, h->branch));
}

static bool within_limit(const struct handling *h)
{
    return h->known || limiter_take(h->front->limiter, &h->source, h->lane->now_ms);
}

static bool may_answer(const struct handling *h)
{
    if (within_limit(h))
        return true;
    add(&h->lane->count.rate_limited);
    return false;
}

/* For whom may_answer has been asked; all others get `answer`. */
static void answer_now(const struct handling *h, int status, const char *defect, const char *more)
{
    struct buf b;
    buf_fixed(&b, h->lane->room, ANSWER_ROOM);
    echo(h, &b);
    redirect_plain(h->out, status, defect, buf_view(&b), str_of(more));
    count_answer(h->lane, status);
}

static void answer(const struct handling *h, int status, const char *defect, const char *more)
{
    if (may_answer(h))
        answer_now(h, status, defect, more);
}

static int respond_outcome(const struct front *f, struct buf *b, const struct setup *setup,
                           const struct asked *asked, const struct outcome *o, struct str echo)
{
    struct outcome in_log = *o;
    const char *ledger = f->gate.ledger(f->gate.to, &in_log.record);
    return redirect_outcome(b, setup, asked, &in_log, ledger, echo);
}

static void repeat(const struct handling *h, const struct asked *asked, const struct outcome *o)
{
    struct buf b;
    buf_fixed(&b, h->lane->room, ANSWER_ROOM);
    echo(h, &b);
    respond_outcome(h->front, h->out, h->setup, asked, o, buf_view(&b));
    add(&h->lane->count.repeats);
}

static void overload(const struct handling *h)
{
    add(&h->lane->count.overload);
    answer_now(h, 503, NULL, NULL);
}

/* Tell the operator, once a minute at most, what to do about it. */
static void warn_unknown(const struct handling *h)
{
    int64_t last = atomic_load(&h->front->warned_ms);
    if (h->lane->now_ms - last < WARN_EVERY_MS ||
        !atomic_compare_exchange_strong(&h->front->warned_ms, &last, h->lane->now_ms))
        return;
    char text[ADDRESS_TEXT];
    address_print(&h->source, text);
    log_warning(
        "sip: a request from %s was answered 403: that address is neither among "
        "sip.trusted_peers nor among the peers of a line; add it to one of them if it is yours",
        text);
}

/* An emergency call that the gate is not asked about: it rings all the same. */
static void ring_unasked(const struct handling *h, const struct asked *asked)
{
    static const struct outcome ring = {
        .cause = OUTCOME_UNRECORDED, .kind = VERDICT_ALLOW, .check = CHECK_CALLEE_EMERGENCY};
    struct buf b;
    buf_fixed(&b, h->lane->room, ANSWER_ROOM);
    echo(h, &b);
    count_answer(h->lane, respond_outcome(h->front, h->out, h->setup, asked, &ring, buf_view(&b)));
    add(&h->lane->count.unasked);
}

static bool keep_echo(const struct handling *h, struct ask *a)
{
    struct buf b;
    buf_fixed(&b, a->echo, sizeof a->echo);
    echo(h, &b);
    if (b.failed) {
        /* Long routes are rare, and bounded by the packet. */
        buf_fixed(&b, h->lane->room, ANSWER_ROOM);
        echo(h, &b);
        a->echo_more = malloc(b.n + 1);
        if (a->echo_more == NULL || b.failed)
            return false;
        memcpy(a->echo_more, b.p, b.n);
    }
    a->echo_n = b.n;
    return true;
}

/*
 * From the verifier, on its thread. The gate may answer, and the lane take the ask
 * for another call, before gate_ask returns: it is given a copy.
 */
static void proven(void *to, number caller, enum number_class class)
{
    struct ask *a = to;
    const struct front *f = a->lane->front;
    char line[ID_MAX], campaign[ID_MAX];
    struct question q = a->waiting.question;
    memcpy(line, a->waiting.line, sizeof line);
    memcpy(campaign, a->waiting.campaign, sizeof campaign);
    q.call.line = str_of(line);
    q.call.campaign = str_of(campaign);
    if (caller != 0) {
        q.call.caller = caller;
        q.call.caller_class = class;
        q.call.caller_authenticated = true;
    }
    f->gate.ask(f->gate.to, &q, done, a);
}

/* True: the question waits for what the Identity header proves. Emergency calls never do. */
static bool prove_first(const struct handling *h, const struct question *q, struct ask *a)
{
    struct passport_request request;
    if (h->front->identity == NULL || q->call.callee_class == NUMBER_EMERGENCY ||
        !str_copy(q->call.line, a->waiting.line, sizeof a->waiting.line) ||
        !str_copy(q->call.campaign, a->waiting.campaign, sizeof a->waiting.campaign))
        return false;
    a->waiting.question = *q;
    a->waiting.question.round = NULL; /* it is asked on another thread */
    enum passport_result header = dip_identity(h->setup, h->m, &q->call, &request);
    return identity_ask(h->front->identity, header, &request, proven, a);
}

static void ask_gate(const struct handling *h, const struct call *call, const struct asked *asked,
                     bool remembered)
{
    struct ask *a = take_ask(h->lane);
    if (a == NULL || !keep_echo(h, a)) {
        if (a != NULL)
            give_back(h->lane, a);
        if (remembered)
            transaction_forget(h->front->transactions, h->key);
        overload(h);
        return;
    }
    a->origin = *h->origin;
    a->asked = *asked;
    a->key = h->key;
    a->remembered = remembered;
    struct question q = {.call = *call, .transaction = h->key, .round = &h->lane->round};
    if (h->m->seen[HEADER_IDENTITY] == 0 || !prove_first(h, &q, a))
        h->front->gate.ask(h->front->gate.to, &q, done, a);
}

/* May this peer learn who is behind a relay number? Its configuration says so, else the registry.
 */
static bool is_told(const struct handling *h)
{
    const struct peer_config *p = h->peer;
    const struct asking *gate = &h->front->gate;
    if (p == NULL || !p->trusted)
        return false;
    return p->relay_stated ? p->relay : gate->tells(gate->to, &h->source, str_of(p->line));
}

static void handle_question(const struct handling *h)
{
    struct lane *l = h->lane;
    struct call call;
    struct asked asked;
    struct outcome outcome;
    const char *defect = NULL;
    int status = dip_read(h->setup, h->m, h->peer, &h->source, is_told(h), &call, &asked, &defect);
    if (status != 0) {
        add(&l->count.malformed);
        answer(h, status, status == 400 ? defect : NULL, NULL);
        return;
    }
    call.at = clock_now(h->front->gate.clock);
    bool emergency = call.callee_class == NUMBER_EMERGENCY;
    /* A stranger is refused without a record, or anybody could fill the ledger. */
    if (!h->known && !emergency) {
        if (!may_answer(h))
            return;
        warn_unknown(h);
        answer_now(h, 403, NULL, NULL);
        return;
    }
    if (!h->known && !within_limit(h)) {
        ring_unasked(h, &asked);
        return;
    }
    size_t limit = l->limit + (emergency ? RESERVE : 0);
    bool room = atomic_load(&l->pending) < limit && !atomic_load(&h->front->draining);
    enum transaction_state state =
        transaction_begin(h->front->transactions, h->key, h->branch, l->now_ms, &outcome);
    switch (state) {
    case TRANSACTION_PENDING:
        add(&l->count.repeats);
        return;
    case TRANSACTION_FINAL:
        repeat(h, &asked, &outcome);
        return;
    case TRANSACTION_NEW:
        if (!room) {
            transaction_forget(h->front->transactions, h->key);
            overload(h);
            return;
        }
        break;
    case TRANSACTION_FULL:
        /* An emergency call rings even if its repeats will not be known. */
        if (!emergency || !room) {
            overload(h);
            return;
        }
        break;
    }
    ask_gate(h, &call, &asked, state == TRANSACTION_NEW);
}

/*
 * Extensions that a redirect fulfils by doing nothing: they concern provisional
 * answers and sessions, of which there are none here.
 */
static bool is_supported(struct str tag)
{
    static const struct str tags[] = {
        {"100rel", 6}, {"timer", 5}, {"precondition", 12}, {"histinfo", 8}};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (str_ieq(tags[i], tag))
            return true;
    return tag.n == 0;
}

/* False: answered 420. */
static bool check_require(const struct handling *h)
{
    char line[600];
    struct buf b;
    const struct header *header = NULL;
    size_t unknown = 0;
    buf_fixed(&b, line, sizeof line - 3);
    buf_str(&b, STR("Unsupported: "));
    while ((header = message_next(h->m, HEADER_REQUIRE, header)) != NULL) {
        struct str rest = header->value, tag;
        while (value_next(&rest, &tag)) {
            if (is_supported(tag))
                continue;
            if (tag.n <= 64 && memchr(tag.p, '\n', tag.n) == NULL)
                buf_printf(&b, "%s%.*s", unknown > 0 ? ", " : "", STR_ARG(tag));
            unknown++;
        }
    }
    if (unknown == 0)
        return true;
    memcpy(line + b.n, "\r\n", 3);
    answer(h, 420, NULL, line);
    return false;
}

/* Such a call rings whatever else is wrong with the request. */
static bool to_emergency(const struct handling *h)
{
    struct call call;
    struct asked asked;
    const char *defect;
    return h->m->method == METHOD_INVITE &&
           dip_read(h->setup, h->m, h->peer, &h->source, false, &call, &asked, &defect) == 0 &&
           call.callee_class == NUMBER_EMERGENCY;
}

static void handle_invite(const struct handling *h)
{
    struct name_addr to;
    const struct header *header = message_first(h->m, HEADER_TO);
    if (h->m->hops == 0) {
        answer(h, 483, NULL, NULL);
    } else if (header != NULL && name_addr_parse(header->value, &to) &&
               param_find(to.params, STR("tag"), NULL)) {
        /* There are no dialogs here for a re-INVITE to belong to. */
        answer(h, 481, NULL, NULL);
    } else if (h->m->seen[HEADER_REQUIRE] == 0 || to_emergency(h) || check_require(h)) {
        handle_question(h);
    }
}

static void handle_cancel(const struct handling *h)
{
    if (!may_answer(h))
        return;
    switch (transaction_cancel(h->front->transactions, h->branch, h->lane->now_ms)) {
    case TRANSACTION_PENDING: /* 487 goes out when the gate has answered */
    case TRANSACTION_FINAL:
        answer_now(h, 200, NULL, NULL);
        return;
    case TRANSACTION_NEW:
    case TRANSACTION_FULL:
        answer_now(h, 481, NULL, NULL);
        return;
    }
}

static void handle_request(const struct handling *h)
{
    add(&h->lane->count.method[h->m->method]);
    switch (h->m->method) {
    case METHOD_INVITE:
        handle_invite(h);
        break;
    case METHOD_ACK:
        break;
    case METHOD_CANCEL:
        handle_cancel(h);
        break;
    case METHOD_OPTIONS:
        if (check_require(h))
            answer(h, 200, NULL,
                   "Allow: INVITE, ACK, CANCEL, OPTIONS\r\nAccept: application/sdp\r\n");
        break;
    case METHOD_OTHER:
        answer(h, 405, NULL, "Allow: INVITE, ACK, CANCEL, OPTIONS\r\n");
        break;
    }
}

/*
 * An address that is not in the configuration may still be the trunk of a
 * registered line; the gate knows.
 */
bool lane_knows(struct lane *l, const struct in6_addr *address)
{
    const struct setup *setup = atomic_load_explicit(&l->setup, memory_order_relaxed);
    return config_peer(setup->config, address) != NULL ||
           l->front->gate.knows(l->front->gate.to, address);
}

bool front_receive(struct lane *l, struct origin *origin, struct str packet, struct buf *out)
{
    struct message m;
    struct handling h = {.lane = l,
                         .front = l->front,
                         .setup = atomic_load_explicit(&l->setup, memory_order_relaxed),
                         .origin = origin,
                         .source = origin->address,
                         .source_port = origin->port,
                         .m = &m,
                         .out = out};
    enum message_kind kind = message_parse(packet, origin->stream, &m);
    if (kind == MESSAGE_NONE || kind == MESSAGE_RESPONSE) {
        add(&l->count.dropped);
        return kind == MESSAGE_RESPONSE;
    }
    h.peer = config_peer(h.setup->config, &h.source);
    h.known = h.peer != NULL || l->front->gate.knows(l->front->gate.to, &h.source);
    h.branch = sip_key_branch(&l->front->key, &m, &h.source);
    if (m.method == METHOD_INVITE)
        h.key = sip_key_transaction(&l->front->key, h.branch, packet);
    if (!origin->stream && !m.via.rport)
        origin->port = m.via.port == 0 ? 5060 : m.via.port;
    if (kind == MESSAGE_REQUEST) {
        handle_request(&h);
        return true;
    }
    add(&l->count.malformed);
    if (to_emergency(&h))
        handle_question(&h);
    else if (m.method != METHOD_ACK)
        answer(&h, m.status, m.defect, NULL);
    return false;
}

static void finish_one(struct lane *l, struct ask *a, front_send *send, void *to)
{
    struct buf b;
    const struct setup *setup = atomic_load_explicit(&l->setup, memory_order_relaxed);
    struct str kept = {.p = a->echo_more != NULL ? a->echo_more : a->echo, .n = a->echo_n};
    if (a->remembered)
        transaction_answer(l->front->transactions, a->key, l->now_ms, &a->outcome);
    buf_fixed(&b, l->room, ANSWER_ROOM);
    count_answer(l, respond_outcome(l->front, &b, setup, &a->asked, &a->outcome, kept));
    send(to, &a->origin, buf_view(&b));
}

void front_finish(struct lane *l, front_send *send, void *to)
{
    l->front->gate.submit(l->front->gate.to, &l->round);
    struct ask *newest = atomic_exchange(&l->finished, NULL), *oldest = NULL, *next;
    for (; newest != NULL; newest = next) {
        next = newest->next;
        newest->next = oldest;
        oldest = newest;
    }
    for (struct ask *a = oldest; a != NULL; a = next) {
        next = a->next;
        finish_one(l, a, send, to);
        give_back(l, a);
    }
}

void front_stats(struct front *f, struct sip_stats *out)
{
    for (size_t i = 0; i < f->lanes; i++) {
        struct lane *l = &f->lane[i];
        struct counters *c = &l->count;
        out->invites += c->method[METHOD_INVITE];
        out->acks += c->method[METHOD_ACK];
        out->cancels += c->method[METHOD_CANCEL];
        out->options += c->method[METHOD_OPTIONS];
        out->others += c->method[METHOD_OTHER];
        for (size_t k = 0; k < SIP_CODES; k++)
            out->answers[k] += c->answers[k];
        out->repeats += c->repeats;
        out->malformed += c->malformed;
        out->dropped += c->dropped;
        out->rate_limited += c->rate_limited;
        out->unasked += c->unasked;
        out->overload += c->overload;
        out->unsent += c->unsent;
        out->pending += l->pending;
    }
    out->transactions += transactions_count(f->transactions);
    if (f->identity != NULL)
        identity_count(f->identity, out->identities);
}
