/* What a request asks, and how each verdict is answered: dip and redirect together. */
#include "unit.h"
#include "gate/verdict.h"
#include "sip/redirect.h"

static const struct number_block blocks[] = {
    {.prefix = "13", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "21", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "95", .min_len = 5, .max_len = 8, .class = NUMBER_95},
    {.prefix = "110", .min_len = 3, .max_len = 3, .class = NUMBER_EMERGENCY},
};
static const struct number_plan plan = {.country = "86",
                                        .trunk = "0",
                                        .idd = "00",
                                        .blocks = blocks,
                                        .block_count = sizeof blocks / sizeof *blocks,
                                        .utc_offset_minutes = 480};
static const struct setup setup = {.plan = &plan,
                                   .area = {"21", 2},
                                   .next_hop = {"10.0.0.5:5070", 13},
                                   .next_host = {"10.0.0.5", 8},
                                   .next_port = 5070,
                                   .base_url = "https://menshen.example"};
static const struct peer_config trusted = {
    .address = "192.0.2.0/24", .trusted = true, .line = "lin_peer"};
static const struct peer_config listed = {.address = "192.0.2.0/24", .line = "lin_peer"};

#define REST                                                                                       \
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport=9;received=1.2.3.4, SIP/2.0/TCP h2\r\n" \
    "Max-Forwards: 70\r\nTo: <sip:x@h>\r\nCall-ID: abc\r\nCSeq: 1 INVITE\r\n"
#define FROM "From: \"Lei\" <sip:+8613800138000@h>;tag=1\r\n"

struct read {
    struct message m;
    struct call call;
    struct asked asked;
    const char *defect;
    int status;
    bool told; /* who is behind a relay number */
};

static void read_from(struct read *r, const struct setup *s, const struct peer_config *peer,
                      const char *text)
{
    struct in6_addr address = {0};
    assert_true(address_parse(STR("192.0.2.1"), &address));
    assert_int_equal(message_parse(str_of(text), false, &r->m), MESSAGE_REQUEST);
    r->defect = NULL;
    r->status = dip_read(s, &r->m, peer, &address, r->told, &r->call, &r->asked, &r->defect);
}

#define INVITE(uri, more)     "INVITE " uri " SIP/2.0\r\n" REST more "\r\n"
#define READ(peer, uri, more) read_from(&r, &setup, peer, INVITE(uri, more))

static void callees_are_numbers_in_all_their_forms(void **state)
{
    static const struct {
        const char *uri, *target;
        number callee;
    } table[] = {
        {"sip:+8613900139000@h;user=phone", "+8613900139000", 8613900139000},
        {"sip:13900139000@h", "+8613900139000", 8613900139000},
        {"tel:+86-139-0013-9000", "+8613900139000", 8613900139000},
        {"sip:%2B8613900139000@h", "+8613900139000", 8613900139000},
        {"sips:62345678@[2001:db8::1]:5061", "+862162345678", 862162345678},
        {"sip:+8613900139000;rn=+8613440000000;npdi@h", "+8613900139000;npdi;rn=+8613440000000",
         8613900139000},
        {"sip:+8613900139000;rn=evil>x@h", NULL, 0},
        {"sip:110@h", "110", 86110},
        {"sip:95588@h;user=phone", "95588", 8695588},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct read r = {0};
        char text[1000];
        struct buf b;
        buf_fixed(&b, text, sizeof text - 1);
        buf_printf(&b, "INVITE %s SIP/2.0\r\n" REST FROM "\r\n", table[i].uri);
        text[b.n] = '\0';
        if (table[i].target == NULL) {
            assert_int_equal(message_parse(str_of(text), false, &r.m), MESSAGE_BAD);
            continue;
        }
        read_from(&r, &setup, NULL, text);
        assert_int_equal(r.status, 0);
        assert_int_equal(r.call.callee, table[i].callee);
        assert_string_equal(r.asked.target, table[i].target);
    }
}

static void what_is_no_number_is_said_to_be_none(void **state)
{
    struct read r = {0};
    READ(NULL, "sip:alice@example.com", FROM);
    assert_int_equal(r.status, 400);
    assert_string_equal(r.defect, "the Request-URI is not a telephone number");
    READ(NULL, "http://example.com/", FROM);
    assert_int_equal(r.status, 416);
    READ(NULL, "sip:example.com", FROM);
    assert_int_equal(r.status, 400);
}

