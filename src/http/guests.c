#include "http/guests.h"
#include "core/address.h"
#include "core/log.h"
#include "http/appetite.h"

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum {
    GUESTS = 256, /* at most, of all loops; and half of the descriptors the process may have */
    SPARE = 256,  /* what a listener may still take in the turn in which it was told to rest */
    LISTENERS = 2,
    TICK_MS = 100,
    FRESH_MS = 10000, /* from the connection to its first whole request */
    SERVED_MS = 60000,
    KEPT_MS = 30000, /* from an answer to the next whole request */
    REST_MS = 100,
    SAY_MS = 60000,
    CROWD = 4 * (GUESTS + SPARE), /* addresses at once; one without a place is not counted */
};

struct crowd {
    pthread_mutex_t lock;
    int per_address;
    int64_t said;
    size_t count;
    struct {
        struct in6_addr address;
        int guests;
    } at[CROWD];
};

struct guest {
    struct bufferevent *bev; /* we hold a reference, to see when evhttp is done with it */
    struct appetite *appetite;
    struct in6_addr address; /* once it is `met` */
    bool met, counted;       /* in the crowd */
    int64_t until;           /* then it is hung up on */
};

struct guests {
    struct event *tick, *meet;
    struct evconnlistener *listeners[LISTENERS];
    size_t listener_count, count, limit;
    struct crowd *crowd;
    bool resting;
    int64_t rest_until, said;
    struct guest at[GUESTS + SPARE];
};

/* A listener's error callback is given evhttp's data, not ours. */
static _Thread_local struct guests *of_this_thread;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The crowd ------------------------------------------------------------------------------------ */

enum err crowd_open(int per_address, struct crowd **out)
{
    struct crowd *c = *out = calloc(1, sizeof *c);
    if (c == NULL)
        return ERR_MEMORY;
    pthread_mutex_init(&c->lock, NULL);
    c->per_address = per_address;
    return OK;
}

void crowd_close(struct crowd *c)
{
    if (c == NULL)
        return;
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* Where the address is counted, or would be: c->count. */
static size_t place_of(const struct crowd *c, const struct in6_addr *address)
{
    size_t i = 0;
    while (i < c->count && !IN6_ARE_ADDR_EQUAL(&c->at[i].address, address))
        i++;
    return i;
}

static void say_crowd(struct crowd *c)
{
    const int64_t now = now_ms();
    if (c->said != 0 && now - c->said < SAY_MS)
        return;
    c->said = now;
    log_warning("http: one address wants more than %d connections; it is hung up on "
                "(limits.http_per_address)",
                c->per_address);
}

/* False: its address has as many as it may. */
static bool crowd_enter(struct crowd *c, struct guest *guest)
{
    pthread_mutex_lock(&c->lock);
    const size_t i = place_of(c, &guest->address);
    const bool room = i < c->count ? c->at[i].guests < c->per_address : i < CROWD;
    if (room && i == c->count) {
        c->at[i].address = guest->address;
        c->at[i].guests = 0;
        c->count++;
    }
    if (room)
        c->at[i].guests++;
    else
        say_crowd(c);
    guest->counted = room;
    pthread_mutex_unlock(&c->lock);
    return room;
}

static void crowd_leave(struct crowd *c, struct guest *guest)
{
    if (!guest->counted)
        return;
    guest->counted = false;
    pthread_mutex_lock(&c->lock);
    const size_t i = place_of(c, &guest->address);
    if (i < c->count && --c->at[i].guests == 0)
        c->at[i] = c->at[--c->count];
    pthread_mutex_unlock(&c->lock);
}

/* Guests --------------------------------------------------------------------------------------- */

static void start_tick(struct guests *g)
{
    if (!event_pending(g->tick, EV_TIMEOUT, NULL) &&
        event_add(g->tick, &(struct timeval){.tv_usec = TICK_MS * 1000L}) != 0)
        log_error("http: no timer for its connections");
}

static void rest(struct guests *g, int64_t ms, const char *why)
{
    int64_t now = now_ms();
    g->resting = true;
    g->rest_until = now + ms;
    for (size_t i = 0; i < g->listener_count; i++)
        evconnlistener_disable(g->listeners[i]);
    if (g->said == 0 || now - g->said >= SAY_MS) {
        g->said = now;
        log_warning("http: %s, with %zu connections open; new ones wait", why, g->count);
    }
    start_tick(g);
}

/* evhttp takes its callbacks off when it lets a bufferevent go. */
static bool has_left(const struct guest *guest)
{
    bufferevent_event_cb on_event = NULL;
    bufferevent_getcb(guest->bev, NULL, NULL, &on_event, NULL);
    return on_event == NULL;
}

static void hang_up(struct guests *g, struct guest *guest)
{
    evutil_socket_t fd = bufferevent_getfd(guest->bev);
    guest->until = INT64_MAX;
    crowd_leave(g->crowd, guest);
    /* As if the other side had: evhttp then cleans up in its own way. */
    if (fd >= 0)
        shutdown(fd, SHUT_RDWR);
}

static void sweep(struct guests *g)
{
    int64_t now = now_ms();
    for (size_t i = 0; i < g->count;) {
        struct guest *guest = &g->at[i];
        if (has_left(guest)) {
            crowd_leave(g->crowd, guest);
            appetite_end(guest->appetite);
            bufferevent_decref(guest->bev);
            *guest = g->at[--g->count];
            continue;
        }
        if (now >= guest->until)
            hang_up(g, guest);
        i++;
    }
}

/* A guest's address is known only after guests_enter has returned: evhttp then sets the socket. */
static void on_meet(evutil_socket_t none, short what, void *to)
{
    struct guests *g = to;
    (void)none;
    (void)what;
    sweep(g); /* those who are gone make room for others of their address */
    for (size_t i = 0; i < g->count; i++) {
        struct guest *guest = &g->at[i];
        struct sockaddr_storage name = {.ss_family = AF_UNSPEC};
        struct endpoint from;
        socklen_t n = sizeof name;
        evutil_socket_t fd = bufferevent_getfd(guest->bev);
        if (guest->met || has_left(guest) || fd < 0 ||
            getpeername(fd, (struct sockaddr *)&name, &n) != 0)
            continue;
        endpoint_of((struct sockaddr *)&name, &from);
        guest->address = from.address;
        guest->met = true;
        if (!crowd_enter(g->crowd, guest))
            hang_up(g, guest);
    }
}

static void on_tick(evutil_socket_t fd, short what, void *to)
{
    struct guests *g = to;
    (void)fd;
    (void)what;
    sweep(g);
    if (g->resting && g->count < g->limit && now_ms() >= g->rest_until) {
        g->resting = false;
        for (size_t i = 0; i < g->listener_count; i++)
            evconnlistener_enable(g->listeners[i]);
    }
    if (g->resting || g->count > 0)
        start_tick(g);
}

static void on_listen_error(struct evconnlistener *listener, void *to)
{
    (void)listener;
    (void)to;
    if (of_this_thread != NULL)
        rest(of_this_thread, REST_MS, "no connection can be accepted");
}

enum err guests_open(struct event_base *base, struct crowd *crowd, size_t loops,
                     struct guests **out)
{
    struct rlimit files;
    struct guests *g = calloc(1, sizeof *g);
    *out = g;
    if (g == NULL || (g->tick = event_new(base, -1, 0, on_tick, g)) == NULL ||
        (g->meet = event_new(base, -1, 0, on_meet, g)) == NULL)
        return ERR_MEMORY;
    g->crowd = crowd;
    size_t all = GUESTS;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / 2 < all)
        all = files.rlim_cur / 2;
    g->limit = all / loops > 2 ? all / loops : 2;
    return OK;
}

