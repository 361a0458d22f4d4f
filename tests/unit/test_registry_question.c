/* The bank: what it takes, what it keeps sealed, and its versions. */
#include "exam_fixture.h"

#include <sys/stat.h>

static struct hall h;

static int start(void **state)
{
    hall_open(&h);
    return 0;
}

static int stop(void **state)
{
    hall_close(&h);
    return 0;
}

static struct question_entry sample(void)
{
    return (struct question_entry){
        .course = STR("practitioner"),
        .topic = STR("calls"),
        .source = STR("our default"),
        .asks = {STR("九点前能打吗？"), STR("May one call before nine?")},
        .right = {STR("不能"), STR("No")},
        .wrong = {{STR("能"), STR("Yes")}, {STR("看情况"), STR("Perhaps")}},
        .wrong_count = 2};
}

static enum err add(const struct question_entry *q, char id[static FRESH_ID])
{
    const struct exam_work w = hall_work(&h, "stf_exa");
    struct problem problem = {.text = ""};
    return question_add(&w, q, id, &h.seq, &problem);
}

static int64_t version(void)
{
    int64_t v;
    must(question_version(h.o.x.f.s, &v, &problem));
    return v;
}

static size_t holds(int64_t v, const char *id)
{
    static struct bank bank;
    size_t n = 0;
    must(question_bank(h.o.x.f.s, STR("practitioner"), v, &bank, &problem));
    for (size_t i = 0; i < bank.count; i++)
        n += strcmp(bank.question[i].id, id) == 0;
    return n;
}

static void what_it_asks_comes_back_as_it_was_given(void **state)
{
    char id[FRESH_ID];
    json_t *text;
    const struct question_entry q = sample();
    const struct exam_work w = hall_work(&h, "stf_exa");
    must(add(&q, id));
    must(question_text(&w, id, &text, &problem));
    json_t *expected = json_pack("{s:s, s:s, s:s, s:{s:s, s:s}, s:[{s:s, s:s}, {s:s, s:s}]}", "zh",
                                 "九点前能打吗？", "en", "May one call before nine?", "source",
                                 "our default", "right", "zh", "不能", "en", "No", "wrong", "zh",
                                 "能", "en", "Yes", "zh", "看情况", "en", "Perhaps");
    assert_true(json_equal(text, expected));
    json_decref(text);
    json_decref(expected);
    must_fail(ERR_NOT_FOUND, question_text(&w, "qst_none", &text, &problem));
}

static void it_refuses_what_is_no_question(void **state)
{
    char id[FRESH_ID], text[QUESTION_TEXT + 2];
    memset(text, 'a', sizeof text);
    struct question_entry q[12];
    for (size_t i = 0; i < 12; i++)
        q[i] = sample();
    q[0].course = STR("piano");
    q[1].topic = STR("weather");
    q[2].asks.zh = STR("");
    q[3].asks.en = STR("   ");
    q[4].asks.en = str_bytes(text, QUESTION_TEXT + 1);
    q[5].source = STR("");
    q[6].wrong_count = 0;
    q[7].wrong_count = QUESTION_OPTIONS;
    q[8].right.en = STR("");
    q[9].wrong[1].zh = str_bytes(text, QUESTION_OPTION + 1);
    q[10].wrong[1].en = STR("No");
    q[11].wrong[0].zh = STR("看情况");
    for (size_t i = 0; i < 12; i++)
        if (add(&q[i], id) != ERR_INVALID)
            fail_msg("question %zu was taken", i);
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM exam_questions", "120");
}

static void what_is_there_is_not_taken_again(void **state)
{
    const struct exam_work w = hall_work(&h, "stf_exa");
    unsigned added;
    char id[FRESH_ID];
    const int64_t before = version();
    must(question_take(&w, STR("practitioner"), &added, &h.seq, &problem));
    assert_int_equal(added, 0);
    assert_int_equal(version(), before);
    must(store_run(h.o.x.f.s, "SELECT \"id\" FROM exam_questions ORDER BY \"id\" LIMIT 1", NULL, 0,
                   facts_take_text, id, &problem));
    must(question_retire(&w, str_of(id), &h.seq, &problem));
    must(question_take(&w, STR("practitioner"), &added, &h.seq, &problem));
    assert_int_equal(added, 0); /* what the association retired stays retired */
    must_fail(ERR_NOT_FOUND, question_take(&w, STR("piano"), &added, &h.seq, &problem));
}

static void a_version_of_the_bank_never_changes(void **state)
{
    const struct exam_work w = hall_work(&h, "stf_exa");
    char id[FRESH_ID];
    const struct question_entry q = sample();
    const int64_t first = version();
    must(add(&q, id));
    const int64_t second = version();
    must(question_retire(&w, str_of(id), &h.seq, &problem));
    const int64_t third = version();
    assert_true(first < second && second < third);
    assert_int_equal(holds(first, id), 0);
    assert_int_equal(holds(second, id), 1);
    assert_int_equal(holds(third, id), 0);
    must_fail(ERR_CONFLICT, question_retire(&w, str_of(id), &h.seq, &problem));
    must_fail(ERR_NOT_FOUND, question_retire(&w, STR("qst_none"), &h.seq, &problem));
}

/* Neither the rows nor the journal tell what is asked, nor which option is right. */
static void nothing_of_it_is_to_be_read_in_the_store(void **state)
{
    char id[FRESH_ID];
    struct question_entry q = sample();
    q.right.en = STR("Zyxwvu");
    must(add(&q, id));
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM journal WHERE \"payload\" LIKE '%Zyxwvu%'", "0");
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM journal WHERE \"payload\" LIKE '%May one%'", "0");
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM exam_questions WHERE \"sealed\" IS NULL", "0");
    if (fixture_is_postgres())
        return;
    char path[600];
    void *bytes;
    size_t n, seen = 0;
    const char *const files[] = {"", "-wal"};
    for (size_t f = 0; f < 2; f++) {
        snprintf(path, sizeof path, "%s%s", h.o.x.f.where, files[f]);
        if (disk_load(&disk_real, path, 1 << 26, &bytes, &n) != OK)
            continue;
        assert_null(memmem(bytes, n, "Zyxwvu", 6));
        assert_null(memmem(bytes, n, "May one call", 12));
        seen += memmem(bytes, n, "exam_questions", 14) != NULL;
        free(bytes);
    }
    assert_true(seen > 0); /* these were the files */
}

static void another_key_opens_none(void **state)
{
    struct exam_work w = hall_work(&h, "stf_exa");
    struct account_key *other;
    char id[FRESH_ID], folder[80];
    json_t *text;
    const struct question_entry q = sample();
    must(add(&q, id));
    snprintf(folder, sizeof folder, "%s/other", h.o.x.f.folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    must(account_key_open(&disk_real, folder, &other, &problem));
    w.key = other;
    must_fail(ERR_CORRUPT, question_text(&w, id, &text, &problem));
    assert_null(text);
    account_key_close(other);
    snprintf(folder, sizeof folder, "%s/other/accounts", h.o.x.f.folder);
    unlink(folder);
    folder[strlen(folder) - strlen("/accounts")] = '\0';
    rmdir(folder);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_it_asks_comes_back_as_it_was_given),  CASE(it_refuses_what_is_no_question),
        CASE(what_is_there_is_not_taken_again),         CASE(a_version_of_the_bank_never_changes),
        CASE(nothing_of_it_is_to_be_read_in_the_store), CASE(another_key_opens_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
