/* What handlers learn from their server. */
#include "http/live.h"
#include "http/server_inner.h"
#include "http/session_worker.h"

#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <sodium.h>

#include <stdlib.h>

enum { LOOKUPS_A_MINUTE = 10 };

void *request_keep(struct request *r, size_t size)
{
    r->kept = calloc(1, size);
    r->kept_free = free;
    if (r->kept == NULL)
        respond_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
    return r->kept;
}

struct gate *request_gate(const struct request *r)
{
    return r->loop->server->options.gate;
}

struct store *request_store(const struct request *r)
{
    return r->loop->store;
}

const struct account_key *request_account_key(const struct request *r)
{
    return session_worker_key(r->loop->server->session_worker);
}

struct session_worker *request_sessions(const struct request *r)
{
    return r->loop->server->session_worker;
}

struct courier *request_courier(const struct request *r)
{
    return r->loop->server->courier;
}

struct webhooks *request_webhooks(const struct request *r)
{
    return r->loop->server->webhooks;
}

struct card *request_card(const struct request *r)
{
    return r->loop->server->card;
}

void request_clock_moved(const struct request *r, when now)
{
    live_clock(r->loop->server->live, now);
}

struct witness *request_witness(const struct request *r)
{
    return r->loop->server->cosigner.witness;
}

bool request_demo(const struct request *r)
{
    return r->loop->server->options.outbox;
}

bool request_secure(const struct request *r)
{
    return r->loop->server->certificate != NULL;
}

const struct console_file *request_console(const struct request *r)
{
    return r->loop->server->options.console;
}

struct sip *request_sip(const struct request *r)
{
    return r->loop->server->options.sip;
}

bool request_open(const struct request *r)
{
    return r->loop->server->open;
}

enum ask_view request_view(const struct request *r)
{
    switch (r->subject.party) {
    case PARTY_MACHINE:
    case PARTY_OPERATOR:
        return ASK_FULL;
    case PARTY_PERSON: /* what is hers, her own routes show in full */
    case PARTY_ORGANISATION:
        return ASK_ORGANISATION;
    }
    return ASK_ORGANISATION;
}

const char *request_public_url(const struct request *r)
{
    return r->loop->server->options.config->http.public_url;
}

bool request_tls(const struct request *r)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(r->ev);
    return connection != NULL &&
           bufferevent_openssl_get_ssl(evhttp_connection_get_bufferevent(connection)) != NULL;
}

when request_now(const struct request *r)
{
    return clock_now(gate_clock(request_gate(r)));
}

bool request_setup_open(const struct request *r)
{
    return r->loop->server->setup.until > request_now(r);
}

bool request_setup_opens(const struct request *r, struct str secret)
{
    return setup_link_opens(&r->loop->server->setup, secret, request_now(r));
}

void request_setup_used(struct request *r)
{
    setup_link_end(&r->loop->server->setup, r->loop->server->options.folder);
}

when request_confirmed_for(const struct request *r)
{
    return r->loop->server->options.config->limits.confirmed_minutes * WHEN_MINUTE;
}

static bool count_try(struct http_server *s, struct tries *tries, const struct in6_addr *from,
                      int limit)
{
    pthread_mutex_lock(&s->tries_lock);
    const bool within = tries_count(tries, from, clock_monotonic(), limit);
    pthread_mutex_unlock(&s->tries_lock);
    return within;
}

bool request_attempt(struct request *r)
{
    struct http_server *s = r->loop->server;
    return count_try(s, &s->tries, &r->from, s->options.config->limits.sign_ins_per_address);
}

/* A member of staff takes the place of an address. */
bool request_lookup(struct request *r)
{
    struct in6_addr staff;
    crypto_generichash(staff.s6_addr, sizeof staff.s6_addr, (const uint8_t *)r->subject.id,
                       strlen(r->subject.id), NULL, 0);
    return count_try(r->loop->server, &r->loop->server->lookups, &staff, LOOKUPS_A_MINUTE);
}

const struct cursor_key *request_cursors(const struct request *r)
{
    return &r->loop->server->cursors;
}

const char *request_version(const struct request *r)
{
    return r->loop->server->options.version;
}
