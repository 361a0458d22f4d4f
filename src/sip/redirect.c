#include "sip/redirect.h"

#include "core/address.h"
#include "gate/verdict.h"
#include "ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>

enum { REASON_MAX = 128, LABEL_MAX = 60 };

const char *redirect_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 302:
        return "Moved Temporarily";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 416:
        return "Unsupported URI Scheme";
    case 420:
        return "Bad Extension";
    case 433:
        return "Anonymity Disallowed";
    case 480:
        return "Temporarily Unavailable";
    case 481:
        return "Call/Transaction Does Not Exist";
    case 483:
        return "Too Many Hops";
    case 486:
        return "Busy Here";
    case 487:
        return "Request Terminated";
    case 488:
        return "Not Acceptable Here";
    case 500:
        return "Server Internal Error";
    case 503:
        return "Service Unavailable";
    case 505:
        return "Version Not Supported";
    case 600:
        return "Busy Everywhere";
    case 603:
        return "Decline";
    case 604:
        return "Does Not Exist Anywhere";
    case 606:
        return "Not Acceptable";
    case 607:
        return "Unwanted";
    case 608:
        return "Rejected";
    }
    return "Rejected";
}

/* printf reads its format each time; what every answer holds is written without it. */
static void put_text(struct buf *b, const char *text)
{
    buf_str(b, str_of(text));
}

static void put_unsigned(struct buf *b, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_bytes(b, digits + at, sizeof digits - at);
}

static void put_hex(struct buf *b, uint64_t n)
{
    char digits[16];
    for (size_t i = 0; i < sizeof digits; i++)
        digits[i] = "0123456789abcdef"[n >> (60 - 4 * i) & 15];
    buf_bytes(b, digits, sizeof digits);
}

/* The topmost Via, with what RFC 3261 §18.2.1 and RFC 3581 §4 want to be added. */
static void put_top_via(struct buf *b, const struct message *m, const struct in6_addr *source,
                        uint16_t port)
{
    char text[ADDRESS_TEXT];
    struct in6_addr said;
    struct str rest = m->via.params, param;
    bool same = address_parse_host(m->via.host, &said) && memcmp(&said, source, sizeof said) == 0;
    buf_str(b, STR("Via: "));
    value_put(b, m->via.protocol);
    buf_u8(b, ' ');
    value_put(b, m->via.sent_by);
    while (param_next(&rest, &param)) {
        struct str name = param, tail = param;
        str_split(&tail, '=', &name);
        name = value_trim(name);
        if (str_ieq(name, STR("received")) || str_ieq(name, STR("rport")))
            continue;
        buf_u8(b, ';');
        value_put(b, param);
    }
    if (m->via.rport || !same) {
        address_print(source, text); /* without brackets: RFC 3261 §25.1, via-received */
        buf_str(b, STR(";received="));
        buf_str(b, str_of(text));
    }
    if (m->via.rport) {
        buf_str(b, STR(";rport="));
        put_unsigned(b, port);
    }
    if (m->via_rest.p != NULL) {
        buf_str(b, STR(","));
        value_put(b, m->via_rest);
    }
    buf_str(b, STR("\r\n"));
}

static void put_header(struct buf *b, const char *name, const struct header *h)
{
    if (h == NULL)
        return;
    buf_str(b, str_of(name));
    value_put(b, h->value);
    buf_str(b, STR("\r\n"));
}

static void put_to(struct buf *b, const struct header *h, uint64_t tag)
{
    struct name_addr to;
    if (h == NULL)
        return;
    buf_str(b, STR("To: "));
    value_put(b, h->value);
    if (!name_addr_parse(h->value, &to) || !param_find(to.params, STR("tag"), NULL)) {
        buf_str(b, STR(";tag="));
        put_hex(b, tag);
    }
    buf_str(b, STR("\r\n"));
}

void redirect_echo(struct buf *b, const struct message *m, const struct in6_addr *source,
                   uint16_t port, uint64_t tag)
{
    const struct header *via = message_first(m, HEADER_VIA);
    put_top_via(b, m, source, port);
    while ((via = message_next(m, HEADER_VIA, via)) != NULL)
        put_header(b, "Via: ", via);
    put_header(b, "From: ", message_first(m, HEADER_FROM));
    put_to(b, message_first(m, HEADER_TO), tag);
    put_header(b, "Call-ID: ", message_first(m, HEADER_CALL_ID));
    put_header(b, "CSeq: ", message_first(m, HEADER_CSEQ));
}

