/* From a request to its answer, with a stand-in for the gate. */
#include "unit.h"
#include "sip_stage.h"

static char out[ANSWER_ROOM + 1];

static struct origin from_address(const char *address)
{
    struct origin o = {.port = 4711};
    assert_true(address_parse(str_of(address), &o.address));
    return o;
}

/* What was answered at once; "" if nothing. */
static const char *receive_from(struct stage *s, const char *address, const char *text)
{
    struct origin origin = from_address(address);
    struct buf b;
    buf_fixed(&b, out, sizeof out - 1);
    lane_round(front_lane(s->front, 0));
    front_receive(front_lane(s->front, 0), &origin, str_of(text), &b);
    assert_false(b.failed);
    out[b.n] = '\0';
    return out;
}

static void keep(void *to, const struct origin *origin, struct str text)
{
    struct buf *b = to;
    buf_str(b, text);
}

/* All answers that have come since. */
static const char *finished(struct stage *s)
{
    struct buf b;
    buf_fixed(&b, out, sizeof out - 1);
    front_finish(front_lane(s->front, 0), keep, &b);
    assert_false(b.failed);
    out[b.n] = '\0';
    return out;
}

static const char *receive(struct stage *s, const char *text)
{
    receive_from(s, "127.0.0.1", text);
    return out[0] != '\0' ? out : finished(s);
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("missing: %s\nin: %s", part, text);
}

#define CALLEE "sip:+8613900139000@h"

static void an_invite_is_asked_and_answered(void **state)
{
    struct stage *s = stage_new(1, 100);
    has(receive(s, request("INVITE", CALLEE, "a", "")), "SIP/2.0 302 ");
    has(out, "X-Menshen-Record: rec_7f3a09c1_7\r\n");
    assert_int_equal(s->asked, 1);
    assert_int_equal(s->last.callee, 8613900139000);
    stage_free(s);
}

static void a_retransmission_gets_the_identical_answer_and_counts_once(void **state)
{
    static char first[sizeof out];
    struct stage *s = stage_new(1, 100);
    receive(s, request("INVITE", CALLEE, "a", ""));
    memcpy(first, out, sizeof out);
    s->answer.verdict.kind = VERDICT_BLOCK;
    s->answer.record = 8;
    assert_string_equal(receive(s, request("INVITE", CALLEE, "a", "")), first);
    assert_int_equal(s->asked, 1);
    has(receive(s, request("INVITE", CALLEE, "b", "")), "SIP/2.0 403 ");
    assert_int_equal(s->asked, 2);
    stage_free(s);
}

/* RFC 3261 §17.1.1.2: a retransmission is the same bytes. All else is a question of its own. */
static void what_was_not_judged_never_gets_another_call_s_answer(void **state)
{
    static const struct {
        const char *uri, *more;
    } table[] = {
        {"sip:+8613900139001@h", ""},
        {CALLEE, "P-Asserted-Identity: <sip:+8613800138001@h>\r\n"},
        {CALLEE, "X-Menshen-Line: lin_other\r\n"},
        {CALLEE, "X-Menshen-Campaign: cmp_other\r\n"},
        {CALLEE, "Diversion: <sip:+8613800138001@h>\r\n"},
    };
    struct stage *s = stage_new(1, 100);
    for (int parked = 0; parked <= 1; parked++) {
        const char *id = parked ? "b" : "a";
        unsigned before = s->asked + 1;
        s->park = parked;
        s->answer.verdict.kind = VERDICT_ALLOW;
        receive(s, request("INVITE", CALLEE, id, ""));
        s->answer.verdict.kind = VERDICT_BLOCK;
        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
            receive(s, request("INVITE", table[i].uri, id, table[i].more));
            assert_int_equal(s->asked, before + i + 1);
            if (!parked)
                has(out, "SIP/2.0 403 ");
        }
        stage_release(s);
        finished(s);
    }
    has(receive(s, request("INVITE", CALLEE, "a", "")), "SIP/2.0 302 ");
    stage_free(s);
}

