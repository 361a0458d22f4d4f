/* Real sockets on loopback, with a stand-in gate that answers from another thread. */
#include "certificate.h"
#include "unit.h"
#include "sip_stage.h"
#include "sip/listen.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Answers from a thread of its own, as the ledger does. */
struct ledger_like {
    pthread_mutex_t lock;
    gate_done *done[STAGE_PARKED];
    void *context[STAGE_PARKED];
    size_t count;
    _Atomic bool stop, hold;
    struct answer answer;
    pthread_t thread;
};

static void ask_later(void *to, const struct question *q, gate_done *done, void *context)
{
    struct ledger_like *l = to;
    pthread_mutex_lock(&l->lock);
    l->done[l->count] = done;
    l->context[l->count++] = context;
    pthread_mutex_unlock(&l->lock);
}

static bool knows_nobody(void *to, const struct in6_addr *peer)
{
    return false;
}

static void *answer_all(void *to)
{
    struct ledger_like *l = to;
    while (!atomic_load(&l->stop)) {
        pthread_mutex_lock(&l->lock);
        for (size_t i = 0; i < l->count && !atomic_load(&l->hold); i++)
            l->done[i](l->context[i], &l->answer);
        l->count = atomic_load(&l->hold) ? l->count : 0;
        pthread_mutex_unlock(&l->lock);
        usleep(200);
    }
    return NULL;
}

static bool tells_nobody(void *to, const struct in6_addr *peer, struct str line)
{
    return false;
}

struct house {
    struct config config;
    struct peer_config peer;
    struct ledger_like ledger;
    struct front *front;
    struct udp *udp;
    struct stream *stream;
    struct endpoint at, tls_at;
    char folder[64], certificate[100], key[100];
};

/* Peers are those of this network. */
static struct house *open_impatient_house(const char *net, const struct patience *patience)
{
    struct house *h = calloc(1, sizeof *h);
    struct problem p = {0};
    struct stage like = {0};
    assert_non_null(h);
    snprintf(h->folder, sizeof h->folder, "/tmp/menshen-sip-XXXXXX");
    assert_non_null(mkdtemp(h->folder));
    snprintf(h->certificate, sizeof h->certificate, "%s/c.pem", h->folder);
    snprintf(h->key, sizeof h->key, "%s/k.pem", h->folder);
    write_certificate(h->certificate, h->key);
    h->peer = (struct peer_config){.address = net, .trusted = true};
    assert_true(network_parse(str_of(net), &h->peer.net));
    h->config.peers = &h->peer;
    h->config.peer_count = 1;
    pthread_mutex_init(&h->ledger.lock, NULL);
    h->ledger.answer = (struct answer){.verdict = {.kind = VERDICT_ALLOW, .check = CHECK_ALLOWED}};
    like.config = h->config;
    struct front_options o = {
        .gate = {.to = &h->ledger,
                 .ask = ask_later,
                 .submit = stage_submit,
                 .knows = knows_nobody,
                 .tells = tells_nobody,
                 .ledger = stage_ledger,
                 .clock = clock_real()},
        .lanes = 3,
        .max_pending = 3000,
        .transactions = 10000,
    };
    struct setup *setup = stage_setup(&like);
    setup->config = &h->config;
    assert_int_equal(front_new(&o, setup, &h->front, &p), OK);
    assert_int_equal(endpoint_parse("127.0.0.1:0", "sip.listen", &h->at, &p), OK);
    assert_int_equal(endpoint_parse("127.0.0.1:0", "sip.tls.listen", &h->tls_at, &p), OK);
    const struct tls_config files = {.certificate = h->certificate, .key = h->key};
    /* The port that UDP was given may be taken for TCP. */
    for (int i = 0; i < 20 && h->stream == NULL; i++) {
        udp_close(h->udp);
        h->at.port = 0;
        assert_int_equal(udp_open(&h->at, &h->udp, &p), OK);
        if (stream_open(&h->at, &h->tls_at, &files, &h->stream, &p) != OK)
            print_message("%s\n", p.text);
    }
    assert_non_null(h->stream);
    assert_int_equal(udp_start(h->udp, h->front, 0, 2, &p), OK);
    if (patience != NULL)
        stream_set_patience(h->stream, patience);
    assert_int_equal(stream_start(h->stream, h->front, 2, &p), OK);
    pthread_create(&h->ledger.thread, NULL, answer_all, &h->ledger);
    return h;
}

