#include "sip/listen.h"

#include "core/log.h"
#include "core/tls.h"
#include "sip/events.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 1024,
    STRANGERS_MAX = 64,      /* of them, for addresses that are no peers */
    STRANGER_MAX = 8,        /* of those, for one address */
    UNSENT_MAX = 256 * 1024, /* bytes that a peer may leave untaken */
};

static const struct patience usual = {.idle = 900000, .stranger = 30000, .unfinished = 32000};

/*
 * A connection sits in a slot; its id is slot and generation, so that an answer
 * that comes after the connection has closed finds nobody, and nobody else.
 */
struct connection {
    struct stream *stream;
    struct bufferevent *bev; /* NULL: the slot is free */
    struct event *deadline;  /* which no byte puts off */
    struct in6_addr address;
    uint16_t port;
    uint64_t generation;
    size_t searched;
    bool stranger;
};

struct stream {
    struct event_base *base;
    struct evconnlistener *tcp, *tls;
    struct event *woken;
    struct lane *lane;
    struct front *front;
    pthread_t thread;
    bool running;
    _Atomic bool stopping;
    _Atomic size_t open;
    struct patience patience;
    struct tls *certificate; /* NULL: TCP only */
    uint8_t *out;
    struct connection slot[CONNECTIONS_MAX];
};

static void shut(struct connection *c)
{
    bufferevent_free(c->bev);
    event_free(c->deadline);
    c->bev = NULL;
    c->generation++;
    atomic_fetch_sub(&c->stream->open, 1);
}

static uint64_t id_of(const struct connection *c)
{
    return c->generation * CONNECTIONS_MAX + (uint64_t)(c - c->stream->slot);
}

static bool put(struct connection *c, struct str text)
{
    struct evbuffer *output = bufferevent_get_output(c->bev);
    return evbuffer_get_length(output) + text.n <= UNSENT_MAX &&
           bufferevent_write(c->bev, text.p, text.n) == 0;
}

static void send_finished(void *to, const struct origin *origin, struct str text)
{
    struct stream *s = to;
    struct connection *c = &s->slot[origin->connection % CONNECTIONS_MAX];
    if (c->bev == NULL || id_of(c) != origin->connection) {
        lane_count(s->lane, COUNT_UNSENT);
    } else if (!put(c, text)) {
        lane_count(s->lane, COUNT_UNSENT);
        shut(c);
    }
}

