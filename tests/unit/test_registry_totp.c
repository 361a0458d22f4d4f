#include "registry/totp.h"

#include "unit.h"

/* The secret of RFC 4226 Appendix D and RFC 6238 Appendix B. */
static const uint8_t secret[] = "12345678901234567890";

static void the_codes_of_rfc_4226(void **state)
{
    static const uint32_t codes[] = {755224, 287082, 359152, 969429, 338314,
                                     254676, 287922, 162583, 399871, 520489};
    for (int64_t i = 0; i < 10; i++)
        assert_int_equal(totp_code(secret, i), codes[i]);
}

/* The RFC's eight digits, of which we use the last six. */
static void the_codes_of_rfc_6238(void **state)
{
    static const struct {
        int64_t seconds;
        uint32_t code;
    } cases[] = {{59, 94287082},         {1111111109, 7081804},  {1111111111, 14050471},
                 {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130}};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(totp_code(secret, totp_step(cases[i].seconds * WHEN_SECOND)),
                         cases[i].code % 1000000);
    /* The last lies beyond what `when` can say. */
    assert_int_equal(totp_code(secret, cases[5].seconds / 30), cases[5].code % 1000000);
}

static void write_code(int64_t step, char out[8])
{
    snprintf(out, 8, "%06u", (unsigned)totp_code(secret, step));
}

static void a_code_is_good_for_one_step_on_either_side_and_once(void **state)
{
    const when now = 1000 * 30 * WHEN_SECOND + 5 * WHEN_SECOND;
    for (int64_t s = 995; s <= 1005; s++) {
        char code[8];
        int64_t step = -1;
        write_code(s, code);
        bool good = s >= 999 && s <= 1001;
        assert_int_equal(totp_check(secret, str_of(code), now, 0, &step), good);
        assert_int_equal(step, good ? s : -1);
        assert_int_equal(totp_check(secret, str_of(code), now, s - 1, &step), good);
        assert_false(totp_check(secret, str_of(code), now, s, &step));
        assert_false(totp_check(secret, str_of(code), now, s + 5, &step));
    }
}

static void other_texts_are_no_code(void **state)
{
    const when now = 1000 * 30 * WHEN_SECOND;
    char code[8], longer[10];
    int64_t step;
    write_code(1000, code);
    snprintf(longer, sizeof longer, "0%s", code);
    assert_true(totp_check(secret, str_of(code), now, 0, &step));
    assert_false(totp_check(secret, str_of(longer), now, 0, &step));
    assert_false(totp_check(secret, (struct str){code, 5}, now, 0, &step));
    assert_false(totp_check(secret, STR(""), now, 0, &step));
    assert_false(totp_check(secret, STR("-12345"), now, 0, &step));
    assert_false(totp_check(secret, STR("12 456"), now, 0, &step));
}

static void the_secret_is_written_in_base32(void **state)
{
    char text[TOTP_BASE32];
    totp_base32(secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    uint8_t back[TOTP_SECRET];
    assert_true(totp_unbase32(str_of(text), back));
    assert_memory_equal(back, secret, TOTP_SECRET);
    assert_false(totp_unbase32(STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ"), back));
    assert_false(totp_unbase32(STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"), back));
}

UNIT_MAIN(TEST(the_codes_of_rfc_4226), TEST(the_codes_of_rfc_6238),
          TEST(a_code_is_good_for_one_step_on_either_side_and_once), TEST(other_texts_are_no_code),
          TEST(the_secret_is_written_in_base32))
