#include "http/ask.h"

#include "unit.h"

static struct rules *rules;

static void load(void)
{
    const char *paths[] = {SOURCE_ROOT "/rules/cn.yaml"};
    struct problem problem;
    if (rules == NULL && rules_load(paths, 1, &rules, &problem) != OK)
        fail_msg("%s", problem.text);
}

static bool read_text(const char *text, struct question *q, bool *shifted,
                      struct ask_errors *errors)
{
    static json_t *body;
    struct ask_options options;
    load();
    options = (struct ask_options){.rules = rules, .now = 1000 * WHEN_SECOND};
    json_decref(body);
    body = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(body);
    errors->count = 0;
    return ask_read(&options, body, q, shifted, errors);
}

static void a_whole_question_is_read(void **state)
{
    struct question q;
    struct ask_errors errors;
    bool shifted;
    assert_true(read_text(
        "{\"caller\":\"tel:+86-138-0013-8000\",\"callee\":\"13900139000\",\"line\":\"lin_a\","
        "\"campaign\":\"cmp_a\",\"at\":\"2026-11-21T18:29:00+08:00\",\"dry_run\":true}",
        &q, &shifted, &errors));
    assert_int_equal(q.call.caller, 8613800138000);
    assert_int_equal(q.call.callee, 8613900139000);
    assert_str(q.call.line, "lin_a");
    assert_str(q.call.campaign, "cmp_a");
    assert_true(q.dry);
    assert_true(shifted);
    assert_int_equal(q.call.at, 1795256940 * WHEN_SECOND);
}

static void without_a_time_it_is_about_now_and_not_shifted(void **state)
{
    struct question q;
    struct ask_errors errors;
    bool shifted;
    assert_true(read_text(
        "{\"caller\":\"13800138000\",\"callee\":\"13900139000\",\"line\":\"x\",\"dry_run\":false,"
        "\"campaign\":null}",
        &q, &shifted, &errors));
    assert_int_equal(q.call.at, 1000 * WHEN_SECOND);
    assert_false(q.dry);
    assert_false(shifted);
}

static void a_caller_that_is_no_number_is_a_question(void **state)
{
    struct question q;
    struct ask_errors errors;
    assert_true(read_text("{\"caller\":\"nobody\",\"callee\":\"13900139000\",\"line\":\"x\"}", &q,
                          NULL, &errors));
    assert_int_equal(q.call.caller, 0);
    assert_int_equal(q.call.caller_class, NUMBER_MALFORMED);
}