static struct timeval span(int ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static void end_within(struct connection *c, int ms)
{
    struct timeval t = span(ms);
    if (evtimer_add(c->deadline, &t) != 0)
        log_warning("sip: a connection has no deadline, for want of memory");
}

/* After input. The idle time is put off by any byte, the deadline by a whole message only. */
static void set_patience(struct connection *c, bool whole)
{
    bool begun = evbuffer_get_length(bufferevent_get_input(c->bev)) > 0;
    if (c->stranger) {
        if (whole)
            end_within(c, c->stream->patience.stranger);
    } else if (!begun) {
        evtimer_del(c->deadline);
    } else if (whole || !evtimer_pending(c->deadline, NULL)) {
        end_within(c, c->stream->patience.unfinished);
    }
}

/*
 * RFC 5626 §3.5.1: two empty lines are a ping, one is the answer. Other empty lines
 * in front of a message are passed over. True: something was taken.
 */
static bool keep_alive(struct connection *c, struct evbuffer *input)
{
    char bytes[4];
    ev_ssize_t n = evbuffer_copyout(input, bytes, sizeof bytes);
    if (n < 3 || memcmp(bytes, "\r\n", 2) != 0 || (n == 3 && bytes[2] == '\r'))
        return false;
    bool ping = n == 4 && memcmp(bytes, "\r\n\r\n", 4) == 0;
    evbuffer_drain(input, ping ? 4 : 2);
    c->searched = 0;
    if (ping)
        put(c, STR("\r\n"));
    return true;
}

/* False: the connection is to be closed. */
static bool take_message(struct connection *c, struct evbuffer *input, bool *more)
{
    struct stream *s = c->stream;
    size_t n = evbuffer_get_length(input), length;
    *more = false;
    n = n > MESSAGE_MAX ? MESSAGE_MAX : n;
    struct str bytes = {.p = (const char *)evbuffer_pullup(input, (ev_ssize_t)n), .n = n};
    if (bytes.p == NULL)
        return false;
    enum frame frame = message_frame(bytes, &c->searched, &length);
    if (frame == FRAME_MORE)
        return n < MESSAGE_MAX;
    struct buf out;
    struct origin origin = {
        .address = c->address, .port = c->port, .stream = true, .connection = id_of(c)};
    buf_fixed(&out, s->out, ANSWER_ROOM);
    bool keep = front_receive(s->lane, &origin, (struct str){bytes.p, length}, &out);
    evbuffer_drain(input, length);
    c->searched = 0;
    if (out.failed)
        lane_count(s->lane, COUNT_DROPPED);
    else if (out.n > 0 && !put(c, buf_view(&out)))
        return false;
    *more = true;
    return keep && frame == FRAME_WHOLE;
}

/* Close once the peer has taken what is left to be sent. */
static void flushed(struct bufferevent *bev, void *to)
{
    (void)bev;
    shut(to);
}

static void event_of(struct bufferevent *bev, short what, void *to)
{
    (void)bev;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
        shut(to);
}

static void overdue(evutil_socket_t fd, short what, void *to)
{
    (void)fd;
    (void)what;
    shut(to);
}

static void close_gently(struct connection *c)
{
    if (evbuffer_get_length(bufferevent_get_output(c->bev)) == 0) {
        shut(c);
        return;
    }
    bufferevent_disable(c->bev, EV_READ);
    end_within(c, c->stream->patience.unfinished);
    bufferevent_setcb(c->bev, NULL, flushed, event_of, c);
}

static void readable(struct bufferevent *bev, void *to)
{
    struct connection *c = to;
    struct evbuffer *input = bufferevent_get_input(bev);
    bool more = true, keep = true, whole = false;
    lane_round(c->stream->lane);
    while (keep && more && evbuffer_get_length(input) > 0) {
        if (keep_alive(c, input))
            continue;
        keep = take_message(c, input, &more);
        whole = whole || more;
    }
    if (!keep)
        close_gently(c);
    else
        set_patience(c, whole);
    front_finish(c->stream->lane, send_finished, c->stream);
}

static void woken(evutil_socket_t fd, short what, void *to)
{
    struct stream *s = to;
    (void)fd;
    (void)what;
    lane_round(s->lane);
    front_finish(s->lane, send_finished, s);
    if (atomic_load(&s->stopping))
        event_base_loopbreak(s->base);
}

/* NULL: none, or none for such an address. */
static struct connection *free_slot(struct stream *s, const struct in6_addr *address, bool stranger)
{
    struct connection *found = NULL;
    size_t strangers = 0, same = 0;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &s->slot[i];
        if (c->bev == NULL) {
            found = found != NULL ? found : c;
        } else if (c->stranger) {
            strangers++;
            same += IN6_ARE_ADDR_EQUAL(&c->address, address);
        }
    }
    return stranger && (strangers >= STRANGERS_MAX || same >= STRANGER_MAX) ? NULL : found;
}

