/*
 * sip_stage: a front with a stand-in for the gate, and requests to send to it.
 *
 * The stand-in answers at once with `verdict`, or parks questions until
 * stage_release. Included by the tests that need it; all static.
 */
#pragma once
#include "sip/front.h"

static const struct number_block stage_blocks[] = {
    {.prefix = "13", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "110", .min_len = 3, .max_len = 3, .class = NUMBER_EMERGENCY},
};
static const struct number_plan stage_plan = {.country = "86",
                                              .trunk = "0",
                                              .idd = "00",
                                              .blocks = stage_blocks,
                                              .block_count = 2,
                                              .utc_offset_minutes = 480};

enum { STAGE_PARKED = 4096 };

struct stage {
    struct config config;
    struct peer_config peer;
    struct front *front;
    struct answer answer;
    bool park, stranger, agency; /* an agency's switch is told no party of a relay call */
    unsigned asked;
    struct call last;
    gate_done *done[STAGE_PARKED];
    void *context[STAGE_PARKED];
    size_t parked;
    when now;
};

static inline void stage_ask(void *to, const struct question *q, gate_done *done, void *context)
{
    struct stage *s = to;
    s->asked++;
    s->last = q->call;
    if (!s->park) {
        done(context, &s->answer);
        return;
    }
    assert_true(s->parked < STAGE_PARKED);
    s->done[s->parked] = done;
    s->context[s->parked++] = context;
}

static inline void stage_submit(void *to, struct ledger_round *round)
{
    (void)to;
    assert_null(round->newest);
}

static inline const char *stage_ledger(void *to, uint64_t *record)
{
    (void)to;
    (void)record;
    return "7f3a09c1";
}

static inline bool stage_knows(void *to, const struct in6_addr *peer)
{
    const struct stage *s = to;
    return !s->stranger;
}

static inline bool stage_tells(void *to, const struct in6_addr *peer, struct str line)
{
    const struct stage *s = to;
    return !s->agency;
}

static inline void stage_release(struct stage *s)
{
    for (size_t i = 0; i < s->parked; i++)
        s->done[i](s->context[i], &s->answer);
    s->parked = 0;
}

static inline struct setup *stage_setup(struct stage *s)
{
    struct setup *setup = calloc(1, sizeof *setup);
    assert_non_null(setup);
    *setup =
        (struct setup){.config = &s->config, .plan = &stage_plan, .base_url = "https://m.example"};
    setup->next_hop = STR("10.0.0.5:5060");
    setup->next_host = STR("10.0.0.5");
    setup->next_port = 5060;
    return setup;
}

/* 127.0.0.0/8 is trusted. `identity` outlives the stage, or is NULL. */
static inline struct stage *stage_new_proving(size_t lanes, int max_pending,
                                              struct identity *identity)
{
    struct stage *s = calloc(1, sizeof *s);
    struct problem problem;
    assert_non_null(s);
    s->peer = (struct peer_config){.address = "127.0.0.0/8", .trusted = true};
    assert_true(network_parse(STR("127.0.0.0/8"), &s->peer.net));
    s->config.peers = &s->peer;
    s->config.peer_count = 1;
    s->answer =
        (struct answer){.verdict = {.kind = VERDICT_ALLOW, .check = CHECK_ALLOWED}, .record = 7};
    struct front_options o = {
        .gate = {.to = s,
                 .ask = stage_ask,
                 .submit = stage_submit,
                 .knows = stage_knows,
                 .tells = stage_tells,
                 .ledger = stage_ledger,
                 .clock = clock_fixed(&s->now)},
        .identity = identity,
        .lanes = lanes,
        .max_pending = max_pending,
        .transactions = 10000,
    };
    memset(&o.key, 7, sizeof o.key);
    assert_int_equal(front_new(&o, stage_setup(s), &s->front, &problem), OK);
    return s;
}

static inline struct stage *stage_new(size_t lanes, int max_pending)
{
    return stage_new_proving(lanes, max_pending, NULL);
}

static inline void stage_free(struct stage *s)
{
    front_free(s->front);
    free(s);
}

/* A request in static memory. */
static inline const char *request(const char *method, const char *uri, const char *call_id,
                                  const char *more)
{
    static char text[8192];
    struct buf b;
    buf_fixed(&b, text, sizeof text - 1);
    buf_printf(&b,
               "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK%s;rport\r\n"
               "Max-Forwards: 70\r\nFrom: <sip:+8613800138000@h>;tag=1\r\nTo: <sip:x@h>\r\n"
               "Call-ID: %s\r\nCSeq: 1 %s\r\n%sContent-Length: 0\r\n\r\n",
               method, uri, call_id, call_id, method, more);
    assert_false(b.failed);
    text[b.n] = '\0';
    return text;
}
