/*
 * sip: the front for proxies and SBCs. A redirect dip: INVITE in, verdict out.
 *
 *     UDP workers ─┐                            ┌─► gate_ask ─► ledger
 *                  ├─► message ─► dip ─► front ─┤                  │ done
 *     TCP and TLS ─┘                            └─◄─ lane queue ◄──┘
 *                                                       │
 *                                                       └─► redirect ─► answer
 *
 * A question whose INVITE has an Identity header takes a way round, over the
 * verifier (sip/identity.h), before it reaches gate_ask.
 *
 * One UDP socket is read by all workers; TCP and TLS share one event loop. A
 * worker never waits for the ledger: the question is parked, and its answer comes
 * back through the worker's own queue. docs/sip.md is the contract with the peer.
 *
 * Stateless towards the wire (RFC 3261 §8.2.7): no provisional answers, no
 * retransmission of our own; the peer's repeats are answered alike.
 */
#pragma once
#include "core/config.h"
#include "core/disk.h"
#include "gate/gate.h"
#include "sip/passport.h"

struct sip;

struct sip_options {
    struct gate *gate;
    const struct config *config; /* until the next sip_reload, or sip_stop, has returned */
    const char *folder;          /* DATA, for keys/sip-tag */
    const struct disk *disk;
};

/*
 * Bind and start the threads. With an empty `sip.listen` nothing is listened to
 * and *out is NULL. ERR_INVALID: an address, certificate or peer in the
 * configuration; ERR_CONFLICT or ERR_IO: the address is taken.
 */
MUST_USE enum err sip_start(const struct sip_options *, struct sip **out, struct problem *);

/* Answer what is under way, close, free. NULL is fine. Before gate_close. */
void sip_stop(struct sip *);

/* Would it start with this configuration? Asks its files; opens no socket. */
MUST_USE enum err sip_check(const struct config *, const struct rules *, struct problem *);

/*
 * Another configuration: peers, next hop, announcement, identity, TLS certificate and key.
 * Listening addresses and worker counts stay. On an error the old one stays
 * in force; else nothing points into the old one any more. One thread at a time.
 */
MUST_USE enum err sip_reload(struct sip *, const struct config *, struct problem *);

/* Where it listens: "127.0.0.1:5060"; empty for TLS when off. Owned by `sip`. */
const char *sip_address(const struct sip *);
const char *sip_tls_address(const struct sip *);

enum { SIP_CODES = 24 };

/* Counters since start, and what is so now. */
struct sip_stats {
    uint64_t invites, acks, cancels, options, others; /* requests, by method */
    uint64_t answers[SIP_CODES];                      /* by sip_stats_code */
    uint64_t repeats;      /* retransmissions: absorbed, or answered alike */
    uint64_t malformed;    /* answered 400 or 505 */
    uint64_t dropped;      /* without Via and CSeq to answer to, or answers, or too long to send */
    uint64_t rate_limited; /* from unknown peers, over the limit: not answered */
    uint64_t unasked;  /* emergency calls of unknown peers, over the limit: rung, not recorded */
    uint64_t overload; /* answered 503 */
    uint64_t unsent;   /* the connection was gone */
    uint64_t pending;  /* with the gate now */
    uint64_t identities[PASSPORT_RESULTS]; /* Identity headers, by what became of them */
    uint64_t transactions;                 /* remembered now */
    uint64_t connections;                  /* open now */
};
void sip_stats(struct sip *, struct sip_stats *out);

/* The status counted at index `i` of `answers`; 0 for the last, which counts all others. */
int sip_stats_code(size_t i);