static struct house *open_house_for(const char *net)
{
    return open_impatient_house(net, NULL);
}

static struct house *open_house(void)
{
    return open_house_for("127.0.0.0/8");
}

static void close_house(struct house *h)
{
    front_drain(h->front);
    udp_stop(h->udp);
    stream_stop(h->stream);
    udp_close(h->udp);
    stream_close(h->stream);
    front_free(h->front);
    atomic_store(&h->ledger.stop, true);
    pthread_join(h->ledger.thread, NULL);
    pthread_mutex_destroy(&h->ledger.lock);
    unlink(h->certificate);
    unlink(h->key);
    rmdir(h->folder);
    free(h);
}

static int client(const struct endpoint *e, int type)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(e->port)};
    struct timeval wait = {.tv_sec = 10};
    int fd = socket(AF_INET, type, 0);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void send_text(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static char got[65536];

static const char *receive_some(int fd)
{
    ssize_t n = recv(fd, got, sizeof got - 1, 0);
    got[n > 0 ? n : 0] = '\0';
    return got;
}

static const char *receive_until(int fd, const char *end)
{
    size_t n = 0;
    got[0] = '\0';
    while (strstr(got, end) == NULL) {
        ssize_t more = recv(fd, got + n, sizeof got - 1 - n, 0);
        if (more <= 0)
            fail_msg("the connection ended after: %s", got);
        n += (size_t)more;
        got[n] = '\0';
    }
    return got;
}

static void has(const char *part)
{
    if (strstr(got, part) == NULL)
        fail_msg("missing: %s\nin: %s", part, got);
}

static void datagrams_are_answered_from_the_same_socket(void **state)
{
    struct house *h = open_house();
    int fd = client(&h->at, SOCK_DGRAM);
    for (int i = 0; i < 200; i++) {
        char id[16], line[32];
        snprintf(id, sizeof id, "u%d", i);
        snprintf(line, sizeof line, "Call-ID: u%d\r\n", i);
        send_text(fd, request("INVITE", "sip:+8613900139000@h", id, ""));
        receive_some(fd);
        has("SIP/2.0 302 ");
        has(line);
    }
    close(fd);
    close_house(h);
}

enum { BURST = 60, LONG = 10 };

/* The house's own socket: without checksums the system cuts no text into datagrams. */
static void forbid_cutting(const struct house *h, int own)
{
    const int yes = 1;
    for (int fd = 3; fd < 200; fd++) {
        struct sockaddr_in at;
        socklen_t n = sizeof at, kind_n = sizeof(int);
        int kind;
        if (fd != own && getsockname(fd, (struct sockaddr *)&at, &n) == 0 &&
            at.sin_family == AF_INET && at.sin_port == htons(h->at.port) &&
            getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &kind_n) == 0 && kind == SOCK_DGRAM)
            assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_NO_CHECK, &yes, sizeof yes), 0);
    }
}

/* Answers of several lengths, and some that no train takes; each tenth is one of these. */
static void send_burst(int fd, char who)
{
    char route[1400], branch[1300];
    memset(branch, 'r', sizeof branch);
    snprintf(route, sizeof route, "Via: SIP/2.0/UDP 10.0.0.9;branch=%.*s\r\n", (int)sizeof branch,
             branch);
    for (int i = 0; i < BURST; i++) {
        char id[16];
        snprintf(id, sizeof id, "%c%0*d", who, 2 + i % 3, i);
        send_text(fd, request("INVITE", "sip:+8613900139000@h", id, i % LONG == 0 ? route : ""));
    }
}

