#include "unit.h"
#include "sip/message.h"

#define VIA     "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport\r\n"
#define FROM    "From: <sip:+8613800138000@h>;tag=1\r\n"
#define TO      "To: <sip:+8613900139000@h>\r\n"
#define CALL_ID "Call-ID: abc\r\n"
#define CSEQ    "CSeq: 1 INVITE\r\n"
#define HOPS    "Max-Forwards: 70\r\n"
#define START   "INVITE sip:+8613900139000@h;user=phone SIP/2.0\r\n"
#define GOOD    START VIA HOPS FROM TO CALL_ID CSEQ
#define LENGTH  "Content-Length: 0\r\n"

static enum message_kind parse(const char *text, struct message *m)
{
    return message_parse(str_of(text), false, m);
}

static void a_plain_invite_is_read(void **state)
{
    struct message m;
    assert_int_equal(parse(GOOD LENGTH "\r\n", &m), MESSAGE_REQUEST);
    assert_int_equal(m.method, METHOD_INVITE);
    assert_str(m.uri, "sip:+8613900139000@h;user=phone");
    assert_str(m.via.branch, "z9hG4bKx");
    assert_int_equal(m.cseq, 1);
    assert_int_equal(m.hops, 70);
    assert_str(message_first(&m, HEADER_CALL_ID)->value, "abc");
    assert_null(message_first(&m, HEADER_ASSERTED));
}

static void compact_names_folds_bare_line_feeds_and_blanks_are_understood(void **state)
{
    struct message m;
    assert_int_equal(
        parse("\r\n\r\nINVITE sip:110@h SIP/2.0\n"
              "v :\tSIP/2.0/UDP 192.0.2.1\n ;branch=z9hG4bKy,\n SIP/2.0/TCP 192.0.2.2\n"
              "V: SIP/2.0/UDP 192.0.2.3\r\n"
              "f:\"A\r\n B\" <sip:1@h>;tag=2\n"
              "T: sip:2@h\nI: x\ncseq:  0009   INVITE\nMAX-FORWARDS: 0\nl:0\n\n",
              &m),
        MESSAGE_REQUEST);
    assert_str(m.via.host, "192.0.2.1");
    assert_str(m.via.branch, "z9hG4bKy");
    assert_str(m.via_rest, "\n SIP/2.0/TCP 192.0.2.2");
    assert_int_equal(m.seen[HEADER_VIA], 2);
    assert_int_equal(m.cseq, 9);
    assert_int_equal(m.hops, 0);
}

/* RFC 4475 §3.4.1: an RFC 2543 client knows neither Max-Forwards nor a branch. */
static void an_older_client_is_understood(void **state)
{
    struct message m;
    assert_int_equal(
        parse("INVITE sip:110@h SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n" FROM TO CALL_ID CSEQ
              "\r\n",
              &m),
        MESSAGE_REQUEST);
    assert_int_equal(m.hops, 70);
    assert_int_equal(m.via.branch.n, 0);
}

static void several_headers_of_a_kind_come_in_order(void **state)
{
    struct message m;
    assert_int_equal(parse(GOOD "Diversion: <tel:1>\r\nX: y\r\nDiversion: <tel:2>\r\n\r\n", &m),
                     MESSAGE_REQUEST);
    const struct header *h = message_next(&m, HEADER_DIVERSION, NULL);
    assert_str(h->value, "<tel:1>");
    h = message_next(&m, HEADER_DIVERSION, h);
    assert_str(h->value, "<tel:2>");
    assert_null(message_next(&m, HEADER_DIVERSION, h));
}

