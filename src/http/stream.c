#include "http/stream.h"
#include "core/log.h"
#include "desk/complaint.h"
#include "http/guests.h"
#include "http/me.h"
#include "http/route.h"
#include "http/server_inner.h"
#include "http/session_worker.h"
#include "http/verdicts.h"
#include "registry/session.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TICK_S = 1,
    EVENT_TEXT = 512,
    READ_AHEAD = 4096, /* of what a client says while it should listen */
    KINDS = VERDICT_ALLOW + 1,
    TALLIES = 512, /* lines that ring within a minute; those that are more are told at the next
                    * look at the statistics */
};

/* Seats ---------------------------------------------------------------------------------------- */

struct seat {
    bool taken;
    uint8_t whose[SECRET_HASH];
};

struct seats {
    pthread_mutex_t lock;
    struct seat at[STREAMS];
};

enum err seats_open(struct seats **out)
{
    struct seats *s = *out = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    pthread_mutex_init(&s->lock, NULL);
    return OK;
}

void seats_close(struct seats *s)
{
    if (s == NULL)
        return;
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ERR_FULL: the server has no more. ERR_LIMIT: whoever this is has as many as one may. */
static enum err take_seat(struct seats *s, const uint8_t whose[static SECRET_HASH], size_t *out)
{
    size_t own = 0, free_one = STREAMS;
    pthread_mutex_lock(&s->lock);
    for (size_t i = STREAMS; i-- > 0;) {
        if (!s->at[i].taken)
            free_one = i;
        else
            own += memcmp(s->at[i].whose, whose, SECRET_HASH) == 0;
    }
    const enum err e = own >= STREAMS_OF_ONE ? ERR_LIMIT : free_one == STREAMS ? ERR_FULL : OK;
    if (e == OK) {
        s->at[free_one].taken = true;
        memcpy(s->at[free_one].whose, whose, SECRET_HASH);
        *out = free_one;
    }
    pthread_mutex_unlock(&s->lock);
    return e;
}

static void leave_seat(struct seats *s, size_t seat)
{
    pthread_mutex_lock(&s->lock);
    s->at[seat].taken = false;
    pthread_mutex_unlock(&s->lock);
}

/* Streams -------------------------------------------------------------------------------------- */

struct stream {
    struct streams *of;
    struct stream *next;
    struct evhttp_request *ev; /* NULL: it has ended, and goes with the next tick */
    struct live_reader *reader;
    char secret[TOKEN_TEXT]; /* of the session, or the token */
    bool token;
    size_t seat;
    int64_t at; /* told up to this number */
    unsigned moved;
    bool screens; /* reads counts of verdicts, of what `sight` reaches */
    struct verdict_sight sight;
    when minute; /* of which it was told … */
    int64_t counts[KINDS];
    int64_t said_s, checked_s; /* monotonic */
};

/* Calls of one line in the minute that runs. */
struct tally {
    char line[ID_MAX];
    int64_t calls[KINDS];
};

struct streams {
    struct loop *loop;
    struct event *tick;
    struct stream *first;
    when minute;
    size_t count;
    struct tally tally[TALLIES];
};

static int64_t now_s(void)
{
    return clock_monotonic() / WHEN_SECOND;
}

static void forget(struct stream *s)
{
    leave_seat(s->of->loop->server->seats, s->seat);
    sodium_memzero(s->secret, sizeof s->secret);
    verdict_sight_free(&s->sight);
    free(s->reader);
    s->reader = NULL;
    s->ev = NULL;
}

/* The connection ends. evhttp then frees a request that it still has; else it is ours. */
static void on_close(struct evhttp_connection *connection, void *to)
{
    struct stream *s = to;
    struct evhttp_request *ev = s->ev;
    (void)connection;
    if (ev == NULL)
        return;
    forget(s);
    if (evhttp_request_get_connection(ev) == NULL)
        evhttp_request_free(ev);
}

/* In good order: whoever listens comes again. */
static void end(struct stream *s)
{
    struct evhttp_request *ev = s->ev;
    if (ev == NULL)
        return;
    struct evhttp_connection *connection = evhttp_request_get_connection(ev);
    if (connection != NULL)
        evhttp_connection_set_closecb(connection, NULL, NULL);
    forget(s);
    evhttp_send_reply_end(ev);
}

static struct bufferevent *connection_of(const struct stream *s)
{
    struct evhttp_connection *c = s->ev != NULL ? evhttp_request_get_connection(s->ev) : NULL;
    return c != NULL ? evhttp_connection_get_bufferevent(c) : NULL;
}

static size_t waiting(const struct stream *s)
{
    struct bufferevent *bev = connection_of(s);
    return bev != NULL ? evbuffer_get_length(bufferevent_get_output(bev)) : 0;
}

static void say(struct stream *s, const char *format, ...) PRINTF(2, 3);

static void say(struct stream *s, const char *format, ...)
{
    va_list args;
    struct evbuffer *text = s->ev != NULL ? evbuffer_new() : NULL;
    if (text == NULL)
        return;
    va_start(args, format);
    const bool written = evbuffer_add_vprintf(text, format, args) >= 0;
    va_end(args);
    if (written) {
        evhttp_send_reply_chunk(s->ev, text);
        s->said_s = now_s();
    }
    evbuffer_free(text);
}

static void say_change(struct stream *s, const struct live_event *e)
{
    /* Words and ids, neither of which has a character that JSON escapes. */
    say(s, "id: %lld\nevent: change\ndata: {\"seq\":%lld,\"kind\":\"%s\"%s%s%s}\n\n",
        (long long)e->seq, (long long)e->seq, e->kind, *e->subject != '\0' ? ",\"subject\":\"" : "",
        e->subject, *e->subject != '\0' ? "\"" : "");
}

static void say_clock(struct stream *s)
{
    char text[WHEN_TEXT];
    when now;
    const unsigned moved = live_moved(s->of->loop->server->live, &now);
    if (moved == s->moved)
        return;
    s->moved = moved;
    when_format(now, rules_offset_minutes(gate_rules(s->of->loop->server->options.gate)), text);
    say(s, "event: clock\ndata: {\"now\":\"%s\"}\n\n", text);
}

/* What is new to it, as far as it takes it. */
static void tell(struct stream *s)
{
    struct live_event e;
    enum live_next next = LIVE_CHANGE;
    while (s->ev != NULL && next != LIVE_NONE && waiting(s) < STREAM_AHEAD) {
        next = live_next(s->of->loop->server->live, s->reader, &s->at, &e);
        if (next == LIVE_CHANGE)
            say_change(s, &e);
        else if (next == LIVE_LOST)
            say(s, "id: %lld\nevent: reset\ndata: {\"seq\":%lld}\n\n", (long long)s->at,
                (long long)s->at);
    }
    if (s->ev != NULL)
        say_clock(s);
}

/* Verdicts of the minute that runs, read once for all who listen to them. */

static bool add_tally(void *to, const struct verdict_count *c)
{
    struct streams *all = to;
    size_t i = 0;
    while (i < all->count && !str_eq(c->line, str_of(all->tally[i].line)))
        i++;
    if (i == all->count) {
        if (i == TALLIES || !str_copy(c->line, all->tally[i].line, ID_MAX))
            return true;
        memset(all->tally[i].calls, 0, sizeof all->tally[i].calls);
        all->count++;
    }
    all->tally[i].calls[c->kind] += c->calls;
    return true;
}

static void read_tallies(struct streams *all)
{
    struct gate *gate = all->loop->server->options.gate;
    const when now = clock_now(gate_clock(gate));
    bool wanted = false;
    for (const struct stream *s = all->first; s != NULL; s = s->next)
        wanted |= s->screens;
    all->minute = now - now % WHEN_MINUTE;
    all->count = 0;
    const struct verdict_wanted w = {
        .step = VERDICT_MINUTE, .from = all->minute, .until = all->minute + WHEN_MINUTE};
    if (wanted && verdict_index_read(gate_verdicts(gate), &w, add_tally, all, NULL) != OK)
        all->count = 0;
}

static void say_stats(struct stream *s)
{
    const struct streams *all = s->of;
    int64_t calls[KINDS] = {0};
    char text[WHEN_TEXT];
    for (size_t i = 0; i < all->count; i++) {
        const struct tally *t = &all->tally[i];
        const bool sums = strcmp(t->line, VERDICT_ALL) == 0;
        for (int k = 0;
             (s->sight.all ? sums : !sums && verdict_sight_has(&s->sight, t->line)) && k < KINDS;
             k++)
            calls[k] += t->calls[k];
    }
    if (s->minute == all->minute && memcmp(calls, s->counts, sizeof calls) == 0)
        return;
    s->minute = all->minute;
    memcpy(s->counts, calls, sizeof calls);
    when_format(all->minute, rules_offset_minutes(gate_rules(all->loop->server->options.gate)),
                text);
    say(s,
        "event: stats\ndata: {\"minute\":\"%s\",\"allow\":%lld,\"remind\":%lld,\"warn\":%lld,"
        "\"block\":%lld}\n\n",
        text, (long long)calls[VERDICT_ALLOW], (long long)calls[VERDICT_REMIND],
        (long long)calls[VERDICT_WARN], (long long)calls[VERDICT_BLOCK]);
}

/* Who listens ---------------------------------------------------------------------------------- */

static bool add_own(struct live_reader *r, struct str id)
{
    if (r->count == LIVE_OWN)
        return false;
    r->count += str_copy(id, r->own[r->count], SUBJECT_ID);
    return true;
}

static bool add_row(void *to, const struct value *c, size_t count)
{
    (void)count;
    return add_own(to, c[0].s);
}

static bool add_complaint(void *to, const struct value *row)
{
    return add_own(to, fact_text(&row[COMPLAINT_KEY]));
}

/* Of its legal entity. */
static enum err add_organisations(const struct hands *h, const char *organisation,
                                  struct live_reader *r, struct problem *problem)
{
    const struct value v = value_text(str_of(organisation));
    return store_run(h->store,
                     "SELECT a.\"id\" FROM organisations a, organisations b WHERE b.\"id\" = $1 "
                     "AND COALESCE(a.\"legal_entity\", a.\"id\") = "
                     "COALESCE(b.\"legal_entity\", b.\"id\")",
                     &v, 1, add_row, r, problem);
}

static enum err add_person(const struct hands *h, const struct subject *subject, when now,
                           struct live_reader *r, struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    const struct self_sources from = me_sources(h);
    struct self *self = malloc(sizeof *self);
    enum err e = self != NULL ? self_read(&from, subject, now, self, problem) : ERR_MEMORY;
    for (size_t i = 0; e == OK && i < self->count; i++)
        add_own(r, str_of(self->id[i]));
    if (e == OK && self->number != 0) {
        r->number = self->number;
        link_of(gate_link(h->gate), self->number, link);
        e = complaint_hers(h->store, link, self->since, add_complaint, r, problem);
    }
    free(self);
    return e;
}

struct live_reader *stream_reader(const struct hands *h, const struct subject *subject, when now,
                                  enum err *e, struct problem *problem)
{
    struct live_reader *r = calloc(1, sizeof *r);
    *e = r != NULL ? OK : ERR_MEMORY;
    if (r == NULL)
        return NULL;
    r->role = subject->role;
    r->scopes = subject->scopes;
    if (subject->role == ROLE_PERSON)
        *e = add_person(h, subject, now, r, problem);
    else if (subject->organisation[0] != '\0')
        *e = add_organisations(h, subject->organisation, r, problem);
    if (*e == OK)
        return r;
    free(r);
    return NULL;
}

/* Whose verdicts it is told of: as at their route. */
static bool find_sight(struct stream *s, const struct hands *h, const struct subject *subject)
{
    char allow[ALLOW_TEXT];
    struct str param;
    struct verdict_sight sight = {.all = false};
    const struct route *route = route_find(STR("GET"), STR("/v1/verdicts/stats"), &param, allow);
    s->screens = route != NULL && (route->roles & subject->role) != 0 &&
                 (route->scope & subject->scopes) == route->scope;
    if (s->screens && verdict_sight_read(subject, h, &sight, NULL) != OK) {
        verdict_sight_free(&sight);
        return false;
    }
    verdict_sight_free(&s->sight);
    s->sight = sight;
    return true;
}

/* Is it still she, and what is hers by now? False: it ends. */
static bool look_again(struct stream *s)
{
    struct loop *l = s->of->loop;
    const struct hands h = {.store = l->store, .gate = l->server->options.gate};
    const when now = clock_now(gate_clock(h.gate));
    struct problem problem = {.text = ""};
    struct subject subject;
    bool stale;
    enum err e = s->token ? token_find(h.store, str_of(s->secret), now, &subject, &problem)
                          : session_find(h.store, session_worker_key(l->server->session_worker),
                                         str_of(s->secret), now, &subject, &stale, &problem);
    if (e != OK || subject.role != s->reader->role || subject.scopes != s->reader->scopes)
        return false;
    struct live_reader *reader = stream_reader(&h, &subject, now, &e, &problem);
    if (reader == NULL)
        return false;
    free(s->reader);
    s->reader = reader;
    return find_sight(s, &h, &subject);
}

/* Time ----------------------------------------------------------------------------------------- */

static void tend(struct stream *s)
{
    const int64_t now = now_s();
    if (now - s->checked_s >= STREAM_CHECK_S) {
        s->checked_s = now;
        if (!look_again(s)) {
            end(s);
            return;
        }
    }
    tell(s);
    if (s->ev != NULL && s->screens && waiting(s) < STREAM_AHEAD)
        say_stats(s);
    if (s->ev != NULL && now - s->said_s >= STREAM_BEAT_S)
        say(s, ":\nid: %lld\n\n", (long long)s->at);
    /* Else its guest's time runs out. */
    if (s->ev != NULL && waiting(s) == 0)
        guests_wait(s->of->loop->guests, s->ev);
}

/* Those that have ended. */
static void sweep(struct streams *all)
{
    struct stream **at = &all->first;
    while (*at != NULL) {
        struct stream *s = *at;
        if (s->ev != NULL) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        free(s);
    }
}

static void on_tick(evutil_socket_t none, short what, void *to)
{
    struct streams *all = to;
    (void)none;
    (void)what;
    read_tallies(all);
    for (struct stream *s = all->first; s != NULL; s = s->next)
        if (s->ev != NULL)
            tend(s);
    sweep(all);
    if (all->first != NULL && event_add(all->tick, &(struct timeval){.tv_sec = TICK_S}) != 0)
        log_error("http: no timer for events");
}

void streams_wake(struct streams *all)
{
    for (struct stream *s = all->first; s != NULL; s = s->next)
        if (s->ev != NULL)
            tell(s);
}

enum err streams_open(struct loop *loop, struct streams **out)
{
    struct streams *all = *out = calloc(1, sizeof *all);
    if (all == NULL)
        return ERR_MEMORY;
    all->loop = loop;
    all->tick = event_new(loop->base, -1, 0, on_tick, all);
    return all->tick != NULL ? OK : ERR_MEMORY;
}

void streams_end(struct streams *all)
{
    for (struct stream *s = all->first; s != NULL; s = s->next)
        end(s);
    sweep(all);
}

void streams_close(struct streams *all)
{
    if (all == NULL)
        return;
    sweep(all);
    if (all->tick != NULL)
        event_free(all->tick);
    free(all);
}

/* Beginning ------------------------------------------------------------------------------------ */

static void refuse(struct request *r, enum err e)
{
    respond_header(r, "Retry-After", "30");
    if (e == ERR_LIMIT)
        respond_problem(r, 429, "too-many-streams",
                        "this session or token listens already as often as one may", NULL);
    else
        respond_problem(r, 503, "busy", "too many listen; try again", NULL);
}

/* Nothing more is asked on this connection, and it may be silent. */
static void prepare(struct stream *s)
{
    struct bufferevent *bev = connection_of(s);
    if (bev == NULL)
        return;
    evhttp_connection_set_closecb(evhttp_request_get_connection(s->ev), on_close, s);
    if (bufferevent_set_timeouts(bev, NULL, NULL) != 0)
        log_warning("http: a stream of events will end after some time of silence");
    bufferevent_setwatermark(bev, EV_READ, 0, READ_AHEAD);
}

static void keep_secret(const struct request *r, struct stream *s)
{
    s->token = r->session[0] == '\0';
    const struct str header = request_header(r, "Authorization");
    const struct str secret =
        s->token ? str_trim(str_skip(header, header.n < 7 ? header.n : 7)) : str_of(r->session);
    if (!str_copy(secret, s->secret, sizeof s->secret))
        s->secret[0] = '\0'; /* who has none is not found again */
}

void stream_begin(struct request *r, struct live_reader *reader, int64_t at)
{
    struct streams *all = r->loop->streams;
    uint8_t whose[SECRET_HASH];
    struct stream *s = calloc(1, sizeof *s);
    enum err e = s != NULL ? OK : ERR_FULL;
    const struct hands h = request_hands(r);
    when now;
    if (e == OK && !find_sight(s, &h, &r->subject))
        e = ERR_FULL;
    if (e == OK) {
        keep_secret(r, s);
        e = secret_hash(str_of(s->secret), whose);
    }
    if (e == OK)
        e = take_seat(r->loop->server->seats, whose, &s->seat);
    if (e != OK) {
        if (s != NULL)
            sodium_memzero(s->secret, sizeof s->secret);
        if (s != NULL)
            verdict_sight_free(&s->sight);
        free(s);
        free(reader);
        refuse(r, e);
        return;
    }
    s->of = all;
    s->reader = reader;
    s->at = at < 0 ? live_newest(r->loop->server->live) : at;
    s->moved = live_moved(r->loop->server->live, &now);
    s->checked_s = now_s();
    s->next = all->first;
    all->first = s;
    s->ev = respond_begin(r, "text/event-stream");
    prepare(s);
    say(s, "retry: 3000\nid: %lld\n\n", (long long)s->at);
    tell(s);
    if (!event_pending(all->tick, EV_TIMEOUT, NULL) &&
        event_add(all->tick, &(struct timeval){.tv_sec = TICK_S}) != 0)
        log_error("http: no timer for events");
}
