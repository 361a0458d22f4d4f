#include "http/idempotency.h"
#include "http/route.h"

#include "store_fixture.h"

#include <sys/wait.h>

#define NOW ((when)1795305600 * WHEN_SECOND)
#define KEY STR("8e03978e-40d5-43e8-bc93-6894a57f9324")

static const struct route route = {.method = "POST", .path = "/v1/things", .once = true};

static struct fixture f;
static struct account_key *key;
static struct problem problem;
static int runs;

static int start(void **state)
{
    fixture_open(&f);
    assert_int_equal(account_key_open(&disk_real, f.folder, &key, &problem), OK);
    assert_int_equal(
        store_run(f.s, "CREATE TABLE effects (x BIGINT)", NULL, 0, NULL, NULL, &problem), OK);
    runs = 0;
    return 0;
}

static int stop(void **state)
{
    account_key_close(key);
    fixture_close(&f);
    return 0;
}

static int64_t effects(void)
{
    return fixture_int(f.s, "SELECT count(*) FROM effects");
}

static enum err effect(struct store *s)
{
    enum err e = store_begin(s, &problem);
    if (e == OK)
        e = store_run(s, "INSERT INTO effects (x) VALUES (1)", NULL, 0, NULL, NULL, &problem);
    if (e == OK)
        e = store_commit(s, &problem);
    store_rollback(s);
    return e;
}

static void create(struct request *r, const struct hands *hands)
{
    const enum err e = effect(hands->store);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else
        outcome_json(r, 201, json_pack("{s:i, s:s}", "run", ++runs, "name", "竹-0417"));
    if (e == OK)
        snprintf(r->outcome.etag, sizeof r->outcome.etag, "\"%d\"", runs);
}

static void refuse(struct request *r, const struct hands *hands)
{
    (void)hands;
    runs++;
    outcome_problem(r, 409, "already-claimed", "no");
}

static void fail_after(struct request *r, const struct hands *hands)
{
    assert_int_equal(effect(hands->store), OK);
    outcome_problem(r, 503, "store-unavailable", "no");
}

static void die_after(struct request *r, const struct hands *hands)
{
    (void)r;
    _exit(effect(hands->store) == OK ? 0 : 1);
}

static struct request ask_as(struct store *s, const char *subject, struct str once,
                             const char *body, when now, work_run *run)
{
    struct request r = {
        .route = &route, .path = STR("/v1/things"), .once = once, .body = str_of(body)};
    const struct hands hands = {.store = s};
    snprintf(r.subject.id, sizeof r.subject.id, "%s", subject);
    idempotency_run(&r, &hands, key, now, run);
    return r;
}

static struct request ask(struct str once, const char *body, when now, work_run *run)
{
    return ask_as(f.s, "stf_li", once, body, now, run);
}

static void assert_created(struct request *r, int which)
{
    assert_int_equal(r->outcome.status, 201);
    assert_int_equal(json_integer_value(json_object_get(r->outcome.json, "run")), which);
    assert_string_equal(json_string_value(json_object_get(r->outcome.json, "name")), "竹-0417");
    assert_int_equal(r->outcome.etag[1], '0' + which);
    json_decref(r->outcome.json);
}

static void assert_refused(struct request *r, int status, const char *code)
{
    assert_int_equal(r->outcome.status, status);
    assert_string_equal(r->outcome.code, code);
    assert_null(r->outcome.json);
}

/* As an erasure empties answers (person/leave.c). */
static void forget(struct store *s)
{
    const struct value nothing = value_bytes("", 1);
    const enum err e =
        store_run(s, "UPDATE idempotency SET answer = $1", &nothing, 1, NULL, NULL, &problem);
    assert_int_equal(e, OK);
}

static void forget_after(struct request *r, const struct hands *hands)
{
    create(r, hands);
    forget(hands->store);
}

static void an_answer_does_not_outlive_an_erasure(void **state)
{
    struct request r = ask(KEY, "{}", NOW, create);
    assert_created(&r, 1);
    forget(f.s);
    r = ask(KEY, "{}", NOW + 1, create);
    assert_refused(&r, 409, "answer-lost");
    /* Nor one that was on its way meanwhile. */
    const struct str other = STR("8e03978e-40d5-43e8-bc93-6894a57f9325");
    r = ask(other, "{}", NOW + 2, forget_after);
    assert_created(&r, 2);
    r = ask(other, "{}", NOW + 3, create);
    assert_refused(&r, 409, "answer-lost");
    assert_int_equal(effects(), 2);
    assert_int_equal(fixture_int(f.s, "SELECT MAX(LENGTH(answer)) FROM idempotency"), 1);
}