static struct bufferevent *new_bufferevent(struct stream *s, evutil_socket_t fd, bool tls)
{
    if (!tls)
        return bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
    SSL *ssl = tls_session(s->certificate);
    if (ssl == NULL)
        return NULL;
    struct bufferevent *bev = bufferevent_openssl_socket_new(
        s->base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    /* If there is none, libevent has freed `ssl`. */
    if (bev != NULL)
        bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    return bev;
}

static void accept_one(struct stream *s, evutil_socket_t fd, const struct sockaddr *from, bool tls)
{
    struct endpoint source;
    endpoint_of(from, &source);
    bool stranger = !lane_knows(s->lane, &source.address);
    struct connection *c = free_slot(s, &source.address, stranger);
    struct event *deadline = c == NULL ? NULL : evtimer_new(s->base, overdue, c);
    struct bufferevent *bev = deadline == NULL ? NULL : new_bufferevent(s, fd, tls);
    if (bev == NULL) {
        if (deadline != NULL)
            event_free(deadline);
        evutil_closesocket(fd);
        return;
    }
    c->stream = s;
    c->bev = bev;
    c->deadline = deadline;
    c->address = source.address;
    c->port = source.port;
    c->searched = 0;
    c->stranger = stranger;
    atomic_fetch_add(&s->open, 1);
    bufferevent_setcb(bev, readable, NULL, event_of, c);
    bufferevent_setwatermark(bev, EV_READ, 0, MESSAGE_MAX + 1);
    struct timeval idle = span(s->patience.idle), untaken = span(s->patience.unfinished);
    bufferevent_set_timeouts(bev, &idle, &untaken);
    set_patience(c, true);
    bufferevent_enable(bev, EV_READ | EV_WRITE);
}

static void accept_tcp(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from, int n,
                       void *to)
{
    (void)l;
    (void)n;
    accept_one(to, fd, from, false);
}

static void accept_tls(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from, int n,
                       void *to)
{
    (void)l;
    (void)n;
    accept_one(to, fd, from, true);
}

static enum err listen_at(struct stream *s, struct endpoint *e, evconnlistener_cb accepted,
                          const char *what, struct evconnlistener **out, struct problem *problem)
{
    struct sockaddr_storage at;
    char text[ENDPOINT_TEXT];
    endpoint_print(e, text);
    socklen_t n = endpoint_to(e, endpoint_family(e), &at);
    *out = evconnlistener_new_bind(
        s->base, accepted, s, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        128, (struct sockaddr *)&at, (int)n);
    if (*out == NULL)
        return problem_errno(problem, EVUTIL_SOCKET_ERROR(), "sip: %s %s cannot be listened on",
                             what, text);
    n = sizeof at;
    if (getsockname(evconnlistener_get_fd(*out), (struct sockaddr *)&at, &n) == 0)
        endpoint_of((struct sockaddr *)&at, e);
    return OK;
}

enum err stream_open(struct endpoint *tcp_at, struct endpoint *tls_at, const struct tls_config *tls,
                     struct stream **out, struct problem *problem)
{
    struct stream *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    s->patience = usual;
    s->base = events_ready() ? event_base_new() : NULL;
    s->out = malloc(ANSWER_ROOM);
    enum err e = OK;
    if (s->base == NULL || s->out == NULL)
        e = problem_set(problem, ERR_MEMORY, "sip: out of memory");
    if (e == OK)
        e = listen_at(s, tcp_at, accept_tcp, "TCP", &s->tcp, problem);
    if (e == OK && tls_at != NULL)
        e = tls_open("sip.tls", tls, &s->certificate, problem);
    if (e == OK && tls_at != NULL)
        e = listen_at(s, tls_at, accept_tls, "TLS", &s->tls, problem);
    if (e != OK) {
        stream_close(s);
        return e;
    }
    *out = s;
    return OK;
}

void stream_set_patience(struct stream *s, const struct patience *p)
{
    s->patience = *p;
}

static void *loop(void *to)
{
    struct stream *s = to;
    sigset_t all;
    /* SIGPIPE, of a connection that the peer has closed, included. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    event_base_loop(s->base, EVLOOP_NO_EXIT_ON_EMPTY);
    return NULL;
}

enum err stream_start(struct stream *s, struct front *front, size_t lane, struct problem *problem)
{
    s->front = front;
    s->lane = front_lane(front, lane);
    s->woken = event_new(s->base, lane_fd(s->lane), EV_READ | EV_PERSIST, woken, s);
    if (s->woken == NULL || event_add(s->woken, NULL) != 0 ||
        pthread_create(&s->thread, NULL, loop, s) != 0)
        return problem_set(problem, ERR_MEMORY, "sip: no room for the stream thread");
    s->running = true;
    return OK;
}

enum err stream_reload(struct stream *s, const struct tls_config *c, struct problem *problem)
{
    return s->certificate == NULL ? OK : tls_reload(s->certificate, c, problem);
}

size_t stream_connections(const struct stream *s)
{
    return atomic_load(&s->open);
}

void stream_stop(struct stream *s)
{
    if (!s->running)
        return;
    atomic_store(&s->stopping, true);
    front_wake(s->front);
    pthread_join(s->thread, NULL);
    s->running = false;
}

void stream_close(struct stream *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (s->slot[i].bev != NULL)
            shut(&s->slot[i]);
    if (s->tcp != NULL)
        evconnlistener_free(s->tcp);
    if (s->tls != NULL)
        evconnlistener_free(s->tls);
    if (s->woken != NULL)
        event_free(s->woken);
    if (s->base != NULL)
        event_base_free(s->base);
    tls_close(s->certificate);
    free(s->out);
    free(s);
}