static void the_caller_is_whom_a_trusted_peer_asserts(void **state)
{
    struct read r = {0};
    READ(&trusted, "sip:110@h",
         FROM "P-Asserted-Identity: <sip:alice@corp>, \"B\" <tel:+8613700137000>\r\n");
    assert_int_equal(r.call.caller, 8613700137000);
    assert_false(r.call.caller_authenticated); /* believed, not proven: that takes a PASSporT */
    READ(&trusted, "sip:110@h", FROM);
    assert_int_equal(r.call.caller, 8613800138000);
    /* An asserted identity that is no number is not replaced by what the caller says himself. */
    READ(&trusted, "sip:110@h", FROM "P-Asserted-Identity: <sip:alice@corp>\r\n");
    assert_int_equal(r.call.caller, 0);
    assert_int_equal(r.call.caller_class, NUMBER_MALFORMED);
    READ(&trusted, "sip:110@h", "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1\r\n");
    assert_int_equal(r.call.caller, 0);
}

static void an_identity_header_is_held_against_the_request(void **state)
{
    struct read r = {0};
    struct passport_request request;
    READ(&trusted, "sip:13900139000@h",
         FROM "P-Asserted-Identity: <tel:+8613700137000>\r\nDate: now\r\n"
              "Identity: x.y.z;info=<https://a/>;ppt=div\r\n"
              "y: a.b.c;info=<https://b/>;ppt=shaken\r\nIdentity: d.e.f;info=<https://c/>\r\n");
    assert_int_equal(dip_identity(&setup, &r.m, &r.call, &request), PASSPORT_VERIFIED);
    assert_str(request.token, "a.b.c");
    assert_str(request.url, "https://b/");
    assert_str(request.date, "now");
    assert_int_equal(request.callers[0], 8613700137000);
    assert_int_equal(request.callers[1], 8613800138000);
    assert_int_equal(request.callee, 8613900139000);
    READ(&trusted, "sip:13900139000@h", FROM "Identity: x.y.z;info=<https://a/>;ppt=div\r\n");
    assert_int_equal(dip_identity(&setup, &r.m, &r.call, &request), PASSPORT_UNSUPPORTED);
}

static void an_untrusted_peer_is_believed_nothing(void **state)
{
    static const struct peer_config *const peers[] = {NULL, &listed};
    for (size_t i = 0; i < 2; i++) {
        struct read r = {0};
        READ(peers[i], "sip:13900139000@h",
             FROM
             "P-Asserted-Identity: <tel:+8613700137000>\r\nX-Menshen-Line: lin_x\r\n"
             "X-Menshen-Campaign: cmp_x\r\nX-Menshen-Roaming: yes\r\nPriority: psap-callback\r\n"
             "Feature-Caps: *;+sip.608\r\nIdentity: abc;info=<https://x/>\r\n");
        assert_int_equal(r.status, 0);
        assert_int_equal(r.call.caller, 8613800138000);
        assert_false(r.call.caller_authenticated);
        assert_false(r.call.psap_callback);
        assert_false(r.call.peer_trusted);
        assert_int_equal(r.call.roaming, ROAMING_UNKNOWN);
        assert_str(r.call.campaign, "");
        assert_false(r.asked.trusted);
        assert_false(r.asked.sip608);
        if (i == 0)
            assert_str(r.call.line, "");
        else
            assert_str(r.call.line, "lin_peer");
    }
}

static void a_trusted_peer_says_line_campaign_roaming_and_priority(void **state)
{
    struct read r = {0};
    READ(&trusted, "sip:110@h",
         FROM "X-Menshen-Line: lin_x\r\nX-Menshen-Campaign: cmp_x\r\nX-Menshen-Roaming: NO\r\n"
              "Priority: psap-callback\r\nFeature-Caps: *;+sip.608\r\n");
    assert_int_equal(r.status, 0);
    assert_str(r.call.line, "lin_x");
    assert_str(r.call.campaign, "cmp_x");
    assert_int_equal(r.call.roaming, ROAMING_NO);
    assert_true(r.call.psap_callback);
    assert_true(r.asked.sip608);
    READ(&trusted, "sip:110@h", FROM);
    assert_str(r.call.line, "lin_peer");
    assert_false(r.asked.sip608);
}

