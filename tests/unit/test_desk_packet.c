#include "unit.h"

#include "desk/packet_check.h"
#include "packet_fixture.h"

static const char paper[] = "{\"paper\":\"summons\"}", picture[] = "a picture";

/* A packet, in the parts that a test may change before the log signs for it. */
struct packet {
    struct packet_log *log;
    json_t *index;
    struct tar_file file[8];
    size_t count;
    struct buf receipt[3];
    struct buf out;
    struct packet_report report;
    struct problem problem;
};

static void add(struct packet *p, const char *name, struct str bytes)
{
    char hash[PACKET_HEX];
    packet_hash(bytes, hash);
    p->file[p->count++] = (struct tar_file){str_of(name), bytes};
    json_array_append_new(
        json_object_get(p->index, "files"),
        json_pack("{s:s, s:I, s:s}", "name", name, "size", (json_int_t)bytes.n, "sha256", hash));
}

static void record(struct packet *p, unsigned i, const char *kind, const char *name)
{
    char id[RECORD_ID], log[9];
    const uint8_t *key = note_signer_key(p->log->signer)->id;
    snprintf(log, sizeof log, "%02x%02x%02x%02x", key[0], key[1], key[2], key[3]);
    record_id_format(log, i, id);
    buf_init(&p->receipt[i], PROOF_MAX);
    packet_log_receipt(p->log, i, true, &p->receipt[i]);
    add(p, name, buf_view(&p->receipt[i]));
    json_array_append_new(json_object_get(p->index, "records"),
                          json_pack("{s:s, s:s, s:s, s:i, s:b}", "file", name, "record", id, "of",
                                    kind, "journal", 100 + (int)i, "open", 1));
}

static void held(struct packet *p, const char *list, const char *id, const char *name,
                 const char *bytes)
{
    char hash[PACKET_HEX];
    packet_hash(str_of(bytes), hash);
    add(p, name, str_of(bytes));
    json_array_append_new(json_object_get(p->index, list),
                          json_pack("{s:s, s:s, s:s}", "id", id, "sha256", hash, "file", name));
}

static void begin(struct packet *p, bool witnessed)
{
    char text[300], hash[PACKET_HEX], key[VKEY_TEXT];
    *p = (struct packet){.log = packet_log_new(witnessed)};
    packet_log_put(p->log, 0, "case_acts", "{\"id\":\"act_1\"}");
    packet_hash(str_of(paper), hash);
    snprintf(text, sizeof text, "{\"id\":\"doc_1\",\"hash\":\"%s\"}", hash);
    packet_log_put(p->log, 1, "documents", text);
    packet_hash(str_of(picture), hash);
    snprintf(text, sizeof text, "{\"id\":\"evd_1\",\"hash\":\"sha256:%s\"}", hash);
    packet_log_put(p->log, 2, "evidence", text);
    note_key_format(note_signer_key(p->log->signer), key);
    p->index = json_pack("{s:s, s:s, s:{s:s}, s:{s:s, s:s}, s:s, s:[], s:[], s:[], s:[], s:[]}",
                         "format", PACKET_FORMAT, "packet", "pck_1", "case", "id", "cas_1",
                         "issued", "organisation", "org_u", "at", "2026-11-22T20:00:00+08:00",
                         "log", key, "witnesses", "files", "records", "papers", "evidence");
    assert_non_null(p->index);
    if (witnessed) {
        note_key_format(note_signer_key(p->log->witness), key);
        json_array_append_new(json_object_get(p->index, "witnesses"), json_string(key));
    }
    record(p, 0, "case_acts", "records/0001.tlog-proof");
    record(p, 1, "documents", "records/0002.tlog-proof");
    record(p, 2, "evidence", "records/0003.tlog-proof");
    held(p, "papers", "doc_1", "papers/doc_1.json", paper);
    held(p, "evidence", "evd_1", "evidence/evd_1.txt", picture);
}

static void issue(struct packet *p)
{
    struct buf files;
    char *index = json_dumps(p->index, JSON_INDENT(1) | JSON_SORT_KEYS);
    buf_init(&files, PACKET_MAX);
    buf_init(&p->out, PACKET_MAX);
    for (size_t i = 0; i < p->count; i++)
        tar_put(&files, p->file[i].name, p->file[i].bytes);
    tar_end(&files);
    packet_log_issue(p->log, str_of(index), buf_view(&files), &p->out);
    assert_false(p->out.failed);
    buf_fini(&files);
    free(index);
}

static enum err check(struct packet *p, const struct note_key *pinned)
{
    return packet_check(buf_view(&p->out), pinned, &p->report, &p->problem);
}

static void end(struct packet *p)
{
    for (size_t i = 0; i < 3; i++)
        buf_fini(&p->receipt[i]);
    buf_fini(&p->out);
    json_decref(p->index);
    packet_log_free(p->log);
}

static void what_was_issued_is_found_whole(void **state)
{
    struct packet p;
    struct note_key month, other;
    static const uint8_t seed[32] = {9};
    struct note_signer *stranger;
    (void)state;
    begin(&p, true);
    issue(&p);
    if (check(&p, NULL) != OK)
        fail_msg("%s", p.problem.text);
    assert_string_equal(p.report.id, "pck_1");
    assert_string_equal(p.report.of, "cas_1");
    assert_int_equal(p.report.records, 3);
    assert_int_equal(p.report.papers, 1);
    assert_int_equal(p.report.evidence, 1);
    assert_int_equal(p.report.files, 1);
    assert_int_equal(p.report.uncosigned, 0);
    assert_int_equal(p.report.witness[0].receipts, 4);
    /* The log's key of any month; not another log's, nor another key of that name. */
    assert_int_equal(check(&p, note_signer_key(p.log->signer)), OK);
    assert_int_equal(
        note_key_rename(note_signer_key(p.log->signer), STR("example.org/menshen/2025-01"), &month),
        OK);
    assert_int_equal(check(&p, &month), OK);
    assert_int_equal(
        note_key_rename(note_signer_key(p.log->signer), STR("example.com/log/2026-11"), &other),
        OK);
    assert_int_equal(check(&p, &other), ERR_CORRUPT);
    assert_int_equal(note_signer_new(PACKET_LOG, NOTE_ED25519, seed, &stranger), OK);
    assert_int_equal(check(&p, note_signer_key(stranger)), ERR_CORRUPT);
    note_signer_free(stranger);
    end(&p);
}

