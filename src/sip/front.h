/*
 * front: from a request to its answer, for whatever it came in on.
 *
 * Each receiving thread has a lane: it parses and asks on that lane, and what the
 * gate has answered comes back to it there, in `lane_fd`'s good time. So that
 * sockets and connections are touched by their own thread only.
 *
 *     for ever:
 *         wait for input or lane_fd
 *         lane_round               a new configuration, the time
 *         front_receive            each message
 *         front_finish             each answer that has come
 *
 * front_new, front_reload, front_drain, front_free: one thread. Everything with a
 * lane: that lane's thread.
 */
#pragma once
#include "sip/identity.h"
#include "sip/limiter.h"
#include "sip/key.h"
#include "sip/redirect.h"
#include "sip/setup.h"
#include "sip/sip.h"

struct front;
struct lane;

/* Where a message came from and where its answer goes. */
struct origin {
    struct in6_addr address; /* IPv4 is mapped */
    uint16_t port;
    bool stream;
    uint64_t connection; /* of a stream */
};

/* Whom the front asks: the gate; in tests, a stand-in. As gate_ask, gate_submit,
 * gate_knows_peer, gate_tells_peer, ledger_locate, gate_clock. */
struct asking {
    void *to;
    void (*ask)(void *to, const struct question *, gate_done *, void *context);
    void (*submit)(void *to, struct ledger_round *);
    bool (*knows)(void *to, const struct in6_addr *peer);
    bool (*tells)(void *to, const struct in6_addr *peer, struct str line);
    /* The log that holds *record, which becomes its index there. */
    const char *(*ledger)(void *to, uint64_t *record);
    struct clock clock;
};

struct front_options {
    struct asking gate;
    struct identity *identity; /* outlives the front; or NULL */
    struct sip_key key;
    size_t lanes;
    int max_pending;     /* unanswered questions before 503 */
    size_t transactions; /* remembered at most */
};

/* Room that front_receive and front_finish want in `out` for one answer. */
enum { ANSWER_ROOM = MESSAGE_MAX + 8192 };

/* `setup` becomes the front's if this succeeds. */
MUST_USE enum err front_new(const struct front_options *, struct setup *setup, struct front **out,
                            struct problem *);
void front_free(struct front *);

/* For refilling at the start. */
struct transactions *front_transactions(struct front *);

struct lane *front_lane(struct front *, size_t index);

/* Swap; returns once no lane uses the old one, which is then freed. Lanes must be running. */
void front_reload(struct front *, struct setup *setup);

/* No new questions from now on (503), and wait for those under way. Lanes must be running. */
void front_drain(struct front *);

/* Wake all lanes, so that they see whatever flag their loops look at. */
void front_wake(struct front *);

/* Is this one of our peers, by the configuration or the registry? */
bool lane_knows(struct lane *, const struct in6_addr *);

/* Readable when there is something for front_finish or lane_round. */
int lane_fd(const struct lane *);
void lane_round(struct lane *);

/*
 * One message. An answer that can be given at once is appended to `out`, to be
 * sent to `origin`, whose port is changed to the one where the sender wants it.
 * False: close the connection behind it.
 */
bool front_receive(struct lane *, struct origin *origin, struct str packet, struct buf *out);

/*
 * What was asked since goes to the ledger, in one hand-over. Each response that has
 * come: `send` it; `text` lives until `send` returns.
 */
typedef void front_send(void *to, const struct origin *, struct str text);
void front_finish(struct lane *, front_send *send, void *to);

/* For the lane's own counting. */
enum counter {
    COUNT_UNSENT,
    COUNT_DROPPED,
};
void lane_count(struct lane *, enum counter);

void front_stats(struct front *, struct sip_stats *out);
