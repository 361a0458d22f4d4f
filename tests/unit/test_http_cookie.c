#include "http/cookie.h"

#include "unit.h"

static void one_value_is_found_and_nothing_else(void **state)
{
    static const struct {
        const char *header, *value; /* NULL: none */
    } cases[] = {
        {"__Host-menshen=abc", "abc"},
        {"a=b; __Host-menshen=abc; c=d", "abc"},
        {" __Host-menshen=abc ;x", "abc"},
        {"__Host-menshen=a=b", "a=b"},
        {"", NULL},
        {";;;", NULL},
        {"=", NULL},
        {"__Host-menshen", NULL},
        {"__Host-menshen=", NULL},
        {"__host-menshen=abc", NULL},
        {"x__Host-menshen=abc", NULL},
        {"__Host-menshen =abc", NULL},
        {"__Host-menshen=abc; __Host-menshen=abc", NULL},
        {"__Host-menshen=abc; __Host-menshen=", NULL},
        {"a=__Host-menshen=abc", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str value;
        bool found = cookie_find(str_of(cases[i].header), STR(SESSION_COOKIE), &value);
        if (found != (cases[i].value != NULL) || (found && !str_eq(value, str_of(cases[i].value))))
            fail_msg("\"%s\": \"%.*s\"", cases[i].header, STR_ARG(value));
    }
}

UNIT_MAIN(TEST(one_value_is_found_and_nothing_else))
