#include "sip/listen.h"

#include "core/log.h"

#include <errno.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BATCH = 64,
    RECEIVE_BUFFER = 8 << 20,
    OUT_BYTES = BATCH * 2048 + ANSWER_ROOM,
    TRAIN_TEXT = 1200,   /* longest answer that joins others: below any path's MTU */
    TRAIN_BYTES = 60000, /* of all of them, below the longest datagram */
};

/*
 * Answers of one length to one peer. The system is given them as one text that it cuts
 * (UDP_SEGMENT, udp(7)), so that it looks for the route and passes its layers once; on
 * the wire they are the datagrams that they would have been.
 */
struct train {
    struct sockaddr_storage to;
    socklen_t to_n;
    size_t count, each; /* answers, and bytes of one */
    struct iovec text[BATCH];
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
    } cut;
};

struct worker {
    struct udp *udp;
    struct lane *lane;
    pthread_t thread;
    bool running;
    int epoll;
    /* Received. */
    struct mmsghdr in[BATCH];
    struct iovec in_vec[BATCH];
    struct sockaddr_storage from[BATCH];
    uint8_t *packets; /* BATCH of MESSAGE_MAX + 1 bytes */
    /* To be sent: texts one behind the other in `out`. */
    struct train train[BATCH];
    struct mmsghdr send[BATCH]; /* the trains' */
    size_t trains, answers;
    bool singly; /* the system does not cut */
    struct buf out;
    uint8_t *out_bytes;
};

struct udp {
    int fd, family;
    bool cuts; /* the system knows UDP_SEGMENT; one that does not would send a train as it is */
    _Atomic bool stopping;
    struct front *front;
    struct worker *worker;
    size_t workers;
};

static enum err bind_problem(const struct endpoint *e, struct problem *problem)
{
    int cause = errno;
    char text[ENDPOINT_TEXT];
    endpoint_print(e, text);
    return problem_errno(problem, cause, "sip.listen: UDP %s cannot be listened on", text);
}