/* Answered, and the answer names the defect. */
static void defects_are_named(void **state)
{
    static const struct {
        const char *text, *word;
        int status;
    } wrong[] = {
        {START VIA HOPS TO CALL_ID CSEQ "\r\n", "From header is missing", 400},
        {START VIA HOPS FROM CALL_ID CSEQ "\r\n", "To header is missing", 400},
        {START VIA HOPS FROM TO CSEQ "\r\n", "Call-ID header is missing", 400},
        {GOOD FROM "\r\n", "more than one From", 400},
        {GOOD TO "\r\n", "more than one To", 400},
        {GOOD CALL_ID "\r\n", "more than one Call-ID", 400},
        {GOOD CSEQ "\r\n", "more than one CSeq", 400},
        {GOOD HOPS "\r\n", "more than one Max-Forwards", 400},
        {GOOD LENGTH LENGTH "\r\n", "more than one Content-Length", 400},
        {GOOD "Content-Length: 5\r\n\r\nabcd", "shorter than its Content-Length", 400},
        {GOOD "Content-Length: -1\r\n\r\n", "Content-Length is not a number", 400},
        {GOOD "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length is not a number",
         400},
        {START VIA HOPS FROM TO CALL_ID "CSeq: 1 OPTIONS\r\n\r\n", "CSeq method", 400},
        {START VIA HOPS FROM TO CALL_ID "CSeq: 1 invite\r\n\r\n", "CSeq method", 400},
        {START VIA HOPS FROM TO CALL_ID "CSeq: 2147483648 INVITE\r\n\r\n", "CSeq number", 400},
        {START VIA HOPS FROM TO CALL_ID "CSeq: 36893488147419103232 INVITE\r\n\r\n", "CSeq number",
         400},
        {START VIA "Max-Forwards: 256\r\n" FROM TO CALL_ID CSEQ "\r\n", "Max-Forwards is not", 400},
        {START VIA "Max-Forwards: x\r\n" FROM TO CALL_ID CSEQ "\r\n", "Max-Forwards is not", 400},
        {START VIA HOPS "From: <sip:a@h\r\n" TO CALL_ID CSEQ "\r\n", "From header cannot", 400},
        {START VIA HOPS FROM "To: \r\n" CALL_ID CSEQ "\r\n", "To header cannot", 400},
        {START VIA HOPS FROM TO "Call-ID:\r\n" CSEQ "\r\n", "Call-ID is empty", 400},
        {GOOD "no colon here\r\n\r\n", "header line", 400},
        {GOOD "Bad Name: x\r\n\r\n", "header line", 400},
        {GOOD ": x\r\n\r\n", "header line", 400},
        {GOOD "X-Y: a\rb\r\n\r\n", "control character", 400},
        {GOOD, "empty line", 400},
        {"INVITE sip:1@h SIP/7.0\r\n" VIA HOPS FROM TO CALL_ID CSEQ "\r\n", "only SIP/2.0", 505},
        {"INVITE sip:1@h\r\n" VIA HOPS FROM TO CALL_ID CSEQ "\r\n", "request line", 400},
        {"INVITE SIP/2.0\r\n" VIA HOPS FROM TO CALL_ID CSEQ "\r\n", "request line", 400},
        {"INVITE  SIP/2.0\r\n" VIA HOPS FROM TO CALL_ID CSEQ "\r\n", "Request-URI", 400},
        {"INVITE sip:1@h ; x SIP/2.0\r\n" VIA HOPS FROM TO CALL_ID CSEQ "\r\n", "Request-URI", 400},
        {"INVITE <sip:1@h> SIP/2.0\r\n" VIA HOPS FROM TO CALL_ID CSEQ "\r\n", "Request-URI", 400},
        {"INVITE sip:1@h SIP/2.0  \r\n" VIA HOPS FROM TO CALL_ID CSEQ "\r\n", "request line", 400},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct message m;
        enum message_kind kind = parse(wrong[i].text, &m);
        if (kind != MESSAGE_BAD || m.status != wrong[i].status ||
            strstr(m.defect, wrong[i].word) == NULL)
            fail_msg("case %zu: kind %d, status %d, %s; expected \"%s\"", i, kind, m.status,
                     m.defect == NULL ? "no defect" : m.defect, wrong[i].word);
    }
}

static void what_cannot_be_answered_is_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum message_kind kind;
    } table[] = {
        {"", MESSAGE_NONE},
        {"\r\n\r\n", MESSAGE_NONE},
        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", MESSAGE_NONE},
        {"\x16\x03\x01 binary", MESSAGE_NONE},
        {START HOPS FROM TO CALL_ID CSEQ "\r\n", MESSAGE_NONE},
        {START "Via: rubbish\r\n" HOPS FROM TO CALL_ID CSEQ "\r\n", MESSAGE_NONE},
        {START VIA HOPS FROM TO CALL_ID "\r\n", MESSAGE_BAD},
        {START VIA HOPS FROM TO CALL_ID "CSeq: INVITE\r\n\r\n", MESSAGE_BAD},
        {"SIP/2.0 200 OK\r\n" VIA FROM TO CALL_ID CSEQ "\r\n", MESSAGE_RESPONSE},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct message m;
        if (parse(table[i].text, &m) != table[i].kind)
            fail_msg("case %zu", i);
    }
}

