#include "unit.h"
#include "log_fixture.h"

#include "ledger/head.h"
#include "ledger/verify.h"
#include "ledger/witness.h"

/* A node: a log of its own, and a witness of others'. */
struct node {
    struct fixture log;
    char folder[90];
    struct note_signer *cosigner;
    struct witness *witness;
    struct witness_peer peer; /* the other's witness, as this node asks it */
};

static struct proof_log log_of(const struct node *n)
{
    return (struct proof_log){
        .disk = &disk_real, .folder = n->log.folder, .key = note_signer_key(n->log.signer)};
}

static void node_new(struct node *n, const char *origin, uint8_t seed)
{
    char name[100];
    fixture_new(&n->log);
    publish_close(n->log.publisher);
    note_signer_free(n->log.signer);
    n->log.publisher = NULL;
    fixture_remove(n->log.folder);
    n->log.signer = fixture_signer(origin, NOTE_ED25519, seed);
    fixture_reopen(&n->log, &disk_real);
    snprintf(n->folder, sizeof n->folder, "%s/witness", n->log.base);
    snprintf(name, sizeof name, "%s/witness", origin);
    n->cosigner = fixture_signer(name, NOTE_COSIGNATURE, (uint8_t)(seed + 100));
    n->witness = NULL;
}

static void watch(struct node *n, const struct note_key *log)
{
    struct problem problem = {0};
    witness_close(n->witness);
    if (witness_open(&disk_real, n->folder, n->cosigner, log, 1, &n->witness, &problem) != OK)
        fail_msg("%s", problem.text);
}

static void pair_up(struct node *a, struct node *b)
{
    node_new(a, "a.example/log/2026-11", 1);
    node_new(b, "b.example/log/2026-11", 2);
    watch(a, note_signer_key(b->log.signer));
    watch(b, note_signer_key(a->log.signer));
    a->peer = (struct witness_peer){.key = *note_signer_key(b->cosigner)};
    b->peer = (struct witness_peer){.key = *note_signer_key(a->cosigner)};
}

static void node_free(struct node *n)
{
    witness_close(n->witness);
    note_signer_free(n->cosigner);
    fixture_free(&n->log);
}

static enum witness_step ask(struct node *log, struct node *witness, int *status,
                             struct problem *problem)
{
    struct proof_log l = log_of(log);
    struct buf request;
    struct witness_answer answer;
    buf_init(&request, WITNESS_REQUEST);
    *problem = (struct problem){0};
    if (witness_request(&l, &log->peer, &request, problem) != OK)
        fail_msg("%s", problem->text);
    witness_add_checkpoint(witness->witness, buf_view(&request), 1700000000 * WHEN_SECOND, &answer);
    *status = answer.status;
    enum witness_step step = witness_answered(&l, &log->peer, buf_view(&request), answer.status,
                                              str_of(answer.type), buf_view(&answer.body), problem);
    buf_fini(&answer.body);
    buf_fini(&request);
    return step;
}

static size_t cosigned_by(const struct node *log, const struct node *witness, uint64_t *size)
{
    struct head h;
    assert_int_equal(head_load(&disk_real, log->log.folder, HEAD_NEWEST,
                               note_signer_key(log->log.signer), &h, NULL),
                     OK);
    *size = h.checkpoint.size;
    size_t n = head_count_cosigners(h.note, note_signer_key(witness->cosigner), 1);
    head_fini(&h);
    return n;
}

static void two_logs_cosign_each_other(void **state)
{
    struct node a, b;
    struct problem problem;
    int status;
    uint64_t size;
    pair_up(&a, &b);
    for (uint64_t n = 0; n < 1000; n += 77) {
        fixture_grow(&a.log, n);
        fixture_grow(&b.log, n / 2);
        assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
        assert_int_equal(ask(&b, &a, &status, &problem), WITNESS_DONE);
        assert_int_equal(cosigned_by(&a, &b, &size), 1);
        assert_true(size == n);
        assert_int_equal(cosigned_by(&b, &a, &size), 1);
        assert_true(size == n / 2);
        /* The same again: a fresh cosignature, one line. */
        assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
        assert_int_equal(cosigned_by(&a, &b, &size), 1);
    }
    struct verify_report report;
    struct verify_options o = {
        .disk = &disk_real, .folder = a.log.folder, .log = note_signer_key(a.log.signer)};
    assert_int_equal(verify_log(&o, &report, &problem), OK);
    assert_int_equal(report.cosigners, 1);
    node_free(&a);
    node_free(&b);
}

