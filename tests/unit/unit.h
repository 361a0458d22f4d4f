/*
 * unit: what every unit test includes. A test file ends with
 *
 *     UNIT_MAIN(TEST(name), TEST(other))
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) cmocka_unit_test(name)

#define UNIT_MAIN(...)                                                                             \
    int main(void)                                                                                 \
    {                                                                                              \
        const struct CMUnitTest all[] = {__VA_ARGS__};                                             \
        return cmocka_run_group_tests(all, NULL, NULL);                                            \
    }

/* The view `s` equals the literal. */
#define assert_str(s, literal)                                                                     \
    do {                                                                                           \
        struct str s_ = (s);                                                                       \
        if (!str_eq(s_, STR(literal)))                                                             \
            fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(s_), literal);                       \
    } while (0)
