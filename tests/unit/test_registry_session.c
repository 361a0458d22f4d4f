#include "registry/session.h"
#include "registry/token.h"
#include "store_fixture.h"

static const when start = 1000000 * WHEN_MINUTE;

static void put(struct fixture *f, const char *sql)
{
    must(store_run(f->s, sql, NULL, 0, NULL, NULL, &problem));
}

static int open_store(void **state)
{
    static struct fixture f;
    fixture_open(&f);
    put(&f, "INSERT INTO organisations (id, name, kind, status) VALUES "
            "('org_a', 'A', 'agency', 'active'), ('org_u', 'U', 'association', 'active'), "
            "('org_c', 'C', 'carrier', 'active'), ('org_s', 'S', 'authority', 'active'), "
            "('org_m', 'M', 'media', 'active')");
    put(&f, "INSERT INTO staff (id, organisation, name, role, status) VALUES "
            "('stf_li', 'org_a', 'L', 'sales', 'active'), "
            "('stf_ma', 'org_a', 'M', 'manager', 'active'), "
            "('stf_co', 'org_m', 'C', 'compliance', 'active'), "
            "('stf_au', 'org_a', 'A', 'auditor', 'active'), "
            "('stf_ua', 'org_u', 'A', 'auditor', 'active'), "
            "('stf_uo', 'org_u', 'O', 'officer', 'active'), "
            "('stf_ca', 'org_c', 'C', 'operator', 'active'), "
            "('stf_st', 'org_s', 'S', 'officer', 'active')");
    *state = &f;
    return 0;
}

static int close_store(void **state)
{
    fixture_close(*state);
    return 0;
}

static bool lives(struct fixture *f, const char *text, when now, bool *stale)
{
    struct subject s;
    enum err e = session_find(f->s, NULL, str_of(text), now, &s, stale, NULL);
    assert_true(e == OK || e == ERR_NOT_FOUND);
    assert_int_equal(s.role, e == OK ? ROLE_SALES : ROLE_NONE);
    assert_int_equal(s.scopes != 0, e == OK);
    return e == OK;
}

static void a_session_ends_after_30_idle_minutes_and_12_hours(void **state)
{
    struct fixture *f = *state;
    char text[SECRET_TEXT];
    bool stale;
    when now = start;
    must(session_new(f->s, STR("stf_li"), now, text, &problem));
    assert_int_equal(strlen(text), SECRET_TEXT - 1);
    assert_true(lives(f, text, now + SESSION_NOTE - 1, &stale));
    assert_false(stale);
    assert_true(lives(f, text, now + SESSION_IDLE - 1, &stale));
    assert_true(stale);
    assert_false(lives(f, text, now + SESSION_IDLE, &stale));
    for (; now < start + SESSION_LIFE; now += 29 * WHEN_MINUTE) {
        assert_true(lives(f, text, now, &stale));
        must(session_use(f->s, str_of(text), now, &problem));
    }
    assert_false(lives(f, text, start + SESSION_LIFE, &stale));
}

static void only_the_whole_text_opens(void **state)
{
    struct fixture *f = *state;
    char text[SECRET_TEXT], other[SECRET_TEXT];
    bool stale;
    must(session_new(f->s, STR("stf_li"), start, text, &problem));
    for (size_t i = 0; i < SECRET_TEXT - 1; i++) {
        memcpy(other, text, sizeof other);
        other[i] = other[i] == 'A' ? 'B' : 'A';
        assert_false(lives(f, other, start, &stale));
    }
    text[SECRET_TEXT - 2] = '\0';
    assert_false(lives(f, text, start, &stale));
    assert_false(lives(f, "", start, &stale));
}

static void sessions_are_ended_alone_and_together(void **state)
{
    struct fixture *f = *state;
    char a[SECRET_TEXT], b[SECRET_TEXT], other[SECRET_TEXT];
    struct subject s;
    bool stale;
    must(session_new(f->s, STR("stf_li"), start, a, &problem));
    must(session_new(f->s, STR("stf_li"), start, b, &problem));
    must(session_new(f->s, STR("stf_ma"), start, other, &problem));
    must(session_end(f->s, str_of(a), &problem));
    must(session_end(f->s, str_of(a), &problem));
    assert_false(lives(f, a, start, &stale));
    assert_true(lives(f, b, start, &stale));
    must(session_end_all(f->s, STR("stf_li"), &problem));
    assert_false(lives(f, b, start, &stale));
    must(session_find(f->s, NULL, str_of(other), start, &s, &stale, &problem));
    assert_string_equal(s.id, "stf_ma");
}

