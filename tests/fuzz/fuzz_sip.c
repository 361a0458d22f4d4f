/*
 * Any bytes as a datagram: parsed, read as a question, answered with every kind of
 * outcome. What comes out must be one message with one header end, and must be
 * read by our own parser as a response.
 */
#include "gate/verdict.h"
#include "sip/redirect.h"

#include <stdlib.h>

static const struct number_block blocks[] = {
    {.prefix = "13", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "21", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "110", .min_len = 3, .max_len = 3, .class = NUMBER_EMERGENCY},
};
static const struct number_plan plan = {.country = "86",
                                        .trunk = "0",
                                        .idd = "00",
                                        .blocks = blocks,
                                        .block_count = 3,
                                        .utc_offset_minutes = 480};
static const struct setup setup = {.plan = &plan,
                                   .area = {"21", 2},
                                   .next_hop = {"10.0.0.5", 8},
                                   .next_host = {"10.0.0.5", 8},
                                   .next_port = 5060,
                                   .announcement = {"sip:warning@10.0.0.9", 20},
                                   .base_url = "https://menshen.example"};
static const struct peer_config trusted = {.address = "::/0", .trusted = true};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* One header end, at the end; every line ends with CR LF. */
static void check_answer(struct str answer)
{
    size_t length, searched = 0;
    if (message_frame(answer, &searched, &length) != FRAME_WHOLE || length != answer.n)
        abort();
    for (size_t i = 0; i < answer.n; i++)
        if (answer.p[i] == '\n' && (i == 0 || answer.p[i - 1] != '\r'))
            abort();
    static struct message m;
    if (message_parse(answer, true, &m) != MESSAGE_RESPONSE)
        abort();
}

static void answer(const struct message *m, const struct asked *asked, const char *defect,
                   struct str echo)
{
    static char text[MESSAGE_MAX + 8192];
    struct buf b;
    if (asked == NULL) {
        buf_fixed(&b, text, sizeof text);
        redirect_plain(&b, m->status != 0 ? m->status : 400, defect, echo,
                       STR("Allow: INVITE\r\n"));
        if (!b.failed)
            check_answer(buf_view(&b));
        return;
    }
    for (uint8_t kind = VERDICT_BLOCK; kind <= VERDICT_ALLOW; kind++) {
        for (uint8_t check = 0; check < CHECKS; check += 3) {
            struct outcome o = {
                .cause = (uint8_t)(check % 3), .kind = kind, .check = check, .record = UINT64_MAX};
            buf_fixed(&b, text, sizeof text);
            redirect_outcome(&b, &setup, asked, &o, "7f3a09c1", echo);
            if (!b.failed)
                check_answer(buf_view(&b));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct message m;
    static char room[MESSAGE_MAX + 8192];
    struct str packet = {.p = (const char *)bytes, .n = n};
    struct in6_addr source = {.s6_addr = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};
    struct buf echo;
    size_t length, searched = 0;
    enum frame frame = message_frame(packet, &searched, &length);
    if (length > n || (frame == FRAME_WHOLE && length == 0))
        abort();
    enum message_kind kind = message_parse(packet, frame == FRAME_WHOLE, &m);
    if (kind == MESSAGE_NONE || kind == MESSAGE_RESPONSE)
        return 0;
    buf_fixed(&echo, room, sizeof room);
    redirect_echo(&echo, &m, &source, 5060, 1);
    if (echo.failed)
        return 0;
    if (kind == MESSAGE_BAD) {
        answer(&m, NULL, m.defect, buf_view(&echo));
        return 0;
    }
    for (size_t i = 0; i < 2; i++) {
        struct call call;
        struct asked asked;
        const char *defect = NULL;
        int status =
            dip_read(&setup, &m, i == 0 ? NULL : &trusted, &source, i != 0, &call, &asked, &defect);
        struct passport_request request;
        if (status == 0 && dip_identity(&setup, &m, &call, &request) == PASSPORT_VERIFIED &&
            request.token.n + request.url.n > PASSPORT_MAX)
            abort();
        answer(&m, status == 0 ? &asked : NULL, defect, buf_view(&echo));
    }
    return 0;
}
