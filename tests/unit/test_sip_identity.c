/* Certificates in a folder, the verifier and its queue, and a front that waits for it. */
#include "unit.h"
#include "identity_fixture.h"
#include "sip_stage.h"

static struct issuer anchor, stranger;
static char folder[64], anchors[96];

static int set_up(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/menshen-unit-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(anchors, sizeof anchors, "%s/anchors.crt", folder);
    anchor = make_anchor("Anchor");
    stranger = make_anchor("Stranger");
    write_pem(anchors, &anchor.certificate, 1);
    return 0;
}

static void empty_folder(void *to, const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (strcmp(path, anchors) != 0)
        unlink(path);
}

static int clear(void **state)
{
    return disk_real.list(NULL, folder, empty_folder, NULL) != OK;
}

static int tear_down(void **state)
{
    free_issuer(&anchor);
    free_issuer(&stranger);
    unlink(anchors);
    return rmdir(folder);
}

static struct certificates *read_folder(void)
{
    struct certificates *t;
    struct problem problem;
    if (certificates_read(&disk_real, anchors, folder, &t, &problem) != OK)
        fail_msg("%s", problem.text);
    return t;
}

static const struct certificate *find(const struct certificates *t, const char *url)
{
    uint8_t hash[URL_HASH];
    certificates_hash(str_of(url), hash);
    return certificates_find(t, hash);
}

/* -- The folder ------------------------------------------------------------------ */

static void a_certificate_is_found_by_its_url(void **state)
{
    EVP_PKEY *key = make_leaf(folder, URL, &anchor, PROVIDER);
    struct certificates *t = read_folder(), *again;
    const struct certificate *c = find(t, URL);
    assert_non_null(c);
    assert_int_equal(certificates_count(t), 1);
    assert_int_equal(EVP_PKEY_eq(certificate_key(c), key), 1);
    assert_null(find(t, URL "x"));
    assert_true(certificate_speaks_for(c, STR("8613800138000"), NOW));
    assert_false(certificate_speaks_for(c, STR("8613800138000"), NOW - 2 * WHEN_DAY));
    assert_false(certificate_speaks_for(c, STR("8613800138000"), NOW + 2 * WHEN_DAY));
    assert_int_equal(certificates_read_again(t, &again, NULL), OK);
    certificates_drop(t);
    assert_true(certificate_speaks_for(find(again, URL), STR("1"), NOW));
    certificates_drop(again);
    EVP_PKEY_free(key);
}

static void a_changed_file_is_read_again(void **state)
{
    EVP_PKEY *old = make_leaf(folder, URL, &anchor, PROVIDER);
    struct certificates *t = read_folder(), *again;
    EVP_PKEY *new = make_leaf(folder, URL, &anchor,
                              STR("\x30\x07\xa2\x05\x16\x03"
                                  "110"));
    assert_int_equal(certificates_read_again(t, &again, NULL), OK);
    assert_int_equal(EVP_PKEY_eq(certificate_key(find(t, URL)), old), 1);
    assert_int_equal(EVP_PKEY_eq(certificate_key(find(again, URL)), new), 1);
    assert_true(certificate_speaks_for(find(again, URL), STR("110"), NOW));
    assert_false(certificate_speaks_for(find(again, URL), STR("120"), NOW));
    certificates_drop(t);
    certificates_drop(again);
    EVP_PKEY_free(old);
    EVP_PKEY_free(new);
}

/* A leaf with one thing wrong, or none. */
struct flaw {
    const char *what;
    const char *group;
    const struct issuer *by;
    const char *oid; /* one more extension */
    bool critical, no_list;
};

static bool leaf_is_good(const struct flaw *flaw)
{
    char path[256];
    EVP_PKEY *key = EVP_EC_gen(flaw->group);
    X509 *x = certify("Leaf", key, flaw->by, false);
    if (!flaw->no_list)
        add_extension(x, TN_LIST_OID, flaw->critical && flaw->oid == NULL, PROVIDER);
    if (flaw->oid != NULL)
        add_extension(x, flaw->oid, flaw->critical, STR("\x30\x03\x02\x01\x01"));
    assert_true(X509_sign(x, flaw->by->key, EVP_sha256()) > 0);
    file_of(folder, URL, path);
    write_pem(path, &x, 1);
    X509_free(x);
    EVP_PKEY_free(key);
    struct certificates *t = read_folder();
    bool good = find(t, URL) != NULL;
    certificates_drop(t);
    return good;
}

