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

static void no_more_problems_than_there_is_room_for(void **state)
{
    json_t *items = json_array();
    struct ad ad;
    struct terms_errors errors;
    for (int i = 0; i < TERMS_LIST; i++)
        json_array_append_new(items, json_object());
    json_t *ad_body = json_pack("{s:o}", "items", items);
    assert_true(ad_read(ad_body, &ad, &errors));
    assert_int_equal(ad_check(rules, &ad, problems), AD_PROBLEMS);
    json_t *answer = ad_json(problems, AD_PROBLEMS);
    assert_true(json_is_false(json_object_get(answer, "ok")));
    assert_int_equal(json_array_size(json_object_get(answer, "problems")), AD_PROBLEMS);
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
                                     TEST(no_more_problems_than_there_is_room_for),
                                     TEST(what_is_no_advertisement_is_refused)};
    return cmocka_run_group_tests(all, start, stop);
}