static void repeats_are_absorbed_while_the_gate_thinks(void **state)
{
    struct stage *s = stage_new(1, 100);
    struct sip_stats stats = {0};
    s->park = true;
    assert_string_equal(receive(s, request("INVITE", CALLEE, "a", "")), "");
    assert_string_equal(receive(s, request("INVITE", CALLEE, "a", "")), "");
    assert_int_equal(s->asked, 1);
    stage_release(s);
    has(finished(s), "SIP/2.0 302 ");
    assert_string_equal(finished(s), "");
    front_stats(s->front, &stats);
    assert_int_equal(stats.repeats, 1);
    assert_int_equal(stats.invites, 2);
    assert_int_equal(stats.pending, 0);
    stage_free(s);
}

static void answers_come_back_in_the_order_of_the_gate(void **state)
{
    struct stage *s = stage_new(1, 100);
    s->park = true;
    receive(s, request("INVITE", CALLEE, "a", ""));
    receive(s, request("INVITE", CALLEE, "b", ""));
    stage_release(s);
    finished(s);
    assert_true(strstr(out, "Call-ID: a") < strstr(out, "Call-ID: b"));
    stage_free(s);
}

static void a_cancel_ends_a_pending_call(void **state)
{
    struct stage *s = stage_new(1, 100);
    s->park = true;
    has(receive(s, request("CANCEL", CALLEE, "a", "")), "SIP/2.0 481 ");
    receive(s, request("INVITE", CALLEE, "a", ""));
    has(receive(s, request("CANCEL", CALLEE, "a", "")), "SIP/2.0 200 OK");
    has(out, "CSeq: 1 CANCEL");
    stage_release(s);
    has(finished(s), "SIP/2.0 487 ");
    has(out, "CSeq: 1 INVITE");
    has(receive(s, request("CANCEL", CALLEE, "a", "")), "SIP/2.0 200 OK");
    has(receive(s, request("INVITE", CALLEE, "a", "")), "SIP/2.0 487 ");
    assert_string_equal(receive(s, request("ACK", CALLEE, "a", "")), "");
    stage_free(s);
}

static void methods_have_their_answers(void **state)
{
    static const struct {
        const char *method, *uri, *more, *answer;
    } table[] = {
        {"OPTIONS", "sip:menshen", "", "SIP/2.0 200 OK"},
        {"OPTIONS", "sip:menshen", "", "\r\nAllow: INVITE, ACK, CANCEL, OPTIONS\r\n"},
        {"OPTIONS", "sip:menshen", "", "\r\nAccept: application/sdp\r\n"},
        {"REGISTER", "sip:menshen", "", "SIP/2.0 405 "},
        {"BYE", CALLEE, "", "\r\nAllow: INVITE, ACK, CANCEL, OPTIONS\r\n"},
        {"INVITE", CALLEE, "Require: 100rel\r\n", "SIP/2.0 302 "},
        {"INVITE", CALLEE, "Require: foo, 100rel\r\nRequire: bar\r\n", "SIP/2.0 420 "},
        {"INVITE", CALLEE, "Require: foo, 100rel\r\nRequire: bar\r\n",
         "\r\nUnsupported: foo, bar\r\n"},
        {"INVITE", "sip:alice@h", "", "SIP/2.0 400 Bad Request: the Request-URI is not"},
        {"INVITE", "http://h/", "", "SIP/2.0 416 Unsupported URI Scheme\r\n"},
        {"INVITE", CALLEE, "To: <sip:y@h>\r\n",
         "SIP/2.0 400 Bad Request: there is more than one To"},
    };
    struct stage *s = stage_new(1, 100);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%zu", i);
        has(receive(s, request(table[i].method, table[i].uri, id, table[i].more)), table[i].answer);
    }
    stage_free(s);
}