static void what_is_wrong_is_named_by_pointer_and_code(void **state)
{
    static const struct {
        const char *body, *pointer, *code;
    } cases[] = {
        {"[]", "", "wrong-type"},
        {"7", "", "wrong-type"},
        {"{\"callee\":\"13900139000\",\"line\":\"x\"}", "/caller", "missing"},
        {"{\"caller\":\"1\",\"line\":\"x\"}", "/callee", "missing"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\"}", "/line", "missing"},
        {"{\"caller\":null,\"callee\":\"13900139000\",\"line\":\"x\"}", "/caller", "wrong-type"},
        {"{\"caller\":13800138000,\"callee\":\"13900139000\",\"line\":\"x\"}", "/caller",
         "wrong-type"},
        {"{\"caller\":\"1\",\"callee\":\"hello\",\"line\":\"x\"}", "/callee", "not-a-number"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\",\"line\":\"x\",\"dry_run\":\"yes\"}",
         "/dry_run", "wrong-type"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\",\"line\":\"x\",\"dry_run\":1}", "/dry_run",
         "wrong-type"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\",\"line\":\"x\",\"at\":\"today\"}", "/at",
         "not-a-time"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\",\"line\":\"x\",\"at\":5}", "/at",
         "wrong-type"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\",\"line\":\"x\",\"campain\":\"y\"}",
         "/campain", "unknown-field"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\",\"line\":\"x\",\"a/b~c\":1}", "/a~1b~0c",
         "unknown-field"},
        {"{\"caller\":\"1\",\"callee\":\"13900139000\",\"line\":"
         "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg\"}",
         "/line", "too-long"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct question q;
        struct ask_errors errors;
        if (read_text(cases[i].body, &q, NULL, &errors) || errors.count != 1 ||
            strcmp(errors.at[0].pointer, cases[i].pointer) != 0 ||
            strcmp(errors.at[0].code, cases[i].code) != 0)
            fail_msg("%s: %zu errors, first %s %s", cases[i].body, errors.count,
                     errors.count > 0 ? errors.at[0].pointer : "-",
                     errors.count > 0 ? errors.at[0].code : "-");
    }
}

static void all_that_is_wrong_is_named_at_once(void **state)
{
    struct question q;
    struct ask_errors errors;
    assert_false(read_text("{\"caller\":1,\"callee\":2,\"line\":3,\"x\":4}", &q, NULL, &errors));
    assert_int_equal(errors.count, 4);
}

static void more_errors_than_fit_are_dropped(void **state)
{
    char body[2048] = "{";
    struct question q;
    struct ask_errors errors;
    for (int i = 0; i < 2 * ASK_ERRORS; i++) {
        size_t n = strlen(body);
        snprintf(body + n, sizeof body - n, "%s\"unknown%d\":0", i > 0 ? "," : "", i);
    }
    strncat(body, "}", 2);
    assert_false(read_text(body, &q, NULL, &errors));
    assert_int_equal(errors.count, ASK_ERRORS);
}

static void an_organisation_reads_only_do_not_call_about_a_person(void **state)
{
    load();
    for (int i = 0; i < CHECKS; i++) {
        enum check c = (enum check)i;
        bool wish = check_side(c) == SIDE_WISH;
        const char *reason = ask_reason(c, ASK_ORGANISATION);
        assert_string_equal(reason, wish ? "do-not-call" : check_reason(c));
        assert_true((ask_rule(rules, c, ASK_ORGANISATION) == NULL) == wish);
        assert_string_equal(ask_reason(c, ASK_FULL), check_reason(c));
        assert_string_equal(ask_reason(c, ASK_HOST), check_reason(c));
        assert_ptr_equal(ask_rule(rules, c, ASK_FULL), rules_of_check(rules, c));
    }
}

static void counts_flags_times_and_texts_are_read_or_named(void **state)
{
    static const struct {
        const char *body, *code; /* NULL: it is good */
    } cases[] = {
        {"{\"n\":3,\"f\":true,\"t\":\"2026-11-21T18:29:00+08:00\",\"s\":\" x \"}", NULL},
        {"{\"f\":true,\"t\":\"2026-11-21T18:29:00+08:00\",\"s\":\"x\"}", "missing"},
        {"{\"n\":1.5,\"f\":true,\"t\":\"2026-11-21T18:29:00Z\",\"s\":\"x\"}", "wrong-type"},
        {"{\"n\":4,\"f\":true,\"t\":\"2026-11-21T18:29:00Z\",\"s\":\"x\"}", "out-of-bounds"},
        {"{\"n\":3,\"f\":1,\"t\":\"2026-11-21T18:29:00Z\",\"s\":\"x\"}", "wrong-type"},
        {"{\"n\":3,\"f\":false,\"t\":\"2026-11-21\",\"s\":\"x\"}", "not-a-time"},
        {"{\"n\":3,\"f\":false,\"t\":\"2026-11-21T18:29:00Z\",\"s\":\"  \"}", "missing"},
        {"{\"n\":3,\"f\":false,\"t\":\"2026-11-21T18:29:00Z\",\"s\":\"x\",\"u\":1}",
         "unknown-field"},
        {"[]", "missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ask_errors errors = {.count = 0};
        json_t *body = json_loads(cases[i].body, JSON_DECODE_ANY, NULL);
        const int64_t n = ask_count(body, "n", 1, 3, &errors);
        const bool f = ask_flag(body, "f", &errors);
        const when t = ask_when(body, "t", true, &errors);
        const struct str s = ask_some(body, "s", 10, &errors);
        const bool good = ask_object(body, "n f t s", &errors);
        assert_int_equal(good, cases[i].code == NULL);
        if (good) {
            assert_int_equal(n, 3);
            assert_true(f);
            assert_int_equal(t, 1795256940 * WHEN_SECOND);
            assert_str(s, "x");
        } else {
            assert_string_equal(errors.at[0].code, cases[i].code);
        }
        json_decref(body);
    }
}

static void a_word_that_must_be_there_is_one_of_the_words(void **state)
{
    static const struct {
        const char *body;
        bool required;
        const char *word, *code; /* NULL: it is good */
    } cases[] = {
        {"{\"w\":\"red\"}", true, "red", NULL},
        {"{\"w\":\"blue\"}", false, "blue", NULL},
        {"{\"w\":\"\"}", true, "", "unknown-word"},
        {"{\"w\":\"\"}", false, "", NULL},
        {"{\"w\":\"re\"}", true, "", "unknown-word"},
        {"{\"w\":\"red blue\"}", true, "", "unknown-word"},
        {"{\"w\":null}", true, "", "wrong-type"},
        {"{\"w\":null}", false, "", NULL},
        {"{}", true, "", "missing"},
        {"{}", false, "", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ask_errors errors = {.count = 0};
        json_t *body = json_loads(cases[i].body, 0, NULL);
        const struct str word = ask_word(body, "w", "red blue", cases[i].required, &errors);
        assert_true(str_eq(word, str_of(cases[i].word)));
        assert_int_equal(errors.count, cases[i].code != NULL);
        if (cases[i].code != NULL)
            assert_string_equal(errors.at[0].code, cases[i].code);
        json_decref(body);
    }
}

static void a_number_that_must_be_there_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *body, *code;
        bool required;
        number n;
    } cases[] = {
        {"{\"n\": \"+86 138 0013 8000\"}", NULL, true, 8613800138000},
        {"{\"n\": \"13800138000\"}", NULL, false, 8613800138000},
        {"{}", NULL, false, 0},
        {"{\"n\": \"\"}", NULL, false, 0},
        {"{}", "missing", true, 0},
        {"{\"n\": \"\"}", "missing", true, 0},
        {"{\"n\": \"  \"}", "missing", true, 0},
        {"{\"n\": null}", "wrong-type", true, 0},
        {"{\"n\": 13800138000}", "wrong-type", false, 0},
        {"{\"n\": \"call me\"}", "not-a-number", true, 0},
        {"{\"n\": \"call me\"}", "not-a-number", false, 0},
    };
    load();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ask_errors errors = {.count = 0};
        json_t *body = json_loads(cases[i].body, 0, NULL);
        assert_int_equal(ask_number(rules, body, "n", cases[i].required, &errors), cases[i].n);
        assert_int_equal(errors.count, cases[i].code != NULL);
        if (cases[i].code != NULL)
            assert_string_equal(errors.at[0].code, cases[i].code);
        json_decref(body);
    }
}

UNIT_MAIN(TEST(a_whole_question_is_read), TEST(without_a_time_it_is_about_now_and_not_shifted),
          TEST(a_caller_that_is_no_number_is_a_question),
          TEST(what_is_wrong_is_named_by_pointer_and_code),
          TEST(all_that_is_wrong_is_named_at_once), TEST(more_errors_than_fit_are_dropped),
          TEST(an_organisation_reads_only_do_not_call_about_a_person),
          TEST(counts_flags_times_and_texts_are_read_or_named),
          TEST(a_word_that_must_be_there_is_one_of_the_words),
          TEST(a_number_that_must_be_there_is_one))
