/*
 * The same requests give the same answers and the same records, byte for byte.
 *
 * A fixed traffic goes through a front and a gate with its ledger, under a clock
 * that stands still. What comes out is compared, line by line, with what is kept in
 * data/sip/replay.txt: one line an answer and one line a record, of which only what
 * is random (the commitment, which the opening's check covers) or the rule pack's
 * (its hash) is left out. A change of the rules or of the answers changes the file:
 *
 *     MENSHEN_REPLAY=tests/unit/data/sip/replay.txt test_sip_replay     writes it anew
 */
#include "gate_fixture.h"

#include "gate/gate.h"
#include "ledger/merkle.h"
#include "sip/front.h"
#include "store/journal.h"

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

enum { ROUNDS = 64, AT_ONCE = 5, LANE = 0 };

static struct rules *rules;
static struct config *config;
static when now;
static struct disk disk;
static char folder[64];
static struct gate *gate;
static struct front *front;
static struct buf transcript;
static size_t asked, expected; /* questions; answers on their way */

static enum err no_sync(void *context, int fd)
{
    return OK;
}

static int64_t write_town(void)
{
    struct town t = {.rules = rules};
    struct store *store;
    struct problem p = {.text = ""};
    char path[128];
    int64_t seq = 0;
    size_t count;
    const struct town_fact *facts = town_facts(&count);
    snprintf(path, sizeof path, "%s/menshen.db", folder);
    assert_int_equal(store_open(path, &store, &p), OK);
    assert_int_equal(store_begin(store, &p), OK);
    for (size_t i = 0; i < count; i++) {
        struct value row[COLUMNS_MAX];
        read_row(&t, facts[i].kind, facts[i].row, row);
        assert_int_equal(
            fact_write(store, facts[i].kind, row, STR("elsewhere"), STR("test"), now, &seq, &p),
            OK);
    }
    assert_int_equal(store_commit(store, &p), OK);
    store_close(store);
    return seq;
}

static void ask_gate(void *to, const struct question *q, gate_done *done, void *context)
{
    asked++;
    expected++;
    gate_ask(to, q, done, context);
}

static void submit(void *to, struct ledger_round *round)
{
    gate_submit(to, round);
}

static bool knows(void *to, const struct in6_addr *peer)
{
    return gate_knows_peer(to, peer);
}

static bool tells(void *to, const struct in6_addr *peer, struct str line)
{
    return gate_tells_peer(to, peer, line);
}

/* Its name and where its records begin differ from run to run. */
static const char *ledger_of(void *to, uint64_t *record)
{
    *record = 0;
    return "7f3a09c1";
}