static void put_status(struct buf *b, int status, const char *phrase, const char *defect)
{
    buf_str(b, STR("SIP/2.0 "));
    put_unsigned(b, (uint64_t)status);
    buf_u8(b, ' ');
    put_text(b, phrase);
    if (defect != NULL) {
        buf_str(b, STR(": "));
        put_text(b, defect);
    }
    buf_str(b, STR("\r\n"));
}

void redirect_plain(struct buf *b, int status, const char *defect, struct str echo, struct str more)
{
    put_status(b, status, redirect_phrase(status), defect);
    buf_str(b, echo);
    buf_str(b, more);
    buf_str(b, STR("Content-Length: 0\r\n\r\n"));
}

/* An answer under way. */
struct answering {
    struct buf *b;
    const struct setup *setup;
    const struct asked *asked;
    enum verdict_kind kind;
    enum check check;
    number target;       /* who is behind the relay number that was asked for; 0: nobody */
    uint32_t max_call_s; /* of a call to that; 0: no limit */
    const char *record;  /* empty: none */
    struct str echo;
};

static const char *shown_reason(enum check check)
{
    return check_side(check) == SIDE_WISH ? "declined" : check_reason(check);
}

static void start(const struct answering *a, int status, const char *phrase)
{
    put_status(a->b, status, phrase, NULL);
    buf_str(a->b, a->echo);
}

static void finish(const struct answering *a)
{
    if (a->asked->trusted) {
        buf_str(a->b, STR("X-Menshen-Verdict: "));
        put_text(a->b, verdict_word(a->kind));
        if (a->kind != VERDICT_ALLOW) {
            buf_str(a->b, STR(";reason="));
            put_text(a->b, shown_reason(a->check));
        }
        if (a->target != 0) {
            char shown[NUMBER_TEXT];
            number_format(a->setup->plan, a->asked->callee, shown);
            buf_str(a->b, STR("\r\nX-Menshen-Relay: "));
            put_text(a->b, shown);
            if (a->max_call_s != 0)
                buf_printf(a->b, "\r\nX-Menshen-Max-Seconds: %" PRIu32, a->max_call_s);
        }
        if (a->record[0] != '\0') {
            buf_str(a->b, STR("\r\nX-Menshen-Record: "));
            put_text(a->b, a->record);
        }
        buf_str(a->b, STR("\r\n"));
    }
    buf_str(a->b, STR("Content-Length: 0\r\n\r\n"));
}

/* RFC 3326, on one line of at most 128 characters. */
static void put_reason(const struct answering *a, int status, const char *text, const char *more)
{
    char line[512];
    if (!a->asked->trusted)
        return;
    int n = snprintf(line, sizeof line, "Reason: SIP;cause=%d;text=\"%s\"%s", status, text, more);
    if (n > 0 && n <= REASON_MAX)
        buf_printf(a->b, "%s\r\n", line);
    else
        buf_printf(a->b, "Reason: SIP;cause=%d%s\r\n", status, more);
}

/* Where one reads about it: the record, which explains itself to its parties. */
static void put_call_info(const struct answering *a, const char *purpose)
{
    buf_printf(a->b, "Call-Info: <%s/v1/records/%s>;purpose=%s\r\n", a->setup->base_url, a->record,
               purpose);
}

/* The rule's title, for a handset's display: cut at a character, safe inside quotes. */
static void label(const struct answering *a, char out[static LABEL_MAX + 1])
{
    const char *title = "";
    size_t n = 0;
    if (a->setup->rules != NULL && check_side(a->check) != SIDE_WISH) {
        const struct rule *rule = rules_of_check(a->setup->rules, a->check);
        title = rule == NULL || rule->title_zh == NULL ? "" : rule->title_zh;
    }
    if (title[0] == '\0')
        title = a->kind == VERDICT_WARN ? "谨防诈骗" : "来电提醒";
    for (; title[n] != '\0' && n < LABEL_MAX; n++) {
        unsigned char c = (unsigned char)title[n];
        out[n] = (char)(c < ' ' || c == '"' || c == '\\' || c == 0x7f ? ' ' : c);
    }
    while (title[n] != '\0' && n > 0 && ((unsigned char)title[n] & 0xc0) == 0x80)
        n--;
    out[n] = '\0';
}

