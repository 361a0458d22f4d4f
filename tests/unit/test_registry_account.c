#include "registry/account.h"
#include "registry/session.h"
#include "store/journal.h"
#include "store_fixture.h"

#include <sys/stat.h>

static const char password[] = "correct horse";
static const when start = 1000000 * WHEN_MINUTE;

struct office {
    struct fixture f;
    struct account_key *key;
    struct account_secret secret;
    when now;
};

static void put(struct office *o, const char *sql)
{
    must(store_run(o->f.s, sql, NULL, 0, NULL, NULL, &problem));
}

static enum err reset(struct office *o, const char *staff, const char *with)
{
    struct account_reset r = {.staff = str_of(staff),
                              .password = str_of(with),
                              .at = o->now,
                              .actor = STR("host:0"),
                              .node = STR("node")};
    struct problem problem;
    return account_reset(o->f.s, o->key, &r, &o->secret, &problem);
}

static int open_office(void **state)
{
    static struct office o;
    o = (struct office){.now = start};
    fixture_open(&o.f);
    must(account_key_open(&disk_real, o.f.folder, &o.key, &problem));
    put(&o, "INSERT INTO organisations (id, name, kind, status) VALUES "
            "('org_a', 'A', 'agency', 'active')");
    put(&o, "INSERT INTO staff (id, organisation, name, role, login, status) VALUES "
            "('stf_li', 'org_a', 'L', 'sales', 'li@a.example', 'active'), "
            "('stf_no', 'org_a', 'N', 'sales', NULL, 'active')");
    *state = &o;
    return 0;
}

static int close_office(void **state)
{
    struct office *o = *state;
    account_key_close(o->key);
    fixture_close(&o->f);
    return 0;
}

/* The bytes that a text in base32 stands for, read independently of how it is written. */
static void code_of(struct office *o, when at, char out[8])
{
    uint8_t secret[TOTP_SECRET] = {0};
    for (size_t i = 0; i < 32; i++) {
        unsigned v = o->secret.text[i] >= 'A' ? (unsigned)(o->secret.text[i] - 'A')
                                              : (unsigned)(o->secret.text[i] - '2' + 26);
        for (size_t b = 0; b < 5; b++)
            if ((v >> (4 - b) & 1) != 0)
                secret[(i * 5 + b) / 8] |= (uint8_t)(0x80 >> (i * 5 + b) % 8);
    }
    snprintf(out, 8, "%06u", (unsigned)totp_code(secret, totp_step(at)));
}

static enum err sign_in(struct office *o, const char *login, const char *with, const char *code)
{
    char staff[SUBJECT_ID], right[8];
    struct problem problem;
    if (code == NULL)
        code_of(o, o->now, right);
    struct account_attempt a = {.login = str_of(login),
                                .password = str_of(with),
                                .code = str_of(code != NULL ? code : right),
                                .at = o->now};
    enum err e = account_check(o->f.s, o->key, &a, staff, &problem);
    assert_string_equal(staff, e == OK ? "stf_li" : "");
    if (e != OK)
        assert_string_equal(problem.text,
                            "login, password or code is wrong, or the account is locked");
    return e;
}

static enum err right(struct office *o)
{
    return sign_in(o, "li@a.example", password, NULL);
}

static enum err wrong(struct office *o)
{
    return sign_in(o, "li@a.example", "wrong horse!", NULL);
}

static void password_and_code_open_and_nothing_less(void **state)
{
    struct office *o = *state;
    assert_int_equal(right(o), ERR_REFUSED);
    assert_int_equal(reset(o, "stf_li", password), OK);
    assert_string_equal(o->secret.login, "li@a.example");
    assert_memory_equal(o->secret.uri, "otpauth://totp/menshen:li%40a.example?secret=", 45);
    assert_int_equal(wrong(o), ERR_REFUSED);
    assert_int_equal(sign_in(o, "li@a.example", password, ""), ERR_REFUSED);
    assert_int_equal(sign_in(o, "nobody", password, NULL), ERR_REFUSED);
    assert_int_equal(sign_in(o, "stf_li", password, NULL), ERR_REFUSED);
    assert_int_equal(right(o), OK);
}

static void a_code_is_good_once(void **state)
{
    struct office *o = *state;
    assert_int_equal(reset(o, "stf_li", password), OK);
    assert_int_equal(right(o), OK);
    assert_int_equal(right(o), ERR_REFUSED);
    o->now += 30 * WHEN_SECOND;
    assert_int_equal(right(o), OK);
}

