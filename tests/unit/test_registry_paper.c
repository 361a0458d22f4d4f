/* Papers: who may sit, that two share nothing, time to the nanosecond, marks. */
#include "exam_fixture.h"

#define LONG (3 * WHEN_HOUR)

static struct hall h;
static struct paper_sheet one, two;
static struct fact_row row;

static int start(void **state)
{
    hall_open(&h);
    one.items = two.items = NULL;
    return 0;
}

static int stop(void **state)
{
    json_decref(one.items);
    json_decref(two.items);
    hall_close(&h);
    return 0;
}

static void begin(const char *staff, struct paper_sheet *out)
{
    json_decref(out->items);
    assert_string_equal(hall_begin(&h, staff, out), "done");
    assert_int_equal(json_array_size(out->items), 40);
}

static void seat(const char *staff, const char *passport)
{
    const struct practitioner_entry p = hall_candidate(staff, passport);
    assert_string_equal(hall_register(&h, &p), "done");
}

/* Ann and Bea are registered, and the exam has begun. */
static void two_sit(when length)
{
    hall_set(&h, length, 10);
    seat("stf_ann", "P0000001");
    seat("stf_bea", "P0000002");
    h.o.at += WHEN_HOUR;
}

static void an_exam_needs_a_bank_and_a_time(void **state)
{
    const struct exam_work w = hall_work(&h, "stf_exa");
    const when now = h.o.at;
    const struct {
        struct str course;
        when from, until;
        int64_t seats;
    } wrong[] = {
        {STR("piano"), now, now + LONG, 1},
        {STR("practitioner"), now - 1, now + LONG, 1},
        {STR("practitioner"), now, now + WHEN_HOUR - 1, 1},
        {STR("practitioner"), now, now + EXAM_LONGEST + 1, 1},
        {STR("practitioner"), now, now + LONG, 0},
        {STR("practitioner"), now, now + LONG, EXAM_SEATS_MOST + 1},
    };
    char id[FRESH_ID];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct exam_terms t = {STR("org_u"), wrong[i].course, wrong[i].from, wrong[i].until,
                                     wrong[i].seats};
        must_fail(ERR_INVALID, exam_set(&w, &t, id, &h.seq, &problem));
    }
    const struct exam_terms t = {STR("org_u"), STR("practitioner"), now, now + WHEN_HOUR, 1};
    must(exam_set(&w, &t, id, &h.seq, &problem));
    must(exam_find(h.o.x.f.s, str_of(id), &row, &problem));
    assert_string_equal(exam_state(row.v, now - 1), "open");
    assert_string_equal(exam_state(row.v, now), "running");
    assert_string_equal(exam_state(row.v, now + WHEN_HOUR), "closed");
    must(store_run(h.o.x.f.s, "DELETE FROM exam_questions WHERE \"topic\" = 'calls'", NULL, 0, NULL,
                   NULL, &problem));
    must_fail(ERR_LIMIT, exam_set(&w, &t, id, &h.seq, &problem));
}

static void who_may_not_work_may_not_sit(void **state)
{
    struct practitioner_entry p = hall_candidate("stf_ann", "P0000001");
    char bar[FRESH_ID];
    hall_set(&h, LONG, 10);
    p.born = STR("2010-05-17");
    assert_string_equal(hall_register(&h, &p), "too-young");
    /* Nothing is kept of whom it refused: else her birth date would now be another. */
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM practitioners", "0");
    p.born = STR("1996-05-17");
    p.full_capacity = false;
    assert_string_equal(hall_register(&h, &p), "no-capacity");
    p.full_capacity = true;
    p.education = STR("below");
    assert_string_equal(hall_register(&h, &p), "education");
    p.education = STR("master");
    assert_string_equal(hall_register(&h, &p), "done");
    assert_string_equal(hall_register(&h, &p), "already-registered");
    p.staff = STR("stf_annb"); /* another account of hers */
    assert_string_equal(hall_register(&h, &p), "already-registered");

    /* Barred after she was registered. */
    const struct fact_origin origin = office_origin(&h.o, "stf_exa");
    must(practitioner_of(h.o.x.f.s, STR("stf_ann"), h.o.id, &problem));
    const struct bar_terms t = {str_of(h.o.id), STR("leak"), STR("2026-11"), WHEN_NEVER};
    must(bar_put(h.o.x.f.s, &t, &origin, bar, &h.seq, &problem));
    h.o.at += WHEN_HOUR;
    assert_string_equal(hall_begin(&h, "stf_ann", &one), "barred");
    assert_null(one.items);

    const struct exam_work w = hall_work(&h, "stf_exa");
    p.staff = STR("stf_none");
    p.id_number = STR("P0000009");
    must_fail(ERR_NOT_FOUND,
              paper_register(&w, str_of(h.exam), &p, h.paper, &h.no, &h.seq, &problem));
    p.staff = STR("stf_bea");
    must_fail(ERR_NOT_FOUND,
              paper_register(&w, STR("exm_none"), &p, h.paper, &h.no, &h.seq, &problem));
}

