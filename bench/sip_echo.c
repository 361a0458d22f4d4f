/*
 * sip_echo: the limit of the socket. Reads requests in batches, scans each once
 * for the headers that an answer repeats, sends a 302 that holds them. Nothing is
 * judged, remembered or recorded.
 *
 *     sip_echo PORT        until killed
 */
#include "core/buf.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

enum { BATCH = 64, PACKET = 2048 };

static size_t answer(struct str in, char *out)
{
    struct buf b;
    struct str line;
    buf_fixed(&b, out, PACKET);
    buf_str(&b, STR("SIP/2.0 302 Moved Temporarily\r\n"));
    str_split(&in, '\n', &line);
    while (str_split(&in, '\n', &line) && line.n > 1)
        if (str_starts(line, STR("Via:")) || str_starts(line, STR("From:")) ||
            str_starts(line, STR("To:")) || str_starts(line, STR("Call-ID:")) ||
            str_starts(line, STR("CSeq:"))) {
            buf_str(&b, line);
            buf_u8(&b, '\n');
        }
    buf_str(&b, STR("Contact: <sip:next@127.0.0.1:5070>\r\nContent-Length: 0\r\n\r\n"));
    return b.n;
}

int main(int argc, char **argv)
{
    unsigned long long port;
    if (argc != 2 || !str_to_u64(str_of(argv[1]), 65535, &port)) {
        fprintf(stderr, "usage: sip_echo PORT\n");
        return 2;
    }
    static char in[BATCH][PACKET], out[BATCH][PACKET];
    struct sockaddr_in own = {.sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                       from[BATCH];
    int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20;
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0) {
        perror("sip_echo");
        return 1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    struct mmsghdr receive[BATCH] = {0}, send[BATCH] = {0};
    struct iovec in_part[BATCH], out_part[BATCH];
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            in_part[i] = (struct iovec){in[i], PACKET};
            receive[i].msg_hdr = (struct msghdr){.msg_iov = &in_part[i],
                                                 .msg_iovlen = 1,
                                                 .msg_name = &from[i],
                                                 .msg_namelen = sizeof from[i]};
        }
        int got = recvmmsg(fd, receive, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < got; i++) {
            out_part[i] =
                (struct iovec){out[i], answer((struct str){in[i], receive[i].msg_len}, out[i])};
            send[i].msg_hdr = (struct msghdr){.msg_iov = &out_part[i],
                                              .msg_iovlen = 1,
                                              .msg_name = &from[i],
                                              .msg_namelen = sizeof from[i]};
        }
        for (int done = 0; done < got;) {
            int k = sendmmsg(fd, send + done, (unsigned)(got - done), 0);
            if (k <= 0)
                break;
            done += k;
        }
    }
}