static void failures_lock_for_longer_and_longer(void **state)
{
    static const int minutes[] = {1, 4, 9};
    struct office *o = *state;
    assert_int_equal(reset(o, "stf_li", password), OK);
    for (int i = 0; i < ACCOUNT_FAILURES - 1; i++)
        assert_int_equal(wrong(o), ERR_REFUSED);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(wrong(o), ERR_REFUSED);
        o->now += minutes[i] * WHEN_MINUTE - WHEN_SECOND;
        assert_int_equal(right(o), ERR_REFUSED); /* nor does trying make it longer */
        assert_int_equal(fixture_int(o->f.s, "SELECT failures FROM accounts"),
                         ACCOUNT_FAILURES + (int)i);
        o->now += WHEN_SECOND;
    }
    put(o, "UPDATE accounts SET failures = 1000, locked_until = 0");
    assert_int_equal(wrong(o), ERR_REFUSED);
    assert_int_equal(fixture_int(o->f.s, "SELECT locked_until FROM accounts"), o->now + WHEN_HOUR);
    o->now += WHEN_HOUR;
    assert_int_equal(right(o), OK);
    assert_int_equal(fixture_int(o->f.s, "SELECT failures FROM accounts"), 0);
}

static void a_reset_unlocks_with_other_secrets_and_ends_sessions(void **state)
{
    struct office *o = *state;
    char session[SECRET_TEXT], old[8];
    assert_int_equal(reset(o, "stf_li", password), OK);
    code_of(o, o->now, old);
    must(session_new(o->f.s, STR("stf_li"), o->now, session, &problem));
    for (int i = 0; i < ACCOUNT_FAILURES; i++)
        assert_int_equal(wrong(o), ERR_REFUSED);
    assert_int_equal(reset(o, "stf_li", "another horse"), OK);
    assert_int_equal(fixture_int(o->f.s, "SELECT COUNT(*) FROM sessions"), 0);
    assert_int_equal(fixture_int(o->f.s, "SELECT reset_at FROM accounts"), o->now);
    assert_int_equal(right(o), ERR_REFUSED);
    assert_int_equal(sign_in(o, "li@a.example", "another horse", old), ERR_REFUSED);
    assert_int_equal(sign_in(o, "li@a.example", "another horse", NULL), OK);
}

static void who_may_not_act_does_not_sign_in(void **state)
{
    static const char *const changes[][2] = {
        {"UPDATE staff SET status = 'left'", "UPDATE staff SET status = 'active'"},
        {"UPDATE staff SET status = 'suspended'", "UPDATE staff SET status = 'active'"},
        {"UPDATE organisations SET status = 'closed'",
         "UPDATE organisations SET status = 'active'"},
        {"UPDATE staff SET login = 'li@a.example'",
         "UPDATE staff SET login = NULL WHERE id = 'stf_no'"},
    };
    struct office *o = *state;
    assert_int_equal(reset(o, "stf_li", password), OK);
    put(o, "INSERT INTO accounts SELECT 'stf_no', password, totp, 0, 0, 0, 0 FROM accounts");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        put(o, changes[i][0]);
        assert_int_equal(right(o), ERR_REFUSED);
        put(o, changes[i][1]);
        assert_int_equal(right(o), OK);
        o->now += WHEN_MINUTE;
    }
}

static void bad_passwords_and_unknown_staff_are_refused(void **state)
{
    static const struct {
        const char *staff, *password;
        enum err expected;
    } cases[] = {
        {"stf_none", password, ERR_NOT_FOUND},
        {"stf_no", password, ERR_INVALID},
        {"stf_li", "", ERR_INVALID},
        {"stf_li", "123456789", ERR_INVALID},
        {"stf_li", "1234567890", OK},
        {"stf_li", "LI@A.example", ERR_INVALID},
        {"stf_li", "\xff\xfe\xfd 1234567", ERR_INVALID},
        {"stf_li", "\xe9\x97\xa8\xe7\xa5\x9e\xe7\xa7\xa6\xe5\x8f\x94", OK},
    };
    struct office *o = *state;
    char longest[ACCOUNT_PASSWORD_MAX + 2];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(reset(o, cases[i].staff, cases[i].password), cases[i].expected);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(reset(o, "stf_li", longest), ERR_INVALID);
    assert_int_equal(reset(o, "stf_li", longest + 1), OK);
    assert_int_equal(sign_in(o, "li@a.example", longest + 1, NULL), OK);
    assert_int_equal(sign_in(o, "li@a.example", longest, NULL), ERR_REFUSED);
}

static bool note_journal(void *to, const struct journal_row *row)
{
    assert_str(row->kind, "account");
    assert_str(row->subject, "stf_li");
    assert_str(row->actor, "host:0");
    assert_str(row->payload, "{\"reset\":\"password totp\"}");
    ++*(int *)to;
    return true;
}

static bool look_for_secrets(void *to, const struct value *c, size_t n)
{
    struct office *o = to;
    for (size_t i = 0; i < n; i++)
        if (c[i].type == VALUE_TEXT || c[i].type == VALUE_BYTES) {
            assert_null(memmem(c[i].s.p, c[i].s.n, password, strlen(password)));
            assert_null(memmem(c[i].s.p, c[i].s.n, o->secret.text, strlen(o->secret.text)));
        }
    return true;
}