static void the_same_request_has_one_effect_and_one_answer(void **state)
{
    for (int i = 0; i < 3; i++) {
        struct request r = ask(KEY, "{}", NOW + i * WHEN_HOUR, create);
        assert_created(&r, 1);
    }
    assert_int_equal(effects(), 1);
    assert_int_equal(runs, 1);
}

static void another_key_sender_or_day_is_another_request(void **state)
{
    struct request r = ask(KEY, "{}", NOW, create);
    assert_created(&r, 1);
    r = ask(STR("another-key-0123456"), "{}", NOW, create);
    assert_created(&r, 2);
    r = ask_as(f.s, "stf_wu", KEY, "{}", NOW, create);
    assert_created(&r, 3);
    r = ask(KEY, "{}", NOW + WHEN_DAY, create);
    assert_created(&r, 4);
    assert_int_equal(effects(), 4);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM idempotency"), 1);
}

static void the_key_of_another_request_is_refused(void **state)
{
    struct request r = ask(KEY, "{\"a\":1}", NOW, create);
    assert_created(&r, 1);
    r = ask(KEY, "{\"a\":2}", NOW, create);
    assert_refused(&r, 422, "idempotency-key-reused");
    assert_int_equal(effects(), 1);
}

static void a_refusal_is_judged_again(void **state)
{
    struct request r = ask(KEY, "{}", NOW, refuse);
    assert_refused(&r, 409, "already-claimed");
    r = ask(KEY, "{}", NOW, create);
    assert_created(&r, 2);
    r = ask(KEY, "{}", NOW, refuse);
    assert_created(&r, 2);
}

static void who_dies_after_the_effect_has_had_it(void **state)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct store *own = fixture_connect(&f);
        ask_as(own, "stf_li", KEY, "{}", NOW, die_after);
        _exit(2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(effects(), 1);
    struct request r = ask(KEY, "{}", NOW + WHEN_SECOND, create);
    assert_refused(&r, 409, "request-in-progress");
    assert_int_equal(r.outcome.retry_after_s, 1);
    r = ask(KEY, "{}", NOW + WHEN_MINUTE, create);
    assert_refused(&r, 409, "answer-lost");
    assert_int_equal(effects(), 1);
}

static void an_effect_without_a_success_is_not_repeated(void **state)
{
    struct request r = ask(KEY, "{}", NOW, fail_after);
    assert_refused(&r, 503, "store-unavailable");
    r = ask(KEY, "{}", NOW + WHEN_MINUTE, create);
    assert_refused(&r, 409, "answer-lost");
    assert_int_equal(effects(), 1);
}

/* The second is asked while the first is between looking and committing. */
static void overtake(struct request *r, const struct hands *hands)
{
    struct store *own = fixture_connect(&f);
    struct request first = ask_as(own, "stf_li", KEY, "{}", NOW, create);
    assert_created(&first, 1);
    store_close(own);
    create(r, hands);
}

static void of_two_at_once_one_has_an_effect(void **state)
{
    struct request r = ask(KEY, "{}", NOW, overtake);
    assert_created(&r, 1);
    assert_int_equal(effects(), 1);
}

/* Work whose effect is elsewhere, as a look's: here it is counted. */
static int looks;
static void look(struct request *r, const struct hands *hands)
{
    const enum err e = idempotency_take(r, hands, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return;
    }
    looks++;
    outcome_json(r, 200, json_pack("{s:i}", "look", looks));
}

static void look_in_vain(struct request *r, const struct hands *hands)
{
    look(r, hands);
    json_decref(r->outcome.json);
    r->outcome.json = NULL;
    outcome_problem(r, 503, "not-recorded", "no");
    r->outcome.undone = true;
}

static void assert_looked(struct request *r, int which)
{
    assert_int_equal(r->outcome.status, 200);
    assert_int_equal(json_integer_value(json_object_get(r->outcome.json, "look")), which);
    json_decref(r->outcome.json);
}

