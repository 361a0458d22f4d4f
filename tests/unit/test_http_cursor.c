#include "http/cursor.h"

#include "unit.h"

#include <sodium.h>

static struct cursor_scope scope_of(const char *a, const char *b)
{
    struct cursor_scope s;
    cursor_scope_of((const struct str[]){str_of(a), str_of(b)}, 2, &s);
    return s;
}

static bool opens(const struct cursor_key *key, struct cursor_scope scope, const char *text,
                  const char *plain)
{
    uint8_t room[CURSOR_PLAIN];
    struct buf b;
    buf_fixed(&b, room, sizeof room);
    return cursor_open(key, &scope, str_of(text), &b) && str_eq(buf_view(&b), str_of(plain));
}

static void what_was_sealed_opens_in_its_scope_only(void **state)
{
    struct cursor_key key, other;
    struct cursor_scope scope = scope_of("/v1/persons", "stf_li");
    char text[CURSOR_TEXT], again[CURSOR_TEXT];
    randombytes_buf(&key, sizeof key);
    randombytes_buf(&other, sizeof other);
    assert_int_equal(cursor_seal(&key, &scope, STR("per_lin"), text), OK);
    assert_int_equal(cursor_seal(&key, &scope, STR("per_lin"), again), OK);
    assert_string_equal(text, again);
    assert_true(opens(&key, scope, text, "per_lin"));
    assert_false(opens(&other, scope, text, "per_lin"));
    assert_false(opens(&key, scope_of("/v1/persons", "stf_wu"), text, "per_lin"));
    assert_false(opens(&key, scope_of("/v1/personsst", "f_li"), text, "per_lin"));
    assert_null(strstr(text, "per_lin"));
}

static void no_other_text_opens(void **state)
{
    struct cursor_key key;
    struct cursor_scope scope = scope_of("a", "b");
    char text[CURSOR_TEXT], wrong[CURSOR_TEXT + 8];
    randombytes_buf(&key, sizeof key);
    assert_int_equal(cursor_seal(&key, &scope, STR("per_lin"), text), OK);
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        memcpy(wrong, text, n + 1);
        wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
        assert_false(opens(&key, scope, wrong, "per_lin"));
        memcpy(wrong, text, i);
        wrong[i] = '\0';
        assert_false(opens(&key, scope, wrong, "per_lin"));
    }
    snprintf(wrong, sizeof wrong, "%sAAAA", text);
    assert_false(opens(&key, scope, wrong, "per_lin"));
    assert_false(opens(&key, scope, "", ""));
    assert_false(opens(&key, scope, "=%&", ""));
}

static void the_longest_fits_and_no_longer_one(void **state)
{
    struct cursor_key key;
    struct cursor_scope scope = scope_of("", "");
    char plain[CURSOR_PLAIN + 2], text[CURSOR_TEXT];
    randombytes_buf(&key, sizeof key);
    memset(plain, 'x', sizeof plain - 1);
    plain[sizeof plain - 1] = '\0';
    assert_int_equal(cursor_seal(&key, &scope, str_of(plain), text), ERR_LIMIT);
    assert_string_equal(text, "");
    plain[CURSOR_PLAIN] = '\0';
    assert_int_equal(cursor_seal(&key, &scope, str_of(plain), text), OK);
    assert_true(opens(&key, scope, text, plain));
}

UNIT_MAIN(TEST(what_was_sealed_opens_in_its_scope_only), TEST(no_other_text_opens),
          TEST(the_longest_fits_and_no_longer_one))