static void a_word_said_twice_or_wrongly_is_refused(void **state)
{
    static const char *const more[] = {
        "X-Menshen-Line: a\r\nX-Menshen-Line: b\r\n",
        "X-Menshen-Campaign: a\r\nX-Menshen-Campaign: b\r\n",
        "X-Menshen-Roaming: yes\r\nX-Menshen-Roaming: no\r\n",
        "X-Menshen-Roaming: maybe\r\n",
        ("X-Menshen-Line: 01234567890123456789012345678901234567890123456789"
         "012345678901234\r\n"),
    };
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct read r = {0};
        char text[1000];
        struct buf b;
        buf_fixed(&b, text, sizeof text - 1);
        buf_printf(&b, "INVITE tel:+8613900139000 SIP/2.0\r\n" REST FROM "%s\r\n", more[i]);
        text[b.n] = '\0';
        read_from(&r, &setup, &trusted, text);
        assert_int_equal(r.status, 400);
        assert_non_null(r.defect);
        buf_reset(&b);
        buf_printf(&b, "INVITE sip:110@h SIP/2.0\r\n" REST FROM "%s\r\n", more[i]);
        text[b.n] = '\0';
        read_from(&r, &setup, &trusted, text);
        assert_int_equal(r.status, 0); /* an emergency call rings all the same */
    }
}

static void forwarded_calls_are_seen_as_such(void **state)
{
    struct read r = {0};
    READ(NULL, "sip:110@h",
         FROM "Diversion: <tel:+8613700137000>;reason=no-answer;counter=2, <tel:+8613600136000>\r\n"
              "Diversion: <sip:+8613500135000@h>;counter=0\r\n");
    assert_int_equal(r.call.diversions, 4);
    assert_int_equal(r.call.diverting, 8613700137000);
    READ(NULL, "sip:110@h",
         FROM "History-Info: <sip:+8613700137000@h;user=phone>;index=1,"
              "<sip:+8613600136000@h;user=phone;cause=302>;index=1.1;mp=1,"
              "<sip:110@h;cause=408>;index=1.1.1\r\n");
    assert_int_equal(r.call.diversions, 2);
    assert_int_equal(r.call.diverting, 8613600136000);
    READ(NULL, "sip:110@h", FROM "History-Info: <sip:110@h>;index=1\r\n");
    assert_int_equal(r.call.diversions, 0);
    assert_int_equal(r.call.diverting, 0);
}

/* Answers. */

static char text[4000];

static const char *answer_with(const struct setup *s, const struct read *r, struct outcome o)
{
    char echo[1500];
    struct buf e, b;
    struct in6_addr source;
    assert_true(address_parse(STR("192.0.2.1"), &source));
    buf_fixed(&e, echo, sizeof echo);
    redirect_echo(&e, &r->m, &source, 4711, 0x1234);
    buf_fixed(&b, text, sizeof text - 1);
    redirect_outcome(&b, s, &r->asked, &o, "7f3a09c1", buf_view(&e));
    assert_false(b.failed);
    text[b.n] = '\0';
    return text;
}

static const char *answer(const struct read *r, enum verdict_kind kind, enum check check)
{
    return answer_with(
        &setup, r,
        (struct outcome){.kind = (uint8_t)kind, .check = (uint8_t)check, .record = 1042});
}

static void has(const char *line)
{
    if (strstr(text, line) == NULL)
        fail_msg("missing: %s\nin:\n%s", line, text);
}

static void has_not(const char *line)
{
    if (strstr(text, line) != NULL)
        fail_msg("found: %s\nin:\n%s", line, text);
}

static void allow_redirects_to_the_same_number_at_the_next_hop(void **state)
{
    struct read r = {0};
    READ(&trusted, "sip:13900139000@h", FROM);
    assert_string_equal(
        answer(&r, VERDICT_ALLOW, CHECK_ALLOWED),
        "SIP/2.0 302 Moved Temporarily\r\n"
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;received=192.0.2.1;rport=4711, "
        "SIP/2.0/TCP h2\r\n"
        "From: \"Lei\" <sip:+8613800138000@h>;tag=1\r\n"
        "To: <sip:x@h>;tag=0000000000001234\r\n"
        "Call-ID: abc\r\n"
        "CSeq: 1 INVITE\r\n"
        "Contact: <sip:+8613900139000@10.0.0.5:5070;user=phone>\r\n"
        "X-Menshen-Verdict: allow\r\n"
        "X-Menshen-Record: rec_7f3a09c1_1042\r\n"
        "Content-Length: 0\r\n\r\n");
}