static void look_overtaken(struct request *r, const struct hands *hands)
{
    struct store *own = fixture_connect(&f);
    struct request first = ask_as(own, "stf_li", KEY, "{}", NOW, look);
    assert_looked(&first, 1);
    store_close(own);
    look(r, hands);
}

static void an_effect_elsewhere_is_had_once_too(void **state)
{
    looks = 0;
    for (int i = 0; i < 3; i++) {
        struct request r = ask(KEY, "{}", NOW, look);
        assert_looked(&r, 1);
    }
    const struct str other = STR("8e03978e-40d5-43e8-bc93-6894a57f9325");
    struct request r = ask(other, "{}", NOW, look_in_vain);
    assert_refused(&r, 503, "not-recorded");
    r = ask(other, "{}", NOW, look); /* the key was given back */
    assert_looked(&r, 3);
    r = ask(other, "{}", NOW, look);
    assert_looked(&r, 3);
    /* Without a key each is its own. */
    struct request plain = {.route = &route};
    const struct hands hands = {.store = f.s};
    look(&plain, &hands);
    assert_looked(&plain, 4);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM idempotency"), 2);
}

static void of_two_at_once_one_looks(void **state)
{
    looks = 0;
    struct request r = ask(KEY, "{}", NOW, look_overtaken);
    assert_looked(&r, 1);
    assert_int_equal(looks, 1);
}

static void another_purpose_is_another_request(void **state)
{
    struct request r = {.route = &route,
                        .path = STR("/v1/things"),
                        .once = KEY,
                        .purpose = STR("matchmaking.verify"),
                        .body = STR("{}")};
    const struct hands hands = {.store = f.s};
    snprintf(r.subject.id, sizeof r.subject.id, "stf_li");
    idempotency_run(&r, &hands, key, NOW, create);
    assert_created(&r, 1);
    r = ask(KEY, "{}", NOW, create);
    assert_refused(&r, 422, "idempotency-key-reused");
}

static bool holds_name(void *to, const struct value *c, size_t count)
{
    (void)count;
    *(bool *)to |= memmem(c[0].s.p, c[0].s.n, "0417", 4) != NULL;
    return true;
}

static void the_table_tells_nothing(void **state)
{
    bool holds = false;
    struct request r = ask(KEY, "{}", NOW, create);
    assert_created(&r, 1);
    assert_int_equal(
        store_run(f.s, "SELECT answer FROM idempotency", NULL, 0, holds_name, &holds, &problem),
        OK);
    assert_false(holds);
}

static void keys_have_bounds(void **state)
{
    struct str k;
    char longest[IDEMPOTENCY_KEY_MAX + 2];
    memset(longest, 'k', sizeof longest);
    assert_true(idempotency_key(STR(" \"8e03978e-40d5-43e8\" "), &k));
    assert_str(k, "8e03978e-40d5-43e8");
    assert_true(idempotency_key((struct str){longest, IDEMPOTENCY_KEY_MAX}, &k));
    assert_false(idempotency_key((struct str){longest, IDEMPOTENCY_KEY_MAX + 1}, &k));
    assert_false(idempotency_key(STR("short"), &k));
    assert_false(idempotency_key(STR("\""), &k));
    assert_false(idempotency_key(STR("a blank in the middle"), &k));
    assert_false(idempotency_key(STR("a\"quote-in-the-middle"), &k));
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
UNIT_MAIN(STORE_TEST(an_answer_does_not_outlive_an_erasure),
          STORE_TEST(the_same_request_has_one_effect_and_one_answer),
          STORE_TEST(another_key_sender_or_day_is_another_request),
          STORE_TEST(the_key_of_another_request_is_refused), STORE_TEST(a_refusal_is_judged_again),
          STORE_TEST(who_dies_after_the_effect_has_had_it),
          STORE_TEST(an_effect_without_a_success_is_not_repeated),
          STORE_TEST(of_two_at_once_one_has_an_effect),
          STORE_TEST(an_effect_elsewhere_is_had_once_too), STORE_TEST(of_two_at_once_one_looks),
          STORE_TEST(another_purpose_is_another_request), STORE_TEST(the_table_tells_nothing),
          TEST(keys_have_bounds))