static void ended_sessions_leave_the_table(void **state)
{
    struct fixture *f = *state;
    char text[SECRET_TEXT];
    must(session_new(f->s, STR("stf_li"), start, text, &problem));
    must(session_new(f->s, STR("stf_li"), start + SESSION_IDLE, text, &problem));
    assert_int_equal(fixture_int(f->s, "SELECT COUNT(*) FROM sessions"), 1);
}

static void a_session_lives_no_longer_than_its_holder(void **state)
{
    static const char *const changes[][2] = {
        {"UPDATE staff SET status = 'left'", "UPDATE staff SET status = 'active'"},
        {"UPDATE staff SET status = 'suspended'", "UPDATE staff SET status = 'active'"},
        {"UPDATE organisations SET status = 'suspended'",
         "UPDATE organisations SET status = 'active'"},
        {"UPDATE organisations SET status = 'closed'",
         "UPDATE organisations SET status = 'active'"},
        {"DELETE FROM staff", "SELECT 1"},
    };
    struct fixture *f = *state;
    char text[SECRET_TEXT];
    bool stale;
    must(session_new(f->s, STR("stf_li"), start, text, &problem));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_true(lives(f, text, start, &stale));
        put(f, changes[i][0]);
        assert_false(lives(f, text, start, &stale));
        put(f, changes[i][1]);
    }
}

static void the_role_follows_from_organisation_and_staff(void **state)
{
    static const struct {
        const char *id;
        enum role role;
        enum party party;
    } cases[] = {
        {"stf_li", ROLE_SALES, PARTY_ORGANISATION},
        {"stf_ma", ROLE_MANAGER, PARTY_ORGANISATION},
        {"stf_co", ROLE_COMPLIANCE, PARTY_ORGANISATION},
        {"stf_au", ROLE_STAFF, PARTY_ORGANISATION},
        {"stf_ua", ROLE_AUDITOR, PARTY_OPERATOR},
        {"stf_uo", ROLE_ASSOCIATION, PARTY_ORGANISATION},
        {"stf_ca", ROLE_CARRIER, PARTY_OPERATOR},
        {"stf_st", ROLE_AUTHORITY, PARTY_OPERATOR},
        {"org_m", ROLE_BUSINESS, PARTY_ORGANISATION},
        {"org_u", ROLE_ASSOCIATION, PARTY_ORGANISATION},
        {"org_c", ROLE_CARRIER, PARTY_OPERATOR},
        {"org_s", ROLE_AUTHORITY, PARTY_OPERATOR},
        {"dialler", ROLE_MACHINE, PARTY_MACHINE},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[SECRET_TEXT];
        struct subject s;
        bool stale;
        must(session_new(f->s, str_of(cases[i].id), start, text, &problem));
        must(session_find(f->s, NULL, str_of(text), start, &s, &stale, &problem));
        assert_int_equal(s.role, cases[i].role);
        assert_int_equal(s.party, cases[i].party);
        assert_int_equal(s.scopes & SCOPE_REPLAY, 0);
    }
}

static const struct session_person she = {.link = (const uint8_t *)"0123456789abcdef",
                                          .number = 8613800000001};

struct keys {
    struct fixture *f;
    struct account_key *key, *other;
};

static void open_keys(struct fixture *f, struct keys *k)
{
    char folder[200];
    *k = (struct keys){.f = f};
    must(account_key_open(&disk_real, f->folder, &k->key, &problem));
    snprintf(folder, sizeof folder, "%s/accounts", f->folder);
    assert_int_equal(unlink(folder), 0);
    must(account_key_open(&disk_real, f->folder, &k->other, &problem));
}

static void close_keys(struct keys *k)
{
    account_key_close(k->key);
    account_key_close(k->other);
}