/* Whom the callee sees: the caller, or the relay number that was asked for; with a label, or "". */
static void put_caller(const struct answering *a)
{
    char text[LABEL_MAX + 1], name[LABEL_MAX + 4] = "", caller[NUMBER_TEXT];
    const struct number_plan *plan = a->setup->plan;
    number shown = a->target != 0 ? a->asked->callee : a->asked->caller;
    if (a->kind != VERDICT_ALLOW) {
        label(a, text);
        snprintf(name, sizeof name, "\"%s\" ", text);
    }
    if (shown == 0) {
        buf_printf(a->b, "P-Asserted-Identity: %s<sip:anonymous@anonymous.invalid>\r\n", name);
        return;
    }
    number_format(plan, shown, caller);
    /* RFC 3966 §5.1.5: a number without a plus is only one within its context. */
    if (caller[0] == '+')
        buf_printf(a->b, "P-Asserted-Identity: %s<tel:%s>\r\n", name, caller);
    else
        buf_printf(a->b, "P-Asserted-Identity: %s<tel:%s;phone-context=+%s>\r\n", name, caller,
                   plan->country);
}

/* The same name, or the same address however it is written. */
static bool same_host(struct str a, struct str b)
{
    struct in6_addr x, y;
    if (address_parse_host(a, &x) && address_parse_host(b, &y))
        return IN6_ARE_ADDR_EQUAL(&x, &y);
    return str_ieq(a, b);
}

/* RFC 3261 §8.3: never redirect to the Request-URI itself. */
static bool would_loop(const struct answering *a)
{
    return a->setup->next_port == a->asked->port &&
           same_host(a->setup->next_host, str_of(a->asked->host));
}

static bool announces_to_itself(const struct answering *a, struct str announcement)
{
    struct uri uri;
    return !uri_parse(announcement, &uri) || (same_host(uri.host, str_of(a->asked->host)) &&
                                              (uri.port == 0 ? 5060 : uri.port) == a->asked->port &&
                                              (str_eq(uri.user, str_of(a->asked->target))));
}

static void put_contact(const struct answering *a)
{
    buf_str(a->b, STR("Contact: <sip:"));
    put_text(a->b, a->asked->target);
    buf_u8(a->b, '@');
    buf_str(a->b, a->setup->next_hop);
    buf_str(a->b, STR(";user=phone>\r\n"));
}

/*
 * Who is behind the relay number, at the next hop, else where the request was to go: never
 * 404, on which the proxy would go on to the relay number itself.
 */
static void put_relayed(const struct answering *a)
{
    char target[NUMBER_TEXT];
    number_format(a->setup->plan, a->target, target);
    if (a->setup->next_hop.n > 0)
        buf_printf(a->b, "Contact: <sip:%s@%.*s;user=phone>\r\n", target,
                   STR_ARG(a->setup->next_hop));
    else if (a->asked->host[0] == '\0')
        buf_printf(a->b, "Contact: <tel:%s>\r\n", target);
    else if (a->asked->port == 5060)
        buf_printf(a->b, "Contact: <sip:%s@%s;user=phone>\r\n", target, a->asked->host);
    else
        buf_printf(a->b, "Contact: <sip:%s@%s:%u;user=phone>\r\n", target, a->asked->host,
                   a->asked->port);
}

/* Warned or not it rings: behind an announcement nobody would know whom to ring. */
static int pass_relayed(const struct answering *a)
{
    start(a, 302, redirect_phrase(302));
    put_relayed(a);
    put_caller(a);
    if (a->kind != VERDICT_ALLOW && a->record[0] != '\0')
        put_call_info(a, "info");
    finish(a);
    return 302;
}

static int announce(const struct answering *a, struct str announcement)
{
    start(a, 302, redirect_phrase(302));
    buf_printf(a->b, "Contact: <%.*s>\r\n", STR_ARG(announcement));
    finish(a);
    return 302;
}

