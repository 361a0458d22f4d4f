#include "unit.h"
#include "desk/ad.h"

static struct rules *rules;
static struct ad_problem problems[AD_PROBLEMS];
static json_t *body;

#define WHOLE                                                                                      \
    "{\"code\":\"PB-1042\",\"sex\":\"female\",\"birth_year\":1990,\"marital_status\":\"single\","  \
    "\"height_cm\":165,\"education\":\"bachelor\",\"occupation\":\"teacher\","                     \
    "\"requirements\":\"为人真诚\",\"text\":\"寻找结婚对象。\"}"

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    return rules_load(pack, 1, &rules, NULL) == OK ? 0 : -1;
}

static int stop(void **state)
{
    json_decref(body);
    rules_free(rules);
    return 0;
}

/* A whole advertisement, changed; the number of problems. */
static size_t checked(const char *change)
{
    struct ad ad;
    struct terms_errors errors;
    json_decref(body);
    body = json_loads(WHOLE, 0, NULL);
    json_t *more = json_loads(change, 0, NULL);
    assert_non_null(more);
    assert_int_equal(json_object_update(body, more), 0);
    json_decref(more);
    if (!ad_read(body, &ad, &errors))
        fail_msg("%s", errors.at[0].pointer);
    return ad_check(rules, &ad, problems);
}

static void is(const struct ad_problem *p, const char *code, const char *pointer, const char *rule)
{
    assert_string_equal(p->code, code);
    assert_string_equal(p->pointer, pointer);
    assert_string_equal(p->basis->id, rule);
}

static void a_whole_one_is_good(void **state)
{
    assert_int_equal(checked("{}"), 0);
}

static void each_of_the_eight_fields_must_be_there(void **state)
{
    static const char *const fields[] = {"code",      "sex",       "birth_year", "marital_status",
                                         "height_cm", "education", "occupation", "requirements"};
    char change[64], pointer[32];
    for (size_t i = 0; i < 8; i++) {
        snprintf(change, sizeof change, "{\"%s\":null}", fields[i]);
        snprintf(pointer, sizeof pointer, "/%s", fields[i]);
        assert_int_equal(checked(change), 1);
        is(&problems[0], "missing", pointer, "cn.ad.fields");
    }
}

static void no_promise_and_no_friends(void **state)
{
    assert_int_equal(checked("{\"text\":\"诚信经营。本所包成功！\"}"), 1);
    is(&problems[0], "promise", "/text", "cn.phrase.promise");
    assert_str(problems[0].quote, "本所包成功！");
    assert_int_equal(checked("{\"text\":\"服务直到成功\"}"), 1);
    is(&problems[0], "promise", "/text", "cn.phrase.endless");
    assert_int_equal(checked("{\"requirements\":\"真诚交友\"}"), 1);
    is(&problems[0], "make-friends", "/requirements", "cn.phrase.friends");
}

static void what_is_blank_or_nought_says_nothing(void **state)
{
    static const char *const changes[][2] = {
        {"{\"code\":\" \"}", "/code"},
        {"{\"requirements\":\"\u3000\\n\"}", "/requirements"},
        {"{\"birth_year\":0}", "/birth_year"},
        {"{\"height_cm\":0}", "/height_cm"},
        {"{\"items\":[{\"name\":\"\u200b\",\"count\":6}],\"duration\":\"一年\"}", "/items/0/name"},
        {"{\"items\":[{\"name\":\"约见\",\"count\":0}],\"duration\":\"一年\"}", "/items/0/count"},
        {"{\"items\":[{\"name\":\"约见\",\"count\":6}],\"duration\":\" \"}", "/duration"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_int_equal(checked(changes[i][0]), 1);
        is(&problems[0], "missing", changes[i][1], i < 4 ? "cn.ad.fields" : "cn.ad.sells");
    }
}

/* All of it is published. */
static void a_promise_has_no_place_to_hide(void **state)
{
    static const char *const fields[] = {"code",      "sex",        "marital_status",
                                         "education", "occupation", "requirements",
                                         "text",      "duration"};
    static const char *const words[] = {
        "包成功",     "包脱单",       "包结婚",   "保证成功", "保证脱单",
        "百分百成功", "１００％成功", "终身会员", "永久服务", "包\\u2062成\\ufe0f功"};
    char change[128], pointer[32];
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            snprintf(change, sizeof change, "{\"%s\":\"%s\"}", fields[i], words[k]);
            snprintf(pointer, sizeof pointer, "/%s", fields[i]);
            assert_int_equal(checked(change), 1);
            assert_string_equal(problems[0].code, "promise");
            assert_string_equal(problems[0].pointer, pointer);
        }
}

