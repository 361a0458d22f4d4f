#include "registry/code.h"
#include "store_fixture.h"

#include <pthread.h>

static const when start = 1000000 * WHEN_HOUR;
static const uint8_t *const she = (const uint8_t *)"0123456789abcdef",
                            *const other = (const uint8_t *)"fedcba9876543210";

struct office {
    struct fixture f;
    struct account_key *key;
};

static int open_office(void **state)
{
    static struct office o;
    fixture_open(&o.f);
    must(account_key_open(&disk_real, o.f.folder, &o.key, &problem));
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

static enum err ask(struct office *o, const uint8_t *link, when now, char text[static CODE_TEXT])
{
    struct problem problem;
    return code_make(o->f.s, o->key, link, now, text, &problem);
}

static enum err try(struct office *o, const uint8_t *link, const char *text, when now)
{
    struct problem problem;
    return code_check(o->f.s, o->key, link, str_of(text), now, &problem);
}

/* Another code. */
static void change(const char code[CODE_TEXT], char out[static CODE_TEXT])
{
    memcpy(out, code, CODE_TEXT);
    out[5] = out[5] == '0' ? '1' : '0';
}

static void a_code_opens_once_for_its_number(void **state)
{
    char text[CODE_TEXT], wrong[CODE_TEXT];
    assert_int_equal(ask(*state, she, start, text), OK);
    assert_int_equal(strspn(text, "0123456789"), CODE_DIGITS);
    change(text, wrong);
    assert_int_equal(try(*state, she, wrong, start), ERR_REFUSED);
    assert_int_equal(try(*state, other, text, start), ERR_REFUSED);
    assert_int_equal(try(*state, she, "", start), ERR_REFUSED);
    assert_int_equal(try(*state, she, text, start + CODE_LIFE - 1), OK);
    assert_int_equal(try(*state, she, text, start + CODE_LIFE - 1), ERR_REFUSED);
}

static void a_code_ends_after_five_minutes(void **state)
{
    char text[CODE_TEXT];
    assert_int_equal(ask(*state, she, start, text), OK);
    assert_int_equal(try(*state, she, text, start + CODE_LIFE), ERR_REFUSED);
}

static void the_sixth_attempt_is_too_late(void **state)
{
    char text[CODE_TEXT], wrong[CODE_TEXT];
    assert_int_equal(ask(*state, she, start, text), OK);
    change(text, wrong);
    for (int i = 0; i < CODE_TRIES; i++)
        assert_int_equal(try(*state, she, wrong, start), ERR_REFUSED);
    assert_int_equal(try(*state, she, text, start), ERR_REFUSED);
    assert_int_equal(ask(*state, she, start + 1, text), OK);
    change(text, wrong);
    for (int i = 0; i < CODE_TRIES - 1; i++)
        assert_int_equal(try(*state, she, wrong, start), ERR_REFUSED);
    assert_int_equal(try(*state, she, text, start), OK);
}

static void a_new_code_ends_the_one_before(void **state)
{
    char first[CODE_TEXT], second[CODE_TEXT];
    assert_int_equal(ask(*state, she, start, first), OK);
    do /* one of a million is the same */
        assert_int_equal(ask(*state, she, start + 1, second), OK);
    while (strcmp(first, second) == 0);
    assert_int_equal(try(*state, she, first, start + 2), ERR_REFUSED);
    assert_int_equal(try(*state, she, second, start + 2), OK);
}

static void three_in_an_hour_and_five_in_a_day(void **state)
{
    static const struct {
        when after;
        enum err e;
    } asked[] = {
        {0, OK},
        {1, OK},
        {2, OK},
        {3, ERR_REFUSED},
        {WHEN_HOUR - 1, ERR_REFUSED},
        {WHEN_HOUR, OK},
        {WHEN_HOUR, ERR_REFUSED},
        {WHEN_HOUR + 1, OK},
        {3 * WHEN_HOUR, ERR_REFUSED},
        {WHEN_DAY - 1, ERR_REFUSED},
        {WHEN_DAY, OK},
        {WHEN_DAY, ERR_REFUSED},
        {WHEN_DAY + 1, OK},
        {WHEN_DAY + 2, OK},
        {WHEN_DAY + 3, ERR_REFUSED},
    };
    char text[CODE_TEXT], last[CODE_TEXT] = "";
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        enum err e = ask(*state, she, start + asked[i].after, text);
        if (e != asked[i].e)
            fail_msg("asked %zu: %s", i, err_name(e));
        assert_int_equal(text[0] == '\0', e != OK);
        if (e == OK)
            memcpy(last, text, sizeof last);
    }
    assert_int_equal(ask(*state, other, start, text), OK);
    /* What was refused left the last one in force. */
    assert_int_equal(try(*state, she, last, start + WHEN_DAY + 3), OK);
}