static void nobody_examines_herself(void **state)
{
    struct practitioner_entry p = hall_candidate("stf_exa", "P0000001");
    hall_set(&h, LONG, 10);
    assert_string_equal(hall_register(&h, &p), "own-human"); /* her own account */
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM practitioner_staff", "0");
    must(office_enter(&h.o, &p));
    p.staff = STR("stf_ann"); /* another account of hers */
    assert_string_equal(hall_register(&h, &p), "own-human");
    p = hall_candidate("stf_bea", "P0000002");
    assert_string_equal(hall_register(&h, &p), "done");
}

static void seats_and_attempts_end(void **state)
{
    struct practitioner_entry p = hall_candidate("stf_bea", "P0000002");
    hall_set(&h, LONG, 1);
    seat("stf_ann", "P0000001");
    assert_string_equal(hall_register(&h, &p), "no-seat");
    for (int i = 0; i < 2; i++) {
        hall_set(&h, LONG, 5);
        seat("stf_ann", "P0000001");
    }
    p = hall_candidate("stf_ann", "P0000001");
    hall_set(&h, LONG, 5);
    assert_string_equal(hall_register(&h, &p), "too-many-papers");
    h.o.at += 365 * WHEN_DAY;
    hall_set(&h, LONG, 5);
    assert_string_equal(hall_register(&h, &p), "done");
    h.o.at += 30 * WHEN_DAY;
    p = hall_candidate("stf_bea", "P0000002");
    assert_string_equal(hall_register(&h, &p), "not-open"); /* it is over */
}

static void leave_and_come_back(const char *staff)
{
    const struct fact_origin origin = office_origin(&h.o, "stf_exa");
    must(store_begin(h.o.x.f.s, &problem));
    must(paper_void_of(h.o.x.f.s, str_of(staff), &origin, &h.seq, &problem));
    must(store_commit(h.o.x.f.s, &problem));
}

/* Nobody reads the bank, paper by paper, by being suspended in each exam. */
static void what_was_begun_is_an_attempt_though_it_is_void(void **state)
{
    const struct practitioner_entry p = hall_candidate("stf_ann", "P0000001");
    for (int i = 0; i < 5; i++) {
        hall_set(&h, LONG, 5);
        seat("stf_ann", "P0000001");
        leave_and_come_back("stf_ann"); /* before it */
    }
    for (int i = 0; i < 3; i++) {
        hall_set(&h, LONG, 5);
        seat("stf_ann", "P0000001");
        h.o.at += WHEN_HOUR;
        begin("stf_ann", &one);
        leave_and_come_back("stf_ann");
    }
    hall_set(&h, LONG, 5);
    assert_string_equal(hall_register(&h, &p), "too-many-papers");
}