static void an_asker_that_forgot_is_told_the_size(void **state)
{
    struct node a, b;
    struct problem problem;
    int status;
    pair_up(&a, &b);
    fixture_grow(&a.log, 500);
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
    fixture_grow(&a.log, 700);
    a.peer.known = 0;
    watch(&b, note_signer_key(a.log.signer)); /* the witness restarts and remembers */
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_AGAIN);
    assert_int_equal(status, 409);
    assert_true(a.peer.known == 500);
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
    node_free(&a);
    node_free(&b);
}

static void a_forked_log_is_refused(void **state)
{
    struct node a, b, fork;
    struct problem problem;
    int status;
    uint64_t size;
    pair_up(&a, &b);
    fixture_grow(&a.log, 300);
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);

    /* The same key and origin, another first entry. */
    node_new(&fork, "a.example/log/2026-11", 1);
    fork.peer = a.peer;
    assert_int_equal(publish_add(fork.log.publisher, STR("another history")), OK);
    fixture_grow(&fork.log, 300);
    assert_int_equal(ask(&fork, &b, &status, &problem), WITNESS_FORK);
    assert_int_equal(status, 409);
    assert_non_null(strstr(problem.text, "another history"));
    fixture_grow(&fork.log, 400);
    assert_int_equal(ask(&fork, &b, &status, &problem), WITNESS_FORK);
    assert_int_equal(status, 422);
    fork.peer.known = 0;
    assert_int_equal(ask(&fork, &b, &status, &problem), WITNESS_AGAIN);
    assert_int_equal(ask(&fork, &b, &status, &problem), WITNESS_FORK);
    assert_int_equal(cosigned_by(&fork, &b, &size), 0);

    /* The true one goes on. */
    fixture_grow(&a.log, 301);
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
    node_free(&a);
    node_free(&b);
    node_free(&fork);
}

static void a_log_rolled_back_is_noticed(void **state)
{
    struct node a, b, restored;
    struct problem problem;
    int status;
    pair_up(&a, &b);
    fixture_grow(&a.log, 300);
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
    node_new(&restored, "a.example/log/2026-11", 1);
    restored.peer = (struct witness_peer){.key = a.peer.key};
    fixture_grow(&restored.log, 200);
    assert_int_equal(ask(&restored, &b, &status, &problem), WITNESS_FORK);
    assert_int_equal(status, 409);
    node_free(&a);
    node_free(&b);
    node_free(&restored);
}

static void months_of_one_log_are_known_by_one_key(void **state)
{
    struct node a, b, next, other;
    struct problem problem;
    int status;
    pair_up(&a, &b);
    fixture_grow(&a.log, 30);
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
    node_new(&next, "a.example/log/2026-12", 1);
    next.peer = (struct witness_peer){.key = a.peer.key};
    fixture_grow(&next.log, 10);
    assert_int_equal(ask(&next, &b, &status, &problem), WITNESS_DONE);
    node_new(&other, "a.example/log/2026-13", 1);
    other.peer = (struct witness_peer){.key = a.peer.key};
    assert_int_equal(ask(&other, &b, &status, &problem), WITNESS_WRONG);
    assert_int_equal(status, 404);
    node_free(&a);
    node_free(&b);
    node_free(&next);
    node_free(&other);
}

/* --- the status codes of the specification --------------------------------------------------- */

static int post(struct node *witness, struct str body, const char **type, char text[static 100])
{
    struct witness_answer answer;
    witness_add_checkpoint(witness->witness, body, WHEN_SECOND, &answer);
    *type = answer.type;
    snprintf(text, 100, "%.*s", (int)answer.body.n, (const char *)answer.body.p);
    buf_fini(&answer.body);
    return answer.status;
}

/* The request of `log` from `known`, with the first `what` in it replaced by `with`. */
static void request_of(const struct node *log, uint64_t known, const char *what, const char *with,
                       struct buf *out)
{
    struct buf plain;
    struct proof_log l = log_of(log);
    struct witness_peer peer = {.known = known};
    buf_init(&plain, WITNESS_REQUEST);
    buf_reset(out);
    assert_int_equal(witness_request(&l, &peer, &plain, NULL), OK);
    buf_u8(&plain, 0);
    const char *text = (const char *)plain.p, *at = strstr(text, what);
    assert_non_null(at);
    buf_bytes(out, text, (size_t)(at - text));
    buf_str(out, str_of(with));
    buf_str(out, str_of(at + strlen(what)));
    buf_fini(&plain);
}