static void a_persons_session_holds_her_number_and_shows_it_to_nobody(void **state)
{
    struct keys k;
    struct subject s;
    char text[SECRET_TEXT], second[SECRET_TEXT];
    bool stale;
    open_keys(*state, &k);
    struct store *store = k.f->s;
    must(session_new_person(store, k.key, &she, start, text, &problem));
    must(session_find(store, k.key, str_of(text), start, &s, &stale, &problem));
    assert_string_equal(s.id, "num_30313233343536373839616263646566");
    assert_int_equal(s.role, ROLE_PERSON);
    assert_int_equal(s.party, PARTY_PERSON);
    assert_int_equal(s.number, she.number);
    assert_int_equal(s.begun, start);
    assert_int_equal(s.scopes & SCOPE_REPLAY, 0);
    assert_string_equal(s.organisation, "");
    must_fail(ERR_NOT_FOUND,
              session_find(store, k.other, str_of(text), start, &s, &stale, &problem));
    assert_int_equal(s.number, 0);
    must_fail(ERR_NOT_FOUND, session_find(store, NULL, str_of(text), start, &s, &stale, &problem));
    /* Another session's number, moved here, does not open. */
    must(session_new_person(store, k.key, &she, start + 1, second, &problem));
    put(k.f, "UPDATE sessions SET number = (SELECT o.number FROM sessions o ORDER BY o.created "
             "LIMIT 1)");
    must_fail(ERR_NOT_FOUND,
              session_find(store, k.key, str_of(second), start + 1, &s, &stale, &problem));
    must(session_find(store, k.key, str_of(text), start + 1, &s, &stale, &problem));
    put(k.f, "UPDATE sessions SET number = NULL");
    must_fail(ERR_NOT_FOUND,
              session_find(store, k.key, str_of(text), start + 1, &s, &stale, &problem));
    close_keys(&k);
}

static void a_confirmation_lasts_ten_minutes_and_is_the_sessions(void **state)
{
    struct keys k;
    struct subject s;
    char text[SECRET_TEXT], other[SECRET_TEXT];
    bool stale;
    open_keys(*state, &k);
    must(session_new_person(k.f->s, k.key, &she, start, text, &problem));
    must(session_new_person(k.f->s, k.key, &she, start, other, &problem));
    must(session_find(k.f->s, k.key, str_of(text), start, &s, &stale, &problem));
    assert_false(session_confirmed(&s, start));
    must(session_confirm(k.f->s, str_of(text), start + 5, &problem));
    must(session_find(k.f->s, k.key, str_of(text), start + 5, &s, &stale, &problem));
    assert_true(session_confirmed(&s, start + 5));
    assert_true(session_confirmed(&s, start + 5 + SESSION_CONFIRMED - 1));
    assert_false(session_confirmed(&s, start + 5 + SESSION_CONFIRMED));
    assert_false(session_confirmed(&s, start + 4));
    must(session_find(k.f->s, k.key, str_of(other), start + 5, &s, &stale, &problem));
    assert_false(session_confirmed(&s, start + 5));
    close_keys(&k);
}

static bool differ(const char *a, const char *b)
{
    return strcmp(a, b) != 0;
}

static void the_page_token_is_the_sessions_and_not_the_session(void **state)
{
    char a[SECRET_TEXT], b[SECRET_TEXT], of_a[SECRET_TEXT], again[SECRET_TEXT], of_b[SECRET_TEXT];
    assert_int_equal(secret_make(a), OK);
    assert_int_equal(secret_make(b), OK);
    assert_int_equal(session_csrf(str_of(a), of_a), OK);
    assert_int_equal(session_csrf(str_of(a), again), OK);
    assert_int_equal(session_csrf(str_of(b), of_b), OK);
    assert_string_equal(of_a, again);
    assert_true(differ(of_a, of_b) && differ(of_a, a));
}

#define STORED(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

UNIT_MAIN(STORED(a_session_ends_after_30_idle_minutes_and_12_hours),
          STORED(only_the_whole_text_opens), STORED(sessions_are_ended_alone_and_together),
          STORED(ended_sessions_leave_the_table), STORED(a_session_lives_no_longer_than_its_holder),
          STORED(the_role_follows_from_organisation_and_staff),
          STORED(a_persons_session_holds_her_number_and_shows_it_to_nobody),
          STORED(a_confirmation_lasts_ten_minutes_and_is_the_sessions),
          TEST(the_page_token_is_the_sessions_and_not_the_session))