static int set_up(void **state)
{
    struct problem p = {.text = ""};
    struct setup *setup;
    disk = disk_real;
    disk.sync = no_sync;
    rules = load_rules();
    config = config_of("sip: {next_hop: '10.0.0.5:5060', trusted_peers: [127.0.0.0/8]}\n"
                       "ledger: {deadline_ms: 20000}\n");
    now = at_time("2026-11-21T10:00:00+08:00");
    snprintf(folder, sizeof folder, "/tmp/menshen-replay-XXXXXX");
    assert_non_null(mkdtemp(folder));
    struct gate_options o = {.folder = folder,
                             .config = config,
                             .rules = rules,
                             .clock = clock_fixed(&now),
                             .disk = &disk,
                             .lock_wait_ms = 10000};
    assert_int_equal(gate_open(&o, &gate, &p), OK);
    assert_int_equal(gate_reach(gate, write_town(), 5000, NULL), OK);
    assert_int_equal(setup_new(config, rules, &setup, &p), OK);
    struct front_options f = {.gate = {.to = gate,
                                       .ask = ask_gate,
                                       .submit = submit,
                                       .knows = knows,
                                       .tells = tells,
                                       .ledger = ledger_of,
                                       .clock = clock_fixed(&now)},
                              .lanes = 1,
                              .max_pending = 1000,
                              .transactions = 10000};
    memset(&f.key, 7, sizeof f.key);
    assert_int_equal(front_new(&f, setup, &front, &p), OK);
    buf_init(&transcript, 1 << 20);
    asked = expected = 0;
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    front_free(front);
    gate_close(gate);
    config_free(config);
    rules_free(rules);
    buf_fini(&transcript);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* The lines of a round, sorted: an emergency call's answer overtakes those that wait. */
static char said[AT_ONCE * 2][160];
static size_t line_count;

static void hash_print(const struct hash *h, char text[static 33])
{
    for (size_t i = 0; i < 16; i++)
        snprintf(text + 2 * i, 3, "%02x", h->b[i]);
}

/* One line: to which port, the first line, and a hash of all of it. */
static void note_answer(const struct origin *origin, struct str text)
{
    struct str rest = text, line;
    struct hash h;
    char printed[33];
    str_split(&rest, '\r', &line);
    merkle_sha256(text.p, text.n, &h);
    hash_print(&h, printed);
    assert_true(line_count < sizeof said / sizeof *said);
    snprintf(said[line_count++], sizeof *said, "%u %.*s %s\n", origin->port, STR_ARG(line),
             printed);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void end_round(void)
{
    qsort(said, line_count, sizeof *said, by_text);
    for (size_t i = 0; i < line_count; i++)
        buf_str(&transcript, str_of(said[i]));
    line_count = 0;
}

static void finished(void *to, const struct origin *origin, struct str text)
{
    note_answer(origin, text);
    expected--;
}

static void receive(const char *source, const char *text)
{
    static char out[ANSWER_ROOM];
    struct origin origin = {.port = 4711};
    struct buf b;
    assert_true(address_parse(str_of(source), &origin.address));
    buf_fixed(&b, out, sizeof out);
    front_receive(front_lane(front, LANE), &origin, str_of(text), &b);
    assert_false(b.failed);
    if (b.n > 0)
        note_answer(&origin, buf_view(&b));
}

static void finish_all(void)
{
    struct pollfd ready = {.fd = lane_fd(front_lane(front, LANE)), .events = POLLIN};
    while (expected > 0) {
        front_finish(front_lane(front, LANE), finished, NULL);
        if (expected > 0)
            assert_int_equal(poll(&ready, 1, 20000), 1);
        lane_round(front_lane(front, LANE));
    }
}

/* Request number `i`: parties, line, campaign and the way of writing vary independently. */
static const char *write_request(size_t i, char *text, size_t size)
{
    static const char *const callers[] = {"+8613800138001", "02160001000",  "02160002005", "95588",
                                          "02160003001",    "+14155550100", "anonymous"};
    static const char *const callees[] = {"+8613800138000", "13900139000", "+8613800138111", "110",
                                          "12345"};
    static const char *const lines[] = {"",
                                        "X-Menshen-Line: lin_mobile\r\n",
                                        "X-Menshen-Line: lin_sales\r\n",
                                        "X-Menshen-Line: lin_vendor\r\n",
                                        "X-Menshen-Line: lin_bank\r\n",
                                        "X-Menshen-Line: lin_centre\r\n",
                                        "X-Menshen-Line: lin_abroad\r\n",
                                        "X-Menshen-Line: lin_nobody\r\n"};
    static const char *const campaigns[] = {"", "X-Menshen-Campaign: cam_spring\r\n",
                                            "X-Menshen-Campaign: cam_back\r\n"};
    static const char *const more[] = {
        "Max-Forwards: 70\r\n",
        "Max-Forwards:70\r\nDiversion: <sip:13800138009@h>;counter=2, <sip:13800138008@h>\r\n",
        "X-Other: a, \"b;c\"\r\n  folded\r\nFeature-Caps: *;+sip.608\r\n",
        "P-Asserted-Identity: \"A \\\"B\\\" <c>\" <sip:+8613800138077@h>\r\n",
        "History-Info: <sip:13800138005@h>;index=1,\r\n <sip:1@h;cause=302>;index=1.1\r\n",
        "Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKb, SIP/2.0/TCP [2001:db8::1]:5061\r\n",
        "Require: timer, 100rel\r\nPriority: psap-callback\r\nX-Menshen-Roaming: yes\r\n",
        "Max-Forwards: 0\r\n",
        "Max-Forwards: 256\r\n",
        "Subject: none\r\nRequire: unheard\r\n"};
    /* printf: callee, then Via, From, To, Call-ID, CSeq of number `i` */
    static const char *const forms[] = {
        "INVITE sip:%s@127.0.0.1;user=phone SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK%zu;rport\r\nFrom: <sip:%s@h>;tag=1\r\n"
        "To: <sip:x@h>\r\nCall-ID: %zu@h\r\nCSeq: 1 INVITE\r\n%s%s%sContent-Length: 0\r\n\r\n",
        "INVITE tel:%s SIP/2.0\r\nv: SIP / 2.0 / UDP  gw.example : 5062 ;branch=z9hG4bK%zu\r\n"
        "f: \"Name, with <all>\" <tel:%s>;tag=2;x=\"a;b\"\r\nt: sip:y@h;z=1\r\n"
        "i: %zu\r\nCSeq: 4711   INVITE\r\n%s%s%sl: 4\r\n\r\nbody",
        "\r\nINVITE sips:%s:secret@[2001:db8::7]:5070;user=phone?a=b SIP/2.0\n"
        "Via: SIP/2.0/TLS [2001:db8::8];received=1.2.3.4;branch=z9hG4bK%zu\n"
        "From:\n  <sip:%s@h;transport=udp>\n ;tag=3\nTo: <sip:x@h>\nCall-ID: %zu\n"
        "CSeq: 7 INVITE\n%s%s%s\n",
        "INVITE sip:%s;npdi;rn=+8613900000000@127.0.0.1 SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 127.0.0.1;rport=77;branch=z9hG4bK%zu;\r\nFrom: sip:%s@h;tag=4\r\n"
        "To: Who <sip:x@h>\r\nCall-ID: %zu\r\nCSeq: 2147483647 INVITE\r\n%s%s%s\r\n"};
    int n = snprintf(text, size, forms[i % 4], callees[i * 3 % 5], i, callers[i % 7], i,
                     lines[i / 5 % 8], campaigns[i / 3 % 3], more[i / 4 % 10]);
    assert_true(n > 0 && (size_t)n < size);
    return text;
}

static void send_number(size_t i)
{
    static const char *const sources[] = {"127.0.0.1", "127.0.0.1", "127.9.9.9",  "10.0.0.2",
                                          "10.0.0.20", "192.0.2.1", "2001:db8::5"};
    char text[4096];
    receive(sources[i / 2 % 7], write_request(i, text, sizeof text));
}

struct reading {
    size_t calls;
};

static bool note_record(void *to, const struct ledger_record *r)
{
    struct reading *reading = to;
    struct call_record call;
    struct hash h;
    char printed[33];
    uint8_t bytes[ENTRY_HEADER + CALL_BODY_MAX + CALL_OPENING_MAX + 12];
    struct buf b, opening;
    if (r->entry.p[1] != ENTRY_CALL)
        return true;
    struct str body = str_skip(r->entry, ENTRY_HEADER);
    assert_int_equal(call_record_decode(body, &call), OK);
    assert_memory_equal(call.pack, rules_hash(rules), sizeof call.pack);
    buf_init(&opening, 4096);
    assert_int_equal(opening_open(gate_keys(gate), r->opening, call.commitment, &opening), OK);
    buf_fixed(&b, bytes, sizeof bytes);
    buf_str(&b, r->entry);
    b.n -= sizeof call.commitment; /* its last bytes */
    memset(b.p + ENTRY_HEADER + 20, 0, sizeof call.pack);
    buf_str(&b, buf_view(&opening));
    buf_u64be(&b, r->transaction);
    buf_u32be(&b, r->answer);
    assert_false(b.failed);
    merkle_sha256(b.p, b.n, &h);
    hash_print(&h, printed);
    buf_printf(&transcript, "record %zu %s %s %s\n", reading->calls++,
               verdict_word(call.verdict.kind), check_word(call.verdict.check), printed);
    buf_fini(&opening);
    return true;
}

static void note_records(void)
{
    struct reading reading = {0};
    struct problem p = {.text = ""};
    struct question last = {.call = {.at = now, .callee = 8613800138000}, .dry = true};
    struct answer answer;
    gate_ask_wait(gate, &last, &answer); /* then all before it is there too */
    if (ledger_follow(gate_ledger(gate), 0, note_record, &reading, &p) != OK)
        fail_msg("%s", p.text);
    assert_int_equal(reading.calls, asked + 1);
    assert_true(asked > ROUNDS * AT_ONCE / 2);
}

static void compare(void)
{
    const char *path = getenv("MENSHEN_REPLAY");
    void *kept;
    size_t n, line_number = 1;
    assert_false(transcript.failed);
    if (path != NULL)
        assert_int_equal(disk_replace(&disk_real, path, 0644, transcript.p, transcript.n), OK);
    assert_int_equal(
        disk_load(&disk_real, SOURCE_ROOT "/tests/unit/data/sip/replay.txt", 1 << 20, &kept, &n),
        OK);
    struct str want = str_bytes(kept, n), got = buf_view(&transcript), a, b;
    for (; str_split(&want, '\n', &a) && str_split(&got, '\n', &b); line_number++)
        if (!str_eq(a, b))
            fail_msg("line %zu: kept \"%.*s\", now \"%.*s\"", line_number, STR_ARG(a), STR_ARG(b));
    assert_true(want.p == NULL && got.p == NULL);
    free(kept);
}

/* Five requests before the answers are looked at, then some of them once more, and a CANCEL. */
static void the_same_traffic_gives_the_same_answers_and_records(void **state)
{
    for (size_t round = 0; round < ROUNDS; round++) {
        lane_round(front_lane(front, LANE));
        for (size_t i = 0; i < AT_ONCE; i++)
            send_number(round * AT_ONCE + i);
        finish_all();
        send_number(round * AT_ONCE + round % AT_ONCE);
        end_round();
    }
    receive("127.0.0.1", "CANCEL sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5999;branch="
                         "z9hG4bK0;rport\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:x@h>\r\nCall-ID: 0@h"
                         "\r\nCSeq: 1 CANCEL\r\n\r\n");
    receive("127.0.0.1", "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=x\r\n"
                         "From: <sip:a@h>;tag=1\r\nTo: <sip:x@h>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS"
                         "\r\n\r\n");
    end_round();
    note_records();
    compare();
}

UNIT_MAIN(cmocka_unit_test_setup_teardown(the_same_traffic_gives_the_same_answers_and_records,
                                          set_up, tear_down))