static void a_certificate_with_a_flaw_is_refused(void **state)
{
    const struct flaw none = {"nothing", "P-256", &anchor, NULL, false, false};
    const struct flaw marked = {"critical TNAuthList", "P-256", &anchor, NULL, true, false};
    const struct flaw flaws[] = {
        {"another anchor", "P-256", &stranger, NULL, false, false},
        {"P-384", "P-384", &anchor, NULL, false, false},
        {"no TNAuthList", "P-256", &anchor, NULL, false, true},
        {"unknown critical extension", "P-256", &anchor, "1.2.3.4", true, false},
        {"constraints on claims", "P-256", &anchor, "1.3.6.1.5.5.7.1.27", false, false},
        {"two TNAuthLists", "P-256", &anchor, TN_LIST_OID, false, false},
    };
    assert_true(leaf_is_good(&none));
    assert_true(leaf_is_good(&marked));
    for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++)
        if (leaf_is_good(&flaws[i]))
            fail_msg("%s", flaws[i].what);
}

/* A fetcher may bring anything; OpenSSL would ask the terminal, or else standard input. */
static void a_file_with_a_password_is_refused_unasked(void **state)
{
    char path[256];
    int ends[2], input = dup(STDIN_FILENO);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = certify("Leaf", key, &anchor, false);
    add_extension(x, TN_LIST_OID, false, PROVIDER);
    assert_true(X509_sign(x, anchor.key, EVP_sha256()) > 0);
    file_of(folder, URL, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_ASN1_write((i2d_of_void *)i2d_X509, PEM_STRING_X509, f, x,
                                    EVP_aes_128_cbc(), (const unsigned char *)"secret", 6, NULL,
                                    NULL),
                     1);
    fclose(f);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "secret\n", 7), 7);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    struct certificates *t = read_folder();
    assert_null(find(t, URL));
    certificates_drop(t);
    dup2(input, STDIN_FILENO);
    close(input);
    close(ends[0]);
    close(ends[1]);
    X509_free(x);
    EVP_PKEY_free(key);
}

/* A leaf with such a time in it. */
static bool validity_is_read(const char *from, const char *until)
{
    char path[256];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = certify("Leaf", key, &anchor, false);
    ASN1_TIME *begin = X509_getm_notBefore(x), *end = X509_getm_notAfter(x);
    begin->type = end->type = V_ASN1_GENERALIZEDTIME;
    assert_int_equal(ASN1_STRING_set(begin, from, -1), 1);
    assert_int_equal(ASN1_STRING_set(end, until, -1), 1);
    add_extension(x, TN_LIST_OID, false, PROVIDER);
    assert_true(X509_sign(x, anchor.key, EVP_sha256()) > 0);
    file_of(folder, URL, path);
    write_pem(path, &x, 1);
    X509_free(x);
    EVP_PKEY_free(key);
    struct certificates *t = read_folder();
    const struct certificate *c = find(t, URL);
    bool good = c != NULL && certificate_speaks_for(c, STR("110"), NOW);
    certificates_drop(t);
    return good;
}

static void a_validity_that_cannot_be_read_is_none(void **state)
{
    assert_true(validity_is_read("20251121000000Z", "20251122000000Z"));
    assert_true(validity_is_read("00010101000000Z", "99991231235959Z"));
    assert_false(validity_is_read("20251121000000Z", "for ever"));
    assert_false(validity_is_read("long ago", "20251122000000Z"));
}

static void a_chain_over_another_authority_is_narrowed_by_its_list(void **state)
{
    char path[256];
    struct issuer middle = {.key = EVP_EC_gen("P-256")};
    middle.certificate = certify("Middle", middle.key, &anchor, true);
    add_extension(middle.certificate, TN_LIST_OID, false,
                  STR("\x30\x07\xa2\x05\x16\x03"
                      "110"));
    assert_true(X509_sign(middle.certificate, anchor.key, EVP_sha256()) > 0);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *leaf = certify("Leaf", key, &middle, false);
    add_extension(leaf, TN_LIST_OID, false, PROVIDER);
    assert_true(X509_sign(leaf, middle.key, EVP_sha256()) > 0);
    X509 *chain[] = {leaf, middle.certificate};
    file_of(folder, URL, path);
    write_pem(path, chain, 2);
    struct certificates *t = read_folder();
    assert_true(certificate_speaks_for(find(t, URL), STR("110"), NOW));
    assert_false(certificate_speaks_for(find(t, URL), STR("120"), NOW));
    certificates_drop(t);
    write_pem(path, chain, 1); /* without its middle */
    t = read_folder();
    assert_null(find(t, URL));
    certificates_drop(t);
    X509_free(leaf);
    EVP_PKEY_free(key);
    free_issuer(&middle);
}