static void two_papers_share_nothing(void **state)
{
    size_t same = 0;
    two_sit(LONG);
    begin("stf_ann", &one);
    begin("stf_bea", &two);
    for (size_t i = 0; i < 40; i++)
        for (size_t k = 0; k < 40; k++) {
            const json_t *a = json_array_get(one.items, i), *b = json_array_get(two.items, k);
            assert_false(str_eq(hall_item(&one, i), hall_item(&two, k)));
            same += json_equal(json_object_get(a, "text"), json_object_get(b, "text")) != 0;
        }
    assert_true(same <= 20);

    /* What Ann ticks means nothing on Bea's paper, and saves nothing of what is sent with it. */
    const struct paper_choice mine = {hall_item(&two, 0), hall_option(&h, &two, 0, true)};
    const struct paper_choice foreign[][2] = {
        {mine, {hall_item(&one, 1), hall_option(&h, &one, 1, true)}},
        {mine, {hall_item(&two, 1), hall_option(&h, &one, 1, true)}},
        {mine, {hall_item(&two, 1), hall_option(&h, &two, 2, true)}},
        {mine, {STR(""), STR("")}},
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        assert_string_equal(hall_answer(&h, "stf_bea", foreign[i], 2), "not-your-paper");
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM paper_answers", "0");
    assert_string_equal(hall_answer(&h, "stf_bea", &mine, 1), "done");
    assert_string_equal(hall_answer(&h, "stf_annb", &mine, 1), "not-registered");
}

/* Nothing on a sheet tells which option is right. */
static void a_sheet_has_no_key(void **state)
{
    two_sit(LONG);
    begin("stf_ann", &one);
    const json_t *item, *option;
    size_t i, k;
    json_array_foreach(one.items, i, item)
    {
        assert_int_equal(json_object_size(item), 6); /* item topic text options chosen annulled */
        json_array_foreach(json_object_get(item, "options"), k, option)
        {
            assert_int_equal(json_object_size(option), 2);
            assert_int_equal(json_object_size(json_object_get(option, "text")), 2);
        }
        assert_int_equal(k, 4);
    }
}

static void whoever_comes_back_finds_her_paper_as_it_was(void **state)
{
    two_sit(LONG);
    begin("stf_ann", &one);
    const when end = one.ends_at;
    assert_int_equal(end, h.o.at + WHEN_HOUR);
    const struct paper_choice first = {hall_item(&one, 3), hall_option(&h, &one, 3, false)};
    const struct paper_choice then = {hall_item(&one, 3), hall_option(&h, &one, 3, true)};
    assert_string_equal(hall_answer(&h, "stf_ann", &first, 1), "done");
    assert_string_equal(hall_answer(&h, "stf_ann", &then, 1), "done");
    json_object_set_new(json_array_get(one.items, 3), "chosen",
                        json_stringn(then.option.p, then.option.n));

    /* Another process; another bank meanwhile. */
    const struct exam_work w = hall_work(&h, "stf_exa");
    char id[FRESH_ID];
    must(store_run(h.o.x.f.s, "SELECT \"id\" FROM exam_questions LIMIT 1", NULL, 0, facts_take_text,
                   id, &problem));
    must(question_retire(&w, str_of(id), &h.seq, &problem));
    account_key_close(h.o.key);
    store_close(h.o.x.f.s);
    h.o.x.f.s = fixture_connect(&h.o.x.f);
    must(account_key_open(&disk_real, h.o.x.f.folder, &h.o.key, &problem));
    h.o.at += 30 * WHEN_MINUTE;
    begin("stf_ann", &two);
    assert_true(json_equal(one.items, two.items));
    assert_int_equal(two.ends_at, end);
    assert_string_equal(one.id, two.id);
}

static void the_last_nanosecond_counts_and_the_next_does_not(void **state)
{
    two_sit(LONG);
    assert_string_equal(hall_answer(&h, "stf_ann", NULL, 0), "not-open");
    assert_string_equal(hall_hand_in(&h, "stf_ann", &row), "not-open");
    h.o.at--;
    assert_string_equal(hall_begin(&h, "stf_ann", &one), "not-open");
    h.o.at++;
    begin("stf_ann", &one);
    const struct paper_choice c = {hall_item(&one, 0), hall_option(&h, &one, 0, true)};
    h.o.at = one.ends_at - 1;
    assert_string_equal(hall_answer(&h, "stf_ann", &c, 1), "done");
    h.o.at = one.ends_at;
    assert_string_equal(hall_answer(&h, "stf_ann", &c, 1), "time-over");
    assert_string_equal(hall_hand_in(&h, "stf_ann", &row), "time-over");
    assert_string_equal(hall_begin(&h, "stf_ann", &two), "time-over");
}

/* Who begins late ends with the exam. */
static void the_exams_end_is_everybodys(void **state)
{
    two_sit(LONG);
    h.o.at += LONG - 10 * WHEN_MINUTE;
    begin("stf_ann", &one);
    assert_int_equal(one.ends_at, h.o.at + 10 * WHEN_MINUTE);
    h.o.at += 10 * WHEN_MINUTE;
    assert_string_equal(hall_begin(&h, "stf_bea", &two), "not-open");
}

static void it_is_passed_with_sixty(void **state)
{
    char exam[FRESH_ID];
    int64_t score;
    two_sit(LONG);
    begin("stf_ann", &one);
    hall_fill(&h, "stf_ann", &one, 23); /* 57.5 */
    assert_string_equal(hall_hand_in(&h, "stf_ann", &row), "done");
    assert_int_equal(row.v[PAPER_SCORE].i, 57);
    assert_int_equal(row.v[PAPER_PASSED].i, 0);
    assert_int_equal(row.v[PAPER_HANDED_IN_AT].i, h.o.at);
    assert_string_equal(hall_hand_in(&h, "stf_ann", &row), "already-handed-in");
    const struct paper_choice c = {hall_item(&one, 39), hall_option(&h, &one, 39, true)};
    assert_string_equal(hall_answer(&h, "stf_ann", &c, 1), "already-handed-in");
    begin("stf_bea", &two);
    hall_fill(&h, "stf_bea", &two, 24);
    assert_string_equal(hall_hand_in(&h, "stf_bea", &row), "done");
    assert_int_equal(row.v[PAPER_SCORE].i, 60);
    assert_int_equal(row.v[PAPER_PASSED].i, 1);

    must(practitioner_of(h.o.x.f.s, STR("stf_bea"), h.o.id, &problem));
    const struct str bea = str_of(h.o.id), course = STR("practitioner");
    must(paper_passed(h.o.x.f.s, bea, course, h.o.at, exam, &score, &problem));
    assert_string_equal(exam, h.exam);
    assert_int_equal(score, 60);
    must(paper_passed(h.o.x.f.s, bea, course, h.o.at + 1, exam, &score, &problem));
    assert_string_equal(exam, "");
    must(paper_passed(h.o.x.f.s, bea, STR("piano"), 0, exam, &score, &problem));
    assert_string_equal(exam, "");
    must(practitioner_of(h.o.x.f.s, STR("stf_ann"), h.o.id, &problem));
    must(paper_passed(h.o.x.f.s, str_of(h.o.id), course, 0, exam, &score, &problem));
    assert_string_equal(exam, "");
}

static unsigned expire(void)
{
    const struct exam_work w = hall_work(&h, "menshen");
    unsigned ended;
    must(papers_expire(&w, &ended, &h.seq, &problem));
    return ended;
}

static void what_was_saved_is_marked_when_time_is_over(void **state)
{
    two_sit(LONG);
    begin("stf_ann", &one);
    hall_fill(&h, "stf_ann", &one, 40);
    h.o.at = one.ends_at - 1;
    assert_int_equal(expire(), 0);
    h.o.at += WHEN_MINUTE;
    assert_int_equal(expire(), 1);
    assert_int_equal(expire(), 0);
    must(paper_of(h.o.x.f.s, str_of(h.exam), STR("stf_ann"), &row, &problem));
    assert_int_equal(row.v[PAPER_SCORE].i, 100);
    assert_int_equal(row.v[PAPER_PASSED].i, 1);
    assert_int_equal(row.v[PAPER_HANDED_IN_AT].i, one.ends_at);
    assert_true(str_eq(fact_text(&row.v[PAPER_HOW]), STR("time")));
    h.o.at = one.ends_at - 1; /* an answer that was on its way while it was marked */
    const struct paper_choice c = {hall_item(&one, 0), hall_option(&h, &one, 0, false)};
    assert_string_equal(hall_answer(&h, "stf_ann", &c, 1), "time-over");
}

static void a_paper_that_does_not_open_holds_up_no_other(void **state)
{
    const struct value ann = value_text(STR("stf_ann"));
    unsigned ended;
    two_sit(LONG);
    begin("stf_ann", &one);
    h.o.at += WHEN_SECOND;
    begin("stf_bea", &two);
    must(store_run(h.o.x.f.s, "UPDATE papers SET \"seed\" = NULL WHERE \"staff\" = $1", &ann, 1,
                   NULL, NULL, &problem));
    h.o.at = two.ends_at;
    const struct exam_work w = hall_work(&h, "menshen");
    must_fail(ERR_CORRUPT, papers_expire(&w, &ended, &h.seq, &problem));
    assert_int_equal(ended, 1);
    must(paper_of(h.o.x.f.s, str_of(h.exam), STR("stf_bea"), &row, &problem));
    assert_true(str_eq(fact_text(&row.v[PAPER_HOW]), STR("time")));
}

static void who_leaves_has_no_paper(void **state)
{
    two_sit(LONG);
    begin("stf_ann", &one);
    hall_fill(&h, "stf_ann", &one, 40);
    const struct fact_origin origin = office_origin(&h.o, "stf_exa");
    must(store_begin(h.o.x.f.s, &problem));
    must(paper_void_of(h.o.x.f.s, STR("stf_ann"), &origin, &h.seq, &problem));
    must(store_commit(h.o.x.f.s, &problem));
    assert_string_equal(hall_begin(&h, "stf_ann", &two), "void");
    assert_string_equal(hall_hand_in(&h, "stf_ann", &row), "void");
    h.o.at += LONG;
    assert_int_equal(expire(), 0);
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM papers WHERE \"how\" = 'void' AND \"score\" IS NULL",
                 "1");
}

