#include "unit.h"

#include "http/looks_csv.h"

static const char *table(const char *json)
{
    static char text[4096];
    struct buf out;
    json_error_t error;
    json_t *looks = json_loads(json, 0, &error);
    assert_non_null(looks);
    buf_fixed(&out, text, sizeof text - 1);
    looks_csv(looks, &out);
    json_decref(looks);
    assert_false(out.failed);
    text[out.n] = '\0';
    return strchr(text, '\n') + 1;
}

static void a_row_a_look_and_category(void **state)
{
    (void)state;
    assert_string_equal(
        table("[{\"record\": \"rec_1\", \"number\": 2, \"gap\": true, \"task\": \"a,\\\"b\\\"\", "
              "\"categories\": {\"basic\": {\"verdict\": \"show\", \"reason\": \"shown\", "
              "\"legal_basis\": \"consent\"}, \"photo\": {\"verdict\": \"deny\"}}}, "
              "{\"record\": \"rec_0\", \"number\": 1, \"categories\": {}}]"),
        "rec_1,,,2,true,,,,,,,\"a,\"\"b\"\"\",,,,,,basic,show,shown,,,consent\r\n"
        "rec_1,,,2,true,,,,,,,\"a,\"\"b\"\"\",,,,,,photo,deny,,,,\r\n"
        "rec_0,,,1,,,,,,,,,,,,,,,,,,,\r\n");
}

static void no_text_is_a_formula(void **state)
{
    (void)state;
    static const struct {
        const char *task, *cell;
    } cases[] = {
        {"=1+1", ",'=1+1,"},
        {"+1", ",'+1,"},
        {"-1", ",'-1,"},
        {"@SUM(A1)", ",'@SUM(A1),"},
        {"\\t=1", ",'\t=1,"},
        {"\\r=1", ",\"'\r=1\","},
        {"=a,\\\"b", ",\"'=a,\"\"b\","},
        {"1=1", ",1=1,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[128];
        snprintf(json, sizeof json, "[{\"record\": \"rec_1\", \"task\": \"%s\"}]", cases[i].task);
        if (strstr(table(json), cases[i].cell) == NULL)
            fail_msg("%s: %s", cases[i].task, table(json));
    }
}

static void what_has_no_room_says_so(void **state)
{
    (void)state;
    char text[32];
    struct buf out;
    json_t *none = json_array();
    buf_fixed(&out, text, sizeof text);
    looks_csv(none, &out);
    json_decref(none);
    assert_true(out.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_a_look_and_category),
        cmocka_unit_test(no_text_is_a_formula),
        cmocka_unit_test(what_has_no_room_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