static void what_is_not_there_is_said(void **state)
{
    struct certificates *t;
    struct problem problem;
    char path[256];
    file_of(folder, URL, path);
    FILE *f = fopen(path, "w");
    fputs("not a certificate", f);
    fclose(f);
    t = read_folder();
    assert_int_equal(certificates_count(t), 0);
    certificates_drop(t);
    assert_int_equal(certificates_read(&disk_real, path, folder, &t, &problem), ERR_INVALID);
    assert_non_null(strstr(problem.text, "sip.identity.anchors"));
    assert_int_equal(certificates_read(&disk_real, "/nowhere", folder, &t, &problem), ERR_INVALID);
    assert_int_equal(certificates_read(&disk_real, anchors, "/nowhere", &t, &problem), ERR_INVALID);
    assert_non_null(strstr(problem.text, "sip.identity.certificates: /nowhere: No such file"));
    assert_null(t);
}

/* -- The verifier ------------------------------------------------------------------ */

static struct identity *new_identity(int late_ms)
{
    struct identity *i;
    struct identity_options o = {.plan = &identity_plan, .late_ms = late_ms};
    assert_int_equal(identity_new(&o, &i, NULL), OK);
    return i;
}

static uint64_t counted(struct identity *i, enum passport_result r)
{
    uint64_t count[PASSPORT_RESULTS];
    identity_count(i, count);
    return count[r];
}

static void note(void *to, number caller, enum number_class class)
{
    __atomic_store_n((number *)to, caller == 0 ? 1 : caller, __ATOMIC_SEQ_CST);
}

/* The caller proven; 1 if none is; 0 if it is not looked at. */
static number ask(struct identity *i, const struct passport_request *r)
{
    number got = 0;
    if (!identity_ask(i, PASSPORT_VERIFIED, r, note, &got))
        return 0;
    for (int k = 0; k < 10000 && __atomic_load_n(&got, __ATOMIC_SEQ_CST) == 0; k++)
        usleep(1000);
    return got;
}

