#include "unit.h"
#include "core/clock.h"
#include "desk/terms.h"

static struct terms t;
static struct terms_errors errors;

/* The JSON that `t` points into; freed by the next. */
static json_t *document;

static bool read_of(const char *json)
{
    json_decref(document);
    document = json_loads(json, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    assert_non_null(document);
    return terms_read(document, &t, &errors);
}

static void refused(const char *json, const char *pointer, const char *code)
{
    assert_false(read_of(json));
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.at[0].pointer, pointer);
    assert_string_equal(errors.at[0].code, code);
    assert_true(errors.at[0].detail[0] != '\0');
}

static void nothing_said_is_absent(void **state)
{
    assert_true(read_of("{}"));
    assert_int_equal(t.signs_on, TERMS_ABSENT);
    assert_int_equal(t.client.born, TERMS_ABSENT);
    assert_int_equal(t.penalty.agency_percent, TERMS_ABSENT);
    assert_int_equal(t.retention_years, TERMS_ABSENT);
    assert_int_equal(t.client.marital, MARITAL_ABSENT);
    assert_int_equal(t.edition.n, 0);
    assert_int_equal(t.item_count, 0);
    assert_true(read_of("{\"client\":{\"born\":null},\"items\":[{}],\"copies\":null}"));
    assert_int_equal(t.client.born, TERMS_ABSENT);
    assert_int_equal(t.copies, TERMS_ABSENT);
    assert_int_equal(t.item_count, 1);
    assert_int_equal(t.items[0].count, TERMS_ABSENT);
}

static void each_kind_of_value_is_read(void **state)
{
    assert_true(read_of(
        "{\"edition\":\"sh-2024-store\",\"signs_on\":\"2026-11-22\","
        "\"client\":{\"born\":\"1962-02-28\",\"marital\":\"widowed\",\"signs\":\"proxy\"},"
        "\"items\":[{\"name\":\"a\",\"count\":6,\"list_fen\":2400000,\"price_fen\":1800000},"
        "{\"name\":\"b\",\"unlimited\":true}],"
        "\"privacy\":{\"purposes\":[\"matchmaking.introduce\",\"service\"]},"
        "\"beyond\":{\"clause\":true,\"marketing\":\"separate-unticked\"},"
        "\"prominent\":[\"liability\",\"refund\"],"
        "\"records\":{\"signed\":true},"
        "\"clauses\":[{\"title\":\"x\",\"text\":\"y\",\"bold\":true}],"
        "\"deviations\":[{\"check\":13,\"why\":\"z\"}]}"));
    assert_str(t.edition, "sh-2024-store");
    assert_int_equal(t.signs_on, day_of_date((struct date){2026, 11, 22}));
    assert_int_equal(t.client.born, day_of_date((struct date){1962, 2, 28}));
    assert_int_equal(t.client.marital, MARITAL_WIDOWED);
    assert_int_equal(t.client.signs, SIGNS_PROXY);
    assert_int_equal(t.item_count, 2);
    assert_int_equal(t.items[0].price_fen, 1800000);
    assert_true(t.items[1].unlimited);
    assert_int_equal(t.items[1].count, TERMS_ABSENT);
    assert_int_equal(t.privacy.purposes.count, 2);
    assert_str(t.privacy.purposes.at[1], "service");
    assert_true(t.beyond.clause);
    assert_int_equal(t.beyond.marketing, MARKETING_UNTICKED);
    assert_int_equal(t.prominent, 1 << PROMINENT_LIABILITY | 1 << PROMINENT_REFUND);
    assert_true(t.records.signed_by_both);
    assert_str(t.clauses[0].text, "y");
    assert_int_equal(t.deviations[0].check, 13);
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
    refused("7", "", "wrong-type");
    refused("{\"fee\":1}", "/fee", "unknown-field");
    refused("{\"fees\":{\"total\":1}}", "/fees/total", "unknown-field");
    refused("{\"a/b~c\":1}", "/a~1b~0c", "unknown-field");
    refused("{\"number\":7}", "/number", "wrong-type");
    refused("{\"copies\":2.0}", "/copies", "wrong-type");
    refused("{\"copies\":-1}", "/copies", "out-of-range");
    refused("{\"items\":[{},{\"price_fen\":1000000000001}]}", "/items/1/price_fen", "out-of-range");
    refused("{\"term\":{\"until\":\"2026-02-29\"}}", "/term/until", "not-a-day");
    refused("{\"term\":{\"until\":\"2026-02-28T00:00:00Z\"}}", "/term/until", "not-a-day");
    refused("{\"client\":{\"signs\":\"both\"}}", "/client/signs", "unknown-word");
    refused("{\"prominent\":[\"fees\",\"all\"]}", "/prominent/1", "unknown-word");
    refused("{\"privacy\":{\"categories\":[\"basic\",1]}}", "/privacy/categories/1", "wrong-type");
    refused("{\"truth\":{\"client\":\"yes\"}}", "/truth/client", "wrong-type");
    refused("{\"items\":{}}", "/items", "wrong-type");
    refused("{\"agency\":[]}", "/agency", "wrong-type");
    refused("{\"number\":\"a\\u0007\"}", "/number", "control-character");
    refused("{\"number\":\"0123456789012345678901234567890123456789012345678901234567890123x\"}",
            "/number", "too-long");
}

static void lists_are_bounded(void **state)
{
    json_t *list = json_array(), *body = json_object();
    for (int i = 0; i < TERMS_ITEMS; i++)
        json_array_append_new(list, json_object());
    json_object_set_new(body, "items", list);
    assert_true(terms_read(body, &t, &errors));
    assert_int_equal(t.item_count, TERMS_ITEMS);
    json_array_append_new(list, json_object());
    assert_false(terms_read(body, &t, &errors));
    assert_string_equal(errors.at[0].code, "too-many");
    json_decref(body);
}

static void no_more_errors_are_noted_than_there_is_room_for(void **state)
{
    json_t *body = json_object();
    char key[16];
    for (int i = 0; i < 3 * TERMS_ERRORS; i++) {
        snprintf(key, sizeof key, "k%d", i);
        json_object_set_new(body, key, json_true());
    }
    assert_false(terms_read(body, &t, &errors));
    assert_int_equal(errors.count, TERMS_ERRORS);
    json_decref(body);
}

/* A key of any length, and one of long characters, is cut to valid UTF-8. */
static void long_keys_are_cut(void **state)
{
    json_t *body = json_object();
    char key[600];
    for (size_t shift = 0; shift < 3; shift++) {
        size_t n = 0;
        while (n < shift)
            key[n++] = 'a';
        for (; n + 3 < sizeof key; n += 3)
            memcpy(key + n, "费", 3);
        key[n] = '\0';
        json_object_clear(body);
        assert_int_equal(json_object_set_new(body, key, json_null()), 0);
        assert_false(terms_read(body, &t, &errors));
        assert_true(strlen(errors.at[0].pointer) > sizeof errors.at[0].pointer - 8);
        json_t *same = json_string(errors.at[0].pointer);
        assert_non_null(same); /* valid UTF-8 */
        json_decref(same);
    }
    json_decref(body);
    json_decref(document);
    document = NULL;
}

UNIT_MAIN(TEST(nothing_said_is_absent), TEST(each_kind_of_value_is_read),
          TEST(what_is_wrong_is_named_with_its_place), TEST(lists_are_bounded),
          TEST(no_more_errors_are_noted_than_there_is_room_for), TEST(long_keys_are_cut))