static void rows_leave_after_a_day(void **state)
{
    struct office *o = *state;
    char text[CODE_TEXT];
    assert_int_equal(ask(o, she, start, text), OK);
    assert_int_equal(ask(o, other, start + WHEN_DAY, text), OK);
    assert_int_equal(fixture_int(o->f.s, "SELECT COUNT(*) FROM codes"), 1);
}

struct crowd {
    struct office *o;
    const char *code; /* NULL: ask for one */
    int won;
};

static void *rush(void *to)
{
    struct crowd *c = to;
    struct office mine = {.f = c->o->f, .key = c->o->key};
    char text[CODE_TEXT];
    mine.f.s = fixture_connect(&c->o->f);
    for (int i = 0; i < CODE_HOUR; i++)
        c->won += (c->code != NULL ? try(&mine, she, c->code, start)
                                   : ask(&mine, she, start, text)) == OK;
    store_close(mine.f.s);
    return NULL;
}

static int crowd(struct office *o, const char *code)
{
    enum { CROWD = 4 };
    struct crowd all[CROWD];
    pthread_t thread[CROWD];
    int won = 0;
    for (int i = 0; i < CROWD; i++) {
        all[i] = (struct crowd){.o = o, .code = code};
        assert_int_equal(pthread_create(&thread[i], NULL, rush, &all[i]), 0);
    }
    for (int i = 0; i < CROWD; i++) {
        pthread_join(thread[i], NULL);
        won += all[i].won;
    }
    return won;
}

static void many_at_once_are_no_way_around(void **state)
{
    char text[CODE_TEXT];
    assert_int_equal(crowd(*state, NULL), CODE_HOUR);
    assert_int_equal(ask(*state, she, start + WHEN_HOUR, text), OK);
    assert_int_equal(crowd(*state, text), 1);
}

static bool look_for(void *to, const struct value *c, size_t count)
{
    const char *text = to;
    for (size_t i = 0; i < count; i++)
        assert_true(c[i].type == VALUE_INT ||
                    memmem(c[i].s.p, c[i].s.n, text, CODE_DIGITS) == NULL);
    return true;
}

static void the_store_alone_tells_nothing_of_a_code(void **state)
{
    struct office *o = *state;
    struct account_key *key = o->key, *others;
    char text[CODE_TEXT], path[200];
    assert_int_equal(ask(o, she, start, text), OK);
    must(store_run(o->f.s, "SELECT link, hash FROM codes", NULL, 0, look_for, text, &problem));
    snprintf(path, sizeof path, "%s/accounts", o->f.folder);
    assert_int_equal(unlink(path), 0);
    must(account_key_open(&disk_real, o->f.folder, &others, &problem));
    o->key = others;
    assert_int_equal(try(o, she, text, start), ERR_REFUSED);
    o->key = key;
    assert_int_equal(try(o, she, text, start), OK);
    account_key_close(others);
}

#define OFFICE(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

UNIT_MAIN(OFFICE(a_code_opens_once_for_its_number), OFFICE(a_code_ends_after_five_minutes),
          OFFICE(the_sixth_attempt_is_too_late), OFFICE(a_new_code_ends_the_one_before),
          OFFICE(three_in_an_hour_and_five_in_a_day), OFFICE(rows_leave_after_a_day),
          OFFICE(many_at_once_are_no_way_around), OFFICE(the_store_alone_tells_nothing_of_a_code))
