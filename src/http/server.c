#include "http/server_inner.h"
#include "core/address.h"
#include "core/tls.h"
#include "http/card.h"
#include "http/courier.h"
#include "http/demo_traffic.h"
#include "http/guests.h"
#include "http/session_worker.h"
#include "http/stream.h"
#include "http/tracer.h"
#include "http/webhooks.h"
#include "http/work.h"
#include "registry/setup.h"
#include "sip/events.h"

#include <errno.h>
#include <event2/http.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STORE_PATH = 4096 };

/* Listening ------------------------------------------------------------------------------------ */

static void listen_with(struct loop *l, struct evhttp_bound_socket *bound)
{
    guests_listen(l->guests, evhttp_bound_socket_get_listener(bound));
}

/* Every loop accepts from the same socket: whichever is free takes the next connection. */
static enum err share(struct http_server *s, int fd, bool tls, const char *key,
                      struct problem *problem)
{
    for (size_t i = 1; i < s->loops; i++) {
        struct loop *l = &s->loop[i];
        int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        struct evhttp_bound_socket *bound =
            own >= 0 ? evhttp_accept_socket_with_handle(tls ? l->tls : l->plain, own) : NULL;
        if (bound == NULL) {
            if (own >= 0)
                close(own);
            return problem_set(problem, ERR_MEMORY, "%s: no room to listen", key);
        }
        listen_with(l, bound);
    }
    return OK;
}

static enum err listen_at(struct http_server *s, bool tls, const char *key, const char *listen,
                          int *port, struct problem *problem)
{
    struct endpoint at;
    char host[ADDRESS_TEXT];
    struct sockaddr_storage name;
    socklen_t n = sizeof name;
    enum err e = endpoint_parse(listen, key, &at, problem);
    if (e != OK)
        return e;
    address_print(&at.address, host);
    struct evhttp_bound_socket *bound =
        evhttp_bind_socket_with_handle(tls ? s->loop[0].tls : s->loop[0].plain, host, at.port);
    if (bound == NULL)
        return problem_errno(problem, errno != 0 ? errno : EADDRINUSE,
                             "%s: %s cannot be listened on", key, listen);
    listen_with(&s->loop[0], bound);
    const int fd = evhttp_bound_socket_get_fd(bound);
    if (getsockname(fd, (struct sockaddr *)&name, &n) == 0)
        endpoint_of((struct sockaddr *)&name, &at);
    *port = at.port;
    return share(s, fd, tls, key, problem);
}

static bool has_tls(const struct config *c)
{
    return c->http.tls.listen != NULL && *c->http.tls.listen != '\0';
}

enum err http_check(const struct config *c, struct problem *problem)
{
    struct tls *certificate = NULL;
    struct card *card = NULL;
    enum err e = has_tls(c) ? tls_open("http.tls", &c->http.tls, &certificate, problem) : OK;
    tls_close(certificate);
    if (e == OK)
        e = card_open(c, &card, problem);
    card_close(card);
    bool reaches;
    if (e == OK)
        e = courier_check(c, &reaches, problem);
    return e == OK ? cosigner_check(c, problem) : e;
}

enum err http_reload_keys(struct http_server *s, struct problem *problem)
{
    enum err e = OK;
    if (s->certificate != NULL)
        e = tls_reload(s->certificate, &s->options.config->http.tls, problem);
    return e == OK ? card_reload(s->card, problem) : e;
}

static enum err listen_tls(struct http_server *s, struct problem *problem)
{
    int port;
    if (s->certificate == NULL)
        return OK;
    return listen_at(s, true, "http.tls.listen", s->options.config->http.tls.listen, &port,
                     problem);
}

static enum err listen_plain(struct http_server *s, struct problem *problem)
{
    if (s->options.listen == NULL || *s->options.listen == '\0')
        return OK;
    return listen_at(s, false, "http.listen", s->options.listen, &s->port, problem);
}

