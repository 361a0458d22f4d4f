#include "count.h"
#include "bench/city.h"

#include "sip/redirect.h"

#include <stdio.h>

enum { INVITES = 2000, REQUEST = 1200 };

struct sip {
    struct setup *setup;
    struct peer_config peer;
    struct in6_addr address;
    char text[INVITES][REQUEST];
};

static void make_request(char out[static REQUEST], unsigned i)
{
    int n = snprintf(out, REQUEST,
                     "INVITE sip:+8613800%06u@127.0.0.1;user=phone SIP/2.0\r\n"
                     "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK%u;rport\r\n"
                     "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKb%u\r\n"
                     "Max-Forwards: 68\r\n"
                     "From: \"A\" <sip:+8613900%06u@192.0.2.1>;tag=%u\r\n"
                     "To: <sip:+8613800%06u@127.0.0.1>\r\n"
                     "Call-ID: %u@192.0.2.1\r\n"
                     "CSeq: 1 INVITE\r\n"
                     "Contact: <sip:a@192.0.2.1:5060>\r\n"
                     "P-Asserted-Identity: <tel:+8613900%06u>\r\n"
                     "X-Menshen-Line: lin_mobile\r\n"
                     "Content-Length: 0\r\n\r\n",
                     i, i, i, i, i, i, i, i);
    if (n < 0 || n >= REQUEST)
        count_failed("request", "no room");
}

static void invites_answered(void *to)
{
    struct sip *t = to;
    char answer[4096], echo[2048];
    for (unsigned i = 0; i < INVITES; i++) {
        struct message m;
        struct call call;
        struct asked asked;
        const char *defect;
        const struct outcome outcome = {
            .cause = OUTCOME_VERDICT, .kind = VERDICT_ALLOW, .check = CHECK_ALLOWED, .record = i};
        struct buf out, repeated;
        buf_fixed(&out, answer, sizeof answer);
        buf_fixed(&repeated, echo, sizeof echo);
        if (message_parse(str_of(t->text[i]), false, &m) != MESSAGE_REQUEST ||
            dip_read(t->setup, &m, &t->peer, &t->address, false, &call, &asked, &defect) != 0)
            count_failed("invite", "is not read as a question");
        redirect_echo(&repeated, &m, &t->address, 5060, i);
        if (redirect_outcome(&out, t->setup, &asked, &outcome, "7f3a09c1", buf_view(&repeated)) !=
                302 ||
            out.failed)
            count_failed("invite", "is not redirected");
    }
}

void sip_counted(const char *folder)
{
    static struct sip t = {.peer = {.address = "192.0.2.0/24", .trusted = true}};
    static const char yaml[] = "sip: {next_hop: \"127.0.0.1:5070\"}\n";
    const char *pack = SOURCE_ROOT "/rules/cn.yaml";
    struct rules *rules;
    struct config *config;
    struct problem problem;
    if (rules_load(&pack, 1, &rules, &problem) ||
        config_load_memory("instructions", yaml, sizeof yaml - 1, &config, &problem) ||
        setup_new(config, rules, &t.setup, &problem))
        count_failed("setup", problem.text);
    if (!network_parse(STR("192.0.2.0/24"), &t.peer.net) ||
        !address_parse(STR("192.0.2.1"), &t.address))
        count_failed("setup", "an address cannot be read");
    for (unsigned i = 0; i < INVITES; i++)
        make_request(t.text[i], i);
    count(&(struct count){"an INVITE, read and redirected", INVITES, false, invites_answered}, &t);
    setup_free(t.setup);
    config_free(config);
    rules_free(rules);
}