void guests_close(struct guests *g)
{
    if (g == NULL)
        return;
    for (size_t i = 0; i < g->count; i++) {
        appetite_end(g->at[i].appetite);
        bufferevent_decref(g->at[i].bev);
    }
    if (g->tick != NULL)
        event_free(g->tick);
    if (g->meet != NULL)
        event_free(g->meet);
    free(g);
}

void guests_begin(struct guests *g)
{
    of_this_thread = g;
}

void guests_listen(struct guests *g, struct evconnlistener *listener)
{
    if (g->listener_count == LISTENERS)
        return;
    g->listeners[g->listener_count++] = listener;
    evconnlistener_set_error_cb(listener, on_listen_error);
}

struct bufferevent *guests_enter(struct guests *g, struct bufferevent *bev,
                                 struct appetite *appetite)
{
    if (bev == NULL)
        return NULL;
    /* Before this one is in: it has no callbacks yet, which reads as having left. */
    if (g->count + 1 >= g->limit)
        sweep(g);
    if (g->count < GUESTS + SPARE) {
        bufferevent_incref(bev);
        g->at[g->count++] =
            (struct guest){.bev = bev, .appetite = appetite, .until = now_ms() + FRESH_MS};
        /* After the input of the next turn, in which those who are gone already leave. */
        if (event_add(g->meet, &(struct timeval){.tv_sec = 0}) != 0)
            log_error("http: no timer for its connections");
    } else {
        appetite_end(appetite);
    }
    if (g->count >= g->limit)
        rest(g, 0, "as many connections as it takes");
    else
        start_tick(g);
    return bev;
}

/* Its guest, who has so much time from now; or NULL. */
static struct guest *give_time(struct guests *g, struct evhttp_request *request, int64_t ms)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    const struct bufferevent *bev =
        connection != NULL ? evhttp_connection_get_bufferevent(connection) : NULL;
    size_t i = 0;
    while (i < g->count && (bev == NULL || g->at[i].bev != bev))
        i++;
    if (i == g->count)
        return NULL;
    g->at[i].until = now_ms() + ms;
    return &g->at[i];
}

static void on_sent(struct evhttp_request *request, void *to)
{
    give_time(to, request, KEPT_MS);
}

void guests_wait(struct guests *g, struct evhttp_request *request)
{
    give_time(g, request, SERVED_MS);
}

void guests_serve(struct guests *g, struct evhttp_request *request)
{
    struct guest *guest = give_time(g, request, SERVED_MS);
    if (guest != NULL)
        appetite_again(guest->appetite);
    evhttp_request_set_on_complete_cb(request, on_sent, g);
}