/* Starting and stopping ------------------------------------------------------------------------ */

static size_t loops_wanted(void)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores < HTTP_LOOPS ? (size_t)cores : HTTP_LOOPS;
}

static void wake_all(void *to)
{
    struct http_server *s = to;
    for (size_t i = 0; i < s->loops; i++)
        loop_wake(&s->loop[i]);
    webhooks_wake(s->webhooks);
}

/* Where the facts are, as store_open takes it; perhaps in `path`. */
static enum err store_of(const struct http_options *o, char path[static STORE_PATH],
                         const char **where, struct problem *problem)
{
    *where = o->store != NULL ? o->store : path;
    if (o->store == NULL &&
        (size_t)snprintf(path, STORE_PATH, "%s/menshen.db", o->folder) >= STORE_PATH)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    return OK;
}

/* The threads behind the loops, and the loops. */
static enum err open_threads(struct http_server *s, struct problem *problem)
{
    char path[STORE_PATH], keys[STORE_PATH];
    const char *where;
    if (store_of(&s->options, path, &where, problem) != OK)
        return ERR_LIMIT;
    if ((size_t)snprintf(keys, sizeof keys, "%s/keys", s->options.folder) >= sizeof keys)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    const struct courier_options courier = {.config = s->options.config,
                                            .plan = rules_plan(gate_rules(s->options.gate)),
                                            .outbox = s->options.outbox,
                                            .clock = gate_clock(s->options.gate)};
    enum err e = courier_open(&courier, &s->courier, problem);
    const struct session_worker_options sessions = {.store = where,
                                                    .keys = keys,
                                                    .link = gate_link(s->options.gate),
                                                    .courier = s->courier,
                                                    .node = gate_node(s->options.gate)};
    if (e == OK)
        e = session_worker_open(&sessions, &s->session_worker, problem);
    if (e == OK)
        account_hash(session_worker_key(s->session_worker), STR("cursors"), s->cursors.bytes);
    if (e == OK)
        e = workers_open(where, s->options.gate, &s->workers, problem);
    if (e == OK)
        e = tracer_start(s->options.gate, where, session_worker_key(s->session_worker), &s->tracer,
                         problem);
    const struct webhooks_options webhooks = {
        .gate = s->options.gate, .store = where, .loopback = s->options.demo != NULL};
    if (e == OK)
        e = webhooks_open(&webhooks, &s->webhooks, problem);
    if (e == OK && s->options.demo != NULL)
        e = demo_traffic_open(s->options.gate, &s->demo_traffic, problem);
    for (size_t i = 0; e == OK && i < s->loops; i++)
        e = loop_open(&s->loop[i], s, where, problem);
    return e;
}

static enum err set_up(struct http_server *s, struct problem *problem)
{
    const struct config *c = s->options.config;
    if (!events_ready() || crowd_open(c->limits.http_per_address, &s->crowd) != OK)
        return problem_set(problem, ERR_MEMORY, "HTTP: out of memory");
    enum err e = has_tls(c) ? tls_open("http.tls", &c->http.tls, &s->certificate, problem) : OK;
    if (e == OK)
        e = open_threads(s, problem);
    if (e == OK &&
        (live_open(s->options.gate, wake_all, s, &s->live) != OK || seats_open(&s->seats) != OK))
        e = problem_set(problem, ERR_MEMORY, "HTTP: out of memory");
    if (e == OK)
        e = webhooks_start(s->webhooks, s->live, session_worker_key(s->session_worker), problem);
    if (e == OK)
        e = cosigner_open(s->options.gate, s->options.folder, &s->cosigner, problem);
    if (e == OK)
        e = card_open(c, &s->card, problem);
    if (e == OK)
        e = listen_plain(s, problem);
    if (e == OK)
        e = listen_tls(s, problem);
    for (size_t i = 0; e == OK && i < s->loops; i++)
        e = loop_start(&s->loop[i], problem);
    return e;
}