static void hops_dialogs_and_versions_are_checked(void **state)
{
    struct stage *s = stage_new(1, 100);
#define HEAD(start, hops, to)                                                                      \
    start "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKh\r\nMax-Forwards: " hops                      \
          "\r\nFrom: <sip:1@h>;tag=1\r\nTo: <sip:x@h>" to                                          \
          "\r\nCall-ID: h\r\nCSeq: 1 INVITE\r\n\r\n"
    has(receive(s, HEAD("INVITE sip:110@h SIP/2.0\r\n", "0", "")), "SIP/2.0 483 ");
    has(receive(s, HEAD("INVITE sip:110@h SIP/2.0\r\n", "70", ";tag=9")), "SIP/2.0 481 ");
    has(out, "To: <sip:x@h>;tag=9\r\n");
    has(receive(s, HEAD("INVITE " CALLEE " SIP/4.0\r\n", "70", "")), "SIP/2.0 505 ");
    assert_string_equal(receive(s, HEAD("SIP/2.0 200 OK\r\n", "70", "")), "");
    assert_string_equal(receive(s, "INVITE sip:110@h SIP/2.0\r\n\r\n"), "");
    assert_int_equal(s->asked, 0);
    stage_free(s);
}

static void the_answer_goes_where_the_via_says(void **state)
{
    struct stage *s = stage_new(1, 100);
    struct buf b;
    static const struct {
        const char *via;
        uint16_t port;
        const char *echo;
    } table[] = {
        {"127.0.0.1:5999;rport;branch=z9hG4bK1", 4711,
         "127.0.0.1:5999;branch=z9hG4bK1;received=127.0.0.1;rport=4711\r\n"},
        {"127.0.0.1:5999;branch=z9hG4bK2", 5999, "127.0.0.1:5999;branch=z9hG4bK2\r\n"},
        {"127.0.0.1;branch=z9hG4bK3", 5060, "127.0.0.1;branch=z9hG4bK3\r\n"},
        {"192.0.2.9:6000;branch=z9hG4bK4;maddr=192.0.2.10", 6000,
         "192.0.2.9:6000;branch=z9hG4bK4;maddr=192.0.2.10;received=127.0.0.1\r\n"},
        {"host.example:6000;branch=z9hG4bK5", 6000,
         "host.example:6000;branch=z9hG4bK5;received=127.0.0.1\r\n"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[1000];
        struct origin origin = from_address("127.0.0.1"), source = origin;
        struct buf t;
        buf_fixed(&t, text, sizeof text - 1);
        buf_printf(&t,
                   "OPTIONS sip:m SIP/2.0\r\nVia: SIP/2.0/UDP %s\r\nMax-Forwards: 70\r\nFrom: "
                   "<sip:1@h>;tag=1\r\n"
                   "To: <sip:x@h>\r\nCall-ID: v\r\nCSeq: 1 OPTIONS\r\n\r\n",
                   table[i].via);
        buf_fixed(&b, out, sizeof out - 1);
        front_receive(front_lane(s->front, 0), &origin, buf_view(&t), &b);
        out[b.n] = '\0';
        has(out, table[i].echo);
        assert_int_equal(origin.port, table[i].port);
        assert_memory_equal(&origin.address, &source.address, sizeof source.address);
    }
    stage_free(s);
}

static void strangers_are_refused_without_a_question_and_not_too_often(void **state)
{
    struct stage *s = stage_new(1, 1000);
    struct sip_stats stats = {0};
    unsigned answered = 0;
    s->stranger = true;
    for (int i = 0; i < 100; i++) {
        char id[16];
        snprintf(id, sizeof id, "s%d", i);
        const char *text = receive_from(s, "192.0.2.1", request("INVITE", CALLEE, id, ""));
        if (text[0] == '\0')
            continue;
        answered++;
        has(text, "SIP/2.0 403 Forbidden\r\n");
        assert_null(strstr(text, "Reason"));
        assert_null(strstr(text, "X-Menshen"));
    }
    assert_int_equal(s->asked, 0);
    assert_true(answered >= 10 && answered <= 40);
    front_stats(s->front, &stats);
    assert_int_equal(stats.rate_limited, 100 - answered);
    /* An emergency call rings from anywhere. */
    has(receive_from(s, "192.0.2.1", request("INVITE", "sip:110@h", "e", "")), "SIP/2.0 302 ");
    stage_free(s);
}

static void a_stranger_s_emergency_calls_always_ring_but_seldom_cost_a_record(void **state)
{
    struct stage *s = stage_new(1, 1000);
    struct sip_stats stats = {0};
    s->stranger = true;
    for (int i = 0; i < 100; i++) {
        char id[16], line[32];
        snprintf(id, sizeof id, "e%d", i);
        snprintf(line, sizeof line, "Call-ID: e%d\r\n", i);
        if (receive_from(s, "192.0.2.1", request("INVITE", "sip:110@h", id, ""))[0] == '\0')
            finished(s);
        has(out, "SIP/2.0 302 ");
        has(out, "Contact: <sip:110@10.0.0.5:5060;user=phone>\r\n");
        has(out, line);
    }
    assert_true(s->asked >= 10 && s->asked <= 40);
    front_stats(s->front, &stats);
    assert_int_equal(stats.unasked, 100 - s->asked);
    assert_int_equal(stats.rate_limited, 0);
    stage_free(s);
}

/* 1: it was answered at once. Without a method: an INVITE with these hops and this To-tag. */
static unsigned send_row(struct stage *s, const char *method, const char *a, const char *b, int n)
{
    char id[16], text[1000];
    snprintf(id, sizeof id, "r%d", n);
    if (method != NULL)
        return receive_from(s, "192.0.2.1", request(method, a, id, b))[0] != '\0';
    snprintf(text, sizeof text,
             "INVITE sip:110@h SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%d\r\n"
             "Max-Forwards: %s\r\nFrom: <sip:1@h>;tag=1\r\nTo: <sip:x@h>%s\r\n"
             "Call-ID: h\r\nCSeq: 1 INVITE\r\n\r\n",
             n, a, b);
    return receive_from(s, "192.0.2.1", text)[0] != '\0';
}

static void an_emergency_call_rings_whatever_else_is_wrong(void **state)
{
    static const char *const wrong[] = {
        "Require: foo\r\n",      "From: <<<>>>\r\n",
        "Max-Forwards: abc\r\n", "X-Menshen-Line: a\r\nX-Menshen-Line: b\r\n",
        "Content-Length: 9\r\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct stage *s = stage_new(1, 100);
        receive(s, request("INVITE", "sip:110@h", "e", wrong[i]));
        assert_int_equal(s->asked, 1);
        has(receive(s, request("INVITE", CALLEE, "f", wrong[i])), "SIP/2.0 4");
        assert_int_equal(s->asked, 1);
        stage_free(s);
    }
}

static void no_answer_to_a_stranger_passes_the_limit(void **state)
{
    static const struct {
        const char *method, *uri, *more;
    } table[] = {
        {"INVITE", "sip:abc@", ""},
        {"INVITE", "sip:alice@h", ""},
        {"INVITE", "http://h/", ""},
        {"INVITE", CALLEE, "Require: foo\r\n"},
        {"INVITE", CALLEE, "Max-Forwards: 70\r\n"},
        {"OPTIONS", "sip:m", ""},
        {"OPTIONS", "sip:m", "Require: foo\r\n"},
        {"CANCEL", CALLEE, ""},
        {"BYE", CALLEE, ""},
        {NULL, "0", ""},
        {NULL, "70", ";tag=9"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct stage *s = stage_new(1, 1000);
        unsigned answered = 0, trunk = 0;
        s->stranger = true;
        for (int k = 0; k < 100; k++)
            answered += send_row(s, table[i].method, table[i].uri, table[i].more, k);
        s->stranger = false;
        for (int k = 100; k < 200; k++)
            trunk += send_row(s, table[i].method, table[i].uri, table[i].more, k);
        if (answered < 10 || answered > 40)
            fail_msg("row %zu: %u of 100 answered", i, answered);
        assert_int_equal(trunk, 100); /* a registered line's */
        stage_free(s);
    }
}

static void a_registered_line_s_peer_is_asked_for_and_told_only_the_status(void **state)
{
    struct stage *s = stage_new(1, 1000);
    s->answer.verdict = (struct verdict){.kind = VERDICT_BLOCK, .check = CHECK_CALLER_NOT_ON_LINE};
    receive_from(s, "192.0.2.1", request("INVITE", CALLEE, "a", ""));
    has(finished(s), "SIP/2.0 403 Forbidden\r\n");
    assert_null(strstr(out, "Reason"));
    assert_int_equal(s->asked, 1);
    stage_free(s);
}

#define RELAY_URI "sip:+8613000000001@h"

/* The configuration says it, else the registry; never to whom nothing is believed. */
static void a_carrier_s_peer_alone_learns_who_is_behind_a_relay_number(void **state)
{
    static const struct {
        bool trusted, stated, relay, agency, told;
    } table[] = {
        {.trusted = true, .told = true},
        {.trusted = true, .agency = true, .told = false},
        {.trusted = true, .agency = true, .stated = true, .relay = true, .told = true},
        {.trusted = true, .stated = true, .relay = false, .told = false},
        {.trusted = false, .stated = true, .relay = true, .told = false},
        {.trusted = false, .told = false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct stage *s = stage_new(1, 100);
        s->agency = table[i].agency;
        s->peer.trusted = table[i].trusted;
        s->peer.relay_stated = table[i].stated;
        s->peer.relay = table[i].relay;
        s->answer.target = 8613900139000; /* the gate would not say it; nor does the front */
        receive(s, request("INVITE", RELAY_URI, "a", ""));
        assert_int_equal(s->last.relay_told, table[i].told);
        if (table[i].told)
            has(out, "Contact: <sip:+8613900139000@10.0.0.5:5060;user=phone>\r\n");
        else
            assert_null(strstr(out, "13900139000"));
        stage_free(s);
    }
}

/* The binding may have ended meanwhile: what was said stays said, for 32 seconds. */
static void a_repeat_of_a_relayed_call_is_answered_alike_when_the_binding_is_over(void **state)
{
    static char first[sizeof out];
    struct stage *s = stage_new(1, 100);
    s->answer.target = 8613900139000;
    memcpy(first, receive(s, request("INVITE", RELAY_URI, "a", "")), sizeof out);
    s->answer.target = 0;
    s->answer.verdict = (struct verdict){.kind = VERDICT_BLOCK, .check = CHECK_RELAY_CLOSED};
    assert_string_equal(receive(s, request("INVITE", RELAY_URI, "a", "")), first);
    has(first, "X-Menshen-Relay: +8613000000001\r\n");
    assert_int_equal(s->asked, 1);
    has(receive(s, request("INVITE", RELAY_URI, "b", "")), "SIP/2.0 403 ");
    stage_free(s);
}

static void without_a_record_nobody_is_told_a_party(void **state)
{
    struct stage *s = stage_new(1, 100);
    s->answer.target = 8613900139000;
    s->answer.record_error = ERR_TIMEOUT;
    receive(s, request("INVITE", RELAY_URI, "a", ""));
    assert_null(strstr(out, "13900139000"));
    stage_free(s);
}

static void overload_is_503_but_emergency_calls_are_asked(void **state)
{
    struct stage *s = stage_new(1, 2);
    s->park = true;
    unsigned refused = 0;
    for (int i = 0; i < 10; i++) {
        char id[16];
        snprintf(id, sizeof id, "o%d", i);
        if (receive(s, request("INVITE", CALLEE, id, ""))[0] == '\0')
            continue;
        has(out, "SIP/2.0 503 Service Unavailable\r\n");
        assert_null(strstr(out, "Retry-After"));
        refused++;
    }
    assert_int_equal(refused, 7);
    assert_string_equal(receive(s, request("INVITE", "sip:110@h", "e", "")), "");
    assert_int_equal(s->asked, 4);
    stage_release(s);
    finished(s);
    /* Refused for overload is not remembered: the repeat is asked. */
    assert_string_equal(receive(s, request("INVITE", CALLEE, "o9", "")), "");
    stage_release(s);
    has(finished(s), "SIP/2.0 302 ");
    stage_free(s);
}

static void long_routes_are_kept_whole(void **state)
{
    static char more[7000];
    struct stage *s = stage_new(1, 100);
    struct buf b;
    buf_fixed(&b, more, sizeof more - 1);
    for (int i = 0; i < 60; i++)
        buf_printf(&b,
                   "Via: SIP/2.0/UDP "
                   "proxy-%d.example.com:5060;branch=z9hG4bKlong-branch-%d-0123456789\r\n",
                   i, i);
    more[b.n] = '\0';
    has(receive(s, request("INVITE", CALLEE, "a", more)), "SIP/2.0 302 ");
    has(out,
        "Via: SIP/2.0/UDP proxy-59.example.com:5060;branch=z9hG4bKlong-branch-59-0123456789\r\n");
    stage_free(s);
}

static void keys_tell_transactions_apart(void **state)
{
    struct sip_key key;
    struct message a, b;
    struct in6_addr here, there;
    memset(&key, 1, sizeof key);
    assert_true(address_parse(STR("127.0.0.1"), &here));
    assert_true(address_parse(STR("127.0.0.2"), &there));
    static char text[8192];
    snprintf(text, sizeof text, "%s", request("INVITE", CALLEE, "a", ""));
    message_parse(str_of(text), false, &a);
    uint64_t first = sip_key_branch(&key, &a, &here);
    assert_true(first == sip_key_branch(&key, &a, &here));
    assert_true(first != sip_key_branch(&key, &a, &there));
    message_parse(str_of(request("CANCEL", CALLEE, "a", "")), false, &b);
    assert_true(first == sip_key_branch(&key, &b, &here));
    message_parse(str_of(request("INVITE", CALLEE, "b", "")), false, &b);
    assert_true(first != sip_key_branch(&key, &b, &here));
    b = a;
    b.cseq++;
    assert_true(first != sip_key_branch(&key, &b, &here));
    b = a;
    b.via.branch = STR("z9hG4bKother");
    assert_true(first != sip_key_branch(&key, &b, &here));
    b = a;
    b.via.sent_by = STR("127.0.0.1:5998");
    assert_true(first != sip_key_branch(&key, &b, &here));
    uint64_t whole = sip_key_transaction(&key, first, str_of(text));
    assert_true(whole >> 32 == first >> 32);
    assert_true(whole == sip_key_transaction(&key, first, str_of(text)));
    assert_true(whole != sip_key_transaction(&key, first, str_skip(str_of(text), 1)));
    key.transaction[0] = 2;
    assert_true(first != sip_key_branch(&key, &a, &here));
}

UNIT_MAIN(TEST(an_invite_is_asked_and_answered),
          TEST(a_retransmission_gets_the_identical_answer_and_counts_once),
          TEST(what_was_not_judged_never_gets_another_call_s_answer),
          TEST(repeats_are_absorbed_while_the_gate_thinks),
          TEST(answers_come_back_in_the_order_of_the_gate), TEST(a_cancel_ends_a_pending_call),
          TEST(methods_have_their_answers), TEST(hops_dialogs_and_versions_are_checked),
          TEST(the_answer_goes_where_the_via_says),
          TEST(strangers_are_refused_without_a_question_and_not_too_often),
          TEST(a_stranger_s_emergency_calls_always_ring_but_seldom_cost_a_record),
          TEST(an_emergency_call_rings_whatever_else_is_wrong),
          TEST(no_answer_to_a_stranger_passes_the_limit),
          TEST(a_registered_line_s_peer_is_asked_for_and_told_only_the_status),
          TEST(a_carrier_s_peer_alone_learns_who_is_behind_a_relay_number),
          TEST(a_repeat_of_a_relayed_call_is_answered_alike_when_the_binding_is_over),
          TEST(without_a_record_nobody_is_told_a_party),
          TEST(overload_is_503_but_emergency_calls_are_asked), TEST(long_routes_are_kept_whole),
          TEST(keys_tell_transactions_apart))
