#include "unit.h"

#include "desk/draw_told.h"

/* Computed by another program, from draw.h and RFC 8439 alone. */
static const char told[] =
    "{\"id\": \"drw_1\", \"organisations\": [\"org_c\", \"org_a\", \"org_d\", \"org_b\"],"
    "\"inspectors\": [\"stf_3\", \"stf_1\", \"stf_2\"], \"recusals\": [\"stf_2:org_d\"],"
    "\"wanted\": 2, \"team\": 2, \"commit\": "
    "\"53344c6a2eaf2c6b1236f4005659941644c10f7e9137ead4b0333d895e1f01aa\","
    "\"seed\": \"0102030000000000000000000000000000000000000000000000000000000000\","
    "\"drawn\": [\"org_c\", \"org_a\"], \"team_drawn\": [\"stf_3\", \"stf_1\"]}";

static enum err check(const char *field, const char *instead, char part[static 40])
{
    struct problem problem = {.text = ""};
    json_t *j = json_loads(told, 0, NULL);
    assert_non_null(j);
    if (field != NULL)
        json_object_set_new(j, field, json_loads(instead, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL));
    enum err e = draw_told_check(j, &problem);
    snprintf(part, 40, "%.39s", problem.text);
    json_decref(j);
    return e;
}

static void what_was_drawn_is_drawn_again(void **state)
{
    char part[40];
    (void)state;
    assert_int_equal(check(NULL, NULL, part), OK);
}

static void what_was_doctored_is_found(void **state)
{
    static const char *const wrong[][3] = {
        {"organisations", "[\"org_c\", \"org_a\", \"org_d\"]", "commit: "},
        {"inspectors", "[\"stf_3\", \"stf_1\", \"stf_4\"]", "commit: "},
        {"recusals", "[]", "commit: "},
        {"recusals", "[\"stf_2:*\"]", "commit: "},
        {"recusals", "[\"stf_2:org_d\", \"stf_1:*\"]", "commit: "},
        {"wanted", "1", "commit: "},
        {"team", "3", "commit: "},
        {"seed", "\"0102030000000000000000000000000000000000000000000000000000000001\"",
         "commit: "},
        {"commit", "\"\"", "commit: "},
        {"drawn", "[\"org_a\", \"org_c\"]", "drawn: "},
        {"drawn", "[\"org_c\", \"org_b\"]", "drawn: "},
        {"drawn", "[\"org_c\"]", "drawn: "},
        {"team_drawn", "[\"stf_3\", \"stf_2\"]", "team_drawn: "},
        {"team_drawn", "[\"stf_3\", \"stf_1\", \"stf_2\"]", "team_drawn: "},
    };
    char part[40];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(check(wrong[i][0], wrong[i][1], part), ERR_CORRUPT);
        assert_memory_equal(part, wrong[i][2], strlen(wrong[i][2]));
    }
}

static void what_is_no_draw_is_not_read(void **state)
{
    static const char *const wrong[][2] = {
        {"organisations", "[]"},
        {"organisations", "[\"a\", \"a\"]"},
        {"organisations", "[\"a\", 7]"},
        {"organisations", "{\"a\": 1}"},
        {"inspectors", "[\"a\\u0000b\", \"c\"]"},
        {"recusals", "[\"stf_2\"]"},
        {"recusals", "null"},
        {"wanted", "0"},
        {"wanted", "501"},
        {"wanted", "1.5"},
        {"team", "-2"},
        {"seed", "null"},
        {"seed", "\"01\""},
        {"seed", "\"zz02030000000000000000000000000000000000000000000000000000000000\""},
    };
    char part[40];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(check(wrong[i][0], wrong[i][1], part), ERR_INVALID);
    assert_int_equal(draw_told_check(NULL, NULL), ERR_INVALID);
}

UNIT_MAIN(TEST(what_was_drawn_is_drawn_again), TEST(what_was_doctored_is_found),
          TEST(what_is_no_draw_is_not_read))
