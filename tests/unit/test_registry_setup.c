#include "registry/setup.h"
#include "facts_fixture.h"
#include "registry/token.h"

#include <pthread.h>

enum { RIVALS = 4 };

struct place {
    struct facts x;
    struct account_key *key;
};

static int open_place(void **state)
{
    static struct place p;
    struct problem problem;
    facts_open(&p.x);
    if (account_key_open(&disk_real, p.x.f.folder, &p.key, &problem) != OK)
        fail_msg("%s", problem.text);
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

static struct setup good(void)
{
    return (struct setup){.organisation = {[ORGANISATION_NAME] = STR("安居"),
                                           [ORGANISATION_KIND] = STR("agency"),
                                           [ORGANISATION_SECTOR] = STR("matchmaking")},
                          .name = STR("李娟"),
                          .login = STR("li@anju"),
                          .password = STR("correct horse"),
                          .at = 1000 * WHEN_DAY,
                          .actor = STR("setup"),
                          .node = STR("n1")};
}

static bool wanted(struct place *p, when now)
{
    struct problem problem;
    bool yes = false;
    assert_int_equal(setup_wanted(p->x.f.s, now, &yes, &problem), OK);
    return yes;
}

static void the_first_account_is_a_manager_and_the_only_first(void **state)
{
    struct place *p = *state;
    struct problem problem;
    struct setup s = good();
    struct setup_made made;
    struct subject who;
    assert_true(wanted(p, s.at));
    assert_int_equal(setup_do(p->x.f.s, p->x.rules, p->key, &s, &made, &problem), OK);
    assert_string_equal(made.secret.login, "li@anju");
    assert_int_equal(subject_find(p->x.f.s, str_of(made.staff), &who, &problem), OK);
    assert_int_equal(who.role, ROLE_MANAGER);
    assert_string_equal(who.organisation, made.organisation);
    /* organisation, staff, account: by "setup", the last one known. */
    assert_int_equal(made.seq, 2);
    assert_int_equal(fixture_int(p->x.f.s, "SELECT COUNT(*) FROM journal WHERE actor = 'setup'"),
                     3);
    assert_false(wanted(p, s.at));
    s.login = STR("other");
    assert_int_equal(setup_do(p->x.f.s, p->x.rules, p->key, &s, &made, &problem), ERR_CONFLICT);
    assert_int_equal(fixture_int(p->x.f.s, "SELECT COUNT(*) FROM organisations"), 1);
}

static void each_kind_has_somebody_who_runs_it(void **state)
{
    static const struct {
        struct str kind;
        enum role role;
    } cases[] = {{STR("carrier"), ROLE_CARRIER},
                 {STR("association"), ROLE_ASSOCIATION},
                 {STR("authority"), ROLE_AUTHORITY},
                 {STR("call_centre"), ROLE_MANAGER}};
    struct place *p = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem;
        struct setup s = good();
        struct setup_made made;
        struct subject who;
        s.organisation[ORGANISATION_KIND] = cases[i].kind;
        assert_int_equal(setup_do(p->x.f.s, p->x.rules, p->key, &s, &made, &problem), OK);
        assert_int_equal(subject_find(p->x.f.s, str_of(made.staff), &who, &problem), OK);
        assert_int_equal(who.role, cases[i].role);
        assert_string_equal(who.position, "manager");
        assert_int_equal(store_run(p->x.f.s, "DELETE FROM accounts", NULL, 0, NULL, NULL, &problem),
                         OK);
        assert_int_equal(store_run(p->x.f.s, "DELETE FROM staff", NULL, 0, NULL, NULL, &problem),
                         OK);
    }
}

static void what_is_wrong_is_named_and_nothing_is_left(void **state)
{
    struct place *p = *state;
    struct setup s[4] = {good(), good(), good(), good()};
    const char *const fields[] = {"kind", "sector", "login", "password"};
    s[0].organisation[ORGANISATION_KIND] = STR("shop");
    s[1].organisation[ORGANISATION_SECTOR] = STR("astrology");
    s[2].login = STR("");
    s[3].password = STR("short");
    for (size_t i = 0; i < 4; i++) {
        struct problem problem;
        struct setup_made made;
        assert_int_equal(setup_do(p->x.f.s, p->x.rules, p->key, &s[i], &made, &problem),
                         ERR_INVALID);
        assert_string_equal(made.field, fields[i]);
        assert_int_equal(made.person, i > 1);
        assert_int_equal(fixture_int(p->x.f.s, "SELECT COUNT(*) FROM organisations"), 0);
        assert_int_equal(fixture_int(p->x.f.s, "SELECT COUNT(*) FROM journal"), 0);
    }
    assert_true(wanted(p, s[0].at));
}

static void a_token_in_force_closes_it(void **state)
{
    struct place *p = *state;
    struct problem problem;
    char secret[TOKEN_TEXT];
    const struct token_request t = {.subject = STR("dialler"),
                                    .scopes = STR("call"),
                                    .at = 100,
                                    .until = 200,
                                    .actor = STR("host:0"),
                                    .node = STR("n1")};
    assert_int_equal(token_mint(p->x.f.s, &t, secret, &problem), OK);
    assert_false(wanted(p, 199));
    assert_true(wanted(p, 200));
}

struct rival {
    struct place *place;
    enum err result;
};

static void *compete(void *to)
{
    struct rival *r = to;
    struct store *store = fixture_connect(&r->place->x.f);
    struct setup s = good();
    struct setup_made made;
    struct problem problem;
    r->result = setup_do(store, r->place->x.rules, r->place->key, &s, &made, &problem);
    store_close(store);
    return NULL;
}

static void of_many_at_once_one_is_done(void **state)
{
    struct place *p = *state;
    struct rival rival[RIVALS];
    pthread_t thread[RIVALS];
    int done = 0;
    for (int i = 0; i < RIVALS; i++) {
        rival[i] = (struct rival){.place = p};
        assert_int_equal(pthread_create(&thread[i], NULL, compete, &rival[i]), 0);
    }
    for (int i = 0; i < RIVALS; i++) {
        pthread_join(thread[i], NULL);
        done += rival[i].result == OK;
        assert_true(rival[i].result == OK || rival[i].result == ERR_CONFLICT);
    }
    assert_int_equal(done, 1);
    assert_int_equal(fixture_int(p->x.f.s, "SELECT COUNT(*) FROM accounts"), 1);
}

#define PLACE(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

UNIT_MAIN(PLACE(the_first_account_is_a_manager_and_the_only_first),
          PLACE(each_kind_has_somebody_who_runs_it),
          PLACE(what_is_wrong_is_named_and_nothing_is_left), PLACE(a_token_in_force_closes_it),
          PLACE(of_many_at_once_one_is_done))