static void without_a_next_hop_or_with_a_loop_it_is_404(void **state)
{
    struct read r = {0};
    struct setup none = setup;
    none.next_hop = (struct str){0};
    READ(&trusted, "sip:13900139000@h", FROM);
    answer_with(&none, &r, (struct outcome){.kind = VERDICT_ALLOW, .check = CHECK_ALLOWED});
    has("SIP/2.0 404 Not Found\r\n");
    has("X-Menshen-Verdict: allow\r\n");
    has_not("Contact");
    READ(&trusted, "sip:+8613900139000@10.0.0.5:5070;user=phone", FROM);
    answer(&r, VERDICT_ALLOW, CHECK_ALLOWED);
    has("SIP/2.0 404 Not Found\r\n");
}

static void remind_carries_a_label_and_an_address_to_read_about_it(void **state)
{
    struct read r = {0};
    READ(&trusted, "sip:13900139000@h", FROM);
    answer(&r, VERDICT_REMIND, CHECK_BEHAVIOUR_REMIND);
    has("SIP/2.0 302 ");
    has("Contact: <sip:+8613900139000@10.0.0.5:5070;user=phone>\r\n");
    has("P-Asserted-Identity: \"来电提醒\" <tel:+8613800138000>\r\n");
    has("Call-Info: <https://menshen.example/v1/records/rec_7f3a09c1_1042>;purpose=info\r\n");
    has("X-Menshen-Verdict: remind;reason=behaviour-remind\r\n");
    READ(&trusted, "sip:13900139000@h", "From: <sip:95588@h>;tag=1\r\n");
    answer(&r, VERDICT_REMIND, CHECK_BEHAVIOUR_REMIND);
    has("<tel:95588;phone-context=+86>\r\n");
}

static void warn_goes_to_the_announcement(void **state)
{
    struct read r = {0};
    struct setup with = setup;
    READ(&trusted, "sip:13900139000@h", FROM);
    answer(&r, VERDICT_WARN, CHECK_BEHAVIOUR_WARN);
    has("Contact: <sip:+8613900139000@10.0.0.5:5070;user=phone>\r\n");
    has("\"谨防诈骗\"");
    with.announcement = STR("sip:fraud@10.0.0.9");
    answer_with(&with, &r, (struct outcome){.kind = VERDICT_WARN, .check = CHECK_BEHAVIOUR_WARN});
    has("Contact: <sip:fraud@10.0.0.9>\r\n");
    has("X-Menshen-Verdict: warn;reason=behaviour-warn\r\n");
}

/* Dialled 170…1; behind it, 139…. */
#define RELAY_URI "sip:13000000001@"
static const struct outcome relayed = {
    .kind = VERDICT_ALLOW, .check = CHECK_ALLOWED, .record = 1042, .target = 8613900139000};

static void a_relay_number_is_redirected_to_who_is_behind_it(void **state)
{
    static const struct {
        const char *invite, *contact;
    } table[] = {
        {INVITE(RELAY_URI "h", FROM), "Contact: <sip:+8613900139000@h;user=phone>\r\n"},
        {INVITE(RELAY_URI "h:5070", FROM), "Contact: <sip:+8613900139000@h:5070;user=phone>\r\n"},
        {INVITE(RELAY_URI "[2001:db8::1]:5070", FROM),
         "Contact: <sip:+8613900139000@[2001:db8::1]:5070;user=phone>\r\n"},
        {INVITE("tel:+8613000000001", FROM), "Contact: <tel:+8613900139000>\r\n"},
    };
    struct read r = {.told = true};
    struct setup none = setup;
    none.next_hop = (struct str){0};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        read_from(&r, &setup, &trusted, table[i].invite);
        assert_true(r.call.relay_told);
        answer_with(&none, &r, relayed);
        has("SIP/2.0 302 Moved Temporarily\r\n");
        has(table[i].contact);
        has("P-Asserted-Identity: <tel:+8613000000001>\r\n");
        has("X-Menshen-Verdict: allow\r\nX-Menshen-Relay: +8613000000001\r\n");
        answer_with(&setup, &r, relayed);
        has("Contact: <sip:+8613900139000@10.0.0.5:5070;user=phone>\r\n");
        struct outcome limited = relayed;
        limited.max_call_s = 900;
        answer_with(&setup, &r, limited);
        has("X-Menshen-Relay: +8613000000001\r\nX-Menshen-Max-Seconds: 900\r\n");
    }
}

