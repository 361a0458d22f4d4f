/*
 * sip_load: INVITEs over UDP to one port, a fixed number of them under way.
 *
 *     sip_load PORT SECONDS WINDOW [HEADER …]
 *
 * Every request has its own branch, Call-ID, caller and callee (spread over a
 * million each). A slot sends its next request once its answer has come, or after
 * a second without one. Prints one JSON object: answers, lost, seconds, rate, p50
 * and p99 of the answer time in microseconds, and the answers by status code.
 */
#include "core/clock.h"
#include "core/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, REQUEST = 1200, WINDOW_MAX = 4096, SAMPLES = 1 << 20 };

struct slot {
    int64_t sent; /* 0: free */
    uint64_t number;
};

static struct slot slots[WINDOW_MAX];
static uint32_t samples[SAMPLES];
static uint64_t answers, lost, sent, by_code[700];
static char extra[512];

static size_t request(char *out, unsigned slot, uint64_t n, int port)
{
    /* A stride prime to a million, so that hash tables see no consecutive numbers. */
    unsigned caller = 10000000 + (unsigned)(n * 7919 % 1000000);
    unsigned callee = 10000000 + (unsigned)(n * 104729 % 1000000);
    int length = snprintf(out, REQUEST,
                          "INVITE sip:+86139%08u@127.0.0.1;user=phone SIP/2.0\r\n"
                          "Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%u-%llu;rport\r\n"
                          "Max-Forwards: 70\r\n"
                          "From: <sip:+86138%08u@127.0.0.1>;tag=%llu\r\n"
                          "To: <sip:+86139%08u@127.0.0.1>\r\n"
                          "Call-ID: %u.%llu.%d\r\n"
                          "CSeq: 1 INVITE\r\n"
                          "Contact: <sip:load@127.0.0.1:%d>\r\n"
                          "%s"
                          "Content-Length: 0\r\n\r\n",
                          callee, port, slot, (unsigned long long)n, caller, (unsigned long long)n,
                          callee, slot, (unsigned long long)n, port, port, extra);
    return length > 0 && length < REQUEST ? (size_t)length : 0;
}

/* The slot and number in "Call-ID: SLOT.NUMBER.", or false. */
static bool answered(const char *text, size_t size, unsigned *slot, uint64_t *n, unsigned *code)
{
    struct str s = {text, size}, line, part;
    unsigned long long v;
    if (!str_starts(s, STR("SIP/2.0 ")) || size < 12 ||
        !str_to_u64((struct str){text + 8, 3}, 699, &v))
        return false;
    *code = (unsigned)v;
    while (str_split(&s, '\n', &line)) {
        if (!str_starts(line, STR("Call-ID: ")))
            continue;
        line = str_skip(line, 9);
        if (!str_split(&line, '.', &part) || !str_to_u64(part, WINDOW_MAX - 1, &v))
            return false;
        *slot = (unsigned)v;
        if (!str_split(&line, '.', &part) || !str_to_u64(part, UINT64_MAX, &v))
            return false;
        *n = v;
        return true;
    }
    return false;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    unsigned long long port, seconds, window;
    if (argc < 4 || !str_to_u64(str_of(argv[1]), 65535, &port) ||
        !str_to_u64(str_of(argv[2]), 3600, &seconds) ||
        !str_to_u64(str_of(argv[3]), WINDOW_MAX, &window)) {
        fprintf(stderr, "usage: sip_load PORT SECONDS WINDOW [HEADER ...]\n");
        return 2;
    }
    for (int i = 4; i < argc; i++) {
        size_t n = strlen(extra);
        snprintf(extra + n, sizeof extra - n, "%s\r\n", argv[i]);
    }
    int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20;
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                       own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t own_size = sizeof own;
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0 ||
        getsockname(fd, (struct sockaddr *)&own, &own_size) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
        perror("sip_load");
        return 1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    int own_port = ntohs(own.sin_port);

    static char out[BATCH][REQUEST], in[BATCH][2048];
    struct mmsghdr send_batch[BATCH] = {0}, receive_batch[BATCH] = {0};
    struct iovec send_part[BATCH], receive_part[BATCH];
    for (int i = 0; i < BATCH; i++) {
        send_batch[i].msg_hdr = (struct msghdr){.msg_iov = &send_part[i], .msg_iovlen = 1};
        receive_part[i] = (struct iovec){in[i], sizeof in[i]};
        receive_batch[i].msg_hdr = (struct msghdr){.msg_iov = &receive_part[i], .msg_iovlen = 1};
    }

    int64_t start = clock_monotonic(), end = start + (int64_t)seconds * WHEN_SECOND, now = start,
            swept = start;
    while (now < end) {
        for (unsigned s = 0; s < window;) {
            int batch = 0;
            for (; s < window && batch < BATCH; s++) {
                if (slots[s].sent != 0)
                    continue;
                slots[s] = (struct slot){.sent = now, .number = ++sent};
                send_part[batch] =
                    (struct iovec){out[batch], request(out[batch], s, sent, own_port)};
                batch++;
            }
            for (int done = 0; done < batch;) {
                int k = sendmmsg(fd, send_batch + done, (unsigned)(batch - done), 0);
                if (k < 0 && errno == ECONNREFUSED)
                    continue;
                if (k <= 0)
                    break;
                done += k;
            }
        }
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        poll(&ready, 1, 100);
        int got = recvmmsg(fd, receive_batch, BATCH, MSG_DONTWAIT, NULL);
        now = clock_monotonic();
        for (int i = 0; i < got; i++) {
            unsigned slot, code;
            uint64_t n;
            if (!answered(in[i], receive_batch[i].msg_len, &slot, &n, &code) ||
                slots[slot].number != n || slots[slot].sent == 0)
                continue;
            samples[answers++ % SAMPLES] = (uint32_t)((now - slots[slot].sent) / 1000);
            by_code[code]++;
            slots[slot].sent = 0;
        }
        if (now - swept > WHEN_SECOND / 4) {
            swept = now;
            for (unsigned s = 0; s < window; s++)
                if (slots[s].sent != 0 && now - slots[s].sent > WHEN_SECOND) {
                    slots[s].sent = 0;
                    lost++;
                }
        }
    }
    double took = (double)(now - start) / 1e9;
    size_t count = answers < SAMPLES ? (size_t)answers : SAMPLES;
    qsort(samples, count, sizeof *samples, by_value);
    printf("{\"answers\":%llu,\"lost\":%llu,\"seconds\":%.3f,\"rate\":%.0f,\"p50_us\":%u,\"p99_"
           "us\":%u,\"codes\":{",
           (unsigned long long)answers, (unsigned long long)lost, took, (double)answers / took,
           count ? samples[count / 2] : 0, count ? samples[count * 99 / 100] : 0);
    const char *comma = "";
    for (unsigned c = 0; c < 700; c++)
        if (by_code[c] != 0) {
            printf("%s\"%u\":%llu", comma, c, (unsigned long long)by_code[c]);
            comma = ",";
        }
    printf("}}\n");
    close(fd);
    return 0;
}