static void a_reset_is_in_the_journal_without_its_secrets(void **state)
{
    struct office *o = *state;
    int rows = 0;
    assert_int_equal(reset(o, "stf_li", password), OK);
    must(journal_read(o->f.s, 0, 10, note_journal, &rows, &problem));
    assert_int_equal(rows, 1);
    must(store_run(o->f.s, "SELECT * FROM accounts", NULL, 0, look_for_secrets, o, &problem));
}

static void the_key_is_kept_and_another_opens_nothing(void **state)
{
    struct office *o = *state;
    char path[128];
    struct stat s;
    struct account_key *other = NULL;
    assert_int_equal(reset(o, "stf_li", password), OK);
    snprintf(path, sizeof path, "%s/accounts", o->f.folder);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    assert_int_equal(s.st_size, 32);
    account_key_close(o->key);
    must(account_key_open(&disk_real, o->f.folder, &o->key, &problem));
    assert_int_equal(right(o), OK);
    o->now += WHEN_MINUTE;
    account_key_close(o->key);
    assert_int_equal(unlink(path), 0);
    must(account_key_open(&disk_real, o->f.folder, &o->key, &problem));
    assert_int_equal(right(o), ERR_REFUSED);
    assert_int_equal(truncate(path, 31), 0);
    must_fail(ERR_CORRUPT, account_key_open(&disk_real, o->f.folder, &other, &problem));
}

static enum err change(struct office *o, const char *old, const char *fresh, const char *session)
{
    char code[8];
    struct problem problem;
    code_of(o, o->now, code);
    const struct account_change c = {.staff = STR("stf_li"),
                                     .old = str_of(old),
                                     .password = str_of(fresh),
                                     .code = str_of(code),
                                     .session = str_of(session),
                                     .at = o->now,
                                     .node = STR("node")};
    return account_change(o->f.s, o->key, &c, &problem);
}

static void she_changes_her_password_and_keeps_this_session_only(void **state)
{
    struct office *o = *state;
    char here[SECRET_TEXT], elsewhere[SECRET_TEXT];
    struct subject who;
    bool stale;
    assert_int_equal(reset(o, "stf_li", password), OK);
    must(session_new(o->f.s, STR("stf_li"), o->now, here, &problem));
    must(session_new(o->f.s, STR("stf_li"), o->now, elsewhere, &problem));
    /* Neither a wrong old one nor a new one that will not do changes anything or uses the code. */
    assert_int_equal(change(o, password, "short", here), ERR_INVALID);
    assert_int_equal(change(o, "wrong horse!", "quite another", here), ERR_REFUSED);
    must(session_find(o->f.s, o->key, str_of(elsewhere), o->now, &who, &stale, &problem));
    assert_int_equal(change(o, password, "quite another", here), OK);
    must(session_find(o->f.s, o->key, str_of(here), o->now, &who, &stale, &problem));
    must_fail(ERR_NOT_FOUND,
              session_find(o->f.s, o->key, str_of(elsewhere), o->now, &who, &stale, &problem));
    /* The code is used up; the secret of codes stays hers. */
    assert_int_equal(change(o, "quite another", password, here), ERR_REFUSED);
    o->now += WHEN_MINUTE;
    assert_int_equal(right(o), ERR_REFUSED);
    assert_int_equal(sign_in(o, "li@a.example", "quite another", NULL), OK);
    assert_int_equal(fixture_int(o->f.s, "SELECT COUNT(*) FROM journal WHERE kind = 'account'"), 2);
}

static void wrong_old_passwords_lock_the_account(void **state)
{
    struct office *o = *state;
    assert_int_equal(reset(o, "stf_li", password), OK);
    for (int i = 0; i < ACCOUNT_FAILURES; i++)
        assert_int_equal(change(o, "wrong horse!", "quite another", "x"), ERR_REFUSED);
    assert_int_equal(change(o, password, "quite another", "x"), ERR_REFUSED);
    assert_int_equal(right(o), ERR_REFUSED);
}

#define OFFICE(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

UNIT_MAIN(OFFICE(password_and_code_open_and_nothing_less), OFFICE(a_code_is_good_once),
          OFFICE(failures_lock_for_longer_and_longer),
          OFFICE(a_reset_unlocks_with_other_secrets_and_ends_sessions),
          OFFICE(who_may_not_act_does_not_sign_in),
          OFFICE(bad_passwords_and_unknown_staff_are_refused),
          OFFICE(a_reset_is_in_the_journal_without_its_secrets),
          OFFICE(she_changes_her_password_and_keeps_this_session_only),
          OFFICE(wrong_old_passwords_lock_the_account),
          OFFICE(the_key_is_kept_and_another_opens_nothing))