/* Even one with the proxy's own routing in mind: 404 would lead to the relay number again. */
static void a_relayed_call_is_labelled_with_the_relay_number_and_always_rings(void **state)
{
    struct read r = {.told = true};
    struct setup with = setup;
    struct outcome o = relayed;
    with.announcement = STR("sip:fraud@10.0.0.9");
    o.kind = VERDICT_WARN;
    o.check = CHECK_BEHAVIOUR_WARN;
    READ(&trusted, RELAY_URI "10.0.0.5:5070", FROM);
    answer_with(&with, &r, o);
    has("Contact: <sip:+8613900139000@10.0.0.5:5070;user=phone>\r\n");
    has("P-Asserted-Identity: \"谨防诈骗\" <tel:+8613000000001>\r\n");
    has("Call-Info: <https://menshen.example/v1/records/rec_7f3a09c1_1042>;purpose=info\r\n");
}

static void who_is_not_told_learns_no_party(void **state)
{
    const struct {
        const struct peer_config *peer;
        bool told;
    } table[] = {{&trusted, false}, {&listed, true}, {&listed, false}, {NULL, true}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct read r = {.told = table[i].told};
        struct setup with = setup;
        with.relay_announcement = STR("sip:ended@10.0.0.9");
        READ(table[i].peer, RELAY_URI "h", FROM);
        assert_false(r.call.relay_told);
        answer_with(&with, &r, relayed);
        has("Contact: <sip:+8613000000001@10.0.0.5:5070;user=phone>\r\n");
        has_not("13900139000");
        has_not("X-Menshen-Relay");
        answer_with(&with, &r,
                    (struct outcome){.kind = VERDICT_BLOCK, .check = CHECK_RELAY_CLOSED});
        has("SIP/2.0 403 Forbidden\r\n");
    }
}

static void a_closed_relay_number_leads_to_an_announcement(void **state)
{
    struct read r = {.told = true};
    struct setup with = setup;
    struct peer_config own = trusted;
    const struct outcome closed = {
        .kind = VERDICT_BLOCK, .check = CHECK_RELAY_CLOSED, .record = 1042};
    READ(&trusted, RELAY_URI "h", FROM);
    answer_with(&with, &r, closed);
    has("SIP/2.0 403 Forbidden\r\n");
    has("Reason: SIP;cause=403;text=\"relay-closed\"\r\n");
    own.block_right = 603;
    READ(&own, RELAY_URI "h", FROM);
    answer_with(&with, &r, closed);
    has("SIP/2.0 603 Decline\r\n");
    with.relay_announcement = STR("sip:ended@10.0.0.9");
    answer_with(&with, &r, closed);
    has("SIP/2.0 302 Moved Temporarily\r\n");
    has("Contact: <sip:ended@10.0.0.9>\r\nX-Menshen-Verdict: block;reason=relay-closed\r\n");
    has_not("X-Menshen-Relay");
    with.relay_announcement = STR("sip:+8613000000001@h");
    answer_with(&with, &r, closed);
    has("SIP/2.0 603 Decline\r\n");
}

static void no_right_is_403_and_says_why(void **state)
{
    struct read r = {0};
    READ(&trusted, "sip:13900139000@h", FROM);
    answer(&r, VERDICT_BLOCK, CHECK_CALLER_NOT_ON_LINE);
    has("SIP/2.0 403 Forbidden\r\n");
    has("Reason: SIP;cause=403;text=\"caller-not-authorised\"\r\n");
    has("X-Menshen-Verdict: block;reason=caller-not-authorised\r\n");
    has("X-Menshen-Record: rec_7f3a09c1_1042\r\n");
}

static void the_person_s_reasons_are_one_word(void **state)
{
    static char first[sizeof text];
    struct read r = {0};
    READ(&trusted, "sip:13900139000@h", FROM);
    answer(&r, VERDICT_BLOCK, CHECK_CALLEE_BLOCKS);
    has("SIP/2.0 603 Decline\r\n");
    has("Reason: SIP;cause=603;text=\"declined\"\r\n");
    memcpy(first, text, sizeof text);
    for (int c = 0; c < CHECKS; c++)
        if (check_side((enum check)c) == SIDE_WISH)
            assert_string_equal(answer(&r, VERDICT_BLOCK, (enum check)c), first);
}