static struct str with_lines(char *room, size_t size, const char *line, int count)
{
    struct buf b;
    buf_fixed(&b, room, size);
    buf_str(&b, str_of(GOOD));
    for (int i = 0; i < count; i++)
        buf_printf(&b, line, i);
    buf_str(&b, STR("\r\n"));
    assert_false(b.failed);
    return buf_view(&b);
}

static void counts_are_bounded(void **state)
{
    static char room[MESSAGE_MAX + 1];
    struct message m;
    const char *via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%d\r\n", *other = "X-%d: y\r\n",
               *diversion = "Diversion: <tel:%d>\r\n";
    assert_int_equal(message_parse(with_lines(room, sizeof room, via, 69), false, &m),
                     MESSAGE_REQUEST);
    assert_int_equal(message_parse(with_lines(room, sizeof room, via, 70), false, &m), MESSAGE_BAD);
    assert_non_null(strstr(m.defect, "70 Via"));
    assert_int_equal(message_parse(with_lines(room, sizeof room, other, 5000), false, &m),
                     MESSAGE_REQUEST);
    assert_int_equal(message_parse(with_lines(room, sizeof room, diversion, 94), false, &m),
                     MESSAGE_REQUEST);
    assert_int_equal(message_parse(with_lines(room, sizeof room, diversion, 95), false, &m),
                     MESSAGE_BAD);
    assert_non_null(strstr(m.defect, "100 header"));
    assert_int_equal(message_parse((struct str){room, 65536}, false, &m), MESSAGE_NONE);
}

static void a_body_is_as_long_as_it_says(void **state)
{
    struct message m;
    assert_int_equal(parse(GOOD "Content-Length: 2\r\n\r\nabcd", &m), MESSAGE_REQUEST);
    assert_str(m.body, "ab");
    assert_int_equal(parse(GOOD "\r\nabcd", &m), MESSAGE_REQUEST);
    assert_str(m.body, "abcd");
    assert_int_equal(message_parse(str_of(GOOD "\r\n"), true, &m), MESSAGE_BAD);
    assert_non_null(strstr(m.defect, "a stream needs"));
}

static void streams_are_cut_into_messages(void **state)
{
    const char *two = GOOD "Content-Length: 3\r\n\r\nabc" GOOD LENGTH "\r\n";
    struct str all = str_of(two), first = str_of(GOOD "Content-Length: 3\r\n\r\nabc");
    size_t length, searched = 0;
    for (size_t n = 1; n < first.n; n++) {
        assert_int_equal(message_frame((struct str){all.p, n}, &searched, &length), FRAME_MORE);
    }
    assert_int_equal(message_frame(all, &searched, &length), FRAME_WHOLE);
    assert_int_equal(length, first.n);
    searched = 0;
    assert_int_equal(message_frame(str_skip(all, length), &searched, &length), FRAME_WHOLE);
    assert_int_equal(length, all.n - first.n);
    searched = 0;
    assert_int_equal(message_frame(STR(GOOD "\r\n"), &searched, &length), FRAME_BAD);
    searched = 0;
    assert_int_equal(message_frame(STR(GOOD "Content-Length: 65535\r\n\r\n"), &searched, &length),
                     FRAME_BAD);
}

UNIT_MAIN(TEST(a_plain_invite_is_read),
          TEST(compact_names_folds_bare_line_feeds_and_blanks_are_understood),
          TEST(an_older_client_is_understood), TEST(several_headers_of_a_kind_come_in_order),
          TEST(defects_are_named), TEST(what_cannot_be_answered_is_told_apart),
          TEST(counts_are_bounded), TEST(a_body_is_as_long_as_it_says),
          TEST(streams_are_cut_into_messages))