static void take_burst(int fd, char who)
{
    bool seen[BURST] = {false};
    for (int i = 0; i < BURST; i++) {
        receive_some(fd);
        has("SIP/2.0 302 ");
        const char *id = strstr(got, "\r\nCall-ID: "), *end = strstr(got, "\r\n\r\n");
        assert_true(id != NULL && end != NULL && end[4] == '\0');
        assert_int_equal(id[11], who);
        const int which = atoi(id + 12);
        assert_true(which < BURST && !seen[which]);
        seen[which] = true;
        assert_int_equal(strlen(got) > 1300, which % LONG == 0);
    }
}

static void check_bursts(bool cut)
{
    struct house *h = open_house();
    struct sip_stats stats = {0};
    int a = client(&h->at, SOCK_DGRAM), b = client(&h->at, SOCK_DGRAM);
    if (!cut)
        forbid_cutting(h, a);
    for (char round = 'k'; round < 'n'; round++) {
        atomic_store(&h->ledger.hold, true);
        send_burst(a, round);
        send_burst(b, (char)(round - 10));
        usleep(20000);
        atomic_store(&h->ledger.hold, false);
        take_burst(a, round);
        take_burst(b, (char)(round - 10));
    }
    front_stats(h->front, &stats);
    assert_int_equal(stats.unsent, 0);
    close(a);
    close(b);
    close_house(h);
}

static void answers_of_a_burst_are_datagrams_of_their_own(void **state)
{
    check_bursts(true);
}

static void a_system_that_cuts_no_text_is_given_each_answer(void **state)
{
    check_bursts(false);
}

static void a_stream_carries_many_messages_in_any_pieces(void **state)
{
    struct house *h = open_house();
    int fd = client(&h->at, SOCK_STREAM);
    send_text(fd, "\r\n\r\n");
    receive_some(fd);
    assert_string_equal(got, "\r\n");
    const char *text = request("INVITE", "sip:+8613900139000@h", "s1", "");
    for (size_t i = 0, n = strlen(text); i < n; i += 50) {
        size_t left = n - i;
        assert_true(send(fd, text + i, left < 50 ? left : 50, MSG_NOSIGNAL) > 0);
        usleep(500);
    }
    receive_until(fd, "\r\n\r\n");
    has("SIP/2.0 302 ");
    char two[9000];
    int n = snprintf(two, sizeof two, "%s", request("OPTIONS", "sip:m", "s2", ""));
    snprintf(two + n, sizeof two - (size_t)n, "%s", request("OPTIONS", "sip:m", "s3", ""));
    send_text(fd, two);
    receive_until(fd, "Call-ID: s3");
    has("Call-ID: s2");
    close(fd);
    close_house(h);
}

static void a_stream_whose_next_message_cannot_be_found_is_answered_and_closed(void **state)
{
    struct house *h = open_house();
    int fd = client(&h->at, SOCK_STREAM);
    send_text(
        fd,
        "OPTIONS sip:m SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKq\r\nMax-Forwards: 1\r\n"
        "From: <sip:1@h>;tag=1\r\nTo: <sip:x@h>\r\nCall-ID: q\r\nCSeq: 1 OPTIONS\r\n\r\n");
    receive_until(fd, "\r\n\r\n");
    has("SIP/2.0 400 Bad Request: Content-Length is missing");
    assert_int_equal(recv(fd, got, 1, 0), 0);
    close(fd);
    fd = client(&h->at, SOCK_STREAM);
    send_text(fd, "\x16\x03\x01 this is not SIP\n\n");
    assert_true(recv(fd, got, 1, 0) <= 0);
    close(fd);
    close_house(h);
}

static void an_answer_to_a_closed_connection_finds_nobody(void **state)
{
    struct house *h = open_house();
    for (int i = 0; i < 20; i++) {
        char id[16];
        int fd = client(&h->at, SOCK_STREAM);
        snprintf(id, sizeof id, "c%d", i);
        send_text(fd, request("INVITE", "sip:+8613900139000@h", id, ""));
        close(fd);
    }
    int fd = client(&h->at, SOCK_STREAM);
    send_text(fd, request("OPTIONS", "sip:m", "c", ""));
    receive_until(fd, "\r\n\r\n");
    has("SIP/2.0 200 OK");
    close(fd);
    close_house(h);
}