/* No bit of it is free, and no end can be cut off or put on. */
static void every_changed_byte_is_found(void **state)
{
    struct packet p;
    (void)state;
    begin(&p, true);
    issue(&p);
    for (size_t i = 0; i < p.out.n; i++) {
        p.out.p[i] ^= 1;
        if (check(&p, NULL) == OK)
            fail_msg("byte %zu can be changed", i);
        p.out.p[i] ^= 1;
    }
    const size_t n = p.out.n;
    for (p.out.n = 0; p.out.n < n; p.out.n += 101)
        assert_int_not_equal(check(&p, NULL), OK);
    p.out.n = n;
    tar_put(&p.out, STR("more"), STR("x"));
    assert_int_equal(check(&p, NULL), ERR_CORRUPT);
    p.out.n = n;
    assert_int_equal(check(&p, NULL), OK);
    end(&p);
}

/* Whoever has the log's key may sign for an index that is not so; the records still say what is. */
static void expect(struct packet *p, const char *words)
{
    issue(p);
    assert_int_equal(check(p, NULL), ERR_CORRUPT);
    if (strstr(p->problem.text, words) == NULL)
        fail_msg("\"%s\" instead of \"%s\"", p->problem.text, words);
    end(p);
}

static json_t *first(struct packet *p, const char *list)
{
    return json_array_get(json_object_get(p->index, list), 0);
}

static void what_no_record_says_is_not_believed(void **state)
{
    struct packet p;
    char hash[PACKET_HEX];
    (void)state;
    begin(&p, false);
    p.count--; /* another file, with an index that says so */
    json_array_remove(json_object_get(p.index, "files"), p.count);
    json_array_clear(json_object_get(p.index, "evidence"));
    held(&p, "evidence", "evd_1", "evidence/evd_1.txt", "another picture");
    expect(&p, "evidence/evd_1.txt: no record of the packet holds this hash");

    begin(&p, false);
    packet_hash(STR("what was never recorded"), hash);
    json_object_set_new(first(&p, "papers"), "sha256", json_string(hash));
    expect(&p, "papers/doc_1.json: its SHA-256");

    begin(&p, false);
    json_object_set_new(first(&p, "papers"), "id", json_string("doc_2"));
    expect(&p, "no record of the packet holds this hash");

    begin(&p, false);
    json_object_set_new(first(&p, "records"), "of", json_string("dispatches"));
    expect(&p, "records/0001.tlog-proof: another record");

    begin(&p, false);
    json_object_set_new(first(&p, "records"), "journal", json_integer(7));
    expect(&p, "records/0001.tlog-proof: another record");

    begin(&p, false);
    json_object_set_new(first(&p, "records"), "open", json_false());
    expect(&p, "records/0001.tlog-proof: another record");

    begin(&p, false);
    json_array_remove(json_object_get(p.index, "records"), 0);
    expect(&p, "its records are not the files");

    begin(&p, false);
    json_array_remove(json_object_get(p.index, "records"), 2);
    expect(&p, "records/0003.tlog-proof: the index names no such record");

    begin(&p, false);
    json_object_set_new(p.index, "packet", json_string("pck_2"));
    expect(&p, "another packet or case");

    begin(&p, false);
    json_object_set_new(p.index, "log", json_string("example.org/menshen+1a2b3c4d+AAAA"));
    expect(&p, "names no key");

    begin(&p, true); /* a witness that the index does not name */
    json_array_clear(json_object_get(p.index, "witnesses"));
    expect(&p, "a signature that does not verify");

    begin(&p, false);
    p.file[3].bytes = STR("another paper");
    expect(&p, "papers/doc_1.json: its SHA-256");

    begin(&p, false);
    p.file[3].name = STR("papers/doc_9.json");
    expect(&p, "papers/doc_1.json: another file");
}

static void a_hostile_name_steers_no_terminal(void **state)
{
    struct packet p;
    (void)state;
    begin(&p, false);
    json_object_set_new(first(&p, "files"), "name", json_string("\x1b[2J"));
    issue(&p);
    assert_int_equal(check(&p, NULL), ERR_CORRUPT);
    assert_null(memchr(p.problem.text, '\x1b', strlen(p.problem.text)));
    end(&p);
}

static void what_is_no_packet_is_told_so(void **state)
{
    static const char *const wrong[] = {"", "{}", "c2sp.org/tlog-proof@v1\n"};
    struct packet p;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(packet_check(str_of(wrong[i]), NULL, &p.report, &p.problem), ERR_INVALID);
    }
    begin(&p, false);
    json_object_set_new(p.index, "format", json_string("menshen-packet 2"));
    issue(&p);
    assert_int_equal(check(&p, NULL), ERR_INVALID);
    end(&p);
}

UNIT_MAIN(TEST(what_was_issued_is_found_whole), TEST(every_changed_byte_is_found),
          TEST(what_no_record_says_is_not_believed), TEST(a_hostile_name_steers_no_terminal),
          TEST(what_is_no_packet_is_told_so))
