#include "sip/sip.h"

#include "core/tls.h"
#include "sip/listen.h"
#include "sip/refill.h"

#include <stdlib.h>
#include <unistd.h>

/* 250,000 calls a second for 32 s; memory is touched as it is needed. */
enum { TRANSACTIONS_MAX = 8 << 20 };

struct sip {
    const struct rules *rules;
    const struct disk *disk;
    struct front *front;
    struct identity *identity;
    struct udp *udp;
    struct stream *stream;
    struct endpoint at, tls_at;
    bool tls;
    char text[ENDPOINT_TEXT], tls_text[ENDPOINT_TEXT];
};

static bool is_set(const char *s)
{
    return s != NULL && s[0] != '\0';
}

static size_t worker_count(const struct config *c)
{
    long cores = c->sip.workers > 0 ? c->sip.workers : sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > 256 ? 256 : (size_t)cores;
}

/*
 * With port 0 the system chooses for UDP, and the same port may be taken for TCP:
 * then another pair is tried.
 */
static enum err open_sockets(struct sip *s, const struct config *c, struct problem *problem)
{
    bool any_port = s->at.port == 0;
    enum err e = ERR_CONFLICT;
    for (int attempt = 0; e != OK && attempt < (any_port ? 20 : 1); attempt++) {
        if (any_port)
            s->at.port = 0;
        e = udp_open(&s->at, &s->udp, problem);
        if (e == OK)
            e = stream_open(&s->at, s->tls ? &s->tls_at : NULL, &c->sip.tls, &s->stream, problem);
        if (e != OK) {
            udp_close(s->udp);
            s->udp = NULL;
        }
    }
    return e;
}

static void ask_gate(void *to, const struct question *q, gate_done *done, void *context)
{
    gate_ask(to, q, done, context);
}

static void submit_round(void *to, struct ledger_round *round)
{
    gate_submit(to, round);
}

static bool gate_knows(void *to, const struct in6_addr *peer)
{
    return gate_knows_peer(to, peer);
}

static bool gate_tells(void *to, const struct in6_addr *peer, struct str line)
{
    return gate_tells_peer(to, peer, line);
}

static const char *ledger_of(void *to, uint64_t *record)
{
    return ledger_locate(gate_ledger(to), record);
}

/* NULL: off. */
static enum err read_certificates(const struct disk *disk, const struct config *c,
                                  struct certificates **out, struct problem *problem)
{
    *out = NULL;
    if (!is_set(c->sip.identity.anchors))
        return OK;
    return certificates_read(disk, c->sip.identity.anchors, c->sip.identity.certificates, out,
                             problem);
}

static enum err open_identity(struct sip *s, const struct config *c, struct problem *problem)
{
    /* The wait is a small part of what an answer may take. */
    const struct identity_options options = {.plan = rules_plan(s->rules),
                                             .late_ms = c->ledger.deadline_ms / 4};
    struct certificates *certificates;
    enum err e = identity_new(&options, &s->identity, problem);
    if (e == OK)
        e = read_certificates(s->disk, c, &certificates, problem);
    if (e == OK)
        identity_use(s->identity, certificates);
    return e;
}

static enum err open_front(struct sip *s, const struct sip_options *o, size_t lanes,
                           struct problem *problem)
{
    struct ledger *ledger = gate_ledger(o->gate);
    struct setup *setup;
    struct front_options f = {
        .gate = {.to = o->gate,
                 .ask = ask_gate,
                 .submit = submit_round,
                 .knows = gate_knows,
                 .tells = gate_tells,
                 .ledger = ledger_of,
                 .clock = gate_clock(o->gate)},
        .identity = s->identity,
        .lanes = lanes,
        .max_pending = o->config->sip.max_pending,
        .transactions = TRANSACTIONS_MAX,
    };
    enum err e = sip_key_load(o->disk, o->folder, &f.key, problem);
    if (e == OK)
        e = setup_new(o->config, s->rules, &setup, problem);
    if (e != OK)
        return e;
    e = front_new(&f, setup, &s->front, problem);
    if (e != OK) {
        setup_free(setup);
        return e;
    }
    return refill_transactions(ledger, gate_keys(o->gate), front_transactions(s->front),
                               clock_now(f.gate.clock), clock_monotonic() / WHEN_MS, problem);
}

static enum err open_all(struct sip *s, const struct sip_options *o, struct problem *problem)
{
    const struct config *c = o->config;
    size_t workers = worker_count(c);
    enum err e = endpoint_parse(c->sip.listen, "sip.listen", &s->at, problem);
    if (e == OK && s->tls)
        e = endpoint_parse(c->sip.tls.listen, "sip.tls.listen", &s->tls_at, problem);
    if (e == OK)
        e = open_sockets(s, c, problem);
    if (e == OK)
        e = open_identity(s, c, problem);
    if (e == OK)
        e = open_front(s, o, workers + 1, problem);
    if (e == OK)
        e = udp_start(s->udp, s->front, 0, workers, problem);
    if (e == OK)
        e = stream_start(s->stream, s->front, workers, problem);
    return e;
}

enum err sip_start(const struct sip_options *o, struct sip **out, struct problem *problem)
{
    *out = NULL;
    if (!is_set(o->config->sip.listen))
        return OK;
    struct sip *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    s->rules = gate_rules(o->gate);
    s->disk = o->disk;
    s->tls = is_set(o->config->sip.tls.listen);
    enum err e = open_all(s, o, problem);
    if (e != OK) {
        sip_stop(s);
        return e;
    }
    endpoint_print(&s->at, s->text);
    if (s->tls)
        endpoint_print(&s->tls_at, s->tls_text);
    *out = s;
    return OK;
}

void sip_stop(struct sip *s)
{
    if (s == NULL)
        return;
    if (s->front != NULL)
        front_drain(s->front);
    if (s->udp != NULL)
        udp_stop(s->udp);
    if (s->stream != NULL)
        stream_stop(s->stream);
    udp_close(s->udp);
    stream_close(s->stream);
    identity_free(s->identity);
    front_free(s->front);
    free(s);
}

enum err sip_check(const struct config *c, const struct rules *rules, struct problem *problem)
{
    struct setup *setup;
    struct certificates *certificates = NULL;
    struct tls *certificate = NULL;
    if (!is_set(c->sip.listen))
        return OK;
    enum err e = setup_new(c, rules, &setup, problem);
    if (e != OK)
        return e;
    setup_free(setup);
    e = read_certificates(&disk_real, c, &certificates, problem);
    certificates_drop(certificates);
    if (e == OK && is_set(c->sip.tls.listen))
        e = tls_open("sip.tls", &c->sip.tls, &certificate, problem);
    tls_close(certificate);
    return e;
}

enum err sip_reload(struct sip *s, const struct config *c, struct problem *problem)
{
    struct setup *setup;
    struct certificates *certificates = NULL;
    enum err e = setup_new(c, s->rules, &setup, problem);
    if (e != OK)
        return e;
    e = read_certificates(s->disk, c, &certificates, problem);
    if (e == OK)
        e = stream_reload(s->stream, &c->sip.tls, problem);
    if (e != OK) {
        certificates_drop(certificates);
        setup_free(setup);
        return e;
    }
    identity_use(s->identity, certificates);
    front_reload(s->front, setup);
    return OK;
}

const char *sip_address(const struct sip *s)
{
    return s->text;
}

const char *sip_tls_address(const struct sip *s)
{
    return s->tls_text;
}

void sip_stats(struct sip *s, struct sip_stats *out)
{
    *out = (struct sip_stats){0};
    front_stats(s->front, out);
    out->connections = stream_connections(s->stream);
}