static size_t waiting(struct house *h)
{
    pthread_mutex_lock(&h->ledger.lock);
    size_t n = h->ledger.count;
    pthread_mutex_unlock(&h->ledger.lock);
    return n;
}

static int client_from(const struct endpoint *e, const char *address)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = from;
    struct timeval wait = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_port = htons(e->port);
    inet_pton(AF_INET, address, &from.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* How many of 1,100 idle connections from 127.0.x.1 are kept, for `addresses` of x from 1. */
static size_t kept_open(struct house *h, int addresses, int *fd)
{
    for (int i = 0; i < 1100; i++) {
        char address[24];
        snprintf(address, sizeof address, "127.0.%d.1", 1 + i % addresses);
        fd[i] = client_from(&h->at, address);
    }
    /* Those that are refused have been accepted in order: the last of all is a peer's. */
    int last = client(&h->at, SOCK_STREAM);
    send_text(last, request("OPTIONS", "sip:m", "p", ""));
    receive_until(last, "\r\n\r\n");
    has("SIP/2.0 200 OK");
    size_t n = stream_connections(h->stream);
    close(last);
    return n - 1;
}

/* Send a byte each 50 ms until the connection is closed; after how many, at most 60. */
static int drip(int fd, const char *text)
{
    int i = 0;
    while (i < 60 && send(fd, text + i, 1, MSG_NOSIGNAL) == 1) {
        char byte;
        usleep(50000);
        if (recv(fd, &byte, 1, MSG_DONTWAIT) == 0)
            break;
        i++;
    }
    return i;
}

static void no_byte_puts_off_a_deadline(void **state)
{
    static const struct patience patience = {.idle = 60000, .stranger = 600, .unfinished = 600};
    static const struct {
        const char *from, *first;
    } table[] = {
        {"127.0.0.2", ""}, /* a peer's message */
        {"127.0.1.1", ""}, /* a stranger's */
        {"127.0.0.2", "OPTIONS"},
    };
    struct house *h = open_impatient_house("127.0.0.0/24", &patience);
    const char *text = request("OPTIONS", "sip:m", "d", "");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int fd = client_from(&h->at, table[i].from);
        if (table[i].first[0] != '\0') {
            /* A whole message gives the next one its own time. */
            send_text(fd, text);
            receive_until(fd, "\r\n\r\n");
            usleep(700000);
        }
        int n = drip(fd, text);
        if (n < 4 || n > 40)
            fail_msg("row %zu: closed after %d bytes", i, n);
        close(fd);
    }
    int fd = client_from(&h->at, "127.0.1.1");
    assert_int_equal(recv(fd, got, 1, 0), 0); /* an idle stranger */
    close(fd);
    close_house(h);
}

static void strangers_leave_room_for_peers(void **state)
{
    static int fd[1100];
    static const struct {
        int addresses;
        size_t kept;
    } table[] = {{1, 8}, {100, 64}};
    struct rlimit files = {0};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < 8192 ? files.rlim_max : 8192;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct house *h = open_house_for("127.0.0.0/24");
        assert_int_equal(kept_open(h, table[i].addresses, fd), table[i].kept);
        for (size_t k = 0; k < 1100; k++)
            close(fd[k]);
        close_house(h);
    }
}

static void nobody_gets_the_answer_of_the_connection_before(void **state)
{
    struct house *h = open_house();
    atomic_store(&h->ledger.hold, true);
    int fd = client(&h->at, SOCK_STREAM);
    send_text(fd, request("INVITE", "sip:+8613900139000@h", "before", ""));
    while (waiting(h) == 0)
        usleep(1000);
    close(fd);
    while (stream_connections(h->stream) > 0)
        usleep(1000);
    fd = client(&h->at, SOCK_STREAM);
    send_text(fd, request("OPTIONS", "sip:m", "after", ""));
    receive_until(fd, "\r\n\r\n");
    atomic_store(&h->ledger.hold, false);
    while (waiting(h) > 0)
        usleep(1000);
    struct sip_stats stats = {0};
    while (stats.unsent == 0) {
        stats = (struct sip_stats){0};
        front_stats(h->front, &stats);
        usleep(1000);
    }
    send_text(fd, request("OPTIONS", "sip:m", "last", ""));
    receive_until(fd, "\r\n\r\n");
    has("Call-ID: last");
    assert_null(strstr(got, "Call-ID: before"));
    close(fd);
    close_house(h);
}