static void a_signature_decides(void **state)
{
    EVP_PKEY *key = make_leaf(folder, URL, &anchor, PROVIDER), *other = EVP_EC_gen("P-256");
    struct identity *i = new_identity(60000);
    struct passport_request r = make_request(make_token(SHAKEN, GOOD, key));
    assert_int_equal(ask(i, &r), 0); /* off */
    identity_use(i, read_folder());
    assert_int_equal(ask(i, &r), 8613800138000);
    r.token = make_token(SHAKEN, GOOD, other);
    assert_int_equal(ask(i, &r), 1);
    r.token = make_token(SHAKEN, PAYLOAD("B", "8613800138000", "8613900139000", "1763740800"), key);
    assert_int_equal(ask(i, &r), 1);
    r.token = make_token(SHAKEN, GOOD, key);
    r.now += 2 * WHEN_MINUTE;
    assert_int_equal(ask(i, &r), 1);
    assert_int_equal(counted(i, PASSPORT_VERIFIED), 1);
    assert_int_equal(counted(i, PASSPORT_SIGNATURE), 1);
    assert_int_equal(counted(i, PASSPORT_PARTIAL), 1);
    assert_int_equal(counted(i, PASSPORT_STALE), 1);
    identity_use(i, NULL);
    assert_int_equal(ask(i, &r), 0);
    identity_free(i);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

static void a_certificate_speaks_for_its_numbers_only(void **state)
{
    EVP_PKEY *key = make_leaf(folder, URL, &anchor,
                              STR("\x30\x07\xa2\x05\x16\x03"
                                  "110"));
    struct identity *i = new_identity(60000);
    identity_use(i, read_folder());
    struct passport_request r = make_request(make_token(SHAKEN, GOOD, key));
    assert_int_equal(ask(i, &r), 1);
    assert_int_equal(counted(i, PASSPORT_CERTIFICATE), 1);
    identity_free(i);
    EVP_PKEY_free(key);
}

static void a_certificate_that_comes_later_is_seen_within_seconds(void **state)
{
    struct identity *i = new_identity(60000);
    identity_use(i, read_folder());
    EVP_PKEY *key = make_leaf(folder, URL, &anchor, PROVIDER);
    struct passport_request r = make_request(make_token(SHAKEN, GOOD, key));
    assert_int_equal(ask(i, &r), 0);
    assert_int_equal(counted(i, PASSPORT_NO_CERTIFICATE), 1);
    number got = 0;
    for (int k = 0; k < 150 && got == 0; k++) {
        usleep(100000);
        got = ask(i, &r);
    }
    assert_int_equal(got, 8613800138000);
    identity_free(i);
    EVP_PKEY_free(key);
}

/* A verifier that is held up, so that a queue forms behind it. */
struct held {
    int gate[2];
    number last;
    unsigned done;
};

static void hold(void *to, number caller, enum number_class class)
{
    struct held *h = to;
    char byte;
    assert_int_equal(read(h->gate[0], &byte, 1), 1);
    h->last = caller;
    __atomic_add_fetch(&h->done, 1, __ATOMIC_SEQ_CST);
}

static void a_full_queue_and_a_long_wait_prove_nothing(void **state)
{
    static char release[IDENTITY_QUEUE];
    struct held h = {.done = 0};
    EVP_PKEY *key = make_leaf(folder, URL, &anchor, PROVIDER);
    struct identity *i = new_identity(50);
    struct passport_request r = make_request(make_token(SHAKEN, GOOD, key));
    assert_int_equal(pipe(h.gate), 0);
    identity_use(i, read_folder());
    for (int k = 0; k < IDENTITY_QUEUE; k++)
        assert_true(identity_ask(i, PASSPORT_VERIFIED, &r, hold, &h));
    assert_false(identity_ask(i, PASSPORT_VERIFIED, &r, hold, &h));
    assert_int_equal(counted(i, PASSPORT_BUSY), 1);
    usleep(100000);
    assert_int_equal(write(h.gate[1], release, sizeof release), sizeof release);
    identity_free(i); /* answers what waits */
    assert_int_equal(h.done, IDENTITY_QUEUE);
    assert_int_equal(h.last, 0);
    close(h.gate[0]);
    close(h.gate[1]);
    EVP_PKEY_free(key);
}

/* -- A front that waits for it -------------------------------------------------------- */

static char answer[ANSWER_ROOM + 1];

static const char *identity_header(struct str token)
{
    static char text[PASSPORT_MAX + 100];
    snprintf(text, sizeof text,
             "Identity: %.*s;info=<" URL ">;alg=ES256;ppt=shaken\r\nX-Menshen-Line: lin_x\r\n",
             STR_ARG(token));
    return text;
}

static const char *receive(struct stage *s, const char *text)
{
    struct origin origin = {.port = 4711};
    struct buf b;
    assert_true(address_parse(STR("127.0.0.1"), &origin.address));
    buf_fixed(&b, answer, sizeof answer - 1);
    lane_round(front_lane(s->front, 0));
    front_receive(front_lane(s->front, 0), &origin, str_of(text), &b);
    answer[b.n] = '\0';
    return answer;
}

static void keep(void *to, const struct origin *origin, struct str text)
{
    buf_str(to, text);
}

/* What comes within ten seconds. */
static const char *finished(struct stage *s)
{
    struct buf b;
    buf_fixed(&b, answer, sizeof answer - 1);
    for (int k = 0; k < 10000 && b.n == 0; k++) {
        usleep(1000);
        front_finish(front_lane(s->front, 0), keep, &b);
    }
    answer[b.n] = '\0';
    return answer;
}

static void end(struct stage *s, struct identity *i)
{
    front_drain(s->front);
    stage_free(s);
    identity_free(i);
}

#define CALLEE "sip:+8613900139000@h"

static void a_proven_caller_is_asked_about_as_such(void **state)
{
    EVP_PKEY *key = make_leaf(folder, URL, &anchor, PROVIDER);
    struct identity *i = new_identity(60000);
    struct stage *s = stage_new_proving(1, 100, i);
    s->now = NOW;
    identity_use(i, read_folder());
    const char *header = identity_header(make_token(SHAKEN, GOOD, key));
    assert_string_equal(receive(s, request("INVITE", CALLEE, "a", header)), "");
    assert_non_null(strstr(finished(s), "SIP/2.0 302 "));
    assert_true(s->last.caller_authenticated);
    assert_int_equal(s->last.caller, 8613800138000);
    assert_int_equal(s->last.at, NOW);
    assert_int_equal(s->asked, 1);
    /* Asserted by the peer, but another is proven. */
    char more[PASSPORT_MAX + 200];
    snprintf(more, sizeof more, "P-Asserted-Identity: <sip:+8613800138001@h>\r\n%s", header);
    assert_string_equal(receive(s, request("INVITE", CALLEE, "b", more)), "");
    assert_non_null(strstr(finished(s), "SIP/2.0 302 "));
    assert_true(s->last.caller_authenticated);
    assert_int_equal(s->last.caller, 8613800138000);
    end(s, i);
    EVP_PKEY_free(key);
}

static void a_bad_proof_leaves_the_caller_as_he_was(void **state)
{
    EVP_PKEY *key = make_leaf(folder, URL, &anchor, PROVIDER), *other = EVP_EC_gen("P-256");
    struct identity *i = new_identity(60000);
    struct stage *s = stage_new_proving(1, 100, i);
    s->now = NOW;
    identity_use(i, read_folder());
    char more[PASSPORT_MAX + 200];
    snprintf(more, sizeof more, "P-Asserted-Identity: <sip:+8613800138001@h>\r\n%s",
             identity_header(make_token(SHAKEN, GOOD, other)));
    assert_string_equal(receive(s, request("INVITE", CALLEE, "a", more)), "");
    assert_non_null(strstr(finished(s), "SIP/2.0 302 "));
    assert_false(s->last.caller_authenticated);
    assert_int_equal(s->last.caller, 8613800138001);
    /* No certificate, or no header that can be read: at once. */
    static const char *const headers[] = {
        "Identity: a.b.c;info=<https://unknown/>\r\n",
        "Identity: rubbish\r\n",
        "Identity: a.b.c;info=<" URL ">;ppt=div\r\n",
    };
    for (size_t k = 0; k < 3; k++) {
        char id[2] = {(char)('b' + (int)k), '\0'};
        unsigned before = s->asked;
        receive(s, request("INVITE", CALLEE, id, headers[k]));
        assert_int_equal(s->asked, before + 1);
        assert_non_null(strstr(finished(s), "SIP/2.0 302 "));
        assert_false(s->last.caller_authenticated);
        assert_int_equal(s->last.caller, 8613800138000);
    }
    end(s, i);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

static void repeats_and_cancel_work_while_it_is_looked_at(void **state)
{
    char byte = 0;
    struct held h = {.done = 0};
    EVP_PKEY *key = make_leaf(folder, URL, &anchor, PROVIDER);
    struct identity *i = new_identity(60000);
    struct stage *s = stage_new_proving(1, 100, i);
    struct passport_request r = make_request(make_token(SHAKEN, GOOD, key));
    s->now = NOW;
    identity_use(i, read_folder());
    assert_int_equal(pipe(h.gate), 0);
    assert_true(identity_ask(i, PASSPORT_VERIFIED, &r, hold, &h));
    const char *header = identity_header(make_token(SHAKEN, GOOD, key));
    assert_string_equal(receive(s, request("INVITE", CALLEE, "a", header)), "");
    assert_string_equal(receive(s, request("INVITE", CALLEE, "a", header)), "");
    assert_int_equal(s->asked, 0);
    /* An emergency call does not wait. */
    receive(s, request("INVITE", "sip:110@h", "e", header));
    assert_int_equal(s->asked, 1);
    assert_non_null(strstr(finished(s), "SIP/2.0 302 "));
    assert_non_null(strstr(receive(s, request("CANCEL", CALLEE, "a", "")), "SIP/2.0 200 "));
    assert_int_equal(write(h.gate[1], &byte, 1), 1);
    assert_non_null(strstr(finished(s), "SIP/2.0 487 "));
    assert_int_equal(s->asked, 2);
    assert_non_null(strstr(receive(s, request("INVITE", CALLEE, "a", header)), "SIP/2.0 487 "));
    end(s, i);
    close(h.gate[0]);
    close(h.gate[1]);
    EVP_PKEY_free(key);
}

#define IN_FOLDER(test) cmocka_unit_test_teardown(test, clear)

int main(void)
{
    const struct CMUnitTest all[] = {
        IN_FOLDER(a_certificate_is_found_by_its_url),
        IN_FOLDER(a_changed_file_is_read_again),
        IN_FOLDER(a_certificate_with_a_flaw_is_refused),
        IN_FOLDER(a_file_with_a_password_is_refused_unasked),
        IN_FOLDER(a_validity_that_cannot_be_read_is_none),
        IN_FOLDER(a_chain_over_another_authority_is_narrowed_by_its_list),
        IN_FOLDER(what_is_not_there_is_said),
        IN_FOLDER(a_signature_decides),
        IN_FOLDER(a_certificate_speaks_for_its_numbers_only),
        IN_FOLDER(a_certificate_that_comes_later_is_seen_within_seconds),
        IN_FOLDER(a_full_queue_and_a_long_wait_prove_nothing),
        IN_FOLDER(a_proven_caller_is_asked_about_as_such),
        IN_FOLDER(a_bad_proof_leaves_the_caller_as_he_was),
        IN_FOLDER(repeats_and_cancel_work_while_it_is_looked_at),
    };
    return cmocka_run_group_tests(all, set_up, tear_down);
}