enum err udp_open(struct endpoint *e, struct udp **out, struct problem *problem)
{
    struct udp *u = calloc(1, sizeof *u);
    struct sockaddr_storage at;
    int size = RECEIVE_BUFFER;
    *out = NULL;
    if (u == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    u->family = endpoint_family(e);
    u->fd = socket(u->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t n = endpoint_to(e, u->family, &at);
    if (u->fd < 0 || bind(u->fd, (struct sockaddr *)&at, n) < 0) {
        enum err code = bind_problem(e, problem);
        udp_close(u);
        return code;
    }
    /* Bursts while a worker is elsewhere; less is granted silently, which costs retransmissions
     * only. */
    if (setsockopt(u->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0 &&
        setsockopt(u->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) < 0)
        log_warning("sip: the UDP receive buffer cannot be enlarged");
    const int none = 0;
    u->cuts = setsockopt(u->fd, SOL_UDP, UDP_SEGMENT, &none, sizeof none) == 0;
    n = sizeof at;
    if (getsockname(u->fd, (struct sockaddr *)&at, &n) == 0)
        endpoint_of((struct sockaddr *)&at, e);
    *out = u;
    return OK;
}

/* The system would not take the train: each answer by itself. */
static void send_singly(struct worker *w, const struct train *t)
{
    bool any = false;
    for (size_t i = 0; i < t->count; i++) {
        ssize_t n;
        do {
            n = sendto(w->udp->fd, t->text[i].iov_base, t->each, 0, (const struct sockaddr *)&t->to,
                       t->to_n);
        } while (n < 0 && errno == EINTR);
        if (n < 0)
            lane_count(w->lane, COUNT_UNSENT);
        any = any || n >= 0;
    }
    if (any) /* it was the cutting: a way out that cannot */
        w->singly = true;
}

static void couple(struct worker *w)
{
    for (size_t i = 0; i < w->trains; i++) {
        struct train *t = &w->train[i];
        struct msghdr *m = &w->send[i].msg_hdr;
        *m = (struct msghdr){
            .msg_name = &t->to, .msg_namelen = t->to_n, .msg_iov = t->text, .msg_iovlen = t->count};
        if (t->count == 1)
            continue;
        const uint16_t each = (uint16_t)t->each;
        t->cut.header = (struct cmsghdr){
            .cmsg_len = CMSG_LEN(sizeof each), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT};
        memcpy(CMSG_DATA(&t->cut.header), &each, sizeof each);
        m->msg_control = &t->cut;
        m->msg_controllen = sizeof t->cut;
    }
}

/* UDP has no second chance: what the system does not take is lost, and the peer repeats. */
static void flush(struct worker *w)
{
    size_t sent = 0;
    couple(w);
    while (sent < w->trains) {
        int n = sendmmsg(w->udp->fd, w->send + sent, (unsigned)(w->trains - sent), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            if (w->train[sent].count == 1)
                lane_count(w->lane, COUNT_UNSENT);
            else
                send_singly(w, &w->train[sent]);
            n = 1; /* pass over the one that cannot be sent */
        }
        sent += (size_t)n;
    }
    w->trains = w->answers = 0;
    buf_reset(&w->out);
}

/* The train that one more answer of `each` bytes may join, or a new one. */
static struct train *train_to(struct worker *w, const struct sockaddr_storage *to, socklen_t n,
                              size_t each)
{
    bool joins = !w->singly && each <= TRAIN_TEXT;
    for (size_t i = 0; joins && i < w->trains; i++) {
        struct train *t = &w->train[i];
        if (t->each == each && (t->count + 1) * each <= TRAIN_BYTES && t->to_n == n &&
            memcmp(&t->to, to, n) == 0)
            return t;
    }
    struct train *t = &w->train[w->trains++];
    t->to = *to;
    t->to_n = n;
    t->each = each;
    t->count = 0;
    return t;
}

/* What was appended to `out` since `start` goes to `origin`. */
static void queue(struct worker *w, const struct origin *origin, size_t start)
{
    struct sockaddr_storage at;
    if (w->out.failed || w->out.n == start) {
        if (w->out.failed)
            lane_count(w->lane, COUNT_DROPPED);
        w->out.n = start;
        w->out.failed = false;
        return;
    }
    const struct endpoint to = {.address = origin->address, .port = origin->port};
    const size_t each = w->out.n - start;
    const socklen_t n = endpoint_to(&to, w->udp->family, &at);
    struct train *t = train_to(w, &at, n, each);
    t->text[t->count++] = (struct iovec){.iov_base = w->out.p + start, .iov_len = each};
    w->answers++;
}

static void make_room(struct worker *w)
{
    if (w->answers == BATCH || w->out.cap - w->out.n < ANSWER_ROOM)
        flush(w);
}

static void send_finished(void *to, const struct origin *origin, struct str text)
{
    struct worker *w = to;
    make_room(w);
    size_t start = w->out.n;
    buf_str(&w->out, text);
    queue(w, origin, start);
}

static void receive_one(struct worker *w, size_t i)
{
    struct endpoint from;
    struct str packet = {.p = w->in_vec[i].iov_base, .n = w->in[i].msg_len};
    endpoint_of((struct sockaddr *)&w->from[i], &from);
    struct origin origin = {.address = from.address, .port = from.port};
    make_room(w);
    size_t start = w->out.n;
    front_receive(w->lane, &origin, packet, &w->out);
    queue(w, &origin, start);
}

/* False: nothing was waiting. */
static bool receive_batch(struct worker *w)
{
    for (size_t i = 0; i < BATCH; i++)
        w->in[i].msg_hdr.msg_namelen = sizeof w->from[i];
    int n = recvmmsg(w->udp->fd, w->in, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++)
        receive_one(w, (size_t)i);
    return n == BATCH;
}

static void *work(void *to)
{
    struct worker *w = to;
    struct epoll_event events[2];
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (!atomic_load(&w->udp->stopping)) {
        if (epoll_wait(w->epoll, events, 2, -1) < 0 && errno != EINTR) {
            log_error("sip: a UDP worker cannot wait for its socket (errno %d)", errno);
            break;
        }
        bool more = true;
        while (more) {
            lane_round(w->lane);
            more = receive_batch(w);
            front_finish(w->lane, send_finished, w);
            flush(w);
        }
    }
    return NULL;
}

static enum err prepare(struct worker *w, struct udp *u, struct lane *lane)
{
    w->udp = u;
    w->lane = lane;
    w->singly = !u->cuts;
    w->packets = malloc(BATCH * (size_t)(MESSAGE_MAX + 1));
    w->out_bytes = malloc(OUT_BYTES);
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (w->packets == NULL || w->out_bytes == NULL || w->epoll < 0)
        return ERR_MEMORY;
    buf_fixed(&w->out, w->out_bytes, OUT_BYTES);
    for (size_t i = 0; i < BATCH; i++) {
        /* One byte more than a message may have, so that a longer one is seen as such. */
        w->in_vec[i] = (struct iovec){.iov_base = w->packets + i * (MESSAGE_MAX + 1),
                                      .iov_len = MESSAGE_MAX + 1};
        w->in[i].msg_hdr =
            (struct msghdr){.msg_name = &w->from[i], .msg_iov = &w->in_vec[i], .msg_iovlen = 1};
    }
    struct epoll_event socket_event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    struct epoll_event lane_event = {.events = EPOLLIN};
    if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, u->fd, &socket_event) < 0 ||
        epoll_ctl(w->epoll, EPOLL_CTL_ADD, lane_fd(lane), &lane_event) < 0)
        return ERR_IO;
    return OK;
}

enum err udp_start(struct udp *u, struct front *front, size_t first_lane, size_t workers,
                   struct problem *problem)
{
    u->front = front;
    u->worker = calloc(workers, sizeof *u->worker);
    if (u->worker == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    u->workers = workers;
    for (size_t i = 0; i < workers; i++)
        u->worker[i].epoll = -1;
    for (size_t i = 0; i < workers; i++) {
        struct worker *w = &u->worker[i];
        if (prepare(w, u, front_lane(front, first_lane + i)) != OK ||
            pthread_create(&w->thread, NULL, work, w) != 0)
            return problem_set(problem, ERR_MEMORY, "sip: no room for another worker thread");
        w->running = true;
    }
    return OK;
}

void udp_stop(struct udp *u)
{
    atomic_store(&u->stopping, true);
    if (u->front != NULL)
        front_wake(u->front);
    for (size_t i = 0; i < u->workers; i++)
        if (u->worker[i].running)
            pthread_join(u->worker[i].thread, NULL);
    for (size_t i = 0; i < u->workers; i++)
        u->worker[i].running = false;
}

void udp_close(struct udp *u)
{
    if (u == NULL)
        return;
    for (size_t i = 0; i < u->workers; i++) {
        free(u->worker[i].packets);
        free(u->worker[i].out_bytes);
        if (u->worker[i].epoll >= 0)
            close(u->worker[i].epoll);
    }
    free(u->worker);
    if (u->fd >= 0)
        close(u->fd);
    free(u);
}