static void ask_over_tls(struct house *h, const char *id)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(ctx);
    int fd = client(&h->tls_at, SOCK_STREAM);
    SSL_set_fd(ssl, fd);
    assert_int_equal(SSL_connect(ssl), 1);
    const char *text = request("INVITE", "sip:+8613900139000@h", id, "");
    assert_true(SSL_write(ssl, text, (int)strlen(text)) > 0);
    int n = SSL_read(ssl, got, sizeof got - 1);
    assert_true(n > 0);
    got[n] = '\0';
    has("SIP/2.0 302 ");
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    close(fd);
}

static void tls_is_served_and_its_certificate_replaced(void **state)
{
    struct house *h = open_house();
    struct problem p = {0};
    const struct tls_config files = {.certificate = h->certificate, .key = h->key};
    const struct tls_config wrong = {.certificate = h->key, .key = h->key};
    ask_over_tls(h, "t1");
    assert_int_equal(stream_reload(h->stream, &wrong, &p), ERR_INVALID);
    assert_non_null(strstr(p.text, "k.pem"));
    ask_over_tls(h, "t2");
    write_certificate(h->certificate, h->key);
    assert_int_equal(stream_reload(h->stream, &files, &p), OK);
    ask_over_tls(h, "t3");
    close_house(h);
}

static void a_new_configuration_acts_without_a_restart(void **state)
{
    struct house *h = open_house();
    struct stage like = {0};
    struct setup *setup = stage_setup(&like);
    int fd = client(&h->at, SOCK_DGRAM);
    setup->config = &h->config;
    setup->next_hop = STR("10.9.9.9");
    send_text(fd, request("INVITE", "sip:+8613900139000@h", "r1", ""));
    receive_some(fd);
    has("@10.0.0.5:5060;");
    front_reload(h->front, setup);
    send_text(fd, request("INVITE", "sip:+8613900139000@h", "r2", ""));
    receive_some(fd);
    has("@10.9.9.9;");
    close(fd);
    close_house(h);
}

static void addresses_that_cannot_be_listened_on_are_named(void **state)
{
    struct endpoint e;
    struct problem p = {0};
    struct udp *one, *two;
    assert_int_equal(endpoint_parse("localhost:5060", "sip.listen", &e, &p), ERR_INVALID);
    assert_int_equal(endpoint_parse("127.0.0.1", "sip.listen", &e, &p), ERR_INVALID);
    assert_int_equal(endpoint_parse("127.0.0.1:70000", "sip.listen", &e, &p), ERR_INVALID);
    assert_non_null(strstr(p.text, "sip.listen"));
    assert_int_equal(endpoint_parse("[::1]:5060", "sip.listen", &e, &p), OK);
    assert_int_equal(endpoint_parse("127.0.0.1:0", "sip.listen", &e, &p), OK);
    assert_int_equal(udp_open(&e, &one, &p), OK);
    assert_true(e.port != 0);
    assert_true(udp_open(&e, &two, &p) != OK);
    assert_non_null(strstr(p.text, "127.0.0.1"));
    udp_close(one);
}

UNIT_MAIN(TEST(datagrams_are_answered_from_the_same_socket),
          TEST(answers_of_a_burst_are_datagrams_of_their_own),
          TEST(a_system_that_cuts_no_text_is_given_each_answer),
          TEST(a_stream_carries_many_messages_in_any_pieces),
          TEST(a_stream_whose_next_message_cannot_be_found_is_answered_and_closed),
          TEST(an_answer_to_a_closed_connection_finds_nobody), TEST(no_byte_puts_off_a_deadline),
          TEST(strangers_leave_room_for_peers),
          TEST(nobody_gets_the_answer_of_the_connection_before),
          TEST(tls_is_served_and_its_certificate_replaced),
          TEST(a_new_configuration_acts_without_a_restart),
          TEST(addresses_that_cannot_be_listened_on_are_named))