static void status_codes_are_those_of_the_specification(void **state)
{
    struct node a, b, stranger;
    struct buf r;
    struct problem problem;
    const char *type;
    char text[100];
    int status;
    pair_up(&a, &b);
    buf_init(&r, WITNESS_REQUEST);
    fixture_grow(&a.log, 100);
    assert_int_equal(ask(&a, &b, &status, &problem), WITNESS_DONE);
    fixture_grow(&a.log, 200);

    request_of(&a, 100, "old 100", "old 100", &r);
    struct str whole = buf_view(&r);
    for (size_t i = 0; i < whole.n; i += 7)
        assert_int_equal(post(&b, (struct str){whole.p, i}, &type, text), 400);
    request_of(&a, 100, "old 100", "old 0100", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 400);
    request_of(&a, 100, "\n200\n", "\n0200\n", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 400);
    request_of(&a, 100, "old 100", "old 201", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 400);
    request_of(&a, 100, "\n200\n", "\n201\n", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 403);

    node_new(&stranger, "stranger.example/log", 1);
    request_of(&stranger, 0, "old 0", "old 0", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 404);
    node_free(&stranger);

    node_new(&stranger, "a.example/log/2026-11", 77); /* the name of a, not its key */
    request_of(&stranger, 0, "old 0", "old 0", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 403);
    node_free(&stranger);

    request_of(&a, 99, "old 99", "old 99", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 409);
    assert_string_equal(type, "text/x.tlog.size");
    assert_string_equal(text, "100\n");
    request_of(&a, 99, "old 99", "old 100", &r); /* the path of another size */
    assert_int_equal(post(&b, buf_view(&r), &type, text), 422);

    request_of(&a, 100, "old 100", "old 100", &r);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 200);
    assert_int_equal(strncmp(text, "— b.example/log/2026-11/witness ", 34), 0);
    assert_int_equal(text[strlen(text) - 1] == '\n' || strlen(text) == 99, 1);

    request_of(&a, 200, "old 200", "old 200", &r); /* nothing new: cosigned afresh */
    assert_int_equal(post(&b, buf_view(&r), &type, text), 200);
    buf_fini(&r);
    node_free(&a);
    node_free(&b);
}

static void what_cannot_be_stored_is_not_cosigned(void **state)
{
    struct node a, b;
    struct buf r;
    const char *type;
    char text[100];
    pair_up(&a, &b);
    buf_init(&r, WITNESS_REQUEST);
    fixture_grow(&a.log, 100);
    request_of(&a, 0, "old 0", "old 0", &r);
    fixture_remove(b.folder);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 500);
    assert_null(strstr(text, "— "));
    assert_int_equal(mkdir(b.folder, 0700), 0);
    assert_int_equal(post(&b, buf_view(&r), &type, text), 200);
    buf_fini(&r);
    node_free(&a);
    node_free(&b);
}

static void answers_that_are_no_good_are_not_taken(void **state)
{
    static const struct {
        int status;
        const char *type, *body;
    } cases[] = {
        {200, "text/plain", ""},
        {200, "text/plain", "thank you\n"},
        {200, "text/plain", "— b.example/log/2026-11/witness AAAAAAAAAAAAAAAA\n"},
        {409, "text/plain", "10\n"},
        {409, "text/x.tlog.size", "ten\n"},
        {409, "text/x.tlog.size", "10"},
        {409, "text/x.tlog.size", "010\n"},
        {409, "text/x.tlog.size", ""},
        {404, "text/plain", "no\n"},
        {500, "text/plain", "no\n"},
        {302, "", ""},
    };
    struct node a, b;
    struct buf r;
    uint64_t size;
    pair_up(&a, &b);
    fixture_grow(&a.log, 100);
    buf_init(&r, WITNESS_REQUEST);
    request_of(&a, 0, "old 0", "old 0", &r);
    struct proof_log l = log_of(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem = {0};
        assert_int_equal(witness_answered(&l, &a.peer, buf_view(&r), cases[i].status,
                                          str_of(cases[i].type), str_of(cases[i].body), &problem),
                         WITNESS_WRONG);
        assert_true(problem.text[0] != '\0');
        assert_true(a.peer.known == 0);
    }
    assert_int_equal(cosigned_by(&a, &b, &size), 0);
    buf_fini(&r);
    node_free(&a);
    node_free(&b);
}

UNIT_MAIN(TEST(two_logs_cosign_each_other), TEST(an_asker_that_forgot_is_told_the_size),
          TEST(a_forked_log_is_refused), TEST(a_log_rolled_back_is_noticed),
          TEST(months_of_one_log_are_known_by_one_key),
          TEST(status_codes_are_those_of_the_specification),
          TEST(what_cannot_be_stored_is_not_cosigned), TEST(answers_that_are_no_good_are_not_taken))
