/* What handlers learn from their server. */
#include "http/server_inner.h"
#include "http/session_worker.h"

#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <sodium.h>

enum { LOOKUPS_A_MINUTE = 10 };

struct gate *request_gate(const struct request *r)
{
    return r->server->options.gate;
}

struct store *request_store(const struct request *r)
{
    return r->server->store;
}

const struct account_key *request_account_key(const struct request *r)
{
    return session_worker_key(r->server->session_worker);
}

struct session_worker *request_sessions(const struct request *r)
{
    return r->server->session_worker;
}

struct courier *request_courier(const struct request *r)
{
    return r->server->courier;
}

struct card *request_card(const struct request *r)
{
    return r->server->card;
}

struct witness *request_witness(const struct request *r)
{
    return r->server->cosigner.witness;
}

bool request_secure(const struct request *r)
{
    return r->server->certificate != NULL;
}

struct sip *request_sip(const struct request *r)
{
    return r->server->options.sip;
}

bool request_open(const struct request *r)
{
    return r->server->open;
}

const char *request_folder(const struct request *r)
{
    return r->server->options.folder;
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
    return r->server->options.config->http.public_url;
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

bool request_attempt(struct request *r)
{
    return tries_count(&r->server->tries, &r->from, clock_monotonic(),
                       r->server->options.config->limits.sign_ins_per_address);
}

/* A member of staff takes the place of an address. */
bool request_lookup(struct request *r)
{
    struct in6_addr staff;
    crypto_generichash(staff.s6_addr, sizeof staff.s6_addr, (const uint8_t *)r->subject.id,
                       strlen(r->subject.id), NULL, 0);
    return tries_count(&r->server->lookups, &staff, clock_monotonic(), LOOKUPS_A_MINUTE);
}

const struct cursor_key *request_cursors(const struct request *r)
{
    return &r->server->cursors;
}

const char *request_version(const struct request *r)
{
    return r->server->options.version;
}
