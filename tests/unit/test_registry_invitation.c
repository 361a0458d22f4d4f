#include "registry/invitation.h"
#include "facts_fixture.h"

#include <pthread.h>

enum { RIVALS = 4 };
static const when start = 1000 * WHEN_DAY;

struct place {
    struct facts x;
    struct account_key *key;
};

static void put(struct place *p, const char *sql)
{
    struct problem problem;
    assert_int_equal(store_run(p->x.f.s, sql, NULL, 0, NULL, NULL, &problem), OK);
}

static int open_place(void **state)
{
    static struct place p;
    struct problem problem;
    facts_open(&p.x);
    if (account_key_open(&disk_real, p.x.f.folder, &p.key, &problem) != OK)
        fail_msg("%s", problem.text);
    put(&p, "INSERT INTO organisations (id, name, kind, status) VALUES "
            "('org_a', 'A', 'agency', 'active')");
    put(&p, "INSERT INTO staff (id, organisation, name, role, login, status) VALUES "
            "('stf_li', 'org_a', 'L', 'sales', 'li@a.example', 'active'), "
            "('stf_no', 'org_a', 'N', 'sales', NULL, 'active')");
    *state = &p;
    return 0;
}

static int close_place(void **state)
{
    struct place *p = *state;
    account_key_close(p->key);
    facts_close(&p->x);
    return 0;
}

static enum err make(struct place *p, const char *staff, when at, char secret[static SECRET_TEXT])
{
    struct problem problem;
    const struct fact_origin origin = {.node = STR("n1"), .actor = STR("stf_boss"), .at = at};
    enum err e = store_begin(p->x.f.s, &problem);
    if (e == OK)
        e = invitation_make(p->x.f.s, str_of(staff), &origin, secret, &problem);
    return store_end(p->x.f.s, e, &problem);
}

static enum err take(struct store *s, const struct account_key *key, const char *secret,
                     const char *password, when at)
{
    struct problem problem;
    struct invitation_taken taken;
    const struct invitation_answer a = {
        .secret = str_of(secret), .password = str_of(password), .at = at, .node = STR("n1")};
    enum err e = invitation_take(s, key, &a, &taken, &problem);
    if (e == OK) {
        assert_string_equal(taken.who.id, "stf_li");
        assert_string_equal(taken.who.organisation, "org_a");
        assert_string_equal(taken.secret.login, "li@a.example");
    }
    return e;
}

static void she_sets_her_password_once(void **state)
{
    struct place *p = *state;
    char secret[SECRET_TEXT], next[SECRET_TEXT];
    assert_int_equal(make(p, "stf_li", start, secret), OK);
    assert_int_equal(take(p->x.f.s, p->key, secret, "short", start), ERR_INVALID);
    assert_int_equal(take(p->x.f.s, p->key, "x", "correct horse", start), ERR_REFUSED);
    assert_int_equal(take(p->x.f.s, p->key, secret, "correct horse", start), OK);
    assert_int_equal(take(p->x.f.s, p->key, secret, "another horse", start), ERR_REFUSED);
    assert_int_equal(make(p, "stf_li", start, next), ERR_CONFLICT);
    assert_int_equal(
        fixture_int(p->x.f.s, "SELECT COUNT(*) FROM journal WHERE kind = 'account' AND subject = "
                              "'stf_li' AND actor IN ('stf_boss', 'stf_li')"),
        2);
    assert_int_equal(fixture_int(p->x.f.s, "SELECT COUNT(*) FROM invitations"), 0);
}

static void it_ends_after_three_days_and_with_the_next(void **state)
{
    struct place *p = *state;
    char first[SECRET_TEXT], second[SECRET_TEXT];
    assert_int_equal(make(p, "stf_li", start, first), OK);
    assert_int_equal(make(p, "stf_li", start + 1, second), OK);
    assert_int_equal(take(p->x.f.s, p->key, first, "correct horse", start + 2), ERR_REFUSED);
    const when end = start + 1 + INVITATION_LIFE;
    assert_int_equal(take(p->x.f.s, p->key, second, "correct horse", end), ERR_REFUSED);
    assert_int_equal(take(p->x.f.s, p->key, second, "correct horse", end - 1), OK);
}

static void who_may_not_act_or_has_no_login_does_not_join(void **state)
{
    struct place *p = *state;
    char secret[SECRET_TEXT];
    assert_int_equal(make(p, "stf_no", start, secret), ERR_INVALID);
    assert_int_equal(make(p, "stf_nobody", start, secret), ERR_INVALID);
    assert_int_equal(make(p, "stf_li", start, secret), OK);
    put(p, "UPDATE staff SET status = 'left' WHERE id = 'stf_li'");
    assert_int_equal(take(p->x.f.s, p->key, secret, "correct horse", start), ERR_REFUSED);
    put(p, "UPDATE staff SET status = 'active' WHERE id = 'stf_li'");
    assert_int_equal(take(p->x.f.s, p->key, secret, "correct horse", start), OK);
}

static void a_password_set_by_the_host_ends_it(void **state)
{
    struct place *p = *state;
    char secret[SECRET_TEXT];
    struct problem problem;
    struct account_secret told;
    const struct account_reset reset = {.staff = STR("stf_li"),
                                        .password = STR("the host's word"),
                                        .at = start,
                                        .actor = STR("host:0"),
                                        .node = STR("n1")};
    assert_int_equal(make(p, "stf_li", start, secret), OK);
    assert_int_equal(account_reset(p->x.f.s, p->key, &reset, &told, &problem), OK);
    assert_int_equal(take(p->x.f.s, p->key, secret, "correct horse", start), ERR_REFUSED);
}

struct rival {
    struct place *place;
    const char *secret;
    enum err got;
    pthread_t thread;
};

static void *race(void *arg)
{
    struct rival *r = arg;
    struct store *s = fixture_connect(&r->place->x.f);
    r->got = take(s, r->place->key, r->secret, "correct horse", start);
    store_close(s);
    return NULL;
}

static void of_many_at_once_one_sets_it(void **state)
{
    struct place *p = *state;
    char secret[SECRET_TEXT];
    struct rival rivals[RIVALS];
    int done = 0, refused = 0;
    assert_int_equal(make(p, "stf_li", start, secret), OK);
    for (size_t i = 0; i < RIVALS; i++) {
        rivals[i] = (struct rival){.place = p, .secret = secret};
        assert_int_equal(pthread_create(&rivals[i].thread, NULL, race, &rivals[i]), 0);
    }
    for (size_t i = 0; i < RIVALS; i++) {
        pthread_join(rivals[i].thread, NULL);
        done += rivals[i].got == OK;
        refused += rivals[i].got == ERR_REFUSED;
    }
    assert_int_equal(done, 1);
    assert_int_equal(refused, RIVALS - 1);
}

int main(void)
{
#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, open_place, close_place)
    const struct CMUnitTest tests[] = {
        IN_PLACE(she_sets_her_password_once),
        IN_PLACE(it_ends_after_three_days_and_with_the_next),
        IN_PLACE(who_may_not_act_or_has_no_login_does_not_join),
        IN_PLACE(a_password_set_by_the_host_ends_it),
        IN_PLACE(of_many_at_once_one_sets_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