/* What reaches a Reason is the first contact for which its 128 characters have room. */
static void the_first_contact_that_fits_is_named(void **state)
{
    static const char *const path = SOURCE_ROOT "/rules/cn.yaml";
    static char url[APPEAL_MAX + 1] = "https://carrier.example/";
    struct config c = {.redress = {.name = "N", .tel = "+86-21"}};
    struct rules *rules;
    struct setup *s;
    assert_int_equal(rules_load(&path, 1, &rules, NULL), OK);
    assert_int_equal(setup_new(&c, rules, &s, NULL), OK);
    assert_string_equal(s->appeal, "tel=+86-21");
    assert_false(s->card);
    setup_free(s);
    memset(url + 24, 'a', sizeof url - 25);
    c.redress.url = url;
    c.redress.certificate = "x";
    assert_int_equal(setup_new(&c, rules, &s, NULL), OK);
    assert_string_equal(s->appeal, "tel=+86-21");
    assert_true(s->card);
    setup_free(s);
    url[APPEAL_MAX - 4] = '\0';
    assert_int_equal(setup_new(&c, rules, &s, NULL), OK);
    assert_int_equal(strlen(s->appeal), APPEAL_MAX);
    struct read r = {0};
    READ(&trusted, "sip:13900139000@h", FROM);
    answer_with(s, &r, (struct outcome){.check = CHECK_BEHAVIOUR_BLOCK});
    const char *reason = strstr(text, "Reason: ");
    assert_int_equal(strcspn(reason, "\r"), 128);
    setup_free(s);
    rules_free(rules);
}

static void behaviour_is_network_blocked_or_608(void **state)
{
    struct read r = {0};
    struct setup reached = setup;
    READ(&trusted, "sip:13900139000@h", FROM);
    answer(&r, VERDICT_BLOCK, CHECK_BEHAVIOUR_BLOCK);
    has("SIP/2.0 603 Network Blocked\r\n");
    has("Reason: SIP;cause=603;text=\"v=analytics1\";location=RLN\r\n");
    snprintf(reached.appeal, sizeof reached.appeal, "url=https://carrier.example/");
    answer_with(&reached, &r, (struct outcome){.check = CHECK_BEHAVIOUR_BLOCK});
    has("Reason: SIP;cause=603;text=\"v=analytics1;url=https://carrier.example/\""
        ";location=RLN\r\n");
    memset(reached.appeal, 'a', APPEAL_MAX);
    reached.appeal[APPEAL_MAX] = '\0';
    answer_with(&reached, &r, (struct outcome){.check = CHECK_BEHAVIOUR_BLOCK});
    has("aaa\";location=RLN\r\n");
    READ(&trusted, "sip:13900139000@h", FROM "Feature-Caps: *;+sip.608\r\n");
    answer(&r, VERDICT_BLOCK, CHECK_BEHAVIOUR_BLOCK);
    has("SIP/2.0 608 Rejected\r\n");
    assert_null(strstr(text, "Call-Info"));
    reached.card = true;
    answer_with(&reached, &r, (struct outcome){.check = CHECK_BEHAVIOUR_BLOCK});
    has("Call-Info: <https://menshen.example/jwscard>;purpose=jwscard\r\n");
}

static void a_peer_may_want_other_codes(void **state)
{
    struct read r = {0};
    struct peer_config own = trusted;
    own.block_right = 480;
    own.block_wish = 486;
    own.block_behaviour = 607;
    READ(&own, "sip:13900139000@h", FROM);
    answer(&r, VERDICT_BLOCK, CHECK_LINE_UNKNOWN);
    has("SIP/2.0 480 Temporarily Unavailable\r\n");
    has("Reason: SIP;cause=480;");
    answer(&r, VERDICT_BLOCK, CHECK_REFUSED);
    has("SIP/2.0 486 Busy Here\r\n");
    answer(&r, VERDICT_BLOCK, CHECK_BEHAVIOUR_BLOCK);
    has("SIP/2.0 607 Unwanted\r\n");
}

static void an_untrusted_peer_gets_only_the_status(void **state)
{
    struct read r = {0};
    for (int c = 0; c < CHECKS; c++) {
        for (int kind = VERDICT_BLOCK; kind <= VERDICT_ALLOW; kind++) {
            READ(&listed, "sip:13900139000@h", FROM);
            answer(&r, (enum verdict_kind)kind, (enum check)c);
            has_not("X-Menshen");
            has_not("Reason");
            has_not("Call-Info");
            has_not("P-Asserted");
            has_not("Network");
        }
    }
}