static void who_sells_says_what_how_often_and_how_long(void **state)
{
    assert_int_equal(checked("{\"price_fen\":1800000}"), 2);
    is(&problems[0], "missing", "/items", "cn.ad.sells");
    is(&problems[1], "missing", "/duration", "cn.ad.sells");
    assert_int_equal(checked("{\"items\":[{\"name\":\"约见\",\"count\":6},{\"name\":\"咨询\"}],"
                             "\"duration\":\"一年\"}"),
                     1);
    is(&problems[0], "missing", "/items/1/count", "cn.ad.sells");
    assert_int_equal(checked("{\"items\":[{\"name\":\"终身服务\",\"count\":6}],"
                             "\"duration\":\"无限期\"}"),
                     2);
    is(&problems[0], "promise", "/items/0/name", "cn.phrase.promise");
    is(&problems[1], "promise", "/duration", "cn.phrase.endless");
    assert_int_equal(checked("{\"price_fen\":1800000,\"items\":[{\"name\":\"约见\",\"count\":6}],"
                             "\"duration\":\"一年\"}"),
                     0);
}

/* Everything wrong that can be: none of it is left out. */
static void there_is_room_for_all_problems(void **state)
{
    static const char *const texts[] = {"code",       "sex",          "marital_status", "education",
                                        "occupation", "requirements", "text",           "duration"};
    struct ad ad;
    struct terms_errors errors;
    json_t *ad_body = json_object(), *items = json_array();
    for (size_t i = 0; i < 8; i++)
        json_object_set_new(ad_body, texts[i], json_string("包成功。无限期。交友。"));
    for (int i = 0; i < TERMS_LIST; i++)
        json_array_append_new(items, json_pack("{s:s}", "name", "包成功。无限期。交友。"));
    json_object_set_new(ad_body, "items", items);
    assert_true(ad_read(ad_body, &ad, &errors));
    const size_t count = ad_check(rules, &ad, problems);
    assert_int_equal(count, 2 + 8 * 3 + TERMS_LIST * 4);
    assert_true(count + 8 <= AD_PROBLEMS); /* and for those of a comparison */
    json_t *answer = ad_json(problems, count, "rec_00000001_1");
    assert_true(json_is_false(json_object_get(answer, "ok")));
    assert_int_equal(json_array_size(json_object_get(answer, "problems")), count);
    assert_string_equal(json_string_value(json_object_get(answer, "record")), "rec_00000001_1");
    json_decref(answer);
    json_decref(ad_body);
}

static void what_is_no_advertisement_is_refused(void **state)
{
    struct ad ad;
    struct terms_errors errors;
    json_t *wrong = json_loads("{\"phone\":\"1\"}", 0, NULL);
    assert_false(ad_read(wrong, &ad, &errors));
    assert_string_equal(errors.at[0].pointer, "/phone");
    json_decref(wrong);
}

int main(void)
{
    const struct CMUnitTest all[] = {TEST(a_whole_one_is_good),
                                     TEST(each_of_the_eight_fields_must_be_there),
                                     TEST(no_promise_and_no_friends),
                                     TEST(who_sells_says_what_how_often_and_how_long),
                                     TEST(what_is_blank_or_nought_says_nothing),
                                     TEST(a_promise_has_no_place_to_hide),
                                     TEST(there_is_room_for_all_problems),
                                     TEST(what_is_no_advertisement_is_refused)};
    return cmocka_run_group_tests(all, start, stop);
}