/* Neither seeds nor answers nor what ties an id on paper to a question. */
static void the_journal_tells_results_only(void **state)
{
    two_sit(LONG);
    begin("stf_ann", &one);
    hall_fill(&h, "stf_ann", &one, 40);
    assert_string_equal(hall_hand_in(&h, "stf_ann", &row), "done");
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM journal WHERE \"kind\" = 'papers'", "4");
    facts_expect(&h.o.x,
                 "SELECT COUNT(*) FROM journal WHERE \"payload\" LIKE '%itm!_%' ESCAPE '!' OR "
                 "\"payload\" LIKE '%opt!_%' ESCAPE '!' OR \"payload\" LIKE '%P0000001%' OR "
                 "\"payload\" LIKE '%1996-05-17%'",
                 "0");
}

/* A bank of twice a paper gives few papers that differ in half from all others; then no more. */
static void the_bank_is_exhausted_rather_than_shared(void **state)
{
    const char *const staff[] = {"stf_ann", "stf_ann2", "stf_annb", "stf_annc", "stf_bea"};
    int64_t papers = 0;
    must(
        store_run(h.o.x.f.s,
                  "DELETE FROM exam_questions WHERE \"id\" NOT IN (SELECT \"id\" FROM "
                  "(SELECT \"id\", ROW_NUMBER() OVER (PARTITION BY \"topic\" ORDER BY \"id\") AS n "
                  "FROM exam_questions) x WHERE n <= 14)",
                  NULL, 0, NULL, NULL, &problem));
    hall_set(&h, LONG, 100);
    for (size_t i = 0; i < 5; i++) {
        char passport[16];
        snprintf(passport, sizeof passport, "P100000%zu", i);
        const struct practitioner_entry p = hall_candidate(staff[i], passport);
        const char *word = hall_register(&h, &p);
        papers += strcmp(word, "done") == 0;
        if (strcmp(word, "done") != 0)
            assert_string_equal(word, "bank-too-small");
    }
    assert_true(papers >= 1);
    h.o.at += WHEN_HOUR;
    for (size_t i = 0; i + 1 < (size_t)papers; i++) {
        size_t same = 0;
        begin(staff[i], &one);
        begin(staff[i + 1], &two);
        for (size_t a = 0; a < 40; a++)
            for (size_t b = 0; b < 40; b++)
                same += json_equal(json_object_get(json_array_get(one.items, a), "text"),
                                   json_object_get(json_array_get(two.items, b), "text")) != 0;
        assert_true(same <= 20);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_exam_needs_a_bank_and_a_time),
        CASE(who_may_not_work_may_not_sit),
        CASE(nobody_examines_herself),
        CASE(seats_and_attempts_end),
        CASE(what_was_begun_is_an_attempt_though_it_is_void),
        CASE(two_papers_share_nothing),
        CASE(a_sheet_has_no_key),
        CASE(whoever_comes_back_finds_her_paper_as_it_was),
        CASE(the_last_nanosecond_counts_and_the_next_does_not),
        CASE(the_exams_end_is_everybodys),
        CASE(it_is_passed_with_sixty),
        CASE(what_was_saved_is_marked_when_time_is_over),
        CASE(a_paper_that_does_not_open_holds_up_no_other),
        CASE(who_leaves_has_no_paper),
        CASE(the_journal_tells_results_only),
        CASE(the_bank_is_exhausted_rather_than_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