static void without_a_record_it_is_603_or_404_but_an_emergency_rings(void **state)
{
    struct read r = {0};
    READ(&trusted, "sip:13900139000@h", FROM);
    answer_with(&setup, &r,
                (struct outcome){
                    .cause = OUTCOME_UNRECORDED, .kind = VERDICT_BLOCK, .check = CHECK_ALLOWED});
    has("SIP/2.0 603 Decline\r\n");
    has_not("X-Menshen-Record");
    answer_with(&setup, &r,
                (struct outcome){
                    .cause = OUTCOME_UNRECORDED, .kind = VERDICT_ALLOW, .check = CHECK_ALLOWED});
    has("SIP/2.0 404 Not Found\r\n");
    READ(&trusted, "sip:110@h", FROM);
    answer_with(&setup, &r,
                (struct outcome){.cause = OUTCOME_UNRECORDED,
                                 .kind = VERDICT_ALLOW,
                                 .check = CHECK_CALLEE_EMERGENCY});
    has("SIP/2.0 302 ");
    has("Contact: <sip:110@10.0.0.5:5070;user=phone>\r\n");
}

static void a_cancelled_call_is_487(void **state)
{
    struct read r = {0};
    READ(&trusted, "sip:13900139000@h", FROM);
    answer_with(&setup, &r, (struct outcome){.cause = OUTCOME_CANCELLED, .kind = VERDICT_ALLOW});
    has("SIP/2.0 487 Request Terminated\r\n");
    has("CSeq: 1 INVITE\r\n");
}

static void every_answer_is_well_formed(void **state)
{
    struct read r = {.told = true};
    for (int c = 0; c < CHECKS; c++) {
        for (int kind = VERDICT_BLOCK; kind <= VERDICT_ALLOW + 1; kind++) {
            READ(&trusted, "sip:13900139000@h", FROM);
            if (kind <= VERDICT_ALLOW)
                answer(&r, (enum verdict_kind)kind, (enum check)c);
            else
                answer_with(&setup, &r, relayed);
            struct str rest = str_of(text), line;
            int reasons = 0, empty = 0;
            while (str_split(&rest, '\n', &line)) {
                if (line.n == 0)
                    continue;
                assert_int_equal(line.p[line.n - 1], '\r');
                empty += line.n == 1;
                if (str_starts(line, STR("Reason: "))) {
                    reasons++;
                    assert_true(line.n - 1 <= 128);
                }
            }
            assert_true(reasons <= 1);
            assert_int_equal(empty, 1);
        }
    }
}

UNIT_MAIN(TEST(callees_are_numbers_in_all_their_forms), TEST(what_is_no_number_is_said_to_be_none),
          TEST(the_caller_is_whom_a_trusted_peer_asserts),
          TEST(an_identity_header_is_held_against_the_request),
          TEST(an_untrusted_peer_is_believed_nothing),
          TEST(a_trusted_peer_says_line_campaign_roaming_and_priority),
          TEST(a_word_said_twice_or_wrongly_is_refused), TEST(forwarded_calls_are_seen_as_such),
          TEST(allow_redirects_to_the_same_number_at_the_next_hop),
          TEST(without_a_next_hop_or_with_a_loop_it_is_404),
          TEST(remind_carries_a_label_and_an_address_to_read_about_it),
          TEST(a_relay_number_is_redirected_to_who_is_behind_it),
          TEST(a_relayed_call_is_labelled_with_the_relay_number_and_always_rings),
          TEST(who_is_not_told_learns_no_party),
          TEST(a_closed_relay_number_leads_to_an_announcement), TEST(warn_goes_to_the_announcement),
          TEST(no_right_is_403_and_says_why), TEST(the_person_s_reasons_are_one_word),
          TEST(the_first_contact_that_fits_is_named), TEST(behaviour_is_network_blocked_or_608),
          TEST(a_peer_may_want_other_codes), TEST(an_untrusted_peer_gets_only_the_status),
          TEST(without_a_record_it_is_603_or_404_but_an_emergency_rings),
          TEST(a_cancelled_call_is_487), TEST(every_answer_is_well_formed))
