#include "http/webhook_sign.h"

#include "unit.h"

/* The example of the specification's own libraries. */
static const char published[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

static void signs_the_published_example(void **state)
{
    uint8_t secret[WEBHOOK_SECRET_MAX];
    char signature[WEBHOOK_SIGNATURE];
    size_t n;
    assert_true(webhook_secret_read(STR(published), secret, &n));
    assert_int_equal(n, 24);
    webhook_sign(str_bytes(secret, n), "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                 STR("{\"test\": 2432232314}"), signature);
    assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void signs_id_and_time_with_the_body(void **state)
{
    uint8_t secret[WEBHOOK_SECRET_MAX];
    char one[WEBHOOK_SIGNATURE], other[WEBHOOK_SIGNATURE];
    size_t n;
    assert_true(webhook_secret_read(STR(published), secret, &n));
    webhook_sign(str_bytes(secret, n), "msg_1", "1614265330", STR("{}"), one);
    static const char *const others[][3] = {{"msg_2", "1614265330", "{}"},
                                            {"msg_1", "1614265331", "{}"},
                                            {"msg_1", "1614265330", "{ }"}};
    for (size_t i = 0; i < 3; i++) {
        webhook_sign(str_bytes(secret, n), others[i][0], others[i][1], str_of(others[i][2]), other);
        assert_string_not_equal(one, other);
    }
    webhook_sign(str_bytes(secret, n - 1), "msg_1", "1614265330", STR("{}"), other);
    assert_string_not_equal(one, other);
}

static void writes_what_it_reads(void **state)
{
    uint8_t secret[WEBHOOK_SECRET_MAX], again[WEBHOOK_SECRET_MAX];
    char text[WEBHOOK_SECRET_TEXT];
    size_t n;
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(3 * i);
    for (size_t size = WEBHOOK_SECRET_MIN; size <= WEBHOOK_SECRET_MAX; size++) {
        webhook_secret_write(secret, size, text);
        assert_true(webhook_secret_read(str_of(text), again, &n));
        assert_int_equal(n, size);
        assert_memory_equal(again, secret, size);
    }
}

static void refuses_what_is_no_secret(void **state)
{
    static const char *const bad[] = {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==", /* 22 bytes */
                                      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"};
    uint8_t secret[WEBHOOK_SECRET_MAX];
    size_t n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (webhook_secret_read(str_of(bad[i]), secret, &n))
            fail_msg("\"%s\" is no secret", bad[i]);
    assert_true(webhook_secret_read(STR(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), secret, &n));
}

UNIT_MAIN(TEST(signs_the_published_example), TEST(signs_id_and_time_with_the_body),
          TEST(writes_what_it_reads), TEST(refuses_what_is_no_secret))