static int pass(const struct answering *a)
{
    bool labelled = a->kind != VERDICT_ALLOW && a->asked->trusted;
    struct str announcement = a->setup->announcement;
    bool announced =
        a->kind == VERDICT_WARN && announcement.n > 0 && !announces_to_itself(a, announcement);
    int status = announced || (a->setup->next_hop.n > 0 && !would_loop(a)) ? 302 : 404;
    start(a, status, redirect_phrase(status));
    if (announced)
        buf_printf(a->b, "Contact: <%.*s>\r\n", STR_ARG(announcement));
    else if (status == 302)
        put_contact(a);
    if (labelled) {
        put_caller(a);
        if (a->record[0] != '\0')
            put_call_info(a, "info");
    }
    finish(a);
    return status;
}

static int refuse(const struct answering *a, int status, const char *text)
{
    start(a, status, redirect_phrase(status));
    put_reason(a, status, text, "");
    finish(a);
    return status;
}

/* ATIS-1000099 and RFC 8688: a call stopped for what the caller did, with an address for appeal. */
static int refuse_behaviour(const struct answering *a)
{
    char text[REASON_MAX + 1];
    int status = a->asked->code_behaviour;
    if (status != 0)
        return refuse(a, status, shown_reason(a->check));
    if (a->asked->sip608) {
        start(a, 608, redirect_phrase(608));
        if (a->setup->card)
            buf_printf(a->b, "Call-Info: <%s/jwscard>;purpose=jwscard\r\n", a->setup->base_url);
        put_reason(a, 608, shown_reason(a->check), "");
        finish(a);
        return 608;
    }
    snprintf(text, sizeof text, "v=analytics1%s%s", a->setup->appeal[0] != '\0' ? ";" : "",
             a->setup->appeal);
    start(a, 603, a->asked->trusted ? "Network Blocked" : redirect_phrase(603));
    put_reason(a, 603, text, ";location=RLN");
    finish(a);
    return 603;
}

static int refuse_wish(const struct answering *a)
{
    int code = a->asked->code_wish;
    return refuse(a, code != 0 ? code : 603, "declined");
}

/* One that is over, another's, or none at all: one announcement for all of them. */
static bool closed_relay(const struct answering *a)
{
    struct str announcement = a->setup->relay_announcement;
    return a->check == CHECK_RELAY_CLOSED && a->asked->relay_told && announcement.n > 0 &&
           !announces_to_itself(a, announcement);
}

static int block(const struct answering *a)
{
    if (closed_relay(a))
        return announce(a, a->setup->relay_announcement);
    switch (check_side(a->check)) {
    case SIDE_BEHAVIOUR:
        return refuse_behaviour(a);
    case SIDE_WISH:
        return refuse_wish(a);
    case SIDE_RIGHT:
    case SIDE_NONE:
        break;
    }
    int status = a->asked->code_right;
    return refuse(a, status != 0 ? status : 403, shown_reason(a->check));
}

/* 603 stops the call, 404 lets the proxy go on; 503 would too, and is for overload only. */
static int unrecorded(struct answering *a)
{
    if (a->kind == VERDICT_BLOCK)
        return refuse_wish(a);
    if (a->check == CHECK_CALLEE_EMERGENCY)
        return pass(a);
    start(a, 404, redirect_phrase(404));
    finish(a);
    return 404;
}

int redirect_outcome(struct buf *b, const struct setup *setup, const struct asked *asked,
                     const struct outcome *o, const char *ledger, struct str echo)
{
    char record[RECORD_ID] = "";
    struct answering a = {.b = b,
                          .setup = setup,
                          .asked = asked,
                          .kind = (enum verdict_kind)o->kind,
                          .check = (enum check)o->check,
                          .target = asked->relay_told ? o->target : 0,
                          .max_call_s = o->max_call_s,
                          .record = record,
                          .echo = echo};
    switch ((enum outcome_cause)o->cause) {
    case OUTCOME_CANCELLED:
        redirect_plain(b, 487, NULL, echo, (struct str){0});
        return 487;
    case OUTCOME_UNRECORDED:
        return unrecorded(&a);
    case OUTCOME_VERDICT:
        break;
    }
    record_id_format(ledger, o->record, record);
    if (a.kind == VERDICT_BLOCK)
        return block(&a);
    return a.target != 0 ? pass_relayed(&a) : pass(&a);
}