enum err http_start(const struct http_options *o, struct http_server **out, struct problem *problem)
{
    *out = NULL;
    struct http_server *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    s->options = *o;
    s->loops = loops_wanted();
    pthread_mutex_init(&s->tries_lock, NULL);
    enum err e = set_up(s, problem);
    if (e != OK) {
        http_stop(s);
        return e;
    }
    *out = s;
    return OK;
}

void http_stop(struct http_server *s)
{
    if (s == NULL)
        return;
    s->stopping = true;
    if (s->setup.until != 0)
        setup_link_end(&s->setup, s->options.folder);
    for (size_t i = 0; i < s->loops; i++)
        loop_stop(&s->loop[i]);
    webhooks_stop(s->webhooks); /* they use it, and the session worker's key */
    live_close(s->live);        /* it wakes the loops */
    for (size_t i = 0; i < s->loops; i++)
        loop_close(&s->loop[i]);
    seats_close(s->seats);
    demo_traffic_close(s->demo_traffic);
    tracer_stop(s->tracer); /* it uses the session worker's key */
    session_worker_close(s->session_worker);
    workers_close(s->workers);
    webhooks_close(s->webhooks); /* workers tell them of changes */
    courier_close(s->courier);
    crowd_close(s->crowd);
    tls_close(s->certificate);
    cosigner_close(&s->cosigner);
    card_close(s->card);
    pthread_mutex_destroy(&s->tries_lock);
    free(s);
}

/* As somebody on this machine reaches it, unless it says itself how it is reached. */
static bool base_url(const struct http_server *s, char out[static SETUP_LINK_TEXT])
{
    const struct config *c = s->options.config;
    const bool tls = s->options.listen == NULL || *s->options.listen == '\0';
    const char *listen = tls ? c->http.tls.listen : s->options.listen;
    struct endpoint at;
    char host[ENDPOINT_TEXT];
    if (c->http.public_url != NULL)
        return snprintf(out, SETUP_LINK_TEXT, "%s", c->http.public_url) < SETUP_LINK_TEXT;
    if (listen == NULL || *listen == '\0' ||
        endpoint_parse(listen, tls ? "http.tls.listen" : "http.listen", &at, NULL) != OK)
        return false;
    if (at.port == 0)
        at.port = (uint16_t)s->port;
    if (IN6_IS_ADDR_UNSPECIFIED(&at.address))
        at.address = in6addr_loopback;
    if (IN6_IS_ADDR_V4MAPPED(&at.address) && at.address.s6_addr32[3] == INADDR_ANY)
        at.address.s6_addr32[3] = htonl(INADDR_LOOPBACK);
    endpoint_print(&at, host);
    snprintf(out, SETUP_LINK_TEXT, "%s://%s", tls ? "https" : "http", host);
    return true;
}

enum err http_offer_setup(struct http_server *s, char text[static SETUP_LINK_TEXT],
                          struct problem *problem)
{
    const when now = clock_now(gate_clock(s->options.gate));
    char base[SETUP_LINK_TEXT];
    char path[STORE_PATH];
    struct store *store = NULL; /* the loops are at theirs by now */
    bool wanted = false;
    *text = '\0';
    const char *where;
    enum err e = store_of(&s->options, path, &where, problem);
    if (e == OK)
        e = store_open(where, &store, problem);
    if (e != OK)
        return e;
    e = setup_wanted(store, now, &wanted, problem);
    store_close(store);
    if (e == OK && wanted && base_url(s, base))
        return setup_link_make(&s->setup, s->options.folder, base, now, text, problem);
    if (e == OK)
        setup_link_end(&s->setup, s->options.folder); /* of a server that was killed */
    return e;
}

void http_announce(struct http_server *s)
{
    s->open = true;
}

int http_port(const struct http_server *s)
{
    return s->port;
}
